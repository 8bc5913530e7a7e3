"""Kernels of distance, against all pairs written out in a square array."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix import errors
from placemix.surroundings import around, kernel, proximity, within
from surroundings.lattices import FACTORS, counts_of, labelled, matrix_of, outlines, pairs_of

KERNELS = {
    "uniform": np.ones_like,
    "triangular": lambda z: 1 - z,
    "biweight": lambda z: (1 - z**2) ** 2,
    "gaussian": lambda z: np.exp(-(z**2) / 2),
    "exponential": lambda z: np.exp(-z),
}
ENDLESS = ("gaussian", "exponential")
OWN = {None: 0.0, 0: 0.0, "disc": 0.511, "square": 0.521, "massey_denton": 0.6**0.5, "white": 0.6}


def distances(xy: np.ndarray) -> np.ndarray:
    return np.hypot(*(xy[:, np.newaxis] - xy).transpose(2, 0, 1))


def weighed(apart, own, shape, bandwidth, cutoff=None):
    apart = apart.copy()
    np.fill_diagonal(apart, own)
    end = (np.inf if cutoff is None else cutoff) if shape in ENDLESS else bandwidth
    return np.where(apart < end, KERNELS[shape](apart / bandwidth), 0)


@st.composite
def points(draw):
    """Up to 60 points, some at the same place, on a small map or far from its origin."""
    generator = np.random.default_rng(draw(st.integers(0, 2**32)))
    count = draw(st.integers(1, 60))
    xy = generator.random((count, 2)) * draw(st.sampled_from([[1, 1], [1, 30], [0, 1]])) * 1000
    if draw(st.booleans()):
        xy = np.round(xy, -2)
    return xy + draw(st.sampled_from([0.0, 1e7])), generator


@pytest.mark.slow
@settings(max_examples=30)
@given(points(), st.sampled_from(sorted(KERNELS)), st.sampled_from([5, 170, 4000]), st.booleans(), st.sampled_from(sorted(FACTORS)))  # fmt: skip  # noqa: E501
def test_sums_and_pairs_are_those_of_all_pairs(drawn, shape, bandwidth, ends, crs):
    xy, generator = drawn
    factor, count = FACTORS[crs], len(xy)
    codes = generator.integers(0, 3, count)
    counts = counts_of(shapely.points(xy), crs, stratum=codes)
    cutoff = 1.7 * bandwidth if shape in ENDLESS and ends else None
    near = kernel(counts, bandwidth=bandwidth, shape=shape, cutoff=cutoff)
    # Far from the origin points are known to a billionth of a metre; weights jump at a kernel's end.
    apart = distances(xy * factor)
    end = bandwidth if shape not in ENDLESS else cutoff or np.inf
    if (np.abs(apart - end) < 1e-6).any():
        return
    dense = weighed(apart, 0, shape, bandwidth, cutoff)
    close = {"rtol": 1e-9, "atol": 1e-9}
    assert np.allclose(matrix_of(near), dense, **close)
    assert np.allclose(pairs_of(near), dense - np.eye(count), **close)
    assert np.allclose(near.weight, dense.sum(axis=1), **close)
    assert near.own.tolist() == [1] * count
    assert near.isolates.tolist() == counts.units[dense.sum(axis=1) <= 1 + 1e-12].tolist()
    around_them = near @ counts
    assert np.allclose(around_them.values, dense @ counts.values, **close)
    assert np.allclose(around_them.total, dense @ counts.total, **close)
    assert around_them.groups == counts.groups
    draws = generator.random((2, 3, count, 4))
    assert np.allclose(near @ draws, dense @ draws, **close)
    # Strata, parts, and another order.
    same = codes[:, np.newaxis] == codes
    strata = counts.arranged("stratum")
    assert np.allclose(matrix_of(near.limited(strata)), dense * same, **close)
    assert np.allclose(pairs_of(near.limited(strata)), dense * same - np.eye(count), **close)
    halves = generator.integers(0, 2, count)
    both = same & (halves[:, np.newaxis] == halves)
    assert np.allclose(matrix_of(near.limited(strata).limited(halves)), dense * both, **close)
    some = generator.permutation(count)[: count // 2 + 1]
    assert np.allclose(matrix_of(near.limited(strata).take(some)), (dense * same)[np.ix_(some, some)], **close)
    order = generator.permutation(count)
    assert np.allclose((near @ counts.take(order)).values, (dense @ counts.values)[order], **close)
    assert near.on(counts) is near


@settings(max_examples=20)
@given(labelled(), st.sampled_from(sorted(KERNELS)), st.sampled_from(list(OWN)), st.sampled_from(sorted(FACTORS)))
def test_own_distance_is_that_of_the_area(paper, shape, own, crs):
    shapes = outlines(paper, side=100, turn=0.2)
    factor = FACTORS[crs]
    counts = counts_of(shapes, crs)
    near = kernel(counts, bandwidth=150, shape=shape, own=own)
    xy = shapely.get_coordinates([part.centroid for part in shapes]) * factor
    itself = OWN[own] * np.sqrt([part.area for part in shapes]) * factor
    apart = distances(xy)
    if (np.abs(apart - 150) < 1e-6).any():
        return
    dense = weighed(apart, itself, shape, 150)
    alone = dense.sum(axis=1) == 0
    dense[alone, alone] = 1
    assert np.allclose(matrix_of(near), dense, rtol=1e-9, atol=1e-12)
    assert near.own_stated == (own is not None)
    told = {0: "own distance 0", "disc": "0.511√a", "square": "0.521√a", "massey_denton": "√(0.6a)", "white": "0.6√a"}
    assert ("own distance" in near.text) == (own in told)
    assert told.get(own, "") in near.text


def test_a_unit_too_far_from_itself_experiences_itself():
    counts = counts_of(
        [shapely.box(0, 0, 1000, 1000), shapely.box(0, 1000, 100, 1100), shapely.box(100, 1000, 200, 1100)]
    )
    near = within(counts, radius=150, own="disc")
    assert matrix_of(near).tolist() == [[1, 0, 0], [0, 1, 1], [0, 1, 1]]
    assert near.own.tolist() == [1, 1, 1]
    assert near.isolates.tolist() == ["u000"]
    # Where it has neighbours, it is they whom it experiences.
    near = within(counts, radius=660, own="massey_denton")
    assert matrix_of(near).tolist() == [[0, 0, 1], [0, 1, 1], [1, 1, 1]]
    assert matrix_of(near.limited(np.array([0, 1, 1]))).tolist() == [[1, 0, 0], [0, 1, 1], [0, 1, 1]]


def test_proximity_is_massey_and_dentons():
    shapes = [shapely.box(0, 0, 1609.344, 1609.344), shapely.box(0, 3218.688, 1609.344, 4828.032)]
    near = proximity(counts_of(shapes), decay_length="1 mile")
    mile = np.exp(-(0.6**0.5))
    assert np.allclose(matrix_of(near), [[mile, np.exp(-2)], [np.exp(-2), mile]])
    assert near.own_stated


def test_lengths_carry_their_units():
    xy = np.array([[0, 0], [0, 20], [0, 5000], [0, 5290]])
    feet = counts_of(shapely.points(xy), 2263)
    for mile in ("1 mile", 1609.344, "1.609344 km", "1,760 yd", np.float64(1609.344), np.int64(1609)):
        assert within(feet, radius=mile).weight.tolist() == [3, 4, 4, 3]
    metres = counts_of(shapely.points(xy * FACTORS[2263]), 27700)
    plane = counts_of(shapely.points(xy), "planar")
    for shape in KERNELS:
        weights = [
            kernel(feet, bandwidth="400 ft", shape=shape).weight,
            kernel(metres, bandwidth="400 ft", shape=shape).weight,
        ]
        assert np.allclose(*weights)
        assert np.allclose(kernel(plane, bandwidth=400 * 0.3048 / FACTORS[2263], shape=shape).weight, weights[0])


def test_the_end_of_a_kernel_is_outside():
    counts = counts_of(shapely.points([[0, 0], [3, 4], [0, 5.000001]]))
    assert pairs_of(within(counts, radius=5)).sum() == 2  # u001 and u002
    near = kernel(counts, bandwidth=2, shape="exponential", cutoff=5)
    assert pairs_of(near)[0].sum() == 0
    assert near.text == "exponential kernel, bandwidth 2 m, cut off at 5 m"
    assert kernel(counts, bandwidth=2, shape="gaussian").text == "gaussian kernel, bandwidth 2 m, no cut-off"


def test_a_tiny_radius_is_the_unit_alone_and_a_huge_one_is_all():
    generator = np.random.default_rng(0)
    counts = counts_of(shapely.points(generator.random((200, 2)) * 1e5 + 1e7))
    for shape in ("uniform", "triangular", "biweight"):
        alone = kernel(counts, bandwidth=1e-6, shape=shape)
        assert (alone @ counts).values.tolist() == counts.values.tolist()
        assert alone.isolates.tolist() == counts.units.tolist()
    everyone = within(counts, radius="9999 km") @ counts
    assert np.allclose(everyone.values, counts.values.sum(axis=0))


def test_draws_are_cut_into_blocks(monkeypatch):
    generator = np.random.default_rng(1)
    counts = counts_of(shapely.points(generator.random((50, 2)) * 1000))
    near = within(counts, radius=300)
    draws = generator.random((7, 2, 50, 3))
    whole = near @ draws
    monkeypatch.setattr(around, "WORKSPACE", 24 * 50 * 3 * 4)
    assert np.allclose(near @ draws, whole, rtol=1e-12)
    assert (near @ draws[0, 0, :, 0]).shape == (50,)
    assert (near @ draws[:, :0]).shape == (7, 0, 50, 3)
    with pytest.raises(errors.InvalidParameter, match=r"Values of shape \(50, 3, 7\) do not fit surroundings of 50"):
        near @ np.ones((50, 3, 7))


def test_digits_do_not_depend_on_threads(monkeypatch):
    generator = np.random.default_rng(2)
    counts = counts_of(shapely.points(generator.random((3000, 2)) * 1e4))
    found = []
    for threads in (1, 2, 5):
        monkeypatch.setattr("os.cpu_count", lambda threads=threads: threads)
        found.append(kernel(counts, bandwidth=900, shape="exponential", cutoff=3000) @ counts.values)
    assert (found[0] == found[1]).all()
    assert (found[0] == found[2]).all()


def test_order_of_rows_changes_nothing():
    generator = np.random.default_rng(3)
    counts = counts_of(shapely.points(generator.random((60, 2)) * 1000))
    mixed = counts.take(generator.permutation(60))
    there = dict(zip(mixed.units, (kernel(mixed, bandwidth=300) @ mixed).values.tolist(), strict=True))
    here = dict(zip(counts.units, (kernel(counts, bandwidth=300) @ counts).values.tolist(), strict=True))
    assert all(np.allclose(here[unit], there[unit], rtol=1e-12) for unit in here)


def test_nobody_elses_units():
    counts = counts_of(shapely.points([[0, 0], [1, 1], [2, 2]]))
    near = within(counts, radius=5)
    with pytest.raises(errors.UnitsDiffer, match="0 are not in them, 1 only there") as caught:
        near @ counts.take(np.array([0, 2]))
    assert caught.value.units == ("u001",)


def test_toyville():
    # The table of values of the four units on a line, exponential kernel and own distance 0.
    frame = gpd.GeoDataFrame(
        {"u": list("ABCD"), "x": [80, 20, 0, 20], "y": [20, 80, 100, 80]},
        geometry=gpd.points_from_xy([0.5, 1.5, 3, 6], [0, 0, 0, 0]),
    )
    counts = pm.from_wide(frame, groups=["x", "y"], unit="u", crs="planar")
    published = {
        1: (0.3747433, 0.1480926, 0.1783460, 0.4847116),
        2: (0.2496137, 0.0604712, 0.0751739, 0.4046868),
        4: (0.1412784, 0.0224415, 0.0283177, 0.3523773),
    }
    measures = [
        pm.indices.dissimilarity,
        pm.indices.information_theory,
        pm.indices.relative_diversity,
        pm.indices.isolation,
    ]
    for decay, values in published.items():
        there = (kernel(counts, bandwidth=decay, shape="exponential") @ counts).values
        found = [float(measure(counts.values, there)[0]) for measure in measures]
        assert np.allclose(found, values, rtol=0, atol=5e-8)
    there = (kernel(counts, bandwidth=2) @ counts).values
    found = [float(measure(counts.values, there)[0]) for measure in measures]
    assert np.allclose(found, (0.4300418, 0.1893783, 0.2055968, 0.4844336), rtol=0, atol=5e-8)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"bandwidth": 0}, "bandwidth must be above 0"),
        ({"bandwidth": 5, "shape": "biwieght"}, r"shape is one of uniform.*Did you mean 'biweight'"),
        ({"bandwidth": 5, "cutoff": 9}, r"A biweight kernel ends at its bandwidth.*Leave out cutoff="),
        ({"bandwidth": 5, "shape": "gaussian", "cutoff": 0}, "cutoff must be above 0"),
        ({"bandwidth": 5, "own": "disk"}, r"own is one of 0, 'disc'.*Did you mean 'disc'"),
        ({"bandwidth": 5, "own": True}, "not True"),
        ({"bandwidth": 5, "own": 20}, "not 20"),
        ({"bandwidth": 5, "edge": "drop"}, "edge is 'none' or 'renormalise', not 'drop'"),
        ({"bandwidth": 5, "edge": ["none"]}, "not \\['none'"),
        ({"bandwidth": 5, "own": [0]}, "not \\[0"),
        ({"bandwidth": 5, "point": ["centroid"]}, "point is 'centroid' or 'representative', not"),
    ],
)
def test_options_that_mean_nothing(options, words):
    with pytest.raises(errors.InvalidParameter, match=words):
        kernel(counts_of(outlines(np.array([[0, 1]]))), **options)
