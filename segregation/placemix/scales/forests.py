"""Random zones that are connected and hold about as many people each: trees over the map, cut again and again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from placemix._compiled import jit
from placemix._typing import FloatArray, IntArray

#: A cut is as good as any other where both sides hold as many people a zone as before, to this share.
_NEAR = 0.1


@dataclass(frozen=True, eq=False)
class Ground:
    """Units that zones are made of.

    Attributes
    ----------
    i, j
        Pairs of units that touch, each once.
    part
        Connected part of the map that each unit is in, shape (units,).
    zones
        Zones that each part is cut into, shape (parts,).
    people
        Everyone in each unit.
    """

    i: IntArray
    j: IntArray
    part: IntArray
    zones: IntArray
    people: FloatArray


def parts(i: IntArray, j: IntArray, units: int) -> IntArray:
    """Number the connected parts of a map."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(i)), (i, j)), shape=(units, units))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


def shared_out(zones: int, people: FloatArray, most: IntArray) -> IntArray:
    """Share zones out to parts of a map by their people: one each at least, and no more than it has units.

    Parameters
    ----------
    zones
        Zones in all, from the number of parts to that of units.
    people, most
        People and units of each part.
    """
    out = np.ones(len(people), dtype=np.int64)
    for _ in range(zones - len(people)):
        # The part with the most people a zone gets the next one.
        load = np.where(out < most, np.maximum(people, 1e-300) / out, -1.0)
        out[int(np.argmax(load))] += 1
    return out


def zoning_of(ground: Ground, rng: np.random.Generator) -> IntArray:
    """Draw a zone for each unit.

    The links between units get random lengths; the shortest tree that joins a part is cut into two, those
    into two again, until there are as many pieces as zones. A piece of z zones is cut where both sides
    hold nearly a whole number of z-ths of its people: at random among the cuts that are good to a
    tenth, or else at the best.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

    units = len(ground.people)
    length = 1.0 + rng.random(len(ground.i))  # a length of 0 would be no link
    tree = minimum_spanning_tree(coo_array((length, (ground.i, ground.j)), shape=(units, units)).tocsr())
    both = (tree + tree.T).tocsr()
    choice = rng.random(int(ground.zones.sum()))
    member = np.empty(units, dtype=np.int64)
    first = rng.permutation(units)
    _, roots = np.unique(ground.part[first], return_index=True)
    done = 0
    for root, zones in zip(first[roots].tolist(), ground.zones.tolist(), strict=True):
        order, above = breadth_first_order(both, root, directed=False)
        _cut(order.astype(np.int64), above.astype(np.int64), ground.people, zones, choice[done:], done, member)
        done += zones
    return member


@jit
def _cut(nodes, above, people, zones, choice, number, member):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901, PLR0912, PLR0915
    """Cut a tree into zones; `nodes` come after the one above them."""
    units = len(above)
    weight, size = np.zeros(units), np.zeros(units, np.int64)
    below, kept = np.zeros(units, np.bool_), np.empty(len(nodes), np.int64)
    begin, end, share = np.empty(zones, np.int64), np.empty(zones, np.int64), np.empty(zones, np.int64)
    begin[0], end[0], share[0] = 0, len(nodes), zones
    waiting, cuts = 1, 0
    while waiting > 0:
        waiting -= 1
        a, b, z = begin[waiting], end[waiting], share[waiting]
        if z == 1:
            for p in range(a, b):
                member[nodes[p]] = number
            number += 1
            continue
        for p in range(a, b):
            weight[nodes[p]] = people[nodes[p]]
            size[nodes[p]] = 1
        for p in range(b - 1, a, -1):
            weight[above[nodes[p]]] += weight[nodes[p]]
            size[above[nodes[p]]] += size[nodes[p]]
        root = nodes[a]
        everyone, many = weight[root], size[root]
        good, best, nearest, at, taken = 0, np.inf, a + 1, a + 1, 1
        for turn in range(2):
            # First count the good cuts, then find the one that was drawn.
            wanted = int(choice[cuts] * good) if turn == 1 else -1
            seen = 0
            for p in range(a + 1, b):
                inside, count = weight[nodes[p]], size[nodes[p]]
                part = inside / everyone if everyone > 0 else count / many
                k = min(max(int(np.round(part * z)), 1, z - (many - count)), z - 1, count)
                off = max(abs(part * z / k - 1.0), abs((1.0 - part) * z / (z - k) - 1.0))
                if off < best:
                    best, nearest = off, p
                if off <= _NEAR:
                    if seen == wanted:
                        at, taken = p, k
                    seen += 1
            if turn == 0:
                good = seen
        if good == 0:
            at = nearest
            inside, count = weight[nodes[at]], size[nodes[at]]
            part = inside / everyone if everyone > 0 else count / many
            taken = min(max(int(np.round(part * z)), 1, z - (many - count)), z - 1, count)
        cuts += 1
        top, left, right = nodes[at], 0, 0
        below[root] = False
        for p in range(a + 1, b):
            below[nodes[p]] = nodes[p] == top or below[above[nodes[p]]]
        for p in range(a, b):
            if below[nodes[p]]:
                kept[right] = nodes[p]
                right += 1
            else:
                nodes[a + left] = nodes[p]
                left += 1
        for p in range(right):
            nodes[a + left + p] = kept[p]
        begin[waiting], end[waiting], share[waiting] = a, a + left, z - taken
        begin[waiting + 1], end[waiting + 1], share[waiting + 1] = a + left, b, taken
        waiting += 2
