"""Schemes beside each other over objectives that are named: those that none other is better than come first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from placemix.checks import id_text
from placemix.errors import (
    DuplicateUnit,
    InvalidParameter,
    PlacemixError,
    UnknownColumn,
    UnmatchedUnit,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.results import Result
from placemix.scenarios import access
from placemix.scenarios.baseline import without
from placemix.scenarios.baseline.committed import Policy
from placemix.scenarios.checking import arriving, coming, peopling
from placemix.scenarios.checking.checking import refuse_counted, year_of_comparison
from placemix.scenarios.checking.comparing import mixes_of
from placemix.scenarios.checking.facts import TENURE, Evidence
from placemix.scenarios.checking.provision import asked_of_schools, sites_of, whose_ways
from placemix.scenarios.equality.ranking import never_ranked
from placemix.scenarios.fronts import Direction, pareto_table
from placemix.scenarios.pupils import school_places
from placemix.scenarios.schemes import Scheme, Schemes, placed, recalling


def rank(
    schemes: Schemes | Sequence[Scheme],
    evidence: Evidence,
    objectives: Mapping[str, Direction],
    *,
    unknown: Policy,
    allocated: Policy = "exclude",
    year: int | None = None,
    radii: Sequence[str] = ("500 m", "1 km", "2 km"),
    reach: str = "1 km",
    threshold: float = 0.7,
    least: Mapping[str, float] | None = None,
    further: pd.DataFrame | None = None,
    below_chance: bool = False,
    draws: int = 199,
    level: float = 0.95,
    seed: int = 0,
) -> Result:
    """Compare schemes, each by itself, over objectives that you name. There is no score.

    Parameters
    ----------
    schemes
        The schemes of a register or plan.
    evidence
        What is known of the district.
    objectives
        Columns of the table and whether ``"more"`` or ``"less"`` of each is wanted, such as
        ``{"left_primary": "more", "from_district_1 km": "less", "way_gp": "less"}``.
    unknown, allocated, year, radii, reach, threshold
        As for `check`.
    least
        Smallest difference of an objective that counts.
    further
        Further columns by `reference`, such as cost.
    below_chance
        Whether an index orders schemes also where no scheme moves it by more than chance would.
    draws, level, seed
        As for `plan_effects`.

    Returns
    -------
    table
        One row a scheme, those on the front first. Columns: `reference`, `name`, `status`, `unit` (where most of it
        is), `homes`, `people`, `children`, ``left_<phase>`` (school places with the scheme, in its planning area),
        ``way_<kind>`` (to the nearest service, in the unit of the map), the columns of `objectives_of` for the homes by
        tenure (``from_district_<scale>``, ``diversity_<scale>``, `becomes_defined`, `place_gap_size` and others),
        those of `further`; `year`, `reason` (why numbers are missing), `note`; `front`, `better`, `bettered_by`,
        `missing`, `objectives`, `version` as in `pareto_table`, by which a pack of it is recomputed.

    Raises
    ------
    RankedNoise
        An objective is an index that no scheme moves by more than chance.
    UnknownColumn
        An objective is no column of the table.
    InvalidParameter
        No objective is named, one is of who would live there, or homes were complete at the census.

    Notes
    -----
    Where a register gives a range of homes the most are taken. A scheme in several units is in each of them, and the
    columns of its mix are those of the one where most of it is. Indices and the place gap are those of the districts
    that the schemes lie in. Where school places of one of several planning areas are not known, neither are the fewest.

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
    >>> kinds = {"24/1": "social_rent", "24/2": "owner_occupied"}
    >>> plans = [
    ...     pm.scenarios.scheme(
    ...         name, homes=[{"tenure": tenure, "bedrooms": 2, "count": 60}], year=2028, site=Point(497600, 20300),
    ...         crs="EPSG:32631",
    ...     )
    ...     for name, tenure in kinds.items()
    ... ]
    >>> found = pm.scenarios.rank(plans, known, {"from_district_unit": "less"}, unknown="exclude")
    >>> found[["reference", "front", "from_district_unit"]].round(3)
      reference  front  from_district_unit
    0      24/1   True               0.128
    1      24/2  False               0.321
    """
    known = recalling.known(schemes)
    end = year_of_comparison(known, year)
    names = [one.reference for one in known]
    refuse_counted(known, evidence)
    radii = (radii,) if isinstance(radii, str) else tuple(radii)
    where = placed(list(known), evidence.homes, outside="leave out")
    others = [one for one in evidence.others if one.reference not in names]
    anyway = without(
        [*others, *known], census=evidence.census, year=end, unknown=unknown, allocated=allocated, proposal=names
    )
    before = coming.coming(others, anyway, evidence, year=end)
    homes = arriving.most(arriving.households(known, where, evidence, year=end))
    people = peopling.people_of(known, evidence, years=[end], not_phased=end)
    table = _facts(known, people)
    notes, why = [*before.notes, *evidence.notes], _Reasons()
    if evidence.yields is not None and evidence.pupils:
        table = table.merge(_places(known, where, people, before, evidence, end, why), on="reference", how="left")
    if evidence.services is not None:
        table = table.merge(_ways(known, before, evidence, reach, why), on="reference", how="left")
    if further is not None:
        table = table.merge(_further(further, table), on="reference", how="left")
    mixed, margin = mixes_of(
        before.tables[TENURE], homes, evidence, objectives, radii=radii, threshold=threshold,
        below_chance=below_chance, chance={"draws": draws, "level": level, "seed": seed},
    )  # fmt: skip
    if mixed is not None:
        table = table.merge(mixed, on="reference", how="left")
    there = set() if mixed is None else set(mixed["reference"])
    lost = [name for name in names if name not in there]
    if lost:
        notes.append(f"{plural(len(lost), 'scheme')} without a known mix or place: {listed(lost)}.")
    _refuse(table, objectives)
    why.add(lost, "mix", "no known mix or place")
    table = table.assign(year=end, reason=why.of(names), note=" ".join(notes) or None)
    # What chance would do is the least that counts, also where less is asked for.
    smallest = dict(least or {})
    smallest |= {name: max(size, smallest.get(name, 0.0)) for name, size in margin.items()}
    return pareto_table(table, objectives, least=smallest)


class _Reasons:
    """Why numbers of schemes are missing, by reference."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}

    def add(self, references: Iterable[Any], column: str, reason: object) -> None:
        """Say why a column is missing of these schemes."""
        text = f"{column}: {'not known' if reason is None or pd.isna(reason) else reason}"
        for name in references:
            mine = self.found.setdefault(str(name), [])
            mine += [] if text in mine else [text]

    def of(self, references: Iterable[str]) -> list[str | None]:
        """Return the reasons of each scheme, or None."""
        return ["; ".join(self.found[name]) if name in self.found else None for name in references]


