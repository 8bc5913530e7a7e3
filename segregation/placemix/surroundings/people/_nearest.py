"""Compiled search outward from each unit until enough people, or places, are counted.

Two passes over a block of units: the first lists neighbours in order of distance, the second adds
what is asked for. Distances that differ by no more than rounding are equal, and equal ones are in the
order of the units' rank. So neither the order of rows nor the map's unit of length changes who is
counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from typing import NamedTuple

import numpy as np

from placemix._compiled import jit
from placemix._typing import FloatArray, IntArray
from placemix.lengths import equal_below
from placemix.surroundings.distance._packed import Packed, hilbert, packed

#: Points in a leaf of the tree.
_LEAF = 8
#: Units in a block.
_UNITS = 2048
#: Room for neighbours, to begin with, for each unit of a block.
_ROOM = 256
#: A key holds a distance, and in its last bits the place of a point.
_SHIFT = 26
_MASK = 2**_SHIFT - 1


class Search(NamedTuple):
    """Points made ready for searching outward.

    Attributes
    ----------
    tree
        Units that count for something, packed.
    size
        What each point of the tree counts for: people, or 1.
    rank
        Rank of each point of the tree among equals.
    place
        Units that are searched from, in an order that keeps neighbours together.
    x, y
        Their coordinates, in that order.
    root
        Box to search for each of them; -1 where there is none.
    here
        Their place in the tree, or -1 for those that count for nothing.
    own
        What they count for themselves.
    equal
        Distances are equal that differ by less.
    """

    tree: Packed
    size: FloatArray
    rank: IntArray
    place: IntArray
    x: FloatArray
    y: FloatArray
    root: IntArray
    here: IntArray
    own: FloatArray
    equal: float


def prepared(xy: FloatArray, size: FloatArray, own: FloatArray, rank: IntArray, codes: IntArray | None) -> Search:
    """Make points ready.

    Parameters
    ----------
    xy
        Coordinates, shape (units, 2).
    size
        What each unit counts for as a neighbour; those of 0 are nobody's neighbour.
    own
        What each unit counts for itself.
    rank
        Rank of each unit among those equally far.
    codes
        Stratum of each unit, or None for one.
    """
    code = np.zeros(len(xy), dtype=np.int64) if codes is None else np.unique(codes, return_inverse=True)[1].reshape(-1)
    counted = np.flatnonzero(size > 0)
    tree = packed(xy[counted], code[counted], int(code.max()) + 1 if len(code) else 1, leaf=_LEAF)
    members = counted[tree.order]
    here = np.full(len(xy), -1, dtype=np.int64)
    here[members] = np.arange(len(members))
    place = np.lexsort((hilbert(xy), code)).astype(np.int64)
    return Search(
        tree=tree._replace(order=members.astype(np.int64)),
        size=size[members].astype(np.float64),
        rank=rank[members].astype(np.int64),
        place=place,
        x=xy[place, 0].copy(),
        y=xy[place, 1].copy(),
        root=tree.root[code[place]],
        here=here[place],
        own=own[place].astype(np.float64),
        equal=equal_below(xy),
    )


def sums(found: Search, values: FloatArray, sizes: FloatArray) -> FloatArray:
    """Sums of values over the nearest so many, the last unit by the part that is needed.

    Parameters
    ----------
    found
        Points made ready.
    values
        What is summed, shape (units, columns), in the order of the units given.
    sizes
        How many are counted, ascending.

    Returns
    -------
    sums
        Shape (sizes, units, columns).
    """
    around = np.ascontiguousarray(values[found.tree.order])
    out = np.zeros((len(sizes), *values.shape))

    def add(first: int, last: int, bounds: IntArray, near: IntArray) -> None:
        at = found.place[first:last]
        _add(found.own[first:last], np.ascontiguousarray(values[at]), bounds, near, found.size, around, sizes, at, out)

    _walked(found, float(sizes[-1]), add)
    return out


def lists(found: Search, size: float) -> Iterator[tuple[IntArray, IntArray, FloatArray]]:
    """Give units, their neighbours and weights, in blocks of bounded size; own units are left out."""
    for first in range(0, len(found.place), _UNITS):
        for low, high, bounds, near in _block(found, size, first):
            count = np.diff(bounds)
            owner = np.repeat(np.arange(high - low), count)
            reached = found.own[low:high] + np.bincount(owner, found.size[near], minlength=high - low)
            weight = np.ones(len(near))
            last = bounds[1:][count > 0] - 1
            weight[last] -= np.maximum(reached[count > 0] - size, 0.0) / found.size[near[last]]
            yield found.place[low:high][owner], found.tree.order[near], weight


def _walked(found: Search, size: float, use: Callable[[int, int, IntArray, IntArray], None]) -> None:
    """List the neighbours of all units, block by block, and use each list as it comes."""

    def work(first: int) -> None:
        for low, high, bounds, near in _block(found, size, first):
            use(low, high, bounds, near)

    starts = list(range(0, len(found.place), _UNITS))
    if not starts:
        return
    work(starts[0])  # alone, because it may have to compile
    with ThreadPoolExecutor(min(cpu_count() or 1, len(starts))) as pool:
        list(pool.map(work, starts[1:]))


def _block(found: Search, size: float, first: int) -> Iterator[tuple[int, int, IntArray, IntArray]]:
    """List the neighbours of one block of units, in as many parts as its room asks for."""
    end = min(first + _UNITS, len(found.place))
    near = np.empty(_UNITS * _ROOM, dtype=np.int64)
    low = first
    while low < end:
        bounds = np.zeros(end - low + 1, dtype=np.int64)
        high = _list(found, low, end, size, near, bounds)
        if high == low:  # the neighbours of one unit alone need more room
            near = np.empty(2 * len(near), dtype=np.int64)
            continue
        bounds = bounds[: high - low + 1]
        yield low, high, bounds, near[: bounds[-1]]
        low = high


@jit
def _list(found, low, end, size, near, bounds):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901, PLR0912, PLR0915
    tree = found.tree
    stack = np.empty(512, np.int64)
    keys = np.empty(1024, np.int64)
    used = 0
    radius = 0.0
    for q in range(low, end):
        if used + 1 > len(near):
            return q
        # Nobody is looked for to fill up the last digits of fractions.
        need = size * (1.0 - 1e-12) - found.own[q]
        r = found.root[q]
        if need <= 0.0 or r < 0:
            bounds[q - low + 1] = used
            continue
        population = tree.end[r] - tree.begin[r]
        px, py, me = found.x[q], found.y[q], found.here[q]
        if radius <= 0.0:
            # The first guess: as far as a leaf is wide.
            leaf = r
            while leaf >= tree.leaves:
                leaf = tree.first[leaf]
            radius = max(
                tree.box[leaf, 2] - tree.box[leaf, 0], tree.box[leaf, 3] - tree.box[leaf, 1], 4.0 * found.equal
            )
        while True:
            # Everyone nearer than the radius; those within its last breadth may have equals beyond it.
            reach = radius * radius
            sure = max(radius - 2.0 * found.equal, 0.0)
            sure *= sure
            count = 0
            people = 0.0
            top = 1
            stack[0] = r
            while top > 0:
                top -= 1
                b = stack[top]
                dx = max(tree.box[b, 0] - px, px - tree.box[b, 2], 0.0)
                dy = max(tree.box[b, 1] - py, py - tree.box[b, 3], 0.0)
                if dx * dx + dy * dy > reach:
                    continue
                if b >= tree.leaves:
                    for child in range(tree.first[b], tree.last[b]):
                        stack[top] = child
                        top += 1
                    continue
                if count + tree.last[b] - tree.first[b] > len(keys):
                    more = np.empty(2 * len(keys), np.int64)
                    more[:count] = keys[:count]
                    keys = more
                for p in range(tree.first[b], tree.last[b]):
                    dx = tree.x[p] - px
                    dy = tree.y[p] - py
                    d2 = dx * dx + dy * dy
                    if d2 <= reach and p != me:
                        keys[count] = (np.int64(np.sqrt(d2) / found.equal + 0.5) << _SHIFT) | p
                        count += 1
                        if d2 <= sure:
                            people += found.size[p]
            if people >= need or count + (1 if me >= 0 else 0) >= population:
                break
            radius *= min(max(1.1 * np.sqrt(need / max(people, 1e-300)), 1.2), 2.0)
        if used + count > len(near):
            return q
        order = keys[:count]
        order.sort()
        # Equally far ones by rank.
        a = 0
        people = 0.0
        while a < count and people < need:
            b = a + 1
            distance = order[a] >> _SHIFT
            while b < count and (order[b] >> _SHIFT) == distance:
                b += 1
            if b - a > 1:
                for i in range(a + 1, b):
                    key = order[i]
                    place = found.rank[key & _MASK]
                    j = i - 1
                    while j >= a and found.rank[order[j] & _MASK] > place:
                        order[j + 1] = order[j]
                        j -= 1
                    order[j + 1] = key
            for i in range(a, b):
                if people >= need:
                    break
                p = order[i] & _MASK
                near[used] = p
                used += 1
                people += found.size[p]
            a = b
        if people >= need:
            # A neighbour's search begins as far as this one went, and a little farther.
            radius = max(1.15 * found.equal * (order[a - 1] >> _SHIFT), 4.0 * found.equal)
        bounds[q - low + 1] = used
    return end


@jit
def _add(own, mine, bounds, near, t, v, sizes, place, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901
    columns = v.shape[1]
    total = np.zeros(columns)
    for q in range(len(own)):
        at = place[q]
        size = 0
        people = own[q]
        while size < len(sizes) and people >= sizes[size]:
            part = sizes[size] / people
            for k in range(columns):
                out[size, at, k] = part * mine[q, k]
            size += 1
        for k in range(columns):
            total[k] = mine[q, k]
        for e in range(bounds[q], bounds[q + 1]):
            j = near[e]
            while size < len(sizes) and people + t[j] >= sizes[size]:
                part = (sizes[size] - people) / t[j]
                for k in range(columns):
                    out[size, at, k] = total[k] + part * v[j, k]
                size += 1
            if size == len(sizes):
                break
            people += t[j]
            for k in range(columns):
                total[k] += v[j, k]
        while size < len(sizes):
            for k in range(columns):
                out[size, at, k] = total[k]
            size += 1
