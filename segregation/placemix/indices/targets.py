"""One group's spread against that of everyone, and all groups' together: Alonso-Villar and Del Río.

What other measures compare with the rest is compared with everyone here, the group itself included, so
that the values of the groups, weighed by their shares, add up to the value of all.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter
from placemix.indices._parts import here, interaction, parts, ratio, table, total_groups, two_groups, where_defined
from placemix.indices.evenness import gini

#: Between the power 0, at which everybody counts alike, and 1, at which members do.
_HALF = 0.5


def target_entropy(counts: Any, *, a: float = 0.5, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Divergence of a group's spread from that of everyone, of the generalised entropy family.

    Parameters
    ----------
    counts
        People of the group and of everyone else in each unit, shape (..., units, 2).
    a
        How much a unit weighs in which the group is over-represented, above 0. 1 is Theil's form, the
        group's part of M; 2 half the squared coefficient of variation.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Φ, shape (..., strata), from 0 (spread as everyone is); the ceiling depends on the group's share.
        NaN where undefined.

    Raises
    ------
    InvalidParameter
        `a` is not a number above 0.

    References
    ----------
    Alonso-Villar and Del Río 2010.

    Examples
    --------
    >>> target_entropy([[80, 20], [20, 80], [0, 100], [20, 80]], a=1).round(7).item()
    0.5187311
    """
    values = two_groups(counts)
    return _of_each(values, a, starts)[..., 0]


def overall_entropy(counts: Any, *, a: float = 0.5, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Mean over people of their group's divergence from the spread of everyone.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups).
    a
        How much a unit weighs in which a group is over-represented, above 0. 1 gives the mutual
        information index M.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Φ, shape (..., strata), from 0 (even); the ceiling depends on the groups' shares. NaN where
        undefined.

    Raises
    ------
    InvalidParameter
        `a` is not a number above 0.

    References
    ----------
    Alonso-Villar and Del Río 2010.

    Examples
    --------
    >>> overall_entropy([[80, 20], [20, 80], [0, 100], [20, 80]], a=1).round(7).item()
    0.2355625
    """
    values = table(counts)
    p = parts(values, None, starts)
    # A group that is absent has no spread, and no people to weigh it.
    weighed = np.where(p.overall > 0, p.overall * _of_each(values, a, starts), 0.0)
    return where_defined(weighed.sum(axis=-1), p.defined)


def _of_each(values: FloatArray, a: float, starts: IntArray | None) -> FloatArray:
    """Φ of each group, shape (..., strata, groups); NaN where undefined."""
    if not isinstance(a, int | float | np.number) or not 0 < a < np.inf:
        message = f"The a of generalised entropy is a number above 0, not {a!r}."
        raise InvalidParameter(message, remedy="1 is Theil's form, 2 half the squared coefficient of variation.")
    p = parts(values, None, starts)
    people = p.people[..., np.newaxis]
    relative = ratio(p.share, here(p.overall, starts, p.share.shape[-2], axis=-2))
    logs = np.log(relative, out=np.zeros_like(relative), where=relative > 0)
    members = p.overall * p.size[..., np.newaxis]
    # Over everyone r = p/P has the mean 1, so that the mean of r^a - 1 is also the members' mean of r^(a - 1) - 1.
    # Each form keeps its digits where what it takes the power of is near 0.
    with np.errstate(over="ignore"):  # beyond the largest number the value is infinite
        if a == 1:
            value = ratio(total_groups(values * logs, starts), members)
        elif a > _HALF:
            powers = total_groups(np.where(values > 0, values * np.expm1((a - 1) * logs), 0.0), starts)
            value = ratio(powers, members) / (a * (a - 1))
        else:
            powers = total_groups(people * np.where(relative > 0, np.expm1(a * logs), -1.0), starts)
            value = ratio(powers, p.size[..., np.newaxis]) / (a * (a - 1))
    value = np.where(p.overall > 0, value + 0.0, np.nan)  # no minus zero
    return where_defined(value, p.defined[..., np.newaxis])


def target_gini(counts: Any, *, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Gini of a group's spread against that of everyone.

    Twice the area between the group's local segregation curve and the diagonal; equal to G(1 - P), as
    Gorard's index is D(1 - P).

    Parameters
    ----------
    counts
        People of the group and of everyone else in each unit, shape (..., units, 2).
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), from 0 (spread as everyone is) to 1 - P. NaN where undefined.

    References
    ----------
    Alonso-Villar and Del Río 2010.

    Examples
    --------
    >>> target_gini([[80, 20], [20, 80], [0, 100], [20, 80]]).round(7).item()
    0.5
    """
    values = two_groups(counts)
    return gini(values, starts=starts) * (1 - parts(values, None, starts).overall[..., 0])


def overall_gini(counts: Any, *, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Mean over people of the Gini of their group's spread against that of everyone.

    The multigroup Gini before it is divided by the most that it could be.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups).
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), from 0 (even) to the chance that two people differ, below 1. NaN where
        undefined.

    References
    ----------
    Alonso-Villar and Del Río 2010; Reardon and Firebaugh 2002.

    Examples
    --------
    >>> overall_gini([[80, 20], [20, 80], [0, 100], [20, 80]]).round(7).item()
    0.3
    """
    values = table(counts)
    return gini(values, starts=starts) * interaction(parts(values, None, starts).overall)
