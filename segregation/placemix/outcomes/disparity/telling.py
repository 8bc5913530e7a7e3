"""Sentences of comparisons: points for differences, "times" for ratios, and odds never as shares."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from placemix.outcomes.disparity.measures import REASONS
from placemix.wording import percent, points, rival, signed

_NAMES = {
    "proportion": "The share", "risk_difference": "The difference of shares", "risk_ratio": "The ratio of shares",
    "odds_ratio": "The ratio of odds", "rate": "The rate", "rate_difference": "The difference of rates",
    "rate_ratio": "The ratio of rates",
    "relative_rate": "The ratio of shares that go on",
    "cumulative_relative_rate": "The ratio of shares that go all the way",
    "interaction_additive": "What both add beyond each alone (in points)",
    "interaction_multiplicative": "What both multiply beyond each alone",
}  # fmt: skip


_NUMBERS = frozenset({"value", "lower", "upper", "level", "rate", "against_rate", "not_stated_share"})
_UNSAID = frozenset({
    "numerator", "denominator", "against_numerator", "against_denominator", "comparator", "tenet", "kind", "note",
    "method", "sentence", "source", "version",
})  # fmt: skip
_TIMES = {
    "risk_ratio": "{:,.2f} times the share",
    "relative_rate": "{:,.2f} times the share",
    "cumulative_relative_rate": "{:,.2f} times the share",
    "odds_ratio": "{:,.2f} times the odds (odds are no shares)",
    "rate_ratio": "{:,.2f} times the rate",
}


def records(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows as plain values, without the columns that no sentence needs."""
    names = [name for name in frame.columns if name not in _UNSAID]
    columns = [frame[name].to_numpy(dtype=object, na_value=None).tolist() for name in names]
    for row in zip(*columns, strict=True):
        yield {
            name: math.nan if value is None and name in _NUMBERS else value
            for name, value in zip(names, row, strict=True)
        }


def named(who: str) -> str:
    """Name a group in a sentence.

    Examples
    --------
    >>> named("blue"), named("the young")
    ('the blue group', 'the young')
    """
    return who if who.startswith("the ") else f"the {who} group"


def sentence(row: Mapping[str, Any], keys: Sequence[str] = (), *, per: float = 1.0) -> str:
    """Say one row of a comparison in one sentence."""
    text = _said(row, per)
    where = ", ".join(str(row[key]) for key in keys if row[key] is not None and row[key] == row[key])
    return f"{where}: {text[0].lower()}{text[1:]}" if where else text


def _said(row: Mapping[str, Any], per: float) -> str:
    name, who = str(row["measure"]), named(str(row["focal"]))
    alone = row["against"] is None or row["against"] != row["against"]
    whom = "" if alone else rival(str(row["against"])) if row["against"] == "rest" else named(str(row["against"]))
    if math.isnan(row["value"]):
        between = f"of {who}" if alone else f"between {who} and {whom}"
        why = REASONS.get(str(row["reason"]), str(row["reason"]))
        return f"{_NAMES[name]} {between} is undefined: {why}.{_bounds(row)}"
    first = _first(name, row, who, whom, per)
    return f"{first}{_interval(name, row)}."


def _first(name: str, row: Mapping[str, Any], who: str, whom: str, per: float) -> str:
    value = row["value"]
    if name == "proportion":
        return f"{percent(value)} of {who}"
    amount = f" per {per:,.12g}" if per != 1 else " per person"
    if name == "rate":
        return f"{value:,.3g}{amount} of {who}"
    if name.startswith("interaction"):
        if name == "interaction_multiplicative":
            return f"{who} has {value:,.2f} times the ratio to {whom} that both single ratios multiply to"
        shift = points(value) if row["measured_in"] == "difference of shares" else f"{signed(value, digits=2)}{amount}"
        return f"{who} differs from {whom} by {shift} beyond the sum of both single differences"
    ours, theirs = row["rate"], row["against_rate"]
    if name.startswith("rate"):
        both = f"{ours:,.3g}{amount} of {who} against {theirs:,.3g} of {whom}"
        tail = f"a difference of {signed(value, digits=2)}{amount}" if name == "rate_difference" else _TIMES[name]
    else:
        both = f"{percent(ours)} of {who} against {percent(theirs)} of {whom}"
        tail = f"a difference of {points(value)}" if name == "risk_difference" else _TIMES[name]
    return f"{both}, {tail.format(value)}"


def _interval(name: str, row: Mapping[str, Any]) -> str:
    low, high = row["lower"], row["upper"]
    method = str(row["interval_method"])
    if math.isnan(low) or math.isnan(high):
        return ""
    if method.startswith("bounds"):
        lead = "wherever in their bounds the hidden numbers are, from"
        if "not_stated" in method:
            lead = "whoever had the events without a stated group, from"
    else:
        lead = f"{100 * row['level']:.3g} % interval"
    if "one_sided" in method:
        return f" ({100 * row['level']:.3g} % bound: at most {high:,.3g})"
    if row["measured_in"] in {"share", "difference of shares"}:
        show = "{:.1f} to {:.1f}" + (" %" if name == "proportion" else " points")
        return f" ({lead} {show.format(100 * low, 100 * high)})".replace("-", "−")
    return f" ({lead} {low:,.3g} to {high:,.3g})".replace("-", "−")


def _bounds(row: Mapping[str, Any]) -> str:
    """What is known although there is no value."""
    low, high, method = row["lower"], row["upper"], str(row["interval_method"])
    if math.isnan(low) or math.isnan(high):
        return ""
    if "one_sided" in method:
        return f" It is at least {low:,.3g} ({100 * row['level']:.3g} % bound)."
    show = ("", 1.0) if row["measured_in"] not in {"share", "difference of shares"} else (" %", 100.0)
    return f" It lies from {show[1] * low:,.3g}{show[0]} to {show[1] * high:,.3g}{show[0]}.".replace("-", "−")


def pooled_sentence(row: Mapping[str, Any], keys: Sequence[str], weighed: str, *, per: float, much: float) -> str:
    """Say one ratio pooled over strata in one sentence.

    Parameters
    ----------
    row
        The row.
    keys
        Columns that say what it is about.
    weighed
        What strata are weighed by.
    per
        How many people rates are for.
    much
        A larger share of events without a stated group is said.
    """
    where = ", ".join(str(row[key]) for key in keys if row[key] is not None and row[key] == row[key])
    lead = f"{where}: " if where else ""
    who, whom = named(str(row["focal"])), named(str(row["against"]))
    method = str(row["interval_method"])
    if method.startswith("bounds"):
        ends = f"from {row['lower']:,.2f} to {row['upper']:,.2f} times the rate"
        if method.endswith(":suppressed"):
            return f"{lead}{weighed}: {ends}, wherever in their bounds the hidden numbers are."
        more = ", and wherever in their bounds the hidden numbers are" if "suppressed" in method else ""
        return f"{lead}{weighed}: {ends}, if all events without a stated group were of {whom} or of {who}{more}."
    if math.isnan(row["value"]):
        why = REASONS.get(str(row["reason"]), str(row["reason"]))
        return f"{lead}the ratio of rates of {who} and {whom}, {weighed}, is undefined: {why}."
    amount = f" per {per:,.12g}" if per != 1 else " per person"
    tail = f" The group of {percent(row['not_stated_share'])} of events is not stated." * (
        row["not_stated_share"] > much
    )
    return (
        f"{lead}{weighed}: {row['rate']:,.3g}{amount} of {who} against {row['against_rate']:,.3g} of {whom}, "
        f"{row['value']:,.2f} times the rate{_interval('rate_ratio', row)}.{tail}"
    )
