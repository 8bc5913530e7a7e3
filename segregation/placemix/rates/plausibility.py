"""Whether a figure can be true: how many people its units would have to hold."""

from __future__ import annotations

import math

from placemix.errors import ImplausibleUnit, InvalidParameter


def plausible(share: float, people: float, units: int, *, largest: float) -> float:
    """Return how many people of a group each unit would hold, and refuse more than a unit can.

    Parameters
    ----------
    share
        Share of the group said to live in the units, from 0 to 1.
    people
        Size of the group.
    units
        Number of units.
    largest
        Most people that any unit of that kind holds.

    Returns
    -------
    each
        People of the group in the average unit.

    Raises
    ------
    ImplausibleUnit
        The units could not hold so many: the figure, or the kind of unit, is wrong.
    InvalidParameter
        The share is outside 0 to 1, or there are no units.

    Notes
    -----
    "67 per cent of all England's ethnic minority population live in the 88 most deprived wards" was
    printed in several places; 88 was the number of Neighbourhood Renewal *districts*.

    Examples
    --------
    >>> plausible(0.2, 4_460_000, 400, largest=30_000)
    2230.0
    >>> plausible(0.67, 4_460_000, 88, largest=30_000)
    Traceback (most recent call last):
        ...
    placemix.errors.ImplausibleUnit: 67 % of 4,460,000 people in 88 units would be 33,957 in each...
    """
    if not 0 <= share <= 1:
        message = f"A share lies between 0 and 1, not at {share:g}."
        raise InvalidParameter(message, remedy="Write 67 % as 0.67.")
    if not (units >= 1 and people >= 0 and largest > 0 and math.isfinite(people)):
        message = f"{people:g} people in {units:g} units of at most {largest:g} is no figure to check."
        raise InvalidParameter(message, remedy="Give people from 0, at least one unit, and the size of the largest.")
    each = share * people / units
    if each > largest:
        message = (
            f"{100 * share:g} % of {people:,.0f} people in {units:,} units would be {each:,.0f} in each, "
            f"and the largest holds {largest:,.0f}."
        )
        raise ImplausibleUnit(message, remedy="Check the kind of unit: districts are often misnamed wards.")
    return each
