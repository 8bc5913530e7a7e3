"""How long each child's way to each school is: on foot or by a given table, and by a network of school buses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix._version import __version__
from placemix.checks import id_texts
from placemix.counts import Counts, checked
from placemix.errors import InvalidParameter, InvalidTable, PlacemixError, UnmatchedUnit, plural, together
from placemix.lengths import in_map_units, metres_per_unit, written
from placemix.results import Call, Result, remember
from placemix.schools.travelling.minutes import refuse_lacking
from placemix.schools.travelling.ways import (
    Ways,
    given,
    near,
    on_foot,
    placed,
    refuse_numbers,
    school_ids,
    table_of,
)
from placemix.surroundings.points import locate

#: Metres a minute of a kilometre an hour.
_PER_MINUTE = 1000.0 / 60.0


def travel_times(
    children: Counts,
    schools: pd.DataFrame | Counts,
    *,
    longest: float,
    speed: float | None = None,
    times: pd.DataFrame | None = None,
    buses: pd.DataFrame | None = None,
    walk: float | str | None = None,
    detour: float = 1.0,
    unit: str = "unit",
    school: str = "school",
    minutes: str = "minutes",
    route: str = "route",
) -> Result:
    """Give the minutes from each home to each school: by a table, or in a straight line, and by school buses.

    With buses a child takes the shorter of the way without and of the walk to a stop with the ride from it.

    Parameters
    ----------
    children
        Children in each area or at each point, on a projected map.
    schools
        One row a school: its id, and a geometry column of points on the same map; or rolls as `Counts`.
    longest
        Minutes beyond which a pair is left out, which bounds memory.
    speed
        Kilometres an hour of a walk in a straight line. Needed without `times`, and to walk to a stop.
    times
        Minutes of each home and school, on a real network: columns `unit`, `school`, `minutes`. A pair that is missing
        or has no minutes is not reachable. Default: all walk.
    buses
        Stops of school buses, one row for each stop and school it serves: `route`, `school`, `minutes` (from the stop
        on, the wait included), and where it is: a geometry column, columns ``x`` and ``y`` of the same map, or
        `unit`, at the point of that area.
    walk
        How far children walk to a stop: metres, or text such as ``"800 m"``; `detour` applies. Needed with `buses`.
    detour
        How much longer ways are than straight lines. At 1 they are straight lines.
    unit, school, minutes, route
        Names of these columns.

    Returns
    -------
    times
        One row for each pair within `longest`: `unit`, `school`, `minutes`, `by` (``"given"``, ``"walk"``, or the bus
        route, if that is the shorter), `note`, `version`. What `access` takes.

    Raises
    ------
    InvalidParameter
        `speed`, `walk`, `longest` or `detour` is missing or no such number.
    UnmatchedUnit, DuplicateUnit, UnknownColumn
        A table names a home or school that is not there, a pair twice, or lacks a column.
    InvalidTable
        Minutes are negative, or a ride has none.
    NoPlace, GeographicCRS, CRSMismatch
        Places are not there, or not on one map.

    Examples
    --------
    A bus makes an hour's walk of 5 km a ride of 15 minutes, with 4 minutes to walk to the stop.

    >>> import geopandas as gpd, pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"unit": ["h"], "x": [5], "y": [5]})
    >>> homes = gpd.GeoDataFrame(homes, geometry=gpd.points_from_xy([0], [0]), crs=27700)
    >>> children = pm.from_wide(homes, groups=["x", "y"], unit="unit")
    >>> schools = gpd.GeoDataFrame({"school": ["s"]}, geometry=gpd.points_from_xy([5000], [0]), crs=27700)
    >>> stops = pd.DataFrame({"route": ["7"], "school": ["s"], "x": [333.3333], "y": [0], "minutes": [15]})
    >>> walking = {"longest": 90, "speed": 5}
    >>> pm.schools.travel_times(children, schools, **walking)["minutes"].tolist()
    [60.0]
    >>> with_bus = pm.schools.travel_times(children, schools, **walking, buses=stops, walk="800 m")
    >>> with_bus[["minutes", "by"]].round(1).values.tolist()
    [[19.0, '7']]
    """
    children = checked(children)
    refuse_numbers(longest=longest, detour=detour, **({} if speed is None else {"speed": speed}))
    if speed is None and (times is None or buses is not None):
        message = "The minutes of a walk need its speed."
        raise InvalidParameter(message, remedy="Pass speed= in kilometres an hour, such as 4.8.")
    if buses is not None and walk is None:
        message = "How far children walk to a stop is not said."
        raise InvalidParameter(message, remedy="Pass walk=, such as '800 m'.")
    _refuse_unused(speed=speed, times=times is not None, buses=buses is not None, walk=walk, detour=detour)
    schools = table_of(schools, school)
    ids = school_ids(schools, school)
    if times is None:
        direct = on_foot(children, schools, ids, longest * float(speed or 0) * _PER_MINUTE, detour)
        direct = direct._replace(cost=direct.cost / (float(speed or 0) * _PER_MINUTE))
    else:
        direct = given(times, children, ids, (unit, school, minutes))
    word = np.full(len(direct.cost), "walk" if times is None else "given", dtype=object)
    if buses is not None:
        columns = (unit, school, minutes, route)
        direct, word = _with_buses(direct, word, children, ids, buses, columns, (walk or 0, float(speed or 0), detour))
    # Minutes are worked out from metres: a billionth of room, so that rounding leaves none out that take as long.
    soon = direct.cost <= longest * (1 + 1e-9)
    frame = pd.DataFrame(
        {
            unit: children.units.to_numpy(dtype=object)[direct.home[soon]],
            school: ids.to_numpy(dtype=object)[direct.school[soon]],
            minutes: direct.cost[soon],
            "by": word[soon],
        }
    ).sort_values([unit, school], kind="stable", ignore_index=True)
    frame["note"] = _note(longest, speed, times is not None, detour, walk if buses is not None else None)
    frame["version"] = __version__
    arguments = {
        "longest": longest, "speed": speed, "walk": walk, "detour": detour, "unit": unit, "school": school,
        "minutes": minutes, "route": route,
    }  # fmt: skip
    inputs = {"children": children, "schools": schools, "times": times, "buses": buses}
    held = {name: value for name, value in inputs.items() if value is not None}
    return remember(frame, Call("schools.travel_times", held, arguments))


def _with_buses(
    direct: Ways,
    word: Any,  # noqa: ANN401
    children: Counts,
    ids: pd.Index,
    buses: pd.DataFrame,
    columns: tuple[str, str, str, str],
    walking: tuple[float | str, float, float],
) -> tuple[Ways, Any]:
    """Ways with the shorter of those without a bus and those by one, and what each is by."""
    unit, school, minutes, route = columns
    walk, speed, detour = walking
    refuse_lacking(buses, [school, minutes, route], "The table of buses")
    to = ids.get_indexer(id_texts(buses[school])).astype(np.int64)
    ride = pd.to_numeric(buses[minutes], errors="coerce").to_numpy(dtype=np.float64)
    _sound(buses, to, ride, (school, route))
    homes = locate(children, point="centroid").xy
    if "geometry" in buses.columns or {"x", "y"} <= set(buses.columns):
        stops = placed(buses, pd.Index(id_texts(buses[route])), children)
    else:
        refuse_lacking(buses, [unit], "The table of buses")
        at = children.units.get_indexer(id_texts(buses[unit]))
        if (at < 0).any():
            message = "Some stops are at units that are not there."
            raise UnmatchedUnit(message, units=buses.loc[at < 0, unit].unique(), remedy="Correct the id.")
        stops = homes[at]
    if not len(buses):
        return direct, word
    crs = children.geometry.crs
    reach = in_map_units(walk, crs, name="walk") * (1.0 if crs is None else metres_per_unit(crs))
    steps = near(homes, stops, reach, detour)
    cost = np.append(direct.cost, steps.cost / (speed * _PER_MINUTE) + ride[steps.school])
    home, end = np.append(direct.home, steps.home), np.append(direct.school, to[steps.school])
    by = np.append(word, id_texts(buses[route]).to_numpy(dtype=object)[steps.school])
    late = np.append(np.zeros(len(direct.cost), dtype=np.int64), steps.school + 1)
    order = np.lexsort((late, cost, end, home))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(home[order]) != 0) | (np.diff(end[order]) != 0)
    kept = order[first]
    return Ways(home[kept], end[kept], cost[kept]), by[kept]


def _refuse_unused(*, speed: float | None, times: bool, buses: bool, walk: float | str | None, detour: float) -> None:
    """Refuse what would change nothing, since who gives it thinks that it does."""
    if buses:
        return
    given_in_vain = {"walk": walk is not None, "speed": times and speed is not None, "detour": times and detour != 1}
    for name, vain in given_in_vain.items():
        if vain:
            why = (
                "no buses are given" if name == "walk" else "minutes are those of the table, and nobody walks to a stop"
            )
            message = f"{name} would change nothing: {why}."
            raise InvalidParameter(message, remedy=f"Leave {name}= out, or pass buses=.")


def _sound(buses: pd.DataFrame, to: IntArray, ride: FloatArray, columns: tuple[str, str]) -> None:
    school, route = columns
    wrong: BoolArray = ~(ride >= 0) | np.isinf(ride)
    faults: list[PlacemixError] = []
    if (to < 0).any():
        message = "Some buses go to schools that are not there."
        faults.append(UnmatchedUnit(message, units=buses.loc[to < 0, school].unique(), remedy="Correct the id."))
    if wrong.any():
        message = f"{plural(int(wrong.sum()), 'ride has', 'rides have')} no minutes, or negative ones."
        remedy = "Missing is never 0: give the ride with its wait, or leave the stop out."
        faults.append(InvalidTable(message, units=buses.loc[wrong, route].unique(), remedy=remedy))
    if faults:
        raise together(faults)


def _note(longest: float, speed: float | None, table: bool, detour: float, walk: float | str | None) -> str:  # noqa: FBT001
    ways = f"straight lines times {detour:g}" if detour != 1 else "straight lines"
    parts = ["Minutes as given." if table else f"On foot at {speed:g} km/h in {ways}."]
    if walk is not None:
        far = walk if isinstance(walk, str) else written(walk)
        parts.append(
            f"By bus after a walk of at most {far} at {speed:g} km/h in {ways}, the ride with its wait as given."
        )
    parts.append(f"Pairs of more than {longest:g} minutes left out.")
    return " ".join(parts)
