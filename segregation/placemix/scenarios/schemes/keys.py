"""What a scheme may say: one table of keys, and the faults of what does not keep to it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from placemix._toml import Lines
from placemix.errors import InvalidConfig, InvalidCounts, PlacemixError, did_you_mean, together
from placemix.scenarios.schemes.proposals import STATUSES

Path: TypeAlias = tuple[str | int, ...]
Kind: TypeAlias = Literal["text", "value", "number", "amount", "whole", "share", "year", "date", "table", "tables"]

#: What each kind is, in words.
WORDS: Mapping[Kind, str] = {
    "text": "a text",
    "value": "a text or a number",
    "number": "a number",
    "amount": "a whole number of homes from 0 to 999,999",
    "whole": "a whole number from 0 to 99",
    "share": "a share between 0 and 1",
    "year": "a year such as 2028",
    "date": "a date such as 2026-04-01",
    "table": "a table",
    "tables": "written as [[…]], once for each",
}


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a scheme.

    Attributes
    ----------
    kind
        What its value must be.
    needed
        Whether it must be there.
    inside
        Keys of the table it holds; None for a table of free keys.
    words
        The texts it may be, if they are listed.
    """

    kind: Kind
    needed: bool = False
    inside: Mapping[str, Key] | None = None
    words: tuple[str, ...] = ()


_HOMES = {
    "tenure": Key("text", needed=True),
    "bedrooms": Key("whole", needed=True),
    "type": Key("text"),
    "count": Key("amount", needed=True),
}
#: Keys of a site.
SITE: Mapping[str, Key] = {
    "file": Key("text"),
    "layer": Key("text"),
    "column": Key("text"),
    "value": Key("value"),
    "x": Key("number"),
    "y": Key("number"),
    "crs": Key("text"),
    "register": Key("text"),
    "reference": Key("text"),
    "columns": Key("table"),
    "encoding": Key("text"),
}
#: Every key of a scheme.
SCHEMA: Mapping[str, Key] = {
    "reference": Key("text", needed=True),
    "name": Key("text"),
    "status": Key("text", words=STATUSES),
    "as_of": Key("date"),
    "year": Key("year"),
    "dwellings": Key("table", inside={"min": Key("amount", needed=True), "max": Key("amount", needed=True)}),
    "site": Key("table", inside=SITE),
    "homes": Key("tables", inside=_HOMES),
    "demolished": Key("tables", inside=_HOMES),
    "phasing": Key("table"),
    "assumptions": Key("table"),
}
#: Assumptions that are numbers; all others are texts.
ASSUMED: Mapping[str, Key] = {"vacancy": Key("share"), "internal": Key("share")}


