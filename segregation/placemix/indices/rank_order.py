"""Rank-order segregation: by rank of something continuous, of which only bands may be known.

Every kernel takes counts of shape (..., units, groups), the groups from lowest to highest, and gives
(..., strata). At each threshold between two bands, people at or below it are separate from those above
by a two-group index. A polynomial in the share of people at or below is fitted to these values, weighted
by the square of how mixed the stratum is at the threshold, and averaged over all ranks in closed form,
weighted by how mixed it is there. So the value hardly depends on where the bands are cut, and not at
all on how unequal the incomes of the ranks are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.errors import InvalidParameter, TooFewGroups
from placemix.indices._parts import defined, table, total_groups, where_defined
from placemix.indices._thresholds import Variation, entropy_of, halves, interaction_of, root_of, varieties

#: Degrees of the polynomial that are fitted; beyond them its coefficients are no longer told apart.
DEGREES = range(1, 9)
#: A polynomial needs thresholds to differ, so two at least, and three bands.
BANDS = 3
#: Thresholds nearer to each other than this share of the people count as one.
APART = 1e-9


class Ranked(NamedTuple):
    """One way of weighing ranks.

    Attributes
    ----------
    variation
        How mixed people are where they are cut in two; also the weight of the rank.
    moment
        Mean of the m-th power of rank, weighted so: Reardon's delta_m.
    """

    variation: Variation
    moment: Callable[[int], float]


def _moment_of_entropy(m: int) -> float:
    # Twice the integral of -p^m (p ln p + (1 - p) ln (1 - p)); the second part is a derivative of the beta function.
    harmonic = math.fsum(1 / n for n in range(1, m + 3))
    return 2 * (1 / (m + 2) ** 2 + (harmonic - 1) / ((m + 1) * (m + 2)))


def _moment_of_interaction(m: int) -> float:
    return 6 / ((m + 2) * (m + 3))


def _moment_of_root(m: int) -> float:
    # 8/pi times the beta function at m + 3/2 and 3/2.
    return 4 * math.prod((2 * n + 1) / (2 * n + 4) for n in range(m + 1))


INFORMATION = Ranked(entropy_of, _moment_of_entropy)
VARIATION = Ranked(interaction_of, _moment_of_interaction)
SQUAREROOT = Ranked(root_of, _moment_of_root)


def rank_order_information(counts: Any, *, starts: IntArray | None = None, degree: int = 4) -> FloatArray:  # noqa: ANN401
    """Rank-order information theory index, H^R: weighs ranks by entropy.

    Parameters
    ----------
    counts
        People of each band in each unit, shape (..., units, groups), the lowest band first.
    starts
        First unit of each stratum. Default: one stratum.
    degree
        Degree of the polynomial, from 1 to 8. It needs one threshold more, and so two bands more.

    Returns
    -------
    value
        Shape (..., strata), 0 where even and 1 where apart. The polynomial may lead outside that
        range where few thresholds stand close together; nothing is clipped. NaN where fewer than
        degree + 1 thresholds have people on both sides, where fewer than two units are lived in, and
        where nobody is. Thresholds that an empty band makes alike count once.

    Raises
    ------
    TooFewGroups
        There are fewer than three bands.
    InvalidParameter
        The degree is not a whole number from 1 to 8, or the bands are too few for it.

    References
    ----------
    Reardon 2011; Reardon and Bischoff 2011.

    Examples
    --------
    Two thresholds, both with H = 0.75, make a level line:

    >>> rank_order_information([[0, 0, 30], [0, 20, 10], [10, 20, 0], [30, 0, 0]], degree=1).round(4).item()
    0.75
    """
    return _index(counts, starts, degree, INFORMATION)


def rank_order_variation(counts: Any, *, starts: IntArray | None = None, degree: int = 4) -> FloatArray:  # noqa: ANN401
    """Rank-order variance ratio index, R^R: weighs the middle ranks most.

    Parameters
    ----------
    counts
        People of each band in each unit, shape (..., units, groups), the lowest band first.
    starts
        First unit of each stratum. Default: one stratum.
    degree
        Degree of the polynomial; see `rank_order_information`.

    Returns
    -------
    value
        As of `rank_order_information`.

    Raises
    ------
    TooFewGroups, InvalidParameter
        As `rank_order_information`.

    References
    ----------
    Reardon 2011.

    Examples
    --------
    >>> rank_order_variation([[0, 0, 30], [0, 20, 10], [10, 20, 0], [30, 0, 0]], degree=1).round(4).item()
    0.75
    """
    return _index(counts, starts, degree, VARIATION)


def rank_order_squareroot(counts: Any, *, starts: IntArray | None = None, degree: int = 4) -> FloatArray:  # noqa: ANN401
    """Rank-order square root index, S^R: the most sensitive to the lowest and the highest ranks.

    Parameters
    ----------
    counts
        People of each band in each unit, shape (..., units, groups), the lowest band first.
    starts
        First unit of each stratum. Default: one stratum.
    degree
        Degree of the polynomial; see `rank_order_information`.

    Returns
    -------
    value
        As of `rank_order_information`.

    Raises
    ------
    TooFewGroups, InvalidParameter
        As `rank_order_information`.

    References
    ----------
    Reardon 2011.

    Examples
    --------
    >>> rank_order_squareroot([[0, 0, 30], [0, 20, 10], [10, 20, 0], [30, 0, 0]], degree=1).round(4).item()
    0.75
    """
    return _index(counts, starts, degree, SQUAREROOT)


def moments(ranked: Ranked, degree: int) -> FloatArray:
    """Mean of each power of rank up to a degree, weighted by how mixed people are there."""
    return np.array([ranked.moment(m) for m in range(degree + 1)])


def known_degree(degree: Any, bands: int) -> int:  # noqa: ANN401
    """Return the degree of a polynomial, or say why the thresholds between so many bands cannot carry it.

    Raises
    ------
    TooFewGroups, InvalidParameter
        As `rank_order_information`.
    """
    if bands < BANDS:
        message = f"A rank-order measure needs at least three bands, from lowest to highest, and there are {bands}."
        raise TooFewGroups(message, remedy="Two groups have no ranks between them: measure information_theory.")
    whole = isinstance(degree, (int, np.integer)) or (isinstance(degree, float) and degree.is_integer())
    if isinstance(degree, bool) or not whole or int(degree) not in DEGREES:
        message = f"degree is a whole number from {DEGREES[0]} to {DEGREES[-1]}, not {degree!r}."
        raise InvalidParameter(message)
    if int(degree) > bands - 2:
        message = f"{bands} bands have {bands - 1} thresholds, and a polynomial of degree {degree} needs {degree + 1}."
        fits = f"degree={bands - 2}" + (" or less, the less the steadier" if bands > BANDS else "")
        raise InvalidParameter(message, remedy=f"Pass {fits}, or counts in narrower bands.")
    return int(degree)


def averaged(
    share: FloatArray, value: FloatArray, weight: FloatArray, usable: BoolArray, mean: FloatArray
) -> FloatArray:
    """Average a polynomial that is fitted to values at some ranks over all ranks.

    Parameters
    ----------
    share, value, weight, usable
        Share of people at or below each threshold, the value there, the root of its weight in the fit,
        and whether it counts; all of shape (..., thresholds).
    mean
        `moments`, shape (degree + 1,).

    Returns
    -------
    average
        Shape (...,); NaN where fewer thresholds are usable than the polynomial has coefficients.
    """
    terms = mean.size
    if share.shape[-1] < terms:
        return np.full(share.shape[:-1], np.nan)
    enough = usable.sum(axis=-1) >= terms
    weight = np.where(usable, weight, 0.0)
    powers = weight[..., np.newaxis] * share[..., np.newaxis] ** np.arange(terms)
    powers = np.where(enough[..., np.newaxis, np.newaxis], powers, np.eye(share.shape[-1], terms))
    axes, upper = np.linalg.qr(powers)
    beside = np.swapaxes(axes, -1, -2) @ (weight * np.where(usable, value, 0.0))[..., np.newaxis]
    coefficients = np.linalg.solve(upper, beside)[..., 0]
    return where_defined(coefficients @ mean, enough)


def _index(counts: Any, starts: IntArray | None, degree: int, ranked: Ranked) -> FloatArray:  # noqa: ANN401
    values = table(counts)
    mean = moments(ranked, known_degree(degree, values.shape[-1]))
    bands = total_groups(values, starts)
    share, above = halves(bands).shares()
    # A threshold above an empty band is the one below it again.
    usable = (np.diff(share, axis=-1, prepend=0) > APART) & (above > APART)
    whole, within = varieties(values, starts, ranked.variation)
    loss = np.divide(whole - within, whole, out=np.zeros_like(whole), where=usable)
    found = averaged(share, loss, whole, usable, mean)
    return where_defined(found, defined(bands, values.sum(axis=-1), starts))
