"""Clustering and distance decay: published maps, sums over pairs written out, and what must hold."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix import errors, indices, surroundings

MEASURES = [
    "mean_proximity", "mean_proximity_between", "spatial_proximity", "absolute_clustering", "relative_clustering",
    "distance_decay_isolation", "distance_decay_exposure",
]  # fmt: skip

TOYVILLE = np.array([[80.0, 20.0], [20.0, 80.0], [0.0, 100.0], [20.0, 80.0]])
KILOMETRES = np.array([0.5, 1.5, 3.0, 6.0])
SQUARE_KILOMETRES = np.array([1.0, 1.0, 2.0, 4.0])


def areas(people: dict[str, Any], shapes: Any, crs: Any = 27700, **more: Any) -> pm.Counts:
    frame = gpd.GeoDataFrame({**people, **more}, geometry=list(shapes), crs=None if crs == "planar" else crs)
    frame["id"] = [f"u{place:03d}" for place in range(len(frame))]
    strata = tuple(more)
    planar = {"crs": "planar"} if crs == "planar" else {}
    return pm.from_wide(frame, groups=list(people), unit="id", strata=strata, geometry="geometry", **planar)


# -- what is printed elsewhere -------------------------------------------------------------------


def test_toyville():
    apart = np.abs(KILOMETRES[:, np.newaxis] - KILOMETRES)
    np.fill_diagonal(apart, np.sqrt(0.6 * SQUARE_KILOMETRES))
    near = np.exp(-apart)
    around = near @ TOYVILLE
    found = {
        "ACL": indices.absolute_clustering(TOYVILLE, around, weight=near.sum(axis=1)),
        "SP": indices.spatial_proximity(TOYVILLE, around),
        "RCL": indices.relative_clustering(TOYVILLE, around),
        "DPxx": indices.distance_decay_isolation(TOYVILLE, around),
        "DPxy": indices.distance_decay_exposure(TOYVILLE, around),
    }
    printed = {"ACL": 0.2405317, "SP": 1.1727464, "RCL": 0.7349242, "DPxx": 0.4126339, "DPxy": 0.5873661}
    assert {name: value.item() for name, value in found.items()} == pytest.approx(printed, abs=5.01e-8)


ROW, COLUMN = np.mgrid[:10, :10]
#: A thousand people in each square kilometre of a grid; of these, members of the group.
MAPS = {
    "halves": np.where(COLUMN < 5, 900, 100),
    "checkerboard": np.where((ROW + COLUMN) % 2 == 0, 900, 100),
    "corner": np.where((ROW < 2) & (COLUMN < 5), 150, 0),
    "scattered": np.where(COLUMN == 3 * ROW % 10, 150, 0),
}


def grid(name: str, *, side: float = 1000, crs: Any = 27700) -> pm.Counts:
    cells = [shapely.box(side * x, side * y, side * (x + 1), side * (y + 1)) for y in range(10) for x in range(10)]
    return areas({"x": MAPS[name].ravel(), "y": 1000 - MAPS[name].ravel()}, cells, crs=crs)


def on_grid(name: str, **options: Any) -> dict[str, float]:
    town = grid(name)
    near = surroundings.proximity(town, decay_length="1 km", **options)
    return dict(zip(MEASURES, pm.measure(town, MEASURES, focal="x", around=near)["value"], strict=True))


@pytest.mark.parametrize(
    ("own", "name", "sp", "isolation", "acl"),
    [
        ("massey_denton", "halves", 1.461, 0.738, 0.461),
        ("massey_denton", "checkerboard", 0.982, 0.491, -0.018),
        ("white", "halves", 1.464, 0.740, 0.464),
        ("white", "checkerboard", 0.995, 0.498, -0.005),
    ],
)
def test_maps_of_known_clustering(own, name, sp, isolation, acl):
    found = on_grid(name, own=own)
    assert found["spatial_proximity"] == pytest.approx(sp, abs=5.01e-4)
    assert found["distance_decay_isolation"] == pytest.approx(isolation, abs=5.01e-4)
    assert found["absolute_clustering"] == pytest.approx(acl, abs=5.01e-4)
    assert found["relative_clustering"] == pytest.approx(0, abs=1e-12)  # the two groups' maps are mirrors


def test_measures_see_where_people_live():
    halves, checkerboard = on_grid("halves"), on_grid("checkerboard")
    for name in ("spatial_proximity", "absolute_clustering", "distance_decay_isolation"):
        assert checkerboard[name] < halves[name]
    corner, scattered = on_grid("corner"), on_grid("scattered")
    for name in ("mean_proximity", "spatial_proximity", "absolute_clustering", "relative_clustering"):
        assert scattered[name] < corner[name]
    # Members here and there are hardly nearer to each other than anyone is.
    assert scattered["relative_clustering"] == pytest.approx(0.31, abs=5.01e-3)
    # D, which does not look at the map, is the same on each pair of maps.
    for one, other in (("halves", "checkerboard"), ("corner", "scattered")):
        d = [pm.estimate(grid(name), "dissimilarity", focal="x").value for name in (one, other)]
        assert d[0] == pytest.approx(d[1], abs=1e-12)


# -- sums over pairs, written out ------------------------------------------------------------------


def by_pairs(x: np.ndarray, y: np.ndarray, rest: np.ndarray, near: np.ndarray) -> dict[str, float]:
    """Every measure from the whole matrix of units with people; `rest` is in neither group."""
    lived_in, t, everyone = x + y > 0, x + y, x + y + rest
    some = near[np.ix_(lived_in, lived_in)]

    def mean(one, other):
        return (np.outer(one, other) * near).sum() / (one.sum() * other.sum())

    even = x.sum() / lived_in.sum() ** 2 * some.sum()
    around = [(np.outer(x / x.sum(), group) * near).sum() for group in (x, t)]
    # Whom someone in i meets is in j with a chance in proportion to c_ij t_j.
    chance = near * everyone / (near * everyone).sum(axis=1, keepdims=True)
    there = np.where(everyone > 0, everyone, 1.0)
    met = [(x / x.sum()) @ chance @ (group / there) for group in (x, y)]
    return {
        "mean_proximity": mean(x, x),
        "mean_proximity_between": mean(x, y),
        "spatial_proximity": (x.sum() * mean(x, x) + y.sum() * mean(y, y)) / (t.sum() * mean(t, t)),
        "absolute_clustering": (around[0] - even) / (around[1] - even),
        "relative_clustering": mean(x, x) / mean(y, y) - 1,
        "distance_decay_isolation": met[0],
        "distance_decay_exposure": met[1],
    }


def random_town(seed: int, units: int, crs: Any = 27700) -> tuple[pm.Counts, np.ndarray, np.ndarray]:
    """Units of several sizes, some empty, some at one point, in three districts, far from the origin."""
    draw = np.random.default_rng(seed)
    people = draw.integers(0, 60, size=(units, 3)).astype(float)
    people[draw.random(units) < 0.15] = 0
    points = 1e7 + draw.uniform(0, 8000, size=(units, 2))
    points[1] = points[0]  # two units around one point
    half = draw.uniform(50, 600, size=units)
    shapes = [shapely.Point(p).buffer(h, cap_style="square") for p, h in zip(points, half, strict=True)]
    shapes[3] = shapely.MultiPolygon([shapes[3], shapely.affinity.translate(shapes[3], 3000, 0)])
    shapes[4] = shapes[4].difference(shapely.Point(points[4]).buffer(half[4] / 3, cap_style="square"))  # a hole
    district = draw.choice(["north", "south", "west"], size=units)
    district[:6] = ["north", "south", "west"] * 2
    people[:6] = [[9, 1, 0], [2, 8, 3], [1, 1, 1], [0, 7, 2], [4, 4, 0], [3, 0, 3]]
    town = areas(dict(zip("xyz", people.T, strict=True)), shapes, crs=crs, district=district)
    centres = np.array([shape.centroid.coords[0] for shape in shapes])
    apart = np.linalg.norm(centres[:, np.newaxis] - centres, axis=2)
    np.fill_diagonal(apart, [np.sqrt(0.6 * shape.area) for shape in shapes])
    return town, people, np.exp(-apart / 1000)


@pytest.mark.parametrize(("seed", "units"), [(1, 12), (2, 35), (3, 60)])
def test_measures_are_the_sums_over_pairs(seed, units):
    town, people, near = random_town(seed, units)
    surrounding = surroundings.proximity(town, decay_length="1 km")
    result = pm.measure(town, MEASURES, focal="each", against=["rest", "x", "y", "z"], around=surrounding)
    # Against the rest and two groups; the two that name nobody they are compared with have one row.
    assert len(result) == 3 * (5 * 3 + 2)
    for row in result.itertuples():
        x = people[:, "xyz".index(row.focal)]
        y = people.sum(axis=1) - x if row.against == "rest" else people[:, "xyz".index(row.against)]
        expected = by_pairs(x, y, people.sum(axis=1) - x - y, near)[row.measure]
        assert row.value == pytest.approx(expected, rel=1e-9), (row.measure, row.focal, row.against)
    whole = pm.measure(town, "spatial_proximity", around=surrounding)["value"].item()
    everyone = people.sum(axis=1)
    parts = [group @ near @ group / group.sum() for group in people.T]
    assert whole == pytest.approx(sum(parts) / (everyone @ near @ everyone / everyone.sum()), rel=1e-9)


def test_a_district_is_as_if_alone():
    town, _, _ = random_town(4, 40)
    near = surroundings.proximity(town, decay_length="1 km")
    closed = pm.measure(town, MEASURES, focal="x", by="district", around=near, across="limit")
    for district, rows in closed.groupby("district", observed=True):
        alone = town.take(np.flatnonzero(town.strata["district"] == district))
        own = pm.measure(alone, MEASURES, focal="x", around=surroundings.proximity(alone, decay_length="1 km"))
        assert rows["value"].tolist() == pytest.approx(own["value"].tolist(), rel=1e-9)
    usual = pm.measure(town, MEASURES, focal="x", by="district", around=near)
    meets = usual["measure"].str.startswith("distance_decay")
    # Whom people meet has no border; how near a group lives is asked of a closed region.
    assert usual.loc[~meets, "value"].tolist() == closed.loc[~meets, "value"].tolist()
    assert (usual.loc[meets, "value"] != closed.loc[meets, "value"]).all()


# -- what must hold --------------------------------------------------------------------------------


@settings(max_examples=25)
@given(st.lists(st.tuples(*[st.integers(0, 50)] * 3), min_size=2, max_size=9), st.integers(0, 10**6))
def test_identities(rows, seed):
    people = np.array(rows, dtype=float)
    draw = np.random.default_rng(seed)
    points = draw.uniform(0, 3, size=(len(people), 2))
    near = np.exp(-np.linalg.norm(points[:, np.newaxis] - points, axis=2))
    np.fill_diagonal(near, np.exp(-draw.uniform(0, 1, size=len(people))))
    around = near @ people
    met = [indices.distance_decay_isolation(people, around)]
    met += [indices.distance_decay_exposure(people, around, against=other) for other in (1, 2)]
    total = sum(met).item()
    assert np.isnan(total) or total == pytest.approx(1, abs=1e-12)
    pair, nearby = people[:, :2], around[:, :2]
    one = indices.mean_proximity(pair, nearby)
    other = indices.mean_proximity(pair[:, ::-1], nearby[:, ::-1])
    between = indices.mean_proximity_between(pair, nearby)
    x, y = pair.sum(axis=0)
    everyone = (x * x * one + y * y * other + 2 * x * y * between) / max((x + y) ** 2, 1)
    np.testing.assert_allclose(indices.relative_clustering(pair, nearby), one / other - 1, atol=1e-12)
    np.testing.assert_allclose(
        indices.spatial_proximity(pair, nearby), (x * one + y * other) / (max(x + y, 1) * everyone), rtol=1e-9
    )
    # In a town of one mix nobody is nearer to the own group.
    even = np.outer(people.sum(axis=1), [0.25, 0.75])
    value = indices.spatial_proximity(even, near @ even).item()
    assert np.isnan(value) or value == pytest.approx(1, abs=1e-12)
    # Who sees nobody but the own unit has its isolation.
    np.testing.assert_array_equal(indices.distance_decay_isolation(people, people), indices.isolation(people))


def test_neither_the_order_of_rows_nor_the_unit_of_the_map_changes_anything():
    town, people, _ = random_town(5, 30)
    values = pm.measure(
        town, MEASURES, focal="y", around=surroundings.proximity(town, decay_length="1 mile")
    )["value"]  # fmt: skip
    order = np.random.default_rng(6).permutation(len(town))
    turned = town.take(order)
    again = pm.measure(turned, MEASURES, focal="y", around=surroundings.proximity(turned, decay_length="1 mile"))
    assert again["value"].tolist() == pytest.approx(values.tolist(), rel=1e-12)
    # The same ground in US survey feet (EPSG:2263).
    foot = 1200 / 3937
    shapes = shapely.affinity.scale
    feet = [shapes(shape, 1 / foot, 1 / foot, origin=(0, 0)) for shape in town.geometry]
    there = areas(dict(zip("xyz", people.T, strict=True)), feet, crs=2263)
    again = pm.measure(there, MEASURES, focal="y", around=surroundings.proximity(there, decay_length="1 mile"))
    assert again["value"].tolist() == pytest.approx(values.tolist(), rel=1e-6)


def test_undefined_has_a_reason():
    town = areas(
        {"x": [5, 3, 0, 0, 7], "y": [1, 9, 4, 4, 2]},
        [shapely.box(1000 * place, 0, 1000 * place + 1000, 1000) for place in range(5)],
        where=["mixed", "mixed", "absent", "absent", "single"],
    )
    near = surroundings.proximity(town, decay_length="1 km")
    result = pm.measure(town, MEASURES, focal="x", by="where", around=near)
    reasons = result.groupby("where", observed=True)["reason"].agg(lambda rows: set(rows.dropna()))
    assert reasons.to_dict() == {"mixed": set(), "absent": {"group_absent"}, "single": {"one_unit"}}
    assert (result["value"].isna() == result["reason"].notna()).all()
    assert list(result.loc[result["where"] == "mixed", "units"]) == [2] * len(MEASURES)


@pytest.mark.parametrize("measure", MEASURES)
def test_without_surroundings_there_is_no_value(measure):
    town = grid("halves")
    with pytest.raises(errors.SurroundingsNeeded, match=measure):
        pm.measure(town, measure, focal="x")
    unsaid = surroundings.kernel(town, bandwidth="1 km", shape="exponential")
    with pytest.raises(errors.InvalidParameter, match="how near a unit is to itself"):
        pm.measure(town, measure, focal="x", around=unsaid)


def test_kernels_refuse_sums_of_another_shape():
    for kernel in (indices.mean_proximity, indices.spatial_proximity, indices.distance_decay_isolation):
        with pytest.raises(errors.InvalidParameter, match="Surroundings have the shape"):
            kernel(TOYVILLE, TOYVILLE[:3])


def test_empty_units_change_nothing():
    people = pd.DataFrame(TOYVILLE, columns=["x", "y"])
    apart = np.abs(KILOMETRES[:, np.newaxis] - KILOMETRES)
    near = np.exp(-apart)
    without = indices.absolute_clustering(TOYVILLE, near @ TOYVILLE, weight=near.sum(axis=1))
    wide = np.block([[near, np.full((4, 2), 0.3)], [np.full((2, 4), 0.3), np.eye(2)]])
    more = np.vstack([people.to_numpy(), np.zeros((2, 2))])
    lived_in = (more.sum(axis=1) > 0).astype(float)
    within = indices.absolute_clustering(more, wide @ more, weight=wide @ lived_in)
    np.testing.assert_allclose(within, without, rtol=1e-14)
