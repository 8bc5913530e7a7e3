"""Density of people at the cells of a grid over the study area: kernel sums around the centre of each cell."""

from __future__ import annotations

from typing import Any

import numpy as np

from placemix._compiled import jit
from placemix._typing import FloatArray
from placemix.errors import InvalidParameter
from placemix.surroundings.around import Surroundings
from placemix.surroundings.distance import _cells
from placemix.surroundings.distance.nearby import Nearby

#: Cells of a bandwidth, where nobody says how many.
FINE = 4
#: Most cells of a grid; with two groups their densities take 1 GiB.
MOST_CELLS = 2**26
#: Bandwidths beyond which next to nothing of a kernel without a cut-off is left (1e-9 of its mass).
_REACH = {"gaussian": 6.5, "exponential": 24.0}
#: Shapes of kernels, by the number that the compiled code knows them by.
_SHAPES = ("uniform", "triangular", "biweight", "gaussian", "exponential")
#: Cells summed in one task.
_STEP = 8192


def densities(
    values: FloatArray,
    xy: FloatArray,
    *,
    shape: str,
    bandwidth: float,
    cutoff: float,
    cell: float | None = None,
) -> FloatArray:
    """Sum people around the centre of each cell of a grid, weighted by a kernel of their distance.

    Parameters
    ----------
    values
        People of each group in each unit, shape (units, groups).
    xy
        Points of the units, shape (units, 2).
    shape, bandwidth, cutoff
        The kernel, in the unit of `xy`; weights are zero from the cut-off on, which may be infinite.
    cell
        Side of a cell. Default: a quarter of the bandwidth. Lines of the grid lie at multiples of it.

    Returns
    -------
    density
        Shape (cells, groups), of the cells that anybody's kernel reaches; without a cut-off those
        within the distance that leaves next to nothing of it. Constants that make a kernel integrate
        to 1 are left out.

    Raises
    ------
    InvalidParameter
        The cell is not above 0, or so small that there are more than fit into memory.

    Examples
    --------
    >>> people, at = np.array([[80.0, 20.0], [20.0, 80.0]]), np.array([[0.5, 0.5], [3.5, 0.5]])
    >>> densities(people, at, shape="uniform", bandwidth=1.0, cutoff=1.0, cell=1.0).tolist()
    [[80.0, 20.0], [20.0, 80.0]]
    """
    side = bandwidth / FINE if cell is None else float(cell)
    if not (side > 0 and np.isfinite(side)):
        message = f"cell must be above 0, not {cell!r}."
        raise InvalidParameter(message)
    people = np.ascontiguousarray(values, dtype=np.float64)
    lived_in = np.flatnonzero((people != 0).any(axis=1))
    people, at = people[lived_in], np.ascontiguousarray(xy[lived_in], dtype=np.float64)
    reach = min(cutoff, _REACH.get(shape, 1.0) * bandwidth)
    centres = _centres(at, side, reach)
    nowhere = np.zeros(len(centres), dtype=np.int64)
    order, first, last = _cells.runs(at, np.zeros(len(at), dtype=np.int64), centres, nowhere, cutoff)
    at, people = at[order], np.ascontiguousarray(people[order])
    out = np.zeros((len(centres), people.shape[1]))
    code, cut = _SHAPES.index(shape), cutoff * cutoff

    def work(block: tuple[int, int]) -> None:
        _sums(centres, at, people, first, last, *block, code, bandwidth, cut, out)

    _cells.shared(work, [(low, min(low + _STEP, len(out))) for low in range(0, len(out), _STEP)])
    return np.asarray(out[out.any(axis=1)])


def densities_of(surroundings: Surroundings, values: FloatArray, *, cell: float | None = None) -> FloatArray:
    """Sum people around the cells of a grid by the kernel of surroundings.

    Parameters
    ----------
    surroundings
        Made by `within`, `kernel` or `proximity`, of the units of one stratum.
    values
        People of each group in each unit, shape (units, groups).
    cell
        Side of a cell in metres; see `densities`.

    Raises
    ------
    InvalidParameter
        The surroundings are no kernel of distance, or end at the borders of several strata.
    """
    operator: Any = surroundings.operator
    if not isinstance(operator, Nearby):
        message = f"Surfaces of density need a kernel of distance, and the surroundings are {surroundings.text}."
        raise InvalidParameter(message, remedy="Make them with surroundings.kernel(counts, bandwidth=…).")
    if operator.codes is not None and (operator.codes != operator.codes[:1]).any():
        message = "The surroundings end at the borders of several strata, and a surface is of one."
        raise InvalidParameter(message, remedy="Take each stratum's units: surroundings.take(places).")
    return densities(
        values, operator.xy, shape=operator.shape, bandwidth=operator.bandwidth, cutoff=operator.cutoff, cell=cell
    )


def _centres(at: FloatArray, side: float, reach: float) -> FloatArray:
    """Centres of the cells whose own corner cells may hold a point within reach, row by row."""
    if not len(at):
        return np.empty((0, 2))
    low = np.floor((at.min(axis=0) - reach) / side)
    wide, high = (np.ceil((at.max(axis=0) + reach) / side) - low).astype(np.int64).tolist()
    if wide * high > MOST_CELLS:
        message = f"Cells of {side:.6g} make a grid of {wide:,} × {high:,}, more than fit into memory."
        raise InvalidParameter(message, remedy="Take larger cells, or a wider kernel.")
    x, y = ((low[axis] + 0.5 + np.arange(count)) * side for axis, count in ((0, wide), (1, high)))
    return np.column_stack([np.tile(x, high), np.repeat(y, wide)])


@jit
def _sums(centres, at, people, first, last, low, high, code, b, cut, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    groups = people.shape[1]
    for i in range(low, high):
        for r in range(first.shape[1]):
            for j in range(first[i, r], last[i, r]):
                dx = at[j, 0] - centres[i, 0]
                dy = at[j, 1] - centres[i, 1]
                d2 = dx * dx + dy * dy
                if d2 >= cut:
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
                for k in range(groups):
                    out[i, k] += w * people[j, k]
