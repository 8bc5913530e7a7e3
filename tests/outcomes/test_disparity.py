"""Shares, rates and their comparisons: published values, other packages, identities, hidden numbers, refusals."""

from __future__ import annotations

import itertools
import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import placemix as pm
from placemix import errors
from placemix.outcomes.disparity.limits import exact_binomial, exact_poisson

O = pm.outcomes  # noqa: E741
ENDS = ["value", "lower", "upper"]


def ends(result, row=0):
    return result[ENDS].iloc[row].tolist()


# -- published values (methods 3.2) --------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "n", "level", "low", "high"),
    [
        (65, 100, 0.95, 0.552544, 0.736358),
        (1045, 5000, 0.95, 0.197955, 0.220491),
        (65, 100, 0.998, 0.495495, 0.778354),
        (27, 650, 0.95, 0.0287, 0.0598),
        (4, 214, 0.95, 0.0073, 0.0471),
    ],
)
def test_wilson_as_published(x, n, level, low, high):
    digits = len(str(low).split(".")[1])
    found = O.proportion(x, n, level=level)
    assert found["interval_method"].item() == "sampling:wilson_1927"
    assert [round(end, digits) for end in ends(found)[1:]] == [low, high]


@pytest.mark.parametrize(
    ("events", "exposure", "per", "expected"),
    [
        (65, 1, 1, (65, 50.163188, 82.849139)),
        (1045, 1, 1, (1045, 982.593202, 1110.331213)),
        (20, 100, 100, (20, 12.211429, 30.889880)),
        (222, 3215, 100, (6.905132, 6.026575, 7.875729)),
        (5, 1, 1, (5, 1.623486, 11.668332)),
        (1, 1, 1, (1, 0.025318, 5.571643)),
        (10, 1, 1, (10, 4.787450, 18.391459)),
    ],
)
def test_rates_as_published(events, exposure, per, expected):
    found = O.rate(events, exposure, per=per)
    assert ends(found) == pytest.approx(expected, abs=5.1e-7)
    assert found["interval_method"].item() == f"sampling:{'byar_1987' if events >= 10 else 'garwood_1936'}"


def test_the_exact_interval_of_ten_events_as_published():
    assert ends(O.rate(10, 1, per=1, interval="garwood_1936"))[1:] == pytest.approx((4.795389, 18.390356), abs=5.1e-7)


def test_differences_and_ratios_as_published():
    assert ends(O.risk_difference(56, 70, 48, 80)) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert ends(O.risk_ratio(56, 70, 48, 80)) == pytest.approx((1.3333, 1.0766, 1.6512), abs=5e-5)
    assert ends(O.rate_ratio(20, 1000, 10, 2000)) == pytest.approx((4, 1.8724, 8.5453), abs=5e-5)
    exact = O.rate_ratio(20, 1000, 10, 2000, interval="exact_conditional_1940")
    assert ends(exact) == pytest.approx((4, 1.7870, 9.5691), abs=5e-5)


def test_odds_are_no_shares():
    assert O.odds_ratio(29, 100, 2, 100)["value"].item() == pytest.approx(20.01, abs=5e-3)
    assert O.risk_ratio(29, 100, 2, 100)["value"].item() == pytest.approx(14.5)
    assert O.risk_difference(29, 100, 2, 100)["value"].item() == pytest.approx(0.27)
    assert "odds are no shares" in O.odds_ratio(29, 100, 2, 100).explain()


def test_a_design_effect_as_published():
    assert ends(O.proportion(810, 1000))[1:] == pytest.approx((0.7845, 0.8331), abs=5e-5)
    assert ends(O.proportion(810, 1000, deff=1.5))[1:] == pytest.approx((0.7785, 0.8380), abs=5e-5)


def test_turnout_beside_a_whole_that_holds_the_group():
    share = 0.08
    whole = pd.DataFrame({"group": ["minority", "all"], "numerator": [47 * 8, 6100], "denominator": [800, 10_000]})
    found = O.compare_groups(whole, ["risk_difference", "risk_ratio", "odds_ratio"], focal="minority")
    assert found["against_rate"].iloc[0] == pytest.approx(0.6222, abs=5e-5)
    assert found["value"].iloc[0] == pytest.approx((0.47 - 0.61) / (1 - share))
    assert found["note"].iloc[0] == "The rest is everyone less the group."


# -- other packages ------------------------------------------------------------------------

COUNTS = [(3, 40, 11, 52), (20, 25, 18, 60), (1, 9, 200, 900), (450, 1000, 70, 90)]


