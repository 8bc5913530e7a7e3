"""Tables of events and people by group, as the options of a command describe them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from placemix.checks import id_text
from placemix.errors import (
    InvalidParameter,
    NotNumbers,
    PlacemixError,
    UnknownColumn,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.outcomes.disparity.who import Who


def columns_in(*texts: str) -> list[str]:
    """Name what may be columns in descriptions of groups.

    Examples
    --------
    >>> columns_in("ethnic=pakistani,sex=female", "white")
    ['ethnic', 'sex']
    """
    return list(dict.fromkeys(name.strip() for text in texts for name in re.findall(r"(?:^|,)([^,=]+)=", text)))


#: Columns of numbers, of which two of one name are refused; others of such a name are called "… in the file".
_NUMBERS = ("numerator", "denominator")


def renamed(frame: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Give columns the names that the library knows them by.

    Parameters
    ----------
    frame
        The table.
    names
        Name in the file by the library's name.

    Raises
    ------
    UnknownColumn, InvalidParameter
        A column that is named is not there, is named for two things, or is of numbers and would stand beside another
        of its new name. All faults come in one error.
    """
    faults: list[PlacemixError] = []
    for ours, theirs in names.items():
        needed = theirs != ours or (ours in {"numerator", "denominator"} and "rate" not in frame.columns)
        if needed and theirs not in frame.columns:
            message = f"The table has no column {theirs!r} for --{ours}."
            hint = did_you_mean(theirs, frame.columns) or f"It has: {listed([str(one) for one in frame], shown=40)}."
            faults.append(UnknownColumn(message, remedy=hint))
        elif theirs != ours and ours in frame.columns and ours not in names.values() and ours in _NUMBERS:
            message = f"The table has a column {ours!r} besides {theirs!r}, which --{ours} names."
            faults.append(InvalidParameter(message, remedy=f"Rename the column {ours!r} in the file, or leave it out."))
    used = [theirs for ours, theirs in names.items() if theirs in frame.columns]
    for name in dict.fromkeys(name for name in used if used.count(name) > 1):
        words = " and ".join(f"--{ours}" for ours, theirs in names.items() if theirs == name)
        faults.append(InvalidParameter(f"The column {name!r} stands for {words}.", remedy="Name one for each."))
    if faults:
        raise together(faults)
    new = {theirs: ours for ours, theirs in names.items() if theirs != ours and theirs in frame.columns}
    other = {name: f"{name} in the file" for name in _others(frame, names)}
    return pd.DataFrame(frame).rename(columns={**other, **new})


def aside(frame: pd.DataFrame, names: Mapping[str, str]) -> str | None:
    """Say which columns of the file bear a name that an option gives to another column.

    Examples
    --------
    >>> aside(pd.DataFrame({"unit": ["%"], "area": ["A"]}), {"unit": "area"})
    "The file's own column 'unit' is not used: --unit names 'area'."
    """
    found = [
        f"The file's own column {ours!r} is not used: --{ours} names {names[ours]!r}." for ours in _others(frame, names)
    ]
    return " ".join(found) or None


