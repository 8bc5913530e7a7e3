"""The compiled sweeps: all ways through the pairs give the sums that plain numpy gives."""

import numpy as np
import pytest

from placemix.surroundings.distance import _cells, _pairwise

ENDING = ("uniform", "triangular", "biweight")


def brute(xy, values, codes, own, **kernel):
    """Weigh every pair, and multiply."""
    apart = np.hypot(*(xy[:, np.newaxis] - xy).T)
    weight = _cells.weights(apart, **kernel) * (codes[:, np.newaxis] == codes)
    np.fill_diagonal(weight, own)
    return weight @ values


def made(units, seed=0):
    """Points of which some coincide, with values of very different size."""
    draw = np.random.default_rng(seed)
    xy = draw.random((units, 2)) * 10_000 + 1e7
    xy[: units // 10] = xy[units // 10 : 2 * (units // 10)]
    return xy, draw.random((units, 5)) * 10.0 ** draw.integers(-3, 6, 5), draw.integers(0, 3, units), draw.random(units)


@pytest.mark.parametrize("shape", _cells.SHAPES)
@pytest.mark.parametrize("cutoff", [1.0, 800.0, 6_000.0, 1e6, np.inf])
@pytest.mark.parametrize("dense", [0, 2**60])
def test_sums_over_lists_and_in_blocks_are_those_of_all_pairs(shape, cutoff, dense, monkeypatch):
    if np.isinf(cutoff) and shape in ENDING:
        pytest.skip("these end at their bandwidth")
    monkeypatch.setattr(_cells, "_DENSE", dense)
    xy, values, codes, own = made(250)
    kernel = {"shape": shape, "bandwidth": cutoff if shape in ENDING else 700.0, "cutoff": cutoff}
    for strata in (np.zeros_like(codes), codes):
        found = _cells.cells(xy, strata, cutoff)
        for columns in (1, 5):
            known = brute(xy, values[:, :columns], strata, own, **kernel)
            sums = _cells.kernel_sums(found, values[:, :columns], **kernel, own=own)
            np.testing.assert_allclose(sums, known, rtol=1e-12)


def test_digits_do_not_depend_on_threads(monkeypatch):
    xy, values, _, own = made(3_000)
    options = {"shape": "exponential", "bandwidth": 900.0, "own": own}
    for cutoff in (2_500.0, np.inf):
        found = _cells.cells(xy, None, cutoff)
        several = _cells.kernel_sums(found, values, cutoff=cutoff, **options)
        with monkeypatch.context() as patch:
            patch.setattr(_cells.os, "cpu_count", lambda: 1)
            alone = _cells.kernel_sums(found, values, cutoff=cutoff, **options)
        np.testing.assert_array_equal(several, alone)


@pytest.mark.parametrize(("number", "exponent"), [(3, lambda d: -(d**2) / 2), (4, lambda d: -d)])
def test_the_exponential_is_that_of_the_library(number, exponent):
    draw = np.random.default_rng(number)
    far = np.concatenate([[0.0, 1e-160], 10 ** draw.uniform(-9, 2.8, 20_000), draw.uniform(0, 720, 20_000)])
    weight = far**2
    _pairwise.weigh(weight, number, 1.0)
    known = np.exp(exponent(far.astype(np.longdouble)))
    normal = known > 1e-305
    np.testing.assert_allclose(weight[normal], known[normal].astype(np.float64), rtol=1.5e-13)
    near = normal & (exponent(far) > -40)
    np.testing.assert_allclose(weight[near], known[near].astype(np.float64), rtol=1e-14)
    assert (weight[~normal] < 1e-304).all()
    assert weight[0] == 1.0


def test_values_that_are_no_numbers_stay_where_they_are_near():
    xy = np.column_stack([np.arange(200.0), np.zeros(200)])
    values = np.ones((200, 1))
    values[150] = np.nan
    found = _cells.cells(xy, None, 60.0)
    sums = _cells.kernel_sums(found, values, shape="uniform", bandwidth=60.0, cutoff=60.0, own=np.ones(200))
    np.testing.assert_array_equal(np.isnan(sums[:, 0]), np.abs(np.arange(200) - 150) < 60)


def test_pairs_come_in_blocks_of_bounded_size(monkeypatch):
    monkeypatch.setattr(_cells, "_TASK", 2_000)
    xy, values, _, own = made(400)
    for cutoff in (3_000.0, np.inf):
        found = _cells.cells(xy, None, cutoff)
        options = {"shape": "gaussian", "bandwidth": 900.0, "cutoff": cutoff}
        sums, most = values * own[:, np.newaxis], 0
        for i, j, weight in _cells.kernel_pairs(found, **options):
            assert (i != j).all()
            np.add.at(sums, i, weight[:, np.newaxis] * values[j])
            most = max(most, len(i))
        assert most <= 2_400
        np.testing.assert_allclose(sums, _cells.kernel_sums(found, values, **options, own=own), rtol=1e-12)
