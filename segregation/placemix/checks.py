"""What can be wrong with a table of counts, each fault found for every unit at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix.errors import (
    CountRateMix,
    DuplicateUnit,
    InvalidArea,
    InvalidCounts,
    InvalidTable,
    NotNumbers,
    OverlappingGroups,
    PlacemixError,
    listed,
    plural,
)

#: What a suppression symbol stands for: an interval, a row that does not apply, or a value of
#: which nothing is known but what the unit's total leaves.
Suppression = Mapping[str, tuple[float, float] | Literal["not_applicable", "unknown"]]

#: Groups may exceed the stated total by this share, as rounded and perturbed tables do.
TOLERANCE = 0.0005
#: Below this many units with people, equal sums may be a coincidence.
SURE = 10
#: A table of shares sums to 1 or 100 in every row, within this share of it.
NEAR = 0.005
#: Counts from here on are no longer told apart from their neighbours.
TOO_LARGE = 2.0**53
#: Units tried first when looking for overlaps, so that tables without any are done at once.
PROBE = 64


class Column(NamedTuple):
    """A column read as numbers.

    Attributes
    ----------
    values, low, high
        Numbers and the bounds of suppressed ones, shape (units,); NaN where missing.
    not_applicable
        Rows that the symbol says to leave out, shape (units,).
    faults
        What is wrong with the column.
    """

    values: FloatArray
    low: FloatArray
    high: FloatArray
    not_applicable: Any
    faults: list[PlacemixError]


def numbers(column: pd.Series, name: str, units: pd.Index, suppressed: Suppression) -> Column:
    """Read one column as counts: text that is a number counts as one, symbols by their meaning."""
    count = len(column)
    nothing = np.zeros(count, dtype=bool)
    if pd.api.types.is_bool_dtype(column.dtype) or not (
        pd.api.types.is_numeric_dtype(column.dtype)
        or pd.api.types.is_object_dtype(column.dtype)
        or pd.api.types.is_string_dtype(column.dtype)
        or isinstance(column.dtype, pd.CategoricalDtype)
    ):
        message = f"Column {name!r} holds {column.dtype} values, not counts."
        remedy = "Count people per unit first; from_long counts one row per person."
        blank = np.full(count, np.nan)
        return Column(blank, blank, blank, nothing, [NotNumbers(message, remedy=remedy)])
    if pd.api.types.is_complex_dtype(column.dtype):
        blank = np.full(count, np.nan)
        return Column(blank, blank, blank, nothing, [NotNumbers(f"Column {name!r} holds complex numbers.")])
    if pd.api.types.is_numeric_dtype(column.dtype):
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return Column(values, values, values, nothing, [])
    return _from_text(column, name, units, suppressed)


def _from_text(column: pd.Series, name: str, units: pd.Index, suppressed: Suppression) -> Column:
    missing = column.isna().to_numpy()
    text = column.astype(object).map(lambda item: "" if item is None else str(item).strip())
    values = pd.to_numeric(text.where(~missing, ""), errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    blank = missing | text.isin(["", "nan", "NaN", "None", "<NA>"]).to_numpy()
    symbol = np.isnan(values) & ~blank
    low, high, left_out = values.copy(), values.copy(), np.zeros(len(values), dtype=bool)
    faults: list[PlacemixError] = []
    unknown = np.zeros(len(values), dtype=bool)
    for mark in sorted(set(text[symbol])):
        here = (text == mark).to_numpy() & symbol
        meaning = suppressed.get(mark)
        if meaning is None:
            unknown |= here
        elif meaning == "not_applicable":
            left_out |= here
        elif meaning == "unknown":
            low[here], high[here] = 0.0, np.inf
        else:
            low[here], high[here] = meaning
    known = symbol & ~unknown & ~left_out
    values = values.copy()
    values[known] = np.where(np.isinf(high[known]), 0.0, (low[known] + high[known]) / 2)
    if unknown.any():
        marks = listed([repr(mark) for mark in dict.fromkeys(text[unknown])])
        example = next(iter(text[unknown]))
        message = f"Column {name!r} holds text where counts are needed: {marks}."
        remedy = (
            f"Say what a symbol means, suppressed={{{example!r}: (1, 4)}} for an interval or "
            f"{{{example!r}: 'not_applicable'}}; missing is never read as 0."
        )
        faults.append(NotNumbers(message, units=units[unknown], remedy=remedy))
    # A value already reported as text is not also reported as missing.
    return Column(
        np.where(unknown, 0.0, values),
        np.where(unknown, 0.0, low),
        np.where(unknown, 0.0, high),
        left_out,
        faults,
    )


def complete(strata: Mapping[str, pd.Series], units: pd.Index) -> Iterator[PlacemixError]:
    """Find units without a stratum."""
    for name, column in strata.items():
        missing = column.isna().to_numpy()
        if missing.any():
            message = f"{plural(missing.sum(), 'unit has', 'units have')} no {name}."
            yield InvalidTable(message, units=units[missing], remedy="Give every unit one, such as 'none'.")


def bounded(
    values: FloatArray, low: FloatArray, high: FloatArray, total: FloatArray | None, units: pd.Index
) -> tuple[FloatArray, FloatArray, list[PlacemixError]]:
    """Bound hidden values by what the unit's total leaves.

    Returns
    -------
    values, high
        With every cell finite; the values lie within the bounds, and sum to no more than the total.
    faults
        Units whose total is not known.
    """
    unbounded = np.isinf(high)
    if total is None:
        if not unbounded.any():
            return values, high, []
        message = "Hidden values have no bound: nothing is known of them, and no total is given."
        remedy = "Name the column of everyone with total=, or give the symbol an interval."
        return values, high, [NotNumbers(message, units=units[unbounded.any(axis=1)], remedy=remedy)]
    left = np.maximum(total - low.sum(axis=1), 0.0)[:, np.newaxis]
    # No hidden cell can hold more than the total leaves; together they share it.
    high = np.minimum(high, low + left)
    hidden = high > low
    sharing = np.maximum(hidden.sum(axis=1, keepdims=True), 2)
    return np.where(hidden, np.minimum((low + high) / 2, low + left / sharing), values), high, []


def meanings(suppressed: object) -> Iterator[PlacemixError]:
    """Check what the symbols of a suppressed table are said to mean."""
    if not isinstance(suppressed, Mapping):
        message = f"suppressed is {suppressed!r}, not a mapping from symbols to what they mean."
        yield InvalidTable(message, remedy="Write suppressed={'c': (1, 4)}.")
        return
    for mark, meaning in suppressed.items():
        if meaning in {"not_applicable", "unknown"} if isinstance(meaning, str) else False:
            continue
        pair = isinstance(meaning, (tuple, list)) and len(meaning) == 2
        if (
            not pair
            or not all(isinstance(end, (int, float)) for end in meaning)
            or not (0 <= float(meaning[0]) <= float(meaning[1]) < TOO_LARGE)
        ):
            message = f"The symbol {mark!r} is said to mean {meaning!r}."
            yield InvalidTable(message, remedy="Give (low, high) with 0 <= low <= high, 'not_applicable' or 'unknown'.")


def unit_ids(column: pd.Series) -> tuple[pd.Index, list[PlacemixError]]:
    """Return ids as text, whole numbers without a decimal point, and what is wrong with them."""
    missing = column.isna().to_numpy()
    if pd.api.types.is_float_dtype(column.dtype) and not missing.all():
        known = column[~missing].to_numpy(dtype=np.float64)
        whole = np.isfinite(known).all() and np.array_equal(known, np.rint(known)) and np.abs(known).max() < 2**53
        if whole:
            column = column.astype("Int64")
    # Texts are ids as they stand; only other values are written one by one.
    plain = isinstance(column.dtype, pd.StringDtype) and not missing.any()
    items = column.astype(object) if plain else column.astype(object).map(id_text)
    texts = pd.Index(items.to_numpy(), dtype=str, name="unit")
    faults: list[PlacemixError] = []
    blank = missing | (texts.str.strip() == "")
    if blank.any():
        rows = [f"row {row}" for row in np.flatnonzero(blank) + 1]
        faults.append(
            DuplicateUnit(
                f"{plural(blank.sum(), 'unit has', 'units have')} no id.", units=rows, remedy="Give every unit one."
            )
        )
    twice = texts.duplicated(keep="first") & ~blank
    if twice.any():
        message = f"{plural(twice.sum(), 'row repeats', 'rows repeat')} the id of a unit above."
        remedy = (
            "One Counts is one date and one universe. Add up the rows, or split a panel in two lines:\n"
            "    parts = dict(list(frame.groupby('year')))\n"
            "    counts = {year: pm.from_wide(part, groups=..., unit=...) for year, part in parts.items()}"
        )
        faults.append(DuplicateUnit(message, units=pd.unique(texts[twice]), remedy=remedy))
    return texts, faults


def id_text(item: object) -> str:
    """Write an id as text; a whole number without its decimal point."""
    whole = isinstance(item, (float, np.floating)) and item.is_integer()
    return str(int(item)) if whole else str(item)  # type: ignore[call-overload]


def id_texts(column: pd.Series) -> pd.Series:
    """Write ids as text, each as `id_text` does, on the index of the column."""
    if isinstance(column.dtype, pd.StringDtype):
        return column.astype(object).map(str)
    return column.astype(object).map(id_text)


def amounts(values: Mapping[str, FloatArray], units: pd.Index) -> Iterator[PlacemixError]:
    """Find counts that are missing, negative, infinite or too large to be exact."""
    tests: dict[str, tuple[Callable[[FloatArray], Any], str]] = {
        "missing": (np.isnan, "Missing is not 0: fill in the count, drop the unit, or name its symbol."),
        "negative": (lambda array: array < 0, "Counts of people start at 0."),
        "infinite": (np.isinf, "Give the number of people."),
        "too large to be counted": (
            lambda array: (array >= TOO_LARGE) & (array < np.inf),
            f"Numbers are exact below {TOO_LARGE:,.0f}; check the unit of the column.",
        ),
    }
    for word, (test, remedy) in tests.items():
        bad = {name: test(array) for name, array in values.items()}
        columns = [name for name, where in bad.items() if where.any()]
        if columns:
            cells = sum(int(bad[name].sum()) for name in columns)
            where = np.logical_or.reduce([bad[name] for name in columns])
            message = (
                f"{plural(cells, 'count is', 'counts are')} {word}, in {listed([repr(name) for name in columns])}."
            )
            yield InvalidCounts(message, units=units[where], remedy=remedy)


def land(name: str, column: Column, units: pd.Index, kept: BoolArray) -> Iterator[PlacemixError]:
    """Find areas that are no areas: text, missing, negative or infinite; 0 only where a measure compares areas."""
    remedy = "Give each unit the land it has, as a number in one unit of area, or drop the unit."
    if any(not fault.units for fault in column.faults):
        yield InvalidArea(f"Column {name!r} holds no numbers, where areas are needed.", remedy=remedy)
        return
    text = np.isin(units, [unit for fault in column.faults for unit in fault.units])
    for where, word in (
        (text, "text"),
        (np.isnan(column.values) & ~text & kept, "missing"),
        ((column.values < 0) & kept, "negative"),
        (np.isinf(column.values) & (column.values > 0) & kept, "infinite"),
    ):
        if where.any():
            message = f"{plural(int(where.sum()), 'area is', 'areas are')} {word}, in {name!r}."
            yield InvalidArea(message, units=units[where], remedy=remedy)


def rates(values: FloatArray) -> Iterator[PlacemixError]:
    """Find shares and percentages given as counts."""
    if not values.size or np.array_equal(values, np.rint(values)):
        return
    sums = values.sum(axis=1)
    lived_in = sums > 0
    for whole in (1, 100):
        if lived_in.any() and np.all(np.abs(sums[lived_in] - whole) <= NEAR * whole):
            message = f"Every unit's groups sum to {whole}: these are shares, not counts of people."
            yield CountRateMix(message, remedy="Give counts, or multiply each unit's shares by its people first.")
            return
    if values.max() <= 1:
        message = "Every value lies between 0 and 1: these are shares or rates, not counts of people."
        yield CountRateMix(message, remedy="Give counts, or multiply each unit's rates by its people first.")


class Overlap(NamedTuple):
    """A column that equals the sum of others in every unit."""

    whole: str
    parts: tuple[str, ...]


def overlap(values: FloatArray, names: Sequence[str], *, total_given: bool) -> Overlap | None:
    """Find a total listed among its own parts."""
    lived_in = values[values.sum(axis=1) > 0]
    if not len(lived_in):
        return None
    nested = _nested(lived_in, names)
    if nested or total_given:
        return nested
    return _block(lived_in, names)


def _nested(values: FloatArray, names: Sequence[str]) -> Overlap | None:
    """Labels such as `A` and `A: B`, or `A_total`, whose parent is the sum of its children."""
    folded = [name.casefold() for name in names]
    for place, name in enumerate(folded):
        stem = name.removesuffix("_total").removesuffix(" total").rstrip(" :_-")
        children = [
            other
            for other, text in enumerate(folded)
            if other != place and text.startswith(stem) and text[len(stem) : len(stem) + 1] in {":", "_", " ", "-", "/"}
        ]
        whole = values[:, place]
        if children and whole.any() and np.allclose(values[:, children].sum(axis=1), whole, rtol=1e-9, atol=1e-9):
            return Overlap(names[place], tuple(names[other] for other in children))
    return None


def _block(values: FloatArray, names: Sequence[str]) -> Overlap | None:
    """A column that equals all the others, or a run of at least two columns beside it."""
    groups = values.shape[1]
    probe = values[:PROBE]
    for sample in (probe, values) if len(values) > PROBE else (values,):
        found = None
        running = np.concatenate([np.zeros((len(sample), 1)), np.cumsum(sample, axis=1)], axis=1)
        slack = 1e-9 * np.maximum(running[:, -1], 1)
        columns = [place for place in range(groups) if sample[:, place].any()] if groups > 2 else []
        for whole in columns:  # a total of everything first: in few units, runs of columns agree by accident
            if np.all(np.abs(running[:, -1] - 2 * sample[:, whole]) <= slack):
                found = Overlap(names[whole], tuple(name for other, name in enumerate(names) if other != whole))
                break
        for whole in columns if found is None else ():
            found = _run(running, sample[:, whole], slack, whole, names)
            if found:
                break
        if found is None:
            return None
    return found


def _run(
    running: FloatArray, column: FloatArray, slack: FloatArray, whole: int, names: Sequence[str]
) -> Overlap | None:
    groups = running.shape[1] - 1
    for first in range(groups):
        for last in range(first + 2, groups + 1):
            if first <= whole < last:
                continue
            block = running[:, last] - running[:, first]
            parts = (running[:, first + 1 : last + 1] - running[:, first:last]).any(axis=0)
            if parts.sum() > 1 and np.all(np.abs(block - column) <= slack):
                return Overlap(names[whole], tuple(names[first:last]))
    return None


def overlapping(found: Overlap) -> PlacemixError:
    """Say which column is the total of which."""
    message = f"{found.whole!r} equals the sum of {listed([repr(name) for name in found.parts])} in every unit."
    remedy = f"Leave {found.whole!r} out of the groups (give it as total= if it is everyone), or leave out its parts."
    return OverlappingGroups(message, remedy=remedy)
