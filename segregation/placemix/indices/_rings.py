"""Compiled walks outward over rings of units: for places of too many units to sort them from each.

The nearest few hundred units are walked over one by one. Beyond, rings have borders at fixed distances,
each a little farther than the last. The people within each border are counted exactly, and only
their order inside a ring is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from placemix._compiled import jit
from placemix._typing import FloatArray, IntArray
from placemix.indices._walks import Plane, Steps

#: Origins in a task.
_ORIGINS = 64
#: Origins, and units around them, that are looked at together, so that memory is read once for all.
_ABREAST = 4
_LEAF = 8
#: Nearest units that are walked over one by one.
_SINGLE = 128
#: The square of a distance has 2^6 rings between it and its double: the first bits of its fraction.
_DROPPED = 52 - 6
#: Squares of distances below this part of the extent's are in one ring.
_NEAR = 1e-10
#: A key holds a distance, and in its last bits the place of a unit.
_SHIFT = 26
_MASK = 2**_SHIFT - 1


class Field(NamedTuple):
    """Units of one stratum, in an order that keeps those near each other together.

    Attributes
    ----------
    x, y
        Coordinates, of a whole number of leaves.
    values
        People of each group, then 1 for each unit, then columns of nobody; whole numbers where they are.
    leaves
        The same of every leaf: eight units in a row.
    groups
        Number of groups.
    order
        Place of each among the units as they are met.
    equal
        Distances are equal that differ by less.
    nearest
        First bits of the square of the distance at which the second ring begins, less 1.
    squares
        Square of the distance of each ring's outer border.
    single
        Nearest units that are walked over one by one.
    """

    x: FloatArray
    y: FloatArray
    values: FloatArray
    leaves: FloatArray
    groups: int
    order: IntArray
    equal: float
    nearest: int
    squares: FloatArray
    single: int


def ringed(on: Plane, stratum: int, origins: IntArray) -> Iterator[Callable[[], Iterator[Steps]]]:
    """Give tasks that list steps ring by ring.

    Parameters
    ----------
    on
        Units on a plane.
    stratum
        Number of the stratum that holds the origins.
    origins
        Units to walk from.
    """
    low, high = int(on.bounds[stratum]), int(on.bounds[stratum + 1])
    field = _field(on, low, high)
    place = np.empty(high - low, dtype=np.int64)
    place[field.order] = np.arange(high - low)
    here, values = place[origins - low], on.values[low:high]
    rings = len(field.squares)

    def task(first: int, last: int) -> Iterator[Steps]:
        room = _ABREAST * (rings + field.single + 2)
        rows, people, distance = np.empty((room, values.shape[1])), np.empty(room), np.empty(room)
        several, who = np.zeros(room, dtype=bool), np.arange(room)
        ring = np.zeros((_ABREAST, rings, field.values.shape[1]), dtype=field.values.dtype)
        for start in range(first, last, _ABREAST):
            end = min(start + _ABREAST, last)
            steps = Steps(start, end, np.zeros(end - start + 1, dtype=np.int64), rows, who, people, distance, several)
            _ringed(field, values, here[start:end], ring, steps)
            yield steps

    for first in range(0, len(origins), _ORIGINS):
        last = min(first + _ORIGINS, len(origins))
        yield lambda first=first, last=last: task(first, last)  # type: ignore[misc]


def _field(on: Plane, low: int, high: int) -> Field:
    xy, units = on.xy[low:high], high - low
    # Strips of the map of as many units each, from south to north: every leaf is about as wide as it is high.
    strips = max(round(np.sqrt(units / _LEAF)), 1)
    strip = np.empty(units, dtype=np.int64)
    strip[np.lexsort((xy[:, 1], xy[:, 0]))] = np.arange(units) * strips // units
    order = np.lexsort((xy[:, 1], strip)).astype(np.int64)
    # The last leaf is filled up with nobody, beside the last unit.
    filled = np.append(order, np.repeat(order[-1:], -units % _LEAF))
    x, y = np.ascontiguousarray(xy[filled].T)
    values = np.zeros((len(filled), -(-(on.groups + 1) // 4) * 4))
    values[:units, : on.groups] = on.values[low:high][order, : on.groups]
    values[:units, on.groups] = 1.0
    # Whole people are added as whole numbers of half the size, which holds every sum.
    if values.sum() < np.iinfo(np.int32).max and (values == np.floor(values)).all():
        values = values.astype(np.int32)
    leaves = values.reshape(-1, _LEAF, values.shape[1]).sum(axis=1, dtype=values.dtype)
    extent = float((np.ptp(xy, axis=0) ** 2).sum())
    ends = np.array([_NEAR * extent if extent > 0 else 1.0, 2 * extent + 1]).view(np.int64) >> _DROPPED
    borders = np.arange(ends[0] + 1, ends[1] + 3, dtype=np.int64) << _DROPPED
    return Field(
        x, y, values, leaves, on.groups, order, on.equal, int(ends[0]), borders.view(np.float64), _SINGLE
    )  # fmt: skip


@jit
def _ringed(field, values, here, ring, steps):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901, PLR0912, PLR0915
    x, y, v, groups, nearest = field.x, field.y, field.values, field.groups, field.nearest
    columns = v.shape[1]
    keys = np.empty(field.single + 1, np.int64)
    squares = np.empty(_LEAF)
    places = squares.view(np.int64)
    for start in range(0, len(x), _LEAF):
        together = start // _LEAF
        for o in range(len(here)):
            px = x[here[o]]
            py = y[here[o]]
            for p in range(_LEAF):
                dx = x[start + p] - px
                dy = y[start + p] - py
                squares[p] = dx * dx + dy * dy
            first = places[0] >> _DROPPED
            differ = 0
            for p in range(1, _LEAF):
                differ |= (places[p] >> _DROPPED) ^ first
            if differ == 0:
                at = max(first - nearest, 0)
                for k in range(columns):
                    ring[o, at, k] += field.leaves[together, k]
            else:
                for p in range(_LEAF):
                    at = max((places[p] >> _DROPPED) - nearest, 0)
                    for k in range(columns):
                        ring[o, at, k] += v[start + p, k]
    used = 0
    for o in range(len(here)):
        me = here[o]
        for k in range(values.shape[1]):
            steps.rows[used, k] = values[field.order[me], k]
        steps.people[used] = values[field.order[me]].sum()
        steps.distance[used] = 0.0
        steps.several[used] = False
        used += 1
        # The nearest rings that together hold few units are walked over one by one; the unit itself is in the first.
        begin = 0
        units = ring[o, 0, groups]
        while units <= field.single + 1 and begin < len(field.squares):
            begin += 1
            if begin < len(field.squares):
                units += ring[o, begin, groups]
        count = 0
        inside = field.squares[begin - 1] if begin > 0 else -1.0
        for p in range(len(field.order)):
            dx = x[p] - x[me]
            dy = y[p] - y[me]
            square = dx * dx + dy * dy
            if square < inside and p != me:
                keys[count] = (np.int64(np.sqrt(square) / field.equal + 0.5) << _SHIFT) | field.order[p]
                count += 1
        order = keys[:count]
        order.sort()
        for e in range(count):
            j = order[e] & _MASK
            for k in range(values.shape[1]):
                steps.rows[used, k] = values[j, k]
            steps.people[used] = values[j].sum()
            steps.distance[used] = field.equal * (order[e] >> _SHIFT)
            steps.several[used] = False
            used += 1
        for at in range(len(field.squares)):
            units = ring[o, at, groups] - (at == 0)
            if at >= begin and units > 0:
                total = 0.0
                for k in range(values.shape[1]):
                    more = 0.0
                    if k < groups:
                        more = ring[o, at, k]
                        if at == 0:
                            more = max(more - v[me, k], 0.0)
                    steps.rows[used, k] = more
                    total += more
                steps.people[used] = total
                steps.distance[used] = np.sqrt(field.squares[at])
                steps.several[used] = units > 1
                used += 1
            for k in range(columns):
                ring[o, at, k] = 0.0
        steps.bounds[o + 1] = used
