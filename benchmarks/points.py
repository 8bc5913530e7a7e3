"""Where the output areas are: drawn in their neighbourhoods, or laid out as densely from a table.

Published files have the output areas' counts and the polygons of the neighbourhoods (LSOA 2011)
that they are part of, but no place of their own. Each is a point drawn uniformly inside its
neighbourhood's polygon, whose ground its output areas share equally. Without the data, points are
laid out in round towns of the density that the drawn points have, which gives each as many points
around it, 10 % more or less, at 1 km (32) and at 4 km (357).
"""

from __future__ import annotations

import functools
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import tables

import placemix as pm

SEED = 2011
BOUNDARIES = Path("data/england_wales/lsoa11_boundaries_ultra_generalised.parquet")
STRATA = {"lsoa": "lsoa", "msoa": "msoa", "lad": "district", "rgn": "region"}
#: Points, points in a square kilometre, and radius of a town in kilometres, by class of density.
TOWNS = [
    (30_408, 0.35, 20.0), (16_000, 2.3, 3.0), (27_000, 5.5, 2.0), (57_000, 10.0, 3.0), (38_000, 19.0, 4.0),
    (12_000, 40.0, 5.5), (1_000, 62.0, 2.5),
]  # fmt: skip
#: South-western corner and size of the country that the towns lie in, in metres.
CORNER, COUNTRY = (180_000.0, 60_000.0), (350_000.0, 430_000.0)


@functools.cache
def output_areas(folder: Path = tables.DATA) -> pm.Counts:
    """Counts of 14 groups in 181,408 points, with neighbourhoods, districts and regions as strata."""
    frame = tables.areas()
    if (folder / BOUNDARIES).is_file() and "lsoa" in frame:
        places = gpd.read_parquet(folder / BOUNDARIES).to_crs("EPSG:27700").set_index("lsoa11cd").geometry
        shapes = places.loc[frame["lsoa"]].to_numpy()
        xy = drawn(shapes)
        area = shapely.area(shapes) / frame.groupby("lsoa")["lsoa"].transform("size").to_numpy()
        frame = frame.rename(columns=STRATA)
    else:
        frame, xy, area = laid_out(frame)
    table = gpd.GeoDataFrame(frame.assign(area=area), geometry=shapely.points(xy), crs="EPSG:27700")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pm.errors.IncompletePartition)
        return pm.from_wide(
            table, groups=tables.groups(), unit="oa", total="persons", strata=list(STRATA.values()),
            geometry="geometry", area="area",
        )  # fmt: skip


def source(folder: Path = tables.DATA) -> str:
    """How the points were placed, in words."""
    if (folder / BOUNDARIES).is_file():
        return f"each output area at a point drawn inside its LSOA's polygon, seed {SEED}"
    return f"points in round towns of seven classes of density, seed {SEED}"


def nearest(counts: pm.Counts, count: int, place: tuple[float, float] = (384_000.0, 398_000.0)) -> pm.Counts:
    """Return the units nearest to a place, by default the middle of Manchester, so that their density stays."""
    far = np.hypot(*(shapely.get_coordinates(counts.geometry.array) - place).T)
    return counts.take(np.sort(np.argsort(far, kind="stable")[:count]))


def drawn(shapes: np.ndarray) -> np.ndarray:
    """Draw a point uniformly inside each shape: in its box, until it is inside."""
    draw = np.random.default_rng(SEED)
    boxes = shapely.bounds(shapes)
    shapely.prepare(shapes)
    xy = np.empty((len(shapes), 2))
    left = np.arange(len(shapes))
    while len(left):
        low, high = boxes[left, :2], boxes[left, 2:]
        tried = low + draw.random((len(left), 2)) * (high - low)
        inside = shapely.contains_xy(shapes[left], tried)
        xy[left[inside]] = tried[inside]
        left = left[~inside]
    return xy


def laid_out(frame: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Lay points out in towns, in order of squares of 30 km, and group those that follow each other.

    Returns
    -------
    frame, xy, area
        Counts with strata, points in metres, and square metres of each.
    """
    draw = np.random.default_rng(SEED)
    parts, ground = [], []
    for points, density, radius in TOWNS:
        towns = max(1, round(points / (density * np.pi * radius**2)))
        middle = (CORNER + draw.random((towns, 2)) * COUNTRY)[draw.integers(towns, size=points)]
        far, angle = radius * 1000 * np.sqrt(draw.random(points)), draw.random(points) * 2 * np.pi
        parts.append(middle + np.column_stack([far * np.cos(angle), far * np.sin(angle)]))
        ground.append(np.full(points, 1e6 / density))
    xy, area = np.concatenate(parts), np.concatenate(ground)
    square, region = (np.floor(xy / size).astype(int) @ [1000, 1] for size in (30_000, 100_000))
    order = np.lexsort([xy[:, 0], np.floor(xy[:, 1] / 1000), square])
    xy, square, region = xy[order], square[order], region[order]
    nth = np.arange(len(xy)) - np.searchsorted(square, square)
    frame = frame.drop(columns="lad").assign(
        lsoa=[f"{s} {n}" for s, n in zip(square, nth // 5, strict=True)],
        msoa=[f"{s} {n}" for s, n in zip(square, nth // 25, strict=True)],
        district=square.astype(str),
        region=region.astype(str),
    )
    return frame, xy, area[order]
