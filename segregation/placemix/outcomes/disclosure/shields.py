"""Which cells are hidden beside the small ones, so that no table of sums gives those away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.errors import InvalidParameter, plural
from placemix.outcomes.disclosure.lines import ALL, STRATUM, UNIT, Grid, equations, inner, least_of
from placemix.outcomes.disclosure.rooms import taken

#: Counts closer than this are the same; programmes give whole ones but for rounding.
_SAME = 1e-6
#: What hiding a cell costs, by the kind of its row, and times this in the column of everyone.
_COST = {UNIT: 1.0, STRATUM: 8.0, ALL: 64.0}
_COST_OF_TOTALS = 4.0
#: Rows among which a programme looks first.
_FEW = 48
#: Rows beside each other, in the order of ids, among which rectangles are looked for first.
_BESIDE = 512


class Shield:
    """Cells that are hidden, and for each what other tables that fit the printed ones have in its place.

    A table that differs from the true one in hidden cells alone, and in printed ones no more than their rounding, is a
    witness: whoever sees what is printed cannot rule it out. A cell is safe once witnesses have the least and the most
    that it has to be able to be. Where zeros are printed no hidden cell is one, which readers know: witnesses keep to
    it.

    Attributes
    ----------
    hidden
        Shape (cells,).
    """

    def __init__(
        self, grid: Grid, small: BoolArray, printed: tuple[FloatArray, FloatArray], low: int, high: int
    ) -> None:
        self.grid, self.low, self.high = grid, low, high
        self.x = grid.x.ravel()
        self.small = small.ravel().copy()
        self.hidden = small.ravel().copy()
        self.least, self.most = printed[0].ravel(), printed[1].ravel()
        self.seen = [self.x.copy(), self.x.copy()]
        self.want = [np.where(self.small, least_of(grid, low), np.inf), np.where(self.small, high, -np.inf)]
        cost = np.array([_COST[int(kind)] for kind in grid.kind])[:, np.newaxis] * np.ones(grid.x.shape)
        cost[:, -1] *= _COST_OF_TOTALS
        # Among cells of one kind those with fewer people, as less is lost with them.
        self.cost = (cost * (1 + 0.5 * grid.x / max(float(grid.x.max()), 1.0))).ravel()
        self.fixed = np.zeros(len(self.x), dtype=bool)
        self.price = np.zeros(len(self.x))
        self._rows = [np.flatnonzero((grid.kind == UNIT) & (grid.stratum == at)) for at in range(max(1, grid.strata))]
        self._beside = {
            int(row): part
            for rows in self._rows
            for part in np.array_split(rows, max(1, len(rows) // _BESIDE))
            for row in part
        }
        self._lines: Any = None

    def safe(self, fixed: BoolArray) -> None:
        """Hide as few further cells as it finds, until every hidden one is safe.

        Parameters
        ----------
        fixed
            Cells that are printed whatever happens, shape (rows, columns).

        Raises
        ------
        InvalidParameter
            Those cells give others away.
        """
        self.fixed = fixed.ravel()
        self.price = np.where(self.hidden, 0.0, np.where(self.fixed | (self.x < self.low), np.inf, self.cost))
        rounded = bool((self.least < self.most).any())
        while True:
            if rounded:
                self._together()
            for cell in np.flatnonzero(self.hidden):
                self._protect(int(cell), corners=not rounded)
            width = self.seen[1] - self.seen[0]
            narrow = self.hidden & ~self.small & (width < self.high - self.low - _SAME)
            if not narrow.any():
                return
            # Cells hidden with others are no easier to pin down than a small one is by the rule.
            self.want[1] = np.where(narrow, self.seen[0] + self.high - self.low, self.want[1])

    def _short(self, end: int) -> BoolArray:
        """Cells without a witness at their low (0) or high (1) end."""
        if end == 0:
            return self.hidden & (self.seen[0] > self.want[0] + _SAME)
        return self.hidden & (self.seen[1] < self.want[1] - _SAME)

    def _witnessed(self, cells: IntArray, counts: FloatArray) -> None:
        """Hide cells in which a table differs from the true one, and remember what it has there."""
        self.hidden[cells], self.price[cells] = True, 0.0
        self.seen[0][cells] = np.minimum(self.seen[0][cells], counts)
        self.seen[1][cells] = np.maximum(self.seen[1][cells], counts)

    def _far(self, cell: int) -> tuple[float, float]:
        """How far down and up a cell has to be able to be from what it is; 0 where a witness is that far."""
        down = self.x[cell] - self.want[0][cell] if self.seen[0][cell] > self.want[0][cell] + _SAME else 0.0
        up = self.want[1][cell] - self.x[cell] if self.seen[1][cell] < self.want[1][cell] - _SAME else 0.0
        return (max(0.0, float(down)) if np.isfinite(down) else 0.0, max(0.0, float(up)) if np.isfinite(up) else 0.0)

    def _protect(self, cell: int, *, corners: bool) -> None:
        far = self._far(cell)
        if far == (0.0, 0.0) or (corners and self._rectangles(cell, far)):
            return
        for end in (0, 1):
            if self._far(cell)[end]:
                self._programme(cell, float(self.want[end][cell]))

    # -- people moved round rectangles -------------------------------------------------

    def _rectangles(self, cell: int, far: tuple[float, float]) -> bool:
        """Move people round rectangles of one stratum that share two cells of a row, so that every margin stays.

        The cell gains what another of its row loses; other rows lose it in the cell's column, and gain it in the other.
        The column is the cheapest that will do, rows are taken by what hiding two cells of theirs costs.
        """
        columns = self.grid.x.shape[1]
        row, column = divmod(cell, columns)
        if self.grid.kind[row] != UNIT or column == columns - 1:
            return False
        beside, every = self._beside[row], self._rows[int(self.grid.stratum[row])]
        # In a large table rows beside this one mostly do, and the others are not looked at.
        return self._rectangle(cell, far, beside[beside != row]) or (
            len(beside) < len(every) and self._rectangle(cell, far, every[every != row])
        )

    def _rectangle(self, cell: int, far: tuple[float, float], rows: IntArray) -> bool:
        """Move people round rectangles with some other rows, if these have enough."""
        columns = self.grid.x.shape[1]
        row, column = divmod(cell, columns)
        x, price = self.grid.x, self.price.reshape(self.grid.x.shape)
        room, cost = x[rows, column] - self.low, price[rows, column]
        best: tuple[float, int, list[tuple[IntArray, FloatArray]]] = (np.inf, -1, [])
        able = np.flatnonzero((price[row, :-1] < np.inf) & (x[row, :-1] >= far[1] + self.low))
        for there in able[price[row, able].argsort(kind="stable")]:
            if price[row, there] >= best[0]:
                break
            if there == column:
                continue
            pair = cost + price[rows, there]
            down, up = taken(x[rows, there] - self.low, pair, far[0]), taken(room, pair, far[1])
            if down is None or up is None:
                continue
            paid = pair[down[0]].sum(), pair[up[0]].sum()
            if min(paid) > 0:
                # Rows that serve both ways are paid once.
                paid = pair[np.union1d(down[0], up[0])].sum(), 0.0
            whole = float(price[row, there] + paid[0] + paid[1])
            if whole < best[0]:
                best = (whole, int(there), [down, up])
        if not np.isfinite(best[0]):
            return False
        for sign, much, (used, parts) in zip((-1.0, 1.0), far, best[2], strict=True):
            first, second = rows[used] * columns + column, rows[used] * columns + best[1]
            cells = np.concatenate([[cell, row * columns + best[1]], first, second])
            shifts = np.concatenate([[much, -much], -parts, parts]) * sign
            if much:
                self._witnessed(cells, self.x[cells] + shifts)
        return True

    # -- linear programmes -------------------------------------------------------------

    @property
    def lines(self) -> Any:  # noqa: ANN401
        """Lines of the grid, shape (lines, cells)."""
        if self._lines is None:
            self._lines = equations(self.grid).tocsc()
        return self._lines

    def _free(self) -> tuple[IntArray, FloatArray]:
        """Cells that may differ from the true table without being hidden further, and how far down and up."""
        low = np.where(self.hidden, self.low - self.x, self.least - self.x)
        high = np.where(self.hidden, np.inf, self.most - self.x)
        free = np.flatnonzero(low < high)
        return free, np.column_stack([low[free], high[free]])

    def _together(self) -> None:
        """Move all cells that lack a witness at once, as far as the printed table allows, until none gets there."""
        from scipy.optimize import linprog
        from scipy.sparse import csr_array, eye_array, hstack

        for end, sign in ((0, -1.0), (1, 1.0)):
            while True:
                lacking = np.flatnonzero(self._short(end))
                if not len(lacking):
                    break
                free, bounds = self._free()
                at = np.searchsorted(free, lacking)
                # One variable more for each: how far it gets, no farther than it has to.
                far = sign * (self.want[end][lacking] - self.x[lacking])
                many = len(lacking)
                ends = csr_array((-sign * np.ones(many), (np.arange(many), at)), shape=(many, len(free)))
                found = linprog(
                    np.concatenate([np.zeros(len(free)), -np.ones(many)]),
                    A_ub=hstack([ends, eye_array(many)]),
                    b_ub=np.zeros(many),
                    A_eq=hstack([self.lines[:, free], csr_array((self.lines.shape[0], many))]),
                    b_eq=np.zeros(self.lines.shape[0]),
                    bounds=np.vstack([bounds, np.column_stack([np.zeros(many), far])]),
                    method="highs",
                )
                if found.status != 0:
                    break
                self._witnessed(free[self.hidden[free]], (self.x[free] + found.x[: len(free)])[self.hidden[free]])
                if len(np.flatnonzero(self._short(end))) == many:
                    break

    def _programme(self, cell: int, target: float) -> None:
        """Find the cheapest cells to hide with which another table has `target` in this cell."""
        for some in self._nearby(cell):
            table = self._cheapest(cell, target, some)
            if table is not None:
                moved = self.hidden | (table < self.least - _SAME) | (table > self.most + _SAME)
                self._witnessed(np.flatnonzero(moved), table[moved])
                return
        message = (
            f"Counts that have to be printed give away {plural(int(self.small.sum()), 'hidden count')}, "
            "whatever else is hidden."
        )
        raise InvalidParameter(
            message, remedy="Leave out national=True, merge groups or units, or print fewer margins."
        )

    def _nearby(self, cell: int) -> Iterator[BoolArray]:
        """Cells among which to look, more and more: rows of the stratum with many in the column, margins, all."""
        grid, columns = self.grid, self.grid.x.shape[1]
        row, column = divmod(cell, columns)
        units = np.flatnonzero(grid.kind == UNIT)
        if len(units) > _FEW:
            most = units[np.argsort(-grid.x[units, column], kind="stable")]
            rank = np.zeros(len(grid.x), dtype=np.int64)
            for stratum in range(int(grid.stratum.max(initial=0)) + 1):
                here = most[grid.stratum[most] == stratum]
                rank[here] = np.arange(len(here))
            own = (grid.kind == UNIT) & (grid.stratum == grid.stratum[row]) & (rank < _FEW)
            if grid.kind[row] == UNIT:
                yield np.repeat(own | (np.arange(len(grid.x)) == row), columns)
            few = own | (rank < _FEW // 8) | (grid.kind != UNIT) | (np.arange(len(grid.x)) == row)
            yield np.repeat(few, columns)
        yield np.ones(len(self.x), dtype=bool)

    def _cheapest(self, cell: int, target: float, some: BoolArray) -> FloatArray | None:
        """Find the table with `target` in a cell that hides the least, changing only some cells."""
        from scipy.optimize import linprog
        from scipy.sparse import hstack

        free, bounds = self._free()
        bounds = bounds[some[free]].copy()
        free = free[some[free]]
        at = int(np.searchsorted(free, cell))
        bounds[at] = target - self.x[cell]
        dear = np.flatnonzero(some & ~self.hidden & ~self.fixed & (self.x >= self.low))
        cost = self.cost[dear]
        lines = hstack([self.lines[:, free], self.lines[:, dear], -self.lines[:, dear]]).tocsr()
        lines = lines[np.diff(lines.indptr) > 0]
        found = linprog(
            np.concatenate([np.zeros(len(free)), cost, cost]),
            A_eq=lines,
            b_eq=np.zeros(lines.shape[0]),
            bounds=np.vstack(
                [
                    bounds,
                    np.column_stack([np.zeros(len(dear)), np.full(len(dear), np.inf)]),
                    np.column_stack([np.zeros(len(dear)), self.x[dear] - self.low]),
                ]
            ),
            method="highs",
        )
        if found.status != 0:
            return None
        table = self.x.copy()
        table[free] += found.x[: len(free)]
        table[dear] += found.x[len(free) : len(free) + len(dear)] - found.x[len(free) + len(dear) :]
        return table


def counted(shield: Shield) -> tuple[int, int, int]:
    """Small cells, cells hidden with them inside the table, and margins hidden with them."""
    within = inner(shield.grid).ravel()
    more = shield.hidden & ~shield.small
    return int(shield.small.sum()), int((more & within).sum()), int((more & ~within).sum())
