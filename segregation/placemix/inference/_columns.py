"""Columns put beside those of a measure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from placemix.errors import ReservedName, listed


def beside(frame: pd.DataFrame, after: str, columns: Mapping[str, Any]) -> pd.DataFrame:
    """Return a frame with columns put in after another, in their order.

    Raises
    ------
    ReservedName
        A stratum has the name of one of them.
    """
    taken = [name for name in columns if name in frame.columns]
    if taken:
        message = f"A stratum may not be named {listed([repr(name) for name in taken])}: this result uses that name."
        raise ReservedName(message, remedy="Rename the column before the table is read, or leave it out of by=.")
    frame = frame.copy()
    place = int(frame.columns.get_indexer([after])[0]) + 1
    for offset, (name, column) in enumerate(columns.items()):
        frame.insert(place + offset, name, column)
    return frame
