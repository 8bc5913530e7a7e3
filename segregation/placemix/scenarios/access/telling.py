"""What is told with every result: how ways are measured, what is within reach, and which sites lie outside."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.counts import Counts
from placemix.errors import InvalidParameter, plural
from placemix.lengths import written
from placemix.scenarios.access.spots import Spots
from placemix.scenarios.siting.using import EVERYONE
from placemix.scenarios.siting.ways import Ways, number_above, ways_words
from placemix.surroundings.points import locate

#: Names of those counted that a sentence can use as they are.
_WHOM = ("residents", "households", "children", "pupils", "homes", "dwellings", "persons")


class Told(NamedTuple):
    """How ways are measured.

    Attributes
    ----------
    reach
        How long a way may be.
    measured_in
        ``"metres"``, ``"units"`` or ``"minutes"``.
    text
        Both, as sentences.
    whom
        What those counted are called.
    """

    reach: float
    measured_in: str
    text: str
    whom: str

    def of(self, group: str) -> str:
        """Name everyone, or a group."""
        return self.whom if group == EVERYONE else f"{self.whom} of the group {group}"

    def limit(self, ways: Ways) -> float:
        """Give the reach with room for the rounding of a way that is just as long."""
        return self.reach + ways.equal

    def way(self, length: float) -> str:
        """Write a way for a reader."""
        return way_text(length, self.measured_in)


def told_of(people: Counts, reach: float | str | None, times: pd.DataFrame | None, detour: float) -> Told:
    """Read what is within reach, and say how ways are measured.

    Raises
    ------
    InvalidParameter
        No reach is given, or it is no length above 0.
    """
    if reach is None:
        message = "reach= is needed: it says what is within reach."
        raise InvalidParameter(message, remedy="Say how long a way may be, such as '1 km'.")
    if times is not None:
        long, measured_in = number_above(reach, "reach"), "minutes"
    else:
        homes = locate(people)
        long, measured_in = homes.length(reach, "reach"), "metres" if homes.unit == "m" else "units"
    words = ways_words(detour, timed=times is not None)
    universe = str(people.about.universe).casefold()
    whom = universe if universe in _WHOM else "people"
    return Told(long, measured_in, f"Within reach: {way_text(long, measured_in)}. {words}", whom)


def way_text(way: float, measured_in: str) -> str:
    """Write a way for a reader.

    Examples
    --------
    >>> way_text(423.4, "metres"), way_text(12.25, "minutes")
    ('423 m', '12.2 minutes')
    """
    if measured_in == "minutes":
        return f"{way:.3g} minutes"
    return written(way, "m") if measured_in == "metres" else f"{way:,.4g} units"


def with_article(kind: str) -> str:
    """Write a kind with its article.

    Examples
    --------
    >>> with_article("library"), with_article("arts centre")
    ('a library', 'an arts centre')
    """
    return f"{'an' if kind[:1].casefold() in set('aeio') else 'a'} {kind}"


def provided_by(spots: Spots, kind: str) -> FloatArray:
    """Count services of a kind that each scheme provides; missing where points were given."""
    if spots.schemes is None:
        return np.full(len(spots.ids), np.nan)
    return np.array([float(one.services["kind"].tolist().count(kind)) for one in spots.schemes])


def outside_note(spots: Spots) -> str:
    """Say how many sites lie outside the map, or nothing."""
    many = int(spots.outside.fillna(value=False).sum())
    lie = plural(many, "site lies", "sites lie")
    return f"{lie} outside the map, whose people and services beyond it are not counted." if many else ""
