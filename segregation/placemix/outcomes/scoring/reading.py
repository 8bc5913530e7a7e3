"""A scorecard from a TOML file that says which tables hold its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from placemix._keys import Faults
from placemix._toml import Lines, read_toml
from placemix.described import Described, expanded, opened
from placemix.errors import (
    InvalidConfig,
    PlacemixError,
    SuppressedValue,
    UnreadableFile,
    did_you_mean,
    listed,
)
from placemix.outcomes.indicators.reading import founding, own_rows
from placemix.outcomes.scoring.cards import scorecard
from placemix.outcomes.scoring.keys import columns, faults_of, files
from placemix.outcomes.scoring.published import local_of_rates
from placemix.readers.files import existing
from placemix.results import Result

_PASSED = (
    "indicator", "period", "universe", "source", "columns", "groups", "over", "measure", "level", "national",
    "published", "proxy", "perturbed", "grouping", "note", "what", "per", "synthetic",
)  # fmt: skip


def read_scorecard(path: str | Path) -> Result:
    """Make a scorecard from a TOML file.

    Parameters
    ----------
    path
        File with `area`, `period`, `[[groups]]`, and as far as there is any `[[evidence]]`, `[[held]]` and
        `[[notes]]`; the guide "Keep a scorecard" lists its keys. Names of files start from its `folder`, or else from
        its own folder; ``${PLACEMIX_DATA}`` may stand in `folder`.

    Returns
    -------
    result
        As `scorecard` gives it; ``attrs["titles"]`` holds the file's `title` and `publisher`.

    Raises
    ------
    UnreadableFile
        The file, or files that it names, are not there; the error says where each is published.
    InvalidConfig
        It is no TOML, or has faults. All of them come in one error, each with its line.
    SuppressedValue
        Rows hold no number, and the file does not say that they are left out.
    PlacemixError
        As for `scorecard`.
    """
    file = existing(path)
    config, text = read_toml(file)
    lines = Lines(text)
    faults = Faults(lines, whole="the scorecard")
    own = [file.parent / str(one) for one in config.get("own", [])] if isinstance(config.get("own", []), list) else []
    ids = [row.id for row in (*founding(), *own_rows(own)) if row.role != "aim"]
    faults_of(config, faults, ids)
    faults.refuse(repr(file.name))
    tables = Described(file.parent / expanded(str(config.get("folder", ".")), "placemix scorecard …"), lines)
    opened(tables, config, faults, files=files(config), columns=columns(config), what="this scorecard", name=file.name)
    evidence = _evidence(config, tables, faults)
    faults.refuse(repr(file.name))
    held = {one["name"]: _held(one) for one in config.get("held", [])}
    groups = {one["group"]: one.get("against", "rest") for one in config["groups"]}
    try:
        card = scorecard(
            config["area"], config["period"], groups, evidence=evidence, notes=config.get("notes", ()), holdings=held,
            own=own,
        )  # fmt: skip
    except UnreadableFile:
        raise
    except PlacemixError as error:
        # The verb counts pieces as they stand in the file; their lines are told here.
        raise _lined(error, lines, file.name) from error
    card.attrs["titles"] = (config.get("title"), config.get("publisher", ""))
    return card


def _held(one: Mapping[str, Any]) -> dict[str, Any]:
    out = {key: value for key, value in one.items() if key not in {"name", "has"}}
    return out | ({"table": list(one["has"])} if "has" in one else {})


def _evidence(config: Mapping[str, Any], tables: Described, faults: Faults) -> list[dict[str, Any]]:
    out = []
    for place, one in enumerate(config.get("evidence", [])):
        try:
            out.append(_piece(config, one, tables))
        except PlacemixError as error:
            faults.pass_on(("evidence", place), error)
    return out


def _piece(config: Mapping[str, Any], one: Mapping[str, Any], tables: Described) -> dict[str, Any]:
    frame = _kept(tables.table(one), one).assign(**one.get("constants", {}))
    if "wide" in one:
        frame = _long(frame, one)
    frame, left = _without_hidden(frame, one)
    piece: dict[str, Any] = {key: one[key] for key in _PASSED if key in one}
    note = " ".join(text for text in (piece.get("note", ""), left) if text)
    piece |= {"table": frame, "area": one.get("area", config["area"])} | ({"note": note} if note else {})
    if "local" in one:
        spec = one["local"]
        local = _local(_kept(tables.table(spec), spec), one)
        piece["local"] = local.rename(index={str(id_): str(name) for id_, name in spec.get("called", {}).items()})
        said = {"local_what": "what", "local_in": "in", "local_here": "here"}
        # Numbers that were computed from rates are of one already.
        said |= {} if "group" in spec else {"local_per": "per"}
        piece |= {key: spec[name] for key, name in said.items() if name in spec}
    return piece


def _local(frame: pd.DataFrame, one: Mapping[str, Any]) -> pd.Series:
    """The numbers of local areas: those of a column, or computed from two rates of each area."""
    spec = one["local"]
    if "group" not in spec:
        return pd.Series(frame[spec["column"]].to_numpy(), index=frame[spec["unit"]].astype(str))
    sides = [frame[frame[spec["group"]].astype(str) == spec[name]] for name in ("focal", "against")]
    mine, theirs = (side.set_index(side[spec["unit"]].astype(str))[spec["column"]] for side in sides)
    name = f"local of {one['indicator']}"
    measure = one.get("measure", next((row.measure for row in founding() if row.id == one["indicator"]), ""))
    return local_of_rates(name, mine, theirs, measure=measure, per=float(spec.get("per", 1)))


def _without_hidden(frame: pd.DataFrame, one: Mapping[str, Any]) -> tuple[pd.DataFrame, str]:
    """Leave out places where a group's number is hidden, for all groups: others would be of more places than it."""
    columns = one.get("columns", {})
    if "groups" in one:
        named = {name for part in one["groups"].values() for name in ([part] if isinstance(part, str) else part)}
        who = columns.get("group", "group")
        frame = frame[frame[who].astype(str).isin(named)] if who in frame.columns else frame
    numbers = [columns.get(name, name) for name in ("numerator", "denominator", "people", "events", "members", "rate")]
    hidden = frame[[name for name in numbers if name in frame.columns]].isna().any(axis=1)
    if not hidden.any():
        return frame, ""
    if one.get("hidden", "refuse") == "refuse":
        message = f"{int(hidden.sum())} rows of {one['file']!r} hold no number: the publisher hides or lacks them."
        raise SuppressedValue(message, remedy="Write hidden = 'leave out' if the number is of the other places.")
    places = [name for name in (*one.get("over", ()), columns.get("unit", "unit")) if name in frame.columns]
    if not places:
        return frame[~hidden], f"{int(hidden.sum())} rows whose numbers are hidden are left out."
    keys = pd.MultiIndex.from_frame(frame[places].astype(str))
    lost = keys[hidden.to_numpy()].unique()
    every = len(keys.unique())
    return frame[~keys.isin(lost)], f"{len(lost)} of {every} places are left out, where a group's number is hidden."


