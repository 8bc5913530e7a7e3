"""What each published format looks like, so that a file can be told, and a wrong one named.

The formats are data: one file each in `published/`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from placemix.about import About
from placemix.readers.headers import CUT, matched, normalise
from placemix.readers.raw import Raw

#: What a reader returns.
Kind: TypeAlias = Literal["Counts", "Frame", "Rates", "Flows", "table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One header that a format has been published with.

    Attributes
    ----------
    name
        What the edition is called: ``"2021 bulk"``.
    columns
        Names that together tell it from others; those ending in ``*`` are beginnings of names.
    """

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A published format and how it is read.

    Attributes
    ----------
    name
        The reader in `placemix.readers`.
    label
        What people call the files.
    kind
        What the reader returns.
    publisher, licence
        Who publishes it, and on what terms by default.
    universe
        Whom it counts, where that does not depend on the table.
    editions
        Headers it has been published with.
    traps
        What goes wrong when it is read as any other table.
    call
        How to call the reader, with ``{path}``.
    seen
        Where the header was seen; what could not be verified says so.
    """

    name: str
    label: str
    kind: Kind
    publisher: str
    licence: str
    editions: tuple[Edition, ...]
    traps: tuple[str, ...]
    call: str
    universe: str | None = None
    seen: str = ""


#: A file that has less of an edition's telling names is not likened to it.
NEAR = 0.6
_FOLDER = Path(__file__).parent / "published"


@cache
def known() -> tuple[Format, ...]:
    """Return every format, by name."""
    out = []
    for file in sorted(_FOLDER.glob("*.toml")):
        row = tomllib.loads(file.read_text(encoding="utf-8"))
        editions = tuple(Edition(name=item["name"], columns=tuple(item["columns"])) for item in row.pop("editions"))
        out.append(Format(name=file.stem, editions=editions, traps=tuple(row.pop("traps")), **row))
    return tuple(out)


def form(name: str) -> Format:
    """Return one format."""
    return next(row for row in known() if row.name == name)


def columns(
    raw: Raw, name: str, wanted: Mapping[str, str | Sequence[str]], *, optional: Iterable[str] = ()
) -> dict[str, str]:
    """Find a format's columns in a file, or say what is missing and what the file looks like.

    Raises
    ------
    WrongFormat
        Columns are missing.
    RepeatedColumn
        Two columns answer to one name.
    """
    return matched(
        raw.headers,
        wanted,
        form=form(name).label,
        optional=optional,
        hint=lambda: looks_like(raw.headers, besides=name),
    )


def provenance(raw: Raw, name: str, **fields: str | bool | None) -> About:
    """Return what a file counts and where it comes from: the format's publisher and licence, the file's hash."""
    row = form(name)
    stated = {"source": row.publisher, "licence": row.licence, "universe": row.universe} | fields
    return About(file=raw.file, sha256=raw.sha256, notes=raw.notes, **stated)  # type: ignore[arg-type]


def fits(headers: Iterable[str], edition: Edition) -> float:
    """Return the share of an edition's telling names that a file has."""
    return _fits({normalise(header) for header in headers}, edition)


def _fits(names: set[str], edition: Edition) -> float:
    return sum(_has(names, normalise(column)) for column in edition.columns) / len(edition.columns)


def _has(names: set[str], column: str) -> bool:
    if column.endswith("*"):
        return any(name.startswith(column[:-1]) for name in names)
    return column in names or (len(column) > CUT and column[:CUT].rstrip() in names)


def likely(headers: Iterable[str]) -> list[tuple[float, Format, Edition]]:
    """Rank formats by how much of their telling names a file has, the likeliest first."""
    names = {normalise(header) for header in headers}
    scored = [(_fits(names, edition), row, edition) for row in known() for edition in row.editions]
    # Of equal scores the edition that asks for more says more.
    return sorted(scored, key=lambda item: (-item[0], -len(item[2].columns)))


def looks_like(headers: Iterable[str], *, besides: str = "") -> str:
    """Say which format and edition a file looks like, or nothing where none is near."""
    score, row, edition = likely(headers)[0]
    if score < NEAR:
        return ""
    if row.name == besides:
        return f"It looks most like the edition {edition.name!r}."
    return f"It looks like {row.label} ({edition.name}): try placemix.readers.{row.name}."
