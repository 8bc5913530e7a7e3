"""One geography for two dates: common areas, which lose nobody."""

from __future__ import annotations

import narwhals as nw
import numpy as np
import pandas as pd

from placemix._typing import Table
from placemix.errors import InvalidTable, UnknownColumn, did_you_mean


def common_areas(lookup: Table, *, source: str, target: str) -> pd.DataFrame:
    """Group the units of two boundary vintages into the smallest areas they have in common.

    A unit that was split, merged or redrawn is joined with every unit it shares ground with,
    so that counts add up without loss or estimate: the connected components of the lookup.
    Units that did not change stay as they are.

    Parameters
    ----------
    lookup
        Table with one row for each pair of units that share ground.
    source, target
        Columns with the ids of the earlier and the later vintage.

    Returns
    -------
    areas
        One row a unit: `unit`, `vintage` (the name of its column), `area` (id of the common
        area: the least later id in it), `source_units` and `target_units` in that area. Give
        ``areas[areas.vintage == source].set_index("unit")["area"]`` to `Counts.merge_units`.

    Raises
    ------
    UnknownColumn
        The lookup lacks a column.
    InvalidTable
        A row names only one of the two units.

    References
    ----------
    Loss-free for counts, unlike best-fit lookups, and unlike dropping changed areas, which
    removes the places that grew fastest.

    Examples
    --------
    >>> lookup = pd.DataFrame({"old": ["a", "b", "b", "c", "d"], "new": ["A", "B1", "B2", "C", "C"]})
    >>> common_areas(lookup, source="old", target="new")[["unit", "area"]].values.tolist()
    [['a', 'A'], ['b', 'B1'], ['c', 'C'], ['d', 'C'], ['A', 'A'], ['B1', 'B1'], ['B2', 'B1'], ['C', 'C']]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    table = nw.from_native(lookup, eager_only=True)
    unknown = [name for name in (source, target) if name not in table.columns]
    if unknown:
        message = f"The lookup has no column {unknown[0]!r}; it has {', '.join(table.columns)}."
        raise UnknownColumn(message, remedy=did_you_mean(unknown[0], table.columns))
    old, new = table[source].to_pandas(), table[target].to_pandas()
    half = (old.isna() != new.isna()).to_numpy()
    if half.any():
        units = old.where(old.notna(), new)[half]
        message = f"{half.sum():,} rows of the lookup name only one unit."
        raise InvalidTable(message, units=units, remedy="Complete the lookup, or leave those rows out and say so.")
    known = old.notna().to_numpy()
    if not known.any():
        message = "The lookup has no rows."
        raise InvalidTable(message)
    old_codes, old_ids = pd.factorize(old[known].astype(str))
    new_codes, new_ids = pd.factorize(new[known].astype(str))
    count = len(old_ids) + len(new_ids)
    ends = (old_codes, new_codes + len(old_ids))
    graph = coo_array((np.ones(len(old_codes)), ends), shape=(count, count))
    component = connected_components(graph, directed=False)[1]
    later = pd.Series(np.asarray(new_ids, dtype=object))
    name = later.groupby(component[len(old_ids) :]).min()
    counted = np.bincount(component[: len(old_ids)]), np.bincount(component[len(old_ids) :])
    return pd.DataFrame(
        {
            "unit": np.concatenate([np.asarray(old_ids, dtype=object), np.asarray(new_ids, dtype=object)]),
            "vintage": [source] * len(old_ids) + [target] * len(new_ids),
            "area": name.reindex(component).to_numpy(dtype=object),
            "source_units": counted[0][component],
            "target_units": counted[1][component],
        }
    )
