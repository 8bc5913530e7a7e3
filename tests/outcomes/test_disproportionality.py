"""Events of groups over places, and chains of stages: the trap of pooling, what is not stated, cohorts."""

from __future__ import annotations

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

O = pm.outcomes  # noqa: E741
Z = stats.norm.ppf(0.975)
POOLED = ["crude_ratio", "standardised_ratio", "indirect_ratio", "mantel_haenszel_ratio"]


def forces(numbers, **more):
    """A table from (a, n, b, m) of each stratum."""
    rows = []
    for place, (a, n, b, m) in enumerate(numbers):
        rows += [{"unit": f"f{place}", "group": "x", "numerator": a, "denominator": n}]
        rows += [{"unit": f"f{place}", "group": "y", "numerator": b, "denominator": m}]
    return pd.DataFrame(rows).assign(**more)


def compared(table, **options):
    asked = {"focal": "x", "against": "y", "denominator_kind": "residents"} | options
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.EventsNotPeople)
        return O.disproportionality(table, **asked)


T6 = forces([(6000, 100_000, 3000, 100_000), (50, 5_000, 2475, 495_000)])


def test_the_trap_of_pooling_as_published():
    """T6 of methods 3.3: twice the rate within each force, 6.26 times in both together."""
    found = compared(T6)
    assert found["measure"].tolist() == [*POOLED, "rate_ratio", "rate_ratio"]
    assert found["value"].tolist() == pytest.approx([6.26, 2, 2, 2, 2, 2], abs=5e-3)
    assert found["value"].iloc[0] == pytest.approx((6050 / 105_000) / (5475 / 595_000))
    assert found["scope"].tolist() == ["all"] * 4 + ["stratum"] * 2
    assert set(found["denominator_kind"]) == {"residents"}
    assert "all strata taken together" in found.explain()


numbers = st.tuples(st.integers(1, 400), st.integers(500, 5000), st.integers(1, 400), st.integers(500, 5000))


@pytest.mark.slow
@settings(max_examples=5)
@given(st.lists(numbers, min_size=1, max_size=6))
def test_pooled_ratios_are_those_of_a_plain_recomputation(strata):
    found = compared(forces(strata)).set_index("measure")
    found = found[found["scope"] == "all"]
    a, n, b, m = (np.array(column, dtype=float) for column in zip(*strata, strict=True))
    weights = {"standardised_ratio": m, "indirect_ratio": n, "mantel_haenszel_ratio": n * m / (n + m)}
    for name, w in weights.items():
        top, bottom = sum(w * a / n), sum(w * b / m)
        assert found.loc[name, "value"] == pytest.approx(top / bottom)
        assert found.loc[name, "rate"] == pytest.approx(1000 * top / sum(w))
        if name == "mantel_haenszel_ratio":
            spread = sum(n * m * (a + b) / (n + m) ** 2) / (sum(a * m / (n + m)) * sum(b * n / (n + m)))
        else:
            spread = sum((w / n) ** 2 * a) / top**2 + sum((w / m) ** 2 * b) / bottom**2
        reach = math.exp(Z * math.sqrt(spread))
        assert found.loc[name, ["lower", "upper"]].tolist() == pytest.approx(
            [top / bottom / reach, top / bottom * reach]
        )
    crude = O.rate_ratio(a.sum(), n.sum(), b.sum(), m.sum())[["value", "lower", "upper"]].iloc[0]
    assert found.loc["crude_ratio", ["value", "lower", "upper"]].tolist() == pytest.approx(crude.tolist())
    # Indirect: observed over expected at the others' rates.
    assert found.loc["indirect_ratio", "value"] == pytest.approx(a.sum() / (n * b / m).sum())


def test_mantel_and_haenszel_as_statsmodels_has_it():
    tables = pytest.importorskip("statsmodels.stats.contingency_tables")
    strata = [(30, 400, 20, 900), (5, 100, 60, 2000), (80, 300, 70, 600)]
    theirs = tables.StratifiedTable([[[a, n - a], [b, m - b]] for a, n, b, m in strata]).riskratio_pooled
    found = compared(forces(strata)).set_index("measure")["value"]
    assert found["mantel_haenszel_ratio"] == pytest.approx(float(theirs), rel=1e-12)


@pytest.mark.slow
@settings(max_examples=4)
@given(st.lists(numbers, min_size=2, max_size=5), st.floats(0.5, 8))
def test_where_every_stratum_has_one_ratio_every_standardised_one_is_it(strata, ratio):
    same = [(b * n / m * ratio, n, b, m) for _, n, b, m in strata]
    found = compared(forces(same)).set_index("measure")["value"]
    for name in POOLED[1:]:
        assert found[name] == pytest.approx(ratio)


