"""What an assignment of areas to schools means: separation, travel, places, and who is rezoned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix import lengths
from placemix._typing import FloatArray, GroupName, IntArray
from placemix._version import __version__
from placemix.checks import id_text
from placemix.counts import Counts, checked, group_text
from placemix.errors import InvalidCounts, InvalidParameter, PlacemixError, UnmatchedUnit, plural, together
from placemix.measuring import measure
from placemix.results import Call, Result, remember
from placemix.schools.catchments.intakes import Attendance, Otherwise, TakeUp, as_counts, attendance
from placemix.schools.catchments.pieces import Borders, borders_if_any, pieces
from placemix.schools.catchments.zones import (
    USUAL,
    Assignment,
    Columns,
    Ways,
    group_faults,
    place_faults,
    ways,
    zone_faults,
)
from placemix.surroundings import Surroundings

#: What is measured of intakes unless other measures are asked for.
MEASURES = ("dissimilarity", "information_theory", "isolation", "exposure")
#: Share of children whose way is no longer than the percentile that is shown.
_MOST = 0.9


def evaluate_catchments(
    children: Counts,
    assignment: Assignment,
    schools: Counts,
    *,
    focal: GroupName,
    against: GroupName = "rest",
    measures: str | Sequence[str] = MEASURES,
    before: Assignment | None = None,
    capacity: pd.Series | None = None,
    times: pd.DataFrame | None = None,
    times_columns: Columns = USUAL,
    detour: float = 1.0,
    further: float | str = 0,
    take_up: TakeUp = 1.0,
    otherwise: Otherwise = None,
    neighbours: Surroundings | None = None,
) -> Result:
    """Say what an assignment of areas to schools would mean, beside the one that it replaces.

    Parameters
    ----------
    children
        Children of each group in each unit, with shapes or points on a projected map.
    assignment
        School of each unit: a series by unit, a table with the columns `unit` and `school`, or what
        `nearest_catchments`, `given_catchments`, `balanced_catchments` or `redraw` gave.
    schools
        Rolls of schools of one phase, with points on the same map.
    focal, against, measures
        As in `placemix.measure`, of the intakes.
    before
        The assignment that is replaced. Default: none, and nothing is compared.
    capacity
        Places of each school, by id. An intake above them is common and no error: it is counted.
    times, times_columns, detour
        As in `nearest_catchments`.
    further
        Children whose way grows by more than this are counted: metres or ``"1 km"``, or minutes with `times`.
    take_up
        Share of the children who attend the school that they are zoned to, of all or by group.
    otherwise
        Where the other children go: flows of the present children from units to schools, in proportion to those of
        their unit and group; or an assignment. Default: over all schools in proportion to their rolls, every group
        alike, which makes schools look more alike than families' choices would.
    neighbours
        Which units border on each other, from `placemix.surroundings`. Default: those that share a stretch of border.

    Returns
    -------
    result
        One row for each statistic, and for whom. Columns: `statistic`, `scope` (``"intakes"``, ``"everyone"``,
        ``"group"``, ``"school"``), `of` (the group or school), `focal`, `against`, `before`, `after`, `change`,
        `unit`, `reason` (why a value is missing), `note`, `source`, `source_schools`, `version`. Statistics: the
        measures; `rezoned` (share of children whose school changes); `mean travel`, `travel of nine in ten` (no more
        than one in ten goes further), `longest travel`, `travelling further`, `unreachable` (children whose school no
        travel time reaches), all of the zoned school; of schools `zoned children`, `intake`, `places`,
        `beyond places`, `pieces`; and of all `schools beyond places`, `schools in pieces`, `schools without zone`.

    Raises
    ------
    UnmatchedUnit, DuplicateUnit
        Units with children have no school, schools are unknown or have no capacity; all are listed.
    UnknownGroup, InvalidParameter, InvalidCounts, InvalidTable
        Groups, shares, capacities or travel times have faults.
    NoPlace, CRSMismatch, GeographicCRS
        Places are not there, or not on one projected map.

    Notes
    -----
    Nothing is forecast: families may move, or choose another school, because zones change.

    References
    ----------
    Gillani, Beeferman, Vega-Pourheydarian, Overney, Van Hentenryck and Roy 2023; Allen 2007.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd, placemix as pm
    >>> def table(x, y, at, name):
    ...     frame = pd.DataFrame({"x": x, "y": y}).assign(unit=[f"{name}{n}" for n in range(len(x))])
    ...     return pm.from_wide(gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(at, [0] * len(at)), crs=27700),
    ...                         groups=["x", "y"], unit="unit")
    >>> homes, rolls = table([8, 2, 5], [2, 8, 5], [0, 900, 500], "h"), table([9, 6], [4, 11], [10, 890], "s")
    >>> now = pm.schools.nearest_catchments(homes, rolls)
    >>> new = pd.Series({"h0": "s0", "h1": "s1", "h2": "s0"})
    >>> found = pm.schools.evaluate_catchments(homes, new, rolls, before=now, focal="x", measures="dissimilarity")
    >>> found[found["scope"] != "school"].head(3)[["statistic", "scope", "before", "after"]].round(2)
           statistic     scope  before  after
    0  dissimilarity   intakes     0.4    0.4
    1        rezoned  everyone     0.0   0.33
    2        rezoned     group     0.0   0.33
    """
    children, schools = checked(children), checked(schools)
    codes, faults = zone_faults(assignment, children, schools, name="assignment")
    old, more = (None, []) if before is None else zone_faults(before, children, schools, name="before")
    places, wrong = (None, []) if capacity is None else capacities(capacity, schools)
    faults += [*more, *wrong, *group_faults(children, focal, against)]
    faults += place_faults(children, schools, needed=times is None)
    if faults:
        raise together(faults)
    way = ways(children, schools, times=times, columns=times_columns, detour=detour)
    grown = lengths.metres(further, name="further") if times is None else _grown(further)
    attend = attendance(children, schools, take_up, otherwise)
    near, why = borders_if_any(children, neighbours)
    sides = [None if old is None else _Side(old, attend, way, near, children, schools), None]
    sides[1] = _Side(codes, attend, way, near, children, schools)
    rows = _Rows(children, schools, sides)
    rows.measured([measures] if isinstance(measures, str) else list(measures), focal, against)
    rows.moved(grown, way.kind)
    rows.placed(places, why)
    frame = rows.frame()
    said = [attend.note, f"Travel is in {way.text}.", f"{why[0].upper()}{why[1:]}" if why else ""]
    frame["note"] = " ".join(filter(None, said))
    frame["source"], frame["source_schools"], frame["version"] = children.source, schools.source, __version__
    inputs: dict[str, Any] = {"children": children, "assignment": assignment, "schools": schools}
    given = {"before": before, "capacity": capacity, "times": times, "otherwise": otherwise, "neighbours": neighbours}
    inputs |= {name: value for name, value in given.items() if value is not None}
    arguments = {
        "focal": focal, "against": against, "measures": [measures] if isinstance(measures, str) else list(measures),
        "times_columns": list(times_columns), "detour": detour, "further": further,
        "take_up": dict(take_up) if isinstance(take_up, Mapping) else take_up,
    }  # fmt: skip
    result = remember(frame, Call("schools.evaluate_catchments", inputs, arguments))
    result.attrs["cites"] = ("gillani_2023", "allen_2007")
    return result


def capacities(capacity: pd.Series, schools: Counts) -> tuple[FloatArray, list[PlacemixError]]:
    """Return the places of each school, and everything that is wrong with them."""
    if not isinstance(capacity, pd.Series):
        message = f"capacity is a series of places by school id, not a {type(capacity).__name__}."
        raise InvalidParameter(message, remedy="Write capacity=table.set_index('school')['places'].")
    ids = pd.Index(capacity.index.map(id_text))
    faults: list[PlacemixError] = []
    lost = ~schools.units.isin(ids)
    twice = ids[ids.duplicated()]
    if lost.any() or len(twice):
        message = "Some schools have no capacity, or two."
        units = [*schools.units[lost], *twice]
        faults.append(UnmatchedUnit(message, units=units, remedy="Give each one; a roll will do where none is known."))
    known = pd.Series(pd.to_numeric(capacity, errors="coerce").to_numpy(dtype=np.float64), index=ids)
    values = known[~ids.duplicated()].reindex(schools.units).to_numpy(dtype=np.float64)
    bad = ~lost & (~(values >= 0) | np.isinf(values))
    if bad.any():
        message = f"{plural(int(bad.sum()), 'capacity is', 'capacities are')} missing, negative or no number."
        remedy = "Missing is not 0: take the roll where none is known."
        faults.append(InvalidCounts(message, units=schools.units[bad], remedy=remedy))
    return values, faults


class _Side(NamedTuple):
    """One of the two assignments."""

    codes: IntArray
    attend: Attendance
    way: Ways
    near: Borders | None
    children: Counts
    schools: Counts

    def intake(self) -> FloatArray:
        return self.attend.intake(self.codes)

    def counts(self) -> Counts:
        return as_counts(self.intake(), self.children, self.schools)

    def zoned(self) -> FloatArray:
        used = self.codes >= 0
        weights = self.children.total[used]
        return np.bincount(self.codes[used], weights, len(self.schools)).astype(np.float64)

    def travel(self) -> FloatArray:
        """Way of each unit to its school, NaN where it has none or cannot reach it."""
        away = self.way.matrix[np.arange(len(self.codes)), self.codes]
        return np.where((self.codes >= 0) & np.isfinite(away), away, np.nan)

    def pieces(self) -> FloatArray:
        if self.near is None:
            return np.full(len(self.schools), np.nan)
        lived = np.where(self.codes >= 0, self.codes, -1)
        return pieces(lived, self.near, len(self.schools)).astype(np.float64)


class _Rows:
    """Rows of the result as they are gathered; `sides` holds the assignment before, or None, and after."""

    def __init__(self, children: Counts, schools: Counts, sides: Sequence[_Side | None]) -> None:
        self.children, self.schools, self.sides = children, schools, sides
        self.rows: list[dict[str, Any]] = []

    def put(
        self,
        statistic: str,
        scope: str,
        of: str | None,
        values: Sequence[Any],
        unit: str,
        named: Mapping[str, Any] | None = None,
    ) -> None:
        before, after = values
        row = {"statistic": statistic, "scope": scope, "of": of, "before": before, "after": after, "unit": unit}
        self.rows.append(row | dict(named or {}))

    def of_sides(self, value: Any) -> list[Any]:  # noqa: ANN401
        return [np.nan if side is None else value(side) for side in self.sides]

    def measured(self, measures: list[str], focal: GroupName, against: GroupName) -> None:
        found = [
            None if side is None else measure(side.counts(), measures, focal=focal, against=against)
            for side in self.sides
        ]
        after = found[1]
        if after is None:
            return
        for place, row in enumerate(after.to_dict("records")):
            values = [np.nan if table is None else float(table["value"].iloc[place]) for table in found]
            more = {"focal": row["focal"], "against": row["against"], "reason": row["reason"]}
            self.put(row["measure"], "intakes", None, values, "", more)

    def moved(self, further: float, kind: str) -> None:
        old, new = self.sides
        if new is None:
            return
        people: list[tuple[str, str | None, FloatArray]] = [("everyone", None, self.children.total)]
        groups = zip(self.children.groups, self.children.values.T, strict=True)
        people += [("group", group_text(group), values) for group, values in groups]
        if old is not None:
            changed = old.codes != new.codes
            for scope, of, weight in people:
                self.put("rezoned", scope, of, (0.0, _share(changed, weight)), "share")
        for name, value in (("mean travel", _mean), ("travel of nine in ten", _ninth), ("longest travel", _longest)):
            for scope, of, weight in people:
                values = self.of_sides(lambda side, w=weight, v=value: v(side.travel(), w))
                self.put(name, scope, of, values, kind)
        if old is not None:
            grown = new.travel() - old.travel() > further
            for scope, of, weight in people:
                self.put("travelling further", scope, of, (0.0, _share(grown, weight)), "share")
        for scope, of, weight in people:
            lost = self.of_sides(lambda side, w=weight: float(w[np.isnan(side.travel())].sum()))
            self.put("unreachable", scope, of, lost, "children")

    def placed(self, places: FloatArray | None, why: str) -> None:
        intakes = self.of_sides(lambda side: side.intake().sum(axis=1))
        cut = self.of_sides(lambda side: side.pieces())
        zones = self.of_sides(lambda side: side.zoned())
        reason = why or None

        def each(statistic: str, values: Sequence[Any], unit: str, reason: str | None = None) -> None:
            for place, school in enumerate(self.schools.units):
                pair = [value if np.ndim(value) == 0 else float(value[place]) for value in values]
                self.put(statistic, "school", str(school), pair, unit, {"reason": reason})

        def all_of(statistic: str, values: Sequence[Any], unit: str, reason: str | None = None) -> None:
            self.put(statistic, "everyone", None, [_total(value) for value in values], unit, {"reason": reason})

        if places is not None:
            beyond = [value if np.ndim(value) == 0 else np.maximum(value - places, 0.0) for value in intakes]
            all_of("beyond places", beyond, "children")
            all_of(
                "schools beyond places", [value if np.ndim(value) == 0 else value > 0 for value in beyond], "schools"
            )
        all_of("schools in pieces", [_more(value) for value in cut], "schools", reason)
        empty = self.of_sides(lambda side: np.bincount(side.codes + 1, minlength=len(self.schools) + 1)[1:] == 0)
        all_of("schools without zone", empty, "schools")
        each("zoned children", zones, "children")
        each("intake", intakes, "children")
        if places is not None:
            each("places", [np.nan if self.sides[0] is None else places, places], "places")
            each("beyond places", beyond, "children")
        each("pieces", cut, "pieces", reason)

    def frame(self) -> pd.DataFrame:
        frame = pd.DataFrame(self.rows)
        frame["change"] = frame["after"] - frame["before"]
        names = ["statistic", "scope", "of", "focal", "against", "before", "after", "change", "unit", "reason"]
        frame = frame.reindex(columns=names)
        undefined = frame["after"].isna() & frame["reason"].isna()
        frame["reason"] = frame["reason"].astype(object).mask(undefined, "nobody is counted")
        none = frame["before"].isna() & frame["reason"].isna()
        why = "no assignment before" if self.sides[0] is None else "nobody is counted"
        frame["reason"] = frame["reason"].mask(none, why)
        return frame


def _grown(further: float | str) -> float:
    if isinstance(further, bool) or not isinstance(further, int | float | np.number) or not further >= 0:
        message = f"further is a number of minutes, since travel times are given, not {further!r}."
        raise InvalidParameter(message)
    return float(further)


def _total(value: Any) -> float:  # noqa: ANN401
    return float(np.sum(value)) if np.ndim(value) else float(value)


def _more(value: Any) -> Any:  # noqa: ANN401
    """Whether there are several, NaN where nobody knows."""
    return value if np.ndim(value) == 0 else np.where(np.isnan(value), np.nan, value > 1)


def _share(where: Any, weight: FloatArray) -> float:  # noqa: ANN401
    return float(weight[where].sum() / weight.sum()) if weight.sum() > 0 else np.nan


def _mean(travel: FloatArray, weight: FloatArray) -> float:
    known = ~np.isnan(travel) & (weight > 0)
    return float((travel[known] * weight[known]).sum() / weight[known].sum()) if known.any() else np.nan


def _ninth(travel: FloatArray, weight: FloatArray) -> float:
    """The shortest way that at least nine in ten do not exceed."""
    known = ~np.isnan(travel) & (weight > 0)
    if not known.any():
        return np.nan
    order = np.argsort(travel[known], kind="stable")
    below = np.cumsum(weight[known][order])
    place = np.searchsorted(below, _MOST * below[-1] * (1 - 1e-12))
    return float(travel[known][order][min(place, len(order) - 1)])


def _longest(travel: FloatArray, weight: FloatArray) -> float:
    known = ~np.isnan(travel) & (weight > 0)
    return float(travel[known].max()) if known.any() else np.nan
