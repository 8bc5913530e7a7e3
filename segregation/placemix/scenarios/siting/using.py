"""Expected users of sites, by group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix._version import __version__
from placemix.counts import Counts, checked
from placemix.errors import plural
from placemix.indices._parts import ratio
from placemix.results import Call, Result, first_reason, group_names, remember
from placemix.scenarios.siting.catching import By, catchments, ruled
from placemix.scenarios.siting.sites import Given, calling, carried_table, outside_words, sites_of
from placemix.scenarios.siting.ways import ways_of

#: Group of the rows of all users.
EVERYONE = "everyone"


def service_users(
    people: Counts,
    candidates: Given,
    *,
    by: By,
    number: float | None = None,
    within: float | str | None = None,
    beta: float | None = None,
    attraction: str | None = None,
    existing: Given | None = None,
    together: bool = False,
    times: pd.DataFrame | None = None,
    detour: float = 1.0,
    site: str = "site",
    unit: str = "unit",
    minutes: str = "minutes",
) -> Result:
    """Say how many people of each group would use a service at each candidate site.

    Parameters
    ----------
    people
        People of each group in each unit, on a projected map (or with `times`).
    candidates
        Where a service could stand: a table with a column `site` and a geometry (or ``x`` and ``y``) on the same map,
        counts with places, or ids of units. Shapes stand for their centroids.
    by
        ``"nearest people"``: the nearest `number`, the last unit in part; ``"radius"``: all `within` reach;
        ``"nearest service"``: those for whom no other open service is nearer (who is as near to an existing one stays
        with it, and with `together` services equally near share alike); ``"huff"``: all in reach, in proportion to
        attraction over the way to the power `beta` among the services open to them. Whoever is at distance 0 goes
        there, which is the limit.
    number
        How many people are the nearest.
    within
        How long a way may be: metres or text such as ``"2 km"``; with `times`, minutes.
    beta
        Power of the way, above 0. No value is assumed: it is to be fitted to visits.
    attraction
        Column of candidates and existing services with numbers above 0, such as floor space. Default: all alike.
    existing
        Services that are open whatever happens. By ``"nearest service"`` and ``"huff"`` they draw users from
        candidates; by the other rules they decide only who is in reach of none.
    together
        Whether all candidates are open at once. By default they are alternatives: each alone beside those existing.
    times
        Minutes of each unit and site, columns `unit`, `site`, `minutes`. A pair that is missing or empty is not
        reachable.
    detour
        By what straight lines are multiplied.
    site, unit, minutes
        Names of these columns.

    Returns
    -------
    result
        One row for each candidate (with `together` also each existing service) and group, with ``"everyone"``.
        Columns: `site`, `status` (``"candidate"`` or ``"existing"``), `group`, `users`, `share` (of the site's users),
        `share_of_all` (of all people), `ratio` of the two, `way` (mean way of these users), `beyond` (people of the
        group in reach of no service that is open then, by distance 0 never), `measured_in`, `outside` (whether the
        site is outside every unit of the map), `reason`, `note`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        `by` is unknown, lacks a number or is given one that it does not use.
    UnknownColumn, UnmatchedUnit, DuplicateUnit, EmptyTable, InvalidTable
        Tables lack columns or sites, or name what is not there, or twice.
    NoPlace, CRSMismatch, GeographicCRS
        Places are missing or not on one map in units of length.

    Notes
    -----
    Users are expected from where people live. Nobody is assigned to a service, and a mix of users is no contact.

    References
    ----------
    Huff 1963; Östh, Clark and Malmberg 2015.

    Examples
    --------
    Four zones on a line: the nearest 200 people of zone 1 are half of one group, those of zone 3 a tenth.

    >>> import geopandas as gpd, pandas as pd, placemix as pm
    >>> zones = pd.DataFrame({"zone": list("1234"), "x": [80, 20, 0, 20], "y": [20, 80, 100, 80]})
    >>> points = gpd.points_from_xy([500, 1500, 3000, 6000], [0] * 4)
    >>> homes = pm.from_wide(gpd.GeoDataFrame(zones, geometry=points, crs=27700), groups=["x", "y"], unit="zone")
    >>> found = pm.scenarios.service_users(homes, ["1", "3"], by="nearest people", number=200)
    >>> found.loc[found["group"] == "x", ["site", "users", "share"]]
      site  users  share
    0    1  100.0    0.5
    3    3   20.0    0.1
    """
    people = checked(people)
    sites = sites_of(people, candidates, existing, site=site, attraction=attraction, mapped=times is None)
    ways = ways_of(people, sites, times, detour, (unit, site, minutes))
    rule = ruled(people, ways, by=by, number=number, within=within, beta=beta, attraction=attraction)
    caught = catchments(people, sites, ways, rule, at_once=together)
    folk = np.column_stack([people.values, people.total])
    shown = np.flatnonzero(np.ones(len(sites.ids), dtype=bool) if together else ~sites.existing)
    users, way, beyond = (np.zeros((len(shown), folk.shape[1])) for _ in range(3))
    for row, place in enumerate(shown):
        part, reached = caught.of(int(place))
        cost = ways.to(int(place))
        users[row] = part @ folk
        way[row] = (part * np.where(part > 0, cost, 0.0)) @ folk
        beyond[row] = ~reached @ folk
    share, overall = _shares(users), _shares(folk.sum(axis=0)[np.newaxis])[0]
    names = [*group_names(people), EVERYONE]
    many = len(names)
    none = first_reason(
        {"no_users": np.repeat(~(users[:, -1] > 0), many), "no_users_of_the_group": ~(users.ravel() > 0)}
    )
    frame = pd.DataFrame(
        {
            "site": np.repeat(sites.ids.to_numpy(dtype=object)[shown], many),
            "status": np.repeat(np.where(sites.existing[shown], "existing", "candidate").astype(object), many),
            "group": np.tile(np.array(names, dtype=object), len(shown)),
            "users": users.ravel(),
            "share": share.ravel(),
            "share_of_all": np.tile(overall, len(shown)),
            "ratio": ratio(share.ravel(), np.tile(overall, len(shown))),
            "way": ratio(way.ravel(), users.ravel()),
            "beyond": beyond.ravel(),
            "measured_in": ways.measured_in,
            "outside": np.repeat(_marks(sites.outside, shown), many),
            "reason": none,
        }
    )
    order = (
        "All candidates are open at once."
        if together
        else f"Candidates are alternatives, each beside {plural(int(sites.existing.sum()), 'existing service')}."
    )
    short = ""
    if rule.by == "nearest people" and (users[:, -1] < rule.number * (1 - 1e-9)).any():
        short = "Fewer people than asked for can reach some sites, and all of them are counted."
    frame["note"] = " ".join(filter(None, [rule.text, order, ways.words, short, outside_words(sites)]))
    frame["source"], frame["version"] = people.source, __version__
    columns = (site, attraction)
    inputs, plain = calling(
        people,
        candidates=carried_table(candidates, *columns),
        existing=None if existing is None else carried_table(existing, *columns),
        times=times,
    )
    arguments = {
        "by": by, "number": number, "within": within, "beta": beta, "attraction": attraction, "together": together,
        "detour": detour, "site": site, "unit": unit, "minutes": minutes, **plain,
    }  # fmt: skip
    result = remember(frame, Call("scenarios.service_users", inputs, arguments))
    result.attrs["cites"] = {"huff": ("huff_1963",), "nearest people": ("osth_2015",)}.get(by, ())
    return result


def _shares(users: FloatArray) -> FloatArray:
    """Shares of everyone in the last column, NaN where nobody is."""
    every = users[:, -1:]
    return np.divide(users, every, out=np.full(users.shape, np.nan), where=every > 0)


def _marks(outside: BoolArray | None, shown: IntArray) -> pd.arrays.BooleanArray:
    if outside is None:
        return pd.array([pd.NA] * len(shown), dtype="boolean")
    return pd.array(outside[shown], dtype="boolean")
