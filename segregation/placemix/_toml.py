"""Where the keys of a TOML text stand, so that a fault can name its line."""

from __future__ import annotations

import re
from collections.abc import Mapping


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
