"""A proposal beside the same place without it: by hand, against changed tables, and with everybody counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from row_of_squares import TENURES, known, mixed, scheme, squares
from shapely import box

import placemix as pm
from placemix.errors import (
    InvalidCounts,
    InvalidParameter,
    NoPlace,
    RankedNoise,
    UnknownColumn,
    UnmatchedUnit,
)
from placemix.scenarios.checking import arriving, peopling


def test_one_scheme_by_hand():
    found = pm.scenarios.check(scheme(), known(), unknown="refuse", radii=["1.2 km"])
    people = found["people"].iloc[0]
    # 30 homes of 2.6 people (0.6 children) and 10 of 2.25 (0.75).
    assert people["people"] == pytest.approx(30 * 2.6 + 10 * 2.25)
    assert people["children"] == pytest.approx(30 * 0.6 + 10 * 0.75)
    unit = mixed(found, "u1", "unit")
    assert (unit["share_before"], unit["share_after"]) == pytest.approx((60 / 100, 70 / 140))
    # Its neighbours' centroids are 1 km away on either side.
    around = mixed(found, "u1", "1.2 km")
    assert (around["share_before"], around["share_after"]) == pytest.approx((100 / 300, 110 / 340))
    district = mixed(found, "u1", "district")
    assert (district["share_before"], district["share_after"]) == pytest.approx((100 / 300, 110 / 340))
    assert set(found.absent) == {"schools", "access", "gained", "meeting", "equality", "indices"}
    assert "one site hardly moves" in found.absent["indices"]
    with pytest.raises(InvalidParameter, match="no pupil yields"):
        found["schools"]
    with pytest.raises(InvalidParameter, match="Did you mean 'schools'"):
        found["school"]


def test_what_comes_anyway_is_on_both_sides_and_listed():
    others = [
        scheme("a", 1200, status="under construction", homes=[{"tenure": "private", "bedrooms": 2, "count": 20}]),
        scheme("b", 1200, status="completed", year=2019),
        scheme("c", 1200, status="unknown"),
        scheme("26/1", 2500),  # the proposal itself, as the register has it
    ]
    evidence = known(others=others)
    found = pm.scenarios.check(scheme(), evidence, unknown="exclude", radii=[])
    told = found["without"].set_index("reference")
    assert told["role"].to_dict() == {
        "a": "under construction", "b": "completed before", "c": "unknown", "26/1": "proposal",
    }  # fmt: skip
    unit = mixed(found, "u1", "unit")
    assert unit["everyone_before"] == 120
    assert (unit["share_before"], unit["share_after"]) == pytest.approx((60 / 120, 70 / 160))
    included = pm.scenarios.check(scheme(), evidence, unknown="include", radii=[])
    assert mixed(included, "u1", "unit")["everyone_before"] == 160
    with pytest.raises(InvalidParameter, match="unknown"):
        pm.scenarios.check(scheme(), evidence, unknown="refuse")


def test_vacancy_demolition_and_a_site_in_two_units():
    plan = scheme(
        site=box(1750, 0, 2750, 100), vacancy=0.1, demolished=[{"tenure": "social", "bedrooms": 2, "count": 20}],
        homes=[{"tenure": "own", "bedrooms": 3, "count": 40}],
    )  # fmt: skip
    found = pm.scenarios.check(plan, known(), unknown="refuse", radii=[])
    where = found["where"].set_index("unit")["share"]
    assert where.to_dict() == pytest.approx({"u1": 0.25, "u2": 0.75})
    near, far = mixed(found, "u1", "unit"), mixed(found, "u2", "unit")
    assert near["people_after"] == pytest.approx(60 - 20 * 0.9 * 0.25)
    assert far["people_after"] == pytest.approx(30 - 20 * 0.9 * 0.75)
    assert far["everyone_after"] == pytest.approx(100 + 20 * 0.9 * 0.75)
    assert mixed(found, "u2", "district")["everyone_after"] == pytest.approx(300 + 20 * 0.9)
    with pytest.raises((InvalidParameter, InvalidCounts), match=r"than (there are|are there)|are there"):
        pm.scenarios.check(
            scheme(demolished=[{"tenure": "social", "bedrooms": 2, "count": 90}]), known(), unknown="refuse", radii=[]
        )


def test_newcomers_of_other_dimensions():
    ages = squares([[30, 170], [60, 140], [40, 160], [50, 150]], ["0-15", "16+"], "residents")
    poor = squares([[20, 80], [60, 40], [30, 70], [50, 50]], ["deprived", "not deprived"], "households")
    evidence = known(dimensions={"Age": ages, "Household deprivation": poor})
    found = pm.scenarios.check(scheme(internal=0.5), evidence, unknown="refuse", radii=[])
    people = found["people"].iloc[0]
    young = mixed(found, "u1", "unit", "0-15", "Age")
    # Half come from within the district's 600 people, 200 of them here, 60 of these children.
    moving = 0.5 * people["people_new"]
    assert young["people_after"] == pytest.approx(60 + people["children"] - moving * 60 / 600)
    whole = mixed(found, "u1", "district", "0-15", "Age")
    assert whole["everyone_after"] == pytest.approx(600 + people["people"] - moving)
    # Forty households come with the district's mix: 110 of 300 are deprived.
    deprived = mixed(found, "u1", "unit", "deprived", "Household deprivation")
    assert deprived["people_after"] == pytest.approx(60 + 40 * 110 / 300)
    ranges = found["ranges"]
    assert set(ranges["dimension"]) == {"Household deprivation"}
    assert ranges["lower"].isna().all()
    assert ranges["reason"].str.startswith("not predictable from these data").all()


def test_without_a_table_by_kind_of_home_every_home_has_the_mean_household():
    ages = squares([[30, 170], [60, 140], [40, 160], [50, 150]], ["0-15", "16+"], "residents")
    evidence = known(dimensions={"Age": ages}, occupancy=None, occupancy_source=None)
    found = pm.scenarios.check(scheme(), evidence, unknown="refuse", radii=[])
    assert found["people"]["people"].iloc[0] == pytest.approx(40 * 800 / 400)
    assert found["people"]["children"].iloc[0] == pytest.approx(40 * 180 / 400)
    assert any("the mean of all households" in text for text in found.assumptions)
    # Homes of no known mix bring people all the same, and are in no table of tenure.
    bare = scheme(homes=None, dwellings=40)
    found = pm.scenarios.check(bare, evidence, unknown="refuse", radii=[])
    assert found["people"]["people"].iloc[0] == pytest.approx(80)
    assert set(found["mix"]["dimension"]) == {"Age"}
    residents = squares([[100, 100]] * 4, ["x", "y"], "usual residents")
    found = pm.scenarios.check(
        bare, known(occupancy=None, occupancy_source=None, residents=residents), unknown="refuse", radii=[]
    )
    assert found["people"]["children"].isna().all()
    with pytest.raises(InvalidParameter, match="how many people live in a home"):
        pm.scenarios.check(scheme(), known(occupancy=None, occupancy_source=None), unknown="refuse")


def test_a_plan_is_all_of_its_schemes_and_has_both_ends_of_a_range():
    mix = pd.DataFrame({"tenure": ["own", "social"], "bedrooms": [3, 2], "share": [0.5, 0.5]})
    evidence = known(mix=mix, mix_source="made up", condition=pd.Series({"u0": 1.0, "u1": 5, "u2": 3, "u3": 4}))
    plan = [scheme("a", 500), scheme("b", 1500, homes=None, dwellings=(10, 30)), scheme("c", 1600)]
    found = pm.scenarios.check(plan, evidence, unknown="refuse", radii=[], draws=19)
    rows = found["mix"]
    for case, many in (("low", 10), ("high", 30)):
        here = rows[(rows["case"] == case) & (rows["unit"] == "u1") & (rows["group"] == "own")]
        unit = here[here["scale"] == "unit"].iloc[0]
        assert unit["people_after"] == pytest.approx(20 + 30 + many / 2)
        assert here[here["scale"] == "district"].iloc[0]["people_after"] == pytest.approx(140 + 60 + many / 2)
    figures = found["indices"]
    assert set(figures["case"]) == {"low", "high"}
    assert set(figures["measure"]) == {"information_theory", "correlation_ratio", "isolation", "place_gap"}
    assert (figures["district"] == "north").all()
    high = figures[(figures["case"] == "high") & (figures["measure"] == "place_gap")].iloc[0]
    homes = evidence.homes.take([0, 1, 2])
    after = pm.from_wide(
        pd.DataFrame({
            "unit": ["u0", "u1", "u2"], "own": [110, 65, 40], "social": [20, 85, 30], "private": [10, 20, 30],
        }), groups=TENURES, unit="unit",
    )  # fmt: skip
    gaps = [pm.place_gap(one, evidence.condition, focal="social")["gap"].iloc[0] for one in (homes, after)]
    assert (high["before"], high["after"]) == pytest.approx(tuple(gaps))
    told = figures[(figures["case"] == "high") & (figures["measure"] == "isolation")].iloc[0]
    assert told["after"] == pytest.approx(pm.measure(after, "isolation", focal="social")["value"].iloc[0])


@pytest.mark.slow
@given(
    counts=st.lists(st.integers(0, 40), min_size=3, max_size=3),
    vacancy=st.floats(0, 0.5),
    internal=st.floats(0, 1),
    edge=st.floats(100, 2900),
)
def test_homes_and_people_are_conserved(counts, vacancy, internal, edge):
    ages = squares([[30, 170], [60, 140], [40, 160], [50, 150]], ["0-15", "16+"], "residents")
    evidence = known(dimensions={"Age": ages})
    kinds = [("own", 3), ("social", 2), ("private", 2)]
    homes = [
        {"tenure": tenure, "bedrooms": rooms, "count": many}
        for (tenure, rooms), many in zip(kinds, counts, strict=True)
        if many
    ]
    if not homes:
        return
    plan = scheme(homes=homes, vacancy=vacancy, internal=internal, site=box(edge, 0, edge + 900, 50))
    where = pm.scenarios.placed(plan, evidence.homes)
    added = arriving.households([plan], where, evidence, year=2030)
    assert added["homes"].sum() == pytest.approx(sum(counts))
    assert added[TENURES].to_numpy().sum() == pytest.approx(sum(counts) * (1 - vacancy))
    people = peopling.people_of([plan], evidence, years=[2030], not_phased=2030)
    came, _ = arriving.newcomers(ages, evidence, added, people, of_the_homes=False)
    assert came[["0-15", "16+"]].to_numpy().sum() == pytest.approx(people["people"].sum())
    left = arriving.leaving(ages, evidence, added, people)
    moved = left[["0-15", "16+"]].to_numpy(dtype=float).sum() if len(left) else 0.0
    assert moved == pytest.approx(-people["from_internal"].sum())
    after = arriving.changed(ages, pd.concat([came, left], ignore_index=True) if len(left) else came)
    assert after.total.sum() == pytest.approx(ages.total.sum() + people["people"].sum() + moved)


@pytest.mark.slow
def test_rank_puts_schemes_beside_each_other_and_makes_no_score():
    evidence = known(condition=pd.Series({"u0": 1.0, "u1": 5, "u2": 3, "u3": 4}))
    plans = [
        scheme("more own", 1500, homes=[{"tenure": "own", "bedrooms": 3, "count": 40}]),
        scheme("more social", 1500, homes=[{"tenure": "social", "bedrooms": 2, "count": 40}]),
        scheme("no mix", 1500, homes=None, dwellings=10),
    ]
    cost = pd.DataFrame({"reference": ["more own", "more social", "no mix"], "cost": [5.0, 4.0, 1.0]})
    wanted = {"from_district_unit": "less", "cost": "less"}
    found = pm.scenarios.rank(plans, evidence, wanted, unknown="refuse", radii=[], further=cost).set_index("reference")
    # u1 has 20, 60, 20 and its district 140, 100, 60; with forty more owned: 60, 60, 20 beside 180, 100, 60.
    far = np.abs(np.array([60, 60, 20]) / 140 - np.array([180, 100, 60]) / 340).sum() / 2
    assert found.loc["more own", "from_district_unit"] == pytest.approx(far)
    assert found["front"].to_dict() == {"more own": True, "more social": True, "no mix": False}
    assert found.loc["no mix", "missing"] == "from_district_unit"
    assert "score" not in " ".join(found.columns)
    with pytest.raises(UnknownColumn, match="from_district_unit"):
        pm.scenarios.rank(plans, evidence, {"from_district_unt": "less"}, unknown="refuse", radii=[])
    with pytest.raises(InvalidParameter, match="No objective"):
        pm.scenarios.rank(plans, evidence, {}, unknown="refuse", radii=[])
    small = [scheme(name, 1500, homes=[{"tenure": "own", "bedrooms": 3, "count": 1}]) for name in ("a", "b")]
    with pytest.raises(RankedNoise):
        pm.scenarios.rank(small, evidence, {"information_theory_change": "less"}, unknown="refuse", radii=[], draws=19)


@pytest.mark.slow
def test_a_record_can_be_held_against_what_came():
    ages = squares([[30, 170], [60, 140], [40, 160], [50, 150]], ["0-15", "16+"], "residents")
    poor = squares([[20, 80], [60, 40], [30, 70], [50, 50]], ["deprived", "not deprived"], "households")
    evidence = known(dimensions={"Age": ages, "Household deprivation": poor})
    found = pm.scenarios.check(scheme(), evidence, unknown="refuse", radii=[])
    other = pm.scenarios.rank([scheme("a"), scheme("b", 500)], evidence, {"homes": "more"}, unknown="refuse", radii=[])
    kept = found.record(as_of="2026-11-28", stage="consultation", alternatives={"sites": other})
    assert kept.content["stage"] == "consultation"
    assert len(kept.content["alternatives"]["sites"]["rows"]) == 2
    assert any("no pupil yields" in text for text in kept.content["assumptions"])
    assert {one["name"] for one in kept.content["inputs"]} == {"Tenure", "Age", "Household deprivation"}
    came = squares([[20, 80], [90, 50], [30, 70], [50, 50]], ["deprived", "not deprived"], "households")
    told = pm.scenarios.evaluate(kept, came)
    row = told[(told["unit"] == "u1") & (told["group"] == "deprived")].iloc[0]
    assert row["share_observed"] == pytest.approx(90 / 140)
    assert row["error"] == pytest.approx(90 / 140 - (60 + 40 * 110 / 300) / 140)
    with pytest.raises(InvalidParameter, match="design"):
        found.record(as_of="2026-11-28", stage="desing")


def test_every_fault_of_the_evidence_comes_at_once():
    poor = squares([[20, 80], [60, 40], [30, 70]], ["deprived", "not deprived"], "")
    mix = pd.DataFrame({"tenure": ["own"], "bedrooms": [3], "share": [1.0]})
    with pytest.raises((InvalidParameter, UnmatchedUnit)) as caught:
        known(
            dimensions={"Poor": poor}, district="distrct", mix=mix, focal="socail", calibrations={"Age": mix},
            condition=pd.Series({"x": 1.0}), others=["a"],
        )  # fmt: skip
    text = str(caught.value)
    for words in (
        "no strata 'distrct'", "does not say whether", "not of the units", "no tenure 'socail'",
        "Did you mean 'social'", "Calibrations", "assumed mix", "none of the units", "must be schemes",
    ):  # fmt: skip
        assert words in text
    bare = pm.from_wide(
        pd.DataFrame({"unit": ["a"], "own": [1], "social": [1]}), groups=["own", "social"], unit="unit",
        about={"universe": "households"},
    )  # fmt: skip
    with pytest.raises(NoPlace, match="no map"):
        pm.scenarios.evidence("The row", bare, census=2021)


def test_refusals_of_schemes():
    with pytest.raises(NoPlace, match="outside"):
        pm.scenarios.check(scheme(x=90_000), known(), unknown="refuse")
    homes = [{"tenure": "council", "bedrooms": 2, "count": 4}]
    with pytest.raises(UnmatchedUnit, match="council"):
        pm.scenarios.check(scheme(homes=homes), known(fill="tenure"), unknown="refuse")
    with pytest.raises(InvalidParameter, match="in which year"):
        pm.scenarios.check(scheme(year=None), known(), unknown="refuse")
    with pytest.raises(InvalidParameter, match=r"no annex 'equalty'.*equality"):
        pm.scenarios.check(scheme(), known(), unknown="refuse", annex="equalty")
    with pytest.raises(InvalidParameter, match="residents by group"):
        pm.scenarios.check(scheme(), known(), unknown="refuse", annex="equality")
