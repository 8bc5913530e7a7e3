"""Concentration and centralisation of Greater Manchester in 2021, its centre at St Peter's Square."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import placemix as pm

pytestmark = pytest.mark.data
#: St Peter's Square in the British National Grid, to a hundred metres.
CENTRE = (383_800, 397_800)
GROUPS = ["white", "asian", "black", "mixed", "other"]


@pytest.fixture(scope="module")
def homes(gm):
    table = pd.read_parquet(gm / "groups5_lsoa21_2021.parquet")
    shapes = gpd.read_parquet(gm / "lsoa21.parquet").to_crs("EPSG:27700")
    code = next(name for name in shapes.columns if name.casefold() == "lsoa21cd")
    table = table.merge(shapes[[code, "geometry"]], left_on="lsoa21cd", right_on=code, how="inner")
    return pm.from_wide(gpd.GeoDataFrame(table, crs=shapes.crs), groups=GROUPS, unit="lsoa21cd")


def test_the_numbers_are_those_of_plain_arithmetic(homes):
    xy = np.column_stack([homes.geometry.centroid.x, homes.geometry.centroid.y])
    far = np.hypot(*(xy - CENTRE).T)
    order = np.argsort(far, kind="stable")
    assert (np.diff(far[order]) > 0.01).all()  # no two are equally far
    area = homes.geometry.area.to_numpy()
    names = ["relative_centralisation", "absolute_centralisation", "proportion_central(radius=5000)", "delta"]
    found = pm.measure(homes, names, focal="each", centre=CENTRE).set_index(["focal", "measure"])["value"]
    for group, x in zip(GROUPS, homes.values.T, strict=True):
        passed, rest = np.cumsum(x[order]) / x.sum(), np.cumsum((homes.total - x)[order]) / (homes.total - x).sum()
        land = np.cumsum(area[order]) / area.sum()
        relative = (passed[:-1] * rest[1:] - passed[1:] * rest[:-1]).sum()
        absolute = (passed[:-1] * land[1:] - passed[1:] * land[:-1]).sum()
        assert found[group, "relative_centralisation"] == pytest.approx(relative, abs=1e-9)
        assert found[group, "absolute_centralisation(land='inhabited')"] == pytest.approx(absolute, abs=1e-9)
        near = x[far <= 5000].sum() / x.sum()
        assert found[group, "proportion_central(radius=5000)"] == pytest.approx(near, abs=1e-12)
        moved = np.abs(x / x.sum() - area / area.sum()).sum() / 2
        assert found[group, "delta(land='inhabited')"] == pytest.approx(moved, abs=1e-9)


def test_everybody_lives_nearer_the_centre_than_the_land_lies(homes):
    found = pm.measure(homes, "absolute_centralisation", focal="each", centre=CENTRE)
    assert (found["value"] > 0).all()
    black = pm.estimate(homes, "relative_centralisation", focal="black", against="white", centre=CENTRE)
    assert 0 < black.value < 1


def test_stated_land_and_shapes_agree_where_the_column_holds_the_shapes_areas(homes):
    from dataclasses import replace

    stated = replace(homes, area=homes.geometry.area.to_numpy() / 1e6)  # square kilometres
    names = ["delta", "absolute_concentration", "relative_concentration"]
    ours, theirs = (pm.measure(table, names, focal="asian")["value"] for table in (homes, stated))
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)
