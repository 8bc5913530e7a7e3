"""What is known of a district before anything is proposed: its homes, people, schools, services and plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from placemix.checks import id_text
from placemix.counts import Counts, checked, group_text
from placemix.errors import (
    DuplicateUnit,
    InvalidParameter,
    InvalidTable,
    NoPlace,
    NotNumbers,
    PlacemixError,
    ReservedName,
    UnknownColumn,
    UnknownGroup,
    UnmatchedUnit,
    did_you_mean,
    listed,
    together,
)
from placemix.results import group_names
from placemix.scenarios.baseline.committed import census_day
from placemix.scenarios.choosing.kinds import like_groups
from placemix.scenarios.people.occupancy import Fill
from placemix.scenarios.schemes.proposals import Scheme, Schemes

#: Name of the dimension that the homes themselves are.
TENURE = "Tenure"
#: Columns beside those of groups, of people and of homes; no group bears their names.
KEYS, KINDS = ("reference", "case", "unit"), ("share", "homes", "occupied")
#: Name under which ranges of residents' groups are given to the annex.
RESIDENTS = "residents"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Evidence:
    """What is known of a district. Make it with `evidence` or `read_evidence`, which check it.

    Attributes
    ----------
    name
        Name of the district.
    homes
        Households by tenure in each unit, on a map.
    census
        Date or year of the counts.
    district
        Strata column of the districts, or None where the units are one.
    dimensions
        Further counts on the same units, such as household deprivation or age, by name.
    residents
        Residents by group, for the equality annex alone.
    occupancy, occupancy_source, or_more, fill
        People in homes, as for `scheme_people`; None where none is known by kind of home.
    mix, mix_source
        Mix of homes that is assumed of schemes that state none, and why.
    yields, yield_source
        Pupils of a home, and where that comes from.
    calibrations
        What `calibrate` learnt, by name of the dimension.
    pupils
        What `school_places` is to be asked with: ``schools=`` or ``forecast=`` and the rest.
    services
        Points of services, with a column `kind`.
    meeting
        Kinds of service that are places where people meet.
    condition, condition_words
        Condition of each unit for the place gap, and what it is called.
    focal
        Tenure whose indices and place gap are followed.
    others
        What else is coming: a register, permissions, allocations.
    annex
        What `equality_annex` is to be asked with: ``tenure_groups=`` and the rest.
    names
        Names of the units by id; of units without one the id stands.
    sources
        Who published what, in sentences.
    """

    name: str
    homes: Counts
    census: int | str
    district: str | None = None
    dimensions: Mapping[str, Counts] = field(default_factory=dict)
    residents: Counts | None = None
    occupancy: pd.DataFrame | None = None
    occupancy_source: str | None = None
    or_more: int | None = None
    fill: Fill = "refuse"
    mix: pd.DataFrame | None = None
    mix_source: str | None = None
    yields: pd.DataFrame | Mapping[str, float] | None = None
    yield_source: str | None = None
    calibrations: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    pupils: Mapping[str, Any] = field(default_factory=dict)
    services: Any = None
    meeting: tuple[str, ...] = ()
    condition: pd.Series | None = None
    condition_words: str | None = None
    focal: str | None = None
    others: tuple[Scheme, ...] = ()
    annex: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()

    def __repr__(self) -> str:
        parts = [f"{len(self.homes):,} units", f"{self.homes.total.sum():,.0f} households"]
        parts += list(self.dimensions)
        return f"<Evidence on {self.name}: {', '.join(parts)}>"

    @property
    def tables(self) -> dict[str, Counts]:
        """Every table of counts by name, tenure first; without the residents of the annex."""
        return {TENURE: self.homes, **self.dimensions}

    @property
    def counted_in(self) -> int:
        """Year of the counts; homes that were complete by its end are in them."""
        return census_day(self.census).year

    @property
    def people(self) -> Counts | None:
        """Counts of people, whoever they are, for sums alone; None where there are none."""
        return next((one for one in self.dimensions.values() if not of_households(one)), self.residents)


def evidence(
    name: str,
    homes: Counts,
    *,
    census: int | str,
    district: str | None = None,
    dimensions: Mapping[str, Counts] | None = None,
    residents: Counts | None = None,
    occupancy: pd.DataFrame | None = None,
    occupancy_source: str | None = None,
    or_more: int | None = None,
    fill: Fill = "refuse",
    mix: pd.DataFrame | None = None,
    mix_source: str | None = None,
    yields: pd.DataFrame | Mapping[str, float] | None = None,
    yield_source: str | None = None,
    calibrations: Mapping[str, pd.DataFrame] | None = None,
    pupils: Mapping[str, Any] | None = None,
    services: Any = None,  # noqa: ANN401
    meeting: Sequence[str] = (),
    condition: pd.Series | None = None,
    condition_words: str | None = None,
    focal: str | None = None,
    others: Schemes | Sequence[Scheme] = (),
    annex: Mapping[str, Any] | None = None,
    names: Mapping[str, str] | None = None,
    sources: Sequence[str] = (),
) -> Evidence:
    """Gather what is known of a district, once, for every scheme that is checked there.

    Parameters
    ----------
    name
        Name of the district.
    homes
        Households by tenure in each unit, on a projected map. Its groups are the tenures that schemes may name. Units
        beyond the district count as neighbourhood.
    census
        Date of the counts, such as ``"2021-03-21"``, or their year.
    district
        Strata column of the districts. Default: the units are one district.
    dimensions
        Further counts on the same units by name, such as ``{"Household deprivation": …, "Age": …}``; each says in
        `about` whether it counts households or residents (`universe`). No ethnic group or faith: those are `residents`.
    residents
        Residents by ethnic group or faith, for the equality annex, and for nothing else.
    occupancy, occupancy_source, or_more, fill
        As for `scheme_people`. Without a table people are homes × the district's people for each household, which is
        said wherever it matters.
    mix, mix_source
        Homes assumed of schemes that state only how many, as for `scheme_people`, and where the assumption comes from.
    yields, yield_source
        Pupils for each home, as for `scheme_people`.
    calibrations
        What `calibrate` learnt for a dimension (or ``"residents"``), by its name. Without one a composition is "not
        predictable from these data".
    pupils
        Keywords of `school_places`: ``schools`` or ``forecast``, ``unknown``, and others.
    services
        Points with a column `kind`, such as GP, library, park, as for `access_of`.
    meeting
        Kinds of service that are places where people meet.
    condition, condition_words
        A condition of each unit, by unit id, for the place gap of a plan, and its name.
    focal
        Tenure whose indices and place gap are followed for plans. Default: the smaller of the two largest.
    others
        What else is coming, such as `schemes_from_register`: completions, permissions, allocations.
    annex
        Keywords of `equality_annex`: ``tenure_groups``, ``tenure_groups_source`` and others.
    names
        Names of the units by id, for the page.
    sources
        Who published what, in sentences, for the page.

    Returns
    -------
    evidence
        Frozen.

    Raises
    ------
    NoPlace
        The homes have no map.
    UnknownColumn, UnmatchedUnit, UnknownGroup
        A table lacks the districts, is of other units, or the tenure followed is not there.
    InvalidParameter
        A table does not say what it counts, a dimension is one of ethnic groups or faith, or a name or source is
        missing. All faults come in one error.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town()
    >>> homes = town.tenure()
    >>> homes = homes.take(homes.geometry.notna().to_numpy())  # one unit has no shape
    >>> pm.scenarios.evidence("The town", homes, census=2021, district="district")
    <Evidence on The town: 2,424 units, 187,330 households>
    """
    homes = checked(homes)
    tables = {str(key): checked(one) for key, one in (dimensions or {}).items()}
    made = Evidence(
        name=str(name), homes=homes, census=census, district=district, dimensions=tables,
        residents=None if residents is None else checked(residents), occupancy=occupancy,
        occupancy_source=occupancy_source, or_more=or_more, fill=fill, mix=mix, mix_source=mix_source, yields=yields,
        yield_source=yield_source, calibrations=dict(calibrations or {}), pupils=dict(pupils or {}),
        services=services, meeting=tuple(meeting), condition=condition, condition_words=condition_words,
        focal=_followed(homes) if focal is None else focal, others=tuple(others), annex=dict(annex or {}),
        names={id_text(unit): str(name) for unit, name in (names or {}).items()}, sources=tuple(sources),
    )  # fmt: skip
    faults = list(_faults(made))
    if faults:
        raise together(faults)
    return made


def of_households(counts: Counts) -> bool:
    """Whether a table counts households or homes rather than people."""
    words = (counts.about.universe or "").casefold()
    return any(part in words for part in ("household", "home", "dwelling"))


def _followed(homes: Counts) -> str | None:
    """Name the smaller of the two largest tenures: that of which segregation is mostly spoken."""
    sizes = homes.values.sum(axis=0)
    return None if len(sizes) < 2 else group_text(homes.groups[int(np.argsort(sizes, kind="stable")[-2])])


def _faults(made: Evidence) -> Iterator[PlacemixError]:
    if made.homes.geometry is None:
        yield NoPlace("The homes have no map.", remedy="Read them with shapes or points, in a projected system.")
    tables = dict(made.tables)
    if TENURE in made.dimensions or RESIDENTS in made.dimensions:
        message = f"{TENURE!r} and {RESIDENTS!r} are no names of further dimensions."
        yield ReservedName(message, remedy="Pass tenure as homes=, and groups of residents as residents=.")
    if made.residents is not None:
        tables[RESIDENTS] = made.residents
    for name, one in tables.items():
        yield from _table_faults(name, one, made)
    if made.focal is not None and made.focal not in group_names(made.homes):
        message = f"There is no tenure {made.focal!r}."
        yield UnknownGroup(message, remedy=did_you_mean(made.focal, group_names(made.homes)))
    yield from _further_faults(made, tables)


def _further_faults(made: Evidence, tables: Mapping[str, Counts]) -> Iterator[PlacemixError]:
    strange = [name for name in made.calibrations if name not in tables]
    if strange:
        message = f"Calibrations are of no table that is here: {listed(strange)}."
        yield InvalidParameter(
            message, remedy=did_you_mean(strange[0], tables) or f"Tables are {listed(list(tables))}."
        )
    if made.mix is not None and not (made.mix_source or "").strip():
        message = "Nothing says where the assumed mix of homes comes from."
        yield InvalidParameter(message, remedy="Pass mix_source='…', which is printed beside every number it makes.")
    if made.condition is not None:
        yield from _condition_faults(made.condition, made.homes)
    try:
        census_day(made.census)
    except PlacemixError as error:
        yield error
    strangers = [type(one).__name__ for one in made.others if not isinstance(one, Scheme)]
    if strangers:
        message = f"What else is coming must be schemes, not {strangers[0]}."
        yield InvalidParameter(message, remedy="Read it with schemes_from_register.")


def _condition_faults(condition: pd.Series, homes: Counts) -> Iterator[PlacemixError]:
    if not isinstance(condition, pd.Series):
        message = f"The condition must be a column by unit id, not a {type(condition).__name__}."
        yield InvalidTable(message, remedy="Pass a Series whose index holds the ids.")
        return
    ids = pd.Index([id_text(unit) for unit in condition.index])
    if ids.has_duplicates:
        message = "The condition gives units twice."
        yield DuplicateUnit(message, units=ids[ids.duplicated()].unique(), remedy="Keep one value a unit.")
    if not homes.units.isin(ids).any():
        yield UnmatchedUnit("The condition is of none of the units.", remedy="Index it by unit id.")
    texts = pd.to_numeric(condition, errors="coerce").isna().to_numpy() & condition.notna().to_numpy()
    if texts.any():
        message = "Values of the condition are no numbers."
        yield NotNumbers(message, units=ids[texts], remedy="Leave those empty that are not known.")


def _table_faults(name: str, one: Counts, made: Evidence) -> Iterator[PlacemixError]:
    if not (one.about.universe or "").strip():
        message = f"{name} does not say whether it counts households or residents."
        yield InvalidParameter(message, remedy="Pass about={'universe': 'households'} where the table is read.")
    elif of_households(one) and name == RESIDENTS:
        message = "The residents are counted in households."
        yield InvalidParameter(message, remedy="Pass a table of persons.")
    elif not of_households(one) and name == TENURE:
        message = "The homes are counted in persons."
        yield InvalidParameter(message, remedy="Pass households by tenure.")
    yield from _district_faults(name, one, made)
    taken = sorted({*KEYS, *(KINDS if one is made.homes else ())} & set(group_names(one)))
    if taken:
        message = f"Groups of {name} have names that results need: {listed([*map(repr, taken)])}."
        yield ReservedName(message, remedy="Rename them where the table is read.")
    if one is made.homes:
        return
    if name != RESIDENTS and (like := like_groups([name, *group_names(one)])):
        message = f"{name} reads like ethnic groups or faith: {listed(like)}. Those are no dimension of a check."
        remedy = "Pass them as residents=, for the equality annex alone; rename what is something else."
        yield InvalidParameter(message, remedy=remedy)
    lost, more = made.homes.units.difference(one.units), one.units.difference(made.homes.units)
    if len(lost) or len(more):
        message = f"{name} is not of the units of the homes: {len(lost):,} lack and {len(more):,} are others."
        yield UnmatchedUnit(message, units=[*lost, *more], remedy="Bring both onto one geography, with harmonise.")


def _district_faults(name: str, one: Counts, made: Evidence) -> Iterator[PlacemixError]:
    if made.district is None:
        return
    if made.district not in one.strata.columns:
        message = f"{name} has no strata {made.district!r}."
        remedy = did_you_mean(made.district, one.strata.columns) or "Read it with strata=[…]."
        yield UnknownColumn(message, remedy=remedy)
        return
    at = made.homes.units.get_indexer(one.units)
    if made.district not in made.homes.strata.columns or (at < 0).any():
        return
    labels = made.homes.strata[made.district].astype(str).to_numpy()[at]
    apart = labels != one.strata[made.district].astype(str).to_numpy()
    if apart.any():
        message = f"{name} puts units into other districts than the homes do."
        yield UnmatchedUnit(message, units=one.units[apart], remedy="Take the districts of both from one lookup.")
