"""The one simple forecast of who lives where a place grows, and its error."""

from __future__ import annotations

import numpy as np

from placemix._typing import FloatArray, IntArray

#: Added to both sides of a share's odds, in people, so that a share of 0 or 1 has a logit.
_HALF = 0.5


def grown(now: FloatArray, added: FloatArray, mix: FloatArray) -> FloatArray:
    """People of each group if those who are there stay and newcomers have a given mix.

    Parameters
    ----------
    now
        People of each group in each unit, shape (units, groups).
    added
        Net newcomers, shape (units,). Where fewer than nobody come, those who leave have the unit's own mix.
    mix
        Share of each group among the newcomers of each unit, shape (units, groups).

    Returns
    -------
    people
        Shape (units, groups); people are conserved.

    Examples
    --------
    >>> import numpy as np
    >>> grown(np.array([[80.0, 20.0]]), np.array([100.0]), np.array([[0.5, 0.5]])).tolist()
    [[130.0, 70.0]]
    """
    total = now.sum(axis=1)
    own = np.divide(now, total[:, np.newaxis], out=np.zeros_like(now), where=total[:, np.newaxis] > 0)
    whose = np.where((added < 0)[:, np.newaxis], own, mix)
    return np.asarray(now + added[:, np.newaxis] * whose)


def district_mix(now: FloatArray, district: IntArray, many: int) -> FloatArray:
    """Share of each group in the district of each unit, shape (units, groups)."""
    sums = np.zeros((many, now.shape[1]))
    np.add.at(sums, district, now)
    people = sums.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(sums, people, out=np.full_like(sums, np.nan), where=people > 0)[district])


def logit(people: FloatArray) -> FloatArray:
    """Log of the odds of each group, shape (units, groups)."""
    others = people.sum(axis=1, keepdims=True) - people
    return np.asarray(np.log(people + _HALF) - np.log(np.maximum(others, 0.0) + _HALF))


def share_of(odds: FloatArray, people: FloatArray) -> FloatArray:
    """Share that has these odds among so many people; the reverse of `logit`.

    Examples
    --------
    >>> import numpy as np
    >>> people = np.array([[30.0, 70.0]])
    >>> share_of(logit(people), people.sum(axis=1, keepdims=True)).round(12).tolist()
    [[0.3, 0.7]]
    """
    ratio = np.exp(odds)
    # (p n + ½) / ((1 − p) n + ½) = ratio, for p; beyond what n people can show it ends at 0 and 1.
    found = (ratio * (people + _HALF) - _HALF) / (people * (1 + ratio))
    return np.asarray(np.clip(found, 0.0, 1.0))