def test_units_of_a_stratum_are_summed_and_those_of_one_group_only_left_out():
    table = pd.concat([T6.assign(force="A"), T6.assign(unit=T6["unit"] + "b", force="B")])
    whole = compared(table, by="force")
    assert whole.loc[whole["scope"] == "stratum", "force"].tolist() == ["A", "B"]
    assert whole["value"].tolist() == pytest.approx([6.26] * 6, abs=5e-3)
    short = compared(table.iloc[1:], by="force")
    assert "1 unit with a row of one of the two groups only left out." in short["note"].iloc[0]
    assert short.loc[short["scope"] == "stratum", "value"].tolist() == pytest.approx([2, 6.26], abs=5e-3)


def test_strata_where_a_group_has_nobody_are_in_the_crude_ratio_only():
    found = compared(forces([(10, 100, 20, 400), (0, 0, 30, 100)])).set_index("measure")
    assert found.loc["crude_ratio", "value"] == pytest.approx((10 / 100) / (50 / 500))
    assert found.loc["standardised_ratio", "value"] == pytest.approx(2)
    assert found["strata_dropped"].iloc[0] == 1
    assert found.loc["rate_ratio", "reason"].tolist()[1] == "nobody_in_focal"
    nobody = compared(forces([(10, 100, 0, 0)]))
    assert nobody["reason"].tolist() == ["nobody_against", *["nobody_in_both"] * 3, "nobody_against"]


# -- what is not stated and hidden ---------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=3)
@given(st.lists(st.tuples(numbers, st.integers(1, 30)), min_size=1, max_size=4), st.integers(0, 1000))
def test_bounds_hold_whatever_the_groups_of_unstated_events_are(strata, seed):
    rows = forces([one for one, _ in strata])
    missing = pd.DataFrame(
        {"unit": [f"f{n}" for n in range(len(strata))], "group": "?", "numerator": [u for _, u in strata]}
    )
    table = pd.concat([rows, missing], ignore_index=True)
    found = compared(table, not_stated="?")
    bounds = found[found["interval_method"] == "bounds:not_stated"].set_index(["measure", "unit"])
    u = np.array([u for _, u in strata])
    rng = np.random.default_rng(seed)
    splits = [np.zeros(len(u)), u, rng.integers(0, u + 1)]
    values = []
    for ours in splits:
        filled = [(a + x, n, b + (v - x), m) for ((a, n, b, m), v), x in zip(strata, ours, strict=True)]
        values.append(compared(forces(filled)).set_index(["measure", "unit"])["value"])
    every = pd.concat(values, axis=1)
    for name in every.index:
        low, high = bounds.loc[name, "lower"], bounds.loc[name, "upper"]
        assert every.loc[name].min() == pytest.approx(float(np.squeeze(low)))
        assert every.loc[name].max() == pytest.approx(float(np.squeeze(high)))
    total = rows["numerator"].sum() + u.sum()
    assert found["not_stated_share"].iloc[0] == pytest.approx(u.sum() / total)
    assert found["level"][found["interval_method"].str.startswith("bounds")].isna().all()


def test_much_that_is_not_stated_is_said():
    table = pd.concat([T6, pd.DataFrame({"unit": ["f0"], "group": ["not stated"], "numerator": [4000]})])
    said = compared(table, not_stated="not stated")
    assert "The group of 25.8 % of events is not stated." in said["sentence"].iloc[0]
    assert "if all events without a stated group were of the y group or of the x group" in said.explain()
    assert "whoever had the events without a stated group" in said.explain()
    with pytest.raises(errors.UnknownGroup, match="'unknown'"):
        compared(table, not_stated="unknown")


@pytest.mark.slow
def test_hidden_numbers_within_bounds_bound_the_ratios():
    table = T6.astype({"numerator": float}).assign(symbol=None, numerator_low=np.nan, numerator_high=np.nan)
    table.loc[2, ["numerator", "numerator_low", "numerator_high"]] = [np.nan, 40, 60]
    table.loc[2, "symbol"] = "c"
    found = compared(table)
    assert found.loc[found["measure"] == "crude_ratio", "value"].isna().all()
    bounds = found[found["interval_method"] == "bounds:suppressed"].set_index(["measure", "unit"])
    for name in ("crude_ratio", "standardised_ratio"):
        ends = [
            compared(T6.assign(numerator=[6000, 3000, x, 2475])).set_index("measure").loc[name, "value"]
            for x in (40, 60)
        ]
        assert bounds.xs(name, level="measure")[["lower", "upper"]].iloc[0].tolist() == pytest.approx(ends)
    stratum = bounds.xs("rate_ratio", level="measure")
    assert stratum[["lower", "upper"]].to_numpy().tolist() == [pytest.approx([1.6, 2.4])]


