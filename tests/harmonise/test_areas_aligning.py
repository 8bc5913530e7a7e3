"""Two tables made comparable, and the size of what interpolation smooths away."""

from __future__ import annotations

import warnings
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.errors import (
    DenominatorMismatch,
    InvalidCrosswalk,
    InvalidParameter,
    InvalidTable,
    NotCounts,
    SmoothedByInterpolation,
    TotalsNotConserved,
    UnknownColumn,
    UnmatchedUnit,
    VintageMismatch,
)
from placemix.harmonise import align
from placemix.inference import smoothing_bias

MEASURES = ["dissimilarity", "information_theory", "isolation"]
SPLITS = {"method": "weights", "irregular": "people"}


@pytest.fixture(scope="module")
def town():
    return pm.datasets.town()


@pytest.fixture(scope="module")
def dates(town):
    return town.residents("before"), town.residents("after")


@pytest.fixture(scope="module")
def whole(town, dates):
    """The later units with all their shapes, one of which is not published."""
    shapes = town.pieces.dissolve("unit_after").geometry.reindex(dates[1].units)
    return replace(dates[1], geometry=gpd.GeoSeries(shapes.to_numpy(), crs=town.pieces.crs))


@pytest.fixture(scope="module")
def truth(town, dates):
    """Who of the earlier date lived on the ground of each later unit."""
    columns = {group: f"{group}_before" for group in town.groups}
    sums = town.pieces.groupby("unit_after")[list(columns.values())].sum().reset_index()
    counts = pm.from_wide(sums, groups=columns, unit="unit_after")
    return counts.take(counts.units.get_indexer(dates[1].units))


def aligned(*tables, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SmoothedByInterpolation)
        return align(*tables, **options)


# --- what is refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["common", "weights"])
def test_matching_codes_is_refused_with_the_people_it_would_lose(dates, method):
    before, after = dates
    lost = [one.total[~one.units.isin(other.units)].sum() for one, other in ((before, after), (after, before))]
    with pytest.raises(VintageMismatch, match="boundaries of before and after") as caught:
        align(before, after, method=method)
    assert all(f"{people:,.0f} people" in str(caught.value) for people in lost)
    assert set(caught.value.units) == set(before.units) ^ set(after.units)


def test_different_universes_and_schemes_are_named_together(dates, town):
    other = replace(dates[1], about=replace(dates[1].about, universe="households", scheme="tenure"))
    with pytest.raises(DenominatorMismatch, match=r"universe 'residents' against 'households'; scheme") as caught:
        align(dates[0], other, lookup=town.lookup)
    assert "groups='common'" in caught.value.remedy


def test_groups_found_on_one_side(dates, town):
    merged = dates[1].merge_groups({"other": ["red", "violet"]})
    with pytest.raises(DenominatorMismatch, match="one side only: other, red, violet"):
        align(dates[0], merged, lookup=town.lookup)
    done = align(dates[0], merged, lookup=town.lookup, groups={"other": ["red", "violet"]})
    assert done.before.groups == done.after.groups == merged.groups
    assert done.lineage["step"].tolist() == ["groups", "groups", "common areas", "common areas"]
    assert "other = red + violet" in done.lineage["note"].iloc[0]


def test_groups_in_another_order_are_put_in_order(dates, town):
    turned = dates[1].merge_groups({}).select(dates[1].groups[::-1])
    done = align(dates[0], turned, lookup=town.lookup)
    assert done.before.groups == turned.groups
    np.testing.assert_array_equal(done.before.values[:, 0].sum(), dates[0].values[:, -1].sum())


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"method": "magic"}, InvalidParameter, "common"),
        ({"method": "dasymetric", "lookup": None}, InvalidParameter, "by="),
        ({"method": "areal"}, InvalidParameter, "does not use lookup="),
        ({"people": "people"}, InvalidParameter, "people= goes with method='weights'"),
        ({"by": "raster.tif"}, InvalidParameter, "by= goes with method='dasymetric'"),
        ({"straddling": "drop"}, InvalidParameter, "largest"),
        ({"source": "unit"}, UnknownColumn, "unit_before"),
        ({"method": "weights"}, InvalidCrosswalk, "irregular"),
        ({"method": "areal", "lookup": None}, TotalsNotConserved, "1 target has no shape"),
    ],
)
def test_calls_that_cannot_be_answered(dates, town, options, error, match):
    with pytest.raises(error, match=match):
        align(*dates, **{"lookup": town.lookup, **options})


def test_a_table_is_no_counts(dates, town):
    with pytest.raises(NotCounts):
        align(dates[0], town.units_after, lookup=town.lookup)


