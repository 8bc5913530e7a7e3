"""Surroundings held as a sparse matrix: neighbours, journey times, or weights that a caller made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.errors import InvalidParameter
from placemix.surroundings.around import Pairs

#: Pairs in a block.
_BLOCK = 2**20
#: Pairs that are held at once, about 2 GiB while a matrix of them is made.
MOST_PAIRS = 60_000_000


@dataclass(frozen=True, eq=False)
class Sparse:
    """Weights of every pair, as a SciPy CSR array of shape (units, units).

    A unit whose weights are all zero has nobody around it but those who live there: it experiences
    itself, with the weight 1.
    """

    matrix: Any

    @cached_property
    def alone(self) -> BoolArray:
        """Units whose weights are all zero."""
        return np.asarray(self.matrix.sum(axis=1)).reshape(-1) <= 0

    @cached_property
    def own(self) -> FloatArray:
        """Weight of each unit in its own surroundings."""
        return np.asarray(self.matrix.diagonal(), dtype=np.float64) + self.alone

    def sums(self, values: FloatArray) -> FloatArray:
        """Weighted sums around each unit."""
        out = np.asarray(self.matrix @ values, dtype=np.float64)
        out[self.alone] += values[self.alone]
        return out

    def pairs(self) -> Iterator[Pairs]:
        """Pairs of different units, in blocks."""
        rows = np.repeat(np.arange(self.matrix.shape[0]), np.diff(self.matrix.indptr))
        for first in range(0, len(rows), _BLOCK):
            i, j = rows[first : first + _BLOCK], self.matrix.indices[first : first + _BLOCK].astype(np.int64)
            weight = np.asarray(self.matrix.data[first : first + _BLOCK], dtype=np.float64)
            apart = (i != j) & (weight != 0)
            yield i[apart], j[apart], weight[apart]

    def limited(self, codes: IntArray) -> Sparse:
        """Keep pairs within a stratum."""
        table = self.matrix.tocoo()
        i, j = table.coords
        kept = codes[i] == codes[j]
        return Sparse(sparse(i[kept], j[kept], table.data[kept], self.matrix.shape[0]))

    def on(self, total: FloatArray) -> Sparse:  # noqa: ARG002
        """Return itself: neighbours do not depend on how many people live there."""
        return self

    def take(self, places: IntArray) -> Sparse:
        """Keep some units."""
        return Sparse(self.matrix[places][:, places])


def sparse(i: Any, j: Any, weight: Any, units: int) -> Any:  # noqa: ANN401
    """Make a CSR array of weights; weights of a pair given twice add up."""
    from scipy.sparse import coo_array

    table = coo_array((np.asarray(weight, dtype=np.float64), (np.asarray(i), np.asarray(j))), shape=(units, units))
    table = table.tocsr()
    table.sort_indices()
    return table


def with_own(matrix: Any, own: Any) -> Any:  # noqa: ANN401
    """Replace the weight of each unit in its own surroundings."""
    from scipy.sparse import diags_array

    units = matrix.shape[0]
    diagonal = np.broadcast_to(np.asarray(own, dtype=np.float64), units)
    changed = matrix - diags_array(matrix.diagonal()) + diags_array(diagonal)
    changed = changed.tocsr()
    changed.eliminate_zeros()
    changed.sort_indices()
    return changed


def asymmetric(matrix: Any) -> int:  # noqa: ANN401
    """Count pairs of units that weigh each other differently, beyond rounding."""
    from scipy.sparse import triu

    off = triu(abs(matrix - matrix.T), k=1).tocoo()
    size = triu(abs(matrix) + abs(matrix.T), k=1).tocsr()
    i, j = off.coords
    return int((off.data > 1e-9 * np.asarray(size[i, j]).reshape(-1)).sum()) if len(off.data) else 0


def gathered(blocks: Iterable[Pairs], units: int, *, remedy: str) -> Any:  # noqa: ANN401
    """Make a CSR array from blocks of pairs, as long as there are not too many to hold.

    Parameters
    ----------
    blocks
        Unit, other unit, weight.
    units
        Number of units.
    remedy
        What to do where there are too many pairs.

    Raises
    ------
    InvalidParameter
        There are more than `MOST_PAIRS`.
    """
    kept, many = [], 0
    for i, j, weight in blocks:
        many += len(i)
        if many > MOST_PAIRS:
            message = f"These surroundings have more than {MOST_PAIRS:,} pairs of units."
            raise InvalidParameter(message, remedy=remedy)
        # Places take half the memory this way; there are fewer units than 2³¹.
        kept.append((i.astype(np.int32), j.astype(np.int32), weight))
    if not kept:
        return sparse([], [], [], units)
    i, j, weight = (np.concatenate(part) for part in zip(*kept, strict=True))
    kept.clear()
    return sparse(i, j, weight, units)


@dataclass(frozen=True, eq=False)
class Cut:
    """Edge shares of surroundings whose weights are all known: what strata cut off, of all weights.

    Attributes
    ----------
    operator
        The whole surroundings, before any limit.
    """

    operator: Any

    def shares(self, codes: IntArray | None) -> FloatArray:
        """Share of all weights, the unit's own included, that belong to units of other strata.

        NaN for the whole table: what lies beyond it is not known.
        """
        count = len(self.operator.own)
        if codes is None:
            return np.full(count, np.nan)
        whole = self.operator.sums(np.ones((count, 1)))[:, 0]
        limited = self.operator.limited(codes)
        kept = limited.sums(np.ones((count, 1)))[:, 0] - limited.own
        # A unit that lost all its neighbours experiences itself, hence the own weight apart.
        lost = whole - self.operator.own - kept
        return np.clip(np.divide(lost, whole, out=np.zeros(count), where=whole > 0), 0.0, 1.0)

    def take(self, places: IntArray) -> Cut:
        """Keep some units."""
        return Cut(self.operator.take(places))
