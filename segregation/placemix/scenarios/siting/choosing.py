"""Several sites at once: p-median, maximal coverage, p-centre and set covering, solved by spopt."""

from __future__ import annotations

import warnings
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix._version import __version__
from placemix.counts import Counts, checked, group_text
from placemix.errors import EmptyTable, InvalidParameter, MissingExtra, PlacemixError, did_you_mean, together
from placemix.results import Call, Result, remember
from placemix.scenarios.siting.sites import Given, calling, carried_table, outside_words, sites_of
from placemix.scenarios.siting.standing import standing
from placemix.scenarios.siting.ways import Ways, number_above, ways_of

#: What sites are chosen for.
Method: TypeAlias = Literal["p-median", "mclp", "p-center", "lscp"]
#: What each method looks for, and the papers it is from.
_AIMS = {
    "p-median": ("mean way", "hakimi_1964"),
    "mclp": ("share within reach", "church_1974"),
    "p-center": ("greatest way", "hakimi_1964"),
    "lscp": ("sites", "toregas_1971"),
}
#: Pairs of units and candidates that are handed to the solver.
LARGEST = 1_000_000
#: What the solver calls a problem without any solution.
_INFEASIBLE = -1
#: What it calls a solution that is proved to be the best.
_PROVED = 1


class Solved(NamedTuple):
    """What a solver found.

    Attributes
    ----------
    chosen
        Which candidates, or None.
    status
        ``"optimal"``, ``"feasible"`` (the best found in the time), ``"infeasible"`` or ``"no solution in time"``.
    """

    chosen: BoolArray | None
    status: str


