"""A proposed development beside the same place in the same year without it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from placemix.errors import InvalidParameter, InvalidTable, did_you_mean, plural
from placemix.scenarios.baseline import without
from placemix.scenarios.baseline.committed import Policy
from placemix.scenarios.checking import arriving, coming, figures, neighbourhoods, peopling, provision
from placemix.scenarios.checking.assuming import assumptions
from placemix.scenarios.checking.checked import PARTS, Checked
from placemix.scenarios.checking.facts import Evidence
from placemix.scenarios.schemes import Scheme, Schemes, placed, recalling

#: Parts that are given only when they are asked for.
ANNEXES = ("equality",)


def check(
    schemes: Scheme | Schemes | Sequence[Scheme],
    evidence: Evidence,
    *,
    unknown: Policy,
    allocated: Policy = "exclude",
    year: int | None = None,
    radii: Sequence[str] = ("500 m", "1 km", "2 km"),
    reach: str = "1 km",
    threshold: float = 0.7,
    annex: str | Sequence[str] = (),
    least_homes: int = 50,
    outside: Literal["refuse", "leave out"] = "refuse",
    draws: int = 199,
    level: float = 0.95,
    seed: int = 0,
) -> Checked:
    """Check a scheme, a register or a plan before it is built: who gains what, and how sure that is.

    Everything is the place *with* the schemes beside the same place *without* them in the same year: what was
    completed since the census, is under construction or committed is on both sides, and listed. Local facts come
    first; figures of the whole district are for plans.

    Parameters
    ----------
    schemes
        One scheme, or several that would all be built.
    evidence
        What is known of the district.
    unknown, allocated
        What becomes of other schemes whose status is not known, and of allocations, as for `without`.
    year
        Year of the comparison. Default: the last in which a scheme has homes completed.
    radii
        Distances of the neighbourhood.
    reach
        How far a service may be to be within reach.
    threshold
        Share from which one category defines a place.
    annex
        ``"equality"`` for the equality annex; nothing about ethnic groups or faith is given without it.
    least_homes
        Net homes that the annex needs.
    outside
        Sites outside every unit, as for `placed`.
    draws, level, seed
        As for `plan_effects`.

    Returns
    -------
    checked
        Tables by part, and why a part is not there: `people` (homes, people, children, pupils by year), `where`,
        `without` (what comes anyway), `schools`, `mix` (of each dimension at the unit, the radii and the district),
        `ranges` (calibrated), `access`, `gained`, `meeting`, `equality`, `indices` (of plans).

    Raises
    ------
    NoPlace, CRSMismatch
        Sites lie outside the map, or their coordinates are not of its system.
    UnmatchedUnit, InvalidCounts, InvalidParameter
        Homes are of unknown tenures, more would be pulled down than there are, homes were complete at the census and
        are in the counts, or an argument is out of range.

    Notes
    -----
    Who would come is foretold in the middle alone; the range that is given is what the same forecast missed by where
    places grew (`calibrate`). Households of a dimension such as deprivation are taken to have the mix of the district
    today, which is a convention and no knowledge.

    Examples
    --------
    >>> import placemix as pm
    >>> from shapely import Point
    >>> town = pm.datasets.town()
    >>> homes = town.tenure()
    >>> homes = homes.take(homes.geometry.notna().to_numpy())  # one unit has no shape
    >>> known = pm.scenarios.evidence(
    ...     "The town", homes, census=2021, district="district", occupancy=town.occupancy, occupancy_source="the town's"
    ... )
    >>> plan = pm.scenarios.scheme(
    ...     "24/1", homes=[{"tenure": "social_rent", "bedrooms": 2, "count": 60}], year=2028, site=Point(497600, 20300),
    ...     crs="EPSG:32631",
    ... )
    >>> found = pm.scenarios.check(plan, known, unknown="exclude")
    >>> found
    <Checked 24/1 in The town, 2028: people, where, without, mix>
    >>> mix = found["mix"]
    >>> mix.loc[mix["group"] == "social_rent", ["scale", "share_before", "share_after", "share_district"]].round(3)
           scale  share_before  share_after  share_district
    2       unit         0.212        0.509            0.38
    6      500 m         0.322        0.341            0.38
    10      1 km         0.379        0.384            0.38
    14      2 km         0.406        0.408            0.38
    18  district         0.380        0.381            0.38
    """
    known = recalling.known(schemes)
    asked = (annex,) if isinstance(annex, str) else tuple(annex)
    radii = (radii,) if isinstance(radii, str) else tuple(radii)
    end = year_of_comparison(known, year)
    _refuse(asked)
    refuse_counted(known, evidence)
    where = placed(list(known), evidence.homes, outside=outside)
    proposal = [one.reference for one in known]
    others = [one for one in evidence.others if one.reference not in proposal]
    anyway = without(
        [*others, *known], census=evidence.census, year=end, unknown=unknown, allocated=allocated, proposal=proposal
    )
    first = min([end, *(int(when) for one in known for when in one.phasing.index)])
    years = list(range(first, end + 1))
    people = peopling.people_of(known, evidence, years=years, not_phased=end)
    without_them = coming.coming(others, anyway, evidence, year=end)
    homes = arriving.ends(arriving.households(known, where, evidence, year=end))
    then = arriving.ends(pd.DataFrame(people[people["year"] == end]))
    parts: dict[str, pd.DataFrame | str] = {"people": people, "where": where, "without": anyway}
    parts |= provision.schools(known, where, people, without_them, evidence, years=years)
    parts |= neighbourhoods.mixes(homes, then, without_them, evidence, radii=radii, threshold=threshold)
    parts |= provision.services(known, homes, then, without_them, evidence, year=end, reach=reach, threshold=threshold)
    parts["equality"] = figures.equality(
        known, where, without_them, evidence, asked="equality" in asked, year=end, least_homes=least_homes
    )
    parts["indices"] = figures.indices(known, homes, without_them, evidence, draws=draws, level=level, seed=seed)
    return Checked(
        schemes=known, evidence=evidence, year=end, radii=tuple(map(str, radii)), reach=str(reach), threshold=threshold,
        tables={name: parts[name] for name in PARTS if isinstance(parts.get(name), pd.DataFrame)},
        absent={name: str(parts[name]) for name in PARTS if isinstance(parts.get(name), str)},
        anyway=without_them.tables, assumptions=assumptions(known, where, without_them, evidence, end),
    )  # fmt: skip


def year_of_comparison(schemes: Sequence[Scheme], year: int | None) -> int:
    """Return the year asked for, or the last in which a scheme has homes completed.

    Raises
    ------
    InvalidParameter
        None is asked for, and no scheme has one.
    """
    ends = [int(when) for one in schemes for when in one.phasing.index]
    if year is None and not ends:
        message = "No scheme says in which year its homes are completed."
        raise InvalidParameter(message, remedy="Pass year=, that of the comparison.")
    return max(ends) if year is None else year


def refuse_counted(schemes: Sequence[Scheme], evidence: object) -> None:
    """Refuse schemes with homes that are in the counts already: nobody can say what the place would be without them.

    Parameters
    ----------
    schemes
        What is checked.
    evidence
        The evidence, for its census.

    Raises
    ------
    InvalidParameter
        Homes were complete by the end of the year of the census; the schemes are listed.
    InvalidTable
        The evidence is none.
    """
    if not isinstance(evidence, Evidence):
        message = f"Evidence is needed, not a {type(evidence).__name__}."
        raise InvalidTable(message, remedy="Make it with evidence or read_evidence.")
    counted = [one.reference for one in schemes if len(one.phasing) and one.phasing.index.min() <= evidence.counted_in]
    if counted:
        many = plural(len(counted), "scheme has", "schemes have")
        message = f"{many} homes that were complete by the end of {evidence.counted_in}, and are in the counts already."
        remedy = "Leave out those that are complete, and of the others state the homes that come after."
        raise InvalidParameter(message, units=counted, remedy=remedy)


def _refuse(asked: Sequence[str]) -> None:
    strange = [name for name in asked if name not in ANNEXES]
    if strange:
        message = f"There is no annex {strange[0]!r}."
        raise InvalidParameter(message, remedy=did_you_mean(strange[0], ANNEXES) or "There is 'equality'.")
