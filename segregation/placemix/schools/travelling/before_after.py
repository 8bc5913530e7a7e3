"""Access before and after a change, group by group."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from placemix.errors import UnmatchedUnit
from placemix.results import Call, Result, remember


def compare_access(before: pd.DataFrame, after: pd.DataFrame) -> Result:
    """Compare two results of `access` group by group: what a bus network, a new school or a closure would change.

    Parameters
    ----------
    before, after
        What `access` gave for the same children.

    Returns
    -------
    result
        One row for each of their rows: the stratum, `kind`, `statistic`, `rank`, `group`, `against`, `before`, `after`,
        `change`, `gap_before`, `gap_after` (differences from `against`), `gap_change`, `unreachable_before`,
        `unreachable_after`, `measured_in`, `people`, `reason`, `note`.

    Raises
    ------
    UnmatchedUnit
        They do not have the same rows, the same people or the same reach, or are not measured in the same.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town()
    >>> secondary = town.schools[town.schools["phase"] == "secondary"]
    >>> children = town.children().take(town.children().geometry.notna().to_numpy())
    >>> two = (pm.schools.access(children, some, within="2 km") for some in (secondary, secondary[1:]))
    >>> change = pm.schools.compare_access(*two)
    >>> change.loc[change["statistic"] == "schools within reach", ["group", "before", "after"]].round(2).tail(1)
          group  before  after
    5  everyone    1.42   1.25
    """
    first = list(before.columns)
    keys = [*first[: first.index("kind")], "kind", "statistic", "rank", "group", "against"]
    same = set(keys) <= set(after.columns) and len(before) == len(after)
    if not same or not (_words(before[keys]) == _words(after[keys])).all():
        message = "The two results do not have the same rows."
        raise UnmatchedUnit(message, remedy="Ask both with the same groups, by=, kind= and least=.")
    if not (_words(before[["measured_in"]]) == _words(after[["measured_in"]])).all():
        message = "One result is in minutes and the other in lengths."
        raise UnmatchedUnit(message, remedy="Ask both with minutes= and times=, or both with within=.")
    reaches = [_reach(side) for side in (before, after)]
    if None not in reaches and reaches[0] != reaches[1]:
        message = "The two results are of different reaches."
        raise UnmatchedUnit(message, remedy="Ask both with the same within=, or minutes=.")
    if not np.allclose(before["people"], after["people"], rtol=1e-9):
        message = "The two results are not of the same people."
        raise UnmatchedUnit(message, remedy="Change the schools or the times, and not the children.")
    table = pd.DataFrame(before[keys]).reset_index(drop=True)
    sides = (before.reset_index(drop=True), after.reset_index(drop=True))
    for name, column in (("", "value"), ("gap_", "difference")):
        one, other = (side[column].to_numpy(dtype=np.float64) for side in sides)
        table[f"{name}before"], table[f"{name}after"], table[f"{name}change"] = one, other, other - one
    for word, side in zip(("before", "after"), sides, strict=True):
        table[f"unreachable_{word}"] = side["unreachable"]
    table["measured_in"], table["people"] = sides[0]["measured_in"], sides[0]["people"]
    table["reason"] = sides[0]["reason"].where(sides[0]["reason"].notna(), sides[1]["reason"])
    table["note"] = [
        one if one == other else f"Before: {one} After: {other}"
        for one, other in zip(sides[0]["note"], sides[1]["note"], strict=True)
    ]
    inputs = {"before": pd.DataFrame(before), "after": pd.DataFrame(after)}
    return remember(table, Call("schools.compare_access", inputs))


def _reach(found: pd.DataFrame) -> tuple[str, str] | None:
    """What counted as within reach, as far as the result knows its call."""
    call = getattr(found, "call", None)
    if call is None:
        return None
    return str(call.arguments.get("within")), str(call.arguments.get("minutes"))


def _words(keys: pd.DataFrame) -> Any:  # noqa: ANN401
    """Keys of rows as texts, missing ones as a dash."""
    return keys.astype(object).where(keys.notna(), "-").map(str).to_numpy(dtype=object)
