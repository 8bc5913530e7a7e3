"""Who can reach which schools: choice sets and ways by group, as gaps and ratios."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName
from placemix._version import __version__
from placemix.counts import Counts, checked
from placemix.errors import InvalidCounts, InvalidParameter, UnknownColumn, did_you_mean, plural
from placemix.lengths import in_map_units, metres_per_unit, written
from placemix.results import Call, Result, remember
from placemix.schools.travelling.rows_by_group import Compared
from placemix.schools.travelling.ways import Ways, given, on_foot, placed, refuse_numbers, school_ids, table_of
from placemix.surroundings.points import locate

#: Kind of the rows of all schools.
ALL = "all"


def access(
    children: Counts,
    schools: pd.DataFrame | Counts,
    *,
    within: float | str | None = None,
    minutes: float | None = None,
    times: pd.DataFrame | None = None,
    detour: float = 1.0,
    against: GroupName = "rest",
    by: str | None = None,
    kind: str | None = None,
    places: str | None = None,
    least: Sequence[int] = (1, 2, 3),
    unit: str = "unit",
    school: str = "school",
    column: str = "minutes",
) -> Result:
    """Compare how many schools the children of each group can reach, and how far the nearest are.

    The number within reach is the group-weighted cumulative opportunity A_g = Σ_i (x_i / X) N_i: the schools within
    reach of the average member of the group.

    Parameters
    ----------
    children
        Children of each group in each area or at each point; residents of all ages answer for residents.
    schools
        One row a school: its id, a geometry column of points (or ``x`` and ``y``) on the map of the children, and the
        columns that `kind` and `places` name. Or rolls as `Counts`, whose strata are such columns.
    within
        How far a school may be: metres, or text such as ``"3 km"``. Ways are straight lines times `detour`.
    minutes, times
        How many minutes a school may be away, by a table of minutes: what `travel_times` gives, or columns `unit`,
        `school`, `column`. A pair that is missing or empty is not reachable. Instead of `within`.
    detour
        How much longer ways are than straight lines. At 1 they are straight lines.
    against
        Group that each is compared with; ``"rest"`` is everyone else.
    by
        Strata column of the children, such as the authority. Schools beyond its border count.
    kind
        Column of the schools, such as faith: rows of each kind beside those of all.
    places
        Column of the schools with places, for places within reach.
    least
        Shares are of the children with at least so many schools, and ways are to the school so near.
    unit, school, column
        Names of the columns of ids and minutes.

    Returns
    -------
    result
        One row for each stratum, kind of school, statistic and group, with ``"everyone"``. Columns: the stratum,
        `kind`, `statistic`, `rank` (the k of `least`), `group`, `against`, `value`, `value_against`, `difference`,
        `ratio`,
        `measured_in`, `people` (of the group), `counted` (those behind the value), `unreachable` (those who reach no
        k-th school at all), `reason`, `note`, `source`, `version`. Statistics: ``"schools within reach"`` (mean),
        ``"places within reach"`` (mean), ``"kinds within reach"`` (mean), ``"share with a choice"`` (of at least k),
        and ``"mean"``, ``"median"`` and ``"90th percentile"`` of the way to the k-th nearest school. The mean is of
        those who reach one; in quantiles the others count as farther than everyone, so that a quantile may be missing.

    Raises
    ------
    InvalidParameter
        Neither or both of `within` and `minutes` are given, or a number is none.
    UnknownColumn, UnknownGroup, UnmatchedUnit, DuplicateUnit, InvalidTable
        A column, group, home or school is not there, or stands twice.
    NoPlace, GeographicCRS, CRSMismatch
        Places are needed and are not there, or not on one map.

    References
    ----------
    Hansen 1959; Wachs and Kumagai 1973.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town()
    >>> secondary = town.schools[town.schools["phase"] == "secondary"]
    >>> children = town.children().take(town.children().geometry.notna().to_numpy())
    >>> found = pm.schools.access(children, secondary, within="2 km")
    >>> found.loc[found["statistic"] == "schools within reach", ["group", "value", "ratio"]].round(2)
          group  value  ratio
    0     amber   1.33   0.83
    1      blue   1.80   1.30
    2     green   1.69   1.20
    3       red   1.46   1.02
    4    violet   1.41   0.99
    5  everyone   1.42    NaN
    """
    children = checked(children)
    ranks = _ranks(least)
    schools = table_of(schools, school)
    ids = school_ids(schools, school)
    refuse_numbers(detour=detour)
    measured_in, reach, said = _reach(children, within, minutes, times, detour)
    kinds = _kinds(schools, kind)
    room = None if places is None else _places(schools, places, ids)
    subsets: list[tuple[str, Any]] = [(ALL, np.ones(len(ids), dtype=bool))]
    subsets += [(name, kinds == name) for name in sorted(set(kinds))] if kind is not None else []
    xy = placed(schools, ids, children) if times is None else None
    whole = (
        on_foot(children, schools, ids, reach, detour)
        if times is None
        else given(times, children, ids, (unit, school, column))
    )
    compare = Compared(children, against, by, measured_in)
    blocks = []
    for name, these in subsets:
        some = _of(whole, these)
        inside = some if times is None else _of(some, None, some.cost <= reach)
        number = np.bincount(inside.home, minlength=len(children)).astype(np.float64)
        nearest = _nearest(some, len(children), ranks[-1])
        if xy is not None:
            nearest = _nearest_straight(children, xy[these], ranks[-1], detour)
        blocks.append(compare.means("schools within reach", "schools", number).assign(kind=name))
        if room is not None:
            seats = np.bincount(inside.home, room[inside.school], len(children)).astype(np.float64)
            blocks.append(compare.means("places within reach", "places", seats).assign(kind=name))
        if kind is not None and name == ALL:
            codes = pd.factorize(kinds)[0]
            pairs = np.unique(inside.home * (codes.max() + 1) + codes[inside.school])
            many = np.bincount(pairs // (codes.max() + 1), minlength=len(children)).astype(np.float64)
            blocks.append(compare.means("kinds within reach", "kinds", many).assign(kind=name))
        for k in ranks:
            has = (number >= k).astype(np.float64)
            blocks.append(compare.means("share with a choice", "share", has, k).assign(kind=name))
        blocks += [compare.ways(nearest[:, k - 1], k).assign(kind=name) for k in ranks]
    frame = pd.concat(blocks, ignore_index=True)
    frame.insert(int(by is not None), "kind", frame.pop("kind"))
    frame["note"], frame["source"], frame["version"] = said, children.source, __version__
    arguments = {
        "within": within, "minutes": minutes, "detour": detour, "against": against, "by": by, "kind": kind,
        "places": places, "least": list(least), "unit": unit, "school": school, "column": column,
    }  # fmt: skip
    inputs = {"children": children, "schools": schools} | ({} if times is None else {"times": times})
    result = remember(frame, Call("schools.access", inputs, arguments))
    result.attrs["cites"] = ("hansen_1959", "wachs_1973")
    return result


def _reach(
    children: Counts, within: float | str | None, minutes: float | None, times: pd.DataFrame | None, detour: float
) -> tuple[str, float, str]:
    """In what ways are measured, how long they may be, and that in words."""
    if (within is None) == (minutes is None):
        message = "Either within= or minutes= says what is within reach."
        raise InvalidParameter(message, remedy="A distance in a straight line, or minutes with times=.")
    if minutes is not None:
        if times is None or detour != 1:
            message = "Minutes need a table of times, which knows of detours itself."
            raise InvalidParameter(message, remedy="Pass times=, such as what placemix.schools.travel_times gives.")
        refuse_numbers(minutes=minutes)
        held = times["note"].dropna().unique() if "note" in times.columns else []
        return "minutes", float(minutes), " ".join([f"Within {minutes:g} minutes by the table of times.", *held])
    if times is not None:
        message = "A table of times needs minutes= and no within=."
        raise InvalidParameter(message)
    crs = getattr(children.geometry, "crs", None)
    assert within is not None  # noqa: S101 (one of the two is given)
    reach = in_map_units(within, crs, name="within") * (1.0 if crs is None else metres_per_unit(crs))
    way = "in a straight line" if detour == 1 else f"by straight lines times {detour:g}"
    unit = "units" if crs is None else "m"
    return "metres" if crs is not None else "units", reach, f"Within {written(reach, unit)} {way}."


def _ranks(least: Sequence[int]) -> list[int]:
    known = [value for value in least if isinstance(value, int | np.integer) and not isinstance(value, bool)]
    if not known or len(known) < len(least) or min(known) < 1:
        message = f"least holds whole numbers of at least 1, not {least!r}."
        raise InvalidParameter(message)
    return sorted(set(map(int, known)))


def _kinds(schools: pd.DataFrame, kind: str | None) -> Any:  # noqa: ANN401
    if kind is None:
        return np.full(len(schools), ALL, dtype=object)
    _known(schools, kind)
    return schools[kind].astype(object).where(schools[kind].notna(), "not stated").map(str).to_numpy(dtype=object)


def _places(schools: pd.DataFrame, places: str, ids: pd.Index) -> FloatArray:
    _known(schools, places)
    room = pd.to_numeric(schools[places], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = ~(room >= 0) | np.isinf(room)
    if wrong.any():
        message = f"{plural(int(wrong.sum()), 'school has', 'schools have')} no places, or negative ones."
        raise InvalidCounts(message, units=ids[wrong], remedy="Missing is not 0: give them, or leave places= out.")
    return room


def _known(schools: pd.DataFrame, name: str) -> None:
    if name not in schools.columns:
        message = f"The schools have no column {name!r}."
        raise UnknownColumn(message, remedy=did_you_mean(name, schools.columns))


def _of(ways: Ways, schools: Any, kept: Any = None) -> Ways:  # noqa: ANN401
    kept = schools[ways.school] if kept is None else kept
    return Ways(ways.home[kept], ways.school[kept], ways.cost[kept])


def _nearest(ways: Ways, homes: int, most: int) -> FloatArray:
    """Ways to the nearest schools that are reached, the first the shortest, infinite beyond, shape (homes, most)."""
    order = np.lexsort((ways.cost, ways.home))
    home = ways.home[order]
    place = np.arange(len(home)) - np.searchsorted(home, home)
    nearest = np.full((homes, most), np.inf)
    first = place < most
    nearest[home[first], place[first]] = ways.cost[order][first]
    return nearest


def _nearest_straight(children: Counts, schools: FloatArray, most: int, detour: float) -> FloatArray:
    from scipy.spatial import cKDTree

    nearest = np.full((len(children), most), np.inf)
    number = min(most, len(schools))
    if number:
        away, _ = cKDTree(schools).query(locate(children, point="centroid").xy, k=range(1, number + 1))
        nearest[:, :number] = away * detour
    return nearest
