"""Measures that were made for occupations and sectors: units of very different sizes, two groups."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.indices._parts import defined, here, ratio, shares, total, total_groups, two_groups, where_defined


def size_standardised(counts: Any, *, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Dissimilarity of the two groups if all units had the same number of people.

    D weighs an occupation by its workers, so that it changes when large occupations grow although no
    occupation's mix does. Here each unit with people counts once.

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
    Gross 1968; Blackburn, Siltanen and Jarman 1995.

    Examples
    --------
    >>> size_standardised([[80, 20], [20, 80], [0, 100], [20, 80]]).round(7).item()
    0.5952381
    >>> size_standardised([[8, 2], [200, 800], [0, 100], [20, 80]]).round(7).item()
    0.5952381
    """
    values = two_groups(counts)
    mix = shares(values)
    spread = np.divide(
        mix, here(total_groups(mix, starts), starts, values.shape[-2], axis=-2), out=np.zeros_like(mix), where=mix > 0
    )
    value = total(np.abs(spread[..., 0] - spread[..., 1]), starts) / 2
    return where_defined(value, defined(total_groups(values, starts), values.sum(axis=-1), starts))


def marginal_matching(counts: Any, *, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Association of group and kind of unit, where a group's units hold as many people as it has members.

    Units are ordered by the focal group's share and cut where the people above the cut are as many as
    the group's members, so that the two by two table of groups and kinds of units has matched margins:
    MM = (F_f M_m - F_m M_f) / (F M). A unit that the cut falls into is divided in proportion.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        MM, shape (..., strata), from 0 (even) to 1 (apart). NaN where undefined.

    References
    ----------
    Blackburn, Siltanen and Jarman 1995.

    Examples
    --------
    >>> marginal_matching([[20, 80], [40, 60], [60, 40], [80, 20]]).round(7).item()
    0.4
    """
    values = two_groups(counts)
    units = values.shape[-2]
    people = values.sum(axis=-1)
    groups = total_groups(values, starts)
    order = _by_share(shares(values)[..., 0], starts)
    people = np.take_along_axis(people, order, axis=-1)
    members = np.take_along_axis(values[..., 0], order, axis=-1)
    passed = np.cumsum(people, axis=-1) - people
    if starts is not None:
        passed = passed - here(passed[..., starts], starts, units, axis=-1)
    left = here(groups[..., 0], starts, units, axis=-1) - passed
    part = np.divide(left, people, out=np.zeros_like(people), where=people > 0).clip(0, 1)
    inside = total(members * part, starts)
    own, other = groups[..., 0], groups[..., 1]
    # F_f = inside; as many people are above the cut as the group has members, so M_f = F_m = F - F_f.
    value = ratio(inside * (other - (own - inside)) - (own - inside) ** 2, own * other)
    return where_defined(value, defined(groups, values.sum(axis=-1), starts))


def _by_share(share: FloatArray, starts: IntArray | None) -> IntArray:
    """Order the units of each stratum by share, the highest first."""
    if starts is None:
        return np.argsort(-share, axis=-1)
    units = share.shape[-1]
    if len(starts) * _FEW > units:  # many small strata: all in one
        stratum = np.repeat(np.arange(len(starts)), np.diff(starts, append=units))
        return np.lexsort((-share, np.broadcast_to(stratum, share.shape)), axis=-1)
    order = np.empty(share.shape, dtype=np.intp)
    for start, end in itertools.pairwise([*starts.tolist(), units]):
        order[..., start:end] = start + np.argsort(-share[..., start:end], axis=-1)
    return order


#: Units of a stratum from which sorting each apart is quicker.
_FEW = 40
