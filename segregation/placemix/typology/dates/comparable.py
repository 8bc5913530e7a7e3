"""What may be compared between dates, and what a comparison leaves out."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from placemix._typing import BoolArray
from placemix.about import ESTIMATED
from placemix.counts import Counts, group_text
from placemix.errors import (
    InvalidParameter,
    PlacemixError,
    UnknownColumn,
    VintageMismatch,
    did_you_mean,
    listed,
    plural,
)

_ALIGN = "Bring both onto common areas with placemix.harmonise.align"


def option_faults(unmatched: object, vintages: object) -> Iterator[PlacemixError]:
    """Find options that are none."""
    for name, value, known in (
        ("unmatched", unmatched, ("refuse", "count")),
        ("vintages", vintages, ("refuse", "allow")),
    ):
        if value not in known:
            message = f"{name} is {known[0]!r} or {known[1]!r}, not {value!r}."
            yield InvalidParameter(message, remedy=did_you_mean(value, known))


def boundary_faults(counts: Sequence[Counts], names: Sequence[str], vintages: str) -> Iterator[PlacemixError]:
    """Find dates whose units are of other kinds or boundaries."""
    if vintages != "refuse":
        return
    for word, of in (
        ("kinds of unit", [table.about.geography for table in counts]),
        ("boundaries", [table.about.vintage for table in counts]),
    ):
        # A date between them that does not say is no bridge.
        known = [(value, name) for value, name in zip(of, names, strict=True) if value]
        for (ours, first), (theirs, second) in itertools.pairwise(known):
            if ours != theirs:
                message = f"The dates have different {word}: {first} {ours!r}, {second} {theirs!r}."
                remedy = f"{_ALIGN}; if they are on common areas already, pass vintages='allow'."
                yield VintageMismatch(message, remedy=remedy)


def group_faults(counts: Sequence[Counts], names: Sequence[str]) -> Iterator[PlacemixError]:
    """Find dates whose groups are not those of the last."""
    for table, name in zip(counts[:-1], names, strict=False):
        odd = set(table.groups) ^ set(counts[-1].groups)
        if odd:
            texts = listed(sorted(map(group_text, odd)))
            message = f"{capital(name)} and {names[-1]} do not have the same groups: {texts}."
            yield VintageMismatch(message, remedy="Give both the same, with harmonise.regroup or merge_groups.")


def absences(counts: Sequence[Counts]) -> list[BoolArray]:
    """Whether each unit of each date is not found at every other."""
    out = []
    for place, table in enumerate(counts):
        absent = np.zeros(len(table), dtype=bool)
        for other in (*counts[:place], *counts[place + 1 :]):
            # Of text, isin takes a hundred times as long.
            absent |= other.units.get_indexer(table.units) < 0
        out.append(absent)
    return out


def unit_faults(
    counts: Sequence[Counts], names: Sequence[str], unmatched: str, absent: Sequence[BoolArray]
) -> Iterator[PlacemixError]:
    """Find units that are not at every date."""
    if absent[0].all():
        message = "No unit is found at every date."
        yield VintageMismatch(message, remedy=f"{_ALIGN}, so that units bear the same ids.")
        return
    parts = _missing(counts, names, absent)
    if parts and unmatched == "refuse":
        odd = [unit for table, none in zip(counts, absent, strict=True) for unit in table.units[none]]
        message = f"Some units are not found at every date: {'; '.join(parts)}."
        remedy = f"{_ALIGN}; or pass unmatched='count' to leave these out and have them counted."
        yield VintageMismatch(message, units=dict.fromkeys(odd), remedy=remedy)


def stratum_faults(counts: Sequence[Counts], by: Sequence[str]) -> Iterator[PlacemixError]:
    """Find strata that not every date carries."""
    lacking = [name for name in by if any(name not in table.strata.columns for table in counts)]
    if lacking:
        known = [name for name in counts[-1].strata.columns if all(name in table.strata.columns for table in counts)]
        message = f"Not every date carries strata {listed(lacking)}; all carry {listed(known) or 'none'}."
        remedy = did_you_mean(lacking[0], known) or "Add them with counts.with_strata."
        yield UnknownColumn(message, remedy=remedy)


def _missing(counts: Sequence[Counts], names: Sequence[str], absent: Sequence[BoolArray]) -> list[str]:
    """Say of each date how many of its units and people are not found at every other."""
    parts = []
    for table, name, none in zip(counts, names, absent, strict=True):
        if none.any():
            gone, everyone = float(table.total[none].sum()), float(table.total.sum())
            share = f" ({gone / everyone:.1%})".replace("%", " %") if everyone else ""
            parts.append(
                f"{none.sum():,} of {plural(len(table), 'unit')} of {name}, with {gone:,.0f} of {everyone:,.0f} "
                f"people{share}"
            )
    return parts


def lost(counts: Sequence[Counts], names: Sequence[str], vintages: str, absent: Sequence[BoolArray]) -> list[str]:
    """Say what was left out, and what was taken on the caller's word."""
    notes = []
    kinds = [
        " ".join(text for text in (table.about.geography, table.about.vintage) if text) or None for table in counts
    ]
    given = [kind for kind in kinds if kind]
    if vintages == "allow" and len(set(given)) > 1:
        said = " and ".join(dict.fromkeys(given))
        notes.append(
            f"Units of {said} were compared id by id, as vintages='allow' asks: the same id need not be "
            "the same ground."
        )
    parts = _missing(counts, names, absent)
    if parts:
        notes.append(f"Not found at every date, and counted apart: {'; '.join(parts)}.")
    estimated = [name for table, name in zip(counts, names, strict=True) if table.about.estimated]
    moved = [name for table, name in zip(counts, names, strict=True) if table.about.interpolated]
    if estimated:
        notes.append(f"{capital(listed(estimated))}: {ESTIMATED}.")
    if moved:
        notes.append(f"{capital(listed(moved))}: estimated from other areas.")
    return notes


def capital(text: str) -> str:
    """Begin with a capital letter."""
    return text[:1].upper() + text[1:]