def test_a_lookup_that_joins_with_a_unit_that_is_not_there(dates, town):
    split = town.lookup.loc[town.lookup["change"] == "S", "unit_after"].iloc[0]
    short = dates[1].take(dates[1].units != split)
    with pytest.raises(UnmatchedUnit, match="the later table lacks") as caught:
        align(dates[0], short, lookup=town.lookup)
    assert caught.value.units == (split,)


def test_units_that_the_lookup_lacks(dates, town):
    with pytest.raises(InvalidParameter, match="has 2,399 of 2,400"):
        align(*dates, lookup=town.lookup.iloc[1:])
    with pytest.raises(UnmatchedUnit, match="1 of 2,400 units of the earlier table"):
        align(*dates, lookup=town.lookup.iloc[1:], source="unit_before", target="unit_after")


# --- what it gives -----------------------------------------------------------------------------------------


def test_common_areas_lose_nobody_and_estimate_nothing(dates, town):
    done = align(*dates, lookup=town.lookup)
    areas = pm.common_areas(town.lookup, source="unit_before", target="unit_after")
    for side, counts, vintage in (("before", dates[0], "unit_before"), ("after", dates[1], "unit_after")):
        merged = counts.merge_units(areas[areas["vintage"] == vintage].set_index("unit")["area"])
        found = getattr(done, side)
        np.testing.assert_array_equal(found.values, merged.take(merged.units.get_indexer(found.units)).values)
    assert done.before.units.equals(done.after.units)
    assert done.interpolated == 0
    assert done.warnings == ()
    assert not done.before.about.interpolated
    assert done.before.about.vintage == "common areas of before and after"
    assert (done.conserved["difference"] == 0).all()
    change = pm.compare_dates(done.before, done.after, focal="blue", by="district")
    assert len(change) == 6


def test_weights_move_the_earlier_people_onto_the_later_units(dates, town):
    with pytest.warns(SmoothedByInterpolation, match="2.6% of the earlier people") as told:
        done = align(*dates, lookup=town.lookup, **SPLITS)
    assert len(told) == 1
    assert done.before.units.equals(dates[1].units)
    assert done.before.about.interpolated
    assert done.before.about.vintage == "after"
    assert done.after is dates[1]
    changed = town.lookup[town.lookup["change"].isin(["S", "X"])]
    parts = changed["unit_before"].value_counts()
    share = dates[0].totals[parts[parts > 1].index].sum() / dates[0].total.sum()
    assert done.interpolated == pytest.approx(share)
    assert done.before.values.sum() == pytest.approx(dates[0].values.sum(), rel=1e-12)
    assert done.before.strata.equals(done.after.strata)


def test_a_crosswalk_is_a_lookup_and_codes_may_be_absent(dates, town):
    bare = town.lookup[["unit_before", "unit_after"]]
    done = aligned(*dates, lookup=town.lookup, **SPLITS)
    same = aligned(*dates, lookup=bare, **SPLITS)
    np.testing.assert_allclose(done.before.values, same.before.values)
    again = aligned(*dates, lookup=done.walks.residual, method="weights")
    np.testing.assert_allclose(done.before.values, again.before.values)
    merged = align(*dates, lookup=done.walks.residual)
    assert len(merged.after) == 2375


def test_the_people_of_each_pair_can_be_a_column(dates, town):
    pieces = town.pieces.assign(people=town.pieces[[f"{group}_after" for group in town.groups]].sum(axis=1))
    lookup = town.lookup.merge(pieces[["unit_before", "unit_after", "people"]])
    done = aligned(*dates, lookup=lookup, method="weights", people="people")
    assert done.walks.residual.lossy is None


def test_the_same_units_need_nothing(dates):
    turned = dates[1].take(np.arange(len(dates[1]))[::-1])
    done = align(turned, dates[1])
    assert done.method == "same units"
    np.testing.assert_array_equal(done.before.values, dates[1].values)


@pytest.mark.slow
def test_ground_and_people_give_nearly_the_same(dates, town, whole, truth):
    pieces = town.pieces.assign(people=town.pieces[[f"{group}_before" for group in town.groups]].sum(axis=1))
    points = pieces.set_geometry(pieces.representative_point())[["piece", "people", "geometry"]].set_index("piece")
    by_area = aligned(dates[0], whole, method="areal")
    by_people = aligned(dates[0], whole, method="dasymetric", by=points, weight="people")
    away = [np.abs(done.before.total - truth.total).sum() for done in (by_area, by_people)]
    # The points carry the true people of each piece, so that every total comes out right.
    assert away[0] > 0
    assert away[1] == pytest.approx(0, abs=1e-6)
    assert by_area.interpolated == pytest.approx(by_people.interpolated)