def test_small_numbers_hide_their_stratum_and_every_sum():
    found = compared(forces([(4, 100, 20, 400), (50, 100, 30, 100)]), least=10)
    assert found.loc[found["scope"] == "all", "reason"].eq("suppressed").all()
    assert found.loc[found["scope"] == "all", ["value", "numerator", "rate"]].isna().all(axis=None)
    assert found.loc[found["scope"] == "stratum", "value"].isna().tolist() == [True, False]
    cross = T6.assign(sex="m").rename(columns={"group": "ethnic"})
    crossed = compared(cross, focal={"ethnic": "x", "sex": "m"}, against={"ethnic": "y", "sex": "m"})
    assert crossed["value"].iloc[0] == pytest.approx(6.26, abs=5e-3)
    assert "from 1 to 9" in crossed["note"].iloc[0]


# -- what the numbers are of ---------------------------------------------------------------


def test_denominators_are_named_and_their_years_compared():
    table = T6.assign(period="2023/24", indicator="searches")
    found = compared(table, denominator_period="census 2021")
    assert set(found["year_gap"]) == {2.0}
    assert compared(table)["year_gap"].isna().all()
    with pytest.raises(errors.DenominatorMismatch, match=r"Remedy: Write denominator_kind='residents'"):
        compared(table, denominator_kind=" ")
    with pytest.warns(errors.ClassifiedApart):
        compared(table, events_classed="officer-defined", people_classed="self-defined")
    many = compared(forces([(240, 230, 20, 400), (50, 100, 30, 100)]))
    assert "1 stratum has more events than people" in many["note"].iloc[0]


def test_events_are_not_people_unless_their_squares_are_known():
    with pytest.warns(errors.EventsNotPeople, match="event_frequencies"):
        plain = O.disproportionality(T6, focal="x", against="y", denominator_kind="residents")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        wide = O.disproportionality(
            T6.assign(f2=4 * T6["numerator"]), focal="x", against="y", denominator_kind="residents", squares="f2"
        )
    assert wide["value"].tolist() == plain["value"].tolist()
    for name in ("crude_ratio", "standardised_ratio", "rate_ratio"):
        ours, theirs = (
            np.log(one.set_index("measure").loc[[name], ["lower", "upper"]].to_numpy()) for one in (wide, plain)
        )
        np.testing.assert_allclose(np.diff(ours), 2 * np.diff(theirs))
    assert wide.loc[3, "interval_method"] == "sampling:log_delta"


@pytest.mark.parametrize(
    ("kind", "word", "options"),
    [
        (errors.InvalidParameter, "'rest'", {"against": "rest"}),
        (errors.InvalidParameter, "'each'", {"focal": "each"}),
        (errors.UnknownGroup, "'z'", {"focal": "z"}),
        (errors.UnknownColumn, "'county'", {"by": "county"}),
        (errors.OverlappingGroups, "part", {"focal": "x", "against": ["x", "y"]}),
        (errors.InvalidParameter, "level", {"level": 0}),
    ],
)
def test_refused(kind, word, options):
    with pytest.raises(kind, match=word):
        compared(T6, **options)


def test_the_town_by_district():
    town = pm.datasets.town().outcomes_by_group
    stops = town[town["indicator"] == "stops"].rename(columns={"district": "unit"})
    found = compared(
        stops, focal={"group": "green", "sex": "male"}, against={"group": "amber", "sex": "male"}, least=0,
        not_stated="not stated",
    )  # fmt: skip
    share = found["not_stated_share"].iloc[0]
    unstated = stops.loc[stops["group"] == "not stated", "numerator"].sum()
    assert share == pytest.approx(unstated / stops["numerator"].sum())
    value = found.drop_duplicates("measure").set_index("measure")["value"]
    assert value["standardised_ratio"] == pytest.approx(math.exp(1.05), rel=0.2)  # as the town is drawn


# -- chains of stages ----------------------------------------------------------------------

STAGES = ["searched", "arrested", "charged", "custody"]
CHAIN = pd.DataFrame(
    {
        "stage": STAGES * 2,
        "group": ["white"] * 4 + ["black"] * 4,
        "count": [10_000, 1_000, 500, 300, 1_000, 300, 165, 90],
    }
)


