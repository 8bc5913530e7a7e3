"""Tables of rates by group, checked and brought to rows that know what they belong to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from placemix._typing import BoolArray
from placemix.errors import (
    EmptyTable,
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    RepeatedColumn,
    UnknownColumn,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.outcomes.disparity.cells import Keyed, few
from placemix.outcomes.disparity.who import everyone_in
from placemix.rates import COLUMNS, Rates
from placemix.rates.scales import half_units, per

#: Columns that rows of a result are keyed by, beside those asked for.
KEYS = ("indicator", "unit", "period")


def keyed(
    given: Rates | pd.DataFrame,
    *,
    axes: Sequence[str],
    by: Sequence[str] = (),
    dimensions: Sequence[str] = (),
    keys: Sequence[str] = KEYS,
    least: float = 0,
    people: bool = True,
    squares: str | None = None,
    respondents: str | None = None,
) -> Keyed:
    """Bring a table of rates to rows that know what they belong to.

    Parameters
    ----------
    given
        Rates, or a table of one row for each area, period, outcome and group.
    axes
        Columns of groups.
    by, dimensions
        More columns that tell rows of the result apart, and columns that tell rows of a table apart.
    keys
        Columns that tell rows of the result apart.
    least
        Numbers from 1 to below this are hidden.
    people
        Whether people are counted and not events.
    squares, respondents
        Columns of these numbers.

    Raises
    ------
    UnknownColumn, InvalidParameter, InvalidTable
        Columns are missing, rows differ in columns that are not named, more people have the outcome than there are, or
        a group is written in two ways.
    InvalidCounts
        Counts are below 0, or squares are no sums of squares of events.
    """
    own = given.dimensions if isinstance(given, Rates) else tuple(dimensions)
    table = tabled(given, [*axes, *by, *dimensions], [squares, respondents])
    names = list(dict.fromkeys([*keys, *by]))
    table = _one_row_each(table, [name for name in (*own, "group") if name not in {*axes, *by}], [*names, *axes])
    filled = table[names].astype(object).where(table[names].notna(), None)
    faults = [*_below_0(table, filled, squares, respondents), *_alike(table, axes)]
    if faults:
        raise together(faults)
    code = filled.groupby(names, sort=False, dropna=False).ngroup().to_numpy()
    if people:
        over = (table["numerator_low"] > table["denominator"] * (1 + 1e-9)).to_numpy()
        if over.any():
            message = f"{plural(int(over.sum()), 'row has', 'rows have')} more people with the outcome than people."
            remedy = "Events of which one person may have several are counted='events'."
            raise InvalidTable(message, units=_named(filled, over), remedy=remedy)
    numerator, denominator, rate = (table[name].to_numpy() for name in ("numerator", "denominator", "rate"))
    units = {text: per(text) or np.nan for text in table["measured_in"].unique()}
    scale = table["measured_in"].map(units).to_numpy(dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        crude = numerator / denominator * scale
        off = np.abs(crude - rate) > 1.001 * half_units(rate) + 1e-9 * crude
    # A number is hidden where a symbol or bounds stand in its place; where nothing stands, nobody knows it.
    mark = table["symbol"].notna().to_numpy()
    held = np.isnan(rate) & (
        (np.isnan(numerator) & (mark | table["numerator_low"].notna().to_numpy())) | (np.isnan(denominator) & mark)
    )
    small = few(numerator, denominator, least, people=people)
    table = table.assign(printed=rate / scale, off=off, few=small, held=held)
    return Keyed(
        table=table,
        keys=filled.drop_duplicates().reset_index(drop=True),
        code=code,
        texts={name: table[name].astype(str).to_numpy(dtype=object) for name in axes},
        whole={name: everyone_in(table[name]) for name in axes},
        least=least,
        people=people,
        squares=squares,
        respondents=respondents,
    )


def _named(keys: pd.DataFrame, marks: BoolArray) -> list[str]:
    """Name marked rows by what tells them apart, else by their place."""
    texts = [" ".join(str(one) for one in row if one is not None) for row in keys[marks].to_numpy()]
    return [text or f"row {place + 1}" for text, place in zip(texts, np.flatnonzero(marks), strict=True)]


def _below_0(
    table: pd.DataFrame, keys: pd.DataFrame, squares: str | None, respondents: str | None
) -> list[PlacemixError]:
    """Find counts below 0, and sums of squares that no whole numbers have."""
    faults: list[PlacemixError] = []
    for name in ("numerator", "numerator_low", "denominator", squares, respondents):
        under = (table[name] < 0).to_numpy() if name in table.columns else np.zeros(len(table), dtype=bool)
        if under.any():
            message = f"{plural(int(under.sum()), 'row has', 'rows have')} a {name} below 0."
            faults.append(InvalidCounts(message, units=_named(keys, under), remedy="Counts start at 0; mend the rows."))
    if squares is not None and not faults:
        events = table["numerator"]
        odd = ((table[squares] < events * (1 - 1e-9)) | (table[squares] > events**2 * (1 + 1e-9))).to_numpy()
        if odd.any():
            message = (
                f"{plural(int(odd.sum()), 'row has', 'rows have')} {squares!r} below its events or above their square."
            )
            remedy = "Sum the square of each person's events, as outcomes.event_frequencies does."
            faults.append(InvalidCounts(message, units=_named(keys, odd), remedy=remedy))
    return faults


def _alike(table: pd.DataFrame, axes: Sequence[str]) -> list[PlacemixError]:
    """Find groups that are two as values and one as texts, such as 1 and "1"."""
    faults: list[PlacemixError] = []
    for name in axes:
        texts = pd.Series([str(value) for value in table[name].dropna().unique()], dtype=object)
        if texts.duplicated().any():
            twice = listed([repr(text) for text in texts[texts.duplicated()].unique()])
            message = f"Column {name!r} has {twice} as a text and as something else."
            faults.append(InvalidTable(message, remedy="Write a group in one way."))
    return faults


def plain_table(given: Rates | pd.DataFrame) -> pd.DataFrame:
    """Return the rows of rates or of a table as they are.

    Raises
    ------
    InvalidTable
        It is neither.
    RepeatedColumn, EmptyTable
        Two columns of a table bear one name; there are no rows.
    """
    if isinstance(given, Rates | pd.DataFrame) and not len(given):
        raise EmptyTable("The table has no rows.")
    if isinstance(given, Rates):
        return given.table
    if isinstance(given, pd.DataFrame):
        if given.columns.has_duplicates:
            twice = listed([repr(name) for name in given.columns[given.columns.duplicated()].unique()])
            raise RepeatedColumn(f"The table has the column {twice} twice.", remedy="Keep or rename one of each.")
        return given
    message = f"Rates or a table are needed, not a {type(given).__name__}."
    raise InvalidTable(message, remedy="Read it with placemix.readers.rates, or divide with Rates.from_counts.")


def used_columns(given: Rates | pd.DataFrame, names: Sequence[str | None]) -> pd.DataFrame:
    """Keep the columns of rates and those that are named."""
    own = plain_table(given)
    return own[[name for name in own.columns if name in COLUMNS or name in names]]


def tabled(given: Rates | pd.DataFrame, names: Sequence[str], numbers: Sequence[str | None] = ()) -> pd.DataFrame:
    """Return rows as `Rates` keeps them, with every column that is named.

    Parameters
    ----------
    given
        Rates or a table.
    names
        Columns that tell rows apart.
    numbers
        Columns of numbers that must be there.
    """
    own = plain_table(given)
    wanted = [name for name in dict.fromkeys([*names, *numbers]) if name is not None]
    if "rate" not in own.columns:
        wanted += ["numerator", "denominator"]
    faults: list[PlacemixError] = [
        UnknownColumn(f"The table has no column {name!r}.", remedy=did_you_mean(name, own.columns))
        for name in wanted
        if name not in own.columns
    ]
    faults += [
        InvalidTable(f"Column {name!r} holds text where numbers are needed.")
        for name in filter(None, numbers)
        if name in own.columns and not pd.api.types.is_numeric_dtype(own[name])
    ]
    if faults:
        raise together(faults)
    if isinstance(given, Rates):
        return own
    return Rates(own, dimensions=tuple(dict.fromkeys(name for name in names if name != "group"))).table


def _one_row_each(table: pd.DataFrame, spare: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    """Take the row of everyone where rows differ in columns that nobody named; refuse what has none."""
    for name in spare:
        whole = everyone_in(table[name])
        keys = [one for one in dict.fromkeys(names) if one != name]
        code = table.groupby(keys, sort=False, dropna=False).ngroup().to_numpy()
        has = np.bincount(code, whole)[code] > 0
        table, code = table[whole | ~has].reset_index(drop=True), code[whole | ~has]
        if len(np.unique(code)) < len(table) and len(table[name].unique()) > 1:
            values = listed(list(table[name].astype(str).unique()))
            message = f"Rows differ in {name!r}: {values}."
            remedy = f"Name one with focal= and against=, ask for rows of each with by={name!r}, or sum them first."
            raise InvalidParameter(message, remedy=remedy)
    return table
