"""What a gradient is computed from: classes in order, weights of their values, and how sure those are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from placemix._typing import FloatArray

Transform: TypeAlias = Literal["none", "log", "logit"]


@dataclass(frozen=True, slots=True)
class Classes:
    """Ranked classes, the most disadvantaged first, shape (classes,) each.

    Attributes
    ----------
    value
        What is measured in each.
    share
        Share of all people in each.
    error
        Standard error of the value, NaN where not known.
    error_transformed
        Standard error of the transformed value.
    transform
        ``"none"``, ``"log"`` or ``"logit"``.
    """

    value: FloatArray
    share: FloatArray
    error: FloatArray
    error_transformed: FloatArray
    transform: Transform

    @property
    def rank(self) -> FloatArray:
        """Middle of each class in the order of people, from 0 to 1."""
        return np.cumsum(self.share) - self.share / 2

    @property
    def slope(self) -> FloatArray:
        """Weights that give the slope of a line fitted to the values by their people."""
        away = self.rank - 0.5
        return self.share * away / float((self.share * away**2).sum())

    @property
    def lean(self) -> FloatArray:
        """Weights that give twice the covariance of values with ranks."""
        return 2 * self.share * (self.rank - 0.5)

    @property
    def fitted(self) -> FloatArray:
        """Transformed values."""
        if self.transform == "log":
            return np.log(self.value)
        return np.log(self.value / (1 - self.value)) if self.transform == "logit" else self.value

    def ends(self) -> tuple[FloatArray, FloatArray]:
        """Weights that give the height of the line at the most and at the least disadvantaged end."""
        return self.share - self.slope / 2, self.share + self.slope / 2


def back(height: float, transform: Transform) -> tuple[float, float]:
    """Bring a transformed height back, with how much it moves for a small change.

    Examples
    --------
    >>> back(0.0, "logit"), back(2.0, "none")
    ((0.5, 0.25), (2.0, 1.0))
    """
    if transform == "log":
        return math.exp(height), math.exp(height)
    if transform == "logit":
        share = 1 / (1 + math.exp(-height))
        return share, share * (1 - share)
    return height, 1.0


def fieller(top: FloatArray, bottom: FloatArray, classes: Classes, z: float) -> tuple[float, float]:
    """Limits of the ratio of two weighted sums of values whose errors are normal and independent.

    Parameters
    ----------
    top, bottom
        Weights of both sums.
    classes
        Values and errors.
    z
        Quantile of the normal distribution.

    Returns
    -------
    lower, upper
        NaN where the divisor may be 0 at this level, so that the limits are no interval.

    References
    ----------
    Fieller 1954.

    Examples
    --------
    >>> one = Classes(np.array([2.0, 4.0]), np.array([0.5, 0.5]), np.array([0.1, 0.1]), np.array([0.1, 0.1]), "none")
    >>> [round(end, 4) for end in fieller(np.array([0.0, 1.0]), np.array([1.0, 0.0]), one, 1.96)]
    [1.7983, 2.2404]
    """
    value, variance = classes.value, classes.error**2
    n, d = float(top @ value), float(bottom @ value)
    vn, vd, both = float(top**2 @ variance), float(bottom**2 @ variance), float((top * bottom) @ variance)
    a, b, c = d**2 - z**2 * vd, n * d - z**2 * both, n**2 - z**2 * vn
    if not a > 0:
        return math.nan, math.nan
    root = math.sqrt(max(b**2 - a * c, 0.0))
    return (b - root) / a, (b + root) / a
