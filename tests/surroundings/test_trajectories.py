"""Distortion against dense walks integrated numerically, its greatest value against every path, and its invariants."""

from __future__ import annotations

import itertools
import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix import surroundings
from placemix.errors import Approximated, InvalidParameter, NoPlace, TooFewGroups, UnmatchedUnit
from placemix.indices import _rings, trajectories
from placemix.indices._areas import under
from placemix.indices._walks import Steps, at

LINE = np.array([[0.5, 0.0], [1.5, 0.0], [3.0, 0.0], [6.0, 0.0]])
TOYVILLE = np.array([[80, 20], [20, 80], [0, 100], [20, 80]])
NODES, WEIGHTS = np.polynomial.legendre.leggauss(40)
Z = (NODES + 1) / 2


# -- a dense reference -----------------------------------------------------------------------------------


def divergence(counted, shares):
    share = counted / counted.sum(axis=-1, keepdims=True)
    return (share * np.log(np.where(share > 0, share, 1) / shares)).sum(axis=-1, where=share > 0)


def between(function, a, b):
    """Integral of a function that may begin as s ln s."""
    return (b - a) * (function(a + (b - a) * Z**3) * WEIGHTS / 2 * 3 * Z**2).sum()


def by_hand(counts, xy, rank, unit):
    """Areas under both curves of one walk: under the divergence, and under the greatest still to come."""
    distance = np.round(np.hypot(*(xy - xy[unit]).T), 9)
    order = [unit, *(place for place in np.lexsort((rank, distance)) if place != unit)]
    order = [place for place in order if counts[place].sum() > 0]
    totals = counts.sum(axis=0)
    here = totals > 0
    shares, everyone = totals[here] / totals.sum(), totals.sum()
    steps = [counts[place][here].astype(float) for place in order]
    borders = np.cumsum([np.zeros(here.sum()), *steps], axis=0)
    ends = np.array([divergence(border, shares) for border in borders[1:]])
    plain = falling = 0.0
    for place, step in enumerate(steps):
        size, before = step.sum(), borders[place]

        def curve(n, step=step, size=size, before=before):
            part = np.asarray(n)[..., np.newaxis] / size
            return divergence(before + part * step, shares)

        level = ends[place:].max()
        plain += between(curve, 0.0, size)
        first = ends[place - 1] if place else ends[0]
        low, high = 0.0, size
        if first > level:
            for _ in range(60):
                half = (low + high) / 2
                low, high = (half, high) if curve(half) > level else (low, half)
            falling += between(curve, 0.0, low)
        falling += (size - low) * level
    return plain / everyone, falling / everyone


def dense(counts, xy, rank, units=None):
    """Both areas from each unit, or from some; NaN where nobody lives, and from the others."""
    counts = np.asarray(counts, dtype=float)
    out = np.full((len(counts), 2), np.nan)
    for unit in np.flatnonzero(counts.sum(axis=1) > 0) if units is None else units:
        out[unit] = by_hand(counts, xy, rank, unit)
    return out


def town(seed, units, groups, *, empty=0.1):
    """Random counts at places of a small grid, so that some coincide and many are equally far."""
    draw = np.random.default_rng(seed)
    counts = draw.poisson(draw.gamma(0.5, 20, (units, groups)))
    counts[draw.random(units) < empty] = 0
    counts[0] += 1
    return counts, draw.integers(0, 6, (units, 2)).astype(float), draw.permutation(units)


@pytest.mark.parametrize(("seed", "units", "groups"), [(1, 2, 2), (2, 9, 2), (3, 16, 3), (4, 20, 5)])
def test_areas_are_those_of_dense_walks(seed, units, groups):
    counts, xy, rank = town(seed, units, groups)
    greatest = trajectories.greatest_area(counts.sum(axis=0))
    expected = dense(counts, xy, rank) / greatest
    people = counts.sum(axis=1)
    for column, plain in enumerate((True, False)):
        local = trajectories.local_distortion(counts, places=(xy, rank), plain=plain)
        np.testing.assert_allclose(local, expected[:, column], rtol=0, atol=1e-10)
        whole = trajectories.distortion(counts, places=(xy, rank), plain=plain)
        assert whole.item() == pytest.approx(np.nansum(people * expected[:, column]) / people.sum(), abs=1e-10)