@pytest.mark.parametrize("counts", COUNTS)
@pytest.mark.parametrize("level", [0.9, 0.95, 0.998])
def test_as_scipy_has_them(counts, level):
    a, n, b, m = counts
    test = stats.binomtest(a, n)
    for how, name in (("wilson", "wilson_1927"), ("exact", "clopper_pearson_1934")):
        found = ends(O.proportion(a, n, level=level, interval=name))[1:]
        assert found == pytest.approx(list(test.proportion_ci(level, method=how)), rel=1e-9)
    risk = stats.contingency.relative_risk(a, n, b, m).confidence_interval(level)
    assert ends(O.risk_ratio(a, n, b, m, level=level))[1:] == pytest.approx(list(risk), rel=1e-9)
    table = [[a, n - a], [b, m - b]]
    for kind, name in (("sample", "woolf_1955"), ("conditional", "exact_conditional_fisher")):
        odds = stats.contingency.odds_ratio(table, kind=kind).confidence_interval(level)
        assert ends(O.odds_ratio(a, n, b, m, level=level, interval=name))[1:] == pytest.approx(list(odds), rel=1e-9)


@pytest.mark.parametrize("counts", COUNTS)
def test_as_statsmodels_has_them(counts):
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    rates = pytest.importorskip("statsmodels.stats.rates")
    a, n, b, m = counts
    theirs = proportion.confint_proportions_2indep(a, n, b, m, compare="diff", method="newcomb")
    assert ends(O.risk_difference(a, n, b, m))[1:] == pytest.approx(theirs, rel=1e-9)
    theirs = proportion.confint_proportions_2indep(a, n, b, m, compare="ratio", method="log")
    assert ends(O.risk_ratio(a, n, b, m))[1:] == pytest.approx(theirs, rel=1e-9)
    theirs = proportion.confint_proportions_2indep(a, n, b, m, compare="odds-ratio", method="logit")
    assert ends(O.odds_ratio(a, n, b, m))[1:] == pytest.approx(theirs, rel=1e-9)
    theirs = rates.confint_poisson(a, n, method="exact-c")
    assert ends(O.rate(a, n, per=1, interval="garwood_1936"))[1:] == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("counts", COUNTS)
def test_the_exact_rate_ratio_is_where_the_tails_of_the_binomial_are(counts):
    a, n, b, m = counts
    _, low, high = ends(O.rate_ratio(a, n, b, m, interval="exact_conditional_1940"))

    def share(ratio):
        return ratio * n / (ratio * n + m)

    assert stats.binom.sf(a - 1, a + b, share(low)) == pytest.approx(0.025, rel=1e-9)
    assert stats.binom.cdf(a, a + b, share(high)) == pytest.approx(0.025, rel=1e-9)


def test_exact_limits_of_fractions_run_between_those_of_whole_numbers():
    x = np.array([4.0, 4.5, 5.0])
    for low, high in (exact_binomial(x, np.full(3, 20.0), 0.95), exact_poisson(x, 0.95)):
        assert (np.diff(low) > 0).all()
        assert (np.diff(high) > 0).all()


# -- zero cells ----------------------------------------------------------------------------


def test_no_case_in_the_group_gives_one_exact_upper_bound():
    rate = O.rate_ratio(0, 100, 7, 200)
    assert ends(rate)[:2] == [0, 0]
    share = ends(rate)[2] * 100 / (ends(rate)[2] * 100 + 200)
    assert (1 - share) ** 7 == pytest.approx(0.05, rel=1e-9)
    assert rate["interval_method"].item() == "sampling:exact_one_sided"
    assert "at most" in rate.explain()
    for verb in (O.risk_ratio, O.odds_ratio):
        assert ends(verb(0, 100, 7, 200))[:2] == [0, 0]


def test_no_case_to_compare_with_gives_no_ratio_and_one_exact_lower_bound():
    for verb in (O.rate_ratio, O.risk_ratio, O.odds_ratio):
        found = verb(7, 200, 0, 100)
        value, low, high = ends(found)
        assert math.isnan(value)
        assert 0 < low < high == math.inf
        assert found["reason"].item() in {"none_against", "no_odds"}
        assert "at least" in found.explain()
    nothing = O.rate_ratio(0, 200, 0, 100)
    assert nothing["reason"].item() == "none_in_either"
    assert nothing[ENDS].isna().all(axis=None)


@pytest.mark.parametrize(("p", "q"), [(0.01, 0.3), (0.05, 0.1), (0.02, 0.02), (0.2, 0.6), (0.001, 0.9)])
@pytest.mark.parametrize(("n", "m"), [(12, 15), (30, 8)])
def test_one_sided_bounds_fail_no_more_often_than_they_may(p, q, n, m):
    """All tables counted out: the bound is wrong in at most 5 %, for shares and for odds."""
    others = np.arange(m + 1)
    chance = stats.binom.pmf(0, n, p) * stats.binom.pmf(others, m, q)
    for verb, true in ((O.risk_ratio, p / q), (O.odds_ratio, p / (1 - p) / (q / (1 - q)))):
        upper = verb(np.zeros(m + 1), np.full(m + 1, n), others, np.full(m + 1, m))["upper"].to_numpy()
        assert chance[upper < true].sum() <= 0.05
        lower = verb(others, np.full(m + 1, m), np.zeros(m + 1), np.full(m + 1, n))["lower"].to_numpy()
        assert chance[lower > 1 / true].sum() <= 0.05


