"""Nowcasts: exact where the truth moves as assumed, honest where it does not; churn conserves people."""

from __future__ import annotations

import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix import errors, harmonise
from placemix.harmonise.dates.projecting import composition, fitted, pooled, replaced, tilted

#: For tests of which each example takes long.
FEWER = settings(max_examples=settings().max_examples // 3)
GROUPS = ["x", "y", "z"]


def table(values, period=None, groups=GROUPS, units=None, **about):
    values = np.asarray(values, dtype=float)
    units = units or [f"u{place}" for place in range(len(values))]
    frame = pd.DataFrame(values, columns=groups).assign(unit=units)
    return pm.from_wide(frame, groups=list(groups), unit="unit", about={"period": period, **about})


def people(seed, units=30, most=900):
    return np.random.default_rng(seed).integers(1, most, (units, 3)).astype(float)


def world(weight, seed=0, units=30):
    """Two counts and pupils such that a share `weight` of everyone was replaced by people like the pupils."""
    before, pupils = people(seed, units), people(seed + 1, units)
    moved = replaced(composition(before), composition(pupils), np.asarray(weight)) * before.sum(axis=1)[:, np.newaxis]
    return (
        table(before, "census day 2011"),
        table(moved, "census day 2021"),
        table(pupils, "2020/21", universe="pupils", source="school census"),
    )


# -- exact where the truth moves as assumed ------------------------------------------------------


@pytest.mark.parametrize("weight", [0.0, 0.1, 0.35, 1.0])
def test_the_share_that_was_replaced_is_found_and_the_backcast_is_exact(weight):
    before, after, pupils = world(weight)
    made = harmonise.nowcast(
        after, pupils, at="mid 2021", method="cohort",
        borrow=0, backcast=harmonise.Backcast(before, after, pupils), tolerance=5,
    )  # fmt: skip
    shares = made.error[made.error["group"] != "everyone"]
    np.testing.assert_allclose(shares["share_error"], 0, atol=1e-9)
    np.testing.assert_allclose(shares["people_error"], 0, atol=1e-6)
    assert shares["better"].all() == (weight > 0)


def test_weights_are_brought_to_the_years_between():
    before, after, pupils = world(0.36)
    later = table(pupils.values, "2025/26", universe="pupils")
    made = harmonise.nowcast(
        after, later, at="2031-03-21", method="cohort", borrow=0, tolerance=9,
        backcast=harmonise.Backcast(before, after, pupils),
    )  # fmt: skip
    np.testing.assert_allclose(made.weights, 0.36, rtol=2e-3)
    half = harmonise.nowcast(
        after, later, at="2026-03-21", method="cohort", borrow=0, backcast=harmonise.Backcast(before, after, pupils)
    )
    np.testing.assert_allclose(half.weights, 1 - np.sqrt(0.64), rtol=2e-3)


def test_shares_follow_a_series_that_moves_as_the_people_do():
    then, now = people(3), people(4)
    tilt = composition(now) / composition(then)
    truth = composition(composition(then) * tilt) * 1000
    series = {"2010/11": table(then), "2020/21": table(now)}
    made = harmonise.nowcast(
        table(composition(then) * 1000, "census day 2011"), series, at="census day 2021", method="share", borrow=0
    )
    np.testing.assert_allclose(made.counts.values, truth)


def test_a_series_that_did_not_change_moves_nobody():
    census, pupils = table(people(5), "census day 2021"), people(6)
    made = harmonise.nowcast(
        census, {"2020/21": table(pupils), "2023/24": table(pupils * 3)}, at="mid-2024", method="share", borrow=0
    )
    np.testing.assert_allclose(made.counts.values, census.values)


def test_totals_keep_composition():
    census = table(people(7), "census day 2021")
    later = census.totals * np.linspace(0.5, 2, len(census))
    made = harmonise.nowcast(census, later.rename("people"), at="mid-2024", method="totals")
    np.testing.assert_allclose(made.counts.total, later)
    np.testing.assert_allclose(composition(made.counts.values), composition(census.values))
    lists = harmonise.nowcast(census, {"2021": later * 9, "2024": later * 18}, at="mid-2024", method="totals")
    np.testing.assert_allclose(lists.counts.total, 2 * census.total)
    assert "moved in the ratio of the totals of 2024 to those of 2021" in lists.explain()


def test_both_at_once_and_the_residual_stays():
    frame = pd.DataFrame({"unit": ["a", "b"], "x": [10, 20], "y": [30, 20], "all": [50, 40]})
    with pytest.warns(errors.IncompletePartition):
        census = pm.from_wide(frame, groups=["x", "y"], unit="unit", total="all", about={"period": "census day 2021"})
    pupils = table([[1, 1], [1, 1]], "2023/24", groups=["x", "y"], units=["a", "b"])
    made = harmonise.nowcast(
        census, pupils, at="mid-2024", method="cohort", weight=1, borrow=0, totals=pd.Series({"a": 100.0, "b": 40.0})
    )
    np.testing.assert_allclose(made.counts.values, [[40, 40], [20, 20]])
    np.testing.assert_allclose(made.counts.residual, [20, 0])


# -- parts of the arithmetic -----------------------------------------------------------------------

amount = st.one_of(st.just(0.0), st.floats(1e-3, 1e6))
positive = st.lists(st.lists(amount, min_size=3, max_size=3), min_size=1, max_size=6).map(np.array)


@given(positive, positive, st.floats(0, 1))
def test_compositions_stay_compositions(one, two, weight):
    count = min(len(one), len(two))
    one, two = one[:count], two[:count]
    for made in (
        composition(one),
        replaced(composition(one), composition(two), np.full(3, weight)),
        tilted(composition(one), composition(two), composition(one), np.full(3, weight)),
        pooled(one, two, 10.0),
    ):
        sums = made.sum(axis=1)
        assert (made >= 0).all()
        assert (np.isclose(sums, 1) | (sums == 0)).all()


def test_a_unit_without_pupils_follows_the_whole_area():
    before = np.array([[10.0, 90.0], [50.0, 50.0]])
    pupils = np.array([[0.0, 0.0], [80.0, 20.0]])
    # Together the area went from 30 % to 80 %: odds of the first unit move with those ratios.
    ratio = np.array([0.8 / 0.3, 0.2 / 0.7])
    expected = composition(composition(before[:1]) * ratio)
    np.testing.assert_allclose(pooled(pupils, before, 300)[:1], expected)
    np.testing.assert_allclose(pooled(pupils, before, 0)[1], [0.8, 0.2])


def test_weights_of_a_fold_are_fitted_without_it():
    rng = np.random.default_rng(0)
    before, arriving, after = (composition(rng.random((20, 3))) for _ in range(3))
    sizes, folds = rng.random(20), np.repeat(np.arange(5), 4)
    found = fitted(before, arriving, after, sizes, folds)
    for fold in range(5):
        out = folds != fold
        for group in range(3):
            way, moved = (arriving - before)[out, group], (after - before)[out, group]
            slope = np.linalg.lstsq(
                (way * np.sqrt(sizes[out]))[:, np.newaxis], moved * np.sqrt(sizes[out]), rcond=None
            )[0][0]
            np.testing.assert_allclose(found.held_out[folds == fold, group], np.clip(slope, 0, 1))


# -- honest where it does not move as assumed ----------------------------------------------------------


def test_a_series_of_nothing_is_said_to_be_no_better():
    before, pupils = table(people(1), "census day 2011"), table(people(2), "2020/21")
    same = table(before.values, "census day 2021")
    made = harmonise.nowcast(
        same, pupils, at="mid-2021", method="cohort", weight=0.5,
        backcast=harmonise.Backcast(before, same, pupils),
    )  # fmt: skip
    assert not made.error["better"].any()
    assert "no better than no change" in made.explain()
    assert "no better than no change for x, y, z" in repr(made)
    # Left to the fit, nobody is replaced.
    fitted_ = harmonise.nowcast(
        same, pupils, at="mid-2021", method="cohort", backcast=harmonise.Backcast(before, same, pupils)
    )
    np.testing.assert_allclose(fitted_.weights, 0, atol=1e-12)


def test_shares_can_be_better_while_people_are_not():
    before = table([[10.0, 90.0], [20.0, 80.0]], "census day 2011", groups=["x", "y"])
    after = table([[60.0, 140.0], [80.0, 120.0]], "census day 2021", groups=["x", "y"])
    pupils = table([[60.0, 40.0], [70.0, 30.0]], "2020/21", groups=["x", "y"])
    made = harmonise.nowcast(
        after, pupils, at="mid-2021", method="cohort", borrow=0,
        backcast=harmonise.Backcast(before, after, pupils),
    )  # fmt: skip
    row = made.error.set_index("group").loc["y"]
    assert row["better"]
    assert not row["people_better"]
    assert "people a unit, no better than no change" in made.explain()
    assert not made.error.set_index("group").loc["everyone", "people_better"]


def test_an_unknown_error_is_said_to_be_unknown():
    census, pupils = table(people(1), "census day 2021"), table(people(2), "2023/24")
    made = harmonise.nowcast(census, pupils, at="mid-2024", method="cohort", weight=0.1)
    assert made.error.empty
    assert "Its error is not known: no back-cast was given." in made.counts.about.notes
    assert "error not known" in repr(made)


def test_a_nowcast_is_never_taken_for_a_count():
    census, pupils = table(people(1), "census day 2021"), table(people(2), "2023/24")
    made = harmonise.nowcast(census, pupils, at="mid-2024", method="cohort", weight=0.1).counts
    assert made.about.estimated
    assert not census.about.estimated
    assert made.about.period == "nowcast mid-2024"
    assert repr(made).startswith("<Counts (estimated)")
    result = pm.measure(made, ["dissimilarity", "information_theory"], focal="x")
    assert set(result["interval_method"]) == {"none:estimated_counts"}
    assert result["note"].str.contains("estimated, not counted").all()
    assert result.explain().count("(from estimates, not a count)") == 2
    change = pm.compare_dates(census, made, focal="x")
    assert change["note"].str.contains("estimated, not counted").all()
    notes = harmonise.guard(made, census, tolerance=5)
    assert any("numerator is estimated" in note for note in notes)
    assert made.merge_groups({"others": ["y", "z"]}).about.estimated
    assert made.merge_units(dict.fromkeys(made.units, "one")).about.estimated


def test_a_saved_result_of_a_nowcast_still_says_so(tmp_path):
    census, pupils = table(people(1), "census day 2021"), table(people(2), "2023/24")
    made = harmonise.nowcast(census, pupils, at="mid-2024", method="cohort", weight=0.1).counts
    pack = pm.measure(made, "dissimilarity", focal="x").save(tmp_path / "x.zip")
    assert pm.verify(pack).same
    with zipfile.ZipFile(pack) as saved:
        assert any(b"estimated" in saved.read(name) for name in saved.namelist() if name.endswith(".json"))


# -- refusals ----------------------------------------------------------------------------------------------


def test_what_cannot_be_nowcast_is_refused():
    census, pupils = table(people(1), "census day 2021"), table(people(2), "2023/24")

    def call(series=pupils, at="mid-2024", method="cohort", **more):
        return harmonise.nowcast(census, series, at=at, method=method, **more)

    with pytest.raises(errors.InvalidParameter, match=r"is not after census day 2021.*interpolate_between"):
        call(at="mid-2019")
    with pytest.raises(errors.InvalidParameter, match="method is one of 'totals', 'share', 'cohort'"):
        call(method="guess")
    with pytest.raises(errors.InvalidParameter, match="backcast=Backcast"):
        call()
    with pytest.raises(errors.InvalidParameter, match="weight is between 0 and 1"):
        call(weight=1.5)
    with pytest.raises(errors.InvalidParameter, match="weight lacks z"):
        call(weight={"x": 0.1, "y": 0.1})
    with pytest.raises(errors.InvalidParameter, match="Counts by period at two dates"):
        call(method="share")
    with pytest.raises(errors.DenominatorMismatch, match=r"5.8 years from mid-2030.*nearer year"):
        call(at="mid-2030", weight=0.1)
    with pytest.raises(errors.DenominatorMismatch, match=r"same groups: w, z.*finest_common"):
        call(table(people(2), "2023/24", groups=["x", "y", "w"]), weight=0.1)
    with pytest.raises(errors.UnmatchedUnit, match="boundary vintage"):
        call(table(people(2)[:3], "2023/24", units=["p", "q", "r"]), weight=0.1)
    with pytest.raises(errors.UnmatchedUnit, match="Missing is not 0"):
        call(weight=0.1, totals=pd.Series({"u1": 4.0}))
    with pytest.raises(errors.InvalidCounts):
        call(weight=0.1, totals=-census.totals)
    with pytest.raises(errors.InvalidParameter, match="Series of people by unit id"):
        call(pupils, method="totals")
    short = table(people(3)[:4], "census day 2011", units=list("abcd"))
    with pytest.raises(errors.VintageMismatch, match="common areas"):
        call(backcast=harmonise.Backcast(short, census, pupils))
    seen = table(people(2), "2023/24", scheme="police_officer5")
    said = table(people(1), "census day 2021", scheme="eth5_2021")
    with pytest.raises(errors.DenominatorMismatch, match="different variables"):
        harmonise.nowcast(said, seen, at="mid-2024", method="cohort", weight=0.1)


def test_pupils_of_other_units_and_units_without_pupils_are_counted():
    census = table(people(1, 4), "census day 2021")
    pupils = table(np.vstack([people(2, 2), people(3, 1)]), "2023/24", units=["u0", "u1", "elsewhere"])
    made = harmonise.nowcast(census, pupils, at="mid-2024", method="cohort", weight=0.1)
    assert f"{pupils.values[2].sum():,.0f} are in units that the counts lack" in made.explain()
    assert "2 units have none and follow the area" in made.explain()


# -- churn ------------------------------------------------------------------------------------------------------

moves = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("abcde"), st.integers(0, 50), st.integers(0, 50)),
    min_size=1, max_size=25,
)  # fmt: skip


