"""Dates and amounts of published lists: read by the published form, strictly, and never guessed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from placemix.errors import InvalidTable, NotNumbers, PlacemixError, listed, plural
from placemix.readers.cells import blank, numeric


def dates(
    column: pd.Series, name: str, ids: pd.Index, *, forms: Sequence[str], nothing: Collection[str] = ()
) -> tuple[pd.Series, list[PlacemixError]]:
    """Read dates of the forms given; empty cells stay missing.

    Parameters
    ----------
    column
        Texts.
    name
        What the column is called in messages.
    ids
        What each row is called in messages.
    forms
        Forms as `strptime` writes them, such as ``"%d-%m-%Y"``; the first that fits counts.
    nothing
        Words for no date, such as ``"N/A"``.

    Examples
    --------
    >>> days, wrong = dates(pd.Series(["03-04-2020", "", "2020-04-31"]), "OpenDate", pd.Index(["a", "b", "c"]),
    ...                     forms=["%d-%m-%Y"])
    >>> days.dt.strftime("%Y-%m-%d").tolist()[:1], str(wrong[0])[:56]
    (['2020-04-03'], "'OpenDate' has 1 value that is no date of the form 03-04")
    """
    empty = blank(column, also=tuple(nothing))
    texts = column.astype(str).str.strip()
    out = pd.Series(pd.NaT, index=column.index, dtype="datetime64[s]")
    for form in forms:
        left = ~empty & out.isna().to_numpy()
        if not left.any():
            break
        out = out.fillna(pd.to_datetime(texts.where(left), format=form, errors="coerce").astype("datetime64[s]"))
    wrong = out.isna().to_numpy() & ~empty
    if not wrong.any():
        return out, []
    example = " or ".join(dict.fromkeys(pd.Timestamp(2020, 4, 3).strftime(form) for form in forms))
    said = listed([repr(text) for text in pd.unique(texts[wrong])])
    message = f"{name!r} has {plural(wrong.sum(), 'value')} that is no date of the form {example}: {said}."
    remedy = "Dates are read as published and never guessed: correct them, or empty the cell."
    return out, [InvalidTable(message, units=ids[wrong], remedy=remedy)]


def amounts(
    column: pd.Series, name: str, ids: pd.Index, *, nothing: Collection[str] = (), least: float | None = 0.0
) -> tuple[pd.Series, list[PlacemixError]]:
    """Read numbers; empty cells and words for nothing stay missing, and are never 0.

    Parameters
    ----------
    column, name, ids, nothing
        As in `dates`.
    least
        Smallest number that can be meant, or None.

    Examples
    --------
    >>> found, wrong = amounts(pd.Series(["210", "", "-3"]), "capacity", pd.Index(["a", "b", "c"]))
    >>> found.tolist(), str(wrong[0])[:36]
    ([210.0, nan, -3.0], "'capacity' has 1 value below 0: '-3'")
    """
    empty = blank(column, also=tuple(nothing))
    out = pd.Series(np.where(empty, np.nan, numeric(column)), index=column.index)
    faults: list[PlacemixError] = []
    wrong = out.isna().to_numpy() & ~empty
    if wrong.any():
        said = listed([repr(text) for text in pd.unique(column[wrong].astype(str))])
        message = f"{name!r} has {plural(wrong.sum(), 'value that is', 'values that are')} no number: {said}."
        faults.append(
            NotNumbers(message, units=ids[wrong], remedy="Correct them, or empty the cell: missing is not 0.")
        )
    low = (out < least).to_numpy() if least is not None else np.zeros(len(out), dtype=bool)
    if low.any():
        said = listed([repr(text) for text in pd.unique(column[low].astype(str))])
        message = f"{name!r} has {plural(low.sum(), 'value')} below {least:g}: {said}."
        faults.append(InvalidTable(message, units=ids[low], remedy="Correct them, or empty the cell."))
    return out, faults


def text_or_missing(column: pd.Series) -> pd.Series:
    """Return texts, missing where the cell is empty."""
    return column.where(column != "").astype("str")
