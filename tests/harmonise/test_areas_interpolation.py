"""Interpolation by area and by ancillary: hand cases, another implementation, and what is refused."""

from __future__ import annotations

import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import placemix as pm
from placemix.errors import (
    CRSMismatch,
    DuplicateUnit,
    GeographicCRS,
    InvalidParameter,
    InvalidTable,
    TotalsNotConserved,
    UnknownColumn,
    UnknownGroup,
    UnmatchedUnit,
)
from placemix.harmonise import areal, dasymetric, interpolate

GRID = "EPSG:27700"
S1, S2 = shapely.box(0, 0, 4, 4), shapely.box(4, 0, 8, 4)
SOURCES = gpd.GeoDataFrame({"id": ["s1", "s2"], "x": [40, 60], "y": [60, 0]}, geometry=[S1, S2])
#: A is s1 and a quarter of s2.
TARGETS = gpd.GeoSeries([shapely.box(0, 0, 5, 4), shapely.box(5, 0, 8, 4)], index=["A", "B"])
#: A cuts through s1.
CUT = gpd.GeoSeries([shapely.box(0, 0, 3, 4), shapely.box(3, 0, 8, 4)], index=["A", "B"])
HOMES = gpd.GeoDataFrame(
    {"people": [80, 20, 60]}, index=list("pqr"), geometry=gpd.points_from_xy([1, 3.5, 7], [1, 1, 1])
)


def people(frame=SOURCES, **options):
    return pm.from_wide(frame, groups=["x", "y"], unit="id", **options)


def test_the_case_worked_by_hand_by_area():
    moved = interpolate(people(), TARGETS)
    assert moved.total.tolist() == [115, 45]
    assert moved.values.tolist() == [[55, 60], [45, 0]]
    assert moved.about.interpolated
    assert moved.geometry.tolist() == TARGETS.tolist()


def test_the_case_worked_by_hand_by_ancillary():
    assert interpolate(people(), CUT, by=HOMES, weight="people").total.tolist() == [80, 80]


def test_people_of_smaller_areas_are_an_ancillary_too():
    blocks = gpd.GeoDataFrame(
        {"people": [80, 20, 60]},
        index=list("pqr"),
        geometry=[shapely.box(0, 0, 3, 4), shapely.box(3, 0, 4, 4), shapely.box(6, 0, 8, 4)],
    )
    assert interpolate(people(), CUT, by=blocks, weight="people").total.tolist() == [80, 80]
    # A block across the border is shared out by its own ground: half of r's sixty on either side of 7.
    right = gpd.GeoSeries([shapely.box(0, 0, 7, 4), shapely.box(7, 0, 8, 4)], index=["A", "B"])
    assert interpolate(people(), right, by=blocks, weight="people").total.tolist() == [130, 30]


def test_counts_of_smaller_areas_move_each_group_by_its_own():
    frame = gpd.GeoDataFrame(
        {"id": ["p", "q", "r"], "x": [40, 0, 60], "y": [0, 30, 0]},
        geometry=gpd.points_from_xy([1, 3.5, 7], [1, 1, 1]),
    )
    finer = people(frame)
    moved = interpolate(people(), CUT, by=finer)
    assert moved.values.tolist() == [[40, 0], [60, 60]]
    # With everyone as the key both groups of s1 are spread alike: forty of seventy live in A.
    mixed = interpolate(people(), CUT, by={"x": finer, "y": HOMES, "residual": "area"}, weight="people")
    np.testing.assert_allclose(mixed.values, [[40, 48], [60, 12]])


def test_other_groups_in_the_smaller_areas_count_as_everyone():
    frame = gpd.GeoDataFrame(
        {"id": ["p", "q", "r"], "x": [60, 10, 60], "z": [20, 10, 0]},
        geometry=gpd.points_from_xy([1, 3.5, 7], [1, 1, 1]),
    )
    finer = pm.from_wide(frame, groups=["x", "z"], unit="id")
    np.testing.assert_allclose(interpolate(people(), CUT, by=finer).total, [80, 80])