def test_everybody_in_both_is_no_certainty():
    found = O.risk_ratio(8, 8, 9, 9)
    assert found["interval_method"].item() == "sampling:exact_bonferroni"
    value, low, high = ends(found)
    assert low < value == 1 < high


def test_one_half_is_added_only_when_asked():
    found = O.odds_ratio(0, 10, 3, 12, haldane=True)
    assert found["value"].item() == pytest.approx((0.5 / 10.5) / (3.5 / 9.5))
    assert found["interval_method"].item() == "sampling:woolf_1955+haldane"
    assert O.risk_ratio(0, 10, 3, 12, haldane=True)["value"].item() == pytest.approx((0.5 / 11) / (3.5 / 13))
    assert O.rate_ratio(0, 10, 3, 12, haldane=True)["value"].item() == pytest.approx((0.5 / 10) / (3.5 / 12))
    for verb in (O.odds_ratio, O.risk_ratio, O.rate_ratio):
        assert ends(verb(2, 10, 3, 12, haldane=True)) == ends(verb(2, 10, 3, 12))


def test_nobody_is_a_reason():
    found = O.risk_difference([0, 1], [0, 4], [1, 0], [4, 0])
    assert found["reason"].tolist() == ["nobody_in_focal", "nobody_against"]
    assert found[ENDS].isna().all(axis=None)
    assert O.proportion(math.nan, 10)["reason"].item() == "not_known"


# -- identities ----------------------------------------------------------------------------

tables = st.tuples(st.integers(1, 60), st.integers(1, 60), st.integers(1, 60), st.integers(1, 60)).map(
    lambda four: (four[0], four[0] + four[1], four[2], four[2] + four[3])
)


def columns(fours):
    """Tables drawn as four lists, so that one call compares all."""
    return [np.array(numbers) for numbers in zip(*fours, strict=True)]


def all_ends(result):
    return result[ENDS].to_numpy().T


many = st.lists(tables, min_size=1, max_size=12).map(columns)


@pytest.mark.slow
@settings(max_examples=6)
@given(many)
def test_turning_groups_round_turns_everything_round(four):
    a, n, b, m = four
    one, other = all_ends(O.risk_difference(a, n, b, m)), all_ends(O.risk_difference(b, m, a, n))
    np.testing.assert_allclose(one, -other[[0, 2, 1]], atol=1e-12)
    for verb in (O.risk_ratio, O.odds_ratio, O.rate_ratio):
        one, other = all_ends(verb(a, n, b, m)), all_ends(verb(b, m, a, n))
        np.testing.assert_allclose(one, 1 / other[[0, 2, 1]], rtol=1e-9)
    one, other = all_ends(O.odds_ratio(a, n, b, m)), all_ends(O.odds_ratio(n - a, n, m - b, m))
    np.testing.assert_allclose(one, 1 / other[[0, 2, 1]], rtol=1e-9)


@settings(max_examples=6)
@given(many, st.floats(0.01, 100))
def test_ratio_times_baseline_is_the_rate_and_units_of_exposure_do_not_matter(four, unit):
    a, n, b, m = four
    found = O.rate_ratio(a, n, b, m)
    np.testing.assert_allclose(all_ends(found), all_ends(O.rate_ratio(a, n * unit, b, m * unit)), rtol=1e-9)
    np.testing.assert_allclose(found["value"] * found["against_rate"], 1000 * a / n)
    gap = O.rate_difference(a, n, b, m)["value"]
    np.testing.assert_allclose(gap, found["rate"] - found["against_rate"], atol=1e-9)


@settings(max_examples=4)
@given(many, st.sampled_from([0.8, 0.95, 0.999]))
def test_values_lie_in_their_intervals_and_surer_ones_are_wider(four, level):
    for verb in (O.risk_difference, O.risk_ratio, O.odds_ratio, O.rate_ratio, O.rate_difference):
        value, low, high = all_ends(verb(*four, level=level))
        assert ((low <= value) & (value <= high)).all()
        _, wider, higher = all_ends(verb(*four, level=(1 + level) / 2))
        assert ((wider < low) & (high < higher)).all()


@settings(max_examples=4)
@given(many, st.floats(1.1, 5))
def test_a_design_effect_is_a_smaller_sample(four, deff):
    whole = O.risk_ratio(*(16 * numbers for numbers in four), deff=16)
    np.testing.assert_allclose(all_ends(whole), all_ends(O.risk_ratio(*four)), rtol=1e-9)
    for verb in (O.risk_difference, O.risk_ratio, O.odds_ratio, O.rate_ratio):
        _, low, high = all_ends(verb(*four))
        _, lower, higher = all_ends(verb(*four, deff=deff))
        assert ((lower < low) & (high < higher)).all()


# -- events of which one person may have several -------------------------------------------


