"""Data zones of Scotland and Northern Ireland: what the fixtures do not show."""

from __future__ import annotations

import pandas as pd
import pytest

from placemix import readers
from placemix.counts import Counts
from placemix.errors import (
    InvalidParameter,
    InvalidTable,
    NotNumbers,
    UnreadableFile,
    VintageMismatch,
    WrongFormat,
)
from placemix.frames import Frame
from placemix.readers.census.small_area_layouts import edition

HEAD = ",All people,White,White: Scottish,White: Polish,African"
ROWS = 'S01006506,"1,100","1,090","1,070",20,10\nS01006507,200,200,200,-,-\n'


@pytest.fixture
def write(tmp_path):
    def writing(text, name="KS201SC.csv"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return writing


def test_a_dash_is_nought_and_said(write):
    found = readers.data_zones(write(f"{HEAD}\n{ROWS}"))
    assert found.values.tolist() == [[1070, 20, 10], [200, 0, 0]]
    assert any("2 cells with '-' read as 0" in note for note in found.about.notes)


def test_a_dash_that_stands_for_people_does_not_pass(write):
    with pytest.raises(InvalidTable, match="differs from the sum of its 3 parts, by up to 20"):
        readers.data_zones(write(f"{HEAD}\n{ROWS.replace(',20,10', ',-,10')}"))


def test_a_dash_in_northern_ireland_is_no_number(write):
    text = "Geography,Geography code,All usual residents,White,Roma\na,N20000001,10,10,-\nb,N20000002,10,9,1\n"
    with pytest.raises(NotNumbers, match="'-'"):
        readers.data_zones(write(text, "ms-b01.csv"))


def test_broad_groups(write):
    found = readers.data_zones(write(f"{HEAD}\n{ROWS}"), level="broad")
    assert found.groups == ("White", "African")
    assert found.values.tolist() == [[1090, 10], [200, 0]]


def test_two_kinds_of_areas_are_refused_and_the_nation_is_listed(write):
    text = f"{HEAD}\nS92000003,1300,1290,1270,20,10\n{ROWS}"
    assert readers.data_zones(write(text)).left_out == ("S92000003",)
    more = f"{text}S12000033,1300,1290,1270,20,10\n"
    with pytest.raises(InvalidTable, match=r"data zone \(2\), district \(1\)"):
        readers.data_zones(write(more))
    assert len(readers.data_zones(write(more), geography="data zone")) == 2


@pytest.mark.parametrize(
    ("codes", "vintage"),
    [
        (["S01000001", "S01006505"], "2001"),
        (["S01006506", "S01013481"], "2011"),
        (["S01013482", "S01020873"], "2022"),
        (["S00088956", "S00135306"], "2011"),
        (["S00135307"], "2022"),
        (["N21000001"], "2021"),
        (["S12000033"], None),
    ],
)
def test_codes_tell_their_edition(codes, vintage):
    assert edition(pd.Index(codes)) == (vintage, [])


def test_editions_are_not_mixed(write):
    with pytest.raises(VintageMismatch, match=r"2011 \(1\) and 2022 \(1\)"):
        readers.data_zones(write(f"{HEAD}\n{ROWS.replace('S01006507', 'S01013482')}"))


def test_bulk_files_of_northern_ireland_2011(write):
    write(
        "ColumnVariableCode,ColumnVariableMeasurementUnit,ColumnVariableStatisticalUnit,ColumnVariableDescription\n"
        "KS201NI0001,Count,Person,All usual residents\nKS201NI0002,Count,Person,White\n"
        "KS201NI0003,Count,Person,Chinese\n",
        "KS201NIDESC0.CSV",
    )
    found = readers.data_zones(
        write("GeographyCode,KS201NI0001,KS201NI0002,KS201NI0003\nN00000001,10,9,1\n", "KS201NIDATA0.CSV")
    )
    assert found.groups == ("White", "Chinese")
    assert (found.about.geography, found.about.vintage) == ("small area (Northern Ireland)", "2011")


def test_a_list_of_indicators_is_a_frame_and_some_of_it_can_be_counted(write):
    text = (
        "Data_Zone,Intermediate_Zone,Council_area,Total_population,SIMD2020v2_Rank,income_rate,income_count\n"
        "S01006506,Culter,Aberdeen City,894,4691,10%,85\nS01006507,Culter,Aberdeen City,793,4862.5,*,*\n"
    )
    file = write(text, "simd.csv")
    areas = readers.data_zones(file)
    assert isinstance(areas, Frame)
    assert areas.column("income_rate").tolist()[0] == 10
    assert areas.table["income_count"].isna().tolist() == [False, True]
    assert areas.table["SIMD2020v2_Rank"].tolist() == [4691, 4862.5]
    assert areas.about.source == "Scottish Government, Scottish Index of Multiple Deprivation"
    with pytest.raises(NotNumbers, match=r"'\*'"):
        readers.data_zones(file, groups={"poor": "income_count"}, total="Total_population", residual="group")
    counts = readers.data_zones(
        file, groups={"poor": "income_count"}, total="Total_population", residual="group", suppressed={"*": (0, 793)}
    )
    assert isinstance(counts, Counts)
    assert counts.high.tolist()[1][0] == 793
    with pytest.raises(InvalidParameter, match="without groups="):
        readers.data_zones(file, total="Total_population")


def test_lists_with_wrong_codes_are_refused(write):
    text = "Data_Zone,Intermediate_Zone,Council_area,a\nS01006506,x,y,1\nS01006506,x,y,1\n7,x,y,1\n"
    with pytest.raises(InvalidTable) as caught:
        readers.data_zones(write(text))
    assert "stands on several rows" in str(caught.value)
    assert "no codes of S or N" in str(caught.value)


def test_files_without_codes_are_refused(write):
    with pytest.raises(WrongFormat, match="'Geography code'"):
        readers.data_zones(write("name,All people,White\nx,1,1\n"))


def test_a_workbook_with_several_tables_asks_which(tmp_path):
    table = pd.DataFrame(
        {"Geography": ["x"], "Geography code": ["N20000001"], "All usual residents": [10], "White": [9], "Roma": [1]}
    )
    file = tmp_path / "ms-b01.xlsx"
    with pd.ExcelWriter(file) as book:
        table.to_excel(book, sheet_name="DZ", index=False)
        pd.DataFrame({"Notes": ["none"]}).to_excel(book, sheet_name="Notes", index=False)
    assert readers.data_zones(file).total.tolist() == [10]
    with pd.ExcelWriter(file) as book:
        for name in ("DZ", "SDZ"):
            table.to_excel(book, sheet_name=name, index=False)
    with pytest.raises(UnreadableFile, match="2 sheets with a table of areas: DZ, SDZ"):
        readers.data_zones(file)
    assert readers.data_zones(file, sheet="SDZ").total.tolist() == [10]
