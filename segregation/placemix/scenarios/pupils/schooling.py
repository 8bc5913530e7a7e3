"""A table of schools: pupils, places and where they stand, with what is not known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.checks import id_texts
from placemix.errors import (
    DuplicateUnit,
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    NoPlace,
    NotNumbers,
    PlacemixError,
    UnknownColumn,
    UnmatchedUnit,
    did_you_mean,
    listed,
)
from placemix.schools.forecasting.tidying import as_pandas

#: Names of the columns, unless the caller's differ.
ROLES = ("school", "phase", "planning_area", "pupils", "places")
#: Columns that hold the years of single schools.
YEARS = ("rolls_year", "places_year")


class Schools(NamedTuple):
    """Schools of the phases asked for.

    Attributes
    ----------
    table
        `school`, `phase`, `planning_area` (where it was needed), `pupils` and `places` (NaN: not known), `rolls_year`
        and `places_year` as texts.
    shapes
        Points, None where a school has none; None where no map was needed.
    crs
        Their coordinate reference system.
    """

    table: pd.DataFrame
    shapes: Any
    crs: Any


def column_names(given: Mapping[str, str] | None, faults: list[PlacemixError]) -> dict[str, str]:
    """Return the names of columns, the caller's before the usual ones."""
    own = {str(role): str(name) for role, name in (given or {}).items()}
    odd = [role for role in own if role not in ROLES]
    if odd:
        hints = " ".join(filter(None, (did_you_mean(role, ROLES) for role in odd)))
        message = f"columns names {listed([*map(repr, odd)])}, which is none of {', '.join(ROLES)}."
        faults.append(InvalidParameter(message, remedy=hints))
    return dict(zip(ROLES, ROLES, strict=True)) | own


def read_schools(
    given: Any,  # noqa: ANN401
    phases: Sequence[str],
    called: Mapping[str, str],
    *,
    counted: bool,
    by_area: bool,
    mapped: bool,
    years: tuple[object, object],
    faults: list[PlacemixError],
) -> Schools | None:
    """Read what is asked of the schools; what is not known of one is no fault, what is wrong is.

    Parameters
    ----------
    given
        The table.
    phases
        Phases asked for.
    called
        Names of columns.
    counted
        Whether pupils and places are read.
    by_area
        Whether each school has a planning area.
    mapped
        Whether they are looked for on a map.
    years
        Years of rolls and of places for all schools; None where columns hold them.
    faults
        List that faults are added to.
    """
    try:
        table = as_pandas(given)
    except PlacemixError as error:
        faults.append(error)
        return None
    needed = ["school", "phase", *(["planning_area"] if by_area else []), *(["pupils", "places"] if counted else [])]
    lost = [called[role] for role in needed if called[role] not in table.columns]
    if lost:
        hints = " ".join(filter(None, (did_you_mean(column, table.columns) for column in lost)))
        message = f"The schools have no column {listed([*map(repr, lost)])}."
        remedy = f"{hints} They have {listed(list(table.columns), shown=20)}; say columns={{'pupils': …}}.".strip()
        faults.append(UnknownColumn(message, remedy=remedy))
        return None
    before = len(faults)
    wanted = table[called["phase"]].isin(list(phases)).to_numpy(dtype=bool)
    known = table[called["phase"]].dropna().unique()
    for phase in phases:
        if phase not in known:
            message = f"There is no school of the phase {phase!r}."
            shown = listed(list(map(str, known)), shown=20)
            remedy = f"{did_you_mean(phase, known)} There are: {shown}; choose with phases=.".strip()
            faults.append(UnmatchedUnit(message, remedy=remedy))
    mine = table[wanted].reset_index(drop=True)
    names = id_texts(mine[called["school"]]).to_numpy(dtype=object)
    _ids(mine[called["school"]], names, mine[called["phase"]], faults)
    made = pd.DataFrame({"school": names, "phase": mine[called["phase"]].to_numpy(dtype=object)})
    if by_area:
        cells = mine[called["planning_area"]]
        if cells.isna().any():
            message = "Schools have no planning area."
            remedy = "Give them one, or pass within= so that the schools near a site are its area."
            faults.append(InvalidTable(message, units=names[cells.isna().to_numpy()], remedy=remedy))
        made["planning_area"] = id_texts(cells).to_numpy(dtype=object)
    if counted:
        for role in ("pupils", "places"):
            made[role] = _numbers(mine[called[role]], names, role, faults)
        for name, year in zip(YEARS, years, strict=True):
            made[name] = _years(mine, name, year, names, faults)
    shapes, crs = _shapes(mine, faults) if mapped else (None, None)
    return Schools(made, shapes, crs) if len(faults) == before else None


