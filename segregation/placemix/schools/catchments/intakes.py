"""Who would be in each school under an assignment, if so many children go where they are zoned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts, group_text
from placemix.errors import InvalidParameter, UnknownGroup, UnmatchedUnit, plural
from placemix.flows import Flows
from placemix.schools.catchments.zones import Assignment, zoned

#: Share of the children who go to the school that they are zoned to: of all, or by group.
TakeUp: TypeAlias = float | Mapping[str, float]
#: Where the other children go.
Otherwise: TypeAlias = Flows | Assignment | None

#: What must be said where everybody is taken to go where they are zoned.
EVERYBODY = (
    "Every child is taken to attend the school that it is zoned to. In England about half do not attend the nearest "
    "(Allen 2007): a take-up below 1 says so."
)


class Attendance(NamedTuple):
    """How zones become intakes.

    Attributes
    ----------
    going
        Children of each group, and of none in the last column, who go where they are zoned, shape (units, groups + 1).
    elsewhere
        Children who go to each school whatever the zones are, shape (schools, groups + 1).
    note
        What was assumed, in words.
    """

    going: FloatArray
    elsewhere: FloatArray
    note: str

    def intake(self, codes: IntArray) -> FloatArray:
        """Children in each school, shape (schools, groups + 1)."""
        values = self.elsewhere.copy()
        used = codes >= 0
        np.add.at(values, codes[used], self.going[used])
        return values


def attendance(children: Counts, schools: Counts, take_up: TakeUp, otherwise: Otherwise) -> Attendance:
    """Divide children into those who go where they are zoned and those who go elsewhere; nobody is lost.

    Raises
    ------
    InvalidParameter
        A share is not between 0 and 1.
    UnknownGroup
        Shares are given by group, and groups have none, or flows are of other groups.
    UnmatchedUnit
        Flows go to schools that are not there.
    """
    whole = np.column_stack([children.values, children.residual])
    share = _shares(children, take_up)
    going = whole * share
    left = whole - going
    if not (share < 1).any():
        return Attendance(going, np.zeros((len(schools), whole.shape[1])), EVERYBODY)
    said = (
        f"{take_up:.0%} of children" if not isinstance(take_up, Mapping) else "the given share of each group's children"
    )
    if otherwise is None:
        if not schools.total.sum() > 0:
            message = "Nobody is on the rolls, so nobody knows where children go who do not go where they are zoned."
            raise InvalidParameter(message, remedy="Pass otherwise= flows or an assignment.")
        elsewhere = np.outer(schools.total / schools.total.sum(), left.sum(axis=0))
        where = "the others are spread over all schools in proportion to their rolls, every group alike"
    elif isinstance(otherwise, Flows):
        elsewhere = _as_flows(left, children, schools, otherwise)
        where = "the others go where the flows given go from their unit"
    else:
        codes = zoned(otherwise, children, schools, name="otherwise")
        elsewhere = np.zeros((len(schools), whole.shape[1]))
        np.add.at(elsewhere, codes[codes >= 0], left[codes >= 0])
        where = "the others go to the school that otherwise= names"
    return Attendance(going, elsewhere, f"{said} go where they are zoned; {where}.")


def as_counts(values: FloatArray, children: Counts, schools: Counts) -> Counts:
    """Make counts of the children in each school."""
    return Counts(
        values=values[:, :-1],
        groups=children.groups,
        units=schools.units,
        total=values.sum(axis=1),
        strata=pd.DataFrame(index=range(len(schools))),
        about=children.about,
    )


def _shares(children: Counts, take_up: TakeUp) -> FloatArray:
    given = dict(take_up) if isinstance(take_up, Mapping) else {}
    for name, value in given.items() or [("", take_up)]:
        if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not 0 <= value <= 1:
            of = f" of {name}" if name else ""
            message = f"take_up is a share from 0 to 1, not {value!r}{of}."
            raise InvalidParameter(message, remedy="Half of the children is 0.5.")
    if not isinstance(take_up, Mapping):
        return np.full(len(children.groups) + 1, float(take_up))
    share = np.full(len(children.groups), np.nan)
    for name, value in given.items():
        share[children.position(name)] = value
    if np.isnan(share).any():
        lost = [group_text(group) for group, value in zip(children.groups, share, strict=True) if np.isnan(value)]
        message = f"take_up names no share for {plural(len(lost), 'group')}."
        raise UnknownGroup(message, units=lost, remedy="Name each group, or give one share for all.")
    people = children.values.sum(axis=0)
    mean = float((share * people).sum() / people.sum()) if people.sum() > 0 else 1.0
    return np.append(share, mean)


def _as_flows(left: FloatArray, children: Counts, schools: Counts, flows: Flows) -> FloatArray:
    """Send those left along the flows of their unit and group; where these are empty, along those of the group."""
    if set(map(group_text, flows.groups)) != set(map(group_text, children.groups)):
        message = "Flows and children do not have the same groups."
        raise UnknownGroup(message, remedy="Bring both to one classification first.")
    there = schools.units.get_indexer(flows.destinations)
    used = np.unique(flows.destination)
    lost = flows.destinations[used[there[used] < 0]]
    if len(lost):
        message = f"Flows go to {plural(len(lost), 'school')} that are not in the table."
        raise UnmatchedUnit(message, units=lost, remedy="Add these schools, or leave their flows out.")
    names = [group_text(group) for group in flows.groups]
    columns = [names.index(group_text(group)) for group in children.groups]
    values = flows.values[:, columns]
    # People in none of the groups go where all those of their unit go.
    values = np.column_stack([values, values.sum(axis=1)])
    home = children.units.get_indexer(flows.origins)[flows.origin]
    known = home >= 0
    sums = np.zeros(left.shape)
    np.add.at(sums, home[known], values[known])
    rate = np.divide(left, sums, out=np.zeros(left.shape), where=sums > 0)
    elsewhere = np.zeros((len(schools), left.shape[1]))
    np.add.at(elsewhere, there[flows.destination[known]], values[known] * rate[home[known]])
    unsent = np.where(sums > 0, 0.0, left).sum(axis=0)
    everyone = np.zeros(elsewhere.shape)
    np.add.at(everyone, there[flows.destination], values)
    total = everyone.sum(axis=0)
    if (unsent[total == 0] > 0).any():
        message = "The flows hold nobody of a group whose children do not all go where they are zoned."
        raise UnknownGroup(message, remedy="Give flows of these children, or an assignment, as otherwise=.")
    return elsewhere + np.divide(everyone, total, out=np.zeros(everyone.shape), where=total > 0) * unsent
