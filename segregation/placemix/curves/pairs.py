"""Two groups of a table, stratum by stratum."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.counts import Counts, group_text
from placemix.errors import InvalidParameter
from placemix.measuring.ordered import Everyone
from placemix.measuring.plan import Which, focal_groups, rival_text, rivals
from placemix.strata import Strata


class Pair(NamedTuple):
    """Two groups in one stratum.

    Attributes
    ----------
    place
        Labels of the stratum, by column.
    focal, against
        Names of the groups.
    people
        Of both groups in each unit with any of them, shape (units, 2).
    dropped
        Units without.
    units
        Positions in the counts of the units with people.
    """

    place: dict[str, object]
    focal: str
    against: str
    people: FloatArray
    dropped: int
    units: np.ndarray


def pairs(counts: Counts, focal: Which, against: Which, by: str | tuple[str, ...]) -> Iterator[Pair]:
    """Give each stratum and, within it, each pair of groups.

    Raises
    ------
    FocalNeeded, InvalidParameter
        No group was named, or one is compared with itself.
    """
    strata: Strata = counts.arranged(by)
    everyone = Everyone(counts, strata)
    named = [
        (position, other)
        for position in focal_groups(counts, focal)
        for other in rivals(counts, against)
        if other != position
    ]
    if not named:
        message = "A group is compared with itself."
        raise InvalidParameter(message, remedy="Pass against= another group, or 'rest'.")
    tables = [everyone.pair(position, other) for position, other in named]
    for stratum in range(len(strata)):
        inside = slice(strata.bounds[stratum], strata.bounds[stratum + 1])
        place = {name: strata.labels[name].iloc[stratum] for name in strata.labels.columns}
        for (position, other), table in zip(named, tables, strict=True):
            people = table[inside]
            lived_in = people.sum(axis=1) > 0
            yield Pair(
                place,
                group_text(counts.groups[position]),
                rival_text(counts, other),
                people[lived_in],
                int((~lived_in).sum()),
                strata.order[inside][lived_in],
            )


def why_undefined(pair: Pair) -> str | None:
    """Return the reason why two groups have no curve, or None."""
    if not len(pair.people):
        return "no_people"
    if not (pair.people.sum(axis=0) > 0).all():
        return "group_absent"
    return "one_unit" if len(pair.people) == 1 else None


def framed(rows: list[dict[str, object]], by: tuple[str, ...]) -> pd.DataFrame:
    """Lay rows out, texts that repeat as categories in order of first appearance."""
    frame = pd.DataFrame(rows)
    for name in (*by, "focal", "against"):
        frame[name] = pd.Categorical(frame[name], categories=pd.unique(frame[name]))
    return frame
