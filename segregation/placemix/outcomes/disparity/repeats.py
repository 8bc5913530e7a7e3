"""Events of which one person may have several: how many people, and how unevenly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.checks import TOO_LARGE, id_texts
from placemix.columns import several_names
from placemix.errors import (
    EmptyTable,
    InvalidCounts,
    InvalidTable,
    PlacemixError,
    ReservedName,
    UnknownColumn,
    did_you_mean,
    listed,
    together,
)
from placemix.results import Call, Result, remember

_OWN = ("events", "people", "squares", "without_person", "factor", "note", "method", "source", "version")


def event_frequencies(
    records: pd.DataFrame, *, person: str, by: str | Sequence[str] = (), events: str | None = None
) -> Result:
    """Count events and the people behind them, with the sum of squares that widens intervals of rates.

    Where one person may have several events, the variance of their number is Σ f², the sum over people of the square
    of each one's events, and not the number itself.

    Parameters
    ----------
    records
        One row for each event, or, with `events`, one for each person.
    person
        Column of the person's id, read as text. Rows without one are each taken as another person, and counted.
    by
        Columns that tell groups, areas and periods apart. A person who stands in several is counted in each.
    events
        Column of the number of events of a row, whole numbers from 1. Default: one event a row.

    Returns
    -------
    result
        One row for each combination in order of appearance, or one of everything. Columns: those of `by`; `events`,
        `people`, `squares` (Σ f²), `without_person` (events without an id), `factor` (squares / events: how many times
        the variance is that of events on their own), `note`, `method`, `source`, `version`.

    Raises
    ------
    InvalidTable, UnknownColumn, ReservedName, EmptyTable, InvalidCounts
        There is no pandas table, columns are missing or bear a name of the result, there are no rows, or numbers of
        events are no whole numbers from 1, or too large to be squared. All faults come in one error.

    References
    ----------
    Dobson and others 1991 give the interval of such a sum; see `rate`.

    Examples
    --------
    Seven stops of four people, one of whom was stopped four times:

    >>> import pandas as pd
    >>> stops = pd.DataFrame({"group": "x", "person": ["a", "a", "a", "a", "b", "c", "d"]})
    >>> event_frequencies(stops, person="person", by="group")[["group", "events", "people", "squares"]]
      group  events  people  squares
    0     x       7       4       19
    """
    if not isinstance(records, pd.DataFrame):
        message = f"A pandas table of records is needed, not a {type(records).__name__}."
        raise InvalidTable(message, remedy="Pass a pandas table with one row for each event.")
    names = list(dict.fromkeys(several_names("by", by)))
    faults: list[PlacemixError] = [
        UnknownColumn(f"The records have no column {name!r}.", remedy=did_you_mean(name, records.columns))
        for name in [person, *names, *([] if events is None else [events])]
        if name not in records.columns
    ]
    taken = [repr(name) for name in names if name in _OWN]
    if taken:
        message = f"Groups stand in {listed(taken)}, names that the result uses."
        faults.append(ReservedName(message, remedy="Rename the columns."))
    if not len(records):
        faults.append(EmptyTable("There are no records."))
    number = np.ones(len(records))
    if events in records.columns:
        number = pd.to_numeric(records[events], errors="coerce").to_numpy(dtype=np.float64)
        odd = ~(np.isfinite(number) & (number >= 1) & (number % 1 == 0))
        if odd.any():
            message = f"{odd.sum():,} numbers of events are no whole numbers from 1."
            faults.append(InvalidCounts(message, units=np.flatnonzero(odd), remedy="Leave out people without events."))
    if faults:
        raise together(faults)
    keys = records[names].astype(object).where(records[names].notna(), None).reset_index(drop=True)
    code = keys.groupby(names, sort=False, dropna=False).ngroup().to_numpy() if names else np.zeros(len(keys), int)
    size = int(code.max()) + 1
    unknown = records[person].isna().to_numpy()
    ids = id_texts(records[person].where(~unknown, "")).str.strip()
    unknown = unknown | (ids == "").to_numpy()
    # Each row without an id is a person of its own.
    who = np.where(unknown, -1 - np.arange(len(records)), pd.factorize(ids)[0])
    each = pd.DataFrame({"code": code, "who": who, "number": number}).groupby(["code", "who"])["number"].sum()
    place, total = each.index.get_level_values("code").to_numpy(), each.to_numpy()
    frame = keys.drop_duplicates().reset_index(drop=True) if names else pd.DataFrame(index=range(1))
    squares = np.bincount(place, total**2, size)
    if squares.max() >= TOO_LARGE:
        message = f"Squares of so many events of one person, {total.max():,.0f}, are not exact any more."
        raise InvalidCounts(message, remedy="Check the column of the number of events.")
    frame["events"] = np.bincount(place, total, size).astype(np.int64)
    frame["people"] = np.bincount(place, minlength=size)
    frame["squares"] = squares.astype(np.int64)
    frame["without_person"] = np.bincount(code, number * unknown, size).astype(np.int64)
    frame["factor"] = frame["squares"] / frame["events"]
    some = frame["without_person"] > 0
    note = "Events without an id are taken as of one person each, so that the sum of squares is the least it can be."
    frame["note"] = pd.Series([note if one else None for one in some], dtype=object)
    used = records[list(dict.fromkeys([*names, person, *([] if events is None else [events])]))]
    frame["method"], frame["source"], frame["version"] = "sum_of_squares/1", fingerprint(used)[:12], __version__
    arguments = {"person": person, "by": names, "events": events}
    result = remember(frame, Call("outcomes.event_frequencies", {"records": used}, arguments))
    result.attrs["cites"] = ("dobson_1991",)
    return result
