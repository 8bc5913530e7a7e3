"""Transitions by what surrounded places at first, and the tests that they are the same everywhere."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.errors import InvalidParameter, ReservedName, SurroundingsNeeded

RULES = {"scheme": "PJF2001", "reference": "white"}


def date(white, units=None):
    frame = pd.DataFrame({"area": [f"u{place}" for place in range(len(white))] if units is None else units})
    frame["white"] = white
    return pm.from_wide(frame.assign(asian=100 - frame["white"]), groups=["white", "asian"], unit="area")


def next_to(counts):
    """Neighbours along a line."""
    many = len(counts)
    line = np.eye(many, k=1) + np.eye(many, k=-1)
    return pm.surroundings.from_matrix(counts, line, own=0)


@pytest.fixture(scope="module")
def towns():
    """Two dates of a line of places whose neighbours are alike."""
    rng = np.random.default_rng(5)
    wave = 55 + 40 * np.sin(np.arange(240) / 9)
    then = np.clip(np.round(wave + rng.normal(0, 12, 240)), 0, 100)
    now = np.clip(np.round(0.8 * then + 0.2 * np.roll(then, 1) + rng.normal(0, 9, 240) - 4), 0, 100)
    return date(then), date(now)


def test_by_hand():
    before, after = date([90, 90, 60, 60, 10]), date([90, 70, 60, 30, 10])
    found = pm.typology.conditioned_transitions(before, after, **RULES, around=next_to(before))
    rows = pd.DataFrame(found[found["units"] > 0])
    # Around, in per cent white: 90; 75; 75; 35; 60.
    assert rows.set_index(["surroundings", "type_before", "type_after"])["units"].to_dict() == {
        ("I", "I", "I"): 1, ("II", "I", "II"): 1, ("II", "II", "II"): 1, ("III", "II", "III"): 1, ("II", "VI", "VI"): 1,
    }  # fmt: skip
    assert found["around"].iloc[0].startswith("given matrix")


def test_classes_sum_to_transitions(towns):
    whole = pm.typology.transitions(*towns, **RULES, focal="each")
    found = pm.typology.conditioned_transitions(*towns, **RULES, focal="each", around=next_to(towns[0]))
    keys = ["focal", "type_before", "type_after"]
    columns = ["units", "people_before", "people_after", "focal_before", "focal_after"]
    sums = pd.DataFrame(found).groupby(keys, observed=True)[columns].sum().sort_index()
    expected = pd.DataFrame(whole).groupby(keys, observed=True)[columns].sum().sort_index()
    pd.testing.assert_frame_equal(sums, expected)
    shares = found.groupby(["surroundings", "focal", "type_before"], observed=True)["share_units"].sum(min_count=1)
    assert shares.dropna().to_numpy() == pytest.approx(1)


def test_tests_are_sums_over_types(towns):
    """Pearson's and the likelihood ratio, from their formulas and the printed counts."""
    found = pm.typology.conditioned_transitions(*towns, **RULES, around=next_to(towns[0]))
    lr = pearson = dof = 0.0
    small = []
    for _, rows in found[found["type_after"].notna()].groupby("type_before", observed=True):
        counts = rows.pivot_table(index="surroundings", columns="type_after", values="units", observed=True).to_numpy()
        counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
        if min(counts.shape) < 2:
            continue
        expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
        seen = counts > 0
        pearson += ((counts - expected) ** 2 / expected).sum()
        lr += 2 * (counts[seen] * np.log(counts[seen] / expected[seen])).sum()
        dof += (counts.shape[0] - 1) * (counts.shape[1] - 1)
        small += list((expected < 5).ravel())
    row = found.iloc[0]
    assert row[["lr", "chi2", "dof"]].to_list() == pytest.approx([lr, pearson, dof])
    assert 0 < row["lr_p_value"] < 0.05
    assert row["small_cells"] == pytest.approx(np.mean(small))
    assert found[["lr", "chi2", "dof"]].nunique().to_list() == [1, 1, 1]
    assert "not, so that p-values are too small" in row["note"]
    assert "Bickenbach" in found.cite()


