"""Intervals of one count, rate or share: Wilson, Clopper and Pearson, Byar, exact Poisson."""

from __future__ import annotations

import numpy as np

from placemix._typing import FloatArray
from placemix.indices.limits import byar, wilson
from placemix.outcomes.disparity.pairs import Texts

#: Fewer events have the exact interval of a count, others Byar's, as in the public health profiles of England.
EXACT_BELOW = 10


def exact_binomial(events: FloatArray, people: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Clopper and Pearson's interval of a share, NaN where nobody is.

    Numbers may be fractions, as those of an effective sample are.

    Examples
    --------
    >>> low, high = exact_binomial(np.array([0.0, 5.0]), np.array([10.0, 10.0]), 0.95)
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.0, 0.1871], [0.3085, 0.8129])
    """
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    some, others = events > 0, people - events > 0
    with np.errstate(invalid="ignore"):
        low = betaincinv(np.where(some, events, 1), np.where(some, people - events + 1, 1), tail)
        high = betaincinv(np.where(others, events + 1, 1), np.where(others, people - events, 1), 1 - tail)
    low, high = np.where(some, low, 0.0), np.where(others, high, 1.0)
    empty = ~(people > 0)
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)


def exact_poisson(count: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Garwood's exact interval of a Poisson count, χ² quantiles halved.

    Examples
    --------
    >>> low, high = exact_poisson(np.array([0.0, 5.0]), 0.95)
    >>> low.round(6).tolist(), high.round(6).tolist()
    ([0.0, 1.623486], [3.688879, 11.668332])
    """
    from scipy.special import gammaincinv

    tail = (1 - level) / 2
    low = gammaincinv(np.where(count > 0, count, 1.0), tail)
    return np.where(count > 0, low, np.where(count == 0, 0.0, np.nan)), gammaincinv(count + 1, 1 - tail)


def share_limits(
    events: FloatArray, people: FloatArray, level: float, how: str = "wilson_1927"
) -> tuple[FloatArray, FloatArray]:
    """Interval of a share by name: ``wilson_1927`` or ``clopper_pearson_1934``."""
    return wilson(events, people, level=level) if how == "wilson_1927" else exact_binomial(events, people, level)


def count_limits(
    count: FloatArray, variance: FloatArray, level: float, how: str = "byar_or_exact"
) -> tuple[FloatArray, FloatArray, Texts]:
    """Interval of a count of events, and its name for each.

    Where the variance is not the count, as of events of which one person may have several, the
    distances from the count to the ends are multiplied by √(variance / count), as Dobson and others do. Counts are not
    below 0: an end that would be is 0, and its name says so (``…_ends_at_0``).

    Parameters
    ----------
    count, variance
        Events and the variance of their number, same shape.
    level
        Confidence level.
    how
        ``"byar_1987"``, ``"garwood_1936"`` (exact), or ``"byar_or_exact"`` (exact below ten).

    Examples
    --------
    >>> low, high, names = count_limits(np.array([5.0, 65.0]), np.array([5.0, 65.0]), 0.95)
    >>> low.round(6).tolist(), names.tolist()
    ([1.623486, 50.163188], ['garwood_1936', 'byar_1987'])
    """
    exact = exact_poisson(count, level)
    near = byar(count, np.ones_like(count), level=level)
    few = {"garwood_1936": np.ones(count.shape, dtype=bool), "byar_1987": np.zeros(count.shape, dtype=bool)}.get(
        how, count < EXACT_BELOW
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        stretch = np.where(count > 0, np.sqrt(variance / count), 1.0)
    ends = [count + stretch * (np.where(few, one, other) - count) for one, other in zip(exact, near, strict=True)]
    names = np.where(few, "garwood_1936", "byar_1987").astype(object)
    names = np.where(variance == count, names, names + "_repeated_events")
    low, high = (np.where(np.isnan(variance), np.nan, end) for end in ends)
    low, names = from_0(low, names)
    return low, high, names


def from_0(low: FloatArray, names: Texts) -> tuple[FloatArray, Texts]:
    """Let lower ends of counts and rates that would lie below 0, where none can be, be 0, and say so in their names.

    Examples
    --------
    >>> low, names = from_0(np.array([-2.5, 1.0]), np.array(["garwood_1936", "byar_1987"], dtype=object))
    >>> low.tolist(), names.tolist()
    ([0.0, 1.0], ['garwood_1936_ends_at_0', 'byar_1987'])
    """
    below = low < 0
    return np.where(below, 0.0, low), np.where(below, names + "_ends_at_0", names)
