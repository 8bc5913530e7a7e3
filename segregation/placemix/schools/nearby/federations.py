"""Which small federations of schools would bring pupils of two groups together most, if they shared some time."""

from __future__ import annotations

import itertools
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName, IntArray
from placemix._version import __version__
from placemix.counts import Counts, checked, group_text
from placemix.errors import InvalidParameter, MissingExtra, plural
from placemix.inference import drawing
from placemix.lengths import in_map_units
from placemix.results import Call, Result, remember
from placemix.schools.nearby.twinning import twin
from placemix.surroundings.points import locate

#: Most schools of a federation; there are too many sets of more.
_LARGEST = 6
#: Most sets that are looked at.
_MOST = 400_000
#: Gains are summed as whole numbers of this part of a contact, as in twinning.
_GRAIN = 1e-6


def federate(
    rolls: Counts,
    *,
    focal: GroupName,
    contact: float,
    within: float | str,
    against: GroupName = "rest",
    size: int = 3,
    phase: str | None = None,
    effort: float = 20.0,
    seed: int = 0,
) -> Result:
    """Find the federations of two and more schools that would raise exposure most.

    Federated schools share a part of their time, in which a pupil meets those of all of them: exposure is (1 - c)
    times that of the schools apart plus c times that of all together. Each school is in one federation at most, every
    two of a federation lie within the distance, and the sum of gains is as large as the solver can make it.

    Parameters
    ----------
    rolls
        Pupils of each group in each school, with points on a projected map.
    focal, against
        Whose exposure to whom; against ``"rest"`` is everyone else.
    contact
        Share of their time that federated schools spend together, from 0 to 1. On paper it is near 0: say what is
        meant.
    within
        Largest distance between every two: metres, or text such as ``"2 miles"``.
    size
        Most schools of a federation, from 2 to 6. With 2 it is `twin`.
    phase
        Strata column of the phases; the schools of a federation are of one. Default: all are of one.
    effort, seed
        Longest time for each phase as the solver counts it, about a second of one core, and its seed. The same effort
        gives the same answer on any machine.

    Returns
    -------
    result
        One row for each federation, the largest gain first. Columns: `federation` (ids, with commas), `schools` (how
        many), `phase`, `focal`, `against`, `furthest` (metres between two of them), `shares` (of the focal group, in
        the order of ids), `share_together`, `exposure_apart`, `exposure_federated` (of the focal pupils of these
        schools), `gain`, `contribution` (to the exposure of all focal pupils in `rolls`), `pupils`, `contact`,
        `exposure_now`, `exposure_then` (of all, with every federation), `status` (``"optimal"``, ``"feasible"``: the
        best that was found), `bound` (what `exposure_then` can be at most), `gap` (bound less found, as a share of
        the gain of all), `note`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        `contact` is no share, `size` or `effort` no such number, or there are too many sets of schools.
    UnknownGroup, NoPlace, GeographicCRS
        A group or the points are not there.
    MissingExtra
        OR-tools is not installed, for more than two schools; or rustworkx and networkx, for two.

    References
    ----------
    Lieberson 1981; Edmonds 1965.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd, placemix as pm
    >>> table = pd.DataFrame({"school": ["N", "S", "W"], "x": [90, 10, 70], "y": [10, 90, 30]})
    >>> table = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy([0, 500, 250], [0, 0, 250]), crs=27700)
    >>> rolls = pm.from_wide(table, groups=["x", "y"], unit="school")
    >>> found = pm.schools.federate(rolls, focal="x", contact=0.1, within=3000)
    >>> found[["federation", "exposure_apart", "exposure_federated", "status"]].round(3)
      federation  exposure_apart  exposure_federated   status
    0    N, S, W           0.229                0.25  optimal
    """
    given = checked(rolls)
    rolls = given.take(np.argsort(given.units.to_numpy(dtype=object), kind="stable"))
    drawing.checked(1, seed)
    whole = isinstance(size, int | np.integer) and not isinstance(size, bool)
    if not whole or not 2 <= size <= _LARGEST:
        message = f"size is a whole number from 2 to {_LARGEST}, not {size!r}."
        raise InvalidParameter(message, remedy="There are too many sets of more schools.")
    number = isinstance(effort, int | float | np.number) and not isinstance(effort, bool)
    if not number or not 0 < effort < np.inf:
        message = f"effort is a number above 0, not {effort!r}."
        raise InvalidParameter(message, remedy="20 is about twenty seconds of one core.")
    # Also refuses a contact, a group or a column that is none.
    twins = twin(rolls, focal=focal, contact=contact, within=within, against=against, phase=phase)
    x = rolls.values[:, rolls.position(focal)]
    y = rolls.total - x if against == "rest" else rolls.values[:, rolls.position(against)]
    places = locate(rolls, point="centroid")
    xy, reach = places.xy, in_map_units(within, places.crs, name="within") * places.factor
    schools = _Schools(x, y, rolls.total, xy, rolls.units.to_numpy(dtype=object), contact)
    start = [
        tuple(sorted(rolls.units.get_indexer([a, b]))) for a, b in zip(twins["first"], twins["second"], strict=True)
    ]
    codes = np.zeros(len(rolls), dtype=np.int64) if phase is None else rolls.strata[phase].cat.codes.to_numpy()
    chosen: list[tuple[int, ...]] = []
    status, most = "optimal", 0.0
    for code in np.unique(codes):
        of_phase = [pair for pair in start if codes[pair[0]] == code]
        here = np.flatnonzero((codes == code) & (rolls.total > 0))
        best = (
            _Best(of_phase, "optimal", schools.total_gain(of_phase))
            if size == 2
            else _packed(schools, _sets(xy, here, reach, int(size)), of_phase, effort, seed)
        )
        chosen += best.sets
        most += best.most
        status = status if best.status == "optimal" else best.status
    frame = _rows(schools, sorted(chosen, key=lambda some: (-schools.gain(some), tuple(schools.ids[list(some)]))))
    everyone = float(x.sum())
    now = float(schools.met(np.arange(len(rolls))).sum()) / everyone if everyone else float("nan")
    gained = schools.total_gain(chosen)
    frame.insert(
        2, "phase", None if phase is None else [str(rolls.strata[phase].iloc[some[0]]) for some in frame["at"]]
    )
    frame.insert(3, "focal", group_text(rolls.groups[rolls.position(focal)]))
    rest = against if against == "rest" else group_text(rolls.groups[rolls.position(against)])
    frame.insert(4, "against", rest)
    met = frame.pop("met")
    frame["contribution"] = met / everyone if everyone else np.nan
    frame["contact"], frame["exposure_now"] = contact, now
    frame["exposure_then"] = now + gained / everyone if everyone else np.nan
    frame["status"] = status
    frame["bound"] = now + max(most, gained) / everyone if everyone else np.nan
    frame["gap"] = max(most - gained, 0.0) / gained if gained > 0 and status != "optimal" else 0.0
    empty = int((rolls.total <= 0).sum())
    left = f" {plural(empty, 'school')} without pupils left out." if empty else ""
    frame["note"] = f"Pupils of a federation are taken to mix evenly in the time that they share.{left}"
    frame["source"], frame["version"] = rolls.source, __version__
    arguments = {
        "focal": focal, "against": against, "contact": contact, "within": within, "size": size, "phase": phase,
        "effort": effort, "seed": seed,
    }  # fmt: skip
    result = remember(frame.drop(columns="at"), Call("schools.federate", {"rolls": given}, arguments))
    result.attrs["cites"] = ("lieberson_1981", "edmonds_1965")
    return result


