"""Segregation joined with outcomes: nothing lost, nothing made, and every doubt of the join in a column."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix import errors

O = pm.outcomes  # noqa: E741
#: A join takes tens of milliseconds.
FEW = settings(max_examples=5)
ABOUT = {"geography": "zone", "vintage": "2021", "universe": "residents", "period": "census day 2021"}
TABLE = pd.DataFrame(
    {
        "zone": list("ABCDE"), "asian": [80, 20, 0, 20, 0], "white": [20, 80, 100, 80, 0],
        "ward": ["p", "p", "q", "q", "q"], "town": ["t"] * 5,
    }
)  # fmt: skip


def homes(table=TABLE, about=ABOUT, **options):
    given_ = {"groups": ["asian", "white"], "unit": "zone", "strata": ["ward", "town"], "about": about, **options}
    return pm.from_wide(table, **given_)


def rates(**columns):
    table = {"indicator": "crowding", "unit": list("ABCD"), "numerator": [8, 4, 1, 2], "denominator": [40, 40, 50, 50]}
    facts = {"universe": columns.pop("universe", "households"), "vintage": columns.pop("vintage", "2021")}
    given_ = {**table, "measured_in": "%", "period": "census day 2021", **columns}
    return pm.Rates(pd.DataFrame(given_), about=pm.About(**facts))


def by_place(linked, outcome=None, focal="asian"):
    rows = linked[linked["quantity"] == f"share of {focal}"]
    rows = rows if outcome is None else rows[rows["outcome"] == outcome]
    return rows.set_index("place")


# -- one row for everything --------------------------------------------------------------


def test_by_hand():
    air = pd.Series({"A": 20.0, "B": 14.0, "C": 11.0, "Z": 9.0}, name="no2")
    linked = O.link(homes(), air, facts={"no2": {"period": "2021", "vintage": "2021"}})
    rows = by_place(linked)
    assert rows["match"].to_dict() == {**dict.fromkeys("ABC", "both"), "D": "no outcome", "E": "no outcome"}
    assert rows["outcome_value"].dropna().to_dict() == {"A": 20, "B": 14, "C": 11}
    assert rows["value"].dropna().to_dict() == {"A": 0.8, "B": 0.2, "C": 0.0, "D": 0.2}
    assert rows["reason"].astype(object).where(rows["reason"].notna(), None).tolist() == [None] * 3 + ["no_outcome"] * 2
    alone = linked[linked["quantity"].isna()]
    assert alone[["place", "match", "outcome_value", "reason"]].to_numpy().tolist() == [
        ["Z", "no place", 9, "no_place"]
    ]
    told = linked.iloc[0]
    counted = ["places", "places_matched", "places_valued", "people_all", "people_valued", "outcome_places",
               "outcome_places_matched"]  # fmt: skip
    assert told[counted].tolist() == [5, 3, 3, 400, 300, 4, 3]
    text = linked.explain()
    assert "3 of 5 places have a value, with 300 of 400 people (75.0 %)" in text
    assert "[D, E]" in text
    assert "[Z]" in text


IDS = st.lists(st.sampled_from([f"u{n}" for n in range(12)]), min_size=1, max_size=12, unique=True)


@pytest.mark.slow
@given(IDS, IDS, st.randoms())
@FEW
def test_every_place_and_every_unit_of_the_outcome_has_a_row(left, right, random):
    table = pd.DataFrame({"zone": left, "asian": [random.randint(0, 9) for _ in left], "white": 5})
    values = {unit: float(random.randint(0, 99)) for unit in right}
    counts = pm.from_wide(table, groups=["asian", "white"], unit="zone")
    if not set(left) & set(right):
        with pytest.raises(errors.UnmatchedUnit):
            O.link(counts, pd.Series(values, name="y"))
        return
    linked = O.link(counts, pd.Series(values, name="y"))
    # The dictionary of a reader: each place twice (two groups), each stray unit once.
    assert len(linked) == 2 * len(left) + len(set(right) - set(left))
    for row in linked.to_dict("records"):
        if pd.isna(row["quantity"]):
            assert row["place"] in set(right) - set(left)
            assert row["outcome_value"] == values[row["place"]]
            continue
        people = table.set_index("zone").loc[row["place"]]
        assert row["value"] == pytest.approx(people[row["focal"]] / people.sum(), abs=1e-12)
        known = row["place"] in values
        assert row["match"] == ("both" if known else "no outcome")
        assert row["outcome_value"] == pytest.approx(values.get(row["place"], np.nan), nan_ok=True)
    both = set(left) & set(right)
    assert set(linked["places_matched"]) == {float(len(both))}
    assert set(linked["people_valued"]) == {float(table.set_index("zone").loc[sorted(both)].sum().sum())}


def test_order_of_rows_changes_nothing():
    air = pd.Series({"A": 20.0, "B": 14.0, "C": 11.0, "Z": 9.0}, name="no2")
    one = O.link(homes(), air)
    other = O.link(homes(TABLE.iloc[::-1]), air.iloc[::-1])
    keys = ["place", "quantity", "value", "outcome_value", "match"]
    sides = [frame[keys].astype({"quantity": object}).sort_values(["place", "quantity"]) for frame in (one, other)]
    assert sides[0].astype(str).to_numpy().tolist() == sides[1].astype(str).to_numpy().tolist()


@pytest.mark.slow
def test_inputs_stay_as_they_were():
    air = pd.DataFrame({"no2": [20.0, 14.0], "price": [1.0, 2.0]}, index=["A", "B"])
    before, given_ = air.copy(), rates()
    kept = given_.table.copy()
    O.link(homes(), air)
    O.link(homes(), given_, on="ward", along="unit")
    pd.testing.assert_frame_equal(air, before)
    pd.testing.assert_frame_equal(given_.table, kept)


# -- what both sides are of --------------------------------------------------------------


@pytest.mark.slow
def test_another_edition_of_the_areas_is_refused_with_the_people_it_would_lose():
    air = pd.Series({"A": 20.0, "B": 14.0, "Z": 9.0}, name="no2")
    with pytest.raises(errors.VintageMismatch, match="would lose 200 people") as caught:
        O.link(homes(), air, facts={"no2": {"vintage": "2011"}})
    assert set(caught.value.units) == {"C", "D", "E"}
    # Through the units of the counts it is a comparison of codes too.
    with pytest.raises(errors.VintageMismatch):
        O.link(homes(), rates(vintage="2011"), on="ward", along="unit")
    # Of larger areas than the counts' own nothing follows from the edition of the counts.
    wards = pd.Series({"p": 1.0, "q": 2.0}, name="no2")
    linked = O.link(homes(), wards, on="ward", facts={"no2": {"vintage": "2018"}})
    assert set(linked["vintage_check"]) == {"other areas"}


def test_editions_nobody_stated_are_not_taken_for_the_same():
    linked = O.link(homes(about={}), pd.Series({"A": 1.0, "Z": 9.0}, name="no2"))
    assert set(linked["vintage_check"]) == {"not stated; each side has ids that the other lacks"}
    assert set(O.link(homes(), rates())["vintage_check"]) == {"same"}


@pytest.mark.parametrize(
    ("period", "gap", "word"),
    [
        ("2021", 0.0, "same"),
        ("2020", 80 / 365.2425, "within tolerance"),
        ("2019", 446 / 365.2425, "apart"),
        ("spring", np.nan, "not stated"),
    ],
)
def test_years_between_the_sides(period, gap, word):
    """From 31 December 2020 to 21 March 2021 are 80 days, to the year before 366 more."""
    linked = O.link(homes(), pd.Series({"A": 1.0}, name="y"), facts={"y": {"period": period}})
    assert linked["years_apart"].iloc[0] == pytest.approx(gap, abs=1e-12, nan_ok=True)
    assert linked["period_check"].iloc[0] == word
    assert ("years apart" in linked.explain()) == (word == "apart")


def test_universes_that_differ_are_said():
    linked = O.link(homes(), rates())
    assert set(linked["universe_check"]) == {"differs"}
    assert "The outcome is of households, the counts of residents." in linked.explain()
    assert set(O.link(homes(), rates(universe="people"))["universe_check"]) == {"same"}


def test_series_that_break_are_flagged():
    table = pd.DataFrame(
        {"indicator": "claimants", "unit": ["A", "B"] * 2, "period": ["2012-06"] * 2 + ["2016-06"] * 2,
         "rate": [1.0, 2, 3, 4], "definition": ["old"] * 2 + ["new"] * 2}
    )  # fmt: skip
    with pytest.warns(errors.BreakInSeries, match="Universal Credit"):
        linked = O.link(homes(), pm.Rates(table), breaks={"claimants": "claimants"})
    assert set(linked["outcome"]) == {"claimants, 2012-06", "claimants, 2016-06"}
    assert linked["break_in_series"].astype(str).str.contains("Universal Credit").all()
    assert linked["break_in_series"].astype(str).str.contains("defined differently").all()
    with pytest.raises(errors.InvalidParameter, match="claimant"):
        O.link(homes(), pm.Rates(table), breaks={"claimant": "claimants"})


def test_a_series_by_group_reaches_to_the_date_of_the_counts():
    table = pd.DataFrame({"indicator": "pay", "unit": ["A"], "group": ["asian"], "period": ["2021"], "rate": [1.0]})
    counts = homes(about={**ABOUT, "period": "census day 2001"})
    with pytest.warns(errors.BreakInSeries, match="Arab"):
        O.link(counts, pm.Rates(table), breaks={"pay": "ethnic group"})


# -- many to one -------------------------------------------------------------------------


def test_counts_add_up_and_rates_go_by_their_denominators():
    linked = by_place(O.link(homes(), rates(), on="ward", along="unit", partial="known"))
    # p: (8 + 4) / 80; q: C and D, E has no row.
    assert linked["outcome_value"].to_dict() == {"p": pytest.approx(15.0), "q": pytest.approx(3.0)}
    assert linked["numerator"].to_dict() == {"p": 12, "q": 3}
    assert linked["denominator"].to_dict() == {"p": 80, "q": 100}
    assert linked["value"].to_dict() == {"p": 0.5, "q": pytest.approx(0.1)}
    assert linked["people"].sum() == 400


UNITS = st.integers(1, 9).flatmap(
    lambda n: st.tuples(
        st.lists(st.sampled_from("pqr"), min_size=n, max_size=n),
        st.lists(st.tuples(st.integers(0, 20), st.integers(1, 60)), min_size=n, max_size=n),
        st.lists(st.integers(0, 40), min_size=n, max_size=n),
    )
)


@pytest.mark.slow
@given(UNITS)
@FEW
def test_nothing_is_lost_on_the_way_up(drawn):
    wards, cells, people = drawn
    ids = [f"u{n}" for n in range(len(wards))]
    table = pd.DataFrame({"zone": ids, "asian": people, "white": 3, "ward": wards})
    counts = pm.from_wide(table, groups=["asian", "white"], unit="zone", strata="ward")
    top, bottom = np.array(cells).T
    outcome = pm.Rates(
        pd.DataFrame({"indicator": "y", "unit": ids, "numerator": top, "denominator": top + bottom, "measured_in": "%"})
    )
    rows = by_place(O.link(counts, outcome, on="ward", along="unit"))
    assert rows["numerator"].sum() == pytest.approx(top.sum(), rel=1e-12)
    assert rows["denominator"].sum() == pytest.approx((top + bottom).sum(), rel=1e-12)
    assert rows["people"].sum() == table[["asian", "white"]].to_numpy().sum()
    for ward, row in rows.iterrows():
        mine = np.array(wards) == ward
        assert row["outcome_value"] == pytest.approx(100 * top[mine].sum() / (top + bottom)[mine].sum(), rel=1e-9)
        assert row["value"] == pytest.approx(np.array(people)[mine].sum() / row["people"], rel=1e-9)
        assert row["parts"] == mine.sum()


def test_along_a_crosswalk_that_splits():
    """Unit 2 gives three quarters to X and a quarter to Y: X has 8 + 3 of 40 + 30, Y has 1 of 10."""
    pairs = pd.DataFrame({"old": ["1", "2", "2"], "new": ["X", "X", "Y"], "share": [1, 3, 1]})
    walk = pm.Crosswalk.from_table(pairs, source="old", target="new", weight="share", basis="addresses")
    counts = pm.from_wide(
        pd.DataFrame({"id": ["X", "Y"], "asian": [3, 1], "white": [5, 9]}), groups=["asian", "white"], unit="id"
    )
    outcome = rates(unit=["1", "2", "3", "4"])
    linked = O.link(counts, outcome, along=walk)
    rows = by_place(linked)
    assert rows["outcome_value"].to_dict() == {"X": pytest.approx(1100 / 70), "Y": pytest.approx(10)}
    assert rows["moved"].astype(str).str.contains("areas split by addresses").all()
    assert set(linked.loc[linked["match"] == "no place", "place"]) == {"3", "4"}


def test_strata_may_bear_the_ids_of_another_edition():
    """Of areas common to two editions some have the id of a later one: no lookup by best fit, and nobody is lost."""
    table = TABLE.assign(area=[*"ABCD", "E2"])
    linked = O.link(
        homes(table, strata=["area"]), pd.Series(dict(zip("ABCE", [1.0, 2, 3, 4], strict=True)), name="y"), on="area",
        along="unit", weigh="people",
    )  # fmt: skip
    rows = by_place(linked)
    assert rows["outcome_value"].dropna().to_dict() == {"A": 1, "B": 2, "C": 3, "E2": 4}
    assert rows.loc["D", "match"] == "no outcome"
    pairs = pd.DataFrame({"old": list("ABCDE"), "new": [*"ABCD", "E2"]})
    by_best_fit = pm.Crosswalk.from_table(pairs, source="old", target="new")
    counts = homes(TABLE.assign(zone=[*"ABCD", "E2"]))
    with pytest.raises(errors.VintageMismatch, match="best-fit"):
        O.link(counts, rates(), along=by_best_fit)


def test_weights_that_lose_people_are_refused():
    from dataclasses import replace

    walk = pm.Crosswalk.from_table(pd.DataFrame({"old": list("ABCD"), "new": ["X"] * 4}), source="old", target="new")
    short = replace(walk, weights=walk.weights * 0.9)
    counts = pm.from_wide(pd.DataFrame({"id": ["X"], "asian": [3], "white": [5]}), groups=["asian", "white"], unit="id")
    with pytest.raises(errors.TotalsNotConserved):
        O.link(counts, rates(), along=short)


def test_ranks_and_bare_rates_have_no_mean():
    decile = pd.Series({"A": 1, "B": 10, "C": 3, "D": 4}, name="income decile")
    with pytest.raises(errors.RankOrDecileArithmetic, match="income decile"):
        O.link(homes(), decile, on="ward", along="unit")
    score = pd.Series({"A": 1.5, "B": 10.5, "C": 3.0, "D": 4.0}, name="score")
    with pytest.raises(errors.DenominatorMismatch, match="'score'"):
        O.link(homes(), score, on="ward", along="unit")
    # Beside the unit itself nothing is averaged, and a rank stands as what it is.
    assert O.link(homes(), decile)["ordinal"].all()
    assert not O.link(homes(), score)["ordinal"].any()


@pytest.mark.slow
def test_means_by_people_are_asked_for():
    score = pd.Series({"A": 1.5, "B": 10.5, "C": 3.0, "D": 4.0, "E": 99.0}, name="score")
    rows = by_place(O.link(homes(), score, on="ward", along="unit", weigh="people"))
    # E has nobody, and weighs nothing.
    assert rows["outcome_value"].to_dict() == {"p": pytest.approx(6.0), "q": pytest.approx(3.5)}
    without = by_place(O.link(homes(), score.drop("E"), on="ward", along="unit", weigh="people"))
    assert without["outcome_value"].to_dict() == rows["outcome_value"].to_dict()
    assert (without.loc["q", "parts_missing"], without.loc["q", "people_known"]) == (1, 1)
    # D has people, so that without it nothing is known of its ward.
    lacking = by_place(O.link(homes(), score.drop("D"), on="ward", along="unit", weigh="people"))
    assert lacking.loc["q", "match"] == "part missing"
    bare = pd.DataFrame({"indicator": "y", "unit": ["A", "B"], "rate": [1.0, 2.0], "measured_in": "%"})
    of_homes = pm.Rates(bare, about=pm.About(universe="households"))
    with pytest.raises(errors.DenominatorMismatch, match="households"):
        O.link(homes(), of_homes, on="ward", along="unit", weigh="people")


@pytest.mark.parametrize(("partial", "value"), [("undefined", np.nan), ("known", 10.0)])
def test_places_with_a_part_missing(partial, value):
    """A of ward p has 4 of 40; B, with half of the ward's people, has no row."""
    outcome = rates(unit=["A", "C", "D", "E"], numerator=[4, 1, 2, 0])
    linked = O.link(homes(), outcome, on="ward", along="unit", partial=partial)
    row = by_place(linked).loc["p"]
    assert row["outcome_value"] == pytest.approx(value, nan_ok=True)
    assert (row["parts"], row["parts_missing"], row["people_known"]) == (2, 1, 0.5)
    assert row["match"] == ("part missing" if partial == "undefined" else "both")
    lost = linked[linked["match"] == "part without outcome"]
    assert lost[["place", "level", "people"]].to_numpy().tolist() == [["B", "unit", 100]]
    assert "Units of places without the outcome: 1 [B]" in linked.explain()
    assert linked["people_valued"].iloc[0] == (200 if partial == "undefined" else 300)


