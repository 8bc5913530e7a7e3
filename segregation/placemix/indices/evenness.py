"""Evenness: how differently the groups are spread over the units.

Every kernel takes counts of shape (..., units, groups) and gives (..., strata).
Where a spatial form is published (Reardon and O'Sullivan 2004), `surroundings` holds
the people of each group around each unit: residents keep their own weight and only
the composition they experience is replaced.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter
from placemix.indices._parts import (
    defined,
    here,
    interaction,
    parts,
    ratio,
    table,
    total,
    total_groups,
    two_groups,
    where_defined,
)


def dissimilarity(
    counts: Any,  # noqa: ANN401
    surroundings: Any = None,  # noqa: ANN401
    *,
    starts: IntArray | None = None,
) -> FloatArray:
    """Share of people who would have to move, relative to complete separation.

    With two groups this is Duncan and Duncan's D; with more, Morgan's and Sakoda's
    generalisation. With `surroundings`, Reardon and O'Sullivan's spatial D.

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
        Shape (..., strata), from 0 (even) to 1 (apart). NaN where fewer than two groups
        are present or fewer than two units are lived in.

    References
    ----------
    Duncan and Duncan 1955; Morgan 1975; Sakoda 1981; Reardon and O'Sullivan 2004.

    Examples
    --------
    >>> dissimilarity([[80, 20], [20, 80], [0, 100], [20, 80]]).round(7).item()
    0.5952381
    """
    values = table(counts)
    p = parts(values, surroundings, starts)
    gap = np.abs(p.share - here(p.overall, starts, values.shape[-2], axis=-2)).sum(axis=-1)
    return where_defined(ratio(total(p.people * gap, starts), 2 * p.size * interaction(p.overall)), p.defined)


def gini(
    counts: Any,  # noqa: ANN401
    surroundings: Any = None,  # noqa: ANN401
    *,
    starts: IntArray | None = None,
) -> FloatArray:
    """Mean difference in composition between two people's units, relative to complete separation.

    Sorted, so O(n log n) in units; no array of pairs is made. With more than two groups,
    Reardon and Firebaugh's multigroup G.

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
        Shape (..., strata), from 0 (even) to 1 (apart); at least D. NaN where undefined.

    References
    ----------
    Duncan and Duncan 1955; Massey and Denton 1988; Reardon and Firebaugh 2002.

    Examples
    --------
    >>> gini([[80, 20], [20, 80], [0, 100], [20, 80]]).round(7).item()
    0.7142857
    """
    values = table(counts)
    p = parts(values, surroundings, starts)
    units = values.shape[-2]
    stratum = here(np.arange(1 if starts is None else len(starts)), starts, units, axis=0)
    differences = np.zeros(p.size.shape)
    for group in range(values.shape[-1]):
        share = p.share[..., group]
        order = np.lexsort((share, np.broadcast_to(stratum, share.shape)), axis=-1)
        share = np.take_along_axis(share, order, axis=-1)
        people = np.take_along_axis(p.people, order, axis=-1)
        weight = _before(people, starts)
        summed = _before(people * share, starts)
        differences += 2 * total(people * (share * weight - summed), starts)
    return where_defined(ratio(differences, 2 * p.size**2 * interaction(p.overall)), p.defined)


def _before(values: FloatArray, starts: IntArray | None) -> FloatArray:
    """Sum of what stands before each unit in its stratum."""
    running = np.cumsum(values, axis=-1) - values
    if starts is None:
        return running
    return running - here(running[..., starts], starts, values.shape[-1], axis=-1)


def relative_diversity(
    counts: Any,  # noqa: ANN401
    surroundings: Any = None,  # noqa: ANN401
    *,
    starts: IntArray | None = None,
) -> FloatArray:
    """Loss of diversity: how much less likely two people of one unit differ than two of the whole.

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
        R, shape (..., strata), from 0 (even) to 1 (apart). With surroundings it can be
        slightly negative and is not clipped. NaN where undefined.

    References
    ----------
    Carlson 1992; Reardon and Firebaugh 2002; Reardon and O'Sullivan 2004.

    Examples
    --------
    >>> relative_diversity([[80, 20], [20, 80], [0, 100], [20, 80]]).round(7).item()
    0.4285714
    """
    p = parts(table(counts), surroundings, starts)
    local = total(p.people * interaction(p.share), starts)
    return where_defined(1 - ratio(local, p.size * interaction(p.overall)), p.defined)


def squared_variation(counts: Any, *, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Squared coefficient of variation of the groups' shares over units.

    Groups absent from a stratum leave the sum, and K counts those present.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups).
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        C, shape (..., strata), from 0 (even) to 1 (apart). NaN where undefined.

    References
    ----------
    Reardon and Firebaugh 2002.

    Examples
    --------
    >>> squared_variation([[80, 20], [20, 80], [0, 100], [20, 80]]).round(7).item()
    0.4285714
    """
    values = table(counts)
    p = parts(values, None, starts)
    spread = _squared_spread(values, starts)
    groups = (p.overall > 0).sum(axis=-1)
    weight = np.divide(1, p.overall, out=np.zeros_like(p.overall), where=p.overall > 0)
    return where_defined(ratio((spread * weight).sum(axis=-1), p.size * (groups - 1)), p.defined)


