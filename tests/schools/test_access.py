"""Choice sets and ways to school: written out pair by pair, with denominators that nobody leaves."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.errors import (
    CRSMismatch,
    DuplicateUnit,
    GeographicCRS,
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    UnknownColumn,
    UnmatchedUnit,
)

RNG = np.random.default_rng(11)
WALK = {"longest": 60, "speed": 5}


def homes(people: np.ndarray, xy: np.ndarray, crs: int = 27700, **strata: list[str]) -> pm.Counts:
    """Homes with children of x and y, and a total one above their sum."""
    table = pd.DataFrame(people, columns=["x", "y"]).assign(unit=[f"h{n:02d}" for n in range(len(people))], **strata)
    table["all"] = table["x"] + table["y"] + 1
    shapes = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*xy.T), crs=crs)
    with pytest.warns(pm.errors.IncompletePartition):
        return pm.from_wide(shapes, groups=["x", "y"], unit="unit", total="all", strata=list(strata))


def town(
    many: int = 25, schools: int = 6, seed: int = 0, crs: int = 27700
) -> tuple[pm.Counts, gpd.GeoDataFrame, np.ndarray]:
    """A made-up town, with coincident homes, and its straight lines in metres."""
    rng = np.random.default_rng(seed)
    at, to = rng.integers(0, 40, (many, 2)) * 100.0, rng.integers(0, 40, (schools, 2)) * 100.0
    people = rng.integers(0, 9, (many, 2))
    table = gpd.GeoDataFrame(
        {
            "school": [f"s{n}" for n in range(schools)],
            "faith": rng.random(schools) < 0.4,
            "places": rng.integers(10, 99, schools),
        },
        geometry=gpd.points_from_xy(*to.T),
        crs=crs,
    )
    away = np.hypot(at[:, None, 0] - to[:, 0], at[:, None, 1] - to[:, 1])
    return homes(people, at, crs, side=["west" if x < 2000 else "east" for x in at[:, 0]]), table, away


def weighted(values: np.ndarray, people: np.ndarray, level: float) -> float:
    """Quantile of values that each stand as often as there are people."""
    every = np.sort(np.repeat(values, people.astype(int)))
    return float(every[int(np.ceil(level * len(every) - 1e-9)) - 1])


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "detour"), [(0, 1.0), (1, 1.3), (2, 1.0), (3, 1.3)])
def test_written_out(seed: int, detour: float) -> None:
    children, schools, away = town(seed=seed)
    found = pm.schools.access(
        children, schools, within="1.5 km", detour=detour, kind="faith", places="places", by="side"
    ).set_index(["side", "kind", "statistic", "rank", "group"])
    far = away * detour
    for side in ("west", "east"):
        here = (children.strata["side"] == side).to_numpy()
        whole = children.total[here]
        for group, people in {"x": children.values[here, 0], "everyone": whole}.items():
            for kind in ("all", "True", "False"):
                these = np.ones(6, bool) if kind == "all" else (schools["faith"].astype(str) == kind).to_numpy()
                ways = far[here][:, these]
                number = (ways <= 1500 + 1e-9).sum(axis=1)
                seats = (ways <= 1500 + 1e-9) @ schools["places"].to_numpy()[these]
                ordered = np.sort(np.hstack([ways, np.full((len(ways), 3), np.inf)]), axis=1)

                def row(statistic: str, rank: object = pd.NA, place: tuple[str, str, str] = (side, kind, group)):
                    return found.loc[(*place[:2], statistic, rank, place[2])]

                assert row("schools within reach")["value"] == pytest.approx(people @ number / people.sum())
                assert row("places within reach")["value"] == pytest.approx(people @ seats / people.sum())
                for k in (1, 2, 3):
                    has = people @ (number >= k) / people.sum()
                    assert row("share with a choice", k)["value"] == pytest.approx(has)
                    kth = ordered[:, k - 1]
                    none = np.isinf(kth)
                    assert row("mean", k)["unreachable"] == people @ none
                    assert row("mean", k)["counted"] + row("mean", k)["unreachable"] == people.sum()
                    if none.all():
                        assert np.isnan(row("mean", k)["value"])
                        assert row("median", k)["reason"] == "unreachable"
                        continue
                    mean = people[~none] @ kth[~none] / people[~none].sum()
                    assert row("mean", k)["value"] == pytest.approx(mean)
                    for name, level in (("median", 0.5), ("90th percentile", 0.9)):
                        assert row(name, k)["value"] == pytest.approx(weighted(kth, people, level))
            both = len(set(schools["faith"]))
            kinds = sum(
                (far[here][:, (schools["faith"] == word).to_numpy()] <= 1500 + 1e-9).any(axis=1)
                for word in (True, False)
            )
            value = found.loc[(side, "all", "kinds within reach", pd.NA, group), "value"]
            assert value == pytest.approx(people @ kinds / people.sum())
            assert value <= both


def test_gap_and_ratio_are_of_rest_and_of_a_group() -> None:
    children, schools, away = town(seed=3)
    number = (away <= 1500).sum(axis=1)
    x, y, rest = children.values[:, 0], children.values[:, 1], children.total - children.values[:, 0]
    for against, other in (("rest", rest), ("y", y)):
        found = pm.schools.access(children, schools, within=1500, against=against)
        row = found[(found["statistic"] == "schools within reach") & (found["group"] == "x")].iloc[0]
        one, two = x @ number / x.sum(), other @ number / other.sum()
        assert row[["value", "value_against", "difference", "ratio"]].tolist() == pytest.approx(
            [one, two, one - two, one / two]
        )
    itself = found[found["group"].isin(["y", "everyone"])]
    assert itself[["difference", "ratio", "against"]].isna().all().all()


def test_alike_groups_have_no_gap_and_people_are_conserved() -> None:
    rng = np.random.default_rng(5)
    people = np.repeat(rng.integers(0, 9, (30, 1)), 2, axis=1)
    children = homes(people, rng.random((30, 2)) * 4000)
    schools = town()[1]
    found = pm.schools.access(children, schools, within="1 km", against="y")
    assert found.loc[found["group"] == "x", "difference"].abs().max() < 1e-9
    held = found.pivot_table(index=["statistic", "rank"], columns="group", values="people", dropna=False).dropna()
    assert (held["everyone"] == children.total.sum()).all()
    assert (held["x"] + held["y"] + children.residual.sum() == held["everyone"]).all()


def test_a_map_in_feet_and_degrees() -> None:
    children, schools, _ = town()
    found = pm.schools.access(children, schools, within="1 km")
    feet = 0.3048006096012192
    at = np.array([(point.x, point.y) for point in children.geometry]) / feet
    to = np.array([(point.x, point.y) for point in schools.geometry]) / feet
    ours = homes(children.values, at, 2263)
    theirs = schools.set_geometry(gpd.points_from_xy(*to.T)).set_crs(2263, allow_override=True)
    other = pm.schools.access(ours, theirs, within="1 km")
    np.testing.assert_allclose(found["value"].to_numpy(), other["value"].to_numpy(), rtol=1e-9)
    with pytest.raises(CRSMismatch, match="not on one map"):
        pm.schools.access(children, theirs, within="1 km")
    with pytest.raises(GeographicCRS):
        pm.schools.access(homes(children.values, at / 1e5, 4326), theirs.set_crs(4326, allow_override=True), within=1)


def test_minutes_missing_are_unreachable_and_never_nought() -> None:
    children = homes(np.array([[4, 0], [0, 4], [2, 2]]), np.zeros((3, 2)))
    schools = pd.DataFrame({"school": ["a", "b"]})
    times = pd.DataFrame(
        {"unit": ["h00", "h00", "h01", "h02"], "school": ["a", "b", "a", "a"], "minutes": [10, 20, np.nan, 45]}
    )
    found = pm.schools.access(children, schools, minutes=30, times=times, least=(1,))
    found = found.set_index(["statistic", "group"])
    assert found.loc[("schools within reach", "x"), "value"] == pytest.approx(4 * 2 / 6)
    assert found.loc[("share with a choice", "everyone"), "value"] == pytest.approx(5 / 15)
    assert found.loc[("mean", "y"), ["value", "counted", "unreachable"]].tolist() == [45, 2, 4]
    assert found.loc[("median", "y"), "reason"] == "unreachable"
    assert found.loc[("median", "x"), "value"] == 10
    assert found.loc[("mean", "everyone"), "people"] == 15


def test_no_stop_changes_nothing_and_no_route_lengthens() -> None:
    children, schools, away = town(seed=2)
    plain = pm.schools.travel_times(children, schools, **WALK)
    assert len(plain) == (away <= 5000).sum()
    none = pd.DataFrame({"route": [], "school": [], "minutes": [], "x": [], "y": []})
    with_none = pm.schools.travel_times(children, schools, **WALK, buses=none, walk="800 m")
    pd.testing.assert_frame_equal(
        pd.DataFrame(plain[["unit", "school", "minutes", "by"]]),
        pd.DataFrame(with_none[["unit", "school", "minutes", "by"]]),
    )
    rng = np.random.default_rng(8)
    stops = pd.DataFrame(
        {
            "route": [f"r{n % 3}" for n in range(12)],
            "school": [f"s{n % 6}" for n in range(12)],
            "x": rng.random(12) * 4000,
            "y": rng.random(12) * 4000,
            "minutes": rng.random(12) * 20,
        }
    )
    walk, at = 800.0, np.array([(point.x, point.y) for point in children.geometry])
    best = away / (5000 / 60)
    kept = best.copy()
    for some in (stops[stops["route"] == "r0"], stops):
        found = pm.schools.travel_times(children, schools, **WALK, buses=some, walk=walk)
        best = away / (5000 / 60)
        for stop in some.itertuples():
            steps = np.hypot(at[:, 0] - stop.x, at[:, 1] - stop.y)
            ride = np.where(steps <= walk, steps / (5000 / 60) + stop.minutes, np.inf)
            column = int(stop.school[1:])
            best[:, column] = np.minimum(best[:, column], ride)
        got = found.pivot_table(index="unit", columns="school", values="minutes").to_numpy()
        expected = np.where(best <= 60, best, np.nan)
        np.testing.assert_allclose(got, expected[:, : got.shape[1]], rtol=1e-12)
        assert (best <= kept).all()
        kept = best
    before, after = (
        pm.schools.access(children, schools, minutes=25, times=table, least=(1, 2)) for table in (plain, found)
    )
    change = pm.schools.compare_access(before, after)
    assert (change.loc[change["statistic"].isin(["schools within reach", "share with a choice"]), "change"] >= 0).all()
    assert (change.loc[change["statistic"].eq("median"), "change"].dropna() <= 0).all()
    assert (change["unreachable_after"] <= change["unreachable_before"]).all()
    gap = change["gap_after"] - change["gap_before"]
    pd.testing.assert_series_equal(change["gap_change"], gap, check_names=False)
    nothing = pm.schools.compare_access(before, before)
    assert (nothing["change"].dropna() == 0).all()
    assert "By bus after a walk" in change["note"].iloc[0]


def test_stops_at_units_and_a_table_of_times() -> None:
    children, schools, _ = town(many=3, schools=1, seed=4)
    times = pd.DataFrame({"unit": ["h00", "h01"], "school": "s0", "minutes": [50.0, 12.0]})
    stop = pd.DataFrame({"route": ["9"], "school": ["s0"], "unit": ["h00"], "minutes": [15]})
    found = pm.schools.travel_times(children, schools, times=times, buses=stop, walk=0, **WALK)
    assert found[["unit", "minutes", "by"]].values.tolist() == [["h00", 15.0, "9"], ["h01", 12.0, "given"]]


@pytest.mark.slow
def test_saved_and_made_again(tmp_path: Path) -> None:
    children, schools, _ = town()
    stop = pd.DataFrame({"route": ["9"], "school": ["s0"], "unit": ["h00"], "minutes": [15]})
    times = pm.schools.travel_times(children, schools, buses=stop, walk="1 mile", **WALK)
    near = pm.schools.access(children, schools, within="1 km", kind="faith", by="side")
    later = pm.schools.access(children, schools, minutes=20, times=times)
    for name, result, given in (
        ("times", times, {"children": children, "schools": schools, "buses": stop}),
        ("near", near, {"children": children, "schools": schools}),
        ("later", later, {"children": children, "schools": schools, "times": pd.DataFrame(times)}),
        ("change", pm.schools.compare_access(later, later), dict.fromkeys(["before", "after"], pd.DataFrame(later))),
    ):  # fmt: skip
        outcome = pm.verify(result.save(tmp_path / f"{name}.zip", inputs=False), **given)
        assert outcome.same, str(outcome)


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"within": None}, InvalidParameter, "Either within="),
        ({"minutes": 5}, InvalidParameter, "Either within="),
        ({"within": None, "minutes": 5}, InvalidParameter, "need a table of times"),
        ({"within": "3 parsecs"}, InvalidParameter, "within"),
        ({"detour": 0.5}, InvalidParameter, "detour is a number of at least 1"),
        ({"least": (0, 1)}, InvalidParameter, "least"),
        ({"kind": "faiths"}, UnknownColumn, "Did you mean 'faith'"),
        ({"places": "odd"}, InvalidCounts, "Missing is not 0"),
        ({"school": "id"}, UnknownColumn, "no column 'id'"),
        ({"times": pd.DataFrame()}, InvalidParameter, "needs minutes="),
    ],
)
def test_what_access_refuses(change: dict[str, object], error: type[Exception], match: str) -> None:
    children, schools, _ = town()
    schools["odd"] = [1, 2, 3, np.nan, 5, 6]
    with pytest.raises(error, match=match):
        pm.schools.access(children, schools, **{"within": "1 km", **change})


def test_what_tables_of_times_and_buses_refuse() -> None:
    children, schools, _ = town()
    bad = pd.DataFrame({"unit": ["h00", "h00", "zz"], "school": ["s0", "s0", "s1"], "minutes": [-1.0, 2.0, 3.0]})
    with pytest.raises(UnmatchedUnit, match="3 faults") as caught:
        pm.schools.access(children, schools, minutes=9, times=bad)
    assert isinstance(caught.value, DuplicateUnit)
    assert isinstance(caught.value, InvalidTable)
    text = bad.head(1).assign(minutes="soon")
    with pytest.raises(InvalidTable, match="text"):
        pm.schools.access(children, schools, minutes=9, times=text)
    stop = pd.DataFrame({"route": ["9"], "school": ["s0"], "unit": ["h00"], "minutes": [15.0]})
    for change, error, match in (
        ({"minutes": np.nan}, InvalidTable, "Missing is never 0"),
        ({"school": "s99"}, UnmatchedUnit, "not there"),
        ({"unit": "nowhere"}, UnmatchedUnit, "not there"),
    ):
        with pytest.raises(error, match=match):
            pm.schools.travel_times(children, schools, **WALK, buses=stop.assign(**change), walk=100)
    with pytest.raises(InvalidParameter, match="Pass walk="):
        pm.schools.travel_times(children, schools, **WALK, buses=stop)
    with pytest.raises(InvalidParameter, match="Pass speed="):
        pm.schools.travel_times(children, schools, longest=30)
    with pytest.raises(UnknownColumn, match="route"):
        pm.schools.travel_times(children, schools, **WALK, buses=stop.drop(columns="route"), walk=100)
    other = pm.schools.access(children.take(np.arange(len(children)) > 3), schools, within="1 km")
    with pytest.raises(UnmatchedUnit, match="same people"):
        pm.schools.compare_access(pm.schools.access(children, schools, within="1 km"), other)
    with pytest.raises(UnmatchedUnit, match="same rows"):
        pm.schools.compare_access(other, pm.schools.access(children, schools, within="1 km", least=(1,)))


@pytest.mark.data
def test_greater_manchester_pair_by_pair(gm: Path) -> None:
    areas = gpd.read_parquet(gm / "lsoa21.parquet").merge(
        pd.read_parquet(gm / "groups5_lsoa21_2021.parquet"), on="lsoa21cd"
    )
    groups = ["white", "mixed", "asian", "black", "other"]
    residents = pm.from_wide(areas, groups=groups, unit="lsoa21cd", total="total")
    schools = gpd.read_parquet(gm / "schools_2022_23.parquet")
    schools = schools[schools["phase_type_grouping"] == "State-funded secondary"].dropna(subset="geometry")
    assert len(schools) == 173
    found = pm.schools.access(residents, schools, school="urn", within="3 km").set_index(["statistic", "rank", "group"])
    centres = areas.geometry.centroid
    away = np.hypot(
        centres.x.to_numpy()[:, None] - schools.geometry.x.to_numpy(),
        centres.y.to_numpy()[:, None] - schools.geometry.y.to_numpy(),
    )
    away.sort(axis=1)
    for name in groups:
        people = areas.set_index("lsoa21cd").loc[residents.units, name].to_numpy()
        number = (away <= 3000).sum(axis=1)
        near = found.loc[("schools within reach", pd.NA, name)]
        assert near["people"] == people.sum()
        assert near["value"] == pytest.approx(people @ number / people.sum())
        assert found.loc[("median", 3, name), "value"] == pytest.approx(weighted(away[:, 2], people, 0.5))
    assert 0.98 < found.loc[("share with a choice", 1, "everyone"), "value"] < 1


def test_schools_may_be_counts_and_nothing_else():
    town = pm.datasets.town()
    children = town.children()
    children = children.take(children.geometry.notna().to_numpy())
    rolls = town.rolls_latest()
    table = town.schools[["school", "geometry"]]
    one, other = (pm.schools.access(children, given, within="2 km") for given in (rolls, table))
    assert one["value"].to_numpy() == pytest.approx(other["value"].to_numpy(), nan_ok=True)
    with pytest.raises(pm.errors.InvalidTable, match="a table or counts"):
        pm.schools.access(children, ["S01"], within="2 km")


def test_two_reaches_are_no_change():
    town = pm.datasets.town()
    children = town.children()
    children = children.take(children.geometry.notna().to_numpy())
    near, far = (pm.schools.access(children, town.schools, within=within) for within in ("1 km", "2 km"))
    with pytest.raises(pm.errors.UnmatchedUnit, match="different reaches"):
        pm.schools.compare_access(near, far)


@pytest.mark.parametrize("far", [0.0, 1e7])
def test_homes_exactly_as_far_as_the_reach_are_within_it(far: float) -> None:
    """A row of homes 0.1 apart: seven lie within 0.3 of the school in the middle, wherever the map lies."""
    row = np.column_stack([np.arange(-20, 21) / 10 + far, np.full(41, far)])
    school = gpd.GeoDataFrame({"school": ["s"]}, geometry=gpd.points_from_xy([far], [far]), crs=27700)
    found = pm.schools.access(homes(np.ones((41, 2), int), row), school, within=0.3)
    mean = found[(found["statistic"] == "schools within reach") & (found["group"] == "x")]["value"]
    assert mean.tolist() == pytest.approx([7 / 41])