def test_squares_are_the_sum_over_people(tmp_path):
    rng = np.random.default_rng(3)
    records = pd.DataFrame({"person": rng.integers(0, 40, 200).astype(str), "group": rng.choice(["x", "y"], 200)})
    records.loc[:4, "person"] = None
    found = O.event_frequencies(records, person="person", by="group").set_index("group")
    for group, rows in records.groupby("group"):
        often = rows["person"].value_counts().to_numpy()
        lone = rows["person"].isna().sum()
        assert found.loc[group, "squares"] == (often**2).sum() + lone
        assert found.loc[group, "people"] == len(often) + lone
        assert found.loc[group, "without_person"] == lone
    each = records.groupby(["group", "person"]).size().rename("n").reset_index()
    again = O.event_frequencies(each, person="person", by="group", events="n").set_index("group")
    known = O.event_frequencies(records.dropna(), person="person", by="group").set_index("group")
    assert again["squares"].to_dict() == known["squares"].to_dict()
    assert pm.verify(O.event_frequencies(records, person="person", by="group").save(tmp_path / "f.zip")).same


def test_repeated_events_widen_by_the_root_of_the_factor():
    plain, same = O.rate(40, 1000), O.rate(40, 1000, squares=40)
    assert ends(plain) == ends(same)
    wide = O.rate(40, 1000, squares=160)
    value, low, high = ends(plain)
    assert ends(wide) == pytest.approx([value, value - 2 * (value - low), value + 2 * (high - value)])
    ratio, wider = O.rate_ratio(40, 1000, 50, 3000), O.rate_ratio(40, 1000, 50, 3000, squares=160, against_squares=200)
    log = np.log(np.array([ends(ratio), ends(wider)]))
    assert np.diff(log[1]) == pytest.approx(2 * np.diff(log[0]))
    # Four times the variance is a quarter of the events, exactly.
    exact = O.rate_ratio(40, 1000, 60, 3000, squares=160, against_squares=240, interval="exact_conditional_1940")
    fewer = O.rate_ratio(10, 1000, 15, 3000, interval="exact_conditional_1940")
    assert ends(exact) == pytest.approx(ends(fewer))


# -- tables of groups ----------------------------------------------------------------------


def cross(numbers, **more):
    """A table of two axes from numerators and denominators in order."""
    rows = itertools.product(["pakistani", "white"], ["female", "male"])
    return pd.DataFrame(
        [
            {"ethnic": one, "sex": two, "numerator": x, "denominator": n}
            for (one, two), (x, n) in zip(rows, numbers, strict=True)
        ]
    ).assign(**more)


def everyone(table):
    """Add the rows of everyone on each axis."""
    out = [table]
    for keys in (["ethnic"], ["sex"], []):
        names = [name for name in ("ethnic", "sex") if name not in keys]
        sums = (
            table.groupby(keys)[["numerator", "denominator"]].sum().reset_index()
            if keys
            else table[["numerator", "denominator"]].sum().to_frame().T
        )
        out.append(sums.assign(**dict.fromkeys(names, "All")))
    return pd.concat(out, ignore_index=True)


FEMALE = {"ethnic": "pakistani", "sex": "female"}


quadruples = st.lists(st.tuples(st.integers(10, 90), st.integers(110, 400)), min_size=4, max_size=4)


@pytest.mark.slow
@settings(max_examples=3)
@given(st.lists(quadruples, min_size=1, max_size=12))
def test_interaction_is_nothing_where_belonging_to_both_adds_or_multiplies_nothing(units):
    table = pd.concat([cross(numbers, unit=f"u{place}") for place, numbers in enumerate(units)], ignore_index=True)
    whole = pd.concat([everyone(part).assign(unit=unit) for unit, part in table.groupby("unit")], ignore_index=True)
    found = O.compare_groups(table, focal=FEMALE, against={"ethnic": "white", "sex": "male"}, least=0)
    found = found.set_index(["measure", "unit"])
    rest, alone = (
        O.compare_groups(rows, focal=FEMALE, least=0).set_index(["measure", "unit"]) for rows in (whole, table)
    )
    for place, numbers in enumerate(units):
        p, unit = [x / n for x, n in numbers], f"u{place}"
        value = found.xs(unit, level="unit")["value"]
        assert value["risk_difference"] == pytest.approx(p[0] - p[3])
        assert value["risk_ratio"] == pytest.approx(p[0] / p[3])
        assert value["interaction_additive"] == pytest.approx(p[0] - p[1] - p[2] + p[3], abs=1e-12)
        assert value["interaction_multiplicative"] == pytest.approx(p[0] * p[3] / (p[1] * p[2]))
        others = sum(x for x, _ in numbers[1:]) / sum(n for _, n in numbers[1:])
        assert rest.loc[("risk_ratio", unit), "against_rate"] == pytest.approx(others)
    # With two values on either axis everyone else on it is the other value.
    for name in ("interaction_additive", "interaction_multiplicative"):
        for other in (rest, alone):
            mine, theirs = (frame.xs(name, level="measure")[ENDS].sort_index() for frame in (found, other))
            np.testing.assert_allclose(mine.astype(float), theirs.astype(float), rtol=1e-9, atol=1e-12)


