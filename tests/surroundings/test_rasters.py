"""Surroundings on a grid: against sums over every pair of cells, by hand, and what is refused."""

from __future__ import annotations

import itertools
import os

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.surroundings import raster
from placemix.surroundings.distance import _cells
from placemix.surroundings.grid import gridded, stencils
from placemix.surroundings.packing import fingerprint

rasterio = pytest.importorskip("rasterio")

SHAPES = ("uniform", "triangular", "biweight", "gaussian", "exponential")


def people(shapes, crs="planar", groups=2, seed=0):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 90, (len(shapes), groups)).astype(float)
    names = [f"g{number}" for number in range(groups)]
    frame = pd.DataFrame(values, columns=names).assign(unit=[f"u{number}" for number in range(len(shapes))])
    frame = gpd.GeoDataFrame(frame, geometry=list(shapes), crs=None if crs == "planar" else crs)
    return pm.from_wide(frame, groups=names, unit="unit", crs="planar" if crs == "planar" else None)


def some_map(seed, *, size=8.0, far=0.0):
    """Areas that need not touch: with holes, in several parts, twice the same, smaller than a cell."""
    rng = np.random.default_rng(seed)
    shapes = []
    for at in rng.random((9, 2)) * size:
        one = shapely.Point(*at).buffer(rng.uniform(0.02, 2.2), quad_segs=int(rng.integers(1, 6)))
        other = shapely.Point(*(at + rng.normal(0, 1.5, 2))).buffer(rng.uniform(0.1, 1.0), quad_segs=2)
        shapes.append([one, one.difference(other), shapely.union(one, other)][rng.integers(3)])
    shapes.append(shapes[0])
    shapes.append(shapely.box(2.2, 2.2, 2.21, 2.21))
    shapes = [shape for shape in shapes if not shape.is_empty]
    return [shapely.transform(shape, lambda xy: xy + far) for shape in shapes]


def all_cells(counts, cell):
    """Share of every unit in every cell, by intersection, and the cells' centres; also the ground."""
    shapes = np.asarray(counts.geometry.array, dtype=object)
    west, south, east, north = shapely.total_bounds(shapes)
    low = np.floor(west / cell), np.floor(south / cell)
    x, y = (np.arange(start, np.floor(end / cell) + 1) * cell for start, end in zip(low, (east, north), strict=True))
    x, y = (side.ravel() for side in np.meshgrid(x, y))
    boxes = shapely.box(x, y, x + cell, y + cell)
    ground = shapely.area(shapely.intersection(shapes[:, np.newaxis], boxes))
    return ground / ground.sum(axis=1, keepdims=True), np.column_stack([x, y]) + cell / 2, ground / cell**2


def by_hand(counts, cell, *, shape, bandwidth, cutoff=np.inf):
    """PᵀKP of all pairs of cells."""
    share, centre, _ = all_cells(counts, cell)
    distance = np.hypot(*(centre[:, np.newaxis] - centre).transpose(2, 0, 1))
    cutoff = bandwidth if shape in {"uniform", "triangular", "biweight"} else cutoff
    return share @ _cells.weights(distance, shape=shape, bandwidth=bandwidth, cutoff=cutoff) @ share.T


def dense(near):
    """All weights, from pairs and the own ones."""
    table = np.diag(near.own)
    for i, j, weight in near.pairs():
        assert (i != j).all()
        table[i, j] += weight
    return table


@pytest.fixture
def transformed(monkeypatch):
    """Make even small maps go by transforms of several parts."""
    monkeypatch.setattr(gridded, "_FEW", 0)
    monkeypatch.setattr(stencils, "_SIDES", (24,))


# --- by hand -----------------------------------------------------------------------------------------


