"""The synthetic town's schools: rolls are the sums of flows, applicants are Year 6, nobody is lost."""

import numpy as np
import pandas as pd
import pytest

LAST = 2021


@pytest.fixture
def latest(place):
    return place.rolls[place.rolls["year"] == LAST]


def by_group(flows, place, end):
    """Return pupils by one end of the flows and by group, as a wide table."""
    table = flows.pivot_table(index=end, columns="group", values="pupils", aggfunc="sum", observed=True)
    return table.reindex(columns=list(place.groups)).fillna(0)


@pytest.fixture
def wide_flows(place):
    return by_group(place.flows, place, "school")


def test_sixty_schools_in_two_phases(place):
    schools = place.schools
    assert schools["phase"].value_counts().to_dict() == {"primary": 42, "secondary": 18}
    assert schools["school"].is_unique
    assert schools["unit"].is_unique
    assert schools.geometry.notna().all()
    where = schools.sjoin(place.units_after[["unit", "geometry"]], predicate="within")
    assert (where["unit_left"] == where["unit_right"]).all()
    assert schools["faith"].sum() == 17
    assert (schools["faith"] == (schools["admissions"] == "faith")).all()
    assert schools["admissions"].nunique() == 5
    width = schools["phase"].map({"primary": 7, "secondary": 5})
    assert (schools["capacity"] == schools["places"] * width).all()


@pytest.mark.parametrize("which", ["place", "other"])
def test_some_schools_are_over_capacity_and_some_have_room(which, request):
    schools = request.getfixturevalue(which).schools
    over = schools["roll"] > schools["capacity"]
    assert 5 <= over.sum() <= 30
    assert (schools["roll"] < 1.35 * schools["capacity"]).all()
    assert (schools["roll"] > 0.5 * schools["capacity"]).all()
    assert (schools.groupby("phase")[["roll", "capacity"]].sum().diff(axis=1)["capacity"] > 0).all()


def test_the_latest_roll_is_the_sum_of_flows(place, latest, wide_flows):
    by_school = latest.groupby("school")[list(place.groups)].sum()
    assert (by_school == wide_flows.loc[by_school.index]).all(axis=None)
    schools = place.schools.set_index("school")
    assert (by_school.sum(axis=1) == schools.loc[by_school.index, "roll"]).all()
    counts = place.rolls_latest()
    assert (counts.values == wide_flows.loc[list(counts.units)].to_numpy()).all()
    assert counts.about.universe == "pupils"


def test_four_years_of_every_year_group(place):
    rolls = place.rolls
    assert sorted(rolls["year"].unique()) == [2018, 2019, 2020, 2021]
    assert len(rolls) == 4 * (42 * 7 + 18 * 5)
    assert not rolls.duplicated(["school", "year", "year_group"]).any()
    for phase, groups in (("primary", range(7)), ("secondary", range(7, 12))):
        assert set(rolls.loc[rolls["phase"] == phase, "year_group"]) == set(groups)
    assert (rolls[list(place.groups)].sum(axis=1) == rolls["pupils"]).all()
    assert (rolls["free_meals"] <= rolls["pupils"]).all()
    areas = place.schools.set_index("school")["planning_area"]
    assert (rolls["planning_area"].to_numpy() == areas.loc[rolls["school"]].to_numpy()).all()


def test_cohorts_survive_from_year_to_year(place):
    rolls = place.rolls.set_index(["school", "year", "year_group"])["pupils"]
    moved = rolls.rename(index=lambda year: year + 1, level="year").rename(
        index=lambda group: group + 1, level="year_group"
    )
    both = pd.concat([moved.rename("then"), rolls.rename("now")], axis=1, join="inner")
    assert len(both) == 3 * (42 * 6 + 18 * 4)
    assert both["now"].sum() / both["then"].sum() == pytest.approx(1, abs=0.02)
    assert np.corrcoef(both["then"], both["now"])[0, 1] > 0.97
    assert (both["then"] != both["now"]).mean() > 0.5


def test_pupils_are_children_who_live_there(place):
    for phase, age in (("primary", "4-10"), ("secondary", "11-15")):
        flows = place.flows[place.flows["phase"] == phase]
        homes = by_group(flows, place, "unit")
        children = place.ages[place.ages["age"] == age].set_index("unit")[list(place.groups)]
        assert (homes <= children.loc[homes.index]).all(axis=None)
        assert homes.to_numpy().sum() / children.to_numpy().sum() == pytest.approx(0.93, abs=0.01)
    assert (place.flows["pupils"] > 0).all()
    assert not place.flows.duplicated(["unit", "school", "group"]).any()


