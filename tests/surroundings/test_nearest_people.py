"""Surroundings of the nearest people and places against a dense sort, and what must not change them."""

from __future__ import annotations

import tracemalloc

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix import surroundings
from placemix.errors import GeographicCRS, InvalidParameter, NoPlace
from placemix.surroundings.packing import fingerprint, pack, unpack
from placemix.surroundings.people import _nearest

GROUPS = ["x", "y"]


def counted(values, xy, *, ids=None, strata=None, crs="EPSG:27700"):
    """Counts of two groups at points."""
    ids = [f"u{number}" for number in range(len(values))] if ids is None else ids
    frame = pd.DataFrame(values, columns=GROUPS).assign(id=ids)
    if strata is not None:
        frame["part"] = np.asarray(strata).astype(str)
    table = gpd.GeoDataFrame(frame, geometry=shapely.points(xy), crs=None if crs == "planar" else crs)
    more = {"crs": "planar"} if crs == "planar" else {}
    return pm.from_wide(
        table, groups=GROUPS, unit="id", geometry="geometry", strata=None if strata is None else "part", **more
    )


@pytest.fixture(scope="module")
def toyville():
    line = [[0.5, 0], [1.5, 0], [3, 0], [6, 0]]
    return counted([[80, 20], [20, 80], [0, 100], [20, 80]], line, ids=list("ABCD"), crs="planar")


def town(seed, units, *, strata=3):
    """Random counts on a small grid: coincident points, equal distances, units without people, ids in no order."""
    draw = np.random.default_rng(seed)
    values = draw.poisson(draw.gamma(0.6, 30, (units, 2)))
    values[draw.random(units) < 0.15] = 0
    values[:2] += 1
    xy = draw.integers(0, 7, (units, 2)) * 100.0
    ids = [f"u{number}" for number in draw.permutation(units)]
    return counted(values, xy, ids=ids, strata=draw.integers(0, strata, units))


def dense(counts, size, *, places=False, codes=None):
    """Weights of everyone for everyone, by sorting all distances; ties by id as text."""
    xy = shapely.get_coordinates(counts.geometry.array)
    codes = np.zeros(len(counts)) if codes is None else codes
    ids = np.array(counts.units, dtype=object)
    weight = np.zeros((len(counts), len(counts)))
    for unit in range(len(counts)):
        far = np.round(np.hypot(*(xy - xy[unit]).T), 6)
        order = sorted(np.flatnonzero((counts.total > 0) & (codes == codes[unit])), key=lambda j: (far[j], ids[j]))
        left = float(size) + places
        for other in [unit, *(j for j in order if j != unit)]:
            people = 1.0 if places else counts.total[other]
            weight[unit, other] = min(left / people, 1.0) if people > 0 else 1.0
            left = max(left - people, 0.0)
    return weight


def matrix(near):
    out = np.zeros((len(near), len(near)))
    for i, j, weight in near.pairs():
        assert (i != j).all()
        assert (out[i, j] == 0).all()
        out[i, j] = weight
    return out + np.diag(near.own)


# -- by hand -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "shares", "isolation"),
    [
        (150, [90 / 150, 60 / 150, 10 / 150, 20 / 150], 0.4889),
        (200, [0.5, 0.5, 0.1, 0.1], 0.4333),
        (400, [0.3, 0.3, 0.3, 0.3], 0.3),
        (50, [0.8, 0.2, 0.0, 0.2], 0.6),
    ],
)
def test_toyville(toyville, people, shares, isolation):
    around = surroundings.nearest_people(toyville, people=people) @ toyville
    np.testing.assert_allclose(around.values[:, 0] / around.total, shares, atol=1e-12)
    np.testing.assert_allclose(around.total, people)
    found = (toyville.values[:, 0] * around.values[:, 0] / around.total).sum() / 120
    assert found == pytest.approx(isolation, abs=5e-5)


