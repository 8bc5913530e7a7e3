"""Ratios of rates pooled over strata: crude, direct, indirect, Mantel and Haenszel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.outcomes.disparity.pairs import quotient

#: The pooled ratios, and what each weighs strata by.
POOLED: dict[str, str] = {
    "crude_ratio": "all strata taken together",
    "standardised_ratio": "within strata, weighted by the people compared with (direct)",
    "indirect_ratio": "within strata, weighted by the people of the group (indirect)",
    "mantel_haenszel_ratio": "within strata, weighted by how much each tells (Mantel and Haenszel)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Strata:
    """Numbers of both groups in each stratum, shape (strata,).

    Attributes
    ----------
    a, n
        Events and people of the group.
    b, m
        Events and people of those compared with.
    va, vb
        Variances of both numbers of events.
    pool
        Which pool each stratum belongs to.
    pools
        How many pools there are.
    """

    a: FloatArray
    n: FloatArray
    b: FloatArray
    m: FloatArray
    va: FloatArray
    vb: FloatArray
    pool: IntArray
    pools: int

    @property
    def usable(self) -> BoolArray:
        """Strata in which both groups have people."""
        both: BoolArray = (self.n > 0) & (self.m > 0)
        return both

    def summed(self, values: FloatArray) -> FloatArray:
        """Sum over the strata of each pool."""
        return np.bincount(self.pool, values, self.pools).astype(np.float64)


def pooled(measure: str, strata: Strata) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Compute one pooled ratio of each pool.

    Parameters
    ----------
    measure
        Its name.
    strata
        Numbers of both groups.

    Returns
    -------
    value, variance, rate, against_rate
        The ratio, the variance of its logarithm, and both rates that it is the ratio of. Shape (pools,).

    Notes
    -----
    With weights w the two rates are Σ w a/n and Σ w b/m over Σ w: of the people compared with (direct), of the group
    (indirect), or n m/(n + m) (Mantel and Haenszel). The variance of the last is Greenland and Robins' where events
    are independent, else that of weights taken as fixed, as for the others.
    """
    use = strata.usable
    a, n, b, m = (np.where(use, values, 0.0) for values in (strata.a, strata.n, strata.b, strata.m))
    va, vb = np.where(use, strata.va, 0.0), np.where(use, strata.vb, 0.0)
    if measure == "crude_ratio":
        a, n, b, m, va, vb = (
            strata.summed(values) for values in (strata.a, strata.n, strata.b, strata.m, strata.va, strata.vb)
        )
        ours, theirs = quotient(a, n), quotient(b, m)
        return quotient(ours, theirs), quotient(va, a**2) + quotient(vb, b**2), ours, theirs
    weight = {"standardised_ratio": m, "indirect_ratio": n, "mantel_haenszel_ratio": _zero(quotient(n * m, n + m))}
    w, all_ = weight[measure], strata.summed(weight[measure])
    one, other = _zero(quotient(w, n)), _zero(quotient(w, m))
    top, bottom = strata.summed(one * a), strata.summed(other * b)
    independent = bool((va == a).all() and (vb == b).all())
    if measure == "mantel_haenszel_ratio" and independent:
        variance = quotient(strata.summed(_zero(quotient(n * m * (a + b), (n + m) ** 2))), top * bottom)
    else:
        variance = quotient(strata.summed(one**2 * va), top**2) + quotient(strata.summed(other**2 * vb), bottom**2)
    return quotient(top, bottom), variance, quotient(top, all_), quotient(bottom, all_)


def _zero(values: FloatArray) -> FloatArray:
    """Weigh a stratum without people of both groups with nothing."""
    return np.where(np.isnan(values), 0.0, values)
