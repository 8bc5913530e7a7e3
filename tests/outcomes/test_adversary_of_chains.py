"""What an adversary of chains, records, grades, contact and cohorts found, in the smallest table that showed it."""

from __future__ import annotations

import pandas as pd
import pytest

import placemix as pm
from placemix import outcomes
from placemix.errors import InvalidCounts, InvalidParameter, InvalidTable, UnknownColumn

CHAIN = pd.DataFrame({"stage": list("abab"), "group": list("xxyy"), "count": [9, 3, 8, 4]})
WAY = {"stages": ["a", "b"], "focal": "x", "against": "y", "same_cohort": True}


def test_a_chain_may_stand_in_rows_that_were_put_together():
    apart = pd.concat([CHAIN.iloc[:2].reset_index(drop=True), CHAIN.iloc[2:].reset_index(drop=True)])
    apart = pd.concat([apart, pd.DataFrame({"stage": ["other"], "group": ["x"], "count": [5]})])
    assert outcomes.relative_rates(apart, **WAY)["value"].iloc[0] == pytest.approx((3 / 9) / (4 / 8))
    with pytest.raises(UnknownColumn, match="'area'"):
        outcomes.relative_rates(CHAIN, by="area", **WAY)


def test_persons_are_told_apart_by_the_text_of_their_id():
    stops = pd.DataFrame({"person": [1, "1", 1.0, " ", "", None]})
    row = outcomes.event_frequencies(stops, person="person").iloc[0]
    assert row[["events", "people", "squares", "without_person"]].tolist() == [6, 4, 9 + 3, 3]


def test_records_that_cannot_be_counted_are_refused():
    with pytest.raises(InvalidTable, match="not a list"):
        outcomes.event_frequencies([1], person="person")
    with pytest.raises(InvalidCounts, match="not exact"):
        outcomes.event_frequencies(pd.DataFrame({"p": ["a"], "n": [4e9]}), person="p", events="n")


@pytest.mark.parametrize(
    ("grades", "asked", "word"),
    [("ws", {}, "is a list"), (None, {}, "is a list"), (["w"], {"focal": []}, "empty"), (["w"], {"level": "a"}, "'a'")],
)  # fmt: skip
def test_grades_are_a_list_and_groups_are_named(grades, asked, word):
    staff = pm.from_wide(pd.DataFrame({"u": ["w", "s"], "x": [4, 1], "y": [6, 9]}), groups=["x", "y"], unit="u")
    with pytest.raises(InvalidParameter, match=word):
        outcomes.grade_profile(staff, grades, **asked)


def test_a_group_beside_itself_is_refused():
    rolls = pd.DataFrame({"u": list("ab"), "s": list("pq"), "x": [5, 2], "y": [1, 6]})
    rolls = pm.from_wide(rolls, groups=["x", "y"], unit="u", strata=["s"])
    with pytest.raises(InvalidParameter, match="'x' is compared with itself"):
        outcomes.between_within(rolls, "s", focal="x", against="x", draws=0)
    trips = pd.DataFrame({"h": list("ab"), "s": list("st"), "x": [3, 1], "y": [1, 3]})
    flows = pm.Flows.from_table(trips, origin="h", destination="s", groups=["x", "y"])
    with pytest.raises(InvalidParameter, match="compared with itself"):
        outcomes.exposure_by_place(flows, focal="x", against="x")


@pytest.mark.parametrize(
    ("cohorts", "order", "first"),
    [(["10", "9"], None, "9"), ([10, "9"], None, "9"), (["old", "young"], ["young", "old"], "young")],
)  # fmt: skip
def test_cohorts_ascend_as_numbers_or_as_their_categories_do(cohorts, order, first):
    moves = pd.DataFrame({"cohort": [cohorts[0]] * 4 + [cohorts[1]] * 4, "origin": list("llhh") * 2,
                          "destination": list("lhlh") * 2, "people": [6, 2, 1, 3, 5, 3, 2, 2]})  # fmt: skip
    if order:
        moves["cohort"] = pd.Categorical(moves["cohort"], order, ordered=True)
    found = outcomes.mobility_change(moves, classes=["l", "h"], count="people", draws=0)
    assert str(found["from_cohort"].iloc[0]) == first
