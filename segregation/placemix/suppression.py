"""Values that a publisher hides: known only as an interval, and never as 0."""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from placemix._typing import Fill, FloatArray
from placemix.errors import InvalidParameter, SuppressedValue, plural

Number = float | int


@dataclass(frozen=True, slots=True, eq=False)
class Suppressed:
    """A number known only to lie between two bounds.

    Arithmetic gives the interval of all possible results; a comparison that the interval leaves
    open, equality included, or a conversion to one number, raises instead of guessing. Each value
    is taken to be hidden for itself, so that what stands twice in a formula, as in ``x - x``,
    gives a wider interval than it has to.

    Attributes
    ----------
    low, high
        Least and largest value it can have.
    symbol
        What the publisher printed instead, such as ``"c"``.
    reason
        Why it is hidden, in the publisher's words.

    Examples
    --------
    >>> hidden = Suppressed(1, 4, symbol="c", reason="fewer than five pupils")
    >>> hidden + 10
    Suppressed(11 to 14)
    >>> hidden < 5, hidden > 7
    (True, False)
    >>> hidden.fill("middle")
    2.5
    >>> float(hidden)
    Traceback (most recent call last):
        ...
    placemix.errors.SuppressedValue: A value between 1 and 4 ('c') is not one number. Remedy: Choose one...
    """

    low: float
    high: float
    symbol: str = ""
    reason: str = ""

    # numpy's own numbers leave the arithmetic to this class instead of making arrays of it.
    __array_ufunc__: ClassVar[None] = None

    def __post_init__(self) -> None:
        if math.isnan(self.low) or math.isnan(self.high) or self.low > self.high:
            message = f"An interval goes from its low to its high end, not from {self.low} to {self.high}."
            raise InvalidParameter(message)

    def __repr__(self) -> str:
        mark = f" {self.symbol!r}" if self.symbol else ""
        return f"Suppressed({self.low:g} to {self.high:g}{mark})"

    def fill(self, how: Fill) -> float:
        """Return the low end, the high end or the middle.

        Raises
        ------
        InvalidParameter
            Any other word.
        """
        options: dict[str, float] = {"low": self.low, "high": self.high, "middle": (self.low + self.high) / 2}
        if how not in options:
            message = f"Values are filled with 'low', 'high' or 'middle', not {how!r}."
            raise InvalidParameter(message)
        return options[how]

    def __float__(self) -> float:
        if self.low == self.high:
            return float(self.low)
        raise self._open()

    def __bool__(self) -> bool:
        return True if self.low > 0 or self.high < 0 else bool(float(self))

    def __add__(self, other: Suppressed | Number) -> Suppressed:
        low, high = _bounds(other)
        return Suppressed(self.low + low, self.high + high)

    def __neg__(self) -> Suppressed:
        return Suppressed(-self.high, -self.low)

    def __sub__(self, other: Suppressed | Number) -> Suppressed:
        return self + (-other)

    def __rsub__(self, other: Number) -> Suppressed:
        return -self + other

    def __mul__(self, other: Suppressed | Number) -> Suppressed:
        # Nothing times anything is nothing, however large that may be; times what is missing it is missing.
        corners = [
            mine * theirs if (mine and theirs) or math.isnan(mine + theirs) else 0.0
            for mine in _bounds(self)
            for theirs in _bounds(other)
        ]
        return Suppressed(min(corners), max(corners))

    def __truediv__(self, other: Suppressed | Number) -> Suppressed:
        return _quotient(self, other)

    def __rtruediv__(self, other: Number) -> Suppressed:
        return _quotient(other, self)

    __radd__ = __add__
    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, (Suppressed, numbers.Real)):
            return NotImplemented
        low, high = _bounds(other if isinstance(other, Suppressed) else float(other))
        if self.high < low or high < self.low:
            return False
        if self.low == self.high == low == high:
            return True
        raise self._open()

    __hash__ = object.__hash__

    def __lt__(self, other: Suppressed | Number) -> bool:
        return self._decide(other, "less")

    def __gt__(self, other: Suppressed | Number) -> bool:
        return self._decide(other, "greater")

    def __le__(self, other: Suppressed | Number) -> bool:
        return not self._decide(other, "greater")

    def __ge__(self, other: Suppressed | Number) -> bool:
        return not self._decide(other, "less")

    def _decide(self, other: Suppressed | Number, order: Literal["less", "greater"]) -> bool:
        low, high = _bounds(other)
        surely = self.high < low if order == "less" else self.low > high
        never = self.low >= high if order == "less" else self.high <= low
        if surely or never:
            return surely
        raise self._open()

    def _open(self) -> SuppressedValue:
        mark = f" ({self.symbol!r})" if self.symbol else ""
        message = f"A value between {self.low:g} and {self.high:g}{mark} is not one number."
        return SuppressedValue(message, remedy="Choose one with .fill('low'), .fill('high') or .fill('middle').")


def _bounds(value: Suppressed | Number) -> tuple[float, float]:
    return (value.low, value.high) if isinstance(value, Suppressed) else (float(value), float(value))


def _quotient(top: Suppressed | Number, bottom: Suppressed | Number) -> Suppressed:
    low, high = _bounds(bottom)
    if low <= 0 <= high:
        message = f"Division by a value between {low:g} and {high:g}, which may be 0."
        raise SuppressedValue(message, remedy="Leave the unit out, or choose a value with .fill(…).")
    # Each corner is one division: multiplying by a rounded inverse could fall outside by the last digit.
    corners = [
        0.0 if math.isinf(mine) and math.isinf(theirs) else mine / theirs
        for mine in _bounds(top)
        for theirs in (low, high)
    ]
    return Suppressed(min(corners), max(corners))


def filled(
    low: FloatArray, high: FloatArray, total: FloatArray | None, how: Fill
) -> tuple[FloatArray, FloatArray, list[str]]:
    """Choose one number from the interval of each cell, shape (units, groups).

    Parameters
    ----------
    low, high
        Bounds of each cell; equal where it is known.
    total
        Everyone in each unit as published, or None where it is the sum of the groups. Where the ends
        of several intervals together exceed it, they share what it leaves by their widths.
    how
        Which end, or the middle.

    Returns
    -------
    values, total
        The numbers, and everyone in each unit.
    notes
        What was chosen.

    Examples
    --------
    >>> low, high = np.array([[1.0, 5.0, 1.0]]), np.array([[9.0, 5.0, 9.0]])
    >>> filled(low, high, np.array([15.0]), "high")[0].tolist()
    [[5.0, 5.0, 5.0]]
    """
    options: dict[str, FloatArray] = {"low": low, "high": high, "middle": (low + high) / 2}
    if how not in options:
        message = f"Cells are filled with 'low', 'high' or 'middle', not {how!r}."
        raise InvalidParameter(message)
    values, width = options[how], high - low
    cells = plural(int((width > 0).sum()), "hidden cell was", "hidden cells were")
    notes = [f"{cells} given the {how} of its interval."]
    if total is None:
        return values, values.sum(axis=1), notes
    over = values.sum(axis=1) > total + 1e-9 * np.maximum(total, 1)
    if over.any():
        left, wide = np.maximum(total - low.sum(axis=1), 0.0), width.sum(axis=1)
        part = np.minimum(np.divide(left, wide, out=np.zeros(len(left)), where=wide > 0), 1.0)
        values = np.where(over[:, np.newaxis], low + width * part[:, np.newaxis], values)
        notes.append(f"In {plural(int(over.sum()), 'unit')} they share what the stated total leaves.")
    return values, np.maximum(total, values.sum(axis=1)), notes