def test_three_squares_in_a_row_by_hand():
    # A has two cells, B the third: the mean of K over pairs of their people.
    counts = people([shapely.box(0, 0, 2, 1), shapely.box(2, 0, 3, 1)])
    near = raster(counts, cell=1, bandwidth=2, shape="triangular")
    expected = [[(1 + 0.5 + 0.5 + 1) / 4, (0 + 0.5) / 2], [(0 + 0.5) / 2, 1]]
    np.testing.assert_allclose(dense(near), expected, rtol=1e-14)
    np.testing.assert_allclose(near @ counts.values, np.array(expected) @ counts.values, rtol=1e-14)
    assert near.text == "cells of 1 units, people by ground, triangular kernel, bandwidth 2 units"
    assert not near.notes[1:]


def test_where_units_are_cells_it_is_the_kernel_between_points():
    x, y = (side.ravel() for side in np.meshgrid(np.arange(7.0), np.arange(6.0)))
    counts = people(shapely.box(x, y, x + 1, y + 1))
    for shape, cutoff in itertools.product(SHAPES, (None, 3.5)):
        if cutoff and shape in {"uniform", "triangular", "biweight"}:
            continue
        options = {"bandwidth": 2.3, "shape": shape, "cutoff": cutoff}
        grid, points = raster(counts, cell=1, **options), pm.surroundings.kernel(counts, **options)
        np.testing.assert_allclose(grid @ counts.values, points @ counts.values, rtol=1e-12)
        np.testing.assert_allclose(grid.own, 1.0)


def test_a_kernel_within_one_cell_changes_nothing_and_an_endless_one_evens_everything():
    x, y = (side.ravel() for side in np.meshgrid(np.arange(5.0), np.arange(5.0)))
    counts = people(shapely.box(x, y, x + 1, y + 1))
    alone, everyone = (raster(counts, cell=1, bandwidth=b, shape="uniform") for b in (0.5, 99))
    plain = pm.measure(counts, ["information_theory", "dissimilarity"])["value"].to_numpy()
    here = pm.measure(counts, ["information_theory", "dissimilarity"], around=alone)["value"].to_numpy()
    np.testing.assert_allclose(here, plain, rtol=1e-12)
    assert len(alone.isolates) == 25
    even = pm.measure(counts, ["information_theory", "dissimilarity"], around=everyone)["value"].to_numpy()
    np.testing.assert_allclose(even, 0, atol=1e-12)
    assert "only people in the same cell count" in alone.notes[0]


@pytest.mark.parametrize("seed", range(4))
def test_nobody_is_lost(seed):
    counts = people(some_map(seed))
    for cell in (0.3, 1.0, 40.0):
        near = raster(counts, cell=cell, bandwidth=1000, shape="uniform")
        np.testing.assert_allclose(near @ counts.values, np.broadcast_to(counts.values.sum(axis=0), (len(counts), 2)))
        np.testing.assert_allclose(near.weight, len(counts))


def test_a_unit_smaller_than_dust_keeps_its_people_in_its_cell():
    speck = shapely.box(2.5, 0.5, 2.5 + 1e-6, 0.5 + 1e-6)
    counts = people([shapely.box(0, 0, 2, 1), speck])
    near = raster(counts, cell=1, bandwidth=2, shape="triangular")
    np.testing.assert_allclose(dense(near), [[0.75, 0.25], [0.25, 1]], rtol=1e-12)


# --- every pair of cells -----------------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=12)
@given(
    seed=st.integers(0, 10**6),
    shape=st.sampled_from(SHAPES),
    cell=st.sampled_from([0.4, 0.75, 1.3]),
    far=st.sampled_from([0.0, 1e7]),
)
def test_sums_are_those_of_every_pair_of_cells(seed, shape, cell, far):
    counts = people(some_map(seed, far=far))
    cutoff = 3.1 if shape == "gaussian" else None
    near = raster(counts, cell=cell, bandwidth=1.7, shape=shape, cutoff=cutoff)
    table = by_hand(counts, cell, shape=shape, bandwidth=1.7, cutoff=cutoff or np.inf)
    # Ten million units from the origin areas have seven digits fewer.
    digits = {"rtol": 1e-9, "atol": 1e-9} if not far else {"rtol": 1e-6, "atol": 1e-6}
    np.testing.assert_allclose(near @ counts.values, table @ counts.values, **digits)
    np.testing.assert_allclose(dense(near), table, **digits)
    codes = np.arange(len(counts)) % 3
    within = table * (codes[:, np.newaxis] == codes)
    np.testing.assert_allclose(dense(near.limited(codes)), within, **digits)
    np.testing.assert_allclose(near.limited(codes) @ counts.values, within @ counts.values, **digits)


