"""What people have without and with services of schemes: who is in reach, whose way is shorter, the gap of groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.indices._parts import ratio
from placemix.results import first_reason
from placemix.scenarios.access.providing import Provision
from placemix.scenarios.access.reaching import Homes
from placemix.scenarios.access.spots import Districts, Spots
from placemix.scenarios.siting.standing import standing
from placemix.scenarios.siting.ways import Ways

#: Whom rows are about.
RESIDENTS, NEWCOMERS, ALL = "residents", "newcomers", "all"
#: What rows of all schemes at once are called.
TOGETHER = "all together"
#: Values of people of each group, and those that are of all groups of a population.
OF_GROUPS = (
    "people_before", "people", "within_before", "within_after", "gained", "shorter", "share_before", "share_after",
    "mean_before", "mean_after", "change", "saved", "unreachable_before", "unreachable_after",
)  # fmt: skip
OF_ALL = (
    "gap_before", "gap_after", "gap_within_before", "gap_within_after", "farthest_before", "farthest_after",
    "gained_elsewhere",
)  # fmt: skip
#: What newcomers do not have, who are not there without the scheme.
_NOT_THERE = (
    "within_before",
    "gained",
    "shorter",
    "share_before",
    "mean_before",
    "change",
    "saved",
    "unreachable_before",
)


class Scene(NamedTuple):
    """Ways to one kind of service, and who lives where.

    Attributes
    ----------
    homes, spots, districts
        Where people and schemes are.
    folk
        People of each group and everyone in each unit, shape (units, groups + 1).
    added
        Newcomers of each scheme likewise, shape (schemes, groups + 1), or None.
    groups
        Names of the groups, and of everyone.
    before
        Way of each home to the nearest service that exists, shape (homes,).
    own
        Ways to what schemes provide.
    which
        Whose these are, shape (sites of `own`,).
    limit
        How long a way may be.
    equal
        Ways are equal that differ by less.
    """

    homes: Homes
    spots: Spots
    districts: Districts
    folk: FloatArray
    added: FloatArray | None
    groups: list[str]
    before: FloatArray
    own: Ways
    which: IntArray
    limit: float
    equal: float


def gains_of(scene: Scene, provisions: Sequence[Provision]) -> pd.DataFrame:
    """Rows of the populations and groups for one scheme, or for several that are there at once.

    Parameters
    ----------
    scene
        Ways to the kind of service, and who lives where.
    provisions
        What the schemes provide of it.
    """
    mine = np.array([one.scheme for one in provisions], dtype=np.int64)
    sites = np.flatnonzero(np.isin(scene.which, mine))
    with_own = np.full(len(scene.before), np.inf)
    for site in sites:
        with_own = np.minimum(with_own, scene.own.to(int(site)))
    units = scene.homes.units
    before, after = scene.before[:units], np.minimum(scene.before, with_own)[:units]
    reason = _reason(scene, mine, with_own[:units], open_now=len(sites) > 0)
    inside = np.ones(units, dtype=bool)
    place = scene.districts.of_spot[mine[0]]
    if len(mine) == 1 and place >= 0:
        inside = scene.districts.codes == place
    elsewhere = float(((after <= scene.limit) & (before > scene.limit) & ~inside) @ scene.folk[:, -1])
    folk = scene.folk[inside]
    populations = [(RESIDENTS, before[inside], after[inside], folk, folk)]
    if scene.added is not None:
        here, then = _ways_of_newcomers(scene, mine, with_own)
        come, none = scene.added[mine], np.zeros_like(scene.added[mine])
        populations += [
            (NEWCOMERS, here, then, none, come),
            (
                ALL,
                np.concatenate([before[inside], here]),
                np.concatenate([after[inside], then]),
                np.concatenate([folk, none]),
                np.concatenate([folk, come]),
            ),
        ]
    blocks = []
    for name, here, then, old, new in populations:
        block = _rows(here, then, old, new, scene)
        if name == NEWCOMERS:
            # They have nothing before, and live at one place: groups of them do not differ.
            block[[*_NOT_THERE, *OF_ALL[:4]]] = np.nan
            block[list(OF_ALL[4:6])] = None
        block["gained_elsewhere"] = np.nan if name == NEWCOMERS else elsewhere
        lost = reason or ("no_times" if name != RESIDENTS and np.isnan(then).any() else None)
        block["reason"] = _reasons(block, name, lost)
        if lost:
            values = [column for column in (*OF_GROUPS, *OF_ALL) if column not in {"people_before", "people"}]
            block[values] = block[values].mask(np.ones((len(block), len(values)), dtype=bool))
        blocks.append(block.assign(population=name))
    return pd.concat(blocks, ignore_index=True)


def reachable(scene: Scene, provision: Provision) -> bool:
    """Whether anything says how far people have to what a scheme provides."""
    if scene.own.measured_in != "minutes":
        return bool(scene.spots.placed[provision.scheme])
    sites = np.flatnonzero(scene.which == provision.scheme)
    return all(np.isfinite(scene.own.to(int(site))).any() for site in sites)


def _reason(scene: Scene, mine: IntArray, own: FloatArray, *, open_now: bool) -> str | None:
    """Say why nothing is known of a scheme, or nothing."""
    if scene.own.measured_in != "minutes" and not scene.spots.placed[mine].all():
        return "no_site"
    if open_now and scene.own.measured_in == "minutes" and not np.isfinite(own).any():
        return "no_times_to_the_scheme"
    if len(mine) == 1 and scene.districts.of_spot[mine[0]] < 0:
        return "outside_every_district"
    return None


def _ways_of_newcomers(scene: Scene, mine: IntArray, own: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Ways of the newcomers of schemes without and with what these provide; NaN where nothing says where they are."""
    row = scene.homes.row[mine]
    there = row >= 0
    before = np.where(there, scene.before[np.maximum(row, 0)], np.nan)
    after = np.minimum(before, own[np.maximum(row, 0)])
    if scene.own.measured_in == "minutes":
        # By the times of their unit they would be as far from their own scheme as its other people are.
        after[there & (row < scene.homes.units) & np.isin(mine, scene.which)] = 0.0
    return before, after


