"""What a TOML file may say: a table of keys, and every fault of what does not keep to it, with its line."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from placemix._toml import Lines
from placemix.errors import InvalidConfig, PlacemixError, did_you_mean, together

Path: TypeAlias = tuple[str | int, ...]


class Kind(NamedTuple):
    """What the value of a key must be.

    Attributes
    ----------
    words
        It in words, with an article.
    fits
        Whether a value is of the kind.
    """

    words: str
    fits: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Key:
    """One key.

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


class Faults:
    """Faults as they are found, each with the line of its key.

    Parameters
    ----------
    lines
        Where keys stand, or None where nothing was read from a file.
    whole
        What the whole is called, such as "the scheme".
    kind
        Error that a fault is, unless it is another one.
    """

    def __init__(self, lines: Lines | None = None, *, whole: str, kind: type[PlacemixError] = InvalidConfig) -> None:
        self.lines, self.whole, self.kind = lines, whole, kind
        self.found: list[PlacemixError] = []

    def add(
        self, path: Path, message: str, remedy: str = "", *, kind: type[PlacemixError] | None = None,
        units: Iterable[object] = (),
    ) -> None:  # fmt: skip
        """List a fault of the value at a path."""
        at = "" if self.lines is None else self.lines.of(path)
        text = f"{at}{message}"
        self.found.append((kind or self.kind)(text[:1].upper() + text[1:], units=units, remedy=remedy))

    def pass_on(self, path: Path, error: PlacemixError) -> None:
        """List the faults that another function found."""
        for one in error.faults:
            self.add(path, one.message, one.remedy, kind=type(one), units=one.units)

    def keys(self, given: Mapping[str, Any], known: Mapping[str, Key], path: Path = ()) -> None:
        """List unknown keys, values of the wrong kind, and keys that lack."""
        for name, value in given.items():
            here = (*path, name)
            if name not in known:
                remedy = did_you_mean(name, known) or f"The keys here are {', '.join(known)}."
                self.add(here, f"there is no key {name!r}{inside(path)}.", remedy)
            else:
                self.value(value, known[name], here)
        for name, key in known.items():
            if key.needed and name not in given:
                where = named(path) or self.whole
                self.add(path, f"{where} lacks {name!r}, which must be {key.kind.words}.", "Add it.")

    def value(self, value: object, key: Key, path: Path) -> None:
        """List what is wrong with one value and what it holds."""
        name = path[-1]
        if not key.kind.fits(value):
            self.unfit(value, key, path)
        elif key.words and value not in key.words:
            remedy = did_you_mean(value, key.words) or f"It is one of {', '.join(map(repr, key.words))}."
            self.add(path, f"{name!r} cannot be {value!r}.", remedy)
        elif key.kind is TABLE and key.inside is not None:
            self.keys(value, key.inside, path)  # type: ignore[arg-type]
        elif key.kind is TABLES:
            for place, part in enumerate(value):  # type: ignore[arg-type, var-annotated]
                self.keys(part, key.inside or {}, (*path, place))

    def unfit(self, value: object, key: Key, path: Path) -> None:
        """List a value that is not of its kind."""
        self.add(path, f"{path[-1]!r}{inside(path[:-1])} must be {key.kind.words}, not {value!r}.")

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


def is_whole(value: object) -> bool:
    """Whether a value is a whole number from 0."""
    return is_number(value) and float(value).is_integer() and float(value) >= 0  # type: ignore[arg-type]


def is_text(value: object) -> bool:
    """Whether a value is a text that is not blank."""
    return isinstance(value, str) and bool(value.strip())


def is_texts(value: object) -> bool:
    """Whether a value is a list of texts with at least one."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)


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
    return int(value) if is_whole(value) and 1000 <= float(value) <= 9999 else None  # type: ignore[call-overload, arg-type]


def named(path: Path) -> str:
    """Name a part as its file writes it: ``homes 2``."""
    return " ".join(str(part + 1) if isinstance(part, int) else part for part in path)


def inside(path: Path) -> str:
    """Say in which part, or nothing at the top."""
    return f" in {named(path)}" if path else ""


TEXT = Kind("a text", is_text)
TEXTS = Kind("a list of texts", is_texts)
VALUE = Kind("a text or a number", lambda value: is_text(value) or is_number(value))
NUMBER = Kind("a number", is_number)
SHARE = Kind("a share between 0 and 1", lambda value: is_number(value) and 0 <= value <= 1)
YEAR = Kind("a year such as 2028", lambda value: year_of(value) is not None)
DATE = Kind("a date such as 2026-04-01", lambda value: date_text(value) is not None)
FLAG = Kind("true or false", lambda value: isinstance(value, bool))
TABLE = Kind("a table", lambda value: isinstance(value, Mapping))
TABLES = Kind(
    "written as [[…]], once for each",
    lambda value: isinstance(value, list) and all(isinstance(part, Mapping) for part in value),
)
