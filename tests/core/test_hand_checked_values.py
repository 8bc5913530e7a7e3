"""Values printed in papers and in the methods, to half a unit of their last digit."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import placemix as pm
from placemix import indices

TOYVILLE = np.array([[80.0, 20.0], [20.0, 80.0], [0.0, 100.0], [20.0, 80.0]])
ROLLS = np.array([[95, 5, 0], [10, 80, 10], [92, 4, 4], [40, 30, 30], [3, 91, 6]])


def toyville() -> pm.Counts:
    frame = pd.DataFrame({"unit": list("ABCD"), "x": TOYVILLE[:, 0], "y": TOYVILLE[:, 1]})
    frame["region"] = ["west", "west", "east", "east"]
    return pm.from_wide(frame, groups=["x", "y"], unit="unit", strata="region")


@pytest.mark.parametrize(
    ("measure", "printed", "digits"),
    [
        ("dissimilarity", 0.5952381, 7),
        ("gini", 0.7142857, 7),
        ("information_theory", 0.3856216, 7),
        ("mutual_information", 0.23556248, 8),
        ("atkinson(b=0.1)", 0.4007356, 7),
        ("atkinson", 0.5714286, 7),
        ("atkinson(b=0.9)", 0.7052270, 7),
        ("exposure", 0.4, 12),
        ("isolation", 0.6, 12),
        ("correlation_ratio", 0.4285714, 7),
        ("gorard", 0.4166667, 7),
        ("hutchens", 0.3453463, 7),
        # With two groups these three are V, and Karmel and MacLachlan's index is 2P(1 - P)D = 0.42 x 0.5952381.
        ("relative_diversity", 0.4285714, 7),
        ("squared_variation", 0.4285714, 7),
        ("normalised_exposure", 0.4285714, 7),
        ("karmel_maclachlan", 0.25, 12),
    ],
)
def test_toyville(measure, printed, digits):
    estimate = pm.estimate(toyville(), measure, focal="x")
    assert estimate.value == pytest.approx(printed, abs=0.501 * 10.0**-digits)
    if measure != "correlation_ratio":  # with two groups the other one is the rest
        assert pm.estimate(toyville(), measure, focal="x", against="y").value == pytest.approx(
            estimate.value, rel=1e-12
        )


def test_toyville_between_and_within_regions():
    counts = toyville()
    between = pm.estimate(counts.merge_units(dict(zip("ABCD", "wwee", strict=True))), "mutual_information").value
    within = pm.measure(counts, "mutual_information", by="region")
    assert between == pytest.approx(0.10174923, abs=5e-9)
    assert (within["value"] * within["people"]).sum() / 400 == pytest.approx(0.13381326, abs=5e-9)


def test_toyville_location_quotients():
    values = indices.location_quotient(TOYVILLE)
    assert values == pytest.approx([2.667, 0.667, 0, 0.667], abs=5e-4)


def test_both_are_composition_invariant_each_in_its_own_way():
    half = TOYVILLE * [0.5, 1]
    assert indices.dissimilarity(half).item() == pytest.approx(0.5952, abs=5e-5)
    assert indices.gorard(half).item() == pytest.approx(0.4902, abs=5e-5)
    sizes_kept = np.column_stack([half[:, 0], TOYVILLE[:, 1] + half[:, 0]])
    assert indices.gorard(sizes_kept).item() == pytest.approx(0.4167, abs=5e-5)
    assert indices.dissimilarity(sizes_kept).item() == pytest.approx(0.4902, abs=5e-5)


def test_concentration_profile_of_five_schools():
    everyone = ROLLS.sum(axis=1)
    one_group = indices.concentration(everyone, ROLLS.max(axis=1), everyone, threshold=0.9, op=">")
    assert one_group.item() == pytest.approx(0.6, abs=1e-12)
    others = indices.concentration(ROLLS[:, 1], everyone - ROLLS[:, 0], everyone, threshold=0.75, op=">")
    assert others.item() == pytest.approx(171 / 210, abs=1e-12)


def test_concentration_of_strata_is_that_of_each_alone():
    everyone, starts = ROLLS.sum(axis=1), np.array([0, 2])
    found = indices.concentration(ROLLS[:, 1], ROLLS[:, 1], everyone, threshold=0.5, starts=starts)
    # Of b, 5 and 80 in the first two schools, and 4, 30 and 91 in the others.
    assert found == pytest.approx([80 / 85, 91 / 125])


def test_concentration_profile_by_measure():
    frame = pd.DataFrame(ROLLS, columns=["a", "b", "c"]).assign(school=list("ABCDE"))
    schools = pm.from_wide(frame, groups=["a", "b", "c"], unit="school")
    asked = "concentration_profile(threshold=0.9, share='largest', op='>')"
    assert pm.estimate(schools, asked).value == pytest.approx(0.6, abs=1e-12)
    asked = "concentration_profile(threshold=0.75, share='not a', op='>')"
    assert pm.estimate(schools, asked, focal="b").value == pytest.approx(0.8143, abs=5e-5)


def test_thresholds_are_compared_on_counts():
    # 1 - 80/100 < 0.2 in floating point, and 0.7 x 10 is 7 exactly.
    assert indices.above([20, 7, 21, 3], [100, 10, 70, 10], 0.2).tolist() == [True, True, True, True]
    assert indices.above([7, 49, 69], [10, 70, 100], 0.7).tolist() == [True, True, False]
    assert not indices.above([7, 49], [10, 70], 0.7, op=">").any()
    assert not indices.above([0], [0], 0.0).any()
    with pytest.raises(pm.errors.InvalidParameter, match=r"0\.9"):
        indices.above([1], [2], 90)
    with pytest.raises(pm.errors.InvalidParameter, match="'<'"):
        indices.above([1], [2], 0.5, op="<")


def test_diversity_of_a_board():
    board = [5, 3, 2]
    assert indices.simpson(board).item() == pytest.approx(0.62, abs=1e-12)
    assert indices.simpson(board, finite=True).item() == pytest.approx(0.6889, abs=5e-5)
    assert indices.shannon(board).item() == pytest.approx(1.02965, abs=5e-6)
    assert indices.effective_groups(board).item() == pytest.approx(2.800, abs=5e-4)
    assert indices.effective_groups(board, order=2).item() == pytest.approx(2.632, abs=5e-4)
    assert indices.scaled_entropy(board).item() == pytest.approx(1.02965 / np.log(3), abs=5e-6)
    assert np.isnan(indices.simpson([1, 0, 0], finite=True))
    assert np.isnan(indices.shannon([0, 0]))
    with pytest.raises(pm.errors.InvalidParameter):
        indices.simpson([0.5, 2], finite=True)
    with pytest.raises(pm.errors.InvalidParameter):
        indices.effective_groups(board, order=-1)


@pytest.mark.parametrize(("size", "share", "printed"), [(10, 0.1, 0.38742), (10, 0.5, 0.24609), (100, 0.1, 0.13187)])
def test_expected_dissimilarity_of_winship_1977(size, share, printed):
    value = indices.expected_dissimilarity(np.full(50, float(size)), np.array([share])).item()
    assert value == pytest.approx(printed, abs=5e-6)


def test_expected_dissimilarity_by_the_binomial_sum():
    from math import comb

    sizes, p = [3, 7, 12, 0], 0.3
    deviation = sum(comb(n, k) * p**k * (1 - p) ** (n - k) * abs(k - n * p) for n in sizes for k in range(n + 1))
    expected = deviation / (2 * sum(sizes) * p * (1 - p))
    assert indices.expected_dissimilarity(np.array(sizes, dtype=float), np.array([p])).item() == pytest.approx(expected)


@pytest.mark.parametrize("sizes", [(2, 3), (1, 4)])
def test_expected_isolation_by_every_dealing(sizes):
    from itertools import combinations

    # Five people in two units; every choice of who the two members are.
    units = np.repeat([0, 1], sizes)
    values = []
    for members in combinations(range(5), 2):
        inside = [sum(units[person] == unit for person in members) for unit in (0, 1)]
        values.append(sum(x * x / t for x, t in zip(inside, sizes, strict=True)) / 2)
    mean = sum(values) / len(values)
    people, share = np.array(sizes, dtype=float), np.array([0.4])
    assert indices.expected_isolation(people, share).item() == pytest.approx(mean)
    assert indices.expected_correlation_ratio(people).item() == pytest.approx((mean - 0.4) / 0.6)


@pytest.mark.parametrize(
    ("observed", "lower", "upper"),
    [(65, 50.163188, 82.849139), (1045, 982.593202, 1110.331213), (20, 12.211429, 30.889880),
     (222, 3215 * 6.026575 / 100, 3215 * 7.875729 / 100)],
)  # fmt: skip
def test_byar_limits(observed, lower, upper):
    low, high = indices.byar(np.array([float(observed)]), np.array([1.0]))
    tolerance = 3e-5 if observed == 222 else 5.1e-7
    assert low.item() == pytest.approx(lower, abs=tolerance)
    assert high.item() == pytest.approx(upper, abs=tolerance)


def test_byar_limits_at_the_edges():
    low, high = indices.byar(np.array([0.0, 5.0]), np.array([1.0, 0.0]))
    assert low[0] == 0
    assert high[0] == pytest.approx((1 - 1 / 9 + 1.959964 / 3) ** 3, abs=1e-5)
    assert np.isnan([low[1], high[1]]).all()


@pytest.mark.parametrize("level", [0.9, 0.95])
@pytest.mark.parametrize("observed", [1, 2, 3, 9, 40, 300])
def test_byar_limits_are_their_formula_and_close_to_the_exact_ones(observed, level):
    tail = (1 - level) / 2
    z = stats.norm.isf(tail)
    (low,), (high,) = indices.byar(np.array([observed]), np.array([2.5]), level=level)
    lower = observed * (1 - 1 / (9 * observed) - z / (3 * math.sqrt(observed))) ** 3
    more = observed + 1
    assert low * 2.5 == pytest.approx(max(lower, 0), rel=1e-12)
    assert high * 2.5 == pytest.approx(more * (1 - 1 / (9 * more) + z / (3 * math.sqrt(more))) ** 3, rel=1e-12)
    # Limits of a Poisson count by the chi-squared distribution.
    assert low * 2.5 == pytest.approx(stats.chi2.ppf(tail, 2 * observed) / 2, rel=0.02, abs=0.05)
    assert high * 2.5 == pytest.approx(stats.chi2.isf(tail, 2 * more) / 2, rel=0.02)


def test_kernels_say_what_is_wrong_with_an_array():
    with pytest.raises(pm.errors.NotNumbers):
        indices.dissimilarity([["a", "b"], ["c", "d"]])
    with pytest.raises(pm.errors.TooFewGroups):
        indices.dissimilarity([[1], [2]])
    with pytest.raises(pm.errors.InvalidCounts):
        indices.dissimilarity([[1, -1], [2, 3]])
    with pytest.raises(pm.errors.InvalidCounts):
        indices.dissimilarity([[1, np.nan], [2, 3]])
    with pytest.raises(pm.errors.InvalidParameter, match="shape"):
        indices.dissimilarity(TOYVILLE, TOYVILLE[:2])
    with pytest.raises(pm.errors.InvalidParameter, match="b must"):
        indices.atkinson(TOYVILLE, b=1)
    with pytest.raises(pm.errors.InvalidParameter, match="whole"):
        indices.isolation(TOYVILLE + 0.5, exclude_self=True)
    with pytest.raises(pm.errors.NoSpatialForm):
        indices.isolation(TOYVILLE, TOYVILLE, exclude_self=True)
