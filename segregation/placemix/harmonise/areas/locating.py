"""Institutions and other points in areas, each with how it was placed."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.about import About
from placemix.errors import InvalidParameter, InvalidTable, ReservedName, did_you_mean, listed, plural
from placemix.frames import Frame
from placemix.harmonise.areas.outlines import Outlines, one_map, outlines, polygons
from placemix.lengths import in_map_units, metres_per_unit

#: Whether a point on the border of an area lies in it.
Predicate: TypeAlias = Literal["within", "intersects"]
#: Columns that locating adds.
ADDED = ("area_id", "distance", "placed")
#: How a point can be placed.
WORDS = ("within", "border", "several", "nearest", "outside", "no location")


class Places(NamedTuple):
    """Where points lie.

    Attributes
    ----------
    area
        Position of each point's area, -1 where it has none, shape (points,).
    nearest
        Position of the nearest area, -1 without a location.
    distance
        To that area in units of the map; NaN without a location.
    placed
        ``"within"``, ``"border"``, ``"several"``, ``"nearest"``, ``"outside"`` or ``"no location"``.
    """

    area: IntArray
    nearest: IntArray
    distance: FloatArray
    placed: Any


def locate(
    points: Any,  # noqa: ANN401
    areas: Any,  # noqa: ANN401
    *,
    tolerance: float | str = 0,
    predicate: Predicate = "within",
    unit: str | None = None,
) -> Frame:
    """Find the area that each school, surgery or other point lies in.

    First the area around the point. A point in none, such as one on a quay that a generalised
    coast leaves in the sea, goes to the nearest within the tolerance. Areas at the same distance,
    such as the two sides of a border, are told apart by id as text: the first takes the point, and
    `placed` says so.

    Parameters
    ----------
    points
        Points, as a GeoDataFrame (ids in a column `unit`, in the column named, or in its index), a
        Frame, Counts or a GeoSeries. Points without a location are listed.
    areas
        Areas on the same projected map, likewise.
    tolerance
        How far the nearest area may be: a number of metres or text such as ``"50 m"``.
    predicate
        ``"within"``: a point on a border is in no area by itself, and placed as ``"border"``.
        ``"intersects"``: it is in the area whose border it is, and placed as ``"border"`` only where
        several areas meet.
    unit
        Column of `points` with the ids.

    Returns
    -------
    frame
        Every point with its columns, and three more: `area_id` (missing where there is none),
        `distance` (metres to that area, or to the nearest) and `placed`: ``"within"``,
        ``"border"``, ``"several"`` (areas that overlap), ``"nearest"``, ``"outside"`` or
        ``"no location"``. `left_out` lists the points without an area, with the reason.

    Raises
    ------
    DuplicateUnit
        Ids of points or areas repeat.
    CRSMismatch, GeographicCRS
        The two lie on different maps, or coordinates are degrees.
    InvalidTable
        Points are not points, areas are not areas.
    InvalidParameter
        The tolerance is no length.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> areas = gpd.GeoSeries([shapely.box(0, 0, 4, 4), shapely.box(4, 0, 8, 4)], index=["a", "b"])
    >>> places = gpd.points_from_xy([1, 4, 9, 20], [1, 1, 1, 1])
    >>> schools = gpd.GeoSeries(places, index=["inside", "border", "near", "far"])
    >>> found = locate(schools, areas, tolerance=2)
    >>> found.to_frame()[["unit", "area_id", "distance", "placed"]].values.tolist()[:3]
    [['inside', 'a', 0.0, 'within'], ['border', 'a', 0.0, 'border'], ['near', 'b', 1.0, 'nearest']]
    >>> found.left_out.to_dict()
    {'far': '12.0 metres from the nearest area, b'}
    """
    if predicate not in {"within", "intersects"}:
        message = f"predicate is 'within' or 'intersects', not {predicate!r}."
        raise InvalidParameter(message, remedy=did_you_mean(predicate, ["within", "intersects"]))
    found, ground = outlines(points, "points", unit=unit), polygons(outlines(areas, "areas"), "areas")
    taken = [name for name in ("unit", *ADDED) if name in found.table.columns]
    if taken:
        message = f"Points have a column {listed([repr(name) for name in taken])}, and the result has one of that name."
        raise ReservedName(message, remedy="Rename it first.")
    one_map(found, ground, ("points", "areas"))
    reach = in_map_units(tolerance, found.crs, name="tolerance")
    places = places_of(found, ground, reach, predicate=predicate)
    metres = 1.0 if found.crs is None else metres_per_unit(found.crs)
    ids = np.array([*ground.ids, None], dtype=object)
    table = found.table.assign(
        area_id=pd.Series(ids[places.area], dtype=object, index=found.table.index),
        distance=places.distance * metres,
        placed=places.placed,
    )
    about = points.about if isinstance(getattr(points, "about", None), About) else About()
    return Frame(
        units=found.ids,
        table=table,
        geometry=found.series(),
        parents=("area_id",),
        about=about.noting(*_notes(places, ground, tolerance, predicate)),
        left_out=_left_out(found, ground, places, metres),
    )


def places_of(points: Outlines, areas: Outlines, reach: float, *, predicate: Predicate = "within") -> Places:
    """Find the area of each point; what `locate` and best fits share.

    Parameters
    ----------
    points, areas
        Points and areas on one map.
    reach
        Tolerance in units of the map.
    predicate
        Whether a point on a border lies in the area.

    Raises
    ------
    InvalidTable
        A shape is no point.
    """
    import shapely

    there = ~points.missing
    other = there & (shapely.get_type_id(points.shapes) != 0)
    if other.any():
        message = f"{plural(other.sum(), 'shape is', 'shapes are')} no points."
        raise InvalidTable(message, units=points.ids[other], remedy="Take a point of each first, such as its centroid.")
    rank = np.argsort(np.argsort(areas.ids.to_numpy(dtype=object), kind="stable"), kind="stable")
    tree = shapely.STRtree(areas.shapes)
    nearest, distance = np.full(len(points), -1), np.full(len(points), np.nan)
    placed = np.where(there, "outside", "no location").astype(object)

    def assign(point: IntArray, candidate: IntArray, away: Any = 0.0) -> tuple[IntArray, IntArray]:  # noqa: ANN401
        """Give each point the first of its candidates by id; return the points and their number of candidates."""
        order = np.lexsort((rank[candidate], point))
        found, first, number = np.unique(point[order], return_index=True, return_counts=True)
        nearest[found] = candidate[order][first]
        distance[found] = np.broadcast_to(away, point.shape)[order][first]
        return found, number

    inside, number = assign(*tree.query(points.shapes, predicate="within"))
    placed[inside] = np.where(number > 1, "several", "within")
    left = np.flatnonzero(there & (nearest < 0))
    if predicate == "intersects" and len(left):
        point, candidate = tree.query(points.shapes[left], predicate="intersects")
        touching, number = assign(left[point], candidate)
        placed[touching] = np.where(number > 1, "border", "within")
        left = np.flatnonzero(there & (nearest < 0))
    if len(left) and not areas.missing.all():
        (point, candidate), away = tree.query_nearest(points.shapes[left], return_distance=True, all_matches=True)
        assign(left[point], candidate, away)
        placed[left[distance[left] <= reach]] = "nearest"
        placed[left[distance[left] <= 0]] = "border"
    area = np.where(np.isin(placed, ["outside", "no location"]), -1, nearest)
    return Places(area, nearest, distance, placed)


def _notes(places: Places, areas: Outlines, tolerance: float | str, predicate: str) -> list[str]:
    """Say how points were placed."""
    number = pd.Series(places.placed).value_counts()
    counted = ", ".join(f"{number[word]:,} {word}" for word in WORDS if word in number)
    away = tolerance if isinstance(tolerance, str) else f"{tolerance:g} metres"
    return [
        *areas.notes,
        f"Located in {plural(len(areas), 'area')} ({predicate}, then the nearest within {away}): {counted}.",
    ]


def _left_out(points: Outlines, areas: Outlines, places: Places, metres: float) -> pd.Series | None:
    """List the points without an area."""
    lost = np.flatnonzero(places.area < 0)
    if not len(lost):
        return None
    names = areas.ids.to_numpy(dtype=object)
    far = places.distance[lost] * metres
    reasons = [
        "no location" if np.isnan(away) else f"{away:,.1f} metres from the nearest area, {names[place]}"
        for away, place in zip(far, places.nearest[lost], strict=True)
    ]
    return pd.Series(reasons, index=points.ids[lost], dtype=object)
