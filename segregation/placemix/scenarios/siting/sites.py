"""Sites as given: points of a table, units of counts, or ids of units, on the map of the people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix.checks import id_text
from placemix.counts import Counts
from placemix.errors import (
    CRSMismatch,
    DuplicateUnit,
    EmptyTable,
    InvalidParameter,
    InvalidTable,
    NoPlace,
    PlacemixError,
    UnknownColumn,
    UnmatchedUnit,
    did_you_mean,
    plural,
    together,
)
from placemix.lengths import metres_per_unit
from placemix.surroundings.points import locate, shaped

#: Points so far from a map are not of a small map's edge, in its unit.
_FAR = 10_000.0
#: What may say where sites are.
Given: TypeAlias = pd.DataFrame | Counts | Sequence[str]


class Sites(NamedTuple):
    """Candidates, and after them the services that exist.

    Attributes
    ----------
    ids
        Their ids, each once.
    existing
        Which of them exist, shape (sites,).
    xy
        Points in the unit of the people's, shape (sites, 2), or None where a table of times is given.
    outside
        Which of them are outside every unit of the map, or None.
    pull
        How attractive each is, shape (sites,).
    """

    ids: pd.Index
    existing: BoolArray
    xy: FloatArray | None
    outside: BoolArray | None
    pull: FloatArray


def sites_of(
    people: Counts,
    candidates: Given,
    existing: Given | None,
    *,
    site: str,
    attraction: str | None,
    mapped: bool,
    words: str = "candidates",
) -> Sites:
    """Read candidates and existing services.

    Parameters
    ----------
    people
        Whose map it is.
    candidates, existing
        A table with a column of ids and points (or ``x`` and ``y``), counts with places, or ids of units of `people`.
    site, attraction
        Columns of ids and of attraction.
    mapped
        Whether places are needed.
    words
        What candidates are called in messages.

    Raises
    ------
    UnknownColumn, UnmatchedUnit, DuplicateUnit, EmptyTable, InvalidTable, NoPlace, CRSMismatch, GeographicCRS
        Columns, ids or places are missing, repeat, or lie on another map.
    """
    tables = [(words, candidates)] + ([] if existing is None else [("existing services", existing)])
    named, points, pulls = [], [], []
    faults: list[PlacemixError] = []
    for called, table in tables:
        try:
            ids = _ids(table, called, site)
            pulls.append(_pull(table, ids, called, attraction))
            points.append(_points(people, table, ids, called) if mapped else np.empty((len(ids), 2)))
            named.append(ids)
        except PlacemixError as error:
            faults.extend(error.faults)
    if not faults:
        every = named[0].append(named[1:])
        if every.has_duplicates:
            message = "An existing service has the id of a candidate."
            remedy = "Rename one of the two, or leave the candidate out: it is open already."
            faults.append(DuplicateUnit(message, units=every[every.duplicated()].unique(), remedy=remedy))
    if faults:
        raise together(faults)
    xy = np.concatenate(points) if mapped else None
    is_there = np.arange(len(every)) >= len(named[0])
    return Sites(every, is_there, xy, None if xy is None else _outside(people, xy), np.concatenate(pulls))


def carried_table(table: Given, site: str, *columns: str | None) -> Any:  # noqa: ANN401
    """Return what a pack holds of sites: counts as they are, and of a table the columns that are read."""
    if isinstance(table, pd.DataFrame):
        wanted = [site, *(name for name in columns if name is not None), "geometry", "x", "y"]
        return table[[name for name in dict.fromkeys(wanted) if name in table.columns]]
    return table if isinstance(table, Counts) else list(map(id_text, table))


def calling(people: Counts, **tables: Any) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ANN401
    """Part what a call was given into inputs of a pack and plain arguments."""
    held = {name: value for name, value in tables.items() if isinstance(value, pd.DataFrame | Counts)}
    return {"people": people, **held}, {name: value for name, value in tables.items() if isinstance(value, list)}


def outside_words(sites: Sites, word: str = "candidate") -> str:
    """Say how many candidates, or what they are called, lie outside the map, or nothing."""
    if sites.outside is None:
        return ""
    many = int(sites.outside[~sites.existing].sum())
    if not many:
        return ""
    lie = plural(many, f"{word} lies", f"{word}s lie")
    return f"{lie} outside the map, whose people beyond it are not counted."


def _ids(table: Given, words: str, site: str) -> pd.Index:
    if isinstance(table, Counts):
        return pd.Index(table.units, dtype=str)
    if isinstance(table, str) or not isinstance(table, Iterable):
        message = f"The {words} are a table, counts, or a list of ids, not {table!r}."
        raise InvalidParameter(message, remedy=f"Pass [{table!r}] for one." if isinstance(table, str) else "")
    if isinstance(table, pd.DataFrame):
        if site not in table.columns:
            message = f"The {words} have no column {site!r}."
            raise UnknownColumn(message, remedy=did_you_mean(site, table.columns) or "Pass site= the column of ids.")
        column = table[site]
        if column.isna().any():
            message = f"{plural(int(column.isna().sum()), 'row', 'rows')} of the {words} have no id."
            raise InvalidTable(message)
        ids = pd.Index([id_text(item) for item in column], dtype=str)
    else:
        ids = pd.Index([id_text(item) for item in table], dtype=str)
    if not len(ids):
        message = f"There are no {words}."
        raise EmptyTable(message, remedy="Leave existing= out." if words.startswith("existing") else "")
    if ids.has_duplicates:
        message = f"An id stands twice among the {words}."
        raise DuplicateUnit(message, units=ids[ids.duplicated()].unique(), remedy="Keep one row each.")
    return ids


def _pull(table: Given, ids: pd.Index, words: str, attraction: str | None) -> FloatArray:
    if attraction is None:
        return np.ones(len(ids))
    if not isinstance(table, pd.DataFrame) or attraction not in table.columns:
        message = f"The {words} have no column {attraction!r}."
        known = table.columns if isinstance(table, pd.DataFrame) else ()
        raise UnknownColumn(message, remedy=did_you_mean(attraction, known))
    return positive(table[attraction], ids, f"{attraction} of the {words}")


def positive(column: pd.Series, ids: pd.Index, words: str) -> FloatArray:
    """Return numbers above 0, or say which are none."""
    value = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = ~(value > 0) | np.isinf(value)
    if wrong.any():
        message = f"{words}: {plural(int(wrong.sum()), 'value is', 'values are')} missing or not above 0."
        raise InvalidTable(message, units=ids[wrong], remedy="Missing is not 0: give a number, or leave the row out.")
    return value


def _points(people: Counts, table: Given, ids: pd.Index, words: str) -> FloatArray:
    homes = locate(people)
    if isinstance(table, Counts):
        places = locate(table)
        _one_map(people, places.crs, words)
        return places.xy
    if not isinstance(table, pd.DataFrame):
        at = people.units.get_indexer(ids)
        if (at < 0).any():
            message = f"The {words} are ids that no unit has."
            remedy = "Pass ids of units of the people, or a table with points."
            raise UnmatchedUnit(message, units=ids[at < 0], remedy=remedy)
        return homes.xy[at]
    if "geometry" in table.columns:
        import shapely

        _one_map(people, getattr(table, "crs", None), words)
        centres = shapely.centroid(np.asarray(table["geometry"], dtype=object))
        xy = np.column_stack([shapely.get_x(centres), shapely.get_y(centres)])
    elif {"x", "y"} <= set(table.columns):
        xy = table[["x", "y"]].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        message = f"The {words} have no column 'geometry', and no columns 'x' and 'y'."
        raise UnknownColumn(message, remedy="Say where they are, on the map of the people.")
    lost = ~np.isfinite(xy).all(axis=1)
    if lost.any():
        message = f"{plural(int(lost.sum()), 'site has', 'sites have')} no place among the {words}."
        raise NoPlace(message, units=ids[lost], remedy="Locate them, or leave them out.")
    if homes.crs is not None:
        _refuse_misfits(xy, homes.xy / homes.factor, words)
    return np.asarray(xy * homes.factor, dtype=np.float64)


def _refuse_misfits(xy: FloatArray, homes: FloatArray, words: str) -> None:
    """Refuse points that are all far from everybody, and by their size degrees or turned round."""
    low, high = homes.min(axis=0), homes.max(axis=0)
    wide = max(float((high - low).max()), _FAR)

    def near(points: FloatArray) -> bool:
        return bool(((points >= low - wide) & (points <= high + wide)).all(axis=1).any())

    if near(xy):
        return
    degrees = bool((np.abs(xy) <= [180, 90]).all() or (np.abs(xy) <= [90, 180]).all())
    if degrees or near(xy[:, ::-1]):
        kind = "are degrees" if degrees else "have easting and northing swapped"
        message = f"The places of the {words} {kind}, by their size, on a projected map."
        raise CRSMismatch(message, remedy="Project them to the map of the people, x to the east and y to the north.")


def _one_map(people: Counts, crs: Any, words: str) -> None:  # noqa: ANN401
    theirs = people.geometry.crs
    if crs is not None:
        metres_per_unit(crs)
    if crs != theirs:
        message = f"The people and the {words} are not on one map."
        remedy = "Project both to one coordinate reference system with to_crs; set_crs says which one it is."
        raise CRSMismatch(message, remedy=remedy)


def _outside(people: Counts, xy: FloatArray) -> BoolArray:
    """Which points are in none of the areas, or beyond the hull of units that are points."""
    import shapely

    shapes, factor = shaped(people), locate(people).factor
    if not np.isin(shapely.get_type_id(shapes), (3, 6)).all():
        shapes = np.array([shapely.convex_hull(shapely.multipoints(locate(people).xy / factor))], dtype=object)
    found = shapely.STRtree(shapes).query(shapely.points(xy / factor), predicate="intersects")
    outside = np.ones(len(xy), dtype=bool)
    outside[found[0]] = False
    return outside
