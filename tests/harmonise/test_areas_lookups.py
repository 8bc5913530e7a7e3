"""Lookups as crosswalks: nested areas, changes between editions, best fits, and what is refused."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import placemix as pm
from placemix.errors import (
    DuplicateUnit,
    InvalidCrosswalk,
    InvalidParameter,
    UnknownColumn,
    UnmatchedUnit,
    VintageMismatch,
)
from placemix.harmonise import best_fit, changes, nesting, reunit

#: One area unchanged, one split in two, two merged.
LOOKUP = pd.DataFrame(
    {"old": ["a", "b", "b", "c", "d"], "new": ["a", "B1", "B2", "C", "C"], "code": ["U", "S", "S", "M", "M"]}
)
#: Two areas drawn anew: p keeps a part, and gives the rest to Q together with q.
IRREGULAR = pd.DataFrame({"old": ["p", "p", "q"], "new": ["P", "Q", "Q"], "code": ["X"] * 3, "people": [6, 2, 5]})


def homes(**people):
    table = pd.DataFrame({"id": list(people), "x": [pair[0] for pair in people.values()]})
    return pm.from_wide(table.assign(y=[pair[1] for pair in people.values()]), groups=["x", "y"], unit="id")


def test_a_unit_in_two_larger_ones_is_refused():
    lookup = pd.DataFrame({"oa": ["a1", "a1", "b1"], "lsoa": ["a", "b", "b"]})
    with pytest.raises(InvalidCrosswalk, match="without weights") as caught:
        nesting(lookup, source="oa", target="lsoa")
    assert caught.value.units == ("a1",)


def test_rows_that_agree_may_repeat():
    lookup = pd.DataFrame({"oa": ["a1", "a1", "b1"], "lsoa": ["a", "a", "b"]})
    assert len(nesting(lookup, source="oa", target="lsoa").sources) == 2


def test_a_larger_unit_without_parts_is_found():
    lookup = pd.DataFrame({"oa": ["a1", "b1"], "lsoa": ["a", "b"]})
    with pytest.raises(UnmatchedUnit, match="1 of 3 targets get nobody") as caught:
        nesting(lookup, source="oa", target="lsoa", targets=["a", "b", "c"])
    assert caught.value.units == ("c",)


def test_changes_copy_sum_and_share_out():
    walk = changes(LOOKUP, source="old", target="new", change="code", people=pd.Series({"B1": 30, "B2": 10}))
    moved = reunit(homes(a=(1, 2), b=(8, 4), c=(3, 0), d=(0, 5)), walk)
    assert moved.to_frame()[["unit", "x", "y"]].values.tolist() == [
        ["a", 1, 2],
        ["B1", 6, 3],
        ["B2", 2, 1],
        ["C", 3, 5],
    ]
    assert walk.kind == "weighted"
    assert moved.about.interpolated


def test_backwards_a_split_is_a_sum_and_a_merger_needs_people():
    walk = changes(LOOKUP, source="new", target="old", change="code", people={"c": 1, "d": 3})
    assert walk.to_frame().values.tolist() == [
        ["a", "a", 1.0],
        ["B1", "b", 1.0],
        ["B2", "b", 1.0],
        ["C", "c", 0.25],
        ["C", "d", 0.75],
    ]


def test_without_a_split_nothing_is_estimated():
    walk = changes(LOOKUP[LOOKUP["old"] != "b"], source="old", target="new", change="code")
    assert walk.kind == "exact"
    assert not reunit(homes(a=(1, 2), c=(3, 0), d=(0, 5)), walk).about.interpolated


def test_a_split_without_people_and_an_irregular_change_are_refused_together():
    lookup = pd.concat([LOOKUP, IRREGULAR])
    with pytest.raises(InvalidCrosswalk, match="common_areas") as caught:
        changes(lookup, source="old", target="new", change="code")
    assert len(caught.value.faults) == 2
    assert set(caught.value.units) == {"b", "p", "q"}


def test_people_of_the_targets_do_not_license_an_irregular_change():
    with pytest.raises(InvalidCrosswalk, match="irregular"):
        changes(IRREGULAR, source="old", target="new", change="code", people={"P": 1, "Q": 1})


def test_people_of_each_pair_do():
    walk = changes(IRREGULAR, source="old", target="new", change="code", people="people")
    assert walk.to_frame()["weight"].tolist() == [0.75, 0.25, 1.0]
    assert walk.lossy is None


def test_an_irregular_change_by_people_of_the_targets_is_marked():
    walk = changes(IRREGULAR, source="old", target="new", change="code", people={"P": 1, "Q": 3}, irregular="people")
    assert walk.to_frame()["weight"].tolist() == [0.25, 0.75, 1.0]
    assert set(walk.lossy.index) == {"p", "q"}
    notes = reunit(homes(p=(4, 4), q=(1, 0)), walk).about.notes
    assert any("irregular" in note for note in notes)


def test_a_part_without_people_given_is_not_one_with_none():
    with pytest.raises(UnmatchedUnit, match="Missing is not 0") as caught:
        changes(LOOKUP, source="old", target="new", change="code", people={"B1": 30})
    assert caught.value.units == ("B2",)


def test_a_part_in_which_nobody_lives_gets_nobody():
    walk = changes(LOOKUP, source="old", target="new", change="code", people={"B1": 30, "B2": 0})
    assert walk.is_exact
    moved = reunit(homes(a=(1, 2), b=(8, 4), c=(3, 0), d=(0, 5)), walk)
    assert moved.totals.to_dict() == {"a": 3, "B1": 12, "B2": 0, "C": 8}


def test_parts_in_none_of_which_anybody_lives_are_shared_out_alike():
    walk = changes(LOOKUP, source="old", target="new", change="code", people={"B1": 0, "B2": 0})
    assert walk.to_frame().query("source == 'b'")["weight"].tolist() == [0.5, 0.5]
    assert walk.notes == ("1 source without people in any part shared out alike: b.",)


@pytest.mark.parametrize(
    ("column", "rows", "match"),
    [
        ("code", ["U", "Q", "S", "M", "M"], "not known"),
        ("code", ["U", "U", "U", "M", "M"], "contradict"),
        ("code", ["U", "S", "S", "U", "U"], "contradict"),
        ("old", ["a", None, "b", "c", "d"], "lacks"),
    ],
)
def test_codes_that_are_wrong(column, rows, match):
    with pytest.raises(InvalidCrosswalk, match=match):
        changes(LOOKUP.assign(**{column: rows}), source="old", target="new", change="code", people={"B1": 1, "B2": 1})


def test_a_many_to_many_pair_marked_as_a_split_is_wrong():
    with pytest.raises(InvalidCrosswalk, match="contradict"):
        changes(IRREGULAR.assign(code="S"), source="old", target="new", change="code", people={"P": 1, "Q": 1})


def test_a_pair_with_two_codes_is_refused():
    twice = pd.concat([LOOKUP, LOOKUP.iloc[[0]].assign(code="X")])
    with pytest.raises(DuplicateUnit):
        changes(twice, source="old", target="new", change="code")


def test_a_column_that_is_not_there_is_asked_for_by_its_likeness():
    with pytest.raises(UnknownColumn, match="Did you mean 'code'"):
        changes(LOOKUP, source="old", target="new", change="codes")


# --- best fits -------------------------------------------------------------------------------------------

#: Ten areas of which one was split: the best-fit version keeps one part.
KEPT = [f"e{number}" for number in range(9)]
BEST_FIT = pd.DataFrame({"old": [*KEPT, "s"], "new": [*KEPT, "S1"], "code": [*"U" * 9, "S"]})


@pytest.mark.parametrize(
    "read",
    [
        lambda: best_fit(BEST_FIT, source="old", target="new"),
        lambda: nesting(BEST_FIT, source="old", target="new"),
        lambda: changes(BEST_FIT, source="old", target="new", change="code", people=pd.Series({"S1": 1})),
    ],
    ids=["best_fit", "nesting", "changes"],
)
def test_a_best_fit_lookup_of_two_editions_is_refused_however_it_is_read(read):
    with pytest.raises(VintageMismatch, match="common_areas") as caught:
        read()
    assert caught.value.units == ("s",)


@pytest.mark.parametrize("kind", ["exact", "best-fit"])
def test_and_so_it_is_when_counts_are_moved(kind):
    walk = pm.Crosswalk.from_table(BEST_FIT, source="old", target="new", kind=kind)
    counts = homes(**dict.fromkeys([*KEPT, "s"], (1, 1)))
    with pytest.raises(VintageMismatch, match="get nobody"):
        reunit(counts, walk)


def test_areas_that_were_only_renamed_are_moved_once_all_are_shown_to_be_there():
    walk = nesting(BEST_FIT, source="old", target="new", targets=[*KEPT, "S1"])
    assert reunit(homes(**dict.fromkeys([*KEPT, "s"], (1, 1))), walk).total.sum() == 20
    with pytest.raises(UnmatchedUnit, match="1 of 11 targets get nobody"):
        nesting(BEST_FIT, source="old", target="new", targets=[*KEPT, "S1", "S2"])


WARDS = gpd.GeoSeries([shapely.box(0, 0, 4, 4), shapely.box(4, 0, 8, 4)], index=["west", "east"])


def test_the_centre_of_people_decides_not_that_of_ground():
    # The zone's middle is in the east, most of its people live in the west.
    parts = gpd.GeoDataFrame(
        {"unit": ["1", "2", "3"], "zone": "z", "people": [90, 5, 5]},
        geometry=gpd.points_from_xy([3, 7, 7.5], [1, 1, 1]),
    )
    assert best_fit(parts, WARDS, parent="zone").to_frame()["target"].tolist() == ["east"]
    walk = best_fit(parts, WARDS, parent="zone", people="people")
    assert walk.to_frame().values.tolist() == [["z", "west", 1.0]]
    assert walk.kind == "best-fit"
    assert walk.basis == "population-weighted point"


def test_a_best_fit_says_so_in_the_result():
    blocks = gpd.GeoDataFrame(
        {"id": ["1", "2"], "x": [3, 0], "y": [1, 6]}, geometry=[shapely.box(1, 1, 4.5, 2), shapely.box(5, 1, 6, 2)]
    )
    counts = pm.from_wide(blocks, groups=["x", "y"], unit="id")
    moved = reunit(counts, best_fit(counts, WARDS))
    assert moved.units.tolist() == ["west", "east"]
    assert any(note.startswith("Best fit, not exact") for note in moved.about.notes)
    assert not moved.about.interpolated


def test_a_centre_outside_all_areas_is_refused_unless_near_enough():
    points = gpd.GeoSeries(gpd.points_from_xy([1, 9], [1, 1]), index=["in", "out"])
    with pytest.raises(UnmatchedUnit) as caught:
        best_fit(points, WARDS)
    assert caught.value.units == ("out",)
    assert best_fit(points, WARDS, tolerance=1).to_frame()["target"].tolist() == ["west", "east"]


def test_a_larger_unit_without_people_is_placed_by_the_plain_mean():
    parts = gpd.GeoDataFrame(
        {"unit": ["1", "2"], "zone": "z", "people": [0, 0]}, geometry=gpd.points_from_xy([3, 7], [1, 1])
    )
    assert best_fit(parts, WARDS, parent="zone", people="people").to_frame()["target"].tolist() == ["east"]


def test_a_best_fit_of_nothing_is_asked_for_what_it_needs():
    with pytest.raises(InvalidParameter, match="areas"):
        best_fit(BEST_FIT)


def test_a_lookup_end_to_end_keeps_its_warnings():
    blocks = pd.DataFrame({"oa": ["p1", "p2", "q1"], "lsoa": ["p", "p", "q"]})
    later = changes(IRREGULAR, source="old", target="new", change="code", people={"P": 1, "Q": 3}, irregular="people")
    whole = nesting(blocks, source="oa", target="lsoa").then(later)
    np.testing.assert_allclose(whole.weights.toarray(), [[0.25, 0.75], [0.25, 0.75], [0, 1]])
    assert set(whole.lossy.index) == {"p1", "p2", "q1"}
    assert whole.kind == "weighted"
