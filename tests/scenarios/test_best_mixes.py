"""Mixes for a site and sites for a mix: against changing the table and measuring it anew."""

from __future__ import annotations

import itertools
import warnings
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import placemix as pm
from placemix.errors import (
    DuplicateUnit,
    EmptyTable,
    InvalidParameter,
    PlacemixError,
    RankedNoise,
    RepeatedColumn,
    UnknownColumn,
    UnknownGroup,
)
from placemix.scenarios.choosing import grids
from placemix.scenarios.choosing.chance import margins
from placemix.scenarios.choosing.comparing import set_apart
from placemix.scenarios.choosing.gap_sums import gap_with

S = pm.scenarios
KINDS = ["own", "social", "private"]
OF_A_GROUP = ["dissimilarity", "gini", "isolation", "exposure", "correlation_ratio"]
OF_ALL = ["information_theory", "mutual_information", "relative_diversity"]


def area(count=30, seed=0, *, none=2):
    """Homes at points in two districts; some of no kind, some units without any."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(rng.integers(0, 90, (count, 3)), columns=KINDS)
    table.loc[4, KINDS] = 0
    table["unit"], table["district"] = [f"u{n:02d}" for n in range(count)], rng.choice(["north", "south"], count)
    table["every"] = table[KINDS].sum(axis=1) + rng.integers(0, none + 1, count)
    table.loc[4, "every"] = 0
    points = gpd.points_from_xy(*(rng.random((2, count)) * 3000))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pm.errors.IncompletePartition)
        return pm.from_wide(
            gpd.GeoDataFrame(table, geometry=points, crs=27700), groups=KINDS, unit="unit", total="every",
            strata=["district"], about={"universe": "households"},
        )  # fmt: skip


def zones(table, **about):
    return pm.from_wide(
        pd.DataFrame(table), groups=[name for name in table if name != "unit"], unit="unit",
        about={"universe": "households", **about},
    )  # fmt: skip


TOYVILLE = zones({"unit": list("1234"), "x": [80, 20, 0, 20], "y": [20, 80, 100, 80]})
HOMES = area()
SCORE = pd.Series(np.random.default_rng(5).random(30), index=HOMES.units, name="income deprivation")


def changed(homes, unit, added):
    values, total = homes.values.copy(), homes.total.copy()
    place = homes.units.get_loc(unit)
    values[place] += added
    total[place] += np.sum(added)
    return replace(homes, values=values, total=total)


def anew(homes, unit, added, measures, focal, against="rest", score=None, radii=(), district=None):
    """All columns from the verbs of the changed table."""
    then = changed(homes, unit, added)
    row = {}
    for name in measures:
        row[name] = pm.measure(then, name, focal=focal, against=against)["value"].item()
    if score is not None:
        row["place_gap"] = pm.place_gap(then, score, focal=focal, against=against)["gap"].item()
    place = homes.units.get_loc(unit)
    inside = np.ones(len(homes), dtype=bool)
    if district is not None:
        inside = (homes.strata[district] == homes.strata[district].iloc[place]).to_numpy()
    for radius in ["unit", *radii]:
        near = np.arange(len(homes)) == place
        if radius != "unit":
            xy = np.column_stack([homes.geometry.x, homes.geometry.y])
            near = np.hypot(*(xy - xy[place]).T) <= float(str(radius).removesuffix(" m"))
        here, whole = then.values[near].sum(axis=0), then.values[inside].sum(axis=0)
        row[f"from_district_{radius}"] = np.abs(here / here.sum() - whole / whole.sum()).sum() / 2
        p = here / here.sum()
        row[f"diversity_{radius}"] = (p * (1 - p)).sum()
    return row


def test_a_case_by_hand():
    """60 social homes in A: half of 160 there, 200 of 460 owned in all."""
    homes = zones({"unit": list("ABCD"), "own": [80, 20, 50, 50], "social": [20, 80, 50, 50]})
    new = pd.DataFrame({"unit": ["A", "A"], "mix": ["s", "o"], "own": [0, 60], "social": [60, 0]})
    found = S.objectives_of(homes, new, radii=[], measures="dissimilarity", focal="social", threshold=0.8,
                            condition=pd.Series({"A": 0.5, "B": 0.1, "C": 0.3, "D": 0.3}))  # fmt: skip
    assert found["alternative"].tolist() == ["A: s", "A: o"]
    assert found["from_district_unit"].tolist() == pytest.approx([1 / 2 - 200 / 460, 140 / 160 - 260 / 460])
    assert found["from_district_unit_change"].tolist() == pytest.approx([1 / 2 - 200 / 460 - 0.3, 0.01], abs=1e-3)
    assert found["diversity_unit"].tolist() == pytest.approx([0.5, 2 * (140 * 20) / 160**2])
    assert found["diversity_unit_change"].tolist() == pytest.approx([0.5 - 0.32, 2 * 140 * 20 / 160**2 - 0.32])
    # 80 of 100 is 80 %: it reaches the threshold before, and with 60 more owned homes still does.
    assert found[["defined", "becomes_defined", "ceases_defined"]].to_numpy().tolist() == [[0, 0, 1], [1, 0, 0]]
    # Social homes: 80, 80, 50, 50 of 260; owned: 80, 20, 50, 50 of 200.
    social = (80 * 0.5 + 80 * 0.1 + 100 * 0.3) / 260
    assert found["place_gap"][0] == pytest.approx(social - (80 * 0.5 + 20 * 0.1 + 100 * 0.3) / 200)
    assert found["place_gap_size"].tolist() == pytest.approx(found["place_gap"].abs().tolist())


@pytest.mark.slow
@pytest.mark.parametrize("against", ["rest", "private"])
def test_every_column_is_that_of_the_changed_table(against):
    rng = np.random.default_rng(1)
    new = pd.DataFrame(rng.integers(0, 80, (12, 3)), columns=KINDS).assign(unit=rng.choice(HOMES.units, 12))
    new.loc[3, KINDS] = -HOMES.values[HOMES.units.get_loc(new.loc[3, "unit"])] // 2  # homes are pulled down
    new["site"] = [f"s{n}" for n in range(12)]
    kept = new.copy(deep=True)
    measures = [*OF_A_GROUP[: 4 if against != "rest" else 5], *OF_ALL]
    radii = ["600 m", 1500]
    found = S.objectives_of(
        HOMES, new, radii=radii, district="district", measures=measures, focal="social", against=against,
        condition=SCORE, name="site",
    )  # fmt: skip
    pd.testing.assert_frame_equal(new, kept)
    before = anew(HOMES, "u00", np.zeros(3), measures, "social", against, SCORE)
    for row, plan in zip(found.to_dict("records"), new.to_dict("records"), strict=True):
        added = np.array([plan[kind] for kind in KINDS])
        expected = anew(HOMES, plan["unit"], added, measures, "social", against, SCORE, radii, "district")
        still = anew(HOMES, plan["unit"], 0 * added, [], "social", radii=radii, district="district")
        for name, value in expected.items():
            was = before[name] if name in {*measures, "place_gap"} else still[name]
            assert row[name] == pytest.approx(value, rel=1e-9, abs=1e-12, nan_ok=True), name
            assert row[f"{name}_change"] == pytest.approx(value - was, rel=1e-9, abs=1e-12, nan_ok=True), name
        assert [row[f"added_{kind}"] for kind in KINDS] == added.tolist()
        assert row["homes"] == added.sum()


def test_the_mix_is_what_neighbourhood_effects_says():
    homes = area(none=0)
    new = pd.DataFrame({"unit": ["u03", "u17", "u09"], "own": [10, 60, 0], "social": [90, 0, 200]})
    options = {"radii": ["600 m", "2 km"], "district": "district", "threshold": 0.5}
    found, rows = S.objectives_of(homes, new, **options), S.neighbourhood_effects(homes, new, **options)
    rows = rows[rows["scale"] != "district"]
    for unit, row in found.set_index("unit").iterrows():
        mine = rows[rows["unit"] == unit]
        for scale, part in mine.groupby("scale"):
            assert row[f"from_district_{scale}"] == pytest.approx(part["from_district_after"].abs().sum() / 2)
            was = part["from_district_before"].abs().sum() / 2
            assert row[f"from_district_{scale}_change"] == pytest.approx(
                part["from_district_after"].abs().sum() / 2 - was, abs=1e-12
            )
            assert row[f"diversity_{scale}"] == pytest.approx(1 - (part["share_after"] ** 2).sum())
        words = mine.groupby("scale")["defined"].agg(set)
        after = {"stays defined by it", "becomes defined by it"}
        assert row["defined"] == sum(bool(said & after) for said in words)
        assert row["becomes_defined"] == sum("becomes defined by it" in said for said in words)
        assert row["ceases_defined"] == sum("ceases to be defined by it" in said for said in words)


@pytest.mark.slow
@settings(max_examples=6)
@given(
    arrays(np.int64, (6, 3), elements=st.integers(0, 60)),
    arrays(np.int64, (3, 3), elements=st.integers(0, 90)),
    st.lists(st.integers(0, 5), min_size=3, max_size=3),
    arrays(np.float64, 6, elements=st.floats(0, 1)),
)
def test_indices_and_gaps_of_any_table(values, added, places, score):
    if (values.sum(axis=0) == 0).any():
        return
    homes = zones({"unit": [f"u{n}" for n in range(6)], **dict(zip(KINDS, values.T, strict=True))})
    condition = pd.Series(np.round(score, 3) + 0.0011 * np.arange(6), index=homes.units, name="score")
    new = pd.DataFrame(added, columns=KINDS).assign(unit=[f"u{n}" for n in places], name=list("abc"))
    measures = ["dissimilarity", "information_theory", "correlation_ratio"]
    found = S.objectives_of(homes, new, radii=[], measures=measures, focal="own", condition=condition, name="name")
    for row, extra in zip(found.to_dict("records"), added, strict=True):
        then = changed(homes, row["unit"], extra)
        here = then.values[homes.units.get_loc(row["unit"])]
        if here.sum():
            expected = anew(homes, row["unit"], extra, measures, "own", score=condition)
            for name, value in expected.items():
                assert row[name] == pytest.approx(value, rel=1e-9, abs=1e-10, nan_ok=True), name
            assert 0 <= row["from_district_unit"] <= 1
        else:
            assert np.isnan(row["from_district_unit"])
            assert row["reason"] == "no_homes_there"


def test_a_unit_without_a_condition_or_homes_says_so():
    score = SCORE.drop("u03")
    new = pd.DataFrame({"unit": ["u03", "u04", "u05"], "own": 20})
    with pytest.warns(pm.errors.IncompleteCondition):
        found = S.objectives_of(HOMES, new, radii=[], focal="own", condition=score)
    assert found["reason"].fillna("").tolist() == ["no_condition", "no_homes_there", ""]
    assert found["place_gap"].isna().tolist() == [True, False, False]
    assert found["from_district_unit"].notna().all()  # with the new homes there is a mix
    assert np.isnan(found["from_district_unit_change"][1])
    assert "homes of no kind are in no mix" in found["note"][0]
    table = set_apart(pd.DataFrame(found), {"place_gap_size": "less"}, {})
    assert table.set_index("unit")["missing"].to_dict() == {"u03": "place_gap_size", "u04": "", "u05": ""}


def test_what_the_caller_knows_is_taken_as_it_is():
    new = pd.DataFrame(
        {"unit": ["u00", "u01", "u00"], "mix": ["a", "a", "b"], "own": [10, 20, 30], "social": [5, 0, 5]}
    )
    known = pd.DataFrame({"unit": ["u01", "u00", "u00"], "mix": ["a", "a", "b"], "cost": [3.0, 1.0, 2.0], "of": "xyz"})
    rates = {"pupils": {"own": 0.2, "social": 0.4, "private": 0.1}}
    found = S.objectives_of(HOMES, new, radii=[], further=known, per_home=rates)
    assert found["alternative"].tolist() == ["u00: a", "u01: a", "u00: b"]
    assert found["cost"].tolist() == [1.0, 3.0, 2.0]
    assert found["pupils"].tolist() == pytest.approx([4.0, 4.0, 8.0])
    by_place = S.objectives_of(HOMES, new, radii=[], further=known.iloc[:2][["unit", "cost"]].head(1))
    assert by_place["cost"].isna().tolist() == [True, False, True]
    for table, kind in ((known[["cost"]], UnknownColumn), (known[["unit", "cost"]], DuplicateUnit)):
        with pytest.raises(kind):
            S.objectives_of(HOMES, new, radii=[], further=table)
    with pytest.raises(RepeatedColumn, match="'homes'"):
        S.objectives_of(HOMES, new, radii=[], further=known.rename(columns={"cost": "homes"}))
    with pytest.raises(PlacemixError) as caught:
        S.objectives_of(HOMES, new, radii=[], per_home={"pupils": {"own": None, "socail": 1, "private": 0}})
    for words in ("socail, which is no kind", "no amount for social", "missing or no number", "'social'"):
        assert words in str(caught.value)


@pytest.mark.slow
def test_all_mixes_by_brute_force():
    rates = {"cost": {"own": 0.0, "social": 90.0, "private": 20.0}}
    objectives = {"diversity_unit": "more", "place_gap_size": "less", "cost": "less"}
    found = S.best_mixes(
        HOMES, "u07", 60, step=10, objectives=objectives, least={"social": 10}, most={"private": 20, "let": 50},
        sums={"let": ["social", "private"]}, radii=["600 m"], district="district", measures=[*OF_A_GROUP, *OF_ALL],
        focal="social", condition=SCORE, per_home=rates, below_chance=True,
    )  # fmt: skip
    grid = [
        mix for mix in itertools.product(range(0, 61, 10), repeat=3)
        if sum(mix) == 60 and mix[1] >= 10 and mix[2] <= 20 and mix[1] + mix[2] <= 50
    ]  # fmt: skip
    assert sorted(map(tuple, found[[f"added_{kind}" for kind in KINDS]].astype(int).to_numpy())) == sorted(grid)
    rows = []
    for mix in grid:
        row = anew(HOMES, "u07", np.array(mix), [*OF_A_GROUP, *OF_ALL], "social", "rest", SCORE, ["600 m"], "district")
        name = " + ".join(f"{homes} {kind}" for homes, kind in zip(mix, KINDS, strict=True) if homes)
        rows.append({"mix": name, **row, "place_gap_size": abs(row["place_gap"]), "cost": mix[1] * 90 + mix[2] * 20})
    expected = pd.DataFrame(rows).set_index("mix")
    for name in expected.columns:
        np.testing.assert_allclose(
            found.set_index("mix")[name], expected.loc[found["mix"], name], rtol=1e-9, err_msg=name
        )
    front = S.pareto_table(expected.reset_index(), objectives).set_index("mix")
    assert found.set_index("mix")["front"].to_dict() == front["front"].to_dict()
    assert found.set_index("mix")["better"].to_dict() == front["better"].to_dict()
    assert found["front"].is_monotonic_decreasing
    assert 0 < found["front"].sum() < len(found)
    assert "asked for" in found["note"][0]
    assert "no advice on whom homes are let" in found["note"][0]


@given(st.integers(1, 12), st.data())
def test_mixes_are_counted_and_keep_all_homes(steps, data):
    kinds = KINDS[: data.draw(st.integers(1, 3))]
    low = {kind: data.draw(st.integers(0, 5)) * 2.5 for kind in kinds}
    high = {kind: data.draw(st.integers(0, 12)) * 2.5 for kind in kinds if data.draw(st.booleans())}
    high = {kind: max(value, low[kind]) for kind, value in high.items()}
    wanted = {
        mix for mix in itertools.product(range(steps + 1), repeat=len(kinds))
        if sum(mix) == steps
        and all(low[kind] <= many * 2.5 <= high.get(kind, np.inf) for kind, many in zip(kinds, mix, strict=True))
    }  # fmt: skip
    if not wanted:
        with pytest.raises(InvalidParameter, match="keeps to the bounds"):
            grids.mixes(kinds, steps * 2.5, 2.5, low, high, {})
        return
    made = grids.mixes(kinds, steps * 2.5, 2.5, low, high, {})
    assert {tuple(row) for row in np.rint(made / 2.5).astype(int).tolist()} == wanted
    assert len(made) == len(wanted)
    assert (made.sum(axis=1) == steps * 2.5).all()


def test_too_many_mixes_are_refused_with_a_step_that_is_not():
    with pytest.raises(InvalidParameter, match=r"1,373,701 mixes.*step=5 makes 12,341"):
        grids.mixes(list("abcd"), 200, 1, {}, {}, {})
    assert len(grids.mixes(list("abcd"), 200, 5, {}, {}, {})) == 12_341
    with pytest.raises(InvalidParameter, match="at 100 places"):
        grids.mixes(list("abcd"), 200, 10, {}, {}, {}, 100)
    with pytest.raises(InvalidParameter, match=r"no whole number of steps of 7.*4, 5, 10"):
        grids.mixes(list("abcd"), 20, 7, {}, {}, {})


@given(arrays(np.int64, (9, 3), elements=st.integers(0, 3)), arrays(np.int64, 3, elements=st.integers(0, 1)))
def test_the_front_is_that_of_the_pareto_table(values, slack):
    table = pd.DataFrame(values, columns=list("abc")).astype(float)
    table.insert(0, "name", [f"n{place}" for place in range(9)])
    table.loc[values[:, 0] == 3, "b"] = np.nan
    objectives = {"a": "more", "b": "less", "c": "more"}
    least = dict(zip("abc", slack.astype(float), strict=True))
    found = set_apart(table, objectives, least)
    expected = S.pareto_table(table, objectives, least=least)
    pd.testing.assert_frame_equal(
        found.drop(columns="bettered_by"), pd.DataFrame(expected).drop(columns=["bettered_by", "version"]),
        check_dtype=False, rtol=0, atol=0,
    )  # fmt: skip
    front = set(found.loc[found["front"], "name"])
    for said, all_of_them in zip(found["bettered_by"], expected["bettered_by"], strict=True):
        everyone = set(filter(None, all_of_them.split(", ")))
        shown, _, more = said.partition(" and ") if " and " in said else (said, "", "")
        named = set(filter(None, shown.split(", "))) if "more" not in shown else set()
        assert named <= everyone & front
        assert len(named) == min(5, len(everyone & front))
        count = more or (shown if "more" in shown else "0 more")
        assert len(named) + int(count.split()[0]) == len(everyone)


def test_t7_dissimilarity_cannot_order_sites_for_the_mix_of_the_whole():
    mix = {"x": 0.3, "y": 0.7}
    found = S.best_sites(
        TOYVILLE, mix, list("1234"), number=100, radii=[], focal="x", objectives={"dissimilarity": "less"}, draws=99
    )
    assert found["dissimilarity"].tolist() == pytest.approx([0.47619] * 4, abs=5e-6)
    assert found["front"].all()
    assert "dissimilarity is the same for all, and tells none apart" in found["note"][0]
    order = {}
    for name, values in {
        "information_theory": (0.2217, 0.3041, 0.2317, 0.3041), "correlation_ratio": (0.2238, 0.3381, 0.3, 0.3381),
        "isolation": (0.4567, 0.5367, 0.51, 0.5367),
    }.items():  # fmt: skip
        one = S.best_sites(TOYVILLE, mix, list("1234"), number=100, radii=[], focal="x", objectives={name: "less"},
                           below_chance=True)  # fmt: skip
        assert one.set_index("site")[name].to_dict() == pytest.approx(dict(zip("1234", values, strict=True)), abs=6e-5)
        order[name] = one.set_index("site")["better"].to_dict()
        assert one["site"].tolist()[0] == "1"
    assert order["information_theory"] == {"1": 0, "3": 1, "2": 2, "4": 2}
    other = S.best_sites(TOYVILLE, {"y": 1.0}, list("1234"), number=100, radii=[], focal="x", below_chance=True,
                         objectives={"dissimilarity": "less"})  # fmt: skip
    assert other.set_index("site")["better"].to_dict() == {"1": 0, "2": 1, "3": 1, "4": 1}


@pytest.mark.slow
def test_one_site_does_not_order_by_an_index():
    town = pm.datasets.town()
    homes = town.tenure()
    options = {"number": 40, "radii": [], "focal": "social_rent", "draws": 60}
    sites = pd.DataFrame({"site": ["a", "b"], "unit": ["Z00010", "Z01993"], "walk": [5, 9]})
    mix = {"owner_occupied": 0.5, "social_rent": 0.5}
    conditions = town.outcomes[town.outcomes["date"] == "after"].set_index("unit")["income_deprivation"]
    with pytest.raises(RankedNoise) as caught:
        S.best_sites(
            homes, mix, sites, condition=conditions, **options,
            objectives={"walk": "less", "dissimilarity_change": "less", "isolation": "less", "place_gap_size": "less"},
        )  # fmt: skip
    for name in ("dissimilarity changes by", "isolation changes by", "place_gap changes by", "below_chance=True"):
        assert name in str(caught.value)
    found = S.best_sites(homes, mix, sites, **options, objectives={"walk": "less", "isolation": "less"},
                         below_chance=True)  # fmt: skip
    assert found["front"].any()
    plan = S.plan_effects(
        homes, pd.DataFrame({"unit": ["Z00010"], "owner_occupied": 20.0, "social_rent": 20.0}), "isolation",
        focal="social_rent", draws=60,
    )  # fmt: skip
    assert not plan["beyond_chance"].any()


def test_an_index_that_moves_orders_what_differs_by_more_than_chance():
    new = pd.DataFrame({"unit": list("1133"), "name": list("abcd"), "x": [0, 0, 300, 300], "y": [300, 301, 0, 1]})
    found = S.objectives_of(TOYVILLE, new, radii=[], focal="x", measures="isolation", name="name")
    wide = margins(TOYVILLE, new, found, {"isolation": "less"}, focal="x", draws=60)
    plans = S.plan_effects(TOYVILLE, new, "isolation", plan="name", focal="x", draws=60)
    ends = np.maximum(plans["change"] - plans["lower"], plans["upper"] - plans["change"])
    assert plans["beyond_chance"].any()
    least, most = (found["isolation"].idxmin(), found["isolation"].idxmax())
    assert wide == {"isolation": pytest.approx(ends[[least, most]].max())}
    table = set_apart(pd.DataFrame(found), {"isolation": "less"}, wide)
    assert table.set_index("alternative")["front"].to_dict() == {"a": True, "b": True, "c": False, "d": False}
    assert margins(TOYVILLE, new, found, {"isolation": "less"}, focal="x", below_chance=True) == {}
    assert margins(TOYVILLE, new, found, {"homes": "less"}) == {}


def test_chance_of_the_place_gap_is_that_of_homes_put_anew():
    new = pd.DataFrame({"unit": ["u02"], "own": [40], "social": [10]})
    gap = gap_with(HOMES, SCORE, "social", "private", np.array([2]), np.array([[40.0, 10.0, 0.0]]))
    drawn = []
    for place, table in enumerate((HOMES, changed(HOMES, "u02", np.array([40.0, 10.0, 0.0])))):
        rng, y = np.random.default_rng(place), SCORE.to_numpy()
        means = [
            np.array([rng.multinomial(int(x.sum()), x / x.sum()) @ y / x.sum() for _ in range(4000)])
            for x in (table.values[:, 1], table.values[:, 2])
        ]
        drawn.append(means[0] - means[1])
    assert gap.noise.item() == pytest.approx((drawn[1] - drawn[0]).var(), rel=0.08)
    assert gap.after.item() == pytest.approx(
        S.objectives_of(HOMES, new, radii=[], focal="social", against="private", condition=SCORE)["place_gap"].item()
    )


def test_sites_with_numbers_of_their_own():
    sites = gpd.GeoDataFrame(
        {"plot": ["p", "q", "r"], "area": ["u01", "u07", "u07"], "most": [30, 45, 5], "walk": [3.0, 2.0, 9.0]},
        geometry=gpd.points_from_xy([0, 1, 2], [0, 1, 2]), crs=27700,
    )  # fmt: skip
    found = S.best_sites(
        HOMES, {"own": 0.5, "social": 0.3, "private": 0.2}, sites, number="most", site="plot", unit="area",
        objectives={"from_district_unit_change": "less", "walk": "less"}, radii=["1 km"],
    )  # fmt: skip
    rows = found.set_index("plot")
    assert rows["homes"].to_dict() == pytest.approx({"p": 30, "q": 45, "r": 5})
    assert rows["added_private"].to_dict() == pytest.approx({"p": 6, "q": 9, "r": 1})
    assert list(found.columns[:2]) == ["plot", "unit"]
    assert "geometry" not in found
    assert len(S.best_sites(HOMES, {"own": 1}, ["u01", "u02"], number=4, radii=[], objectives={"homes": "more"})) == 2


def test_what_cannot_be_reached_is_worse_than_any_way_and_keys_may_be_numbers():
    sites = pd.DataFrame({"site": [1, 2, 3], "unit": ["u01", "u07", "u08"], "walk": [np.inf, 2.0, 2.0]})
    costs = pd.DataFrame({"site": ["3", "1", "2"], "cost": pd.array([5, 7, None], dtype="Int64")})
    found = S.best_sites(HOMES, {"own": 1}, sites, number=4, radii=[], further=costs, objectives={"walk": "less"})
    assert found["site"].tolist() == ["2", "3", "1"]
    assert found["bettered_by"].tolist() == ["", "", "2, 3"]
    both = S.best_sites(HOMES, {"own": 1}, sites, number=4, radii=[], further=costs,
                        objectives={"walk": "less", "cost": "less"})  # fmt: skip
    assert both.set_index("site")["missing"].to_dict() == {"1": "", "2": "cost", "3": ""}
    assert both.loc[both["front"], "site"].tolist() == ["3"]


def test_homes_alone_are_chosen():
    new = pd.DataFrame({"unit": ["1"], "x": [5]})
    town = pm.datasets.town()
    refused = {
        "The counts do not say": pm.from_wide(
            pd.DataFrame({"unit": list("12"), "x": [1, 2], "y": [3, 4]}), groups=["x", "y"], unit="unit"
        ),
        "counts of residents": replace(TOYVILLE, about=replace(TOYVILLE.about, universe="residents")),
        "counts of household reference persons": zones(
            {"unit": list("12"), "x": [1, 2], "y": [3, 4]}, universe="household reference persons"
        ),
        "which are of people": replace(TOYVILLE, about=replace(TOYVILLE.about, scheme="eth5_2021")),
    }
    for words, counts in refused.items():
        with pytest.raises(InvalidParameter, match=words):
            S.objectives_of(counts, new, radii=[])
        with pytest.raises(InvalidParameter, match=words):
            S.best_mixes(counts, "1", 10, step=5, radii=[], objectives={"homes": "more"})
        with pytest.raises(InvalidParameter, match=words):
            S.best_sites(counts, {"x": 1}, ["1"], number=4, radii=[], objectives={"homes": "more"})
    with pytest.raises(InvalidParameter, match="'group', which is no kind of home"):
        S.best_mixes(town.tenure(by_group=True), "Z00010", 10, step=10, objectives={"homes": "more"})
    by_group = zones({"unit": list("12"), "social: Asian": [1, 2], "social: White": [3, 4], "own": [1, 1]})
    with pytest.raises(InvalidParameter, match="named like groups of people: 'social: Asian', 'social: White'"):
        S.best_mixes(by_group, "1", 10, step=5, radii=[], objectives={"homes": "more"})
    sites = pd.DataFrame({"site": ["a"], "unit": ["1"], "share_muslim": [0.2]})
    with pytest.raises(InvalidParameter, match="Objectives are named like groups of people"):
        S.best_sites(TOYVILLE, {"x": 1}, sites, number=4, radii=[], objectives={"share_muslim": "less"})
    with pytest.raises(InvalidParameter, match="Conditions are named like groups"):
        S.objectives_of(
            TOYVILLE, new, radii=[], focal="x", condition=pd.Series([0.1, 0.2], index=["1", "2"], name="white share")
        )


def test_refusals_come_together():
    with pytest.raises(PlacemixError) as caught:
        S.best_mixes(
            HOMES, ["u01", "u01"], 60, step=-1, objectives={"homes": "more"}, least={"socail": 3, "own": 9},
            most={"own": 5, "private": -2}, sums={"let": ["social", "rent"], "own": ["private"]},
        )  # fmt: skip
    for words in (
        "Units are named twice", "step is a number of homes above 0", "least names socail", "'social'",
        "most of private", "above most of 1 kind: own", "sums['let']", "sums['own']",
    ):  # fmt: skip
        assert words in str(caught.value), words
    with pytest.raises(PlacemixError) as caught:
        S.best_sites(HOMES, {"own": 0.5, "socail": 0.2}, pd.DataFrame({"site": ["a"], "own": [3]}), number="many",
                     objectives={"homes": "more"})  # fmt: skip
    for words in ("no column 'unit'", "named as kinds of homes: 'own'", "mix names socail", "no column 'many'"):
        assert words in str(caught.value), words
    for objectives, kind in (({}, InvalidParameter), (["homes"], InvalidParameter), ({"homs": "more"}, UnknownColumn)):
        with pytest.raises(kind):
            S.best_mixes(HOMES, "u01", 60, step=30, radii=[], objectives=objectives)
    with pytest.raises(UnknownGroup):
        S.best_mixes(HOMES, "u01", 60, step=30, radii=[], objectives={"place_gap_size": "less"}, focal="rented",
                     condition=SCORE)  # fmt: skip
    with pytest.raises(PlacemixError) as caught:
        S.objectives_of(HOMES, pd.DataFrame({"unit": ["u99", "u01"], "own": 1}), radii=["1 km", "1 km"], threshold=70,
                        condition=SCORE, name="name")  # fmt: skip
    for words in ("Radii repeat", "threshold is a share", "of one kind of homes", "not in the counts"):
        assert words in str(caught.value), words
    with pytest.raises(InvalidParameter, match="place_gap is the gap of a condition"):
        S.best_mixes(HOMES, "u01", 60, step=30, radii=[], objectives={"place_gap": "less"}, focal="own")
    with pytest.raises(EmptyTable):
        S.objectives_of(HOMES, pd.DataFrame({"unit": [], "own": []}), radii=[])
    twice = pd.DataFrame({"unit": ["u01", "u01"], "own": [1, 2]})
    with pytest.raises(DuplicateUnit, match="same name"):
        S.objectives_of(HOMES, twice, radii=[])


@pytest.mark.slow
def test_packs(tmp_path):
    new = pd.DataFrame({"unit": ["u02", "u03"], "own": [40, 1], "social": [10, 2]})
    known = pd.DataFrame({"unit": ["u02", "u03"], "places": [3, 4]})
    sites = pd.DataFrame({"site": ["a", "b"], "unit": ["u02", "u03"], "many": [30, 20]})
    options = {"focal": "social", "condition": SCORE, "radii": ["1 km"], "further": known}
    rates = {"pupils": dict.fromkeys(KINDS, 0.2)}
    made = {
        "objectives": S.objectives_of(HOMES, new, measures="gini", per_home=rates, **options),
        "mixes": S.best_mixes(HOMES, "u02", 60, step=20, objectives={"place_gap_size": "less", "places": "more"},
                              below_chance=True, least={"own": 20}, sums={"let": ["social", "private"]}, **options),
        "several": S.best_mixes(HOMES, ["u02", "u03"], 60, step=20, radii=[], objectives={"diversity_unit": "more"}),
        "sites": S.best_sites(HOMES, {"own": 1}, sites, number="many", objectives={"homes": "more"}, radii=[]),
        "ids": S.best_sites(HOMES, {"own": 1}, ["u01", "u02"], number=3, objectives={"homes": "more"}, radii=[]),
        "slopes": S.index_gradients(HOMES, ["dissimilarity", "isolation"], focal="own"),
    }  # fmt: skip
    for name, result in made.items():
        assert pm.verify(result.save(tmp_path / f"{name}.zip")).same, name


@pytest.mark.slow
@settings(max_examples=8)
@given(arrays(np.int64, (6, 2), elements=st.integers(1, 80)))
def test_gradients_hold_until_a_sign_flips(values):
    homes = zones({"unit": [f"u{n}" for n in range(6)], "x": values[:, 0], "y": values[:, 1]})
    x, y = values[:, 0], values[:, 1]
    side = np.sign(x * y.sum() - y * x.sum())
    found = S.index_gradients(homes, ["dissimilarity", "correlation_ratio"], focal="x")
    rows = found[found["measure"] == "dissimilarity"]
    assert np.isinf(found.loc[found["measure"] == "correlation_ratio", "holds_for"]).all()
    for (_, row), (unit, group) in zip(rows.iterrows(), itertools.product(range(6), range(2)), strict=True):
        if (side == 0).any():
            assert row["holds_for"] == 0
            continue
        own = np.zeros((6, 2))
        own[unit, group] = 1.0
        for part, same in ((0.99, True), (1.01, False)):
            if np.isfinite(row["holds_for"]):
                then = values + own * row["holds_for"] * part
                now = np.sign(then[:, 0] * then[:, 1].sum() - then[:, 1] * then[:, 0].sum())
                assert bool((now == side).all()) is same
            else:
                then = values + own * 1e6
                now = np.sign(then[:, 0] * then[:, 1].sum() - then[:, 1] * then[:, 0].sum())
                assert (now == side).all()
        step = min(1e-3, row["holds_for"] / 2)
        ends = [
            pm.measure(changed(homes, f"u{unit}", sign * step * own[unit]), "dissimilarity", focal="x")["value"].item()
            for sign in (0, 1)
        ]
        assert row["gradient"] == pytest.approx((ends[1] - ends[0]) / step, rel=1e-3, abs=1e-7)


def test_gradients_refuse():
    with pytest.raises(InvalidParameter, match="each once"):
        S.index_gradients(TOYVILLE, ["isolation", "isolation"], focal="x")
    with pytest.raises(InvalidParameter, match="not known as a sum"):
        S.index_gradients(TOYVILLE, "gini", focal="x")
