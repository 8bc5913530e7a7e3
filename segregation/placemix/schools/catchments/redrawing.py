"""Catchments redrawn so that intakes are as alike as limits of travel, size and connection allow."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix import lengths
from placemix._typing import FloatArray, GroupName
from placemix._version import __version__
from placemix.checks import id_text
from placemix.counts import Counts, checked
from placemix.errors import InvalidCounts, InvalidParameter, PlacemixError, UnmatchedUnit, plural, together
from placemix.inference import drawing
from placemix.results import Call, Result, remember
from placemix.schools.catchments.evaluating import capacities
from placemix.schools.catchments.intakes import Otherwise, TakeUp, attendance
from placemix.schools.catchments.limits import Problem
from placemix.schools.catchments.posing import Rules, Scale, pose
from placemix.schools.catchments.programmes import Budget, ready, solved
from placemix.schools.catchments.searching import Found, search, settled
from placemix.schools.catchments.zones import (
    USUAL,
    Assignment,
    Columns,
    group_faults,
    place_faults,
    school_ids,
    ways,
    zone_faults,
)
from placemix.surroundings import Surroundings

Objective: TypeAlias = Literal["dissimilarity", "travel"]
Method: TypeAlias = Literal["cp-sat", "local search"]

#: Changes that the search tries for each second that it is given, and for each unit of effort.
_STEPS = 40_000
#: Changes after which a search has tried each one often enough.
_TRIES = 2_000
#: Part of the time in which a search finds the programme a good beginning.
_BEGIN = 0.25
#: Part of the time in which, of zones that are proved to be the best, those are sought that move fewest children.
_FEWEST = 0.25


def redraw(
    children: Counts,
    schools: Counts,
    assignment: Assignment,
    *,
    focal: GroupName,
    against: GroupName = "rest",
    objective: Objective = "dissimilarity",
    travel: float | None = 1.5,
    near: float | str = 0,
    longest: float | str | None = None,
    size: tuple[float, float] | None = (0.85, 1.15),
    capacity: pd.Series | None = None,
    contiguous: bool = True,
    cohesion: float | None = None,
    rezoned: float | None = None,
    fixed: Iterable[str] = (),
    times: pd.DataFrame | None = None,
    times_columns: Columns = USUAL,
    detour: float = 1.0,
    take_up: TakeUp = 1.0,
    otherwise: Otherwise = None,
    neighbours: Surroundings | None = None,
    method: Method = "cp-sat",
    seconds: float = 60.0,
    effort: float | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Redraw catchments within limits, so that the intakes of schools are as alike as they can be.

    The assignment as it is keeps every limit, since each is widened where it does not: the answer is never worse.

    Parameters
    ----------
    children
        Whole children of each group in each unit, with areas on a projected map.
    schools
        Rolls of schools of one phase, with points on the same map.
    assignment
        School of each unit now, as in `evaluate_catchments`.
    focal, against
        Whose separation is lowered, as in `placemix.measure`.
    objective
        ``"dissimilarity"`` of the intakes, or the total ``"travel"`` to the zoned schools.
    travel
        No unit's way grows to more than so many times the present one. None: without that limit.
    near
        Ways up to this length are allowed all the same: metres or ``"500 m"``, or minutes with `times`.
    longest
        No new way is longer than this.
    size
        Lowest and highest intake of each school, as parts of its present intake, or of `capacity`; None: any,
        so that a school may lose its whole zone.
    capacity
        Places of each school, by id, of which `size` is then a part.
    contiguous
        Whether zones must hang together: a unit has a neighbour with the same school that is closer to it. A zone
        that lies in pieces now may keep as many, and no more. This is a little more than hanging together: zones that
        wind around others break it, and `bound` says nothing of them.
    cohesion
        Share of the neighbours with whom a unit shares a school now that must share its school then.
    rezoned
        Largest share of children whose school changes.
    fixed
        Units that keep their school.
    times, times_columns, detour
        As in `nearest_catchments`. A school that is not reached is never given.
    take_up, otherwise, neighbours
        As in `evaluate_catchments`.
    method
        ``"cp-sat"``, whose bound says how much better any assignment could be, from the best that a search has found
        in a quarter of the time; or ``"local search"`` alone, which proves nothing and needs no OR-tools.
    seconds
        Longest time. With it alone the answer depends on the machine.
    effort
        Longest time in a measure that does not depend on the machine, roughly seconds; together with ample
        `seconds` the answer comes out again. Default: `seconds` alone.
    seed
        Of the search and the solver.
    progress
        Called with what is done and the whole. An interrupt (Ctrl+C) ends the work with the best found so far.

    Returns
    -------
    result
        One row a unit. Columns: `unit`, `school_before`, `school`, `changed`, `children`, `travel_before`, `travel`,
        `travel_unit`; then, the same in each row, `objective`, `value_before`, `value`, `bound` (no assignment within
        the limits is below it; missing for the local search), `gap` (share of the value by which it exceeds the
        bound), `status` (``"optimal"``, ``"feasible"``: the time ran out, ``"stopped"``: interrupted), `solver`,
        `note`, `source`, `source_schools`, `version`. Ready for `evaluate_catchments`. ``result.attrs["seconds"]``
        holds the time that was taken.

    Raises
    ------
    UnmatchedUnit, DuplicateUnit
        Units with children have no school, schools or units are unknown; all are listed.
    InvalidCounts
        Children are not whole.
    InvalidParameter
        A limit is out of its range.
    NoPlace, CRSMismatch, GeographicCRS
        Places are not there or not on one projected map, or units have no areas and `contiguous` is true.
    MissingExtra
        OR-tools is not installed, and the method needs it.

    Notes
    -----
    Of zones that are equally good those are taken that rezone fewer children, as far as the time allows.

    The dissimilarity of the intakes is exactly ½ Σ |x_s/X - y_s/Y|, a sum of absolute values that is linear in the
    assignment, and so the programme minimises the index itself; Gillani et al. minimise deviations of shares. Their
    rule of contiguity is kept, with distances counted from unit to unit outward from the present zone.

    References
    ----------
    Gillani, Beeferman, Vega-Pourheydarian, Overney, Van Hentenryck and Roy 2023.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd, placemix as pm
    >>> from shapely import box
    >>> def table(x, y, shapes, name):
    ...     frame = pd.DataFrame({"x": x, "y": y}).assign(unit=[f"{name}{n}" for n in range(len(x))])
    ...     return pm.from_wide(gpd.GeoDataFrame(frame, geometry=shapes, crs=27700), groups=["x", "y"], unit="unit")
    >>> row = [box(100 * n, 0, 100 * n + 100, 100) for n in range(4)]
    >>> homes = table([9, 1, 8, 2], [1, 9, 2, 8], row, "h")
    >>> rolls = table([5, 5], [5, 5], gpd.points_from_xy([50, 350], [50, 50]), "s")
    >>> now = pd.Series(["s0", "s0", "s0", "s1"], index=homes.units)
    >>> new = pm.schools.redraw(homes, rolls, now, focal="x", travel=None, size=None)
    >>> new["school"].tolist(), new["status"].iloc[0]
    (['s0', 's0', 's1', 's1'], 'optimal')
    >>> new[["value_before", "value", "bound"]].iloc[0].round(2).tolist()
    [0.3, 0.0, 0.0]
    """
    children, schools = checked(children), checked(schools)
    drawing.checked(1, seed)
    fixed = [id_text(unit) for unit in fixed]
    faults = _asked(objective, method, travel, size, cohesion, rezoned, seconds, effort)
    codes, more = zone_faults(assignment, children, schools, name="assignment")
    places, wrong = (None, []) if capacity is None else capacities(capacity, schools)
    faults += [*more, *wrong, *_people(children, fixed), *group_faults(children, focal, against)]
    faults += place_faults(children, schools, needed=times is None or contiguous)
    if faults:
        raise together(faults)
    if method == "cp-sat":
        ready()
    way = ways(children, schools, times=times, columns=times_columns, detour=detour)
    attend = attendance(children, schools, take_up, otherwise)
    rules = Rules(
        focal=focal, against=against, by_travel=objective == "travel", travel=travel,
        near=_length(near, "near", times), longest=np.inf if longest is None else _length(longest, "longest", times),
        size=size, contiguous=contiguous, cohesion=cohesion, rezoned=rezoned,
        fixed=children.units.isin(fixed), neighbours=neighbours,
    )  # fmt: skip
    posed = pose(children, schools, codes, way, attend, places, rules)
    begun = time.monotonic()
    found = _found(posed.problem, method, Budget(float(seconds), effort, seed, progress))
    found = found._replace(codes=settled(posed.problem, found.codes))
    frame = _frame(children, schools, codes, np.array(found.codes, dtype=np.int64), way.matrix, way.kind)
    _valued(frame, posed.scale, posed.problem.value(codes.tolist()), found, posed.problem.value(found.codes))
    frame.insert(list(frame.columns).index("value_before"), "objective", objective)
    frame["solver"] = "CP-SAT" if method == "cp-sat" else "local search"
    frame["note"] = " ".join(filter(None, [attend.note, f"Travel is in {way.text}.", *posed.notes]))
    frame["source"], frame["source_schools"], frame["version"] = children.source, schools.source, __version__
    inputs: dict[str, Any] = {"children": children, "schools": schools, "assignment": assignment}
    given = {"capacity": capacity, "times": times, "otherwise": otherwise, "neighbours": neighbours}
    inputs |= {name: value for name, value in given.items() if value is not None}
    arguments = {
        "focal": focal, "against": against, "objective": objective, "travel": travel, "near": near,
        "longest": longest, "size": None if size is None else list(size), "contiguous": contiguous,
        "cohesion": cohesion, "rezoned": rezoned, "fixed": fixed, "times_columns": list(times_columns),
        "detour": detour, "take_up": dict(take_up) if isinstance(take_up, Mapping) else take_up, "method": method,
        "seconds": seconds, "effort": effort, "seed": seed,
    }  # fmt: skip
    result = remember(frame, Call("schools.redraw", inputs, arguments))
    result.attrs["cites"] = ("gillani_2023", "duncan_1955")
    result.attrs["seconds"] = time.monotonic() - begun
    return result


