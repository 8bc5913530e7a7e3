"""Is this file the one the recipe describes? Its header says so, or what it looks like instead."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from placemix.errors import DownloadFailed, PlacemixError, UnreadableFile, WrongFormat, did_you_mean, listed, plural
from placemix.fetching.archives import read_member
from placemix.fetching.loading import Recipe, known_recipes
from placemix.readers.headers import normalise

#: Bytes in which the header of a table stands.
HEAD = 1 << 18
#: A file that has less of a recipe's header is not likened to it.
NEAR = 0.6


def recognise(
    path: Path,
    recipe: Recipe,
    *,
    header: Sequence[str] = (),
    member: str = "",
    name: str = "",
    by_hand: bool = False,
) -> tuple[str, ...]:
    """Check that a file is the table of a recipe, by its header.

    Parameters
    ----------
    path
        The file.
    recipe
        What it should be.
    header
        Columns it must have. Default: the recipe's.
    member
        File inside an archive whose header counts.
    name
        What the file is called in messages. Default: its name.
    by_hand
        Whether somebody placed it, so that it may be another file altogether.

    Returns
    -------
    notes
        Sentences on columns that are new.

    Raises
    ------
    DownloadFailed
        What came is a web page, an error or torn, or its header has changed.
    WrongFormat
        A file placed by hand is another one; the message says what it looks like.
    """
    called = name or path.name
    columns = columns_of(path, member=member, limit=recipe.limit, name=called)
    wanted = tuple(header) or recipe.header
    missing = [column for column in wanted if not _among(column, columns)]
    known = [*wanted, *recipe.may_have, *recipe.header]
    new = [column for column in columns if not any(_answers(column, item) for item in known)]
    kind: type[PlacemixError] = WrongFormat if by_hand else DownloadFailed
    if missing:
        message = f"{called!r} is not {recipe.published_as} as {recipe.id!r} describes it: it lacks {_quoted(missing)}."
        if new:
            message += f" New in it: {_quoted(new)}."
        near = [hint for column in missing[:4] if (hint := did_you_mean(column.rstrip("*"), new or columns))]
        raise kind(message, remedy=" ".join([*near, looks_like(columns, besides=recipe.id), _remedy(recipe, by_hand)]))
    if new and recipe.closed and not header:
        message = f"{called!r} has {plural(len(new), 'column')} that {recipe.published_as} had not: {_quoted(new)}."
        raise kind(message, remedy=f"The publisher has changed the table. {_remedy(recipe, by_hand)}")
    if new and recipe.table in {"tenure", "ethnicity", "faith"} and not header:
        return (f"{recipe.published_as} has columns that the recipe does not know: {_quoted(new)}.",)
    return ()


def columns_of(path: Path, *, member: str = "", limit: int, name: str = "") -> list[str]:
    """Return the names of a file's columns: of a CSV, of shapes, or of one table in an archive.

    Raises
    ------
    DownloadFailed
        It is a web page, an error message or nothing.
    UnreadableFile
        It cannot be read as what its name says.
    """
    called = name or path.name
    kind = Path(called).suffix.casefold()
    if kind == ".zip":
        return _of_text(read_member(path, member, limit=limit)[:HEAD], called)
    if kind in {".gpkg", ".shp", ".fgb"}:
        return _of_shapes(path, called)
    with path.open("rb") as file:
        head = file.read(HEAD)
    refuse_page(head, called)
    return _of_shapes(path, called) if kind in {".geojson", ".json"} else _of_text(head, called)


def refuse_page(head: bytes, name: str) -> None:
    """Refuse what is a web page, or an error written as JSON, and not a table.

    Raises
    ------
    DownloadFailed
        It is one, or it is empty.

    Examples
    --------
    >>> refuse_page(b"<html><title>Gone</title>", "a.csv")
    Traceback (most recent call last):
    placemix.errors.DownloadFailed: 'a.csv' is a web page titled 'Gone', not a table. Remedy: ...
    """
    start = head[:4096].decode("utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    remedy = "The address has moved, or asks for something first. Fetch the file by hand from the publisher's page."
    if not start:
        message = f"{name!r} is empty."
        raise DownloadFailed(message, remedy=remedy)
    if re.match(r"<(!doctype|html|head|body|\?xml|script)\b", start, re.IGNORECASE):
        title = re.search(r"<title[^>]*>(.*?)</title>", start, re.IGNORECASE | re.DOTALL)
        words = f" titled {' '.join(html.unescape(title[1]).split())!r}" if title else ""
        message = f"{name!r} is a web page{words}, not a table."
        raise DownloadFailed(message, remedy=remedy)
    if start.startswith("{") and re.search(r'"error"\s*:', start[:300]):
        message = f"{name!r} is an error message, not a table: {start[:200]}"
        raise DownloadFailed(message, remedy=remedy)


def looks_like(columns: Iterable[str], *, besides: str = "") -> str:
    """Say which recipe's file a header belongs to, or nothing where none is near."""
    names = list(columns)
    scored = [
        (sum(_among(column, names) for column in recipe.header) / len(recipe.header), len(recipe.header), recipe)
        for recipe in known_recipes()
        if recipe.id != besides
    ]
    score, _, recipe = max(scored, key=lambda item: item[:2])
    return f"It looks like {recipe.published_as}, of {recipe.id!r}." if score >= NEAR else ""


def _of_text(head: bytes, name: str) -> list[str]:
    refuse_page(head, name)
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The last character may be cut; Windows-1252 is what some publishers still use.
        cut = error.start >= len(head) - 4
        text = head[: error.start].decode("utf-8-sig") if cut else head.decode("cp1252", errors="replace")
    if "\x00" in text:
        message = f"{name!r} is no text."
        raise UnreadableFile(message, remedy="Fetch it again: it may be torn or compressed.")
    rows = csv.reader(io.StringIO(text, newline=""))
    try:
        first = next((row for row in rows if any(cell.strip() for cell in row)), [])
    except csv.Error as error:
        message = f"{name!r} cannot be read as a table: {error}"
        raise UnreadableFile(message, remedy="Fetch it again: it may be torn.") from error
    return [cell for cell in first if cell.strip()]


def _of_shapes(path: Path, name: str) -> list[str]:
    import pyogrio

    try:
        return [str(field) for field in pyogrio.read_info(path)["fields"]]
    except Exception as error:  # GDAL raises errors of its own
        message = f"{name!r} cannot be read as areas: {error}"
        raise UnreadableFile(message, remedy="Fetch it again: it may be torn.") from error


def _among(wanted: str, columns: Iterable[str]) -> bool:
    return any(_answers(column, wanted) for column in columns)


def _answers(column: str, wanted: str) -> bool:
    name, asked = normalise(column), normalise(wanted)
    return name.startswith(asked[:-1]) if asked.endswith("*") else name == asked


def _quoted(names: Sequence[str]) -> str:
    return listed([repr(name.rstrip("*")) for name in names], shown=8)


def _remedy(recipe: Recipe, by_hand: bool) -> str:  # noqa: FBT001
    if by_hand:
        return f"{recipe.published_as} stands on {recipe.page}."
    return f"See {recipe.page}, and placemix's page on getting data for what to do when a publisher changed a table."
