"""Files in the folder: found by their names, checked against what is known of them, and recognised."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from placemix.errors import DownloadFailed
from placemix.fetching import records
from placemix.fetching.archives import unpacked
from placemix.fetching.loading import Recipe, Source
from placemix.fetching.recognising import recognise
from placemix.fetching.records import Entry
from placemix.fetching.transport import Patience
from placemix.readers.raw import digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where files are kept, and how they may be fetched.

    Attributes
    ----------
    downloads
        Folder of the files as published.
    offline
        Whether nothing may be fetched.
    base
        Address of a mirror that keeps each file under its host and path, or empty.
    patience
        How long to wait and how often to ask.
    """

    downloads: Path
    offline: bool = False
    base: str = ""
    patience: Patience = Patience()  # noqa: RUF009 (frozen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file that is there and is what its recipe describes.

    Attributes
    ----------
    recipe
        The recipe.
    path
        The file that is read; a member of an archive has been unpacked.
    file
        Name of the file that was fetched or placed.
    entry
        Where it came from, when, and its fingerprint.
    notes
        What else to know of it.
    """

    recipe: Recipe
    path: Path
    file: str
    entry: Entry
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A file that is not there: what to download, and where to put it.

    Attributes
    ----------
    recipe
        The recipe.
    file
        Name to keep it under.
    folder
        Folder to put it in.
    reason
        Why it was not fetched.
    """

    recipe: Recipe
    file: str
    folder: Path
    reason: str


def on_shelf(recipe: Recipe, downloads: Path, district: str) -> Kept | None:
    """Return the file of a recipe if it is in the folder.

    Raises
    ------
    DownloadFailed
        It is not the file it was.
    WrongFormat
        It was placed by hand and is another one.
    """
    if not downloads.is_dir():
        return None
    files = sorted(file for file in downloads.iterdir() if file.is_file() and not _working(file.name))
    known = records.entries(downloads)
    own = {source.name(district): source for source in recipe.sources}
    for name, source in own.items():
        if downloads / name in files and name in known and not known[name].by_hand:
            return _accepted(recipe, downloads / name, known[name], source)
    members = {source.member: source for source in recipe.sources if source.member}
    # An unpacked member stands beside its archive, which is the file that counts.
    fetched = {name for name, entry in known.items() if not entry.by_hand}
    placed = [file for file in files if file.name not in fetched and recipe.known_as(file.name, district)]
    archives = [file for file in placed if file.name in own and own[file.name].member]
    placed = archives or placed
    if not placed:
        return None
    # Names of files that come with a date sort by it.
    chosen = placed[-1]
    kept = _accepted(recipe, chosen, known.get(chosen.name), own.get(chosen.name) or members.get(chosen.name))
    if len(placed) > 1:
        names = ", ".join(repr(file.name) for file in placed[:-1])
        kept = replace(kept, notes=(*kept.notes, f"{chosen.name!r} was used, and not {names}."))
    return kept


def _accepted(recipe: Recipe, file: Path, known: Entry | None, source: Source | None) -> Kept:
    sha256 = digest(file)
    if known and known.sha256 != sha256:
        raise records.changed(file.parent, file.name, known, sha256)
    if recipe.sha256 and source and source.how in {"file", "zip member"} and sha256 != recipe.sha256:
        message = f"{file.name!r} has the SHA-256 {sha256[:12]}…, and the publisher states {recipe.sha256[:12]}…."
        raise DownloadFailed(message, remedy="Delete it, and fetch it again.")
    by_hand = known is None or known.by_hand
    member = source.member if source and file.suffix.casefold() == ".zip" else ""
    header = source.header if source and not by_hand else ()
    notes = recognise(file, recipe, header=header, member=member, by_hand=by_hand)
    entry = known
    if entry is None:
        today = datetime.now(tz=UTC).date().isoformat()
        entry = Entry(recipe=recipe.id, sha256=sha256, size=file.stat().st_size, retrieved=today, by_hand=True)
        records.remember(file.parent, file.name, entry)
    return Kept(recipe=recipe, path=to_read(file, member, recipe), file=file.name, entry=entry, notes=notes)


def to_read(file: Path, member: str, recipe: Recipe) -> Path:
    """Return the file that is read: a member of an archive is unpacked beside it."""
    if not member:
        return file
    return unpacked(file, member, file.with_name(member), limit=recipe.limit)


def _working(name: str) -> bool:
    return name == records.RECORD or name.endswith((".part", ".part.json")) or name.startswith(".")
