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

import itertools
from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.errors import InvalidParameter, did_you_mean
from placemix.inference._lookups import Binomials, Multinomials
from placemix.strata import Strata

#: People of a household, everywhere or in each unit.
Size: TypeAlias = float | FloatArray
Null: TypeAlias = Literal["evenness", "systematic", "multinomial", "fixed_margins", "permuted_units"]


class Table(NamedTuple):
    """A table from which versions are drawn.

    Attributes
    ----------
    people
        People of each group, and then of none, shape (units, groups + 1); or (units, groups), if there are none
        of none.
    order, bounds
        Units ordered by stratum, and where strata begin and end.
    size
        People dealt together, or as many of each unit, shape (units,).
    """

    people: FloatArray
    order: IntArray
    bounds: IntArray
    size: Size

    @classmethod
    def of(
        cls, values: FloatArray, total: FloatArray, strata: Strata, size: Size, *, residual: bool | None = True
    ) -> Table:
        """Put the people of no group in a column of their own; with `residual` None only if there are any."""
        left = np.maximum(total - values.sum(axis=1), 0.0)
        people = np.column_stack([values, left]) if residual or left.any() else values
        return cls(people, strata.order, strata.bounds, size)


#: Draws one version of the people of a stratum.
Draw: TypeAlias = Callable[[np.random.Generator], FloatArray]
#: Makes ready to draw the people of a stratum, shape (units, groups + 1), so many dealt together.
Drawer: TypeAlias = Callable[[FloatArray, Size], Draw]


def evenness(people: FloatArray, size: Size) -> Draw:
    """Draw the group of every household with the stratum's shares; units keep their people."""
    total = people.sum(axis=1)
    households = households_of(total, size)
    worth, share = total / np.maximum(households, 1), shares_of(people.sum(axis=0))
    groups = np.flatnonzero(people.sum(axis=0) > 0)
    if len(groups) != 2:
        return lambda rng: _scaled(rng.multinomial(households, share), worth)
    binomials = Binomials(households, float(share[groups[0]]))

    def drawn(rng: np.random.Generator) -> FloatArray:
        out = np.zeros(people.shape)
        first = binomials.draw(rng)
        out[:, groups[0]], out[:, groups[1]] = first * worth, (households - first) * worth
        return out

    return drawn


def systematic(people: FloatArray, size: Size) -> Draw:
    """Draw the unit of every household by the size of units; groups keep their members."""
    members, share = people.sum(axis=0), shares_of(people.sum(axis=1))
    households = households_of_groups(people, size)
    worth = members / np.maximum(households, 1)
    there = np.flatnonzero(households > 0)
    places = {group: Multinomials(share, float(households[group])) for group in there}

    def drawn(rng: np.random.Generator) -> FloatArray:
        out = np.zeros(people.shape)
        for group in there:
            out[:, group] = places[group].draw(rng, int(households[group])) * worth[group]
        return out

    return drawn


def multinomial(people: FloatArray, size: Size) -> Draw:
    """Draw unit and group of every household, independently of each other."""
    everyone, households = float(people.sum()), all_households(people, size)
    units, groups = shares_of(people.sum(axis=1)), shares_of(people.sum(axis=0))
    worth = everyone / max(households, 1)
    there = np.flatnonzero(groups > 0)
    # So many of a group there are at least, but for one draw in 1e15, which numpy's check of sums would take anew.
    spread = np.sqrt(households * groups * (1 - groups))
    places = {group: Multinomials(units, households * groups[group] - 8 * spread[group]) for group in there}

    def drawn(rng: np.random.Generator) -> FloatArray:
        out, many = np.zeros(people.shape), rng.multinomial(households, groups)
        for group in there:
            out[:, group] = places[group].draw(rng, int(many[group])) * worth
        return out

    return drawn


def fixed_margins(people: FloatArray, size: Size) -> Draw:
    """Deal the households of the stratum to its units; units keep their people, and groups theirs.

    With whole people dealt one by one both are exact. Households are whole, so that with a size above 1
    a group's members vary by what rounding leaves.
    """
    total = people.sum(axis=1)
    households = households_of(total, size)
    members = _apportioned(people.sum(axis=0), int(households.sum()))
    worth = total / np.maximum(households, 1)

    def drawn(rng: np.random.Generator) -> FloatArray:
        left, out = households.copy(), np.zeros(people.shape)
        for group in range(people.shape[1] - 1):
            out[:, group] = rng.multivariate_hypergeometric(left, int(members[group]), method="marginals")
            left = left - out[:, group].astype(np.int64)
        out[:, -1] = left
        return _scaled(out, worth)

    return drawn


def permuted_units(people: FloatArray, size: Size) -> Draw:  # noqa: ARG001
    """Put the units, with all their people, in each other's places."""
    return lambda rng: people.take(rng.permutation(len(people)), axis=0)


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


def drawing_of(drawer: Drawer, table: Table) -> Draw:
    """Make ready to draw all strata of a table: shape (units, groups + 1), in the order of the units."""
    places = [table.order[low:high] for low, high in itertools.pairwise(table.bounds)]
    lived_in = [here for here in places if table.people[here].sum() > 0]
    ready = [(here, drawer(table.people[here], size_of(table, here))) for here in lived_in]
    if len(ready) == 1 and np.array_equal(ready[0][0], np.arange(len(table.people))):
        return ready[0][1]

    def drawn(rng: np.random.Generator) -> FloatArray:
        out = np.zeros_like(table.people)
        for here, one in ready:
            out[here] = one(rng)
        return out

    return drawn


def size_of(table: Table, here: IntArray) -> Size:
    """Size of the households of some units."""
    return table.size[here] if isinstance(table.size, np.ndarray) else table.size


def households_of_groups(people: FloatArray, size: Size) -> IntArray:
    """Households of each group, from its people in every unit, shape (units, groups)."""
    if isinstance(size, np.ndarray):
        return households_of((people / size[:, np.newaxis]).sum(axis=0), 1.0)
    return households_of(people.sum(axis=0), size)


def all_households(people: FloatArray, size: Size) -> int:
    """Households of everyone, whatever the group, from people of shape (units, groups)."""
    return int(households_of_groups(people.sum(axis=1, keepdims=True), size)[0])


def households_of(people: FloatArray, size: Size) -> IntArray:
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
