"""Cells of a brownfield register as dates, amounts and the standard's own words, and what is wrong with each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray
from placemix.readers.land.register_headers import SPELLINGS
from placemix.readers.listed_values import amounts, dates, text_or_missing

DATES = ("permission_date", "first_added", "last_updated", "end_date")
AMOUNTS = ("hectares", "min_dwellings", "max_dwellings", "range_from", "range_to")
FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ")
#: Words for nothing in cells of real registers.
NOTHING = ("N/A", "n/a", "NA", "-")
#: Words of the standard, whatever their case and hyphens.
WORDS = {
    "status": ("permissioned", "not permissioned", "pending decision"),
    "ownership": (
        "owned by a public authority", "not owned by a public authority", "unknown ownership", "mixed ownership",
    ),
}  # fmt: skip
YES = {"yes": "yes", "y": "yes", "true": "yes", "no": "no", "n": "no", "false": "no"}


class Problems:
    """What is wrong with each row of a register, collected rule by rule.

    Parameters
    ----------
    rows
        Number of rows.
    """

    def __init__(self, rows: int) -> None:
        self.rows: list[list[tuple[str, str]]] = [[] for _ in range(rows)]

    def add(self, where: Iterable[bool], kind: str, figures: Iterable[object]) -> None:
        """Add what is wrong to the rows where it is, each with its own figures."""
        for said, wrong, figure in zip(self.rows, where, figures, strict=True):
            if wrong:
                said.append((kind, str(figure)))

    def add_texts(self, texts: Iterable[str]) -> None:
        """Add a text of its own to each row that has one."""
        for said, text in zip(self.rows, texts, strict=True):
            if text:
                said.append((text, ""))

    def texts(self) -> list[str]:
        """Return one text a row, empty where nothing is wrong."""
        return ["; ".join(f"{kind}: {figure}" if figure else kind for kind, figure in said) for said in self.rows]

    def by_kind(self, ids: pd.Index, kept: BoolArray) -> dict[str, list[str]]:
        """Return the rows of each kind of problem, with their figures."""
        out: dict[str, list[str]] = {}
        for row in np.flatnonzero(kept):
            for kind, figure in self.rows[row]:
                out.setdefault(kind, []).append(f"{ids[row]} ({figure})" if figure else str(ids[row]))
        return out


def values(cells: pd.DataFrame, names: Mapping[str, str], problems: Problems) -> pd.DataFrame:
    """Read the cells of a register; what cannot be read is missing, and a problem of its row.

    Parameters
    ----------
    cells
        Texts under the keys of `SPELLINGS`; columns to keep as they are begin with ``"kept "``.
    names
        The file's own name by key.
    problems
        Is added to.
    """
    ids = pd.Index(cells["reference"], dtype=str)
    out: dict[str, Any] = {}
    for key in SPELLINGS:
        if key in cells and key not in ("reference", "x", "y", "point"):
            out[key] = _read(cells[key], key, names[key], ids, problems)
    table = pd.DataFrame(out, index=cells.index)
    for key in AMOUNTS[1:]:
        if key not in table:
            table[key] = np.nan
    for low, high in (("min_dwellings", "max_dwellings"), ("range_from", "range_to")):
        wrong = table[low] > table[high]
        if wrong.any():
            texts = table[low].map("{:g}".format) + " above " + table[high].map("{:g}".format)
            problems.add(wrong, "smallest number of dwellings above the largest", texts)
    for name in cells:
        if name.startswith("kept "):
            table[name.removeprefix("kept ")] = text_or_missing(cells[name])
    return table


def _read(column: pd.Series, key: str, name: str, ids: pd.Index, problems: Problems) -> pd.Series:
    """Read one column; what should be a date or an amount and is none is missing, and a problem of its row."""
    empty = (column == "") | column.isin(NOTHING)
    if key in DATES:
        found, _ = dates(column, name, ids, forms=FORMS, nothing=NOTHING)
        _add(problems, found.isna() & ~empty, f"{key.replace('_', ' ')} that is no date", column)
        return found
    if key in AMOUNTS:
        found, _ = amounts(column, name, ids, nothing=NOTHING)
        wrong = (found.isna() & ~empty) | (found < 0)
        _add(problems, wrong, f"{key.replace('_', ' ')} that is no amount", column)
        return found.where(found >= 0)
    if key in ("deliverable", "hazardous"):
        column = column.str.casefold().map(YES).fillna(column)
    text = text_or_missing(column.where(~empty, ""))
    return _worded(text, WORDS[key]) if key in WORDS else text


def _add(problems: Problems, wrong: pd.Series, kind: str, column: pd.Series) -> None:
    """Add cells that are wrong as they were written, if there are any."""
    if wrong.any():
        problems.add(wrong, kind, column.map(repr))


def _worded(column: pd.Series, words: Sequence[str]) -> pd.Series:
    """Write the standard's own words alike, and leave others as they are."""
    plain = column.str.casefold().str.replace("-", " ")
    return column.where(~plain.isin(words), plain)
