"""The sums of every additive measure, in one compiled sweep over the units.

The kernels beside this module are the readable definition; a test holds both equal.
`measure` uses the sweep for large tables only, because small ones are done before the
compiler has loaded.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

import numpy as np

from placemix._compiled import jit
from placemix._typing import FloatArray, IntArray

#: Strata are swept in this many blocks, whatever the number of threads, so that digits do not depend on it.
_BLOCKS = 16
#: Units of a stratum that a sorting key can number, and levels of share that it can tell apart.
_INDEX = 2**20
_LEVELS = 2.0**42


Task = TypeVar("Task")


class Sums(NamedTuple):
    """Sums over the units of each stratum, for each group k with share p = x / t.

    Attributes
    ----------
    members
        Σ x, shape (strata, groups).
    people
        Σ t, shape (strata,).
    lived_in
        Units with people, shape (strata,).
    deviation
        Σ |x - t P|.
    square
        Σ x² / t.
    entropy
        -Σ t (p ln p + (1 - p) ln(1 - p)); the group against the rest.
    own_entropy
        -Σ t p ln p; the group's term of the multigroup entropy.
    root
        Σ √(x (t - x)).
    meeting
        Σ x_k x_l / t, shape (strata, groups, groups).
    """

    members: FloatArray
    people: FloatArray
    lived_in: FloatArray
    deviation: FloatArray
    square: FloatArray
    entropy: FloatArray
    own_entropy: FloatArray
    root: FloatArray
    meeting: FloatArray


def additive(
    values: FloatArray,
    total: FloatArray,
    order: IntArray,
    bounds: IntArray,
    *,
    logs: bool,
    roots: bool,
    pairs: bool,
    alone: bool = False,
) -> Sums:
    """Sweep once over all units of all strata.

    Parameters
    ----------
    values
        People of each group in each unit, shape (units, groups).
    total
        Everyone in each unit, shape (units,).
    order
        Units ordered by stratum, shape (units,).
    bounds
        First place in `order` of each stratum, and the number of units at the end.
    logs, roots, pairs
        Which of the dearer sums are wanted; the others stay zero.
    alone
        Whether to start no thread.
    """
    strata, groups = len(bounds) - 1, values.shape[1]
    one, many = np.zeros((6, strata, groups)), np.zeros((2, strata))
    meeting = np.zeros((strata, groups, groups) if pairs else (1, 1, 1))

    def work(block: tuple[int, int]) -> None:
        _sweep(values, total, order, bounds, *block, logs, roots, pairs, one, many, meeting)

    _shared(work, _blocks(bounds), alone=alone)
    return Sums(one[0], many[0], many[1], one[1], one[2], one[3], one[4], one[5], meeting)


def _blocks(bounds: IntArray) -> list[tuple[int, int]]:
    """Cut the strata into blocks of about as many units."""
    wanted = np.linspace(0, bounds[-1], _BLOCKS + 1)
    edges = np.unique(np.searchsorted(bounds, wanted).clip(0, len(bounds) - 1)).tolist()
    return list(itertools.pairwise(edges))


def _shared(work: Callable[[Task], None], tasks: Sequence[Task], *, alone: bool) -> None:
    """Do tasks that write to places of their own, on as many threads as there are processors, or on this one."""
    if alone:
        for task in tasks:
            work(task)
        return
    # The first is done alone, because it may have to compile.
    work(tasks[0])
    with ThreadPoolExecutor(min(os.cpu_count() or 1, len(tasks))) as pool:
        list(pool.map(work, tasks[1:]))


@jit
def _sweep(values, total, order, bounds, first, last, logs, roots, pairs, one, many, meeting):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901, PLR0912
    groups = values.shape[1]
    for s in range(first, last):
        for place in range(bounds[s], bounds[s + 1]):
            i = order[place]
            if total[i] > 0:
                many[0, s] += total[i]
                many[1, s] += 1
                for k in range(groups):
                    one[0, s, k] += values[i, k]
        everyone = many[0, s]
        for place in range(bounds[s], bounds[s + 1]):
            i = order[place]
            t = total[i]
            if t <= 0:
                continue
            for k in range(groups):
                x = values[i, k]
                p = x / t
                one[1, s, k] += abs(x - t * (one[0, s, k] / everyone))
                one[2, s, k] += x * p
                rest = t - x
                if logs and x > 0:
                    own = x * np.log(p)
                    one[4, s, k] -= own
                    one[3, s, k] -= own
                    if rest > 0:
                        one[3, s, k] -= rest * np.log(rest / t)
                if roots and rest > 0:
                    one[5, s, k] += np.sqrt(x * rest)
                if pairs:
                    for other in range(k, groups):
                        meeting[s, k, other] += p * values[i, other]
        if pairs:
            for k in range(groups):
                for other in range(k):
                    meeting[s, k, other] = meeting[s, other, k]


def gini_sums(
    values: FloatArray, total: FloatArray, order: IntArray, bounds: IntArray, *, alone: bool = False
) -> FloatArray:
    """Σ Σ t_i t_j |p_i - p_j| for each group against the rest, shape (strata, groups)."""
    out = np.zeros((len(bounds) - 1, values.shape[1]))
    blocks, groups = _blocks(bounds), values.shape[1]
    # A stratum's counts stay in the cache while its groups are sorted; one stratum alone is shared by groups.
    tasks = [(*block, 0, groups) for block in blocks] if len(blocks) > 1 else [(0, 1, k, k + 1) for k in range(groups)]

    def work(task: tuple[int, int, int, int]) -> None:
        _gini(values, total, order, bounds, *task, out)

    _shared(work, tasks, alone=alone)
    return out


@jit
def _gini(values, total, order, bounds, first, last, low, high, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    longest = 0
    for s in range(first, last):
        longest = max(longest, bounds[s + 1] - bounds[s])
    share = np.empty(longest)
    people = np.empty(longest)
    keys = np.empty(longest, dtype=np.int64)
    for s in range(first, last):
        for k in range(low, high):
            n = 0
            weight = 0.0
            for place in range(bounds[s], bounds[s + 1]):
                i = order[place]
                if values[i, k] > 0:
                    share[n] = values[i, k] / total[i]
                    people[n] = total[i]
                    n += 1
                elif total[i] > 0:  # units without the group come first and need no sorting
                    weight += total[i]
            if n < _INDEX:
                # A share and its place in one whole number sort twice as fast as the places of
                # shares do. Shares that agree in 43 bits may swap, which moves nothing above 1e-12.
                for place in range(n):
                    keys[place] = np.int64(share[place] * _LEVELS) * _INDEX + place
                rank = np.sort(keys[:n]) % _INDEX
            else:
                rank = np.argsort(share[:n])
            summed = 0.0
            difference = 0.0
            for place in range(n):
                i = rank[place]
                difference += people[i] * (share[i] * weight - summed)
                weight += people[i]
                summed += people[i] * share[i]
            out[s, k] = 2 * difference
