"""Arithmetic of nowcasts: compositions moved by a series, and the weights that moved them best before."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray, IntArray


class Fitted(NamedTuple):
    """Weights by group.

    Attributes
    ----------
    overall
        From all units, shape (groups,).
    held_out
        For each unit from all units of other folds, shape (units, groups).
    bound
        Groups whose weight was outside 0 to 1 and is the nearest end, shape (groups,).
    """

    overall: FloatArray
    held_out: FloatArray
    bound: FloatArray


def composition(people: FloatArray) -> FloatArray:
    """Share of each group in each unit, shape (units, groups); 0 where nobody is.

    Examples
    --------
    >>> composition(np.array([[1.0, 3.0], [0.0, 0.0]])).tolist()
    [[0.25, 0.75], [0.0, 0.0]]
    """
    total = people.sum(axis=1, keepdims=True)
    return np.divide(people, total, out=np.zeros_like(people), where=total > 0)


def pooled(series: FloatArray, before: FloatArray, borrow: float) -> FloatArray:
    """Composition of a series, each unit's drawn towards what the whole area's change makes of it.

    Every unit borrows as many members as `borrow` from its own earlier composition, moved in the
    ratio by which the series as a whole differs from the people as a whole. So a unit with few or no
    members of the series follows the area.

    Parameters
    ----------
    series, before
        Members of the series and people, shape (units, groups).
    borrow
        Members borrowed.

    Examples
    --------
    >>> pooled(np.array([[0.0, 0.0], [2.0, 2.0]]), np.array([[1.0, 3.0], [1.0, 3.0]]), 4).round(3).tolist()
    [[0.5, 0.5], [0.5, 0.5]]
    """
    whole, once = composition(series.sum(axis=0, keepdims=True)), composition(before.sum(axis=0, keepdims=True))
    ratio = np.divide(whole, once, out=np.zeros_like(whole), where=once > 0)
    prior = composition(composition(before) * ratio)
    return composition(series + borrow * prior)


def replaced(before: FloatArray, arriving: FloatArray, weight: FloatArray) -> FloatArray:
    """Composition after a share of the people was replaced by others, shape (units, groups).

    p = (1 - w) p_before + w p_arriving for each group, scaled to sum to 1.

    Examples
    --------
    >>> replaced(np.array([[0.2, 0.8]]), np.array([[0.6, 0.4]]), np.array([0.5])).round(3).tolist()
    [[0.4, 0.6]]
    """
    return composition((1 - weight) * before + weight * arriving)


def tilted(before: FloatArray, then: FloatArray, now: FloatArray, weight: FloatArray) -> FloatArray:
    """Composition moved in the ratio by which that of a series changed, shape (units, groups).

    p ∝ p_before (q_now / q_then)^w, scaled to sum to 1; a group that the series had nobody of stays.

    Examples
    --------
    >>> tilted(np.array([[0.5, 0.5]]), np.array([[0.5, 0.5]]), np.array([[0.75, 0.25]]), np.array([1.0])).tolist()
    [[0.75, 0.25]]
    """
    known = (then > 0) & (now > 0)
    ratio = np.divide(now, then, out=np.ones_like(now), where=known)
    return composition(before * ratio**weight)


def fitted(before: FloatArray, arriving: FloatArray, after: FloatArray, people: FloatArray, folds: IntArray) -> Fitted:
    """Find the weights with which `replaced` would have come nearest, by least squares over people.

    Parameters
    ----------
    before, arriving, after
        Compositions, shape (units, groups).
    people
        Weight of each unit, shape (units,).
    folds
        Units of one fold are left out together.

    Examples
    --------
    >>> shares = np.array([[0.2, 0.8], [0.5, 0.5], [0.1, 0.9]])
    >>> arriving = np.array([[0.6, 0.4], [0.7, 0.3], [0.3, 0.7]])
    >>> after = replaced(shares, arriving, np.array([0.3]))
    >>> fitted(shares, arriving, after, np.ones(3), np.arange(3)).held_out.round(6).tolist()
    [[0.3, 0.3], [0.3, 0.3], [0.3, 0.3]]
    """
    way, moved = arriving - before, after - before
    tops, bottoms = people[:, np.newaxis] * way * moved, people[:, np.newaxis] * way**2
    count = int(folds.max()) + 1 if len(folds) else 0
    by_fold = [np.zeros((count, before.shape[1])) for _ in range(2)]
    for sums, parts in zip(by_fold, (tops, bottoms), strict=True):
        np.add.at(sums, folds, parts)
    raw = _ratio(tops.sum(axis=0), bottoms.sum(axis=0))
    apart = _ratio(tops.sum(axis=0) - by_fold[0], bottoms.sum(axis=0) - by_fold[1])
    return Fitted(
        np.minimum(np.maximum(raw, 0), 1),
        np.minimum(np.maximum(apart, 0), 1)[folds],
        ((raw < 0) | (raw > 1)).astype(np.float64),
    )


def _ratio(top: FloatArray, bottom: FloatArray) -> FloatArray:
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 1e-15)
