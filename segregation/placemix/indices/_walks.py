"""Compiled walks outward from each unit over people, as steps, and what is measured on the way.

A step is a unit, or a ring of units, that joins those counted already. The first is the unit itself.
Two lists of steps can be made: `outward`, unit by unit, which is exact, and `_rings.ringed`, which
counts whole rings. Both hold as many origins as there is room for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from placemix._compiled import jit
from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.lengths import equal_below

#: A key holds a distance, and in its last bits the place of a unit.
_SHIFT = 26
_MASK = 2**_SHIFT - 1
#: Distances are sorted in so many passes, by so many bits each: together more than the 37 that they have.
_PASSES = 4
_DIGIT = 10
_LAST = 2**_DIGIT - 1
#: Fewer keys than this are sorted by comparison.
_FEW = 128
#: Steps for which there is room, at least.
_ROOM = 2**14
#: Pairs looked at in one task.
_TASK = 2**22


# Compiled code of other files takes steps by the place of their parts, and numba's cache would not notice a new order.
class Steps(NamedTuple):
    """Steps of some origins, each origin's behind the other's.

    Attributes
    ----------
    first, last
        The origins, by their place in the list that was asked for.
    bounds
        First step of each origin, and the number of steps.
    rows
        Table that holds the people of each group who join.
    who
        Row of that table for each step.
    people
        Everyone who joins.
    distance
        How far away they are.
    several
        Whether they are several units, whose order is not known.
    """

    first: int
    last: int
    bounds: IntArray
    rows: FloatArray
    who: IntArray
    people: FloatArray
    distance: FloatArray
    several: BoolArray


class Plane(NamedTuple):
    """Inhabited units of a plane, stratum by stratum and among equals in the order in which they are met.

    Attributes
    ----------
    xy
        Coordinates, shape (units, 2).
    values
        People of each group, and columns of nobody, shape (units, columns).
    groups
        Number of groups.
    bounds
        First unit of each stratum, and the number of units.
    equal
        Distances are equal that differ by less.
    """

    xy: FloatArray
    values: FloatArray
    groups: int
    bounds: IntArray
    equal: float


def plane(xy: FloatArray, values: FloatArray, bounds: IntArray) -> Plane:
    """Put units on a plane; columns of nobody are added until their number suits the processor."""
    padded = np.zeros((len(values), -(-values.shape[1] // 4) * 4))
    padded[:, : values.shape[1]] = values
    return Plane(xy, padded, values.shape[1], bounds, equal_below(xy))


def log_shares(on: Plane) -> FloatArray:
    """Logarithm of each group's share of each stratum, shape (strata, groups); 0, never used, where it is absent."""
    groups = np.zeros((len(on.bounds) - 1, on.values.shape[1]))
    inhabited = np.diff(on.bounds) > 0
    if inhabited.any():
        groups[inhabited] = np.add.reduceat(on.values, on.bounds[:-1][inhabited], axis=0)
    people = np.maximum(groups.sum(axis=1, keepdims=True), 1e-300)
    return np.log(groups / people, out=np.zeros_like(groups), where=groups > 0)


def outward(on: Plane, origins: IntArray, work: IntArray) -> Iterator[Callable[[], Iterator[Steps]]]:
    """Give tasks that list steps unit by unit.

    Parameters
    ----------
    on
        Units on a plane.
    origins
        Units to walk from.
    work
        Units in the stratum of each of them.
    """
    count = np.diff(on.bounds)
    begin, end = np.repeat(on.bounds[:-1], count)[origins], np.repeat(on.bounds[1:], count)[origins]
    people = on.values.sum(axis=1)
    x, y = on.xy[:, 0].copy(), on.xy[:, 1].copy()

    def task(low: int, high: int) -> Iterator[Steps]:
        room = max(_ROOM, int(work[low:high].max()))
        who, joined, distance = np.empty(room, dtype=np.int64), np.empty(room), np.empty(room)
        several = np.zeros(room, dtype=bool)
        while low < high:
            bounds = np.zeros(high - low + 1, dtype=np.int64)
            last = _outward(x, y, people, begin, end, origins, low, high, on.equal, who, joined, distance, bounds)
            yield Steps(low, last, bounds[: last - low + 1], on.values, who, joined, distance, several)
            low = last

    for low, high in cut(work):
        yield lambda low=low, high=high: task(low, high)  # type: ignore[misc]


def cut(work: IntArray) -> list[tuple[int, int]]:
    """Cut origins into blocks of about as much work, whatever the number of threads."""
    done = np.cumsum(work)
    if not len(done):
        return []
    edges = np.searchsorted(done, np.arange(_TASK, done[-1], _TASK)) + 1
    edges = np.unique(np.concatenate([[0], edges, [len(done)]])).astype(np.int64)
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))


def each(tasks: Iterator[Callable[[], Iterator[Steps]]], use: Callable[[Steps], None]) -> None:
    """Use every list of steps as it comes; uses write to places of their own."""

    def done(task: Callable[[], Iterator[Steps]]) -> None:
        for steps in task():
            use(steps)

    todo = list(tasks)
    if not todo:
        return
    done(todo[0])  # alone, because it may have to compile
    with ThreadPoolExecutor(min(os.cpu_count() or 1, len(todo))) as pool:
        list(pool.map(done, todo[1:]))


