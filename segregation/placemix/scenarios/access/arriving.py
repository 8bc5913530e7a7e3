"""Newcomers of schemes: how many of each group would live at each site."""

from __future__ import annotations

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix.checks import id_text
from placemix.counts import Counts
from placemix.errors import (
    InvalidCounts,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    UnknownGroup,
    UnmatchedUnit,
    did_you_mean,
    listed,
    together,
)
from placemix.results import group_names
from placemix.scenarios.access.spots import Spots

#: Column that says whose newcomers a row holds.
REFERENCE = "reference"


def arriving(newcomers: pd.DataFrame | None, people: Counts, spots: Spots) -> tuple[FloatArray, BoolArray]:
    """Read the newcomers of each scheme.

    Parameters
    ----------
    newcomers
        A column for each group, and `reference` where there are several schemes; rows of one scheme add up.
    people
        Whose groups they are.
    spots
        The schemes.

    Returns
    -------
    added
        Newcomers of each group, shape (schemes, groups); 0 of groups without a column.
    named
        Which schemes have a row, shape (schemes,).

    Raises
    ------
    InvalidTable, UnknownColumn, UnknownGroup, UnmatchedUnit, InvalidCounts
        The table has faults; all of them are listed.
    """
    added, named = np.zeros((len(spots.ids), len(people.groups))), np.zeros(len(spots.ids), dtype=bool)
    if newcomers is None:
        return added, named
    if not isinstance(newcomers, pd.DataFrame):
        message = f"newcomers are a table with a column for each group, not a {type(newcomers).__name__}."
        raise InvalidTable(message)
    groups = group_names(people)
    faults: list[PlacemixError] = []
    if not any(name in newcomers.columns for name in groups):
        message = "The newcomers have no column of any group."
        faults.append(UnknownGroup(message, remedy=f"The groups are {listed(groups)}."))
    if REFERENCE not in newcomers.columns and len(spots.ids) > 1:
        message = f"The newcomers have no column {REFERENCE!r}, and there are {len(spots.ids):,} schemes."
        remedy = did_you_mean(REFERENCE, newcomers.columns) or "Say whose newcomers each row holds."
        faults.append(UnknownColumn(message, remedy=remedy))
    if faults:
        raise together(faults)
    one = [spots.ids[0]] * len(newcomers)
    ids = newcomers[REFERENCE].map(id_text).tolist() if REFERENCE in newcomers.columns else one
    at = spots.ids.get_indexer(pd.Index(ids, dtype=str))
    table = np.column_stack(
        [
            pd.to_numeric(newcomers[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
            if name in newcomers.columns
            else np.zeros(len(newcomers))
            for name in groups
        ]
    )
    faults = _faults(pd.Index(ids), at < 0, table)
    if faults:
        raise together(faults)
    np.add.at(added, at, table)
    named[at] = True
    return added, named


def _faults(ids: pd.Index, lost: BoolArray, table: FloatArray) -> list[PlacemixError]:
    faults: list[PlacemixError] = []
    if lost.any():
        message = "The newcomers are of schemes that are not there."
        faults.append(UnmatchedUnit(message, units=ids[lost].unique(), remedy="Use the references of the schemes."))
    endless = ~np.isfinite(table).all(axis=1)
    if endless.any():
        message = "Newcomers are missing, infinite or no number."
        remedy = "Missing is not 0: leave the column out."
        faults.append(InvalidCounts(message, units=ids[endless].unique(), remedy=remedy))
    below = (table < 0).any(axis=1)
    if below.any():
        message = "Newcomers are below 0."
        remedy = "Take those who leave off the people instead."
        faults.append(InvalidCounts(message, units=ids[below].unique(), remedy=remedy))
    return faults


def carried_newcomers(newcomers: pd.DataFrame | None, people: Counts) -> pd.DataFrame | None:
    """Return what a pack holds of newcomers: the columns that are read."""
    if newcomers is None:
        return None
    return newcomers[[name for name in (REFERENCE, *group_names(people)) if name in newcomers.columns]]


def without_newcomers(spots: Spots, named: BoolArray) -> str:
    """Say of which schemes no newcomers are given, though others have some, or nothing."""
    lost = [] if named.all() or not named.any() else list(spots.ids[~named])
    return f"No newcomers are given of {listed(lost, shown=10)}." if lost else ""
