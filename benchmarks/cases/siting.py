"""Two hundred candidate sites of a service beside 400 that exist, for 25,000 areas of five groups."""

from __future__ import annotations

import calls
import geopandas as gpd
import numpy as np
import pandas as pd
from peaks import measured
from timing import Line, at_most

import placemix as pm

NAME = "siting"
UNITS, CANDIDATES, EXISTING, SIDE = 25_000, 200, 400, 40_000


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:  # noqa: ARG001
    """Compare candidates by the mix of their nearest people, equality, total access, coverage and the worst-off."""
    rng = np.random.default_rng(3)
    table = pd.DataFrame(rng.integers(0, 300, (UNITS, 5)), columns=[f"g{place}" for place in range(5)])
    table["unit"] = [f"u{place:05d}" for place in range(UNITS)]
    table = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*rng.random((2, UNITS)) * SIDE), crs=27700)
    people = pm.from_wide(table, groups=[f"g{place}" for place in range(5)], unit="unit")
    there, now = (
        pd.DataFrame({"site": [f"{letter}{place}" for place in range(many)], "x": at[0], "y": at[1]})
        for letter, many, at in (
            ("c", CANDIDATES, rng.random((2, CANDIDATES)) * SIDE),
            ("e", EXISTING, rng.random((2, EXISTING)) * SIDE),
        )
    )
    found = measured(
        lambda: pm.scenarios.compare_sites(
            people, there, by="nearest people", number=10_000, within="1 km", existing=now
        )
    )
    what = f"{CANDIDATES} candidates beside {EXISTING} services for {UNITS:,} areas of five groups"
    note = f"peak {found['on_top'] / 1e6:.0f} MB on top"
    return [at_most(Line(NAME, what, found["seconds"], note=note), 10.0)]
