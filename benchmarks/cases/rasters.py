"""Surroundings on a grid for a nation, and patterns of a raster: seconds, and how far grid and points are apart."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

NAME = "rasters"
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "segregation")]

import calls  # noqa: E402
import psutil  # noqa: E402
import tables  # noqa: E402
from timing import Line, seconds  # noqa: E402

import placemix as pm  # noqa: E402

FOLDER = tables.DATA / "data"
GROUPS = ["white", "mixed", "asian", "black", "other"]


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:
    """Time what has no peer in Python; raceland (R) is compared by value in the tests."""
    del full, peer
    lines = patterns()
    if FOLDER.is_dir():
        return [*nation(), *lines]
    return [Line(NAME, "published areas (PLACEMIX_DATA names no folder)", float("nan"), note="not run"), *lines]


@functools.cache
def areas() -> pm.Counts:
    """England and Wales: areas of 2011 with five groups."""
    import geopandas as gpd

    folder = FOLDER / "england_wales"
    frame = gpd.read_parquet(folder / "lsoa11_boundaries_ultra_generalised.parquet").to_crs("EPSG:27700")
    frame["geometry"] = frame.geometry.make_valid()
    frame = frame.merge(pd.read_parquet(folder / "groups5_lsoa11_2011.parquet"), on="lsoa11cd")
    frame = frame[frame.geom_type.isin(["Polygon", "MultiPolygon"])]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pm.errors.IncompletePartition)
        return pm.from_wide(frame, groups=GROUPS, unit="lsoa11cd", total="total")


def near(cell: int) -> pm.surroundings.Surroundings:
    """Surroundings on a grid."""
    return pm.surroundings.raster(areas(), cell=cell, bandwidth=1000)


def nation() -> list[Line]:
    """Make the surroundings of a nation and sum five groups, on two grids, and by points."""
    counts = areas()
    values = np.column_stack([counts.values, counts.total])
    points = pm.surroundings.kernel(counts, bandwidth=1000) @ values
    lines = []
    for cell in (250, 100):
        grid = near(cell)
        what = (
            f"{len(counts):,} areas of England and Wales on {len(grid.operator.row):,} cells of {cell} m, biweight 1 km"
        )
        found = grid @ values
        share = np.abs(found[:, :5] / found[:, 5:] - points[:, :5] / points[:, 5:])
        note = (
            f"mean difference of shares from the kernel of points {share.mean():.4f}; peak memory {_probe(cell):.0f} MB"
        )
        lines.append(Line(NAME, f"{what}: made", seconds(lambda: near(cell), warm=False), note=note))  # noqa: B023
        lines.append(Line(NAME, "the same: five groups summed", seconds(lambda: grid @ values)))  # noqa: B023
    return lines


def patterns() -> list[Line]:
    """Measure a raster of 4,000 × 4,000 cells of five groups, whole and by windows."""
    rng = np.random.default_rng(1)
    raster = rng.integers(0, 5, (4000, 4000)).astype(np.uint8)
    weights = rng.random(raster.shape)
    options = {"weights": weights, "categories": range(5)}
    whole = seconds(lambda: pm.patterns.measures(raster, **options))
    parts = seconds(lambda: pm.patterns.measures(raster, window=20, **options))
    what = "raster of 16 million cells, weighted"
    return [Line(NAME, f"{what}: whole", whole), Line(NAME, f"{what}: 40,000 windows", parts)]


def _probe(cell: int) -> float:
    environment = {**os.environ, "PYTHONPATH": str(tables.ROOT / "segregation")}
    command = [sys.executable, str(Path(__file__).resolve()), str(cell)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return float(json.loads(done.stdout.splitlines()[-1]))


def _peak(cell: int) -> None:
    """Print the peak memory of making surroundings and summing, on top of the areas, in MB."""
    counts = areas()
    before = psutil.Process().memory_info().rss
    Path("/proc/self/clear_refs").write_text("5")
    grid = near(cell)
    _ = grid @ counts.values
    status = Path("/proc/self/status").read_text()
    highest = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024
    print(json.dumps((highest - before) / 1e6))


if __name__ == "__main__":
    _peak(int(sys.argv[1]))
