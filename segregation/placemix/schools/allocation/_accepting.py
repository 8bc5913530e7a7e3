"""Deferred acceptance, compiled: pupils propose, schools keep the best they have seen."""

from __future__ import annotations

import numpy as np

from placemix._compiled import jit
from placemix._typing import FloatArray, IntArray


def accepted(start: IntArray, school: IntArray, key: FloatArray, places: IntArray) -> IntArray:
    """Give each pupil the place that deferred acceptance ends with (Gale and Shapley 1962).

    Parameters
    ----------
    start
        First and last preference of each pupil, shape (pupils + 1,).
    school
        School of each preference, best first, shape (preferences,).
    key
        Whom a school takes first: the smaller, and of equals the pupil with the smaller number, shape (preferences,).
    places
        Places of each school, shape (schools,).

    Returns
    -------
    preference
        Which of the preferences each pupil got, counted over all pupils; -1 for none, shape (pupils,).
    """
    bounds = np.zeros(len(places) + 1, dtype=np.int64)
    np.cumsum(places, out=bounds[1:])
    return np.asarray(_accepted(start, school, key, bounds))


def _loop(start, school, key, bounds):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901
    pupils = len(start) - 1
    got = np.full(pupils, -1, np.int64)
    following = start[:-1].copy()
    # A heap for each school, the worst of those it holds on top.
    held_key = np.empty(bounds[-1])
    held = np.empty(bounds[-1], np.int64)
    size = np.zeros(len(bounds) - 1, np.int64)
    for first in range(pupils):
        pupil = first
        while pupil >= 0 and following[pupil] < start[pupil + 1]:
            choice = following[pupil]
            following[pupil] += 1
            to = school[choice]
            base, room, value = bounds[to], bounds[to + 1] - bounds[to], key[choice]
            if room == 0:
                continue
            if size[to] < room:
                # Sift up.
                place = size[to]
                size[to] += 1
                while place > 0:
                    above = (place - 1) >> 1
                    other = held_key[base + above]
                    if other > value or (other == value and held[base + above] > pupil):
                        break
                    held_key[base + place], held[base + place] = other, held[base + above]
                    place = above
                held_key[base + place], held[base + place] = value, pupil
                got[pupil] = choice
                pupil = -1
                continue
            worst, loser = held_key[base], held[base]
            if value > worst or (value == worst and pupil > loser):
                continue
            got[pupil], got[loser] = choice, -1
            # Sift down from the top, where the loser was.
            place = 0
            while True:
                child = 2 * place + 1
                if child >= room:
                    break
                right = child + 1
                if right < room and (
                    held_key[base + right] > held_key[base + child]
                    or (held_key[base + right] == held_key[base + child] and held[base + right] > held[base + child])
                ):
                    child = right
                other = held_key[base + child]
                if other < value or (other == value and held[base + child] < pupil):
                    break
                held_key[base + place], held[base + place] = other, held[base + child]
                place = child
            held_key[base + place], held[base + place] = value, pupil
            pupil = loser
    return got


_accepted = jit(_loop)
