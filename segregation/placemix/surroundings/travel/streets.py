"""Streets as nodes and edges, whatever they came in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.errors import (
    CRSMismatch,
    InvalidParameter,
    InvalidTable,
    MissingExtra,
    PlacemixError,
    UnknownColumn,
    UnreadableFile,
    did_you_mean,
    listed,
    plural,
    together,
)

#: Names that edges are listed by in messages, made only where one is at fault.
Names = Callable[[IntArray], list[str]]


@dataclass(frozen=True, eq=False)
class Streets:
    """A street network.

    Attributes
    ----------
    xy
        Coordinates of the nodes on the map, shape (nodes, 2).
    start, end
        Node where each edge starts and ends; an edge that is used both ways stands there twice.
    cost
        What it costs to walk along each edge, as given.
    crs
        Coordinate reference system, or None where nobody says.
    measured
        Whether costs are lengths of lines, in the map's unit.
    """

    xy: FloatArray
    start: IntArray
    end: IntArray
    cost: FloatArray
    crs: Any = None
    measured: bool = False


def read_streets(streets: Any, cost: str | None, oneway: str | None, *, timed: bool) -> Streets:  # noqa: ANN401
    """Read nodes and edges from a graph, a pandana network, a table of lines, or a file of one.

    Parameters
    ----------
    streets
        What was given.
    cost
        Attribute of the edges. None: the only weight of a pandana network; else ``minutes`` where
        times are needed, a graph's ``length``, or the length of lines.
    oneway
        Column of a table of lines that says which are used in their own direction only.
    timed
        Whether times are needed.

    Raises
    ------
    InvalidParameter
        It is none of these, or costs are missing, negative or infinite.
    InvalidTable
        Nodes have no coordinates, or lines are no single lines.
    UnknownColumn
        Edges have no such attribute.
    UnreadableFile, MissingExtra
        The file cannot be read.
    """
    if isinstance(streets, str | Path):
        streets = _file(Path(streets))
    if hasattr(streets, "nodes_df") and hasattr(streets, "edges_df"):
        found, names = _from_pandana(streets, cost)
    elif hasattr(streets, "is_directed") and hasattr(streets, "edges"):
        found, names = _from_graph(streets, cost or ("minutes" if timed else "length"))
    elif hasattr(streets, "active_geometry_name") and streets.active_geometry_name is not None:
        found, names = _from_lines(streets, cost or ("minutes" if timed else None), oneway)
    else:
        message = f"A {type(streets).__name__} is no street network."
        remedy = "Give a networkx graph, a pandana network, a GeoDataFrame of lines, or a .graphml file."
        raise InvalidParameter(message, remedy=remedy)
    faults = list(_faults(found, names))
    if faults:
        raise together(faults)
    return found


def _faults(found: Streets, names: Names) -> Iterator[PlacemixError]:
    if not len(found.cost):
        yield InvalidTable("The street network has no edges.", remedy="Check the area for which it was fetched.")
    for word, wrong in (
        ("no cost", np.isnan(found.cost)),
        ("a negative cost", found.cost < 0),
        ("an infinite cost", np.isinf(found.cost)),
    ):
        if wrong.any():
            which = list(dict.fromkeys(names(np.flatnonzero(wrong))))
            message = f"{plural(len(which), 'edge has', 'edges have')} {word}."
            yield InvalidParameter(message, units=which, remedy="Give each a number from 0 on, or leave it out.")


def _file(path: Path) -> Any:  # noqa: ANN401
    if not path.is_file():
        message = f"There is no file {str(path)!r}."
        raise UnreadableFile(message)
    if path.suffix.casefold() != ".graphml":
        import geopandas as gpd

        if path.suffix.casefold() in {".parquet", ".pq"}:
            return gpd.read_parquet(path)
        return gpd.read_file(path)
    try:
        import networkx as nx
    except ImportError as error:
        message = "Reading a graph from a file needs networkx."
        remedy = "pip install 'placemix[network]'; or give the edges as a GeoDataFrame of lines."
        raise MissingExtra(message, remedy=remedy) from error
    try:
        return nx.read_graphml(path)
    except (SyntaxError, nx.NetworkXError, ValueError, KeyError) as error:
        message = f"{path.name!r} is no graph in GraphML."
        raise UnreadableFile(message) from error


def _from_graph(graph: Any, cost: str) -> tuple[Streets, Names]:  # noqa: ANN401
    """Read a graph of networkx; parallel edges are kept."""
    nodes = list(graph.nodes(data=True))
    at = {name: place for place, (name, _) in enumerate(nodes)}
    xy = np.array([[_number(data.get("x")), _number(data.get("y"))] for _, data in nodes]).reshape(-1, 2)
    _placed(xy, [name for name, _ in nodes])
    edges = list(graph.edges(data=True))
    start = np.array([at[u] for u, _, _ in edges], dtype=np.int64)
    end = np.array([at[v] for _, v, _ in edges], dtype=np.int64)
    if edges and not any(cost in data for _, _, data in edges):
        known = list(dict.fromkeys(name for _, _, data in edges[:1000] for name in data))
        raise _unknown(cost, known)
    price = np.array([_number(data.get(cost)) for _, _, data in edges], dtype=np.float64)

    def names(which: IntArray) -> list[str]:
        return [f"{edges[place % len(edges)][0]} → {edges[place % len(edges)][1]}" for place in which.tolist()]

    found = Streets(xy, start, end, price, _crs(graph.graph.get("crs")))
    return (found if graph.is_directed() else _both_ways(found)), names


def _from_pandana(network: Any, cost: str | None) -> tuple[Streets, Names]:  # noqa: ANN401
    """Read a network of pandana, whose nodes and edges are tables."""
    nodes, edges = network.nodes_df, network.edges_df
    weights = [str(name) for name in edges.columns if name not in {"from", "to"}]
    if cost is None and len(weights) != 1:
        message = f"The network has several weights: {listed(weights)}."
        raise InvalidParameter(message, remedy="Say which to add up as cost=.")
    cost = cost or weights[0]
    if cost not in edges.columns:
        raise _unknown(cost, weights)
    xy = nodes[["x", "y"]].to_numpy(dtype=np.float64)
    _placed(xy, list(nodes.index))
    start, end = nodes.index.get_indexer(edges["from"]), nodes.index.get_indexer(edges["to"])
    odd = [*edges["from"][start < 0], *edges["to"][end < 0]]
    if odd:
        message = f"Edges start or end at {plural(len(set(odd)), 'node')} that the network does not have."
        raise InvalidTable(message, units=dict.fromkeys(odd))

    def names(which: IntArray) -> list[str]:
        rows = edges.iloc[which % len(edges)]
        return [f"{u} → {v}" for u, v in zip(rows["from"], rows["to"], strict=True)]

    price = pd.to_numeric(edges[cost], errors="coerce").to_numpy(dtype=np.float64)
    found = Streets(xy, start, end, price)
    return (_both_ways(found) if getattr(network, "_twoway", True) else found), names


def _from_lines(lines: Any, cost: str | None, oneway: str | None) -> tuple[Streets, Names]:  # noqa: ANN401
    """Read lines that join where their ends coincide, to a thousandth of the map's unit."""
    import shapely

    for name in (cost, oneway):
        if name is not None and name not in lines.columns:
            raise _unknown(name, [str(column) for column in lines.columns])
    shapes = np.asarray(lines.geometry.array, dtype=object)
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    endless = np.unique(owner[~np.isfinite(coordinates).all(axis=1)])
    if len(endless):
        message = f"{plural(len(endless), 'street has', 'streets have')} endless coordinates."
        raise InvalidTable(message, units=lines.index[endless], remedy="Look at the file they came from.")
    merged = np.where(shapely.get_type_id(shapes) == 5, shapely.line_merge(shapes), shapes)
    rows = np.asarray(lines.index)
    wrong = (shapely.get_type_id(merged) != 1) | shapely.is_empty(merged)
    if wrong.any():
        message = f"{plural(int(wrong.sum()), 'street is no single line', 'streets are no single lines')}."
        remedy = "Leave them out, or cut them into single lines: streets.explode()."
        raise InvalidTable(message, units=rows[wrong], remedy=remedy)
    ends = shapely.get_coordinates([shapely.get_point(merged, 0), shapely.get_point(merged, -1)])
    xy, place = np.unique(np.round(ends, 3), axis=0, return_inverse=True)
    start, end = place.reshape(2, -1).astype(np.int64)
    price = shapely.length(merged)
    if cost is not None:
        price = pd.to_numeric(lines[cost], errors="coerce").to_numpy(dtype=np.float64)

    def names(which: IntArray) -> list[str]:
        return [str(name) for name in rows[which % len(rows)]]

    found = Streets(xy, start, end, np.asarray(price), lines.crs, measured=cost is None)
    if oneway is None:
        return _both_ways(found), names
    one = lines[oneway]
    if not pd.api.types.is_bool_dtype(one.dtype) or one.isna().any():
        message = f"Column {oneway!r} says of each street whether it is used one way only: True or False."
        raise InvalidParameter(message, remedy="Turn its codes into True and False first.")
    back = np.flatnonzero(~one.to_numpy(dtype=bool))
    kept = np.concatenate([np.arange(len(rows)), len(rows) + back])
    two = _both_ways(found)
    some = replace(two, start=two.start[kept], end=two.end[kept], cost=two.cost[kept])
    return some, lambda which: names(kept[which])