def test_about_half_attend_the_nearest_school(place):
    flows = place.flows[place.flows["phase"] == "primary"]
    units = place.units_after.set_index("unit")
    own = flows["school"].to_numpy() == units.loc[flows["unit"], "primary_catchment"].to_numpy()
    assert 0.25 < flows["pupils"][own].sum() / flows["pupils"].sum() < 0.65


def test_births_meet_reception_rolls_and_young_children(place):
    births = place.births
    reception = place.rolls[place.rolls["year_group"] == 0].groupby(["planning_area", "year"])["pupils"].sum()
    known = births[births["intake"].notna()].set_index(["planning_area", "intake_year"])
    assert (known["intake"] == reception.loc[known.index]).all()
    assert len(known) == len(reception)
    young = place.ages[place.ages["age"] == "0-3"].set_index("unit")[list(place.groups)].sum(axis=1)
    area = place.units_after.set_index("unit")["primary_area"]
    future = births[births["intake"].isna()].groupby("planning_area")["registered"].sum()
    assert (young.groupby(area).sum() == future).all()
    assert (births["intake_year"] - births["birth_year"] == 5).all()
    assert births["births"].sum() > births["registered"].sum()
    # What an area's schools take of its own children is steady, and cohorts do not jump.
    taken = (known["intake"] / known["registered"]).astype(float).groupby("planning_area")
    assert taken.std().max() < 0.06
    past = known.groupby("planning_area")["registered"].sum()
    assert (future / past).between(0.7, 1.3).all()


def test_applicants_are_year_six(place, latest):
    applicants = place.applicants
    assert applicants["pupil"].is_unique
    year_six = latest[latest["year_group"] == 6].set_index("school")[list(place.groups)]
    named = applicants.assign(pupils=1).rename(columns={"primary_school": "school"})
    named = by_group(named, place, "school")
    assert (named == year_six.loc[named.index]).all(axis=None)
    assert len(named) == 42
    flows = place.flows.groupby(["unit", "school", "group"], observed=True)["pupils"].sum()
    cells = applicants.groupby(["unit", "primary_school", "group"], observed=True).size()
    assert (cells <= flows.loc[cells.index]).all()
    assert set(applicants["band"]) == {1, 2, 3, 4, 5}


def test_preferences_can_run_an_admission_round(place):
    preferences, applicants = place.preferences, place.applicants
    secondary = place.schools[place.schools["phase"] == "secondary"]
    assert set(preferences["pupil"]) == set(applicants["pupil"])
    assert set(preferences["school"]) == set(secondary["school"])
    assert not preferences.duplicated(["pupil", "school"]).any()
    ranks = preferences.groupby("pupil")["rank"].agg(["min", "max", "size"])
    assert (ranks["min"] == 1).all()
    assert (ranks["max"] == ranks["size"]).all()
    assert set(ranks["size"]) == {1, 2, 3, 4, 5, 6}
    assert preferences.groupby("pupil")["sibling"].sum().max() == 1
    faith = secondary.set_index("school")["faith"]
    believes = applicants.set_index("pupil")["faith"]
    claims = faith.loc[preferences["school"]].to_numpy() & believes.loc[preferences["pupil"]].to_numpy()
    assert (preferences["faith"] == claims).all()
    home = place.units_after.set_index("unit")["secondary_catchment"]
    own = home.loc[applicants.set_index("pupil").loc[preferences["pupil"], "unit"]].to_numpy()
    assert (preferences["catchment"] == (own == preferences["school"].to_numpy())).all()
    first = preferences[preferences["rank"] == 1]["school"].value_counts()
    places = secondary.set_index("school")["places"]
    assert (first.reindex(places.index).fillna(0) > places).sum() >= 3  # some schools must turn pupils away


def test_distances_are_those_between_home_and_school(place):
    homes = place.applicants.set_index("pupil")[["x", "y"]]
    gates = place.schools.set_index("school").geometry
    rows = place.preferences.iloc[:500]
    gate = gates.loc[rows["school"]]
    home = homes.loc[rows["pupil"]]
    away = np.hypot(home["x"].to_numpy() - gate.x.to_numpy(), home["y"].to_numpy() - gate.y.to_numpy())
    assert np.allclose(away, rows["distance"], atol=0.2)