def chain(table=CHAIN, **options):
    asked = {"stages": STAGES, "focal": "black", "against": "white", "same_cohort": True} | options
    return O.relative_rates(table, **asked)


def test_the_chain_as_published():
    found = chain()
    assert found["value"].round(3).tolist() == [3.0, 1.1, 0.909, 3.0]
    assert set(found["title"]) == {"relative rate index"}
    assert np.prod(found["value"].iloc[:3]) == pytest.approx(found["value"].iloc[3])
    theirs = O.risk_ratio(165, 300, 500, 1000)[["value", "lower", "upper"]].iloc[0].tolist()
    assert found[["value", "lower", "upper"]].iloc[1].tolist() == theirs
    assert found["sentence"].iloc[0].startswith("arrested of searched: 30.0 % of the black group against 10.0 %")


def test_tables_of_different_people_are_no_cohort():
    found = chain(same_cohort=False)
    assert set(found["title"]) == {"stage ratios (not a cohort)"}
    assert found["value"].round(3).tolist()[:3] == [3.0, 1.1, 0.909]
    assert found["reason"].iloc[3] == "not_a_cohort"
    assert math.isnan(found["value"].iloc[3])
    spread = sum(1 / count for count in (300, 1000, 1000, 10_000))
    assert found["upper"].iloc[0] == pytest.approx(3 * math.exp(Z * math.sqrt(spread)))
    more = CHAIN.assign(count=[10_000, 1_000, 500, 300, 1_000, 300, 400, 90])
    with pytest.raises(errors.InvalidTable, match="more people than the one before"):
        chain(more)
    assert chain(more, same_cohort=False)["value"].notna().sum() == 3


def test_chains_of_areas_and_intersections():
    both = pd.concat([CHAIN.assign(area=area, sex=sex) for area in "ab" for sex in "fm"], ignore_index=True)
    found = chain(both, focal={"group": "black", "sex": "f"}, against={"group": "white", "sex": "m"}, by="area")
    assert found["area"].tolist() == ["a"] * 4 + ["b"] * 4
    assert found["value"].round(3).tolist() == [3.0, 1.1, 0.909, 3.0] * 2
    few = both.assign(count=both["count"].where(both["count"] != 90, 9))
    hidden = chain(few, focal={"group": "black", "sex": "f"}, against={"group": "white", "sex": "m"}, by="area")
    assert hidden["reason"].tolist()[:4] == [None, None, "suppressed", "suppressed"]
    assert hidden[["value", "numerator"]].iloc[2:4].isna().all(axis=None)
    missing = CHAIN.astype({"count": float}).assign(count=CHAIN["count"].where(CHAIN["count"] != 165))
    assert chain(missing)["reason"].tolist() == [None, "suppressed", "suppressed", None]


def test_a_chain_against_everyone_else():
    three = pd.concat([CHAIN, CHAIN[:4].assign(group="other", count=[500, 100, 50, 20])], ignore_index=True)
    found = chain(three, against="rest")
    assert found["value"].iloc[0] == pytest.approx((300 / 1000) / (1100 / 10_500))
    assert set(found["against"]) == {"rest"}


@pytest.mark.parametrize(
    ("kind", "word", "options"),
    [
        (errors.InvalidParameter, "same_cohort is True or False", {"same_cohort": None}),
        (errors.UnknownGroup, "Did you mean 'charged'", {"stages": ["searched", "chargd"]}),
        (errors.InvalidParameter, "two stages", {"stages": ["searched"]}),
        (errors.UnknownColumn, "'step'", {"stage": "step"}),
        (errors.UnknownGroup, "'blue'", {"focal": "blue"}),
    ],
)
def test_chains_are_refused(kind, word, options):
    with pytest.raises(kind, match=word):
        chain(**options)


@pytest.mark.slow
def test_saved_and_verified(tmp_path):
    table = pd.concat([T6, pd.DataFrame({"unit": ["f0"], "group": ["?"], "numerator": [40]})], ignore_index=True)
    table = table.assign(f2=2 * table["numerator"], indicator="searches", period="2021")
    results = [compared(table, not_stated="?", squares="f2"), compared(T6, least=0), chain(), chain(same_cohort=False)]
    results.append(compared(pm.Rates(T6), denominator_period="2021"))
    for number, result in enumerate(results):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", errors.EventsNotPeople)
            outcome = pm.verify(result.save(tmp_path / f"{number}.zip"))
        assert outcome.same, str(outcome)
        assert result.cite()
        assert result["sentence"].notna().all()
