"""What came of the changes of kernels: stored, read, summed up."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

STORED = Path(__file__).with_name("results.toml")


@dataclass(frozen=True)
class Tried:
    """One change, and the first test that noticed it; nobody did where that is empty, and `reason` says why."""

    name: str
    kind: str
    line: int
    noticed_by: str
    reason: str = ""

    @property
    def module(self) -> str:
        return self.name.partition(".")[0]


@dataclass(frozen=True)
class Results:
    """All changes that were tried, with what, and of which text of each module."""

    made: dict[str, Any] = field(default_factory=dict)
    fingerprints: dict[str, str] = field(default_factory=dict)
    tried: tuple[Tried, ...] = ()

    def with_(self, found: list[Tried], made: dict[str, Any], fingerprints: dict[str, str]) -> Results:
        """Put new results in the place of the old ones, and leave out those of another text; reasons stay."""
        reasons = {one.name: one.reason for one in self.tried}
        fresh = {one.name: replace(one, reason="" if one.noticed_by else reasons.get(one.name, "")) for one in found}
        other = {name for name, text in fingerprints.items() if self.fingerprints.get(name) != text}
        kept = [one for one in self.tried if one.name not in fresh and one.module not in other]
        every = sorted([*kept, *fresh.values()], key=lambda one: (one.module, one.line, one.name))
        modules = {one.module for one in every}
        texts = {name: text for name, text in sorted((self.fingerprints | fingerprints).items()) if name in modules}
        return Results(made, texts, tuple(every))


def fingerprint(path: Path) -> str:
    """What the text of a module is known by."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def read(path: Path = STORED) -> Results:
    """Results as they are stored, or none."""
    if not path.exists():
        return Results()
    known = tomllib.loads(path.read_text(encoding="utf-8"))
    return Results(known["made"], known["fingerprints"], tuple(Tried(**one) for one in known["tried"]))


def write(results: Results, path: Path = STORED) -> None:
    """Store results as TOML."""
    lines = ["# Written by `make faults`; `reason` is written by hand.", "", "[made]"]
    lines += [f"{name} = {json.dumps(value)}" for name, value in results.made.items()]
    lines += ["", "[fingerprints]", *(f'"{name}" = "{value}"' for name, value in results.fingerprints.items())]
    for one in results.tried:
        lines += ["", "[[tried]]", f"name = {json.dumps(one.name, ensure_ascii=False)}", f'kind = "{one.kind}"']
        lines += [f"line = {one.line}", f"noticed_by = {json.dumps(one.noticed_by)}"]
        if one.reason:
            lines.append(f"reason = {json.dumps(one.reason, ensure_ascii=False)}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
