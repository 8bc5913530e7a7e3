"""Evenness of ordered groups: how alike the units are when groups have a rank, such as bands of income.

Every kernel takes counts of shape (..., units, groups), the groups from lowest to highest, and gives
(..., strata). People are cut in two at each threshold between two bands, at or below it and above, and
the loss of mixing is averaged over the thresholds, each weighted by how mixed the stratum is there. A
band without people keeps its place on the scale: who is two bands apart is two thresholds apart.
"""

from __future__ import annotations

from typing import Any

from placemix._typing import FloatArray, IntArray
from placemix.indices._parts import defined, ratio, table, total_groups, where_defined
from placemix.indices._thresholds import Variation, entropy_of, interaction_of, root_of, smaller_of, varieties


def ordinal_information(counts: Any, *, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Ordinal information theory index: how much less entropy there is at the thresholds within units.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups), the lowest group first.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), from 0 (even) to 1 (apart). NaN where fewer than two groups are present
        or fewer than two units are lived in. With two groups it is H.

    References
    ----------
    Reardon 2009.

    Examples
    --------
    >>> ordinal_information([[0, 0, 30], [0, 20, 10], [10, 20, 0], [30, 0, 0]]).round(4).item()
    0.75
    """
    return _mean_loss(counts, starts, entropy_of)


def ordinal_variation(counts: Any, *, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Ordinal variation ratio: the share of the thresholds' variance that lies between units.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups), the lowest group first.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), from 0 (even) to 1 (apart). NaN where undefined. With two groups it is V.

    References
    ----------
    Reardon 2009.

    Examples
    --------
    >>> ordinal_variation([[0, 0, 30], [0, 20, 10], [10, 20, 0], [30, 0, 0]]).round(4).item()
    0.75
    """
    return _mean_loss(counts, starts, interaction_of)


def ordinal_squareroot(counts: Any, *, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Ordinal square root index: like the others, and more sensitive to the ends of the scale.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups), the lowest group first.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), from 0 (even) to 1 (apart). NaN where undefined. With two groups it is
        Hutchens' S.

    References
    ----------
    Reardon 2009.

    Examples
    --------
    >>> ordinal_squareroot([[0, 0, 30], [0, 20, 10], [10, 20, 0], [30, 0, 0]]).round(4).item()
    0.75
    """
    return _mean_loss(counts, starts, root_of)


def ordinal_absolute(counts: Any, *, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Ordinal absolute index: how many fewer are in the smaller part at the thresholds within units.

    A move between two units in which the same part is the smaller one does not change it, so that
    it sees less than the others.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups), the lowest group first.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), from 0 to 1 (apart). 0 where even, and also wherever the smaller part is
        the same one in every unit as in the whole. NaN where undefined.

    References
    ----------
    Reardon 2009.

    Examples
    --------
    >>> ordinal_absolute([[0, 0, 30], [0, 20, 10], [10, 20, 0], [30, 0, 0]]).round(4).item()
    0.75
    """
    return _mean_loss(counts, starts, smaller_of)


def _mean_loss(counts: Any, starts: IntArray | None, variation: Variation) -> FloatArray:  # noqa: ANN401
    values = table(counts)
    whole, within = varieties(values, starts, variation)
    loss = ratio((whole - within).sum(axis=-1), whole.sum(axis=-1))
    return where_defined(loss, defined(total_groups(values, starts), values.sum(axis=-1), starts))
