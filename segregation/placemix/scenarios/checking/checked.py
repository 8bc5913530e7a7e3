"""What was found of a scheme or a plan: every table, and why a part is not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from placemix.counts import Counts
from placemix.errors import InvalidParameter, did_you_mean, listed
from placemix.scenarios.checking.facts import Evidence
from placemix.scenarios.records import Record, record
from placemix.scenarios.records.keeping import Stage
from placemix.scenarios.schemes.proposals import Scheme

#: Parts of a check, in the order in which they are told.
PARTS: Mapping[str, str] = {
    "people": "Homes, people and children by year",
    "where": "Where it is",
    "without": "What comes anyway",
    "schools": "School places",
    "mix": "The mix of the neighbourhood",
    "ranges": "How sure that is",
    "access": "Ways to services",
    "gained": "Who gains access",
    "meeting": "Places where people meet",
    "equality": "Equality annex",
    "indices": "Figures of the district",
}


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Checked:
    """What was found of a scheme or a plan; made by `check`.

    Attributes
    ----------
    schemes
        What was checked.
    evidence
        What it was checked against.
    year
        Year of the comparison.
    radii, reach
        Distances of the neighbourhood, and how far a service may be.
    threshold
        Share from which one category defines a place.
    tables
        Results by the names of `PARTS`, such as ``tables["people"]``.
    absent
        Why a part is not there, in words, by its name.
    anyway
        Tables of the evidence in that year without the schemes, by name.
    assumptions
        What was assumed, in sentences.
    """

    schemes: tuple[Scheme, ...]
    evidence: Evidence
    year: int
    radii: tuple[str, ...]
    reach: str
    threshold: float
    tables: Mapping[str, pd.DataFrame]
    absent: Mapping[str, str]
    anyway: Mapping[str, Counts] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()

    def __repr__(self) -> str:
        what = self.schemes[0].reference if len(self.schemes) == 1 else f"{len(self.schemes)} schemes"
        return f"<Checked {what} in {self.evidence.name}, {self.year}: {', '.join(self.tables)}>"

    def __getitem__(self, part: str) -> pd.DataFrame:
        """Return one table.

        Raises
        ------
        InvalidParameter
            There is no such part, or it is absent; the message says why.
        """
        if part in self.tables:
            return self.tables[part]
        if part in PARTS:
            why = self.absent.get(part, "nothing in it is foretold by a range.")
            message = f"There is no {part!r} here: {why}"
            raise InvalidParameter(message)
        message = f"A check has no part {part!r}."
        raise InvalidParameter(message, remedy=did_you_mean(part, PARTS) or f"Its parts are {listed(list(PARTS))}.")

    @property
    def district(self) -> str:
        """Name of the district of the schemes; of the evidence where they lie in several, or it names none."""
        homes, column = self.evidence.homes, self.evidence.district
        units = self.tables["where"]["unit"].dropna()
        if column is None or units.empty:
            return self.evidence.name
        labels = homes.strata[column].astype(str).to_numpy()[homes.units.get_indexer(units)]
        return str(labels[0]) if len(set(labels)) == 1 else self.evidence.name

    def named(self, unit: object) -> str:
        """Name a unit, or give its id where it has no name."""
        return self.evidence.names.get(str(unit), str(unit))

    @property
    def assumed(self) -> int:
        """How many schemes have homes of a mix that is assumed, and not stated."""
        if self.evidence.mix is None:
            return 0
        return sum(not len(one.homes) and one.net[1] > 0 for one in self.schemes)

    @property
    def is_plan(self) -> bool:
        """Whether several schemes were checked at once."""
        return len(self.schemes) > 1

    def record(
        self,
        *,
        as_of: str,
        reference: str | None = None,
        stage: Stage | None = None,
        alternatives: Mapping[str, pd.DataFrame] | None = None,
    ) -> Record:
        """Keep what was foretold, with what it rests on.

        Parameters
        ----------
        as_of
            Day on which it was foretold, as year-month-day.
        reference
            What the authority calls it. Default: the scheme's own, or those of the plan.
        stage, alternatives
            As for `placemix.scenarios.record`.

        Returns
        -------
        record
            The scheme, every table, the counts with their hashes and licences, and what was assumed.
        """
        name = reference or (self.schemes[0].reference if not self.is_plan else f"{len(self.schemes)} schemes")
        results = {part: rows for part, rows in self.tables.items() if part != "ranges"}
        if "ranges" in self.tables:
            # Each dimension under its own name, so that `evaluate` can hold it against a later count.
            for dimension, rows in self.tables["ranges"].groupby("dimension", sort=False):
                results[f"forecast, {dimension}"] = rows
        inputs = dict(self.evidence.tables)
        if self.evidence.residents is not None and "equality" in self.tables:
            inputs["residents"] = self.evidence.residents
        scheme = self.schemes[0] if not self.is_plan else list(self.schemes)
        kept = [*self.assumptions, *(f"{PARTS[part]}: {why}" for part, why in self.absent.items())]
        return record(
            name, results, as_of=as_of, inputs=inputs, scheme=scheme, assumptions=kept, alternatives=alternatives,
            stage=stage,
        )  # fmt: skip
