"""Flows: the same people where they set out and where they arrive; nobody is lost between."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import placemix as pm
from placemix import errors

PAIRS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("st"), st.integers(0, 9), st.integers(0, 9)),
    min_size=1,
    max_size=12,
)


def flows(rows, **options):
    table = pd.DataFrame(rows, columns=["home", "school", "free", "paid"])
    return pm.Flows.from_table(table, origin="home", destination="school", groups=["free", "paid"], **options)


@given(PAIRS)
def test_the_same_people_stand_at_both_ends(rows):
    found = flows(rows)
    table = pd.DataFrame(rows, columns=["home", "school", "free", "paid"])
    for end, counts in (("home", found.at_origin()), ("school", found.at_destination())):
        wanted = table.groupby(end, sort=False)[["free", "paid"]].sum()
        assert counts.units.tolist() == wanted.index.tolist()
        assert counts.values.tolist() == wanted.to_numpy().tolist()
        assert counts.total.tolist() == wanted.sum(axis=1).tolist()


@given(PAIRS)
def test_the_order_of_rows_does_not_matter_and_pairs_add_up(rows):
    one, other = flows(rows), flows(rows[::-1])

    def pairs(found):
        return found.to_frame().sort_values(["origin", "destination"]).to_numpy().tolist()

    assert pairs(one) == pairs(other)
    assert len({(origin, destination) for origin, destination, *_ in pairs(one)}) == len(one)


@given(PAIRS)
def test_only_pairs_with_people_are_stored_and_every_place_is_kept(rows):
    found = flows(rows)
    assert (found.values.sum(axis=1) > 0).all()
    assert set(found.origins) == {row[0] for row in rows}
    assert set(found.destinations) == {row[1] for row in rows}


def test_ids_are_text_without_a_decimal_point():
    found = flows([(1.0, "s", 1, 2), (2.0, "s", 1, 2)])
    assert found.origins.tolist() == ["1", "2"]


def test_a_group_may_be_the_sum_of_columns():
    table = pd.DataFrame({"home": ["a"], "school": ["s"], "free": [1], "reduced": [2], "paid": [4]})
    found = pm.Flows.from_table(
        table, origin="home", destination="school", groups={"help": ["free", "reduced"], "none": "paid"}
    )
    assert found.to_frame().to_numpy().tolist() == [["a", "s", 3.0, 4.0]]


@pytest.mark.parametrize(
    ("rows", "kind", "word"),
    [
        ([], errors.EmptyTable, "no rows"),
        ([(None, "s", 1, 1)], errors.InvalidTable, "no origin"),
        ([("a", " ", 1, 1)], errors.InvalidTable, "no destination"),
        ([("a", "s", -1, 1)], errors.InvalidCounts, "negative"),
        ([("a", "s", None, 1)], errors.InvalidCounts, "missing"),
        ([("a", "s", "c", 1)], errors.NotNumbers, "'c'"),
    ],
)
def test_a_table_with_faults_is_refused(rows, kind, word):
    with pytest.raises(kind, match=word):
        flows(rows)


def test_all_faults_are_told_together():
    with pytest.raises(errors.InvalidCounts) as caught:
        flows([(None, "s", -1, 1), ("a", None, 1, 1)])
    assert len(caught.value.faults) == 3


def test_columns_are_named_with_the_nearest_there_is():
    table = pd.DataFrame({"home": ["a"], "school": ["s"], "free": [1]})
    with pytest.raises(errors.UnknownColumn, match=r"'hoem'.*Did you mean 'home'"):
        pm.Flows.from_table(table, origin="hoem", destination="school", groups=["free"])
    with pytest.raises(errors.RepeatedColumn, match="both a group and something else"):
        pm.Flows.from_table(table, origin="home", destination="school", groups=["home", "free"])


def pairs(origin, destination, values, origins=("a", "b"), destinations=("s",)):
    return pm.Flows.from_pairs(
        np.array(origin), list(origins), np.array(destination), list(destinations), np.array(values, dtype=float),
        groups=("x",), about=pm.About(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given_", "kind", "word"),
    [
        ({"origin": [2], "destination": [0], "values": [[1]]}, errors.InvalidTable, "origin is not in the list"),
        ({"origin": [0], "destination": [1], "values": [[1]]}, errors.InvalidTable, "is not in the list"),
        ({"origin": [0], "destination": [0], "values": [[np.nan]]}, errors.InvalidCounts, "Missing is not 0"),
        ({"origin": [0], "destination": [0], "values": [[-1]]}, errors.InvalidCounts, "negative"),
        ({"origin": [0], "destination": [0], "values": [[1]], "origins": ("a", "a")}, errors.DuplicateUnit, "several"),
    ],
)
def test_positions_and_values_are_checked(given_, kind, word):
    with pytest.raises(kind, match=word):
        pairs(**given_)


def test_what_it_holds_cannot_be_changed():
    found = pairs([0, 1], [0, 0], [[1], [2]])
    for array in (found.values, found.origin, found.destination):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 9


def test_people_who_are_not_placed_are_noted_at_both_ends():
    left_out = pd.Series({"E99999999": 12}, name="people")
    found = pm.Flows.from_pairs(
        np.array([0]), ["a"], np.array([0]), ["s"], np.array([[1.0]]), groups=("x",), about=pm.About(),
        left_out=left_out,
    )  # fmt: skip
    for counts in (found.at_origin(), found.at_destination()):
        assert any("E99999999" in note for note in counts.about.notes)


def test_schools_are_compared_with_the_neighbourhoods_of_the_same_children():
    """Two homes, two schools: apart at school, half apart at home, and the same 40 children."""
    found = flows([("a", "s", 10, 0), ("a", "t", 0, 5), ("b", "s", 5, 0), ("b", "t", 0, 20)])
    home = pm.estimate(found.at_origin(), "dissimilarity", focal="free").value
    school = pm.estimate(found.at_destination(), "dissimilarity", focal="free").value
    assert school == 1
    assert home == pytest.approx(abs(10 / 15 - 5 / 25))
    assert found.at_origin().total.sum() == found.at_destination().total.sum() == 40
