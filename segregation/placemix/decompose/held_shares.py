"""Two dates side by side, and the later one if every unit had kept its share of each group."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from placemix._typing import BoolArray, FloatArray
from placemix.counts import Counts, group_text
from placemix.errors import VintageMismatch, listed
from placemix.strata import Strata


class Dates(NamedTuple):
    """The earlier table on the later one's units, what was expected of it, and the later table.

    Attributes
    ----------
    before, expected, after
        The three, with the same units, groups and strata.
    came
        Strata in which a group had nobody at first, so that nothing is expected of it, shape (strata,).
    left
        What was left out because it is found at one date only, in words, or None.
    """

    before: Counts
    expected: Counts
    after: Counts
    came: BoolArray
    left: str | None


def held(before: FloatArray, after: FloatArray, strata: Strata) -> FloatArray:
    """Give every unit its earlier share of the later members of each group in its stratum.

    Parameters
    ----------
    before, after
        People, shape (units, groups).
    strata
        Strata of the units.

    Returns
    -------
    people
        Shape (units, groups); nobody of a group that had no members in the stratum.

    Examples
    --------
    >>> import pandas as pd
    >>> from placemix.strata import arrange
    >>> before, after = np.array([[30.0, 10], [10, 30]]), np.array([[40.0, 20], [40, 60]])
    >>> held(before, after, arrange(pd.DataFrame(index=range(2)), ())).tolist()
    [[60.0, 20.0], [20.0, 60.0]]
    """
    order, sizes = strata.order, np.diff(strata.bounds)
    was, now = (np.add.reduceat(people[order], strata.starts, axis=0) for people in (before, after))
    growth = np.divide(now, was, out=np.zeros_like(now), where=was > 0)
    out = np.empty_like(before)
    out[order] = before[order] * np.repeat(growth, sizes, axis=0)
    return out


def held_dates(before: Counts, after: Counts, by: list[str], unmatched: str) -> Dates:
    """Put both dates on the same units, and say what the later one is expected to be.

    Raises
    ------
    VintageMismatch
        The dates do not have the same groups, or not the same units and these are refused.
    """
    if set(before.groups) != set(after.groups):
        odd = set(before.groups) ^ set(after.groups)
        message = f"The two dates do not have the same groups: {listed(sorted(map(group_text, odd)))}."
        raise VintageMismatch(message, remedy="Merge the groups of both to those they share, with merge_groups.")
    odd_units = before.units.symmetric_difference(after.units)
    left = None
    if len(odd_units):
        gone = after.units.get_indexer(before.units) < 0
        new = before.units.get_indexer(after.units) < 0
        lost = (
            f"{len(odd_units):,} units are found at one date only, with {before.total[gone].sum():,.0f} people of the "
            f"earlier date and {after.total[new].sum():,.0f} of the later"
        )
        if unmatched == "refuse" or new.all():
            remedy = "Bring both onto common areas with common_areas, or pass unmatched='common' to leave them out."
            raise VintageMismatch(f"{lost}.", units=odd_units, remedy=remedy)
        left, after = f"{lost}: left out", after.take(~new)
    before = before.take(before.units.get_indexer(after.units))
    columns = [before.groups.index(group) for group in after.groups]
    before = replace(
        after,
        values=before.values[:, columns],
        total=before.total,
        about=before.about,
        stated=before.stated,
        low=None,
        high=None,
        error=None,
    )
    strata = after.arranged(by)
    was, now = (np.column_stack([counts.values, counts.residual]) for counts in (before, after))
    members = [np.add.reduceat(people[strata.order], strata.starts, axis=0) for people in (was, now)]
    people = held(was, now, strata)
    # What was not in any group is as likely to be there as before, but is no group.
    expected = replace(
        after, values=people[:, :-1], total=people.sum(axis=1), stated=False, low=None, high=None, error=None
    )
    came = np.asarray(((members[0] <= 0) & (members[1] > 0)).any(axis=1))
    return Dates(before, expected, after, came, left)
