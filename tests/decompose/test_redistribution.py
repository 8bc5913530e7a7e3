"""What is expected where every unit keeps its share of each group, and how far chance goes beyond it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.decompose import expected_change

MEASURES = ["dissimilarity", "isolation", "gini", "concentration_profile(threshold=0.4)"]


def counts_of(values, units=None, **columns) -> pm.Counts:
    import geopandas as gpd

    values = np.asarray(values, dtype=float)
    frame = pd.DataFrame(values, columns=list("abcd")[: values.shape[1]])
    frame["unit"] = [f"u{n:02d}" for n in range(len(values))] if units is None else units
    frame = frame.assign(**columns)
    points = gpd.GeoSeries.from_xy(np.arange(len(values)) * 100.0, np.zeros(len(values)), crs=27700)
    groups = list("abcd")[: values.shape[1]]
    return pm.from_wide(
        gpd.GeoDataFrame(frame, geometry=points), groups=groups, unit="unit", strata=list(columns), total=None
    )


@pytest.mark.slow
@given(st.integers(0, 2**20))
@settings(max_examples=3)
def test_groups_that_only_grow_are_not_redistributed(seed):
    rng = np.random.default_rng(seed)
    values = rng.poisson(20, (12, 3)) + 1.0
    before, after = counts_of(values), counts_of(values * rng.uniform(0.3, 3, 3))
    near = pm.surroundings.within(after, radius="150 m")
    for measures, options in ((MEASURES, {"focal": "a"}), ("information_theory", {"around": near})):
        found = expected_change(before, after, measures, draws=9, cluster=1, **options)
        np.testing.assert_allclose(found["redistribution"], 0, atol=1e-12)
        np.testing.assert_allclose(found["expected"], found["value_after"], atol=1e-12)


@given(st.integers(0, 2**20))
@settings(max_examples=2)
def test_parts_sum_and_strata_stand_alone(seed):
    rng = np.random.default_rng(seed)
    side = ["w"] * 5 + ["e"] * 7
    before, after = (counts_of(rng.poisson(20, (12, 3)) + 1, side=side) for _ in range(2))
    found = expected_change(
        before, after, MEASURES[:2], focal="a", against=["rest", "b"], by="side", draws=9, cluster=1
    )
    np.testing.assert_allclose(found["growth"] + found["redistribution"], found["change"], atol=1e-12)
    np.testing.assert_allclose(found["value_after"] - found["value_before"], found["change"], atol=1e-12)
    east = [counts.take(np.arange(5, 12)) for counts in (before, after)]
    alone = expected_change(*east, MEASURES[:2], focal="a", against=["rest", "b"], draws=9, cluster=1)
    names = ["value_before", "expected", "value_after"]
    np.testing.assert_allclose(found.loc[found["side"] == "e", names], alone[names])


def test_by_hand():
    """Members double from 50 to 100: expected 60, 40 beside 40, 60; they came as 80, 20."""
    before, after = counts_of([[30, 40], [20, 60]]), counts_of([[80, 40], [20, 60]])
    row = expected_change(before, after, "isolation", focal="a", draws=199, cluster=1).iloc[0]
    assert row["value_before"] == pytest.approx(30 / 50 * 30 / 70 + 20 / 50 * 20 / 80)
    assert row["expected"] == pytest.approx(60 / 100 * 60 / 100 + 40 / 100 * 40 / 100)
    assert row["value_after"] == pytest.approx(80 / 100 * 80 / 120 + 20 / 100 * 20 / 80)
    assert row["lower"] < row["expected"] < row["upper"]
    assert "not choice" in row["note"]


@pytest.mark.slow
def test_what_chance_makes_grows_with_households_and_with_two_dates():
    rng = np.random.default_rng(2)
    share = rng.dirichlet(np.ones(30))
    before, after = (
        counts_of(np.column_stack([rng.multinomial(n, share), rng.multinomial(3000, np.full(30, 1 / 30))]))
        for n in (600, 700)
    )
    spread = {
        (earlier, size): expected_change(
            before, after, "dissimilarity", focal="a", draws=200, cluster=size, earlier=earlier
        )["sd"].item()
        for earlier, size in (("drawn", 1), ("given", 1), ("drawn", 4))
    }
    # Two independent draws vary by the root of two more than one; households of four by twice as much.
    assert spread["drawn", 1] / spread["given", 1] == pytest.approx(np.sqrt(2), rel=0.2)
    assert spread["drawn", 4] / spread["drawn", 1] == pytest.approx(2, rel=0.2)
    # Two units exchange all their people: another map, and the same D.
    swapped = counts_of(before.values[[1, 0, *range(2, 30)]])
    assert expected_change(before, swapped, "dissimilarity", focal="a", draws=99, cluster=1)["flag"].notna().item()
    moved = counts_of(after.values + np.outer(np.arange(30) == 0, [200, 0]))
    assert expected_change(before, moved, "dissimilarity", focal="a", draws=99, cluster=1)["p_value"].item() <= 0.02


def test_a_group_that_had_nobody():
    before = counts_of([[5, 5], [5, 9], [0, 9], [0, 9]], side=list("wwee"))
    after = counts_of([[6, 5], [5, 9], [3, 9], [1, 9]], side=list("wwee"))
    found = expected_change(before, after, "isolation", focal="a", by="side", draws=9, cluster=1).set_index("side")
    assert found.loc["e", "reason"] in {"group_absent", "group_absent_before"}
    assert np.isnan(found.loc["e", ["expected", "lower", "p_value"]].astype(float)).all()
    assert np.isfinite(found.loc["w", "redistribution"])
    assert "undefined" in found.loc["e", "sentence"]


def test_units_of_one_date():
    before, after = counts_of([[5, 5], [5, 9], [4, 9]]), counts_of([[6, 5], [5, 9]], ["u00", "new"])
    with pytest.raises(pm.errors.VintageMismatch, match="3 units are found at one date only, with 27 people"):
        expected_change(before, after, "isolation", focal="a")
    common = counts_of([[5, 5], [5, 9], [4, 9]]), counts_of([[6, 5], [5, 9], [8, 1]], ["u00", "u01", "new"])
    found = expected_change(*common, "isolation", focal="a", unmatched="common", draws=9, cluster=1)
    assert found["units"].item() == 2
    assert "left out" in found["note"].item()
    assert "9 of the later" in found["note"].item()


def test_refusals():
    before = counts_of([[5, 5], [5, 9]])
    for options, text in (
        ({"unmatched": "keep"}, "unmatched"),
        ({"earlier": "fixed"}, "earlier"),
        ({"draws": 1}, "draws"),
    ):
        with pytest.raises(pm.errors.InvalidParameter, match=text):
            expected_change(before, before, "isolation", focal="a", **options)
    with pytest.raises(pm.errors.VintageMismatch, match="same groups"):
        expected_change(before, counts_of([[5, 5, 1], [5, 9, 1]]), "isolation", focal="a")


def test_order_of_units_and_groups_does_not_matter():
    rng = np.random.default_rng(4)
    before, after = (counts_of(rng.poisson(20, (9, 3)) + 1) for _ in range(2))
    found = expected_change(before, after, "information_theory", draws=5, cluster=1)
    turned = before.take(np.arange(9)[::-1]).take_groups([2, 0, 1])
    again = expected_change(turned, after, "information_theory", draws=5, cluster=1)
    np.testing.assert_allclose(found["expected"], again["expected"])
    np.testing.assert_allclose(found["lower"], again["lower"])


def test_saved_and_verified(tmp_path):
    rng = np.random.default_rng(4)
    before, after = (counts_of(rng.poisson(20, (9, 3)) + 1) for _ in range(2))
    near = pm.surroundings.within(after, radius="150 m")
    found = expected_change(before, after, ["isolation"], focal="a", around=near, cluster=2, draws=9)
    assert "Sleep-walking" in found.cite()
    outcome = pm.verify(found.save(tmp_path / "pack.zip"))
    assert outcome.same, str(outcome)


@pytest.mark.slow
def test_rejects_one_time_in_twenty_where_nothing_moved():
    """Both dates dealt by the same hidden shares: redistribution is found in 5 % of tables, within the error of 60."""
    rng = np.random.default_rng(0)
    hits = {"drawn": 0, "given": 0}
    for seed in range(60):
        size, share = rng.gamma(2, 1, 50), rng.beta(1, 6, 50)
        shares = [part / part.sum() for part in (size * share, size * (1 - share))]
        dates = [
            counts_of(
                np.column_stack([rng.multinomial(n, p) for n, p in zip((1200 * (1 + d), 7000), shares, strict=True)])
            )
            for d in range(2)
        ]
        for earlier in hits:
            found = expected_change(*dates, "dissimilarity", focal="a", cluster=1, draws=99, seed=seed, earlier=earlier)
            hits[earlier] += int(found["flag"].isna().item())
    assert hits["drawn"] <= 3 + 3 * np.sqrt(60 * 0.05 * 0.95)
    assert hits["given"] > hits["drawn"]


def test_households_of_each_unit(tmp_path):
    rng = np.random.default_rng(5)
    before, after = (counts_of(rng.poisson(40, (8, 2)) + 1) for _ in range(2))
    after = counts_of(np.vstack([after.values[:7], [[0, 0]], [[5, 9]]]), [*before.units[:7], before.units[7], "new"])
    sizes = pd.Series(2.0, index=after.units)
    options = {"focal": "a", "draws": 19, "unmatched": "common"}
    found = expected_change(before, after, "dissimilarity", cluster=sizes, **options)
    same = expected_change(before, after, "dissimilarity", cluster=2, **options)
    assert found["units"].item() == 7
    np.testing.assert_allclose(found["redistribution"], same["redistribution"])
    assert found["sd"].item() == pytest.approx(same["sd"].item(), rel=0.8)
    assert pm.verify(found.save(tmp_path / "e.zip")).same
