"""Travel times and streets: against shortest paths found by trying every way, and what is refused or said."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from placemix import errors
from placemix.surroundings import network, travel_time
from placemix.surroundings.travel.durations import duration
from surroundings.lattices import counts_of, matrix_of, pairs_of

KERNELS = {
    "uniform": np.ones_like,
    "triangular": lambda z: 1 - z,
    "biweight": lambda z: (1 - z**2) ** 2,
    "gaussian": lambda z: np.exp(-(z**2) / 2),
    "exponential": lambda z: np.exp(-z),
}
ENDLESS = ("gaussian", "exponential")


def homes(count: int, **options):
    return counts_of([None] * count, **options)


def weighed(apart: np.ndarray, shape: str, bandwidth: float, cutoff: float | None, own: float) -> np.ndarray:
    """Weights from a square array of how far units are apart."""
    apart = apart.copy()
    np.fill_diagonal(apart, own)
    end = (np.inf if cutoff is None else cutoff) if shape in ENDLESS else bandwidth
    out = np.where(np.isfinite(apart), KERNELS[shape](np.where(np.isfinite(apart), apart, 0) / bandwidth), 0)
    out = np.where(apart < end, out, 0)
    alone = out.sum(axis=1) == 0
    out[alone, alone] = 1
    return out


# -- a table of journeys ------------------------------------------------------------------------


@settings(max_examples=20)
@given(st.integers(0, 2**32), st.sampled_from(sorted(KERNELS)), st.sampled_from([None, 0, 6, 40]), st.booleans())
def test_journeys_weigh_what_their_times_say(seed, shape, own, polars):
    generator = np.random.default_rng(seed)
    count = int(generator.integers(2, 12))
    counts = homes(count)
    apart = np.where(generator.random((count, count)) < 0.7, generator.integers(0, 60, (count, count)), np.inf)
    np.fill_diagonal(apart, np.inf)
    i, j = np.nonzero(np.isfinite(apart) | (generator.random((count, count)) < 0.2))
    order = generator.permutation(len(i))
    i, j = i[order], j[order]
    time = np.where(np.isfinite(apart[i, j]), apart[i, j], [(np.nan, np.inf)[place % 2] for place in range(len(i))])
    table = {"from": counts.units.to_numpy(dtype=object)[i], "to": counts.units.to_numpy(dtype=object)[j], "t": time}
    frame = pytest.importorskip("polars").DataFrame(table) if polars else pd.DataFrame(table)
    if not len(i):
        return
    cutoff = 45 if shape in ENDLESS and seed % 2 else None
    options = {"minutes": 30, "shape": shape, "cutoff": cutoff, "own": own}
    near = travel_time(counts, frame, **options, origin="from", destination="to", time="t")
    expected = weighed(apart, shape, 30, cutoff, own or 0)
    assert np.allclose(matrix_of(near), expected)
    assert near.own_stated == (own is not None)
    away = i != j
    missing = count * (count - 1) - int(away.sum())
    without = int((~np.isfinite(time) & away).sum())
    told = " ".join(near.notes)
    assert (f"{missing:,} of {count * (count - 1):,} journeys between units are not in the table" in told) == (
        missing > 0
    )
    assert ("without a time: unreachable" in told) == (without > 0)
    uneven = int((np.abs(expected - expected.T)[np.triu_indices(count, 1)] > 0).sum())
    assert (f"{uneven} pair" in told and "unequal weights" in told) == (uneven > 0)


def buses(**columns):
    table = {"origin": ["u000", "u001", "u001"], "destination": ["u001", "u000", "u002"], "minutes": [12.0, 14, 40]}
    return pd.DataFrame({**table, **columns})


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"minutes": "15 minutes"}, "within 15 minutes of travel time"),
        ({"minutes": "1 hour", "own": 2}, "within 60 minutes of travel time, own time 2 minutes"),
        ({"minutes": 1, "shape": "biweight"}, "biweight kernel of travel time, bandwidth 1 minute"),
        (
            {"minutes": "90 s", "shape": "exponential"},
            "exponential kernel of travel time, bandwidth 1.5 minutes, no cut-off",
        ),
        (
            {"minutes": 10, "shape": "gaussian", "cutoff": "0.5 h", "own": "table"},
            "gaussian kernel of travel time, bandwidth 10 minutes, cut off at 30 minutes, own time of the table",
        ),
    ],
)
def test_how_it_was_made(options, text):
    assert travel_time(homes(3), buses(), **options).text == text


def test_a_unit_is_as_far_from_itself_as_the_table_says():
    table = pd.concat([buses(), pd.DataFrame({"origin": ["u000"], "destination": ["u000"], "minutes": [5.0]})])
    near = travel_time(homes(3), table, minutes=10, shape="triangular", own="table")
    assert np.allclose(near.own, [0.5, 1, 1])
    near = travel_time(homes(3), table, minutes=10, shape="triangular")
    assert np.allclose(near.own, [1, 1, 1])
    assert "times of 1 unit to itself in the table not used" in near.notes


def test_just_as_far_is_too_far():
    assert travel_time(homes(3), buses(), minutes=12).isolates.tolist() == ["u000", "u001", "u002"]
    assert travel_time(homes(3), buses(), minutes=12.5).isolates.tolist() == ["u001", "u002"]


def refusal(kind, table, **options):
    with pytest.raises(kind) as caught:
        travel_time(homes(3), table, **{"minutes": 15, **options})
    return caught.value


def test_negative_times_are_listed():
    error = refusal(errors.InvalidParameter, buses(minutes=[-1, np.nan, -3]))
    assert error.units == ("u000 → u001", "u001 → u002")
    assert "2 times are negative." in str(error)
    assert "A journey that nobody can make has no time" in error.remedy


def test_unknown_places_are_listed_or_ignored():
    table = buses(destination=["u001", "u008", "u009"])
    error = refusal(errors.UnitsDiffer, table)
    assert error.units == ("u008", "u009")
    assert "2 places of the table are not in the counts" in str(error)
    assert "extra='ignore'" in error.remedy
    near = travel_time(homes(3), table, minutes=15, extra="ignore")
    assert pairs_of(near).tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]
    assert near.notes[0] == "2 journeys from or to 2 places that are not in the counts left out"
    error = refusal(errors.UnitsDiffer, buses(origin=["a", "b", "c"]), extra="ignore")
    assert "No journey of the table is between units of the counts" in str(error)


def test_every_fault_of_a_table_is_said_at_once():
    table = buses(origin=["u000", None, "u000"], destination=["u001", "u001", "u001"], minutes=["9", "soon", "8"])
    error = refusal(errors.InvalidTable, table)
    messages = [fault.message for fault in error.faults]
    assert messages[0] == "1 row has no origin."
    assert messages[1] == "Column 'minutes' holds text where times are needed: 'soon'."
    assert "suppressed" not in error.faults[1].remedy  # which journeys cannot be
    assert messages[2] == "1 row repeats a pair of units above."
    assert error.faults[2].units == ("u000 → u001",)
    error = refusal(errors.InvalidTable, buses(origin=[None] * 3, destination=["", "u001", "u000"]))
    assert [fault.units for fault in error.faults] == [("row 1", "row 2", "row 3"), ("row 1",)]
    error = refusal(errors.UnknownColumn, buses(), time="minute")
    assert "Did you mean 'minutes'?" in str(error)
    assert isinstance(refusal(errors.InvalidTable, buses().iloc[:0]), errors.EmptyTable)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"minutes": 0}, "minutes is a time above 0 such as 15, '15 minutes' or '1 hour', not 0"),
        ({"minutes": -5}, "not -5"),
        ({"minutes": "15 minuets"}, r"not '15 minuets'.*Did you mean 'minutes'"),
        ({"minutes": "500 m"}, "not '500 m'"),
        ({"minutes": True}, "not True"),
        ({"minutes": float("nan")}, "not nan"),
        ({"minutes": 15, "cutoff": 20}, "A uniform kernel ends at its bandwidth"),
        ({"minutes": 15, "shape": "cone"}, "shape is one of uniform"),
        ({"minutes": 15, "own": -1}, "own is a time from 0 on"),
        ({"minutes": 15, "own": "disc"}, "own is a time from 0 on"),
        ({"minutes": 15, "extra": "drop"}, "extra is 'refuse' or 'ignore', not 'drop'"),
        ({"minutes": 15, "extra": ["ignore"]}, "extra is 'refuse' or 'ignore', not"),
    ],
)
def test_options_that_mean_nothing(options, words):
    with pytest.raises(errors.InvalidParameter, match=words):
        travel_time(homes(3), buses(), **options)


def test_times_have_units():
    assert [duration(text, "minutes") for text in ("15", "15 min", "1 hour", "1.5 h", "30 seconds", 7)] == [
        15, 15, 60, 90, 0.5, 7,
    ]  # fmt: skip


# -- streets ------------------------------------------------------------------------------------


def shortest(count: int, edges: list[tuple[int, int, float]]) -> np.ndarray:
    """Cost of the cheapest way between all pairs of nodes, by trying every node in between."""
    far = np.full((count, count), np.inf)
    np.fill_diagonal(far, 0)
    for u, v, cost in edges:
        far[u, v] = min(far[u, v], cost)
    for between in range(count):
        far = np.minimum(far, far[:, [between]] + far[[between]])
    return far


@st.composite
def towns(draw):
    """Nodes, one-way edges with parallel ones and ones that cost nothing, and units at some of the nodes."""
    generator = np.random.default_rng(draw(st.integers(0, 2**32)))
    nodes, units = draw(st.integers(2, 12)), draw(st.integers(2, 9))
    xy = generator.permutation(400)[:nodes, np.newaxis] * [[7.0, 3.0]] + generator.random((nodes, 2))
    many = draw(st.integers(1, 30))
    edges = [
        (int(u), int(v), float(cost))
        for u, v, cost in zip(*generator.integers(0, nodes, (2, many)), generator.integers(0, 9, many), strict=True)
    ]
    at = generator.integers(0, nodes, units)
    return xy, edges, at


def located(xy, at, *, shift=0.25, crs=27700):
    return counts_of(shapely.points(xy[at] + shift), crs)


@settings(max_examples=20)
@given(towns(), st.sampled_from(sorted(KERNELS)), st.booleans())
def test_streets_are_walked_by_the_cheapest_way(town, shape, directed):
    nx = pytest.importorskip("networkx")
    xy, edges, at = town
    graph = nx.MultiDiGraph() if directed else nx.MultiGraph()
    names = [f"node {place}" for place in range(len(xy))]
    for name, (x, y) in zip(names, xy, strict=True):
        graph.add_node(name, x=x, y=y)
    for u, v, cost in edges:
        graph.add_edge(names[u], names[v], minutes=cost)
    near = network(located(xy, at), graph, minutes=10, shape=shape)
    both = edges if directed else edges + [(v, u, cost) for u, v, cost in edges]
    apart = shortest(len(xy), both)[np.ix_(at, at)]
    assert np.allclose(matrix_of(near), weighed(apart, shape, 10, None, 0))


def test_units_at_one_node():
    nx = pytest.importorskip("networkx")
    graph = nx.DiGraph()
    graph.add_nodes_from([(1, {"x": 0.0, "y": 0.0}), (2, {"x": 900.0, "y": 0.0}), (3, {"x": 5000.0, "y": 0.0})])
    graph.add_edge(1, 2, length=900)
    counts = counts_of(shapely.points([[0, 3], [4, 0], [900, 0], [5000, 40]]))
    near = network(counts, graph, metres="1 km")
    assert matrix_of(near).tolist() == [[1, 1, 1, 0], [1, 1, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    assert near.notes == (
        "units lie up to 40 m from their node of the streets (median 4 m), which costs nothing",
        "2 units at the same node as another, at distance 0",
        "1 unit on streets that are not connected with the others'",
        "2 pairs of units with unequal weights",
    )
    assert near.isolates.tolist() == ["u002", "u003"]


LINES = [((0, 0), (0, 400)), ((0, 400), (300, 400)), ((0, 400), (-300, 400))]


def lines(crs=27700, **columns):
    return gpd.GeoDataFrame(columns, geometry=[shapely.LineString(line) for line in LINES], crs=crs)


def at_ends(crs=27700):
    return counts_of(shapely.points([[0, 0], [300, 400], [-300, 400]]), crs)


def test_lines_join_where_their_ends_meet():
    near = network(at_ends(), lines(), metres=1000, shape="triangular")
    assert np.allclose(pairs_of(near), [[0, 0.3, 0.3], [0.3, 0, 0.4], [0.3, 0.4, 0]])
    assert pairs_of(network(at_ends(), lines(), metres=701)).sum() == 6
    assert pairs_of(network(at_ends(), lines(), metres=699)).sum() == 2


def test_lengths_have_units():
    assert network(at_ends(), lines(), metres="1 mile").text == "within 1609.344 m along streets"
    near = network(at_ends(), lines(), minutes=8, speed=4.8, shape="exponential", cutoff=20, own=1)
    assert near.text.startswith("exponential kernel along streets at 4.8 km/h, bandwidth 8 minutes, cut off at 20 ")
    assert near.text.endswith("own distance 1 minute")
    assert np.allclose(pairs_of(near)[0, 1], np.exp(-700 / 80 / 8))
    assert np.allclose(near.own, np.exp(-1 / 8))
    # Feet on the map, feet as a cost, seconds as a cost.
    feet = network(at_ends(2263), lines(2263), metres="690 ft", shape="triangular")
    assert np.allclose(pairs_of(feet)[0, 1], 0)
    feet = network(at_ends(2263), lines(2263), metres="1400 ft", shape="triangular")
    assert np.allclose(pairs_of(feet)[0, 1], 1 - 700 * 1200 / 3937 / (1400 * 0.3048))
    cost = lines(far=[100, 100, 200])
    assert pairs_of(network(at_ends(), cost, metres=60, cost="far", cost_unit="ft")).sum() == 0
    assert np.flatnonzero(pairs_of(network(at_ends(), cost, metres=61, cost="far", cost_unit="ft"))[0]).tolist() == [1]
    near = network(at_ends(), cost, minutes=4, cost="far", cost_unit="seconds")
    assert np.flatnonzero(pairs_of(near)[0]).tolist() == [1]
    planar = network(at_ends("planar"), lines(None), metres=700.5)
    assert planar.text == "within 700.5 units along streets"
    assert pairs_of(planar).sum() == 6


def test_streets_used_one_way():
    near = network(at_ends(), lines(oneway=[True, False, False]), metres=800, oneway="oneway")
    assert matrix_of(near).tolist() == [[1, 1, 1], [0, 1, 1], [0, 1, 1]]
    with pytest.raises(errors.InvalidParameter, match="True or False"):
        network(at_ends(), lines(oneway=["yes", "no", "no"]), metres=800, oneway="oneway")
    with pytest.raises(errors.InvalidParameter, match=r"edge has no cost") as caught:
        network(at_ends(), lines(oneway=[True, False, False], c=[1, 2, np.nan]), metres=1, oneway="oneway", cost="c")
    assert caught.value.units == ("2",)


def test_networks_of_pandana():
    nodes = pd.DataFrame({"x": [0.0, 300, -300], "y": [0.0, 400, 400]}, index=[10, 20, 30])
    edges = pd.DataFrame({"from": [10, 10], "to": [20, 30], "walk": [7.0, 20]})
    two = SimpleNamespace(nodes_df=nodes, edges_df=edges, _twoway=True)
    assert pairs_of(network(at_ends(), two, minutes=10)).tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    one = SimpleNamespace(nodes_df=nodes, edges_df=edges.assign(drive=1.0), _twoway=False)
    assert pairs_of(network(at_ends(), one, minutes=10, cost="drive")).sum() == 2
    with pytest.raises(errors.InvalidParameter, match="several weights: walk, drive"):
        network(at_ends(), one, metres=10)
    odd = SimpleNamespace(nodes_df=nodes, edges_df=edges.assign(to=[20, 40]), _twoway=True)
    with pytest.raises(errors.InvalidTable, match=r"1 node that the network does not have. \[40\]"):
        network(at_ends(), odd, minutes=10)


def test_graphs_from_files(tmp_path, monkeypatch):
    nx = pytest.importorskip("networkx")
    graph = nx.MultiDiGraph(crs="EPSG:27700")
    graph.add_nodes_from([(1, {"x": "0", "y": "0"}), (2, {"x": "300.5", "y": "400"}), (3, {"x": "-300", "y": "400"})])
    graph.add_edge(1, 2, length="90")
    graph.add_edge(1, 2, length="500")
    nx.write_graphml(graph, tmp_path / "streets.graphml")
    assert pairs_of(network(at_ends(), tmp_path / "streets.graphml", metres=100)).sum() == 1
    lines().to_parquet(tmp_path / "streets.parquet")
    assert pairs_of(network(at_ends(), str(tmp_path / "streets.parquet"), metres=800)).sum() == 6
    (tmp_path / "broken.graphml").write_text("<graphml><gra")
    with pytest.raises(errors.UnreadableFile, match=r"'broken.graphml' is no graph in GraphML"):
        network(at_ends(), tmp_path / "broken.graphml", metres=100)
    with pytest.raises(errors.UnreadableFile, match="There is no file"):
        network(at_ends(), tmp_path / "absent.graphml", metres=100)
    monkeypatch.setitem(sys.modules, "networkx", None)
    with pytest.raises(errors.MissingExtra, match=r"needs networkx.*pip install 'placemix\[network\]'"):
        network(at_ends(), tmp_path / "streets.graphml", metres=100)


def test_units_too_far_from_any_node_are_listed():
    counts = counts_of(shapely.points([[0, 0], [0, 900], [1300, 400]]))
    with pytest.raises(errors.NoPlace, match=r"1 unit is farther than 500 m .* the farthest 1000 m") as caught:
        network(counts, lines(), metres=800)
    assert caught.value.units == ("u002",)
    assert network(counts, lines(), metres=800, snap="1 km").notes[0].startswith("units lie up to 1000 m")


@pytest.mark.slow
def test_streets_on_another_map():
    with pytest.raises(errors.CRSMismatch, match=r"WGS 84, the units OSGB36 / British National Grid"):
        network(at_ends(), lines(4326), metres=100)
    with pytest.raises(errors.GeographicCRS):
        network(at_ends(4326), lines(4326), metres=100)
    nx = pytest.importorskip("networkx")
    graph = nx.Graph(crs="EPSG:4326")
    graph.add_edge(1, 2, length=1)
    nx.set_node_attributes(graph, 0.0, "x")
    nx.set_node_attributes(graph, 0.0, "y")
    with pytest.raises(errors.CRSMismatch, match=r"osmnx\.project_graph"):
        network(at_ends(), graph, metres=100)
    graph.graph["crs"] = "somewhere"
    with pytest.raises(errors.CRSMismatch, match="'somewhere' is not understood"):
        network(at_ends(), graph, metres=100)


def test_edges_and_nodes_at_fault_are_listed():
    nx = pytest.importorskip("networkx")
    graph = nx.Graph()
    graph.add_nodes_from([("a", {"x": 0, "y": 0}), ("b", {"x": 300, "y": 400}), ("c", {"x": -300, "y": 400})])
    graph.add_edge("a", "b", length=-5)
    graph.add_edge("b", "c", name="High Street")
    with pytest.raises(errors.InvalidParameter) as caught:
        network(at_ends(), graph, metres=100)
    assert [fault.units for fault in caught.value.faults] == [("b → c",), ("a → b",)]
    with pytest.raises(errors.UnknownColumn, match=r"no 'lenght'.*Did you mean 'length'"):
        network(at_ends(), graph, metres=100, cost="lenght")
    graph.nodes["c"].pop("x")
    with pytest.raises(errors.InvalidTable, match=r"1 node has no coordinates x and y. \[c\]"):
        network(at_ends(), graph, metres=100)
    with pytest.raises(errors.InvalidTable, match=r"1 street is no single line. \[0\]"):
        network(at_ends(), gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs=27700), metres=100)
    with pytest.raises(errors.InvalidTable, match="no edges"):
        network(at_ends(), lines().iloc[:0], metres=100)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "Either minutes= or metres="),
        ({"minutes": 5, "metres": 5}, "Either minutes= or metres="),
        ({"metres": 0}, "metres must be above 0, not 0"),
        ({"metres": "5 minutes"}, "metres is a length"),
        ({"minutes": "5 km"}, "minutes is a time"),
        ({"metres": 5, "speed": 4}, "metres are asked for"),
        ({"minutes": 5, "speed": 0}, "speed is a number of kilometres an hour above 0"),
        ({"metres": 5, "cost": "c", "cost_unit": "minutes"}, "cost_unit is one of m, metre"),
        ({"metres": 5, "cost_unit": "km"}, "none is named"),
        ({"metres": 5, "cutoff": 9}, "ends at its bandwidth"),
        ({"metres": 5, "snap": -1}, "snap is a length"),
    ],
)
def test_options_of_streets_that_mean_nothing(options, words):
    with pytest.raises(errors.InvalidParameter, match=words):
        network(at_ends(), lines(c=[1, 2, 3]), **options)


def test_what_are_no_streets():
    endless = gpd.GeoDataFrame(geometry=[shapely.LineString([(0, 0), (np.inf, 1)])], crs=27700)
    with pytest.raises(errors.InvalidTable, match="1 street has endless coordinates"):
        network(at_ends(), endless, metres=5)
    with pytest.raises(errors.InvalidParameter, match="A DataFrame is no street network"):
        network(at_ends(), pd.DataFrame({"a": [1]}), metres=5)
    with pytest.raises(errors.UnknownColumn, match="The edges have no 'minutes'"):
        network(at_ends(), lines(), minutes=5)
    with pytest.raises(errors.InvalidParameter, match="neither cost_unit= nor speed="):
        network(at_ends("planar"), lines(None), minutes=5, speed=4)
