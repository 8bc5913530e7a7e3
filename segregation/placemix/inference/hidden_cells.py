"""What a measure may be where a publisher hides cells: its least and largest value over all tables they allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix.counts import Counts, counted
from placemix.errors import InvalidCounts, plural
from placemix.inference import _allocations, drawing
from placemix.inference._columns import beside
from placemix.inference._searching import Room, searched
from placemix.measuring import measure
from placemix.measuring.plan import REST, Row, Which, rows
from placemix.results import Call, Result, remember
from placemix.strata import Strata

#: How an end is known: some table has it; none lies beyond; some table has it, and others may lie beyond.
EXACT, BOUND, SEARCH = "exact", "bound", "search"
_METHODS = {
    EXACT: "bounds:exact over all tables within the hidden cells",
    BOUND: "bounds:no table within the hidden cells lies beyond",
    SEARCH: "assumption:a search within the hidden cells, the range is at least this wide",
}


def hidden_bounds(
    counts: Counts,
    measures: str | Sequence[str],
    *,
    focal: Which = None,
    against: Which = "rest",
    by: str | Sequence[str] = (),
    tries: int = 200,
    seed: int = 0,
) -> Result:
    """Give the least and the largest value that each measure may have, given what hidden cells may be.

    Parameters
    ----------
    counts, measures, focal, against, by
        As in `placemix.measure`, but cells may be hidden.
    tries, seed
        Tables drawn at random where a search begins, and where their random numbers begin.

    Returns
    -------
    result
        The columns of `placemix.measure` with every hidden cell in the middle of its interval; `lower` and
        `upper` are the ends, and `interval_method` says what kind they are. After `flag`: `hidden_cells`
        of the stratum, and `lower_by` and `upper_by`: ``exact`` (some table has this value and none lies
        beyond), ``bound`` (none lies beyond) or ``search`` (some table has it, and others may lie
        beyond). Where the middle has no value, as a group is absent from it, the ends are of tables that
        have one. A range of which one end was only searched is ``assumption:…``, otherwise ``bounds:…``.

    Raises
    ------
    InvalidCounts
        Cells cannot be as large as their least value, because everyone in the unit is fewer.
    InvalidParameter
        `tries` or `seed` is none.

    Notes
    -----
    Ends are exact or bounds for dissimilarity, correlation_ratio, information_theory, mutual_information,
    hutchens, isolation and exposure of one group against the rest where totals are published and people
    are whole: given the group's size each is a sum over units of convex functions. Elsewhere tables are
    searched from random corners by changing cells. Tables in which the measure is undefined are left out;
    `note` says where there are some, as far as was looked.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> table = pd.DataFrame({"school": list("ABC"), "asian": ["c", "20", "8"], "total": [50, 60, 70]})
    >>> table["white"] = ["x", "40", "62"]
    >>> homes = pm.from_wide(
    ...     table, groups=["asian", "white"], unit="school", total="total", suppressed={"c": (1, 4), "x": (46, 49)}
    ... )
    >>> found = pm.inference.hidden_bounds(homes, "isolation", focal="asian")
    >>> found[["value", "lower", "upper", "upper_by"]].round(4)
        value   lower   upper upper_by
    0  0.2527  0.2469  0.2621    exact
    """
    counts = counted(counts)
    drawing.checked(tries, seed)
    names = [by] if isinstance(by, str) else list(by)
    low, high = _limits(counts)
    middle = counts.fill("middle")
    frame = pd.DataFrame(measure(middle, measures, focal=focal, against=against, by=names))
    plan, strata = rows(middle, measures, focal, against), counts.arranged(names)
    ends = np.full((2, len(strata), len(plan)), np.nan)
    how = np.full((2, len(strata), len(plan)), SEARCH, dtype=object)
    undefined = np.zeros((len(strata), len(plan)), dtype=bool)
    left = []
    for place, row in enumerate(plan):
        if not _separable(row, counts, low, high):
            left.append(place)
            continue
        for number in range(len(strata)):
            found = _span(row, counts, low, high, strata, number)
            if found is None:
                left.append(place)
                break
            ends[:, number, place], how[:, number, place] = (found.lower, found.upper), EXACT
            undefined[number, place] = found.undefined
            if not found.reached:
                how[0 if row.asked.row.name == "exposure" else 1, number, place] = BOUND
    if left:
        given = frame["value"].to_numpy().reshape(len(strata), len(plan))[:, left]
        open_, found_ends = _open(low, high, strata), np.stack([given, given])
        if open_.any():
            room = Room(low, high, counts.total if counts.stated else None)
            rest = [plan[place] for place in left]
            found_ends, undefined[:, left] = searched(rest, middle, strata, room, tries=tries, seed=seed)
        # Where nothing is hidden there is one table.
        ends[:, :, left] = np.where(open_[:, np.newaxis], found_ends, given)
        how[:, :, left] = SEARCH
        how[:, ~open_, :] = EXACT
    # Where a group is absent from the middle, other tables have it; one unit, or nobody, is the same in all.
    sensible = (frame["value"].notna() | (frame["reason"] == "group_absent")).to_numpy(dtype=bool)
    ends[:, ~sensible.reshape(ends.shape[1:])] = np.nan
    known = np.isfinite(ends).all(axis=0)
    frame["lower"], frame["upper"] = ends.reshape(2, -1)
    by_text = how.copy()
    by_text[:, ~known] = None
    worst = [_METHODS[max(pair, key=(EXACT, BOUND, SEARCH).index)] for pair in how.reshape(2, -1).T]
    frame["interval_method"] = np.where(known.ravel(), worst, "none:undefined")
    hidden = np.add.reduceat(np.asarray((high > low).sum(axis=1))[strata.order], strata.starts)
    columns = {
        "hidden_cells": np.repeat(hidden, len(plan)), "lower_by": by_text[0].ravel(), "upper_by": by_text[1].ravel(),
    }  # fmt: skip
    frame = beside(frame, "flag", columns)
    undefined &= known
    if undefined.any():
        said = "undefined in some tables within the hidden cells, which are left out"
        notes = [
            f"{note}; {said}" if isinstance(note, str) else said if odd else note
            for note, odd in zip(frame["note"], undefined.ravel(), strict=True)
        ]
        frame["note"] = np.array(notes, dtype=object)
    arguments: dict[str, Any] = {
        "measures": [measures] if isinstance(measures, str) else list(measures), "focal": focal, "against": against,
        "by": names, "tries": tries, "seed": seed,
    }  # fmt: skip
    return remember(frame, Call("inference.hidden_bounds", {"counts": counts}, arguments))


def _limits(counts: Counts) -> tuple[FloatArray, FloatArray]:
    """Least and most of each cell, given everyone in its unit where that is published."""
    if counts.low is None or counts.high is None:
        return counts.values, counts.values
    low, high = counts.low, counts.high
    if not counts.stated:
        return low, high
    left = counts.total - low.sum(axis=1)
    short: BoolArray = np.asarray(left < -1e-9 * np.maximum(counts.total, 1))
    if short.any():
        message = f"{plural(int(short.sum()), 'unit has', 'units have')} fewer people than their cells hold at least."
        raise InvalidCounts(
            message, units=counts.units[short], remedy="Widen the bounds in suppressed=, or mend the totals."
        )
    return low, np.minimum(high, low + np.maximum(left, 0.0)[:, np.newaxis])


def _open(low: FloatArray, high: FloatArray, strata: Strata) -> Any:  # noqa: ANN401
    return np.add.reduceat(np.asarray((high > low).any(axis=1), dtype=np.int64)[strata.order], strata.starts) > 0


def _separable(row: Row, counts: Counts, low: FloatArray, high: FloatArray) -> bool:
    """Whether a row is one of those whose ends are known by going through the sizes of its group."""
    if row.asked.row.name not in _allocations.SEPARABLE or row.focal is None or row.against != REST:
        return False
    if row.asked.values.get("exclude_self") or not counts.stated:
        return False
    column = int(row.focal)
    return all(bool((part == np.rint(part)).all()) for part in (low[:, column], high[:, column]))


def _span(
    row: Row, counts: Counts, low: FloatArray, high: FloatArray, strata: Strata, number: int
) -> _allocations.Span | None:
    here = strata.order[strata.bounds[number] : strata.bounds[number + 1]]
    column = int(row.focal or 0)
    ends = [np.rint(part[here, column]).astype(np.int64) for part in (low, high)]
    return _allocations.span(row.asked.row.name, ends[0], ends[1], counts.total[here])
