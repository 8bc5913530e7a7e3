"""Points sorted into square cells, and compiled sweeps over all pairs within a cut-off.

Cells of one row lie behind each other in memory, so the neighbours of a cell are a few runs of
points. Memory is linear in points; no list of pairs is kept. Points of different strata never
meet: the stratum is the first part of a cell's key.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter
from placemix.surroundings.distance import _pairwise

#: Shapes of kernels, by the number that the compiled code knows them by.
SHAPES = ("uniform", "triangular", "biweight", "gaussian", "exponential")
#: Cells are a quarter of the cut-off wide: smaller ones cost more lookups than they spare pairs.
_FINE = 4
#: Pairs looked at in one task, and at most in one block of pairs.
_TASK = 2**22
#: Pairs whose weights stay in a processor's cache between two steps of a sweep.
_BLOCK = 2**17
#: Most points of a cell that are treated together.
_TOGETHER = 64
#: Pairs in a cell's run from which on dense blocks are quicker than lists of neighbours.
_DENSE = 2**12
#: Largest key of a cell.
_KEYS = 2**62


@dataclass(frozen=True, eq=False)
class Cells:
    """Points in order of their cell.

    Attributes
    ----------
    order
        Place of each sorted point among the points given.
    x, y
        Sorted coordinates.
    homes
        First sorted point of each cell, and the number of points, shape (cells + 1,). A cell of many
        points is several cells with the same surroundings.
    first, last
        Runs of points around each cell, as first point and the one after the last, shape (cells, runs).
    work
        Pairs that each cell looks at.
    """

    order: IntArray
    x: FloatArray
    y: FloatArray
    homes: IntArray
    first: IntArray
    last: IntArray
    work: IntArray


def cells(xy: FloatArray, codes: IntArray | None, cutoff: float) -> Cells:
    """Sort points into cells.

    Parameters
    ----------
    xy
        Coordinates, shape (points, 2).
    codes
        Stratum of each point, or None for one.
    cutoff
        Points at this distance or farther are not neighbours; infinite for none.
    """
    count = len(xy)
    code = np.zeros(count, dtype=np.int64) if codes is None else np.unique(codes, return_inverse=True)[1].reshape(-1)
    grid = _Grid.over(xy, code, cutoff)
    key = grid.keys(xy, code)
    order = np.argsort(key, kind="stable")
    key = key[order]
    homes = np.flatnonzero(np.diff(key, prepend=-1)).astype(np.int64)
    first, last = grid.runs(key, key[homes])
    bounds = np.append(homes, count).astype(np.int64)
    bounds, parts = _parted(bounds, (last - first).sum(axis=1))
    first, last = first[parts], last[parts]
    work = np.diff(bounds) * (last - first).sum(axis=1)
    return Cells(order.astype(np.int64), xy[order, 0].copy(), xy[order, 1].copy(), bounds, first, last, work)


def runs(
    xy: FloatArray, codes: IntArray, around: FloatArray, around_codes: IntArray, cutoff: float
) -> tuple[IntArray, IntArray, IntArray]:
    """Find the points of one list that may be near each point of another.

    Parameters
    ----------
    xy, codes
        Points looked for, and their strata.
    around, around_codes
        Points around which they are looked for, and their strata.
    cutoff
        Distance within which all are found.

    Returns
    -------
    order, first, last
        Order in which the points looked for are to be put, and runs of them for each of the others.
    """
    grid = _Grid.over(np.concatenate([xy, around]), np.concatenate([codes, around_codes]), cutoff)
    key = grid.keys(xy, codes)
    order = np.argsort(key, kind="stable")
    first, last = grid.runs(key[order], grid.keys(around, around_codes))
    return order.astype(np.int64), first, last


class _Grid(NamedTuple):
    """Square cells over points; a cell's key counts strata, then rows, then columns."""

    low: FloatArray
    size: float
    fine: int
    tall: int
    wide: int
    reach: IntArray

    @classmethod
    def over(cls, xy: FloatArray, code: IntArray, cutoff: float) -> _Grid:
        low = xy.min(axis=0) if len(xy) else np.zeros(2)
        extent = xy.max(axis=0) - low if len(xy) else np.zeros(2)
        size = cutoff / _FINE
        if not np.isfinite(cutoff) or (extent <= size).all():
            return cls(low, np.inf, 0, 1, 1, np.zeros(1, dtype=np.int64))
        # With a tiny cut-off the grid would have more cells than whole numbers: larger ones do as well.
        while np.prod(np.floor(extent / size) + 2 * _FINE + 2) * (code.max() + 1) > _KEYS:
            size *= 2
        across, up = (np.floor(extent / size).astype(np.int64) + 2 * _FINE + 1).tolist()
        # A row of cells farther away is reached only by a shorter stretch of it.
        gap = np.maximum(np.abs(np.arange(-_FINE, _FINE + 1)) - 1, 0) * size
        reach = np.ceil(np.sqrt(np.maximum(cutoff**2 - gap**2, 0)) / size).astype(np.int64)
        return cls(low, size, _FINE, up, across, np.minimum(reach, _FINE))

    def keys(self, xy: FloatArray, code: IntArray) -> IntArray:
        column, row = np.floor((xy - self.low) / self.size).astype(np.int64).T
        return (code * self.tall + row + self.fine) * self.wide + column + self.fine

    def runs(self, keys: IntArray, around: IntArray) -> tuple[IntArray, IntArray]:
        """First and last place, among sorted keys, of the cells in each row around other cells."""
        # One row after the other, because keys that ascend are found sooner.
        middle = around + np.arange(-self.fine, self.fine + 1)[:, np.newaxis] * self.wide
        reach = self.reach[:, np.newaxis]
        first = np.searchsorted(keys, middle - reach, side="left").T
        last = np.searchsorted(keys, middle + reach, side="right").T
        return np.ascontiguousarray(first, dtype=np.int64), np.ascontiguousarray(last, dtype=np.int64)


