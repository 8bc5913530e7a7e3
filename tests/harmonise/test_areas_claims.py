"""What moving people between areas must never do, tried on random tables, crosswalks and maps."""

from __future__ import annotations

import warnings
from dataclasses import replace
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import placemix as pm
from placemix.harmonise import areal, dasymetric, interpolate, reunit
from placemix.harmonise.areas.clipping import areas_in_boxes
from placemix.harmonise.areas.outlines import outlines
from placemix.harmonise.areas.overlays import overlay, shared_areas

#: For tests of which each example takes long.
FEWER = settings(max_examples=settings().max_examples // 3)
whole = st.integers(0, 400).map(float)


@st.composite
def crosswalks(draw, sources=None, targets=None):
    """Any crosswalk between few units, with splits, mergers and irregular changes."""
    rows = sources or draw(st.integers(1, 6))
    columns = targets or draw(st.integers(1, 6))
    weights = draw(hnp.arrays(float, (rows, columns), elements=st.sampled_from([0.0, 0.0, 1.0, 2.0, 7.0])))
    weights[np.arange(rows), draw(hnp.arrays(int, rows, elements=st.integers(0, columns - 1)))] += 1
    old, new = np.nonzero(weights)
    return pm.Crosswalk.from_pairs(
        old, new, weights[old, new], sources=[f"s{row}" for row in range(rows)],
        targets=[f"t{column}" for column in range(columns)], kind="weighted",
    )  # fmt: skip


@st.composite
def tables(draw, units):
    """Counts of three groups with a residual, intervals and errors."""
    values = draw(hnp.arrays(float, (units, 3), elements=whole))
    assume(values.sum() > 0)
    rest = draw(hnp.arrays(float, units, elements=whole))
    below, above = (draw(hnp.arrays(float, (units, 3), elements=st.integers(0, 3).map(float))) for _ in range(2))
    return pm.Counts(
        values=values,
        groups=("x", "y", "z"),
        units=pd.Index([f"s{row}" for row in range(units)], dtype=str, name="unit"),
        total=values.sum(axis=1) + rest,
        strata=pd.DataFrame(index=range(units)),
        low=np.maximum(values - below, 0),
        high=values + above,
        error=draw(hnp.arrays(float, (units, 3), elements=st.integers(0, 20).map(float))),
    )


@st.composite
def moves(draw):
    walk = draw(crosswalks())
    return draw(tables(len(walk.sources))), walk


@given(moves())
def test_nobody_is_lost_and_nobody_is_made(pair):
    counts, walk = pair
    moved = reunit(counts, walk, unreached="keep")
    np.testing.assert_allclose(moved.values.sum(axis=0), counts.values.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(moved.total.sum(), counts.total.sum(), rtol=1e-12)
    np.testing.assert_allclose(moved.residual.sum(), counts.residual.sum(), rtol=1e-9, atol=1e-9)
    assert (moved.values >= 0).all()
    assert moved.about.interpolated == bool(counts.total[walk.split].sum() > 0)


@FEWER
@given(moves(), st.data())
def test_nor_where_each_group_goes_its_own_way(pair, data):
    counts, walk = pair
    shape = {"sources": len(walk.sources), "targets": len(walk.targets)}
    ways = {"x": walk, **{group: data.draw(crosswalks(**shape)) for group in "yz"}}
    moved = reunit(counts, ways, unreached="keep")
    np.testing.assert_allclose(moved.values.sum(axis=0), counts.values.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose(moved.total.sum(), counts.total.sum(), rtol=1e-12)
    np.testing.assert_array_less(moved.values.sum(axis=1) - moved.total, 1e-9 * max(counts.total.sum(), 1))


@given(moves(), st.data())
def test_intervals_hold_the_truth_before_and_after(pair, data):
    counts, walk = pair
    part = data.draw(hnp.arrays(float, counts.values.shape, elements=st.floats(0, 1)))
    truth = counts.low + part * (counts.high - counts.low)
    moved = reunit(counts, walk, unreached="keep")
    there = walk.weights.T @ truth
    assert (moved.low <= there + 1e-9).all()
    assert (there <= moved.high + 1e-9).all()


@given(moves())
def test_errors_are_those_of_independent_cells(pair):
    counts, walk = pair
    dense = walk.weights.toarray()
    expected = np.sqrt(np.einsum("st,sg->tg", dense**2, counts.error**2))
    np.testing.assert_allclose(reunit(counts, walk, unreached="keep").error, expected, rtol=1e-12, atol=1e-12)


@FEWER
@given(st.data())
def test_joining_crosswalks_is_associative(data):
    sizes = data.draw(st.lists(st.integers(1, 5), min_size=4, max_size=4))
    ways = []
    for step, (sources, targets) in enumerate(pairwise(sizes)):
        walk = data.draw(crosswalks(sources=sources, targets=targets))
        names = [pd.Index([f"{place} {row}" for row in range(size)], dtype=str)
                 for place, size in ((step, sources), (step + 1, targets))]  # fmt: skip
        ways.append(replace(walk, sources=names[0], targets=names[1]))
    one, two, three = ways
    left, right = one.then(two).then(three), one.then(two.then(three))
    np.testing.assert_allclose(left.weights.toarray(), right.weights.toarray(), atol=1e-14)
    np.testing.assert_allclose(left.weights.sum(axis=1), 1, rtol=1e-12)
    people = np.arange(1.0, sizes[0] + 1)
    step_by_step = three.move(two.move(one.move(people, one.sources), two.sources), three.sources)
    np.testing.assert_allclose(left.move(people, left.sources), step_by_step, rtol=1e-12)


@FEWER
@given(st.integers(1, 8), st.data())
def test_an_exact_crosswalk_is_a_merger_of_units(units, data):
    counts = data.draw(tables(units))
    ends = data.draw(st.lists(st.integers(0, 3), min_size=units, max_size=units))
    targets = [f"t{end}" for end in ends]
    district = {unit: f"d{end % 2}" for unit, end in zip(counts.units, ends, strict=True)}
    counts = counts.with_strata(district=district)
    lookup = pd.DataFrame({"old": counts.units, "new": targets})
    moved = reunit(counts, pm.harmonise.nesting(lookup, source="old", target="new"))
    merged = counts.merge_units(lookup.set_index("old")["new"])
    assert moved.units.tolist() == merged.units.tolist()
    assert moved.strata["district"].tolist() == merged.strata["district"].tolist()
    for name in ("values", "total", "low", "high", "error"):
        np.testing.assert_allclose(getattr(moved, name), getattr(merged, name), rtol=1e-12)
    assert not moved.about.interpolated


@FEWER
@given(st.integers(2, 5), st.data())
def test_splitting_everyone_alike_changes_no_index(units, data):
    counts = data.draw(tables(units))
    counts = replace(counts, low=None, high=None)
    # With people in one unit alone no index is defined, until that is split.
    assume((counts.total > 0).sum() > 1)
    parts = [data.draw(st.integers(1, 3)) for _ in range(units)]
    rows = [(f"s{unit}", f"s{unit}.{part}", part + 1) for unit, number in enumerate(parts) for part in range(number)]
    lookup = pd.DataFrame(rows, columns=["old", "new", "people"])
    walk = pm.Crosswalk.from_table(lookup, source="old", target="new", weight="people")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pm.errors.SmoothedByInterpolation)
        one, other = (
            pm.measure(table, ["dissimilarity", "isolation", "information_theory"], focal="each")["value"]
            for table in (counts, reunit(counts, walk))
        )
    np.testing.assert_allclose(one, other, atol=1e-9)


@pytest.mark.slow
@FEWER
@given(st.integers(1, 6), st.data())
def test_rates_move_like_what_they_are_made_of(units, data):
    people = data.draw(tables(units))
    people = replace(people, values=people.values + 1, total=people.total + 3, low=None, high=None, error=None)
    part = data.draw(hnp.arrays(float, people.values.shape, elements=st.sampled_from([0.0, 0.25, 0.5, 1.0])))
    events = replace(people, values=people.values * part, total=(people.values * part).sum(axis=1))
    walk = data.draw(crosswalks(sources=units))
    rates = pm.Rates.from_counts(events, people, indicator="events")
    moved = reunit(rates, walk, unreached="leave_out").table.set_index(["unit", "group"])
    again = pm.Rates.from_counts(
        *(reunit(table, walk, unreached="leave_out") for table in (events, people)), indicator="events"
    ).table.set_index(["unit", "group"])
    for name in ("numerator", "denominator", "rate"):
        np.testing.assert_allclose(moved.loc[again.index, name], again[name], rtol=1e-9, atol=1e-12)


# --- maps --------------------------------------------------------------------------------------------------

cuts = st.lists(st.integers(1, 99), min_size=0, max_size=4, unique=True).map(lambda at: [0, *sorted(at), 100])


@st.composite
def meshes(draw):
    """Rectangles that tile a square of 100 × 100."""
    x, y = draw(cuts), draw(cuts)
    return [shapely.box(west, south, east, north) for west, east in pairwise(x) for south, north in pairwise(y)]


@st.composite
def blobs(draw):
    """A polygon inside the square, often concave, sometimes with a hole or in parts."""
    count = draw(st.integers(3, 9))
    angle = np.sort(draw(hnp.arrays(float, count, elements=st.floats(0, 6.28), unique=True)))
    radius = draw(hnp.arrays(float, count, elements=st.floats(5, 49)))
    ring = np.column_stack([50 + radius * np.cos(angle), 50 + radius * np.sin(angle)])
    shape = shapely.make_valid(shapely.Polygon(ring), method="structure", keep_collapsed=False)
    hole = shapely.box(*sorted(draw(st.lists(st.integers(30, 49), min_size=2, max_size=2, unique=True))), 60, 60)
    shape = shapely.difference(shape, hole) if draw(st.booleans()) else shape
    assume(shapely.area(shape) > 1)
    return shape


def layer(shapes):
    return gpd.GeoSeries(shapes, index=[f"{number}" for number in range(len(shapes))])


@given(meshes(), meshes())
def test_areal_shares_of_rectangles_equal_brute_force(sources, targets):
    brute = np.array([[one.intersection(two).area / one.area for two in targets] for one in sources])
    found = areal(layer(sources), layer(targets)).weights.toarray()
    np.testing.assert_allclose(found, brute, atol=1e-12)


@given(st.lists(blobs(), min_size=1, max_size=4), meshes())
def test_areal_shares_of_any_shape_equal_brute_force(sources, targets):
    brute = np.array([[one.intersection(two).area / one.area for two in targets] for one in sources])
    found = areal(layer(sources), layer(targets)).weights.toarray()
    np.testing.assert_allclose(found, brute, atol=1e-8)


@given(st.lists(blobs(), min_size=1, max_size=4), meshes())
def test_clipping_by_rectangles_equals_intersecting(shapes, boxes):
    one, two = (side.ravel() for side in np.meshgrid(np.arange(len(shapes)), np.arange(len(boxes))))
    old, new = np.array(shapes, dtype=object), np.array(boxes, dtype=object)
    expected = shapely.area(shapely.intersection(old[one], new[two]))
    for pair in ((old, new, one, two), (new, old, two, one)):
        np.testing.assert_allclose(shared_areas(*pair), expected, atol=1e-8)


@given(st.lists(blobs(), min_size=2, max_size=4), meshes(), st.integers(0, 10**7))
def test_far_from_the_origin_no_digits_are_lost(shapes, boxes, away):
    one, two = (shapely.affinity.translate(shape, away, away) for shape in shapes[:2])
    inner = shapely.multipolygons(shapely.get_parts(two))
    mixed = shapely.geometrycollections([shapely.LineString([(0, 0), (1, 1)]), inner])
    far = np.array([one, mixed, None], dtype=object)
    bounds = shapely.bounds(boxes) + away
    shape = np.repeat([0, 1], len(boxes))
    found = areas_in_boxes(far, shape, np.vstack([bounds, bounds]))
    # The boxes tile a square that holds every shape.
    np.testing.assert_allclose(np.bincount(shape, found), shapely.area(far[:2]), rtol=1e-6)


@given(meshes(), meshes(), st.data())
def test_people_of_areas_are_conserved_on_any_map(sources, targets, data):
    values = data.draw(hnp.arrays(float, (len(sources), 2), elements=whole))
    assume(values.sum() > 0)
    frame = gpd.GeoDataFrame({"id": range(len(sources)), "x": values[:, 0], "y": values[:, 1]}, geometry=sources)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pm.errors.PossibleOverlap)
        counts = pm.from_wide(frame, groups=["x", "y"], unit="id")
    moved = interpolate(counts, layer(targets))
    np.testing.assert_allclose(moved.values.sum(axis=0), values.sum(axis=0), rtol=1e-12)


@given(meshes(), meshes(), meshes())
def test_people_spread_evenly_over_smaller_areas_go_by_area(sources, targets, blocks):
    ground = gpd.GeoDataFrame({"unit": range(len(blocks)), "people": shapely.area(blocks)}, geometry=blocks)
    by_people = dasymetric(layer(sources), layer(targets), ancillary=ground, weight="people")
    np.testing.assert_allclose(
        by_people.weights.toarray(), areal(layer(sources), layer(targets)).weights.toarray(), atol=1e-9
    )


@FEWER
@given(meshes(), meshes(), st.integers(0, 3))
def test_turning_the_map_changes_no_share(sources, targets, turns):
    shares = areal(layer(sources), layer(targets)).weights.toarray()
    turned = [
        np.array([shapely.affinity.rotate(shape, 30 + 20 * turns, origin=(0, 0)) for shape in shapes], dtype=object)
        for shapes in (sources, targets)
    ]
    again = areal(layer(turned[0]), layer(turned[1]), outside="rescale").weights.toarray()
    np.testing.assert_allclose(again, shares, atol=1e-8)


def test_a_sum_that_cannot_be_true_is_raised():
    walk = pm.Crosswalk.from_pairs([0, 1], [0, 0], [1, 1], sources=["s0", "s1"], targets=["t0"], kind="exact")
    wrong = replace(walk, weights=walk.weights * 0.5)
    frame = pd.DataFrame({"id": ["s0", "s1"], "x": [5, 6], "y": [7, 8]})
    with pytest.raises(pm.errors.TotalsNotConserved, match="13 of 26 people"):
        reunit(pm.from_wide(frame, groups=["x", "y"], unit="id"), wrong)


def test_borders_that_all_but_coincide_lose_no_ground():
    """An intersection of such shapes may come out as two points, for want of digits."""
    blocks = [shapely.box(*ends) for ends in ((0, 0, 1, 36), (0, 36, 1, 100), (1, 0, 100, 36), (1, 36, 100, 100))]
    whole = shapely.box(0, 0, 100, 100)
    for degrees in range(10, 90, 5):
        sources, targets = (
            np.array([shapely.affinity.rotate(shape, degrees, origin=(0, 0)) for shape in shapes], dtype=object)
            for shapes in (blocks, [whole])
        )
        weights = areal(layer(sources), layer(targets), outside="rescale").weights.toarray()
        np.testing.assert_allclose(weights, 1)
        covered = overlay(outlines(layer(sources), "sources"), outlines(layer(targets), "targets")).covered
        np.testing.assert_allclose(covered, 1, atol=1e-9)
