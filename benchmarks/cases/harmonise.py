"""Counts on other areas: a nation's output areas on those of ten years later, and London on a grid, against tobler."""

from __future__ import annotations

import functools
import importlib.metadata
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

NAME = "harmonise"
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "segregation")]

import calls  # noqa: E402
import psutil  # noqa: E402
import tables  # noqa: E402
from timing import Line, at_least, at_most, seconds  # noqa: E402

import placemix as pm  # noqa: E402

FOLDER = tables.DATA / "data"
GROUPS = [
    "white_british", "white_irish", "white_other", "mixed", "indian", "pakistani", "bangladeshi", "chinese",
    "asian_other", "black_african", "black_caribbean", "black_other", "arab", "other",
]  # fmt: skip


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:
    """Time both, with the peak memory of the second in processes of their own."""
    del full, peer
    if not FOLDER.is_dir():
        return [Line(NAME, "published areas (PLACEMIX_DATA names no folder)", float("nan"), note="not run")]
    return [*nation(), *london()]


def nation() -> list[Line]:
    """Move 14 groups from the output areas of 2011 to the areas of 2021."""
    folder = FOLDER / "england_wales"
    blocks = pd.read_parquet(folder / "groups_oa11_2011.parquet")
    lookup = pd.read_parquet(folder / "lookup_lsoa11_lsoa21_lad22.parquet")
    people = pd.read_parquet(folder / "groups5_lsoa21_2021.parquet").set_index("lsoa21cd")["total"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pm.errors.IncompletePartition)
        counts = pm.from_wide(blocks, groups=GROUPS, unit="oa11cd", total="total")

    def moved() -> pm.Counts:
        nested = pm.harmonise.nesting(blocks, source="oa11cd", target="lsoa11cd")
        later = pm.harmonise.changes(
            lookup, source="lsoa11cd", target="lsoa21cd", change="change_code", people=people, irregular="people"
        )
        return pm.harmonise.reunit(counts, nested.then(later))

    result = moved()
    lost = abs(result.values.sum() / counts.values.sum() - 1)
    what = f"{len(counts):,} output areas of 2011 × {len(GROUPS)} groups on {len(result):,} areas of 2021 by lookup"
    note = f"splits by the residents of 2021, flagged; people conserved to {lost:.0e}"
    return [at_most(Line(NAME, what, seconds(moved, repeats=5), note=note), 2)]


@functools.cache
def layers():
    """London's areas of 2011 with 14 groups, and a grid of 500 metres."""
    import geopandas as gpd
    import shapely

    folder = FOLDER / "london"
    frame = gpd.read_parquet(folder / "lsoa11.parquet").merge(
        pd.read_parquet(folder / "groups_lsoa11_2011.parquet"), on="lsoa11cd"
    )
    west, south, east, north = frame.total_bounds
    x, y = np.meshgrid(np.arange(west // 500 * 500, east, 500), np.arange(south // 500 * 500, north, 500))
    cells = shapely.box(x.ravel(), y.ravel(), x.ravel() + 500, y.ravel() + 500)
    grid = gpd.GeoDataFrame({"unit": np.arange(len(cells))}, geometry=cells, crs=frame.crs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pm.errors.IncompletePartition)
        counts = pm.from_wide(frame, groups=GROUPS, unit="lsoa11cd", total="total")
    return frame, counts, grid


def ours():
    """Interpolate with placemix."""
    _, counts, grid = layers()
    return pm.harmonise.interpolate(counts, grid)


def theirs():
    """Interpolate with tobler."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tobler.area_weighted import area_interpolate

        frame, _, grid = layers()
        return area_interpolate(frame, grid, extensive_variables=GROUPS)


def london() -> list[Line]:
    """Time the areal interpolation, and compare the answers."""
    frame, counts, grid = layers()
    what = f"London: {len(frame):,} areas × {len(GROUPS)} groups on {len(grid):,} cells of 500 m, by area"
    try:
        version = importlib.metadata.version("tobler")
        known = theirs()[GROUPS].to_numpy()
    except ImportError:
        return [Line(NAME, what, seconds(ours), note="tobler is not installed")]
    found = ours()
    # Their areas have seven digits.
    np.testing.assert_allclose(found.values, known, rtol=1e-6, atol=1e-6)
    lost = abs(found.values.sum() / counts.values.sum() - 1)
    assert lost <= 1e-9
    line = Line(NAME, f"{what}; peer tobler {version}", seconds(ours, repeats=5), seconds(theirs, repeats=5))
    line.note = f"equal to 1e-6 of each cell; people conserved to {lost:.0e}"
    peaks = [_probe(name) for name in ("ours", "theirs")]
    memory = Line(
        NAME, "the same: peak memory on top of the layers", peaks[0], unit="MB", note=f"tobler {peaks[1]:.3g} MB"
    )
    return [at_least(line, 3), memory]


def _probe(name: str) -> float:
    environment = {**os.environ, "PYTHONPATH": str(tables.ROOT / "segregation")}
    command = [sys.executable, str(Path(__file__).resolve()), name]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return float(json.loads(done.stdout.splitlines()[-1]))


def _peak(name: str) -> None:
    """Print the peak memory of one call, in MB, once everything is loaded."""
    call = {"ours": ours, "theirs": theirs}[name]
    whole = layers()
    few = (whole[0].iloc[:50], whole[1].take(np.arange(50)), whole[2])
    globals()["layers"] = lambda: few
    call()
    globals()["layers"] = lambda: whole
    before = psutil.Process().memory_info().rss
    Path("/proc/self/clear_refs").write_text("5")
    result = call()
    status = Path("/proc/self/status").read_text()
    highest = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024
    del result
    print(json.dumps((highest - before) / 1e6))


if __name__ == "__main__":
    _peak(sys.argv[1])
