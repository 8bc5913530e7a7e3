"""Rochdale's register and Greater Manchester's schools: places of 2015, rolls of 2022/23, and what is not known."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.errors import InvalidParameter

pytestmark = pytest.mark.data

#: The register's own names; its header runs over two lines.
COLUMNS = {
    "reference": "LA SITE REF", "x": "COORDINATES: EAST/WEST", "y": "COORDINATES: NORTH/SOUTH",
    "crs": "COORDINATE REFERENCE SYSTEM", "status": "PLANNING STATUS", "min_dwellings": "MINIMUM NET DWELLINGS",
    "max_dwellings": "MAXIMUM NET DWELLINGS",
}  # fmt: skip
#: Derbyshire's pupils of each phase for a home.
YIELDS = {"primary": 0.20, "secondary": 0.15, "post16": 0.06}
GROUPS = {
    "primary": ["n_reception", *(f"n_y{year}" for year in range(1, 7))],
    "secondary": [f"n_y{year}" for year in range(7, 12)],
    "post16": ["n_y12", "n_y13"],
}
MILE = 1609.344
REACH = {"primary": "2 miles", "secondary": "3 miles", "post16": "3 miles"}
YEARS = {"rolls_year": "2022/23", "places_year": 2015}


@pytest.fixture(scope="module")
def plan(gm):
    return pm.scenarios.schemes_from_register(
        pm.readers.brownfield(gm / "brownfield_rochdale_2018-12_raw_cp1252.csv", columns=COLUMNS)
    )


@pytest.fixture(scope="module")
def people(plan):
    return pm.scenarios.scheme_people(
        plan, pm.datasets.town().occupancy, yields=YIELDS, not_phased=2025,
        yield_source="Derbyshire County Council: 20, 15 and 6 pupils for 100 homes",
    )  # fmt: skip


@pytest.fixture(scope="module")
def schools(gm):
    """State-funded schools by phase; places are known of primary schools alone, and of 2015."""
    table = gpd.read_parquet(gm / "schools_2022_23.parquet")
    known = pd.read_parquet(gm / "primary_capacity_2015.parquet", columns=["laestab", "net_capacity"])
    capacity = known.assign(laestab=known["laestab"].astype(str)).set_index("laestab")["net_capacity"]
    table["school"] = table["laestab"].astype(str)
    parts = []
    for phase, groups in GROUPS.items():
        kind = "State-funded primary" if phase == "primary" else "State-funded secondary"
        mine = table[table["phase_type_grouping"] == kind]
        mine = mine.assign(phase=phase, planning_area=mine["ward_code"], pupils=mine[groups].sum(axis=1))
        mine["places"] = mine["school"].map(capacity) if phase == "primary" else np.nan
        parts.append(mine[mine["pupils"] > 0])
    return pd.concat(parts, ignore_index=True)[
        ["school", "phase", "planning_area", "la_name", "pupils", "places", "geometry"]
    ]


def points(plan):
    return gpd.GeoDataFrame(
        {"homes": [one.net[0] for one in plan]}, geometry=[one.site for one in plan], crs=plan.schemes[0].crs
    )


@pytest.mark.slow
def test_no_pupil_is_lost_whichever_way_areas_are_found(plan, people, schools, gm):
    wards = pm.read_areas(gm / "ward22.parquet").rename(columns={"wd22cd": "planning_area"})
    given = {"schools": schools, "unknown": "missing", **YEARS}
    found = {
        "nearest": pm.scenarios.school_places(people, plan, **given),
        "within": pm.scenarios.school_places(people, plan, within=REACH, **given),
        "alone": pm.scenarios.school_places(people, plan, alone=True, **given),
        # Wards stand in for planning areas; not each has a secondary school.
        "areas": pm.scenarios.school_places(people, plan, areas=wards, phases=["primary"], **given),
    }
    # 4,387 homes at 0.20, 0.15 and 0.06.
    wanted = {"primary": 877.4, "secondary": 658.05, "post16": 263.22}
    for way, table in found.items():
        sums = table.groupby("phase")["pupils_scheme"].sum().to_dict()
        assert sums == pytest.approx({name: wanted[name] for name in sums}, abs=1e-9)
        assert len(sums) == (1 if way == "areas" else 3)
        assert table["planning_area"].notna().all()
    primary = schools.loc[schools["phase"] == "primary", ["planning_area", "geometry"]].dropna(subset="geometry")
    near = points(plan).sjoin_nearest(primary)
    near = near[~near.index.duplicated()].groupby("planning_area")["homes"].sum() * 0.2
    ours = found["nearest"][found["nearest"]["phase"] == "primary"]
    assert ours.set_index("planning_area")["pupils_scheme"].to_dict() == pytest.approx(near.to_dict())
    inside = points(plan).sjoin(wards).groupby("planning_area")["homes"].sum() * 0.2
    assert found["areas"].set_index("planning_area")["pupils_scheme"].to_dict() == pytest.approx(inside.to_dict())


@pytest.mark.slow
def test_places_left_within_walking_distance_are_those_of_a_plain_count(plan, people, schools):
    found = pm.scenarios.school_places(
        people, plan, schools=schools, within=REACH, unknown="leave out", phases=["primary"], **YEARS
    ).set_index("schemes")
    known = schools[(schools["phase"] == "primary") & schools["places"].notna()].dropna(subset="geometry")
    every = schools[schools["phase"] == "primary"].dropna(subset="geometry")
    for one in plan:
        near = known[np.hypot(known.geometry.x - one.site.x, known.geometry.y - one.site.y) <= 2 * MILE]
        all_ = every[np.hypot(every.geometry.x - one.site.x, every.geometry.y - one.site.y) <= 2 * MILE]
        mine = found.loc[one.reference]
        left = near["places"].sum() - near["pupils"].sum()
        assert mine["left_without"] == pytest.approx(left, rel=1e-9)
        assert mine["left_with"] == pytest.approx(left - 0.2 * one.net[0], rel=1e-9)
        assert mine["schools_counted"] == len(near)
        over = near.loc[near["pupils"] > near["places"], "school"]
        assert set((mine["schools_over"] or "").split("; ")) - {""} == set(over)
        assert len((mine["schools_unknown"] or "").split("; ")) - (mine["schools_unknown"] is None) == len(all_) - len(
            near
        )


@pytest.mark.slow
def test_places_that_are_not_known_are_a_stated_policy(plan, people, schools):
    with pytest.raises(InvalidParameter, match="that would be counted are not known") as error:
        pm.scenarios.school_places(people, plan, schools=schools, within=REACH, **YEARS)
    open_ = schools[schools["places"].isna()]
    assert set(error.value.units) <= set(open_["school"])
    missing, left_out = (
        pm.scenarios.school_places(people, plan, schools=schools, within=REACH, unknown=policy, **YEARS)
        for policy in ("missing", "leave out")
    )
    for found in (missing, left_out):
        older = found[found["phase"] != "primary"]
        assert older[["places", "left_without", "left_with"]].isna().all().all()
        assert older["short"].isna().all()
        assert older["reason"].str.match("places (of|are known of none)|no post16 school is so near").all()
        assert older["sentence"].str.contains("is not known").all()
        assert older["pupils_scheme"].notna().all()
        # Only an area without any school has no years.
        assert set(found["rolls_year"]) == {"2022/23", None}
        assert set(found["places_year"]) == {"2015", None}
        note = found["note"].iloc[0]
        assert "Today's rolls (2022/23) and places (2015), no forecast" in note
        assert "Places are of another year than rolls" in note
    primary = missing["phase"] == "primary"
    # Most sites have a primary school nearby whose places are not known; leaving it out is another answer.
    assert missing.loc[primary, "left_with"].isna().sum() > 55
    assert left_out.loc[left_out["phase"] == "primary", "left_with"].notna().all()
    assert missing.loc[primary & missing["schools_unknown"].isna(), "left_with"].notna().all()


def test_schools_above_their_capacity_are_counted_as_elsewhere(people, plan, schools):
    """The same 275 of 789 primary schools as `gap_nearest` finds, taken off their area and not clipped."""
    whole = schools[(schools["phase"] == "primary") & schools["places"].notna()].dropna(subset="geometry")
    found = pm.scenarios.school_places(
        people, plan, schools=whole.assign(planning_area="Greater Manchester"), phases=["primary"], **YEARS
    )
    one = found.iloc[0]
    assert len(one["schools_over"].split("; ")) == 275
    assert one["left_without"] == whole["places"].sum() - whole["pupils"].sum()
    assert "275 schools have more pupils than places, which takes from their area" in one["note"]
    assert one["sentence"].startswith("By the rolls of 2022/23 and the places of 2015 ")


@pytest.mark.slow
def test_each_site_alone_beside_all_of_them(plan, people, schools):
    given = {"schools": schools, "unknown": "leave out", "phases": ["primary"], **YEARS}
    every, alone = (pm.scenarios.school_places(people, plan, alone=alone, **given) for alone in (False, True))
    # Together they take the last place of some wards; alone none does that so often.
    assert every["short"].sum() > alone.groupby("planning_area")["short"].any().sum()
    sums = alone.groupby("planning_area")["change"].sum()
    assert sums.reindex(every["planning_area"]).to_numpy() == pytest.approx(every["change"].to_numpy(), abs=1e-9)
    assert len(alone) >= 110


@pytest.mark.slow
def test_saved_and_verified(plan, people, schools, tmp_path):
    found = pm.scenarios.school_places(people, plan, schools=schools, within=REACH, unknown="leave out", **YEARS)
    assert pm.verify(found.save(tmp_path / "rochdale.zip")).same