@pytest.mark.parametrize(
    ("shape", "cutoff"), [("uniform", None), ("biweight", None), ("gaussian", 4.0), ("exponential", None)]
)
@pytest.mark.usefixtures("transformed")
def test_transforms_of_parts_give_the_same(shape, cutoff):
    counts = people(some_map(3, size=24.0))
    near = raster(counts, cell=0.5, bandwidth=1.6, shape=shape, cutoff=cutoff)
    table = by_hand(counts, 0.5, shape=shape, bandwidth=1.6, cutoff=cutoff or np.inf)
    parts = near.operator._plan[1]
    assert len(parts) > 5 or shape == "exponential"
    np.testing.assert_allclose(near @ counts.values, table @ counts.values, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(dense(near), table, rtol=1e-9, atol=1e-9)
    codes = np.arange(len(counts)) % 2
    np.testing.assert_allclose(
        dense(near.limited(codes)), table * (codes[:, np.newaxis] == codes), rtol=1e-9, atol=1e-9
    )
    # What no kernel reaches is nothing, not the last digits of a transform.
    assert ((near @ (np.arange(len(counts)) == 0).astype(float)) == 0).tolist() == (table[:, 0] == 0).tolist()


@pytest.mark.usefixtures("transformed")
def test_digits_do_not_depend_on_threads_or_on_the_order_of_units(monkeypatch):
    counts = people(some_map(5, size=24.0), seed=4)
    near = raster(counts, cell=0.5, bandwidth=1.6)
    sums = near @ counts.values
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert (near @ counts.values == sums).all()
    order = np.random.default_rng(1).permutation(len(counts))
    turned = counts.take(order)
    np.testing.assert_allclose(raster(turned, cell=0.5, bandwidth=1.6) @ turned.values, sums[order], rtol=1e-12)
    assert fingerprint(near) == fingerprint(raster(turned, cell=0.5, bandwidth=1.6))


def test_some_units_alone_are_as_if_the_others_were_not_there():
    counts = people(some_map(7))
    near = raster(counts, cell=0.6, bandwidth=1.6)
    kept = np.array([6, 0, 3, 9])
    np.testing.assert_allclose(dense(near.take(kept)), dense(near)[np.ix_(kept, kept)], rtol=1e-12, atol=1e-15)
    codes = np.arange(len(counts)) % 2
    both = near.limited(codes).take(kept)
    np.testing.assert_allclose(dense(both), dense(near.limited(codes))[np.ix_(kept, kept)], rtol=1e-12, atol=1e-15)
    assert near.on(counts) is near


def test_lengths_in_feet_are_those_on_the_ground():
    feet = [shapely.transform(shape, lambda xy: xy * 1000 + 990_000) for shape in some_map(2)]
    counts = people(feet, crs="EPSG:2263")
    here = raster(counts, cell="1000 ft", bandwidth="1 mile")
    assert here.text.startswith("cells of 304.8")
    unit = 1200 / 3937  # a US survey foot in metres
    table = by_hand(counts, 304.8 / unit, shape="biweight", bandwidth=1609.344 / unit)
    np.testing.assert_allclose(here @ counts.values, table @ counts.values, rtol=1e-6)


# --- what lies outside -------------------------------------------------------------------------------


@pytest.mark.parametrize("strata", [False, True])
def test_edge_shares_are_the_kernel_on_nobodys_ground(strata):
    x, y = (side.ravel() for side in np.meshgrid(np.arange(4.0), np.arange(3.0)))
    counts = people(shapely.box(2 * x, 2 * y, 2 * x + 2, 2 * y + 2))
    near = raster(counts, cell=0.5, bandwidth=2.2)
    codes = (x > 1).astype(int) if strata else np.zeros(len(counts), dtype=int)
    share, centre, ground = all_cells(counts, 0.5)
    side = np.arange(-20, 21) * 0.5
    mass = _cells.weights(np.hypot(side[:, np.newaxis], side), shape="biweight", bandwidth=2.2, cutoff=2.2).sum()
    distance = np.hypot(*(centre[:, np.newaxis] - centre).transpose(2, 0, 1))
    kernel = _cells.weights(distance, shape="biweight", bandwidth=2.2, cutoff=2.2)
    there = np.stack([ground[codes == code].sum(axis=0) for code in codes])
    expected = 1 - ((share @ kernel) * there).sum(axis=1) / mass
    found = near.edge_shares(codes) if strata else near.edge_shares()
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
    assert np.allclose(near.limited(codes).edge_shares(), found)


def test_on_a_fine_grid_edge_shares_are_those_of_the_line_integral():
    x, y = (side.ravel() for side in np.meshgrid(np.arange(10.0) / 2, np.arange(10.0) / 2))
    counts = people(shapely.box(x, y, x + 0.5, y + 0.5))
    fine = raster(counts, cell=0.05, bandwidth=2.0).edge_shares()
    exact = pm.surroundings.kernel(counts, bandwidth=2.0).edge_shares()
    # A unit's people are not all in its centre, hence not closer.
    np.testing.assert_allclose(fine, exact, atol=0.008)


# --- where people live -------------------------------------------------------------------------------


def written(path, values, *, west=0.0, north=8.0, side=1.0, crs="EPSG:27700", nodata=-99.0):
    profile = {
        "driver": "GTiff", "height": values.shape[0], "width": values.shape[1], "count": 1, "dtype": "float64",
        "transform": rasterio.Affine(side, 0, west, 0, -side, north), "nodata": nodata,
    }  # fmt: skip
    with rasterio.open(path, "w", **profile, **({"crs": crs} if crs else {})) as file:
        file.write(values, 1)
    return path


@pytest.fixture
def map_and_raster(tmp_path):
    shapes = [shapely.affinity.translate(shape, 3, 3) for shape in some_map(11, size=6.0)]
    rng = np.random.default_rng(2)
    values = rng.integers(0, 50, (20, 20)).astype(float)
    # Its lines are not those of the grid, and it reaches over all units.
    return people(shapes, crs="EPSG:27700"), written(tmp_path / "people.tif", values, west=-1.3, north=12.9, side=0.8)


def dasymetric(counts, cell, path):
    """Share of every unit in every cell by the raster's people, by intersection of all three."""
    shapes = np.asarray(counts.geometry.array, dtype=object)
    with rasterio.open(path) as file:
        values, transform = file.read(1, masked=True), file.transform
    row, column = (side.ravel() for side in np.mgrid[: values.shape[0], : values.shape[1]])
    x, y = transform.c + column * transform.a, transform.f + row * transform.e
    there = shapely.box(x, y + transform.e, x + transform.a, y)
    _, centre, _ = all_cells(counts, cell)
    boxes = shapely.box(*(centre - cell / 2).T, *(centre + cell / 2).T)
    dense_ = values.filled(0).ravel() / (transform.a * -transform.e)
    parts = shapely.intersection(shapes[:, np.newaxis], boxes)
    return np.array([[(shapely.area(shapely.intersection(p, there)) * dense_).sum() for p in row] for row in parts])


@pytest.mark.parametrize("cell", [0.5, 2.0])
def test_people_live_where_the_raster_has_them(map_and_raster, cell):
    counts, path = map_and_raster
    counts = counts.take(np.arange(0, len(counts), 2))
    near = raster(counts, cell=cell, bandwidth=2.4, ancillary=path)
    amount = dasymetric(counts, cell, path)
    share = amount / amount.sum(axis=1, keepdims=True)
    _, centre, _ = all_cells(counts, cell)
    distance = np.hypot(*(centre[:, np.newaxis] - centre).transpose(2, 0, 1))
    kernel = _cells.weights(distance, shape="biweight", bandwidth=2.4, cutoff=2.4)
    np.testing.assert_allclose(near @ counts.values, share @ kernel @ share.T @ counts.values, rtol=1e-9)
    assert "people by raster people.tif" in near.text
    with rasterio.open(path) as file:
        again = raster(counts, cell=cell, bandwidth=2.4, ancillary=file)
    assert (again @ counts.values == near @ counts.values).all()


def test_ground_without_data_holds_nobody_and_units_without_people_go_by_ground(tmp_path):
    counts = people(shapely.box([0, 2, 4, 6], 0, [2, 4, 6, 9], 2), crs="EPSG:27700")
    values = np.array([[1.0, 1, 0, 0, 3, -99, 5]] * 2)  # the fourth unit sticks out
    near = raster(counts, cell=1, bandwidth=4, ancillary=written(tmp_path / "a.tif", values, north=2))
    assert near.notes == (
        "1 unit has nobody in a.tif and went by ground (u1)",
        "2 units reach over ground without data in a.tif, where nobody was taken to live (u2, u3)",
    )
    share = {(row, column): value for row, column, unit, value in zip(
        near.operator.row, near.operator.column, near.operator.unit, near.operator.share, strict=True
    ) if unit == 3}  # fmt: skip
    assert share == {(0, 6): 0.5, (0, 7): 0, (0, 8): 0, (1, 6): 0.5, (1, 7): 0, (1, 8): 0}
    second = near.operator.share[near.operator.unit == 1]
    np.testing.assert_allclose(second, 0.25)


def test_a_raster_of_another_map_is_refused_unless_it_may_be_brought(tmp_path):
    counts = people(shapely.box([530_000, 531_000], 180_000, [531_000, 532_000], 181_000), crs="EPSG:27700")
    degrees = written(
        tmp_path / "degrees.tif", np.arange(400.0).reshape(20, 20), west=-0.15, north=51.54, side=0.004, crs="EPSG:4326"
    )
    with pytest.raises(pm.errors.CRSMismatch, match=r"EPSG:4326, the units are in EPSG:27700.*reproject=True"):
        raster(counts, cell=100, bandwidth=300, ancillary=degrees)
    near = raster(counts, cell=100, bandwidth=9e4, shape="uniform", ancillary=degrees, reproject=True)
    np.testing.assert_allclose(near @ counts.values, np.broadcast_to(counts.values.sum(axis=0), (2, 2)))
    assert "brought from EPSG:4326" in near.text
    # More people live in the south and east, as in the raster.
    operator = near.operator
    mean = [np.average(getattr(operator, side), weights=operator.share) for side in ("row", "column")]
    assert mean[0] < 4.5
    assert mean[1] > 9.5


# --- refusals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"cell": 0}, "cell must be above 0"),
        ({"cell": -5}, "cell is a length"),
        ({"cell": 1e-6}, "cells, more than"),
        ({"bandwidth": 0}, "bandwidth must be above 0"),
        ({"shape": "bi-weight"}, "Did you mean 'biweight'"),
        ({"cutoff": 3}, "ends at its bandwidth"),
        ({"ancillary": 3}, "ancillary is the path of a raster"),
    ],
)
def test_what_means_nothing_is_refused(options, words):
    counts = people(some_map(0))
    with pytest.raises(pm.errors.InvalidParameter, match=words):
        raster(counts, **{"cell": 1, "bandwidth": 2, **options})


