"""Ends of an interval from draws: four ways, and where each says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from placemix._typing import FloatArray
from placemix.errors import InvalidParameter, did_you_mean

Method: TypeAlias = Literal["basic", "normal", "bca", "percentile"]
METHODS = ("basic", "normal", "bca", "percentile")
#: Why an interval is undefined, in words.
OUTSIDE = "the percentile interval does not hold the value; use basic"
ONE_SIDED = "all draws lie on one side of the value, so that BCa is undefined; use basic"
MORE_EVEN = "the value is below nearly all that chance alone gives, so that inversion holds nothing; use basic"
UNREACHED = "no scaled copy of the table is far enough from the value for this end; use basic"


class Ends(NamedTuple):
    """Both ends of an interval, NaN with a reason where there is none."""

    lower: float
    upper: float
    reason: str | None = None


def ends(value: float, draws: FloatArray, level: float, method: str, acceleration: float = 0.0) -> Ends:
    """Return the interval of a value from draws of it.

    Percentiles of draws hold the value's bias twice: once in the value, and again in every draw.
    A basic interval and a normal one around the corrected value take it off.

    Parameters
    ----------
    value
        The value itself.
    draws
        Its values in tables drawn anew, shape (draws,).
    level
        Share of the draws inside.
    method
        ``"basic"``: 2v - q, with q the quantiles of the draws; ``"normal"``: 2v - mean ± z sd;
        ``"bca"``: quantiles moved by bias and skewness; ``"percentile"``: the quantiles themselves, which
        are refused where they do not hold the value.
    acceleration
        For ``"bca"``: how far the spread of the value changes with it, by its skewness in what is drawn.

    References
    ----------
    Davison and Hinkley 1997; Efron 1987.

    Examples
    --------
    >>> ends(0.5, np.array([0.52, 0.56, 0.6, 0.64, 0.68]), 0.5, "basic")
    Ends(lower=0.36, upper=0.44, reason=None)
    """
    known(method)
    draws = draws[np.isfinite(draws)]
    if not np.isfinite(value) or len(draws) < 2:
        return Ends(float("nan"), float("nan"), "undefined")
    tail = (1 - level) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    if method == "basic":
        return Ends(float(2 * value - high), float(2 * value - low))
    if method == "normal":
        half, centre = NormalDist().inv_cdf(1 - tail) * draws.std(ddof=1), 2 * value - draws.mean()
        return Ends(float(centre - half), float(centre + half))
    if method == "bca":
        return _corrected(value, draws, tail, acceleration)
    if not low <= value <= high:
        return Ends(float("nan"), float("nan"), OUTSIDE)
    return Ends(float(low), float(high))


def known(method: str, methods: Sequence[str] = METHODS) -> None:
    """Refuse a method that is none.

    Raises
    ------
    InvalidParameter
        There is none of that name.
    """
    if method not in methods:
        message = f"method is one of {', '.join(methods)}, not {method!r}."
        raise InvalidParameter(message, remedy=did_you_mean(method, list(methods)))


def _corrected(value: float, draws: FloatArray, tail: float, skew: float) -> Ends:
    normal = NormalDist()
    # Draws that equal the value count half, or small tables would have a bias of their own.
    below = float(((draws < value).sum() + (draws == value).sum() / 2) / len(draws))
    if not 0 < below < 1:
        return Ends(float("nan"), float("nan"), ONE_SIDED)
    shift = normal.inv_cdf(below)
    places = []
    for z in (normal.inv_cdf(tail), normal.inv_cdf(1 - tail)):
        moved = shift + (shift + z) / (1 - skew * (shift + z))
        places.append(normal.cdf(moved))
    low, high = np.quantile(draws, places)
    return Ends(float(low), float(high))
