"""Catchments of a made-up authority redrawn in a minute: 100 schools, 1,225 blocks, zones that hang together."""

from __future__ import annotations

import calls
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from peaks import measured
from timing import Line, at_most

import placemix as pm

NAME = "catchments"
SIDE, SCHOOLS, SECONDS = 35, 100, 60


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:  # noqa: ARG001
    """Redraw within a minute, and say what was proved."""
    homes, rolls = made_up()
    now = pm.schools.nearest_catchments(homes, rolls)
    kept = {}

    def redrawn():
        kept["new"] = pm.schools.redraw(homes, rolls, now, focal="x", travel=2, near="600 m", seconds=SECONDS)

    found = measured(redrawn)
    first = kept["new"].iloc[0]
    what = f"redraw {SIDE**2:,} blocks among {SCHOOLS} schools: ways up to twice as long, intakes within 15 %"
    note = (
        f"{first['status']}: D {first['value_before']:.4f} to {first['value']:.4f}, bound {first['bound']:.4f}, "
        f"gap {first['gap']:.1%}; peak {found['on_top'] / 1e6:.0f} MB on top"
    )
    return [at_most(Line(NAME, what, found["seconds"], note=note), SECONDS + 5.0)]


def made_up() -> tuple[pm.Counts, pm.Counts]:
    """Blocks of 250 m with children of two groups that live apart, and schools among them."""
    rng = np.random.default_rng(7)
    x, y = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    centres = rng.random((6, 2)) * SIDE
    away = np.hypot(x.ravel()[:, None] - centres[:, 0], y.ravel()[:, None] - centres[:, 1]).min(axis=1)
    share = np.clip(0.75 * np.exp(-away / 5) + rng.normal(0, 0.08, SIDE**2), 0.01, 0.95)
    many = rng.integers(15, 60, SIDE**2)
    focal = rng.binomial(many, share)
    table = pd.DataFrame({"x": focal, "y": many - focal, "unit": [f"b{n:04d}" for n in range(SIDE**2)]})
    shapes = shapely.box(250 * x.ravel(), 250 * y.ravel(), 250 * (x.ravel() + 1), 250 * (y.ravel() + 1))
    homes = pm.from_wide(gpd.GeoDataFrame(table, geometry=shapes, crs=27700), groups=["x", "y"], unit="unit")
    at = rng.random((SCHOOLS, 2)) * 250 * SIDE
    there = pd.DataFrame({"x": 200, "y": 200, "unit": [f"s{n:03d}" for n in range(SCHOOLS)]})
    schools = gpd.GeoDataFrame(there, geometry=gpd.points_from_xy(*at.T), crs=27700)
    return homes, pm.from_wide(schools, groups=["x", "y"], unit="unit")
