"""Blocks of rows as one table: joined column by column, as pandas takes long over many small tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd


def stacked(blocks: Sequence[pd.DataFrame], columns: Sequence[str], texts: Collection[str]) -> pd.DataFrame:
    """Put blocks below each other: texts or None in some columns, numbers or NaN in all others.

    Parameters
    ----------
    blocks
        Tables, at least one; what one lacks is missing there.
    columns
        Columns wanted, in order.
    texts
        Those that hold texts.
    """
    made = {}
    for name in columns:
        kind = np.dtype(object if name in texts else np.float64)
        values = np.concatenate([
            block[name].to_numpy(dtype=kind) if name in block else np.full(len(block), None, dtype=kind)
            for block in blocks
        ])  # fmt: skip
        if name in texts:
            values[pd.isna(values)] = None
        made[name] = pd.Series(values, dtype=kind)
    return pd.DataFrame(made)
