"""The verbs of this room as `placemix.packs` calls them, with both sides made from the tables that packs hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from placemix.about import About
from placemix.counts import Counts
from placemix.crosswalks import Crosswalk
from placemix.measuring.plan import Which
from placemix.outcomes.joining.associating import association
from placemix.outcomes.joining.carrying import Options
from placemix.outcomes.joining.distributing import local_distribution
from placemix.outcomes.joining.linking import joined
from placemix.outcomes.joining.measured import places_of
from placemix.outcomes.joining.places import Places
from placemix.outcomes.joining.reading import read_outcomes


def linked_again(
    outcomes: pd.DataFrame,
    *,
    on: str,
    counts: Counts | None = None,
    places: pd.DataFrame | None = None,
    members: pd.DataFrame | None = None,
    crosswalk: pd.DataFrame | None = None,
    focal: Which = "each",
    read: Mapping[str, Any] | None = None,
    walk: Mapping[str, Any] | None = None,
    along: str | None = None,
    **options: Any,  # noqa: ANN401
) -> pd.DataFrame:
    """Join two sides again.

    Parameters
    ----------
    outcomes
        Outcomes, as `reading` keeps them.
    on
        What a place is.
    counts, focal
        Counts and their groups, where those were given.
    places, members, read
        Otherwise quantities of places, their units, and what else is known of them.
    crosswalk, walk
        Pairs of a crosswalk, and what else is known of it.
    along, options
        As in `link`.
    """
    if counts is not None:
        there = places_of(counts, on, focal, None, None, About())
    else:
        told = read or {}
        there = Places(
            _cells(places), tuple(told["strata"]), on, About(**told["about"]),
            None if members is None else members, told["source"], int(told["groups"]),
        )  # fmt: skip
    way = along if crosswalk is None or walk is None else _walk(crosswalk, walk)
    return joined(there, read_outcomes(outcomes, None), Options(way, **options))


def _cells(places: pd.DataFrame | None) -> pd.DataFrame:
    """A table from a file, missing texts as None."""
    table = pd.DataFrame(places)
    for name in table.columns:
        if not pd.api.types.is_numeric_dtype(table[name].dtype):
            column = table[name].astype(object)
            table[name] = column.where(column.notna(), None)
    return table


def _walk(pairs: pd.DataFrame, told: Mapping[str, Any]) -> Crosswalk:
    ends = [pd.Index(told[name], dtype=str) for name in ("sources", "targets")]
    places = [index.get_indexer(pairs[name]) for index, name in zip(ends, ("source", "target"), strict=True)]
    nowhere = np.setdiff1d(np.arange(len(ends[0])), places[0])
    return Crosswalk.from_pairs(
        places[0], places[1], pairs["weight"], sources=ends[0], targets=ends[1], kind=told["kind"], basis=told["basis"],
        version=told["version"], notes=tuple(told["notes"]),
        left_out=pd.Series("goes nowhere", index=ends[0][nowhere]) if len(nowhere) else None,
    )  # fmt: skip


#: Every verb by its name in packs.
RECALLED: Mapping[str, Callable[..., pd.DataFrame]] = {
    "outcomes.association": association,
    "outcomes.link": linked_again,
    "outcomes.local_distribution": local_distribution,
}
