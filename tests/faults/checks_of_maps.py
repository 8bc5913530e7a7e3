"""Checks of measures that look at a map: each passes where the program is right, and holds no printed number."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

import placemix as pm
from faults.towns import CHAIN, COLUMN, GRID, NEAR, ROW, STEPS, TOWN, TOYVILLE, D, counts_of, on_a_grid
from placemix import errors, indices, surroundings


def everyone_met_is_of_some_group() -> None:
    """DPxx and the exposures to all other groups sum to 1."""
    around = NEAR @ TOWN
    met = [indices.distance_decay_isolation(TOWN, around).item()]
    met += [indices.distance_decay_exposure(TOWN, around, against=other).item() for other in (1, 2)]
    assert sum(met) == pytest.approx(1, abs=1e-12)
    assert all(0 <= part <= 1 for part in met)


def clustered(people: np.ndarray) -> dict[str, float]:
    near = np.exp(-np.where(STEPS > 0, STEPS, math.sqrt(0.6)))
    around = near @ people
    return {
        "SP": indices.spatial_proximity(people, around).item(),
        "ACL": indices.absolute_clustering(people, around, weight=near.sum(axis=1)).item(),
        "RCL": indices.relative_clustering(people, around).item(),
        "Pxx": indices.mean_proximity(people, around).item(),
        "DPxx": indices.distance_decay_isolation(people, around).item(),
    }


def halves_cluster_more_than_a_checkerboard() -> None:
    halves, board = (clustered(on_a_grid(np.where(mask, 90.0, 10.0))) for mask in (COLUMN < 3, (ROW + COLUMN) % 2 == 0))
    assert all(board[name] < halves[name] for name in ("SP", "ACL", "Pxx", "DPxx"))
    assert board["SP"] < 1 < halves["SP"]


def halves_cluster_more_on_a_map() -> None:
    """The same through the verbs, from shapes and a length."""
    cells = [shapely.box(x, y, x + 1000, y + 1000) for x, y in 1000 * GRID]
    found = []
    for mask in (COLUMN < 3, (ROW + COLUMN) % 2 == 0):
        town = counts_of(on_a_grid(np.where(mask, 90, 10)), shapes=cells)
        near = surroundings.proximity(town, decay_length="1 km")
        found.append(pm.estimate(town, "spatial_proximity", focal="x", around=near).value)
    assert found[1] < 1 < found[0]


def moving_together_is_seen() -> None:
    corner, scattered = (
        clustered(on_a_grid(np.where(mask, 15.0, 0.0)))
        for mask in ((ROW < 2) & (COLUMN < 3), (ROW + 2 * COLUMN) % 6 == 0)
    )
    assert all(scattered[name] < corner[name] for name in ("SP", "ACL", "RCL", "Pxx"))


def clustering_is_its_sums_over_pairs() -> None:
    """Massey and Denton 1988, pair by pair, without a matrix product."""
    pair = TOWN[:, :2]
    (x, y), t = pair.T, pair.sum(axis=1)
    pairs = [(i, j) for i in range(4) for j in range(4)]

    def mean(one, other):
        return sum(one[i] * other[j] * NEAR[i, j] for i, j in pairs) / (one.sum() * other.sum())

    around = NEAR @ pair
    xx, yy, tt = mean(x, x), mean(y, y), mean(t, t)
    even = x.sum() / 16 * sum(NEAR[i, j] for i, j in pairs)
    own, everyone = (sum(x[i] / x.sum() * group[j] * NEAR[i, j] for i, j in pairs) for group in (x, t))
    weighed = [sum(NEAR[i, j] * t[j] for j in range(4)) for i in range(4)]
    met = sum(x[i] / x.sum() * NEAR[i, j] * t[j] / weighed[i] * x[j] / t[j] for i, j in pairs)
    close = {"rel": 1e-12}
    assert indices.mean_proximity(pair, around).item() == pytest.approx(xx, **close)
    assert indices.mean_proximity_between(pair, around).item() == pytest.approx(mean(x, y), **close)
    assert indices.relative_clustering(pair, around).item() == pytest.approx(xx / yy - 1, **close)
    sp = (x.sum() * xx + y.sum() * yy) / (t.sum() * tt)
    assert indices.spatial_proximity(pair, around).item() == pytest.approx(sp, **close)
    acl = indices.absolute_clustering(pair, around, weight=NEAR.sum(axis=1)).item()
    assert acl == pytest.approx((own - even) / (everyone - even), **close)
    assert indices.distance_decay_isolation(pair, around).item() == pytest.approx(met, **close)


def evenness_of_surroundings_is_the_formula() -> None:
    """Reardon and O'Sullivan 2004: residents weigh as they are, and only the mix they experience is smoothed."""
    around = NEAR @ TOYVILLE
    mix = [[around[i, k] / sum(around[i]) for k in (0, 1)] for i in range(4)]
    whole = [0.3, 0.7]

    def entropy(shares):
        return -sum(p * math.log(p) for p in shares if p > 0)

    h = 1 - sum(100 * entropy(mix[i]) for i in range(4)) / (400 * entropy(whole))
    d = sum(100 * abs(mix[i][k] - whole[k]) for i in range(4) for k in (0, 1)) / (2 * 400 * 0.42)
    r = 1 - sum(100 * 2 * mix[i][0] * mix[i][1] for i in range(4)) / (400 * 0.42)
    assert indices.information_theory(TOYVILLE, around).item() == pytest.approx(h, abs=1e-12)
    assert indices.dissimilarity(TOYVILLE, around).item() == pytest.approx(d, abs=1e-12)
    assert indices.relative_diversity(TOYVILLE, around).item() == pytest.approx(r, abs=1e-12)


