"""Results of one measure at several scales, laid under each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def stacked(frames: Sequence[pd.DataFrame], name: str, scales: Sequence[object], place: int) -> pd.DataFrame:
    """Lay results under each other, with a column that says of which scale each row is.

    Parameters
    ----------
    frames
        Results with the same columns.
    name
        Name of the new column.
    scales
        Its value in each of the results.
    place
        Where the new column stands.
    """
    columns: dict[str, object] = {}
    for column in frames[0].columns:
        parts = [pd.DataFrame(frame)[column] for frame in frames]
        categorical = all(isinstance(part.dtype, pd.CategoricalDtype) for part in parts)
        columns[column] = _joined(parts) if categorical else pd.concat(parts, ignore_index=True).array
    out = pd.DataFrame(columns)
    labels = np.repeat(np.arange(len(frames)), [len(frame) for frame in frames])
    if all(isinstance(scale, str) for scale in scales):
        out.insert(place, name, pd.Categorical.from_codes(labels, categories=pd.Index(list(scales), dtype=str)))
    else:
        out.insert(place, name, np.asarray(scales, dtype=np.float64)[labels])
    return out


def _joined(parts: Sequence[pd.Series]) -> pd.Categorical:
    """Join categorical columns, the categories in the order in which they come."""
    names = pd.Index(list(dict.fromkeys(name for part in parts for name in part.cat.categories)), dtype=str)
    codes = [np.append(names.get_indexer(part.cat.categories), -1)[part.cat.codes.to_numpy()] for part in parts]
    return pd.Categorical.from_codes(np.concatenate(codes), categories=names)
