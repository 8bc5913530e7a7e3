"""A table with its margins as one grid, and the lines along which its cells add up."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray

#: What a row of the grid is.
UNIT, STRATUM, ALL = 0, 1, 2
#: Times that bounds are carried along lines; each adds one more line to what is used of the others.
_ROUNDS = 25


class Grid(NamedTuple):
    """Units, then strata (if any), then everything, as rows; groups, then everyone, as columns.

    Attributes
    ----------
    x
        Counts, shape (rows, columns).
    kind
        What each row is, shape (rows,).
    stratum
        Stratum of each row: position for units and strata, −1 for everything, shape (rows,).
    """

    x: FloatArray
    kind: IntArray
    stratum: IntArray

    @property
    def strata(self) -> int:
        """Number of strata that have rows of their own."""
        return int((self.kind == STRATUM).sum())

    @property
    def units(self) -> int:
        """Number of units."""
        return int((self.kind == UNIT).sum())


def grid_of(values: FloatArray, total: FloatArray, stratum: IntArray | None) -> Grid:
    """Add the margins to a table.

    Parameters
    ----------
    values
        People of each group in each unit, shape (units, groups), and of none, if there are any.
    total
        Everyone in each unit, shape (units,).
    stratum
        Position of each unit's stratum, or None where strata have no margins.

    Examples
    --------
    >>> grid_of(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([3.0, 7.0]), None).x.tolist()
    [[1.0, 2.0, 3.0], [3.0, 4.0, 7.0], [4.0, 6.0, 10.0]]
    """
    rows = np.column_stack([values, total])
    blocks, kinds, of = [rows], [np.full(len(rows), UNIT)], [np.zeros(len(rows), dtype=np.int64)]
    if stratum is not None:
        many = int(stratum.max(initial=-1)) + 1
        sums = np.zeros((many, rows.shape[1]))
        np.add.at(sums, stratum, rows)
        blocks.append(sums)
        kinds.append(np.full(many, STRATUM))
        of = [stratum.astype(np.int64), np.arange(many)]
    blocks.append(rows.sum(axis=0, keepdims=True))
    kinds.append(np.array([ALL]))
    of.append(np.array([-1]))
    return Grid(np.concatenate(blocks), np.concatenate(kinds), np.concatenate(of))


def equations(grid: Grid) -> Any:  # noqa: ANN401
    """Give every line as a row of coefficients: parts 1, their sum −1; a sparse matrix, shape (lines, cells)."""
    from scipy.sparse import csr_array

    rows, columns = grid.x.shape
    cell = np.arange(rows * columns).reshape(rows, columns)
    across = np.repeat(np.arange(rows), columns)
    value = np.ones((rows, columns))
    value[:, -1] = -1
    lines, cells, values = [across], [cell.ravel()], [value.ravel()]
    first = rows
    for parts, wholes in _stages(grid):
        number = first + parts[1][:, np.newaxis] * columns + np.arange(columns)
        lines.append(number.ravel())
        cells.append(cell[parts[0]].ravel())
        values.append(np.ones(number.size))
        number = first + np.arange(len(wholes))[:, np.newaxis] * columns + np.arange(columns)
        lines.append(number.ravel())
        cells.append(cell[wholes].ravel())
        values.append(-np.ones(number.size))
        first += len(wholes) * columns
    shape = (first, rows * columns)
    return csr_array((np.concatenate(values), (np.concatenate(lines), np.concatenate(cells))), shape=shape)


def _stages(grid: Grid) -> list[tuple[tuple[IntArray, IntArray], IntArray]]:
    """Rows that add up to others: the parts and which whole each belongs to, and the wholes."""
    units, strata, every = (np.flatnonzero(grid.kind == kind) for kind in (UNIT, STRATUM, ALL))
    nothing = np.zeros(len(units), dtype=np.int64)
    if not len(strata):
        return [((units, nothing), every)]
    return [((units, grid.stratum[units]), strata), ((strata, nothing[:1].repeat(len(strata))), every)]


def carried_bounds(grid: Grid, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Narrow bounds of cells by what the other cells of each of their lines leave.

    Parameters
    ----------
    grid
        Only its shape is looked at.
    low, high
        Bounds of every cell, shape (rows, columns); infinite where nothing is known.

    Returns
    -------
    low, high
        Bounds that hold for every table that fits; line by line, so that all lines together may say more.
    """
    low, high = low.copy(), high.copy()
    for _ in range(_ROUNDS):
        before = low.copy(), high.copy()
        code = np.arange(len(low)).repeat(low.shape[1] - 1)
        flat = [array[:, :-1].reshape(-1, 1) for array in (low, high)]
        ends = _narrowed(flat[0], flat[1], code, low[:, -1:], high[:, -1:])
        low[:, :-1], high[:, :-1] = ends[0].reshape(len(low), -1), ends[1].reshape(len(low), -1)
        low[:, -1:], high[:, -1:] = ends[2], ends[3]
        for (parts, whole_of), wholes in _stages(grid):
            ends = _narrowed(low[parts], high[parts], whole_of, low[wholes], high[wholes])
            low[parts], high[parts], low[wholes], high[wholes] = ends
        if np.array_equal(before[0], low) and np.array_equal(before[1], high):
            break
    return low, high


def _narrowed(
    low: FloatArray, high: FloatArray, code: IntArray, whole_low: FloatArray, whole_high: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Bounds of parts and wholes from each other, one column at a time."""
    least = np.zeros_like(whole_low)
    np.add.at(least, code, low)
    endless: FloatArray = np.zeros_like(whole_high)
    np.add.at(endless, code, np.isinf(high).astype(np.float64))
    most = np.zeros_like(whole_high)
    np.add.at(most, code, np.where(np.isinf(high), 0.0, high))
    # What the others of a part's line can hold at most is finite unless one of them has no bound.
    open_others = endless[code] - np.isinf(high) > 0
    others = most[code] - np.where(np.isinf(high), 0.0, high)
    new_high = np.minimum(high, whole_high[code] - (least[code] - low))
    new_low = np.maximum(low, np.where(open_others, -np.inf, whole_low[code] - others))
    whole_high = np.minimum(whole_high, np.where(endless > 0, np.inf, most))
    return new_low, np.maximum(new_high, new_low), np.maximum(whole_low, least), whole_high


def inner(grid: Grid) -> BoolArray:
    """Cells of units and groups, which are no margins, shape (rows, columns)."""
    out = np.zeros(grid.x.shape, dtype=bool)
    out[grid.kind == UNIT, :-1] = True
    return out


def least_of(grid: Grid, low: int) -> FloatArray:
    """Least that each count can be for readers who see which cells are 0, shape (cells,).

    Where zeros are printed, a sum is at least the number of cells in it that are not.

    Examples
    --------
    >>> least_of(grid_of(np.array([[1.0, 0.0], [3.0, 4.0]]), np.array([1.0, 7.0]), None), 1).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 1.0, 3.0]
    """
    some = np.where(grid.x[grid.kind == UNIT, :-1] > 0, float(low), 0.0)
    of = grid.stratum[grid.kind == UNIT] if grid.strata else None
    return np.maximum(grid_of(some, some.sum(axis=1), of).x, low).ravel()