def test_a_walk_over_sixty_units_and_fractions_of_people():
    counts, xy, rank = town(5, 60, 4)
    counts = counts * 0.37
    counts[:, 2] = 0
    lived_in = np.flatnonzero(counts.sum(axis=1) > 0)[[0, 20, 40]]
    expected = dense(counts, xy, rank, lived_in) / trajectories.greatest_area(counts.sum(axis=0))
    for column, plain in enumerate((True, False)):
        local = trajectories.local_distortion(counts, places=(xy, rank), plain=plain)
        np.testing.assert_allclose(local[lived_in], expected[lived_in, column], rtol=0, atol=1e-10)


def test_toyville_from_the_first_unit():
    # 80, then 100 of 200, then 100 of 300: the mix nears 30 % without coming back, so both areas are one.
    shares = np.array([0.3, 0.7])

    def curve(n):
        share = np.select(
            [n <= 100, n <= 200, n <= 300], [0.8, (80 + 0.2 * (n - 100)) / n, 100 / n], (20 * n / 100 + 40) / n
        )
        return divergence(np.stack([share, 1 - share], axis=-1), shares)

    area = sum(between(curve, start, start + 100.0) for start in range(0, 400, 100)) / 400
    expected = area / trajectories.greatest_area([120, 280])
    for plain in (True, False):
        found = trajectories.local_distortion(TOYVILLE, places=(LINE, np.arange(4)), plain=plain)
        assert found[0] == pytest.approx(expected, abs=1e-12)


# -- the greatest value -----------------------------------------------------------------------------------


def every_path(totals):
    """Every order in which people, each a step of their own, can be met."""
    if sum(totals) == 0:
        yield []
        return
    for group, people in enumerate(totals):
        if people:
            rest = list(totals)
            rest[group] -= 1
            for path in every_path(rest):
                yield [group, *path]


@pytest.mark.parametrize("totals", [(4, 5), (2, 3, 4), (1, 2, 5), (2, 2, 2, 1)])
def test_no_path_exceeds_the_greatest_area_and_one_attains_it(totals):
    paths = np.array(list(every_path(totals)))
    people = sum(totals)
    steps = Steps(
        first=0,
        last=len(paths),
        bounds=np.arange(len(paths) + 1) * people,
        rows=np.eye(len(totals)),
        who=paths.ravel(),
        people=np.ones(paths.size),
        distance=np.zeros(paths.size),
        several=np.zeros(paths.size, dtype=bool),
    )
    logs = np.tile(np.log(np.array(totals) / people), (len(paths), 1))
    out = np.zeros((len(paths), 4))
    under(steps, logs, out)
    greatest = trajectories.greatest_area(totals)
    np.testing.assert_allclose(out[:, :2].max(axis=0), greatest, rtol=1e-12)
    # It is the path from the smallest group to the largest.
    best = paths[out[:, 1].argmax()]
    assert list(best) == sorted(best, key=lambda group: (totals[group], list(best).index(group)))


def test_it_is_attained_by_the_smallest_group_amid_the_others():
    counts = np.array([[0, 30, 0], [0, 0, 100], [7, 0, 0]])
    xy = np.array([[1.0, 0], [2.0, 0], [0, 0]])
    local = trajectories.local_distortion(counts, places=(xy, np.arange(3)))
    assert local[2] == pytest.approx(1, abs=1e-12)
    assert (local[:2] < 1).all()
    assert trajectories.greatest_area([1, 1]) == pytest.approx(np.pi**2 / 24, rel=1e-14)
    assert trajectories.greatest_area([5, 0]) == 0


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.integers(2, 25), st.integers(2, 5))
def test_range_and_order(seed, units, groups):
    counts, xy, rank = town(seed, units, groups)
    if (counts.sum(axis=0) > 0).sum() < 2:
        return
    local, plain = (trajectories.local_distortion(counts, places=(xy, rank), plain=plain) for plain in (False, True))
    known = ~np.isnan(local)
    assert (known == (counts.sum(axis=1) > 0)).all() or known.sum() == 0
    assert (local[known] >= plain[known] - 1e-12).all()
    assert (plain[known] >= -1e-12).all()
    assert (local[known] <= 1 + 1e-12).all()