def test_a_group_that_the_smaller_areas_lack_there_goes_by_everyone_there():
    frame = gpd.GeoDataFrame(
        {"id": ["p", "q", "r"], "x": [60, 20, 60], "y": [0, 0, 9]},
        geometry=gpd.points_from_xy([1, 3.5, 7], [1, 1, 1]),
    )
    np.testing.assert_allclose(interpolate(people(), CUT, by=people(frame)).values[:, 1], [45, 15])


def test_without_any_ancillary_a_source_goes_by_area_and_is_listed():
    nobody = HOMES[HOMES.index == "r"]
    moved = interpolate(people(), CUT, by=nobody, weight="people")
    assert moved.total.tolist() == [75, 85]
    assert "1 source with 100 people had no ancillary amount and went by area: s1." in moved.about.notes


def test_a_source_whole_in_one_target_needs_no_ancillary():
    walk = dasymetric(people(), CUT, ancillary=HOMES[HOMES.index == "p"])
    assert not walk.notes
    assert walk.to_frame().values.tolist() == [["s1", "A", 1.0], ["s2", "B", 1.0]]


def test_a_point_on_a_border_counts_with_the_first_target_by_id():
    on_border = gpd.GeoSeries(gpd.points_from_xy([3], [1]), index=["p"])
    for order in (["A", "B"], ["B", "A"]):
        walk = dasymetric(SOURCES.set_index("id"), CUT.loc[order], ancillary=on_border)
        assert walk.to_frame().set_index("source")["target"]["s1"] == "A"


def test_ancillary_with_amounts_and_no_place_is_refused():
    lost = HOMES.copy()
    lost.loc["q", "geometry"] = None
    with pytest.raises(InvalidTable, match="no location") as caught:
        dasymetric(people(), CUT, ancillary=lost, weight="people")
    assert caught.value.units == ("q",)


@pytest.mark.parametrize("amount", [-1.0, np.nan, np.inf])
def test_ancillary_amounts_that_are_none(amount):
    wrong = HOMES.assign(people=[80.0, amount, 60.0])
    with pytest.raises(InvalidTable, match="start at 0"):
        dasymetric(people(), CUT, ancillary=wrong, weight="people")


def test_an_ancillary_column_that_is_not_there():
    with pytest.raises(UnknownColumn, match="Did you mean 'people'"):
        dasymetric(people(), CUT, ancillary=HOMES, weight="peopel")


@pytest.mark.parametrize("by", [3, {"x": HOMES}, {"x": HOMES, "y": HOMES, "z": HOMES}])
def test_what_is_no_ancillary(by):
    with pytest.raises((InvalidParameter, UnknownGroup)):
        interpolate(people(), CUT, by=by, weight="people")


def test_options_of_an_ancillary_without_one_are_refused():
    with pytest.raises(InvalidParameter, match="by='area' has none"):
        interpolate(people(), CUT, weight="people")


def test_the_group_of_an_ancillary():
    frame = gpd.GeoDataFrame(
        {"id": ["p", "q", "r"], "x": [60, 20, 60], "y": [0, 20, 9]},
        geometry=gpd.points_from_xy([1, 3.5, 7], [1, 1, 1]),
    )
    walk = dasymetric(people(), CUT, ancillary=people(frame), group="x")
    assert walk.to_frame()["weight"].tolist() == [0.75, 0.25, 1.0]
    assert "the same group" in walk.basis
    with pytest.raises(UnknownGroup):
        dasymetric(people(), CUT, ancillary=people(frame), group="z")
    with pytest.raises(InvalidParameter, match="ancillary Counts"):
        dasymetric(people(), CUT, ancillary=HOMES, group="x")


# --- ground that is not shared -----------------------------------------------------------------------------


