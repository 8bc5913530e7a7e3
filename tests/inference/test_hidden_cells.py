"""Hidden cells: every table they allow lies within the ends, and the ends are those of all tables where they say so."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.inference import hidden_bounds
from placemix.inference._allocations import SEPARABLE

EVENNESS = [name for name in SEPARABLE if name not in {"isolation", "exposure"}]


def counts_of(low, high, total=None, city=None) -> pm.Counts:
    """Counts of groups a and b with bounds; where totals are given they are published."""
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    units = [f"u{n}" for n in range(len(low))]
    return pm.Counts(
        values=low, groups=tuple("abc")[: low.shape[1]], units=pd.Index(units, dtype=str, name="unit"),
        total=low.sum(axis=1) if total is None else np.asarray(total, dtype=float),
        strata=pd.DataFrame({} if city is None else {"city": pd.Categorical(city)}, index=range(len(low))),
        low=low, high=high, stated=total is not None,
    )  # fmt: skip


def tables(counts: pm.Counts) -> np.ndarray:
    """Every whole table within the bounds, shape (tables, units, groups)."""
    cells = [range(int(a), int(b) + 1) for a, b in zip(counts.low.ravel(), counts.high.ravel(), strict=True)]
    found = np.array(list(itertools.product(*cells)), dtype=float).reshape(-1, *counts.low.shape)
    return found[(found.sum(axis=2) <= counts.total).all(axis=1)] if counts.stated else found


def all_values(counts: pm.Counts, name: str) -> np.ndarray:
    """Value of a measure of group a against the rest in every table, by the kernel alone."""
    found = tables(counts)
    total = np.broadcast_to(counts.total, found.shape[:2]) if counts.stated else found.sum(axis=2)
    pair = np.stack([found[..., 0], total - found[..., 0]], axis=-1)
    mixed = (pair.sum(axis=1) > 0).all(axis=1)
    return getattr(pm.indices, name)(pair[mixed])[:, 0]


@given(st.integers(0, 10**6))
@settings(max_examples=15)
def test_ends_are_those_of_all_tables(seed):
    rng = np.random.default_rng(seed)
    units = int(rng.integers(2, 5))
    low = rng.integers(0, 3, (units, 2))
    high = low + rng.integers(0, 3, (units, 2))
    counts = counts_of(low, high, high.sum(axis=1) + rng.integers(1, 6, units))
    found = hidden_bounds(counts, list(SEPARABLE), focal="a", tries=0).set_index("measure")
    for name in SEPARABLE:
        row, values = found.loc[name], all_values(counts, name)
        if np.isnan(row["value"]):
            continue
        least, most = np.nanmin(values), np.nanmax(values)
        assert row["lower"] <= least + 1e-9, name
        assert row["upper"] >= most - 1e-9, name
        for end, true in (("lower", least), ("upper", most)):
            assert row[f"{end}_by"] in {"exact", "bound"}
            if row[f"{end}_by"] == "exact":
                assert row[end] == pytest.approx(true, abs=1e-9), (name, end)
        assert row["interval_method"].startswith("bounds:")


@given(st.integers(0, 10**6))
@settings(max_examples=5)
def test_a_search_finds_only_what_exists(seed):
    """Gini, and totals that follow the cells: never wider than all tables, and here as wide."""
    rng = np.random.default_rng(seed)
    low = rng.integers(0, 3, (3, 2))
    counts = counts_of(low, low + rng.integers(0, 3, (3, 2)))
    found = hidden_bounds(counts, ["gini", "dissimilarity"], focal="a", tries=30).set_index("measure")
    for name, row in found.iterrows():
        if not np.isfinite(row["value"]) or not counts.hidden.any():
            continue
        values = all_values(counts, str(name))
        assert row["upper_by"] == "search"
        assert row["interval_method"].startswith("assumption:a search")
        assert np.nanmin(values) - 1e-9 <= row["lower"] <= row["upper"] <= np.nanmax(values) + 1e-9
        assert row["upper"] == pytest.approx(np.nanmax(values), abs=0.05)


def test_ten_million_people_and_a_wide_cell():
    """Too many sizes to go through are searched; so many as can be are exact, x² being largest at an end."""
    low, high, total = [[0, 0], [4e6, 0]], [[1e6, 0], [4e6, 0]], [1e7, 1e7]
    row = hidden_bounds(counts_of(low, high, total), "isolation", focal="a", tries=2).iloc[0]
    ends = [((x / 1e7) * x + 0.4 * 4e6) / (x + 4e6) for x in (0, 1e6)]
    assert row["upper_by"] == "exact"
    assert row["upper"] == pytest.approx(max(ends))
    wide = counts_of(low, [[1e7, 0], [4e6, 0]], total)
    row = hidden_bounds(wide, "isolation", focal="a", tries=2).iloc[0]
    assert row["upper_by"] == "search"
    assert row["upper"] == pytest.approx((1e7 + 0.4 * 4e6) / 1.4e7)


def test_by_hand():
    """One unit of 10 has 1 to 3 members, the other 5: isolation is (x²/10 + 2.5) / (x + 5)."""
    counts = counts_of([[1, 5], [5, 5]], [[3, 5], [5, 5]], [10, 10])
    row = hidden_bounds(counts, "isolation", focal="a").iloc[0]
    np.testing.assert_allclose([row["lower"], row["upper"]], [2.9 / 7, 2.6 / 6])
    assert (row["lower_by"], row["upper_by"], row["hidden_cells"]) == ("exact", "exact", 1)


def test_a_known_group_has_one_value_and_totals_bind():
    known = counts_of([[3, 1], [5, 2]], [[3, 4], [5, 6]], [10, 12])
    row = hidden_bounds(known, "dissimilarity", focal="a").iloc[0]
    assert row["lower"] == row["upper"] == pytest.approx(row["value"])
    # Everyone in the unit is 4, so that a cell of 1 to 9 beside one of at least 2 is 2 at most.
    bound = counts_of([[1, 2], [5, 2]], [[9, 2], [5, 2]], [4, 12])
    same = counts_of([[1, 2], [5, 2]], [[2, 2], [5, 2]], [4, 12])
    ends = [hidden_bounds(one, "dissimilarity", focal="a")[["lower", "upper"]].to_numpy() for one in (bound, same)]
    np.testing.assert_array_equal(*ends)
    with pytest.raises(pm.errors.InvalidCounts, match="u0"):
        hidden_bounds(counts_of([[3, 2], [5, 2]], [[9, 2], [5, 2]], [4, 12]), "dissimilarity", focal="a")


def test_strata_are_apart_and_saved(tmp_path):
    rng = np.random.default_rng(2)
    low = rng.integers(0, 4, (12, 3))
    hidden = rng.random((12, 3)) < 0.4
    counts = counts_of(low, low + 3 * hidden, low.sum(axis=1) + 9, list("NS") * 6)
    asked = ["dissimilarity", "gini", "information_theory"]
    both = hidden_bounds(counts, asked, focal="a", by="city", tries=20)
    for city in "NS":
        alone = hidden_bounds(counts.take(counts.strata["city"].to_numpy() == city), asked, focal="a", tries=20)
        part = both[both["city"] == city].reset_index(drop=True)
        exact = part["measure"] != "gini"
        np.testing.assert_allclose(part[exact][["lower", "upper"]], alone[exact][["lower", "upper"]], atol=1e-12)
    many = hidden_bounds(counts, "information_theory", by="city", tries=20)
    assert (many["lower"] <= many["value"]).all()
    assert (many["value"] <= many["upper"]).all()
    outcome = pm.verify(both.save(tmp_path / "hidden.zip"))
    assert outcome.same, str(outcome)


def test_nothing_hidden():
    homes = counts_of([[3, 1], [5, 2], [0, 7]], [[3, 1], [5, 2], [0, 7]], [4, 7, 8])
    found = hidden_bounds(homes, ["dissimilarity", "gini"], focal="a")
    np.testing.assert_allclose(found["lower"], found["value"])
    np.testing.assert_allclose(found["upper"], found["value"])
    assert set(found["upper_by"]) == {"exact"}


def test_design_effects():
    frame = pd.DataFrame({"unit": list("AB"), "a": [80, 0], "b": [20, 100]})
    homes = pm.from_wide(frame, groups=["a", "b"], unit="unit")
    once = pm.inference.with_design_effect(homes, 1, sampled={"A": 25, "B": 98})
    np.testing.assert_allclose(once.error[0], 100 * np.sqrt(0.8 * 0.2 / 25))
    np.testing.assert_allclose(once.error[1], 100 * np.sqrt(0.01 * 0.99 / 98))
    np.testing.assert_allclose(pm.inference.with_design_effect(once, 4).error, 2 * once.error)
    apart = pm.inference.with_design_effect(once, {"a": 4, "b": 1})
    np.testing.assert_allclose(apart.error / once.error, [[2, 1], [2, 1]])
    assert "design effect" in apart.about.notes[-1]
    wide = [
        pm.inference.intervals(one, "dissimilarity", focal="a", draws=99)["sd"].item()
        for one in (once, pm.inference.with_design_effect(once, 4))
    ]
    assert wide[1] > 1.5 * wide[0]
    for call, words in (
        (lambda: pm.inference.with_design_effect(homes, 2), "no standard errors"),
        (lambda: pm.inference.with_design_effect(once, 2, sampled=9), "both"),
        (lambda: pm.inference.with_design_effect(once, 0), "above 0"),
        (lambda: pm.inference.with_design_effect(once, {"a": 2}), "no design effect: b"),
        (lambda: pm.inference.with_design_effect(homes, 2, sampled=0), "above 0"),
    ):
        with pytest.raises(pm.errors.InvalidParameter, match=words):
            call()
    with pytest.raises(pm.errors.UnmatchedUnit, match="B"):
        pm.inference.with_design_effect(homes, 2, sampled={"A": 25})


def test_a_group_that_is_absent_from_the_middle():
    """Two units of 4, of which one may hold 0 to 1 members: D is 0 or undefined with none, 1/2 / (1 - 1/8) with one."""
    counts = counts_of([[0, 0], [0, 0]], [[1, 0], [0, 0]], [4, 4])
    row = hidden_bounds(counts, "dissimilarity", focal="a").iloc[0]
    values = all_values(counts, "dissimilarity")
    assert len(values) == 1
    np.testing.assert_allclose([row["lower"], row["upper"]], [values[0], values[0]])
    assert row["lower_by"] == "exact"
    for name in ("dissimilarity", "gini"):
        row = hidden_bounds(counts, name, focal="a", tries=2).iloc[0]
        assert np.isfinite([row["lower"], row["upper"]]).all()
        assert "undefined in some tables" in row["note"]
    one = counts.take(np.arange(1))
    row = hidden_bounds(one, "dissimilarity", focal="a").iloc[0]
    assert np.isnan(row["lower"])
    assert row["interval_method"] == "none:undefined"
