"""Ways between homes and schools: straight lines, or a table of minutes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.checks import id_texts
from placemix.counts import Counts
from placemix.errors import (
    CRSMismatch,
    DuplicateUnit,
    InvalidParameter,
    InvalidTable,
    UnknownColumn,
    did_you_mean,
    plural,
)
from placemix.lengths import equal_below, metres_per_unit
from placemix.schools.travelling.minutes import minutes_between
from placemix.surroundings.points import locate


class Ways(NamedTuple):
    """Pairs of homes and schools with what lies between; a pair that is not there is not reachable.

    Attributes
    ----------
    home, school
        Positions, shape (pairs,).
    cost
        Metres or minutes, shape (pairs,).
    """

    home: IntArray
    school: IntArray
    cost: FloatArray


def table_of(schools: pd.DataFrame | Counts, school: str) -> pd.DataFrame:
    """Return schools as a table; of rolls their ids, strata and places on the map.

    Raises
    ------
    InvalidTable
        They are neither a table nor counts.
    """
    if isinstance(schools, pd.DataFrame):
        return schools
    if not isinstance(schools, Counts):
        message = f"Schools are a table or counts, not a {type(schools).__name__}."
        raise InvalidTable(message, remedy="Give one row a school: an id, and geometry or x and y.")
    import geopandas as gpd

    table = pd.DataFrame({school: np.asarray(schools.units, dtype=object)}).join(schools.strata)
    if schools.geometry is None:
        return table
    return gpd.GeoDataFrame(table, geometry=list(schools.geometry), crs=schools.geometry.crs)


def school_ids(schools: pd.DataFrame, school: str) -> pd.Index:
    """Return the ids of schools, as text, each once.

    Raises
    ------
    UnknownColumn, DuplicateUnit, InvalidTable
        There is no such column, or ids are missing or repeat.
    """
    if school not in schools.columns:
        message = f"The schools have no column {school!r}."
        raise UnknownColumn(message, remedy=did_you_mean(school, schools.columns))
    if not len(schools) or schools[school].isna().any():
        message = "There are no schools." if not len(schools) else "Some schools have no id."
        raise InvalidTable(message)
    ids = pd.Index(id_texts(schools[school]), dtype=str, name="school")
    if ids.has_duplicates:
        message = "A school stands on two rows."
        raise DuplicateUnit(message, units=ids[ids.duplicated()].unique(), remedy="Keep one row each.")
    return ids


def on_foot(children: Counts, schools: pd.DataFrame, ids: pd.Index, reach: float, detour: float) -> Ways:
    """Find schools within reach of each home, in metres of ways `detour` times as long as straight lines."""
    homes = locate(children, point="centroid")
    return near(homes.xy, placed(schools, ids, children), reach, detour)


def near(homes: FloatArray, ends: FloatArray, reach: float, detour: float) -> Ways:
    """Find pairs of points whose way is at most this long."""
    from scipy.spatial import cKDTree

    # With room for rounding, which leaves nobody out who is exactly as far as the reach.
    radius = reach / detour + equal_below(np.concatenate([homes, ends]))
    # Distances are worked out again, since those of the tree may differ in the last digit from one build to the next.
    found = cKDTree(homes).sparse_distance_matrix(cKDTree(ends), radius, output_type="ndarray")
    home, end = found["i"].astype(np.int64), found["j"].astype(np.int64)
    apart = homes[home] - ends[end]
    return Ways(home, end, np.hypot(apart[:, 0], apart[:, 1]) * detour)


def placed(table: pd.DataFrame, ids: pd.Index, children: Counts) -> FloatArray:
    """Return the points of a table's rows in metres, on the map of the children.

    Raises
    ------
    UnknownColumn, InvalidTable, CRSMismatch, GeographicCRS
        There are none, or they are on another map.
    """
    crs = children.geometry.crs
    factor = 1.0 if crs is None else metres_per_unit(crs)
    if "geometry" in table.columns:
        import shapely

        theirs = getattr(table, "crs", None)
        if theirs is not None and theirs != crs:
            message = "Children and schools are not on one map."
            raise CRSMismatch(message, remedy="Project both to one coordinate reference system with to_crs.")
        shapes = np.asarray(table["geometry"], dtype=object)
        centres = shapely.centroid(shapes)
        xy = np.column_stack([shapely.get_x(centres), shapely.get_y(centres)])
    elif {"x", "y"} <= set(table.columns):
        xy = table[["x", "y"]].to_numpy(dtype=np.float64)
    else:
        message = "There is no geometry column, and no columns 'x' and 'y'."
        raise UnknownColumn(message, remedy="Say where the schools or stops are.")
    lost = ~np.isfinite(xy).all(axis=1)
    if lost.any():
        message = f"{plural(int(lost.sum()), 'row has', 'rows have')} no place."
        raise InvalidTable(message, units=ids[lost], remedy="Locate them, or leave them out.")
    return np.asarray(xy * factor, dtype=np.float64)


def given(times: pd.DataFrame, children: Counts, ids: pd.Index, columns: tuple[str, str, str]) -> Ways:
    """Read a table of minutes; what is missing is not reachable.

    Raises
    ------
    UnknownColumn, UnmatchedUnit, DuplicateUnit, InvalidTable
        The table lacks a column, names what is not there, has a pair twice, or negative minutes.
    """
    pairs = minutes_between(times, children.units, ids, columns=columns, words=("homes", "schools"))
    return Ways(*pairs)


def refuse_numbers(**given_numbers: float) -> None:
    """Refuse what is no number above 0; a detour is at least 1."""
    for name, value in given_numbers.items():
        number = isinstance(value, int | float | np.number) and not isinstance(value, bool) and np.isfinite(value)
        least = 1.0 if name == "detour" else 0.0
        if not number or value < least or value == 0:
            message = f"{name} is a number {'of at least 1' if least else 'above 0'}, not {value!r}."
            raise InvalidParameter(message)
