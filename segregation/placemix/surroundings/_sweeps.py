"""Weighted sums around points at many radii, in one sweep over pairs.

A pair is added once, at the smallest radius b that it lies within. The weight that it has at a larger
radius B follows from that: with u = 1 - (d/b)² (or 1 - d/b) and s = (b/B)² (or b/B),

    1 - (d/B)² = (1 - s) + s u,

so Σv, Σuv and Σu²v over the pairs within b give the same sums in terms of B. No term is below 0,
hence nothing cancels: the sums have as many right digits as those of each radius alone.
"""

from __future__ import annotations

import functools

import numpy as np

from placemix._compiled import jit
from placemix._typing import FloatArray, IntArray
from placemix.surroundings import _cells, _pairwise

#: Pairs whose places and distances stay in a processor's cache between two steps.
_BLOCK = 2**16
#: Neighbours of a point that are put in order at once: what is summed of them stays in the nearest cache.
_SOME = 72
#: Entries of the table that finds the smallest radius around a pair.
_ENTRIES = 4096


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
    count, columns = values.shape
    # Columns in fours fill the registers.
    v = np.zeros((count, -(-columns // 4) * 4))
    v[:, :columns] = values[found.order]
    out = np.empty((len(sizes), count, columns))
    code, cut = _cells.SHAPES.index(shape), np.array([float(end) ** 2 for end in cutoffs])
    table, scale = _lookup(cut)
    ends = code < 3
    sums, own_there = (v, own) if ends else (np.empty_like(v), own[:, found.order])

    def work(block: tuple[int, int]) -> None:
        low, high = block
        begin, after = found.homes[low], found.homes[high]
        starts = np.empty(after - begin + 1, dtype=np.int64)
        room = int(found.work[low:high].sum())
        j, square = np.empty(room, dtype=np.int64), np.empty(room)
        _pairwise.find(found.x, found.y, found.homes, found.first, found.last, low, high, cut[-1], starts, j, square)
        at = found.order[begin:after]
        if ends:
            _moments(starts, j, square, v, begin, code, sizes, cut, table, scale, own, at, columns, out)
            return
        for place in range(len(sizes) - 1, -1, -1):
            if place < len(sizes) - 1:
                _keep(starts, j, square, cut[place])
            w = square[: starts[-1]].copy()
            _pairwise.weigh(w, code, float(sizes[place]))
            _pairwise.add(starts, j, w, v, begin, own_there[place], sums)
            out[place, at] = sums[begin:after, :columns]

    _cells.shared(work, _cells.tasks(found, _BLOCK))
    return out


def _lookup(cut: FloatArray) -> tuple[IntArray, float]:
    """Table of the first radius that may reach a squared distance, by the distance times a scale."""
    scale = _ENTRIES / float(cut[-1])
    # An entry begins a little early, because the product may be rounded up into the next one.
    starts = np.arange(_ENTRIES + 2) / scale * (1 - 1e-12)
    return np.searchsorted(cut, starts, side="right").astype(np.int64), scale


@functools.partial(jit, relaxed=("contract",))
def _moments(starts, neighbour, square, v, begin, code, sizes, cut, table, scale, own, at, columns, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901, PLR0912, PLR0915
    """Add each neighbour to the smallest radius around it, and write the sums within each radius."""
    radii, wide = len(sizes), v.shape[1]
    s0, s1, s2 = np.empty((radii, wide)), np.empty((radii, wide)), np.empty((radii, wide))
    # Those with the weight itself, which is all that the last radius needs.
    sums = s0 if code == 0 else s1 if code == 1 else s2
    last = np.uint64(radii - 1)
    per = 1.0 / (sizes * sizes) if code == 2 else 1.0 / sizes
    # Neighbours, some at a time, in heaps by radius: four of a heap share one load and one store of each sum.
    heap, many = np.empty((radii, _SOME), np.uint64), np.empty(radii, np.uint64)
    one, two, three, four, none = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4), np.uint64(0)
    for n in range(len(starts) - 1):
        s0[:] = 0.0
        s1[:] = 0.0
        s2[:] = 0.0
        for low in range(starts[n], starts[n + 1], _SOME):
            many[:] = none
            for p in range(np.uint64(low), np.uint64(min(low + _SOME, starts[n + 1]))):
                nearest = np.uint64(table[np.uint64(np.int64(square[p] * scale))])
                while square[p] >= cut[nearest]:
                    nearest += one
                m = many[nearest]
                heap[nearest, m] = p
                many[nearest] = m + one
            for b in range(np.uint64(radii)):
                high = many[b]
                whole = high // four * four
                for q in range(none, whole, four):
                    p0, p1, p2, p3 = heap[b, q], heap[b, q + one], heap[b, q + two], heap[b, q + three]
                    j0, j1, j2, j3 = neighbour[p0], neighbour[p1], neighbour[p2], neighbour[p3]
                    if code == 0:
                        for k in range(wide):
                            s0[b, k] += (v[j0, k] + v[j1, k]) + (v[j2, k] + v[j3, k])
                        continue
                    d0, d1, d2, d3 = square[p0], square[p1], square[p2], square[p3]
                    if code == 1:
                        d0, d1, d2, d3 = np.sqrt(d0), np.sqrt(d1), np.sqrt(d2), np.sqrt(d3)
                    u0, u1, u2, u3 = 1.0 - d0 * per[b], 1.0 - d1 * per[b], 1.0 - d2 * per[b], 1.0 - d3 * per[b]
                    w0, w1, w2, w3 = u0, u1, u2, u3
                    if code == 2:
                        w0, w1, w2, w3 = u0 * u0, u1 * u1, u2 * u2, u3 * u3
                    if b == last:
                        for k in range(wide):
                            sums[b, k] += (w0 * v[j0, k] + w1 * v[j1, k]) + (w2 * v[j2, k] + w3 * v[j3, k])
                    elif code == 1:
                        for k in range(wide):
                            a0, a1, a2, a3 = v[j0, k], v[j1, k], v[j2, k], v[j3, k]
                            s0[b, k] += (a0 + a1) + (a2 + a3)
                            s1[b, k] += (u0 * a0 + u1 * a1) + (u2 * a2 + u3 * a3)
                    else:
                        for k in range(wide):
                            a0, a1, a2, a3 = v[j0, k], v[j1, k], v[j2, k], v[j3, k]
                            s0[b, k] += (a0 + a1) + (a2 + a3)
                            s1[b, k] += (u0 * a0 + u1 * a1) + (u2 * a2 + u3 * a3)
                            s2[b, k] += (w0 * a0 + w1 * a1) + (w2 * a2 + w3 * a3)
                for q in range(whole, high):
                    j0, d0 = neighbour[heap[b, q]], square[heap[b, q]]
                    u0 = 1.0 - (np.sqrt(d0) if code == 1 else d0) * per[b]
                    if code == 0:
                        for k in range(wide):
                            s0[b, k] += v[j0, k]
                    elif code == 1:
                        for k in range(wide):
                            s0[b, k] += v[j0, k]
                            s1[b, k] += u0 * v[j0, k]
                    else:
                        w0 = u0 * u0
                        for k in range(wide):
                            s0[b, k] += v[j0, k]
                            s1[b, k] += u0 * v[j0, k]
                            s2[b, k] += w0 * v[j0, k]
        i, t = np.uint64(begin + n), at[n]
        for b in range(radii):
            if b > 0:
                # What is within the smaller radius, in terms of this one.
                s = sizes[b - 1] / sizes[b]
                s *= s if code == 2 else 1.0
                r = 1.0 - s
                if code == 2:
                    for k in range(wide):
                        s2[b, k] += r * (r * s0[b - 1, k] + 2.0 * s * s1[b - 1, k]) + s * s * s2[b - 1, k]
                if code > 0:
                    for k in range(wide):
                        s1[b, k] += r * s0[b - 1, k] + s * s1[b - 1, k]
                for k in range(wide):
                    s0[b, k] += s0[b - 1, k]
            for k in range(columns):
                out[b, t, k] = own[b, t] * v[i, k] + sums[b, k]


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
