"""The layouts in which Nomis and ONS publish census tables, each turned into one grid."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from placemix.errors import (
    CountRateMix,
    InvalidTable,
    listed,
    plural,
)
from placemix.readers.census.column_names import Described, described
from placemix.readers.census.grids import Grid, long, numbers, wide
from placemix.readers.census.labels import Label, parted
from placemix.readers.formats import columns
from placemix.readers.headers import normalise
from placemix.readers.raw import Raw

#: Columns of a wide table that are no cells.
_NO_CELLS = {"date", "geography", "geography code", "rural urban", "geography type", "mnemonic"}
#: Dimensions of the API that classify nobody.
_NO_DIMENSIONS = {"GEOGRAPHY", "DATE", "MEASURES", "OBS_STATUS", "OBS_CONF", "RURAL_URBAN", "FREQ"}
#: Names of the API's dimensions, by a part of their code.
_VARIABLES = {"ETH": "Ethnic group", "RELIGION": "Religion", "RELP": "Religion", "HHTENURE": "Tenure of household",
              "TENURE": "Tenure", "AGE": "Age", "SEX": "Sex", "HEALTH": "General health"}  # fmt: skip
#: Most rows that the API gives to callers without a key.
PAGE = 25_000
#: What the API calls values, not percentages.
VALUES = {"20100", "value"}
_BETWEEN = re.compile(r";\s+(?=[^;:]+:\s)")
#: Names of which the header has at least one.
_HEADER = {"geography code", "geography_code", "geographycode", "mnemonic", "observation", "obs_value"}
_STATED = re.compile(r"(population|date|units)\s*:?\s+(.+)", re.IGNORECASE)
_TITLE = re.compile(r"(?P<table>[A-Z]{2}\d{3,4}[A-Z]{0,2}[a-z]?)\s+-\s+(?P<variable>.+)")
_SPACE = re.compile(r"\s+")
_VALUE = re.compile(r";\s*measures:\s*value\s*$", re.IGNORECASE)
_PERCENT = re.compile(r";\s*measures:\s*percent\w*\s*$", re.IGNORECASE)
_CATEGORIES = re.compile(r"\s*\((?:\d+|[a-z])\s*categories\)\s*$", re.IGNORECASE)
_DATASET = re.compile(r"nm-(\d+)d", re.IGNORECASE)
#: Datasets of Nomis and the census tables they hold.
DATASETS = {
    "608": "KS201EW", "619": "KS402EW", "2023": "TS003", "2031": "TS011", "2041": "TS021", "2049": "TS030",
    "2055": "TS037", "2070": "TS052", "2072": "TS054", "2079": "TS062", "2084": "TS067", "2132": "RM032",
    "2143": "RM043", "2234": "RM134",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Found:
    """A table and what its file says of it.

    Attributes
    ----------
    grid
        The table.
    names
        Name of each area, or None.
    census
        Year, where the file states it.
    table
        Id of the census table, where the file states it.
    population
        Whom it counts, in the publisher's words, where it is stated apart from the total.
    cut
        Why rows may be missing, or nothing.
    """

    grid: Grid
    census: str | None = None
    table: str | None = None
    population: str = ""
    cut: str = ""


def layout(raw: Raw, path: Path, meta: str | Path | None) -> Found:
    """Recognise a file's layout and take its table.

    Raises
    ------
    WrongFormat
        It is none of the layouts; the message names the missing columns.
    """
    names = {normalise(header): header for header in raw.headers}
    if "obs_value" in names or "geography_code" in names:
        return _api(raw)
    if "geographycode" in names:
        return _bulk(raw, path, meta)
    if "observation" in names:
        return _custom(raw)
    return _query(raw) if "mnemonic" in names else _web(raw)


def is_header(row: Sequence[str]) -> bool:
    """Tell the header from the lines that an export writes above it.

    Examples
    --------
    >>> is_header(["Date       :", "2011"]), is_header(["2011 output area", "mnemonic", "All persons"])
    (False, True)
    """
    return not _HEADER.isdisjoint(map(normalise, row))


def _web(raw: Raw) -> Found:
    """One column a cell, as in the bulk files of 2021 and the exports of 2011."""
    known = columns(
        raw, "nomis", {"code": "geography code", "date": "date", "rural": "Rural Urban"}, optional=["date", "rural"]
    )
    table, notes = raw.table, []
    if "rural" in known:
        table, note = _all_of(table, known["rural"], "total")
        notes += note
    shares = [name for name in raw.headers if _PERCENT.search(name)]
    cells = {}
    others = []
    for name in raw.headers:
        if name in shares or normalise(name) in _NO_CELLS:
            continue
        text = _VALUE.sub("", _SPACE.sub(" ", name)).strip()
        labels = tuple(parted(part) for part in _BETWEEN.split(text))
        if all(label.path for label in labels):
            cells[name] = labels
        else:
            others.append(name)
    if not cells:
        columns(raw, "nomis", {"cells": "Ethnic group: Total: All usual residents"})
    notes += [f"{plural(len(shares), 'column')} of percentages left out."] if shares else []
    notes += [f"Columns that are no cells left out: {listed([repr(name) for name in others])}."] if others else []
    census = _one_date(table[known["date"]]) if "date" in known else None
    return Found(wide(table[known["code"]], cells, table).noting(*notes), census)


def _query(raw: Raw) -> Found:
    """One column a category, under lines that say of what, as the query tool of the web site exports it."""
    said = {found[1].casefold(): found[2] for line in raw.before if (found := _STATED.match(line))}
    title = next((found for line in raw.before if (found := _TITLE.fullmatch(line))), None)
    code = next(name for name in raw.headers if normalise(name) == "mnemonic")
    variable = title["variable"] if title else "Category"
    place = raw.headers.index(code)
    cells = {name: (parted(f"{variable}: {name}"),) for name in raw.headers[place + 1 :] if normalise(name) != "%"}
    notes = [f"Stated above the table: {line}" for line in raw.before if ":" in line and not _STATED.match(line)]
    return Found(
        wide(raw.table[code], cells, raw.table).noting(*notes),
        _one_date(pd.Series([said.get("date", "")])),
        title["table"] if title else None,
        said.get("population", ""),
    )


def _bulk(raw: Raw, path: Path, meta: str | Path | None) -> Found:
    """One column a cell, under codes whose names stand in other files (2011)."""
    known = columns(raw, "nomis", {"code": "GeographyCode"})
    codes = [name for name in raw.headers if name != known["code"]]
    said: Described = described(codes, path, meta)
    return Found(
        wide(raw.table[known["code"]], said.cells, raw.table).noting(*said.notes), "2011", said.table, said.population
    )


def _api(raw: Raw) -> Found:
    """One row a cell, as the API gives it, with all columns or with some."""
    known = columns(
        raw,
        "nomis",
        {"code": "GEOGRAPHY_CODE", "value": "OBS_VALUE", "measures": ("MEASURES", "MEASURES_NAME"),
         "date": ("DATE_NAME", "DATE"), "rural": "RURAL_URBAN_NAME", "count": "RECORD_COUNT", "urn": "URN",
         "status": "OBS_STATUS_NAME"},
        optional=["measures", "date", "rural", "count", "urn", "status"],
    )  # fmt: skip
    table, notes = raw.table, []
    cut = _page(table, known)
    if "measures" in known:
        table, note = _values_only(table, known["measures"])
        notes += note
    if "rural" in known:
        table, note = _all_of(table, known["rural"], "total")
        notes += note
    if "status" in known:
        odd = table[known["status"]][~table[known["status"]].map(normalise).isin(["normal value", ""])]
        notes += [f"Status of {plural(count, 'cell')}: {name}." for name, count in odd.value_counts().items()]
    dimensions = [
        name for name in raw.headers if normalise(name).endswith("_name") and name.upper()[:-5] not in _NO_DIMENSIONS
    ]
    if not dimensions:
        columns(raw, "nomis", {"names": "C2021_ETH_20_NAME"})
    categories, which = _categories(table, {name: _variable(table, name) for name in dimensions})
    hint = f"{cut} " if cut else ""
    grid = long(
        table[known["code"]], categories, which, table[known["value"]], hint=f"{hint}Fetch the table again, whole."
    )
    census = _one_date(table[known["date"]]) if "date" in known else None
    if census is None and any(name.upper().startswith("C2021_") for name in dimensions):
        census = "2021"
    urn = _DATASET.match(table[known["urn"]].iloc[0]) if "urn" in known and len(table) else None
    homes = any(name.upper().split("_")[1:2] and "_HH" in name.upper() for name in dimensions)
    return Found(
        grid.noting(*notes), census, DATASETS.get(urn.group(1)) if urn else None, "All households" if homes else "", cut
    )


def _custom(raw: Raw) -> Found:
    """One row a cell, as the ONS builder of custom tables gives it (2021)."""
    value = next(name for name in raw.headers if normalise(name) == "observation")
    pairs = [
        (name, raw.headers[place + 1])
        for place, name in enumerate(raw.headers[:-1])
        if normalise(name).endswith(" code") and normalise(name) == f"{normalise(raw.headers[place + 1])} code"
    ]
    if len(pairs) < 2:
        columns(
            raw, "nomis", {"code": "Lower layer Super Output Areas Code", "group": "Ethnic group (20 categories) Code"}
        )
    (area, _), *variables = pairs
    table = raw.table
    beside = np.logical_or.reduce([(table[code] == "-8").to_numpy() for code, _ in variables])
    people = numbers(table[value][beside])
    notes = []
    if beside.any():
        notes.append(
            f"{plural(int(beside.sum()), 'cell')} of 'Does not apply', {np.nansum(people):,.0f} in all, left out: they "
            "are in no category, and no part of any total here."
        )
    table = table[~beside].reset_index(drop=True)
    categories, which = _categories(table, {name: _CATEGORIES.sub("", name) for _, name in variables})
    grid = long(table[area], categories, which, table[value])
    homes = any("household" in normalise(name) for _, name in variables)
    return Found(grid.noting(*notes), "2021", None, "All households" if homes else "")


def _categories(table: pd.DataFrame, variables: dict[str, str]) -> tuple[list[tuple[Label, ...]], np.ndarray]:
    """Cells that occur, and which of them each row is."""
    frame = table[list(variables)]
    which = frame.groupby(list(variables), sort=False, dropna=False).ngroup().to_numpy()
    first = np.unique(which, return_index=True)[1]
    return [tuple(parted(f"{variables[name]}: {frame[name].iloc[row]}") for name in variables) for row in first], which


def _variable(table: pd.DataFrame, name: str) -> str:
    """What a dimension of the API classifies: its type, where that is given, or its code."""
    stem = name[:-5]
    kind = next((own for own in table.columns if own.upper() == f"{stem.upper()}_TYPE"), None)
    if kind is not None and table[kind].iloc[0] and (table[kind] == table[kind].iloc[0]).all():
        return str(table[kind].iloc[0])
    return next((_VARIABLES[part] for part in stem.upper().split("_") if part in _VARIABLES), stem)


def _values_only(table: pd.DataFrame, column: str) -> tuple[pd.DataFrame, list[str]]:
    wanted = table[column].map(normalise).isin(VALUES)
    if not wanted.any():
        message = f"{column!r} has no values, only {listed([repr(one) for one in pd.unique(table[column])])}."
        raise CountRateMix(message, remedy="Fetch the table again with measures=20100.")
    if wanted.all():
        return table, []
    others = listed([repr(one) for one in pd.unique(table[column][~wanted])])
    note = f"{plural(int((~wanted).sum()), 'row')} of other measures than values left out: {column} {others}."
    return table[wanted].reset_index(drop=True), [note]


def _all_of(table: pd.DataFrame, column: str, word: str) -> tuple[pd.DataFrame, list[str]]:
    """Keep the rows for everyone, of a column that repeats them by urban and rural."""
    kinds = table[column].map(normalise)
    wanted = kinds == word
    if wanted.all() or (kinds == kinds.iloc[0]).all():
        return table, [] if wanted.all() else [f"{column}: only {table[column].iloc[0]!r}."]
    if not wanted.any():
        message = f"{column!r} holds {listed([repr(one) for one in pd.unique(table[column])])} and no 'Total'."
        raise InvalidTable(message, remedy="Fetch the table with rural_urban=0.")
    note = f"{plural(int((~wanted).sum()), 'row')} of urban or rural parts left out; the 'Total' of each area is kept."
    return table[wanted].reset_index(drop=True), [note]


def _one_date(column: pd.Series) -> str | None:
    dates = [str(one).strip() for one in pd.unique(column)]
    if len(dates) > 1:
        message = f"The file has several dates: {listed(dates)}."
        raise InvalidTable(message, remedy="One Counts is one date: fetch them one by one.")
    return dates[0] if dates and re.fullmatch(r"(19|20)\d\d", dates[0]) else None


def _page(table: pd.DataFrame, known: dict[str, str]) -> str:
    """Why the file may be one page of several, or nothing."""
    if "count" in known and len(table):
        stated = numbers(table[known["count"]].head(1))[0]
        if stated > len(table):
            return f"The file has {len(table):,} rows, and says that there are {stated:,.0f}."
    if len(table) and len(table) % PAGE == 0:
        return f"The file has exactly {len(table):,} rows, the most that one request is given: others may be missing."
    return ""
