"""Which files and columns a configuration names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def files(config: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Give every part that names a file, and the part that owns it."""
    for one in config["tables"]:
        yield one, one
        for source in one.get("strata", {}).values():
            if isinstance(source, Mapping):
                yield source, {}
    for name in ("condition", "areas"):
        if name in config:
            yield config[name], config[name]
    if "lookup" in config.get("change", {}):
        yield config["change"]["lookup"], {}
    if "outlines" in config.get("areas", {}):
        yield config["areas"]["outlines"], {}


def columns(
    config: Mapping[str, Any],
) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any], list[tuple[str, str]]]]:
    """Give the columns that each part of the configuration names in its file."""
    for place, one in enumerate(config["tables"]):
        groups = one["groups"].values() if isinstance(one["groups"], Mapping) else one["groups"]
        names = [(key, one[key]) for key in ("unit", "total") if key in one]
        names += [("groups", column) for part in groups for column in (part if isinstance(part, list) else [part])]
        names += [("where", column) for column in one.get("where", {})]
        names += [("strata", source) for source in one.get("strata", {}).values() if isinstance(source, str)]
        yield ("tables", place), one, names
        for name, source in one.get("strata", {}).items():
            if isinstance(source, Mapping):
                yield (
                    ("tables", place, "strata", name),
                    source,
                    [("unit", source["unit"]), ("column", source["column"])],
                )
    if "condition" in config:
        spec = config["condition"]
        yield ("condition",), spec, [("unit", spec["unit"]), ("column", spec["column"])]
    if "lookup" in config.get("change", {}):
        spec = config["change"]["lookup"]
        yield ("change", "lookup"), spec, [("source", spec["source"]), ("target", spec["target"])]
    if "areas" in config:
        yield ("areas",), config["areas"], [("unit", config["areas"]["unit"])]
        if "outlines" in config["areas"]:
            spec = config["areas"]["outlines"]
            yield ("areas", "outlines"), spec, [("name", spec["name"])]
