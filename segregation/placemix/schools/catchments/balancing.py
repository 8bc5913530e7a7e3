"""Catchments drawn so that no school gets more children than it has places, with the least travel."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts, checked
from placemix.errors import InvalidCounts, InvalidParameter, InvalidTable, UnmatchedUnit, plural, together
from placemix.inference import drawing
from placemix.results import Call, Result
from placemix.schools.catchments.drawing import finished
from placemix.schools.catchments.evaluating import capacities
from placemix.schools.catchments.limits import Problem
from placemix.schools.catchments.programmes import Budget, ready, solved
from placemix.schools.catchments.zones import USUAL, Columns, school_ids, ways
from placemix.schools.nearby.flowing import GRAIN, cheapest

#: Schools that each unit may have, the ones with the shortest ways.
_NEAR = 12
#: Ways are whole numbers of this part of a metre or minute.
_PART = 10
#: Ways of less than this, as minutes are, are made so many times finer before the flow counts in whole numbers.
_SHORT, _FINE = 1_000, 1_000.0


def balanced_catchments(
    children: Counts,
    schools: Counts,
    capacity: pd.Series,
    *,
    slack: float = 0.0,
    times: pd.DataFrame | None = None,
    times_columns: Columns = USUAL,
    detour: float = 1.0,
    seconds: float = 60.0,
    effort: float | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Zone whole units to schools with the least travel, so that no school gets more children than it has places.

    Parameters
    ----------
    children
        Whole children of each group in each unit, with shapes or points on a projected map.
    schools
        Rolls of schools of one phase, with points on the same map.
    capacity
        Places of each school, by id.
    slack
        Part of its places by which a school may be passed, since whole units seldom fit exactly: 0.05 is one in twenty.
    times, times_columns, detour
        As in `nearest_catchments`. A school that is not reached is never given.
    seconds, effort, seed, progress
        As in `redraw`.

    Returns
    -------
    result
        As from `nearest_catchments`, with these columns besides, the same in each row: `total_travel` (children times
        way), `bound` (the least if units could be divided, by an exact flow), `gap` (share of the total by which it
        exceeds the bound), `status` (``"optimal"``: no other choice among the schools that were looked at has less,
        ``"feasible"``: the time ran out, ``"stopped"``: interrupted).

    Raises
    ------
    InvalidTable
        There are more children than places, or no whole units were found to fit.
    UnmatchedUnit, InvalidCounts
        Schools have no capacity or units reach no school; children or capacities are no whole numbers.
    NoPlace, CRSMismatch, GeographicCRS
        Places are not there, or not on one projected map.
    MissingExtra
        OR-tools is not installed.

    Notes
    -----
    Zones need not hang together: a unit between two full schools goes past both. Each unit is given one of its 12
    nearest schools, or one to which the flow sends it; the bound holds for all schools.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd, placemix as pm
    >>> def table(x, at, name):
    ...     frame = pd.DataFrame({"x": x, "y": 10}).assign(unit=[f"{name}{n}" for n in range(len(x))])
    ...     return pm.from_wide(gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(at, [0] * len(at)), crs=27700),
    ...                         groups=["x", "y"], unit="unit")
    >>> homes, rolls = table([5, 5, 5], [0, 300, 900], "h"), table([9, 9], [0, 890], "s")
    >>> found = pm.schools.balanced_catchments(homes, rolls, pd.Series({"s0": 20, "s1": 40}))
    >>> found["school"].tolist(), found["total_travel"].iloc[0].item()
    (['s0', 's1', 's1'], 9000.0)
    """
    children, schools = checked(children), checked(schools)
    if isinstance(slack, bool) or not isinstance(slack, int | float | np.number) or not 0 <= slack < np.inf:
        message = f"slack is a part of the places from 0 on, not {slack!r}."
        raise InvalidParameter(message, remedy="0.05 lets rolls pass capacities by one in twenty.")
    drawing.checked(1, seed)
    places, faults = capacities(capacity, schools)
    part = children.total % 1 != 0
    if part.any():
        message = f"Children are not whole in {plural(int(part.sum()), 'unit')}."
        faults.append(InvalidCounts(message, units=children.units[part], remedy="Round them so that totals stay."))
    if faults:
        raise together(faults)
    ready()
    way = ways(children, schools, times=times, columns=times_columns, detour=detour)
    many = children.total.astype(np.int64)
    room = np.floor(places * (1 + slack) + 1e-9).astype(np.int64)
    lost = ~np.isfinite(way.matrix).any(axis=1) & (many > 0)
    if lost.any():
        message = f"{plural(int(lost.sum()), 'unit')} with children cannot reach a school."
        raise UnmatchedUnit(message, units=children.units[lost], remedy="Complete the travel times.")
    if many.sum() > room.sum():
        message = f"There are {many.sum():,} children for {room.sum():,} places."
        raise InvalidTable(message, remedy="Add places or slack, or zone to the nearest school and count who is over.")
    begun = time.monotonic()
    codes, status, bound = _drawn(way.matrix, many, room, schools, Budget(seconds, effort, seed, progress))
    units = np.arange(len(children))
    frame = pd.DataFrame({"unit": children.units.to_numpy(dtype=object), "school": school_ids(schools, codes)})
    frame["travel"] = np.where(codes >= 0, way.matrix[units, codes], np.nan)
    frame["travel_unit"], frame["how"] = way.kind, f"least travel within capacities, by {way.text}"
    total = float((frame["travel"].fillna(0.0) * many).sum())
    frame["total_travel"], frame["bound"] = total, min(bound, total)
    frame["gap"] = 0.0 if total == 0 else 1 - min(bound, total) / total
    frame["status"] = status
    inputs = {"children": children, "schools": schools, "capacity": capacity}
    arguments = {
        "slack": slack, "times_columns": list(times_columns), "detour": detour, "seconds": seconds, "effort": effort,
        "seed": seed,
    }  # fmt: skip
    call = Call("schools.balanced_catchments", inputs if times is None else inputs | {"times": times}, arguments)
    result = finished(frame, children, schools, call)
    result.attrs["seconds"] = time.monotonic() - begun
    return result