def _found(problem: Problem, method: Method, budget: Budget) -> Found:
    """Search, and prove what can be proved in the time that is left."""
    part = 1.0 if method == "local search" else _BEGIN
    whole = budget.seconds if budget.effort is None else budget.effort
    pairs = sum(max(len(options) - 1, 0) for options in problem.options)
    steps = max(min(round(_STEPS * whole * part), round(_TRIES * part * pairs)), 1)

    def move(done: int, total: int) -> None:
        if budget.progress is not None:
            budget.progress(round(part * 1000 * done / total), 1000)

    begun = time.monotonic()
    first = search(problem, steps=steps, seconds=budget.seconds * part, seed=budget.seed, progress=move)
    if method == "local search" or first.status != "feasible":
        return first

    def on(done: int, total: int) -> None:
        if budget.progress is not None:
            budget.progress(round(1000 * (part + (1 - part) * done / total)), 1000)

    def budgeted(share: float, most: float, progress: Callable[[int, int], None] | None) -> Budget:
        left = max(min(budget.seconds - (time.monotonic() - begun), most), 0.1)
        return Budget(left, None if budget.effort is None else budget.effort * share, budget.seed, progress)

    found = Found(first.codes, "stopped", None)
    try:
        found = solved(problem, budgeted(1 - part, budget.seconds, on), first.codes)
        if problem.value(found.codes) > problem.value(first.codes):
            return Found(first.codes, found.status, found.bound)
        if found.status == "optimal":
            # Of all that are as good, the zones that move the fewest children.
            value, begin = problem.value(found.codes), settled(problem, found.codes)
            fewest = solved(problem, budgeted(_FEWEST, budget.seconds * _FEWEST, None), begin, at_most=value)
            return found._replace(codes=fewest.codes)
    except KeyboardInterrupt:
        # It came while a programme was being written down, and not while it was being solved.
        return found
    return found


