"""Many versions of one table evaluated together: draws by chance, resampled people, years.

To a kernel a version is a stratum, so that nothing is written twice: the versions are laid one
under the other, and each stratum of each is a stratum of the pile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts
from placemix.measuring import evaluation, sweep
from placemix.measuring.ordered import Everyone
from placemix.measuring.plan import REST, Row
from placemix.measuring.vicinity import Neighbours, Vicinity
from placemix.strata import Strata
from placemix.surroundings.distance.densities import densities_of

#: Cells (versions x units x groups) from which the compiled sweep repays loading the compiler.
LARGE = 2_000_000


class Versions(NamedTuple):
    """Versions of one table, in the order of its units.

    Attributes
    ----------
    values
        People of each group, shape (versions, units, groups).
    total
        Everyone, shape (versions, units).
    residual
        People of no group, shape (versions, units), if known; otherwise what is left of the total.
    """

    values: FloatArray
    total: FloatArray
    residual: FloatArray | None = None


class _Pile:
    """What the sweep asks of counts and strata, for versions laid one under the other."""

    def __init__(self, versions: Versions, strata: Strata) -> None:
        many, units, groups = versions.values.shape
        self.values = versions.values.reshape(-1, groups)
        self.total = versions.total.reshape(-1)
        if versions.residual is None:
            self.residual = np.maximum(self.total - _added(self.values), 0.0)
            # Sums of drawn fractions may miss their total in the last digit, which is nobody.
            self.residual[self.residual < 1e-9 * np.maximum(self.total, 1)] = 0.0
        else:
            self.residual = versions.residual.reshape(-1)
        first = units * np.arange(many)[:, np.newaxis]
        self.order: IntArray = (strata.order + first).ravel()
        self.bounds: IntArray = np.append((strata.starts + first).ravel(), many * units)

    @property
    def starts(self) -> IntArray:
        return self.bounds[:-1]


class _Together(Everyone):
    """Versions as the kernels take them; `order` holds the place of each unit in its own version."""

    def __init__(self, pile: _Pile, units: int) -> None:
        self.pile, self.units, self.starts = pile, units, pile.starts

    @cached_property
    def order(self) -> IntArray:  # type: ignore[override]
        return self.pile.order % self.units

    @cached_property
    def values(self) -> FloatArray:
        return self.pile.values[self.pile.order]

    @cached_property
    def total(self) -> FloatArray:
        return self.pile.total[self.pile.order]

    @cached_property
    def members(self) -> FloatArray:
        return np.add.reduceat(self.values, self.starts, axis=0)


class _Nearby(Vicinity):
    """Surroundings of every version of a table."""

    def __init__(self, given: Vicinity, versions: Versions, pile: _Pile) -> None:
        self.once, self.versions, self.pile = given, versions, pile
        self.counts, self.strata, self.given, self.names = given.counts, given.strata, given.given, given.names
        self.across, self.rows = given.across, given.rows
        self._found: dict[bool, tuple[_Together, FloatArray]] = {}

    def people(self, *, ends: bool) -> Everyone:
        return self._of(ends=ends)[0]

    def weight(self, row: Row, *, ends: bool) -> FloatArray:
        return self._of(ends=ends)[1][:, self._looks.index(_compared(row))]

    def _of(self, *, ends: bool) -> tuple[_Together, FloatArray]:
        if ends not in self._found:
            values, total = self.versions.values, self.versions.total
            masks = [_looked_at(values, total, pair) > 0 for pair in self._looks]
            table = np.concatenate([values, total[..., None], *(mask[..., None] for mask in masks)], axis=-1)
            sums = self._around(table, ends=ends)
            groups = values.shape[-1]
            everyone = np.maximum(sums[..., groups], sums[..., :groups].sum(axis=-1))
            around = _Pile(Versions(sums[..., :groups], everyone), self.strata)
            weights = sums[..., groups + 1 :].reshape(total.size, len(masks))[self.pile.order]
            self._found[ends] = _Together(around, values.shape[1]), weights
        return self._found[ends]

    def _around(self, table: FloatArray, *, ends: bool) -> FloatArray:
        """Sums around every unit; surroundings that depend on who lives where are made for each version."""
        here = self.once.surroundings(ends=ends)
        total = self.versions.total
        changed = (total != self.counts.total).any(axis=1)
        if not changed.any() or here.operator.on(total[changed][0]) is here.operator:
            return here @ table
        return np.stack([here.on(_with_total(self.counts, now)) @ one for now, one in zip(total, table, strict=True)])

    @cached_property
    def _looks(self) -> list[tuple[int, int] | None]:
        return list(dict.fromkeys(_compared(row) for row in self.rows if "weight" in row.asked.row.needs))

    def neighbours(self, row: Row) -> Neighbours:
        values, total = self.versions.values, self.versions.total
        units = total.shape[1]
        i, j, weight = self.once.every_pair
        looked = (_looked_at(values, total, _compared(row)) > 0)[:, self.strata.order]
        kept = looked[:, i] & looked[:, j]
        version, place = np.nonzero(kept)
        first = units * version
        return i[place] + first, j[place] + first, weight[place]

    def surfaces(self, row: Row) -> list[FloatArray]:
        first, other = int(row.focal or 0), REST if row.against is None else row.against
        found = []
        for values, total in zip(self.versions.values, self.versions.total, strict=True):
            x = values[:, first]
            pair = np.column_stack([x, np.maximum(total - x, 0) if other == REST else values[:, other]])
            for low, high in zip(self.strata.bounds[:-1], self.strata.bounds[1:], strict=True):
                here = self.strata.order[low:high]
                found.append(densities_of(self.given.take(here), pair[here]))
        return found


def evaluate(
    plan: Sequence[Row],
    counts: Counts,
    strata: Strata,
    nearby: Vicinity | None,
    versions: Versions,
    *,
    swept: bool | None = None,
) -> FloatArray:
    """Evaluate the rows of a call for versions of its table.

    Parameters
    ----------
    plan
        Rows of the call.
    counts, strata
        The table and its strata, for labels and places.
    nearby
        Surroundings of the table, or None.
    versions
        The versions, in the order of the table's units.
    swept
        Whether rows that the compiled sweep covers are left to it, on this thread alone. Default: where there are
        many cells, on as many threads as there are processors.

    Returns
    -------
    values
        Shape (versions, rows, strata).
    """
    pile = _Pile(versions, strata)
    many = len(versions.total)
    fast: dict[int, FloatArray] = {}
    if nearby is None and (versions.values.size >= LARGE if swept is None else swept):
        fast = sweep.values(plan, pile, pile, alone=swept is not None)  # type: ignore[arg-type]
    everyone = _Together(pile, len(counts))
    around = None if nearby is None else _Nearby(nearby, versions, pile)
    found = [
        fast[place] if place in fast else evaluation.value(row, everyone, around, counts)
        for place, row in enumerate(plan)
    ]
    return np.stack([value.reshape(many, len(strata)) for value in found], axis=1)


def evaluator(
    plan: Sequence[Row], counts: Counts, strata: Strata, nearby: Vicinity | None, *, draws: int | None = None
) -> Callable[[FloatArray], FloatArray]:
    """Return what evaluates the rows of a call for versions of its people.

    It takes people of each group, and then of none if there are any, shape (versions, units, groups or
    groups + 1), and gives values of shape (versions, rows, strata). With the number of all `draws` it starts no
    thread, so that several threads can call it for some of them each.
    """
    groups = counts.values.shape[1]
    swept = None if draws is None or nearby is not None else draws * counts.values.size >= sweep.LARGE

    def value(people: FloatArray) -> FloatArray:
        residual = people[..., groups] if people.shape[-1] > groups else np.zeros(people.shape[:-1])
        versions = Versions(np.ascontiguousarray(people[..., :groups]), _added(people), residual)
        return evaluate(plan, counts, strata, nearby, versions, swept=swept)

    return value


def _added(people: FloatArray) -> FloatArray:
    """Sum over the groups, which are few: one after the other is faster than numpy's sum over the last axis."""
    total = people[..., 0].copy()
    for group in range(1, people.shape[-1]):
        total += people[..., group]
    return total


def _compared(row: Row) -> tuple[int, int] | None:
    """Groups whose people a row looks at: None for everyone, a pair, or (-2, -2) for those in any group."""
    if row.focal is None:
        return -2, -2
    return None if row.against in {None, REST} else (row.focal, int(row.against or 0))


def _looked_at(values: FloatArray, total: FloatArray, pair: tuple[int, int] | None) -> FloatArray:
    if pair is None:
        return total
    return values.sum(axis=-1) if pair == (-2, -2) else values[..., pair[0]] + values[..., pair[1]]


def _with_total(counts: Counts, total: FloatArray) -> Counts:
    # Who is around depends on totals alone; groups are left as they were, within them.
    return replace(counts, values=np.zeros_like(counts.values), total=total, low=None, high=None, error=None)
