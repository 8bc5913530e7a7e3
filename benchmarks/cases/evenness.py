"""All evenness and exposure measures of 14 groups in 348 districts, Gini apart, against PySAL."""

from __future__ import annotations

import calls
import tables
from timing import Line, at_least, seconds

NAME = "evenness and exposure"


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:
    """Time both from their own tables to the values; the peer's loop takes most of a minute, a run."""
    del full
    tables.counts()
    ours = seconds(calls.evenness_and_exposure, repeats=5)
    rows = sum(len(frame) for frame in calls.evenness_and_exposure())
    what = f"D, H, xPx, xPy, V, Atkinson of 14 groups, xPy of 182 pairs, 8 multigroup: {rows:,} rows, with frame"
    line = Line(NAME, what, ours, note="the peer has no xPy of a pair among everyone; its loop leaves the pairs out")
    read = seconds(tables.counts.__wrapped__, repeats=3)
    lines = [line, Line(NAME, "reading the table into Counts, all checks (not in the line above)", read)]
    whole = seconds(lambda: calls.evenness_and_exposure(()), repeats=5)
    undivided = Line(NAME, "the same of the undivided country", whole, note="no loop, so this is arithmetic alone")
    if peer is not None:
        peer.warm()
        parts = list(tables.districts().values())
        line.theirs = seconds(lambda: peer.loop(parts, peer.two, peer.many), repeats=3, warm=False)
        at_least(line, 100)
        undivided.theirs = seconds(lambda: peer.loop([tables.areas()], peer.two, peer.many), repeats=3)
    return [*lines, undivided]
