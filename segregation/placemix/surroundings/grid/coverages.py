"""How much of each cell of a grid areas cover: exact, from their edges alone, in time linear in edges and cells.

Every edge is cut where it crosses a line of the grid. A piece of it adds the ground between itself and
the west side of its cell to that cell, and its height to all cells west of it in the row; summed from
the east these are the areas (Green's theorem).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.harmonise.areas.clipping import Edges

#: Ground that is nothing: digits, not land, as a share of a cell.
DUST = 1e-9
#: Cells and edges looked at in one block.
_BLOCK = 2**20


@dataclass(frozen=True, eq=False)
class Pieces:
    """Parts of areas in cells.

    Attributes
    ----------
    shape
        Position of each piece's area, shape (pieces,).
    row, column
        Cell of each piece, counted from the south and the west.
    share
        Share of the cell's ground that is in the area, from 0 to 1.
    """

    shape: IntArray
    row: IntArray
    column: IntArray
    share: FloatArray


def blocks(bounds: FloatArray, xs: FloatArray, ys: FloatArray, weight: IntArray) -> Iterator[IntArray]:
    """Cut a list of areas into blocks of about as many cells and edges.

    Parameters
    ----------
    bounds
        West, south, east and north of each area, shape (areas, 4).
    xs, ys
        Lines of the grid, rising.
    weight
        Edges of each area, shape (areas,).
    """
    wide = np.searchsorted(xs, bounds[:, 2]) - np.searchsorted(xs, bounds[:, 0]) + 2
    high = np.searchsorted(ys, bounds[:, 3]) - np.searchsorted(ys, bounds[:, 1]) + 2
    done = np.cumsum(wide * high + 4 * weight)
    edges = np.searchsorted(done, np.arange(_BLOCK, done[-1] if len(done) else 0, _BLOCK)) + 1
    yield from (part for part in np.split(np.arange(len(bounds)), np.unique(edges)) if len(part))


def pieces(shapes: Any, xs: FloatArray, ys: FloatArray) -> Pieces:  # noqa: ANN401
    """Share of each cell that areas cover, for all cells that they do.

    Parameters
    ----------
    shapes
        Valid areas inside the grid, shape (areas,).
    xs, ys
        Lines of the grid, rising.

    Returns
    -------
    pieces
        Ordered by area, row and column.

    Examples
    --------
    >>> import shapely
    >>> triangle = np.array([shapely.Polygon([(0, 0), (2, 0), (0, 2)])])
    >>> pieces(triangle, np.arange(3.0), np.arange(3.0)).share.tolist()
    [1.0, 0.5, 0.5]
    """
    edges = Edges.of(shapes)
    owner = np.repeat(np.arange(len(shapes)), edges.number)
    steep = np.flatnonzero(edges.ends[1] != edges.ends[3])
    edge, ends = _cut(edges.ends[:, steep], xs, ys)
    shape, side = owner[steep][edge], edges.side[steep][edge]
    # An edge on the grid's last line, or a digit beyond it, ends the last cell.
    column, row = (
        np.minimum(np.searchsorted(lines, (ends[axis] + ends[axis + 2]) / 2, side="right") - 1, len(lines) - 2)
        for axis, lines in enumerate((xs, ys))
    )
    rise = side * (ends[3] - ends[1]) / (ys[row + 1] - ys[row])
    inside = rise * ((ends[0] - xs[column]) + (ends[2] - xs[column])) / 2 / (xs[column + 1] - xs[column])
    key = (shape * len(ys) + row) * len(xs) + column
    order = np.argsort(key, kind="stable")
    first = np.flatnonzero(np.diff(key[order], prepend=-1))
    key = key[order][first]
    if not len(key):
        nothing = np.empty(0, dtype=np.int64)
        return Pieces(nothing, nothing, nothing, np.empty(0))
    rise, inside = (np.add.reduceat(part[order], first) for part in (rise, inside))
    return _filled(key, rise, inside, len(xs), len(ys))


def _filled(key: IntArray, rise: FloatArray, inside: FloatArray, wide: int, high: int) -> Pieces:
    """Sum along rows, and fill the cells between two that edges pass through."""
    line = key // wide
    starts = np.flatnonzero(np.diff(line, prepend=-1))
    # A row's edges go up as much as down, so what lies east of a cell is minus what lies west of it.
    west = np.cumsum(rise)
    west -= np.repeat(np.append(0.0, west)[starts], np.diff(starts, append=len(key)))
    gap = np.zeros(len(key), dtype=np.int64)
    gap[:-1] = np.where(line[1:] == line[:-1], key[1:] - key[:-1] - 1, 0)
    gap[-west <= DUST] = 0
    number = gap + 1
    at = np.repeat(np.arange(len(key)), number)
    step = np.arange(len(at)) - np.repeat(np.cumsum(number) - number, number)
    share = np.where(step == 0, (inside - west)[at], -west[at])
    cell = key[at] + step
    # The grid's digits may add a hair to a full cell.
    kept = share > DUST
    cell, share = cell[kept], np.minimum(share[kept], 1.0)
    rest, column = np.divmod(cell, wide)
    shape, row = np.divmod(rest, high)
    return Pieces(shape, row, column, share)


def _cut(ends: FloatArray, xs: FloatArray, ys: FloatArray) -> tuple[IntArray, FloatArray]:
    """Cut edges where they cross lines of the grid: the edge of each part, and its ends."""
    count = ends.shape[1]
    edge, at = [np.arange(count)], [np.zeros(count)]
    for lines, one, two in ((xs, ends[0], ends[2]), (ys, ends[1], ends[3])):
        low = np.searchsorted(lines, np.minimum(one, two), side="right")
        number = np.maximum(np.searchsorted(lines, np.maximum(one, two), side="left") - low, 0)
        which = np.repeat(np.arange(count), number)
        line = lines[low[which] + np.arange(len(which)) - np.repeat(np.cumsum(number) - number, number)]
        edge.append(which)
        at.append((line - one[which]) / (two - one)[which])
    which, t = np.concatenate(edge), np.clip(np.concatenate(at), 0.0, 1.0)
    order = np.lexsort((t, which))
    which, t = which[order], t[order]
    until = np.append(t[1:], 1.0)
    until[np.append(which[1:] != which[:-1], True)] = 1.0
    long = until > t
    which, t, until = which[long], t[long], until[long]
    one, rise = ends[:2, which], ends[2:, which] - ends[:2, which]
    return which, np.concatenate([one + t * rise, np.where(until == 1.0, ends[2:, which], one + until * rise)])
