"""A table with a value for each person, read once: values, weights, units and strata, every fault at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray, Table
from placemix._version import __version__
from placemix.checks import id_texts, unit_ids
from placemix.columns import native, one_name, optional_name, several_names, taken
from placemix.errors import (
    EmptyTable,
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    NotNumbers,
    PlacemixError,
    RepeatedColumn,
    UnknownColumn,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.strata import Strata, arrange, clashes

#: Columns of the results that the words of `placemix.strata` do not hold.
OWN_COLUMNS = frozenset({
    "degree", "thresholds", "lowest_share", "highest_share", "weight", "effective", "mean", "between", "total",
    "within", "overall",
})  # fmt: skip


class Stratum(NamedTuple):
    """People of one stratum, those without weight left out.

    Attributes
    ----------
    value, weight
        Of each person, shape (people,).
    unit
        Unit of each person, as a place in the ids of `Persons`.
    """

    value: FloatArray
    weight: FloatArray
    unit: IntArray

    @property
    def effective(self) -> float:
        """How many people of equal weight are as telling: Kish's effective sample size."""
        return float(self.weight.sum() ** 2 / (self.weight**2).sum()) if self.weight.size else 0.0

    @property
    def units(self) -> int:
        """Units with people."""
        return int(np.unique(self.unit).size)


class Persons(NamedTuple):
    """A table as it was read.

    Attributes
    ----------
    table
        The columns that were read, as a pack holds them.
    names
        Columns of the value, the unit, the weight (or None) and the strata.
    value, weight, unit
        Of each row; units as places in `units`.
    units
        Ids, in order of first appearance.
    strata
        Rows in order of their strata.
    """

    table: pd.DataFrame
    names: dict[str, Any]
    value: FloatArray
    weight: FloatArray
    unit: IntArray
    units: pd.Index
    strata: Strata

    def each(self) -> Iterator[Stratum]:
        """People of each stratum, in the order of its labels."""
        for first, last in zip(self.strata.bounds[:-1], self.strata.bounds[1:], strict=True):
            rows = self.strata.order[first:last]
            rows = rows[self.weight[rows] > 0]
            yield Stratum(self.value[rows], self.weight[rows], self.unit[rows])

    def places(self) -> list[str]:
        """Name each stratum, for a sentence."""
        labels = self.strata.labels
        if labels.columns.empty:
            return ["the whole table"]
        return [", ".join(map(str, row)) for row in labels.itertuples(index=False)]

    def tidy(self, columns: dict[str, Any], per_stratum: int = 1) -> pd.DataFrame:
        """Lay out columns beside the labels of the strata, with the version last."""
        which = np.repeat(np.arange(len(self.strata)), per_stratum)
        labels = {name: self.strata.labels[name].array.take(which) for name in self.strata.labels.columns}
        return pd.DataFrame({**labels, **columns, "version": __version__})


def read_persons(people: Table, value: str, unit: str, weight: str | None, by: str | Sequence[str]) -> Persons:
    """Read a table of people.

    Raises
    ------
    PlacemixError
        Columns are absent or named twice, values or weights are missing, no numbers, infinite or negative,
        units or strata are missing, or weights sum to zero; all faults are listed with their rows.
    """
    frame = native(people)
    names = {
        "value": one_name("value", value),
        "unit": one_name("unit", unit),
        "weight": optional_name("weight", weight),
    }
    strata = several_names("by", by)
    wanted = [name for name in (*names.values(), *strata) if name is not None]
    faults = _of_columns(list(frame.columns), wanted, strata)
    if faults:
        raise together(faults)
    table = pd.DataFrame({name: taken(frame, name).reset_index(drop=True) for name in wanted})
    if table.empty:
        message = "The table has no rows."
        raise EmptyTable(message, remedy="Give one row for each person or household.")
    values, faults = _numbers(table[names["value"]], lowest=-np.inf)
    weights: FloatArray = np.ones(len(table))
    if names["weight"] is not None:
        weights, more = _numbers(table[names["weight"]], lowest=0)
        faults += more
    for name in (names["unit"], *strata):
        faults += _named(table[name])
    if not faults and not weights.sum() > 0:
        message = f"The weights in {names['weight']!r} sum to zero: nobody is left."
        faults.append(InvalidCounts(message, remedy="Name the column of the survey's weights."))
    if faults:
        raise together(faults)
    ids, units = pd.factorize(unit_ids(table[names["unit"]])[0])
    labels = pd.DataFrame({name: pd.Categorical(id_texts(table[name])) for name in strata}, index=table.index)
    return Persons(
        table, {**names, "by": list(strata)}, values, weights, ids.astype(np.intp), units, arrange(labels, strata)
    )


def _of_columns(known: list[str], wanted: list[str], strata: Sequence[str]) -> list[PlacemixError]:
    faults: list[PlacemixError] = list(clashes((), [*strata]))
    own = [name for name in strata if name in OWN_COLUMNS]
    if own:
        message = f"A stratum may not be named {listed([repr(name) for name in own])}: results use that name."
        faults.append(InvalidParameter(message, remedy="Rename the column."))
    twice = [name for name in dict.fromkeys(wanted) if wanted.count(name) > 1]
    if twice:
        message = f"Columns are named for two things: {listed([repr(name) for name in twice])}."
        faults.append(
            RepeatedColumn(message, remedy="The value, the unit, the weight and the strata are columns apart.")
        )
    unknown = [name for name in dict.fromkeys(wanted) if name not in known]
    if unknown:
        hints = [hint for name in unknown if (hint := did_you_mean(name, known))]
        message = f"The table has no column {listed([repr(name) for name in unknown])}."
        faults.append(UnknownColumn(message, remedy=f"{' '.join(hints)} It has: {listed(known, shown=40)}.".strip()))
    return faults


def _numbers(column: pd.Series, *, lowest: float) -> tuple[FloatArray, list[PlacemixError]]:
    """Read numbers, and list the rows where there are none that can be used."""
    if pd.api.types.is_complex_dtype(column):  # their real parts would pass for the numbers
        column = column.astype(str)
    numbers = pd.to_numeric(column, errors="coerce")
    missing = column.isna().to_numpy()
    values = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    text = np.isnan(values) & ~missing
    remedy = "Say what is known of these people, or leave their rows out before you call, and say how many they were."
    tests: list[tuple[Any, str, type[PlacemixError]]] = [
        (missing, "is missing", InvalidTable),
        (text, "is no number", NotNumbers),
        (np.isinf(values), "is infinite", InvalidTable),
        (values < lowest, "is negative", InvalidCounts),
    ]
    faults = [
        kind(
            f"{plural(int(where.sum()), 'row', 'rows')} of {column.name!r}: the number {what}.",
            units=_rows(where),
            remedy=remedy,
        )
        for where, what, kind in tests
        if where.any()
    ]
    return values, faults


def _named(column: pd.Series) -> list[PlacemixError]:
    blank = (column.astype("string").str.strip() == "").fillna(value=True).to_numpy(dtype=bool)
    if not blank.any():
        return []
    message = f"{plural(int(blank.sum()), 'row has', 'rows have')} no {column.name}."
    return [InvalidTable(message, units=_rows(blank), remedy="Give every row one.")]


def _rows(where: Any) -> list[str]:  # noqa: ANN401
    return [f"row {row}" for row in np.flatnonzero(where) + 1]
