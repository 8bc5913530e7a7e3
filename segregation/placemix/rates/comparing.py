"""Comparing a group with everyone else, where a table prints only the group and the whole."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from placemix.errors import (
    DenominatorMismatch,
    InvalidParameter,
    PartWholeComparison,
    UnknownGroup,
    did_you_mean,
    listed,
)
from placemix.rates.scales import EVERYONE, half_units, per


def rest_of(
    table: pd.DataFrame, keys: Sequence[str], group: str, *, everyone: str | None, share: float | None
) -> pd.DataFrame:
    """Compare a group with the rest; what `Rates.against_rest` gives."""
    if share is not None and not 0 < share < 1:
        message = f"share is the group's part of the whole, between 0 and 1, not {share:g}."
        raise InvalidParameter(message, remedy="Write 8 % as 0.08.")
    names = list(table["group"].dropna().unique())
    found = [name for name in names if str(name).casefold() in EVERYONE] if everyone is None else [everyone]
    if len(found) > 1:
        message = f"Several groups are everyone: {listed([repr(name) for name in found])}."
        raise InvalidParameter(message, remedy="Name one with everyone=.")
    for name in (group, *found):
        if name not in names:
            message = f"There is no group {name!r}; there are {listed(names, shown=40)}."
            raise UnknownGroup(message, remedy=did_you_mean(name, names))
    if not found:
        message = f"No row is about everyone; there are {listed(names, shown=40)}."
        raise UnknownGroup(message, remedy="Name the row with everyone=, or compare with each other group.")
    if group == found[0]:
        message = f"{group!r} is everyone, and has no rest."
        raise InvalidParameter(message, remedy=f"Name another of {listed(names, shown=40)}.")
    wanted = ["numerator", "denominator", "rate", "numerator_low", "numerator_high", "measured_in"]
    ours, whole = (table.loc[table["group"] == name, [*keys, *wanted]] for name in (group, found[0]))
    whole = whole.rename(columns={name: f"{name}_whole" for name in wanted})
    both = ours.merge(whole, on=list(keys), how="left", validate="one_to_one", indicator=True)
    out = pd.concat([both[list(keys)], _compared(both, share)], axis=1)
    if not len(out) or (out["reason"] == "no_denominator").all():
        message = f"The rest cannot be told from the whole: the denominators of {group!r} are missing."
        remedy = "Give both as numbers, or the group's share of the whole with share=; a rate alone does not say it."
        raise DenominatorMismatch(message, remedy=remedy)
    message = f"{found[0]!r} includes {group!r}; the comparison is made with everyone else."
    warnings.warn(PartWholeComparison(message), stacklevel=3)
    return out


def _compared(both: pd.DataFrame, share: float | None) -> pd.DataFrame:
    """Rate of the rest, from numerators where both are known, else from rates weighted by denominators."""
    scale = both["measured_in"].map(per).astype(np.float64)
    part, all_ = both["denominator"], both["denominator_whole"]
    counted = (both["numerator_whole"] - both["numerator"]) * scale
    weighed = both["rate_whole"] * all_ - both["rate"] * part
    left = all_ - part
    adjusted = _adjusted(both, scale, "") | _adjusted(both, scale, "_whole")
    other = counted.where(counted.notna(), weighed) / left.where(left > 0)
    if share is not None:
        other = other.where(other.notna(), (both["rate_whole"] - share * both["rate"]) / (1 - share))
    odd = (both["numerator_whole"] < both["numerator"]) & (both["numerator"] >= 0)
    units = both[["measured_in", "measured_in_whole"]]
    mixed = units.notna().all(axis=1) & (both["measured_in"] != both["measured_in_whole"])
    other = other.mask(adjusted | odd | mixed)
    hidden = (both["numerator_low"] != both["numerator_high"]) & both["numerator_low"].notna()
    hidden |= (both["numerator_low_whole"] != both["numerator_high_whole"]) & both["numerator_low_whole"].notna()
    tests = {
        "no_row_for_everyone": both["_merge"] == "left_only",
        "suppressed": hidden & other.isna(),
        "nobody_else": left <= 0,
        "no_rate": both["rate"].isna() | (both["rate_whole"].isna() & both["numerator_whole"].isna()),
        "measured_differently": mixed,
        "standardised": adjusted,
        "more_than_everyone": odd,
        "no_denominator": other.isna(),
    }
    reason = np.select(list(tests.values()), list(tests), default="")
    out = pd.DataFrame({"rate": both["rate"], "rate_rest": other, "rate_whole": both["rate_whole"]})
    out["difference"], out["ratio"] = out["rate"] - other, out["rate"] / other.where(other > 0)
    out["reason"] = pd.Series(reason, index=out.index).where(reason != "", None)
    return out


def _adjusted(both: pd.DataFrame, scale: pd.Series, end: str) -> pd.Series:
    """Rates that are not numerator over denominator, such as age-standardised ones: they do not add up."""
    crude = both[f"numerator{end}"] * scale / both[f"denominator{end}"].where(both[f"denominator{end}"] > 0)
    off = (crude - both[f"rate{end}"]).abs()
    return off > 1.001 * half_units(both[f"rate{end}"].to_numpy()) + 1e-9 * crude.abs()
