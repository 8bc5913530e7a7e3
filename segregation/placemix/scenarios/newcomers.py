"""Newcomers as a table: which unit they come to, and how many of each group."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.checks import id_text
from placemix.counts import Counts
from placemix.errors import (
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    UnknownGroup,
    UnmatchedUnit,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.results import group_names

#: People that are rounding of sums and nobody.
ROUNDING = 1e-9


def read(counts: Counts, newcomers: pd.DataFrame, unit: str) -> tuple[IntArray, FloatArray, pd.DataFrame]:
    """Read who comes where.

    Parameters
    ----------
    counts
        People of each group in each unit.
    newcomers
        One row for each place and mix.
    unit
        Column of the units.

    Returns
    -------
    where
        Position of each row's unit, shape (rows,).
    added
        People added, shape (rows, groups); 0 of groups without a column.
    kept
        Further columns, such as the name of a mix.

    Raises
    ------
    InvalidParameter, UnknownGroup, UnmatchedUnit, InvalidCounts
        The table has faults; all of them are listed.
    """
    if unit not in newcomers.columns:
        message = f"The newcomers have no column {unit!r}."
        raise InvalidParameter(message, remedy=did_you_mean(unit, newcomers.columns) or "Pass unit= its name.")
    texts = group_names(counts)
    if not any(name in newcomers.columns for name in texts):
        message = "The newcomers have no column of any group."
        raise UnknownGroup(message, remedy=f"The groups are {listed(texts)}.")
    ids = newcomers[unit].map(id_text)
    where = counts.units.get_indexer(ids)
    columns = [
        pd.to_numeric(newcomers[name], errors="coerce").to_numpy(dtype=np.float64)
        if name in newcomers.columns
        else np.zeros(len(newcomers))
        for name in texts
    ]
    added = np.column_stack(columns)
    faults = list(_faults(counts, ids, where, added))
    if faults:
        raise together(faults)
    kept = newcomers.drop(columns=[unit, *(name for name in texts if name in newcomers.columns)])
    return where.astype(np.int64), added, kept.rename(columns=str).reset_index(drop=True)


def named(newcomers: pd.DataFrame, column: str) -> list[str]:
    """Return the scheme or plan of each row, as texts.

    Parameters
    ----------
    newcomers
        One row for each place and mix.
    column
        Column of the names.

    Raises
    ------
    UnknownColumn
        There is no such column.
    InvalidTable
        Rows have no name: they would belong to no scheme, and be lost.
    """
    if column not in newcomers.columns:
        message = f"The newcomers have no column {column!r}."
        raise UnknownColumn(message, remedy=did_you_mean(column, newcomers.columns))
    lost = newcomers[column].isna().to_numpy()
    if lost.any():
        message = f"{plural(int(lost.sum()), 'row has', 'rows have')} no name in {column!r}."
        rows = [f"row {row + 1}" for row in np.flatnonzero(lost)]
        raise InvalidTable(message, units=rows, remedy="Say of which scheme each row is.")
    return [str(name) for name in newcomers[column]]


def refuse_gone(counts: Counts, where: IntArray, added: FloatArray, schemes: IntArray) -> None:
    """Refuse schemes whose rows together take more people from a unit than are there.

    Parameters
    ----------
    counts
        People of each group in each unit.
    where, added
        Unit of each row, and people added there.
    schemes
        Scheme of each row, shape (rows,).

    Raises
    ------
    InvalidCounts
        More would leave; the units are listed.
    """
    pairs, same = np.unique(np.column_stack([schemes, where]), axis=0, return_inverse=True)
    sums = np.zeros((len(pairs), added.shape[1]))
    np.add.at(sums, same.ravel(), added)
    units = pairs[:, 1]
    gone = (counts.values[units] + sums < -ROUNDING).any(axis=1)
    if gone.any():
        message = "The rows of a scheme together take more people of a group from a unit than are there."
        ids = counts.units[np.unique(units[gone])]
        raise InvalidCounts(message, units=ids, remedy="Add at least minus those who are there, over all rows.")


def _faults(counts: Counts, ids: pd.Series, where: IntArray, added: FloatArray) -> Iterator[PlacemixError]:
    if (where < 0).any():
        message = f"{(where < 0).sum():,} rows name units that are not in the counts."
        yield UnmatchedUnit(message, units=ids[where < 0].unique(), remedy="Use the ids of the counts.")
    wrong = ~np.isfinite(added).all(axis=1)
    if wrong.any():
        message = f"{wrong.sum():,} rows have people that are missing, infinite or no number."
        yield InvalidCounts(message, units=ids[wrong].unique(), remedy="Missing is not 0: leave the column out.")
    left = counts.values[np.maximum(where, 0)] + added < 0
    gone = (where >= 0) & left.any(axis=1)
    if gone.any():
        message = f"In {gone.sum():,} rows more people of a group would leave than are there."
        yield InvalidCounts(message, units=ids[gone].unique(), remedy="Add at least minus those who are there.")
