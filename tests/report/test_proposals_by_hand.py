"""The page of a check on hand-sized tables: what is absent says why, and names of any kind stand as they are."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from checked_town import ORDER, grid, headings, read, said, section
from shapely import Point, box

import placemix as pm

TENURES = ["own", "social", "private"]


def squares(values, groups, universe, names=None):
    many = len(values)
    table = pd.DataFrame(values, columns=groups).assign(
        unit=names or [f"u{n}" for n in range(many)], district=["north"] * (many - 1) + ["south"]
    )
    shapes = [box(n * 1000, 0, n * 1000 + 1000, 1000) for n in range(many)]
    return pm.from_wide(
        gpd.GeoDataFrame(table, geometry=shapes, crs=27700), groups=groups, unit="unit", strata=["district"],
        about={"universe": universe, "period": "2021", "source": "made up"},
    )  # fmt: skip


HOMES = [[80, 10, 10], [20, 60, 20], [40, 30, 30], [50, 40, 10]]
OCCUPANCY = pd.DataFrame({
    "tenure": ["own", "social", "private"], "bedrooms": [3, 2, 2], "households": [100, 80, 60], "0-15": [60, 60, 20],
    "16+": [200, 120, 100],
})  # fmt: skip


def known(homes=HOMES, groups=TENURES, name="The row", **more):
    given = {"census": 2021, "district": "district", "occupancy": OCCUPANCY, "occupancy_source": "made up"} | more
    return pm.scenarios.evidence(name, squares(homes, groups, "households"), **given)


def scheme(reference="26/1", x=1500, **more):
    given = {
        "homes": [{"tenure": "own", "bedrooms": 3, "count": 30}], "year": 2028, "site": Point(x, 500),
        "crs": "EPSG:27700", "status": "proposed", "as_of": "2026-01-01",
    } | more  # fmt: skip
    return pm.scenarios.scheme(reference, **given)


def drawn(schemes, evidence, **more):
    # Rings of the neighbourhood take most of a page's time; the town's page has them.
    return read(pm.report.of_check(pm.scenarios.check(schemes, evidence, **{"unknown": "refuse", "radii": []} | more)))


@pytest.mark.slow
def test_every_part_that_is_absent_says_why():
    page = drawn(scheme(), known())
    assert headings(page) == [one for one in ORDER if one not in {"Equality annex", "Figures of the whole district"}]
    for heading, why in (
        ("School places", "Not given: no pupil yields are given, and none is right everywhere."),
        ("Who gains access to what", "Ways to services are not given: no services are given."),
        ("Who gains access to what", "No service is part of what is proposed."),
        ("Places where people meet", "Not given: no services are given."),
        ("What comes anyway", "No other scheme is known, so that the place without is the place as it was counted."),
        (ORDER[-1], "One site hardly moves a figure of the whole district; such figures are for registers and plans."),
    ):
        assert any(said(one).endswith(why) for one in section(page, heading).iter("p"))
    yields = {"yields": {"primary": 0.2}, "yield_source": "a county"}
    page = drawn(scheme(), known(**yields))
    assert "Not given: no schools and no forecast of school places are given." in said(section(page, "School places"))
    page = drawn(scheme(homes=None, dwellings=20), known())
    assert "Not given: Tenure: no mix of tenures" in said(section(page, "The mix of the neighbourhood"))
    assert "How many people would come is not known of 1 scheme" in said(page)
    residents = squares([[100, 100]] * 4, ["x", "y"], "usual residents")
    page = drawn(scheme(), known(occupancy=None, occupancy_source=None, residents=residents))
    assert "how many are children is not known, as no ages are given" in said(page)
    assert grid(page, "Homes, people and children in all")["Children"].tolist() == ["–"]


def test_what_nobody_learnt_is_not_predictable():
    poor = squares([[20, 80], [60, 40], [30, 70], [50, 50]], ["deprived", "not deprived"], "households")
    page = drawn(scheme(), known(dimensions={"Household deprivation": poor}))
    told = said(section(page, "The mix of the neighbourhood"))
    assert "Who would come: not predictable from these data: nothing was learnt from places that grew" in told
    assert "range" not in " ".join(grid(page, "Household deprivation: shares").columns)
    assert "who would come is not predictable from these data, and no range is printed" in said(
        section(page, ORDER[-1])
    )


@pytest.mark.slow
def test_becoming_and_ceasing_to_be_defined_is_said():
    many = [{"tenure": "own", "bedrooms": 3, "count": 200}]
    told = said(section(drawn(scheme(homes=many), known()), "The mix of the neighbourhood"))
    # u1 has 20 of 100, and then 220 of 300; 1 km around it 320 of 500 and before 120 of 300.
    assert "u1 becomes defined by own (70% or more)." in told
    told = said(
        section(drawn(scheme(x=500, homes=[{"tenure": "social", "bedrooms": 2, "count": 40}]), known()), ORDER[2])
    )
    assert "u0 ceases to be defined by own (70% or more)." in told


@pytest.mark.slow
def test_a_kind_of_service_of_which_none_is_known_is_not_said_to_be_new():
    libraries = gpd.GeoDataFrame({"kind": ["library"], "service": ["Central"]}, geometry=[Point(3500, 500)], crs=27700)
    evidence = known(services=libraries)
    both_ = scheme(services=[{"kind": "library"}, {"kind": "youth club"}])
    told = said(section(drawn(both_, evidence), "Who gains access to what"))
    assert "have a library within 1 km" in told
    assert "No existing service is given of the kind youth club, so that who gains by a new one is not known." in told
    assert "Nobody reaches one without it" not in told
    told = said(section(drawn(scheme(services=[{"kind": "youth club"}]), evidence), "Who gains access to what"))
    assert "No existing service is given of the kind youth club" in told


@pytest.mark.slow
def test_a_school_that_turns_a_surplus_into_a_deficit_leads():
    schools = gpd.GeoDataFrame(
        {"school": ["A"], "phase": ["primary"], "planning_area": ["North"], "pupils": [95], "places": [100]},
        geometry=[Point(1500, 500)], crs=27700,
    )  # fmt: skip
    pupils = {"schools": schools, "unknown": "refuse", "rolls_year": 2022, "places_year": 2022}
    evidence = known(yields={"primary": 0.2}, yield_source="a county", pupils=pupils)
    page = drawn(scheme(), evidence)
    assert "A surplus of school places would turn into a deficit in North (primary)." in said(page)
    row = grid(page, "School places by planning area").iloc[0]
    assert (row["Left without"], row["Left with"]) == ("5", "−1")
    with_places = scheme(services=[{"kind": "primary school", "places": 30, "year": 2028}])
    page = drawn(with_places, evidence)
    assert grid(page, "School places by planning area").iloc[0]["Left with"] == "29"
    assert "There would be enough school places" in said(page)
    short = {**pupils, "schools": schools.assign(pupils=120)}
    page = drawn(scheme(), known(yields={"primary": 0.2}, yield_source="a county", pupils=short))
    assert "A deficit of 20 primary places in North would become one of 26." in said(page)


@pytest.mark.slow
def test_one_site_in_two_areas_and_a_plan_of_both_ends():
    page = drawn(scheme(site=box(1750, 0, 2750, 100)), known())
    assert len(grid(page, "Tenure: areas whose mix would change most")) == 2
    mix = pd.DataFrame({"tenure": ["own", "social"], "bedrooms": [3, 2], "share": [0.5, 0.5]})
    two = [scheme("a"), scheme("b", homes=None, dwellings=(10, 30))]
    page = drawn(two, known(mix=mix, mix_source="made up"), draws=19)
    assert grid(page, "Homes, people and children in all")["Homes"].tolist() == ["40 to 60"]
    assert grid(page, "Each of the 2 schemes")["Homes"].tolist() == ["30", "10 to 30"]
    assert "Two numbers: for the fewest and the most homes" in said(section(page, "Figures of the whole district"))


@pytest.mark.slow
def test_a_page_without_radii_districts_or_a_tenure_to_follow():
    page = drawn(scheme(), known(district=None), radii=[])
    assert list(grid(page, "Tenure: shares").columns) == ["Category", "Own area", "The row"]
    moved = scheme(services=[{"kind": "library"}], homes=None, dwellings=None)
    page = drawn(moved, known(), year=2030)
    assert "would bring a library." in said(page)


HOSTILE = [
    "<script>alert('x')</script>", "A & B <b>bold</b>", 'He said "no" & it\'s', "الرياض وسط المدينة",
    "Llanfairpwllgwyngyll" * 8, "{{ title }} {% raw %}",
]  # fmt: skip


@pytest.fixture(scope="module")
def hostile():
    """A check in which every name is one that could break a page."""
    groups = HOSTILE[:3]
    homes = squares([[80, 10, 10], [20, 60, 20], [40, 30, 30], [50, 40, 10]], groups, "households")
    ages = squares([[30, 170], [60, 140], [40, 160], [50, 150]], ["0-15", "16+"], "residents")
    schools = gpd.GeoDataFrame(
        {"school": HOSTILE[:1], "phase": ["primary"], "planning_area": HOSTILE[4:5], "pupils": [95], "places": [100]},
        geometry=[Point(1500, 500)], crs=27700,
    )  # fmt: skip
    services = gpd.GeoDataFrame(
        {"kind": [HOSTILE[1], HOSTILE[4]], "service": HOSTILE[2:4]},
        geometry=[Point(1500, 500), Point(2500, 500)], crs=27700,
    )  # fmt: skip
    others = [scheme(HOSTILE[0], name=HOSTILE[3], status="permissioned", homes=None, dwellings=4)]
    evidence = pm.scenarios.evidence(
        HOSTILE[0], homes, census=2021, district="district", dimensions={"Age": ages}, occupancy_source=HOSTILE[1],
        occupancy=OCCUPANCY.assign(tenure=groups), services=services, meeting=[HOSTILE[1], HOSTILE[4]],
        yields={"primary": 0.2}, yield_source=HOSTILE[5], names=dict(zip(homes.units, HOSTILE, strict=False)),
        pupils={"schools": schools, "unknown": "refuse", "rolls_year": 2022, "places_year": 2022}, others=others,
        sources=HOSTILE,
    )  # fmt: skip
    plan = scheme(
        "26/1", name=HOSTILE[5], homes=[{"tenure": groups[0], "bedrooms": 3, "count": 30}],
        services=[{"kind": HOSTILE[1], "name": HOSTILE[0]}],
    )  # fmt: skip
    return pm.scenarios.check(plan, evidence, unknown="refuse")


@pytest.mark.slow
def test_text_from_data_is_escaped(hostile, tmp_path):
    html = pm.report.of_check(hostile, title=HOSTILE[0], published_by=HOSTILE[1])
    page = read(html)
    assert list(page.iter("script")) == []
    assert list(page.iter("b")) == []
    assert said(page.find(".//h1")) == HOSTILE[0]
    whole = said(page)
    for text in HOSTILE:
        assert text in whole
    assert pm.report.of_check(hostile, out=tmp_path / "page.docx", title=HOSTILE[0]).is_file()
