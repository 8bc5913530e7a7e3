"""What a file of evidence may say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from placemix._keys import (
    DATE,
    FLAG,
    SHARE,
    TABLE,
    TABLES,
    TEXT,
    TEXTS,
    VALUE,
    YEAR,
    Faults,
    Key,
    Kind,
    date_text,
    is_number,
    is_text,
    is_whole,
    year_of,
)
from placemix.described import COUNTS, FILE, LOOKUP, counts_faults
from placemix.errors import did_you_mean

_DAY = Kind(
    "a date such as 2021-03-21, or a year", lambda value: date_text(value) is not None or year_of(value) is not None
)
_RATES = Kind(
    "a table from each phase to pupils for each home, such as { primary = 0.2 }",
    lambda value: (
        isinstance(value, Mapping) and bool(value) and all(is_number(part) and part >= 0 for part in value.values())
    ),
)
_WITHIN = Kind(
    "a distance such as '2 miles', or a table from each phase to its distance",
    lambda value: (
        is_text(value) or (isinstance(value, Mapping) and bool(value) and all(is_text(part) for part in value.values()))
    ),
)
_WHOLE = Kind("a whole number from 0 to 99", lambda value: is_whole(value) and value < 100)
_BANDS = Kind("a list of numbers", lambda value: isinstance(value, list) and bool(value) and all(map(is_number, value)))

_NEEDED = Key(TEXT, needed=True)
#: What `school_places` can be told in a file.
_OPTIONS = {
    "unknown": Key(TEXT, words=("missing", "leave out", "refuse")),
    "rolls_year": Key(VALUE),
    "places_year": Key(VALUE),
    "within": Key(_WITHIN),
    "phases": Key(TEXTS),
}
_SCHOOL = {name: Key(TEXT) for name in ("school", "phase", "planning_area", "pupils", "places")}
_SHARES = {
    "tenure": _NEEDED,
    "bedrooms": Key(_WHOLE, needed=True),
    "type": Key(TEXT),
    "share": Key(SHARE, needed=True),
}

#: Every key of a file of evidence.
SCHEMA: Mapping[str, Key] = {
    "name": _NEEDED,
    "census": Key(_DAY, needed=True),
    "folder": Key(TEXT),
    "district": Key(TEXT),
    "only": Key(TEXT),
    "focal": Key(TEXT),
    "meeting": Key(TEXTS),
    "sources": Key(TEXTS),
    "homes": Key(TABLE, needed=True, inside=COUNTS),
    "dimensions": Key(TABLES, inside=COUNTS | {"name": _NEEDED}),
    "residents": Key(TABLE, inside=COUNTS),
    "areas": Key(TABLE, needed=True, inside=FILE | {"unit": _NEEDED, "name": Key(TEXT)}),
    "occupancy": Key(
        TABLE,
        inside=FILE
        | {"source": _NEEDED, "or_more": Key(_WHOLE), "fill": Key(TEXT, words=("refuse", "tenure"))},
    ),
    "mix": Key(TABLE, inside={"source": _NEEDED, "homes": Key(TABLES, needed=True, inside=_SHARES)}),
    "yields": Key(
        TABLE, inside=FILE | {"source": _NEEDED, "rates": Key(_RATES), "file": Key(TEXT)}
    ),
    "calibrations": Key(
        TABLES,
        inside=FILE
        | {
            "of": _NEEDED,
            "file": Key(TEXT),
            "before": Key(TABLE, inside=COUNTS),
            "after": Key(TABLE, inside=COUNTS),
            "lookup": Key(TABLE, inside=FILE | {"source": _NEEDED, "target": _NEEDED}),
            "district": Key(TEXT),
            "bands": Key(_BANDS),
            "level": Key(SHARE),
        },
    ),
    "schools": Key(
        TABLE,
        inside=FILE
        | {
            "where": Key(TABLE), "columns": Key(TABLE, inside=_SCHOOL), "phases": Key(TABLE),
            "options": Key(TABLE, inside=_OPTIONS),
            "places": Key(TABLE, inside=LOOKUP | {"key": _NEEDED}),
        },
    ),
    "services": Key(
        TABLES,
        inside=FILE | {"kind": _NEEDED, "name": Key(TEXT), "where": Key(TABLE)},
    ),
    "condition": Key(TABLE, inside=LOOKUP | {"words": _NEEDED, "source": Key(TEXT)}),
    "others": Key(
        TABLES,
        inside=FILE
        | {
            "brownfield": Key(FLAG), "reference": Key(TEXT), "columns": Key(TABLE), "statuses": Key(TABLE),
            "encoding": Key(TEXT), "crs": Key(TEXT), "status": Key(TEXT), "as_of": Key(DATE), "year": Key(YEAR),
        },
    ),
    "annex": Key(
        TABLE,
        inside=FILE | {"source": _NEEDED, "of": Key(TEXT), "universe": Key(TEXT, words=("households", "people"))},
    ),
}  # fmt: skip


def faults_of(config: Mapping[str, Any], faults: Faults) -> None:
    """List every fault of a file of evidence.

    Parameters
    ----------
    config
        What it says.
    faults
        Where they are listed.
    """
    faults.keys(config, SCHEMA)
    if faults.found:
        return
    for path, one in counts_parts(config):
        counts_faults(path, one, faults)
    _together(config, faults)


def _together(config: Mapping[str, Any], faults: Faults) -> None:
    """List what one key says of another."""
    district = config.get("district")
    strata = {name for _, one in counts_parts(config) for name in one.get("strata", {})}
    if district is not None and district not in strata:
        remedy = did_you_mean(district, strata) or "Name it under strata of every table."
        faults.add(("district",), f"no table has strata {district!r}.", remedy)
    if "only" in config and district is None:
        faults.add(("only",), "'only' needs 'district', of which it names one.", "Name the strata of the districts.")
    if "yields" in config and ("rates" in config["yields"]) == ("file" in config["yields"]):
        faults.add(("yields",), "yields are given by 'rates' or by 'file'.", "Give one of them.")
    for part, key in (("dimensions", "name"), ("calibrations", "of")):
        names = [one[key] for one in config.get(part, [])]
        for place, name in enumerate(names):
            if name in names[:place]:
                faults.add((part, place, key), f"another of the {part} is of {name!r} too.", "Keep one of them.")
    for place, one in enumerate(config.get("calibrations", [])):
        ends = {"before", "after"} & set(one)
        if ("file" in one) == bool(ends) or len(ends) == 1:
            faults.add(("calibrations", place), "a calibration is given by 'file', or by 'before' and 'after'.")
    for place, one in enumerate(config.get("others", [])):
        _of_others(one, ("others", place), faults)


def _of_others(one: Mapping[str, Any], path: tuple[str | int, ...], faults: Faults) -> None:
    """List what one key of other schemes says of another."""
    if not one.get("brownfield", False):
        for name in ("encoding", "crs"):
            if name in one:
                message = f"{name!r} is for brownfield registers; other files of sites say it themselves."
                faults.add((*path, name), message, "Add brownfield = true, or leave it out.")
    elif "reference" in one:
        message = "a brownfield register names its references under 'columns'."
        faults.add((*path, "reference"), message, "Write columns.reference = '…'.")
    for name in {"as_of", "year"} & set(one) & set(one.get("columns", {})):
        faults.add((*path, name), f"{name!r} is given for all rows, and under 'columns' too.", "Give one of them.")


def counts_parts(config: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    """Give every part that describes a table of counts, with its path."""
    for name in ("homes", "residents"):
        if name in config:
            yield (name,), config[name]
    for place, one in enumerate(config.get("dimensions", [])):
        yield ("dimensions", place), one
    for place, one in enumerate(config.get("calibrations", [])):
        for end in ("before", "after"):
            if end in one:
                yield ("calibrations", place, end), one[end]
