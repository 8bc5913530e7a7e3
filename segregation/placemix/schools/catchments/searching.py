"""Better assignments by seeded search: units change their school one by one or in pairs, within all limits."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from placemix.schools.catchments.limits import Problem

#: Steps between two looks at the clock.
_LOOK = 2000
#: Share of the value by which a step may be worse at first, and at last.
_WARM, _COLD = 3e-3, 1e-5


class Found(NamedTuple):
    """The best assignment found.

    Attributes
    ----------
    codes
        School of each unit.
    status
        ``"optimal"``, ``"feasible"`` or ``"stopped"``.
    bound
        What the value cannot be below, in the whole numbers of the problem, or None.
    """

    codes: list[int]
    status: str
    bound: float | None


def search(
    problem: Problem,
    *,
    steps: int,
    seconds: float,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> Found:
    """Search for a better assignment, from the present one; what is found is never worse and keeps every limit.

    Parameters
    ----------
    problem
        What is chosen, and within which limits.
    steps
        Changes that are tried. The same number and seed give the same answer, if there is time for all.
    seconds
        Longest time.
    seed
        Seed of the search.
    progress
        Called with what is done and the whole.
    """
    walk = _Walk(problem)
    loose = [unit for unit, options in enumerate(problem.options) if len(options) > 1]
    if not loose:
        return Found(walk.best, "optimal", float(walk.least))
    rng = np.random.default_rng(seed)
    start, done, status = time.monotonic(), 0, "feasible"
    try:
        while done < steps:
            spent = (time.monotonic() - start) / seconds if seconds < math.inf else 0.0
            if spent >= 1:
                break
            if progress is not None:
                progress(done, steps)
            cooled = max(done / steps, spent)
            heat = max(walk.first, 1) * _WARM * (_COLD / _WARM) ** cooled
            many = min(_LOOK, steps - done)
            units = rng.integers(0, len(loose), (many, 2)).tolist()
            picks = rng.random((many, 4)).tolist()
            for (one, two), pick in zip(units, picks, strict=True):
                walk.step(loose[one], loose[two], pick, heat)
            done += many
    except KeyboardInterrupt:
        status = "stopped"
    return Found(walk.best, status, None)


def settled(problem: Problem, codes: list[int]) -> list[int]:
    """Give units their present school back where nothing is worse for it, so that fewer children are rezoned."""
    walk = _Walk(problem, codes)
    back = True
    while back:
        back = False
        for unit, now in enumerate(problem.now.tolist()):
            old, value = walk.codes[unit], walk.value
            if old == now or not walk.give(unit, now):
                continue
            if walk.fits(old, now) and walk.value <= value:
                back = True
            else:
                walk.put(unit, old)
    return walk.codes


class _Walk:
    """Where the search stands."""

    def __init__(self, problem: Problem, codes: list[int] | None = None) -> None:
        self.problem = problem
        self.codes: list[int] = problem.now.tolist() if codes is None else list(codes)
        self.first = self.value = self.least = problem.value(self.codes)
        self.best = list(self.codes)
        self.sums, self.rolls = list(problem.leaning), list(problem.base)
        self.changed = 0
        for unit, school in enumerate(self.codes):
            self.changed += problem.children[unit] * int(school != problem.now[unit])
            if school >= 0:
                self.sums[school] += problem.lean[unit]
                self.rolls[school] += problem.size[unit]
        self.needed: dict[tuple[int, int], list[int]] = {}
        for (unit, school), others in problem.closer.items():
            for other in others:
                self.needed.setdefault((other, school), []).append(unit)
        self.kin: list[list[int]] = [[] for _ in self.codes]
        for unit, others in enumerate(problem.kept):
            for other in others:
                self.kin[other].append(unit)

    def step(self, one: int, two: int, pick: list[float], heat: float) -> None:
        """Try to give a unit another school, and in half of the tries a second unit of that school another."""
        before, value = self.codes[one], self.value
        target = self._other(one, pick[0])
        if not self.give(one, target):
            return
        trail = [(one, before)]
        if pick[1] < 0.5 or not self.fits(before, target):
            # A unit of the school that has grown makes room: to the one that has shrunk, if it may.
            if self.codes[two] != target or two == one:
                two = self._next(two, target, one)
            if two >= 0:
                options = self.problem.options[two]
                goal = before if before in options else self._other(two, pick[2])
                if self.give(two, goal):
                    trail.append((two, target))
        held = all(self.fits(self.codes[unit], school) for unit, school in trail)
        worse = self.value - value
        if held and self.changed <= self.problem.moved and (worse <= 0 or pick[3] < math.exp(-worse / heat)):
            if self.value < self.least:
                self.least, self.best = self.value, list(self.codes)
            return
        for unit, school in reversed(trail):
            self.put(unit, school)

    def _other(self, unit: int, pick: float) -> int:
        options = self.problem.options[unit]
        place = int(pick * (len(options) - 1))
        return options[place] if options[place] != self.codes[unit] else options[-1]

    def _next(self, unit: int, school: int, first: int) -> int:
        """A neighbour of the first unit that has the school and may have another, or -1."""
        near = self.problem.closer.get((first, school), [])
        fit = [other for other in near if self.codes[other] == school and len(self.problem.options[other]) > 1]
        return fit[unit % len(fit)] if fit else -1

    def fits(self, *schools: int) -> bool:
        """Whether the rolls of schools are within their limits."""
        low, high = self.problem.low, self.problem.high
        return all(low[school] <= self.rolls[school] <= high[school] for school in schools)

    def give(self, unit: int, school: int) -> bool:
        """Give a unit a school, if zones hang together then."""
        problem, codes, old = self.problem, self.codes, self.codes[unit]
        if school == old:
            return False
        needs = problem.closer.get((unit, school))
        if needs is not None and not any(codes[other] == school for other in needs):
            return False
        for other in self.needed.get((unit, old), ()):
            if codes[other] == old and not any(
                codes[third] == old and third != unit for third in problem.closer[other, old]
            ):
                return False
        self.put(unit, school)
        if problem.kept and not all(map(self._kept, [unit, *self.kin[unit]])):
            self.put(unit, old)
            return False
        return True

    def _kept(self, unit: int) -> bool:
        own = self.codes[unit]
        return sum(self.codes[other] == own for other in self.problem.kept[unit]) >= self.problem.together[unit]

    def put(self, unit: int, school: int) -> None:
        """Give a unit a school, whatever becomes of the zones."""
        problem, old = self.problem, self.codes[unit]
        self.codes[unit] = school
        self.rolls[old] -= problem.size[unit]
        self.rolls[school] += problem.size[unit]
        now = problem.now[unit]
        self.changed += problem.children[unit] * (int(school != now) - int(old != now))
        if problem.cost:
            options, costs = problem.options[unit], problem.cost[unit]
            self.value += costs[options.index(school)] - costs[options.index(old)]
            return
        sums, lean = self.sums, problem.lean[unit]
        self.value -= max(sums[old], 0) + max(sums[school], 0)
        sums[old] -= lean
        sums[school] += lean
        self.value += max(sums[old], 0) + max(sums[school], 0)
