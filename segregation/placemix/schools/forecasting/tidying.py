"""Columns of the tables that planners keep, read one by one, with every fault collected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray, Table
from placemix.checks import id_text
from placemix.columns import native
from placemix.errors import (
    EmptyTable,
    InvalidCounts,
    InvalidTable,
    NotNumbers,
    PlacemixError,
    UnknownColumn,
    UnmatchedUnit,
    did_you_mean,
    listed,
)

#: A year group as schools write it: 7, Y7, Year 7, R, Reception.
_YEAR_GROUP = re.compile(r"(?:year|yr|y)?\s*(\d{1,2})", re.IGNORECASE)
_RECEPTION = {"r", "rec", "reception"}


def as_pandas(table: Table) -> pd.DataFrame:
    """Return any kind of table as pandas holds it; pandas' own is returned as it is."""
    if isinstance(table, pd.DataFrame):
        return table
    made: pd.DataFrame = native(table).to_pandas()
    return made


class Columns:
    """The columns of one table, and what is wrong with them.

    Parameters
    ----------
    table
        Any kind of table.
    name
        What messages call it.
    faults
        List that faults are added to.
    """

    def __init__(self, table: Table, name: str, faults: list[PlacemixError]) -> None:
        self.name = name
        self.frame = as_pandas(table)
        self.faults = faults

    def __len__(self) -> int:
        return len(self.frame)

    def has(self, column: str) -> bool:
        """Say whether the table has a column."""
        return column in self.frame.columns

    def needs(self, columns: Iterable[str]) -> bool:
        """Say whether all columns are there and the table has rows; list what is not."""
        lost = [name for name in dict.fromkeys(columns) if not self.has(name)]
        if lost:
            known = [str(name) for name in self.frame.columns]
            hints = " ".join(filter(None, (did_you_mean(name, known) for name in lost)))
            message = f"The {self.name} have no column {listed([repr(name) for name in lost])}."
            remedy = f"{hints} They have: {listed(known, shown=40)}.".strip()
            self._add(UnknownColumn(message, remedy=remedy))
        elif not len(self):
            self._add(EmptyTable(f"The {self.name} have no rows.", remedy="Give at least one."))
        return not lost and len(self) > 0

    def texts(self, column: str) -> Any:  # noqa: ANN401
        """Return ids as texts, whole numbers without a decimal point; list rows without one."""
        cells = self.frame[column]
        missing = cells.isna().to_numpy()
        self.fault(InvalidTable, missing, f"in {column!r} are missing", "Fill them in, or leave the rows out.")
        return np.array([id_text(cell) for cell in cells.astype(object)], dtype=object)

    def numbers(self, column: str, *, signed: bool = False) -> FloatArray:
        """Return amounts; list texts, missing and negative ones."""
        cells = self.frame[column]
        values = pd.to_numeric(cells.astype(object), errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        given = cells.notna().to_numpy()
        texts = given & np.isnan(values) & np.array([isinstance(cell, str) for cell in cells.astype(object)])
        self.fault(NotNumbers, texts, f"in {column!r} are no numbers", "Give numbers alone.")
        bad = ~np.isfinite(values) & ~texts
        self.fault(InvalidCounts, bad, f"in {column!r} are missing or infinite", "Missing is not 0: fill them in.")
        if not signed:
            with np.errstate(invalid="ignore"):
                self.fault(InvalidCounts, values < 0, f"in {column!r} are negative", "Give 0 or more.")
        return values

    def years(self, column: str) -> IntArray:
        """Return whole years."""
        values = self.numbers(column)
        whole = np.isfinite(values) & (values == np.round(values))
        odd = np.isfinite(values) & ~whole
        self.fault(InvalidTable, odd, f"in {column!r} are no whole years", "Write the year of the September.")
        return np.where(whole, values, 0).astype(np.intp)

    def year_groups(self, column: str) -> IntArray:
        """Return year groups as numbers; Reception is 0."""
        found = [_year_group(cell) for cell in self.frame[column].astype(object)]
        odd = np.array([place is None for place in found])
        remedy = "Write 0 to 13, or R for Reception; leave nursery and sixth-form rows of other names out."
        self.fault(InvalidTable, odd, f"in {column!r} are no year groups", remedy)
        return np.array([-1 if place is None else place for place in found], dtype=np.intp)

    def fault(self, kind: type[PlacemixError], where: BoolArray, what: str, remedy: str) -> None:
        """List rows with a fault by what identifies them."""
        if where.any():
            message = f"{'Cells' if what.startswith('in ') else 'Rows'} of the {self.name} {what}."
            self._add(kind(message, units=self.rows(where), remedy=remedy))

    def unknown(self, column: str, values: Sequence[Any], known: Iterable[object], what: str) -> None:
        """List values that are not among those known."""
        known = [str(item) for item in known]
        odd = [value for value in dict.fromkeys(values) if value not in set(known)]
        if odd:
            hints = " ".join(filter(None, (did_you_mean(value, known) for value in odd[:3])))
            message = f"The {self.name} name {what} in {column!r} that the rolls do not have."
            remedy = f"{hints} The rolls have: {listed(known, shown=20)}.".strip()
            self._add(UnmatchedUnit(message, units=odd, remedy=remedy))

    def _add(self, fault: PlacemixError) -> None:
        """List a fault once, however often its column is read."""
        if str(fault) not in {str(known) for known in self.faults}:
            self.faults.append(fault)

    def rows(self, where: BoolArray) -> list[str]:
        """Name rows by their position, counted from 1."""
        return [f"row {place + 1}" for place in np.flatnonzero(where)]


def _year_group(cell: object) -> int | None:
    text = id_text(cell).strip()
    if text.casefold() in _RECEPTION:
        return 0
    found = _YEAR_GROUP.fullmatch(text)
    return int(found[1]) if found else None
