"""Admission: stable, best for pupils, safe to be honest in, and nobody lost."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.errors import InvalidParameter, InvalidTable, NotCounts, UnknownColumn, UnmatchedUnit
from placemix.inference.drawing import stream
from placemix.schools.allocation._accepting import accepted
from placemix.schools.allocation.admissions import ready


def random_market(rng: np.random.Generator) -> tuple[list[list[int]], np.ndarray, np.ndarray]:
    """Forms of up to eight pupils, keys of every pair (no two alike at a school), and places of up to four schools."""
    pupils, schools = int(rng.integers(1, 9)), int(rng.integers(1, 5))
    forms = [rng.permutation(schools)[: rng.integers(0, schools + 1)].tolist() for _ in range(pupils)]
    keys = np.array([rng.permutation(pupils) for _ in range(schools)]).T
    return forms, keys, rng.integers(0, 4, schools)


def run(forms: list[list[int]], keys: np.ndarray, places: np.ndarray) -> list[int]:
    """School of each pupil, -1 for none."""
    start = np.append(0, np.cumsum([len(form) for form in forms])).astype(np.int64)
    school = np.array([to for form in forms for to in form], dtype=np.int64)
    key = np.array([keys[pupil, to] for pupil, form in enumerate(forms) for to in form], dtype=np.float64)
    got = accepted(start, school, key, places.astype(np.int64))
    return [int(school[entry]) if entry >= 0 else -1 for entry in got]


def is_stable(forms: list[list[int]], keys: np.ndarray, places: np.ndarray, ends: list[int]) -> bool:
    """Whether no pupil and school would both rather have each other (all pairs are looked at)."""
    holds = [[pupil for pupil, end in enumerate(ends) if end == school] for school in range(len(places))]
    if any(len(held) > room for held, room in zip(holds, places, strict=True)):
        return False
    for pupil, form in enumerate(forms):
        better = form if ends[pupil] < 0 else form[: form.index(ends[pupil])]
        for school in better:
            worse = [other for other in holds[school] if keys[other, school] > keys[pupil, school]]
            if len(holds[school]) < places[school] or worse:
                return False
    return True


def test_stable_and_best_for_every_pupil_among_all_stable_outcomes() -> None:
    rng = np.random.default_rng(1)
    for _ in range(500):
        forms, keys, places = random_market(rng)
        ends = run(forms, keys, places)
        assert is_stable(forms, keys, places, ends)
        if len(forms) > 5:
            continue  # all outcomes of larger markets are too many to list

        def rank(pupil: int, school: int, forms: list[list[int]] = forms) -> int:
            return forms[pupil].index(school) if school >= 0 else len(forms[pupil])

        for other in itertools.product(*([*form, -1] for form in forms)):
            if is_stable(forms, keys, places, list(other)):
                assert all(rank(pupil, ends[pupil]) <= rank(pupil, other[pupil]) for pupil in range(len(forms)))


def test_nobody_gains_by_a_false_form() -> None:
    rng = np.random.default_rng(2)
    for _ in range(120):
        forms, keys, places = random_market(rng)
        if not forms[0]:
            continue
        honest = run(forms, keys, places)[0]
        truth = [*forms[0], -1]
        schools = range(len(places))
        lies = (list(lie) for length in range(len(places) + 1) for lie in itertools.permutations(schools, length))
        for lie in lies:
            end = run([lie, *forms[1:]], keys, places)[0]
            if end in truth:
                assert truth.index(honest) <= truth.index(end)


def tables(pupils: int = 40, schools: int = 4, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """A made-up market with criteria, distances and bands."""
    rng = np.random.default_rng(seed)
    people = pd.DataFrame(
        {
            "pupil": [f"p{place:03d}" for place in range(pupils)],
            "group": rng.choice(["x", "y"], pupils),
            "band": rng.integers(1, 4, pupils),
            "x": rng.random(pupils),
            "y": rng.random(pupils),
            "looked_after": rng.random(pupils) < 0.05,
        }
    )
    offered = pd.DataFrame(
        {
            "school": [f"s{place}" for place in range(schools)],
            "places": rng.integers(5, 12, schools),
            "policy": ["near", "lot", "bands", "near"][:schools],
            "x": rng.random(schools),
            "y": rng.random(schools),
        }
    )
    rows = [
        (pupil, rank + 1, f"s{school}", rng.random(), rng.random() < 0.2)
        for pupil in people["pupil"]
        for rank, school in enumerate(rng.permutation(schools)[: rng.integers(1, schools + 1)])
    ]
    forms = pd.DataFrame(rows, columns=["pupil", "rank", "school", "distance", "sibling"])
    return people, offered, forms


def made(people: pd.DataFrame, offered: pd.DataFrame, forms: pd.DataFrame, **more: object) -> pm.schools.Market:
    """A market with the usual columns."""
    given = {
        "group": "group",
        "criteria": ["looked_after", "sibling"],
        "distance": "distance",
        "xy": ("x", "y"),
        **more,
    }
    return pm.schools.market(people, offered, forms, **given)


@pytest.mark.parametrize("tie_break", ["distance", "single lottery", "multiple lottery"])
@pytest.mark.parametrize("unplaced", ["leave", "nearest"])
def test_no_child_is_lost_and_no_school_overfilled(tie_break: str, unplaced: str) -> None:
    people, offered, forms = tables()
    found = pm.schools.admit(made(people, offered, forms), tie_break=tie_break, unplaced=unplaced)
    assert found["pupil"].tolist() == sorted(people["pupil"])
    filled = found["school"].value_counts()
    room = offered.set_index("school")["places"]
    assert (filled <= room.reindex(filled.index)).all()
    counts = pm.schools.intake(found)
    assert counts.total.sum() == len(people)
    assert dict(zip(counts.groups, counts.values.sum(axis=0), strict=True)) == people["group"].value_counts().to_dict()
    if unplaced == "nearest" and room.sum() >= len(people):
        assert found["school"].notna().all()
    assert (found["rank"].isna() == (found["how"] != "preference")).all()


def test_the_order_of_rows_changes_nothing() -> None:
    people, offered, forms = tables(seed=3)
    rng = np.random.default_rng(0)
    turned = [table.iloc[rng.permutation(len(table))] for table in (people, offered, forms)]
    for tie_break in ("distance", "single lottery"):
        one = pm.schools.admit(made(people, offered, forms), tie_break=tie_break, seed=7)
        other = pm.schools.admit(made(*turned), tie_break=tie_break, seed=7)
        pd.testing.assert_frame_equal(one, other)


def test_criteria_go_before_ties_and_ties_before_nothing() -> None:
    people, offered, forms = tables(seed=5)
    found = pm.schools.admit(made(people, offered, forms), tie_break="distance").set_index("pupil")
    away = forms.set_index(["pupil", "school"])
    met = away.join(people.set_index("pupil")["looked_after"])
    for (pupil, school), row in met.iterrows():
        if row["rank"] >= (found.loc[pupil, "rank"] if pd.notna(found.loc[pupil, "rank"]) else 99):
            continue
        # Whoever holds a place at a school that turned this pupil away goes before by criterion or by distance.
        mine = (not row["looked_after"], not row["sibling"] or row["looked_after"], row["distance"])
        for other in found.index[found["school"] == school]:
            its = met.loc[(other, school)]
            held = (not its["looked_after"], not its["sibling"] or its["looked_after"], its["distance"])
            assert held < mine


def test_a_ballot_gives_each_the_same_chance_and_the_variance_of_the_hypergeometric() -> None:
    """One catchment, equal preferences: the share of a group at the first school is that of all, on average."""
    total, places, members = 60, 20, 24
    people = pd.DataFrame(
        {"pupil": [f"p{n:02d}" for n in range(total)], "group": ["x"] * members + ["y"] * (total - members)}
    )
    offered = pd.DataFrame({"school": ["a", "b"], "places": [places, total - places]})
    forms = pd.DataFrame({"pupil": np.repeat(people["pupil"], 2), "school": ["a", "b"] * total, "rank": [1, 2] * total})
    homes = pm.schools.market(people, offered, forms, group="group", criteria=[])
    draws = 2_000
    shares = np.empty(draws)
    ballot, first = ready(homes, "single lottery", "leave"), homes.group == list(homes.groups).index("x")
    for seed in range(draws):
        at_first = ballot.run(stream(seed, 0)).school == 0
        shares[seed] = first[at_first].mean()
    assert at_first.sum() == places
    p = members / total
    variance = p * (1 - p) / places * (total - places) / (total - 1)
    assert shares.mean() == pytest.approx(p, abs=4 * np.sqrt(variance / draws))
    assert shares.var() == pytest.approx(variance, rel=4 * np.sqrt(2 / draws))


def test_bands_are_filled_in_proportion_to_those_who_apply() -> None:
    people = pd.DataFrame({
        "pupil": [f"p{n:02d}" for n in range(60)], "group": ["x", "y"] * 30, "band": [1] * 30 + [2] * 20 + [3] * 10,
    })  # fmt: skip
    offered = pd.DataFrame({"school": ["a"], "places": [30], "policy": ["bands"]})
    forms = pd.DataFrame({"pupil": people["pupil"], "school": "a", "rank": 1, "distance": np.arange(60.0)})
    asked = {"group": "group", "criteria": {"bands": []}, "policy": "policy", "distance": "distance"}
    homes = pm.schools.market(people, offered, forms, band="band", banded=["bands"], **asked)
    found = pm.schools.admit(homes, tie_break="distance")
    took = people.loc[found["school"].notna().to_numpy(), "band"].value_counts().sort_index()
    assert took.tolist() == [15, 10, 5]
    # Without bands the nearest thirty are all of the first one.
    plain = pm.schools.admit(pm.schools.market(people, offered, forms, **asked), tie_break="distance")
    assert people.loc[plain["school"].notna().to_numpy(), "band"].unique().tolist() == [1]
    # A band with fewer pupils than its share leaves its seats to the next.
    few = people.assign(band=[1] * 30 + [2] * 30).drop(index=range(50, 60))
    some = forms[forms["pupil"].isin(few["pupil"])]
    wide = offered.assign(places=45)
    homes = pm.schools.market(few, wide, some, band="band", banded=["bands"], **asked)
    assert pm.schools.admit(homes, tie_break="distance")["school"].notna().sum() == 45


def test_lotteries_compare_rules_on_the_same_lots() -> None:
    people, offered, forms = tables(60, 3)
    homes = made(people, offered, forms)
    rules = {"near": "distance", "one": "single lottery", "same": "single lottery", "many": "multiple lottery"}
    found = pm.schools.lotteries(homes, tie_breaks=rules, measures=["dissimilarity", "isolation"], focal="x", draws=64)
    table = found.set_index(["rule", "statistic", "focal"]).sort_index()
    near = table.loc["near"]
    assert near["sd"].fillna(0).max() < 1e-12
    assert (near["difference"].fillna(0) == 0).all()
    assert table.loc["one", "value"].equals(table.loc["same", "value"])
    assert not table.loc["one", "value"].equals(table.loc["many", "value"])
    # Shares and distances of a draw are those that admit gives.
    single = pm.schools.lotteries(
        homes, tie_breaks={"one": "single lottery"}, measures="dissimilarity", focal="x", draws=2
    )
    runs = [pm.schools.admit(homes, tie_break="single lottery", seed=0)]
    assert table.loc[("near", "no school", "everyone"), "value"] == pytest.approx(
        pm.schools.admit(homes, tie_break="distance")["school"].isna().mean()
    )
    assert single["draws"].max() == 2
    assert len(runs[0]) == 60
    measured = pm.schools.intake(pm.schools.admit(homes, tie_break="distance"))
    inside = measured.take(measured.units != "no school")
    assert table.loc[("near", "dissimilarity", "x"), "value"] == pytest.approx(
        pm.estimate(inside, "dissimilarity", focal="x").value
    )
    with pytest.raises(InvalidParameter, match="rules"):
        pm.schools.lotteries(homes, tie_breaks={}, measures="dissimilarity", focal="x")


def test_refusals_come_together() -> None:
    people, offered, forms = tables()
    with pytest.raises(UnmatchedUnit, match=r"'skip'.*closed") as raised:
        made(people, offered.iloc[1:], forms)
    assert raised.value.units == ("s0",)
    skipped = made(people, offered.iloc[1:], forms, closed="skip")
    assert "were skipped: s0" in skipped.notes[0]
    assert "were skipped: s0" in pm.schools.admit(skipped, tie_break="distance")["note"].iloc[0]
    assert "Gale" in pm.schools.admit(skipped, tie_break="distance").cite()
    with pytest.raises(UnmatchedUnit, match="not among the pupils"):
        made(people.iloc[1:], offered, forms)
    with pytest.raises(InvalidTable, match="in no group") as raised:
        made(people.assign(group=[None, *people["group"][1:]]), offered.assign(places=-1), forms)
    assert len(raised.value.faults) == 2
    with pytest.raises(InvalidTable, match="names a school twice"):
        made(people, offered, pd.concat([forms, forms.head(1).assign(rank=9)]))
    with pytest.raises(InvalidTable, match="no distance"):
        made(people, offered, forms.assign(distance=np.nan))
    with pytest.raises(InvalidTable, match="not true or false"):
        made(people, offered, forms.assign(sibling=0.5))
    with pytest.raises(UnknownColumn, match="Did you mean 'sibling'"):
        made(people, offered, forms, criteria=["siblings"])
    with pytest.raises(InvalidParameter, match="are needed"):
        made(people, offered, forms, policy="policy")
    with pytest.raises(InvalidParameter, match="no tie-break"):
        pm.schools.admit(made(people, offered, forms), tie_break="lottery")  # type: ignore[arg-type]
    with pytest.raises(InvalidParameter, match="needs distances"):
        pm.schools.admit(made(people, offered, forms, distance=None), tie_break="distance")
    with pytest.raises(InvalidParameter, match="needs coordinates"):
        pm.schools.admit(made(people, offered, forms, xy=None), tie_break="distance", unplaced="nearest")
    with pytest.raises(NotCounts):
        pm.schools.admit(people, tie_break="distance")  # type: ignore[arg-type]