# -- what changes nothing ---------------------------------------------------------------------------------


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.integers(3, 30))
def test_invariances(seed, units):
    counts, xy, rank = town(seed, units, 3)
    counts[1] += 1
    # Another unit at the point of one that is cut would come between its parts.
    xy += np.random.default_rng(seed).random(xy.shape)
    here = trajectories.local_distortion(counts, places=(xy, rank))
    order = np.random.default_rng(seed).permutation(units)
    moved = trajectories.local_distortion(counts[order], places=(xy[order], rank[order]))
    np.testing.assert_allclose(moved, here[order], atol=1e-13)
    for other in (
        trajectories.local_distortion(counts * 7, places=(xy, rank)),
        trajectories.local_distortion(counts[:, [2, 0, 1]], places=(xy, rank)),
        trajectories.local_distortion(counts, places=(xy * 0.3048 + 1e6, rank)),
    ):
        np.testing.assert_allclose(other, here, atol=1e-11)
    # A unit cut in two of the same mix, one behind the other.
    cut = np.vstack([counts * 1.0, 0.3 * counts[:1]])
    cut[0] *= 0.7
    ranks = np.append(np.where(rank > rank[0], rank + 1, rank), rank[0] + 1)
    parts = trajectories.local_distortion(cut, places=(np.vstack([xy, xy[:1]]), ranks))
    whole = trajectories.distortion(counts, places=(xy, rank))
    np.testing.assert_allclose(parts[1:-1], here[1:], atol=1e-11)
    np.testing.assert_allclose(parts[[0, -1]], here[0], atol=1e-11)
    halves = trajectories.distortion(cut, places=(np.vstack([xy, xy[:1]]), ranks))
    np.testing.assert_allclose(halves, whole, atol=1e-11)


def test_the_same_mix_everywhere_is_no_distortion():
    xy, rank = town(6, 12, 2)[1:]
    counts = np.outer(np.arange(1, 13), [3, 4, 5])
    np.testing.assert_allclose(trajectories.local_distortion(counts, places=(xy, rank)), 0, atol=1e-13)


def test_strata_walk_alone():
    counts, xy, rank = town(7, 60, 3)
    starts = np.array([0, 14, 15, 40])
    counts[14] = [5, 1, 0]  # a stratum of one unit
    counts[40:] = 0
    counts[45, 0] = 9  # a stratum of one group
    local = trajectories.local_distortion(counts, places=(xy, rank), starts=starts)
    whole = trajectories.distortion(counts, places=(xy, rank), starts=starts)
    for low, high, value in zip(starts, [14, 15, 40, 60], whole, strict=True):
        part = slice(low, high)
        places = xy[part], rank[part]
        np.testing.assert_allclose(trajectories.local_distortion(counts[part], places=places), local[part], atol=1e-12)
        np.testing.assert_allclose(trajectories.distortion(counts[part], places=places), value, atol=1e-12)
    assert np.isnan(whole).tolist() == [False, True, False, True]
    assert np.isnan(local[[14, 45]]).all()


def test_an_empty_stratum_is_undefined():
    counts, xy, rank = town(9, 20, 2)
    counts[5:12] = 0
    whole = trajectories.distortion(counts, places=(xy, rank), starts=np.array([0, 5, 12]))
    assert np.isnan(whole).tolist() == [False, True, False]


