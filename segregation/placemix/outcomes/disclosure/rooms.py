"""From which rows people are taken, so that what is hidden with them costs least."""

from __future__ import annotations

import numpy as np

from placemix._typing import FloatArray, IntArray


def taken(room: FloatArray, price: FloatArray, much: float) -> tuple[IntArray, FloatArray] | None:
    """Take so many people from rows with room for them, the cheapest rows first, and then those with most room.

    Returns
    -------
    rows, people
        Which rows, and how many of each; None where there is not room enough.

    Examples
    --------
    >>> rows, people = taken(np.array([2.0, 9.0, 4.0]), np.array([0.0, 5.0, 1.0]), 5.0)
    >>> rows.tolist(), people.tolist()
    ([0, 2], [2.0, 3.0])
    """
    if much == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    # One row that has room for everybody costs less than two.
    alone = np.flatnonzero((room >= much) & (price < np.inf))
    if len(alone):
        first = alone[int(price[alone].argmin())]
        if price[first] == 0:
            return np.array([first]), np.array([much])
    able = np.flatnonzero((room > 0) & np.isfinite(price))
    order = able[np.lexsort((-room[able], price[able]))]
    reached = np.cumsum(room[order])
    last = int(np.searchsorted(reached, much))
    if last >= len(order):
        return None
    several = order[: last + 1]
    if len(alone) and price[alone].min() <= price[several].sum():
        return alone[[int(np.argmin(price[alone]))]], np.array([much])
    people = room[several].copy()
    people[-1] -= reached[last] - much
    return several, people
