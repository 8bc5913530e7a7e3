"""What whoever reads a printed table can work out of what is hidden in it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.checks import id_texts
from placemix.errors import (
    DuplicateUnit,
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.outcomes.disclosure.lines import ALL, STRATUM, UNIT, Grid, equations
from placemix.outcomes.disclosure.publishing import Protected
from placemix.results import Call, Result, first_reason, remember

#: Ends closer than this are the same.
_SAME = 1e-6


class Printed(NamedTuple):
    """Counts of a table, put into the grid of all its margins.

    Attributes
    ----------
    labels
        Stratum, unit and group of each count, None for the sum over them, one column each.
    place
        Cell of the grid of each count, shape (counts,).
    low, high, hidden
        Between what each count lies as far as is printed, and whether it is hidden, shape (counts,).
    grid
        All units, strata and everything, by all groups and everyone; the counts in it mean nothing.
    table
        What a pack holds.
    """

    labels: pd.DataFrame
    place: IntArray
    low: FloatArray
    high: FloatArray
    hidden: BoolArray
    grid: Grid
    table: pd.DataFrame


def recoverable(printed: Protected | pd.DataFrame, *, by: str | None = None) -> Result:
    """Say between what ends every hidden count of a printed table must lie, from all that is printed.

    Two linear programmes for each hidden count: the least and the most that it has in any table without negative
    numbers that agrees with every printed count and adds up.

    Parameters
    ----------
    printed
        What `suppress` gave, or any published table as rows: `unit` (missing: the sum of all units, or of the
        stratum's), `group` (missing: everyone), `value` (missing where hidden), and, if rounded or known by a symbol,
        `low` and `high` of the count.
    by
        Column of strata of such a table, whose sums are rows without a unit.

    Returns
    -------
    result
        One row for each hidden count. Columns: the stratum, `unit`, `group`, `low`, `high` (as stated), `least`,
        `most` (what follows from the table), `width` = most − least, `recovered` (whether that is one number),
        `reason` (why there are no ends), `note`, `source`, `version`.

    Raises
    ------
    UnknownColumn, DuplicateUnit, InvalidCounts, InvalidTable
        The table has faults; one error lists them all.
    InvalidParameter
        No table adds up to what is printed.

    Notes
    -----
    The programmes take counts as any numbers from 0 on; for tables of two ways their ends are whole, and no narrower
    ends follow for whole people. Rounding is what `low` and `high` say of it.

    References
    ----------
    Fischetti and Salazar 2001.

    Examples
    --------
    One cell hidden in a row is no secret: 10 − 6 is 4.

    >>> import pandas as pd, placemix as pm
    >>> table = pd.DataFrame({"unit": ["A", "A", "A"], "group": ["x", "y", None], "value": [None, 6, 10]})
    >>> pm.outcomes.recoverable(table)[["unit", "group", "least", "most", "recovered"]]
      unit group  least  most  recovered
    0    A     x    4.0   4.0       True
    """
    if isinstance(printed, Protected):
        by = printed.by if by is None else by
        printed = printed.cells()
    read = _read(printed, by)
    ends = _ends(read)
    frame = read.labels[["unit", "group"]][read.hidden].reset_index(drop=True)
    if by is not None:
        frame.insert(0, by, read.labels["stratum"][read.hidden].to_numpy(dtype=object))
    frame["low"], frame["high"] = read.low[read.hidden], read.high[read.hidden]
    frame["least"], frame["most"] = ends[:, 0], ends[:, 1]
    frame["width"] = frame["most"] - frame["least"]
    frame["recovered"] = frame["width"] <= _SAME
    frame["reason"] = first_reason({"nothing_bounds_it": np.isinf(ends[:, 1])})
    frame["note"] = "Ends follow from this table alone; others of the same people may say more."
    frame["source"], frame["version"] = fingerprint(read.table)[:12], __version__
    result = remember(frame, Call("outcomes.recoverable", {"printed": read.table}, {"by": by}))
    result.attrs["cites"] = ("fischetti_2001",)
    return result


def _read(table: object, by: str | None) -> Printed:
    if not isinstance(table, pd.DataFrame):
        message = f"A printed table is needed, not a {type(table).__name__}."
        raise InvalidTable(message, remedy="Pass what suppress gave, or a table with unit, group and value.")
    faults: list[PlacemixError] = [
        UnknownColumn(
            f"The table has no column {name!r}.",
            remedy=did_you_mean(name, table.columns) or f"It has: {listed(list(table.columns), shown=40)}.",
        )
        for name in ("unit", "group", "value", *(() if by is None else (by,)))
        if name not in table.columns
    ]
    if faults:
        raise together(faults)
    kept = table.reset_index(drop=True)
    value = pd.to_numeric(kept["value"], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    hidden = np.isnan(value)
    low, high = (np.where(hidden, end, value) for end in (0.0, np.inf))
    for name, ends in (("low", low), ("high", high)):
        if name in kept.columns:
            stated = pd.to_numeric(kept[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
            ends[:] = np.where(np.isnan(stated), ends, stated)
    wrong = (low < 0) | (low > high)
    if wrong.any():
        rows = [f"row {row}" for row in np.flatnonzero(wrong) + 1]
        message = f"{plural(int(wrong.sum()), 'count is', 'counts are')} below 0, or between ends in the wrong order."
        faults.append(InvalidCounts(message, units=rows, remedy="Counts of people start at 0."))
    labels = pd.DataFrame(index=range(len(kept)), dtype=object)
    for role, column in {"stratum": by, "unit": "unit", "group": "group"}.items():
        texts = np.full(len(kept), None, dtype=object)
        if column is not None:
            some = kept[column].notna().to_numpy()
            texts[some] = id_texts(kept[column][some]).to_numpy(dtype=object)
        labels[role] = pd.Series(texts, dtype=object)
    faults += _misplaced(labels, by)
    if faults:
        raise together(faults)
    carried = kept[[*(() if by is None else (by,)), "unit", "group"]].copy()
    carried["value"], carried["low"], carried["high"] = value, low, np.where(np.isinf(high), np.nan, high)
    grid, place = _gridded(labels)
    return Printed(labels, place, low, high, hidden, grid, carried)


def _misplaced(labels: pd.DataFrame, by: str | None) -> list[PlacemixError]:
    """Find counts that stand twice, and units in several strata or in none."""
    faults: list[PlacemixError] = []
    twice = labels.duplicated().to_numpy()
    if twice.any():
        rows = [f"row {row}" for row in np.flatnonzero(twice) + 1]
        message = f"{plural(int(twice.sum()), 'count stands', 'counts stand')} twice."
        faults.append(DuplicateUnit(message, units=rows, remedy="One row for each unit and group."))
    if by is not None:
        of = labels[labels["unit"].notna()][["unit", "stratum"]].drop_duplicates()
        odd = of["unit"][of["stratum"].isna() | of["unit"].duplicated()].unique()
        if len(odd):
            message = f"{plural(len(odd), 'unit is', 'units are')} in no {by}, or in several."
            faults.append(InvalidTable(message, units=odd, remedy=f"Give each unit one {by}."))
    return faults


def _gridded(labels: pd.DataFrame) -> tuple[Grid, IntArray]:
    """All units, strata and everything, and where each count stands among them; what is not printed is unknown."""
    units = labels[labels["unit"].notna()].drop_duplicates("unit")[["unit", "stratum"]]
    strata, groups = (pd.Index(labels[name].dropna().unique()) for name in ("stratum", "group"))
    own = strata.get_indexer(units["stratum"]) if len(strata) else np.zeros(len(units), dtype=np.int64)
    kind = np.repeat([UNIT, STRATUM, ALL], [len(units), len(strata), 1])
    stratum = np.concatenate([own, np.arange(len(strata)), [-1]]).astype(np.int64)
    row = pd.Index(units["unit"]).get_indexer(labels["unit"])
    sums = labels["unit"].isna().to_numpy()
    where = strata.get_indexer(labels["stratum"]) if len(strata) else np.full(len(labels), -1)
    row = np.where(sums, np.where(labels["stratum"].isna(), len(kind) - 1, len(units) + where), row)
    column = np.where(labels["group"].isna(), len(groups), groups.get_indexer(labels["group"]))
    grid = Grid(np.zeros((len(kind), len(groups) + 1)), kind, stratum)
    return grid, np.asarray(row * (len(groups) + 1) + column, dtype=np.int64)


def _ends(read: Printed) -> FloatArray:
    """Least and most of each hidden count over all tables that fit, shape (hidden, 2).

    What is printed is no variable. Every table found shows how far all counts get in it, so that a count which stands
    at an end of what is stated of it in one of them needs no programme for that end.
    """
    from scipy.optimize import linprog

    bounds = np.column_stack([np.zeros(read.grid.x.size), np.full(read.grid.x.size, np.inf)])
    bounds[read.place] = np.column_stack([read.low, read.high])
    open_ = bounds[:, 0] < bounds[:, 1]
    open_[read.place[read.hidden]] = True
    free, lines = np.flatnonzero(open_), equations(read.grid).tocsc()
    sums = -(lines @ np.where(open_, 0.0, bounds[:, 0]))
    lines, stated = lines[:, free], bounds[free]
    reached = np.tile([np.inf, -np.inf], (len(free), 1))
    asked = np.searchsorted(free, read.place[read.hidden])
    for at in asked:
        for end, sign in ((0, 1.0), (1, -1.0)):
            if reached[at, end] != stated[at, end]:
                cost = np.zeros(len(free))
                cost[at] = sign
                found = linprog(cost, A_eq=lines, b_eq=sums, bounds=stated, method="highs")
                if found.status == 2:
                    message = "No table adds up to what is printed."
                    raise InvalidParameter(message, remedy="Give low and high of rounded counts, and check the sums.")
                if found.status == 0:
                    reached[:, 0] = np.minimum(reached[:, 0], found.x)
                    reached[:, 1] = np.maximum(reached[:, 1], found.x)
                else:
                    reached[at, end] = -sign * np.inf
    return reached[asked]
