"""Lengths with their units, brought into those of a map."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from placemix._typing import FloatArray
from placemix.errors import GeographicCRS, InvalidParameter, did_you_mean

#: Metres in each unit of length that is understood.
METRES = {
    "m": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0,
    "km": 1000.0, "kilometre": 1000.0, "kilometres": 1000.0, "kilometer": 1000.0, "kilometers": 1000.0,
    "mi": 1609.344, "mile": 1609.344, "miles": 1609.344,
    "yd": 0.9144, "yard": 0.9144, "yards": 0.9144,
    "ft": 0.3048, "foot": 0.3048, "feet": 0.3048,
}  # fmt: skip
#: Distances are equal that differ by less than this part of the map's extent, or so many last digits of a coordinate.
_EQUAL = 1e-11
_DIGITS = 2**10
_WRITTEN = re.compile(r"\s*([0-9.,]+(?:e[+-]?[0-9]+)?)\s*([a-z]*)\s*", re.IGNORECASE)


def metres(length: float | str, *, name: str = "length") -> float:
    """Read a length, in metres: a bare number is metres already.

    Parameters
    ----------
    length
        A number, or text such as ``"500 m"``, ``"1 mile"`` or ``"500 ft"``.
    name
        What to call it in a message.

    Raises
    ------
    InvalidParameter
        It is no length, or below 0.

    Examples
    --------
    >>> metres("1 mile"), metres("0.5 km"), metres(20)
    (1609.344, 500.0, 20.0)
    """
    unit = "m"
    value: float | None = None
    if isinstance(length, str):
        written = _WRITTEN.fullmatch(length)
        if written:
            unit = written[2].casefold() or "m"
            value = _number(written[1])
    elif isinstance(length, (int, float, np.number)) and not isinstance(length, bool):
        value = float(length)
    if value is None or unit not in METRES or not math.isfinite(value) or value < 0:
        message = f"{name} is a length such as 500, '500 m' or '1 mile', not {length!r}."
        raise InvalidParameter(message, remedy=did_you_mean(unit, METRES) if unit not in METRES else "")
    return value * METRES[unit]


def written(length: float, unit: str = "m") -> str:
    """Write a length for a reader, from a kilometre on in kilometres, with three significant digits.

    Parameters
    ----------
    length
        Length in `unit`.
    unit
        Unit of a map; only metres are turned into kilometres.

    Examples
    --------
    >>> written(500.0), written(3218.688), written(12000.0), written(0.25, "units")
    ('500 m', '3.22 km', '12 km', '0.25 units')
    """
    if unit != "m":
        return f"{length:,.10g} {unit}"
    if float(f"{length:.3g}") < METRES["km"]:
        return f"{length:.3g} m"
    kilometres = length / METRES["km"]
    return f"{kilometres:.3g} km" if kilometres < METRES["km"] else f"{kilometres:,.0f} km"


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None


def in_map_units(length: float | str, crs: Any, *, name: str = "length") -> float:  # noqa: ANN401
    """Turn a length into the units of a map's coordinates.

    Parameters
    ----------
    length
        A number of metres, or text with a unit.
    crs
        Coordinate reference system as GeoPandas holds it; None for a plane of no named unit,
        whose lengths are bare numbers of its own unit.
    name
        What to call the length in a message.

    Raises
    ------
    GeographicCRS
        The coordinates are degrees.
    InvalidParameter
        It is no length, or has a unit on a plane that has none.

    Examples
    --------
    >>> import geopandas as gpd
    >>> feet = gpd.GeoSeries(crs="EPSG:2263").crs  # New York, in US feet
    >>> round(in_map_units("1 mile", feet))
    5280
    """
    if crs is None:
        plain = metres(length, name=name)
        if isinstance(length, str) and plain and _WRITTEN.fullmatch(length)[2]:  # type: ignore[index]
            message = f"{name} is {length!r}, but the shapes have no coordinate reference system to give units."
            raise InvalidParameter(message, remedy="Give a bare number in the units of the coordinates.")
        return plain
    return metres(length, name=name) / metres_per_unit(crs)


def metres_per_unit(crs: Any) -> float:  # noqa: ANN401
    """Return how many metres a coordinate unit is.

    Raises
    ------
    GeographicCRS
        The coordinates are degrees.
    """
    if crs.is_geographic:
        message = f"Lengths cannot be measured in degrees ({crs.name})."
        raise GeographicCRS(message, remedy="Project the shapes first: shapes.to_crs(…) with a national grid or UTM.")
    return float(crs.axis_info[0].unit_conversion_factor)


def equal_below(xy: FloatArray) -> float:
    """Return by how much two distances may differ and be equal: centroids of a regular grid carry rounding.

    Parameters
    ----------
    xy
        Points between which the distances are, shape (points, 2).

    Examples
    --------
    >>> import numpy as np
    >>> equal_below(np.array([[0.0, 0.0], [30_000.0, 40_000.0]]))
    5e-07
    """
    if not len(xy):
        return 1.0
    extent = float(np.hypot(*np.ptp(xy, axis=0)))
    equal = max(_EQUAL * extent, _DIGITS * float(np.spacing(np.abs(xy).max())))
    return equal if extent > 0 else 1.0
