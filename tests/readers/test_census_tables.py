"""Nomis: what the fixtures do not show."""

from __future__ import annotations

import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix import readers
from placemix.errors import (
    AssumedReading,
    CountRateMix,
    DuplicateUnit,
    EmptyTable,
    IncompletePartition,
    InvalidParameter,
    InvalidTable,
    OverlappingGroups,
    RepeatedColumn,
    TotalsRaised,
    UnknownColumn,
    UnmatchedUnit,
    UnreadableFile,
    VintageMismatch,
    WrongFormat,
)
from placemix.readers.census.census_schemes import universe_in

#: For tests of which each example takes long.
FEWER = settings(max_examples=settings().max_examples // 3)
E = "Ethnic group"
AREA = "date,geography,geography code"
WIDE = f"{AREA},{E}: Total: All usual residents,{E}: White,{E}: White: Irish,{E}: White: Roma,{E}: Arab"


@pytest.fixture
def write(tmp_path):
    def writing(text, name="census2021-ts021-lsoa.csv"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return writing


def wide(*rows, header=WIDE, year=2021):
    lines = [f"{year},place,{code},{','.join(map(str, cells))}" for code, *cells in rows]
    return "\n".join([header, *lines]) + "\n"


ONE = ("E01999901", 100, 90, 60, 30, 10)
TWO = ("E01999902", 80, 50, 45, 5, 30)


# -- which columns are groups -----------------------------------------------------------------------


def test_broad_groups_and_leaves_count_the_same_people(write):
    file = write(wide(ONE, TWO))
    fine, broad = readers.nomis(file), readers.nomis(file, level="broad")
    assert fine.groups == ("White: Irish", "White: Roma", "Arab")
    assert broad.groups == ("White", "Arab")
    assert fine.total.tolist() == broad.total.tolist() == [100, 80]
    assert fine.values.sum() == broad.values.sum()


def test_broad_groups_are_added_up_where_no_column_holds_them(write):
    header = f"{AREA},{E}: All categories: Ethnic group,{E}: White: Irish,{E}: White: Roma,{E}: Arab"
    file = write(wide(("E01999901", 100, 60, 30, 10), header=header, year=2011), "qs201ew.csv")
    found = readers.nomis(file, level="broad")
    assert found.to_frame()[["White", "Arab"]].to_numpy().tolist() == [[90, 10]]
    assert any("parts were added up" in note for note in found.about.notes)


def test_a_level_is_one_of_two(write):
    with pytest.raises(InvalidParameter, match="'leaves' or 'broad'"):
        readers.nomis(write(wide(ONE)), level="all")


def test_percentages_beside_values_are_left_out_and_said(write):
    header = f"{WIDE.replace(f'{E}: Arab', f'{E}: Arab; measures: Value')},{E}: Arab; measures: Percent"
    found = readers.nomis(write(wide((*ONE, 10.0), header=header)))
    assert found.groups == ("White: Irish", "White: Roma", "Arab")
    assert "1 column of percentages left out." in found.about.notes


def test_two_columns_of_the_same_cell_are_refused(write):
    header = f"{WIDE},{E}: Arab; measures: Value"
    with pytest.raises(RepeatedColumn, match="Arab"):
        readers.nomis(write(wide((*ONE, 10), header=header)))


# -- sums -----------------------------------------------------------------------------------------------


def test_in_2011_one_person_too_many_is_refused(write):
    file = write(wide(("E01999901", 101, 90, 60, 30, 10), year=2011), "ks201ew.csv")
    with pytest.raises(InvalidTable, match="differs from the sum of its 3 parts, by up to 1") as caught:
        readers.nomis(file)
    assert caught.value.units == ("E01999901",)


def test_in_2021_a_few_people_are_perturbation_and_said(write):
    file = write(wide(("E01999901", 102, 92, 60, 30, 10)))
    with pytest.warns(IncompletePartition):
        found = readers.nomis(file)
    assert found.total.tolist() == [102]
    assert found.residual.tolist() == [2]
    assert any("perturbed one by one" in note and "up to 2" in note for note in found.about.notes)
    with pytest.warns(TotalsRaised):
        found = readers.nomis(write(wide(("E01999901", 9_999, 9_989, 9_960, 30, 10)), "ts021.csv"))
    assert found.total.tolist() == [10_000]


def test_in_2021_more_than_a_few_people_are_refused_both_ways(write):
    with pytest.raises(InvalidTable, match="by up to 10"):
        readers.nomis(write(wide(("E01999901", 110, 90, 60, 30, 10))))
    with pytest.raises(OverlappingGroups, match="by up to 20"):
        readers.nomis(write(wide(("E01999901", 80, 90, 60, 30, 10))))


def test_every_fault_is_told_at_once(write):
    rows = [("E1", 100, 90, 60, 30, 10), ("E01999901", 100, 50, 60, 30, 10), ("E01999902", 80, 50, 45, 5, "c")]
    with pytest.raises(InvalidTable) as caught:
        readers.nomis(write(wide(*rows)))
    said = str(caught.value)
    assert "no code of a letter and eight digits" in said
    assert "'Ethnic group: White' differs" in said
    assert "'c'" in said


people = st.lists(st.integers(0, 400), min_size=5, max_size=5)


@FEWER
@given(rows=st.lists(people, min_size=1, max_size=6), which=st.integers(0, 2), more=st.integers(46, 900))
def test_the_leaves_come_out_and_a_changed_total_does_not_pass(tmp_path_factory, rows, which, more):
    if not sum(map(sum, rows)):
        rows[0][0] = 1
    parts = np.array(rows)
    white, mixed = parts[:, :2].sum(1), parts[:, 2:4].sum(1)
    columns = {
        "Total: All usual residents": parts.sum(1), "White": white, "Mixed": mixed,
        "White: Irish": parts[:, 0], "White: Roma": parts[:, 1],
        "Mixed: One": parts[:, 2], "Mixed: Two": parts[:, 3], "Arab": parts[:, 4],
    }  # fmt: skip
    table = pd.DataFrame({f"{E}: {name}": values for name, values in columns.items()})
    table.insert(0, "geography code", [f"E019999{row:02}" for row in range(len(table))])
    table.insert(0, "date", 2021)
    file = tmp_path_factory.mktemp("census") / "ts021.csv"
    table.to_csv(file, index=False)
    found = readers.nomis(file)
    assert found.values.tolist() == parts.tolist()
    assert found.total.tolist() == parts.sum(1).tolist()
    table.iloc[0, 2 + which] += more
    table.to_csv(file, index=False)
    with pytest.raises(InvalidTable, match="differs from the sum"):
        readers.nomis(file)


# -- areas ----------------------------------------------------------------------------------------------


def test_areas_of_several_kinds_are_refused_and_one_can_be_taken(write):
    rows = [ONE, TWO, ("E02999901", 180, 140, 105, 35, 40), ("E08999901", 180, 140, 105, 35, 40)]
    file = write(wide(*rows))
    with pytest.raises(InvalidTable, match=r"LSOA \(2\), MSOA \(1\), district \(1\)"):
        readers.nomis(file)
    found = readers.nomis(file, geography="lsoa")
    assert list(found.units) == ["E01999901", "E01999902"]
    assert any("MSOA (1), district (1)" in note for note in found.about.notes)
    assert readers.nomis(file, geography="LTLA").about.geography == "district"
    with pytest.raises(InvalidTable, match="no areas of the kind 'ward'"):
        readers.nomis(file, geography="ward")
    with pytest.raises(InvalidParameter, match="no kind of area"):
        readers.nomis(file, geography="village")


def test_a_table_without_areas_is_refused(write):
    with pytest.raises(EmptyTable, match="no rows"):
        readers.nomis(write(f"{WIDE}\n"))
    with pytest.raises(InvalidTable, match="no code of a letter"):
        readers.nomis(write(wide(("1e+05", *ONE[1:]))))


def test_regions_with_wales_and_upper_tiers_are_one_kind(write):
    regions = [("E12000001", *ONE[1:]), ("W92000004", *TWO[1:])]
    assert readers.nomis(write(wide(*regions))).about.geography == "region"
    upper = [("E06000001", *ONE[1:]), ("E10000002", *TWO[1:])]
    assert readers.nomis(write(wide(*upper))).about.geography == "upper tier"


def test_districts_of_the_census_of_2021_are_of_2022_or_2023(write):
    assert readers.nomis(write(wide(("E06000001", *ONE[1:]))), geography="LTLA").about.vintage == "2022"
    assert readers.nomis(write(wide(("E06000063", *ONE[1:])))).about.vintage == "2023"


def test_codes_of_another_census_are_refused(write):
    with pytest.raises(VintageMismatch, match="2021 alone"):
        readers.nomis(write(wide(("E01034000", *ONE[1:]), year=2011), "ks201ew.csv"))
    with pytest.raises(VintageMismatch, match="2011 alone"):
        readers.nomis(write(wide(("E01006185", *ONE[1:]))))


def test_districts_become_strata(write):
    file = write(wide(ONE, TWO))
    found = readers.nomis(file, lookup={"E01999901": "North", "E01999902": "South"})
    assert found.strata["district"].tolist() == ["North", "South"]
    table = pd.DataFrame({"LSOA21CD": ["E01999901", "E01999902"], "LAD22NM": ["Town", "Town"]})
    assert readers.nomis(file, lookup=table).strata["district"].tolist() == ["Town", "Town"]
    with pytest.raises(UnmatchedUnit, match="no district"):
        readers.nomis(file, lookup={"E01999901": "North"})
    with pytest.raises(InvalidParameter, match="no column of districts"):
        readers.nomis(file, lookup=table[["LSOA21CD"]])


# -- the interface --------------------------------------------------------------------------------------


def api(cells, **columns):
    rows = [(code, name, value) for code, row in cells.items() for name, value in row.items()]
    table = pd.DataFrame(rows, columns=["GEOGRAPHY_CODE", "C2021_ETH_20_NAME", "OBS_VALUE"])
    return table.assign(**columns).to_csv(index=False)


CELLS = {
    "E01999901": {"Total: All usual residents": 100, "White": 90, "Other ethnic group": 10},
    "E01999902": {"Total: All usual residents": 80, "White": 50, "Other ethnic group": 30},
}


def test_a_row_that_is_not_there_is_not_nought(write):
    cells = {**CELLS, "E01999902": {"Total: All usual residents": 80, "White": 80}}
    with pytest.raises(InvalidTable, match="a row that is not there is not 0") as caught:
        readers.nomis(write(api(cells), "api.csv"))
    assert caught.value.units == ("E01999902",)


def test_an_answer_of_the_largest_size_is_doubted(write):
    cells = {f"E01{row:06}": {"White": 1, "Arab": 1} for row in range(900_000, 912_500)}
    with pytest.warns(AssumedReading, match="exactly 25,000 rows"):
        found = readers.nomis(write(api(cells), "api.csv"), universe="residents")
    assert len(found) == 12_500
    with pytest.warns(AssumedReading, match="there are 99"):
        readers.nomis(write(api(CELLS, RECORD_COUNT=99), "api.csv"))


def test_percentages_alone_are_refused(write):
    with pytest.raises(CountRateMix, match="no values"):
        readers.nomis(write(api(CELLS, MEASURES=20301), "api.csv"))
    shares = {"E01999901": {"White": 90.5, "Arab": 9.5}}
    with pytest.raises(CountRateMix, match="fractions"):
        readers.nomis(write(api(shares), "api.csv"))


def test_urban_and_rural_parts_do_not_count_twice(write):
    table = pd.concat([pd.read_csv(write(api(CELLS, RURAL_URBAN_NAME=kind))) for kind in ("Total", "Urban (total)")])
    found = readers.nomis(write(table.to_csv(index=False), "api.csv"))
    assert found.total.tolist() == [100, 80]
    assert any("urban or rural" in note for note in found.about.notes)
    table = table[table["RURAL_URBAN_NAME"] != "Total"]
    found = readers.nomis(write(table.to_csv(index=False), "api.csv"))
    assert any("only 'Urban (total)'" in note for note in found.about.notes)


def test_names_of_categories_are_needed(write):
    text = api(CELLS).replace("C2021_ETH_20_NAME", "C2021_ETH_20")
    with pytest.raises(WrongFormat, match="C2021_ETH_20_NAME"):
        readers.nomis(write(text, "api.csv"))


def test_several_dates_are_refused(write):
    with pytest.raises(InvalidTable, match="several dates: 2021, 2011"):
        readers.nomis(write(wide(ONE) + wide(TWO, year=2011).split("\n", 1)[1]))


def test_a_census_that_the_file_does_not_state_is_asked_for(write):
    text = wide(ONE).replace("date,", "").replace("2021,place", "place")
    with pytest.raises(InvalidParameter, match="does not say of which census"):
        readers.nomis(write(text))
    assert readers.nomis(write(text), census="2021").about.period == "2021"
    with pytest.raises(InvalidParameter, match=r"of 2021, not of 2011"):
        readers.nomis(write(wide(ONE)), census="2011")
    with pytest.raises(InvalidParameter, match="of the census of 2001"):
        readers.nomis(write(wide(ONE, year=2001)))


# -- archives and names of columns ----------------------------------------------------------------------


def test_a_geography_picks_the_file_of_an_archive(tmp_path):
    file = tmp_path / "census2021-ts021.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("census2021-ts021-lsoa.csv", wide(ONE))
        archive.writestr("census2021-ts021-ltla.csv", wide(("E06000001", *TWO[1:])))
    with pytest.raises(UnreadableFile, match="2 tables"):
        readers.nomis(file)
    assert readers.nomis(file, geography="LSOA").total.tolist() == [100]
    assert readers.nomis(file, geography="district").total.tolist() == [80]
    assert readers.nomis(file, member="census2021-ts021-ltla.csv").about.file.endswith("ltla.csv")


BULK = "GeographyCode,KS201EW0001,KS201EW0002,KS201EW0003,KS201EW0004\nE01999901,100,60,40,60.0\n"
NAMES = (
    "ColumnVariableCode,ColumnVariableMeasurementUnit,ColumnVariableStatisticalUnit,ColumnVariableDescription\n"
    "KS201EW0001,Count,Person,All categories: Ethnic group\nKS201EW0002,Count,Person,White: Irish\n"
    "KS201EW0003,Count,Person,Arab\nKS201EW0004,Percentage,Person,White: Irish\n"
)


def test_coded_columns_need_their_names(write, tmp_path):
    file = write(BULK, "KS201EWDATA.CSV")
    with pytest.raises(WrongFormat, match="no file beside it names them"):
        readers.nomis(file)
    elsewhere = tmp_path / "names"
    elsewhere.mkdir()
    (elsewhere / "KS201EWDESC0.CSV").write_text(NAMES)
    found = readers.nomis(file, meta=elsewhere / "KS201EWDESC0.CSV")
    assert found.groups == ("White: Irish", "Arab")
    assert found.about.universe == "residents"
    (tmp_path / "KS201EWDESC0.CSV").write_text(NAMES.replace("KS201EW0003", "KS201EW0009"))
    with pytest.raises(WrongFormat, match="does not name KS201EW0003"):
        readers.nomis(file)


def test_names_are_found_in_the_archive(tmp_path):
    file = tmp_path / "ks201ew_2011_oa.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("ks201ew/KS201EWDATA.CSV", BULK)
        archive.writestr("ks201ew/KS201EWDESC0.CSV", NAMES)
        archive.writestr(
            "ks201ew/KS201EWMETA0.CSV",
            "DatasetId,DatasetTitle,StatisticalPopulations\nKS201EW,Ethnic group,All households\n",
        )
    found = readers.nomis(file)
    assert found.total.tolist() == [100]
    assert found.about.universe == "households"


def test_joined_names_are_taken_apart_where_that_is_sure(write, tmp_path):
    whole = "All categories: Age, All categories: Ethnic group"
    pairs = ["Age 0 to 24, White: Total", "Age 0 to 24, Arab", "Age 25 and over, White: Total", "Age 25 and over, Arab"]
    lines = [f'LC2101EW{number:04},Count,Person,"{text}"' for number, text in enumerate([whole, *pairs], 1)]
    names = "\n".join([NAMES.splitlines()[0], *lines]) + "\n"
    (tmp_path / "LC2101EWDESC0.CSV").write_text(names)
    text = "GeographyCode," + ",".join(f"LC2101EW000{n}" for n in range(1, 6)) + "\nE01999901,10,1,2,3,4\n"
    found = readers.nomis(write(text, "LC2101EWDATA.CSV"))
    assert found.axes == ("Age", "Ethnic group")
    assert found.groups[0] == ("Age 0 to 24", "White")
    (tmp_path / "LC2101EWDESC0.CSV").write_text(names.replace("Age 25 and over, Arab", "Age 25, or over, Arab"))
    with pytest.raises(WrongFormat, match="hold commas themselves"):
        readers.nomis(tmp_path / "LC2101EWDATA.CSV")


# -- cross-tables, and exports with a title above them ----------------------------------------------


def cross(*, total=True):
    names = [("All categories: Age", "All categories: Ethnic group")] * total
    names += [(age, group) for age in ("Age 0 to 24", "Age 25 and over") for group in ("White", "Arab")]
    header = ",".join([AREA, *(f"Age: {age}; Ethnic Group: {group}; measures: Value" for age, group in names)])
    return f"{header}\n2011,place,E01999901,{'10,' * total}1,2,3,4\n"


def test_a_cross_table_has_axes_and_one_can_be_taken_alone(write):
    found = readers.nomis(write(cross(), "lc2101ew.csv"))
    assert found.axes == ("Age", "Ethnic Group")
    assert found.values.tolist() == [[1, 2, 3, 4]]
    alone = readers.nomis(write(cross(), "lc2101ew.csv"), axis="ethnic group")
    assert alone.groups == ("White", "Arab")
    assert alone.values.tolist() == [[4, 6]]
    assert alone.total.tolist() == [10]
    with pytest.raises(UnknownColumn, match="no axis 'Tenure'"):
        readers.nomis(write(cross(), "lc2101ew.csv"), axis="Tenure")


def test_without_a_total_everyone_is_the_sum_and_that_is_said(write):
    found = readers.nomis(write(cross(total=False), "lc2101ew.csv"))
    assert found.total.tolist() == [10]
    assert any("no total" in note for note in found.about.notes)


def test_an_export_of_the_query_tool_is_read(write):
    lines = [
        '"KS201EW - Ethnic group"',
        '"ONS Crown Copyright Reserved [from Nomis on 21 April 2021]"',
        '"Population :","All usual residents"',
        '"Units      :","Persons"',
        '"Date       :","2011"',
        '"Rural Urban:","Total"',
        "",
        '"2011 output area","mnemonic","All categories: Ethnic group","White: Irish","Arab"',
        "",
        '"E00000001","E00000001",10,6,4',
        '"E00000002","E00000002",8,8,0',
        "",
        '"In order to protect against disclosure of personal information, records have been swapped."',
    ]
    text = "\n".join(lines) + "\n"
    found = readers.nomis(write(text, "export.csv"))
    assert (found.about.geography, found.about.table, found.about.universe) == ("OA", "KS201EW", "residents")
    assert found.total.tolist() == [10, 8]
    assert any("Rural Urban: Total" in note for note in found.about.notes)


@pytest.mark.parametrize(
    ("text", "universe"),
    [
        ("All usual residents", "residents"),
        ("All usual residents aged 16 years and over", "residents aged 16 years and over"),
        ("All households", "households"),
        ("All Household Reference Persons", "household reference persons"),
        ("All categories: Ethnic group", None),
    ],
)
def test_whom_a_total_counts(text, universe):
    assert universe_in(text) == universe


def test_a_file_of_another_publisher_is_named_as_such(write):
    with pytest.raises(WrongFormat, match=r"try placemix\.readers\.ons_lookup"):
        readers.nomis(write("OA21CD,LSOA21CD,MSOA21CD\nE00000001,E01000001,E02000001\n", "lookup.csv"))


def test_duplicates_are_told_for_what_they_may_be(write):
    text = api(CELLS)
    with pytest.raises(DuplicateUnit, match="measures=20100"):
        readers.nomis(write(text + text.split("\n", 1)[1], "api.csv"))


# -- published data ---------------------------------------------------------------------------------------


@pytest.mark.data
def test_trafford_in_the_published_layout(data_root, tmp_path):
    tidy = pd.read_parquet(data_root / "data" / "trafford" / "groups19_oa21_2021.parquet")
    names = {
        "Asian, Asian British or Asian Welsh": {
            "bangladeshi": "Bangladeshi", "chinese": "Chinese", "indian": "Indian", "pakistani": "Pakistani",
            "asian_other": "Other Asian"},
        "Black, Black British, Black Welsh, Caribbean or African": {
            "black_african": "African", "black_caribbean": "Caribbean", "black_other": "Other Black"},
        "Mixed or Multiple ethnic groups": {
            "mixed_white_asian": "White and Asian", "mixed_white_black_african": "White and Black African",
            "mixed_white_black_caribbean": "White and Black Caribbean",
            "mixed_other": "Other Mixed or Multiple ethnic groups"},
        "White": {
            "white_british": "English, Welsh, Scottish, Northern Irish or British", "white_irish": "Irish",
            "white_gypsy_traveller": "Gypsy or Irish Traveller", "white_roma": "Roma", "white_other": "Other White"},
        "Other ethnic group": {"arab": "Arab", "other": "Any other ethnic group"},
    }  # fmt: skip
    raw = {"date": 2021, "geography": tidy["oa21cd"], "geography code": tidy["oa21cd"]}
    raw[f"{E}: Total: All usual residents"] = tidy.drop(columns="oa21cd").sum(axis=1)
    for broad, parts in names.items():
        raw[f"{E}: {broad}"] = tidy[list(parts)].sum(axis=1)
        raw |= {f"{E}: {broad}: {label}": tidy[own] for own, label in parts.items()}
    file = tmp_path / "census2021-ts021-oa.csv"
    pd.DataFrame(raw).to_csv(file, index=False)
    found = readers.nomis(file)
    assert found.about.scheme == "eth19_2021"
    assert found.about.geography == "OA"
    order = [own for parts in names.values() for own in parts]
    assert found.values.tolist() == tidy[order].to_numpy(dtype=float).tolist()
    assert readers.nomis(file, level="broad").about.scheme == "eth5_2021"
    mine = pm.measure(found, "dissimilarity", focal="Asian, Asian British or Asian Welsh: Pakistani")["value"]
    theirs = pm.measure(pm.from_wide(tidy, groups=order, unit="oa21cd"), "dissimilarity", focal="pakistani")["value"]
    assert mine.tolist() == theirs.tolist()


@pytest.mark.data
def test_five_groups_of_england_and_wales_add_up(data_root, tmp_path):
    tidy = pd.read_parquet(data_root / "data" / "england_wales" / "groups5_lsoa21_2021.parquet")
    labels = {
        "asian": "Asian, Asian British or Asian Welsh",
        "black": "Black, Black British, Black Welsh, Caribbean or African",
        "mixed": "Mixed or Multiple ethnic groups",
        "white": "White",
        "other": "Other ethnic group",
    }
    raw = {"date": 2021, "geography": tidy["lsoa21cd"], "geography code": tidy["lsoa21cd"]}
    raw[f"{E}: Total: All usual residents"] = tidy["total"]
    raw |= {f"{E}: {label}": tidy[own] for own, label in labels.items()}
    file = tmp_path / "census2021-ts021-lsoa.csv"
    pd.DataFrame(raw).to_csv(file, index=False)
    found = readers.nomis(file)
    assert (found.about.scheme, found.about.geography, len(found)) == ("eth5_2021", "LSOA", 35672)
    assert found.residual.max() == 0
    assert found.total.sum() == tidy["total"].sum()
    assert not any("perturbed one by one" in note for note in found.about.notes)
