"""What a table would measure with people added to one unit, from sums that were made once.

Every measure here is a sum over units of terms that know only the unit and the totals, or a sum over pairs of units
that does not know the totals. So a change of one unit takes its own terms away and puts others in their place; where
totals move the sign of every term, as in D, units sorted by their mix and running sums give all of them at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.decompose.information import plogp


class Pair(NamedTuple):
    """Two groups in every unit, sorted by their mix, with running sums.

    Attributes
    ----------
    x, y
        People of each, shape (units,).
    mix
        Sorted shares of the first, shape (units with either,).
    x_below, y_below
        Sums of those whose mix comes before, shape (units with either + 1,).
    crossed
        Sum over pairs of units of ``|x y' - x' y|``.
    """

    x: FloatArray
    y: FloatArray
    mix: FloatArray
    x_below: FloatArray
    y_below: FloatArray
    crossed: float

    @classmethod
    def of(cls, x: FloatArray, y: FloatArray) -> Pair:
        """Sort the units once."""
        both = x + y
        lived = both > 0
        mix = x[lived] / both[lived]
        order = np.argsort(mix, kind="stable")
        x_below = np.append(0.0, np.cumsum(x[lived][order]))
        y_below = np.append(0.0, np.cumsum(y[lived][order]))
        made = cls(x, y, mix[order], x_below, y_below, 0.0)
        return made._replace(crossed=float(made.against(x, y).sum() / 2))

    def against(self, u: FloatArray, v: FloatArray) -> FloatArray:
        """Sum over all units of ``|u y - v x|``, for each u and v."""
        total = u + v
        own = np.divide(u, total, out=np.zeros_like(u), where=total > 0)
        place = np.searchsorted(self.mix, own)
        x, y = self.x_below[place], self.y_below[place]
        return np.asarray((u * y - v * x) + (v * (self.x_below[-1] - x) - u * (self.y_below[-1] - y)))


def dissimilarity(pair: Pair, unit: IntArray, dx: FloatArray, dy: FloatArray) -> FloatArray:
    """D with `dx` and `dy` added to a unit; all of the same shape."""
    X, Y = pair.x_below[-1] + dx, pair.y_below[-1] + dy
    with np.errstate(divide="ignore", invalid="ignore"):
        place = np.searchsorted(pair.mix, X / (X + Y), side="right")
        above = (pair.x_below[-1] - pair.x_below[place]) / X - (pair.y_below[-1] - pair.y_below[place]) / Y
        was = np.maximum(pair.x[unit] / X - pair.y[unit] / Y, 0.0)
        becomes = np.maximum((pair.x[unit] + dx) / X - (pair.y[unit] + dy) / Y, 0.0)
        return np.asarray(np.where((X > 0) & (Y > 0), above - was + becomes, np.nan))


def gini(pair: Pair, unit: IntArray, dx: FloatArray, dy: FloatArray) -> FloatArray:
    """G with `dx` and `dy` added to a unit."""
    X, Y = pair.x_below[-1] + dx, pair.y_below[-1] + dy
    x, y = pair.x[unit], pair.y[unit]
    own = np.abs((x + dx) * y - (y + dy) * x)
    crossed = pair.crossed - pair.against(x, y) + pair.against(x + dx, y + dy) - own
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where((X > 0) & (Y > 0), crossed / (X * Y), np.nan))


def met(x: FloatArray, y: FloatArray, total: FloatArray, unit: IntArray, added: FloatArray) -> FloatArray:
    """Share of y among those whom the average x meets, with people added to a unit.

    `added` holds x, y and everyone, shape (..., 3).
    """

    def term(one: FloatArray, other: FloatArray, everyone: FloatArray) -> FloatArray:
        return np.divide(one * other, everyone, out=np.zeros_like(everyone), where=everyone > 0)

    dx, dy, dt = added[..., 0], added[..., 1], added[..., 2]
    summed = term(x, y, total).sum() - term(x[unit], y[unit], total[unit])
    summed = summed + term(x[unit] + dx, y[unit] + dy, total[unit] + dt)
    members = x.sum() + dx
    return np.asarray(np.divide(summed, members, out=np.full_like(summed, np.nan), where=members > 0))


def correlation_ratio(x: FloatArray, total: FloatArray, unit: IntArray, dx: FloatArray, dt: FloatArray) -> FloatArray:
    """V of a group against everyone else, with people added to a unit."""
    isolation = met(x, x, total, unit, np.stack([dx, dx, dt], axis=-1))
    share = (x.sum() + dx) / (total.sum() + dt)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where((share > 0) & (share < 1), (isolation - share) / (1 - share), np.nan))


class Mixed(NamedTuple):
    """Sums of the measures of all groups.

    Attributes
    ----------
    people
        Shape (units, groups).
    surprise
        Sum over units of Σ x ln x - t ln t.
    alike
        Sum over units of Σ x² / t.
    """

    people: FloatArray
    surprise: float
    alike: float

    @classmethod
    def of(cls, people: FloatArray) -> Mixed:
        """Sum the terms of all units once."""
        return cls(people, float(_surprise(people).sum()), float(_alike(people).sum()))


def information(mixed: Mixed, unit: IntArray, added: FloatArray) -> tuple[FloatArray, FloatArray]:
    """M, and the entropy of the whole, with people of each group added to a unit; `added` of shape (..., groups)."""
    now = mixed.people[unit]
    surprise = mixed.surprise - _surprise(now) + _surprise(now + added)
    groups = mixed.people.sum(axis=0) + added
    total = groups.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = plogp(groups).sum(axis=-1) - plogp(total)
        return np.asarray((surprise - whole) / total), np.asarray(-whole / total)


def relative_diversity(mixed: Mixed, unit: IntArray, added: FloatArray) -> FloatArray:
    """R with people of each group added to a unit."""
    now = mixed.people[unit]
    alike = mixed.alike - _alike(now) + _alike(now + added)
    groups = mixed.people.sum(axis=0) + added
    total = groups.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = total - (groups**2).sum(axis=-1) / total
        return np.asarray(np.where(whole > 0, 1 - (total - alike) / whole, np.nan))


def _surprise(people: FloatArray) -> FloatArray:
    return np.asarray(plogp(people).sum(axis=-1) - plogp(people.sum(axis=-1)))


def _alike(people: FloatArray) -> FloatArray:
    total = people.sum(axis=-1)
    return np.asarray(np.divide((people**2).sum(axis=-1), total, out=np.zeros_like(total), where=total > 0))
