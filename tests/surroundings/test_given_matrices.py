"""Weights that a caller made: matrices and graphs, in any order and of any kind, or refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix import errors
from placemix.surroundings import from_graph, from_matrix
from surroundings.lattices import counts_of, matrix_of, pairs_of

KINDS = [
    scipy.sparse.csr_array,
    scipy.sparse.coo_matrix,
    scipy.sparse.csc_matrix,
    scipy.sparse.lil_array,
    np.asarray,
    pd.DataFrame,
]


def homes(count: int, seed: int = 0, **strata: object) -> pm.Counts:
    return counts_of([None] * count, seed=seed, **strata)


@st.composite
def weights(draw):
    count = draw(st.integers(1, 12))
    generator = np.random.default_rng(draw(st.integers(0, 2**32)))
    dense = generator.random((count, count)) * (generator.random((count, count)) < draw(st.sampled_from([0.2, 0.7])))
    dense[generator.random(count) < 0.2] = 0
    if draw(st.booleans()):
        dense = dense + dense.T
    return dense


def expected(dense: np.ndarray, own: float | None) -> np.ndarray:
    out = dense.copy()
    if own is not None:
        np.fill_diagonal(out, own)
    alone = out.sum(axis=1) == 0
    out[alone, alone] = 1
    return out


@pytest.mark.slow
@settings(max_examples=30)
@given(weights(), st.sampled_from(KINDS), st.sampled_from([None, 0, 2.5]), st.integers(0, 99))
def test_any_matrix_is_what_it_says(dense, kind, own, seed):
    counts = homes(len(dense), seed)
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(dense))
    matrix, units = kind(dense[np.ix_(order, order)]), counts.units[order]
    if isinstance(matrix, pd.DataFrame):
        matrix.index = matrix.columns = units
        matrix, units = matrix.iloc[:, generator.permutation(len(dense))], None
    near = from_matrix(counts, matrix, units=units, own=own)
    whole = expected(dense, own)
    assert np.allclose(matrix_of(near), whole)
    assert np.allclose(pairs_of(near), whole - np.diag(np.diag(whole)))
    assert np.allclose(near.own, np.diag(whole))
    assert np.allclose(near.weight, whole.sum(axis=1))
    away = whole.sum(axis=1) - np.diag(whole)
    assert near.isolates.tolist() == counts.units[away == 0].tolist()
    draws = generator.random((2, 3, len(dense), 4))
    assert np.allclose(near @ draws, whole @ draws)
    # In part, within strata, and for the same units in another order.
    codes = generator.integers(0, 2, len(dense))
    inside = expected(np.where(codes[:, None] == codes, whole, 0), None)
    assert np.allclose(matrix_of(near.limited(codes)), inside)
    lost = whole.sum(axis=1) - np.where(codes[:, None] == codes, whole, 0).sum(axis=1)
    assert np.allclose(near.edge_shares(codes), lost / whole.sum(axis=1))
    some = order[: max(1, len(order) // 2)]
    assert np.allclose(matrix_of(near.take(some)), expected(whole[np.ix_(some, some)], None))
    assert np.allclose((near @ counts.take(order)).values, (whole @ counts.values)[order])
    assert near.on(counts).operator is near.operator


def test_what_is_said_of_it():
    near = from_matrix(homes(3), np.array([[1, 2, 0], [2, 0, 3], [1, 0, 0]]), text="ferries")
    assert near.text == "ferries, own weight as given"
    assert near.notes == ("2 pairs of units with unequal weights",)
    near = from_matrix(homes(3), np.array([[0, 2, 0], [2, 0, 0], [0, 0, 0]]))
    assert near.text == "given matrix, own weight as given"
    assert near.notes == ("1 unit without any weight: u002",)
    assert near.isolates.tolist() == ["u002"]
    assert (near @ homes(3)).values[2].tolist() == homes(3).values[2].tolist()
    assert from_matrix(homes(3), np.eye(3, k=1), own=0.5).text == "given matrix, own weight 0.5"


def test_the_callers_matrix_is_left_alone():
    matrix = scipy.sparse.coo_array(([1.0, 2.0, 4.0], ([0, 0, 1], [1, 1, 0])), shape=(2, 2))
    near = from_matrix(homes(2), matrix, own=1)
    assert matrix_of(near).tolist() == [[1, 3], [4, 1]]
    assert matrix.nnz == 3
    assert near.notes == ("1 pair of units with unequal weights",)


def test_whole_number_ids_match():
    frame = pd.DataFrame({"id": [7, 8], "x": [1, 2], "y": [3, 4]})
    counts = pm.from_wide(frame, groups=["x", "y"], unit="id")
    assert matrix_of(from_matrix(counts, np.array([[0, 5], [1, 0]]), units=[8.0, 7.0])).tolist() == [[0, 1], [5, 0]]


def refusal(matrix, kind=errors.InvalidParameter, **options):
    with pytest.raises(kind) as caught:
        from_matrix(homes(3), matrix, **options)
    return caught.value


def test_weights_that_are_none():
    matrix = np.array([[0, np.nan, -1], [np.inf, 0, 2], [-2, 0, 0]])
    for given_as in (matrix, scipy.sparse.csr_array(matrix)):
        error = refusal(given_as)
        assert [fault.message for fault in error.faults] == [
            "1 weight is missing.", "1 weight is infinite.", "2 weights are negative.",
        ]  # fmt: skip
        assert [fault.units for fault in error.faults] == [
            ("u000 → u001",), ("u001 → u000",), ("u000 → u002", "u002 → u000"),
        ]  # fmt: skip
        assert all(fault.remedy for fault in error.faults)


def test_ids_that_differ_are_listed():
    error = refusal(np.eye(3), errors.UnitsDiffer, units=["u001", "u009", "u000"])
    assert error.units == ("u002", "u009")
    assert "1 unit is not in it, 1 id only there" in str(error)
    error = refusal(np.eye(3), errors.UnitsDiffer, units=["u001", "u001", "u000"])
    assert [fault.units for fault in error.faults] == [("u001",), ("u002",)]
    assert "1 id several times" in str(error)
    error = refusal(np.eye(4), errors.UnitsDiffer)
    assert "4 rows and 3 ids" in str(error)
    # What is wrong with ids and with weights is said at once.
    error = refusal(-np.eye(3), errors.UnitsDiffer, units=["u001", "u009", "u000"])
    assert isinstance(error, errors.InvalidParameter)


def test_columns_of_other_units():
    frame = pd.DataFrame(np.eye(3), index=["u000", "u001", "u002"], columns=["u000", "u001", "u007"])
    assert refusal(frame, errors.UnitsDiffer).units == ("u007", "u002")


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (np.ones((3, 2)), r"a row and a column for each unit, not the shape \(3, 2\)"),
        (np.ones(3), "not the shape"),
        (np.array([["a"] * 3] * 3), "Weights are numbers"),
        (np.ones((3, 3), dtype=complex), "Weights are numbers"),
    ],
)
def test_what_is_no_matrix(matrix, words):
    with pytest.raises(errors.InvalidParameter, match=words):
        from_matrix(homes(3), matrix)


def test_numbers_of_pandas_own_kind():
    ids = ["u000", "u001", "u002"]
    frame = pd.DataFrame(np.eye(3), index=ids, columns=ids).astype("Float64")
    assert from_matrix(homes(3), frame).own.tolist() == [1, 1, 1]
    assert refusal(frame.mask(frame > 0)).units == ("u000 → u000", "u001 → u001", "u002 → u002")


# -- graphs -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graphs():
    return pytest.importorskip("libpysal.graph")


def test_graphs_keep_their_weights(graphs):
    counts = homes(4)
    chain = graphs.Graph.from_arrays(
        ["u002", "u001", "u001", "u000", "u003"], ["u001", "u002", "u000", "u001", "u003"], [1, 1, 3, 3, 0]
    )
    dense = np.array([[0, 3, 0, 0], [3, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0]], dtype=float)
    near = from_graph(counts, chain)
    assert np.array_equal(matrix_of(near), expected(dense, None))
    assert near.text == "given graph, own weight as given"
    assert near.notes == ("1 unit without any weight: u003",)
    shares = np.divide(dense, dense.sum(axis=1, keepdims=True), out=np.zeros_like(dense), where=dense > 0)
    near = from_graph(counts, chain.transform("R"), own=1)
    assert np.allclose(matrix_of(near), expected(shares, 1))
    assert near.text == "given graph, row-standardised, own weight 1"
    assert near.notes == ("2 pairs of units with unequal weights",)


@pytest.mark.filterwarnings("ignore::UserWarning:libpysal", "ignore::FutureWarning", "ignore::DeprecationWarning")
def test_older_weights_too():
    weights = pytest.importorskip("libpysal.weights")
    old = weights.W({"u001": ["u000"], "u000": ["u001"], "u002": []}, silence_warnings=True)
    near = from_graph(homes(3), old, own=0)
    assert pairs_of(near).tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    assert near.isolates.tolist() == ["u002"]
    old.transform = "r"
    assert from_graph(homes(3), old).text == "given graph, row-standardised, own weight as given"


def test_graphs_of_other_units(graphs):
    chain = graphs.Graph.from_arrays(["u000", "u001", 7], ["u001", "u000", 7], [1, 1, 0])
    with pytest.raises(errors.UnitsDiffer, match="The graph is of other units than the counts") as caught:
        from_graph(homes(4), chain)
    assert caught.value.units == ("u002", "u003", "7")
    negative = graphs.Graph.from_arrays(["u000", "u001"], ["u001", "u000"], [1, -1])
    with pytest.raises(errors.InvalidParameter, match="1 weight is negative") as caught:
        from_graph(homes(2), negative)
    assert caught.value.units == ("u001 → u000",)


def test_what_is_no_graph():
    with pytest.raises(errors.InvalidParameter, match=r"A graph of libpysal is needed, not a ndarray.*from_matrix"):
        from_graph(homes(2), np.eye(2))


def test_a_graph_of_positions_says_how_to_give_it_ids():
    from libpysal.graph import Graph

    counts = homes(3)
    chain = Graph.from_arrays([0, 1, 1, 2], [1, 0, 2, 1], [1, 1, 1, 1])
    with pytest.raises(errors.UnitsDiffer, match=r"places of rows, 0, 1, 2, and none of the units' ids.*set_index"):
        from_graph(counts, chain)
