"""Parts of a change by unit, and the other ways to split it: they sum, and are those worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.decompose import change, change_by_unit
from placemix.decompose.changed_parts import SUMS, karmel_maclachlan, mora_ruiz_castillo, shapley, terms_of

PARTS = ["additions", "removals", "group_marginal", "unit_marginal", "structural", "interaction"]
METHODS = ["shapley", "karmel_maclachlan", "mrc"]


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
@given(st.integers(0, 2**20), st.sampled_from(METHODS), st.sampled_from(SUMS), st.sampled_from([None, 0.5]))
@settings(max_examples=6)
def test_units_sum_to_the_parts_and_parts_to_the_change(seed, method, measure, zeros):
    dates = panel(seed)
    if method == "mrc":
        measure = "mutual_information"
    focal = "a" if measure in {"isolation", "correlation_ratio"} else None
    whole = change(dates, measure, focal=focal, method=method, zeros=zeros)
    units = change_by_unit(dates, measure, focal=focal, method=method, zeros=zeros)
    np.testing.assert_allclose(whole[PARTS].sum(axis=1), whole["change"], atol=1e-9)
    np.testing.assert_allclose(units[PARTS].sum(axis=1), units["change"], atol=1e-12)
    summed = units.groupby(["before", "after"], sort=False)[["change", *PARTS]].sum()
    np.testing.assert_allclose(summed, whole[["change", *PARTS]].iloc[:2].astype(float), atol=1e-9)
    there = units["status"] == "both"
    assert (units.loc[there, ["additions", "removals"]] == 0).all().all()
    assert (units.loc[~there, PARTS[2:]] == 0).all().all()
    assert (units.loc[units["status"] == "came", "people_before"] == 0).all()
    if method != "karmel_maclachlan":
        mean = (units["share_before"] * units["sorting_before"] + units["share_after"] * units["sorting_after"]) / 2
        np.testing.assert_allclose(mean[there], units.loc[there, "structural"], atol=1e-12)


@pytest.mark.parametrize("measure", SUMS)
def test_terms_sum_to_the_measure(measure):
    counts = panel(5, 1)[0]
    focal = "a" if measure in {"isolation", "correlation_ratio"} else None
    people = (
        counts.values if focal is None else np.column_stack([counts.values[:, 0], counts.values[:, 1:].sum(axis=1)])
    )
    assert terms_of(measure)(people).sum() == pytest.approx(pm.estimate(counts, measure, focal=focal).value, rel=1e-12)


def test_by_hand():
    """Two schools: the groups keep their odds, the second school doubles; only the sizes of units moved."""
    then, now = np.array([[30.0, 10], [10, 30]]), np.array([[30.0, 10], [20, 60]])
    # Odds ratios are 9 at both dates.
    assert shapley(then, now, terms_of("mutual_information")).structural.sum() == pytest.approx(0, abs=1e-9)
    found = karmel_maclachlan(then, now, terms_of("isolation"))
    # Isolation 5/8 and 11/20. Columns times 5/6 and 7/6 leave 25 and 11 2/3, 8 1/3 and 35 in the schools.
    group = (25**2 / (25 + 35 / 3) + (25 / 3) ** 2 / (25 / 3 + 35)) / (100 / 3) - 5 / 8
    # Rows times 2/3 and 4/3 leave shares as they are.
    unit = (20 * 3 / 4 + 40 / 3 * 1 / 4) / (100 / 3) - 5 / 8
    assert found.group.sum() == pytest.approx(group)
    assert found.unit.sum() == pytest.approx(unit)
    assert found.structural.sum() == pytest.approx(0, abs=1e-9)
    assert found.interaction.sum() == pytest.approx(11 / 20 - 5 / 8 - group - unit)
    # Every school is as mixed as it was, so that only the sizes tell; entropy of 1/2 and of 50 in 120.
    parts = mora_ruiz_castillo(then, now)
    share = 50 / 120
    moved = -share * np.log(share) - (1 - share) * np.log(1 - share) - np.log(2)
    assert np.abs(parts.structural).max() < 1e-15
    assert parts.group.sum() == pytest.approx(moved)
    assert parts.unit.sum() == pytest.approx(0, abs=1e-15)


def test_a_school_as_mixed_as_all_dilutes():
    values = np.array([[40.0, 10], [10, 40], [30, 20]])
    before = counts_of(values, ["p", "q", "r"])
    mean = values.sum(axis=0) / 3
    after = counts_of(np.vstack([values, mean]), ["p", "q", "r", "s"])
    found = change_by_unit([before, after]).set_index("unit")
    value = pm.estimate(before, "mutual_information").value
    # A quarter of all people is now in a school that tells nothing.
    assert found.loc["s", "additions"] == pytest.approx(-value / 4)
    assert (found.loc[["p", "q", "r"], "change"].abs() < 1e-12).all()


@pytest.mark.slow
def test_zeros_are_filled_where_asked():
    before = counts_of([[10.0, 0], [0, 10]], ["p", "q"])
    after = counts_of([[10.0, 5], [20, 40]], ["p", "q"])
    found = change_by_unit([before, after], method="karmel_maclachlan")
    assert set(found["reason"]) == {"ipf_not_converged"}
    # What changed is known even where its parts are not.
    value = [pm.estimate(one, "mutual_information").value for one in (before, after)]
    assert found["change"].sum() == pytest.approx(value[1] - value[0])
    for verb in (change, change_by_unit):
        patched = verb([before, after], zeros=0.5)
        assert patched["reason"].isna().all()
        assert set(patched["zeros"]) == {0.5}
        assert np.isfinite(patched["structural"]).all()


def test_refusals():
    dates = panel(1, 2)
    with pytest.raises(pm.errors.InvalidParameter, match="of M alone"):
        change(dates, "dissimilarity", method="mrc")
    with pytest.raises(pm.errors.InvalidParameter, match="method is one of") as error:
        change(dates, method="karmel_maclachlen")
    assert "karmel_maclachlan" in str(error.value)
    with pytest.raises(pm.errors.InvalidParameter, match="above 0"):
        change_by_unit(dates, zeros=0)
    with pytest.raises(pm.errors.InvalidParameter, match="not taken apart"):
        change_by_unit(dates, "gini", focal="a")
    with pytest.raises(pm.errors.InvalidParameter, match="focal="):
        change_by_unit(dates, "isolation")


@pytest.mark.parametrize("verb", [change, change_by_unit])
def test_saved_and_verified(verb, tmp_path):
    found = verb(panel(4), method="karmel_maclachlan", zeros=0.5)
    assert "Karmel" in found.cite()
    outcome = pm.verify(found.save(tmp_path / "pack.zip"))
    assert outcome.same, str(outcome)


def test_a_group_that_nobody_is_in():
    """Absent at both dates it changes nothing; absent at the first, only its parts are unknown, and all still sums."""
    then, now = np.array([[30.0, 10, 0], [10, 30, 0]]), np.array([[30.0, 10, 0], [20, 60, 0]])
    units = ["p", "q"]
    both = [counts_of(table, units) for table in (then, now)]
    two = [counts_of(table[:, :2], units) for table in (then, now)]
    for verb, method in ((change, "shapley"), (change, "karmel_maclachlan"), (change_by_unit, "karmel_maclachlan")):
        found = verb(both, method=method)
        assert found["reason"].isna().all()
        np.testing.assert_allclose(found[PARTS], verb(two, method=method)[PARTS], atol=1e-12)
    came = [both[0], counts_of(now + np.array([0, 0, 5]), units)]
    parts = change_by_unit(came, method="karmel_maclachlan")
    assert set(parts["reason"]) == {"ipf_not_converged"}
    value = [pm.estimate(one, "mutual_information").value for one in came]
    assert parts["change"].sum() == pytest.approx(value[1] - value[0])
    assert np.isfinite(parts["unit_marginal"]).all()
    filled = change(came, method="karmel_maclachlan", zeros=0.5)
    assert filled["reason"].isna().all()
    np.testing.assert_allclose(filled[PARTS].sum(axis=1), filled["change"], atol=1e-12)
