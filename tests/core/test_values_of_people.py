"""Values of people: ranks, means and centiles against arithmetic written out here, kernels and refusals."""

from __future__ import annotations

import itertools
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix import indices

RANKS = ("rank_order_information", "rank_order_variation", "rank_order_squareroot")


def households(seed: int = 3, size: int = 400, units: int = 12) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    unit = draw.integers(0, units, size)
    income = np.exp(draw.normal(3 + 0.08 * unit, 0.6)).round(3)
    return pd.DataFrame({
        "area": [f"a{place}" for place in unit],
        "income": income,
        "weight": draw.integers(0, 5, size) / 2,
        "city": np.where(unit < 5, "west", "east"),
    })  # fmt: skip


def crossed(frame: pd.DataFrame, weight: str | None = None) -> np.ndarray:
    values = frame[weight] if weight else np.ones(len(frame))
    table = pd.crosstab(frame["area"], frame["income"], values=values, aggfunc="sum").fillna(0)
    return table.to_numpy(dtype=float)


# -- rank order ------------------------------------------------------------------------------------


@pytest.mark.parametrize("weight", [None, "weight"])
@pytest.mark.parametrize("degree", [1, 4])
def test_each_distinct_value_is_a_band_of_the_kernel(weight, degree):
    frame = households(size=120)
    found = pm.continuous.rank_order(frame, value="income", unit="area", weight=weight, degree=degree)
    table = crossed(frame, weight)
    for name, value in zip(found["measure"], found["value"], strict=True):
        assert value == pytest.approx(getattr(indices, name)(table, degree=degree).item(), abs=1e-9)
    some = frame if weight is None else frame[frame[weight] > 0]
    people = table.sum(axis=0)
    ends = np.cumsum(people[people > 0])[[0, -2]] / people.sum()
    assert found[["lowest_share", "highest_share"]].iloc[0].tolist() == pytest.approx(ends.tolist())
    assert found["people"].unique().tolist() == [len(some)]
    assert found["thresholds"].unique().tolist() == [some["income"].nunique() - 1]
    weights = np.ones(len(frame)) if weight is None else frame[weight]
    assert found["effective"].iloc[0] == pytest.approx(weights.sum() ** 2 / (weights**2).sum())


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(0, 3)), min_size=8, max_size=25))
def test_the_sweep_over_people_is_the_sum_over_units(rows):
    frame = pd.DataFrame(rows, columns=["area", "income", "w"])
    some = frame[frame["w"] > 0]
    if some["income"].nunique() < 3:
        return
    found = pm.continuous.rank_order(frame, value="income", unit="area", weight="w", degree=1)
    table = pd.crosstab(some["area"], some["income"], values=some["w"], aggfunc="sum").fillna(0).to_numpy(dtype=float)
    for name, value in zip(found["measure"], found["value"], strict=True):
        assert value == pytest.approx(getattr(indices, name)(table, degree=1).item(), abs=1e-9, nan_ok=True)


def test_only_ranks_count_and_a_weight_is_so_many_people():
    frame = households()
    plain = pm.continuous.rank_order(frame, value="income", unit="area", weight="weight")["value"]
    logged = pm.continuous.rank_order(frame.assign(income=np.log(frame["income"])), value="income", unit="area",
                                      weight="weight")["value"]  # fmt: skip
    np.testing.assert_allclose(logged, plain, rtol=1e-12)
    times = (2 * frame["weight"]).astype(int)
    copied = frame.loc[frame.index.repeat(times)]
    repeated = pm.continuous.rank_order(copied, value="income", unit="area")["value"]
    np.testing.assert_allclose(repeated, plain, rtol=1e-10)
    np.testing.assert_allclose(
        pm.continuous.centile_gap(copied, value="income", unit="area")["value"],
        pm.continuous.centile_gap(frame, value="income", unit="area", weight="weight")["value"],
        rtol=1e-10,
    )
    np.testing.assert_allclose(
        pm.continuous.sorting_index(copied, value="income", unit="area")["value"],
        pm.continuous.sorting_index(frame, value="income", unit="area", weight="weight")["value"],
        rtol=1e-10,
    )


