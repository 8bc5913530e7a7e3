"""Whether the two sides of a join are of the same areas, people and years."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix.errors import (
    BreakInSeries,
    DenominatorMismatch,
    InvalidParameter,
    PlacemixError,
    VintageMismatch,
    did_you_mean,
    listed,
    plural,
)
from placemix.harmonise import breaks as known_breaks
from placemix.harmonise import period as read_period
from placemix.harmonise.guards import universe
from placemix.outcomes.joining.places import Places
from placemix.rates.scales import NATIONS, years

#: Names of nations, which tables print beside their areas.
NATION_NAMES = frozenset(
    {
        "england", "wales", "scotland", "northern ireland", "great britain", "united kingdom", "uk", "gb",
        "england and wales", "england & wales", "united states", "usa",
    }
)  # fmt: skip
#: What a row says where one of the two sides does not say what it is of.
NOT_STATED = "not stated"


def national(units: pd.Series, known: pd.Index) -> BoolArray:
    """Find rows about a whole nation, or about no place that is named.

    Parameters
    ----------
    units
        Ids of the rows, None where there is none.
    known
        Ids of places and units; one of these is no nation.

    Examples
    --------
    >>> national(pd.Series(["E92000001", "England", "Oldham", None]), pd.Index(["Oldham"])).tolist()
    [True, True, False, True]
    """
    texts = units.astype(object).where(units.notna(), "")
    codes = texts.astype(str).str.startswith(NATIONS)
    names = texts.astype(str).str.strip().str.casefold().isin(NATION_NAMES)
    return np.asarray((codes | names | (texts == "")) & ~texts.isin(known), dtype=bool)


def years_between(one: str | None, other: str | None) -> float:
    """Return the years between the nearest days of two periods, NaN where one is not stated or cannot be read.

    Examples
    --------
    >>> round(years_between("2017-10", "census day 2011"), 1), years_between("2021", "census day 2021")
    (6.5, 0.0)
    >>> years_between("surveys of 2018 and 2019", "2021"), years_between(None, "2021")
    (2.0, nan)
    """
    if one is None or other is None:
        return np.nan
    try:
        return float(read_period(one).gap(read_period(other)))
    except InvalidParameter:
        first, second = years(one), years(other)
        if first is None or second is None:
            return np.nan
        return float(max(0, first[0] - second[1], second[0] - first[1]))


def gap_text(gap: float, apart: float) -> str:
    """Write years apart, with as many digits as show that they are more than may be.

    Examples
    --------
    >>> gap_text(6.513, 1), gap_text(1.0048, 1)
    ('6.5', '1.005')
    """
    short = f"{gap:.1f}"
    return short if float(short) > apart else f"{gap:.3f}"


def period_check(gap: float, apart: float) -> str:
    """Say in a word how two periods lie to each other."""
    if np.isnan(gap):
        return NOT_STATED
    if gap == 0:
        return "same"
    return "within tolerance" if gap <= apart else "apart"


def vintage_fault(places: Places, outcome: str, edition: str | None, ids: pd.Index) -> PlacemixError | None:
    """Refuse codes of another edition of the areas: most match, and those of areas that changed are lost."""
    own = places.about.vintage
    if edition is None or own is None or str(edition) == str(own) or places.members is None:
        return None
    members = places.members
    away = ~members["unit"].isin(ids).to_numpy()
    message = (
        f"The outcome {outcome!r} is of areas of {edition}, the counts of those of {own}: matching codes would lose "
        f"{members['people'].to_numpy()[away].sum():,.0f} people, where areas changed."
    )
    remedy = (
        "Bring one of them onto the areas of the other: along=harmonise.changes(lookup, …), or harmonise.reunit; "
        "or join both by a larger area."
    )
    return VintageMismatch(message, units=members["unit"][away], remedy=remedy)


def universe_check(one: str | None, other: str | None) -> str:
    """Say in a word whether two tables count the same."""
    mine, theirs = universe(one), universe(other)
    if mine is None or theirs is None:
        return NOT_STATED
    return "same" if mine == theirs else "differs"


def division_faults(places: Places, outcome: str, told: Mapping[str, Any], apart: float) -> list[PlacemixError]:
    """Refuse to divide a count by people of another kind or time."""
    faults: list[PlacemixError] = []
    mine, theirs = universe(told["universe"]), universe(places.about.universe)
    if mine == "events":
        message = f"The outcome {outcome!r} counts events, which may be where nobody lives."
        remedy = "Divide with Rates.from_counts(events, people), which looks where they are, and pass the rates."
        faults.append(DenominatorMismatch(message, remedy=remedy))
    elif mine is not None and theirs is not None and mine != theirs:
        message = f"The outcome {outcome!r} counts {mine}, the counts {theirs}."
        faults.append(DenominatorMismatch(message, remedy=f"Divide by {mine}, from a table that counts them."))
    gap = years_between(told["period"], places.about.period)
    if gap > apart:
        message = (
            f"The outcome {outcome!r} is of {told['period']}, the counts of {places.about.period}: "
            f"{gap_text(gap, apart)} years apart, where {apart:g} may be."
        )
        remedy = (
            "Use people of a nearer date (harmonise.interpolate_between estimates them), or allow more with apart=."
        )
        faults.append(DenominatorMismatch(message, remedy=remedy))
    return faults


def exceeding(outcome: str, ids: Any, numerator: FloatArray, people: FloatArray) -> PlacemixError | None:  # noqa: ANN401
    """Refuse more people in the numerator than there are to be among."""
    over: BoolArray = np.asarray(numerator > people * (1 + 1e-9))
    if not over.any():
        return None
    message = f"{plural(int(over.sum()), 'place has', 'places have')} more people in {outcome!r} than residents."
    remedy = "Check that both are of one date and edition; where events are counted, say so in facts=."
    return DenominatorMismatch(message, units=np.asarray(ids)[over], remedy=remedy)


def breaking(table: pd.DataFrame, topics: Mapping[str, str], places_period: str | None) -> dict[str, str]:
    """Say of each outcome what breaks its series: rules that changed, or another definition at another date.

    Parameters
    ----------
    table
        Outcomes, as `reading` gives them.
    topics
        Topic of `placemix.harmonise.breaks` for each indicator.
    places_period
        Period of the counts, which is a date of the series where an outcome is by group.

    Raises
    ------
    InvalidParameter
        A topic or indicator is not known.
    """
    known = list(table["indicator"].unique())
    odd = [name for name in topics if name not in known]
    if odd:
        message = f"A topic is given for {odd[0]!r}, of which there is no outcome."
        raise InvalidParameter(message, remedy=did_you_mean(odd[0], known))
    said: dict[str, str] = {}
    for indicator, rows in table.groupby("indicator", sort=False):
        told = []
        periods = [str(one) for one in rows["period"].dropna().unique()]
        dates = [*periods, *([places_period] if places_period and rows["group"].notna().any() else [])]
        if indicator in topics and len(dates) > 1:
            ordered = sorted(dates, key=_middle)
            found = known_breaks(topics[str(indicator)], since=ordered[0], until=ordered[-1])
            told += [f"{row['says']} ({row['source']})" for row in found.to_dict("records")]
        elif indicator in topics:
            known_breaks(topics[str(indicator)])
        if len(periods) > 1:
            for name, words in (("definition", "defined"), ("measured_in", "measured in")):
                several = rows[name].dropna().astype(str).unique()
                if len(several) > 1:
                    told.append(f"It is {words} differently at its dates: {listed([repr(one) for one in several])}.")
        if told:
            said |= dict.fromkeys(map(str, rows["outcome"].unique()), " ".join(told))
    if said:
        names = listed([repr(name) for name in said])
        message = f"The series of {names} breaks. {' '.join(dict.fromkeys(said.values()))}"
        warnings.warn(BreakInSeries(message), stacklevel=4)
    return said


def _middle(text: str) -> float:
    return read_period(text).middle
