"""Every child to the nearest school with a place: the smallest sum of distances, and nobody lost."""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.errors import InvalidCounts, InvalidTable, UnknownGroup, UnmatchedUnit
from placemix.schools.nearby import flowing


def placed(rows: np.ndarray, xy: np.ndarray, name: str, **strata: list[str]) -> pm.Counts:
    """Units with points."""
    table = pd.DataFrame(rows, columns=["x", "y"]).assign(unit=[f"{name}{n}" for n in range(len(rows))], **strata)
    shapes = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*np.asarray(xy, float).T), crs=27700)
    return pm.from_wide(shapes, groups=["x", "y"], unit="unit", strata=list(strata))


def shortest(away: np.ndarray, places: list[int]) -> float:
    """Smallest sum of distances of single children to schools with places, by trying everything."""
    children, schools = away.shape
    best = np.inf
    for ends in itertools.product(range(-1, schools), repeat=children):
        if sum(end < 0 for end in ends) != max(0, children - sum(places)):
            continue
        if all(ends.count(school) <= places[school] for school in range(schools)):
            best = min(best, sum(away[child, end] for child, end in enumerate(ends) if end >= 0))
    return best


@pytest.mark.slow
@pytest.mark.parametrize("room", [1.0, 1.4, 0.7])
def test_the_sum_of_distances_is_as_small_as_it_can_be(room: float) -> None:
    rng = np.random.default_rng(int(10 * room))
    for _ in range(6):
        children = placed(np.array([(1, 0), (0, 1)])[rng.integers(0, 2, 5)], rng.random((5, 2)) * 5000, "h")
        rolls = placed(np.array([(1, 1), (1, 0), (0, 1)]), rng.random((3, 2)) * 5000, "s")
        places = [2, 1, 1] if room < 1 else [2, 2, 1] if room == 1.0 else [3, 2, 2]
        capacity = pd.Series(places, index=rolls.units)
        found = pm.schools.gap_nearest(rolls, children, focal="x", measures="isolation", capacity=capacity).iloc[0]
        at = [np.column_stack([one.geometry.x, one.geometry.y]) for one in (children, rolls)]
        away = np.hypot(at[0][:, None, 0] - at[1][None, :, 0], at[0][:, None, 1] - at[1][None, :, 1])
        assert found["total_distance"] == pytest.approx(shortest(away, places), abs=1.0)
        assert found["unplaced"] == max(0, 5 - sum(places))
        assert found["placed"] + found["unplaced"] == found["children"] == 5


def test_with_room_everywhere_it_is_the_nearest_school() -> None:
    rng = np.random.default_rng(9)
    xy, at = rng.random((40, 2)) * 9000, rng.random((6, 2)) * 9000
    people = rng.integers(0, 8, (40, 2))
    children, rolls = placed(people, xy, "h"), placed(rng.integers(1, 60, (6, 2)), at, "s")
    capacity = pd.Series(1000, index=rolls.units)
    found = pm.schools.gap_nearest(rolls, children, focal="x", capacity=capacity)
    nearest = np.hypot(xy[:, None, 0] - at[None, :, 0], xy[:, None, 1] - at[None, :, 1]).argmin(axis=1)
    sums = np.zeros((6, 2))
    np.add.at(sums, nearest, people)
    x, y = sums.T
    assert found.loc[found["measure"] == "dissimilarity", "nearest"].item() == pytest.approx(
        0.5 * np.abs(x / x.sum() - y / y.sum()).sum()
    )
    for row in found.itertuples():
        assert row.actual == pm.estimate(rolls, row.measure, focal="x").value
        assert row.difference == pytest.approx(row.actual - row.nearest)


def test_the_order_of_rows_changes_nothing() -> None:
    rng = np.random.default_rng(1)
    children = placed(rng.integers(0, 8, (20, 2)), rng.integers(0, 3, (20, 2)) * 1000, "h")
    rolls = placed(rng.integers(5, 40, (4, 2)), rng.integers(0, 3, (4, 2)) * 1000, "s")
    one = pm.schools.gap_nearest(rolls, children, focal="x")
    turned = pm.schools.gap_nearest(rolls.take(np.arange(4)[::-1]), children.take(rng.permutation(20)), focal="x")
    assert (
        one[["actual", "nearest", "total_distance"]]
        .round(9)
        .equals(turned[["actual", "nearest", "total_distance"]].round(9))
    )


