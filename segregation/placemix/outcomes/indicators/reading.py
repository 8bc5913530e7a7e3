"""Files of the framework: read whole, every fault named with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from placemix._toml import Lines
from placemix.errors import InvalidConfig, PlacemixError, UnreadableFile, did_you_mean, listed, together
from placemix.outcomes.indicators.forms import FORMS
from placemix.outcomes.indicators.rows import COLUMNS, COUNTS, DOMAINS, EHRC, IOI, KINDS, ROLES, TENETS, Row, Source

_TOP: Mapping[str, type] = {"domain": str, "label": str, "then": list, "ehrc": list, "row": list}
_ROW: Mapping[str, type] = {
    "id": str, "wording": str, "tenets": list, "kind": str, "measure": str, "also": list, "needs": list, "counts": str,
    "survey": bool, "proxy": str, "note": str, "now": list, "ioi": list,
}  # fmt: skip
_NEEDED = ("id", "wording", "tenets", "kind", "measure", "needs", "counts", "ioi")
_SOURCE: Mapping[str, type] = {"name": str, "publisher": str, "checked": str, "note": str}
_CHECKED = ("carried", "seen", "memory")
_WORDS = {str: "a text in quotes", list: "a list", bool: "true or false"}
_ID = re.compile(r"([a-z][a-z_]*)-(aim|indicator|capital)-([1-9]\d?)")


@cache
def founding() -> tuple[Row, ...]:
    """The 46 rows that placemix has, in the order of their domains."""
    room = files("placemix.outcomes.indicators")
    sources = sources_of((room / "sources.toml").read_text(encoding="utf-8"), "sources.toml")
    rows: list[Row] = []
    for domain in DOMAINS:
        text = (room / "domains" / f"{domain}.toml").read_text(encoding="utf-8")
        rows += rows_of(text, f"{domain}.toml", sources)
    faults = list(incomplete(rows))
    if faults:
        raise together(faults)
    return tuple(rows)


def known_sources() -> Mapping[str, Source]:
    """The sources of today by their keys."""
    text = (files("placemix.outcomes.indicators") / "sources.toml").read_text(encoding="utf-8")
    return sources_of(text, "sources.toml")


def own_rows(paths: Sequence[str | Path]) -> list[Row]:
    """Rows of files of one's own, whose domains are none of the framework's.

    Raises
    ------
    UnreadableFile
        There is no such file, or it is no UTF-8 text.
    InvalidConfig
        Files have faults; all faults of all files are listed.
    """
    faults: list[PlacemixError] = []
    rows: list[Row] = []
    for path in map(Path, paths):
        if not path.is_file():
            raise UnreadableFile(f"There is no file {str(path)!r}.")
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise UnreadableFile(f"{path.name!r} is no UTF-8 text.", remedy="Save it as UTF-8.") from error
        try:
            found = rows_of(text, path.name, known_sources())
        except InvalidConfig as error:
            faults += error.faults
            continue
        taken = {row.domain for row in found} & ({*DOMAINS} | {row.domain for row in rows})
        if taken:
            message = f"{path.name}: the domain {listed(sorted(taken))} is taken, and its ids are frozen."
            faults.append(InvalidConfig(message, remedy="Name a domain of your own."))
        rows += found
    if faults:
        raise together(faults)
    return rows


def sources_of(text: str, file: str) -> dict[str, Source]:
    """Read sources.

    Raises
    ------
    InvalidConfig
        The text has faults, all listed with their lines.
    """
    given, lines = _parsed(text, file)
    faults = []
    for key, one in given.items():
        faults += [
            _at(lines, file, (key, *path), said) for path, said in _odd(one, _SOURCE, ("name", "publisher", "checked"))
        ]
        if isinstance(one, dict) and one.get("checked") not in _CHECKED:
            faults.append(_at(lines, file, (key, "checked"), f"checked is one of {', '.join(_CHECKED)}."))
    if faults:
        raise together(faults)
    return {key: Source(key, **one) for key, one in given.items()}


def rows_of(text: str, file: str, sources: Mapping[str, Source]) -> list[Row]:
    """Read the rows of one domain.

    Raises
    ------
    InvalidConfig
        The text has faults, all listed with their lines.
    """
    given, lines = _parsed(text, file)
    faults = [_at(lines, file, path, said) for path, said in _odd(given, _TOP, ("domain", "label", "row"))]
    many = given.get("row", [])
    many = many if isinstance(many, list) else []
    if not faults:
        known = {"ehrc": EHRC}
        faults += [_at(lines, file, path, said) for path, said in _unknown(given, known)]
        if len(many) and not all(isinstance(one, dict) for one in many):
            faults.append(_at(lines, file, ("row",), "'row' is written as [[row]], once for each."))
            many = []
    for place, one in enumerate(many):
        said = list(_odd(one, _ROW, _NEEDED)) or list(_faults(one, str(given.get("domain")), sources))
        faults += [_at(lines, file, ("row", place, *path), words) for path, words in said]
    ids = [one.get("id") for one in many]
    for place, name in enumerate(ids):
        if name in ids[:place]:
            faults.append(_at(lines, file, ("row", place, "id"), f"the id {name!r} stands there twice."))
    if faults:
        raise together(faults)
    return [_row(given, one, sources) for one in many]


def incomplete(rows: Sequence[Row]) -> Iterator[PlacemixError]:
    """Find ids of the founding framework that are missing or too many."""
    wanted = [
        f"{domain}-{role}-{number}"
        for domain, counts in COUNTS.items()
        for role, count in zip(ROLES, counts, strict=True)
        for number in range(1, count + 1)
    ]
    found = [row.id for row in rows]
    for name in wanted:
        if name not in found:
            yield InvalidConfig(f"The framework lacks {name}.")
    for name in found:
        if name not in wanted:
            yield InvalidConfig(f"The framework has no {name}.", remedy="Its ids are frozen.")


def _parsed(text: str, file: str) -> tuple[dict[str, Any], Lines]:
    try:
        return tomllib.loads(text), Lines(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidConfig(f"{file}: no TOML: {error}", remedy="Texts stand in quotes.") from error


def _at(lines: Lines, file: str, path: tuple[str | int, ...], said: str) -> InvalidConfig:
    where = lines.of(path)
    return InvalidConfig(f"{file}: {where[:1].lower()}{where[1:]}{said}" if where else f"{file}: {said}")


Said = Iterator[tuple[tuple[str | int, ...], str]]


def _odd(given: object, known: Mapping[str, type], needed: Sequence[str]) -> Said:
    """Keys that are unknown, of another kind, or missing."""
    if not isinstance(given, dict):
        yield (), "a table of keys is needed."
        return
    for name, value in given.items():
        if name not in known:
            yield (name,), f"there is no key {name!r}. {did_you_mean(name, known)}".strip()
        elif not isinstance(value, known[name]):
            yield (name,), f"{name!r} must be {_WORDS[known[name]]}."
        elif known[name] is list and name != "row" and not _texts(value):
            yield (name,), f"{name!r} is a list of texts in quotes."
    for name in needed:
        if not given.get(name):
            yield (), f"{name!r} is missing."


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _unknown(given: Mapping[str, Any], known: Mapping[str, Sequence[str]]) -> Said:
    """Words that are not among those known."""
    for key, words in known.items():
        for word in given.get(key, []):
            if word not in words:
                hint = did_you_mean(word, words) or f"There are {', '.join(words)}."
                yield (key,), f"{key} has no {word!r}. {hint}"


def _faults(one: Mapping[str, Any], domain: str, sources: Mapping[str, Source]) -> Said:
    """What is wrong with what the keys of a row say."""
    parts = _ID.fullmatch(one["id"])
    if parts is None or parts[1] != domain:
        yield (
            ("id",),
            f"the id {one['id']!r} is none of {domain}-aim-1, {domain}-indicator-1, {domain}-capital-1 and so on.",
        )
    if one["kind"] not in KINDS:
        yield ("kind",), f"kind is one of {', '.join(KINDS)}, not {one['kind']!r}."
    lists = {"tenets": tuple(TENETS), "needs": tuple(COLUMNS), "now": tuple(sources), "ioi": IOI}
    yield from _unknown(one, lists)
    if one["measure"] not in FORMS:
        hint = did_you_mean(one["measure"], FORMS) or f"There are {', '.join(FORMS)}."
        yield ("measure",), f"no indicator is computed by {one['measure']!r}. {hint}"
        return
    form = FORMS[one["measure"]]
    lacking = [name for name in form.needs if name not in one["needs"]]
    spare = [name for name in one["needs"] if name not in (*form.needs, *form.may)]
    if lacking:
        yield ("needs",), f"{one['measure']!r} also needs {listed(lacking)}."
    if spare:
        yield ("needs",), f"{one['measure']!r} does not use {listed(spare)}."


def _row(given: Mapping[str, Any], one: Mapping[str, Any], sources: Mapping[str, Source]) -> Row:
    domain, role, number = one["id"].rsplit("-", 2)
    return Row(
        id=one["id"],
        domain=domain,
        role=ROLES[role],
        number=int(number),
        label=given["label"],
        wording=one["wording"],
        tenets=tuple(one["tenets"]),
        kind=one["kind"],
        measure=one["measure"],
        also=tuple(one.get("also", ())),
        needs=tuple(one["needs"]),
        counts=one["counts"],
        survey=one.get("survey", False),
        proxy=one.get("proxy", ""),
        note=one.get("note", ""),
        then=tuple(given.get("then", ())),
        now=tuple(sources[key] for key in one.get("now", ())),
        ehrc=tuple(given.get("ehrc", ())),
        ioi=tuple(one["ioi"]),
    )
