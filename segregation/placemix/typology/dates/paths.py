"""Distinct sequences of types, and clusters of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.counts import Counts
from placemix.errors import InvalidParameter, listed, plural
from placemix.surroundings import Surroundings
from placemix.typology.dates.alignments import (
    LARGEST,
    Clusters,
    Costs,
    clustered,
    known_costs,
    sequence_distances,
    substitutions,
)
from placemix.typology.dates.matching import MatchedDates, Rules, Unmatched, Vintages, match

#: Surroundings of every date, or of each by its name.
Around = Surroundings | Mapping[str, Surroundings] | None

#: What stands in a sequence where a place has no type, and between dates.
GAP, STEP = "–", " > "


@dataclass(frozen=True, eq=False)
class Paths:
    """Distinct sequences of types.

    Attributes
    ----------
    dates
        Units by date.
    distinct
        Number of the type at each date, -1 where there is none, shape (sequences, dates).
    which
        Sequence of each unit.
    whole
        Whether a sequence has a type at every date.
    clusters
        Clusters of the whole ones, or None.
    """

    dates: MatchedDates
    distinct: IntArray
    which: IntArray
    whole: BoolArray
    clusters: Clusters | None

    def texts(self) -> Any:  # noqa: ANN401
        """Each sequence in words."""
        names = np.array([*self.dates.types, GAP], dtype=object)
        return np.array([STEP.join(names[row]) for row in self.distinct], dtype=object)

    def changes(self) -> FloatArray:
        """How often the type differs from that of the date before; NaN where there is a gap."""
        moved = (self.distinct[:, 1:] != self.distinct[:, :-1]).sum(axis=1).astype(np.float64)
        return np.where(self.whole, moved, np.nan)


def paths_of(
    dates: Mapping[str, Counts],
    rules: Rules,
    around: Around,
    unmatched: Unmatched,
    vintages: Vintages,
    clusters: int | None,
    costs: Costs,
    by: Sequence[str],
    columns: Sequence[str],
) -> Paths:
    """Follow every unit from date to date; `columns` are names that no date may bear.

    Raises
    ------
    VintageMismatch, UnknownGroup, InvalidParameter
        As in `placemix.typology.sequences`.
    """
    known_costs(costs)
    if not isinstance(dates, Mapping) or len(dates) < 2 or not all(isinstance(name, str) and name for name in dates):
        message = "Sequences are of two dates at least, given as a mapping from the name of each to its counts."
        raise InvalidParameter(message, remedy="Pass {'2011': before, '2021': after}.")
    taken = [name for name in dates if name in columns]
    if taken:
        message = f"A date may not be named {listed(taken)}: the result uses that name."
        raise InvalidParameter(message, remedy="Name dates by their years.")
    if clusters is not None and (isinstance(clusters, bool) or not isinstance(clusters, int) or clusters < 2):
        message = f"clusters is a whole number from 2 on, or None for none, not {clusters!r}."
        raise InvalidParameter(message)
    matched = match(
        tuple(dates.values()), rules=rules, around=_each(around, list(dates)), unmatched=unmatched, vintages=vintages,
        by=by, names=tuple(dates),
    )  # fmt: skip
    distinct, which = np.unique(matched.codes, axis=0, return_inverse=True)
    which = which.reshape(-1)
    whole = np.asarray((distinct >= 0).all(axis=1))
    found = None
    if clusters is not None:
        units = np.bincount(which, minlength=len(distinct)).astype(np.float64)[whole]
        many = int(whole.sum())
        if not clusters <= many <= LARGEST:
            message = f"There are {plural(many, 'distinct sequence')} without gaps, for {clusters} clusters."
            remedy = f"Ask for at most {many}." if many < clusters else (
                f"Distances are worked out for up to {LARGEST:,}; take a scheme of fewer types, or fewer dates."
            )  # fmt: skip
            raise InvalidParameter(message, remedy=remedy)
        matrix = substitutions(distinct[whole], units, costs, len(matched.types))
        distances = sequence_distances(distinct[whole], matrix, gaps=costs != "hamming")
        found = clustered(distances, units, clusters)
    return Paths(matched, distinct, which, whole, found)


def _each(around: Around, names: list[str]) -> list[Surroundings | None]:
    if around is None or isinstance(around, Surroundings):
        return [around] * len(names)
    if isinstance(around, Mapping) and set(around) == set(names):
        return [around[name] for name in names]
    message = "around takes surroundings of all dates, or a mapping from the name of each date to its own."
    raise InvalidParameter(message, remedy=f"The dates are {listed(names)}.")
