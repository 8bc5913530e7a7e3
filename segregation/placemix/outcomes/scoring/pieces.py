"""What one piece of evidence must say before anything is computed from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import pandas as pd

from placemix.errors import (
    IncompleteEstimate,
    InvalidParameter,
    NotNumbers,
    PlacemixError,
    UnknownGroup,
    did_you_mean,
    listed,
)
from placemix.outcomes.indicators.holdings import NATIONAL, PUBLISHED
from placemix.outcomes.indicators.rows import Row
from placemix.rates.scales import years

#: What one piece may say.
Piece: TypeAlias = Mapping[str, Any]
_NEEDED = ("indicator", "area", "period", "universe", "source")
_ONE_OF = ("table", "estimate", "result")
_MAY = (
    "columns", "groups", "over", "measure", "level", "national", "local", "local_what", "published", "proxy", "note",
    "perturbed", "grouping", "what", "per", "local_in", "local_per", "local_here", "synthetic",
)  # fmt: skip
KEYS = (*_NEEDED, *_ONE_OF, *_MAY)


def piece_faults(name: str, one: object, rows: Mapping[str, Row]) -> Iterator[PlacemixError]:
    """List what a piece lacks and what it says wrongly, before anything is computed."""
    if not isinstance(one, Mapping):
        yield InvalidParameter(f"{name} is a {type(one).__name__}, not a mapping of what it is.")
        return
    for key in one:
        if key not in KEYS:
            remedy = did_you_mean(key, KEYS) or f"The keys are {', '.join(KEYS)}."
            yield InvalidParameter(f"{name} has a key {key!r} that says nothing here.", remedy=remedy)
    for key in _NEEDED:
        if not isinstance(one.get(key), str | int) or not str(one[key]).strip():
            yield InvalidParameter(f"{name} does not say its {key}.", remedy=f"Add {key!r}.")
    given = [key for key in _ONE_OF if key in one]
    if len(given) != 1:
        message = f"{name} needs one of 'table', 'estimate' and 'result', and has {listed(given) or 'none'}."
        yield InvalidParameter(message, remedy="Give one of them.")
    row = rows.get(str(one.get("indicator")))
    yield from _id_faults(name, one, row, rows)
    if "period" in one and years(one["period"]) is None:
        yield InvalidParameter(f"The period of {name} names no year: {one['period']!r}.", remedy="Write '2015/16'.")
    if one.get("published", "unknown") not in PUBLISHED:
        yield InvalidParameter(f"published of {name} is one of {', '.join(PUBLISHED)}, not {one['published']!r}.")
    yield from _measure_faults(name, one, row)
    yield from _local_faults(name, one)
    yield from _flag_faults(name, one)


def _flag_faults(name: str, one: Piece) -> Iterator[PlacemixError]:
    if not isinstance(one.get("synthetic", False), bool):
        yield InvalidParameter(f"synthetic of {name} is True where the people are invented, not {one['synthetic']!r}.")
    perturbed = one.get("perturbed", False)
    if not isinstance(perturbed, bool) and (
        not isinstance(perturbed, Sequence) or isinstance(perturbed, str) or len(perturbed) != 2
    ):
        message = f"perturbed of {name} is True, or the two ends between which the number lies, not {perturbed!r}."
        yield InvalidParameter(message)


def _id_faults(name: str, one: Piece, row: Row | None, rows: Mapping[str, Row]) -> Iterator[PlacemixError]:
    id_ = one.get("indicator")
    if id_ is not None and row is None:
        yield InvalidParameter(f"{name}: there is no indicator {id_!r}.", remedy=did_you_mean(str(id_), rows))
    elif row is not None and row.role == "aim":
        yield InvalidParameter(f"{name}: {id_!r} is an aim.", remedy="Name the indicators of its domain.")


def _measure_faults(name: str, one: Piece, row: Row | None) -> Iterator[PlacemixError]:
    measure = one.get("measure")
    if measure is None or row is None or one.get("proxy"):
        return
    known = [row.measure, *row.also]
    if measure not in known:
        message = f"{name}: {row.id} is not measured by {measure!r}, but by {listed([*map(repr, known)])}."
        yield InvalidParameter(message, remedy=did_you_mean(measure, known) or "Say proxy='…' if it stands in for it.")


def is_national(one: Piece) -> bool:
    """Whether a piece is of a whole nation."""
    return bool(one.get("national", str(one.get("area", "")).casefold() in NATIONAL))


def is_synthetic(one: Piece) -> bool:
    """Whether the people of a piece are invented, as it says or its table bears."""
    given = one.get("table", one.get("result"))
    marked = isinstance(given, pd.DataFrame) and given.attrs.get("synthetic", False) is True
    return bool(one.get("synthetic", marked))


def _local_faults(name: str, one: Piece) -> Iterator[PlacemixError]:
    local = one.get("local")
    if local is None:
        if is_national(one):
            message = f"{name} is of a whole nation, and such a number can hide large local differences."
            remedy = "Give the same number for local areas, local={'district': value, …}, or leave it out."
            yield IncompleteEstimate(message, remedy=remedy)
        return
    values = pd.Series(local)
    numbers = pd.to_numeric(values, errors="coerce")
    if len(numbers) < 2 or numbers.isna().any():
        message = f"local of {name} is a number for each of two areas or more, and none may be missing."
        yield NotNumbers(message, remedy="Leave out areas without a number, and say so in the note.")


def renamed(name: str, table: pd.DataFrame, groups: Mapping[str, Any], column: str) -> pd.DataFrame:
    """Give groups their names on the card; groups that are not named are left out.

    Raises
    ------
    UnknownGroup
        The table lacks a group that is named.
    """
    names = {str(part): str(new) for new, old in groups.items() for part in ([old] if isinstance(old, str) else old)}
    there = set(table[column].astype(str))
    absent = [old for old in names if old not in there]
    if absent:
        message = f"{name} has no group {listed([*map(repr, absent)])}."
        remedy = did_you_mean(absent[0], there) or f"There are {listed(sorted(there), shown=20)}."
        raise UnknownGroup(message, remedy=remedy)
    part = table[table[column].astype(str).isin(names)]
    return part.assign(**{column: part[column].astype(str).map(names)})


def refuse_none(name: str, pairs: Sequence[object], there: set[str], groups: Mapping[str, str]) -> None:
    """Refuse a piece that holds none of the groups of the card.

    Raises
    ------
    UnknownGroup
        There is no pair of groups.
    """
    if not pairs:
        asked = listed([f"{who!r} beside {whom!r}" for who, whom in groups.items()], shown=20)
        message = f"{name} is of none of the scorecard's groups ({asked}); it has {listed(sorted(there), shown=20)}."
        raise UnknownGroup(message, remedy="Give its groups the card's names: 'groups': {'Asian': ['Asian pupils']}.")
