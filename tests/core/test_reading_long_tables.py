"""from_long: one row a person, or one a unit and group."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import placemix as pm
from placemix import errors


def rolls(**columns: object) -> pd.DataFrame:
    frame = {"school": ["A", "A", "B", "B"], "meal": ["free", "paid", "paid", "free"], "pupils": [3, 7, 9, 1]}
    return pd.DataFrame({**frame, **columns})


def read(frame: object, **options: object) -> pm.Counts:
    return pm.from_long(frame, **{"unit": "school", "group": "meal", "count": "pupils", **options})


def test_people_and_counted_rows_agree():
    people = rolls().loc[lambda frame: frame.index.repeat(frame["pupils"])]
    assert pm.from_long(people, unit="school", group="meal").hash == read(rolls()).hash


def test_rows_of_the_same_unit_and_group_add_up_and_a_missing_row_is_none():
    counts = read(rolls(meal=["free", "free", "paid", "paid"]))
    assert counts.to_frame()[["free", "paid"]].to_numpy().tolist() == [[10, 0], [0, 10]]


FAULTS = [
    ("no group", {"meal": ["free", None, "paid", "free"]}, {}, errors.InvalidTable, ValueError, ["row 2"], "stated"),
    ("no unit", {"school": ["A", "A", None, "B"]}, {}, errors.InvalidTable, ValueError, ["row 3"], "its unit"),
    ("negative", {"pupils": [3, 7, 9, -1]}, {}, errors.InvalidCounts, ValueError, ["row 4"], "start at 0"),
    ("missing", {"pupils": [3, 7, None, 1]}, {}, errors.InvalidCounts, ValueError, ["row 3"], "not 0"),
    ("text", {"pupils": [3, "c", 9, 1]}, {}, errors.NotNumbers, TypeError, ["row 2"], "symbol"),
    ("two strata", {"town": ["x", "y", "x", "x"]}, {"strata": "town"}, errors.InvalidTable, ValueError, ["A"], "one"),
    ("unknown", {}, {"count": "pupil"}, errors.UnknownColumn, KeyError, [], "'pupils'"),
    ("one group", {"meal": ["free"] * 4}, {}, errors.TooFewGroups, ValueError, [], "two"),
    ("nobody", {"pupils": [0, 0, 0, 0]}, {}, errors.EmptyTable, ValueError, [], "read"),
    ("role", {}, {"group": None}, errors.InvalidParameter, ValueError, [], ""),
    ("about", {}, {"about": 5}, errors.InvalidParameter, ValueError, [], "vintage"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "options", "kind", "builtin", "units", "remedy"),
    [fault[1:] for fault in FAULTS],
    ids=[fault[0] for fault in FAULTS],
)
def test_each_fault_names_its_rows_and_its_remedy(columns, options, kind, builtin, units, remedy):
    with pytest.raises(kind) as caught:
        read(rolls(**columns), **options)
    assert isinstance(caught.value, builtin)
    assert list(caught.value.units) == units
    assert remedy in str(caught.value)


def test_faults_are_reported_together():
    frame = rolls(meal=["free", None, "paid", "free"], pupils=[-3, 7, 9, "x"])
    with pytest.raises(errors.NotNumbers) as caught:
        read(frame)
    assert "no group" in str(caught.value)
    assert "'x'" in str(caught.value)


def test_an_empty_table():
    with pytest.raises(errors.EmptyTable, match="no rows"):
        read(rolls().iloc[:0])


@pytest.mark.parametrize("label", ["Total", "All", "persons"])
def test_totals_among_the_rows(label):
    frame = rolls()
    frame["meal"] = frame["meal"].replace({"free": "Free meals", "paid": "Other pupils"})
    total = frame.groupby("school", as_index=False)["pupils"].sum().assign(meal=label)
    with pytest.raises(errors.OverlappingGroups, match=f"'{label}'"):
        read(pd.concat([frame, total]))


def test_ids_strata_and_kinds_of_table():
    import polars as pl
    import pyarrow as pa

    frame = rolls(school=[105142.0, 105142.0, 2.0, 2.0], town=["x", "x", "y", "y"])
    hashes = {read(table, strata="town").hash for table in (frame, pl.from_pandas(frame), pa.Table.from_pandas(frame))}
    assert len(hashes) == 1
    counts = read(frame, strata="town")
    assert list(counts.units) == ["105142", "2"]
    assert counts.strata["town"].tolist() == ["x", "y"]


def test_the_callers_table_is_not_changed():
    frame = rolls(pupils=["3", "7", "9", "1"])
    before = frame.copy(deep=True)
    read(frame)
    pd.testing.assert_frame_equal(frame, before)


people = st.lists(st.tuples(st.sampled_from("ABCDE"), st.sampled_from(["x", "y", "z", "w"])), min_size=1, max_size=60)


@given(people)
def test_any_list_of_people_is_counted(rows):
    frame = pd.DataFrame(rows, columns=["unit", "group"])
    expected = Counter(rows)
    groups = list(dict.fromkeys(group for _, group in rows))
    units = list(dict.fromkeys(unit for unit, _ in rows))
    if len(groups) < 2:
        with pytest.raises(errors.TooFewGroups):
            pm.from_long(frame, unit="unit", group="group")
        return
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.PossibleOverlap)
        counts = pm.from_long(frame, unit="unit", group="group")
    assert counts.groups == tuple(groups)
    assert list(counts.units) == units
    assert counts.values.tolist() == [[expected[unit, group] for group in groups] for unit in units]
    assert counts.total.sum() == len(rows)
    assert np.array_equal(counts.values.sum(axis=1), counts.total)