def choose_sites(
    people: Counts,
    candidates: Given,
    *,
    method: Method,
    count: int | None = None,
    within: float | str | None = None,
    existing: Given | None = None,
    times: pd.DataFrame | None = None,
    detour: float = 1.0,
    seconds: float = 60.0,
    site: str = "site",
    unit: str = "unit",
    minutes: str = "minutes",
) -> Result:
    """Choose several sites at once for one declared aim. All people count alike, whatever their group.

    Parameters
    ----------
    people, candidates, existing, times, detour, site, unit, minutes
        As in `service_users`. Existing services stay open.
    method
        ``"p-median"``: least mean way; ``"mclp"``: most people `within` reach; ``"p-center"``: least greatest way;
        ``"lscp"``: fewest sites with which everyone is `within` reach.
    count
        How many sites are chosen; not for ``"lscp"``.
    within
        How long a way may be: metres or text such as ``"2 km"``; with `times`, minutes.
    seconds
        Longest time for the solver.

    Returns
    -------
    result
        One row for each candidate and existing service. Columns: `site`, `status` (``"candidate"`` or ``"existing"``),
        `open` (missing without a solution), `nearest` (people for whom it is the nearest that is open, the first by id
        among those equally near), `method`, `aim`, `objective` (its value), `objective_before` (with the existing
        services alone), `solution` (``"optimal"``; ``"feasible"``: the best found in the time, without proof;
        ``"infeasible"``; ``"no solution in time"``), `mean`, `covered`, `worst`, `unreachable` (with those open),
        `farthest_group`, `gap` (between groups in the mean way), `measured_in`, `reason`, `note`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        The method is unknown, lacks `count` or `within`, or there are fewer candidates, or more than a million pairs.
    MissingExtra
        spopt is not installed.
    UnknownColumn, UnmatchedUnit, DuplicateUnit, EmptyTable, InvalidTable, NoPlace, CRSMismatch, GeographicCRS
        As in `service_users`.

    Notes
    -----
    Existing services stand in the programme as one, at the way to the nearest of them, and people whom no candidate is
    nearer to are left out of a p-median: neither changes the solution. A way that does not exist is ruled out, so that
    with a p-median or p-centre everyone reaches a service, or there is no solution.

    References
    ----------
    Hakimi 1964; Toregas, Swain, ReVelle and Bergman 1971; Church and ReVelle 1974.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd, placemix as pm
    >>> zones = pd.DataFrame({"zone": list("1234"), "x": [80, 20, 0, 20], "y": [20, 80, 100, 80]})
    >>> points = gpd.points_from_xy([500, 1500, 3000, 6000], [0] * 4)
    >>> homes = pm.from_wide(gpd.GeoDataFrame(zones, geometry=points, crs=27700), groups=["x", "y"], unit="zone")
    >>> found = pm.scenarios.choose_sites(homes, list("1234"), method="p-median", count=2)
    >>> found.loc[found["open"], ["site", "nearest", "objective", "solution"]]
      site  nearest  objective solution
    1    2    300.0      625.0  optimal
    3    4    100.0      625.0  optimal
    """
    people = checked(people)
    sites = sites_of(people, candidates, existing, site=site, attraction=None, mapped=times is None)
    ways = ways_of(people, sites, times, detour, (unit, site, minutes))
    many = int((~sites.existing).sum())
    _refuse(people, method, count, within, many)
    longest = number_above(seconds, "seconds")
    reach = None if within is None else ways.reach(within, people)
    near = ways.nearest(sites.existing)
    cost = np.column_stack([ways.to(place) for place in range(many)])
    lived = people.total > 0
    found = _solved(cost[lived], near[lived], people.total[lived], method, count, reach, longest)
    names = [group_text(group) for group in people.groups]
    frame = pd.DataFrame(
        {
            "site": sites.ids.to_numpy(dtype=object),
            "status": np.where(sites.existing, "existing", "candidate").astype(object),
        }
    )
    is_open = sites.existing.copy()
    if found.chosen is not None:
        is_open[:many] = found.chosen
    opened = pd.array(is_open, dtype="boolean")
    if found.chosen is None:
        opened[:many] = pd.NA
    frame["open"] = opened
    after = standing(ways.nearest(is_open), people.total, people.values, names, reach)
    before = standing(near, people.total, people.values, names, reach)
    frame["nearest"] = _nearest(ways, is_open, frame["site"], people) if found.chosen is not None else np.nan
    aim, paper = _AIMS[method]
    keys = {"mean way": "mean", "share within reach": "covered", "greatest way": "worst"}
    frame["method"], frame["aim"] = method, aim
    solved = found.chosen is not None
    value = float(found.chosen.sum()) if found.chosen is not None else np.nan
    frame["objective"] = value if aim == "sites" else (getattr(after, keys[aim]) if solved else np.nan)
    frame["objective_before"] = getattr(before, keys[aim]) if aim != "sites" and sites.existing.any() else np.nan
    frame["solution"] = found.status
    for name in ("mean", "covered", "worst", "unreachable", "gap"):
        frame[name] = getattr(after, name) if solved else np.nan
    frame["farthest_group"] = after.farthest if solved else None
    frame["measured_in"] = ways.measured_in
    frame["reason"] = None if solved else found.status.replace(" ", "_")
    limit = "" if reach is None else f"Within reach: {ways.said(reach)}."
    frame["note"] = " ".join(filter(None, [limit, ways.words, outside_words(sites)]))
    frame["source"], frame["version"] = people.source, __version__
    inputs, plain = calling(
        people,
        candidates=carried_table(candidates, site),
        existing=None if existing is None else carried_table(existing, site),
        times=times,
    )
    arguments = {
        "method": method, "count": count, "within": within, "detour": detour, "seconds": seconds, "site": site,
        "unit": unit, "minutes": minutes, **plain,
    }  # fmt: skip
    result = remember(frame, Call("scenarios.choose_sites", inputs, arguments))
    result.attrs["cites"] = (paper,)
    return result


