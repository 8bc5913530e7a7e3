"""Numbers of people drawn by looking them up: many sizes or shares, the same in every draw.

Distribution functions are made once, for each one that occurs; a draw is a uniform number, a guide that says
where to begin, and a step or two from there. Where the tables would be too large, numpy draws instead.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from placemix._compiled import jit
from placemix._typing import FloatArray, IntArray

#: Probabilities that are kept at most, about 240 MB with their guides.
_MOST = 20_000_000
#: Standard deviations, and numbers, on either side of the mean beyond which nothing is ever drawn: 1e-18.
_SPREADS, _BESIDE = 9, 30
#: Standard deviations that the first part of a multinomial number stays below what is wanted.
_BELOW = 4.0


class _Tables(NamedTuple):
    """Distribution functions one after the other: where each begins, how long it is, its lowest number, all values."""

    first: IntArray
    length: IntArray
    low: IntArray
    below: FloatArray
    guide: IntArray


class Binomials:
    """Members among so many people of each place, each of whom is one with the place's probability.

    Parameters
    ----------
    sizes
        People of each place.
    chance
        Probability of each place, or of all.
    """

    def __init__(self, sizes: IntArray, chance: FloatArray | float) -> None:
        self.sizes, self.chance = sizes, chance
        # Complex numbers are pairs that numpy sorts in one go.
        pairs, which = np.unique(sizes + 1j * np.broadcast_to(chance, sizes.shape), return_inverse=True)
        size, p = pairs.real, pairs.imag
        self._which = which.ravel().astype(np.int64)
        mean = size * p
        low, length = _reach(mean, np.sqrt(mean * (1 - p)), size)
        self._tables = None
        if 0 < length.sum() <= _MOST:
            of, number = _numbers(low, length)
            from scipy.special import bdtr

            # A probability of 0 or 1 leaves one number, whose function is 1.
            below = np.where(
                (p[of] > 0) & (p[of] < 1),
                bdtr(number, size[of].astype(np.int64), p[of]),
                (number >= size[of] * p[of]).astype(np.float64),
            )
            self._tables = _guided(low, length, below)

    def draw(self, rng: np.random.Generator) -> IntArray:
        """Draw a number for each place."""
        if self._tables is None:
            return np.asarray(rng.binomial(self.sizes, self.chance))
        out = np.empty(len(self.sizes), dtype=np.int64)
        _looked_up(rng.random(len(out)), self._which, *self._tables, out)
        return out


class Multinomials:
    """Where so many people are, each of whom is at a place with the place's share.

    Independent Poisson numbers, given their sum, are multinomial; those that are missing to the number wanted are
    put at places one by one. Draws whose sum is too large already are taken again.

    Parameters
    ----------
    share
        Share of each place; they sum to 1.
    least
        The least people that will be asked for: the sum of the Poisson numbers stays below it.
    """

    def __init__(self, share: FloatArray, least: float) -> None:
        self.share = share
        most = max(0.0, least - _BELOW * np.sqrt(max(least, 0.0)) - 1)
        mean, which = np.unique(share * most, return_inverse=True)
        self._which = which.ravel().astype(np.int64)
        low, length = _reach(mean, np.sqrt(mean), None)
        self._tables = None
        if 0 < length.sum() <= _MOST and len(share):
            of, number = _numbers(low, length)
            from scipy.special import pdtr

            self._tables = _guided(low, length, pdtr(number, mean[of]))
            one = np.array([len(share)], dtype=np.int64)
            self._places = _guided(np.zeros(1, dtype=np.int64), one, np.cumsum(share))

    def draw(self, rng: np.random.Generator, many: int) -> FloatArray:
        """Draw where so many people are, as floats."""
        if self._tables is None:
            return np.asarray(rng.multinomial(many, self.share), dtype=np.float64)
        out = np.empty(len(self.share), dtype=np.int64)
        while True:
            _looked_up(rng.random(len(out)), self._which, *self._tables, out)
            missing = many - int(out.sum())
            if missing >= 0:
                break
        _added(rng.random(missing), self._places.below, self._places.guide, out)
        return out.astype(np.float64)


def _reach(mean: FloatArray, spread: FloatArray, most: FloatArray | None) -> tuple[IntArray, IntArray]:
    """Lowest number of each distribution that is ever drawn, and how many numbers there are."""
    low = np.maximum(0, np.floor(mean - _SPREADS * spread - _BESIDE)).astype(np.int64)
    high = np.ceil(mean + _SPREADS * spread + _BESIDE)
    high = (high if most is None else np.minimum(most, high)).astype(np.int64)
    return low, high - low + 1


def _numbers(low: IntArray, length: IntArray) -> tuple[IntArray, FloatArray]:
    """Every number of every distribution, and whose it is."""
    of = np.repeat(np.arange(len(length)), length)
    first = np.concatenate([[0], np.cumsum(length)[:-1]])
    return of, (np.arange(len(of)) - first[of] + low[of]).astype(np.float64)


def _guided(low: IntArray, length: IntArray, below: FloatArray) -> _Tables:
    """Add where to begin for a uniform number in each of as many equal parts as a distribution has numbers."""
    first = np.concatenate([[0], np.cumsum(length)[:-1]]).astype(np.int64)
    of = np.repeat(np.arange(len(length)), length)
    part = (np.arange(len(of)) - first[of]) / length[of]
    # One step too early does no harm, and rounding of the sums makes no more.
    place = np.searchsorted(of + np.minimum(below, 1.0), of + part, side="left") - first[of] - 1
    return _Tables(first, length, low, below, np.clip(place, 0, length[of] - 1).astype(np.int64))


@jit
def _looked_up(uniform, which, first, length, low, below, guide, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for i in range(len(out)):
        w = which[i]
        start = first[w]
        last = start + length[w] - 1
        place = start + guide[start + int(uniform[i] * length[w])]
        while place < last and below[place] < uniform[i]:
            place += 1
        out[i] = low[w] + place - start


@jit
def _added(uniform, below, guide, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    last = len(out) - 1
    for i in range(len(uniform)):
        place = guide[int(uniform[i] * len(out))]
        while place < last and below[place] < uniform[i]:
            place += 1
        out[place] += 1
