"""Extreme values of measures over tables within bounds, by search: what is found exists, what is not may exist."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.counts import Counts
from placemix.inference import drawing
from placemix.measuring.plan import Row
from placemix.measuring.stacked import Versions, evaluate
from placemix.strata import Strata

#: Rounds in which every hidden cell is tried at both ends.
_ROUNDS = 6
#: Most numbers (tables x units x groups) of a round; beyond them only random tables are tried.
_MOST = 400_000_000


class Room(NamedTuple):
    """What each cell may be.

    Attributes
    ----------
    low, high
        Ends of each cell, shape (units, groups).
    total
        Everyone in each unit where that is published, or None where it is the sum of the groups.
    """

    low: FloatArray
    high: FloatArray
    total: FloatArray | None


class Found(NamedTuple):
    """What a search found.

    Attributes
    ----------
    ends
        Least and largest value, shape (2, strata, rows); NaN where no table had one.
    undefined
        Whether a table had no value, shape (strata, rows).
    """

    ends: FloatArray
    undefined: BoolArray


def searched(plan: Sequence[Row], counts: Counts, strata: Strata, room: Room, *, tries: int, seed: int) -> Found:
    """Return the least and the largest value found for each row of a call."""
    low, high, _ = room
    many = max(1, drawing.CHUNK // max(low.size, 1))
    starts = _starts(room, tries, seed)
    best = np.full((2, len(plan), len(strata)), np.nan)
    undefined = np.zeros((len(strata), len(plan)), dtype=bool)
    tables = np.broadcast_to(low, (2, len(plan), *low.shape)).copy()
    stratum = np.empty(len(low), dtype=np.int64)
    stratum[strata.order] = np.repeat(np.arange(len(strata)), np.diff(strata.bounds))
    for first in range(0, len(starts), many):
        some = starts[first : first + many]
        values = _values(plan, counts, strata, room, some)
        undefined |= ~np.isfinite(values).all(axis=0).T
        for side, sign in enumerate((-1, 1)):
            ranked = np.where(np.isfinite(values), sign * values, -np.inf)
            which = ranked.argmax(axis=0)
            for row in range(len(plan)):
                now = ranked[which[row], row, np.arange(len(strata))]
                better = now > np.nan_to_num(sign * best[side, row], nan=-np.inf)
                best[side, row] = np.where(better, sign * now, best[side, row])
                moved = better[stratum]
                tables[side, row][moved] = some[which[row][stratum], np.arange(len(low))][moved]
    turn = _turns(high > low, strata)
    if 2 * (int(turn.max(initial=-1)) + 1) * low.size <= _MOST:
        for side, sign in enumerate((-1, 1)):
            for row in range(len(plan)):
                best[side, row] = _climbed(
                    plan[row], counts, strata, room, tables[side, row], best[side, row], sign, turn, stratum
                )
    return Found(best.transpose(0, 2, 1), undefined)


def _starts(room: Room, tries: int, seed: int) -> FloatArray:
    """Tables with all cells at one end, in the middle, one group against the others, and random corners."""
    low, high, _ = room
    groups = low.shape[1]
    ends = [np.zeros(low.shape), np.ones(low.shape), np.full(low.shape, 0.5)]
    for group in range(groups):
        one = np.zeros(low.shape)
        one[:, group] = 1
        ends += [one, 1 - one]
    ends += [drawing.stream(seed, number).integers(0, 2, low.shape).astype(np.float64) for number in range(tries)]
    whole = bool((low == np.rint(low)).all() and (high == np.rint(high)).all())
    found = low + np.stack(ends) * (high - low)
    found = np.floor(found) if whole else found
    return _fitted(found, room, whole=whole)


def _fitted(tables: FloatArray, room: Room, *, whole: bool) -> FloatArray:
    """Take off what exceeds the people of a unit, in proportion to what lies above the least."""
    if room.total is None:
        return tables
    above = tables - room.low
    left = np.maximum(room.total - room.low.sum(axis=1), 0.0)
    summed = above.sum(axis=-1)
    part = np.minimum(np.divide(left, summed, out=np.ones_like(summed), where=summed > 0), 1.0)
    above = above * part[..., np.newaxis]
    return room.low + (np.floor(above + 1e-9) if whole else above)


def _values(plan: Sequence[Row], counts: Counts, strata: Strata, room: Room, tables: FloatArray) -> FloatArray:
    total = tables.sum(axis=-1) if room.total is None else np.broadcast_to(room.total, tables.shape[:-1]).copy()
    return evaluate(plan, counts, strata, None, Versions(np.ascontiguousarray(tables), total))


def _turns(hidden: BoolArray, strata: Strata) -> IntArray:
    """Number of each hidden cell in its stratum, or -1, shape (units, groups)."""
    turn = np.full(hidden.shape, -1, dtype=np.int64)
    for low, high in zip(strata.bounds[:-1], strata.bounds[1:], strict=True):
        here = strata.order[low:high]
        inside = hidden[here]
        numbers = np.full(inside.shape, -1, dtype=np.int64)
        numbers[inside] = np.arange(int(inside.sum()))
        turn[here] = numbers
    return turn


def _climbed(
    row: Row, counts: Counts, strata: Strata, room: Room, table: FloatArray, best: FloatArray, sign: int,
    turn: IntArray, stratum: IntArray,
) -> FloatArray:  # fmt: skip
    """Change cells as long as that helps; strata know nothing of each other, so one of each is changed at once."""
    turns = int(turn.max(initial=-1)) + 1
    many = max(1, drawing.CHUNK // max(table.size, 1))
    best = best.copy()
    for _ in range(_ROUNDS if turns else 0):
        spare = np.inf if room.total is None else (room.total - table.sum(axis=1))[:, np.newaxis]
        targets = np.stack([room.low, np.minimum(room.high, table + np.maximum(spare, 0.0))])
        gain, target = np.full((*table.shape, 2), -np.inf), np.moveaxis(targets, 0, -1)
        for first in range(0, turns, many):
            numbers = np.arange(first, min(first + many, turns))
            changed = turn == numbers[:, np.newaxis, np.newaxis]
            version, unit, group = np.nonzero(changed)
            for end in range(2):
                got = _values([row], counts, strata, room, np.where(changed, targets[end], table))[:, 0]
                gain[unit, group, end] = sign * (got[version, stratum[unit]] - best[stratum[unit]])
        gain = np.where(np.isfinite(gain), gain, -np.inf).reshape(len(table), -1)
        move = gain.argmax(axis=1)
        helps = gain[np.arange(len(table)), move]
        flat = np.repeat(table[np.newaxis], 2, axis=0).reshape(2, len(table), -1)
        units = np.flatnonzero(helps > 0)
        if not len(units):
            return best
        # Every unit's best move together, or only the best of each stratum: whichever is better.
        leading = units[np.lexsort((-helps[units], stratum[units]))]
        leading = leading[np.unique(stratum[leading], return_index=True)[1]]
        for number, moved in enumerate((units, leading)):
            flat[number, moved, move[moved] // 2] = target[moved, move[moved] // 2, move[moved] % 2]
        got = sign * _values([row], counts, strata, room, flat)[:, 0]
        got = np.where(np.isfinite(got), got, -np.inf)
        which = got.argmax(axis=0)
        now = got[which, np.arange(len(strata))]
        better = now > sign * best
        if not better.any():
            return best
        best = np.where(better, sign * now, best)
        table = np.where(better[stratum][:, np.newaxis], flat[which[stratum], np.arange(len(table))], table)
    return best
