"""Lookups: what the fixtures do not show, and what the harmonising functions make of them."""

from __future__ import annotations

import pandas as pd
import pytest

import placemix as pm
from placemix import harmonise, readers
from placemix.crosswalks import Crosswalk
from placemix.errors import (
    DuplicateUnit,
    EmptyTable,
    InvalidCrosswalk,
    InvalidParameter,
    InvalidTable,
    UnknownColumn,
    VintageMismatch,
    WrongFormat,
)


@pytest.fixture
def write(tmp_path):
    def writing(text, name="lookup.csv"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8-sig")
        return file

    return writing


NESTED = "OA21CD,LSOA21CD,LSOA21NM,LAD22CD\nE00000001,E01000001,a,E06000001\nE00000002,E01000001,a,E06000001\n"
CHANGED = (
    "LSOA11CD,LSOA21CD,CHGIND,LAD22CD,ObjectId\nE01900001,E01900001,U,E06000001,1\nE01900002,E01900011,S,E06000001,2\n"
    "E01900002,E01900012,S,E06000001,3\nE01900003,E01900013,M,E06000001,4\nE01900004,E01900013,M,E06000001,5\n"
)


def test_nested_areas_make_an_exact_crosswalk(write):
    file = write(NESTED)
    table = readers.ons_lookup(file)
    assert table.attrs["kind"] == "nesting"
    assert table.attrs["targets"] == {"LSOA21CD": "exact", "LAD22CD": "exact"}
    walk = readers.ons_lookup(file, source="oa21cd", target="LAD22CD")
    assert isinstance(walk, Crosswalk)
    assert walk.kind == "exact"
    assert walk.apply(pd.Series({"E00000001": 3.0, "E00000002": 4.0})).to_dict() == {"E06000001": 7.0}
    assert "lookup.csv" in walk.version


def test_harmonising_takes_a_lookup_by_its_own_names(write):
    table = readers.ons_lookup(write(CHANGED))
    own = table.attrs
    assert (own["source"], own["change"], own["kind"]) == ("LSOA11CD", "CHGIND", "changes")
    common = harmonise.common_areas(table, source=own["source"], target="LSOA21CD")
    assert common["area"].nunique() == 3
    people = pd.Series({"E01900001": 1.0, "E01900011": 30.0, "E01900012": 10.0, "E01900013": 5.0})
    walk = harmonise.changes(table, source=own["source"], target="LSOA21CD", change=own["change"], people=people)
    moved = walk.apply(pd.Series({"E01900001": 5.0, "E01900002": 8.0, "E01900003": 1.0, "E01900004": 2.0}))
    assert moved.to_dict() == {"E01900001": 5.0, "E01900011": 6.0, "E01900012": 2.0, "E01900013": 3.0}
    nested = readers.ons_lookup(write(NESTED))
    assert harmonise.nesting(nested, source="OA21CD", target="LSOA21CD").kind == "exact"


def test_areas_that_were_split_make_no_crosswalk_without_weights(write):
    with pytest.raises(InvalidCrosswalk, match="1 area goes") as caught:
        readers.ons_lookup(write(CHANGED), source="LSOA11CD", target="LSOA21CD")
    assert caught.value.units == ("E01900002",)
    assert "common_areas" in str(caught.value)


def test_a_best_fit_between_editions_is_told_from_the_changes(write):
    lines = CHANGED.replace("CHGIND,", "").splitlines()
    text = "\n".join(line.replace(",U,", ",").replace(",S,", ",").replace(",M,", ",") for line in lines) + "\n"
    with pytest.raises(DuplicateUnit, match="1 area stands on several rows"):
        readers.ons_lookup(write(text))
    once = "\n".join(line for line in text.splitlines() if "E01900012" not in line) + "\n"
    table = readers.ons_lookup(write(once))
    assert table.attrs["kind"] == "best-fit"
    assert set(table.attrs["targets"].values()) == {"best-fit"}
    assert any("counts must not be moved with it" in note for note in table.attrs["notes"])
    assert readers.ons_lookup(write(once), source="LSOA11CD", target="LSOA21CD").kind == "best-fit"


def test_wards_are_best_fits_of_census_areas_and_exact_parts_of_districts(write):
    text = "LSOA21CD,WD24CD,WD24NM,LAD24CD\nE01000001,E05000001,a,E06000001\nE01000002,E05000001,a,E06000001\n"
    table = readers.ons_lookup(write(text))
    assert table.attrs["targets"] == {"WD24CD": "best-fit", "LAD24CD": "exact"}
    assert any("population-weighted centroid" in note for note in table.attrs["notes"])
    wards = readers.ons_lookup(write("WD24CD,LAD24CD\nE05000001,E06000001\nE05000002,E06000001\n"))
    assert wards.attrs["kind"] == "nesting"


def test_districts_that_merged_are_exact(write):
    table = readers.ons_lookup(write("LAD22CD,LAD23CD\nE07000026,E06000063\nE07000028,E06000063\n"))
    assert (table.attrs["kind"], table.attrs["source"]) == ("nesting", "LAD22CD")


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        (CHANGED.replace("E01900001,U", "E01900011,U"), InvalidTable, "contradicts"),
        (CHANGED.replace(",S,", ",Z,"), InvalidTable, "it may hold U, S, M, X"),
        (CHANGED.replace("E01900003", ""), InvalidTable, "'LSOA11CD' is missing in 1 row"),
        (NESTED.replace("E06000001\n", "\n"), InvalidTable, "2 areas have no 'LAD22CD'"),
        (NESTED.replace("E00000001", "E00000002"), DuplicateUnit, "stands on several rows"),
        (NESTED.replace("E01000001", "E02000001"), WrongFormat, "should hold codes of LSOAs"),
        (NESTED.replace("E01000001", "1e+05"), InvalidTable, "no codes"),
        (CHANGED.replace("E01900001,E01900001", "E01034000,E01034000"), VintageMismatch, "2021 alone"),
        ("LSOA21CD,LSOA21NM\nE01000001,a\n", InvalidTable, "one kind of area only"),
        ("OA21CD,LSOA21CD\n", EmptyTable, "no rows"),
        ("code,name\na,b\n", WrongFormat, "a column such as 'LSOA21CD'"),
    ],
)
def test_what_is_wrong_is_named(write, text, error, words):
    with pytest.raises(error, match=words):
        readers.ons_lookup(write(text))


