"""Compiled steps of a sweep over pairs: find them, weigh their distance, add what is there.

Each step fills arrays of bounded size for the next, so that the formulas of kernels stand in one
place, and the compiler meets small loops that it can turn into vector instructions. Places in
memory are unsigned where it counts, because signed ones are checked for counting from the end.
"""

from __future__ import annotations

import functools

import numpy as np

from placemix._compiled import jit


@jit
def find(x, y, homes, first, last, low, high, cut, starts, neighbour, square):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Write the neighbours of the points of some cells, point by point, and their squared distance.

    The neighbours of the n-th of these points end at ``starts[n + 1]``; a point is not its own.
    Nothing at a squared distance of `cut` or beyond is a neighbour.
    """
    used, one, none = np.uint64(0), np.uint64(1), np.uint64(0)
    starts[0] = 0
    for c in range(low, high):
        for i in range(homes[c], homes[c + 1]):
            xi, yi, itself = x[i], y[i], np.uint64(i)
            for r in range(first.shape[1]):
                for j in range(np.uint64(first[c, r]), np.uint64(last[c, r])):
                    dx = x[j] - xi
                    dy = y[j] - yi
                    d2 = dx * dx + dy * dy
                    # To write always and to count hits alone spares a branch that cannot be foreseen.
                    neighbour[used] = j
                    square[used] = d2
                    used += one if (d2 < cut) & (j != itself) else none
            starts[i - homes[low] + 1] = used


@functools.partial(jit, relaxed=("contract",))
def add(starts, neighbour, w, v, begin, own, sums):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Add up what is around each point from `begin` on, with neighbours as written by `find`."""
    columns = v.shape[1]
    total = np.empty(columns)
    for n in range(len(starts) - 1):
        i = np.uint64(begin + n)
        for k in range(columns):
            total[k] = own[i] * v[i, k]
        low, high = starts[n], starts[n + 1]
        whole = low + (high - low) // 4 * 4
        # Four rows at once share one load and one store of each total.
        for q in range(low, whole, 4):
            p0, p1, p2, p3 = np.uint64(q), np.uint64(q + 1), np.uint64(q + 2), np.uint64(q + 3)
            j0, j1, j2, j3 = neighbour[p0], neighbour[p1], neighbour[p2], neighbour[p3]
            w0, w1, w2, w3 = w[p0], w[p1], w[p2], w[p3]
            for k in range(columns):
                total[k] += (w0 * v[j0, k] + w1 * v[j1, k]) + (w2 * v[j2, k] + w3 * v[j3, k])
        for p in range(np.uint64(whole), np.uint64(high)):
            j0, w0 = neighbour[p], w[p]
            for k in range(columns):
                total[k] += w0 * v[j0, k]
        for k in range(columns):
            sums[i, k] = total[k]


@jit
def apart(x, y, i, j, cut, square):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Write the squared distance of every point from `i` on and every point from `j` on, infinite from `cut` on."""
    rows, count = square.shape
    xs, ys = x[j : j + count], y[j : j + count]
    for a in range(rows):
        xi, yi, row = x[i + a], y[i + a], square[a]
        for b in range(np.uint64(count)):
            dx = xs[b] - xi
            dy = ys[b] - yi
            d2 = dx * dx + dy * dy
            row[b] = d2 if d2 < cut else np.inf


@functools.partial(jit, relaxed=("contract", "reassoc", "nsz"))
def multiply(w, v, j, sums):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Add a block of weights times values from `j` on; rows of `w` in fours, rows of `v` in twos."""
    count = w.shape[1]
    for a in range(0, w.shape[0], 4):
        wa, wb, wc, wd = w[a], w[a + 1], w[a + 2], w[a + 3]
        for k in range(0, v.shape[0], 2):
            va, vb = v[k, j : j + count], v[k + 1, j : j + count]
            aa, ab, ba, bb, ca, cb, da, db = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
            for p in range(np.uint64(count)):
                aa += wa[p] * va[p]
                ab += wa[p] * vb[p]
                ba += wb[p] * va[p]
                bb += wb[p] * vb[p]
                ca += wc[p] * va[p]
                cb += wc[p] * vb[p]
                da += wd[p] * va[p]
                db += wd[p] * vb[p]
            sums[a, k] += aa
            sums[a, k + 1] += ab
            sums[a + 1, k] += ba
            sums[a + 1, k + 1] += bb
            sums[a + 2, k] += ca
            sums[a + 2, k + 1] += cb
            sums[a + 3, k] += da
            sums[a + 3, k + 1] += db


@functools.partial(jit, relaxed=("contract",))
def weigh(w, shape, b):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901, PLR0912
    """Turn squared distances into weights of the shape of this number, in place; 0 where they are infinite.

    The exponential exp(z) = 2ⁿ exp(r), |r| ≤ ½ ln 2, is summed as a series, right to four units in
    the last place; below 1e-306 it is 0. A call of the library's for each pair would take longer
    than everything else.
    """
    count = np.uint64(len(w))
    if shape == 0:
        for k in range(count):
            w[k] = 1.0 if w[k] < np.inf else 0.0
        return
    if shape == 1:
        for k in range(count):
            w[k] = max(1.0 - np.sqrt(w[k]) / b, 0.0)
        return
    if shape == 2:
        scale = 1.0 / (b * b)
        for k in range(count):
            u = max(1.0 - w[k] * scale, 0.0)
            w[k] = u * u
        return
    if shape == 3:
        scale = -1.0 / (2.0 * b * b)
        for k in range(count):
            w[k] *= scale
    else:
        scale = -1.0 / b
        for k in range(count):
            w[k] = np.sqrt(w[k]) * scale
    power = np.empty(256)
    for begin in range(0, len(w), 256):
        part = w[begin : begin + 256]
        for k in range(np.uint64(len(part))):
            z = part[k]
            # Adding 1.5 · 2⁵² rounds to a whole number, and leaves it in the last bits.
            t = max(z, -745.0) * 1.4426950408889634 + 6755399441055744.0
            n = t - 6755399441055744.0
            r = (z - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10
            p = r * (1.0 / 479001600.0) + 1.0 / 39916800.0
            p = p * r + 1.0 / 3628800.0
            p = p * r + 1.0 / 362880.0
            p = p * r + 1.0 / 40320.0
            p = p * r + 1.0 / 5040.0
            p = p * r + 1.0 / 720.0
            p = p * r + 1.0 / 120.0
            p = p * r + 1.0 / 24.0
            p = p * r + 1.0 / 6.0
            p = p * r + 0.5
            p = p * r + 1.0
            power[k] = t
            part[k] = p * r + 1.0 if z > -705.0 else 0.0
        bits, exponent = part.view(np.int64), power.view(np.int64)
        for k in range(np.uint64(len(part))):
            bits[k] += exponent[k] << 52 if bits[k] != 0 else 0
