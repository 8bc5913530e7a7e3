"""What a cut-off leaves out: the exact value lies between the bounds."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import placemix as pm
from placemix.errors import InvalidParameter, UnknownGroup
from placemix.surroundings import kernel, proximity, truncation_bound, within

NAMES = [
    "mean_proximity", "mean_proximity_between", "spatial_proximity", "relative_clustering",
    "absolute_clustering", "distance_decay_isolation", "distance_decay_exposure",
]  # fmt: skip


def country(units, seed=0):
    """Points in a few towns, with a group that lives in some of them, one that is rare, and an empty unit."""
    draw = np.random.default_rng(seed)
    towns = draw.random((8, 2)) * 60_000
    at = draw.integers(8, size=units)
    xy = towns[at] + draw.normal(size=(units, 2)) * 3_000
    values = draw.poisson(np.column_stack([60 * (at < 3) + 2, np.full(units, 0.2), np.full(units, 150)]))
    values[0] = 0
    frame = pd.DataFrame(values, columns=["here", "rare", "most"]).assign(unit=np.arange(units).astype(str), area=1e5)
    table = gpd.GeoDataFrame(frame, geometry=shapely.points(xy), crs=27700)
    return pm.from_wide(table, groups=["here", "rare", "most"], unit="unit", geometry="geometry", area="area")


@pytest.mark.parametrize("shape", ["exponential", "gaussian"])
@pytest.mark.parametrize("cutoff", [1_000, 15_000])
def test_exact_values_lie_between_the_bounds(shape, cutoff):
    counts = country(2_000)
    options = {"bandwidth": 2_000, "shape": shape, "own": "massey_denton"}
    exact = pm.measure(counts, NAMES, focal="each", around=kernel(counts, **options)).set_index(["measure", "focal"])
    near = kernel(counts, cutoff=cutoff, **options)
    bounds = truncation_bound(counts, near)
    cut = pm.measure(counts, NAMES, focal="each", around=near).set_index(["measure", "focal"])
    known = exact.loc[list(zip(bounds["measure"], bounds["focal"], strict=True)), "value"].to_numpy()
    there = cut.loc[list(zip(bounds["measure"], bounds["focal"], strict=True)), "value"].to_numpy()
    np.testing.assert_allclose(bounds["value"], there, rtol=1e-10)
    slack = 1e-11 * np.maximum(np.abs(known), 1e-3)
    assert (bounds["low"] <= known + slack).all()
    assert (known <= bounds["high"] + slack).all()
    assert set(bounds["measure"]) == set(NAMES)


def test_bounds_close_as_the_cutoff_grows():
    counts = country(500)
    wide = [
        truncation_bound(counts, proximity(counts, decay_length=1_000, cutoff=cutoff), focal="here")
        for cutoff in (10_000, 20_000, 30_000)
    ]
    spans = [(bounds["high"] - bounds["low"]).to_numpy() for bounds in wide]
    assert (spans[1] < spans[0] / 1_000).all()
    assert (spans[2] < spans[1] / 1_000).all()


def test_without_a_cutoff_nothing_is_left_out():
    counts = country(200)
    for near in (proximity(counts, decay_length=1_000), within(counts, radius=5_000)):
        bounds = truncation_bound(counts, near, focal=["here", "rare"])
        assert (bounds["beyond"] == 0).all()
        np.testing.assert_allclose(bounds["low"], bounds["value"], rtol=1e-10)
        np.testing.assert_allclose(bounds["high"], bounds["value"], rtol=1e-10)


def test_other_surroundings_are_refused():
    counts = country(50)
    near = proximity(counts, decay_length=1_000, cutoff=5_000)
    halves = np.arange(50) % 2
    with pytest.raises(InvalidParameter, match="No bound is known"):
        truncation_bound(counts, near.limited(halves))
    with pytest.raises(UnknownGroup):
        truncation_bound(counts, near, focal="heer")
