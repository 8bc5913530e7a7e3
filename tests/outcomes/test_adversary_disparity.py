"""What an adversary tried on comparisons of groups: impossible numbers, colliding names, edges of intervals."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.stats.contingency import odds_ratio as scipy_odds_ratio

import placemix as pm
from placemix import errors
from placemix.indices.limits import wilson
from placemix.outcomes.disparity.conditional import conditional_limits

O = pm.outcomes  # noqa: E741
TABLE = pd.DataFrame({"group": ["x", "y", "all"], "numerator": [5, 7, 20], "denominator": [10, 20, 50]})


# -- intervals at their edges ----------------------------------------------------------


def test_no_rate_has_a_limit_below_0():
    """Five events of one person: the count is one, five times; the published formula reaches to −25 per 1,000."""
    found = O.rate([5, 0, 30], [100, 100, 100], squares=[25, 0, 30])
    assert found["lower"].iloc[0] == 0
    assert (found["lower"] >= 0).all()
    assert found["interval_method"].tolist() == [
        "sampling:garwood_1936_repeated_events_ends_at_0", "sampling:garwood_1936", "sampling:byar_1987",
    ]  # fmt: skip
    assert O.rate(5, 100, deff=20.0)["lower"].item() == 0
    least = O.rate_difference(5, 100, 0, 100, deff=9)["lower"].item()
    most_of_others = O.rate(0, 100, deff=9)["upper"].item()
    assert least >= -most_of_others


def test_no_standardised_rate_has_a_limit_below_0():
    """Of ten events one is in a band that holds nearly all of the weight: Dobson's limit is below 0."""
    table = pd.DataFrame({"group": "x", "age": ["0-64", "65+"], "numerator": [9, 1], "denominator": [10_000, 10]})
    found = O.standardise(table, standard={"0-64": 1, "65+": 99}).iloc[0]
    value, variance = 0.01 * 9 / 1e4 + 0.99 * 0.1, 0.01**2 * 9 / 1e8 + 0.99**2 * 1 / 100
    z = stats.norm.ppf(0.975)
    byar = 10 * (1 - 1 / 90 - z / (3 * np.sqrt(10))) ** 3
    assert value + np.sqrt(variance / 10) * (byar - 10) < 0
    assert found["lower"] == 0
    assert found["interval_method"].endswith("_ends_at_0")
    assert found["value"] == pytest.approx(1e5 * value, abs=1e-6)


def test_exact_odds_against_scipy():
    rng = np.random.default_rng(0)
    for _ in range(12):
        a, b, c, d = (int(one) for one in rng.integers(0, [6, 30, 9, 25]))
        if not (a * d or b * c):
            continue
        side = "two-sided" if a * d and b * c else "less" if b * c else "greater"
        theirs = scipy_odds_ratio(np.array([[a, b], [c, d]]), kind="conditional")
        low, high = theirs.confidence_interval(0.95, alternative=side)
        assert conditional_limits(a, b, c, d, 0.95) == pytest.approx((low, high), rel=1e-8, abs=1e-12)


def test_exact_odds_of_large_counts_are_those_of_the_logarithm():
    """SciPy's solver ends without an answer, or not at all, from about a million people on."""
    exact = O.odds_ratio(10**7, 2 * 10**7, 10**7, 3 * 10**7, interval="exact_conditional_fisher").iloc[0]
    woolf = O.odds_ratio(10**7, 2 * 10**7, 10**7, 3 * 10**7).iloc[0]
    assert exact[["lower", "upper"]].tolist() == pytest.approx(woolf[["lower", "upper"]].tolist(), rel=1e-5)
    few = O.odds_ratio(10**9, 2 * 10**9, 3, 10, interval="exact_conditional_fisher").iloc[0]
    # Odds of 1 on the one side; of the other side Clopper and Pearson's limits are exact as the first is known.
    ends = [stats.beta.ppf(tail, *of) for tail, of in ((0.025, (3, 8)), (0.975, (4, 7)))]
    assert few[["lower", "upper"]].tolist() == pytest.approx([(1 - e) / e for e in reversed(ends)], rel=1e-6)


def test_wilson_near_everybody_keeps_its_digits():
    low, high = wilson(np.array([1e8 - 1]), np.array([1e8]))
    other_low, other_high = wilson(np.array([1.0]), np.array([1e8]))
    assert 1 - high.item() == pytest.approx(other_low.item(), rel=1e-6)
    assert 1 - low.item() == pytest.approx(other_high.item(), rel=1e-6)


# -- numbers that cannot be ------------------------------------------------------------


