"""Rows of pupils: read, chosen, given words for what is missing, and put together as flows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix import checks
from placemix._typing import BoolArray, FloatArray, Table
from placemix.about import About
from placemix.columns import native, taken
from placemix.errors import (
    EmptyTable,
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    UnmatchedUnit,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.flows import Flows
from placemix.readers.raw import raw_table

#: What becomes of pupils whose home or school is not on the list of those that are known.
Unknown: TypeAlias = Literal["refuse", "keep", "leave out"]


class Ends(NamedTuple):
    """Homes and schools of the rows of a table, as text.

    Attributes
    ----------
    home, school
        One text a row.
    """

    home: pd.Series
    school: pd.Series


def refuse_policy(unknown: str) -> None:
    """Refuse a policy that is none."""
    if unknown not in {"refuse", "keep", "leave out"}:
        message = f"unknown is 'refuse', 'keep' or 'leave out', not {unknown!r}."
        raise InvalidParameter(message)


def rows_of(table: str | Path | Table, encoding: str | None) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Read rows of a file as text, or of a table as they are; and what is said of the file."""
    if not isinstance(table, str | Path):
        whole = native(table)
        return pd.DataFrame({name: taken(whole, name).reset_index(drop=True) for name in whole.columns}), {}
    raw = raw_table(table, encoding=encoding)
    return raw.table, {"file": raw.file, "sha256": raw.sha256}


def refuse_lacking(frame: pd.DataFrame, names: list[str]) -> None:
    """Refuse a table that lacks columns."""
    faults = [
        UnknownColumn(f"There is no column {name!r}.", remedy=did_you_mean(name, frame.columns))
        for name in dict.fromkeys(names)
        if name not in frame.columns
    ]
    if faults:
        raise together(faults)


def chosen(frame: pd.DataFrame, where: Mapping[str, object] | None) -> pd.DataFrame:
    """Return the rows that count."""
    for name, value in (where or {}).items():
        found = checks.unit_ids(frame[name])[0] == checks.id_text(value)
        if not found.any():
            message = f"No row has {value!r} in the column {name!r}."
            remedy = f"It has {listed(list(frame[name].astype(str).unique()))}."
            raise EmptyTable(message, remedy=remedy)
        frame = frame[found]
    if not len(frame):
        message = "The table has no rows."
        raise EmptyTable(message, remedy="Check the filter or the file that made it.")
    return frame.reset_index(drop=True)


def words_of(
    frame: pd.DataFrame, columns: Mapping[str, str], missing: str | None
) -> tuple[dict[str, pd.Series], list[PlacemixError]]:
    """Read columns as text, with a word for what is missing, or as faults."""
    found: dict[str, pd.Series] = {}
    faults: list[PlacemixError] = []
    for what, name in columns.items():
        text = pd.Series(np.asarray(checks.unit_ids(frame[name])[0], dtype=object)).map(str).str.strip()
        lost = frame[name].isna().to_numpy() | (text == "").to_numpy()
        if lost.any() and missing is None:
            message = f"{plural(int(lost.sum()), 'row is', 'rows are')} without {what} ({name!r})."
            remedy = "Say what to call it, missing='not stated': no child is left out."
            faults.append(InvalidTable(message, units=row_names(lost), remedy=remedy))
        found[what] = text.mask(lost, missing)
    return found, faults


def row_names(lost: Any) -> list[str]:  # noqa: ANN401
    """Return names of rows, from 1."""
    return [f"row {row + 1}" for row in np.flatnonzero(lost)]


def gathered(
    ends: Ends,
    values: FloatArray,
    groups: tuple[str, ...],
    about: About,
    notes: list[str],
    known: tuple[Iterable[str] | None, Iterable[str] | None],
    unknown: Unknown,
) -> Flows:
    """Put rows together by pair; ends that are not known are refused, kept or left out, and counted."""
    out: BoolArray = np.zeros(len(values), dtype=bool)
    faults: list[PlacemixError] = []
    lost: dict[str, float] = {}
    for what, column, ids in zip(("home", "school"), ends, known, strict=True):
        if ids is None:
            continue
        odd = ~column.isin({checks.id_text(one) for one in ids}).to_numpy()
        if not odd.any():
            continue
        names = sorted(set(column[odd]))
        many = float(values[odd].sum())
        people = f"{many:,.10g} {'pupil' if many == 1 else 'pupils'}"
        message = f"{plural(len(names), what)} of {people} {'is' if len(names) == 1 else 'are'} not known"
        if unknown == "refuse":
            remedy = "Correct the ids, or pass unknown='keep' or unknown='leave out'."
            faults.append(UnmatchedUnit(f"{message}.", units=names, remedy=remedy))
        notes.append(f"{message} and {'left out' if unknown == 'leave out' else 'kept'}: {listed(names)}.")
        if unknown == "leave out":
            # A pupil with both ends unknown is left out once, under the home.
            sums = pd.Series(values.sum(axis=1))[odd & ~out].groupby(column[odd & ~out]).sum()
            lost |= {f"{what} {name}": float(sums.get(name, 0.0)) for name in names}
            out |= odd
    if faults:
        raise together(faults)
    if out.all():
        message = "No pupil is at a home and a school that are known."
        raise EmptyTable(message, remedy="Check that both lists have ids as the table writes them.")
    kept = ~out
    (home, homes), (school, schools) = (pd.factorize(column[kept].to_numpy(dtype=object), sort=True) for column in ends)
    return Flows.from_pairs(
        home,
        homes,
        school,
        schools,
        values[kept],
        groups=groups,
        about=about.noting(*notes),
        left_out=pd.Series(lost, dtype=np.float64) if lost else None,
    )
