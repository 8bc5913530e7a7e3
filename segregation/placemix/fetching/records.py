"""What is known of the files in a folder: where each came from, when, and its fingerprint."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from placemix._files import write_whole
from placemix.errors import DownloadFailed, UnreadableFile

#: Name of the folder for files as they were published, and of the record in it.
DOWNLOADS = "downloads"
RECORD = "record.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is known of one file.

    Attributes
    ----------
    recipe
        Which recipe it answers.
    sha256, size
        Its fingerprint and its bytes.
    retrieved
        Day on which it was fetched; for a file placed by hand, on which it was first used.
    address
        Where it was fetched from; empty for a file placed by hand.
    by_hand
        Whether somebody placed it.
    """

    recipe: str
    sha256: str
    size: int
    retrieved: str
    address: str = ""
    by_hand: bool = False


def entries(downloads: Path) -> dict[str, Entry]:
    """Return what is known of the files, by name.

    Raises
    ------
    UnreadableFile
        The record was damaged.
    """
    file = downloads / RECORD
    if not file.is_file():
        return {}
    try:
        content = json.loads(file.read_text(encoding="utf-8"))["files"]
        known = {item.name for item in fields(Entry)}
        return {name: Entry(**{key: row[key] for key in row if key in known}) for name, row in content.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"The record of the downloads, {str(file)!r}, cannot be read: {error}"
        raise UnreadableFile(message, remedy="Delete it: the files stay, and are recorded anew.") from error


def remember(downloads: Path, name: str, entry: Entry) -> None:
    """Note what is known of one file."""
    every = {**entries(downloads), name: entry}
    content = {"format": 1, "files": {key: asdict(every[key]) for key in sorted(every)}}
    write_whole(downloads / RECORD, json.dumps(content, indent=1, ensure_ascii=False).encode("utf-8"))


def changed(downloads: Path, name: str, known: Entry, sha256: str) -> DownloadFailed:
    """Return the error for a file that is not what it was."""
    message = (
        f"{name!r} has the SHA-256 {sha256[:12]}…, and on {known.retrieved} it had {known.sha256[:12]}…: "
        "it is not the file it was."
    )
    remedy = (
        f"Put the old one back; or, if the publisher has revised it, delete its lines in {str(downloads / RECORD)!r} "
        "and run again: results before and after then rest on different data."
    )
    return DownloadFailed(message, remedy=remedy)