def test_a_source_that_sticks_out_is_refused_with_its_people():
    short = TARGETS.iloc[:1]
    with pytest.raises(TotalsNotConserved, match=r"by 75\.00% at most; 45\.0 people would be lost") as caught:
        interpolate(people(), short)
    assert caught.value.units == ("s2",)
    moved = interpolate(people(), short, outside="rescale")
    assert moved.total.tolist() == [160]
    assert any("stuck out" in note and "45.0 people" in note for note in moved.about.notes)


def test_a_source_outside_all_targets_cannot_be_rescaled():
    left = gpd.GeoSeries([S1], index=["A"])
    with pytest.raises(TotalsNotConserved, match=r"60\.0 people would be lost"):
        interpolate(people(), left, outside="rescale")
    assert interpolate(people(SOURCES.assign(x=[40, 0])), left).total.tolist() == [100]


def test_a_target_that_shares_no_ground_holds_nobody_and_is_noted():
    more = pd.concat([TARGETS, gpd.GeoSeries([shapely.box(20, 0, 24, 4)], index=["sea"])])
    moved = interpolate(people(), more)
    assert moved.total.tolist() == [115, 45, 0]
    assert any("1 of 3 targets" in note for note in moved.about.notes)


def test_targets_that_overlap_are_refused():
    twice = gpd.GeoSeries([shapely.box(0, 0, 6, 4), shapely.box(4, 0, 8, 4)], index=["A", "B"])
    with pytest.raises(InvalidTable, match="overlap") as caught:
        areal(people(), twice)
    assert caught.value.units == ("s2",)


def test_slivers_along_a_border_drawn_anew_can_be_left_out():
    anew = gpd.GeoSeries([shapely.box(0, 0, 4.02, 4), shapely.box(4.02, 0, 8, 4)], index=["A", "B"])
    assert areal(people(), anew).split.tolist() == [False, True]
    tidy = areal(people(), anew, slivers=0.01)
    assert tidy.is_exact
    # A small unit inside a large one is no sliver, however small a part of that it is.
    inner = shapely.box(0, 0, 0.1, 0.1)
    parts = gpd.GeoSeries([inner, shapely.difference(shapely.box(0, 0, 8, 4), inner)], index=["small", "large"])
    assert areal(people(), parts, slivers=0.01).split.tolist() == [True, False]


def test_units_without_shapes():
    bare = SOURCES.copy()
    bare.loc[0, "geometry"] = None
    with pytest.raises(UnmatchedUnit, match="100 people") as caught:
        interpolate(people(bare), TARGETS)
    assert caught.value.units == ("s1",)
    nobody = bare.assign(x=[0, 60], y=[0, 0])
    assert interpolate(people(nobody), TARGETS).total.tolist() == [15, 45]
    with pytest.raises(InvalidTable, match="geometry"):
        interpolate(pm.from_wide(pd.DataFrame(SOURCES.drop(columns="geometry")), groups=["x", "y"], unit="id"), TARGETS)


def test_a_shape_that_crosses_itself_is_repaired_and_named():
    bow = shapely.Polygon([(0, 0), (4, 4), (4, 0), (0, 4)])
    frame = gpd.GeoDataFrame({"id": ["s1"], "x": [10], "y": [6]}, geometry=[bow])
    halves = gpd.GeoSeries([shapely.box(0, 0, 2, 4), shapely.box(2, 0, 4, 4)], index=["A", "B"])
    moved = interpolate(people(frame), halves)
    assert moved.total.tolist() == [8, 8]
    assert "1 shape of the sources crossed themselves and were repaired: s1." in moved.about.notes


def test_lines_and_points_are_no_areas():
    with pytest.raises(InvalidTable, match="points or lines"):
        areal(people(), HOMES)


# --- maps --------------------------------------------------------------------------------------------------


def test_layers_on_different_maps_are_refused_not_printed_about():
    with pytest.raises(CRSMismatch, match="to_crs"):
        areal(people(SOURCES.set_crs(GRID)), TARGETS.set_crs("EPSG:3857"))
    with pytest.raises(CRSMismatch, match="no coordinate reference system"):
        areal(people(SOURCES.set_crs(GRID)), TARGETS)


