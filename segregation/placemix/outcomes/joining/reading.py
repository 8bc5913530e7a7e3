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
    DuplicateUnit,
    InvalidParameter,
    InvalidTable,
    NotNumbers,
    PlacemixError,
    UnknownColumn,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.outcomes.bridging.conditions import COUNTED, Condition
from placemix.rates import Rates
from placemix.rates.scales import looks_ranked, ordinal, per
from placemix.suppression import Suppressed

#: One outcome, or several by name.
Outcome: TypeAlias = Rates | Condition | pd.Series
Outcomes: TypeAlias = Outcome | Table | Mapping[str, Outcome]
#: What is to be known of outcomes that do not bear it, by name.
Facts: TypeAlias = Mapping[str, Mapping[str, Any]] | None

NUMBERS: tuple[str, ...] = (
    "rate", "rate_low", "rate_high", "numerator", "numerator_low", "numerator_high", "denominator",
)  # fmt: skip
#: Facts of an outcome, which may be given beside it.
TEXTS: tuple[str, ...] = (
    "domain", "measured_in", "higher_is", "period", "vintage", "geography", "universe", "definition", "source",
)  # fmt: skip
#: Columns of the table of outcomes.
TABLE: tuple[str, ...] = ("outcome", "indicator", "group", "unit", *NUMBERS, *TEXTS, "symbol", "notes", "ordinal")
_BOUNDS = ("rate_low", "rate_high")


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
        `TEXTS` of outcomes that do not bear them, by the name of the indicator.
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
    _fill(table, facts, faults)
    _bounded(table)
    _once(table, faults)
    if faults:
        raise together(faults)
    return Read(_plain(table))


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
    for end in _BOUNDS:
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


def _fill(table: pd.DataFrame, facts: Facts, faults: list[PlacemixError]) -> None:
    """Write the facts that outcomes do not bear into their rows, in place."""
    known = list(dict.fromkeys([*table["indicator"], *table["outcome"]]))
    for name, told in (facts or {}).items():
        if name not in known:
            message = f"Facts are given for {name!r}, of which there is no outcome."
            faults.append(UnknownColumn(message, remedy=did_you_mean(name, known)))
            continue
        rows = ((table["indicator"] == name) | (table["outcome"] == name)).to_numpy()
        for key, value in told.items():
            if key not in TEXTS:
                message = f"The facts of {name!r} hold {key!r}; they may hold {', '.join(TEXTS)}."
                faults.append(InvalidParameter(message, remedy=did_you_mean(key, TEXTS)))
                continue
            stated = table.loc[rows, key].dropna().astype(str)
            if len(stated) and set(stated) != {str(value)}:
                message = f"The outcome {name!r} says {key} {listed(list(stated.unique()))}, the facts {value!r}."
                faults.append(InvalidParameter(message, remedy="Leave it out of facts=, or mend the table."))
                continue
            table[key] = table[key].astype(object)
            table.loc[rows, key] = str(value)
    odd = sorted(set(table["higher_is"].dropna().astype(str)) - {"worse", "better"})
    if odd:
        message = f"higher_is is 'worse' or 'better', not {listed([repr(one) for one in odd])}."
        faults.append(InvalidParameter(message, remedy=did_you_mean(odd[0], ["worse", "better"])))


def _bounded(table: pd.DataFrame) -> None:
    """Read counts as counts, and give hidden rates the ends that their numerators have, in place."""
    scale = table["measured_in"].map(per).to_numpy(dtype=np.float64, na_value=np.nan)
    counted = table["measured_in"].astype(str).str.strip().str.casefold().isin(COUNTED).to_numpy()
    alone = counted & table["numerator"].isna().to_numpy()
    for end, name in (("numerator", "rate"), ("numerator_low", "rate_low"), ("numerator_high", "rate_high")):
        table.loc[alone, end] = table.loc[alone, name]
    known = alone & table["numerator"].notna().to_numpy()
    for end in ("numerator_low", "numerator_high"):
        table.loc[known, end] = table.loc[known, "numerator"]
    table.loc[counted, ["rate", *_BOUNDS]] = np.nan
    below = table["denominator"].to_numpy()
    top, low, high = (table[name].to_numpy() for name in ("numerator", "numerator_low", "numerator_high"))
    worth = np.divide(scale, below, out=np.full(len(table), np.nan), where=below > 0)
    open_ = np.isnan(table["rate"].to_numpy()) & np.isnan(top) & ~np.isnan(low) & ~np.isnan(high)
    for end, amount in (("rate_low", low), ("rate_high", high)):
        table[end] = np.where(open_, amount * worth, table[end])
    made = np.isnan(table["rate"].to_numpy()) & ~np.isnan(top * worth)
    table["rate"] = np.where(made, top * worth, table["rate"])


def _once(table: pd.DataFrame, faults: list[PlacemixError]) -> None:
    twice = table.duplicated(["outcome", "unit"]).to_numpy()
    if twice.any():
        names = listed([repr(name) for name in table["outcome"][twice].unique()])
        message = f"{plural(int(twice.sum()), 'row repeats', 'rows repeat')} an outcome and unit above, of {names}."
        ids = pd.unique(table["unit"][twice].astype(str))
        faults.append(DuplicateUnit(message, units=ids, remedy="Keep one row of each, or add them up as counts."))


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers as numbers, texts as texts or None, and whether an outcome is a rank."""
    out = pd.DataFrame({name: table[name] for name in TABLE if name != "ordinal"})
    for name in NUMBERS:
        out[name] = out[name].astype(np.float64)
    for name in ("outcome", "indicator", "group", "unit", *TEXTS, "symbol", "notes"):
        column = out[name].astype(object)
        out[name] = column.where(column.notna(), None).map(lambda cell: None if cell is None else str(cell))
        out[name] = out[name].astype(object).where(out[name].notna(), None)
    ranked = out.groupby("outcome", sort=False)["rate"].transform(lambda rates: looks_ranked(rates.dropna().to_numpy()))
    named = [
        ordinal(scale or "") or (ordinal(name) and per(scale) is None)
        for name, scale in zip(out["indicator"], out["measured_in"], strict=True)
    ]
    out["ordinal"] = ranked.to_numpy(dtype=bool) | np.array(named, dtype=bool)
    return out[list(TABLE)]
