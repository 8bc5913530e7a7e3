"""What conditions compare: people of each unit, counted once and looked at from all sides."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.typology.rules.conditions import Condition


class Category(NamedTuple):
    """One category of one dimension, in every unit.

    Attributes
    ----------
    name
        What it is called, with its dimension where there are several.
    people, everyone
        Its people, and those of its dimension, shape (units,).
    here, city
        Its people and everyone in the city of each unit, shape (units,).
    """

    name: str
    people: FloatArray
    everyone: FloatArray
    here: FloatArray
    city: FloatArray


class Quantities:
    """People of each unit as the conditions of a scheme name them.

    Parameters
    ----------
    values
        People of each group, shape (units, groups); the reference groups, if any, are column 0.
    names
        The groups' names.
    everyone
        All people of each unit, shape (units,).
    reference
        Whether column 0 is the reference group.
    residents
        People whom concentration in a city is counted of: `values`, unless these are surroundings.
    cities
        Code of each unit's city, shape (units,).
    categories
        Categories of every dimension, for conditions on them.
    """

    def __init__(
        self,
        values: FloatArray,
        names: tuple[str, ...],
        everyone: FloatArray,
        *,
        reference: bool,
        residents: FloatArray,
        cities: IntArray,
        categories: tuple[Category, ...] = (),
    ) -> None:
        self.values, self.names, self.everyone = values, names, everyone
        self.reference, self.residents, self.cities = reference, residents, cities
        self.categories = categories

    # -- groups -----------------------------------------------------------------------

    @property
    def minorities(self) -> FloatArray:
        """Columns of the groups outside the reference group, shape (units, groups - 1)."""
        return self.values[:, 1:]

    @cached_property
    def outside(self) -> FloatArray:
        """Everyone outside the reference group."""
        return self.everyone - self.values[:, 0]

    @cached_property
    def residual(self) -> FloatArray:
        """People in none of the groups; rounding of fractions is no person."""
        left = self.everyone - self.values.sum(axis=1)
        return np.where(np.abs(left) <= 1e-9 * np.maximum(self.everyone, 1), 0.0, left)

    @cached_property
    def largest(self) -> tuple[IntArray, FloatArray, FloatArray]:
        """Column of the largest group, its people, and those of the next."""
        return _two_largest(self.values)

    @cached_property
    def largest_minority(self) -> tuple[IntArray, FloatArray, FloatArray]:
        """Column (of `values`) of the largest minority, its people, and those of the next."""
        which, first, second = _two_largest(self.minorities)
        return which + 1, first, np.maximum(second, self.residual)

    @cached_property
    def entropy(self) -> FloatArray:
        """Shannon's entropy of the groups over its largest possible value, shape (units,)."""
        people = self.values.sum(axis=1)
        safe = np.where(people > 0, people, 1.0)
        # -sum(x log x) / t + log t: no shares of single cells are needed.
        logs = np.log(self.values, out=np.zeros_like(self.values), where=self.values > 0)
        spread = np.log(safe) - np.einsum("ij,ij->i", self.values, logs) / safe
        return np.where(people > 0, np.maximum(spread, 0.0) / np.log(self.values.shape[1]), np.nan)

    # -- one quantity by its name -----------------------------------------------------

    def people(self, name: str) -> FloatArray:
        """People that a quantity of the unit counts, shape (units,)."""
        looked_up: dict[str, Callable[[], FloatArray]] = {
            "everyone": lambda: self.everyone,
            "reference": lambda: self.values[:, 0],
            "minorities": lambda: self.outside,
            "largest minority": lambda: self.largest_minority[1],
            "second minority": lambda: self.largest_minority[2],
            "other minorities": lambda: self.outside - self.largest_minority[1],
            "largest group": lambda: self.largest[1],
            "second group": lambda: self.largest[2],
        }
        return looked_up[name]()

    # -- of each group of a unit -------------------------------------------------------

    def sides(self, condition: Condition, group: int) -> tuple[FloatArray, FloatArray]:
        """What a condition on one group compares, and what its threshold is a multiple of."""
        return self._of(condition.left, group), self._of(condition.base, group)

    def met(self, conditions: tuple[Condition, ...], group: int) -> BoolArray:
        """Where conditions of [concentrated] or [present] hold of one group, shape (units,)."""
        holds = np.ones(len(self.everyone), dtype=bool)
        for condition in conditions:
            left, base = self.sides(condition, group)
            holds &= compared(left, condition, base)
        return holds & (self.everyone > 0)

    def _of(self, name: str, group: int) -> FloatArray:
        if name == "group":
            return self.values[:, group]
        if name == "largest other minority":
            which, first, second = self.largest_minority
            return np.where(which == group, second, first)
        return self.people(name)

    def concentrated(self, conditions: tuple[Condition, ...]) -> tuple[FloatArray, FloatArray]:
        """Members of each unit's largest minority who live where conditions hold, and all in its city."""
        cities = int(self.cities.max(initial=-1)) + 1
        there, members = np.zeros((2, cities, self.values.shape[1]))
        for group in range(1, self.values.shape[1]):
            holds = self.met(conditions, group)
            residents = self.residents[:, group]
            there[:, group] = np.bincount(self.cities, weights=residents * holds, minlength=cities)
            members[:, group] = np.bincount(self.cities, weights=residents, minlength=cities)
        which = self.largest_minority[0]
        return there[self.cities, which], members[self.cities, which]


def compared(left: FloatArray, condition: Condition, base: FloatArray | None) -> BoolArray:
    """Where a condition holds; a fraction of people is compared on counts, never on shares.

    Shares in floating point put places that lie exactly on a threshold on the wrong side of it.
    """
    factor = condition.factor
    assert factor is not None  # noqa: S101 (parameters are given before anything is compared)
    if base is None:
        one, other = left, np.full(left.shape, float(factor))
    else:
        one, other = left * factor.denominator, base * factor.numerator
    if condition.op == ">=":
        return one >= other
    if condition.op == ">":
        return one > other
    return one <= other if condition.op == "<=" else one < other


def _two_largest(values: FloatArray) -> tuple[IntArray, FloatArray, FloatArray]:
    """Column of the largest value of each row, the value, and the next; the first of equals is the largest."""
    which = values.argmax(axis=1)
    first = np.take_along_axis(values, which[:, np.newaxis], axis=1)[:, 0]
    if values.shape[1] == 1:
        return which, first, np.zeros(len(values))
    second = np.partition(values, values.shape[1] - 2, axis=1)[:, -2]
    return which, first, second
