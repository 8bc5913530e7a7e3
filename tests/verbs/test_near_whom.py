"""Measures of who is near whom in the verbs: stratum by stratum against arithmetic written out here."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely

import placemix as pm
from placemix import errors, surroundings
from placemix.registry import MEASURES


@pytest.fixture(scope="module")
def blocks() -> pm.Counts:
    """Squares of 1 km in two strata, not in the order of their strata, one of them empty."""
    random = np.random.default_rng(11)
    place = np.array([0, 7, 2, 5, 4, 3, 6, 1, 8, 11, 10, 9])
    people = random.integers(1, 50, (12, 3)).astype(float)
    people[4] = 0
    people[7, :2] = 0  # has people, but none of x or y
    shapes = [shapely.box(1000 * (k % 3), 1000 * (k // 3), 1000 * (k % 3) + 1000, 1000 * (k // 3) + 1000)
              for k in place]  # fmt: skip
    frame = gpd.GeoDataFrame(people, columns=["x", "y", "z"], geometry=shapes, crs=27700)
    frame["id"], frame["part"] = [f"k{k:02d}" for k in place], np.where(place < 6, "south", "north")
    return pm.from_wide(frame, groups=["x", "y", "z"], unit="id", strata="part", geometry="geometry")


def two(counts: pm.Counts, against: str) -> np.ndarray:
    x = counts.values[:, 0]
    return np.column_stack([x, counts.total - x if against == "rest" else counts.values[:, 1]])


@pytest.mark.parametrize("against", ["rest", "y"])
def test_clustering_stratum_by_stratum(blocks: pm.Counts, against: str):
    near = surroundings.proximity(blocks, decay_length="1 km", own="disc")
    names = ["spatial_proximity", "absolute_clustering", "relative_clustering", "distance_decay_isolation"]
    result = pm.measure(blocks, names, focal="x", against=against, by="part", around=near, across="limit")
    points = np.array([shape.centroid.coords[0] for shape in blocks.geometry])
    apart = np.hypot(*(points[:, np.newaxis] - points).transpose(2, 0, 1))
    apart[np.diag_indices(12)] = 511
    for part, rows in result.groupby("part", observed=True):
        here = (blocks.strata["part"] == part).to_numpy()
        pair, everyone = two(blocks, against)[here], blocks.total[here]
        c = np.exp(-apart[np.ix_(here, here)] / 1000)
        (x, y), t = pair.T, pair.sum(axis=1)
        inhabited = (t > 0).astype(float)
        pxx, pyy, ptt = ((v @ c @ v) / v.sum() ** 2 for v in (x, y, t))
        even = x.sum() / inhabited.sum() ** 2 * (inhabited @ c @ inhabited)
        acl = (x @ c @ x / x.sum() - even) / (x @ c @ t / x.sum() - even)
        met = (x * (c @ x) / (c @ everyone)).sum() / x.sum()
        wanted = ((x.sum() * pxx + y.sum() * pyy) / (t.sum() * ptt), acl, pxx / pyy - 1, met)
        assert rows["value"].tolist() == pytest.approx(wanted, rel=1e-10), part
    assert set(result["around"].astype(str)) == {near.text + "; limited to part"}


@pytest.mark.parametrize("against", ["rest", "y"])
def test_neighbours_stratum_by_stratum(blocks: pm.Counts, against: str):
    near = surroundings.contiguity(blocks, rule="rook")
    border = surroundings.shared_boundary(blocks)
    result = pm.measure(blocks, "morrill", focal="x", against=against, by="part", around=near)
    wong = pm.measure(blocks, ["wong_boundary", "wong_shape"], focal="x", against=against, by="part", around=border)
    assert set(result["around"].astype(str).str.split("; ").str[1]) == {"limited to part"}
    i, j, _ = (np.concatenate(part) for part in zip(*near.pairs(), strict=True))
    for part, value in result.set_index("part")["value"].items():
        here = np.flatnonzero(blocks.strata["part"] == part)
        pair = two(blocks, against)
        t = pair.sum(axis=1)
        kept = np.isin(i, here) & np.isin(j, here) & (t[i] > 0) & (t[j] > 0)
        p = pair[:, 0] / np.maximum(t, 1)
        x, y = pair[here].sum(axis=0)
        d = np.abs(pair[here, 0] / x - pair[here, 1] / y).sum() / 2
        gap = np.abs(p[i[kept]] - p[j[kept]]).mean()
        assert value == pytest.approx(d - gap, abs=1e-12), part
        # All shared borders are 1 km, and squares have one shape, so that nothing else is taken off.
        assert wong[wong["part"] == part]["value"].tolist() == pytest.approx([d - gap] * 2, abs=1e-9)


def test_surfaces_are_of_one_stratum(blocks: pm.Counts):
    near = surroundings.kernel(blocks, bandwidth="1 km", shape="gaussian", cutoff="4 km")
    result = pm.measure(blocks, "surface_separation", focal=["x", "y"], against="z", by="part", around=near)
    for part, rows in result.groupby("part", observed=True):
        alone = blocks.take((blocks.strata["part"] == part).to_numpy())
        near_alone = surroundings.kernel(alone, bandwidth="1 km", shape="gaussian", cutoff="4 km")
        wanted = pm.measure(alone, "surface_separation", focal=["x", "y"], against="z", around=near_alone)
        assert rows["value"].tolist() == pytest.approx(wanted["value"].tolist(), abs=1e-12)
    assert result["value"].between(0, 1).all()


def test_who_is_near_whom_must_be_said(blocks: pm.Counts):
    for name in ("spatial_proximity", "morrill", "distance_decay_isolation"):
        with pytest.raises(errors.SurroundingsNeeded, match=rf"{name}.*surroundings\."):
            pm.measure(blocks, name, focal="x")
    near = surroundings.kernel(blocks, bandwidth="1 km", shape="exponential")
    for name in ("relative_clustering", "distance_decay_isolation"):
        with pytest.raises(errors.InvalidParameter, match=r"surroundings\.proximity"):
            pm.measure(blocks, name, focal="x", around=near)
    stated = surroundings.kernel(blocks, bandwidth="1 km", shape="exponential", own=0)
    assert pm.estimate(blocks, "relative_clustering", focal="x", around=stated).value > -1
    # 0 is the full weight where own= is a distance, and none at all where it is a weight.
    with pytest.raises(errors.InvalidParameter, match="own=, how far a unit is from itself: 0 counts its own people"):
        pm.measure(blocks, "spatial_proximity", focal="x", around=near)
    with pytest.raises(errors.InvalidParameter, match="own=, the weight of a unit for itself: 1 is as much"):
        pm.measure(blocks, "spatial_proximity", focal="x", around=surroundings.contiguity(blocks))
    assert stated.text.endswith("own distance 0")
    assert (stated.own == 1).all()
    assert (surroundings.contiguity(blocks, own=0).own[surroundings.contiguity(blocks).weight > 1] == 0).all()
    for name in ("morrill", "surface_separation", "spatial_proximity"):
        with pytest.raises(errors.SurroundingsNeeded):
            pm.measure(blocks, name, focal="x", around=near @ blocks)
    with pytest.raises(errors.InvalidParameter, match="morrill"):
        pm.measure(blocks, "morrill", focal="x", by="part", around=near, across="keep")


def test_options_that_nothing_looks_at_are_refused(blocks: pm.Counts):
    near, queen = surroundings.kernel(blocks, bandwidth="1 km"), surroundings.contiguity(blocks)
    border = surroundings.shared_boundary(blocks)
    with pytest.raises(errors.InvalidParameter, match="distortion walks outward over everyone"):
        pm.measure(blocks, "distortion", around=near)
    with pytest.raises(errors.InvalidParameter, match="as chance='binomial' asks"):
        pm.measure(blocks, "dissimilarity", focal="x", around=near, chance="binomial")
    for name in ("wong_boundary", "wong_shape"):
        with pytest.raises(errors.InvalidParameter, match=rf"{name} weighs.*queen contiguity.*shared_boundary"):
            pm.estimate(blocks, name, focal="x", around=queen)
    with pytest.raises(errors.InvalidParameter, match=r"morrill counts each.*shared border.*contiguity"):
        pm.estimate(blocks, "morrill", focal="x", around=border)


def test_nobody_has_a_neighbour(blocks: pm.Counts):
    kept = blocks.take(np.flatnonzero(np.isin(blocks.units, ["k00", "k02", "k08"])))
    result = pm.measure(kept, "morrill", focal="x", around=surroundings.contiguity(kept))
    assert result["reason"].tolist() == ["no_neighbours"]
    assert "no neighbours" in result.explain()


def test_the_nearest_people_are_those_of_the_stratum(blocks: pm.Counts):
    near = surroundings.nearest_people(blocks, people=120)
    result = pm.measure(blocks, ["dissimilarity", "gini"], focal="x", by="part", around=near)
    for part, rows in result.groupby("part", observed=True):
        alone = blocks.take((blocks.strata["part"] == part).to_numpy())
        wanted = pm.measure(alone, ["dissimilarity", "gini"], focal="x",
                            around=surroundings.nearest_people(alone, people=120))  # fmt: skip
        assert rows["value"].tolist() == pytest.approx(wanted["value"].tolist(), abs=1e-12)
    twice = dataclasses.replace(blocks, values=2 * blocks.values, total=2 * blocks.total)
    # Of twice as many people the nearest 240 are those of the same ground: the recipe is built again.
    again = pm.measure(twice, "dissimilarity", focal="x", around=surroundings.nearest_people(blocks, people=240))
    once = pm.measure(blocks, "dissimilarity", focal="x", around=near)
    assert again["value"].item() == pytest.approx(once["value"].item(), abs=1e-12)


def test_walks_over_everyone_ask_only_where_units_are(blocks: pm.Counts, monkeypatch: pytest.MonkeyPatch):
    def walk(counts, *, places, starts=None):
        (xy, rank), bounds = places, [*starts, len(counts)]
        assert xy.shape == (12, 2)
        first = [int(rank[low:high].argmin()) + low for low, high in pairwise(bounds)]
        return counts[first, 0] / counts[first].sum(axis=1)  # the mix where the first unit by id is

    row = dataclasses.replace(
        MEASURES["information_theory"], name="walk", function=walk, call="trajectory", spatial=False
    )
    monkeypatch.setitem(MEASURES, "walk", row)
    near = surroundings.within(blocks, radius="1.2 km")
    result = pm.measure(blocks, ["walk", "dissimilarity"], focal="x", by="part", around=near)
    walks = result[result["measure"] == "walk"].set_index("part")
    assert set(walks["around"].astype(str)) == {"everyone, nearest first; limited to part"}
    assert walks["edge_share"].isna().all()
    assert result["edge_share"].notna().sum() == 2
    for part, first in (("south", "k00"), ("north", "k06")):
        place = blocks.units.get_loc(first)
        assert walks.loc[part, "value"] == pytest.approx(blocks.values[place, 0] / blocks.total[place])
    with pytest.raises(errors.NoPlace):
        pm.measure(dataclasses.replace(blocks, geometry=None), "walk")
