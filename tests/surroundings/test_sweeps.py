"""Many radii in one sweep are what each radius gives alone, and what a dense matrix gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from placemix.surroundings.distance import _cells, _sweeps
from placemix.surroundings.distance.nearby import Nearby

ENDING = ("uniform", "triangular", "biweight")


def cutoffs(shape: str, sizes: np.ndarray) -> np.ndarray:
    return sizes if shape in ENDING else 3.0 * sizes


def operator(xy: np.ndarray, shape: str, size: float, codes: np.ndarray | None = None) -> Nearby:
    cut = size if shape in ENDING else 3.0 * size
    return Nearby(xy, shape, size, cut, np.zeros(len(xy)), codes)


def dense(xy: np.ndarray, values: np.ndarray, shape: str, size: float, codes: np.ndarray) -> np.ndarray:
    """A matrix of weights, in extended precision: the distance is the one that doubles give."""
    dx, dy = xy[:, :1] - xy[:, 0], xy[:, 1:] - xy[:, 1]
    square = dx * dx + dy * dy
    cut = float(size if shape in ENDING else 3.0 * size) ** 2
    z = square.astype(np.longdouble)
    b = np.longdouble(size)
    weight = {
        "uniform": lambda: np.ones_like(z),
        "triangular": lambda: 1 - np.sqrt(z) / b,
        "biweight": lambda: (1 - z / (b * b)) ** 2,
        "gaussian": lambda: np.exp(-z / (2 * b * b)),
        "exponential": lambda: np.exp(-np.sqrt(z) / b),
    }[shape]()
    weight = np.where((square < cut) & (codes[:, np.newaxis] == codes), weight, 0)
    np.fill_diagonal(weight, 1)
    return np.asarray(weight @ values.astype(np.longdouble), dtype=np.float64)


@pytest.mark.parametrize("shape", _cells.SHAPES)
@given(seed=st.integers(0, 2**32 - 1), far=st.sampled_from([0.0, 1e7]), units=st.integers(1, 60))
def test_every_radius_is_what_a_dense_matrix_gives(shape, seed, far, units):
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 100, (units, 2)) + far
    xy[rng.integers(0, units, units // 4)] = xy[0]  # some share a point
    sizes = np.sort(rng.uniform(2, 150, rng.integers(1, 12)))
    if units > 1:  # a radius that all but ends at a unit
        sizes[-1] = max(np.hypot(*(xy[-1] - xy[0])) * (1 + 1e-9), sizes[-1])
    codes = rng.integers(0, 3, units)
    values = np.where(rng.random((units, 5)) < 0.3, 0.0, rng.lognormal(3, 2, (units, 5)))
    found = operator(xy, shape, sizes[-1], codes).sums_at(values, sizes)
    for size, sums in zip(sizes, found, strict=True):
        # A weight near 0 at the very end of a kernel is known to a rounding of 1, not of itself.
        off = np.abs(sums - dense(xy, values, shape, size, codes))
        assert (off <= 1e-12 * sums + 1e-15 * values.sum(axis=0)).all()


@pytest.mark.parametrize("shape", ENDING)
def test_units_all_but_at_the_radius_keep_their_digits(shape):
    """Sums of d², d⁴ would lose them: a weight of 1e-8 would be a difference of ones."""
    near = 1000 * (1 - np.logspace(-13, -2, 40))
    xy = np.column_stack([np.append(0.0, near), np.zeros(41)])
    values = np.eye(41)
    sizes = np.array([250.0, 1000.0, 4000.0])
    found = operator(xy, shape, 4000.0).sums_at(values, sizes)
    expected = [dense(xy, values, shape, size, np.zeros(41)) for size in sizes]
    # A weight of u = 1 - d/b has an error of a rounding of d, so of 1e-16 / u in its own share.
    np.testing.assert_allclose(found[1, 0], expected[1][0], rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(found[[0, 2]], np.array(expected)[[0, 2]], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("shape", _cells.SHAPES)
def test_who_is_a_neighbour_does_not_depend_on_the_other_radii(shape):
    # On a regular grid many units lie at a radius but for rounding.
    x, y = np.meshgrid(np.arange(30) * 70.1 + 7e5, np.arange(30) * 70.1 + 3e5)
    xy = np.column_stack([x.ravel(), y.ravel()])
    values = np.random.default_rng(0).integers(0, 50, (900, 3)).astype(float)
    sizes = 70.1 * np.arange(1, 14)
    found = operator(xy, shape, sizes[-1]).sums_at(values, sizes)
    for size, sums in zip(sizes, found, strict=True):
        alone = operator(xy, shape, size).sums(values)
        if shape == "uniform":
            np.testing.assert_array_equal(sums, alone)
        np.testing.assert_allclose(sums, alone, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("shape", _cells.SHAPES)
def test_sums_do_not_depend_on_how_the_work_is_cut(shape, monkeypatch):
    rng = np.random.default_rng(5)
    xy, values = rng.normal(0, 900, (700, 2)), rng.poisson(30, (700, 4)).astype(float)
    sizes = np.geomspace(50, 800, 10)
    whole = operator(xy, shape, 800.0).sums_at(values, sizes)
    monkeypatch.setattr(_sweeps, "_BLOCK", 500)
    np.testing.assert_array_equal(operator(xy, shape, 800.0).sums_at(values, sizes), whole)


@pytest.mark.parametrize("shape", _cells.SHAPES)
def test_sizes_come_back_in_the_order_asked_for_and_may_repeat(shape):
    rng = np.random.default_rng(8)
    xy, values = rng.normal(0, 300, (50, 2)), rng.poisson(30, (50, 2)).astype(float)
    sizes = [400.0, 100.0, 400.0, 200.0]
    near = operator(xy, shape, 100.0)
    found = near.sums_at(values, sizes)
    for size, sums in zip(sizes, found, strict=True):
        np.testing.assert_allclose(sums, near.sized(size).sums(values), rtol=1e-12)


def test_the_weight_of_the_own_unit_follows_the_radius():
    xy, values = np.array([[0.0, 0.0], [1e6, 0.0]]), np.array([[1.0], [3.0]])
    near = Nearby(xy, "biweight", 100.0, 100.0, np.array([50.0, 20.0]))
    found = near.sums_at(values, [40.0, 100.0])
    # At 40 metres the first unit is beyond its own reach, and experiences itself.
    np.testing.assert_allclose(found[:, :, 0], [[1.0, 3 * 0.75**2], [0.75**2, 3 * 0.96**2]], rtol=1e-14)


def test_without_a_cut_off_every_pair_counts_at_every_bandwidth():
    rng = np.random.default_rng(2)
    xy, values = rng.normal(0, 900, (40, 2)), rng.poisson(30, (40, 3)).astype(float)
    near = Nearby(xy, "exponential", 500.0, np.inf, np.zeros(40))
    d = np.hypot(*(xy[:, np.newaxis] - xy).transpose(2, 0, 1))
    for size, sums in zip([100.0, 500.0], near.sums_at(values, [100.0, 500.0]), strict=True):
        np.testing.assert_allclose(sums, np.exp(-d / size) @ values, rtol=1e-10)
