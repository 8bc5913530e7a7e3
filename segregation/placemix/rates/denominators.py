"""Dividing events by people: only where both count the same places, groups, years and people."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix.about import About
from placemix.counts import Counts, checked, group_text
from placemix.errors import (
    DenominatorMismatch,
    EventsNotPeople,
    InvalidParameter,
    NotCounts,
    PlacemixError,
    UnmatchedUnit,
    listed,
    plural,
    together,
)
from placemix.events import refuse_elsewhere
from placemix.rates.scales import happens, years


def divided(
    events: Counts, people: Counts, *, indicator: str, domain: str | None, per: float, apart: float
) -> tuple[pd.DataFrame, About]:
    """Divide events by people; what `Rates.from_counts` gives, as a table and what it counts."""
    checked(people)
    if not hasattr(events, "about"):
        message = f"Counts are needed, not a {type(events).__name__}."
        raise NotCounts(message, remedy="Read the table first: placemix.from_wide(table, groups=[…], unit='…').")
    if not 0 < per < np.inf:
        message = f"per is how many people a rate is for, such as 1, 100 or 1000, not {per!r}."
        raise InvalidParameter(message)
    notes = _same(events, people, apart)
    happenings = happens(events.about.universe)
    places = people.units.get_indexer(events.units)
    absent = places < 0
    if absent.any():
        message = f"{plural(absent.sum(), 'unit has', 'units have')} events but no people."
        remedy = "Check that both use the same ids; where events happen and nobody lives, use larger areas."
        raise UnmatchedUnit(message, units=events.units[absent], remedy=remedy)
    if happenings:
        refuse_elsewhere(events, people)
    order = [people.groups.index(group) for group in events.groups]
    below = people.values[places][:, order]
    low = events.values if events.low is None else events.low
    high = events.values if events.high is None else events.high
    if not happenings:
        _parts(low, below, events)
    numerator = np.where(low != high, np.nan, events.values)
    alone = len(people) - len(events)
    if alone:
        notes.append(f"{plural(alone, 'unit')} of the denominator without a row in the numerator left out.")
    empty = int((below <= 0).sum())
    if empty:
        notes.append(f"{plural(empty, 'row has', 'rows have')} nobody in the denominator, and no rate.")
    if happenings:
        message = "Events are counted, and one person may have several: the rate is no share of people."
        warnings.warn(EventsNotPeople(f"{message} Write 'events per person', never 'of people'."), stacklevel=3)
        notes.append(message)
    rate = np.divide(numerator * per, below, out=np.full(below.shape, np.nan), where=below > 0)
    frame = pd.DataFrame(
        {
            "domain": domain,
            "indicator": indicator,
            "unit": np.repeat(np.asarray(events.units, dtype=object), len(events.groups)),
            "period": events.about.period,
            "group": [group_text(group) for group in events.groups] * len(events),
            "numerator": numerator.ravel(),
            "numerator_low": low.ravel(),
            "numerator_high": high.ravel(),
            "denominator": below.ravel(),
            "rate": rate.ravel(),
            "measured_in": _unit(per, happenings=happenings),
            "source": events.about.source,
            "licence": events.about.licence,
        }
    )
    universe = people.about.universe or events.about.universe
    return frame, events.about.noting(*notes, *people.about.notes, universe=universe)


def _unit(per: float, *, happenings: bool) -> str:
    if per == 1:
        return "per person" if happenings else "share"
    return "%" if per == 100 and not happenings else f"per {per:,.12g}"


def _same(events: Counts, people: Counts, apart: float) -> list[str]:
    """Refuse counts of different things, with every difference; return what else must be said."""
    one, other = events.about, people.about
    both = {
        name: (mine, theirs)
        for name in ("geography", "vintage", "scheme", "universe", "period")
        if (mine := getattr(one, name)) and (theirs := getattr(other, name)) and mine != theirs
    }
    if happens(one.universe):
        both.pop("universe", None)
    notes = [f"The denominator is of {other.period}."] if "period" in both else []
    if "period" in both and _gap(*both["period"]) <= apart:
        del both["period"]
    differences = [f"{name} {mine!r} against {theirs!r}" for name, (mine, theirs) in both.items()]
    if set(events.groups) != set(people.groups):
        odd = sorted(group_text(group) for group in set(events.groups) ^ set(people.groups))
        differences.append(f"groups found on one side only: {listed(odd)}")
    if not differences:
        return notes
    remedies = {
        "geography": "sum the finer side to the larger areas",
        "vintage": "bring both to one geography (harmonise.align)",
        "scheme": "bring both to one scheme (harmonise.regroup)",
        "universe": "divide persons by persons, pupils by pupils, households by households",
        "period": f"use people of at most {plural(apart, 'year')} before or after, or allow more with apart=",
    }
    wanted = [text for name, text in remedies.items() if name in both]
    if set(events.groups) != set(people.groups):
        wanted.append(remedies["scheme"])
    remedy = "; ".join(dict.fromkeys(wanted))
    message = f"Numerator and denominator do not count the same: {'; '.join(differences)}."
    raise DenominatorMismatch(message, remedy=f"{remedy[0].upper()}{remedy[1:]}.")


def _gap(one: str, other: str) -> float:
    """Years between two periods; 0 where they overlap, without end where one names no year."""
    mine, theirs = years(one), years(other)
    if mine is None or theirs is None:
        return np.inf
    return max(0, mine[0] - theirs[1], theirs[0] - mine[1])


def _parts(low: FloatArray, below: FloatArray, events: Counts) -> None:
    """Refuse more people in the numerator than there are to be among."""
    over: BoolArray = low > below * (1 + 1e-9)
    faults: list[PlacemixError] = []
    for place, group in enumerate(events.groups):
        if over[:, place].any():
            message = f"{group_text(group)!r} has more people in the numerator than in the denominator."
            remedy = "Check that both are of one date; where events are counted, say about={'universe': 'events'}."
            faults.append(DenominatorMismatch(message, units=events.units[over[:, place]], remedy=remedy))
    if faults:
        raise together(faults)