def test_degrees_are_refused():
    with pytest.raises(GeographicCRS, match="degrees"):
        areal(people(SOURCES.set_crs("EPSG:4326")), TARGETS.set_crs("EPSG:4326"))


def test_two_layers_without_a_map_share_a_plane():
    assert areal(people(), TARGETS).kind == "areal"


# --- ids and options ---------------------------------------------------------------------------------------


def test_areas_without_ids_are_refused():
    with pytest.raises(InvalidTable, match="set_index"):
        areal(people(), gpd.GeoDataFrame({"name": ["A", "B"]}, geometry=list(TARGETS)))
    named = gpd.GeoDataFrame({"unit": ["A", "B"]}, geometry=list(TARGETS))
    assert areal(people(), named).targets.tolist() == ["A", "B"]


def test_ids_that_repeat_or_are_missing():
    with pytest.raises(DuplicateUnit, match="2 faults"):
        areal(people(), gpd.GeoSeries([S1, S2, S2, S2], index=["A", "B", "B", None]))


@pytest.mark.parametrize("options", [{"outside": "drop"}, {"slivers": 0.9}, {"slivers": -1}])
def test_options_out_of_range(options):
    with pytest.raises(InvalidParameter):
        areal(people(), TARGETS, **options)


def test_strata_are_those_of_the_targets_when_asked():
    frame = gpd.GeoDataFrame({"unit": ["A", "B"], "side": ["west", "east"]}, geometry=list(TARGETS))
    assert interpolate(people(), frame, strata="side").strata["side"].tolist() == ["west", "east"]
    with pytest.raises(UnknownColumn):
        interpolate(people(), frame, strata="sides")
    districts = SOURCES.assign(district=["one", "two"])
    with pytest.raises(InvalidTable, match="more than one district"):
        interpolate(people(districts, strata=["district"]), TARGETS)
    moved = interpolate(people(districts, strata=["district"]), TARGETS, straddling="largest")
    assert moved.strata["district"].tolist() == ["one", "two"]


def test_measuring_interpolated_counts_warns_once():
    moved = interpolate(people(), TARGETS)
    with pytest.warns(pm.errors.SmoothedByInterpolation, match="smoothing_bias") as told:
        pm.measure(moved, ["dissimilarity", "isolation"], focal="each")
    assert len(told) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pm.measure(people(), "dissimilarity", focal="x")


# --- another implementation --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tobler():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("tobler.area_weighted")


def hexagons(size, crs=GRID):
    """Irregular layers: triangles and parallelograms cut from a square, of a given size."""
    rng = np.random.default_rng(7)
    seeds = shapely.MultiPoint(rng.uniform(0, 1000, (size, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=shapely.box(0, 0, 1000, 1000)))
    cells = shapely.intersection(cells, shapely.box(0, 0, 1000, 1000))
    return gpd.GeoDataFrame({"unit": np.arange(len(cells))}, geometry=cells, crs=crs)


@pytest.mark.parametrize("target", ["cells", "grid"])
def test_equal_to_tobler_where_it_is_sound(tobler, target):
    rng = np.random.default_rng(3)
    sources = hexagons(60)
    sources = sources.assign(x=rng.integers(0, 500, len(sources)), y=rng.integers(0, 500, len(sources)))
    if target == "cells":
        targets = hexagons(25)
    else:
        corner = np.arange(0, 1000, 125)
        west, south = (side.ravel() for side in np.meshgrid(corner, corner))
        targets = gpd.GeoDataFrame(
            {"unit": np.arange(len(west))}, geometry=shapely.box(west, south, west + 125, south + 125), crs=GRID
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = tobler.area_interpolate(sources, targets, extensive_variables=["x", "y"])
    ours = interpolate(pm.from_wide(sources, groups=["x", "y"], unit="unit"), targets)
    # Their areas are rounded to seven digits.
    np.testing.assert_allclose(ours.values, theirs[["x", "y"]].to_numpy(), rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(ours.values.sum(axis=0), sources[["x", "y"]].sum(), rtol=1e-12)
