"""Which part of each unit's people would use a site: the nearest so many, all within a radius, or by attraction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.counts import Counts
from placemix.errors import InvalidParameter, PlacemixError, did_you_mean, together
from placemix.scenarios.siting.sites import Sites
from placemix.scenarios.siting.ways import Ways, number_above
from placemix.surroundings.people.nearest import ranks

#: Who would use a site.
By: TypeAlias = Literal["nearest people", "radius", "huff", "nearest service"]
#: What each rule needs, and what it may be given.
_TAKES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "nearest people": (frozenset({"number"}), frozenset({"number"})),
    "radius": (frozenset({"within"}), frozenset({"within"})),
    "huff": (frozenset({"beta"}), frozenset({"beta", "within", "attraction"})),
    "nearest service": (frozenset(), frozenset({"within"})),
}
#: Share of everyone by which a number of people may exceed them: the rounding of fractions.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Rule:
    """Who would use a site.

    Attributes
    ----------
    by
        Name of the rule.
    number
        How many people are the nearest.
    within
        How long a way may be; infinite without a limit.
    beta
        Power of the way by which attraction falls.
    text
        The rule, as a sentence.
    """

    by: str
    number: float
    within: float
    beta: float
    text: str


def ruled(
    people: Counts,
    ways: Ways,
    *,
    by: str,
    number: float | None,
    within: float | str | None,
    beta: float | None,
    attraction: str | None,
    spare: frozenset[str] = frozenset(),
) -> Rule:
    """Read a rule; `spare` may be given without need.

    Raises
    ------
    InvalidParameter
        There is no such rule, it lacks a number, or is given one that it does not use.
    """
    if by not in _TAKES:
        message = f"by is {', '.join(map(repr, _TAKES))}, not {by!r}."
        raise InvalidParameter(message, remedy=did_you_mean(by, _TAKES))
    needs, takes = _TAKES[by]
    given = {"number": number, "within": within, "beta": beta, "attraction": attraction}
    faults: list[PlacemixError] = []
    for name, value in given.items():
        if value is None and name in needs:
            faults.append(InvalidParameter(f"by={by!r} needs {name}=."))
        if value is not None and name not in takes | spare:
            faults.append(InvalidParameter(f"by={by!r} does not use {name}=.", remedy="Leave it out."))
    if faults:
        raise together(faults)
    reach = ways.reach(within if "within" in takes else None, people)
    limit = "" if np.isinf(reach) else f" within {ways.said(reach)}"
    many = np.nan if by != "nearest people" else number_above(number, "number")
    power = np.nan if by != "huff" else number_above(beta, "beta")
    texts = {
        "nearest people": f"Users are the nearest {many:,.10g} people, the last unit in part, whatever else is open.",
        "radius": f"Users are all{limit}, whatever else is open.",
        "huff": f"Users{limit} spread over open services by attraction over the way to the power {power:g} (Huff).",
        "nearest service": f"Users{limit} are those for whom no other open service is nearer.",
    }
    return Rule(by, many, reach, power, texts[by])


@dataclass(frozen=True, eq=False)
class Catchments:
    """Which part of each unit's people would use each site.

    Attributes
    ----------
    people, sites, ways, rule
        Who, what, how far, and by what rule.
    rank
        Rank of each unit among those equally far.
    always
        Which sites are open whatever happens: all of them, or those that exist.
    near
        Way to the nearest of these, shape (units,).
    pull
        What these draw each unit with, beside the nearest, shape (units,).
    """

    people: Counts
    sites: Sites
    ways: Ways
    rule: Rule
    rank: IntArray
    always: BoolArray
    near: FloatArray
    pull: FloatArray

    def of(self, site: int) -> tuple[FloatArray, BoolArray]:
        """Give the part of each unit that uses a site, and which units reach a service that is open then."""
        cost = self.ways.to(site)
        near = np.minimum(self.near, cost)
        reached = np.isfinite(self._limited(near))
        by = self.rule.by
        if by == "nearest people":
            return _nearest(cost, self.people.total, self.rule.number, self.rank, self.ways.equal), reached
        cost = self._limited(cost)
        if by == "radius":
            return np.isfinite(cost).astype(np.float64), reached
        open_already = bool(self.always[site])
        if by == "nearest service":
            first = self._first(cost, near)
            if open_already:
                return np.divide(first, self.pull, out=np.zeros_like(first), where=self.pull > 0), reached
            # Who is as near to an existing service stays with it.
            return first * (cost < self.near - self.ways.equal), reached
        own = self.sites.pull[site] * _relative(near, cost, self.rule.beta)
        every = self.pull * _relative(near, self._limited(self.near), self.rule.beta)
        if not open_already:
            every = every + own
        return np.divide(own, every, out=np.zeros_like(own), where=every > 0), reached

    def _limited(self, cost: FloatArray) -> FloatArray:
        return np.where(cost <= self.rule.within, cost, np.inf)

    def _first(self, cost: FloatArray, near: FloatArray) -> FloatArray:
        return _first(cost, near, self.ways.equal)


def catchments(people: Counts, sites: Sites, ways: Ways, rule: Rule, *, at_once: bool) -> Catchments:
    """Make catchments of sites that are all open at once, or each alone beside the existing services."""
    always = np.ones(len(sites.ids), dtype=bool) if at_once else sites.existing
    near = ways.nearest(always)
    pull = np.zeros(len(people))
    for site in np.flatnonzero(always) if rule.by in ("huff", "nearest service") else ():
        cost = ways.to(int(site))
        cost[cost > rule.within] = np.inf
        if rule.by == "huff":
            pull += sites.pull[site] * _relative(near, cost, rule.beta)
        else:
            pull += _first(cost, near, ways.equal)
    return Catchments(people, sites, ways, rule, ranks(people), always, near, pull)


def one_more(caught: Catchments, sites: Sites, ways: Ways) -> Catchments:
    """Open one more site, the last, beside sites that are all open at once; for those nothing is worked out anew.

    Parameters
    ----------
    caught
        Catchments without it.
    sites, ways
        All sites, and ways to them.
    """
    rule, last = caught.rule, len(sites.ids) - 1
    cost = ways.to(last)
    near = np.minimum(caught.near, cost)
    cost[cost > rule.within] = np.inf
    pull = caught.pull
    if rule.by == "huff":
        pull = pull * _relative(near, caught.near, rule.beta) + sites.pull[last] * _relative(near, cost, rule.beta)
    elif rule.by == "nearest service":
        pull = pull * _first(caught.near, near, ways.equal) + _first(cost, near, ways.equal)
    open_now = np.ones(len(sites.ids), dtype=bool)
    return Catchments(caught.people, sites, ways, rule, caught.rank, open_now, near, pull)


def _first(cost: FloatArray, near: FloatArray, equal: float) -> FloatArray:
    return (np.isfinite(cost) & (cost <= near + equal)).astype(np.float64)


def _relative(near: FloatArray, cost: FloatArray, beta: float) -> FloatArray:
    """Give (near / cost) to a power: 1 at the nearest, also where its way is 0, and 0 where there is no way."""
    finite = np.isfinite(cost) & np.isfinite(near)
    part = np.divide(near, cost, out=np.ones(len(cost)), where=finite & (cost > 0))
    return np.asarray(np.where(finite, part, 0.0) ** beta)


def _nearest(cost: FloatArray, people: FloatArray, number: float, rank: IntArray, equal: float) -> FloatArray:
    """Give 1 to the nearest units, part to the last, in the order in which `nearest_people` counts them."""
    share = np.zeros(len(cost))
    there = np.flatnonzero(np.isfinite(cost) & (people > 0))
    if people[there].sum() <= number * (1 + _ROUNDING):
        share[there] = 1.0
        return share
    away, many = cost[there], people[there]
    # Most candidates need few units: only those within a bound are sorted.
    kept = min(len(there), 16 + int(2 * number / many.mean()))
    while kept < len(there):
        bound = np.partition(away, kept - 1)[kept - 1]
        if many[away < bound - 2 * equal].sum() >= number:
            there, away, many = (array[away <= bound] for array in (there, away, many))
            break
        kept *= 2
    order = np.lexsort((rank[there], np.rint(away / equal) if equal else away))
    reached = np.cumsum(many[order])
    last = int(np.searchsorted(reached, number * (1 - 1e-12)))
    share[there[order[:last]]] = 1.0
    before = reached[last - 1] if last else 0.0
    share[there[order[last]]] = min((number - before) / many[order[last]], 1.0)
    return share
