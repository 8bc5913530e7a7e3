"""Outcomes as one table: facts beside them written in, counts told from rates, and each row there once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from placemix import checks
from placemix.errors import (
    CountRateMix,
    DuplicateUnit,
    InvalidParameter,
    PlacemixError,
    UnknownColumn,
    did_you_mean,
    listed,
    plural,
)
from placemix.outcomes.bridging.conditions import COUNTED
from placemix.rates.scales import looks_ranked, ordinal, per

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
BOUNDS = ("rate_low", "rate_high")


def filled(table: pd.DataFrame, facts: Facts, faults: list[PlacemixError]) -> None:
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


def bounded(table: pd.DataFrame, faults: list[PlacemixError]) -> None:
    """Read counts as counts, and give hidden rates the ends that their numerators have, in place."""
    scale = table["measured_in"].map(per).to_numpy(dtype=np.float64, na_value=np.nan)
    counted = table["measured_in"].astype(str).str.strip().str.casefold().isin(COUNTED).to_numpy()
    alone = counted & table["numerator"].isna().to_numpy()
    for end, name in (("numerator", "rate"), ("numerator_low", "rate_low"), ("numerator_high", "rate_high")):
        table.loc[alone, end] = table.loc[alone, name]
    known = alone & table["numerator"].notna().to_numpy()
    for outcome, rows in table[known].groupby("outcome", sort=False):
        if any(checks.rates(rows[["numerator"]].to_numpy(dtype=np.float64))):
            message = f"The outcome {outcome!r} is said to be a count and lies between 0 and 1: these are shares."
            faults.append(CountRateMix(message, remedy="Say measured_in='share', or give the counts."))
    for end in ("numerator_low", "numerator_high"):
        table.loc[known, end] = table.loc[known, "numerator"]
    table.loc[counted, ["rate", *BOUNDS]] = np.nan
    below = table["denominator"].to_numpy()
    top, low, high = (table[name].to_numpy() for name in ("numerator", "numerator_low", "numerator_high"))
    worth = np.divide(scale, below, out=np.full(len(table), np.nan), where=below > 0)
    open_ = np.isnan(table["rate"].to_numpy()) & np.isnan(top) & ~np.isnan(low) & ~np.isnan(high)
    for end, amount in (("rate_low", low), ("rate_high", high)):
        table[end] = np.where(open_, amount * worth, table[end])
    made = np.isnan(table["rate"].to_numpy()) & ~np.isnan(top * worth)
    table["rate"] = np.where(made, top * worth, table["rate"])


def once(table: pd.DataFrame, faults: list[PlacemixError]) -> None:
    """Refuse an outcome that has two rows of one unit."""
    twice = table.duplicated(["outcome", "unit"]).to_numpy()
    if twice.any():
        names = listed([repr(name) for name in table["outcome"][twice].unique()])
        message = f"{plural(int(twice.sum()), 'row repeats', 'rows repeat')} an outcome and unit above, of {names}."
        ids = pd.unique(table["unit"][twice].astype(str))
        faults.append(DuplicateUnit(message, units=ids, remedy="Keep one row of each, or add them up as counts."))


def plain(table: pd.DataFrame) -> pd.DataFrame:
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
