"""What a table of no known format seems to hold: its ids, its counts, its total and its traps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from placemix import checks
from placemix.errors import listed, plural
from placemix.readers.codes import kind_of
from placemix.readers.headers import normalise

#: Words in a header that say its numbers are no counts.
_RATE = re.compile(
    r"%|\b(per ?cent|percentage|pct|rate|ratio|share|score|rank|decile|quintile|index|median|mean|average|prices?|"
    r"costs?|income|pay|wages?|ha|hectares?|area|min|max|metres|km)\b"
)
#: Words in a header of a code or name.
_CODE = re.compile(r"(code|cd|id|urn|name|nm|date|year|easting|northing|lat|long|latitude|longitude|postcode|ref)$")
_TOTAL = re.compile(r"\b(total|all|persons|people|residents|population|pupils|headcount)\b")
#: Rows looked at to guess what a column holds.
PROBE = 2000


@dataclass(frozen=True, slots=True)
class Guess:
    """Columns of a table by what they seem to be.

    Attributes
    ----------
    unit
        Column whose values name each row, or None.
    kind
        Kind of area its codes name, or None.
    groups
        Columns of counts.
    total
        Column that equals, or exceeds, the sum of the groups in every row, or None.
    strata
        Columns with few different texts.
    symbols
        Texts that stand where numbers are expected.
    traps
        What would go wrong.
    """

    unit: str | None
    kind: str | None
    groups: tuple[str, ...]
    total: str | None
    strata: tuple[str, ...]
    symbols: tuple[str, ...]
    traps: tuple[str, ...]


def guess(table: pd.DataFrame) -> Guess:
    """Say what the columns of a table seem to hold; it only proposes, and reads nothing as fact."""
    table = table[[name for name in table.columns if not _nested(table[name])]]
    names = [str(name) for name in table.columns]
    texts = {name: table[name].astype(object).map(_text) for name in names}
    numeric, symbols = _numeric(texts)
    codes = [name for name in names if name not in numeric or _CODE.search(_words(name))]
    unit = next((name for name in [*codes, *names] if _unique(texts[name])), None)
    counts = [
        name for name in numeric if name != unit and not _CODE.search(_words(name)) and not _RATE.search(_words(name))
    ]
    values = {
        name: pd.to_numeric(texts[name], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan) for name in counts
    }
    counts = [name for name in counts if _could_count(values[name])]
    total = _total(counts, values)
    groups = tuple(name for name in counts if name != total)
    strata = tuple(
        name
        for name in codes
        if name != unit and 1 < texts[name].nunique() <= max(2, len(table) // 3) and (texts[name] != "").all()
    )
    traps = tuple(_traps(table, texts, unit, groups, total, values, symbols))
    kind = kind_of(texts[unit].head(PROBE)) if unit else None
    return Guess(unit, kind, groups, total, strata[:3], symbols, traps)


def _nested(column: pd.Series) -> bool:
    """Whether a column holds lists or records, which neither name nor count anything."""
    probe = column.head(PROBE)
    return probe.dtype == object and bool(
        probe.map(lambda item: isinstance(item, (list, tuple, dict, np.ndarray))).any()
    )


def _words(name: object) -> str:
    return normalise(str(name).replace("_", " "))


def _fractions(column: pd.Series) -> bool:
    known = pd.to_numeric(column.head(PROBE), errors="coerce").dropna()
    return bool(len(known) and (known % 1 > 0).any())


def _could_count(values: np.ndarray) -> bool:
    """Whether numbers could be people: whole, not negative, and not all different and large, as codes are."""
    known = values[~np.isnan(values)]
    large = len(known) > 1 and known.min() > 10_000
    codes = large and (len(np.unique(known)) > 0.9 * len(known) or known.min() > 1e7)
    return bool(len(known) and known.min() >= 0 and (known % 1 == 0).all() and not codes)


def _text(item: object) -> str:
    missing = item is None or item is pd.NA or item is pd.NaT or (isinstance(item, float) and np.isnan(item))
    return "" if missing else checks.id_text(item).strip()


def _numeric(texts: dict[str, pd.Series]) -> tuple[list[str], tuple[str, ...]]:
    """Columns that are mostly numbers, and the short texts that stand among them."""
    found: list[str] = []
    symbols: dict[str, None] = {}
    for name, column in texts.items():
        probe = column.head(PROBE)
        filled = probe[probe != ""]
        plain = pd.to_numeric(filled, errors="coerce").notna()
        others = filled[~plain].unique()
        if len(filled) and plain.mean() > 0.5 and all(len(text) <= 5 for text in others):
            found.append(name)
            symbols |= dict.fromkeys(others)
    return found, tuple(symbols)


def _unique(column: pd.Series) -> bool:
    return bool((column != "").all() and column.is_unique)


def _panel(texts: dict[str, pd.Series]) -> tuple[str, str] | None:
    """Find an id and a date or category that name each row together."""
    several = {name: len(column.unique()) for name, column in texts.items() if (column != "").all()}
    rows = len(next(iter(texts.values()), ()))
    for name, count in sorted(several.items(), key=lambda item: -item[1]):
        for other, few in several.items():
            pairs = other != name and 1 < few < count and few <= 50 and count * few == rows
            if pairs and not pd.DataFrame({0: texts[name], 1: texts[other]}).duplicated().any():
                return name, other
    return None


def _total(counts: list[str], values: dict[str, np.ndarray]) -> str | None:
    """Find the column that is at least the sum of all the others, almost everywhere equal to it."""
    for name in sorted(counts, key=lambda item: not _TOTAL.search(_words(item))):
        others = [values[other] for other in counts if other != name]
        if len(others) < 2:
            return None
        gap = values[name] - np.nansum(others, axis=0)
        complete = ~np.isnan([values[name], *others]).any(axis=0)
        near = np.abs(gap[complete]) <= 0.02 * np.maximum(values[name][complete], 1)
        # Where cells are hidden, the rest cannot exceed the total.
        if complete.any() and near.mean() > 0.9 and (gap[~complete & ~np.isnan(gap)] >= 0).all():
            return name
    return None


def _traps(
    table: pd.DataFrame,
    texts: dict[str, pd.Series],
    unit: str | None,
    groups: tuple[str, ...],
    total: str | None,
    values: dict[str, np.ndarray],
    symbols: tuple[str, ...],
) -> Iterator[str]:
    panel = _panel(texts) if unit is None else None
    if panel:
        yield f"A panel: {panel[0]!r} names each row once only together with {panel[1]!r}; one Counts is one date."
    elif unit is None:
        yield "No column names each row once: is there a row for each person, or for each unit and group (from_long)?"
    elif pd.api.types.is_numeric_dtype(table[unit].dtype) and len(texts[unit].str.len().unique()) > 1:
        yield f"The ids in {unit!r} are numbers of different length: leading zeros may have been lost."
    fractions = [name for name, column in texts.items() if _fractions(column)]
    if fractions:
        yield f"Not whole numbers, so no counts: {listed([repr(name) for name in fractions])}."
    rates = [str(name) for name in table.columns if _RATE.search(_words(name))]
    if rates:
        yield f"No counts of people by their names: {listed([repr(name) for name in rates])}."
    if symbols:
        marks = listed([repr(mark) for mark in symbols])
        yield f"Texts stand where numbers are expected: {marks}; say what they mean with suppressed=."
    if len(groups) > 2 and total is None:
        block = np.column_stack([np.nan_to_num(values[name]) for name in groups])
        found = checks.overlap(block, list(groups), total_given=False)
        if found:
            yield str(checks.overlapping(found).message)
    blank = [name for name in groups if np.isnan(values[name]).any()]
    if blank:
        cells = sum(int(np.isnan(values[name]).sum()) for name in blank)
        yield f"{plural(cells, 'cell is', 'cells are')} empty or hidden: missing is never read as 0."
