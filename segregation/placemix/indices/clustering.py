"""Clustering: how near each other the members of a group live, from sums over all pairs of units.

Every kernel takes counts and, as `surroundings`, the proximity-weighted sums of the same counts
around each unit, its own included: Σ_j c_ij x_j. All pairs are in those sums, so that no kernel
sees a pair, and one sweep over the pairs serves every group and every measure.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter
from placemix.indices._parts import (
    defined,
    ratio,
    table,
    total,
    total_groups,
    two_groups,
    where_defined,
)
from placemix.indices.exposures import exposure, isolation


def mean_proximity(
    counts: Any,  # noqa: ANN401
    surroundings: Any,  # noqa: ANN401
    *,
    starts: IntArray | None = None,
) -> FloatArray:
    """Mean proximity of two members of the group, picked at random and with replacement.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    surroundings
        Proximity-weighted sums of the same around each unit, own unit included, same shape.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Pxx, shape (..., strata), above 0 and at most the largest proximity, which is 1 for a
        proximity exp(-d). It depends on the length over which proximity decays. NaN where undefined.

    References
    ----------
    White 1983; Massey and Denton 1988.

    Examples
    --------
    >>> counts = np.array([[80.0, 20.0], [20.0, 80.0]])
    >>> mean_proximity(counts, np.array([[1.0, 0.5], [0.5, 1.0]]) @ counts).round(7).item()
    0.84
    """
    return _between(*_matched(two_groups(counts), surroundings), 0, 0, starts)


def mean_proximity_between(
    counts: Any,  # noqa: ANN401
    surroundings: Any,  # noqa: ANN401
    *,
    starts: IntArray | None = None,
) -> FloatArray:
    """Mean proximity of a member of the group and one of the others.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    surroundings
        Proximity-weighted sums of the same around each unit, own unit included, same shape.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Pxy, shape (..., strata), above 0 and at most the largest proximity. NaN where undefined.

    References
    ----------
    White 1983; Massey and Denton 1988.

    Examples
    --------
    >>> counts = np.array([[80.0, 20.0], [20.0, 80.0]])
    >>> mean_proximity_between(counts, np.array([[1.0, 0.5], [0.5, 1.0]]) @ counts).round(7).item()
    0.66
    """
    return _between(*_matched(two_groups(counts), surroundings), 0, 1, starts)


def spatial_proximity(
    counts: Any,  # noqa: ANN401
    surroundings: Any,  # noqa: ANN401
    *,
    starts: IntArray | None = None,
) -> FloatArray:
    """White's index: how much nearer people live to their own group than to everyone.

    The mean of the groups' own proximities, weighted by their sizes, over the mean proximity of
    all people: (Σ_g X_g P_gg) / (T P_tt).

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups).
    surroundings
        Proximity-weighted sums of the same around each unit, own unit included, same shape.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        SP, shape (..., strata): 1 where every unit has the overall mix, above 1 where members of
        a group live near each other, below 1 where they live nearer to the others. NaN where undefined.

    References
    ----------
    White 1983; Massey and Denton 1988.

    Examples
    --------
    >>> counts = np.array([[80.0, 20.0], [20.0, 80.0]])
    >>> spatial_proximity(counts, np.array([[1.0, 0.5], [0.5, 1.0]]) @ counts).round(7).item()
    1.12
    """
    values, around = _matched(table(counts), surroundings)
    groups = total_groups(values, starts)
    own = total_groups(values * around, starts)
    # A group that is absent has no proximity and no weight.
    near = np.divide(own, groups, out=np.zeros_like(own), where=groups > 0).sum(axis=-1)
    people = values.sum(axis=-1)
    everyone = ratio(total(people * around.sum(axis=-1), starts), groups.sum(axis=-1))
    return where_defined(ratio(near, everyone), defined(groups, people, starts))


def absolute_clustering(
    counts: Any,  # noqa: ANN401
    surroundings: Any,  # noqa: ANN401
    *,
    weight: Any,  # noqa: ANN401
    starts: IntArray | None = None,
) -> FloatArray:
    """Massey and Denton's ACL: members around members, of people around members, above an even spread.

    The even spread gives every inhabited unit the same number of members, whatever its size.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    surroundings
        Proximity-weighted sums of the same around each unit, own unit included, same shape.
    weight
        Sum of the proximities from each unit to inhabited units, its own included, shape (..., units).
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        ACL, shape (..., strata): 0 where the group is as near itself as if it had the same number
        of members everywhere, more where it is nearer. NaN where undefined.

    References
    ----------
    Massey and Denton 1988.

    Examples
    --------
    >>> counts = np.array([[80.0, 20.0], [20.0, 80.0]])
    >>> near = np.array([[1.0, 0.5], [0.5, 1.0]])
    >>> absolute_clustering(counts, near @ counts, weight=near.sum(axis=1)).round(7).item()
    0.12
    """
    values, around = _matched(two_groups(counts), surroundings)
    people = values.sum(axis=-1)
    inhabited = (people > 0).astype(np.float64)
    groups = total_groups(values, starts)
    members, x = groups[..., 0], values[..., 0]
    units = total(inhabited, starts)
    even = ratio(members * total(inhabited * np.asarray(weight), starts), units**2)
    own = ratio(total(x * around[..., 0], starts), members)
    everyone = ratio(total(x * around.sum(axis=-1), starts), members)
    return where_defined(ratio(own - even, everyone - even), defined(groups, people, starts))


def relative_clustering(
    counts: Any,  # noqa: ANN401
    surroundings: Any,  # noqa: ANN401
    *,
    starts: IntArray | None = None,
) -> FloatArray:
    """Massey and Denton's RCL: how much nearer members live to each other than the others do.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    surroundings
        Proximity-weighted sums of the same around each unit, own unit included, same shape.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        RCL = Pxx / Pyy - 1, shape (..., strata), above -1: 0 where both groups are as near
        themselves, positive where the focal group is nearer. NaN where undefined.

    References
    ----------
    Massey and Denton 1988.

    Examples
    --------
    >>> counts = np.array([[80.0, 20.0], [20.0, 180.0]])
    >>> relative_clustering(counts, np.array([[1.0, 0.5], [0.5, 1.0]]) @ counts).round(7).item()
    -0.0769231
    """
    values, around = _matched(two_groups(counts), surroundings)
    return ratio(_between(values, around, 0, 0, starts), _between(values, around, 1, 1, starts)) - 1


def distance_decay_isolation(
    counts: Any,  # noqa: ANN401
    surroundings: Any,  # noqa: ANN401
    *,
    focal: int = 0,
    starts: IntArray | None = None,
) -> FloatArray:
    """Chance that whom a member meets, anywhere but sooner nearby, is of the same group.

    A meeting is with a person of unit j with a chance in proportion to c_ij t_j, so the share met
    from unit i is that of the proximity-weighted sums, and the index is isolation with them.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups); together everyone who can
        be met.
    surroundings
        Proximity-weighted sums of the same around each unit, own unit included, same shape.
    focal
        Position of the group of interest.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        DPxx, shape (..., strata), from 0 to 1; together with the exposures to all other groups 1.
        NaN where undefined.

    References
    ----------
    Morgan 1983; Massey and Denton 1988.

    Examples
    --------
    >>> counts = np.array([[80.0, 20.0], [20.0, 80.0]])
    >>> distance_decay_isolation(counts, np.array([[1.0, 0.5], [0.5, 1.0]]) @ counts).round(7).item()
    0.56
    """
    return isolation(counts, surroundings, focal=focal, starts=starts)


def distance_decay_exposure(
    counts: Any,  # noqa: ANN401
    surroundings: Any,  # noqa: ANN401
    *,
    focal: int = 0,
    against: int = 1,
    starts: IntArray | None = None,
) -> FloatArray:
    """Chance that whom a member meets, anywhere but sooner nearby, is of another group.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups); together everyone who can
        be met.
    surroundings
        Proximity-weighted sums of the same around each unit, own unit included, same shape.
    focal, against
        Positions of the group whose members do the meeting and of the group met.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        DPxy, shape (..., strata), from 0 to 1. NaN where undefined.

    References
    ----------
    Morgan 1983; Massey and Denton 1988.

    Examples
    --------
    >>> counts = np.array([[80.0, 20.0], [20.0, 80.0]])
    >>> distance_decay_exposure(counts, np.array([[1.0, 0.5], [0.5, 1.0]]) @ counts).round(7).item()
    0.44
    """
    return exposure(counts, surroundings, focal=focal, against=against, starts=starts)


def _matched(values: FloatArray, surroundings: Any) -> tuple[FloatArray, FloatArray]:  # noqa: ANN401
    """Return both tables, or say that their shapes differ."""
    around = table(surroundings)
    if around.shape != values.shape:
        message = f"Surroundings have the shape {around.shape}, the counts {values.shape}."
        raise InvalidParameter(message, remedy="Give the sums around each unit, in the same order.")
    return values, around


def _between(values: FloatArray, around: FloatArray, one: int, other: int, starts: IntArray | None) -> FloatArray:
    """Mean proximity of people of two groups, or of one."""
    groups = total_groups(values, starts)
    near = total(values[..., one] * around[..., other], starts)
    valid = defined(groups, values.sum(axis=-1), starts)
    return where_defined(ratio(near, groups[..., one] * groups[..., other]), valid)
