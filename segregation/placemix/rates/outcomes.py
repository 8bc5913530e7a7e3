"""The type: outcomes, one row for each indicator, unit, period and group."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from placemix._typing import BoolArray
from placemix.about import About
from placemix.counts import Counts
from placemix.errors import (
    InvalidTable,
    NationalMask,
    RankOrDecileArithmetic,
    SmallNumbers,
    UnknownColumn,
    UnknownGroup,
    did_you_mean,
    listed,
    plural,
)
from placemix.rates.comparing import rest_of
from placemix.rates.denominators import divided
from placemix.rates.rows import tidy
from placemix.rates.scales import NATIONS, looks_ranked, ordinal, per
from placemix.suppression import Suppressed


@dataclass(frozen=True, eq=False, repr=False)
class Rates:
    """Outcomes, one row for each indicator, unit, period and group.

    Attributes
    ----------
    table
        Columns `domain`, `indicator`, `unit` (id of the area or institution), `period`, `group`,
        `numerator` with `numerator_low` and `numerator_high` (equal where it is known),
        `denominator`, `rate`, `lower`, `upper` (the publisher's interval), `measured_in` (what the
        rate is per: ``"share"``, ``"%"``, ``"per 1,000"``, ``"score"``), `symbol` (what stood in
        place of a hidden value), `source`, `url`, `licence`, and any others that the reader adds.
        Missing is NaN, never 0.
    about
        What is counted and where it comes from.
    left_out
        Rows that the reader left out, with the reason.
    dimensions
        Columns besides indicator, unit, period and group that tell rows apart, such as `sex`.

    Raises
    ------
    DuplicateUnit
        Two rows are about the same.
    NotNumbers, InvalidTable
        A column of numbers holds text; a denominator is negative; an interval goes down.
    """

    table: pd.DataFrame
    about: About = field(default_factory=About)
    left_out: pd.Series | None = None
    dimensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "table", tidy(self.table, self.dimensions))

    def __repr__(self) -> str:
        table = self.table
        return (
            f"<Rates: {plural(len(table), 'row')}, {plural(table['unit'].nunique(), 'unit')}, "
            f"indicators: {listed(list(table['indicator'].dropna().unique()))}>"
        )

    def __len__(self) -> int:
        return len(self.table)

    @classmethod
    def from_counts(
        cls,
        events: Counts,
        people: Counts,
        *,
        indicator: str,
        domain: str | None = None,
        per: float = 1,
        apart: float = 1,
    ) -> Rates:
        """Divide events by people, group by group and unit by unit, where both count the same things.

        Parameters
        ----------
        events, people
            Numerator and denominator. Their groups must be the same in number and name, and their
            geographies, vintages, schemes, universes and periods must not contradict each other.
            Events, such as searches, may be divided by people of any universe.
        indicator, domain
            Names for the rows.
        per
            ``1`` for a share, ``100`` for per cent, ``1000`` for a rate per 1,000.
        apart
            Years that may lie between the two periods.

        Returns
        -------
        rates
            One row for each unit of `events` and group. A suppressed numerator is NaN with its
            bounds; where nobody is in the denominator the rate is NaN.

        Raises
        ------
        DenominatorMismatch
            The two differ in groups, geography, vintage, scheme, universe or period (the message
            lists every difference), or the numerator has more people than the denominator.
        UnmatchedUnit
            Units of the numerator have no denominator.
        SuppressedValue
            The denominator has suppressed cells.

        Warns
        -----
        EventsNotPeople
            The numerator counts events.

        Examples
        --------
        >>> import placemix as pm
        >>> table = pd.DataFrame({"id": ["a"], "x": [1], "y": [3]})
        >>> stops = pm.from_wide(table, groups=["x", "y"], unit="id")
        >>> people = pm.from_wide(table.assign(x=10, y=60), groups=["x", "y"], unit="id")
        >>> pm.Rates.from_counts(stops, people, indicator="stops", per=1000).table["rate"].tolist()
        [100.0, 50.0]
        """
        return cls(*divided(events, people, indicator=indicator, domain=domain, per=per, apart=apart))

    def cell(self, row: int, name: str = "numerator") -> float | Suppressed:
        """Return one numerator or rate: a number, or the interval it lies in where it is hidden.

        Examples
        --------
        >>> table = pd.DataFrame({"indicator": ["absent"], "unit": ["a"], "numerator_low": [1], "numerator_high": [4],
        ...                       "denominator": [50], "measured_in": ["%"], "symbol": ["c"]})
        >>> Rates(table).cell(0), Rates(table).cell(0, "rate")
        (Suppressed(1 to 4 'c'), Suppressed(2 to 8 'c'))
        """
        line = self.table.iloc[row]
        value = float(line[name])
        if name not in {"numerator", "rate"} or not np.isnan(value):
            return value
        low, high = float(line["numerator_low"]), float(line["numerator_high"])
        people = float(line["denominator"]) or np.nan
        scale = 1.0 if name == "numerator" else (per(line["measured_in"]) or np.nan) / people
        if low == high or np.isnan([low, high, scale]).any():
            return value
        symbol = line["symbol"]
        return Suppressed(low * scale, high * scale, symbol="" if pd.isna(symbol) else str(symbol))

    def select(self, **wanted: object) -> Rates:
        """Keep rows by the values of columns, such as ``group="all"`` or ``sex=["Male", "Female"]``.

        Raises
        ------
        UnknownColumn
            There is no such column.
        """
        keep: BoolArray = np.ones(len(self.table), dtype=bool)
        for name, value in wanted.items():
            if name not in self.table.columns:
                message = f"Rates have no column {name!r}; they have {', '.join(self.table.columns)}."
                raise UnknownColumn(message, remedy=did_you_mean(name, self.table.columns))
            keep &= (
                self.table[name].isin(value) if isinstance(value, (list, tuple, set)) else self.table[name] == value
            ).to_numpy()
        return replace(self, table=self.table[keep])

    def condition(self, indicator: str, *, group: str | None = None, period: str | None = None) -> pd.Series:
        """Return one rate by unit id, as `placemix.place_gap` takes it.

        Parameters
        ----------
        indicator
            Its name, or what column `indicator_id` calls it where there is one.
        group, period
            Needed where a unit has rows of several.

        Raises
        ------
        UnknownColumn
            There is no such indicator.
        UnknownGroup, InvalidTable
            There is no such group or period; several rows a unit remain.
        RankOrDecileArithmetic
            It is a rank or decile, whose mean says nothing.

        Warns
        -----
        NationalMask
            Every row is about a whole nation.
        """
        known = list(self.table["indicator"].dropna().unique())
        rows = self.table[self.table["indicator"] == indicator]
        if not len(rows) and "indicator_id" in self.table:
            rows = self.table[self.table["indicator_id"] == indicator]
        # A share of people, such as those in the poorest decile, is no rank whatever its name.
        texts = rows[["indicator", "measured_in"]].drop_duplicates().to_numpy(dtype=object)
        named = [ordinal(scale) or (ordinal(name) and per(scale) is None) for name, scale in texts]
        if any(named) or (not len(rows) and ordinal(indicator)):
            message = f"{indicator!r} is a rank or a class of ranks, and a mean of those says nothing."
            remedy = f"Use the score or rate that it orders; there are {listed(known, shown=40)}."
            raise RankOrDecileArithmetic(message, remedy=remedy)
        if not len(rows):
            message = f"There is no indicator {indicator!r}; there are {listed(known, shown=40)}."
            raise UnknownColumn(message, remedy=did_you_mean(indicator, known))
        for name, value in (("group", group), ("period", period)):
            if value is None:
                continue
            there = list(rows[name].dropna().unique())
            if value not in there:
                message = f"{indicator!r} has no {name} {value!r}; there are {listed(there, shown=40)}."
                raise UnknownGroup(message, remedy=did_you_mean(value, there))
            rows = rows[rows[name] == value]
        if rows["unit"].duplicated().any():
            many = [name for name in ("group", "period", *self.dimensions) if len(rows[name].unique()) > 1]
            message = f"{indicator!r} has several rows a unit; they differ in {listed(many)}."
            raise InvalidTable(message, remedy="Name one with group= or period=, or filter with select().")
        warn_national(rows["unit"])
        if looks_ranked(rows["rate"].dropna().to_numpy()):
            message = f"The values of {indicator!r} are ranks or classes of ranks, and a mean of those says nothing."
            raise RankOrDecileArithmetic(message, remedy="Use the score or rate that they order.")
        condition = rows.set_index("unit")["rate"].rename(indicator)
        condition.attrs["about"] = self.about
        return condition

    def few(self, least: float = 20) -> Rates:
        """Warn of rows with fewer events than a rule asks for, and mark them in a column `small`.

        Rows whose numerator is not known are neither few nor enough, and are not marked.

        Warns
        -----
        SmallNumbers
            Some rows have fewer.
        """
        small = (self.table["numerator_high"] < least).to_numpy()
        if small.any():
            message = f"{plural(small.sum(), 'row rests', 'rows rest')} on fewer than {least:g} events."
            units = listed(list(self.table["unit"][small].astype(str)))
            remedy = "They cannot be told from chance: pool years or areas, and show intervals."
            warnings.warn(SmallNumbers(f"{message} [{units}] {remedy}"), stacklevel=2)
        return replace(self, table=self.table.assign(small=small))

    def against_rest(self, group: str, *, everyone: str | None = None, share: float | None = None) -> pd.DataFrame:
        """Compare a group with everyone else, where the table prints only the group and the whole.

        The rest is the whole less the group: (N − n) / (D − d), or (D r̄ − d r) / (D − d) where only
        rates and denominators are known. Comparing with the whole itself would compare the group
        with a part of itself.

        Parameters
        ----------
        group
            The group's name in column `group`.
        everyone
            The name of the row for everyone. Default: found by its usual names.
        share
            The group's share of the whole, used where the table has no denominators.

        Returns
        -------
        frame
            One row for each row of the group: indicator, unit, period and `dimensions`, then `rate`,
            `rate_rest`, `rate_whole` (which includes the group), `difference`, `ratio`, and `reason`
            where the rest is NaN: ``"suppressed"``, ``"measured_differently"`` (per cent beside shares),
            ``"standardised"`` (the rate is not numerator over denominator, so that rates do not add
            up), ``"more_than_everyone"`` (the group's numerator is above the whole's), ``"no_rate"``,
            ``"no_denominator"``, ``"nobody_else"``, ``"no_row_for_everyone"``.

        Raises
        ------
        UnknownGroup
            There is no such row.
        DenominatorMismatch
            No row has denominators, so that the rest cannot be told from the whole.

        Warns
        -----
        PartWholeComparison
            The table compares with a whole that includes the group.

        Examples
        --------
        >>> turnout = Rates(pd.DataFrame({"indicator": "turnout", "group": ["minority", "all"], "rate": [47, 61]}))
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     turnout.against_rest("minority", share=0.08)[["rate_rest", "difference"]].round(2).values.tolist()
        [[62.22, -15.22]]
        """
        keys = ("indicator", "unit", "period", *self.dimensions)
        return rest_of(self.table, keys, group, everyone=everyone, share=share)


def warn_national(units: pd.Series) -> None:
    """Warn where every row is about a whole nation, or about no place that is named."""
    codes = units.dropna().astype(str)
    if len(units) and codes.str.startswith(NATIONS).all():
        message = "Only national figures: they can hide large local differences, and say nothing of any area in it."
        remedy = "Look for the same indicator by area before judging a place by it."
        warnings.warn(NationalMask(f"{message} {remedy}"), stacklevel=3)
