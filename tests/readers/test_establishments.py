"""The list of schools, and which school followed which."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pandas as pd
import pytest

import placemix as pm
from placemix.errors import AssumedReading, PlacemixError, VintageMismatch
from placemix.readers.geography.lsoa_vintages import settle, telling, withdrawn

FOLDER = Path(__file__).parent / "fixtures" / "gias"
ROWS = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
LISTS = [row for row in ROWS if row.get("kind") == "frame"]
LINKS = next(row for row in ROWS if row.get("kind") == "lookup")


@pytest.mark.parametrize("row", LISTS, ids=lambda row: row["file"])
def test_fixtures(row):
    schools, every = (pm.readers.gias(FOLDER / row["file"], status=status) for status in ("open", "all"))
    assert schools.units.tolist() == row["units"]
    assert sorted(schools.left_out.index) == sorted(row["closed"] + row["not_yet_open"])
    assert every.left_out is None
    assert schools.about.geography == row["geography"]
    assert schools.about.vintage == every.about.vintage == row["lsoa_vintage"]
    assert every.geometry.crs == row["crs"]
    points = {unit: [point.x, point.y] for unit, point in zip(every.units, every.geometry, strict=True) if point}
    assert points == row["points"]
    assert [unit for unit, point in zip(every.units, every.geometry, strict=True) if point is None] == row["no_point"]
    for name, key in (("status", "status"), ("lsoa", "lsoa"), ("la_gss", "district"), ("pupils", "pupils")):
        assert every.column(name).dropna().to_dict() == row[key]
    for name in ("open_date", "close_date"):
        assert every.column(name).dropna().dt.strftime("%Y-%m-%d").to_dict() == row[name]
    assert row["names"].items() <= every.column("name").to_dict().items()
    assert every.column("type").notna().all()
    assert set(every.parents) <= set(every.table.columns)


@pytest.mark.parametrize("row", [row for row in ROWS if "must_fail" in row], ids=lambda row: row["file"])
def test_refused_fixtures(row):
    reader = pm.readers.gias_links if "links" in row["file"] else pm.readers.gias
    with pytest.raises(PlacemixError) as caught:
        reader(FOLDER / row["file"])
    for text in (*row["must_fail"].get("missing", ()), *row["must_fail"].get("values", ())):
        assert text in str(caught.value)


def school(**cells):
    row = {
        "URN": "100001", "EstablishmentName": "Mill School", "EstablishmentStatus (name)": "Open", "OpenDate": "",
        "CloseDate": "", "PhaseOfEducation (name)": "Primary", "Easting": "393029", "Northing": "403815",
        "SchoolCapacity": "210", "LSOA (code)": "E01034232",
    }  # fmt: skip
    return row | cells


def written(folder, *rows):
    file = folder / "edubasealldata20240101.csv"
    pd.DataFrame(rows).to_csv(file, index=False, encoding="cp1252")
    return file


def test_a_blank_or_zero_easting_is_no_place(tmp_path):
    rows = [school(), school(URN="100002", Easting="", Northing=""), school(URN="100003", Easting="0", Northing="0")]
    found = pm.readers.gias(written(tmp_path, *rows))
    assert found.geometry.notna().tolist() == [True, False, False]
    assert "2 schools have no point: 100002, 100003" in " ".join(found.about.notes)


def test_faults_come_together(tmp_path):
    file = written(tmp_path, school(URN="1e+05", OpenDate="2019-09-01"), school(SchoolCapacity="about 200"))
    with pytest.raises(PlacemixError) as caught:
        pm.readers.gias(file)
    text = str(caught.value)
    assert "1e+05" in text
    assert "no date of the form 03-04-2020" in text
    assert "'about 200'" in text
    assert len(caught.value.faults) == 3


def test_a_withheld_number_is_missing_and_not_0(tmp_path):
    found = pm.readers.gias(written(tmp_path, school(SchoolCapacity="SUPP"), school(URN="100002", SchoolCapacity="0")))
    assert found.column("capacity").isna().tolist() == [True, False]
    assert found.column("capacity")["100002"] == 0


def test_codes_of_one_census_may_be_chosen_where_both_are_there(tmp_path):
    rows = [school(), school(URN="100002", **{"LSOA (code)": "E01032921"})]
    file = written(tmp_path, *rows)
    with pytest.raises(VintageMismatch, match="Say which is meant"):
        pm.readers.gias(file)
    chosen = pm.readers.gias(file, vintage="2021")
    assert chosen.column("lsoa").dropna().to_dict() == {"100001": "E01034232"}
    assert "1 LSOA code of another vintage than 2021 emptied" in " ".join(chosen.about.notes)
    with pytest.raises(VintageMismatch, match="said to be of 2011"):
        pm.readers.gias(written(tmp_path, school()), vintage="2011")
    with pytest.raises(pm.errors.InvalidParameter, match="one of '2011', '2021'"):
        pm.readers.gias(file, vintage="2001")


def test_codes_that_do_not_tell_ask(tmp_path):
    file = written(tmp_path, school(**{"LSOA (code)": "E01000001"}))
    with pytest.warns(AssumedReading, match="State it"):
        assert pm.readers.gias(file).about.vintage is None
    assert pm.readers.gias(file, vintage="2021").about.vintage == "2021"


def test_further_columns(tmp_path):
    file = written(tmp_path, school(HeadTitle="x"))
    assert pm.readers.gias(file, keep=["HeadTitle"]).column("HeadTitle").tolist() == ["x"]
    with pytest.raises(pm.errors.UnknownColumn, match="Did you mean 'HeadTitle'"):
        pm.readers.gias(file, keep=["HeadTitel"])


def test_links_and_what_is_no_succession():
    links = pm.readers.gias_links(FOLDER / LINKS["file"])
    found = [
        [*row[:3], None if pd.isna(row[3]) else f"{row[3]:%Y-%m-%d}"]
        for row in links[["urn", "link_urn", "link_type", "date"]].itertuples(index=False)
    ]
    assert found == LINKS["rows"]
    other = links[links["relation"] == "other"]
    assert other[["urn", "link_urn", "link_type"]].values.tolist() == LINKS["left_out"]


def test_each_succession_counts_once_and_a_split_is_not_handed_on():
    links = pm.readers.gias_links(FOLDER / LINKS["file"])
    every = pm.readers.gias(FOLDER / LISTS[0]["file"], status="all")
    walk = pm.readers.succession(links, schools=every.units)
    ends = walk.to_frame().set_index("source")["target"]
    assert ends[["999106", "999107", "999198"]].to_dict() == {
        "999106": "999101", "999107": "999101", "999198": "999104",
    }  # fmt: skip
    assert "999102" not in ends
    assert walk.left_out["999102"].startswith("split between")
    assert set(LINKS["unknown_urns"]) == set(walk.sources) - set(every.units)
    pupils = pd.Series(1.0, index=walk.sources).drop("999102")
    assert walk.apply(pupils).sum() == len(pupils)
    with pytest.raises(pm.errors.TotalsNotConserved):
        walk.apply(pd.Series(1.0, index=walk.sources))


def _links(*pairs):
    return pd.DataFrame(pairs, columns=["urn", "link_urn", "date"]).assign(
        relation="successor", date=lambda table: pd.to_datetime(table["date"])
    )


def test_lines_of_schools_splits_circles_and_days():
    links = _links(
        ("1", "2", "2015-09-01"), ("2", "3", "2019-09-01"), ("4", "5", None), ("6", "7", None), ("7", "6", None)
    )
    walk = pm.readers.succession(links)
    assert walk.to_frame().set_index("source")["target"][["1", "2", "4"]].to_dict() == {"1": "3", "2": "3", "4": "5"}
    assert walk.left_out.to_dict() == dict.fromkeys(("6", "7"), "its successors lead back to it")
    before = pm.readers.succession(links, until="2018-01-01").to_frame().set_index("source")["target"]
    assert before["1"] == "2"
    split = pm.readers.succession(_links(("1", "2", None), ("2", "3", None), ("2", "4", None)))
    assert split.left_out.to_dict() == {"1": "its successor 2 was split between 3, 4", "2": "split between 3, 4"}
    with pytest.raises(pm.errors.InvalidTable, match="2018-13-01"):
        pm.readers.succession(links, until="2018-13-01")
    with pytest.raises(pm.errors.UnknownColumn, match="gias_links"):
        pm.readers.succession(links.drop(columns="relation"))


def test_what_a_code_tells_of_its_census():
    codes = pd.Series(["E01000001", "E01033768", "E01033769", "W01001958", "W01001959", "E01999001", "x", None])
    old, new = telling(codes)
    assert new.tolist() == [False, False, True, False, True, False, False, False]
    assert old[0] == ("E01000001" in withdrawn())
    assert settle(codes[[0]]).foreign.tolist() == [False]


@pytest.mark.slow
@pytest.mark.data
def test_withdrawn_codes_are_those_of_the_published_lookup(data_root):
    lookup = pd.read_parquet(data_root / "data" / "england_wales" / "lookup_lsoa11_lsoa21_lad22.parquet")
    before, after = set(lookup["lsoa11cd"]), set(lookup["lsoa21cd"])
    assert withdrawn() == before - after
    both = pd.Series(sorted(before | after))
    old, new = telling(both)
    assert (set(both[old]), set(both[new])) == (before - after, after - before)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert settle(pd.Series(sorted(before))).vintage == "2011"
        assert settle(pd.Series(sorted(after))).vintage == "2021"
    assert settle(pd.Series(sorted(before | after))).faults