@pytest.mark.slow
def test_the_true_people_of_each_group_are_found_again(dates, town, whole, truth):
    finer = pm.from_wide(town.pieces, groups={group: f"{group}_before" for group in town.groups}, unit="piece")
    done = aligned(dates[0], whole, method="dasymetric", by=finer)
    np.testing.assert_allclose(done.before.values, truth.values, atol=1e-6)
    assert "keys for each group" in done.warnings[0]


def test_printing_shows_the_steps(dates, town):
    done = aligned(*dates, lookup=town.lookup, **SPLITS)
    text = str(done)
    assert repr(done)[1:-1] in text
    for words in ("weights", "2,400", "2,425", "2.6%", "Conserved", "smoothing_bias", "irregular"):
        assert words in text


def test_a_common_area_in_two_strata(dates, town):
    halves = {unit: str(place % 2) for place, unit in enumerate(dates[1].units)}
    odd = replace(dates[1], strata=dates[1].strata[[]]).with_strata(half=halves)
    with pytest.raises(InvalidTable, match="more than one half"):
        align(dates[0], odd, lookup=town.lookup)
    done = align(dates[0], odd, lookup=town.lookup, straddling="largest")
    assert done.before.strata.columns.tolist() == ["half"]


# --- smoothing ---------------------------------------------------------------------------------------------


def test_the_experiment_finds_the_sign_and_the_size_of_the_true_bias(dates, town, truth):
    done = aligned(*dates, lookup=town.lookup, **SPLITS)
    found = smoothing_bias(done, MEASURES, focal="each")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SmoothedByInterpolation)
        true = [pm.measure(counts, MEASURES, focal="each")["value"] for counts in (done.before, truth)]
    bias = (true[0] - true[1]).to_numpy()
    assert (found["bias"] < 0).all()
    assert (bias < 0).all()
    ratio = found["bias"].to_numpy() / bias
    assert 0.5 < np.median(ratio) < 2
    np.testing.assert_allclose(found["bias"], found["value_interpolated"] - found["value_true"])


def test_bias_is_measured_by_stratum_and_zero_where_nothing_was_split(dates, town):
    done = aligned(*dates, lookup=town.lookup, **SPLITS)
    found = smoothing_bias(done, "information_theory", by="neighbourhood")
    assert found.columns.tolist() == [
        "neighbourhood", "measure", "focal", "against", "value_true", "value_interpolated", "bias", "interpolated",
    ]  # fmt: skip
    parts = town.lookup["unit_before"].value_counts()
    split = set(town.lookup.loc[town.lookup["unit_before"].map(parts) > 1, "neighbourhood"])
    untouched = ~found["neighbourhood"].isin(split)
    assert untouched.any()
    assert (found.loc[untouched, "interpolated"] == 0).all()
    np.testing.assert_allclose(found.loc[untouched, "bias"].dropna(), 0, atol=1e-12)
    assert (found.loc[~untouched, "interpolated"] > 0).all()
    assert (found.loc[~untouched, "bias"] < 0).all()


def test_sums_have_no_bias(dates, town):
    found = smoothing_bias(align(*dates, lookup=town.lookup), MEASURES, focal="blue")
    assert (found["bias"] == 0).all()
    assert (found["interpolated"] == 0).all()


def test_bias_worked_by_hand():
    # s is split into A (all x) and B (all y); t stays. Its parts come back half and half.
    before = pm.from_wide(pd.DataFrame({"id": ["s", "t"], "x": [5, 5], "y": [5, 5]}), groups=["x", "y"], unit="id")
    after = pm.from_wide(
        pd.DataFrame({"id": ["A", "B", "t"], "x": [10, 0, 5], "y": [0, 10, 5]}), groups=["x", "y"], unit="id"
    )
    lookup = pd.DataFrame({"old": ["s", "s", "t"], "new": ["A", "B", "t"], "code": ["S", "S", "U"]})
    done = aligned(before, after, lookup=lookup, method="weights")
    found = smoothing_bias(done, "dissimilarity", focal="x")
    assert found["value_true"].item() == pytest.approx(2 / 3)
    assert found["value_interpolated"].item() == pytest.approx(0)
    assert found["interpolated"].item() == pytest.approx(2 / 3)


def test_what_is_no_alignment(dates):
    with pytest.raises(InvalidParameter, match="align"):
        smoothing_bias(dates[0], "dissimilarity", focal="blue")


def test_truth_must_be_on_the_same_units(dates, town):
    done = align(*dates, lookup=town.lookup)
    with pytest.raises(UnmatchedUnit):
        smoothing_bias(done, "dissimilarity", focal="blue", truth=dates[0])
