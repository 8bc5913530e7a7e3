"""Schemes on a map of areas: the unit a point lies in, and the shares of the ground of a site by unit."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import IntArray
from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.counts import Counts
from placemix.errors import (
    CRSMismatch,
    InvalidParameter,
    NoPlace,
    PlacemixError,
    did_you_mean,
    together,
)
from placemix.frames import Frame
from placemix.harmonise.areas.locating import places_of
from placemix.harmonise.areas.outlines import Outlines, named, one_map, outlines, polygons
from placemix.harmonise.areas.overlays import overlay
from placemix.lengths import metres_per_unit, written
from placemix.results import Call, Result, remember
from placemix.scenarios.schemes import recalling
from placemix.scenarios.schemes.proposals import Scheme, Schemes
from placemix.scenarios.schemes.sites import known_crs

#: Ground within this share of a site's is all of it: borders are drawn to no more.
_WHOLE = 1e-6
_COLUMNS = ("reference", "name", "unit", "share", "hectares", "placed", "distance", "reason")


class _Laid(NamedTuple):
    """Sites in the coordinates of the areas, and what is found of each by its position.

    Attributes
    ----------
    shapes
        Shape of each site, or None.
    rows
        Rows of the result.
    faults
        Why a site is not, or not whole, in the units.
    away
        Metres to the nearest unit.
    """

    shapes: Any
    rows: dict[int, list[dict[str, Any]]]
    faults: dict[int, PlacemixError]
    away: dict[int, float]


def placed(
    schemes: Schemes | Scheme | list[Scheme] | pd.DataFrame,
    areas: Any,  # noqa: ANN401
    *,
    unit: str | None = None,
    outside: Literal["refuse", "leave out"] = "refuse",
) -> Result:
    """Say which unit each site lies in: of a point the one around it, of ground the share in each.

    Parameters
    ----------
    schemes
        One scheme or several.
    areas
        Units with shapes: `Counts`, a `Frame` or a GeoDataFrame.
    unit
        Column of the ids of a GeoDataFrame. Default: `unit`, or its index.
    outside
        Sites outside every unit, in part or whole, and schemes without a site: ``"refuse"`` them, or ``"leave out"``
        what lies outside and say so.

    Returns
    -------
    result
        One row for each scheme and unit it lies in. Columns: `reference`, `name`, `unit`, `share` (of the ground within
        the units; sums to 1 for each scheme), `hectares` (of that ground; missing for a point), `placed` (``"within"``,
        ``"border"`` of several units, told apart by id, ``"several"`` (units that overlap), ``"ground"``, or
        ``"left out"``), `distance` (metres to the nearest unit of a site that is left out), `reason`, `source`,
        `version`. A scheme that is left out has a row without a unit or a share. `hectares` and `distance` are missing
        on a plane of no named unit, and `distance` on a map in degrees.

    Raises
    ------
    NoPlace
        Sites lie outside the units, or are missing; all are listed, with how far, and whether they would lie inside if
        their coordinates were swapped. They are not.
    CRSMismatch, GeographicCRS
        A site or the areas have no coordinate reference system and the other has, or ground is measured in degrees.
    DuplicateUnit, InvalidTable
        Ids of units repeat, or their shapes are no areas.

    Examples
    --------
    >>> import geopandas as gpd, shapely, placemix as pm
    >>> cells = [shapely.box(x, 0, x + 100, 100) for x in (400_000, 400_100)]
    >>> areas = gpd.GeoDataFrame({"unit": ["A", "B"]}, geometry=cells, crs=27700)
    >>> one = pm.scenarios.scheme("24/1", dwellings=20, site=shapely.box(400_075, 20, 400_175, 60), crs="EPSG:27700")
    >>> pm.scenarios.placed(one, areas)[["reference", "unit", "share", "hectares"]]
      reference unit  share  hectares
    0      24/1    A   0.25       0.1
    1      24/1    B   0.75       0.3
    """
    if outside not in {"refuse", "leave out"}:
        message = f"outside is 'refuse' or 'leave out', not {outside!r}."
        raise InvalidParameter(message, remedy=did_you_mean(outside, ["refuse", "leave out"]))
    found = recalling.known(schemes)
    ground = _ground(areas, unit)
    laid = _moved(found, ground)
    kinds = np.array([one is not None and one.geom_type == "Point" for one in laid.shapes])
    there = np.array([one is not None for one in laid.shapes])
    _points(found, laid, ground, np.flatnonzero(there & kinds))
    _grounds(found, laid, ground, np.flatnonzero(there & ~kinds))
    rows = laid.rows
    if laid.faults and outside == "refuse":
        raise together([laid.faults[place] for place in sorted(laid.faults)])
    for place, fault in laid.faults.items():
        if not rows[place]:
            rows[place] = [{"unit": None, "share": np.nan, "placed": "left out"}]
        for row in rows[place]:
            row |= {"reason": fault.message, "distance": laid.away.get(place, np.nan)}
    tidy = [{"reference": found[at].reference, "name": found[at].name, **row} for at in rows for row in rows[at]]
    frame = pd.DataFrame(tidy).reindex(columns=list(_COLUMNS))
    frame["hectares"] = frame["hectares"].astype(np.float64)
    frame["distance"] = frame["distance"].astype(np.float64)
    for name in ("name", "unit", "reason"):
        frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    table = recalling.tabled(found)
    frame["source"], frame["version"] = fingerprint(table)[:12], __version__
    carried = _carried(areas, ground)
    return remember(frame, Call("scenarios.placed", {"schemes": table, "areas": carried}, {"outside": outside}))


def _carried(areas: Any, ground: Outlines) -> Any:  # noqa: ANN401
    """What a pack holds of the areas: counts as they are, and of everything else ids and shapes."""
    if isinstance(areas, Counts):
        return areas
    import geopandas as gpd

    return gpd.GeoDataFrame({"unit": ground.ids.to_numpy(dtype=object)}, geometry=ground.shapes, crs=ground.crs)


def _ground(areas: Any, unit: str | None) -> Outlines:  # noqa: ANN401
    if isinstance(areas, Counts | Frame) and areas.geometry is None:
        message = "The areas have no shapes."
        raise NoPlace(message, remedy="Give areas with their shapes, such as from_wide(…, geometry='geometry').")
    return polygons(outlines(areas, "areas", unit=unit), "areas")


def _moved(schemes: tuple[Scheme, ...], ground: Outlines) -> _Laid:
    """Bring sites into the coordinates of the areas."""
    import geopandas as gpd

    shapes = np.empty(len(schemes), dtype=object)
    faults: dict[int, PlacemixError] = {}
    systems = pd.Series([one.crs for one in schemes], dtype=object)
    for place, one in enumerate(schemes):
        if one.site is None:
            why = f" {one.notes[0]}" if one.notes else ""
            message = f"The scheme {one.reference!r} has no site.{why}"
            faults[place] = NoPlace(message, remedy="Give its x, y and crs, or its shape.")
        elif (one.crs is None) != (ground.crs is None):
            which = "site of the scheme " + repr(one.reference) if one.crs is None else "areas"
            message = f"The {which} has no coordinate reference system, and the other has."
            raise CRSMismatch(message, remedy="Give both one.")
        else:
            shapes[place] = one.site
    for system in systems.dropna().unique():
        here = np.flatnonzero((systems == system).to_numpy() & (shapes != None))  # noqa: E711
        if len(here) and known_crs(system) != ground.crs:
            moved = gpd.GeoSeries(list(shapes[here]), crs=system).to_crs(ground.crs)
            shapes[here] = np.asarray(moved.array, dtype=object)
    return _Laid(shapes, {place: [] for place in range(len(schemes))}, faults, {})


def _as_outlines(schemes: tuple[Scheme, ...], shapes: Any, which: IntArray, crs: Any) -> Outlines:  # noqa: ANN401
    ids = pd.Index([schemes[place].reference for place in which], dtype=str)
    return Outlines(ids, shapes[which], crs, pd.DataFrame(index=range(len(which))))


def _points(schemes: tuple[Scheme, ...], laid: _Laid, ground: Outlines, which: IntArray) -> None:
    if not len(which):
        return
    points = _as_outlines(schemes, laid.shapes, which, ground.crs)
    found = places_of(points, ground, 0.0)
    for number, place in enumerate(which):
        area = found.area[number]
        if area < 0:
            laid.faults[place], laid.away[place] = _outside(schemes[place], ground, float(found.distance[number]))
        else:
            unit = ground.ids[area]
            laid.rows[place].append({"unit": unit, "share": 1.0, "placed": found.placed[number]})


def _grounds(schemes: tuple[Scheme, ...], laid: _Laid, ground: Outlines, which: IntArray) -> None:
    if not len(which):
        return
    import shapely

    sites = _as_outlines(schemes, laid.shapes, which, ground.crs)
    one_map(sites, ground, ("sites", "areas"))
    found = overlay(sites, ground)
    size = shapely.area(sites.shapes)
    inside = np.bincount(found.source, found.area, minlength=len(which)).astype(np.float64)
    hectares = np.nan if ground.crs is None else metres_per_unit(ground.crs) ** 2 / 10_000
    for number, place in enumerate(which):
        mine = found.source == number
        one = schemes[place]
        if not mine.any():
            away = float(shapely.distance(sites.shapes[number], ground.shapes).min())
            laid.faults[place], laid.away[place] = _outside(one, ground, away)
            continue
        if inside[number] > size[number] * (1 + 1e-3):
            units = ground.ids[found.target[mine]]
            message = f"The ground of the scheme {one.reference!r} lies in units that overlap."
            raise NoPlace(message, units=units, remedy="Give units that do not.")
        out = 1 - inside[number] / size[number]
        if out > _WHOLE:
            message = f"{out:.1%} of the ground of the scheme {one.reference!r} lies outside the units."
            remedy = (
                "Give a map that holds it, or outside='leave out', which shares its homes among the units it meets."
            )
            laid.faults[place] = NoPlace(message, remedy=remedy)
        for area, target in zip(found.area[mine], found.target[mine], strict=True):
            laid.rows[place].append(
                {
                    "unit": ground.ids[target],
                    "share": area / inside[number],
                    "hectares": area * hectares,
                    "placed": "ground",
                }
            )


def _outside(one: Scheme, ground: Outlines, away: float) -> tuple[PlacemixError, float]:
    """Say that a site lies outside, how far (in units of the map), and whether swapped coordinates would not."""
    import geopandas as gpd
    import shapely

    # Two ways to swap: in the site's own system, and longitude with latitude before it was made.
    turned = shapely.transform(one.site, lambda points: points[:, ::-1])
    with np.errstate(invalid="ignore"):
        moved = turned if one.crs is None else gpd.GeoSeries([turned], crs=one.crs).to_crs(ground.crs).iloc[0]
    inside = (
        bool(np.isfinite(moved.bounds).all()) and len(shapely.STRtree(ground.shapes).query(moved, "intersects")) > 0
    )
    hint = " With its two coordinates swapped it would lie inside." if inside else ""
    named_unit = ground.crs is not None and not ground.crs.is_geographic
    metres = away * metres_per_unit(ground.crs) if named_unit else np.nan
    far = written(metres) if named_unit else written(away, "units") if ground.crs is None else f"{away:,.3g} degrees"
    system = "" if one.crs is None else f" (read as {named(known_crs(one.crs))})"
    message = f"The site of the scheme {one.reference!r}{system} lies outside the units, {far} from the nearest.{hint}"
    remedy = "Correct the coordinates or their system; none is guessed."
    return NoPlace(message, remedy=remedy), metres
