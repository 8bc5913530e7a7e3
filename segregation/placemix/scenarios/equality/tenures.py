"""People of new homes by tenure, which is what a table of tenure by group is multiplied with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.errors import PlacemixError
from placemix.results import Call, Result, remember
from placemix.scenarios.people import scheme_people
from placemix.scenarios.people.assumed import assumed_mix
from placemix.scenarios.people.cases import Case, cases_of, homes_of, timed
from placemix.scenarios.people.occupancy import Fill, occupancy_of, per_home
from placemix.scenarios.schemes import recalling
from placemix.scenarios.schemes.proposals import Scheme, Schemes

_SAME = ("reference", "name", "status", "case", "year")
_AFTER = ("reason", "assumptions", "occupancy_source", "note", "source")


def people_by_tenure(
    schemes: Schemes | Scheme | Sequence[Scheme] | pd.DataFrame,
    occupancy: pd.DataFrame,
    *,
    occupancy_source: str | None = None,
    ages: Sequence[str] | None = None,
    mix: pd.DataFrame | None = None,
    years: Sequence[int] | None = None,
    not_phased: int | None = None,
    fill: Fill = "refuse",
    or_more: int | None = None,
) -> Result:
    """Say how many people would live in new homes of each tenure, by year.

    These are the people of `scheme_people`, told apart by the tenure of their homes. The equality annex asks for them.

    Parameters
    ----------
    schemes, occupancy, occupancy_source, ages, mix, years, not_phased, fill, or_more
        As in `scheme_people`.

    Returns
    -------
    result
        One row for each scheme, case, year and tenure. Columns: `reference`, `name`, `status`, `case`, `year`,
        `tenure` (missing where no mix is known); `homes` (net, completed until then), `people` (net), `people_new` (of
        homes built), `displaced` (of homes pulled down), `from_internal` (of `people_new`, from within the district);
        `reason`, `assumptions`, `occupancy_source`, `note`, `source`, `version`. Each number sums over the tenures to
        that of `scheme_people`.

    Raises
    ------
    UnmatchedUnit, InvalidParameter, OverlappingGroups, ReservedName, UnknownColumn, NotNumbers, InvalidCounts
        As in `scheme_people`.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town()
    >>> rows = [("social_rent", 2, 20), ("private_rent", 1, 9)]
    >>> rows = [dict(zip(("tenure", "bedrooms", "count"), row)) for row in rows]
    >>> plan = pm.scenarios.scheme("24/1", homes=rows, year=2028)
    >>> pm.scenarios.people_by_tenure(plan, town.occupancy)[["tenure", "homes", "people"]].round(1)
             tenure  homes  people
    0   social_rent   20.0    48.5
    1  private_rent    9.0    11.2
    """
    known = recalling.known(schemes)
    # Everything is checked there, and every fault told.
    whole = scheme_people(
        known, occupancy, occupancy_source=occupancy_source, ages=ages, children=[], mix=mix, years=years,
        not_phased=not_phased, fill=fill, or_more=or_more,
    )  # fmt: skip
    none: list[PlacemixError] = []
    assumed = None if mix is None else assumed_mix(mix, none)
    cases = cases_of(known, mixable=assumed is not None)
    homes, owner = homes_of(known, cases, None if assumed is None else assumed[0])
    people, _ = per_home(
        homes, occupancy_of(occupancy, ages=ages, children=[], faults=none), fill=fill, or_more=or_more, faults=none
    )
    case, _, done = timed(known, cases, years, not_phased)
    parts = _parts(known, cases, homes, owner, people.sum(axis=1))
    rows = pd.DataFrame({"row": np.arange(len(whole)), "of": case, "done": done}).merge(parts, on="of", how="left")
    same = pd.DataFrame(whole).iloc[rows["row"].to_numpy()].reset_index(drop=True)
    frame = same[list(_SAME)].copy()
    frame["tenure"] = rows["tenure"].astype(object).where(rows["tenure"].notna(), None)
    for name in ("homes", "people", "people_new", "displaced", "from_internal"):
        frame[name] = rows[name] * rows["done"]
    # Without a mix the number of homes is known, and nothing about them.
    frame["homes"] = frame["homes"].where(rows["tenure"].notna(), same["homes"])
    for name in _AFTER:
        frame[name] = same[name]
    frame["version"] = __version__
    inputs = {"schemes": recalling.tabled(known), "occupancy": occupancy} | ({} if mix is None else {"mix": mix})
    arguments = {
        "occupancy_source": occupancy_source, "ages": None if ages is None else list(ages),
        "years": None if years is None else [int(one) for one in years], "not_phased": not_phased, "fill": fill,
        "or_more": or_more,
    }  # fmt: skip
    return remember(frame, Call("scenarios.people_by_tenure", inputs, arguments))


def _parts(
    schemes: tuple[Scheme, ...], cases: list[Case], homes: pd.DataFrame, owner: IntArray, people: FloatArray
) -> pd.DataFrame:
    """Homes and people of each case and tenure when it is complete."""
    lived = np.array([1 - schemes[cases[at].place].vacancy for at in owner])
    inside = np.array([schemes[cases[at].place].internal for at in owner])
    built, gone = (homes[name].to_numpy(dtype=np.float64) for name in ("built", "demolished"))
    new, old = built * lived * people, gone * lived * people
    table = pd.DataFrame(
        {
            "of": owner,
            "tenure": homes["tenure"].astype(object).to_numpy(),
            "homes": built - gone,
            "people": new - old,
            "people_new": new,
            "displaced": old,
            "from_internal": new * inside,
        }
    )
    return table.groupby(["of", "tenure"], sort=False, as_index=False).sum()
