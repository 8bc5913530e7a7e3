"""Between two counts: linear interpolation, marked as an estimate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from placemix._typing import FloatArray
from placemix.counts import Counts, group_text
from placemix.errors import (
    DenominatorMismatch,
    InvalidParameter,
    PlacemixError,
    VintageMismatch,
    listed,
    plural,
    together,
)
from placemix.harmonise.dates.breaking import warn_breaks
from placemix.harmonise.dates.periods import period, when
from placemix.harmonise.dates.spans import Period
from placemix.harmonise.guards import as_counts, universe


def interpolate_between(before: Counts, after: Counts, *, at: str | Period, topic: str | None = None) -> Counts:
    """Estimate counts for a date between two counts of the same units and groups.

    Every cell moves linearly, by days: x = (1 - w) x_before + w x_after. Nobody was counted at that
    date, so the result is marked as estimated and results of it say so.

    Parameters
    ----------
    before, after
        Counts of the same units, groups and universe, whose `about.period` says when.
    at
        A period between the two, such as ``"2019-06"``; its middle counts.
    topic
        What the counts are about, for the breaks of its series, as in `breaks`. Default: follows
        from a known classification of ethnic groups.

    Returns
    -------
    counts
        At either end, the counts themselves.

    Raises
    ------
    VintageMismatch
        The two do not have the same units.
    DenominatorMismatch
        They differ in groups, classification or universe.
    InvalidParameter
        The date is not between the two, or a table does not say when it counts.

    Warns
    -----
    BreakInSeries
        What is counted changed between the two.

    Notes
    -----
    Change is rarely even: the error is not known from the two ends. Indices of interpolated counts
    lie where both dates mix, which can be lower than at either.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> then, now = (pm.from_wide(pd.DataFrame({"id": ["a", "b"], "x": x, "y": [10, 10]}), groups=["x", "y"], unit="id",
    ...              about={"period": day}) for x, day in (([0, 10], "mid-2011"), ([10, 30], "mid-2021")))
    >>> interpolate_between(then, now, at="mid-2016").values[:, 0].round(2).tolist()
    [5.0, 20.0]
    """
    before, after = as_counts(before), as_counts(after)
    first, last, date = when(before, "earlier table"), when(after, "later table"), period(at)
    faults = _different(before, after)
    if not first.middle < last.middle:
        faults.append(InvalidParameter(f"{first.text} is not before {last.text}.", remedy="Exchange the two tables."))
    elif not first.middle <= date.middle <= last.middle:
        message = f"{date.text} is not between {first.text} and {last.text}: that would be a guess beyond the counts."
        faults.append(InvalidParameter(message, remedy="Use nowcast with a series that reaches it."))
    if faults:
        raise together(faults)
    weight = (date.middle - first.middle) / (last.middle - first.middle)
    if weight in {0.0, 1.0}:
        return after if weight else before
    told = warn_breaks(before, after, topic=topic)
    after = _alike(after, before)
    low, high = (
        None if before.low is None and after.low is None else (1 - weight) * one + weight * two
        for one, two in ((_end(before, name), _end(after, name)) for name in ("low", "high"))
    )
    error = None
    if before.error is not None or after.error is not None:
        both = [np.zeros_like(before.values) if counts.error is None else counts.error for counts in (before, after)]
        error = np.hypot((1 - weight) * both[0], weight * both[1])
    note = (
        f"Estimated for {date.text}, between {first.text} and {last.text}: {1 - weight:.0%} of the one and "
        f"{weight:.0%} of the other. Nobody was counted then."
    )
    return replace(
        before,
        values=(1 - weight) * before.values + weight * after.values,
        total=(1 - weight) * before.total + weight * after.total,
        low=low,
        high=high,
        error=error,
        about=before.about.noting(note, *told, *after.about.notes, period=f"interpolated {date.text}", estimated=True),
    )


def _alike(counts: Counts, other: Counts) -> Counts:
    """Put units and groups into the order of another table."""
    taken = counts.take(counts.units.get_indexer(other.units))
    columns = [counts.groups.index(name) for name in other.groups]

    def part(array: Any) -> Any:  # noqa: ANN401
        return None if array is None else array[:, columns]

    return replace(
        taken,
        values=part(taken.values),
        groups=other.groups,
        low=part(taken.low),
        high=part(taken.high),
        error=part(taken.error),
    )


def _end(counts: Counts, name: str) -> FloatArray:
    """Bound of each cell, which is the cell itself where it is known."""
    array: FloatArray | None = getattr(counts, name)
    return counts.values if array is None else array


def _different(before: Counts, after: Counts) -> list[PlacemixError]:
    """Find what keeps two counts from being mixed."""
    faults: list[PlacemixError] = []
    odd = before.units.symmetric_difference(after.units)
    if len(odd) or (before.about.vintage or after.about.vintage) != (after.about.vintage or before.about.vintage):
        message = f"The two tables do not have the same units: {plural(len(odd), 'is', 'are')} in one of them only."
        if not len(odd):
            message = f"The two tables have boundaries of {before.about.vintage} and of {after.about.vintage}."
        remedy = "Bring both to common areas first: common_areas(lookup, …), then counts.merge_units(…) each."
        faults.append(VintageMismatch(message, units=odd, remedy=remedy))
    groups = sorted(group_text(name) for name in set(before.groups) ^ set(after.groups))
    schemes = {before.about.scheme, after.about.scheme} - {None}
    if groups or len(schemes) > 1:
        shown = listed(groups) if groups else " and ".join(sorted(map(str, schemes)))
        message = f"The two tables do not have the same groups: {shown}."
        remedy = "Bring both to what they share: first, second = finest_common(…), then regroup each."
        faults.append(DenominatorMismatch(message, remedy=remedy))
    whom = [universe(counts.about.universe) for counts in (before, after)]
    if None not in whom and whom[0] != whom[1]:
        message = f"One table counts {whom[0]}, the other {whom[1]}."
        faults.append(DenominatorMismatch(message, remedy="Use two counts of the same people."))
    return faults
