"""Redrawn catchments: the optimum by trying everything, limits kept, zones connected by another library's check."""

from __future__ import annotations

import _thread
import itertools
import signal
import threading
from dataclasses import replace
from functools import partial
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from shapely import box

import placemix as pm
from placemix.errors import DuplicateUnit, InvalidCounts, InvalidParameter, NoPlace, UnmatchedUnit
from placemix.schools.catchments.limits import Problem


def grid(rng: np.random.Generator, rows: int, columns: int, crs: int = 27700, side: float = 300.0) -> pm.Counts:
    """Square units with children of two groups."""
    values = rng.integers(0, 9, (rows * columns, 2)) + 1
    table = pd.DataFrame(values, columns=["x", "y"]).assign(unit=[f"u{n}" for n in range(rows * columns)])
    shapes = [box(side * c, side * r, side * (c + 1), side * (r + 1)) for r in range(rows) for c in range(columns)]
    return pm.from_wide(gpd.GeoDataFrame(table, geometry=shapes, crs=crs), groups=["x", "y"], unit="unit")


def at(points: list[tuple[float, float]], crs: int = 27700) -> pm.Counts:
    """Schools at points."""
    table = pd.DataFrame({"x": [10] * len(points), "y": 10, "unit": [f"s{n}" for n in range(len(points))]})
    shapes = gpd.points_from_xy(*np.array(points).T)
    return pm.from_wide(gpd.GeoDataFrame(table, geometry=shapes, crs=crs), groups=["x", "y"], unit="unit")


def graph(homes: pm.Counts) -> nx.Graph:
    """Who shares a stretch of border, by plain geometry."""
    shapes = list(homes.geometry)
    made: nx.Graph = nx.Graph()
    made.add_nodes_from(homes.units)
    for i, j in itertools.combinations(range(len(homes)), 2):
        if shapes[i].intersection(shapes[j]).length > 1:
            made.add_edge(homes.units[i], homes.units[j])
    return made


def parts(homes: pm.Counts, school: pd.Series) -> dict[str, int]:
    """Connected pieces of each zone."""
    net = graph(homes)
    return {
        name: nx.number_connected_components(net.subgraph(homes.units[(school == name).to_numpy()]))
        for name in sorted(set(school))
    }


def best(homes: pm.Counts, now: pd.Series, size: tuple[float, float], reach: np.ndarray, *, connected: bool) -> float:
    """The smallest dissimilarity of all assignments that keep the limits."""
    names = sorted(set(now))
    codes = np.array([names.index(name) for name in now])
    total, x = homes.total, homes.values[:, 0]
    roll = np.bincount(codes, total, len(names))
    options = [[school for school in range(len(names)) if reach[unit, school]] for unit in range(len(homes))]
    allowed = parts(homes, now)
    net = graph(homes)
    found: list[tuple[float, tuple[int, ...]]] = []
    for each in itertools.product(*options):
        rolls = np.bincount(each, total, len(names))
        if (rolls < size[0] * roll - 1e-9).any() or (rolls > size[1] * roll + 1e-9).any():
            continue
        shares = (
            np.bincount(each, x, len(names)) / x.sum(),
            np.bincount(each, total - x, len(names)) / ((total - x).sum()),
        )
        found.append((0.5 * np.abs(shares[0] - shares[1]).sum(), each))
    for value, each in sorted(found):
        if not connected:
            return value
        zones = [homes.units[np.array(each) == school] for school in range(len(names))]
        if all(
            len(zone) == 0 or nx.number_connected_components(net.subgraph(zone)) <= allowed[name]
            for zone, name in zip(zones, names, strict=True)
        ):
            return value
    raise AssertionError


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_proven_optimum_is_that_of_trying_everything(seed: int) -> None:
    rng = np.random.default_rng(seed)
    homes, schools = grid(rng, 3, 4), at([(150, 450), (1050, 450)])
    now = pm.schools.nearest_catchments(homes, schools)
    new = pm.schools.redraw(homes, schools, now, focal="x", travel=None, size=(0.7, 1.3), contiguous=False, seconds=20)
    wanted = best(homes, now["school"], (0.7, 1.3), np.ones((12, 2), bool), connected=False)
    first = new.iloc[0]
    assert first["status"] == "optimal"
    assert first["gap"] == 0
    assert first["value"] == pytest.approx(wanted, abs=1e-12)
    assert first["bound"] == pytest.approx(wanted, abs=1e-9)
    search = pm.schools.redraw(
        homes,
        schools,
        now,
        focal="x",
        travel=None,
        size=(0.7, 1.3),
        contiguous=False,
        method="local search",
        seconds=0.5,
    )
    assert wanted - 1e-12 <= search["value"].iloc[0] <= first["value_before"] + 1e-12


