"""Surroundings held as a sparse matrix: neighbours, journey times, or weights that a caller made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.surroundings.around import Pairs

#: Pairs in a block.
_BLOCK = 2**20


@dataclass(frozen=True, eq=False)
class Sparse:
    """Weights of every pair, as a SciPy CSR array of shape (units, units) with sorted indices."""

    matrix: Any

    @property
    def own(self) -> FloatArray:
        """Weight of each unit in its own surroundings."""
        return np.asarray(self.matrix.diagonal(), dtype=np.float64)

    def sums(self, values: FloatArray) -> FloatArray:
        """Weighted sums around each unit."""
        return np.asarray(self.matrix @ values)

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

    def packed(self) -> tuple[dict[str, Any], dict[str, FloatArray | IntArray]]:
        """Return rows, columns and weights."""
        table = self.matrix.tocoo()
        return {"operator": "sparse", "units": int(table.shape[0])}, {
            "i": np.asarray(table.coords[0]),
            "j": np.asarray(table.coords[1]),
            "weight": np.asarray(table.data),
        }


def sparse(i: Any, j: Any, weight: Any, units: int) -> Any:  # noqa: ANN401
    """Make a CSR array of weights; weights of a pair given twice add up."""
    from scipy.sparse import coo_array

    table = coo_array((np.asarray(weight, dtype=np.float64), (np.asarray(i), np.asarray(j))), shape=(units, units))
    table = table.tocsr()
    table.sort_indices()
    return table


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
        """Share of the weights of other units that lie outside the stratum; NaN for the whole table."""
        count = len(self.operator.own)
        if codes is None:
            return np.full(count, np.nan)
        whole = self.operator.sums(np.ones((count, 1)))[:, 0]
        kept = self.operator.limited(codes).sums(np.ones((count, 1)))[:, 0]
        return np.divide(whole - kept, whole, out=np.zeros(count), where=whole > 0)

    def take(self, places: IntArray) -> Cut:
        """Keep some units."""
        return Cut(self.operator.take(places))
