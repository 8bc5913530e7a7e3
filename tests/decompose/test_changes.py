"""Parts of a change: they sum, are those of R segregation where it converges, and move only with what moved."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.decompose import change

PARTS = ["additions", "removals", "group_marginal", "unit_marginal", "structural"]


def counts_of(values, units) -> pm.Counts:
    frame = pd.DataFrame(values, columns=list("abcd")[: np.shape(values)[1]]).assign(unit=units)
    return pm.from_wide(frame, groups=list(frame.columns[:-1]), unit="unit")


def panel(seed: int, dates: int = 3) -> list[pm.Counts]:
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(dates):
        units = np.sort(rng.choice(14, 11, replace=False))
        found.append(counts_of(rng.poisson(rng.uniform(2, 40, (11, 3))) + 1, [f"u{n:02d}" for n in units]))
    return found


@pytest.mark.slow
@given(st.integers(0, 2**20), st.sampled_from(["mutual_information", "information_theory", "dissimilarity"]))
@settings(max_examples=6)
def test_parts_sum_over_any_number_of_dates(seed, measure):
    dates = panel(seed)
    for focal in (None, "a"):
        found = change(dates, measure, focal=focal)
        assert len(found) == 3
        np.testing.assert_allclose(found[PARTS].sum(axis=1), found["change"], atol=1e-9)
        np.testing.assert_allclose(found["change"].iloc[:2].sum(), found["change"].iloc[2], atol=1e-12)
        values = [pm.estimate(counts, measure, focal=focal).value for counts in dates]
        np.testing.assert_allclose(found["value_before"][:2], values[:2], rtol=1e-12)
        assert found["value_after"].iloc[2] == pytest.approx(values[2])


def test_only_what_moved_has_a_part():
    rng = np.random.default_rng(3)
    values, units = rng.poisson(20, (9, 3)) + 1.0, list(range(9))
    before = counts_of(values, units)
    grown = change([before, counts_of(values * 3, units)])
    np.testing.assert_allclose(grown[PARTS], 0, atol=1e-10)
    # Odds ratios stay as they are where rows and columns are multiplied.
    other = values * rng.uniform(0.5, 2, (9, 1)) * np.array([1.0, 2.0, 0.5])
    moved = change([before, counts_of(other, units)]).iloc[0]
    assert moved["structural"] == pytest.approx(0, abs=1e-9)
    assert abs(moved["group_marginal"]) > 1e-4
    opened = change([before, counts_of(np.vstack([values, [[50.0, 1, 1]]]), [*units, 99])]).iloc[0]
    assert opened["additions"] == pytest.approx(opened["change"])


def test_there_and_back():
    """The way back is the way there with every sign turned, additions and removals exchanged."""
    one, other = panel(8, dates=2)
    there, back = change([one, other]).iloc[0], change([other, one]).iloc[0]
    for name in ("change", "group_marginal", "unit_marginal", "structural"):
        assert there[name] == pytest.approx(-back[name], abs=1e-9)
    assert there["additions"] == pytest.approx(-back["removals"], abs=1e-12)


@pytest.mark.slow
def test_margins_that_cannot_be_met():
    before = counts_of([[10.0, 0], [0, 10]], ["p", "q"])
    after = counts_of([[10.0, 5], [5, 10]], ["p", "q"])
    assert np.isfinite(change([before, after])["structural"].item())
    unequal = counts_of([[10.0, 5], [20, 40]], ["p", "q"])
    found = change([before, unequal]).iloc[0]
    assert found["reason"] == "ipf_not_converged"
    assert np.isnan(found["structural"])
    assert found["additions"] == 0
    assert found["zero_cells_before"] == 2


def test_refusals():
    one, other = panel(1, dates=2)
    with pytest.raises(pm.errors.InvalidParameter, match="two dates or more"):
        change([one])
    with pytest.raises(pm.errors.InvalidParameter, match="not taken apart"):
        change([one, other], "isolation")
    with pytest.raises(pm.errors.VintageMismatch, match="same groups"):
        change([one, other.merge_groups({"a": ["a"], "rest": ["b", "c"]})])
    with pytest.raises(pm.errors.VintageMismatch, match="share no unit"):
        change([one, counts_of(np.ones((2, 3)), ["x", "y"])])
    with pytest.raises(pm.errors.InvalidParameter, match="names do not fit"):
        change([one, other], names=["then"])


@pytest.mark.data
@pytest.mark.parametrize("unit", ["school", "district"])
def test_schools_as_r_segregation_where_it_converges(oracle_root, unit):
    every = pd.read_parquet(oracle_root / "reference_values.parquet")
    rows = every[(every["library"] == "R-segregation") & (every["dataset"] == "schools00->schools05")]
    rows = rows[rows["measure"].str.startswith("mutual_difference:")]
    dates = []
    for year in ("00", "05"):
        frame = pd.read_parquet(oracle_root / f"schools{year}.parquet")
        summed = frame.groupby([unit, "race"], as_index=False)["n"].sum()
        dates.append(pm.from_long(summed, unit=unit, group="race", count="n"))
    found = change(dates).iloc[0]
    ours = found.rename({"value_before": "M1", "value_after": "M2", "change": "diff"})
    compared = 0
    for row in rows.itertuples():
        options, name = json.loads(row.parameters), row.measure.removeprefix("mutual_difference:")
        if options.get("method") == "shapley" and "precision" in options and options["unit"] == unit and name in ours:
            assert ours[name] == pytest.approx(row.value, abs=1e-7), name
            compared += 1
    assert compared >= 7
    if unit == "school":
        # Decision: .4255390 to .4133851; the parts as printed, where that package's default flips the last sign.
        known = [-0.0034128, -0.0114051, 0.0162504, -0.0167400, 0.0031535]
        np.testing.assert_allclose(found[PARTS].astype(float), known, atol=5.1e-8)
