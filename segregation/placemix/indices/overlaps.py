"""How far the groups' spreads over the units overlap or diverge, whatever the groups' sizes."""

from __future__ import annotations

from typing import Any

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.indices._parts import defined, here, ratio, table, total, total_groups, two_groups, where_defined
from placemix.indices.surfaces import surface_separation


def symmetric_atkinson(counts: Any, *, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Symmetric Atkinson index of any number of groups: one minus the overlap of all their spreads.

    Groups absent from a stratum leave the product, and K counts those present. With two groups this is
    Hutchens' square root index. With many it is a strict judge: a unit counts only if every group is
    there, so that a small group makes most units count for nothing.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups).
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        A, shape (..., strata), from 0 (even) to 1 (no unit has all groups). NaN where undefined.

    References
    ----------
    Frankel and Volij 2011.

    Examples
    --------
    >>> symmetric_atkinson([[80, 20], [20, 80], [0, 100], [20, 80]]).round(7).item()
    0.3453463
    >>> symmetric_atkinson([[8, 1, 1], [1, 8, 1], [1, 1, 8]]).round(7).item()
    0.4
    """
    values = table(counts)
    groups = total_groups(values, starts)
    present = groups > 0
    whole = here(groups, starts, values.shape[-2], axis=-2)
    spread = np.divide(values, whole, out=np.ones_like(values), where=whole > 0)
    many = here(present.sum(axis=-1), starts, values.shape[-2], axis=-1)
    # The root of each factor, not of the product, which would underflow with many groups.
    overlap = np.power(spread, 1 / np.maximum(many, 1)[..., np.newaxis]).prod(axis=-1)
    # A unit with nobody has the share 0 of every group, and so no overlap.
    value = 1 - total(overlap, starts)
    return where_defined(value, defined(groups, values.sum(axis=-1), starts))


def kullback_leibler(counts: Any, *, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Divergence of one group's spread from the other's, in nats.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), from 0 (even). Infinite where a member of the focal group is in a unit
        without any of the others; NaN where undefined.

    References
    ----------
    Kullback and Leibler 1951.

    Examples
    --------
    >>> kullback_leibler([[80, 20], [20, 80], [0, 100], [20, 80]]).round(7).item()
    1.309396
    >>> kullback_leibler([[8, 0], [2, 10]]).item()
    inf
    """
    values = two_groups(counts)
    groups = total_groups(values, starts)
    x, y = values[..., 0], values[..., 1]
    relative = np.divide(x, y, out=np.where(x > 0, np.inf, 1.0), where=(y > 0) & (x > 0))
    met = total(np.where(x > 0, x * np.log(relative), 0.0), starts)
    odds = ratio(groups[..., 0], groups[..., 1])
    scale = np.log(odds, out=np.zeros_like(odds), where=odds > 0)
    valid = defined(groups, values.sum(axis=-1), starts)
    return where_defined(ratio(met, groups[..., 0]) - scale, valid)


def min_max(counts: Any, *, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Share of the two groups' spreads together that is not common to both: 2D / (1 + D).

    The separation of surfaces, on the units themselves.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), from 0 (even) to 1 (apart). NaN where undefined.

    References
    ----------
    O'Sullivan and Wong 2007.

    Examples
    --------
    >>> min_max([[80, 20], [20, 80], [0, 100], [20, 80]]).round(7).item()
    0.7462687
    """
    return surface_separation(counts, starts=starts)