# -- hidden values -----------------------------------------------------------------------


def test_hidden_outcomes_stay_intervals():
    cells = pd.Series({"A": 3.0, "B": pm.Suppressed(1, 4, symbol="c"), "C": np.nan}, name="y")
    rows = by_place(O.link(homes(), cells))
    assert rows["match"].tolist()[:3] == ["both", "hidden", "no value"]
    assert rows.loc["B", ["outcome_low", "outcome_high", "symbol"]].tolist() == [1, 4, "c"]
    assert np.isnan(rows.loc["B", "outcome_value"])
    assert rows["reason"].tolist()[1:3] == ["hidden", "no_value"]


@pytest.mark.slow
def test_hidden_numerators_add_up_as_intervals():
    table = pd.DataFrame(
        {"indicator": "y", "unit": list("ABCDE"), "numerator": [8, np.nan, 1, 2, 0], "numerator_low": [8, 1, 1, 2, 0],
         "numerator_high": [8, 4, 1, 2, 0], "denominator": [40, 40, 50, 50, 1], "measured_in": "%", "symbol": "c"}
    )  # fmt: skip
    rows = by_place(O.link(homes(), pm.Rates(table), on="ward", along="unit"))
    assert rows.loc["p", ["outcome_low", "outcome_high"]].tolist() == [pytest.approx(100 * 9 / 80), pytest.approx(15)]
    assert rows["match"].tolist() == ["hidden", "both"]
    # A hidden rate without a numerator moves too, by people, and its interval with it.
    bare = pd.Series({"A": 10.0, "B": pm.Suppressed(20, 30), "C": 5.0, "D": 7.0, "E": 1.0}, name="y")
    rows = by_place(O.link(homes(), bare, on="ward", along="unit", weigh="people"))
    assert rows.loc["p", ["outcome_low", "outcome_high"]].tolist() == [pytest.approx(15), pytest.approx(20)]
    assert rows.loc["q", "outcome_value"] == pytest.approx(6)