def test_there_is_no_interaction_where_only_one_axis_differs():
    table = cross([(40, 100), (30, 100), (20, 100), (10, 100)])
    found = O.compare_groups(table, focal=FEMALE, against={"ethnic": "white", "sex": "female"})
    assert found["measure"].tolist() == ["risk_difference", "risk_ratio"]
    assert found["value"].tolist() == pytest.approx([0.2, 2])


def test_interactions_on_both_scales_by_hand():
    """Shares of .4, .3, .2, .1: additive 0; multiplicative (.4 × .1) / (.3 × .2) = 2/3."""
    table = cross([(40, 100), (30, 100), (20, 100), (10, 100)])
    found = O.compare_groups(table, focal=FEMALE, against={"ethnic": "white", "sex": "male"}, least=0).set_index(
        "measure"
    )
    assert found.loc["interaction_additive", "value"] == pytest.approx(0, abs=1e-12)
    assert found.loc["interaction_multiplicative", "value"] == pytest.approx(2 / 3)
    spread = sum(1 / x - 1 / 100 for x in (40, 30, 20, 10))
    reach = math.exp(stats.norm.ppf(0.975) * math.sqrt(spread))
    assert found.loc["interaction_multiplicative", ["lower", "upper"]].tolist() == pytest.approx(
        [2 / 3 / reach, 2 / 3 * reach]
    )
    limits = {x: stats.binomtest(x, 100).proportion_ci(method="wilson") for x in (40, 30, 20, 10)}
    down = [(0.4 - limits[40].low), (limits[30].high - 0.3), (limits[20].high - 0.2), (0.1 - limits[10].low)]
    assert found.loc["interaction_additive", "lower"] == pytest.approx(-math.hypot(*down))
    events = O.compare_groups(
        table, focal=FEMALE, against={"ethnic": "white", "sex": "male"}, least=0, counted="events", squares="numerator"
    ).set_index("measure")
    assert events.loc["interaction_multiplicative", "value"] == pytest.approx(2 / 3)
    spread = sum(1 / x for x in (40, 30, 20, 10))
    assert events.loc["interaction_multiplicative", "upper"] == pytest.approx(
        2 / 3 * math.exp(stats.norm.ppf(0.975) * math.sqrt(spread))
    )


def test_small_numbers_of_intersections_are_hidden_before_anything_is_computed():
    table = cross([(4, 30), (30, 60), (25, 50), (20, 60)])
    found = O.compare_groups(table, focal=FEMALE)
    assert found["value"].isna().all()
    assert set(found["reason"]) == {"suppressed"}
    assert found[["lower", "upper", "numerator", "against_numerator", "rate"]].isna().all(axis=None)
    assert "from 1 to 9" in found["note"].iloc[0]
    shown = O.compare_groups(table, focal=FEMALE, least=0)
    assert shown["value"].notna().all()
    # Those without the outcome are hidden as those with it.
    assert O.compare_groups(cross([(26, 30), (30, 60), (25, 50), (20, 60)]), focal=FEMALE)["value"].isna().all()


def test_nobody_can_subtract_a_hidden_number_back():
    table = pd.DataFrame(
        {"group": ["x", "y", "z", "all"], "numerator": [3, 50, 60, 113], "denominator": [100, 200, 300, 600]}
    )
    for rows in (table, table[:3]):
        found = O.compare_groups(rows, "risk_ratio", focal="each", least=10)
        assert found["value"].isna().all()
        assert found["against_numerator"].isna().all()
        assert found["numerator"].dropna().tolist() == [50, 60]
    pair = O.compare_groups(table, "risk_ratio", focal="y", against="z", least=10)
    assert pair["value"].item() == pytest.approx((50 / 200) / (60 / 300))


triples = st.lists(st.tuples(st.integers(1, 30), st.integers(40, 90)), min_size=3, max_size=3)


@pytest.mark.slow
@settings(max_examples=4)
@given(
    st.lists(triples, min_size=1, max_size=8),
    st.sampled_from(["risk_difference", "risk_ratio", "odds_ratio", "rate_ratio", "proportion"]),
    st.booleans(),
)
def test_bounds_hold_every_value_that_hidden_numbers_can_have(units, measure, whole):
    counted = "events" if measure == "rate_ratio" else "people"
    hidden, filled = [], []
    for place, numbers in enumerate(units):
        rows = pd.DataFrame(numbers, columns=["numerator", "denominator"], dtype=float).assign(group=["x", "y", "z"])
        if whole:
            rows = pd.concat([rows, rows[["numerator", "denominator"]].sum().to_frame().T.assign(group="all")])
        rows = rows.assign(unit=f"u{place}", symbol=None, numerator_low=np.nan, numerator_high=np.nan)
        rows = rows.reset_index(drop=True)
        low, high = max(numbers[0][0] - 2, 0), numbers[0][0] + 1
        # What is known of the whole does not change with what is hidden.
        others = rows["numerator"][1:].tolist()
        filled += [rows.assign(numerator=[value, *others], period=str(value)) for value in range(low, high + 1)]
        rows.loc[0, ["numerator", "numerator_low", "numerator_high"]] = [np.nan, low, high]
        rows.loc[0, "symbol"] = "c"
        hidden.append(rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.EventsNotPeople)
        found, every = (
            O.compare_groups(pd.concat(rows, ignore_index=True), measure, focal="x", counted=counted)
            for rows in (hidden, filled)
        )
    assert found["value"].isna().all()
    assert set(found["interval_method"]) == {"bounds:suppressed"}
    assert set(found["reason"]) == {"suppressed"}
    values = every.groupby("unit", sort=False)["value"]
    np.testing.assert_allclose(found["lower"], values.min(), rtol=1e-9)
    np.testing.assert_allclose(found["upper"], values.max(), rtol=1e-9)


