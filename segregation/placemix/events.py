"""Events against residents: a rate needs both to be in the same places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from placemix._typing import FloatArray
from placemix.counts import Counts
from placemix.errors import DenominatorMismatch, EmptyTable, UnmatchedUnit, plural

#: Events are where residents are not if the units with the most events per resident that hold this share of
#: residents hold more than `MOST` of the events, and more than `BEYOND` times what chance would put there.
FEW = 0.01
MOST = 0.1
BEYOND = 2.0
#: The units with the most events that a message speaks of.
BUSIEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class EventConcentration:
    """How far events are from where residents are.

    Attributes
    ----------
    units
        Number of units with residents.
    residents
        Share of residents in the units with the most events per resident, as asked.
    events
        Share of the events in those units; the last one counts in part.
    expected
        Share of the events there if they fell on residents by chance, about.
    busiest, busiest_residents, busiest_events
        Number of the units with the most events, and their shares of residents and events.
    without_residents
        Share of the events in units where nobody lives.
    """

    units: int
    residents: float
    events: float
    expected: float
    busiest: int
    busiest_residents: float
    busiest_events: float
    without_residents: float

    def __str__(self) -> str:
        empty = f" {self.without_residents:.0%} of events are where nobody lives." if self.without_residents else ""
        return (
            f"The {self.busiest:,} of {self.units:,} units with the most events hold {self.busiest_residents:.1%} of "
            f"residents and {self.busiest_events:.0%} of events. The units with the most events per resident, up to "
            f"{self.residents:.1%} of residents, hold {self.events:.0%}, where chance would put "
            f"about {self.expected:.0%}.{empty}"
        )

    @property
    def apart(self) -> bool:
        """Whether the events are elsewhere than the residents, beyond what chance makes of few events."""
        return self.without_residents > MOST or (self.events > MOST and self.events > BEYOND * self.expected)


def event_concentration(
    events: Counts, people: Counts, *, residents: float = FEW, busiest: int = BUSIEST
) -> EventConcentration:
    """Compare where events are with where residents are.

    Units are put in order of their events per resident; of those that hold the first `residents`
    of all people, the share of events is told, beside the share that would be there if events fell
    on residents by chance (Poisson in each unit, ordered and cut the same way).

    Parameters
    ----------
    events, people
        Counts by unit; everyone of a unit is taken. Units without events may be absent from `events`.
    residents
        Share of residents, between 0 and 1.
    busiest
        How many of the units with the most events are told of beside.

    Raises
    ------
    UnmatchedUnit
        Units have events and are absent from `people`.
    EmptyTable
        There are no events or no residents.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> table = pd.DataFrame({"id": [f"u{n}" for n in range(200)], "x": 50, "y": 50})
    >>> people = pm.from_wide(table, groups=["x", "y"], unit="id")
    >>> events = pm.from_wide(table.assign(x=[120, *[0] * 199], y=1), groups=["x", "y"], unit="id")
    >>> found = event_concentration(events, people, busiest=1)
    >>> round(found.busiest_residents, 3), round(found.busiest_events, 3), found.apart
    (0.005, 0.378, True)
    """
    places = people.units.get_indexer(events.units)
    if (places < 0).any():
        message = f"{plural((places < 0).sum(), 'unit has', 'units have')} events and no row of residents."
        raise UnmatchedUnit(message, units=events.units[places < 0], remedy="Use one list of units for both.")
    if not (events.total.sum() > 0 and people.total.sum() > 0):
        message = "There are no events, or no residents, to compare."
        raise EmptyTable(message)
    here = np.zeros(len(people))
    np.add.at(here, places, events.total)
    living = people.total > 0
    share = people.total[living] / people.total.sum()
    number, everything = here[living], here.sum()
    rate = number / share
    order = np.argsort(-rate, kind="stable")
    reached = np.minimum(np.cumsum(share[order]), residents) - np.minimum(
        np.concatenate([[0.0], np.cumsum(share[order])[:-1]]), residents
    )
    part = np.divide(reached, share[order])
    most = np.argsort(-number, kind="stable")[:busiest]
    return EventConcentration(
        units=int(living.sum()),
        residents=residents,
        events=float((number[order] * part).sum() / everything),
        expected=_by_chance(share, number.sum(), residents),
        busiest=len(most),
        busiest_residents=float(share[most].sum()),
        busiest_events=float(number[most].sum() / everything),
        without_residents=float(here[~living].sum() / everything),
    )


def refuse_elsewhere(events: Counts, people: Counts) -> None:
    """Refuse residents as the denominator of events that are elsewhere.

    Raises
    ------
    DenominatorMismatch
        A few units with hardly any residents hold much of the events: those who live in a unit are
        not those to whom its events happen.
    """
    if not (events.total.sum() > 0 and people.total.sum() > 0):
        return
    found = event_concentration(events, people)
    if found.apart:
        message = f"Residents are no denominator for events that are recorded elsewhere. {found}"
        remedy = (
            "Divide at a larger level where both are the same people, such as the police force; "
            "map events by place without a rate."
        )
        raise DenominatorMismatch(message, remedy=remedy)


def _by_chance(share: FloatArray, number: float, residents: float) -> float:
    """Share of events in the units with most events per resident, if events were Poisson in each unit.

    A unit counts where its events per resident reach a threshold; the threshold is such that units
    with `residents` of all people reach it on average.
    """
    from scipy.stats import poisson

    if number <= 0:
        return residents
    mean = number * share

    def above(threshold: float) -> tuple[float, float]:
        least = np.ceil(threshold * share)
        people = float((share * poisson.sf(least - 1, mean)).sum())
        return people, float((mean * poisson.sf(least - 2, mean)).sum() / number)

    low, high = 0.0, number * 1e3 / share.min()
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if above(middle)[0] > residents else (low, middle)
    inner, outer = above(high), above(low)
    if outer[0] <= inner[0]:
        return min(inner[1], 1.0)
    # Between the two thresholds some units reach it in part.
    step = min(max((residents - inner[0]) / (outer[0] - inner[0]), 0.0), 1.0)
    return min(inner[1] + step * (outer[1] - inner[1]), 1.0)
