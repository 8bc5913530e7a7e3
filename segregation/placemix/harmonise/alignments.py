"""What an alignment is: two comparable tables, and what it cost to make them so."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from placemix.counts import Counts, group_text
from placemix.errors import SmoothedByInterpolation, TotalsNotConserved, plural
from placemix.harmonise.areas.moving_counts import LOST
from placemix.harmonise.areas.walks import Walks


@dataclass(frozen=True, eq=False, repr=False)
class Alignment:
    """Two tables on the same units and groups, and what it cost to bring them there.

    `align` makes one. Printing it shows the steps.

    Attributes
    ----------
    before, after
        The tables, comparable: the same units in the same order, the same groups, the same strata.
    method
        How the areas were made one: ``"same units"``, ``"common"``, ``"weights"``, ``"areal"`` or
        ``"dasymetric"``.
    lineage
        What was done, one row a step: `step`, `side`, `units_in`, `units_out`, `people_in`,
        `people_out`, `interpolated` (share of people divided between units), `note`.
    conserved
        One row for each side and group, and for everyone: `people_in`, `people_out`, `difference`.
    interpolated
        Share of the earlier people who were divided between units.
    warnings
        What a reader of the numbers must know.
    walks
        How the earlier people were moved, or None where they were only summed.
    original
        The earlier counts as they were moved: on their own units, with the groups in common.
    """

    before: Counts
    after: Counts
    method: str
    lineage: pd.DataFrame
    conserved: pd.DataFrame
    interpolated: float = 0.0
    warnings: tuple[str, ...] = ()
    walks: Walks | None = None
    original: Counts | None = None

    def __repr__(self) -> str:
        return (
            f"<Alignment ({self.method}): {plural(len(self.after), 'unit')}, {len(self.after.groups)} groups, "
            f"{self.interpolated:.1%} of the earlier people interpolated>"
        )

    def __str__(self) -> str:
        shown = self.lineage.drop(columns="note")
        for name in ("people_in", "people_out", "units_in", "units_out"):
            shown[name] = [f"{value:,.0f}" for value in shown[name]]
        shown["interpolated"] = [f"{value:.1%}" for value in shown["interpolated"]]
        rows = self.lineage[["step", "side", "note"]].to_numpy()
        notes = [f"{step} ({side}): {note}" for step, side, note in rows if note]
        worst = float(self.conserved["difference"].abs().max())
        everyone = float(self.conserved["people_in"].max())
        check = f"Conserved: no group gained or lost more than {worst:.1g} of {everyone:,.0f} people."
        if worst == 0:
            check = "Conserved: no group gained or lost anybody."
        return "\n".join([repr(self)[1:-1], shown.to_string(index=False), *notes, check, *self.warnings])


def lineage_row(
    step: str, side: str, before: Counts, after: Counts, note: str = "", interpolated: float = 0.0
) -> dict[str, Any]:
    """Return one row of a lineage."""
    return {
        "step": step,
        "side": side,
        "units_in": len(before),
        "units_out": len(after),
        "people_in": float(before.total.sum()),
        "people_out": float(after.total.sum()),
        "interpolated": interpolated,
        "note": note,
    }


def conservation(ready: tuple[Counts, Counts], done: tuple[Counts, Counts]) -> pd.DataFrame:
    """Compare the people of each group and all before and after moving.

    Raises
    ------
    TotalsNotConserved
        People were lost or made.
    """
    parts = []
    for side, one, other in zip(("before", "after"), ready, done, strict=True):
        frame = pd.DataFrame(
            {
                "side": side,
                "group": [*map(group_text, other.groups), "everyone"],
                "people_in": np.append(one.values.sum(axis=0), one.total.sum()),
                "people_out": np.append(other.values.sum(axis=0), other.total.sum()),
            }
        )
        parts.append(frame.assign(difference=frame["people_out"] - frame["people_in"]))
    table = pd.concat(parts, ignore_index=True)
    off = table["difference"].abs() > LOST * table["people_in"].clip(lower=1)
    if off.any():
        message = f"{table.loc[off, 'difference'].abs().sum():,.6g} people were lost or made."
        raise TotalsNotConserved(message, remedy="Check that the lookup reaches every unit of both tables.")
    return table


def warned(share: float, walks: Walks | None) -> tuple[str, ...]:
    """Warn of people who were divided between units, and return the words.

    Warns
    -----
    SmoothedByInterpolation
        There are such people.
    """
    if walks is None or share <= 0:
        return ()
    key = "one key for everyone in a unit" if walks.single else "keys for each group that another table gives"
    message = (
        f"{share:.1%} of the earlier people were divided between units by {key}, which makes groups look more evenly "
        "spread than they are. placemix.inference.smoothing_bias(aligned, …) estimates by how much; method='common' "
        "estimates nothing."
    )
    warnings.warn(SmoothedByInterpolation(message), stacklevel=3)
    return (message,)
