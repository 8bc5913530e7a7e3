"""What two groups are compared by: their numbers, how much those tell, and what a comparison gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from placemix._typing import FloatArray

#: Names and reasons of rows, None where there is none.
Texts: TypeAlias = NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Numbers of a group and of those it is compared with, shape (rows,) each; NaN where not known.

    Attributes
    ----------
    events, people, against_events, against_people
        Those with the outcome (or events), and those who could have it (or exposure).
    share, against_share
        Events over people.
    sized, against_sized
        People that the share rests on, divided by the effect of the design; NaN where no interval can be had.
    variance, against_variance
        Variances of the counts of events; NaN where no interval can be had.
    """

    events: FloatArray
    people: FloatArray
    against_events: FloatArray
    against_people: FloatArray
    share: FloatArray
    against_share: FloatArray
    sized: FloatArray
    against_sized: FloatArray
    variance: FloatArray
    against_variance: FloatArray

    @property
    def effective(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Events and people of both as a sample drawn one by one would have them."""
        return self.share * self.sized, self.sized, self.against_share * self.against_sized, self.against_sized


class Compared(NamedTuple):
    """What a comparison gives for each row.

    Attributes
    ----------
    value, lower, upper
        The number and its interval.
    interval
        Name of the interval's method.
    reason
        Why there is no value, or None.
    """

    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    interval: Texts
    reason: Texts


def quotient(top: FloatArray, bottom: FloatArray) -> FloatArray:
    """Divide, NaN where the divisor is not above 0."""
    out = np.full(np.broadcast_shapes(np.shape(top), np.shape(bottom)), np.nan)
    return np.divide(top, bottom, out=out, where=np.asarray(bottom) > 0)


def log_limits(value: FloatArray, variance: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Limits of a ratio whose logarithm has this variance."""
    from scipy.special import ndtri

    with np.errstate(invalid="ignore", over="ignore"):
        reach = np.exp(float(ndtri((1 + level) / 2)) * np.sqrt(variance))
        return value / reach, value * reach


def mover(
    value: FloatArray, plus: list[tuple[FloatArray, ...]], minus: list[tuple[FloatArray, ...]]
) -> tuple[FloatArray, FloatArray]:
    """Limits of a sum and difference of independent numbers from the limits of each.

    Parameters
    ----------
    value
        The sum of those in `plus` less those in `minus`.
    plus, minus
        Each number with its lower and upper limit.

    References
    ----------
    Zou and Donner 2008; with Wilson's limits of two shares it is Newcombe's method 10.

    Examples
    --------
    >>> ends = mover(np.array([2.0]), [(np.array([5.0]), np.array([2.0]), np.array([9.0]))],
    ...              [(np.array([3.0]), np.array([-1.0]), np.array([6.0]))])
    >>> [end.round(4).item() for end in ends]
    [-2.2426, 7.6569]
    """
    down = sum((one - low) ** 2 for one, low, _ in plus) + sum((high - one) ** 2 for one, _, high in minus)
    up = sum((high - one) ** 2 for one, _, high in plus) + sum((one - low) ** 2 for one, low, _ in minus)
    return value - np.sqrt(down), value + np.sqrt(up)
