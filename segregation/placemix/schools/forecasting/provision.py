"""Places: what there are, and planned changes."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.errors import DuplicateUnit, InvalidCounts, InvalidTable, listed, plural
from placemix.schools.forecasting.rosters import Names, Rosters, capital, indexer
from placemix.schools.forecasting.tidying import Columns

CapacityOf: TypeAlias = Literal["year group", "school"]
Fills: TypeAlias = Literal["entry", "all"]
#: A change of this fills every year group at once.
EVERY = "all"
#: Places for each pupil, over the number of year groups, that tell those of whole schools taken for a year group's.
_WHOLE = (0.5, 2.0)
#: Pupils of a phase from which that is asked.
_SURE = 1_000


def capacities(
    table: Columns, known: Rosters, names: Names, *, places: str, of: CapacityOf
) -> dict[str, FloatArray] | None:
    """Read places by phase: shape (areas, groups)."""
    before = len(table.faults)
    if not table.needs([names.phase, names.area, places]):
        return None
    phases, areas, values = table.texts(names.phase), table.texts(names.area), table.numbers(places)
    keys = {"phase": phases, "area": areas}
    if table.has(names.school):
        keys["school"] = table.texts(names.school)
    groups = table.year_groups(names.year_group) if table.has(names.year_group) else None
    if groups is not None:
        keys["group"] = groups
        if of == "school":
            message = f"The {table.name} are of year groups, which capacity_of='school' would divide once more."
            table.faults.append(InvalidTable(message, remedy="Leave capacity_of out, or the year groups."))
    twice = pd.DataFrame(keys).duplicated(keep=False).to_numpy()
    table.fault(DuplicateUnit, twice, f"stand for the same {' and '.join(keys)}", "Keep one row each.")
    table.unknown(names.phase, phases, [phase.name for phase in known.phases], "phases")
    out: dict[str, FloatArray] = {}
    for phase in known.phases:
        here = phases == phase.name
        table.unknown(names.area, areas[here], phase.areas, f"{phase.name} planning areas")
        place = indexer(phase, areas)
        use = here & (place >= 0)
        block = np.zeros((len(phase.areas), len(phase.groups)))
        stated = np.zeros(block.shape, dtype=bool)
        if groups is None:
            share = values / (len(phase.groups) if of == "school" else 1)
            np.add.at(block, place[use], share[use, None])
            stated[place[use]] = True
        else:
            column = groups - phase.groups[0]
            odd = use & ((column < 0) | (column >= len(phase.groups)))
            table.fault(InvalidTable, odd, f"name year groups that {phase.name} has not", "Leave those rows out.")
            use &= ~odd
            np.add.at(block, (place[use], column[use]), values[use])
            stated[place[use], column[use]] = True
        lost = [name for place, name in enumerate(phase.areas) if not stated[place].all()]
        if lost:
            message = f"The {table.name} leave out {phase.name} planning areas, or year groups of them."
            remedy = "Give the places of every planning area, 0 where there are none."
            table.faults.append(InvalidTable(message, units=lost, remedy=remedy))
        pupils = float(phase.pupils[-1].sum())
        many = block.sum() / pupils / len(phase.groups) if pupils >= _SURE else 0.0
        # Of a phase of two year groups, such as a sixth form, places for every pupil are half of that many.
        if of == "year group" and _WHOLE[0] < many < _WHOLE[1] and block.sum() > 2 * pupils:
            message = f"The {table.name} hold {block.sum():,.0f} {phase.name} places for {pupils:,.0f} pupils."
            remedy = "If they are of whole schools, pass capacity_of='school'; else correct them."
            table.faults.append(InvalidCounts(message, remedy=remedy))
        out[phase.name] = block
    return None if len(table.faults) > before else out


def planned(
    now: dict[str, FloatArray], changes: Columns | None, known: Rosters, names: Names, *, horizon: int, fills: Fills,
    columns: tuple[str, str, str],
) -> dict[str, FloatArray] | None:  # fmt: skip
    """Give places by phase in each year, shape (years ahead + 1, areas, groups), as planned changes make them."""
    blocks = {name: np.repeat(block[None], horizon + 1, axis=0) for name, block in now.items()}
    if changes is None:
        return blocks
    when, change, how = columns
    before = len(changes.faults)
    if not changes.needs([names.phase, names.area, when, change]):
        return None
    phases, areas = changes.texts(names.phase), changes.texts(names.area)
    years, values = changes.years(when), changes.numbers(change, signed=True)
    first = known.years[-1]
    early = years <= first
    remedy = f"The capacity given should hold it already; write what is still to grow after {first} by year group."
    changes.fault(InvalidTable, early, f"in {when!r} are not after {first}, the last year of the rolls", remedy)
    late = years > first + horizon
    if late.any():
        rows = plural(int(late.sum()), "planned change", "planned changes")
        known.notes.append(f"{rows} of capacity after {first + horizon}, the last year forecast, not counted.")
    ways = changes.texts(how) if changes.has(how) else np.full(len(changes), fills, dtype=object)
    odd = np.array([way not in {"entry", "all"} for way in ways])
    changes.fault(InvalidTable, odd, f"in {how!r} are neither 'entry' nor 'all'", "Say how the change fills.")
    changes.unknown(names.phase, phases, list(blocks), "phases")
    levels = _levels(changes, names.year_group)
    for phase in known.phases:
        here = phases == phase.name
        changes.unknown(names.area, areas[here], phase.areas, f"{phase.name} planning areas")
        block = blocks[phase.name]
        for row in np.flatnonzero(here & (indexer(phase, areas) >= 0) & np.isfinite(values)):
            area, ahead, level = int(indexer(phase, [areas[row]])[0]), max(int(years[row]) - first, 0), levels[row]
            if level is None:
                for place in range(len(phase.groups)):
                    block[ahead + (place if ways[row] == "entry" else 0) :, area, place] += values[row]
            elif level in phase.groups:
                block[ahead:, area, phase.groups.index(level)] += values[row]
            else:
                message = f"{capital(phase.name)} has no year group {level}, which a change of capacity names."
                changes.faults.append(InvalidTable(message, units=changes.rows(np.arange(len(changes)) == row)))
        below = [
            f"{phase.areas[area]} {first + ahead} year group {phase.groups[place]}"
            for ahead, area, place in np.argwhere(block < 0)
        ]
        if below:
            message = f"Planned changes take {phase.name} places below 0."
            remedy = "Take away no more than there are; with 'entry' a change reaches one more year group a year."
            changes.faults.append(InvalidCounts(message, units=below, remedy=remedy))
    return None if len(changes.faults) > before else blocks


def _levels(changes: Columns, column: str) -> list[int | None]:
    """Year groups of changes; None for every one."""
    if not changes.has(column):
        return [None] * len(changes)
    cells = changes.frame[column]
    every = cells.isna().to_numpy() | (cells.astype(str).str.casefold() == EVERY).to_numpy()
    named = Columns(
        changes.frame.assign(**{column: cells.astype(object).where(~every, 0)}), changes.name, changes.faults
    )
    return [None if all_of else int(level) for all_of, level in zip(every, named.year_groups(column), strict=True)]


def over_full(table: Columns, known: Rosters, names: Names, *, places: str, of: CapacityOf, year: object) -> list[str]:
    """Say which schools have more pupils than places, with both years."""
    if not table.has(names.school):
        return []
    frame = pd.DataFrame(
        {"phase": table.texts(names.phase), "school": table.texts(names.school), "places": table.numbers(places)}
    )
    frame["area"] = table.texts(names.area)
    if not table.has(names.year_group) and of == "year group":
        size = {phase.name: len(phase.groups) for phase in known.phases}
        frame["places"] *= frame["phase"].map(size).to_numpy(dtype=np.float64)
    whole = frame.groupby(["phase", "school"])["places"].sum().reset_index()
    both = known.schools.merge(whole, on=["phase", "school"], how="left")
    full = both[both["pupils"] > both["places"]]
    notes = []
    asof = "year not stated" if year is None else str(year)
    if len(full):
        have = plural(len(full), "school has", "schools have")
        ids = listed(full["school"].tolist())
        notes.append(f"{have} more pupils in {known.years[-1]} than places ({asof}): {ids}.")
    unplaced = both.loc[both["places"].isna(), "school"].tolist()
    if unplaced:
        have = plural(len(unplaced), "school on the rolls has", "schools on the rolls have")
        notes.append(f"{have} no places in the capacity given ({listed(unplaced)}).")
    beside = frame[["phase", "school", "area"]].drop_duplicates().merge(
        known.schools[["phase", "school", "area"]], on=["phase", "school"], how="left", suffixes=("", "_of_pupils")
    )  # fmt: skip
    new = sorted(beside.loc[beside["area_of_pupils"].isna(), "school"].unique())
    if new:
        have = plural(len(new), "school has", "schools have")
        notes.append(f"{have} places but no pupils in {known.years[-1]} ({listed(new)}); the places count.")
    both_areas = beside["area"] == beside["area_of_pupils"]
    apart = sorted(set(beside.loc[beside["area_of_pupils"].notna(), "school"]) - set(beside.loc[both_areas, "school"]))
    if apart:
        have = plural(len(apart), "school has", "schools have")
        notes.append(f"{have} places in another planning area than pupils ({listed(apart)}): check which is right.")
    return notes
