"""Weights by the distance between points, which are never stored: the operator behind radii and kernels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.surroundings.around import Pairs
from placemix.surroundings.distance import _cells, _sweeps

#: Shape of a kernel.
Shape: TypeAlias = Literal["uniform", "triangular", "biweight", "gaussian", "exponential"]

#: Kernels that end at their bandwidth.
ENDING = frozenset({"uniform", "triangular", "biweight"})


@dataclass(frozen=True, eq=False)
class Nearby:
    """Kernel of the distance between points; nothing is kept but the points.

    Attributes
    ----------
    xy
        Points, shape (units, 2).
    shape, bandwidth, cutoff
        The kernel; weights are zero from the cut-off on.
    own_distance
        Distance of each unit from itself, shape (units,).
    codes
        Strata at whose borders surroundings end, or None.
    unit
        Unit of the coordinates, for texts.
    """

    xy: FloatArray
    shape: Shape
    bandwidth: float
    cutoff: float
    own_distance: FloatArray
    codes: IntArray | None = None
    unit: str = "m"

    @property
    def text(self) -> str:
        """The kernel in words."""
        words = f"{self.shape} kernel, bandwidth {self.bandwidth:.10g} {self.unit}"
        if self.shape in ENDING:
            return words
        return words + (", no cut-off" if np.isinf(self.cutoff) else f", cut off at {self.cutoff:.10g} {self.unit}")

    @cached_property
    def own(self) -> FloatArray:
        """Weight of each unit in its own surroundings; 1 where it is too far from itself and from all others."""
        own = self.weigh(self.own_distance)
        if (own == 0).any():
            ones = np.ones((len(own), 1))
            weight = _cells.kernel_sums(
                self.cells, ones, shape=self.shape, bandwidth=self.bandwidth, cutoff=self.cutoff, own=own
            )
            own[weight[:, 0] == 0] = 1.0
        return own

    @cached_property
    def cells(self) -> _cells.Cells:
        """Points in cells, sorted once."""
        return _cells.cells(self.xy, self.codes, self.cutoff)

    def weigh(self, distance: FloatArray) -> FloatArray:
        """φ of a distance."""
        return _cells.weights(distance, shape=self.shape, bandwidth=self.bandwidth, cutoff=self.cutoff)

    def sums(self, values: FloatArray) -> FloatArray:
        """Weighted sums around each unit."""
        return _cells.kernel_sums(
            self.cells, values, shape=self.shape, bandwidth=self.bandwidth, cutoff=self.cutoff, own=self.own
        )

    def sized(self, size: float) -> Nearby:
        """Return the same kernel with another bandwidth, cut off at the same multiple of it."""
        if size == self.bandwidth:
            return self
        # A product may miss the bandwidth by a rounding, and with it units that lie there.
        ends = size if self.shape in ENDING else self.cutoff * (size / self.bandwidth)
        return replace(self, bandwidth=size, cutoff=ends)

    def sums_at(self, values: FloatArray, sizes: Sequence[float] | FloatArray) -> FloatArray:
        """Weighted sums around each unit at several bandwidths, in one sweep over pairs.

        Parameters
        ----------
        values
            What is summed, shape (units, columns).
        sizes
            Bandwidths, in the order wanted.

        Returns
        -------
        sums
            Shape (sizes, units, columns).
        """
        ascending, place = np.unique(np.asarray(sizes, dtype=np.float64), return_inverse=True)
        kernels = [self.sized(float(size)) for size in ascending]
        if np.isinf(self.cutoff):  # nothing is spared where every pair counts at every bandwidth
            found = np.stack([kernel.sums(values) for kernel in kernels])
        else:
            found = _sweeps.kernel_sums_at(
                kernels[-1].cells,
                values,
                shape=self.shape,
                sizes=ascending,
                cutoffs=np.array([kernel.cutoff for kernel in kernels]),
                own=np.stack([kernel.own for kernel in kernels]),
            )
        return found if np.array_equal(ascending, sizes) else found[place.reshape(-1)]

    def pairs(self) -> Iterator[Pairs]:
        """Pairs of different units."""
        return _cells.kernel_pairs(self.cells, shape=self.shape, bandwidth=self.bandwidth, cutoff=self.cutoff)

    def limited(self, codes: IntArray) -> Nearby:
        """End surroundings at the borders of strata."""
        return replace(self, codes=codes)

    def on(self, total: FloatArray) -> Nearby:  # noqa: ARG002
        """Return itself: distances do not depend on how many people live there."""
        return self

    def take(self, places: IntArray) -> Nearby:
        """Keep some units."""
        codes = None if self.codes is None else self.codes[places]
        return replace(self, xy=self.xy[places], own_distance=self.own_distance[places], codes=codes)
