"""One town for all tests of the folder; tests do not change it."""

import pytest

from placemix.datasets import Town, town


@pytest.fixture(scope="session")
def place() -> Town:
    return town(seed=1)


@pytest.fixture(scope="session")
def other() -> Town:
    return town(seed=2)
