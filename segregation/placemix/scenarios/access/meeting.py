"""Places where people meet near a scheme: who would share them without it and with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.counts import Counts, checked
from placemix.errors import InvalidParameter
from placemix.results import Call, Result, group_names, remember
from placemix.scenarios.access.arriving import arriving, carried_newcomers, without_newcomers
from placemix.scenarios.access.drawing import hoods_of
from placemix.scenarios.access.providing import Provision, own_sites, provisions_of
from placemix.scenarios.access.reaching import at_the_door, homes_of, known_times, ways_to
from placemix.scenarios.access.rows_of_places import nothing_near, overall, rows_of
from placemix.scenarios.access.services import Kinds, Services, services_of
from placemix.scenarios.access.sharing_places import OWN, Asked, Near, shared_places
from placemix.scenarios.access.spots import Spots, Where, districts_of, located, spots_of
from placemix.scenarios.access.stacking import stacked
from placemix.scenarios.access.telling import Told, outside_note, told_of
from placemix.scenarios.siting.catching import By
from placemix.scenarios.siting.sites import Sites, calling
from placemix.scenarios.siting.using import EVERYONE
from placemix.wording import percent

#: What is not claimed.
SHARED = "Users are expected from where people live: who would share a place, and not who would meet there."


#: Column of attraction that a scheme states of what it brings.
_ROOM = "places"
_TEXTS = (
    "reference", "name", "kind", "place", "status", "group", "district", "defined", "first_before", "second_before",
    "first_after", "second_after", "reason",
)  # fmt: skip
_COLUMNS = (
    "reference", "name", "kind", "place", "status", "way", "group", "users_before", "users_after", "of_the_scheme",
    "share_before", "share_after", "change", "district", "share_district_before", "share_district_after",
    "from_district_before", "from_district_after", "defined", "mix_before", "mix_after", "apart_before", "apart_after",
    "first_before", "first_share_before", "second_before", "second_share_before", "first_after", "first_share_after",
    "second_after", "second_share_after", "between_before", "between_after", "reason",
)  # fmt: skip


def meeting_places(
    where: Where,
    places: Kinds,
    people: Counts,
    *,
    by: By,
    reach: float | str,
    number: float | None = None,
    within: float | str | None = None,
    beta: float | None = None,
    attraction: str | None = None,
    newcomers: pd.DataFrame | None = None,
    kinds: Sequence[str] | str | None = None,
    district: str | None = None,
    neighbourhood: str | None = None,
    threshold: float = 0.7,
    year: int | None = None,
    times: pd.DataFrame | None = None,
    detour: float = 1.0,
    kind: str = "kind",
    service: str = "service",
    site: str = "site",
    unit: str = "unit",
    minutes: str = "minutes",
) -> Result:
    """Say who would share the libraries, parks and schools near a scheme, without it and with it in the same year.

    Parameters
    ----------
    where, district, times, detour, kind, service, site, unit, minutes
        As in `access_of`.
    places
        Places where people meet, as the services of `access_of`. All are open at once, and by ``"nearest service"`` and
        ``"huff"`` those of one kind compete. Services of these kinds that a scheme provides are there with it.
    people
        People of each group in each unit without the schemes, in the year of the comparison.
    by, number, within, beta, attraction
        Who uses a place, as in `service_users`. Of a place that a scheme brings, the attraction is its `places`, if
        that is the column named.
    reach
        How far from the scheme a place may be: metres or text such as ``"1 km"``; with `times`, minutes.
    newcomers, year
        As in `access_gained`.
    kinds
        Kinds that are asked about. Default: all there are. One that has no place has a row that says so.
    neighbourhood
        Strata column of `people`, whose strata the two neighbourhoods are that a place draws on. Default: the units.
    threshold
        Share from which one category defines a place.

    Returns
    -------
    result
        One row for each scheme, place within reach of it and group, with ``"everyone"``; places of a kind from the
        nearest on. Columns: `reference`, `name`, `kind`, `place`, `status` (``"existing"`` or ``"of the scheme"``),
        `way` (from the scheme); `group`, `users_before`, `users_after`, `of_the_scheme` (of those after, newcomers),
        `share_before`, `share_after` (of all users), `change`, `district`, `share_district_before`,
        `share_district_after`, `from_district_before`, `from_district_after` (share less that of the district at the
        same time), `defined` (whether the category reaches the threshold, in words); of the whole place `mix_before`,
        `mix_after` (chance that two users are of different groups, Σ p (1 − p)), `apart_before`, `apart_after` (½ Σ
        |p − P| from the mix of the district, of the groups alone), `first_before`, `first_share_before`,
        `second_before`, `second_share_before`, `first_after`, `first_share_after`, `second_after`,
        `second_share_after` (the neighbourhoods with most users, and their shares of them), `between_before`,
        `between_after` (½ Σ |p − q| of the users from these two); `threshold`, `reach`, `measured_in`, `outside`,
        `sentence`, `reason`, `note`, `source`, `version`. A scheme without a place of a kind within reach has one row.

    Raises
    ------
    InvalidParameter, UnknownColumn, UnknownGroup, UnmatchedUnit, DuplicateUnit, EmptyTable, InvalidTable, InvalidCounts
        Arguments or tables have faults; all of one table are listed.
    NoPlace, CRSMismatch, GeographicCRS
        Places are missing or not on one map in units of length.

    Notes
    -----
    Newcomers live at the site of the scheme, in the neighbourhood of its unit. Nobody is assigned to a place, and who
    shares one need not meet there.

    References
    ----------
    Simpson 1949; Duncan and Duncan 1955 (½ Σ |p − P|); Huff 1963; Östh, Clark and Malmberg 2015.

    Examples
    --------
    Four zones on a line with a hundred people each, and a library in zone 1 that the nearest 200 people use: those of
    the first two zones, or with 50 newcomers next door these and half of zone 2.

    >>> import geopandas as gpd, pandas as pd, placemix as pm
    >>> from shapely import Point
    >>> zones = pd.DataFrame({"zone": list("1234"), "x": [80, 20, 0, 20], "y": [20, 80, 100, 80]})
    >>> points = gpd.points_from_xy([500, 1500, 3000, 6000], [0] * 4)
    >>> homes = pm.from_wide(gpd.GeoDataFrame(zones, geometry=points, crs=27700), groups=["x", "y"], unit="zone")
    >>> library = pd.DataFrame({"service": ["a"], "kind": "library", "x": [500], "y": [0]})
    >>> plan = pm.scenarios.scheme("24/1", dwellings=40, site=Point(800, 0), crs="EPSG:27700")
    >>> come = pd.DataFrame({"x": [15], "y": [35]})
    >>> found = pm.scenarios.meeting_places(
    ...     plan, library, homes, by="nearest people", number=200, reach="1 km", newcomers=come
    ... )
    >>> found[["group", "users_before", "users_after", "share_after", "apart_before", "apart_after"]].round(3)
          group  users_before  users_after  share_after  apart_before  apart_after
    0         x         100.0        105.0        0.525           0.2        0.225
    1         y         100.0         95.0        0.475           0.2        0.225
    2  everyone         200.0        200.0        1.000           0.2        0.225
    >>> print(found["sentence"].iloc[2])
    200 people would share the library a, 300 m from 24/1, 50 of them newcomers. The largest parts live in 1 (75.0 %)
    and 2 (25.0 %). Their mix differs by 22.5 % from that of the district, and 20.0 % before.
    """
    people = checked(people)
    _asked(threshold)
    mapped = times is None
    spots = spots_of(where, people, site=site, mapped=mapped)
    known = services_of(places, people, kinds, kind=kind, service=service, mapped=mapped, attraction=attraction)
    columns = (unit, service, minutes)
    homes = homes_of(people, spots, times, columns)
    known_times(times, known, spots.ids, service)
    provisions, told_year = provisions_of(spots.schemes, year, known.kinds)
    provisions = [one for one in provisions if one.number]
    added, named = arriving(newcomers, people, spots)
    come = np.column_stack([added, added.sum(axis=1)])
    districts, hoods = districts_of(people, spots, district), hoods_of(people, homes, spots, neighbourhood)
    told = told_of(people, reach, times, detour)
    asked = Asked(by, number, within, beta, attraction, told.reach, at_the_door(times, spots, columns), detour, columns)
    folk = np.column_stack([homes.people.values, homes.people.total])
    near = Near(homes, spots, hoods, folk, come)
    ways = {name: ways_to(homes, sites, times, detour, columns) for name, sites in known.sites.items()}
    rules = [asked.rule(homes.people, one).text for one in ways.values()]
    groups, whole = [*group_names(people), EVERYONE], overall(folk[: len(people)], districts, come)
    blocks = []
    for name in known.kinds:
        own = _own(provisions, name, spots, known, attraction, mapped=mapped)
        found = list(shared_places(near, known.sites.get(name), ways.get(name), own, asked))
        found.sort(key=lambda one: (one.scheme, one.way, one.place))
        blocks.append(rows_of(found, whole, spots, districts, hoods, groups, threshold).assign(kind=name))
        has = name in known.sites or bool(own)
        blocks.append(nothing_near(found, spots, homes.row, districts, located(spots), has=has).assign(kind=name))
    frame = _ordered(blocks, known.kinds)
    frame["threshold"], frame["reach"], frame["measured_in"] = threshold, told.reach, told.measured_in
    frame["outside"] = frame["reference"].map(dict(zip(spots.ids, spots.outside, strict=True))).astype("boolean")
    frame["sentence"] = [_sentence(row, told) for row in frame.to_dict("records")]
    frame["reason"] = frame.pop("reason")
    users = frame.loc[frame["group"] == EVERYONE, ["users_before", "users_after"]].to_numpy(dtype=np.float64)
    short = by == "nearest people" and number is not None and bool((users < number * (1 - 1e-9)).any())
    said = [
        rules[0] if rules else "",
        told.text,
        "Fewer people than asked for can reach some places, and all of them are counted." if short else "",
        "No newcomers are given." if newcomers is None else without_newcomers(spots, named),
        told_year,
        outside_note(spots),
        SHARED,
    ]
    frame["note"] = " ".join(filter(None, said))
    frame["source"], frame["version"] = people.source, __version__
    held = {"where": spots.carried, "places": known.carried, "newcomers": carried_newcomers(newcomers, people)}
    inputs, plain = calling(people, **held, times=times)
    arguments = {
        "by": by, "reach": reach, "number": number, "within": within, "beta": beta, "attraction": attraction,
        "kinds": known.kinds, "district": district, "neighbourhood": neighbourhood, "threshold": threshold,
        "year": year, "detour": detour, "kind": kind, "service": service, "site": site, "unit": unit,
        "minutes": minutes, **plain,
    }  # fmt: skip
    result = remember(frame, Call("scenarios.meeting_places", inputs, arguments))
    cites = {"huff": ("huff_1963",), "nearest people": ("osth_2015",)}.get(by, ())
    result.attrs["cites"] = ("simpson_1949", "duncan_1955", *cites)
    return result


def _asked(threshold: float) -> None:
    known = isinstance(threshold, int | float | np.number) and not isinstance(threshold, bool)
    if not known or not 0 < threshold <= 1:
        message = f"The threshold is a share above 0, not {threshold!r}."
        raise InvalidParameter(message)


def _own(
    provisions: list[Provision], kind: str, spots: Spots, known: Services, attraction: str | None, *, mapped: bool
) -> dict[int, Sites]:
    """The place of a kind that each scheme brings; several of one kind at one site are one place."""
    mine = [one for one in provisions if one.kind == kind]
    if attraction is None:
        pulls = [float(one.number) for one in mine]
    else:
        pulls = [one.places if attraction == _ROOM else np.nan for one in mine]
        lost = [str(spots.ids[one.scheme]) for one, pull in zip(mine, pulls, strict=True) if np.isnan(pull)]
        if lost:
            message = f"Nothing says how attractive a {kind} is that schemes bring."
            remedy = f"State its places and name that column, attraction={_ROOM!r}, or leave attraction= out."
            raise InvalidParameter(message, units=lost, remedy=remedy)
    return {
        one.scheme: own_sites(spots, np.array([one.scheme]), known, mapped=mapped)._replace(pull=np.array([pull]))
        for one, pull in zip(mine, pulls, strict=True)
    }


def _ordered(blocks: list[pd.DataFrame], kinds: list[str]) -> pd.DataFrame:
    """One scheme after the other, each with all kinds."""
    frame = stacked(blocks, [*_COLUMNS, "scheme"], _TEXTS)
    rank = frame["kind"].map({name: place for place, name in enumerate(kinds)})
    frame = frame.assign(rank=rank).sort_values(["scheme", "rank"], kind="stable", ignore_index=True)
    return frame.drop(columns=["scheme", "rank"])


def _sentence(row: dict[Any, Any], told: Told) -> str | None:
    if row["group"] != EVERYONE or not row["users_after"] > 0:
        return None
    whose = row["name"] or row["reference"]
    where = f"{row['kind']} {row['place']}, {told.way(row['way'])} from {whose}"
    if row["status"] == OWN:
        where = f"{row['kind']} of {whose} itself"
    new = f", {row['of_the_scheme']:,.0f} of them newcomers" if row["of_the_scheme"] > 0 else ""
    said = [f"{row['users_after']:,.0f} {told.whom} would share the {where}{new}."]
    if row["second_after"] is not None:
        parts = [f"{row[f'{one}_after']} ({percent(row[f'{one}_share_after'])})" for one in ("first", "second")]
        said.append(f"The largest parts live in {' and '.join(parts)}.")
    elif row["first_after"] is not None:
        said.append(f"All live in {row['first_after']}.")
    if not np.isnan(row["apart_after"]):
        before, after = percent(row["apart_before"]), percent(row["apart_after"])
        then = "" if np.isnan(row["apart_before"]) else ", as before" if before == after else f", and {before} before"
        said.append(f"Their mix differs by {after} from that of the district{then}.")
    return " ".join(said)
