"""The school census: groups, meals, language and rolls of each school."""

from __future__ import annotations

import csv
import json
import warnings
from pathlib import Path

import pandas as pd
import pytest

import placemix as pm
from placemix.errors import IncompletePartition, PlacemixError, PlacemixWarning, UnitsLeftOut
from placemix.readers.schools.school_groups import ETHNIC

FOLDER = Path(__file__).parent / "fixtures" / "spc"
ROWS = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
SOUND = [row for row in ROWS if "must_fail" not in row]
WHOLE = "spc_school_level_underlying_data_23112023.csv"
CUT = "spc_school_level_underlying_data_headers_cut_at_64.csv"
HIDDEN = "spc_school_level_underlying_data_2024_symbols.csv"


def read(name, reader=pm.readers.spc, **options):
    """Read a fixture or file; warnings of placemix are expected."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PlacemixWarning)
        return reader(FOLDER / name, **options)


def written(folder, frame, name="spc.csv"):
    file = folder / name
    frame.to_csv(file, index=False, encoding="utf-8")
    return file


def ten_schools():
    frame = pd.DataFrame({"time_period": "202223", "urn": [str(100_000 + place) for place in range(10)]})
    frame["phase_type_grouping"] = ["State-funded primary"] * 6 + ["State-funded secondary"] * 4
    for place, group in enumerate(ETHNIC):
        frame[f"number of pupils classified as {group} ethnic origin"] = [str(place + row) for row in range(10)]
    frame["number of pupils unclassified"] = "3"
    frame["headcount of pupils"] = [str(sum(place + row for place in range(18)) + 3) for row in range(10)]
    return frame


@pytest.mark.parametrize("row", SOUND, ids=lambda row: row["file"])
def test_fixtures(row):
    counts = read(row["file"])
    assert counts.units.tolist() == row["units"]
    assert list(counts.groups) == row["groups"]
    assert counts.totals.to_dict() == row["totals"]
    assert list(counts.left_out) == row.get("left_out", [])
    about = counts.about
    assert (about.geography, about.universe, about.period, about.scheme) == (
        "school",
        "pupils",
        row.get("period"),
        "dfe18",
    )
    assert about.file == row["file"]
    low, high = (counts.values if ends is None else ends for ends in (counts.low, counts.high))
    hidden = 0
    for place, unit in enumerate(counts.units):
        for column, group in enumerate(counts.groups):
            cell = row.get("suppressed", {}).get(unit, {}).get(group)
            if cell is None:
                assert low[place, column] == high[place, column] == row["values"][unit][group]
                continue
            hidden += 1
            left = row["row_residual"][unit]
            assert (low[place, column], high[place, column]) == (cell.get("low", 0), cell.get("high", left))
    assert hidden == sum(map(len, row.get("suppressed", {}).values()))
    names = dict(zip(counts.units, counts.strata["name"], strict=True))
    assert row.get("names", {}).items() <= names.items()


@pytest.mark.parametrize("row", [row for row in ROWS if "must_fail" in row], ids=lambda row: row["file"])
def test_refused_fixtures(row):
    with pytest.raises(PlacemixError) as caught:
        read(row["file"])
    for text in (*row["must_fail"].get("missing", ()), *row["must_fail"].get("values", ())):
        assert text in str(caught.value)
    assert "Remedy" in str(caught.value)


def test_free_meals_of_both_kinds_and_language():
    row = SOUND[0]
    meals = read(WHOLE, groups="fsm")
    assert dict(zip(meals.units, meals.values[:, 0], strict=True)) == row["free_meals"]
    assert meals.totals.to_dict() == row["totals"]
    other = read(WHOLE, groups="fsm_performance_tables")
    assert dict(zip(other.units, other.values[:, 0], strict=True)) == row["free_meals_performance_tables"]
    assert other.totals.to_dict() == {"999001": 175, "999002": 29, "20999": 0}
    assert "not of the headcount" in other.about.notes[0]
    assert "of the headcount" in meals.about.notes[0]
    language = read(WHOLE, groups="language")
    for unit, cells in row["first_language"].items():
        place = language.units.get_loc(unit)
        assert language.values[place].tolist() == list(cells.values())


def test_a_header_that_stands_for_two_columns_is_refused():
    with pytest.raises(pm.errors.RepeatedColumn, match="known or believed to be"):
        read(CUT, groups="language")
    assert read(CUT, groups="fsm").totals.to_dict() == SOUND[1]["totals"]


def test_hidden_meals_leave_an_interval_on_both_sides(tmp_path):
    frame = ten_schools()[["time_period", "urn", "headcount of pupils"]]
    frame["number of pupils known to be eligible for free school meals"] = ["c", *map(str, range(9))]
    meals = pm.readers.spc(written(tmp_path, frame), groups="fsm", suppressed={"c": (1, 4)})
    everyone = meals.total[0]
    assert meals.low[0].tolist() == [1, everyone - 4]
    assert meals.high[0].tolist() == [4, everyone - 1]
    assert meals.low[1].tolist() == meals.high[1].tolist() == [0, meals.total[1]]
    with pytest.raises(pm.errors.SuppressedValue):
        pm.measure(meals, "dissimilarity", focal=meals.groups[0])


def test_a_word_of_the_caller_comes_before_the_default():
    counts = read(HIDDEN, suppressed={"c": (1, 2), "low": (0, 1)})
    place, column = counts.units.get_loc("999001"), counts.position("Irish")
    assert (counts.low[place, column], counts.high[place, column]) == (1, 2)
    column = counts.position("traveller of Irish heritage")
    assert (counts.low[2, column], counts.high[2, column]) == (0, 1)


def test_unclassified_is_shown_or_stays_in_the_total(tmp_path):
    file = written(tmp_path, ten_schools())
    shown = pm.readers.spc(file)
    with pytest.warns(IncompletePartition, match="30 people"):
        kept = pm.readers.spc(file, unclassified="residual")
    assert kept.totals.to_dict() == shown.totals.to_dict()
    assert kept.groups == shown.groups[:-1]
    assert kept.residual.tolist() == shown.values[:, -1].tolist()
    with pytest.raises(pm.errors.InvalidParameter, match="nobody is dropped"):
        pm.readers.spc(file, unclassified="drop")


def test_phases_and_strata(tmp_path):
    file = written(tmp_path, ten_schools())
    primary = pm.readers.spc(file, phases="state-funded PRIMARY")
    assert len(primary) == 6
    assert set(primary.strata["phase"]) == {"State-funded primary"}
    assert "4 schools of other phases" in primary.about.notes[0]
    with pytest.raises(pm.errors.InvalidParameter, match="Did you mean 'State-funded secondary'"):
        pm.readers.spc(file, phases=["State-funded secundary"])


def test_several_years_ask_which(tmp_path):
    later = ten_schools().assign(time_period="202324")
    both = pd.concat([ten_schools(), later], ignore_index=True)
    file = written(tmp_path, both)
    with pytest.raises(pm.errors.InvalidTable, match="2 years: 2022/23, 2023/24"):
        pm.readers.spc(file)
    assert pm.readers.spc(file, period="2023/24").about.period == "2023/24"
    with pytest.raises(pm.errors.InvalidParameter, match="no year '2024/25'"):
        pm.readers.spc(file, period="2024/25")


def test_faults_of_the_cells_come_together(tmp_path):
    frame = ten_schools()
    frame.loc[0, "number of pupils classified as Irish ethnic origin"] = "many"
    frame.loc[1, "number of pupils classified as Indian ethnic origin"] = "-4"
    with pytest.raises(pm.errors.NotNumbers) as caught:
        pm.readers.spc(written(tmp_path, frame))
    assert isinstance(caught.value, pm.errors.InvalidCounts)
    assert set(caught.value.units) == {"100000", "100001"}


def test_a_zero_is_no_z(tmp_path):
    frame = ten_schools()
    columns = [name for name in frame if name.startswith("number of pupils")]
    frame.loc[0, columns] = "z"
    frame.loc[1, columns] = "0"
    frame.loc[1, "headcount of pupils"] = "0"
    with pytest.warns(
        UnitsLeftOut, match=r"1 school publishes no ethnic group \(1 State-funded primary\).* 156 pupils"
    ):
        counts = pm.readers.spc(written(tmp_path, frame))
    assert counts.left_out == ("100000",)
    assert counts.totals["100001"] == 0


@pytest.mark.slow
def test_rolls_add_up_girls_and_boys_full_and_part_time():
    rolls = read(WHOLE, pm.readers.spc_rolls)
    assert rolls.units.tolist() == ["999001", "999002", "20999"]
    # The headcount by key stage is printed apart: nursery 13, reception 29, key stages 59 and 116.
    row = rolls.to_frame().set_index("unit").loc["999001"]
    assert row["nursery 1"] + row["nursery 2"] == 13
    assert row["reception"] == 29
    assert row["year 1"] + row["year 2"] == 59
    assert row[["year 3", "year 4", "year 5", "year 6"]].sum() == 116
    assert rolls.values.sum() == rolls.total.sum() == 217 + 29 + 41
    assert set(rolls.left_out) == {"103100", "103072", "143383", "100001", "138033", "136299", "137563", "100544"}


def test_rolls_of_later_headers_and_of_files_without_them():
    assert read(HIDDEN, pm.readers.spc_rolls).totals["999003"] == 896
    with pytest.raises(pm.errors.WrongFormat, match="no columns of pupils by year group"):
        read("schools_pupils_ud_2016_older_header.csv", pm.readers.spc_rolls)


def test_rolls_with_a_column_missing_are_refused(tmp_path):
    with (FOLDER / WHOLE).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    frame = pd.DataFrame(rows).drop(columns="Part time boys Year group 3")
    with pytest.raises(pm.errors.WrongFormat, match="year group 3"):
        pm.readers.spc_rolls(written(tmp_path, frame))


def raw_england(target, source):
    """Write the whole table of 2022/23 under the published header of 268 columns."""
    with (FOLDER / WHOLE).open(encoding="utf-8-sig", newline="") as stream:
        header = next(csv.reader(stream))
    known = pd.read_parquet(source)
    own = [name for name in known if name.startswith("eth_")]
    same = [name for name in header if name in known.columns]
    frame = pd.DataFrame("", index=known.index, columns=header)
    frame[same] = known[same].astype(object).where(known[same].notna(), "").astype(str)
    names = {
        f"number of pupils classified as {group} ethnic origin": column
        for group, column in zip(ETHNIC, own, strict=False)
    }
    names |= {
        "number of pupils unclassified": "eth_unclassified",
        "number of pupils known to be eligible for free school meals": "fsm_eligible",
        "headcount of pupils": "headcount",
        "urn": "urn",
    }
    for name, column in names.items():
        frame[name] = known[column].astype("Int64").astype(str).replace("<NA>", "z")
    frame["time_period"] = "202223"
    frame.to_csv(target, index=False, encoding="utf-8-sig")
    return known


@pytest.mark.slow
@pytest.mark.data
def test_every_school_of_england(data_root, tmp_path):
    file = tmp_path / "spc_school_level_underlying_data_23112023.csv"
    known = raw_england(file, data_root / "data" / "england_wales" / "schools_england_2022_23.parquet")
    assert len(known) == 24_442
    with pytest.warns(UnitsLeftOut, match="2,408 Independent school, 9 State-funded special school"):
        counts = pm.readers.spc(file)
    assert (len(counts), len(counts.left_out)) == (22_025, 2_417)
    assert "sum to the headcount in all 22,025 schools" in " ".join(counts.about.notes)
    own = known[known["eth_unclassified"].notna()]
    assert counts.values.sum(axis=0).tolist() == own.filter(like="eth_").sum().tolist()
    assert counts.total.sum() == own["headcount"].sum()
    with pytest.warns(UnitsLeftOut):
        meals = pm.readers.spc(file, groups="fsm")
    assert meals.values[:, 0].sum() == known["fsm_eligible"].sum()
    assert len(meals) == known["fsm_eligible"].notna().sum()
    # Oldham's schools, as the data folder states them: D of White British against Pakistani and Bangladeshi pupils.
    oldham = counts.take((counts.strata["la"] == "Oldham").to_numpy()).merge_groups(
        {"Pakistani and Bangladeshi": ["Pakistani", "Bangladeshi"]}
    )
    found = pm.measure(oldham, "dissimilarity", focal="white British", against="Pakistani and Bangladeshi", by="phase")
    values = found.set_index("phase")["value"].round(3)
    assert values["State-funded primary"] == 0.804
    assert values["State-funded secondary"] == 0.632
