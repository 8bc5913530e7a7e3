"""Separation of two surfaces of density."""

from __future__ import annotations

from typing import Any

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.indices._parts import defined, here, ratio, total, total_groups, two_groups, where_defined


def surface_separation(densities: Any, *, starts: IntArray | None = None) -> FloatArray:  # noqa: ANN401
    """Share of the volume under two surfaces that is not under both.

    Each group's densities are first divided by their sum, so that both surfaces have the same
    volume, however large the groups. On the units themselves (people instead of densities) the
    index is 2D / (1 + D).

    Parameters
    ----------
    densities
        Density of the focal group and of the others in each cell of a grid, shape
        (..., cells, 2); or people in each unit.
    starts
        First cell of each stratum. Default: one stratum.

    Returns
    -------
    value
        S, shape (..., strata), from 0 (both surfaces have one form) to 1 (no cell has both
        groups). NaN where undefined.

    References
    ----------
    O'Sullivan and Wong 2007.

    Examples
    --------
    >>> surface_separation([[80, 20], [20, 80], [0, 100], [20, 80]]).round(7).item()
    0.7462687
    """
    values = two_groups(densities)
    groups = total_groups(values, starts)
    volume = here(groups, starts, values.shape[-2], axis=-2)
    form = np.divide(values, volume, out=np.zeros_like(values), where=volume > 0)
    both = total(form.min(axis=-1), starts)
    either = total(form.max(axis=-1), starts)
    return where_defined(1 - ratio(both, either), defined(groups, values.sum(axis=-1), starts))