class _Schools(NamedTuple):
    """Pupils of two groups, all pupils and points of schools."""

    x: FloatArray
    y: FloatArray
    t: FloatArray
    xy: FloatArray
    ids: Any
    contact: float

    def met(self, schools: IntArray) -> FloatArray:
        """Sum over the focal pupils of a school of the share of the others there."""
        x, y, t = self.x[schools], self.y[schools], self.t[schools]
        return np.divide(x * y, t, out=np.zeros(len(t)), where=t > 0)

    def gains(self, sets: IntArray) -> FloatArray:
        """Contacts that sets of schools gain together, shape (sets,) for (sets, schools)."""
        x, y, t = (values[sets].sum(axis=1) for values in (self.x, self.y, self.t))
        apart = self.met(sets.ravel()).reshape(sets.shape).sum(axis=1)
        gained: FloatArray = self.contact * (x * y / t - apart)
        return gained

    def gain(self, some: tuple[int, ...]) -> float:
        """Contacts that one set gains."""
        return float(self.gains(np.array([some]))[0])

    def total_gain(self, sets: list[tuple[int, ...]]) -> float:
        """Contacts that all of these sets gain."""
        return float(sum(map(self.gain, sets)))


class _Best(NamedTuple):
    """Federations chosen, whether they are proven to be best, and the most that any others could gain."""

    sets: list[tuple[int, ...]]
    status: str
    most: float


def _sets(xy: FloatArray, here: IntArray, reach: float, size: int) -> list[IntArray]:
    """Sets of 2 to `size` schools of which every two lie within reach, one array for each number of schools."""
    from scipy.spatial import cKDTree

    pairs = cKDTree(xy[here]).query_pairs(reach, output_type="ndarray")
    if size > 2 and _threes(pairs, len(here)) > _MOST:
        raise _too_many()
    near: list[set[int]] = [set() for _ in here]
    for one, other in pairs.tolist():
        near[min(one, other)].add(max(one, other))
    level = [(pair, near[pair[0]] & near[pair[1]]) for pair in sorted(map(tuple, np.sort(pairs, axis=1).tolist()))]
    found = [level]
    for _ in range(size - 2):
        # What would be made is counted first: it may not fit into memory.
        if sum(map(len, found)) + sum(len(after) for _, after in level) > _MOST:
            raise _too_many()
        level = [((*some, more), after & near[more]) for some, after in level for more in sorted(after)]
        found.append(level)
    return [here[np.array([some for some, _ in level], dtype=np.int64)] for level in found if level]