def carried_columns(table: Any, called: Mapping[str, str]) -> Any:  # noqa: ANN401
    """Return what a pack holds of schools, planning areas or a lookup: the columns that are read."""
    if table is None:
        return None
    frame = as_pandas(table)
    shape = getattr(frame, "_geometry_column_name", None)
    wanted = {*called.values(), *YEARS, "unit", *([shape] if shape else [])}
    return frame[[name for name in frame.columns if name in wanted or str(name).endswith("_area")]]


def _ids(cells: pd.Series, names: Any, phases: pd.Series, faults: list[PlacemixError]) -> None:  # noqa: ANN401
    blank = cells.isna().to_numpy()
    if blank.any():
        rows = [f"row {row + 1}" for row in np.flatnonzero(blank)]
        faults.append(DuplicateUnit("Schools have no id.", units=rows, remedy="Give every school one."))
    twice = pd.DataFrame({"school": names, "phase": phases.to_numpy()}).duplicated().to_numpy() & ~blank
    if twice.any():
        message = "Schools stand twice in one phase."
        faults.append(DuplicateUnit(message, units=pd.unique(names[twice]), remedy="Keep one row of each."))


def _numbers(cells: pd.Series, names: Any, role: str, faults: list[PlacemixError]) -> FloatArray:  # noqa: ANN401
    values = pd.to_numeric(cells.astype(object), errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    texts = cells.notna().to_numpy() & np.isnan(values) & np.array([isinstance(cell, str) for cell in cells])
    with np.errstate(invalid="ignore"):
        wrong = (values < 0) | np.isinf(values)
    if texts.any():
        message = f"The {role} of schools are no numbers."
        remedy = "Leave a cell empty where it is not known; unknown= says what becomes of it."
        faults.append(NotNumbers(message, units=names[texts], remedy=remedy))
    if wrong.any():
        message = f"The {role} of schools are negative or infinite."
        faults.append(InvalidCounts(message, units=names[wrong], remedy="Give 0 or more, or leave them empty."))
    return values


def _years(table: pd.DataFrame, name: str, year: object, names: Any, faults: list[PlacemixError]) -> Any:  # noqa: ANN401
    """Years as texts: one for all, or a column."""
    if year is not None:
        return np.full(len(table), str(year), dtype=object)
    what = name.removesuffix("_year")
    if name not in table.columns:
        message = f"Nothing says of which year the {what} are."
        remedy = f"Pass {name}=2023 or '2022/23', or give the schools a column {name!r}."
        faults.append(InvalidParameter(message, remedy=remedy))
        return None
    cells = table[name]
    if cells.isna().any():
        message = f"Schools have no year of their {what}."
        faults.append(InvalidTable(message, units=names[cells.isna().to_numpy()], remedy=f"Fill in {name!r}."))
    return id_texts(cells).to_numpy(dtype=object)


def _shapes(table: Any, faults: list[PlacemixError]) -> tuple[Any, Any]:  # noqa: ANN401
    import shapely

    shape = getattr(table, "_geometry_column_name", None)
    if shape is None or shape not in table.columns:
        message = "The schools have no places on a map."
        remedy = "Give a GeoDataFrame, or say by areas= or lookup= which planning area a scheme belongs to."
        faults.append(NoPlace(message, remedy=remedy))
        return None, None
    shapes = np.asarray(table.geometry.array, dtype=object)
    lost = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    centres = np.empty(len(shapes), dtype=object)
    centres[~lost] = shapely.centroid(shapes[~lost])
    return centres, table.geometry.crs
