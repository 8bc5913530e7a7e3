"""Numbers of groups out of tables of rates: sums by row of the result, hidden cells kept hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.errors import InvalidTable, plural
from placemix.outcomes.disparity.who import Axes

#: Counts closer than this are the same.
_SAME = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One group's numbers, shape (keys,) each.

    Attributes
    ----------
    numerator, low, high
        Events, NaN where hidden or absent, and the bounds of hidden ones.
    denominator
        People.
    share
        Rate a person as printed, where only that is known.
    squares, respondents
        Sums of these columns, NaN without them.
    rows
        Number of rows of the table behind it.
    small
        Whether a number behind it is too small to be shown.
    adjusted
        Whether a printed rate is not events over people.
    held
        Whether the publisher hides a number behind it.
    astray
        Whether it is a whole less a part that has more than the whole, or more with the outcome than people.
    """

    numerator: FloatArray
    low: FloatArray
    high: FloatArray
    denominator: FloatArray
    share: FloatArray
    squares: FloatArray
    respondents: FloatArray
    rows: IntArray
    small: BoolArray
    adjusted: BoolArray
    held: BoolArray
    astray: BoolArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """A table of rates whose rows know the row of the result that they belong to.

    Attributes
    ----------
    table
        The rows, with `printed` (rate a person as printed), `few`, `off` and `held` beside.
    keys
        One row for each row of the result.
    code
        Place of each row of the table in `keys`.
    texts, whole
        Each axis' values as texts, and which of them are about everyone.
    least
        Numbers of people from 1 to below this are hidden.
    people
        Whether people are counted and not events.
    squares, respondents
        Columns of these numbers, or None.
    """

    table: pd.DataFrame
    keys: pd.DataFrame
    code: IntArray
    texts: Mapping[str, NDArray[np.object_]]
    whole: Mapping[str, BoolArray]
    least: float
    people: bool
    squares: str | None = None
    respondents: str | None = None

    def everyone(self) -> dict[str, tuple[str, ...]]:
        """Values of each axis that are about everyone."""
        return {name: tuple(dict.fromkeys(texts[self.whole[name]])) for name, texts in self.texts.items()}

    def inside(self, wanted: Mapping[str, Sequence[str]], without: Sequence[str] = ()) -> BoolArray:
        """Mark the rows of a group; an axis that is not named is taken whole, but for values `without`."""
        marks: BoolArray = np.ones(len(self.table), dtype=bool)
        for name, texts in self.texts.items():
            if name in wanted:
                marks &= np.isin(texts, list(wanted[name]))
            elif self.whole[name].any():
                marks &= self.whole[name]
            else:
                marks &= ~np.isin(texts, list(without))
        return marks

    def cell(self, wanted: Mapping[str, Sequence[str]], without: Sequence[str] = ()) -> Cell:
        """Sum the numbers of a group."""
        return self.sums(self.inside(wanted, without))

    def rest(self, focal: Axes, without: Sequence[str] = (), *, several: bool = False) -> tuple[Cell, BoolArray]:
        """Sum the numbers of everyone else, and say where they are the whole less the group.

        Parameters
        ----------
        focal
            The group.
        without
            Values that say that a group is not known.
        several
            Whether other groups are shown beside this one, so that a sum with a small number in it would give that
            number away.

        Raises
        ------
        InvalidTable
            The rest is a sum, and a row of it names no group.
        """
        part = self.cell(focal)
        other, unnamed = ~self.inside(focal), np.zeros(len(self.table), dtype=bool)
        for name, texts in self.texts.items():
            if name in focal:
                other &= ~self.whole[name] & ~np.isin(texts, list(without))
                unnamed |= self.table[name].isna().to_numpy()
            elif self.whole[name].any():
                other &= self.whole[name]
        # A sum of others is everyone else only where the group itself is in the table.
        summed = _either(self.sums(other), self.sums(np.zeros(len(self.table), dtype=bool)), part.rows > 0)
        known = np.zeros(len(self.keys), dtype=bool)
        rest = summed
        if all(self.whole[name].any() for name in focal):
            left = self.less(self.cell({}), part)
            known = (left.rows > 0) & ~np.isnan(left.denominator)
            rest = _either(left, summed, known)
        unnamed &= other & ((part.rows > 0) & ~known)[self.code]
        if unnamed.any():
            message = f"{plural(int(unnamed.sum()), 'row names', 'rows name')} no group, and may hold members of any."
            remedy = "Name them, such as 'not stated', and pass that as not_stated=, so that they are in no rest."
            raise InvalidTable(message, units=[f"row {place + 1}" for place in np.flatnonzero(unnamed)], remedy=remedy)
        small = part.small | few(rest.numerator, rest.denominator, self.least, people=self.people)
        return replace(rest, small=small | (summed.small if several else False)), known

    def less(self, whole: Cell, part: Cell) -> Cell:
        """Return what is left of a whole without a part."""
        numerator, denominator = whole.numerator - part.numerator, whole.denominator - part.denominator
        known = np.where(whole.low == whole.high, 0.0, np.nan)
        astray = (numerator < -_SAME) | (denominator < -_SAME) | (self.people & (numerator > denominator + _SAME))
        return Cell(
            numerator=numerator,
            # Who is hidden in the part is not in the rest: the ends belong together.
            low=known + np.maximum(whole.low - part.low, 0.0),
            high=known + np.maximum(whole.high - part.high, 0.0),
            denominator=denominator,
            share=np.full(len(self.keys), np.nan),
            squares=whole.squares - part.squares,
            respondents=whole.respondents - part.respondents,
            rows=np.where(part.rows > 0, whole.rows, 0),
            small=whole.small | part.small | few(numerator, denominator, self.least, people=self.people),
            adjusted=whole.adjusted | part.adjusted,
            held=whole.held | part.held,
            astray=whole.astray | part.astray | astray,
        )

    def sums(self, marks: BoolArray) -> Cell:
        """Sum the numbers of rows by row of the result; what is hidden in one is hidden in the sum."""
        table, code, size = self.table[marks], self.code[marks], len(self.keys)
        rows = np.bincount(code, minlength=size)

        def summed(name: str | None) -> FloatArray:
            if name is None:
                return np.full(size, np.nan)
            found = np.bincount(code, table[name].to_numpy(dtype=np.float64), size)
            return np.where(rows > 0, found, np.nan)

        lone = np.isnan(table["numerator"].to_numpy()) & (rows[code] == 1)
        share = np.full(size, np.nan)
        share[code[lone]] = table["printed"].to_numpy()[lone]
        return Cell(
            numerator=summed("numerator"),
            low=summed("numerator_low"),
            high=summed("numerator_high"),
            denominator=summed("denominator"),
            share=share,
            squares=summed(self.squares),
            respondents=summed(self.respondents),
            rows=rows,
            small=np.bincount(code, table["few"], size) > 0,
            adjusted=np.bincount(code, table["off"], size) > 0,
            held=np.bincount(code, table["held"], size) > 0,
            astray=np.zeros(size, dtype=bool),
        )


def few(numerator: FloatArray, denominator: FloatArray, least: float, *, people: bool) -> BoolArray:
    """Mark numbers too small to be shown: those with the outcome, all people, and those without it.

    Examples
    --------
    >>> few(np.array([0.0, 3.0, 48.0]), np.array([50.0, 50.0, 50.0]), 10, people=True).tolist()
    [False, True, True]
    """
    marks: BoolArray = ((numerator > 0) & (numerator < least)) | ((denominator > 0) & (denominator < least))
    if people:
        others = denominator - numerator
        marks = marks | ((others > 0) & (others < least))
    return marks


def _either(one: Cell, other: Cell, where: BoolArray) -> Cell:
    """Take one cell's numbers where marked, else the other's."""
    return Cell(**{name: np.where(where, getattr(one, name), getattr(other, name)) for name in Cell.__slots__})
