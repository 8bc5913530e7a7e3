"""One table out of a zip archive, with nothing trusted that the archive says of itself."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path, PurePosixPath

from placemix._files import write_whole
from placemix.errors import DownloadFailed, WrongFormat, did_you_mean, listed
from placemix.fetching.transport import CHUNK

#: Bytes that one byte of an archive may unpack to; tables of numbers stay below 30.
DENSEST = 200


def unpacked(archive: Path, member: str, target: Path, *, limit: int) -> Path:
    """Write one member of an archive as a file of its own, whole or not at all.

    Raises
    ------
    DownloadFailed
        The archive is torn, locked, or names files outside itself, or the member is larger than
        `limit` or than any table could be.
    WrongFormat
        There is no such member.
    """
    content = read_member(archive, member, limit=limit)
    return write_whole(target, content)


def read_member(archive: Path, member: str, *, limit: int) -> bytes:
    """Return the bytes of one member; the member's folder in the archive does not matter."""
    remedy = "Delete it, and fetch it again."
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = opened.infolist()
            outside = [entry.filename for entry in entries if _leaves(entry.filename)]
            if outside:
                message = f"{archive.name!r} holds files that would be written outside it: {listed(outside)}."
                raise DownloadFailed(message, remedy="Do not unpack it: it is not the publisher's.")
            found = [entry for entry in entries if PurePosixPath(entry.filename).name.casefold() == member.casefold()]
            if len(found) != 1:
                names = [entry.filename for entry in entries]
                message = f"{archive.name!r} has no single file {member!r}; it holds {listed(names, shown=12)}."
                raise WrongFormat(message, remedy=did_you_mean(member, names))
            return _unpacked(opened, found[0], archive, limit)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        message = f"{archive.name!r} is no whole zip archive: {error}"
        raise DownloadFailed(message, remedy=remedy) from error


def _unpacked(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, archive: Path, limit: int) -> bytes:
    most = min(limit, max(DENSEST * max(entry.compress_size, 1), CHUNK))
    parts: list[bytes] = []
    size = 0
    if entry.file_size <= most:
        with opened.open(entry) as stream:
            # The stated size may lie, so that what really comes out is counted.
            while block := stream.read(CHUNK):
                size += len(block)
                if size > most:
                    break
                parts.append(block)
    if max(size, entry.file_size) > most:
        message = (
            f"{entry.filename!r} in {archive.name!r} would unpack to {max(size, entry.file_size):,} bytes or more."
        )
        raise DownloadFailed(message, remedy=f"No such table has more than {most:,}; do not unpack it.")
    return b"".join(parts)


def _leaves(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or (len(name) > 1 and name[1] == ":")
