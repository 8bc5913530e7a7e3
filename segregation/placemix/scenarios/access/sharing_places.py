"""Places near schemes: each place of a kind, its users without the scheme, and with its newcomers and its own place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.counts import Counts
from placemix.scenarios.access.drawing import Drawn, Hoods, drawn
from placemix.scenarios.access.reaching import Columns, Homes, ways_to
from placemix.scenarios.access.spots import Spots
from placemix.scenarios.siting.catching import Catchments, Rule, catchments, one_more, ruled
from placemix.scenarios.siting.sites import Sites
from placemix.scenarios.siting.ways import Ways

#: How a place stands to the scheme.
EXISTING, OWN = "existing", "of the scheme"


class Asked(NamedTuple):
    """By what rule people use places, and how far these may be.

    Attributes
    ----------
    by, number, within, beta, attraction
        As in `placemix.scenarios.service_users`.
    reach
        How far from the scheme a place may be.
    times, detour, columns
        How ways are measured.
    """

    by: str
    number: float | None
    within: float | str | None
    beta: float | None
    attraction: str | None
    reach: float
    times: pd.DataFrame | None
    detour: float
    columns: Columns

    def rule(self, people: Counts, ways: Ways) -> Rule:
        """Read the rule for a kind of place.

        Raises
        ------
        InvalidParameter
            There is no such rule, it lacks a number, or is given one that it does not use.
        """
        return ruled(
            people, ways, by=self.by, number=self.number, within=self.within, beta=self.beta, attraction=self.attraction
        )


class Shared(NamedTuple):
    """One place near one scheme.

    Attributes
    ----------
    scheme
        Position of the scheme.
    place, status, way
        Its id, whose it is, and how far it is from the scheme.
    before, after
        Its users; None before where it is not there.
    of_the_scheme
        Users of each group, and all of them, who are newcomers of the scheme.
    """

    scheme: int
    place: str
    status: str
    way: float
    before: Drawn | None
    after: Drawn
    of_the_scheme: FloatArray


class Near(NamedTuple):
    """Who lives where, and who would come.

    Attributes
    ----------
    homes, spots, hoods
        Where people, schemes and neighbourhoods are.
    folk
        People of each group, and everyone, in each home, shape (homes, groups + 1).
    come
        Newcomers of each scheme likewise, shape (schemes, groups + 1).
    """

    homes: Homes
    spots: Spots
    hoods: Hoods
    folk: FloatArray
    come: FloatArray

    def with_newcomers(self, scheme: int) -> Counts:
        """Counts of the homes with the newcomers of a scheme."""
        people, row = self.homes.people, self.homes.row[scheme]
        values, total = people.values.copy(), people.total.copy()
        values[row] += self.come[scheme, :-1]
        total[row] += self.come[scheme, -1]
        return replace(people, values=values, total=total)


def shared_places(
    near: Near, sites: Sites | None, ways: Ways | None, own: dict[int, Sites], asked: Asked
) -> Iterator[Shared]:
    """Give the places of one kind near each scheme.

    Parameters
    ----------
    near
        Who lives where, and who would come.
    sites, ways
        Places of the kind that exist, and ways to them, or None.
    own
        Place of the kind that a scheme brings, by position of the scheme.
    asked
        By what rule people use them.
    """
    placed = [int(scheme) for scheme in np.flatnonzero(near.homes.row >= 0)]
    # By these rules nobody leaves a place for another, so that one more changes nothing at those there are.
    alone = asked.by in {"nearest people", "radius"}
    competing: dict[int, list[tuple[int, float, Drawn]]] = {} if alone else {one: [] for one in placed if one in own}
    caught: Catchments | None = None
    if sites is not None and ways is not None:
        people = near.homes.people
        caught = catchments(people, sites, ways, asked.rule(people, ways), at_once=True)
        # Place by place, so that one is worked out once for all schemes near it, and none is kept.
        for place in range(len(sites.ids)):
            cost = ways.to(place)
            close = [one for one in placed if cost[near.homes.row[one]] <= asked.reach + ways.equal]
            if not close:
                continue
            part = caught.of(place)[0]
            before = drawn(part, near.folk, np.zeros(near.folk.shape[1]), 0, near.hoods)
            for one in close:
                way = float(cost[near.homes.row[one]])
                if one in competing:
                    competing[one].append((place, way, before))
                    continue
                # By the other rules who uses a place does not hang on how many others live near it.
                crowded = asked.by == "nearest people" and near.come[one, -1] > 0
                then = replace(caught, people=near.with_newcomers(one)).of(place)[0] if crowded else part
                yield _shared(near, one, str(sites.ids[place]), EXISTING, way, before, then)
    for one in placed:
        if one in own:
            wider = _widened(near, one, None if alone else caught, own[one], asked)
            for place, way, before in competing.get(one, []):
                yield _shared(near, one, str(wider.sites.ids[place]), EXISTING, way, before, wider.of(place)[0])
            last = len(wider.sites.ids) - 1
            yield _shared(near, one, str(wider.sites.ids[last]), OWN, 0.0, None, wider.of(last)[0])


def _widened(near: Near, scheme: int, caught: Catchments | None, own: Sites, asked: Asked) -> Catchments:
    """Catchments with the newcomers of a scheme and its own place, beside those it competes with."""
    every = own if caught is None else _joined(caught.sites, own)
    ways = ways_to(near.homes, every, asked.times, asked.detour, asked.columns)
    if caught is not None:
        return one_more(caught, every, ways)
    people = near.with_newcomers(scheme)
    return catchments(people, every, ways, asked.rule(people, ways), at_once=True)


def _joined(sites: Sites, own: Sites) -> Sites:
    """Places that exist, and after them that of a scheme."""
    xy = None if sites.xy is None or own.xy is None else np.concatenate([sites.xy, own.xy])
    here = np.zeros(len(sites.ids) + 1, dtype=bool)
    return Sites(sites.ids.append(own.ids), here, xy, None, np.concatenate([sites.pull, own.pull]))


def _shared(
    near: Near, scheme: int, place: str, status: str, way: float, before: Drawn | None, part: FloatArray
) -> Shared:
    row, come = int(near.homes.row[scheme]), near.come[scheme]
    after = drawn(part, near.folk, come, row, near.hoods)
    return Shared(scheme, place, status, way, before, after, part[row] * come)
