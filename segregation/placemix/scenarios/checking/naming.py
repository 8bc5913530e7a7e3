"""Which files and columns a file of evidence names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from placemix.scenarios.checking.keys import counts_parts


def files(config: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Give every part that names a file, and the part that owns it."""
    for _, one in counts_parts(config):
        yield one, one
        for source in one.get("strata", {}).values():
            if isinstance(source, Mapping):
                yield source, {}
    for name in ("areas", "occupancy", "yields", "schools", "condition", "annex"):
        if "file" in config.get(name, {}):
            yield config[name], config[name]
    if "places" in config.get("schools", {}):
        yield config["schools"]["places"], config["schools"]
    several = [one for name in ("calibrations", "services", "others") for one in config.get(name, [])]
    yield from ((one, one) for one in several if "file" in one)
    yield from ((one["lookup"], {}) for one in several if "lookup" in one)


#: Path of a part, the part, and its keys with the columns that they name.
Named: TypeAlias = tuple[tuple[str | int, ...], Mapping[str, Any], list[tuple[str, str]]]


def columns(config: Mapping[str, Any]) -> Iterator[Named]:
    """Give the columns that each part names in its file."""
    for path, one in counts_parts(config):
        yield from _of_counts(path, one)
    if "condition" in config:
        spec = config["condition"]
        yield ("condition",), spec, [("unit", spec["unit"]), ("column", spec["column"])]
    areas = config["areas"]
    yield ("areas",), areas, [(key, areas[key]) for key in ("unit", "name") if key in areas]
    for place, one in enumerate(config.get("calibrations", [])):
        if "lookup" in one:
            spec = one["lookup"]
            yield ("calibrations", place, "lookup"), spec, [("source", spec["source"]), ("target", spec["target"])]
    for place, one in enumerate(config.get("services", [])):
        names = [("where", column) for column in one.get("where", {})]
        yield ("services", place), one, names + ([("name", one["name"])] if "name" in one else [])
    for place, one in enumerate(config.get("others", [])):
        if not one.get("brownfield", False):  # whose reader knows the columns of registers
            names = [("reference", one["reference"])] if "reference" in one else []
            yield ("others", place), one, names + [("columns", column) for column in one.get("columns", {}).values()]
    if "schools" in config:
        yield from _of_schools(config["schools"])


def _of_counts(path: tuple[str | int, ...], one: Mapping[str, Any]) -> Iterator[Named]:
    groups = one["groups"].values() if isinstance(one["groups"], Mapping) else one["groups"]
    names = [(key, one[key]) for key in ("unit", "total") if key in one]
    names += [("groups", column) for part in groups for column in (part if isinstance(part, list) else [part])]
    names += [("where", column) for column in one.get("where", {})]
    names += [("strata", source) for source in one.get("strata", {}).values() if isinstance(source, str)]
    yield path, one, names
    for name, source in one.get("strata", {}).items():
        if isinstance(source, Mapping):
            yield (*path, "strata", name), source, [("unit", source["unit"]), ("column", source["column"])]


def _of_schools(spec: Mapping[str, Any]) -> Iterator[Named]:
    names = [("where", column) for column in spec.get("where", {})]
    names += [("columns", column) for column in spec.get("columns", {}).values()]
    yield ("schools",), spec, names + ([("places", spec["places"]["key"])] if "places" in spec else [])
    if "places" in spec:
        one = spec["places"]
        yield ("schools", "places"), one, [("unit", one["unit"]), ("column", one["column"])]