@FEWER
@given(moves)
def test_churn_conserves_people(rows):
    frame = pd.DataFrame(rows, columns=["was", "is", "x", "y"])
    if frame[["x", "y"]].to_numpy().sum() == 0:
        frame.loc[0, "x"] = 1
    flows = pm.Flows.from_table(frame, origin="was", destination="is", groups=["x", "y"])
    made = harmonise.churn(flows)
    for group, part in made.groupby("group"):
        there = frame[["x", "y"]].sum(axis=1) if group == "everyone" else frame[group]
        assert part["left"].sum() == part["came"].sum() == there[frame["was"] != frame["is"]].sum()
        assert part["stayed"].sum() == there[frame["was"] == frame["is"]].sum()
        assert part["before"].sum() == part["after"].sum() == there.sum()
        assert part["net"].sum() == 0
    known = made["turnover"].dropna()
    assert known.between(0, 1).all()
    for name in ("stayed", "left", "came"):
        x, y, everyone = (made.loc[made["group"] == group, name].to_numpy() for group in ("x", "y", "everyone"))
        np.testing.assert_allclose(x + y, everyone)


def test_turnover_by_hand():
    frame = pd.DataFrame({"was": ["a", "a", "b"], "is": ["a", "b", "b"], "x": [6, 2, 3]})
    made = harmonise.churn(pm.Flows.from_table(frame, origin="was", destination="is", groups=["x"]))
    a = made[(made["unit"] == "a") & (made["group"] == "x")].iloc[0]
    assert (a["stayed"], a["left"], a["came"], a["net"]) == (6, 2, 0, -2)
    assert a["left_rate"] == 2 / 8
    assert a["came_rate"] == 0
    assert a["turnover"] == 2 / (8 + 6)


