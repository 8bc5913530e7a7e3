"""Tables with one row for each person: pay, group and whatever may go with pay, read and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.carried import fingerprint
from placemix.checks import id_texts
from placemix.errors import (
    EmptyTable,
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    NotNumbers,
    PlacemixError,
    ReservedName,
    TooFewGroups,
    UnknownColumn,
    UnknownGroup,
    did_you_mean,
    listed,
    plural,
    together,
)

#: Everybody who is not of the group.
REST = "rest"


class Paid(NamedTuple):
    """People, their pay and their groups.

    Attributes
    ----------
    pay
        Shape (people,).
    group
        Position of each person's group, shape (people,).
    groups
        Names of the groups, sorted.
    more
        Other columns of numbers, NaN where missing.
    table
        What a pack holds: only the columns used.
    """

    pay: FloatArray
    group: IntArray
    groups: tuple[str, ...]
    more: Mapping[str, FloatArray]
    table: pd.DataFrame

    @property
    def source(self) -> str:
        """First twelve digits of the hash of the table."""
        return fingerprint(self.table)[:12]

    def where(self, name: str, *, without: str | None = None) -> Any:  # noqa: ANN401
        """People of a group, or of none but one: ``"rest"`` is everybody who is not of `without`."""
        if name == REST and without is not None:
            return self.group != self.groups.index(without)
        return self.group == self.groups.index(name)


def people_of(
    table: object,
    pay: str,
    group: str,
    *,
    others: Sequence[str] = (),
    empty: Sequence[str] = (),
    least: float | None = 0.0,
) -> Paid:
    """Read people with their pay and group.

    Parameters
    ----------
    table, pay, group
        The table, and the columns of pay and of groups.
    others
        Further columns to keep as they are.
    empty
        Further columns of numbers that may be missing for some.
    least
        What pay cannot be below, or None.

    Raises
    ------
    UnknownColumn, NotNumbers, InvalidCounts, InvalidTable, EmptyTable, TooFewGroups, ReservedName
        The table has faults; one error lists them all.
    """
    if not isinstance(table, pd.DataFrame):
        message = f"One row for each person is needed, not a {type(table).__name__}."
        raise InvalidTable(message, remedy="Pass a pandas table.")
    wanted = list(dict.fromkeys([pay, group, *others, *empty]))
    faults: list[PlacemixError] = [
        UnknownColumn(
            f"The table has no column {name!r}.",
            remedy=did_you_mean(name, table.columns) or f"It has: {listed(list(table.columns), shown=40)}.",
        )
        for name in wanted
        if name not in table.columns
    ]
    if faults:
        raise together(faults)
    if not len(table):
        raise EmptyTable("The table of people has no rows.")
    kept = table[wanted].reset_index(drop=True)
    amount = numbers(kept[pay], pay, faults, least=least)
    more = {name: numbers(kept[name], name, faults, least=0.0, missing=True) for name in empty}
    lost = kept[group].isna().to_numpy()
    if lost.any():
        message = f"{plural(int(lost.sum()), 'person has', 'people have')} no {group}."
        remedy = "Missing is no group: name it, or leave those rows out and say so."
        faults.append(InvalidTable(message, units=rows_of(lost), remedy=remedy))
    names = id_texts(kept[group]).to_numpy(dtype=object)
    groups = tuple(sorted({str(name) for name, out in zip(names, lost, strict=True) if not out}))
    if len(groups) < 2:
        faults.append(TooFewGroups(f"Everybody is of one {group}.", remedy="Two groups are needed for a gap."))
    if REST in groups:
        faults.append(ReservedName(f"A group may not be named {REST!r}.", remedy="Rename the group in the table."))
    if faults:
        raise together(faults)
    return Paid(amount, pd.Index(groups).get_indexer(names).astype(np.int64), groups, more, kept)


def numbers(
    column: pd.Series, name: str, faults: list[PlacemixError], *, least: float | None, missing: bool = False
) -> FloatArray:
    """Read a column of numbers, and find which are none."""
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    empty = column.isna().to_numpy()
    text = np.isnan(values) & ~empty
    if text.any():
        message = f"{plural(int(text.sum()), 'value', 'values')} of {name!r} that are no numbers."
        faults.append(NotNumbers(message, units=rows_of(text), remedy="Give numbers, or leave those rows out."))
    if empty.any() and not missing:
        message = f"{plural(int(empty.sum()), 'value', 'values')} of {name!r} missing."
        remedy = "Missing is not 0: leave those rows out, and say how many."
        faults.append(InvalidCounts(message, units=rows_of(empty), remedy=remedy))
    wrong = np.isinf(values) | ((values < least) if least is not None else False)
    if wrong.any():
        message = f"{plural(int(wrong.sum()), 'value', 'values')} of {name!r} negative or infinite."
        faults.append(InvalidCounts(message, units=rows_of(wrong), remedy="Check those rows."))
    return values


def rows_of(where: Any) -> list[str]:  # noqa: ANN401
    """Name rows, counted from 1."""
    return [f"row {row}" for row in np.flatnonzero(where) + 1]


def compared(people: Paid, focal: str | Sequence[str] | None, against: str) -> list[str]:
    """Check which groups are compared with which.

    Raises
    ------
    UnknownGroup, InvalidParameter
        There is no such group, or one is compared with itself.
    """
    wanted = [focal] if isinstance(focal, str) else list(people.groups) if focal is None else list(focal)
    if focal is None:
        wanted = [name for name in wanted if name != against]
    faults: list[PlacemixError] = []
    for name in (*wanted, *(() if against == REST else (against,))):
        if name not in people.groups:
            message = f"There is no group {name!r}; the groups are {listed(people.groups, shown=20)}."
            faults.append(UnknownGroup(message, remedy=did_you_mean(name, people.groups)))
    if against in wanted or not wanted:
        message = f"A group is compared with another, not {against!r} with itself."
        faults.append(InvalidParameter(message, remedy="Name the group of comparison in against=, or 'rest'."))
    if faults:
        raise together(faults)
    return wanted
