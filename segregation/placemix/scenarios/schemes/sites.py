"""Sites of schemes: read from files and registers, and coordinates checked by their size. Nothing is repaired."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.checks import id_text, id_texts
from placemix.errors import CRSMismatch, InvalidParameter, NoPlace, UnmatchedUnit, did_you_mean, plural
from placemix.readers.files import read_areas
from placemix.readers.land.land_registers import brownfield
from placemix.readers.land.site_points import system

#: Longitudes and latitudes are never beyond these.
_DEGREES = (180.0, 90.0)
_BEYOND = "coordinates outside the area that the system is made for"


class Site(NamedTuple):
    """Where a scheme is.

    Attributes
    ----------
    shape
        Point, polygon or polygons, or None.
    crs
        Its coordinate reference system as text.
    dwellings
        Fewest and most net homes that a register states.
    notes
        What a register says is wrong with the row.
    """

    shape: Any
    crs: str | None
    dwellings: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()


def known_crs(text: object) -> Any:  # noqa: ANN401
    """Return a coordinate reference system by name or code.

    Raises
    ------
    CRSMismatch
        There is none of that name.
    """
    import geopandas as gpd

    try:
        return gpd.GeoSeries(crs=system(text, {}) or text if isinstance(text, str) else text).crs
    except Exception as error:  # pyproj raises an error of its own
        message = f"There is no coordinate reference system {text!r}."
        raise CRSMismatch(message, remedy="Name its code, such as 'EPSG:27700', or 'OSGB36' or 'WGS84'.") from error


def crs_text(crs: Any) -> str | None:  # noqa: ANN401
    """Write a coordinate reference system as its code, or whole where it has none."""
    if crs is None:
        return None
    code = crs.to_authority()
    return ":".join(code) if code else str(crs.to_wkt())


def misfit(box: FloatArray, crs: Any) -> str:  # noqa: ANN401
    """Say why coordinates are not of their system, by their size, or nothing.

    Parameters
    ----------
    box
        Least x and y and greatest x and y of a site.
    crs
        Coordinate reference system that it is said to have, or None.

    Examples
    --------
    >>> misfit(np.array([-2.15, 53.6, -2.15, 53.6]), known_crs("EPSG:27700"))
    'degrees under a label of metres'
    >>> misfit(np.array([412000.0, 1390000, 412000, 1390000]), known_crs("EPSG:27700"))
    'coordinates outside the area that the system is made for'
    """
    if crs is None:
        return ""
    largest = np.abs(np.asarray(box, dtype=np.float64)).reshape(2, 2).max(axis=0)
    small = bool((largest <= _DEGREES).all())
    use = _use(crs.to_wkt())
    turned = np.asarray(box)[[1, 0, 3, 2]]
    if crs.is_geographic:
        fits, swapped = small, bool((largest[::-1] <= _DEGREES).all())
        other, order = "metres under a label of degrees", "longitude and latitude swapped"
        wrong_kind = bool((largest > _DEGREES[0]).any())
    else:
        fits, swapped = True, use is not None
        other, order = "degrees under a label of metres", "easting and northing swapped"
        wrong_kind = small
    if wrong_kind:
        return other
    if fits and (use is None or _within(box, use)):
        return ""
    return order if swapped and (use is None or _within(turned, use)) else _BEYOND


def _within(box: FloatArray, use: tuple[float, float, float, float]) -> bool:
    return bool(box[0] >= use[0] and box[1] >= use[1] and box[2] <= use[2] and box[3] <= use[3])


@cache
def _use(wkt: str) -> tuple[float, float, float, float] | None:
    """Return where a system is used, in its own coordinates, or None where it does not say."""
    import geopandas as gpd
    import shapely

    empty = gpd.GeoSeries(crs=wkt)
    area = empty.crs.area_of_use
    if area is None:
        return None
    outline = shapely.segmentize(shapely.box(*area.bounds), 0.5)
    bounds = gpd.GeoSeries([outline], crs="EPSG:4326").to_crs(empty.crs).total_bounds
    if not np.isfinite(bounds).all():
        return None
    return tuple(map(float, bounds))  # type: ignore[return-value]


def of_point(x: float, y: float, crs: str) -> Site:
    """Return a site of two coordinates.

    Raises
    ------
    CRSMismatch
        The coordinates are not of their system.
    """
    import shapely

    return of_shape(shapely.Point(float(x), float(y)), crs)


def of_shape(shape: Any, crs: object) -> Site:  # noqa: ANN401
    """Return a site of a point or of ground.

    Raises
    ------
    NoPlace
        It is neither, or it is empty or crosses itself.
    CRSMismatch
        The coordinates are not of their system.
    """
    import shapely

    if not isinstance(shape, shapely.Geometry):
        message = f"A site is a point or ground as a Shapely geometry, not a {type(shape).__name__}."
        raise NoPlace(message, remedy="Give the ground of the site, or its x and y.")
    wrong = unusable(shape)
    if wrong:
        message = f"The site has {wrong}."
        raise NoPlace(message, remedy="Mend it in a geographic information system; it is not repaired here.")
    found = None if crs is None else known_crs(crs)
    why = misfit(np.asarray(shapely.bounds(shape)), found)
    if why:
        message = f"The site's coordinates do not fit {crs_text(found)}: {why}."
        raise CRSMismatch(message, remedy="Correct the coordinates or name the system they are in; none is guessed.")
    return Site(shape, crs_text(found))


def unusable(shape: Any) -> str:  # noqa: ANN401
    """Say why a shape is no site, or nothing: it is neither point nor ground, is empty, or crosses itself."""
    if shape.geom_type not in {"Point", "Polygon", "MultiPolygon"}:
        return f"a {shape.geom_type} as its shape, and not a point or ground"
    if shape.is_empty:
        return "an empty shape"
    return "" if shape.is_valid else "an outline that crosses itself"


def of_file(file: Path, *, layer: str | None, column: str | None, value: object) -> Site:
    """Read the one shape of a file, or the one that a column names.

    Raises
    ------
    UnreadableFile, UnknownColumn, UnmatchedUnit
        The file, column or row is not there.
    InvalidParameter
        There are several shapes to choose from.
    NoPlace, CRSMismatch
        As for `of_shape`; or the file has no coordinate reference system.
    """
    areas = read_areas(file, layer=layer, columns=None if column is None else [column])
    if column is not None:
        texts = id_texts(areas[column])
        areas = areas[(texts == id_text(value)).to_numpy()]
        if not len(areas):
            message = f"{file.name!r} has no row whose {column} is {value!r}."
            raise UnmatchedUnit(message, remedy=did_you_mean(value, texts.unique()))
    if len(areas) != 1:
        message = f"{file.name!r} has {plural(len(areas), 'shape')} of this site."
        raise InvalidParameter(message, remedy="Say which one it is with column and value, or join them to one.")
    if areas.crs is None:
        message = f"{file.name!r} has no coordinate reference system."
        raise CRSMismatch(message, remedy="Save it with one.")
    return of_shape(areas.geometry.iloc[0], areas.crs)


def of_register(
    file: Path, reference: str, *, columns: Mapping[str, str] | None, crs: str | None, encoding: str | None
) -> Site:
    """Read one row of a brownfield register.

    Raises
    ------
    UnmatchedUnit
        The register has no such site.
    NoPlace
        The site has no coordinates that can be used.
    """
    frame = brownfield(file, columns=columns, crs=crs, encoding=encoding)
    place = frame.units.get_indexer([reference])[0]
    if place < 0:
        message = f"{file.name!r} has no site {reference!r}."
        raise UnmatchedUnit(message, remedy=did_you_mean(reference, frame.units))
    row = frame.table.iloc[place]
    shape = frame.geometry.iloc[place]
    if shape is None:
        message = f"The site {reference!r} has no place in {file.name!r}: {row['problems']}."
        raise NoPlace(message, remedy="Give x, y and crs, or a file with its shape.")
    dwellings, notes = stated_dwellings(row)
    problems = [f"The register's row: {row['problems']}."] if row["problems"] else []
    return Site(shape, crs_text(frame.geometry.crs), dwellings, (*problems, *notes))


def stated_dwellings(row: Mapping[str, Any]) -> tuple[tuple[float, float] | None, list[str]]:
    """Return the fewest and most net homes that a row of a register states, and what is odd about them.

    Examples
    --------
    >>> stated_dwellings({"min_dwellings": 20.0, "max_dwellings": 30.0})
    ((20.0, 30.0), [])
    >>> stated_dwellings({"min_dwellings": 20.0})
    ((20.0, 20.0), ['No largest number of homes is stated: it is taken to be the smallest.'])
    """
    odd: list[str] = []
    low = _number(row, ("min_dwellings", "range_from"), odd)
    high = _number(row, ("max_dwellings", "range_to"), odd)
    unknown = "the smallest is unknown, not 0"
    wrong = (
        (bool(odd), odd),
        (np.isnan(low) and np.isnan(high), ["No number of homes is stated."]),
        (np.isnan(low), [f"Only a largest number of homes is stated, {high:,.0f}: {unknown}."]),
        (
            low > high,
            [f"The smallest number of homes, {low:,.0f}, is above the largest, {high:,.0f}: neither is used."],
        ),
        (low < 0, [f"The number of homes is below 0, {low:,.0f}: it is not used."]),
    )
    for holds, notes in wrong:
        if holds:
            return None, notes
    if np.isnan(high):
        return (low, low), ["No largest number of homes is stated: it is taken to be the smallest."]
    return (low, high), []


def _number(row: Mapping[str, Any], names: tuple[str, ...], odd: list[str]) -> float:
    """Return the first number stated; texts that are none are listed."""
    for name in names:
        value = row.get(name)
        if value is None or pd.isna(value):
            continue
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = float("nan")
        if np.isfinite(number):
            return number
        odd.append(f"{value!r} is no number of homes.")
    return float("nan")
