"""What a user has: tables with their columns, groups, areas, periods and publishers, checked together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import pandas as pd

from placemix.counts import Counts
from placemix.errors import (
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    did_you_mean,
    listed,
    together,
)
from placemix.outcomes.indicators.rows import COLUMNS, Row
from placemix.rates import Rates
from placemix.rates.scales import years

#: What may be said of one holding.
Given: TypeAlias = Mapping[str, Any]
#: Words for an area that is a whole nation.
NATIONAL = frozenset(
    {"national", "nation", "country", "england", "england and wales", "great britain", "united kingdom"}
)
PUBLISHED = ("yes", "no", "unknown")
_KEYS = (
    "indicators", "table", "columns", "groups", "area", "period", "published", "publisher", "proxy", "refused",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Holding:
    """One table that somebody has.

    Attributes
    ----------
    name
        The user's name for it.
    indicators
        Ids it is evidence for.
    columns
        Which of the framework's columns it has.
    groups, area, period, published, publisher
        How people are grouped, kind of area, when, whether it is still published, and by whom.
    proxy, refused
        Why it stands in for something else; why it cannot be used.
    """

    name: str
    indicators: tuple[str, ...]
    columns: tuple[str, ...]
    groups: str = ""
    area: str = ""
    period: str = ""
    published: str = "unknown"
    publisher: str = ""
    proxy: str = ""
    refused: str = ""

    @property
    def national(self) -> bool:
        """Whether its area is a whole nation, or not said."""
        return not self.area or self.area.casefold() in NATIONAL

    @property
    def last_year(self) -> int | None:
        """The last year that its period names."""
        span = years(self.period)
        return None if span is None else span[1]


def held(given: Mapping[str, Given] | pd.DataFrame, rows: Sequence[Row]) -> list[Holding]:
    """Read holdings, every fault of every one listed.

    Raises
    ------
    InvalidParameter, InvalidTable, UnknownColumn
        Holdings lack what they must say, or name what is not there.
    """
    if isinstance(given, pd.DataFrame):
        return _from_table(given)
    if not isinstance(given, Mapping):
        message = f"holdings are a mapping from names to what they are, not a {type(given).__name__}."
        raise InvalidParameter(message, remedy="Write holdings={'turnout': {'indicators': […], 'table': …}}.")
    ids = [row.id for row in rows if row.role != "aim"]
    aims = {row.id for row in rows if row.role == "aim"}
    faults: list[PlacemixError] = []
    made: list[Holding] = []
    for name, one in given.items():
        said = list(_faults(str(name), one, ids, aims))
        faults += said
        if not said:
            made.append(_one(str(name), one))
    if faults:
        raise together(faults)
    return made


def held_table(known: Sequence[Holding]) -> pd.DataFrame:
    """Holdings as a table, of which they can be made again."""
    fields = [name for name in Holding.__dataclass_fields__ if name not in {"indicators", "columns"}]
    table = pd.DataFrame({name: [getattr(one, name) for one in known] for name in fields}, dtype=object)
    for name in ("indicators", "columns"):
        table[name] = pd.Series([" ".join(getattr(one, name)) for one in known], dtype=object)
    return table


def _from_table(table: pd.DataFrame) -> list[Holding]:
    absent = [name for name in Holding.__dataclass_fields__ if name not in table.columns]
    if absent:
        raise UnknownColumn(
            f"The table of holdings lacks {listed(absent)}.", remedy="Pass a mapping, or a saved table."
        )
    texts = table.astype(object).where(table.notna(), "")
    return [
        Holding(**{**row, "indicators": tuple(row["indicators"].split()), "columns": tuple(row["columns"].split())})
        for row in texts[list(Holding.__dataclass_fields__)].to_dict("records")
    ]


def _faults(name: str, one: object, ids: Sequence[str], aims: set[str]) -> Iterator[PlacemixError]:
    if not isinstance(one, Mapping):
        yield InvalidParameter(f"{name!r} is a {type(one).__name__}, not a mapping of what it is.")
        return
    for key in one:
        if key not in _KEYS:
            remedy = did_you_mean(key, _KEYS) or f"The keys are {', '.join(_KEYS)}."
            yield InvalidParameter(f"{name!r} has a key {key!r} that says nothing here.", remedy=remedy)
    yield from _indicators(name, one.get("indicators"), ids, aims)
    for key in ("groups", "area", "period", "publisher", "proxy", "refused"):
        if not isinstance(one.get(key, ""), str | int):
            yield InvalidParameter(f"{key} of {name!r} is a text, not {one[key]!r}.")
    if one.get("published", "unknown") not in PUBLISHED:
        message = f"published of {name!r} is one of {', '.join(PUBLISHED)}, not {one['published']!r}."
        yield InvalidParameter(message, remedy="Say 'unknown' where you do not know.")
    if "period" in one and years(one["period"]) is None:
        yield InvalidParameter(f"The period of {name!r} names no year: {one['period']!r}.", remedy="Write '2015/16'.")
    yield from _table(name, one)


def _indicators(name: str, given: object, ids: Sequence[str], aims: set[str]) -> Iterator[PlacemixError]:
    if isinstance(given, str) or not isinstance(given, Sequence) or not given:
        message = f"{name!r} does not say which indicators it is evidence for."
        yield InvalidParameter(message, remedy="Write 'indicators': ['work-indicator-1'].")
        return
    for id_ in given:
        if id_ in aims:
            message = f"{name!r}: {id_!r} is an aim, and evidence is of indicators."
            yield InvalidParameter(message, remedy="Name the indicators of its domain.")
        elif id_ not in ids:
            yield InvalidParameter(f"{name!r}: there is no indicator {id_!r}.", remedy=did_you_mean(id_, ids))


def _table(name: str, one: Given) -> Iterator[PlacemixError]:
    """Faults of the columns."""
    if "table" not in one:
        if not one.get("proxy") and not one.get("refused"):
            message = f"{name!r} has no table."
            yield InvalidTable(message, remedy="Give the table, or a list of its columns.")
        return
    there = _columns(one["table"])
    if there is None:
        message = f"The table of {name!r} is a {type(one['table']).__name__}, not a table or a list of columns."
        yield InvalidTable(message)
        return
    named = one.get("columns", {})
    if not isinstance(named, Mapping):
        yield InvalidParameter(f"columns of {name!r} is a mapping such as {{'numerator': 'value'}}, not {named!r}.")
        return
    for wanted, column in named.items():
        if wanted not in COLUMNS:
            remedy = did_you_mean(wanted, COLUMNS) or f"There are {', '.join(COLUMNS)}."
            yield InvalidParameter(f"{name!r}: no indicator uses a column {wanted!r}.", remedy=remedy)
        if column not in there:
            message = f"{name!r} has no column {column!r}."
            yield UnknownColumn(message, remedy=did_you_mean(column, there) or f"It has {listed(there, shown=20)}.")


def _columns(table: object) -> list[str] | None:
    """Names of the columns of a table, counts, rates, or a list of them."""
    if isinstance(table, Counts):
        return ["unit", "group", "people"]
    if isinstance(table, Rates):
        return [str(name) for name in table.table.columns if table.table[name].notna().any()]
    if isinstance(table, pd.DataFrame):
        return [str(name) for name in table.columns]
    if isinstance(table, Sequence) and not isinstance(table, str):
        return [str(name) for name in table]
    return None


def _one(name: str, one: Given) -> Holding:
    there = _columns(one["table"]) or [] if "table" in one else []
    named = {str(wanted): str(column) for wanted, column in one.get("columns", {}).items()}
    # A column that was given another meaning no longer has that of its own name.
    has = [wanted for wanted in COLUMNS if wanted in named or (wanted in there and wanted not in named.values())]
    texts = {key: str(one[key]) for key in _KEYS[3:] if key in one}
    return Holding(name=name, indicators=tuple(map(str, one["indicators"])), columns=tuple(has), **texts)
