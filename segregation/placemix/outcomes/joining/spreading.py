"""How far an outcome differs between areas: between larger areas and within them, adding up exactly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray, IntArray


class Spread(NamedTuple):
    """How unlike areas are, in one measure.

    Attributes
    ----------
    measure
        ``"variance"``, ``"Theil index"`` or ``"mutual information"``.
    total, between, within
        Of all areas, of the larger areas, and of the areas inside them; the last two sum to the first. NaN where the
        measure is undefined; the last two also where there are no larger areas.
    reason
        Why it is undefined.
    """

    measure: str
    total: float
    between: float
    within: float
    reason: str | None = None


def variance(value: FloatArray, weight: FloatArray, code: IntArray | None) -> Spread:
    """Variance of rates, weighted.

    Examples
    --------
    >>> variance(np.array([1.0, 3.0, 5.0, 7.0]), np.ones(4), np.array([0, 0, 1, 1]))
    Spread(measure='variance', total=5.0, between=4.0, within=1.0, reason=None)
    """
    share = weight / weight.sum()
    middle = share @ value
    total = float(share @ (value - middle) ** 2)
    if code is None:
        return Spread("variance", total, np.nan, np.nan)
    size, mean = _means(value, share, code)
    between = float(size @ (mean - middle) ** 2)
    return Spread("variance", total, between, float(share @ (value - mean[code]) ** 2))


def theil(value: FloatArray, weight: FloatArray, code: IntArray | None) -> Spread:
    """Theil's T of rates: the mean of v/m ln(v/m), weighted, in nats; 0 where all are the same.

    Examples
    --------
    >>> theil(np.array([1.0, 3.0]), np.ones(2), None).total.round(4)
    np.float64(0.1308)
    """
    name = "Theil index"
    share = weight / weight.sum()
    middle = share @ value
    if (value < 0).any() or not middle > 0:
        return Spread(name, np.nan, np.nan, np.nan, "not_above_zero")
    ratio = value / middle
    total = np.float64(share @ _xlogx(ratio))
    if code is None:
        return Spread(name, total, np.nan, np.nan)
    size, mean = _means(value, share, code)
    between = float(size @ _xlogx(mean / middle))
    inside = np.divide(value, mean[code], out=np.ones(len(value)), where=mean[code] > 0)
    return Spread(name, total, between, float((share * mean[code] / middle) @ _xlogx(inside)))


def mutual_information(top: FloatArray, bottom: FloatArray, code: IntArray | None) -> Spread:
    """Mutual information of areas and of having the outcome or not, in nats.

    Parameters
    ----------
    top, bottom
        People with the outcome, and all, shape (areas,); `bottom` is above 0.
    code
        Larger area of each.
    """
    name = "mutual information"
    if (top < 0).any() or (top > bottom * (1 + 1e-12)).any():
        return Spread(name, np.nan, np.nan, np.nan, "not_a_share")
    pair = np.column_stack([top, bottom - top])
    total = _information(pair)
    if code is None:
        return Spread(name, total, np.nan, np.nan)
    groups = np.zeros((int(code.max()) + 1, 2))
    np.add.at(groups, code, pair)
    everyone = bottom.sum()
    within = sum(_information(pair[code == one]) * groups[one].sum() / everyone for one in range(len(groups)))
    return Spread(name, total, _information(groups), float(within))


def weighted_quantile(value: FloatArray, weight: FloatArray, share: float) -> float:
    """Least value at or below which at least a share of the weight lies.

    Examples
    --------
    >>> weighted_quantile(np.array([3.0, 1.0, 2.0]), np.array([1.0, 8.0, 1.0]), 0.5)
    1.0
    """
    order = np.argsort(value, kind="stable")
    reached = np.cumsum(weight[order])
    place = int(np.searchsorted(reached, share * reached[-1] * (1 - 1e-12), side="left"))
    return float(value[order][min(place, len(value) - 1)])


def _means(value: FloatArray, share: FloatArray, code: IntArray) -> tuple[FloatArray, FloatArray]:
    """Weight and mean of each larger area."""
    size: FloatArray = np.bincount(code, weights=share).astype(np.float64)
    mean: FloatArray = np.bincount(code, weights=share * value) / size
    return size, mean


def _xlogx(values: FloatArray) -> FloatArray:
    return np.where(values > 0, values * np.log(np.where(values > 0, values, 1.0)), 0.0)


def _information(pair: FloatArray) -> float:
    everyone = pair.sum()
    size = pair.sum(axis=1, keepdims=True)
    expected = size * pair.sum(axis=0, keepdims=True) / everyone
    known = pair > 0
    return float((pair[known] * np.log(pair[known] / expected[known])).sum() / everyone)
