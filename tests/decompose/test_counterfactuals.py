"""People of one map with the mix of another: what is kept, and parts of a difference that sum."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.decompose import compare_places, counterfactual
from placemix.decompose.counterfactuals import like_quantiles

HOWS = ["composition", "share", "dual_composition"]


def place(seed: int, units: int = 12, empty: int = 0, size: float | None = None) -> pm.Counts:
    import geopandas as gpd

    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.poisson(rng.uniform(1, 60, (units, 3))) + 1.0, columns=list("abc"))
    if size is not None:
        frame = frame.mul(size / frame.sum(axis=1), axis=0)
    frame.iloc[:empty] = 0.0
    frame["unit"] = [f"u{n:02d}" for n in range(units)]
    points = gpd.GeoSeries.from_xy(rng.uniform(0, 900, units), rng.uniform(0, 900, units), crs=27700)
    return pm.from_wide(gpd.GeoDataFrame(frame, geometry=points), groups=list("abc"), unit="unit")


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12), st.lists(st.integers(0, 99), min_size=1, max_size=9))
@settings(max_examples=25)
def test_quantiles(ours, theirs):
    values, like = np.array(ours, dtype=float), np.array(theirs, dtype=float)
    np.testing.assert_allclose(like_quantiles(values, values), values)
    found = like_quantiles(values, like)
    order = np.argsort(values, kind="stable")
    assert (np.diff(found[order]) >= -1e-9).all()
    assert found.min() >= like.min()
    assert found.max() <= like.max()
    # Shares of the others mirror those of the group.
    np.testing.assert_allclose(like_quantiles(-values, -like), -found, atol=1e-9)
    rank = pd.Series(values).rank(pct=True)
    np.testing.assert_allclose(like_quantiles(values, like, "rank"), rank.map(pd.Series(like).quantile))


def test_quantiles_by_hand():
    # Three units at 1/6, 3/6 and 5/6; two at 1/4 and 3/4, and nothing beyond their ends.
    assert like_quantiles(np.array([3.0, 1, 2]), np.array([10.0, 30])).tolist() == [30, 10, 20]


@pytest.mark.parametrize("how", HOWS)
def test_a_place_like_itself_stays_as_it_is(how):
    own = place(1, empty=2)
    for against in ("rest", "b"):
        found = counterfactual(own, own, how, focal="a", against=against)
        np.testing.assert_allclose(found.values[:, 0], own.values[:, 0], atol=1e-9)
        assert found.groups == ("a", against)
        assert found.about.synthetic
        assert not own.about.synthetic


def test_what_is_kept():
    one, other = place(2, empty=1), place(3, 9)
    was = one.values[:, 0] + one.values[:, 1]
    found = {how: counterfactual(one, other, how, focal="a", against="b") for how in HOWS}
    np.testing.assert_allclose(found["composition"].total, was)
    ours, theirs = one.select(["a", "b"]), other.select(["a", "b"])
    np.testing.assert_allclose(found["share"].values.sum(axis=0), ours.values.sum(axis=0))
    for counts in found.values():
        assert counts.total[0] == 0
        assert counts.units.equals(one.units)
        assert counts.geometry is not None
        assert "Counterfactual" in counts.about.notes[-1]
    # As many units on both sides: shares are those of the other place, in the order of the first.
    theirs = theirs.take(np.arange(9))
    same = counterfactual(ours.take(np.arange(1, 10)), theirs, focal="a")
    np.testing.assert_allclose(np.sort(same.values[:, 0] / same.total), np.sort(theirs.values[:, 0] / theirs.total))
    np.testing.assert_array_equal(
        np.argsort(same.values[:, 0] / same.total), np.argsort(ours.values[1:10, 0] / ours.total[1:10])
    )
    dual = counterfactual(one, other, "dual_composition", focal="a")
    np.testing.assert_allclose(dual.values, counterfactual(one, other, focal="a").values, atol=1e-9)


@pytest.mark.slow
@given(st.integers(0, 2**20), st.sampled_from(HOWS), st.sampled_from(["midpoint", "rank"]))
@settings(max_examples=3)
def test_parts_sum_to_the_difference(seed, how, percentile):
    one, other = place(seed), place(seed + 1, 9)
    measures = ["dissimilarity", "isolation"]
    found = compare_places(
        one, other, measures, focal=["a", "b"], against=["rest", "c"], how=how, percentile=percentile
    )
    assert len(found) == 2 * 2 * 2
    np.testing.assert_allclose(found["spatial"] + found["attribute"], found["difference"], atol=1e-14)
    np.testing.assert_allclose(found["value_second"] - found["value_first"], found["difference"], atol=1e-14)
    back = compare_places(other, one, measures, focal=["a", "b"], against=["rest", "c"], how=how, percentile=percentile)
    for name in ("difference", "spatial", "attribute"):
        np.testing.assert_allclose(found[name], -back[name], atol=1e-12)
    rest = found[(found["against"] == "rest") & (found["focal"] == "a")]
    np.testing.assert_allclose(rest["value_first"], pm.measure(one, measures, focal="a")["value"])


def test_the_same_mix_on_another_map():
    """Units of one size change places: a map alone tells them apart, and without a map nothing does."""
    one = place(5, 14, size=120)
    order = np.random.default_rng(1).permutation(14)
    other = one.take(order)
    other = pm.from_wide(
        other.to_frame().drop(columns="total").assign(unit=one.units, geometry=one.geometry),
        groups=list("abc"), unit="unit", geometry="geometry",
    )  # fmt: skip
    near = tuple(pm.surroundings.within(counts, radius="300 m") for counts in (one, other))
    flat = compare_places(one, other, "dissimilarity", focal="a").iloc[0]
    assert flat["spatial"] == pytest.approx(0, abs=1e-12)
    assert flat["attribute"] == pytest.approx(0, abs=1e-12)
    lying = compare_places(one, other, "dissimilarity", focal="a", around=near).iloc[0]
    assert abs(lying["difference"]) > 0.01
    assert lying["spatial"] == pytest.approx(lying["difference"])
    assert lying["attribute"] == pytest.approx(0, abs=1e-12)
    assert lying["value_first"] == pytest.approx(pm.estimate(one, "dissimilarity", focal="a", around=near[0]).value)
    assert "300 m" in lying["around"]


def test_refusals():
    one, other = place(1), place(2)
    with pytest.raises(pm.errors.InvalidParameter, match="how is one of"):
        counterfactual(one, other, "shares", focal="a")
    with pytest.raises(pm.errors.InvalidParameter, match="percentile is one of"):
        compare_places(one, other, "gini", focal="a", percentile="hazen")
    with pytest.raises(pm.errors.UnknownGroup):
        counterfactual(one, other.merge_groups({"d": ["a", "b"]}), focal="a")
    with pytest.raises(pm.errors.FocalNeeded):
        compare_places(one, other, "gini", focal=None)
    with pytest.raises(pm.errors.InvalidParameter, match="and of the second"):
        compare_places(one, other, "gini", focal="a", around=pm.surroundings.within(one, radius="9 m"))
    nobody = pm.from_wide(one.to_frame().drop(columns="total").assign(a=0), groups=list("abc"), unit="unit")
    with pytest.raises(pm.errors.InvalidParameter, match="'a' has no members"):
        compare_places(one, nobody, "gini", focal="a")


def test_saved_and_verified(tmp_path):
    one, other = place(4), place(5, 10)
    near = tuple(pm.surroundings.within(counts, radius="300 m") for counts in (one, other))
    for options in ({}, {"around": near, "how": "share"}):
        found = compare_places(one, other, ["dissimilarity", "isolation"], focal="a", **options)
        assert "Spatial Demography" in found.cite()
        outcome = pm.verify(found.save(tmp_path / "pack.zip"))
        assert outcome.same, str(outcome)


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize(
    ("measure", "theirs", "how"),
    [
        *(("dissimilarity", "Dissim", how) for how in HOWS),
        # What an index is computed of does not hang on the index: one way each for the others.
        ("isolation", "Isolation", HOWS[0]), ("gini", "Gini", HOWS[-1]),
    ],
)  # fmt: skip
def test_real_districts_as_pysal(data_root, how, measure, theirs):
    """Oldham and Bolton, output areas of 2011: without empty units, aspatial, by its percentiles."""
    peer = pytest.importorskip("segregation.singlegroup")
    split = pytest.importorskip("segregation.decomposition").DecomposeSegregation
    frame = pd.read_parquet(data_root / "oracle" / "ew2011_oa_ethnicity.parquet")
    frames = []
    for name in ("Oldham", "Bolton"):
        part = frame[frame["lad"] == name].assign(asian=lambda t: t["indian"] + t["pakistani"] + t["bangladeshi"])
        part["total"] = part["persons"]
        frames.append(part[["oa", "asian", "total"]].assign(rest=part["total"] - part["asian"]))
    one, other = (pm.from_wide(part, groups=["asian", "rest"], unit="oa", total="total") for part in frames)
    ours = compare_places(one, other, measure, focal="asian", how=how, percentile="rank").iloc[0]
    indices = [
        getattr(peer, theirs)(part[["asian", "total"]].reset_index(drop=True), "asian", "total") for part in frames
    ]
    found = split(*indices, counterfactual_approach=how)
    assert ours["value_first"] == pytest.approx(indices[0].statistic, abs=1e-12)
    # Theirs is the first less the second.
    assert -ours["spatial"] == pytest.approx(found.c_s, abs=1e-9)
    assert -ours["attribute"] == pytest.approx(found.c_a, abs=1e-9)


def test_shares_that_all_tie():
    """Fractions of people with one share, which differ in their last digit: all get the middle of the other place."""
    size = np.array([1.0, 3.0, 7.0])
    frame = pd.DataFrame({"a": 0.1 * size, "b": size - 0.1 * size, "unit": list("pqr")})
    tied = pm.from_wide(frame, groups=["a", "b"], unit="unit")
    assert len(set(tied.values[:, 0] / tied.total)) > 1
    like = pm.from_wide(
        pd.DataFrame({"a": [0, 1, 6], "b": [10, 4, 4], "unit": list("xyz")}), groups=["a", "b"], unit="unit"
    )
    found = counterfactual(tied, like, focal="a")
    np.testing.assert_allclose(found.values[:, 0], 0.2 * size)
    np.testing.assert_allclose(found.total, size)


def test_standard_errors_are_left_out_and_said():
    one = pm.from_wide(
        pd.DataFrame({"unit": list("abc"), "x": [4, 9, 2], "y": [8, 5, 7]}), groups=["x", "y"], unit="unit"
    )
    sampled = replace(one, error=np.ones_like(one.values))
    assert "Standard errors" not in pm.decompose.counterfactual(one, one, focal="x").about.notes[-1]
    for pair in ((sampled, one), (one, sampled)):
        changed = pm.decompose.counterfactual(*pair, focal="x")
        assert changed.error is None
        assert "Standard errors of the cells are left out" in changed.about.notes[-1]
