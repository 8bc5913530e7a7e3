"""One side of a join: quantities of places, such as the share of a group or an index of segregation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from placemix.about import About
from placemix.counts import Counts
from placemix.errors import (
    DuplicateUnit,
    ReservedName,
    UnknownColumn,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.outcomes.joining.rows import COLUMNS
from placemix.strata import categorical

#: Columns of `Places.table` after those of the strata.
QUANTITIES: tuple[str, ...] = (
    "place", "quantity", "measure", "focal", "against", "value", "lower", "upper", "interval_method", "people",
    "value_reason",
)  # fmt: skip
#: Quantity of counts: how much of everyone in a place a group is.
SHARE = "share"
#: Name of the level at which counts have their units.
UNIT = "unit"


@dataclass(frozen=True, eq=False)
class Places:
    """Quantities of places, one row for each place and quantity.

    Attributes
    ----------
    table
        The strata, and `QUANTITIES`. `value` is missing where it is hidden or undefined; `lower` and `upper` are its
        ends where they are known.
    strata
        Columns of strata in which each place lies whole.
    on
        What a place is: ``"unit"``, or a column of strata.
    about
        What was counted.
    members
        Units of the places: `unit`, `place`, `people`; or None where nobody knows.
    source
        Start of the hash of the counts or of the table.
    groups
        How many groups there are.
    """

    table: pd.DataFrame
    strata: tuple[str, ...]
    on: str
    about: About
    members: pd.DataFrame | None
    source: str
    groups: int

    @property
    def people(self) -> pd.Series:
        """People of each place, by its id, in the order of first appearance."""
        first = self.table.drop_duplicates("place")
        return pd.Series(first["people"].to_numpy(), index=pd.Index(first["place"], dtype=str))


def labels_of(counts: Counts, on: str) -> Any:  # noqa: ANN401
    """Return the place of each unit of counts.

    Raises
    ------
    UnknownColumn
        The counts carry no strata of that name.
    """
    if on == UNIT:
        return counts.units.to_numpy(dtype=object)
    if on not in counts.strata.columns:
        known = [UNIT, *map(str, counts.strata.columns)]
        message = f"Places are {listed(known, shown=20)}, not {on!r}."
        remedy = did_you_mean(on, known) or "Name it as strata= when building the counts."
        raise UnknownColumn(message, remedy=remedy)
    return counts.strata[on].astype(str).to_numpy(dtype=object)


def strata_of(counts: Counts, place: Any, ids: Any, on: str) -> pd.DataFrame:  # noqa: ANN401
    """Strata in which every place lies whole; a place in several has none of that kind."""
    where = np.flatnonzero(~pd.Index(place).duplicated())
    columns = {}
    for name in counts.strata.columns:
        labels = counts.strata[name].astype(str).to_numpy(dtype=object)
        pairs = pd.DataFrame({"place": place, "label": labels}).drop_duplicates()
        if len(pairs) == len(ids) and name != on:
            columns[str(name)] = categorical(labels[where])
    return pd.DataFrame(columns, index=range(len(ids)))


def once(places: Places) -> Places:
    """Refuse a place that has a quantity twice, or no id."""
    table, faults = places.table, []
    twice = table.duplicated(["place", "quantity"]).to_numpy()
    if twice.any():
        message = f"{plural(int(twice.sum()), 'row repeats', 'rows repeat')} a place and quantity above."
        remedy = f"A {places.on} is one place: pass on= the column whose ids are unique, or keep one row of each."
        faults.append(DuplicateUnit(message, units=pd.unique(table["place"][twice].astype(str)), remedy=remedy))
    blank = table["place"].isna() | table["place"].astype(str).str.strip().isin(["", "nan", "None", "<NA>"])
    if blank.any():
        rows = [f"row {row}" for row in np.flatnonzero(blank) + 1]
        faults.append(DuplicateUnit("Places without an id.", units=rows, remedy="Give every place one."))
    if faults:
        raise together(faults)
    return places


def reserved(names: Iterable[object]) -> None:
    """Refuse strata that bear the name of a column of the result.

    Raises
    ------
    ReservedName
        They do.
    """
    taken_ = [str(name) for name in names if str(name) in COLUMNS]
    if taken_:
        message = f"Strata may not be named {listed([repr(name) for name in taken_])}: the result uses that name."
        raise ReservedName(message, remedy="Rename the column before you read the table.")
