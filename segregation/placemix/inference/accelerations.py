"""Skewness of a value in the units or the people that it rests on, which BCa intervals take off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts
from placemix.errors import InvalidParameter
from placemix.inference import drawing
from placemix.inference.nulls import Size, Table
from placemix.measuring.plan import Row
from placemix.measuring.stacked import evaluator
from placemix.measuring.vicinity import Vicinity
from placemix.strata import Strata

#: Most numbers (tables × cells of each) that are evaluated for it: about a minute.
_MOST = 2_000_000_000


def of_units(plan: Sequence[Row], counts: Counts, strata: Strata) -> FloatArray:
    """Skewness where whole units are drawn: each is left out once.

    Returns
    -------
    acceleration
        Shape (rows, strata): Σ l³ / 6 (Σ l²)^1.5, with l the mean of the values without a unit less the value
        without this one.

    Raises
    ------
    InvalidParameter
        There are too many units to leave out each.

    References
    ----------
    Efron 1987.
    """
    people = Table.of(counts.values, counts.total, strata, 1.0).people
    turn = _turns(strata)
    left = _changed(plan, counts, strata, None, people, turn, _put_nobody)
    # Units that have no turn left the table as it was.
    inside = np.arange(len(left))[:, np.newaxis] < np.diff(strata.bounds)
    known = np.isfinite(left) & inside[:, np.newaxis, :]
    mean = np.where(known, left, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return _skewness(np.where(known, mean - left, 0.0), np.ones_like(left))


def of_people(
    plan: Sequence[Row], counts: Counts, strata: Strata, nearby: Vicinity | None, resample: str, size: Size
) -> FloatArray:
    """Skewness where people are drawn: one household more of each group in each unit, one at a time.

    Parameters
    ----------
    plan, counts, strata, nearby
        Rows of the call, its table, strata and surroundings.
    resample
        How people are drawn, which says among whom a household's influence is centred: the members of its
        group, the people of its unit, or all.
    size
        People of a household.

    Returns
    -------
    acceleration
        Shape (rows, strata).

    Raises
    ------
    InvalidParameter
        There are too many units to add a household to each.

    References
    ----------
    Efron 1987; Davison and Hinkley 1997.
    """
    people = Table.of(counts.values, counts.total, strata, size).people
    units, columns = people.shape
    # Units of different strata have their turns together, unless they see each other.
    turn = _turns(strata) if nearby is None else np.arange(units)
    plain = evaluator(plan, counts, strata, nearby)(people[np.newaxis])[0]
    code = np.empty(units, dtype=np.int64)
    code[strata.order] = np.repeat(np.arange(len(strata)), np.diff(strata.bounds))
    pushes = np.empty((units, columns, len(plan), len(strata)))
    for column in range(columns):
        moved = _changed(
            plan, counts, strata, nearby, people, turn, partial(_put_one_more, column=column, size=size)
        ) - plain  # fmt: skip
        pushes[:, column] = moved[turn]
    if nearby is None:
        pushes *= code[:, np.newaxis, np.newaxis, np.newaxis] == np.arange(len(strata))
    pushes[~np.isfinite(pushes)] = 0.0
    # Households of a cell all push alike, so that each cell counts as often as it has some.
    each = np.broadcast_to(size, (units,))
    many = (people / each[:, np.newaxis])[:, :, np.newaxis, np.newaxis]
    among = {"people": (code, None), "parametric": (np.arange(units), 1), "cells": (code, 1)}[resample]
    for group in range(len(strata) if among[0] is code else units):
        here = among[0] == group
        axes = (0, 1) if among[1] else (0,)
        weight = many[here].sum(axis=axes, keepdims=True)
        pushes[here] -= (pushes[here] * many[here]).sum(axis=axes, keepdims=True) / np.where(weight > 0, weight, 1.0)
    flat = (units * columns, len(plan), len(strata))
    return _skewness(pushes.reshape(flat), np.broadcast_to(many.reshape(-1, 1, 1), flat))


def _turns(strata: Strata) -> IntArray:
    """Place of each unit in its own stratum."""
    turn = np.empty(len(strata.order), dtype=np.int64)
    turn[strata.order] = np.arange(len(strata.order)) - np.repeat(strata.bounds[:-1], np.diff(strata.bounds))
    return turn


def _put_nobody(now: FloatArray, unit: IntArray) -> None:
    now[unit] = 0.0


def _put_one_more(now: FloatArray, unit: IntArray, *, column: int, size: Size) -> None:
    now[unit, column] += size[unit] if isinstance(size, np.ndarray) else size


def _changed(
    plan: Sequence[Row],
    counts: Counts,
    strata: Strata,
    nearby: Vicinity | None,
    people: FloatArray,
    turn: IntArray,
    change: Callable[[FloatArray, IntArray], None],
) -> FloatArray:
    """Values of the table changed for the units of one turn after the other, shape (turns, rows, strata)."""
    turns = int(turn.max()) + 1
    if turns * people.size > _MOST:
        message = f"BCa changes each of {len(people):,} units in turn, which takes too long."
        raise InvalidParameter(message, remedy="Use method='basic'.")
    value = evaluator(plan, counts, strata, nearby, draws=turns * people.shape[1])
    by_turn = np.argsort(turn, kind="stable")
    bounds = np.searchsorted(turn[by_turn], np.arange(turns + 1))
    found, many = [], max(1, drawing.CHUNK // people.size)
    for first in range(0, turns, many):
        now = np.repeat(people[np.newaxis], min(many, turns - first), axis=0)
        for offset, version in enumerate(now):
            change(version, by_turn[bounds[first + offset] : bounds[first + offset + 1]])
        found.append(value(now))
    return np.concatenate(found)


def _skewness(pushes: FloatArray, many: FloatArray) -> FloatArray:
    cube, square = (many * pushes**3).sum(axis=0), (many * pushes**2).sum(axis=0)
    return np.divide(cube, 6 * square**1.5, out=np.zeros_like(cube), where=square > 0)
