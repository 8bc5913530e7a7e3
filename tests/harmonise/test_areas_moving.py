"""Counts and rates moved along a crosswalk: what is carried, what is checked, what is said."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import placemix as pm
from placemix.errors import (
    DenominatorMismatch,
    InvalidCrosswalk,
    InvalidParameter,
    InvalidTable,
    NotCounts,
    RankOrDecileArithmetic,
    TotalsNotConserved,
    UnknownGroup,
    UnmatchedUnit,
)
from placemix.harmonise import nesting, reunit

#: a goes to A, b is split between A and B in the proportion 3 to 1.
PAIRS = pd.DataFrame({"old": ["a", "b", "b"], "new": ["A", "A", "B"], "people": [1, 30, 10]})


def walk(**options):
    return pm.Crosswalk.from_table(PAIRS, source="old", target="new", weight="people", basis="residents", **options)


def homes(**columns):
    frame = pd.DataFrame({"id": ["a", "b"], "x": [8, 4], "y": [2, 12], **columns})
    return pm.from_wide(frame, groups=["x", "y"], unit="id", strata=[name for name in columns if name != "total"])


def test_groups_and_totals_move_with_their_residual():
    frame = pd.DataFrame({"id": ["a", "b"], "x": [8, 4], "y": [2, 12], "all": [11, 20]})
    with pytest.warns(pm.errors.IncompletePartition):
        counts = pm.from_wide(frame, groups=["x", "y"], unit="id", total="all")
    moved = reunit(counts, walk())
    assert moved.values.tolist() == [[11, 11], [1, 3]]
    assert moved.total.tolist() == [26, 5]
    assert moved.residual.tolist() == [4, 1]


def test_the_result_says_how_many_people_were_divided_and_by_what():
    moved = reunit(homes(), walk(), vintage="2021")
    assert moved.about.interpolated
    assert moved.about.vintage == "2021"
    assert moved.about.notes == (
        "16 of 26 people (61.5%) are of 1 unit with several new ones, and were divided by residents.",
    )


def test_a_split_unit_without_people_estimates_nothing():
    counts = homes()
    empty = replace(counts, values=np.array([[8.0, 2], [0, 0]]), total=np.array([10.0, 0]))
    assert not reunit(empty, walk()).about.interpolated


def test_errors_of_independent_cells_add_as_squares():
    counts = replace(homes(), error=np.array([[3.0, 1], [4, 8]]))
    np.testing.assert_allclose(reunit(counts, walk()).error, [[np.sqrt(9 + 9), np.sqrt(1 + 36)], [1, 2]])


def test_suppressed_cells_move_as_intervals():
    frame = pd.DataFrame({"id": ["a", "b"], "x": ["c", "c"], "y": [2, 12]})
    counts = pm.from_wide(frame, groups=["x", "y"], unit="id", suppressed={"c": (1, 4)})
    moved = reunit(counts, walk())
    assert moved.low.tolist() == [[1.75, 11], [0.25, 3]]
    assert moved.high.tolist() == [[7, 11], [1, 3]]


def test_the_largest_share_takes_all():
    moved = reunit(homes(), walk(), split_by="largest", unreached="keep")
    assert moved.values.tolist() == [[12, 14], [0, 0]]
    assert "whole to the target with the most" in moved.about.notes[-1]
    assert moved.about.interpolated


def test_splits_can_be_refused():
    with pytest.raises(InvalidCrosswalk, match="several targets") as caught:
        reunit(homes(), walk(), split_by="refuse")
    assert caught.value.units == ("b",)


def test_a_target_in_two_strata_is_refused_or_counted_where_most_people_are():
    counts = homes(district=["north", "south"])
    with pytest.raises(InvalidTable, match="more than one district"):
        reunit(counts, walk())
    moved = reunit(counts, walk(), straddling="largest")
    assert moved.strata["district"].tolist() == ["south", "south"]
    both = homes(district=["north", "south"], county=["one", "one"])
    moved = reunit(both, walk(), straddling="drop")
    assert moved.strata.columns.tolist() == ["county"]
    assert "Strata 'district' left out: a unit lies in several." in moved.about.notes


def test_units_that_are_not_in_the_crosswalk():
    counts = pm.from_wide(pd.DataFrame({"id": ["a", "z"], "x": [1, 2], "y": [3, 4]}), groups=["x", "y"], unit="id")
    with pytest.raises(UnmatchedUnit) as caught:
        reunit(counts, walk())
    assert caught.value.units == ("z",)


def test_people_in_a_unit_that_goes_nowhere_are_not_lost():
    left_out = pd.Series({"b": "under the sea"})
    ways = pm.Crosswalk.from_pairs([0], [0], [1.0], sources=["a", "b"], targets=["A"], kind="exact", left_out=left_out)
    with pytest.raises(TotalsNotConserved, match="16 of 26 people") as caught:
        reunit(homes(), ways)
    assert caught.value.units == ("b",)


def test_targets_that_nobody_goes_to():
    ways = pm.Crosswalk.from_pairs([0, 1], [0, 0], [1, 1], sources=["a", "b"], targets=["A", "B"], kind="exact")
    with pytest.raises(UnmatchedUnit, match="1 of 2 targets get nobody") as caught:
        reunit(homes(), ways)
    assert caught.value.units == ("B",)
    kept = reunit(homes(district=["n", "n"]), ways, unreached="keep")
    assert reunit(homes(district=["none", "none"]), ways, unreached="keep").strata["district"].tolist() == ["none"] * 2
    assert kept.total.tolist() == [26, 0]
    assert kept.strata["district"].tolist() == ["n", "none"]
    gone = reunit(homes(), ways, unreached="leave_out")
    assert gone.units.tolist() == ["A"]
    assert gone.left_out == ("B",)
    assert any("left out" in note for note in gone.about.notes)


def test_a_target_some_of_whose_sources_are_missing():
    counts = homes().take([0])
    with pytest.raises(UnmatchedUnit, match="only part of their people") as caught:
        reunit(counts, walk())
    assert caught.value.units == ("b",)
    kept = reunit(counts, walk(), partial="keep")
    assert kept.units.tolist() == ["A"]
    assert any("hold only those that are" in note for note in kept.about.notes)


def test_targets_of_other_places_are_no_matter():
    wide = pd.concat([PAIRS, pd.DataFrame({"old": ["far"], "new": ["away"], "people": [5]})])
    ways = pm.Crosswalk.from_table(wide, source="old", target="new", weight="people")
    assert reunit(homes(), ways).units.tolist() == ["A", "B"]


def test_each_group_may_go_its_own_way():
    other = pm.Crosswalk.from_table(PAIRS.assign(people=[1, 0, 1]), source="old", target="new", weight="people")
    moved = reunit(homes(), {"x": walk(), "y": other})
    assert moved.values.tolist() == [[11, 2], [1, 12]]
    assert moved.total.tolist() == [13, 13]


def test_people_in_no_group_go_like_the_others_of_their_unit():
    frame = pd.DataFrame({"id": ["a", "b"], "x": [8, 4], "y": [2, 12], "all": [10, 20]})
    with pytest.warns(pm.errors.IncompletePartition):
        counts = pm.from_wide(frame, groups=["x", "y"], unit="id", total="all")
    other = pm.Crosswalk.from_table(PAIRS.assign(people=[1, 0, 1]), source="old", target="new", weight="people")
    moved = reunit(counts, {"x": walk(), "y": other})
    # Of b's sixteen, three of x and none of y stay in A: so do 3/16 of the four others.
    np.testing.assert_allclose(moved.residual, [4 * 3 / 16, 4 * 13 / 16])
    assert moved.total.sum() == pytest.approx(30)
    named = reunit(counts, {"x": walk(), "y": other, "residual": other})
    assert named.residual.tolist() == [0, 4]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"x": walk()}, UnknownGroup),
        ({"x": walk(), "y": walk(), "z": walk()}, UnknownGroup),
        ({"x": walk(), "y": nesting(PAIRS.iloc[:2], source="old", target="new")}, InvalidParameter),
        ("a crosswalk", InvalidParameter),
    ],
)
def test_ways_that_do_not_fit_the_groups(given, error):
    with pytest.raises(error):
        reunit(homes(), given)


def test_a_table_is_no_counts():
    with pytest.raises(NotCounts, match="from_wide"):
        reunit(PAIRS, walk())


def test_options_that_are_misspelt_are_named_together():
    with pytest.raises(InvalidParameter, match="2 faults"):
        reunit(homes(), walk(), split_by="shares", partial="yes")


# --- shapes ------------------------------------------------------------------------------------------------

SQUARES = gpd.GeoDataFrame(
    {"id": ["a", "b"], "x": [8, 4], "y": [2, 12], "size": [16, 16]},
    geometry=[shapely.box(0, 0, 4, 4), shapely.box(4, 0, 8, 4)],
)


def test_shapes_are_joined_where_every_unit_goes_whole():
    counts = pm.from_wide(SQUARES, groups=["x", "y"], unit="id", area="size")
    ways = nesting(pd.DataFrame({"old": ["a", "b"], "new": ["A", "A"]}), source="old", target="new")
    moved = reunit(counts, ways)
    assert moved.geometry.iloc[0].equals(shapely.box(0, 0, 8, 4))
    assert moved.area.tolist() == [32]


def test_shapes_of_split_units_are_given_or_absent():
    counts = pm.from_wide(SQUARES, groups=["x", "y"], unit="id", area="size")
    assert reunit(counts, walk()).geometry is None
    assert reunit(counts, walk()).area is None
    with pytest.raises(InvalidParameter, match="split"):
        reunit(counts, walk(), geometry="dissolve")
    shapes = gpd.GeoSeries([shapely.box(7, 0, 8, 4), shapely.box(0, 0, 7, 4)], index=["B", "A"])
    assert reunit(counts, walk(), geometry=shapes).geometry.area.tolist() == [28, 4]
    with pytest.raises(UnmatchedUnit):
        reunit(counts, walk(), geometry=shapes.iloc[:1])


# --- rates -------------------------------------------------------------------------------------------------


def rates(**columns):
    frame = {"indicator": "overcrowding", "unit": ["a", "b"], "measured_in": "%", **columns}
    return pm.Rates(pd.DataFrame(frame))


MERGE = nesting(pd.DataFrame({"old": ["a", "b"], "new": ["A", "A"]}), source="old", target="new")


def test_numerators_and_denominators_move_apart():
    moved = reunit(rates(numerator=[10, 4], denominator=[100, 40], rate=[10, 10]), walk()).table
    assert moved["unit"].tolist() == ["A", "B"]
    assert moved["numerator"].tolist() == [13, 1]
    assert moved["denominator"].tolist() == [130, 10]
    assert moved["rate"].tolist() == [10, 10]
    assert moved["interpolated"].tolist() == [True, True]


def test_a_merged_rate_is_no_mean_of_rates():
    moved = reunit(rates(numerator=[10, 4], denominator=[100, 10], rate=[10, 40]), MERGE).table
    assert moved["rate"].item() == pytest.approx(100 * 14 / 110)
    assert not moved["interpolated"].item()


def test_without_numerators_rates_are_averaged_by_people():
    bare = rates(rate=[10, 40])
    people = pd.Series({"b": 300, "a": 100})
    assert reunit(bare, MERGE, people=people).table["rate"].item() == pytest.approx((10 * 100 + 40 * 300) / 400)
    assert reunit(rates(rate=[10, 40], denominator=[100, 300]), MERGE).table["rate"].item() == pytest.approx(32.5)
    with pytest.raises(DenominatorMismatch, match="people="):
        reunit(bare, MERGE)


def test_a_rate_of_a_split_unit_is_copied_and_marked():
    ways = pm.Crosswalk.from_table(PAIRS.iloc[1:], source="old", target="new", weight="people")
    moved = reunit(rates(rate=[10, 40], lower=[5, 30], upper=[15, 50]).select(unit="b"), ways).table
    assert moved["rate"].tolist() == [40, 40]
    assert moved["interpolated"].tolist() == [True, True]
    assert moved["lower"].isna().all()


def test_the_publishers_interval_stays_with_a_unit_that_stays():
    ways = nesting(pd.DataFrame({"old": ["a", "b"], "new": ["A", "B"]}), source="old", target="new")
    moved = reunit(rates(rate=[10, 40], lower=[5, 30], upper=[15, 50]), ways).table
    assert moved["lower"].tolist() == [5, 30]


def test_a_standardised_rate_is_not_divided_anew():
    # 10 of 100 is 10 %, but the published rate was standardised to 25: it can only be averaged.
    moved = reunit(rates(numerator=[10, 4], denominator=[100, 300], rate=[25, 45]), MERGE).table
    assert moved["rate"].item() == pytest.approx((25 * 100 + 45 * 300) / 400)


def test_hidden_numerators_keep_their_bounds():
    moved = reunit(
        rates(numerator=[np.nan, 4], numerator_low=[1, 4], numerator_high=[4, 4], denominator=[100, 40], symbol="c"),
        MERGE,
    ).table
    assert np.isnan(moved["numerator"].item())
    assert moved[["numerator_low", "numerator_high"]].values.tolist() == [[5, 8]]
    assert np.isnan(moved["rate"].item())
    assert moved["symbol"].item() == "c"


def test_a_missing_row_is_no_zero():
    table = pd.DataFrame(
        {
            "indicator": ["one", "one", "two"],
            "unit": ["a", "b", "a"],
            "numerator": [1, 2, 3],
            "denominator": [10, 10, 10],
            "measured_in": "share",
        }
    )
    with pytest.raises(UnmatchedUnit, match="Missing is not 0"):
        reunit(pm.Rates(table), MERGE)
    kept = reunit(pm.Rates(table), MERGE, partial="keep").table
    assert kept["numerator"].tolist() == [3, 3]


def test_groups_periods_and_dimensions_are_moved_apart():
    table = pd.DataFrame(
        {
            "indicator": "absent",
            "unit": ["a", "b"] * 4,
            "group": ["x", "x", "y", "y"] * 2,
            "sex": ["f"] * 4 + ["m"] * 4,
            "numerator": range(8),
            "denominator": 10,
            "measured_in": "share",
        }
    )
    moved = reunit(pm.Rates(table, dimensions=("sex",)), MERGE)
    assert moved.table[["group", "sex", "numerator"]].values.tolist() == [
        ["x", "f", 1],
        ["y", "f", 5],
        ["x", "m", 9],
        ["y", "m", 13],
    ]
    assert moved.dimensions == ("sex",)


@pytest.mark.parametrize("name", ["IMD decile", "imd_rank", "income quintile"])
def test_ranks_and_deciles_are_not_moved(name):
    ranks = pm.Rates(pd.DataFrame({"indicator": name, "unit": ["a", "b"], "rate": [1, 10]}))
    with pytest.raises(RankOrDecileArithmetic, match="score"):
        reunit(ranks, MERGE)


def test_weights_of_rates_must_sum_to_one():
    wrong = replace(MERGE, weights=MERGE.weights * 0.5)
    with pytest.raises(TotalsNotConserved, match="more or less than once"):
        reunit(rates(numerator=[1, 2], denominator=[10, 10], rate=[10, 20]), wrong)


def test_national_rows_cannot_be_moved():
    with pytest.raises(InvalidTable, match="no unit"):
        reunit(pm.Rates(pd.DataFrame({"indicator": ["absent"], "rate": [1.0]})), MERGE)
