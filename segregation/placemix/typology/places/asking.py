"""What every verb of types begins with: counts, scheme, reference and city, looked up and checked together."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts, group_text
from placemix.errors import (
    NotCounts,
    PlacemixError,
    plural,
    together,
)
from placemix.surroundings import Surroundings
from placemix.typology.places.looking_up import (
    Data,
    Reference,
    cities_of,
    listed_reference,
    parameters_of,
    plain,
    recalibration,
    reference_of,
    residuals_said,
    tables_of,
    with_parameters,
)
from placemix.typology.places.quantities import Category, Quantities
from placemix.typology.rules.conditions import percent
from placemix.typology.rules.files import load_scheme
from placemix.typology.rules.kinds import Scheme


class Asked(NamedTuple):
    """A question about types that can be answered.

    Attributes
    ----------
    scheme
        The rules, with their parameters given.
    data
        Counts by dimension; one without a name where there is one table.
    reference
        Names of the reference groups.
    columns
        Columns of the reference groups, and of the others.
    cities, city_names
        Code and name of each unit's city.
    around
        Who is around each unit, or None.
    notes
        What a result must say.
    given
        What the caller asked, for a pack.
    """

    scheme: Scheme
    data: Mapping[str, Counts]
    reference: tuple[str, ...]
    columns: tuple[list[int], list[int]]
    cities: IntArray
    city_names: Any
    around: Surroundings | None
    notes: tuple[str, ...]
    given: Mapping[str, Any]
    parameters: Mapping[str, Fraction]

    @property
    def first(self) -> Counts:
        """The only table, or that of the first dimension."""
        return next(iter(self.data.values()))

    @property
    def source(self) -> str:
        """Hashes of the tables."""
        return " ".join(counts.source for counts in self.data.values())

    def written(self) -> dict[str, str]:
        """Parameters as labels write them."""
        return {name: percent(value).replace("%", " %") for name, value in self.parameters.items()}

    def quantities(self, tables: Mapping[str, FloatArray] | None = None) -> Quantities:
        """Return what the scheme's conditions compare.

        Parameters
        ----------
        tables
            Other people of the same units, by dimension, shape (units, groups + 1): the last column is those
            in none of the groups. Default: the people themselves.
        """
        many = len(self.data) > 1 or "" not in self.data
        categories: list[Category] = []
        merged: list[tuple[FloatArray, tuple[str, ...], FloatArray, FloatArray]] = []
        for place, (name, counts) in enumerate(self.data.items()):
            table = people_of(counts) if tables is None else tables[name]
            around = table if self.around is None else surrounded(table, self.around)
            # The reference groups are of the first dimension.
            residents, values = (self._merged(one) if place == 0 else one[:, :-1] for one in (table, around))
            everyone = values.sum(axis=1)
            if self.scheme.residual != "leave out":
                # Sums of fractions may differ in the last digit from a stated total; that is no person.
                stated = self.around is None and tables is None
                everyone = counts.total if stated else everyone + around[:, -1]
            names = self._names(counts) if place == 0 else tuple(map(group_text, counts.groups))
            merged.append((values, names, everyone, residents))
            if self.scheme.characteristic:
                categories += self._categories(f"{name}: " if many else "", values, names, everyone)
        values, names, everyone, residents = merged[0]
        return Quantities(
            values,
            names,
            everyone,
            reference=bool(self.reference),
            residents=residents,
            cities=self.cities,
            categories=tuple(categories),
        )

    def _names(self, counts: Counts) -> tuple[str, ...]:
        texts = [group_text(group) for group in counts.groups]
        if not self.reference:
            return tuple(texts)
        return (" + ".join(self.reference), *(texts[place] for place in self.columns[1]))

    def _merged(self, table: FloatArray) -> FloatArray:
        """Groups alone, the reference groups as one column at the beginning."""
        if not self.reference:
            return table[:, :-1]
        ours, theirs = self.columns
        return np.column_stack([table[:, ours].sum(axis=1), table[:, theirs]])

    def _categories(
        self, prefix: str, values: FloatArray, names: tuple[str, ...], everyone: FloatArray
    ) -> list[Category]:
        count = int(self.cities.max(initial=-1)) + 1
        city = np.bincount(self.cities, weights=everyone, minlength=count)[self.cities].astype(np.float64)
        return [
            Category(
                f"{prefix}{name}",
                values[:, place],
                everyone,
                np.bincount(self.cities, weights=values[:, place], minlength=count)[self.cities].astype(np.float64),
                city,
            )
            for place, name in enumerate(names)
        ]

    def call(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Inputs and arguments of the call, for a pack."""
        inputs: dict[str, Any] = {}
        arguments = dict(self.given)
        if list(self.data) == [""]:
            inputs["counts"] = self.first
        else:
            inputs |= {f"dimension_{place}": counts for place, counts in enumerate(self.data.values())}
            arguments["dimensions"] = list(self.data)
        if self.around is not None:
            inputs["around"] = self.around
        return inputs, arguments


