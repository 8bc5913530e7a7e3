"""What chance alone gives: closed-form expectations without any systematic sorting."""

from __future__ import annotations

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.indices._parts import here, ratio, total


def expected_dissimilarity(people: FloatArray, share: FloatArray, *, starts: IntArray | None = None) -> FloatArray:
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

    count = np.rint(people)
    p = here(share, starts, people.shape[-1], axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        v = np.minimum(np.floor(count * p) + 1, count)
        logs = gammaln(count + 1) - gammaln(v + 1) - gammaln(count - v + 1) + xlogy(v, p) + xlog1py(count - v + 1, -p)
        deviation = np.where(count > 0, 2 * v * np.exp(logs), 0.0)
    return ratio(total(deviation, starts), 2 * total(count, starts) * share * (1 - share))


def expected_isolation(people: FloatArray, share: FloatArray, *, starts: IntArray | None = None) -> FloatArray:
    """Expected isolation if the group's members were dealt to places at random, totals fixed.

    P + (1 - P)(n - 1)/(T - 1) with n units lived in, exactly: each person counts
    themselves among those around them.

    Parameters
    ----------
    people
        People in each unit, shape (..., units).
    share
        Share of the focal group in the stratum, shape (..., strata).
    starts
        First unit of each stratum. Default: one stratum.

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
    return share + (1 - share) * ratio(units - 1, total(people, starts) - 1)


def expected_correlation_ratio(people: FloatArray, *, starts: IntArray | None = None) -> FloatArray:
    """Expected V under random dealing with fixed totals, (n - 1)/(T - 1).

    Parameters
    ----------
    people
        People in each unit, shape (..., units).
    starts
        First unit of each stratum. Default: one stratum.

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
    return ratio(units - 1, total(people, starts) - 1)