def _refuse(people: Counts, method: str, count: int | None, within: float | str | None, many: int) -> None:
    faults: list[PlacemixError] = []
    if method not in _AIMS:
        message = f"method is {', '.join(map(repr, _AIMS))}, not {method!r}."
        raise InvalidParameter(message, remedy=did_you_mean(method, _AIMS))
    if method in ("mclp", "lscp") and within is None:
        faults.append(InvalidParameter(f"method={method!r} needs within=.", remedy="Say what is within reach."))
    if method == "lscp" and count is not None:
        remedy = "Leave it out; the number of sites is what is looked for."
        faults.append(InvalidParameter("method='lscp' takes no count=.", remedy=remedy))
    if method != "lscp":
        whole = isinstance(count, int | np.integer) and not isinstance(count, bool)
        if not whole or not 1 <= int(count or 0) <= many:
            message = f"count is a whole number from 1 to the number of candidates, {many:,}, not {count!r}."
            faults.append(InvalidParameter(message))
    lived = int((people.total > 0).sum())
    if not lived:
        faults.append(EmptyTable("Nobody lives there."))
    if lived * many > LARGEST:
        message = f"{lived:,} units and {many:,} candidates are too many pairs for an exact solution."
        remedy = "Shortlist candidates with compare_sites, or use larger units."
        faults.append(InvalidParameter(message, remedy=remedy))
    if faults:
        raise together(faults)


def _solved(
    cost: FloatArray,
    near: FloatArray,
    weights: FloatArray,
    method: str,
    count: int | None,
    reach: float | None,
    seconds: float,
) -> Solved:
    """Choose candidates, shape (units, candidates), beside the way to the nearest existing service."""
    try:
        from spopt.locate import LSCP, MCLP, PCenter, PMedian, base
    except ImportError as error:
        message = "Several sites at once are chosen by spopt, which is not installed."
        raise MissingExtra(message, remedy="pip install 'placemix[plan]'.") from error
    candidates = cost.shape[1]
    fixed = bool(np.isfinite(near).any())
    if method == "p-median" and fixed:
        helped = (cost < near[:, np.newaxis]).any(axis=1) | ~np.isfinite(near)
        helped = helped if helped.any() else np.arange(len(near)) == 0
        cost, near, weights = cost[helped], near[helped], weights[helped]
    whole = np.column_stack([cost, near]) if fixed else cost
    there: dict[str, Any] = {"predefined_facilities_arr": np.array([candidates])} if fixed else {}
    number = int(count or 0) + int(fixed)
    absent = ~np.isfinite(whole)
    # Without a way the cost must be a number: beyond every reach, or ruled out below.
    finite = np.where(absent, 0.0 if reach is None or method.startswith("p-") else 2 * reach + 1, whole)
    if method == "lscp" and (finite > reach).all(axis=1).any():
        return Solved(None, "infeasible")
    with warnings.catch_warnings():
        # spopt's calls of pulp are of a kind that pulp means to drop.
        warnings.simplefilter("ignore", DeprecationWarning)
        if method == "p-median":
            model = PMedian.from_cost_matrix(finite, weights, number, **there)
        elif method == "p-center":
            model = PCenter.from_cost_matrix(finite, number, **there)
        elif method == "mclp":
            model = MCLP.from_cost_matrix(finite, weights, reach, number, **there)
        else:
            model = LSCP.from_cost_matrix(finite, reach, **there)
        for variable in model.cli_assgn_vars[absent] if method.startswith("p-") else ():
            variable.upBound = 0
        try:
            model.solve(base.pulp.PULP_CBC_CMD(msg=False, timeLimit=seconds, threads=1), results=False)
        except RuntimeError:
            none = "infeasible" if model.problem.status == _INFEASIBLE else "no solution in time"
            return Solved(None, none)
    chosen = np.array([bool(round(variable.value() or 0)) for variable in model.fac_vars[:candidates]])
    return Solved(chosen, "optimal" if model.problem.sol_status == _PROVED else "feasible")


def _nearest(ways: Ways, is_open: BoolArray, ids: pd.Series, people: Counts) -> FloatArray:
    """Count the people for whom each site is the nearest that is open."""
    best, whose = np.full(len(people), np.inf), np.full(len(people), -1, dtype=np.int64)
    for place in sorted(np.flatnonzero(is_open), key=lambda place: str(ids.iloc[place])):
        cost = ways.to(int(place))
        nearer = cost < best - ways.equal
        nearer |= np.isinf(best) & np.isfinite(cost)
        best, whose = np.where(nearer, cost, best), np.where(nearer, place, whose)
    there = whose >= 0
    nearest = np.bincount(whose[there], people.total[there], minlength=len(is_open))
    return np.where(is_open, nearest, 0.0)
