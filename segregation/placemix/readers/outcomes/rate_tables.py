"""Tables of rates in one general layout, whoever published them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, Table
from placemix.about import About
from placemix.columns import native, taken
from placemix.errors import (
    InvalidParameter,
    NotNumbers,
    PlacemixError,
    UnknownColumn,
    WrongFormat,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.rates import Rates, warn_national
from placemix.rates.scales import EVERYONE, half_units
from placemix.readers import formats
from placemix.readers.cells import blank, numeric
from placemix.readers.outcomes.rate_rules import LAYOUT, NEEDED, NUMBERS, contradictions, repeated, schema
from placemix.readers.raw import Raw, raw_table
from placemix.readers.schemas import faults

NAME = "rates"
#: Symbols that published tables print instead of a number.
SYMBOLS = ("c", "x", "z", "u", "k", "low", "*", "**", "..", ".", ":", "-", "–", "!", "S", "SUPP")
#: Texts that stand for a missing value.
MISSING = ("NA", "N/A", "nan", "NaN", "None", "NULL", "<NA>")
_Hidden = Mapping[str, tuple[float, float] | Literal["unknown"]]


@dataclass(frozen=True, slots=True)
class _Cells:
    """Columns of numbers, half of the rate's last place, and the symbol that stands in each row."""

    numbers: dict[str, FloatArray]
    half: FloatArray
    symbol: pd.Series
    low: FloatArray
    high: FloatArray


def rates(
    source: str | Path | Table,
    *,
    mapping: Mapping[str, str] | None = None,
    suppressed: _Hidden | None = None,
    encoding: str | None = None,
) -> Rates:
    r"""Read a table of rates: one row for each indicator, area, period and group.

    Parameters
    ----------
    source
        A CSV or workbook, or a table.
    mapping
        The table's own name of a column, by the layout's: ``{"area_code": "AreaCD", "rate": "Value"}``.
        Names given here are taken exactly, case included. The layout's names are ``domain``,
        ``indicator``, ``area_code``, ``period``, ``group``, ``numerator``, ``denominator``, ``rate``,
        ``lower``, ``upper``, ``unit`` (what the rate is per), ``source``, ``url``, ``licence``.
    suppressed
        What numerators symbols stand for, such as ``{"c": (1, 4)}``, or ``"unknown"``. Default: the
        usual symbols hide the numerator without bounds, and never mean 0; any other text is refused.
    encoding
        As in `placemix.read_table`.

    Returns
    -------
    rates
        Rows in the table's order, with every other column of the table kept. `unit` is the area's
        code and `measured_in` the rate's unit. Where a symbol stands, numbers are NaN and `symbol`
        says which. Rows for everyone stay beside those of groups; compare with
        `Rates.against_rest`, which takes the group out of the whole.

    Raises
    ------
    WrongFormat, UnknownColumn
        Columns are missing, or `mapping` names one that is not there.
    InvalidTable
        The rows have faults, all listed: a rate contradicts its numerator and denominator, a share
        exceeds 1, an interval does not hold its rate, two rows are about the same, text stands
        where numbers are needed.

    Warns
    -----
    NationalMask
        Every row is about a whole nation.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "indicator": "absent", "AreaCD": ["E07999001", "E07999002"], "period": "2021/22", "group": "all",
    ...     "numerator": ["30", "c"], "denominator": ["200", "40"], "rate": ["15.0", "c"], "unit": "%",
    ... })
    >>> out = rates(table, mapping={"area_code": "AreaCD"}, suppressed={"c": (1, 4)})
    >>> out.cell(0), out.cell(1)
    (30.0, Suppressed(1 to 4 'c'))
    """
    raw = _raw(source, encoding)
    names = _names(raw, mapping or {})
    table = raw.table
    # What each row is called in messages; the group is added where several share the rest.
    first, *more = (table[names[key]].astype(str) for key in ("area_code", "indicator", "period"))
    rows = pd.Index(first.str.cat(more, sep=" "))
    wrong: list[PlacemixError] = list(_meanings(suppressed))
    if wrong:
        raise together(wrong)
    cells = _cells(table, names, suppressed or {}, rows, wrong)
    texts = {key: table[name].astype(str).str.strip() for key, name in names.items() if key not in NUMBERS}
    checked = pd.DataFrame(texts | cells.numbers)
    wrong += faults(checked, schema(list(checked.columns)), rows)
    if not wrong:
        wrong += contradictions(checked, cells.half, rows)
    wrong += repeated(texts, rows)
    if wrong:
        raise together(wrong)
    out = _outcome(table, names, texts, cells, _about(raw, texts))
    warn_national(out.table["unit"])
    return out


def _raw(source: str | Path | Table, encoding: str | None) -> Raw:
    if isinstance(source, (str, Path)):
        return raw_table(source, encoding=encoding)
    table = native(source)
    columns = {name: taken(table, name) for name in table.columns}
    # Empty is empty, whether a table writes None, NaN or nothing.
    texts = {name: column.astype(object).where(column.notna(), "").astype(str) for name, column in columns.items()}
    return Raw(pd.DataFrame(texts), "", "")