def test_the_rest_is_the_whole_less_the_group_and_agrees_with_the_sum_of_others():
    table = pd.DataFrame({"group": ["x", "y", "z"], "numerator": [20, 30, 5], "denominator": [70, 80, 90], "unit": "a"})
    whole = pd.DataFrame({"group": ["all"], "numerator": [55], "denominator": [240], "unit": "a"})
    summed = O.compare_groups(table, focal="each")
    less = O.compare_groups(pd.concat([table, whole], ignore_index=True), focal="each")
    pd.testing.assert_frame_equal(summed.drop(columns=["source", "note"]), less.drop(columns=["source", "note"]))
    more = pd.concat([table, whole.assign(numerator=70, denominator=300)], ignore_index=True)
    assert O.compare_groups(more, "risk_ratio", focal="x")["against_denominator"].item() == 230
    rates = pm.Rates(more.assign(indicator="i"))
    with pytest.warns(errors.PartWholeComparison):
        theirs = rates.against_rest("x")["ratio"]
    assert theirs.isna().all()  # it needs the unit of the rate
    rates = pm.Rates(more.assign(indicator="i", rate=more["numerator"] / more["denominator"], measured_in="share"))
    with pytest.warns(errors.PartWholeComparison):
        theirs = rates.against_rest("x")["ratio"].item()
    assert O.compare_groups(rates, "risk_ratio", focal="x")["value"].item() == pytest.approx(theirs)


def test_a_part_beside_its_whole_is_refused_and_the_complement_offered():
    table = pd.DataFrame({"group": ["x", "all"], "numerator": [20, 55], "denominator": [70, 240]})
    with pytest.raises(errors.OverlappingGroups, match=r"part .* whole .*Remedy: Pass against='rest'"):
        O.compare_groups(table, focal="x", against="all")
    with pytest.raises(errors.OverlappingGroups):
        O.compare_groups(cross([(10, 20)] * 4), focal=FEMALE, against={"sex": "female"})
    with pytest.raises(errors.OverlappingGroups):
        O.compare_groups(
            cross([(10, 20)] * 4),
            focal={"ethnic": ["pakistani", "white"]},
            against={"ethnic": "white"},
            dimensions=["sex"],
            by="sex",
        )
    with pytest.raises(errors.InvalidParameter, match="has no rest"):
        O.compare_groups(table, focal="all")


def test_order_of_rows_changes_nothing_and_the_table_is_not_changed():
    table = pd.concat([everyone(cross([(10, 20), (12, 50), (30, 60), (5, 70)])).assign(unit=unit) for unit in "ab"])
    table = table.reset_index(drop=True)
    before = table.copy()
    mixed = table.sample(frac=1, random_state=1).reset_index(drop=True)
    one, other = (
        O.compare_groups(rows, focal=FEMALE, least=0).sort_values(["unit", "measure"]).reset_index(drop=True)
        for rows in (table, mixed)
    )
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))
    pd.testing.assert_frame_equal(table, before)


def test_groups_taken_together_are_summed_and_everyone_of_an_axis_is_used():
    table = pd.DataFrame({"group": ["x", "y", "z"], "numerator": [20, 30, 5], "denominator": [70, 80, 90]})
    found = O.compare_groups(table, "proportion", focal=["x", "y"])
    assert found[["focal", "numerator", "denominator"]].iloc[0].tolist() == ["x + y", 50, 150]
    both = everyone(cross([(10, 20), (12, 50), (30, 60), (5, 70)]))
    found = O.compare_groups(
        both, "risk_ratio", focal={"ethnic": "pakistani"}, against={"ethnic": "white"}, dimensions=["sex"]
    )
    assert found["value"].item() == pytest.approx((22 / 70) / (35 / 130))
    with pytest.raises(errors.InvalidParameter, match="Rows differ in 'sex'"):
        O.compare_groups(
            cross([(10, 20)] * 4), focal={"ethnic": "pakistani"}, against={"ethnic": "white"}, dimensions=["sex"]
        )
    each = O.compare_groups(
        cross([(10, 20), (12, 50), (30, 60), (5, 70)]), "risk_ratio", focal={"ethnic": "pakistani"}, by="sex"
    )
    assert each["sex"].tolist() == ["female", "male"]
    assert each["value"].tolist() == pytest.approx([1, (12 / 50) / (5 / 70)])


