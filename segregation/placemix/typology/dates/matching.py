"""Types of the same places at several dates: what may be compared, and what that leaves out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, GroupName, IntArray
from placemix.counts import Counts, checked
from placemix.errors import PlacemixError, VintageMismatch, listed, plural, together
from placemix.results import first_reason
from placemix.surroundings import Surroundings
from placemix.typology.dates.comparable import (
    absences,
    boundary_faults,
    capital,
    group_faults,
    lost,
    option_faults,
    stratum_faults,
    unit_faults,
)
from placemix.typology.places.classes import Typed, typed
from placemix.typology.places.looking_up import Reference
from placemix.typology.rules.kinds import Scheme

#: Id of a scheme, path of a file of one, or a scheme.
AnyScheme: TypeAlias = str | Path | Scheme
Unmatched: TypeAlias = Literal["refuse", "count"]
Vintages: TypeAlias = Literal["refuse", "allow"]

#: How two dates are called in messages.
TWO = ("the earlier date", "the later date")


class Rules(NamedTuple):
    """How places are typed, as the caller said."""

    scheme: AnyScheme
    reference: Reference
    city: str | None
    parameters: Mapping[str, float] | None
    recalibrate: bool
    host: Reference = None

    def of(self, counts: Counts, around: Surroundings | None) -> Typed:
        """Give each unit of a table its type."""
        return typed(
            counts, scheme=self.scheme, reference=self.reference, city=self.city, around=around,
            parameters=self.parameters, recalibrate=self.recalibrate, host=self.host,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class MatchedDates:
    """Units of several dates side by side; those of one date alone stay, with nothing at the others.

    Attributes
    ----------
    tables
        Counts of each date, with the groups of the last.
    names
        What each date is called.
    units
        Every unit of any date: those of the last in its order, then those of earlier dates.
    places
        Row of each unit in each table, or -1, shape (units, dates).
    codes
        Number of each unit's type at each date, or -1 where nobody is or the unit is not, shape (units, dates).
    types, labels
        Every type that the scheme gives at any date, and what it says.
    scheme, reference
        As `typed` understood them.
    around
        Surroundings of each date, or None.
    notes
        What a reader must know.
    """

    tables: tuple[Counts, ...]
    names: tuple[str, ...]
    units: pd.Index
    places: IntArray
    codes: IntArray
    types: tuple[str, ...]
    labels: tuple[str, ...]
    scheme: Scheme
    reference: tuple[str, ...]
    around: tuple[Surroundings | None, ...]
    notes: tuple[str, ...]

    @cached_property
    def found(self) -> BoolArray:
        """Whether each unit is found at every date."""
        return np.asarray((self.places >= 0).all(axis=1))

    @cached_property
    def people(self) -> FloatArray:
        """Everyone in each unit at each date, NaN where the unit is not, shape (units, dates)."""
        return self.at([counts.total for counts in self.tables])

    def members(self, group: int) -> FloatArray:
        """Members of a group in each unit at each date, NaN where the unit is not."""
        return self.at([counts.values[:, group] for counts in self.tables])

    def at(self, columns: Sequence[FloatArray]) -> FloatArray:
        """One column of each table, by unit."""
        out = [np.where(rows >= 0, column[rows], np.nan) for rows, column in zip(self.places.T, columns, strict=True)]
        return np.column_stack(out)

    @property
    def around_text(self) -> str:
        """Whom types are of: each unit alone, or who is around it."""
        texts = dict.fromkeys("own unit" if near is None else near.text for near in self.around)
        return "; then ".join(texts)

    @property
    def reference_text(self) -> str | None:
        """The reference group or groups."""
        return " + ".join(self.reference) or None

    def reasons(self) -> Any:  # noqa: ANN401
        """Why a unit has no type at some date, or None, shape (units,)."""
        two = len(self.tables) == len(TWO)
        gone = ("not_at_earlier_date", "not_at_later_date") if two else [f"not_at: {name}" for name in self.names]
        at = ("_before", "_after") if two else [f": {name}" for name in self.names]
        here = self.places >= 0
        conditions: dict[str, Any] = {gone[date]: ~here[:, date] for date in range(len(self.tables))}
        empty = here & (self.codes < 0) & ~(self.people > 0)
        if two:
            conditions["no_people"] = empty.all(axis=1)
        for date in range(len(self.tables)):
            conditions["no_people" + at[date]] = empty[:, date]
            conditions["none_in_groups" + at[date]] = here[:, date] & (self.codes[:, date] < 0)
        return first_reason(conditions)

    def categories(self, codes: IntArray) -> pd.Categorical:
        """Types as ordered categories: all of the scheme, in its order."""
        return pd.Categorical.from_codes(codes, categories=pd.Index(self.types, dtype=str), ordered=True)


def match(
    tables: Sequence[Any],
    *,
    rules: Rules,
    around: Sequence[Surroundings | None],
    unmatched: Unmatched,
    vintages: Vintages,
    by: Sequence[str] = (),
    names: Sequence[str] = TWO,
) -> MatchedDates:
    """Type the places of each date and set them side by side.

    Raises
    ------
    VintageMismatch
        The dates differ in boundaries, units or groups, and the caller did not say that they may.
    InvalidParameter, UnknownGroup, UnknownColumn
        An option or the scheme cannot be used; all faults in one error.
    """
    counts = [checked(table) for table in tables]
    absent = absences(counts)
    faults = [
        *option_faults(unmatched, vintages),
        *boundary_faults(counts, names, vintages),
        *group_faults(counts, names),
        *unit_faults(counts, names, unmatched, absent),
        *stratum_faults(counts, by),
    ]
    if not any(set(table.groups) ^ set(counts[-1].groups) for table in counts):
        # Groups in one order: of equal ones the same comes first at every date.
        counts = [_regrouped(table, counts[-1].groups) for table in counts]
    found: list[Typed] = []
    for table, near in zip(counts, around, strict=True):
        try:
            found.append(rules.of(table, near))
        except PlacemixError as fault:
            faults += [part for part in fault.faults if str(part) not in map(str, faults)]
    if faults:
        raise together(faults)
    units = counts[-1].units
    for table in reversed(counts[:-1]):
        units = units.append(table.units[units.get_indexer(table.units) < 0])
    places = np.column_stack([table.units.get_indexer(units) for table in counts])
    types = in_order([each.types for each in found])
    said = {name: label for each in reversed(found) for name, label in zip(each.types, each.labels, strict=True)}
    columns = []
    for each, rows in zip(found, places.T, strict=True):
        number = np.array([*map(types.index, each.types), -1])
        columns.append(np.where(rows >= 0, number[each.codes[rows]], -1))
    notes = _told(found, names) + lost(counts, names, vintages, absent)
    return MatchedDates(
        tables=tuple(counts),
        names=tuple(names),
        units=units,
        places=places.astype(np.intp),
        codes=np.column_stack(columns).astype(np.intp),
        types=types,
        labels=tuple(said[name] for name in types),
        scheme=found[-1].scheme,
        reference=found[-1].reference,
        around=tuple(around),
        notes=tuple(dict.fromkeys(notes)),
    )


def in_order(lists: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Every type once; one that the first lists lack stands behind what is before it in its own.

    Examples
    --------
    >>> in_order([["one a", "mix a; b", "none"], ["one a", "one b", "mix a; b", "none"]])
    ('one a', 'one b', 'mix a; b', 'none')
    """
    out: list[str] = []
    for names in lists:
        place = 0
        for name in names:
            if name not in out:
                out.insert(place, name)
            place = out.index(name) + 1
    return tuple(out)