@jit
def _outward(x, y, t, begin, end, origins, low, high, equal, who, people, distance, bounds):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901
    keys = np.empty(len(people), np.int64)
    spare = np.empty(len(people), np.int64)
    times = np.empty((_PASSES, 1 << _DIGIT), np.int64)
    used = 0
    for o in range(low, high):
        i = origins[o]
        a = begin[o]
        count = end[o] - a - 1
        if used + count + 1 > len(people):
            return o
        found = 0
        for j in range(a, end[o]):
            if j != i:
                dx = x[j] - x[i]
                dy = y[j] - y[i]
                # Equal distances stay in the order of the units.
                keys[found] = (np.int64(np.sqrt(dx * dx + dy * dy) / equal + 0.5) << _SHIFT) | (j - a)
                found += 1
        order = keys[:count]
        if count < _FEW:
            order.sort()
        else:
            # Digit by digit from the last; each pass keeps the order of the one before.
            times[:] = 0
            for e in range(count):
                distance_of = keys[e] >> _SHIFT
                for digit in range(_PASSES):
                    times[digit, (distance_of >> (_DIGIT * digit)) & _LAST] += 1
            for digit in range(_PASSES):
                place = 0
                for value in range(_LAST + 1):
                    number = times[digit, value]
                    times[digit, value] = place
                    place += number
                source = keys if digit % 2 == 0 else spare
                target = spare if digit % 2 == 0 else keys
                for e in range(count):
                    key = source[e]
                    value = (key >> (_SHIFT + _DIGIT * digit)) & _LAST
                    target[times[digit, value]] = key
                    times[digit, value] += 1
        who[used] = i
        people[used] = t[i]
        distance[used] = 0.0
        used += 1
        for e in range(count):
            j = a + (order[e] & _MASK)
            who[used] = j
            people[used] = t[j]
            distance[used] = equal * (order[e] >> _SHIFT)
            used += 1
        bounds[o - low + 1] = used
    return high


def at(steps: Steps, logs: FloatArray, numbers: FloatArray, found: FloatArray, shares: FloatArray) -> None:
    """Divergence of the nearest so many people.

    Parameters
    ----------
    steps
        Steps outward.
    logs
        Logarithm of each group's share of the stratum, by origin, shape (origins, groups).
    numbers
        How many people, ascending.
    found
        Filled: distance, divergence, and how far off that may be, shape (3, origins, numbers).
    shares
        Filled: share of each group, shape (origins, numbers, groups); not where it has no groups.
    """
    _at(steps, logs, numbers, found, shares)


@jit
def _at(steps, logs, numbers, found, shares):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901, PLR0912, PLR0915
    first, bounds, rows, who = steps.first, steps.bounds, steps.rows, steps.who
    people, distance, several = steps.people, steps.distance, steps.several
    groups = rows.shape[1]
    counted = np.empty(groups)
    for o in range(first, steps.last):
        counted[:] = 0.0
        n = 0.0
        number = 0
        begin = bounds[o - first]
        end = bounds[o - first + 1]
        everyone = people[begin:end].sum()
        for e in range(begin, end):
            # A border is reached, and the last one passed, whatever the last digits of fractions say.
            while number < len(numbers) and (n + people[e] >= numbers[number] * (1.0 - 1e-12) or e + 1 == end):
                part = 1.0
                if n + people[e] > numbers[number] * (1.0 + 1e-12):
                    part = (numbers[number] - n) / people[e]
                here = n + part * people[e]
                total = 0.0
                for k in range(groups):
                    now = counted[k] + part * rows[who[e], k]
                    if now > 0:
                        total += now * (np.log(now) - logs[o, k])
                    if k < shares.shape[2]:
                        shares[o, number, k] = now / here
                inner = distance[e]
                if several[e]:
                    inner = distance[e - 1] if e > begin else 0.0
                found[0, o, number] = np.sqrt(inner * inner + part * (distance[e] * distance[e] - inner * inner))
                found[1, o, number] = max(total / here - np.log(here), 0.0) if part < 1.0 or e + 1 < end else 0.0
                found[2, o, number] = 0.0
                if several[e] and part < 1.0:
                    # As for the area under it; see there.
                    there = n + people[e]
                    middle = 0.0
                    for k in range(groups):
                        if counted[k] > 0 and rows[who[e], k] > 0:
                            middle += rows[who[e], k] * (
                                np.log(counted[k] * (counted[k] + rows[who[e], k]) / n / there) / 2.0 - logs[o, k]
                            )
                    middle /= people[e]
                    off = 0.0
                    for k in range(groups):
                        more = rows[who[e], k]
                        if more > 0:
                            apart = more * (1.0 - more / people[e])
                            had = counted[k]
                            if had > 0:
                                low = np.log(had / n) - logs[o, k] - middle
                                high = np.log((had + more) / there) - logs[o, k] - middle
                                bend = min(apart * apart / had, (had + more) * np.log1p(more / had) + apart)
                                off += apart * max(abs(low), abs(high)) + bend
                            else:
                                alone = np.log(more) - logs[o, k]
                                ends = more * max(abs(alone - np.log(here)), abs(alone - np.log(there)))
                                off += 2.0 * max(ends, there * np.exp(logs[o, k] - 1.0)) + apart * abs(middle)
                    found[2, o, number] = min(off / here, np.log(everyone / here))
                number += 1
            n += people[e]
            for k in range(groups):
                counted[k] += rows[who[e], k]
