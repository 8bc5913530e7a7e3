"""How far sequences of types are from each other, and clusters of those that are near.

Few sequences are distinct, however many units follow them. So distances are between distinct sequences alone, and each
counts as often as units follow it: the result is that of all units, without their n × n distances.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter, did_you_mean

Costs: TypeAlias = Literal["indel", "hamming", "transitions"]

#: More distinct sequences than this are refused: their distances fill a square, and say little.
LARGEST = 2000
_KNOWN = ("indel", "hamming", "transitions")


class Clusters(NamedTuple):
    """Clusters of distinct sequences.

    Attributes
    ----------
    codes
        Cluster of each sequence from 0, that of most units first, shape (sequences,).
    medoids
        Position of the sequence in the middle of each cluster, shape (clusters,).
    silhouettes
        Of a unit that follows each sequence, shape (sequences,).
    """

    codes: IntArray
    medoids: IntArray
    silhouettes: FloatArray


def known_costs(costs: object) -> None:
    """Refuse costs that are none.

    Raises
    ------
    InvalidParameter
        There are no such costs.
    """
    if costs not in _KNOWN:
        message = f"costs is one of {', '.join(_KNOWN)}, not {costs!r}."
        raise InvalidParameter(message, remedy=did_you_mean(costs, _KNOWN))


def substitutions(sequences: IntArray, weights: FloatArray, costs: Costs, types: int) -> FloatArray:
    """Cost of putting one type in the place of another, where leaving one out or putting one in costs 1.

    Parameters
    ----------
    sequences
        Number of the type at each date, shape (sequences, dates).
    weights
        Units that follow each, shape (sequences,).
    costs
        ``"indel"``: 2, as much as leaving one out and putting one in; ``"hamming"``: 1; ``"transitions"``: 2 less the
        shares of units that went from one to the other and back between dates in turn.
    types
        Number of types.
    """
    if costs == "transitions":
        moves = np.zeros((types, types))
        for first, second in zip(sequences.T[:-1], sequences.T[1:], strict=True):
            np.add.at(moves, (first, second), weights)
        totals = moves.sum(axis=1, keepdims=True)
        share = np.divide(moves, totals, out=np.zeros_like(moves), where=totals > 0)
        matrix = 2.0 - (share + share.T)
    else:
        matrix = np.full((types, types), 2.0 if costs == "indel" else 1.0)
    np.fill_diagonal(matrix, 0.0)
    return matrix


def sequence_distances(sequences: IntArray, matrix: FloatArray, *, gaps: bool) -> FloatArray:
    """Cost of the cheapest way to turn each sequence into each other (optimal matching), shape (sequences, sequences).

    Parameters
    ----------
    sequences
        Number of the type at each date, shape (sequences, dates).
    matrix
        Costs of substitution, symmetric, shape (types, types).
    gaps
        Whether types may also be left out and put in, at a cost of 1 each.

    Notes
    -----
    Needleman and Wunsch's recursion, for all pairs of a row at once.
    """
    many, dates = sequences.shape
    out = np.zeros((many, many))
    for place in range(many - 1):
        one, others = sequences[place], sequences[place + 1 :]
        swap = matrix[one[:, np.newaxis, np.newaxis], others.T[np.newaxis]]
        if not gaps:
            out[place, place + 1 :] = np.einsum("ddn->n", swap)
            continue
        row = [np.full(len(others), float(column)) for column in range(dates + 1)]
        for i in range(dates):
            above, row = row, [np.full(len(others), i + 1.0)]
            for j in range(dates):
                gap = np.minimum(above[j + 1], row[j]) + 1.0
                row.append(np.minimum(above[j] + swap[i, j], gap))
        out[place, place + 1 :] = row[-1]
    return out + out.T


def clustered(distances: FloatArray, weights: FloatArray, clusters: int) -> Clusters:
    """Join the two nearest clusters again and again, by the mean distance of their units, until so many are left.

    Parameters
    ----------
    distances
        Between distinct sequences, in an order that no order of units changes, so that ties fall alike.
    weights
        Units that follow each.
    clusters
        How many to leave.
    """
    away, size = distances.copy(), weights.astype(np.float64)
    np.fill_diagonal(away, np.inf)
    member = np.arange(len(size))
    for _ in range(len(size) - clusters):
        one, other = sorted(divmod(int(np.argmin(away)), len(size)))
        # SciPy's average linkage takes no weights; this is its rule with them.
        mean = (size[one] * away[one] + size[other] * away[other]) / (size[one] + size[other])
        size[one] += size[other]
        away[one] = away[:, one] = mean
        away[one, one] = away[other] = away[:, other] = np.inf
        member[member == other] = one
    found = np.unique(member)
    order = sorted(found, key=lambda root: (-size[root], root))
    codes = np.empty(len(member), dtype=np.intp)
    for number, root in enumerate(order):
        codes[member == root] = number
    return Clusters(codes, _medoids(distances, weights, codes), silhouettes(distances, weights, codes))


def silhouettes(distances: FloatArray, weights: FloatArray, codes: IntArray) -> FloatArray:
    """How much nearer a unit is to its own cluster than to the next, from -1 to 1, shape (sequences,).

    Parameters
    ----------
    distances, weights
        As in `clustered`.
    codes
        Cluster of each sequence.
    """
    inside = np.eye(int(codes.max()) + 1)[codes] * weights[:, np.newaxis]
    total, size = distances @ inside, inside.sum(axis=0)
    rows = np.arange(len(codes))
    # The unit itself is none of its neighbours.
    own = total[rows, codes] / np.maximum(size[codes] - 1, 1)
    mean = total / size
    mean[rows, codes] = np.inf
    nearest = mean.min(axis=1)
    largest = np.maximum(own, nearest)
    apart = np.divide(nearest - own, largest, out=np.zeros_like(own), where=largest > 0)
    return np.asarray(np.where(size[codes] > 1, apart, 0.0))


def _medoids(distances: FloatArray, weights: FloatArray, codes: IntArray) -> IntArray:
    out = []
    for number in range(int(codes.max()) + 1):
        inside = np.flatnonzero(codes == number)
        cost = np.round(distances[np.ix_(inside, inside)] @ weights[inside], 9)
        # Of several in the middle, the one that most units follow.
        out.append(inside[np.lexsort((inside, -weights[inside], cost))[0]])
    return np.array(out, dtype=np.intp)
