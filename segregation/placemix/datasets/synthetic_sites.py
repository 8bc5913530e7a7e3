"""Services, and sites where homes could be built, in the synthetic town."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placemix._typing import FloatArray, IntArray
from placemix.datasets.synthetic_areas import GeoTable
from placemix.datasets.synthetic_map import CRS, distance_from_centre

SITES = 64
#: How many services there are of each kind.
SERVICES: dict[str, int] = {
    "gp": 38,
    "library": 12,
    "community_centre": 20,
    "leisure_centre": 6,
    "park": 26,
}
#: Year of the register of sites, and of the second date's count of people.
REGISTER_YEAR, COUNT_YEAR = 2023, 2021
STATUS: tuple[tuple[str | None, int], ...] = (
    ("completed", 7), ("under construction", 7), ("permissioned", 17), ("allocated", 8),
    ("not permissioned", 23), (None, 2),
)  # fmt: skip
#: What is wrong with the coordinates of the first sites of the shuffled register.
FAULTS: tuple[str, ...] = (
    "shifted 0.3 km",
    "shifted 2 km",
    "shifted 11 km",
    "axes swapped",
    "longitude and latitude",
    "digit dropped",
)


def point_inside(polygons: NDArray[np.object_], rng: np.random.Generator) -> FloatArray:
    """Return a random point in each polygon, shape (polygons, 2).

    Examples
    --------
    >>> import shapely
    >>> x, y = point_inside(np.array([shapely.box(2, 0, 3, 1)]), np.random.default_rng(1))[0]
    >>> bool(2 <= x <= 3 and 0 <= y <= 1)
    True
    """
    import shapely

    inner: FloatArray = shapely.get_coordinates(shapely.point_on_surface(polygons))
    low_x, low_y, high_x, high_y = shapely.bounds(polygons).T
    point = inner.copy()
    missing = np.ones(len(polygons), dtype=bool)
    for _ in range(6):
        guess = np.stack([rng.uniform(low_x, high_x), rng.uniform(low_y, high_y)], axis=1).round(1)
        good = missing & shapely.contains_xy(polygons, *guess.T)
        point[good] = guess[good]
        missing &= ~good
    return point


def service_table(
    unit: NDArray[np.str_], polygons: NDArray[np.object_], people: FloatArray, rng: np.random.Generator
) -> GeoTable:
    """Place services where people are; some GP surgeries opened or closed between the dates.

    Returns
    -------
    services
        GeoDataFrame: service, kind, unit, open_before, open_after, geometry (points).
    """
    import geopandas as gpd

    kind = np.repeat(list(SERVICES), list(SERVICES.values()))
    at = rng.choice(len(unit), len(kind), replace=False, p=people / people.sum())
    point = point_inside(polygons[at], rng)
    fate = np.where(kind == "gp", rng.choice(3, size=len(kind), p=[0.78, 0.14, 0.08]), 0)
    return gpd.GeoDataFrame(
        {
            "service": [f"V{place + 1:03d}" for place in range(len(kind))],
            "kind": pd.Categorical(kind, categories=list(SERVICES)),
            "unit": unit[at].astype(str),
            "open_before": fate != 2,
            "open_after": fate != 1,
        },
        geometry=gpd.points_from_xy(*point.T),
        crs=CRS,
    )


def site_table(
    unit: NDArray[np.str_],
    polygons: NDArray[np.object_],
    grown: IntArray,
    rng: np.random.Generator,
) -> GeoTable:
    """Draw a register of sites, six of them with wrong coordinates.

    Parameters
    ----------
    unit, polygons
        Codes and polygons of the units, shape (units,).
    grown
        Positions of units that grew between the dates; sites completed by then lie there.
    rng
        Source of randomness.

    Returns
    -------
    sites
        GeoDataFrame: site, unit, hectares, dwellings_min, dwellings_max, status,
        completed_year, x, y (as registered), coordinate_fault, true_x, true_y, geometry (the
        point as registered, true or not).
    """
    import geopandas as gpd
    import shapely

    status = np.repeat(np.array([name for name, _ in STATUS], dtype=object), [number for _, number in STATUS])
    weight = np.sqrt(shapely.area(polygons))
    at = rng.choice(len(unit), SITES, replace=False, p=weight / weight.sum())
    done = status == "completed"
    year = np.where(done, rng.integers(COUNT_YEAR - 6, REGISTER_YEAR + 1, SITES), 0)
    early = np.flatnonzero(done & (year <= COUNT_YEAR))
    free = np.setdiff1d(grown, at)
    at[early] = rng.choice(free, len(early), replace=False)
    order = rng.permutation(SITES)
    status, at, year = status[order], at[order], year[order]

    true = point_inside(polygons[at], rng).round(0)
    room = shapely.area(polygons[at]) / 10_000
    hectares = np.minimum(rng.lognormal(np.log(0.7), 0.8, SITES), 0.6 * room).round(2)
    density = 38 + 60 * np.exp(-3 * distance_from_centre(true)) * rng.uniform(0.6, 1.4, SITES)
    least = np.maximum(np.round(hectares * density), 3).astype(np.int64)
    spread = np.where(rng.random(SITES) < 0.6, 1.0, rng.uniform(1.1, 1.6, SITES))
    registered, fault = _misplaced(true, rng)
    return gpd.GeoDataFrame(
        {
            "site": [f"R{place + 1:03d}" for place in range(SITES)],
            "unit": unit[at].astype(str),
            "hectares": np.maximum(hectares, 0.03),
            "dwellings_min": least,
            "dwellings_max": np.round(least * spread).astype(np.int64),
            "status": pd.Categorical(status, categories=[name for name, _ in STATUS if name]),
            "completed_year": pd.arrays.IntegerArray(year.astype(np.int64), year == 0),
            "x": registered[:, 0],
            "y": registered[:, 1],
            "coordinate_fault": pd.Categorical(fault, categories=["none", *FAULTS]),
            "true_x": true[:, 0],
            "true_y": true[:, 1],
        },
        geometry=gpd.points_from_xy(*registered.T),
        crs=CRS,
    )


def _misplaced(true: FloatArray, rng: np.random.Generator) -> tuple[FloatArray, NDArray[np.object_]]:
    """Return the coordinates as registered, and what is wrong with each."""
    import geopandas as gpd

    registered = true.copy()
    fault = np.full(len(true), "none", dtype=object)
    for at, name in zip(rng.choice(len(true), len(FAULTS), replace=False), FAULTS, strict=True):
        fault[at] = name
        if name.startswith("shifted"):
            bearing = rng.uniform(0, 2 * np.pi)
            length = 1_000 * float(name.split()[1])
            registered[at] += (length * np.array([np.cos(bearing), np.sin(bearing)])).round(0)
        elif name == "axes swapped":
            registered[at] = true[at, ::-1]
        elif name == "digit dropped":
            registered[at, 0] = true[at, 0] // 10
        else:
            degrees = gpd.GeoSeries(gpd.points_from_xy(*true[[at]].T), crs=CRS).to_crs("EPSG:4326")
            registered[at] = degrees.x.round(5).item(), degrees.y.round(5).item()
    return registered, fault
