"""A group's share at each grade of a service, from the lowest to the highest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.counts import Counts, checked, group_text
from placemix.errors import (
    InvalidCounts,
    InvalidParameter,
    PlacemixError,
    UnmatchedUnit,
    did_you_mean,
    listed,
    together,
)
from placemix.indices._parts import ratio
from placemix.indices.limits import wilson
from placemix.inference.drawing import known_level
from placemix.outcomes.seats.representing import METHOD
from placemix.results import Call, Result, first_reason, group_names, remember


def grade_profile(
    staff: Counts, grades: Sequence[str], *, focal: str | Sequence[str] | None = None, level: float = 0.95
) -> Result:
    """Give a group's share at each grade, beside the grade below and beside all others.

    A share that falls from grade to grade has been called "snowy peaks".

    Parameters
    ----------
    staff
        People of each group at each grade; a grade is a unit.
    grades
        The grades from the lowest to the highest. No order is guessed from names.
    focal
        Group, or groups in a list. Default: each.
    level
        Level of the intervals, above 0 and below 1.

    Returns
    -------
    result
        One row for each group and grade, from the lowest grade to the highest. Columns: `group`, `grade`, `step` (1 is
        the lowest), `members`, `people` (everyone at the grade), `share` with `lower`, `upper` (Wilson) and `level`;
        `ratio_below` (share over that of the grade below, from which most are promoted), `ratio_others` (share over
        that of all other grades together), `at_or_above` (share among everyone at this grade or a higher one), `reason`
        (why there is no share), `note`, `interval_method`, `source`, `version`.

    Raises
    ------
    UnmatchedUnit
        `grades` names what is no unit, or leaves a grade out.
    InvalidParameter
        A grade is named twice, the grades are no list, no group is named, or the level is out of range.
    InvalidCounts
        People are fractions, such as full-time equivalents.
    UnknownGroup
        There is no such group.

    Notes
    -----
    A profile is a picture of one day. It tells neither who applied nor who was promoted, for which those who enter,
    stay and leave have to be followed. Groups that grew lately are young, and the young are at lower grades.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> table = pd.DataFrame({"grade": ["ward", "senior", "board"], "x": [40, 10, 1], "rest": [60, 40, 19]})
    >>> staff = pm.from_wide(table, groups=["x", "rest"], unit="grade")
    >>> found = pm.outcomes.grade_profile(staff, ["ward", "senior", "board"], focal="x")
    >>> found[["grade", "share", "ratio_below", "at_or_above"]].round(3)
        grade  share  ratio_below  at_or_above
    0    ward   0.40          NaN        0.300
    1  senior   0.20         0.50        0.157
    2   board   0.05         0.25        0.050
    """
    staff = checked(staff)
    known_level(level)
    if isinstance(grades, str) or not isinstance(grades, Iterable):
        message = f"grades is a list from the lowest to the highest, not {grades!r}."
        raise InvalidParameter(message, remedy="Name all grades; no order is guessed.")
    names = [str(grade) for grade in grades]
    each = focal is None or (isinstance(focal, str) and focal == "each")
    wanted: list[Any] = group_names(staff) if each else list(focal) if isinstance(focal, list) else [focal]
    if not wanted:
        raise InvalidParameter("focal is an empty list.", remedy="Name at least one group.")
    columns = list(dict.fromkeys(staff.position(group) for group in wanted))
    faults = _faults(staff, names)
    if faults:
        raise together(faults)
    order = staff.units.get_indexer(pd.Index(names))
    people = staff.total[order]
    members = staff.values[order][:, columns]
    share = ratio(members, np.broadcast_to(people[:, np.newaxis], members.shape))
    low, high = wilson(members, np.broadcast_to(people[:, np.newaxis], members.shape), level=level)
    below = np.vstack([np.full((1, len(columns)), np.nan), share[:-1]])
    others = ratio(members.sum(axis=0) - members, (people.sum() - people)[:, np.newaxis] + np.zeros(members.shape))
    above = ratio(
        np.cumsum(members[::-1], axis=0)[::-1], np.cumsum(people[::-1])[::-1, np.newaxis] + np.zeros(members.shape)
    )
    many = len(columns)
    frame = pd.DataFrame(
        {
            "group": np.repeat(np.array([group_text(staff.groups[at]) for at in columns], dtype=object), len(names)),
            "grade": np.tile(np.array(names, dtype=object), many),
            "step": np.tile(np.arange(1, len(names) + 1), many),
            "members": members.T.ravel(),
            "people": np.tile(people, many),
            "share": share.T.ravel(),
            "lower": low.T.ravel(),
            "upper": high.T.ravel(),
            "level": level,
            "ratio_below": ratio(share, below).T.ravel(),
            "ratio_others": ratio(share, others).T.ravel(),
            "at_or_above": above.T.ravel(),
        }
    )
    frame["reason"] = first_reason({"no_people": ~(frame["people"] > 0)})
    left = float(staff.residual.sum())
    frame["note"] = "Staff of one day: nobody is followed from grade to grade." + (
        f" {left:,.0f} people in none of the groups are in every denominator." if left else ""
    )
    frame["interval_method"] = METHOD
    frame["source"], frame["version"] = staff.source, __version__
    arguments = {"grades": names, "focal": [group_text(staff.groups[at]) for at in columns], "level": level}
    result = remember(frame, Call("outcomes.grade_profile", {"staff": staff}, arguments))
    result.attrs["cites"] = ("wilson_1927",)
    return result


def _faults(staff: Counts, names: list[str]) -> list[PlacemixError]:
    faults: list[PlacemixError] = []
    units = list(map(str, staff.units))
    odd, absent = [name for name in names if name not in units], [name for name in units if name not in names]
    if odd:
        message = f"{listed([repr(name) for name in odd])} is no grade of these staff."
        faults.append(UnmatchedUnit(message, units=odd, remedy=did_you_mean(odd[0], units)))
    if absent:
        message = f"grades leaves out {listed([repr(name) for name in absent])}."
        faults.append(UnmatchedUnit(message, units=absent, remedy="Name every grade, or take them out of the counts."))
    if len(set(names)) < len(names):
        faults.append(InvalidParameter("A grade is named twice."))
    whole = np.array_equal(staff.values, np.rint(staff.values))
    if not whole:
        message = "Staff are counted in fractions, and an interval needs people."
        faults.append(InvalidCounts(message, remedy="Count heads, not full-time equivalents."))
    return faults
