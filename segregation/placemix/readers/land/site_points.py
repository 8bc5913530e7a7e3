"""Where sites are: coordinates whose system differs row by row, checked by their size and by map links."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix.errors import CRSMismatch, InvalidParameter, PlacemixError, listed, plural
from placemix.readers.cells import blank, numeric

GRID, WORLD, EUROPE = "EPSG:27700", "EPSG:4326", "EPSG:4258"
#: Systems by the names that registers give them, without spaces and signs.
SYSTEMS = {
    **dict.fromkeys(
        (
            "osgb36", "osgb1936", "osgb", "bng", "britishnationalgrid", "nationalgrid", "osnationalgrid", "epsg27700",
            "27700", "osgb36britishnationalgrid", "osgb1936britishnationalgrid", "britishcoordinatesystem",
            "britishcoordinatesystems",
        ),
        GRID,
    ),
    **dict.fromkeys(("wgs84", "wgs1984", "epsg4326", "4326", "crs84"), WORLD),
    **dict.fromkeys(("etrs89", "etrs1989", "epsg4258", "4258"), EUROPE),
}  # fmt: skip
#: Ends of Great Britain on the National Grid, in metres, and in degrees: west, south, east, north.
METRES = (0.0, 0.0, 700_000.0, 1_300_000.0)
DEGREES = (-9.0, 49.0, 3.0, 62.0)
_SIGNS = re.compile(r"[^a-z0-9]")
_WKT = re.compile(r"\s*POINT\s*\(\s*([-+\d.eE]+)\s+([-+\d.eE]+)\s*\)\s*", re.IGNORECASE)
_DECIMAL = re.compile(r"[-+]?\d+\.\d{3,}")
_NAMED = re.compile(r"(?:easting|x|e)=(\d{5,6}(?:\.\d+)?)\D+?(?:northing|y|n)=(\d{4,7}(?:\.\d+)?)", re.IGNORECASE)


def system(word: str, given: Mapping[str, str]) -> str | None:
    """Return the coordinate reference system that a register means, by the caller's word before the usual ones.

    Raises
    ------
    InvalidParameter
        The caller's word means no system that can be read.

    Examples
    --------
    >>> system("British National Grid", {}), system("local grid", {"Local grid": "OSGB36"}), system("moon", {})
    ('EPSG:27700', 'EPSG:27700', None)
    """
    own = {_SIGNS.sub("", key.casefold()): value for key, value in given.items()}
    key = _SIGNS.sub("", word.casefold())
    meant = own.get(key, word)
    found = SYSTEMS.get(_SIGNS.sub("", meant.casefold()))
    if key in own and found is None:
        message = f"The system {word!r} is said to mean {meant!r}, which is none of WGS84, OSGB36 and ETRS89."
        raise InvalidParameter(message, remedy="Convert the coordinates, or name one of the three.")
    return found


def systems(words: pd.Series, given: Mapping[str, str], ids: pd.Index) -> tuple[pd.Series, list[PlacemixError]]:
    """Return the system of each row, missing where none is stated, and the names that mean none."""
    means = {str(word): system(str(word), given) for word in pd.unique(words) if word}
    unknown = [word for word, meant in means.items() if meant is None]
    faults: list[PlacemixError] = []
    if unknown:
        rows = words.isin(unknown).to_numpy()
        message = (
            f"{plural(int(rows.sum()), 'row has', 'rows have')} a coordinate reference system of an unknown name: "
            f"{listed([*map(repr, unknown)])}."
        )
        remedy = f"Say what it means, crs={{{unknown[0]!r}: 'OSGB36'}}; it is never guessed from the numbers."
        faults.append(CRSMismatch(message, units=ids[rows], remedy=remedy))
    return words.map(means).astype(object), faults


def from_text(points: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Take texts ``POINT (x y)`` apart; what is none stays as it is, and is no number."""
    parts = points.map(lambda text: match.groups() if (match := _WKT.fullmatch(text)) else (text, text))
    return parts.map(lambda pair: pair[0]), parts.map(lambda pair: pair[1])


def placed(x: pd.Series, y: pd.Series, of: pd.Series) -> tuple[Any, pd.Series]:
    """Return points in the National Grid, and why a row has none.

    Parameters
    ----------
    x, y
        Coordinates as texts; longitude and latitude for degrees.
    of
        Coordinate reference system of each row, or missing.

    Returns
    -------
    points
        GeoSeries in EPSG:27700. Rows whose numbers do not fit their system have no point: they are
        never repaired, and never placed elsewhere.
    reasons
        Text, empty where there is a point.
    """
    import geopandas as gpd

    east, north = numeric(x), numeric(y)
    none = blank(x) & blank(y)
    metres, degrees = (of == GRID).to_numpy(), of.isin([WORLD, EUROPE]).to_numpy()
    reasons = np.select(
        [
            none,
            np.isnan(east) | np.isnan(north),
            ~metres & ~degrees,
            degrees & _inside(east, north, DEGREES),
            degrees & _inside(north, east, DEGREES),
            degrees & ((np.abs(east) > 180) | (np.abs(north) > 180)),
            metres & (_inside(east, north, DEGREES) | _inside(north, east, DEGREES)),
            metres & _inside(east, north, METRES),
            metres & _inside(north, east, METRES),
        ],
        [
            "no coordinates",
            "coordinates are no numbers",
            "no coordinate reference system",
            "",
            "longitude and latitude swapped",
            "metres under a label of degrees",
            "degrees under a label of metres",
            "",
            "easting and northing swapped",
        ],
        default="coordinates outside Great Britain",
    )
    points = gpd.GeoSeries([None] * len(x), crs=GRID)
    for one in (GRID, WORLD, EUROPE):
        rows = np.flatnonzero((of == one).to_numpy() & (reasons == ""))
        if len(rows):
            found = gpd.GeoSeries(gpd.points_from_xy(east[rows], north[rows]), crs=one).to_crs(GRID)
            points.iloc[rows] = found.to_numpy()
    return points, pd.Series(reasons, dtype=object)


def _inside(x: FloatArray, y: FloatArray, box: tuple[float, float, float, float]) -> BoolArray:
    found: BoolArray = (x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])
    return found


def linked(links: pd.Series) -> Any:  # noqa: ANN401
    """Return the places that map links show, in the National Grid, where the link tells its coordinates."""
    import geopandas as gpd

    found = [_in_link(str(link)) for link in links]
    points = gpd.GeoSeries([None] * len(found), crs=GRID)
    for one in (GRID, WORLD):
        rows = [row for row, place in enumerate(found) if place and place[0] == one]
        if rows:
            pairs = np.array([found[row][1:] for row in rows], dtype=np.float64)  # type: ignore[index]
            points.iloc[rows] = gpd.GeoSeries(gpd.points_from_xy(*pairs.T), crs=one).to_crs(GRID).to_numpy()
    return points


def _in_link(link: str) -> tuple[str, float, float] | None:
    """Find two numbers side by side that are a place in Britain; None where there is no such pair, or several."""
    named = _NAMED.search(link)
    if named:
        return GRID, float(named[1]), float(named[2])
    numbers = [float(text) for text in _DECIMAL.findall(link)]
    west, south, east, north = DEGREES
    pairs = set()
    for one, other in itertools.pairwise(numbers):
        if south < one < north and west < other < east:
            pairs.add((other, one))
        elif south < other < north and west < one < east:
            pairs.add((one, other))
    return (WORLD, *pairs.pop()) if len(pairs) == 1 else None
