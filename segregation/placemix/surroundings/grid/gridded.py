"""Kernels between the cells of a grid: people spread out by fast Fourier transforms, and gathered again.

With P the share of each unit's people in each cell and K the kernel between the centres of cells, the
weights of units are PᵀKP: the mean kernel between a person of one and a person of the other. Nothing
is kept but P; K is a convolution, done on square parts of the grid, one after another.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.surroundings.around import Pairs
from placemix.surroundings.grid.stencils import Stencil, convolved

#: Transforms of more cells than this are done one at a time.
_LARGE = 2**21
#: Pairs of cells up to which all distances are computed instead.
_FEW = 2**14
#: Pairs in one block.
_BLOCK = 2**20

#: Columns that a row of cells may have.
_ROW = 2**31

#: Row, column, unit, share and ground of each cell that a unit has something in.
Entries: TypeAlias = tuple[IntArray, IntArray, IntArray, FloatArray, FloatArray]
#: Runs of entries: the first of each, and the one after the last.
Runs: TypeAlias = tuple[IntArray, IntArray]


class _Part(NamedTuple):
    """A part of the grid, as runs of entries (first, and the one after the last).

    Attributes
    ----------
    inside, around
        Entries in the part, and those whose people are met there.
    corner
        Row and column where the transform starts.
    sides
        Rows and columns of the transform.
    """

    inside: Runs
    around: Runs
    corner: tuple[int, int]
    sides: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Gridded:
    """Units spread over cells, and a kernel between the cells.

    Attributes
    ----------
    row, column, unit
        Each cell that a unit has people or ground in, by stratum, row, column
        and unit, shape (entries,).
    share
        Share of the unit's people who live there.
    ground
        Share of the cell's ground that is the unit's.
    units
        Number of units.
    stencil
        The kernel.
    codes
        Strata at whose borders surroundings end, shape (units,), or None.
    """

    row: IntArray
    column: IntArray
    unit: IntArray
    share: FloatArray
    ground: FloatArray
    units: int
    stencil: Stencil
    codes: IntArray | None = None

    @classmethod
    def over(cls, entries: Entries, units: int, stencil: Stencil, codes: IntArray | None = None) -> Gridded:
        """Order entries by stratum, row, column and unit."""
        row, column, unit, share, ground = entries
        number = 0 if codes is None else np.unique(codes, return_inverse=True)[1].reshape(-1)[unit]
        wide, high = (int(part.max(initial=0)) + 1 for part in (column, row))
        order = np.lexsort((unit, (number * np.int64(high) + row) * wide + column))
        return cls(row[order], column[order], unit[order], share[order], ground[order], units, stencil, codes)

    @property
    def _entries(self) -> Entries:
        return self.row, self.column, self.unit, self.share, self.ground

    @cached_property
    def own(self) -> FloatArray:
        """Weight of each unit in its own surroundings: the mean kernel between two of its people."""
        return self._by_unit.sums(np.ones((self.units, 1)))[:, 0]

    @cached_property
    def _by_unit(self) -> Gridded:
        return self.limited(np.arange(self.units))

    def sums(self, values: FloatArray) -> FloatArray:
        """Weighted sums around each unit."""
        return self.spread(self.share, values)

    def spread(self, amount: FloatArray, values: FloatArray) -> FloatArray:
        """Kernel sums of what lies in the cells, as people of each unit meet it.

        Parameters
        ----------
        amount
            How much of what its unit holds lies at each entry, shape (entries,).
        values
            What units hold, shape (units, columns).
        """
        out = np.zeros((self.units, values.shape[1]))
        few, parts = self._plan
        for starts, sizes in few:
            self._each_pair(starts, sizes, amount, values, out)
        for sides in sorted({part.sides for part in parts}):
            transform = self.stencil.transform(sides)

            def work(part: _Part, transform: tuple[Any, float] = transform) -> tuple[IntArray, FloatArray]:
                return self._convolved(part, transform, amount, values)

            threads = 1 if sides[0] * sides[1] > _LARGE else os.cpu_count() or 1
            with ThreadPoolExecutor(threads) as pool:
                # Added in the order of the parts, so that digits do not depend on threads.
                for units, sums in pool.map(work, [part for part in parts if part.sides == sides]):
                    out[units] += sums
        return out

    @cached_property
    def _strata(self) -> IntArray:
        """First entry of each stratum, and the number of entries."""
        if self.codes is None:
            return np.array([0, len(self.row)])
        code = self.codes[self.unit]
        return np.concatenate([[0], np.flatnonzero(code[1:] != code[:-1]) + 1, [len(code)]])

    @cached_property
    def _plan(self) -> tuple[list[Runs], list[_Part]]:
        """How sums are done: strata of few cells by all distances, in blocks, and parts of the others."""
        starts, sizes = self._strata[:-1], np.diff(self._strata)
        few = np.flatnonzero(sizes**2 <= _FEW)
        done = np.cumsum(sizes[few] ** 2)
        cuts = np.searchsorted(done, np.arange(_BLOCK, done[-1] if len(done) else 0, _BLOCK)) + 1
        blocks = [(starts[part], sizes[part]) for part in np.split(few, np.unique(cuts)) if len(part)]
        parts = [
            part for at in np.flatnonzero(sizes**2 > _FEW) for part in self._parts(*self._strata[at : at + 2].tolist())
        ]
        return blocks, parts

    def _parts(self, first: int, last: int) -> Iterator[_Part]:
        """Cut the grid of one stratum into parts."""
        row, column = self.row[first:last], self.column[first:last]
        south, west = int(row[0]), int(column.min())
        high, tall, above = self.stencil.axis(int(row[-1]) + 1 - south)
        wide, broad, beside = self.stencil.axis(int(column.max()) + 1 - west)
        if not above and not beside:
            runs = np.array([first]), np.array([last])
            yield _Part(runs, runs, (south, west), (tall, broad))
            return
        tiles = np.unique((row - south) // high * np.int64(_ROW) + (column - west) // wide)
        for up, across in zip((tiles // _ROW).tolist(), (tiles % _ROW).tolist(), strict=True):
            r, c = south + up * high, west + across * wide
            inside = self._window(first, last, (r, r + high), (c, c + wide))
            around = self._window(first, last, (r - above, r + high + above), (c - beside, c + wide + beside))
            yield _Part(inside, around, (r - above, c - beside), (tall, broad))

    def _window(self, first: int, last: int, rows: tuple[int, int], columns: tuple[int, int]) -> Runs:
        """Find the entries of one stratum in a rectangle: a run in each row."""
        key = self._key[first:last]
        line = np.arange(*rows, dtype=np.int64) * _ROW
        west, east = (first + np.searchsorted(key, line + max(column, 0)) for column in columns)
        return west, east

    @cached_property
    def _key(self) -> IntArray:
        """Row and column as one number, rising within each stratum."""
        return self.row.astype(np.int64) * _ROW + self.column

    def _each_pair(
        self, starts: IntArray, sizes: IntArray, amount: FloatArray, values: FloatArray, out: FloatArray
    ) -> None:
        """Sums within strata of few cells, from the distance of every pair."""
        stratum = np.repeat(np.arange(len(sizes)), sizes**2)
        rank = np.arange(len(stratum)) - np.repeat(np.cumsum(sizes**2) - sizes**2, sizes**2)
        here, there = starts[stratum] + rank // sizes[stratum], starts[stratum] + rank % sizes[stratum]
        weight = self.stencil.weights(self.row[here] - self.row[there], self.column[here] - self.column[there])
        weight *= amount[there]
        first = np.flatnonzero(rank % sizes[stratum] == 0)
        for k in range(values.shape[1]):
            met = self.share[here[first]] * np.add.reduceat(weight * values[self.unit[there], k], first)
            out[:, k] += np.bincount(self.unit[here[first]], met, minlength=self.units)

    def _convolved(
        self, part: _Part, transform: tuple[Any, float], amount: FloatArray, values: FloatArray
    ) -> tuple[IntArray, FloatArray]:
        """Sums of one part of the grid, of the units in it."""
        inside, around = _expanded(part.inside), _expanded(part.around)
        units, local = np.unique(self.unit[inside], return_inverse=True)
        sums = np.zeros((len(units), values.shape[1]))
        place = self._cell(around, part)
        there = self._cell(inside, part)
        for k in range(values.shape[1]):
            amounts = amount[around] * values[self.unit[around], k]
            held = np.bincount(place, amounts, minlength=part.sides[0] * part.sides[1]).reshape(part.sides)
            met = convolved(np.asarray(held, dtype=np.float64), transform).ravel()[there]
            sums[:, k] = np.bincount(local, self.share[inside] * met, minlength=len(units))
        return units, sums

    def _cell(self, entries: IntArray, part: _Part) -> IntArray:
        row, column = self.row[entries] - part.corner[0], self.column[entries] - part.corner[1]
        return row * np.int64(part.sides[1]) + column

    def pairs(self) -> Iterator[Pairs]:
        """Pairs of different units, in blocks: each unit's people spread out on their own."""
        transform = lru_cache(maxsize=64)(self.stencil.transform)
        blocks: list[Pairs] = []
        many = 0
        for at in range(self.units):
            j, weight = self._around(at, transform)
            kept = (j != at) & (weight > 0)
            blocks.append((np.full(kept.sum(), at), j[kept], weight[kept]))
            many += int(kept.sum())
            if many > _BLOCK or at == self.units - 1:
                i, j, weight = (np.concatenate(part) for part in zip(*blocks, strict=True))
                yield i, j, weight
                blocks, many = [], 0

    @cached_property
    def _stratum_of_unit(self) -> IntArray:
        """Place of each unit's stratum among the strata."""
        out = np.zeros(self.units, dtype=np.int64)
        out[self.unit] = np.repeat(np.arange(len(self._strata) - 1), np.diff(self._strata))
        return out

    def _around(
        self, unit: int, transform: Callable[[tuple[int, int]], tuple[Any, float]]
    ) -> tuple[IntArray, FloatArray]:
        """Units around one unit, itself too, with their weights."""
        whole = self._by_unit
        mine = slice(*whole._strata[unit : unit + 2].tolist())  # noqa: SLF001
        row, column, share = whole.row[mine].astype(np.int64), whole.column[mine].astype(np.int64), whole.share[mine]
        first, last = self._strata[self._stratum_of_unit[unit] :][:2].tolist()
        high, wide = int(np.ptp(row)) + 1, int(np.ptp(column)) + 1
        reach = self.stencil.reach(int(max(np.ptp(self.row[first:last]), np.ptp(self.column[first:last]))) + 1)
        south, west = int(row.min()) - reach, int(column.min()) - reach
        there = _expanded(self._window(first, last, (south, south + high + 2 * reach), (west, west + wide + 2 * reach)))
        if len(there) * len(row) <= _FEW:
            apart = self.row[there, np.newaxis] - row, self.column[there, np.newaxis] - column
            met = (self.stencil.weights(*apart) * share).sum(axis=1)
        else:
            # Of few sizes, so that few kernels are transformed.
            sides = -(-(high + 2 * reach) // 8) * 8, -(-(wide + 2 * reach) // 8) * 8
            held = np.zeros(sides)
            np.add.at(held, (row - south, column - west), share)
            met = convolved(held, transform(sides))[self.row[there] - south, self.column[there] - west]
        units, local = np.unique(self.unit[there], return_inverse=True)
        weight = np.bincount(local, self.share[there] * met, minlength=len(units))
        return units.astype(np.int64), np.asarray(weight, dtype=np.float64)

    def limited(self, codes: IntArray) -> Gridded:
        """End surroundings at the borders of strata."""
        return Gridded.over(self._entries, self.units, self.stencil, codes)

    def on(self, total: FloatArray) -> Gridded:  # noqa: ARG002
        """Return itself: where a unit's people live on its ground does not depend on how many they are."""
        return self

    def take(self, places: IntArray) -> Gridded:
        """Keep some units."""
        number = np.full(self.units, -1, dtype=np.int32)
        number[places] = np.arange(len(places))
        kept = number[self.unit] >= 0
        entries = self.row[kept], self.column[kept], number[self.unit[kept]], self.share[kept], self.ground[kept]
        codes = None if self.codes is None else self.codes[places]
        return Gridded.over(entries, len(places), self.stencil, codes)


@dataclass(frozen=True, eq=False)
class Coast:
    """Edge shares of gridded surroundings: how much of the kernel lies on no unit's ground.

    Attributes
    ----------
    operator
        The whole surroundings, before any limit.
    """

    operator: Gridded

    def shares(self, codes: IntArray | None) -> FloatArray:
        """Share of each unit's kernel outside the study area, or outside the unit's stratum."""
        here = self.operator if codes is None else self.operator.limited(codes)
        inside = here.spread(here.ground, np.ones((here.units, 1)))[:, 0]
        # Rounding, and shapes that overlap by a hair, are no share below 0.
        return np.clip(1 - inside / here.stencil.mass(), 0.0, 1.0)

    def take(self, places: IntArray) -> Coast:
        """Keep some units; the study area shrinks with them."""
        return Coast(self.operator.take(places))


def _expanded(runs: Runs) -> IntArray:
    """List the members of runs."""
    first, last = runs
    number = last - first
    return np.repeat(first - (np.cumsum(number) - number), number) + np.arange(number.sum())
