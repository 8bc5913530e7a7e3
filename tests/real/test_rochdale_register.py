"""Rochdale's register of brownfield land as a plan: every site checked, placed and counted."""

from __future__ import annotations

import pandas as pd
import pytest

import placemix as pm

pytestmark = pytest.mark.data

#: The register's own names; its header runs over two lines.
COLUMNS = {
    "reference": "LA SITE REF", "name": "NAME AND ADDRESS OF SITE", "link": "PLAN OF SITE",
    "x": "COORDINATES: EAST/WEST", "y": "COORDINATES: NORTH/SOUTH", "crs": "COORDINATE REFERENCE SYSTEM",
    "hectares": "AREA (HA)", "status": "PLANNING STATUS", "min_dwellings": "MINIMUM NET DWELLINGS",
    "max_dwellings": "MAXIMUM NET DWELLINGS", "last_updated": "DATE LAST UPDATED",
}  # fmt: skip
FILE = "brownfield_rochdale_2018-12_raw_cp1252.csv"


@pytest.fixture(scope="module")
def plan(gm):
    register = pm.readers.brownfield(gm / FILE, columns=COLUMNS)
    return pm.scenarios.schemes_from_register(register, areas=pm.read_areas(gm / "lsoa21.parquet"))


def test_sites_homes_and_problems(plan):
    assert len(plan) == 110
    assert sum(one.net[0] for one in plan) == sum(one.net[1] for one in plan) == 4_387
    assert {one.status for one in plan} == {"permissioned", "proposed"}
    told = [one.reference for one in plan if one.notes]
    assert sorted(told) == ["SH 0569", "SH 1159", "SH 2285"]
    (problem,) = [note for note in plan.notes if "map link" in note]
    assert problem.startswith("3 sites: its map link shows another place: ")
    for words in ("SH 0569 (10,775 m away)", "SH 2285 (348 m away)", "SH 1159 (604 m away)"):
        assert words in problem
    assert all(one.site is not None for one in plan)


def test_each_site_lies_in_an_area_of_the_district(plan, gm):
    areas = pm.read_areas(gm / "lsoa21.parquet")
    where = pm.scenarios.placed(plan, areas, unit="lsoa21cd")
    assert where["share"].tolist() == [1.0] * 110
    districts = areas.set_index("lsoa21cd")["lad22nm"].reindex(where["unit"])
    assert set(districts) == {"Rochdale"}
    joined = areas.sjoin(_points(plan), predicate="contains")
    assert dict(zip(joined["reference"], joined["lsoa21cd"], strict=True)) == dict(
        zip(where["reference"], where["unit"], strict=True)
    )


def _points(plan):
    import geopandas as gpd

    return gpd.GeoDataFrame(
        {"reference": [one.reference for one in plan]}, geometry=[one.site for one in plan], crs=plan.schemes[0].crs
    )


def test_pupils_need_no_mix_and_people_do(plan):
    # The town's homes, since no table by tenure and bedrooms is published for the district here.
    occupancy = pm.datasets.town().occupancy
    rates = {"primary": 0.2, "secondary": 0.15, "post16": 0.06}
    found = pm.scenarios.scheme_people(plan, occupancy, yields=rates, yield_source="Derbyshire", not_phased=2025)
    assert found["pupils_primary"].sum() == pytest.approx(877.4)
    assert found["people"].isna().all()
    assert set(found["reason"]) == {"no mix of tenures and bedrooms is stated or assumed"}
    mix = pd.DataFrame({"tenure": ["owner_occupied", "social_rent"], "bedrooms": [3, 2], "share": [0.7, 0.3]})
    found = pm.scenarios.scheme_people(plan, occupancy, mix=mix, not_phased=2025)
    cells = occupancy.assign(tenure=occupancy["tenure"].astype(str)).set_index(["tenure", "bedrooms"])
    people = cells.drop(columns="households").sum(axis=1) / cells["households"]
    each = 0.7 * people["owner_occupied", 3] + 0.3 * people["social_rent", 2]
    assert found["people"].sum() == pytest.approx(4_387 * each)


def test_permissions_from_before_the_census_are_not_taken_for_committed(plan):
    found = pm.scenarios.without(plan, census="2021-03-21", year=2030, unknown="exclude")
    assert found["role"].value_counts().to_dict() == {"proposed": 75, "unknown": 35}
    assert found["homes_high"].sum() == 0
    most = pm.scenarios.without(plan, census="2021-03-21", year=2030, unknown="include")
    permitted = sum(one.net[1] for one in plan if one.status == "permissioned")
    assert most["homes_high"].sum() == permitted > 0
    # As the register saw it, they were committed.
    then = pm.scenarios.without(plan, census=2011, year=2021, unknown="refuse")
    assert then.loc[then["counted"], "role"].unique().tolist() == ["committed"]
    assert then["homes_high"].sum() == permitted
