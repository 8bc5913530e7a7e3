"""Tables of the U.S. Census Bureau: the shapes they come in, and the ids of their areas."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from placemix.errors import (
    DuplicateUnit,
    InvalidTable,
    OverlappingGroups,
    PlacemixError,
    RepeatedColumn,
    UnreadableFile,
    WrongFormat,
    listed,
    plural,
    together,
)
from placemix.readers.files import existing
from placemix.readers.headers import normalise
from placemix.readers.raw import Raw, decoded, digest, raw_table

#: Names of the columns that the Census Bureau's interface splits an id into, and their digits.
PARTS = {
    "state": 2, "county": 3, "tract": 6, "block group": 1, "block": 4, "place": 5, "zip code tabulation area": 5,
}  # fmt: skip
#: Which parts make up the id of each kind of area.
KINDS = {
    "block": ("state", "county", "tract", "block"), "block group": ("state", "county", "tract", "block group"),
    "tract": ("state", "county", "tract"), "place": ("state", "place"), "county": ("state", "county"),
    "state": ("state",), "ZCTA": ("zip code tabulation area",),
}  # fmt: skip
#: Kind of area by the summary level that a long id begins with.
LEVELS = {
    "010": "nation", "040": "state", "050": "county", "140": "tract", "150": "block group", "100": "block",
    "101": "block", "160": "place", "310": "metropolitan area", "860": "ZCTA", "970": "school district",
}  # fmt: skip
_LENGTHS = {2: "state", 5: "county", 7: "place", 11: "tract", 12: "block group", 15: "block"}
#: Words in names of areas whose short ids have as many digits as those of other kinds.
_NAMED = {
    "ZCTA": "ZCTA", "Metro Area": "metropolitan area", "Micro Area": "metropolitan area",
    "School District": "school district",
}  # fmt: skip
_LONG_ID = r"(\d{3})[0-9A-Z]{4}US(\d*)"


@dataclass(frozen=True, eq=False)
class Areas:
    """Ids of the rows of a table.

    Attributes
    ----------
    ids
        Text with its leading zeros, one a row.
    kind
        ``"tract"``, ``"county"``, …
    notes
        What was done to read them.
    """

    ids: pd.Series
    kind: str
    notes: tuple[str, ...] = ()

    def strata(self) -> pd.DataFrame:
        """Return the states and counties that the ids begin with."""
        ends: dict[str, int] = {}
        if self.kind in {"county", "place", "school district", "tract", "block group", "block"}:
            ends["state"] = 2
        if self.kind in {"tract", "block group", "block"}:
            ends["county"] = 5
        return pd.DataFrame({name: self.ids.str[:end] for name, end in ends.items()}, index=self.ids.index)


def us_table(path: str | Path, *, encoding: str | None = None, member: str | None = None) -> Raw:
    """Read a table of the Census Bureau, all cells text, one row an area.

    The interface's JSON (a list of lists), exports of data.census.gov (whose second line holds
    labels), and tables of tidycensus, wide or long.

    Raises
    ------
    UnreadableFile
        There is no such file, or it is none of these.
    DuplicateUnit
        A long table gives one area the same variable twice.
    """
    file = existing(path)
    raw = _json_table(file) if file.suffix.casefold() == ".json" else raw_table(file, encoding=encoding, member=member)
    if len(raw.table) and normalise(raw.table.iloc[0, 0]) == "geography":
        raw = replace(raw, table=raw.table.iloc[1:].reset_index(drop=True))
    names = {normalise(header): header for header in raw.headers}
    if {"geoid", "variable"} <= set(names) and ({"value", "estimate"} & set(names)):
        raw = _widened(raw, names)
    return raw


def _json_table(file: Path) -> Raw:
    text, used = decoded(file.read_bytes(), None, file.name)
    try:
        rows = json.loads(text)
    except ValueError as error:
        message = f"{file.name!r} is no whole JSON: {error}"
        raise UnreadableFile(message, remedy="The answer was cut off, or is an error page: ask again.") from error
    fine = isinstance(rows, list) and rows and all(isinstance(row, list) for row in rows)
    if not fine or any(len(row) != len(rows[0]) for row in rows):
        message = f"{file.name!r} is no list of lists of one length, as the Census Bureau's interface answers."
        raise UnreadableFile(message, remedy="Save the answer as it comes, header first.")
    header = [str(cell) for cell in rows[0]]
    twice = [name for name in dict.fromkeys(header) if header.count(name) > 1]
    if twice:
        message = f"{file.name!r} has columns of the same name: {listed([repr(name) for name in twice])}."
        raise RepeatedColumn(message, remedy="Ask for each variable once.")
    cells = [["" if cell is None else str(cell).strip() for cell in row] for row in rows[1:]]
    return Raw(pd.DataFrame(cells, columns=pd.Index(header, dtype=str), dtype=str), file.name, digest(file), used)


def _widened(raw: Raw, names: dict[str, str]) -> Raw:
    """Make one row an area of tidycensus's one row an area and variable."""
    table = raw.table
    area, variable = table[names["geoid"]], table[names["variable"]]
    twice = (area + " " + variable).duplicated().to_numpy()
    if twice.any():
        message = f"{plural(int(twice.sum()), 'row repeats', 'rows repeat')} an area and variable."
        raise DuplicateUnit(message, units=area[twice].unique(), remedy="Read one year at a time.")
    years = list(table[names["year"]].unique()) if "year" in names else []
    if len(years) > 1:
        message = f"The file holds several years: {listed(years)}."
        raise InvalidTable(message, remedy="One Counts is one date: read one year at a time.")
    survey = "estimate" in names
    columns = {"E" if survey else "": names["estimate" if survey else "value"]}
    if "moe" in names:
        columns["M"] = names["moe"]
    rows, areas = pd.factorize(area)
    places, variables = pd.factorize(variable)
    wide = {"GEOID": pd.Series(np.asarray(areas, dtype=object))}
    for suffix, column in columns.items():
        cells = np.full((len(areas), len(variables)), "", dtype=object)
        cells[rows, places] = table[column].to_numpy(dtype=object)
        wide |= {f"{name}{suffix}": pd.Series(cells[:, place]) for place, name in enumerate(variables)}
    return replace(raw, table=pd.DataFrame(wide).astype(str))


