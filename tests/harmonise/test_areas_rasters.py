"""Rasters as ancillary: cells shared out by ground or by centre, windows, no data, other maps."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

import placemix as pm
from placemix.errors import CRSMismatch, InvalidParameter, InvalidTable, UnreadableFile
from placemix.harmonise import dasymetric, interpolate
from placemix.harmonise.areas import rasters

rasterio = pytest.importorskip("rasterio")

GRID = "EPSG:27700"
NO_DATA = -99999.0
#: West to east, north to south; cells of 100 metres.
CELLS = np.array([[8.0, 2.0, 0.0, 6.0], [0.0, 0.0, NO_DATA, 4.0]])


def from_origin(west, north, wide, high):
    return rasterio.Affine(wide, 0, west, 0, -high, north)


@pytest.fixture
def write(tmp_path):
    def written(cells=CELLS, *, name="people.tif", crs=GRID, transform=None, nodata=NO_DATA):
        cells = np.asarray(cells, dtype="float64")
        bands = cells if cells.ndim == 3 else cells[np.newaxis]
        options = {"driver": "GTiff", "dtype": "float64", "count": len(bands), "crs": crs, "nodata": nodata}
        file = tmp_path / name
        height, width = bands.shape[1:]
        transform = transform or from_origin(0, 200, 100, 100)
        with rasterio.open(file, "w", width=width, height=height, transform=transform, **options) as out:
            out.write(bands)
        return file

    return written


def zones(*boxes, crs=GRID):
    return gpd.GeoSeries([shapely.box(*box) for box in boxes], crs=crs)


def test_cells_are_shared_out_by_ground(write):
    found = rasters.amounts_in_zones(write(), zones((0, 100, 50, 200), (50, 100, 400, 200), (350, 0, 400, 100)))
    np.testing.assert_allclose(found, [4, 4 + 2 + 6, 2])


def test_or_whole_to_where_their_centre_lies(write):
    file = write()
    found = rasters.amounts_in_zones(file, zones((0, 100, 40, 200), (40, 100, 400, 200)), coverage="centre")
    assert found.tolist() == [0, 16]
    # On the border between two zones, the first of them.
    found = rasters.amounts_in_zones(file, zones((0, 100, 50, 200), (50, 100, 400, 200)), coverage="centre")
    assert found.tolist() == [8, 8]


def test_every_cell_is_counted_once_whatever_the_windows(write, monkeypatch):
    rng = np.random.default_rng(1)
    cells = rng.integers(0, 9, (30, 20)).astype(float)
    file = write(cells, transform=from_origin(0, 3000, 100, 100))
    seeds = shapely.MultiPoint(rng.uniform(0, [2000, 3000], (12, 2)))
    parts = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=shapely.box(0, 0, 2000, 3000)))
    frame = gpd.GeoSeries(shapely.intersection(parts, shapely.box(0, 0, 2000, 3000)), crs=GRID)
    for coverage in ("exact", "centre"):
        whole = rasters.amounts_in_zones(file, frame, coverage=coverage)
        assert whole.sum() == pytest.approx(cells.sum())
        monkeypatch.setattr(rasters, "WINDOW", 45)
        np.testing.assert_allclose(rasters.amounts_in_zones(file, frame, coverage=coverage), whole)
        monkeypatch.undo()


def test_exact_shares_equal_brute_force(write):
    rng = np.random.default_rng(2)
    cells = rng.uniform(0, 9, (6, 7))
    file = write(cells, transform=from_origin(0, 600, 100, 100))
    shape = (
        shapely.Polygon(rng.uniform(0, 600, (40, 2)))
        .buffer(0)
        .buffer(40)
        .difference(shapely.Point(300, 300).buffer(50))
    )
    brute = sum(
        cells[row, column]
        * shapely.box(100 * column, 500 - 100 * row, 100 * column + 100, 600 - 100 * row).intersection(shape).area
        for row in range(6)
        for column in range(7)
    )
    found = rasters.amounts_in_zones(file, gpd.GeoSeries([shape], crs=GRID))
    assert found.item() == pytest.approx(brute / 1e4)


def test_zones_outside_the_raster_hold_nothing(write):
    found = rasters.amounts_in_zones(write(), zones((-500, 0, -400, 100), (-50, 100, 50, 300)))
    np.testing.assert_allclose(found, [0, 4])


def homes(*boxes):
    frame = gpd.GeoDataFrame(
        {"id": [f"s{number}" for number in range(len(boxes))], "x": 40, "y": 60},
        geometry=[shapely.box(*box) for box in boxes],
        crs=GRID,
    )
    return pm.from_wide(frame, groups=["x", "y"], unit="id")


def cut(*boxes):
    return gpd.GeoSeries([shapely.box(*box) for box in boxes], index=list("ABCD")[: len(boxes)], crs=GRID)


def test_people_go_where_the_raster_has_them(write):
    counts = homes((0, 100, 200, 200))
    moved = interpolate(counts, cut((0, 100, 100, 200), (100, 100, 200, 200)), by=write())
    np.testing.assert_allclose(moved.total, [80, 20])
    assert "raster people.tif" in moved.about.notes[-1]


def test_a_zone_smaller_than_a_cell_keeps_its_people(write):
    small = homes((10, 110, 30, 130))
    halves = cut((10, 110, 20, 130), (20, 110, 30, 130))
    np.testing.assert_allclose(interpolate(small, halves, by=write()).total, [50, 50])
    # By centres there is none in it: it goes by area, and says so.
    moved = interpolate(small, halves, by=write(), coverage="centre")
    np.testing.assert_allclose(moved.total, [50, 50])
    assert any("went by area: s0" in note for note in moved.about.notes)


def test_no_data_holds_nobody_and_a_source_of_nothing_else_goes_by_area(write):
    counts = homes((200, 0, 400, 100), (200, 0, 300, 100))
    moved = interpolate(counts.take([0]), cut((200, 0, 300, 100), (300, 0, 400, 100)), by=write())
    np.testing.assert_allclose(moved.total, [0, 100])
    moved = interpolate(counts.take([1]), cut((200, 0, 225, 100), (225, 0, 400, 100)), by=write())
    np.testing.assert_allclose(moved.total, [25, 75])
    assert any("no ancillary amount" in note for note in moved.about.notes)


def test_another_band(write):
    file = write(np.stack([CELLS, CELLS[:, ::-1]]))
    counts, halves = homes((0, 100, 200, 200)), cut((0, 100, 100, 200), (100, 100, 200, 200))
    np.testing.assert_allclose(interpolate(counts, halves, by=file, band=2).total, [100, 0])
    with pytest.raises(InvalidParameter, match="bands"):
        interpolate(counts, halves, by=file, band=3)


def test_an_open_raster_is_taken_too(write):
    counts, halves = homes((0, 100, 200, 200)), cut((0, 100, 100, 200), (100, 100, 200, 200))
    with rasterio.open(write()) as source:
        np.testing.assert_allclose(dasymetric(counts, halves, ancillary=source).weights.toarray(), [[0.8, 0.2]])
        assert not source.closed


def test_zones_are_brought_to_the_map_of_the_raster(write):
    # Two cells of a hundredth of a degree around Manchester, the eastern with three times the people.
    file = write([[1.0, 3.0]], crs="EPSG:4326", transform=from_origin(-2.26, 53.49, 0.01, 0.01))
    west, east = (
        gpd.GeoSeries([shapely.box(*box)], crs="EPSG:4326").to_crs(GRID).item()
        for box in ((-2.26, 53.48, -2.25, 53.49), (-2.25, 53.48, -2.24, 53.49))
    )
    frame = gpd.GeoDataFrame({"id": ["s"], "x": [40], "y": [60]}, geometry=[shapely.union(west, east)], crs=GRID)
    counts = pm.from_wide(frame, groups=["x", "y"], unit="id")
    moved = interpolate(counts, gpd.GeoSeries([west, east], index=["A", "B"], crs=GRID), by=file)
    np.testing.assert_allclose(moved.total, [25, 75], rtol=1e-3)


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"crs": None}, CRSMismatch, "no coordinate reference system"),
        ({"cells": [[1.0, -2.0, 3.0, 4.0]], "nodata": None}, InvalidTable, "below 0"),
        ({"transform": rasterio.Affine(100, 20, 0, 0, -100, 200)}, InvalidParameter, "warp"),
    ],
)
def test_rasters_that_are_refused(write, options, error, match):
    with pytest.raises(error, match=match):
        interpolate(homes((0, 0, 200, 200)), cut((0, 0, 100, 200), (100, 0, 200, 200)), by=write(**options))


def test_files_that_are_no_rasters(tmp_path):
    counts, halves = homes((0, 0, 200, 200)), cut((0, 0, 100, 200), (100, 0, 200, 200))
    with pytest.raises(UnreadableFile, match=r"no raster 'nothing\.tif'"):
        interpolate(counts, halves, by=tmp_path / "nothing.tif")
    with pytest.raises(UnreadableFile, match="by= takes"):
        interpolate(counts, halves, by="areas")
    text = tmp_path / "text.tif"
    text.write_text("people")
    with pytest.raises(UnreadableFile, match="can be read"):
        interpolate(counts, halves, by=text)


def test_a_coverage_that_is_misspelt(write):
    with pytest.raises(InvalidParameter, match="exact"):
        interpolate(homes((0, 0, 200, 200)), cut((0, 0, 100, 200), (100, 0, 200, 200)), by=write(), coverage="center")
