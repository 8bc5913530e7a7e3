"""Who gets a place where: one run of deferred acceptance, with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.about import About
from placemix.counts import Counts
from placemix.errors import InvalidParameter, NotCounts, did_you_mean
from placemix.inference.drawing import checked, stream
from placemix.results import Result, remember
from placemix.schools.allocation._accepting import accepted
from placemix.schools.allocation.markets import OTHERS, Market
from placemix.schools.allocation.recalling import call_of
from placemix.strata import categorical

TieBreak: TypeAlias = Literal["distance", "single lottery", "multiple lottery"]
Unplaced: TypeAlias = Literal["leave", "nearest"]
#: One tie-break for all schools, or that of each policy.
TieBreaks: TypeAlias = TieBreak | Mapping[str, TieBreak]

#: What breaks ties.
TIE_BREAKS = ("distance", "single lottery", "multiple lottery")
#: Name of the unit of those whom no school took.
NOWHERE = "no school"


def admit(market: Market, *, tie_break: TieBreaks, unplaced: Unplaced = "leave", seed: int = 0) -> Result:
    """Give places to pupils by deferred acceptance.

    Pupils propose to their schools in the order of their form, and schools keep those whom their criteria put first,
    so far as they have places, until nobody is turned away any more. No pupil and school then both prefer each other
    to what they have (the outcome is stable), each pupil does as well as in any stable outcome, and
    nobody gains by naming schools in another order than the true one. With bands this is only nearly so, since the
    seats of a band follow who applies, and criteria are looked at within a band.

    Parameters
    ----------
    market
        Made by `market`.
    tie_break
        Who goes first among those who meet the same criterion: the nearest (of equally near ones the first by id as
        text, which coarse distances leave much to), or by lot, with one number for each pupil
        (``"single lottery"``) or one for each pupil and school (``"multiple lottery"``). A mapping gives that of each
        policy.
    unplaced
        Whether pupils whom no school of their form takes are left without, or sent to the nearest school with places
        (needs coordinates), the nearest pairs first.
    seed
        Seed of the lottery. The same seed gives the same places for any order of the rows.

    Returns
    -------
    places
        One row a pupil, by id. Columns: `pupil`, `group`, `school` (missing for none), `how` (``"preference"``,
        ``"nearest with places"``, ``"no school"``), `rank` of the preference, `criterion` by which the place was
        given, `distance` (that of the form; in a straight line for those sent to the nearest), `tie_break`, `seed`,
        `note` (what was skipped), `version`.

    Raises
    ------
    InvalidParameter
        A tie-break is unknown or by distances that the market lacks, or coordinates are missing.

    References
    ----------
    Gale and Shapley 1962; Abdulkadiroğlu and Sönmez 2003.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> pupils = pd.DataFrame({"pupil": list("abc"), "group": ["x", "x", "y"], "sibling": [False, False, True]})
    >>> schools = pd.DataFrame({"school": ["N", "S"], "places": [1, 2]})
    >>> forms = pd.DataFrame({"pupil": list("aabbcc"), "school": list("NSNSNS"), "rank": [1, 2] * 3,
    ...                       "distance": [1, 9, 2, 8, 3, 7]})
    >>> homes = pm.schools.market(pupils, schools, forms, group="group", criteria=["sibling"], distance="distance")
    >>> pm.schools.admit(homes, tie_break="distance")[["pupil", "school", "rank", "criterion"]]
      pupil school  rank  criterion
    0     a      S     2  tie-break
    1     b      S     2  tie-break
    2     c      N     1    sibling
    """
    made = ready(market, tie_break, unplaced)
    checked(1, seed)
    outcome = made.run(np.random.default_rng(0) if not made.by_lot else stream(seed, 0))
    got, school = outcome.preference, outcome.school
    how = np.where(got >= 0, "preference", np.where(school >= 0, "nearest with places", NOWHERE))
    chosen = np.maximum(got, 0)
    rank = pd.array(np.where(got >= 0, _taken(market.rank, chosen), 0), dtype="Int64")
    rank[got < 0] = pd.NA
    criteria = np.array([*(_criterion(market, place) for place in range(len(market.school))), None], dtype=object)
    frame = pd.DataFrame(
        {
            "pupil": np.asarray(market.pupils, dtype=object),
            "group": pd.Categorical.from_codes(market.group, categories=list(market.groups)),
            "school": np.array([*market.schools, None], dtype=object)[school],
            "how": how,
            "rank": rank,
            "criterion": criteria[np.where(got >= 0, got, -1)],
            "distance": made.travelled(outcome),
            "tie_break": made.said,
            "seed": seed,
            "note": " ".join(market.notes) or None,
            "version": __version__,
        }
    )
    result = remember(
        frame, call_of("schools.admit", market, {"tie_break": tie_break, "unplaced": unplaced, "seed": seed})
    )
    result.attrs["cites"] = ("gale_1962", "abdulkadiroglu_2003")
    return result


def intake(places: pd.DataFrame) -> Counts:
    """Count the pupils whom each school took, by group; those without a school are a unit of their own.

    Parameters
    ----------
    places
        What `admit` gave.

    Returns
    -------
    counts
        One unit for each school that took anybody, and ``"no school"`` if anybody has none: no child is lost.
    """
    if not isinstance(places, pd.DataFrame) or not {"school", "group"} <= set(places.columns):
        message = "The places that admit gave are needed."
        raise NotCounts(message)
    school = places["school"].astype(object).where(places["school"].notna(), NOWHERE)
    table = pd.crosstab(school, places["group"], dropna=False)
    return Counts(
        values=table.to_numpy(dtype=np.float64),
        groups=tuple(map(str, table.columns)),
        units=pd.Index(table.index.astype(str), dtype=str, name="unit"),
        total=table.to_numpy(dtype=np.float64).sum(axis=1),
        strata=pd.DataFrame({"placed": categorical(np.where(table.index == NOWHERE, "no", "yes"))}),
        about=About(universe="pupils"),
    )


class Outcome(NamedTuple):
    """Where pupils end.

    Attributes
    ----------
    preference
        Which preference each pupil got, -1 for none, shape (pupils,).
    school
        School of each pupil, -1 for none, shape (pupils,).
    """

    preference: IntArray
    school: IntArray


class Ready(NamedTuple):
    """A market with its tie-breaks, which can be run many times.

    Attributes
    ----------
    market
        Pupils and schools.
    start, preference, seat, base, lot
        As the kernel takes them, with the seats of bands as schools of their own: first entry of each pupil; which
        preference an entry is of; its seat; what its key begins with; what kind of lot is added, shape (entries,).
    seats
        Places of each seat.
    by_lot
        Whether anything is drawn.
    unplaced
        What becomes of pupils without a place.
    said
        The tie-breaks, in words.
    """

    market: Market
    start: IntArray
    preference: IntArray
    seat: IntArray
    base: FloatArray
    lot: IntArray
    seats: IntArray
    by_lot: bool
    unplaced: Unplaced
    said: str

    def run(self, rng: np.random.Generator) -> Outcome:
        """One run, with lots from these random numbers."""
        key = self.base
        if self.by_lot:
            # All numbers are drawn whatever is used, so that single and multiple lots are of the same stream.
            single, multiple = rng.random(len(self.market.pupils)), rng.random(len(self.market.school))
            pupil = np.repeat(np.arange(len(self.market.pupils)), np.diff(self.start))
            drawn = np.where(self.lot == 1, single[pupil], multiple[self.preference])
            key = key + np.where(self.lot > 0, drawn, 0.0)
        entry = accepted(self.start, self.seat, key, self.seats)
        got = np.where(entry >= 0, _taken(self.preference, np.maximum(entry, 0)), -1)
        school = np.where(got >= 0, _taken(self.market.school, np.maximum(got, 0)), -1)
        if self.unplaced == "nearest":
            school = _sent(self.market, school)
        return Outcome(got, school)

    def travelled(self, outcome: Outcome) -> FloatArray:
        """Distance of each pupil to the school, NaN where there is none or it is not known, shape (pupils,)."""
        market = self.market
        far = np.full(len(market.pupils), np.nan)
        chosen = outcome.preference >= 0
        if market.distance is not None:
            far[chosen] = market.distance[outcome.preference[chosen]]
        sent = (outcome.school >= 0) & ~chosen
        if market.pupil_xy is not None and market.school_xy is not None:
            away = market.pupil_xy[sent] - market.school_xy[outcome.school[sent]]
            far[sent] = np.hypot(away[:, 0], away[:, 1])
        return far


def ready(market: Market, tie_break: TieBreaks, unplaced: Unplaced) -> Ready:
    """Make a market ready to be run, and refuse tie-breaks that it cannot have."""
    _is_market(market)
    if unplaced not in {"leave", "nearest"}:
        message = f"unplaced is 'leave' or 'nearest', not {unplaced!r}."
        raise InvalidParameter(message)
    if unplaced == "nearest" and market.pupil_xy is None:
        message = "The nearest school with places needs coordinates."
        raise InvalidParameter(message, remedy="Pass xy= to placemix.schools.market.")
    ways = _ways(market, tie_break)
    kind = np.array([TIE_BREAKS.index(way) for way in ways])[market.school]
    if (kind == 0).any() and market.distance is None:
        message = "The tie-break by distance needs distances."
        raise InvalidParameter(message, remedy="Pass distance= to placemix.schools.market.")
    near = np.zeros(len(market.school))
    if market.distance is not None and len(market.distance):
        near = market.distance / (market.distance.max() + 1.0)  # below 1: a criterion goes before any distance
    base = market.standing + np.where(kind == 0, near, 0.0)
    said = ways[0] if len(set(ways)) == 1 else "; ".join(f"{name}: {way}" for name, way in _by_policy(market, ways))
    start, preference, seat, later, seats = _seated(market)
    return Ready(
        market, start, preference, seat, base[preference] + later, kind[preference], seats, bool((kind > 0).any()),
        unplaced, said,
    )  # fmt: skip


def _is_market(given: object) -> None:
    if not isinstance(given, Market):
        message = f"A market is needed, not a {type(given).__name__}."
        raise NotCounts(message, remedy="Make one with placemix.schools.market.")


def _ways(market: Market, tie_break: TieBreaks) -> list[str]:
    """Tie-break of each school."""
    given = tie_break if isinstance(tie_break, Mapping) else dict.fromkeys(set(market.policy), tie_break)
    lacking = sorted(set(market.policy) - set(given))
    if lacking:
        message = f"There is no tie-break for the policy {lacking[0]!r}."
        raise InvalidParameter(message, remedy="Give one for each policy.")
    for way in given.values():
        if way not in TIE_BREAKS:
            message = f"{way!r} is no tie-break; they are {', '.join(TIE_BREAKS)}."
            raise InvalidParameter(message, remedy=did_you_mean(way, TIE_BREAKS))
    return [given[word] for word in market.policy]


def _by_policy(market: Market, ways: list[str]) -> list[tuple[str, str]]:
    return sorted(set(zip(map(str, market.policy), ways, strict=True)))


def _seated(market: Market) -> tuple[IntArray, IntArray, IntArray, FloatArray, IntArray]:
    """Entries as the kernel takes them; a school that takes shares of bands has seats for each.

    A pupil asks for the seats of the own band first and then for those of the others, the nearest bands first, where
    pupils of that band go before.
    """
    entries = np.arange(len(market.school))
    if market.band is None or not market.banded.any():
        return market.start, entries, market.school, np.zeros(len(entries)), market.places
    pupil = np.repeat(np.arange(len(market.pupils)), np.diff(market.start))
    many = np.where(market.banded, market.bands, 1)
    first = np.append(0, np.cumsum(many))[:-1]
    copies = many[market.school]
    entry = np.repeat(entries, copies)
    step = np.arange(len(entry)) - np.repeat(np.append(0, np.cumsum(copies))[:-1], copies)
    order = _nearest_bands(market.bands)
    of_band = np.where(market.banded[market.school[entry]], order[market.band[pupil[entry]], step], 0)
    later = np.where(step > 0, float(max(map(len, market.criteria)) + 1), 0.0)
    start = np.append(0, np.cumsum(copies))[market.start]
    return start, entry, first[market.school[entry]] + of_band, later, _seats(market, pupil, many, first)


def _nearest_bands(bands: int) -> IntArray:
    """For each band all bands, the nearest first and of two equally near the lower, shape (bands, bands)."""
    apart = np.abs(np.arange(bands)[:, np.newaxis] - np.arange(bands))
    return np.asarray(np.argsort(apart, axis=1, kind="stable"), dtype=np.int64)


def _seats(market: Market, pupil: IntArray, many: IntArray, first: IntArray) -> IntArray:
    """Places of each seat: in proportion to the bands of those who apply to the school, by largest remainders."""
    seats = np.zeros(int(many.sum()), dtype=np.int64)
    band = market.band if market.band is not None else np.zeros(len(market.pupils), dtype=np.int64)
    for place, count in enumerate(market.places):
        if not market.banded[place]:
            seats[first[place]] = count
            continue
        asked = np.bincount(band[pupil[market.school == place]], minlength=market.bands).astype(np.float64)
        exact = count * asked / asked.sum() if asked.sum() else np.full(market.bands, count / market.bands)
        whole = np.floor(exact).astype(np.int64)
        left = int(count - whole.sum())
        whole[np.argsort(-(exact - whole), kind="stable")[:left]] += 1
        seats[first[place] : first[place] + market.bands] = whole
    return seats


def _sent(market: Market, school: IntArray) -> IntArray:
    """Send those without a school to the nearest with places, the nearest pairs first."""
    assert market.pupil_xy is not None and market.school_xy is not None  # noqa: S101, PT018 (refused before)
    out = school.copy()
    free = market.places - np.bincount(school[school >= 0], minlength=len(market.places))
    waiting = np.flatnonzero(school < 0)
    open_ = np.flatnonzero(free > 0)
    if not len(waiting) or not len(open_):
        return out
    away = np.hypot(
        market.pupil_xy[waiting, 0, np.newaxis] - market.school_xy[open_, 0],
        market.pupil_xy[waiting, 1, np.newaxis] - market.school_xy[open_, 1],
    )
    for pair in np.argsort(away, axis=None, kind="stable"):
        pupil, place = waiting[pair // len(open_)], open_[pair % len(open_)]
        if out[pupil] < 0 and free[place] > 0:
            out[pupil] = place
            free[place] -= 1
    return out


def _taken(values: IntArray, places: IntArray) -> IntArray:
    return values[places] if len(values) else np.zeros(len(places), dtype=np.int64)


def _criterion(market: Market, preference: int) -> str:
    names = market.criteria[market.school[preference]]
    level = int(market.standing[preference])
    return names[level] if level < len(names) else OTHERS
