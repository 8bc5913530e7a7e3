"""The file of one recipe: from the folder if it is there, else from its addresses, else missing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from placemix._files import write_whole
from placemix.errors import DownloadFailed, MissingExtra, NoConnection, PlacemixError
from placemix.fetching import records
from placemix.fetching.cells import cells
from placemix.fetching.downloading import Progress, download, forget
from placemix.fetching.features import layer
from placemix.fetching.keeping import Kept, Missing, Where, on_shelf, to_read
from placemix.fetching.loading import Recipe, Source
from placemix.fetching.recognising import recognise
from placemix.fetching.records import Entry
from placemix.fetching.transport import Patience
from placemix.readers.raw import digest


def obtain(
    recipe: Recipe,
    where: Where,
    *,
    district: str = "",
    units: Sequence[str] = (),
    progress: Progress | None = None,
) -> Kept | Missing:
    """Find or fetch the file of a recipe.

    Parameters
    ----------
    recipe
        What to obtain.
    where
        Folder, and how to fetch.
    district
        Code of the district, for files that hold it alone.
    units
        Units to fetch of tables that can be restricted to some.
    progress
        Called with what is done of this file and what is expected.

    Returns
    -------
    kept
        The file; or what is missing, where nothing may be fetched, no address is known, or no
        server answers.

    Raises
    ------
    DownloadFailed
        Every address failed, or what came is not what the recipe describes, or the file in the
        folder is not the one it was.
    WrongFormat
        A file placed by hand is another one.
    MissingExtra
        pooch is not installed.
    """
    if found := on_shelf(recipe, where.downloads, district):
        return found
    missing = Missing(recipe=recipe, file=recipe.by_hand[0], folder=where.downloads, reason="nothing may be fetched")
    if where.offline:
        return missing
    if not recipe.sources:
        return replace(missing, reason="no address of the file was ever seen")
    failures: list[DownloadFailed] = []
    for source in recipe.sources:
        try:
            kept = _fetched(recipe, source, where, district, units, progress)
            return replace(kept, notes=(*(f"Tried in vain: {fault.message}" for fault in failures), *kept.notes))
        except _Refused as refused:
            raise refused.fault from refused
        except DownloadFailed as fault:
            failures.append(fault)
    if all(isinstance(fault, NoConnection) for fault in failures):
        return replace(missing, reason=failures[0].message)
    told = " ".join(fault.message for fault in failures)
    remedy = f"Download it by hand from {recipe.page} as {missing.file!r} into {str(where.downloads)!r}, and run again."
    raise DownloadFailed(f"{recipe.id}: {told}", remedy=remedy)


class _Refused(Exception):
    """What came is not what was asked for; another address would not mend that."""

    def __init__(self, fault: Exception) -> None:
        super().__init__(str(fault))
        self.fault = fault


def _fetched(
    recipe: Recipe,
    source: Source,
    where: Where,
    district: str,
    units: Sequence[str],
    progress: Progress | None,
) -> Kept:
    name = source.name(district)
    address = through(where.base, source.url)
    known = records.entries(where.downloads).get(name)
    notes: list[str] = []
    where.downloads.mkdir(parents=True, exist_ok=True)

    def write(url: str, output: str, _pooch: Any) -> None:  # noqa: ANN401
        part = where.downloads / f"{name}.part"
        whole = part if source.how in {"file", "zip member"} else Path(output)
        try:
            if whole is part:
                download(url, part, patience=where.patience, limit=recipe.limit, progress=progress)
            else:
                write_whole(output, _paged(recipe, source, url, part, units, where.patience, progress))
        except ValueError as fault:  # pooch would take it for a wrong checksum
            raise _Refused(fault) from fault
        try:
            notes.extend(recognise(whole, recipe, header=source.header, member=source.member, name=name))
        except PlacemixError as fault:
            forget(part)
            raise _Refused(fault) from fault
        if whole is part:
            part.replace(output)
        forget(part)

    path = _through_pooch(address, where.downloads, name, recipe.sha256, known, write)
    today = datetime.now(tz=UTC).date().isoformat()
    entry = Entry(recipe=recipe.id, sha256=digest(path), size=path.stat().st_size, retrieved=today, address=address)
    records.remember(where.downloads, name, entry)
    return Kept(recipe=recipe, path=to_read(path, source.member, recipe), file=name, entry=entry, notes=tuple(notes))


def _paged(
    recipe: Recipe,
    source: Source,
    address: str,
    part: Path,
    units: Sequence[str],
    patience: Patience,
    progress: Progress | None,
) -> bytes:
    if source.how == "nomis":
        return cells(
            address, part, units=units, header=source.header, patience=patience, limit=recipe.limit, progress=progress
        )
    return layer(
        address,
        part,
        fields=source.fields,
        only=source.only,
        units=units if source.only else (),
        shapes=source.shapes,
        patience=patience,
        limit=recipe.limit,
        progress=progress,
    )


def _through_pooch(
    address: str,
    folder: Path,
    name: str,
    stated: str,
    known: Entry | None,
    write: Callable[[str, str, Any], None],
) -> Path:
    try:
        import pooch
    except ImportError as error:
        message = "Fetching files needs pooch."
        raise MissingExtra(message, remedy="pip install 'placemix[change]'; or place the files by hand.") from error
    expected = stated or (known.sha256 if known else None)
    try:
        with _quiet(pooch.get_logger()):
            kept = pooch.retrieve(address, known_hash=expected, fname=name, path=folder, downloader=write)
    except ValueError as error:
        if known and not stated:
            message = (
                f"{address} gives another file than on {known.retrieved}, when its SHA-256 was {known.sha256[:12]}…."
            )
            remedy = (
                f"If the publisher has revised it, delete the lines of {name!r} in {str(folder / records.RECORD)!r} "
                "and run again: results before and after then rest on different data."
            )
        else:
            message = f"{address} gives a file whose SHA-256 is not {stated[:12]}…, which the publisher states."
            remedy = "Fetch it again; if it stays, it is not the publisher's file."
        raise _Refused(DownloadFailed(message, remedy=remedy)) from error
    return Path(kept)


@contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    """Keep pooch from printing: what it says, the record says."""
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def through(base: str, address: str) -> str:
    """Return the address at a mirror that keeps each file under its host and path.

    Examples
    --------
    >>> through("http://127.0.0.1:8000", "https://www.nomisweb.co.uk/a.zip?b=1")
    'http://127.0.0.1:8000/www.nomisweb.co.uk/a.zip?b=1'
    """
    if not base:
        return address
    parts = urlsplit(address)
    query = f"?{parts.query}" if parts.query else ""
    return f"{base.rstrip('/')}/{parts.netloc}{parts.path}{query}"
