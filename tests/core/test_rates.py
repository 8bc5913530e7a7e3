"""Rates: what they are shares of, what may be divided by what, and groups against the rest."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import placemix as pm
from placemix import errors
from placemix.rates import COLUMNS, plausible
from placemix.rates.scales import half_units, per, years


def wide(rows, **about):
    table = pd.DataFrame(rows, columns=["id", "x", "y"])
    return pm.from_wide(table, groups=["x", "y"], unit="id", about=about)


def rates(**columns):
    return pm.Rates(pd.DataFrame({"indicator": "absent", "unit": "a"} | columns))


def rest(table, *args, **options):
    with pytest.warns(errors.PartWholeComparison, match="everyone else"):
        return table.against_rest(*args, **options)


# -- the table --------------------------------------------------------------------------


def test_every_column_is_there_and_missing_is_nan():
    table = rates(rate=[0.5]).table
    assert tuple(table.columns) == COLUMNS
    assert table[["numerator", "numerator_low", "denominator", "lower"]].isna().all(axis=None)


def test_the_callers_table_is_not_changed():
    own = pd.DataFrame({"indicator": ["i"], "unit": ["a"], "rate": [0.5]})
    before = own.copy()
    pm.Rates(own)
    pd.testing.assert_frame_equal(own, before)


@pytest.mark.parametrize(
    ("columns", "kind", "word"),
    [
        ({"rate": ["c"]}, errors.NotNumbers, "'c'"),
        ({"rate": [1.0], "denominator": [-1]}, errors.InvalidTable, "negative denominator"),
        ({"rate": [math.inf]}, errors.InvalidTable, "infinite"),
        ({"numerator_low": [4], "numerator_high": [1]}, errors.InvalidTable, "goes down"),
        ({"rate": [1.0], "lower": [3], "upper": [2]}, errors.InvalidTable, "goes down"),
        ({"unit": ["a", "a"], "rate": [1, 2]}, errors.DuplicateUnit, "repeats a row above"),
    ],
)
def test_a_table_with_faults_is_refused(columns, kind, word):
    with pytest.raises(kind, match=word):
        rates(**columns)


def test_all_faults_are_told_together():
    with pytest.raises(errors.NotNumbers) as caught:
        rates(unit=["a", "a"], rate=["c", "d"], denominator=[-1, 1])
    assert isinstance(caught.value, errors.DuplicateUnit)
    assert len(caught.value.faults) == 3


def test_other_columns_tell_rows_apart_only_where_they_are_said_to():
    table = pd.DataFrame({"indicator": "i", "unit": "a", "sex": ["f", "m"], "rate": [1, 2]})
    with pytest.raises(errors.DuplicateUnit):
        pm.Rates(table)
    assert len(pm.Rates(table, dimensions=("sex",))) == 2
    with pytest.raises(errors.UnknownColumn, match="'age'"):
        pm.Rates(table, dimensions=("sex", "age"))


def test_marking_rows_does_not_make_them_different():
    with pytest.warns(errors.SmallNumbers):
        marked = rates(unit=["a", "b"], numerator=[1, 100]).few()
    assert marked.table["small"].tolist() == [True, False]
    again = pd.concat([marked.table, marked.table.assign(small=False).iloc[:1]])
    with pytest.raises(errors.DuplicateUnit):
        pm.Rates(again)


# -- conditions -------------------------------------------------------------------------


def test_a_condition_is_one_rate_a_unit():
    table = rates(unit=["a", "b", "a", "b"], group=["x", "x", "y", "y"], rate=[1, 2, 3, 4])
    assert table.condition("absent", group="y").to_dict() == {"a": 3.0, "b": 4.0}
    with pytest.raises(errors.InvalidTable, match=r"differ in group.*Remedy: Name one with group="):
        table.condition("absent")
    with pytest.raises(errors.UnknownGroup, match="there are x, y"):
        table.condition("absent", group="z")
    with pytest.raises(errors.UnknownColumn, match="Did you mean 'absent'"):
        table.condition("abscent")


@pytest.mark.parametrize("measured_in", ["rank", "decile", "national quintile"])
def test_ranks_are_no_condition(measured_in):
    with pytest.raises(errors.RankOrDecileArithmetic, match=r"Remedy: Use the score or rate"):
        rates(rate=[3], measured_in=measured_in).condition("absent")


def test_national_rows_are_told():
    table = rates(unit=["E92000001", "W92000004"], rate=[1, 2])
    with pytest.warns(errors.NationalMask, match="area"):
        table.condition("absent")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rates(unit=["E92000001", "E06000001"], rate=[1, 2]).condition("absent")


def test_a_condition_feeds_the_place_gap():
    homes = wide([("a", 8, 2), ("b", 2, 8)])
    condition = rates(unit=["a", "b"], rate=[0.4, 0.2], measured_in="share").condition("absent")
    gap = pm.place_gap(homes, condition, focal="x", against="y")
    assert gap["gap"].iloc[0] == pytest.approx((0.8 - 0.2) * (0.4 - 0.2))


# -- hidden numerators ------------------------------------------------------------------


def test_a_hidden_numerator_is_an_interval_and_so_is_its_rate():
    table = rates(numerator_low=[1], numerator_high=[4], denominator=[50], measured_in="%", symbol="c")
    assert math.isnan(table.table["numerator"].iloc[0])
    assert (table.cell(0).low, table.cell(0).high, table.cell(0).symbol) == (1, 4, "c")
    assert (table.cell(0, "rate").low, table.cell(0, "rate").high) == (2, 8)


def test_what_is_known_is_a_number_and_what_is_missing_is_nan():
    table = rates(unit=["a", "b"], numerator=[3, np.nan], rate=[0.3, np.nan], symbol=[np.nan, "c"])
    assert table.cell(0) == 3
    assert table.cell(0, "rate") == 0.3
    assert math.isnan(table.cell(1))


# -- events over people -----------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(51, 99)), min_size=1, max_size=5), st.sampled_from([1, 1000]))
def test_a_rate_is_numerator_over_denominator(cells, scale):
    assume(any(top for top, _ in cells))
    tops = wide([(f"u{place}", top, top) for place, (top, _) in enumerate(cells)])
    bottoms = wide([(f"u{place}", bottom, 100) for place, (_, bottom) in enumerate(cells)])
    table = pm.Rates.from_counts(tops, bottoms, indicator="i", per=scale).table
    np.testing.assert_allclose(table["rate"], table["numerator"] / table["denominator"] * scale, rtol=1e-15)
    assert table["denominator"].tolist() == bottoms.values.ravel().tolist()


def test_groups_and_units_may_stand_in_another_order():
    people = pm.from_wide(pd.DataFrame({"id": ["b", "a"], "y": [40, 20], "x": [30, 10]}), groups=["y", "x"], unit="id")
    table = pm.Rates.from_counts(wide([("a", 1, 2), ("b", 3, 4)]), people, indicator="i").table
    assert table["rate"].tolist() == [0.1, 0.1, 0.1, 0.1]


@pytest.mark.parametrize(
    ("one", "other", "word"),
    [
        ({"vintage": "2011"}, {"vintage": "2021"}, "harmonise.align"),
        ({"scheme": "eth18_2011"}, {"scheme": "eth19_2021"}, "harmonise.regroup"),
        ({"universe": "pupils"}, {"universe": "residents"}, "pupils by pupils"),
        ({"universe": "households"}, {"universe": "residents"}, "households by households"),
        ({"period": "2018/19"}, {"period": "2021"}, "apart="),
        ({"period": "spring"}, {"period": "autumn"}, "apart="),
        ({"geography": "police force"}, {"geography": "LSOA"}, "larger areas"),
    ],
)
def test_what_does_not_count_the_same_is_refused(one, other, word):
    (name,) = one
    with pytest.raises(errors.DenominatorMismatch, match=name) as caught:
        pm.Rates.from_counts(wide([("a", 1, 1)], **one), wide([("a", 9, 9)], **other), indicator="i")
    assert word in caught.value.remedy


def test_every_difference_is_told():
    one, other = {"vintage": "2011", "period": "2001"}, {"vintage": "2021", "period": "2021"}
    with pytest.raises(errors.DenominatorMismatch) as caught:
        pm.Rates.from_counts(wide([("a", 1, 1)], **one), wide([("a", 9, 9)], **other), indicator="i")
    assert all(word in str(caught.value) for word in ("vintage", "period", "'2001'", "'2021'"))


@pytest.mark.parametrize(
    ("one", "other"), [("2018/19", "mid 2019"), ("2020", "2021"), ("2018 - 20", "2021"), ("2019-07", "census day 2020")]
)
def test_periods_a_year_apart_are_close_enough(one, other):
    table = pm.Rates.from_counts(wide([("a", 1, 1)], period=one), wide([("a", 9, 9)], period=other), indicator="i")
    assert any(other in note for note in table.about.notes)


def test_years_apart_may_be_allowed():
    one, other = wide([("a", 1, 1)], period="2018"), wide([("a", 9, 9)], period="2021")
    assert len(pm.Rates.from_counts(one, other, indicator="i", apart=3)) == 2
    with pytest.raises(errors.DenominatorMismatch):
        pm.Rates.from_counts(one, other, indicator="i", apart=2)


def test_events_may_exceed_people_and_are_no_share_of_them():
    searches = wide([("a", 30, 1)], universe="events", period="2021")
    people = wide([("a", 10, 60)], universe="residents", period="2021")
    with pytest.warns(errors.EventsNotPeople, match="events per person"):
        table = pm.Rates.from_counts(searches, people, indicator="searches")
    assert table.table["measured_in"].tolist() == ["per person", "per person"]
    assert table.about.universe == "residents"
    with pytest.raises(errors.DenominatorMismatch, match=r"'x' has more people.*'events'"):
        pm.Rates.from_counts(wide([("a", 30, 1)]), people, indicator="searches")


def test_a_suppressed_numerator_keeps_its_bounds_and_a_suppressed_denominator_is_refused():
    table = pd.DataFrame({"id": ["a"], "x": ["c"], "y": [6]})
    hidden = pm.from_wide(table, groups=["x", "y"], unit="id", suppressed={"c": (1, 4)})
    people = wide([("a", 50, 60)])
    out = pm.Rates.from_counts(hidden, people, indicator="i", per=100)
    assert (out.cell(0, "rate").low, out.cell(0, "rate").high) == (2, 8)
    assert math.isnan(out.table["rate"].iloc[0])
    with pytest.raises(errors.SuppressedValue, match="fill"):
        pm.Rates.from_counts(wide([("a", 1, 1)]), hidden, indicator="i")


def test_nobody_in_the_denominator_is_no_rate_and_is_noted():
    table = pm.Rates.from_counts(wide([("a", 0, 1)]), wide([("a", 0, 9), ("b", 1, 1)]), indicator="i")
    assert math.isnan(table.table["rate"].iloc[0])
    assert any("nobody" in note for note in table.about.notes)
    assert any("1 unit of the denominator" in note for note in table.about.notes)


def test_events_where_nobody_is_counted_are_refused():
    with pytest.raises(errors.UnmatchedUnit, match=r"larger areas.*|.*\[b\]"):
        pm.Rates.from_counts(wide([("b", 1, 1)]), wide([("a", 9, 9)]), indicator="i")


# -- a group against the rest -----------------------------------------------------------


def test_turnout_of_47_against_61_is_against_a_rest_of_62():
    """The pamphlet's figures: the national rate includes the minority, of whom there are 8 in 100."""
    turnout = rates(group=["minority", "all"], rate=[47, 61], unit=None)
    for line in (
        rest(turnout, "minority", share=0.08),
        rest(rates(group=["minority", "all"], rate=[47, 61], denominator=[8, 100], unit=None), "minority"),
    ):
        assert line["rate_rest"].iloc[0] == pytest.approx(62.2174, abs=5e-5)
        assert line["difference"].iloc[0] == pytest.approx(-15.2174, abs=5e-5)
    with pytest.raises(errors.DenominatorMismatch, match=r"Remedy: .*share="):
        turnout.against_rest("minority")


