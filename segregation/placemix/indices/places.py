"""Local values and diversity: one number for each unit, or for a whole place's mix.

Diversity kernels take counts of shape (..., groups) and drop the last axis, so the same
function serves a single unit, all units at once, or a city's total. Local kernels give each
unit a value, (..., units, groups) to (..., units), of itself or of the people around it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter
from placemix.indices._parts import entropy, here, parts, ratio, shares, table, total_groups


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
        1 for the exponential of Shannon's entropy, 2 for the inverse of Simpson's
        concentration; higher orders give less weight to small groups. Above 0.

    Returns
    -------
    value
        Shape (...), from 1 (one group) to the number of groups. NaN where nobody is.

    References
    ----------
    Hill 1973.

    Examples
    --------
    >>> effective_groups([5, 3, 2]).round(3).item(), effective_groups([5, 3, 2], order=2).round(3).item()
    (2.8, 2.632)
    """
    if not order > 0:
        message = f"The order of the number of groups must be above 0, not {order}."
        raise InvalidParameter(message)
    values = _mix(counts)
    share = shares(values)
    if order == 1:
        number = np.exp(entropy(share))
    else:
        number = np.power(
            (share**order).sum(axis=-1),
            1 / (1 - order),
            where=values.sum(axis=-1) > 0,
            out=np.full(values.shape[:-1], np.nan),
        )
    return np.where(values.sum(axis=-1) > 0, number, np.nan)


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


def location_quotient(
    counts: Any,  # noqa: ANN401
    surroundings: Any = None,  # noqa: ANN401
    *,
    focal: int = 0,
    starts: IntArray | None = None,
) -> FloatArray:
    """Share of a group in the unit, as a multiple of its share in the stratum.

    With `surroundings`, the share among the people around: Cromley and Hanink's focal location quotient.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups); together everyone.
    surroundings
        People of each group around each unit, same shape. Default: the unit itself.
    focal
        Position of the group of interest.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., units), from 0; 1 is the stratum's own share. NaN where nobody lives in
        the unit, or none of the group in the stratum.

    References
    ----------
    Florence 1939; Isard 1960; Cromley and Hanink 2012.

    Examples
    --------
    >>> location_quotient([[80, 20], [20, 80], [0, 100], [20, 80]]).round(3).tolist()
    [2.667, 0.667, 0.0, 0.667]
    """
    values = table(counts)
    observed = local_exposure(values, surroundings, against=focal)
    groups = total_groups(values, starts)
    overall = here(shares(groups)[..., focal], starts, values.shape[-2], axis=-1)
    return ratio(observed, overall)


def local_information(
    counts: Any,  # noqa: ANN401
    surroundings: Any = None,  # noqa: ANN401
    *,
    starts: IntArray | None = None,
) -> FloatArray:
    """How far the unit's mix diverges from that of its stratum, in nats.

    The mean over people is M. Also known as the divergence index. With `surroundings`, how far the
    mix of the people around diverges, and the mean over people is no longer the spatial M: that one
    counts diversity lost, which can be negative, where this counts divergence.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups).
    surroundings
        People of each group around each unit, same shape. Default: the unit itself.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        ls, shape (..., units), from 0 (same mix). NaN where nobody lives.

    References
    ----------
    Alonso-Villar and Del Río 2010; Mora and Ruiz-Castillo 2011; Roberto 2016, 2018.

    Examples
    --------
    >>> local_information([[80, 20], [20, 80], [0, 100], [20, 80]]).round(4).tolist()
    [0.5341, 0.0257, 0.3567, 0.0257]
    """
    values = table(counts)
    share = parts(values, surroundings, starts).share
    overall = here(shares(total_groups(values, starts)), starts, values.shape[-2], axis=-2)
    relative = np.divide(share, overall, out=np.ones_like(share), where=share > 0)
    divergence = (share * np.log(relative)).sum(axis=-1)
    return np.where(values.sum(axis=-1) > 0, divergence, np.nan)


def local_isolation(
    counts: Any,  # noqa: ANN401
    surroundings: Any = None,  # noqa: ANN401
    *,
    focal: int = 0,
    starts: IntArray | None = None,
) -> FloatArray:
    """Share of the group among those whom its members in the unit have around them.

    The mean over members is isolation: the global index, taken apart by place.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups); together everyone.
    surroundings
        People of each group around each unit, same shape. Default: the unit itself, where it is
        the group's share.
    focal
        Position of the group of interest.
    starts
        First unit of each stratum; a share of a unit depends on no other.

    Returns
    -------
    value
        Shape (..., units), from 0 to 1. NaN where nobody lives in the unit.

    References
    ----------
    Reardon and O'Sullivan 2004; Feitosa et al. 2007.

    Examples
    --------
    >>> local_isolation([[80, 20], [20, 80], [0, 100], [20, 80]]).tolist()
    [0.8, 0.2, 0.0, 0.2]
    """
    return local_exposure(counts, surroundings, against=focal, starts=starts)


def local_exposure(
    counts: Any,  # noqa: ANN401
    surroundings: Any = None,  # noqa: ANN401
    *,
    against: int = 1,
    starts: IntArray | None = None,
) -> FloatArray:
    """Share of another group among those whom members of a group in the unit have around them.

    The mean over members is exposure: the global index, taken apart by place.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups); together everyone.
    surroundings
        People of each group around each unit, same shape. Default: the unit itself, where it is
        the other group's share.
    against
        Position of the group met.
    starts
        First unit of each stratum; a share of a unit depends on no other.

    Returns
    -------
    value
        Shape (..., units), from 0 to 1. NaN where nobody lives in the unit.

    References
    ----------
    Reardon and O'Sullivan 2004; Feitosa et al. 2007.

    Examples
    --------
    >>> local_exposure([[80, 20], [20, 80], [0, 100], [20, 80]]).tolist()
    [0.2, 0.8, 1.0, 0.8]
    """
    values = table(counts)
    share = parts(values, surroundings, starts).share[..., against]
    return np.where(values.sum(axis=-1) > 0, share, np.nan)


def _mix(counts: Any) -> FloatArray:  # noqa: ANN401
    """Check the counts of one or many mixes: shape (..., groups)."""
    values = np.asarray(counts, dtype=np.float64)
    return table(values[np.newaxis])[0] if values.ndim == 1 else table(values)
