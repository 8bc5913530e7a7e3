"""The other side of a join: outcomes as they are given, as one table of one row for each outcome and unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import Table
from placemix.about import About
from placemix.checks import id_texts
from placemix.columns import native, taken
from placemix.errors import (
    InvalidParameter,
    InvalidTable,
    NotNumbers,
    PlacemixError,
    together,
)
from placemix.outcomes.bridging.conditions import Condition
from placemix.outcomes.joining.tidying import BOUNDS, TABLE, Facts, bounded, filled, once, plain
from placemix.rates import Rates
from placemix.suppression import Suppressed

#: One outcome, or several by name.
Outcome: TypeAlias = Rates | Condition | pd.Series
Outcomes: TypeAlias = Outcome | Table | Mapping[str, Outcome]


@dataclass(frozen=True, eq=False)
class Read:
    """Outcomes, one row for each outcome and unit.

    Attributes
    ----------
    table
        Columns `TABLE`. An outcome is one indicator of one group, period and breakdown.
    """

    table: pd.DataFrame

    @property
    def names(self) -> list[str]:
        """Outcomes in their order."""
        return [str(name) for name in self.table["outcome"].unique()]


def read_outcomes(given: Outcomes, facts: Facts, *, on: str | None = None) -> Read:
    """Read outcomes of any kind.

    Parameters
    ----------
    given
        Rates, a condition, a series by unit id, several of them by name, or a table: with columns `indicator` and
        `unit` it is read as rates, otherwise each of its columns is an outcome by the ids in its index or in column
        `on`.
    facts
        Texts of outcomes that do not bear them, by the name of the indicator.
    on
        Column of a plain table that holds ids.

    Raises
    ------
    PlacemixError
        The outcomes or facts have faults; all come in one error.
    """
    if isinstance(given, pd.DataFrame) and set(TABLE) <= set(given.columns):
        return Read(given[list(TABLE)].reset_index(drop=True))
    faults: list[PlacemixError] = []
    parts = [part for name, one in _named(given, on) if (part := _read(name, one, faults)) is not None]
    if not faults and not (parts and sum(map(len, parts))):
        faults.append(InvalidTable("There are no outcomes.", remedy="Give at least one row of one."))
    if faults:
        raise together(faults)
    table = pd.concat(parts, ignore_index=True)
    filled(table, facts, faults)
    bounded(table, faults)
    once(table, faults)
    if faults:
        raise together(faults)
    return Read(plain(table))


def _named(given: Outcomes, on: str | None) -> list[tuple[str | None, Any]]:
    if isinstance(given, Mapping):
        return [(str(name), one) for name, one in given.items()]
    if isinstance(given, Rates | Condition | pd.Series):
        return [(None, given)]
    if not isinstance(given, pd.DataFrame):
        try:
            other = native(given)
        except PlacemixError:
            message = f"Outcomes are Rates, a Condition, a series or a table, not a {type(given).__name__}."
            raise InvalidParameter(message, remedy="Write frame.set_index('unit')['claimants'].") from None
        given = pd.DataFrame({name: taken(other, name) for name in other.columns})
    frame: pd.DataFrame = given.rename(columns=str)
    if {"indicator", "unit"} <= set(frame.columns):
        about = frame.attrs.get("about")
        return [(None, Rates(frame, about=about if isinstance(about, About) else About()))]
    if on is not None and on in frame.columns:
        frame = frame.set_index(on)
    if isinstance(frame.index, pd.RangeIndex):
        message = "The table of outcomes names no places: it has neither columns indicator and unit nor ids as index."
        raise InvalidTable(message, remedy="Write table.set_index('district').")
    return [(str(name), frame[name]) for name in frame.columns]


def _read(name: str | None, one: Any, faults: list[PlacemixError]) -> pd.DataFrame | None:  # noqa: ANN401
    try:
        if isinstance(one, Rates):
            return _of_rates(name, one)
        if isinstance(one, Condition):
            return _of_condition(name, one)
        if isinstance(one, pd.Series):
            return _of_series(name, one)
    except PlacemixError as error:
        faults += error.faults
        return None
    message = f"The outcome {name!r} is Rates, a Condition or a series, not a {type(one).__name__}."
    faults.append(InvalidParameter(message, remedy="Write frame.set_index('unit')['claimants']."))
    return None


def _of_rates(name: str | None, rates: Rates) -> pd.DataFrame:
    table, about = rates.table, rates.about
    out = pd.DataFrame({"indicator": table["indicator"], "group": table["group"], "unit": _ids(table["unit"])})
    for column in ("rate", "numerator", "numerator_low", "numerator_high", "denominator"):
        out[column] = table[column]
    known = {"rate_low", "rate_high"} <= set(table.columns)
    for end in BOUNDS:
        out[end] = pd.to_numeric(table[end]) if known else np.nan
    for column in ("domain", "measured_in", "period", "source", "symbol"):
        out[column] = table[column]
    for column in ("universe", "vintage", "geography", "period", "source"):
        told = getattr(about, column)
        own = table[column] if column in table.columns else pd.Series([None] * len(table), dtype=object)
        out[column] = own.astype(object).where(own.notna(), told)
    for column in ("higher_is", "definition"):
        out[column] = table[column] if column in table.columns else None
    out["notes"] = _told(about)
    if out["indicator"].isna().all():
        out["indicator"] = name or "outcome"
    out["indicator"] = out["indicator"].astype(object).where(out["indicator"].notna(), "outcome").map(str)
    if name is not None:
        single = len(out["indicator"].unique()) == 1
        out["indicator"] = name if single else f"{name}: " + out["indicator"]
    out["outcome"] = _labels(out, [table[dimension] for dimension in rates.dimensions])
    return out


def _of_condition(name: str | None, one: Condition) -> pd.DataFrame:
    out = _of_series(name or one.name, one.values)
    hidden = (one.low < one.high).to_numpy()  # type: ignore[operator]
    for end, values in (("rate_low", one.low), ("rate_high", one.high)):
        out[end] = np.where(hidden, values, np.nan)  # type: ignore[arg-type]
    for field in ("domain", "measured_in", "higher_is", "period", "vintage", "source", "definition"):
        out[field] = getattr(one, field)
    return out


def _of_series(name: str | None, series: pd.Series) -> pd.DataFrame:
    called = name or series.name
    if called is None:
        message = "A series of outcomes has no name."
        raise InvalidParameter(message, remedy="Write series.rename('claimants'), or pass it by name in a mapping.")
    about = series.attrs.get("about")
    about = about if isinstance(about, About) else About()
    cells = series.astype(object)
    held = cells.map(lambda cell: isinstance(cell, Suppressed)).to_numpy(dtype=bool)
    rate = pd.to_numeric(cells.mask(held), errors="coerce").to_numpy(dtype=np.float64)
    wrong = (np.isnan(rate) & cells.notna().to_numpy() & ~held) | np.isinf(rate)
    if wrong.any():
        message = f"The outcome {str(called)!r} holds text or infinite values where numbers are needed."
        remedy = "Give numbers, NaN where nothing is known, and placemix.Suppressed(low, high) where it is hidden."
        raise NotNumbers(message, units=series.index[wrong].astype(str), remedy=remedy)
    low, high = (
        np.array([getattr(cell, end) if here else np.nan for cell, here in zip(cells, held, strict=True)])
        for end in ("low", "high")
    )
    out = pd.DataFrame({"indicator": str(called), "group": None, "unit": _ids(pd.Series(series.index)), "rate": rate})
    out["rate_low"], out["rate_high"] = low, high
    for column in ("numerator", "numerator_low", "numerator_high", "denominator"):
        out[column] = np.nan
    for column in ("period", "vintage", "geography", "universe", "source"):
        out[column] = getattr(about, column)
    for column in ("domain", "measured_in", "higher_is", "definition"):
        out[column] = None
    out["symbol"] = np.array([cell.symbol or None if here else None for cell, here in zip(cells, held, strict=True)])
    out["notes"], out["outcome"] = _told(about), str(called)
    return out


def _ids(column: pd.Series) -> Any:  # noqa: ANN401
    texts = id_texts(column.where(column.notna(), None)).to_numpy(dtype=object)
    return np.where(column.isna().to_numpy(), None, texts)


def _told(about: About) -> str | None:
    """What a reader must know of a table, in one text."""
    marks = [name for name in ("synthetic", "estimated", "interpolated", "perturbed") if getattr(about, name)]
    return "; ".join([*marks, *(note.rstrip(".") for note in about.notes)]) or None


def _labels(out: pd.DataFrame, dimensions: Sequence[pd.Series]) -> Any:  # noqa: ANN401
    """Name each outcome by its indicator, and by whatever else tells its rows apart."""
    label = out["indicator"].astype(str)
    for column in (out["group"], *dimensions, out["period"]):
        texts = column.astype(object).where(column.notna(), "")
        several = texts.groupby(out["indicator"]).transform("nunique") > 1
        label = label + np.where(several & (texts != ""), ", " + texts.astype(str), "")
    return label.to_numpy(dtype=object)