def areas_of(raw: Raw) -> Areas:
    """Find the id of each row: the long one, the short one, or the parts it is put together from.

    Raises
    ------
    WrongFormat
        No column holds ids.
    InvalidTable
        Ids are not of one kind of area, or lost digits.
    """
    names = {normalise(header): header for header in raw.headers}
    long = next((names[name] for name in ("geo_id", "ucgid", "geo.id") if name in names), None)
    if long is not None:
        return _from_long_ids(raw.table[long], long)
    if "geoid" in names:
        return _from_short_ids(raw.table[names["geoid"]], names["geoid"], raw.table.get(names.get("name", "")))
    for kind, parts in KINDS.items():
        if set(parts) <= set(names):
            return _from_parts(raw.table[[names[part] for part in parts]], kind, parts)
    message = "No column holds the ids of areas."
    remedy = "Keep GEO_ID, GEOID, or state, county and tract, beside the counts; names are no ids."
    raise WrongFormat(message, remedy=remedy)


def _from_long_ids(column: pd.Series, name: str) -> Areas:
    found = column.str.extract(f"^{_LONG_ID}$")
    unread = found[0].isna().to_numpy()
    if unread.any():
        message = f"{name!r} has {plural(int(unread.sum()), 'value that is', 'values that are')} no id of an area."
        raise InvalidTable(message, units=column[unread], remedy="Ids read like 1400000US22071010800.")
    kinds = found[0].map(lambda level: LEVELS.get(level, f"summary level {level}"))
    # The nation's id ends with US.
    return Areas(found[1].where(found[1] != "", column), _one_kind(kinds, column))


