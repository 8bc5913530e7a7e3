"""Names that results use for themselves are refused, and the list of them is complete."""

from __future__ import annotations

import pandas as pd
import pytest

import placemix as pm
from placemix import errors
from placemix.strata import COLUMN_WORDS


def table(**more: list[object]) -> pd.DataFrame:
    return pd.DataFrame({"id": list("abcd"), "x": [8, 2, 1, 9], "y": [2, 8, 9, 1], **more})


def test_every_column_of_every_verb_is_reserved() -> None:
    counts = pm.from_wide(table(), groups=["x", "y"], unit="id")
    score = pd.Series([1.0, 2, 3, 4], index=counts.units, name="score")
    frames = [
        pm.measure(counts, "dissimilarity"),
        pm.local(counts, "shannon"),
        pm.concentration_profile(counts, focal="x"),
        pm.place_gap(counts, score, focal="x"),
        pm.compare_dates(counts, counts, focal="x"),
    ]
    assert {name for frame in frames for name in frame.columns} <= COLUMN_WORDS


@pytest.mark.parametrize("name", ["value", "unit", "measure", "focal", "note", "x"])
def test_a_stratum_of_such_a_name_is_refused(name: str) -> None:
    frame = table(**{name: list("ppqq")}) if name != "x" else table()
    with pytest.raises(errors.ReservedName, match=name):
        pm.from_wide(frame, groups=["x", "y"], unit="id", strata=name)


def test_groups_named_rest_and_each_are_refused_where_they_are_ambiguous() -> None:
    two = pm.from_wide(table().rename(columns={"y": "rest"}), groups=["x", "rest"], unit="id")
    assert pm.estimate(two, "dissimilarity", focal="x", against="rest").value == pytest.approx(0.7)
    three = table(rest=[1, 2, 3, 4])
    with pytest.raises(errors.ReservedName, match="rest"):
        pm.from_wide(three, groups=["x", "y", "rest"], unit="id")
    with pytest.raises(errors.ReservedName, match="total"):
        pm.from_wide(table(total=[3, 1, 2, 5]), groups=["x", "total"], unit="id")


def test_strata_added_later_are_checked_too() -> None:
    counts = pm.from_wide(table(), groups=["x", "y"], unit="id")
    with pytest.raises(errors.ReservedName, match="value"):
        counts.with_strata(value=dict(zip("abcd", "ppqq", strict=True)))
