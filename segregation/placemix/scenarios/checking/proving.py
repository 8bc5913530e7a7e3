"""What is wrong with evidence: tables that do not fit each other, and names that results need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from placemix.checks import id_text
from placemix.counts import Counts
from placemix.errors import (
    DuplicateUnit,
    GeographicCRS,
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
    plural,
)
from placemix.results import group_names
from placemix.scenarios.baseline.committed import census_day
from placemix.scenarios.checking.facts import KEYS, KINDS, RESIDENTS, TENURE, Evidence, of_households
from placemix.scenarios.choosing.kinds import like_groups
from placemix.scenarios.schemes.proposals import Scheme

#: What may be said of schools and of the annex; the rest a check says itself.
_OF_SCHOOLS = (
    "schools", "forecast", "areas", "lookup", "within", "unknown", "rolls_year", "places_year",
    "committed_in_forecast", "phases", "columns",
)  # fmt: skip
_OF_THE_ANNEX = (
    "tenure_groups", "tenure_groups_source", "tenure_groups_of", "universe", "sizes", "sizes_source", "least_count",
    "draws", "seed",
)  # fmt: skip


def faults_of(made: Evidence) -> Iterator[PlacemixError]:
    """List everything that is wrong with evidence.

    Parameters
    ----------
    made
        The evidence.
    """
    if made.homes.geometry is None:
        yield NoPlace("The homes have no map.", remedy="Read them with shapes or points, in a projected system.")
    elif made.homes.geometry.crs is not None and made.homes.geometry.crs.is_geographic:
        message = "The map of the homes is in degrees, in which no distance can be measured."
        yield GeographicCRS(message, remedy="Project the shapes first: shapes.to_crs(…) with a national grid or UTM.")
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
    for name, given, known in (("pupils", made.pupils, _OF_SCHOOLS), ("annex", made.annex, _OF_THE_ANNEX)):
        odd = [str(key) for key in given if key not in known]
        if odd:
            message = f"{name}= holds what is not asked here: {listed([*map(repr, odd)])}."
            yield InvalidParameter(message, remedy=did_you_mean(odd[0], known) or f"It may hold {', '.join(known)}.")
    if made.services is not None:
        yield from _service_faults(made.services)
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


def _service_faults(services: object) -> Iterator[PlacemixError]:
    if not isinstance(services, pd.DataFrame):
        message = f"The services must be a table of points, not a {type(services).__name__}."
        yield InvalidTable(message, remedy="Pass a GeoDataFrame with a column 'kind'.")
        return
    if "kind" not in services.columns:
        message = "The services have no column 'kind'."
        yield UnknownColumn(message, remedy=did_you_mean("kind", services.columns) or "Say what each is, such as GP.")
        return
    lost = services["kind"].isna().to_numpy()
    if lost.any():
        message = f"{plural(int(lost.sum()), 'service has', 'services have')} no kind."
        rows = [f"row {place + 1}" for place, one in enumerate(lost) if one]
        yield InvalidTable(message, units=rows, remedy="Say what each is, or leave its row out.")


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
