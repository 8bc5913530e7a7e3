"""Barriers: pairs are cut where a straight line meets one, found here by the turns that three points make."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from placemix import errors
from placemix.surroundings import contiguity, from_matrix, kernel, with_barriers, within
from surroundings.lattices import counts_of, matrix_of, outlines, pairs_of


def turn(a, b, c):
    """Twice the signed area of the triangle of three points."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def crossing(xy: np.ndarray, lines: list) -> np.ndarray:
    out = np.zeros((len(xy), len(xy)), dtype=bool)
    for i, a in enumerate(xy):
        for j, b in enumerate(xy):
            for line in lines:
                for c, d in pairwise(line):
                    if turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0:
                        out[i, j] = True
    return out


@settings(max_examples=15)
@given(st.integers(0, 2**32), st.booleans(), st.sampled_from(["none", "renormalise"]))
def test_pairs_are_cut_where_a_line_crosses(seed, asymmetric, edge):
    generator = np.random.default_rng(seed)
    count = int(generator.integers(2, 25))
    xy = np.round(generator.random((count, 2)) * 1000, 1)
    xy[count // 2] = xy[0]
    counts = counts_of(shapely.points(xy), district=generator.integers(0, 2, count))
    lines = [generator.random((int(generator.integers(2, 5)), 2)) * 1000 for _ in range(3)]
    if asymmetric:
        near = from_matrix(counts, generator.random((count, count)))
    else:
        near = kernel(counts, bandwidth=600, edge=edge, study_area=shapely.box(0, 0, 1000, 1000), own=0)
    cut = with_barriers(counts, near, gpd.GeoSeries([shapely.LineString(line) for line in lines], crs=27700))
    before, crossed = pairs_of(near), crossing(xy, lines)
    assert np.allclose(pairs_of(cut), np.where(crossed, 0, before))
    assert np.allclose(cut.own, near.own)
    every, lost = int((before > 0).sum()), int(((before > 0) & crossed).sum())
    assert cut.notes[-1].startswith(f"{lost:,} of {every:,} pair")
    assert cut.text == f"{near.text}, not across barriers"
    if edge == "renormalise" and not asymmetric:
        return
    strata = counts.arranged("district")
    assert np.allclose(pairs_of(cut.limited(strata)), np.where(crossed, 0, pairs_of(near.limited(strata))))
    assert np.allclose(cut.edge_shares(strata), near.edge_shares(strata), equal_nan=True)


def test_bridges_are_taken_out_first():
    counts = counts_of(shapely.points([[0, 0], [100, 0], [0, 900], [100, 900]]))
    river = gpd.GeoSeries([shapely.LineString([(50, -500), (50, 1500)])], crs=27700)
    bridge = shapely.Point(50, 0)
    near = within(counts, radius=200)
    assert pairs_of(with_barriers(counts, near, river)).sum() == 0
    crossed = with_barriers(counts, near, river.difference(bridge.buffer(50)))
    assert pairs_of(crossed).tolist() == [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert crossed.isolates.tolist() == ["u002", "u003"]
    assert crossed.notes == ("2 of 4 pairs of units cut by barriers",)


def test_lakes_feet_and_plain_shapes():
    points = shapely.points([[0, 0], [100, 0], [100, 90]])
    for crs in (2263, 27700, "planar"):
        counts = counts_of(points, crs)
        lake = shapely.box(40, -10, 60, 10)
        assert pairs_of(with_barriers(counts, within(counts, radius=500), lake)).sum() == 4
        both = shapely.GeometryCollection([lake, shapely.LineString([(80, 50), (120, 50)])])
        assert pairs_of(with_barriers(counts, within(counts, radius=500), both)).sum() == 2


def test_a_unit_on_a_barrier_has_no_neighbours():
    counts = counts_of(shapely.points([[0, 0], [50, 0], [100, 50], [50, 0]]))
    river = gpd.GeoSeries([shapely.LineString([(50, 0), (50, -90)])], crs=27700)
    near = with_barriers(counts, within(counts, radius=500), river)
    # The two at one point are not cut apart.
    assert near.isolates.tolist() == []
    assert matrix_of(near).tolist() == [[1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 1, 0], [0, 1, 0, 1]]


def test_areas_are_their_centres():
    counts = counts_of(outlines(np.array([[0, 1], [2, 3]]), side=100))
    wall = gpd.GeoDataFrame(geometry=[shapely.LineString([(-10, 100), (210, 100)])], crs=27700)
    near = with_barriers(counts, contiguity(counts), wall)
    assert pairs_of(near).tolist() == [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]
    assert near.own.tolist() == [1, 1, 1, 1]
    # Units in another order are matched by their ids.
    swapped = counts.take(np.array([3, 0, 2, 1]))
    assert with_barriers(swapped, contiguity(counts), wall).units.tolist() == swapped.units.tolist()
    with pytest.raises(errors.UnitsDiffer):
        with_barriers(counts.take(np.array([0, 1])), contiguity(counts), wall)


# -- what is refused ----------------------------------------------------------------------------


def refusal(kind, barriers, words, crs=27700):
    counts = counts_of(shapely.points([[0, 0], [50, 0]]), crs)
    near = from_matrix(counts, np.ones((2, 2)))
    with pytest.raises(kind, match=words) as caught:
        with_barriers(counts, near, barriers)
    return caught.value


def test_barriers_at_fault_are_listed():
    shapes = [
        shapely.LineString(), None, shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), shapely.Point(0, 0),
        shapely.LineString([(0, 0), (1, 1)]),
    ]  # fmt: skip
    error = refusal(errors.NoPlace, gpd.GeoSeries(shapes, crs=27700), "3 faults")
    assert [fault.units for fault in error.faults] == [("0", "1"), ("2",), ("3",)]
    assert [fault.message for fault in error.faults] == [
        "There are barriers without a shape: 2 rows.",
        "There are barriers with an invalid shape: 1 row.",
        "There are barriers that keep nobody apart: 1 row.",
    ]


def test_barriers_on_another_map():
    line = [shapely.LineString([(0, 0), (1, 1)])]
    refusal(errors.CRSMismatch, gpd.GeoSeries(line, crs=4326), r"WGS 84, the units OSGB36 .*to_crs")
    refusal(errors.GeographicCRS, gpd.GeoSeries(line, crs=4326), "degrees", crs=4326)
    refusal(errors.CRSMismatch, gpd.GeoSeries(line, crs=27700), "the units none", crs="planar")


def test_what_is_no_barrier():
    refusal(errors.InvalidParameter, [1, 2], "not a list")
    line = shapely.LineString([(0, 0), (1, 1)])
    with pytest.raises(errors.InvalidParameter, match="are surroundings, not a ndarray"):
        with_barriers(counts_of([shapely.Point(0, 0)]), np.eye(1), line)
    refusal(errors.InvalidParameter, gpd.GeoSeries([], crs=27700), "There is no barrier")
