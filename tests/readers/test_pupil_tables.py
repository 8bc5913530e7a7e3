"""Pupils by home and school: nobody is lost, hidden cells are intervals, unknown ends follow a stated policy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import placemix as pm
from placemix.errors import (
    DuplicateUnit,
    EmptyTable,
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    NotNumbers,
    SuppressedValue,
    UnknownColumn,
    UnmatchedUnit,
)

REGISTER = pd.DataFrame(
    {
        "id": ["007", "008", "009", "010", "011"],
        "lsoa": ["a", "a", "b", "b", "c"],
        "urn": [100, 200, 100, 100, 300],
        "ethnicity": ["x", None, "y", "x", "None"],
        "year": [7, 7, 8, 7, 7],
    }
)
COLUMNS = {"pupil": "id", "home": "lsoa", "school": "urn", "group": "ethnicity"}
TABLE = pd.DataFrame(
    {"lsoa": ["a", "a", "b", "c"], "urn": ["s", "t", "s", "s"], "free": ["9", "c", "0", "x"], "paid": [20, 30, 40, 5]}
)
PLACES = {"home": "lsoa", "school": "urn"}
MARKS = {"c": (1, 4), "x": (0, 9)}


def test_one_row_a_pupil() -> None:
    found = pm.readers.pupils(REGISTER, **COLUMNS, missing="not stated")
    assert found.groups == ("None", "not stated", "x", "y")  # a group may be called None
    assert found.values.sum() == len(REGISTER)
    rows = found.to_frame().set_index(["origin", "destination"])
    assert rows.loc[("b", "100")].tolist() == [0, 0, 1, 1]
    assert found.about.universe == "pupils"
    assert found.about.notes == ("5 pupils read.",)
    seven = pm.readers.pupils(REGISTER, **COLUMNS, missing="not stated", where={"year": 7})
    assert seven.values.sum() == 4
    assert seven.about.notes == ("4 pupils read.",)


def test_files_and_other_tables_read_alike(tmp_path: Path) -> None:
    plain = pm.readers.pupils(REGISTER, **COLUMNS, missing="?")
    file = tmp_path / "pupils.csv"
    REGISTER.to_csv(file, index=False)
    again = pm.readers.pupils(file, **COLUMNS, missing="?", where={"year": 7})
    assert again.about.file == "pupils.csv"
    assert len(again.about.sha256 or "") == 64
    assert again.values.sum() == 4
    for other in (
        pm.readers.pupils(file, **COLUMNS, missing="?"),
        pm.readers.pupils(pl.from_pandas(REGISTER), **COLUMNS, missing="?"),
    ):
        pd.testing.assert_frame_equal(other.to_frame(), plain.to_frame())


def test_every_fault_of_a_register_comes_at_once() -> None:
    bad = REGISTER.assign(id=["1", "1", None, "4", "5"], lsoa=["a", "", "b", "b", "c"])
    with pytest.raises(InvalidTable, match="4 faults") as caught:
        pm.readers.pupils(bad, **COLUMNS)
    assert isinstance(caught.value, DuplicateUnit)
    text = str(caught.value)
    assert "1 pupil stands on two rows" in text
    assert "1 row has no id" in text
    assert "without home" in text
    assert "without group" in text
    with pytest.raises(UnknownColumn, match="Did you mean 'ethnicity'"):
        pm.readers.pupils(REGISTER, **{**COLUMNS, "group": "ethnicty"})
    with pytest.raises(EmptyTable, match="No row has 9"):
        pm.readers.pupils(REGISTER, **COLUMNS, where={"year": 9})


def test_schools_that_are_not_known() -> None:
    given_ = {**COLUMNS, "missing": "?", "schools": [100, 200]}
    with pytest.raises(UnmatchedUnit, match="1 school of 1 pupil is"):
        pm.readers.pupils(REGISTER, **given_)
    kept = pm.readers.pupils(REGISTER, **given_, unknown="keep")
    assert kept.values.sum() == 5
    assert any("kept: 300" in note for note in kept.about.notes)
    out = pm.readers.pupils(REGISTER, **given_, homes=["a", "c"], unknown="leave out")
    assert out.left_out is not None
    assert out.left_out.to_dict() == {"home b": 2.0, "school 300": 1.0}
    assert out.values.sum() + out.left_out.sum() == 5
    both = pm.readers.pupils(REGISTER, **given_, homes=["a", "b"], unknown="leave out")
    assert both.left_out is not None
    assert both.left_out.to_dict() == {"home c": 1.0, "school 300": 0.0}  # left out once
    assert both.values.sum() + both.left_out.sum() == 5
    with pytest.raises(InvalidParameter, match="unknown is"):
        pm.readers.pupils(REGISTER, **COLUMNS, unknown="drop")


def test_wide_and_long_tables_are_one() -> None:
    wide = pm.readers.flows(TABLE, **PLACES, groups=["free", "paid"], suppressed=MARKS, fill="middle")
    long = TABLE.melt(id_vars=["lsoa", "urn"], var_name="meals", value_name="pupils")
    again = pm.readers.flows(long, **PLACES, group="meals", count="pupils", suppressed=MARKS, fill="middle")
    pd.testing.assert_frame_equal(wide.to_frame(), again.to_frame())
    assert wide.values.sum() == 9 + 2.5 + 4.5 + 95


def test_hidden_cells_are_intervals_and_never_nought() -> None:
    given_ = {**PLACES, "groups": ["free", "paid"]}
    sums = {}
    for fill in ("low", "high", "middle"):
        found = pm.readers.flows(TABLE, **given_, suppressed=MARKS, fill=fill)
        sums[fill] = found.values.sum()
        assert (
            f"2 hidden cells, of 1 to 13 pupils, were filled with {sums[fill] - 104:.10g} ({fill})."
            in found.about.notes
        )
    assert sums == {"low": 105, "high": 117, "middle": 111}
    with pytest.raises(SuppressedValue, match="2 cells are hidden"):
        pm.readers.flows(TABLE, **given_, suppressed=MARKS)
    with pytest.raises(NotNumbers, match="'x'"):
        pm.readers.flows(TABLE, **given_, suppressed={"c": (1, 4)}, fill="low")
    with pytest.raises(InvalidCounts):
        pm.readers.flows(TABLE.assign(paid=[20, np.nan, 40, -5]), **given_, suppressed=MARKS, fill="low")
    with pytest.raises(InvalidParameter, match="fill is"):
        pm.readers.flows(TABLE, **given_, suppressed=MARKS, fill="none")
    with pytest.raises(InvalidParameter, match="stands for an interval"):
        pm.readers.flows(TABLE, **given_, suppressed={"c": "unknown", "x": (1, 4)}, fill="low")
    for wrong in ({}, {"group": "lsoa"}, {"groups": ["paid"], "group": "lsoa", "count": "paid"}):
        with pytest.raises(InvalidParameter, match="wide table"):
            pm.readers.flows(TABLE, **PLACES, **wrong)


def test_the_towns_flows() -> None:
    town = pm.datasets.town()
    found = pm.readers.flows(
        town.flows, home="unit", school="school", group="group", count="pupils", where={"phase": "secondary"}
    )
    of_phase = town.flows[town.flows["phase"] == "secondary"]
    assert found.values.sum() == of_phase["pupils"].sum()
    rolls = town.rolls_latest()
    held = found.at_destination()
    same = rolls.take((rolls.strata["phase"] == "secondary").to_numpy()).to_frame().set_index("unit")
    np.testing.assert_array_equal(
        held.to_frame().set_index("unit")[list(town.groups)], same.loc[held.units, list(town.groups)]
    )


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from("stuv"), st.sampled_from("xyz"), st.integers(1, 9)),
        min_size=1,
        max_size=25,
    ),
    st.sets(st.sampled_from("stuv"), min_size=1),
    st.sets(st.sampled_from("abc"), min_size=1),
)
def test_nobody_is_lost(rows: list[tuple[str, str, str, int]], schools: set[str], homes: set[str]) -> None:
    table = pd.DataFrame(rows, columns=["home", "school", "group", "count"])
    everyone = table.loc[table.index.repeat(table["count"])].assign(id=range(table["count"].sum()))
    ends = {"home": "home", "school": "school", "group": "group"}
    one = pm.readers.pupils(everyone, pupil="id", **ends)
    many = pm.readers.flows(table, **ends, count="count")
    pd.testing.assert_frame_equal(one.to_frame(), many.to_frame())
    assert one.values.sum() == len(everyone)
    known = table["home"].isin(homes) & table["school"].isin(schools)
    if not known.any():
        return
    some = pm.readers.flows(table, **ends, count="count", schools=schools, homes=homes, unknown="leave out")
    assert some.values.sum() == table.loc[known, "count"].sum()
    left = 0 if some.left_out is None else some.left_out.sum()
    assert some.values.sum() + left == len(everyone)


def test_a_list_that_knows_nobody_is_refused() -> None:
    with pytest.raises(EmptyTable, match="that are known"):
        pm.readers.pupils(REGISTER, **COLUMNS, missing="?", schools=["URN100"], unknown="leave out")
