"""All evidence and notes of one scorecard as two tables, checked together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._keys import date_text, year_of
from placemix.errors import (
    DenominatorMismatch,
    DuplicateUnit,
    IncompleteEstimate,
    InvalidParameter,
    PlacemixError,
    UnknownColumn,
    did_you_mean,
    listed,
    together,
)
from placemix.outcomes.indicators.rows import Row
from placemix.outcomes.scoring.numbers import numbers_of
from placemix.outcomes.scoring.pieces import Piece, piece_faults
from placemix.outcomes.scoring.published import published_faults
from placemix.outcomes.scoring.terms import COLUMNS, EVERYONE, FIGURES, FLAGS, NOTES, TEXTS
from placemix.rates.scales import years

_NOTE = ("indicator", "text", "source", "date")


def gathered(
    given: Sequence[Piece] | pd.DataFrame, rows: Mapping[str, Row], groups: Mapping[str, str], own: Sequence[str]
) -> pd.DataFrame:
    """Read every piece of evidence into one table, every fault of every one listed.

    Raises
    ------
    PlacemixError
        Pieces have faults.
    """
    if isinstance(given, pd.DataFrame):
        absent = [name for name in COLUMNS if name not in given.columns]
        if absent:
            message = f"The table of evidence lacks {listed(absent)}."
            raise UnknownColumn(message, remedy="Give a list of pieces of evidence, or a table that a pack holds.")
        return _typed(given[list(COLUMNS)])
    if isinstance(given, str | Mapping) or not isinstance(given, Sequence):
        message = f"evidence is a list of pieces, not a {type(given).__name__}."
        raise InvalidParameter(message, remedy="Write evidence=[{'indicator': …, 'table': …}].")
    faults: list[PlacemixError] = []
    found: list[dict[str, Any]] = []
    for place, one in enumerate(given, 1):
        name = f"evidence {place}"
        said = list(piece_faults(name, one, rows))
        said += list(published_faults(name, one)) if isinstance(one, Mapping) else []
        faults += said
        if not said:
            try:
                found += numbers_of(name, one, rows[str(one["indicator"])], groups, own)
            except PlacemixError as error:
                faults += error.faults
    if faults:
        raise together(faults)
    return _typed(pd.DataFrame(found, columns=list(COLUMNS)))


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    out = table.reset_index(drop=True)
    texts = {
        name: pd.Series([one if isinstance(one, str) else None for one in out[name]], dtype=object) for name in TEXTS
    }
    numbers = {name: pd.to_numeric(out[name]).astype("float64") for name in FIGURES}
    flags = {
        name: np.array([bool(one) and one == one for one in out[name]], dtype=bool)  # noqa: PLR0124 (NaN)
        for name in FLAGS
    }
    return pd.DataFrame({**texts, **numbers, **flags}, columns=list(COLUMNS))


def evidence_faults(
    table: pd.DataFrame, area: str, span: tuple[int, int], rows: Mapping[str, Row]
) -> Iterator[PlacemixError]:  # fmt: skip
    """List what does not belong on one card: other areas and periods, two universes, one number twice, bare nations."""
    for at, line in enumerate(table.to_dict("records"), 1):
        name = f"{line['indicator']}, {line['group']}"
        if line["indicator"] not in rows:
            yield InvalidParameter(f"Row {at} of the evidence: there is no indicator {line['indicator']!r}.")
        if not line["national"] and str(line["area"]).casefold() != area.casefold():
            message = f"{name} is of {line['area']!r}, and the scorecard is of {area!r}."
            yield InvalidParameter(message, remedy="Make a scorecard for each area; none is ranked against another.")
        when = years(line["period"])
        if when is None or when[0] < span[0] or when[1] > span[1]:
            message = (
                f"{name} is of {line['period']}, which the scorecard's period, {span[0]} to {span[1]}, does not hold."
            )
            yield InvalidParameter(message, remedy="Widen the period, or leave the number out.")
        if line["national"] and not line["local_units"] >= 2:
            message = f"{name} is of a whole nation, and has no local distribution beside it."
            yield IncompleteEstimate(message, remedy="Give local={'district': value, …}, or leave it out.")
    for (indicator, measure), part in table.groupby(["indicator", "measure"], sort=False):
        universes = list(dict.fromkeys(part.loc[~part["national"], "universe"]))
        if len(universes) > 1:
            message = f"{indicator} ({measure}) is counted among {listed([*map(repr, universes)])}."
            yield DenominatorMismatch(message, remedy="Groups are compared within one universe: keep one of them.")
    twice = table.duplicated(["indicator", "group", "comparator", "measure", "national"])
    if twice.any():
        names = [f"{line.indicator}, {line.group}" for line in table[twice].itertuples()]
        message = f"{int(twice.sum())} numbers are there twice."
        yield DuplicateUnit(message, units=names, remedy="Keep one number of each measure, group and indicator.")


def noted(
    given: Sequence[Mapping[str, Any]] | pd.DataFrame, rows: Mapping[str, Row], groups: Mapping[str, str]
) -> pd.DataFrame:
    """Read notes, each with its source and its date, every fault listed.

    Raises
    ------
    InvalidParameter, DuplicateUnit
        A note lacks something or stands in the same cell as another.
    """
    if isinstance(given, pd.DataFrame):
        given = [
            {key: value for key, value in line.items() if isinstance(value, str)} for line in given.to_dict("records")
        ]
    faults = [fault for place, one in enumerate(given, 1) for fault in _note_faults(f"note {place}", one, rows, groups)]
    table = pd.DataFrame(
        {name: pd.Series([_text(one, name) for one in given] if not faults else [], dtype=object) for name in NOTES}
    )
    twice = table.duplicated(["indicator", "group"])
    if twice.any():
        faults.append(
            DuplicateUnit(
                "Several notes stand in one cell.",
                units=list(table.loc[twice, "indicator"]),
                remedy="Join them into one.",
            )
        )
    if faults:
        raise together(faults)
    return table


def _text(one: Mapping[str, Any], name: str) -> str | None:
    if name not in one:
        return None
    return (date_text(one[name]) or str(one[name])) if name == "date" else str(one[name])


def _note_faults(
    name: str, one: object, rows: Mapping[str, Row], groups: Mapping[str, str]
) -> Iterator[PlacemixError]:  # fmt: skip
    if not isinstance(one, Mapping):
        yield InvalidParameter(f"{name} is a {type(one).__name__}, not a mapping.")
        return
    for key in one:
        if key not in NOTES:
            message = f"{name} has a key {key!r} that says nothing here."
            yield InvalidParameter(message, remedy=did_you_mean(key, NOTES) or f"The keys are {', '.join(NOTES)}.")
    for key in _NOTE:
        if key not in one or not str(one[key]).strip():
            yield InvalidParameter(f"{name} has no {key}.", remedy="A note names who said it and when.")
    if "date" in one and date_text(one["date"]) is None and year_of(one["date"]) is None:
        yield InvalidParameter(
            f"The date of {name} is {one['date']!r}.", remedy="Write it as 2026-11-28, or as a year."
        )
    id_ = one.get("indicator")
    if id_ is not None and (str(id_) not in rows or rows[str(id_)].role == "aim"):
        ids = [row.id for row in rows.values() if row.role != "aim"]
        yield InvalidParameter(f"{name}: there is no indicator {id_!r}.", remedy=did_you_mean(str(id_), ids))
    if "group" in one and one["group"] not in (*groups, EVERYONE):
        message = f"{name} is of {one['group']!r}, which is no group of the scorecard."
        yield InvalidParameter(message, remedy=did_you_mean(str(one["group"]), groups))
