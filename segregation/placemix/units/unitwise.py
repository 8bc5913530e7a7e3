"""One measure of one group for every unit, in the order of the counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.about import ESTIMATED
from placemix.counts import Counts, group_text
from placemix.indices import byar
from placemix.measuring.evaluation import walked
from placemix.measuring.ordered import Everyone
from placemix.measuring.plan import REST, Row
from placemix.measuring.vicinity import Vicinity, walks
from placemix.results import first_reason
from placemix.strata import Strata

_NOBODY_ELSE = "no other unit around"


@dataclass(frozen=True)
class Setting:
    """What the blocks of a call share.

    Attributes
    ----------
    counts, strata, everyone
        The counts, their strata, and the counts in the order of the strata.
    nearby
        Surroundings of the units, or the people around them in the order of the strata, or None.
    beside
        Text of the `around` column where there are no surroundings.
    level
        Level of limits and flags.
    """

    counts: Counts
    strata: Strata
    everyone: Everyone
    nearby: Vicinity | Everyone | None
    beside: str
    level: float

    @cached_property
    def place(self) -> IntArray:
        """Place of each unit in the order of the strata."""
        place = np.empty(len(self.counts), dtype=np.intp)
        place[self.strata.order] = np.arange(len(self.counts))
        return place

    @cached_property
    def stratum(self) -> IntArray:
        """Stratum of each unit."""
        return np.repeat(np.arange(len(self.strata)), np.diff(self.strata.bounds))[self.place]

    def people_around(self, row: Row) -> Everyone | None:
        """People around each unit, or None for the unit itself."""
        if isinstance(self.nearby, Vicinity):
            return self.nearby.people(ends=self.nearby.ends(row.asked.row))
        return self.nearby

    def around(self, row: Row) -> np.ndarray:
        """Text of the `around` column, one a unit."""
        if row.asked.row.call == "trajectory":
            return np.full(len(self.counts), walks(", ".join(map(str, self.strata.labels.columns)), row), dtype=object)
        if not isinstance(self.nearby, Vicinity):
            return np.full(len(self.counts), self.beside, dtype=object)
        ends = self.nearby.ends(row.asked.row)
        alone, unknown = self.nearby.alone(ends=ends), np.isnan(self.nearby.edge_shares(ends=ends))
        texts = [
            self.nearby.text(said, ends=ends, edge_known=known)
            for said in ("", _NOBODY_ELSE) for known in (True, False)
        ]  # fmt: skip
        return np.array(texts, dtype=object)[2 * alone + unknown]


def block(row: Row, setting: Setting) -> pd.DataFrame:
    """Local values of one row: of the unit's own mix, or of the mix around it."""
    counts, strata, everyone, place = setting.counts, setting.strata, setting.everyone, setting.place
    measure, options = row.asked.row, dict(row.asked.values)
    focal, against = row.focal, REST if row.against is None else row.against
    near, starts = None if measure.call == "trajectory" else setting.people_around(row), everyone.starts
    people, lower, upper, expected = counts.total, None, None, None
    if measure.call == "mix":
        mix = everyone.values
        if near is not None:
            mix = np.where(near.values.sum(axis=1, keepdims=True) > 0, near.values, mix)
        people = counts.values.sum(axis=1)
        value = np.where(people > 0, np.asarray(measure.function(mix, **options))[place], np.nan)
        numerator, denominator = value * people, people
    elif measure.call == "trajectory":
        value = walked(row, everyone, counts)[place]
        people = (everyone.values if focal is None else everyone.pair(focal, against)).sum(axis=1)[place]
        numerator, denominator = value * people, people
    elif focal is None or measure.name in _DIVERGENCES:
        seen, *spatial = [
            table.values if focal is None else table.pair(focal, against) for table in (everyone, near) if table
        ]
        value = measure.function(seen, *spatial, starts=starts, **options)[place]
        people = seen.sum(axis=1)[place]
        numerator, denominator = value * people, people
    elif measure.name == "location_quotient":
        seen, *spatial = [table.pair(focal, REST) for table in (everyone, near) if table]
        value = measure.function(seen, *spatial, starts=starts, **options)[place]
        members = np.add.reduceat(everyone.values[:, focal], starts)
        size = np.add.reduceat(everyone.total, starts)
        share = np.divide(members, size, out=np.zeros_like(size), where=size > 0)
        share = np.repeat(share, np.diff(strata.bounds))[place]
        denominator = people * share
        numerator = counts.values[:, focal] if near is None else value * denominator
        if near is None:  # the people around overlap, so that no chance model of their number is at hand
            lower, upper = byar(numerator, denominator, level=setting.level)
        expected = np.where(np.isnan(value), np.nan, 1.0)  # the stratum as a whole, the group included
    elif measure.name == "extremes":
        value = measure.function(everyone.met(focal, against), starts=starts, **options)[place]
        numerator, denominator = value * people, people
    else:
        # The group met stands second; local isolation meets the first.
        seen, *spatial = [table.met(focal, against) for table in (everyone, near) if table]
        value = measure.function(seen, *spatial, starts=starts, **options)[place]
        denominator = counts.values[:, focal]
        numerator = np.where(denominator > 0, value * denominator, 0.0)
    undefined = "undefined" if measure.call == "trajectory" and focal is None else "group_absent"
    undefined = "one_person" if options.get("finite") else undefined
    reason = first_reason({"no_people": people <= 0, undefined: np.isnan(value)})
    limits = lower is not None
    doubt = "none:estimated_counts" if counts.about.estimated else "none:complete_count"
    return framed(
        row,
        setting,
        value=value,
        numerator=numerator,
        denominator=denominator,
        people=people,
        reason=reason,
        expected=expected,
        lower=lower,
        upper=upper,
        level=setting.level if limits else np.nan,
        interval_method="null:byar" if limits else doubt,
    )