@pytest.mark.slow
def test_tests_are_giddys_of_types_with_places(towns):
    """giddy adds a degree of freedom for each type without places, and goes wrong on whole numbers."""
    markov = pytest.importorskip("giddy.markov")
    found = pm.typology.conditioned_transitions(*towns, **RULES, around=next_to(towns[0]))
    rows = pd.DataFrame(found[found["type_after"].notna() & found["surroundings"].notna()])
    kinds = sorted(set(rows["type_before"]))
    index = pd.MultiIndex.from_product([sorted(set(rows["surroundings"])), kinds, kinds])
    units = rows.set_index(["surroundings", "type_before", "type_after"])["units"]
    units.index = pd.MultiIndex.from_tuples([tuple(map(str, key)) for key in units.index])
    counts = units.reindex(index, fill_value=0).to_numpy(dtype=float).reshape(-1, len(kinds), len(kinds))
    counts = counts[:, counts.sum(axis=(0, 2)) > 0]
    theirs = markov.Homogeneity_Results(counts)
    assert found.iloc[0][["lr", "chi2", "dof"]].to_list() == pytest.approx([theirs.LR, theirs.Q, theirs.dof])
    assert found["lr_p_value"].iloc[0] == pytest.approx(theirs.LR_p_value)
    assert found["chi2_p_value"].iloc[0] == pytest.approx(theirs.Q_p_value)


def test_classes_of_the_callers_own(towns):
    before, after = towns
    near = next_to(before)
    types = sorted(set(pm.typology.classify(before, **RULES, around=near)["type"].dropna()))
    classes = {"mostly white": ["I", "II"], "other": ["III", "IV", "V", "VI"]}
    found = pm.typology.conditioned_transitions(before, after, **RULES, around=near, classes=classes)
    assert list(found["surroundings"].cat.categories) == list(classes)
    plain = pm.typology.conditioned_transitions(before, after, **RULES, around=near)
    two = plain["surroundings"].isin(["I", "II"])
    assert found.loc[found["surroundings"] == "mostly white", "units"].sum() == plain.loc[two, "units"].sum()
    with pytest.raises(InvalidParameter) as caught:
        pm.typology.conditioned_transitions(
            before, after, **RULES, around=near, classes={"a": ["I", "VII"], "b": ["I"]}
        )
    for words in ("no type 'VII'", "in two classes: I", f"in no class: {types[1]}"):
        assert words in str(caught.value)


def test_isolates_and_units_of_one_date_stand_apart():
    before = date([90, 90, 60, 60])
    after = date([90, 70, 60, 30, 50], ["u0", "u1", "u2", "u3", "new"])
    matrix = np.zeros((4, 4))
    matrix[0, 1] = matrix[1, 0] = matrix[2, 1] = 1
    near = pm.surroundings.from_matrix(before, matrix, own=0)
    found = pm.typology.conditioned_transitions(
        before, after, **RULES, around=near, unmatched="count"
    )  # fmt: skip
    apart = found[found["surroundings"].isna()]
    assert apart["units"].sum() == 2
    assert apart.loc[apart["reason"] == "not_at_earlier_date", "type_after"].to_list() == ["II"]
    assert found["people_before"].sum() == before.total.sum()
    assert found["people_after"].sum() == after.total.sum()


def test_places_in_one_class_are_not_tested(towns):
    every = {"all": ["I", "II", "III", "IV", "V", "VI"]}
    found = pm.typology.conditioned_transitions(*towns, **RULES, around=next_to(towns[0]), classes=every)
    assert set(found["test_reason"]) == {"one_class"}
    assert found[["lr", "chi2", "lr_p_value", "dof"]].isna().all().all()
    same = pm.typology.conditioned_transitions(towns[0], towns[0], **RULES, around=next_to(towns[0]))
    assert set(same["test_reason"]) == {"nothing_varies"}


def test_refusals(towns):
    before, after = towns
    with pytest.raises(SurroundingsNeeded):
        pm.typology.conditioned_transitions(before, after, **RULES, around=None)
    named = [
        counts.with_strata(surroundings=pd.Series("x", index=counts.units)) for counts in (before, after)
    ]  # fmt: skip
    with pytest.raises(ReservedName):
        pm.typology.conditioned_transitions(*named, **RULES, around=next_to(before), by="surroundings")


def test_own_people_among_the_surroundings_are_said(towns):
    before, after = towns
    with_own = pm.surroundings.from_matrix(before, np.eye(len(before), k=1), own=1)
    found = pm.typology.conditioned_transitions(before, after, **RULES, around=with_own)
    assert "Each place's own people" in found["note"].iloc[0]


def test_saved_and_verified(towns, tmp_path):
    side = pd.Series(["east", "west"] * 120, index=towns[0].units)
    dates = [counts.with_strata(side=side) for counts in towns]
    found = pm.typology.conditioned_transitions(*dates, **RULES, around=next_to(dates[0]), by="side")
    assert found.groupby("side", observed=True)["units"].sum().to_dict() == {"east": 120, "west": 120}
    outcome = pm.verify(found.save(tmp_path / "pack.zip"))
    assert outcome.same, str(outcome)
