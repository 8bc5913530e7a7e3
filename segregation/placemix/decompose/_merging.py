"""Compiled merging of the two units that tell least apart, again and again."""

from __future__ import annotations

import numpy as np

from placemix._compiled import jit
from placemix._typing import FloatArray, IntArray


def merged_all(people: FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Merge the two units whose merger loses least, until one is left; any two may merge.

    Parameters
    ----------
    people
        People of each group, shape (units, groups); every unit has some.

    Returns
    -------
    first, second, lost
        At each step the unit that takes in, the one taken in, and Σ of information lost by it, in
        nats times people; shape (units - 1,).
    """
    units = len(people)
    first, second, lost = np.zeros(units - 1, np.int64), np.zeros(units - 1, np.int64), np.zeros(units - 1)
    if units > 1:
        _merge(np.array(people, dtype=np.float64), first, second, lost)
    return first, second, lost


@jit
def _merge(people, first, second, lost):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901, PLR0912, PLR0915
    units, groups = people.shape
    total = np.zeros(units)
    logs = np.zeros(units)
    for i in range(units):
        for k in range(groups):
            x = people[i, k]
            total[i] += x
            if x > 0:
                logs[i] += x * np.log(x)
        logs[i] -= total[i] * np.log(total[i])
    alive = np.ones(units, np.bool_)
    # The cheapest partner of each unit among those after it, and what that merger loses.
    near = np.full(units, -1)
    loss = np.full(units, np.inf)
    stale = np.ones(units, np.bool_)
    for step in range(units - 1):
        for i in range(units):
            if not alive[i] or not stale[i]:
                continue
            near[i] = -1
            loss[i] = np.inf
            for j in range(i + 1, units):
                if not alive[j]:
                    continue
                t = total[i] + total[j]
                both = -t * np.log(t)
                for k in range(groups):
                    x = people[i, k] + people[j, k]
                    if x > 0:
                        both += x * np.log(x)
                d = logs[i] + logs[j] - both
                if d < loss[i]:
                    loss[i] = d
                    near[i] = j
            stale[i] = False
        best = -1
        for i in range(units):
            if alive[i] and near[i] >= 0 and (best < 0 or loss[i] < loss[best]):
                best = i
        i = best
        j = near[best]
        first[step] = i
        second[step] = j
        lost[step] = max(loss[best], 0.0)
        alive[j] = False
        total[i] += total[j]
        both = -total[i] * np.log(total[i])
        for k in range(groups):
            people[i, k] += people[j, k]
            if people[i, k] > 0:
                both += people[i, k] * np.log(people[i, k])
        logs[i] = both
        stale[i] = True
        for u in range(units):
            if not alive[u] or u == i:
                continue
            if near[u] == i or near[u] == j:
                stale[u] = True
            elif u < i:
                # The grown unit may now be the cheapest partner of one before it.
                t = total[u] + total[i]
                both = -t * np.log(t)
                for k in range(groups):
                    x = people[u, k] + people[i, k]
                    if x > 0:
                        both += x * np.log(x)
                d = logs[u] + logs[i] - both
                if d < loss[u]:
                    loss[u] = d
                    near[u] = i
