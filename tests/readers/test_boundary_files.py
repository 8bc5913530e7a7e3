"""Boundaries: what the fixtures do not show."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point, Polygon, box

from placemix import readers
from placemix.errors import (
    AssumedReading,
    CRSMismatch,
    DuplicateUnit,
    EmptyTable,
    InvalidParameter,
    InvalidTable,
    UnknownColumn,
    UnreadableFile,
    VintageMismatch,
    WrongFormat,
)

BOW = Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)])


def squares(count=2, *, code="LSOA21CD", crs=27700, **columns):
    shapes = [box(400_000 + 1000 * place, 400_000, 401_000 + 1000 * place, 401_000) for place in range(count)]
    codes = [f"E019{place:05}" for place in range(count)]
    return gpd.GeoDataFrame({code: codes, **columns}, geometry=shapes, crs=crs)


@pytest.fixture
def write(tmp_path):
    def writing(frame, name="LSOA_2021_EW_BFC_V10.gpkg"):
        file = tmp_path / name
        if file.suffix == ".parquet":
            frame.to_parquet(file)
        else:
            frame.to_file(file)
        return file

    return writing


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "shp", "parquet"])
def test_every_kind_of_file_gives_the_same(write, ending):
    frame = squares(LSOA21NM=["a", "b"])
    found = readers.ons_boundaries(write(frame, f"LSOA_2021_BFC.{ending}"))
    assert list(found.units) == list(frame["LSOA21CD"])
    assert found.geometry.crs.to_epsg() == 27700
    assert found.area_km2 == pytest.approx([1, 1], rel=1e-6)
    assert found.column("LSOA21NM").tolist() == ["a", "b"]
    assert (found.about.geography, found.about.vintage) == ("LSOA", "2021")


@pytest.mark.parametrize(
    ("code", "codes", "geography", "vintage"),
    [
        ("OA11CD", ["E00000001", "W00000002"], "OA", "2011"),
        ("MSOA21CD", ["E02000001", "E02000002"], "MSOA", "2021"),
        ("LAD23CD", ["E06000063", "W06000015"], "district", "2023"),
        ("wd22cd", ["E05000001", "E05000002"], "ward", "2022"),
        ("LSOA01CD", ["E01000001", "E01000002"], "LSOA", "2001"),
        ("DZ2021_cd", ["N20000001", "N20000002"], "data zone", "2021"),
        ("WD91CD", ["E05000001", "E05000002"], "ward", "1991"),
        ("CTYUA23CD", ["E10000002", "E06000001"], "upper tier", "2023"),
    ],
)
def test_the_name_of_the_column_tells_kind_and_vintage(write, code, codes, geography, vintage):
    frame = squares(code=code)
    frame[code] = codes
    found = readers.ons_boundaries(write(frame, "areas.gpkg"))
    assert (found.about.geography, found.about.vintage) == (geography, vintage)


def test_parents_are_codes_of_larger_areas(write):
    frame = squares(LSOA21NM=["a", "b"], MSOA21CD=["E02000001"] * 2, MSOA21NM=["c", "c"], LAD22CD=["E08000001"] * 2)
    found = readers.ons_boundaries(write(frame))
    assert found.parents == ("MSOA21CD", "LAD22CD")


def test_degrees_and_web_mercator_are_projected_and_the_accuracy_said(write):
    for crs in (4326, 3857):
        found = readers.ons_boundaries(write(squares().to_crs(crs), f"areas_{crs}.gpkg"))
        assert found.geometry.crs.to_epsg() == 27700
        assert found.area_km2 == pytest.approx([1, 1], rel=1e-4)
        note = next(note for note in found.about.notes if note.startswith("Reprojected"))
        assert f"EPSG:{crs}" in note
        assert "accurate to" in note


def test_northern_ireland_is_projected_to_its_own_grid(write):
    shapes = [box(-5.95, 54.59, -5.94, 54.60), box(-5.94, 54.59, -5.93, 54.60)]
    frame = gpd.GeoDataFrame({"DZ2021_cd": ["N20000001", "N20000002"]}, geometry=shapes, crs=4326)
    assert readers.ons_boundaries(write(frame, "dz.gpkg")).geometry.crs.to_epsg() == 2157
    irish = frame.to_crs(29902)
    assert readers.ons_boundaries(write(irish, "dz2.gpkg")).geometry.crs.to_epsg() == 29902


def test_a_missing_system_is_never_guessed(write):
    file = write(squares().set_crs(None, allow_override=True), "areas.parquet")
    with pytest.raises(CRSMismatch, match="no coordinate reference system"):
        readers.ons_boundaries(file)
    assert readers.ons_boundaries(file, crs=27700).area_km2 == pytest.approx([1, 1])
    with pytest.raises(InvalidParameter, match="no coordinate reference system 'grid'"):
        readers.ons_boundaries(file, crs="grid")


def test_how_boundaries_are_drawn_is_in_the_notes(write):
    said = {
        "LSOA_2021_EW_BFC_V10.gpkg": "full resolution, clipped",
        "lsoa_BGC.gpkg": "need BFC",
        "LSOA_BFE_2021.gpkg": "sea to low water",
        "lsoa.gpkg": "Neither layer nor file name says",
    }
    for name, words in said.items():
        assert words in readers.ons_boundaries(write(squares(), name)).about.notes[0]


def test_a_page_of_2000_is_doubted(write):
    frame = squares(2000)
    frame.geometry = [box(0, 0, 1, 1)] * 2000
    with pytest.warns(AssumedReading, match="exactly 2,000 areas"):
        readers.ons_boundaries(write(frame, "areas.parquet"))


def test_published_areas_serve_where_there_is_no_shape_and_are_compared(write):
    frame = squares(3, Shape__Area=[1e6, 2.0e6, 1e6])
    frame.loc[2, "geometry"] = None
    found = readers.ons_boundaries(write(frame, "areas.parquet"))
    assert found.area_km2.tolist() == [1, 1, 1]
    assert any("of 1 without one, the published" in note for note in found.about.notes)
    assert any("no shape: E01900002" in note for note in found.about.notes)
    assert any("differs by more than 1%" in note and "E01900001" in note for note in found.about.notes)
    missing = readers.ons_boundaries(write(frame.drop(columns="Shape__Area"), "areas.parquet"))
    assert np.isnan(missing.area_km2[2])


def test_invalid_shapes_are_repaired_and_named(write):
    frame = squares()
    frame.loc[1, "geometry"] = BOW
    file = write(frame)
    found = readers.ons_boundaries(file)
    assert found.geometry.is_valid.all()
    assert found.area_km2[1] == pytest.approx(0.5)
    assert any("1 invalid shape made valid: E01900001" in note for note in found.about.notes)
    kept = readers.ons_boundaries(file, repair=False)
    assert not kept.geometry.is_valid.all()
    assert any("left as they are" in note for note in kept.about.notes)


def test_points_have_no_area(write):
    frame = gpd.GeoDataFrame({"LSOA21CD": ["E01900000"]}, geometry=[Point(400_000, 400_000)], crs=27700)
    found = readers.ons_boundaries(write(frame, "LSOA_PopCentroids.gpkg"))
    assert found.area_km2 is None
    assert "Points, which have no area." in found.about.notes


def test_faults_are_told_together(write):
    frame = squares(3)
    frame["LSOA21CD"] = ["E01034000", "E01034000", None]
    frame = frame.rename(columns={"LSOA21CD": "LSOA11CD"})
    with pytest.raises(InvalidTable) as caught:
        readers.ons_boundaries(write(frame))
    assert isinstance(caught.value, DuplicateUnit)
    assert isinstance(caught.value, VintageMismatch)
    assert "1 area has no code" in str(caught.value)


def test_codes_of_other_areas_are_refused(write):
    frame = squares()
    frame["LSOA21CD"] = ["E02000001", "E02000002"]
    with pytest.raises(WrongFormat, match="should hold codes of LSOAs, and holds some of MSOA"):
        readers.ons_boundaries(write(frame))
    frame["LSOA21CD"] = ["1", "2"]
    with pytest.raises(InvalidTable, match="no codes of a letter and eight digits"):
        readers.ons_boundaries(write(frame))


def test_a_column_can_be_named(write):
    frame = squares(code="DataZone")
    frame["DataZone"] = ["S01006506", "S01006507"]
    file = write(frame, "SG_DataZone_Bdry_2011.gpkg")
    with pytest.raises(WrongFormat, match="LSOA21CD"):
        readers.ons_boundaries(file)
    found = readers.ons_boundaries(file, unit="DataZone")
    assert found.about.geography == "data zone"
    assert found.about.vintage is None
    with pytest.raises(UnknownColumn, match="no column 'DataZon'"):
        readers.ons_boundaries(file, unit="DataZon")


def test_files_without_areas_are_refused(write, tmp_path):
    with pytest.raises(EmptyTable, match="holds no areas"):
        readers.ons_boundaries(write(squares(0), "none.parquet"))
    (tmp_path / "torn.geojson").write_text('{"type": "FeatureColl')
    with pytest.raises(UnreadableFile, match="cannot be read as areas"):
        readers.ons_boundaries(tmp_path / "torn.geojson")


@pytest.mark.data
def test_greater_manchester_is_as_large_as_it_is(gm):
    areas = readers.ons_boundaries(gm / "lsoa21.parquet")
    districts = readers.ons_boundaries(gm / "lad21.parquet")
    assert len(areas) == 1702
    assert areas.area_km2.sum() == pytest.approx(districts.area_km2.sum(), rel=1e-3)
    # The Office for National Statistics gives 1,276 square kilometres.
    assert areas.area_km2.sum() == pytest.approx(1276, rel=1e-3)
    by_district = pd.Series(areas.area_km2).groupby(areas.table["lad22cd"].to_numpy()).sum()
    assert by_district.to_numpy() == pytest.approx(
        pd.Series(districts.area_km2, index=districts.units)[by_district.index].to_numpy(), rel=0.01
    )
