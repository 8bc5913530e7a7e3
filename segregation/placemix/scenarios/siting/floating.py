"""Supply shared by those within reach of it: the two-step floating catchment, by unit and by group."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName
from placemix._version import __version__
from placemix.counts import Counts, checked, group_text
from placemix.errors import InvalidParameter, plural
from placemix.indices._parts import ratio
from placemix.results import Call, Result, first_reason, remember
from placemix.scenarios.siting.sites import calling, carried_table, outside_words, sites_of
from placemix.scenarios.siting.using import EVERYONE
from placemix.scenarios.siting.ways import ways_of


def floating_access(
    people: Counts,
    services: pd.DataFrame,
    *,
    supply: str,
    within: float | str,
    rows: Literal["group", "unit"] = "group",
    against: GroupName = "rest",
    times: pd.DataFrame | None = None,
    detour: float = 1.0,
    site: str = "site",
    unit: str = "unit",
    minutes: str = "minutes",
) -> Result:
    """Say how much of a supply each group has within reach, shared with everyone else in reach of it (2SFCA).

    A service offers R_j = S_j / Σ P_i to everyone within reach, a unit has A_i = Σ R_j of the services within reach,
    and a group A_g = Σ_i (x_i / X) A_i, the mean of its people.

    Parameters
    ----------
    people
        People of each group in each unit, on a projected map (or with `times`).
    services
        Services with a column `site`, a geometry (or ``x`` and ``y``), and their supply.
    supply
        Column of numbers above 0, such as doctors or places.
    within
        How long a way may be: metres or text such as ``"2 km"``; with `times`, minutes.
    rows
        Of groups, or of units.
    against
        Group that each is compared with; ``"rest"`` is everyone else. For rows of groups alone.
    times, detour, site, unit, minutes
        As in `service_users`.

    Returns
    -------
    result
        Rows of groups, with ``"everyone"``: `group`, `against`, `value` (supply per person), `value_against`,
        `difference`, `ratio`, `people`, `without` (people with no service within reach; their access is 0), `reason`.
        Rows of units: `unit`, `value`, `services` (within reach), `people`. Both: `supply` (in all), `unused` (of
        services with nobody within reach, which nobody has), `measured_in` (of ways), `note`, `source`, `version`.

    Raises
    ------
    InvalidParameter, UnknownGroup
        `rows` is neither, `against` is given for rows of units, `within` is missing, or there is no such group.
    UnknownColumn, UnmatchedUnit, DuplicateUnit, EmptyTable, InvalidTable, NoPlace, CRSMismatch, GeographicCRS
        As in `service_users`; supply is missing or not above 0.

    Notes
    -----
    The sums are worked out here and not by PySAL's `access`, which leaves out units beyond every service instead of
    giving them 0; on all others a test holds the two equal. Whatever is in use is shared out: Σ P_i A_i is the supply
    of the services with anyone within reach.

    References
    ----------
    Luo and Wang 2003.

    Examples
    --------
    Two doctors within reach of 200 people, and one within reach of the last 100 of them and 100 more.

    >>> import geopandas as gpd, pandas as pd, placemix as pm
    >>> zones = pd.DataFrame({"zone": list("123"), "x": [80, 20, 0], "y": [20, 80, 100]})
    >>> points = gpd.points_from_xy([0, 1000, 2000], [0] * 3)
    >>> homes = pm.from_wide(gpd.GeoDataFrame(zones, geometry=points, crs=27700), groups=["x", "y"], unit="zone")
    >>> doctors = pd.DataFrame({"site": ["a", "b"], "x": [500, 1500], "y": [0, 0], "doctors": [2, 1]})
    >>> found = pm.scenarios.floating_access(homes, doctors, supply="doctors", within="600 m", rows="unit")
    >>> found["value"].tolist()
    [0.01, 0.015, 0.005]
    >>> pm.scenarios.floating_access(homes, doctors, supply="doctors", within="600 m")[["group", "value"]]
          group   value
    0         x  0.0110
    1         y  0.0095
    2  everyone  0.0100
    """
    people = checked(people)
    if rows not in ("group", "unit"):
        message = f"rows is 'group' or 'unit', not {rows!r}."
        raise InvalidParameter(message)
    if rows == "unit" and against != "rest":
        message = f"Rows of units are compared with nobody, and against={against!r} is not used."
        raise InvalidParameter(message, remedy="Leave it out, or pass rows='group'.")
    sites = sites_of(people, services, None, site=site, attraction=supply, mapped=times is None, words="services")
    ways = ways_of(people, sites, times, detour, (unit, site, minutes))
    reach = ways.reach(within, people)
    if np.isinf(reach):  # nothing was given
        message = "within= is needed: it says who shares a supply."
        raise InvalidParameter(message, remedy="Say how long a way may be, such as '2 km'.")
    value, number, unused = np.zeros(len(people)), np.zeros(len(people)), 0.0
    idle = 0
    for place in range(len(sites.ids)):
        inside = ways.to(place) <= reach
        number += inside
        sharing = float(people.total @ inside)
        if sharing > 0:
            value += inside * (sites.pull[place] / sharing)
        else:
            unused += float(sites.pull[place])
            idle += 1
    frame = _of_groups(people, value, number, against) if rows == "group" else _of_units(people, value, number)
    frame["supply"], frame["unused"], frame["measured_in"] = float(sites.pull.sum()), unused, ways.measured_in
    lost = f"{plural(idle, 'service has', 'services have')} nobody within reach." if idle else ""
    frame["note"] = " ".join(
        filter(None, [f"Within reach: {ways.said(reach)}.", ways.words, lost, outside_words(sites, "service")])
    )
    frame["source"], frame["version"] = people.source, __version__
    inputs, _ = calling(people, services=carried_table(services, site, supply), times=times)
    arguments = {
        "supply": supply, "within": within, "rows": rows, "against": against, "detour": detour, "site": site,
        "unit": unit, "minutes": minutes,
    }  # fmt: skip
    result = remember(frame, Call("scenarios.floating_access", inputs, arguments))
    result.attrs["cites"] = ("luo_2003",)
    return result


def _of_units(people: Counts, value: FloatArray, number: FloatArray) -> pd.DataFrame:
    units = people.units.to_numpy(dtype=object)
    return pd.DataFrame({"unit": units, "value": value, "services": number.astype(np.int64), "people": people.total})


def _of_groups(people: Counts, value: FloatArray, number: FloatArray, against: GroupName) -> pd.DataFrame:
    folk = np.column_stack([people.values, people.total])
    names = [*(group_text(group) for group in people.groups), EVERYONE]
    if against == "rest":
        other, rivals = people.total[:, np.newaxis] - folk, ["rest"] * len(names)
    else:
        place = people.position(against)
        other = np.repeat(people.values[:, place, np.newaxis], len(names), axis=1)
        rivals = [group_text(people.groups[place])] * len(names)
    rivals[-1] = "-"
    mean, beside = (ratio(value @ side, side.sum(axis=0)) for side in (folk, other))
    beside[-1] = np.nan
    return pd.DataFrame(
        {
            "group": names,
            "against": rivals,
            "value": mean,
            "value_against": beside,
            "difference": mean - beside,
            "ratio": ratio(mean, beside),
            "people": folk.sum(axis=0),
            "without": (number == 0) @ folk,
            "reason": first_reason(
                {
                    "no_people": ~(folk.sum(axis=0) > 0),
                    "everyone_is_compared_with_nobody": np.arange(len(names)) == len(names) - 1,
                    "nobody_to_compare_with": ~(other.sum(axis=0) > 0),
                    "no_access_to_compare_with": beside == 0,
                }
            ),
        }
    )
