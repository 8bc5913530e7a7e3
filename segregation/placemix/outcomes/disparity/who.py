"""Who is compared with whom: a group, several together, an intersection of several axes, everyone else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import pandas as pd

from placemix._typing import BoolArray
from placemix.errors import (
    InvalidParameter,
    OverlappingGroups,
    PlacemixError,
    UnknownColumn,
    UnknownGroup,
    did_you_mean,
    listed,
)
from placemix.rates.scales import EVERYONE, ordinal

#: A value of column `group`, several to be taken together, or values by column: an intersection.
Who: TypeAlias = str | Sequence[str] | Mapping[str, str | Sequence[str]]
#: Values by column, as texts.
Axes: TypeAlias = dict[str, tuple[str, ...]]

REST = "rest"
#: Columns that say of which area, date or outcome a row is: no group of people.
NOT_PEOPLE = frozenset({
    "domain", "indicator", "unit", "period", "area", "area_code", "area_name", "geography", "district", "ward", "lsoa",
    "msoa", "force", "region",
})  # fmt: skip
#: A code of an area of the United Kingdom.
_AREA = re.compile(r"[EJKNSW]\d{8}")


def axes_of(given: Who, word: str, faults: list[PlacemixError]) -> Axes:
    """Bring a description of a group to values by column."""
    if isinstance(given, str):
        return {"group": (given,)}
    if isinstance(given, Mapping):
        out = {str(name): _values(values) for name, values in given.items()}
    else:
        out = {"group": _values(given)}
    if not out or not all(out.values()):
        message = f"{word} names no group: {given!r}."
        remedy = "Pass a name, a list of names, or names by column, such as {'ethnic': 'pakistani', 'sex': 'female'}."
        faults.append(InvalidParameter(message, remedy=remedy))
    return out


def _values(given: object) -> tuple[str, ...]:
    if isinstance(given, str) or not isinstance(given, Sequence):
        return (str(given),)
    return tuple(dict.fromkeys(str(value) for value in given))


def label(axes: Axes) -> str:
    """Name a group.

    Examples
    --------
    >>> label({"ethnic": ("pakistani", "bangladeshi"), "sex": ("female",)})
    'pakistani + bangladeshi, female'
    """
    return ", ".join(" + ".join(values) for values in axes.values())


def everyone_in(column: pd.Series) -> BoolArray:
    """Rows that are about everyone of an axis."""
    marks: BoolArray = column.astype(str).str.casefold().isin(EVERYONE).to_numpy()
    return marks


def faults_of(table: pd.DataFrame, axes: Axes, word: str) -> list[PlacemixError]:
    """Say what is wrong with a group: no such column or value, or an area instead of people."""
    found: list[PlacemixError] = []
    for name, values in axes.items():
        if name.casefold() in NOT_PEOPLE:
            message = f"{word} names {name!r}, which is a place, date or outcome and no group of people."
            remedy = "A condition of places is compared by placemix.place_gap, which says where groups live."
            found.append(InvalidParameter(message, remedy=remedy))
            continue
        if name not in table.columns:
            message = f"The table has no column {name!r}."
            found.append(UnknownColumn(message, remedy=did_you_mean(name, table.columns)))
            continue
        there = [str(value) for value in table[name].dropna().unique()]
        if name == "group" and not [value for value in there if value.casefold() not in EVERYONE]:
            message = "The rows are of areas and not of groups: every one is about everyone there."
            remedy = "place_gap says where groups live; a disparity needs numbers by group of people."
            found.append(InvalidParameter(message, remedy=remedy))
            continue
        for value in values:
            if value not in there:
                message = f"Column {name!r} has no {value!r}; it has {listed(there, shown=40)}."
                found.append(UnknownGroup(message, remedy=did_you_mean(value, there)))
            elif _AREA.fullmatch(value):
                message = f"{value!r} is the code of an area and no group of people."
                remedy = "A condition of places is compared by placemix.place_gap, which says where groups live."
                found.append(InvalidParameter(message, remedy=remedy))
            elif ordinal(value):
                message = f"{value!r} is a class of ranks and no group of people."
                remedy = "A gradient over ranked classes is measured by outcomes.inequality."
                found.append(InvalidParameter(message, remedy=remedy))
    return found


def overlap(focal: Axes, against: Axes, everyone: Mapping[str, tuple[str, ...]]) -> PlacemixError | None:
    """Refuse a group beside a whole that holds it, or beside part of itself.

    Parameters
    ----------
    focal, against
        Both groups.
    everyone
        Values of each axis that are about everyone.
    """
    for name in {*focal, *against}:
        ours, theirs = focal.get(name), against.get(name)
        if ours is None or theirs is None or {*ours, *theirs} & set(everyone.get(name, ())):
            continue
        if not set(ours) & set(theirs):
            return None
    message = (
        f"{label(against)!r} holds members of {label(focal)!r}: a part would be compared with a whole that it is in."
    )
    return OverlappingGroups(message, remedy="Pass against='rest', everyone else, who are the complement.")
