"""Values of the rows of a call, by the kernels: the readable way, and the one for small tables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from placemix._typing import FloatArray
from placemix.counts import Counts
from placemix.errors import InvalidParameter
from placemix.measuring.plan import REST, Row
from placemix.registry import Asked
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


def value(row: Row, everyone: Everyone, around: Everyone | None, counts: Counts) -> FloatArray:
    """Evaluate one row for every stratum, shape (strata,)."""
    call, function = row.asked.row.call, row.asked.row.function
    options: dict[str, Any] = dict(row.asked.values)
    starts = everyone.starts
    if call == "mix":
        return np.asarray(function(everyone.members, **options))
    if call == "threshold":
        return threshold(row, everyone, counts)
    if row.focal is None:
        spatial = {} if around is None else {"surroundings": around.values}
        return np.asarray(function(everyone.values, starts=starts, **spatial, **options))
    against = REST if row.against is None else row.against
    pick = Everyone.met if call == "meeting" else Everyone.pair
    spatial = {} if around is None else {"surroundings": pick(around, row.focal, against)}
    return np.asarray(function(pick(everyone, row.focal, against), starts=starts, **spatial, **options))


def threshold(row: Row, everyone: Everyone, counts: Counts) -> FloatArray:
    """Share of members where a share reaches the threshold."""
    options: Mapping[str, Any] = row.asked.values
    members = everyone.total if row.focal is None else everyone.values[:, row.focal]
    return np.asarray(
        row.asked.row.function(
            members,
            compared(row.asked, row.focal, everyone, counts),
            everyone.total,
            threshold=float(options["threshold"]),
            op=options["op"],
            starts=everyone.starts,
        )
    )


def compared(ask: Asked, focal: int | None, everyone: Everyone, counts: Counts) -> FloatArray:
    """People whose share of the unit is compared with the threshold, shape (units,)."""
    share = str(ask.values["share"])
    if share == "largest":
        return everyone.values.max(axis=1)
    if share == "own":
        if focal is None:
            message = "share='own' needs a focal group."
            raise InvalidParameter(message)
        return everyone.values[:, focal]
    if share.startswith("not ") and share not in counts.groups:
        return everyone.total - everyone.values[:, counts.position(share.removeprefix("not "))]
    return everyone.values[:, counts.position(share)]
