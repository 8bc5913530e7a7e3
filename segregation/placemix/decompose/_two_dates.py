"""Two groups at a date, and one date's table fitted to the totals of another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from placemix import indices
from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts
from placemix.errors import VintageMismatch
from placemix.measuring.plan import REST


@dataclass(frozen=True, slots=True)
class Date:
    """Two groups at one date, units in the order of the strata."""

    x: FloatArray
    y: FloatArray
    starts: IntArray

    @property
    def people(self) -> FloatArray:
        return self.x + self.y

    def sums(self, values: FloatArray) -> FloatArray:
        return np.add.reduceat(values, self.starts)


def two(counts: Counts, focal: int, rival: int, order: IntArray, starts: IntArray) -> Date:
    """Two groups of a table, its units in the order of the strata."""
    x = counts.values[:, focal]
    y = np.maximum(counts.total - x, 0.0) if rival == REST else counts.values[:, rival]
    return Date(x[order], y[order], starts)


def isolation(x: FloatArray, date: Date) -> FloatArray:
    """Isolation of x among the people of a date, shape (strata,)."""
    shared = np.divide(x**2, date.people, out=np.zeros_like(x), where=date.people > 0)
    size = date.sums(x)
    return np.divide(date.sums(shared), size, out=np.full(len(size), np.nan), where=size > 0)


def fitted(seed: Date, margins: Date, zeros: float | None) -> FloatArray:
    """Isolation when `seed` keeps its odds ratios and takes the totals of `margins`, shape (strata,)."""
    lived_in = seed.people > 0
    x, y = seed.x, seed.y
    if zeros:
        x, y = (np.where(lived_in & (part <= 0), zeros, part) for part in (x, y))
    table = indices.fit_two_groups(x, y, margins.people, margins.sums(margins.x), starts=seed.starts)
    return isolation(table.values, margins)


def structures(old: Date, new: Date, zeros: float | None) -> tuple[FloatArray, FloatArray]:
    """Change of isolation that margins do not explain, by the forward and the reverse path, shape (strata,) each."""
    forward = isolation(new.x, new) - fitted(old, new, zeros)
    return forward, fitted(new, old, zeros) - isolation(old.x, old)


def alignment(before: Counts, after: Counts, by: tuple[str, ...]) -> tuple[IntArray, IntArray]:
    """Units of the earlier date in the order of the later one's strata, and where each stratum starts."""
    first, second = before.arranged(by), after.arranged(by)
    if not by:
        return first.order, first.starts
    ours = [tuple(map(str, row)) for row in first.labels.itertuples(index=False)]
    theirs = [tuple(map(str, row)) for row in second.labels.itertuples(index=False)]
    if sorted(ours) != sorted(theirs):
        odd = set(ours) ^ set(theirs)
        message = "The two dates do not have the same strata."
        raise VintageMismatch(message, units=[", ".join(label) for label in sorted(odd)], remedy="Use with_strata.")
    places = [ours.index(label) for label in theirs]
    pieces = [np.arange(first.bounds[place], first.bounds[place + 1]) for place in places]
    starts = np.append(0, np.cumsum([len(piece) for piece in pieces]))[:-1].astype(np.intp)
    return first.order[np.concatenate(pieces)], starts
