"""What chance means: each null says what is kept as it was and what is drawn.

| name | kept | drawn |
| --- | --- | --- |
| `evenness` | everyone in each unit | the group of each household, with the stratum's shares |
| `systematic` | members of each group | the unit of each household, by the size of units |
| `multinomial` | everyone in the stratum | unit and group of each household, independently |
| `fixed_margins` | both | who of the stratum lives where |
| `permuted_units` | the units, with their people | which place each stands in |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter, did_you_mean
from placemix.strata import Strata

Null: TypeAlias = Literal["evenness", "systematic", "multinomial", "fixed_margins", "permuted_units"]


class Table(NamedTuple):
    """A table from which versions are drawn.

    Attributes
    ----------
    people
        People of each group, and then of none, shape (units, groups + 1).
    order, bounds
        Units ordered by stratum, and where strata begin and end.
    size
        People dealt together.
    """

    people: FloatArray
    order: IntArray
    bounds: IntArray
    size: float

    @classmethod
    def of(cls, values: FloatArray, total: FloatArray, strata: Strata, size: float) -> Table:
        """Put the people of no group in a column of their own."""
        residual = np.maximum(total - values.sum(axis=1), 0.0)
        return cls(np.column_stack([values, residual]), strata.order, strata.bounds, size)


#: Draws one version of the people of one stratum.
Drawer: TypeAlias = Callable[[FloatArray, float, np.random.Generator], FloatArray]


def evenness(people: FloatArray, size: float, rng: np.random.Generator) -> FloatArray:
    """Draw the group of every household with the stratum's shares; units keep their people."""
    total = people.sum(axis=1)
    households = households_of(total, size)
    drawn = rng.multinomial(households, shares_of(people.sum(axis=0)))
    return _scaled(drawn, total / np.maximum(households, 1))


def systematic(people: FloatArray, size: float, rng: np.random.Generator) -> FloatArray:
    """Draw the unit of every household by the size of units; groups keep their members."""
    members, share = people.sum(axis=0), shares_of(people.sum(axis=1))
    households = households_of(members, size)
    drawn = np.column_stack([rng.multinomial(many, share) for many in households])
    return drawn * (members / np.maximum(households, 1))


def multinomial(people: FloatArray, size: float, rng: np.random.Generator) -> FloatArray:
    """Draw unit and group of every household, independently of each other."""
    everyone = float(people.sum())
    households = int(households_of(np.array([everyone]), size)[0])
    here = rng.multinomial(households, shares_of(people.sum(axis=1)))
    drawn = rng.multinomial(here, shares_of(people.sum(axis=0)))
    return drawn * (everyone / max(households, 1))


def fixed_margins(people: FloatArray, size: float, rng: np.random.Generator) -> FloatArray:
    """Deal the households of the stratum to its units; units keep their people, and groups theirs.

    With whole people dealt one by one both are exact. Households are whole, so that with a size above 1
    a group's members vary by what rounding leaves.
    """
    total = people.sum(axis=1)
    households = households_of(total, size)
    members = _apportioned(people.sum(axis=0), int(households.sum()))
    left, drawn = households.copy(), np.empty(people.shape)
    for group in range(people.shape[1] - 1):
        drawn[:, group] = rng.multivariate_hypergeometric(left, int(members[group]), method="marginals")
        left = left - drawn[:, group].astype(np.int64)
    drawn[:, -1] = left
    return _scaled(drawn, total / np.maximum(households, 1))


def permuted_units(people: FloatArray, size: float, rng: np.random.Generator) -> FloatArray:  # noqa: ARG001
    """Put the units, with all their people, in each other's places."""
    return people[rng.permutation(len(people))]


NULLS: dict[str, Drawer] = {
    "evenness": evenness,
    "systematic": systematic,
    "multinomial": multinomial,
    "fixed_margins": fixed_margins,
    "permuted_units": permuted_units,
}


def known(null: str) -> Drawer:
    """Return a null by its name.

    Raises
    ------
    InvalidParameter
        There is none of that name.
    """
    if null not in NULLS:
        message = f"{null!r} is no null; they are {', '.join(NULLS)}."
        raise InvalidParameter(message, remedy=did_you_mean(null, list(NULLS)))
    return NULLS[null]


def draw(drawer: Drawer, table: Table, rng: np.random.Generator) -> FloatArray:
    """Draw one version of every stratum, shape (units, groups + 1), in the order of the units."""
    out = np.zeros_like(table.people)
    for low, high in zip(table.bounds[:-1], table.bounds[1:], strict=True):
        here = table.order[low:high]
        people = table.people[here]
        if people.sum() > 0:
            out[here] = drawer(people, table.size, rng)
    return out


def households_of(people: FloatArray, size: float) -> IntArray:
    """Households of so many people: whole ones, and one at least where anybody lives."""
    whole = np.rint(people / size).astype(np.int64)
    return np.asarray(np.where(people > 0, np.maximum(whole, 1), 0))


def _apportioned(people: FloatArray, households: int) -> IntArray:
    """Share out whole households in proportion, by largest remainders."""
    exact = people * (households / people.sum())
    whole = np.floor(exact + 1e-9).astype(np.int64)
    rest = households - int(whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:rest]] += 1
    return whole


def shares_of(people: FloatArray) -> FloatArray:
    """Shares that sum to 1 or less, as random draws need them."""
    share = people / people.sum()
    # The last takes what rounding leaves, or numpy refuses sums above 1.
    share[-1] = max(0.0, 1.0 - share[:-1].sum())
    return share


def _scaled(households: IntArray | FloatArray, people: FloatArray) -> FloatArray:
    return np.asarray(households * people[:, np.newaxis])