def two_units_at_one_node_have_rows_of_their_own() -> None:
    nx = pytest.importorskip("networkx")
    streets = nx.DiGraph()
    streets.add_nodes_from([(n, {"x": 900.0 * n, "y": 0.0}) for n in range(3)])
    streets.add_edges_from([(0, 1), (1, 0), (1, 2), (2, 1)], length=900)
    homes = np.array([[5, 1], [2, 2], [1, 4], [3, 3]])
    counts = counts_of(homes, shapes=shapely.points([[0, 3], [4, 0], [900, 0], [1800, 0]]))
    near = surroundings.network(counts, streets, metres="1 km")
    assert (near @ counts.values).tolist() == [[8, 7], [8, 7], [11, 10], [4, 7]]


def ties_do_not_depend_on_the_order_of_rows() -> None:
    ring = shapely.points([[0, 0], [100, 0], [0, 100], [-100, 0], [0, -100]])
    counts = counts_of(np.array([[4, 6], [1, 9], [8, 2], [5, 5], [10, 0]]), shapes=ring)
    order = np.array([0, 4, 2, 3, 1])
    one, other = (
        pm.estimate(table, "isolation", focal="x", around=surroundings.nearest_people(table, people=25)).value
        for table in (counts, counts.take(order))
    )
    assert one == pytest.approx(other, abs=1e-12)


def degrees_are_refused() -> None:
    counts = counts_of(TOYVILLE, shapes=shapely.points([[0, 50], [1, 50], [2, 51], [3, 51]]), crs=4326)
    with pytest.raises(errors.GeographicCRS, match="degrees"):
        surroundings.within(counts, radius="10 km")


def own_distances_are_those_of_their_authors() -> None:
    """A square of a mile: √(0.6 a) after Massey and Denton, 0.6 √a after White."""
    mile = 1609.344
    counts = counts_of(
        np.array([[1, 2], [3, 1]]), shapes=[shapely.box(0, 0, mile, mile), shapely.box(0, 2 * mile, mile, 3 * mile)]
    )
    for own, distance in (("massey_denton", math.sqrt(0.6)), ("white", 0.6)):
        near = surroundings.proximity(counts, decay_length="1 mile", own=own)
        around = np.array([[1 * math.exp(-distance) + 3 * math.exp(-2)], [1 * math.exp(-2) + 3 * math.exp(-distance)]])
        np.testing.assert_allclose((near @ counts.values)[:, :1], around, rtol=1e-12)


def differences_between_neighbours_by_hand() -> None:
    """Shares .8, .2, 0, .2 along a road, with borders of 1, 1 and 2 km."""
    borders = (*CHAIN, np.array([1.0, 1, 1, 1, 2, 2]))
    ground = {"outline": [4, 4, 6, 8], "area": [1, 1, 2, 4]}
    assert indices.morrill(TOYVILLE, pairs=(*CHAIN, np.ones(6))).item() == pytest.approx(D - 1 / 3)
    assert indices.wong_boundary(TOYVILLE, pairs=borders).item() == pytest.approx(D - (0.6 + 0.2 + 0.4) / 4)
    ragged = (0.6 * 1 + 0.2 * 3.5 / 4 + 0.4 * 2.5 / 4) / 4
    assert indices.wong_shape(TOYVILLE, pairs=borders, **ground).item() == pytest.approx(D - ragged)
    inside = (0.6 * 1.5 / 2 + 0.2 * 1.75 / 2 + 0.4 * 1 / 2) / 4
    value = indices.wong_shape(TOYVILLE, pairs=borders, **ground, perimeter="interior").item()
    assert value == pytest.approx(D - inside)


def a_ragged_outline_takes_off_no_more_than_the_border() -> None:
    borders = (*CHAIN, np.ones(6))
    ground = {"outline": [40, 40, 60, 90], "area": [1, 1, 2, 4]}
    shape = indices.wong_shape(TOYVILLE, pairs=borders, **ground).item()
    assert indices.wong_boundary(TOYVILLE, pairs=borders).item() <= shape <= D


def units_without_people_change_nothing() -> None:
    """A unit where nobody lives, a neighbour of every other, is no neighbour."""
    wider = np.vstack([[[0, 0]], TOYVILLE])
    more = [np.append(ends + 1, other) for ends, other in zip(CHAIN, ([0, 0, 1, 2], [1, 2, 0, 0]), strict=True)]
    for kernel in (indices.morrill, indices.wong_boundary):
        value = kernel(wider, pairs=(*more, np.ones(10))).item()
        assert value == pytest.approx(kernel(TOYVILLE, pairs=(*CHAIN, np.ones(6))).item(), abs=1e-14)
    assert indices.dissimilarity(wider).item() == pytest.approx(D)
    assert indices.information_theory(wider).item() == pytest.approx(indices.information_theory(TOYVILLE).item())
