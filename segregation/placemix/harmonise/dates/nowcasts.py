"""What a nowcast is, and what it is held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import pandas as pd

from placemix.counts import Counts
from placemix.errors import listed

Method: TypeAlias = Literal["totals", "share", "cohort"]
#: A series of people, or of members by group, at one date or by period.
Series: TypeAlias = pd.Series | Counts | Mapping[str, pd.Series] | Mapping[str, Counts]
#: Columns of the table of errors.
ERRORS = (
    "group", "units", "share_error", "lowest", "highest", "no_change", "better", "people_error", "people_no_change",
    "people_better",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Backcast:
    """Two counts, and the series as it was at the second: where a nowcast can be held against the truth.

    Attributes
    ----------
    before, after
        Counts of the same units and groups, whose `about.period` says when.
    series
        As `nowcast` takes it, for the date of `after`.
    totals
        As `nowcast` takes it.
    hold_out
        Stratum of `before` whose units are left out together when weights are fitted for them.
        Default: each unit alone.
    """

    before: Counts
    after: Counts
    series: Series
    totals: Series | None = None
    hold_out: str | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Nowcast:
    """Estimated counts, and how far such estimates were off before.

    Attributes
    ----------
    counts
        Marked as estimated, as every result of them is.
    error
        One row for each group and for ``"everyone"``, from the back-cast; empty without one.
        `share_error`: mean absolute error of the group's share in a unit, over units; `lowest` and
        `highest`: the errors furthest below and above; `no_change`: the mean absolute error of
        leaving the earlier shares as they were; `better`: whether the nowcast beats that;
        `people_error`, `people_no_change`, `people_better`: the same in people; `units`.
    method
        How it was made.
    weights
        Weight of the series by group.
    assumptions
        What it rests on.
    """

    counts: Counts
    error: pd.DataFrame
    method: Method
    weights: pd.Series
    assumptions: tuple[str, ...] = ()

    def __repr__(self) -> str:
        groups = self.error[self.error["group"] != "everyone"]
        worse = groups["group"][~groups["better"].astype(bool)].tolist()
        shown = f"shares no better than no change for {listed(worse)}" if worse else "shares better than no change"
        return f"<Nowcast by {self.method}, {self.counts.about.period}: {'error not known' if groups.empty else shown}>"

    def explain(self) -> str:
        """Say what it rests on and how far off it was, one sentence a line."""
        return "\n".join([*self.assumptions, *told(self.error)])


def told(error: pd.DataFrame) -> list[str]:
    """Say how far off each group was in the back-cast, in shares and in people."""
    lines = []
    for row in error.to_dict("records"):
        people = (
            f"{row['people_error']:,.0f} people a unit, {_against(row['people_better'])} no change "
            f"({row['people_no_change']:,.0f})"
        )
        if row["group"] != "everyone":
            shares = (
                f"shares off by {100 * row['share_error']:.2f} points on average ({100 * row['lowest']:+.1f} to "
                f"{100 * row['highest']:+.1f}), {_against(row['better'])} no change ({100 * row['no_change']:.2f}); "
            )
            people = f"{shares}{people}"
        lines.append(f"Back-cast of {row['group']}: {people}.")
    return lines


def _against(better: bool) -> str:  # noqa: FBT001
    return "better than" if better else "no better than"