def normalised_exposure(counts: Any, *, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Mean over groups of how far each is from meeting others as if evenly spread.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups).
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        P, shape (..., strata), from 0 (even) to 1 (apart). NaN where undefined.

    References
    ----------
    James 1986; Reardon and Firebaugh 2002.

    Examples
    --------
    >>> normalised_exposure([[80, 20], [20, 80], [0, 100], [20, 80]]).round(7).item()
    0.4285714
    """
    values = table(counts)
    p = parts(values, None, starts)
    spread = _squared_spread(values, starts)
    others = 1 - p.overall
    weight = np.divide(1, others, out=np.zeros_like(others), where=others > 0)
    return where_defined(ratio((spread * weight).sum(axis=-1), p.size), p.defined)


def _squared_spread(values: FloatArray, starts: IntArray | None) -> FloatArray:
    """Sum of people x (share - overall share)², shape (..., strata, groups)."""
    p = parts(values, None, starts)
    gap = p.share - here(p.overall, starts, values.shape[-2], axis=-2)
    return total_groups(p.people[..., np.newaxis] * gap**2, starts)


def atkinson(counts: Any, *, b: float = 0.5, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Atkinson's index, whose `b` says which areas weigh more.

    Below 0.5 the areas where the focal group is scarce weigh more, above it those where
    it is concentrated.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    b
        Shape, above 0 and below 1.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), from 0 (even) to 1 (apart). NaN where undefined.

    Raises
    ------
    InvalidParameter
        `b` is not between 0 and 1.

    References
    ----------
    Atkinson 1970; James and Taeuber 1985; Massey and Denton 1988.

    Examples
    --------
    >>> atkinson([[80, 20], [20, 80], [0, 100], [20, 80]]).round(7).item()
    0.5714286
    """
    if not 0 < b < 1:
        message = f"Atkinson's b must lie between 0 and 1, not {b}."
        raise InvalidParameter(message)
    values = two_groups(counts)
    p = parts(values, None, starts)
    joint = total(values[..., 0] ** b * values[..., 1] ** (1 - b), starts)
    focal = p.overall[..., 0]
    mean = ratio(joint, focal * p.size)
    return where_defined(1 - ratio(focal, 1 - focal) * mean ** (1 / (1 - b)), p.defined)


def hutchens(counts: Any, *, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Hutchens' square root index: one minus the overlap of the two groups' distributions.

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
    Hutchens 2001, 2004.

    Examples
    --------
    >>> hutchens([[80, 20], [20, 80], [0, 100], [20, 80]]).round(7).item()
    0.3453463
    """
    values = two_groups(counts)
    groups = total_groups(values, starts)
    overlap = total(np.sqrt(values[..., 0] * values[..., 1]), starts)
    value = 1 - ratio(overlap, np.sqrt(groups[..., 0] * groups[..., 1]))
    return where_defined(value, defined(groups, values.sum(axis=-1), starts))


def gorard(counts: Any, *, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Gorard's GS: share of the focal group who would have to exchange units, sizes kept.

    Equal to D(1 - P), so its ceiling is the others' share and not 1.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), from 0 (even) to 1 - P. NaN where undefined.

    References
    ----------
    Gorard and Taylor 2002.

    Examples
    --------
    D and GS are both called composition invariant, each of another operation. Halving
    the focal group in every school while the others stay leaves D as it was; halving it
    while school sizes stay leaves GS as it was:

    >>> school = np.array([[80.0, 20.0], [20.0, 80.0], [0.0, 100.0], [20.0, 80.0]])
    >>> others_kept = school * [0.5, 1]
    >>> dissimilarity(others_kept).round(4).item(), gorard(others_kept).round(4).item()
    (0.5952, 0.4902)
    >>> sizes_kept = others_kept + [0, 1] * (school - others_kept)[:, :1]
    >>> dissimilarity(sizes_kept).round(4).item(), gorard(sizes_kept).round(4).item()
    (0.4902, 0.4167)
    """
    values = two_groups(counts)
    return dissimilarity(values, starts=starts) * (1 - parts(values, None, starts).overall[..., 0])


def karmel_maclachlan(counts: Any, *, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Share of all people who would have to move so that every unit has the overall mix, sizes kept.

    With two groups equal to 2P(1 - P)D.

    Parameters
    ----------
    counts
        People of each group in each unit, shape (..., units, groups).
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), from 0 (even) to the chance that two people differ, below 1.
        NaN where undefined.

    References
    ----------
    Karmel and MacLachlan 1988.

    Examples
    --------
    >>> karmel_maclachlan([[80, 20], [20, 80], [0, 100], [20, 80]]).round(4).item()
    0.25
    """
    values = table(counts)
    return dissimilarity(values, starts=starts) * interaction(parts(values, None, starts).overall)
