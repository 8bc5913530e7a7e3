"""Who is dealt together: people of one household are of one group more often than strangers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.counts import Counts
from placemix.errors import DuplicateUnit, InvalidParameter, UnmatchedUnit, plural

#: A mean size, households (or a share of them) of each size, or a mean size for each unit.
Cluster: TypeAlias = float | Mapping[int, float] | pd.Series

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
    by_unit
        People in a cluster of each unit, shape (units,), if they differ.
    """

    size: float
    text: str
    by_unit: FloatArray | None = None

    @property
    def of_units(self) -> float | FloatArray:
        """Size for drawing: of each unit where it is known."""
        return self.size if self.by_unit is None else self.by_unit


def dealt(counts: Counts, cluster: Cluster | None) -> Dealt:
    """Say how many people are dealt together.

    A series gives the mean size of every unit, by its id. A table of sizes gives Σ s² f / Σ s f, the size of
    the household that a person lives in on average: households all of that size vary as much as those of
    the table.

    Raises
    ------
    InvalidParameter
        A size is below 1, or no household has one.
    UnmatchedUnit
        A series lacks a unit.
    """
    if isinstance(cluster, pd.Series):
        return _by_unit(counts, cluster)
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


def _by_unit(counts: Counts, sizes: pd.Series) -> Dealt:
    if sizes.index.has_duplicates:
        twice = sizes.index[sizes.index.duplicated()]
        message = f"cluster has {plural(len(twice), 'unit')} twice."
        raise DuplicateUnit(message, units=twice, remedy="Give one size for each unit.")
    found = sizes.reindex(counts.units).to_numpy(dtype=np.float64, na_value=np.nan)
    lived_in = counts.total > 0
    if np.isnan(found[lived_in]).any():
        absent = counts.units[lived_in & np.isnan(found)]
        message = f"cluster has no size for {plural(len(absent), 'unit')} with people."
        raise UnmatchedUnit(message, units=absent, remedy="Index the series by the ids of the units.")
    odd = lived_in & ~((found >= 1) & (found < np.inf))
    if odd.any():
        message = f"cluster has a size below 1 for {plural(int(odd.sum()), 'unit')}."
        raise InvalidParameter(message, units=counts.units[odd], remedy="Sizes are people in a household, 1 or more.")
    found = np.where(lived_in, found, 1.0)
    mean = float(counts.total.sum() / max((counts.total / found).sum(), 1e-300))
    text = f"in households of the size of each unit, from {found[lived_in].min():.3g} to {found[lived_in].max():.3g}"
    return Dealt(mean, text, found)
