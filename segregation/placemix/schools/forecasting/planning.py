"""School places: pupils to come by planning area, year and year group, against places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from placemix._typing import Table
from placemix.errors import InvalidParameter, PlacemixError, together
from placemix.results import Call, Result, remember
from placemix.schools.forecasting.asking import column_names, horizons, number_faults, word_faults
from placemix.schools.forecasting.backcasting import errors
from placemix.schools.forecasting.entering import Kind, entering
from placemix.schools.forecasting.homes import Yields, homes
from placemix.schools.forecasting.laying_out import Asked, Forecast, laid_out
from placemix.schools.forecasting.provision import CapacityOf, Fills, capacities, over_full, planned
from placemix.schools.forecasting.rosters import Names, rosters
from placemix.schools.forecasting.survival import Settings, carry, learn
from placemix.schools.forecasting.tidying import Columns


def places(
    rolls: Table,
    capacity: Table,
    intake: Table,
    developments: Table | None = None,
    *,
    years: int | Mapping[str, int] | None = None,
    changes: Table | None = None,
    feeds: Table | None = None,
    yields: Yields | None = None,
    yield_source: str | None = None,
    intake_is: Kind = "children",
    beyond: Literal["missing", "hold"] = "missing",
    capacity_of: CapacityOf = "year group",
    capacity_year: int | str | None = None,
    fills: Fills = "entry",
    last: int = 3,
    ratios: Literal["area", "phase"] = "area",
    smallest: float = 20,
    small: Literal["phase", "refuse"] = "phase",
    level: float = 0.8,
    fewest: int = 9,
    too_few: Literal["missing", "phases"] = "missing",
    columns: Mapping[str, str] | None = None,
) -> Result:
    """Forecast pupils and set them against places, by planning area, year and year group.

    Cohorts that are at school move up by survival ratios: pupils of a year group for each pupil of the year group
    below it a year before. Who enters comes from births, registrations with a doctor or your own forecast; who moves to
    the next phase comes from the leavers of the one before. Each forecast has a range, from what the same method
    would have got wrong in the past.

    Parameters
    ----------
    rolls
        Pupils, one row a school, year and year group, of at least two years in a row up to the last, which is the year
        forecast from. Schools that are not there in a year have no rows. Columns: `school`, `phase`,
        `planning_area`, `year` (that of the September), `year_group` (0 or R is Reception), `pupils`.
    capacity
        Places, one row a school or a planning area: `phase`, `planning_area`, `places`, if need be `school` and
        `year_group`.
    intake
        One row a planning area of the first phase and a year of intake: `planning_area`, `intake_year`,
        `registered` (children: born, or registered with a doctor). Past years too, from which the share who enter is
        learnt. A forecast of years that it does not hold is missing.
    developments
        Homes to be built: `year` (of the September when their pupils come), `dwellings`, `status` (committed or
        proposed), and where: `phase` and `planning_area`, or a column for each phase, such as `primary_area` and
        `secondary_area`.
    years
        Years ahead, one number or one for each phase. Default: five for the first phase, seven for those after it.
    changes
        Planned changes of capacity, one row each: `phase`, `planning_area`, `year`, `change` (places of a year group,
        more or fewer), if need be `year_group` (of it alone) and `fills`.
    feeds
        Where leavers of the first phase go: `from_area`, `to_area`, `share`; the shares of an area sum to 1. Default:
        all leavers are shared by the recent entries of each area.
    yields
        Pupils of each phase, all its year groups together, that a new home sends; a number or a column of
        `developments`. Needed with these, as none is right everywhere.
    yield_source
        Where the yields come from; repeated in the result.
    intake_is
        Whether `intake` holds ``"children"``, or a ``"forecast"`` of pupils, taken as it is. Past years of a forecast
        are what was forecast then, not what came.
    beyond
        Years of intake that `intake` does not hold are ``"missing"``, and so is what comes of them; or ``"hold"``
        the mean of each area's `last` known ones, noted.
    capacity_of
        Whether places are of one ``"year group"`` or of a whole ``"school"``, which are divided evenly.
    capacity_year
        Year of the places, for the note about schools with more pupils than places.
    fills
        How a change of capacity fills where its row does not say: from the ``"entry"`` year up, one year group a year,
        or in ``"all"`` at once.
    last
        Pairs of years (for entry: years) that a ratio pools.
    ratios
        Whether each planning ``"area"`` has its own ratios, or all take those of the ``"phase"``.
    smallest
        Pupils or children that must stand under a ratio of one area.
    small
        Ratios with fewer: take that of the ``"phase"``, listed in `ratio_of` and `note`, or ``"refuse"``.
    level
        Share of past errors that the range spans.
    fewest
        Errors that a range needs at least. More are needed where `level` is so large that fewer cannot span it: 9 for
        0.8, 19 for 0.9, 39 for 0.95.
    too_few
        Ranges of a phase with fewer errors at any horizon: ``"missing"``, or from the errors of all ``"phases"``, as
        `range_basis` then says.
    columns
        Your names of columns, such as ``{"pupils": "headcount"}``, for any named above. `children` names that of
        the children in `intake`.

    Returns
    -------
    result
        One row a planning area, year and year group, and one of each area's total (``"all"``). Columns:
        `planning_area`, `phase`, `year`, `year_group`, `ahead` (years), `forecast` (pupils, with committed homes),
        `lower`, `upper`, `level`, `from_rolls` (cohorts and intake), `from_committed`, `from_proposed`,
        `forecast_with_proposed`, `places`, `surplus` (places - forecast; a deficit is negative), `surplus_lower`,
        `surplus_upper`, `surplus_share` (of places), `surplus_with_proposed`, `ratio`, `ratio_numerator`,
        `ratio_denominator`, `ratio_of` (area, phase, given), `bias` (median of truth / forecast - 1 in the past, also
        of few; the forecast is not corrected for it), `errors`, `range_basis`, `reason`, `note`, `version`.

    Raises
    ------
    InvalidTable
        A table has faults; all faults of all tables come together, also as `UnknownColumn`, `UnmatchedUnit` (unknown
        planning areas), `DuplicateUnit`, `InvalidCounts` (negative, missing, places below 0), `NotNumbers`.
    InvalidParameter
        An argument is out of range, or yields or their source are missing.

    Notes
    -----
    A back-cast forecasts every year that is known from every earlier one with two years of rolls, as if the rest were
    not known, with one exception: `intake` as it is given, which may have been counted since. The range holds the
    middle share `level` of the relative errors, pooled over areas, for entry, other year groups and totals apart. It
    does not know whether homes are built, or a policy changes. It need not contain the forecast, where past forecasts
    were biased. Years in which an area has no rolls teach nothing about it, nor about who moves to the next phase. A
    range of one area and year holds by itself, not for all at once. Errors of small and large areas are pooled: where
    sizes differ much, a small area falls outside its range more often than `level` says, and a large one less.

    References
    ----------
    Hamilton and Perry 1962 (survival ratios of cohorts, without births and moves apart); Grip and Grip 2020 (ranges of
    forecasts of pupils from past errors).

    Examples
    --------
    Thirty children are born each year, all of whom enter and stay, in a school with 28 places a year group:

    >>> import pandas as pd, placemix as pm
    >>> rolls = pd.DataFrame(
    ...     [("S", "primary", "North", year, group, 30) for year in (2020, 2021) for group in range(7)],
    ...     columns=["school", "phase", "planning_area", "year", "year_group", "pupils"])
    >>> places = pd.DataFrame({"phase": ["primary"], "planning_area": ["North"], "places": [28]})
    >>> births = pd.DataFrame({"planning_area": "North", "intake_year": range(2020, 2024), "registered": 30})
    >>> found = pm.schools.places(rolls, places, births, years=2)
    >>> found.loc[found["year_group"] == "all", ["year", "forecast", "places", "surplus", "range_basis"]]
        year  forecast  places  surplus                        range_basis
    7   2022     210.0   196.0    -14.0  0 back-cast errors, fewer than 9
    15  2023     210.0   196.0    -14.0  0 back-cast errors, fewer than 9
    """
    faults: list[PlacemixError] = []
    asked = {"last": last, "level": level, "fewest": fewest, "smallest": smallest}
    words: dict[str, tuple[str, tuple[str, ...]]] = {
        "beyond": (beyond, ("missing", "hold")), "too_few": (too_few, ("missing", "phases")),
        "intake_is": (intake_is, ("children", "forecast")), "capacity_of": (capacity_of, ("year group", "school")),
        "fills": (fills, ("entry", "all")), "ratios": (ratios, ("area", "phase")),
        "small": (small, ("phase", "refuse")),
    }  # fmt: skip
    faults += [*number_faults(asked), *word_faults(words)]
    called = column_names(columns, faults)
    if faults:
        raise together(faults)
    names = Names(*(called[name] for name in Names._fields))
    tables = {"rolls": rolls, "capacity": capacity, "intake": intake, "developments": developments}
    tables |= {"changes": changes, "feeds": feeds}
    said = {"intake": "children of the intake", "capacity": "places", "changes": "changes of capacity"}
    read = {key: Columns(table, said.get(key, key), faults) for key, table in tables.items() if table is not None}
    known = rosters(read["rolls"], names)
    if known is None:
        raise together(faults)
    ahead = horizons(years, known, faults)
    longest = max(ahead.values(), default=1)
    now = capacities(read["capacity"], known, names, places=called["places"], of=capacity_of)
    entrants = entering(
        read["intake"], read.get("feeds"), known, kind=intake_is, hold=beyond == "hold", last=last, ahead=ahead,
        columns=(names.area, called["intake_year"], called["children"]),
        feeds_columns=(called["from_area"], called["to_area"], called["share"]),
    )  # fmt: skip
    built = None
    if "developments" in read:
        built = homes(
            read["developments"], known, horizon=longest, area=names.area, phase=names.phase, yields=yields,
            yield_source=yield_source, columns=(called["year"], called["dwellings"], called["status"]),
        )  # fmt: skip
    elif yields is not None:
        faults.append(InvalidParameter("yields are given, but no developments.", remedy="Pass both, or neither."))
    then = None
    if now is not None:
        then = planned(
            now, read.get("changes"), known, names, horizon=longest, fills=fills,
            columns=(called["year"], called["change"], called["fills"]),
        )  # fmt: skip
    if faults or entrants is None or then is None:
        raise together(faults)
    settings = Settings(last, float(smallest), ratios == "phase")
    learnt = learn(known, len(known.years) - 1, entrants, settings)
    forecast = Forecast(
        known, learnt, carry(known, len(known.years) - 1, longest, learnt, entrants), built, then,
        errors(known, entrants, settings), entrants,
        over_full(read["capacity"], known, names, places=called["places"], of=capacity_of, year=capacity_year),
    )  # fmt: skip
    frame = laid_out(
        forecast,
        Asked(ahead, settings, small == "refuse", level, fewest, too_few == "phases", fills, changes is not None),
    )
    arguments: dict[str, Any] = {
        "years": dict(ahead), "yields": None if yields is None else dict(yields), "yield_source": yield_source,
        "intake_is": intake_is, "capacity_of": capacity_of, "capacity_year": capacity_year, "fills": fills,
        "last": last, "ratios": ratios, "smallest": smallest, "small": small, "level": level, "fewest": fewest,
        "columns": None if columns is None else dict(columns), "beyond": beyond,
        "too_few": too_few,
    }  # fmt: skip
    result = remember(frame, Call("schools.places", {key: table.frame for key, table in read.items()}, arguments))
    result.attrs["cites"] = ("grip_2020", "hamilton_perry_1962")
    return result
