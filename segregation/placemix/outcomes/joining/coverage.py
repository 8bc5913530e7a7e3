"""What a join covers: places and people with a value, and those without, each side of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from placemix.errors import listed, plural
from placemix.harmonise.dates.periods import TOLERANCE
from placemix.outcomes.joining.checking import NOT_STATED, gap_text, period_check, universe_check, years_between
from placemix.outcomes.joining.places import Places
from placemix.wording import percent


def covered(
    given: pd.DataFrame, there: pd.DataFrame, lost: pd.DataFrame, places: Places, apart: float
) -> dict[str, dict[str, Any]]:
    """Work out the facts of each outcome's join.

    Parameters
    ----------
    given
        Outcomes as they were given, rows about nations left out.
    there
        Outcomes by place.
    lost
        Rows without a place or without an outcome.
    places
        The places.
    apart
        Years that may lie between the two sides.
    """
    people = places.people
    everyone = float(people.sum()) if people.notna().any() else np.nan
    out = {}
    for outcome, rows in given.groupby("outcome", sort=False):
        own = there[there["outcome"] == outcome].set_index("unit")
        valued = own.index[own["rate"].notna()]
        hidden = own.index[own["rate"].isna() & own["rate_low"].notna()]
        away = lost[lost["outcome"] == outcome]
        nowhere = away.loc[away["match"] == "no place", "unit"]
        below = rows["denominator"]
        inside = ~rows["unit"].isin(nowhere)
        first = rows.iloc[0]
        gap = years_between(first["period"], places.about.period)
        out[str(outcome)] = {
            "places": len(people),
            "places_matched": int(people.index.isin(own.index).sum()),
            "places_hidden": len(hidden),
            "places_valued": len(valued),
            "people_all": everyone,
            "people_valued": _people(own.loc[valued, "known"], people.reindex(valued)) if everyone > 0 else np.nan,
            "outcome_places": int(rows["unit"].nunique()),
            "outcome_places_matched": int(rows.loc[inside, "unit"].nunique()),
            "outcome_people": float(below.sum()) if below.notna().any() else np.nan,
            "outcome_people_matched": float(below[inside].sum()) if below.notna().any() else np.nan,
            "years_apart": gap,
            "period_check": period_check(gap, apart),
            "universe_check": universe_check(first["universe"], places.about.universe),
        }
    return out


def _people(known: pd.Series, people: pd.Series) -> float:
    """People of the units with a value, or of the whole places where nobody knows."""
    return float(known.where(known.notna(), people).sum())


def vintage_check(rows: pd.DataFrame, places: Places, away: tuple[int, int], *, by_code: bool) -> str:
    """Say in words what is known of the editions of the areas on both sides.

    Parameters
    ----------
    rows
        Rows of one outcome.
    places
        The places.
    away
        How many places lack the outcome, and how many units of the outcome are no places.
    by_code
        Whether both sides are the same kind of area, so that their codes are compared.
    """
    one, other = rows["vintage"].iloc[0], places.about.vintage
    if not by_code:
        return "other areas"
    if one is not None and other is not None:
        return "same"
    return f"{NOT_STATED}; each side has ids that the other lacks" if min(away) > 0 else NOT_STATED


def sentence(outcome: str, facts: Mapping[str, Any], rows: Mapping[str, Any], places: Places, apart: float) -> str:
    """Say in words what one outcome's join covers, and what does not fit.

    Parameters
    ----------
    outcome
        Its name.
    facts
        What `covered` gives of it.
    rows
        `without` (ids of places without a value), `hidden`, `nowhere` (units of the outcome that are no places),
        `parts` (units without the outcome), `period`, `universe`, `vintage_check`, `break`, `national`, `moved`.
    places
        The places.
    apart
        Years that may lie between the two sides.
    """
    kind = "places" if places.on == "unit" else f"places ({places.on})"
    text = f"{outcome}: {facts['places_valued']:,} of {facts['places']:,} {kind} have a value"
    if facts["people_all"] > 0:
        share = facts["people_valued"] / facts["people_all"]
        text += f", with {facts['people_valued']:,.0f} of {facts['people_all']:,.0f} people ({percent(share)})"
    return " ".join([f"{text}.", *_lists(facts, rows), *_checks(facts, rows, places, apart)])


def _lists(facts: Mapping[str, Any], rows: Mapping[str, Any]) -> Iterator[str]:
    """Name the places and units of which one of the two sides knows nothing."""
    if facts["places_hidden"]:
        yield f"Known only as an interval: {facts['places_hidden']:,} [{listed(rows['hidden'])}]."
    for name, words in (("without", "Without a value"), ("parts", "Units of places without the outcome")):
        if len(rows[name]):
            yield f"{words}: {len(rows[name]):,} [{listed(rows[name])}]."
    if len(rows["nowhere"]):
        of = plural(facts["outcome_places"], "unit")
        yield f"Of {of} of the outcome no place here: {len(rows['nowhere']):,} [{listed(rows['nowhere'])}]."


def _checks(facts: Mapping[str, Any], rows: Mapping[str, Any], places: Places, apart: float) -> Iterator[str]:
    """Say what does not fit, or is not known to."""
    if facts["period_check"] == NOT_STATED:
        yield "How many years lie between the two sides is not stated."
    elif facts["period_check"] == "apart":
        gap = f"{gap_text(facts['years_apart'], apart)} years apart, more than {apart:g}"
        yield f"The outcome is of {rows['period']}, the counts of {places.about.period}: {gap}."
    elif facts["years_apart"] > TOLERANCE:
        gap = f"{facts['years_apart']:.1f} years apart, which apart={apart:g} allows"
        yield f"The outcome is of {rows['period']}, the counts of {places.about.period}: {gap}."
    if facts["universe_check"] == "differs":
        yield f"The outcome is of {rows['universe']}, the counts of {places.about.universe}."
    if rows["vintage_check"].startswith(NOT_STATED):
        yield f"Whether both sides are of one edition of the areas is {rows['vintage_check']}."
    if rows["moved"]:
        yield f"Brought onto the places: {rows['moved']}."
    if rows["break"]:
        yield f"Break in the series: {rows['break']}"
    if not np.isnan(rows["national"]):
        yield f"The national figure is {rows['national']:g}."
