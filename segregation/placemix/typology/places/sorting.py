"""The units of a table as a scheme sorts them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.errors import SchemeMismatch, listed
from placemix.typology.places.asking import Asked
from placemix.typology.places.quantities import Category, compared
from placemix.typology.rules.conditions import CITY, NUMBERS, Condition
from placemix.typology.rules.kinds import Type

Labels: TypeAlias = Literal["descriptive", "original"]


class Sorting:
    """The units of a question as its scheme sorts them."""

    def __init__(self, question: Asked, tables: Mapping[str, FloatArray] | None = None) -> None:
        self.question, self.scheme = question, question.scheme
        self.quantities = question.quantities(tables)
        self._members: dict[str, BoolArray] = {}
        # Somebody may be counted in one dimension alone.
        counted = [self.quantities.everyone, *(category.everyone for category in self.quantities.categories)]
        self.lived_in: BoolArray = np.logical_or.reduce([everyone > 0 for everyone in counted])
        self.held = {text: self._holds(one) for text, one in self.conditions().items()}
        self.rank = self.first(self.held)

    def conditions(self) -> dict[str, Condition]:
        """Every condition on whole units, once."""
        return {one.text: one for kind in self.scheme.types for one in kind.conditions}

    def first(self, held: Mapping[str, BoolArray]) -> IntArray:
        """Place of the first type whose conditions hold, -1 where nobody is, shape (units,)."""
        rank = np.full(len(self.lived_in), len(self.scheme.types) - 1)
        open_ = np.ones(len(rank), dtype=bool)
        for place, kind in enumerate(self.scheme.types[:-1]):
            here = open_.copy()
            for one in kind.when:
                here &= held[one.text]
            if kind.either:
                here &= np.logical_or.reduce([held[one.text] for one in kind.either])
            rank[here] = place
            open_ &= ~here
        rank[~self.lived_in] = -1
        return rank

    # -- conditions --------------------------------------------------------------------

    def _holds(self, condition: Condition) -> BoolArray:
        left, base = self.sides(condition)
        held = compared(left, condition, base)
        # Of nobody nothing holds, whatever the other dimensions say.
        return held if base is None else held & (self.quantities.everyone > 0)

    def sides(self, condition: Condition) -> tuple[FloatArray, FloatArray | None]:
        """What a condition compares, and what its threshold is a multiple of."""
        if condition.left == "scaled entropy":
            return self.quantities.entropy, None
        if condition.left in NUMBERS:
            return self.members(condition.left).sum(axis=1).astype(np.float64), None
        if condition.left in CITY:
            return self.quantities.concentrated(self.scheme.concentrated)
        return self.quantities.people(condition.left), self.quantities.people(condition.base)

    def members(self, kind: str) -> BoolArray:
        """Which groups are present, or which categories define the unit, shape (units, groups or categories)."""
        if kind not in self._members:
            quantities = self.quantities
            if kind == "present groups":
                columns = [quantities.met(self.scheme.present, group) for group in range(quantities.values.shape[1])]
            else:
                columns = [self._defines(category) for category in quantities.categories]
            self._members[kind] = np.column_stack(columns)
        return self._members[kind]

    def _defines(self, category: Category) -> BoolArray:
        holds = category.everyone > 0
        for condition in self.scheme.characteristic:
            left, base = category_sides(condition, category)
            holds = holds & compared(left, condition, base)
        return holds

    def compare_number(self, number: IntArray, condition: Condition) -> BoolArray:
        """Where a condition on a number alone would hold of another number."""
        return compared(number.astype(np.float64), condition, None)

    def member_distances(self, kind: str, column: int) -> Iterator[tuple[str, FloatArray, BoolArray]]:
        """Distance of one group or category from each of its thresholds, and where that one alone decides."""
        conditions = self.scheme.present if kind == "present groups" else self.scheme.characteristic
        sides = []
        for condition in conditions:
            if kind == "present groups":
                left, base = self.quantities.sides(condition, column)
                whole = self.quantities.everyone
            else:
                category = self.quantities.categories[column]
                left, base = category_sides(condition, category)
                whole = category.everyone
                if condition.left == "location quotient":
                    whole = category.everyone * category.city
            factor = float(condition.factor)  # type: ignore[arg-type]
            margin = np.divide(left - factor * base, whole, out=np.full(len(left), np.nan), where=whole > 0)
            sides.append((condition, margin, compared(left, condition, base)))
        for condition, margin, _ in sides:
            others = [held for other, _, held in sides if other is not condition]
            alone = np.logical_and.reduce(others) if others else np.ones(len(margin), dtype=bool)
            if condition.left == "location quotient" and condition.factor == 0:
                continue  # no share is below it
            yield condition.text, margin, alone

    # -- names -------------------------------------------------------------------------

    @cached_property
    def keys(self) -> tuple[IntArray, dict[int, str]]:
        """A number for whom each unit's type names, -1 for nobody, and the names of these numbers."""
        key = np.full(len(self.rank), -1, dtype=np.int64)
        names = dict(enumerate(self.quantities.names))
        for kind in {one.names for one in self.scheme.types if one.names}:
            places = [place for place, one in enumerate(self.scheme.types) if one.names == kind]
            here = np.flatnonzero(np.isin(self.rank, places))
            if kind in {"largest group", "largest minority"}:
                which = self.quantities.largest if kind == "largest group" else self.quantities.largest_minority
                key[here] = which[0][here]
            elif len(here):
                numbers, sets = _numbered(self.members(kind)[here])
                labels = self.labels_of(kind)
                first = len(names)
                names |= {
                    first + number: "; ".join(labels[column] for column in columns)
                    for number, columns in enumerate(sets)
                }
                key[here] = first + numbers
        return key, names

    def labels_of(self, kind: str) -> list[str]:
        """Names of the groups or categories that `members` has columns for."""
        if kind == "present groups":
            return list(self.quantities.names)
        return [category.name for category in self.quantities.categories]

    def groups(self) -> Any:  # noqa: ANN401
        """Whom the type of each unit names, or None."""
        key, names = self.keys
        # One more place, which -1 is, for nobody.
        return np.array([*(names[number] for number in range(len(names))), None], dtype=object)[key]

    def types(self, labels: Labels) -> tuple[tuple[str, ...], tuple[str, ...], IntArray, tuple[str, ...]]:
        """Ids of all types, their labels, the code of each unit, and what a result must say."""
        by_id = {kind.id: place for place, kind in enumerate(self.scheme.types)}
        key, names = self.keys
        ids: list[str] = []
        texts: list[str] = []
        codes = np.full(len(self.rank), -1, dtype=np.int64)
        for name in self.scheme.order:
            place = by_id[name]
            kind = self.scheme.types[place]
            here = self.rank == place
            if not kind.each:
                codes[here] = len(ids)
                ids.append(kind.id)
                texts.append(self._label(kind, "", labels))
                continue
            possible = self._possible(kind, key[here])
            place_of = np.full(len(names), -1)
            place_of[possible] = len(ids) + np.arange(len(possible))
            codes[here] = place_of[key[here]]
            ids += [f"{kind.id} {names[number]}" for number in possible]
            texts += [self._label(kind, names[number], labels) for number in possible]
        if len(set(ids)) < len(ids):
            twice = listed(sorted({repr(one) for one in ids if ids.count(one) > 1}))
            message = f"Names of groups make two types the same: {twice}."
            raise SchemeMismatch(
                message, remedy="Give the groups names without '; ', or the types of your scheme other ids."
            )
        return tuple(ids), tuple(texts), codes, tuple(self.notes())

    def _possible(self, kind: Type, found: IntArray) -> list[int]:
        """Names that a type can have: every group, or the mixes that occur."""
        return list(range(len(self.quantities.names))) if kind.names == "largest group" else np.unique(found).tolist()

    def _label(self, kind: Type, group: str, labels: Labels) -> str:
        text = (kind.original or kind.label) if labels == "original" else kind.label
        named = group.replace("; ", " and ") if kind.names == "present groups" else group
        # A type that is one for all names is described without them; each unit's label has its own.
        text = text if group else text.replace(" ({group})", "")
        said = {"reference": " + ".join(self.question.reference), **self.question.written()}
        if group:
            said["group"] = named
        # All at once: names of groups may hold braces themselves.
        return re.sub(r"\{([^{}]*)\}", lambda found: said.get(found[1], found[0]), text)

    def labels(self, labels: Labels) -> Any:  # noqa: ANN401
        """The label of each unit's type with whom it names, or None where nobody is."""
        key, names = self.keys
        out = np.full(len(key), None, dtype=object)
        for place, kind in enumerate(self.scheme.types):
            here = np.flatnonzero(self.rank == place)
            said = "{group}" in (kind.original if labels == "original" and kind.original else kind.label)
            numbers, back = (
                np.unique(key[here], return_inverse=True) if said else (np.array([-1]), np.zeros(len(here), int))
            )
            texts = [self._label(kind, names.get(int(number), ""), labels) for number in numbers]
            out[here] = np.array([*texts, None], dtype=object)[back]
        return out

    # -- what to say -------------------------------------------------------------------

    def notes(self) -> list[str]:
        """What a result must say of how the types came about."""
        notes = list(self.question.notes)
        if self.scheme.unverified:
            notes.append(f"UNVERIFIED in the source of {self.scheme.id}: {' '.join(self.scheme.unverified)}")
        tied = self._ties()
        if tied:
            units = f"{tied:,} {'unit has' if tied == 1 else 'units have'}"
            notes.append(f"{units} two groups that are largest; the one that stands first in the table names them.")
        return notes

    def _ties(self) -> int:
        tied = 0
        for place, kind in enumerate(self.scheme.types):
            if kind.names not in {"largest group", "largest minority"}:
                continue
            which = self.quantities.largest if kind.names == "largest group" else self.quantities.largest_minority
            values = self.quantities.values if kind.names == "largest group" else self.quantities.minorities
            if values.shape[1] > 1:
                here = self.rank == place
                tied += int(((values[here] == which[1][here, np.newaxis]).sum(axis=1) > 1).sum())
        return tied


def category_sides(condition: Condition, category: Category) -> tuple[FloatArray, FloatArray]:
    """What a condition on a category compares, as counts."""
    if condition.left == "location quotient":
        # (x / t) / (X / T) >= q is x T >= q t X: no share is divided.
        return category.people * category.city, category.everyone * category.here
    return category.people, category.everyone


def _numbered(members: BoolArray) -> tuple[IntArray, list[tuple[int, ...]]]:
    """Number the sets that occur, the smallest first, and list the columns of each."""
    packed = np.packbits(members, axis=1)
    _, first, number = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    sets = [tuple(np.flatnonzero(members[place]).tolist()) for place in first]
    order = sorted(range(len(sets)), key=lambda place: (len(sets[place]), sets[place]))
    rank = np.empty(len(sets), dtype=np.int64)
    rank[order] = np.arange(len(sets))
    return rank[number.reshape(-1)], [sets[place] for place in order]
