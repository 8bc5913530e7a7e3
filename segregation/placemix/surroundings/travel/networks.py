"""Surroundings along streets: whom a journey through a network reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts
from placemix.errors import CRSMismatch, InvalidParameter, NoPlace, did_you_mean, plural
from placemix.lengths import METRES
from placemix.surroundings.around import WORKSPACE, Pairs, Surroundings
from placemix.surroundings.distance import _cells
from placemix.surroundings.distance.nearby import Shape
from placemix.surroundings.points import Places, Point, locate
from placemix.surroundings.travel.durations import MINUTES, duration, kernel_text, known_kernel, reach, written
from placemix.surroundings.travel.journeys import reached
from placemix.surroundings.travel.streets import Streets, read_streets


def network(
    counts: Counts,
    streets: Any,  # noqa: ANN401
    *,
    minutes: float | str | None = None,
    metres: float | str | None = None,
    cost: str | None = None,
    cost_unit: str | None = None,
    speed: float | None = None,
    shape: Shape = "uniform",
    cutoff: float | str | None = None,
    own: float | str | None = None,
    snap: float | str = 500,
    oneway: str | None = None,
    point: Point = "centroid",
) -> Surroundings:
    """People within reach along a street network, or weighted by a kernel of how far they are along it.

    Parameters
    ----------
    counts
        Counts with shapes or points on a projected map.
    streets
        A networkx graph whose nodes have x and y, such as OSMnx makes and projects, or a
        ``.graphml`` file of one; a ``pandana.Network``; or a GeoDataFrame of lines that join where
        their ends meet, or a file of one. On the map of the counts.
    minutes, metres
        The kernel's bandwidth, as a time or a length along streets: a number or text such as
        ``"15 minutes"`` or ``"1 mile"``. Give one of the two.
    cost
        Attribute of the edges that is added up. Default: the only one of a pandana network; else
        ``"minutes"`` where minutes are asked for without a speed, and otherwise a graph's
        ``"length"``, or the length of the lines themselves.
    cost_unit
        Its unit, such as ``"metres"``, ``"minutes"`` or ``"seconds"`` (OSMnx's travel_time).
        Default: metres, or minutes where minutes are asked for without a speed.
    speed
        Kilometres an hour, to turn lengths into minutes.
    shape
        Shape of the kernel, as in `kernel`; ``"uniform"`` counts everyone nearer than the bandwidth.
    cutoff
        Cost from which on weights are zero, for Gaussian and exponential kernels.
    own
        How far a unit is from itself, as a time or a length. Default: 0.
    snap
        How far a unit may lie from the nearest node: metres, or text with a unit. The way to the
        node costs nothing; `notes` says how long it is.
    oneway
        Column of a table of lines that is True where a street is used in the line's direction only.
        Default: all are used both ways. Graphs say it themselves.
    point
        Which point stands for a shape.

    Returns
    -------
    surroundings
        For ``around=`` of `placemix.measure`: what can be reached from each unit.

    Raises
    ------
    InvalidParameter
        Neither or both of minutes and metres are given, or edges have costs that are missing,
        negative or infinite; the edges are listed.
    NoPlace
        Units have no usable shape, or are farther than `snap` from every node; all are listed.
    CRSMismatch, GeographicCRS
        Streets and counts are on different maps, or lie in degrees.
    UnknownColumn, InvalidTable
        Edges have no such attribute, nodes no coordinates, or a line several parts.
    MissingExtra
        Reading a ``.graphml`` file needs networkx.

    Notes
    -----
    Shortest paths are searched from each node that has units, as far as the kernel reaches, in
    blocks of bounded memory (SciPy's Dijkstra). Units at one node are at distance 0 of each
    other. Of parallel edges the cheapest counts.

    Examples
    --------
    >>> import geopandas as gpd, placemix as pm, shapely
    >>> homes = gpd.GeoDataFrame({"id": list("abc"), "x": [1, 2, 3], "y": [3, 2, 1]},
    ...                          geometry=gpd.points_from_xy([0, 0, 300], [0, 400, 400]), crs="EPSG:27700")
    >>> homes = pm.from_wide(homes, groups=["x", "y"], unit="id")
    >>> lines = [shapely.LineString([(0, 0), (0, 400)]), shapely.LineString([(0, 400), (300, 400)])]
    >>> near = pm.surroundings.network(homes, gpd.GeoDataFrame(geometry=lines, crs="EPSG:27700"), metres=600)
    >>> near
    <Surroundings of 3 units: within 600 m along streets>
    >>> near.weight.tolist()
    [2.0, 3.0, 2.0]
    """
    known_kernel(shape, cutoff)
    timed = _timed(minutes, metres, speed)
    places = locate(counts, point=point)

    def read(given: float | str, name: str, *, zero: bool = False) -> float:
        if timed:
            return duration(given, name, zero=zero)
        return 0.0 if zero and given == 0 else places.length(given, name)

    def text_of(far: float) -> str:
        return written(far) if timed else places.written(far)

    bandwidth = read(minutes, "minutes") if minutes is not None else read(metres or 0, "metres")
    cut = reach(shape, bandwidth, None if cutoff is None else read(cutoff, "cutoff"))
    here = read(own or 0, "own", zero=True)
    factor = _factor(places, cost, cost_unit, timed=timed, speed=speed)
    found = read_streets(streets, cost, oneway, timed=timed and speed is None)
    _same_map(counts, found)
    graph = _cheapest(found, factor * places.factor if found.measured else factor)
    node, apart = _snapped(counts, places, found, snap)
    along = "along streets" if speed is None else f"along streets at {speed:.10g} km/h"
    text = kernel_text(shape, text_of(bandwidth), "" if np.isinf(cut) else text_of(cut), along)
    return reached(
        counts,
        _paths(graph, node, cut),
        np.full(len(counts), here),
        lambda far: _cells.weights(far, shape=shape, bandwidth=bandwidth, cutoff=cut),
        text=f"{text}, own distance {text_of(here)}" if here else text,
        own_stated=own is not None,
        notes=_notes(graph, node, apart, places),
    )


def _timed(minutes: object, metres: object, speed: float | None) -> bool:
    """Whether the kernel is one of time."""
    if (minutes is None) == (metres is None):
        message = "Either minutes= or metres= says how far the kernel reaches."
        raise InvalidParameter(message, remedy="Give one of the two.")
    if speed is None:
        return minutes is not None
    if isinstance(speed, bool) or not isinstance(speed, int | float | np.number) or not 0 < speed < np.inf:
        message = f"speed is a number of kilometres an hour above 0, not {speed!r}."
        raise InvalidParameter(message)
    if minutes is None:
        message = "A speed turns lengths into minutes, and metres are asked for."
        raise InvalidParameter(message, remedy="Leave out speed=, or give minutes=.")
    return True


def _factor(places: Places, cost: str | None, unit: str | None, *, timed: bool, speed: float | None) -> float:
    """By what to multiply costs of edges to have minutes, or metres."""
    planar = places.crs is None
    if timed and speed is None:
        _known_unit(unit, MINUTES)
        return MINUTES[unit or "minutes"]
    if planar and (unit is not None or speed is not None):
        message = (
            "On a plane of no named unit lengths are bare numbers, so neither cost_unit= nor speed= says anything."
        )
        raise InvalidParameter(message, remedy="Give the shapes a coordinate reference system, or minutes as a cost.")
    _known_unit(unit, METRES)
    if unit is not None and cost is None:
        message = f"cost_unit={unit!r} is the unit of a cost, and none is named."
        raise InvalidParameter(message, remedy="Name the attribute as cost=, or leave out cost_unit=.")
    return (1.0 if planar else METRES[unit or "metres"]) * (1.0 if speed is None else 60 / (1000 * speed))


def _known_unit(unit: str | None, known: Mapping[str, float]) -> None:
    if unit is not None and unit not in known:
        message = f"cost_unit is one of {', '.join(known)}, not {unit!r}."
        raise InvalidParameter(message, remedy=did_you_mean(unit, known))


def _same_map(counts: Counts, found: Streets) -> None:
    crs = counts.geometry.crs
    if found.crs is None or (crs is not None and crs.equals(found.crs)):
        return
    of_counts = "none" if crs is None else crs.name
    message = f"The streets have the coordinate reference system {found.crs.name}, the units {of_counts}."
    raise CRSMismatch(message, remedy="Bring them onto one map: lines.to_crs(…), or osmnx.project_graph(graph, …).")


def _cheapest(found: Streets, factor: float) -> Any:  # noqa: ANN401
    """Edges as a CSR array, the cheapest of parallel ones."""
    from scipy.sparse import csr_array

    order = np.lexsort((found.cost, found.end, found.start))
    start, end, cost = found.start[order], found.end[order], found.cost[order] * factor
    first = np.ones(len(start), dtype=bool)
    first[1:] = (np.diff(start) != 0) | (np.diff(end) != 0)
    start, end, cost = start[first], end[first], cost[first]
    nodes = len(found.xy)
    # Built by hand, so that an edge that costs nothing stays one.
    bounds = np.searchsorted(start, np.arange(nodes + 1))
    return csr_array((cost, end, bounds), shape=(nodes, nodes))


def _snapped(counts: Counts, places: Places, found: Streets, snap: float | str) -> tuple[IntArray, FloatArray]:
    """Nearest node of each unit and how far it is."""
    from scipy.spatial import KDTree

    farthest = places.length(snap, "snap")
    apart, node = KDTree(found.xy * places.factor).query(places.xy)
    far = apart > farthest
    if far.any():
        message = f"{plural(int(far.sum()), 'unit is', 'units are')} farther than {places.written(farthest)} from every"
        message += f" node of the streets, the farthest {places.written(round(float(apart.max())))}."
        remedy = "Check that both are on one map and the streets cover the units; or allow more with snap=."
        raise NoPlace(message, units=counts.units[far], remedy=remedy)
    return np.asarray(node, dtype=np.int64), np.asarray(apart)


def _paths(graph: Any, node: IntArray, limit: float) -> Iterator[Pairs]:  # noqa: ANN401
    """Cheapest paths between units, in blocks of bounded memory."""
    from scipy.sparse.csgraph import dijkstra

    sources = np.unique(node)
    rows = max(1, WORKSPACE // (8 * (graph.shape[0] + 2 * len(node))))
    for first in range(0, len(sources), rows):
        block = sources[first : first + rows]
        # Path lengths to every node, of which only those with units are wanted.
        far = dijkstra(graph, directed=True, indices=block, limit=limit)[:, node]
        units = np.flatnonzero((node >= block[0]) & (node <= block[-1]))
        # Several units may share a node, and each has its own row.
        row = np.searchsorted(block, node[units])
        for unit, line in zip(units.tolist(), row.tolist(), strict=True):
            others = np.flatnonzero(np.isfinite(far[line]))
            yield np.full(len(others), unit), others, far[line, others]


def _notes(graph: Any, node: IntArray, apart: FloatArray, places: Places) -> list[str]:  # noqa: ANN401
    from scipy.sparse.csgraph import connected_components

    middle, most = (places.written(round(float(value))) for value in (np.median(apart), apart.max()))
    notes = [f"units lie up to {most} from their node of the streets (median {middle}), which costs nothing"]
    _, place, size = np.unique(node, return_inverse=True, return_counts=True)
    together = int((size[place] > 1).sum())
    if together:
        notes.append(f"{plural(together, 'unit')} at the same node as another, at distance 0")
    _, part = connected_components(graph, directed=True, connection="weak")
    apart_from = int((part[node] != np.bincount(part[node]).argmax()).sum())
    if apart_from:
        notes.append(f"{plural(apart_from, 'unit')} on streets that are not connected with the others'")
    return notes
