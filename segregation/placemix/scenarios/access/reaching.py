"""Ways of the people and of the sites of schemes to services: how far the nearest is, and how many are in reach."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.checks import id_text
from placemix.counts import Counts
from placemix.errors import InvalidTable
from placemix.scenarios.access.services import Services
from placemix.scenarios.access.spots import Spots
from placemix.scenarios.siting.sites import Sites
from placemix.scenarios.siting.ways import Ways, refuse_strangers, times_to, ways_of
from placemix.schools.travelling.minutes import refuse_lacking
from placemix.surroundings.points import locate

#: Names of the columns of units, services and minutes.
Columns = tuple[str, str, str]


class Homes(NamedTuple):
    """Units of people, and after them the sites of schemes that are no units.

    Attributes
    ----------
    people
        All of them as counts; nobody lives at the sites yet.
    units
        How many are units of people.
    row
        Row of each scheme, shape (schemes,): its own, or that of its unit; -1 where it has none.
    """

    people: Counts
    units: int
    row: IntArray


def homes_of(people: Counts, spots: Spots, times: pd.DataFrame | None, columns: Columns) -> Homes:
    """Add the sites of schemes to the units of people.

    With a table of times a scheme has the rows under its own id, and otherwise those of the unit it lies in.

    Raises
    ------
    InvalidTable, UnknownColumn
        The times are no table, or lack a column.
    """
    own: IntArray
    row = np.full(len(spots.ids), -1, dtype=np.int64)
    named = people.units.get_indexer(spots.ids)
    if times is None:
        units = spots.schemes is None and isinstance(spots.carried, list)
        row = named.astype(np.int64) if units else row
        own = np.flatnonzero((row < 0) & spots.placed)
    else:
        if not isinstance(times, pd.DataFrame):
            message = f"times is a table of units, services and minutes, not a {type(times).__name__}."
            raise InvalidTable(message)
        refuse_lacking(times, list(columns), "The table of times")
        timed = spots.ids.isin(set(times[columns[0]].map(id_text)))
        row = np.where(timed, named, spots.unit).astype(np.int64)
        own = np.flatnonzero(timed & (named < 0))
    row[own] = len(people) + np.arange(len(own))
    return Homes(_with(people, spots, own, mapped=times is None), len(people), row)


def _with(people: Counts, spots: Spots, own: IntArray, *, mapped: bool) -> Counts:
    """Counts of the units and of sites where nobody lives, each at its point."""
    ids = [str(spots.ids[place]) if not mapped else f"site of {spots.ids[place]}" for place in own]
    geometry = None
    if mapped:
        import geopandas as gpd

        homes = locate(people)
        xy = np.concatenate([homes.xy, spots.xy[own]]) / homes.factor
        geometry = gpd.GeoSeries(gpd.points_from_xy(*xy.T), crs=homes.crs)
    nobody = np.zeros((len(own), len(people.groups)))
    return replace(
        people,
        values=np.concatenate([people.values, nobody]),
        total=np.concatenate([people.total, np.zeros(len(own))]),
        units=people.units.append(pd.Index(ids, dtype=people.units.dtype)),
        strata=pd.DataFrame(index=range(len(people) + len(own))),
        geometry=geometry,
        area=None,
        low=None,
        high=None,
        error=None,
    )


def ways_to(homes: Homes, sites: Sites, times: pd.DataFrame | None, detour: float, columns: Columns) -> Ways:
    """Make ways of all homes to services of a kind.

    Raises
    ------
    InvalidParameter, UnknownColumn, UnmatchedUnit, DuplicateUnit, InvalidTable
        As for `placemix.scenarios.siting.ways.ways_of`.
    """
    return ways_of(homes.people, sites, times_to(times, sites.ids, columns[1]), detour, columns)


def known_times(times: pd.DataFrame | None, services: Services, own: pd.Index, service: str) -> None:
    """Refuse a table of times to services that are not there; `own` are the ids of schemes, which may be.

    Raises
    ------
    UnmatchedUnit
        The table names others.
    """
    if times is None:
        return
    refuse_strangers(times, services.ids | set(own), service)


def at_the_door(times: pd.DataFrame | None, spots: Spots, columns: Columns) -> pd.DataFrame | None:
    """Add to a table of times that whoever lives in a scheme is 0 minutes from it, where it does not say otherwise."""
    unit, service, minutes = columns
    if times is None:
        return None
    homes, ends = times[unit].map(id_text), times[service].map(id_text)
    stated = set(homes[homes.to_numpy() == ends.to_numpy()])
    missing = [name for name in spots.ids if name in set(homes) and name not in stated]
    more = pd.DataFrame({unit: missing, service: missing, minutes: 0.0})
    return pd.concat([times[list(columns)].astype({unit: object, service: object}), more], ignore_index=True)


class Near(NamedTuple):
    """The nearest service of each home, and those within reach.

    Attributes
    ----------
    way
        Way to the nearest, infinite where none is reached, shape (homes,).
    which
        Position of the nearest, the first by id among those equally near, -1 where none is reached.
    number
        How many are within reach.
    """

    way: FloatArray
    which: IntArray
    number: FloatArray


def nearest(ways: Ways, ids: pd.Index, reach: float) -> Near:
    """Find the nearest service of each home, one service at a time."""
    near = np.full(ways.units, np.inf)
    which = np.full(ways.units, -1, dtype=np.int64)
    number = np.zeros(ways.units)
    for place in np.argsort(ids.to_numpy(dtype=object), kind="stable"):
        cost = ways.to(int(place))
        which[cost < near - ways.equal] = place
        near = np.minimum(near, cost)
        number += cost <= reach
    return Near(near, which, number)


def no_service(homes: Homes) -> Near:
    """Where no service is: nobody reaches any."""
    many = len(homes.people)
    return Near(np.full(many, np.inf), np.full(many, -1, dtype=np.int64), np.zeros(many))