def _frame(
    children: Counts, schools: Counts, old: Any, new: Any, matrix: FloatArray, kind: str  # noqa: ANN401
) -> pd.DataFrame:  # fmt: skip
    frame = pd.DataFrame({"unit": children.units.to_numpy(dtype=object)})
    frame["school_before"], frame["school"] = school_ids(schools, old), school_ids(schools, new)
    frame["changed"], frame["children"] = old != new, children.total
    units = np.arange(len(children))
    for name, codes in (("travel_before", old), ("travel", new)):
        away = matrix[units, codes]
        frame[name] = np.where((codes >= 0) & np.isfinite(away), away, np.nan)
    frame["travel_unit"] = kind
    return frame


def _valued(frame: pd.DataFrame, scale: Scale, before: int, found: Found, value: int) -> None:
    """Write what was reached, and what no assignment can be below."""
    frame["value_before"], frame["value"] = before / scale.whole, value / scale.whole
    bound = np.nan if found.bound is None else max(found.bound - scale.rounding, 0.0) / scale.whole
    frame["bound"] = bound
    reached = value / scale.whole
    # What is above the bound by rounding alone is not above it.
    above = max(reached - bound - scale.rounding / scale.whole, 0.0)
    frame["gap"] = 0.0 if reached == 0 else above / reached if found.bound is not None else np.nan
    frame["status"] = found.status


