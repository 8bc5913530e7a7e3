"""School places with and without schemes in plain sentences, and what has to be known with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

#: A difference that is rounding of sums and no place.
ROUNDING = 1e-6
_OWN = "within "


def amount(number: float) -> str:
    """Write a number of places or pupils; fewer than one must not read as none.

    Examples
    --------
    >>> amount(1234.4), amount(0.4), amount(-0.0)
    ('1,234', '0.4', '0')
    """
    size = abs(number)
    return f"{size:,.1f}" if ROUNDING < size < 0.95 else f"{size:,.0f}"


def plural_of(number: float, word: str) -> str:
    """Write an amount with its noun."""
    text = amount(number)
    return f"{text} {word if text == '1' else f'{word}s'}"


def schools_of(area: str, phase: str) -> str:
    """Name the schools of an area.

    Examples
    --------
    >>> schools_of("Heywood", "primary"), schools_of("within 2 miles of SH 1", "primary")
    ("Heywood's primary schools", 'the primary schools within 2 miles of SH 1')
    """
    if area.startswith(_OWN):
        return f"the {phase} schools {area}"
    return f"{area}{chr(39) if area.endswith('s') else chr(39) + 's'} {phase} schools"


def sentence(row: Mapping[str, Any]) -> str:
    """Say one row in plain words."""
    many = len(row["schemes"])
    scheme, it = ("the scheme", "it") if many < 2 else (f"the {many} schemes", "them")
    year = None if pd.isna(row["year"]) else int(row["year"])
    when = "" if year is None else f"in {year} "
    sent, opened = row["pupils_scheme"], row["places_scheme"]
    if row["planning_area"] is None:
        number = "An unknown number of" if np.isnan(sent) else amount(sent)
        return f"{number} {row['phase']} pupils of {scheme} {when}are set against no places: {row['reason']}."
    where = schools_of(row["planning_area"], row["phase"])
    before, after = row["left_without"], row["left_with"]
    if np.isnan(before) or np.isnan(after):
        brought = f" {scheme.capitalize()} would send {plural_of(sent, 'pupil')} there." if np.isfinite(sent) else ""
        text = f"How many places would be left {when}in {where} is not known: {row['reason']}.{brought}"
        return text if np.isnan(before) else f"{text} Without {it} there would be {_left(before)}."
    if row["basis"] == "forecast":
        start = f"In {year}"
    else:
        start = f"By the rolls of {row['rolls_year']} and the places of {row['places_year']}"
        it = it if year is None else f"{'its' if many < 2 else 'their'} homes of {year}"
    start += _taking(row["case"], row["pupils_committed"])
    return f"{start} {_compared(where, before, after, scheme, it)}{_opened(opened)}{_beside(row)}{_range(row)}"


def _beside(row: Mapping[str, Any]) -> str:
    """Say of how many schools nothing is counted."""
    many = len(row["schools_unknown"])
    are = "1 school there is" if many == 1 else f"{many} schools there are"
    return f" {are} left out, of which pupils or places are not known." if many else ""


def _taking(case: str, committed: float) -> str:
    """Say which end of a range of homes is taken, and how many pupils come anyway."""
    end = "" if case == "stated" else f"at the {case} end of the homes"
    coming = f"with {plural_of(committed, 'pupil')} of committed homes" if abs(committed) > ROUNDING else ""
    said = " and ".join(filter(None, (end, coming)))
    return f", {said}," if said else ""


def _compared(where: str, before: float, after: float, scheme: str, it: str) -> str:
    enough, still = before >= -ROUNDING, after >= -ROUNDING
    now, then = plural_of(before, "place"), amount(after)
    if enough:
        text = f"there would be {now} left in {where} without {scheme}"
        return f"{text} and {then} with {it}." if still else f"{text}; with {it} they would be {then} short."
    text = f"{where} would be {now} short without {scheme}"
    return f"{text}; with {it} there would be {then} left." if still else f"{text} and {then} with {it}."


def _left(number: float) -> str:
    return f"{amount(number)} {'left' if number >= -ROUNDING else 'too few'}"


def _opened(number: float) -> str:
    return f" That counts {plural_of(number, 'place')} that would open with it." if number > ROUNDING else ""


def _range(row: Mapping[str, Any]) -> str:
    ends = [row[name] for name in ("left_without_lower", "left_without_upper", "left_with_lower", "left_with_upper")]
    if not np.isfinite(ends).all():
        return ""
    without, with_it = _span(*ends[:2]), _span(*ends[2:])
    it = "it" if len(row["schemes"]) < 2 else "them"
    return f" Range ({row['level']:.0%} of past errors): without {it} {without}, with {it} {with_it}."


def _span(low: float, high: float) -> str:
    """Say a range of places left, a deficit as such."""
    if (low >= -ROUNDING) == (high >= -ROUNDING):
        first, last = sorted((abs(low), abs(high)))
        return f"{amount(first)} to {_left(np.copysign(last, low))}"
    return f"{_left(low)} to {_left(high)}"
