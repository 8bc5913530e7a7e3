"""Values of pairs of groups laid out as a matrix."""

from __future__ import annotations

import numpy as np
import pandas as pd

from placemix.errors import InvalidParameter
from placemix.results import COLUMNS


def matrix(pairs: pd.DataFrame, *, column: str = "value") -> pd.DataFrame:
    """Lay the values of `pairwise` out as a matrix: rows are focal groups, columns those compared with.

    Parameters
    ----------
    pairs
        What `placemix.pairwise` gave, or `placemix.measure` for one measure and groups against each other.
    column
        The column whose numbers are laid out, such as ``"value"`` or ``"expected"``.

    Returns
    -------
    table
        One row for each stratum and focal group, one column for each group compared with, both in the order
        in which the counts hold them. The diagonal is missing: nobody is compared with themselves.

    Raises
    ------
    InvalidParameter
        The frame holds no pairs, several measures, a pair twice, or no such column.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> town = pd.DataFrame({"area": list("AB"), "x": [8, 2], "y": [1, 9], "z": [5, 5]})
    >>> town = pm.from_wide(town, groups=["x", "y", "z"], unit="area")
    >>> pm.matrix(pm.pairwise(town, "exposure")).round(2)
    against     x     y     z
    focal
    x         NaN  0.17  0.35
    y        0.17   NaN  0.32
    z        0.35  0.32   NaN
    """
    if not isinstance(pairs, pd.DataFrame):
        message = f"These are no pairs of groups, but a {type(pairs).__name__}."
        raise InvalidParameter(message, remedy="Pass what placemix.pairwise gave.")
    frame = pd.DataFrame(pairs)
    lacking = [name for name in ("measure", "focal", "against", column) if name not in frame.columns]
    if lacking:
        message = f"These rows hold no pairs of groups: {', '.join(lacking)} is missing."
        raise InvalidParameter(message, remedy="Pass what placemix.pairwise gave.")
    measures = list(dict.fromkeys(frame["measure"].astype(str)))
    if len(measures) > 1:
        message = f"A matrix is of one measure; these rows hold {', '.join(measures)}."
        raise InvalidParameter(message, remedy="Keep one: pairs[pairs['measure'] == 'dissimilarity'].")
    frame = frame[frame["focal"].notna() & frame["against"].notna()]
    by = [name for name in frame.columns[: list(frame.columns).index("measure")] if name not in COLUMNS]
    keys = [*by, "focal", "against"]
    if frame.empty or frame.duplicated(keys).any():
        message = "Each pair of groups must stand in these rows once" + (", and none does." if frame.empty else ".")
        raise InvalidParameter(message, remedy="Pass what placemix.pairwise gave.")
    focal, against = (list(pd.Series(frame[name]).astype("category").cat.categories) for name in ("focal", "against"))
    order = [name for name in against if name not in focal] + focal
    columns = [name for name in order if name in set(frame["against"])]
    rows: dict[tuple[object, ...], list[float]] = {}
    for key, other, value in zip(
        frame[[*by, "focal"]].itertuples(index=False, name=None), frame["against"], frame[column], strict=True
    ):
        rows.setdefault(key, [np.nan] * len(columns))[columns.index(other)] = float(value)
    place = {stratum: at for at, stratum in enumerate(dict.fromkeys(key[:-1] for key in rows))}
    ordered = sorted(rows, key=lambda key: place[key[:-1]])
    index = (
        pd.MultiIndex.from_tuples(ordered, names=[*by, "focal"])
        if by
        else pd.Index([key[0] for key in ordered], name="focal")
    )
    return pd.DataFrame([rows[key] for key in ordered], index=index, columns=pd.Index(columns, name="against"))
