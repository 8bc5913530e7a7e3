"""Rows of rates: every column there, numbers as numbers, and no two rows about the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from placemix.errors import (
    DuplicateUnit,
    InvalidTable,
    NotNumbers,
    PlacemixError,
    UnknownColumn,
    listed,
    plural,
    together,
)

#: Columns of `Rates.table`, always all present, in this order.
COLUMNS = (
    "domain", "indicator", "unit", "period", "group", "numerator", "numerator_low", "numerator_high", "denominator",
    "rate", "lower", "upper", "measured_in", "symbol", "source", "url", "licence",
)  # fmt: skip
NUMERIC = ("numerator", "numerator_low", "numerator_high", "denominator", "rate", "lower", "upper")


def tidy(frame: pd.DataFrame, dimensions: Sequence[str]) -> pd.DataFrame:
    """Return the table as `Rates` keeps it.

    Raises
    ------
    NotNumbers, InvalidTable, UnknownColumn, DuplicateUnit
        The table has faults; the error lists all of them.
    """
    table = frame.reset_index(drop=True)
    for name in COLUMNS:
        if name not in table.columns:
            table[name] = np.nan if name in NUMERIC else None
    rows = table["unit"].astype(str).where(table["unit"].notna(), "no unit")
    faults = list(_numbers(table, rows))
    for end in ("numerator_low", "numerator_high"):
        table[end] = table[end].fillna(table["numerator"])
    faults += _amounts(table, rows)
    absent = [name for name in dimensions if name not in table.columns]
    if absent:
        faults.append(UnknownColumn(f"The table has no column {listed([repr(name) for name in absent])}."))
    else:
        faults += _repeated(table, rows, dimensions)
    if faults:
        raise together(faults)
    return table[[*COLUMNS, *(name for name in table.columns if name not in COLUMNS)]]


def _numbers(table: pd.DataFrame, rows: pd.Series) -> Iterator[PlacemixError]:
    """Make the columns of numbers numbers, in place, and find those that are none."""
    for name in NUMERIC:
        numbers = pd.to_numeric(table[name], errors="coerce").astype(np.float64)
        text = (numbers.isna() & table[name].notna()).to_numpy()
        if text.any():
            shown = listed([repr(item) for item in table[name][text].astype(str).unique()])
            message = f"Column {name!r} holds text where numbers are needed: {shown}."
            remedy = "Give NaN and the bounds numerator_low and numerator_high; the text belongs into 'symbol'."
            yield NotNumbers(message, units=rows[text], remedy=remedy)
        table[name] = numbers


def _amounts(table: pd.DataFrame, rows: pd.Series) -> Iterator[PlacemixError]:
    tests = {
        "a negative denominator": table["denominator"] < 0,
        "an infinite number": np.isinf(table[list(NUMERIC)]).any(axis=1),
        "an interval that goes down": (table["numerator_low"] > table["numerator_high"])
        | (table["lower"] > table["upper"]),
    }
    for what, wrong in tests.items():
        if wrong.any():
            message = f"{plural(int(wrong.sum()), 'row has', 'rows have')} {what}."
            yield InvalidTable(message, units=rows[wrong.to_numpy()], remedy="Mend the table.")


def _repeated(table: pd.DataFrame, rows: pd.Series, dimensions: Sequence[str]) -> Iterator[PlacemixError]:
    keys = [name for name in ("indicator", "unit", "period", "group") if table[name].notna().any()]
    keys = list(dict.fromkeys([*keys, *dimensions]))
    twice = table.duplicated(keys).to_numpy() if keys else np.zeros(len(table), dtype=bool)
    if twice.any():
        message = f"{plural(twice.sum(), 'row repeats', 'rows repeat')} a row above: the same {', '.join(keys)}."
        apart = _telling_apart(table, keys)
        if apart:
            message += f" They differ in {listed([repr(name) for name in apart])}."
        remedy = "Keep one; where categories overlap, filter them first."
        yield DuplicateUnit(message, units=rows[twice], remedy=remedy)


def _telling_apart(table: pd.DataFrame, keys: Sequence[str]) -> list[str]:
    """Other columns of words in which rows with the same keys differ."""
    again = table[table.duplicated(keys, keep=False)]
    others = [name for name in again.columns if name not in {*keys, *COLUMNS}]
    words = [name for name in others if not pd.api.types.is_numeric_dtype(again[name])]
    return [name for name in words if again[[*keys, name]].drop_duplicates().duplicated(keys).any()]
