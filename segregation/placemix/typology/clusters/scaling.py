"""How shares and numbers become points whose distances clustering compares."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter, did_you_mean, listed, plural
from placemix.typology.clusters.given_data import Given

Transform: TypeAlias = Literal["none", "hellinger", "clr"]
Standardise: TypeAlias = Literal["dimensions", "columns", "none"]

TRANSFORMS = ("none", "hellinger", "clr")
STANDARDISED = ("dimensions", "columns", "none")


class Scale(NamedTuple):
    """How columns become coordinates.

    Attributes
    ----------
    transform
        What is done to shares first.
    kept
        Columns that vary.
    middle, spread
        What is taken off each of them, and by what it is divided.
    dropped
        Columns left out because they are the same everywhere.
    """

    transform: str
    kept: IntArray
    middle: FloatArray
    spread: FloatArray
    dropped: tuple[str, ...]


def option(name: str, value: object, known: tuple[str, ...]) -> None:
    """Refuse an option that is not among those known.

    Raises
    ------
    InvalidParameter
        It is not.
    """
    if value not in known:
        message = f"{name} is one of {', '.join(map(repr, known))}, not {value!r}."
        raise InvalidParameter(message, remedy=did_you_mean(value, known))


def transformed(given: Given, transform: str, values: FloatArray | None = None) -> FloatArray:
    """Shares as they stand, their square roots, or centred log ratios within each dimension.

    Raises
    ------
    InvalidParameter
        Numbers are no shares; or a log ratio is asked for and some share is 0.
    """
    shares = given.values if values is None else values
    if transform == "none":
        return shares
    if not given.counts:
        message = f"transform={transform!r} is for shares, and a table of numbers holds none."
        raise InvalidParameter(message, remedy="Leave out transform=, or pass counts.")
    if transform == "hellinger":
        return np.asarray(np.sqrt(shares))
    zero = np.atleast_1d((shares <= 0).any(axis=0))
    if zero.any():
        names = [name for name, bad in zip(given.columns, zero, strict=True) if bad]
        units = int((shares <= 0).any(axis=1).sum())
        message = f"A log ratio needs shares above 0; {listed(names)} is 0 somewhere, in {plural(units, 'unit')}."
        remedy = "Merge rare categories with counts.merge_groups, or take transform='hellinger', which allows 0."
        raise InvalidParameter(message, remedy=remedy)
    logs = np.log(shares)
    for columns in _by_dimension(given.dimensions):
        logs[:, columns] -= logs[:, columns].mean(axis=1, keepdims=True)
    return logs


def scale(given: Given, *, transform: str, standardise: str, weight: FloatArray | None) -> Scale:
    """Find middles and spreads of the columns; those without variation are left out.

    Raises
    ------
    InvalidParameter
        An option is unknown, or no column varies.
    """
    option("transform", transform, TRANSFORMS)
    option("standardise", standardise, STANDARDISED)
    points = transformed(given, transform)
    middle = np.average(points, axis=0, weights=weight)
    variance = np.average((points - middle) ** 2, axis=0, weights=weight)
    varies = variance > (1e-9 * np.maximum(np.abs(middle), 1e-300)) ** 2
    if not varies.any():
        message = "No column varies between units, so nothing tells classes apart."
        raise InvalidParameter(message, remedy="Pass finer categories, or more units.")
    spread = np.ones(len(middle))
    if standardise == "columns":
        spread = np.sqrt(variance)
    elif standardise == "dimensions":
        for columns in _by_dimension(given.dimensions):
            spread[columns] = np.sqrt(variance[columns][varies[columns]].sum())
    kept = np.flatnonzero(varies)
    dropped = tuple(name for name, there in zip(given.columns, varies, strict=True) if not there)
    return Scale(transform, kept, middle[kept], spread[kept], dropped)


def points(given: Given, how: Scale, values: FloatArray | None = None) -> FloatArray:
    """Coordinates of units, shape (units, columns kept)."""
    return np.ascontiguousarray((transformed(given, how.transform, values)[:, how.kept] - how.middle) / how.spread)


def _by_dimension(dimensions: tuple[str, ...]) -> list[IntArray]:
    names = np.array(dimensions, dtype=object)
    return [np.flatnonzero(names == name) for name in dict.fromkeys(dimensions)]
