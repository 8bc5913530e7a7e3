"""Ways from homes to sites: straight lines, or a table of minutes; one site at a time, so that memory stays linear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.checks import id_text
from placemix.counts import Counts
from placemix.errors import InvalidParameter, InvalidTable, UnmatchedUnit
from placemix.lengths import equal_below, written
from placemix.scenarios.siting.sites import Sites
from placemix.schools.travelling.minutes import minutes_between
from placemix.surroundings.points import locate


@dataclass(frozen=True, eq=False)
class Ways:
    """What lies between homes and sites.

    Attributes
    ----------
    homes, ends
        Points, shape (units, 2) and (sites, 2), or None where a table is given.
    detour
        By what straight lines are multiplied.
    home, cost, bounds
        The table by site: those of site j are from ``bounds[j]`` to ``bounds[j + 1]``.
    units, sites
        How many there are.
    measured_in
        ``"metres"``, ``"units"`` or ``"minutes"``.
    equal
        Ways are equal that differ by less; 0 for a table.
    """

    homes: FloatArray | None
    ends: FloatArray | None
    detour: float
    home: IntArray
    cost: FloatArray
    bounds: IntArray
    units: int
    sites: int
    measured_in: str
    equal: float

    def to(self, site: int) -> FloatArray:
        """Ways of all units to a site, infinite where it cannot be reached, shape (units,)."""
        if self.homes is not None and self.ends is not None:
            apart = self.homes - self.ends[site]
            return np.asarray(np.hypot(apart[:, 0], apart[:, 1]) * self.detour)
        out = np.full(self.units, np.inf)
        here = slice(self.bounds[site], self.bounds[site + 1])
        out[self.home[here]] = self.cost[here]
        return out

    def nearest(self, which: BoolArray) -> FloatArray:
        """Ways to the nearest of some sites, infinite where none is reached, shape (units,)."""
        out = np.full(self.units, np.inf)
        for site in np.flatnonzero(which):
            np.minimum(out, self.to(int(site)), out=out)
        return out

    def reach(self, within: float | str | None, people: Counts) -> float:
        """Read how long a way may be, with room for the rounding of one that is just as long."""
        if within is None:
            return np.inf
        if self.homes is not None:
            return locate(people).length(within, "within") + self.equal
        return number_above(within, "within")

    @property
    def words(self) -> str:
        """How ways are measured, as a sentence."""
        return ways_words(self.detour, timed=self.homes is None)

    def said(self, reach: float) -> str:
        """Write a length of a way."""
        if self.measured_in == "minutes":
            return f"{reach:.10g} minutes"
        return written(reach - self.equal, "m" if self.measured_in == "metres" else "units")


def ways_of(
    people: Counts, sites: Sites, times: pd.DataFrame | None, detour: float, columns: tuple[str, str, str]
) -> Ways:
    """Make ways from points, or read them.

    Parameters
    ----------
    columns
        Names of the columns of units, sites and minutes of `times`.

    Raises
    ------
    InvalidParameter, UnknownColumn, UnmatchedUnit, DuplicateUnit, InvalidTable
        The detour is below 1; the table lacks a column, names what is not there, has a pair twice or negative minutes.
    """
    none = np.empty(0, dtype=np.int64)
    if number_above(detour, "detour") < 1 or (times is not None and detour != 1):
        message = "detour is at least 1." if times is None else "A table of times knows of detours itself."
        raise InvalidParameter(message, remedy="Straight lines are multiplied by it; leave it out to keep them.")
    if times is not None and not isinstance(times, pd.DataFrame):
        message = f"times is a table of units, sites and minutes, not a {type(times).__name__}."
        raise InvalidTable(message)
    many = len(sites.ids)
    if times is None:
        homes = locate(people)
        assert sites.xy is not None  # noqa: S101 (they were read with a map)
        named = "metres" if homes.unit == "m" else "units"
        equal = equal_below(np.concatenate([homes.xy, sites.xy])) * detour
        return Ways(homes.xy, sites.xy, float(detour), none, np.empty(0), none, len(people), many, named, equal)
    home, to, cost = minutes_between(times, people.units, sites.ids, columns=columns, words=("units", "sites"))
    order = np.argsort(to, kind="stable")
    bounds = np.searchsorted(to[order], np.arange(many + 1)).astype(np.int64)
    return Ways(None, None, 1.0, home[order], cost[order], bounds, len(people), many, "minutes", 0.0)


def ways_words(detour: float, *, timed: bool) -> str:
    """Say how ways are measured.

    Examples
    --------
    >>> ways_words(1.3, timed=False)
    'Ways are straight lines times 1.3.'
    """
    if timed:
        return "Ways are minutes of the table of times; a pair that is not in it is not reachable."
    return "Ways are straight lines." if detour == 1 else f"Ways are straight lines times {detour:g}."


def times_to(times: pd.DataFrame | None, ids: pd.Index, site: str) -> pd.DataFrame | None:
    """Give the rows of a table of times that are of these sites; what is no such table is left to `ways_of`."""
    if not isinstance(times, pd.DataFrame) or site not in times.columns:
        return times
    return times[times[site].map(id_text).isin(ids)]


def refuse_strangers(times: pd.DataFrame | None, every: set[str], site: str) -> None:
    """Refuse times to sites that are of no kind.

    Raises
    ------
    UnmatchedUnit
        The table names them.
    """
    if times is None:
        return
    named = times[site].map(id_text)
    strange = ~named.isin(every).to_numpy()
    if strange.any():
        message = "The table of times names sites that are not there."
        raise UnmatchedUnit(message, units=pd.Index(named[strange].unique()), remedy="Leave their rows out.")


def number_above(value: object, name: str) -> float:
    """Read a number above 0."""
    known = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not known or not 0 < float(value) < np.inf:  # type: ignore[arg-type]
        message = f"{name} is a number above 0, not {value!r}."
        raise InvalidParameter(message)
    return float(value)  # type: ignore[arg-type]
