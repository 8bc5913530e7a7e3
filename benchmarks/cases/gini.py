"""Gini of 14 groups in 348 districts against PySAL, whose loop over pairs runs in numba threads."""

from __future__ import annotations

import time

import calls
import numpy as np
import tables
from timing import Line, at_least, seconds

NAME = "Gini"
#: Longest that the whole loop may be expected to take before a sample is timed instead, in seconds.
PATIENCE = 120
#: Districts of similar size of which one is drawn.
LAYER = 12


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:
    """Time the peer with its own threads, as its README runs it, and with one, which a busy machine favours."""
    tables.counts()
    ours = seconds(calls.gini, repeats=5)
    whole = seconds(lambda: calls.gini(()), repeats=3)
    note = "1.6e10 pairs a group: the peer is not run on it"
    undivided = Line(NAME, "two-group Gini of 14 groups, undivided country", whole, note=note)
    if peer is None:
        return [Line(NAME, "two-group Gini of 14 groups in 348 districts", ours), undivided]
    import numba

    peer.warm()
    lines = []
    threads = numba.get_num_threads()
    for count in dict.fromkeys((threads, 1)):
        numba.set_num_threads(count)
        theirs, how = timed(peer, full=full)
        words = "its default" if count == threads else "one thread"
        line = Line(NAME, f"two-group Gini of 14 groups in 348 districts; peer with {words} ({count})", ours, theirs)
        line.note = how
        lines.append(at_least(line, 300))
    numba.set_num_threads(threads)
    return [*lines, undivided]


def timed(peer: calls.Peer, *, full: bool) -> tuple[float, str]:
    """Seconds of the whole loop, or as estimated from a sample where the whole takes too long."""
    parts = sorted(tables.districts().values(), key=len)
    layers = [parts[first : first + LAYER] for first in range(0, len(parts), LAYER)]
    draw = np.random.default_rng(348)
    chosen = [layer[draw.integers(len(layer))] for layer in layers]
    taken = []
    for part in chosen:
        start = time.perf_counter()
        peer.loop([part], peer.gini)
        taken.append(time.perf_counter() - start)
    estimate = sum(time_ * len(layer) for time_, layer in zip(taken, layers, strict=True))
    if not full and 3 * estimate > PATIENCE:
        runs = [estimate]
        for _ in range(2):
            again = [seconds(lambda part=part: peer.loop([part], peer.gini), repeats=1, warm=False) for part in chosen]
            runs.append(sum(time_ * len(layer) for time_, layer in zip(again, layers, strict=True)))
        how = (
            f"estimated: {len(chosen)} of {len(parts)} districts, one drawn of each {LAYER} of similar size (seed 348)"
        )
        return float(np.median(runs)), f"{how}; --full runs all"
    whole = seconds(lambda: peer.loop(parts, peer.gini), repeats=3 if 3 * estimate <= PATIENCE else 1, warm=False)
    return whole, "whole loop"
