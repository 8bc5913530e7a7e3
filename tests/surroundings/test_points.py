"""Where units are: points in metres whatever the map, and every unit without a usable one listed."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import placemix as pm
from placemix import errors, surroundings
from placemix.surroundings import kernel, within
from placemix.surroundings.points import coincident, locate
from surroundings.lattices import FACTORS, counts_of

#: A square, a square with a hole in its middle, two squares far apart, and a crescent whose centroid lies outside.
SHAPES = [
    shapely.box(0, 0, 10, 10),
    shapely.box(10, 0, 20, 10).difference(shapely.box(14, 4, 16, 6)),
    shapely.MultiPolygon([shapely.box(100, 0, 110, 10), shapely.box(140, 0, 150, 10)]),
    shapely.Polygon([(0, 100), (30, 100), (30, 130), (0, 130), (0, 125), (25, 125), (25, 105), (0, 105)]),
]


@pytest.mark.parametrize("crs", [*FACTORS, "planar"])
def test_centroids_and_areas(crs):
    factor = FACTORS.get(crs, 1.0)
    places = locate(counts_of(SHAPES, crs))
    middle = shapely.get_coordinates([shape.centroid for shape in SHAPES])
    assert np.allclose(places.xy, middle * factor)
    assert np.allclose(places.xy[:3], np.array([[5, 5], [15, 5], [125, 5]]) * factor)
    assert np.allclose(places.area, np.array([100, 96, 200, 400]) * factor**2)
    assert places.unit == ("units" if crs == "planar" else "m")
    assert places.written(2.5) == f"2.5 {places.unit}"


def test_a_point_that_lies_inside():
    inside = locate(counts_of(SHAPES), point="representative").xy
    assert [shape.covers(shapely.Point(xy)) for shape, xy in zip(SHAPES, inside, strict=True)] == [True] * 4
    assert not SHAPES[3].covers(shapely.Point(locate(counts_of(SHAPES)).xy[3]))
    with pytest.raises(errors.InvalidParameter, match=r"not 'center'.*Did you mean 'centroid'"):
        locate(counts_of(SHAPES), point="center")


def test_points_have_the_area_that_a_column_gives():
    frame = gpd.GeoDataFrame({"id": ["a", "b"], "x": [1, 2], "y": [2, 1], "ha": [10.0, 20.0]}, geometry=gpd.points_from_xy([0, 1], [0, 1]), crs=2263)  # fmt: skip  # noqa: E501
    bare = pm.from_wide(frame, groups=["x", "y"], unit="id")
    assert locate(bare).area is None
    with pytest.raises(errors.NoPlace, match=r"own='disc' needs the area of every unit, and the units are points"):
        kernel(bare, bandwidth=5, own="disc")
    stated = pm.from_wide(frame, groups=["x", "y"], unit="id", area="ha")
    assert np.allclose(locate(stated).area, np.array([10, 20]) * FACTORS[2263] ** 2)


def test_points_among_areas_are_listed():
    counts = counts_of([shapely.box(0, 0, 9, 9), shapely.Point(20, 5), shapely.LineString([(30, 0), (30, 9)])])
    for options in ({"own": "disc"}, {"edge": "renormalise"}):
        with pytest.raises(errors.NoPlace, match="2 units are no areas") as caught:
            kernel(counts, bandwidth=5, **options)
        assert caught.value.units == ("u001", "u002")


def test_points_shared():
    assert coincident(np.array([[0.0, 0], [1, 1], [0, 0], [2, 2], [1, 1], [0, 0]])) == 5
    near = within(counts_of(shapely.points([[0, 0], [1, 1], [0, 0]])), radius=1)
    assert near.notes == ("2 units at the same point as another, at distance 0",)
    assert near.weight.tolist() == [2, 1, 2]


# -- what is refused ----------------------------------------------------------------------------


def test_counts_without_shapes():
    counts = pm.from_wide(pd.DataFrame({"id": ["a"], "x": [1], "y": [2]}), groups=["x", "y"], unit="id")
    with pytest.raises(errors.NoPlace, match=r"no shapes or points.*Remedy: Build them with from_wide"):
        within(counts, radius=5)


def test_tables_are_no_counts():
    table = gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Point(0, 0)], crs=27700)
    journeys = pd.DataFrame({"origin": ["a"], "destination": ["a"], "minutes": [1]})
    for make in (
        lambda: within(table, radius=5),
        lambda: surroundings.nearest_people(table, people=5),
        lambda: surroundings.contiguity(table),
        lambda: surroundings.from_matrix(table, np.eye(1)),
        lambda: surroundings.from_graph(table, None),
        lambda: surroundings.travel_time(table, journeys, minutes=5),
        lambda: within(counts_of(SHAPES), radius=5).on(table),
    ):
        with pytest.raises(errors.NotCounts, match=r"not a GeoDataFrame.*from_wide"):
            make()


def test_a_missing_map_and_degrees():
    with pytest.raises(errors.CRSMismatch, match=r"no coordinate reference system.*crs='planar'"):
        within(counts_of(SHAPES, None), radius=5)
    with pytest.raises(errors.GeographicCRS, match=r"cannot be measured in degrees \(WGS 84\).*to_crs"):
        within(counts_of(SHAPES, 4326), radius=5)


def test_every_shape_at_fault_is_listed():
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    endless = shapely.Point(np.inf, 0)
    shapes = [shapely.Polygon(), bow, SHAPES[0], None, bow, endless]
    with pytest.raises(errors.NoPlace) as caught:
        within(counts_of(shapes, None), radius=5)
    assert isinstance(caught.value, errors.CRSMismatch)
    told = {fault.message: fault.units for fault in caught.value.faults}
    assert told["2 units have no shape."] == ("u000", "u003")
    assert told["2 units have invalid shapes."] == ("u001", "u004")
    assert told["1 unit has endless coordinates."] == ("u005",)
    assert len(told) == 4
    assert all(fault.remedy for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("radius", "words"),
    [
        (0, r"radius must be above 0, not 0\. Remedy: For the unit alone, leave out around="),
        ("0 km", "radius must be above 0"),
        (-5, "radius is a length such as 500"),
        (float("nan"), "not nan"),
        (float("inf"), "not inf"),
        ("5 parsecs", "not '5 parsecs'"),
        ("15 minutes", "not '15 minutes'"),
        (None, "not None"),
    ],
)
def test_what_is_no_radius(radius, words):
    with pytest.raises(errors.InvalidParameter, match=words):
        within(counts_of(SHAPES), radius=radius)


def test_a_plane_has_no_unit():
    with pytest.raises(errors.InvalidParameter, match=r"'5 m', but the shapes have no coordinate reference system"):
        within(counts_of(SHAPES, "planar"), radius="5 m")
    assert within(counts_of(SHAPES, "planar"), radius=5).text == "within 5 units"
