"""Found by review: intervals and rates that gave wrong numbers, or an error of no type, without a word."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix import errors
from placemix.suppression import Suppressed


def test_a_hidden_value_times_a_missing_one_is_not_nothing():
    with pytest.raises(errors.InvalidParameter, match="nan"):
        Suppressed(0, 4) * float("nan")
    assert repr(Suppressed(0, float("inf")) * 0) == "Suppressed(0 to 0)"


def test_numbers_of_numpy_are_compared_like_others():
    assert Suppressed(3, 3) == np.int64(3)
    assert Suppressed(3, 3) != np.int64(4)
    with pytest.raises(errors.SuppressedValue):
        assert Suppressed(1, 4) == np.int64(3)


def table(**columns):
    return pm.Rates(pd.DataFrame({"indicator": "i", "unit": ["u", "v"], **columns}))


def test_a_hidden_number_of_nobody_has_no_rate():
    rates = table(numerator_low=0, numerator_high=[4, 4], denominator=[0, 50], measured_in="%")
    assert np.isnan(rates.cell(0, "rate"))
    assert repr(rates.cell(1, "rate")) == "Suppressed(0 to 8)"


def test_a_rank_by_name_is_refused_unless_it_is_a_share_of_people():
    with pytest.raises(errors.RankOrDecileArithmetic):
        table(indicator="imd decile", rate=[1, 2]).condition("imd decile")
    share = table(indicator="people in the poorest decile", rate=[10, 20], measured_in="%")
    assert share.condition("people in the poorest decile").tolist() == [10, 20]


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"numerator": [50, 20], "rate": [50, 4], "measured_in": "%"}, "more_than_everyone"),
        ({"rate": [50, 0.2], "measured_in": ["%", "share"]}, "measured_differently"),
    ],
)
def test_a_rest_that_cannot_be_is_none(columns, reason):
    rates = table(group=["x", "all"], denominator=[100, 500], **{"unit": "u", **columns})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", errors.PartWholeComparison)
        row = rates.against_rest("x").iloc[0]
    assert np.isnan(row["rate_rest"])
    assert row["reason"] == reason


def counts(x, y, **about):
    frame = pd.DataFrame({"id": ["a", "b"], "x": x, "y": y})
    return pm.from_wide(frame, groups=["x", "y"], unit="id", about=about)


@pytest.mark.parametrize("universe", ["Searches", "stop and searches", "EVENTS"])
def test_events_are_events_however_they_are_written(universe):
    people = counts([100, 200], [300, 400])
    events = counts([1, 2], [3, 4], universe=universe)
    with pytest.warns(errors.EventsNotPeople):
        rates = pm.Rates.from_counts(events, people, indicator="i")
    assert rates.table["measured_in"].unique().tolist() == ["per person"]
    assert replace(events.about, notes=()).universe == universe


@pytest.mark.parametrize("per", [0, -1, float("inf"), float("nan")])
def test_a_rate_is_for_somebody(per):
    people = counts([100, 200], [300, 400])
    with pytest.raises(errors.InvalidParameter, match="per is"):
        pm.Rates.from_counts(people, people, indicator="i", per=per)
    with pytest.raises(errors.NotCounts):
        pm.Rates.from_counts("events.csv", people, indicator="i")