def _long(frame: pd.DataFrame, one: Mapping[str, Any]) -> pd.DataFrame:
    """One row for each area and group, where groups stand in columns."""
    unit = one.get("columns", {}).get("unit")
    parts = []
    for name, part in one["wide"].items():
        people = frame[[part] if isinstance(part, str) else part].sum(axis=1, skipna=False)
        ids = frame[unit].astype(str) if unit else pd.Series(range(len(frame)), index=frame.index).astype(str)
        parts.append(pd.DataFrame({unit or "unit": ids, "group": name, "people": people}))
    return pd.concat(parts, ignore_index=True)


def _kept(frame: pd.DataFrame, spec: Mapping[str, Any]) -> pd.DataFrame:
    for column, wanted in spec.get("where", {}).items():
        values = wanted if isinstance(wanted, list) else [wanted]
        known = list(frame[column].dropna().unique())
        absent = [value for value in values if value not in known]
        if absent:
            message = f"{spec['file']!r} has no row whose {column!r} is {listed([*map(repr, absent)])}."
            remedy = did_you_mean(absent[0], map(str, known)) or f"There are {listed([*map(repr, known)], shown=20)}."
            raise InvalidConfig(message, remedy=remedy)
        frame = frame[frame[column].isin(values)]
    return frame


def _lined(error: PlacemixError, lines: Lines, file: str) -> PlacemixError:
    """The same faults, each with the line of the piece that it names."""
    faults = Faults(lines, whole="the scorecard")
    for one in error.faults:
        words = one.message.split(":")[0].split()
        part = {"evidence": "evidence", "note": "notes"}.get(words[0])
        numbered = part is not None and len(words) > 1 and words[1].isdigit()
        path = (part, int(words[1]) - 1) if numbered else ()
        faults.add(path, one.message, one.remedy, kind=type(one), units=one.units)  # type: ignore[arg-type]
    try:
        faults.refuse(repr(file))
    except PlacemixError as told:
        return told
    return error
