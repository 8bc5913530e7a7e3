"""Rates of bands brought together: with the weights of a standard, or beside what a reference would give."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray
from placemix.outcomes.disparity.limits import count_limits, from_0
from placemix.outcomes.disparity.pairs import Texts, quotient


class Standardised(NamedTuple):
    """Standardised values, shape (rows,) each.

    Attributes
    ----------
    value, lower, upper, error
        Rate a person, or ratio; its interval and standard error.
    expected
        Events that the reference's rates would give; NaN of direct ones.
    interval
        Name of the interval.
    """

    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    error: FloatArray
    expected: FloatArray
    interval: Texts


def direct(
    events: FloatArray, people: FloatArray, weights: FloatArray, variances: FloatArray, level: float
) -> Standardised:
    """Weigh the rates of bands by a standard population.

    Parameters
    ----------
    events, people, variances
        Events, people and the variance of the number of events, shape (rows, bands).
    weights
        People of the standard, shape (bands,) or (rows, bands).
    level
        Confidence level.

    References
    ----------
    Dobson and others 1991.

    Examples
    --------
    >>> found = direct(np.array([[10.0, 20.0]]), np.array([[1000.0, 500.0]]), np.array([3.0, 1.0]),
    ...                np.array([[10.0, 20.0]]), 0.95)
    >>> found.value.round(6).tolist()
    [0.0175]
    """
    part = weights / weights.sum(axis=-1, keepdims=True)
    # A band of no weight says nothing, whoever is in it.
    each = np.where(part > 0, quotient(events, people), 0.0)
    spread = np.where(part > 0, quotient(variances, people**2), 0.0)
    value, variance = (part * each).sum(axis=-1), (part**2 * spread).sum(axis=-1)
    total = events.sum(axis=-1)
    lower, upper, names = count_limits(total, total, level)
    stretch = np.sqrt(quotient(variance, total))
    names = np.array([f"dobson_1991_{name}" for name in names], dtype=object)
    least, names = from_0(value + stretch * (lower - total), names)
    blank = np.full(len(total), np.nan)
    return Standardised(value, least, value + stretch * (upper - total), np.sqrt(variance), blank, names)


def indirect(
    events: FloatArray, people: FloatArray, rates: FloatArray, variances: FloatArray, level: float
) -> Standardised:
    """Compare events with those that a reference's rates would give.

    Parameters
    ----------
    events, people, variances
        As of `direct`.
    rates
        The reference's events a person, shape (bands,) or (rows, bands).
    level
        Confidence level.

    Examples
    --------
    >>> found = indirect(np.array([[895.0]]), np.array([[835.883561]]), np.array([1.0]), np.array([[895.0]]), 0.95)
    >>> [round(100 * end.item(), 4) for end in found[:3]]
    [107.0723, 100.1715, 114.3233]
    """
    expected = np.where(people > 0, people * rates, 0.0).sum(axis=-1)
    total, variance = events.sum(axis=-1), variances.sum(axis=-1)
    lower, upper, names = count_limits(total, variance, level)
    return Standardised(
        quotient(total, expected), quotient(lower, expected), quotient(upper, expected),
        quotient(np.sqrt(variance), expected), expected, names,
    )  # fmt: skip
