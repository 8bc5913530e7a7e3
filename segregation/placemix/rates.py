"""Rates: outcomes of areas and groups, each with what it is a share of."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from placemix._typing import BoolArray
from placemix.about import About
from placemix.counts import Counts, group_text
from placemix.errors import (
    DenominatorMismatch,
    DuplicateUnit,
    ImplausibleUnit,
    InvalidTable,
    NationalMask,
    PartWholeComparison,
    SmallNumbers,
    UnknownColumn,
    UnknownGroup,
    UnmatchedUnit,
    did_you_mean,
    listed,
    plural,
)
from placemix.suppression import Suppressed

#: Columns of `Rates.table`, always all present, in this order.
COLUMNS = (
    "domain", "indicator", "unit", "period", "group", "numerator", "numerator_low", "numerator_high", "denominator",
    "rate", "lower", "upper", "measured_in", "symbol", "source", "url", "licence",
)  # fmt: skip
#: Words by which publishers name everyone.
EVERYONE = frozenset(
    {"all", "total", "persons", "all persons", "everyone", "all people", "all residents", "all pupils"}
)
#: Codes of whole nations and of the United Kingdom.
NATIONS = ("E92", "W92", "S92", "N92", "K02", "K03", "K04", "J99")


@dataclass(frozen=True, eq=False, repr=False)
class Rates:
    """Outcomes, one row for each indicator, unit, period and group.

    Attributes
    ----------
    table
        Columns `domain`, `indicator`, `unit` (id of the area or institution), `period`, `group`,
        `numerator` with `numerator_low` and `numerator_high` (equal where it is known),
        `denominator`, `rate`, `lower`, `upper` (the publisher's interval), `measured_in` (what the
        rate is per: ``"share"``, ``"per 1,000"``), `symbol` (what stood in place of a hidden
        value), `source`, `url`, `licence`. Missing is NaN, never 0.
    about
        What is counted and where it comes from.
    left_out
        Rows that the reader left out, with the reason.
    """

    table: pd.DataFrame
    about: About = field(default_factory=About)
    left_out: pd.Series | None = None

    def __post_init__(self) -> None:
        table = self.table.reset_index(drop=True)
        for name in COLUMNS:
            if name not in table.columns:
                table[name] = np.nan if name in _NUMERIC else None
        for name in _NUMERIC:
            table[name] = pd.to_numeric(table[name]).astype(np.float64)
        for low in ("numerator_low", "numerator_high"):
            table[low] = table[low].fillna(table["numerator"])
        object.__setattr__(self, "table", table[[*COLUMNS, *(name for name in table.columns if name not in COLUMNS)]])
        keys = [name for name in ("indicator", "unit", "period", "group") if table[name].notna().any()]
        keys += [name for name in table.columns if name not in COLUMNS]
        twice = table.duplicated(keys).to_numpy()
        if len(table) and twice.any():
            message = f"{plural(twice.sum(), 'row repeats', 'rows repeat')} a row above: the same {', '.join(keys)}."
            remedy = "Keep one; where categories overlap, filter them first."
            raise DuplicateUnit(message, units=table["unit"][twice].astype(str), remedy=remedy)

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
        cls, events: Counts, people: Counts, *, indicator: str, domain: str | None = None, per: float = 1
    ) -> Rates:
        """Divide events by people, group by group and unit by unit, where both count the same things.

        Parameters
        ----------
        events, people
            Numerator and denominator. Their groups must be the same in number and name, and their
            vintages, schemes and periods must not contradict each other.
        indicator, domain
            Names for the rows.
        per
            ``1`` for a share, ``1000`` for a rate per 1,000.

        Raises
        ------
        DenominatorMismatch
            The two differ in groups, vintage, scheme or period; the message lists every difference.
        UnmatchedUnit
            Units of the numerator have no denominator.

        Examples
        --------
        >>> import placemix as pm
        >>> table = pd.DataFrame({"id": ["a"], "x": [1], "y": [3]})
        >>> stops = pm.from_wide(table, groups=["x", "y"], unit="id")
        >>> people = pm.from_wide(table.assign(x=10, y=60), groups=["x", "y"], unit="id")
        >>> pm.Rates.from_counts(stops, people, indicator="stops", per=1000).table["rate"].tolist()
        [100.0, 50.0]
        """
        differences = [
            f"{name}: {one!r} against {other!r}"
            for name in ("vintage", "scheme", "period")
            if (one := getattr(events.about, name)) and (other := getattr(people.about, name)) and one != other
        ]
        if set(events.groups) != set(people.groups):
            odd = sorted(group_text(group) for group in set(events.groups) ^ set(people.groups))
            differences.append(f"groups found on one side only: {listed(odd)}")
        if differences:
            message = f"Numerator and denominator do not count the same: {'; '.join(differences)}."
            remedy = "Bring both to one scheme (harmonise.regroup), one geography (harmonise.align) and one period."
            raise DenominatorMismatch(message, remedy=remedy)
        places = people.units.get_indexer(events.units)
        if (places < 0).any():
            message = f"{plural((places < 0).sum(), 'unit has', 'units have')} events but no people."
            remedy = "Events are often placed where nobody is counted; use larger areas."
            raise UnmatchedUnit(message, units=events.units[places < 0], remedy=remedy)
        order = [people.groups.index(group) for group in events.groups]
        people_here = people.values[places][:, order]
        low = events.values if events.low is None else events.low
        high = events.values if events.high is None else events.high
        hidden = low != high
        numerator = np.where(hidden, np.nan, events.values)
        frame = pd.DataFrame(
            {
                "domain": domain,
                "indicator": indicator,
                "unit": np.repeat(np.asarray(events.units, dtype=object), len(events.groups)),
                "period": events.about.period,
                "group": [group_text(group) for group in events.groups] * len(events),
                "numerator": numerator.ravel(),
                "numerator_low": low.ravel(),
                "numerator_high": high.ravel(),
                "denominator": people_here.ravel(),
                "measured_in": "share" if per == 1 else f"per {per:,g}",
                "source": events.about.source,
                "licence": events.about.licence,
            }
        )
        whole = frame["denominator"].to_numpy() > 0
        frame["rate"] = np.divide(
            frame["numerator"].to_numpy() * per,
            frame["denominator"].to_numpy(),
            out=np.full(len(frame), np.nan),
            where=whole,
        )
        return cls(frame, about=replace(events.about, universe=people.about.universe or events.about.universe))

    def cell(self, row: int, name: str = "numerator") -> float | Suppressed:
        """Return one numerator: a number, or the interval it lies in where it is hidden."""
        line = self.table.iloc[row]
        if name == "numerator" and line["numerator_low"] != line["numerator_high"]:
            bounds = (line["numerator_low"], line["numerator_high"])
            if not np.isnan(bounds).any():
                return Suppressed(float(bounds[0]), float(bounds[1]), symbol=str(line["symbol"] or ""))
        return float(line[name])

    def select(self, **wanted: object) -> Rates:
        """Keep rows by the values of columns, such as ``group="all"``.

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

        Raises
        ------
        UnknownColumn
            There is no such indicator.
        InvalidTable
            Several rows a unit remain: name the group or the period.

        Warns
        -----
        NationalMask
            Every row is about a whole nation.
        """
        known = self.table["indicator"].dropna().unique()
        if indicator not in known:
            message = f"There is no indicator {indicator!r}; there are {listed(list(known), shown=40)}."
            raise UnknownColumn(message, remedy=did_you_mean(indicator, known))
        rows = self.table[self.table["indicator"] == indicator]
        for name, value in (("group", group), ("period", period)):
            if value is not None:
                rows = rows[rows[name] == value]
        if rows["unit"].duplicated().any():
            extra = [name for name in rows.columns if name not in COLUMNS]
            many = [name for name in ("group", "period", *extra) if len(rows[name].unique()) > 1]
            message = f"{indicator!r} has several rows a unit; they differ in {listed(many)}."
            raise InvalidTable(message, remedy="Name one with group= or period=, or filter with select().")
        warn_national(rows["unit"])
        return rows.set_index("unit")["rate"].rename(indicator)

    def few(self, least: float = 20) -> Rates:
        """Warn of rows with fewer events than a rule asks for, and mark them in a column `small`.

        Warns
        -----
        SmallNumbers
            Some rows have fewer.
        """
        small = (self.table["numerator_high"] < least).to_numpy()
        if small.any():
            message = f"{plural(small.sum(), 'row rests', 'rows rest')} on fewer than {least:g} events."
            units = listed(list(self.table["unit"][small].astype(str)))
            warnings.warn(SmallNumbers(f"{message} [{units}] They cannot be told from chance."), stacklevel=2)
        return replace(self, table=self.table.assign(small=small))

    def against_rest(self, group: str, *, everyone: str | None = None) -> pd.DataFrame:
        """Compare a group with everyone else, where the table prints only the group and the whole.

        The rest is the whole less the group: (N − n) / (D − d), with numerators and denominators of
        both. Comparing with the whole itself would compare the group with a part of itself.

        Parameters
        ----------
        group
            The group's name in column `group`.
        everyone
            The name of the row for everyone. Default: found by its usual names.

        Returns
        -------
        frame
            One row for each indicator, unit and period: `rate`, `rate_rest`, `difference`, `ratio`,
            and `rate_whole`, which includes the group.

        Raises
        ------
        UnknownGroup
            There is no such row.
        DenominatorMismatch
            The group's denominators are missing, so that the rest cannot be told from the whole.

        Warns
        -----
        PartWholeComparison
            The table compares with a whole that includes the group.
        """
        names = self.table["group"].dropna().unique()
        found = [name for name in names if str(name).casefold() in EVERYONE] if everyone is None else [everyone]
        for name in (group, *(found or ["all"])):
            if name not in names:
                message = f"There is no group {name!r}; there are {listed(list(names), shown=40)}."
                raise UnknownGroup(message, remedy=did_you_mean(name, names))
        keys = ["indicator", "unit", "period"]
        ours, all_ = (self.table[self.table["group"] == name].set_index(keys) for name in (group, found[0]))
        both = ours.join(all_, rsuffix="_whole", how="inner")
        if both[["numerator", "denominator", "numerator_whole", "denominator_whole"]].isna().any(axis=None):
            message = f"The rest cannot be told from the whole: numerators or denominators of {group!r} are missing."
            raise DenominatorMismatch(
                message, remedy="Give both as numbers; a rate alone does not say how large a part it is."
            )
        warnings.warn(
            PartWholeComparison(f"{found[0]!r} includes {group!r}; the comparison is made with everyone else."),
            stacklevel=2,
        )
        rest = both["denominator_whole"] - both["denominator"]
        scale = (both["rate_whole"] * both["denominator_whole"] / both["numerator_whole"]).where(
            both["numerator_whole"] > 0
        )
        other = (both["numerator_whole"] - both["numerator"]) / rest.where(rest > 0) * scale
        out = pd.DataFrame({"rate": both["rate"], "rate_rest": other, "rate_whole": both["rate_whole"]})
        out["difference"], out["ratio"] = out["rate"] - other, out["rate"] / other.where(other > 0)
        return out.reset_index()


_NUMERIC = ("numerator", "numerator_low", "numerator_high", "denominator", "rate", "lower", "upper")


def warn_national(units: pd.Series) -> None:
    """Warn where every row is about a whole nation."""
    codes = units.dropna().astype(str)
    if len(codes) and codes.str.startswith(NATIONS).all():
        message = "Only national figures: they can hide large local differences, and say nothing of any area in it."
        warnings.warn(NationalMask(message), stacklevel=3)


def plausible(share: float, people: float, units: int, *, largest: float) -> float:
    """Return how many people of a group each unit would hold, and refuse more than a unit can.

    Parameters
    ----------
    share
        Share of the group said to live in the units.
    people
        Size of the group.
    units
        Number of units.
    largest
        Most people that any unit of that kind holds.

    Raises
    ------
    ImplausibleUnit
        The units could not hold so many: the figure, or the kind of unit, is wrong.

    Examples
    --------
    >>> plausible(0.2, 4_460_000, 400, largest=30_000)
    2230.0
    >>> plausible(0.67, 4_460_000, 88, largest=30_000)
    Traceback (most recent call last):
        ...
    placemix.errors.ImplausibleUnit: 67 % of 4,460,000 people in 88 units would be 33,957 in each...
    """
    each = share * people / units
    if each > largest:
        message = (
            f"{100 * share:g} % of {people:,.0f} people in {units:,} units would be {each:,.0f} in each, "
            f"and the largest holds {largest:,.0f}."
        )
        raise ImplausibleUnit(message, remedy="Check the kind of unit: districts are often misnamed wards.")
    return each
