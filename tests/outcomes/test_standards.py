"""Standardised rates: published values, plain sums, what is compared and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import placemix as pm
from placemix import errors
from placemix.outcomes.standards.populations import ESP2013, ages, esp2013
from placemix.outcomes.standards.weighing import direct, indirect

O = pm.outcomes  # noqa: E741
FIVES = [f"{first}-{first + 4}" for first in range(0, 90, 5)] + ["90+"]
ENDS = ["value", "lower", "upper"]


def aged(numbers, bands=("0-64", "65+"), **more):
    """A table from (events, people) of each band, for each group by name."""
    rows = [
        {"group": group, "age": band, "numerator": x, "denominator": n}
        for group, each in numbers.items()
        for band, (x, n) in zip(bands, each, strict=True)
    ]
    return pd.DataFrame(rows).assign(**more)


TWO = aged({"x": [(30, 3000), (40, 400)], "y": [(60, 2000), (10, 100)]})


# -- published values (methods 3.5) --------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "expected", "value"),
    [
        (895, 835.883561, (107.0723, 100.1715, 114.3233)),
        (91, None, (10.88668, 8.76504, 13.36658)),
        (9, None, (1.076705, 0.492338, 2.043921)),
    ],
)
def test_indirect_ratios_as_published(events, expected, value):
    # Two of the published ones name no number expected: it is what their value says.
    expected = 100 * events / value[0] if expected is None else expected
    one = np.array([[float(events)]])
    found = indirect(one, np.array([[expected]]), np.array([1.0]), one, 0.95)
    digits = len(str(value[1]).split(".")[1])
    assert [100 * end.item() for end in found[:3]] == pytest.approx(value, abs=6 * 10.0**-digits)
    assert found.interval.item() == ("byar_1987" if events >= 10 else "garwood_1936")


def test_the_published_ratio_through_the_verb():
    table = pd.DataFrame(
        {"group": "x", "age": ["0-64", "65+"], "numerator": [400, 495], "denominator": [400, 435.883561]}
    )
    found = O.standardise(table, method="indirect", reference={"0-64": 1, "65+": 1})
    assert found[ENDS].iloc[0].tolist() == pytest.approx((107.0723, 100.1715, 114.3233), abs=6e-5)
    assert found["expected"].item() == pytest.approx(835.883561)


def test_the_european_standard_population():
    assert sum(ESP2013) == 100_000
    assert len(ESP2013) == 19
    weights, words = esp2013(FIVES)
    assert weights.tolist() == list(ESP2013)
    assert words == "European Standard Population 2013"
    infants, _ = esp2013(["0", "1-4", *FIVES[1:]])
    assert infants[:2].tolist() == [1000, 4000]
    # Bands of the census' table of health by disability.
    bands = [
        "Aged 14 years and under",
        *(f"Aged {a} to {a + 9} years" for a in range(15, 75, 10)),
        "Aged 75 years and over",
    ]
    weights, _ = esp2013(bands)
    assert weights.sum() == 100_000
    assert weights.tolist() == [16_000, 11_500, 12_500, 14_000, 14_000, 12_500, 10_500, 9_000]
    assert esp2013(["20-64", "65+"])[1].endswith("ages 20 to over only")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("85 and over", (85, None)),
        ("75 or over", (75, None)),
        ("<1", (0, 0)),
        ("5–9", (5, 9)),
        ("Under 5 years", (0, 4)),
        ("adult", None),
    ],
)
def test_ages_are_read(text, read):
    assert ages(text) == read


@pytest.mark.parametrize(
    ("bands", "kind", "word"),
    [
        (["0-14", "10-64", "65+"], errors.OverlappingGroups, "overlap"),
        (["0-14", "20-64", "65+"], errors.InvalidParameter, "Ages 15 to 19 are in no band"),
        (["0-17", "18-64", "65+"], errors.InvalidParameter, "in two"),
        (["young", "65+"], errors.InvalidParameter, "name no ages"),
    ],
)
def test_bands_that_do_not_fit_are_refused(bands, kind, word):
    with pytest.raises(kind, match=word):
        esp2013(bands)


# -- plain sums ----------------------------------------------------------------------------

bands = st.lists(st.tuples(st.integers(5, 200), st.integers(300, 9000)), min_size=2, max_size=6)


@pytest.mark.slow
@settings(max_examples=5)
@given(bands, st.lists(st.floats(0.1, 50), min_size=6, max_size=6))
def test_direct_rates_are_the_weighted_sum_with_dobsons_limits(numbers, weights):
    names = [f"b{place}" for place in range(len(numbers))]
    standard = dict(zip(names, weights, strict=False))
    found = O.standardise(aged({"x": numbers}, names), standard=standard, per=1000)
    total = sum(standard.values())
    rate = sum(w * x / n for w, (x, n) in zip(weights, numbers, strict=False)) / total
    variance = sum(w**2 * x / n**2 for w, (x, n) in zip(weights, numbers, strict=False)) / total**2
    events = sum(x for x, _ in numbers)
    low, high = O.rate(events, 1, per=1)[["lower", "upper"]].iloc[0]
    stretch = math.sqrt(variance / events)
    expected = [rate, rate + stretch * (low - events), rate + stretch * (high - events)]
    assert found[ENDS].iloc[0].tolist() == pytest.approx([1000 * end for end in expected])
    assert found["standard_error"].item() == pytest.approx(1000 * math.sqrt(variance))
    scaled = O.standardise(
        aged({"x": numbers}, names), standard={name: 7 * w for name, w in standard.items()}, per=1000
    )
    assert scaled[ENDS].iloc[0].tolist() == pytest.approx(found[ENDS].iloc[0].tolist())


@pytest.mark.slow
@settings(max_examples=5)
@given(bands)
def test_a_group_at_its_own_ages_has_its_crude_rate_and_limits(numbers):
    names = [f"b{place}" for place in range(len(numbers))]
    people = {name: n for name, (_, n) in zip(names, numbers, strict=True)}
    rates = {name: x / n for name, (x, n) in zip(names, numbers, strict=True)}
    table = aged({"x": numbers}, names)
    found = O.standardise(table, standard=people, per=1000)
    events, total = sum(x for x, _ in numbers), sum(people.values())
    assert found["value"].item() == pytest.approx(found["rate"].item())
    crude = O.rate(events, total, per=1000)[ENDS].iloc[0].tolist()
    assert found[ENDS].iloc[0].tolist() == pytest.approx(crude)
    own = O.standardise(table, method="indirect", reference=rates)
    assert own["value"].item() == pytest.approx(100)
    assert O.standardise(table, standard="pooled", per=1000)["value"].item() == pytest.approx(crude[0])


def test_a_reference_of_the_table_is_taken_over_all_its_units():
    table = pd.concat([TWO.assign(unit="a"), TWO.assign(unit="b", numerator=2 * TWO["numerator"])], ignore_index=True)
    found = O.standardise(table, method="indirect", reference="y").set_index(["unit", "focal"])
    rates = np.array([(60 + 120) / 4000, (10 + 20) / 200])
    assert found.loc[("a", "x"), "value"] == pytest.approx(100 * 70 / (3000 * rates[0] + 400 * rates[1]))
    assert found.loc[("b", "x"), "value"] == pytest.approx(2 * found.loc[("a", "x"), "value"])
    # The reference over all its units is 100.
    totals = found.xs("y", level="focal")
    assert totals["numerator"].sum() == pytest.approx(totals["expected"].sum())
    assert set(found["against"]) == {"y"}


def test_pooled_standards_weigh_everyone_of_an_indicator():
    table = pd.concat([TWO.assign(unit="a"), TWO.assign(unit="b")], ignore_index=True)
    found = O.standardise(table, standard="pooled", per=1000).set_index(["unit", "focal"])
    weights = np.array([3000 + 2000, 400 + 100])
    assert found.loc[("a", "x"), "value"] == pytest.approx(1000 * (weights * [0.01, 0.1]).sum() / weights.sum())
    everyone = aged({"all": [(90, 5000), (50, 500)]}, unit="a")
    with_all = O.standardise(pd.concat([TWO.assign(unit="a"), everyone]), standard="pooled", per=1000)
    assert with_all.set_index("focal").loc["x", "value"] == pytest.approx(found.loc[("a", "x"), "value"])


def test_squares_widen_the_interval():
    wide = O.standardise(TWO.assign(f2=4 * TWO["numerator"]), squares="f2")
    plain = O.standardise(TWO)
    assert wide["value"].tolist() == plain["value"].tolist()
    assert wide["standard_error"].tolist() == pytest.approx((2 * plain["standard_error"]).tolist())
    ratio = O.standardise(TWO.assign(f2=4 * TWO["numerator"]), squares="f2", method="indirect", reference="y")
    assert ratio["standard_error"].tolist() == pytest.approx(
        (2 * O.standardise(TWO, method="indirect", reference="y")["standard_error"]).tolist()
    )


def test_dobsons_limits_hold_the_rate_as_often_as_they_say():
    """20,000 draws of Poisson events in three bands."""
    rng = np.random.default_rng(5)
    people, rates, weights = np.array([4000.0, 900, 150]), np.array([0.002, 0.01, 0.06]), np.array([5.0, 3, 1])
    events = rng.poisson(people * rates, (20_000, 3)).astype(float)
    events = events[events.sum(axis=1) >= 10]
    found = direct(events, np.broadcast_to(people, events.shape), weights, events, 0.95)
    true = (weights * rates).sum() / weights.sum()
    held = ((found.lower <= true) & (true <= found.upper)).mean()
    assert 0.94 < held < 0.97


# -- when there is no rate -----------------------------------------------------------------


def test_what_is_missing_is_a_reason():
    few = aged({"x": [(3, 3000), (4, 400)], "y": [(60, 2000), (10, 0)]})
    found = O.standardise(few)
    assert found["reason"].tolist() == ["too_few_events", "nobody_in_a_band"]
    assert O.standardise(few, fewest=0)["value"].notna().tolist() == [True, False]
    assert "too few events" in found.explain()
    # A band of no weight says nothing, whoever is in it.
    assert O.standardise(few, standard={"0-64": 1, "65+": 0})["value"].notna().tolist() == [False, True]
    assert O.standardise(TWO.iloc[:3])["reason"].tolist() == [None, "band_missing"]
    hidden = TWO.astype({"numerator": float}).assign(symbol=[None, "c", None, None])
    hidden.loc[1, "numerator"] = np.nan
    assert O.standardise(hidden)["reason"].tolist() == ["suppressed", None]
    nothing = O.standardise(TWO, method="indirect", reference={"0-64": 0, "65+": 0})
    assert set(nothing["reason"]) == {"nothing_expected"}


def test_intersections_are_hidden_where_numbers_are_small():
    cross = pd.concat([TWO.assign(sex="f"), TWO.assign(sex="m", numerator=3)], ignore_index=True)
    one = O.standardise(cross, focal={"group": "x", "sex": "f"})
    assert one[["focal", "value"]].iloc[0].tolist() == ["x, f", pytest.approx(O.standardise(TWO)["value"].iloc[0])]
    small = O.standardise(cross, focal={"group": "x", "sex": "m"})
    assert small["reason"].item() == "suppressed"
    assert small[["value", "numerator", "rate"]].isna().all(axis=None)
    by = O.standardise(cross, by="sex", fewest=0)
    assert by[["sex", "focal"]].to_numpy().tolist() == [["f", "x"], ["f", "y"], ["m", "x"], ["m", "y"]]


# -- comparing -----------------------------------------------------------------------------


def test_direct_rates_are_compared():
    rates = O.standardise(TWO, per=1000)
    found = O.compare_standardised(rates, focal="y", against="x")
    (x, y) = rates["value"]
    assert found["value"].tolist() == pytest.approx([y / x, y - x])
    spread = (rates["standard_error"] / rates["value"]) ** 2
    reach = math.exp(stats.norm.ppf(0.975) * math.sqrt(spread.sum()))
    assert found[["lower", "upper"]].iloc[0].tolist() == pytest.approx([y / x / reach, y / x * reach])
    low = y - x - math.hypot(y - rates["lower"][1], rates["upper"][0] - x)
    assert found["lower"].iloc[1] == pytest.approx(low)
    back = O.compare_standardised(rates, focal="x", against="y")
    assert (back["value"].iloc[0] * found["value"].iloc[0]) == pytest.approx(1)
    assert "at the same ages" in found.explain()


def test_two_indirect_ratios_are_not_compared():
    ratios = O.standardise(TWO, method="indirect", reference="y")
    with pytest.raises(errors.DenominatorMismatch, match=r"ages of its own group.*method='direct'"):
        O.compare_standardised(ratios, focal="x", against="y")


def test_rates_of_two_standards_are_not_compared():
    both = pd.concat([O.standardise(TWO), O.standardise(TWO, standard="pooled")], ignore_index=True)
    with pytest.raises(errors.DenominatorMismatch, match="differ in standard"):
        O.compare_standardised(both, focal="x", against="y")
    with pytest.raises(errors.UnknownGroup, match="'z'"):
        O.compare_standardised(O.standardise(TWO), focal="z", against="y")
    with pytest.raises(errors.InvalidParameter, match="with itself"):
        O.compare_standardised(O.standardise(TWO), focal="y", against="y")
    with pytest.raises(errors.InvalidTable, match="no standardised rates"):
        O.compare_standardised(TWO, focal="x", against="y")
    few = O.standardise(aged({"x": [(3, 3000), (4, 400)], "y": [(60, 2000), (10, 100)]}))
    assert O.compare_standardised(few, focal="x", against="y")["reason"].tolist() == ["not_known"] * 2


@pytest.mark.parametrize(
    ("kind", "word", "options"),
    [
        (errors.InvalidParameter, "Did you mean 'direct'", {"method": "dirct"}),
        (errors.InvalidParameter, "needs a reference", {"method": "indirect"}),
        (errors.InvalidParameter, "take no reference", {"reference": "y"}),
        (errors.InvalidParameter, "Did you mean 'esp2013'", {"standard": "esp2011"}),
        (errors.InvalidParameter, "it lacks '65", {"standard": {"0-64": 1}}),
        (errors.InvalidParameter, "weights are not all 0", {"standard": {"0-64": -1, "65+": 1}}),
        (errors.UnknownGroup, "reference 'z'", {"method": "indirect", "reference": "z"}),
        (errors.UnknownColumn, "'years'", {"band": "years"}),
        (errors.UnknownGroup, "'z'", {"focal": "z"}),
    ],
)
def test_refused(kind, word, options):
    with pytest.raises(kind, match=word):
        O.standardise(TWO, **options)


@pytest.mark.slow
def test_saved_and_verified(tmp_path):
    table = pd.concat([TWO.assign(unit="a", f2=2 * TWO["numerator"]), TWO.assign(unit="b", f2=TWO["numerator"])])
    rates = O.standardise(table, squares="f2", standard=pd.Series({"0-64": 3.0, "65+": 1.0}))
    results = [
        rates,
        O.compare_standardised(rates, focal="x", against="y"),
        O.standardise(pm.Rates(table.drop(columns="f2"), dimensions=("age",)), method="indirect", reference="y"),
        O.standardise(TWO, focal={"group": ["x", "y"]}),
    ]
    for number, result in enumerate(results):
        outcome = pm.verify(result.save(tmp_path / f"{number}.zip"))
        assert outcome.same, str(outcome)
        assert result.cite()
        assert result["sentence"].notna().all()
