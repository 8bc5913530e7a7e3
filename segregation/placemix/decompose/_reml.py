"""Variance of nested areas by (restricted) maximum likelihood, in time linear in units.

The covariance of a mean with nested random effects is a block for each area inside a block for
each larger area, and each level adds the same number to all pairs in a block. So its inverse,
determinant and derivatives follow from three sums an area, passed up from the finest level, and no
matrix is ever formed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray, IntArray

#: Range of the logarithm of a level's variance over that of units; the lower end counts as none.
LOWEST, HIGHEST = -25.0, 25.0
#: Newton steps after the search; each about squares the error.
POLISH = 8


class Fit(NamedTuple):
    """A mean with nested random effects.

    Attributes
    ----------
    mean
        The mean, 0 where it was held.
    variances
        Variance at each level, the finest areas first, shape (levels,).
    variance
        Variance of units of weight 1 about their finest area.
    effects
        Predicted effect of each area (best linear unbiased), one array a level.
    residual
        What is left of each unit, shape (units,).
    criterion
        Minus twice the log-likelihood, restricted where the mean is estimated.
    slope
        Largest derivative of the criterion by the logarithm of a variance ratio that is not zero.
    """

    mean: float
    variances: FloatArray
    variance: float
    effects: tuple[FloatArray, ...]
    residual: FloatArray
    criterion: float
    slope: float


class Sums(NamedTuple):
    """What the likelihood sees of the units.

    Attributes
    ----------
    weight, weighted
        Sums of weights, and of weights × values, in each finest area.
    square
        Sum of weights × squared values.
    units
        Number of units.
    mean
        Whether the mean is estimated, which costs one degree of freedom, rather than held at 0.
    """

    weight: FloatArray
    weighted: FloatArray
    square: float
    units: int
    mean: bool


class State(NamedTuple):
    """The likelihood at some variance ratios.

    Attributes
    ----------
    value
        Minus twice the log-likelihood, the variance of units at its best, short of a constant.
    slopes
        Its derivative by each ratio.
    mean, square
        The mean, and the generalised sum of squares about it.
    effects
        Predicted effect of each area, one array a level.
    """

    value: float
    slopes: FloatArray
    mean: float
    square: float
    effects: Sequence[FloatArray]


class _Level(NamedTuple):
    a: FloatArray
    b: FloatArray
    d: FloatArray


def fit(values: FloatArray, parents: list[IntArray], weights: FloatArray | None = None, *, mean: bool = False) -> Fit:
    """Fit y = mean + effect of each area at every level + residual.

    Parameters
    ----------
    values
        One number a unit, shape (units,), not all equal (to 0 where the mean is held).
    parents
        Finest area of each unit, then for each level the area of the next that holds its areas. Areas of
        a level are numbered from 0 without gaps.
    weights
        The residual of a unit has the variance divided by its weight; 1 if left out.
    mean
        Estimate the mean, by restricted maximum likelihood; otherwise it is 0, where maximum likelihood
        and restricted maximum likelihood are the same.

    Returns
    -------
    fit
        Variances at the maximum of the likelihood, and predicted effects.
    """
    from scipy.optimize import minimize

    n, many = len(values), len(parents)
    w = np.ones(n) if weights is None else weights
    centre = float((w * values).sum() / w.sum()) if mean else 0.0
    scale = float(np.sqrt((w * (values - centre) ** 2).sum() / n))
    y = (values - centre) / scale
    sums = summed(y, parents[0], w, mean=mean)
    free = np.ones(many, dtype=bool)
    logs = np.full(many, np.log(0.5))

    def at(place: FloatArray) -> FloatArray:
        ratio = np.zeros(many)
        ratio[free] = np.exp(place)
        return ratio

    def target(place: FloatArray) -> tuple[float, FloatArray]:
        state = likelihood(at(place), parents, sums)
        return state.value, (state.slopes * at(place))[free]

    for _ in range(2 * many + 1):
        if free.any():
            found = minimize(
                target, logs[free], jac=True, method="L-BFGS-B", bounds=[(LOWEST, HIGHEST)] * int(free.sum()),
                options={"maxiter": 500, "ftol": 1e-15, "gtol": 1e-7},
            )  # fmt: skip
            logs[free] = found.x
        none = free & (logs < LOWEST / 2)
        free &= ~none
        # A level without variance stays so only if a little of it would fit worse.
        state = likelihood(at(logs[free]), parents, sums)
        wanted = ~free & (state.slopes < -1e-9)
        if not wanted.any():
            break
        free |= wanted
        logs[wanted] = np.log(1e-3)
    logs[free] = _polished(target, logs[free])
    ratio = at(logs[free])
    state = likelihood(ratio, parents, sums)
    left = n - int(mean)
    variance = state.square / left * scale**2
    inside = np.zeros(n)
    for effect, code in zip(state.effects, unit_codes(parents), strict=True):
        inside += effect[code]
    return Fit(
        mean=centre + state.mean * scale,
        variances=ratio * variance,
        variance=variance,
        effects=tuple(effect * scale for effect in state.effects),
        residual=(y - state.mean - inside) * scale,
        criterion=float(state.value + left * (1 + np.log(2 * np.pi) + 2 * np.log(scale)) - np.log(w).sum()),
        slope=float(np.abs(state.slopes * ratio).max(initial=0.0)),
    )


def summed(values: FloatArray, finest: IntArray, weights: FloatArray, *, mean: bool = False) -> Sums:
    """Sums of the units in each finest area."""
    square = float((weights * values * values).sum())
    return Sums(_added(weights, finest), _added(weights * values, finest), square, len(values), mean)


def _added(values: FloatArray, code: IntArray) -> FloatArray:
    """Sums by code; a double even where there are none."""
    return np.asarray(np.bincount(code, values), dtype=np.float64)


def unit_codes(parents: list[IntArray]) -> list[IntArray]:
    """Area of each unit at each level."""
    codes = [parents[0]]
    for parent in parents[1:]:
        codes.append(parent[codes[-1]])
    return codes


def likelihood(ratio: FloatArray, parents: list[IntArray], sums: Sums) -> State:
    """Profiled likelihood at some variance ratios, its slopes, and the predicted effects.

    Parameters
    ----------
    ratio
        Variance of each level over that of units, the finest areas first.
    parents, sums
        As in `fit`, and from `summed`.
    """
    a, b, square = sums.weight, sums.weighted, sums.square
    left = sums.units - int(sums.mean)
    levels, logdet = [], 0.0
    for place, theta in enumerate(ratio):
        d = 1 + theta * a
        levels.append(_Level(a, b, d))
        logdet += float(np.log(d).sum())
        square -= float(theta * (b * b / d).sum())
        if place + 1 < len(ratio):
            up = parents[place + 1]
            a, b = _added(a / d, up), _added(b / d, up)
    top = levels[-1]
    whole = float((top.a / top.d).sum())
    mean = float((top.b / top.d).sum()) / whole if sums.mean else 0.0
    square -= whole * mean * mean
    slopes = np.empty(len(ratio))
    effects: list[FloatArray] = [slopes] * len(ratio)
    # Down again: what the levels above say of each area, and how much they damp it.
    above, damp = np.full(len(top.a), mean), np.ones(len(top.a))
    for place in range(len(ratio) - 1, -1, -1):
        level = levels[place]
        if place + 1 < len(ratio):
            up = parents[place + 1]
            above, damp = (above + effects[place + 1])[up], (damp / levels[place + 1].d)[up]
        own = level.a / level.d
        score = (level.b - above * level.a) / level.d
        effects[place] = ratio[place] * score
        trace, reach = own.copy(), own.copy()
        code = np.arange(len(own))
        for higher in range(place + 1, len(ratio)):
            code = parents[higher][code]
            d = levels[higher].d[code]
            trace -= ratio[higher] * reach * reach / d
            reach /= d
        slopes[place] = trace.sum() - left * (score * score).sum() / square
        if sums.mean:
            slopes[place] -= ((own * damp) ** 2).sum() / whole
    value = left * float(np.log(square / left)) + logdet + (float(np.log(whole)) if sums.mean else 0.0)
    return State(value, slopes, mean, square, effects)


def _polished(target: Callable[[FloatArray], tuple[float, FloatArray]], place: FloatArray) -> FloatArray:
    """Newton's steps on the slopes, whose zero is known more sharply than the top of the likelihood."""
    step, best = 1e-4, place
    slope = target(best)[1]
    for _ in range(POLISH):
        if not len(best) or np.abs(slope).max() < 1e-9:
            break
        bend = np.empty((len(best), len(best)))
        for axis in range(len(best)):
            move = np.zeros(len(best))
            move[axis] = step
            bend[:, axis] = (target(best + move)[1] - target(best - move)[1]) / (2 * step)
        if np.linalg.matrix_rank(bend) < len(best):
            break
        tried = np.clip(best - np.linalg.solve(bend, slope), LOWEST, HIGHEST)
        other = target(tried)[1]
        if not np.abs(other).max() < np.abs(slope).max():
            break
        best, slope = tried, other
    return best
