"""The join of segregation with outcomes: every fact of it in columns, and nothing lost without a row."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import Table
from placemix.about import About
from placemix.columns import read_about
from placemix.counts import Counts
from placemix.crosswalks import Crosswalk
from placemix.errors import (
    InvalidParameter,
    NationalMask,
    PlacemixError,
    UnmatchedUnit,
    did_you_mean,
    listed,
    together,
)
from placemix.harmonise.areas.lookups import refuse_best_fit
from placemix.measuring.plan import Which
from placemix.outcomes.joining.assembling import assembled
from placemix.outcomes.joining.carrying import Options, called
from placemix.outcomes.joining.checking import breaking, national, vintage_fault
from placemix.outcomes.joining.dividing import per_people
from placemix.outcomes.joining.measured import places_of
from placemix.outcomes.joining.moving import Moved, Partial, Weigh, as_given, brought, through_strata
from placemix.outcomes.joining.places import UNIT, Places
from placemix.outcomes.joining.reading import Outcomes, Read, read_outcomes
from placemix.outcomes.joining.tidying import Facts
from placemix.results import Call, Result, remember


def link(
    places: Counts | Table,
    outcomes: Outcomes,
    *,
    on: str | None = None,
    along: Crosswalk | str | None = None,
    focal: Which = "each",
    values: Sequence[str] | None = None,
    people: str | None = None,
    about: Mapping[str, Any] | About | None = None,
    facts: Facts = None,
    per: float | None = None,
    partial: Partial = "undefined",
    weigh: Weigh = "denominator",
    apart: float = 1,
    breaks: Mapping[str, str] | None = None,
) -> Result:
    """Join segregation with outcomes of the same places, and say of every place and person what became of them.

    Parameters
    ----------
    places
        Counts, of which the share of each group is joined; a result of `placemix.measure` or `placemix.local`; or a
        plain table, with `on` and `values`.
    outcomes
        `Rates`, a `Condition`, a series by id, several of them by name, or a table: with columns `indicator` and `unit`
        it is read as rates, otherwise each of its columns is an outcome by the ids in its index, or in a column named
        as `on`. Hidden values are `Suppressed`, or the bounds of `Rates`.
    on
        What a place is: ``"unit"`` or a column of strata. Default: the unit of counts and of `local`, the stratum of
        `measure`. Counts of larger places are sums.
    along
        How the ids of outcomes become places where they are smaller areas: a `Crosswalk` from them to places, or
        ``"unit"`` where they are the units of the counts. Numerators and denominators are summed and divided again;
        a rate without a denominator is refused.
    focal
        Groups whose shares are joined, of counts.
    values, people, about
        Of a plain table: its columns of numbers, its column of people, and what it is of (as in `from_wide`).
    facts
        What outcomes do not say themselves, by the name of the indicator: `period`, `vintage`, `universe`, `geography`,
        `measured_in` (``"count"`` for people or events), `domain`, `higher_is`, `definition`, `source`.
    per
        Divide counts without a denominator by the people of the places: ``1`` for a share, ``1000`` for a rate per
        1,000. Only the people of units with a count are taken.
    partial
        What a place has of which some units have no value: nothing (``"undefined"``), or the value of the others
        (``"known"``), with their part of its people in `people_known`. In a mean by people (`weigh`) a unit in which
        nobody lives lacks nothing.
    weigh
        ``"people"`` averages rates without denominators by the people of each unit; with ``along="unit"`` only.
    apart
        Years that may lie between the two sides before a row says so, or a division is refused.
    breaks
        Topic of `placemix.harmonise.breaks` for each indicator whose rules changed, such as
        ``{"claimants": "claimants"}``. Looked for between the periods of one indicator, and for outcomes by group also
        to that of the counts.

    Returns
    -------
    result
        One row for each outcome, quantity and place; then, with no quantity, one for each unit or place that only one
        side has, and one for each national figure. Columns: the strata; `place`, `level` (what it is); `quantity` (its
        name, such as ``share of asian``), `measure`, `focal`, `against`, `value`, `lower`, `upper`, `interval_method`,
        `people`; `outcome` (its name), `domain`, `group`, `outcome_value`, `outcome_low`, `outcome_high` (ends of a
        hidden or rounded value), `numerator`, `denominator`, `measured_in`, `higher_is`, `symbol`; `national` (figure
        of the nation); `match` (``both``, ``hidden``, ``no value``, ``part missing``, ``no outcome``; ``no place``,
        ``part without outcome``, ``national``); `moved` (how the outcome came onto the place), `parts`,
        `parts_missing`, `people_known`; `period`, `places_period`, `years_apart`, `period_check` (``same``, ``within
        tolerance``, ``apart``, ``not stated``); `vintage`, `places_vintage`, `vintage_check`; `universe`,
        `places_universe`, `universe_check`; `break_in_series`; the coverage of the outcome: `places`,
        `places_matched`, `places_hidden`, `places_valued`, `people_all`, `people_valued`, `outcome_places`,
        `outcome_places_matched`, `outcome_people` (sum of its denominators), `outcome_people_matched`; `groups` (of the
        counts), `ordinal` (whether it is a rank), `reason`, `note`, `sentence`, `outcome_source`, `source`, `version`.
        `explain` says each outcome's coverage and what does not fit.

    Raises
    ------
    VintageMismatch
        Both sides are the same kind of area in two editions: most codes match, and those that changed would be lost.
    DenominatorMismatch
        A count would be divided by people of another kind or time, or by fewer than it counts; a rate would be averaged
        without denominators, or by people of another kind.
    RankOrDecileArithmetic
        Ranks or classes of ranks would be brought onto larger places.
    TotalsNotConserved
        Counts were lost or made on the way.
    UnmatchedUnit
        No place has a row of an outcome.
    CountRateMix
        What is said to be a count lies between 0 and 1.
    InvalidParameter, InvalidTable, UnknownColumn, DuplicateUnit, NotNumbers, ReservedName, NotCounts
        One of the two sides or an option has faults. All faults come in one error.

    Warns
    -----
    NationalMask
        Of an outcome only national figures are given.
    BreakInSeries
        The rules or the definition of an outcome changed between its dates.

    Notes
    -----
    Nothing is filled in, and nothing left out without a row: what one side lacks is in `match` and `reason`. A join of
    areas says nothing of the people in them; `association` says how far it can be read.

    References
    ----------
    Robinson 1950.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> about = {"period": "2021", "universe": "residents", "vintage": "2021"}
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area", about=about)
    >>> air = pd.Series({"A": 20.0, "B": 14.0, "C": 11.0, "E": 9.0}, name="no2")
    >>> facts = {"no2": {"period": "2017", "vintage": "2021", "measured_in": "µg/m³"}}
    >>> linked = pm.outcomes.link(homes, air, focal="asian", facts=facts)
    >>> linked[["place", "value", "outcome_value", "match", "years_apart"]].round(2)
      place  value  outcome_value       match  years_apart
    0     A    0.8           20.0        both          3.0
    1     B    0.2           14.0        both          3.0
    2     C    0.0           11.0        both          3.0
    3     D    0.2            NaN  no outcome          3.0
    4     E    NaN            9.0    no place          3.0
    >>> for sentence in linked.explain().split(". "):
    ...     print(sentence)
    no2: 3 of 4 places have a value, with 300 of 400 people (75.0 %)
    Without a value: 1 [D]
    Of 4 units of the outcome no place here: 1 [E]
    The outcome is of 2017, the counts of 2021: 3.0 years apart, more than 1.
    """
    faults: list[PlacemixError] = []
    facts_of = About() if about is None else read_about(about)
    _known(along, partial, weigh, apart, faults)
    there = found = None
    for read in ("places", "outcomes"):
        try:
            if read == "places":
                there = places_of(places, on, focal, values, people, facts_of)
            else:
                found = read_outcomes(outcomes, facts, on=on)
        except PlacemixError as error:
            faults += error.faults
    if faults or there is None or found is None:
        raise together(faults)
    options = Options(along, per, partial, weigh, apart, dict(breaks or {}))
    frame = joined(there, found, options)
    inputs, arguments = called(places, there, found, options)
    if isinstance(places, Counts):
        arguments |= {"focal": focal}
    result = remember(frame, Call("outcomes.link", inputs, arguments))
    result.attrs["cites"] = ("robinson_1950",)
    return result


def _known(along: object, partial: object, weigh: object, apart: object, faults: list[PlacemixError]) -> None:
    for name, value, allowed in (("partial", partial, ["undefined", "known"]),
                                 ("weigh", weigh, ["denominator", "people"])):  # fmt: skip
        if value not in allowed:
            message = f"{name} is {' or '.join(map(repr, allowed))}, not {value!r}."
            faults.append(InvalidParameter(message, remedy=did_you_mean(value, allowed)))
    if along is not None and not isinstance(along, Crosswalk) and along != UNIT:
        message = f"along is a Crosswalk, 'unit' (outcomes are by the units of the counts) or None, not {along!r}."
        faults.append(InvalidParameter(message, remedy=did_you_mean(along, [UNIT])))
    if weigh == "people" and along != UNIT:
        message = "weigh='people' needs along='unit': nothing else says how many people are in each unit."
        faults.append(InvalidParameter(message))
    if isinstance(apart, bool) or not isinstance(apart, int | float | np.number) or not apart >= 0:
        faults.append(InvalidParameter(f"apart is a number of years from 0 on, not {apart!r}."))


def joined(places: Places, found: Read, options: Options) -> pd.DataFrame:
    """Join both sides; the whole of `link` but for reading them."""
    table = found.table
    along = options.along
    if isinstance(along, Crosswalk):
        refuse_best_fit(along)
    elif along is not None:
        along = _by_units(places)
    known = places.people.index
    if along is not None:
        known = known.union(along.sources)
    whole = national(table["unit"], known)
    own = table[~whole].reset_index(drop=True)
    broken = breaking(table, options.breaks, places.about.period)
    by_code = (options.along is None and places.on == UNIT) or options.along == UNIT
    faults: list[PlacemixError] = []
    if by_code:
        for outcome, rows in own.groupby("outcome", sort=False):
            fault = vintage_fault(places, str(outcome), rows["vintage"].iloc[0], pd.Index(rows["unit"]))
            faults += [] if fault is None else [fault]
    if faults:
        raise together(faults)
    moved = as_given(own, places) if along is None else brought(own, along, places, options.partial, options.weigh)
    rows = moved.table
    if options.per is not None:
        rows = per_people(rows, places, options.per, options.apart, faults)
    _met(own, moved, places, faults)
    if faults:
        raise together(faults)
    nations = table[whole].reset_index(drop=True)
    _warn_national(own, nations)
    return assembled(places, own, Moved(rows, moved.lost), nations, broken, by_code=by_code, apart=options.apart)


def _by_units(places: Places) -> Crosswalk:
    if places.members is None:
        message = "along='unit' needs counts, whose units lie in the places; a plain table has none."
        raise InvalidParameter(message, remedy="Pass a Crosswalk from the units of the outcomes to the places.")
    if places.on == UNIT:
        message = "along='unit' brings outcomes of units onto larger places, and the places are the units themselves."
        raise InvalidParameter(message, remedy="Pass on= a column of strata, or leave out along=.")
    return through_strata(places)


def _met(own: pd.DataFrame, moved: Moved, places: Places, faults: list[PlacemixError]) -> None:
    """Refuse outcomes of which no row is of any place."""
    alone = [name for name in own["outcome"].unique() if not (moved.table["outcome"] == name).any()]
    if alone:
        rows = own[own["outcome"] == alone[0]]
        message = (
            f"No {places.on} has a row of {listed([repr(name) for name in alone])}: the outcomes are of "
            f"{listed(list(rows['unit']), shown=2)}, the places are {listed(list(places.people.index), shown=2)}."
        )
        remedy = (
            "Check that both use the same ids and the same edition; pass along= a Crosswalk, or along='unit' where "
            "outcomes are by the units of the counts."
        )
        faults.append(UnmatchedUnit(message, units=rows["unit"], remedy=remedy))


def _warn_national(own: pd.DataFrame, whole: pd.DataFrame) -> None:
    only = [name for name in whole["outcome"].unique() if not (own["outcome"] == name).any()]
    if only:
        message = (
            f"Only national figures of {listed([repr(name) for name in only])}: they can hide large local differences, "
            "and say nothing of any area. Look for the same outcome by area before you judge a place by it."
        )
        warnings.warn(NationalMask(message), stacklevel=4)
