"""Tables of where people come from and where they are: read from people or from counts, by cohort or group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.carried import fingerprint
from placemix.checks import id_texts
from placemix.errors import (
    DuplicateUnit,
    EmptyTable,
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    RepeatedColumn,
    ReservedName,
    UnknownColumn,
    UnmatchedUnit,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.outcomes.work.pay_tables import numbers, rows_of

#: Columns of results on mobility, which no column of strata may be named like.
COLUMNS = frozenset({
    "change", "draws", "expected", "first", "from_cohort", "interval_method", "level", "log_odds_ratio", "lower",
    "note", "odds_ratio", "p_value", "people", "reason", "second", "seed", "source", "standard_error", "statistic",
    "upper", "value", "version",
})  # fmt: skip


class Moves(NamedTuple):
    """People by where they come from and where they are.

    Attributes
    ----------
    people
        Shape (strata, classes, classes); origins are rows.
    classes
        Names from the lowest to the highest.
    strata, labels
        Columns that make the strata, and their labels, one row each.
    table
        What a pack holds.
    whole
        Whether every number is a whole one.
    """

    people: FloatArray
    classes: tuple[str, ...]
    strata: tuple[str, ...]
    labels: pd.DataFrame
    table: pd.DataFrame
    whole: bool

    @property
    def source(self) -> str:
        """First twelve digits of the hash of the table."""
        return fingerprint(self.table)[:12]


def moves_of(
    table: object,
    *,
    origin: str,
    destination: str,
    classes: Sequence[object],
    by: str | Sequence[str],
    count: str | None,
) -> Moves:
    """Read people, one row each or with a column that counts them.

    Raises
    ------
    UnknownColumn, RepeatedColumn, ReservedName, InvalidTable, InvalidCounts, NotNumbers, EmptyTable, UnmatchedUnit,
    DuplicateUnit, InvalidParameter
        The table or the classes have faults; one error lists them all.
    """
    if not isinstance(table, pd.DataFrame):
        message = f"A pandas table of people is needed, not a {type(table).__name__}."
        raise InvalidTable(message, remedy="Pass a pandas table with a column of origins and one of destinations.")
    names = (by,) if isinstance(by, str) else tuple(by)
    wanted = [origin, destination, *names, *(() if count is None else (count,))]
    faults: list[PlacemixError] = _named(table, wanted, names)
    order = [str(text) for text in id_texts(pd.Series(list(classes), dtype=object))] if _several(classes) else []
    if len(order) < 2 or len(set(order)) < len(order):
        message = f"classes lists at least two, each once, from the lowest to the highest, not {classes!r}."
        faults.append(InvalidParameter(message, remedy="Write classes=['manual', 'clerical', 'professional']."))
    if faults:
        raise together(faults)
    if not len(table):
        raise EmptyTable("The table of people has no rows.")
    kept = table[list(dict.fromkeys(wanted))].reset_index(drop=True)
    many = np.ones(len(kept)) if count is None else numbers(kept[count], count, faults, least=0.0)
    at = {name: _placed(kept[name], name, order, faults) for name in (origin, destination)}
    for name in (origin, destination, *names):
        lost = kept[name].isna().to_numpy()
        if lost.any():
            message = f"{plural(int(lost.sum()), 'row', 'rows')} without {name!r}."
            remedy = "Leave them out, and say how many." if name in at else "Name what is not known."
            faults.append(InvalidTable(message, units=rows_of(lost), remedy=remedy))
    if count is not None and not faults:
        faults += _repeated(kept, [*names, origin, destination])
    if faults:
        raise together(faults)
    code, labels = _strata(kept, names)
    cells = np.zeros((len(labels), len(order), len(order)))
    np.add.at(cells, (code, at[origin], at[destination]), many)
    return Moves(cells, tuple(order), names, labels, kept, bool((cells == np.rint(cells)).all()))


def _placed(column: pd.Series, name: str, order: list[str], faults: list[PlacemixError]) -> IntArray:
    """Position of each row's class, −1 where missing."""
    texts = id_texts(column).to_numpy(dtype=object)
    at = pd.Index(order).get_indexer(texts)
    odd = (at < 0) & column.notna().to_numpy()
    if odd.any():
        found = sorted({str(text) for text in texts[odd]})
        message = f"{plural(len(found), 'class', 'classes')} of {name!r} not in classes."
        remedy = did_you_mean(found[0], order) or "List every class once, from the lowest to the highest."
        faults.append(UnmatchedUnit(message, units=found, remedy=remedy))
    return np.asarray(at, dtype=np.int64)


def _several(classes: object) -> bool:
    return isinstance(classes, list | tuple | pd.Index | np.ndarray)


def _named(table: pd.DataFrame, wanted: list[str], names: tuple[str, ...]) -> list[PlacemixError]:
    faults: list[PlacemixError] = [
        UnknownColumn(
            f"The table has no column {name!r}.",
            remedy=did_you_mean(name, table.columns) or f"It has: {listed(list(table.columns), shown=40)}.",
        )
        for name in dict.fromkeys(wanted)
        if name not in table.columns
    ]
    if len(set(wanted)) < len(wanted):
        faults.append(RepeatedColumn("A column is named for two things.", remedy="Name each column once."))
    odd = [name for name in names if name in COLUMNS]
    if odd:
        message = f"Strata may not stand in a column named {listed([repr(name) for name in odd])}: results use it."
        faults.append(ReservedName(message, remedy="Rename the column."))
    return faults


def _repeated(kept: pd.DataFrame, keys: list[str]) -> list[PlacemixError]:
    twice = kept.duplicated(keys).to_numpy()
    if not twice.any():
        return []
    message = f"{plural(int(twice.sum()), 'cell stands', 'cells stand')} on several rows."
    return [DuplicateUnit(message, units=rows_of(twice), remedy="Add up rows of the same cell first.")]


def _ascending(column: pd.Series) -> pd.Series:
    """What a column of labels is sorted by: numbers as such, also where they are written as text, else its texts."""
    if not (column.dtype == object or isinstance(column.dtype, pd.StringDtype)):
        return column  # numbers, dates, and categories with an order of their own
    numbers = pd.to_numeric(column, errors="coerce")
    return numbers if numbers.notna().all() else id_texts(column)


def _strata(kept: pd.DataFrame, names: tuple[str, ...]) -> tuple[IntArray, pd.DataFrame]:
    """Number of each row's stratum, and the labels, sorted."""
    if not names:
        return np.zeros(len(kept), dtype=np.int64), pd.DataFrame(index=range(1))
    labels = kept[list(names)].drop_duplicates()
    labels = labels.sort_values(list(names), kind="stable", ignore_index=True, key=_ascending)
    found = kept[list(names)].merge(labels.assign(place=np.arange(len(labels))), on=list(names), how="left")
    return found["place"].to_numpy(dtype=np.int64), labels
