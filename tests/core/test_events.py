"""Where events are and where residents are: a rate needs both to be the same."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import placemix as pm
from placemix.errors import DenominatorMismatch, EmptyTable, EventsNotPeople, UnmatchedUnit
from placemix.events import event_concentration, refuse_elsewhere


def _people(total):
    table = pd.DataFrame({"id": [f"u{place}" for place in range(len(total))], "x": total, "y": total})
    return pm.from_wide(table, groups=["x", "y"], unit="id")


def _events(number, ids=None):
    values = np.asarray(number, dtype=float)[:, np.newaxis]
    units = pd.Index(ids if ids is not None else [f"u{place}" for place in range(len(number))], dtype=str)
    about = pm.About(universe="events")
    return pm.Counts(values, ("searches",), units, values[:, 0], pd.DataFrame(index=range(len(units))), about=about)


def test_shares_counted_by_hand():
    # Five units of 20 residents each; a fifth of residents is one whole unit, two fifths are two.
    found = event_concentration(_events([6, 1, 1, 2, 0]), _people([10] * 5), residents=0.4, busiest=1)
    assert found.events == pytest.approx(8 / 10)
    assert (found.busiest_residents, found.busiest_events) == (pytest.approx(0.2), pytest.approx(0.6))
    # Half of the second unit counts in half.
    found = event_concentration(_events([6, 1, 1, 2, 0]), _people([10] * 5), residents=0.3)
    assert found.events == pytest.approx(7 / 10)


def test_units_are_ordered_by_events_for_each_resident():
    # 4 events among 2 residents come before 30 among 60.
    found = event_concentration(_events([30, 4]), _people([30, 1]), residents=2 / 62, busiest=1)
    assert found.events == pytest.approx(4 / 34)
    assert found.busiest_events == pytest.approx(30 / 34)


def test_events_where_nobody_lives_are_told_apart():
    found = event_concentration(_events([1, 3]), _people([10, 0]), residents=1.0)
    assert found.without_residents == pytest.approx(0.75)
    assert found.events == pytest.approx(0.25)
    assert "nobody lives" in str(found)
    assert found.apart
    with pytest.raises(EmptyTable, match="no residents"):
        event_concentration(_events([1, 3]), _events([0, 0]))
    refuse_elsewhere(_events([0, 0]), _people([1, 1]))


def test_units_without_residents_in_the_list_are_refused():
    with pytest.raises(UnmatchedUnit, match="no row of residents"):
        event_concentration(_events([1], ids=["elsewhere"]), _people([10]))


@pytest.mark.slow
@pytest.mark.parametrize("number", [100, 1_311, 20_000])
def test_chance_is_what_simulation_gives(number):
    rng = np.random.default_rng(7)
    share = rng.dirichlet(np.full(1_673, 20.0))
    people = _people(share * 1e6)
    drawn = [
        event_concentration(_events(rng.multinomial(number, share)), people, residents=0.01).events for _ in range(60)
    ]
    expected = event_concentration(_events(rng.multinomial(number, share)), people, residents=0.01).expected
    assert expected == pytest.approx(np.mean(drawn), abs=4 * np.std(drawn) / np.sqrt(60) + 0.003)


@pytest.mark.slow
@given(st.integers(50, 400), st.integers(1, 5_000), st.integers(0, 2**32 - 1))
def test_events_among_residents_by_chance_are_not_refused(units, number, seed):
    rng = np.random.default_rng(seed)
    total = rng.integers(500, 2_000, units)
    events, people = _events(rng.multinomial(number, total / total.sum())), _people(total)
    assert refuse_elsewhere(events, people) is None


def _two_groups(events, people):
    """Events and people in the same two groups, as a rate asks."""
    ids = [f"u{place}" for place in range(len(events))]
    about = {"universe": "events"}
    counted = pm.from_wide(pd.DataFrame({"id": ids, "x": events, "y": 1}), groups=["x", "y"], unit="id", about=about)
    return counted, _people(people)


def test_a_rate_by_small_areas_is_refused_and_one_by_few_large_ones_is_not():
    busy = [400] * 3 + [1] * 997
    with pytest.raises(
        DenominatorMismatch, match=r"recorded elsewhere.* units with the most events hold .* of residents"
    ):
        pm.Rates.from_counts(*_two_groups(busy, [1_000] * 1_000), indicator="searches")
    with pytest.warns(EventsNotPeople):
        pm.Rates.from_counts(*_two_groups([4_000, 900, 1_200], [9e6, 2e6, 3e6]), indicator="searches", per=1_000)


def test_a_small_force_with_many_searches_is_no_reason_to_refuse():
    # The smallest force searches thirty times as often as the others, and still makes hardly any of all searches.
    events, people = [80, *[4_000] * 40], [8_600 / 2, *[1_400_000] * 40]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EventsNotPeople)
        rates = pm.Rates.from_counts(*_two_groups(events, people), indicator="searches")
    assert rates.table["rate"].notna().all()


def test_people_are_never_looked_at_so():
    everyone = _people([10, 1_000])
    rates = pm.Rates.from_counts(_people([10, 1]), everyone, indicator="unemployed")
    assert len(rates) == 2 * len(everyone.groups)