def _both_ways(found: Streets) -> Streets:
    start, end = np.concatenate([found.start, found.end]), np.concatenate([found.end, found.start])
    return replace(found, start=start, end=end, cost=np.concatenate([found.cost, found.cost]))


def _unknown(cost: str, known: Sequence[str]) -> UnknownColumn:
    message = f"The edges have no {cost!r}."
    remedy = f"{did_you_mean(cost, known)} They have: {listed(known, shown=20)}."
    return UnknownColumn(message, remedy=remedy.strip())


def _placed(xy: FloatArray, names: Sequence[object]) -> None:
    wrong = np.flatnonzero(~np.isfinite(xy).all(axis=1))
    if len(wrong):
        message = f"{plural(len(wrong), 'node has', 'nodes have')} no coordinates x and y."
        raise InvalidTable(message, units=[names[place] for place in wrong.tolist()], remedy="Give each node x and y.")


def _number(value: object) -> float:
    """Read a number, also one written as text; NaN for anything else."""
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        return float(value)
    try:
        return float(value) if isinstance(value, str) else float("nan")
    except ValueError:
        return float("nan")


def _crs(given: Any) -> Any:  # noqa: ANN401
    """Read a coordinate reference system as a graph holds it."""
    if given is None:
        return None
    import geopandas as gpd

    try:
        return gpd.GeoSeries([], crs=given).crs
    except RuntimeError as error:  # pyproj's own is one
        message = f"The graph's coordinate reference system {given!r} is not understood."
        raise CRSMismatch(message, remedy="Write it as 'EPSG:27700' in graph.graph['crs'].") from error