def _parted(bounds: IntArray, around: IntArray) -> tuple[IntArray, IntArray]:
    """Part cells of many points or pairs: where the parts begin, and the cell that each is of."""
    size = np.clip(_TASK // np.maximum(around, 1), 1, _TOGETHER)
    parts = -(-np.diff(bounds) // size)
    cell = np.repeat(np.arange(len(parts)), parts)
    nth = np.arange(len(cell)) - np.repeat(np.cumsum(parts) - parts, parts)
    return np.append(bounds[:-1][cell] + nth * size[cell], bounds[-1]), cell


def tasks(found: Cells, size: int = _TASK) -> list[tuple[int, int]]:
    """Cut the cells into blocks of about as many pairs, whatever the number of threads."""
    done = np.cumsum(found.work)
    if not len(done):
        return []
    edges = np.searchsorted(done, np.arange(size, done[-1], size)) + 1
    edges = np.unique(np.concatenate([[0], edges, [len(done)]]))
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))


def shared(work: Callable[[tuple[int, int]], None], blocks: list[tuple[int, int]]) -> None:
    """Do blocks that write to places of their own, on as many threads as there are processors."""
    if not blocks:
        return
    work(blocks[0])  # alone, because it may have to compile
    with ThreadPoolExecutor(min(os.cpu_count() or 1, len(blocks))) as pool:
        list(pool.map(work, blocks[1:]))


def kernel_sums(
    found: Cells, values: FloatArray, *, shape: str, bandwidth: float, cutoff: float, own: FloatArray
) -> FloatArray:
    """Σ_j φ(d_ij) v_j for each point, its own with the weight given.

    Parameters
    ----------
    found
        Points in cells of the same cut-off.
    values
        What is summed, shape (points, columns), in the order of the points given.
    shape, bandwidth, cutoff
        The kernel; nothing counts from the cut-off on.
    own
        Weight of each point in its own sum, shape (points,).
    """
    kernel = SHAPES.index(shape), float(bandwidth)
    # Dense blocks look at more pairs, with weight 0, which values that are no numbers would not survive.
    long = found.work.sum() > _DENSE * found.first.size and np.isfinite(values).all()
    sweep = _sums_by_block if long or np.isinf(cutoff) else _sums_by_point
    sums = sweep(found, values, kernel, float(cutoff), own[found.order])
    out = np.empty(values.shape)
    out[found.order] = sums[:, : values.shape[1]]
    return out