def test_the_word_and_the_weights(toyville):
    near = surroundings.nearest_people(toyville, people=150)
    assert near.text == "nearest 150 people"
    # A takes half of B, B half of A, C half of B, D half of C.
    expected = np.eye(4)
    expected[[0, 1, 2, 3], [1, 0, 1, 2]] = 0.5
    np.testing.assert_allclose(matrix(near), expected)
    assert surroundings.nearest_people(toyville, people=40).own.tolist() == [0.4] * 4
    assert list(surroundings.nearest_people(toyville, people=40).isolates) == list("ABCD")


# -- against a dense sort --------------------------------------------------------------------------------


@pytest.mark.parametrize(("seed", "units"), [(1, 3), (2, 12), (3, 30), (4, 60)])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.9, 1.0])
def test_weights_are_those_of_a_dense_sort(seed, units, share):
    counts = town(seed, units)
    people = max(share * counts.total.sum(), 0.5)
    near = surroundings.nearest_people(counts, people=people)
    expected = dense(counts, people)
    np.testing.assert_allclose(matrix(near), expected, atol=1e-12)
    np.testing.assert_allclose(near.own, np.diag(expected), atol=1e-12)
    np.testing.assert_allclose(near @ counts.values, expected @ counts.values, rtol=1e-12)
    # People are conserved: each unit has so many around it, whatever their number in each unit.
    np.testing.assert_allclose(near @ counts.total, np.full(len(counts), people), rtol=1e-12)


@pytest.mark.parametrize("seed", [5, 6])
def test_strata_are_searched_alone(seed):
    counts = town(seed, 50, strata=4)
    codes = counts.strata["part"].cat.codes.to_numpy()
    whole = np.bincount(codes, counts.total)
    people = float(np.median(whole))
    near = surroundings.nearest_people(counts, people=people).limited(counts.arranged("part"))
    np.testing.assert_allclose(matrix(near), dense(counts, people, codes=codes), atol=1e-12)
    np.testing.assert_allclose(near @ counts.total, np.minimum(people, whole)[codes], rtol=1e-12)
    short = int((whole < people).sum())
    assert near.notes[-1].startswith(f"{short} strata have fewer than")
    alone = [
        surroundings.nearest_people(part, people=min(people, part.total.sum())) for _, part in counts.split("part")
    ]
    order = counts.arranged("part").order
    np.testing.assert_allclose(
        np.concatenate([one @ part.values for one, (_, part) in zip(alone, counts.split("part"), strict=True)]),
        (near @ counts.values)[order],
        rtol=1e-12,
    )


def test_edge_shares_are_the_people_of_other_strata():
    counts = town(7, 40)
    codes = counts.strata["part"].cat.codes.to_numpy()
    people = 0.4 * counts.total.sum()
    near = surroundings.nearest_people(counts, people=people)
    met = dense(counts, people) * counts.total
    expected = (met * (codes[:, np.newaxis] != codes)).sum(axis=1) / people
    np.testing.assert_allclose(near.edge_shares(counts.arranged("part")), expected, atol=1e-12)
    np.testing.assert_allclose(near.limited(codes).edge_shares(), expected, atol=1e-12)
    assert np.isnan(near.edge_shares()).all()
    doubled = pm.from_wide(
        pd.DataFrame(counts.values * 2, columns=GROUPS).assign(id=counts.units), groups=GROUPS, unit="id"
    )
    half = dense(counts, people / 2) * counts.total
    expected = (half * (codes[:, np.newaxis] != codes)).sum(axis=1) / (people / 2)
    np.testing.assert_allclose(near.on(doubled).edge_shares(codes), expected, atol=1e-12)


@pytest.mark.parametrize("places", [1, 3, 20])
def test_places_against_a_dense_sort(places):
    counts = town(9, 45)
    near = surroundings.nearest_places(counts, places=places)
    np.testing.assert_allclose(matrix(near), dense(counts, places, places=True))
    assert near.text == f"nearest {places} place{'s' if places > 1 else ''}"
    assert (near.own == 1).all()
    codes = counts.strata["part"].cat.codes.to_numpy()
    np.testing.assert_allclose(matrix(near.limited(codes)), dense(counts, places, places=True, codes=codes))