def test_rates_without_numbers_are_compared_without_an_interval():
    rates = pm.Rates(pd.DataFrame({"indicator": "poor", "group": ["x", "y"], "rate": [29.0, 2.0], "measured_in": "%"}))
    found = O.compare_groups(rates, ["risk_ratio", "risk_difference"], focal="x", against="y")
    assert found["value"].tolist() == pytest.approx([14.5, 0.27])
    assert found["lower"].isna().all()
    assert set(found["interval_method"]) == {"none:no_denominator"}


def test_a_standardised_rate_is_not_compared_as_if_it_were_crude():
    table = pd.DataFrame(
        {"group": ["x", "y"], "numerator": [20, 30], "denominator": [70, 80], "rate": [31.4, 37.5], "measured_in": "%"}
    )
    assert O.compare_groups(table, focal="x", against="y")["reason"].tolist() == ["standardised"] * 2
    assert O.compare_groups(table.assign(rate=[28.6, 37.5]), focal="x", against="y")["value"].notna().all()


def test_weights_need_a_design_effect():
    table = pd.DataFrame(
        {"group": ["x", "y"], "numerator": [20.4, 30.5], "denominator": [70.2, 80.0], "asked": [35, 40]}
    )
    with pytest.warns(errors.NoDesignEffect, match="deff="):
        found = O.compare_groups(table, "risk_ratio", focal="x", against="y")
    assert found["value"].notna().all()
    assert found["interval_method"].item() == "none:weighted_without_deff"
    with pytest.warns(errors.NoDesignEffect):
        assert O.proportion(20, 70, weighted=True)[["lower", "upper"]].isna().all(axis=None)
    known = O.compare_groups(table, "risk_ratio", focal="x", against="y", deff=1)
    assert known["interval_method"].item() == "sampling:katz_1978"
    asked = O.compare_groups(table, "risk_ratio", focal="x", against="y", deff=1, respondents="asked")
    half = O.compare_groups(table, "risk_ratio", focal="x", against="y", deff=2)
    assert asked["upper"].item() > known["upper"].item()
    assert asked["upper"].item() == pytest.approx(half["upper"].item(), rel=0.01)


def test_events_are_not_people():
    table = pd.DataFrame({"group": ["x", "y"], "numerator": [20, 30], "denominator": [70, 80], "f2": [60, 40]})
    with pytest.warns(errors.EventsNotPeople, match="events per person"):
        plain = O.compare_groups(table, "rate_ratio", focal="x", against="y", counted="events")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        wide = O.compare_groups(table, "rate_ratio", focal="x", against="y", counted="events", squares="f2")
    assert wide["upper"].item() > plain["upper"].item()
    about = {"universe": "searches"}
    with pytest.warns(errors.EventsNotPeople):
        rates = pm.Rates.from_counts(
            pm.from_wide(pd.DataFrame({"id": ["a"], "x": [3], "y": [9]}), groups=["x", "y"], unit="id", about=about),
            pm.from_wide(pd.DataFrame({"id": ["a"], "x": [30], "y": [900]}), groups=["x", "y"], unit="id"),
            indicator="searches", per=1000,
        )  # fmt: skip
    with pytest.warns(errors.EventsNotPeople):
        found = O.compare_groups(rates, focal="x", against="y")
    assert found["measure"].tolist() == ["rate_difference", "rate_ratio"]
    assert found["value"].tolist() == pytest.approx([90, 10])
    with pytest.warns(errors.ClassifiedApart, match="officer-defined"):
        O.compare_groups(table, focal="x", against="y", events_classed="officer-defined", people_classed="self-defined")


# -- refusals ------------------------------------------------------------------------------

PLAIN = pd.DataFrame({"group": ["x", "y"], "numerator": [2, 3], "denominator": [7, 8], "unit": "a", "sex": "f"})


@pytest.mark.parametrize(
    ("kind", "word", "options"),
    [
        (errors.UnknownGroup, "Did you mean 'x'", {"focal": "X"}),
        (errors.UnknownColumn, "no column 'ethnic'", {"focal": {"ethnic": "x"}}),
        (errors.InvalidParameter, "no group of people.*place_gap", {"focal": {"unit": "a"}}),
        (errors.InvalidParameter, "Did you mean 'risk_ratio'", {"focal": "x", "measures": "riskratio"}),
        (errors.InvalidParameter, "rate is of events", {"focal": "x", "measures": "rate"}),
        (errors.InvalidParameter, "level", {"focal": "x", "level": 95}),
        (errors.InvalidParameter, "deff is a number", {"focal": "x", "deff": -1}),
        (errors.InvalidParameter, "intervals", {"focal": "x", "intervals": {"risk_ratio": "wald"}}),
        (errors.InvalidParameter, "tenet is one of", {"focal": "x", "tenet": "fairness"}),
        (errors.InvalidParameter, "least", {"focal": "x", "least": -1}),
        (errors.InvalidParameter, "names no group", {"focal": {}}),
        (errors.ReservedName, "'value'", {"focal": "x", "by": "value"}),
        (errors.InvalidParameter, "counted is", {"focal": "x", "counted": "things"}),
    ],
)
def test_options_are_refused(kind, word, options):
    with pytest.raises(kind, match=word):
        O.compare_groups(PLAIN, **({"against": "y"} | options))


