"""Published files as they are: every cell still text, and where the file came from."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from placemix.errors import EmptyTable, RepeatedColumn, UnreadableFile, listed, plural
from placemix.readers.files import existing, sheet_cells, sheet_names

#: The header stands in one of the first lines.
DEEPEST = 40
#: A member of an archive larger than this is refused: it would not be a table.
LARGEST = 4 << 30
#: Bytes read to see what a file is.
TOP = 1 << 18
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")


@dataclass(frozen=True, eq=False)
class Raw:
    """A file's table before anything is made of it.

    Attributes
    ----------
    table
        Every cell as text, ``""`` where it is empty, under the file's own headers.
    file
        Name of the file, and of the member where it is an archive.
    sha256
        Fingerprint of the file.
    encoding
        How its bytes were read.
    before
        Lines above the header.
    after
        Lines below the table, such as a copyright notice.
    """

    table: pd.DataFrame
    file: str
    sha256: str
    encoding: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def headers(self) -> list[str]:
        """The file's own names of its columns."""
        return list(self.table.columns)

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be said of how the file was read."""
        out = []
        if self.encoding == "cp1252":
            out.append("The bytes are no UTF-8 and were read as Windows-1252.")
        if self.after:
            out.append(f"{plural(len(self.after), 'line')} below the table left out: {listed(self.after, shown=2)}")
        return tuple(out)


def raw_table(
    path: str | Path,
    *,
    encoding: str | None = None,
    sheet: str | int = 0,
    member: str | None = None,
    is_header: Callable[[Sequence[str]], bool] | None = None,
    repeated: bool = False,
) -> Raw:
    """Read a CSV, a workbook, or a CSV inside a zip archive, all cells as text.

    Parameters
    ----------
    path
        The file.
    encoding
        Encoding of a text file. Default: UTF-8, or Windows-1252 where the bytes are no UTF-8, as
        publishers in Britain use both.
    sheet
        Name or position of a workbook's sheet.
    member
        File inside an archive; needed where it holds several tables.
    is_header
        Tells the header from lines above it. Default: the first line.
    repeated
        Whether headers may repeat; they are then numbered.

    Raises
    ------
    UnreadableFile
        There is no such file, or it is empty, torn, binary, or of another encoding.
    EmptyTable
        It holds a header and no rows.
    RepeatedColumn
        Two columns bear the same name.
    """
    file = existing(path)
    if file.suffix.casefold() in WORKBOOKS:
        rows = sheet_cells(file, sheet).fillna("").astype(str).apply(lambda column: column.str.strip())
        lines = [list(row) for row in rows.itertuples(index=False, name=None)]
        start = _header(lines[:DEEPEST], is_header, file.name)
        return _raw(lines[start], rows.iloc[start + 1 :], lines[:start], file.name, digest(file), "", repeated=repeated)
    content, name = _bytes(file, member)
    if not content.strip():
        message = f"{name!r} holds nothing."
        raise UnreadableFile(message)
    text, used = decoded(content, encoding, name)
    separator = "\t" if name.casefold().endswith((".tsv", ".tab")) else ","
    start, before = _beginning(text, separator, is_header, name)
    cells, after = _cells(text, start, separator, name)
    return _raw(list(cells.iloc[0]), cells.iloc[1:], before, name, digest(file), used, repeated=repeated, after=after)


def top(path: str | Path) -> list[list[str]]:
    """Return the cells of a file's first lines, without reading the rest.

    Raises
    ------
    UnreadableFile
        There is no such file, or it is no text and no workbook.
    """
    file = existing(path)
    if file.suffix.casefold() in WORKBOOKS:
        # Notes often stand on a sheet of their own before the table.
        sheets = [sheet_cells(file, name, rows=DEEPEST).fillna("").astype(str) for name in sheet_names(file)]
        return [list(row) for rows in sheets for row in rows.itertuples(index=False, name=None)]
    if file.suffix.casefold() == ".zip":
        content, name = _bytes(file, None, first=True)
    else:
        with file.open("rb") as stream:
            content, name = stream.read(TOP), file.name
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        content = content[: len(content) // 2 * 2]  # two bytes a letter
    else:
        content = content[: content.rfind(b"\n") + 1] or content
    text = decoded(content, None, name)[0]
    separator = "\t" if name.casefold().endswith((".tsv", ".tab")) else ","
    try:
        return list(itertools.islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), DEEPEST))
    except csv.Error as error:
        message = f"{name!r} cannot be read as a table: {error}"
        raise UnreadableFile(message, remedy="A quotation mark is not closed, or the file is torn.") from error


def header_of(file: Path) -> tuple[list[str], int]:
    """Return the names in the first line of a large CSV file, and over how many lines they are broken.

    For files that are read in pieces: all others are read by `raw_table`.
    """
    head = top(file)
    if not head:
        message = f"{file.name!r} holds nothing."
        raise UnreadableFile(message)
    names = _clean(head[0])
    return names, 1 + sum(cell.count("\n") for cell in head[0])


def _clean(header: Sequence[str]) -> list[str]:
    # Exports break long names into lines; the words are the name.
    return [" ".join(str(cell).strip("\ufeff").split()) for cell in header]


def decoded(content: bytes, encoding: str | None, name: str) -> tuple[str, str]:
    """Return bytes as text, and the encoding they were read by.

    Raises
    ------
    UnreadableFile
        The bytes are not of the encoding, or no text at all.
    """
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encoding = encoding or "utf-16"
    tries = [encoding] if encoding else ["utf-8-sig", "cp1252"]
    for one in tries:
        try:
            text = content.decode(one)
        except UnicodeDecodeError:
            continue
        except LookupError as error:
            message = f"There is no encoding {one!r}."
            raise UnreadableFile(message, remedy="Use 'utf-8', 'utf-8-sig' or 'cp1252'.") from error
        if "\x00" in text:
            break
        return text, one
    message = f"{name!r} is no text in {' or '.join(tries)}."
    raise UnreadableFile(message, remedy="Name its encoding, or fetch the file again: it may be torn or compressed.")


def digest(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _bytes(file: Path, member: str | None, *, first: bool = False) -> tuple[bytes, str]:
    if file.suffix.casefold() != ".zip":
        return file.read_bytes(), file.name
    try:
        with zipfile.ZipFile(file) as archive:
            tables = [
                item for item in archive.infolist() if item.filename.casefold().endswith((".csv", ".tsv", ".txt"))
            ]
            chosen = [item for item in tables if member is None or item.filename == member]
            if first and chosen:
                with archive.open(chosen[0]) as stream:
                    return stream.read(TOP), f"{file.name}/{chosen[0].filename}"
            if len(chosen) != 1:
                names = listed([item.filename for item in tables], shown=20)
                message = f"{file.name!r} holds {plural(len(chosen), 'table')} that could be meant: {names}."
                raise UnreadableFile(message, remedy="Name one with member=.")
            if chosen[0].file_size > LARGEST:
                message = f"{chosen[0].filename!r} would unpack to {chosen[0].file_size:,} bytes."
                raise UnreadableFile(message, remedy="Unpack it yourself if you trust it, and read the table.")
            return archive.read(chosen[0]), f"{file.name}/{chosen[0].filename}"
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        message = f"{file.name!r} is no whole zip archive: {error}"
        raise UnreadableFile(message, remedy="Fetch it again.") from error


def _beginning(
    text: str, separator: str, is_header: Callable[[Sequence[str]], bool] | None, name: str
) -> tuple[int, list[list[str]]]:
    """Find the header: how many lines of the file stand above it, and their cells."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows: list[list[str]] = []
    ends: list[int] = [0]
    try:
        for row in reader:
            rows.append(row)
            ends.append(reader.line_num)
            if len(rows) == DEEPEST:
                break
    except csv.Error as error:
        message = f"{name!r} cannot be read as a table: {error}"
        raise UnreadableFile(message, remedy="A quotation mark is not closed, or the file is torn.") from error
    place = _header(rows, is_header, name)
    return ends[place], rows[:place]


