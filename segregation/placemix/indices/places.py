"""Local values: one number for each unit.

Kernels give each unit a value, (..., units, groups) to (..., units), of itself or of the people
around it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.indices._parts import here, parts, ratio, shares, table, total_groups


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


def extremes(
    counts: Any,  # noqa: ANN401
    *,
    focal: int = 0,
    against: int = 1,
    starts: IntArray | None = None,  # noqa: ARG001 (a share of a unit depends on no other)
) -> FloatArray:
    """Index of concentration at the extremes: a group's share of the unit less another's.

    Made for the most and the least privileged, as two ends of an order; those in between count in the
    denominator alone.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups); together everyone.
    focal, against
        Positions of the groups at the upper and at the lower end.
    starts
        First unit of each stratum; a share of a unit depends on no other.

    Returns
    -------
    value
        ICE, shape (..., units), from -1 (only the lower end) to 1 (only the upper end); 0 is as many of
        both, or none of either. NaN where nobody lives in the unit.

    References
    ----------
    Massey 2001; Krieger et al. 2016.

    Examples
    --------
    >>> extremes([[50, 30, 20], [10, 30, 60], [0, 9, 0]], against=2).round(4).tolist()
    [0.3, -0.5, 0.0]
    """
    values = table(counts)
    return ratio(values[..., focal] - values[..., against], values.sum(axis=-1))
