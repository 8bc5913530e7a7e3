"""Series as nowcasts take them, in the units and groups of the counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.checks import id_text
from placemix.counts import Counts, checked, group_text
from placemix.errors import (
    DenominatorMismatch,
    DuplicateUnit,
    InvalidCounts,
    InvalidParameter,
    PlacemixError,
    UnmatchedUnit,
    listed,
    plural,
    together,
)
from placemix.harmonise.dates.nowcasts import Method
from placemix.harmonise.dates.periods import period, when
from placemix.harmonise.dates.spans import Period
from placemix.harmonise.groups.categories import schemes_by_id


@dataclass(frozen=True, slots=True)
class Task:
    """One date to estimate: the arguments of `nowcast`, checked."""

    counts: Counts
    series: Any
    totals: Any
    date: Period
    method: Method
    borrow: float
    tolerance: float


def members_of(task: Task) -> tuple[list[FloatArray], list[str]]:
    """Members of the series in the counts' units and groups, one table a date, the earlier first."""
    counts, given = task.counts, task.series
    tables = [given] if isinstance(given, Counts) else list(given.values()) if isinstance(given, Mapping) else []
    wanted = 2 if task.method == "share" else 1
    if len(tables) != wanted or not all(isinstance(table, Counts) for table in tables):
        needs = "Counts by period at two dates" if wanted == 2 else "Counts at one date"
        message = f"The method {task.method!r} needs {needs}, by the groups of the table."
        raise InvalidParameter(message, remedy="Pass series=pupils, or series={'2010/11': then, '2022/23': now}.")
    if isinstance(given, Mapping):
        named = [table if table.about.period else _dated(table, name) for name, table in given.items()]
        tables = sorted(named, key=lambda table: when(table, "series").middle)
    faults = [fault for table in tables for fault in _unlike(counts, table)]
    dates = [when(table, "series") for table in tables]
    gap = dates[-1].gap(task.date)
    far = [_far(dates[-1], task.date, task.tolerance, "series is")]
    if len(dates) > 1:
        far.append(_far(dates[0], when(counts, "table"), task.tolerance, "earlier series is"))
    faults += [fault for fault in far if fault]
    if faults:
        raise together(faults)
    found, notes = [], []
    for table in tables:
        table = checked(table)  # noqa: PLW2901
        places = table.units.get_indexer(counts.units)
        columns = [table.groups.index(name) for name in counts.groups]
        members = np.where((places >= 0)[:, np.newaxis], table.values[np.maximum(places, 0)][:, columns], 0.0)
        found.append(members)
        empty = int((members.sum(axis=1) <= 0).sum())
        outside = table.values.sum() - members.sum()
        whom = table.about.universe or "members of the series"
        told = [
            f"Series: {members.sum():,.0f} {whom} of {table.about.period}, {table.about.source or 'source not stated'}"
        ]
        if empty:
            told.append(
                f"{plural(empty, 'unit has', 'units have')} none and {'follows' if empty == 1 else 'follow'} the area"
            )
        if outside > 0.5:
            told.append(f"{outside:,.0f} are in units that the counts lack")
        notes.append(f"{'; '.join(told)}.")
    if gap > 0:
        notes.append(f"The series is {gap:.1f} years from {task.date.text}.")
    return found, notes


def _far(one: Period, other: Period, tolerance: float, what: str) -> PlacemixError | None:
    """Say if a series is of another date than that which it stands for."""
    gap = one.gap(other)
    if gap <= tolerance:
        return None
    message = f"The {what} of {one.text}, {gap:.1f} years from {other.text}."
    return DenominatorMismatch(message, remedy="Take the series of a nearer year, or raise tolerance=.")


def _dated(table: Counts, name: str) -> Counts:
    return replace(table, about=replace(table.about, period=name))


def _unlike(counts: Counts, table: Counts) -> list[PlacemixError]:
    """Find what keeps a series from moving the counts."""
    faults: list[PlacemixError] = []
    mine, theirs = (schemes_by_id().get(one.about.scheme or "") for one in (counts, table))
    if mine and theirs and mine.variable != theirs.variable:
        message = f"The counts are {mine.variable}, the series {theirs.variable}: different variables."
        faults.append(DenominatorMismatch(message, remedy="Use a series of what the counts record."))
    odd = sorted(group_text(name) for name in set(counts.groups) ^ set(table.groups))
    if odd:
        message = f"The counts and the series do not have the same groups: {listed(odd)}."
        remedy = "Regroup both to what they share (finest_common), the series with unstated='residual'."
        faults.append(DenominatorMismatch(message, remedy=remedy))
    if not counts.units.isin(table.units).any():
        message = "The series has none of the units of the counts."
        remedy = "Bring it to the same areas and the same boundary vintage first."
        faults.append(UnmatchedUnit(message, units=counts.units[:5], remedy=remedy))
    return faults


def people_of(task: Task, source: Any) -> tuple[FloatArray, list[str]]:  # noqa: ANN401
    """Everyone in each unit at the date, shape (units,)."""
    counts = task.counts
    parts = dict(source) if isinstance(source, Mapping) else {task.date.text: source}
    if not parts or len(parts) > 2 or not all(isinstance(part, pd.Series) for part in parts.values()):
        message = "Totals are a Series of people by unit id, or two of them by period."
        raise InvalidParameter(
            message, remedy="Pass table.set_index('unit')['people'], or {'2021': then, '2024': now}."
        )
    dates = sorted(parts, key=lambda name: period(name).middle)
    faults = [_far(period(dates[-1]), task.date, task.tolerance, "totals are")]
    if len(dates) > 1:
        faults.append(_far(period(dates[0]), when(counts, "table"), task.tolerance, "earlier totals are"))
    if any(faults):
        raise together([fault for fault in faults if fault])
    found = []
    for name in dates:
        given = parts[name].set_axis([id_text(item) for item in parts[name].index])
        twice = given.index.duplicated()
        if twice.any():
            message = f"Totals at {name} name {plural(int(twice.sum()), 'unit')} twice."
            raise DuplicateUnit(message, units=given.index[twice].unique(), remedy="Give one number each.")
        numbers = given.reindex(counts.units)
        values = pd.to_numeric(numbers, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        if np.isnan(values).any():
            message = f"{plural(int(np.isnan(values).sum()), 'unit has', 'units have')} no total at {name}."
            raise UnmatchedUnit(
                message, units=counts.units[np.isnan(values)], remedy="Missing is not 0: give them all."
            )
        if (values < 0).any() or np.isinf(values).any():
            message = f"Totals at {name} are negative or infinite."
            raise InvalidCounts(message, units=counts.units[(values < 0) | np.isinf(values)])
        found.append(values)
    if len(found) == 1:
        return found[0], [f"People of each unit from the totals of {dates[0]}."]
    gone = (found[0] <= 0) & (counts.total > 0)
    ratio = np.divide(found[1], found[0], out=np.ones(len(counts)), where=found[0] > 0)
    told = [f"People of each unit moved in the ratio of the totals of {dates[1]} to those of {dates[0]}."]
    if gone.any():
        told.append(
            f"{plural(int(gone.sum()), 'unit has', 'units have')} nobody in the earlier totals, and keep theirs."
        )
    return counts.total * ratio, told
