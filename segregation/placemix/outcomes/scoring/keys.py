"""What a file of a scorecard may say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from placemix._keys import (
    FLAG,
    SHARE,
    TABLE,
    TABLES,
    TEXT,
    TEXTS,
    VALUE,
    Faults,
    Key,
    Kind,
    is_number,
    is_text,
    is_texts,
)
from placemix.errors import did_you_mean
from placemix.outcomes.indicators.holdings import PUBLISHED
from placemix.outcomes.indicators.rows import COLUMNS
from placemix.rates.scales import years

_NAMED = Kind(
    "a table from the name of each group on the card to its name in the file, or names",
    lambda value: (
        isinstance(value, Mapping) and bool(value) and all(is_text(part) or is_texts(part) for part in value.values())
    ),
)
_COLUMNS = Kind(
    "a table from what is needed to the column that holds it",
    lambda value: isinstance(value, Mapping) and all(is_text(part) for part in value.values()),
)
_PERTURBED = Kind(
    "true, false, or the two numbers between which it lies",
    lambda value: (
        isinstance(value, bool) or (isinstance(value, list) and len(value) == 2 and all(map(is_number, value)))
    ),
)
_PERIOD = Kind("a period that names a year, such as '2015/16'", lambda value: years(value) is not None)

_NEEDED = Key(TEXT, needed=True)
_FILE = {"layer": Key(TEXT), "where": Key(TABLE), "published_at": Key(TEXT)}
_PER = Kind("what rates are of, such as 100", lambda value: is_number(value) and value > 0)
_LOCAL = _FILE | {
    "file": _NEEDED, "unit": _NEEDED, "column": _NEEDED, "what": Key(TEXT), "in": Key(TEXT), "per": Key(_PER),
    "here": Key(TEXT), "called": Key(_COLUMNS), "group": Key(TEXT), "focal": Key(TEXT), "against": Key(TEXT),
}  # fmt: skip
_WIDE = Kind(
    "a table from the name of each group to its column or columns",
    lambda value: (
        isinstance(value, Mapping) and bool(value) and all(is_text(part) or is_texts(part) for part in value.values())
    ),
)
_EVIDENCE = _FILE | {
    "indicator": _NEEDED, "file": _NEEDED, "area": Key(TEXT), "period": Key(_PERIOD, needed=True), "universe": _NEEDED,
    "source": _NEEDED, "columns": Key(_COLUMNS), "groups": Key(_NAMED), "over": Key(TEXTS), "wide": Key(_WIDE),
    "constants": Key(TABLE),
    "measure": Key(TEXT), "level": Key(SHARE), "national": Key(FLAG), "local": Key(TABLE, inside=_LOCAL),
    "published": Key(TEXT, words=PUBLISHED), "proxy": Key(TEXT), "perturbed": Key(_PERTURBED), "grouping": Key(TEXT),
    "what": Key(TEXT), "per": Key(_PER), "synthetic": Key(FLAG),
    "note": Key(TEXT), "hidden": Key(TEXT, words=("refuse", "leave out")),
}  # fmt: skip
_HELD = {
    "name": _NEEDED, "indicators": Key(TEXTS, needed=True), "has": Key(TEXTS), "groups": Key(TEXT), "area": Key(TEXT),
    "period": Key(_PERIOD), "published": Key(TEXT, words=PUBLISHED), "publisher": Key(TEXT), "proxy": Key(TEXT),
    "refused": Key(TEXT),
}  # fmt: skip

#: Every key of a file of a scorecard.
SCHEMA: Mapping[str, Key] = {
    "area": _NEEDED,
    "period": Key(_PERIOD, needed=True),
    "folder": Key(TEXT),
    "title": Key(TEXT),
    "publisher": Key(TEXT),
    "own": Key(TEXTS),
    "groups": Key(TABLES, needed=True, inside={"group": _NEEDED, "against": Key(TEXT)}),
    "evidence": Key(TABLES, inside=_EVIDENCE),
    "held": Key(TABLES, inside=_HELD),
    "notes": Key(
        TABLES,
        inside={
            "indicator": _NEEDED, "text": _NEEDED, "source": _NEEDED, "date": Key(VALUE, needed=True),
            "group": Key(TEXT),
        },
    ),
}  # fmt: skip


def faults_of(config: Mapping[str, Any], faults: Faults, ids: list[str]) -> None:
    """List every fault of a file of a scorecard.

    Parameters
    ----------
    config
        What it says.
    faults
        Where they are listed.
    ids
        Ids of the indicators.
    """
    given = dict(config)
    # TOML has dates of its own, which are texts here.
    given["notes"] = (
        [{**one, "date": str(one["date"])} if "date" in one else one for one in config.get("notes", [])]
        if isinstance(config.get("notes", []), list)
        else config["notes"]
    )
    faults.keys(given, SCHEMA)
    if faults.found:
        return
    _of_names(config, faults, ids)
    _of_held(config, faults, ids)
    _of_evidence(config, faults)


def _of_names(config: Mapping[str, Any], faults: Faults, ids: list[str]) -> None:
    """List groups that are there twice, and ids that are none."""
    names = [one["group"] for one in config["groups"]]
    for place, name in enumerate(names):
        if name in names[:place]:
            faults.add(("groups", place, "group"), f"the group {name!r} is there twice.", "Keep one of them.")
    for part in ("evidence", "notes"):
        for place, one in enumerate(config.get(part, [])):
            if one["indicator"] not in ids:
                remedy = did_you_mean(one["indicator"], ids) or "placemix.outcomes.framework() lists them."
                faults.add((part, place, "indicator"), f"there is no indicator {one['indicator']!r}.", remedy)


def _of_held(config: Mapping[str, Any], faults: Faults, ids: list[str]) -> None:
    """List ids and columns of what is held that are none."""
    for place, one in enumerate(config.get("held", [])):
        for id_ in one["indicators"]:
            if id_ not in ids:
                remedy = did_you_mean(id_, ids) or "placemix.outcomes.framework() lists them."
                faults.add(("held", place, "indicators"), f"there is no indicator {id_!r}.", remedy)
        for column in one.get("has", []):
            if column not in COLUMNS:
                remedy = did_you_mean(column, COLUMNS) or f"There are {', '.join(COLUMNS)}."
                faults.add(("held", place, "has"), f"no indicator uses a column {column!r}.", remedy)


def _of_evidence(config: Mapping[str, Any], faults: Faults) -> None:
    """List what one key of a piece of evidence says of another."""
    for place, one in enumerate(config.get("evidence", [])):
        path = ("evidence", place)
        if "wide" in one and "groups" in one:
            faults.add((*path, "groups"), "groups are given by 'wide' or by 'groups'.", "Give one of them.")
        local = one.get("local", {})
        said = [key for key in ("group", "focal", "against") if key in local]
        if 0 < len(said) < 3:
            remedy = "Write group, focal and against: a column, and two of its values."
            faults.add((*path, "local"), f"local says its {said[0]!r} and not who is compared with whom.", remedy)
        for name in one.get("columns", {}):
            if name not in COLUMNS:
                remedy = did_you_mean(name, COLUMNS) or f"There are {', '.join(COLUMNS)}."
                faults.add((*path, "columns"), f"no indicator uses a column {name!r}.", remedy)


def files(config: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Give every part that names a file, and where it is published."""
    for one in config.get("evidence", []):
        yield one, {"published": one.get("published_at", one["source"])}
        if "local" in one:
            yield one["local"], {"published": one["local"].get("published_at", one["source"])}


def columns(
    config: Mapping[str, Any],
) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any], list[tuple[str, str]]]]:
    """Give the columns that each part names in its file."""
    for place, one in enumerate(config.get("evidence", [])):
        names = [("where", column) for column in one.get("where", {})]
        constants = one.get("constants", {})
        names += [("columns", column) for column in one.get("columns", {}).values() if column not in constants]
        names += [("over", column) for column in one.get("over", [])]
        names += [
            ("wide", column)
            for part in one.get("wide", {}).values()
            for column in ([part] if isinstance(part, str) else part)
        ]
        yield ("evidence", place), one, names
        if "local" in one:
            spec = one["local"]
            found = [(key, spec[key]) for key in ("unit", "column", "group") if key in spec]
            yield ("evidence", place, "local"), spec, found + [("where", column) for column in spec.get("where", {})]
