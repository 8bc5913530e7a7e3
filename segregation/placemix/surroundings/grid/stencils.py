"""A kernel between the centres of a grid's cells, and its convolution by fast Fourier transforms."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from placemix._typing import FloatArray
from placemix.errors import InvalidParameter
from placemix.surroundings.distance import _cells

#: Sides of transforms, from which the cheapest for the kernel's reach is taken.
_SIDES = (128, 256, 512, 1024, 2048)
#: Cells of one transform: with its workspace about 200 MiB.
_MOST = 2**23
#: Bandwidths beyond which next to nothing of a kernel without a cut-off is left (1e-9 of its mass).
_ENDLESS = {"gaussian": 6.5, "exponential": 24.0}


class Stencil(NamedTuple):
    """A kernel on a grid.

    Attributes
    ----------
    shape, bandwidth, cutoff
        The kernel, in metres; weights are zero from the cut-off on.
    cell
        Side of a cell in metres.
    """

    shape: str
    bandwidth: float
    cutoff: float
    cell: float

    def weights(self, rows: Any, columns: Any) -> FloatArray:  # noqa: ANN401
        """φ between the centres of cells so many rows and columns apart."""
        distance = self.cell * np.hypot(rows, columns)
        return _cells.weights(distance, shape=self.shape, bandwidth=self.bandwidth, cutoff=self.cutoff)

    def mass(self) -> float:
        """Sum of φ over an endless grid."""
        far = min(self.cutoff, _ENDLESS.get(self.shape, 1.0) * self.bandwidth)
        side = np.arange(-np.ceil(far / self.cell), np.ceil(far / self.cell) + 1)
        return float(self.weights(side[:, np.newaxis], side).sum())

    def transform(self, sides: tuple[int, int]) -> tuple[Any, float]:
        """Transform of the kernel on a torus of so many rows and columns, and the root of its sum of squares."""
        from scipy.fft import rfft2

        rows, columns = (np.minimum(np.arange(side), side - np.arange(side)) for side in sides)
        weights = self.weights(rows[:, np.newaxis], columns)
        return rfft2(weights), _length(weights)

    def reach(self, extent: int) -> int:
        """How many cells away the kernel reaches, on a grid of so many cells."""
        return int(min(np.ceil(min(self.cutoff / self.cell, extent)), max(extent - 1, 0)))

    def axis(self, extent: int) -> tuple[int, int, int]:
        """How many cells a part of a grid has along one side, and its transform, and the margin on each side."""
        from scipy.fft import next_fast_len

        reach = self.reach(extent)
        whole = int(next_fast_len(extent + reach, real=True))
        # Parts with margins: the larger the transform, the less of it is margin.
        costs = {side: np.log(side) * side / (side - 2 * reach) for side in _SIDES if side > 2 * reach}
        side = min(costs, key=lambda side: costs[side]) if costs else whole
        return (extent, whole, 0) if whole <= side else (side - 2 * reach, side, reach)


def refuse_endless(stencil: Stencil, shape: tuple[int, int]) -> None:
    """Refuse a kernel that reaches so many cells that its transform does not fit into memory.

    Raises
    ------
    InvalidParameter
        It does not.
    """
    rows, columns = (stencil.axis(extent)[1] for extent in shape)
    if rows * columns > _MOST:
        reach = stencil.reach(max(shape))
        message = f"The kernel reaches {reach:,} cells on a grid of {shape[0]:,} × {shape[1]:,}, too far for memory."
        ends = stencil.shape in {"uniform", "triangular", "biweight"}
        raise InvalidParameter(message, remedy="Take larger cells." if ends else "Give cutoff=, or larger cells.")


def convolved(held: FloatArray, transform: tuple[Any, float]) -> FloatArray:
    """Convolve a grid with a kernel, on a torus.

    Parameters
    ----------
    held
        What lies in each cell, shape (rows, columns).
    transform
        Of the kernel on that many rows and columns.
    """
    from scipy.fft import irfft2, rfft2

    spectrum, size = transform
    found = rfft2(held)
    found *= spectrum
    met = np.asarray(irfft2(found, s=held.shape))
    # Below the digits of the transform nothing is known, and nothing is what far cells have.
    met[np.abs(met) <= 4 * np.finfo(float).eps * np.log2(held.size) * size * _length(held)] = 0.0
    return met


def _length(grid: FloatArray) -> float:
    """Root of the sum of squares; by BLAS its threads would wait for ours."""
    return float(np.sqrt(np.square(grid).sum()))
