"""What a report's configuration may say, checked whole: every fault is listed with its line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from placemix._keys import FLAG, TABLE, TABLES, TEXT, TEXTS, Faults, Key, Kind, Path, is_number, is_text, is_texts
from placemix.described import COUNTS, FILE, LOOKUP, counts_faults
from placemix.errors import did_you_mean

_NAMES = Kind("a text or a list of texts", lambda value: is_text(value) or is_texts(value))
_SHARES = Kind(
    "a list of shares such as [0.5, 0.7, 0.9], or [] for none",
    lambda value: isinstance(value, list) and all(is_number(item) and 0 < item <= 1 for item in value),
)
_NEEDED = Key(TEXT, needed=True)

#: Every key of a configuration.
SCHEMA: Mapping[str, Key] = {
    "title": _NEEDED,
    "place": Key(TEXT),
    "folder": Key(TEXT),
    "out": Key(TEXT),
    "published_by": Key(TEXT),
    "by": Key(_NAMES),
    "assumptions": Key(TEXTS),
    "left_out": Key(TEXTS),
    "thresholds": Key(_SHARES),
    "tables": Key(
        TABLES,
        needed=True,
        inside=COUNTS
        | {
            "name": _NEEDED,
            "focal": Key(TEXT),
            "against": Key(TEXT),
            "note": Key(TEXT),
            "unit_words": Key(TEXT),
            "others": Key(TEXT),
            "shown": Key(FLAG),
        },
    ),
    "condition": Key(
        TABLE,
        inside=LOOKUP
        | {
            "words": Key(TEXT),
            "shares": Key(FLAG),
            "source": Key(TEXT),
            "period": Key(TEXT),
            "meaning": Key(TEXT),
        },
    ),
    "change": Key(
        TABLE,
        inside={
            "before": _NEEDED,
            "after": Key(TEXT),
            "names": Key(TEXTS),
            "against": Key(TEXTS),
            "lookup": Key(TABLE, inside=FILE | {"source": _NEEDED, "target": _NEEDED}),
        },
    ),
    "areas": Key(
        TABLE,
        inside=FILE | {"unit": _NEEDED, "source": Key(TEXT), "outlines": Key(TABLE, inside=FILE | {"name": _NEEDED})},
    ),
}


def faults_of(config: Mapping[str, Any], faults: Faults) -> None:
    r"""List every fault of a configuration.

    Parameters
    ----------
    config
        What it says.
    faults
        Where they are listed.

    Examples
    --------
    >>> from placemix._toml import Lines
    >>> faults = Faults(Lines("title = 'A'\ntabels = 1"), whole="the configuration")
    >>> faults_of({"title": "A", "tabels": 1}, faults)
    >>> for fault in faults.found:
    ...     print(fault)
    Line 2: there is no key 'tabels'. Remedy: Did you mean 'tables'?
    The configuration lacks 'tables', which must be written as [[…]], once for each. Remedy: Add it.
    """
    faults.keys(config, SCHEMA)
    if not faults.found:
        _related(config, faults)


def _related(config: Mapping[str, Any], faults: Faults) -> None:
    """List what one key says wrongly of another."""
    tables = config["tables"]
    names = [one["name"] for one in tables]
    for place, one in enumerate(tables):
        if one["name"] in names[:place]:
            message = f"a table named {one['name']!r} stands above already."
            faults.add(("tables", place, "name"), message, "Give each its own name.")
        counts_faults(("tables", place), one, faults)
        _of_groups(one, ("tables", place), faults)
    by = [config["by"]] if isinstance(config.get("by"), str) else config.get("by", [])
    strata = {name for one in tables for name in one.get("strata", {})}
    for name in by:
        if name not in strata:
            remedy = did_you_mean(name, strata) or "Name it under strata."
            faults.add(("by",), f"no table has strata {name!r}.", remedy)
    if not any(one.get("shown", True) for one in tables):
        faults.add((), "no table is shown.", "Leave out shown = false of one.")
    change = config.get("change", {})
    for key in ("before", "after"):
        if key in change and change[key] not in names:
            message = f"there is no table named {change[key]!r}."
            faults.add(("change", key), message, did_you_mean(change[key], names))
    if len(change.get("names", ["", ""])) != 2:
        faults.add(("change", "names"), "'names' must name two dates.")


def _of_groups(one: Mapping[str, Any], path: Path, faults: Faults) -> None:
    groups = [*one["groups"], *([one["rest"]] if "rest" in one else [])]
    for key in ("focal", "against"):
        if key in one and one[key] not in groups and not (key == "against" and one[key] == "rest"):
            remedy = did_you_mean(one[key], groups) or f"The groups are {', '.join(groups)}."
            faults.add((*path, key), f"{one['name']!r} has no group {one[key]!r}.", remedy)
    if "against" in one and "focal" not in one:
        faults.add((*path, "against"), "'against' needs 'focal', the group it is compared with.", "Name both.")