def _length(given: float | str, name: str, times: pd.DataFrame | None) -> float:
    if times is None:
        return lengths.metres(given, name=name)
    if isinstance(given, bool) or not isinstance(given, int | float | np.number) or not given >= 0:
        message = f"{name} is a number of minutes, since travel times are given, not {given!r}."
        raise InvalidParameter(message)
    return float(given)


def _asked(
    objective: str,
    method: str,
    travel: float | None,
    size: tuple[float, float] | None,
    cohesion: float | None,
    rezoned: float | None,
    seconds: float,
    effort: float | None,
) -> list[PlacemixError]:
    """Everything that is wrong with the limits."""
    said = []
    if objective not in {"dissimilarity", "travel"}:
        said.append(f"objective is 'dissimilarity' or 'travel', not {objective!r}.")
    if method not in {"cp-sat", "local search"}:
        said.append(f"method is 'cp-sat' or 'local search', not {method!r}.")
    if travel is not None and not _number(travel, 1.0):
        said.append(f"travel is how many times the present way a new one may be, from 1 on, not {travel!r}.")
    pair = isinstance(size, Sequence | np.ndarray) and len(size) == 2
    if size is not None and (not pair or not all(_number(part, 0.0) for part in size) or size[0] > size[1]):
        said.append(f"size is a lowest and a highest part of the present intake, such as (0.85, 1.15), not {size!r}.")
    for name, share in (("cohesion", cohesion), ("rezoned", rezoned)):
        if share is not None and not (_number(share, 0.0) and share <= 1):
            said.append(f"{name} is a share from 0 to 1, not {share!r}.")
    said += [
        f"{name} is a number above 0, not {given!r}."
        for name, given in (("seconds", seconds), ("effort", 1.0 if effort is None else effort))
        if not _number(given, 0.0) or not given > 0
    ]
    return [InvalidParameter(text) for text in said]


def _number(given: object, low: float) -> bool:
    return isinstance(given, int | float | np.number) and not isinstance(given, bool) and bool(low <= given < np.inf)


def _people(children: Counts, fixed: list[str]) -> list[PlacemixError]:
    faults: list[PlacemixError] = []
    part = (children.total % 1 != 0) | (children.values % 1 != 0).any(axis=1)
    if part.any():
        message = f"Children are not whole in {plural(int(part.sum()), 'unit')}."
        remedy = "Round them so that totals stay: the programme is exact for whole children."
        faults.append(InvalidCounts(message, units=children.units[part], remedy=remedy))
    lost = [unit for unit in fixed if unit not in children.units]
    if lost:
        message = f"{plural(len(lost), 'unit')} to be kept fixed {'is' if len(lost) == 1 else 'are'} not there."
        faults.append(UnmatchedUnit(message, units=lost, remedy="Check the ids."))
    return faults