def test_people_apart_and_people_mixed():
    apart = pd.DataFrame({"area": np.repeat(list("ABCDE"), 200), "income": np.arange(1000.0)})
    # No unit is of one rank, so that the thresholds within units leave some mixing: 1 less about 1 in 5 units.
    value = pm.continuous.rank_order(apart, value="income", unit="area", measures="rank_order_variation")[
        "value"
    ].item()
    # Each unit is mixed at the ranks that it takes up alone: a fifth of 4 p(1 - p) of its own, against 2/3.
    inside = 1 - 0.2 * np.mean(4 * np.linspace(0, 1, 2001) * (1 - np.linspace(0, 1, 2001))) / (2 / 3)
    assert value == pytest.approx(inside, abs=0.02)
    alike = pd.DataFrame({"area": np.tile(list("ABCDE"), 200), "income": np.repeat(np.arange(200.0), 5)})
    for verb in (pm.continuous.rank_order, pm.continuous.centile_gap, pm.continuous.sorting_index):
        np.testing.assert_allclose(verb(alike, value="income", unit="area")["value"], 0, atol=1e-9)
    same = pd.DataFrame({"area": np.repeat(list("ABCDE"), 200), "income": np.repeat(np.arange(5.0), 200)})
    for verb in (pm.continuous.centile_gap, pm.continuous.sorting_index):
        np.testing.assert_allclose(verb(same, value="income", unit="area")["value"], 1)
    np.testing.assert_allclose(pm.continuous.rank_order(same, value="income", unit="area", degree=2)["value"], 1)
    three = same[same["income"] < 3]  # as few values as have ranks
    np.testing.assert_allclose(pm.continuous.rank_order(three, value="income", unit="area", degree=1)["value"], 1)


def test_bands_of_equal_weight_hardly_change_the_value():
    frame = households(size=3000)
    every = pm.continuous.rank_order(frame, value="income", unit="area")
    for bands in (16, 100):
        some = pm.continuous.rank_order(frame, value="income", unit="area", bands=bands)
        assert some["thresholds"].unique().tolist() == [bands - 1]
        np.testing.assert_allclose(some["value"], every["value"], atol=0.01)


def test_strata_are_measured_as_if_alone():
    frame = households()
    for verb in (pm.continuous.rank_order, pm.continuous.centile_gap, pm.continuous.sorting_index):
        together = verb(frame, value="income", unit="area", by="city")
        many = len(together) // 2
        assert together["city"].tolist() == [city for city in frame["city"].unique() for _ in range(many)]
        for city, rows in frame.groupby("city"):
            alone = verb(rows, value="income", unit="area")["value"]
            np.testing.assert_allclose(together.loc[together["city"] == city, "value"], alone, rtol=1e-12)
        assert "In west, " in together.explain()


# -- means and centiles ------------------------------------------------------------------------------


def test_sorting_by_hand():
    frame = pd.DataFrame({"area": list("AABBCC"), "income": [10, 20, 20, 30, 40, 60]})
    found = pm.continuous.sorting_index(frame, value="income", unit="area")
    # Means 15, 25, 50 about 30: (225 + 25 + 400) ÷ 3; people: (400 + 100 + 100 + 0 + 100 + 900) ÷ 6.
    assert found["value"].item() == pytest.approx(math.sqrt((650 / 3) / (1600 / 6)), abs=1e-12)
    assert found[["mean", "between", "total"]].iloc[0].tolist() == pytest.approx([30, 650 / 3, 1600 / 6])
    assert found["note"].isna().all()
    few = frame.assign(w=1 / 100)  # all of them weigh less than one
    again = pm.continuous.sorting_index(few, value="income", unit="area", weight="w")["value"].item()
    assert again == pytest.approx(found["value"].item())
    assert "81.2 % of the variance lies between units" in found.explain()
    assert "Jargowsky" in found.cite()


