"""What a scheme may say: one table of keys, and the faults of what does not keep to it."""

from __future__ import annotations

from collections.abc import Mapping

from placemix._keys import (
    DATE,
    NUMBER,
    SHARE,
    TABLE,
    TABLES,
    TEXT,
    VALUE,
    YEAR,
    Key,
    Kind,
    Path,
    inside,
    is_number,
    is_whole,
)
from placemix._keys import Faults as _Faults
from placemix._toml import Lines
from placemix.errors import InvalidConfig, InvalidCounts
from placemix.scenarios.schemes.proposals import STATUSES

AMOUNT = Kind("a whole number of homes from 0 to 999,999", lambda value: is_whole(value) and value < 1_000_000)
PLACES = Kind("a whole number of places from 1 to 999,999", lambda value: is_whole(value) and 1 <= value < 1_000_000)
WHOLE = Kind("a whole number from 0 to 99", lambda value: is_whole(value) and value < 100)

_HOMES = {
    "tenure": Key(TEXT, needed=True),
    "bedrooms": Key(WHOLE, needed=True),
    "type": Key(TEXT),
    "count": Key(AMOUNT, needed=True),
}
_SERVICES = {
    "kind": Key(TEXT, needed=True),
    "name": Key(TEXT),
    "places": Key(PLACES),
    "year": Key(YEAR),
}
#: Keys of a site.
SITE: Mapping[str, Key] = {
    "file": Key(TEXT),
    "layer": Key(TEXT),
    "column": Key(TEXT),
    "value": Key(VALUE),
    "x": Key(NUMBER),
    "y": Key(NUMBER),
    "crs": Key(TEXT),
    "register": Key(TEXT),
    "reference": Key(TEXT),
    "columns": Key(TABLE),
    "encoding": Key(TEXT),
}
#: Every key of a scheme.
SCHEMA: Mapping[str, Key] = {
    "reference": Key(TEXT, needed=True),
    "name": Key(TEXT),
    "status": Key(TEXT, words=STATUSES),
    "as_of": Key(DATE),
    "year": Key(YEAR),
    "dwellings": Key(TABLE, inside={"min": Key(AMOUNT, needed=True), "max": Key(AMOUNT, needed=True)}),
    "site": Key(TABLE, inside=SITE),
    "homes": Key(TABLES, inside=_HOMES),
    "demolished": Key(TABLES, inside=_HOMES),
    "services": Key(TABLES, inside=_SERVICES),
    "phasing": Key(TABLE),
    "assumptions": Key(TABLE),
}
#: Assumptions that are numbers; all others are texts.
ASSUMED: Mapping[str, Key] = {"vacancy": Key(SHARE), "internal": Key(SHARE)}


class Faults(_Faults):
    """Faults of a scheme as they are found, each with the line of its key.

    Parameters
    ----------
    lines
        Where keys stand, or None where the scheme was not read from a file.
    """

    def __init__(self, lines: Lines | None = None) -> None:
        super().__init__(lines, whole="the scheme")

    def unfit(self, value: object, key: Key, path: Path) -> None:
        """List a value that is not of its kind; fewer homes than none are no counts."""
        negative = key.kind in {AMOUNT, WHOLE, PLACES} and is_number(value) and float(value) < 0  # type: ignore[arg-type]
        message = f"{path[-1]!r}{inside(path[:-1])} must be {key.kind.words}, not {value!r}."
        self.add(path, message, kind=InvalidCounts if negative else InvalidConfig)
