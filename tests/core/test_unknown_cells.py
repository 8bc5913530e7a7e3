"""Hidden values of which only the total says how large they can be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import placemix as pm
from placemix import errors

TABLE = pd.DataFrame({"id": ["a", "b"], "x": ["x", 4], "y": [5, 6], "z": ["x", 2], "all": [20, 12]})


def test_the_total_bounds_what_is_hidden():
    counts = pm.from_wide(TABLE, groups=["x", "y", "z"], unit="id", total="all", suppressed={"x": "unknown"})
    assert counts.low is not None
    assert counts.high is not None
    assert counts.low[0].tolist() == [0, 5, 0]
    assert counts.high[0].tolist() == [15, 5, 15]
    assert counts.total.tolist() == [20, 12]
    with pytest.raises(errors.SuppressedValue, match=r"\[a\]"):
        pm.measure(counts, "dissimilarity", focal="x")


def test_without_a_total_nothing_bounds_it():
    with pytest.raises(errors.NotNumbers, match=r"no total.*\[a\].*total="):
        pm.from_wide(TABLE, groups=["x", "y", "z"], unit="id", suppressed={"x": "unknown"})


@given(st.lists(st.integers(0, 50), min_size=3, max_size=3), st.lists(st.booleans(), min_size=3, max_size=3))
def test_the_interval_holds_the_truth_and_values_stay_within_the_total(people, hidden):
    truth = np.array([people, [1, 1, 1]], dtype=float)
    table = pd.DataFrame({"id": ["a", "b"], "all": truth.sum(axis=1)})
    for place, name in enumerate("xyz"):
        table[name] = pd.Series([("?" if hidden[place] else people[place]), 1], dtype=object)
    counts = pm.from_wide(table, groups=list("xyz"), unit="id", total="all", suppressed={"?": "unknown"})
    low = counts.values if counts.low is None else counts.low
    high = counts.values if counts.high is None else counts.high
    assert (low <= truth).all()
    assert (truth <= high).all()
    assert (counts.values.sum(axis=1) <= counts.total + 1e-9).all()


def test_no_interval_reaches_beyond_what_a_stated_total_leaves():
    table = pd.DataFrame({"id": ["a", "b"], "x": ["c", 40], "y": [25, 60], "all": [100, 100]})
    counts = pm.from_wide(table, groups=["x", "y"], unit="id", total="all", suppressed={"c": (0, 500)})
    assert counts.high is not None
    assert counts.high[0].tolist() == [75, 25]
    assert counts.fill("high").total.tolist() == [100, 100]


@pytest.mark.parametrize("how", ["low", "middle", "high"])
def test_filling_keeps_stated_totals_and_says_what_was_chosen(how):
    counts = pm.from_wide(TABLE, groups=["x", "y", "z"], unit="id", total="all", suppressed={"x": (1, 14)})
    filled = counts.fill(how)
    assert filled.total.tolist() == [20, 12]
    assert (filled.values.sum(axis=1) <= filled.total + 1e-9).all()
    assert counts.low is not None
    assert counts.high is not None
    assert (counts.low <= filled.values).all()
    assert (filled.values <= counts.high).all()
    assert how in filled.about.notes[0]


def test_what_is_hidden_is_shown_as_hidden():
    counts = pm.from_wide(TABLE, groups=["x", "y", "z"], unit="id", total="all", suppressed={"x": (1, 9)})
    frame = counts.to_frame()
    assert frame["x"].isna().tolist() == [True, False]
    assert frame[["x (low)", "x (high)"]].iloc[0].tolist() == [1, 9]
    assert "2 cells hidden" in repr(counts)
    with pytest.raises(errors.SuppressedValue):
        counts.shares()
