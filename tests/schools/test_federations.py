"""Federations: the best of all sets of federations, and twins where they have two schools."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.errors import InvalidParameter, UnknownGroup


def rolls(people: np.ndarray, xy: np.ndarray, **strata: list[str]) -> pm.Counts:
    """Schools with points."""
    table = pd.DataFrame(people, columns=["x", "y", "z"]).assign(
        school=[f"s{n:02d}" for n in range(len(people))], **strata
    )
    shapes = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*xy.T), crs=27700)
    return pm.from_wide(shapes, groups=["x", "y", "z"], unit="school", strata=list(strata))


def partitions(schools: list[int], size: int) -> Iterator[list[tuple[int, ...]]]:
    """All ways to put schools into sets of at most `size`."""
    if not schools:
        yield []
        return
    first, rest = schools[0], schools[1:]
    for more in range(size):
        for others in itertools.combinations(rest, more):
            left = [school for school in rest if school not in others]
            for one in partitions(left, size):
                yield [(first, *others), *one]


def exposure(x: np.ndarray, y: np.ndarray, t: np.ndarray, sets: list[tuple[int, ...]], contact: float) -> float:
    """Exposure of x to y with these federations, school by school."""
    total = 0.0
    for some in map(list, sets):
        pooled = y[some].sum() / t[some].sum()
        total += sum(x[s] * ((1 - contact) * y[s] / t[s] + contact * pooled) for s in some)
    return float(total / x.sum())


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("size", "against"), [(2, "rest"), (3, "rest"), (3, "y"), (4, "rest")])
def test_the_best_of_all_partitions(seed: int, size: int, against: str) -> None:
    rng = np.random.default_rng(seed)
    people, xy = rng.integers(1, 60, (7, 3)), rng.random((7, 2)) * 1000
    table = rolls(people, xy)
    found = pm.schools.federate(table, focal="x", against=against, contact=0.3, within=500, size=size)
    x, t = people[:, 0].astype(float), people.sum(axis=1).astype(float)
    y = t - x if against == "rest" else people[:, 1].astype(float)
    away = np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1))
    best = max(
        exposure(x, y, t, sets, 0.3)
        for sets in partitions(list(range(7)), size)
        if all(away[a, b] <= 500 for some in sets for a, b in itertools.combinations(some, 2))
    )
    now = exposure(x, y, t, [(school,) for school in range(7)], 0.3)
    if not len(found):
        assert best == pytest.approx(now, abs=1e-6)
        return
    assert found["exposure_then"].iloc[0] == pytest.approx(best, abs=1e-6)
    assert found["exposure_now"].iloc[0] == pytest.approx(now, abs=1e-12)
    assert (found["status"] == "optimal").all()
    assert (found["gap"] == 0).all()
    assert found["contribution"].sum() == pytest.approx(found["exposure_then"].iloc[0] - now, abs=1e-12)
    assert found["bound"].iloc[0] >= found["exposure_then"].iloc[0]
    sets = [tuple(int(name[1:]) for name in names.split(", ")) for names in found["federation"]]
    used = [school for some in sets for school in some]
    assert len(used) == len(set(used))
    alone = [(school,) for school in range(7) if school not in used]
    assert exposure(x, y, t, [*sets, *alone], 0.3) == pytest.approx(found["exposure_then"].iloc[0], abs=1e-12)
    for some, row in zip(sets, found.itertuples(), strict=True):
        assert row.schools == len(some) <= size
        assert row.furthest == pytest.approx(max(away[a, b] for a, b in itertools.combinations(some, 2)))
        assert row.furthest <= 500
        assert row.share_together == pytest.approx(x[list(some)].sum() / t[list(some)].sum())


def test_two_are_twins() -> None:
    rng = np.random.default_rng(4)
    table = rolls(rng.integers(0, 60, (40, 3)), rng.random((40, 2)) * 4000, phase=rng.choice(["a", "b"], 40).tolist())
    given = {"focal": "x", "contact": 0.1, "within": "1 km", "phase": "phase"}
    twins, pairs = pm.schools.twin(table, **given), pm.schools.federate(table, size=2, **given)
    assert pairs["exposure_then"].iloc[0] == pytest.approx(twins["exposure_then"].iloc[0], abs=1e-14)
    ours = set(twins["first"] + ", " + twins["second"])
    assert set(pairs["federation"]) == ours
    three = pm.schools.federate(table, size=3, **given)
    assert three["exposure_then"].iloc[0] >= pairs["exposure_then"].iloc[0]
    of_phase = table.strata["phase"].astype(str).set_axis(table.units)
    for row in three.itertuples():
        assert {of_phase[name] for name in row.federation.split(", ")} == {row.phase}


def test_the_published_pair_and_saved(tmp_path: Path) -> None:
    table = rolls(np.array([[90, 10, 0], [10, 90, 0]]), np.array([[0, 0], [500, 0]]))
    found = pm.schools.federate(table, focal="x", contact=0.1, within=3000)
    row = found.iloc[0]
    assert row[["exposure_apart", "exposure_federated", "exposure_now", "exposure_then"]].tolist() == pytest.approx(
        [0.18, 0.212, 0.18, 0.212], abs=1e-12
    )
    assert row["shares"] == "0.900, 0.100"
    assert pm.verify(found.save(tmp_path / "pack.zip", inputs=False), rolls=table).same
    assert pm.schools.federate(table, focal="x", contact=0.1, within=400).empty
    assert pm.schools.federate(table, focal="x", contact=0.0, within=3000).empty


@pytest.mark.slow
def test_an_order_of_rows_changes_no_gain_and_a_stop_says_what_is_open() -> None:
    rng = np.random.default_rng(7)
    table = rolls(rng.integers(0, 60, (60, 3)), rng.random((60, 2)) * 2000)
    given = {"focal": "x", "contact": 0.2, "within": 700}
    whole, turned = (pm.schools.federate(one, **given) for one in (table, table.take(np.arange(60)[::-1])))
    assert whole["status"].iloc[0] == "optimal"
    assert turned["exposure_then"].iloc[0] == pytest.approx(whole["exposure_then"].iloc[0], abs=1e-6)
    early = pm.schools.federate(table, effort=1e-4, **given)
    twins = pm.schools.twin(table, **given)
    assert early["status"].iloc[0] == "feasible"
    assert early["exposure_then"].iloc[0] >= twins["exposure_then"].iloc[0] - 1e-9
    assert early["bound"].iloc[0] >= whole["exposure_then"].iloc[0] - 1e-6
    assert early["gap"].iloc[0] > 0


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"size": 1}, InvalidParameter, "from 2 to 6"),
        ({"size": True}, InvalidParameter, "from 2 to 6"),
        ({"contact": 1.2}, InvalidParameter, "contact"),
        ({"effort": 0}, InvalidParameter, "effort"),
        ({"focal": "q"}, UnknownGroup, "q"),
        ({"within": "far"}, InvalidParameter, "within"),
    ],
)
def test_what_is_refused(change: dict[str, object], error: type[Exception], match: str) -> None:
    table = rolls(np.array([[9, 1, 0], [1, 9, 0]]), np.array([[0, 0], [500, 0]]))
    with pytest.raises(error, match=match):
        pm.schools.federate(table, **{"focal": "x", "contact": 0.1, "within": 900, **change})


@pytest.mark.parametrize("size", [2, 3])
def test_a_map_in_feet(size: int) -> None:
    table = pd.DataFrame({"school": ["N", "S"], "x": [90, 10], "y": [10, 90]})
    points = gpd.points_from_xy([0, 500 / (1200 / 3937)], [0, 0])
    table = pm.from_wide(gpd.GeoDataFrame(table, geometry=points, crs=2263), groups=["x", "y"], unit="school")
    given = {"focal": "x", "contact": 0.1}
    assert pm.schools.federate(table, within="501 m", size=size, **given)["furthest"].item() == pytest.approx(500)
    assert pm.schools.twin(table, within="501 m", **given)["distance"].item() == pytest.approx(500)
    assert pm.schools.federate(table, within="499 m", size=size, **given).empty