# -- real --------------------------------------------------------------------------------------------------------


@pytest.mark.data
def test_backcast_of_english_districts_from_2011_to_2021(data_root):
    """Pupils of 2022/23 move the groups of 2011 nearer to those of 2021 than no change does."""
    folder = data_root / "data" / "england_wales"
    lookup = pd.read_parquet(folder / "lookup_lsoa11_lsoa21_lad22.parquet")
    groups = ["white", "mixed", "asian", "black", "other"]

    def census(year):
        unit = f"lsoa{year % 100}cd"
        areas = pd.read_parquet(folder / f"groups5_lsoa{year % 100}_{year}.parquet")
        district = lookup.drop_duplicates(unit).set_index(unit)["lad22cd"]
        sums = areas.groupby(areas[unit].map(district).rename("district"))[["total", *groups]].sum().reset_index()
        sums = sums[sums["district"].str.startswith("E")]
        about = {"period": f"census day {year}", "scheme": "eth5_2011", "universe": "usual residents"}
        return pm.from_wide(sums, groups=groups, unit="district", total="total", about=about)

    schools = pd.read_parquet(folder / "schools_england_2022_23.parquet").drop(columns="geometry")
    schools = schools[schools["eth_unclassified"].notna()]
    columns = [name for name in schools if name.startswith("eth_")]
    pupils = pm.from_wide(
        schools.groupby("district_administrative_code", as_index=False)[columns].sum(),
        groups=columns, unit="district_administrative_code",
        about={"period": "2022/23", "scheme": "dfe18", "universe": "pupils", "source": "DfE"},
    )  # fmt: skip
    pupils = harmonise.regroup(pupils, "eth5_2011", unstated="residual")
    before, after = census(2011), census(2021)
    made = harmonise.nowcast(
        after, pupils, at="mid-2023", method="cohort", backcast=harmonise.Backcast(before, after, pupils)
    )
    error = made.error.set_index("group")
    # The figures of no change need nothing of ours.
    moved = pd.DataFrame(composition(after.values) - composition(before.values), columns=groups).abs().mean()
    np.testing.assert_allclose(error.loc[groups, "no_change"], moved)
    assert error.loc[groups, "better"].all()
    assert (error.loc[groups, "share_error"] < 0.7 * error.loc[groups, "no_change"]).all()
    # Districts grew, and their number of people was left as it was: White people are off by more.
    assert not error.loc["white", "people_better"]
    assert made.weights.between(0.02, 0.2).all()
    assert made.counts.total.sum() == pytest.approx(after.total.sum())


