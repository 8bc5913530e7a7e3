"""Homes of the place, of what is around it and of its district, before and with new ones: shares, never names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.counts import Counts
from placemix.surroundings import within

#: Name of the smallest scale.
UNIT = "unit"


class Scale(NamedTuple):
    """Homes of a place at one scale, as they are without the new ones.

    Attributes
    ----------
    name
        ``"unit"``, or the radius as it was written.
    homes
        Of each kind, shape (rows, kinds).
    every
        All homes, those of no kind too, shape (rows,).
    """

    name: str
    homes: FloatArray
    every: FloatArray


def scales(homes: Counts, where: IntArray, radii: Sequence[float | str]) -> list[Scale]:
    """Sum homes of the units and around them.

    Parameters
    ----------
    homes
        Homes of each kind in each unit.
    where
        Position of each row's unit, shape (rows,).
    radii
        Distances around the units' points.

    Raises
    ------
    NoPlace, GeographicCRS
        Units have no points on a projected map.
    """
    own = np.column_stack([homes.values, homes.total])
    found = [Scale(UNIT, homes.values[where], homes.total[where])]
    for radius in radii:
        key = ("scenarios.choosing.scales", radius)
        if key not in homes.kept:
            # The same for every change of these homes, and most of the time that one takes.
            homes.kept[key] = within(homes, radius=radius) @ own
        sums = homes.kept[key][where]
        found.append(Scale(str(radius), sums[:, :-1], sums[:, -1]))
    return found


def district_of(homes: Counts, where: IntArray, district: str | None) -> FloatArray:
    """Homes of each kind in the district of each row's unit, shape (rows, kinds)."""
    strata = homes.arranged(() if district is None else district)
    sums = np.add.reduceat(homes.values[strata.order], strata.starts, axis=0)
    code = np.empty(len(homes), dtype=np.int64)
    code[strata.order] = np.repeat(np.arange(len(strata)), np.diff(strata.bounds))
    return np.asarray(sums[code[where]])


def shares(homes: FloatArray) -> FloatArray:
    """Share of each kind among homes of a kind, NaN where there are none."""
    total = homes.sum(axis=-1, keepdims=True)
    return np.divide(homes, total, out=np.full(homes.shape, np.nan), where=total > 0)


def apart(one: FloatArray, other: FloatArray) -> FloatArray:
    """Half the sum of absolute differences of two mixes.

    Examples
    --------
    >>> apart(np.array([[1.0, 0.0]]), np.array([[0.25, 0.75]])).item()
    0.75
    """
    return np.asarray(np.abs(one - other).sum(axis=-1) / 2)


def diversity(mix: FloatArray) -> FloatArray:
    """Chance that two homes are of different kinds, drawn with replacement.

    Examples
    --------
    >>> diversity(np.array([[0.5, 0.5], [1.0, 0.0]])).tolist()
    [0.5, 0.0]
    """
    return np.asarray(1 - (mix**2).sum(axis=-1))


def defining(homes: FloatArray, every: FloatArray, threshold: float) -> BoolArray:
    """Which kinds reach the threshold, compared on homes so that a share that is exactly it does."""
    return np.asarray((homes >= threshold * every[:, np.newaxis]) & (every > 0)[:, np.newaxis])


def effects(
    scale: Scale, district: FloatArray, added: FloatArray, threshold: float
) -> tuple[dict[str, FloatArray], BoolArray, BoolArray]:
    """Values of one scale, and which kinds define it before and after.

    Parameters
    ----------
    scale
        Homes of each row's place.
    district
        Homes of each row's district, shape (rows, kinds).
    added
        New homes, shape (rows, kinds).
    threshold
        Share from which a kind defines a place.

    Returns
    -------
    columns
        By name, each of shape (rows,).
    before, after
        Which kinds reach the threshold, shape (rows, kinds).
    """
    every = scale.every + added.sum(axis=1)
    mixes = shares(scale.homes), shares(scale.homes + added)
    wholes = shares(district), shares(district + added)
    far = [apart(mix, whole) for mix, whole in zip(mixes, wholes, strict=True)]
    mixed = [diversity(mix) for mix in mixes]
    columns = {
        f"from_district_{scale.name}": far[1],
        f"from_district_{scale.name}_change": far[1] - far[0],
        f"diversity_{scale.name}": mixed[1],
        f"diversity_{scale.name}_change": mixed[1] - mixed[0],
    }
    before = defining(scale.homes, scale.every, threshold)
    return columns, before, defining(scale.homes + added, every, threshold)
