"""The commands for files: inspect and harmonise."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

FIXTURES = Path(__file__).resolve().parents[1] / "readers" / "fixtures"


@pytest.fixture
def dates(tmp_path):
    """Two tables of four and five zones, of which one was split, and the lookup between them."""
    before = pd.DataFrame({"zone": list("abcd"), "x": [10, 20, 30, 40], "y": [40, 30, 20, 10], "all": [50, 50, 50, 51]})
    after = pd.DataFrame({"area": ["a", "b", "c1", "c2", "d"], "x": [12, 20, 20, 15, 40], "y": [40, 30, 15, 10, 10]})
    pairs = pd.DataFrame({"old": list("abccd"), "new": ["a", "b", "c1", "c2", "d"]})
    for name, frame in (("before", before), ("after", after), ("pairs", pairs)):
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    return tmp_path


def test_inspect_prints_a_page_and_json(run):
    file = FIXTURES / "nomis_2021" / "census2021-ts021-lsoa.csv"
    code, out, err = run("inspect", file)
    assert (code, err) == (0, "")
    assert "Nomis census table, 2021 bulk" in out
    assert "pm.readers.nomis(" in out
    found = json.loads(run("inspect", file, "--json")[1])
    assert found["format"] == "nomis"
    assert found["about"]["vintage"] == "2021"


def test_inspect_says_why_a_file_cannot_be_read(run):
    code, out, _ = run("inspect", FIXTURES / "nomis_2021" / "refused_ts021_totals.csv")
    assert code == 1
    assert "cannot be read as it is" in out


def test_inspect_of_no_file(run):
    code, _, err = run("inspect", FIXTURES / "nomis_2021" / "census2021-ts021-lsao.csv")
    assert code == 1
    assert "Did you mean 'census2021-ts021-lsoa.csv'" in err


def test_harmonise_merges_what_was_split(run, dates):
    out = dates / "both.csv"
    code, text, err = run(
        "harmonise", dates / "before.csv", dates / "after.csv", "--lookup", dates / "pairs.csv",
        "-u", "zone", "-u", "area", "-g", "x,y", "-o", out,
    )  # fmt: skip
    assert code == 0, err
    assert "common areas" in text
    both = pd.read_csv(out)
    after = both[both["side"] == "after"].set_index("unit")
    assert after.loc["c1", ["x", "y"]].tolist() == [35, 25]
    assert set(both[both["side"] == "before"]["unit"]) == set(after.index)
    assert both.groupby("side")["total"].sum().to_dict() == {"before": 200, "after": 212}


def test_harmonise_refuses_codes_alone_and_writes_nothing(run, dates):
    out = dates / "both.csv"
    code, _, err = run(
        "harmonise", dates / "before.csv", dates / "after.csv", "-u", "zone", "-u", "area", "-g", "x,y", "-o", out
    )
    assert code == 1
    assert "matching codes would lose" in err
    assert not out.exists()


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["-u", "zone"], "go together"),
        (["-u", "a", "-u", "b", "-u", "c", "-g", "x,y"], "two files"),
        ([], "no known format"),
    ],
)
def test_harmonise_says_what_is_missing(run, dates, options, word):
    code, _, err = run("harmonise", dates / "before.csv", dates / "after.csv", *options, "-o", dates / "both.csv")
    assert code == 1
    assert word in err


def test_harmonise_refuses_an_unknown_ending_before_it_reads(run, dates):
    code, _, err = run("harmonise", dates / "none.csv", dates / "after.csv", "-o", dates / "both.docx")
    assert code == 1
    assert ".parquet" in err


def test_harmonise_reads_published_files_of_two_censuses(run, tmp_path):
    """Three areas of 2011 and four of 2021, in the headers that Nomis gave them."""
    old = ["White: English/Welsh/Scottish/Northern Irish/British", "White: Irish", "White: Gypsy or Irish Traveller",
           "White: Other White", "Mixed/multiple ethnic groups: White and Black Caribbean",
           "Mixed/multiple ethnic groups: White and Black African", "Mixed/multiple ethnic groups: White and Asian",
           "Mixed/multiple ethnic groups: Other Mixed", "Asian/Asian British: Indian", "Asian/Asian British: Pakistani",
           "Asian/Asian British: Bangladeshi", "Asian/Asian British: Chinese", "Asian/Asian British: Other Asian",
           "Black/African/Caribbean/Black British: African", "Black/African/Caribbean/Black British: Caribbean",
           "Black/African/Caribbean/Black British: Other Black", "Other ethnic group: Arab",
           "Other ethnic group: Any other ethnic group"]  # fmt: skip
    codes = ["E01000001", "E01000002", "E01000003"]
    rows = []
    for place, code in enumerate(codes):
        cells = [100 + place, *range(1, 18)]
        rows.append([2011, f"Example {place}", code, "Total", sum(cells), *cells])
    head = ["date", "geography", "geography code", "Rural Urban", "Ethnic Group: All usual residents; measures: Value"]
    pd.DataFrame(rows, columns=[*head, *(f"Ethnic Group: {name}; measures: Value" for name in old)]).to_csv(
        tmp_path / "ks201.csv", index=False
    )
    broad = {"Total: All usual residents": 0, "Asian, Asian British or Asian Welsh": 30,
             "Black, Black British, Black Welsh, Caribbean or African": 20, "Mixed or Multiple ethnic groups": 10,
             "White": 90, "Other ethnic group": 5}  # fmt: skip
    long = []
    for place, code in enumerate(["E01000001", "E01000002", "E01033801", "E01033802"]):
        cells = broad | {"White": 90 + place}
        cells["Total: All usual residents"] = sum(cells.values())
        long += [[f"Example {place}", code, name, value] for name, value in cells.items()]
    pd.DataFrame(long, columns=["GEOGRAPHY_NAME", "GEOGRAPHY_CODE", "C2021_ETH_20_NAME", "OBS_VALUE"]).to_csv(
        tmp_path / "ts021.csv", index=False
    )
    pd.DataFrame(
        {"LSOA11CD": ["E01000001", "E01000002", "E01000003", "E01000003"], "LSOA11NM": "x",
         "LSOA21CD": ["E01000001", "E01000002", "E01033801", "E01033802"], "LSOA21NM": "x", "CHGIND": list("UUSS"),
         "LAD22CD": "E06000001", "LAD22NM": "x", "LAD22NMW": ""}
    ).to_csv(tmp_path / "lookup.csv", index=False)  # fmt: skip
    out = tmp_path / "both.parquet"
    code, text, err = run(
        "harmonise", tmp_path / "ks201.csv", tmp_path / "ts021.csv", "--lookup", tmp_path / "lookup.csv",
        "--scheme", "common", "-o", out,
    )  # fmt: skip
    assert code == 0, err
    assert "eth18_2011" in text or "groups" in text
    both = pd.read_parquet(out)
    assert both.groupby("side")["unit"].nunique().to_dict() == {"after": 3, "before": 3}
    before = both[both["side"] == "before"]
    assert before["total"].sum() == sum(sum([100 + place, *range(1, 18)]) for place in range(3))
    white = next(name for name in both.columns if name.casefold() == "white")
    assert before[white].tolist() == [100 + place + 1 + 2 + 3 for place in range(3)]


def test_what_harmonise_writes_can_be_measured_date_by_date(run, dates):
    out = dates / "both.csv"
    table = pd.read_csv(dates / "after.csv").rename(columns={"x": "ex", "y": "why"})
    table.to_csv(dates / "after.csv", index=False)
    code, _, err = run(
        "harmonise", dates / "before.csv", dates / "after.csv", "--lookup", dates / "pairs.csv", "-u", "zone", "-u",
        "area", "-g", "x,y", "--groups-after", "x=ex,y=why", "--vintage", "2011", "--vintage", "2021", "-o", out,
    )  # fmt: skip
    assert code == 0, err
    assert set(pd.read_csv(out)["date"]) == {2011, 2021}
    code, text, err = run("measure", out, "-u", "unit", "-g", "x,y", "--focal", "x", "--where", "date=2021")
    assert code == 0, err
    assert "212" in text
    code, _, err = run("measure", out, "-u", "unit", "-g", "x,y", "--where", "date=2031")
    assert code == 1
    assert "2011, 2021" in err
    code, _, err = run("measure", out, "-u", "unit", "-g", "x,y", "--where", "dat=2021")
    assert code == 1
    assert "Did you mean 'date'" in err


def test_harmonise_refuses_strata_that_neither_table_has(run, dates):
    out = dates / "both.csv"
    code, _, err = run(
        "harmonise", dates / "before.csv", dates / "after.csv", "--lookup", dates / "pairs.csv", "-u", "zone", "-u",
        "area", "-g", "x,y", "-b", "distric", "-o", out,
    )  # fmt: skip
    assert code == 1
    assert "distric" in err
    assert not out.exists()
