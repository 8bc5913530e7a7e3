"""Rolls as a block of numbers for each phase: years, planning areas, year groups."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.errors import DuplicateUnit, InvalidTable, PlacemixError, listed, plural
from placemix.schools.forecasting.tidying import Columns


class Names(NamedTuple):
    """Columns of the rolls, some of which other tables share."""

    school: str = "school"
    phase: str = "phase"
    area: str = "planning_area"
    year: str = "year"
    year_group: str = "year_group"
    pupils: str = "pupils"


class Phase(NamedTuple):
    """One phase.

    Attributes
    ----------
    groups
        Year groups, without gaps.
    pupils
        Pupils, shape (years, areas, groups).
    present
        Whether an area has any row in a year, shape (years, areas).
    """

    name: str
    groups: list[int]
    areas: list[str]
    pupils: FloatArray
    present: BoolArray


class Rosters(NamedTuple):
    """Rolls of every phase, the youngest first, and what should be known of them.

    Attributes
    ----------
    schools
        Pupils of each school in the last year: phase, area, school, pupils.
    """

    years: list[int]
    phases: list[Phase]
    schools: pd.DataFrame
    notes: list[str]

    def phase(self, name: str) -> Phase:
        """Return the phase of a name."""
        return next(phase for phase in self.phases if phase.name == name)


def rosters(table: Columns, names: Names) -> Rosters | None:
    """Read rolls; None if they have faults, which are listed in the table."""
    before = len(table.faults)
    if not table.needs(names):
        return None
    frame = pd.DataFrame(
        {
            "school": table.texts(names.school), "phase": table.texts(names.phase), "area": table.texts(names.area),
            "year": table.years(names.year), "group": table.year_groups(names.year_group),
            "pupils": table.numbers(names.pupils),
        }
    )  # fmt: skip
    twice = frame.duplicated(["school", "phase", "area", "year", "group"], keep=False).to_numpy()
    table.fault(DuplicateUnit, twice, "stand for the same school, year and year group", "Keep one row each.")
    if len(table.faults) > before:
        return None
    years = sorted(int(year) for year in frame["year"].unique())
    gaps = sorted(set(range(years[0], years[-1] + 1)) - set(years))
    if gaps:
        message = f"The rolls leave years out: {listed(gaps)}."
        table.faults.append(InvalidTable(message, remedy="Cohorts are followed from year to year: give every year."))
        return None
    order = frame.groupby("phase")["group"].agg(["min", "max"]).sort_values(["min", "max"])
    phases = [_phase(frame[frame["phase"] == name], str(name), years) for name in order.index]
    table.faults += [*_gaps(phases), *_lacking(phases, years, table.name)]
    if len(table.faults) > before:
        return None
    latest = frame[frame["year"] == years[-1]]
    schools = latest.groupby(["phase", "area", "school"], sort=True)["pupils"].sum().reset_index()
    return Rosters(years, phases, schools, [*_closed(frame, years), *_empty(phases, years)])


def _phase(frame: pd.DataFrame, name: str, years: list[int]) -> Phase:
    groups = list(range(int(frame["group"].min()), int(frame["group"].max()) + 1))
    areas = sorted(frame["area"].unique())
    at = (
        frame["year"].to_numpy() - years[0],
        pd.Index(areas).get_indexer(frame["area"]),
        frame["group"].to_numpy() - groups[0],
    )
    pupils = np.zeros((len(years), len(areas), len(groups)))
    np.add.at(pupils, at, frame["pupils"].to_numpy())
    present = np.zeros(pupils.shape[:2], dtype=bool)
    present[at[:2]] = True
    return Phase(name, groups, areas, pupils, present)


def _gaps(phases: list[Phase]) -> list[PlacemixError]:
    """Each phase but the first must begin where another ends."""
    faults: list[PlacemixError] = []
    for phase in phases:
        lost = [group for place, group in enumerate(phase.groups) if not phase.pupils[:, :, place].any()]
        if lost:
            message = f"The rolls of phase {phase.name!r} have nobody in year groups {listed(lost)}."
            remedy = "Give every year group from the first to the last, and no rows of year groups beyond them."
            faults.append(InvalidTable(message, remedy=remedy))
    for younger, older in pairwise(phases):
        if older.groups[0] != younger.groups[-1] + 1:
            ends, begins = younger.groups[-1], older.groups[0]
            message = f"Phase {older.name!r} begins with year group {begins}, but {younger.name!r} ends with {ends}."
            remedy = (
                "Infant, junior and primary schools are one phase of planning, and an all-through school stands under "
                "each phase with the year groups of that phase; give every phase between two."
            )
            faults.append(InvalidTable(message, remedy=remedy))
    return faults


def _lacking(phases: list[Phase], years: list[int], name: str) -> list[PlacemixError]:
    if len(years) < 2:
        message = f"The {name} are of one year, {years[0]}, and cohorts can be followed from two on."
        areas = [f"{phase.name} {area}" for phase in phases for area in phase.areas]
        return [InvalidTable(message, units=areas, remedy="Add the year before.")]
    lost = [
        f"{phase.name} {area}"
        for phase in phases
        for place, area in enumerate(phase.areas)
        if not phase.present[-2:, place].all()
    ]
    if not lost:
        return []
    message = f"Planning areas have no rolls of both of the last two years, {years[-2]} and {years[-1]}."
    remedy = "Add them; merge an area that closed or is new with the one whose pupils it shares, in every year."
    return [InvalidTable(message, units=lost, remedy=remedy)]


def _closed(frame: pd.DataFrame, years: list[int]) -> list[str]:
    """Schools that came or went between the years."""
    seen = frame.groupby("school")["year"].agg(["min", "max"])
    notes = []
    for column, edge, word in (("max", years[-1], "no longer on the rolls"), ("min", years[0], "new on the rolls")):
        ids = sorted(seen.index[seen[column] != edge])
        if ids:
            have = plural(len(ids), "school is", "schools are")
            notes.append(f"{have} {word} within {years[0]}–{years[-1]} ({listed(ids)}); pupils count where they were.")
    return notes


def _empty(phases: list[Phase], years: list[int]) -> list[str]:
    """Year groups that a planning area has no pupils in."""
    cells = [
        f"{phase.name} {phase.areas[area]} {years[year]} year group {phase.groups[group]}"
        for phase in phases
        for year, area, group in np.argwhere((phase.pupils == 0) & phase.present[:, :, None])
    ]
    if not cells:
        return []
    have = plural(len(cells), "year group of an area has", "year groups of an area have")
    return [f"{have} no pupils or no row in a year and count as nobody ({listed(cells)})."]


def indexer(phase: Phase, areas: Any) -> IntArray:  # noqa: ANN401
    """Return the positions of areas in a phase, -1 for one that it does not have."""
    found: IntArray = pd.Index(phase.areas).get_indexer(pd.Index(areas))
    return found


def capital(text: str) -> str:
    """Begin a sentence with a name, whose other letters stay."""
    return text[:1].upper() + text[1:]
