"""How separate schools are: the report of indices, kinds of school, and which schools it rests on."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import placemix as pm
from placemix.errors import InvalidParameter, UnknownColumn, UnknownGroup

TOWN = pm.datasets.town()
ROLLS = TOWN.rolls_latest()


def schools(x, y, **strata):
    table = pd.DataFrame({"school": [f"s{place}" for place in range(len(x))], "x": x, "y": y, **strata})
    return pm.from_wide(table, groups=["x", "y"], unit="school", strata=list(strata))


@pytest.mark.slow
def test_the_report_is_the_measures_of_each_phase_and_area():
    found = pm.schools.segregation(ROLLS, focal=["blue", "green"], phase="phase", by="district", draws=9)
    whole = found[found["district"].isna()]
    assert set(whole["phase"]) == {"primary", "secondary"}
    assert len(found) == len(pm.schools.standing.reporting.INDICES) * 2 * (
        len(found["district"].dropna().unique()) * 2 + 2
    )
    for _, row in found.sample(25, random_state=1).iterrows():
        here = (ROLLS.strata["phase"] == row["phase"]).to_numpy().copy()
        if row["district"] is not None:
            here &= (ROLLS.strata["district"].astype(str) == row["district"]).to_numpy()
        part = ROLLS.take(here)
        value = pm.measure(part, row["measure"], focal=row["focal"])["value"].item()
        assert row["value"] == pytest.approx(value, abs=1e-12, nan_ok=True)
        assert row["mean_roll"] == pytest.approx(part.total.sum() / row["units"])
    at = (found["value"] > found["expected"]) & (found["measure"] != "gorard")
    again = found["expected"] + found["corrected"] * (1 - found["expected"])
    assert np.allclose(again[at], found["value"][at])


def test_gorards_index_is_corrected_to_its_own_highest():
    found = pm.schools.segregation(ROLLS, focal="blue", phase="phase", measures=["dissimilarity", "gorard"], draws=9)
    d, gs = (found[found["measure"] == name]["corrected"].to_numpy() for name in ("dissimilarity", "gorard"))
    # GS is D (1 - P), of the table and, but for the share drawn, of every draw.
    assert gs == pytest.approx(d, abs=2e-3)


def test_the_mean_roll_is_of_everyone_whoever_is_compared():
    one, other = (
        pm.schools.segregation(ROLLS, focal="blue", against=against, phase="phase", measures="dissimilarity", draws=3)
        for against in ("rest", "green")
    )
    assert other["mean_roll"].tolist() == one["mean_roll"].tolist()
    assert other["people"].sum() < one["people"].sum()


def test_separation_by_chance_grows_as_schools_shrink():
    rng = np.random.default_rng(4)
    expected = []
    for size in (400, 100, 25):
        x = rng.binomial(size, 0.3, 60)
        row = pm.schools.segregation(schools(x, size - x), focal="x", measures="dissimilarity", draws=99).iloc[0]
        assert row["p_value"] > 0.01  # nothing but chance is there
        expected.append(row["expected"])
    assert expected == sorted(expected)


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=3, max_size=9), st.integers(0, 2**31))
def test_between_and_within_are_the_whole(pupils, seed):
    x, y = np.array(pupils).T
    if not (x.sum() and y.sum()):
        return
    kinds = np.random.default_rng(seed).choice(["a", "b", "c"], len(x))
    found = pm.schools.between(schools(x, y, kind=kinds), "kind", focal="x", draws=3).iloc[0]
    assert found["value"] == pytest.approx(found["between"] + found["within"], nan_ok=True)
    whole = pm.measure(schools(x, y), "information_theory", focal="x")["value"].item()
    assert found["value"] == pytest.approx(whole, nan_ok=True)
    if found["reason"] in {"one_unit", "one_kind"}:
        assert np.isnan(found["between"]) or found["between"] == pytest.approx(0, abs=1e-12)
        return
    merged = pd.DataFrame({"kind": kinds, "x": x, "y": y}).groupby("kind")[["x", "y"]].sum()
    apart = pm.measure(schools(merged["x"].to_numpy(), merged["y"].to_numpy()), "information_theory", focal="x")
    assert found["between"] == pytest.approx(apart["value"].item(), abs=1e-12)
    assert found["between"] <= found["value"] + 1e-12


@pytest.mark.slow
def test_kinds_at_random_against_every_way_to_deal_them():
    x, y, kinds = np.array([30, 5, 10, 2, 8]), np.array([10, 25, 20, 8, 12]), ["f", "o", "o", "f", "o"]

    def apart(names):
        merged = pd.DataFrame({"k": names, "x": x, "y": y}).groupby("k")[["x", "y"]].sum()
        table = schools(merged["x"].to_numpy(), merged["y"].to_numpy())
        return pm.measure(table, "information_theory", focal="x")["value"].item()

    every = [apart(names) for names in set(itertools.permutations(kinds))]
    found = pm.schools.between(schools(x, y, kind=kinds), "kind", focal="x", draws=2000).iloc[0]
    error = np.std(every) / np.sqrt(2000)
    assert abs(found["expected"] - np.mean(every)) < 4 * error
    assert found["p_value"] == pytest.approx(np.mean(np.array(every) >= apart(kinds) - 1e-12), abs=0.05)


def test_one_kind_and_no_kind():
    table = schools([5, 10, 20], [20, 10, 5], kind=["a", "a", "a"])
    row = pm.schools.between(table, "kind", focal="x").iloc[0]
    assert row["between"] == pytest.approx(0)
    assert (row["reason"], row["kinds"]) == ("one_kind", 1)
    assert np.isnan(row["expected"]) and np.isnan(row["p_value"])  # noqa: PT018
    with pytest.raises(UnknownColumn):
        pm.schools.between(table, "faith", focal="x")
    with pytest.raises(InvalidParameter, match="does not fall into parts"):
        pm.schools.between(table, "kind", focal="x", measure="dissimilarity")
    with pytest.raises(InvalidParameter, match="No kinds"):
        pm.schools.between(table, [], focal="x")


def test_contributions_sum_to_the_value_of_each_area():
    found = pm.schools.contributions(ROLLS, focal="blue", phase="phase", by="district")
    sums = found.groupby(["phase", "district"])["contribution"].sum()
    values = pm.measure(ROLLS, "dissimilarity", focal="blue", by=["phase", "district"]).set_index(["phase", "district"])
    for key, value in values["value"].items():
        if key in sums.index:
            assert sums[key] == pytest.approx(value)
    row = found.iloc[0]
    place = ROLLS.units.get_loc(row["unit"])
    assert row["share_focal"] == pytest.approx(ROLLS.values[place, ROLLS.position("blue")] / ROLLS.total[place])


def test_areas_that_cannot_be_taken_apart_are_named():
    table = schools([5, 10, 20, 4], [20, 10, 5, 6], area=["a", "a", "a", "alone"])
    found = pm.schools.contributions(table, focal="x", by="area")
    assert set(found["area"]) == {"a"}
    assert "alone" in found["note"].iloc[0]
    with pytest.raises(InvalidParameter):
        pm.schools.contributions(table.take([3]), focal="x", by="area")
    with pytest.raises(UnknownGroup):
        pm.schools.contributions(table, focal="xx", by="area")
    with pytest.raises(InvalidParameter, match="not known as a sum"):
        pm.schools.contributions(table, "gini", focal="x", by="area")


@pytest.mark.parametrize(
    "result",
    [
        lambda: pm.schools.segregation(ROLLS, focal="blue", phase="phase", by="district", measures="gorard", draws=5),
        lambda: pm.schools.between(ROLLS, "planning_area", focal="blue", phase="phase", draws=5),
        lambda: pm.schools.contributions(ROLLS, "isolation", focal="blue", phase="phase"),
    ],
)
def test_saved_and_verified(result, tmp_path):
    outcome = pm.verify(result().save(tmp_path / "pack.zip"))
    assert outcome.same, str(outcome)
