"""Four square areas in a row, what is known of them, and a scheme there: small enough to check by hand."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely import Point, box

import placemix as pm

TENURES = ["own", "social", "private"]


def squares(values, groups, universe):
    """A row of squares of one kilometre, the last of them in the south."""
    many = len(values)
    table = pd.DataFrame(values, columns=groups).assign(
        unit=[f"u{n}" for n in range(many)], district=["north"] * (many - 1) + ["south"]
    )
    shapes = [box(n * 1000, 0, (n + 1) * 1000, 1000) for n in range(many)]
    return pm.from_wide(
        gpd.GeoDataFrame(table, geometry=shapes, crs=27700), groups=groups, unit="unit", strata=["district"],
        about={"universe": universe, "period": "2021", "source": "made up"},
    )  # fmt: skip


def known(**more):
    homes = squares([[80, 10, 10], [20, 60, 20], [40, 30, 30], [50, 40, 10]], TENURES, "households")
    given_ = {
        "census": 2021, "district": "district", "focal": "social",
        "occupancy": pd.DataFrame({
            "tenure": ["own", "own", "social", "private"], "bedrooms": [3, 2, 2, 2], "households": [100, 50, 80, 60],
            "0-15": [60, 10, 60, 20], "16+": [200, 80, 120, 100],
        }),
        "occupancy_source": "made up",
    } | more  # fmt: skip
    return pm.scenarios.evidence("The row", homes, **given_)


def scheme(reference="26/1", x=1500, **more):
    given_ = {
        "homes": [{"tenure": "own", "bedrooms": 3, "count": 30}, {"tenure": "social", "bedrooms": 2, "count": 10}],
        "year": 2028, "site": Point(x, 500), "crs": "EPSG:27700", "status": "proposed", "as_of": "2026-01-01",
    } | more  # fmt: skip
    if more.get("phasing") is not None:
        del given_["year"]
    return pm.scenarios.scheme(reference, **given_)


def mixed(found, unit, at, group="social", dimension="Tenure"):
    rows = found["mix"]
    here = (rows["unit"] == unit) & (rows["scale"] == at) & (rows["group"] == group) & (rows["dimension"] == dimension)
    return rows[here].iloc[0]
