"""Best fits: units that cut across larger areas, counted whole where their centre lies."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.checks import id_text
from placemix.counts import Counts
from placemix.crosswalks import Crosswalk
from placemix.errors import InvalidParameter, UnknownColumn, UnmatchedUnit, did_you_mean, listed, plural
from placemix.harmonise.areas.locating import places_of
from placemix.harmonise.areas.lookups import refuse_best_fit, with_targets
from placemix.harmonise.areas.outlines import Outlines, amounts_of, one_map, outlines, polygons
from placemix.lengths import in_map_units


def best_fit(
    units: Any,  # noqa: ANN401
    areas: Any = None,  # noqa: ANN401
    *,
    source: str | None = None,
    target: str | None = None,
    parent: str | None = None,
    people: str | None = None,
    tolerance: float | str = 0,
    targets: Iterable[Hashable] | None = None,
    version: str = "",
) -> Crosswalk:
    """Count each unit whole with the area that its centre lies in.

    So do statistics offices with units that cut across wards or constituencies: each goes to the
    area around its population-weighted centroid. The result is an estimate, and says so; nothing is
    split, so that nothing is smoothed either.

    Parameters
    ----------
    units
        Points or shapes of the units (a GeoDataFrame, Frame or Counts); of shapes the centroid is
        taken. Or a published best-fit lookup, with `source` and `target`.
    areas
        The larger areas, on the same projected map.
    source, target
        Columns of a lookup.
    parent
        Column with a larger unit of each row, such as the LSOA of each output area: that unit is
        placed, by the mean of the rows' points weighted by `people`.
    people
        Column with the people of each row. Default: of Counts, everyone; else each row counts alike.
    tolerance
        How far from the nearest area a centre may lie; see `locate`.
    targets
        With a lookup: ids of all areas, so that one without any unit is found.
    version
        Where the lookup comes from, and of when.

    Returns
    -------
    crosswalk
        Of kind ``"best-fit"``; its basis says which centre was taken.

    Raises
    ------
    UnmatchedUnit
        Centres lie outside all areas, or units have no location.
    VintageMismatch
        A best-fit lookup between two editions of the same areas, which gives nothing to the parts of
        areas that were split; such lookups are for names, not for counts.
    InvalidCrosswalk
        A lookup has a unit in two areas.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> blocks = gpd.GeoDataFrame({"unit": ["a1", "a2"], "zone": ["a", "a"], "people": [30, 10]},
    ...                           geometry=gpd.points_from_xy([1, 7], [1, 1]))
    >>> wards = gpd.GeoSeries([shapely.box(0, 0, 4, 4), shapely.box(4, 0, 8, 4)], index=["west", "east"])
    >>> best_fit(blocks, wards, parent="zone", people="people").to_frame().values.tolist()
    [['a', 'west', 1.0]]
    """
    if areas is None:
        if source is None or target is None:
            message = "A best fit needs areas to place centres in, or a lookup with source= and target=."
            raise InvalidParameter(message)
        walk = Crosswalk.from_table(
            units, source=source, target=target, kind="best-fit", basis="published centroid", version=version
        )
        refuse_best_fit(walk)
        return walk if targets is None else with_targets(walk, targets)
    found, ground = outlines(units, "units"), polygons(outlines(areas, "areas"), "areas")
    one_map(found, ground, ("units", "areas"))
    centres, basis = _centres(found, units, parent, people)
    places = places_of(centres, ground, in_map_units(tolerance, found.crs, name="tolerance"))
    lost = places.area < 0
    if lost.any():
        message = f"{plural(int(lost.sum()), 'centre lies', 'centres lie')} in no area, or without any location."
        remedy = "Leave those units out and say so, or pass tolerance= if they lie just outside a generalised coast."
        raise UnmatchedUnit(message, units=centres.ids[lost], remedy=remedy)
    border = np.isin(places.placed, ["border", "several"])
    notes = [*ground.notes]
    if border.any():
        names = listed(list(centres.ids[border]))
        notes.append(f"{plural(int(border.sum()), 'centre')} on a border went to the first area by id: {names}.")
    count = len(centres)
    return Crosswalk.from_pairs(
        np.arange(count), places.area, np.ones(count), sources=centres.ids, targets=ground.ids, kind="best-fit",
        basis=basis, version=version, notes=tuple(notes),
    )  # fmt: skip


def _centres(found: Outlines, units: Any, parent: str | None, people: str | None) -> tuple[Outlines, str]:  # noqa: ANN401
    """Return the point of each unit, or of each larger unit, and what kind of point it is."""
    import shapely

    points = shapely.get_type_id(found.shapes[~found.missing]) == 0
    basis = "point" if points.all() else "centroid"
    shapes = found.shapes if points.all() else shapely.centroid(found.shapes)
    if parent is None:
        return replace(found, shapes=shapes), basis
    table = found.table
    if parent not in table.columns:
        message = f"The units have no column {parent!r}."
        raise UnknownColumn(message, remedy=did_you_mean(parent, table.columns))
    orphan = table[parent].isna().to_numpy()
    if orphan.any():
        message = f"{plural(int(orphan.sum()), 'row has', 'rows have')} no {parent!r}."
        raise UnmatchedUnit(message, units=found.ids[orphan], remedy="Name it, or leave those rows out and say so.")
    weight = _people(found, units, people)
    lost = found.missing & (weight > 0)
    if lost.any():
        message = f"{plural(int(lost.sum()), 'unit')} with people and without a location."
        raise UnmatchedUnit(message, units=found.ids[lost], remedy="Give each a point, or leave it out and say so.")
    here = ~found.missing
    codes, names = pd.factorize(table[parent][here].map(id_text))
    everyone = np.bincount(codes, weight[here], minlength=len(names))
    # A larger unit without people is placed by the plain mean of its parts.
    mass = np.where(everyone[codes] > 0, weight[here], 1.0)
    total = np.bincount(codes, mass)
    x, y = (np.bincount(codes, mass * ends(shapes[here])) / total for ends in (shapely.get_x, shapely.get_y))
    ids = pd.Index(names, dtype=str, name="unit")
    centres = Outlines(ids, shapely.points(x, y), found.crs, pd.DataFrame(index=range(len(ids))))
    return centres, f"population-weighted {basis}" if people or isinstance(units, Counts) else f"mean {basis}"


def _people(found: Outlines, units: Any, people: str | None) -> FloatArray:  # noqa: ANN401
    if isinstance(units, Counts):
        return units.total
    return amounts_of(found, people, "units")
