"""Zones on the ground: which units border on each other, and in how many pieces a zone lies."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from placemix._typing import IntArray
from placemix.counts import Counts
from placemix.errors import NoPlace, PlacemixError
from placemix.surroundings import Surroundings, contiguity


class Borders(NamedTuple):
    """Neighbours of each unit, both ways.

    Attributes
    ----------
    start, other
        The neighbours of unit i are ``other[start[i]:start[i + 1]]``.
    text
        How they were found.
    """

    start: IntArray
    other: IntArray
    text: str

    def of(self, unit: int) -> list[int]:
        """Neighbours of one unit."""
        return [int(place) for place in self.other[self.start[unit] : self.start[unit + 1]]]


def borders(children: Counts, neighbours: Surroundings | None = None) -> Borders:
    """Find which units border on each other: along a stretch of border, unless neighbours are given.

    Raises
    ------
    NoPlace
        The units have no areas.
    """
    near = contiguity(children, rule="rook") if neighbours is None else neighbours.on(children)
    first: Any = [np.empty(0, dtype=np.int64)]
    second: Any = [np.empty(0, dtype=np.int64)]
    for i, j, weight in near.pairs():
        first.append(i[weight > 0])
        second.append(j[weight > 0])
    i, j = np.concatenate(first), np.concatenate(second)
    # Neighbours may be given one way only; who borders on whom goes both ways.
    pairs = np.unique(np.column_stack([np.append(i, j), np.append(j, i)]).astype(np.int64), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    start = np.searchsorted(pairs[:, 0], np.arange(len(children) + 1))
    return Borders(start.astype(np.int64), pairs[:, 1], near.text)


def borders_if_any(children: Counts, neighbours: Surroundings | None) -> tuple[Borders | None, str]:
    """Find the borders, or say why there are none."""
    try:
        return borders(children, neighbours), ""
    except NoPlace as error:
        fault: PlacemixError = error
        return None, f"no pieces are counted: {fault.message}"


def pieces(codes: IntArray, near: Borders, schools: int) -> IntArray:
    """Count the connected pieces of each school's zone, shape (schools,); 0 where it has no unit."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    units = len(codes)
    unit = np.repeat(np.arange(units), np.diff(near.start))
    same = (codes[unit] == codes[near.other]) & (codes[unit] >= 0)
    graph = coo_array((np.ones(int(same.sum())), (unit[same], near.other[same])), shape=(units, units))
    _, label = connected_components(graph, directed=False)
    used = codes >= 0
    whole = np.unique(np.column_stack([codes[used], label[used]]), axis=0)
    return np.bincount(whole[:, 0], minlength=schools)
