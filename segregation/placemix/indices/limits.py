"""Limits of counts, rates and shares, of what chance alone gives."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from placemix._typing import FloatArray


def byar(observed: FloatArray, expected: FloatArray, *, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Byar's approximate limits of a ratio of an observed to an expected count.

    Parameters
    ----------
    observed
        People counted, any shape.
    expected
        People expected, same shape; 1 gives limits of the count itself.
    level
        Confidence level.

    Returns
    -------
    lower, upper
        Same shape. NaN where nobody is expected.

    References
    ----------
    Breslow and Day 1987.

    Examples
    --------
    >>> lower, upper = byar(np.array([65.0]), np.array([1.0]))
    >>> lower.round(6).item(), upper.round(6).item()
    (50.163188, 82.849139)
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    count = np.asarray(observed, dtype=np.float64)
    counted = np.where(count > 0, count, 1.0)
    # Below about two people the bracket is negative, and the limit is 0.
    lower = counted * np.maximum(1 - 1 / (9 * counted) - z / (3 * np.sqrt(counted)), 0.0) ** 3
    lower = np.where(count > 0, lower, 0.0)
    upper = (count + 1) * (1 - 1 / (9 * (count + 1)) + z / (3 * np.sqrt(count + 1))) ** 3
    valid = np.asarray(expected) > 0
    base = np.where(valid, expected, np.nan)
    return lower / base, upper / base


def wilson(events: FloatArray, people: FloatArray, *, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Wilson's limits of a share.

    Parameters
    ----------
    events
        People counted, any shape; fractions as of an effective sample are allowed.
    people
        Of how many, same shape.
    level
        Confidence level.

    Returns
    -------
    lower, upper
        Same shape, from 0 to 1. NaN where there is nobody.

    References
    ----------
    Wilson 1927.

    Examples
    --------
    >>> lower, upper = wilson(np.array([65.0, 0.0]), np.array([100.0, 8.0]))
    >>> lower.round(6).tolist(), upper.round(6).tolist()
    ([0.552544, 0.0], [0.736358, 0.324408])
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = events / people
        spread = z * np.sqrt(z**2 + 4 * events * ((people - events) / people))
        low = (2 * events + z**2 - spread) / (2 * (people + z**2))
        high = (2 * events + z**2 + spread) / (2 * (people + z**2))
    # At the ends the formula gives 0 and 1 but for rounding.
    low, high = np.where(share == 0, 0.0, low), np.where(share == 1, 1.0, high)
    empty = ~(people > 0)
    return np.where(empty, np.nan, low), np.where(empty, np.nan, high)
