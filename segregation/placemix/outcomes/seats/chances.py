"""What chance alone gives: so few members, and how many of several are without a member."""

from __future__ import annotations

import numpy as np

from placemix._typing import FloatArray, IntArray


def at_most(members: int, places: IntArray, shares: FloatArray) -> float:
    """Probability of so many members or fewer where places of each body are filled at its own share.

    With several shares the distributions of the bodies are tilted until `members` is their mean, so that the sums that
    matter are in the middle and small probabilities keep their digits, and put together one by one.

    Examples
    --------
    >>> round(at_most(0, np.array([6, 8]), np.array([0.08, 0.08])), 6) == round(0.92**14, 6)
    True
    """
    from scipy.special import bdtr

    different = np.unique(shares)
    sizes = np.array([int(places[shares == share].sum()) for share in different])
    if members == 0:
        return float(np.exp((sizes * np.log1p(-different)).sum()))
    if len(different) == 1:  # bodies of one share are as one body
        return float(bdtr(members, int(sizes[0]), different[0]))
    tilt = _tilt(members, sizes, different)
    mass = 1 - different + different * np.exp(tilt)
    first, found = _summed(sizes, different * np.exp(tilt) / mass)
    k = np.arange(first, min(members, first + len(found) - 1) + 1)
    weight = np.exp((sizes * np.log(mass)).sum() - tilt * members)
    return float(min(weight * (found[: len(k)] * np.exp(-tilt * (k - members))).sum(), 1.0))


def _tilt(members: int, sizes: IntArray, shares: FloatArray) -> float:
    """By how much to tilt so that the mean is `members`; not at all where it is no more than that."""
    from scipy.optimize import brentq

    if members >= (sizes * shares).sum():
        return 0.0

    def over(tilt: float) -> float:
        odds = shares * np.exp(tilt)
        return float((sizes * odds / (1 - shares + odds)).sum()) - members

    lowest = -1.0
    while over(lowest) > 0:
        lowest *= 2
    return float(brentq(over, lowest, 0.0))


def _summed(sizes: IntArray, shares: FloatArray) -> tuple[int, FloatArray]:
    """Distribution of the sum of binomials, from its first number that is kept: each is cut where nothing is left."""
    from scipy.stats import binom

    first, found = 0, np.ones(1)
    for size, share in zip(sizes.tolist(), shares.tolist(), strict=True):
        reach = 12 * np.sqrt(size * share * (1 - share)) + 60
        low, high = max(0, int(size * share - reach)), min(size, int(size * share + reach) + 1)
        found = np.convolve(found, binom.pmf(np.arange(low, high + 1), size, share))
        first += low
    return first, found


def how_many(chances: FloatArray) -> FloatArray:
    """Distribution of how many of several independent events happen, each with its own probability.

    Parameters
    ----------
    chances
        Probability of each event, shape (events,).

    Returns
    -------
    probability
        Of 0, 1, … events, shape (events + 1,); the Poisson binomial distribution, built up one event at a time.

    Examples
    --------
    >>> how_many(np.array([0.5, 0.5, 0.2])).round(3).tolist()
    [0.2, 0.45, 0.3, 0.05]
    """
    found = np.zeros(len(chances) + 1)
    found[0] = 1.0
    for number, chance in enumerate(chances, 1):
        found[1 : number + 1] = found[1 : number + 1] * (1 - chance) + found[:number] * chance
        found[0] *= 1 - chance
    return found
