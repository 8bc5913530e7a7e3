"""Parts of the change between two tables of the same units: three ways, of a value or of each unit's share of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from placemix._typing import FloatArray
from placemix.decompose.information import plogp
from placemix.indices.margins import fit

#: How a change is taken apart: Elbers, Karmel and Maclachlan, or Mora and Ruiz-Castillo.
Split: TypeAlias = Literal["shapley", "karmel_maclachlan", "mrc"]

#: A value of a table, or what each of its units adds to it: shape () or (units,).
Valued: TypeAlias = Callable[[FloatArray], FloatArray]


class Changed(NamedTuple):
    """Parts of a change, each of shape () or (units,); they sum to it.

    Attributes
    ----------
    group, unit
        What the sizes of groups and of units did.
    interaction
        What they did together; 0 where the method shares it out.
    structural
        How people are sorted.
    sorted_before, sorted_after
        The structural part with the sizes of the first and of the second table; `structural` is their mean
        where the method asks both.
    """

    group: FloatArray
    unit: FloatArray
    interaction: FloatArray
    structural: FloatArray
    sorted_before: FloatArray
    sorted_after: FloatArray


def shapley(before: FloatArray, after: FloatArray, value: Valued, zeros: float | None = None) -> Changed:
    """Let groups, units and sorting change in every order, and average; odds ratios are kept by fitting.

    Parameters
    ----------
    before, after
        People, shape (units, groups), of units that have some in both.
    value
        What is taken apart.
    zeros
        Number in place of empty cells in tables that are fitted.

    References
    ----------
    Elbers 2021.

    Examples
    --------
    >>> then, now = np.array([[80.0, 20], [20, 80]]), np.array([[160.0, 20], [40, 80]])
    >>> parts = shapley(then, now, terms_of("dissimilarity"))
    >>> parts.structural.sum().round(9).item(), parts.group.sum().round(9).item()
    (0.0, 0.0)
    """
    tables = (before, after)
    shares = [table / table.sum() for table in tables]
    seeds = [_filled(table, zeros) for table in tables]
    both = (0, 1)
    corner: dict[tuple[int, int, int], FloatArray] = {}
    # Value of a table with the groups' sizes of one date, the units' of another and the sorting of a third.
    for groups, units, sorting in itertools.product(both, repeat=3):
        if groups == units == sorting:
            corner[groups, units, sorting] = value(tables[sorting])
        else:
            fitted = fit(seeds[sorting], shares[units].sum(axis=1), shares[groups].sum(axis=0)).values
            corner[groups, units, sorting] = value(fitted)
    group = sum(corner[1, units, sorting] - corner[0, units, sorting] for units in both for sorting in both)
    unit = sum(corner[groups, 1, sorting] - corner[groups, 0, sorting] for groups in both for sorting in both)
    first, second = (corner[same, same, 1] - corner[same, same, 0] for same in both)
    # Sizes of both kinds change at once where sorting does, so that a quarter of each sum is its share.
    return Changed(
        np.asarray(group) / 4, np.asarray(unit) / 4, np.zeros_like(first), (first + second) / 2, first, second
    )


def karmel_maclachlan(before: FloatArray, after: FloatArray, value: Valued, zeros: float | None = None) -> Changed:
    """Give the first table the sizes of the second; what is left of the change is structural.

    Each kind of size is changed alone by multiplying columns or rows once, both together by fitting; the
    interaction is what they do together beyond each alone. A group that nobody was in has no such part, which is
    NaN with the interaction, unless `zeros` fills its cells.

    Parameters
    ----------
    before, after, value, zeros
        As in `shapley`.

    References
    ----------
    Karmel and Maclachlan 1988; Elbers 2021.

    Examples
    --------
    >>> then, now = np.array([[80.0, 20], [20, 80]]), np.array([[160.0, 20], [40, 80]])
    >>> karmel_maclachlan(then, now, terms_of("dissimilarity")).structural.sum().round(9).item()
    0.0
    """
    first, second = before / before.sum(), after / after.sum()
    units, groups = second.sum(axis=1), second.sum(axis=0)
    start, end = value(before), value(after)
    filled = _filled(before, zeros)
    # Multiplying brings nobody into a group that had none, unless its cells are filled as those of fitted tables are.
    seed = np.where(first.sum(axis=0) > 0, first, filled)
    had = seed.sum(axis=0)
    growth = np.divide(groups, had, out=np.where(groups > 0, np.nan, 0.0), where=had > 0)
    group = value(seed * growth) - start
    unit = value(first * (units / first.sum(axis=1))[:, np.newaxis]) - start
    both = value(fit(filled, units, groups).values)
    structural = end - both
    return Changed(group, unit, both - start - group - unit, structural, np.full_like(structural, np.nan), structural)


def mora_ruiz_castillo(before: FloatArray, after: FloatArray) -> Changed:
    """Split the change of M by its own terms: the entropy of groups less the mean entropy of units.

    With p the share of a unit's people, h the entropy of its mix and E that of all, M = Σ p (E - h). A unit's
    parts are p̄ ΔE (groups), Δp (Ē - h̄) (units) and -p̄ Δh (structural), with means over both dates. Nothing is
    fitted; the structural part stays as it is where only units grow, but not where groups do.

    Parameters
    ----------
    before, after
        People, shape (units, groups), of units that have some in both.

    References
    ----------
    Mora and Ruiz-Castillo 2009.

    Examples
    --------
    >>> then, now = np.array([[80.0, 20], [20, 80]]), np.array([[160.0, 40], [20, 80]])
    >>> parts = mora_ruiz_castillo(then, now)
    >>> np.abs(parts.structural).max().item(), round(float((parts.group + parts.unit).sum()), 4)
    (0.0, -0.0201)
    """
    people, entropy, mixed = [], [], []
    for table in (before, after):
        total, members = table.sum(axis=1), table.sum(axis=0)
        people.append(total / total.sum())
        entropy.append(-plogp(members / members.sum()).sum())
        mixed.append(-plogp(table / total[:, np.newaxis]).sum(axis=1))
    share, moved = (people[0] + people[1]) / 2, people[1] - people[0]
    first, second = (-each * (mixed[1] - mixed[0]) for each in people)
    group = share * (entropy[1] - entropy[0])
    unit = moved * ((entropy[0] + entropy[1]) / 2 - (mixed[0] + mixed[1]) / 2)
    return Changed(group, unit, np.zeros_like(unit), (first + second) / 2, first, second)


def split_of(method: Split) -> Callable[[FloatArray, FloatArray, Valued, float | None], Changed]:
    """Return what takes a change apart by a method of that name."""
    if method == "mrc":
        return lambda before, after, value, zeros: mora_ruiz_castillo(before, after)  # noqa: ARG005
    return shapley if method == "shapley" else karmel_maclachlan


def terms_of(measure: str) -> Valued:
    """Return what gives each unit's term of a measure, shape (units,); they sum to its value.

    Examples
    --------
    >>> terms_of("isolation")(np.array([[80.0, 20], [20, 80]])).tolist()
    [0.64, 0.04]
    """
    return _TERMS[measure]


def _filled(table: FloatArray, zeros: float | None) -> FloatArray:
    filled = np.where(table <= 0, zeros, table) if zeros else table
    return np.asarray(filled / filled.sum())


def _mutual_information(table: FloatArray) -> FloatArray:
    total, members = table.sum(axis=1), table.sum(axis=0)
    even = total[:, np.newaxis] * members / table.sum()
    ratio = np.divide(table, even, out=np.ones_like(even), where=table > 0)
    return np.asarray((table * np.log(ratio)).sum(axis=1) / table.sum())


def _information_theory(table: FloatArray) -> FloatArray:
    total, members = table.sum(axis=1), table.sum(axis=0)
    entropy = -plogp(members / members.sum()).sum()
    own = -plogp(table / np.where(total > 0, total, 1)[:, np.newaxis]).sum(axis=1)
    return _over(total * (entropy - own), np.asarray(entropy * total.sum()))


def _dissimilarity(table: FloatArray) -> FloatArray:
    total, share = table.sum(axis=1), table.sum(axis=0) / table.sum()
    apart = np.abs(table - total[:, np.newaxis] * share).sum(axis=1)
    return _over(apart, 2 * total.sum() * (share * (1 - share)).sum())


def _isolation(table: FloatArray) -> FloatArray:
    total, own = table.sum(axis=1), table[:, 0]
    return _over(np.divide(own**2, total, out=np.zeros_like(total), where=total > 0), own.sum())


def _correlation_ratio(table: FloatArray) -> FloatArray:
    share = table[:, 0].sum() / table.sum()
    return _over(_isolation(table) - share * _over(table[:, 0], table[:, 0].sum()), 1 - share)


def _over(values: FloatArray, size: FloatArray | float) -> FloatArray:
    return np.asarray(values / size if size > 0 else np.full_like(values, np.nan))


_TERMS: dict[str, Valued] = {
    "mutual_information": _mutual_information,
    "information_theory": _information_theory,
    "dissimilarity": _dissimilarity,
    "isolation": _isolation,
    "correlation_ratio": _correlation_ratio,
}

#: Measures that are sums over units.
SUMS = tuple(_TERMS)
