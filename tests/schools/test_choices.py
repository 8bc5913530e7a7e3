"""Simulated preferences: the stated model and no other, in any order of rows, and straight into a market."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.errors import (
    DuplicateUnit,
    InvalidParameter,
    InvalidTable,
    UnknownColumn,
    UnknownGroup,
    UnmatchedUnit,
)

TOWN = pm.datasets.town()
SECONDARY = TOWN.schools[TOWN.schools["phase"] == "secondary"]
FAITH = {"faith": ("faith", "faith")}


def alike(many: int) -> pd.DataFrame:
    """Pupils of one place and group."""
    return pd.DataFrame({"pupil": [f"p{n}" for n in range(many)], "group": "x", "x": 0.0, "y": 0.0})


def three() -> pd.DataFrame:
    """Three schools at 1, 2 and 4 km."""
    return pd.DataFrame({"school": list("abc"), "x": [1000.0, 0, 0], "y": [0.0, 2000, 4000], "fame": [0.0, 0.3, 1.0]})


def test_orders_follow_the_exploded_logit() -> None:
    many = 40_000
    model = {"distance_km": -0.5, "fame": 0.8}
    found = pm.schools.simulate_preferences(alike(many), three(), coefficients=model, group="group", seed=3)
    orders = found.pivot_table(index="pupil", columns="rank", values="school", aggfunc="first")
    seen = (orders[1] + orders[2] + orders[3]).value_counts()
    worth = dict(zip("abc", np.exp([-0.5, -1 + 0.24, -2 + 0.8]), strict=True))
    assert len(found) == 3 * many
    for order in itertools.permutations("abc"):
        left, expected = sum(worth.values()), 1.0
        for school in order:
            expected *= worth[school] / left
            left -= worth[school]
        error = np.sqrt(expected * (1 - expected) / many)
        assert abs(seen["".join(order)] / many - expected) < 4 * error, order


def test_draws_are_gumbel_and_independent() -> None:
    found = pm.schools.simulate_preferences(alike(30_000), three(), coefficients={"fame": 0.0}, group="group", seed=9)
    drawn = found.pivot_table(index="pupil", columns="school", values="drawn").to_numpy()
    # Under exp(-exp(-e)) the draws would be even between 0 and 1.
    even = np.exp(-np.exp(-drawn))
    counts = np.histogram(even, bins=20, range=(0, 1))[0]
    assert ((counts - even.size / 20) ** 2 / (even.size / 20)).sum() < 50  # chi-square, 19 degrees of freedom
    apart = np.corrcoef(even.T)[np.triu_indices(3, 1)]
    assert np.abs(apart).max() < 4 / np.sqrt(len(even))


def test_no_order_of_rows_and_no_other_pupil_or_school_changes_a_draw() -> None:
    given = {"coefficients": {"distance_km": -0.9, "faith": 1.5}, "group": "group", "matches": FAITH, "seed": 5}
    whole = pm.schools.simulate_preferences(TOWN.applicants, SECONDARY, choices=18, **given)
    mixed = pm.schools.simulate_preferences(
        TOWN.applicants[::-1], SECONDARY.sample(frac=1, random_state=1), choices=18, **given
    )
    pd.testing.assert_frame_equal(pd.DataFrame(whole), pd.DataFrame(mixed))
    few = pm.schools.simulate_preferences(TOWN.applicants[100:200], SECONDARY[3:], choices=18, **given)
    keys = ["pupil", "school"]
    both = few.merge(whole, on=keys, suffixes=("", "_whole"))
    assert len(both) == len(few) == 100 * 15
    assert (both["drawn"] == both["drawn_whole"]).all()
    assert (both["worth"] == both["worth_whole"]).all()
    other = pm.schools.simulate_preferences(TOWN.applicants, SECONDARY, choices=18, **{**given, "seed": 6})
    assert (whole.sort_values(keys)["drawn"].to_numpy() != other.sort_values(keys)["drawn"].to_numpy()).all()


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"coefficients": {"distance_km": -0.9}, "group": "group", "seed": 5}
    whole = pm.schools.simulate_preferences(TOWN.applicants[:60], SECONDARY, **given)
    monkeypatch.setattr("placemix.schools.allocation.choosing._HELD", 100)
    pd.testing.assert_frame_equal(
        pd.DataFrame(whole), pd.DataFrame(pm.schools.simulate_preferences(TOWN.applicants[:60], SECONDARY, **given))
    )


def test_worth_is_the_sum_of_weights_times_terms() -> None:
    pupils = TOWN.applicants.head(50).assign(room=np.arange(50) % 4)
    rolls = TOWN.rolls_latest()
    rng = np.random.default_rng(2)
    minutes = pd.DataFrame(list(itertools.product(pupils["pupil"], SECONDARY["school"])), columns=["pupil", "school"])
    minutes["minutes"] = np.where(rng.random(len(minutes)) < 0.2, np.nan, rng.random(len(minutes)) * 60)
    shares = {name: 0.1 * place for place, name in enumerate(TOWN.groups)}
    found = pm.schools.simulate_preferences(
        pupils, SECONDARY, group="group", matches=FAITH, rolls=rolls, pairs=minutes[5:], choices="room",
        coefficients={"distance_km": -0.4, "faith": 1.5, "own_group_share": shares, "minutes": -0.02, "places": 0.001},
    )  # fmt: skip
    named = found.groupby("pupil").size()
    assert named.reindex(pupils["pupil"]).fillna(0).astype(int).tolist() == pupils["room"].tolist()
    people, offered = pupils.set_index("pupil"), SECONDARY.set_index("school")
    roll = rolls.to_frame().set_index("unit")
    asked = minutes.set_index(["pupil", "school"])["minutes"]
    for row in found.itertuples():
        child, place = people.loc[row.pupil], offered.loc[row.school]
        away = np.hypot(child["x"] - place.geometry.x, child["y"] - place.geometry.y)
        both = bool(child["faith"]) and bool(place["faith"])
        share = roll.loc[row.school, child["group"]] / roll.loc[row.school, list(TOWN.groups)].sum()
        worth = -0.4 * away / 1000 + 1.5 * both + shares[child["group"]] * share + 0.001 * place["places"]
        assert row.distance == pytest.approx(away)
        assert row.faith == both
        assert row.minutes == asked[row.pupil, row.school]  # a pair without minutes is never named
        assert row.worth == pytest.approx(worth - 0.02 * row.minutes)
    assert (found["worth"] + found["drawn"]).groupby(found["pupil"]).diff().dropna().le(0).all()


def test_straight_into_a_market_that_says_so(tmp_path: Path) -> None:
    pupils = TOWN.applicants.assign(catchment="S06")
    forms = pm.schools.simulate_preferences(
        pupils, SECONDARY, coefficients={"distance_km": -0.9, "catchment": 2.0}, group="group", max_distance="2 km",
        matches={"catchment": ("catchment", "school")}, choices=3, seed=2,
    )  # fmt: skip
    assert (forms["distance"] <= 2000).all()
    assert forms["catchment"].equals(forms["school"].eq("S06"))
    assert forms["simulated"].all()
    alone = len(pupils) - forms["pupil"].nunique()
    said = "Simulated, not observed: distance_km -0.9, catchment 2; no school beyond 2 km; seed 2."
    assert forms["note"].unique().tolist() == [f"{said} {alone:,} pupils name no school."]
    assert forms.attrs["coefficients"] == {"distance_km": -0.9, "catchment": 2.0}
    market = pm.schools.market(pupils, SECONDARY, forms, group="group", criteria=["catchment"], distance="distance")
    places = pm.schools.admit(market, tie_break="single lottery")
    assert len(places) == len(pupils)
    assert said in places["note"].iloc[0]
    outcome = pm.verify(forms.save(tmp_path / "forms.zip"))
    assert outcome.same, str(outcome)


@pytest.mark.slow
def test_with_equal_preferences_a_ballot_gives_each_school_the_catchments_share() -> None:
    # One catchment, two schools that nobody tells apart, and one that all put last: places are a simple random sample.
    people, members, room, draws = 60, 18, 20, 200
    pupils = alike(people).assign(group=["x"] * members + ["y"] * (people - members))
    schools = pd.DataFrame({"school": ["a", "z"], "x": 0.0, "y": 0.0, "places": [room, 99], "fame": [90.0, 0.0]})
    forms = pm.schools.simulate_preferences(pupils, schools, coefficients={"fame": 1.0}, group="group", seed=1)
    assert forms.loc[forms["rank"] == 1, "school"].eq("a").all()
    market = pm.schools.market(pupils, schools, forms, group="group", criteria=[])
    shares = np.empty(draws)
    for seed in range(draws):
        got = pm.schools.admit(market, tie_break="single lottery", seed=seed)
        shares[seed] = got.loc[got["school"] == "a", "group"].eq("x").mean()
    p = members / people
    variance = p * (1 - p) / room * (people - room) / (people - 1)
    assert abs(shares.mean() - p) < 4 * np.sqrt(variance / draws)
    assert abs(shares.var(ddof=1) / variance - 1) < 4 * np.sqrt(2 / draws)


@pytest.mark.slow
def test_a_ballot_by_lot_among_equal_wishes_is_a_fair_share_over_simulations() -> None:
    # Wishes are drawn anew as well: the expected intake of each school is still the share of the catchment.
    pupils = alike(60).assign(group=["x"] * 18 + ["y"] * 42)
    schools = pd.DataFrame({"school": list("abc"), "x": 0.0, "y": 0.0, "places": 20, "fame": 0.0})
    found = []
    for seed in range(50):
        forms = pm.schools.simulate_preferences(pupils, schools, coefficients={"fame": 1.0}, group="group", seed=seed)
        market = pm.schools.market(pupils, schools, forms, group="group", criteria=[])
        places = pm.schools.admit(market, tie_break="single lottery", seed=seed)
        assert places["school"].notna().all()
        found.append(places["group"].eq("x").groupby(places["school"]).mean().to_numpy())
    shares = np.array(found)
    variance = 0.3 * 0.7 / 20 * 40 / 59
    assert np.abs(shares.mean(axis=0) - 0.3).max() < 4 * np.sqrt(variance / 50)
    assert np.abs(shares.var(axis=0, ddof=1) / variance - 1).max() < 4 * np.sqrt(2 / 50)


def test_six_thousand_pupils_and_three_hundred_schools() -> None:
    rng = np.random.default_rng(1)
    pupils = pd.DataFrame(rng.random((6_000, 2)) * 2e4, columns=["x", "y"]).assign(group="x", pupil=range(6_000))
    schools = pd.DataFrame(rng.random((300, 2)) * 2e4, columns=["x", "y"]).assign(school=range(300))
    found = pm.schools.simulate_preferences(pupils, schools, coefficients={"distance_km": -2.0}, group="group")
    assert len(found) == 36_000
    assert not found[["pupil", "school"]].duplicated().any()


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"coefficients": {"distanse_km": -1}}, UnknownColumn, "Did you mean 'distance_km'"),
        ({"coefficients": {}}, InvalidParameter, "none come with placemix"),
        ({"coefficients": {"distance_km": True}}, InvalidParameter, "no number"),
        ({"coefficients": {"distance_km": np.nan, "fame": "high"}}, InvalidParameter, "2 faults"),
        ({"coefficients": {"distance_km": {"y": -1}}}, UnknownGroup, "lacks the group 'x'"),
        ({"coefficients": {"distance_km": {"x": -1, "q": 0}}}, UnknownGroup, "No pupil is of the group 'q'"),
        ({"coefficients": {"money": 1}}, InvalidParameter, "changes no choice"),
        ({"coefficients": {"word": 1}}, InvalidTable, "holds text"),
        ({"coefficients": {"half": 1}}, InvalidTable, "Missing is never 0"),
        ({"coefficients": {"own_group_share": 1}}, InvalidParameter, "Pass rolls="),
        ({"choices": 0}, InvalidParameter, "choices is a whole number"),
        ({"choices": "rooms"}, UnknownColumn, "no column 'rooms'"),
        ({"matches": {"same": ("faith", "faith")}}, UnknownColumn, "2 faults"),
        ({"seed": -1}, InvalidParameter, "seed"),
        ({"max_distance": "3 parsecs"}, InvalidParameter, "max_distance"),
        ({"xy": ("east", "north")}, UnknownColumn, "east"),
        ({"pairs": pd.DataFrame({"pupil": ["p0", "nobody"], "school": ["a", "z"]})}, UnmatchedUnit, "2 faults"),
        ({"pairs": pd.DataFrame({"pupil": ["p0", "p0"], "school": ["a", "a"]})}, DuplicateUnit, "two rows"),
    ],
)  # fmt: skip
def test_what_is_refused(change: dict[str, object], error: type[Exception], match: str) -> None:
    schools = three().assign(word="w", half=[1.0, np.nan, 2.0])
    given = {"coefficients": {"distance_km": -1.0}, "group": "group", **change}
    with pytest.raises(error, match=match):
        pm.schools.simulate_preferences(alike(3).assign(money=1.0), schools, **given)


def test_pupils_without_group_or_place_or_twice_are_refused() -> None:
    pupils = alike(3)
    pupils.loc[0, "group"] = None
    pupils.loc[1, "pupil"] = "p2"
    with pytest.raises(InvalidTable, match="2 faults") as caught:
        pm.schools.simulate_preferences(pupils, three(), coefficients={"fame": 1.0}, group="group")
    assert isinstance(caught.value, DuplicateUnit)
    lost = alike(3)
    lost.loc[2, "x"] = np.nan
    with pytest.raises(InvalidTable, match="no coordinates"):
        pm.schools.simulate_preferences(lost, three(), coefficients={"fame": 1.0}, group="group")