def test_sorting_of_surroundings_by_hand():
    frame = pd.DataFrame({"area": list("AABBCC"), "income": [10, 20, 20, 30, 40, 60], "n": [1, 1, 1, 1, 2, 0]})
    shapes = gpd.GeoDataFrame(
        {"area": list("CBA"), "homes": [2, 2, 2]}, geometry=gpd.points_from_xy([0, 0, 0], [2, 1, 0]), crs=27700
    )
    units = pm.from_wide(shapes.assign(other=1), groups=["homes", "other"], unit="area")
    near = pm.surroundings.within(units, radius=1.5)
    found = pm.continuous.sorting_index(frame, value="income", unit="area", weight="n", around=near)
    # Sums of 30, 50 and 80 over two each; around A they are 80 of 4, around B 160 of 6, around C 130 of 4.
    mean = 160 / 6
    around = [80 / 4, 160 / 6, 130 / 4]
    between = sum(2 * (m - mean) ** 2 for m in around)
    total = sum(w * (y - mean) ** 2 for y, w in zip(frame["income"], frame["n"], strict=True))
    assert found["value"].item() == pytest.approx(math.sqrt(between / total), abs=1e-12)
    assert found["method"].item() == "sorting_index_around/1"
    assert found["note"].isna().all()
    assert found["around"].item() == near.text
    assert "lies between the surroundings of units" in found.explain()
    # Without the people of B nobody is around A, which keeps its mean of 15; around C are those of A. All have 55 / 2.
    line = pm.surroundings.from_matrix(units, np.array([[0, 0, 1], [0, 0, 1], [0, 1, 0]]), own=0)
    some = pm.continuous.sorting_index(frame.drop([2, 3]), value="income", unit="area", weight="n", around=line)
    assert some["between"].item() == pytest.approx((15 - 55 / 2) ** 2)
    assert some["note"].item() == "1 unit has nobody else around and the own mean"
    assert "Kim" in some.cite()
    alone = pm.surroundings.within(units, radius=0.5)
    plain = pm.continuous.sorting_index(frame, value="income", unit="area", weight="n")
    own = pm.continuous.sorting_index(frame, value="income", unit="area", weight="n", around=alone)
    assert own["value"].item() == pytest.approx(plain["value"].item(), abs=1e-12)
    assert own["note"].item() == "3 units have nobody else around and the own mean"


def test_surroundings_tell_a_checkerboard_from_two_halves():
    places = [(x, y) for x in range(6) for y in range(6)]
    shapes = gpd.GeoDataFrame(
        {"area": [f"{x}-{y}" for x, y in places], "homes": 1, "other": 1},
        geometry=gpd.points_from_xy(*zip(*places, strict=True)),
        crs=27700,
    )
    near = pm.surroundings.within(pm.from_wide(shapes, groups=["homes", "other"], unit="area"), radius=1.5)
    values = {}
    for name, high in {"checkerboard": lambda x, y: (x + y) % 2, "halves": lambda x, _y: int(x > 2)}.items():
        frame = pd.DataFrame({"area": shapes["area"], "income": [10.0 + 10 * high(x, y) for x, y in places]})
        assert pm.continuous.sorting_index(frame, value="income", unit="area")["value"].item() == pytest.approx(1)
        values[name] = pm.continuous.sorting_index(frame, value="income", unit="area", around=near)["value"].item()
    assert values["checkerboard"] < 0.3
    assert values["halves"] > 0.7