def _drawn(
    away: FloatArray, many: IntArray, room: IntArray, schools: Counts, budget: Budget
) -> tuple[IntArray, str, float]:
    """School of each unit, status, and the least travel if units could be divided."""
    order = np.argsort(schools.units.to_numpy(dtype=object), kind="stable")
    lived = np.flatnonzero(many > 0)
    # Ways that are not there are longer than any sum of those that are, so that the flow takes them last.
    longest = float(away[np.isfinite(away)].max(initial=1.0))
    barred = longest * 1000
    fine = _FINE if longest < _SHORT else 1.0
    cost = np.where(np.isfinite(away), away, barred)[np.ix_(lived, order)] * fine
    flow = cheapest(cost, many[lived], room[order])
    sent = np.zeros((len(many), len(order)))
    sent[np.ix_(lived, order)] = flow
    if (sent[~np.isfinite(away)] > 0).any():
        message = "Children cannot all be given a place in a school that they can reach."
        raise InvalidTable(message, remedy="Add places or slack, or complete the travel times.")
    # The flow is exact for ways in whole tenths, which may each be wrong by half of one.
    rounded = np.rint(cost / GRAIN) * GRAIN
    bound = max(float((flow * rounded).sum() - many.sum() * GRAIN / 2) / fine, 0.0)
    near = np.argsort(np.argsort(away[:, order], axis=1, kind="stable"), axis=1) < _NEAR
    allowed = np.zeros(away.shape, dtype=bool)
    allowed[:, order] = near
    allowed = (allowed | (sent > 0)) & np.isfinite(away)
    # The school that takes most of a unit's children is where the programme begins.
    begin = np.where(sent > 0, sent, -np.where(np.isfinite(away), away, np.inf)).argmax(axis=1)
    options = [np.flatnonzero(row).tolist() for row in allowed]
    whole = np.rint(np.where(np.isfinite(away), away, 0.0) * many[:, np.newaxis] * _PART).astype(np.int64)
    problem = Problem(
        now=np.where(allowed.any(axis=1), begin, -1), options=options, lean=[0] * len(many), leaning=[0] * len(room),
        cost=[[int(whole[unit, school]) for school in chosen] for unit, chosen in enumerate(options)],
        size=many.tolist(), base=[0] * len(room), low=[0] * len(room), high=room.tolist(), closer={}, kept=[],
        together=[], moved=int(many.sum()), children=many.tolist(),
    )  # fmt: skip
    found: Any = solved(problem, budget, problem.now.tolist())
    if problem.broken(found.codes):
        message = "No way was found in which whole units fit the places."
        raise InvalidTable(message, remedy="Allow slack=0.05, give more seconds, or cut large units.")
    return np.array(found.codes, dtype=np.int64), found.status, bound