@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize("on", ["unit", "ward"])
def test_shares_of_hidden_counts_are_what_they_can_be(total, on):
    """Against every way of filling the hidden cells of a ward."""
    table = pd.DataFrame(
        {"zone": list("AB"), "asian": ["c", 5], "white": ["c", "c"], "all": [6, 9], "ward": ["p", "p"]}
    )
    cell = range(1, 5)
    found: dict[str, list[float]] = {name: [] for name in "ABp"}
    for one, two, three in itertools.product(cell, cell, cell):
        unit = {"A": (one, one + two), "B": (5, 5 + three)}
        if total:
            if one + two > 6 or 5 + three > 9:
                continue
            unit = {"A": (one, 6), "B": (5, 9)}
        for name, (top, bottom) in unit.items():
            found[name].append(top / bottom)
        found["p"].append(sum(pair[0] for pair in unit.values()) / sum(pair[1] for pair in unit.values()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        counts = pm.from_wide(
            table, groups=["asian", "white"], unit="zone", strata="ward", suppressed={"c": (1, 4)},
            total="all" if total else None,
        )  # fmt: skip
    names = ["p"] if on == "ward" else ["A", "B"]
    rows = by_place(O.link(counts, pd.Series(1.0, index=names, name="y"), on=on))
    for name in names:
        row = rows.loc[name]
        if total and name == "B":
            assert row["value"] == pytest.approx(5 / 9)
            continue
        assert np.isnan(row["value"])
        assert row["reason"] == "hidden"
        assert (row["lower"], row["upper"]) == pytest.approx((min(found[name]), max(found[name])))


# -- counts divided by people --------------------------------------------------------------


COUNT = {"y": {"measured_in": "count", "period": "2021", "universe": "people"}}


def test_counts_are_divided_by_the_people_of_the_same_units():
    cells = pd.Series({"A": 8, "B": 4, "C": pm.Suppressed(1, 4), "E": 0}, name="y")
    rows = by_place(O.link(homes(), cells, per=1000, facts=COUNT))
    assert rows.loc["A", ["outcome_value", "numerator", "denominator", "measured_in"]].tolist() == [
        80,
        8,
        100,
        "per 1,000",
    ]
    assert rows.loc["C", ["outcome_low", "outcome_high"]].tolist() == [10, 40]
    assert rows.loc["E", "reason"] == "nobody_in_denominator"
    ward = by_place(O.link(homes(), cells.drop("C"), per=100, on="ward", along="unit", facts=COUNT, partial="known"))
    # D of q has no count, and its people are no denominator of E's.
    assert ward.loc["p", ["outcome_value", "denominator", "measured_in"]].tolist() == [6, 200, "%"]
    assert ward.loc["q", "reason"] == "nobody_in_denominator"


def test_a_count_alone_is_no_rate():
    rows = by_place(O.link(homes(), pd.Series({"A": 8, "B": 4}, name="y"), facts=COUNT))
    assert np.isnan(rows.loc["A", "outcome_value"])
    assert rows.loc["A", ["numerator", "reason"]].tolist() == [8, "count_without_denominator"]
    with pytest.raises(errors.InvalidParameter, match="'count'"):
        O.link(homes(), pd.Series({"A": 8.0}, name="y"), per=1000)


@pytest.mark.parametrize(
    ("facts", "words"),
    [({"universe": "households"}, "counts households"), ({"period": "2017-10"}, "3.4 years apart"),
     ({"universe": "searches"}, "counts events")],
)  # fmt: skip
def test_people_of_another_kind_or_time_are_no_denominator(facts, words):
    told = {"y": {**COUNT["y"], **facts}}
    with pytest.raises(errors.DenominatorMismatch, match=words):
        O.link(homes(), pd.Series({"A": 8, "B": 4}, name="y"), per=1000, facts=told)


def test_shares_are_no_counts():
    with pytest.raises(errors.CountRateMix, match="'y'"):
        O.link(homes(), pd.Series({"A": 0.08, "B": 0.25}, name="y"), per=1000, facts=COUNT)
    # A count may be estimated, and so have fractions; one of nobody or of one is a count too.
    for cells in ({"A": 8.5, "B": 0.25}, {"A": 1, "B": 0}):
        assert (
            by_place(O.link(homes(), pd.Series(cells, name="y"), per=1000, facts=COUNT))["outcome_value"].notna().sum()
            == 2
        )


def test_more_counted_than_there_are_is_refused():
    with pytest.raises(errors.DenominatorMismatch, match="more people") as caught:
        O.link(homes(), pd.Series({"A": 101, "B": 4}, name="y"), per=1, facts=COUNT)
    assert caught.value.units == ("A",)


def test_years_that_were_allowed_are_still_said():
    told = {"y": {**COUNT["y"], "period": "2017-10"}}
    linked = O.link(homes(), pd.Series({"A": 8, "B": 4}, name="y"), per=1000, facts=told, apart=5)
    assert "3.4 years apart, which apart=5 allows" in linked.explain()


# -- nations -----------------------------------------------------------------------------


def test_a_national_figure_stands_beside_every_place():
    outcome = rates(unit=["A", "B", "C", "E92000001"], numerator=[8, 4, 1, 5])
    linked = O.link(homes(), outcome)
    assert set(linked["national"]) == {10.0}
    nation = linked[linked["match"] == "national"]
    assert nation[["place", "level", "outcome_value"]].to_numpy().tolist() == [["E92000001", "nation", 10]]
    assert "The national figure is 10." in linked.explain()
    assert linked["outcome_places"].iloc[0] == 3


def test_national_figures_alone_are_warned_of():
    outcome = pm.Rates(pd.DataFrame({"indicator": "trust", "unit": ["England"], "rate": [0.7]}))
    with pytest.warns(errors.NationalMask, match="trust"):
        linked = O.link(homes(), {"trust": outcome, "no2": pd.Series({"A": 1.0}, name="no2")})
    row = linked[linked["outcome"] == "trust"]
    assert row[["place", "match", "outcome_value", "reason"]].to_numpy().tolist() == [
        ["England", "national", 0.7, "national_only"]
    ]
    assert "says nothing" in row["sentence"].iloc[0] or "say nothing" in row["sentence"].iloc[0]


def test_a_place_named_as_a_nation_is_a_place():
    counts = homes(TABLE.assign(zone=["England", *"BCDE"]))
    linked = O.link(counts, pd.Series({"England": 1.0, "B": 2.0}, name="y"))
    assert not (linked["match"] == "national").any()


# -- other sides -------------------------------------------------------------------------


@pytest.mark.slow
def test_measures_by_stratum_and_values_by_unit():
    counts = homes()
    found = pm.measure(counts, ["dissimilarity", "isolation"], focal="asian", by="ward")
    linked = O.link(found, rates(), along="unit", partial="known")
    assert set(linked["quantity"].dropna()) == {
        "dissimilarity of asian against rest",
        "isolation of asian against rest",
    }
    d = linked[linked["measure"] == "dissimilarity"].set_index("place")
    measured = found[found["measure"] == "dissimilarity"].set_index("ward")["value"]
    assert d["value"].to_dict() == pytest.approx(measured.to_dict(), abs=1e-15)
    assert d["outcome_value"].to_dict() == {"p": pytest.approx(15), "q": pytest.approx(3)}
    assert d["places_period"].unique().tolist() == ["census day 2021"]
    near = pm.local(counts, "location_quotient", focal="asian")
    linked = O.link(near, rates())
    lq = linked[linked["quantity"].notna()].set_index("place")
    assert lq["value"].to_dict() == pytest.approx(near.set_index("unit")["value"].to_dict(), nan_ok=True)
    assert lq["lower"].notna().sum() == 4
    assert lq.loc["E", "reason"] == "no_outcome"
    assert "ward" in linked.columns


def test_measures_of_the_whole_table_have_no_places():
    with pytest.raises(errors.InvalidTable, match="one place"):
        O.link(pm.measure(homes(), "dissimilarity", focal="asian"), rates())
    two = pm.measure(homes(), "dissimilarity", focal="asian", by=["town", "ward"])
    with pytest.raises(errors.InvalidParameter, match="on='ward'"):
        O.link(two, rates(), along="unit")
    assert set(O.link(two, rates(), along="unit", on="ward", partial="known")["town"].dropna()) == {"t"}
    with pytest.raises(errors.UnknownColumn, match="ward"):
        O.link(two, rates(), on="wards")


@pytest.mark.parametrize("library", [pd, pl])
def test_plain_tables(library):
    table = library.DataFrame({"area": ["A", "B"], "index": [0.5, 0.7], "pop": [10, 30], "region": ["n", "s"]})
    outcome = library.DataFrame({"area": ["A", "B"], "y": [1.0, 2.0]})
    linked = O.link(table, outcome, on="area", values=["index"], people="pop", about={"period": "2021"})
    assert linked[["region", "place", "value", "people", "outcome_value"]].to_numpy().tolist() == [
        ["n", "A", 0.5, 10, 1], ["s", "B", 0.7, 30, 2]
    ]  # fmt: skip
    assert set(linked["groups"]) == {0}


def test_outcomes_by_group_and_breakdown_have_names_of_their_own():
    table = pd.DataFrame(
        {"indicator": "pay", "unit": ["A", "B"] * 4, "group": ["asian"] * 4 + ["white"] * 4,
         "sex": (["f"] * 2 + ["m"] * 2) * 2, "rate": np.arange(8.0)}
    )  # fmt: skip
    linked = O.link(homes(), pm.Rates(table, dimensions=("sex",)))
    assert list(dict.fromkeys(linked["outcome"])) == [
        "pay, asian, f",
        "pay, asian, m",
        "pay, white, f",
        "pay, white, m",
    ]
    assert by_place(linked, "pay, white, m")["outcome_value"].dropna().tolist() == [6, 7]
    assert set(linked["group"]) == {"asian", "white"}


def test_a_condition_brings_its_facts():
    one = O.Condition(
        values=pd.Series({"A": 20.0, "B": 14.0}, name="air"), domain="environment", higher_is="worse",
        describes="places", measured_in="µg/m³", period="2021", vintage="2021",
    )  # fmt: skip
    linked = O.link(homes(), one)
    row = linked.iloc[0]
    assert row[["domain", "higher_is", "measured_in", "period_check"]].tolist() == [
        "environment", "worse", "µg/m³", "same"
    ]  # fmt: skip


# -- faults ------------------------------------------------------------------------------


def test_all_faults_come_together():
    with pytest.raises(errors.PlacemixError) as caught:
        O.link(homes(), pd.Series({"A": "x"}, name="y"), on="wards", partial="some", weigh="people", apart=-1)
    kinds = {type(fault) for fault in caught.value.faults}
    assert kinds == {errors.UnknownColumn, errors.NotNumbers, errors.InvalidParameter}
    assert len(caught.value.faults) == 5
    assert "Did you mean 'ward'" in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        ((TABLE, pd.Series({"A": 1.0}, name="y")), errors.InvalidParameter, "on="),
        ((3, pd.Series({"A": 1.0}, name="y")), errors.NotCounts, "not a int"),
        ((homes(), pd.Series({"A": 1.0})), errors.InvalidParameter, "no name"),
        ((homes(), pd.DataFrame({"y": [1.0]})), errors.InvalidTable, "set_index"),
        ((homes(), pd.Series([1.0, 2.0], index=["A", "A"], name="y")), errors.DuplicateUnit, "repeats"),
        ((homes(), pd.Series({"Q": 1.0}, name="y")), errors.UnmatchedUnit, "Q"),
        ((homes(), {}), errors.InvalidTable, "no outcomes"),
        ((homes(), 7), errors.InvalidParameter, "not a int"),
    ],
)
def test_refused(arguments, kind, words):
    with pytest.raises(kind, match=words):
        O.link(*arguments)


