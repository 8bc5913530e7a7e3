"""Draws of one group a cell, local densities, and the mean of many draws."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix.patterns import counting, densities, landscape, measures, population, realisations, sources
from placemix.patterns.draws import Drawn, people_of

rasterio = pytest.importorskip("rasterio")


def some_people(seed, shape=(13, 17), groups=3):
    rng = np.random.default_rng(seed)
    people = rng.gamma(0.6, 3.0, (groups, *shape)) * (rng.random((groups, *shape)) < 0.7)
    people[:, rng.random(shape) < 0.1] = np.nan
    return people


def lives(people):
    return np.nansum(people, axis=0) > 0


# --- draws -------------------------------------------------------------------------------------------


def test_a_draw_is_of_a_group_that_lives_there():
    people = some_people(1)
    drawn = realisations(people, draws=5, seed=3)
    assert drawn.shape == (5, 13, 17)
    assert (np.ma.getmaskarray(drawn) == ~lives(people)).all()
    for code in drawn:
        row, column = np.nonzero(~np.ma.getmaskarray(code))
        assert (people[code.compressed(), row, column] > 0).all()


def test_probabilities_are_shares():
    people = np.tile([[[1.0]], [[0.0]], [[2.0]], [[5.0]]], (1, 40, 50))
    drawn = realisations(people, draws=20, seed=8).compressed()
    share = np.bincount(drawn, minlength=4) / len(drawn)
    expected = np.array([1, 0, 2, 5]) / 8
    assert (np.abs(share - expected) <= 4 * np.sqrt(expected * (1 - expected) / len(drawn))).all()
    # Draws, rows and columns go their own ways.
    one, two = realisations(people, draws=2, seed=8)
    for left, right in ((one, two), (one[:-1], one[1:]), (one[:, :-1], one[:, 1:])):
        alike = (left == right).mean()
        assert abs(alike - (expected**2).sum()) < 0.05


def test_seeds_repeat_and_differ():
    people = some_people(2)
    assert (realisations(people, draws=3, seed=1) == realisations(people, draws=3, seed=1)).all()
    assert (realisations(people, draws=2, seed=1) == realisations(people, draws=3, seed=1)[:2]).all()
    assert not (realisations(people, draws=1, seed=1) == realisations(people, draws=1, seed=2)).all()


@settings(max_examples=20)
@given(
    rows=st.tuples(st.integers(0, 12), st.integers(1, 13)), columns=st.tuples(st.integers(0, 16), st.integers(1, 17))
)
def test_parts_of_a_draw_have_the_digits_of_the_whole(rows, columns):
    rows, columns = (rows[0], max(rows[0] + 1, rows[1])), (columns[0], max(columns[0] + 1, columns[1]))
    people = people_of(some_people(5), None)
    for window in (0, 1, 4, 50):
        drawn = Drawn(people, 9, 2, window)
        whole, part = drawn.read((0, 13), (0, 17)), drawn.read(rows, columns)
        cut = slice(*rows), slice(*columns)
        assert (part[0] == whole[0][cut]).all()
        assert window == 0 or np.array_equal(part[1], whole[1][cut], equal_nan=True)


# --- local densities ---------------------------------------------------------------------------------


def test_densities_by_hand():
    # A window of two cells, one drawn of each group: 4 people of the first, 1 of the second, 5 of the third, whom no
    # cell drew and who are shared out 4 : 1.
    people = np.array([[[3.0, 1.0]], [[0.0, 1.0]], [[2.0, 3.0]]])
    np.testing.assert_allclose(densities(np.array([[0, 1]]), people, window=2), [[8, 2]])
    np.testing.assert_allclose(densities(np.array([[0, 1]]), people, window=1), [[5, 5]])


@pytest.mark.parametrize("window", [1, 4, 10, 99])
def test_densities_are_those_of_loops_and_lose_nobody(window):
    people = some_people(6)
    drawn = realisations(people, draws=2, seed=1)
    found = densities(drawn, people, window=window)
    assert found.shape == drawn.shape
    for code, density in zip(drawn.filled(-1), found, strict=True):
        for top in range(0, 13, window):
            for left in range(0, 17, window):
                cut = slice(top, top + window), slice(left, left + window)
                held = np.nansum(people[:, *cut], axis=(1, 2))
                cells = np.array([(code[cut] == group).sum() for group in range(3)])
                lost = held[cells == 0].sum()
                held = np.where(cells > 0, held, 0)
                for group in np.flatnonzero(cells):
                    mine = density[cut][code[cut] == group]
                    np.testing.assert_allclose(mine, (held[group] + lost * held[group] / held.sum()) / cells[group])
        np.testing.assert_allclose(np.nansum(density), np.nansum(people[:, lives(people)]))
        assert (np.isnan(density) == ~lives(people)).all()


# --- the landscape -----------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"window": 5, "neighbourhood": 8}, {"window": 6, "step": 3, "fun": "focal"}])
def test_the_landscape_is_the_mean_of_its_draws(options, monkeypatch, tmp_path):
    people = some_people(4)
    found = landscape(people, draws=7, seed=2, density_window=4, most_missing=0.4, **options)
    drawn = realisations(people, draws=7, seed=2)
    each = [
        measures(code, weights=weight, categories=[0, 1, 2], most_missing=0.4, **options)["value"]
        for code, weight in zip(drawn, densities(drawn, people, window=4), strict=True)
    ]
    table = np.stack(each)
    np.testing.assert_allclose(found["value"], table.mean(axis=0), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found["sd"], table.std(axis=0, ddof=1), rtol=1e-9, atol=1e-14)
    assert (found["draws"] == 7 * ~np.isnan(table[0])).all()
    assert found.loc[found["value"].isna(), "reason"].notna().all()
    # In small blocks, and from a file with a band a group, the digits are the same.
    monkeypatch.setattr(sources, "CELLS", 60)
    monkeypatch.setattr(counting, "CELLS", 60)
    small = landscape(people, draws=7, seed=2, density_window=4, most_missing=0.4, **options)
    np.testing.assert_allclose(small["value"], found["value"], rtol=1e-12, atol=1e-15)
    path = tmp_path / "people.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=13, width=17, count=3, dtype="float64", nodata=np.nan, crs="EPSG:27700",
        transform=rasterio.Affine(100, 0, 0, 0, -100, 1300),
    ) as file:  # fmt: skip
        file.write(people)
    stored = landscape(path, draws=7, seed=2, density_window=4, most_missing=0.4, **options)
    np.testing.assert_allclose(stored["value"], found["value"], rtol=1e-12, atol=1e-15)
    assert stored["north"].iloc[0] == 1300
    assert (realisations(path, draws=2, seed=2) == drawn[:2]).all()


def test_halves_are_more_separate_than_a_mixture():
    west = np.zeros((20, 20))
    west[:, :10] = 10.0
    halves, mixed = np.stack([west, 10 - west]), np.full((2, 20, 20), 5.0)
    values = [landscape(people, draws=20, seed=1).set_index("measure")["value"] for people in (halves, mixed)]
    # 380 pairs of sides twice, and 20 between: both groups are half of everyone in either case.
    share = 20 / 760
    joint = -(1 - share) * np.log2((1 - share) / 2) - share * np.log2(share / 2)
    np.testing.assert_allclose(values[0]["entropy"], 1)
    np.testing.assert_allclose(values[0]["mutual_information"], 2 - joint, rtol=1e-9)
    assert values[0]["mutual_information"] > 0.7
    assert values[1]["mutual_information"] < 0.01


# --- people of zones ---------------------------------------------------------------------------------


def zones(crs="EPSG:27700"):
    shapes = [shapely.box(0, 0, 150, 100), shapely.box(150, 0, 250, 300), shapely.box(10, 110, 11, 111)]
    frame = gpd.GeoDataFrame(
        {"unit": list("abc"), "x": [30, 60, 5], "y": [15, 0, 2], "all": [50, 60, 7]}, geometry=shapes, crs=crs
    )
    with pytest.warns(pm.errors.IncompletePartition):
        return pm.from_wide(frame, groups=["x", "y"], unit="unit", total="all")


def test_zones_become_a_raster_and_nobody_is_lost():
    found = population(zones(), cell=100)
    assert found.values.shape == (2, 3, 3)
    assert found.groups == ("x", "y")
    # 20 and 10 of the first zone's people; 60 of the second over two columns of three; 5 in a cell of their own.
    np.testing.assert_allclose(found.values[0], [[np.nan, 10, 10], [5, 10, 10], [20, 20, 10]])
    np.testing.assert_allclose(found.values[1], [[np.nan, 0, 0], [2, 0, 0], [10, 5, 0]])
    assert (found.transform.c, found.transform.f, found.transform.a) == (0, 300, 100)
    assert found.crs == "EPSG:27700"
    assert repr(found) == "<Population: 112 people of 2 groups in 3 × 3 cells; cells of 100 m, people by ground>"
    result = landscape(found, draws=3, seed=1)
    assert result[["west", "south", "east", "north"]].iloc[0].tolist() == [0, 0, 300, 300]


def test_a_population_too_large_or_hidden_is_refused():
    far = gpd.GeoDataFrame(
        {"unit": ["a", "b"], "x": [1, 2], "y": [2, 1]},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(50_000, 50_000, 50_001, 50_001)], crs="EPSG:27700",
    )  # fmt: skip
    with pytest.raises(pm.errors.InvalidParameter, match="does not fit into memory"):
        population(pm.from_wide(far, groups=["x", "y"], unit="unit"), cell=1)
    far["x"] = ["c", "2"]
    hidden = pm.from_wide(far, groups=["x", "y"], unit="unit", suppressed={"c": (1, 4)})
    with pytest.raises(pm.errors.SuppressedValue, match="1 unit has suppressed cells"):
        population(hidden, cell=100)
    with pytest.raises(pm.errors.NotCounts):
        population(pd.DataFrame(), cell=100)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: realisations(np.ones((3, 3)), draws=1, seed=1), "InvalidParameter", "groups, rows and columns"),
        (lambda: realisations(np.ones((1, 3, 3)), draws=1, seed=1), "InvalidParameter", "1 group"),
        (lambda: realisations(np.ones((2, 3, 3)), draws=0, seed=1), "InvalidParameter", "draws is a whole number"),
        (lambda: realisations(np.ones((2, 3, 3)), draws=1, seed=-1), "InvalidParameter", "seed is a whole number"),
        (lambda: realisations(-np.ones((2, 1, 1)), draws=1, seed=1), "InvalidTable", "2 cells hold people below 0"),
        (lambda: realisations("none.tif", draws=1, seed=1), "UnreadableFile", "no raster"),
        (lambda: densities(np.zeros((2, 2), int), np.ones((2, 3, 3))), "InvalidParameter", "drawn has the shape"),
        (lambda: densities(np.full((3, 3), 2), np.ones((2, 3, 3))), "InvalidParameter", "there are 2, from 0"),
        (lambda: densities(np.zeros((1, 1), int), np.zeros((2, 1, 1))), "InvalidParameter", "nobody lives"),
        (lambda: densities(np.zeros((1, 1), int), np.ones((2, 1, 1)), window=0), "InvalidParameter", "local densities"),
        (lambda: landscape(np.ones((2, 3, 3)), draws=1, seed=1, step=2), "InvalidParameter", "there are none"),
    ],
)
def test_refusals(call, error, words):
    with pytest.raises(getattr(pm.errors, error), match=words):
        call()


# --- what is given --------------------------------------------------------------------------------


def test_a_seed_has_a_default_and_windows_may_be_lengths():
    people = some_people(6)
    assert (realisations(people, draws=2) == realisations(people, draws=2, seed=0)).all()
    town = pm.datasets.town().residents("before").take(range(200))
    cells = population(town, cell="250 m")
    pd.testing.assert_frame_equal(
        landscape(cells, draws=2, window="2 km", step="1 km", density_window="2.5 km"),
        landscape(cells, draws=2, seed=0, window=8, step=4, density_window=10),
    )
    drawn = realisations(cells, draws=1)
    np.testing.assert_array_equal(densities(drawn, cells, window="1 km"), densities(drawn, cells, window=4))
    with pytest.raises(pm.errors.InvalidParameter, match=r"'900 m' is 3.6 cells of 250 m.*3 \(750 m\) or 4 \(1000 m\)"):
        landscape(cells, draws=1, window="900 m")
    with pytest.raises(pm.errors.InvalidParameter, match=r"1 \(250 m\) or 2"):
        landscape(cells, draws=1, density_window="10 m")
    with pytest.raises(pm.errors.InvalidParameter, match="window is a length such as"):
        landscape(cells, draws=1, window="wide")
    for call in (lambda: landscape(people, draws=1, window="2 km"), lambda: measures([[1, 2]], window="2 km")):
        with pytest.raises(pm.errors.InvalidParameter, match="Give a number of cells"):
            call()


def test_windows_of_a_file_may_be_lengths(tmp_path):
    codes = np.random.default_rng(1).integers(0, 3, (8, 8)).astype(np.uint8)
    path, degrees = tmp_path / "codes.tif", tmp_path / "degrees.tif"
    for file, crs, side in ((path, "EPSG:27700", 100.0), (degrees, "EPSG:4326", 0.1)):
        grid = rasterio.Affine(side, 0.0, 1.0, 0.0, -side, 50.0)
        with rasterio.open(file, "w", driver="GTiff", width=8, height=8, count=1, dtype="uint8", crs=crs,
                           transform=grid) as target:  # fmt: skip
            target.write(codes, 1)
    pd.testing.assert_frame_equal(measures(path, window="0.4 km"), measures(path, window=4))
    with pytest.raises(pm.errors.GeographicCRS, match="degrees"):
        measures(degrees, window="1 km")


def test_counts_must_be_put_into_cells_first():
    town = pm.datasets.town().residents("before")
    for call in (landscape, realisations):
        with pytest.raises(pm.errors.InvalidParameter, match=r"patterns\.population\(counts, cell="):
            call(town, draws=5, seed=1)