class Faults:
    """Faults of a scheme as they are found, each with the line of its key.

    Parameters
    ----------
    lines
        Where keys stand, or None where the scheme was not read from a file.
    """

    def __init__(self, lines: Lines | None = None) -> None:
        self.lines = lines
        self.found: list[PlacemixError] = []

    def add(
        self, path: Path, message: str, remedy: str = "", *, kind: type[PlacemixError] = InvalidConfig,
        units: Iterable[object] = (),
    ) -> None:  # fmt: skip
        """List a fault of the value at a path."""
        at = "" if self.lines is None else self.lines.of(path)
        whole = f"{at}{message}"
        self.found.append(kind(whole[:1].upper() + whole[1:], units=units, remedy=remedy))

    def pass_on(self, path: Path, error: PlacemixError) -> None:
        """List the faults that another function found."""
        for one in error.faults:
            self.add(path, one.message, one.remedy, kind=type(one), units=one.units)

    def keys(self, given: Mapping[str, Any], known: Mapping[str, Key] = SCHEMA, path: Path = ()) -> None:
        """List unknown keys, values of the wrong kind, and keys that lack."""
        for name, value in given.items():
            here = (*path, name)
            if name not in known:
                remedy = did_you_mean(name, known) or f"The keys here are {', '.join(known)}."
                self.add(here, f"there is no key {name!r}{_inside(path)}.", remedy)
            else:
                self.value(value, known[name], here)
        for name, key in known.items():
            if key.needed and name not in given:
                where = _name(path) or "the scheme"
                self.add(path, f"{where} lacks {name!r}, which must be {WORDS[key.kind]}.", "Add it.")

    def value(self, value: object, key: Key, path: Path) -> None:
        """List what is wrong with one value and what it holds."""
        name = path[-1]
        if not FITS[key.kind](value):
            negative = key.kind in {"amount", "whole"} and is_number(value) and float(value) < 0  # type: ignore[arg-type]
            message = f"{name!r}{_inside(path[:-1])} must be {WORDS[key.kind]}, not {value!r}."
            self.add(path, message, kind=InvalidCounts if negative else InvalidConfig)
        elif key.words and value not in key.words:
            remedy = did_you_mean(value, key.words) or f"It is one of {', '.join(map(repr, key.words))}."
            self.add(path, f"{name!r} cannot be {value!r}.", remedy)
        elif key.kind == "table" and key.inside is not None:
            self.keys(value, key.inside, path)  # type: ignore[arg-type]
        elif key.kind == "tables":
            for place, part in enumerate(value):  # type: ignore[arg-type, var-annotated]
                self.keys(part, key.inside or {}, (*path, place))

    def refuse(self, what: str) -> None:
        """Raise every fault found, as one error.

        Parameters
        ----------
        what
            What the message begins with, such as the name of the file.
        """
        if not self.found:
            return
        joined = together(self.found)
        if len(self.found) == 1:
            raise type(joined)(f"{what}: {joined.message}", units=joined.units, remedy=joined.remedy)
        joined.message = "\n".join(
            [f"{what} has {len(self.found)} faults:", *(f"{place}. {one}" for place, one in enumerate(self.found, 1))]
        )
        raise joined


def is_number(value: object) -> bool:
    """Whether a value is a finite number, and no truth value."""
    real = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    return real and math.isfinite(value)  # type: ignore[arg-type]


def _whole(value: object) -> bool:
    return is_number(value) and float(value).is_integer() and float(value) >= 0  # type: ignore[arg-type]


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def date_text(value: object) -> str | None:
    """Return a date, of a date or a text that begins with one, as year-month-day, or None.

    Texts of dates are compared, so that all must be written alike.

    Examples
    --------
    >>> [date_text(one) for one in (dt.datetime(2026, 4, 1, 9), "2026-04-01T09:00", "20260401", "01/04/2026")]
    ['2026-04-01', '2026-04-01', None, None]
    """
    text = str(value)[:10] if isinstance(value, str | dt.date) else ""
    try:
        return text if dt.date.fromisoformat(text).isoformat() == text else None
    except ValueError:
        return None


def year_of(value: object) -> int | None:
    """Return a year of four digits, of a number or a text, or None."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) == 4 else None
    return int(value) if _whole(value) and 1000 <= float(value) <= 9999 else None  # type: ignore[call-overload, arg-type]


FITS: Mapping[Kind, Callable[[Any], bool]] = {
    "text": _text,
    "value": lambda value: _text(value) or is_number(value),
    "number": is_number,
    "amount": lambda value: _whole(value) and value < 1_000_000,
    "whole": lambda value: _whole(value) and value < 100,
    "share": lambda value: is_number(value) and 0 <= value <= 1,
    "year": lambda value: year_of(value) is not None,
    "date": lambda value: date_text(value) is not None,
    "table": lambda value: isinstance(value, Mapping),
    "tables": lambda value: isinstance(value, list) and all(isinstance(part, Mapping) for part in value),
}


def _name(path: Path) -> str:
    """Name a part of a scheme as its file writes it: ``homes 2``."""
    return " ".join(str(part + 1) if isinstance(part, int) else part for part in path)


def _inside(path: Path) -> str:
    return f" in {_name(path)}" if path else ""
