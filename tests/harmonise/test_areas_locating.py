"""Points in areas: borders, tolerances, lists of what was not placed."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import placemix as pm
from placemix import lengths
from placemix.errors import (
    CRSMismatch,
    DuplicateUnit,
    GeographicCRS,
    InvalidParameter,
    InvalidTable,
    ReservedName,
)
from placemix.harmonise import locate

GRID = "EPSG:27700"
AREAS = gpd.GeoSeries(
    [shapely.box(400, 0, 800, 400), shapely.box(0, 0, 400, 400)], index=["b", "a"], crs=GRID, name="geometry"
)
SCHOOLS = gpd.GeoDataFrame(
    {"unit": ["in", "border", "edge", "near", "far", "lost"], "pupils": range(6)},
    geometry=gpd.points_from_xy([100, 400, 0, 830, 2000, 0], [100, 100, 100, 100, 400, 0]),
    crs=GRID,
)
SCHOOLS.loc[5, "geometry"] = None


def rows(found):
    return found.to_frame()[["unit", "area_id", "distance", "placed"]].values.tolist()


def test_inside_on_a_border_near_and_far():
    found = locate(SCHOOLS, AREAS, tolerance="50 m")
    assert rows(found)[:5] == [
        ["in", "a", 0, "within"],
        ["border", "a", 0, "border"],
        ["edge", "a", 0, "border"],
        ["near", "b", 30, "nearest"],
        ["far", None, 1200, "outside"],
    ]
    last = found.to_frame().iloc[5]
    assert last["area_id"] is None
    assert pd.isna(last["distance"])
    assert last["placed"] == "no location"
    assert found.left_out.to_dict() == {"far": "1,200.0 metres from the nearest area, b", "lost": "no location"}
    assert found.column("pupils").tolist() == list(range(6))
    assert found.parents == ("area_id",)
    assert "1 within, 2 border, 1 nearest, 1 outside, 1 no location" in found.about.notes[-1]


def test_intersects_takes_the_outer_border_as_inside():
    found = locate(SCHOOLS, AREAS, predicate="intersects")
    assert [row[3] for row in rows(found)] == ["within", "border", "within", "outside", "outside", "no location"]


def test_without_tolerance_only_borders_are_near():
    assert [row[1] for row in rows(locate(SCHOOLS, AREAS))] == ["a", "a", "a", None, None, None]


def test_the_order_of_the_areas_changes_nothing():
    assert rows(locate(SCHOOLS, AREAS, tolerance=50))[:5] == rows(locate(SCHOOLS, AREAS.iloc[::-1], tolerance=50))[:5]


def test_areas_that_overlap_are_told():
    twice = pd.concat([AREAS, gpd.GeoSeries([shapely.box(0, 0, 200, 200)], index=["z"], crs=GRID)])
    assert rows(locate(SCHOOLS.iloc[:1], twice)) == [["in", "a", 0, "several"]]


def test_nothing_to_place():
    assert rows(locate(SCHOOLS.iloc[5:], AREAS))[0][3] == "no location"
    assert len(locate(SCHOOLS.iloc[:0], AREAS)) == 0
    none = gpd.GeoSeries([None], index=["a"], crs=GRID)
    assert rows(locate(SCHOOLS.iloc[:1], none))[0][1] is None


def test_schools_that_stand_twice_are_refused():
    with pytest.raises(DuplicateUnit) as caught:
        locate(pd.concat([SCHOOLS, SCHOOLS.iloc[:1]]), AREAS)
    assert caught.value.units == ("in",)


@pytest.mark.parametrize(
    ("points", "options", "error"),
    [
        (SCHOOLS.to_crs("EPSG:4326"), {}, CRSMismatch),
        (SCHOOLS.set_geometry(SCHOOLS.buffer(1)), {}, InvalidTable),
        (SCHOOLS.rename(columns={"pupils": "placed"}), {}, ReservedName),
        (SCHOOLS, {"tolerance": "near"}, InvalidParameter),
        (SCHOOLS, {"tolerance": -5}, InvalidParameter),
        (SCHOOLS, {"predicate": "contains"}, InvalidParameter),
    ],
)
def test_what_is_refused(points, options, error):
    with pytest.raises(error):
        locate(points, AREAS, **options)


def test_degrees_are_refused():
    with pytest.raises(GeographicCRS):
        locate(SCHOOLS.to_crs("EPSG:4326"), AREAS.to_crs("EPSG:4326"))


def test_a_tolerance_is_metres_whatever_the_unit_of_the_map():
    feet = "EPSG:2263"
    areas = gpd.GeoSeries([shapely.box(0, 0, 1000, 1000)], index=["a"], crs=feet)
    point = gpd.GeoSeries(gpd.points_from_xy([1300], [500]), index=["p"], crs=feet)
    assert rows(locate(point, areas, tolerance=92))[0][1:] == ["a", pytest.approx(300 * 0.3048, rel=1e-5), "nearest"]
    assert rows(locate(point, areas, tolerance=91))[0][1] is None
    assert rows(locate(point, areas, tolerance="301 ft"))[0][1] == "a"


def test_a_plane_without_units_takes_bare_numbers():
    areas, points = AREAS.set_crs(None, allow_override=True), SCHOOLS.set_crs(None, allow_override=True)
    assert rows(locate(points, areas, tolerance=30))[3][1] == "b"
    with pytest.raises(InvalidParameter, match="bare number"):
        locate(points, areas, tolerance="30 m")


def test_counts_of_schools_keep_what_they_say_of_themselves():
    town = pm.datasets.town()
    found = locate(town.rolls_latest(), town.units_after)
    assert found.about.synthetic
    assert found.column("phase").notna().all()


@pytest.mark.slow
def test_every_school_of_the_town_is_in_the_unit_that_it_says():
    town = pm.datasets.town()
    found = locate(town.schools.drop(columns="unit"), town.units_after, unit="school")
    placed = found.column("area_id")
    true = town.schools.set_index("school")["unit"]
    there = placed.notna()
    assert (placed[there] == true[there]).all()
    # One unit of the later date is published without its shape.
    assert set(true[~there]) <= set(town.units_after.loc[town.units_after.geometry.isna(), "unit"])


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,000 m", 1000), ("0.5 km", 500), ("2", 2), (3.5, 3.5), ("1e3 metres", 1000), ("10 yd", 9.144)],
)
def test_lengths(text, value):
    assert lengths.metres(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "m", "5 parsecs", "-1 m", float("nan"), float("inf"), None, True, "1.2.3 m"])
def test_what_is_no_length(text):
    with pytest.raises(InvalidParameter, match="length"):
        lengths.metres(text)
