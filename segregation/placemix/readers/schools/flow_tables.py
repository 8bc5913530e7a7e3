"""Pupils by home, school and group, from a table of flows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from placemix import checks
from placemix._typing import Fill, FloatArray, Table
from placemix.about import About
from placemix.columns import read_about
from placemix.errors import InvalidParameter, PlacemixError, SuppressedValue, plural, together
from placemix.flows import Flows
from placemix.readers.schools.pupil_rows import (
    Ends,
    Unknown,
    chosen,
    gathered,
    refuse_lacking,
    refuse_policy,
    rows_of,
    words_of,
)


def flows(
    table: str | Path | Table,
    *,
    home: str,
    school: str,
    groups: Sequence[str] | None = None,
    group: str | None = None,
    count: str | None = None,
    where: Mapping[str, object] | None = None,
    suppressed: checks.Suppression | None = None,
    fill: Fill | None = None,
    missing: str | None = None,
    homes: Iterable[str] | None = None,
    schools: Iterable[str] | None = None,
    unknown: Unknown = "refuse",
    about: About | dict[str, Any] | None = None,
    encoding: str | None = None,
) -> Flows:
    """Read a table of flows from home to school, wide (a column for each group) or long (group and count).

    Parameters
    ----------
    table
        A file (CSV, workbook or zip, read as text) or a table.
    home, school
        Columns of the area of the home, and of the school. Rows of one pair add up.
    groups
        Columns with the pupils of each group, of a wide table.
    group, count
        Columns of the group and of the pupils, of a long table. Instead of `groups`.
    where
        Rows that count, as values of columns, such as ``{"phase": "secondary"}``. Compared as text.
    suppressed
        What symbols stand for, such as ``{"c": (1, 4)}``. A symbol that is not named is refused, and so is an empty
        cell: missing is never 0.
    fill
        What is taken for hidden cells: ``"low"``, ``"high"`` or ``"middle"`` of their interval. Flows are numbers, so
        that without it hidden cells are refused; a note says how many there were, and how many pupils they can be.
        Run both ends to see what hangs on it.
    missing, homes, schools, unknown, about, encoding
        As in `pupils`.

    Returns
    -------
    flows
        Its sum is that of the table, less what `left_out` counts.

    Raises
    ------
    SuppressedValue
        Cells are hidden, and `fill` is not given.
    InvalidParameter
        Neither or both of `groups` and `group` with `count` are given, or `suppressed` is none.
    UnmatchedUnit, UnknownColumn, InvalidTable
        As in `pupils`; or cells are no counts. All faults come in one error.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"lsoa": ["a", "a", "b"], "urn": ["s", "t", "s"], "free": ["9", "c", "0"],
    ...                       "paid": ["20", "30", "40"]})
    >>> found = flows(table, home="lsoa", school="urn", groups=["free", "paid"], suppressed={"c": (1, 4)}, fill="low")
    >>> found.at_origin().to_frame()[["unit", "free", "paid"]].values.tolist()
    [['a', 10.0, 50.0], ['b', 0.0, 40.0]]
    >>> found.about.notes[-1]
    'One hidden cell, of 1 to 4 pupils, was filled with 1 (low).'
    """
    refuse_policy(unknown)
    wide = groups is not None
    if wide == (group is not None and count is not None) or (wide and (group is not None or count is not None)):
        message = "A wide table has groups=, a long one group= and count=."
        raise InvalidParameter(message, remedy="Give the one or the other.")
    faults: list[PlacemixError] = list(checks.meanings(suppressed or {}))
    if any(meaning in ("not_applicable", "unknown") for meaning in (suppressed or {}).values()):
        message = "A symbol of flows stands for an interval, such as (1, 4)."
        faults.append(InvalidParameter(message, remedy="Leave out with where= what does not apply."))
    if faults:
        raise together(faults)
    frame, said = rows_of(table, encoding)
    columns = list(groups) if groups is not None else [str(count)]
    if len(set(columns)) < len(columns):
        message = "groups= names a column twice, whose pupils would count twice."
        raise InvalidParameter(message, remedy="Name each column once.")
    refuse_lacking(frame, [home, school, *columns, *([group] if group is not None else []), *(where or {})])
    frame = chosen(frame, where)
    ends = {"home": home, "school": school} | ({"group": group} if group is not None else {})
    words, faults = words_of(frame, ends, missing)
    rows = pd.Index([f"row {row}" for row in range(1, len(frame) + 1)])
    read = [checks.numbers(frame[name], name, rows, suppressed or {}) for name in columns]
    faults += [fault for one in read for fault in one.faults]
    low, high = (np.column_stack([getattr(one, name) for one in read]) for name in ("low", "high"))
    faults += list(checks.amounts({name: low[:, place] for place, name in enumerate(columns)}, rows))
    hidden = low != high
    hidden &= ~(np.isnan(low) | np.isnan(high))
    if hidden.any() and fill is None:
        message = f"{plural(int(hidden.sum()), 'cell is', 'cells are')} hidden, and flows are numbers."
        remedy = "Choose one end of the intervals, fill='low', 'high' or 'middle', and see what hangs on it."
        faults.append(SuppressedValue(message, units=rows[hidden.any(axis=1)], remedy=remedy))
    if faults:
        raise together(faults)
    cells = _filled(low, high, fill)
    if groups is not None:
        names, values = tuple(groups), cells
    else:
        names = tuple(sorted(set(words["group"])))
        values = np.zeros((len(frame), len(names)))
        values[np.arange(len(frame)), pd.Index(names).get_indexer(words["group"])] = cells[:, 0]
    notes = [f"{values.sum():,.10g} pupils read."]
    if hidden.any():
        many = "One hidden cell" if hidden.sum() == 1 else f"{hidden.sum():,} hidden cells"
        was = "was" if hidden.sum() == 1 else "were"
        span = f"{low[hidden].sum():,.10g} to {high[hidden].sum():,.10g}"
        notes.append(f"{many}, of {span} pupils, {was} filled with {cells[hidden].sum():,.10g} ({fill}).")
    given = read_about(about)
    given = replace(given, universe=given.universe or "pupils", **said)
    return gathered(Ends(words["home"], words["school"]), values, names, given, notes, (homes, schools), unknown)


def _filled(low: FloatArray, high: FloatArray, fill: Fill | None) -> FloatArray:
    if fill not in {None, "low", "high", "middle"}:
        message = f"fill is 'low', 'high' or 'middle', not {fill!r}."
        raise InvalidParameter(message)
    return {"high": high, "middle": (low + high) / 2}.get(str(fill), low)
