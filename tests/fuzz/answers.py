"""What a reader made of a file, in one plain form that can be compared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from placemix.counts import Counts, group_text
from placemix.flows import Flows
from placemix.frames import Frame
from placemix.rates import Rates

#: Name of a column that a mutation adds; lists of units keep it, counts do not.
ADDED = "remark"


@dataclass(frozen=True)
class Answer:
    """Cells by row and column; numbers of people apart from everything else."""

    kind: str
    cells: dict[str, dict[str, Any]]
    people: float
    left_out: frozenset[str]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Answer) and not list(self.differences(other))

    __hash__ = None  # type: ignore[assignment]

    def differences(self, other: Answer) -> Iterator[str]:
        """Say where two answers differ."""
        if self.kind != other.kind:
            yield f"{self.kind} is no {other.kind}"
        for name in self.cells.keys() ^ other.cells.keys():
            yield f"row {name!r} on one side only"
        for name in self.cells.keys() & other.cells.keys():
            mine, theirs = self.cells[name], other.cells[name]
            for column in (mine.keys() ^ theirs.keys()) - {ADDED}:
                yield f"column {column!r} on one side only"
            for column in mine.keys() & theirs.keys():
                if not _same(mine[column], theirs[column]):
                    yield f"{name!r} {column!r}: {mine[column]!r} is not {theirs[column]!r}"


def _same(one: Any, two: Any) -> bool:
    if isinstance(one, float) and isinstance(two, float):
        return one == two or (np.isnan(one) and np.isnan(two))
    return bool(one == two)


def answer(data: Any) -> Answer:
    """Put any reader's result into the plain form."""
    if isinstance(data, Counts):
        low = data.values if data.low is None else data.low
        high = data.values if data.high is None else data.high
        names = [group_text(group).casefold() for group in data.groups]
        cells = {}
        for place, unit in enumerate(data.units):
            row: dict[str, Any] = dict(zip(names, map(float, data.values[place]), strict=True))
            row |= {f"low {name}": float(value) for name, value in zip(names, low[place], strict=True)}
            row |= {f"high {name}": float(value) for name, value in zip(names, high[place], strict=True)}
            row |= {"total": float(data.total[place])}
            row |= {str(name).casefold(): str(data.strata[name].iloc[place]) for name in data.strata.columns}
            cells[str(unit)] = row
        return Answer("counts", cells, float(data.total.sum()), frozenset(map(str, data.left_out)))
    if isinstance(data, Flows):
        return _table("flows", data.to_frame(), float(data.values.sum()), data.left_out)
    if isinstance(data, Rates):
        return _table("rates", data.table, float(data.table["numerator"].sum()), data.left_out)
    if isinstance(data, Frame):
        frame = data.table.set_axis([str(name).casefold() for name in data.table.columns], axis=1)
        frame = frame.assign(unit=np.asarray(data.units, dtype=object))
        if data.geometry is not None:
            frame["shape"] = [None if shape is None else shape.wkt for shape in data.geometry]
        return _table("frame", frame, float(len(frame)), data.left_out, key="unit")
    return _table("table", pd.DataFrame(data), float(len(data)), None)


def _table(kind: str, frame: pd.DataFrame, people: float, left_out: Any, key: str | None = None) -> Answer:
    frame = frame.set_axis([str(name).casefold() for name in frame.columns], axis=1)
    rows = [{name: _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]
    keys = [str(row[key]) if key else _key(row) for row in rows]
    cells: dict[str, dict[str, Any]] = {}
    for name, row in zip(keys, rows, strict=True):
        cells[name if name not in cells else f"{name} again {len(cells)}"] = row
    gone = frozenset() if left_out is None else frozenset(map(str, left_out.index))
    return Answer(kind, cells, people, gone)


def _key(row: dict[str, Any]) -> str:
    return json.dumps({name: value for name, value in row.items() if name != ADDED}, sort_keys=True, default=str)


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else float(value)
    return value if isinstance(value, int | bool) else str(value)


def malformed(data: Any) -> list[str]:
    """Say what no answer may ever be: people who are negative, infinite, or more than their total."""
    said = []
    if isinstance(data, Counts):
        low = data.values if data.low is None else data.low
        said += ["negative people"] if (data.values < 0).any() or (low < 0).any() else []
        said += ["infinite or missing people"] if not np.isfinite(data.values).all() else []
        said += ["groups exceed the total"] if (low.sum(axis=1) > data.total * (1 + 1e-9) + 1e-9).any() else []
        said += ["a unit twice"] if data.units.has_duplicates else []
    elif isinstance(data, Flows):
        said += ["people who are no number"] if not np.isfinite(data.values).all() or (data.values < 0).any() else []
    elif isinstance(data, Rates):
        table = data.table
        said += ["negative events"] if (table["numerator"] < 0).any() or (table["denominator"] < 0).any() else []
        said += ["infinite rates"] if np.isinf(table["rate"]).any() else []
    elif isinstance(data, Frame):
        said += ["a unit twice"] if data.units.has_duplicates else []
    return said
