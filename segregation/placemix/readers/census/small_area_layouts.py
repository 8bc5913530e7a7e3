"""The layouts in which Scotland and Northern Ireland publish tables of small areas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from placemix.errors import (
    EmptyTable,
    PlacemixError,
    RepeatedColumn,
    UnreadableFile,
    VintageMismatch,
    WrongFormat,
    listed,
    plural,
)
from placemix.readers.census.column_names import described
from placemix.readers.census.grids import Grid, long, numbers, wide
from placemix.readers.census.labels import Label, parted
from placemix.readers.files import existing, sheet_names
from placemix.readers.formats import columns
from placemix.readers.headers import normalise
from placemix.readers.raw import WORKBOOKS, Raw, decoded, digest, raw_table

#: Names that the column of codes bears.
CODES = ("geography code", "geographycode", "data_zone", "datazone", "data zone", "dz", "datazone2011code", "dz_code",
         "data zone code", "output area", "oa", "small area code")  # fmt: skip
_CODE = re.compile(r"[SN]\d{8}")
_EVERYONE = re.compile(r"all (people|persons|usual residents|households|occupied households)\b")
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")
_TITLE = re.compile(r"(?<![A-Z])(?P<table>(?:UV|KS|QS|LC|DC|CT|MS-[A-Z]|DT)\d+[A-Za-z]*)\s*[-:]?\s*(?P<variable>.*)")
#: First numbers of codes by vintage; every edition of these areas got new ones.
FIRST = {
    "S00": ((0, "2001"), (88956, "2011"), (135307, "2022")),
    "S01": ((0, "2001"), (6506, "2011"), (13482, "2022")),
    "N20": ((0, "2021"),),
    "N21": ((0, "2021"),),
    "N00": ((0, "2011"),),
}
#: What Scotland's census prints instead of nothing.
NOUGHT = "-"


@dataclass(frozen=True, eq=False)
class Small:
    """A table of small areas, and what its file says of it.

    Attributes
    ----------
    raw
        The file.
    code
        Its column of codes.
    grid
        Its cells, where it is a census table; None for a list of indicators.
    table, variable
        Id of the census table, and what it classifies.
    said
        Lines above and below the table.
    """

    raw: Raw
    code: str
    grid: Grid | None
    table: str | None = None
    variable: str = ""
    said: tuple[str, ...] = field(default=())


def small_areas(path: str | Path, *, sheet: str | int | None, encoding: str | None, meta: str | Path | None) -> Small:
    """Recognise a file's layout and take its table.

    Raises
    ------
    WrongFormat
        No column holds codes.
    UnreadableFile
        A workbook has several tables and none was named.
    """
    file = existing(path)
    raw = _workbook(file, sheet) if file.suffix.casefold() in WORKBOOKS else _text(file, encoding)
    said = (*raw.before, *raw.after)
    title = next((found for line in (*said, Path(raw.file).stem) if (found := _TITLE.search(line))), None)
    table = title["table"] if title else None
    variable = (title["variable"].partition(" All people")[0].strip() if title else "") or table or "Category"
    code = _code_column(raw)
    labels = [name for name in raw.headers if normalise(name).endswith(" label") and _coded(raw, name)]
    count = next((name for name in raw.headers if normalise(name) in ("count", "value", "observation")), None)
    if count is not None and labels:
        return Small(raw, code, _builder(raw, code, labels, count), table, variable, said)
    if normalise(code) == "geographycode":
        cells = described([name for name in raw.headers if name != code], file, meta)
        grid = wide(raw.table[code], cells.cells, raw.table).noting(*cells.notes)
        return Small(raw, code, grid, cells.table, variable, (*said, cells.population))
    if not any(_EVERYONE.match(normalise(name)) for name in raw.headers):
        return Small(raw, code, None, table, variable, said)
    return Small(raw, code, _wide(raw, code, variable), table, variable, said)


def is_header(row: Sequence[str]) -> bool:
    """Tell the header from the lines of a title above it.

    Examples
    --------
    >>> is_header(["All people"]), is_header(["", "All People", "White: Total", "White: White Scottish"])
    (False, True)
    """
    names = [normalise(cell) for cell in row if str(cell).strip()]
    telling = any(
        name in CODES or _EVERYONE.match(name) or name.endswith((" data zone code", " zone code")) for name in names
    )
    return len(names) > 2 and telling


def plain(text: str) -> str:
    """Write a number without commas; other texts stay.

    Examples
    --------
    >>> plain("1,163"), plain("c")
    ('1163', 'c')
    """
    return text.replace(",", "") if _THOUSANDS.fullmatch(text) else text


def _text(file: Path, encoding: str | None) -> Raw:
    if file.suffix.casefold() != ".zip":
        content = file.read_bytes()
        if content.lstrip(b'\xef\xbb\xbf" ').startswith(b"SuperWEB2"):
            return _superweb(content, file, encoding)
    return raw_table(file, encoding=encoding, is_header=is_header)


def _workbook(file: Path, sheet: str | int | None) -> Raw:
    """The sheet that was named, or the only one that holds a table of areas."""
    if sheet is not None:
        return raw_table(file, sheet=sheet, is_header=is_header)
    found = {}
    for name in sheet_names(file):
        try:
            raw = raw_table(file, sheet=name, is_header=is_header, repeated=True)
        except (UnreadableFile, EmptyTable):
            continue  # an empty sheet, or a title alone
        if is_header(raw.headers):
            found[name] = raw
    if len(found) == 1:
        return next(iter(found.values()))
    message = f"{file.name!r} has {plural(len(found), 'sheet')} with a table of areas: {listed(list(found), shown=20)}."
    raise UnreadableFile(message, remedy=f"Name one, sheet={next(iter(found), 'DZ')!r}.")


def _superweb(content: bytes, file: Path, encoding: str | None) -> Raw:
    """A table of the flexible table builder: a header over two lines, lines that end in a comma, notes below."""
    text, used = decoded(content, encoding, file.name)
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    except csv.Error as error:
        message = f"{file.name!r} cannot be read as a table: {error}"
        raise UnreadableFile(message, remedy="A quotation mark is not closed, or the file is torn.") from error
    start = next((place for place, row in enumerate(rows) if is_header(row)), None)
    data = [row for row in rows if row and _CODE.fullmatch(row[0].strip())]
    if start is None or not data:
        message = f"{file.name!r} is of the table builder and has no areas with codes in its rows."
        raise WrongFormat(message, remedy="Build it with the areas as rows and their codes shown.")
    header = [cell.strip() for cell in rows[start]]
    while header and not header[-1]:
        header.pop()
    lines = [" ".join(cell for cell in row if cell.strip()) for row in rows if not row or not _CODE.fullmatch(row[0])]
    short = [row[0] for row in data if len([cell for cell in row if cell.strip()]) != len(header)]
    if short:
        message = f"{file.name!r} has lines with more or fewer cells than the header."
        raise UnreadableFile(message, units=short, remedy="The file is torn: fetch it again.")
    twice = list(dict.fromkeys(name for name in header[1:] if header.count(name) > 1))
    if twice:
        message = f"{file.name!r} has columns of the same name: {listed([repr(name) for name in twice])}."
        raise RepeatedColumn(message, remedy="Rename or remove the copies.")
    table = pd.DataFrame([row[: len(header)] for row in data], columns=pd.Index(["column 1", *header[1:]]), dtype=str)
    said = tuple(line for line in lines if line and line != " ".join(header))
    return Raw(table, file.name, digest(file), used, said)


def _code_column(raw: Raw) -> str:
    """The column of codes, by its name or, where it has none, by what it holds."""
    named = {normalise(name): name for name in raw.headers}
    for name in (*CODES, *(key for key in named if key.endswith(" zone code"))):
        if name in named:
            return named[name]
    for name in raw.headers:
        if len(raw.table) and raw.table[name].str.fullmatch(_CODE).mean() > 0.5:
            return name
    label = next((name for name in raw.headers if normalise(name).endswith("zone label")), None)
    wanted = f"{label[:-5]}Code" if label else "Geography code"
    columns(raw, "data_zones", {"code": wanted})
    raise AssertionError(wanted)  # the line above always raises


def _coded(raw: Raw, label: str) -> bool:
    """Whether a column of labels classifies people: it has codes, and they name no areas."""
    code = next((name for name in raw.headers if normalise(name) == f"{normalise(label)[:-6]} code"), None)
    return code is not None and not raw.table[code].str.fullmatch(_CODE).any()


def _builder(raw: Raw, code: str, labels: list[str], count: str) -> Grid:
    """One row a cell, as the table builder of Northern Ireland gives it."""
    frame = raw.table[labels]
    which = frame.groupby(labels, sort=False).ngroup().to_numpy()
    first = np.unique(which, return_index=True)[1]
    cells = [tuple(parted(f"{name[:-6]}: {frame[name].iloc[row]}") for name in labels) for row in first]
    return long(raw.table[code], cells, which, raw.table[count].map(plain))


def _wide(raw: Raw, code: str, variable: str) -> Grid:
    """One column a cell."""
    table = raw.table.drop(columns=code)
    scottish = raw.table[code].str.startswith("S").any()
    dashes = int((table == NOUGHT).to_numpy().sum()) if scottish else 0
    table = table.map(plain).replace(NOUGHT, "0") if scottish else table.map(plain)
    counted = [name for name in table.columns if not np.isnan(numbers(table[name])).all()]
    others = [name for name in table.columns if name not in counted]
    cells: dict[str, tuple[Label, ...]] = {name: (parted(f"{variable}: {name}"),) for name in counted}
    firsts = {label.path[0] for (label,) in cells.values() if len(label.path) > 1}
    notes = []
    for name, (label,) in cells.items():
        # In 2022 the last white category is printed without what it is a part of.
        if label.path == ("Other White",) and "White" in firsts:
            cells[name] = (Label(label.column, label.variable, ("White", "Other White")),)
            notes.append(f"{name!r} is printed without what it is a part of, and taken for a part of 'White'.")
    if others:
        notes.append(f"Columns that are no cells left out: {listed([repr(name) for name in others])}.")
    if dashes:
        notes.append(
            f"{plural(dashes, 'cell')} with '{NOUGHT}' read as 0, as Scotland's census prints it; the sums below hold "
            "with that."
        )
    return wide(raw.table[code], cells, table).noting(*notes)


def edition(codes: pd.Index) -> tuple[str | None, list[PlacemixError]]:
    """Return the edition of the areas that the codes name, and what is wrong with them.

    Examples
    --------
    >>> edition(pd.Index(["S01006506", "S01013481"]))
    ('2011', [])
    """
    found: dict[str, list[str]] = {}
    for code in codes:
        editions = FIRST.get(code[:3], ())
        number = int(code[3:]) if editions and code[3:].isdecimal() else -1
        year = next((year for first, year in reversed(editions) if number >= first), None)
        if year is not None:
            found.setdefault(year, []).append(code)
    if len(found) < 2:
        return next(iter(found), None), []
    said = " and ".join(f"{year} ({len(own):,})" for year, own in found.items())
    few = min(found.values(), key=len)
    message = f"The file holds areas of several editions: {said}."
    return None, [VintageMismatch(message, units=few, remedy="Read each edition from its own file.")]
