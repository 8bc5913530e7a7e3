"""Seats, boards, grades and parity: against printed values, closed forms of other libraries, and brute force."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import placemix as pm
from placemix import errors
from placemix.indices.limits import wilson
from placemix.outcomes.seats.chances import at_most, how_many

FIELDS = {"population": "residents", "ages": "all ages", "pool": "everyone", "year": 2011, "source": "made up"}


def base(share=0.14, **changes):
    return pm.outcomes.Base(share=share, **{**FIELDS, **changes})


def one(members, places, share):
    return pm.outcomes.representation(members, places, base=base(share)).iloc[0]


# -- printed values --------------------------------------------------------------------


def test_members_of_parliament():
    """27 of 650, as printed in 2010, with the three bases in print."""
    found = one(27, 650, 0.14)
    assert 100 * found["share"] == pytest.approx(4.15, abs=0.005)
    assert 100 * found["lower"] == pytest.approx(2.87, abs=0.005)
    assert 100 * found["upper"] == pytest.approx(5.98, abs=0.005)
    assert found["expected"] == 91
    assert found["shortfall"] == found["posts"] == 64
    for share, expected, ratio in ((0.08, 52, 0.519), (0.14, 91, 0.297), (0.18, 117, 0.231)):
        row = one(27, 650, share)
        assert row["expected"] == expected
        assert row["ratio"] == pytest.approx(ratio, abs=0.0005)
    # "Less than half the number it should be" is true of bases above 8.31 % alone.
    assert one(27, 650, 54 / 650)["ratio"] == pytest.approx(0.5)
    assert one(27, 650, 0.0830)["ratio"] > 0.5 > one(27, 650, 0.0831)["ratio"]


def test_three_assemblies_pooled():
    assemblies = {"Scotland": 129, "Wales": 60, "London": 25}
    found = pm.outcomes.representation(4, assemblies, base=base(0.08))
    assert found["body"].tolist() == [*assemblies, "all bodies"]
    assert found["reason"].tolist()[:3] == ["members_not_given_by_body"] * 3
    assert found["members"].isna().tolist() == [True, True, True, False]
    last = found.iloc[-1]
    assert last["places"] == 214
    assert 100 * last["share"] == pytest.approx(1.87, abs=0.005)
    assert 100 * last["lower"] == pytest.approx(0.73, abs=0.005)
    assert 100 * last["upper"] == pytest.approx(4.71, abs=0.005)
    assert "pools bodies" in last["note"]


def test_police_officers_beside_a_target():
    found = pm.outcomes.representation(35, 1000, base=base(0.07, pool="a target for 2009, not a population"))
    assert found["ratio"].iloc[0] == pytest.approx(0.5)
    assert found["base_pool"].iloc[0] == "a target for 2009, not a population"


@pytest.mark.parametrize(("places", "printed"), [(6, 0.606), (8, 0.513), (12, 0.368)])
def test_boards_without_a_member_by_chance(places, printed):
    assert one(0, places, 0.08)["p_none"] == pytest.approx(printed, abs=0.0005)


def test_shortfall_is_exact_in_decimals():
    """0.14 × 650 is 91.00000000000001 on a computer, which would be rounded up to one post too many."""
    assert 0.14 * 650 != 91
    for members, places, share, posts in ((27, 650, 0.14, 64), (7, 100, 0.07, 0), (9, 100, 0.07, -2), (0, 10, 0.07, 1)):
        found = one(members, places, share)
        assert found["posts"] == posts
        assert found["shortfall"] == pytest.approx(share * places - members, abs=1e-12)


# -- second implementations ------------------------------------------------------------


@given(
    st.lists(st.tuples(st.integers(1, 400), st.floats(0, 1)), min_size=1, max_size=5),
    st.floats(0.01, 0.99),
    st.floats(0.5, 0.999),
)
def test_each_body_agrees_with_scipy(bodies, share, level):
    places = {f"b{number}": size for number, (size, _) in enumerate(bodies)}
    members = {f"b{number}": round(part * size) for number, (size, part) in enumerate(bodies)}
    found = pm.outcomes.representation(members, places, base=base(share), level=level)
    for name, row in found.set_index("body").iterrows():
        x = members.get(name, sum(members.values()))
        n = places.get(name, sum(places.values()))
        ends = stats.binomtest(x, n).proportion_ci(level, method="wilson")
        assert row["lower"] == pytest.approx(ends.low, abs=1e-9)
        assert row["upper"] == pytest.approx(ends.high, abs=1e-9)
        assert row["p_at_most"] == pytest.approx(stats.binomtest(x, n, share, alternative="less").pvalue, abs=1e-9)
        assert row["p_none"] == pytest.approx(stats.binom.pmf(0, n, share), rel=1e-9)
        assert row["ratio"] == pytest.approx(x / n / share)
        assert row["ratio_lower"] == pytest.approx(row["lower"] / share)


def test_a_ratio_of_1_is_no_shortfall():
    for size in (50, 100, 1000):
        found = one(14 * size // 100, size, 0.14)
        assert found["ratio"] == pytest.approx(1)
        assert found["posts"] == 0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9))
def test_how_many_is_every_outcome_counted(chances):
    direct = np.zeros(len(chances) + 1)
    for happens in itertools.product([0, 1], repeat=len(chances)):
        direct[sum(happens)] += math.prod(p if yes else 1 - p for p, yes in zip(chances, happens, strict=True))
    np.testing.assert_allclose(how_many(np.array(chances)), direct, atol=1e-12)


@given(st.lists(st.tuples(st.integers(0, 6), st.floats(0.01, 0.99)), min_size=1, max_size=4), st.integers(0, 24))
def test_pooled_probability_is_that_of_every_place(bodies, members):
    sizes = np.array([size for size, _ in bodies])
    shares = np.array([share for _, share in bodies])
    members = min(members, int(sizes.sum()))
    each = how_many(np.repeat(shares, sizes))
    assert at_most(members, sizes, shares) == pytest.approx(each[: members + 1].sum(), rel=1e-9)


def test_pooled_bodies_of_one_base_are_one_binomial():
    sizes = np.array([30_000, 5_000, 12])
    assert at_most(1200, sizes, np.full(3, 0.035)) == pytest.approx(stats.binom.cdf(1200, 35_012, 0.035), rel=1e-9)


def test_rare_tails_keep_their_digits():
    found = at_most(1, np.array([2000, 3000]), np.array([0.02, 0.03]))
    none = 2000 * math.log1p(-0.02) + 3000 * math.log1p(-0.03)
    exact = math.exp(none) * (1 + 2000 * 0.02 / 0.98 + 3000 * 0.03 / 0.97)
    assert found == pytest.approx(exact, rel=1e-9)
    assert 0 < found < 1e-50


def test_pooled_row_of_several_bases():
    bases = {"north": base(0.02), "south": base(0.4, population="residents of the south")}
    found = pm.outcomes.representation({"north": 1, "south": 9}, {"north": 20, "south": 30}, base=bases)
    last = found.iloc[-1]
    assert last["expected"] == pytest.approx(0.02 * 20 + 0.4 * 30)
    assert last["base_share"] == pytest.approx(12.4 / 50)
    assert last["ratio"] == pytest.approx(10 / 12.4)
    assert last["base_population"] == "residents; residents of the south"
    direct = sum(
        stats.binom.pmf(i, 20, 0.02) * stats.binom.pmf(j, 30, 0.4) for i in range(21) for j in range(31) if i + j <= 10
    )
    assert last["p_at_most"] == pytest.approx(direct, abs=1e-9)
    assert last["p_none"] == pytest.approx(0.98**20 * 0.6**30)


def test_places_without_anybody():
    found = pm.outcomes.representation({"a": 0, "b": 1}, {"a": 0, "b": 4}, base=base(0.1))
    assert found["reason"].tolist()[0] == "no_places"
    assert math.isnan(found["share"].iloc[0])
    assert found["share"].iloc[-1] == 0.25


def test_wilson_at_the_ends():
    low, high = wilson(np.array([0.0, 5.0, np.nan]), np.array([5.0, 5.0, 5.0]))
    assert low[0] == 0
    assert high[1] == 1
    assert np.isnan(low[2])
    # The formula itself gives 1 but for the last digit, for some of these.
    people = np.arange(1.0, 60)
    assert (wilson(people, people)[1] == 1).all()
    assert (wilson(0 * people, people)[0] == 0).all()


# -- sets of boards --------------------------------------------------------------------


@given(st.lists(st.integers(1, 12), min_size=1, max_size=8), st.floats(0.01, 0.6))
def test_sets_of_boards(sizes, share):
    boards = {f"b{number}": size for number, size in enumerate(sizes)}
    found = pm.outcomes.boards_without_member(boards, base=base(share), without=0)
    none = (1 - share) ** np.array(sizes)
    assert found["expected"].iloc[0] == pytest.approx(none.sum(), rel=1e-9)
    assert (found["probability"] * found["without"]).sum() == pytest.approx(none.sum(), rel=1e-9)
    variance = (found["probability"] * (found["without"] - none.sum()) ** 2).sum()
    assert variance == pytest.approx((none * (1 - none)).sum(), abs=1e-9)
    assert found["at_most"].iloc[-1] == pytest.approx(1)
    assert found["at_least"].iloc[0] == pytest.approx(1)
    np.testing.assert_allclose(found["at_most"] + found["at_least"] - found["probability"], 1, atol=1e-12)
    assert found["observed"].tolist() == [True, *[False] * len(sizes)]


def test_boards_of_one_size_are_a_binomial():
    found = pm.outcomes.boards_without_member({f"b{n}": 8 for n in range(25)}, base=base(0.08))
    expected = stats.binom.pmf(np.arange(26), 25, 0.92**8)
    np.testing.assert_allclose(found["probability"], expected, atol=1e-12)


def test_bases_by_board():
    bases = {"a": base(0.5), "b": base(0.1)}
    found = pm.outcomes.boards_without_member({"a": 1, "b": 1}, base=bases)
    assert found["probability"].tolist() == pytest.approx([0.5 * 0.1, 0.5 * 0.1 + 0.5 * 0.9, 0.5 * 0.9])


# -- grades ----------------------------------------------------------------------------


def staff(**groups):
    table = pd.DataFrame({"grade": [f"g{number}" for number in range(len(next(iter(groups.values()))))], **groups})
    return pm.from_wide(table, groups=list(groups), unit="grade")


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=6))
def test_profile_of_grades(rows):
    if not any(x + y for x, y in rows):
        return
    counts = staff(x=[x for x, _ in rows], y=[y for _, y in rows])
    grades = [f"g{number}" for number in range(len(rows))]
    found = pm.outcomes.grade_profile(counts, grades, focal="x")
    assert found["grade"].tolist() == grades
    for at, (x, y) in enumerate(rows):
        row = found.iloc[at]
        higher = rows[at:]
        if x + y == 0:
            assert row["reason"] == "no_people"
            assert math.isnan(row["share"])
            continue
        assert row["share"] == pytest.approx(x / (x + y))
        assert row["at_or_above"] == pytest.approx(sum(a for a, _ in higher) / sum(a + b for a, b in higher))
        if at and sum(rows[at - 1]) and rows[at - 1][0]:
            assert row["ratio_below"] == pytest.approx(row["share"] / found["share"].iloc[at - 1])
        others = [pair for place, pair in enumerate(rows) if place != at]
        rest = sum(a for a, _ in others), sum(a + b for a, b in others)
        if rest[0] and x:
            assert row["ratio_others"] == pytest.approx(row["share"] / (rest[0] / rest[1]))


def test_the_same_share_at_every_grade_has_ratios_of_1():
    found = pm.outcomes.grade_profile(staff(x=[30, 20, 1], y=[60, 40, 2]), ["g0", "g1", "g2"], focal="x")
    assert found["ratio_below"].dropna().tolist() == pytest.approx([1, 1])
    assert found["ratio_others"].tolist() == pytest.approx([1, 1, 1])


def test_grades_in_the_order_given_and_groups_each():
    counts = staff(x=[1, 2], y=[3, 4])
    found = pm.outcomes.grade_profile(counts, ["g1", "g0"])
    assert found[["group", "grade", "step"]].values.tolist() == [
        ["x", "g1", 1], ["x", "g0", 2], ["y", "g1", 1], ["y", "g0", 2],
    ]  # fmt: skip


# -- parity ----------------------------------------------------------------------------


def years(*given, **options):
    return pm.outcomes.time_to_parity(*given, **options)["years"].iloc[0]


def test_printed_years_to_parity():
    assert years(0.035, 0.07, 0.05, 0.0951499) == pytest.approx(17.00, abs=0.005)
    assert years(0.035, 0.07, 0.05, 0.12) == pytest.approx(10.34, abs=0.005)
    assert years(0.035, 0.07, 0.05, 0.07) == math.inf
    assert years(0.035, 0.07, 0.05, 0.06) == math.inf
    needed = pm.outcomes.recruitment_for_parity(0.035, 0.07, 0.05, 17)["recruited"].iloc[0]
    assert 100 * needed == pytest.approx(9.515, abs=0.0005)


@given(st.floats(0, 0.3), st.floats(0.01, 0.5), st.floats(0.02, 0.6), st.floats(0, 1), st.floats(-0.05, 0.05))
def test_years_are_those_of_the_recursion(now, target, turnover, recruited, gap):
    gap = max(gap, -now)
    if not 0 <= recruited - gap <= 1:
        return
    found = years(now, target, turnover, recruited, exit_gap=gap)
    share, year = now, 0
    while share < target and year < 3000:
        share, year = share + turnover * (recruited - share - gap), year + 1
    if found == math.inf:
        assert share <= target + 1e-9
    elif year < 3000 and abs(found - round(found)) > 1e-6:
        assert math.ceil(found) == year


@given(st.floats(0.01, 0.3), st.floats(0.02, 0.6), st.floats(0.02, 0.5), st.floats(0.5, 40))
def test_the_recruitment_needed_takes_the_years_asked(now, turnover, target, span):
    found = pm.outcomes.recruitment_for_parity(now, target, turnover, span).iloc[0]
    if found["reason"] or now >= target or found["recruited"] - target < 1e-6:
        return
    assert years(now, target, turnover, found["recruited"]) == pytest.approx(span, rel=1e-6)


def test_sensitivity_to_turnover():
    found = pm.outcomes.time_to_parity(0.035, 0.07, 0.05, 0.0951499)
    assert found["turnover"].tolist() == pytest.approx([0.05, 0.04, 0.06])
    # Years are in proportion to 1 / −ln(1 − λ).
    ratios = found["years"] / found["years"].iloc[0]
    expected = [math.log(0.95) / math.log(1 - rate) for rate in (0.05, 0.04, 0.06)]
    assert ratios.tolist() == pytest.approx(expected)
    edge = pm.outcomes.time_to_parity(0.1, 0.2, 0.005, 0.3)
    assert edge["reason"].iloc[1] == "turnover_out_of_range"
    assert math.isnan(edge["years"].iloc[1])


def test_ends_of_parity():
    found = pm.outcomes.time_to_parity(0.3, 0.2, 0.05, 0.1).iloc[0]
    assert (found["years"], found["reason"]) == (0, "target_met_now")
    found = pm.outcomes.time_to_parity(0.1, 0.2, 0, 0.9).iloc[0]
    assert (found["years"], found["reason"], found["limit"]) == (math.inf, "nobody_leaves", 0.1)
    found = pm.outcomes.recruitment_for_parity(0.0, 0.9, 0.05, 1).iloc[0]
    assert found["recruited"] == pytest.approx(18)
    assert found["reason"] == "more_than_all_recruits"
    found = pm.outcomes.recruitment_for_parity(0.9, 0.1, 0.05, 1).iloc[0]
    assert (found["recruited"] < 0, found["reason"]) == (True, "met_without_recruits")
    assert pm.outcomes.recruitment_for_parity(0.1, 0.2, 0, 5).iloc[0]["reason"] == "nobody_leaves"


def test_leavers_of_the_group_lengthen_the_way():
    assert years(0.035, 0.07, 0.05, 0.12, exit_gap=0.02) == pytest.approx(years(0.035, 0.07, 0.05, 0.10))
    assert years(0.035, 0.07, 0.05, 0.12, exit_gap=0.05) == math.inf


@given(
    st.floats(0.01, 0.2),
    st.floats(0.02, 0.4),
    st.floats(0, 0.6),
    st.lists(st.floats(0.02, 0.5), min_size=2, max_size=5),
)
def test_a_target_that_moves_is_met_first_where_a_fine_grid_meets_it(now, turnover, recruited, targets):
    target = {5.0 * place: share for place, share in enumerate(targets)}
    found = pm.outcomes.time_to_parity(now, target, turnover, recruited).iloc[0]
    grid = np.linspace(0, 5 * (len(targets) - 1), 20_001)
    ahead = recruited - (recruited - now) * (1 - turnover) ** grid - np.interp(grid, list(target), targets)
    met = grid[ahead >= 0]
    if math.isnan(found["years"]):
        assert found["reason"] == "not_within_years_given"
        assert ahead.max() < 1e-6
    else:
        at = found["years"]
        gap = recruited - (recruited - now) * (1 - turnover) ** at - np.interp(at, list(target), targets)
        assert gap >= -1e-9
        assert not len(met) or at <= met[0] + 1e-9
        assert found["target"] == pytest.approx(np.interp(at, list(target), targets))


def test_a_target_that_stays_is_the_constant_one():
    moving = years(0.035, {0: 0.07, 100: 0.07}, 0.05, 0.0951499)
    assert moving == pytest.approx(years(0.035, 0.07, 0.05, 0.0951499), rel=1e-9)
    by_series, by_mapping = (years(0.035, kind({0: 0.07, 10: 0.09}), 0.05, 0.2) for kind in (pd.Series, dict))
    assert by_series == by_mapping < 10


# -- refusals --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"share": 14}, "Write 14 % as 0.14"),
        ({"share": 0.0}, "above 0"),
        ({"share": "many"}, "a number"),
        ({"share": True}, "a number"),
        ({"population": " "}, "lacks population"),
        ({"ages": ""}, "lacks ages"),
        ({"pool": None}, "lacks pool"),
        ({"source": ""}, "lacks source"),
        ({"year": "recently"}, "no year"),
    ],
)
def test_a_base_says_whose_it_is(change, word):
    with pytest.raises(errors.InvalidParameter, match=word):
        pm.outcomes.Base(**({"share": 0.1} | FIELDS | change))


def test_every_fault_of_every_base_at_once():
    bases = {"a": {"share": 2, "populaton": "x"}, "b": {**FIELDS, "share": 0.1}, "d": {}}
    with pytest.raises(errors.PlacemixError) as caught:
        pm.outcomes.representation({"a": 1, "b": 1, "c": 1}, {"a": 4, "b": 4, "c": 4}, base=bases)
    text = str(caught.value)
    assert isinstance(caught.value, errors.UnmatchedUnit)
    for words in ("No base is given for 'c'", "'d', which are no bodies", "Did you mean 'population'", "lacks pool"):
        assert words in text


def test_a_bare_share_is_no_base():
    with pytest.raises(errors.InvalidParameter, match="does not say whose"):
        pm.outcomes.representation(27, 650, base=0.14)


@pytest.mark.parametrize(
    ("members", "places", "error"),
    [
        (5, 4, errors.InvalidCounts),
        (-1, 4, errors.InvalidCounts),
        (1.5, 4, errors.InvalidCounts),
        (math.nan, 4, errors.InvalidCounts),
        ("3", 4, errors.InvalidCounts),
        (True, 4, errors.InvalidCounts),
        ({"a": 1}, {"b": 4}, errors.UnmatchedUnit),
        ({"a": 1}, 4, errors.UnmatchedUnit),
        ({}, {}, errors.InvalidCounts),
        (9, {"a": 4, "b": 4}, errors.InvalidCounts),
        ({"all bodies": 1, "b": 1}, {"all bodies": 4, "b": 4}, errors.InvalidParameter),
        (pd.Series([1, 1], index=["a", "a"]), pd.Series([1, 1], index=["a", "a"]), errors.InvalidParameter),
    ],
)
def test_impossible_seats(members, places, error):
    with pytest.raises(error):
        pm.outcomes.representation(members, places, base=base())


def test_other_refusals():
    with pytest.raises(errors.InvalidParameter, match="level"):
        pm.outcomes.representation(1, 4, base=base(), level=95)
    with pytest.raises(errors.InvalidCounts):
        pm.outcomes.boards_without_member({"a": 0, "b": 3}, base=base())
    with pytest.raises(errors.InvalidCounts):
        pm.outcomes.boards_without_member({"a": 2}, base=base(), without=2)
    with pytest.raises(errors.PlacemixError) as caught:
        pm.outcomes.grade_profile(staff(x=[1, 2], y=[3, 4]), ["g0", "g0", "top"])
    for words in ("'top' is no grade", "leaves out 'g1'", "named twice"):
        assert words in str(caught.value)
    with pytest.raises(errors.InvalidCounts, match="heads"):
        pm.outcomes.grade_profile(staff(x=[1.5, 2], y=[3, 4]), ["g0", "g1"])
    with pytest.raises(errors.UnknownGroup):
        pm.outcomes.grade_profile(staff(x=[1, 2], y=[3, 4]), ["g0", "g1"], focal="z")
    with pytest.raises(errors.NotCounts):
        pm.outcomes.grade_profile(pd.DataFrame({"x": [1]}), ["g0"])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((35, 0.07, 0.05, 0.1), "now is a share"),
        ((0.03, 7, 0.05, 0.1), "target is a share"),
        ((0.03, 0.07, 1, 0.1), "below 1"),
        ((0.03, 0.07, 0.05, 12), "recruited is a share"),
        ((0.03, {1: 0.07, 2: 0.08}, 0.05, 0.1), "begin with 0"),
        ((0.03, {0: 0.07}, 0.05, 0.1), "at least two"),
        ((0.03, {0: 0.07, 5: 8}, 0.05, 0.1), "in every year"),
    ],
)
def test_parity_refuses(given, words):
    with pytest.raises(errors.InvalidParameter, match=words):
        pm.outcomes.time_to_parity(*given)


def test_parity_refuses_more():
    with pytest.raises(errors.InvalidParameter, match="that can last"):
        pm.outcomes.time_to_parity(0.3, 0.5, 0.05, 0.1, exit_gap=0.2)
    with pytest.raises(errors.InvalidParameter, match="Together with now"):
        pm.outcomes.time_to_parity(0.3, 0.5, 0.05, 0.1, exit_gap=-0.4)
    with pytest.raises(errors.InvalidParameter, match="none is assumed"):
        pm.outcomes.recruitment_for_parity(0.03, {0: 0.07, 5: 0.08}, 0.05, 10)
    with pytest.raises(errors.InvalidParameter, match="above 0"):
        pm.outcomes.recruitment_for_parity(0.03, 0.07, 0.05, 0)


def test_sentences_say_what_a_councillor_asks():
    said = pm.outcomes.representation(
        {"council": 5, "board": 1}, {"council": 60, "board": 8}, base=base(0.12)
    ).explain()
    assert said.splitlines()[0] == (
        "Council: 5 of 60, 8.3 % (3.6 to 18.1 %), beside 12 % of residents, all ages, everyone, 2011 (made up); "
        "3 short of it."
    )
    assert "Board: 1 of 8" in said
    assert said.splitlines()[1].endswith("not short of it.")
    said = pm.outcomes.time_to_parity(0.035, 0.07, 0.05, 0.0951499).explain().splitlines()[0]
    assert said == "At a turnover of 5 % a year with 9.51 % of recruits, the share goes from 3.5 % to 7 % in 17 years."
    assert "is never met" in pm.outcomes.time_to_parity(0.035, 0.07, 0.05, 0.07).explain()
    assert pm.outcomes.time_to_parity(0.1, 0.07, 0.05, 0.07).explain() == "The target of 7 % is met now."
    said = pm.outcomes.recruitment_for_parity(0, 0.9, 0.005, 1).explain().splitlines()
    assert "with 18,000 % of recruits, which no recruitment is, the share goes" in said[0]
    assert said[1].endswith("nothing can be said.")
    within = pm.outcomes.time_to_parity(0.1, {0: 0.4, 1: 0.4}, 0.05, 0.9).explain()
    assert "not met within the years" in within
    assert "changes anything" in pm.outcomes.recruitment_for_parity(0.1, 0.2, 0, 5).explain()


# -- what every result does ------------------------------------------------------------


@pytest.mark.slow
def test_saved_and_verified(tmp_path):
    bodies = {"a": 10, "b": 20}
    results = [
        pm.outcomes.representation(27, 650, base=base()),
        pm.outcomes.representation({"a": 1, "b": 2}, bodies, base={"a": base(0.1), "b": base(0.2, year="2011/12")}),
        pm.outcomes.representation(2, pd.Series(bodies), base=base(0.1)),
        pm.outcomes.boards_without_member(bodies, base=base(0.1), without=1),
        pm.outcomes.boards_without_member(bodies, base={"a": base(0.1), "b": base(0.2)}),
        pm.outcomes.grade_profile(staff(x=[5, 1], y=[5, 9]), ["g0", "g1"], focal="x"),
        pm.outcomes.time_to_parity(0.035, 0.07, 0.05, 0.12),
        pm.outcomes.time_to_parity(0.035, {0: 0.07, 10: 0.08}, 0.05, 0.12, exit_gap=0.01),
        pm.outcomes.recruitment_for_parity(0.035, {0: 0.07, 10.5: 0.08}, 0.05, 10),
    ]
    for number, result in enumerate(results):
        outcome = pm.verify(result.save(tmp_path / f"{number}.zip"))
        assert outcome.same, f"{number}: {outcome}"
        assert {"note", "version"} <= set(result.columns)
        assert "placemix" in result.cite()


def test_inputs_stay_as_they_are():
    places, members = pd.Series({"a": 10, "b": 20}), {"a": 1, "b": 2}
    given = {**FIELDS, "share": 0.1}
    pm.outcomes.representation(members, places, base=given)
    assert places.tolist() == [10, 20]
    assert members == {"a": 1, "b": 2}
    assert given == {**FIELDS, "share": 0.1}
