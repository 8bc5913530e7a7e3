"""Conditional permutation: what a unit's neighbours would show if values were dealt to places at random.

A unit keeps its own value, and its neighbours are picked from all other units. The permutations are
our own and not those of `esda`, which counts ties in one tail only (so that a group absent from most
units has clusters of nothing), and compiles for a minute in every process.
"""

from __future__ import annotations

import zlib
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

import numpy as np

from placemix._compiled import jit
from placemix._typing import FloatArray, IntArray

#: Units in a block.
_UNITS = 512


def pseudo_values(
    z: FloatArray,
    i: IntArray,
    j: IntArray,
    weight: FloatArray,
    *,
    permutations: int,
    seed: int,
    label: str,
) -> FloatArray:
    """Two-sided pseudo p-values of the weighted sums of neighbours' values.

    Parameters
    ----------
    z
        Value of each unit, shape (units,), in an order that does not depend on the rows of a table.
    i, j, weight
        Pairs of neighbours.
    permutations
        How often neighbours are picked anew; the same picks serve every unit.
    seed, label
        Seed, and the name of the region, which has random numbers of its own.

    Returns
    -------
    p
        Twice the smaller of (r + 1) / (permutations + 1), r being how many picks reach the
        observed sum from above or from below, at most 1; NaN where a unit has no neighbours.
    """
    order = np.lexsort((j, i))
    neighbour, near = j[order].astype(np.int64), np.ascontiguousarray(weight[order], dtype=np.float64)
    bounds = np.searchsorted(i[order], np.arange(len(z) + 1)).astype(np.int64)
    most = int(np.diff(bounds).max(initial=0))
    key = np.array([seed, zlib.crc32(label.encode())], dtype=np.uint64)
    random = np.random.Generator(np.random.Philox(key=key))
    picks = np.empty((permutations, most), dtype=np.int64)
    for pick in picks:
        pick[:] = random.choice(len(z) - 1, most, replace=False)
    values = np.ascontiguousarray(z, dtype=np.float64)
    # Sums of the same values in another order may differ in the last digit.
    slack = 1e-12 * float(np.abs(values).max(initial=0.0))
    fewest = np.full(len(z), -1, dtype=np.int64)

    def work(low: int) -> None:
        _tails(values, bounds, neighbour, near, picks, slack, low, min(low + _UNITS, len(z)), fewest)

    work(0)  # alone, because it may have to compile
    with ThreadPoolExecutor(cpu_count()) as pool:
        list(pool.map(work, range(_UNITS, len(z), _UNITS)))
    p = np.minimum(1.0, 2 * (fewest + 1) / (permutations + 1))
    return np.where(fewest >= 0, p, np.nan)


@jit
def _tails(z, bounds, neighbour, near, picks, slack, low, high, fewest):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    for unit in range(low, high):
        first, last = bounds[unit], bounds[unit + 1]
        if first == last:
            continue
        seen, weights = 0.0, 0.0
        for place in range(first, last):
            seen += near[place] * z[neighbour[place]]
            weights += abs(near[place])
        above, below = 0, 0
        for pick in range(picks.shape[0]):
            drawn = 0.0
            for place in range(first, last):
                other = picks[pick, place - first]
                if other >= unit:  # all but the unit itself
                    other += 1
                drawn += near[place] * z[other]
            if drawn >= seen - slack * weights:
                above += 1
            if drawn <= seen + slack * weights:
                below += 1
        fewest[unit] = min(above, below)
