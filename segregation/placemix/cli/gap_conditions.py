"""Conditions of places out of the options of a command: where each stands, and what is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from placemix.cli import arguments
from placemix.errors import (
    InvalidParameter,
    PlacemixError,
    UnknownColumn,
    UnreadableFile,
    did_you_mean,
    listed,
    together,
)
from placemix.fetching.manifests import about_table
from placemix.outcomes import Condition
from placemix.outcomes.bridging.conditions import DOMAINS
from placemix.suppression import Suppressed

#: What each option may say, and the words for what it says in the library.
_CHOICES: dict[str, dict[str, str]] = {
    "worse": {"higher": "worse", "lower": "better"},
    "describes": {"people": "people", "places": "places"},
    "domain": {name: name for name in DOMAINS},
}
_FIELDS = {"worse": "higher_is"}


def read(
    texts: Sequence[str],
    said: Mapping[str, Sequence[str] | None],
    *,
    file: Path,
    unit: str,
    other: str,
    where: Sequence[str] | None,
    encoding: str,
    layer: str | None,
    meanings: Mapping[str, Any],
) -> dict[str, Condition]:
    """Read the conditions that options name.

    Parameters
    ----------
    texts
        ``column`` of the file of people, or ``file:column`` of another, each with ``name=`` before it where it is to
        be called otherwise.
    said
        What the options say of them: of all, or ``condition=…`` of one.
    file, unit, where, encoding, layer
        The file of people, its ids, and how it is read.
    other
        Column of the ids in other files.
    meanings
        What symbols in place of values mean.

    Returns
    -------
    conditions
        By name.

    Raises
    ------
    UnknownColumn, UnreadableFile, InvalidParameter
        A condition is not there or named twice, or something must be said of it. All faults of one kind come in one
        error, before any file but the first is read.
    """
    own = arguments.table(file, encoding=encoding, layer=layer, text=[unit])
    faults: list[PlacemixError] = []
    wanted: dict[str, tuple[Path | None, str]] = {}
    for text in texts:
        name, path, column = _place(text, own, faults)
        if name in wanted:
            message = f"Two conditions are called {name!r}."
            faults.append(InvalidParameter(message, remedy=f"Call one of them otherwise: --condition other={text}."))
        wanted[name] = (path, column)
    facts: dict[str, dict[str, Any]] = {name: {} for name in wanted}
    for option, words in said.items():
        _say(option, words or (), facts, faults)
    if faults:
        raise together(faults)
    tables: dict[Path | None, pd.DataFrame] = {None: arguments.chosen(own, where)}
    found = {}
    for name, (path, column) in wanted.items():
        ids = unit if path is None else other
        if path not in tables and path is not None:
            tables[path] = arguments.table(path, encoding=encoding, layer=None, text=[ids])
        series = _values(tables[path], ids, column, meanings, path or file).rename(name)
        about = about_table(path or file, layer if path is None else None, whole=False)
        stated = {key: about[key] for key in ("source", "vintage", "period") if about.get(key) is not None}
        try:
            found[name] = Condition(values=series, **{**stated, **facts[name]})
        except PlacemixError as error:
            faults += error.faults
    if faults:
        raise together(faults)
    return found


def _place(text: str, own: pd.DataFrame, faults: list[PlacemixError]) -> tuple[str, Path | None, str]:
    """Say what a condition is called, in which other file it stands, and in which column."""
    if text in own.columns:
        return text, None, text
    label, sign, rest = text.partition("=")
    if not sign or Path(text.rpartition(":")[0]).is_file():
        label, rest = "", text
    if rest in own.columns:
        return label or rest, None, rest
    # Columns and drives may hold a colon too: what stands before it is a file.
    cuts = [place for place, letter in enumerate(rest) if letter == ":"]
    for cut in reversed(cuts):
        if Path(rest[:cut]).is_file():
            return label or rest[cut + 1 :], Path(rest[:cut]), rest[cut + 1 :]
    if cuts:
        message = f"There is no file {rest.rpartition(':')[0]!r}."
        faults.append(UnreadableFile(message, remedy="Write --condition file:column."))
    else:
        message = f"The table has no column {rest!r} for --condition."
        hint = did_you_mean(rest, own.columns) or f"It has: {listed([str(one) for one in own], shown=40)}."
        faults.append(UnknownColumn(message, remedy=f"{hint} A column of another file is file:column."))
    return label or rest, None, rest


def _say(option: str, words: Sequence[str], facts: dict[str, dict[str, Any]], faults: list[PlacemixError]) -> None:
    """Put what an option says into the facts of the conditions that it is about."""
    shell = f"--{option.replace('_', '-')}"
    choices, field = _CHOICES.get(option), _FIELDS.get(option, option)
    every: dict[str, str] = {}
    each: dict[str, str] = {}
    for word in words:
        name, sign, value = word.rpartition("=")
        if sign and name not in facts:
            message = f"{shell} {word} is about no condition; there are {listed([repr(one) for one in facts])}."
            faults.append(InvalidParameter(message, remedy=did_you_mean(name, list(facts))))
            continue
        if choices is not None and value not in choices:
            message = f"{shell} is {' or '.join(choices) if len(choices) < 3 else listed(list(choices), shown=20)}, "
            faults.append(InvalidParameter(f"{message}not {value!r}.", remedy=did_you_mean(value, list(choices))))
        key, into = (name, each) if sign else ("", every)
        if key in into:
            whom = f" of {name!r}" if sign else ""
            faults.append(InvalidParameter(f"{shell}{whom} is said twice.", remedy="Write condition=… for each."))
        into[key] = (choices or {}).get(value, value)
    for name, known in facts.items():
        if name in each or every:
            known[field] = each.get(name, every.get(""))
    lacking = [name for name, known in facts.items() if field not in known]
    if choices is not None and lacking:
        message = f"{shell} is not said of {listed([repr(one) for one in lacking])}."
        words_ = ", ".join(choices)
        remedy = f"Add {shell} and one of {words_}, or {shell} '{lacking[0]}=…' of one."
        faults.append(InvalidParameter(message, remedy=remedy))


def _values(table: pd.DataFrame, ids: str, column: str, meanings: Mapping[str, Any], path: Path) -> pd.Series:
    """Give a column by unit id, symbols as what they mean."""
    faults: list[PlacemixError] = [
        UnknownColumn(f"{path.name!r} has no column {name!r}.", remedy=did_you_mean(name, table.columns))
        for name in (ids, column)
        if name not in table.columns
    ]
    if faults:
        raise together(faults)
    series = table.set_index(ids)[column]
    if not meanings or pd.api.types.is_numeric_dtype(series):
        return series
    made: list[Any] = []
    for cell in series:
        meaning = meanings.get(str(cell))
        known = cell if meaning is None else np.nan
        made.append(Suppressed(meaning[0], meaning[1], symbol=str(cell)) if isinstance(meaning, tuple) else known)
    return pd.Series(made, index=series.index, dtype=object)
