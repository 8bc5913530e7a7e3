"""Tables by tenure and bedrooms: read with every fault, and looked up for the homes of schemes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.checks import id_text
from placemix.errors import (
    DuplicateUnit,
    EmptyTable,
    InvalidCounts,
    InvalidParameter,
    NotNumbers,
    PlacemixError,
    RepeatedColumn,
    UnknownColumn,
    did_you_mean,
    listed,
)

#: What cells may be told apart by.
KEYS: tuple[str, ...] = ("tenure", "bedrooms", "kind")


class Cells:
    """A table with one row for each kind of home, and what is wrong with it.

    Parameters
    ----------
    table
        The table.
    name
        What messages call it.
    needed
        Columns that must be there.
    values
        Columns of numbers, 0 or more.
    more
        Columns that tell rows apart beside `KEYS`.
    faults
        List that faults are added to.
    """

    def __init__(
        self,
        table: Any,  # noqa: ANN401
        name: str,
        *,
        needed: Sequence[str],
        values: Sequence[str],
        more: Sequence[str] = (),
        faults: list[PlacemixError],
    ) -> None:
        self.name = name
        self.keys: list[str] = []
        self.codes: list[tuple[str, ...]] = []
        self.values = np.zeros((0, len(values)))
        self.sound = False
        if not isinstance(table, pd.DataFrame):
            message = f"The {name} must be a table, not a {type(table).__name__}."
            faults.append(
                NotNumbers(message, remedy=f"Pass a DataFrame with {', '.join(dict.fromkeys([*needed, *values]))}.")
            )
            return
        table = table.rename(columns=str)
        if table.columns.has_duplicates:
            twice = listed([*map(repr, table.columns[table.columns.duplicated()].unique())])
            faults.append(RepeatedColumn(f"The {name} has several columns named {twice}.", remedy="Rename one."))
            return
        lost = [column for column in dict.fromkeys([*needed, *values]) if column not in table.columns]
        if lost:
            message = f"The {name} has no column {listed([*map(repr, lost)])}."
            hints = " ".join(filter(None, (did_you_mean(column, table.columns) for column in lost)))
            faults.append(UnknownColumn(message, remedy=f"{hints} It has {listed(list(table.columns))}.".strip()))
            return
        if not len(table):
            faults.append(EmptyTable(f"The {name} has no rows.", remedy="Give one for each kind of home."))
            return
        before = len(faults)
        self.keys = [key for key in (*more, *KEYS) if key in table.columns]
        self.codes = list(zip(*(_texts(table[key]) for key in self.keys), strict=True)) if self.keys else [()]
        self._repeats(faults)
        self.values = np.column_stack([self._numbers(table[column], column, faults) for column in values])
        self.sound = len(faults) == before

    def label(self, code: Sequence[str]) -> str:
        """Write the cell of a kind of home: ``social_rent, 2 bedrooms``."""
        words = {"bedrooms": lambda text: f"{text} bedroom{'' if text == '1' else 's'}"}
        return ", ".join(
            words.get(key, str)(text) for key, text in zip(self.keys, code, strict=True) if text or key != "kind"
        )

    def _repeats(self, faults: list[PlacemixError]) -> None:
        if not self.keys:
            return
        index = pd.Index(self.codes, tupleize_cols=False)
        if index.has_duplicates:
            message = f"The {self.name} has several rows of the same kind of home."
            units = [self.label(code) for code in index[index.duplicated()].unique()]
            faults.append(DuplicateUnit(message, units=units, remedy="Keep one row of each."))

    def _numbers(self, column: pd.Series, name: str, faults: list[PlacemixError]) -> FloatArray:
        values = pd.to_numeric(column.astype(object), errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        texts = column.notna().to_numpy() & np.isnan(values)
        lost = ~np.isfinite(values) & ~texts
        with np.errstate(invalid="ignore"):
            negative = values < 0
        for wrong, kind, what, remedy in (
            (texts, NotNumbers, "no numbers", "Give numbers alone."),
            (lost, InvalidCounts, "missing or infinite", "Missing is not 0: fill it in, or leave the row out."),
            (negative, InvalidCounts, "negative", "Give 0 or more."),
        ):
            if wrong.any():
                units = [self.label(self.codes[place]) or f"row {place + 1}" for place in np.flatnonzero(wrong)]
                faults.append(kind(f"Cells in {name!r} of the {self.name} are {what}.", units=units, remedy=remedy))
        return values

    def capped(self, or_more: int | None, faults: list[PlacemixError]) -> None:
        """List kinds of homes with more bedrooms than the number that stands for so many or more."""
        if or_more is None or not self.sound or "bedrooms" not in self.keys:
            return
        at = self.keys.index("bedrooms")
        above = [code for code in self.codes if code[at].isdecimal() and int(code[at]) > or_more]
        if above:
            message = (
                f"The {self.name} has homes of more than {or_more} bedrooms, and or_more={or_more} passes them over."
            )
            units = [self.label(code) for code in above]
            faults.append(InvalidParameter(message, units=units, remedy="Add their rows up, or raise or_more."))

    def find(self, homes: pd.DataFrame, *, or_more: int | None, fixed: Sequence[str] = ()) -> IntArray:
        """Return the row of each kind of home, -1 where there is none.

        Parameters
        ----------
        homes
            Kinds of homes, with `KEYS` as columns.
        or_more
            Number of bedrooms that stands for so many or more, or None.
        fixed
            Values of the keys beside `KEYS`.
        """
        index = pd.Index(self.codes, tupleize_cols=False)
        found: IntArray = index.get_indexer(
            pd.Index(self.asked(homes, or_more=or_more, fixed=fixed), tupleize_cols=False)
        )
        return found

    def asked(self, homes: pd.DataFrame, *, or_more: int | None, fixed: Sequence[str] = ()) -> list[tuple[str, ...]]:
        """Return the cell that each kind of home asks for."""
        rooms = homes["bedrooms"]
        capped = homes.assign(bedrooms=rooms if or_more is None else rooms.clip(upper=or_more))
        own = [_texts(capped[key]) for key in self.keys if key in KEYS]
        return [(*fixed, *code) for code in zip(*own, strict=True)] if own else [tuple(fixed)] * len(homes)


def _texts(column: pd.Series) -> list[str]:
    """Write keys as texts; whole numbers without a decimal point, and none as nothing."""
    missing = column.isna()
    return ["" if lost else id_text(cell) for cell, lost in zip(column.astype(object), missing, strict=True)]
