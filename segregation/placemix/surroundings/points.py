"""Where units are: one point each, in metres, or a refusal that lists every unit at fault."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from placemix._typing import FloatArray
from placemix.counts import Counts, counted
from placemix.errors import CRSMismatch, InvalidParameter, NoPlace, PlacemixError, did_you_mean, plural, together
from placemix.lengths import in_map_units, metres_per_unit

#: Shapes that were found valid, by their identity, for as long as somebody holds them.
_SOUND: dict[int, weakref.ref[Any]] = {}
#: Which point stands for a shape.
Point: TypeAlias = Literal["centroid", "representative"]


@dataclass(frozen=True, eq=False)
class Places:
    """Points of units on a plane.

    Attributes
    ----------
    xy
        Coordinates in metres, or in the plane's own unit, shape (units, 2).
    area
        Ground of each unit in the square of that unit, shape (units,), or None where units are points.
    crs
        Coordinate reference system, or None on a plane of no named unit.
    unit
        ``"m"``, or ``"units"`` on a plane of no named unit.
    factor
        Metres in a unit of the map's coordinates; 1 on a plane of no named unit.
    """

    xy: FloatArray
    area: FloatArray | None
    crs: Any
    unit: str
    factor: float

    def length(self, given: float | str, name: str) -> float:
        """Read a length above 0, in the unit of `xy`.

        Raises
        ------
        InvalidParameter
            It is no length, is not above 0, or has a unit where the plane has none.
        """
        value = in_map_units(given, self.crs, name=name) * self.factor
        if not value > 0:
            message = f"{name} must be above 0, not {given!r}."
            raise InvalidParameter(message, remedy="For the unit alone, leave out around=.")
        return value

    def written(self, length: float) -> str:
        """Write a length with its unit."""
        return f"{length:.10g} {self.unit}"


def locate(counts: Counts, *, point: Point = "centroid") -> Places:
    """Return the points of units.

    Parameters
    ----------
    counts
        Counts with shapes or points.
    point
        Which point stands for a shape: its centroid, or one that lies surely inside it.

    Raises
    ------
    NoPlace
        Units have no shape, an empty or an invalid one; all are listed.
    CRSMismatch
        The shapes have no coordinate reference system.
    GeographicCRS
        The coordinates are degrees.
    """
    if point not in ("centroid", "representative"):
        message = f"point is 'centroid' or 'representative', not {point!r}."
        raise InvalidParameter(message, remedy=did_you_mean(point, ["centroid", "representative"]))
    import shapely

    shapes = shaped(counts)
    crs = counts.geometry.crs
    factor = 1.0 if crs is None else metres_per_unit(crs)
    kinds = shapely.get_type_id(shapes)
    inside = shapes
    if (kinds != 0).any():
        inside = shapely.centroid(shapes) if point == "centroid" else shapely.point_on_surface(shapes)
    xy = np.ascontiguousarray(shapely.get_coordinates(inside)) * factor
    area = None
    if np.isin(kinds, (3, 6)).all():
        area = shapely.area(shapes) * factor**2
    elif counts.area is not None:
        area = counts.area * factor**2
    return Places(xy, area, crs, "units" if crs is None else "m", factor)


def shaped(counts: Counts) -> Any:  # noqa: ANN401
    """Return the shapes of units as an array, or say what is wrong with them.

    Raises
    ------
    NotCounts
        A table was given instead of counts.
    NoPlace, CRSMismatch
        As for `locate`.
    """
    import shapely

    if counted(counts).geometry is None:
        message = "The counts have no shapes or points, so nobody knows which units are near each other."
        raise NoPlace(message, remedy="Build them with from_wide(areas, …, geometry='geometry') from a GeoDataFrame.")
    shapes = np.asarray(counts.geometry.array, dtype=object)
    faults: list[PlacemixError] = []
    if counts.geometry.crs is None and not counts.planar:
        message = "The shapes have no coordinate reference system, so their distances have no unit."
        remedy = "Say which: from_wide(…, crs='EPSG:27700'), or crs='planar' for a plane of no named unit."
        faults.append(CRSMismatch(message, remedy=remedy))
    if not faults and _is_sound(counts.geometry):
        return shapes
    absent = np.asarray(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    invalid = ~absent & ~np.asarray(shapely.is_valid(shapes))
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    endless = np.zeros(len(shapes), dtype=bool)
    endless[owner[~np.isfinite(coordinates).all(axis=1)]] = True
    for which, has, have, remedy in (
        (absent, "has no shape", "have no shape", "Leave them out with counts.take, or give them a point."),
        (invalid & ~endless, "has an invalid shape", "have invalid shapes", "Repair them first: shapes.make_valid()."),
        (endless, "has endless coordinates", "have endless coordinates", "Look at the file they came from."),
    ):
        if which.any():
            message = f"{plural(int(which.sum()), f'unit {has}', f'units {have}')}."
            faults.append(NoPlace(message, units=counts.units[which], remedy=remedy))
    if faults:
        raise together(faults)
    # Whether shapes are valid takes longer than most of what is asked of them, and the same ones are asked again.
    key = id(counts.geometry)
    _SOUND[key] = weakref.ref(counts.geometry, lambda _: _SOUND.pop(key, None))
    return shapes


def _is_sound(geometry: Any) -> bool:  # noqa: ANN401
    known = _SOUND.get(id(geometry))
    return known is not None and known() is geometry


def coincident(xy: FloatArray) -> int:
    """Count units that share their point with another."""
    order = np.lexsort(xy.T)
    same = (np.diff(xy[order], axis=0) == 0).all(axis=1)
    return int((np.append(same, False) | np.append(False, same)).sum())
