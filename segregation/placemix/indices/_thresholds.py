"""Ordered bands cut in two at each threshold: who is at or below it and who is above, and how mixed that is."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.indices._parts import total, total_groups

#: How mixed two shares that sum to one are: 0 where one is nobody, 1 where they are alike.
Variation = Callable[[FloatArray, FloatArray], FloatArray]


def entropy_of(low: FloatArray, high: FloatArray) -> FloatArray:
    """Entropy in bits, -(p log2 p + (1 - p) log2 (1 - p))."""
    logs = [share * np.log2(share, out=np.zeros_like(share), where=share > 0) for share in (low, high)]
    return -(logs[0] + logs[1])


def interaction_of(low: FloatArray, high: FloatArray) -> FloatArray:
    """Return 4 p (1 - p)."""
    return 4 * low * high


def root_of(low: FloatArray, high: FloatArray) -> FloatArray:
    """Return 2 sqrt(p (1 - p))."""
    return 2 * np.sqrt(low * high)


def smaller_of(low: FloatArray, high: FloatArray) -> FloatArray:
    """Return 1 - |2p - 1|, twice the smaller share."""
    return 2 * np.minimum(low, high)


class Halves(NamedTuple):
    """People at or below each threshold, and above it; the last axis holds the thresholds.

    Both are summed from the bands, so that turning the order of the bands round changes nothing.
    """

    low: FloatArray
    high: FloatArray

    def shares(self) -> tuple[FloatArray, FloatArray]:
        """Return both as shares of everyone; zero where nobody is."""
        people = self.low + self.high
        some = people > 0
        low = np.divide(self.low, people, out=np.zeros_like(people), where=some)
        return low, np.divide(self.high, people, out=np.zeros_like(people), where=some)


def halves(values: FloatArray) -> Halves:
    """Cut bands, (..., bands) from lowest to highest, at every threshold between two of them."""
    low = np.cumsum(values, axis=-1)[..., :-1]
    high = np.cumsum(values[..., ::-1], axis=-1)[..., -2::-1]
    return Halves(low, high)


def varieties(values: FloatArray, starts: IntArray | None, variation: Variation) -> tuple[FloatArray, FloatArray]:
    """How mixed strata are at each threshold, and their units on average over people.

    Parameters
    ----------
    values
        People of each band in each unit, shape (..., units, bands), the lowest band first.
    starts
        First unit of each stratum, or None for one stratum.
    variation
        How mixed two shares are.

    Returns
    -------
    whole, within
        Of the strata, and of their units; both of shape (..., strata, thresholds).
    """
    groups = total_groups(values, starts)
    people = groups.sum(axis=-1, keepdims=True)
    mixed = values.sum(axis=-1, keepdims=True) * variation(*halves(values).shares())
    within = np.moveaxis(total(np.moveaxis(mixed, -1, -2), starts), -2, -1)
    within = np.divide(within, people, out=np.zeros_like(within), where=people > 0)
    return variation(*halves(groups).shares()), within