def _sums_by_point(
    found: Cells, values: FloatArray, kernel: tuple[int, float], cutoff: float, own: FloatArray
) -> FloatArray:
    """Sums over lists of neighbours; points in the order of the cells."""
    count, columns = values.shape
    # A number of columns that fills the registers is quicker than one column less.
    v = np.zeros((count, columns if columns <= 2 else columns + -columns % 4))
    v[:, :columns] = values[found.order]
    sums = np.empty_like(v)

    def work(block: tuple[int, int]) -> None:
        starts, j, w = _neighbours(found, *block, cutoff)
        _pairwise.weigh(w, *kernel)
        _pairwise.add(starts, j, w, v, found.homes[block[0]], own, sums)

    shared(work, tasks(found, _BLOCK))
    return sums


def _sums_by_block(
    found: Cells, values: FloatArray, kernel: tuple[int, float], cutoff: float, own: FloatArray
) -> FloatArray:
    """Sums as products of dense blocks, a cell and a run of points at a time; points in the order of the cells."""
    count, columns = values.shape
    # Products are taken of four rows and two columns at once; what fills up the last ones is not kept.
    v = np.zeros((columns + columns % 2, count))
    v[:columns] = values[found.order].T
    x, y = np.append(found.x, np.zeros(3)), np.append(found.y, np.zeros(3))
    sums = np.empty((count, columns))

    def work(block: tuple[int, int]) -> None:
        for c in range(*block):
            i, after = found.homes[c], found.homes[c + 1]
            rows = after - i + -(after - i) % 4
            total, wide = np.zeros((rows, len(v))), _BLOCK // 4 // rows
            for low, high in zip(found.first[c].tolist(), found.last[c].tolist(), strict=True):
                for j in range(low, high, wide):
                    w = np.empty((rows, min(wide, high - j)))
                    _pairwise.apart(x, y, i, j, cutoff * cutoff, w)
                    _pairwise.weigh(w.reshape(-1), *kernel)
                    itself = np.arange(max(i, j), min(after, j + w.shape[1]))
                    w[itself - i, itself - j] = own[itself]
                    _pairwise.multiply(w, v, j, total)
            sums[i:after] = total[: after - i, :columns]

    shared(work, tasks(found, _BLOCK))
    return sums


def kernel_pairs(
    found: Cells, *, shape: str, bandwidth: float, cutoff: float
) -> Iterator[tuple[IntArray, IntArray, FloatArray]]:
    """Give pairs of different points with their weight, in blocks of bounded size."""
    for low, high in tasks(found, _TASK):
        starts, j, w = _neighbours(found, low, high, cutoff)
        _pairwise.weigh(w, SHAPES.index(shape), float(bandwidth))
        i = np.repeat(np.arange(found.homes[low], found.homes[high]), np.diff(starts))
        yield found.order[i], found.order[j], w


def _neighbours(found: Cells, low: int, high: int, cutoff: float) -> tuple[IntArray, IntArray, FloatArray]:
    """Where the neighbours of each point of some cells end, who they are, and their squared distance."""
    starts = np.empty(found.homes[high] - found.homes[low] + 1, dtype=np.int64)
    room = int(found.work[low:high].sum())
    j, square = np.empty(room, dtype=np.int64), np.empty(room)
    cut = float(cutoff) ** 2
    _pairwise.find(found.x, found.y, found.homes, found.first, found.last, low, high, cut, starts, j, square)
    return starts, j[: starts[-1]], square[: starts[-1]]


def weights(distance: FloatArray, *, shape: str, bandwidth: float, cutoff: float) -> FloatArray:
    """φ(d): the weight at each distance, zero from the cut-off on."""
    if shape not in SHAPES:
        message = f"shape is one of {', '.join(SHAPES)}, not {shape!r}."
        raise InvalidParameter(message)
    d = np.asarray(distance, dtype=np.float64)
    rules: dict[str, Callable[[FloatArray], FloatArray]] = {
        "uniform": np.ones_like,
        "triangular": lambda z: 1 - z,
        "biweight": lambda z: (1 - z**2) ** 2,
        "gaussian": lambda z: np.exp(-(z**2) / 2),
        "exponential": lambda z: np.exp(-z),
    }
    return np.where(d < cutoff, rules[shape](d / bandwidth), 0.0)
