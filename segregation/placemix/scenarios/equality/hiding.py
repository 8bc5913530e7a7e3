"""Small numbers of people: hidden, and with them what would give them away."""

from __future__ import annotations

import numpy as np

from placemix._typing import BoolArray, FloatArray

#: So near to the smallest number that is printed, it is that number.
_NEAR = 1e-9


def small(people: FloatArray, least: float) -> BoolArray:
    """Which numbers of people are below the smallest that is printed."""
    with np.errstate(invalid="ignore"):
        return np.asarray(people < least - _NEAR)


def hidden_groups(tables: FloatArray, least: float) -> BoolArray:
    """Which groups of a unit are hidden, in all its tables.

    Every group with fewer than `least` people in any of the tables is. Its number could be had where the total of a
    table is known: so the next smallest group is hidden with it, and further ones, until from the total and the numbers
    printed none that is below `least` can be told within less than half of `least`, or until all are hidden.

    Parameters
    ----------
    tables
        People of each group, shape (tables, groups); of each table the sum is known to the reader.
    least
        Smallest number that is printed.

    Returns
    -------
    hidden
        Shape (groups,).

    Examples
    --------
    One small group takes the next smallest with it, so that the total does not give it away:

    >>> hidden_groups(np.array([[120.0, 40.0, 25.0, 4.0]]), 10).tolist()
    [False, False, True, True]
    >>> hidden_groups(np.array([[120.0, 40.0, 25.0]]), 10).tolist()
    [False, False, False]
    """
    hidden: BoolArray = np.asarray(small(tables, least).any(axis=0))
    if not hidden.any():
        return hidden
    for group in np.argsort(tables.min(axis=0), kind="stable"):
        if _covered(tables[:, hidden], least):
            break
        hidden[group] = True
    return hidden


def _covered(tables: FloatArray, least: float) -> bool:
    """Whether no small number of the hidden groups can be told too closely from their sum."""
    if tables.shape[1] < 2:
        return False
    for people in tables:
        few = small(people, least)
        if not few.any():
            continue
        total, others = people.sum(), int((~few).sum())
        # A reader who knew which are small would know that these lie below `least`, and the others from it on.
        most = min(least, total - least * others)
        fewest = 0.0 if others else max(0.0, total - least * (few.sum() - 1))
        if most - fewest < least / 2 - _NEAR:
            return False
    return True
