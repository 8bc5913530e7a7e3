"""What a redrawn assignment may do: the schools a unit may have, sizes, and zones that hang together."""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.schools.catchments.pieces import Borders

#: A step between neighbours whose points coincide is no shorter than this, so that one is always the farther.
_STEP = 1e-3


class Problem(NamedTuple):
    """A choice of one school for each unit, in whole numbers.

    Attributes
    ----------
    now
        Position of each unit's present school, or -1.
    options
        Schools that each unit may have, the present one among them.
    lean
        What each unit adds to the imbalance of its school: focal children x others in all, less the other way round.
    leaning
        Imbalance of each school from children who go there whatever the zones are.
    cost
        Children times way of each pair, in the order of `options`, or empty where travel is not what is minimised.
    size
        What each unit adds to the roll of its school.
    base
        Roll of each school from children who go there whatever the zones are.
    low, high
        Least and largest roll of each school.
    closer
        Of a unit and school, the neighbours that would be closer to it: one of them must have it as well. Pairs
        that are absent may stand alone.
    kept
        Present neighbours of each unit in its own zone, or empty where nothing must stay together.
    together
        How many of those must have the unit's school.
    moved
        Largest number of children whose school may change, and children of each unit.
    children
        Children of each unit, as counted by `moved`.
    """

    now: IntArray
    options: list[list[int]]
    lean: list[int]
    leaning: list[int]
    cost: list[list[int]]
    size: list[int]
    base: list[int]
    low: list[int]
    high: list[int]
    closer: dict[tuple[int, int], list[int]]
    kept: list[list[int]]
    together: list[int]
    moved: int
    children: list[int]

    def value(self, codes: list[int]) -> int:
        """What is minimised, of an assignment."""
        if self.cost:
            return sum(
                costs[options.index(school)]
                for school, options, costs in zip(codes, self.options, self.cost, strict=True)
                if school >= 0
            )
        sums = list(self.leaning)
        for lean, school in zip(self.lean, codes, strict=True):
            if school >= 0:
                sums[school] += lean
        return sum(one for one in sums if one > 0)

    def broken(self, codes: list[int]) -> list[str]:
        """Say which limits an assignment breaks; an empty list where it keeps all."""
        said = []
        rolls = list(self.base)
        for unit, school in enumerate(codes):
            if school < 0:
                continue
            rolls[school] += self.size[unit]
            if school not in self.options[unit]:
                said.append(f"unit {unit} may not have school {school}")
            needs = self.closer.get((unit, school))
            if needs is not None and not any(codes[other] == school for other in needs):
                said.append(f"unit {unit} has no closer neighbour of school {school}")
            if self.kept and sum(codes[other] == school for other in self.kept[unit]) < self.together[unit]:
                said.append(f"unit {unit} is parted from its neighbours")
        limits = enumerate(zip(rolls, self.low, self.high, strict=True))
        said += [f"school {school} has {roll}" for school, (roll, low, high) in limits if not low <= roll <= high]
        changed = sum(many for many, a, b in zip(self.children, codes, self.now.tolist(), strict=True) if a != b)
        if changed > self.moved:
            said.append(f"{changed} children are rezoned")
        return said


def may_have(
    now: IntArray, away: FloatArray, *, factor: float, near: float, longest: float, fixed: BoolArray
) -> BoolArray:
    """Which schools each unit may have, shape (units, schools): its present one always.

    Parameters
    ----------
    now
        Present school of each unit, or -1.
    away
        Ways, infinite where a school cannot be reached.
    factor, near, longest
        A way may be so many times the present one, or at least `near`, but never more than `longest`.
    fixed
        Units that keep their school.
    """
    units = np.arange(len(now))
    present = np.where(now >= 0, away[units, now], np.inf)
    grown = np.full(len(now), np.inf) if np.isinf(factor) else present * factor
    limit = np.minimum(np.maximum(grown, near), longest)
    # A billionth of room: rounding of coordinates forbids no way that is exactly as long.
    allowed = np.isfinite(away) & (away <= limit[:, np.newaxis] * (1 + 1e-9))
    allowed[fixed | (now < 0)] = False
    allowed[units[now >= 0], now[now >= 0]] = True
    return allowed


def hanging(
    now: IntArray, allowed: BoolArray, away: FloatArray, near: Borders, xy: FloatArray, home: IntArray, rank: IntArray
) -> tuple[dict[tuple[int, int], list[int]], BoolArray]:
    """Of each unit and school, which neighbours are closer to the school, and which pairs can be connected at all.

    How far a unit is from a school is counted from unit to unit, from the nearest of its present zone, first
    within the zone and then beyond: so every zone as it is now keeps the rule, and none falls into more pieces.

    Parameters
    ----------
    now, allowed, away
        As in `may_have`.
    near
        Who borders on whom.
    xy
        Points of the units.
    home
        Of each school, the unit that it lies in or is nearest to, where a zone without units may begin.
    rank
        Place of each unit by id: of equally near ones the first counts, in any order of the rows.
    """
    closer: dict[tuple[int, int], list[int]] = {}
    possible = np.zeros(allowed.shape, dtype=bool)
    around = [near.of(unit) for unit in range(len(now))]
    lengths = [
        [max(float(np.hypot(*(xy[unit] - xy[other]))), _STEP) for other in others] for unit, others in enumerate(around)
    ]
    for school in range(allowed.shape[1]):
        zone = set(np.flatnonzero(now == school).tolist())
        begin = _anchors(zone, around, away[:, school], rank) or (
            [int(home[school])] if allowed[home[school], school] else []
        )
        far = _walk(dict.fromkeys(begin, 0.0), around, lengths, zone)
        far = _walk(far, around, lengths, set(np.flatnonzero(allowed[:, school]).tolist()) - zone)
        for unit, distance in far.items():
            possible[unit, school] = True
            if unit not in begin:
                closer[unit, school] = [other for other in around[unit] if far.get(other, np.inf) < distance]
    return closer, possible


def _anchors(zone: set[int], around: list[list[int]], away: FloatArray, rank: IntArray) -> list[int]:
    """The unit nearest to the school in each piece of its zone."""
    left, found = set(zone), []
    while left:
        piece, edge = set(), [min(left)]
        while edge:
            unit = edge.pop()
            if unit in left:
                left.remove(unit)
                piece.add(unit)
                edge += [other for other in around[unit] if other in left]
        found.append(min(piece, key=lambda unit: (away[unit], rank[unit])))
    return found


def _walk(
    known: dict[int, float], around: list[list[int]], lengths: list[list[float]], within: set[int]
) -> dict[int, float]:
    """Shortest ways from units whose own are known to those within a set, from neighbour to neighbour."""
    far = dict(known)
    heap = [(distance, unit) for unit, distance in known.items()]
    heapq.heapify(heap)
    while heap:
        distance, unit = heapq.heappop(heap)
        if distance > far[unit]:
            continue
        for other, length in zip(around[unit], lengths[unit], strict=True):
            if other in within and other not in known and distance + length < far.get(other, np.inf):
                far[other] = distance + length
                heapq.heappush(heap, (distance + length, other))
    return far
