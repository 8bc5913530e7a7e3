"""Pupils by home, school and group, from a table of one row a pupil."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from placemix import checks
from placemix._typing import Table
from placemix.about import About
from placemix.columns import read_about
from placemix.errors import DuplicateUnit, InvalidTable, PlacemixError, plural, together
from placemix.flows import Flows
from placemix.readers.schools.pupil_rows import (
    Ends,
    Unknown,
    chosen,
    gathered,
    refuse_lacking,
    refuse_policy,
    row_names,
    rows_of,
    words_of,
)


def pupils(
    table: str | Path | Table,
    *,
    pupil: str,
    home: str,
    school: str,
    group: str,
    where: Mapping[str, object] | None = None,
    missing: str | None = None,
    homes: Iterable[str] | None = None,
    schools: Iterable[str] | None = None,
    unknown: Unknown = "refuse",
    about: About | dict[str, Any] | None = None,
    encoding: str | None = None,
) -> Flows:
    """Count a table of one row a pupil by home, school and group; no pupil is lost.

    Parameters
    ----------
    table
        A file (CSV, workbook or zip, read as text) or a table.
    pupil, home, school, group
        Columns of the pupil's id, the area of the home, the school, and the group.
    where
        Rows that count, as values of columns, such as ``{"year_group": 7}``. Compared as text.
    missing
        Name of the group, home or school of pupils who have none, such as ``"not stated"``. Default: they are refused.
    homes, schools
        Ids of the areas and schools that are known. Default: all that the table names.
    unknown
        Whether pupils at other homes or schools are refused, kept, or left out and counted in `left_out`.
    about, encoding
        As in `placemix.Flows` and `placemix.readers.spc`.

    Returns
    -------
    flows
        One group for each word in `group`, in their order as text. Its notes say how many pupils were read, counted and
        left out.

    Raises
    ------
    DuplicateUnit
        A pupil stands on two rows.
    UnmatchedUnit
        Homes or schools are not known, and `unknown` is ``"refuse"``.
    InvalidTable
        Pupils have no id, home, school or group, or there are none.
    UnknownColumn
        A column is not there.

    Notes
    -----
    A table of pupils is personal data. What comes out has counts of one and two: check for small numbers what you
    publish from it.

    Examples
    --------
    >>> import pandas as pd
    >>> register = pd.DataFrame({"id": [1, 2, 3], "lsoa": ["a", "a", "b"], "urn": ["s", "t", "s"],
    ...                          "ethnicity": ["x", None, "y"]})
    >>> found = pupils(register, pupil="id", home="lsoa", school="urn", group="ethnicity", missing="not stated")
    >>> found.at_destination().to_frame().drop(columns="total", errors="ignore").values.tolist()
    [['s', 0.0, 1.0, 1.0], ['t', 1.0, 0.0, 0.0]]
    """
    refuse_policy(unknown)
    frame, said = rows_of(table, encoding)
    refuse_lacking(frame, [pupil, home, school, group, *(where or {})])
    frame = chosen(frame, where)
    faults: list[PlacemixError] = []
    ids, odd = checks.unit_ids(frame[pupil])
    blank = frame[pupil].isna().to_numpy() | (ids.str.strip() == "")
    if blank.any():
        message = f"{plural(int(blank.sum()), 'row has', 'rows have')} no id of a pupil."
        faults.append(
            InvalidTable(message, units=row_names(blank), remedy="Give each pupil one: rows may repeat otherwise.")
        )
    twice = ids[ids.duplicated() & ~blank].unique()
    if len(twice):
        message = f"{plural(len(twice), 'pupil stands', 'pupils stand')} on two rows or more."
        remedy = "Keep one row each: of two schools, the one where the pupil is registered mainly."
        faults.append(DuplicateUnit(message, units=twice, remedy=remedy))
    faults += [fault for fault in odd if not isinstance(fault, DuplicateUnit)]
    words, more = words_of(frame, {"home": home, "school": school, "group": group}, missing)
    faults += more
    if faults:
        raise together(faults)
    groups = tuple(sorted(set(words["group"])))
    values = np.zeros((len(frame), len(groups)))
    values[np.arange(len(frame)), pd.Index(groups).get_indexer(words["group"])] = 1.0
    notes = [f"{plural(len(frame), 'pupil')} read."]
    given = read_about(about)
    given = replace(given, universe=given.universe or "pupils", **said)
    return gathered(Ends(words["home"], words["school"]), values, groups, given, notes, (homes, schools), unknown)
