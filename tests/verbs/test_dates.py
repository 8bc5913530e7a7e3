"""Changes between two dates: the exact split, its agreement with plain fitting, and its words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix import errors
from placemix.indices import fit, fit_two_groups

#: For tests of which each example takes long.
FEWER = settings(max_examples=settings().max_examples // 3)
THEN = [700, 400, 100, 50, 0, 0, 0, 0, 0, 0]
NOW = [850, 700, 300, 250, 150, 100, 60, 50, 40, 0]


def wards(minority: list[float], size: float = 1000, **more: list[str]) -> pm.Counts:
    frame = pd.DataFrame({"ward": [f"w{place}" for place in range(len(minority))], "minority": minority})
    frame["majority"] = size - frame["minority"]
    return pm.from_wide(frame.assign(**more), groups=["minority", "majority"], unit="ward", strata=list(more))


def test_ten_wards_as_published() -> None:
    row = pm.compare_dates(wards(THEN), wards(NOW), focal="minority").iloc[0]
    assert row["dissimilarity_before"] == pytest.approx(0.7771, abs=5e-5)
    assert row["dissimilarity_after"] == pytest.approx(0.5867, abs=5e-5)
    assert row["isolation_before"] == pytest.approx(0.5300, abs=5e-5)
    assert row["isolation_after"] == pytest.approx(0.5621, abs=5e-5)
    assert row["v_before"] == pytest.approx(0.4629, abs=5e-5)
    assert row["v_after"] == pytest.approx(0.4161, abs=5e-5)
    assert row["v_remainder"] == pytest.approx(-0.0380, abs=5e-5)
    assert row["verdict"] == "more_even_more_isolated"


cells = st.lists(st.tuples(*[st.integers(1, 300)] * 4), min_size=2, max_size=12)


@FEWER
@given(cells)
def test_parts_sum_and_paths_are_those_of_plain_fitting(rows: list[tuple[int, ...]]) -> None:
    table = np.array(rows, dtype=float)
    counts = [
        pm.from_wide(
            pd.DataFrame({"unit": range(len(rows)), "x": table[:, place], "y": table[:, place + 1]}),
            groups=["x", "y"], unit="unit",
        )
        for place in (0, 2)
    ]  # fmt: skip
    row = pm.compare_dates(*counts, focal="x").iloc[0]
    assert row["composition"] + row["structure"] == pytest.approx(row["isolation_change"], abs=1e-12)
    old, new = table[:, :2], table[:, 2:]
    fitted = fit(old, new.sum(axis=1), new.sum(axis=0), rounds=100_000).values
    isolation = (fitted[:, 0] ** 2 / fitted.sum(axis=1)).sum() / fitted[:, 0].sum()
    assert row["structure_forward"] == pytest.approx(row["isolation_after"] - isolation, abs=1e-7)
    share = (row["share_before"] + row["share_after"]) / 2
    v = (row["v_before"] + row["v_after"]) / 2
    identity = (row["share_after"] - row["share_before"]) * (1 - v) + row["v_remainder"]
    assert identity == pytest.approx(row["isolation_change"], abs=1e-12)
    back = pm.compare_dates(*reversed(counts), focal="x").iloc[0]
    assert back["structure"] == pytest.approx(-row["structure"], abs=1e-9)
    assert share > 0


@given(cells)
def test_the_direct_fit_keeps_odds_ratios_and_meets_margins(rows: list[tuple[int, ...]]) -> None:
    table = np.array(rows, dtype=float)
    units, target = table[:, 2:].sum(axis=1), table[:, 2].sum(keepdims=True)
    result = fit_two_groups(table[:, 0], table[:, 1], units, target)
    assert result.converged.all()
    assert result.values.sum() == pytest.approx(target[0], rel=1e-9)
    odds = np.log(result.values / (units - result.values)) - np.log(table[:, 0] / table[:, 1])
    assert odds == pytest.approx(np.full(len(rows), odds[0]), abs=1e-5)


def test_where_nobody_lived_nobody_can_arrive() -> None:
    seed, groups = np.array([[8.0, 2.0], [0.0, 0.0], [3.0, 7.0]]), np.array([12.0, 18.0])
    same = np.array([20.0, 0.0, 10.0])
    plain = fit(seed, same, groups)
    assert plain.converged.all()
    assert plain.values.sum(axis=1) == pytest.approx(same)
    assert plain.values.sum(axis=0) == pytest.approx(groups)
    (a, b), _, (c, d) = plain.values
    assert a * d / (b * c) == pytest.approx(8 * 7 / (2 * 3))
    direct = fit_two_groups(*seed.T, same, groups[:1])
    assert direct.converged.all()
    assert direct.values == pytest.approx(plain.values[:, 0])
    moved_in = np.array([15.0, 5.0, 10.0])
    for found in (fit(seed, moved_in, groups, rounds=50), fit_two_groups(*seed.T, moved_in, groups[:1])):
        assert not found.converged.any()
        assert np.isnan(found.values).all()


def test_growth_alone_changes_no_structure() -> None:
    # Odds of the minority doubled in every ward: the odds ratios stay.
    then = np.array([100.0, 200, 500, 700])
    odds = 2 * then / (1000 - then)
    now = 1000 * odds / (1 + odds)
    row = pm.compare_dates(wards(list(then)), wards(list(now)), focal="minority").iloc[0]
    assert row["structure"] == pytest.approx(0, abs=1e-10)
    assert row["isolation_change"] == pytest.approx(row["composition"], abs=1e-10)
    assert row["sorting"] == "no change in sorting"


def test_two_vintages_are_refused_and_common_areas_lose_nobody() -> None:
    before, after = wards([10, 20, 30]), wards([10, 20, 30, 40])
    with pytest.raises(errors.VintageMismatch, match="would lose 0 people of the earlier date and 1,000"):
        pm.compare_dates(before, after, focal="minority")
    lookup = pd.DataFrame({"old": ["w0", "w1", "w2", "w2"], "new": ["w0", "w1", "w2", "w3"]})
    areas = pm.common_areas(lookup, source="old", target="new").set_index("unit")
    joined = [
        counts.merge_units(areas.loc[areas["vintage"] == vintage, "area"])
        for counts, vintage in ((before, "old"), (after, "new"))
    ]
    assert [counts.total.sum() for counts in joined] == [3000, 4000]
    assert len(joined[0]) == len(joined[1]) == 3
    assert not np.isnan(pm.compare_dates(*joined, focal="minority")["structure"].item())


def test_schools_that_open_are_measured_apart_only_when_asked() -> None:
    row = pm.compare_dates(wards([10, 20, 30]), wards([10, 20, 30, 40]), focal="minority", unmatched="keep").iloc[0]
    assert (row["reason"], row["sorting"]) == ("units_differ", "not determined")
    assert np.isnan(row["structure"])
    assert not np.isnan(row["dissimilarity_change"])
    assert "own units" in row["note"]


def test_strata_in_another_order_are_matched() -> None:
    then = wards([100, 300, 500, 200], place=["a", "a", "b", "b"])
    now = wards([150, 350, 400, 300], place=["a", "a", "b", "b"]).take(np.array([2, 3, 0, 1]))
    rows = pm.compare_dates(then, now, focal="minority", by="place").set_index("place")
    alone = pm.compare_dates(wards([100, 300]), wards([150, 350]), focal="minority").iloc[0]
    for name in ("structure", "isolation_change", "dissimilarity_change"):
        assert rows.loc["a", name] == pytest.approx(alone[name], abs=1e-12)


def test_zero_cells_are_counted_and_too_many_leave_sorting_open() -> None:
    row = pm.compare_dates(wards(THEN), wards(NOW), focal="minority", zeros=0.5).iloc[0]
    assert (row["zero_cells"], row["patched_units"], row["sorting"]) == (7, 6, "not determined")
    assert "6 of 10 units" in row["sentence"]
    assert pm.compare_dates(wards(THEN), wards(NOW), focal="minority").iloc[0]["patched_units"] == 0


def test_sentences_rest_on_structure_and_say_when_the_comparison_decides() -> None:
    frame = pd.DataFrame({"unit": list("abc"), "x": [60, 30, 10], "y": [50, 100, 150], "z": [100, 100, 100]})
    later = pd.DataFrame({"unit": list("abc"), "x": [70, 40, 10], "y": [60, 100, 140], "z": [200, 60, 20]})
    before, after = (pm.from_wide(table, groups=["x", "y", "z"], unit="unit") for table in (frame, later))
    rows = pm.compare_dates(before, after, focal="x", against=["rest", "y", "z"])
    assert rows["against"].tolist() == ["rest", "y", "z"]
    assert len(set(rows["sentence"])) == 1
    sentence = rows["sentence"].iloc[0]
    signs = set(np.sign(rows["dissimilarity_change"]))
    assert ("depends on the comparison" in sentence) == ({1.0, -1.0} <= signs)
    assert "V " not in sentence
    assert "against everyone else" in sentence


def test_other_groups_and_no_focal_are_refused() -> None:
    other = wards(NOW).merge_groups({"others": ["majority"]})
    with pytest.raises(errors.VintageMismatch, match="groups"):
        pm.compare_dates(wards(THEN), other, focal="minority")
    with pytest.raises(errors.FocalNeeded, match="focal"):
        pm.compare_dates(wards(THEN), wards(NOW), focal=None)
    with pytest.raises(errors.UnknownGroup, match="Did you mean 'minority'"):
        pm.compare_dates(wards(THEN), wards(NOW), focal="minorty")


def test_nothing_changed_reads_as_nothing_changed() -> None:
    same = wards(NOW)
    sentence = pm.compare_dates(same, same, focal="minority")["sentence"].item()
    assert "stayed at 56.2 % (0.00 points)" in sentence
    assert "no change in sorting" in sentence
    assert "−0.0" not in sentence


def test_why_a_change_is_undefined() -> None:
    before = wards([10, 20, 0, 0, 30], place=["a", "a", "b", "b", "c"])
    after = wards([10, 30, 5, 9, 40], place=["a", "a", "b", "b", "c"])
    rows = pm.compare_dates(before, after, focal="minority", by="place")
    assert rows["reason"].fillna("").tolist() == ["", "group_absent", "one_unit"]
    assert "it is one unit" in rows["sentence"].iloc[2]


def test_cells_that_fill_or_empty_leave_sorting_open_without_patching_too() -> None:
    row = pm.compare_dates(wards(THEN), wards(NOW), focal="minority").iloc[0]
    assert (row["zero_units"], row["patched_units"], row["sorting"]) == (5, 0, "not determined")
    assert "5 of 10 units" in row["sentence"]
    with pytest.raises(errors.InvalidParameter, match="'refuse' or 'keep'"):
        pm.compare_dates(wards(THEN), wards(NOW), focal="minority", unmatched="drop")  # type: ignore[arg-type]
