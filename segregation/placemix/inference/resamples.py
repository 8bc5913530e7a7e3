"""The same people drawn anew: what else the table might have been.

| name | kept | drawn |
| --- | --- | --- |
| `people` | members of each group | the unit of each household, among those where its group lives |
| `cells` | everyone in the stratum | the unit and the group of each household, as they go together |
| `parametric` | everyone in each unit | the group of each household, with its unit's shares |
| `units` | how many units a stratum has | which units, each with all its people |
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from placemix._typing import FloatArray
from placemix.errors import InvalidParameter, did_you_mean
from placemix.inference._lookups import Binomials, Multinomials
from placemix.inference.nulls import (
    Draw,
    Drawer,
    Size,
    all_households,
    households_of,
    households_of_groups,
    shares_of,
)

Resample: TypeAlias = Literal["people", "cells", "parametric", "units"]


def people(table: FloatArray, size: Size) -> Draw:
    """Draw the unit of every household of a group among the units where the group lives."""
    members = table.sum(axis=0)
    households = households_of_groups(table, size)
    there = [
        (group, int(households[group]), Multinomials(shares_of(table[:, group]), float(households[group])))
        for group in np.flatnonzero(members > 0)
    ]
    worth = members / np.maximum(households, 1)

    def drawn(rng: np.random.Generator) -> FloatArray:
        out = np.zeros_like(table)
        for group, many, places in there:
            out[:, group] = places.draw(rng, many) * worth[group]
        return out

    return drawn


def cells(table: FloatArray, size: Size) -> Draw:
    """Draw the unit and the group of every household among all that are there."""
    everyone, share = float(table.sum()), shares_of(table.ravel())
    households = all_households(table, size)
    places, worth = Multinomials(share, float(households)), everyone / max(households, 1)
    return lambda rng: places.draw(rng, households).reshape(table.shape) * worth


def parametric(table: FloatArray, size: Size) -> Draw:
    """Draw the group of every household with the shares of its unit."""
    total = table.sum(axis=1)
    households = households_of(total, size)
    share = table / np.where(total > 0, total, 1)[:, np.newaxis]
    share[:, -1] = np.maximum(0.0, 1.0 - share[:, :-1].sum(axis=1))
    worth = total / np.maximum(households, 1)
    groups = np.flatnonzero(table.sum(axis=0) > 0)
    if len(groups) != 2:
        return lambda rng: rng.multinomial(households, share) * worth[:, np.newaxis]
    binomials = Binomials(households, share[:, groups[0]])

    def drawn(rng: np.random.Generator) -> FloatArray:
        out, first = np.zeros(table.shape), binomials.draw(rng)
        out[:, groups[0]], out[:, groups[1]] = first * worth, (households - first) * worth
        return out

    return drawn


def units(table: FloatArray, size: Size) -> Draw:  # noqa: ARG001
    """Draw as many units as there are, each as often as it comes."""
    return lambda rng: table.take(rng.integers(0, len(table), len(table)), axis=0)


RESAMPLES: dict[str, Drawer] = {"people": people, "cells": cells, "parametric": parametric, "units": units}


def known(resample: str) -> Drawer:
    """Return a way to draw people anew by its name.

    Raises
    ------
    InvalidParameter
        There is none of that name.
    """
    if resample not in RESAMPLES:
        message = f"{resample!r} is no way to draw people anew; they are {', '.join(RESAMPLES)}."
        raise InvalidParameter(message, remedy=did_you_mean(resample, list(RESAMPLES)))
    return RESAMPLES[resample]
