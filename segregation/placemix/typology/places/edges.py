"""How far a place is from the edge of its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from placemix._typing import BoolArray, FloatArray
from placemix.indices._parts import ratio
from placemix.typology.rules.conditions import CITY, NUMBERS, Condition

if TYPE_CHECKING:
    from placemix.typology.places.sorting import Sorting

#: Quantities that count groups or categories, which conditions of their own are asked of.
COUNTED = tuple(name for name in NUMBERS if name != "scaled entropy")


def nearest(found: Sorting) -> tuple[Any, FloatArray]:
    """The nearest condition whose crossing alone would change the type of each unit, and the signed distance to it.

    Returns
    -------
    text
        The condition, or None where no single one decides, shape (units,).
    margin
        Positive where the quantity is above its threshold; NaN where no single one decides, shape (units,).
    """
    closest = _Closest(len(found.rank))
    for condition in found.conditions().values():
        if condition.left in COUNTED:
            continue
        flipped = found.first({**found.held, condition.text: ~found.held[condition.text]})
        closest.offer(distance(found, condition), flipped != found.rank, condition.text)
    for kind in COUNTED:
        if any(condition.left == kind for condition in found.conditions().values()):
            _of_members(found, kind, closest)
    for place, one in enumerate(found.scheme.types):
        if one.each and one.names in {"largest group", "largest minority"}:
            _, first, second = (
                found.quantities.largest if one.names == "largest group" else found.quantities.largest_minority
            )
            whom = one.names.split()[-1]
            gap = ratio(first - second, found.quantities.everyone)
            closest.offer(gap, found.rank == place, f"largest {whom} > second {whom}")
    closest.margin[~found.lived_in] = np.nan
    closest.text[np.isnan(closest.margin)] = None
    return closest.text, closest.margin


def distance(found: Sorting, condition: Condition) -> FloatArray:
    """Signed distance of each unit from a condition's threshold, as a share of the unit's people."""
    left, base = found.sides(condition)
    factor = float(condition.factor)  # type: ignore[arg-type]
    if base is None:
        return left - factor
    whole = base if condition.left in CITY else found.quantities.everyone
    return ratio(left - factor * base, whole)


class _Closest:
    """The nearest threshold so far."""

    def __init__(self, units: int) -> None:
        self.margin = np.full(units, np.nan)
        self.text: Any = np.full(units, None, dtype=object)

    def offer(self, margin: FloatArray, decides: BoolArray, text: str) -> None:
        known = decides & ~np.isnan(margin)
        nearer = known & (np.isnan(self.margin) | (np.abs(margin) < np.abs(self.margin)))
        self.margin[nearer], self.text[nearer] = margin[nearer], text


def _of_members(found: Sorting, kind: str, closest: _Closest) -> None:
    """Groups that come or go as present, or categories that define the unit."""
    members = found.members(kind)
    count = members.sum(axis=1)
    about = [condition for condition in found.conditions().values() if condition.left == kind]
    by_set = np.isin(found.rank, [p for p, one in enumerate(found.scheme.types) if one.names == kind and one.each])
    for column, label in enumerate(found.labels_of(kind)):
        moved = count + np.where(members[:, column], -1, 1)
        held = {**found.held, **{one.text: found.compare_number(moved, one) for one in about}}
        flipped = found.first(held)
        changes = (flipped != found.rank) | by_set
        for text, margin, alone in found.member_distances(kind, column):
            closest.offer(margin, changes & alone, f"{label}: {text}")