def test_points_are_refused_and_listed():
    counts = people([shapely.box(0, 0, 1, 1), shapely.Point(3, 3), shapely.LineString([(0, 0), (1, 1)])])
    with pytest.raises(pm.errors.NoPlace, match="2 units are points or lines") as raised:
        raster(counts, cell=1, bandwidth=2)
    assert raised.value.units == ("u1", "u2")


def test_a_map_without_a_system_or_in_degrees_is_refused():
    shapes = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    frame = gpd.GeoDataFrame({"unit": ["a", "b"], "x": [1, 2], "y": [2, 1]}, geometry=shapes)
    lost = pm.from_wide(frame, groups=["x", "y"], unit="unit")
    with pytest.raises(pm.errors.CRSMismatch, match="no coordinate reference system"):
        raster(lost, cell=1, bandwidth=2)
    degrees = pm.from_wide(frame.set_crs(4326), groups=["x", "y"], unit="unit")
    with pytest.raises(pm.errors.GeographicCRS):
        raster(degrees, cell=1, bandwidth=2)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"crs": None}, "CRSMismatch", "no coordinate reference system"),
        ({"value": -3.0}, "InvalidTable", "people below 0"),
        ({"value": np.inf}, "InvalidTable", "infinitely many"),
    ],
)
def test_rasters_that_say_nothing_are_refused(tmp_path, changes, error, words):
    counts = people(some_map(0), crs="EPSG:27700")
    values = np.ones((12, 12))
    values[5, 5] = changes.get("value", 1.0)
    path = written(tmp_path / "people.tif", values, west=-2, north=10, crs=changes.get("crs", "EPSG:27700"))
    with pytest.raises(getattr(pm.errors, error), match=words):
        raster(counts, cell=1, bandwidth=2, ancillary=path)


