"""Schools against neighbourhoods: three definitions, by hand and by identity."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import placemix as pm
from placemix.errors import CRSMismatch, NotCounts, UnknownGroup, UnmatchedUnit


def flows(seed: int = 0, homes: int = 12, schools: int = 4) -> pm.Flows:
    """Random trips of two groups."""
    rng = np.random.default_rng(seed)
    rows = [(f"h{a:02d}", f"s{b}", *rng.integers(0, 9, 2)) for a in range(homes) for b in range(schools)]
    table = pd.DataFrame(rows, columns=["home", "school", "x", "y"])
    return pm.Flows.from_table(table, origin="home", destination="school", groups=["x", "y"])


def placed(rows: list[tuple[int, int]], xy: list[tuple[float, float]], name: str, **strata: list[str]) -> pm.Counts:
    """Units with points."""
    table = pd.DataFrame(rows, columns=["x", "y"]).assign(unit=[f"{name}{n}" for n in range(len(rows))], **strata)
    shapes = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*zip(*xy, strict=True)), crs=27700)
    return pm.from_wide(shapes, groups=["x", "y"], unit="unit", strata=list(strata))


def test_the_same_children_at_home_and_at_school() -> None:
    trips = flows()
    found = pm.schools.ratio_same_children(trips, focal="x", measures=["dissimilarity", "isolation"], draws=19)
    for row in found.itertuples():
        school, home = (
            pm.estimate(side, row.measure, focal="x").value for side in (trips.at_destination(), trips.at_origin())
        )
        assert (row.school, row.home) == (school, home)
        assert row.ratio == pytest.approx(school / home)
        assert row.difference == school - home
    assert found["people_school"].tolist() == found["people_home"].tolist()
    assert (found["units_school"].iloc[0], found["units_home"].iloc[0]) == (4, 12)


def test_with_strata_the_children_of_each_are_followed_to_any_school() -> None:
    trips = flows(3)
    where = pd.Series({unit: "north" if int(unit[1:]) < 6 else "south" for unit in trips.origins}, name="authority")
    found = pm.schools.ratio_same_children(trips, focal="x", measures="dissimilarity", by=where, draws=19)
    assert found["authority"].tolist() == ["north", "south"]
    table = pd.DataFrame(trips.values, columns=["x", "y"])
    table["home"], table["school"] = trips.origins[trips.origin], trips.destinations[trips.destination]
    for label, row in zip(("north", "south"), found.itertuples(), strict=True):
        mine = table[table["home"].map(where) == label].groupby("school")[["x", "y"]].sum()
        d = 0.5 * (mine["x"] / mine["x"].sum() - mine["y"] / mine["y"].sum()).abs().sum()
        assert row.school == pytest.approx(d)
    assert found["people_home"].sum() == trips.values.sum()
    with pytest.raises(UnmatchedUnit):
        pm.schools.ratio_same_children(trips, focal="x", by=where.iloc[1:])
    with pytest.raises(NotCounts):
        pm.schools.ratio_same_children(trips.at_origin(), focal="x")  # type: ignore[arg-type]


def test_corrected_values_are_those_of_the_inference_room() -> None:
    trips = flows(5)
    found = pm.schools.ratio_same_children(trips, focal="x", measures="dissimilarity", cluster=1, draws=19)
    school = trips.at_destination()
    plain = pm.inference.table(school, "dissimilarity", focal="x", cluster=1, draws=19)
    value, expected = plain["value"].item(), plain["expected"].item()
    assert found["expected_school"].item() == expected
    corrected = (value - expected) / (1 - expected if value >= expected else expected)
    assert found["corrected_school"].item() == pytest.approx(corrected)
    assert np.isnan(found["corrected_ratio"].item()) == (found["corrected_home"].item() <= 0)


def test_residents_are_pooled_to_the_nearest_school_and_nobody_is_lost() -> None:
    rng = np.random.default_rng(2)
    xy = rng.random((30, 2)) * 1000
    homes = placed([tuple(row) for row in rng.integers(1, 40, (30, 2))], [tuple(p) for p in xy], "h")
    at = rng.random((5, 2)) * 1000
    rolls = placed([tuple(row) for row in rng.integers(1, 90, (5, 2))], [tuple(p) for p in at], "s")
    pooled = pm.schools.to_nearest_school(homes, rolls)
    assert pooled.values.sum(axis=0).tolist() == homes.values.sum(axis=0).tolist()
    nearest = np.hypot(xy[:, None, 0] - at[None, :, 0], xy[:, None, 1] - at[None, :, 1]).argmin(axis=1)
    for place, unit in enumerate(pooled.units):
        mine = homes.values[nearest == int(unit[1:])].sum(axis=0)
        assert pooled.values[place].tolist() == mine.tolist()
    found = pm.schools.ratio_local_residents(rolls, homes, focal="x", measures="dissimilarity", draws=19)
    assert found["home"].item() == pm.estimate(pooled, "dissimilarity", focal="x").value
    assert found["definition"].item() == "local residents, pooled to the nearest school"
    with pytest.raises(CRSMismatch):
        pm.schools.to_nearest_school(homes, pm.from_wide(
            gpd.GeoDataFrame({"u": ["a"], "x": [1], "y": [2]}, geometry=gpd.points_from_xy([0], [0]), crs=32630),
            groups=["x", "y"], unit="u",
        ))  # fmt: skip


def test_equally_near_goes_to_the_first_by_id_and_strata_are_borders() -> None:
    homes = placed([(1, 2), (3, 4)], [(5, 0), (9, 0)], "h", la=["a", "b"])
    rolls = placed([(1, 1), (1, 1)], [(10, 0), (0, 0)], "s", la=["a", "b"])
    assert pm.schools.to_nearest_school(homes, rolls).units.tolist() == ["s0"]
    assert sorted(pm.schools.to_nearest_school(homes, rolls, by="la").units) == ["s0", "s1"]
    far = placed([(1, 1)], [(0, 0)], "s", la=["a"])
    with pytest.raises(UnmatchedUnit, match="same la"):
        pm.schools.to_nearest_school(homes, far, by="la")


@pytest.mark.slow
def test_local_children_by_authority_saved_and_made_again(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    homes = placed(
        [tuple(r) for r in rng.integers(1, 40, (9, 2))], [(n, 0) for n in range(9)], "h", la=["a", "b", "c"] * 3
    )
    rolls = placed(
        [tuple(r) for r in rng.integers(1, 90, (6, 2))], [(n, 1) for n in range(6)], "s", la=["a", "b", "c"] * 2
    )
    found = pm.schools.ratio_local_children(rolls, homes, focal="x", by="la", draws=19)
    assert found["la"].tolist() == ["a", "a", "b", "b", "c", "c"]
    assert pm.verify(found.save(tmp_path / "children.zip")).same
    near = pm.schools.ratio_local_residents(rolls, homes, focal="x", draws=19)
    assert pm.verify(near.save(tmp_path / "near.zip", inputs=False), rolls=rolls, residents=homes).same
    assert "Burgess" in found.cite()
    with pytest.raises(UnknownGroup, match="same groups"):
        pm.schools.ratio_local_children(rolls, homes.merge_groups({"z": ["y"]}), focal="x")