def _threes(pairs: IntArray, schools: int) -> int:
    """How many sets of three there are: the triangles of the graph of pairs."""
    from scipy import sparse

    one = sparse.csr_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(schools, schools))
    both = one + one.T
    return round(float((both @ both).multiply(both).sum()) / 6)


def _too_many() -> InvalidParameter:
    message = f"More than {_MOST:,} sets of schools lie within the distance."
    return InvalidParameter(message, remedy="Take a shorter distance, smaller federations, or one authority.")


def _packed(
    schools: _Schools, sets: list[IntArray], start: list[tuple[int, ...]], effort: float, seed: int
) -> _Best:  # fmt: skip
    """Choose sets without a school in common whose gains sum to the most, from a start."""
    every = [
        (tuple(some), value) for level in sets for some, value in zip(level.tolist(), schools.gains(level), strict=True)
    ]
    weights = [round(value / _GRAIN) for _, value in every]
    useful = [place for place, weight in enumerate(weights) if weight > 0]
    if not useful:
        return _Best([], "optimal", 0.0)
    try:
        from ortools.sat.python import cp_model
    except ImportError as error:
        message = "Federations of more than two schools need OR-tools, which is not installed."
        raise MissingExtra(message, remedy="pip install 'placemix[plan]', or take size=2.") from error
    model: Any = cp_model.CpModel()
    taken = {place: model.new_bool_var("") for place in useful}
    of_school: dict[int, list[Any]] = {}
    for place, school in itertools.chain.from_iterable(((place, s) for s in every[place][0]) for place in useful):
        of_school.setdefault(school, []).append(taken[place])
    for variables in of_school.values():
        model.add_at_most_one(variables)
    chosen = _begun({every[place][0]: weights[place] for place in useful}, start)
    for place in useful:
        model.add_hint(taken[place], every[place][0] in chosen)
    model.maximize(
        cp_model.LinearExpr.weighted_sum([taken[place] for place in useful], [weights[place] for place in useful])
    )
    solver: Any = cp_model.CpSolver()
    # One worker and a time that the solver counts itself: the same answer on every machine.
    solver.parameters.num_workers, solver.parameters.random_seed = 1, seed % 2**31
    solver.parameters.max_deterministic_time = float(effort)
    status = solver.solve(model)
    # Divided among its schools, no set gives a school more than the best set does that it could be in.
    share: dict[int, float] = {}
    for place in useful:
        for school in every[place][0]:
            share[school] = max(share.get(school, 0.0), weights[place] / len(every[place][0]))
    most = sum(share.values())
    best = sorted(chosen)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        best = [every[place][0] for place in useful if solver.boolean_value(taken[place])]
        most = min(most, solver.best_objective_bound)
    if status == cp_model.OPTIMAL:
        return _Best(best, "optimal", schools.total_gain(best))
    # Stopped early, the solver may not have come back to what it began with.
    return _Best(max(best, sorted(chosen), key=schools.total_gain), "feasible", most * _GRAIN)


def _begun(weights: dict[tuple[int, ...], int], start: list[tuple[int, ...]]) -> set[tuple[int, ...]]:
    """Sets to begin with: the best pairs, or the largest gains first, whichever gain more."""
    greedy, used = set(), set[int]()
    for some in sorted(weights, key=lambda some: (-weights[some], some)):
        if used.isdisjoint(some):
            greedy.add(some)
            used.update(some)
    pairs = {pair for pair in start if pair in weights}
    return max((greedy, pairs), key=lambda sets: sum(weights[some] for some in sets))


def _rows(schools: _Schools, sets: list[tuple[int, ...]]) -> pd.DataFrame:
    rows = []
    for some in sets:
        names = sorted(some, key=lambda place: str(schools.ids[place]))
        at = np.array(names)
        x, t, apart = schools.x[at], schools.t[at], float(schools.met(at).sum())
        # No set without members gains anything.
        gained, members = schools.gain(some), float(x.sum())
        furthest = max(float(np.hypot(*(schools.xy[a] - schools.xy[b]))) for a, b in itertools.combinations(names, 2))
        rows.append(
            {
                "federation": ", ".join(str(schools.ids[place]) for place in names),
                "schools": len(names),
                "furthest": furthest,
                "shares": ", ".join(f"{share:.3f}" for share in x / t),
                "share_together": x.sum() / t.sum(),
                "exposure_apart": apart / members,
                "exposure_federated": (apart + gained) / members,
                "gain": gained / members,
                "pupils": t.sum(),
                "met": gained,
                "at": some,
            }
        )
    columns = ["federation", "schools", "furthest", "shares", "share_together", "exposure_apart", "exposure_federated",
               "gain", "pupils", "met", "at"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
