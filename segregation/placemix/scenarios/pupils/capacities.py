"""Places left now: today's rolls against places, school by school, with a stated policy for what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import IntArray
from placemix.errors import InvalidCounts, InvalidParameter, PlacemixError, listed, plural
from placemix.scenarios.pupils.schooling import YEARS, Schools

Unknown: TypeAlias = Literal["missing", "leave out", "refuse"]
UNKNOWN = ("missing", "leave out", "refuse")
#: What is said of every area.
COLUMNS = (
    "places", "pupils", "pupils_lower", "pupils_upper", "in_forecast", "level", "schools_counted", "schools_unknown",
    "schools_over", "rolls_year", "places_year", "lacking",
)  # fmt: skip


def left_now(
    schools: Schools,
    areas: pd.DataFrame,
    reached: pd.DataFrame | None,
    unknown: Unknown | None,
    faults: list[PlacemixError],
) -> pd.DataFrame:
    """Sum pupils and places of each area.

    Parameters
    ----------
    schools
        The schools.
    areas
        Areas asked for: `phase`, `planning_area`.
    reached
        Schools of each area where these overlap, as in `Belonging`. Default: by their planning area.
    unknown
        What becomes of schools whose pupils or places are not known; None where the caller has not said.
    faults
        List that faults are added to.

    Returns
    -------
    table
        One row for each area: `phase`, `planning_area`, `COLUMNS`.
    """
    if reached is None:
        keys = schools.table[["phase", "planning_area"]].assign(place=np.arange(len(schools.table)))
    else:
        keys = reached
    keys = keys.merge(areas, on=["phase", "planning_area"])
    known = schools.table[["pupils", "places"]].notna().all(axis=1).to_numpy()
    open_ = pd.unique(keys["place"].to_numpy()[~known[keys["place"].to_numpy(dtype=np.int64)]])
    if len(open_) and unknown in {None, "refuse"}:
        names = schools.table["school"].to_numpy()[open_]
        have = plural(len(open_), "school", "schools")
        message = f"Pupils or places of {have} that would be counted are not known."
        remedy = "Pass unknown='missing' (their areas' places are not known) or 'leave out' (count neither)."
        kind = InvalidParameter if unknown is None else InvalidCounts
        faults.append(kind(message, units=names, remedy=remedy))
    by_area = {key: group["place"].to_numpy(dtype=np.int64) for key, group in keys.groupby(["phase", "planning_area"])}
    nobody = np.array([], dtype=np.int64)
    held = {name: schools.table[name].to_numpy() for name in ("school", "pupils", "places", *YEARS)}
    rows = [
        _area(held, by_area.get(key, nobody), str(key[0]), unknown, own=reached is not None)
        for key in zip(areas["phase"], areas["planning_area"], strict=True)
    ]
    made = pd.DataFrame(rows, columns=list(COLUMNS), index=areas.index)
    return pd.concat([areas[["phase", "planning_area"]], made], axis=1)


def _area(
    held: Mapping[str, Any], mine: IntArray, phase: str, unknown: Unknown | None, *, own: bool
) -> tuple[Any, ...]:
    """Sums of one area, of the schools at these positions."""
    gone = {name: np.isnan(held[name][mine]) for name in ("pupils", "places")}
    open_ = gone["pupils"] | gone["places"]
    counted = mine[~open_] if unknown == "leave out" else mine
    what = " or ".join(name for name, where in gone.items() if where.any())
    names = tuple(held["school"][mine[open_]])
    places = pupils = np.nan
    lacking: str | None = None
    if not len(mine):
        lacking = f"no {phase} school is {'so near' if own else 'in it'}"
    elif not len(counted):
        lacking = f"{what} are known of none of its schools ({listed(names)})"
    else:
        # A sum with a school of which nothing is known is not known either.
        places, pupils = (float(held[name][counted].sum()) for name in ("places", "pupils"))
        if names and unknown != "leave out":
            lacking = f"{what} of {plural(len(names), 'school')} are not known ({listed(names)})"
    over = tuple(held["school"][counted[held["pupils"][counted] > held["places"][counted]]])
    years = [_span(held[name][counted if len(counted) else mine]) for name in YEARS]
    return (places, pupils, np.nan, np.nan, np.nan, np.nan, len(counted), names, over, *years, lacking)


def _span(years: Any) -> str | None:  # noqa: ANN401
    found = sorted(set(years))
    return None if not found else found[0] if len(found) == 1 else f"{found[0]} to {found[-1]}"
