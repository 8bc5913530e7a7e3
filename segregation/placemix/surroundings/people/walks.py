"""Walks outward over people: how the mix around a unit nears that of the whole."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts, checked, group_text
from placemix.errors import Approximated, InvalidParameter, UnmatchedUnit, did_you_mean, plural
from placemix.indices import trajectories as walks
from placemix.surroundings.people.nearest import ranks
from placemix.surroundings.points import Point, locate

#: How many numbers of people are looked at unless others are asked for.
_NUMBERS = 64


def trajectories(
    counts: Counts,
    units: Iterable[object] | None = None,
    *,
    people: float | Sequence[float] | None = None,
    shares: bool = False,
    point: Point = "centroid",
) -> pd.DataFrame:
    """Follow how unlike the whole the people around each unit are, as ever more of them are counted.

    From each unit one walks outward, nearest units first, and those equally far by their id as text. The
    divergence of the n nearest people from everyone, Σ p ln(p / P), is that of the unit itself at first, and 0
    when everyone is counted. A unit that is reached in part counts in part.

    Parameters
    ----------
    counts
        Counts with shapes or points on a projected map.
    units
        Ids of the units to start from. Default: all in which people live.
    people
        Numbers of people to look at. Default: 64, equally far apart as logarithms, from the people of a
        middling unit to everyone.
    shares
        Add the share of each group among those counted.
    point
        Which point stands for a shape.

    Returns
    -------
    table
        One row for each unit and number of people. Columns: `unit`, `people`, `distance` (of the farthest
        who are counted, in metres or the plane's own unit), `divergence` (in nats), `error` (how far off it
        may be at most), and with `shares` one column a group, ``share of`` its name.

    Raises
    ------
    InvalidParameter
        A number of people is not above 0 or more than there are, or nobody lives in a unit named.
    UnmatchedUnit
        There is no unit of that id.
    NoPlace, CRSMismatch, GeographicCRS
        As for `placemix.surroundings.nearest_people`.

    Warns
    -----
    Approximated
        There are more than 400 million pairs of units, so that rings of units were counted whole, with
        `distance` and `divergence` inside a ring in proportion; the message has the largest `error`.

    Notes
    -----
    People are those of the groups; a residual in none of them is not counted.

    References
    ----------
    Olteanu, Randon-Furling and Clark 2019.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town().residents("before")
    >>> first = town.units[0]
    >>> path = pm.surroundings.trajectories(town, [first], people=[500, 5000, float(town.values.sum())])
    >>> path["divergence"].is_monotonic_decreasing, path["divergence"].iloc[-1].item()
    (True, 0.0)
    """
    counts = checked(counts)
    places = walks.Located(locate(counts, point=point).xy, ranks(counts))
    here = counts.values.sum(axis=1)
    start = _origins(counts, units, here)
    numbers = _numbers(people, here)
    found, share = walks.profiles(counts.values, places=places, units=start, numbers=numbers, shares=shares)
    worst = float(found[2].max(initial=0.0))
    if worst > 0:
        message = (
            f"{plural(len(here), 'unit')} were counted by rings around each of {plural(len(start), 'unit')}: the "
            f"divergence is off by at most {worst:.2g} nats, {found[2].mean():.2g} in the mean; see the column error."
        )
        warnings.warn(Approximated(message), stacklevel=2)
    names = pd.Categorical.from_codes(np.repeat(np.arange(len(start)), len(numbers)), categories=counts.units[start])
    columns: dict[str, Any] = {"unit": names, "people": np.tile(numbers, len(start))}
    for place, name in enumerate(("distance", "divergence", "error")):
        columns[name] = found[place].reshape(-1)
    if shares:
        for place, group in enumerate(counts.groups):
            columns[f"share of {group_text(group)}"] = share[..., place].reshape(-1)
    # A nation's walks are hundreds of megabytes, which need not be held twice.
    return pd.DataFrame(columns, copy=False)


def _origins(counts: Counts, units: Iterable[object] | None, people: FloatArray) -> IntArray:
    if units is None:
        return np.flatnonzero(people > 0)
    asked = pd.Index([units] if isinstance(units, str) else [str(unit) for unit in units], dtype=counts.units.dtype)
    start = counts.units.get_indexer(asked)
    if (start < 0).any():
        missing = asked[start < 0]
        message = f"{plural(len(missing), 'unit is', 'units are')} not in the counts."
        raise UnmatchedUnit(message, units=missing, remedy=did_you_mean(missing[0], counts.units))
    if (people[start] <= 0).any():
        message = "Nobody lives in a unit to start from, so that nobody sees anything from there."
        raise InvalidParameter(message, units=asked[people[start] <= 0], remedy="Leave it out.")
    return np.asarray(start)


def _numbers(people: float | Sequence[float] | None, here: FloatArray) -> FloatArray:
    everyone = float(here.sum())
    if people is None:
        numbers = np.geomspace(float(np.median(here[here > 0])), everyone, _NUMBERS)
        numbers[-1] = everyone
        return np.unique(numbers)
    given = np.unique(np.atleast_1d(np.asarray(people, dtype=np.float64)))
    wrong = given[~((given > 0) & (given <= everyone * (1 + 1e-9)))]
    if len(wrong) or not len(given):
        message = f"people are numbers above 0, up to everyone ({everyone:,.10g}), not {wrong[:5].tolist()}."
        raise InvalidParameter(message, remedy="Leave out people= for a series up to everyone.")
    return np.minimum(given, everyone)