def _others(frame: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    """Columns of the file, named for nothing, whose names another column gets."""
    taken = [ours for ours, theirs in names.items() if theirs != ours and theirs in frame.columns]
    return [ours for ours in taken if ours in frame.columns and ours not in names.values()]


def with_hidden(
    frame: pd.DataFrame, meanings: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[pd.DataFrame, str | None]:
    """Put what symbols mean in the place of hidden numbers.

    Parameters
    ----------
    frame
        The table.
    meanings
        What each symbol means: bounds, ``"unknown"`` or ``"not_applicable"``.
    names
        Name in the file by the library's name, for messages.

    Returns
    -------
    frame, left
        The table, and what is to be said of rows left out.

    Raises
    ------
    NotNumbers
        A symbol has no meaning.
    InvalidParameter
        A meaning is of a symbol that is nowhere.
    """
    table = frame.copy()
    texts = {name: _symbols(table[name]) for name in ("numerator", "denominator") if name in table.columns}
    faults: list[PlacemixError] = []
    for column, marks in texts.items():
        odd = [mark for mark in dict.fromkeys(marks.dropna()) if mark not in meanings]
        if odd:
            message = f"Column {names[column]!r} holds {listed([repr(one) for one in odd])} where numbers are needed."
            remedy = f"Say what it means: --suppressed {odd[0]}=1:4 for an interval, or {odd[0]}=unknown."
            faults.append(NotNumbers(message, remedy=remedy))
        table[column] = pd.to_numeric(table[column], errors="coerce").astype(np.float64)
    seen = {mark for marks in texts.values() for mark in marks.dropna()}
    spare = [mark for mark in meanings if mark not in seen]
    if spare and not faults:
        message = f"No number stands as {listed([repr(mark) for mark in spare])}, which --suppressed names."
        faults.append(InvalidParameter(message, remedy="Write it as it stands in the file, or leave it out."))
    if faults:
        raise together(faults)
    if not seen:
        return table, None
    for mark, meaning in meanings.items():
        if isinstance(meaning, tuple) and "numerator" in texts:
            here = texts["numerator"] == mark
            for end, value in zip(("numerator_low", "numerator_high"), meaning, strict=True):
                old = table[end] if end in table.columns else pd.Series(np.nan, index=table.index)
                table[end] = old.mask(here, value)
    symbol = next(iter(texts.values()))
    for marks in texts.values():
        symbol = symbol.where(symbol.notna(), marks)
    table["symbol"] = symbol if "symbol" not in table.columns else symbol.where(symbol.notna(), table["symbol"])
    none = [mark for mark, meaning in meanings.items() if meaning == "not_applicable"]
    away = np.column_stack([marks.isin(none) for marks in texts.values()]).any(axis=1)
    return table[~away].reset_index(drop=True), _left(table[away])


def _left(rows: pd.DataFrame) -> str | None:
    if not len(rows):
        return None
    shown = [name for name in ("unit", "group") if name in rows.columns]
    texts = [" ".join(str(one) for one in row) for row in rows[shown].to_numpy()]
    return f"{plural(len(rows), 'row')} left out, whose number is marked as not applicable: {listed(texts)}."


def _symbols(column: pd.Series) -> pd.Series:
    """What stands in a column in the place of numbers, None elsewhere."""
    marked = pd.to_numeric(column, errors="coerce").isna() & column.notna()
    return pd.Series([str(one) if odd else None for one, odd in zip(column, marked, strict=True)], index=column.index)


def described(text: str, frame: pd.DataFrame, group: str = "group") -> Who:
    """Read ``pakistani``, ``pakistani+bangladeshi`` and ``ethnic=pakistani,sex=female``.

    Parameters
    ----------
    text
        The description. Names with commas, plus or equals signs are taken whole where the table has them.
    frame
        The table.
    group
        What the column `group` is called in the file.

    Raises
    ------
    InvalidParameter
        A column is named twice.

    Examples
    --------
    >>> table = pd.DataFrame({"ethnic": ["Asian, other", "white"], "sex": ["f", "m"]})
    >>> described("ethnic=Asian, other,sex=f", table)
    {'ethnic': 'Asian, other', 'sex': 'f'}
    """
    known = {name: {id_text(one) for one in frame[name].dropna().unique()} for name in frame.columns}
    own = known.get("group", set())
    if text in own or text in {"rest", "each"}:
        return text
    axes: dict[str, str] = {}
    last: str | None = None
    for part in text.split(","):
        name, sign, value = part.partition("=")
        name = "group" if name.strip() == group else name.strip()
        whole = "" if last is None else f"{axes[last]},{part}"
        longer = last is not None and any(one.startswith(whole) for one in known.get(last, ()))
        if sign and not longer:
            if name in axes:
                message = f"The column {name!r} is named twice in {text!r}."
                raise InvalidParameter(message, remedy=f"Take several values together: {name}=a+b.")
            last, axes[name] = name, value.strip()
        elif last is None:
            return _several(text, own)
        else:
            axes[last] = whole
    return {name: _several(value, known.get(name, set())) for name, value in axes.items()}


def _several(text: str, known: set[str]) -> Any:  # noqa: ANN401
    if text in known or "+" not in text:
        return text
    return [part.strip() for part in text.split("+") if part.strip()]