def test_columns_that_are_not_there_are_named(write):
    with pytest.raises(UnknownColumn, match="Did you mean 'LSOA21CD'"):
        readers.ons_lookup(write(NESTED), source="OA21CD", target="LSOA11CD")
    with pytest.raises(InvalidParameter, match="both source= and target="):
        readers.ons_lookup(write(NESTED), source="OA21CD")


def test_a_lookup_can_be_stored_with_what_it_says_of_itself(write, tmp_path):
    table = readers.ons_lookup(write(CHANGED))
    table.to_parquet(tmp_path / "lookup.parquet")
    assert pd.read_parquet(tmp_path / "lookup.parquet").attrs == table.attrs


@pytest.mark.slow
@pytest.mark.data
def test_england_and_wales_2011_to_2021(data_root, tmp_path):
    tidy = pd.read_parquet(data_root / "data" / "england_wales" / "lookup_lsoa11_lsoa21_lad22.parquet")
    file = tmp_path / "lookup.csv"
    tidy.rename(columns=str.upper).rename(columns={"CHANGE_CODE": "CHGIND"}).to_csv(file, index=False)
    table = readers.ons_lookup(file)
    assert table.attrs["kind"] == "changes"
    assert table["CHGIND"].value_counts().to_dict() == {"U": 33647, "S": 1900, "M": 239, "X": 9}
    common = pm.common_areas(table, source="LSOA11CD", target="LSOA21CD")
    assert common["area"].nunique() == 34630


@pytest.mark.data
def test_output_areas_of_greater_manchester_nest(gm, tmp_path):
    tidy = pd.read_parquet(gm / "lookup_oa21_lsoa21_msoa21_lad22.parquet")
    file = tmp_path / "lookup.csv"
    tidy.rename(columns=str.upper).to_csv(file, index=False)
    walk = readers.ons_lookup(file, source="OA21CD", target="LAD22CD")
    assert (len(walk.sources), len(walk.targets), walk.kind) == (8966, 10, "exact")
