"""Times with their units, and kernels of what is no distance on the ground."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from placemix.errors import InvalidParameter, did_you_mean
from placemix.surroundings.distance import _cells

#: Minutes in each unit of time that is understood.
MINUTES: Mapping[str, float] = {
    "s": 1 / 60, "sec": 1 / 60, "second": 1 / 60, "seconds": 1 / 60,
    "min": 1.0, "mins": 1.0, "minute": 1.0, "minutes": 1.0,
    "h": 60.0, "hr": 60.0, "hour": 60.0, "hours": 60.0,
}  # fmt: skip
_WRITTEN = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)\s*", re.IGNORECASE)
#: Kernels that go on for ever unless they are cut off.
_ENDLESS = frozenset({"gaussian", "exponential"})


def reach(shape: str, bandwidth: float, cutoff: float | None) -> float:
    """From where on a kernel is zero."""
    if shape not in _ENDLESS:
        return bandwidth
    return np.inf if cutoff is None else cutoff


def kernel_text(shape: str, bandwidth: str, cutoff: str, along: str) -> str:
    """Say how a kernel of something other than distance on the ground was made."""
    if shape == "uniform":
        return f"within {bandwidth} {along}"
    text = f"{shape} kernel {along}, bandwidth {bandwidth}"
    return text if shape not in _ENDLESS else f"{text}, {f'cut off at {cutoff}' if cutoff else 'no cut-off'}"


def known_kernel(shape: str, cutoff: object) -> None:
    """Refuse a shape that is unknown, or that ends by itself and has a cut-off.

    Raises
    ------
    InvalidParameter
        One of the two.
    """
    if shape not in _cells.SHAPES:
        message = f"shape is one of {', '.join(_cells.SHAPES)}, not {shape!r}."
        raise InvalidParameter(message, remedy=did_you_mean(shape, _cells.SHAPES))
    if cutoff is not None and shape not in _ENDLESS:
        message = f"A {shape} kernel ends at its bandwidth, so a cut-off means nothing."
        raise InvalidParameter(message, remedy="Leave out cutoff=.")


def duration(given: float | str, name: str, *, zero: bool = False) -> float:
    """Read a time, in minutes: a bare number is minutes already.

    Parameters
    ----------
    given
        A number, or text such as ``"15 minutes"``, ``"90 s"`` or ``"1 hour"``.
    name
        What to call it in a message.
    zero
        Whether 0 is a time.

    Raises
    ------
    InvalidParameter
        It is no time, or not above 0.

    Examples
    --------
    >>> duration("1.5 hours", "minutes"), duration(20, "minutes")
    (90.0, 20.0)
    """
    value: float | None = None
    unit = "min"
    if isinstance(given, str):
        found = _WRITTEN.fullmatch(given)
        if found:
            value, unit = float(found[1]), found[2].casefold() or "min"
    elif isinstance(given, int | float | np.number) and not isinstance(given, bool):
        value = float(given)
    if value is None or unit not in MINUTES or not np.isfinite(value) or value < 0 or (value == 0 and not zero):
        least = "from 0 on" if zero else "above 0"
        message = f"{name} is a time {least} such as 15, '15 minutes' or '1 hour', not {given!r}."
        raise InvalidParameter(message, remedy=did_you_mean(unit, MINUTES) if unit not in MINUTES else "")
    return value * MINUTES[unit]


def written(minutes: float) -> str:
    """Write a time with its unit."""
    return f"{minutes:.10g} {'minute' if minutes == 1 else 'minutes'}"
