"""Recipes: what is published where, and how it is fetched and read; one file each in `recipes/`."""

from __future__ import annotations

import fnmatch
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

from placemix.errors import InvalidConfig, PlacemixError, UnreadableFile, together
from placemix.fetching.schema import check

Way: TypeAlias = Literal["file", "zip member", "arcgis", "nomis"]

#: Readers that a recipe may name.
READERS = ("nomis", "ons_boundaries", "ons_lookup", "indices_of_deprivation", "spc", "gias")
FOLDER = Path(__file__).parent / "recipes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One address of a table.

    Attributes
    ----------
    how
        ``"file"``, ``"zip member"``, ``"arcgis"`` (a layer, page by page) or ``"nomis"`` (cells,
        page by page).
    address
        The address. ``{yesterday}`` stands for the day before today.
    save_as
        Name of the file it is kept as; ``{district}`` stands for the code of the district.
    member
        File inside an archive.
    fields
        Columns asked of a layer.
    only
        Column by which a layer is restricted to the units of the district.
    shapes
        Whether the shapes of a layer are asked for.
    header
        Columns the file must have, where they differ from the recipe's.
    seen_in
        Where the address was seen.
    tried, tried_on
        Whether it was ever fetched from for this recipe, and when.
    """

    how: Way
    address: str
    save_as: str
    seen_in: str
    tried: bool
    tried_on: str = ""
    member: str = ""
    fields: tuple[str, ...] = ()
    only: str = ""
    shapes: bool = False
    header: tuple[str, ...] = ()

    def name(self, district: str) -> str:
        """Name of the file it is kept as."""
        return _filled(self.save_as).replace("{district}", district or "every-district")

    @property
    def url(self) -> str:
        """The address with the day filled in."""
        return _filled(self.address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A published table: what it is, where it is, how it is recognised and read.

    Attributes
    ----------
    id
        Name of the recipe.
    table
        What a request calls it: ``"ethnicity"``.
    title, published_as, publisher, page
        What it is, its name at the publisher, who that is, and the page it stands on.
    answers
        Dates of a request that it answers.
    period, geography, vintage
        When it counts, and by which units.
    licence, attribution
        Terms of use and the line that has to be printed.
    reader
        Function of `placemix.readers`.
    by_hand
        Names under which a file placed by hand is found; ``*`` and ``?`` stand for any letters.
    hint
        How it is found on the publisher's page.
    megabytes
        Size, roughly; a file many times larger is refused.
    sha256
        Checksum, where the publisher states one.
    header
        Columns the file must have; an ending ``*`` stands for the rest of a name.
    may_have
        Columns it may have.
    closed
        Whether any other column means that the publisher changed the table.
    sources
        Addresses, in the order in which they are tried; none where no address was ever seen.
    notes
        What else to know.
    """

    id: str
    table: str
    title: str
    published_as: str
    answers: tuple[int, ...]
    geography: str
    publisher: str
    page: str
    licence: str
    attribution: str
    reader: str
    by_hand: tuple[str, ...]
    megabytes: float
    header: tuple[str, ...]
    sources: tuple[Source, ...]
    period: str = ""
    vintage: str = ""
    hint: str = ""
    sha256: str = ""
    may_have: tuple[str, ...] = ()
    closed: bool = False
    notes: tuple[str, ...] = ()

    @property
    def limit(self) -> int:
        """Bytes above which a file cannot be this table."""
        return int(max(40 * self.megabytes, 50) * 1_000_000)

    def names(self, district: str = "") -> tuple[str, ...]:
        """Names under which the file may stand in the folder, patterns included."""
        own = [source.name(district) for source in self.sources]
        members = [source.member for source in self.sources if source.member]
        return tuple(dict.fromkeys([*own, *members, *self.by_hand]))

    def known_as(self, name: str, district: str = "") -> bool:
        """Whether a file of that name would be taken for this table."""
        return any(fnmatch.fnmatchcase(name.casefold(), known.casefold()) for known in self.names(district))


@cache
def known_recipes() -> tuple[Recipe, ...]:
    """Return every recipe that comes with placemix, by id.

    Examples
    --------
    >>> sorted({recipe.table for recipe in known_recipes()})
    ['boundaries', 'deprivation', 'ethnicity', 'faith', 'lookup', 'nesting', 'schools', 'tenure']
    """
    return load(sorted(FOLDER.glob("*.toml")))


def load(files: Iterable[Path]) -> tuple[Recipe, ...]:
    """Read recipes from TOML files.

    Raises
    ------
    InvalidConfig
        Recipes have faults; the error lists all faults of all files.
    UnreadableFile
        A file is not there.
    """
    read = [(file, *_parsed(file)) for file in files]
    faults: list[PlacemixError] = [
        InvalidConfig(f"{file.name}: {fault.message}", remedy=fault.remedy)
        for file, content, text in read
        for fault in check(content, text, stem=file.stem, readers=READERS)
    ]
    if faults:
        raise together(faults)
    return tuple(_recipe(content) for _, content, _ in read)


def _parsed(file: Path) -> tuple[dict[str, Any], str]:
    try:
        text = file.read_text(encoding="utf-8")
        return tomllib.loads(text), text
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{file.name!r} is no TOML: {error}"
        raise InvalidConfig(message, remedy="Texts stand in quotes.") from error
    except OSError as error:
        message = f"There is no recipe {str(file)!r}."
        raise UnreadableFile(message) from error


def _recipe(content: dict[str, Any]) -> Recipe:
    sources = tuple(Source(**_frozen(source)) for source in content["sources"])
    return Recipe(**{**_frozen(content), "sources": sources})


def _frozen(content: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in content.items()}


def _filled(text: str) -> str:
    if "{yesterday}" not in text:
        return text
    return text.replace("{yesterday}", (datetime.now(tz=UTC) - timedelta(days=1)).strftime("%Y%m%d"))
