"""Strata: units put in order once, so that every sum over a stratum is one pass."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.errors import (
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    ReservedName,
    UnknownColumn,
    did_you_mean,
    listed,
)


@dataclass(frozen=True, slots=True)
class Strata:
    """Units ordered by stratum, so that every sum is one pass.

    Attributes
    ----------
    order
        Positions of the units, stratum by stratum, shape (units,).
    bounds
        First place of each stratum in `order`, and the number of units, shape (strata + 1,).
    labels
        One row a stratum, one categorical column for each name, in order of first appearance.
    """

    order: IntArray
    bounds: IntArray
    labels: pd.DataFrame

    @property
    def starts(self) -> IntArray:
        """First place of each stratum."""
        return self.bounds[:-1]

    def __len__(self) -> int:
        return len(self.bounds) - 1


#: Words that mean something of their own where groups are compared; of two groups, one may be the rest.
GROUP_WORDS = frozenset({"rest", "each"})

#: Columns of the results; strata of such a name would be overwritten by them.
COLUMN_WORDS = frozenset({
    "unit", "total", "measure", "focal", "against", "value", "expected", "lower", "upper", "level", "flag", "p_value",
    "p_adjusted", "numerator", "denominator", "people", "units", "groups", "residual", "units_dropped", "reason",
    "note", "around", "edge_share", "method", "interval_method", "source", "version", "sentence", "share", "op",
    "threshold", "members", "members_above", "people_above", "units_above", "condition", "focal_mean", "against_mean",
    "gap", "separation", "contrast", "over_mean", "under_mean", "focal_people", "against_people", "people_dropped",
    "share_before", "share_after", "isolation_before", "isolation_after", "isolation_change", "composition",
    "structure", "structure_forward", "structure_reverse", "dissimilarity_before", "dissimilarity_after",
    "dissimilarity_change", "v_before", "v_after", "v_change", "v_remainder", "people_before", "people_after",
    "zero_cells", "zero_units", "patched_units", "verdict", "sorting", "source_before", "radius", "nearest", "scale",
})  # fmt: skip


def _means_else(name: str, groups: int, *, final: bool) -> bool:
    return name == "unit" or (name in GROUP_WORDS and groups > 2) or (final and name == "total")


def clashes(groups: Iterable[str], strata: Iterable[str], *, final: bool = False) -> list[PlacemixError]:
    """Find names of groups and strata that results use for themselves.

    A column named total is first looked at as the total of the others, hence `final`.
    """
    names, kinds = list(groups), list(strata)
    faults: list[PlacemixError] = []
    for role, found in (
        ("group", [name for name in names if _means_else(name, len(names), final=final)]),
        ("stratum", [name for name in kinds if name in COLUMN_WORDS or name in names]),
    ):
        if found:
            message = f"A {role} may not be named {listed([repr(name) for name in found])}: results use that name."
            remedy = "Rename the column; a group can be renamed in the call, groups={'all of them': 'total', …}."
            faults.append(ReservedName(message, remedy=remedy))
    return faults


def arrange(table: pd.DataFrame, names: tuple[str, ...]) -> Strata:
    """Order units by their strata.

    Parameters
    ----------
    table
        One row a unit, one categorical column for each kind of stratum.
    names
        Columns that make the strata; none for one stratum of all units.

    Raises
    ------
    UnknownColumn
        There are no strata of that name.
    InvalidParameter
        What is named is no column, or one is named twice.
    """
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        message = f"by names columns of strata, each once, not {', '.join(map(repr, names))}."
        raise InvalidParameter(message, remedy="Write by='district', or several in a list.")
    unknown = [name for name in names if name not in table.columns]
    if unknown:
        known = ", ".join(table.columns) or "none"
        message = f"The counts carry no strata {', '.join(unknown)}; they carry {known}."
        remedy = did_you_mean(unknown[0], table.columns) or "Name it as strata= when building the counts."
        raise UnknownColumn(message, remedy=remedy)
    count = len(table)
    if not names or count == 0:
        bounds = np.array([0, count], dtype=np.intp)
        return Strata(np.arange(count, dtype=np.intp), bounds, pd.DataFrame(index=range(1)))
    code = np.zeros(count, dtype=np.int64)
    for name in names:
        column = table[name].cat
        # Numbered anew at each step, in order of first appearance, so that no product grows large.
        code = pd.factorize(code * len(column.categories) + column.codes.to_numpy())[0]
    order = np.argsort(code, kind="stable").astype(np.intp)
    bounds = np.append(0, np.cumsum(np.bincount(code))).astype(np.intp)
    labels = table[list(names)].iloc[order[bounds[:-1]]].reset_index(drop=True)
    return Strata(order, bounds, labels)


def merged(column: pd.Series, people: FloatArray, codes: Any, names: Any, *, refuse: bool) -> pd.Categorical:  # noqa: ANN401
    """Give each new unit the stratum where most of its people are, or refuse one that lies in several.

    Parameters
    ----------
    column
        Stratum of each old unit.
    people
        Everyone in each old unit.
    codes, names
        Number of the new unit of each old one, and the names of the new units.
    refuse
        Whether a new unit in several strata is an error.
    """
    known = column.cat
    table = pd.DataFrame({"to": codes, "stratum": known.codes.to_numpy(), "people": people})
    weights = table.groupby(["to", "stratum"], sort=True)["people"].sum().reset_index()
    several = weights["to"].duplicated(keep=False)
    if several.any() and refuse:
        message = f"Some new units lie in more than one {column.name}."
        remedy = "Pass straddling='largest' to count each where most of its people are, or drop those strata."
        raise InvalidTable(message, units=names[weights.loc[several, "to"].unique()], remedy=remedy)
    largest = weights.sort_values(["to", "people"], kind="stable").groupby("to")["stratum"].last()
    return pd.Categorical.from_codes(largest.to_numpy(), categories=known.categories)


def categorical(values: Any) -> pd.Categorical:  # noqa: ANN401
    """Return categories in order of first appearance."""
    codes, names = pd.factorize(np.asarray(values, dtype=object).astype(str))
    return pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype=str))
