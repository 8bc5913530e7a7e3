"""Areas of shapes within rectangles, from their edges alone: exact, and all pairs at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from placemix._typing import FloatArray, IntArray

#: Edges of pairs worked on at a time, so that they stay in the cache.
EDGES = 1 << 15


@dataclass(frozen=True, eq=False)
class Edges:
    """The edges of areas, ring by ring, one shape after the other.

    Attributes
    ----------
    first, number
        First edge of each shape and how many it has, shape (shapes,).
    ends
        x and y of both ends of each edge, shape (4, edges).
    side
        1 where the area lies left of the edge, -1 where it lies right of it, shape (edges,).
    """

    first: IntArray
    number: IntArray
    ends: FloatArray
    side: FloatArray

    @classmethod
    def of(cls, shapes: Any) -> Edges:  # noqa: ANN401
        """Take valid polygons and multipolygons apart; others have no edges."""
        import shapely

        pieces, whose = shapely.get_parts(shapes, return_index=True)
        # A collection may hold several polygons in one.
        parts, piece = shapely.get_parts(pieces, return_index=True)
        owner = whose[piece]
        flat = shapely.get_type_id(parts) == 3
        parts, owner = parts[flat], owner[flat]
        rings, part = shapely.get_rings(parts, return_index=True)
        points, ring = shapely.get_coordinates(rings, return_index=True)
        same = ring[1:] == ring[:-1]
        ends = np.vstack([points[:-1].T, points[1:].T])[:, same]
        ring = ring[:-1][same]
        # Counted from each ring's own first point, so that large coordinates cost no digits.
        start = points[np.unique(ring, return_index=True)[1] + np.arange(len(rings))] if len(rings) else points
        x, y = start[ring].T
        turning = np.bincount(ring, (ends[0] - x) * (ends[3] - y) - (ends[2] - x) * (ends[1] - y), minlength=len(rings))
        outer = np.append(True, part[1:] != part[:-1]) if len(part) else np.zeros(0, dtype=bool)
        side = np.sign(turning) * np.where(outer, 1.0, -1.0)
        number = np.bincount(owner[part[ring]], minlength=len(shapes))
        return cls(np.cumsum(number) - number, number, ends, side[ring])


def areas_in_boxes(shapes: Any, shape: IntArray, boxes: FloatArray) -> FloatArray:  # noqa: ANN401
    """Return the area of shapes within rectangles.

    By Green's theorem it is the integral of the distance from the rectangle's west side, kept
    between 0 and its width, along those parts of the edges that lie between south and north.

    Parameters
    ----------
    shapes
        Valid areas, shape (shapes,).
    shape
        Position of each pair's shape, shape (pairs,).
    boxes
        West, south, east and north of each pair's rectangle, shape (pairs, 4).

    Examples
    --------
    >>> import shapely
    >>> triangle = np.array([shapely.Polygon([(0, 0), (4, 0), (0, 4)])])
    >>> areas_in_boxes(triangle, np.array([0, 0]), np.array([[0, 0, 2, 2], [2.0, 0, 9, 9]])).tolist()
    [4.0, 2.0]
    """
    import shapely

    area = np.zeros(len(shape))
    order = np.argsort(shape, kind="stable")
    used, first = np.unique(shape[order], return_index=True)
    bounds = np.append(first, len(order))
    for some in _blocks(shapely.get_num_coordinates(shapes[used])):
        pairs = order[bounds[some.start] : bounds[some.stop]]
        edges = Edges.of(shapes[used[some]])
        place = np.searchsorted(used[some], shape[pairs])
        for part in _blocks(edges.number[place]):
            area[pairs[part]] = _areas(edges, place[part], boxes[pairs[part]])
    return area


def _blocks(number: IntArray) -> Iterator[slice]:
    """Cut a list into slices of about as many edges."""
    done = np.cumsum(number)
    start = 0
    while start < len(number):
        before = done[start - 1] if start else 0
        stop = max(int(np.searchsorted(done, before + EDGES, side="right")), start + 1)
        yield slice(start, stop)
        start = stop


def _areas(edges: Edges, shape: IntArray, boxes: FloatArray) -> FloatArray:
    number = edges.number[shape]
    pair = np.repeat(np.arange(len(shape)), number)
    edge = np.arange(len(pair)) + np.repeat(edges.first[shape] - (np.cumsum(number) - number), number)
    south, north = boxes[pair, 1], boxes[pair, 3]
    low, high = edges.ends[1, edge], edges.ends[3, edge]
    from_, to = np.clip(low, south, north), np.clip(high, south, north)
    crossing = np.flatnonzero(from_ != to)
    pair, edge = pair[crossing], edge[crossing]
    low, high, from_, to = low[crossing], high[crossing], from_[crossing], to[crossing]
    west, wide = boxes[pair, 0], boxes[pair, 2] - boxes[pair, 0]
    one, two = edges.ends[0, edge] - west, edges.ends[2, edge] - west
    slope = (two - one) / (high - low)
    enter, leave = one + (from_ - low) * slope, one + (to - low) * slope
    step = leave - enter
    moving = step != 0
    step = np.where(moving, step, 1.0)
    near, far = np.clip(enter, 0, wide), np.clip(leave, 0, wide)
    # The parts of an edge beside the rectangle's west and east sides, weighed apart: no digits cancel.
    within = np.where(moving, (far - near) / step, 1.0)
    beyond = np.where(moving, (np.maximum(leave, wide) - np.maximum(enter, wide)) / step, 0.0)
    mean = within * (near + far) / 2 + beyond * wide
    area = np.bincount(pair, (to - from_) * mean * edges.side[edge], minlength=len(shape))
    return np.asarray(area, dtype=np.float64)
