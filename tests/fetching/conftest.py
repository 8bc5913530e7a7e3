"""A server on this machine, and patience that waits for nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fetching.server import Served, serving
from placemix.fetching.transport import Patience


@pytest.fixture
def server() -> Iterator[Served]:
    with serving() as served:
        yield served


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def patience(waits: list[float]) -> Patience:
    return Patience(attempts=4, timeout=2, sleep=waits.append)