def asked(
    counts: Data,
    *,
    scheme: str | Path | Scheme,
    reference: Reference = None,
    city: str | None = None,
    around: Surroundings | None = None,
    parameters: Mapping[str, float] | None = None,
    recalibrate: bool = False,
    host: Reference = None,
) -> Asked:
    """Look up and check what a verb was asked; every fault of it in one error.

    Raises
    ------
    ReferenceNeeded, UnknownGroup, SchemeMismatch, InvalidParameter, UnmatchedUnit, UnknownColumn
        As the verbs say.
    """
    rules = load_scheme(scheme)
    data = tables_of(counts, rules)
    first = next(iter(data.values()))
    _known_around(around)
    faults: list[PlacemixError] = []
    columns, names = reference_of(first, rules, reference, host, faults)
    values = parameters_of(rules, parameters, faults)
    notes: list[str] = []
    factor = recalibration(rules, len(first.groups), recalibrate=recalibrate, faults=faults, notes=notes)
    try:
        codes, city_names = cities_of(first, city)
    except PlacemixError as fault:
        faults += fault.faults
    if faults:
        raise together(faults)
    if city is None and (rules.concentrated or values.get("quotient", 0) > 0):
        notes.append("The whole table is one city.")
    notes += residuals_said(data, rules)
    given = {
        "scheme": {"file": rules.file, "text": rules.text} if rules.text and rules.own else rules.id,
        "reference": [list(name) if isinstance(name, tuple) else name for name in listed_reference(reference, host)]
        or None,
        "city": city,
        "parameters": plain(parameters),
        "recalibrate": recalibrate,
    }
    here = None if around is None else around.on(first)
    notes += said_of_counts(data, here)
    return Asked(
        with_parameters(rules, values, factor),
        data,
        names,
        columns,
        codes,
        city_names,
        here,
        tuple(notes),
        given,
        values,
    )


def surrounded(table: FloatArray, around: Surroundings) -> FloatArray:
    """People around each unit; where nobody is, the unit's own, as everywhere in placemix."""
    near = around @ table
    alone = near.sum(axis=1) <= 0
    return np.where(alone[:, np.newaxis], table, near) if alone.any() else near


def said_of_counts(data: Mapping[str, Counts], around: Surroundings | None) -> list[str]:
    """What a result must say of fractions of people, and of places with nobody around."""
    notes = []
    fractions = sum(int(((counts.values % 1 != 0).any(axis=1)).sum()) for counts in data.values())
    if fractions and around is None:
        notes.append(
            f"{plural(fractions, 'unit has', 'units have')} fractions of people, so that a place exactly on a "
            "threshold may fall on either side of it."
        )
    if around is not None:
        first = next(iter(data.values()))
        alone = int((((around @ people_of(first)).sum(axis=1) <= 0) & (first.total > 0)).sum())
        if alone:
            notes.append(f"{plural(alone, 'unit has', 'units have')} nobody around, and the type of the own people.")
    return notes


def people_of(counts: Counts) -> FloatArray:
    """People of each group and, in the last column, those in none, shape (units, groups + 1)."""
    return np.column_stack([counts.values, counts.residual])


def _known_around(around: object) -> None:
    if around is not None and not isinstance(around, Surroundings):
        message = f"around= takes surroundings, not a {type(around).__name__}."
        raise NotCounts(message, remedy="Pass what a function of placemix.surroundings gave.")