def test_surroundings_end_at_the_borders_of_strata():
    frame = pd.DataFrame({"area": list("AABBCCDD"), "income": [1, 2, 2, 3, 5, 6, 9, 11], "city": list("wwwweeee")})
    shapes = gpd.GeoDataFrame(
        {"area": list("ABCD"), "homes": 2, "other": 1}, geometry=gpd.points_from_xy([0, 1, 2, 3], [0] * 4), crs=27700
    )
    near = pm.surroundings.within(pm.from_wide(shapes, groups=["homes", "other"], unit="area"), radius=1.5)
    found = pm.continuous.sorting_index(frame, value="income", unit="area", by="city", around=near)
    for city, pair in (("w", "AB"), ("e", "CD")):
        alone = near.take(near.units.get_indexer(list(pair)))
        rows = frame[frame["city"] == city]
        expected = pm.continuous.sorting_index(rows, value="income", unit="area", around=alone)["value"].item()
        assert found.loc[found["city"] == city, "value"].item() == pytest.approx(expected, abs=1e-12)
    with pytest.raises(pm.errors.InvalidParameter, match="several strata"):
        pm.continuous.sorting_index(frame.assign(area=list("AABBBBDD")), value="income", unit="area", by="city",
                                    around=near)  # fmt: skip
    with pytest.raises(pm.errors.UnitsDiffer, match="Z"):
        pm.continuous.sorting_index(frame.replace("A", "Z"), value="income", unit="area", around=near)


def test_centiles_by_hand():
    frame = pd.DataFrame({"area": list("AABBB"), "income": [1, 2, 2, 5, 9], "w": [1, 1, 1, 1, 4]})
    found = pm.continuous.centile_gap(frame, value="income", unit="area", weight="w")
    # Ranks of 8: the middles of 0-1, 1-3, 3-4 and 4-8 are .5, 2, 3.5 and 6 eighths. Medians: A .5 (half of its two
    # are reached), B 6, all 3.5. Within: 0 + 1.5, then 4 + 2.5 + 0 eighths; overall 3 + 1.5 + 1.5 + 0 + 4 x 2.5.
    assert found["within"].item() == pytest.approx(8 / 64)
    assert found["overall"].item() == pytest.approx(16 / 64)
    assert found["value"].item() == pytest.approx(0.5)


def test_the_centile_gap_of_many_is_watsons():
    frame = households(size=2000)
    frame["income"] += np.arange(2000) * 1e-7
    found = pm.continuous.centile_gap(frame, value="income", unit="area")
    assert found["overall"].item() == pytest.approx(0.25, abs=1e-6)
    centile = frame["income"].rank(pct=True)
    gap = (centile - centile.groupby(frame["area"]).transform("median")).abs().mean()
    assert found["value"].item() == pytest.approx((0.25 - gap) / 0.25, abs=1e-5)


# -- what is refused, and what has no value ---------------------------------------------------------------


def test_every_fault_is_listed_with_its_rows():
    bad = pd.DataFrame({
        "area": ["A", None, "B", "B", "C"], "income": [1, 2, None, "much", np.inf], "w": [1, -1, 1, 1, 1]
    })  # fmt: skip
    with pytest.raises(pm.errors.InvalidTable) as caught:
        pm.continuous.rank_order(bad, value="income", unit="area", weight="w")
    text = str(caught.value)
    kinds = ("has no area", "is missing", "is no number", "is infinite", "is negative")
    for part in ("row 2", "row 3", "row 4", "row 5", *kinds):
        assert part in text
    assert text.count("row 3") == 1  # what is missing is not said to be no number as well
    assert isinstance(caught.value, pm.errors.NotNumbers)
    assert isinstance(caught.value, pm.errors.InvalidCounts)
    with pytest.raises(pm.errors.NotNumbers):  # their real parts are no values of people
        pm.continuous.rank_order(bad.assign(income=[1, 2j, 3, 4, 5], area="A", w=1), value="income", unit="area")


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"value": "wage"}, "UnknownColumn", "wage"),
        ({"weight": "income"}, "RepeatedColumn", "two things"),
        ({"weight": "zero"}, "InvalidCounts", "sum to zero"),
        ({"value": "two"}, "TooFewGroups", "three at least"),
        ({"by": "measure"}, "ReservedName", "measure"),
        ({"by": "thresholds"}, "InvalidParameter", "thresholds"),
        ({"degree": 9}, "InvalidParameter", "from 1 to 8"),
        ({"degree": 1.5}, "InvalidParameter", "whole number"),
        ({"bands": 2}, "TooFewGroups", "at least three bands"),
        ({"bands": 1}, "TooFewGroups", "at least three bands"),
        ({"bands": 0}, "InvalidParameter", "whole number"),
        ({"bands": 5}, "InvalidParameter", "degree=3"),
        ({"bands": 2.5}, "InvalidParameter", "whole number"),
        ({"measures": "gini"}, "InvalidParameter", "no rank-order measure"),
        ({"measures": "rank_order_variatoin"}, "InvalidParameter", "Did you mean 'rank_order_variation'"),
        ({"measures": []}, "InvalidParameter", "No measure"),
        ({"measures": ["rank_order_variation"] * 2}, "InvalidParameter", "twice"),
    ],
)
def test_what_cannot_be_read_is_refused(change, error, match):
    frame = households(size=50).assign(zero=0.0, two=lambda f: f["income"] > 20, measure="x", thresholds="y")
    frame["two"] = frame["two"].astype(int)
    with pytest.raises(getattr(pm.errors, error), match=match):
        pm.continuous.rank_order(frame, **{"value": "income", "unit": "area", **change})


