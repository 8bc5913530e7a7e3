"""Binomial numbers of one probability and many sizes, looked up rather than worked out anew for each."""

from __future__ import annotations

import numpy as np

from placemix._compiled import jit
from placemix._typing import FloatArray, IntArray

#: Probabilities that are kept at most, about 160 MB.
_MOST = 20_000_000
#: Standard deviations, and numbers, on either side of the mean beyond which nothing is ever drawn: 1e-18.
_SPREADS, _BESIDE = 9, 30


class Binomials:
    """Members among so many people, each of whom is one with the same probability.

    Distribution functions are made once for each size that occurs; a draw is a uniform number and a
    search. Where the tables would be too large, numpy draws instead.
    """

    def __init__(self, sizes: IntArray, chance: float) -> None:
        self.sizes, self.chance = sizes, chance
        different, which = np.unique(sizes, return_inverse=True)
        mean, spread = different * chance, np.sqrt(different * chance * (1 - chance))
        low = np.maximum(0, np.floor(mean - _SPREADS * spread - _BESIDE)).astype(np.int64)
        high = np.minimum(different, np.ceil(mean + _SPREADS * spread + _BESIDE)).astype(np.int64)
        length = high - low + 1
        self._tables = None
        if length.sum() <= _MOST and 0 < chance < 1:
            first = np.concatenate([[0], np.cumsum(length)[:-1]]).astype(np.int64)
            self._tables = which.astype(np.int64), first, length, low, _distributions(different, chance, low, length)

    def draw(self, rng: np.random.Generator) -> IntArray:
        """Draw a number for each size."""
        if self._tables is None:
            return np.asarray(rng.binomial(self.sizes, self.chance))
        out = np.empty(len(self.sizes), dtype=np.int64)
        _looked_up(rng.random(len(out)), *self._tables, out)
        return out


def _distributions(sizes: IntArray, chance: float, low: IntArray, length: IntArray) -> FloatArray:
    """Distribution functions from the lowest number of each size on, one after the other."""
    from scipy.special import bdtr

    which = np.repeat(np.arange(len(sizes)), length)
    start = np.concatenate([[0], np.cumsum(length)[:-1]])
    number = np.arange(len(which)) - start[which] + low[which]
    return np.asarray(bdtr(number.astype(np.float64), sizes[which], chance))


@jit
def _looked_up(uniform, which, first, length, low, below, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for i in range(len(out)):
        w = which[i]
        left = 0
        right = length[w] - 1
        while left < right:
            middle = (left + right) // 2
            if below[first[w] + middle] < uniform[i]:
                left = middle + 1
            else:
                right = middle
        out[i] = low[w] + left
