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
_SINGLE = 512
#: The square of a distance has 2^7 rings between it and its double: the first bits of its fraction.
_DROPPED = 52 - 7
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
        Coordinates.
    values
        People of each group, then 1 for each unit, then columns of nobody.
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
        ring = np.zeros((_ABREAST, rings, field.values.shape[1]))
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
    # Strips of the map, each from south to north.
    width = float(np.ptp(xy[:, 0])) / np.sqrt(units)
    strip = np.zeros(units) if width <= 0 else np.floor((xy[:, 0] - xy[:, 0].min()) / width)
    order = np.lexsort((xy[:, 1], strip)).astype(np.int64)
    values = np.zeros((units, -(-(on.groups + 1) // 4) * 4))
    values[:, : on.groups] = on.values[low:high][order, : on.groups]
    values[:, on.groups] = 1.0
    extent = float((np.ptp(xy, axis=0) ** 2).sum())
    ends = np.array([_NEAR * extent if extent > 0 else 1.0, 2 * extent + 1]).view(np.int64) >> _DROPPED
    borders = np.arange(ends[0] + 1, ends[1] + 3, dtype=np.int64) << _DROPPED
    return Field(
        xy[order, 0], xy[order, 1], values, on.groups, order, on.equal, int(ends[0]),
        borders.view(np.float64), _SINGLE,
    )  # fmt: skip


@jit
def _ringed(field, values, here, ring, steps):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901, PLR0912, PLR0915
    x, y, v, groups, nearest = field.x, field.y, field.values, field.groups, field.nearest
    columns = v.shape[1]
    square = np.empty(1)
    bits = square.view(np.int64)
    keys = np.empty(field.single + 1, np.int64)
    for start in range(0, len(x), _LEAF):
        end = min(start + _LEAF, len(x))
        for o in range(len(here)):
            px = x[here[o]]
            py = y[here[o]]
            for p in range(start, end):
                dx = x[p] - px
                dy = y[p] - py
                square[0] = dx * dx + dy * dy
                at = max((bits[0] >> _DROPPED) - nearest, 0)
                for k in range(columns):
                    ring[o, at, k] += v[p, k]
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
        for p in range(len(x)):
            dx = x[p] - x[me]
            dy = y[p] - y[me]
            square[0] = dx * dx + dy * dy
            if square[0] < inside and p != me:
                keys[count] = (np.int64(np.sqrt(square[0]) / field.equal + 0.5) << _SHIFT) | field.order[p]
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