def strata_of(dates: MatchedDates, by: Sequence[str]) -> tuple[IntArray, pd.DataFrame]:
    """Give the number of each unit's stratum, and one row of labels a stratum in the order of the last date.

    Raises
    ------
    VintageMismatch
        A unit lies in other strata at another date.
    """
    if not by:
        return np.zeros(len(dates.units), dtype=np.intp), pd.DataFrame(index=range(1))
    texts = np.full((len(dates.units), len(by)), None, dtype=object)
    moved = np.zeros(len(dates.units), dtype=bool)
    for rows, counts in zip(reversed(dates.places.T), reversed(dates.tables), strict=True):
        own = counts.strata[list(by)].astype(str).to_numpy(dtype=object)[rows]
        here = rows >= 0
        known = here & (texts[:, 0] != None)  # noqa: E711 (element by element)
        moved |= known & (own != texts).any(axis=1)
        fresh = here & ~known
        texts[fresh] = own[fresh]
    if moved.any():
        message = f"{plural(moved.sum(), 'unit lies', 'units lie')} in other strata at the earlier date."
        remedy = "Give the strata of one date to all, with counts.with_strata."
        raise VintageMismatch(message, units=dates.units[moved], remedy=remedy)
    frame = pd.DataFrame(texts, columns=list(by))
    codes, labels = pd.factorize(pd.MultiIndex.from_frame(frame))
    table = pd.DataFrame(list(labels), columns=list(by)).astype(str)
    for name in by:
        table[name] = pd.Categorical(table[name], categories=pd.unique(table[name]))
    return codes.astype(np.intp), table


def _regrouped(counts: Counts, groups: tuple[GroupName, ...]) -> Counts:
    if counts.groups == groups:
        return counts
    columns = [counts.groups.index(group) for group in groups]
    return replace(counts.take_groups(columns), groups=groups)


def _told(found: Sequence[Typed], names: Sequence[str]) -> list[str]:
    """What typing each date must say; once where it is the same of all."""
    notes = list(dict.fromkeys(note for each in found for note in each.notes))
    of = {note: [name for each, name in zip(found, names, strict=True) if note in each.notes] for note in notes}
    return [note if len(of[note]) == len(found) else f"{capital(listed(of[note]))}: {note}" for note in notes]