people = st.integers(1, 500)


@pytest.mark.slow
@given(people, people, st.floats(0, 1), st.floats(0, 1), st.sampled_from(["%", "share", "per 1,000", None]))
def test_the_rest_is_the_others(own, others, ours, theirs, measured_in):
    n, m = round(own * ours), round(others * theirs)
    scale = per(measured_in) or 1.0
    table = rates(
        group=["x", "All persons"],
        numerator=[n, n + m],
        denominator=[own, own + others],
        rate=[n / own * scale, (n + m) / (own + others) * scale],
        measured_in=measured_in,
    )
    line = rest(table, "x").iloc[0]
    assert line["rate_rest"] == pytest.approx(m / others * scale, abs=1e-9)
    assert line["difference"] == pytest.approx((n / own - m / others) * scale, abs=1e-9)


def test_each_row_says_why_it_has_no_rest():
    table = pd.DataFrame(
        [
            ("known", "x", 5, 5, 5, 10, 50), ("known", "all", 8, 8, 8, 20, 40),
            ("hidden", "x", np.nan, 1, 4, 10, np.nan), ("hidden", "all", 8, 8, 8, 20, 40),
            ("alone", "x", 5, 5, 5, 10, 50),
            ("only them", "x", 5, 5, 5, 10, 50), ("only them", "all", 5, 5, 5, 10, 50),
            ("adjusted", "x", 5, 5, 5, 10, 61), ("adjusted", "all", 8, 8, 8, 20, 40),
            ("unsized", "x", np.nan, np.nan, np.nan, np.nan, 50), ("unsized", "all", 8, 8, 8, 20, 40),
        ],
        columns=["unit", "group", "numerator", "numerator_low", "numerator_high", "denominator", "rate"],
    )  # fmt: skip
    out = rest(pm.Rates(table.assign(indicator="i", measured_in="%")), "x").set_index("unit")
    assert out["rate_rest"].dropna().to_dict() == {"known": 30.0}
    assert out["reason"].dropna().to_dict() == {
        "hidden": "suppressed", "alone": "no_row_for_everyone", "only them": "nobody_else",
        "adjusted": "standardised", "unsized": "no_denominator",
    }  # fmt: skip


