"""Get Information about Schools: every school in England, where it is and what it has room for."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from placemix.errors import (
    AssumedReading,
    InvalidParameter,
    PlacemixError,
    UnknownColumn,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.frames import Frame
from placemix.readers.formats import columns, provenance
from placemix.readers.geography.lsoa_vintages import settle, untold
from placemix.readers.listed_values import amounts, dates, text_or_missing
from placemix.readers.raw import raw_table
from placemix.readers.schemas import faults, pattern

#: Statuses of a school that teaches.
OPEN = ("Open", "Open, but proposed to close")
NEEDED = {
    "urn": "URN",
    "name": "EstablishmentName",
    "status": "EstablishmentStatus (name)",
    "open_date": "OpenDate",
    "close_date": "CloseDate",
    "phase": "PhaseOfEducation (name)",
    "easting": "Easting",
    "northing": "Northing",
}
FURTHER = {
    "la_code": "LA (code)",
    "la": "LA (name)",
    "number": "EstablishmentNumber",
    "type": "TypeOfEstablishment (name)",
    "type_group": "EstablishmentTypeGroup (name)",
    "low_age": "StatutoryLowAge",
    "high_age": "StatutoryHighAge",
    "sex": "Gender (name)",
    "faith": "ReligiousCharacter (name)",
    "admissions": "AdmissionsPolicy (name)",
    "capacity": "SchoolCapacity",
    "census_date": "CensusDate",
    "pupils": "NumberOfPupils",
    "boys": "NumberOfBoys",
    "girls": "NumberOfGirls",
    "fsm": "FSM",
    "fsm_percent": "PercentageFSM",
    "trust_code": "Trusts (code)",
    "trust": "Trusts (name)",
    "federation_code": "Federations (code)",
    "federation": "Federations (name)",
    "ukprn": "UKPRN",
    "postcode": "Postcode",
    "region": "GOR (name)",
    "la_gss": "GSSLACode (name)",
    "district_code": "DistrictAdministrative (code)",
    "district": "DistrictAdministrative (name)",
    "ward_code": "AdministrativeWard (code)",
    "constituency_code": "ParliamentaryConstituency (code)",
    "urban_rural": "UrbanRural (name)",
    "msoa": "MSOA (code)",
    "lsoa": "LSOA (code)",
    "uprn": "UPRN",
}
DATES = ("open_date", "close_date", "census_date")
AMOUNTS = ("low_age", "high_age", "capacity", "pupils", "boys", "girls", "fsm", "fsm_percent")
PARENTS = ("lsoa", "msoa", "ward_code", "district_code", "la_gss")
#: What stands where a number was withheld.
WITHHELD = ("SUPP", "NE", "NA", "NP", "c", "x", "z")
#: Ends of the British National Grid, in metres.
GRID = (700_000, 1_300_000)


def gias(
    path: str | Path,
    *,
    status: Literal["open", "all"] = "open",
    vintage: str | None = None,
    keep: Sequence[str] = (),
    encoding: str | None = None,
) -> Frame:
    r"""Read the list of schools in England and Wales, `edubasealldataYYYYMMDD.csv`.

    Parameters
    ----------
    path
        The CSV, in Windows-1252 or UTF-8, or a zip archive with it.
    status
        ``"open"`` keeps schools whose status is *Open* or *Open, but proposed to close*; the others
        are listed in `left_out`. ``"all"`` keeps every row.
    vintage
        Vintage of the LSOA codes, ``"2011"`` or ``"2021"``. Default: what the codes tell. Where they
        are of both, codes of the other vintage are emptied and counted in a note.
    keep
        Further columns of the file to keep, under their own names.
    encoding
        Encoding of the file.

    Returns
    -------
    frame
        One unit a school, by URN, in the order of the file, with a point in EPSG:27700 or none.
        Columns, as far as the file has them: `name`, `status`, `open_date`, `close_date`, `phase`,
        `la_code`, `la`, `number`, `laestab` (for joining to other tables), `type`, `type_group`,
        `low_age`, `high_age`, `sex`, `faith`, `admissions`, `capacity` (places), `census_date`,
        `pupils`, `boys`, `girls`, `fsm`, `fsm_percent`, `trust_code`, `trust`, `federation_code`,
        `federation`, `ukprn`, `postcode`, `region`, `la_gss` (GSS code of the education authority),
        `district_code`, `district`, `ward_code`, `constituency_code`, `urban_rural`, `msoa`, `lsoa`,
        `uprn`. `about.vintage` is that of the LSOA codes.

    Raises
    ------
    WrongFormat
        Columns are missing; the message lists all of them.
    InvalidTable, DuplicateUnit
        URNs are not of five or six digits or repeat, or dates or numbers are none.
    VintageMismatch
        LSOA codes of 2011 and of 2021 stand in one file, or are not of the vintage stated.
    InvalidParameter, UnknownColumn
        An argument is none of its values, or names no column.

    Warns
    -----
    AssumedReading
        No LSOA code tells its vintage.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = pathlib.Path(folder.name) / "edubasealldata20210412.csv"
    >>> _ = file.write_text(
    ...     "URN,EstablishmentName,EstablishmentStatus (name),OpenDate,CloseDate,PhaseOfEducation (name),"
    ...     "Easting,Northing,SchoolCapacity\n"
    ...     "100001,Mill School,Open,01-09-2019,,Primary,393029,403815,210\n"
    ...     "100002,Old School,Closed,,31-08-2019,Primary,,,180\n"
    ... )
    >>> schools = gias(file)
    >>> schools.column("capacity").to_dict(), schools.left_out.to_dict()
    ({'100001': 210.0}, {'100002': 'Closed 2019-08-31'})
    >>> folder.cleanup()
    """
    if status not in ("open", "all"):
        message = f"status is 'open' or 'all', not {status!r}."
        raise InvalidParameter(message)
    raw = raw_table(path, encoding=encoding)
    names = columns(raw, "gias", NEEDED | FURTHER, optional=FURTHER)
    unknown = [name for name in keep if name not in raw.headers]
    if unknown:
        message = f"{raw.file!r} has no column {listed([*map(repr, unknown)])}."
        raise UnknownColumn(message, remedy=did_you_mean(unknown[0], raw.headers))
    ids = pd.Index(raw.table[names["urn"]], dtype=str)
    table, wrong = _table(raw.table, names, ids)
    kept = np.ones(len(ids), dtype=bool) if status == "all" else table["status"].isin(OPEN).to_numpy()
    notes = []
    if "lsoa" in table:
        found = settle(table["lsoa"].where(kept), stated=vintage)
        wrong += found.faults
        vintage = found.vintage
        if found.foreign.any():
            notes.append(f"{plural(int(found.foreign.sum()), 'LSOA code')} of another vintage than {vintage} emptied.")
            table["lsoa"] = table["lsoa"].where(~found.foreign)
        if vintage is None and not wrong and table["lsoa"].notna().any():
            warnings.warn(AssumedReading(untold(names["lsoa"])), stacklevel=2)
    if wrong:
        raise together(wrong)
    points, placeless = _points(table)
    if (placeless & kept).any():
        none = ids[placeless & kept]
        notes.append(f"{plural(len(none), 'school has', 'schools have')} no point: {listed([*none], shown=10)}.")
    left_out = _left_out(table, ids, kept)
    if len(left_out):
        notes.append(f"{plural(len(left_out), 'school')} not open and left out.")
    for name in keep:
        table[name] = text_or_missing(raw.table[name])
    about = provenance(raw, "gias", geography="school", vintage=vintage, table="edubasealldata").noting(*notes)
    return Frame(
        units=ids[kept].rename("unit"),
        table=table.loc[kept].drop(columns=["easting", "northing"]).reset_index(drop=True),
        geometry=points[kept].reset_index(drop=True),
        parents=tuple(name for name in PARENTS if name in table),
        about=about,
        left_out=left_out if len(left_out) else None,
    )


def _table(raw: pd.DataFrame, names: dict[str, str], ids: pd.Index) -> tuple[pd.DataFrame, list[PlacemixError]]:
    import pandera.pandas as pa

    remedy = "The file was re-exported by a spreadsheet; use the published one, and keep codes text."
    check = pattern(r"\d{5,6}", "that is no URN of five or six digits", remedy=remedy)
    schema = pa.DataFrameSchema({"URN": pa.Column(checks=check, unique=True)})
    wrong = faults(pd.DataFrame({"URN": np.asarray(ids, dtype=object)}), schema, ids)
    out = {}
    for key in (*NEEDED, *FURTHER):
        if key not in names or key == "urn":
            continue
        column = raw[names[key]]
        said: list[PlacemixError] = []
        if key in DATES:
            out[key], said = dates(column, names[key], ids, forms=["%d-%m-%Y"])
        elif key in AMOUNTS:
            out[key], said = amounts(column, names[key], ids, nothing=WITHHELD)
        elif key in ("easting", "northing"):
            out[key], said = amounts(column, names[key], ids, least=None)
        else:
            out[key] = text_or_missing(column)
        wrong += said
    table = pd.DataFrame(out)
    if "la_code" in table and "number" in table:
        table.insert(table.columns.get_loc("number") + 1, "laestab", table["la_code"] + table["number"].str.zfill(4))
    return table, wrong


def _points(table: pd.DataFrame) -> tuple[Any, Any]:
    import geopandas as gpd

    east, north = (table[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in ("easting", "northing"))
    there = (east > 0) & (north > 0) & (east < GRID[0]) & (north < GRID[1])
    points = gpd.GeoSeries(gpd.points_from_xy(np.where(there, east, 0), np.where(there, north, 0)), crs="EPSG:27700")
    points[~there] = None
    return points, ~there


def _left_out(table: pd.DataFrame, ids: pd.Index, kept: Any) -> pd.Series:  # noqa: ANN401
    gone = table[~kept]
    day = gone["close_date"].fillna(gone["open_date"]).dt.strftime("%Y-%m-%d")
    reasons = gone["status"].fillna("status not stated").str.cat(day.where(day.notna(), ""), sep=" ").str.strip()
    return pd.Series(np.asarray(reasons, dtype=object), index=ids[~kept], name="reason")
