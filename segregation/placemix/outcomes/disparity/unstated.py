"""Events whose group nobody stated, and events that are hidden: between which ends ratios lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from placemix._typing import BoolArray, FloatArray
from placemix.outcomes.disparity.cells import Keyed
from placemix.outcomes.disparity.pairs import quotient
from placemix.outcomes.disparity.pooling import Strata, pooled


def unstated_events(table: Keyed, unknown: Sequence[str]) -> tuple[FloatArray, FloatArray]:
    """Events without a stated group, and all events of groups and without, by row of the keys; 0 where no row is."""
    marks: BoolArray = np.zeros(len(table.table), dtype=bool)
    every: BoolArray = np.ones(len(table.table), dtype=bool)
    for name, texts in table.texts.items():
        found = np.isin(texts, list(unknown))
        marks |= found
        every &= ~table.whole[name] | found
    events = table.table["numerator"].to_numpy()
    size = len(table.keys)
    without = np.bincount(table.code[marks], events[marks], size).astype(np.float64)
    whole = np.bincount(table.code[every | marks], events[every | marks], size).astype(np.float64)
    return without, whole


def ends(
    measure: str, strata: Strata, low: tuple[FloatArray, FloatArray], high: tuple[FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Between which ends a pooled ratio lies.

    Parameters
    ----------
    measure
        Name of the pooled ratio.
    strata
        Numbers of both groups.
    low, high
        Events of the group and of those compared with where the ratio is least, and where it is largest.
    """
    least, most = (pooled(measure, replace(strata, a=a, b=b, va=a, vb=b)) for a, b in (low, high))
    return least[0], most[0]


def shares(without: FloatArray, whole: FloatArray) -> FloatArray:
    """Share of events without a stated group."""
    return quotient(without, whole)
