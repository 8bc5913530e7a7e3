"""All mixes of a number of homes on a grid: counted before they are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter, PlacemixError, UnknownGroup, did_you_mean, listed, plural, together

#: Alternatives that are computed and compared in one call; each is compared with all others.
LARGEST = 20_000
#: How far a number of steps may be from a whole one.
_NEAR = 1e-9


class Grid(NamedTuple):
    """Numbers of steps that a mix is made of.

    Attributes
    ----------
    steps
        Of all kinds together.
    low, high
        Of each kind, shape (kinds,).
    """

    steps: int
    low: IntArray
    high: IntArray


def mixes(
    kinds: Sequence[str],
    number: float,
    step: float,
    least: Mapping[str, float],
    most: Mapping[str, float],
    sums: Mapping[str, Sequence[str]],
    sites: int = 1,
) -> FloatArray:
    """Make all mixes of homes on a grid.

    Parameters
    ----------
    kinds
        Names of the kinds of homes.
    number, step
        Homes of a mix, and of a step of the grid.
    least, most
        Fewest and most homes of a kind, or of several together, by name.
    sums
        Kinds that are counted together, by name.
    sites
        How many places every mix is tried at.

    Returns
    -------
    homes
        Homes of each kind, shape (mixes, kinds); every row sums to the number.

    Raises
    ------
    InvalidParameter, UnknownGroup
        Numbers are none, the grid does not meet the number, there are too many mixes, or none.

    Examples
    --------
    >>> mixes(["own", "social"], 30, 10, {"social": 10}, {}, {}).tolist()
    [[0.0, 30.0], [10.0, 20.0], [20.0, 10.0]]
    """
    faults = [*_numbers(number, step), *_bounds(kinds, least, most, sums)]
    if faults:
        raise together(faults)
    grid = _grid(kinds, number, step, least, most)
    many = counted(grid) * sites
    if many > LARGEST:
        where = f" at {sites:,} places" if sites > 1 else ""
        message = f"There are {many:,.0f} mixes of {number:g} homes in steps of {step:g}{where}, over {LARGEST:,}."
        raise InvalidParameter(message, remedy=_larger(kinds, number, step, least, most, sites))
    found = _made(grid) * float(step)
    for name, parts in sums.items():
        joint = found[:, [kinds.index(part) for part in parts]].sum(axis=1)
        slack = _NEAR * float(number)
        found = found[(joint >= least.get(name, 0.0) - slack) & (joint <= most.get(name, np.inf) + slack)]
    if not len(found):
        message = f"No mix of {number:g} homes in steps of {step:g} keeps to the bounds."
        raise InvalidParameter(message, remedy="Take a smaller step, or wider bounds of least= and most=.")
    return found


def counted(grid: Grid) -> float:
    """Count the mixes of a grid without making them.

    Examples
    --------
    >>> counted(Grid(20, np.zeros(4, dtype=int), np.full(4, 20)))
    1771.0
    """
    ways = np.zeros(grid.steps + 1)
    ways[0] = 1.0
    for low, high in zip(grid.low, grid.high, strict=True):
        one = np.zeros(grid.steps + 1)
        one[max(low, 0) : high + 1] = 1.0
        ways = np.convolve(ways, one)[: grid.steps + 1]
    return float(np.rint(ways[-1]))


def _grid(
    kinds: Sequence[str], number: float, step: float, least: Mapping[str, float], most: Mapping[str, float]
) -> Grid:
    steps = round(number / step)
    low = [int(np.ceil(least.get(kind, 0.0) / step - _NEAR)) for kind in kinds]
    high = [int(np.floor(min(most.get(kind, number), number) / step + _NEAR)) for kind in kinds]
    return Grid(steps, np.array(low), np.array(high))


def _made(grid: Grid) -> FloatArray:
    """All compositions of the steps within the bounds, in order."""
    made = np.zeros((1, 0), dtype=np.int64)
    for place, (low, high) in enumerate(zip(grid.low, grid.high, strict=True)):
        left = grid.steps - made.sum(axis=1)
        # The kinds that follow need at least, and can take at most, this much of what is left.
        first = np.maximum(low, left - grid.high[place + 1 :].sum())
        last = np.minimum(high, left - grid.low[place + 1 :].sum())
        many = np.maximum(last - first + 1, 0)
        own = np.repeat(first, many) + _counters(many)
        made = np.column_stack([made.repeat(many, axis=0), own])
    return made.astype(np.float64)


def _counters(many: IntArray) -> IntArray:
    """Numbers from 0 in each run of a length."""
    return np.asarray(np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many))


def _larger(
    kinds: Sequence[str], number: float, step: float, least: Mapping[str, float], most: Mapping[str, float], sites: int
) -> str:
    for steps in range(round(number / step) - 1, 0, -1):
        wider = number / steps
        if float(step).is_integer() and not wider.is_integer():
            continue
        many = counted(_grid(kinds, number, wider, least, most)) * sites
        if 0 < many <= LARGEST:
            return f"Take a larger step: step={wider:g} makes {many:,.0f}. Or set most= of kinds that are not wanted."
    return "Take a larger step, or set most= of kinds that are not wanted."


def _numbers(number: float, step: float) -> list[PlacemixError]:
    faults: list[PlacemixError] = [
        InvalidParameter(f"{name} is a number of homes above 0, not {value!r}.")
        for name, value in (("number", number), ("step", step))
        if not (_real(value) and value > 0)
    ]
    if faults:
        return faults
    steps = number / step
    if abs(steps - round(steps)) > _NEAR * max(steps, 1.0) or round(steps) < 1:
        message = f"{number:g} homes are no whole number of steps of {step:g}."
        whole = [size for size in range(1, int(number) + 1) if number % size == 0]
        near = sorted(sorted(whole, key=lambda size: abs(size - step))[:3])
        remedy = f"Steps near it that fit are {listed(near)}." if near else "Take a step that divides it."
        faults.append(InvalidParameter(message, remedy=remedy))
    return faults


def _bounds(
    kinds: Sequence[str], least: Mapping[str, float], most: Mapping[str, float], sums: Mapping[str, Sequence[str]]
) -> list[PlacemixError]:
    given = {"least": least, "most": most, "sums": sums}
    faults: list[PlacemixError] = [
        InvalidParameter(f"{name} gives something for each kind by its name, not {value!r}.")
        for name, value in given.items()
        if not isinstance(value, Mapping)
    ]
    if faults:
        return faults
    for name, parts in sums.items():
        unknown = [part for part in parts if part not in kinds] if not isinstance(parts, str) else [parts]
        if unknown or name in kinds or len(set(parts)) < len(parts):
            message = f"sums[{name!r}] is a list of kinds of homes, each once, under a name of its own, not {parts!r}."
            hint = did_you_mean(unknown[0], kinds) if unknown else ""
            faults.append(UnknownGroup(message, remedy=hint or f"Kinds are {listed(kinds, shown=20)}."))
    known = [*kinds, *sums]
    for argument, bounds in (("least", least), ("most", most)):
        unknown = [name for name in bounds if name not in known]
        if unknown:
            message = f"{argument} names {listed(unknown)}, which is no kind of home here."
            faults.append(
                UnknownGroup(message, remedy=did_you_mean(unknown[0], known) or f"They are {listed(known, shown=20)}.")
            )
        odd = [name for name, value in bounds.items() if not (_real(value) and value >= 0)]
        if odd:
            faults.append(InvalidParameter(f"{argument} of {listed(odd)} is no number of homes from 0."))
    both = [name for name in least if name in most and _real(least[name]) and _real(most[name])]
    crossed = [name for name in both if least[name] > most[name]]
    if crossed:
        message = f"least is above most of {plural(len(crossed), 'kind')}: {listed(crossed)}."
        faults.append(InvalidParameter(message))
    return faults


def _real(value: object) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool) and bool(np.isfinite(value))
