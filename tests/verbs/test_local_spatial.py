"""Local values of the people around, and local clusters, against formulas written out here."""

from __future__ import annotations

import sys
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

import placemix as pm
from placemix import errors, indices, surroundings
from placemix.indices.neighbours import standardised
from placemix.results import COLUMNS
from placemix.units.permuting import pseudo_values

CHAIN = np.array([0, 1, 1, 2, 2, 3]), np.array([1, 0, 2, 1, 3, 2]), np.ones(6)


def lattice(side: int, seed: int, *, empty: int | None = None) -> pm.Counts:
    """Squares of 1 km in a square, with strata of columns."""
    random = np.random.default_rng(seed)
    place = np.arange(side * side)
    people = random.integers(1, 60, (side * side, 3)).astype(float)
    people[:, 0] += 200 * (place % side < side // 3)
    if empty is not None:
        people[empty] = 0
    shapes = [shapely.box(1000 * (k % side), 1000 * (k // side), 1000 * (k % side) + 1000, 1000 * (k // side) + 1000)
              for k in place]  # fmt: skip
    frame = gpd.GeoDataFrame(people, columns=["x", "y", "z"], geometry=shapes, crs=27700)
    frame["id"] = [f"u{k:02d}" for k in place]
    frame["half"] = np.where(place % side < side // 2, "west", "east")
    return pm.from_wide(frame, groups=["x", "y", "z"], unit="id", strata="half", geometry="geometry")


@pytest.fixture(scope="module")
def town() -> pm.Counts:
    return lattice(6, seed=3, empty=8)


@pytest.fixture(scope="module")
def toyville() -> pm.Counts:
    points = gpd.GeoSeries(shapely.points([[0.5, 0], [1.5, 0], [3, 0], [6, 0]]))
    frame = gpd.GeoDataFrame({"id": list("abcd"), "x": [80, 20, 0, 20], "y": [20, 80, 100, 80]}, geometry=points)
    return pm.from_wide(frame, groups=["x", "y"], unit="id", geometry="geometry", crs="planar")


def chain(counts: pm.Counts) -> surroundings.Surroundings:
    matrix = np.zeros((4, 4))
    matrix[CHAIN[0], CHAIN[1]] = 1
    return surroundings.from_matrix(counts, matrix)


# -- the people around ----------------------------------------------------------------------------


def test_location_quotient_divergence_and_mixes_of_the_people_around(town: pm.Counts):
    near = surroundings.kernel(town, bandwidth="1.8 km")
    around = near @ town
    share = around.values / around.total[:, np.newaxis]
    overall = town.values.sum(axis=0) / town.total.sum()
    lived_in = town.total > 0
    wanted = {
        "location_quotient": share[:, 0] / overall[0],
        "local_isolation": share[:, 0],
        "shannon": -(share * np.log(share)).sum(axis=1),
        "simpson": 1 - (share**2).sum(axis=1),
        "effective_groups": np.exp(-(share * np.log(share)).sum(axis=1)),
    }
    result = pm.local(town, list(wanted), focal="x", around=near)
    for name, values in wanted.items():
        rows = result[result["measure"].astype(str).str.partition("(")[0] == name]
        np.testing.assert_allclose(rows["value"][lived_in], values[lived_in], rtol=1e-12, err_msg=name)
        assert rows["reason"][~lived_in].tolist() == ["no_people"]
    divergence = pm.local(town, "local_information", around=near)["value"]
    kl = (share * np.log(share / overall)).sum(axis=1)
    np.testing.assert_allclose(divergence[lived_in], kl[lived_in], rtol=1e-11)
    pair = share[:, [0, 2]] / share[:, [0, 2]].sum(axis=1, keepdims=True)
    both = overall[[0, 2]] / overall[[0, 2]].sum()
    two = pm.local(town, "local_divergence", focal="x", against="z", around=near)
    np.testing.assert_allclose(two["value"][lived_in], (pair * np.log(pair / both)).sum(axis=1)[lived_in], rtol=1e-11)
    assert set(two["against"].astype(str)) == {"z"}


def test_global_exposure_is_the_mean_of_the_local(town: pm.Counts):
    near = surroundings.within(town, radius="1.5 km")
    for counts_around in (None, near):
        for by in ((), "half"):
            local = pm.local(town, ["local_isolation", "local_exposure"], focal="each", against=["rest", "y"], by=by,
                             around=counts_around)  # fmt: skip
            whole = pm.measure(town, ["isolation", "exposure"], focal="each", against=["rest", "y"], by=by,
                               around=counts_around)  # fmt: skip
            keys = [*([by] if by else []), "measure", "focal", "against"]
            local = local.assign(against=local["against"].astype(object).fillna("rest"))
            local["measure"] = local["measure"].astype(str).str.removeprefix("local_")
            sums = local.groupby(keys, observed=True)[["numerator", "denominator"]].sum()
            found = (sums["numerator"] / sums["denominator"]).rename("value")
            wanted = whole.assign(**{key: whole[key].astype(str) for key in keys}).set_index(keys)["value"]
            found.index = pd.MultiIndex.from_tuples([tuple(map(str, key)) for key in found.index], names=keys)
            assert len(found) == len(wanted)
            for key, value in wanted.items():
                assert found[key] == pytest.approx(value, abs=1e-12), key


def test_borders_edges_and_units_alone(town: pm.Counts):
    near = surroundings.within(town, radius="1.2 km")
    kept = pm.local(town, "local_isolation", focal="x", by="half", around=near)
    ended = pm.local(town, "local_isolation", focal="x", by="half", around=near, across="limit")
    assert set(kept["around"].astype(str)) == {"within 1200 m; across half"}
    assert set(ended["around"].astype(str)) == {"within 1200 m; limited to half"}
    column = np.arange(36) % 6
    inside = ~np.isin(column, [2, 3]) & (town.total > 0)
    np.testing.assert_array_equal(kept["value"][inside], ended["value"][inside])
    beside = ~inside & (town.total > 0) & (town.units != "u09")  # whose neighbour across has nobody
    assert (kept["value"][beside] != ended["value"][beside]).all()
    place = list(kept.columns).index("around") + 1
    assert kept.columns[place] == "edge_share"
    # Across the border of a stratum people are counted; beyond the study area nobody is.
    np.testing.assert_allclose(kept["edge_share"], near.edge_shares(), atol=1e-14)
    np.testing.assert_allclose(ended["edge_share"], near.edge_shares(town.arranged("half")), atol=1e-14)
    alone = pm.local(town, "local_isolation", focal="x", around=surroundings.within(town, radius="900 m"))
    lived_in = town.total > 0
    assert set(alone["around"][lived_in].astype(str)) == {"within 900 m; no other unit around"}
    np.testing.assert_allclose(alone["value"][lived_in], town.values[lived_in, 0] / town.total[lived_in])
    assert tuple(pm.local(town, "shannon").columns) == ("unit", *COLUMNS)


def test_counts_of_the_people_around_do_as_well(town: pm.Counts):
    near = surroundings.within(town, radius="1.5 km")
    around = near @ town
    one, other = (pm.local(town, ["location_quotient", "shannon"], focal="x", around=given)["value"]
                  for given in (near, around))  # fmt: skip
    np.testing.assert_allclose(one, other, rtol=1e-12)


def test_no_limits_of_chance_where_people_overlap(town: pm.Counts):
    near = surroundings.within(town, radius="1.5 km")
    result = pm.local(town, "location_quotient", focal="x", around=near)
    assert result["lower"].isna().all()
    assert set(result["interval_method"].astype(str)) == {"none:complete_count"}
    assert "surroundings where" in pm.local(town, "local_isolation", focal="x", around=near).explain()


# -- local clusters -------------------------------------------------------------------------------


def test_toyville(toyville: pm.Counts):
    result = pm.local(
        toyville, ["getis_ord(rates='raw')", "local_moran(rates='raw')"], focal="x", around=chain(toyville)
    )
    values = {name: rows["value"].tolist() for name, rows in result.groupby("measure", observed=True)}
    assert values["getis_ord(rates='raw')"] == pytest.approx([1.1547, 0.3333, -1.6667, -1.1547], abs=5.01e-5)
    assert values["local_moran(rates='raw')"] == pytest.approx([-0.4167, -0.0833, 0.25, 0.25], abs=5.01e-5)
    assert sum(values["local_moran(rates='raw')"]) == pytest.approx(0, abs=1e-12)  # global I is 0
    moran = result[result["measure"] == "local_moran(rates='raw')"]
    assert moran["expected"].tolist() == pytest.approx([-1 / 3] * 4)
    assert set(result["flag"].astype(str)) == {"not distinguishable"}
    # Scores are shares of nothing; a value has a denominator all the same: the units it stands among.
    assert result["numerator"].isna().all()
    assert set(result["denominator"]) == {4}
    assert all(estimate.denominator == 4 for estimate in pm.estimates(result))


def test_gi_star_weighs_neighbours_as_the_surroundings_do(town: pm.Counts):
    near = surroundings.kernel(town, bandwidth="2.5 km")
    dense = np.diag(near.own)
    for i, j, weight in near.pairs():
        dense[i, j] = weight
    here = np.flatnonzero(town.total > 0)
    dense, p, n = dense[np.ix_(here, here)], (town.values[:, 0] / np.maximum(town.total, 1))[here], len(here)
    wanted = []
    for unit in range(n):
        total = square = seen = 0.0
        for other in range(n):
            weight = dense[unit, other]
            total, square, seen = total + weight, square + weight**2, seen + weight * p[other]
        wanted.append((seen - total * p.mean()) / (p.std() * np.sqrt((n * square - total**2) / (n - 1))))
    found = pm.local(town, "getis_ord(rates='raw')", focal="x", around=near)
    np.testing.assert_allclose(found["value"].to_numpy()[here], wanted, rtol=1e-10)
    everyone = pm.local(town, "getis_ord(rates='raw')", focal="x", around=surroundings.within(town, radius="2.5 km"))
    assert not np.allclose(found["value"].to_numpy()[here], everyone["value"].to_numpy()[here], rtol=0.05)


def test_gi_star_and_esda(town: pm.Counts):
    esda = pytest.importorskip("esda")
    graphs = pytest.importorskip("libpysal.graph")
    here = np.flatnonzero(town.total > 0)
    counts = town.take(here)
    p = counts.values[:, 0] / counts.total
    for near, alike in ((surroundings.contiguity(counts), True), (surroundings.kernel(counts, bandwidth=2500), False)):
        i, j, weight = (np.concatenate(part) for part in zip(*near.pairs(), strict=True))
        every = np.arange(len(p))
        i, j, weight = np.append(i, every), np.append(j, every), np.append(weight, near.own)
        order = np.lexsort((j, i))
        graph = graphs.Graph.from_arrays(i[order], j[order], weight[order])
        theirs = esda.G_Local(p, graph, transform="R", star=True, permutations=0)
        ours = pm.local(counts, "getis_ord(rates='raw')", focal="x", around=near)["value"].to_numpy()
        total, square = np.bincount(i, weight), np.bincount(i, weight**2)
        # Their statistic is ours for any weights, and so is its mean; their variance that of weights of 0 and 1.
        gap = (theirs.Gs - theirs.EGs) * p.sum() * total
        spread = p.std() * np.sqrt((len(p) * square - total**2) / (len(p) - 1))
        np.testing.assert_allclose(ours, gap / spread, rtol=1e-9)
        if alike:
            binary = esda.G_Local(p, graph, transform="B", star=True, permutations=0)
            np.testing.assert_allclose(ours, binary.Zs, rtol=1e-9)


def test_gi_star_counts_the_unit_itself_whatever_its_own_weight(town: pm.Counts):
    near, none = (surroundings.contiguity(town, own=own) for own in (1, 0))
    one, other = (pm.local(town, "getis_ord", focal="x", around=around) for around in (near, none))
    np.testing.assert_array_equal(one["value"], other["value"])
    known = other["value"].notna()
    assert not other["around"][known].astype(str).str.contains("own weight 0").any()
    assert other["around"][known].astype(str).str.contains("own weight the largest of the neighbours'").all()
    assert other["note"][known].astype(str).str.contains("own weight 0 taken as the largest").all()
    assert one["note"].isna().all()
    twice = pm.local(town, "getis_ord", focal="x", around=surroundings.contiguity(town, own=2))
    assert not np.allclose(one["value"][known], twice["value"][known])


def test_too_few_permutations_are_said(town: pm.Counts):
    near = surroundings.contiguity(town)
    few = pm.local(town, "getis_ord", focal="y", around=near, permutations=99)
    assert set(few["flag"].dropna().astype(str)) == {"not distinguishable"}
    note = few["note"].dropna().astype(str).unique().item()
    assert "with 99 permutations p is 0.02 or more" in note
    assert "take permutations=999" in note
    assert few["note"].isna().tolist() == few["value"].isna().tolist()
    assert pm.local(town, "getis_ord", focal="x", around=near)["note"].isna().all()


def written_out(counts: np.ndarray, pairs: tuple[np.ndarray, ...], rates: str) -> tuple[np.ndarray, np.ndarray]:
    """Gi* and local Moran by their formulas on dense matrices; NaN where a unit has no neighbours."""
    here = np.flatnonzero(counts.sum(axis=1) > 0)
    dense = np.zeros((len(counts), len(counts)))
    dense[pairs[0], pairs[1]] = pairs[2]
    dense = dense[np.ix_(here, here)]
    x, t = counts[here, 0], counts[here].sum(axis=1)
    p, n = x / t, len(here)
    if rates == "empirical_bayes":
        b = x.sum() / t.sum()
        a = (t * (p - b) ** 2).sum() / t.sum() - b / t.mean()
        variance = a + b / t
        p = (p - b) / np.sqrt(np.where(variance < 0, b / t, variance))
    z = p - p.mean()
    rows = dense.sum(axis=1, keepdims=True)
    moran = (n - 1) * z * (dense / np.where(rows > 0, rows, 1) @ z) / (z @ z)
    star = dense + np.eye(n)
    k = star.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        getis = (star @ p - p.mean() * k) / (p.std() * np.sqrt((n * (star**2).sum(axis=1) - k**2) / (n - 1)))
    out = np.full((2, len(counts)), np.nan)
    out[:, here] = np.where(rows[:, 0] > 0, [getis, moran], np.nan)
    return out[0], out[1]


def test_where_all_are_neighbours_of_all_nobody_has_more_around_than_another():
    i, j = np.nonzero(~np.eye(7, dtype=bool))
    counts = np.column_stack([np.arange(1, 8), np.full(7, 5)])
    for weight in (1, 0.1, 0.7):  # 7 x 7 x 0.1² and (7 x 0.1)² differ by the last digit
        pairs = i, j, np.full(len(i), weight)
        found = indices.getis_ord(counts, pairs=pairs, rates="raw", own=np.full(7, weight))
        assert np.isnan(found).all()


def test_raw_distances_are_from_the_mean_of_the_shares():
    # Shares .25, .8 and 0, whose mean is .35, whatever the sizes of the units.
    assert standardised([[1, 3], [8, 2], [0, 5]], "raw") == pytest.approx([-0.1, 0.45, -0.35])
    assert standardised([[1, 3], [2, 6]], "raw").tolist() == [0, 0]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(4, 30), st.sampled_from(["empirical_bayes", "raw"]))
def test_statistics_by_their_formulas(seed, units, rates):
    random = np.random.default_rng(seed)
    counts = random.integers(0, 40, (units, 2)).astype(float)
    counts[random.random(units) < 0.1] = 0
    if (counts.sum(axis=1) > 0).sum() < 4 or len({tuple(row) for row in counts}) < 3:
        return
    near = np.triu(random.random((units, units)) * (random.random((units, units)) < 3 / units), 1)
    near = near + near.T
    i, j = np.nonzero(near)
    pairs = i, j, near[i, j]
    getis, moran = written_out(counts, pairs, rates)
    share = counts[:, 0] / np.maximum(counts.sum(axis=1), 1)
    if np.ptp(share[counts.sum(axis=1) > 0]) < 1e-9:
        return
    np.testing.assert_allclose(indices.local_moran(counts, pairs=pairs, rates=rates), moran, atol=1e-9)
    np.testing.assert_allclose(indices.getis_ord(counts, pairs=pairs, rates=rates), getis, rtol=1e-7, atol=1e-9)


def test_strata_are_regions_of_their_own_and_leading_axes_are_free(town: pm.Counts):
    near = surroundings.contiguity(town)
    both = pm.local(town, ["getis_ord", "local_moran"], focal="x", by="half", around=near)
    for half in ("west", "east"):
        here = np.flatnonzero(town.strata["half"] == half)
        alone = pm.local(town.take(here), ["getis_ord", "local_moran"], focal="x", around=near.take(here))
        rows = both[both["half"] == half]
        np.testing.assert_allclose(rows["value"], alone["value"], rtol=1e-9)
    assert set(both["around"].astype(str).str.split("; ").str[1]) == {"limited to half"}
    layers = np.stack(
        [np.array([[80, 20], [20, 80], [0, 100], [20, 80.0]]), np.array([[1, 9], [5, 5], [0, 0], [3, 7.0]])]
    )
    for kernel in (indices.getis_ord, indices.local_moran):
        together = kernel(layers, pairs=CHAIN)
        np.testing.assert_allclose(together, [kernel(layer, pairs=CHAIN) for layer in layers])


def exact(z: np.ndarray, unit: int, near: list[int]) -> float:
    """Two-sided p of the neighbours' sum over every choice of neighbours."""
    others = [k for k in range(len(z)) if k != unit]
    sums = np.array([z[list(some)].sum() for some in combinations(others, len(near))])
    seen = z[near].sum()
    return min(1, 2 * min((sums >= seen - 1e-12).mean(), (sums <= seen + 1e-12).mean()))


def test_p_values_are_those_of_every_choice_of_neighbours():
    random = np.random.default_rng(5)
    z = np.round(random.normal(size=9), 1)
    z[3] = z[7]  # a tie
    i, j = np.array([0, 0, 1, 1, 4, 4, 4]), np.array([1, 2, 0, 3, 5, 6, 7])
    many = 20_000
    p = pseudo_values(z, i, j, np.ones(7), permutations=many, seed=1, label="")
    for unit in (0, 1, 4):
        wanted = exact(z, unit, j[i == unit].tolist())
        assert p[unit] == pytest.approx(wanted, abs=5 * 2 * np.sqrt(wanted / 2 / many) + 2 / many)
    assert np.isnan(p[[2, 3, 5, 6, 7, 8]]).all()


def test_a_group_that_is_absent_nearly_everywhere_makes_no_clusters_of_nothing():
    # Zeros all round are what picks at random give too; counted in one tail only they would look rare.
    z = np.zeros(40)
    z[0] = 1.0
    i, j = np.repeat(np.arange(10, 14), 3), np.array([20, 21, 22] * 4)
    assert (pseudo_values(z, i, j, np.ones(12), permutations=99, seed=0, label="")[10:14] == 1).all()


@pytest.mark.slow
def test_seeds_row_order_and_flags(town: pm.Counts):
    near = surroundings.contiguity(town)
    names = ["getis_ord", "local_moran"]
    first = pm.local(town, names, focal="each", around=near)
    again = pm.local(town, names, focal="each", around=near)
    pd.testing.assert_frame_equal(pd.DataFrame(first), pd.DataFrame(again))
    other = pm.local(town, names, focal="each", around=near, seed=1)
    assert not first["p_value"].equals(other["p_value"])
    assert np.array_equal(first["value"], other["value"], equal_nan=True)
    shuffled = town.take(np.random.default_rng(0).permutation(36))
    keys = ["unit", "measure", "focal"]
    turned = pm.local(shuffled, names, focal="each", around=near)
    for column in ("value", "p_value", "p_adjusted", "flag"):
        one, two = (frame.assign(**{key: frame[key].astype(str) for key in keys}).set_index(keys)[column].sort_index()
                    for frame in (first, turned))  # fmt: skip
        if column == "flag":
            assert one.astype(object).fillna("").tolist() == two.astype(object).fillna("").tolist()
        else:
            np.testing.assert_allclose(one, two, rtol=1e-9, err_msg=column)
    order = [*COLUMNS[: COLUMNS.index("flag") + 1], "p_value", "p_adjusted"]
    assert list(first.columns[1 : len(order) + 1]) == order
    for _, rows in first.groupby(["measure", "focal"], observed=True):
        known = rows["p_value"].notna()
        assert known.sum() == 35
        np.testing.assert_allclose(rows["p_adjusted"][known], false_discovery_control(rows["p_value"][known]))
        named = rows["flag"].astype(str) != "not distinguishable"
        assert (named[known] == (rows["p_adjusted"][known] <= 0.05)).all()
    getis = first[(first["focal"] == "x") & first["measure"].astype(str).str.startswith("getis")]
    high = getis["flag"] == "cluster of high share"
    assert high.sum() >= 4
    assert (getis["value"][high] > 0).all()
    assert "permutations=999, seed=0" in getis["interval_method"].iloc[0]
    assert pm.estimates(first)[0].uncertainty.kind == "chance model"


def test_islands_and_empty_units_say_why(town: pm.Counts):
    kept = np.array([0, 1, 2, 6, 7, 8, 35])
    counts = town.take(kept)
    result = pm.local(counts, "getis_ord", focal="x", around=surroundings.contiguity(counts)).set_index("unit")
    assert result.loc["u08", "reason"] == "no_people"
    assert result.loc["u35", "reason"] == "no_neighbours"
    assert np.isnan(result.loc["u35", "value"])
    assert pd.isna(result.loc["u35", "flag"])
    assert result.loc[["u00", "u01"], "value"].notna().all()
    assert "no neighbours" in pm.estimates(result.reset_index())[-1].explain()


def test_what_local_clusters_need(town: pm.Counts, monkeypatch: pytest.MonkeyPatch):
    near = surroundings.contiguity(town)
    with pytest.raises(errors.SurroundingsNeeded, match="contiguity"):
        pm.local(town, "getis_ord", focal="x")
    with pytest.raises(errors.SurroundingsNeeded):
        pm.local(town, "getis_ord", focal="x", around=near @ town)
    with pytest.raises(errors.FocalNeeded):
        pm.local(town, "local_moran", around=near)
    with pytest.raises(errors.InvalidParameter, match="keep"):
        pm.local(town, "local_moran", focal="x", by="half", around=near, across="keep")
    with pytest.raises(errors.InvalidParameter, match=r"placemix\.local"):
        pm.measure(town, "getis_ord", focal="x", around=near)
    with pytest.raises(errors.InvalidParameter, match="empirical_bayes"):
        pm.local(town, "getis_ord(rates='bayes')", focal="x", around=near)
    with pytest.raises(errors.InvalidParameter, match="permutations"):
        pm.local(town, "getis_ord", focal="x", around=near, permutations=9)
    with pytest.raises(errors.InvalidParameter, match="seed"):
        pm.local(town, "getis_ord", focal="x", around=near, seed=-1)
    for wrong in ({"seed": "a"}, {"permutations": "many"}, {"level": "high"}, {"seed": 0.5}, {"seed": True}):
        with pytest.raises(errors.InvalidParameter, match=next(iter(wrong))):
            pm.local(town, "getis_ord", focal="x", around=near, **wrong)
    for names in ("getis_ord", ["location_quotient", "local_moran"]):
        with pytest.raises(errors.InvalidParameter, match=r"against= has no meaning.*select"):
            pm.local(town, names, focal="x", against="y", around=near)
    with pytest.raises(errors.InvalidParameter, match="against="):
        pm.local(town, "shannon", against="y")
    with pytest.raises(errors.InvalidParameter, match="takes no surroundings"):
        pm.local(town, "local_distortion", focal="x", around=near)
    for elsewhere in ("gi_star", "Gi*", "hotspot"):
        with pytest.raises(errors.UnknownMeasure, match="'getis_ord'"):
            pm.local(town, elsewhere, focal="x", around=near)
    with pytest.raises(errors.UnknownMeasure, match="'local_moran'"):
        pm.local(town, "lisa", focal="x", around=near)
    with pytest.raises(errors.NoSpatialForm, match="finite"):
        pm.local(town, "simpson(finite=True)", around=near)
    with pytest.raises(errors.NoSpatialForm, match=r"placemix\.local"):
        pm.measure(town, "simpson", around=near)
    monkeypatch.setitem(sys.modules, "esda", None)
    with pytest.raises(errors.MissingExtra, match=r"placemix\[model\]"):
        pm.local(town, "getis_ord", focal="x", around=near)


def test_packs_recompute_local_clusters(town: pm.Counts, tmp_path):
    near = surroundings.contiguity(town)
    result = pm.local(town, ["getis_ord", "local_exposure"], focal="x", against="y", by="half", around=near, seed=7)
    assert pm.verify(result.save(tmp_path / "local.zip")).same
