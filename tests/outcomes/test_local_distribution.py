"""A national figure with its areas: sums by hand, parts that add up, and words that never leave it alone."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import placemix as pm
from placemix import errors
from placemix.outcomes.joining.areas import together
from placemix.outcomes.joining.spreading import mutual_information, theil, variance, weighted_quantile

O = pm.outcomes  # noqa: E741
LARGER = {"A": "N", "B": "N", "C": "S", "D": "S"}


def claimants(**columns):
    table = {"unit": ["England", *"ABCD"], "numerator": [60, 2, 4, 10, 20], "denominator": [1000, 100, 100, 100, 100]}
    return pm.Rates(pd.DataFrame({**table, "indicator": "claimants", "measured_in": "%", **columns}))


def rows(found, part, name="value"):
    return found.loc[found["part"] == part, name].tolist()


@pytest.fixture(scope="module")
def found():
    return O.local_distribution(claimants(), within=LARGER, ends=2)


# -- by hand -----------------------------------------------------------------------------


def test_the_figure_and_its_areas_by_hand(found):
    """2, 4, 10 and 20 %, all of 100: mean 9, variance (49 + 25 + 1 + 121)/4 = 49; north 3, south 15: between 36."""
    assert rows(found, "national") == [6]
    assert rows(found, "areas together") == [9]
    assert rows(found, "areas together", "ratio") == [pytest.approx(1.5)]
    assert rows(found, "quantile of areas") == [pytest.approx(one) for one in (2.6, 3.5, 7, 12.5, 17)]
    assert rows(found, "quantile of people") == [2, 2, 4, 10, 20]
    sides = {part: rows(found, part, "areas")[0] for part in ("above", "below", "equal", "open", "unknown")}
    assert sides == {"above": 2, "below": 2, "equal": 0, "open": 0, "unknown": 0}
    assert rows(found, "above", "share_of_people") == [0.5]
    assert found.loc[found["part"] == "lowest", ["name", "value"]].to_numpy().tolist() == [["A", 2], ["B", 4]]
    assert found.loc[found["part"] == "highest", ["name", "value"]].to_numpy().tolist() == [["D", 20], ["C", 10]]
    assert [rows(found, f"variance: {part}")[0] for part in ("total", "between", "within")] == pytest.approx(
        [49, 36, 13]
    )
    assert rows(found, "variance: between", "share") == [pytest.approx(36 / 49)]
    ratio = np.array([2, 4, 10, 20]) / 9
    assert rows(found, "Theil index: total") == [pytest.approx((ratio * np.log(ratio)).mean(), rel=1e-12)]
    assert set(found["national_from"]) == {"published"}
    assert set(found["nation"]) == {"England"}


def test_mutual_information_is_entropy_less_that_within(found):
    """H of 36 of 400 less the mean of H of each area."""

    def entropy(share):
        return -(share * np.log(share) + (1 - share) * np.log(1 - share))

    expected = entropy(0.09) - np.mean([entropy(one) for one in (0.02, 0.04, 0.1, 0.2)])
    assert rows(found, "mutual information: total") == [pytest.approx(expected, rel=1e-12)]
    parts = [rows(found, f"mutual information: {part}")[0] for part in ("between", "within")]
    assert sum(parts) == pytest.approx(expected, rel=1e-12)
    assert parts[0] == pytest.approx(entropy(0.09) - (entropy(0.03) + entropy(0.15)) / 2, rel=1e-12)


def test_the_sentence_never_leaves_the_figure_alone(found):
    text = found["sentence"].iloc[0]
    assert text.startswith(
        "The national figure of claimants is 6 % (England). In 4 areas it goes from 2 in A to 20 in D"
    )
    assert "50.0 % of areas, with 50.0 % of those it counts, are above it." in text
    (split,) = found.loc[found["part"] == "variance: between", "sentence"]
    assert "73.5 % lie between larger areas and 26.5 % within them" in split
    assert "the areas together give 9" in found["note"].iloc[0]


# -- the parts add up --------------------------------------------------------------------

AREAS = st.lists(
    st.tuples(st.integers(0, 50), st.integers(1, 60), st.integers(0, 3)), min_size=2, max_size=12
).filter(lambda cells: any(one[0] for one in cells))  # fmt: skip


@given(AREAS)
def test_between_and_within_add_up(cells):
    top, other, code = (np.array(side) for side in zip(*cells, strict=True))
    bottom, code = (top + other).astype(float), pd.factorize(code)[0]
    rate = top / bottom
    for spread in (
        variance(rate, bottom, code),
        theil(rate, bottom, code),
        mutual_information(top * 1.0, bottom, code),
    ):
        assert spread.reason is None
        assert spread.total == pytest.approx(spread.between + spread.within, abs=1e-12)
        assert spread.between >= -1e-15
        assert spread.within >= -1e-15
    # Variance of a yes or no of everyone: that between areas and that within them.
    middle = top.sum() / bottom.sum()
    inside = (bottom * rate * (1 - rate)).sum() / bottom.sum()
    assert variance(rate, bottom, None).total + inside == pytest.approx(middle * (1 - middle), abs=1e-12)


@given(AREAS, st.floats(0, 1))
def test_a_quantile_of_people_has_its_share_below(cells, share):
    top, other, _ = (np.array(side, dtype=float) for side in zip(*cells, strict=True))
    value = weighted_quantile(top, other, share)
    assert value in top
    assert other[top <= value].sum() >= share * other.sum() * (1 - 1e-9)
    assert other[top < value].sum() <= share * other.sum() * (1 + 1e-9)


def test_what_all_areas_together_are():
    rate = np.array([0.5, 0.1, np.nan])
    assert together(rate, np.array([5.0, 9, 1]), np.array([10.0, 90, 5]), None, "share") == 0.14
    bare = np.full(3, np.nan)
    assert together(rate, bare, bare, np.array([1.0, 3, 9]), "share") == pytest.approx(0.2)
    assert together(rate, bare, bare, None, "share") == pytest.approx(0.3)
    assert math.isnan(together(bare, bare, bare, None, "share"))


@pytest.mark.parametrize(("values", "reason"), [([-1.0, 2.0], "not_above_zero"), ([0.0, 0.0], "not_above_zero")])
def test_what_has_no_theil_index(values, reason):
    assert theil(np.array(values), np.ones(2), None).reason == reason


def test_more_than_all_is_no_share():
    assert mutual_information(np.array([3.0, 1]), np.array([2.0, 4]), None).reason == "not_a_share"


# -- national figures --------------------------------------------------------------------


def test_national_figures_alone_warn():
    only = pm.Rates(pd.DataFrame({"indicator": "trust", "unit": ["England"], "rate": [0.7], "measured_in": "share"}))
    with pytest.warns(errors.NationalMask, match="trust"):
        found = O.local_distribution(only)
    assert found["reason"].iloc[0] == "national_only"
    assert "no area is known, so that it says nothing of any place" in found["sentence"].iloc[0]


def test_without_a_national_figure_all_areas_stand_for_it():
    score = pd.Series({"A": 1.0, "B": 3.0, "C": np.nan, "D": pm.Suppressed(1, 9)}, name="score")
    found = O.local_distribution(score, ends=1)
    assert rows(found, "national") == [2]
    assert set(found["national_from"]) == {"areas together"}
    assert "In 2 areas it goes from 1 in A to 3 in B" in found["sentence"].iloc[0]
    sides = {part: rows(found, part, "areas")[0] for part in ("above", "below", "open", "unknown")}
    assert sides == {"above": 1, "below": 1, "open": 1, "unknown": 1}
    given_ = O.local_distribution(score, national=5.0, ends=0)
    assert set(given_["national_from"]) == {"given"}
    assert rows(given_, "below", "areas") == [2]
    assert not rows(given_, "lowest")


def test_best_and_worst_where_the_outcome_says_which():
    found = O.local_distribution(claimants(), ends=1, facts={"claimants": {"higher_is": "worse"}}, names={"D": "Dale"})
    assert found.loc[found["part"] == "worst", "name"].tolist() == ["Dale (D)"]
    assert found.loc[found["part"] == "best", "name"].tolist() == ["A"]


@pytest.mark.parametrize(
    ("options", "kind"),
    [({"outcome": "claimant"}, errors.UnknownColumn), ({"within": {"A": "N"}}, errors.UnmatchedUnit),
     ({"within": "region"}, errors.UnknownColumn), ({"ends": -1}, errors.InvalidParameter),
     ({"quantiles": [2]}, errors.InvalidParameter), ({"national": "six"}, errors.InvalidParameter),
     ({"people": pd.Series([1, 2], index=["A", "A"])}, errors.DuplicateUnit)],
)  # fmt: skip
def test_refused(options, kind):
    with pytest.raises(kind):
        O.local_distribution(claimants(), **options)


def test_a_pack_is_recomputed(found, tmp_path):
    assert pm.verify(found.save(tmp_path / "spread.zip")).same
    assert "Theil" in found.cite()


def test_inputs_stay_as_they_were():
    given_, larger = claimants(), pd.Series(LARGER)
    before, kept = given_.table.copy(), larger.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        O.local_distribution(given_, within=larger)
    pd.testing.assert_frame_equal(given_.table, before)
    pd.testing.assert_series_equal(larger, kept)
