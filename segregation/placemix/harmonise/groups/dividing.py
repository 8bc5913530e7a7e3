"""Dividing a category among several, by the caller's weights and never without."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd

from placemix.crosswalks import ROUNDING
from placemix.errors import InvalidCrosswalk, PlacemixError, listed, plural
from placemix.harmonise.groups.categories import Scheme

#: How a category is divided: shares by target, one target, or amounts of every target.
Weights: TypeAlias = Mapping[str, Mapping[str, float] | str] | pd.Series


def shares_of(
    rows: Mapping[str, tuple[str, ...]], own: Scheme, other: Scheme, weights: Weights | None
) -> tuple[dict[str, dict[str, float]], list[PlacemixError]]:
    """Share of each source that goes to each target, and what is wrong with the weights."""
    shares = {name: {row[0]: 1.0} for name, row in rows.items() if len(row) == 1}
    divided = [name for name in rows if name not in shares]
    given = _given(rows, divided, own, other, weights)
    faults: list[PlacemixError] = []
    for name, row in given.items():
        wrong = [target for target in row if target not in rows.get(name, ())]
        if wrong:
            message = f"{name!r} has no members in {listed(wrong)} of {other.id}."
            faults.append(InvalidCrosswalk(message, remedy=f"Its targets are {listed(rows.get(name, ()))}."))
        elif min(row.values()) < 0 or abs(sum(row.values()) - 1) > ROUNDING:
            message = f"The weights of {name!r} are {row}: they must be 0 or more and sum to 1."
            faults.append(InvalidCrosswalk(message, remedy="Give the shares of its people."))
        elif name in divided:
            shares[name] = {target: part / sum(row.values()) for target, part in row.items() if part > 0}
    left = [name for name in divided if name not in given]
    if left:
        each = [f"{name} → {' or '.join(rows[name])}" for name in left]
        message = (
            f"{plural(len(left), 'category of', 'categories of')} {own.id} would have to be divided among "
            f"several of {other.id}: {'; '.join(each)}."
        )
        remedy = (
            f"Give weights={{{left[0]!r}: {{…}}}} with shares that sum to 1; or bring both tables to what they "
            "share with finest_common, which divides nobody."
        )
        faults.append(InvalidCrosswalk(message, units=left, remedy=remedy))
    return {name: shares[name] for name in rows if name in shares}, faults


def _given(
    rows: Mapping[str, tuple[str, ...]], divided: list[str], own: Scheme, other: Scheme, weights: Weights | None
) -> dict[str, dict[str, float]]:
    """Read the caller's weights, by source category and target category."""
    if isinstance(weights, pd.Series):
        amounts = pd.Series(weights.to_numpy(dtype=np.float64), index=list(other.match(weights.index)))
        parts = {name: amounts.reindex(list(rows[name])) for name in divided}
        return {
            name: (known / known.sum()).to_dict()
            for name, known in parts.items()
            if known.notna().all() and known.min() >= 0 and known.sum() > 0
        }
    given = {}
    for name, row in (weights or {}).items():
        shares = {row: 1.0} if isinstance(row, str) else dict(row)
        given[own.match([name])[0]] = dict(zip(other.match(shares), map(float, shares.values()), strict=True))
    return given
