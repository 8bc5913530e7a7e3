"""Surroundings that a caller made: a graph of neighbours or a matrix of weights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from placemix import checks
from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.counts import Counts, counted
from placemix.errors import InvalidParameter, PlacemixError, UnitsDiffer, listed, plural, together
from placemix.surroundings.around import Surroundings
from placemix.surroundings.matrices import Cut, Sparse, asymmetric, sparse, with_own

#: How PySAL's weights were transformed, in words.
_TRANSFORMED = {
    "R": "row-standardised",
    "B": "binary",
    "D": "doubly standardised",
    "V": "variance-stabilised",
}


def from_graph(counts: Counts, graph: Any, *, own: float | None = None) -> Surroundings:  # noqa: ANN401
    """Take neighbours and weights from a graph of PySAL.

    Parameters
    ----------
    counts
        Counts of the units of the graph, in any order.
    graph
        A ``libpysal.graph.Graph``, or a ``W`` of libpysal's older kind. A Graph made from a
        GeoDataFrame has its index as ids: set it to the units' ids first.
    own
        Weight of each unit in its own surroundings, and no distance as in `kernel`: 0 leaves its own
        people out. Default: as the graph has it, which for most is 0.

    Returns
    -------
    surroundings
        For ``around=`` of `placemix.measure`.

    Raises
    ------
    UnitsDiffer
        The graph is of other units than the counts; all that differ are listed.
    InvalidParameter
        It is no graph, or weights are negative, missing or infinite; their pairs are listed.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> from libpysal.graph import Graph
    >>> homes = pd.DataFrame({"area": list("ABC"), "asian": [80, 20, 0], "white": [20, 80, 100]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> chain = Graph.from_arrays(["A", "B", "B", "C"], ["B", "A", "C", "B"], [1, 1, 1, 1])
    >>> pm.surroundings.from_graph(homes, chain.transform("R"), own=1)
    <Surroundings of 3 units: given graph, row-standardised, own weight 1>
    """
    counts = counted(counts)
    ids = getattr(graph, "unique_ids", getattr(graph, "id_order", None))
    matrix = getattr(graph, "sparse", None)
    if ids is None or matrix is None:
        message = f"A graph of libpysal is needed, not a {type(graph).__name__}."
        raise InvalidParameter(message, remedy="Give a matrix to from_matrix, a street network to network.")
    kind = str(getattr(graph, "transformation", getattr(graph, "transform", ""))).upper()
    words = ["given graph", *([_TRANSFORMED[kind]] if kind in _TRANSFORMED else [])]
    return _given(counts, matrix, pd.Index(list(ids)), own, ", ".join(words), "graph")


def from_matrix(
    counts: Counts,
    matrix: Any,  # noqa: ANN401
    *,
    units: Iterable[object] | None = None,
    own: float | None = None,
    text: str = "given matrix",
) -> Surroundings:
    """Take weights from a matrix: row i has the weights of what is around unit i.

    Parameters
    ----------
    counts
        Counts of the units of the matrix.
    matrix
        Any SciPy sparse array or matrix, a DataFrame with unit ids as index and columns, or, for
        few units, a NumPy array. Weights are 0 or more. It need not be symmetric.
    units
        Ids of its rows and columns. Default: those of a DataFrame, else the units of the counts in
        their order.
    own
        Weight of each unit in its own surroundings, instead of the diagonal. Default: the
        diagonal as given. A row that is all zero is an isolate, which experiences itself.
    text
        How the weights were made, for the `around` column of results.

    Returns
    -------
    surroundings
        For ``around=`` of `placemix.measure`.

    Raises
    ------
    UnitsDiffer
        The matrix is of other units than the counts; all that differ are listed.
    InvalidParameter
        The matrix is not square, or weights are negative, missing or infinite; their pairs are listed.

    Examples
    --------
    >>> import numpy as np, pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABC"), "asian": [80, 20, 0], "white": [20, 80, 100]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> ferries = pm.surroundings.from_matrix(homes, np.array([[1, 0, 2], [0, 1, 0], [1, 0, 1]]), text="ferries")
    >>> ferries, ferries.notes
    (<Surroundings of 3 units: ferries, own weight as given>, ('1 pair of units with unequal weights',))
    >>> (ferries @ homes).values.tolist()
    [[80.0, 220.0], [20.0, 80.0], [80.0, 120.0]]
    """
    counts = counted(counts)
    if isinstance(matrix, pd.DataFrame):
        if units is None:
            units = matrix.index
            columns, rows = _ids(matrix.columns), _ids(matrix.index)
            if not columns.equals(rows):
                if len(columns) != len(rows) or not columns.isin(rows).all():
                    odd = [*columns[~columns.isin(rows)], *rows[~rows.isin(columns)]]
                    message = "The columns of the matrix are of other units than its rows."
                    raise UnitsDiffer(message, units=odd, remedy="Give the same ids as index and columns.")
                matrix = matrix.iloc[:, columns.get_indexer(rows)]
        # Columns of pandas' own numbers would come out as objects.
        numeric = all(pd.api.types.is_numeric_dtype(kind) for kind in matrix.dtypes)
        matrix = matrix.to_numpy(dtype=np.float64, na_value=np.nan) if numeric else matrix.to_numpy()
    return _given(counts, matrix, counts.units if units is None else pd.Index(list(units)), own, text, "matrix")


def own_weight(own: float | None, *, otherwise: float) -> float:
    """Read the weight of a unit in its own surroundings.

    Raises
    ------
    InvalidParameter
        It is no number, or below 0.
    """
    value = otherwise if own is None else own
    if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not 0 <= value < np.inf:
        message = f"own is the weight of a unit in its own surroundings, a number from 0 on, not {own!r}."
        raise InvalidParameter(message)
    return float(value)


def unit_faults(ids: pd.Index, units: pd.Index, what: str) -> Iterator[PlacemixError]:
    """Find ids that repeat, and those that only one of two lists has."""
    twice = ids[ids.duplicated()].unique()
    if len(twice):
        message = f"The {what} has {plural(len(twice), 'id')} several times."
        yield UnitsDiffer(message, units=twice, remedy="Name each unit once.")
    missing, spare = units[~units.isin(ids)], ids[~ids.isin(units)].unique()
    if len(missing) or len(spare):
        message = (
            f"The {what} is of other units than the counts: {plural(len(missing), 'unit is', 'units are')} not in it, "
            f"{plural(len(spare), 'id')} only there."
        )
        remedy = "Make it for exactly these units, with their ids, or take the others out of both."
        yield UnitsDiffer(message, units=[*missing, *spare], remedy=remedy)


def pair_faults(
    names: pd.Index, i: IntArray, j: IntArray, tests: Iterable[tuple[str, BoolArray, str]], what: str
) -> Iterator[PlacemixError]:
    """Say which pairs of units have values that cannot be used."""
    for word, wrong, remedy in tests:
        if wrong.any():
            pairs = [f"{names[a]} → {names[b]}" for a, b in zip(i[wrong], j[wrong], strict=True)]
            message = f"{plural(len(pairs), f'{what} is', f'{what}s are')} {word}."
            yield InvalidParameter(message, units=pairs, remedy=remedy)


def uneven(matrix: Any) -> list[str]:  # noqa: ANN401
    """Say how many pairs of units weigh each other differently."""
    count = asymmetric(matrix)
    return [f"{plural(count, 'pair')} of units with unequal weights"] if count else []


def _ids(column: Any) -> pd.Index:  # noqa: ANN401
    return checks.unit_ids(pd.Series(column))[0]


def _given(
    counts: Counts,
    matrix: Any,  # noqa: ANN401
    ids: pd.Index,
    own: float | None,
    text: str,
    what: str,
) -> Surroundings:
    from scipy.sparse import issparse

    weight = None if own is None else own_weight(own, otherwise=0.0)
    if not issparse(matrix):
        matrix = np.asarray(matrix)
    count = len(counts)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        message = f"A matrix of weights has a row and a column for each unit, not the shape {matrix.shape}."
        raise InvalidParameter(message)
    if matrix.shape[0] != len(ids):
        message = f"The {what} has {plural(matrix.shape[0], 'row')} and {plural(len(ids), 'id')}."
        raise UnitsDiffer(message, remedy=f"There are {count:,} units; give the ids of its rows as units=.")
    if not (np.issubdtype(matrix.dtype, np.number) or matrix.dtype == bool) or np.iscomplexobj(matrix):
        message = f"Weights are numbers, not {matrix.dtype}."
        raise InvalidParameter(message)
    i, j, value = _entries(matrix)
    rows = _ids(ids)
    faults = list(unit_faults(rows, counts.units, what))
    numbered = rows.equals(pd.Index([str(place) for place in range(len(rows))], dtype=rows.dtype))
    if what == "graph" and numbered and not rows.isin(counts.units).all():
        message = f"The graph has the places of rows, {listed(rows, shown=3)}, and none of the units' ids."
        remedy = "Make it again with the ids as index: Graph.build_contiguity(areas.set_index('the column of ids'))."
        raise UnitsDiffer(message, remedy=remedy)
    tests = (
        ("missing", np.isnan(value), "Leave out pairs that are no neighbours; a missing weight is none."),
        ("infinite", np.isinf(value), "Give a number, such as the largest weight there is."),
        ("negative", value < 0, "Weights say how much somebody counts; 0 is the least."),
    )
    faults += list(pair_faults(rows, i, j, tests, "weight"))
    if faults:
        raise together(faults)
    places = counts.units.get_indexer(rows)
    kept = value != 0
    table = sparse(places[i[kept]], places[j[kept]], value[kept], count)
    if weight is not None:
        table = with_own(table, weight)
    operator = Sparse(table)
    notes = uneven(table)
    if operator.alone.any():
        alone = counts.units[operator.alone]
        notes.append(f"{plural(len(alone), 'unit')} without any weight: {listed(alone)}")
    return Surroundings(
        units=counts.units,
        operator=operator,
        text=f"{text}, own weight {'as given' if weight is None else f'{weight:.10g}'}",
        outside=Cut(operator),
        notes=tuple(notes),
    )


def _entries(matrix: Any) -> tuple[IntArray, IntArray, FloatArray]:  # noqa: ANN401
    """Places and values of a matrix, pairs given twice added up."""
    if isinstance(matrix, np.ndarray):
        i, j = np.nonzero(matrix)
        return i, j, matrix[i, j].astype(np.float64)
    table = matrix.tocsr(copy=True)
    table.sum_duplicates()
    table = table.tocoo()
    return np.asarray(table.row), np.asarray(table.col), np.asarray(table.data, dtype=np.float64)
