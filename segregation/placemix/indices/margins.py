"""Iterative proportional fitting: other margins, the same odds ratios."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.indices._parts import here, total

#: A fit counts as converged when every margin is met to this relative error.
PRECISION = 1e-10
#: Steps to the factor of the odds: halving the widest interval to the last digit takes so many.
_STEPS = 80


class Fit(NamedTuple):
    """A fitted table.

    Attributes
    ----------
    values
        The table with the margins asked for, or NaN where they cannot be met.
    converged
        Whether the margins are met, one value a stratum.
    """

    values: FloatArray
    converged: BoolArray


def fit(
    seed: FloatArray,
    units: FloatArray,
    groups: FloatArray,
    *,
    precision: float = PRECISION,
    rounds: int = 10_000,
) -> Fit:
    """Scale rows and columns of a table in turn until both margins hold.

    Zero cells stay zero.

    Parameters
    ----------
    seed
        Table whose odds ratios are kept, shape (units, groups).
    units, groups
        Margins to reach, shapes (units,) and (groups,); their sums must agree.
    precision
        Largest relative error of a margin.
    rounds
        Give up after this many.

    Returns
    -------
    fit
        The table, and whether the margins hold (shape (1,)).

    References
    ----------
    Deming and Stephan 1940.

    Examples
    --------
    >>> table = np.array([[40.0, 10.0], [10.0, 40.0]])
    >>> fit(table, np.array([60.0, 40.0]), np.array([50.0, 50.0])).values.sum(axis=1).round(8).tolist()
    [60.0, 40.0]
    """
    values = np.array(seed, dtype=np.float64)
    met = False
    for _ in range(rounds):
        values *= _factor(units, values.sum(axis=1))[:, np.newaxis]
        values *= _factor(groups, values.sum(axis=0))
        rows, columns = values.sum(axis=1), values.sum(axis=0)
        met = bool(
            np.all(np.abs(rows - units) <= precision * np.maximum(units, 1e-300))
            and np.all(np.abs(columns - groups) <= precision * np.maximum(groups, 1e-300))
        )
        if met:
            break
    return Fit(values if met else np.full_like(values, np.nan), np.array([met]))


def _factor(wanted: FloatArray, have: FloatArray) -> FloatArray:
    return np.divide(wanted, have, out=np.zeros_like(have), where=have > 0)


def fit_two_groups(
    focal: FloatArray,
    other: FloatArray,
    units: FloatArray,
    target: FloatArray,
    *,
    starts: IntArray | None = None,
    precision: float = PRECISION,
) -> Fit:
    """The limit of `fit` for two groups, solved directly for all strata at once.

    With two groups, keeping odds ratios leaves one unknown in each stratum, the factor
    by which the odds of the focal group rise; the group's total grows with it. Newton's
    steps find it, and halves of the interval that holds it where those lead out.

    Parameters
    ----------
    focal, other
        People of the two groups in each unit, the table whose odds ratios are kept,
        shape (units,).
    units
        People to be in each unit, shape (units,).
    target
        Members of the focal group to be in each stratum, shape (strata,).
    starts
        First unit of each stratum. Default: one stratum.
    precision
        Largest relative error of a margin.

    Returns
    -------
    fit
        Members of the focal group in each unit, shape (units,), NaN where the margins
        cannot be met; and whether they are, shape (strata,).

    Examples
    --------
    >>> both = fit_two_groups(np.array([40.0, 10.0]), np.array([10.0, 40.0]),
    ...                       np.array([60.0, 40.0]), np.array([50.0]))
    >>> both.values.sum().round(8).item(), both.converged.tolist()
    (50.0, [True])
    """
    count = len(focal)
    lowest, highest = np.full(len(target), -700.0), np.full(len(target), 700.0)
    focal_logs = np.log(focal, out=np.full(count, -np.inf), where=focal > 0)
    other_logs = np.log(other, out=np.full(count, -np.inf), where=other > 0)
    empty = (focal + other) <= 0
    with np.errstate(invalid="ignore"):  # inf - inf only where nobody lived, which `empty` covers
        odds = np.where(empty, 0.0, focal_logs - other_logs)

    def members(raised: FloatArray) -> FloatArray:
        logit = np.clip(odds + here(raised, starts, count, axis=0), -800, 700)
        logit = np.where(np.isinf(odds), odds, logit)
        share: FloatArray = 1 / (1 + np.exp(-np.maximum(logit, -700)))
        share = np.where(logit < -700, 0.0, share)
        return np.asarray(np.where(empty, 0.0, units * share))

    raised = np.zeros(len(target))
    for _ in range(_STEPS):
        now = members(raised)
        have = total(now, starts)
        short = have < target
        lowest, highest = np.where(short, raised, lowest), np.where(short, highest, raised)
        slope = total(np.where(units > 0, now * (1 - np.divide(now, units, out=now * 0, where=units > 0)), 0.0), starts)
        step = raised + np.divide(target - have, slope, out=np.full(len(target), np.inf), where=slope > 0)
        new = np.where((step > lowest) & (step < highest), step, (lowest + highest) / 2)
        if np.array_equal(new, raised):
            break
        settled, raised = np.abs(new - raised) <= 1e-15 * np.maximum(np.abs(new), 1.0), new
        if settled.all():
            break
    values = members(raised)
    met = np.abs(total(values, starts) - target) <= precision * np.maximum(target, 1.0)
    # People may not arrive in a unit where nobody lived: no odds ratio says who they are.
    met &= total((empty & (units > 0)).astype(np.float64), starts) == 0
    return Fit(np.where(here(met, starts, count, axis=0), values, np.nan), met)
