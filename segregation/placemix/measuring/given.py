"""What a call says beside people: where the centre is, and which group ranks above which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from placemix._typing import BoolArray, FloatArray, GroupName, IntArray
from placemix.counts import Counts, group_text
from placemix.errors import CentreNeeded, InvalidParameter, OrderNeeded, PlacemixError, UnknownGroup, listed, together
from placemix.indices.centralisations import near_centre
from placemix.measuring.centres import Centre, Centres, centres_of, plain_centre
from placemix.registry import Asked, Measure
from placemix.strata import Strata

#: Groups from lowest to highest.
Order: TypeAlias = Sequence[GroupName] | None


class Given(NamedTuple):
    """What the rows of a call are told beside people.

    Attributes
    ----------
    order
        Positions of the groups from lowest to highest, or None.
    centres
        How far the units are from the centres, or None.
    """

    order: IntArray | None = None
    centres: Centres | None = None

    def met(self, ask: Asked) -> None:
        """Refuse a measure that needs what the call does not say.

        Raises
        ------
        CentreNeeded, OrderNeeded
            It needs a centre or an order.
        InvalidParameter
            It asks who lives inside the centre, and that is a point.
        """
        row = ask.row
        if "order" in row.needs and self.order is None:
            message = f"{row.name} is about groups from lowest to highest, and nobody said which order that is."
            raise OrderNeeded(message, remedy="Pass order= the names of all groups, the lowest first.")
        if "distance" in row.needs and self.centres is None:
            message = f"{row.name} is about how far from the centre people live, and no centre was given."
            remedy = "Pass centre= a point or (x, y) in the coordinates of the map, or several in a list."
            raise CentreNeeded(message, remedy=remedy)
        if ask.values.get("radius") == 0 and self.centres is not None and not self.centres.inside:
            message = f"{row.name} asks who lives in the centre, and a point has no inside."
            remedy = f"Say how far it reaches, {row.name}(radius=2000), or pass a shape as centre=."
            raise InvalidParameter(message, remedy=remedy)

    def options(self, row: Measure) -> dict[str, FloatArray]:
        """Return what a kernel is given of distances, in the order of the counts."""
        if "distance" not in row.needs or self.centres is None:
            return {}
        return {"distance": self.centres.distance}

    def reached(self, ask: Asked, strata: Strata) -> BoolArray | None:
        """Find the units under the influence of a centre, in the order of the strata; None where all count."""
        limits: dict[str, Any] = {name: ask.values.get(name, False) for name in ("nearest", "within")}
        if self.centres is None or not any(limit is not False for limit in limits.values()):
            return None
        return near_centre(self.centres.distance[strata.order], strata.starts, **limits)

    def ranked(self, row: Measure, values: FloatArray) -> FloatArray:
        """Put the groups of a table, its last axis, into the order that a measure needs."""
        return values[..., self.order] if "order" in row.needs and self.order is not None else values


#: A call that says nothing beside people.
NOTHING = Given()


def given_of(counts: Counts, centre: Centre = None, order: Order = None, by: str | Sequence[str] = ()) -> Given:
    """Read what a call says beside people.

    Parameters
    ----------
    counts
        What is measured.
    centre, order, by
        As in `placemix.measure`.

    Raises
    ------
    UnknownGroup, InvalidParameter
        The order names other groups, a group twice, or not all.
    NoPlace, CRSMismatch, GeographicCRS
        There is a centre, and nobody knows where the units are.
    """
    return Given(
        None if order is None else positions(counts, order), None if centre is None else centres_of(counts, centre, by)
    )


def positions(counts: Counts, order: Any) -> IntArray:  # noqa: ANN401
    """Return the positions of the groups from lowest to highest.

    Raises
    ------
    UnknownGroup, InvalidParameter
        The order names other groups, a group twice, or not all; all faults are listed.
    """
    names = ", ".join(map(group_text, counts.groups))
    if isinstance(order, str) or not isinstance(order, Sequence):
        message = f"order is a list of the groups from lowest to highest, not {order!r}."
        raise InvalidParameter(message, remedy=f"Name all of {names}.")
    found: list[int] = []
    faults: list[PlacemixError] = []
    for name in order:
        try:
            found.append(counts.position(tuple(name) if isinstance(name, list) else name))
        except UnknownGroup as fault:
            faults.append(fault)
    twice = [group_text(counts.groups[place]) for place in dict.fromkeys(found) if found.count(place) > 1]
    if twice:
        faults.append(InvalidParameter(f"order names {listed(twice)} twice.", remedy="Name each group once."))
    left = [group_text(group) for place, group in enumerate(counts.groups) if place not in found]
    if left:
        message = f"order leaves out {listed(left, shown=20)}."
        remedy = "Name every group, or keep the ranked ones alone with counts.select([…])."
        faults.append(InvalidParameter(message, remedy=remedy))
    if faults:
        raise together(faults)
    return np.array(found, dtype=np.intp)


def known_given(rows: Sequence[Measure], centre: Centre, order: Order) -> None:
    """Refuse a centre or an order that no measure of a call looks at.

    Raises
    ------
    InvalidParameter
        One is given to measures that do not see it.
    """
    for name, value, need in (("centre", centre, "distance"), ("order", order, "order")):
        if value is not None and not any(need in row.needs for row in rows):
            names = listed(list(dict.fromkeys(row.name for row in rows)))
            message = f"{name}= has no meaning for {names}."
            raise InvalidParameter(message, remedy="Leave it out; placemix.catalogue() says what each measure takes.")


def arguments_of(centre: Centre, order: Order) -> dict[str, Any]:
    """Return both as plain values that a pack can hold; nothing of what was not given."""
    held: dict[str, Any] = {}
    if centre is not None:
        held["centre"] = plain_centre(centre)
    if order is not None:
        held["order"] = [list(name) if isinstance(name, tuple) else name for name in order]
    return held
