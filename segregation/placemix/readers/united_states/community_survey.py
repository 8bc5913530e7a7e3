"""American Community Survey: Hispanic origin by race (table B03002), with its margins of error."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix.about import About
from placemix.checks import Suppression
from placemix.counts import Counts
from placemix.errors import (
    InvalidCounts,
    NotNumbers,
    PlacemixError,
    UnitsLeftOut,
    WrongFormat,
    listed,
    plural,
    together,
)
from placemix.readers import formats
from placemix.readers.cells import blank, numeric
from placemix.readers.raw import Raw
from placemix.readers.united_states.redistricting import LINES as P2
from placemix.readers.united_states.us_areas import Areas, areas_of, overlapping_tables, unit_frame, us_table
from placemix.tables import from_wide

NAME = "acs"
#: Lines of table B03002 that count everybody once, and the groups they count, as in table P2.
LINES = dict(zip((3, 4, 5, 6, 7, 8, 9, 12), (*list(P2.values())[1:], P2[2]), strict=True))
#: Margins of error are published at 90 %: this many standard errors.
STANDARD_ERRORS = 1.645
#: Numbers that stand for a symbol, by the Census Bureau's notes.
ANNOTATIONS = {
    -666666666: "-", -999999999: "N", -888888888: "(X)", -222222222: "**", -333333333: "***", -555555555: "*****",
}  # fmt: skip
#: Symbols in place of an estimate: nothing is known of it but what the total leaves.
NO_ESTIMATE = ("-", "N", "(X)", "**", "***", "*****")
#: The symbol of a margin whose estimate is controlled, and has no sampling error.
CONTROLLED = "*****"
NO_MARGIN = ("**", "***", "N", "(X)", "-", "")


def acs(
    path: str | Path, *, period: str | None = None, encoding: str | None = None, member: str | None = None
) -> Counts:
    r"""Read Hispanic origin by race from the American Community Survey (table B03002).

    Parameters
    ----------
    path
        An answer of the Census Bureau's interface (JSON, a list of lists), an export of
        data.census.gov, or a table of tidycensus, wide or long.
    period
        Years the estimates are of, such as ``"2016-2020"``. Default: what the name of an export
        says (``ACSDT5Y2020…``); other files do not tell.
    encoding, member
        As in `placemix.read_table`; the file inside an archive.

    Returns
    -------
    counts
        Estimated residents of the eight groups of `pl94`. `error` holds standard errors: margins of
        error, which are published at 90 %, over 1.645; 0 where the estimate is controlled, NaN where
        no margin could be computed. An estimate that is not shown (``-``, ``N``, ``(X)``) is an
        interval from 0 to what the total leaves. Units are GEOIDs as text. Strata: `state`, `county`.

    Raises
    ------
    WrongFormat
        Lines of B03002 are missing.
    OverlappingGroups
        Lines of B02001, which counts Hispanic people under their race, stand in their place.
    InvalidTable
        Ids, estimates or margins are none; the error lists every fault.

    Warns
    -----
    UnitsLeftOut
        Areas whose total is not shown.

    Notes
    -----
    Annotations: the Census Bureau's notes on estimate and annotation values, as copied in public.
    The total's own margin of error is not kept.

    Examples
    --------
    >>> import tempfile, pathlib, json
    >>> names = [f"B03002_{line:03}{end}" for line in (1, *LINES) for end in "EM"]
    >>> cells = ["36", "-555555555", "1", "3.29", *["5", "0"] * 7]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "b03002.json"
    ...     _ = file.write_text(json.dumps([[*names, "state", "county"], [*cells, "06", "003"]]))
    ...     homes = acs(file, period="2016-2020")
    >>> homes.units.tolist(), homes.values[0, :2].tolist(), homes.error[0, :2].tolist()
    (['06003'], [1.0, 5.0], [2.0, 0.0])
    """
    raw = us_table(path, encoding=encoding, member=member)
    estimates, margins = _columns(raw)
    areas = areas_of(raw)
    faults: list[PlacemixError] = []
    cells = {key: _estimates(raw.table[column], column, areas.ids, faults) for key, column in estimates.items()}
    error = _errors(raw.table, margins, areas.ids, faults)
    if faults:
        raise together(faults)
    hidden = np.array([isinstance(cell, str) for cell in cells["total"]], dtype=bool)
    period = period or _period(raw.file)
    about = formats.provenance(
        raw, NAME, geography=areas.kind, vintage=_vintage(period), period=period, scheme="us_p2", table="B03002",
        suppression="a sample survey; estimates of too few cases are not shown",
    )  # fmt: skip
    notes = [*areas.notes, *_notes(cells, error, period)]
    if any(header.upper().startswith("B02001") for header in raw.headers):
        notes.append("Columns of B02001, race alone with Hispanic people included, were not read.")
    counts = _counted(areas, cells, ~hidden, about.noting(*notes))
    if hidden.any():
        out = tuple(areas.ids[hidden])
        message = (
            f"{plural(len(out), 'area has', 'areas have')} no estimate of the total, and left out. [{listed(out)}]"
        )
        warnings.warn(UnitsLeftOut(message), stacklevel=2)
        counts = replace(counts, left_out=(*counts.left_out, *out))
    return counts if error is None else replace(counts, error=error[~hidden])


def _columns(raw: Raw) -> tuple[dict[str, str], dict[str, str]]:
    """Columns of estimates and of margins, by group."""
    lines = {"total": 1} | {group: line for line, group in LINES.items()}
    names = {key: (f"B03002_{line:03}E", f"B03002_{line:03}") for key, line in lines.items()}
    margins = {f"margin {key}": (f"B03002_{line:03}M", f"B03002_{line:03}_moe") for key, line in lines.items()}
    try:
        own = formats.columns(raw, NAME, names | margins, optional=margins)
    except WrongFormat as error:
        raise overlapping_tables(error, raw, ours="b03002", race="b02001") from error
    found = {group: own[f"margin {group}"] for group in LINES.values() if f"margin {group}" in own}
    return {key: own[key] for key in names}, found


def _estimates(column: pd.Series, name: str, ids: pd.Series, faults: list[PlacemixError]) -> list[float | str]:
    """Numbers, or the symbol that stands in place of one."""
    values = numeric(column)
    text = column.where(~pd.Series(values, index=column.index).isin(ANNOTATIONS), pd.Series(values).map(ANNOTATIONS))
    symbol = text.isin(NO_ESTIMATE).to_numpy()
    unread = np.isnan(values) & ~symbol
    if unread.any():
        shown = listed([repr(item) for item in pd.unique(column[unread])])
        message = f"{name!r} has {plural(int(unread.sum()), 'cell that is', 'cells that are')} no estimate: {shown}."
        remedy = "Missing is not 0: ask for the table again; the symbols known are -, N and (X)."
        faults.append(NotNumbers(message, units=ids[unread], remedy=remedy))
    wrong = (values < 0) & ~symbol
    if wrong.any():
        message = f"{name!r} has {plural(int(wrong.sum()), 'negative number')} that no note explains."
        faults.append(InvalidCounts(message, units=ids[wrong], remedy="Counts of people start at 0."))
    return [str(mark) if hidden else float(value) for mark, hidden, value in zip(text, symbol, values, strict=True)]


def _errors(
    table: pd.DataFrame, margins: Mapping[str, str], ids: pd.Series, faults: list[PlacemixError]
) -> FloatArray | None:
    """Standard errors, shape (units, groups); None where the file has no margins at all."""
    if not margins:
        return None
    out = np.full((len(table), len(LINES)), np.nan)
    for place, group in enumerate(LINES.values()):
        if group not in margins:
            continue
        column = table[margins[group]]
        values = numeric(column)
        text = column.where(
            ~pd.Series(values, index=column.index).isin(ANNOTATIONS), pd.Series(values).map(ANNOTATIONS)
        )
        text = text.where(~blank(text, also=("NA",)), "")
        values = np.where(text.isin(NO_MARGIN), np.nan, np.where(text == CONTROLLED, 0.0, values))
        wrong: BoolArray = (np.isnan(values) & ~text.isin(NO_MARGIN).to_numpy()) | (values < 0)
        if wrong.any():
            shown = listed([repr(item) for item in pd.unique(column[wrong])])
            message = f"{margins[group]!r} has margins of error that are no numbers from 0: {shown}."
            faults.append(NotNumbers(message, units=ids[wrong], remedy="Ask for the table again."))
        out[:, place] = values / STANDARD_ERRORS
    return out


def _counted(areas: Areas, cells: Mapping[str, list[float | str]], kept: BoolArray, about: About) -> Counts:
    columns = {key: pd.Series(column, dtype=object, index=areas.ids.index) for key, column in cells.items()}
    frame = unit_frame(areas, columns)[kept].reset_index(drop=True)
    meanings: Suppression = dict.fromkeys(NO_ESTIMATE, "unknown")
    return from_wide(
        frame, groups=list(LINES.values()), unit="unit", total="total", strata=list(areas.strata().columns),
        about=about, suppressed=meanings,
    )  # fmt: skip


def _notes(cells: Mapping[str, list[float | str]], error: FloatArray | None, period: str | None) -> list[str]:
    notes = ["Estimates of a sample: every number has a standard error."]
    marks = [cell for column in cells.values() for cell in column if isinstance(cell, str)]
    if marks:
        notes.append(f"{plural(len(marks), 'estimate is', 'estimates are')} not shown ({listed(sorted(set(marks)))}).")
    if error is None:
        notes.append("The file has no margins of error: ask for the columns that end in M.")
    elif np.isnan(error).any():
        cells_without = int(np.isnan(error).sum())
        notes.append(f"{plural(cells_without, 'cell has', 'cells have')} no margin of error; its error is NaN, not 0.")
    if period is None:
        notes.append("The file does not say which years it is of: give period=.")
    return notes


def _period(file: str) -> str | None:
    """Years that the name of an export tells."""
    found = re.search(r"ACS[A-Z]{2}([15])Y(\d{4})", file)
    if found is None:
        return None
    last = int(found[2])
    return str(last) if found[1] == "1" else f"{last - 4}-{last}"


def _vintage(period: str | None) -> str | None:
    """Census whose tracts the last year uses."""
    years = re.findall(r"\d{4}", period or "")
    return f"{int(years[-1]) // 10 * 10}" if years else None
