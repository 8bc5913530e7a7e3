"""Who gains from the services of schemes: people who come within reach, shorter ways, and the gap between groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.counts import Counts, checked
from placemix.errors import InvalidParameter, listed
from placemix.results import Call, Result, group_names, remember
from placemix.scenarios.access.arriving import arriving, carried_newcomers, without_newcomers
from placemix.scenarios.access.gains import ALL, NEWCOMERS, OF_ALL, OF_GROUPS, TOGETHER, Scene, gains_of, reachable
from placemix.scenarios.access.providing import Provision, asked_of, own_sites, provisions_of
from placemix.scenarios.access.reaching import at_the_door, homes_of, known_times, nearest, no_service, ways_to
from placemix.scenarios.access.services import Kinds, services_of
from placemix.scenarios.access.spots import Districts, Spots, districts_of, spots_of
from placemix.scenarios.access.stacking import stacked
from placemix.scenarios.access.telling import Told, outside_note, told_of, with_article
from placemix.scenarios.schemes import recalling
from placemix.scenarios.schemes.proposals import Scheme, Schemes
from placemix.scenarios.siting.sites import calling
from placemix.scenarios.siting.using import EVERYONE
from placemix.wording import percent

#: Columns that say which row it is, and those that hold texts.
_HEAD = ("reference", "name", "kind", "provided", "places", "population", "district", "group")
_TEXTS = ("reference", "name", "kind", "population", "district", "group", "farthest_before", "farthest_after", "reason")


def access_gained(
    schemes: Schemes | Scheme | Sequence[Scheme] | pd.DataFrame,
    services: Kinds,
    people: Counts,
    *,
    reach: float | str,
    newcomers: pd.DataFrame | None = None,
    kinds: Sequence[str] | str | None = None,
    year: int | None = None,
    together: bool = False,
    district: str | None = None,
    times: pd.DataFrame | None = None,
    detour: float = 1.0,
    kind: str = "kind",
    service: str = "service",
    unit: str = "unit",
    minutes: str = "minutes",
) -> Result:
    """Say who gains from services that schemes provide: with the scheme less without it, in the same year.

    Parameters
    ----------
    schemes
        Schemes with services; each alone beside the services that exist.
    services, district, times, detour, kind, service, unit, minutes
        As in `access_of`. With `times`, minutes to what a scheme provides stand under its reference in `service`; its
        own newcomers are at the door.
    people
        People of each group in each unit without the schemes, in the year of the comparison.
    reach
        How long a way may be: metres or text such as ``"1 km"``; with `times`, minutes.
    newcomers
        People who would live at the site: a column for each group (nobody of those without one), and `reference` where
        there are several schemes; rows of one scheme add up. Units are not read.
    kinds
        Kinds that are asked about, which may have no service yet. Default: all that schemes provide; one that none of
        the services has is then refused, because it may be written otherwise.
    year
        Year of the comparison: what opens later is not open. Default: all are open.
    together
        Whether all schemes are there at once, but those of which nothing says where they are. By default each is alone.
        Not with `district`.

    Returns
    -------
    result
        One row for each scheme, kind that it provides, population and group, with ``"everyone"``. Columns: `reference`,
        `name`, `kind`, `provided` (how many are open), `places` (of those; missing where one does not state them),
        `population` (``"residents"``: those of `people`; with newcomers also ``"newcomers"`` and ``"all"``),
        `district`, `group`, `people_before`, `people` (with the scheme); `within_before`, `within_after` (those with
        one within reach), `gained` (the difference), `shorter` (people of before whose way is shorter with the scheme,
        or who reach one only with it), `share_before`, `share_after` (within reach); `mean_before`, `mean_after` (mean
        way of those who reach one), `change` (the difference), `saved` (by how much the ways of those who reached one
        before and have a shorter one are shorter, on average); `unreachable_before`, `unreachable_after`; of all groups
        of the population `gap_before`, `gap_after` (largest difference in the mean way), `gap_within_before`,
        `gap_within_after` (in the share within reach), `farthest_before`, `farthest_after` (group with the longest mean
        way); `gained_elsewhere` (residents of other districts who come within reach); `reach`, `year`, `measured_in`,
        `outside`, `sentence`, `reason`, `note`, `source`, `version`. What newcomers have without the scheme is missing:
        they are not there.

    Raises
    ------
    InvalidParameter, UnknownColumn, UnknownGroup, UnmatchedUnit, DuplicateUnit, EmptyTable, InvalidTable, InvalidCounts
        Arguments or tables have faults; all of one table are listed.
    NoPlace, CRSMismatch, GeographicCRS
        Places are missing or not on one map in units of length.

    Notes
    -----
    A service that is near need not have room: `places` stand beside, and are shared out by nobody here.

    References
    ----------
    Hansen 1959; Wachs and Kumagai 1973.

    Examples
    --------
    Four zones on a line with a hundred people each. The one library is in zone 1, and a scheme brings one to zone 3.

    >>> import geopandas as gpd, pandas as pd, placemix as pm
    >>> from shapely import Point
    >>> zones = pd.DataFrame({"zone": list("1234"), "x": [80, 20, 0, 20], "y": [20, 80, 100, 80]})
    >>> points = gpd.points_from_xy([500, 1500, 3000, 6000], [0] * 4)
    >>> homes = pm.from_wide(gpd.GeoDataFrame(zones, geometry=points, crs=27700), groups=["x", "y"], unit="zone")
    >>> library = pd.DataFrame({"service": ["a"], "kind": "library", "x": [500], "y": [0]})
    >>> plan = pm.scenarios.scheme("24/1", services=[{"kind": "library"}], site=Point(3000, 0), crs="EPSG:27700")
    >>> found = pm.scenarios.access_gained(plan, library, homes, reach="1 km")
    >>> found[["group", "within_before", "gained", "shorter", "mean_before", "mean_after"]].round(1)
          group  within_before  gained  shorter  mean_before  mean_after
    0         x          100.0     0.0     20.0       1083.3       666.7
    1         y          100.0   100.0    180.0       2750.0      1142.9
    2  everyone          200.0   100.0    200.0       2250.0      1000.0
    >>> print(found["sentence"].iloc[2])
    With 24/1, 100 more of the 400 people have a library within 1 km: 75.0 % instead of 50.0 %. The mean way is 1 km
    instead of 2.25 km.
    """
    people = checked(people)
    mapped = times is None
    spots = spots_of(recalling.known(schemes), people, site="reference", mapped=mapped)
    known = services_of(services, people, kinds, kind=kind, service=service, mapped=mapped)
    columns = (unit, service, minutes)
    homes = homes_of(people, spots, times, columns)
    known_times(times, known, spots.ids, service)
    provisions, told_year = provisions_of(spots.schemes, year)
    asked = asked_of(provisions, known, kinds)
    provisions = [one for one in provisions if one.kind in asked]
    if together and district is not None:
        message = "With together=True everyone is counted, and district= is not used."
        raise InvalidParameter(message, remedy="Leave one of the two out.")
    districts = districts_of(people, spots, district)
    added, named = arriving(newcomers, people, spots)
    groups = [*group_names(people), EVERYONE]
    timed = at_the_door(times, spots, columns)
    existing = {
        name: ways_to(homes, known.sites[name], times, detour, columns) for name in asked if name in known.sites
    }
    told = told_of(people, reach, times, detour)
    folk, come = np.column_stack([people.values, people.total]), np.column_stack([added, added.sum(axis=1)])
    new = None if newcomers is None else come
    blocks: list[pd.DataFrame] = []
    lost: list[str] = []
    for name in asked:
        mine = [one for one in provisions if one.kind == name]
        which = np.array([one.scheme for one in mine if one.number], dtype=np.int64)
        own = ways_to(homes, own_sites(spots, which, known, mapped=mapped), timed, detour, columns)
        equal = max([own.equal, *(ways.equal for ways in existing.values())])
        without = no_service(homes)
        if name in existing:
            without = nearest(existing[name], known.sites[name].ids, told.reach + equal)
        limit = told.reach + equal
        scene = Scene(homes, spots, districts, folk, new, groups, without.way, own, which, limit, equal)
        parts, far = _parts(scene, mine, together=together)
        blocks, lost = blocks + parts, lost + far
    frame = _ordered(blocks, spots, provisions)
    frame["reach"], frame["year"] = told.reach, pd.array([year] * len(frame), dtype="Int64")
    frame["measured_in"] = told.measured_in
    frame["outside"] = frame["reference"].map(dict(zip(spots.ids, spots.outside, strict=True))).astype("boolean")
    frame["sentence"] = [_sentence(row, told) for row in frame.to_dict("records")]
    frame["reason"] = frame.pop("reason")
    alone = "All schemes are there at once." if together else "Each scheme is alone beside the services that exist."
    said = [told.text, alone, _left_out(lost), told_year, without_newcomers(spots, named), outside_note(spots)]
    frame["note"] = " ".join(filter(None, said))
    frame["source"], frame["version"] = people.source, __version__
    held = {"schemes": spots.carried, "services": known.carried, "newcomers": carried_newcomers(newcomers, people)}
    inputs, _ = calling(people, **held, times=times)
    arguments = {
        "reach": reach, "kinds": known.kinds if kinds is not None else asked or None, "year": year,
        "together": together, "district": district, "detour": detour, "kind": kind, "service": service, "unit": unit,
        "minutes": minutes,
    }  # fmt: skip
    result = remember(frame, Call("scenarios.access_gained", inputs, arguments))
    result.attrs["cites"] = ("hansen_1959", "wachs_1973")
    return result


def _parts(scene: Scene, mine: list[Provision], *, together: bool) -> tuple[list[pd.DataFrame], list[str]]:
    """Rows of each scheme, or of all at once but for those that nobody can place, and the names of these."""
    spots = scene.spots
    far = [one for one in mine if together and not reachable(scene, one)]
    groups = [[one for one in mine if one not in far] or mine] if together else [[one] for one in mine]
    parts = [
        _identified(gains_of(scene, some), some, spots, scene.districts, together=together) for some in groups if some
    ]
    return parts, [f"{one.kind} of {spots.ids[one.scheme]}" for one in far]


def _left_out(lost: list[str]) -> str:
    return f"Left out, as nothing says how far they are: {listed(lost, shown=10)}." if lost else ""


def _identified(
    block: pd.DataFrame, provisions: list[Provision], spots: Spots, districts: Districts, *, together: bool
) -> pd.DataFrame:
    """Say whose rows these are."""
    first = provisions[0]
    head = {
        "reference": TOGETHER if together else spots.ids[first.scheme],
        "name": None if together else spots.names[first.scheme],
        "kind": first.kind,
        "provided": float(sum(one.number for one in provisions)),
        "places": float(sum(one.places for one in provisions)),
        "population": block.pop("population"),
        "district": None if together else districts.of_spots[first.scheme],
    }
    return pd.concat([pd.DataFrame(head, index=block.index), block], axis=1).assign(scheme=first.scheme)


def _ordered(blocks: list[pd.DataFrame], spots: Spots, provisions: list[Provision]) -> pd.DataFrame:
    """One scheme after the other, and a row for each that provides nothing of what is asked."""
    idle = sorted(set(range(len(spots.ids))) - {one.scheme for one in provisions})
    nothing = pd.DataFrame(
        {
            "reference": spots.ids.to_numpy(dtype=object)[idle],
            "name": pd.Series([spots.names[place] for place in idle], dtype=object),
            "provided": 0.0,
            "reason": "provides_no_service",
            "scheme": idle,
        }
    )
    columns = [*_HEAD, *OF_GROUPS, *OF_ALL, "reason", "scheme"]
    frame = stacked([*blocks, nothing] if len(nothing) else blocks, columns, _TEXTS)
    return frame.sort_values("scheme", kind="stable", ignore_index=True).drop(columns="scheme")


def _sentence(row: dict[Any, Any], told: Told) -> str | None:
    if row["group"] is None or np.isnan(row["within_after"]) or not row["people"] > 0:
        return None
    within = f"{with_article(row['kind'])} within {told.way(told.reach)}"
    has = f"have {within}"
    whose = "all schemes" if row["reference"] == TOGETHER else row["name"] or row["reference"]
    if row["population"] == NEWCOMERS:
        group = "" if row["group"] == EVERYONE else f" of the group {row['group']}"
        return f"Of {row['people']:,.0f} newcomers{group} of {whose}, {row['within_after']:,.0f} {has}."
    place = "" if row["district"] is None else f" in {row['district']}"
    among = ", newcomers among them," if row["population"] == ALL else ""
    who = f"the {row['people']:,.0f} {told.of(row['group'])}{place}{among}"
    if row["gained"] > 0:
        many = f"{row['gained']:,.0f} more" if row["gained"] >= 0.5 else "less than one more"
        share = f"{percent(row['share_after'])} instead of {percent(row['share_before'])}"
        first = f"With {whose}, {many} of {who} {has}: {share}."
    else:
        first = f"With {whose}, none of {who} has {within} who had none before."
    if np.isnan(row["mean_before"]):
        return f"{first} Nobody reaches one without it."
    if not row["shorter"] > 0 and row["population"] != ALL:
        return f"{first} Nobody has a shorter way."
    return f"{first} The mean way is {told.way(row['mean_after'])} instead of {told.way(row['mean_before'])}."
