"""A table of minutes between homes and schools, or other sites, read once for all who ask."""

from __future__ import annotations

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.checks import id_texts
from placemix.errors import (
    DuplicateUnit,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    UnmatchedUnit,
    did_you_mean,
    plural,
    together,
)


def minutes_between(
    times: pd.DataFrame, homes: pd.Index, ends: pd.Index, *, columns: tuple[str, str, str], words: tuple[str, str]
) -> tuple[IntArray, IntArray, FloatArray]:
    """Read minutes of pairs; what is missing is not reachable.

    Parameters
    ----------
    times
        One row a pair.
    homes, ends
        Ids of both.
    columns
        Names of the columns of homes, ends and minutes.
    words
        What homes and ends are called.

    Returns
    -------
    home, end, minutes
        Positions and minutes of the pairs that can be travelled, shape (pairs,) each.

    Raises
    ------
    UnknownColumn, UnmatchedUnit, DuplicateUnit, InvalidTable
        The table lacks a column, names what is not there, has a pair twice, or minutes that are negative, infinite or
        text; all of them together.
    """
    refuse_lacking(times, list(columns), "The table of times")
    one, other, minutes = columns
    keys = {name: pd.Index(id_texts(times[name]), dtype=str) for name in (one, other)}
    home, end = homes.get_indexer(keys[one]), ends.get_indexer(keys[other])
    cost = pd.to_numeric(times[minutes], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = (np.isnan(cost) & times[minutes].notna().to_numpy()) | (cost < 0) | np.isinf(cost)
    faults: list[PlacemixError] = []
    for what, place, name in ((words[0], home, one), (words[1], end, other)):
        if (place < 0).any():
            message = f"The table of times names {what} that are not there."
            faults.append(UnmatchedUnit(message, units=keys[name][place < 0].unique(), remedy="Leave their rows out."))
    if wrong.any():
        message = "Some minutes are negative, infinite or text."
        remedy = "Leave what cannot be reached empty."
        faults.append(InvalidTable(message, units=keys[one][wrong].unique(), remedy=remedy))
    twice = pd.MultiIndex.from_arrays([keys[one], keys[other]]).duplicated()
    if twice.any():
        message = f"{plural(int(twice.sum()), 'pair stands', 'pairs stand')} on two rows."
        faults.append(DuplicateUnit(message, units=keys[one][twice].unique(), remedy="Keep one row each."))
    if faults:
        raise together(faults)
    known = ~np.isnan(cost)
    return home[known].astype(np.int64), end[known].astype(np.int64), cost[known]


def refuse_lacking(table: pd.DataFrame, names: list[str], what: str) -> None:
    """Refuse a table that lacks columns.

    Raises
    ------
    UnknownColumn
        It does; every column is named.
    """
    faults = [
        UnknownColumn(f"{what} has no column {name!r}.", remedy=did_you_mean(name, table.columns))
        for name in names
        if name not in table.columns
    ]
    if faults:
        raise together(faults)