def _refuse(table: pd.DataFrame, objectives: Mapping[str, Direction]) -> None:
    faults: list[PlacemixError] = list(never_ranked(table, objectives))
    numbers = [str(name) for name in table.columns if pd.api.types.is_numeric_dtype(table[name])]
    for name in objectives:
        if name not in table.columns:
            remedy = did_you_mean(name, numbers) or f"There are {listed(numbers, shown=40)}."
            faults.append(UnknownColumn(f"No column {name!r} is known of the schemes.", remedy=remedy))
    if not objectives:
        faults.append(InvalidParameter("No objective was named.", remedy=f"Choose among {listed(numbers, shown=40)}."))
    if faults:
        raise together(faults)


def _facts(known: Sequence[Scheme], people: pd.DataFrame) -> pd.DataFrame:
    most = arriving.most(people).set_index("reference")
    return pd.DataFrame(
        {
            "reference": [one.reference for one in known],
            "name": pd.Series([one.name for one in known], dtype=object),
            "status": [one.status for one in known],
            **{
                name: most[name].reindex([one.reference for one in known]).to_numpy()
                for name in ("homes", "people", "children")
            },
        }
    )


def _places(
    known: Sequence[Scheme],
    where: pd.DataFrame,
    people: pd.DataFrame,
    before: coming.Coming,
    evidence: Evidence,
    end: int,
    why: _Reasons,
) -> pd.DataFrame:
    """School places left with each scheme alone, by phase; the fewest where it lies in several planning areas."""
    given = asked_of_schools(known, evidence, before, [end])
    found = pd.DataFrame(school_places(people, sites_of(known, where, before, evidence), alone=True, **given))
    found = found[found["case"] != "low"]
    for row in found[found["left_with"].isna()].itertuples():
        why.add([row.schemes], f"left_{row.phase}", row.reason)
    wide = found.pivot_table(index="schemes", columns="phase", values="left_with", aggfunc=_fewest, dropna=False)
    wide = wide.add_prefix("left_").rename_axis(index="reference", columns=None).reset_index()
    return wide[wide["reference"].isin([one.reference for one in known])]


def _fewest(left: pd.Series) -> float:
    """The fewest places left of several planning areas; not known where those of one are not."""
    return float(left.min(skipna=False))


def _ways(
    known: Sequence[Scheme], before: coming.Coming, evidence: Evidence, reach: str, why: _Reasons
) -> pd.DataFrame:
    counts, _ = whose_ways(before, evidence)
    kinds = {str(kind): rows for kind, rows in evidence.services.groupby("kind", sort=False)}
    found = access.access_of(list(known), kinds, counts, reach=reach, district=evidence.district)
    found = pd.DataFrame(found).drop_duplicates(["reference", "kind"])
    for row in found[found["way"].isna()].itertuples():
        why.add([row.reference], f"way_{row.kind}", row.reason)
    wide = found.pivot_table(index="reference", columns="kind", values="way", dropna=False, sort=False)
    return wide.add_prefix("way_").rename_axis(columns=None).reset_index()


def _further(further: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    if "reference" not in further.columns:
        message = "The further columns do not say of which scheme they are."
        raise UnknownColumn(message, remedy="Give a column 'reference'.")
    taken = [name for name in further.columns if name in table.columns and name != "reference"]
    if taken:
        message = f"Further columns have names that are taken: {listed(taken)}."
        raise InvalidParameter(message, remedy="Rename them.")
    found = further.assign(reference=further["reference"].map(id_text))
    names = found["reference"]
    if names.duplicated().any():
        message = "Further columns hold schemes twice."
        raise DuplicateUnit(message, units=names[names.duplicated()].unique(), remedy="Keep one row of each.")
    strange = names[~names.isin(table["reference"])]
    if len(strange):
        message = "Further columns are of schemes that are not compared."
        remedy = did_you_mean(strange.iloc[0], table["reference"]) or "Use the references of the schemes."
        raise UnmatchedUnit(message, units=strange, remedy=remedy)
    return found
