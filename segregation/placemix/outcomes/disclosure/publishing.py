"""A table that may be printed: its counts, what stands for hidden ones, and what is known of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.about import About
from placemix.counts import Counts
from placemix.errors import SuppressedValue, plural
from placemix.indices._parts import ratio
from placemix.outcomes.disclosure.lines import UNIT
from placemix.outcomes.disclosure.rules import Rule
from placemix.results import first_reason

#: Column of everyone, and row of every unit, in tables to be printed.
TOTAL, EVERY = "total", "all"
#: Columns of tables of cells, which no strata may be named like.
COLUMNS = frozenset({"unit", "group", "value", "low", "high", "symbol", "share", "kind", TOTAL})


@dataclass(frozen=True, eq=False, repr=False)
class Protected:
    """A table with its margins in which small counts, and others with them, are hidden.

    It holds nothing of what is hidden but the symbol and the interval that whoever reads the printed table can work out
    line by line, so that it can be saved and passed on.

    Attributes
    ----------
    rule
        The rule, or None where none was needed.
    rows
        One row for each row of the table: `kind` (0 unit, 1 stratum, 2 everything), `unit`, and the stratum.
    groups
        Names of the columns before that of everyone.
    printed
        Counts as they are printed, NaN where hidden, shape (rows, groups + 1).
    low, high
        Bounds of each count from what is printed, shape (rows, groups + 1).
    by
        Column of the strata, or None.
    about
        What is counted and where it comes from, with a note of the rule.
    strata
        Strata of the units.
    small, further, margins
        How many counts are hidden as small, how many cells with them, and how many margins.
    """

    rule: Rule | None
    rows: pd.DataFrame
    groups: tuple[Any, ...]
    names: tuple[str, ...]
    printed: FloatArray
    low: FloatArray
    high: FloatArray
    by: str | None
    about: About
    strata: pd.DataFrame
    stated: bool
    small: int
    further: int
    margins: int

    def __repr__(self) -> str:
        rule = "none" if self.rule is None else self.rule.name
        return (
            f"<Protected ({rule}): {int((self.rows['kind'] == UNIT).sum()):,} units, {len(self.names)} groups; hidden: "
            f"{plural(self.small, 'small count')}, {plural(self.further, 'cell')} and {plural(self.margins, 'margin')} "
            "with them>"
        )

    @property
    def counts(self) -> Counts:
        """The units as counts whose hidden and rounded cells are intervals, for measures and `hidden_bounds`.

        Raises
        ------
        SuppressedValue
            So much is hidden that nothing bounds some cells.
        """
        units = (self.rows["kind"] == UNIT).to_numpy()
        groups = len(self.groups)
        low, high, printed = (array[units] for array in (self.low, self.high, self.printed))
        if np.isinf(high[:, :groups]).any():
            message = "So many margins are hidden that nothing bounds some of the hidden cells."
            raise SuppressedValue(message, remedy="Merge units or groups before the table is protected.")
        exact = bool((low[:, -1] == high[:, -1]).all()) and self.stated
        values = np.where(np.isnan(printed), (low + high) / 2, printed)[:, :groups]
        values = np.clip(values, low[:, :groups], high[:, :groups])
        total = printed[:, -1] if exact else values.sum(axis=1)
        if exact:
            # Middles of intervals may exceed what is printed for everyone; they then share what that leaves.
            over = values.sum(axis=1) > total
            wide = (high - low)[:, :groups]
            part = ratio(total - low[:, :groups].sum(axis=1), wide.sum(axis=1))[:, np.newaxis]
            values = np.where(over[:, np.newaxis], low[:, :groups] + wide * np.nan_to_num(part), values)
        about = self.about if exact else self.about.noting("Everyone in a unit is the sum of its groups.")
        same = bool((low[:, :groups] == high[:, :groups]).all())
        return Counts(
            values=values, groups=self.groups, units=pd.Index(self.rows["unit"][units], dtype=str, name="unit"),
            total=total, strata=self.strata, about=about, stated=exact, low=None if same else low[:, :groups],
            high=None if same else high[:, :groups],
        )  # fmt: skip

    def to_frame(self) -> pd.DataFrame:
        """Return the table to be printed: units, strata and all of them, with the symbol where counts are hidden."""
        frame = pd.DataFrame({} if self.by is None else {self.by: self.rows[self.by]})
        frame["unit"] = self.rows["unit"].where(self.rows["kind"] == UNIT, EVERY)
        symbol = "" if self.rule is None else self.rule.symbol
        for place, name in enumerate((*self.names, TOTAL)):
            shown = [symbol if np.isnan(value) else f"{value:.0f}" for value in self.printed[:, place]]
            frame[name] = np.array(shown, dtype=object)
        return frame

    def cells(self) -> pd.DataFrame:
        """Return one row for each count: what `recoverable` reads.

        Returns
        -------
        cells
            Columns: the stratum if strata have margins, `unit` (missing: all of them), `group` (missing: everyone),
            `value` (missing where hidden), `low`, `high` (of a printed count before it was rounded; where hidden, the
            least that the rule hides, and infinite), `symbol`.
        """
        columns = len(self.names) + 1
        frame = pd.DataFrame()
        if self.by is not None:
            frame[self.by] = self.rows[self.by].repeat(columns).to_numpy(dtype=object)
        unit = self.rows["unit"].astype(object).where(self.rows["kind"] == UNIT, None)
        frame["unit"] = unit.repeat(columns).to_numpy(dtype=object)
        frame["group"] = np.tile(np.array([*self.names, None], dtype=object), len(self.rows))
        value = self.printed.ravel()
        hidden = np.isnan(value)
        frame["value"] = value
        frame["low"] = np.where(hidden, 0 if self.rule is None else self.rule.low, self.low.ravel())
        frame["high"] = np.where(hidden, np.inf, self.high.ravel())
        frame["symbol"] = first_reason({"" if self.rule is None else self.rule.symbol: hidden})
        return frame

    def shares(self) -> pd.DataFrame:
        """Return the share of each group in each row, as an interval where a count is hidden or rounded.

        Returns
        -------
        shares
            Columns: the stratum, `unit`, `group`, `share` (missing where it is not known exactly), `low`, `high`.
        """
        frame = self.cells()
        frame = frame[frame["group"].notna()].drop(columns=["value", "symbol", "low", "high"]).reset_index(drop=True)
        low, high = self.low[:, :-1], self.high[:, :-1]
        # The others of the row bound it as well: a share is of oneself and of all others.
        rest_low, rest_high = (part.sum(axis=1, keepdims=True) - part for part in (low, high))
        least, most = np.maximum(rest_low, self.low[:, -1:] - high), np.minimum(rest_high, self.high[:, -1:] - low)
        with np.errstate(invalid="ignore"):
            under, over = ratio(low, low + most), np.where(np.isinf(high), 1.0, ratio(high, high + least))
        frame["low"], frame["high"] = np.nan_to_num(under).ravel(), over.ravel()
        same = frame["low"] == frame["high"]
        frame.insert(frame.columns.get_loc("low"), "share", frame["low"].where(same))
        return frame