def test_dimensions_are_compared_like_with_like():
    table = pd.DataFrame(
        {"indicator": "i", "unit": "a", "sex": ["f", "f", "m", "m"], "group": ["x", "all"] * 2, "rate": [1, 2, 3, 4],
         "denominator": [1, 2, 1, 2]}
    )  # fmt: skip
    out = rest(pm.Rates(table, dimensions=("sex",)), "x")
    assert out[["sex", "rate_rest"]].to_numpy().tolist() == [["f", 3.0], ["m", 5.0]]


@pytest.mark.parametrize(
    ("options", "kind", "word"),
    [
        ({"group": "z"}, errors.UnknownGroup, "there are x, all"),
        ({"group": "all"}, errors.InvalidParameter, "no rest"),
        ({"group": "x", "everyone": "others"}, errors.UnknownGroup, "there are x, all"),
        ({"group": "x", "share": 8}, errors.InvalidParameter, "0.08"),
    ],
)
def test_a_comparison_that_cannot_be_made(options, kind, word):
    with pytest.raises(kind, match=word):
        rates(group=["x", "all"], rate=[1, 2]).against_rest(**options)


def test_without_a_row_for_everyone_one_is_asked_for():
    with pytest.raises(errors.UnknownGroup, match="everyone="):
        rates(group=["x", "y"], rate=[1, 2]).against_rest("x")
    with pytest.raises(errors.InvalidParameter, match="Several groups"):
        rates(group=["x", "all", "Persons"], rate=[1, 2, 3]).against_rest("x")


