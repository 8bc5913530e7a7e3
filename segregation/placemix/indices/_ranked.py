"""Units from the nearest to the farthest, or from the smallest to the largest: those alike stand together."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidArea, InvalidParameter
from placemix.indices._parts import here

#: Distances, or areas, are equal that differ by less than this part of themselves, or of the largest.
_ALIKE, _LEAST = 1e-9, 1e-12


class Rings(NamedTuple):
    """Rings of units of each stratum, from the lowest value to the highest.

    Attributes
    ----------
    order
        Units, stratum by stratum, from the lowest value.
    first
        Place in `order` of the first unit of each ring.
    bounds
        First ring of each stratum, and the number of rings.
    """

    order: IntArray
    first: IntArray
    bounds: IntArray

    def summed(self, values: FloatArray) -> FloatArray:
        """Sum over the units of each ring: (..., units) to (..., rings)."""
        return np.add.reduceat(values[..., self.order], self.first, axis=-1)

    def within(self, values: FloatArray) -> FloatArray:
        """Sum over all rings up to and with each: (..., rings) to the same; no sum reaches into another stratum."""
        out = np.empty_like(values)
        for low, high in pairwise(self.bounds):
            np.cumsum(values[..., low:high], axis=-1, out=out[..., low:high])
        return out

    def beyond(self, values: FloatArray) -> FloatArray:
        """Sum over all rings from each on, itself included."""
        out = np.empty_like(values)
        for low, high in pairwise(self.bounds):
            out[..., low:high] = np.cumsum(values[..., low:high][..., ::-1], axis=-1)[..., ::-1]
        return out

    def total(self, values: FloatArray) -> FloatArray:
        """Sum over the rings of each stratum: (..., rings) to (..., strata)."""
        return np.add.reduceat(values, self.bounds[:-1], axis=-1)

    def of(self, values: FloatArray) -> FloatArray:
        """Give each ring the value of its stratum: (..., strata) to (..., rings)."""
        return np.repeat(values, np.diff(self.bounds), axis=-1)


def rings_of(values: FloatArray, starts: IntArray | None) -> Rings:
    """Put units of the same value into one ring.

    Parameters
    ----------
    values
        Distance or area of each unit, shape (units,), none below 0.
    starts
        First unit of each stratum. Default: one stratum.
    """
    units = len(values)
    strata = 1 if starts is None else len(starts)
    stratum = np.broadcast_to(here(np.arange(strata), starts, units, axis=0), (units,))
    order = np.lexsort((values, stratum))
    ranked, code = values[order], stratum[order]
    apart = np.diff(ranked) > _ALIKE * ranked[1:] + _LEAST * ranked.max(initial=0.0)
    first = np.flatnonzero(np.append(True, apart | (np.diff(code) != 0)))
    return Rings(order, first, np.append(np.searchsorted(code[first], np.arange(strata)), len(first)))


def numbers(values: Any) -> FloatArray:  # noqa: ANN401
    """Return values as floats, or one that is none where some are no numbers."""
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        return np.array(np.nan)


def lengths(distance: Any, units: int) -> FloatArray:  # noqa: ANN401
    """Return distances as floats, or say what is wrong with them."""
    values = numbers(distance)
    if values.shape != (units,) or not (values >= 0).all() or not np.isfinite(values).all():
        message = f"distance needs a finite number of at least 0 for each of {units} units."
        raise InvalidParameter(message, remedy="Pass the distance of each unit from the centre.")
    return values


def areas(area: Any, units: int) -> FloatArray:  # noqa: ANN401
    """Return areas as floats, or say what is wrong with them."""
    values = numbers(area)
    if values.shape != (units,) or not ((values > 0) & np.isfinite(values)).all():
        message = f"area needs a finite number above 0 for each of {units} units."
        raise InvalidArea(message, remedy="Pass the land of each unit, in one unit of area.")
    return values
