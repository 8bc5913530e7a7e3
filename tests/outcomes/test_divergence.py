"""What people say beside what is counted: levels, trends, lags, places, and survey shares."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import placemix as pm
from placemix import errors

UP = {"perception_better": "higher", "outcome_better": "higher"}
SHARES = {"perception_scale": "share of adults", "outcome_scale": "share of adults"}


def diverge(perception, outcome, **options):
    given = {**UP, **SHARES, "same_question": False, **options}
    return pm.outcomes.divergence(pd.Series(perception), pd.Series(outcome), **given)


def value(found, statistic, lag=None):
    rows = found[found["statistic"] == statistic]
    return (
        rows
        if lag is None and statistic == "lag"
        else rows[rows["lag"].fillna(99) == (99 if lag is None else lag)].iloc[0]
    )


# -- levels ----------------------------------------------------------------------------


def test_satisfied_beside_approving():
    """81 % satisfied with what they had, 41 % approve of how it is run: 40 points, and no change of anything."""
    row = value(diverge({2009: 0.81}, {2009: 0.41}), "level")
    assert 100 * row["value"] == pytest.approx(40)
    assert row["label"] == "not_a_change_score"
    assert pd.isna(value(diverge({2009: 0.81}, {2009: 0.41}, same_question=True), "level")["label"])


def test_mixing_that_people_tell_of_beside_segregation_has_no_level():
    """54 % mixed with others at school; D of schools is another scale."""
    found = diverge({2009: 0.54}, {2009: 0.55}, outcome_better="lower", outcome_scale="dissimilarity")
    row = value(found, "level")
    assert math.isnan(row["value"])
    assert (row["reason"], row["label"]) == ("scales_differ", "not_a_change_score")
    assert (row["perception"], row["outcome"]) == (0.54, 0.55)


def test_satisfied_beside_disapproving():
    row = value(diverge({2009: 0.81}, {2009: 0.59}, outcome_better="lower"), "level")
    assert math.isnan(row["value"])
    assert row["reason"] == "directions_differ"


def test_dates_in_order_and_those_alone_counted():
    found = diverge({2012: 3, 2010: 1, 2011: None, 2013: 4}, {2010: 5, 2012: 7, 2011: 6, 2020: 9})
    levels = found[found["statistic"] == "level"]
    assert levels["date"].tolist() == ["2010", "2012"]
    assert levels["value"].tolist() == [-4, -4]
    assert "3 values of dates that only one series has" in found["note"].iloc[0]


# -- trends ----------------------------------------------------------------------------

VALUES = st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=4, max_size=12)


@pytest.mark.slow
@given(VALUES)
def test_trend_is_kendalls_tau(pairs):
    one, other = (dict(enumerate(side, 2000)) for side in zip(*pairs, strict=True))
    row = value(diverge(one, other), "trend")
    expected = stats.kendalltau(list(one.values()), list(other.values())).statistic
    if math.isnan(expected):
        assert row["reason"] == "no_change"
    else:
        assert row["value"] == pytest.approx(expected, abs=1e-9)
    turned = value(diverge(one, other, outcome_better="lower"), "trend")
    assert turned["value"] == pytest.approx(-row["value"], nan_ok=True)
    both = value(diverge(one, other, perception_better="lower", outcome_better="lower"), "trend")
    assert both["value"] == pytest.approx(row["value"], nan_ok=True)


@given(VALUES)
def test_trend_counted_pair_by_pair(pairs):
    same = against = tied_one = tied_other = 0
    for a, (x, y) in enumerate(pairs):
        for u, v in pairs[a + 1 :]:
            same += (x - u) * (y - v) > 0
            against += (x - u) * (y - v) < 0
            tied_one += x == u
            tied_other += y == v
    many = len(pairs) * (len(pairs) - 1) / 2
    row = value(diverge(*(dict(enumerate(side, 2000)) for side in zip(*pairs, strict=True))), "trend")
    spread = math.sqrt((many - tied_one) * (many - tied_other))
    assert row["value"] == pytest.approx((same - against) / spread if spread else math.nan, nan_ok=True)


def test_trend_needs_four_dates():
    found = diverge({2000: 1, 2001: 2, 2002: 3}, {2000: 1, 2001: 2, 2002: 3})
    row = value(found, "trend")
    assert math.isnan(row["value"])
    assert (row["reason"], row["pairs"]) == ("too_few_dates", 3)
    assert (
        value(diverge(dict.fromkeys(range(2000, 2004), 1), dict(enumerate(range(4), 2000))), "trend")["reason"]
        == "no_change"
    )


# -- lags ------------------------------------------------------------------------------


@pytest.mark.parametrize("lag", [-3, -1, 0, 2, 3])
def test_opinion_that_follows_is_found_at_its_lag(lag):
    rng = np.random.default_rng(5)
    happened = dict(enumerate(rng.normal(size=14), 2000))
    said = {year + lag: level for year, level in happened.items()}
    found = value(diverge(said, happened), "lag").set_index("lag")
    assert found.index.tolist() == [-3, -2, -1, 0, 1, 2, 3]
    assert found["value"].idxmax() == lag
    assert found.loc[lag, "value"] == pytest.approx(1)
    for shift in found.index:
        common = [year for year in said if year in happened]
        pairs = [(said[year], happened[year - shift]) for year in common if year - shift in common]
        assert found.loc[shift, "pairs"] == len(pairs)
        assert found.loc[shift, "value"] == pytest.approx(stats.kendalltau(*zip(*pairs, strict=True)).statistic)


def test_lags_need_eight_dates_and_four_pairs():
    seven = dict(enumerate(range(7), 2000))
    assert set(value(diverge(seven, seven), "lag")["reason"]) == {"too_few_dates"}
    gaps = {2000 + 2 * number: number for number in range(8)}
    found = value(diverge(gaps, gaps), "lag").set_index("lag")
    assert found.loc[1, "reason"] == "too_few_dates"
    assert found.loc[1, "pairs"] == 0
    assert found.loc[2, "value"] == pytest.approx(1)
    assert len(value(diverge(gaps, gaps, lags=0), "lag")) == 1


def test_periods_are_the_year_in_which_they_end():
    said = {f"{year}/{(year + 1) % 100:02d}": year for year in range(2010, 2019)}
    found = value(diverge(said, said), "lag").set_index("lag")
    assert found.loc[0, "value"] == found.loc[1, "value"] == pytest.approx(1)
    assert found.loc[3, "pairs"] == 6


# -- places ----------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=4, max_size=15), st.floats(0.05, 0.5))
def test_places_at_opposite_ends(pairs, tail):
    said, counted = (pd.Series(side, index=[f"a{n}" for n in range(len(pairs))]) for side in zip(*pairs, strict=True))
    found = pm.outcomes.divergence_by_area(said, counted, perception_better="higher", outcome_better="lower", tail=tail)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", stats.ConstantInputWarning)
        expected = stats.spearmanr(said, -counted).statistic
    assert found["spearman"].iloc[0] == pytest.approx(expected, abs=1e-9, nan_ok=True)
    n = len(pairs)
    for row, (x, y) in zip(found.itertuples(), pairs, strict=True):
        first = sum((a < x) + 0.5 * (a == x) for a, _ in pairs) / n
        second = sum((b > y) + 0.5 * (b == y) for _, b in pairs) / n
        assert row.perception_rank == pytest.approx(first)
        assert row.outcome_rank == pytest.approx(second)
        edges = [abs(rank - end) > 1e-9 for rank in (first, second) for end in (tail, 1 - tail)]
        if all(edges):
            best, worst = first > 1 - tail and second < tail, first < tail and second > 1 - tail
            assert (row.discord == "said better") == best
            assert (row.discord == "said worse") == (worst and not best)


def test_a_place_cannot_be_both():
    said = pd.Series(dict(zip("ABCD", range(4), strict=True)))
    found = pm.outcomes.divergence_by_area(said, said, perception_better="higher", outcome_better="lower", tail=0.5)
    assert found["discord"].tolist() == ["said worse", "said worse", "said better", "said better"]
    assert found["spearman"].iloc[0] == -1


def test_few_places_have_a_list_and_no_correlation():
    said = pd.Series({"A": 1, "B": 2, "C": 3})
    found = pm.outcomes.divergence_by_area(said, said, **UP)
    assert found["reason"].tolist() == ["too_few_areas"] * 3
    assert "people" in found["note"].iloc[0]


# -- refusals --------------------------------------------------------------------------


def test_every_fault_at_once():
    with pytest.raises(errors.PlacemixError) as caught:
        pm.outcomes.divergence(
            {2001: 1}, pd.Series({2001: "x", 2002: 3}), perception_better="up", outcome_better="higher",
            perception_scale="", outcome_scale="share", same_question=True, lags=-1,
        )  # fmt: skip
    text = str(caught.value)
    for words in ("'higher' or 'lower'", "perception_scale says", "lags is a whole", "is a dict", "no number"):
        assert words in text


@pytest.mark.parametrize(
    ("said", "counted", "error", "word"),
    [
        ({2001: 1}, {2002: 1}, errors.InvalidTable, "no date in common"),
        ({"spring": 1}, {"spring": 1}, errors.InvalidParameter, "no year"),
        ({"2001 Q1": 1, "2001 Q2": 2}, {"2001 Q1": 1, "2001 Q2": 2}, errors.InvalidParameter, "one year"),
        ({2001: math.inf}, {2001: 1}, errors.NotNumbers, "no number"),
    ],
)
def test_series_that_cannot_be_compared(said, counted, error, word):
    with pytest.raises(error, match=word):
        diverge(said, counted)


def test_two_values_of_one_date():
    twice = pd.Series([1, 2], index=[2001, 2001])
    with pytest.raises(errors.DuplicateUnit, match="one group and one question"):
        pm.outcomes.divergence(twice, pd.Series({2001: 1}), same_question=True, **UP, **SHARES)
    with pytest.raises(errors.DuplicateUnit):
        pm.outcomes.divergence_by_area(twice, pd.Series({2001: 1}), **UP)


def test_places_refuse():
    one = pd.Series({"A": 1.0})
    with pytest.raises(errors.InvalidTable, match="no area in common"):
        pm.outcomes.divergence_by_area(one, pd.Series({"B": 1.0}), **UP)
    with pytest.raises(errors.InvalidParameter, match="tail"):
        pm.outcomes.divergence_by_area(one, one, tail=0.6, **UP)


# -- surveys ---------------------------------------------------------------------------


def test_printed_shares_with_and_without_a_design_effect():
    asked = pd.DataFrame({"satisfied": ["yes"] * 810 + ["no"] * 190})
    for deff, low, high in ((None, 0.7845, 0.8331), (1.5, 0.7785, 0.8380)):
        row = pm.outcomes.survey_proportions(asked, answer="satisfied", counts_as=["yes"], deff=deff).iloc[0]
        assert row["lower"] == pytest.approx(low, abs=5e-5)
        assert row["upper"] == pytest.approx(high, abs=5e-5)


PEOPLE = st.lists(
    st.tuples(st.sampled_from("xyz"), st.sampled_from(["yes", "no", None]), st.floats(0.1, 9)), min_size=1, max_size=40
).filter(lambda rows: any(answer == "yes" for _, answer, _ in rows))


@given(PEOPLE)
def test_weighted_shares_person_by_person(rows):
    table = pd.DataFrame(rows, columns=["group", "trust", "weight"])
    options = {"answer": "trust", "counts_as": ["yes"], "by": "group", "weight": "weight"}
    found = pm.outcomes.survey_proportions(table, deff="kish", **options)
    assert found["group"].tolist() == list(dict.fromkeys(table["group"]))
    for row in found.itertuples():
        mine = [(answer, weight) for group, answer, weight in rows if group == row.group]
        told = [(answer, weight) for answer, weight in mine if answer]
        assert (row.answered, row.missing) == (len(told), len(mine) - len(told))
        if not told:
            assert row.reason == "nobody_answered"
            assert math.isnan(row.share)
            continue
        weights = [weight for _, weight in told]
        share = sum(weight for answer, weight in told if answer == "yes") / sum(weights)
        effect = len(told) * sum(weight**2 for weight in weights) / sum(weights) ** 2
        assert row.share == pytest.approx(share)
        assert row.deff == pytest.approx(effect)
        assert row.effective == pytest.approx(sum(weights) ** 2 / sum(weight**2 for weight in weights))
        z, n = stats.norm.ppf(0.975), row.effective
        middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        reach = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
        assert row.lower == pytest.approx(middle - reach, abs=1e-9)
        assert row.upper == pytest.approx(middle + reach, abs=1e-9)


def test_weights_without_a_design_effect_have_no_interval():
    table = pd.DataFrame({"trust": ["yes", "no"], "weight": [1.0, 2.0]})
    with pytest.warns(errors.NoDesignEffect):
        row = pm.outcomes.survey_proportions(table, answer="trust", counts_as=["yes"], weight="weight").iloc[0]
    assert row["share"] == pytest.approx(1 / 3)
    assert math.isnan(row["lower"])
    assert row["interval_method"] == "none:no_design_effect"


def test_equal_weights_are_none():
    table = pd.DataFrame({"trust": ["yes", "no", "no"] * 9, "weight": 2.5})
    plain = pm.outcomes.survey_proportions(table, answer="trust", counts_as=["yes"]).iloc[0]
    kish = pm.outcomes.survey_proportions(table, answer="trust", counts_as=["yes"], weight="weight", deff="kish").iloc[
        0
    ]
    assert kish["deff"] == pytest.approx(1)
    assert kish["lower"] == pytest.approx(plain["lower"])


def test_surveys_refuse():
    table = pd.DataFrame({"trust": ["yes", "no"], "weight": [1.0, -2.0], "share": ["a", "b"]})
    with pytest.raises(errors.PlacemixError) as caught:
        pm.outcomes.survey_proportions(
            table, answer="trust", counts_as=["Yes"], by=["share", "age"], weight="weight", deff=0, level=2
        )
    text = str(caught.value)
    for words in (
        "Did you mean 'yes'",
        "no column 'age'",
        "names that the result uses",
        "not above 0",
        "deff is",
        "level",
    ):
        assert words in text
    with pytest.raises(errors.InvalidParameter, match="list of answers"):
        pm.outcomes.survey_proportions(table, answer="trust", counts_as="yes")


# -- what every result does ------------------------------------------------------------


def test_saved_and_verified(tmp_path):
    said, counted = ({f"{year}/{year - 1999:02d}": year % 4 for year in range(2000, 2012)}, {2005: 1, 2006: 3})
    places = pd.Series(dict(zip("ABCDE", [1, 5, 2, 4, 3], strict=True)))
    table = pd.DataFrame({"trust": ["yes", "no", None] * 4, "weight": 1.5, "group": list("xxxyyy") * 2, "spare": 1})
    options = {"answer": "trust", "counts_as": ["yes"], "by": ["group"], "weight": "weight", "deff": 1.2}
    results = [
        diverge(said, said),
        diverge(counted, counted, outcome_better="lower", lags=1),
        pm.outcomes.divergence_by_area(places, 6 - places, **UP),
        pm.outcomes.survey_proportions(table, **options),
        pm.outcomes.survey_proportions(table, answer="trust", counts_as=["yes"]),
    ]
    for number, result in enumerate(results):
        outcome = pm.verify(result.save(tmp_path / f"{number}.zip"))
        assert outcome.same, f"{number}: {outcome}"
        assert len(result.cite().splitlines()) > 1


@pytest.mark.data
def test_feeling_safe_beside_violence(data_root):
    """Women's national series: SciPy gives the same τ, and levels of a good and a bad thing are not compared."""
    table = pd.read_parquet(data_root / "data" / "by_group" / "ons_sdg_outcomes_by_group.parquet")
    table = table[(table["group_dimension"] == "sex") & (table["group"] == "Female") & (table["detail"] == "")]
    table = table[table["area_level"].str.startswith("headline")]
    safe = table[table["sdg_indicator"] == "16-1-4"].set_index("period")["value"]
    harmed = table[table["series"] == "(a) Physical violence - 16 and over"].set_index("period")["value"]
    both = pd.concat([safe, harmed], axis=1, keys=["safe", "harmed"]).dropna()
    assert len(both) == 5
    scale = {"perception_scale": "% of women", "outcome_scale": "% of women"}
    found = pm.outcomes.divergence(
        safe, harmed, perception_better="higher", outcome_better="lower", same_question=False, **scale
    )
    trend = value(found, "trend")
    assert trend["pairs"] == 5
    assert trend["value"] == pytest.approx(-stats.kendalltau(both["safe"], both["harmed"]).statistic, abs=1e-9)
    assert set(found.loc[found["statistic"] == "level", "reason"]) == {"directions_differ"}
    assert set(found.loc[found["statistic"] == "lag", "reason"]) == {"too_few_dates"}
