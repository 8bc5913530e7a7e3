"""Pages fetched one by one, kept in one file so that an interruption loses none of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from placemix.errors import DownloadFailed, InvalidParameter, listed

#: Areas asked for at once; more make the address too long for some servers.
TOGETHER = 90
_CODE = re.compile(r"[A-Z]\d{8}")


def kept(part: Path, request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the pages that an earlier attempt at the same request left, or begin the file.

    Parameters
    ----------
    part
        File with the request in its first line and a page in each other.
    request
        What is asked for, and how much there is of it: where it differs, nothing is kept.
    """
    wanted = json.dumps(request, sort_keys=True)
    lines = part.read_text(encoding="utf-8").split("\n") if part.is_file() else []
    if not lines or lines[0] != wanted:
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(wanted + "\n", encoding="utf-8")
        return []
    # What stands behind the last line break was cut.
    pages = [json.loads(line) for line in lines[1:-1]]
    with part.open("w", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(lines[:-1]) + "\n")
    return pages


def add(part: Path, page: Mapping[str, Any]) -> None:
    """Keep one more page."""
    with part.open("a", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(page, ensure_ascii=False) + "\n")


def batches(units: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Split codes of areas into those asked for at once.

    Raises
    ------
    InvalidParameter
        Something is no code of an area; it would become part of an address.
    """
    odd = [unit for unit in units if not _CODE.fullmatch(unit)]
    if odd:
        message = f"These are no codes of areas: {listed(odd)}."
        raise InvalidParameter(message)
    for start in range(0, len(units), TOGETHER):
        yield tuple(units[start : start + TOGETHER])


def refused(part: Path, message: str, remedy: str = "Try again; the publisher may be changing it.") -> DownloadFailed:
    """Drop the pages that are there, as they cannot be trusted, and return the error to raise."""
    part.unlink(missing_ok=True)
    return DownloadFailed(message, remedy=remedy)


def refuse_repeated(seen: set[Any], keys: Sequence[Any], address: str, part: Path) -> None:
    """Note what a page holds, and refuse what a page before it held.

    Raises
    ------
    DownloadFailed
        Something comes twice.
    """
    own = set(keys)
    if (twice := seen & own) or len(own) < len(keys):
        odd = sorted(map(_words, twice or {key for key in own if list(keys).count(key) > 1}))
        message = f"{address} gave {listed(odd)} twice: a page was repeated."
        raise refused(part, message, "Try again; if it stays, fetch the file by hand from the publisher's page.")
    seen |= own


def _words(key: Any) -> str:  # noqa: ANN401
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)