def _cells(text: str, start: int, separator: str, name: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Cells of the lines from the header on, and the texts of shorter lines below the table."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.csv

    stream = io.StringIO(text, newline="")
    for _ in range(start):
        stream.readline()
    odd: list[tuple[int, int, int, str]] = []

    def keep(row: Any) -> str:  # noqa: ANN401
        odd.append((row.number or 0, row.actual_columns, row.expected_columns, row.text))
        return "skip"

    rest = stream.read()
    width = len(next(csv.reader(io.StringIO(rest, newline=""), delimiter=separator)))
    names = [f"f{place}" for place in range(width)]
    try:
        cells = pa.csv.read_csv(
            io.BytesIO(rest.encode()),
            read_options=pa.csv.ReadOptions(column_names=names, use_threads=False, block_size=1 << 24),
            parse_options=pa.csv.ParseOptions(delimiter=separator, newlines_in_values=True, invalid_row_handler=keep),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        message = f"{name!r} cannot be read as a table: {error}"
        raise UnreadableFile(message, remedy="The file is torn, or a comma is not quoted: fetch it again.") from error
    long = [text for _, actual, expected, text in odd if actual > expected]
    # Lines of one cell at the very end are a notice; any other short line is a torn one.
    last = cells.num_rows + len(odd)
    short = [(number, text) for number, actual, expected, text in odd if actual < expected]
    notice = [(number, text) for number, text in short if number > last - len(short) and _prose(text, separator)]
    if long or len(notice) < len(short):
        shown = [text[:40] for text in long] or [
            f"row {number - 1}" for number, text in short if (number, text) not in notice
        ]
        message = f"{name!r} has lines with {'more' if long else 'fewer'} cells than the header."
        raise UnreadableFile(message, units=shown, remedy="The file is torn, or a comma is not quoted: fetch it again.")
    trimmed = pa.table({name: pc.utf8_trim_whitespace(cells.column(name)) for name in names})
    return trimmed.to_pandas(), tuple(text.strip(separator).strip() for _, text in notice)


def _header(rows: Sequence[Sequence[str]], is_header: Callable[[Sequence[str]], bool] | None, name: str) -> int:
    filled = [place for place, row in enumerate(rows) if any(str(cell).strip() for cell in row)]
    if not filled:
        message = f"{name!r} holds nothing."
        raise UnreadableFile(message)
    if is_header is None:
        return filled[0]
    # Where no line looks like the header, the first is shown in the message about what is missing.
    return next((place for place in filled if is_header(rows[place])), filled[0])


def _prose(text: str, separator: str = "\x1f") -> bool:
    """Whether a line below a table is words, not a code or number torn off."""
    cells = next(csv.reader([text.strip()], delimiter=separator), [])
    filled = [cell.strip() for cell in cells if cell.strip()]
    return len(filled) == 1 and " " in filled[0]


def _raw(
    header: Sequence[str],
    body: pd.DataFrame,
    before: Sequence[Sequence[str]],
    name: str,
    sha256: str,
    encoding: str,
    *,
    repeated: bool,
    after: tuple[str, ...] = (),
) -> Raw:
    names = _clean(header)
    # Spreadsheets leave columns without a name and without a value.
    used = [place for place, cell in enumerate(names) if cell.strip() or (body.iloc[:, place] != "").any()]
    names = [names[place] if names[place].strip() else f"column {place + 1}" for place in used]
    twice = list(dict.fromkeys(cell for cell in names if names.count(cell) > 1))
    if twice and not repeated:
        message = f"{name!r} has columns of the same name: {listed([repr(cell) for cell in twice])}."
        raise RepeatedColumn(message, remedy="Rename or remove the copies.")
    seen: dict[str, int] = {}
    for place, cell in enumerate(names):
        seen[cell] = seen.get(cell, 0) + 1
        names[place] = cell if seen[cell] == 1 else f"{cell} ({seen[cell]})"
    table = body.iloc[:, used].set_axis(pd.Index(names, dtype=str), axis=1)
    filled = (table != "").to_numpy()
    # A notice below the table fills the first cell of the last lines, and no other.
    end = len(table)
    while len(names) > 1 and end and not filled[end - 1, 1:].any() and _prose(table.iloc[end - 1, 0] or "- -"):
        end -= 1
    notice = tuple(text for text in table.iloc[end:, 0] if text)
    lines = tuple(" ".join(cell for cell in (str(cell).strip() for cell in row) if cell) for row in before)
    kept = table.iloc[:end][filled[:end].any(axis=1)].reset_index(drop=True)
    if kept.empty:
        message = f"{name!r} holds a header and no rows."
        raise EmptyTable(message, remedy="Fetch it again, or ask the publisher whether there is nothing to count.")
    return Raw(
        kept,
        name,
        sha256,
        encoding,
        tuple(line for line in lines if line),
        (*notice, *after),
    )
