"""Expected values under chance where they are known in closed form, whatever the sizes of units."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray
from placemix.counts import Counts
from placemix.indices import chance
from placemix.indices._parts import ratio
from placemix.measuring.plan import REST, Row
from placemix.strata import Strata

#: How a closed form is named in results.
EXACT, HELD, WHOLE = "exact", "closed form, overall share held", "closed form, households of one size"


class Expectation(NamedTuple):
    """An expected value in each stratum, and whether draws would give it but for their number.

    Attributes
    ----------
    value
        Shape (strata,).
    by
        `EXACT`, or what the closed form leaves out.
    """

    value: FloatArray
    by: str


def expectation(row: Row, counts: Counts, strata: Strata, null: str, size: float) -> Expectation | None:
    """Return the expected value of a row, or None where no closed form is known.

    Parameters
    ----------
    row, counts, strata
        The row, its table and strata.
    null
        Name of the null.
    size
        People dealt together.
    """
    name = row.asked.row.name
    if null not in {"evenness", "fixed_margins"} or row.asked.values.get("exclude_self"):
        return None
    if row.focal is not None and row.against != REST:
        return None  # others would be dealt too
    people = counts.total[strata.order]
    whole = size == 1 and bool((people == np.rint(people)).all() and (counts.values == np.rint(counts.values)).all())
    if name in {"information_theory", "mutual_information"}:
        return _information(row, counts, strata, people) if whole and null == "fixed_margins" else None
    return None if row.focal is None else _of_a_group(row, counts, strata, people, null, size, whole=whole)


def _of_a_group(
    row: Row, counts: Counts, strata: Strata, people: FloatArray, null: str, size: float, *, whole: bool
) -> Expectation | None:
    name, starts, named = row.asked.row.name, strata.starts, EXACT if whole else WHOLE
    members = np.add.reduceat(counts.values[strata.order, int(row.focal or 0)], starts)
    share = ratio(members, np.add.reduceat(people, starts))
    if name in {"isolation", "exposure"}:
        own = chance.expected_isolation(people, share, starts=starts, size=size)
        return Expectation(own if name == "isolation" else 1 - own, named)
    if name == "correlation_ratio":
        return Expectation(chance.expected_correlation_ratio(people, starts=starts, size=size), named)
    if name not in {"dissimilarity", "gorard"}:
        return None
    # Gorard's index is D times the others' share, which no deal changes.
    times = 1 - share if name == "gorard" else 1.0
    if null == "fixed_margins":
        return Expectation(times * chance.dealt_dissimilarity(people, members, starts=starts), EXACT) if whole else None
    return Expectation(times * chance.expected_dissimilarity(people, share, starts=starts, size=size), HELD)


def _information(row: Row, counts: Counts, strata: Strata, people: FloatArray) -> Expectation | None:
    order, starts = strata.order, strata.starts
    if row.focal is None and counts.residual.any():
        return None  # who is in any group at all would be dealt too
    columns = counts.values[order] if row.focal is None else counts.values[order, row.focal][:, np.newaxis]
    members = np.add.reduceat(columns, starts, axis=0)
    everyone = np.add.reduceat(people, starts)
    if row.focal is not None:
        members = np.column_stack([members, everyone - members[:, 0]])
    found = chance.dealt_mutual_information(people, members, starts=starts)
    if row.asked.row.name == "information_theory":
        share = members / np.where(everyone > 0, everyone, 1)[:, np.newaxis]
        found = ratio(found, -(share * np.log(np.where(share > 0, share, 1))).sum(axis=1))
    return Expectation(found, EXACT)
