"""TOML files: read whole, with where their keys stand, so that a fault can name its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from placemix.errors import InvalidConfig, UnreadableFile


def read_toml(file: Path) -> tuple[dict[str, Any], str]:
    """Read a TOML file, and return what it says and how it is written.

    Raises
    ------
    UnreadableFile
        It is not UTF-8.
    InvalidConfig
        It is no TOML; the message has the line.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{file.name!r} is not UTF-8 text: byte {error.start:,} does not fit."
        raise UnreadableFile(message, remedy="Save it as UTF-8.") from error
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        message = f"{file.name!r} is no TOML: {error}"
        raise InvalidConfig(message, remedy="Texts stand in quotes.") from error


class Lines:
    """Where each key of a TOML text stands."""

    def __init__(self, text: str) -> None:
        self.found: dict[tuple[str | int, ...], int] = {}
        seen: dict[tuple[str | int, ...], int] = {}
        here: tuple[str | int, ...] = ()
        for number, line in enumerate(text.split("\n"), 1):
            if many := re.match(r"\s*\[\[\s*([^\]]+?)\s*\]\]", line):
                path = self._path(many[1], seen)
                seen[path] = seen.get(path, -1) + 1
                here = (*path, seen[path])
                self.found.setdefault(here, number)
            elif one := re.match(r"\s*\[\s*([^\]]+?)\s*\]", line):
                here = self._path(one[1], seen)
                self.found.setdefault(here, number)
            elif key := re.match(r"\s*(\"[^\"]+\"|[\w.-]+)\s*=", line):
                parts = [key[1].strip('"')] if key[1].startswith('"') else key[1].split(".")
                for length in range(1, len(parts) + 1):
                    self.found.setdefault((*here, *parts[:length]), number)

    @staticmethod
    def _path(header: str, seen: Mapping[tuple[str | int, ...], int]) -> tuple[str | int, ...]:
        path: tuple[str | int, ...] = ()
        parts = [part.strip().strip('"') for part in header.split(".")]
        for place, part in enumerate(parts):
            path = (*path, part)
            if path in seen and place < len(parts) - 1:
                path = (*path, seen[path])
        return path

    def of(self, path: tuple[str | int, ...]) -> str:
        """Say where a key stands, or where it should."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.found:
                return f"Line {self.found[path[:length]]}: "
        return ""
