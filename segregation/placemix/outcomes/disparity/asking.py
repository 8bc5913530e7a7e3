"""What a comparison asks for, checked; and what has to be said beside its numbers."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix.errors import (
    ClassifiedApart,
    EventsNotPeople,
    InvalidParameter,
    NoDesignEffect,
    PlacemixError,
    ReservedName,
    did_you_mean,
    listed,
    together,
)
from placemix.outcomes.disparity.cells import Keyed
from placemix.outcomes.disparity.measures import MEASURES, Counted
from placemix.outcomes.disparity.rows import COLUMNS
from placemix.outcomes.disparity.who import REST, Axes, Who, axes_of, faults_of, label, overlap
from placemix.rates import Rates
from placemix.rates.scales import EVERYONE, happens

#: Numbers of intersections from 1 to below this are hidden unless the caller says otherwise.
LEAST = 10
_DEFAULT: dict[str, tuple[str, ...]] = {
    "people": ("risk_difference", "risk_ratio"),
    "events": ("rate_difference", "rate_ratio"),
}


def counted_in(rates: Rates | pd.DataFrame) -> Counted:
    """Say what rates count, as far as they tell: people unless they say events."""
    about = getattr(rates, "about", None)
    said = about is not None and (
        happens(about.universe) or any(note.startswith("Events are counted") for note in about.notes)
    )
    return "events" if said else "people"


def measures_of(given: str | Sequence[str] | None, counted: str, faults: list[PlacemixError]) -> tuple[str, ...]:
    """Return the names of measures, the default where none is given."""
    if counted not in _DEFAULT:
        faults.append(InvalidParameter(f"counted is 'people' or 'events', not {counted!r}."))
        return ()
    names = _DEFAULT[counted] if given is None else (given,) if isinstance(given, str) else tuple(given)
    if not names:
        faults.append(InvalidParameter("No measure is named.", remedy=f"There are {', '.join(MEASURES)}."))
    for name in names:
        if name not in MEASURES:
            message = f"There is no measure {name!r}; there are {', '.join(MEASURES)}."
            faults.append(InvalidParameter(message, remedy=did_you_mean(name, MEASURES)))
        elif MEASURES[name].counted != counted:
            fit = ", ".join(key for key, one in MEASURES.items() if one.counted == counted)
            message = f"{name} is of {MEASURES[name].counted}, and {counted} are counted."
            faults.append(InvalidParameter(message, remedy=f"Take {fit}; or say what is counted with counted=."))
    return tuple(dict.fromkeys(names))


def least_faults(least: object) -> list[PlacemixError]:
    """Say what is wrong with the number below which numbers are hidden."""
    if least is None or (isinstance(least, int | float) and not isinstance(least, bool) and 0 <= least < np.inf):
        return []
    message = f"least is the number below which numbers are hidden, from 0, not {least!r}."
    return [InvalidParameter(message, remedy="Pass 10, or 0 for a table that its publisher has protected.")]


def least_of(least: float | None, axes: Sequence[str]) -> float:
    """Return the number below which numbers are hidden: of intersections 10 unless the caller says otherwise."""
    return (LEAST if len(axes) > 1 else 0) if least is None else least


def reserved_faults(by: Sequence[str], own: Sequence[str] = COLUMNS) -> list[PlacemixError]:
    """Refuse columns that bear the name of a column of the result."""
    taken = [repr(name) for name in by if name in own]
    if not taken:
        return []
    message = f"Columns that tell rows apart bear names that the result uses for itself: {listed(taken)}."
    return [ReservedName(message, remedy="Rename them before you call.")]


def groups_of(table: pd.DataFrame, focal: Who, against: Who, unknown: Sequence[str]) -> list[tuple[Axes, Axes | None]]:
    """Return the pairs of groups that are compared; every name that is not there comes in one error."""
    faults: list[PlacemixError] = []
    other = None if isinstance(against, str) and against == REST else axes_of(against, "against", faults)
    if isinstance(focal, str) and focal == "each":
        faults += faults_of(table, {"group": ()}, "focal")
        out = {*unknown, *(other or {}).get("group", ())}
        there = [str(name) for name in table["group"].dropna().unique()] if "group" in table.columns else []
        every: list[Axes] = [
            {"group": (name,)} for name in there if name not in out and name.casefold() not in EVERYONE
        ]
    else:
        every = [axes_of(focal, "focal", faults)]
        faults += faults_of(table, every[0], "focal")
    if other is not None:
        faults += [fault for fault in faults_of(table, other, "against") if str(fault) not in map(str, faults)]
    if not every and not faults:
        faults.append(InvalidParameter("There is no group to compare.", remedy="Name one with focal=."))
    if faults:
        raise together(faults)
    return [(part, other) for part in every]


def refuse_wholes(table: Keyed, groups: Sequence[tuple[Axes, Axes | None]]) -> None:
    """Refuse a group beside a whole that it is in, and offer the complement."""
    everyone = table.everyone()
    faults: list[PlacemixError] = []
    for part, other in groups:
        if all(set(values) & set(everyone[name]) for name, values in part.items()):
            message = f"{label(part)!r} is everyone, and has no rest."
            faults.append(InvalidParameter(message, remedy="Name a group of them with focal=."))
        elif other is not None and (fault := overlap(part, other, everyone)) is not None:
            faults.append(fault)
    if faults:
        raise together(faults)


def warn(events: bool, *, unsure: bool = False, classed: tuple[str | None, str | None] = (None, None)) -> None:  # noqa: FBT001
    """Warn of events taken for people, of weights without a design effect, and of groups found in two ways."""
    if events:
        message = "Events are counted, and one person may have several: intervals are too narrow."
        remedy = "Pass squares=, made by outcomes.event_frequencies; write 'events per person', never 'of people'."
        warnings.warn(EventsNotPeople(f"{message} {remedy}"), stacklevel=3)
    if unsure:
        message = "Numbers are weighted, or no whole ones, and have no interval without the effect of the design."
        remedy = "Pass deff=, how many times the variance is that of people drawn one by one (1 if they were)."
        warnings.warn(NoDesignEffect(f"{message} {remedy}"), stacklevel=3)
    if None not in classed and classed[0] != classed[1]:
        message = f"Events are grouped as {classed[0]}, people as {classed[1]}: one person may be in different groups."
        remedy = "Say so beside the number, or take events that are grouped as the people are."
        warnings.warn(ClassifiedApart(f"{message} {remedy}"), stacklevel=3)


def notes(table: Keyed, effects: tuple[float, float] | None, classed: tuple[str | None, str | None]) -> list[str]:
    """Say what must be known beside every number."""
    said = []
    if table.least:
        said.append(f"Numbers from 1 to {table.least - 1:g} are hidden before anything is computed.")
    if effects is not None:
        words = f"{effects[0]:g}" if effects[0] == effects[1] else f"{effects[0]:g} and {effects[1]:g}"
        said.append(f"Intervals hold a design effect of {words}.")
    if table.squares is not None:
        said.append("The variance is the sum over people of the square of their events.")
    elif not table.people:
        said.append("Events, and one person may have several; intervals take them as independent.")
    if classed != (None, None):
        said.append(f"Groups of events: {classed[0] or 'not said'}; of people: {classed[1] or 'not said'}.")
    return said


def joined(own: pd.Series, said: Sequence[str]) -> pd.Series:
    """Join a row's own note and those of all rows, None where there is none."""
    texts = [" ".join([*([] if pd.isna(one) else [str(one)]), *said]) or None for one in own]
    return pd.Series(texts, index=own.index, dtype=object)


def plain(who: Who) -> Any:  # noqa: ANN401
    """Description of a group as plain values, for a pack."""
    if isinstance(who, str):
        return who
    if isinstance(who, Mapping):
        return {str(name): _values(values) for name, values in who.items()}
    return _values(who)


def _values(given: object) -> Any:  # noqa: ANN401
    return list(given) if isinstance(given, Sequence) and not isinstance(given, str) else given
