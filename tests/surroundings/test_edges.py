"""How much of a kernel lies outside the study area: against sums over a fine grid, and what comes of it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from placemix import errors
from placemix.surroundings import kernel, within
from surroundings.lattices import FACTORS, counts_of, labelled, matrix_of, outlines, pairs_of

KERNELS = {
    "uniform": np.ones_like,
    "triangular": lambda z: 1 - z,
    "biweight": lambda z: (1 - z**2) ** 2,
    "gaussian": lambda z: np.exp(-(z**2) / 2),
    "exponential": lambda z: np.exp(-z),
}
ENDLESS = ("gaussian", "exponential")


def outside(region, xy, shape, bandwidth, cutoff):
    """Share of a kernel outside a region, by the middles of 200 × 200 small squares."""
    reach = min(cutoff, (8 if shape == "gaussian" else 25) * bandwidth)
    grid = ((np.arange(200) + 0.5) / 200 * 2 - 1) * reach
    x, y = np.meshgrid(grid, grid)
    distance = np.hypot(x, y)
    weight = np.where(distance < reach, KERNELS[shape](distance / bandwidth), 0)
    shapely.prepare(region)
    inside = [shapely.contains_xy(region, x + px, y + py) for px, py in xy]
    return np.array([1 - (weight * here).sum() / weight.sum() for here in inside])


@settings(max_examples=12)
@given(labelled(4), st.sampled_from(sorted(KERNELS)), st.sampled_from([0.4, 1.3, 3.0]), st.sampled_from([0.0, 0.4]))
def test_shares_are_those_of_a_fine_grid(paper, shape, bandwidth, turn):
    side = 100.0
    shapes = outlines(paper, side=side, turn=turn, corner=(5e5, 2e5))
    codes = np.arange(len(shapes)) % 2
    cutoff = 1.5 * bandwidth * side if shape in ENDLESS else None
    counts = counts_of(shapes, stratum=codes)
    near = kernel(counts, bandwidth=bandwidth * side, shape=shape, cutoff=cutoff)
    xy = shapely.get_coordinates([part.centroid for part in shapes])
    end = cutoff or bandwidth * side
    whole = shapely.union_all(shapes)
    assert np.allclose(near.edge_shares(), outside(whole, xy, shape, bandwidth * side, end), atol=0.01)
    expected = np.empty(len(shapes))
    for code in set(codes.tolist()):
        part = np.flatnonzero(codes == code)
        region = shapely.union_all([shapes[place] for place in part])
        expected[part] = outside(region, xy[part], shape, bandwidth * side, end)
    assert np.allclose(near.edge_shares(counts.arranged("stratum")), expected, atol=0.01)
    assert np.allclose(near.limited(codes).edge_shares(), expected, atol=0.01)


@pytest.mark.parametrize("crs", FACTORS)
def test_shares_known_by_heart(crs):
    # A unit on a straight border sees half of everything outside, one in a corner three quarters.
    counts = counts_of(shapely.points([[0, 500], [500, 0], [0, 0], [500, 500], [-1, 500], [-900, 500]]), crs)
    square = shapely.box(0, 0, 1000, 1000)
    for shape in KERNELS:
        near = kernel(
            counts, bandwidth="10 ft", shape=shape, cutoff="90 ft" if shape in ENDLESS else None, study_area=square
        )
        share = near.edge_shares()
        assert np.allclose(share[[0, 1, 2, 3, 5]], [0.5, 0.5, 0.75, 0, 1], atol=1e-6)
        assert 0.5 < share[4] < 1
    # A disc cut by a straight line at the distance h: (arccos h - h √(1 - h²)) / π of it lies beyond.
    near = within(counts_of(shapely.points([[300, 500]])), radius=500, study_area=square)
    assert near.edge_shares()[0] == pytest.approx((np.arccos(0.6) - 0.6 * 0.8) / np.pi, abs=1e-9)


def test_kernels_without_an_end():
    counts = counts_of(shapely.points([[0, 500], [500, 500]]))
    square = shapely.box(0, 0, 1000, 1000)
    for shape, reach in (("gaussian", 8), ("exponential", 25)):
        share = kernel(counts, bandwidth=150, shape=shape, study_area=square).edge_shares()
        assert np.allclose(share, outside(square, [[0, 500], [500, 500]], shape, 150, reach * 150), atol=0.01)


def test_what_is_inside_is_scaled_up():
    paper = np.arange(16).reshape(4, 4)
    counts = counts_of(outlines(paper, side=100), stratum=np.arange(16) // 8)
    plain = kernel(counts, bandwidth=180, own="disc")
    whole = kernel(counts, bandwidth=180, own="disc", edge="renormalise")
    scale = 1 / (1 - plain.edge_shares())
    assert scale.max() > 1.5
    assert np.allclose(matrix_of(whole), scale[:, np.newaxis] * matrix_of(plain))
    assert np.allclose(pairs_of(whole), scale[:, np.newaxis] * pairs_of(plain))
    assert np.allclose(whole.own, scale * plain.own)
    assert np.allclose(whole.weight, scale * plain.weight)
    assert whole.text == "biweight kernel, bandwidth 180 m, own distance 0.511√a, renormalised at the edge"
    # Shares of groups do not change.
    ours, theirs = (whole @ counts).values, (plain @ counts).values
    assert np.allclose(ours / ours.sum(axis=1, keepdims=True), theirs / theirs.sum(axis=1, keepdims=True))
    # Within strata the study area is the stratum.
    strata = counts.arranged("stratum")
    scale = 1 / (1 - plain.edge_shares(strata))
    assert np.allclose(pairs_of(whole.limited(strata)), scale[:, np.newaxis] * pairs_of(plain.limited(strata)))


@pytest.mark.slow
def test_borders_are_cut_finely_near_units_only(monkeypatch):
    # A thousandth of a millimetre on a map of kilometres would take more pieces than memory holds.
    paper = np.array([[0, 1, 1], [0, 2, 1], [3, -1, 3]])
    counts = counts_of(outlines(paper, side=5000))
    strata = np.array([0, 1, 0, 1])
    tiny = within(counts, radius=1e-6, point="representative")
    assert tiny.edge_shares().tolist() == tiny.edge_shares(strata).tolist() == [0, 0, 0, 0]
    for radius in (40, 1500, 9000):
        everywhere, near = within(counts, radius=radius), within(counts, radius=radius)
        expected = everywhere.edge_shares(), everywhere.edge_shares(strata)
        with monkeypatch.context() as patch:
            patch.setattr("placemix.surroundings.distance.edges._PIECES", 20)
            np.testing.assert_allclose((near.edge_shares(), near.edge_shares(strata)), expected, atol=1e-12)


def test_a_study_area_given():
    counts = counts_of(outlines(np.array([[0, 1]]), side=100))
    larger = shapely.box(-1000, -1000, 1000, 1000)
    assert np.allclose(within(counts, radius=300, study_area=larger).edge_shares(), 0)
    assert (within(counts, radius=300).edge_shares() > 0.8).all()
    # Whoever leaves takes no ground of a given area with them, but their own.
    assert np.allclose(within(counts, radius=300, study_area=larger).take(np.array([0])).edge_shares(), 0)
    first = within(counts, radius=300).take(np.array([0])).edge_shares()
    assert np.allclose(first, 1 - 100**2 / (np.pi * 300**2))


def test_points_have_no_known_edge():
    counts = counts_of(shapely.points([[0, 0], [10, 0]]), stratum=[0, 1])
    assert np.isnan(within(counts, radius=5).edge_shares()).all()
    with pytest.raises(errors.NoPlace, match=r"nobody knows how much .* study_area="):
        within(counts, radius=5, edge="renormalise")
    known = within(counts, radius=5, edge="renormalise", study_area=shapely.box(-9, -9, 19, 9))
    assert known.weight.tolist() == [1, 1]
    with pytest.raises(errors.NoPlace, match=r"inside a stratum whose units are points.*edge='none'") as caught:
        known.limited(counts.arranged("stratum")).weight  # noqa: B018
    assert caught.value.units == ("u000", "u001")


def test_units_outside_their_study_area():
    counts = counts_of(shapely.points([[0, 0], [100, 0]]))
    near = within(counts, radius=5, edge="renormalise", study_area=shapely.box(-9, -9, 19, 9))
    with pytest.raises(errors.NoPlace, match="Nothing of the kernel around some units lies inside") as caught:
        near.weight  # noqa: B018
    assert caught.value.units == ("u001",)


@pytest.mark.parametrize(
    ("area", "kind", "words"),
    [
        ("London", errors.InvalidParameter, "study_area is the outline of an area"),
        (shapely.LineString([(0, 0), (1, 1)]), errors.InvalidParameter, "study_area is the outline of an area"),
        (shapely.Polygon([(0, 0), (6, 6), (6, 0), (0, 1)]), errors.NoPlace, "Self-intersection.*make_valid"),
    ],
)
def test_what_is_no_study_area(area, kind, words):
    with pytest.raises(kind, match=words):
        within(counts_of(outlines(np.array([[0, 1]]))), radius=5, study_area=area)


def test_a_study_area_on_another_map():
    gpd = pytest.importorskip("geopandas")
    area = gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs=4326)
    with pytest.raises(errors.CRSMismatch, match=r"WGS 84, the units OSGB36 .*to_crs"):
        within(counts_of(outlines(np.array([[0, 1]]))), radius=5, study_area=area)
    assert len(
        within(counts_of(outlines(np.array([[0, 1]]))), radius=5, study_area=area.set_crs(27700, allow_override=True))
    )
