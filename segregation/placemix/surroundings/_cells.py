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

from placemix._compiled import jit
from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter

#: Shapes of kernels, by the number that the compiled code knows them by.
SHAPES = ("uniform", "triangular", "biweight", "gaussian", "exponential")
#: Cells are a quarter of the cut-off wide: smaller ones cost more lookups than they spare pairs.
_FINE = 4
#: Pairs looked at in one task, and at most in one block of pairs.
_TASK = 2**22
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
        First sorted point of each cell, and the number of points, shape (cells + 1,).
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
        middle = around[:, np.newaxis] + np.arange(-self.fine, self.fine + 1) * self.wide
        first = np.searchsorted(keys, middle - self.reach, side="left")
        return first.astype(np.int64), np.searchsorted(keys, middle + self.reach, side="right").astype(np.int64)


def tasks(found: Cells) -> list[tuple[int, int]]:
    """Cut the cells into blocks of about as many pairs, whatever the number of threads."""
    done = np.cumsum(found.work)
    if not len(done):
        return []
    edges = np.searchsorted(done, np.arange(_TASK, done[-1], _TASK)) + 1
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
    # In the order of the cells the neighbours of a cell lie side by side.
    v = np.ascontiguousarray(values[found.order])
    sums = np.zeros_like(v)
    self_weight = own[found.order]
    code = SHAPES.index(shape)

    def work(block: tuple[int, int]) -> None:
        _sweep(
            found.x, found.y, v, found.homes, found.first, found.last, *block,
            code, bandwidth, cutoff * cutoff, self_weight, sums,
        )  # fmt: skip

    shared(work, tasks(found))
    out = np.empty_like(sums)
    out[found.order] = sums
    return out


@jit
def _sweep(x, y, v, homes, first, last, low, high, code, b, cut, own, sums):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901, PLR0912
    columns = v.shape[1]
    total = np.zeros(columns)
    for c in range(low, high):
        for i in range(homes[c], homes[c + 1]):
            for k in range(columns):
                total[k] = own[i] * v[i, k]
            for r in range(first.shape[1]):
                for j in range(first[c, r], last[c, r]):
                    dx = x[j] - x[i]
                    dy = y[j] - y[i]
                    d2 = dx * dx + dy * dy
                    if d2 >= cut or j == i:
                        continue
                    if code == 0:
                        w = 1.0
                    elif code == 1:
                        w = 1.0 - np.sqrt(d2) / b
                    elif code == 2:
                        w = 1.0 - d2 / (b * b)
                        w *= w
                    elif code == 3:
                        w = np.exp(-d2 / (2.0 * b * b))
                    else:
                        w = np.exp(-np.sqrt(d2) / b)
                    for k in range(columns):
                        total[k] += w * v[j, k]
            for k in range(columns):
                sums[i, k] = total[k]


def kernel_pairs(
    found: Cells, *, shape: str, bandwidth: float, cutoff: float
) -> Iterator[tuple[IntArray, IntArray, FloatArray]]:
    """Give pairs of different points with their weight, in blocks of bounded size."""
    code = SHAPES.index(shape)
    for low, high in tasks(found):
        room = int(found.work[low:high].sum())
        i, j, weight = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room)
        used = _pairs(
            found.x, found.y, found.homes, found.first, found.last, low, high,
            code, bandwidth, cutoff * cutoff, i, j, weight,
        )  # fmt: skip
        yield found.order[i[:used]], found.order[j[:used]], weight[:used].copy()


@jit
def _pairs(x, y, homes, first, last, low, high, code, b, cut, out_i, out_j, out_w):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    used = 0
    for c in range(low, high):
        for i in range(homes[c], homes[c + 1]):
            for r in range(first.shape[1]):
                for j in range(first[c, r], last[c, r]):
                    dx = x[j] - x[i]
                    dy = y[j] - y[i]
                    d2 = dx * dx + dy * dy
                    if d2 >= cut or j == i:
                        continue
                    if code == 0:
                        w = 1.0
                    elif code == 1:
                        w = 1.0 - np.sqrt(d2) / b
                    elif code == 2:
                        w = 1.0 - d2 / (b * b)
                        w *= w
                    elif code == 3:
                        w = np.exp(-d2 / (2.0 * b * b))
                    else:
                        w = np.exp(-np.sqrt(d2) / b)
                    out_i[used] = i
                    out_j[used] = j
                    out_w[used] = w
                    used += 1
    return used


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
