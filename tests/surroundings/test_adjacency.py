"""Contiguity and shared borders, against borders counted on squared paper."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix import errors
from placemix.surroundings import contiguity, perimeters, shared_boundary
from surroundings.lattices import FACTORS, counted, counts_of, labelled, matrix_of, outlines, pairs_of

turns = st.sampled_from([0.0, 0.3, 1.1])
corners = st.sampled_from([(0.0, 0.0), (531_234.5, 181_023.25), (1e7, 1e7)])
maps = st.sampled_from(sorted(FACTORS))

#: Every unit lies within the next.
RINGS = np.array([[2, 2, 2, 2, 2], [2, 1, 1, 1, 2], [2, 1, 0, 1, 2], [2, 1, 1, 1, 2], [2, 2, 2, 2, 2]])
#: Two units that touch at corners alone, and an island.
CORNERS = np.array([[0, 1, -1, 2], [1, 0, -1, -1]])


@pytest.mark.slow
@settings(max_examples=20)
@given(labelled(), turns, corners, maps)
@example(RINGS, 0.3, (1e7, 1e7), 27700)
@example(CORNERS, 1.1, (0.0, 0.0), 2263)
def test_borders_are_those_counted(paper, turn, corner, crs):
    side = 150.0
    shared, touching, sides = counted(paper)
    counts = counts_of(outlines(paper, side=side, turn=turn, corner=corner), crs)
    itself = np.eye(len(counts))
    assert np.array_equal(matrix_of(contiguity(counts)), touching + itself)
    assert np.array_equal(matrix_of(contiguity(counts, rule="rook", own=2)), (shared > 0) + 2 * itself)
    metre = FACTORS[crs]
    border = shared_boundary(counts)
    near = {"rtol": 0, "atol": 1e-3 * metre}
    assert np.allclose(pairs_of(border), shared * side * metre, **near)
    alone = shared.sum(axis=1) == 0
    assert np.array_equal(border.own, alone.astype(float))
    assert border.isolates.tolist() == counts.units[alone].tolist()
    assert np.allclose(perimeters(counts), sides * side * metre, **near)
    assert np.allclose(perimeters(counts, interior=True), shared.sum(axis=1) * side * metre, **near)
    assert (perimeters(counts, interior=True) <= perimeters(counts) * (1 + 1e-7)).all()


@given(labelled(), st.integers(1, 5), st.booleans())
@settings(max_examples=15)
def test_steps_are_those_walked(paper, order, exact):
    _, touching, _ = counted(paper)
    reached = [np.eye(len(touching), dtype=bool)]
    for _ in range(order):
        reached.append(reached[-1] | (reached[-1] @ touching))
    expected = reached[-1] & ~(reached[-2] if exact else reached[0])
    near = contiguity(counts_of(outlines(paper)), order=order, exact=exact)
    assert np.array_equal(pairs_of(near), expected)
    assert (near.own == 1).all()


def test_clean_coverages_agree_with_libpysal():
    graph = pytest.importorskip("libpysal.graph").Graph
    generator = np.random.default_rng(4)
    paper = generator.integers(0, 8, (9, 9))
    paper = np.unique(paper, return_inverse=True)[1].reshape(paper.shape)
    shapes = gpd.GeoSeries(outlines(paper))
    for rule, rook in (("queen", False), ("rook", True)):
        theirs = graph.build_contiguity(shapes, rook=rook, strict=True).sparse.toarray() > 0
        assert np.array_equal(pairs_of(contiguity(counts_of(shapes), rule=rule)), theirs)
    theirs = graph.build_contiguity(shapes, rook=True, strict=True, by_perimeter=True).sparse.toarray()
    assert np.allclose(pairs_of(shared_boundary(counts_of(shapes))), theirs)


def test_overlaps_and_gaps():
    apart = [0.0, 0.99, 2.0, 3.01]  # overlapping, then bordering but for the overlap, then a gap
    counts = counts_of([shapely.box(left, 0, left + 1, 1) for left in apart])
    queen, rook = pairs_of(contiguity(counts)), pairs_of(contiguity(counts, rule="rook"))
    assert np.flatnonzero(queen[0]).tolist() == [1]
    assert not queen[2].any()
    # The overlapping squares have stretches of their long sides in common.
    assert rook[0, 1] == 1
    crossing = counts_of([shapely.box(0, 0, 3, 1), shapely.box(1, -1, 2, 2)])
    assert pairs_of(contiguity(crossing)).sum() == 2
    assert pairs_of(contiguity(crossing, rule="rook")).sum() == 0


@pytest.mark.parametrize(("left", "right"), [(0.1 + 0.2, 0.3), (0.3, 0.1 + 0.2)])
def test_hairlines_are_rounding(left, right):
    # 0.1 + 0.2 is not 0.3, so the first overlaps the second by a hair, or a gap of a hair parts them.
    shapes = [shapely.box(0, 0, left, 1), shapely.box(right, 1 / 3, 1, 1), shapely.box(right, 0, 1, 1 - 2 / 3)]
    for turn in (0.0, 0.7):
        cos, sin = np.cos(turn), np.sin(turn)
        turned = [shapely.transform(shape, lambda xy: xy @ np.array([[cos, sin], [-sin, cos]])) for shape in shapes]  # noqa: B023
        counts = counts_of(turned)
        assert pairs_of(contiguity(counts)).sum() == 6
        assert pairs_of(contiguity(counts, rule="rook")).sum() == 6
        expected = [[0, 2 / 3, 1 / 3], [2 / 3, 0, 0.7], [1 / 3, 0.7, 0]]
        assert np.allclose(pairs_of(shared_boundary(counts)), expected, rtol=0, atol=1e-9)


def test_units_that_overlap_are_noted():
    square = shapely.box(0, 0, 1, 1)
    border = shared_boundary(counts_of([square, square, square, shapely.box(5, 5, 6, 6)]))
    assert border.notes == (
        "1 unit without neighbours: u003",
        "3 units share more border than they have, as shapes overlap: u000, u001, u002",
    )


def test_islands_are_listed():
    near = contiguity(counts_of(outlines(CORNERS)), rule="rook")
    assert near.isolates.tolist() == ["u002"]
    assert near.notes == ("1 unit without neighbours: u002",)
    assert repr(near) == "<Surroundings of 3 units: rook contiguity, own weight 1>"
    alone = counts_of(outlines(CORNERS))
    assert np.array_equal((shared_boundary(alone) @ alone).values[2], alone.values[2])


def test_text_and_own_weight():
    counts = counts_of(outlines(RINGS))
    assert contiguity(counts, order=2, exact=True).text == "queen contiguity in exactly 2 steps, own weight 1"
    assert contiguity(counts, order=2, own=0).text == "queen contiguity in 1 to 2 steps, own weight 0"
    assert [contiguity(counts).own_stated, contiguity(counts, own=1).own_stated] == [False, True]
    assert shared_boundary(counts, own=3).text == "length of shared border in m, own weight 3"
    assert (
        shared_boundary(counts_of(outlines(RINGS), "planar")).text == "length of shared border in units, own weight 0"
    )
    assert (shared_boundary(counts, own=3).own == 3).all()


def test_strata_cut_borders():
    paper = np.array([[0, 1, 2, 3]])
    counts = counts_of(outlines(paper), district=["a", "a", "b", "c"])
    border = shared_boundary(counts, own=1)
    strata = counts.arranged("district")
    assert border.edge_shares(strata).tolist() == [0, 1 / 3, 2 / 3, 1 / 2]
    assert np.isnan(border.edge_shares()).all()
    assert pairs_of(border.limited(strata)).sum() == 2
    # A unit that loses all its neighbours experiences itself, and what it lost is known.
    alone = shared_boundary(counts).limited(strata)
    assert alone.own.tolist() == [0, 0, 1, 1]
    assert alone.edge_shares().tolist() == [0, 0.5, 1, 1]


# -- what is refused ----------------------------------------------------------------------------


def test_points_have_no_borders():
    counts = counts_of([shapely.box(0, 0, 1, 1), shapely.Point(3, 3), shapely.LineString([(0, 0), (1, 5)])])
    for ask in (contiguity, shared_boundary, perimeters):
        with pytest.raises(
            errors.NoPlace, match=r"2 units are no areas.*Remedy: For points use nearest_places"
        ) as caught:
            ask(counts)
        assert caught.value.units == ("u001", "u002")


def test_degrees_have_no_lengths_but_neighbours():
    counts = counts_of(outlines(RINGS), 4326)
    assert pairs_of(contiguity(counts)).sum() == 4
    for ask in (shared_boundary, perimeters):
        with pytest.raises(errors.GeographicCRS, match=r"degrees.*to_crs"):
            ask(counts)


def test_shapes_without_a_map():
    counts = counts_of(outlines(RINGS), None)
    for ask in (contiguity, shared_boundary, perimeters):
        with pytest.raises(errors.CRSMismatch, match="no coordinate reference system"):
            ask(counts)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"rule": "quen"}, r"rule is 'queen' or 'rook', not 'quen'.*Did you mean 'queen'"),
        ({"rule": ["rook"]}, "rule is 'queen' or 'rook', not"),
        ({"order": 0}, "order is a whole number of steps from 1 on, not 0"),
        ({"order": 1.5}, "not 1.5"),
        ({"order": True}, "not True"),
        ({"own": -1}, "own is the weight of a unit in its own surroundings, a number from 0 on, not -1"),
        ({"own": float("nan")}, "not nan"),
        ({"own": "disc"}, "not 'disc'"),
    ],
)
def test_options_that_mean_nothing(options, words):
    with pytest.raises(errors.InvalidParameter, match=words):
        contiguity(counts_of(outlines(RINGS)), **options)


# -- published maps -----------------------------------------------------------------------------


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "unit", "groups"),
    [("grenoble_hh_size", "code", ["small", "medium", "big"]), ("segdata_grid", "sp_id", ["a1", "a2"])],
)
def test_lengths_found_elsewhere(oracle_root, name, unit, groups):
    table = gpd.read_parquet(oracle_root / f"{name}.parquet")
    rows = pd.read_parquet(oracle_root / "reference_values.parquet")
    rows = rows[(rows["measure"] == "shared_boundary_total_length") & (rows["dataset"] == name)]
    planar = {"crs": "planar"} if table.crs is None else {}
    border = shared_boundary(pm.from_wide(table, groups=groups, unit=unit, **planar))
    # Each border is counted once there.
    total = sum(weight.sum() for _, _, weight in border.pairs()) / 2
    assert np.allclose(total, rows["value"], rtol=1e-12, atol=0)
    assert json.loads(rows["parameters"].iloc[0]) == {}


def _real(table, unit, lost=0.0):
    table["some"], table["others"] = 1.5, 2.5
    counts = pm.from_wide(table, groups=["some", "others"], unit=unit)
    queen, rook, border = contiguity(counts), contiguity(counts, rule="rook"), shared_boundary(counts)
    near, next_to, along = (kind.operator.matrix for kind in (queen, rook, border))
    assert (next_to - next_to.multiply(near)).nnz == 0
    assert (next_to > 0).nnz - len(counts) == (along > 0).nnz
    assert (abs(along - along.T)).nnz == 0
    # Every border leads to another area but for the outer one (some borders of generalised areas were
    # drawn twice), and nobody shares more than there is.
    interior = perimeters(counts, interior=True)
    outside = shapely.length(shapely.union_all(np.asarray(counts.geometry.array)))
    assert (interior <= perimeters(counts) * (1 + 1e-9)).all()
    assert 0 <= perimeters(counts).sum() - interior.sum() - outside + 1 < lost * interior.sum() + 2
    assert np.allclose(border.weight - border.own, interior)
    return queen, border


@pytest.mark.slow
@pytest.mark.data
def test_trafford(data_root):
    queen, border = _real(gpd.read_parquet(data_root / "data" / "trafford" / "oa21.parquet"), "oa21cd")
    assert not len(queen.isolates)
    assert border.notes == ()


@pytest.mark.data
@pytest.mark.slow
def test_england_and_wales(data_root):
    file = data_root / "data" / "england_wales" / "lsoa21_boundaries_ultra_generalised.parquet"
    queen, border = _real(gpd.read_parquet(file).to_crs(27700), "lsoa21cd", lost=5e-5)
    # The Isles of Scilly are one area.
    assert queen.isolates.tolist() == ["E01019077"]
    assert border.notes == ("1 unit without neighbours: E01019077",)