def test_no_value_has_a_reason():
    frame = pd.DataFrame({
        "city": list("aaaabbbbcc"), "area": list("AABBCCCCDD"), "income": [1, 2, 3, 4, 1, 2, 3, 4, 5, 6],
        "w": [1] * 8 + [0, 0],
    })  # fmt: skip
    with_reason = {}
    for verb in (pm.continuous.rank_order, pm.continuous.sorting_index, pm.continuous.centile_gap):
        found = verb(frame, value="income", unit="area", by="city", weight="w")
        assert found["value"].isna().tolist() == found["reason"].notna().tolist()
        with_reason[verb.__name__] = found["reason"].fillna("none").tolist()
        if "thresholds" in found:
            assert found.loc[found["reason"] == "no_people", "thresholds"].unique().tolist() == [0]
    assert set(with_reason["rank_order"]) == {"too_few_thresholds", "one_unit", "no_people"}
    same = frame.assign(income=5)[:4]
    for verb in (pm.continuous.sorting_index, pm.continuous.centile_gap):
        assert verb(same, value="income", unit="area")["reason"].tolist() == ["undefined"]
    few = pm.continuous.rank_order(frame[4:8], value="income", unit="area", degree=1)
    assert few["value"].isna().all()  # three thresholds are enough for a line, and one unit is not for a value
    assert with_reason["sorting_index"] == ["none", "one_unit", "no_people"]
    assert with_reason["centile_gap"] == ["none", "one_unit", "no_people"]


def test_the_table_is_left_alone_and_packs_verify(tmp_path):
    frame = households(size=80)
    before = frame.copy(deep=True)
    shapes = gpd.GeoDataFrame(
        {"area": sorted(frame["area"].unique()), "homes": 1, "other": 1},
        geometry=gpd.points_from_xy(np.arange(frame["area"].nunique()), np.zeros(frame["area"].nunique())),
        crs=27700,
    )
    near = pm.surroundings.within(pm.from_wide(shapes, groups=["homes", "other"], unit="area"), radius=1.5)
    results = [
        pm.continuous.rank_order(frame, value="income", unit="area", weight="weight", by="city", degree=2, bands=10),
        pm.continuous.sorting_index(frame, value="income", unit="area", by=["city"], around=near),
        pm.continuous.centile_gap(frame, value="income", unit="area"),
    ]
    pd.testing.assert_frame_equal(frame, before)
    for place, result in enumerate(results):
        assert pm.verify(result.save(tmp_path / f"{place}.zip")).same


def test_polars_tables_are_read():
    polars = pytest.importorskip("polars")
    frame = households(size=60)
    ours = pm.continuous.centile_gap(frame, value="income", unit="area", by="city")
    theirs = pm.continuous.centile_gap(polars.from_pandas(frame), value="income", unit="area", by="city")
    pd.testing.assert_frame_equal(pd.DataFrame(ours), pd.DataFrame(theirs))


