"""What types are made from: shares or numbers of units, one row a unit, in an order that no row order changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts, checked, group_text
from placemix.errors import (
    DuplicateUnit,
    InvalidParameter,
    NotCounts,
    NotNumbers,
    PlacemixError,
    UnitsDiffer,
    UnknownGroup,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.results import first_reason

#: Counts, counts of several dimensions on the same units, or numbers by unit id.
Data: TypeAlias = Counts | Mapping[str, Counts] | pd.DataFrame


@dataclass(frozen=True)
class Given:
    """Data of units, read once.

    Attributes
    ----------
    units
        Ids of all units, in the order given.
    typed
        Places of the units that can be typed, sorted by id as text.
    values
        Shares within each dimension, or numbers, of those units, shape (typed, columns).
    dimensions, categories
        Dimension and category of each column; of a table of numbers both are its name.
    people
        People of all units in the first dimension; NaN where the data are no counts.
    counts
        Counts of each dimension, units in the order of `units`; empty where the data are no counts.
    reasons
        Why a unit is not typed, or None, all units.
    inputs, arguments
        What a pack holds of the data.
    source
        Hashes of the counts, or an empty text.
    """

    units: pd.Index
    typed: IntArray
    values: FloatArray
    dimensions: tuple[str, ...]
    categories: tuple[str, ...]
    people: FloatArray
    counts: tuple[Counts, ...]
    reasons: Any
    inputs: Mapping[str, Any]
    arguments: Mapping[str, Any]
    source: str

    @property
    def columns(self) -> list[str]:
        """One text for each column, with its dimension where two dimensions share a category."""
        twice = {name for name in self.categories if self.categories.count(name) > 1}
        return [
            f"{dimension}: {category}" if category in twice else category
            for dimension, category in zip(self.dimensions, self.categories, strict=True)
        ]


def read(data: Any, *, word: str = "data") -> Given:  # noqa: ANN401
    """Read counts, counts of several dimensions, or a table of numbers.

    Raises
    ------
    NotCounts
        It is none of these.
    UnitsDiffer
        Two dimensions are on different units.
    DuplicateUnit, NotNumbers, InvalidParameter
        Ids of a table repeat, or a column holds no numbers, or there is none.
    SuppressedValue
        Some cells are suppressed.
    """
    if isinstance(data, Counts):
        return _of_counts({"": checked(data)}, {word: data}, {})
    if isinstance(data, Mapping) and data:
        wrong = [name for name, counts in data.items() if not isinstance(counts, Counts) or not str(name)]
        if wrong:
            message = f"A dimension is a name and its counts; {listed(wrong)} is none."
            raise NotCounts(message, remedy="Pass {'ethnicity': counts, 'tenure': other_counts}.")
        inputs = {f"{word}_{place}": counts for place, counts in enumerate(data.values(), 1)}
        named = {str(name): checked(counts) for name, counts in data.items()}
        if len(named) < len(data):
            message = "Two dimensions have the same name, once written as text."
            raise InvalidParameter(message, remedy="Name each dimension otherwise.")
        return _of_counts(named, inputs, {f"{word}_dimensions": list(named)})
    if isinstance(data, pd.DataFrame) and not hasattr(data, "call"):
        return _of_numbers(data, word)
    message = f"Types are made of counts, of counts by dimension, or of a table of numbers, not of a {_kind(data)}."
    raise NotCounts(message, remedy="Pass counts, {'ethnicity': counts, …}, or a DataFrame indexed by unit id.")


def _kind(data: object) -> str:
    return "mapping without entries" if isinstance(data, Mapping) else type(data).__name__


def _of_counts(named: Mapping[str, Counts], inputs: Mapping[str, Any], arguments: Mapping[str, Any]) -> Given:
    first = next(iter(named.values()))
    aligned: list[Counts] = []
    faults: list[PlacemixError] = []
    for name, counts in named.items():
        if counts.units.equals(first.units):
            aligned.append(counts)
            continue
        places = counts.units.get_indexer(first.units)
        missing, spare = first.units[places < 0], counts.units[~counts.units.isin(first.units)]
        if len(missing) or len(spare):
            lacks = plural(len(missing), "unit")
            message = f"{name!r} lacks {lacks} of the first dimension and has {len(spare):,} others."
            remedy = "Take the same units of each: pm.harmonise.align, or counts.take."
            faults.append(UnitsDiffer(message, units=[*missing, *spare], remedy=remedy))
        aligned.append(counts.take(places))
    if faults:
        raise together(faults)
    empty = np.column_stack([counts.total <= 0 for counts in aligned]).any(axis=1)
    typed = np.flatnonzero(~empty)
    typed = typed[np.argsort(first.units.to_numpy(dtype=object)[typed], kind="stable")]
    values = np.column_stack([counts.values[typed] / counts.total[typed, np.newaxis] for counts in aligned])
    dimensions = tuple(name for name, counts in zip(named, aligned, strict=True) for _ in counts.groups)
    categories = tuple(group_text(group) for counts in aligned for group in counts.groups)
    reasons = first_reason({"no_people": empty})
    source = " ".join(counts.source for counts in named.values())
    return Given(
        first.units,
        typed,
        values,
        dimensions,
        categories,
        first.total,
        tuple(aligned),
        reasons,
        inputs,
        arguments,
        source,
    )


def _of_numbers(table: pd.DataFrame, word: str) -> Given:
    units = pd.Index(table.index.map(str), dtype=str, name="unit")
    names = [str(name) for name in table.columns]
    faults: list[PlacemixError] = []
    if units.has_duplicates:
        message = f"Unit ids repeat: {listed(list(units[units.duplicated()].unique()))}."
        faults.append(DuplicateUnit(message, remedy="Index the table by unit id, one row a unit."))
    if not names or len(set(names)) < len(names):
        message = "The table has no column." if not names else "Names of columns repeat."
        faults.append(InvalidParameter(message))
    odd = [
        name
        for name, column in zip(names, (table.iloc[:, place] for place in range(len(names))), strict=True)
        if not pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype)
    ]
    if odd:
        message = f"{listed(odd)} {'holds' if len(odd) == 1 else 'hold'} no numbers."
        faults.append(NotNumbers(message, remedy="Leave such columns out, or make the id the index."))
    if faults:
        raise together(faults)
    numbers = table.to_numpy(dtype=np.float64, na_value=np.nan)
    endless = [name for name, bad in zip(names, np.isinf(numbers).any(axis=0), strict=True) if bad]
    if endless:
        message = f"{listed(endless)} has infinite values."
        raise InvalidParameter(message, remedy="Mark what is not known as missing.")
    missing = np.isnan(numbers).any(axis=1)
    typed = np.flatnonzero(~missing)
    typed = typed[np.argsort(units.to_numpy(dtype=object)[typed], kind="stable")]
    inputs = {
        f"{word}_{place}": pd.Series(numbers[:, place - 1], index=units, name=name)
        for place, name in enumerate(names, 1)
    }
    reasons = first_reason({"missing_values": missing})
    people = np.full(len(units), np.nan)
    return Given(
        units, typed, numbers[typed], tuple(names), tuple(names), people, (), reasons, inputs,
        {f"{word}_columns": names}, "",
    )  # fmt: skip


def same_columns(fitted: Given, other: Given) -> None:
    """Refuse data of other categories than those that classes were made of.

    Raises
    ------
    UnknownGroup
        A dimension or category is in one of the two only, or they stand in another order.
    """
    ours = list(zip(fitted.dimensions, fitted.categories, strict=True))
    theirs = list(zip(other.dimensions, other.categories, strict=True))
    if ours == theirs and bool(fitted.counts) == bool(other.counts):
        return
    lacking = [category for dimension, category in ours if (dimension, category) not in theirs]
    spare = [category for dimension, category in theirs if (dimension, category) not in ours]
    told = [
        f"{word} {listed(names)}" for word, names in (("missing now:", lacking), ("not there before:", spare)) if names
    ]
    message = f"The classes were made of other categories; {'; '.join(told)}."
    if not told:
        message = "The classes were made of these categories in another order, or of another kind of table."
    remedy = did_you_mean(lacking[0], spare) if lacking and spare else ""
    raise UnknownGroup(message, remedy=remedy or "Bring both to one classification first: pm.harmonise.regroup.")


def from_pack(verb: Callable[..., pd.DataFrame], *, words: Sequence[str] = ("data",), **given: Any) -> pd.DataFrame:  # noqa: ANN401
    """Call a verb again with what a pack holds of its data."""
    return verb(*[_collected(given, word) for word in words], **given)


def _collected(given: dict[str, Any], word: str) -> Data:
    dimensions, columns = given.pop(f"{word}_dimensions", None), given.pop(f"{word}_columns", None)
    if dimensions is None and columns is None:
        return given.pop(word)
    parts = [given.pop(f"{word}_{place}") for place in range(1, len(dimensions or columns) + 1)]
    if dimensions is not None:
        return dict(zip(dimensions, parts, strict=True))
    return pd.concat(parts, axis=1, keys=columns)
