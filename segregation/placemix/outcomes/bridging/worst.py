"""The worst places of a condition: a stated part of all places, or of all people, with a stated rule for ties."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from placemix._typing import FloatArray
from placemix.errors import plural
from placemix.outcomes.bridging.reading import Aligned
from placemix.wording import percent

Of: TypeAlias = Literal["places", "people"]


class Worst(NamedTuple):
    """Which part of each unit is among the worst.

    Attributes
    ----------
    part
        From 0 to 1, shape (units,); between the two where units at the edge count in equal part.
    rule
        What the worst places are, in words.
    """

    part: FloatArray
    rule: str


def worst_of(one: Aligned, people: FloatArray, share: float, of: Of, places: str) -> Worst:
    """Find the worst places: those of the publisher, or a share of these.

    Units alike at the edge count in equal part, so that the places, or the people in them, are exactly the share asked
    for and no order of the rows decides.

    Parameters
    ----------
    one
        The condition.
    people
        Everyone in each unit. Units where nobody is are no places.
    share
        Which part is the worst.
    of
        Whether that is a part of ``"places"`` or of ``"people"``.
    places
        What the units are called.
    """
    if one.worst is not None:
        many = int((one.worst & ~np.isnan(one.value)).sum())
        told = f"the {places} in the worst class that the publisher made ({many:,} in the whole table)"
        return Worst(np.where(np.isnan(one.value), 0.0, one.worst), told)
    known = ~np.isnan(one.value) & (people > 0)
    weight = np.where(known, people if of == "people" else 1.0, 0.0)
    part = worst_part(one.value, weight, share, higher_is_worse=one.about.higher_is == "worse")
    edge = part[(part > 0) & (part < 1)]
    size = f"{percent(share, digits=0)} of the people" if of == "people" else percent(share, digits=0)
    told = f"the worst {places} that hold {size}" if of == "people" else f"the worst {size} of {places}"
    told += f" ({int(known.sum()):,} in the whole table)"
    if len(edge):
        alike = plural(len(edge), places.removesuffix("s"), places)
        told += f", {alike} at the edge counted to {percent(float(edge[0]), digits=0)}"
    return Worst(part, told)


def worst_part(value: FloatArray, weight: FloatArray, share: float, *, higher_is_worse: bool) -> FloatArray:
    """Say which part of each unit belongs to the worst share of all weight.

    Examples
    --------
    >>> worst_part(np.array([5.0, 3, 3, 1]), np.ones(4), 0.5, higher_is_worse=True).tolist()
    [1.0, 0.5, 0.5, 0.0]
    """
    counts = weight > 0
    part = np.zeros(len(value))
    if not counts.any():
        return part
    key = -value[counts] if higher_is_worse else value[counts]
    _, place = np.unique(key, return_inverse=True)
    held = np.bincount(place, weights=weight[counts])
    before = np.cumsum(held) - held
    part[counts] = np.clip((share * held.sum() - before) / held, 0.0, 1.0)[place]
    # What is left after rounding is no unit at the edge.
    part[part < 1e-9], part[part > 1 - 1e-9] = 0.0, 1.0
    return part