def test_more_refusals():
    one = pd.Series({"A": 1.0}, name="y")
    with pytest.raises(errors.UnknownColumn, match="'crowding'"):
        O.link(homes(), rates(), facts={"crowdin": {}})
    with pytest.raises(errors.InvalidParameter, match="period"):
        O.link(homes(), one, facts={"y": {"periods": 3}})
    with pytest.raises(errors.InvalidParameter, match="households"):
        O.link(homes(), rates(), facts={"crowding": {"universe": "pupils"}})
    with pytest.raises(errors.InvalidParameter, match="along='unit'"):
        O.link(homes(), one, along="unit")
    with pytest.raises(errors.InvalidParameter, match="about="):
        O.link(homes(), one, about={"period": "2021"})
    with pytest.raises(errors.ReservedName, match="outcome"):
        O.link(homes(TABLE.rename(columns={"ward": "outcome"}), strata=["outcome"]), one)
    with pytest.raises(errors.DuplicateUnit):
        O.link(pd.DataFrame({"a": ["x", "x"], "v": [1, 2]}), one, on="a", values=["v"])
    with pytest.raises(errors.NotNumbers):
        O.link(pd.DataFrame({"a": ["x"], "v": ["?"]}), one, on="a", values=["v"])


# -- packs -------------------------------------------------------------------------------