def test_many_sizes_in_one_walk_are_those_of_single_walks():
    counts = town(10, 60)
    sizes = [counts.total.sum(), 30, 250, 1, 30]
    operator = surroundings.nearest_people(counts, people=5).operator
    found = operator.sums_at(counts.values, sizes)
    for size, sums in zip(sizes, found, strict=True):
        np.testing.assert_array_equal(sums, surroundings.nearest_people(counts, people=size) @ counts.values)
    places = surroundings.nearest_places(counts, places=2).operator
    for size, sums in zip([5, 1], places.sums_at(counts.values, [5, 1]), strict=True):
        np.testing.assert_array_equal(sums, surroundings.nearest_places(counts, places=size) @ counts.values)


def test_everyone_is_the_whole_and_a_few_are_the_own_unit():
    counts = town(11, 40)
    everyone = surroundings.nearest_people(counts, people=float(counts.total.sum())) @ counts
    np.testing.assert_allclose(everyone.values, np.tile(counts.values.sum(axis=0), (40, 1)))
    lived_in = counts.total > 0
    few = surroundings.nearest_people(counts, people=1e-6) @ counts
    np.testing.assert_allclose(few.shares()[lived_in], counts.shares()[lived_in])
    assert (few.total[~lived_in] > 0).all()


def test_draws_are_summed_like_single_tables():
    counts = town(12, 30)
    near = surroundings.nearest_people(counts, people=200)
    draws = np.random.default_rng(0).poisson(counts.values, (4, *counts.values.shape))
    np.testing.assert_allclose(near @ draws, np.stack([near @ draw.astype(float) for draw in draws]))


# -- what changes nothing --------------------------------------------------------------------------------


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.integers(2, 40), st.floats(0.01, 1))
def test_the_order_of_rows_changes_nothing(seed, units, share):
    counts = town(seed, units)
    people = share * counts.total.sum()
    order = np.random.default_rng(seed).permutation(units)
    near, moved = (surroundings.nearest_people(part, people=people) for part in (counts, counts.take(order)))
    np.testing.assert_array_equal(near.weight[order], moved.weight)
    np.testing.assert_array_equal((near @ counts.values)[order], moved @ counts.take(order).values)
    np.testing.assert_array_equal(near.take(order).weight, moved.weight)
    assert fingerprint(near) == fingerprint(moved)


def test_ties_are_by_id_as_text():
    ring = [[0, 0], [1, 0], [0, 1], [-1, 0], [0, -1]]
    counts = counted([[10, 0]] * 5, ring, ids=["m", "u9", "u10", "b", "z"], crs="planar")
    weight = matrix(surroundings.nearest_people(counts, people=25))[0]
    assert dict(zip(counts.units, weight, strict=True)) == {"m": 1, "b": 1, "u10": 0.5, "u9": 0, "z": 0}


@pytest.mark.parametrize("crs", ["EPSG:27700", "EPSG:2263"])
@pytest.mark.parametrize(("shift", "scale"), [(0, 1), (1e7, 0.1), (123.4, 1 / 3)])
def test_equal_distances_stay_equal_wherever_the_grid_lies(crs, shift, scale):
    # Squares of a lattice have centroids with rounding of their own, and feet another rounding.
    columns, rows = np.meshgrid(np.arange(6), np.arange(6))
    corner = np.column_stack([columns.ravel(), rows.ravel()]) * scale
    cells = shapely.box(*(corner + shift).T, *(corner + shift + scale).T)
    values = np.random.default_rng(1).poisson(20, (36, 2))
    frame = gpd.GeoDataFrame(pd.DataFrame(values, columns=GROUPS).assign(id=range(36)), geometry=cells, crs=crs)
    counts = pm.from_wide(frame, groups=GROUPS, unit="id", geometry="geometry")
    plain = counted(values, corner, ids=[str(number) for number in range(36)], crs="planar")
    expected = matrix(surroundings.nearest_people(plain, people=300))
    np.testing.assert_allclose(matrix(surroundings.nearest_people(counts, people=300)), expected, atol=1e-12)


