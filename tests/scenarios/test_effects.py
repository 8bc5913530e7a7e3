"""Indices with people added to one place: the values of the changed table, without computing it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import placemix as pm
from placemix.errors import InvalidParameter, PlacemixError, UnknownGroup
from placemix.scenarios.effects.changing import OF_A_GROUP, OF_ALL

ZONES = pm.from_wide(
    pd.DataFrame({"zone": list("1234"), "x": [80, 20, 0, 20], "y": [20, 80, 100, 80]}), groups=["x", "y"], unit="zone"
)
#: Fixture T7: a hundred people more in one of the four zones, by their mix.
T7 = {
    (30, 70): {
        "dissimilarity": (0.47619,) * 4,
        "information_theory": (0.2217, 0.3041, 0.2317, 0.3041),
        "correlation_ratio": (0.2238, 0.3381, 0.3000, 0.3381),
        "isolation": (0.4567, 0.5367, 0.51, 0.5367),
    },
    (0, 100): {
        "dissimilarity": (0.3509, 0.6140, 0.6140, 0.6140),
        "information_theory": (0.1483, 0.4008, 0.4552, 0.4008),
        "correlation_ratio": (0.1228, 0.4518, 0.4737, 0.4518),
        "isolation": (0.3333, 0.5833, 0.6000, 0.5833),
    },
    (60, 40): {
        "dissimilarity": (0.5903, 0.4514, 0.3819, 0.4514),
        "information_theory": (0.3197, 0.2817, 0.1666, 0.2817),
        "correlation_ratio": (0.3576, 0.3056, 0.2188, 0.3056),
        "isolation": (0.5889, 0.5556, 0.5000, 0.5556),
    },
}


@pytest.mark.parametrize("mix", T7)
def test_t7(mix):
    homes = pd.DataFrame({"unit": list("1234"), "x": mix[0], "y": mix[1]})
    found = pm.scenarios.index_effects(ZONES, homes, list(T7[mix]), focal="x")
    for name, values in T7[mix].items():
        after = found.loc[found["measure"] == name, "after"].to_numpy()
        assert after == pytest.approx(values, abs=5.1e-5), name


def test_d_cannot_rank_places_for_people_who_have_the_mix_of_the_whole():
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 50, 30), rng.integers(0, 80, 30)
    table = pd.DataFrame({"u": [f"u{n}" for n in range(30)], "x": x, "y": y})
    counts = pm.from_wide(table, groups=["x", "y"], unit="u")
    homes = pd.DataFrame({"unit": counts.units, "x": 100 * x.sum() / (x + y).sum(), "y": 100 * y.sum() / (x + y).sum()})
    found = pm.scenarios.index_effects(counts, homes, "dissimilarity", focal="x")
    people = counts.total.sum()
    assert found["after"].to_numpy() == pytest.approx(found["before"].iloc[0] * people / (people + 100))


def changed(counts, unit, added):
    values = counts.values.copy()
    values[unit] += added
    total = counts.total.copy()
    total[unit] += added.sum()
    return replace(counts, values=values, total=total, error=None, low=None, high=None)


def brute(counts, units, added, names, **options):
    rows = []
    for unit, people in zip(units, added, strict=True):
        rows.append(pm.measure(changed(counts, unit, people), names, **options)["value"].to_numpy())
    return np.array(rows).T


@pytest.mark.slow
@settings(max_examples=7)
@given(
    arrays(np.int64, (7, 4), elements=st.integers(0, 60)),
    arrays(np.int64, (3, 3), elements=st.integers(0, 90)),
    st.lists(st.integers(0, 6), min_size=3, max_size=3),
)
def test_the_values_of_the_changed_table(people, added, units):
    if not people.sum():
        return
    # The fourth column is of people in none of the groups.
    table = pd.DataFrame(people[:, :3], columns=["x", "y", "z"]).assign(
        u=[f"u{n}" for n in range(7)], everyone=people.sum(axis=1)
    )
    with pm_quiet():
        counts = pm.from_wide(table, groups=["x", "y", "z"], unit="u", total="everyone")
    homes = pd.DataFrame(added, columns=["x", "y", "z"]).assign(unit=[f"u{n}" for n in units])
    cases = (
        ([*OF_A_GROUP, *OF_ALL], {"focal": "x"}),
        ([name for name in (*OF_A_GROUP, *OF_ALL) if name != "correlation_ratio"], {"focal": "x", "against": "y"}),
        (list(OF_ALL), {}),
    )
    for names, options in cases:
        found = pm.scenarios.index_effects(counts, homes, names, **options)
        expected = brute(counts, units, added, names, **options)
        for place, name in enumerate(names):
            after = found.loc[found["measure"] == name, "after"].to_numpy()
            assert after == pytest.approx(expected[place], rel=1e-9, abs=1e-12, nan_ok=True), (name, options)


def pm_quiet():
    import warnings

    caught = warnings.catch_warnings()
    warnings.simplefilter("ignore", pm.errors.IncompletePartition)
    return caught


def test_leaving_is_the_reverse_of_coming():
    town = pm.datasets.town().residents("after")
    names = [*OF_A_GROUP, *OF_ALL]
    come = pd.DataFrame({"unit": [town.units[5]], "blue": 40.0, "amber": 60.0})
    there = changed(town, 5, np.array([{"blue": 40.0, "amber": 60.0}.get(name, 0.0) for name in town.groups]))
    forth = pm.scenarios.index_effects(town, come, names, focal="blue")
    back = pm.scenarios.index_effects(there, come.assign(blue=-40.0, amber=-60.0), names, focal="blue")
    assert back["after"].to_numpy() == pytest.approx(forth["before"].to_numpy(), rel=1e-10)
    assert back["before"].to_numpy() == pytest.approx(forth["after"].to_numpy(), rel=1e-10)


def test_rows_keep_their_names_and_packs(tmp_path):
    homes = pd.DataFrame({"unit": ["1", "3"], "mix": ["all y", "half"], "x": [0, 50], "y": [100, 50]})
    found = pm.scenarios.index_effects(ZONES, homes, ["isolation", "gini"], focal="x")
    assert found["mix"].tolist() == ["all y", "half"] * 2
    assert found["people_added"].tolist() == [100] * 4
    assert (found["change"] == found["after"] - found["before"]).all()
    assert pm.verify(found.save(tmp_path / "effects.zip")).same


def test_refusals_come_together():
    homes = pd.DataFrame({"unit": ["1", "9", "3"], "x": [0, 1, -5], "y": [np.nan, 1, 1]})
    with pytest.raises(PlacemixError) as caught:
        pm.scenarios.index_effects(ZONES, homes, "gini", focal="x")
    for words in ("not in the counts", "missing, infinite", "more people of a group would leave"):
        assert words in str(caught.value)
    with pytest.raises(InvalidParameter, match="of one group"):
        pm.scenarios.index_effects(ZONES, homes, ["gini", "information_theory"])
    with pytest.raises(InvalidParameter, match="cannot be followed"):
        pm.scenarios.index_effects(ZONES, homes, "isolaton", focal="x")
    with pytest.raises(InvalidParameter, match="no column 'unit'"):
        pm.scenarios.index_effects(ZONES, homes.rename(columns={"unit": "zone"}), "gini", focal="x")
    with pytest.raises(UnknownGroup, match="no column of any group"):
        pm.scenarios.index_effects(ZONES, homes[["unit"]], "gini", focal="x")
