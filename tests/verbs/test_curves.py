"""Curves of segregation: points, which lies inside the other, and who stands higher."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from core.occupations import table
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix import errors, indices

CELLS = st.integers(0, 20)
GRIDS = st.lists(st.tuples(CELLS, CELLS), min_size=2, max_size=6).filter(
    lambda rows: all(map(sum, zip(*rows, strict=True))) and sum(map(bool, map(sum, rows))) > 1
)


def town(rows, **strata):
    frame = pd.DataFrame(rows, columns=["x", "y"]).assign(unit=[f"u{place}" for place in range(len(rows))], **strata)
    return pm.from_wide(frame, groups=["x", "y"], unit="unit", strata=list(strata))


def height_below(rows, across):
    """The curve at one share of the others, person by person: fill up from the units with least of the group."""
    line = sorted((row for row in rows if sum(row)), key=lambda row: row[0] / sum(row))
    x, y = (sum(row[k] for row in rows) for k in (0, 1))
    left, passed = across * y, 0.0
    for own, other in line:
        part = 1.0 if other <= left else (left / other if other else 0.0)
        if other == 0:
            part = 0.0  # only where all others are passed does the curve go straight up
        passed += own * part
        left -= other * part
    return passed / x


# -- points ------------------------------------------------------------------------------------------


@settings(max_examples=15)
@given(GRIDS)
def test_distance_and_area_are_dissimilarity_and_gini(rows):
    curve = pm.segregation_curve(town(rows), focal="x")
    across, up = curve["against_passed"].to_numpy(), curve["focal_passed"].to_numpy()
    assert (across[0], up[0], across[-1], up[-1]) == (0, 0, 1, 1)
    assert (across - up).max() == pytest.approx(indices.dissimilarity(rows).item(), abs=1e-12)
    area = np.trapezoid(up, across)
    assert 1 - 2 * area == pytest.approx(indices.gini(rows).item(), abs=1e-12)
    slopes = curve["share"].to_numpy()[1:]
    assert (np.diff(slopes) > 0).all()  # units of one share are one step, and the curve bends upward
    assert curve["people"].sum() == pytest.approx(np.sum(rows))
    assert curve["units"].sum() == sum(map(bool, map(sum, rows)))


def test_strata_have_curves_of_their_own_and_reasons():
    counts = town([(1, 3), (3, 1), (5, 0), (2, 0)], side=["n", "n", "s", "s"])
    curve = pm.segregation_curve(counts, focal="x", by="side")
    north, south = (curve[curve["side"] == side] for side in "ns")
    assert north["focal_passed"].tolist() == [0, 0.25, 1]
    assert south["reason"].tolist() == ["group_absent"]
    assert south["focal_passed"].isna().all()
    assert south[["point", "units"]].iloc[0].tolist() == [0, 0]
    with pytest.raises(errors.InvalidParameter, match="itself"):
        pm.segregation_curve(counts, focal="x", against="x")


# -- dominance ---------------------------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=20)
@given(GRIDS, GRIDS)
def test_the_verdict_is_that_of_the_curves_and_of_the_indices(one, other):
    found = pm.lorenz_dominance(town(one), town(other), focal="x").iloc[0]
    grid = np.linspace(0, 1, 200, endpoint=False)
    apart = np.array([height_below(one, at) - height_below(other, at) for at in grid])
    assert found["lowest_difference"] <= apart.min() + 1e-9
    assert found["highest_difference"] >= apart.max() - 1e-9
    if found["verdict"] != "cross":
        # All indices that obey transfers and are free of margins agree.
        sign = {"first": 1, "second": -1}.get(found["more_segregated"], 0)
        for kernel in (indices.gini, indices.hutchens, indices.dissimilarity):
            more = kernel(one).item() - kernel(other).item()
            assert sign * more >= -1e-12 if sign else abs(more) < 1e-9
        for b in (0.1, 0.9):
            more = indices.atkinson(one, b=b).item() - indices.atkinson(other, b=b).item()
            assert sign * more >= -1e-9 if sign else abs(more) < 1e-6
        assert found["crossings"] == 0
        if sign:
            assert (apart * sign <= 1e-9).all()
    else:
        assert found["lowest_difference"] < 0 < found["highest_difference"]
        at = found["crosses_at"]
        assert 0 <= at <= 1
        if at < 1:
            assert height_below(one, at) == pytest.approx(height_below(other, at), abs=1e-9)
    back = pm.lorenz_dominance(town(other), town(one), focal="x").iloc[0]
    assert (back["verdict"], back["crossings"]) == (found["verdict"], found["crossings"])


def test_curves_that_cross_by_hand():
    # One: (0, 0), (1/2, 0), (1, 1). Other: (0, 0), (1, 1/2), then straight up. They meet at across 2/3, up 1/3.
    one, other = [(0, 10), (10, 10)], [(5, 10), (5, 0)]
    found = pm.lorenz_dominance(town(one), town(other), focal="x", names=("homes", "schools"))
    row = found.iloc[0]
    assert (row["verdict"], row["crossings"]) == ("cross", 1)
    assert row["crosses_at"] == pytest.approx(2 / 3, abs=1e-12)
    assert row["lowest_difference"] == pytest.approx(-0.25)
    assert row["highest_difference"] == pytest.approx(0.5)
    assert row["gini_first"] == row["gini_second"] == pytest.approx(0.5)
    # Atkinson's index ranks them by its shape: with 0.1 where the group is scarce, with 0.9 where it is concentrated.
    low, high = (indices.atkinson(one, b=b).item() - indices.atkinson(other, b=b).item() for b in (0.1, 0.9))
    assert low * high < 0
    assert "by one index and in schools by another" in found.explain()


def test_curves_that_meet_at_a_corner_cross_there_and_nowhere_between():
    # Corners of one: (1/4, 1/20), (1/2, 1/4); of the other: (1/2, 1/4), (3/4, 2/5). They share the one at 1/2.
    one, other = [(1, 5), (4, 5), (15, 10)], [(5, 10), (3, 5), (12, 5)]
    row = pm.lorenz_dominance(town(one), town(other), focal="x").iloc[0]
    assert (row["verdict"], row["crossings"], row["crosses_at"]) == ("cross", 1, 0.5)


def test_who_is_more_apart_is_named_first():
    apart, mixed = town([(1, 9), (9, 1)]), town([(4, 6), (6, 4)])
    for tables, more in (((apart, mixed), "first"), ((mixed, apart), "second")):
        names = ("homes", "schools") if more == "first" else ("schools", "homes")
        found = pm.lorenz_dominance(*tables, focal="x", names=names)
        assert found["more_segregated"].item() == more
        assert found[["gini_first", "gini_second"]].iloc[0].tolist() == pytest.approx(
            [indices.gini(table.values).item() for table in tables]
        )
        assert found.explain().startswith("In the whole table, ")
        assert "more apart in homes than in schools" in found.explain()


def test_strata_that_only_one_table_has():
    one, two = town([(1, 3), (3, 1), (1, 1), (2, 9)], side=list("nnss")), town([(1, 3), (3, 1)], side=list("nn"))
    found = pm.lorenz_dominance(one, two, focal="x", by="side").set_index("side")
    assert found.loc["n", "verdict"] == "equal"
    assert found.loc["s", "reason"] == "one_table_only"
    assert pd.isna(found.loc["s", "verdict"])
    for names in (("a", "a"), ("", "a")):
        with pytest.raises(errors.InvalidParameter, match="unlike"):
            pm.lorenz_dominance(one, two, focal="x", names=names)


# -- vertical and horizontal -----------------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=15)
@given(GRIDS, st.lists(st.integers(0, 4), min_size=6, max_size=6))
def test_somers_pair_by_pair(rows, heights):
    counts = town(rows)
    pay = pd.Series(heights[: len(rows)], index=counts.units, name="pay")
    found = pm.vertical_segregation(counts, pay, focal="x").iloc[0]
    higher = lower = 0
    for (one, top), (other, bottom) in itertools.product(zip(rows, heights, strict=False), repeat=2):
        higher += one[0] * other[1] * (top > bottom)
        lower += one[0] * other[1] * (top < bottom)
    x, y = np.sum(rows, axis=0)
    assert found["vertical"] == pytest.approx((higher - lower) / (x * y), abs=1e-12)
    assert found["overall"] == pytest.approx(indices.gini(rows).item(), abs=1e-12)
    assert abs(found["vertical"]) <= found["overall"] + 1e-12
    assert found["horizontal"] ** 2 + found["vertical"] ** 2 == pytest.approx(found["overall"] ** 2, abs=1e-12)
    # Only the order of heights matters, and the other group's view is the opposite.
    again = pm.vertical_segregation(counts, np.exp(pay), focal="y", against="x").iloc[0]
    assert again["vertical"] == pytest.approx(-found["vertical"], abs=1e-12)


def test_somers_is_that_of_another_package():
    somersd = pytest.importorskip("scipy.stats").somersd
    frame = table().sort_values("pay", ignore_index=True)
    jobs = pm.from_wide(frame, groups=["women", "men"], unit="occupation")
    ours = pm.vertical_segregation(jobs, frame.set_index("occupation")["pay"], focal="women").iloc[0]
    # Theirs predicts pay from sex, from a table whose rows are the sexes in order: men, women.
    theirs = somersd(frame[["men", "women"]].to_numpy().T).statistic
    assert ours["vertical"] == pytest.approx(theirs, abs=1e-12)


def test_ordered_by_share_everything_is_vertical_and_a_flat_height_is_not():
    jobs = town([(20, 80), (40, 60), (60, 40), (80, 20)])
    share = pd.Series([1, 2, 3, 4], index=jobs.units, name="grade")
    found = pm.vertical_segregation(jobs, share, focal="x").iloc[0]
    assert (found["vertical"], found["horizontal"]) == (pytest.approx(0.5), pytest.approx(0, abs=1e-7))
    assert "the x group stands higher" in pm.vertical_segregation(jobs, share, focal="x").explain()
    flat = pm.vertical_segregation(jobs, share * 0, focal="x")
    assert flat["vertical"].item() == 0
    assert flat["horizontal"].item() == pytest.approx(0.5)
    assert "neither stands higher" in flat.explain()
    # One pair in four thousand is no more than what is printed as 0.000.
    nearly = pm.vertical_segregation(town([(1000, 1000), (1000, 1001)]), share[:2], focal="x")
    assert nearly["vertical"].item() == pytest.approx(-1 / 4002)
    assert "0.000, where neither stands higher" in nearly.explain()


def test_places_are_compared_as_if_alone():
    jobs = town([(20, 80), (40, 60), (60, 40), (10, 20), (10, 0)], side=list("nnnss"))
    pay = pd.Series([3, 1, 2, 1, 2], index=jobs.units, name="pay")
    found = pm.vertical_segregation(jobs, pay, focal="x", by="side").set_index("side")
    for side, rows in (("n", [0, 1, 2]), ("s", [3, 4])):
        alone = indices.somers(jobs.values[rows], pay.iloc[rows]).item()
        assert found.loc[side, "vertical"] == pytest.approx(alone, abs=1e-12)
        assert found.loc[side, "sentence"].startswith(f"In {side}, ")
    assert "In the whole table, " in pm.vertical_segregation(jobs, pay, focal="x").explain()


def test_heights_that_are_missing_or_wrong():
    jobs = town([(20, 80), (40, 60), (60, 40), (80, 20)])
    pay = pd.Series({"u0": 10, "u1": 20, "u2": 30}, name="pay")
    with pytest.warns(errors.IncompleteCondition, match=r"25\.0 %"):
        found = pm.vertical_segregation(jobs, pay, focal="x").iloc[0]
    assert (found["units"], found["units_dropped"], found["people_dropped"]) == (3, 1, 100)
    with pytest.warns(errors.IncompleteCondition):
        assert pm.vertical_segregation(jobs, pay.reindex(jobs.units), focal="x").iloc[0].equals(found)
    assert found["vertical"] == pytest.approx(indices.somers(jobs.values[:3], [10, 20, 30]).item())
    for wrong, kind in (
        ([1, 2], errors.InvalidParameter),
        (pay.astype(object).replace(20, "much"), errors.InvalidParameter),
        (pay.replace(20, math.inf), errors.InvalidParameter),
        (pd.concat([pay, pay]), errors.InvalidParameter),
        (pay.rename(index=str.upper), errors.UnmatchedUnit),
    ):
        with pytest.raises(kind):
            pm.vertical_segregation(jobs, wrong, focal="x")


# -- packs ---------------------------------------------------------------------------------------------


def test_results_are_recomputed_from_their_packs(tmp_path):
    one, two = town([(0, 10), (10, 10), (3, 4)], side=list("nns")), town([(5, 10), (5, 0)], side=list("nn"))
    pay = pd.Series([3, 1, 2], index=one.units, name="pay")
    for found in (
        pm.segregation_curve(one, focal="x", by="side"),
        pm.lorenz_dominance(one, two, focal="x", by="side"),
        pm.vertical_segregation(one, pay, focal="x"),
    ):
        outcome = pm.verify(found.save(tmp_path / "pack.zip"))
        assert outcome.same, str(outcome)
        assert "Duncan" in found.cite() or "Blackburn" in found.cite()
