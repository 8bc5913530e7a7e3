"""What is known of a district before anything is proposed: its homes, people, schools, services and plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from placemix.counts import Counts
from placemix.scenarios.baseline.committed import census_day
from placemix.scenarios.people.occupancy import Fill
from placemix.scenarios.schemes.proposals import Scheme

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
    notes
        What of it could not be used, in sentences.
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
    notes: tuple[str, ...] = ()

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


def of_households(counts: Counts) -> bool:
    """Whether a table counts households or homes rather than people."""
    words = (counts.about.universe or "").casefold()
    return any(part in words for part in ("household", "home", "dwelling"))
