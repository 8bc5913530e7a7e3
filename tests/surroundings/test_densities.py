"""Densities on a grid: against every pair of a cell and a unit, and what is refused."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.indices import surface_separation
from placemix.surroundings import raster
from placemix.surroundings.distance import _cells, densities


def every_pair(values, xy, cell, reach, **kernel):
    low, high = np.floor((xy.min(axis=0) - reach) / cell), np.ceil((xy.max(axis=0) + reach) / cell)
    x, y = ((np.arange(one, two) + 0.5) * cell for one, two in zip(low, high, strict=True))
    centres = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    distance = np.hypot(*(centres[:, np.newaxis] - xy).transpose(2, 0, 1))
    found = _cells.weights(distance, **kernel) @ values
    return found[found.any(axis=1)]


@settings(max_examples=15)
@given(
    seed=st.integers(0, 10**6),
    shape=st.sampled_from(["uniform", "triangular", "biweight", "gaussian", "exponential"]),
    cell=st.sampled_from([0.3, 0.9, 2.0]),
    far=st.sampled_from([0.0, 1e7]),
)
def test_densities_are_sums_over_all_units(seed, shape, cell, far):
    rng = np.random.default_rng(seed)
    xy = far + rng.integers(0, 40, (25, 2)) / 4  # some coincide
    values = rng.integers(0, 9, (25, 2)).astype(float)
    values[:3] = 0
    cutoff = 3.0 if shape in {"gaussian", "exponential"} else 1.4
    found = densities.densities(values, xy, shape=shape, bandwidth=1.4, cutoff=cutoff, cell=cell)
    there = (values > 0).any(axis=1)
    expected = every_pair(values[there], xy[there], cell, cutoff, shape=shape, bandwidth=1.4, cutoff=cutoff)
    np.testing.assert_allclose(found, expected, rtol=1e-6 if far else 1e-12)


@pytest.mark.parametrize(("shape", "mass"), [("gaussian", 2 * np.pi), ("exponential", 2 * np.pi)])
def test_kernels_without_a_cutoff_keep_all_but_nothing_of_their_mass(shape, mass):
    people = np.array([[3.0, 1.0], [2.0, 5.0]])
    found = densities.densities(people, np.array([[0.1, 0.2], [4.0, 1.0]]), shape=shape, bandwidth=2, cutoff=np.inf)
    # The default cell is a quarter of the bandwidth; ∫φ = 2πb² for both.
    np.testing.assert_allclose(found.sum(axis=0) * 0.5**2, people.sum(axis=0) * mass * 4, rtol=5e-3)


def some_counts():
    x, y = (side.ravel() for side in np.meshgrid(np.arange(6.0), np.arange(5.0)))
    people = {"unit": [f"u{number}" for number in range(30)], "a": (x < 3) * 10, "b": (x >= 3) * 10}
    frame = gpd.GeoDataFrame(people, geometry=list(shapely.points(x * 100, y * 100)), crs="EPSG:27700")
    return pm.from_wide(frame, groups=["a", "b"], unit="unit")


def test_the_kernel_of_surroundings_makes_the_surface():
    counts = some_counts()
    near = pm.surroundings.kernel(counts, bandwidth=150)
    found = densities.densities_of(near, counts.values)
    same = densities.densities(
        counts.values, near.operator.xy, shape="biweight", bandwidth=150, cutoff=150, cell=150 / densities.FINE
    )
    assert (found == same).all()
    # Halves whose kernels do not meet are wholly separate; wide kernels bring them together.
    values = [
        surface_separation(densities.densities_of(pm.surroundings.within(counts, radius=radius), counts.values)).item()
        for radius in (45, 150, 1000)
    ]
    assert values[0] == 1
    assert values[0] > values[1] > values[2]


def test_what_is_no_kernel_of_one_stratum_is_refused():
    counts = some_counts()
    near = pm.surroundings.kernel(counts, bandwidth=150)
    with pytest.raises(pm.errors.InvalidParameter, match="several strata"):
        densities.densities_of(near.limited(np.arange(30) % 2), counts.values)
    frame = counts.geometry.buffer(50, cap_style="square")
    areas = pm.from_wide(
        gpd.GeoDataFrame({"unit": list(counts.units), "a": counts.values[:, 0], "b": counts.values[:, 1]},
                         geometry=frame.to_numpy(), crs="EPSG:27700"),
        groups=["a", "b"], unit="unit",
    )  # fmt: skip
    with pytest.raises(pm.errors.InvalidParameter, match="need a kernel of distance"):
        densities.densities_of(raster(areas, cell=50, bandwidth=150), areas.values)
    for cell, words in ((0, "cell must be above 0"), (1e-3, "more than fit into memory")):
        with pytest.raises(pm.errors.InvalidParameter, match=words):
            densities.densities_of(near, counts.values, cell=cell)
    nobody = densities.densities_of(near, np.zeros((30, 2)))
    assert nobody.shape == (0, 2)
