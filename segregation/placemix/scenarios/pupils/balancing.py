"""School places with a scheme and without it, in the same year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import Table
from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.errors import PlacemixError, together
from placemix.results import Call, Result, remember
from placemix.scenarios.pupils.additions import added
from placemix.scenarios.pupils.asking import Way, asked_faults, first_year, read_where, stated_year
from placemix.scenarios.pupils.assembling import Parts, areas_of, assembled
from placemix.scenarios.pupils.belonging import Belonging, by_lookup, by_shapes
from placemix.scenarios.pupils.capacities import Unknown, left_now
from placemix.scenarios.pupils.demands import Demand, demand_of, read_tables
from placemix.scenarios.pupils.forecasts import base_year, left_then, read_forecast, unknown_areas
from placemix.scenarios.pupils.noting import forecast_words, notes, rolls_words, yield_words
from placemix.scenarios.pupils.reaching import Within, nearest, reach
from placemix.scenarios.pupils.schooling import Schools, carried_columns, column_names, read_schools
from placemix.scenarios.schemes import recalling
from placemix.scenarios.schemes.proposals import Scheme, Schemes

_COLUMNS = (
    "phase", "planning_area", "year", "case", "schemes", "pupils_scheme", "places_scheme", "pupils_committed", "pupils",
    "pupils_lower", "pupils_upper", "level", "places", "left_without", "left_without_lower", "left_without_upper",
    "left_with", "left_with_lower", "left_with_upper", "change", "short", "schools_counted", "schools_unknown",
    "schools_over", "basis", "rolls_year", "places_year", "reason", "note", "sentence", "source", "version",
)  # fmt: skip


def school_places(
    people: pd.DataFrame,
    where: Schemes | Scheme | Sequence[Scheme] | pd.DataFrame,
    *,
    forecast: pd.DataFrame | None = None,
    schools: Table | None = None,
    areas: Any = None,  # noqa: ANN401
    lookup: pd.DataFrame | None = None,
    within: Within | None = None,
    unknown: Unknown | None = None,
    rolls_year: int | str | None = None,
    places_year: int | str | None = None,
    committed: pd.DataFrame | None = None,
    committed_in_forecast: bool | None = None,
    added_places: pd.DataFrame | None = None,
    phases: Sequence[str] | None = None,
    alone: bool = False,
    columns: Mapping[str, str] | None = None,
) -> Result:
    """Say how many school places would be left with schemes and without them, by planning area and year.

    Parameters
    ----------
    people
        What `scheme_people` gave with yields: its columns `pupils_<phase>`. All schemes are built, unless `alone`.
    where
        The schemes of `people` and of `committed` themselves; or, with `lookup`, what `placed` gave for them.
    forecast
        What `placemix.schools.places` gave. Its rows of year group ``"all"`` are taken, with their range.
    schools
        Schools of today: `school`, `phase`, `planning_area`, `pupils`, `places` (both of the whole school; empty: not
        known), and a map where schools near a site are looked for. With `forecast` they only say which planning area
        is the nearest.
    areas
        Planning areas with shapes: `planning_area` and `phase`, unless they are those of every phase. Schemes belong to
        the area around their site; ground in several is shared.
    lookup
        Planning areas of units: `unit`, `phase`, `planning_area`; or `unit` and a column for each phase, such as
        `primary_area`. Schemes belong to those of their units, by share.
    within
        Distance for each phase, such as ``{"primary": "2 miles", "secondary": "3 miles"}``, or one for all: each scheme
        has an area of its own, the schools so near to its site in a straight line. Without `areas`, `lookup` and
        `within` schemes belong to the planning area of the nearest school of the phase.
    unknown
        Schools whose pupils or places are not known: ``"missing"`` (the places of their area are not known),
        ``"leave out"`` (neither their pupils nor their places are counted) or ``"refuse"``. Needed where any is to be
        counted; all are listed.
    rolls_year, places_year
        Years of the pupils and of the places of `schools`, such as 2023 or ``"2022/23"``; needed, unless columns of
        these names hold them. `places_year` is also understood with `forecast`.
    committed
        What `scheme_people` gave for schemes that come anyway, such as those that `without` counts. They are in both
        sides of the comparison. Pupils of homes that were complete in the year of the rolls are on them, and are not
        counted again; with `lookup` this takes rows from that year on.
    committed_in_forecast
        Whether the forecast was made with these very schemes, so that they are not counted again. Needed with both.
    added_places
        Places that schemes of `people` add: `phase`, `year` (from which on), `places`, and `reference` of the scheme,
        or `planning_area`, or both.
    phases
        Phases to look at. Default: all that `people` has.
    alone
        Whether each scheme stands by itself beside what comes anyway, with rows of its own.
    columns
        Your names of `school`, `phase`, `planning_area`, `pupils` and `places`, such as ``{"pupils": "roll"}``.

    Returns
    -------
    result
        One row for each phase, planning area, year and case in which schemes have pupils or add places (with `alone`,
        for each scheme). Columns: `phase`, `planning_area` (missing for schemes that belong to none), `year` (end of;
        missing where no scheme states one), `case` (``"stated"``; ``"low"`` and ``"high"`` where homes of any scheme
        are a range), `schemes`, `pupils_scheme`, `places_scheme` (added), `pupils_committed`, `pupils` (on the rolls,
        or forecast without committed homes), `pupils_lower`, `pupils_upper`, `level` (share of past errors within the
        range), `places`, `left_without` (`places` - `pupils` - `pupils_committed`; a deficit is negative),
        `left_without_lower`, `left_without_upper`, `left_with` (`left_without` + `change`), `left_with_lower`,
        `left_with_upper`, `change` (`places_scheme` - `pupils_scheme`), `short` (whether places are enough without and
        not with the schemes), `schools_counted`, `schools_unknown`, `schools_over` (with more pupils than places),
        `basis` (``"forecast"`` or ``"rolls"``), `rolls_year`, `places_year`, `reason` (why a number is missing),
        `note`, `sentence`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        Arguments do not go together, or one that has no default is needed: `unknown`, years, `committed_in_forecast`.
    UnmatchedUnit
        Schemes are not in `where`, or phases and planning areas not in the supply.
    InvalidCounts
        Pupils or places are negative, or not known and refused.
    InvalidTable, UnknownColumn, NotNumbers, DuplicateUnit, EmptyTable
        Tables lack columns, rows or years, or hold what is no number, or schemes, schools, units or areas twice.
    NoPlace, CRSMismatch, GeographicCRS
        Schools have no map, or schemes and schools or areas have none that is common.

    Notes
    -----
    What is left is capacity less roll less pupils of committed homes, without the schemes and with them in the same
    year. The pupils of all rows of a year, phase and case sum to those of `people`, also of schemes that belong to no
    planning area. Areas of `within` overlap, and there each scheme counts in its own alone. Nothing is rounded, and a
    school with more pupils than places takes from its area. With `schools` nothing is forecast: today's rolls stand for
    every year. A forecast ends, and what lies beyond is missing; its range knows nothing of yields, nor of homes that
    are not built. Whether children of a place go to its schools is for parents and schools: places left are of an area.

    References
    ----------
    Department for Education 2023, *Securing developer contributions for education* (capacity, rolls and pupils of
    committed homes).

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pm.scenarios.scheme("24/1", dwellings=110, year=2030)
    >>> people = pm.scenarios.scheme_people(
    ...     homes, pm.datasets.town().occupancy, yields={"primary": 0.2}, yield_source="a county's figures, 2024"
    ... )
    >>> where = pd.DataFrame({"reference": ["24/1"], "unit": ["A"], "share": [1.0]})
    >>> lookup = pd.DataFrame({"unit": ["A"], "primary_area": ["Heywood"]})
    >>> schools = pd.DataFrame({"school": ["S", "T"], "phase": "primary", "planning_area": "Heywood"})
    >>> schools = schools.assign(pupils=[180, 216], places=[220, 210])
    >>> found = school_places(people, where, lookup=lookup, schools=schools, rolls_year="2025/26", places_year=2025)
    >>> found[["planning_area", "year", "pupils_scheme", "left_without", "left_with", "schools_over"]]
      planning_area  year  pupils_scheme  left_without  left_with schools_over
    0       Heywood  2030           22.0          34.0       12.0            T
    >>> print(found.explain())
    By the rolls of 2025/26 and the places of 2025 there would be 34 places left in Heywood's primary schools without
    the scheme and 12 with its homes of 2030.
    """
    faults: list[PlacemixError] = []
    called = column_names(columns, faults)
    asked = {
        "forecast": forecast, "schools": schools, "areas": areas, "lookup": lookup, "within": within,
        "unknown": unknown, "rolls_year": rolls_year, "places_year": places_year, "committed": committed,
        "committed_in_forecast": committed_in_forecast,
    }  # fmt: skip
    way = asked_faults(asked, faults)
    tables = read_tables(people, committed, phases, faults)
    given = read_where(where, way, tables, faults)
    if faults or tables is None or given is None or way is None:
        raise together(faults)
    stated = stated_year(places_year, forecast)
    then = None if forecast is None else read_forecast(forecast, tables.phases, faults)
    known = None
    if schools is not None:
        known = read_schools(
            schools, tables.phases, called, counted=forecast is None, by_area=way != "within",
            mapped=way in {"nearest", "within"}, years=(rolls_year, places_year), faults=faults,
        )  # fmt: skip
    if faults:
        raise together(faults)
    base = base_year(then) if then is not None else first_year(known)
    steps = {} if isinstance(given, pd.DataFrame) else {one.reference: one.phasing for one in given}
    demand = demand_of(tables, base, steps, faults)
    belonging = _belonging(way, given, demand, (areas, lookup, within, known), called, faults)
    if faults or belonging is None:
        raise together(faults)
    own = list(demand.proposed["reference"].unique())
    opened = added(
        added_places, belonging.rows, own, demand.years, called, alone=alone, own=way == "within", faults=faults
    )
    places = areas_of(belonging.rows, opened, own)
    supply = _supply(then, known, places, demand, belonging, (unknown, stated), faults)
    if faults:
        raise together(faults)
    basis = "rolls" if then is None else "forecast"
    frame = assembled(
        Parts(demand, belonging.rows, opened, supply, basis, bool(committed_in_forecast), alone or way == "within")
    )
    said = rolls_words(frame, unknown) if then is None else forecast_words(frame, people, then, committed_in_forecast)
    frame["note"] = notes(frame, demand, base, [belonging.words, *said, *yield_words(people)], _lost(demand, belonging))
    for name in ("schemes", "schools_unknown", "schools_over"):
        frame[name] = pd.Series(["; ".join(names) or None for names in frame[name]], dtype=object)
    for name in ("rolls_year", "places_year"):
        frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    frame["source"], frame["version"] = fingerprint(pd.DataFrame(people))[:12], __version__
    inputs = {
        "people": people, "where": given if isinstance(given, pd.DataFrame) else recalling.tabled(given),
        "forecast": forecast, "schools": carried_columns(schools, called), "areas": carried_columns(areas, called),
        "lookup": carried_columns(lookup, called), "committed": committed, "added_places": added_places,
    }  # fmt: skip
    arguments = {
        "within": dict(within) if isinstance(within, Mapping) else within, "unknown": unknown, "rolls_year": rolls_year,
        "places_year": stated if then is not None else places_year, "committed_in_forecast": committed_in_forecast,
        "phases": None if phases is None else tables.phases, "alone": alone,
        "columns": None if columns is None else dict(columns),
    }  # fmt: skip
    held = {name: value for name, value in inputs.items() if value is not None}
    return remember(frame[list(_COLUMNS)], Call("scenarios.school_places", held, arguments))


def _belonging(
    way: Way, given: tuple[Scheme, ...] | pd.DataFrame, demand: Demand, tables: tuple[Any, Any, Any, Schools | None],
    called: Mapping[str, str], faults: list[PlacemixError],
) -> Belonging | None:  # fmt: skip
    """Find the planning areas of all schemes in the way that was asked for."""
    areas, lookup, within, known = tables
    own = list(demand.proposed["reference"].unique())
    every = [*own, *demand.committed["reference"].unique()]
    if isinstance(given, pd.DataFrame):
        return by_lookup(given, lookup, every, demand.phases, called, faults)
    schemes = [one for one in given if one.reference in set(every)]
    if way == "areas":
        return by_shapes(schemes, areas, demand.phases, called, faults)
    if known is None:
        return None
    if way == "within":
        return reach(schemes, own, known, demand.phases, within, faults)
    return nearest(schemes, known, demand.phases, faults)


def _supply(
    then: pd.DataFrame | None, known: Schools | None, areas: pd.DataFrame, demand: Demand, belonging: Belonging,
    said: tuple[Unknown | None, str | None], faults: list[PlacemixError],
) -> pd.DataFrame:  # fmt: skip
    """Pupils and places of the areas."""
    unknown, places_year = said
    if then is not None:
        faults += unknown_areas(areas, then, "forecast does")
        return left_then(then, areas, demand.years, places_year)
    if known is None:
        return areas
    if belonging.reached is None:
        faults += unknown_areas(areas, known.table, "schools do")
    return left_now(known, areas, belonging.reached, unknown, faults)


def _lost(demand: Demand, belonging: Belonging) -> list[str]:
    """Committed schemes that belong to no planning area of a phase."""
    rows = belonging.rows
    mine = rows[rows["reference"].isin(demand.committed["reference"].unique()) & rows["planning_area"].isna()]
    return list(np.unique(mine["reference"].to_numpy(dtype=str)))
