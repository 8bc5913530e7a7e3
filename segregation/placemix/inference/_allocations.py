"""Least and largest value of a measure over all whole tables within bounds, from sums alone.

Where units keep their people and one group is known within bounds, a measure of evenness or isolation
rises with N = Σ f(x) once the group's size X is given, with every f convex. So all sizes X are gone
through: the least N is had by giving each person to the unit where one more costs least, which is
exact as costs rise within a unit; the largest has every unit but one at an end, and filling units by
what they gain for each person, the last in part, is never below it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray

#: Measures that rise with a sum over units once the group's size is given.
SEPARABLE = (
    "dissimilarity", "correlation_ratio", "information_theory", "mutual_information", "hutchens", "isolation",
    "exposure",
)  # fmt: skip
#: Most numbers (sizes of the group x people or units) that are gone through.
_MOST = 200_000_000
#: Arrays as long as the sizes and the people, which are held at once where all sizes share one order of units.
_ARRAYS = 40
#: Numbers held at once.
_HELD = 4_000_000
#: Values closer than this are the same.
_SAME = 1e-12


class Span(NamedTuple):
    """Least and largest value over all tables.

    Attributes
    ----------
    lower, upper
        The ends; NaN where no table has a value.
    reached
        Whether some table has the value `upper` (`lower` always is one), or for ``exposure`` `lower`.
    found
        Largest value (for ``exposure`` the least) that some table is known to have.
    undefined
        Whether some tables have no value.
    """

    lower: float
    upper: float
    reached: bool
    found: float
    undefined: bool


def span(name: str, low: IntArray, high: IntArray, people: FloatArray) -> Span | None:
    """Return the least and the largest value of a measure, or None where going through all takes too long.

    Parameters
    ----------
    name
        One of `SEPARABLE`.
    low, high
        Least and most members of the group in each unit, whole, shape (units,); at most its people.
    people
        Everyone in each unit, shape (units,).

    Examples
    --------
    >>> low, high = np.array([1, 5]), np.array([3, 5])
    >>> found = span("isolation", low, high, np.array([10.0, 10.0]))
    >>> round(found.lower, 4), round(found.upper, 4)  # with 1, 2 or 3 members in the first unit
    (0.4143, 0.4333)
    """
    if name == "exposure":
        met = span("isolation", low, high, people)
        return None if met is None else Span(1 - met.upper, 1 - met.lower, met.reached, 1 - met.found, met.undefined)
    lived = people > 0
    if not lived.any():
        return Span(np.nan, np.nan, False, np.nan, True)  # noqa: FBT003
    low, high, people = low[lived], high[lived], people[lived]
    open_ = high > low
    steps = int((high - low).sum())
    moving = name == "dissimilarity"
    many_sizes = steps + 1
    asked = many_sizes * max(steps + int(open_.sum()), len(low)) if moving else _ARRAYS * (many_sizes + steps)
    if asked > _MOST:
        return None
    sizes = np.arange(int(low.sum()), int(low.sum()) + many_sizes)
    ends: list[FloatArray] = []
    many = max(1, _HELD // max(steps, len(low), 1)) if moving else len(sizes)
    for first in range(0, len(sizes), many):
        some = sizes[first : first + many]
        ends.append(_sums(name, some, low, high, people, open_))
    least, most, reached = (_value(name, part, sizes, float(people.sum())) for part in np.concatenate(ends, axis=1))
    if not np.isfinite(least).any():
        return Span(np.nan, np.nan, False, np.nan, True)  # noqa: FBT003
    upper, found = float(np.nanmax(most)), float(np.nanmax(reached))
    return Span(float(np.nanmin(least)), upper, found >= upper - _SAME, found, bool(np.isnan(least).any()))


def _sums(
    name: str, sizes: IntArray, low: IntArray, high: IntArray, people: FloatArray, open_: BoolArray
) -> FloatArray:
    """Least N, a bound of the largest, and the largest that is reached, shape (3, sizes)."""
    total = people.sum()
    share = (sizes / total)[:, np.newaxis] if name == "dissimilarity" else np.zeros((1, 1))
    base = _cost(name, low, people, share).sum(axis=1)
    left = sizes - low.sum()
    width = (high - low)[open_]
    if not len(width):
        return np.broadcast_to(base, (3, len(sizes))).copy()
    unit = np.repeat(np.flatnonzero(open_), width)
    at = low[unit] + np.arange(len(unit)) - np.repeat(np.cumsum(width) - width, width)
    more = np.sort(_cost(name, at + 1, people[unit], share) - _cost(name, at, people[unit], share), axis=1)
    row = np.arange(len(sizes)) if len(share) > 1 else np.zeros(len(sizes), dtype=np.int64)
    least = base[row] + _before(more)[row, left]
    lows, highs, here = low[open_], high[open_], people[open_]
    gain = _cost(name, highs, here, share) - _cost(name, lows, here, share)
    order = np.argsort(-gain / width, axis=1, kind="stable")
    filled = _before(width[order].astype(np.float64))
    gained = _before(np.take_along_axis(gain, order, axis=1))
    if len(filled) == 1:
        last = np.searchsorted(filled[0], left, side="right") - 1
    else:
        last = np.array([
            np.searchsorted(one, size, side="right") - 1 for one, size in zip(filled, left, strict=True)
        ])  # fmt: skip
    part = left - filled[row, last]
    # Where all are full there is no last one, and nothing is left for it.
    split = order[row, np.minimum(last, len(width) - 1)]
    chord = part * gain[row, split] / width[split]
    shares = share if len(share) == 1 else share[row]
    begun = np.minimum(lows[split] + part, highs[split])
    true = _cost(name, begun[:, np.newaxis], here[split][:, np.newaxis], shares) - _cost(
        name, lows[split][:, np.newaxis], here[split][:, np.newaxis], shares
    )
    whole = base[row] + gained[row, last]
    full = last >= len(width)
    return np.stack([least, whole + np.where(full, 0, chord), whole + np.where(full, 0, true[:, 0])])


def _before(values: FloatArray) -> FloatArray:
    return np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)


def _cost(name: str, x: FloatArray | IntArray, people: FloatArray, share: FloatArray) -> FloatArray:
    """Evaluate f of each unit, which is convex; shape (shares, units)."""
    members = np.asarray(x, dtype=np.float64)
    if name == "dissimilarity":
        return np.abs(members - share * people)
    if name in {"correlation_ratio", "isolation"}:
        return np.atleast_2d(members**2 / people)
    others = people - members
    if name == "hutchens":
        return np.atleast_2d(-np.sqrt(members * others))
    logs = [part * np.log(np.where(part > 0, part / people, 1.0)) for part in (members, others)]
    return np.atleast_2d(logs[0] + logs[1])


def _value(name: str, summed: FloatArray, sizes: IntArray, total: float) -> FloatArray:
    share = sizes / total
    held = share * (1 - share)
    with np.errstate(divide="ignore", invalid="ignore"):
        if name == "dissimilarity":
            value = summed / (2 * total * held)
        elif name == "isolation":
            value = np.where(sizes > 0, summed / sizes, np.nan)
        elif name == "correlation_ratio":
            value = (summed / sizes - share) / (1 - share)
        elif name == "hutchens":
            value = 1 + summed / (total * np.sqrt(held))
        else:
            whole = -(share * np.log(share) + (1 - share) * np.log(1 - share))
            value = whole + summed / total if name == "mutual_information" else 1 + summed / (total * whole)
    return np.where(held > 0, value, np.nan)
