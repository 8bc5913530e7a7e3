"""What a report's configuration may say, checked whole: every fault is listed with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from placemix._toml import Lines
from placemix.about import About
from placemix.errors import InvalidConfig, did_you_mean

Kind = Literal["text", "texts", "flag", "table", "tables", "groups", "strata", "choices", "text or texts", "shares"]

#: What each kind is, in words.
WORDS: Mapping[str, str] = {
    "text": "a text",
    "texts": "a list of texts",
    "text or texts": "a text or a list of texts",
    "flag": "true or false",
    "table": "a table",
    "tables": "written as [[…]], once for each",
    "groups": "a list of columns, or a table from the name of each group to its column or columns",
    "strata": "a table from the name of each stratum to its column, or to { file, unit, column }",
    "shares": "a list of shares such as [0.5, 0.7, 0.9], or [] for none",
    "choices": "a table from columns to the value, or the values, to keep",
}


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a configuration.

    Attributes
    ----------
    kind
        What its value must be.
    needed
        Whether it must be there.
    inside
        Keys of the table it holds.
    """

    kind: Kind
    needed: bool = False
    inside: Mapping[str, Key] | None = None


_ABOUT = {
    item.name: Key("flag" if item.name in {"perturbed", "interpolated", "estimated", "synthetic"} else "text")
    for item in fields(About)
}
_FILE = {"file": Key("text", needed=True), "layer": Key("text"), "published": Key("text")}
_LOOKUP = _FILE | {"unit": Key("text", needed=True), "column": Key("text", needed=True)}

#: Every key of a configuration.
SCHEMA: Mapping[str, Key] = {
    "title": Key("text", needed=True),
    "place": Key("text"),
    "folder": Key("text"),
    "out": Key("text"),
    "published_by": Key("text"),
    "by": Key("text or texts"),
    "assumptions": Key("texts"),
    "left_out": Key("texts"),
    "thresholds": Key("shares"),
    "tables": Key(
        "tables",
        needed=True,
        inside=_FILE
        | {
            "name": Key("text", needed=True),
            "unit": Key("text", needed=True),
            "groups": Key("groups", needed=True),
            "total": Key("text"),
            "rest": Key("text"),
            "strata": Key("strata"),
            "where": Key("choices"),
            "focal": Key("text"),
            "against": Key("text"),
            "note": Key("text"),
            "words": Key("text"),
            "unit_words": Key("text"),
            "others": Key("text"),
            "shown": Key("flag"),
            "about": Key("table", inside=_ABOUT),
        },
    ),
    "condition": Key(
        "table",
        inside=_LOOKUP
        | {
            "words": Key("text"),
            "shares": Key("flag"),
            "source": Key("text"),
            "period": Key("text"),
            "meaning": Key("text"),
        },
    ),
    "change": Key(
        "table",
        inside={
            "before": Key("text", needed=True),
            "after": Key("text"),
            "names": Key("texts"),
            "against": Key("texts"),
            "lookup": Key(
                "table",
                inside=_FILE | {"source": Key("text", needed=True), "target": Key("text", needed=True)},
            ),
        },
    ),
    "areas": Key(
        "table",
        inside=_FILE
        | {
            "unit": Key("text", needed=True),
            "source": Key("text"),
            "outlines": Key("table", inside=_FILE | {"name": Key("text", needed=True)}),
        },
    ),
}


def check(config: Mapping[str, Any], text: str) -> list[InvalidConfig]:
    r"""List every fault of a configuration.

    Parameters
    ----------
    config
        What it says.
    text
        How it is written, for the lines.

    Examples
    --------
    >>> for fault in check({"title": "A", "tabels": 1}, "title = 'A'\ntabels = 1"):
    ...     print(fault)
    Line 2: there is no key 'tabels'. Remedy: Did you mean 'tables'?
    The configuration lacks 'tables', which must be written as [[…]], once for each. Remedy: Add it.
    """
    lines = Lines(text)
    faults = list(_check(config, SCHEMA, (), lines))
    return faults or list(_related(config, lines))


def fault(message: str, remedy: str = "") -> InvalidConfig:
    """Make a fault whose message begins with a capital letter."""
    return InvalidConfig(message[:1].upper() + message[1:], remedy=remedy)


