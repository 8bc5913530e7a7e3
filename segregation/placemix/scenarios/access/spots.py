"""Where schemes are, among the people: one point each, the unit it lies in, and the district of that unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.counts import Counts
from placemix.errors import CRSMismatch
from placemix.lengths import metres_per_unit
from placemix.scenarios.schemes import recalling
from placemix.scenarios.schemes.proposals import Scheme, Schemes
from placemix.scenarios.schemes.sites import known_crs
from placemix.scenarios.siting.sites import Given, carried_table, sites_of
from placemix.surroundings.people.nearest import ranks

#: What may say where schemes are: schemes, or bare points as for sites of services.
Where: TypeAlias = Schemes | Scheme | Sequence[Scheme] | Given
#: Columns that schemes have as a table, and the one that points are known by among ourselves.
_AS_SCHEMES, _ID = {"reference", recalling.RECORD}, "site"
#: Shapes that have ground.
_GROUND = (3, 6)


class Spots(NamedTuple):
    """Points of schemes.

    Attributes
    ----------
    ids, names
        What each is called.
    schemes
        The schemes, or None where points were given.
    xy
        Points in the unit of the people's, shape (spots, 2), NaN where there is none.
    unit
        Position of the unit each lies in, -1 where it lies in none.
    outside
        Which lie outside every unit; missing where nobody can tell.
    carried
        What a pack holds of them: a table, counts, or a list of ids.
    """

    ids: pd.Index
    names: list[str | None]
    schemes: tuple[Scheme, ...] | None
    xy: FloatArray
    unit: IntArray
    outside: pd.arrays.BooleanArray
    carried: Any

    @property
    def placed(self) -> BoolArray:
        """Which have a point."""
        return np.asarray(np.isfinite(self.xy).all(axis=1))


def spots_of(where: Where, people: Counts, *, site: str, mapped: bool) -> Spots:
    """Read where schemes are.

    Parameters
    ----------
    where
        Schemes, or a table of points, counts with places or ids of units.
    people
        On whose map they are.
    site
        Column of ids of a table of points.
    mapped
        Whether ways are measured on the map; with a table of times nobody needs points.

    Raises
    ------
    InvalidTable, EmptyTable, DuplicateUnit, UnknownColumn, UnmatchedUnit, NoPlace, CRSMismatch, GeographicCRS
        They are neither, repeat, or lie on another map.
    """
    if _are_schemes(where, site):
        return _of_schemes(recalling.known(where), people, mapped=mapped)
    given: Any = where
    found = sites_of(people, given, None, site=site, attraction=None, mapped=mapped, words="sites")
    unit = np.full(len(found.ids), -1, dtype=np.int64)
    if not isinstance(given, pd.DataFrame | Counts):
        unit = people.units.get_indexer(found.ids).astype(np.int64)
    elif found.xy is not None:
        unit = _unit_of(people, found.xy / _factor(people))
    xy = np.full((len(found.ids), 2), np.nan) if found.xy is None else found.xy
    outside = pd.array([pd.NA] * len(unit) if found.outside is None else found.outside, dtype="boolean")
    return Spots(found.ids, [None] * len(unit), None, xy, unit, outside, carried_table(given, site))


def located(spots: Spots) -> BoolArray:
    """Which schemes say where they are, also where nobody measures on a map."""
    if spots.schemes is None:
        return np.ones(len(spots.ids), dtype=bool)
    return np.array([one.site is not None for one in spots.schemes])


def _are_schemes(where: object, site: str) -> bool:
    if isinstance(where, Scheme | Schemes):
        return True
    if isinstance(where, pd.DataFrame):
        return set(where.columns) >= _AS_SCHEMES and site not in where.columns
    return isinstance(where, Iterable) and not isinstance(where, str | Counts) and _any_scheme(where)


def _any_scheme(items: Iterable[object]) -> bool:
    return any(isinstance(one, Scheme) for one in items)


def _of_schemes(schemes: tuple[Scheme, ...], people: Counts, *, mapped: bool) -> Spots:
    many = len(schemes)
    xy, unit = np.full((many, 2), np.nan), np.full(many, -1, dtype=np.int64)
    outside = pd.array([pd.NA] * many, dtype="boolean")
    points = _moved(schemes, people) if people.geometry is not None else np.full((many, 2), np.nan)
    there = np.flatnonzero(np.isfinite(points).all(axis=1))
    if len(there):
        import geopandas as gpd

        ids = [schemes[place].reference for place in there]
        shapes = gpd.points_from_xy(*points[there].T)
        if mapped:
            table = gpd.GeoDataFrame({_ID: ids}, geometry=shapes, crs=people.geometry.crs)
            found = sites_of(people, table, None, site=_ID, attraction=None, mapped=True, words="schemes")
            assert found.xy is not None  # noqa: S101 (they were read with a map)
            xy[there] = found.xy
        unit[there] = _unit_of(people, points[there])
        outside[there] = unit[there] < 0
    names = [one.name for one in schemes]
    carried = recalling.tabled(schemes)
    return Spots(pd.Index([one.reference for one in schemes], dtype=str), names, schemes, xy, unit, outside, carried)


def _moved(schemes: tuple[Scheme, ...], people: Counts) -> FloatArray:
    """Centroids of sites in the coordinates of the map, NaN where there is none."""
    import geopandas as gpd
    import shapely

    crs = people.geometry.crs
    shapes = np.empty(len(schemes), dtype=object)
    for place, one in enumerate(schemes):
        if one.site is None:
            continue
        if (one.crs is None) != (crs is None):
            which = f"site of the scheme {one.reference!r}" if one.crs is None else "people's map"
            message = f"The {which} has no coordinate reference system, and the other has."
            raise CRSMismatch(message, remedy="Give both one.")
        shapes[place] = one.site
    systems = pd.Series([one.crs for one in schemes], dtype=object)
    for system in systems.dropna().unique():
        here = np.flatnonzero((systems == system).to_numpy() & ~shapely.is_missing(shapes))
        if len(here) and known_crs(system) != crs:
            shapes[here] = np.asarray(gpd.GeoSeries(list(shapes[here]), crs=system).to_crs(crs).array, dtype=object)
    centres = shapely.centroid(shapes)
    return np.column_stack([shapely.get_x(centres), shapely.get_y(centres)])


def _factor(people: Counts) -> float:
    return 1.0 if people.geometry.crs is None else metres_per_unit(people.geometry.crs)


def _unit_of(people: Counts, points: FloatArray) -> IntArray:
    """Unit around each point, the first by id among several; of units that are points the nearest, in their hull."""
    import shapely

    unit = np.full(len(points), -1, dtype=np.int64)
    shapes = np.asarray(people.geometry.array, dtype=object)
    rank = ranks(people)
    if np.isin(shapely.get_type_id(shapes), _GROUND).all():
        spot, area = shapely.STRtree(shapes).query(shapely.points(points), predicate="intersects")
        order = np.lexsort((rank[area], spot))
        first = np.unique(spot[order], return_index=True)[1]
        unit[spot[order][first]] = area[order][first]
        return unit
    centres = shapely.centroid(shapes)
    x, y = shapely.get_x(centres), shapely.get_y(centres)
    known = np.isfinite(x)
    hull = shapely.convex_hull(shapely.multipoints(np.column_stack([x, y])[known]))
    for spot in np.flatnonzero(shapely.intersects(hull, shapely.points(points))):
        away = np.where(known, np.hypot(x - points[spot, 0], y - points[spot, 1]), np.inf)
        near = np.flatnonzero(away == away.min())
        unit[spot] = near[rank[near].argmin()]
    return unit


class Districts(NamedTuple):
    """Which district units and schemes lie in.

    Attributes
    ----------
    codes
        District of each unit, shape (units,).
    names
        Their names; None for all units together.
    of_spot
        District of each scheme, -1 where it lies in none.
    """

    codes: IntArray
    names: list[str | None]
    of_spot: IntArray

    @property
    def of_spots(self) -> list[str | None]:
        """Name of the district of each scheme."""
        return [None if place < 0 else self.names[place] for place in self.of_spot]


def districts_of(people: Counts, spots: Spots, district: str | None) -> Districts:
    """Say which district each scheme lies in.

    Raises
    ------
    UnknownColumn
        The counts carry no strata of that name.
    """
    if district is None:
        nought = np.zeros(len(spots.ids), dtype=np.int64)
        return Districts(np.zeros(len(people), dtype=np.int64), [None], nought)
    codes, names = strata_of(people, district)
    return Districts(codes, [*names], np.where(spots.unit >= 0, codes[np.maximum(spots.unit, 0)], -1))


def strata_of(people: Counts, by: str) -> tuple[IntArray, list[str]]:
    """Stratum of each unit, and the names of the strata.

    Raises
    ------
    UnknownColumn
        The counts carry no strata of that name.
    """
    strata = people.arranged(by)
    codes = np.empty(len(people), dtype=np.int64)
    codes[strata.order] = np.repeat(np.arange(len(strata)), np.diff(strata.bounds))
    return codes, [str(name) for name in strata.labels.iloc[:, 0]]
