"""Boundary changes of the synthetic town: cells split, merged or redrawn between two dates.

New lines run from corner to corner, so neighbours keep the corners that they share and the
map stays a coverage: no gaps, no overlaps, no corner in the middle of another unit's side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from placemix._typing import BoolArray, FloatArray, IntArray

Shape: TypeAlias = Any  # a shapely polygon; shapely is imported in the functions that need it

#: A border shorter than this (metres) is not one across which two units are merged.
SHORTEST_BORDER = 40.0
#: Corners that a cell needs before it can be cut in two; in three, one more.
CORNERS = 4


@dataclass(frozen=True)
class Pieces:
    """What both dates' units are made of.

    Attributes
    ----------
    geometry
        Polygon of each piece, shape (pieces,).
    cell
        Number of the unit that holds it at the first date.
    after
        Number of the unit that holds it at the second date; numbers new to the second date
        follow those of the first.
    change
        ``U`` unchanged, ``S`` split, ``M`` merged, ``X`` irregular.
    """

    geometry: NDArray[np.object_]
    cell: IntArray
    after: IntArray
    change: NDArray[np.str_]


def redrawn(
    cells: NDArray[np.object_],
    outline: Shape,
    neighbourhood: NDArray[np.str_],
    empty: BoolArray,
    rng: np.random.Generator,
    *,
    splits: tuple[int, int],
    merges: int,
    irregular: int,
) -> Pieces:
    """Return the pieces of a map some of whose cells change, none across a neighbourhood's border.

    Parameters
    ----------
    cells
        Convex polygons, shape (cells,).
    outline
        The town's outline; cells that touch it do not change.
    neighbourhood
        Neighbourhood of each cell.
    empty
        Cells without people, which do not change.
    rng
        Source of randomness.
    splits
        How many cells are split, and how many of these in three.
    merges
        How many pairs become one.
    irregular
        How many pairs are cut anew, so that each new unit has a part of both.

    Examples
    --------
    >>> import shapely
    >>> squares = np.array([shapely.box(i % 9 * 100, i // 9 * 100, i % 9 * 100 + 100, i // 9 * 100 + 100)
    ...                     for i in range(81)])
    >>> pieces = redrawn(squares, shapely.box(-1, -1, 901, 901), np.full(81, "N1"), np.zeros(81, bool),
    ...                  np.random.default_rng(1), splits=(2, 0), merges=2, irregular=1)
    >>> [(code, int((pieces.change == code).sum())) for code in "USMX"]
    [('U', 73), ('S', 4), ('M', 4), ('X', 4)]
    """
    import shapely

    inside = shapely.contains_properly(outline, cells) & ~empty
    inside &= shapely.get_num_geometries(cells) == 1
    corners = shapely.get_num_coordinates(cells) - 1
    free = inside & (corners > CORNERS - 1)
    pairs = _pairs(cells, neighbourhood, rng)

    # cell -> its pieces as (polygon, number of the unit at the second date)
    parts: dict[int, list[tuple[Shape, int]]] = {}
    code = np.full(len(cells), "U")
    fresh = len(cells)

    for _ in range(merges):
        one, two = _next_pair(pairs, inside, free)
        parts |= {cell: [(cells[cell], fresh)] for cell in (one, two)}
        code[[one, two]] = "M"
        fresh += 1
    for _ in range(irregular):
        one, two = _next_pair(pairs, free, free)
        parts |= _cut_anew(cells, one, two, fresh)
        code[[one, two]] = "X"
        fresh += 2
    number, triple = splits
    for turn in range(number):
        needed = CORNERS + (turn < triple)
        able = np.flatnonzero(free & (corners >= needed))
        wide = np.sqrt(shapely.area(cells[able]))
        cell = int(rng.choice(able, p=wide / wide.sum()))
        free[cell] = False
        halves = list(_halves(shapely.get_coordinates(cells[cell])[:-1]))
        if turn < triple:
            halves.sort(key=len)
            halves[-1:] = _halves(halves[-1])
        parts[cell] = [(shapely.Polygon(half), fresh + part) for part, half in enumerate(halves)]
        code[cell] = "S"
        fresh += len(halves)

    rows = [(polygon, cell, after) for cell in range(len(cells))
            for polygon, after in parts.get(cell, [(cells[cell], cell)])]  # fmt: skip
    geometry = np.empty(len(rows), dtype=object)
    geometry[:] = [row[0] for row in rows]
    owner = np.array([row[1] for row in rows], dtype=np.intp)
    after = np.array([row[2] for row in rows], dtype=np.intp)
    return Pieces(geometry, owner, after, code[owner])


def _pairs(
    cells: NDArray[np.object_], neighbourhood: NDArray[np.str_], rng: np.random.Generator
) -> Iterator[tuple[int, int]]:
    """Yield neighbours of one neighbourhood with a border of some length, in random order."""
    import shapely

    one, two = shapely.STRtree(cells).query(cells, predicate="touches")
    keep = (one < two) & (neighbourhood[one] == neighbourhood[two])
    one, two = one[keep], two[keep]
    long = shapely.length(shapely.intersection(cells[one], cells[two])) > SHORTEST_BORDER
    pairs = np.stack([one[long], two[long]], axis=1)
    return ((int(first), int(second)) for first, second in rng.permutation(pairs))


def _next_pair(pairs: Iterator[tuple[int, int]], able: BoolArray, free: BoolArray) -> tuple[int, int]:
    """Take the next pair of which neither cell has changed, and strike both off the list."""
    for one, two in pairs:
        if able[one] and able[two]:
            able[[one, two]] = False
            free[[one, two]] = False
            return one, two
    message = "The map has too few cells for the changes asked."
    raise AssertionError(message)


def _halves(ring: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Cut a convex ring along the diagonal that halves it best."""
    cuts = [(first, second) for first in range(len(ring)) for second in range(first + 2, len(ring) - (first == 0))]
    first, second = min(cuts, key=lambda cut: abs(_area(ring) - 2 * _area(ring[cut[0] : cut[1] + 1])))
    return ring[first : second + 1], np.vstack([ring[second:], ring[: first + 1]])


def _area(ring: FloatArray) -> float:
    x, y = ring.T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


def _cut_anew(cells: NDArray[np.object_], one: int, two: int, fresh: int) -> dict[int, list[tuple[Shape, int]]]:
    """Cut two neighbours through the middle of their border, and pair the halves side by side."""
    import shapely

    rings = [shapely.get_coordinates(cells[cell])[:-1] for cell in (one, two)]
    shared = [corner for corner in rings[0] if (rings[1] == corner).all(1).any()]
    middle = (shared[0] + shared[1]).round(2) / 2
    parts: dict[int, list[tuple[Shape, int]]] = {}
    for cell, ring in zip((one, two), rings, strict=True):
        at = [int(np.flatnonzero((ring == corner).all(1))[0]) for corner in shared[:2]]
        start = max(at) if abs(at[0] - at[1]) == 1 else 0
        # the ring from the middle of the border round to the border's two ends
        around = np.vstack([middle, np.roll(ring, -start, axis=0)])
        cells[cell] = shapely.Polygon(around)  # the first date keeps the new corner too
        opposite = min(
            range(2, len(around) - 1),
            key=lambda corner: abs(_area(around) - 2 * _area(around[: corner + 1])),
        )
        halves = [around[: opposite + 1], np.vstack([around[opposite:], around[:1]])]
        if (halves[0] == shared[0]).all(1).any():
            numbered = zip(halves, (fresh, fresh + 1), strict=True)
        else:
            numbered = zip(halves, (fresh + 1, fresh), strict=True)
        parts[cell] = [(shapely.Polygon(half), after) for half, after in numbered]
    return parts
