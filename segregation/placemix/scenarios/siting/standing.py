"""Where everyone stands with some services open: ways by group, who is within reach, who is worst off."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray, GroupName
from placemix.counts import Counts, group_text
from placemix.errors import InvalidParameter
from placemix.indices._parts import ratio

#: A difference needs so many groups.
_TWO = 2


class Standing(NamedTuple):
    """Ways to the nearest open service.

    Attributes
    ----------
    mean, worst
        Mean and greatest way of those who reach one.
    covered
        Share of everyone within reach; NaN where no reach was given.
    gap, gap_within
        Largest difference between groups in the mean way, and in the share within reach.
    farthest
        Group with the longest mean way, or None.
    unreachable
        People who reach no service at all.
    """

    mean: float
    worst: float
    covered: float
    gap: float
    gap_within: float
    farthest: str | None
    unreachable: float


def compared(people: Counts, focal: GroupName | None, against: GroupName) -> tuple[FloatArray, list[str]]:
    """Give people of the groups that are compared, shape (units, groups), and their names."""
    if focal is None:
        if against != "rest":
            message = f"against={against!r} says what focal= is compared with, and no focal= is given."
            raise InvalidParameter(message, remedy="Name both, or neither for all groups.")
        return people.values, [group_text(group) for group in people.groups]
    ours = people.values[:, people.position(focal)]
    named = group_text(people.groups[people.position(focal)])
    if against == "rest":
        return np.column_stack([ours, people.total - ours]), [named, "rest"]
    place = people.position(against)
    if place == people.position(focal):
        message = f"{named!r} is compared with itself."
        raise InvalidParameter(message, remedy="Pass against= another group, or 'rest'.")
    return np.column_stack([ours, people.values[:, place]]), [named, group_text(people.groups[place])]


def standing(way: FloatArray, total: FloatArray, groups: FloatArray, names: list[str], reach: float | None) -> Standing:
    """Sum up ways to the nearest open service.

    Parameters
    ----------
    way
        Infinite where none is reached, shape (units,).
    total, groups
        People, shape (units,) and (units, groups).
    names
        Names of the groups.
    reach
        How long a way may be, or None.
    """
    there = np.isfinite(way)
    finite, reached = np.where(there, way, 0.0), there.astype(np.float64)
    counted, lost = float(total[there].sum()), float(total[~there].sum())
    lived = there & (total > 0)
    means = ratio(finite @ groups, reached @ groups)
    worst = float(way[lived].max()) if lived.any() else np.nan
    farthest = names[int(np.nanargmax(means))] if np.isfinite(means).any() else None
    mean = float(finite @ total) / counted if counted > 0 else np.nan
    covered, within = np.nan, np.full(len(names), np.nan)
    if reach is not None:
        inside = (way <= reach).astype(np.float64)
        covered = float(total[way <= reach].sum() / total.sum())
        within = ratio(inside @ groups, groups.sum(axis=0))
    return Standing(mean, worst, covered, _gap(means), _gap(within), farthest, lost)


def _gap(values: FloatArray) -> float:
    known = values[np.isfinite(values)]
    return float(np.ptp(known)) if len(known) >= _TWO else np.nan


class Mix(NamedTuple):
    """How mixed users are.

    Attributes
    ----------
    mix
        Chance that two of them, drawn apart, are of different groups: Σ p (1 − p), Simpson's index, which is also the
        share of other groups among the users whom the average user meets.
    least_ratio
        Smallest ratio of a group's share of users to its share of everyone.
    least_group
        That group, or None.
    """

    mix: float
    least_ratio: float
    least_group: str | None


def mixed(users: FloatArray, everyone: FloatArray, names: list[str]) -> Mix:
    """Sum up the mix of users, by the groups alone.

    Examples
    --------
    >>> import numpy as np
    >>> mixed(np.array([50.0, 50.0]), np.array([120.0, 280.0]), ["x", "y"])
    Mix(mix=0.5, least_ratio=0.714..., least_group='y')
    """
    if not users.sum() > 0:
        return Mix(np.nan, np.nan, None)
    share, overall = users / users.sum(), everyone / everyone.sum()
    ratios = ratio(share, overall)
    least = int(np.nanargmin(ratios))
    return Mix(float(share @ (1 - share)), float(ratios[least]), names[least])
