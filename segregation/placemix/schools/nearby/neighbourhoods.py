"""Are schools more separate than the neighbourhoods around them? Three definitions, never conflated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import GroupName
from placemix._version import __version__
from placemix.checks import id_text
from placemix.counts import Counts, checked, group_text
from placemix.errors import DuplicateUnit, InvalidParameter, NotCounts, UnknownGroup, UnmatchedUnit, plural
from placemix.flows import Flows
from placemix.inference.households import Cluster
from placemix.results import Call, Result, remember
from placemix.schools.nearby.comparing import Sides
from placemix.schools.nearby.pooling import shared, to_nearest_school

#: What is compared unless other measures are asked for.
USUAL = ("dissimilarity", "isolation")


def ratio_same_children(
    flows: Flows,
    *,
    focal: GroupName,
    against: GroupName = "rest",
    measures: str | Sequence[str] = USUAL,
    by: pd.Series | None = None,
    cluster: Cluster | None = None,
    draws: int = 199,
    seed: int = 0,
) -> Result:
    """Compare the schools that children go to with the areas where the same children live.

    Parameters
    ----------
    flows
        Children of each group from the areas where they live to the schools they go to.
    focal, against
        As in `placemix.measure`.
    measures
        Measures by name, as in `placemix.measure`; each lies between 0 and 1.
    by
        Stratum of each area, such as its authority, by area id: the children of an area's stratum are followed to
        whatever school they go to. Default: all together.
    cluster
        Children dealt together at home, as in `placemix.inference.table`; at school they are dealt one by one.
    draws, seed
        As in `placemix.inference.table`.

    Returns
    -------
    result
        One row for each stratum and measure. Columns: the stratum, `definition` (``"same children"``), `measure`,
        `focal`, `against`; `school`, `home` (the values), `ratio`, `difference`; `expected_school`, `expected_home`
        (what chance alone would give), `corrected_school`, `corrected_home` ((v - e)/(1 - e), or (v - e)/e below e),
        `corrected_ratio`, `corrected_difference`; `beyond_chance` (``"both"``, ``"school only"``, ``"home only"``,
        ``"neither"``); `units_school`, `units_home`, `mean_school`, `mean_home` (people in a unit), `people_school`,
        `people_home`, `note`, `source_school`, `source_home`, `version`.

    Raises
    ------
    NotCounts
        Something else than flows was given.
    UnmatchedUnit, DuplicateUnit
        `by` lacks areas, or has one twice.
    InvalidParameter
        `by` is no series.

    Notes
    -----
    A ratio grows without limit where homes are even, and small units show more separation than large ones: read
    it beside the difference and the corrected values.

    References
    ----------
    Burgess, Wilson and Lupton 2005; Carrington and Troske 1997.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> trips = pd.DataFrame({"home": list("aabb"), "school": list("stst"), "x": [30, 10, 10, 10],
    ...                       "y": [10, 30, 40, 20]})
    >>> flows = pm.Flows.from_table(trips, origin="home", destination="school", groups=["x", "y"])
    >>> found = pm.schools.ratio_same_children(flows, focal="x", measures="dissimilarity", draws=19)
    >>> found[["school", "home", "ratio", "difference"]].round(3)
       school   home  ratio  difference
    0   0.167  0.267  0.625        -0.1
    """
    _is_flows(flows)
    home, school = flows.at_origin(), flows.at_destination()
    if by is not None and not isinstance(by, pd.Series):
        message = f"by is a series of strata by area id, not a {type(by).__name__}."
        raise InvalidParameter(message, remedy="Write by=table.set_index('area')['authority'].")
    names = () if by is None else (str(by.name or "stratum"),)
    if by is not None:
        where = _strata(home, by)
        of_pair = where[flows.origin]
        parts = [(str(label), _sides(flows, of_pair == label)) for label in dict.fromkeys(where)]
    else:
        parts = [("", (school, home))]
    asked = _Asked("same children", focal, against, measures, draws, seed, (1, cluster))
    blocks = [asked.compare(*sides, label=[label] if names else []) for label, sides in parts]
    inputs = {"flows": flows} if by is None else {"flows": flows, "by": by}
    return _finished(
        blocks, names, Call("schools.ratio_same_children", inputs, asked.arguments() | {"cluster": cluster})
    )


def ratio_local_children(
    rolls: Counts,
    children: Counts,
    *,
    focal: GroupName,
    against: GroupName = "rest",
    measures: str | Sequence[str] = USUAL,
    by: str | None = None,
    cluster: Cluster | None = None,
    draws: int = 199,
    seed: int = 0,
) -> Result:
    """Compare the schools of an area with where the children of that age live in it.

    The children at school and at home are not the same: some cross the border, some go to schools that
    are not in the table.

    Parameters
    ----------
    rolls
        Pupils of each group in each school.
    children
        Children of that age, of the same groups, in each area. Not all residents: see `ratio_local_residents`.
    by
        Strata column that both carry, such as the authority.
    focal, against, measures, cluster, draws, seed
        As in `ratio_same_children`.

    Returns
    -------
    result
        As from `ratio_same_children`; `definition` is ``"local children"``.

    Raises
    ------
    UnknownGroup
        The two tables do not have the groups.
    UnmatchedUnit
        They do not have the same strata.
    """
    asked = _Asked("local children", focal, against, measures, draws, seed, (1, cluster))
    blocks, names = _by_stratum(asked, checked(rolls), checked(children), by)
    arguments = asked.arguments() | {"cluster": cluster, "by": by}
    call = Call("schools.ratio_local_children", {"rolls": rolls, "children": children}, arguments)
    return _finished(blocks, names, call)


def ratio_local_residents(
    rolls: Counts,
    residents: Counts,
    *,
    focal: GroupName,
    against: GroupName = "rest",
    measures: str | Sequence[str] = USUAL,
    by: str | None = None,
    cluster: Cluster | None = None,
    draws: int = 199,
    seed: int = 0,
) -> Result:
    """Compare schools with the residents of all ages around them, pooled to the nearest school.

    Every area goes to the nearest school (of its own stratum), so that there are about as many units at home as at
    school (a school that is the nearest of no area has none). Residents of a unit are still many more than pupils of a
    school, so that chance alone separates schools more: the corrected columns take that off. Residents are of all ages:
    where families of a group are younger, schools have more of it than their neighbourhoods, and that is in the result.

    Parameters
    ----------
    rolls
        Pupils of each group in each school of one phase, with points on a projected map.
    residents
        Residents of the same groups in each area, with shapes or points on the same map.
    by
        Strata column that both carry, such as the authority.
    focal, against, measures, cluster, draws, seed
        As in `ratio_same_children`.

    Returns
    -------
    result
        As from `ratio_same_children`; `definition` is ``"local residents, pooled to the nearest school"``.

    Raises
    ------
    UnknownGroup, UnmatchedUnit, NoPlace, GeographicCRS, CRSMismatch
        Groups, strata or places are not there, or not on one map.
    """
    rolls, residents = checked(rolls), checked(residents)
    pooled = to_nearest_school(residents, rolls, by=by)
    asked = _Asked("local residents, pooled to the nearest school", focal, against, measures, draws, seed, (1, cluster))
    blocks, names = _by_stratum(asked, rolls, pooled, by)
    arguments = asked.arguments() | {"cluster": cluster, "by": by}
    call = Call("schools.ratio_local_residents", {"rolls": rolls, "residents": residents}, arguments)
    return _finished(blocks, names, call)


class _Asked(NamedTuple):
    """What is compared."""

    definition: str
    focal: GroupName
    against: GroupName
    measures: str | Sequence[str]
    draws: int
    seed: int
    clusters: tuple[Cluster | None, Cluster | None]

    def arguments(self) -> dict[str, Any]:
        measures = [self.measures] if isinstance(self.measures, str) else list(self.measures)
        return {
            "focal": self.focal, "against": self.against, "measures": measures, "draws": self.draws, "seed": self.seed,
        }  # fmt: skip

    def compare(self, school: Counts, home: Counts, *, label: list[str]) -> pd.DataFrame:
        sides = Sides(self.measures, self.focal, self.against, self.draws, self.seed)
        frame = sides.of(school, home, clusters=self.clusters)
        frame.insert(0, "definition", self.definition)
        for name, counts in (("school", school), ("home", home)):
            units = int((counts.total > 0).sum())
            frame[f"units_{name}"] = units
            frame[f"mean_{name}"] = counts.total.sum() / units if units else np.nan
        frame["people_school"], frame["people_home"] = school.total.sum(), home.total.sum()
        frame["note"] = _note(school, home)
        frame["source_school"], frame["source_home"] = school.source, home.source
        for place, one in enumerate(label):
            frame.insert(place, f"by {place}", one)
        return frame


def _is_flows(given: object) -> None:
    if not isinstance(given, Flows):
        message = f"Flows are needed, not a {type(given).__name__}."
        raise NotCounts(message, remedy="Make them with placemix.Flows.from_table.")


def _note(school: Counts, home: Counts) -> str | None:
    lost = [
        f"{plural(int((counts.total <= 0).sum()), what)} without people left out"
        for what, counts in (("school", school), ("area", home))
        if (counts.total <= 0).any()
    ]
    return "; ".join(lost) or None


def _strata(home: Counts, by: pd.Series) -> Any:  # noqa: ANN401
    by = by[by.notna()]
    ids = pd.Index(by.index.map(id_text))
    if ids.has_duplicates:
        message = "Some areas stand twice in by."
        raise DuplicateUnit(message, units=ids[ids.duplicated()].unique(), remedy="Give each area one stratum.")
    place = ids.get_indexer(home.units)
    if (place < 0).any():
        message = f"{(place < 0).sum():,} areas have no {by.name or 'stratum'}."
        raise UnmatchedUnit(message, units=home.units[place < 0], remedy="Give each area its stratum.")
    return by.astype(str).to_numpy(dtype=object)[place]


def _sides(flows: Flows, kept: Any) -> tuple[Counts, Counts]:  # noqa: ANN401
    part = Flows(
        flows.origins, flows.destinations, flows.origin[kept], flows.destination[kept], flows.values[kept],
        flows.groups, flows.about,
    )  # fmt: skip
    return part.at_destination(), part.at_origin()


def _by_stratum(
    asked: _Asked, rolls: Counts, homes: Counts, by: str | None
) -> tuple[list[pd.DataFrame], tuple[str, ...]]:
    for counts in (rolls, homes):
        counts.position(asked.focal)
        if asked.against != "rest":
            counts.position(asked.against)
    if set(map(group_text, rolls.groups)) != set(map(group_text, homes.groups)):
        message = "The two tables do not have the same groups."
        raise UnknownGroup(message, remedy="Bring both to one classification with harmonise.regroup or merge_groups.")
    blocks = [
        asked.compare(rolls.take(there), homes.take(here), label=[label] if by else [])
        for label, here, there in shared(homes, rolls, by)
    ]
    return blocks, (by,) if by else ()


def _finished(blocks: list[pd.DataFrame], names: tuple[str, ...], call: Call) -> Result:
    frame = pd.concat(blocks, ignore_index=True)
    frame = frame.rename(columns={f"by {place}": name for place, name in enumerate(names)})
    frame["version"] = __version__
    result = remember(frame, call)
    result.attrs["cites"] = ("burgess_2005", "carrington_1997")
    return result
