"""Merging units: the cheapest pair at every step, the values of R segregation, and connected areas."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from surroundings.lattices import counts_of as on_map

import placemix as pm
from placemix.decompose import compress, merged_units


def counts_of(values) -> pm.Counts:
    frame = pd.DataFrame(values, columns=list("abcd")[: np.shape(values)[1]])
    frame["unit"] = [f"u{n:02d}" for n in range(len(frame))]
    return pm.from_wide(frame, groups=list(frame.columns[:-1]), unit="unit")


def naive(people: np.ndarray, allowed=None) -> list[float]:
    """M after every merger, trying all pairs each time."""
    parts = {n: [n] for n in range(len(people))}
    values = []
    while len(parts) > 1:
        best = None
        for i, j in itertools.combinations(parts, 2):
            near = allowed is None or any((a, b) in allowed for a in parts[i] for b in parts[j])
            if not near:
                continue
            left = [people[members].sum(axis=0) for n, members in parts.items() if n not in {i, j}]
            table = np.array([*left, people[parts[i] + parts[j]].sum(axis=0)])
            m = pm.indices.mutual_information(table).item() if len(table) > 1 else 0.0
            if best is None or m > best[0] + 1e-15:
                best = m, i, j
        if best is None:
            break
        values.append(best[0])
        parts[best[1]] += parts.pop(best[2])
    return values


@given(st.integers(0, 2**20))
@settings(max_examples=8)
def test_every_step_is_the_cheapest(seed):
    rng = np.random.default_rng(seed)
    people = rng.poisson(rng.uniform(1, 40, (9, 3))) + np.array([1.0, 2.0, 0.0])
    found = compress(counts_of(people))
    np.testing.assert_allclose(found["value"], naive(people), atol=1e-12)
    assert found["units"].tolist() == list(range(8, 0, -1))
    assert (np.diff(found["value"], prepend=found["value"][0] + found["lost"][0]) <= 1e-15).all()


@given(st.integers(0, 2**20))
@settings(max_examples=10)
def test_neighbours_only(seed):
    row, column = (place.ravel() for place in np.indices((3, 4)))
    shapes = shapely.box(100 * column, 100 * row, 100 * column + 100, 100 * row + 100)
    counts = on_map(shapes, seed=seed)
    near = pm.surroundings.contiguity(counts, rule="rook")
    found = compress(counts, neighbours=near)
    lived_in = np.flatnonzero(counts.total > 0)
    place = {unit: n for n, unit in enumerate(lived_in)}
    allowed = {
        (place[a], place[b])
        for i, j, _ in near.pairs()
        for a, b in zip(i.tolist(), j.tolist(), strict=True)
        if a in place and b in place
    }
    np.testing.assert_allclose(found["value"], naive(counts.values[lived_in], allowed), atol=1e-12)
    lookup = merged_units(found, units=4)
    for _, members in lookup.groupby(lookup):
        joined = shapely.union_all(shapes[counts.units.get_indexer(members.index)])
        assert joined.geom_type == "Polygon"


def test_a_lookup_merges_the_counts():
    rng = np.random.default_rng(5)
    counts = counts_of(rng.poisson(rng.uniform(1, 60, (20, 3))) + 1.0)
    found = compress(counts)
    for lookup, units in ((merged_units(found, units=7), 7), (merged_units(found, kept=0.9), None)):
        merged = counts.merge_units(lookup)
        row = found[found["units"] == len(merged)].iloc[0]
        assert units is None or len(merged) == units
        assert pm.estimate(merged, "mutual_information").value == pytest.approx(row["value"], rel=1e-10)
        assert merged.total.sum() == counts.total.sum()
    assert row["kept"] >= 0.9
    assert found[found["units"] == len(merged) - 1]["kept"].item() < 0.9
    assert len(set(merged_units(found, units=20))) == 20


def test_units_of_one_mix_merge_for_nothing():
    found = compress(counts_of([[10.0, 20], [1, 2], [30, 60], [9, 1]]))
    np.testing.assert_allclose(found["kept"], [1, 1, 0], atol=1e-12)


def test_refusals():
    counts = counts_of([[10.0, 20], [1, 2], [3, 9]])
    steps = compress(counts)
    with pytest.raises(pm.errors.InvalidParameter, match="Fewer than two units"):
        compress(counts_of([[10.0, 20], [0, 0]]))
    with pytest.raises(pm.errors.InvalidParameter, match="Pass units= or kept="):
        merged_units(steps)
    with pytest.raises(pm.errors.InvalidParameter, match="no step with 9"):
        merged_units(steps, units=9)
    with pytest.raises(pm.errors.InvalidParameter, match="between 0 and 1"):
        merged_units(steps, kept=3)


def test_the_tree_is_scipys():
    """Cutting SciPy's tree at a share of M lost gives the units that are merged by then."""
    from scipy.cluster.hierarchy import fcluster, is_valid_linkage

    rng = np.random.default_rng(3)
    people = rng.integers(1, 60, (25, 3))
    frame = pd.DataFrame(people, columns=list("abc")).assign(unit=[f"u{n:02d}" for n in range(25)])
    steps = pm.decompose.compress(pm.from_wide(frame, groups=list("abc"), unit="unit"))
    tree = pm.decompose.merging_tree(steps)
    assert is_valid_linkage(tree.linkage)
    assert tree.linkage[-1, 3] == 25
    assert tree.linkage[-1, 2] == pytest.approx(1.0)
    for kept in (0.95, 0.6, 0.2):
        lookup = pm.decompose.merged_units(steps, kept=kept)
        codes = pd.Series(fcluster(tree.linkage, 1 - kept, "distance"), index=tree.labels)
        together = pd.DataFrame({"ours": lookup, "scipys": codes})
        assert together["ours"].nunique() == together["scipys"].nunique()
        assert together.groupby("ours")["scipys"].nunique().max() == 1


def test_parts_that_never_merge_make_no_tree():
    steps = pd.DataFrame({"first": ["a"], "second": ["b"], "units": [2], "kept": [0.5]})
    with pytest.raises(pm.errors.InvalidParameter, match="2 parts"):
        pm.decompose.merging_tree(steps)
