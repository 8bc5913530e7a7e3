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
from placemix.inference.nulls import Drawer, households_of, shares_of

Resample: TypeAlias = Literal["people", "cells", "parametric", "units"]


def people(table: FloatArray, size: float, rng: np.random.Generator) -> FloatArray:
    """Draw the unit of every household of a group among the units where the group lives."""
    members = table.sum(axis=0)
    households = households_of(members, size)
    drawn = np.zeros_like(table)
    for group in np.flatnonzero(members > 0):
        drawn[:, group] = rng.multinomial(households[group], shares_of(table[:, group]))
    return np.asarray(drawn * (members / np.maximum(households, 1)))


def cells(table: FloatArray, size: float, rng: np.random.Generator) -> FloatArray:
    """Draw the unit and the group of every household among all that are there."""
    everyone = float(table.sum())
    households = int(households_of(np.array([everyone]), size)[0])
    drawn = rng.multinomial(households, shares_of(table.ravel())).reshape(table.shape)
    return drawn * (everyone / max(households, 1))


def parametric(table: FloatArray, size: float, rng: np.random.Generator) -> FloatArray:
    """Draw the group of every household with the shares of its unit."""
    total = table.sum(axis=1)
    households = households_of(total, size)
    share = table / np.where(total > 0, total, 1)[:, np.newaxis]
    share[:, -1] = np.maximum(0.0, 1.0 - share[:, :-1].sum(axis=1))
    drawn = rng.multinomial(households, share)
    return np.asarray(drawn * (total / np.maximum(households, 1))[:, np.newaxis])


def units(table: FloatArray, size: float, rng: np.random.Generator) -> FloatArray:  # noqa: ARG001
    """Draw as many units as there are, each as often as it comes."""
    return table[rng.integers(0, len(table), len(table))]


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