def walk_of_wards():
    pairs = pd.DataFrame({"old": list("ABCDE"), "new": ["p", "p", "q", "q", "q"]})
    return pm.Crosswalk.from_table(pairs, source="old", target="new", version="made up")


CASES = {
    "counts": lambda: O.link(homes(), rates(), focal="asian"),
    "wards": lambda: O.link(homes(), rates(), on="ward", along="unit"),
    "measure": lambda: O.link(pm.measure(homes(), "dissimilarity", focal="asian", by="ward"), rates(), along="unit"),
    "local": lambda: O.link(pm.local(homes(), "shannon"), pd.Series({"A": pm.Suppressed(1, 4), "B": 2.0}, name="y")),
    "table": lambda: O.link(
        pd.DataFrame({"a": ["A", "B"], "v": [1.0, 2.0], "r": ["n", "s"]}), rates(), on="a", values=["v"]
    ),
    "crosswalk": lambda: O.link(
        pm.measure(homes(), "dissimilarity", focal="asian", by="ward"), rates(), along=walk_of_wards()
    ),
    "per": lambda: O.link(homes(), pd.Series({"A": 8, "B": 4}, name="y"), per=1000, facts=COUNT),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", list(CASES))
def test_a_pack_is_recomputed(case, tmp_path):
    linked = CASES[case]()
    pack = linked.save(tmp_path / "linked.zip")
    found = pm.verify(pack)
    assert found.same, found
    assert found.values > len(linked)


@pytest.mark.slow
def test_a_changed_value_in_a_pack_is_found(tmp_path):
    plain = CASES["counts"]()
    linked = plain.copy()
    linked.loc[0, "outcome_value"] += 1e-6
    found = pm.verify(linked.save(tmp_path / "linked.zip"))
    assert not found.same
    assert "outcome_value" in found.first
    named = pm.verify(
        plain.save(tmp_path / "bare.zip", inputs=False), counts=homes(), outcomes=plain.call.inputs["outcomes"],
    )  # fmt: skip
    assert named.same


def test_references():
    assert "Robinson" in CASES["counts"]().cite()
