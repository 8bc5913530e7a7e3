"""Exposure: whom the average member of a group has around.

Unlike evenness these depend on how large the groups are, as meeting people does.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter, NoSpatialForm
from placemix.indices._parts import defined, parts, ratio, table, total, total_groups, where_defined


def isolation(
    counts: Any,  # noqa: ANN401
    surroundings: Any = None,  # noqa: ANN401
    *,
    focal: int = 0,
    exclude_self: bool = False,
    starts: IntArray | None = None,
) -> FloatArray:
    """Share of their own group in the unit of the average member.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups); together everyone
        who can be met.
    surroundings
        People of each group around each unit, same shape. Default: the unit itself.
    focal
        Position of the group of interest.
    exclude_self
        Leave each person out of those they meet: (x - 1) / (t - 1). Needs whole people.
        Members who are alone in their unit meet nobody and leave the mean.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        xPx, shape (..., strata), from the group's overall share (even) to 1 (apart). NaN
        where undefined.

    References
    ----------
    Shevky and Williams 1949; Bell 1954; Lieberson 1981.

    Examples
    --------
    >>> isolation([[80, 20], [20, 80], [0, 100], [20, 80]]).round(7).item()
    0.6
    >>> isolation([[2, 1], [1, 2]], exclude_self=True).round(7).item()
    0.3333333
    """
    return _met(counts, surroundings, focal, focal, starts, exclude_self=exclude_self)


def exposure(
    counts: Any,  # noqa: ANN401
    surroundings: Any = None,  # noqa: ANN401
    *,
    focal: int = 0,
    against: int = 1,
    exclude_self: bool = False,
    starts: IntArray | None = None,
) -> FloatArray:
    """Share of another group in the unit of the average member (interaction).

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups); together everyone
        who can be met.
    surroundings
        People of each group around each unit, same shape. Default: the unit itself.
    focal, against
        Positions of the group whose members do the meeting and of the group met.
    exclude_self
        Leave each person out of those they meet: y / (t - 1). Needs whole people.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        xPy, shape (..., strata), from 0 (apart) to the other group's overall share (even).
        NaN where undefined.

    References
    ----------
    Bell 1954; Lieberson 1981; Massey and Denton 1988.

    Examples
    --------
    >>> exposure([[80, 20], [20, 80], [0, 100], [20, 80]]).round(7).item()
    0.4
    """
    return _met(counts, surroundings, focal, against, starts, exclude_self=exclude_self)


def _met(
    counts: Any,  # noqa: ANN401
    surroundings: Any,  # noqa: ANN401
    focal: int,
    met: int,
    starts: IntArray | None,
    *,
    exclude_self: bool,
) -> FloatArray:
    values = table(counts)
    members = values[..., focal]
    if not exclude_self:
        p = parts(values, surroundings, starts)
        return where_defined(ratio(total(members * p.share[..., met], starts), total(members, starts)), p.defined)
    if surroundings is not None:
        message = "Leaving oneself out has no spatial form."
        raise NoSpatialForm(message, remedy="Pass exclude_self=False, or no surroundings.")
    if not np.array_equal(values, np.rint(values)):
        message = "Leaving oneself out needs whole people; some counts are fractions."
        raise InvalidParameter(message, remedy="Pass exclude_self=False for interpolated counts.")
    others = values.sum(axis=-1) - 1
    accompanied = np.where(others > 0, members, 0.0)
    left = values[..., met] - (1 if met == focal else 0)
    chance = np.divide(left, others, out=np.zeros_like(others), where=others > 0)
    valid = defined(total_groups(values, starts), values.sum(axis=-1), starts)
    return where_defined(ratio(total(accompanied * chance, starts), total(accompanied, starts)), valid)


def correlation_ratio(
    counts: Any,  # noqa: ANN401
    surroundings: Any = None,  # noqa: ANN401
    *,
    focal: int = 0,
    starts: IntArray | None = None,
) -> FloatArray:
    """Isolation above what an even spread gives, as a share of the most it could be (V, eta squared).

    The exact link between what members experience and how evenly they are spread:
    isolation = P + V (1 - P).

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups).
    surroundings
        People of each group around each unit, same shape. Default: the unit itself.
    focal
        Position of the group of interest.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        V, shape (..., strata), from 0 (even) to 1 (apart). With surroundings it can be
        slightly negative and is not clipped. NaN where undefined.

    References
    ----------
    Bell 1954; Duncan and Duncan 1955; White 1986; Massey and Denton 1988.

    Examples
    --------
    >>> correlation_ratio([[80, 20], [20, 80], [0, 100], [20, 80]]).round(7).item()
    0.4285714
    """
    values = table(counts)
    groups = total_groups(values, starts)
    share = ratio(groups[..., focal], groups.sum(axis=-1))
    return ratio(isolation(values, surroundings, focal=focal, starts=starts) - share, 1 - share)
