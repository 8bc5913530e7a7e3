"""From counts, ways and rules to a problem in whole numbers."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from placemix._typing import BoolArray, FloatArray, GroupName, IntArray
from placemix.counts import Counts
from placemix.errors import InvalidParameter, InvalidTable, plural
from placemix.schools.catchments.intakes import Attendance
from placemix.schools.catchments.limits import Problem, hanging, may_have
from placemix.schools.catchments.pieces import borders, pieces
from placemix.schools.catchments.zones import Ways
from placemix.surroundings import Surroundings
from placemix.surroundings.points import locate

#: Imbalances are whole numbers of this part of the largest, unless they are whole themselves.
_FINE = 10**9
#: Parts of a child in which rolls are counted where take-up divides children.
_PARTS = 1000


class Rules(NamedTuple):
    """What `redraw` was asked."""

    focal: GroupName
    against: GroupName
    by_travel: bool
    travel: float | None
    near: float
    longest: float
    size: tuple[float, float] | None
    contiguous: bool
    cohesion: float | None
    rezoned: float | None
    fixed: BoolArray
    neighbours: Surroundings | None


class Scale(NamedTuple):
    """What the whole numbers stand for.

    Attributes
    ----------
    whole
        By what a value of the problem is divided.
    rounding
        What rounding may add to a value of the problem, at most.
    """

    whole: float
    rounding: float


class Posed(NamedTuple):
    """A problem, its scale, and what had to be widened so that the present assignment keeps every limit."""

    problem: Problem
    scale: Scale
    notes: list[str]


def pose(
    children: Counts,
    schools: Counts,
    now: IntArray,
    way: Ways,
    attend: Attendance,
    places: FloatArray | None,
    rules: Rules,
) -> Posed:
    """Put limits and aim into whole numbers; the present assignment keeps them all."""
    factor = np.inf if rules.travel is None else rules.travel
    away = way.matrix
    allowed = may_have(now, away, factor=factor, near=rules.near, longest=rules.longest, fixed=np.asarray(rules.fixed))
    notes = _unreached(now, away, children)
    closer: dict[tuple[int, int], list[int]] = {}
    around: list[list[int]] = []
    if rules.contiguous or rules.cohesion:
        near = borders(children, rules.neighbours)
        around = [near.of(unit) for unit in range(len(now))]
        if rules.contiguous:
            xy = locate(children, point="centroid").xy
            notes.append(
                "Zones hang together in that each unit borders on one of its zone that is closer to the school, "
                "outward from the nearest: zones that wind around others are not looked at, and might do better."
            )
            rank = np.argsort(np.argsort(children.units.to_numpy(dtype=object), kind="stable"))
            closer, possible = hanging(now, allowed, away, near, xy, _home(children, schools, rank), rank)
            allowed &= possible
            several = int((pieces(now, near, len(schools)) > 1).sum())
            if several:
                notes.append(f"{plural(several, 'zone lies', 'zones lie')} in pieces now, and may keep as many.")
    size, base, low, high, more = _sizes(now, attend, places, rules)
    lean, leaning, scale = _lean(children, attend, rules)
    cost: list[list[int]] = []
    options = [np.flatnonzero(row).tolist() for row in allowed]
    if rules.by_travel:
        cost, scale = _costs(children, away, options)
    kept: list[list[int]] = []
    together: list[int] = []
    if rules.cohesion:
        kept = [[other for other in others if now[other] == now[unit]] for unit, others in enumerate(around)]
        together = [math.ceil(rules.cohesion * len(others) - 1e-9) for others in kept]
    many = children.total.astype(np.int64)
    moved = int(many.sum()) if rules.rezoned is None else math.floor(rules.rezoned * float(many.sum()) + 1e-9)
    problem = Problem(
        now, options, lean, leaning, cost, size, base, low, high, closer, kept, together, moved, many.tolist()
    )
    free = sum(len(one) > 1 for one in options)
    notes = [f"{free:,} of {len(now):,} units may have another school.", *notes, *more]
    broken = problem.broken(now.tolist())
    if broken:
        message = "The present assignment does not keep the limits, which should have been widened to it."
        raise InvalidTable(message, units=broken, remedy="Report this, with the data if you can.")
    return Posed(problem, scale, notes)


def _unreached(now: IntArray, away: FloatArray, children: Counts) -> list[str]:
    lost = (now >= 0) & ~np.isfinite(away[np.arange(len(now)), now])
    if not lost.any():
        return []
    many = f"{plural(int(lost.sum()), 'unit')} ({children.total[lost].sum():,.0f} children)"
    return [f"{many} cannot reach the present school: they may keep it, or have one within the longest way."]


def _home(children: Counts, schools: Counts, rank: IntArray) -> IntArray:
    """The unit in which each school lies, or that is nearest to it."""
    import shapely

    tree = shapely.STRtree(np.asarray(children.geometry.array, dtype=object))
    points = np.asarray(schools.geometry.array, dtype=object)
    found, units = tree.query_nearest(shapely.centroid(points))
    first = np.full(len(schools), len(children), dtype=np.int64)
    np.minimum.at(first, found, rank[units])
    return np.append(np.argsort(rank), len(children))[first]


def _sizes(
    now: IntArray, attend: Attendance, places: FloatArray | None, rules: Rules
) -> tuple[list[int], list[int], list[int], list[int], list[str]]:
    whole = not (attend.going % 1 != 0).any() and not attend.elsewhere.any()
    part = 1 if whole else _PARTS
    size = np.rint(attend.going.sum(axis=1) * part).astype(np.int64)
    base = np.rint(attend.elsewhere.sum(axis=1) * part).astype(np.int64)
    roll = base.copy()
    np.add.at(roll, now[now >= 0], size[now >= 0])
    if rules.size is None:
        everyone = int(size.sum() + base.sum())
        return size.tolist(), base.tolist(), [0] * len(base), [everyone] * len(base), []
    of = roll.astype(np.float64) if places is None else places * part
    low, high = (np.ceil(of * rules.size[0] - 1e-6), np.floor(of * rules.size[1] + 1e-6))
    wide = (low > roll) | (high < roll)
    low, high = np.minimum(low, roll).astype(np.int64), np.maximum(high, roll).astype(np.int64)
    notes = []
    if wide.any():
        notes.append(f"The limits of size are widened to the present intake of {plural(int(wide.sum()), 'school')}.")
    return size.tolist(), base.tolist(), low.tolist(), high.tolist(), notes


def _lean(children: Counts, attend: Attendance, rules: Rules) -> tuple[list[int], list[int], Scale]:
    """What each unit adds to the imbalance of its school, and what is there whatever the zones are."""
    if rules.against != "rest" and children.position(rules.focal) == children.position(rules.against):
        message = "A group is not compared with itself: focal= and against= are two groups."
        raise InvalidParameter(message)

    def sides(values: FloatArray) -> tuple[FloatArray, FloatArray]:
        focal = values[:, children.position(rules.focal)]
        other = values.sum(axis=1) - focal
        if rules.against != "rest":
            other = values[:, children.position(rules.against)]
        return focal, other

    (x, y), (fixed_x, fixed_y) = sides(attend.going), sides(attend.elsewhere)
    all_x, all_y = float(x.sum() + fixed_x.sum()), float(y.sum() + fixed_y.sum())
    if not (all_x > 0 and all_y > 0):
        message = "Nobody of one of the two groups is there, so that nothing can be made more alike."
        raise InvalidParameter(message, remedy="Name other groups in focal= and against=.")
    lean: Any = x * all_y - y * all_x
    leaning: Any = fixed_x * all_y - fixed_y * all_x
    whole = all_x * all_y
    exact = not any((one % 1 != 0).any() for one in (x, y, fixed_x, fixed_y)) and whole < 2**52
    if exact:
        numbers = [int(one) for one in (*lean, *leaning)]
        divisor = math.gcd(*numbers) or 1
        units = len(lean)
        shorter = [number // divisor for number in numbers]
        return shorter[:units], shorter[units:], Scale(whole / divisor, 0.0)
    factor = _FINE / whole
    rounded = [np.rint(one * factor).astype(np.int64).tolist() for one in (lean, leaning)]
    return rounded[0], rounded[1], Scale(float(_FINE), 0.5 * (len(lean) + len(leaning)))


def _costs(children: Counts, away: FloatArray, options: list[list[int]]) -> tuple[list[list[int]], Scale]:
    """Children times way of each pair, in tenths of a metre or minute; a present way that nobody knows costs 0."""
    known = np.where(np.isfinite(away), away, 0.0) * children.total[:, np.newaxis] * 10
    costs = np.rint(known).astype(np.int64)
    listed = [[int(costs[unit, school]) for school in schools] for unit, schools in enumerate(options)]
    return listed, Scale(10.0, 0.5 * len(options))
