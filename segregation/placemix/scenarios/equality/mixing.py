"""People of new homes by group, given a profile, and how far chance alone moves them."""

from __future__ import annotations

import numpy as np

from placemix._typing import FloatArray
from placemix.inference.drawing import stream


def mixes(counts: FloatArray, sizes: FloatArray | None) -> FloatArray:
    """Share of each group among the people of a tenure.

    Parameters
    ----------
    counts
        Households, or people, shape (..., tenures, groups).
    sizes
        People in a household of each group, shape (groups,), or None where all are of one size.

    Returns
    -------
    share
        Shape (..., tenures, groups); sums to 1.

    Examples
    --------
    >>> mixes(np.array([[30.0, 10.0]]), np.array([2.0, 4.0])).tolist()
    [[0.6, 0.4]]
    """
    people = counts if sizes is None else counts * sizes
    return np.asarray(people / people.sum(axis=-1, keepdims=True))


def newcomers(people: FloatArray, mix: FloatArray) -> FloatArray:
    """Expected people of each group in new homes.

    Parameters
    ----------
    people
        People in new homes of each unit and tenure, shape (units, tenures).
    mix
        Share of each group by profile and tenure, shape (profiles, tenures, groups).

    Returns
    -------
    expected
        Shape (profiles, units, groups); sums to the people.

    Examples
    --------
    >>> newcomers(np.array([[100.0, 50.0]]), np.array([[[0.6, 0.4], [0.2, 0.8]]])).tolist()
    [[[70.0, 80.0]]]
    """
    return np.einsum("ut,ptg->pug", people, mix)


def noise(
    people: FloatArray, counts: FloatArray, sizes: FloatArray | None, *, draws: int, seed: int
) -> FloatArray:  # fmt: skip
    """Standard deviation of the people of each group if chance alone were at work.

    In each draw a profile is drawn from Dirichlet distributions whose weights are its households, and the people of
    each unit and tenure, one by one, from a multinomial of it. Fractions of people are drawn as the nearest whole
    number, scaled.

    Parameters
    ----------
    people, counts, sizes
        As in `newcomers` and `mixes`.
    draws, seed
        How many draws, and where their random numbers begin.

    Returns
    -------
    deviation
        Shape (profiles, units, groups).
    """
    whole = np.rint(people).astype(np.int64)
    scale = np.divide(people, whole, out=np.zeros_like(people), where=whole > 0)
    left = np.where(whole > 0, 0.0, people)
    mean = np.zeros((len(counts), len(people), counts.shape[-1]))
    squares = np.zeros_like(mean)
    for number in range(draws):
        random = stream(seed, number)
        for place, table in enumerate(counts):
            # Gamma deviates over their sum are a Dirichlet's; a group without households stays without.
            weights = random.standard_gamma(table)
            mix = mixes(np.where(weights.sum(axis=-1, keepdims=True) > 0, weights, table), sizes)
            drawn = np.einsum("ut,utg->ug", scale, random.multinomial(whole, mix)) + left @ mix
            step = drawn - mean[place]
            mean[place] += step / (number + 1)
            squares[place] += step * (drawn - mean[place])
    return np.asarray(np.sqrt(squares / (draws - 1)))
