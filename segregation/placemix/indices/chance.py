"""What chance alone gives: closed-form expectations without any systematic sorting."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.indices._parts import here, ratio, total


def expected_dissimilarity(
    people: FloatArray, share: FloatArray, *, starts: IntArray | None = None, size: float = 1
) -> FloatArray:
    """Expected D if every person were of the focal group with the same probability.

    Units keep their sizes; de Moivre's closed form of the binomial mean deviation.

    Parameters
    ----------
    people
        People in each unit, shape (..., units); fractions are rounded.
    share
        Share of the focal group in the stratum, shape (..., strata).
    starts
        First unit of each stratum. Default: one stratum.
    size
        People of one household, who are all of one group; households are rounded to whole ones.

    Returns
    -------
    value
        Shape (..., strata), above 0. NaN where the share is 0 or 1.

    References
    ----------
    Winship 1977; Carrington and Troske 1997; Diaconis and Zabell 1991.

    Examples
    --------
    >>> expected_dissimilarity(np.full(50, 10.0), np.array([0.1])).round(5).item()
    0.38742
    """
    from scipy.special import gammaln, xlog1py, xlogy

    lived_in = people > 0
    count = np.where(lived_in, np.maximum(np.rint(people / size), 1), 0)
    p = here(share, starts, people.shape[-1], axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        v = np.minimum(np.floor(count * p) + 1, count)
        logs = gammaln(count + 1) - gammaln(v + 1) - gammaln(count - v + 1) + xlogy(v, p) + xlog1py(count - v + 1, -p)
        deviation = np.where(lived_in, 2 * v * np.exp(logs), 0.0)
    # Each household stands for as many people as its unit has for each, so that units keep their weight.
    weight = np.divide(people, count, out=np.zeros_like(people, dtype=np.float64), where=lived_in)
    return ratio(total(deviation * weight, starts), 2 * total(people, starts) * share * (1 - share))


def expected_isolation(
    people: FloatArray, share: FloatArray, *, starts: IntArray | None = None, size: float = 1
) -> FloatArray:
    """Expected isolation if the group's members were dealt to places at random, totals fixed.

    P + (1 - P)(n - 1)/(T - 1) with n units lived in, exactly: each person counts
    themselves among those around them. With households, T is their number.

    Parameters
    ----------
    people
        People in each unit, shape (..., units).
    share
        Share of the focal group in the stratum, shape (..., strata).
    starts
        First unit of each stratum. Default: one stratum.
    size
        People of one household, who are all of one group.

    Returns
    -------
    value
        Shape (..., strata).

    References
    ----------
    Moments of the hypergeometric distribution.

    Examples
    --------
    >>> expected_isolation(np.full(4, 100.0), np.array([0.3])).round(6).item()
    0.305263
    """
    units = total((people > 0).astype(np.float64), starts)
    return share + (1 - share) * ratio(units - 1, total(people, starts) / size - 1)


def expected_correlation_ratio(people: FloatArray, *, starts: IntArray | None = None, size: float = 1) -> FloatArray:
    """Expected V under random dealing with fixed totals, (n - 1)/(T - 1).

    Parameters
    ----------
    people
        People in each unit, shape (..., units).
    starts
        First unit of each stratum. Default: one stratum.
    size
        People of one household, who are all of one group.

    Returns
    -------
    value
        Shape (..., strata).

    Examples
    --------
    >>> expected_correlation_ratio(np.full(4, 100.0)).round(6).item()
    0.007519
    """
    units = total((people > 0).astype(np.float64), starts)
    return ratio(units - 1, total(people, starts) / size - 1)


def dealt_dissimilarity(people: FloatArray, members: FloatArray, *, starts: IntArray | None = None) -> FloatArray:
    """Expected D if the group's members were dealt to places at random, totals and members fixed.

    Parameters
    ----------
    people
        People in each unit, whole numbers, shape (units,).
    members
        Members of the focal group in the stratum, shape (strata,).
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (strata,), exact. NaN where there are no members or nobody else.

    References
    ----------
    Winship 1977; mean deviation of the hypergeometric distribution, summed over its values.

    Examples
    --------
    >>> round(dealt_dissimilarity(np.full(4, 100.0), np.array([120.0])).item(), 4)
    0.075
    """
    everyone = total(people, starts)
    share = ratio(members, everyone)
    deviation = _over_strata(people, members, starts, lambda x, t, p: np.abs(x - t * p))
    return ratio(deviation, 2 * everyone * share * (1 - share))


def dealt_mutual_information(people: FloatArray, members: FloatArray, *, starts: IntArray | None = None) -> FloatArray:
    """Expected M if the members of every group were dealt to places at random, totals and members fixed.

    Parameters
    ----------
    people
        People in each unit, whole numbers, shape (units,).
    members
        Members of each group, shape (strata, groups); together everyone.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (strata,), exact, in nats. The first term of its series is (n - 1)(K - 1) / 2T.

    References
    ----------
    Miller 1955; sums over the hypergeometric distribution.

    Examples
    --------
    >>> round(dealt_mutual_information(np.full(4, 100.0), np.array([[120.0, 280.0]])).item(), 5)
    0.00378
    """
    from scipy.special import xlogy

    everyone = total(people, starts)
    inside = np.zeros(len(members))
    for column in members.T:
        inside = inside + _over_strata(people, column, starts, lambda x, *_: xlogy(x, x))
    own = inside - total(xlogy(people, people), starts) - xlogy(members, members).sum(axis=1)
    return ratio(own, everyone) + np.log(np.maximum(everyone, 1))


def _over_strata(
    people: FloatArray, members: FloatArray, starts: IntArray | None, term: Callable[..., FloatArray]
) -> FloatArray:
    """Sum over units of the mean of a term of the members who are dealt to them, shape (strata,)."""
    bounds = np.append(np.zeros(1, dtype=np.int64) if starts is None else starts, len(people))
    out = np.full(len(bounds) - 1, np.nan)
    for place, (low, high) in enumerate(itertools.pairwise(bounds)):
        sizes, times = np.unique(people[low:high], return_counts=True)
        everyone = float(people[low:high].sum())
        found = [_dealt_mean(size, float(members[place]), everyone, term) for size in sizes if size > 0]
        out[place] = float(np.dot(times[sizes > 0], found)) if found else np.nan
    return out


def _dealt_mean(size: float, members: float, everyone: float, term: Callable[..., FloatArray]) -> float:
    """Mean of a term of the members among so many people drawn without replacement."""
    lowest, highest = max(0.0, size - (everyone - members)), min(size, members)
    share = members / everyone
    spread = np.sqrt(size * share * (1 - share) * (everyone - size) / max(everyone - 1, 1))
    # Beyond forty standard deviations, or where there are few values at all, nothing is left out that doubles see.
    low, high = (
        max(lowest, np.floor(size * share - 40 * spread - 20)),
        min(highest, np.ceil(size * share + 40 * spread + 20)),
    )
    x = np.arange(low, high + 1)
    # Each probability from the one before it: logarithms of factorials would lose digits in large places.
    steps = (members - x[:-1]) * (size - x[:-1]) / ((x[:-1] + 1) * (everyone - members - size + x[:-1] + 1))
    mode = int(np.clip(np.floor((size + 1) * (members + 1) / (everyone + 2)) - low, 0, len(x) - 1))
    chance = np.ones(len(x))
    chance[mode + 1 :] = np.cumprod(steps[mode:])
    chance[:mode] = np.cumprod(1 / steps[:mode][::-1])[::-1]
    return float((chance * term(x, size, share)).sum() / chance.sum())