# -- what chance alone would give --------------------------------------------------------------------


def test_chance_of_sorting_is_that_of_the_sample_of_a_mean():
    # Dealt without replacement, the mean of n of N people has the variance σ²/n · (N - n)/(N - 1), so that NSI² is
    # (U - 1)/(N - 1) on average over deals, whatever the values and however many people each of U units has.
    frame = households(size=90, units=14)
    found = pm.inference.sorting(frame, "sorting_index", value="income", unit="area", draws=499, seed=4).iloc[0]
    n = found["draws"]
    mean_square = found["expected"] ** 2 + found["sd"] ** 2 * (n - 1) / n
    right = (frame["area"].nunique() - 1) / (len(frame) - 1)
    assert mean_square == pytest.approx(right, abs=6 * 2 * found["expected"] * found["sd"] / np.sqrt(n))
    assert found["flag"] == "not_distinguishable_from_chance" or found["value"] > found["expected"] + 2 * found["sd"]


@pytest.mark.slow
def test_deals_are_all_arrangements_of_people():
    frame = pd.DataFrame({"area": list("AABBB"), "income": [1.0, 2.0, 4.0, 8.0, 16.0], "w": [1, 1, 1, 1, 2]})
    asked = {"value": "income", "unit": "area", "weight": "w"}
    every = [
        pm.continuous.centile_gap(frame.assign(area=["A" if place in pair else "B" for place in range(5)]), **asked)[
            "value"
        ].item()
        for pair in itertools.combinations(range(5), 2)
    ]
    found = pm.inference.sorting(frame, "centile_gap", **asked, draws=499, tail="both").iloc[0]
    assert found["expected"] == pytest.approx(np.mean(every), abs=5 * np.std(every) / np.sqrt(499))
    assert min(every) <= found["lower"] <= found["upper"] <= max(every)
    assert found["value"] == pm.continuous.centile_gap(frame, **asked)["value"].item()


@pytest.mark.slow
def test_values_beside_chance_are_those_of_the_verbs_in_any_stratum(tmp_path):
    frame = households(size=160)
    asked = {"value": "income", "unit": "area", "weight": "weight", "by": "city"}
    given_frame = frame.copy()
    found = pm.inference.sorting(frame, **asked, degree=2, draws=19)
    pd.testing.assert_frame_equal(frame, given_frame)
    ranked = pm.continuous.rank_order(frame, **asked, degree=2)
    for name in RANKS:
        np.testing.assert_array_equal(
            found.loc[found["measure"] == name, "value"], ranked.loc[ranked["measure"] == name, "value"]
        )
    assert found["city"].tolist() == [city for city in frame["city"].unique() for _ in range(5)]
    assert (found["lower"] <= found["upper"]).all()
    assert found["interval_method"].unique().tolist() == ["null:people_dealt; draws=19; seed=0"]
    assert "dealt to units at random" in found.explain()
    assert pm.verify(found.save(tmp_path / "pack.zip")).same


def test_no_chance_is_asked_of_what_is_none():
    frame = households(size=60)
    asked = {"value": "income", "unit": "area"}
    for wrong in ({"measures": "centile_gaps"}, {"draws": -1}, {"level": 2}, {"tail": "up"},
                  {"measures": ["centile_gap", "centile_gap"]}, {"measures": []}):  # fmt: skip
        with pytest.raises(pm.errors.InvalidParameter):
            pm.inference.sorting(frame, **asked, **wrong)
    with pytest.raises(pm.errors.InvalidParameter, match="no spatial form"):
        pm.inference.sorting(frame, "centile_gap", **asked, around=object())
    none = pm.inference.sorting(frame, "centile_gap", **asked, draws=0)
    assert none["expected"].isna().all()
    assert none["interval_method"].tolist() == ["none:no_draws"]