# -- rings ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "groups", "plain"), [(11, 2, True), (12, 5, False), (13, 8, True), (13, 8, False)])
def test_rings_stay_within_their_bound(seed, groups, plain, monkeypatch):
    draw = np.random.default_rng(seed)
    xy = np.concatenate([draw.normal(size=(120, 2)) * spread for spread in (0.3, 3)])
    # One group lives in a corner, so that the others meet it late.
    mix = np.exp(draw.normal(0, 0.7, (240, groups)) + np.outer(xy[:, 0], np.arange(groups)) / 5)
    mix[:, 0] *= xy[:, 0] < -1
    counts = draw.poisson(draw.uniform(100, 300, (240, 1)) * mix / mix.sum(axis=1, keepdims=True))
    places, people = (xy, draw.permutation(240)), counts.sum(axis=1)
    known = trajectories.local_distortion(counts, places=places, plain=plain)
    monkeypatch.setattr(trajectories, "EXACT", 100)
    monkeypatch.setattr(_rings, "_SINGLE", 20)
    with pytest.warns(Approximated, match="More than 100 units: people were counted by rings"):
        found = trajectories.local_distortion(counts, places=places, plain=plain)
    areas, greatest, _ = trajectories._measured(counts, places, None, plain=plain)
    bound = areas[:, 1] / greatest
    off = np.abs(found - known)
    assert (off <= bound + 1e-9).all()
    assert bound.mean() < 0.05
    assert 0 < off.max() < bound.max()
    with pytest.warns(Approximated, match="distortion is off by at most"):
        whole = trajectories.distortion(counts, places=places, plain=plain)
    assert whole.item() == pytest.approx((people * found).sum() / people.sum())


def test_only_large_strata_are_counted_by_rings(monkeypatch):
    counts, xy, rank = town(14, 90, 3)
    starts = np.array([0, 30])
    exact = trajectories.local_distortion(counts, places=(xy, rank), starts=starts)
    monkeypatch.setattr(trajectories, "EXACT", 40)
    monkeypatch.setattr(_rings, "_SINGLE", 5)
    with pytest.warns(Approximated):
        found = trajectories.local_distortion(counts, places=(xy, rank), starts=starts)
    np.testing.assert_array_equal(found[:30], exact[:30])
    assert (np.abs(found - exact)[30:] > 0).any()


@pytest.mark.slow
def test_rings_of_parts_of_people_are_those_of_people(monkeypatch):
    """Whole numbers are added as such, and others not: the mix, and so the distortion, is the same."""
    monkeypatch.setattr(trajectories, "EXACT", 40)
    rng = np.random.default_rng(5)
    for units in (701, 704):
        counts, places = rng.poisson(9, (units, 3)) + 0.0, (rng.normal(size=(units, 2)), np.arange(units))
        with pytest.warns(pm.errors.Approximated):
            whole = trajectories.local_distortion(counts, places=places)
        with pytest.warns(pm.errors.Approximated):
            part = trajectories.local_distortion(counts / 4, places=places)
        np.testing.assert_allclose(part, whole, atol=1e-12)


def test_rings_on_one_point(monkeypatch):
    counts = np.random.default_rng(1).poisson(9, (50, 3))
    monkeypatch.setattr(trajectories, "EXACT", 10)
    monkeypatch.setattr(_rings, "_SINGLE", 5)
    with pytest.warns(Approximated):
        found = trajectories.local_distortion(counts, places=(np.zeros((50, 2)), np.arange(50)))
    exact = dense(counts, np.zeros((50, 2)), np.arange(50), [0, 30])[:, 1]
    areas, greatest, _ = trajectories._measured(counts, (np.zeros((50, 2)), np.arange(50)), None, plain=False)
    assert (np.abs(found[[0, 30]] - exact[[0, 30]] / greatest) <= areas[[0, 30], 1] / greatest).all()


def test_rings_of_few_units_are_walked_over_one_by_one(monkeypatch):
    counts, xy, rank = town(17, 40, 3)
    exact = trajectories.local_distortion(counts, places=(xy, rank))
    monkeypatch.setattr(trajectories, "EXACT", 10)
    np.testing.assert_allclose(trajectories.local_distortion(counts, places=(xy, rank)), exact, atol=1e-13)


