"""Checks attacked: sums below nobody, claims that the numbers do not bear out, and everything once more by hand."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from row_evidence import EVERYTHING, write
from row_of_squares import TENURES, known, mixed, scheme, squares
from shapely import Point, box

import placemix as pm
from placemix.errors import (
    DuplicateUnit,
    InvalidConfig,
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    NotNumbers,
    RankedNoise,
    ReservedName,
    UnmatchedUnit,
)

AGES = [[30, 170], [60, 140], [40, 160], [50, 150]]
CONDITION = pd.Series({"u0": 1.0, "u1": 5, "u2": 3, "u3": 4})


def ages():
    return squares(AGES, ["0-15", "16+"], "residents")


def poor(values=((20, 80), (60, 40), (30, 70), (50, 50))):
    return squares([list(row) for row in values], ["deprived", "not deprived"], "households")


def schools(*, places=(110.0, np.nan)):
    table = {"school": ["A", "B"], "phase": "primary", "planning_area": ["PA", "PB"], "pupils": [100, 50]}
    points = [Point(500, 500), Point(3500, 500)]
    frame = gpd.GeoDataFrame(table | {"places": list(places)}, geometry=points, crs=27700)
    return {"schools": frame, "unknown": "missing", "rolls_year": 2021, "places_year": 2021}


def taught(**more):
    return known(yields={"primary": 0.25}, yield_source="made up", pupils=schools(), **more)


def checked(plan, evidence, **more):
    return pm.scenarios.check(plan, evidence, **{"unknown": "refuse", "radii": [], "draws": 49} | more)


def ranked(plan, evidence, objectives, **more):
    return pm.scenarios.rank(plan, evidence, objectives, **{"unknown": "refuse", "radii": []} | more)


def said(found, words):
    return any(words in text for text in found.assumptions)


def test_schemes_that_together_pull_down_more_than_there_is_are_refused_by_their_unit():
    homes = known().homes
    rows = pd.DataFrame({"unit": ["u1", "u1"], "plan": "a", "social": [-40, -40]})
    for verb, options in (
        (pm.scenarios.neighbourhood_effects, {"radii": [], "together": "plan"}),
        (pm.scenarios.plan_effects, {"measures": "information_theory", "plan": "plan", "draws": 9}),
    ):
        with pytest.raises(InvalidCounts, match=r"together take more .*u1"):
            verb(homes, rows, **options)
    # One of each plan is as many as there are.
    alone = pm.scenarios.neighbourhood_effects(homes, rows.assign(plan=["a", "b"]), radii=[], together="plan")
    assert (alone["people_after"] >= 0).all()
    pulled = [{"tenure": "social", "bedrooms": 2, "count": 40}]
    with pytest.raises(InvalidCounts, match="u1"):
        checked([scheme(name, demolished=pulled, homes=[]) for name in "ab"], known())


def test_rows_that_name_no_plan_are_refused_and_names_are_texts():
    homes = known().homes
    rows = pd.DataFrame({"unit": ["u1", "u1", "u2"], "plan": ["a", None, "a"], "social": [4, 5, 6]})
    with pytest.raises(InvalidTable, match=r"1 row has no name in 'plan'.*row 2"):
        pm.scenarios.plan_effects(homes, rows, "information_theory", plan="plan", draws=9)
    with pytest.raises(InvalidTable, match="row 2"):
        pm.scenarios.neighbourhood_effects(homes, rows, radii=[], together="plan")
    found = pm.scenarios.plan_effects(
        homes, rows.assign(plan=["1", 1, "2"]), "information_theory", plan="plan", draws=9
    )
    assert found["plan"].tolist() == ["1", "2"]
    assert found["people_added"].tolist() == [9, 6]


@pytest.mark.slow
def test_figures_that_are_not_defined_have_no_verdict():
    homes = squares([[80, 0, 10], [20, 0, 20], [40, 0, 30], [50, 40, 10]], TENURES, "households")
    plan = [scheme(name, homes=[{"tenure": "own", "bedrooms": 3, "count": 5}]) for name in "ab"]
    evidence = replace(known(condition=CONDITION), homes=homes)
    rows = checked(plan, evidence)["indices"].set_index("measure")
    # Nobody in the district rents from a council.
    assert rows["change"].isna().all()
    assert rows["beyond_chance"].isna().all()
    assert rows["verdict"].isna().all()
    assert rows["reason"].notna().all()
    page = pm.report.of_check(checked(plan, evidence))
    assert "not defined" in page


def test_a_place_gap_says_what_it_leaves_out():
    plan = [scheme(name, homes=[{"tenure": "own", "bedrooms": 3, "count": 5}]) for name in "ab"]
    with pytest.warns(pm.errors.IncompleteCondition):
        rows = checked(plan, known(condition=CONDITION.drop("u2")))["indices"].set_index("measure")
    gap = rows.loc["place_gap"]
    assert gap["note"] == "100 homes are in places whose condition is not known, and are left out."
    assert (gap["before"], gap["after"]) == pytest.approx(
        ((10 + 60 * 5) / 70 - (90 + 40 * 5) / 130, (10 + 60 * 5) / 70 - (90 + 50 * 5) / 140)
    )
    # The other figures stand where the condition is of another district alone.
    rows = checked(plan, known(condition=CONDITION[["u3"]]))["indices"].set_index("measure")
    assert rows.loc["place_gap", ["before", "verdict"]].isna().all()
    assert "no unit of the district" in rows.loc["place_gap", "reason"]
    assert rows.loc["isolation", "after"] > 0


@pytest.mark.slow
def test_movers_leave_for_what_comes_anyway_as_well():
    homes = [{"tenure": "own", "bedrooms": 3, "count": 100}]
    other = scheme("x", 500, status="under construction", internal=1.0, homes=homes)
    found = checked(scheme(), known(others=[other], dimensions={"Age": ages()}))
    district = mixed(found, "u1", "district", "0-15", "Age")
    # All 260 people come from within: nobody is there twice.
    assert district["everyone_before"] == pytest.approx(600)
    assert district["people_before"] == pytest.approx(130 + 60 - 260 * 130 / 600)
    half = checked(
        scheme(year=2030),
        known(others=[replace(other, phasing=pd.Series({2019: 0.5, 2029: 0.5}))], dimensions={"Age": ages()}),
    )
    district = mixed(half, "u1", "district", "0-15", "Age")
    assert district["people_before"] == pytest.approx(130 + 30 - 130 * 130 / 600)


def test_notes_on_what_comes_anyway_are_true_of_its_numbers():
    others = [
        scheme("part", homes=None, dwellings=100, year=None, phasing={2020: 50, 2028: 50}, status="under construction"),
        pm.scenarios.Scheme(
            reference="number", status="under construction", site=Point(1200, 500), crs="EPSG:27700", as_of="2026-01-01"
        ),
        scheme("away", 90_000, status="under construction"),
        scheme("edge", site=box(-500, 0, 500, 100), status="under construction"),
        scheme("school", 500, status="permissioned", services=[{"kind": "primary school", "places": 60}]),
    ]
    evidence = known(others=others, dimensions={"Age": ages()}, occupancy=None, occupancy_source=None)
    found = checked(scheme(), evidence)
    # Half of them were counted in 2021, and of one nobody knows how many there are.
    assert said(found, "50 homes that come anyway are of no known tenure, and in no table of tenure: part.")
    assert said(found, "Without a number of homes, of those that come anyway: number.")
    assert said(found, "Partly outside the map, with all of their homes counted inside: edge.")
    assert said(found, "On both sides, as coming anyway by 2028: 3 other schemes.")
    assert said(found, "on neither side, unless the tables of services and schools hold them: school.")


def test_homes_that_were_counted_already_are_refused():
    done = scheme("done", status="completed", year=2015)
    partly = scheme("partly", year=None, phasing={2020: 10, 2028: 30})
    for verb in (checked, lambda plan, evidence: ranked(plan, evidence, {"homes": "more"})):
        with pytest.raises(InvalidParameter, match=r"2 schemes have homes .* by the end of 2021.*done, partly"):
            verb([done, partly, scheme("new")], known())
    assert checked(scheme(year=2022), known(census="2021-03-21"))["people"]["homes"].iloc[0] == 40
    with pytest.raises(InvalidParameter, match="census"):
        known(census="21-03-2021")


@pytest.mark.slow
def test_what_is_in_none_of_it_is_said():
    plan = [
        scheme("late", year=None, phasing={2027: 10, 2031: 30}), scheme("old", as_of="2018-12-05"),
        scheme("out", 90_000), scheme("edge", site=box(-500, 0, 500, 100)),
        scheme("built", year=None, status="completed"),
    ]  # fmt: skip
    found = checked(plan, known(), year=2028, outside="leave out")
    assert said(found, "in no neighbourhood or figure of the district: out.")
    assert said(found, "counted inside: edge.")
    assert said(found, "completed after 2028 are in none of this; some are of late.")
    assert said(found, "As they stood before the census: 1 scheme.")
    assert said(found, "Completed in a year that is not known: 1 scheme.")
    alone = checked(plan[2], known(dimensions={"Poor": poor()}), outside="leave out")
    assert alone.absent["mix"] == "Tenure: it has no place on the map; Poor: it has no place on the map."
    assert "has a place" in checked([plan[2], scheme("too", 80_000)], known(), outside="leave out").absent["indices"]
    # A site that is not on the map has no nearest school.
    rows = checked([scheme("in", 500), plan[2]], taught(), outside="leave out")["schools"]
    assert rows.loc[rows["planning_area"].isna(), "schemes"].tolist() == ["out"]
    assert "outside the units" in rows.loc[rows["planning_area"].isna(), "reason"].iloc[0]
    assert rows["pupils_scheme"].sum() == pytest.approx(20)


def test_ages_that_straddle_sixteen_give_people_and_no_children():
    bands = squares([[30, 50, 120], [60, 30, 110], [40, 20, 140], [50, 10, 140]], ["0-14", "15-19", "20+"], "residents")
    found = checked(scheme(), known(dimensions={"Age": bands}, occupancy=None, occupancy_source=None))
    assert found["people"]["people"].iloc[0] == pytest.approx(80)
    assert found["people"]["children"].isna().all()
    assert said(found, "not told apart at 16")
    # Nobody knows who lives in such homes: all have the mean of everybody.
    assert set(found["mix"].loc[found["mix"]["dimension"] == "Age", "newcomers"]) == {
        "as in the mean household of the evidence"
    }
    faith = squares([[100, 100]] * 4, ["children", "homes"], "residents")
    rows = checked(scheme(), known(dimensions={"Groups": faith}))["mix"]
    # Their names are those of columns of people, and none of their numbers.
    own = rows[(rows["dimension"] == "Groups") & (rows["scale"] == "unit") & (rows["group"] == "homes")].iloc[0]
    assert own["people_after"] == pytest.approx(100 + found_people() / 2)


def found_people():
    return 30 * 2.6 + 10 * 2.25


def test_faults_of_evidence_that_would_be_silent_or_raw():
    away = poor()
    strata = away.strata.assign(district=["south", "south", "south", "north"])
    odd = squares([[1, 2]] * 4, ["case", "y"], "households")
    with pytest.raises((ReservedName, UnmatchedUnit, InvalidTable)) as caught:
        known(
            dimensions={"Poor": replace(away, strata=strata), "Odd": odd}, condition=CONDITION.astype(object).replace(
                {5.0: "five"}
            ), pupils={"rolls_yr": 2021, "committed": 1}, annex={"tenure": 1},
        )  # fmt: skip
    text = str(caught.value)
    for words in (
        "Poor puts units into other districts", "u3", "names that results need: 'case'", "no numbers",
        "'rolls_yr', 'committed'", "Did you mean 'rolls_year'?", "annex= holds",
    ):  # fmt: skip
        assert words in text
    with pytest.raises(DuplicateUnit, match="u1"):
        known(condition=pd.Series([1, 2, 3.0, 4], index=["u0", "u1", "u1", "u2"]))
    with pytest.raises(NotNumbers, match="u0"):
        known(condition=pd.Series(["a", 2, 3.0, 4], index=["u0", "u1", "u2", "u3"]))
    with pytest.raises(InvalidTable, match="must be a column by unit id"):
        known(condition=pd.DataFrame({"x": [1.0]}))
    point = gpd.GeoDataFrame({"kind": [None], "service": ["l"]}, geometry=[Point(3500, 500)], crs=27700)
    for services, words in (
        (point, "1 service has no kind. .row 1"),
        (point.drop(columns="kind"), "no column 'kind'"),
        ("library", "not a str"),
    ):
        with pytest.raises(InvalidTable, match=words):
            known(services=services)
    with pytest.raises(InvalidTable, match="Evidence is needed, not a str"):
        checked(scheme(), "evidence")
    assert known(meeting="library").meeting == ("library",)
    assert "1 km" in set(checked(scheme(), known(), radii="1 km")["mix"]["scale"])
    for name in ("homes", "occupied", "share", "reference"):
        homes = squares([[80, 10, 10]] * 4, [name, "social", "private"], "households")
        with pytest.raises(ReservedName, match=name):
            pm.scenarios.evidence("x", homes, census=2021, district="district")


def test_ids_may_be_numbers():
    shapes = [box(n * 1000, 0, n * 1000 + 1000, 1000) for n in range(2)]
    table = pd.DataFrame([[80, 10, 10], [20, 60, 20]], columns=TENURES).assign(unit=[1, 2])
    homes = pm.from_wide(
        gpd.GeoDataFrame(table, geometry=shapes, crs=27700), groups=TENURES, unit="unit",
        about={"universe": "households"},
    )  # fmt: skip
    base = known()
    evidence = pm.scenarios.evidence(
        "x", homes, census=2021, focal="social", occupancy=base.occupancy, occupancy_source="made up",
        condition=pd.Series({1.0: 3, 2.0: 4}), names={1.0: "One"},
    )  # fmt: skip
    found = checked([scheme("a", 500), scheme("b")], evidence)
    gap = found["indices"].set_index("measure").loc["place_gap"]
    assert gap["before"] == pytest.approx((30 + 240) / 70 - (270 + 160) / 130)
    assert found.named("1") == "One"


@pytest.mark.slow
def test_the_annex_takes_movers_from_the_district_and_counts_what_comes_anyway(tmp_path):
    learnt = pd.DataFrame({"group": ["x", "y"]}).assign(
        growth_from=0.0, growth_to=np.inf, growth_largest=9.0, lower=-0.4, upper=0.4, level=0.9, coverage=0.88,
        mean_error=0.03, mean_error_no_change=0.02,
    )  # fmt: skip
    evidence = pm.scenarios.read_evidence(write(tmp_path))
    evidence = replace(evidence, others=(), calibrations={"residents": learnt})
    homes = [{"tenure": "own", "bedrooms": 3, "count": 60}, {"tenure": "social", "bedrooms": 2, "count": 30}]
    plan = scheme(site=Point(401_500, 400_500), internal=0.5, vacancy=0.03, homes=homes)
    found = checked(plan, evidence, annex="equality")
    people = found["people"].iloc[-1]
    totals, labels = evidence.people.totals, evidence.people.strata["district"].to_numpy()
    unit = found["where"]["unit"].iloc[0]
    district = totals[labels == labels[evidence.people.units.get_loc(unit)]]
    leaving = people["from_internal"] * totals[unit] / district.sum()
    assert found["equality"]["added"].iloc[0] == pytest.approx(people["people"] - leaving)
    homes = [{"tenure": "own", "bedrooms": 2, "count": 200}]
    other = pm.scenarios.scheme(
        "o", homes=homes, year=2025, site=plan.site, crs=plan.crs, status="under construction", as_of="2026-01-01"
    )
    more = checked(plan, replace(evidence, others=(other,)), annex="equality")
    came = checked(replace(other, status="proposed"), evidence)["people"]["people"].iloc[-1]
    now = found["equality"]["people_now"].iloc[0]
    assert more["equality"]["people_now"].iloc[0] == pytest.approx(now + came)


@pytest.mark.slow
def test_rank_gives_what_a_check_of_each_scheme_gives():
    own = scheme("own", 500, services=[{"kind": "primary school", "places": 30, "year": 2028}])
    split = scheme("split", site=box(800, 0, 1800, 10))
    pulled = [{"tenure": "social", "bedrooms": 2, "count": 50}]
    gone = scheme("gone", site=box(1500, 0, 2600, 10), demolished=pulled)
    evidence = taught(condition=CONDITION)
    plan = [own, split, gone, scheme("plain", 500)]
    wanted = {"left_primary": "more", "from_district_unit": "less", "isolation_change": "less"}
    found = ranked(plan, evidence, wanted, radii=["1.2 km"], below_chance=True).set_index("reference")
    for one in plan:
        alone = checked(one, evidence, radii=["1.2 km"])
        unit = found.loc[one.reference, "unit"]
        for scale in ("unit", "1.2 km"):
            rows = alone["mix"]
            rows = rows[(rows["unit"] == unit) & (rows["scale"] == scale)]
            assert found.loc[one.reference, f"from_district_{scale}"] == pytest.approx(
                rows["from_district_after"].abs().sum() / 2
            )
            assert found.loc[one.reference, f"diversity_{scale}"] == pytest.approx(1 - (rows["share_after"] ** 2).sum())
        left = alone["schools"]["left_with"].min(skipna=False)
        assert found.loc[one.reference, "left_primary"] == pytest.approx(left, nan_ok=True)
        # Figures are those of the district, also of a scheme that lies in several units.
        both = [one, scheme("nothing", homes=None, services=[{"kind": "x"}])]
        figures = checked(both, evidence)["indices"].set_index("measure")
        assert found.loc[one.reference, "isolation"] == pytest.approx(figures.loc["isolation", "after"])
        assert found.loc[one.reference, "isolation_change"] == pytest.approx(figures.loc["isolation", "change"])
        assert found.loc[one.reference, "place_gap"] == pytest.approx(figures.loc["place_gap", "after"])


def test_the_fewest_places_are_not_known_where_those_of_one_area_are_not():
    areas = gpd.GeoDataFrame(
        {"planning_area": ["PA", "PB"], "phase": "primary"}, geometry=[box(0, 0, 2000, 9), box(2000, 0, 4000, 9)],
        crs=27700,
    )  # fmt: skip
    evidence = known(yields={"primary": 0.25}, yield_source="made up", pupils=schools() | {"areas": areas})
    plan = [scheme("both", site=box(0, 0, 4000, 9)), scheme("one", 700, site=Point(700, 5))]
    found = ranked(plan, evidence, {"left_primary": "more"}).set_index("reference")
    assert np.isnan(found.loc["both", "left_primary"])
    assert found.loc["both", "reason"] == "left_primary: places of 1 school are not known (B)"
    assert found.loc["one", "left_primary"] == pytest.approx(0)


@pytest.mark.slow
def test_planning_areas_may_be_looked_up_by_unit():
    lookup = pd.DataFrame(
        {"unit": ["u0", "u1", "u2", "u3"], "phase": "primary", "planning_area": ["PA", "PA", "PB", "PB"]}
    )
    pupils = schools(places=(110, 90)) | {"lookup": lookup}
    other = scheme("o", 3500, status="under construction")
    evidence = known(yields={"primary": 0.25}, yield_source="made up", pupils=pupils, others=[other])
    rows = checked(scheme(site=box(0, 0, 4000, 9)), evidence)["schools"].set_index("planning_area")
    assert rows["left_with"].to_dict() == {"PA": 10 - 5, "PB": 40 - 10 - 5}
    found = ranked([scheme("a", 500), scheme("b", 3500)], evidence, {"left_primary": "more"})
    assert found.set_index("reference")["left_primary"].to_dict() == {"a": 0, "b": 20}


@pytest.mark.slow
def test_further_columns_and_chance_in_rank():
    plan = [
        scheme(name, homes=[{"tenure": "own", "bedrooms": 3, "count": many}]) for name, many in (("a", 40), ("b", 90))
    ]
    cost = pd.DataFrame({"reference": ["a", "a"], "cost": [1.0, 2.0]})
    with pytest.raises(DuplicateUnit, match="a"):
        ranked(plan, known(), {"cost": "less"}, further=cost)
    with pytest.raises(UnmatchedUnit, match="c"):
        ranked(plan, known(), {"cost": "less"}, further=cost.assign(reference=["a", "c"]))
    big = [scheme(name, homes=[{"tenure": "own", "bedrooms": 3, "count": 900}]) for name in ("a", "b")]
    big[1] = scheme("b", homes=[{"tenure": "own", "bedrooms": 3, "count": 899}])
    column = "information_theory_change"
    # They differ by less than chance would make them differ, whatever is said to count.
    found = ranked(big, known(), {column: "less"}, least={column: 0.0}, draws=99)
    assert found["front"].all()
    # Homes of the mix of the whole change D by the same factor wherever they are: it cannot order them (T7).
    zones = squares([[80, 20], [20, 80], [0, 100], [20, 80]], ["x", "y"], "households")
    base = known()
    occupancy = pd.DataFrame({"tenure": ["x", "y"], "bedrooms": 2, "households": 1.0, "16+": 1.0})
    evidence = pm.scenarios.evidence(
        "Toyville", zones, census=2021, focal="x", occupancy=occupancy, occupancy_source="T7"
    )
    mix = [{"tenure": "x", "bedrooms": 2, "count": 30}, {"tenure": "y", "bedrooms": 2, "count": 70}]
    plan = [scheme(f"zone {place + 1}", place * 1000 + 500, homes=mix) for place in range(4)]
    wanted = {"dissimilarity": "less", "information_theory": "less", "correlation_ratio": "less"}
    found = ranked(plan, evidence, wanted, below_chance=True).set_index("reference").sort_index()
    assert found["dissimilarity"].round(5).tolist() == [0.47619] * 4
    assert found["information_theory"].round(4).tolist() == [0.2217, 0.3041, 0.2317, 0.3041]
    assert found["correlation_ratio"].round(4).tolist() == [0.2238, 0.3381, 0.3000, 0.3381]
    small = [scheme(name, homes=[{"tenure": "own", "bedrooms": 3, "count": 1}]) for name in "ab"]
    with pytest.raises(RankedNoise):
        ranked(small, base, {"isolation_change": "less"}, draws=49)


@pytest.mark.slow
def test_one_scheme_that_loses_homes_does_not_hide_the_newcomers_of_others():
    library = gpd.GeoDataFrame({"kind": ["library"], "service": ["l"]}, geometry=[Point(3500, 500)], crs=27700)
    evidence = known(services=library, meeting=["library"], dimensions={"Age": ages()})
    bringing = scheme("L", 500, services=[{"kind": "library", "year": 2028}, {"kind": "youth club"}])
    pulled = [{"tenure": "social", "bedrooms": 2, "count": 20}]
    losing = scheme("less", 2500, homes=[{"tenure": "own", "bedrooms": 3, "count": 1}], demolished=pulled)
    found = checked([bringing, losing], evidence)
    gained = found["gained"]
    assert {"newcomers", "residents", "all"} <= set(gained.loc[gained["reference"] == "L", "population"])
    assert "No newcomers are given of less." in gained["note"].iloc[0]
    assert "no existing service is given of the kind youth club" in gained["note"].iloc[0].lower()
    other = known(services=library, meeting=["libary"])
    assert "libary" in checked(scheme(), other).absent["meeting"]


@pytest.mark.slow
def test_rows_of_files_that_would_be_lost_without_a_word(tmp_path):
    known_file = write(tmp_path)
    for old, new, words in (
        ('where = { what = ["gp"] }', 'where = { what = ["gpp"] }', r"no row whose 'what' is 'gpp'.*Did you mean 'gp'"),
        ('where = { kind = "state" }', 'where = { kind = ["state", "T"] }', r"no row whose 'kind' is 'T'"),
        ('phases = { P = "primary"', 'phases = { p = "primary"', r"no school whose 'stage' is 'p'.*'P'"),
    ):
        assert old in EVERYTHING
        known_file.write_text(EVERYTHING.replace(old, new), encoding="utf-8")
        with pytest.raises(InvalidConfig, match=words):
            pm.scenarios.read_evidence(known_file)
    services = gpd.read_file(tmp_path / "services.gpkg")
    lost = services[services["what"] == "library"].set_geometry([None], crs=services.crs)
    pd.concat([services, lost, lost]).to_file(tmp_path / "services.gpkg")
    known_file.write_text(EVERYTHING, encoding="utf-8")
    evidence = pm.scenarios.read_evidence(known_file)
    found = checked(scheme(site=Point(401_500, 400_500)), evidence, unknown="exclude")
    assert said(found, "Of services.gpkg, for library, 2 rows have no place and are no service here.")


@pytest.mark.slow
def test_claims_about_movers_and_who_comes():
    moved = scheme(internal=0.5)
    assert said(checked(moved, known()), "No table of people is given that they could be taken from.")
    assert said(checked(moved, known(dimensions={"Age": ages()})), "They leave units in proportion")
    groups = squares([[100, 100]] * 4, ["x", "y"], "residents")
    found = checked(moved, known(dimensions={"Age": ages(), "Kind": groups}))
    # Of ages the plan tells who comes; of other groups of people it is the district's mix.
    assert said(found, "the district's mix of today in Kind:")
    with pytest.raises(InvalidParameter, match="foretold by a range"):
        checked(scheme(), known(dimensions={"Age": ages()}))["ranges"]


def test_a_district_in_which_nobody_lives():
    values = [[80, 10, 10], [20, 60, 20], [40, 30, 30], [0, 0, 0]]
    evidence = replace(
        known(dimensions={"Poor": poor(((20, 80), (60, 40), (30, 70), (0, 0)))}),
        homes=squares(values, TENURES, "households"),
    )
    rows = checked(scheme(x=3500), evidence)["mix"]
    assert rows["dimension"].unique().tolist() == ["Tenure"]
    assert rows["note"].iloc[0] == "Not here, Poor: who would come is not known."
    empty = squares([*AGES[:3], [0, 0]], ["0-15", "16+"], "residents")
    with pytest.raises(InvalidParameter, match="where nobody lives"):
        checked(scheme(x=3500, internal=0.5), replace(evidence, dimensions={"Age": empty}))


@pytest.mark.slow
def test_nothing_hangs_on_the_order_of_rows_and_nothing_is_changed():
    evidence = known(dimensions={"Age": ages(), "Poor": poor()}, condition=CONDITION)
    order = np.array([2, 0, 3, 1])
    other = known(
        dimensions={"Age": ages().take(order), "Poor": poor().take(order[::-1])}, condition=CONDITION.iloc[::-1],
        occupancy=evidence.occupancy.iloc[::-1],
    )  # fmt: skip
    plan = [scheme("a", 500, internal=0.5), scheme("b", site=box(1500, 0, 3500, 10), vacancy=0.2)]
    before = evidence.occupancy.copy(), evidence.homes.values.copy()
    tables = [checked(these, on) for these in (plan, plan[::-1]) for on in (evidence, other)]
    for part, keys in (
        ("mix", ["dimension", "unit", "scale", "group"]), ("indices", ["measure"]),
        ("ranges", ["dimension", "unit", "group"]),
    ):  # fmt: skip
        rows = [found[part].drop(columns="source").sort_values(keys).reset_index(drop=True) for found in tables]
        for one in rows[1:]:
            pd.testing.assert_frame_equal(pd.DataFrame(rows[0]), pd.DataFrame(one), rtol=1e-9)
    pd.testing.assert_frame_equal(evidence.occupancy, before[0])
    assert (evidence.homes.values == before[1]).all()


@pytest.mark.slow
@settings(max_examples=8)
@given(
    built=st.lists(st.tuples(st.sampled_from(TENURES), st.integers(1, 60)), min_size=1, max_size=4),
    left=st.floats(200, 2900),
    wide=st.floats(1, 1100),
    vacancy=st.floats(0, 1),
    internal=st.floats(0, 1),
    pulled=st.integers(0, 9),
    later=st.integers(0, 1),
)
def test_the_mix_of_everything_by_a_program_of_its_own(built, left, wide, vacancy, internal, pulled, later):
    bedrooms = {"own": 3, "social": 2, "private": 2}
    each = {"own": [0.6, 2.0], "social": [0.75, 1.5], "private": [20 / 60, 100 / 60]}
    homes = [{"tenure": one, "bedrooms": bedrooms[one], "count": many} for one, many in built]
    down = [{"tenure": "social", "bedrooms": 2, "count": pulled}] if pulled else []
    net = sum(many for _, many in built) - pulled
    if net <= 0:
        return
    first = net // 2 if later else net
    phasing = {2027: first, 2033: net - first} if net > first else {2027: net}
    plan = scheme(
        homes=homes, demolished=down, year=None, phasing=phasing, site=box(left, 0, left + wide, 10),
        vacancy=vacancy, internal=internal,
    )  # fmt: skip
    evidence = known(dimensions={"Age": ages(), "Poor": poor()})
    found = checked(plan, evidence, year=2030, radii=["1.2 km"])["mix"]
    done = first / net
    share = {n: (min(left + wide, n * 1000 + 1000) - max(left, n * 1000)) / wide for n in range(4)}
    share = {n: part for n, part in share.items() if part > 1e-9}
    tables = {
        "Tenure": np.array(evidence.homes.values, dtype=float), "Age": np.array(AGES, dtype=float),
        "Poor": np.array(poor().values, dtype=float),
    }  # fmt: skip
    came = {name: np.zeros_like(table) for name, table in tables.items()}
    live, people, new = (1 - vacancy) * done, np.zeros(2), 0.0
    kinds = np.zeros(3)
    for one, many, sign in [*((one, many, 1) for one, many in built), ("social", pulled, -1)]:
        kinds[TENURES.index(one)] += sign * many * live
        people += sign * many * live * np.array(each[one])
        new += many * live * sum(each[one]) * (sign > 0)
    north = [0, 1, 2]
    for n, part in share.items():
        came["Tenure"][n] += kinds * part
        came["Age"][n] += people * part
        own = north if n < 3 else [3]
        mix = tables["Poor"][own].sum(axis=0)
        came["Poor"][n] += kinds.sum() * part * mix / mix.sum()
        came["Age"][own] -= internal * new * part * tables["Age"][own] / tables["Age"][own].sum()
    for row in found.itertuples():
        n = int(row.unit[1:])
        where = {
            "unit": [n], "1.2 km": [m for m in range(4) if abs(m - n) <= 1], "district": north if n < 3 else [3]
        }[row.scale]  # fmt: skip
        table, more = tables[row.dimension], came[row.dimension]
        column = {"Tenure": TENURES, "Age": ["0-15", "16+"], "Poor": ["deprived", "not deprived"]}[row.dimension]
        at = column.index(row.group)
        then = (table + more)[where]
        assert row.people_before == pytest.approx(table[where, at].sum())
        assert row.people_after == pytest.approx(then[:, at].sum(), abs=1e-7)
        assert row.share_after == pytest.approx(then[:, at].sum() / then.sum(), abs=1e-9)
    assert set(found["unit"]) == {f"u{n}" for n in share}
