"""Weighted sums around points at many radii, in one sweep over pairs.

Points that may be near are looked at a tile at a time: each tile is weighed at every radius that
reaches it, and the sums at all of these are one product of small matrices, whose every number is
used many times before it leaves the nearest cache.
"""

from __future__ import annotations

import functools

import numpy as np

from placemix._compiled import jit
from placemix._typing import FloatArray
from placemix.surroundings.distance import _cells, _pairwise

#: Pairs whose distances stay in a processor's cache between two steps.
_BLOCK = 2**16
#: Points of a tile: enough for the product, few enough that many tiles are out of reach of small radii.
_TILE = 96


def kernel_sums_at(
    found: _cells.Cells, values: FloatArray, *, shape: str, sizes: FloatArray, cutoffs: FloatArray, own: FloatArray
) -> FloatArray:
    """Σ_j φ(d_ij) v_j for each bandwidth and point, its own with the weight given.

    Parameters
    ----------
    found
        Points in cells of the largest cut-off.
    values
        What is summed, shape (points, columns), in the order of the points given.
    shape
        The kernel.
    sizes
        Bandwidths, ascending.
    cutoffs
        Where each kernel ends; the bandwidths themselves for kernels that end there. Ascending and finite.
    own
        Weight of each point in its own sum, shape (bandwidths, points).

    Returns
    -------
    sums
        Shape (bandwidths, points, columns).
    """
    out = np.empty((len(sizes), *values.shape))
    cut = np.array([float(end) ** 2 for end in cutoffs])
    code = _cells.SHAPES.index(shape)
    (_tiles if code < 3 else _narrowed)(found, values, code, sizes, cut, own, out)
    return out


def _tiles(
    found: _cells.Cells,
    values: FloatArray,
    code: int,
    sizes: FloatArray,
    cut: FloatArray,
    own: FloatArray,
    out: FloatArray,
) -> None:
    """Sums of kernels whose weights take less time than what is done with them."""
    count, columns = values.shape
    # Products are of two radii and four columns at once, over points in fours; what fills these up weighs nothing.
    v = np.zeros((columns + -columns % 4, count + 4))
    v[:columns, :count] = values[found.order].T
    spare = np.zeros(len(sizes) % 2)
    per = np.concatenate([spare, 1 / sizes if code == 1 else 1 / sizes**2])
    ends = np.concatenate([spare, cut])

    def work(block: tuple[int, int]) -> None:
        low, high = block
        square = np.empty(int(found.work[low:high].sum()))
        place = (found.homes, found.first, found.last, low, high)
        _apart(found.x, found.y, *place, cut[-1], square)
        at = found.order[found.homes[low] : found.homes[high]]
        _multiply(square, v, *place, code, ends, per, own, at, columns, out)

    _cells.shared(work, _cells.tasks(found, _BLOCK))


def _narrowed(
    found: _cells.Cells,
    values: FloatArray,
    code: int,
    sizes: FloatArray,
    cut: FloatArray,
    own: FloatArray,
    out: FloatArray,
) -> None:
    """Sums of kernels whose weights take long: from the largest cut-off inwards, of the pairs that are left."""
    count, columns = values.shape
    v = np.zeros((count, columns + -columns % 4))
    v[:, :columns] = values[found.order]
    sums, weight = np.empty_like(v), own[:, found.order]

    def work(block: tuple[int, int]) -> None:
        low, high = block
        begin, after = found.homes[low], found.homes[high]
        starts = np.empty(after - begin + 1, dtype=np.int64)
        room = int(found.work[low:high].sum())
        j, square = np.empty(room, dtype=np.int64), np.empty(room)
        _pairwise.find(found.x, found.y, found.homes, found.first, found.last, low, high, cut[-1], starts, j, square)
        for place in range(len(sizes) - 1, -1, -1):
            if place < len(sizes) - 1:
                _keep(starts, j, square, cut[place])
            w = square[: starts[-1]].copy()
            _pairwise.weigh(w, code, float(sizes[place]))
            _pairwise.add(starts, j, w, v, begin, weight[place], sums)
            out[place, found.order[begin:after]] = sums[begin:after, :columns]

    _cells.shared(work, _cells.tasks(found, _BLOCK))


