"""Places left then: what `schools.places` forecast for all year groups of a planning area, with its range."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix.checks import id_texts
from placemix.errors import (
    DuplicateUnit,
    InvalidTable,
    PlacemixError,
    UnmatchedUnit,
    did_you_mean,
    listed,
)

#: Year group of the rows of an area's total.
TOTAL = "all"
_NEEDED = (
    "planning_area", "phase", "year", "year_group", "ahead", "forecast", "lower", "upper", "level", "from_committed",
    "places", "reason",
)  # fmt: skip


def read_forecast(given: Any, phases: Sequence[str], faults: list[PlacemixError]) -> pd.DataFrame | None:  # noqa: ANN401
    """Return the totals of a forecast, or None where it is none.

    Parameters
    ----------
    given
        What `schools.places` gave.
    phases
        Phases asked for.
    faults
        List that faults are added to.
    """
    columns = given.columns if isinstance(given, pd.DataFrame) else ()
    lost = [name for name in _NEEDED if name not in columns]
    if lost:
        message = f"This is no forecast of school places: it lacks {listed(lost)}."
        faults.append(InvalidTable(message, remedy="Pass what placemix.schools.places gave."))
        return None
    table = pd.DataFrame(given)[list(_NEEDED)]
    table = table[(table["year_group"] == TOTAL).to_numpy(dtype=bool)].reset_index(drop=True)
    table["planning_area"] = id_texts(table["planning_area"]).astype(object)
    before = len(faults)
    twice = table.duplicated(["phase", "planning_area", "year"])
    if twice.any():
        message = "Planning areas stand twice in the forecast for one year."
        units = table.loc[twice, "planning_area"].unique()
        faults.append(DuplicateUnit(message, units=units, remedy="Pass one forecast."))
    known = table["phase"].unique()
    for phase in phases:
        if phase not in known:
            message = f"There is no forecast of the phase {phase!r}."
            shown = ", ".join(map(str, known)) or "none, for it has no rows of year_group 'all'"
            remedy = f"{did_you_mean(phase, known)} There are: {shown}; choose with phases=.".strip()
            faults.append(UnmatchedUnit(message, remedy=remedy))
    bases = (table["year"] - table["ahead"]).unique()
    if len(bases) > 1:
        message = f"The forecast is from the rolls of several years: {listed(sorted(map(int, bases)))}."
        faults.append(InvalidTable(message, remedy="Pass one forecast."))
    return table if len(faults) == before else None


def base_year(table: pd.DataFrame) -> int:
    """Return the year of the rolls that a forecast is from."""
    return int(table["year"].iloc[0] - table["ahead"].iloc[0])


def unknown_areas(areas: pd.DataFrame, known: pd.DataFrame, what: str) -> list[PlacemixError]:
    """List planning areas of schemes that the supply does not have."""
    faults: list[PlacemixError] = []
    for phase, mine in areas.groupby("phase", sort=False):
        there = known.loc[known["phase"] == phase, "planning_area"].astype(str).unique()
        odd = [area for area in mine["planning_area"] if area not in set(there)]
        if odd:
            message = f"Schemes lie in {phase} planning areas that the {what} not have."
            hints = " ".join(filter(None, (did_you_mean(area, there) for area in odd[:3])))
            remedy = f"{hints} There are: {listed(list(there), shown=20)}.".strip()
            faults.append(UnmatchedUnit(message, units=odd, remedy=remedy))
    return faults


def left_then(
    table: pd.DataFrame, areas: pd.DataFrame, years: Sequence[int | None], places_year: str | None
) -> pd.DataFrame:
    """Return pupils and places of each area and year asked for.

    Parameters
    ----------
    table
        What `read_forecast` gave.
    areas
        Areas asked for: `phase`, `planning_area`.
    years
        Years asked for; None where no scheme states one.
    places_year
        Year of the places, where it is known.

    Returns
    -------
    found
        One row for each area and year: `phase`, `planning_area`, `slot` (position of the year), and the columns of
        `capacities`. Pupils are without those of committed homes, which are in `in_forecast`.
    """
    base = base_year(table)
    slots = pd.DataFrame({"slot": range(len(years)), "year": pd.array(years, dtype="Int64")})
    asked = areas[["phase", "planning_area"]].merge(slots, how="cross")
    rows = table.assign(year=table["year"].astype("Int64"))
    found = asked.merge(rows, on=["phase", "planning_area", "year"], how="left", indicator=True)
    committed = found["from_committed"].astype(np.float64)
    for name, end in (("pupils", "forecast"), ("pupils_lower", "lower"), ("pupils_upper", "upper")):
        found[name] = found[end].astype(np.float64) - committed
    found["in_forecast"] = committed
    last = table.groupby("phase")["year"].max()
    found["lacking"] = [
        _lacking(year, there == "both", known, why, base, int(last[phase]))
        for year, there, known, why, phase in zip(
            found["year"], found["_merge"], found["pupils"].notna(), found["reason"], found["phase"], strict=True
        )
    ]
    found["range_lacking"] = np.where(found["pupils"].notna() & found["pupils_lower"].isna(), found["reason"], None)
    found["schools_counted"] = pd.array([pd.NA] * len(found), dtype="Int64")
    for name in ("schools_unknown", "schools_over"):
        found[name] = [()] * len(found)
    found["rolls_year"], found["places_year"] = str(base), places_year
    return found.drop(columns=["_merge", "year", "year_group", "ahead", "forecast", "lower", "upper", "from_committed"])


def _lacking(year: Any, there: bool, known: bool, why: Any, base: int, last: int) -> str | None:  # noqa: ANN401, FBT001
    if pd.isna(year):
        return "no scheme states a year, and a forecast is of one"
    if not there:
        return f"the forecast begins in {base + 1}" if year <= base else f"the forecast ends in {last}"
    return None if known else f"the forecast has no number ({why})" if isinstance(why, str) else "no forecast"