@pytest.mark.parametrize("first", [(1, 9), (0, 9), (2, 5), (1, 0)])
def test_the_mix_within_a_ring_is_off_by_no_more_than_its_bound(first):
    # A unit, then a ring of three units in an order that is not known, cut where two of its four people are counted.
    ring = np.array([[1, 1], [0, 1], [0, 1]])
    had, more = np.array(first, dtype=float), ring.sum(axis=0)
    shares = (had + more) / (had + more).sum()
    n, joined = had.sum(), more.sum()
    here, there = n + 2, n + joined
    steps = Steps(0, 1, np.array([0, 2]), np.array([had, more]), np.array([0, 1]), np.array([n, joined]),
                  np.array([0.0, 1.0]), np.array([False, True]))  # fmt: skip
    found, mix = np.empty((3, 1, 1)), np.empty((1, 1, 2))
    at(steps, np.log(shares)[np.newaxis], np.array([here]), found, mix)
    counted = had + more / 2
    assert found[0].item() == pytest.approx(np.sqrt(1 / 2))
    assert found[1].item() == pytest.approx(divergence(counted, shares))
    np.testing.assert_allclose(mix[0, 0], counted / here)
    # The bound of `_areas`, with the middle of all slopes for c and the ends of the ring for their range.
    apart = more * (1 - more / joined)
    old, new = had > 0, np.log((had + more) / there / shares)
    before = np.log(np.where(old, had, 1) / n / shares)
    middle = (more * (before + new) / 2)[old].sum() / joined
    bend = np.minimum(apart**2 / np.where(old, had, 1), (had + more) * np.log(1 + more / np.where(old, had, 1)) + apart)
    slope = apart * np.maximum(np.abs(before - middle), np.abs(new - middle))
    ends = more * np.maximum(np.abs(np.log(more / shares / here)), np.abs(np.log(more / shares / there)))
    met = 2 * np.maximum(ends, there * shares / np.e) + apart * abs(middle)
    off = min(np.where(old, slope + bend, met).sum() / here, np.log(there / here))
    assert found[2].item() == pytest.approx(off)
    for order in itertools.permutations(ring):
        # The second person on the way may be of a unit of two, half of which is counted.
        passed, left = had.copy(), 2.0
        for unit in order:
            part = min(left / unit.sum(), 1.0)
            passed, left = passed + part * unit, left - part * unit.sum()
        assert abs(divergence(passed, shares) - found[1].item()) <= off


# -- the verb --------------------------------------------------------------------------------------------------


def points(counts, xy, *, crs="EPSG:27700", ids=None):
    names = [f"g{number}" for number in range(np.shape(counts)[1])]
    ids = [f"u{number}" for number in range(len(counts))] if ids is None else ids
    frame = pd.DataFrame(counts, columns=names).assign(id=ids)
    return pm.from_wide(
        gpd.GeoDataFrame(frame, geometry=shapely.points(xy), crs=crs), groups=names, unit="id", geometry="geometry"
    )


def test_trajectories_of_toyville():
    town_ = points(TOYVILLE, LINE * 1000, ids=list("ABCD"))
    found = surroundings.trajectories(town_, people=[100, 150, 200, 300, 400], shares=True)
    assert list(found.columns) == ["unit", "people", "distance", "divergence", "error", "share of g0", "share of g1"]
    first = found[found["unit"] == "A"]
    np.testing.assert_allclose(first["share of g0"], [0.8, 0.6, 0.5, 1 / 3, 0.3])
    np.testing.assert_allclose(first["distance"], [0, 1000, 1000, 2500, 5500], rtol=1e-9)
    expected = divergence(np.array([[0.8, 0.2], [0.6, 0.4], [0.5, 0.5], [1 / 3, 2 / 3], [0.3, 0.7]]), [0.3, 0.7])
    np.testing.assert_allclose(first["divergence"], expected, atol=1e-15)
    assert (found["error"] == 0).all()
    assert found.groupby("unit", observed=True)["divergence"].last().eq(0).all()


def test_trajectories_are_the_mix_of_the_nearest_people():
    counts, xy, _ = town(15, 50, 3)
    town_ = points(counts, xy * 100)
    people = float(counts.sum()) * 0.4
    near = surroundings.nearest_people(town_, people=people) @ town_
    found = surroundings.trajectories(town_, people=people, shares=True)
    lived_in = town_.total > 0
    assert list(found["unit"]) == list(town_.units[lived_in])
    shares = near.shares()[lived_in].to_numpy()
    np.testing.assert_allclose(found[[f"share of g{group}" for group in range(3)]], shares, atol=1e-12)
    np.testing.assert_allclose(found["divergence"], divergence(shares, counts.sum(axis=0) / counts.sum()), atol=1e-12)
    default = surroundings.trajectories(town_, [town_.units[0]])
    assert len(default) == 64
    assert default["people"].is_monotonic_increasing
    assert default["people"].iloc[-1] == counts.sum()


