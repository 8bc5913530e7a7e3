"""Census tables in one form, whatever their layout: areas by cells that are labelled on every axis."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from placemix.errors import (
    DuplicateUnit,
    InvalidTable,
    RepeatedColumn,
    UnknownColumn,
    did_you_mean,
    listed,
    plural,
)
from placemix.readers.census.labels import Label, leaves
from placemix.readers.headers import normalise

#: One category on each axis, as its path from broad to fine.
Path = tuple[str, ...]
Key = tuple[Path, ...]


@dataclass(frozen=True, eq=False)
class Grid:
    """A published table: one row an area, one column a cell.

    Attributes
    ----------
    codes
        Code of each area, as text.
    cells
        Texts or numbers of each cell, by its category on each axis.
    axes
        What is classified: ``("Ethnic group", "Age")``.
    labels
        Categories of each axis, each once, in the order of the file.
    notes
        What the layout left out.
    """

    codes: pd.Index
    cells: Mapping[Key, pd.Series]
    axes: tuple[str, ...]
    labels: tuple[tuple[Label, ...], ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def values(self) -> dict[Key, Any]:
        """Numbers of each cell, NaN where it holds anything else."""
        return {key: numbers(column) for key, column in self.cells.items()}

    @cached_property
    def leaves(self) -> tuple[tuple[Label, ...], ...]:
        """Categories of each axis that no other is a part of; everyone is none of them."""
        return tuple(tuple(leaves(labels)) for labels in self.labels)

    @cached_property
    def total(self) -> Key | None:
        """The cell that counts everyone, where the file has one."""
        everyone = [next((label.path for label in labels if label.everyone), None) for labels in self.labels]
        key = tuple(path for path in everyone if path is not None)
        return key if len(key) == len(self.axes) and key in self.cells else None

    def noting(self, *notes: str) -> Grid:
        """Return a copy with more notes."""
        return replace(self, notes=(*self.notes, *notes))

    def take(self, which: Any) -> Grid:  # noqa: ANN401
        """Keep some areas, by a mask."""
        cells = {key: column[which].reset_index(drop=True) for key, column in self.cells.items()}
        return replace(self, codes=self.codes[which], cells=cells)

    def without_margins(self) -> Grid:
        """Drop axes of a single category: everyone, or the one kind of people that the file is about."""
        kept = [place for place, labels in enumerate(self.labels) if len(labels) > 1] or [0]
        alone = [labels[0] for place, labels in enumerate(self.labels) if place not in kept]
        notes = [f"{label.variable}: only {label.text!r}." for label in alone if not label.everyone]
        return replace(
            self,
            cells={tuple(key[place] for place in kept): column for key, column in self.cells.items()},
            axes=tuple(self.axes[place] for place in kept),
            labels=tuple(self.labels[place] for place in kept),
            notes=(*self.notes, *notes),
        )

    def along(self, axis: str) -> Grid:
        """Keep one axis, the others at their totals or, where those are not printed, summed.

        Raises
        ------
        UnknownColumn
            There is no such axis.
        """
        names = [normalise(name) for name in self.axes]
        if normalise(axis) not in names:
            message = f"The table has no axis {axis!r}; it has {', '.join(map(repr, self.axes))}."
            raise UnknownColumn(message, remedy=did_you_mean(axis, self.axes))
        place = names.index(normalise(axis))
        cells: dict[Key, pd.Series] = {}
        for label in self.labels[place]:
            margin = self._margin(place, label.path)
            if margin is not None:
                cells[label.path,] = margin
        return replace(
            self,
            cells=cells,
            axes=(self.axes[place],),
            labels=(tuple(label for label in self.labels[place] if (label.path,) in cells),),
        )

    def _margin(self, place: int, path: Path) -> pd.Series | None:
        choices = [
            [path] if number == place else [label.path for label in labels if label.everyone]
            for number, labels in enumerate(self.labels)
        ]
        printed = next((key for key in itertools.product(*choices) if key in self.cells), None)
        if printed is not None:
            return self.cells[printed]
        choices = [
            [path] if number == place else [label.path for label in labels] for number, labels in enumerate(self.leaves)
        ]
        parts = list(itertools.product(*choices))
        if not all(key in self.cells for key in parts):
            return None
        return pd.Series(np.sum([self.values[key] for key in parts], axis=0))


def numbers(column: pd.Series) -> Any:  # noqa: ANN401
    """Return the numbers of a column, NaN where it holds anything else."""
    import pyarrow as pa

    try:
        return pa.array(column, type=pa.string()).cast(pa.float64()).to_numpy(zero_copy_only=False)
    except (pa.ArrowException, TypeError):
        pass  # not all of them are numbers, or they were none of text
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def wide(codes: pd.Series, columns: Mapping[str, tuple[Label, ...]], table: pd.DataFrame) -> Grid:
    """Take a table with one column a cell.

    Raises
    ------
    RepeatedColumn
        Two columns are the same cell.
    InvalidTable
        Some columns are classified by more variables than others.
    """
    axes = _axes(columns)
    cells: dict[Key, pd.Series] = {}
    named: dict[Key, str] = {}
    twice = []
    for name, labels in columns.items():
        key = tuple(label.path for label in labels)
        if key in cells:
            twice.append(f"{named[key]!r} and {name!r}")
        cells[key], named[key] = table[name], name
    if twice:
        message = f"Columns hold the same categories: {listed(twice)}."
        raise RepeatedColumn(message, remedy="Keep one of each.")
    return Grid(pd.Index(codes, dtype=str), cells, axes, _labels(columns.values(), len(axes)))


def long(
    codes: pd.Series,
    categories: Sequence[tuple[Label, ...]],
    which: Any,  # noqa: ANN401
    values: pd.Series,
    *,
    hint: str = "",
) -> Grid:
    """Take a table with one row for each area and cell.

    Parameters
    ----------
    codes, values
        Area and text of each row.
    categories, which
        The cells, and which of them each row is, shape (rows,).
    hint
        What to say where areas lack cells.

    Raises
    ------
    DuplicateUnit
        An area has a cell twice.
    InvalidTable
        An area lacks cells that others have.
    """
    rows, units = pd.factorize(codes)
    keys = [tuple(label.path for label in labels) for labels in categories]
    distinct = list(dict.fromkeys(keys))
    column = np.array([distinct.index(key) for key in keys], dtype=np.int64)[np.asarray(which)]
    places = np.full((len(units), len(distinct)), -1, dtype=np.int64)
    places[rows, column] = np.arange(len(values))
    if (places >= 0).sum() < len(values):
        again = pd.DataFrame({"row": rows, "column": column}).duplicated(keep=False).to_numpy()
        message = (
            f"{plural(int(again.sum()), 'row stands', 'rows stand')} beside another of the same area and categories."
        )
        remedy = (
            "Where values and percentages were asked for together and the column MEASURES was not, nothing tells "
            "them apart: fetch the table again with measures=20100."
        )
        raise DuplicateUnit(message, units=pd.unique(np.asarray(units)[rows[again]]), remedy=remedy)
    lacking = (places < 0).any(axis=1)
    if lacking.any():
        message = (
            f"{plural(int(lacking.sum()), 'area lacks', 'areas lack')} categories that others have; "
            "a row that is not there is not 0."
        )
        raise InvalidTable(message, units=np.asarray(units)[lacking], remedy=hint or "Fetch the table again, whole.")
    cells = {key: values.iloc[places[:, place]].reset_index(drop=True) for place, key in enumerate(distinct)}
    names = {str(place): labels for place, labels in enumerate(categories)}
    axes = _axes(names)
    return Grid(pd.Index(units, dtype=str), cells, axes, _labels(categories, len(axes)))


def _axes(columns: Mapping[str, tuple[Label, ...]]) -> tuple[str, ...]:
    variables = {tuple(normalise(label.variable) for label in labels): labels for labels in columns.values()}
    if len(variables) != 1:
        odd = [name for name, labels in columns.items() if tuple(normalise(label.variable) for label in labels)
               != next(iter(variables))]  # fmt: skip
        message = f"Columns are classified by different variables: {listed([repr(name) for name in odd], shown=3)}."
        raise InvalidTable(message, remedy="One Counts is one table: read one set of columns at a time.")
    return tuple(label.variable for label in next(iter(variables.values())))


def _labels(columns: Any, axes: int) -> tuple[tuple[Label, ...], ...]:  # noqa: ANN401
    found: list[dict[Path, Label]] = [{} for _ in range(axes)]
    for labels in columns:
        for place, label in enumerate(labels):
            found[place].setdefault(label.path, label)
    return tuple(tuple(each.values()) for each in found)
