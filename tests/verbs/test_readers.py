"""Files of every kind read alike, codes stay text, and what is missing is said."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely.geometry import box

import placemix as pm
from placemix import errors

WARDS = pd.DataFrame({"code": ["007", "010"], "urn": [105142, 105143], "name": ["Ancoats, east", "Péel"], "x": [1, 2]})


def test_tables_agree_whatever_the_file(tmp_path: Path) -> None:
    WARDS.to_csv(tmp_path / "a.csv", index=False)
    WARDS.to_csv(tmp_path / "b.csv", index=False, encoding="cp1252")
    WARDS.to_csv(tmp_path / "c.tsv", index=False, sep="\t")
    WARDS.to_parquet(tmp_path / "d.parquet", index=False)
    WARDS.to_excel(tmp_path / "e.xlsx", index=False)
    tables = [pm.read_table(tmp_path / name) for name in ("a.csv", "c.tsv", "d.parquet", "e.xlsx")]
    tables.append(pm.read_table(tmp_path / "b.csv", encoding="cp1252"))
    for table in tables:
        assert table["code"].tolist() == ["007", "010"]
        assert table["name"].tolist() == ["Ancoats, east", "Péel"]
        assert table["x"].sum() == 3
        assert table["urn"].tolist() == [105142, 105143]
    assert pm.read_table(tmp_path / "a.csv", text=["urn"])["urn"].tolist() == ["105142", "105143"]


def test_areas_agree_whatever_the_file(tmp_path: Path) -> None:
    shapes = gpd.GeoDataFrame(WARDS, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs="EPSG:27700")
    shapes.to_file(tmp_path / "a.gpkg", layer="wards")
    shapes.to_file(tmp_path / "a.shp")
    shapes.to_parquet(tmp_path / "a.parquet")
    shapes.to_crs(4326).to_file(tmp_path / "a.geojson")
    for name in ("a.gpkg", "a.shp", "a.parquet", "a.geojson"):
        areas = pm.read_areas(tmp_path / name, columns=["code", "x"])
        assert list(areas.columns) == ["code", "x", "geometry"]
        assert areas["code"].tolist() == ["007", "010"]
        assert areas.crs is not None
    assert "geometry" not in pm.read_table(tmp_path / "a.gpkg").columns


def test_symbols_keep_a_column_text_and_empty_is_missing(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,x,y,z\na,1,c,\nb,2,3,4\n")
    table = pm.read_table(tmp_path / "a.csv")
    assert table["y"].tolist() == ["c", "3"]
    assert table["z"].isna().tolist() == [True, False]
    with pytest.raises(errors.InvalidCounts, match="missing"):
        pm.from_wide(table, groups=["x", "z"], unit="id")


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    WARDS.to_csv(tmp_path / "wards.csv", index=False, encoding="cp1252")
    with pytest.raises(errors.UnreadableFile, match="cp1252"):
        pm.read_table(tmp_path / "wards.csv")
    with pytest.raises(errors.UnreadableFile, match=r"Did you mean 'wards.csv'"):
        pm.read_table(tmp_path / "wrads.csv")
    with pytest.raises(errors.UnknownColumn, match=r"Did you mean 'name'.*It has: code, urn, name, x"):
        pm.read_table(tmp_path / "wards.csv", columns=["nmae"], encoding="cp1252")
    with pytest.raises(errors.UnreadableFile, match="folder"):
        pm.read_table(tmp_path)
    (tmp_path / "a.doc").write_text("x")
    with pytest.raises(errors.UnreadableFile, match="no kind"):
        pm.read_table(tmp_path / "a.doc")
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 nothing")
    for read in (pm.read_table, pm.read_areas):
        with pytest.raises(errors.UnreadableFile, match="cannot be read"):
            read(tmp_path / "bad.parquet")
    (tmp_path / "bad.gpkg").write_bytes(b"nothing")
    with pytest.raises(errors.UnreadableFile, match="cannot be read"):
        pm.read_areas(tmp_path / "bad.gpkg")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(errors.UnreadableFile):
        pm.read_table(tmp_path / "empty.csv")
    with pytest.raises(OSError, match="no file"):  # also catchable as the builtin
        pm.read_table(tmp_path / "absent.csv")
    with pytest.raises(errors.UnreadableFile, match="no encoding"):
        pm.read_table(tmp_path / "wards.csv", encoding="utf-9")


@pytest.mark.parametrize("codes", [["5001.1", "5001.10"], ["1E3", "2E3"], ["+44", "45"], ["007", "8"]])
def test_codes_that_look_like_numbers_stay_text(tmp_path: Path, codes: list[str]) -> None:
    (tmp_path / "a.csv").write_text("code,x\n" + "".join(f"{code},0.50\n" for code in codes))
    table = pm.read_table(tmp_path / "a.csv")
    assert table["code"].tolist() == codes
    assert table["x"].tolist() == [0.5, 0.5]


def test_columns_named_twice_and_layers_unnamed_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("code,a,a,b\nx,1,2,3\n")
    with pytest.raises(errors.RepeatedColumn, match="'a'"):
        pm.read_table(tmp_path / "a.csv")
    shapes = gpd.GeoDataFrame({"code": ["a"]}, geometry=[box(0, 0, 1, 1)], crs="EPSG:27700")
    for layer in ("wards", "districts"):
        shapes.to_file(tmp_path / "two.gpkg", layer=layer)
    with pytest.raises(errors.UnreadableFile, match="wards, districts"):
        pm.read_areas(tmp_path / "two.gpkg")
    assert len(pm.read_areas(tmp_path / "two.gpkg", layer="wards")) == 1


def test_a_geopackage_without_shapes_is_a_table(tmp_path):
    pyogrio.write_dataframe(pd.DataFrame({"code": ["007", "008"], "n": [1, 2]}), tmp_path / "plain.gpkg")
    assert pm.read_table(tmp_path / "plain.gpkg").to_numpy().tolist() == [["007", 1], ["008", 2]]