def test_counts_below_0_are_refused():
    with pytest.raises(errors.InvalidCounts, match="numerator below 0") as found:
        O.compare_groups(TABLE.assign(numerator=[-1, 7, 20]), focal="x", against="y")
    assert "row 1" in str(found.value)
    with pytest.raises(errors.InvalidTable, match="row 1"):
        O.compare_groups(TABLE.assign(numerator=[50, 7, 20]), focal="x", against="y")


@pytest.mark.parametrize("change", [{"numerator": [5, 7, 3]}, {"denominator": [60, 7, 50]}, {"numerator": [1, 0, 48]}])
def test_a_rest_below_0_is_no_rest(change):
    """Everyone is fewer than a part of them, or leaves more with the outcome than people."""
    found = O.compare_groups(TABLE.assign(**change), focal="x")
    assert found["value"].isna().all()
    assert set(found["reason"]) == {"whole_below_part"}
    assert "None" not in " ".join(found["sentence"])


def test_bounds_of_a_rest_start_at_0():
    """One to nine of the group are hidden and five of everyone: nobody of the rest is below 0."""
    table = TABLE.assign(
        numerator=[np.nan, 7, 5], numerator_low=[1, 7, 5], numerator_high=[9, 7, 5], symbol=["c", None, None]
    )
    found = O.compare_groups(table, "risk_ratio", focal="x").iloc[0]
    assert found["lower"] == pytest.approx((1 / 10) / (4 / 40))
    assert found["upper"] == np.inf


def test_groups_that_are_one_as_texts_are_refused():
    with pytest.raises(errors.InvalidTable, match="'1' as a text"):
        O.compare_groups(TABLE.assign(group=[1, "1", 3]), focal="1", against="3")
    numbers = O.compare_groups(TABLE.assign(group=[1, 2, 3]), "risk_ratio", focal=1, against=[2, 3])
    assert numbers["value"].item() == pytest.approx((5 / 10) / (27 / 70))


def test_people_without_a_group_are_in_no_rest():
    with pytest.raises(errors.InvalidTable, match="1 row names no group") as found:
        O.compare_groups(TABLE.assign(group=["x", None, "y"]), focal="x")
    assert "not_stated" in str(found.value)
    fine = O.compare_groups(TABLE.assign(group=["x", None, "all"]), "risk_difference", focal="x")
    assert fine["value"].item() == pytest.approx(5 / 10 - 15 / 40)


def test_areas_are_no_groups():
    areas = TABLE.assign(group=["E06000001", "E06000002", "E06000003"])
    with pytest.raises(errors.InvalidParameter, match="code of an area"):
        O.compare_groups(areas, focal="E06000001", against=["E06000002"])


@pytest.mark.parametrize("squares", [[2, 7, 20], [200, 7, 20]])
def test_squares_that_no_events_have(squares):
    with pytest.raises(errors.InvalidCounts, match="square"):
        O.compare_groups(TABLE.assign(f2=squares), "rate_ratio", focal="x", against="y", counted="events", squares="f2")
    with pytest.raises(errors.InvalidCounts, match="squares"):
        O.rate(5, 10, squares=squares[0] / 5 if squares[0] < 5 else 26)


def test_events_without_their_squares_have_no_interval():
    table = TABLE.assign(f2=[np.nan, 7, 20])
    found = O.compare_groups(table, "rate_ratio", focal="x", against="y", counted="events", squares="f2").iloc[0]
    assert found["value"] == pytest.approx((5 / 10) / (7 / 20))
    assert np.isnan(found["lower"])
    assert found["interval_method"] == "none:no_squares"
    banded = pd.DataFrame({"group": "x", "age": ["a", "b"], "numerator": [9, 8], "denominator": 100, "f2": [9, np.nan]})
    rate = O.standardise(banded, standard={"a": 1, "b": 1}, squares="f2").iloc[0]
    assert rate["value"] == pytest.approx(8500)
    assert np.isnan(rate["lower"])


def test_single_numbers_refused():
    two = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])
    with pytest.raises(errors.InvalidTable, match="several levels"):
        O.proportion(pd.Series([1, 2], index=two), 4)
    with pytest.raises(errors.InvalidParameter, match="itself"):
        O.risk_ratio(5, 10, 3, 10, focal="a", against="a")


def test_nothing_given_is_changed():
    table = TABLE.sample(frac=1, random_state=1)
    before = table.copy(deep=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        O.compare_groups(table, focal="x")
        O.compare_groups(table, "rate_ratio", focal="x", counted="events")
    pd.testing.assert_frame_equal(table, before)
