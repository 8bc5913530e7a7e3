"""Separate x contrast = unequal: the identity, its bounds, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import placemix as pm
from placemix import errors


def town(x: list[float], y: list[float], **more: list[str]) -> pm.Counts:
    frame = pd.DataFrame({"unit": [f"u{place}" for place in range(len(x))], "x": x, "y": y, **more})
    return pm.from_wide(frame, groups=["x", "y"], unit="unit", strata=list(more))


people = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 400), st.floats(-50, 50, allow_subnormal=False)),
    min_size=2,
    max_size=25,
)


@given(people)
def test_the_gap_is_separation_times_contrast(rows: list[tuple[int, int, float]]) -> None:
    x, y, condition = (list(column) for column in zip(*rows, strict=True))
    assume(sum(x) > 0 and sum(y) > 0)
    counts = town(x, y)
    score = pd.Series(condition, index=counts.units, name="score")
    row = pm.place_gap(counts, score, focal="x", against="y").iloc[0]
    a, w = np.array(x) / sum(x), np.array(y) / sum(y)
    gap = float(((a - w) * np.array(condition)).sum())
    assert row["gap"] == pytest.approx(gap, abs=1e-11)
    assert row["separation"] == pytest.approx(np.abs(a - w).sum() / 2, abs=1e-12)
    if row["separation"] > 1e-9:
        assert row["separation"] * row["contrast"] == pytest.approx(gap, abs=1e-11)
        lived = (np.array(x) + np.array(y)) > 0
        spread = np.ptp(np.array(condition)[lived])
        assert abs(row["gap"]) <= row["separation"] * spread + 1e-9
    else:
        assert row["note"] is not None


def test_separation_is_the_dissimilarity_that_measure_gives() -> None:
    counts = town([80, 20, 0, 20], [20, 80, 100, 80])
    score = pd.Series([0.4, 0.2, 0.1, 0.2], index=counts.units, name="score")
    separation = pm.place_gap(counts, score, focal="x")["separation"].item()
    assert separation == pytest.approx(pm.estimate(counts, "dissimilarity", focal="x").value, abs=1e-15)
    # By hand: 80/120 x .4 + 40/120 x .2 = 1/3 against (20 x .4 + 160 x .2 + 100 x .1)/280 = 5/28.
    assert pm.place_gap(counts, score, focal="x")["gap"].item() == pytest.approx(1 / 3 - 5 / 28, abs=1e-15)


def test_two_dates_split_exactly() -> None:
    then, now = town([80, 20, 0, 20], [20, 80, 100, 80]), town([80, 40, 20, 20], [25, 80, 90, 60])
    early = pd.Series([0.4, 0.2, 0.1, 0.2], index=then.units, name="score")
    late = pd.Series([0.5, 0.1, 0.15, 0.3], index=then.units, name="score")
    change = pm.compare_gaps(pm.place_gap(then, early, focal="x"), pm.place_gap(now, late, focal="x")).iloc[0]
    assert change["change"] == pytest.approx(change["gap_after"] - change["gap_before"], abs=1e-15)


def test_compare_gaps_keeps_the_order_of_strata_and_refuses_others() -> None:
    counts = town([8, 2, 1, 9], [2, 8, 9, 1], place=["b", "b", "a", "a"])
    score = pd.Series([4.0, 2, 1, 2], index=counts.units, name="score")
    gaps = pm.place_gap(counts, score, focal="x", by="place")
    assert pm.compare_gaps(gaps, gaps)["place"].tolist() == ["b", "a"]
    assert pm.compare_gaps(gaps, gaps)["change"].tolist() == [0.0, 0.0]
    with pytest.raises(errors.VintageMismatch):
        pm.compare_gaps(gaps, gaps[gaps["place"] == "a"])


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("imd_decile", [3.5, 1, 2, 4]),
        ("Income rank", [3, 1, 2, 4]),
        ("IMDRank", None),
        ("score", list(range(1, 41))),
        ("score", [place % 10 + 1 for place in range(40)]),
    ],
)
def test_ranks_and_deciles_are_refused(name: str, values: list[float] | None) -> None:
    values = values or list(range(1, 31))
    counts = town([5] * len(values), [*range(len(values))])
    score = pd.Series(values, index=counts.units, name=name)
    with pytest.raises(errors.RankOrDecileArithmetic, match="mean says nothing"):
        pm.place_gap(counts, score, focal="x")


def test_units_without_a_condition_are_left_out_and_counted() -> None:
    counts = town([80, 20, 0, 20], [20, 80, 100, 80])
    score = pd.Series({"u0": 0.4, "u1": 0.2, "u3": 0.2}, name="score")
    with pytest.warns(errors.IncompleteCondition, match="25.0 %"):
        row = pm.place_gap(counts, score, focal="x").iloc[0]
    assert "Left out: 25.0 %" in row["sentence"]
    assert (row["units"], row["units_dropped"], row["people_dropped"]) == (3, 1, 100)
    assert row["against_mean"] == pytest.approx((20 * 0.4 + 160 * 0.2) / 180)


def test_no_condition_at_all_is_refused_and_an_absent_group_is_undefined() -> None:
    counts = town([80, 20, 0, 0], [20, 80, 100, 80], place=["a", "a", "b", "b"])
    with pytest.raises(errors.UnmatchedUnit, match="boundary vintage"):
        pm.place_gap(counts, pd.Series({"E01": 1.0}, name="score"), focal="x")
    score = pd.Series([0.4, 0.2, 0.1, 0.2], index=counts.units, name="score")
    rows = pm.place_gap(counts, score, focal="x", by="place")
    assert rows["reason"].isna().tolist() == [True, False]
    assert rows["reason"].iloc[1] == "group_absent"
    assert np.isnan(rows["gap"].iloc[1])
    with pytest.raises(errors.InvalidParameter, match="twice"):
        pm.place_gap(counts, pd.concat([score, score]), focal="x")
    with pytest.raises(errors.InvalidParameter, match="text"):
        pm.place_gap(counts, pd.Series({"u0": "c", "u1": "2"}, name="score"), focal="x")
    with pytest.raises(errors.InvalidParameter, match="itself"):
        pm.place_gap(counts, score, focal="x", against="x")


def test_two_dates_may_name_the_condition_after_the_date_and_unnamed_ones_verify(tmp_path: Path) -> None:
    counts = town([80, 20, 0, 20], [20, 80, 100, 80])
    early = pd.Series([0.4, 0.2, 0.1, 0.2], index=counts.units, name="s19")
    late = pd.Series([0.5, 0.1, 0.15, 0.3], index=counts.units, name="s25")
    change = pm.compare_gaps(*(pm.place_gap(counts, score, focal="x") for score in (early, late)))
    assert change["condition"].item() == "s19 → s25"
    unnamed = pm.place_gap(counts, early.rename(None), focal="x")
    assert pm.verify(unnamed.save(tmp_path / "gap.zip")).same
    assert "how separately they live" in unnamed.explain()
    with pytest.raises(errors.IncompleteEstimate, match="whole rows"):
        unnamed.estimates()


def test_whole_numbers_match_ids_that_were_read_as_floats() -> None:
    frame = pd.DataFrame({"unit": [1.0, 2.0], "x": [3, 1], "y": [1, 3]})
    counts = pm.from_wide(frame, groups=["x", "y"], unit="unit")
    score = pd.Series([4.0, 2.0], index=[1.0, 2.0], name="score")
    assert pm.place_gap(counts, score, focal="x")["gap"].item() == pytest.approx(1.0)


def test_a_table_instead_of_counts_is_refused() -> None:
    frame = pd.DataFrame({"x": [1], "y": [2]})
    for verb in (pm.measure, pm.local, pm.estimate, pm.pairwise):
        with pytest.raises(errors.NotCounts, match="from_wide"):
            verb(frame, "dissimilarity")
    with pytest.raises(errors.InvalidParameter, match="does not compare two groups"):
        pm.pairwise(town([1, 2], [2, 1]), "simpson")


def test_the_rest_and_groups_may_be_named_together() -> None:
    frame = pd.DataFrame({"unit": list("abc"), "x": [5, 1, 3], "y": [1, 4, 3], "z": [2, 2, 9]})
    counts = pm.from_wide(frame, groups=["x", "y", "z"], unit="unit")
    score = pd.Series([1.0, 2, 4], index=counts.units, name="score")
    assert pm.place_gap(counts, score, focal="x", against=["z", "rest"])["against"].tolist() == ["rest", "z"]
    measured = pm.measure(counts, "dissimilarity", focal="each", against=["rest", "y"])
    assert list(zip(measured["focal"], measured["against"], strict=True)) == [
        ("x", "rest"), ("x", "y"), ("y", "rest"), ("z", "rest"), ("z", "y")
    ]  # fmt: skip


def test_a_condition_of_another_edition_of_the_areas_is_refused():
    """Most codes match, and those that changed would be lost."""
    table = pd.DataFrame({"unit": ["a", "b", "c"], "x": [5, 5, 9], "y": [5, 8, 1]})
    counts = pm.from_wide(table, groups=["x", "y"], unit="unit", about={"vintage": "2011"})
    rows = pd.DataFrame(
        {"indicator": "score", "unit": ["a", "b", "d"], "rate": [1.5, 2.5, 3.5], "measured_in": "score"}
    )
    rates = pm.Rates(rows, about=pm.About(vintage="2021"))
    with pytest.raises(pm.errors.VintageMismatch, match=r"lose 10 people.*changes"):
        pm.place_gap(counts, rates.condition("score"), focal="x")
    same = pm.Rates(rows.assign(unit=["a", "b", "c"]), about=pm.About(vintage="2011"))
    assert len(pm.place_gap(counts, same.condition("score"), focal="x")) == 1


def test_deciles_are_refused_by_their_values_whatever_their_name():
    units = [f"u{place}" for place in range(40)]
    rows = pd.DataFrame({"indicator": "imd", "unit": units, "rate": [place % 10 + 1.0 for place in range(40)]})
    rates = pm.Rates(rows.assign(measured_in="score"))
    with pytest.raises(pm.errors.RankOrDecileArithmetic):
        rates.condition("imd")
    walk = pm.Crosswalk.from_table(pd.DataFrame({"u": units, "w": "ward"}), source="u", target="w")
    with pytest.raises(pm.errors.RankOrDecileArithmetic):
        pm.harmonise.reunit(rates, walk, people=pd.Series(1.0, index=units))
