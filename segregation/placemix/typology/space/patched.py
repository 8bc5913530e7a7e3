"""Patches: adjoining units of one type as one polygon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.errors import NoPlace
from placemix.lengths import metres_per_unit
from placemix.measuring.vicinity import known_around
from placemix.surroundings import Surroundings, contiguity
from placemix.surroundings.points import shaped
from placemix.typology.places.asking import asked
from placemix.typology.places.looking_up import Data, Reference
from placemix.typology.places.sorting import Sorting
from placemix.typology.rules.kinds import Scheme
from placemix.typology.space.clustered import chosen


def patches(
    counts: Data,
    *,
    scheme: str | Path | Scheme,
    types: str | Sequence[str] | None = None,
    neighbours: Surroundings | None = None,
    reference: Reference = None,
    city: str | None = None,
    around: Surroundings | None = None,
    parameters: Mapping[str, float] | None = None,
    recalibrate: bool = False,
    host: Reference = None,
) -> Any:  # noqa: ANN401
    """Merge adjoining units of one type into polygons, for a map or a GIS.

    Parameters
    ----------
    counts
        People of each group in each unit, with areas; or several dimensions of the same units, the first with
        areas.
    scheme, reference, city, around, parameters, recalibrate, host
        As in `classify`. With `around` types are of the people around each unit.
    types
        Ids of the types to draw. Default: all, so that each unit with people is in exactly one patch.
    neighbours
        Units that adjoin. Default: those that share a stretch of border (`contiguity` by the rook's rule), so
        that a patch never hangs together by a point.

    Returns
    -------
    frame
        GeoDataFrame, one row a patch, in the order of the types and then of people: `patch` (1, 2, …), `type`,
        `label`, `units`, `people`, `area_km2` (NaN in degrees, or without a reference system), `compactness`
        (Polsby and Popper's 4π × area / perimeter², 1 for a circle; NaN in degrees), `members` (ids of the
        units, with "; " between), `scheme`, `reference`, `around`, `note`, `source`, `version`, `geometry`.
        ``frame.to_file("patches.gpkg")`` writes it.

    Raises
    ------
    NoPlace, CRSMismatch
        Units of these types have no usable area. Units without people need none.
    UnitsDiffer
        The neighbours are of other units.
    InvalidParameter
        The scheme has no such type.
    ReferenceNeeded, UnknownGroup, SchemeMismatch, InvalidScheme, UnknownScheme
        As in `classify`.

    References
    ----------
    Polsby and Popper 1991.

    Examples
    --------
    >>> import placemix as pm
    >>> homes = pm.datasets.town().residents("before")
    >>> found = pm.typology.patches(homes, scheme="PJF2001", reference="amber")
    >>> found[["patch", "type", "units", "people"]].head(3)
       patch type  units    people
    0      1    I   1120  181657.0
    1      2    I      6     921.0
    2      3    I      5     881.0
    """
    question = asked(
        counts, scheme=scheme, reference=reference, city=city, around=around, parameters=parameters,
        recalibrate=recalibrate, host=host,
    )  # fmt: skip
    ids, labels, codes, notes = Sorting(question).types("descriptive")
    wanted = ids if types is None else chosen(types, ids)
    known_around(neighbours)
    first = question.first
    # Sorted by id, so that patches come out the same for any order of the rows.
    places = np.flatnonzero(np.isin(codes, [ids.index(one) for one in wanted]))
    places = places[np.argsort(first.units.to_numpy(dtype=object)[places], kind="stable")]
    here, kind = first.take(places), codes[places]
    shapes = _areas(here) if len(here) else np.empty(0, dtype=object)
    near = None if neighbours is None else neighbours.on(first).take(places)
    if near is None and len(here):
        near = contiguity(here, rule="rook")
    part = _parts(near, kind) if len(here) else np.empty(0, dtype=np.int64)
    number = int(part.max(initial=-1)) + 1
    people, units = np.bincount(part, weights=here.total, minlength=number), np.bincount(part, minlength=number)
    kinds = np.zeros(number, dtype=np.int64)
    kinds[part] = kind
    order = np.lexsort((np.arange(number), -people, kinds))
    rows = np.split(np.argsort(part, kind="stable"), np.cumsum(units)[:-1]) if number else []
    names = here.units.to_numpy(dtype=object)
    drawn = _dissolved(shapes, rows)
    crs = None if first.geometry is None else first.geometry.crs
    area, compactness = _measured(drawn, crs)
    frame = pd.DataFrame({
        "type": np.array(ids, dtype=object)[kinds],
        "label": np.array(labels, dtype=object)[kinds],
        "units": units,
        "people": people,
        "area_km2": area,
        "compactness": compactness,
        "members": np.array(["; ".join(map(str, names[row])) for row in rows], dtype=object),
    }).iloc[order].reset_index(drop=True)  # fmt: skip
    frame.insert(0, "patch", np.arange(1, number + 1))
    fixed = {
        "scheme": question.scheme.id, "reference": " + ".join(question.reference) or None,
        "around": None if around is None else around.text, "note": " ".join(notes) or None,
        "source": question.source, "version": __version__,
    }  # fmt: skip
    for name, value in fixed.items():
        frame[name] = pd.Series(value, index=frame.index, dtype=object)
    return _mapped(frame, drawn[order], crs, (*question.scheme.cites, "polsby_1991"))


def _areas(counts: Any) -> Any:  # noqa: ANN401
    import shapely

    shapes = shaped(counts)
    other = ~np.isin(shapely.get_type_id(shapes), (3, 6))
    if other.any():
        message = "Patches are merged from areas, and some units are none."
        raise NoPlace(message, units=counts.units[other], remedy="Give areas, or map the types as points.")
    return shapes


def _parts(near: Any, kind: IntArray) -> IntArray:  # noqa: ANN401
    """Number of the patch of each unit: units of one type that neighbours connect."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs = [(i[weight > 0], j[weight > 0]) for i, j, weight in near.pairs()]
    one = np.concatenate([i for i, _ in pairs] or [np.empty(0, dtype=np.intp)])
    two = np.concatenate([j for _, j in pairs] or [np.empty(0, dtype=np.intp)])
    alike = kind[one] == kind[two]
    one, two = one[alike], two[alike]
    graph = coo_array((np.ones(len(one)), (one, two)), shape=(len(kind), len(kind)))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _dissolved(shapes: Any, rows: Sequence[IntArray]) -> Any:  # noqa: ANN401
    """One shape a patch, without the borders inside it."""
    import shapely

    drawn = np.empty(len(rows), dtype=object)
    for place, row in enumerate(rows):
        drawn[place] = shapes[row[0]] if len(row) == 1 else shapely.union_all(shapes[row])
    return drawn


def _measured(shapes: Any, crs: Any) -> tuple[FloatArray, FloatArray]:  # noqa: ANN401
    import shapely

    unknown = np.full(len(shapes), np.nan)
    if crs is not None and crs.is_geographic:
        return unknown, unknown
    area, length = shapely.area(shapes), shapely.length(shapes)
    compactness = np.divide(4 * np.pi * area, length**2, out=unknown.copy(), where=length > 0)
    return unknown if crs is None else area * metres_per_unit(crs) ** 2 / 1e6, compactness


def _mapped(frame: pd.DataFrame, shapes: Any, crs: Any, cites: tuple[str, ...]) -> Any:  # noqa: ANN401
    import geopandas as gpd

    mapped = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=crs, index=frame.index))
    mapped.attrs["cites"] = cites
    return mapped
