"""Patches: adjoining units of one type, nobody lost, and readable by a GIS."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

import placemix as pm
from placemix import errors
from placemix.typology import patches

GROUPS = ["white", "asian", "black"]
RULES = {"scheme": "PJF2001", "reference": "white"}


def town(values, shapes, crs="EPSG:27700"):
    frame = pd.DataFrame(np.asarray(values, dtype=float), columns=GROUPS)
    frame["id"] = [f"u{place:02}" for place in range(len(frame))]
    return pm.from_wide(gpd.GeoDataFrame(frame, geometry=shapes, crs=crs), groups=GROUPS, unit="id")


def squares(side, step=100.0, at=0.0):
    return [
        shapely.box(at + step * x, at + step * y, at + step * (x + 1), at + step * (y + 1))
        for x in range(side)
        for y in range(side)
    ]


def random_town(seed, side=7, **places):
    random = np.random.default_rng(seed)
    values = np.array([random.multinomial(50, random.dirichlet([2, 1, 0.5])) for _ in range(side * side)])
    values[random.random(len(values)) < 0.05] = 0
    return town(values, squares(side, **places))


def flooded(kinds, side):
    """Patches by filling squares from side to side, one at a time."""
    left, out = {place for place, kind in enumerate(kinds) if isinstance(kind, str)}, set()
    while left:
        first = min(left)
        patch, open_ = set(), [first]
        while open_:
            here = open_.pop()
            if here in patch:
                continue
            patch.add(here)
            x, y = divmod(here, side)
            around = [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)]
            open_ += [
                a * side + b
                for a, b in around
                if 0 <= a < side and 0 <= b < side and kinds[a * side + b] == kinds[here]
            ]
        left -= patch
        out.add(frozenset(patch))
    return out


def members(found):
    return {frozenset(int(name[1:]) for name in text.split("; ")) for text in found["members"]}


@pytest.mark.parametrize(("seed", "at"), [(0, 0.0), (1, 1e7), (2, 123456.7)])
def test_patches_are_those_filled_by_hand(seed, at):
    counts = random_town(seed, at=at)
    found = patches(counts, **RULES)
    kinds = pm.typology.classify(counts, **RULES)["type"].astype(object).tolist()
    assert members(found) == flooded(kinds, 7)
    units = [name for text in found["members"] for name in text.split("; ")]
    assert sorted(units) == sorted(counts.units[counts.total > 0])
    assert found["people"].sum() == counts.total.sum()
    assert found["units"].sum() == (counts.total > 0).sum()
    assert found["area_km2"].to_numpy() == pytest.approx(found["units"].to_numpy() * 0.01)
    assert found["patch"].tolist() == list(range(1, len(found) + 1))
    of_kind = dict(zip(counts.units, kinds, strict=True))
    for _, row in found.iterrows():
        assert {of_kind[name] for name in row["members"].split("; ")} == {row["type"]}
        assert row.geometry.geom_type == "Polygon"
        assert row["compactness"] == pytest.approx(4 * np.pi * row.geometry.area / row.geometry.length**2)
    order = found["type"].map(["I", "II", "III", "IV", "V", "VI"].index).to_numpy()
    assert (np.diff(order) >= 0).all()
    assert all(np.diff(rows["people"]).max(initial=0) <= 0 for _, rows in found.groupby("type"))


def test_row_order_does_not_matter():
    counts = random_town(3)
    order = np.random.default_rng(0).permutation(len(counts))
    first, second = patches(counts, **RULES), patches(counts.take(order), **RULES)
    assert first.drop(columns="geometry").equals(second.drop(columns="geometry"))
    assert first.geometry.geom_equals(second.geometry).all()


def test_a_point_does_not_hold_a_patch_together_but_neighbours_may():
    counts = town([[9, 1, 0], [1, 9, 0], [1, 9, 0], [9, 1, 0]], squares(2))
    assert len(patches(counts, **RULES)) == 4
    queen = patches(counts, neighbours=pm.surroundings.contiguity(counts), **RULES)
    assert members(queen) == {frozenset({0, 3}), frozenset({1, 2})}
    assert set(queen.geometry.geom_type) == {"MultiPolygon"}


def test_holes_islands_and_parts():
    ring = shapely.box(0, 0, 300, 300).difference(shapely.box(100, 100, 200, 200))
    two = shapely.union_all([shapely.box(300, 0, 400, 300), shapely.box(900, 0, 950, 50)])
    shapes = [ring, shapely.box(100, 100, 200, 200), two, shapely.box(5000, 0, 5100, 100)]
    found = patches(town([[9, 1, 0], [1, 9, 0], [9, 1, 0], [9, 1, 0]], shapes), **RULES)
    assert members(found) == {frozenset({0, 2}), frozenset({1}), frozenset({3})}
    first = found[found["units"] == 2].geometry.item()
    assert first.area == 300 * 300 - 100 * 100 + 100 * 300 + 50 * 50
    assert len(first.geoms) == 2
    assert sum(len(part.interiors) for part in first.geoms) == 1


def test_types_asked_for_alone():
    counts = random_town(4)
    every, some = patches(counts, **RULES), patches(counts, types=["V", "III"], **RULES)
    assert set(some["type"]) <= {"III", "V"}
    assert members(some) == members(every[every["type"].isin(["III", "V"])])
    nobody = patches(town([[9, 1, 0]] * 4, squares(2)), types="VI", **RULES)
    assert len(nobody) == 0
    assert "geometry" in nobody.columns
    with pytest.raises(errors.InvalidParameter, match="VII"):
        patches(counts, types="VII", **RULES)


def test_through_a_geopackage_and_back(tmp_path):
    found = patches(random_town(5), **RULES)
    found.to_file(tmp_path / "patches.gpkg")
    assert pyogrio.list_layers(tmp_path / "patches.gpkg")[0][0] == "patches"
    back = gpd.read_file(tmp_path / "patches.gpkg")
    assert back.crs == found.crs
    assert back.geometry.geom_equals(found.geometry).all()
    for name in ("patch", "type", "label", "units", "people", "area_km2", "compactness", "members", "scheme"):
        assert back[name].tolist() == found[name].tolist()


def test_units_without_shape():
    counts = random_town(6)
    shapes = counts.geometry.copy()
    empty, lived_in = np.flatnonzero(counts.total == 0), np.flatnonzero(counts.total > 0)
    assert len(empty)
    shapes[empty] = None
    assert patches(replace(counts, geometry=shapes), **RULES)["people"].sum() == counts.total.sum()
    shapes[lived_in[:2]] = None
    with pytest.raises(errors.NoPlace, match=str(counts.units[lived_in[0]])):
        patches(replace(counts, geometry=shapes), **RULES)
    with pytest.raises(errors.NoPlace):
        patches(replace(counts, geometry=None), **RULES)
    with pytest.raises(errors.NoPlace, match="areas"):
        patches(replace(counts, geometry=counts.geometry.centroid), **RULES)
    with pytest.raises(errors.NotCounts):
        patches(counts, neighbours=3, **RULES)
    with pytest.raises(errors.UnitsDiffer):
        patches(counts, neighbours=pm.surroundings.contiguity(counts.take(lived_in)), **RULES)


def test_areas_are_in_square_kilometres_whatever_the_map():
    values = [[9, 1, 0]] * 4
    feet = patches(town(values, squares(2, step=1000.0), crs="EPSG:2263"), **RULES)
    assert feet["area_km2"].item() == pytest.approx((2000 * 0.3048006096) ** 2 / 1e6)
    degrees = patches(town(values, squares(2, step=0.1), crs="EPSG:4326"), **RULES)
    assert degrees[["area_km2", "compactness"]].isna().all(axis=None)
    assert degrees["people"].item() == 40


def test_types_of_surroundings_and_of_several_dimensions():
    counts = random_town(7)
    near = pm.surroundings.contiguity(counts)
    found = patches(counts, around=near, **RULES)
    kinds = pm.typology.classify(counts, around=near, **RULES)["type"].astype(object).tolist()
    assert members(found) == flooded(kinds, 7)
    assert found["around"].eq(near.text).all()
    both = patches({"a": counts, "b": counts}, scheme="single_characteristic", parameters={"threshold": 0.5})
    assert both["people"].sum() == counts.total.sum()


@pytest.mark.slow
@pytest.mark.data
def test_greater_manchester(gm):
    table = pd.read_parquet(gm / "groups5_lsoa21_2021.parquet")
    shapes = gpd.read_parquet(gm / "lsoa21.parquet")[["lsoa21cd", "geometry"]]
    groups = ["white", "mixed", "asian", "black", "other"]
    counts = pm.from_wide(shapes.merge(table, on="lsoa21cd"), groups=groups, unit="lsoa21cd", total="total")
    found = patches(counts, **RULES)
    assert found["people"].sum() == counts.total.sum()
    assert found["units"].sum() == len(counts)
    assert found["area_km2"].sum() == pytest.approx(shapes.geometry.area.sum() / 1e6, rel=1e-6)
