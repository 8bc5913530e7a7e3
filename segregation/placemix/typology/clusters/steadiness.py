"""How steady classes are: made again from resampled units or people, and matched with the first."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter
from placemix.inference.drawing import stream
from placemix.typology.clusters.given_data import Given
from placemix.typology.clusters.grouping import Grouping, Plan, grouped, learned, nearest
from placemix.typology.clusters.scaling import Scale, points

RESAMPLES = ("units", "people")


class Steadiness(NamedTuple):
    """What resampling showed.

    Attributes
    ----------
    stays
        Share of draws in which a unit stays with its class, shape (units,); NaN without draws.
    agreement
        Adjusted Rand index of each draw with the first classes, shape (draws,).
    """

    stays: FloatArray
    agreement: FloatArray


def way(given: Given, plan: Plan, resample: str | None, draws: int) -> str | None:
    """Decide what is resampled, or refuse.

    Raises
    ------
    InvalidParameter
        Units of which some are drawn twice have no neighbours; or people are not whole numbers.
    """
    if draws == 0:
        return None
    if resample not in (None, *RESAMPLES):
        message = f"resample is 'units' or 'people', not {resample!r}."
        raise InvalidParameter(message)
    how = resample or ("units" if plan.neighbours is None else "people")
    if how == "units" and plan.neighbours is not None:
        message = "Units drawn twice, or not at all, have no neighbours."
        raise InvalidParameter(message, remedy="Pass resample='people', or draws=0.")
    if how == "people":
        whole = all((np.rint(counts.values) == counts.values).all() for counts in given.counts)
        whole = whole and all((np.rint(counts.total) == counts.total).all() for counts in given.counts)
        if not given.counts or not whole:
            message = "People can be drawn anew where they are counted in whole numbers, and here they are not."
            raise InvalidParameter(message, remedy="Pass resample='units', or draws=0.")
    return how


def steady(
    given: Given, scale: Scale, plan: Plan, first: Grouping, *, how: str | None, draws: int, seed: int,
    weight: FloatArray | None,
) -> Steadiness:  # fmt: skip
    """Make the classes again from each draw and match them with the first."""
    number = len(first.labels)
    if how is None:
        return Steadiness(np.full(number, np.nan), np.empty(0))
    here = points(given, scale)
    score = learned("metrics").adjusted_rand_score
    stays, agreement = np.zeros(number), np.empty(draws)
    for draw in range(draws):
        random = stream(seed, draw)
        start = int(random.integers(2**31))
        if how == "units":
            rows = random.integers(number, size=number)
            again = grouped(here[rows], plan, seed=start, weight=None if weight is None else weight[rows])
            labels = nearest(again, here)[0]
        else:
            there = points(given, scale, _people(given, random))
            labels = grouped(there, plan, seed=start, weight=weight).labels
        stays += matched(first.labels, labels) == first.labels
        agreement[draw] = score(first.labels, labels)
    return Steadiness(stays / draws, agreement)


def matched(first: IntArray, other: IntArray) -> IntArray:
    """Give classes the numbers of those they share most units with, each at most once; -1 where none is left."""
    from scipy.optimize import linear_sum_assignment
    from scipy.sparse import coo_array

    common = coo_array((np.ones(len(first)), (other, first)), shape=(other.max() + 1, first.max() + 1)).toarray()
    rows, columns = linear_sum_assignment(common, maximize=True)
    number = np.full(len(common), -1)
    number[rows] = columns
    return number[other]


def _people(given: Given, random: np.random.Generator) -> FloatArray:
    """Shares of people drawn anew within each unit, those in none of the groups among them."""
    blocks = []
    for counts in given.counts:
        total = counts.total[given.typed]
        everyone = np.column_stack([counts.values, counts.residual])[given.typed]
        drawn = random.multinomial(total.astype(np.int64), everyone / everyone.sum(axis=1, keepdims=True))
        blocks.append(drawn[:, :-1] / total[:, np.newaxis])
    return np.column_stack(blocks)
