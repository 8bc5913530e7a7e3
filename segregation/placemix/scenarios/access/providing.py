"""Services that schemes provide: which kinds, from which year on, and at which sites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from placemix._typing import IntArray
from placemix.errors import (
    DuplicateUnit,
    InvalidParameter,
    PlacemixError,
    did_you_mean,
    listed,
    together,
)
from placemix.scenarios.access.services import Services
from placemix.scenarios.access.spots import Spots
from placemix.scenarios.schemes.proposals import Scheme
from placemix.scenarios.siting.sites import Sites


class Provision(NamedTuple):
    """Services of one kind that a scheme provides.

    Attributes
    ----------
    scheme
        Position of the scheme.
    kind
        Their kind.
    number
        How many are open.
    places
        Places of those; NaN where one does not state them.
    """

    scheme: int
    kind: str
    number: int
    places: float


def provisions_of(
    schemes: tuple[Scheme, ...] | None, year: int | None, kinds: Sequence[str] | None = None
) -> tuple[list[Provision], str]:
    """List what schemes provide, kind by kind, and say which services are not open or of which nobody knows.

    Parameters
    ----------
    schemes
        The schemes, or None where points were given.
    year
        Year of the comparison; services that open later are not open.
    kinds
        Kinds that are asked about. Default: all.

    Raises
    ------
    InvalidParameter
        The year is none.
    """
    whole = isinstance(year, int | np.integer) and not isinstance(year, bool)
    if year is not None and not whole:
        message = f"year is a whole year, not {year!r}."
        raise InvalidParameter(message, remedy="Write 2030.")
    found: list[Provision] = []
    later: list[str] = []
    undated: list[str] = []
    for place, one in enumerate(schemes or ()):
        if not len(one.services):
            continue
        table = one.services.assign(opens=one.opening)
        for kind in dict.fromkeys(table["kind"]):
            if kinds is not None and kind not in kinds:
                continue
            mine = table[table["kind"] == kind]
            closed = mine["opens"].fillna(0) > year if year is not None else np.zeros(len(mine), dtype=bool)
            later += [f"{kind} of {one.reference} ({when})" for when in mine.loc[closed, "opens"]]
            if year is not None and mine["opens"].isna().any():
                undated.append(f"{kind} of {one.reference}")
            is_open = mine[~np.asarray(closed, dtype=bool)]
            places = is_open["places"].to_numpy(dtype=np.float64, na_value=np.nan)
            found.append(Provision(place, str(kind), len(is_open), float(places.sum()) if len(places) else 0.0))
    said = [
        f"Not open by {year}: {listed(later, shown=10)}." if later else "",
        f"Without a year, and taken to be open by {year}: {listed(undated, shown=10)}." if undated else "",
    ]
    return found, " ".join(filter(None, said))


def asked_of(provisions: Sequence[Provision], services: Services, kinds: Sequence[str] | str | None) -> list[str]:
    """Return the kinds of what schemes provide that are asked about.

    Raises
    ------
    InvalidParameter
        A scheme provides a kind that no existing service is of, and that nobody named: it may be written otherwise.
    """
    provided = list(dict.fromkeys(one.kind for one in provisions))
    if kinds is not None:
        return [name for name in provided if name in services.kinds]
    faults: list[PlacemixError] = [
        InvalidParameter(
            f"No existing service is of the kind {name!r} that a scheme provides.",
            remedy=f"{did_you_mean(name, services.known)} If there is none yet, name all kinds in kinds=.".strip(),
        )
        for name in provided
        if name not in services.kinds
    ]
    if faults:
        raise together(faults)
    return provided


def own_sites(spots: Spots, which: IntArray, services: Services, *, mapped: bool) -> Sites:
    """Make sites of what schemes provide: each at its scheme's point, under its reference in a table of times.

    Raises
    ------
    DuplicateUnit
        In a table of times nobody could tell a scheme from a service of the same id.
    """
    ids = spots.ids[which]
    twice = [] if mapped else sorted(services.ids & set(ids))
    if twice:
        message = "A service has the id of a scheme."
        raise DuplicateUnit(message, units=twice, remedy="Rename one of the two, also in the table of times.")
    many = len(which)
    return Sites(ids, np.zeros(many, dtype=bool), spots.xy[which] if mapped else None, None, np.ones(many))