#: Measures that see the two groups alone.
_DIVERGENCES = frozenset({"local_information", "local_divergence"})


def framed(
    row: Row,
    setting: Setting,
    *,
    value: FloatArray,
    numerator: FloatArray,
    denominator: FloatArray,
    people: FloatArray,
    reason: object,
    interval_method: str,
    expected: FloatArray | None = None,
    lower: FloatArray | None = None,
    upper: FloatArray | None = None,
    level: float = np.nan,
    notes: Sequence[str] | None = None,
    around: object = None,
    **more: object,
) -> pd.DataFrame:
    """Lay values out in the columns of a result; `more` are columns that only some measures have."""
    counts = setting.counts
    blank: FloatArray = np.full(len(counts), np.nan)
    edge = {}
    if isinstance(setting.nearby, Vicinity):
        ends = setting.nearby.ends(row.asked.row)
        edge = {"edge_share": blank if row.asked.row.call == "trajectory" else setting.nearby.edge_shares(ends=ends)}
    estimated = ESTIMATED if counts.about.estimated else ""
    texts: object = estimated or None
    if notes is not None:
        texts = np.array(["; ".join(filter(None, [text, estimated])) or None for text in notes], dtype=object)
    columns = {
        "measure": row.asked.text,
        "focal": None if row.focal is None else group_text(counts.groups[row.focal]),
        "against": row.shown,
        "level": level,
        "flag": None,
        "note": texts,
        "around": setting.around(row) if around is None else around,
        **edge,
        "method": row.asked.row.method,
        "interval_method": interval_method,
        "source": counts.source,
        "version": __version__,
        "value": value,
        "expected": blank if expected is None else expected,
        "lower": blank if lower is None else lower,
        "upper": blank if upper is None else upper,
        "numerator": numerator,
        "denominator": denominator,
        "people": people,
        "units": pd.array(np.ones(len(counts), dtype=np.int64), dtype="Int64"),
        "groups": pd.array((counts.values > 0).sum(axis=1).astype(np.int64), dtype="Int64"),
        "residual": counts.residual,
        "units_dropped": pd.array(np.zeros(len(counts), dtype=np.int64), dtype="Int64"),
        "reason": reason,
    }
    return pd.DataFrame(columns | more, index=range(len(counts)))
