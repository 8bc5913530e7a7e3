"""Surroundings among the inputs of a result: how a pack holds them, and knows them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from placemix.errors import InvalidPack
from placemix.surroundings import Surroundings, packing

#: What a pack calls them.
KIND = "surroundings"


def described(around: Surroundings) -> tuple[dict[str, Any], pd.DataFrame]:
    """Say what a pack must hold of surroundings: plain values with their hash, and one table."""
    about, table = packing.pack(around)
    return {**about, "kind": KIND, "text": around.text, "hash": packing.fingerprint(around)}, table


def restored(about: Mapping[str, Any], table: pd.DataFrame) -> Surroundings:
    """Build surroundings again from a pack and check them against their hash.

    Raises
    ------
    InvalidPack
        They are incomplete, or do not have the hash recorded.
    """
    around = packing.unpack(about, table)
    if packing.fingerprint(around) != about["hash"]:
        message = "The surroundings in the pack do not have the hash recorded beside them."
        raise InvalidPack(message, remedy="The file was changed after it was saved; ask for the original.")
    return around
