"""All counter-examples, from every module beside this one: the pages of measures show them too."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import claims
from claims.counterexamples import Refuted


def _stored() -> Iterator[Refuted]:
    for found in pkgutil.iter_modules(claims.__path__):
        if found.name != "stored":
            for value in vars(importlib.import_module(f"claims.{found.name}")).values():
                if isinstance(value, tuple):
                    yield from (each for each in value if isinstance(each, Refuted))


REFUTED: tuple[Refuted, ...] = tuple(dict.fromkeys(_stored()))
