"""What an association is about: the areas that have every number it asks for, and how many have not."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix.errors import (
    InvalidParameter,
    InvalidTable,
    NationalMask,
    PlacemixError,
    UnknownColumn,
    did_you_mean,
    listed,
    together,
)

#: Columns without which a table is not what `link` gave.
NEEDED = frozenset({"place", "quantity", "outcome", "value", "outcome_value", "match", "people", "denominator"})
#: What weights regressions.
WEIGHTS = ("people", "denominator")


@dataclass(frozen=True, eq=False)
class Variable:
    """One number of every area.

    Attributes
    ----------
    name
        As it was asked for.
    value, low, high
        By place; the ends are missing where the value is known.
    rows
        The rows of the join that it comes from, one a place.
    is_outcome
        Whether it is an outcome rather than a quantity of the counts.
    ordinal
        Whether it is a rank or class of ranks.
    """

    name: str
    value: pd.Series
    low: pd.Series
    high: pd.Series
    rows: pd.DataFrame
    is_outcome: bool
    ordinal: bool


class Design(NamedTuple):
    """Numbers of the areas that have all of them.

    Attributes
    ----------
    ids
        Ids of the areas, shape (areas,).
    y, x
        Shape (areas,) and (areas, terms); the first term is the one asked about.
    names
        Names of the terms.
    weight
        Weights, shape (areas,), or None.
    """

    ids: Any
    y: FloatArray
    x: FloatArray
    names: tuple[str, ...]
    weight: FloatArray | None

    @property
    def matrix(self) -> FloatArray:
        """The terms with a column of ones before them."""
        return np.column_stack([np.ones(len(self.y)), self.x])


@dataclass(frozen=True, eq=False)
class Sample:
    """Numbers of all areas, those that lack one included.

    Attributes
    ----------
    ids
        Ids of the areas, shape (areas,).
    values
        The outcome and the terms, shape (areas, 1 + terms), NaN where a number is hidden or missing.
    low, high
        The same with hidden numbers at their least and at their most.
    names
        Names of the terms.
    weight
        Weights, shape (areas,), or None.
    people
        People of the areas, NaN where nobody knows.
    strata
        Labels of the areas by column.
    """

    ids: Any
    values: FloatArray
    low: FloatArray
    high: FloatArray
    names: tuple[str, ...]
    weight: FloatArray | None
    people: FloatArray
    strata: dict[str, Any]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def known(self) -> BoolArray:
        """Areas that have every number."""
        return ~np.isnan(self.values).any(axis=1) & self._able

    @property
    def hidden(self) -> BoolArray:
        """Areas that have every number or its interval, and at least one interval."""
        return ~self.known & self._able & ~np.isnan(self.low).any(axis=1) & ~np.isnan(self.high).any(axis=1)

    @property
    def _able(self) -> BoolArray:
        return np.ones(len(self), dtype=bool) if self.weight is None else np.asarray(self.weight > 0)

    def take(self, which: BoolArray) -> Sample:
        """Keep some areas."""
        return Sample(
            self.ids[which], self.values[which], self.low[which], self.high[which], self.names,
            None if self.weight is None else self.weight[which], self.people[which],
            {name: labels[which] for name, labels in self.strata.items()},
        )  # fmt: skip

    def design(self, end: Literal["low", "high"] | None = None) -> Design:
        """Areas with every number; with `end`, also those where one is hidden, at that end."""
        which = self.known if end is None else self.known | self.hidden
        numbers = self.values if end is None else self.low if end == "low" else self.high
        weight = None if self.weight is None else self.weight[which]
        return Design(self.ids[which], numbers[which, 0], numbers[which, 1:], self.names, weight)


def variable(linked: pd.DataFrame, name: object) -> Variable:
    """Find a quantity or an outcome by its name.

    Raises
    ------
    UnknownColumn
        There is neither; the message proposes the nearest.
    InvalidParameter
        Both bear that name, or only a national figure is known.
    """
    known = [str(one) for one in [*linked["quantity"].dropna().unique(), *linked["outcome"].dropna().unique()]]
    text = str(name)
    if known.count(text) > 1:
        message = f"{text!r} is both a quantity and an outcome."
        raise InvalidParameter(message, remedy="Rename the outcome before you link it.")
    if text not in known:
        message = (
            f"There is no quantity or outcome {text!r}; there are {listed([repr(one) for one in known], shown=20)}."
        )
        raise UnknownColumn(message, remedy=did_you_mean(text, known))
    is_outcome = bool((linked["outcome"] == text).any())
    rows = linked[(linked["outcome" if is_outcome else "quantity"] == text) & linked["quantity"].notna()]
    if not len(rows):
        message = f"Only a national figure of {text!r} is known: it can hide large local differences."
        warnings.warn(NationalMask(message), stacklevel=5)
        remedy = "Give the same outcome by area; local_distribution shows a national figure among its areas."
        raise InvalidParameter(message, remedy=remedy)
    rows = rows.drop_duplicates("place").set_index(rows.drop_duplicates("place")["place"].astype(str))
    names = ("outcome_value", "outcome_low", "outcome_high") if is_outcome else ("value", "lower", "upper")
    value, low, high = (rows[one].astype(np.float64) for one in names)
    unknown = value.isna()
    low, high = low.where(unknown), high.where(unknown)
    ordinal = is_outcome and bool(rows["ordinal"].astype(bool).any())
    return Variable(text, value, low, high, rows, is_outcome, ordinal)


def sampled(
    linked: pd.DataFrame, y: Variable, terms: Sequence[Variable], weight: str | None, strata: Sequence[str]
) -> Sample:
    """Put the numbers of all areas together.

    Raises
    ------
    UnknownColumn, InvalidParameter
        Strata are not in the join, or weights are unknown or all missing. All faults come in one error.
    """
    faults: list[PlacemixError] = []
    ids = pd.Index(linked.loc[linked["quantity"].notna(), "place"].astype(str).unique())
    labels = {}
    ahead = [str(one) for one in linked.columns[: list(linked.columns).index("place")]]
    for name in strata:
        if name in ahead:
            labels[name] = y.rows[name].astype(object).reindex(ids).to_numpy(dtype=object)
            continue
        message = f"The join has no strata {name!r}; it has {listed(ahead, shown=20) or 'none'}."
        remedy = did_you_mean(name, ahead) or "Name them as strata= when building the counts."
        faults.append(UnknownColumn(message, remedy=remedy))
    loads = None
    if weight is not None and weight not in WEIGHTS:
        message = f"weight is {', '.join(map(repr, WEIGHTS))} or None, not {weight!r}."
        faults.append(InvalidParameter(message, remedy=did_you_mean(weight, WEIGHTS)))
    elif weight is not None:
        loads = y.rows[weight].astype(np.float64).reindex(ids).to_numpy()
        if not (loads > 0).any():
            message = f"No area has a {weight} above 0 to be weighted by."
            faults.append(InvalidParameter(message, remedy="Link rates with their denominators, or pass weight=None."))
    if faults:
        raise together(faults)
    every = [y, *terms]
    values = np.column_stack([one.value.reindex(ids).to_numpy() for one in every])
    low, high = (
        np.column_stack([getattr(one, end).where(one.value.isna(), one.value).reindex(ids).to_numpy() for one in every])
        for end in ("low", "high")
    )
    people = y.rows["people"].astype(np.float64).reindex(ids).to_numpy()
    names = tuple(one.name for one in terms)
    return Sample(ids.to_numpy(dtype=object), values, low, high, names, loads, people, labels)


def checked_join(linked: object) -> pd.DataFrame:
    """Return a join as a frame.

    Raises
    ------
    InvalidTable
        It is not what `link` gave.
    """
    if not isinstance(linked, pd.DataFrame) or not set(linked.columns) >= NEEDED:
        message = f"A result of outcomes.link is needed, not a {type(linked).__name__} of other columns."
        raise InvalidTable(message, remedy="Write linked = placemix.outcomes.link(counts, outcomes).")
    return pd.DataFrame(linked)