def test_absent_files_and_bands_are_refused(tmp_path):
    counts = people(some_map(0), crs="EPSG:27700")
    with pytest.raises(pm.errors.UnreadableFile, match="There is no raster"):
        raster(counts, cell=1, bandwidth=2, ancillary=tmp_path / "none.tif")
    path = written(tmp_path / "people.tif", np.ones((12, 12)), west=-2, north=10)
    with pytest.raises(pm.errors.InvalidParameter, match=r"bands \[1\], not 2"):
        raster(counts, cell=1, bandwidth=2, ancillary=path, band=2)


def test_a_kernel_that_never_ends_is_refused_on_a_grid_too_large_for_it():
    counts = people([shapely.box(0, 0, 1, 1), shapely.box(9000, 9000, 9001, 9001)])
    with pytest.raises(pm.errors.InvalidParameter, match=r"too far for memory.*Give cutoff="):
        raster(counts, cell=1, bandwidth=2, shape="gaussian")
    near = raster(counts, cell=1, bandwidth=2, shape="gaussian", cutoff=20)
    np.testing.assert_allclose(near.weight, 1.0)
    assert len(near.isolates) == 2


# --- Greater Manchester ------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.data
def test_greater_manchester_by_ground_and_by_a_raster_of_people(gm):
    frame = gpd.read_parquet(gm / "lsoa21.parquet").merge(pd.read_parquet(gm / "groups5_lsoa21_2021.parquet"))
    groups = ["white", "mixed", "asian", "black", "other"]
    counts = pm.from_wide(frame, groups=groups, unit="lsoa21cd", strata=["lad22nm"])
    worldpop = gm / "worldpop_2020_1km.tif"
    with pytest.raises(pm.errors.CRSMismatch, match="EPSG:4326"):
        raster(counts, cell=100, bandwidth=1000, ancillary=worldpop)
    points = pm.surroundings.kernel(counts, bandwidth=1000)
    ground = raster(counts, cell=100, bandwidth=1000)
    people = raster(counts, cell=100, bandwidth=1000, ancillary=worldpop, reproject=True)
    assert people.notes == ()
    asian = [near @ counts.values[:, 2] / (near @ counts.total) for near in (points, ground, people)]
    # A point kernel has an area's own people on one spot: the grid is smoother, and like it otherwise.
    assert np.corrcoef(asian).min() > 0.99
    assert np.abs(asian[0] - asian[1]).mean() < 0.012
    assert np.abs(asian[1] - asian[2]).mean() < 0.005
    own, near, far, there = (
        pm.measure(counts, "information_theory", around=around)["value"].item()
        for around in (None, points, ground, people)
    )
    assert own > near > there > far > 0.16
    for around in (ground, people):
        np.testing.assert_allclose(np.bincount(around.operator.unit, around.operator.share), 1, rtol=1e-12)
        assert len(around.isolates) == 0
        share = around.edge_shares()
        assert np.abs(share - points.edge_shares()).mean() < 0.01
        assert (around.edge_shares(counts.arranged("lad22nm")) >= share - 1e-12).all()