@pytest.mark.parametrize("seed", range(4))
def test_connected_zones_are_no_better_than_the_best_and_hang_together(seed: int) -> None:
    rng = np.random.default_rng(10 + seed)
    homes, schools = grid(rng, 3, 3), at([(150, 150), (750, 750), (750, 150)])
    now = pm.schools.nearest_catchments(homes, schools)
    new = pm.schools.redraw(homes, schools, now, focal="x", travel=2.5, near=500, size=(0.5, 1.6), seconds=20)
    xy = np.array([(shape.centroid.x, shape.centroid.y) for shape in homes.geometry])
    to = np.array([(point.x, point.y) for point in schools.geometry])
    away = np.hypot(xy[:, None, 0] - to[:, 0], xy[:, None, 1] - to[:, 1])
    present = away[np.arange(9), [int(name[1]) for name in now["school"]]]
    reach = away <= np.maximum(2.5 * present, 500)[:, None] * (1 + 1e-9)
    free = best(homes, now["school"], (0.5, 1.6), reach, connected=True)
    first = new.iloc[0]
    # The rule asks for more than connection (each unit hangs on one that is closer), so it may cost something.
    assert free - 1e-12 <= first["value"] <= first["value_before"]
    assert first["status"] == "optimal"
    before, after = parts(homes, now["school"]), parts(homes, new["school"])
    assert all(after[name] <= before[name] for name in after)
    assert reach[np.arange(9), [int(name[1]) for name in new["school"]]].all()


