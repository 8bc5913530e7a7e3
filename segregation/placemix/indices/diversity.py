"""Diversity of a mix.

Kernels take counts of shape (..., groups) and drop the last axis, so the same function serves a
single unit, all units at once, or a city's total.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from placemix._typing import FloatArray
from placemix.errors import InvalidParameter
from placemix.indices._parts import entropy, ratio, shares, table


def shannon(counts: Any) -> FloatArray:  # noqa: ANN401
    """Shannon entropy of the mix, in nats.

    Parameters
    ----------
    counts
        People of each group, shape (..., groups).

    Returns
    -------
    value
        Shape (...), from 0 (one group) to ln(groups) (equal groups). NaN where nobody is.

    References
    ----------
    Shannon 1948.

    Examples
    --------
    >>> shannon([5, 3, 2]).round(5).item()
    1.02965
    """
    values = _mix(counts)
    return np.where(values.sum(axis=-1) > 0, entropy(shares(values)), np.nan)


def simpson(counts: Any, *, finite: bool = False) -> FloatArray:  # noqa: ANN401
    """Chance that two people drawn at random belong to different groups.

    Parameters
    ----------
    counts
        People of each group, shape (..., groups).
    finite
        Draw without replacement, 1 - sum n(n - 1) / (N(N - 1)), as fits boards, classes
        and other small bodies. Default: the large-sample form 1 - sum p².

    Returns
    -------
    value
        Shape (...), from 0 (one group) to 1 - 1/groups (equal groups; a little more in
        the finite form). NaN where nobody is, or in the finite form one person at most.

    References
    ----------
    Simpson 1949; Gini 1912.

    Examples
    --------
    >>> simpson([5, 3, 2]).round(4).item(), simpson([5, 3, 2], finite=True).round(4).item()
    (0.62, 0.6889)
    """
    values = _mix(counts)
    people = values.sum(axis=-1)
    if not finite:
        return np.where(people > 0, 1 - (shares(values) ** 2).sum(axis=-1), np.nan)
    if not np.array_equal(values, np.rint(values)):
        message = "The finite form needs whole people; some counts are fractions."
        raise InvalidParameter(message, remedy="Pass finite=False for interpolated counts.")
    same = ratio((values * (values - 1)).sum(axis=-1), people * (people - 1))
    return np.where(people > 1, 1 - same, np.nan)


def effective_groups(counts: Any, *, order: float = 1) -> FloatArray:  # noqa: ANN401
    """Number of equally large groups that would be as diverse.

    Parameters
    ----------
    counts
        People of each group, shape (..., groups).
    order
        0 for the number of groups present, 1 for the exponential of Shannon's entropy, 2 for the
        inverse of Simpson's concentration; higher orders give less weight to small groups.

    Returns
    -------
    value
        Shape (...), from 1 (one group) to the number of groups. NaN where nobody is.

    Raises
    ------
    InvalidParameter
        The order is not a number from 0.

    References
    ----------
    Hill 1973.

    Examples
    --------
    >>> effective_groups([5, 3, 2]).round(3).item(), effective_groups([5, 3, 2], order=2).round(3).item()
    (2.8, 2.632)
    """
    if order == 0:
        present = (_mix(counts) > 0).sum(axis=-1).astype(np.float64)
        return np.where(present > 0, present, np.nan)
    return np.exp(renyi(counts, order=order))


def renyi(counts: Any, *, order: float = 2) -> FloatArray:  # noqa: ANN401
    """Rényi entropy of the mix, in nats: the logarithm of the effective number of groups.

    Parameters
    ----------
    counts
        People of each group, shape (..., groups).
    order
        From 0: 0 is the logarithm of the number of groups present, 1 Shannon's entropy, 2 minus the
        logarithm of the chance that two people are alike. Higher orders give less weight to small groups.

    Returns
    -------
    value
        Shape (...), from 0 (one group) to ln(groups) (equal groups). NaN where nobody is.

    Raises
    ------
    InvalidParameter
        The order is not a number from 0.

    References
    ----------
    Rényi 1961; Hill 1973.

    Examples
    --------
    >>> renyi([5, 3, 2]).round(4).item(), renyi([5, 3, 2], order=0).round(4).item()
    (0.9676, 1.0986)
    """
    if not isinstance(order, int | float | np.number) or not 0 <= order < np.inf:
        message = f"The order of diversity is a number from 0, not {order!r}."
        raise InvalidParameter(message, remedy="0 counts groups, 1 is Shannon's, 2 Simpson's.")
    values = _mix(counts)
    share = shares(values)
    logs = np.log(share, out=np.zeros_like(share), where=share > 0)
    if order == 1:
        value = entropy(share)
    elif abs(order - 1) < _NEAR_ONE:
        # Σ p^q = 1 + Σ p (p^(q-1) - 1), which near q = 1 leaves no digits to a plain power.
        value = np.log1p((share * np.expm1((order - 1) * logs)).sum(axis=-1)) / (1 - order)
    else:
        most = share.max(axis=-1, keepdims=True)
        relative = np.divide(share, most, out=np.zeros_like(share), where=most > 0)
        summed = np.power(relative, order, out=np.zeros_like(share), where=share > 0).sum(axis=-1)
        within = np.log(summed, out=np.zeros_like(summed), where=summed > 0)
        value = (order * logs.max(axis=-1, where=share == most, initial=-np.inf) + within) / (1 - order)
    return np.where(values.sum(axis=-1) > 0, value + 0.0, np.nan)  # no minus zero


#: Orders nearer to 1 than this are computed by what they differ from Shannon's.
_NEAR_ONE = 0.25


def scaled_entropy(counts: Any) -> FloatArray:  # noqa: ANN401
    """Shannon entropy in units of its maximum: the logarithm has the number of groups as its base.

    The base counts every group listed, present or not, so that units compare.

    Parameters
    ----------
    counts
        People of each group, shape (..., groups).

    Returns
    -------
    value
        Shape (...), from 0 (one group) to 1 (equal groups). NaN where nobody is.

    References
    ----------
    Theil 1972; Holloway, Wright and Ellis 2012.

    Examples
    --------
    >>> scaled_entropy([5, 3, 2]).round(4).item()
    0.9372
    >>> scaled_entropy([50, 50, 0, 0, 0]).round(3).item()
    0.431
    """
    values = _mix(counts)
    return shannon(values) / np.log(values.shape[-1])


def _mix(counts: Any) -> FloatArray:  # noqa: ANN401
    """Check the counts of one or many mixes: shape (..., groups)."""
    values = np.asarray(counts)
    return table(values[np.newaxis])[0]