def _from_short_ids(column: pd.Series, name: str, called: pd.Series | None) -> Areas:
    digits = column.str.fullmatch(r"\d+").to_numpy(dtype=bool)
    if not digits.all():
        message = (
            f"{name!r} has {plural(int((~digits).sum()), 'value that is', 'values that are')} not of digits alone."
        )
        raise InvalidTable(message, units=column[~digits], remedy="Codes stay text: read the file as it was published.")
    lengths = set(column.str.len())
    # No kind of area has ids of one digit less than these, so that a zero was lost.
    short = {length for length in lengths if length not in _LENGTHS and length + 1 in _LENGTHS}
    full = {length + 1 if length in short else length for length in lengths}
    if len(full) != 1 or not full <= set(_LENGTHS):
        message = f"{name!r} has ids of {listed(sorted(lengths))} digits, which are not of one kind of area."
        remedy = "Read one kind at a time; where leading zeros were lost, fetch the file again and keep ids as text."
        raise InvalidTable(message, units=column[column.str.len() != max(lengths)], remedy=remedy)
    length = full.pop()
    if length == len("06001400100") and called is not None and called.str.match("Block Group").all():
        # A block group that lost its first zero is as long as a tract.
        length, short = length + 1, {length}
    notes = ("Leading zeros of ids were lost, and put back.",) if short else ()
    kind = _LENGTHS[length]
    if called is not None:
        kind = next((other for word, other in _NAMED.items() if called.str.contains(word, regex=False).all()), kind)
    return Areas(column.str.zfill(length), kind, notes)


def _from_parts(parts: pd.DataFrame, kind: str, names: tuple[str, ...]) -> Areas:
    pieces: list[pd.Series] = []
    lost = False
    faults: list[PlacemixError] = []
    for column, name in zip(parts.columns, names, strict=True):
        width = PARTS[name]
        good = parts[column].str.fullmatch(rf"\d{{1,{width}}}").to_numpy(dtype=bool)
        if not good.all():
            message = f"{column!r} has values that are no code of {width} digits."
            units = parts[column][~good].unique()
            faults.append(InvalidTable(message, units=units, remedy="Codes stay text: ask for the table again."))
        lost = lost or bool((parts[column].str.len() < width).any())
        pieces.append(parts[column].str.zfill(width))
    if faults:
        raise together(faults)
    ids = pieces[0]
    for piece in pieces[1:]:
        ids = ids + piece
    return Areas(ids, kind, ("Leading zeros of codes were lost, and put back.",) if lost else ())


def _one_kind(kinds: pd.Series, column: pd.Series) -> str:
    there = list(kinds.unique())
    if len(there) > 1:
        message = f"The file holds several kinds of area: {listed(there)}. Larger ones count the same people again."
        first = [column[kinds == kind].iloc[0] for kind in there]
        raise OverlappingGroups(message, units=first, remedy="Read one kind at a time.")
    return str(there[0]) if there else "area"


def overlapping_tables(error: WrongFormat, raw: Raw, *, ours: str, race: str) -> PlacemixError:
    """Add to what is missing that race alone and Hispanic origin overlap, where both tables are there."""
    names = [normalise(header) for header in raw.headers]
    if not any(name.startswith(race) for name in names):
        return error
    mixed = any(name.startswith(ours) for name in names)
    message = (
        f"{race.upper()} counts race alone, Hispanic people included"
        f"{', and stands beside a table that counts them apart: they would count twice' if mixed else ''}."
    )
    remedy = f"Ask for every line of {ours.upper()}, which counts everybody once."
    return together([error, OverlappingGroups(message, remedy=remedy)])


def unit_frame(areas: Areas, columns: dict[str, Any]) -> pd.DataFrame:
    """Return a table for `placemix.from_wide`: ids, states and counties, and the columns given."""
    return pd.concat([pd.DataFrame({"unit": areas.ids}), areas.strata(), pd.DataFrame(columns)], axis=1)
