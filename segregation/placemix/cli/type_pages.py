"""Pages about the types of places of one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from placemix import report as reports
from placemix import typology
from placemix.counts import Counts
from placemix.report import describe, sections


def of_types(counts: Counts, found: pd.DataFrame, *, title: str, place: str, out: Path) -> None:
    """Write a page of the types of one date."""
    source = describe(counts, name=title)
    body = [
        sections.types_of_places(
            found, _shapes(counts), place=place, title=_title(found), **_words(counts), period=_period(counts)
        ),
        sections.references([found]),
        sections.provenance([source], results=[found]),
    ]
    reports.page(body, title=f"Types of places: {title}", out=out)


def of_change(
    then: Counts,
    now: Counts,
    moves: pd.DataFrame,
    *,
    rules: Mapping[str, Any],
    dates: Sequence[str],
    title: str,
    place: str,
    out: Path,
) -> None:
    """Write a page of the types of two dates and what changed."""
    first, second = (typology.classify(counts, **rules) for counts in (then, now))
    found = [describe(counts, name=f"{title}, {date}") for counts, date in zip((then, now), dates, strict=True)]
    shapes = _shapes(now)
    body = [
        sections.change_of_types(
            moves, before=first, after=second, areas=shapes, dates=dates, place=place, **_words(now)
        ),
        sections.types_of_places(second, place=place, title=_title(second), period=str(dates[1]), **_words(now)),
        sections.references([second, moves]),
        sections.provenance(found, results=[first, second, moves]),
    ]
    reports.page(body, title=f"How places changed: {title}", out=out)


def of_characteristics(
    tables: Mapping[str, Counts], summary: pd.DataFrame, found: pd.DataFrame, *, title: str, place: str, out: Path
) -> None:
    """Write a page of the categories that define places."""
    first = next(iter(tables.values()))
    sources = [describe(one, name=name) for name, one in tables.items()]
    empty = [str(unit) for unit in first.units[first.total <= 0]]
    body = [
        sections.strong_characteristics(summary, found, _shapes(first), sources=sources, place=place, empty=empty),
        sections.references([found]),
        sections.provenance(sources, results=[found]),
    ]
    reports.page(body, title=f"Places that one characteristic defines: {title}", out=out)


def _shapes(counts: Counts) -> Counts | None:
    return None if counts.geometry is None else counts


def _title(found: pd.DataFrame) -> str:
    known = typology.schemes().set_index("scheme")["title"]
    return str(known.get(str(found["scheme"].iloc[0]), ""))


def _words(counts: Counts) -> dict[str, str]:
    source = describe(counts, name="")
    member = "person" if source.member == "member" else source.member
    return {"member": member, "source": f"Source: {counts.about.source}." if counts.about.source else ""}


def _period(counts: Counts) -> str:
    return counts.about.period or ""
