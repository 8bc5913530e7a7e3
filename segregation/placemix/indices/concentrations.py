"""Concentration: on how much land the members of a group live, and how far they keep to units of their own.

Land is that of units with people: nobody can say of an empty unit that a group keeps away from it. Units of
the same area stand together, so that no value depends on the order of the rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter, did_you_mean
from placemix.indices._parts import defined, here, ratio, total, total_groups, two_groups, where_defined
from placemix.indices._ranked import Rings, areas, rings_of

#: How close two sums of people are that are equal but for rounding.
_ROUNDING = 1e-12
#: Mean areas that differ by less than this part are the same.
_SAME = 1e-9
_LAND = ("inhabited", "all")
_LARGEST = ("focal", "against")


def delta(
    counts: Any,  # noqa: ANN401
    *,
    area: Any,  # noqa: ANN401
    land: str = "inhabited",
    starts: IntArray | None = None,
) -> FloatArray:
    """Hoover's and Duncan's Δ: share of a group that would have to move to live at the same density everywhere.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    area
        Land of each unit, shape (units,), in any one unit of area, above 0.
    land
        ``"inhabited"``: that of units with people. ``"all"``: with that of empty units too.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), from 0 (the same density everywhere) towards 1 (on a speck of the land). NaN where
        undefined.

    Raises
    ------
    InvalidArea
        An area is not above 0.
    InvalidParameter
        `land` is neither.

    References
    ----------
    Hoover 1941; Duncan, Cuzzort and Duncan 1961; Massey and Denton 1988.

    Examples
    --------
    >>> delta([[80, 20], [20, 80], [0, 100], [20, 80]], area=[1, 1, 2, 4]).round(7).item()
    0.5833333
    """
    values = two_groups(counts)
    ground = land_of(values, area, land, starts)
    members = _share(values[..., 0], starts)
    value = total(np.abs(members - ground), starts) / 2
    return where_defined(value, _defined(values, starts))


def absolute_concentration(
    counts: Any,  # noqa: ANN401
    *,
    area: Any,  # noqa: ANN401
    fractional: bool = False,
    starts: IntArray | None = None,
) -> FloatArray:
    """Massey's and Denton's ACO: land of a group, between the least and the most that so many people could have.

    The least is the mean area of the units of the X people in the smallest units, the most that of the X people in
    the largest, X being the members of the group.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    area
        Land of each unit, shape (units,), in any one unit of area, above 0.
    fractional
        Count of the unit in which the X-th person lives only as many people as are wanting, instead of all of it as
        the published index does. The value then stays between 0 and 1 and does not jump.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata): 1 where the group lives in the smallest units, 0 where it lives in the largest. With whole
        units it may lie a little beyond. NaN where undefined, as where all units have one size.

    Raises
    ------
    InvalidArea
        An area is not above 0.

    References
    ----------
    Massey and Denton 1988.

    Examples
    --------
    >>> absolute_concentration([[80, 20], [20, 80], [0, 100], [20, 80]], area=[1, 1, 2, 4]).item()
    0.75
    """
    values = two_groups(counts)
    size = areas(area, values.shape[-2])
    rings = rings_of(size, starts)
    members = total_groups(values, starts)[..., 0]
    least = _mean_area(values, size, rings, members, fractional=fractional)
    most = _mean_area(values, size, rings, members, fractional=fractional, largest=True)
    own = ratio(total(values[..., 0] * size, starts), members)
    value = 1 - ratio(own - least, _apart(most - least, most))
    return where_defined(value, _defined(values, starts))


def relative_concentration(
    counts: Any,  # noqa: ANN401
    *,
    area: Any,  # noqa: ANN401
    largest: str = "focal",
    fractional: bool = False,
    starts: IntArray | None = None,
) -> FloatArray:
    """Massey's and Denton's RCO: land of a group beside that of another, over the most it could be.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    area
        Land of each unit, shape (units,), in any one unit of area, above 0.
    largest
        How many people are taken from the largest units: as many as the ``"focal"`` group has members, as from the
        smallest, which is how we read Massey and Denton's "as before"; or as many as the group ``"against"``.
    fractional
        As in `absolute_concentration`.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), at most about 1 (the group in the smallest units, the other in the largest); 0 where both
        have units of the same mean area; negative, without a fixed limit, where the group has the larger ones. NaN
        where undefined, as where all units have one size.

    Raises
    ------
    InvalidArea
        An area is not above 0.
    InvalidParameter
        `largest` is neither.

    References
    ----------
    Massey and Denton 1988.

    Examples
    --------
    >>> relative_concentration([[80, 20], [20, 80], [0, 100], [20, 80]], area=[1, 1, 2, 4]).round(7).item()
    0.483871
    """
    if largest not in _LARGEST:
        message = f"largest is 'focal' or 'against', not {largest!r}."
        raise InvalidParameter(message, remedy=did_you_mean(largest, _LARGEST))
    values = two_groups(counts)
    size = areas(area, values.shape[-2])
    rings = rings_of(size, starts)
    sums = total_groups(values, starts)
    least = _mean_area(values, size, rings, sums[..., 0], fractional=fractional)
    many = sums[..., _LARGEST.index(largest)]
    most = _mean_area(values, size, rings, many, fractional=fractional, largest=True)
    own, other = (ratio(total(values[..., group] * size, starts), sums[..., group]) for group in (0, 1))
    value = ratio(ratio(own, other) - 1, ratio(_apart(least - most, most), most))
    return where_defined(value, _defined(values, starts))


def profile_r(
    counts: Any,  # noqa: ANN401
    *,
    starts: IntArray | None = None,
) -> FloatArray:
    """Hong's and Sadahiro's R: how far a group's concentration profile is from that of an even spread.

    The profile says for every threshold what share of the group lives where it has at least that share. Evenly
    spread, all do up to the overall share P and none beyond. R is the area between both, over 1 - P; it is
    worked out exactly, without a grid of thresholds, as the mean over members of |p - P|, over 1 - P.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), from 0 (even); 1 where apart. At most 1 for a group of up to half of the people; of a
        majority it may be more, always below 2, where some members live in units in which it is less of one. NaN
        where undefined.

    References
    ----------
    Hong and Sadahiro 2014.

    Examples
    --------
    >>> profile_r([[80, 20], [20, 80], [0, 100], [20, 80]]).round(7).item()
    0.5238095
    """
    values = two_groups(counts)
    people = values.sum(axis=-1)
    sums = total_groups(values, starts)
    overall = ratio(sums[..., 0], sums.sum(axis=-1))
    gap = np.abs(ratio(values[..., 0], people) - here(overall, starts, people.shape[-1], axis=-1))
    spread = total(np.where(people > 0, values[..., 0] * gap, 0.0), starts)
    value = ratio(ratio(spread, sums[..., 0]), 1 - overall)
    return where_defined(value, _defined(values, starts))


def land_of(values: FloatArray, area: Any, land: str, starts: IntArray | None) -> FloatArray:  # noqa: ANN401
    """Share of each unit in the land of its stratum, shape (..., units).

    Raises
    ------
    InvalidArea
        An area is not above 0.
    InvalidParameter
        `land` is neither ``"inhabited"`` nor ``"all"``.
    """
    if land not in _LAND:
        message = f"land is 'inhabited' or 'all', not {land!r}."
        raise InvalidParameter(message, remedy=did_you_mean(land, _LAND))
    size = np.broadcast_to(areas(area, values.shape[-2]), values.shape[:-1])
    if land == "inhabited":
        size = np.where(values.sum(axis=-1) > 0, size, 0.0)
    return _share(size, starts)


def _share(values: FloatArray, starts: IntArray | None) -> FloatArray:
    """Share of each unit in the sum of its stratum; zero where there is none."""
    whole = here(total(values, starts), starts, values.shape[-1], axis=-1)
    return np.divide(values, whole, out=np.zeros_like(values), where=whole > 0)


def _defined(values: FloatArray, starts: IntArray | None) -> Any:  # noqa: ANN401
    return defined(total_groups(values, starts), values.sum(axis=-1), starts)


def _apart(difference: FloatArray, size: FloatArray) -> FloatArray:
    """Zero where two mean areas are the same but for rounding, so that nothing is divided by it."""
    return np.where(np.abs(difference) <= _SAME * size, 0.0, difference)


def _mean_area(
    values: FloatArray, size: FloatArray, rings: Rings, many: FloatArray, *, fractional: bool, largest: bool = False
) -> FloatArray:
    """Mean area of the units of so many people, from the smallest units on or from the largest, shape (..., strata)."""
    people = values.sum(axis=-1)
    in_ring = rings.summed(people)
    before = (rings.beyond(in_ring) if largest else rings.within(in_ring)) - in_ring
    wanting = rings.of(many) * (1 - _ROUNDING) - before
    part = np.where(wanting > 0, 1.0, 0.0)
    if fractional:
        part = np.clip(ratio(rings.of(many) - before, in_ring), 0.0, 1.0)
        part = np.where(in_ring > 0, part, 0.0)
    land = rings.summed(people * size)
    return ratio(rings.total(part * land), rings.total(part * in_ring))
