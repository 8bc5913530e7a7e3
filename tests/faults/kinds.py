"""What a seeded fault is, and how one is put into the place of what is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import pytest

Patch = Callable[[pytest.MonkeyPatch], None]
CLAIM, IDENTITY, BY_HAND, SECOND = "claim", "identity", "example by hand", "second implementation"


@dataclass(frozen=True)
class Fault:
    """One fault: where it was seen, what is wrong, which check notices it, and how it is made here."""

    number: str
    seen: str
    what: str
    kind: str
    check: Callable[[], None]
    patch: Patch | None = None
    design: str = ""


def instead(right: FunctionType, wrong_one: FunctionType) -> Patch:
    """Put the code of one function in the place of another's, for whoever holds that already."""
    return lambda patch: patch.setattr(right, "__code__", wrong_one.__code__)


def attribute(owner: Any, name: str, value: Any) -> Patch:
    return lambda patch: patch.setattr(owner, name, value)
