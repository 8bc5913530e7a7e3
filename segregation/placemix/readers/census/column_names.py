"""Names of the coded columns of the bulk files of 2011, from the files that lie beside them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from placemix.errors import RepeatedColumn, WrongFormat, listed, plural
from placemix.readers.census.labels import Label, parted
from placemix.readers.raw import Raw, raw_table

_TABLE = re.compile(r"((?:KS|QS|LC|DC|ST|CT|UV)\d{3,4}[A-Z]{2}[a-z]?)_?\d+", re.IGNORECASE)
#: Codes of broad groups, which the files of names may leave out.
_BROAD = re.compile(r"[A-Z]{2}\d{3,4}[A-Z]{2}[a-z]?_\d+", re.IGNORECASE)


class Described(NamedTuple):
    """What the files of names say of a table.

    Attributes
    ----------
    cells
        Categories of each column that counts.
    table
        Id of the table.
    population
        Whom it counts, in the publisher's words.
    notes
        What was left out.
    """

    cells: dict[str, tuple[Label, ...]]
    table: str
    population: str
    notes: list[str]


def described(codes: Sequence[str], path: Path, meta: str | Path | None = None) -> Described:
    """Find the categories of coded columns.

    Parameters
    ----------
    codes
        Headers such as ``KS201EW0001``.
    path
        The file of counts; the files of names lie beside it, or in the same archive.
    meta
        The file of names, where it lies elsewhere.

    Raises
    ------
    WrongFormat
        There is no file of names, or it does not name some columns.
    """
    table = next((found.group(1).upper() for name in codes if (found := _TABLE.fullmatch(name))), "")
    files = _files(path, table, meta)
    names = next((raw for raw in files if "ColumnVariableCode" in raw.headers), None)
    title = next((raw for raw in files if "StatisticalPopulations" in raw.headers), None)
    if names is None:
        message = f"{path.name!r} has coded columns ({listed(codes, shown=2)}), and no file beside it names them."
        remedy = f"Put {table}DESC0.CSV of the same download beside it, or name it with meta=."
        raise WrongFormat(message, remedy=remedy)
    if "ColumnVariableDescription" not in names.headers:
        message = f"{names.file!r} lacks 1 column of a file of names: 'ColumnVariableDescription'."
        raise WrongFormat(
            message, remedy=f"It has: {listed(names.headers, shown=12)}. Take both files from one download."
        )
    twice = names.table["ColumnVariableCode"].duplicated()
    if twice.any():
        message = f"{names.file!r} names columns twice: {listed(list(names.table['ColumnVariableCode'][twice]))}."
        raise RepeatedColumn(message, remedy="Take both files from the same download.")
    rows = names.table.set_index("ColumnVariableCode")
    absent = [name for name in codes if name not in rows.index]
    broad = [name for name in absent if _BROAD.fullmatch(name)]
    if len(absent) > len(broad):
        message = f"{names.file!r} does not name {listed([name for name in absent if name not in broad])}."
        raise WrongFormat(message, remedy="Take both files from the same download.")
    counts = [name for name in codes if name in rows.index and _is_count(rows.loc[name])]
    shares = len(codes) - len(counts) - len(absent)
    notes = [f"{plural(shares, 'column')} of percentages left out."] if shares else []
    if broad:
        notes.append(f"Columns without a name, which by their codes are broad groups, left out: {listed(broad)}.")
    variable = _first(title, "DatasetTitle") or table
    texts = {name: str(rows.loc[name, "ColumnVariableDescription"]) for name in counts}
    population = _first(title, "StatisticalPopulations")
    if not population and "ColumnVariableStatisticalUnit" in rows.columns and counts:
        unit = str(rows.loc[counts[0], "ColumnVariableStatisticalUnit"])
        population = {"person": "All usual residents", "household": "All households"}.get(unit.casefold(), unit)
        notes.append(f"Whom it counts is taken from the statistical unit {unit!r}; no file beside it says more.")
    return Described(_parts(texts, variable, names.file), table, population, notes)


def _parts(texts: dict[str, str], variable: str, file: str) -> dict[str, tuple[Label, ...]]:
    """Take descriptions apart: those of cross-tables join one category of each variable by commas."""
    whole = next((text for text in texts.values() if text.casefold().startswith("all categories: ")), "")
    pieces = whole.split(", ")
    several = len(pieces) if all(piece.casefold().startswith("all ") for piece in pieces) else 1
    if several == 1:
        name = whole.partition(": ")[2] or variable
        return {code: (parted(f"{name}: {text}"),) for code, text in texts.items()}
    axes = [piece.partition(": ")[2] or piece for piece in pieces]
    odd = [text for text in texts.values() if text.count(", ") != several - 1]
    if odd:
        message = f"{file!r} joins the categories of {several} variables by commas, and some hold commas themselves."
        raise WrongFormat(f"{message} [{listed(odd, shown=3)}]", remedy="Export the table from nomisweb.co.uk instead.")
    return {
        code: tuple(parted(f"{axis}: {part}") for axis, part in zip(axes, text.split(", "), strict=True))
        for code, text in texts.items()
    }


def _is_count(row: object) -> bool:
    return str(row.get("ColumnVariableMeasurementUnit", "Count")).casefold() == "count"  # type: ignore[attr-defined]


def _first(raw: Raw | None, column: str) -> str:
    return str(raw.table[column].iloc[0]) if raw is not None and column in raw.headers and len(raw.table) else ""


def _files(path: Path, table: str, meta: str | Path | None) -> list[Raw]:
    """Files that may name the columns, the one that the caller names first."""
    found = [raw_table(meta)] if meta is not None else []
    if path.suffix.casefold() == ".zip":
        with zipfile.ZipFile(path) as archive:
            members = [name for name in archive.namelist() if _names(Path(name).name, table)]
        return found + [raw_table(path, member=name) for name in members]
    folders = [path.parent, *([Path(meta).parent] if meta is not None else [])]
    beside = sorted({file for folder in folders for file in folder.iterdir() if _names(file.name, table)})
    return found + [raw_table(file) for file in beside]


def _names(file: str, table: str) -> bool:
    name = file.casefold()
    return (
        bool(table)
        and name.startswith(table.casefold())
        and ("desc" in name or "meta" in name)
        and name.endswith(".csv")
    )
