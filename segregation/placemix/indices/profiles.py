"""Concentration profiles: how many live where a share is above a threshold."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray, Threshold
from placemix.errors import InvalidParameter
from placemix.indices._parts import ratio, total


def above(part: Any, whole: Any, threshold: float, *, op: Threshold = ">=") -> BoolArray:  # noqa: ANN401
    """Whether part / whole reaches a threshold, compared on counts.

    Shares in floating point put areas that lie exactly on a threshold on the wrong side
    of it; whole numbers do not. The threshold is read as the decimal it is written as.

    Parameters
    ----------
    part, whole
        People, same shape.
    threshold
        A share, from 0 to 1.
    op
        ``">="`` reaches, ``">"`` exceeds.

    Returns
    -------
    above
        Same shape; False where nobody is.

    Raises
    ------
    InvalidParameter
        The threshold is not a share, or `op` is neither ``">"`` nor ``">="``.

    Examples
    --------
    >>> above([8, 9], [10, 10], 0.9).tolist()
    [False, True]
    """
    if not 0 <= threshold <= 1:
        message = f"A threshold is a share between 0 and 1, not {threshold}."
        raise InvalidParameter(message, remedy="Write 90 % as 0.9.")
    if op not in {">", ">="}:
        message = f"The comparison must be '>' or '>=', not {op!r}."
        raise InvalidParameter(message)
    exact = Fraction(str(threshold)).limit_denominator(10**6)
    left = np.asarray(part, dtype=np.float64) * exact.denominator
    right = np.asarray(whole, dtype=np.float64) * exact.numerator
    reached = left > right if op == ">" else left >= right
    return reached & (np.asarray(whole) > 0)


def concentration(
    members: Any,  # noqa: ANN401
    part: Any,  # noqa: ANN401
    whole: Any,  # noqa: ANN401
    *,
    threshold: float,
    op: Threshold = ">=",
    starts: IntArray | None = None,
) -> FloatArray:
    """Share of a group's members who live where a share reaches a threshold, v(τ).

    Parameters
    ----------
    members
        The people who are counted, shape (..., units).
    part, whole
        The share that is compared with the threshold, as two counts of shape (..., units).
        Which share is half of the debate, hence no default: the group's own, another
        group's, everyone but a group, or the largest group whatever it is.
    threshold
        A share, from 0 to 1.
    op
        ``">="`` reaches, ``">"`` exceeds.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), from 0 to 1. NaN where the group has no members.

    References
    ----------
    Poulsen, Johnston and Forrest 2001; Johnston, Poulsen and Forrest 2002.

    Examples
    --------
    Pupils in schools where one group has more than 90 % of the roll:

    >>> rolls = np.array([[95, 5, 0], [10, 80, 10], [92, 4, 4], [40, 30, 30], [3, 91, 6]])
    >>> everyone = rolls.sum(axis=1)
    >>> concentration(everyone, rolls.max(axis=1), everyone, threshold=0.9, op=">").item()
    0.6
    """
    people = np.asarray(members, dtype=np.float64)
    return ratio(total(people * above(part, whole, threshold, op=op), starts), total(people, starts))
