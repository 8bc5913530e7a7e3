"""Stop and search as data.police.uk publishes it: one row a search, by month and force."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from placemix.errors import (
    DuplicateUnit,
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnreadableFile,
    listed,
    plural,
    together,
)
from placemix.frames import Frame
from placemix.readers.formats import columns, provenance
from placemix.readers.listed_values import amounts, text_or_missing
from placemix.readers.raw import Raw, raw_table
from placemix.readers.schemas import faults, rule

NEEDED = {
    "type": "Type",
    "date": "Date",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "sex": "Gender",
    "age": "Age range",
    "self_defined": "Self-defined ethnicity",
    "officer_defined": "Officer-defined ethnicity",
    "legislation": "Legislation",
    "object": "Object of search",
    "outcome": "Outcome",
}
FURTHER = {
    "operation": "Part of a policing operation",
    "operation_name": "Policing operation",
    "outcome_linked": "Outcome linked to object of search",
    "outer_clothing": "Removal of more than just outer clothing",
}
TYPES = ("person search", "vehicle search", "person and vehicle search")
#: What stands for an ethnicity that the file leaves blank.
BLANK = "not recorded"
#: Degrees within which the United Kingdom lies: west, south, east, north.
BOX = (-9.0, 49.0, 3.0, 62.0)
_NAME = re.compile(r"(?P<month>\d{4}-\d{2})-(?P<force>.+)-stop-and-search")
#: In these months British time is an hour before UTC, to the end of their last day and from the start of their first.
_SUMMER = range(4, 11)


@dataclass(frozen=True, slots=True)
class _Month:
    """One file: a force in a month."""

    raw: Raw
    names: dict[str, str]
    force: str
    month: str


def stop_search(
    paths: str | Path | Sequence[str | Path],
    *,
    force: str | None = None,
    month: str | None = None,
    encoding: str | None = None,
) -> Frame:
    r"""Read searches from files `yyyy-mm-force-stop-and-search.csv` of data.police.uk.

    Parameters
    ----------
    paths
        A file, several, or a folder, in which every file of that name is read, however deep.
    force, month
        Which force, and which month as ``"2019-06"``. Default: what each file's name says.
    encoding
        Encoding of the files.

    Returns
    -------
    frame
        One row a search, none dropped, alike or not. Ids are ``"row 1"`` and so on, with month and
        force before them where several files are read. Columns: `force`, `month`, `date` (UTC),
        `type`, `person` (False for vehicle searches, which have none even where the file gives an
        ethnicity), `sex`, `age`, `self_defined` (what the person said) and `officer_defined` (what
        the officer saw): two variables, blank in the file as ``"not recorded"``; `legislation`,
        `object`, `outcome`, and where the file has them `operation`, `operation_name`,
        `outcome_linked`, `outer_clothing`. Points are anonymous map points, in EPSG:27700; many
        are missing. Count searches with `searches`, and see with `force_months` what is missing.

    Raises
    ------
    WrongFormat
        Columns are missing.
    InvalidTable
        Times are none, or not of the file's month in British time, or a type or coordinate is none.
    DuplicateUnit
        A force-month stands in two files.
    InvalidParameter
        A file's name does not say force and month, and neither was given.
    UnreadableFile
        There is no such file, or none in the folder.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = pathlib.Path(folder.name) / "2019-06-exampleshire-stop-and-search.csv"
    >>> _ = file.write_text(
    ...     "Type,Date,Latitude,Longitude,Gender,Age range,Self-defined ethnicity,Officer-defined ethnicity,"
    ...     "Legislation,Object of search,Outcome\n"
    ...     "Person search,2019-05-31T23:05:00+00:00,52.48,-1.9,Male,18-24,White - Irish,White,,Stolen goods,Arrest\n"
    ...     "Vehicle search,2019-06-02T10:00:00+00:00,,,,,,,,Stolen goods,Arrest\n"
    ... )
    >>> found = stop_search(file)
    >>> found.table[["force", "month", "person", "officer_defined"]].values.tolist()
    [['exampleshire', '2019-06', True, 'White'], ['exampleshire', '2019-06', False, 'not recorded']]
    >>> folder.cleanup()
    """
    files = _files(paths)
    months = []
    named_forces = set()
    for file in files:
        raw = raw_table(file, encoding=encoding)
        names = columns(raw, "stop_search", NEEDED | FURTHER, optional=FURTHER)
        named = _NAME.search(Path(raw.file).name)
        whose, when = (force or (named and named["force"])), (month or (named and named["month"]))
        if not whose or not when or not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", when):
            message = f"The name {raw.file!r} does not say which force and month it is of."
            raise InvalidParameter(message, remedy="Say so: force='greater-manchester', month='2019-06'.")
        named_forces |= {named["force"]} if named else set()
        months.append(_Month(raw, names, whose, when))
    if force is not None and len(named_forces) > 1:
        message = f"force={force!r} was given, and the files are of several: {listed(sorted(named_forces))}."
        raise InvalidParameter(message, remedy="Leave force= out, or name the files of one force.")
    wrong: list[PlacemixError] = list(_twice(months))
    parts = []
    for one in months:
        part, said = _rows(one, prefix="" if len(months) == 1 else f"{one.month} {one.force} ")
        parts.append(part)
        wrong += said
    if wrong:
        raise together(wrong)
    table = pd.concat(parts, ignore_index=True)
    return _frame(table, months)


def _files(paths: str | Path | Sequence[str | Path]) -> list[Path]:
    given = [paths] if isinstance(paths, (str, Path)) else list(paths)
    files = []
    for path in map(Path, given):
        inside = sorted(path.rglob("*-stop-and-search.csv")) if path.is_dir() else [path]
        if not inside:
            message = f"There is no file '…-stop-and-search.csv' in {str(path)!r}."
            raise UnreadableFile(message, remedy="Name the files, or the folder that the archive was unpacked into.")
        files += inside
    if not files:
        message = "No file was named."
        raise UnreadableFile(message)
    return files


def _twice(months: Sequence[_Month]) -> list[PlacemixError]:
    names = [f"{one.month} {one.force}" for one in months]
    twice = list(dict.fromkeys(name for name in names if names.count(name) > 1))
    if not twice:
        return []
    message = f"{plural(len(twice), 'force-month stands', 'force-months stand')} in several files."
    return [DuplicateUnit(message, units=twice, remedy="Searches would count twice: give each month of a force once.")]


def _rows(one: _Month, *, prefix: str) -> tuple[pd.DataFrame, list[PlacemixError]]:
    import pandera.pandas as pa

    raw = one.raw.table
    ids = pd.Index([f"{prefix}row {number}" for number in range(1, len(raw) + 1)])
    cells = {key: raw[name] for key, name in one.names.items()}
    check = rule(lambda column: column.str.casefold().isin(TYPES), f"that is none of {', '.join(TYPES)}")
    schema = pa.DataFrameSchema({"Type": pa.Column(checks=check)})
    wrong = faults(cells["type"].rename("Type").to_frame(), schema, ids)
    dates = pd.to_datetime(cells["date"], format="ISO8601", utc=True, errors="coerce")
    wrong += _outside(dates, cells["date"], one.month, ids)
    degrees = {}
    for key in ("latitude", "longitude"):
        degrees[key], said = amounts(cells[key], one.names[key], ids, least=None)
        wrong += said
    out: dict[str, Any] = {
        "id": ids,
        "force": one.force,
        "month": one.month,
        "date": dates,
        "type": cells["type"],
        "person": (cells["type"].str.casefold() != TYPES[1]).astype(bool),
    }
    for key in (*NEEDED, *FURTHER):
        if key in cells and key not in ("type", "date", "latitude", "longitude"):
            out[key] = text_or_missing(cells[key])
    for key in ("self_defined", "officer_defined"):
        out[key] = out[key].fillna(BLANK)
    return pd.DataFrame(out | degrees), wrong


def _outside(dates: pd.Series, texts: pd.Series, month: str, ids: pd.Index) -> list[PlacemixError]:
    """Find times that are none, or not of the month in British time."""
    none = dates.isna().to_numpy()
    said: list[PlacemixError] = []
    if none.any():
        shown = listed([repr(text) for text in pd.unique(texts[none])])
        message = (
            f"'Date' has {plural(none.sum(), 'value')} that is no time such as 2019-06-01T10:00:00+00:00: {shown}."
        )
        said.append(InvalidTable(message, units=ids[none], remedy="Use the published file."))
    later = dates + pd.Timedelta(hours=1)
    local = later.where(later.dt.month.isin(_SUMMER), dates)
    odd = (local.dt.strftime("%Y-%m") != month).to_numpy() & ~none
    if odd.any():
        message = f"{plural(odd.sum(), 'search is', 'searches are')} not of {month}, as the file is, in British time."
        remedy = "Use the published file under its own name; a month that is not there is missing, not 0."
        said.append(InvalidTable(message, units=ids[odd], remedy=remedy))
    return said


def _frame(table: pd.DataFrame, months: Sequence[_Month]) -> Frame:
    import geopandas as gpd

    east, north = (table[key].to_numpy(dtype=np.float64, na_value=np.nan) for key in ("longitude", "latitude"))
    there = (east > BOX[0]) & (east < BOX[2]) & (north > BOX[1]) & (north < BOX[3])
    points = gpd.GeoSeries(gpd.points_from_xy(np.where(there, east, 0), np.where(there, north, 52)), crs="EPSG:4326")
    points = points.to_crs("EPSG:27700")
    points[~there] = None
    vehicles = int((~table["person"]).sum())
    notes = [
        "A row is a search, not a person. Points are moved to anonymous map points: no places of residence.",
        "Months are of British time; dates are UTC.",
    ]
    if (~there).any():
        away = int((~there & ~np.isnan(east) & ~np.isnan(north)).sum())
        outside = f", {away:,} of them outside the United Kingdom by their coordinates" if away else ""
        notes.append(f"{plural(int((~there).sum()), 'search has', 'searches have')} no point{outside}.")
    if vehicles:
        notes.append(f"{plural(vehicles, 'vehicle search has', 'vehicle searches have')} no person.")
    times = sorted({one.month for one in months})
    about = provenance(
        months[0].raw, "stop_search", geography="search", table="stop and search",
        period=_period(times),
    )  # fmt: skip
    if len(months) > 1:
        about = about.noting(file=f"{len(months)} files", sha256=None)
    return Frame(
        units=pd.Index(table["id"], dtype=str, name="unit"),
        table=table.drop(columns=["id", "latitude", "longitude"]),
        geometry=points,
        parents=("force",),
        about=about.noting(*notes),
    )


def _period(months: Sequence[str]) -> str:
    """Name the months: from the first to the last if none between them is missing."""
    several = pd.PeriodIndex(months, freq="M")
    whole = len(months) > 1 and len(months) == several[-1].ordinal - several[0].ordinal + 1
    return f"{months[0]} to {months[-1]}" if whole else ", ".join(months)


def force_months(frame: Frame) -> pd.DataFrame:
    """Return the number of searches of each force in each month; missing where there is no file, never 0.

    Parameters
    ----------
    frame
        From `stop_search`.

    Returns
    -------
    table
        One row a force, one column for every month from the first to the last.

    Examples
    --------
    >>> from placemix.frames import Frame
    >>> table = pd.DataFrame({"force": ["a", "a", "b"], "month": ["2019-06", "2019-08", "2019-06"]})
    >>> force_months(Frame(pd.Index(["1", "2", "3"]), table)).fillna(-1).astype(int).values.tolist()
    [[1, -1, 1], [1, -1, -1]]
    """
    counted = pd.crosstab(frame.column("force").to_numpy(), frame.column("month").to_numpy())
    every = pd.period_range(counted.columns.min(), counted.columns.max(), freq="M").strftime("%Y-%m")
    table = counted.where(counted > 0).reindex(columns=every)
    return table.rename_axis(index="force", columns="month").astype("Int64")
