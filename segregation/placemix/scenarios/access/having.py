"""What a new resident would have near: the nearest service of each kind, beside what the district's people have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix._version import __version__
from placemix.counts import Counts, checked
from placemix.indices._parts import ratio
from placemix.results import Call, Result, first_reason, group_names, remember
from placemix.scenarios.access.reaching import Homes, Near, homes_of, known_times, nearest, no_service, ways_to
from placemix.scenarios.access.services import Kinds, services_of
from placemix.scenarios.access.spots import Districts, Spots, Where, districts_of, located, spots_of
from placemix.scenarios.access.telling import Told, outside_note, provided_by, told_of
from placemix.scenarios.siting.sites import calling
from placemix.scenarios.siting.using import EVERYONE
from placemix.wording import percent


class _Standing(NamedTuple):
    """What people of each group have in each district, shape (districts, groups) each.

    Attributes
    ----------
    people, unreachable
        How many there are, and how many of them reach no service.
    mean, number, within
        Mean way of those who reach one, services within reach of the average of all, and share with one within reach.
    """

    people: FloatArray
    unreachable: FloatArray
    mean: FloatArray
    number: FloatArray
    within: FloatArray


def access_of(
    where: Where,
    services: Kinds,
    people: Counts,
    *,
    reach: float | str,
    kinds: Sequence[str] | str | None = None,
    district: str | None = None,
    times: pd.DataFrame | None = None,
    detour: float = 1.0,
    kind: str = "kind",
    service: str = "service",
    site: str = "site",
    unit: str = "unit",
    minutes: str = "minutes",
) -> Result:
    """Say how far a new resident would have to the nearest service of each kind, beside what people there have now.

    Parameters
    ----------
    where
        Schemes, whose ground stands for its centroid, or points as the candidates of `service_users`.
    services
        Services that exist: one table with columns `kind`, `service` (ids, each once within a kind) and a geometry (or
        ``x`` and ``y``) on the map of the people; or for each kind such a table, counts with places, or ids of units.
    people
        People of each group in each unit, on a projected map (or with `times`): by tenure, age, deprivation.
    reach
        How long a way may be: metres or text such as ``"1 km"``; with `times`, minutes.
    kinds
        Kinds that are asked about. Default: all there are. One that has no service has rows that say so.
    district
        Strata column of `people`: a scheme is compared with the people of the district it lies in. Default: everyone.
    times
        Minutes of each unit and service, columns `unit`, `service`, `minutes`; a pair that is missing or empty is not
        reachable. A scheme has the rows whose `unit` is its reference, or else those of the unit it lies in.
    detour
        By what straight lines are multiplied.
    kind, service, site, unit, minutes
        Names of these columns; `site` is the column of ids of a table of points.

    Returns
    -------
    result
        One row for each scheme, kind and group, with ``"everyone"``. Columns: `reference`, `name`, `kind`; of the site
        `provided` (services of the kind that the scheme itself provides; missing for points, and not counted in what
        follows), `way` (to the nearest service), `nearest` (its id, the first among those equally near), `number`
        (within reach); of the people `district`, `group`, `people`, `mean_way` (of those who reach one), `difference`
        (`way` less `mean_way`), `share_farther` (share of them whose way is longer than the site's), `mean_number`
        (services within reach of the average of them), `share_within` (share with one within reach), `unreachable`
        (those who reach none); `reach`, `measured_in`, `outside` (whether the site is outside every unit), `sentence`,
        `reason`, `note`, `source`, `version`.

    Raises
    ------
    InvalidParameter, UnknownColumn, UnmatchedUnit, DuplicateUnit, EmptyTable, InvalidTable
        Arguments or tables have faults; all of one table are listed.
    NoPlace, CRSMismatch, GeographicCRS
        Places are missing or not on one map in units of length.

    Notes
    -----
    Everyone in a unit is taken to live at its point. A service that is near need not have room, and nothing is said of
    who may use it.

    References
    ----------
    Hansen 1959; Wachs and Kumagai 1973.

    Examples
    --------
    Four zones on a line with a hundred people each, and a scheme 300 m from the nearer of two libraries. Ways of the
    zones are 0, 1,000, 2,500 and 500 m.

    >>> import geopandas as gpd, pandas as pd, placemix as pm
    >>> from shapely import Point
    >>> zones = pd.DataFrame({"zone": list("1234"), "x": [80, 20, 0, 20], "y": [20, 80, 100, 80]})
    >>> points = gpd.points_from_xy([500, 1500, 3000, 6000], [0] * 4)
    >>> homes = pm.from_wide(gpd.GeoDataFrame(zones, geometry=points, crs=27700), groups=["x", "y"], unit="zone")
    >>> libraries = pd.DataFrame({"service": ["a", "b"], "kind": "library", "x": [500, 5500], "y": [0, 0]})
    >>> plan = pm.scenarios.scheme("24/1", dwellings=40, site=Point(800, 0), crs="EPSG:27700")
    >>> found = pm.scenarios.access_of(plan, libraries, homes, reach="500 m")
    >>> found[["group", "way", "mean_way", "share_farther", "number", "share_within"]].round(2)
          group    way  mean_way  share_farther  number  share_within
    0         x  300.0    250.00           0.33     1.0          0.83
    1         y  300.0   1321.43           0.93     1.0          0.36
    2  everyone  300.0   1000.00           0.75     1.0          0.50
    >>> print(found["sentence"].iloc[2])
    The nearest library is 300 m from 24/1; people have 1 km on average, and 75.0 % have more.
    """
    people = checked(people)
    spots = spots_of(where, people, site=site, mapped=times is None)
    known = services_of(services, people, kinds, kind=kind, service=service, mapped=times is None)
    columns = (unit, service, minutes)
    homes = homes_of(people, spots, times, columns)
    known_times(times, known, spots.ids, service)
    districts = districts_of(people, spots, district)
    folk = np.column_stack([people.values, people.total])
    groups = [*group_names(people), EVERYONE]
    ways = {name: ways_to(homes, sites, times, detour, columns) for name, sites in known.sites.items()}
    told = told_of(people, reach, times, detour)
    blocks = []
    for name in known.kinds:
        near, ids, equal = no_service(homes), pd.Index([], dtype=str), 0.0
        if name in ways:
            ids, equal = known.sites[name].ids, ways[name].equal
            near = nearest(ways[name], ids, told.limit(ways[name]))
        block = _rows(homes, spots, districts, near, ids, equal, folk, groups)
        block.insert(2, "kind", name)
        block.insert(3, "provided", provided_by(spots, name).repeat(len(groups)))
        blocks.append(block)
    # One scheme after the other, each with all kinds.
    order = np.arange(len(blocks) * len(blocks[0])).reshape(len(blocks), len(spots.ids), -1).swapaxes(0, 1)
    frame = pd.concat(blocks, ignore_index=True).iloc[order.ravel()].reset_index(drop=True)
    for name in ("name", "nearest", "district", "reason"):
        frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    frame["reach"], frame["measured_in"] = told.reach, told.measured_in
    frame["outside"] = spots.outside.repeat(len(known.kinds) * len(groups))
    frame["sentence"] = [_sentence(row, told) for row in frame.to_dict("records")]
    frame["reason"] = frame.pop("reason")
    frame["note"] = " ".join(filter(None, [told.text, outside_note(spots)]))
    frame["source"], frame["version"] = people.source, __version__
    inputs, plain = calling(people, where=spots.carried, services=known.carried, times=times)
    arguments = {
        "reach": reach, "kinds": known.kinds, "district": district, "detour": detour, "kind": kind, "service": service,
        "site": site, "unit": unit, "minutes": minutes, **plain,
    }  # fmt: skip
    result = remember(frame, Call("scenarios.access_of", inputs, arguments))
    result.attrs["cites"] = ("hansen_1959", "wachs_1973")
    return result


def _rows(
    homes: Homes,
    spots: Spots,
    districts: Districts,
    near: Near,
    ids: pd.Index,
    equal: float,
    folk: FloatArray,
    groups: list[str],
) -> pd.DataFrame:
    """Rows of all schemes and groups for one kind of service."""
    there = homes.row >= 0
    row = np.maximum(homes.row, 0)
    way = np.where(there & np.isfinite(near.way[row]), near.way[row], np.nan)
    which = np.where(there, near.which[row], -1)
    stand = _standing(near, homes.units, districts, folk)
    inside = districts.of_spot >= 0
    at = np.maximum(districts.of_spot, 0)
    many, count = len(groups), len(spots.ids)

    def of(values: FloatArray) -> FloatArray:
        return np.where(inside[:, np.newaxis], values[at], np.nan).ravel()

    frame = pd.DataFrame(
        {
            "reference": spots.ids.to_numpy(dtype=object).repeat(many),
            "name": pd.Series(spots.names, dtype=object).repeat(many).to_numpy(),
            "way": way.repeat(many),
            "nearest": pd.Series([None if one < 0 else ids[one] for one in which], dtype=object)
            .repeat(many)
            .to_numpy(),
            "number": np.where(there, near.number[row], np.nan).repeat(many),
            "district": pd.Series(districts.of_spots, dtype=object).repeat(many).to_numpy(),
            "group": np.tile(np.array(groups, dtype=object), count),
            "people": of(stand.people),
            "mean_way": of(stand.mean),
        }
    )
    frame["difference"] = frame["way"] - frame["mean_way"]
    frame["share_farther"] = ratio(
        _farther(near.way[: homes.units], way, districts, folk, equal).ravel(), of(stand.people)
    )
    frame["mean_number"], frame["share_within"] = of(stand.number), of(stand.within)
    frame["unreachable"] = of(stand.unreachable)
    frame["reason"] = first_reason(
        {
            "no_site": (~there & ~located(spots)).repeat(many),
            "no_times": (~there).repeat(many),
            "no_service_of_this_kind": np.full(len(frame), not len(ids)),
            "no_service_reached": np.isnan(way).repeat(many),
            "outside_every_district": (~inside).repeat(many),
            "nobody_of_the_group": ~(frame["people"].to_numpy() > 0),
            "nobody_reaches_a_service": frame["mean_way"].isna().to_numpy(),
        }
    )
    return frame


def _standing(near: Near, units: int, districts: Districts, folk: FloatArray) -> _Standing:
    way, number = near.way[:units], near.number[:units]
    reached = np.isfinite(way)

    def summed(weight: FloatArray) -> FloatArray:
        out = np.zeros((len(districts.names), folk.shape[1]))
        np.add.at(out, districts.codes, weight[:, np.newaxis] * folk)
        return out

    people, some = summed(np.ones(units)), summed(reached.astype(np.float64))
    return _Standing(
        people,
        summed((~reached).astype(np.float64)),
        ratio(summed(np.where(reached, way, 0.0)), some),
        ratio(summed(number), people),
        ratio(summed((number > 0).astype(np.float64)), people),
    )


def _farther(ways: FloatArray, own: FloatArray, districts: Districts, folk: FloatArray, equal: float) -> FloatArray:
    """People of each group in a scheme's district whose way is longer than the site's, shape (schemes, groups)."""
    out = np.full((len(own), folk.shape[1]), np.nan)
    for district in np.unique(districts.of_spot[districts.of_spot >= 0]):
        mine = districts.codes == district
        order = np.argsort(ways[mine], kind="stable")
        # Summed from the farthest on, so that nobody is left of a difference of sums.
        after = np.zeros((len(order) + 1, folk.shape[1]))
        after[:-1] = np.cumsum(folk[mine][order][::-1], axis=0)[::-1]
        spots = np.flatnonzero((districts.of_spot == district) & np.isfinite(own))
        out[spots] = after[np.searchsorted(ways[mine][order], own[spots] + equal, side="right")]
    return out


def _sentence(row: dict[Any, Any], told: Told) -> str | None:
    if row["reason"] is not None:
        return None
    near = f"The nearest {row['kind']} is {told.way(row['way'])} from {row['name'] or row['reference']}"
    place = "" if row["district"] is None else f" in {row['district']}"
    who = f"{told.of(row['group'])}{place}"
    return f"{near}; {who} have {told.way(row['mean_way'])} on average, and {percent(row['share_farther'])} have more."
