"""Lookups in which every unit goes whole to one area, and those of them that cannot move counts."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from placemix._typing import Table
from placemix.checks import id_text
from placemix.crosswalks import Crosswalk
from placemix.errors import (
    PlacemixError,
    UnmatchedUnit,
    VintageMismatch,
    plural,
    together,
)

#: When this share of the target ids are source ids too, the two lists are editions of one geography.
SAME_GEOGRAPHY = 0.5
#: Said of a crosswalk that was compared with the list of all targets.
WHOLE = "Every target has a source."


def nesting(
    lookup: Table,
    *,
    source: str,
    target: str,
    targets: Iterable[Hashable] | None = None,
    version: str = "",
) -> Crosswalk:
    """Read a lookup in which every unit lies whole in one larger unit, such as OA in LSOA.

    Parameters
    ----------
    lookup
        Table with one row a unit, or several that agree.
    source, target
        Columns with the ids of the smaller and of the larger units.
    targets
        Ids of all larger units, so that one without any part is found.
    version
        Where the lookup comes from, and of when.

    Returns
    -------
    crosswalk
        Of kind ``"exact"``: sums of counts are counts.

    Raises
    ------
    UnknownColumn
        The lookup lacks a column.
    InvalidCrosswalk
        Ids are missing, or a unit lies in two larger ones.
    UnmatchedUnit
        A larger unit has no part.
    VintageMismatch
        The lookup joins two editions of the same areas and keeps one part of each that was split.

    Examples
    --------
    >>> lookup = pd.DataFrame({"oa": ["a1", "a2", "b1"], "lsoa": ["a", "a", "b"]})
    >>> nesting(lookup, source="oa", target="lsoa").apply(pd.Series({"a1": 3.0, "a2": 4.0, "b1": 5.0})).to_dict()
    {'a': 7.0, 'b': 5.0}
    """
    walk = Crosswalk.from_table(lookup, source=source, target=target, version=version)
    walk = walk if targets is None else with_targets(walk, targets)
    refuse_best_fit(walk)
    return walk


def with_targets(walk: Crosswalk, targets: Iterable[Hashable]) -> Crosswalk:
    """Give a crosswalk all targets there are, and refuse those that no source goes to."""
    every = pd.Index([id_text(item) for item in targets], dtype=str).unique()
    odd = walk.targets.difference(every)
    alone = every.difference(walk.targets)
    faults: list[PlacemixError] = []
    if len(odd):
        message = f"{plural(len(odd), 'target')} of the lookup are not among the targets given."
        faults.append(UnmatchedUnit(message, units=odd, remedy="Check that both are of one edition."))
    if len(alone):
        message = f"{len(alone):,} of {plural(len(every), 'target')} get nobody: no source goes there."
        remedy = "Complete the lookup; a best-fit lookup of two editions leaves out the parts of areas that were split."
        faults.append(UnmatchedUnit(message, units=alone, remedy=remedy))
    if faults:
        raise together(faults)
    return replace(walk, notes=(*walk.notes, WHOLE))


def refuse_best_fit(walk: Crosswalk) -> None:
    """Refuse a lookup of two editions of the same areas that sends each area whole to one.

    Such best-fit lookups give nothing to the other parts of areas that were split. They show by ids
    that most sources and targets have in common, while some source goes alone to a target of
    another id: an area that did not change keeps its id.

    Parameters
    ----------
    walk
        A crosswalk.

    Raises
    ------
    VintageMismatch
        It is one.
    """
    if not walk.is_exact or not len(walk.targets) or walk.kind not in {"exact", "best-fit"}:
        return
    if (walk.sources.get_indexer(walk.targets) >= 0).mean() < SAME_GEOGRAPHY:
        return
    origins = np.bincount(walk.weights.indices, minlength=len(walk.targets))
    alone = walk.targets[origins == 0]
    rows = np.flatnonzero(np.diff(walk.weights.indptr) == 1)
    ends = walk.weights.indices[walk.weights.indptr[rows]]
    renamed = (origins[ends] == 1) & (walk.sources[rows] != walk.targets[ends])
    shown = WHOLE in walk.notes or not renamed.any()
    if walk.kind != "best-fit" and shown and not len(alone):
        return
    said = f"; {len(alone):,} of {plural(len(walk.targets), 'target')} get nobody" if len(alone) else ""
    message = (
        f"This is a best-fit lookup between two editions of the same areas: {renamed.sum():,} areas go whole to one "
        f"area of another id, and the other parts of those that were split get nobody{said}. It cannot move counts."
    )
    remedy = (
        "Merge both editions with common_areas, which loses nothing; or use the full lookup, one row for each part, "
        "with changes() and the residents of the parts. Ids that were only renamed: nesting(…, targets=every id)."
    )
    raise VintageMismatch(message, units=walk.sources[rows][renamed] if renamed.any() else alone, remedy=remedy)