def test_blocks_and_room_change_nothing(monkeypatch):
    counts = town(13, 60)
    near = surroundings.nearest_people(counts, people=0.7 * counts.total.sum())
    sums, weights = near @ counts.values, matrix(near)
    monkeypatch.setattr(_nearest, "_UNITS", 7)
    monkeypatch.setattr(_nearest, "_ROOM", 1)
    np.testing.assert_array_equal(near @ counts.values, sums)
    np.testing.assert_array_equal(matrix(near), weights)


def test_it_is_built_again_for_other_people():
    counts = town(14, 30)
    near = surroundings.nearest_people(counts, people=100)
    assert near.on(counts) is near
    draw = np.random.default_rng(3).poisson(counts.values)
    other = counted(draw, shapely.get_coordinates(counts.geometry.array), ids=list(counts.units))
    np.testing.assert_array_equal(matrix(near.on(other)), matrix(surroundings.nearest_people(other, people=100)))
    np.testing.assert_allclose((near @ other).total, 100)


def test_it_survives_being_packed():
    counts = town(15, 30)
    near = surroundings.nearest_people(counts, people=100).limited(counts.arranged("part"))
    again = unpack(*pack(near))
    assert again.text == near.text
    assert again.notes == near.notes
    np.testing.assert_array_equal(matrix(again), matrix(near))


# -- bad input ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("people", [0, -5, np.nan, np.inf, "many", None, True, [100, 200]])
def test_what_is_no_number_of_people(toyville, people):
    with pytest.raises(InvalidParameter, match="people is a number above 0"):
        surroundings.nearest_people(toyville, people=people)


@pytest.mark.parametrize("places", [0, 1.5, -1, "8"])
def test_what_is_no_number_of_places(toyville, places):
    with pytest.raises(InvalidParameter, match="places is a whole number above 0"):
        surroundings.nearest_places(toyville, places=places)


def test_more_than_there_are(toyville):
    with pytest.raises(InvalidParameter, match="nearest 401 people were asked for, and there are 400 in the table"):
        surroundings.nearest_people(toyville, people=401)
    with pytest.raises(InvalidParameter, match="nearest 4 places were asked for, and there are 3 with people"):
        surroundings.nearest_places(toyville, places=4)
    near = surroundings.nearest_people(toyville, people=300)
    with pytest.raises(InvalidParameter, match="there are 400"):
        near.operator.sums_at(toyville.values, [100, 500])
    with pytest.raises(InvalidParameter, match="there are 200"):
        near.take(np.array([0, 1]))


def test_nowhere_and_degrees():
    frame = pd.DataFrame({"id": ["a", "b"], "x": [1, 2], "y": [3, 4]})
    with pytest.raises(NoPlace):
        surroundings.nearest_people(pm.from_wide(frame, groups=GROUPS, unit="id"), people=1)
    with pytest.raises(GeographicCRS):
        surroundings.nearest_people(counted([[1, 2], [3, 4]], [[0, 50], [1, 51]], crs="EPSG:4326"), people=1)


def test_coincident_units_are_noted():
    counts = counted([[1, 1], [2, 2], [3, 3]], [[0, 0], [0, 0], [9, 9]])
    assert surroundings.nearest_people(counts, people=3).notes == (
        "2 units at the same point as another, the first by id counted first",
    )


def test_memory_is_linear_in_units():
    draw = np.random.default_rng(4)
    counts = counted(draw.poisson(60, (20_000, 2)), draw.random((20_000, 2)) * 1e5)
    near = surroundings.nearest_people(counts, people=5_000)
    near @ counts
    tracemalloc.start()
    near @ counts
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60e6  # 20,000² weights of one byte each would be 400 MB
