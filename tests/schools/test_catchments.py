"""Catchments drawn, given and judged: nobody lost, and every number the same by another way."""

from __future__ import annotations

import itertools

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

import placemix as pm
from placemix.errors import (
    CRSMismatch,
    DuplicateUnit,
    GeographicCRS,
    InvalidParameter,
    InvalidTable,
    UnknownColumn,
    UnknownGroup,
    UnmatchedUnit,
)

TOWN = pm.datasets.town()


def squares(values: np.ndarray, columns: int, crs: int = 27700) -> pm.Counts:
    """Square units of 300 m in rows, with children of two groups."""
    table = pd.DataFrame(values, columns=["x", "y"]).assign(unit=[f"u{n}" for n in range(len(values))])
    shapes = [
        box(300 * (n % columns), 300 * (n // columns), 300 * (n % columns + 1), 300 * (n // columns + 1))
        for n in range(len(values))
    ]
    return pm.from_wide(gpd.GeoDataFrame(table, geometry=shapes, crs=crs), groups=["x", "y"], unit="unit")


def at(points: np.ndarray, crs: int = 27700) -> pm.Counts:
    """Schools at points, with rolls of ten, twenty, …"""
    many = 10 * (1 + np.arange(len(points)))
    table = pd.DataFrame({"x": many, "y": many, "unit": [f"s{n}" for n in range(len(points))]})
    shapes = gpd.points_from_xy(*np.asarray(points, float).T)
    return pm.from_wide(gpd.GeoDataFrame(table, geometry=shapes, crs=crs), groups=["x", "y"], unit="unit")


def made(seed: int, rows: int = 5, columns: int = 6, schools: int = 4) -> tuple[pm.Counts, pm.Counts]:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 12, (rows * columns, 2))
    values[rng.integers(0, len(values), 3)] = 0
    return squares(values, columns), at(rng.random((schools, 2)) * [300 * columns, 300 * rows])


def value(frame: pd.DataFrame, statistic: str, scope: str = "everyone", of: str | None = None) -> pd.Series:
    found = frame[(frame["statistic"] == statistic) & (frame["scope"] == scope)]
    found = found if of is None else found[found["of"] == of]
    assert len(found) == 1
    return found.iloc[0]


def away(homes: pm.Counts, schools: pm.Counts) -> np.ndarray:
    xy = np.array([(shape.centroid.x, shape.centroid.y) for shape in homes.geometry])
    to = np.array([(point.x, point.y) for point in schools.geometry])
    return np.hypot(xy[:, None, 0] - to[:, 0], xy[:, None, 1] - to[:, 1])


def test_nearest_is_nearest_and_ties_go_by_id() -> None:
    homes, schools = made(1)
    found = pm.schools.nearest_catchments(homes, schools, detour=1.25)
    ways = away(homes, schools)
    assert found["school"].tolist() == [f"s{n}" for n in ways.argmin(axis=1)]
    assert np.allclose(found["travel"], 1.25 * ways.min(axis=1))
    assert found["children"].sum() == homes.total.sum()
    twice = at(np.array([(450, 450), (450, 450)]))
    for rolls in (twice, twice.take([1, 0])):
        assert set(pm.schools.nearest_catchments(homes, rolls)["school"]) == {"s0"}


def test_soonest_reached_and_what_is_not_reached() -> None:
    homes, schools = made(2)
    homes = homes.take((homes.total > 0).nonzero()[0])
    rng = np.random.default_rng(0)
    pairs = [(unit, school) for unit in homes.units for school in schools.units]
    times = pd.DataFrame(pairs, columns=["unit", "school"]).assign(minutes=rng.integers(1, 60, len(pairs)) * 1.0)
    table = times.pivot_table(index="unit", columns="school", values="minutes").loc[homes.units]
    found = pm.schools.nearest_catchments(homes, schools, times=times)
    assert found["school"].tolist() == table.idxmin(axis=1).tolist()
    assert found["travel_unit"].unique().tolist() == ["minutes"]
    cut = times[times["unit"] != "u1"].assign(minutes=lambda one: one["minutes"].mask(one["unit"] == "u2"))
    with pytest.raises(UnmatchedUnit, match="no school is reached") as caught:
        pm.schools.nearest_catchments(homes, schools, times=cut)
    assert set(caught.value.units) == {"u1", "u2"}
    left = pm.schools.nearest_catchments(homes, schools, times=cut, unreachable="leave").set_index("unit")
    assert left.loc[["u1", "u2"], "school"].isna().all()
    straight = pm.schools.nearest_catchments(homes, schools, times=cut, unreachable="straight line").set_index("unit")
    usual = pm.schools.nearest_catchments(homes, schools).set_index("unit")
    assert straight.loc["u1", "school"] == usual.loc["u1", "school"]
    assert straight.loc["u1", "travel_unit"] == "metres"
    told = pm.schools.evaluate_catchments(homes, straight.reset_index(), schools, focal="x", times=cut)
    lost = homes.total[homes.units.isin(["u1", "u2"])].sum()
    assert value(told, "unreachable")["after"] == lost
    named = times.rename(columns={"unit": "LSOA", "minutes": "t"})
    again = pm.schools.nearest_catchments(homes, schools, times=named, times_columns=("LSOA", "school", "t"))
    assert again["school"].tolist() == found["school"].tolist()


def test_travel_times_with_faults_are_refused() -> None:
    homes, schools = made(2)
    times = pd.DataFrame({"unit": ["u0", "u0", "u1"], "school": ["s0", "s0", "s1"], "minutes": [3.0, 4.0, -1.0]})
    with pytest.raises(DuplicateUnit, match="negative") as caught:
        pm.schools.nearest_catchments(homes, schools, times=times)
    assert isinstance(caught.value, InvalidTable)
    with pytest.raises(UnknownColumn, match="minutes"):
        pm.schools.nearest_catchments(homes, schools, times=times.rename(columns={"minutes": "Minutes"}))
    with pytest.raises(InvalidParameter, match="detour"):
        pm.schools.nearest_catchments(homes, schools, times=times.head(1), detour=1.3)
    with pytest.raises(InvalidParameter, match="detour"):
        pm.schools.nearest_catchments(homes, schools, detour=0.5)
    with pytest.raises(UnmatchedUnit, match="units that are not there"):
        pm.schools.nearest_catchments(homes, schools, times=times.head(1).assign(unit="E1"))
    with pytest.raises(CRSMismatch):
        pm.schools.nearest_catchments(homes, at(np.array([(1, 1)]), crs=3857))
    degrees = squares(np.array([[1, 2]]) / 1.0, 1, crs=4326)
    with pytest.raises(GeographicCRS):
        pm.schools.nearest_catchments(degrees, at(np.array([(1, 1)]), crs=4326))


def test_given_polygons() -> None:
    homes, schools = made(3)
    left, right = box(0, 0, 900, 1500), box(900, 0, 1500, 1500)
    zones = gpd.GeoDataFrame({"id": ["s0", "s2"]}, geometry=[left, right], crs=27700)
    with pytest.raises(UnmatchedUnit, match="in no catchment") as caught:
        pm.schools.given_catchments(homes, schools, zones, school="id")
    outside = {f"u{n}" for n in range(30) if n % 6 == 5 and homes.total[n] > 0}
    assert set(caught.value.units) == outside
    found = pm.schools.given_catchments(homes, schools, zones, school="id", outside="nearest")
    column = np.arange(30) % 6
    assert (found["school"][column < 3] == "s0").all()
    assert (found["school"][(column >= 3) & (column < 5)] == "s2").all()
    near = pm.schools.nearest_catchments(homes, schools)
    assert (found["school"] == near["school"])[column == 5].all()
    both = gpd.GeoDataFrame({"id": ["s0", "s2"]}, geometry=[box(0, 0, 1800, 1500), right], crs=27700)
    with pytest.raises(DuplicateUnit, match="two schools"):
        pm.schools.given_catchments(homes, schools, both, school="id")
    nearer = pm.schools.given_catchments(homes, schools, both, school="id", overlapping="nearest")
    ways = away(homes, schools)
    wanted = np.where((column >= 3) & (column < 5) & (ways[:, 2] < ways[:, 0]), "s2", "s0")
    assert nearer["school"].tolist() == wanted.tolist()
    with pytest.raises(UnmatchedUnit, match="schools that are not"):
        pm.schools.given_catchments(homes, schools, zones.assign(id=["s0", "s9"]), school="id")
    with pytest.raises(UnknownColumn):
        pm.schools.given_catchments(homes, schools, zones)
    with pytest.raises(CRSMismatch):
        pm.schools.given_catchments(homes, schools, zones.to_crs(3857), school="id")


@pytest.mark.slow
@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_measures_are_those_of_the_intakes(seed: int) -> None:
    homes, schools = made(seed)
    rng = np.random.default_rng(seed)
    after = pd.Series([f"s{n}" for n in rng.integers(0, 4, 30)], index=homes.units)
    before = pm.schools.nearest_catchments(homes, schools)
    told = pm.schools.evaluate_catchments(homes, after, schools, before=before, focal="x")
    for name, zones in (("before", before["school"]), ("after", after)):
        sums = homes.to_frame().groupby(zones.to_numpy())[["x", "y"]].sum().reset_index(names="school")
        wanted = pm.measure(
            pm.from_wide(sums, groups=["x", "y"], unit="school"), list(told["statistic"][:4]), focal="x"
        )
        assert told[name][:4].to_numpy() == pytest.approx(wanted["value"].to_numpy(), abs=1e-12, nan_ok=True)
        intake = told[(told["statistic"] == "intake")].set_index("of")[name]
        assert intake.sum() == homes.total.sum()
        assert intake[sums["school"]].tolist() == sums[["x", "y"]].sum(axis=1).tolist()
    moved = after.to_numpy() != before["school"].to_numpy()
    for scope, of, people in (("everyone", None, homes.total), ("group", "x", homes.values[:, 0])):
        assert value(told, "rezoned", scope, of)["after"] == pytest.approx(people[moved].sum() / people.sum())
    way = away(homes, schools)[np.arange(30), [int(name[1]) for name in after]]
    spread = np.repeat(way, homes.total.astype(int))
    assert value(told, "mean travel")["after"] == pytest.approx(spread.mean())
    ninth = value(told, "travel of nine in ten")["after"]
    assert (spread <= ninth + 1e-9).mean() >= 0.9 > (spread < ninth - 1e-9).mean()
    assert value(told, "longest travel")["after"] == pytest.approx(spread.max())
    net = nx.Graph(
        [
            (a, b)
            for a, b in itertools.combinations(range(30), 2)
            if {abs(a - b)} & {1, 6} and (abs(a - b) == 6 or a // 6 == b // 6)
        ]
    )
    for school in schools.units:
        zone = np.flatnonzero(after == school)
        pieces = nx.number_connected_components(net.subgraph(zone)) if len(zone) else 0
        assert value(told, "pieces", "school", school)["after"] == pieces


def test_the_same_zones_change_nothing() -> None:
    homes, schools = made(4)
    now = pm.schools.nearest_catchments(homes, schools)
    told = pm.schools.evaluate_catchments(homes, now, schools, before=now, focal="x", capacity=schools.totals)
    assert told["change"].notna().all()
    assert (told["change"] == 0).all()
    alone = pm.schools.evaluate_catchments(homes, now, schools, focal="x")
    assert alone["before"].isna().all()
    assert (alone["reason"].dropna() == "no assignment before").all()


def test_rolls_against_places() -> None:
    homes, schools = made(5)
    now = pm.schools.nearest_catchments(homes, schools)
    sums = pd.Series(homes.total).groupby(now["school"]).sum().reindex(schools.units, fill_value=0)
    capacity = sums - [5, 0, -5, 2]
    told = pm.schools.evaluate_catchments(homes, now, schools, focal="x", capacity=capacity)
    assert value(told, "beyond places")["after"] == 7
    assert value(told, "schools beyond places")["after"] == 2
    with pytest.raises(UnmatchedUnit, match="no capacity") as caught:
        pm.schools.evaluate_catchments(
            homes, now.assign(school="s9"), schools, focal="x", capacity=capacity.drop("s1"), before=now.head(3)
        )
    for part in ("s9", "s1", "u3"):
        assert part in str(caught.value)


def test_children_who_go_elsewhere_are_conserved() -> None:
    homes, schools = made(6)
    now = pm.schools.nearest_catchments(homes, schools)
    rng = np.random.default_rng(6)
    shares = rng.dirichlet(np.ones(4), 30)
    pairs = [(u, s, *(homes.values[u] * shares[u, s])) for u in range(30) for s in range(4)]
    table = pd.DataFrame(pairs, columns=["u", "s", "x", "y"])
    table["home"], table["school"] = homes.units[table["u"]], schools.units[table["s"]]
    flows = pm.Flows.from_table(table, origin="home", destination="school", groups=["x", "y"])
    there = flows.at_destination()
    told = pm.schools.evaluate_catchments(homes, now, schools, focal="x", take_up=0, otherwise=flows)
    wanted = pm.measure(there, list(told["statistic"][:4]), focal="x")["value"]
    assert told["after"][:4].to_numpy() == pytest.approx(wanted.to_numpy())
    intake = told[told["statistic"] == "intake"].set_index("of")["after"]
    assert intake[there.units].to_numpy() == pytest.approx(there.total)
    for otherwise in (flows, now.assign(school="s2"), None):
        for share in (0.3, {"x": 0.2, "y": 0.9}):
            some = pm.schools.evaluate_catchments(homes, now, schools, focal="x", take_up=share, otherwise=otherwise)
            assert some[some["statistic"] == "intake"]["after"].sum() == pytest.approx(homes.total.sum())
            assert "go where they are zoned" in some["note"].iloc[0]
    half = pm.schools.evaluate_catchments(homes, now, schools, focal="x", take_up=0.5, otherwise=flows)
    zoned = told[told["statistic"] == "zoned children"].set_index("of")["after"]
    assert half[half["statistic"] == "intake"]["after"].to_numpy() == pytest.approx((zoned + intake).to_numpy() / 2)
    with pytest.raises(InvalidParameter, match="take_up"):
        pm.schools.evaluate_catchments(homes, now, schools, focal="x", take_up=1.2)
    with pytest.raises(UnknownGroup, match="no share"):
        pm.schools.evaluate_catchments(homes, now, schools, focal="x", take_up={"x": 0.5})


def test_points_have_no_pieces_and_say_so() -> None:
    homes, schools = made(7)
    points = gpd.GeoDataFrame(homes.to_frame()[["unit", "x", "y"]], geometry=homes.geometry.centroid.array, crs=27700)
    told = pm.schools.evaluate_catchments(
        pm.from_wide(points, groups=["x", "y"], unit="unit"),
        pm.schools.nearest_catchments(homes, schools), schools, focal="x",
    )  # fmt: skip
    pieces = told[told["statistic"] == "pieces"]
    assert pieces["after"].isna().all()
    assert pieces["reason"].str.startswith("no pieces are counted").all()


@pytest.mark.slow
def test_balanced_zones_have_the_least_travel_of_all_that_fit() -> None:
    rng = np.random.default_rng(11)
    for _ in range(4):
        homes, schools = squares(rng.integers(1, 6, (8, 2)), 4), at(rng.random((3, 2)) * [1200, 600])
        many, ways = homes.total, away(homes, schools)
        capacity = pd.Series([many.sum() * 0.45, many.sum() * 0.4, many.sum() * 0.35], index=schools.units) // 1
        best = np.inf
        for each in itertools.product(range(3), repeat=8):
            if (np.bincount(each, many, 3) <= capacity.to_numpy()).all():
                best = min(best, (many * ways[np.arange(8), each]).sum())
        found = pm.schools.balanced_catchments(homes, schools, capacity, seconds=20)
        assert found["total_travel"].iloc[0] == pytest.approx(best, abs=1.0)
        assert found["bound"].iloc[0] <= found["total_travel"].iloc[0]
        assert (found["children"].groupby(found["school"]).sum() <= capacity.loc[sorted(set(found["school"]))]).all()
        assert found["status"].iloc[0] == "optimal"
    with pytest.raises(InvalidTable, match="children for"):
        pm.schools.balanced_catchments(homes, schools, capacity * 0)
    tight = pd.Series([many.sum() - 1, 1, 0], index=schools.units)
    if many.min() > 1:
        with pytest.raises(InvalidTable, match="whole units"):
            pm.schools.balanced_catchments(homes, schools, tight)


@pytest.mark.slow
def test_saved_and_verified(tmp_path) -> None:
    homes, schools = made(8)
    now = pm.schools.nearest_catchments(homes, schools)
    new = pm.schools.redraw(homes, schools, now, focal="x", near=600, effort=0.1, seconds=60)
    capacity = pd.Series(homes.total.sum(), index=schools.units)
    results = {
        "nearest": now,
        "new": new,
        "told": pm.schools.evaluate_catchments(
            homes, pd.DataFrame(new), schools, before=pd.DataFrame(now), focal="x", capacity=capacity, take_up=0.5
        ),
        "balanced": pm.schools.balanced_catchments(homes, schools, capacity),
    }
    for name, result in results.items():
        assert "2" in result.cite()
        path = result.save(tmp_path / f"{name}.zip")
        assert pm.verify(path, children=homes, schools=schools).same, name


def test_the_town_has_zones_and_flows() -> None:
    homes = TOWN.children()
    homes = homes.take(~homes.geometry.isna().to_numpy())
    rolls = TOWN.rolls_latest()
    rolls = rolls.take((rolls.strata["phase"] == "secondary").to_numpy())
    zones = TOWN.units_after.set_index("unit")["secondary_catchment"]
    table = TOWN.flows[TOWN.flows["phase"] == "secondary"].pivot_table(
        index=["unit", "school"], columns="group", values="pupils", aggfunc="sum", observed=True, fill_value=0
    )
    table.columns = [str(name) for name in table.columns]
    flows = pm.Flows.from_table(table.reset_index(), origin="unit", destination="school", groups=list(TOWN.groups))
    told = pm.schools.evaluate_catchments(
        homes, zones, rolls, before=pm.schools.nearest_catchments(homes, rolls), focal="blue", take_up=0.5,
        otherwise=flows, capacity=TOWN.schools.set_index("school")["capacity"],
    )  # fmt: skip
    assert told[told["statistic"] == "intake"]["after"].sum() == pytest.approx(homes.total.sum())
    assert told[told["statistic"] == "intake"]["before"].sum() == pytest.approx(homes.total.sum())
