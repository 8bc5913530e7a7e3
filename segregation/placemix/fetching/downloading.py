"""One file from one address: carried on after a cut, checked, and there whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

from placemix._files import write_whole
from placemix.errors import DownloadFailed
from placemix.fetching.transport import CHUNK, Passing, Patience, answer, insist

#: Called with the bytes that are there and the bytes expected, 0 where nobody says how many.
Progress: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class State:
    """What is known of a half-fetched file: enough to tell whether it may be carried on.

    Attributes
    ----------
    address
        Where it comes from.
    mark
        The server's own mark of this edition: an ETag, or a date of change.
    size
        Bytes of the whole file, or None where the server does not say.
    """

    address: str
    mark: str
    size: int | None


def beside(part: Path) -> Path:
    """Path of the notes on a half-fetched file."""
    return part.with_name(part.name + ".json")


def forget(part: Path) -> None:
    """Remove a half-fetched file and the notes on it."""
    # The part goes first: notes without a part are harmless, a part with another's notes is not.
    part.unlink(missing_ok=True)
    beside(part).unlink(missing_ok=True)


def download(address: str, part: Path, *, patience: Patience, limit: int, progress: Progress | None = None) -> State:
    """Fetch a file into `part`, carrying on where an earlier attempt was cut.

    A half-fetched file is carried on only if the server marks its editions, by an ETag or a date,
    and still has the same one; else it is begun anew.

    Parameters
    ----------
    address
        Where the file is.
    part
        File to write. After an error or an interruption it stays, with notes beside it.
    patience
        How long to wait and how often to ask.
    limit
        Bytes above which the file is refused.
    progress
        Called with bytes done and expected.

    Returns
    -------
    state
        What the server said of the file.

    Raises
    ------
    DownloadFailed
        The file could not be fetched whole, or is larger than `limit`.
    """

    def once() -> State:
        try:
            return _attempt(address, part, patience, limit, progress)
        except Passing as fault:
            if fault.too_far:
                forget(part)
            raise

    return insist(once, address, patience)


def _attempt(address: str, part: Path, patience: Patience, limit: int, progress: Progress | None) -> State:
    known = _known(part, address)
    have = part.stat().st_size if known else 0
    headers = {"Range": f"bytes={have}-", "If-Range": known.mark} if known and have else {}
    with answer(address, patience, headers) as reply:
        state = _stated(reply, address)
        if reply.status == 206:
            if not known or not _continues(reply, have, known, state):
                forget(part)
                raise Passing("the server went on with another part or edition of the file.")
            state = known
        else:
            have = 0
            forget(part)
            if state.mark:
                write_whole(beside(part), json.dumps(asdict(state)).encode())
        if state.size is not None and state.size > limit:
            forget(part)
            raise _too_large(address, state.size, limit)
        return _received(reply, part, state, have, limit, progress)


def _received(reply: Any, part: Path, state: State, have: int, limit: int, progress: Progress | None) -> State:  # noqa: ANN401
    with part.open("ab") as file:
        while block := reply.read(CHUNK):
            have += len(block)
            if have > limit:
                break
            file.write(block)
            if progress is not None:
                progress(have, state.size or 0)
    if have > limit:
        forget(part)
        raise _too_large(state.address, have, limit)
    if state.size is not None and have < state.size:
        raise Passing(f"the connection was cut after {have:,} of {state.size:,} bytes.")
    if state.size is not None and have > state.size:
        forget(part)
        raise Passing(f"the server sent {have:,} bytes and had stated {state.size:,}.")
    return state


def _stated(reply: Any, address: str) -> State:  # noqa: ANN401
    etag = reply.headers.get("ETag") or ""
    # A weak ETag may not be used to go on in the middle of a file.
    mark = etag if etag.startswith('"') else reply.headers.get("Last-Modified") or ""
    length = reply.headers.get("Content-Length") or ""
    return State(address, mark, int(length) if length.isdecimal() else None)


def _continues(reply: Any, have: int, known: State, now: State) -> bool:  # noqa: ANN401
    unit, _, rest = (reply.headers.get("Content-Range") or "").partition(" ")
    span, _, total = rest.partition("/")
    start = span.partition("-")[0]
    same = not now.mark or now.mark == known.mark
    fits = known.size is None or not total.isdecimal() or int(total) == known.size
    return same and fits and unit == "bytes" and start == str(have)


def _known(part: Path, address: str) -> State | None:
    try:
        state = State(**json.loads(beside(part).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    if not part.is_file() or state.address != address or not state.mark:
        return None
    # A part that is as long as the whole cannot be carried on, nor can it be trusted.
    return None if state.size is not None and part.stat().st_size >= state.size else state


def _too_large(address: str, size: int, limit: int) -> DownloadFailed:
    message = f"{address} gives {size:,} bytes or more, and the file cannot have more than {limit:,}."
    return DownloadFailed(message, remedy="It is not what the recipe describes. See what the address gives now.")