@pytest.mark.data
def test_backcast_of_greater_manchester_without_each_district_in_turn(gm, data_root):
    """Small areas, pupils placed where they learn: still nearer than no change, and far off in some."""
    import geopandas as gpd

    now, old = (
        gpd.read_parquet(gm / "lsoa21.parquet"),
        pd.read_parquet(gm / "lsoa11.parquet", columns=["lsoa11cd", "msoa11cd"]),
    )
    pairs = pd.read_parquet(gm / "lookup_lsoa11_lsoa21_changes.parquet")
    pairs = pairs.merge(old, on="lsoa11cd").merge(now[["lsoa21cd", "msoa21cd"]], on="lsoa21cd")
    areas = pm.common_areas(pairs[["msoa11cd", "msoa21cd"]].drop_duplicates(), source="msoa11cd", target="msoa21cd")
    area = {name: part.set_index("unit")["area"] for name, part in areas.groupby("vintage")}
    district = (
        now.assign(area=now["msoa21cd"].map(area["msoa21cd"])).drop_duplicates("area").set_index("area")["lad22nm"]
    )
    groups = ["white", "mixed", "asian", "black", "other"]

    def census(year, units):
        table = pd.read_parquet(data_root / "data" / "england_wales" / f"groups5_lsoa{year % 100}_{year}.parquet")
        where = table[f"lsoa{year % 100}cd"].map(units).rename("area")
        sums = table[["total", *groups]].groupby(where).sum().reset_index()
        about = {"period": f"census day {year}", "scheme": "eth5_2011"}
        return pm.from_wide(sums, groups=groups, unit="area", total="total", about=about).with_strata(lad=district)

    before = census(2011, old.set_index("lsoa11cd")["msoa11cd"].map(area["msoa11cd"]))
    after = census(2021, now.set_index("lsoa21cd")["msoa21cd"].map(area["msoa21cd"]))
    schools = gpd.read_parquet(gm / "schools_2022_23.parquet")
    schools = schools[schools.geometry.notna() & schools["eth_unclassified"].notna()]
    placed = gpd.sjoin(schools, now[["msoa21cd", "geometry"]], predicate="within")
    columns = [name for name in schools if name.startswith("eth_")]
    sums = pd.DataFrame(placed[columns]).groupby(placed["msoa21cd"].map(area["msoa21cd"])).sum().reset_index()
    about = {"period": "2022/23", "scheme": "dfe18", "universe": "pupils"}
    pupils = pm.from_wide(sums, groups=columns, unit="msoa21cd", about=about)
    pupils = harmonise.regroup(pupils, "eth5_2011", unstated="residual")
    past = harmonise.Backcast(before, after, pupils, hold_out="lad")
    made = harmonise.nowcast(after, pupils, at="mid-2023", method="cohort", backcast=past)
    error = made.error.set_index("group").loc[groups]
    assert error["units"].unique().tolist() == [346]
    assert (error["share_error"] < 0.7 * error["no_change"]).all()
    assert error.loc["white", "share_error"] < 0.03
    assert error["highest"].max() > 0.1, "single areas are far off, and the table says so"