def _check(
    given: Mapping[str, Any], known: Mapping[str, Key], path: tuple[str | int, ...], lines: Lines
) -> Iterator[InvalidConfig]:
    for name, value in given.items():
        at = lines.of((*path, name))
        if name not in known:
            remedy = did_you_mean(name, known) or f"The keys here are {', '.join(known)}."
            yield fault(f"{at}there is no key {name!r}{_inside(path)}.", remedy)
        elif not _fits(value, known[name].kind):
            yield fault(f"{at}{name!r} must be {WORDS[known[name].kind]}.")
        else:
            yield from _check_inside(value, known[name], (*path, name), lines)
    for name, key in known.items():
        if key.needed and name not in given:
            where = f"{lines.of(path)}{_name(path)}" if path else "the configuration"
            yield fault(f"{where} lacks {name!r}, which must be {WORDS[key.kind]}.", "Add it.")


def _check_inside(value: Any, key: Key, path: tuple[str | int, ...], lines: Lines) -> Iterator[InvalidConfig]:  # noqa: ANN401
    if key.kind == "table":
        yield from _check(value, key.inside or {}, path, lines)
    elif key.kind == "tables":
        for place, part in enumerate(value):
            yield from _check(part, key.inside or {}, (*path, place), lines)
    elif key.kind == "strata":
        for stratum, source in value.items():
            if isinstance(source, Mapping):
                yield from _check(source, _LOOKUP, (*path, stratum), lines)


def _inside(path: tuple[str | int, ...]) -> str:
    return f" in {_name(path)}" if path else ""


def _name(path: tuple[str | int, ...]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path)


def _fits(value: object, kind: Kind) -> bool:
    text = isinstance(value, str) and bool(value.strip())
    texts = _all(value, str)
    table = isinstance(value, dict)
    fitting: dict[Kind, bool] = {
        "text": text,
        "texts": texts,
        "text or texts": text or texts,
        "flag": isinstance(value, bool),
        "table": table,
        "choices": table,
        "tables": _all(value, dict),
        "groups": texts or (_values(value, str) and value != {}),
        "strata": _values(value, str, dict, lists=False),
        "shares": isinstance(value, list) and all(_is_share(item) for item in value),
    }
    return fitting[kind]


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1


def _all(value: object, kind: type) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, kind) for item in value)


def _values(value: object, *kinds: type, lists: bool = True) -> bool:
    return isinstance(value, dict) and all(
        isinstance(item, kinds) or (lists and _all(item, str)) for item in value.values()
    )


def _related(config: Mapping[str, Any], lines: Lines) -> Iterator[InvalidConfig]:
    """Check what one key says of another."""
    tables = config["tables"]
    names = [one["name"] for one in tables]
    for place, one in enumerate(tables):
        if one["name"] in names[:place]:
            yield fault(
                f"{lines.of(('tables', place, 'name'))}a table named {one['name']!r} stands above already.",
                "Give each its own name.",
            )
        yield from _groups(one, ("tables", place), lines)
    by = [config["by"]] if isinstance(config.get("by"), str) else config.get("by", [])
    strata = {name for one in tables for name in one.get("strata", {})}
    for name in by:
        if name not in strata:
            yield fault(
                f"{lines.of(('by',))}no table has strata {name!r}.",
                did_you_mean(name, strata) or "Name it under strata.",
            )
    if not any(one.get("shown", True) for one in tables):
        yield fault("no table is shown.", "Leave out shown = false of one.")
    change = config.get("change", {})
    for key in ("before", "after"):
        if key in change and change[key] not in names:
            yield fault(
                f"{lines.of(('change', key))}there is no table named {change[key]!r}.", did_you_mean(change[key], names)
            )
    if len(change.get("names", ["", ""])) != 2:
        yield fault(f"{lines.of(('change', 'names'))}'names' must name two dates.")


def _groups(one: Mapping[str, Any], path: tuple[str | int, ...], lines: Lines) -> Iterator[InvalidConfig]:
    groups = [*one["groups"], *([one["rest"]] if "rest" in one else [])]
    if "rest" in one and "total" not in one:
        yield fault(
            f"{lines.of((*path, 'rest'))}'rest' needs 'total', whose others it names.", "Name the column of the total."
        )
    for key in ("focal", "against"):
        if key in one and one[key] not in groups and not (key == "against" and one[key] == "rest"):
            remedy = did_you_mean(one[key], groups) or f"The groups are {', '.join(groups)}."
            yield fault(f"{lines.of((*path, key))}{one['name']!r} has no group {one[key]!r}.", remedy)
    if "against" in one and "focal" not in one:
        yield fault(
            f"{lines.of((*path, 'against'))}'against' needs 'focal', the group it is compared with.",
            "Name both.",
        )