def test_trajectories_by_rings_stay_within_their_error(monkeypatch):
    draw = np.random.default_rng(16)
    xy = draw.normal(size=(200, 2)) * 1e4
    counts = draw.poisson(np.exp(draw.normal(4, 0.5, (200, 4)) + xy[:, :1] * np.arange(4) / 5e4))
    town_ = points(counts, xy)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exact = surroundings.trajectories(town_)
    monkeypatch.setattr(trajectories, "EXACT", 100)
    monkeypatch.setattr(_rings, "_SINGLE", 20)
    with pytest.warns(Approximated, match="off by at most"):
        found = surroundings.trajectories(town_)
    off = (found["divergence"] - exact["divergence"]).abs()
    assert (off <= found["error"] + 1e-12).all()
    assert off.max() > 0
    assert found["error"].mean() < 0.05
    near = (exact["distance"] < 2_000) | (found["error"] == 0)
    assert off[near].median() == 0
    # The farthest who are counted are in the same ring, which is a hundredth of its distance across.
    assert ((found["distance"] / exact["distance"] - 1).abs().dropna() < 0.1).all()


def test_bad_input():
    town_ = points(TOYVILLE, LINE * 1000, ids=list("ABCD"))
    for people in (0, -1, 401, [100, np.nan], []):
        with pytest.raises(InvalidParameter, match="up to everyone"):
            surroundings.trajectories(town_, people=people)
    with pytest.raises(UnmatchedUnit) as error:
        surroundings.trajectories(town_, ["A", "E", "F"])
    assert error.value.units == ("E", "F")
    deserted = points([[1, 2], [0, 0], [3, 4]], LINE[:3], ids=["one", "two", "three"])
    with pytest.raises(InvalidParameter, match="Nobody lives"):
        surroundings.trajectories(deserted, "two")
    assert set(surroundings.trajectories(deserted, people=5)["unit"]) == {"one", "three"}
    with pytest.raises(NoPlace):
        surroundings.trajectories(
            pm.from_wide(pd.DataFrame({"id": [1], "a": [1], "b": [2]}), groups=["a", "b"], unit="id")
        )
    places = LINE, np.arange(4)
    for wrong, kind in (
        (np.stack([TOYVILLE, TOYVILLE]), InvalidParameter),
        (TOYVILLE[:3], InvalidParameter),
        (TOYVILLE[:, :1], TooFewGroups),
    ):
        with pytest.raises(kind):
            trajectories.distortion(wrong, places=places)
    with pytest.raises(InvalidParameter, match="finite"):
        trajectories.distortion(TOYVILLE, places=(LINE * np.nan, np.arange(4)))


# -- real data -------------------------------------------------------------------------------------------------


@pytest.mark.data
def test_london_sees_more_distortion_where_groups_live_apart(data_root):
    frame = gpd.read_parquet(data_root / "data" / "london" / "lsoa11.parquet")
    people = pd.read_parquet(data_root / "data" / "london" / "groups_lsoa11_2011.parquet")
    frame = frame.merge(people, on="lsoa11cd")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pm.errors.IncompletePartition)
        counts = pm.from_wide(
            frame, groups=["white_british", "bangladeshi", "black_caribbean"], unit="lsoa11cd", total="total",
            geometry="geometry",
        )  # fmt: skip
    counts = counts.take(np.flatnonzero(counts.total > 0)[::8])
    path = surroundings.trajectories(counts, people=[2_000, 20_000, 200_000, float(counts.values.sum())])
    mean = path.groupby("people")["divergence"].mean()
    assert mean.is_monotonic_decreasing
    assert mean.iloc[-1] == 0
    assert path.groupby("unit", observed=True)["distance"].is_monotonic_increasing.all()
