"""Values less what chance adds to them."""

from __future__ import annotations

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.indices._parts import here, ratio, table, total, total_groups, two_groups

#: Steps to the root of θ = t tanh(θ t), each of which squares the error.
_STEPS = 60


def carrington_troske(value: FloatArray, expected: FloatArray) -> FloatArray:
    """Distance of a value from what chance gives, as a share of the largest distance on that side.

    Parameters
    ----------
    value, expected
        Values of a measure between 0 and 1, and their means under a null; same shape.

    Returns
    -------
    corrected
        (v - e)/(1 - e) where v ≥ e, (v - e)/e below: 0 by chance, 1 for complete separation, -1 for
        complete evenness.

    References
    ----------
    Carrington and Troske 1997.

    Examples
    --------
    >>> carrington_troske(np.array([0.5952]), np.array([0.0757])).round(4)
    array([0.562])
    """
    value, expected = np.asarray(value, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    return ratio(value - expected, np.where(value >= expected, 1 - expected, expected))


def density_corrected_dissimilarity(
    counts: FloatArray, *, starts: IntArray | None = None, size: float = 1
) -> FloatArray:
    """D with each unit's difference replaced by the one most likely to look like it.

    Half the sum over units of |p¹ - p⁰|, the shares of two groups that live there, each taken as a
    folded normal variable with its sampling spread σ: where the difference is below σ the likeliest
    true one is 0, elsewhere the root of θ = t tanh(θ t) with t the difference over σ.

    Parameters
    ----------
    counts
        People of the two groups, shape (units, 2).
    starts
        First unit of each stratum. Default: one stratum.
    size
        People of one household, who are all of one group.

    Returns
    -------
    value
        Shape (strata,), from 0 to 1. NaN where a group is absent.

    References
    ----------
    Allen, Burgess, Davidson and Windmeijer 2015.

    Examples
    --------
    >>> density_corrected_dissimilarity([[80, 20], [20, 80], [0, 100], [20, 80]]).round(6)
    array([0.595238])
    """
    values = two_groups(counts)
    members = total_groups(values, starts)
    everyone = here(members, starts, len(values), axis=-2)
    share = ratio(values, everyone)
    spread = np.sqrt((ratio(share * (1 - share), everyone / size)).sum(axis=-1))
    apart = np.abs(share[:, 0] - share[:, 1])
    t = np.divide(apart, spread, out=np.full_like(apart, np.inf), where=spread > 0)
    likeliest = np.where(np.isfinite(t), spread * _root(np.where(np.isfinite(t), t, 2.0)), apart)
    return np.where((members > 0).all(axis=-1), total(likeliest, starts) / 2, np.nan)


def _root(t: FloatArray) -> FloatArray:
    """Positive root of θ = t tanh(θ t), or 0 where t is 1 or less."""
    # Newton's steps from t itself, which lies above the root: the curve bends one way there, so none overshoots.
    theta = np.where(t > 1, t, 0.0)
    for _ in range(_STEPS):
        hyper = np.tanh(theta * t)
        slope = 1 - t * t * (1 - hyper * hyper)
        step = np.divide(theta - t * hyper, slope, out=np.zeros_like(theta), where=(t > 1) & (slope > 0))
        theta = theta - step
    return theta


def miller_madow(counts: FloatArray, *, starts: IntArray | None = None, size: float = 1) -> FloatArray:
    """How much chance adds to M, to first order: (cells - units - groups + 1) / 2T, of those that hold anybody.

    Parameters
    ----------
    counts
        People of each group, shape (units, groups).
    starts
        First unit of each stratum. Default: one stratum.
    size
        People of one household, who are all of one group.

    Returns
    -------
    bias
        Shape (strata,), in nats.

    References
    ----------
    Miller 1955.

    Examples
    --------
    >>> miller_madow([[80, 20], [20, 80], [0, 100], [20, 80]]).round(5)
    array([0.0025])
    """
    values = table(counts)
    held = (values > 0).astype(np.float64)
    cells = total(held.sum(axis=-1), starts)
    units = total((values.sum(axis=-1) > 0).astype(np.float64), starts)
    groups = (total_groups(values, starts) > 0).sum(axis=-1)
    people = total(values.sum(axis=-1), starts)
    return ratio(cells - units - groups + 1, 2 * people / size)
