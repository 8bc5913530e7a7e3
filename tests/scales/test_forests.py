"""Random zones on any graph: connected, as many as asked, nobody lost, and about as many people each."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placemix.scales import forests


def ground(graph: nx.Graph, zones: int, people: np.ndarray) -> forests.Ground:
    pairs = np.array(sorted(tuple(sorted(edge)) for edge in graph.edges), dtype=np.int64).reshape(-1, 2)
    part = forests.parts(pairs[:, 0], pairs[:, 1], len(people))
    shares = forests.shared_out(zones, np.bincount(part, people), np.bincount(part))
    return forests.Ground(pairs[:, 0], pairs[:, 1], part, shares, people)


@settings(max_examples=7)
@given(
    seed=st.integers(0, 2**32 - 1), rows=st.integers(1, 7), columns=st.integers(1, 7), lost=st.floats(0, 0.9),
    share=st.floats(0, 1), empty=st.floats(0, 1),
)  # fmt: skip
def test_zones_of_any_map_are_connected(seed, rows, columns, lost, share, empty):
    """Down to maps of islands, units without people, and as many zones as units."""
    rng = np.random.default_rng(seed)
    graph = nx.convert_node_labels_to_integers(nx.grid_2d_graph(rows, columns))
    graph.remove_edges_from([edge for edge in list(graph.edges) if rng.random() < lost])
    units, islands = rows * columns, nx.number_connected_components(graph)
    people = np.where(rng.random(units) < empty, 0.0, rng.lognormal(5, 1, units))
    zones = islands + round(share * (units - islands))
    member = forests.zoning_of(ground(graph, zones, people), rng)
    assert sorted(set(member.tolist())) == list(range(zones))
    for zone in range(zones):
        assert nx.is_connected(graph.subgraph(np.flatnonzero(member == zone).tolist()))
    assert np.bincount(member, people).sum() == pytest.approx(people.sum())


def test_zones_hold_about_as_many_people_each():
    graph = nx.convert_node_labels_to_integers(nx.grid_2d_graph(30, 30))
    people = np.random.default_rng(1).uniform(100, 300, 900)
    found = ground(graph, 60, people)
    for seed in range(5):
        held = np.bincount(forests.zoning_of(found, np.random.default_rng(seed)), people)
        assert held.std() / held.mean() < 0.3
        assert held.max() / held.min() < 5


def test_zonings_differ_and_reach_everywhere():
    graph = nx.path_graph(6)
    found = ground(graph, 2, np.ones(6))
    sizes = {int((forests.zoning_of(found, np.random.default_rng(seed)) == 0).sum()) for seed in range(20)}
    assert sizes == {3}  # a string of equal beads has one balanced cut
    square = ground(nx.convert_node_labels_to_integers(nx.grid_2d_graph(4, 4)), 2, np.ones(16))
    halves = {tuple(forests.zoning_of(square, np.random.default_rng(seed)).tolist()) for seed in range(30)}
    assert len(halves) > 15


def test_zones_are_shared_out_by_people():
    assert forests.shared_out(10, np.array([100.0, 700.0, 200.0]), np.array([9, 9, 9])).tolist() == [1, 7, 2]
    # One each at least, and no more than there are units.
    assert forests.shared_out(6, np.array([0.0, 1000.0, 1.0]), np.array([5, 3, 9])).tolist() == [1, 3, 2]
    assert forests.shared_out(3, np.zeros(3), np.array([2, 2, 2])).tolist() == [1, 1, 1]
