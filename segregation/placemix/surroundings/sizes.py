"""Surroundings of several sizes that share one sweep over pairs, or one walk outward."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter
from placemix.surroundings.around import WORKSPACE, Outside, Pairs, Surroundings
from placemix.surroundings.distance.edges import Edge
from placemix.surroundings.distance.nearby import Nearby
from placemix.surroundings.people.nearest import Beyond, Nearest


class Sweep:
    """Sums of one operator at several sizes, computed when the first of them is asked for.

    The sums of the table asked for last are kept, for as many sizes at once as fit the workspace.
    """

    def __init__(self, operator: Nearby | Nearest, sizes: Sequence[float]) -> None:
        self.operator, self.sizes = operator, [float(size) for size in sizes]
        self._limits: dict[bytes, Sweep] = {}
        self._table: FloatArray | None = None
        self._sums: FloatArray | None = None
        self._first = 0

    def sums(self, values: FloatArray, place: int) -> FloatArray:
        """Weighted sums at the size of that place, shape (units, columns)."""
        fits = max(1, WORKSPACE // max(values.nbytes, 1))
        first = place // fits * fits
        if self._sums is None or self._table is None or first != self._first or not np.array_equal(self._table, values):
            self._sums = None  # let go of the old ones before the new are made
            self._sums = self.operator.sums_at(values, self.sizes[first : first + fits])
            self._table, self._first = values, first
        return self._sums[place - first]

    def limited(self, codes: IntArray) -> Sweep:
        """Share one sweep among all sizes that end at the same borders."""
        key = np.ascontiguousarray(codes).tobytes()
        if key not in self._limits:
            self._limits[key] = Sweep(self.operator.limited(codes), self.sizes)
        return self._limits[key]


@dataclass(frozen=True, eq=False)
class Sized:
    """One of several sizes of an operator.

    Attributes
    ----------
    sweep
        What all sizes share.
    place
        Which of them this is.
    alone
        The operator of this size by itself.
    """

    sweep: Sweep
    place: int
    alone: Any

    @property
    def own(self) -> FloatArray:
        """Weight of each unit in its own surroundings."""
        return np.asarray(self.alone.own)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader must know of the strata."""
        return tuple(getattr(self.alone, "remarks", ()))

    def sums(self, values: FloatArray) -> FloatArray:
        """Weighted sums around each unit."""
        return self.sweep.sums(values, self.place)

    def pairs(self) -> Iterator[Pairs]:
        """Pairs of different units."""
        found: Iterator[Pairs] = self.alone.pairs()
        return found

    def limited(self, codes: IntArray) -> Sized:
        """End surroundings at the borders of strata."""
        return Sized(self.sweep.limited(codes), self.place, self.alone.limited(codes))

    def on(self, total: FloatArray) -> Any:  # noqa: ANN401
        """Return itself for the people it was made of; for others the operator of this size."""
        operator = self.alone.on(total)
        return self if operator is self.alone else operator

    def take(self, places: IntArray) -> Any:  # noqa: ANN401
        """Keep some units; their sums are swept apart."""
        return self.alone.take(places)


def at_sizes(largest: Surroundings, sizes: Sequence[float]) -> list[Surroundings]:
    """Return the same surroundings at several sizes, which share one sweep.

    Parameters
    ----------
    largest
        Surroundings by distance or by people, of the largest size.
    sizes
        Bandwidths in the units of the points, or numbers of people or places.

    Raises
    ------
    InvalidParameter
        The surroundings have no size.
    """
    operator, outside = largest.operator, largest.outside
    if not isinstance(operator, Nearby | Nearest):
        message = "Only surroundings by distance or by people come in several sizes."
        raise InvalidParameter(message, remedy="Make them with kernel, within, nearest_people or nearest_places.")
    sweep, found = Sweep(operator, sizes), []
    for place, size in enumerate(sizes):
        if isinstance(operator, Nearby):
            alone: Any = operator.sized(float(size))
            if isinstance(outside, Edge):
                factor = float(size) / operator.bandwidth
                wide, ends = outside.bandwidth * factor, outside.cutoff * factor
                share: Outside | None = replace(outside, bandwidth=wide, cutoff=ends)
            else:
                share = None
        else:
            alone = replace(operator, size=float(size))
            share = Beyond(alone)
        # What was said beside the kernel, such as the distance of a unit from itself, holds at every size.
        beside = largest.text.removeprefix(operator.text) if largest.text.startswith(operator.text) else ""
        text = f"{alone.text}{beside}"
        found.append(replace(largest, operator=Sized(sweep, place, alone), outside=share, text=text))
    return found
