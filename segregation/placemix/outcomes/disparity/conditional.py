"""Exact limits of an odds ratio given all margins of a fourfold table, for counts of any size."""

from __future__ import annotations

import numpy as np

#: How many standard deviations of the first cell, and whole numbers beside, are looked at on either side of it.
_REACH, _BESIDE = 12.0, 100


def conditional_limits(a: float, b: float, c: float, d: float, level: float) -> tuple[float, float]:
    """Limits of the ratio of odds (a/b)/(c/d) given all margins; one-sided where one of two cells is 0.

    Given the margins the first cell has Fisher's noncentral hypergeometric distribution. Its lower limit is the ratio
    of odds at which so many or more, its upper limit that at which so many or fewer, have half of what may fail.

    Parameters
    ----------
    a, b, c, d
        Whole numbers from 0; not both products a d and b c are 0.
    level
        Confidence level.

    Examples
    --------
    The tea that R. A. Fisher wrote of:

    >>> low, high = conditional_limits(3, 1, 1, 3, 0.95)
    >>> round(low, 4), round(high, 1)
    (0.2117, 626.2)
    """
    from scipy.optimize import brentq
    from scipy.special import logsumexp

    first, second, chosen = a + b, c + d, a + c
    spread = 1 / np.sqrt(sum(1 / (cell + 1) for cell in (a, b, c, d)))
    reach = np.ceil(_REACH * spread) + _BESIDE
    k = np.arange(max(0.0, chosen - second, a - reach), min(first, chosen, a + reach) + 1)
    # From each number to the next: logarithms of factorials of large counts would lose the digits that matter.
    last = k[:-1]
    steps = np.log((first - last) / (last + 1) * ((chosen - last) / (second - chosen + last + 1)))
    weight = np.concatenate([[0.0], np.cumsum(steps)])
    weight -= weight[int(a - k[0])]
    start = float(np.log((a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5))))

    def solved(above: np.ndarray, fails: float) -> float:
        """Logarithm of the ratio at which what may fail lies in `above` rather than beside it."""

        def over(log_ratio: float) -> float:
            tilted = weight + (k - a) * log_ratio
            return float(logsumexp(tilted[above]) - logsumexp(tilted[~above]) - np.log(fails / (1 - fails)))

        step = 1.0
        while over(start - step) * over(start + step) > 0:
            step *= 2
        return float(np.exp(brentq(over, start - step, start + step, xtol=1e-13)))

    fails = (1 - level) / (2 if a * d and b * c else 1)
    low = solved(k >= a, fails) if a * d else 0.0
    high = solved(k <= a, fails) if b * c else np.inf
    return low, float(high)
