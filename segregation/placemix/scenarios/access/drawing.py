"""Who would share a place: its users by group and the two neighbourhoods it draws on, without and with a scheme."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts
from placemix.scenarios.access.reaching import Homes
from placemix.scenarios.access.spots import Spots, strata_of


class Hoods(NamedTuple):
    """Neighbourhoods of homes.

    Attributes
    ----------
    codes
        Neighbourhood of each home, shape (homes,).
    names
        Their names.
    """

    codes: IntArray
    names: list[str]


def hoods_of(people: Counts, homes: Homes, spots: Spots, neighbourhood: str | None) -> Hoods:
    """Say which neighbourhood each home is in: a scheme in that of its unit, or outside the map in one of its own.

    Raises
    ------
    UnknownColumn
        The counts carry no strata of that name.
    """
    if neighbourhood is None:
        own, names = np.arange(len(people)), [str(name) for name in people.units]
    else:
        own, names = strata_of(people, neighbourhood)
    codes = np.concatenate([own, np.full(len(homes.people) - homes.units, -1)]).astype(np.int64)
    for spot in np.flatnonzero(homes.row >= homes.units):
        if spots.unit[spot] >= 0:
            codes[homes.row[spot]] = own[spots.unit[spot]]
        else:
            codes[homes.row[spot]] = len(names)
            names = [*names, str(spots.ids[spot])]
    return Hoods(codes, names)


class Drawn(NamedTuple):
    """Users of a place.

    Attributes
    ----------
    users
        Users of each group, and all of them, shape (groups + 1,).
    hoods
        Positions of the two neighbourhoods with most users, -1 where there is none.
    shares
        Their shares of all users.
    between
        Half the sum of differences between the mixes of users from the two, NaN without two.
    """

    users: FloatArray
    hoods: tuple[int, int]
    shares: tuple[float, float]
    between: float


def drawn(part: FloatArray, folk: FloatArray, come: FloatArray, row: int, hoods: Hoods) -> Drawn:
    """Sum up the users of a place.

    Parameters
    ----------
    part
        Which part of each home's people use it, shape (homes,).
    folk
        People of each group, and everyone, in each home, shape (homes, groups + 1).
    come, row
        Newcomers likewise, shape (groups + 1,), and where they live.
    hoods
        Neighbourhoods of homes.
    """
    users = part @ folk + part[row] * come
    of_hood = np.bincount(hoods.codes[hoods.codes >= 0], (part * folk[:, -1])[hoods.codes >= 0], len(hoods.names))
    of_hood[hoods.codes[row]] += part[row] * come[-1]
    # Those with as many users come by name, whatever the order of rows.
    top = np.flatnonzero(of_hood >= np.sort(of_hood)[-2:][0]) if len(of_hood) > 1 else np.arange(len(of_hood))
    ranked = sorted((int(one) for one in top if of_hood[one] > 0), key=lambda one: (-of_hood[one], hoods.names[one]))
    found = [*ranked[:2], -1, -1][:2]
    shares = [of_hood[one] / users[-1] if one >= 0 else np.nan for one in found]
    mixes = [_users_of(part, folk, come, row, hoods.codes == one) for one in found if one >= 0]
    between = apart(*mixes) if len(mixes) == 2 else np.nan
    return Drawn(users, (found[0], found[1]), (shares[0], shares[1]), between)


def _users_of(part: FloatArray, folk: FloatArray, come: FloatArray, row: int, here: FloatArray) -> FloatArray:
    """Users of each group who live here."""
    users = part[here] @ folk[here, :-1]
    return users + part[row] * come[:-1] if here[row] else users


def apart(one: FloatArray, other: FloatArray) -> float:
    """Half the sum of absolute differences of two mixes, by the groups alone; from 0 (alike) to 1, or NaN.

    Examples
    --------
    >>> import numpy as np
    >>> apart(np.array([80.0, 20.0]), np.array([120.0, 280.0]))
    0.5
    """
    if not (one.sum() > 0 and other.sum() > 0):
        return float("nan")
    return float(np.abs(one / one.sum() - other / other.sum()).sum() / 2)
