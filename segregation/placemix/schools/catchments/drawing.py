"""Catchments drawn to the nearest school, or read from a map."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.checks import id_texts
from placemix.counts import Counts, checked
from placemix.errors import (
    CRSMismatch,
    DuplicateUnit,
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    UnmatchedUnit,
    did_you_mean,
    plural,
    together,
)
from placemix.results import Call, Result, remember
from placemix.schools.catchments.zones import USUAL, Columns, known_detour, school_ids, straight, ways
from placemix.schools.nearby.pooling import one_map
from placemix.surroundings.points import locate

Unreachable: TypeAlias = Literal["refuse", "leave", "straight line"]
Fault: TypeAlias = Literal["refuse", "nearest"]
#: Units whose distances to all schools are held at once.
_BLOCK = 2048


def nearest_catchments(
    children: Counts,
    schools: Counts,
    *,
    times: pd.DataFrame | None = None,
    times_columns: Columns = USUAL,
    detour: float = 1.0,
    unreachable: Unreachable = "refuse",
) -> Result:
    """Zone every unit to the nearest school, or to the one that is reached soonest.

    Parameters
    ----------
    children
        Children of each group in each unit, with shapes or points on a projected map.
    schools
        Rolls of schools of one phase, with points on the same map.
    times
        Minutes from units to schools, one row a pair. A pair that is absent, or whose minutes are missing, cannot be
        reached. Default: straight lines, so that catchments are the Voronoi cells of the schools, in whole units.
    times_columns
        Its columns: unit, school, minutes.
    detour
        By what a straight line is multiplied, from 1 on. It changes no catchment, only the distances.
    unreachable
        What becomes of units with children from which no school is reached: an error that lists them, no school
        (``"leave"``), or the school that is nearest in a straight line.

    Returns
    -------
    result
        One row a unit. Columns: `unit`, `school` (of equally near ones the first by id), `travel`, `travel_unit`
        (``"metres"`` or ``"minutes"``), `how`, `children`, `source`, `source_schools`, `version`.

    Raises
    ------
    UnmatchedUnit
        No school is reached from units with children, and `unreachable` is ``"refuse"``.
    InvalidTable, UnknownColumn, DuplicateUnit
        Travel times have faults.
    NoPlace, CRSMismatch, GeographicCRS
        Places are not there, or not on one projected map.

    Notes
    -----
    Nobody is lost: every unit has a row. Capacities are not looked at; see `balanced_catchments`.

    References
    ----------
    Allen 2007.

    Examples
    --------
    >>> import geopandas as gpd, pandas as pd, placemix as pm
    >>> def table(x, at, name):
    ...     frame = pd.DataFrame({"x": x, "y": 10}).assign(unit=[f"{name}{n}" for n in range(len(x))])
    ...     return pm.from_wide(gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(at, [0] * len(at)), crs=27700),
    ...                         groups=["x", "y"], unit="unit")
    >>> found = pm.schools.nearest_catchments(table([1, 2, 3], [0, 400, 900], "h"), table([9, 9], [10, 890], "s"))
    >>> found["school"].tolist(), found["travel"].tolist()
    (['s0', 's0', 's1'], [10.0, 390.0, 10.0])
    """
    children, schools = checked(children), checked(schools)
    if unreachable not in {"refuse", "leave", "straight line"}:
        message = f"unreachable is 'refuse', 'leave' or 'straight line', not {unreachable!r}."
        raise InvalidParameter(message)
    known_detour(detour, times)
    how: Any = np.full(len(children), f"nearest by {straight(detour)}", dtype=object)
    unit: Any = np.full(len(children), "metres", dtype=object)
    if times is None:
        one_map(children, schools)
        codes, away = _nearest(children, schools)
        travel = away * detour
    else:
        minutes = ways(children, schools, times=times, columns=times_columns)
        codes, travel = first_least(minutes.matrix, schools)
        how[:], unit[:] = "soonest reached", "minutes"
        codes, travel = _unreached(codes, travel, children, schools, unreachable, (how, unit))
    frame = pd.DataFrame({"unit": children.units.to_numpy(dtype=object), "school": school_ids(schools, codes)})
    frame["travel"], frame["travel_unit"], frame["how"] = travel, unit, how
    arguments = {
        "times_columns": list(times_columns), "detour": detour, "unreachable": unreachable,
    }  # fmt: skip
    inputs = {"children": children, "schools": schools} | ({} if times is None else {"times": times})
    return finished(frame, children, schools, Call("schools.nearest_catchments", inputs, arguments))


def given_catchments(
    children: Counts,
    schools: Counts,
    polygons: Any,  # noqa: ANN401
    *,
    school: str = "school",
    outside: Fault = "refuse",
    overlapping: Fault = "refuse",
) -> Result:
    """Zone every unit to the school in whose catchment its centre lies.

    Parameters
    ----------
    children
        Children of each group in each unit, with shapes or points on a projected map.
    schools
        Rolls of schools of one phase, with points on the same map.
    polygons
        GeoDataFrame of the catchments, on the same map; a school may have several.
    school
        Its column with the ids of the schools.
    outside
        What becomes of units with children that lie in no catchment: an error that lists them, or the nearest school.
    overlapping
        What becomes of units with children that lie in the catchments of two schools: an error, or the nearer school.

    Returns
    -------
    result
        As from `nearest_catchments`; `how` says of each unit whether it lies in one catchment, in none or in several.

    Raises
    ------
    UnmatchedUnit, DuplicateUnit
        Units lie in no catchment or in two, or catchments are of unknown schools; all listed together.
    InvalidTable, UnknownColumn
        There is no such column, or no shapes.
    NoPlace, CRSMismatch, GeographicCRS
        Places are not there, or not on one projected map.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town()
    >>> homes = town.children()
    >>> homes = homes.take(~homes.geometry.isna().to_numpy())
    >>> rolls = town.rolls_latest()
    >>> rolls = rolls.take((rolls.strata["phase"] == "secondary").to_numpy())
    >>> zones = town.units_after.dropna(subset=["geometry"]).dissolve("secondary_catchment").reset_index()
    >>> found = pm.schools.given_catchments(homes, rolls, zones, school="secondary_catchment", outside="nearest")
    >>> int((found["how"] == "in the catchment").sum()) > 2000
    True
    """
    import shapely

    children, schools = checked(children), checked(schools)
    for name, value in (("outside", outside), ("overlapping", overlapping)):
        if value not in {"refuse", "nearest"}:
            message = f"{name} is 'refuse' or 'nearest', not {value!r}."
            raise InvalidParameter(message)
    of_school = _owners(polygons, schools, school)
    one_map(children, schools)
    if polygons.crs != getattr(children.geometry, "crs", None):
        message = "Catchments and units are not on one map."
        raise CRSMismatch(message, remedy="Project both to one coordinate reference system with to_crs.")
    located = locate(children, point="centroid")
    homes = located.xy / located.factor
    tree = shapely.STRtree(np.asarray(polygons.geometry.array, dtype=object))
    here, shape = tree.query(shapely.points(homes), predicate="intersects")
    pairs = np.unique(np.column_stack([here, of_school[shape]]), axis=0)
    many = np.bincount(pairs[:, 0], minlength=len(children))
    lived = children.total > 0
    faults: list[PlacemixError] = []
    if outside == "refuse" and (lived & (many == 0)).any():
        lost = lived & (many == 0)
        message = f"{plural(int(lost.sum()), 'unit with children lies', 'units with children lie')} in no catchment."
        faults.append(UnmatchedUnit(message, units=children.units[lost], remedy="Draw them in, or outside='nearest'."))
    if overlapping == "refuse" and (lived & (many > 1)).any():
        lost = lived & (many > 1)
        several = plural(int(lost.sum()), "unit with children lies", "units with children lie")
        message = f"{several} in the catchments of two schools."
        remedy = "Cut the catchments apart, or pass overlapping='nearest'."
        faults.append(DuplicateUnit(message, units=children.units[lost], remedy=remedy))
    if faults:
        raise together(faults)
    away = ways(children, schools, times=None).matrix
    inside = np.zeros(away.shape, dtype=bool)
    inside[pairs[:, 0], pairs[:, 1]] = True
    inside[many == 0] = True
    codes, travel = first_least(np.where(inside, away, np.inf), schools)
    how = np.where(many == 1, "in the catchment", "in several catchments: the nearest of their schools")
    how = np.where(many == 0, "in no catchment: the nearest school", how)
    frame = pd.DataFrame({"unit": children.units.to_numpy(dtype=object), "school": school_ids(schools, codes)})
    frame["travel"], frame["travel_unit"], frame["how"] = travel, "metres", how
    arguments = {"school": school, "outside": outside, "overlapping": overlapping}
    kept = polygons[[school, polygons.geometry.name]]
    inputs = {"children": children, "schools": schools, "polygons": kept}
    return finished(frame, children, schools, Call("schools.given_catchments", inputs, arguments))


def finished(frame: pd.DataFrame, children: Counts, schools: Counts, call: Call) -> Result:
    """Put beside an assignment how many children it is of, and where they come from."""
    frame["children"] = children.total
    frame["source"], frame["source_schools"], frame["version"] = children.source, schools.source, __version__
    result = remember(frame, call)
    result.attrs["cites"] = ("allen_2007",)
    return result


def first_least(matrix: FloatArray, schools: Counts) -> tuple[IntArray, FloatArray]:
    """The school with the shortest way, the first by id of equal ones; -1 and NaN where none is reached."""
    order = np.argsort(schools.units.to_numpy(dtype=object), kind="stable")
    best = matrix[:, order].argmin(axis=1)
    least = np.take_along_axis(matrix[:, order], best[:, np.newaxis], axis=1)[:, 0]
    reached = np.isfinite(least)
    return np.where(reached, order[best], -1), np.where(reached, least, np.nan)


def _nearest(children: Counts, schools: Counts) -> tuple[IntArray, FloatArray]:
    homes, places = locate(children, point="centroid").xy, locate(schools, point="centroid").xy
    order = np.argsort(schools.units.to_numpy(dtype=object), kind="stable")
    chosen = np.empty(len(homes), dtype=np.int64)
    for low in range(0, len(homes), _BLOCK):
        part = homes[low : low + _BLOCK]
        away = np.hypot(part[:, :1] - places[order, 0], part[:, 1:] - places[order, 1])
        chosen[low : low + _BLOCK] = order[away.argmin(axis=1)]
    return chosen, np.hypot(*(homes - places[chosen]).T)


def _unreached(
    codes: IntArray,
    travel: FloatArray,
    children: Counts,
    schools: Counts,
    policy: Unreachable,
    columns: tuple[Any, Any],
) -> tuple[IntArray, FloatArray]:
    """Say what becomes of units from which no school is reached."""
    lost = codes < 0
    if policy == "refuse" and (lost & (children.total > 0)).any():
        lost &= children.total > 0
        message = f"From {plural(int(lost.sum()), 'unit')} with children no school is reached."
        remedy = "Complete the travel times, or pass unreachable='leave' or 'straight line'."
        raise UnmatchedUnit(message, units=children.units[lost], remedy=remedy)
    how, unit = columns
    how[lost] = "no school is reached"
    if policy == "straight line" and lost.any():
        one_map(children, schools)
        near, away = _nearest(children, schools)
        how[lost], unit[lost] = "no school is reached: the nearest by straight lines", "metres"
        return np.where(lost, near, codes), np.where(lost, away, travel)
    return codes, travel


def _owners(polygons: Any, schools: Counts, school: str) -> IntArray:  # noqa: ANN401
    """Position of the school of each catchment."""
    if not hasattr(polygons, "geometry") or not hasattr(polygons, "crs"):
        message = f"Catchments are a GeoDataFrame, not a {type(polygons).__name__}."
        raise InvalidTable(message, remedy="Read them with geopandas.read_file.")
    if school not in polygons.columns:
        message = f"The catchments have no column {school!r}."
        raise UnknownColumn(message, remedy=did_you_mean(school, polygons.columns))
    ids = id_texts(polygons[school])
    codes: IntArray = schools.units.get_indexer(ids).astype(np.int64)
    if (codes < 0).any():
        lost = list(dict.fromkeys(ids[codes < 0]))
        message = f"{plural(len(lost), 'catchment is', 'catchments are')} of schools that are not in the table."
        remedy = f"{did_you_mean(lost[0], schools.units)} Leave these catchments out, or add the schools."
        raise UnmatchedUnit(message, units=lost, remedy=remedy.strip())
    return codes