def test_conditions_of_areas_are_no_disparity():
    areas = pd.DataFrame({"unit": ["a", "b"], "group": "all", "numerator": [2, 3], "denominator": [7, 8]})
    with pytest.raises(errors.InvalidParameter, match="areas and not of groups"):
        O.compare_groups(areas, focal="all")
    tenths = pd.DataFrame({"group": ["decile 1", "decile 10"], "numerator": [2, 3], "denominator": [7, 8]})
    with pytest.raises(errors.InvalidParameter, match=r"outcomes\.inequality"):
        O.compare_groups(tenths, focal="decile 1", against="decile 10")


def test_tables_with_faults_are_refused():
    with pytest.raises(errors.InvalidTable, match="more people with the outcome") as caught:
        O.compare_groups(PLAIN.assign(numerator=[9, 3]), focal="x", against="y")
    assert caught.value.units == ("a",)
    with pytest.raises(errors.DuplicateUnit):
        O.compare_groups(pd.concat([PLAIN, PLAIN]), focal="x", against="y")
    with pytest.raises(errors.RepeatedColumn):
        O.compare_groups(pd.concat([PLAIN, PLAIN[["unit"]]], axis=1), focal="x", against="y")
    with pytest.raises(errors.UnknownColumn, match="'group'"):
        O.compare_groups(PLAIN.drop(columns="group"), focal="each")
    with pytest.raises(errors.EmptyTable):
        O.compare_groups(PLAIN[:0], focal="x")
    with pytest.raises(errors.EmptyTable):
        O.standardise(PLAIN[:0].assign(age="0-4"))
    with pytest.raises(errors.InvalidTable, match="not a list"):
        O.compare_groups([1], focal="x")
    with pytest.raises(errors.UnknownColumn, match="'numerator'"):
        O.compare_groups(PLAIN.drop(columns="numerator"), focal="x", against="y")


def test_every_fault_of_numbers_comes_in_one_error():
    with pytest.raises(errors.InvalidCounts) as caught:
        O.risk_ratio(-1, 10, [1, 2], [4, 5, 6], level=2, deff=0)
    assert len(caught.value.faults) == 4
    with pytest.raises(errors.InvalidCounts, match="rate_ratio"):
        O.risk_ratio(5, 4, 1, 4)
    with pytest.raises(errors.NotNumbers):
        O.rate("many", 4)
    with pytest.raises(errors.InvalidCounts, match="squares"):
        O.rate(5, 4, squares=3)
    with pytest.raises(errors.InvalidParameter, match="both widen"):
        O.rate(5, 4, squares=6, deff=2)
    with pytest.raises(errors.InvalidParameter, match="people drawn one by one"):
        O.odds_ratio(1, 4, 2, 5, interval="exact_conditional_fisher", deff=2)
    with pytest.raises(errors.UnmatchedUnit):
        O.proportion(pd.Series({"a": 1}), pd.Series({"b": 2}))


def test_series_keep_their_ids():
    found = O.proportion(pd.Series({"a": 1, "b": 3}), pd.Series({"a": 4, "b": 4}))
    assert found["unit"].tolist() == ["a", "b"]
    assert found.explain().startswith("a: 25.0 % of the focal group")


@pytest.mark.slow
def test_saved_and_verified(tmp_path):
    table = everyone(cross([(10, 20), (12, 50), (30, 60), (5, 70)], unit="a", period="2021"))
    rates = pm.Rates(table.assign(unit="a", indicator="i", measured_in="share"), dimensions=("ethnic", "sex"))
    results = [
        O.compare_groups(table, focal=FEMALE, against={"ethnic": "white", "sex": "male"}, least=0),
        O.compare_groups(rates, ["odds_ratio"], focal=FEMALE, intervals={"odds_ratio": "exact_conditional_fisher"}),
        O.compare_groups(rates, focal={"ethnic": "pakistani"}, deff=(1.5, 2), by="sex"),
        O.rate_ratio(pd.Series({"a": 1, "b": 3}), 10, [2, 2], 20, squares=[1, 5], against_squares=[2, 4]),
        O.odds_ratio(1, 4, 2, 5, deff=(1, 2)),
        O.rate_difference(1, 4, 2, 5, per=100),
        O.proportion(3, 7, interval="clopper_pearson_1934"),
    ]
    for number, result in enumerate(results):
        outcome = pm.verify(result.save(tmp_path / f"{number}.zip"))
        assert outcome.same, str(outcome)
        assert result.cite()
        assert {
            "value",
            "lower",
            "upper",
            "level",
            "method",
            "numerator",
            "denominator",
            "comparator",
            "tenet",
            "kind",
            "source",
            "note",
        } <= set(result.columns)
        assert result["sentence"].notna().all()