# -- scales, years, plausibility --------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [("%", 100), ("Per cent", 100), ("share", 1), ("per person", 1), ("rate per 1,000 population", 1000),
     ("per 100k", 1e5), ("per 100 000", 1e5), ("score", None), (None, None), ("percentage points", None)],
)  # fmt: skip
def test_units_of_rates(text, value):
    assert per(text) == value


@pytest.mark.parametrize(
    ("text", "pair"),
    [("2021", (2021, 2021)), ("2009/10", (2009, 2010)), ("1999/00", (1999, 1999)), ("2016-2020", (2016, 2020)),
     ("2019-07", (2019, 2019)), ("2019-07-01", (2019, 2019)), ("2010 – 12", (2010, 2012)), ("", None), (None, None),
     ("E01001999", None)],
)  # fmt: skip
def test_years_of_periods(text, pair):
    assert years(text) == pair


@given(st.integers(-(10**6), 10**6), st.integers(0, 5))
def test_a_number_lies_within_half_a_unit_of_what_it_was_rounded_from(number, places):
    value = number / 7
    rounded = round(value, places)
    assert abs(rounded - value) <= half_units(np.array([rounded]))[0] + 1e-9


def test_the_88_wards_could_not_hold_so_many():
    """67 % of 4.46 million in 88 wards; there were 88 such districts, and wards averaged 6,150 people."""
    with pytest.raises(errors.ImplausibleUnit, match=r"33,957 in each.*districts are often misnamed wards"):
        plausible(0.67, 4_460_000, 88, largest=30_000)
    assert plausible(0.67, 4_460_000, 88, largest=1_000_000) == pytest.approx(33_956.8, abs=0.05)
    assert pm.plausible is plausible


@pytest.mark.parametrize("figure", [(67, 1000, 5), (-0.1, 1000, 5), (0.5, 1000, 0), (0.5, -1, 5), (0.5, math.nan, 5)])
def test_figures_that_are_none(figure):
    with pytest.raises(errors.InvalidParameter):
        plausible(*figure, largest=10)
