"""What all verbs of catchments begin with: which school each unit is zoned to, and how far it is."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName, IntArray
from placemix.checks import id_text, id_texts
from placemix.counts import Counts
from placemix.errors import (
    DuplicateUnit,
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    UnmatchedUnit,
    did_you_mean,
    plural,
    together,
)
from placemix.schools.nearby.pooling import one_map
from placemix.schools.travelling.minutes import minutes_between
from placemix.surroundings.points import locate

#: Which school each unit is zoned to: a series by unit, or a table with the columns `unit` and `school`.
Assignment: TypeAlias = pd.Series | pd.DataFrame
#: Columns of a table of travel times: unit, school, minutes.
Columns: TypeAlias = tuple[str, str, str]

USUAL: Columns = ("unit", "school", "minutes")
#: Pairs of units and schools beyond which memory is not asked for.
_MOST = 20_000_000


class Ways(NamedTuple):
    """How far it is from units to schools.

    Attributes
    ----------
    matrix
        Metres or minutes, shape (units, schools); infinite where a school cannot be reached.
    kind
        ``"metres"`` or ``"minutes"``.
    text
        How they were measured, in words.
    """

    matrix: FloatArray
    kind: str
    text: str


def ways(
    children: Counts, schools: Counts, *, times: pd.DataFrame | None, columns: Columns = USUAL, detour: float = 1.0
) -> Ways:
    """Measure every way from a unit to a school.

    Raises
    ------
    InvalidParameter
        There are too many pairs, or `detour` is below 1, or given beside travel times.
    InvalidTable, UnknownColumn
        The table of travel times has faults, all listed.
    NoPlace, CRSMismatch, GeographicCRS
        Places are not there, or not on one projected map.
    """
    known_detour(detour, times)
    if len(children) * len(schools) > _MOST:
        message = f"{len(children):,} units and {len(schools):,} schools make too many pairs."
        raise InvalidParameter(message, remedy="Take one authority or phase at a time, with counts.take.")
    if times is not None:
        return Ways(_minutes(children, schools, times, columns), "minutes", "minutes of the table given")
    one_map(children, schools)
    homes, places = locate(children, point="centroid").xy, locate(schools, point="centroid").xy
    away = np.hypot(homes[:, :1] - places[:, 0], homes[:, 1:] - places[:, 1]) * detour
    return Ways(away, "metres", straight(detour))


def known_detour(detour: float, times: pd.DataFrame | None) -> None:
    """Refuse a detour that makes ways shorter than straight lines, or that stands beside travel times.

    Raises
    ------
    InvalidParameter
        It does.
    """
    if isinstance(detour, bool) or not isinstance(detour, int | float | np.number) or not 1 <= detour < np.inf:
        message = f"detour is a number from 1 on, by which straight lines are multiplied, not {detour!r}."
        raise InvalidParameter(message)
    if times is not None and detour != 1:
        message = "Travel times already go along streets, so that a detour cannot be given beside them."
        raise InvalidParameter(message, remedy="Leave out detour=.")


def straight(detour: float) -> str:
    """Say how straight lines were made longer."""
    return "straight lines" if detour == 1 else f"straight lines, made {detour:g} times as long"


def _minutes(children: Counts, schools: Counts, times: pd.DataFrame, columns: Columns) -> FloatArray:
    home, school, minutes = minutes_between(
        times, children.units, schools.units, columns=columns, words=("units", "schools")
    )
    matrix = np.full((len(children), len(schools)), np.inf)
    matrix[home, school] = minutes
    return matrix


def group_faults(children: Counts, focal: GroupName, against: GroupName) -> list[PlacemixError]:
    """Everything that is wrong with the groups named."""
    faults: list[PlacemixError] = []
    for name in (focal,) if against == "rest" else (focal, against):
        try:
            children.position(name)
        except PlacemixError as error:
            faults += error.faults
    return faults


def place_faults(children: Counts, schools: Counts, *, needed: bool) -> list[PlacemixError]:
    """Everything that is wrong with where units and schools are, if that is needed."""
    faults: list[PlacemixError] = []
    if needed:
        for counts in (children, schools):
            try:
                locate(counts, point="centroid")
            except PlacemixError as error:
                faults += error.faults
        try:
            one_map(children, schools)
        except PlacemixError as error:
            faults += error.faults
    return faults


def zoned(assignment: Assignment, children: Counts, schools: Counts, *, name: str = "assignment") -> IntArray:
    """Return the position of each unit's school; -1 for units without children that have none.

    Raises
    ------
    UnmatchedUnit, DuplicateUnit, UnknownColumn
        Units with children have no school, schools are not known, or a unit stands twice; all listed together.
    """
    codes, faults = zone_faults(assignment, children, schools, name=name)
    if faults:
        raise together(faults)
    return codes


def zone_faults(
    assignment: Assignment, children: Counts, schools: Counts, *, name: str
) -> tuple[IntArray, list[PlacemixError]]:
    """Return the position of each unit's school, and everything that is wrong with an assignment."""
    none = np.full(len(children), -1, dtype=np.int64)
    if isinstance(assignment, pd.DataFrame):
        lost = [column for column in ("unit", "school") if column not in assignment.columns]
        if lost:
            message = f"The table {name} has no column {' or '.join(map(repr, lost))}."
            remedy = f"{did_you_mean(lost[0], assignment.columns)} Rename them to unit and school."
            return none, [UnknownColumn(message, remedy=remedy.strip())]
        assignment = assignment.set_index("unit")["school"]
    if not isinstance(assignment, pd.Series):
        message = f"{name} is a series of schools by unit, or a table with the columns unit and school."
        return none, [InvalidTable(message)]
    units = pd.Index(assignment.index.map(id_text))
    faults: list[PlacemixError] = []
    twice = units.duplicated()
    if twice.any():
        message = f"{plural(len(set(units[twice])), 'unit stands', 'units stand')} twice in {name}."
        faults.append(DuplicateUnit(message, units=units[twice], remedy="A unit is zoned to one school."))
    given = assignment[~twice].astype(object)
    given.index = units[~twice]
    here = given.reindex(children.units)
    named = here.notna().to_numpy()
    texts = id_texts(here.where(here.notna(), "")).to_numpy(dtype=object)
    codes = np.where(named, schools.units.get_indexer(pd.Index(texts)), -1).astype(np.int64)
    unknown = named & (codes < 0)
    if unknown.any():
        lost_schools = list(dict.fromkeys(texts[unknown]))
        message = f"{name} names {plural(len(lost_schools), 'school')} that are not in the table of schools."
        remedy = f"{did_you_mean(lost_schools[0], schools.units)} Zone their units elsewhere, or add the schools."
        faults.append(UnmatchedUnit(message, units=lost_schools, remedy=remedy.strip()))
    without = ~named & (children.total > 0)
    if without.any():
        many = plural(int(without.sum()), "unit with children has", "units with children have")
        message = f"{many} no school in {name} ({children.total[without].sum():,.0f} children)."
        faults.append(UnmatchedUnit(message, units=children.units[without], remedy="Every child needs a school."))
    return codes, faults


def school_ids(schools: Counts, codes: IntArray) -> Any:  # noqa: ANN401
    """Ids of schools by position, None where there is none."""
    ids = np.array([*schools.units, None], dtype=object)
    return ids[codes]
