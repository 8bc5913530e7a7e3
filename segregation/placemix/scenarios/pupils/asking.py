"""What `school_places` is asked, and whether it goes together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import pandas as pd

from placemix.checks import id_texts
from placemix.errors import InvalidParameter, PlacemixError, UnknownColumn, UnmatchedUnit, did_you_mean, listed, plural
from placemix.scenarios.pupils.capacities import UNKNOWN
from placemix.scenarios.pupils.demands import Tables
from placemix.scenarios.pupils.schooling import Schools
from placemix.scenarios.schemes import recalling
from placemix.scenarios.schemes.proposals import Scheme

Way: TypeAlias = Literal["areas", "lookup", "within", "nearest"]
_YEAR = re.compile(r"\s*(\d{4})")
_WAYS: tuple[Literal["areas", "lookup", "within"], ...] = ("areas", "lookup", "within")
_PLACED = ("reference", "unit", "share")


def asked_faults(asked: Mapping[str, Any], faults: list[PlacemixError]) -> Way:
    """Say in which way planning areas are found, and list arguments that do not go together."""
    given = {name for name, value in asked.items() if value is not None}
    ways: list[Way] = [name for name in _WAYS if name in given]
    way: Way = ways[0] if ways else "nearest"
    in_forecast = asked["committed_in_forecast"]
    both = {"forecast", "committed"} <= given
    word = asked["unknown"]
    unused = sorted(given & {"unknown", "rolls_year"})
    cases: tuple[tuple[bool, str, str], ...] = (
        (len(ways) > 1, f"Planning areas are given in several ways: {', '.join(ways)}.", "Keep one of them."),
        (
            not given & {"forecast", "schools"},
            "Nothing says how many places there are.",
            "Pass forecast= from schools.places, or schools=.",
        ),
        (
            "schools" not in given and (way == "within" or ("forecast" in given and way == "nearest")),
            "Nothing says which planning area schemes belong to.",
            "Pass areas=, lookup=, or schools= with a map, of which the nearest gives its planning area.",
        ),
        (
            "forecast" in given and way == "within",
            "A forecast is of planning areas, and within= makes others.",
            "Pass schools= alone, or leave within= out.",
        ),
        (
            {"forecast", "schools"} <= given and way in {"areas", "lookup"},
            f"schools are given beside a forecast and {way}, and not used.",
            "Leave one of them out.",
        ),
        (
            "forecast" in given and bool(unused),
            f"{listed(unused)} is said of schools, and the places are those of a forecast.",
            "Leave it out.",
        ),
        (
            word is not None and word not in UNKNOWN,
            f"unknown is 'missing', 'leave out' or 'refuse', not {word!r}.",
            did_you_mean(word, UNKNOWN),
        ),
        (
            both and in_forecast is None,
            "Nothing says whether the forecast already holds the committed schemes.",
            "Pass committed_in_forecast=True (they are in its from_committed) or False (they come on top).",
        ),
        (
            in_forecast is not None and not both,
            "committed_in_forecast is given without both a forecast and committed schemes.",
            "Leave it out.",
        ),
        (
            both and in_forecast is True and not _holds_committed(asked["forecast"]),
            "The forecast holds no pupils of committed homes, so the committed schemes are not in it.",
            "Pass developments= with them to schools.places, or committed_in_forecast=False.",
        ),
    )
    faults += [InvalidParameter(message, remedy=remedy) for holds, message, remedy in cases if holds]
    return way


def _holds_committed(forecast: Any) -> bool:  # noqa: ANN401
    # A table that is no forecast is a fault of its own.
    return not isinstance(forecast, pd.DataFrame) or bool(forecast.get("from_committed", pd.Series([1.0])).any())


def read_where(
    where: Any, way: Way, tables: Tables | None, faults: list[PlacemixError]  # noqa: ANN401
) -> tuple[Scheme, ...] | pd.DataFrame | None:  # fmt: skip
    """Return the schemes, or where they were placed, and list those that are not there."""
    laid = isinstance(where, pd.DataFrame) and recalling.RECORD not in where.columns
    if laid and way != "lookup":
        message = "where is a table of units, and nothing says which planning area a unit is in."
        faults.append(InvalidParameter(message, remedy="Pass lookup=, or the schemes themselves."))
        return None
    if not laid and way == "lookup":
        message = "A lookup is of units, and where does not say in which units the schemes lie."
        faults.append(InvalidParameter(message, remedy="Pass what placed(schemes, units) gave."))
        return None
    if laid:
        lost = [name for name in _PLACED if name not in where.columns]
        if lost:
            message = f"The table of places has no column {listed([*map(repr, lost)])}."
            faults.append(UnknownColumn(message, remedy="Pass what placed gave."))
            return None
        names = set(id_texts(where["reference"]))
        found: tuple[Scheme, ...] | pd.DataFrame = where
    else:
        try:
            found = recalling.known(where)
        except PlacemixError as error:
            faults.append(error)
            return None
        names = {one.reference for one in found}
    for table, what in () if tables is None else ((tables.proposed, "scheme"), (tables.committed, "committed scheme")):
        absent = [] if table is None else [name for name in table["reference"].unique() if name not in names]
        if absent:
            message = f"{plural(len(absent), f'{what} is', f'{what}s are')} not in where."
            remedy = f"{did_you_mean(absent[0], names)} Pass the schemes of people and of committed.".strip()
            faults.append(UnmatchedUnit(message, units=absent, remedy=remedy))
    return found


def stated_year(places_year: object, forecast: Any) -> str | None:  # noqa: ANN401
    """Return the year of the places as a text, as stated here or to the forecast."""
    call = getattr(forecast, "call", None)
    year = places_year if places_year is not None or call is None else call.arguments.get("capacity_year")
    return None if year is None else str(year)


def first_year(schools: Schools | None) -> int | None:
    """Return the year in which the first of the rolls began, or None where no year can be read."""
    if schools is None or "rolls_year" not in schools.table.columns:
        return None
    found = [_YEAR.match(str(year)) for year in schools.table["rolls_year"].unique()]
    return None if not all(found) or not found else min(int(match[1]) for match in found if match)