def everything(problem: Problem) -> int:
    """The least value of all assignments that keep every limit."""
    each = itertools.product(*[options or [-1] for options in problem.options])
    return min(problem.value(list(codes)) for codes in each if not problem.broken(list(codes)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_all_limits_together_against_trying_everything(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from placemix.schools.catchments import redrawing

    rng = np.random.default_rng(20 + seed)
    homes, schools = grid(rng, 3, 4), at([(150, 150), (1050, 150), (600, 750)][: 2 + seed % 2])
    now = pm.schools.nearest_catchments(homes, schools)
    limits: dict[str, Any] = {
        "focal": "x", "travel": 3.0, "near": 700, "size": (0.6, 1.5), "cohesion": 0.5 if seed % 3 else None,
        "rezoned": 0.4, "fixed": ["u0"], "objective": "travel" if seed == 5 else "dissimilarity",
        "take_up": 0.8 if seed == 4 else 1.0, "seconds": 20,
    }  # fmt: skip
    seen: list[Problem] = []
    real = redrawing.pose

    def watched(*given: Any) -> Any:
        posed = real(*given)
        seen.append(posed.problem)
        return posed

    monkeypatch.setattr(redrawing, "pose", watched)
    new = pm.schools.redraw(homes, schools, now, **limits)
    problem = seen[0]
    codes = [int(name[1]) for name in new["school"]]
    assert problem.broken(codes) == []
    assert problem.value(codes) == everything(problem)
    assert new["status"].iloc[0] == "optimal"
    assert new["children"][new["changed"]].sum() <= 0.4 * new["children"].sum()
    assert not new["changed"].iloc[0]
    search = pm.schools.redraw(homes, schools, now, **(limits | {"method": "local search", "seconds": 1}))
    codes = [int(name[1]) for name in search["school"]]
    assert problem.broken(codes) == []
    assert search["value"].iloc[0] >= new["value"].iloc[0] - 1e-9
    assert pd.isna(search["bound"].iloc[0])


def test_value_is_the_index_of_the_intakes() -> None:
    rng = np.random.default_rng(3)
    homes, schools = grid(rng, 4, 4), at([(150, 150), (1050, 1050), (1050, 150)])
    now = pm.schools.nearest_catchments(homes, schools)
    for share in (1.0, 0.6, {"x": 0.9, "y": 0.4}):
        new = pm.schools.redraw(homes, schools, now, focal="x", take_up=share, near=600, seconds=5)
        told = pm.schools.evaluate_catchments(
            homes, new, schools, before=now, focal="x", measures="dissimilarity", take_up=share
        ).iloc[0]
        assert new["value"].iloc[0] == pytest.approx(told["after"], abs=1e-7)
        assert new["value_before"].iloc[0] == pytest.approx(told["before"], abs=1e-7)


def test_a_zone_in_pieces_may_stay_so_and_a_whole_one_stays_whole() -> None:
    rng = np.random.default_rng(5)
    homes, schools = grid(rng, 4, 4), at([(150, 150), (1050, 1050)])
    now = pd.Series(["s0"] * 8 + ["s1"] * 8, index=homes.units)
    now["u0"] = "s1"
    for method in ("cp-sat", "local search"):
        new = pm.schools.redraw(homes, schools, now, focal="x", travel=None, size=(0.5, 2), method=method, seconds=3)
        pieces = parts(homes, new["school"])
        assert pieces["s0"] == 1
        assert pieces["s1"] <= 2
        assert "1 zone lies in pieces now" in new["note"].iloc[0]


@pytest.mark.slow
def test_an_interrupt_gives_the_best_found_so_far() -> None:
    rng = np.random.default_rng(7)
    homes = grid(rng, 16, 16)
    schools = at([(300 * a + 150, 300 * b + 150) for a in (2, 8, 13) for b in (2, 8, 13)])
    now = pm.schools.nearest_catchments(homes, schools)

    def interrupt(limit: int, done: int, _: int) -> None:
        if done >= limit:
            raise KeyboardInterrupt

    for limit, method in ((3, "local search"), (300, "cp-sat")):
        at_limit = partial(interrupt, limit)
        new = pm.schools.redraw(
            homes, schools, now, focal="x", travel=None, size=(0.9, 1.1), seconds=8, progress=at_limit, method=method
        )
        first = new.iloc[0]
        assert first["status"] == "stopped"
        assert first["value"] <= first["value_before"]
        assert new.attrs["seconds"] < 7
        assert max(parts(homes, new["school"]).values()) == 1


@pytest.mark.slow
def test_effort_makes_the_answer_come_out_again() -> None:
    rng = np.random.default_rng(8)
    homes = grid(rng, 6, 6)
    schools = at([(450, 450), (1350, 450), (450, 1350), (1350, 1350)])
    now = pm.schools.nearest_catchments(homes, schools)
    for method in ("local search", "cp-sat"):
        answers = [
            pm.schools.redraw(homes, schools, now, focal="x", travel=2, effort=0.1, seconds=300, seed=4, method=method)[
                "school"
            ].tolist()
            for _ in range(2)
        ]
        assert answers[0] == answers[1]


def test_feet_and_the_order_of_rows_change_nothing() -> None:
    rng = np.random.default_rng(9)
    homes, schools = grid(rng, 4, 4), at([(150, 150), (1050, 1050)])
    now = pm.schools.nearest_catchments(homes, schools)
    first = pm.schools.redraw(homes, schools, now, focal="x", near="400 m", travel=1, seconds=10)
    feet = 1 / (1200 / 3937)
    places = gpd.GeoDataFrame(
        homes.to_frame()[["unit", "x", "y"]],
        geometry=homes.geometry.affine_transform([feet, 0, 0, feet, 0, 0]).to_numpy(),
        crs="EPSG:2263",
    )
    turned = pm.from_wide(places.iloc[::-1].reset_index(drop=True), groups=["x", "y"], unit="unit")
    points = gpd.GeoDataFrame(
        schools.to_frame()[["unit", "x", "y"]],
        geometry=schools.geometry.affine_transform([feet, 0, 0, feet, 0, 0]).to_numpy(),
        crs="EPSG:2263",
    )
    again = pm.schools.redraw(
        turned, pm.from_wide(points, groups=["x", "y"], unit="unit"), now, focal="x", near="400 m", travel=1, seconds=10
    )
    assert again["value"].iloc[0] == pytest.approx(first["value"].iloc[0], abs=1e-12)
    assert again["travel_before"].mean() == pytest.approx(first["travel_before"].mean(), rel=1e-9)


def test_what_is_wrong_is_said_together() -> None:
    rng = np.random.default_rng(1)
    homes, schools = grid(rng, 2, 3), at([(150, 150), (750, 150)])
    now = pd.Series(["s0", "s0", "s9", None, "s1", "s1"], index=homes.units)
    with pytest.raises(UnmatchedUnit) as caught:
        pm.schools.redraw(
            homes, schools, now, focal="green", travel=0.5, size=(2, 1), cohesion=3, seconds=0, fixed=["u99"],
            capacity=pd.Series({"s0": 10}),
        )  # fmt: skip
    text = str(caught.value)
    assert isinstance(caught.value, InvalidParameter)
    for part in (
        "s9",
        "u3",
        "u99",
        "no group 'green'",
        "travel is",
        "size is",
        "cohesion is",
        "seconds is",
        "no capacity",
    ):
        assert part in text
    twice = pd.Series(["s0"] * 7, index=[*homes.units, "u0"])
    with pytest.raises(DuplicateUnit):
        pm.schools.redraw(homes, schools, twice, focal="x")
    good = pm.schools.nearest_catchments(homes, schools)
    points = pm.from_wide(
        gpd.GeoDataFrame(homes.to_frame()[["unit", "x", "y"]], geometry=homes.geometry.centroid.to_numpy(), crs=27700),
        groups=["x", "y"], unit="unit",
    )  # fmt: skip
    with pytest.raises(NoPlace):
        pm.schools.redraw(points, schools, good, focal="x")
    assert len(pm.schools.redraw(points, schools, good, focal="x", contiguous=False, seconds=1)) == 6
    half = replace(homes, values=homes.values / 2, total=homes.total / 2)
    with pytest.raises(InvalidCounts, match="not whole"):
        pm.schools.redraw(half, schools, good, focal="x")
    with pytest.raises(InvalidParameter, match="two groups"):
        pm.schools.redraw(homes, schools, good, focal="x", against="x")


@pytest.mark.parametrize("seed", range(3))
def test_of_equally_good_zones_those_that_move_fewest(seed: int) -> None:
    rng = np.random.default_rng(30 + seed)
    homes = grid(rng, 3, 3)
    homes = replace(homes, values=np.minimum(homes.values, 2), total=np.minimum(homes.values, 2).sum(axis=1))
    schools = at([(150, 450), (750, 450)])
    now = pm.schools.nearest_catchments(homes, schools)
    new = pm.schools.redraw(homes, schools, now, focal="x", travel=None, size=None, contiguous=False, seconds=20)
    codes, x, total = np.array([int(name[1]) for name in now["school"]]), homes.values[:, 0], homes.total
    least = []
    for each in itertools.product(range(2), repeat=9):
        rolls, of_x = np.bincount(each, total, 2), np.bincount(each, x, 2)
        value = 0.5 * np.abs(of_x / x.sum() - (rolls - of_x) / (total - x).sum()).sum()
        least.append((round(value, 12), total[np.array(each) != codes].sum()))
    assert (round(new["value"].iloc[0], 12), new["children"][new["changed"]].sum()) == min(least)


def test_units_without_children_need_no_school_and_may_join_zones() -> None:
    rng = np.random.default_rng(4)
    homes, schools = grid(rng, 3, 4), at([(150, 450), (1050, 450)])
    empty = np.isin(np.arange(12), [1, 6])
    values = np.where(empty[:, None], 0, homes.values)
    homes = replace(homes, values=values, total=values.sum(axis=1))
    now = pm.schools.nearest_catchments(homes, schools).set_index("unit")["school"]
    now["u6"] = None
    for method in ("cp-sat", "local search"):
        new = pm.schools.redraw(homes, schools, now, focal="x", travel=None, method=method, seconds=2)
        assert new["school"].isna().tolist() == (homes.units == "u6").tolist()
        kept = (homes.units != "u6").nonzero()[0]
        pieces = parts(homes.take(kept), new["school"].dropna())
        before = parts(homes.take(kept), now.dropna())
        assert all(pieces[name] <= before[name] for name in pieces)


def test_the_page_shows_what_was_found() -> None:
    rng = np.random.default_rng(2)
    homes, schools = grid(rng, 4, 4), at([(150, 150), (1050, 1050)])
    now = pm.schools.nearest_catchments(homes, schools)
    new = pm.schools.redraw(homes, schools, now, focal="x", travel=None, seconds=5)
    told = pm.schools.evaluate_catchments(homes, new, schools, before=now, focal="x")
    areas = gpd.GeoDataFrame({"code": homes.units}, geometry=homes.geometry.to_numpy(), crs=27700)
    section = pm.report.sections.catchment_change(told, new, areas, unit="code")
    html = pm.report.page([section], title="Zones")
    assert "Dissimilarity of the intakes would go from" in html
    assert "keeps its school" in html
    assert f"{new['changed'].sum()} of 16" in html
    plain = pm.report.page([pm.report.sections.catchment_change(told, new)], title="Zones")
    assert "keeps its school" not in plain


@pytest.mark.slow
def test_a_signal_stops_the_solver_itself() -> None:
    # Joining a thread is not safe from interrupts: the solver must have ended, and given what it had found.
    rng = np.random.default_rng(12)
    homes = grid(rng, 20, 20)
    schools = at([(300 * a + 150, 300 * b + 150) for a in (2, 7, 12, 17) for b in (2, 7, 12, 17)])
    now = pm.schools.nearest_catchments(homes, schools)
    timers: list[threading.Timer] = []

    def later(done: int, _: int) -> None:
        if done > 250 and not timers:
            timers.append(threading.Timer(0.5, _thread.interrupt_main))
            timers[0].start()

    # A shell's background job ignores the signal, and so would everything that is run from it.
    kept = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        new = pm.schools.redraw(homes, schools, now, focal="x", travel=3, size=(0.9, 1.1), seconds=6, progress=later)
    except KeyboardInterrupt:
        pytest.fail("the signal went past the solver")
    finally:
        for timer in timers:
            timer.cancel()
        signal.signal(signal.SIGINT, kept)
    first = new.iloc[0]
    assert first["status"] == "stopped"
    assert first["bound"] <= first["value"] <= first["value_before"]
    assert new.attrs["seconds"] < 6
