"""Barriers: rivers, railways and motorways that keep neighbours apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from placemix._typing import BoolArray, FloatArray
from placemix.counts import Counts
from placemix.errors import CRSMismatch, InvalidParameter, NoPlace, PlacemixError, plural, together
from placemix.surroundings.around import Pairs, Surroundings
from placemix.surroundings.matrices import Sparse, gathered, with_own
from placemix.surroundings.points import Point, locate


def with_barriers(
    counts: Counts,
    surroundings: Surroundings,
    barriers: Any,  # noqa: ANN401
    *,
    point: Point = "centroid",
) -> Surroundings:
    """Cut surroundings at barriers: units are no neighbours if the straight line between them meets one.

    Parameters
    ----------
    counts
        Counts with shapes or points on a projected map.
    surroundings
        Surroundings of the same units.
    barriers
        Lines, or areas such as lakes: a GeoSeries, a GeoDataFrame or a shapely shape on the map of
        the counts. Where people can cross there is no barrier: take bridges out first, as in
        ``rivers.difference(bridges.buffer(100).union_all())``.
    point
        Which point stands for a shape.

    Returns
    -------
    surroundings
        The same without the pairs that were cut, kept as a matrix; `notes` says how many there were.
        A barrier has no way round: where that matters, use `network`.

    Raises
    ------
    InvalidParameter
        There is no barrier, or surroundings that reach as far as a number of people asks for.
    NoPlace
        Units have no usable shape, or barriers are empty or invalid; all are listed.
    UnitsDiffer
        The surroundings are of other units.
    CRSMismatch, GeographicCRS
        Barriers and counts are on different maps, or lie in degrees.

    Notes
    -----
    A line that only touches a barrier meets it, so a unit whose point lies on a barrier has no
    neighbours. Units at the same point are never cut apart. Edge shares stay those of the
    surroundings given, as if there were no barrier.

    Examples
    --------
    >>> import geopandas as gpd, placemix as pm, shapely
    >>> homes = gpd.GeoDataFrame({"id": list("abc"), "x": [1, 2, 3], "y": [3, 2, 1]},
    ...                          geometry=gpd.points_from_xy([0, 100, 200], [0, 0, 0]), crs="EPSG:27700")
    >>> homes = pm.from_wide(homes, groups=["x", "y"], unit="id")
    >>> river = gpd.GeoSeries([shapely.LineString([(150, -500), (150, 500)])], crs="EPSG:27700")
    >>> near = pm.surroundings.within(homes, radius=500)
    >>> cut = pm.surroundings.with_barriers(homes, near, river)
    >>> cut.weight.tolist(), cut.notes
    ([2.0, 2.0, 1.0], ('4 of 6 pairs of units cut by barriers',))
    """
    whole: object = surroundings
    if not isinstance(whole, Surroundings):
        message = f"What is cut at barriers are surroundings, not a {type(whole).__name__}."
        raise InvalidParameter(message, remedy="Make them with a function of placemix.surroundings first.")
    here = surroundings.on(counts)
    if here.operator.on(counts.total + 1) is not here.operator:
        message = "These surroundings reach as far as a number of people asks for, so cutting them leaves too few."
        raise InvalidParameter(message, remedy="Cut surroundings by distance or contiguity, or use network.")
    places = locate(counts, point=point)
    parts = _prepared(counts, barriers)
    xy = places.xy / places.factor
    met = [0, 0]

    def kept() -> Iterator[Pairs]:
        for i, j, weight in here.operator.pairs():
            cut = _crosses(xy[i], xy[j], parts)
            met[0] += int(cut.sum())
            met[1] += len(cut)
            yield i[~cut], j[~cut], weight[~cut]

    matrix = gathered(kept(), len(counts), remedy="Give the kernel a cut-off, or a smaller radius.")
    return replace(
        here,
        operator=Sparse(with_own(matrix, here.operator.own)),
        text=f"{here.text}, not across barriers",
        notes=(*here.notes, f"{met[0]:,} of {plural(met[1], 'pair')} of units cut by barriers"),
    )


def _prepared(counts: Counts, given: Any) -> list[Any]:  # noqa: ANN401
    """Return barriers as one shape of lines and one of areas, indexed for many questions."""
    import geopandas as gpd
    import shapely

    series = gpd.GeoSeries(given) if isinstance(given, shapely.Geometry) else getattr(given, "geometry", None)
    if series is None:
        message = f"Barriers are lines, as a GeoSeries or a shapely shape, not a {type(given).__name__}."
        raise InvalidParameter(message)
    crs, theirs = counts.geometry.crs, series.crs
    if theirs is not None and (crs is None or not crs.equals(theirs)):
        of_counts = "none" if crs is None else crs.name
        message = f"The barriers have the coordinate reference system {theirs.name}, the units {of_counts}."
        raise CRSMismatch(message, remedy="Bring them onto one map with to_crs.")
    shapes = np.asarray(series.array, dtype=object)
    rows = np.asarray(series.index)
    empty = np.asarray(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    pieces, owner = shapely.get_parts(shapes[~empty], return_index=True)
    kind = shapely.get_type_id(pieces)
    faults: list[PlacemixError] = []
    for wrong, words, remedy in (
        (rows[empty], "without a shape", "Leave them out; bridges that take up a whole barrier leave it empty."),
        (rows[~shapely.is_valid(shapes) & ~empty], "with an invalid shape", "Repair them first: shapes.make_valid()."),
        (rows[~empty][np.unique(owner[~np.isin(kind, (1, 3))])], "that keep nobody apart", "Give lines or areas."),
    ):
        if len(wrong):
            message = f"There are barriers {words}: {plural(len(wrong), 'row')}."
            faults.append(NoPlace(message, units=wrong, remedy=remedy))
    if not len(shapes):
        faults.append(InvalidParameter("There is no barrier."))
    if faults:
        raise together(faults)
    found = [shapely.union_all(pieces[kind == number]) for number in (1, 3) if (kind == number).any()]
    shapely.prepare(found)
    return found


def _crosses(start: FloatArray, end: FloatArray, parts: list[Any]) -> BoolArray:
    """Whether straight lines meet a barrier."""
    import shapely

    out = np.zeros(len(start), dtype=bool)
    apart = np.flatnonzero((start != end).any(axis=1))
    if not len(apart):
        return out
    lines = shapely.linestrings(np.stack([start[apart], end[apart]], axis=1))
    for part in parts:
        out[apart] |= shapely.intersects(part, lines)
    return out
