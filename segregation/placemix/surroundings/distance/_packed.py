"""Points packed into a tree of boxes, so that those around a place are found without looking at all.

Points are sorted along a Hilbert curve, cut into leaves of a few, and leaves into parents. Points of
different strata share no box: each stratum has a root of its own. Memory is linear in points.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray, IntArray

#: Children of a box.
_FAN = 4
#: Bits of a coordinate along the curve.
_BITS = 20


class Packed(NamedTuple):
    """A tree of boxes over points; a box has the numbers of its children, a leaf those of its points.

    Attributes
    ----------
    order
        Place of each sorted point among the points given.
    x, y
        Sorted coordinates.
    box
        West, south, east and north of each box, leaves first, shape (boxes, 4).
    first, last
        First child of each box and the one after the last.
    begin, end
        First sorted point under each box, and the one after the last.
    leaves
        Number of leaves: boxes below this number hold points.
    root
        Box that holds a whole stratum, shape (strata,); -1 where a stratum has no points.
    """

    order: IntArray
    x: FloatArray
    y: FloatArray
    box: FloatArray
    first: IntArray
    last: IntArray
    begin: IntArray
    end: IntArray
    leaves: int
    root: IntArray


def packed(xy: FloatArray, code: IntArray, strata: int, *, leaf: int) -> Packed:
    """Pack points into a tree.

    Parameters
    ----------
    xy
        Coordinates, shape (points, 2).
    code
        Stratum of each point, from 0.
    strata
        Number of strata; some may have no points.
    leaf
        Points in a leaf at most.
    """
    order = np.lexsort((hilbert(xy), code)).astype(np.int64)
    x, y = xy[order, 0].copy(), xy[order, 1].copy()
    counts = np.bincount(code, minlength=strata).astype(np.int64)
    first, last, counts = _cut(np.zeros(1, dtype=np.int64), counts, leaf)
    firsts, lasts, boxes = [first], [last], [_boxes(x, y, x, y, first)]
    begins, ends = [first], [last]
    offset = 0
    while (counts > 1).any():
        low, high, counts = _cut(np.zeros(1, dtype=np.int64), counts, _FAN)
        below = boxes[-1]
        boxes.append(_boxes(below[:, 0], below[:, 1], below[:, 2], below[:, 3], low))
        begins.append(begins[-1][low])
        ends.append(ends[-1][high - 1])
        firsts.append(low + offset)
        lasts.append(high + offset)
        offset += len(below)
    root = np.where(counts > 0, offset + np.cumsum(counts) - counts, -1)
    return Packed(
        order, x, y, np.concatenate(boxes), np.concatenate(firsts), np.concatenate(lasts),
        np.concatenate(begins), np.concatenate(ends), len(first), root.astype(np.int64),
    )  # fmt: skip


def _cut(start: IntArray, counts: IntArray, size: int) -> tuple[IntArray, IntArray, IntArray]:
    """Cut each stratum's run of things into pieces of a size; give their bounds and how many a stratum has."""
    pieces = -(-counts // size)
    ends = np.cumsum(counts)
    owner = np.repeat(np.arange(len(counts)), pieces)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    first = start + (ends - counts)[owner] + within * size
    return first, np.minimum(first + size, ends[owner]), pieces


def _boxes(west: FloatArray, south: FloatArray, east: FloatArray, north: FloatArray, first: IntArray) -> FloatArray:
    if not len(first):
        return np.empty((0, 4))
    low, high = np.minimum.reduceat, np.maximum.reduceat
    return np.column_stack([low(west, first), low(south, first), high(east, first), high(north, first)])


def hilbert(xy: FloatArray) -> IntArray:
    """Number points along a Hilbert curve over their bounding square."""
    if not len(xy):
        return np.zeros(0, dtype=np.int64)
    low = xy.min(axis=0)
    extent = float((xy.max(axis=0) - low).max())
    side = 2**_BITS
    cell = np.zeros(xy.shape) if extent <= 0 else (xy - low) / extent * (side - 1)
    x, y = cell.astype(np.int64).T
    x, y = x.copy(), y.copy()
    code = np.zeros(len(xy), dtype=np.int64)
    step = side // 2
    while step:
        right, up = (x & step) > 0, (y & step) > 0
        code += step * step * ((3 * right) ^ up)
        flip = ~up & right
        x[flip], y[flip] = side - 1 - x[flip], side - 1 - y[flip]
        turn = ~up
        x[turn], y[turn] = y[turn], x[turn].copy()
        step //= 2
    return code
