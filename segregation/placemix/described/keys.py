"""What a configuration may say of a file, of a lookup and of a table of counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from placemix._keys import FLAG, TABLE, TEXT, Faults, Key, Kind, Path, is_text, is_texts
from placemix.about import About

_NEEDED = Key(TEXT, needed=True)
GROUPS = Kind(
    "a list of columns, or a table from the name of each group to its column or columns",
    lambda value: (
        is_texts(value) or (isinstance(value, Mapping) and bool(value) and all(map(_is_text_or_texts, value.values())))
    ),
)
STRATA = Kind(
    "a table from the name of each stratum to its column, or to { file, unit, column }",
    lambda value: (
        isinstance(value, Mapping) and all(is_text(part) or isinstance(part, Mapping) for part in value.values())
    ),
)
#: Keys of a file, of a lookup, and of a table of counts.
FILE: dict[str, Key] = {"file": _NEEDED, "layer": Key(TEXT), "published": Key(TEXT)}
LOOKUP = FILE | {"unit": _NEEDED, "column": _NEEDED}
COUNTS = FILE | {
    "unit": _NEEDED,
    "groups": Key(GROUPS, needed=True),
    "total": Key(TEXT),
    "rest": Key(TEXT),
    "strata": Key(STRATA),
    "where": Key(TABLE),
    "words": Key(TEXT),
    "about": Key(
        TABLE,
        inside={
            item.name: Key(FLAG if item.name in {"perturbed", "interpolated", "estimated", "synthetic"} else TEXT)
            for item in fields(About)
            if item.name != "notes"
        },
    ),
}


def _is_text_or_texts(value: object) -> bool:
    return is_text(value) or is_texts(value)


def counts_faults(path: Path, one: Mapping[str, Any], faults: Faults) -> None:
    """List what is wrong within a table of counts whose keys are of the right kind.

    Parameters
    ----------
    path
        Where it stands.
    one
        The table as it is described.
    faults
        Where faults are listed.
    """
    for name, source in one.get("strata", {}).items():
        if isinstance(source, Mapping):
            faults.keys(source, LOOKUP, (*path, "strata", name))
    if "rest" in one and "total" not in one:
        faults.add((*path, "rest"), "'rest' needs 'total', whose others it names.", "Name the column of the total.")