def _rows(here: FloatArray, then: FloatArray, old: FloatArray, new: FloatArray, scene: Scene) -> pd.DataFrame:
    """Values of each group: `old` people with ways `here`, and `new` people with ways `then`."""
    limit, equal = scene.limit, scene.equal

    def weighed(which: BoolArray, folk: FloatArray) -> FloatArray:
        return np.asarray(which.astype(np.float64) @ folk)

    def mean(way: FloatArray, which: BoolArray, folk: FloatArray) -> FloatArray:
        return ratio(np.where(which, way, 0.0) @ folk, weighed(which, folk))

    newly = (then <= limit) & ~(here <= limit)
    shorter = then < here - equal
    within_before, within_after = weighed(here <= limit, old), weighed(then <= limit, new)
    people_before, people = old.sum(axis=0), new.sum(axis=0)
    mean_before, mean_after = mean(here, np.isfinite(here), old), mean(then, np.isfinite(then), new)
    with np.errstate(invalid="ignore"):  # whoever reaches none has no way to be saved
        saved = here - then
    frame = pd.DataFrame(
        {
            "group": scene.groups,
            "people_before": people_before,
            "people": people,
            "within_before": within_before,
            "within_after": within_after,
            # Nobody who has a service within reach loses it, so that nothing is subtracted from a sum.
            "gained": weighed(newly, old) + weighed(then <= limit, new - old),
            "shorter": weighed(shorter, old),
            "share_before": ratio(within_before, people_before),
            "share_after": ratio(within_after, people),
            "mean_before": mean_before,
            "mean_after": mean_after,
            "change": mean_after - mean_before,
            "saved": mean(saved, shorter & np.isfinite(here), old),
            "unreachable_before": weighed(~np.isfinite(here), old),
            "unreachable_after": weighed(~np.isfinite(then), new),
        }
    )
    for when, way, folk in (("before", here, old), ("after", then, new)):
        for name, value in zip(("gap", "gap_within", "farthest"), _gaps(way, folk, scene), strict=True):
            frame[f"{name}_{when}"] = value
    return frame


def _gaps(way: FloatArray, folk: FloatArray, scene: Scene) -> tuple[float, float, str | None]:
    """How far groups differ in the mean way and in the share within reach, and whose way is the longest."""
    if not folk[:, -1].sum() > 0 or np.isnan(way).any():
        return np.nan, np.nan, None
    found = standing(way, folk[:, -1], folk[:, :-1], scene.groups[:-1], scene.limit)
    return found.gap, found.gap_within, found.farthest


def _reasons(block: pd.DataFrame, population: str, lost: str | None) -> list[str | None]:
    found = first_reason(
        {
            str(lost): np.full(len(block), lost is not None),
            "nobody_of_the_group": ~(block["people"].to_numpy() > 0),
            "not_there_without_the_scheme": np.full(len(block), population == NEWCOMERS),
            "nobody_reaches_one_before": block["mean_before"].isna().to_numpy(),
            "nobody_has_a_shorter_way": block["saved"].isna().to_numpy(),
        }
    )
    return list(found)
