"""Which of two groups stands higher, where units have a height such as pay."""

from __future__ import annotations

from typing import Any

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter
from placemix.indices._parts import defined, here, ratio, total, total_groups, two_groups, where_defined
from placemix.indices._ranked import numbers


def somers(counts: Any, height: Any, *, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Somers' D of group and height: how much likelier a member of the one group stands higher than lower.

    Of all pairs of a member of the focal group and one of the others, the share in which the member stands
    higher less the share in which the other does. Pairs at one height count in neither.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (units, 2).
    height
        Height of each unit, such as pay, shape (units,). Only the order matters.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (strata,), from -1 (all of the focal group stand lower) through 0 to 1 (all stand higher). NaN
        where undefined.

    Raises
    ------
    InvalidParameter
        There is not one finite height for each unit.

    References
    ----------
    Somers 1962; Blackburn and Jarman 2006.

    Examples
    --------
    >>> somers([[80, 20], [20, 80]], [10, 20]).round(4).item()
    -0.6
    """
    values = two_groups(counts)
    heights = numbers(height)
    if values.ndim != _TABLE or heights.shape != values.shape[:1] or not np.isfinite(heights).all():
        message = (
            f"Each of the units needs one finite height, a number; their shape is {np.shape(height)}, of counts "
            f"{values.shape}."
        )
        raise InvalidParameter(message)
    units = len(values)
    groups = total_groups(values, starts)
    stratum = here(np.arange(len(groups)), starts, units, axis=0)
    order = np.lexsort((heights, np.broadcast_to(stratum, heights.shape)))
    x, y = values[order, 0], values[order, 1]
    passed = np.cumsum(y) - y
    if starts is not None:
        passed = passed - here(passed[starts], starts, units, axis=0)
    # Units of one height are one step.
    new = np.ones(units, dtype=bool)
    new[1:] = np.diff(heights[order]) != 0
    if starts is not None:
        new[starts] = True
    first = np.flatnonzero(new)
    step = np.cumsum(new) - 1
    lower = passed[first][step]
    same = np.add.reduceat(y, first)[step]
    everyone = here(groups[:, 1], starts, units, axis=0)
    net = total(x * (lower - (everyone - lower - same)), starts)
    value = ratio(net, groups[:, 0] * groups[:, 1])
    return where_defined(value, defined(groups, values.sum(axis=-1), starts))


#: Axes of a table of units and groups.
_TABLE = 2
