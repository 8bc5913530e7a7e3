"""Seconds, as a median of several runs, and what a line of the results holds."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass
class Line:
    """One measured thing.

    `ours` and `theirs` are seconds unless `unit` says otherwise; `target` is how the ratio or the
    value has to compare, in words that `holds` repeats as True, False or None (no target).
    """

    case: str
    what: str
    ours: float
    theirs: float | None = None
    unit: str = "s"
    target: str = ""
    holds: bool | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times longer the other took."""
        return None if self.theirs is None else self.theirs / self.ours

    def to_dict(self) -> dict:
        return {**asdict(self), "ratio": self.ratio}


def at_least(line: Line, times: float) -> Line:
    """Set the target of a line: so many times faster than the other."""
    line.target = f"≥ {times:g} ×"
    line.holds = line.ratio is not None and line.ratio >= times
    return line


def at_most(line: Line, value: float) -> Line:
    """Set the target of a line: no more than a value."""
    line.target = f"≤ {value:g} {line.unit}"
    line.holds = line.ours <= value
    return line


def seconds(function: Callable[[], object], *, repeats: int = 3, warm: bool = True) -> float:
    """Median seconds of several calls, after one that is not counted."""
    if warm:
        function()
    taken = []
    for _ in range(repeats):
        gc.collect()
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def interleaved(*functions: Callable[[], object], repeats: int = 5) -> list[float]:
    """Median seconds of several functions, called in turn so that all meet the same machine; warmed."""
    taken: list[list[float]] = [[] for _ in functions]
    for function in functions:
        function()
    for _ in range(repeats):
        for function, times in zip(functions, taken, strict=True):
            times.append(seconds(function, repeats=1, warm=False))
    return [statistics.median(times) for times in taken]
