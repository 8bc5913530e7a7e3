"""Numbers at hand: one, a list or a series each, checked together and compared row by row."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.carried import fingerprint
from placemix.errors import (
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    NoDesignEffect,
    NotNumbers,
    PlacemixError,
    UnmatchedUnit,
    plural,
    together,
)
from placemix.outcomes.disparity.measures import MEASURES
from placemix.outcomes.disparity.pairs import Pair, quotient
from placemix.outcomes.disparity.rows import Told, rows_of
from placemix.outcomes.disparity.telling import records, sentence
from placemix.results import Call, Result, remember

#: One number, several in order, or several by id.
Numbers: TypeAlias = float | Sequence[float] | FloatArray | pd.Series
#: Effect of a survey's design, of both groups or of each.
Effect: TypeAlias = float | tuple[float, float] | None

WITHOUT = "weighted_without_deff"
_WEIGHTED = "Weighted numbers of a survey have no interval without the effect of its design."
_HOW = "Pass deff=, how many times the variance is that of people drawn one by one (1 if they were)."


def four(
    events: Numbers, people: Numbers, against_events: Numbers, against_people: Numbers, word: str = "people"
) -> dict[str, Numbers | None]:
    """Name the four numbers of a comparison."""
    return {"events": events, word: people, "against_events": against_events, f"against_{word}": against_people}


def single(
    measure: str,
    given: Mapping[str, Numbers | None],
    *,
    level: float,
    focal: str,
    against: str | None = None,
    interval: str | None = None,
    per: float | None = None,
    haldane: bool | None = None,
    deff: Effect = None,
    weighted: bool | None = None,
) -> Result:
    """Compute one measure of numbers at hand; what the verbs of single numbers give."""
    faults: list[PlacemixError] = []
    table = _table(given, faults)
    told = Told(
        level=level, per=1.0 if per is None else per, haldane=bool(haldane),
        intervals={} if interval is None else {measure: interval},
    )  # fmt: skip
    faults += told.faults()
    effects = effects_of(deff, faults)
    if deff is not None and {"squares", "against_squares"} & set(table.columns):
        faults.append(InvalidParameter("deff and squares both widen the interval.", remedy="Pass one of them."))
    if interval == "exact_conditional_fisher" and deff is not None:
        message = "The exact interval of odds needs people drawn one by one, and deff says otherwise."
        faults.append(InvalidParameter(message, remedy="Pass interval='woolf_1955'."))
    for name, value in (("focal", focal), ("against", against)):
        if value is not None and (not isinstance(value, str) or not value):
            faults.append(InvalidParameter(f"{name} is the name of a group, not {value!r}."))
    if focal == against:
        message = f"{focal!r} is compared with itself."
        faults.append(InvalidParameter(message, remedy="Give the other group its own name."))
    if not faults:
        faults += _contradictions(measure, table)
    if faults:
        raise together(faults)
    people = MEASURES[measure].counted == "people"
    fractions = bool((table.drop(columns=_exposures(table, people=people)).to_numpy() % 1 > 0).any())
    unsure = people and effects is None and (bool(weighted) or fractions)
    if unsure:
        warnings.warn(NoDesignEffect(f"{_WEIGHTED} {_HOW}"), stacklevel=3)
    pair = pair_of(table, effects or (1.0, 1.0), sized=not unsure)
    frame = rows_of(
        measure, pair, told, focal=focal, against=against or "", hidden=None, without=WITHOUT if unsure else None
    )
    frame.insert(0, "unit", table.index if table.index.name == "unit" else None)
    frame["source"] = fingerprint(table.reset_index(drop=True))[:12]
    frame["note"] = _note(effects, table)
    frame["sentence"] = [sentence(row, ["unit"], per=told.per) for row in records(frame)]
    options = {
        "level": level, "focal": focal, "against": against, "interval": interval, "per": per, "haldane": haldane,
        "deff": list(deff) if isinstance(deff, tuple) else deff, "weighted": weighted,
    }  # fmt: skip
    asked = {name: value for name, value in options.items() if value is not None}
    series = {name: value for name, value in given.items() if isinstance(value, pd.Series)}
    plain = {
        name: np.asarray(value, dtype=np.float64).tolist()
        for name, value in given.items()
        if value is not None and name not in series
    }
    result = remember(frame, Call(f"outcomes.{measure}", series, {**plain, **asked}))
    result.attrs["cites"] = MEASURES[measure].intervals[told.how(measure)]
    return result


def effects_of(deff: Any, faults: list[PlacemixError]) -> tuple[float, float] | None:  # noqa: ANN401
    """Effects of the design on both groups, or None where not given."""
    if deff is None:
        return None
    both = list(deff) if isinstance(deff, tuple | list) else [deff, deff]
    fine = len(both) == 2 and all(
        isinstance(one, int | float | np.number) and not isinstance(one, bool) and 0 < float(one) < np.inf
        for one in both
    )
    if not fine:
        message = f"deff is a number above 0, or one for each of the two groups, not {deff!r}."
        remedy = "1 is people drawn one by one; clustered surveys have 1.5 to 3."
        faults.append(InvalidParameter(message, remedy=remedy))
        return None
    return float(both[0]), float(both[1])


def pair_of(table: pd.DataFrame, effects: tuple[float, float], *, sized: bool = True) -> Pair:
    """Bring columns of numbers into a pair; those of the other group are NaN where there are none."""
    blank = np.full(len(table), np.nan)

    def column(*names: str) -> FloatArray:
        found = [name for name in names if name in table.columns]
        return table[found[0]].to_numpy() if found else blank

    events, people = column("events"), column("people", "exposure")
    others, all_others = column("against_events"), column("against_people", "against_exposure")
    known = 1.0 if sized else np.nan
    return Pair(
        events=events,
        people=people,
        against_events=others,
        against_people=all_others,
        share=quotient(events, people),
        against_share=quotient(others, all_others),
        sized=known * people / effects[0],
        against_sized=known * all_others / effects[1],
        variance=known * (column("squares") if "squares" in table.columns else events * effects[0]),
        against_variance=known
        * (column("against_squares") if "against_squares" in table.columns else others * effects[1]),
    )


def _table(given: Mapping[str, Numbers | None], faults: list[PlacemixError]) -> pd.DataFrame:
    """One column for each number, all of one length and with the ids of series."""
    columns = {name: _column(name, value, faults) for name, value in given.items() if value is not None}
    series = [value for value in given.values() if isinstance(value, pd.Series)]
    if any(value.index.nlevels > 1 for value in series):
        message = "The ids of a series have several levels, so that none of them names a row."
        faults.append(InvalidTable(message, remedy="Join them into one text, or pass the table to compare_groups."))
        return pd.DataFrame()
    names = [value.index.astype(str) for value in series]
    sizes = {len(column) for column in columns.values()} - {1}
    size = next(iter(sizes), 1)
    if len(sizes) > 1 or not size:
        told = ", ".join(f"{name} {len(column)}" for name, column in columns.items())
        remedy = "Give one number each, or as many of each."
        faults.append(InvalidTable(f"Numbers are of different lengths, or there are none: {told}.", remedy=remedy))
        return pd.DataFrame()
    if any(not names[0].equals(other) for other in names[1:]) or (names and names[0].has_duplicates):
        message = "The series do not have the same ids in the same order, each once."
        faults.append(UnmatchedUnit(message, remedy="Take them from one table."))
        return pd.DataFrame()
    index = names[0].rename("unit") if names and len(names[0]) == size else pd.RangeIndex(size)
    return pd.DataFrame({name: np.broadcast_to(column, size) for name, column in columns.items()}, index=index)


def _column(name: str, value: Numbers, faults: list[PlacemixError]) -> FloatArray:
    numbers = np.asarray(value)
    if numbers.dtype == object:
        numbers = np.array([np.nan if one is None else one for one in numbers.ravel()])
    if numbers.dtype.kind not in "iuf":
        faults.append(NotNumbers(f"{name} holds what is no number.", remedy="Give NaN where a number is hidden."))
        return np.full(max(numbers.size, 1), np.nan)
    if numbers.ndim > 1:
        faults.append(InvalidTable(f"{name} is a table; one number or one list is needed."))
    column = np.atleast_1d(numbers.astype(np.float64)).ravel()
    odd = int(((column < 0) | np.isinf(column)).sum())
    if odd:
        faults.append(InvalidCounts(f"{name} holds {plural(odd, 'number')} below 0 or without end."))
    return column


def _contradictions(measure: str, table: pd.DataFrame) -> list[PlacemixError]:
    faults: list[PlacemixError] = []
    ids = table.index
    if MEASURES[measure].counted == "people":
        for part, whole in (("events", "people"), ("against_events", "against_people")):
            if part in table:
                over = (table[part] > table[whole] * (1 + 1e-9)).to_numpy()
                if over.any():
                    message = f"{part} are more than {whole}."
                    faults.append(InvalidCounts(message, units=ids[over], remedy="Events of which one person may"
                                                " have several are compared by rate_ratio."))  # fmt: skip
    for squares, events in (("squares", "events"), ("against_squares", "against_events")):
        if squares in table:
            for odd, what in (
                (table[squares] < table[events] * (1 - 1e-9), f"{squares} are fewer than {events}, and no"),
                (table[squares] > table[events] ** 2 * (1 + 1e-9), f"{squares} are more than {events} squared, and no"),
            ):
                if odd.any():
                    remedy = "Sum the square of each person's events."
                    message = f"{what} sum of squares of whole numbers is."
                    faults.append(InvalidCounts(message, units=ids[odd.to_numpy()], remedy=remedy))
    return faults


def _exposures(table: pd.DataFrame, *, people: bool) -> list[str]:
    """Columns that may hold fractions: time at risk, or people of an estimate."""
    return [] if people else [name for name in table.columns if name.endswith("exposure")]


def _note(effects: tuple[float, float] | None, table: pd.DataFrame) -> str | None:
    said = []
    if effects is not None:
        words = f"{effects[0]:g}" if effects[0] == effects[1] else f"{effects[0]:g} and {effects[1]:g}"
        said.append(f"The interval holds a design effect of {words}.")
    if "squares" in table or "against_squares" in table:
        said.append("The variance is the sum over people of the square of their events.")
    return " ".join(said) or None
