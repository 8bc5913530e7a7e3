"""Who is dealt together: people of one household are of one group more often than strangers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

import numpy as np

from placemix.counts import Counts
from placemix.errors import InvalidParameter

#: A mean size, or households (or a share of them) of each size.
Cluster: TypeAlias = float | Mapping[int, float]

#: People in a household, on average, in England and Wales at the Census of 2021.
RESIDENTS = 2.4

#: Universes whose members are counted one by one.
_ALONE = ("pupil", "student", "staff", "employee", "worker", "teacher", "household")


class Dealt(NamedTuple):
    """How many people are dealt together.

    Attributes
    ----------
    size
        People in a cluster; 1 for people one by one.
    text
        The same in words, and why.
    """

    size: float
    text: str


def dealt(counts: Counts, cluster: Cluster | None) -> Dealt:
    """Say how many people are dealt together.

    A table of sizes gives Σ s² f / Σ s f, the size of the household that a person lives in on
    average: households all of that size vary as much as those of the table.

    Raises
    ------
    InvalidParameter
        A size is below 1, or no household has one.
    """
    if cluster is None:
        universe = (counts.about.universe or "").casefold()
        if any(word in universe for word in _ALONE):
            return Dealt(1.0, f"one by one ({counts.about.universe})")
        if "resident" in universe:
            return Dealt(RESIDENTS, f"in households of {RESIDENTS:g}, as in England and Wales in 2021 (assumed)")
        return Dealt(
            1.0, "one by one (whom the table counts is not stated; residents live in households, see cluster=)"
        )
    if isinstance(cluster, Mapping):
        sizes = np.array([float(size) for size in cluster])
        many = np.array([float(number) for number in cluster.values()])
        if not len(sizes) or (sizes < 1).any() or (many < 0).any() or not np.isfinite(many).all() or many.sum() <= 0:
            message = "cluster as a table holds households by size, such as {1: 30, 2: 34, 3: 16, 4: 20}."
            raise InvalidParameter(message, remedy="Sizes are at least 1, numbers at least 0, and some above 0.")
        size = float((sizes**2 * many).sum() / (sizes * many).sum())
        return Dealt(size, f"in households whose members live with {size:.3g} on average, themselves included")
    if (
        isinstance(cluster, bool)
        or not isinstance(cluster, int | float | np.number)
        or not 1 <= float(cluster) < np.inf
    ):
        message = f"cluster is the people dealt together, at least 1, not {cluster!r}."
        raise InvalidParameter(
            message, remedy="Pass a mean size such as 2.4, a table of sizes, or 1 for people one by one."
        )
    size = float(cluster)
    return Dealt(size, "one by one" if size == 1 else f"in households of {size:g}")
