"""Values less what chance adds to them."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.errors import InvalidParameter, did_you_mean
from placemix.indices._parts import here, ratio, table, total, total_groups, two_groups

#: Steps to the root of θ = t tanh(θ t), each of which squares the error.
_STEPS = 60


def carrington_troske(value: FloatArray, expected: FloatArray) -> FloatArray:
    """Distance of a value from what chance gives, as a share of the largest distance on that side.

    Parameters
    ----------
    value, expected
        Values of a measure between 0 and 1, and their means under a null; same shape.

    Returns
    -------
    corrected
        (v - e)/(1 - e) where v ≥ e, (v - e)/e below: 0 by chance, 1 for complete separation, -1 for
        complete evenness.

    References
    ----------
    Carrington and Troske 1997.

    Examples
    --------
    >>> carrington_troske(np.array([0.5952]), np.array([0.0757])).round(4)
    array([0.562])
    """
    value, expected = np.asarray(value, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    return ratio(value - expected, np.where(value >= expected, 1 - expected, expected))


def density_corrected_dissimilarity(
    counts: FloatArray, *, starts: IntArray | None = None, size: float = 1
) -> FloatArray:
    """D with each unit's difference replaced by the one most likely to look like it.

    Half the sum over units of |p¹ - p⁰|, the shares of two groups that live there, each taken as a
    folded normal variable with its sampling spread σ: where the difference is below σ the likeliest
    true one is 0, elsewhere the root of θ = t tanh(θ t) with t the difference over σ.

    Parameters
    ----------
    counts
        People of the two groups, shape (units, 2).
    starts
        First unit of each stratum. Default: one stratum.
    size
        People of one household, who are all of one group.

    Returns
    -------
    value
        Shape (strata,), from 0 to 1. NaN where a group is absent.

    References
    ----------
    Allen, Burgess, Davidson and Windmeijer 2015.

    Examples
    --------
    >>> density_corrected_dissimilarity([[80, 20], [20, 80], [0, 100], [20, 80]]).round(6)
    array([0.595238])
    """
    values = two_groups(counts)
    members = total_groups(values, starts)
    everyone = here(members, starts, len(values), axis=-2)
    share = ratio(values, everyone)
    spread = np.sqrt((ratio(share * (1 - share), everyone / size)).sum(axis=-1))
    apart = np.abs(share[:, 0] - share[:, 1])
    t = np.divide(apart, spread, out=np.full_like(apart, np.inf), where=spread > 0)
    likeliest = np.where(np.isfinite(t), spread * _root(np.where(np.isfinite(t), t, 2.0)), apart)
    return np.where((members > 0).all(axis=-1), total(likeliest, starts) / 2, np.nan)


def _root(t: FloatArray) -> FloatArray:
    """Positive root of θ = t tanh(θ t), or 0 where t is 1 or less."""
    # Newton's steps from t itself, which lies above the root: the curve bends one way there, so none overshoots.
    theta = np.where(t > 1, t, 0.0)
    for _ in range(_STEPS):
        hyper = np.tanh(theta * t)
        slope = 1 - t * t * (1 - hyper * hyper)
        step = np.divide(theta - t * hyper, slope, out=np.zeros_like(theta), where=(t > 1) & (slope > 0))
        theta = theta - step
    return theta


def miller_madow(counts: FloatArray, *, starts: IntArray | None = None, size: float = 1) -> FloatArray:
    """How much chance adds to M, to first order: (cells - units - groups + 1) / 2T, of those that hold anybody.

    Parameters
    ----------
    counts
        People of each group, shape (units, groups).
    starts
        First unit of each stratum. Default: one stratum.
    size
        People of one household, who are all of one group.

    Returns
    -------
    bias
        Shape (strata,), in nats.

    References
    ----------
    Miller 1955.

    Examples
    --------
    >>> miller_madow([[80, 20], [20, 80], [0, 100], [20, 80]]).round(5)
    array([0.0025])
    """
    values = table(counts)
    held = (values > 0).astype(np.float64)
    cells = total(held.sum(axis=-1), starts)
    units = total((values.sum(axis=-1) > 0).astype(np.float64), starts)
    groups = (total_groups(values, starts) > 0).sum(axis=-1)
    people = total(values.sum(axis=-1), starts)
    return ratio(cells - units - groups + 1, 2 * people / size)


def contact_gap(
    counts: FloatArray, form: str, *, starts: IntArray | None = None, size: float | FloatArray = 1
) -> FloatArray:
    """Difference in the contact of two groups with the first, households left out of their own contact.

    Indices of evenness are differences of means: what members of the first group meet, scored, less
    what members of the second meet (Fossett 2017). That a person, with the own household, stands among
    those met is the whole of the bias. Met here is (x - s)/(t - s) by the first group and x/(t - s) by
    the second, with s the people of a household, and members are compared who do not share a unit:

        Σ_i Σ_j≠i x_i y_j (f(meets_i) - f(meets_j)) / (X Y)

    Of two people in different units dealt at random each could be in the place of the other, so that
    the mean under chance is 0 exactly, whatever the sizes of units. Apart altogether gives 1.

    Parameters
    ----------
    counts
        People of the two groups, shape (units, 2).
    form
        ``"dissimilarity"``, ``"gini"``, ``"correlation_ratio"``, ``"information_theory"`` or
        ``"hutchens"``: how contact is scored.
    starts
        First unit of each stratum. Default: one stratum.
    size
        People of one household, who are all of one group; one number or one a unit. A household is at
        most all of the group in its unit.

    Returns
    -------
    value
        Shape (strata,), at most 1, below 0 where people mix more than by chance. Units of one household
        meet nobody and are left out. NaN where fewer than two units or groups remain.

    Raises
    ------
    InvalidParameter
        There is no such form.

    References
    ----------
    Fossett 2017.

    Examples
    --------
    >>> contact_gap([[80, 20], [20, 80], [0, 100], [20, 80]], "correlation_ratio").round(4)
    array([0.4242])
    >>> contact_gap([[2, 0], [0, 2], [1, 1]], "dissimilarity")  # every way to deal three of each gives 0 on average
    array([0.44444444])
    """
    if form not in (*_SCORES, "gini"):
        message = f"{form!r} is no form of contact; they are {', '.join((*_SCORES, 'gini'))}."
        raise InvalidParameter(message, remedy=did_you_mean(form, (*_SCORES, "gini")))
    values = two_groups(counts)
    own = np.broadcast_to(np.asarray(size, dtype=np.float64), len(values))
    bounds = np.append(0 if starts is None else starts, len(values)).astype(np.int64)
    return np.array([
        _gap(values[low:high], own[low:high], form) for low, high in itertools.pairwise(bounds.tolist())
    ])  # fmt: skip


def meeting(values: FloatArray, size: FloatArray) -> BoolArray:
    """Whether anybody of a unit meets another household, shape (units,)."""
    return np.asarray(values.sum(axis=-1) > size * (1 + 1e-9))


def _gap(values: FloatArray, size: FloatArray, form: str) -> float:
    met = meeting(values, size)
    values, size = values[met], size[met, np.newaxis]
    members, people = values.sum(axis=0), values.sum(axis=1)
    if len(values) < 2 or not (members > 0).all():
        return float("nan")
    x, y = values.T
    home = np.minimum(values, size)
    others = people[:, np.newaxis] - home
    # Where a group has nobody in a unit what its members would meet is never counted.
    meets = np.column_stack([x - home[:, 0], x]) / np.where(others > 0, others, 1.0)
    # Quotients that are equal as numbers may differ in their last digit, and a rank would see it.
    meets = meets.round(12)
    if form == "gini":
        order = np.argsort(meets[:, 1], kind="stable")
        below = np.concatenate([[0.0], np.cumsum(y[order])])
        low, high = (np.searchsorted(meets[order, 1], meets[:, 0], side=side) for side in ("left", "right"))
        apart = x * (below[low] + below[high] - members[1])
        return float((apart - x * y * np.sign(meets[:, 0] - meets[:, 1])).sum() / members.prod())
    score = _SCORES[form](meets, float(members[0] / members.sum()))
    return float(((members[::-1] - values[:, ::-1]) * values * score * [1, -1]).sum() / members.prod())


def _scored(
    even: Callable[[FloatArray, float], FloatArray], slope: Callable[[float], float]
) -> Callable[..., FloatArray]:
    """Score contact so that the difference of means is Σ t g(p) / T: PQ g(p) / (p - P), with its limit at P."""

    def score(p: FloatArray, share: float) -> FloatArray:
        away = p - share
        near = np.abs(away) < _NEAR
        held = share * (1 - share)
        return np.where(near, held * slope(share), held * even(p, share) / np.where(near, 1.0, away))

    return score


def _log(p: FloatArray | float) -> FloatArray:
    return np.log(np.where(np.asarray(p) > 0, p, 1.0))


def _entropy(p: FloatArray | float) -> FloatArray:
    return -(p * _log(p) + (1 - p) * _log(1 - np.asarray(p)))


#: Distance from the overall share below which a quotient is taken as its limit.
_NEAR = 1e-7

_SCORES: dict[str, Callable[[FloatArray, float], FloatArray]] = {
    "dissimilarity": lambda p, share: np.where(np.abs(p - share) < _SAME, 0.0, np.sign(p - share)) / 2,
    "correlation_ratio": lambda p, share: p - share,
    "information_theory": _scored(
        lambda p, share: 1 - _entropy(p) / _entropy(share),
        lambda share: float(np.log(share / (1 - share)) / _entropy(share)),
    ),
    "hutchens": _scored(
        lambda p, share: 1 - np.sqrt(np.maximum(p * (1 - p), 0.0) / (share * (1 - share))),
        lambda share: float((2 * share - 1) / (2 * share * (1 - share))),
    ),
}
#: Shares that differ by less are the same: both are quotients, rounded.
_SAME = 1e-11
