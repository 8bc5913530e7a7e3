"""Counts in the order of their strata, as the kernels take them."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from placemix._typing import FloatArray
from placemix.counts import Counts
from placemix.measuring.plan import REST
from placemix.strata import Strata


class Everyone:
    """Counts in the order of the strata, as the kernels take them; ordered when first asked for.

    Attributes
    ----------
    starts
        First unit of each stratum.
    """

    def __init__(self, counts: Counts, strata: Strata) -> None:
        self.counts, self.order, self.starts = counts, strata.order, strata.starts
        self._sorted = bool(np.all(np.diff(strata.order) == 1))

    @cached_property
    def values(self) -> FloatArray:
        """People of each group, shape (units, groups)."""
        return self.counts.values if self._sorted else self.counts.values[self.order]

    @cached_property
    def total(self) -> FloatArray:
        """Everyone, shape (units,)."""
        return self.counts.total if self._sorted else self.counts.total[self.order]

    @cached_property
    def members(self) -> FloatArray:
        """People of each group in each stratum, shape (strata, groups); one group at a time, to save memory."""
        return np.column_stack([np.add.reduceat(group[self.order], self.starts) for group in self.counts.values.T])

    def pair(self, focal: int, against: int) -> FloatArray:
        """The focal group and the group (or everyone else) it is compared with, shape (units, 2)."""
        x = self.values[:, focal]
        other = np.maximum(self.total - x, 0.0) if against == REST else self.values[:, against]
        return np.column_stack([x, other])

    def met(self, focal: int, against: int) -> FloatArray:
        """The focal group, those it may meet, and everyone else, shape (units, 2 or 3)."""
        if against == REST:
            return self.pair(focal, REST)
        x, y = self.values[:, focal], self.values[:, against]
        return np.column_stack([x, y, np.maximum(self.total - x - y, 0.0)])