def test_by_authority_capacities_and_refusals() -> None:
    children = placed(np.array([(4, 1), (1, 4)]), np.array([(0, 0), (100, 0)]), "h", la=["a", "b"])
    rolls = placed(np.array([(3, 2), (2, 3)]), np.array([(90, 0), (10, 0)]), "s", la=["a", "b"])
    together = pm.schools.gap_nearest(rolls, children, focal="x", measures="isolation")
    apart = pm.schools.gap_nearest(rolls, children, focal="x", measures="isolation", by="la")
    assert together["mean_distance"].item() == 10
    assert apart["mean_distance"].tolist() == [90, 90]
    assert apart["la"].tolist() == ["a", "b"]
    low = pd.Series([1, 9], index=["s0", "s1"])
    wide = pm.schools.gap_nearest(rolls, children, focal="x", capacity=low)
    assert "1 of 2 schools have a roll above their capacity, by 4 pupils" in wide["note"].iloc[0]
    with pytest.raises(InvalidTable, match="roll above their capacity"):
        pm.schools.gap_nearest(rolls, children, focal="x", capacity=low, smaller="refuse")
    with pytest.raises(UnmatchedUnit, match="no capacity"):
        pm.schools.gap_nearest(rolls, children, focal="x", capacity=low.iloc[:1])
    with pytest.raises(InvalidCounts, match="no whole number"):
        pm.schools.gap_nearest(rolls, children, focal="x", capacity=low - 0.5)
    with pytest.raises(UnknownGroup):
        pm.schools.gap_nearest(rolls, children.merge_groups({"z": ["y"]}), focal="x")
    half = placed(np.array([(1.5, 2.0)]), np.array([(0, 0)]), "h")
    with pytest.raises(InvalidCounts, match="not whole"):
        pm.schools.gap_nearest(rolls, half, focal="x")


@pytest.mark.parametrize("first", [1, 2, 5])
def test_the_few_pairs_looked_at_give_the_cheapest_of_all(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from scipy.optimize import linear_sum_assignment

    monkeypatch.setattr(flowing, "_FIRST", first)
    rng = np.random.default_rng(first)
    for turn in range(40):
        homes, schools = rng.integers(1, 12), rng.integers(1, 25)
        # Many equal distances in every second instance; too few places in some.
        away = rng.random((homes, schools)) * 100 if turn % 2 else rng.integers(0, 4, (homes, schools)) * 1.0
        many, places = rng.integers(1, 5, homes), rng.integers(1, 4, schools)
        flow = flowing.cheapest(away, many, places)
        assert flow.sum() == min(many.sum(), places.sum())
        assert (flow.sum(axis=0) <= places).all()
        assert (flow.sum(axis=1) <= many).all()
        cost = np.rint(away / flowing.GRAIN)
        each = cost[np.repeat(np.arange(homes), many)][:, np.repeat(np.arange(schools), places)]
        each = np.hstack([each, np.zeros((len(each), max(0, each.shape[0] - each.shape[1])))])
        assert (flow * cost).sum() == each[linear_sum_assignment(each)].sum()


def test_distances_are_metres_on_a_map_in_feet() -> None:
    xy = np.array([[0.0, 0.0], [5000.0, 0.0]])

    def at(rows, points, name):
        table = pd.DataFrame(rows, columns=["x", "y"]).assign(unit=[f"{name}{n}" for n in range(len(rows))])
        return pm.from_wide(
            gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*points.T), crs=2263), groups=["x", "y"], unit="unit"
        )

    schools, homes = at([[3, 1], [1, 3]], xy + np.array([900.0, 0.0]), "s"), at([[3, 1], [1, 3]], xy, "h")
    found = pm.schools.gap_nearest(schools, homes, focal="x", draws=9)
    assert found["mean_distance"].iloc[0] == pytest.approx(900 * 1200 / 3937, rel=1e-4)


def test_residents_of_all_ages_are_no_children_of_a_phase() -> None:
    homes = placed(np.array([[40, 20], [10, 60]]), np.array([[0, 0], [900, 0]]), "h")
    schools = placed(np.array([[9, 6], [10, 6]]), np.array([[0, 0], [900, 0]]), "s")
    with pytest.raises(InvalidCounts, match="130 children and 31 places"):
        pm.schools.gap_nearest(schools, homes, focal="x")