@jit
def _apart(x, y, homes, first, last, low, high, beyond, square):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Write the squared distances of all points that may be near each other; a point is `beyond` itself.

    As in `placemix.surroundings.distance._pairwise.find`, without relaxed rules, so that both know the same neighbours.
    """
    used = np.uint64(0)
    for c in range(low, high):
        for i in range(homes[c], homes[c + 1]):
            xi, yi = x[i], y[i]
            for r in range(first.shape[1]):
                begin, many = np.uint64(first[c, r]), np.uint64(last[c, r] - first[c, r])
                for e in range(many):
                    dx = x[begin + e] - xi
                    dy = y[begin + e] - yi
                    square[used + e] = dx * dx + dy * dy
                if first[c, r] <= i < last[c, r]:
                    square[used + np.uint64(i) - begin] = beyond
                used += many


@functools.partial(jit, relaxed=("contract", "reassoc", "nnan", "nsz"))
def _multiply(square, v, homes, first, last, low, high, code, cut, per, own, at, columns, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901, PLR0912
    """Weigh tiles of points by their distances as written by `_apart`, and add up what is there."""
    radii, wide = np.uint64(len(cut)), np.uint64(v.shape[0])
    w, z, total = np.empty((len(cut), _TILE)), np.empty(_TILE), np.empty((len(cut), v.shape[0]))
    none, one, two, three, four = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
    skipped = len(cut) - out.shape[0]
    used, n = none, 0
    for c in range(low, high):
        for i in range(homes[c], homes[c + 1]):
            total[:] = 0.0
            for r in range(first.shape[1]):
                for begin in range(first[c, r], last[c, r], _TILE):
                    many = np.uint64(min(_TILE, last[c, r] - begin))
                    here, whole = np.uint64(begin), (many + three) // four * four
                    closest = np.inf
                    for e in range(many):
                        closest = min(closest, square[used + e])
                    smallest = none
                    while smallest < radii and cut[smallest] <= closest:
                        smallest += one
                    smallest = smallest // two * two
                    if smallest < radii:
                        for e in range(many):
                            z[e] = np.sqrt(square[used + e]) if code == 1 else square[used + e]
                    for m in range(smallest, radii):
                        end, scale = cut[m], per[m]
                        if code == 0:
                            for e in range(many):
                                w[m, e] = 1.0 if square[used + e] < end else 0.0
                        elif code == 1:
                            for e in range(many):
                                w[m, e] = 1.0 - z[e] * scale if square[used + e] < end else 0.0
                        else:
                            for e in range(many):
                                u = 1.0 - z[e] * scale
                                w[m, e] = u * u if square[used + e] < end else 0.0
                        for e in range(many, whole):
                            w[m, e] = 0.0
                    for m in range(smallest, radii, two):
                        for k in range(none, wide, four):
                            aa, ab, ac, ad, ba, bb, bc, bd = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
                            for e in range(whole):
                                j, wa, wb = here + e, w[m, e], w[m + one, e]
                                aa += wa * v[k, j]
                                ab += wa * v[k + one, j]
                                ac += wa * v[k + two, j]
                                ad += wa * v[k + three, j]
                                ba += wb * v[k, j]
                                bb += wb * v[k + one, j]
                                bc += wb * v[k + two, j]
                                bd += wb * v[k + three, j]
                            total[m, k] += aa
                            total[m, k + one] += ab
                            total[m, k + two] += ac
                            total[m, k + three] += ad
                            total[m + one, k] += ba
                            total[m + one, k + one] += bb
                            total[m + one, k + two] += bc
                            total[m + one, k + three] += bd
                    used += many
            t = at[n]
            n += 1
            for b in range(out.shape[0]):
                for k in range(columns):
                    out[b, t, k] = own[b, t] * v[k, i] + total[skipped + b, k]


@jit
def _keep(starts, neighbour, square, cut):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Keep neighbours within a smaller cut-off, in place."""
    used, one, none = np.uint64(0), np.uint64(1), np.uint64(0)
    for n in range(len(starts) - 1):
        low, high = np.uint64(starts[n]), np.uint64(starts[n + 1])
        starts[n] = used
        for p in range(low, high):
            neighbour[used] = neighbour[p]
            square[used] = square[p]
            used += one if square[p] < cut else none
    starts[len(starts) - 1] = used