def _names(raw: Raw, mapping: Mapping[str, str]) -> dict[str, str]:
    """Find the table's own name of each column of the layout."""
    unknown = [key for key in mapping if key not in LAYOUT]
    if unknown:
        message = f"The layout has no column {listed([repr(key) for key in unknown])}; it has {', '.join(LAYOUT)}."
        raise InvalidParameter(message, remedy=did_you_mean(unknown[0], LAYOUT))
    absent = [name for name in mapping.values() if name not in raw.headers]
    if absent:
        message = f"The table has no column {listed([repr(name) for name in absent])}."
        raise UnknownColumn(
            message, remedy=f"{did_you_mean(absent[0], raw.headers)} It has {listed(raw.headers, shown=40)}."
        )
    twice = {name for name in mapping.values() if list(mapping.values()).count(name) > 1}
    if twice:
        message = f"One column stands for several: {listed(sorted(map(repr, twice)))}."
        raise InvalidParameter(message, remedy="Map each column of the table once.")
    own = Raw(raw.table.drop(columns=list(mapping.values())), raw.file, raw.sha256)
    wanted = {key: key for key in LAYOUT if key not in mapping}
    try:
        found = formats.columns(own, NAME, wanted, optional=[key for key in wanted if key not in NEEDED])
    except WrongFormat as error:
        remedy = f"{error.remedy} Name the table's own columns with mapping={{'area_code': 'AreaCD', …}}."
        raise WrongFormat(error.message, remedy=remedy) from error
    return {key: mapping.get(key) or found[key] for key in LAYOUT if key in mapping or key in found}


def _meanings(suppressed: object) -> Iterator[PlacemixError]:
    if suppressed is None:
        return
    if not isinstance(suppressed, Mapping):
        yield InvalidParameter("suppressed maps symbols to (low, high).", remedy="Write suppressed={'c': (1, 4)}.")
        return
    for mark, ends in suppressed.items():
        if isinstance(ends, str) and ends == "unknown":
            continue
        pair = isinstance(ends, (tuple, list)) and len(ends) == 2 and all(isinstance(end, (int, float)) for end in ends)
        if not pair or not 0 <= ends[0] <= ends[1] < np.inf:
            message = f"The symbol {mark!r} is said to mean {ends!r}."
            yield InvalidParameter(
                message, remedy="Give (low, high) of the numerator with 0 <= low <= high, or 'unknown'."
            )


def _cells(
    table: pd.DataFrame, names: Mapping[str, str], suppressed: _Hidden, rows: pd.Index, wrong: list[PlacemixError]
) -> _Cells:
    known = {mark.casefold() for mark in (*SYMBOLS, *suppressed)}
    numbers, half = {}, np.full(len(table), np.inf)
    symbol = pd.Series("", index=table.index, dtype=object)
    low, high = np.full(len(table), np.nan), np.full(len(table), np.nan)
    for key in NUMBERS:
        if key not in names:
            numbers[key] = np.full(len(table), np.nan)
            continue
        text = table[names[key]].astype(str).str.strip()
        values = numeric(text)
        odd = np.isnan(values) & ~blank(text, also=MISSING)
        strange = odd & ~text.str.casefold().isin(known).to_numpy()
        if strange.any():
            shown = listed([repr(item) for item in pd.unique(text[strange])])
            message = f"{names[key]!r} has {plural(int(strange.sum()), 'cell')} with text that is no number: {shown}."
            remedy = "Say what a symbol stands for, suppressed={'c': (1, 4)}; missing is never 0."
            wrong.append(NotNumbers(message, units=rows[strange], remedy=remedy))
        symbol = symbol.where((symbol != "") | ~odd, text)
        if key == "numerator":
            for mark, ends in suppressed.items():
                if not isinstance(ends, str):
                    here = odd & (text == mark).to_numpy()
                    low[here], high[here] = ends
        numbers[key] = values
        if key == "rate":
            half = _half_units(text, values)
    return _Cells(numbers, half, symbol, low, high)


def _half_units(text: pd.Series, values: FloatArray) -> FloatArray:
    """Half of the last place that a number is printed with; of a number without decimals, what it may have lost."""
    decimals = text.str.extract(r"^[-+]?[\d,]*\.(\d+)$")[0]
    printed = decimals.notna().to_numpy()
    return np.where(printed, 0.5 * 10.0 ** -decimals.str.len().fillna(0).to_numpy(dtype=np.float64), half_units(values))


def _about(raw: Raw, texts: Mapping[str, pd.Series]) -> About:
    def one(key: str) -> str | None:
        values = texts[key][texts[key] != ""].unique() if key in texts else []
        return str(values[0]) if len(values) == 1 else None

    about = formats.provenance(raw, NAME, source=one("source"), licence=one("licence"), period=one("period"))
    return replace(about, file=about.file or None, sha256=about.sha256 or None)


def _outcome(
    table: pd.DataFrame, names: Mapping[str, str], texts: Mapping[str, pd.Series], cells: _Cells, about: About
) -> Rates:
    bounds = {"numerator_low": cells.low, "numerator_high": cells.high}
    frame = pd.DataFrame(
        {**{key: column.where(column != "", None) for key, column in texts.items()}, **cells.numbers, **bounds}
    )
    frame = frame.rename(columns={"unit": "measured_in", "area_code": "unit"})
    frame["symbol"] = cells.symbol.where(cells.symbol != "", None)
    for name in table.columns:
        if name not in names.values():
            frame[name if name not in frame.columns else f"{name} (as published)"] = table[name]
    notes = []
    hidden = int((cells.symbol != "").sum())
    if hidden:
        row = plural(hidden, "row has", "rows have")
        notes.append(f"{row} a symbol in place of numbers: not 0, and not missing.")
    groups = frame["group"].dropna().astype(str).unique() if "group" in frame else []
    if len(groups) > 1 and any(group.casefold() in EVERYONE for group in groups):
        notes.append("Rows for everyone stand beside groups: compare a group with the rest, never with the whole.")
    return Rates(frame, about=about.noting(*notes))
