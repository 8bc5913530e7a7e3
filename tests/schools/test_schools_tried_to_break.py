"""What was found by trying to break the rooms of schools, so that it stays mended."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

import placemix as pm
from placemix.cli import school_pages
from placemix.errors import (
    CRSMismatch,
    DuplicateUnit,
    GeographicCRS,
    InvalidParameter,
    InvalidTable,
    UnmatchedUnit,
)
from placemix.readers.schools.flow_tables import flows as read_flows
from placemix.readers.schools.pupil_tables import pupils as read_pupils
from placemix.report.sections import school_by_school, school_standing

PUPILS = pd.DataFrame(
    {
        "pupil": [1.0, 2.0, 3.0],  # as a spreadsheet with a gap gives ids
        "group": ["x", "y", "x"],
        "catchment": [105142.0, np.nan, 105143.0],
        "church": pd.array([True, None, False], dtype="boolean"),
        "x": [0.0, 1.0, 2.0],
        "y": 0.0,
    }
)
SCHOOLS = pd.DataFrame(
    {"school": [105142, 105143], "places": [1, 2], "church": [True, False], "x": [0.0, 5.0], "y": 0.0}
)


def rolls(x: list[float], y: list[float], at: list[float], crs: int = 27700, **strata: list[str]) -> pm.Counts:
    table = pd.DataFrame({"x": x, "y": y, **strata}).assign(school=[f"s{n:03d}" for n in range(len(x))])
    shapes = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(at, [0] * len(at)), crs=crs)
    return pm.from_wide(shapes, groups=["x", "y"], unit="school", strata=list(strata))


def test_ids_that_are_numbers_in_one_table_and_text_in_another() -> None:
    wishes = pm.schools.simulate_preferences(
        PUPILS, SCHOOLS, coefficients={"distance_km": -1.0}, group="group",
        matches={"own": ("catchment", "school"), "faith": ("church", "church")},
    )  # fmt: skip
    assert set(wishes["pupil"]) == {"1", "2", "3"}
    pairs = wishes.set_index(["pupil", "school"])
    assert pairs.index[pairs["own"]].tolist() == [("1", "105142"), ("3", "105143")]
    # A match of truths is where both are true, whatever is missing.
    assert pairs.index[pairs["faith"]].tolist() == [("1", "105142")]
    texts = pd.DataFrame({"pupil": ["1", "2", "3"], "school": ["105142", "105142", "105143"], "rank": 1, "far": 1.0})
    for ids in (texts, texts.astype({"pupil": float, "school": float}), texts.astype({"school": int})):
        market = pm.schools.market(PUPILS, SCHOOLS, ids, group="group", criteria=[], distance="far")
        assert market.schools.tolist() == ["105142", "105143"]
    twice = pd.concat([PUPILS.astype({"pupil": object}), PUPILS.head(1).assign(pupil="1")])
    with pytest.raises(DuplicateUnit):
        pm.schools.market(twice, SCHOOLS, texts, group="group", criteria=[])


def test_truths_of_objects_match_as_truths_do() -> None:
    pupils = PUPILS.assign(church=pd.Series([True, None, False], dtype=object))
    asked = {"coefficients": {"distance_km": -1.0}, "group": "group", "matches": {"faith": ("church", "church")}}
    one, other = (pm.schools.simulate_preferences(table, SCHOOLS, **asked)["faith"] for table in (PUPILS, pupils))
    assert one.tolist() == other.tolist()


def test_times_and_buses_whose_ids_are_numbers() -> None:
    homes = gpd.GeoDataFrame(
        {"unit": [1.0, 2.0], "x": 5, "y": 5}, geometry=gpd.points_from_xy([0, 9], [0, 0]), crs=27700
    )
    children = pm.from_wide(homes, groups=["x", "y"], unit="unit")
    schools = gpd.GeoDataFrame({"school": [105142.0]}, geometry=gpd.points_from_xy([0], [0]), crs=27700)
    times = pd.DataFrame({"unit": [1.0, 2.0], "school": [105142, 105142], "minutes": [5, 7]})
    found = pm.schools.access(children, schools, minutes=6, times=times)
    assert (
        found.loc[(found["statistic"] == "schools within reach") & (found["group"] == "everyone"), "value"].item()
        == 0.5
    )
    stops = pd.DataFrame({"route": [7.0], "school": [105142], "unit": [2], "minutes": [1]})
    ridden = pm.schools.travel_times(children, schools, longest=60, speed=4, times=times, buses=stops, walk=0)
    assert ridden["by"].tolist() == ["given", "7"]


def test_known_schools_of_readers_as_numbers() -> None:
    register = pd.DataFrame({"id": [1, 2], "home": ["a", "b"], "urn": [105142, 105143], "group": ["x", "y"]})
    found = read_pupils(register, pupil="id", home="home", school="urn", group="group", schools=[105142.0, 105143.0])
    assert found.values.sum() == 2
    table = pd.DataFrame({"home": ["a"], "urn": [1], "x": [2], "y": [3]})
    with pytest.raises(InvalidParameter, match="twice"):
        read_flows(table, home="home", school="urn", groups=["x", "x"])


def test_pupils_and_schools_on_two_maps_or_in_degrees() -> None:
    points = gpd.points_from_xy([-1.5, -1.4], [53.0, 53.0])
    schools = gpd.GeoDataFrame(SCHOOLS.drop(columns=["x", "y"]), geometry=points, crs=4326)
    pupils = gpd.GeoDataFrame(PUPILS.head(2).drop(columns=["x", "y"]), geometry=points, crs=4326)
    wishes = pd.DataFrame({"pupil": [1, 2], "school": 105142, "rank": 1})
    asked = {"group": "group", "criteria": [], "xy": ("x", "y")}
    with pytest.raises(GeographicCRS):
        pm.schools.market(pupils, schools, wishes, **asked)
    grid = schools.to_crs(27700)
    with pytest.raises(CRSMismatch):
        pm.schools.market(pupils.to_crs(2263), grid, wishes, **asked)
    with pytest.raises(CRSMismatch):
        pm.schools.simulate_preferences(pupils.to_crs(2263), grid, coefficients={"distance_km": -1}, group="group")
    # Whoever is sent to the nearest school travels metres, whatever the map is drawn in.
    metres = pm.schools.market(pupils.to_crs(27700), grid, wishes, **asked)
    feet = pm.schools.market(pupils.to_crs(27700).to_crs("EPSG:27700"), grid.to_crs(27700), wishes, **asked)
    assert np.allclose(metres.school_xy, feet.school_xy)
    there = gpd.points_from_xy([0, 1000], [0, 0])
    pupils, schools = (table.set_geometry(there, crs=2263) for table in (pupils, schools))
    placed = pm.schools.admit(pm.schools.market(pupils, schools, wishes, **asked), tie_break="single lottery",
                              unplaced="nearest")  # fmt: skip
    sent = placed.loc[placed["how"] == "nearest with places", "distance"]
    assert len(sent) == 1
    assert sent.item() == pytest.approx(0 if placed["school"].iloc[1] == "105143" else 304.8, abs=0.01)


def test_one_result_in_minutes_and_one_in_metres_are_not_compared() -> None:
    children = rolls([1, 2], [3, 4], [0, 5000])
    schools = gpd.GeoDataFrame({"school": ["s"]}, geometry=gpd.points_from_xy([0], [0]), crs=27700)
    times = pm.schools.travel_times(children, schools, longest=90, speed=5)
    near = pm.schools.access(children, schools, within="1 km")
    soon = pm.schools.access(children, schools, minutes=20, times=times)
    with pytest.raises(UnmatchedUnit, match="minutes"):
        pm.schools.compare_access(near, soon)


@pytest.mark.parametrize("vain", [{"walk": "800 m"}, {"speed": 5.0}, {"detour": 1.3}])
def test_arguments_that_would_change_nothing_are_refused(vain: dict[str, object]) -> None:
    children = rolls([1, 2], [3, 4], [0, 5000])
    schools = gpd.GeoDataFrame({"school": ["s"]}, geometry=gpd.points_from_xy([0], [0]), crs=27700)
    times = pd.DataFrame({"unit": ["s000"], "school": ["s"], "minutes": [5]})
    with pytest.raises(InvalidParameter, match=f"{next(iter(vain))} would change nothing"):
        pm.schools.travel_times(children, schools, longest=60, times=times, **vain)


def test_strata_of_areas_that_repeat_or_are_missing() -> None:
    trips = pd.DataFrame({"home": list("aabb"), "school": list("stst"), "x": [3, 1, 1, 1], "y": [1, 3, 4, 2]})
    flows = pm.Flows.from_table(trips, origin="home", destination="school", groups=["x", "y"])

    def asked(by: object) -> pm.Result:
        return pm.schools.ratio_same_children(flows, focal="x", by=by, draws=9)  # type: ignore[arg-type]

    with pytest.raises(DuplicateUnit):
        asked(pd.Series(["p", "p", "q"], index=["a", "a", "b"]))
    with pytest.raises(UnmatchedUnit):
        asked(pd.Series(["p", None], index=["a", "b"]))
    with pytest.raises(InvalidParameter, match="series"):
        asked(["p", "q"])


def test_a_group_does_not_meet_itself_by_twinning() -> None:
    table = rolls([90, 10], [10, 90], [0, 500])
    for verb in (pm.schools.twin, pm.schools.federate):
        with pytest.raises(InvalidParameter, match="itself"):
            verb(table, focal="x", against="x", contact=0.1, within=3000)
    with pytest.raises(InvalidParameter, match="series"):
        pm.schools.gap_nearest(table, table, focal="x", capacity={"s000": 1})  # type: ignore[arg-type]
    with pytest.raises(InvalidParameter, match="phase and as by"):
        pm.schools.segregation(rolls([9, 1], [1, 9], [0, 5], la=["p", "q"]), focal="x", phase="la", by="la", draws=9)


@pytest.mark.slow
def test_too_many_sets_are_refused_before_they_are_made() -> None:
    # All of 800 schools in one place: 85 million sets of three, which would not fit into memory.
    table = rolls([9] * 400 + [1] * 400, [1] * 400 + [9] * 400, [0.0] * 800)
    with pytest.raises(InvalidParameter, match="sets of schools"):
        pm.schools.federate(table, focal="x", contact=0.1, within=100)


def test_federations_of_schools_without_the_group_have_the_columns_of_others() -> None:
    table = rolls([0, 0, 9], [9, 9, 1], [0, 5, 10])
    nobody = table.take(np.array([True, True, False]))
    asked = {"focal": "x", "contact": 0.1, "within": 100}
    found = pm.schools.federate(nobody, **asked)
    assert list(found.columns) == list(pm.schools.federate(table, **asked).columns)


def forecast(level: float, errors: int) -> pd.DataFrame:
    """A forecast that has so many past errors of entry."""
    rng = np.random.default_rng(3)
    rows = [("S", "primary", f"A{area}", 2000 + year, group, 50 + rng.integers(20))
            for area in range(errors) for year in range(3) for group in range(2)]  # fmt: skip
    table = pd.DataFrame(rows, columns=["school", "phase", "planning_area", "year", "year_group", "pupils"])
    areas = [f"A{area}" for area in range(errors)]
    capacity = pd.DataFrame({"phase": "primary", "planning_area": areas, "places": 60})
    births = pd.DataFrame([(area, 2000 + year, 60) for area in areas for year in range(4)],
                          columns=["planning_area", "intake_year", "registered"])  # fmt: skip
    found = pm.schools.places(table, capacity, births, years=1, level=level, fewest=2)
    return found[found["year_group"] == "0"]


@pytest.mark.parametrize(("level", "needed"), [(0.5, 3), (0.8, 9), (0.9, 19), (0.95, 39)])
def test_a_range_is_never_said_to_span_more_than_its_errors_can(level: float, needed: int) -> None:
    # Of n errors the next falls between the smallest and the largest with probability (n - 1)/(n + 1).
    few, enough = forecast(level, needed - 1), forecast(level, needed)
    assert few["lower"].isna().all()
    assert f"fewer than {needed}" in few["range_basis"].iloc[0]
    assert enough["lower"].notna().all()


PLACES = pd.DataFrame(
    [(f"S{area}", "primary", area, year, group, 30) for area in "NE" for year in (2020, 2021) for group in range(7)],
    columns=["school", "phase", "planning_area", "year", "year_group", "pupils"],
)
BIRTHS = pd.DataFrame(
    [(area, year, 30) for area in "NE" for year in range(2020, 2024)],
    columns=["planning_area", "intake_year", "registered"],
)


def test_places_that_are_not_where_the_pupils_are_are_told() -> None:
    capacity = pd.DataFrame(
        {"school": ["SN", "SE", "new"], "phase": "primary", "planning_area": ["E", "N", "N"], "places": [30, 30, 5]}
    )
    note = pm.schools.places(PLACES, capacity, BIRTHS, years=1)["note"].iloc[0]
    assert "2 schools have places in another planning area than pupils (SE, SN)" in note
    assert "1 school has places but no pupils in 2021 (new)" in note
    right = capacity.head(2).assign(planning_area=["N", "E"])
    assert "another planning area" not in pm.schools.places(PLACES, right, BIRTHS, years=1)["note"].iloc[0]


def test_places_of_year_groups_are_not_divided_by_year_groups() -> None:
    capacity = pd.DataFrame([("primary", area, group, 210) for area in "NE" for group in range(7)],
                            columns=["phase", "planning_area", "year_group", "places"])  # fmt: skip
    with pytest.raises(InvalidTable, match="capacity_of"):
        pm.schools.places(PLACES, capacity, BIRTHS, years=1, capacity_of="school")


def test_chance_is_left_out_where_some_schools_lack_it() -> None:
    whole = rolls([9, 1, 5, 2], [1, 9, 5, 8], [0, 1, 2, 3])
    found = pm.schools.contrast(whole, focal="x", nearest=2)
    assert "chance alone" in school_by_school.contrasts_in_words(found)[0]
    partly = pm.schools.contrast(rolls([9.5, 1, 5, 2], [1, 9, 5, 8], [0, 1, 2, 3]), focal="x", nearest=2)
    assert partly["by_chance"].notna().any()
    assert partly["by_chance"].isna().any()
    assert "chance alone" not in school_by_school.contrasts_in_words(partly)[0]


def beside(*rows: tuple[str | None, float, float, float, float]) -> str:
    table = pd.DataFrame(rows, columns=["la", "school", "home", "corrected_school", "corrected_home"])
    table = table.assign(phase="primary", measure="dissimilarity", focal="x", against="rest")
    table["corrected_difference"] = table["corrected_school"] - table["corrected_home"]
    return school_standing.beside_in_words(table, phase="phase", by="la", place="Here")[0]


def test_sentences_about_authorities_count_those_that_have_a_value() -> None:
    text = beside(
        (None, 0.5, 0.4, 0.45, 0.35), ("A", 0.5, 0.4, 0.4, 0.42), ("B", 0.3, 0.31, 0.2, 0.15),
        ("C", np.nan, 0.2, np.nan, 0.1),
    )  # fmt: skip
    # C has one school; B is lower in schools before and higher after chance is taken off.
    assert "higher in schools in 1 of 2 las (not in B)" in text
    assert "1 of 2 las (not in A)" in text.partition("taken off both")[2]
    assert "has no value across schools" in beside((None, np.nan, 0.4, np.nan, 0.35))


def test_distances_in_kilometres_beside_coordinates_in_metres() -> None:
    wishes = pd.DataFrame({"pupil": [1, 2], "school": [105143, 105143], "rank": 1, "far": [0.005, 0.004]})
    asked = {"group": "group", "criteria": [], "distance": "far"}
    with pytest.raises(InvalidTable, match="one unit"):
        pm.schools.market(PUPILS, SCHOOLS, wishes, xy=("x", "y"), **asked)
    pm.schools.market(PUPILS, SCHOOLS, wishes, **asked)
    pm.schools.market(PUPILS, SCHOOLS, wishes.assign(far=[6.0, 5.0]), xy=("x", "y"), **asked)


def test_kinds_of_a_single_school() -> None:
    table = rolls([5, 0], [6, 0], [0, 1], kind=["faith", "other"])
    row = pm.schools.between(table, "kind", focal="x", draws=9).iloc[0]
    whole = pm.measure(table, "information_theory", focal="x").iloc[0]
    assert np.isnan(row["value"])
    assert np.isnan(whole["value"])
    assert row["reason"] == whole["reason"] == "one_unit"


def zones() -> tuple[pm.Counts, pm.Counts]:
    """Nine squares with ids of numbers, and two schools in opposite corners."""
    shapes = [box(100 * a, 100 * b, 100 * a + 100, 100 * b + 100) for b in range(3) for a in range(3)]
    table = pd.DataFrame({"unit": np.arange(9.0), "x": [9, 1, 8, 2, 7, 3, 6, 4, 5], "y": [1, 9, 2, 8, 3, 7, 4, 6, 5]})
    children = pm.from_wide(gpd.GeoDataFrame(table, geometry=shapes, crs=27700), groups=["x", "y"], unit="unit")
    points = gpd.points_from_xy([50, 250], [50, 250])
    table = gpd.GeoDataFrame({"urn": [105142.0, 105143.0], "x": 5, "y": 5}, geometry=points, crs=27700)
    return children, pm.from_wide(table, groups=["x", "y"], unit="urn")


def test_zones_whose_ids_are_numbers() -> None:
    children, schools = zones()
    now = pd.Series([105142.0] * 5 + [105143.0] * 4, index=np.arange(9.0))
    places = pd.Series({105142.0: 50, 105143.0: 40})
    told = pm.schools.evaluate_catchments(children, now, schools, focal="x", capacity=places)
    texts = pd.DataFrame({"unit": children.units, "school": now.astype(int).astype(str).to_numpy()})
    again = pm.schools.evaluate_catchments(children, texts, schools, focal="x", capacity=places)
    pd.testing.assert_frame_equal(pd.DataFrame(told), pd.DataFrame(again))
    new = pm.schools.redraw(children, schools, now, focal="x", fixed=[8.0, 3], effort=1, seed=2**40)
    assert not new["changed"].iloc[[3, 8]].any()
    minutes = pd.DataFrame({"unit": np.tile(np.arange(9.0), 2), "school": np.repeat([105142.0, 105143.0], 9),
                            "minutes": np.arange(18)})  # fmt: skip
    assert set(pm.schools.nearest_catchments(children, schools, times=minutes)["school"]) == {"105142"}
    whole = gpd.GeoDataFrame({"urn": [105143.0]}, geometry=[box(-9, -9, 999, 999)], crs=27700)
    assert set(pm.schools.given_catchments(children, schools, whole, school="urn")["school"]) == {"105143"}


@pytest.mark.parametrize(
    ("odd", "match"),
    [
        ({"seed": -1}, "seed"),
        ({"seed": "a"}, "seed"),
        ({"size": 0.15}, "size"),
        ({"capacity": {"105142": 9}}, "series"),
    ],
)
def test_what_redrawing_does_not_understand(odd: dict[str, object], match: str) -> None:
    children, schools = zones()
    now = pm.schools.nearest_catchments(children, schools)
    with pytest.raises(InvalidParameter, match=match):
        pm.schools.redraw(children, schools, now, focal="x", effort=1, **odd)
    if match == "series":
        with pytest.raises(InvalidParameter, match=match):
            pm.schools.balanced_catchments(children, schools, odd["capacity"])


def test_what_hanging_together_leaves_out_is_told() -> None:
    children, schools = zones()
    now = pm.schools.nearest_catchments(children, schools)
    notes = [
        pm.schools.redraw(children, schools, now, focal="x", effort=1, contiguous=one)["note"].iloc[0]
        for one in (True, False)
    ]
    assert "wind around" in notes[0]
    assert "wind around" not in notes[1]


@pytest.mark.slow
def test_a_page_about_authorities_that_have_no_residents(tmp_path: Path) -> None:
    authority = ["A", "B"] * 6 + ["C"]
    phase = ["primary"] * 12 + ["special"]
    schools = rolls([9, 1, 5, 2, 7, 3] * 2 + [4], [1, 9, 5, 8, 3, 7] * 2 + [6], list(range(0, 1300, 100)),
                    la=authority, phase=phase)  # fmt: skip
    shapes = [box(300 * n, -50, 300 * n + 300, 50) for n in range(4)]
    table = pd.DataFrame({"code": list("abcd"), "x": [9, 8, 3, 5], "y": [2, 7, 8, 6], "la": ["A", "B", "A", "B"]})
    homes = pm.from_wide(
        gpd.GeoDataFrame(table, geometry=shapes, crs=27700), groups=["x", "y"], unit="code", strata=["la"]
    )
    asked = school_pages.Asked("x", "rest", "phase", "la", (), None, 3, 0.1, "3 km", "Here", "Here", 9)
    school_pages.of_schools(schools, homes, asked, out=tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Without residents in the table, and so without a comparison of their own" in text
    assert "Special schools of Here: D has no value across schools" in text


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_changes_no_choice(seed: int) -> None:
    """Equal schools at equal distances, and schools on the corners of areas: of equal choices it is always the same."""
    rng = np.random.default_rng(seed)
    points = gpd.points_from_xy(rng.integers(0, 3, 10) * 100, rng.integers(0, 3, 10) * 100)
    table = pd.DataFrame({"school": [f"s{n}" for n in range(10)], "x": rng.choice([5, 10], 10)}).assign(y=5)
    table = gpd.GeoDataFrame(table, geometry=points, crs=27700)
    shapes = [box(50 * a, 50 * b, 50 * a + 50, 50 * b + 50) for b in range(4) for a in range(4)]
    areas = pd.DataFrame(rng.integers(0, 4, (16, 2)), columns=["x", "y"]).assign(unit=[f"h{n}" for n in range(16)])
    areas = gpd.GeoDataFrame(areas, geometry=shapes, crs=27700)

    def asked(shuffled: bool) -> list[pd.DataFrame]:  # noqa: FBT001
        rows, units = (rng.permutation(n) if shuffled else np.arange(n) for n in (10, 16))
        schools = pm.from_wide(table.iloc[rows], groups=["x", "y"], unit="school")
        homes = pm.from_wide(areas.iloc[units], groups=["x", "y"], unit="unit")
        now = pm.schools.nearest_catchments(homes, schools)
        new = pm.schools.redraw(homes, schools, now, focal="x", effort=2, near=200)
        near = {"focal": "x", "contact": 0.2, "within": 150}
        twins, sets = pm.schools.twin(schools, **near), pm.schools.federate(schools, **near)
        return [pd.DataFrame(twins), pd.DataFrame(sets), pd.DataFrame(new)[["value", "bound", "status"]].head(1)]

    for one, other in zip(asked(False), asked(True), strict=True):  # noqa: FBT003
        pd.testing.assert_frame_equal(
            one.drop(columns="source", errors="ignore"), other.drop(columns="source", errors="ignore")
        )
