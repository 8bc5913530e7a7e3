"""The synthetic town's sites, services and outcomes."""

import numpy as np
import pytest

FAULTS = {"shifted 0.3 km": 300, "shifted 2 km": 2_000, "shifted 11 km": 11_000}


def test_sites_lie_truly_in_their_units(place, other):
    for each in (place, other):
        sites = each.sites
        polygons = each.pieces.dissolve("unit_after").geometry
        true = type(sites.geometry).from_xy(sites["true_x"], sites["true_y"], crs=sites.crs)
        assert true.distance(polygons.loc[sites["unit"]].reset_index(drop=True)).max() < 1
        assert sites["site"].is_unique
        assert (sites["dwellings_min"] > 0).all()
        assert (sites["dwellings_min"] <= sites["dwellings_max"]).all()
        assert 0.3 < (sites["dwellings_min"] == sites["dwellings_max"]).mean() < 0.9
        assert (sites["hectares"] > 0).all()


def test_wrong_coordinates_are_wrong_as_said(place):
    sites = place.sites.set_index("coordinate_fault")
    assert (place.sites["coordinate_fault"] != "none").sum() == 6
    fine = sites.loc["none"]
    assert (fine["x"] == fine["true_x"]).all()
    assert (fine["y"] == fine["true_y"]).all()
    for fault, metres in FAULTS.items():
        row = sites.loc[fault]
        assert np.hypot(row["x"] - row["true_x"], row["y"] - row["true_y"]) == pytest.approx(metres, abs=2)
    swapped = sites.loc["axes swapped"]
    assert (swapped["x"], swapped["y"]) == (swapped["true_y"], swapped["true_x"])
    degrees = sites.loc["longitude and latitude"]
    assert abs(degrees["x"]) < 180
    assert abs(degrees["y"]) < 90
    assert sites.loc["digit dropped", "x"] < 60_000
    assert (place.sites.geometry.x == place.sites["x"]).all()


def test_the_register_has_every_status(place):
    sites = place.sites
    assert sites["status"].isna().sum() == 2
    assert sites["status"].nunique() == 5
    done = sites["status"] == "completed"
    assert (sites["completed_year"].notna() == done).all()
    early = sites[done & (sites["completed_year"] <= 2021).fillna(value=False)]
    grown = set(place.lookup.loc[place.lookup["change"] == "S", "unit_after"])
    assert set(early["unit"]) <= grown


def test_services_are_where_they_say(place):
    where = place.services.sjoin(place.units_after[["unit", "geometry"]], predicate="within")
    assert (where["unit_left"] == where["unit_right"]).all()
    assert {"gp", "library", "community_centre", "park"} <= set(place.services["kind"])
    gp = place.services[place.services["kind"] == "gp"]
    assert (gp["open_before"] | gp["open_after"]).all()
    assert (gp["open_before"] != gp["open_after"]).any()


def test_outcomes_fit_residents_and_households(place):
    outcomes = place.outcomes
    for date in ("before", "after"):
        rows = outcomes[outcomes["date"] == date].set_index("unit")
        units = place.units(date).set_index("unit")
        assert set(rows.index) == set(units.index)
        assert (rows["residents"] == units["residents"]).all()
        assert (rows["income_deprived"] <= rows["residents"]).all()
        assert (rows["overcrowded"] <= rows["households"]).all()
        assert (rows["households"] <= rows["residents"]).all()
        empty = rows["residents"] == 0
        assert (rows["income_deprivation"].isna() == empty).all()
        assert rows["income_deprivation"].dropna().between(0, 1).all()
        share = rows["overcrowded"] / rows["households"].where(rows["households"] > 0)
        assert np.allclose(rows["overcrowding"], 100 * share, equal_nan=True)
        assert rows[["no2", "gp_minutes"]].notna().all(axis=None)
        assert (rows[["no2", "gp_minutes"]] > 0).all(axis=None)
    homes = place.households.groupby("unit")[list(place.groups)].sum().sum(axis=1)
    now = outcomes[outcomes["date"] == "after"].set_index("unit")["households"]
    assert (now.sort_index() == homes.sort_index()).all()


def test_places_and_groups_are_related_not_identical(place):
    rows = place.outcomes[place.outcomes["date"] == "after"].set_index("unit")
    units = place.units_after.set_index("unit")
    lived = units[units["residents"] > 0]
    share = lived[list(place.groups)].div(lived["residents"], axis=0).rank()
    for column in ("income_deprivation", "overcrowding", "no2", "gp_minutes"):
        related = share.corrwith(rows.loc[lived.index, column].rank())
        assert 0.15 < related.abs().max() < 0.9


def test_outcomes_by_group_and_by_area_are_the_same_people(place):
    table = place.outcomes_by_group
    rows = place.outcomes[place.outcomes["date"] == "after"].copy()
    rows["district"] = place.units_after.set_index("unit").loc[rows["unit"], "district"].to_numpy()
    sums = rows.groupby("district")[["income_deprived", "residents", "overcrowded", "households"]].sum()
    for indicator, part, whole in (
        ("income_deprivation", "income_deprived", "residents"),
        ("overcrowding", "overcrowded", "households"),
    ):
        own = table[table["indicator"] == indicator].groupby("district")[["numerator", "denominator"]].sum()
        assert (own["numerator"] == sums[part]).all()
        assert (own["denominator"] == sums[whole]).all()


def test_attainment_is_of_year_eleven(place):
    table = place.outcomes_by_group.query("indicator == 'attainment'")
    assert (table["numerator"] <= table["denominator"]).all()
    leavers = place.rolls.query("year == 2021 and year_group == 11")[list(place.groups)].sum()
    own = table.groupby("group")["denominator"].sum()
    assert (own[list(place.groups)] == leavers).all()
    assert set(table["sex"]) == {"female", "male"}


def test_stops_have_a_not_stated_share_without_denominator(place):
    table = place.outcomes_by_group.query("indicator == 'stops'")
    unstated = table["group"] == "not stated"
    assert unstated.sum() == 12
    assert table.loc[unstated, "denominator"].isna().all()
    assert table.loc[~unstated, "denominator"].notna().all()
    assert 0.08 < table.loc[unstated, "numerator"].sum() / table["numerator"].sum() < 0.2
    residents = place.units_after.groupby("district")[list(place.groups)].sum().stack()
    own = table[~unstated].groupby(["district", "group"])["denominator"].sum()
    assert (own == residents.loc[own.index]).all()
    assert not place.outcomes_by_group.duplicated(["indicator", "district", "group", "sex"]).any()
