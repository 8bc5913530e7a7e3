"""The rows of a bridge: for every stratum, condition and pair of groups its factors, worst places and intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from placemix._typing import BoolArray, FloatArray
from placemix.counts import Counts, group_text
from placemix.measuring.plan import REST, rival_text
from placemix.outcomes.bridging.drawn import Draws, gap_intervals
from placemix.outcomes.bridging.hiding import Hiding
from placemix.outcomes.bridging.reading import Aligned
from placemix.outcomes.bridging.sums import parts, weighted
from placemix.outcomes.bridging.worst import Worst
from placemix.rates.scales import years
from placemix.results import first_reason
from placemix.strata import Strata

#: Columns of `bridge` after those of the strata.
COLUMNS: tuple[str, ...] = (
    "focal", "against", "condition", "domain", "measured_in", "higher_is", "describes", "focal_mean", "against_mean",
    "gap", "lower", "upper", "level", "worse_for", "separation", "contrast", "over_mean", "under_mean", "worst_focal",
    "worst_against", "worst_everyone", "worst_focal_lower", "worst_focal_upper", "worst_against_lower",
    "worst_against_upper", "worst_rule", "own_share_focal", "own_share_against", "focal_people", "against_people",
    "people_dropped", "focal_dropped", "against_dropped", "units", "units_dropped", "hidden_cells", "hidden_values",
    "lower_by", "upper_by", "period", "counts_period", "years_apart", "vintage", "definition", "condition_source",
    "reason", "note", "method", "interval_method", "sentence", "source", "version",
)  # fmt: skip
METHOD = "place_gap/1"


@dataclass(frozen=True, slots=True)
class Question:
    """What all rows have in common.

    Attributes
    ----------
    counts
        The counts, hidden cells in the middle of their intervals.
    hiding
        What the cells may be.
    found, worst
        Conditions, and the worst places of each; none where they are not asked for.
    certain
        Whether no hidden cell decides which places those are.
    pairs
        Positions of the groups compared.
    draws
        What is drawn, or None where nothing is.
    """

    counts: Counts
    hiding: Hiding
    found: Sequence[Aligned]
    worst: Sequence[Worst | None]
    certain: bool
    pairs: Sequence[tuple[int, int]]
    draws: Draws | None


def columns_of(asked: Question, by: Sequence[str], whole: str) -> dict[str, Any]:
    """Work out the columns of all rows: strata first, then conditions, then pairs of groups.

    Parameters
    ----------
    asked
        What is asked.
    by
        Columns of strata; rows of all units together follow theirs.
    whole
        What stands in these columns for all units together.
    """
    strata = asked.counts.arranged(tuple(by))
    grids = [_of_strata(asked, strata), *([_of_strata(asked, asked.counts.arranged(()))] if by else [])]
    each = len(asked.found) * len(asked.pairs)
    columns: dict[str, Any] = {}
    for name in by:
        labels = np.repeat(strata.labels[name].astype(str).to_numpy(dtype=object), each)
        columns[name] = np.append(labels, np.full(each, whole, dtype=object))
    return {**columns, **{name: np.concatenate([grid[name] for grid in grids]) for name in grids[0]}}


def _of_strata(asked: Question, strata: Strata) -> dict[str, Any]:
    blocks = [_block(asked, strata, row, pair) for row in range(len(asked.found)) for pair in asked.pairs]
    columns = {name: np.stack([block[name] for block in blocks], axis=1) for name in blocks[0]}
    if asked.draws is not None:
        shape = (len(strata), len(asked.found), len(asked.pairs))
        lower, upper = gap_intervals(
            asked.counts, asked.found, asked.pairs, strata, columns["gap"].reshape(shape), asked.draws
        )
        known = np.isfinite(lower).reshape(columns["gap"].shape)
        columns["lower"], columns["upper"] = lower.reshape(known.shape), upper.reshape(known.shape)
        columns["level"] = np.where(known, asked.draws.level, np.nan)
        columns["interval_method"] = np.where(known, asked.draws.words, "none:undefined").astype(object)
    return {name: column.ravel() for name, column in columns.items()}


def _block(asked: Question, strata: Strata, row: int, pair: tuple[int, int]) -> dict[str, Any]:
    counts, one, worst = asked.counts, asked.found[row], asked.worst[row]
    about, order, starts, many = one.about, strata.order, strata.starts, len(strata)
    total = counts.total[order]
    x = counts.values[order, pair[0]]
    w = total - x if pair[1] == REST else counts.values[order, pair[1]]
    y = one.value[order]
    found = parts(x, w, y, starts)
    known: BoolArray = ~np.isnan(y)
    counted = np.add.reduceat((known & (x + w > 0)).astype(np.float64), starts)
    lost = [np.add.reduceat(np.where(known, 0.0, part), starts) for part in (x, w)]
    absent = (found.focal_people <= 0) | (found.against_people <= 0)

    def same(value: Any) -> Any:  # noqa: ANN401
        return np.full(many, value, dtype=object if value is None or isinstance(value, str) else np.float64)

    def own(members: FloatArray) -> FloatArray:
        share = np.divide(members, total, out=np.zeros(len(total)), where=total > 0)
        return weighted(members, share, y, starts) if about.describes == "people" else same(np.nan)

    sure = worst is not None and (asked.certain or one.worst is not None)
    spans = asked.hiding.spans(strata, one, pair, worst.part if worst is not None and sure else None)
    apart = years_apart(about.period, counts.about.period)
    part = np.zeros(len(order)) if worst is None else worst.part[order]
    none = worst is None
    columns = {
        "focal": same(group_text(counts.groups[pair[0]])),
        "against": same(rival_text(counts, pair[1])),
        "condition": same(about.name),
        "domain": same(about.domain),
        "measured_in": same(about.measured_in),
        "higher_is": same(about.higher_is),
        "describes": same(about.describes),
        "focal_mean": found.focal_mean,
        "against_mean": found.against_mean,
        "gap": found.gap,
        "level": same(np.nan),
        "separation": found.separation,
        "contrast": found.contrast,
        "over_mean": found.over_mean,
        "under_mean": found.under_mean,
        "worst_focal": same(np.nan) if none else weighted(x, part, y, starts),
        "worst_against": same(np.nan) if none else weighted(w, part, y, starts),
        "worst_everyone": same(np.nan) if none else weighted(total, part, y, starts),
        "worst_rule": same(None if worst is None else worst.rule),
        "own_share_focal": own(x),
        "own_share_against": own(w),
        "focal_people": found.focal_people,
        "against_people": found.against_people,
        "people_dropped": lost[0] + lost[1],
        "focal_dropped": lost[0],
        "against_dropped": lost[1],
        "units": counted,
        "units_dropped": np.diff(strata.bounds) - counted,
        "period": same(about.period),
        "counts_period": same(counts.about.period),
        "years_apart": same(np.nan if apart is None else float(apart)),
        "vintage": same(about.vintage),
        "definition": same(about.definition),
        "condition_source": same(about.source),
        "reason": first_reason({"no_condition": counted <= 0, "group_absent": absent}),
        "together": ~absent & (found.separation <= 0),
    }
    return {**columns, **spans}


def years_apart(one: object, other: object) -> int | None:
    """Say how many years lie between two periods, None where one names none.

    Examples
    --------
    >>> years_apart("2019", "census day 2021"), years_apart("2020/21", 2021), years_apart(None, 2021)
    (2, 0, None)
    """
    first, second = (None if period is None else years(period) for period in (one, other))
    if first is None or second is None:
        return None
    return max(0, first[0] - second[1], second[0] - first[1])


def notes(columns: Mapping[str, Any], asked: Question, apart: int) -> Any:  # noqa: ANN401
    """Say of each row what else is to be known of it."""
    counts = asked.counts
    common = []
    if counts.about.perturbed and asked.draws is None:
        common.append("the publisher changed small cells a little, which no interval here holds")
    if asked.hiding.both_errors:
        common.append("standard errors of the counts are not in the ends, which hidden cells give")
    out: list[str | None] = []
    names = ("years_apart", "period", "counts_period", "hidden_cells", "hidden_values", "undefined", "together")
    for gap, period, when, cells, values, undefined, together in zip(*(columns[name] for name in names), strict=True):
        said = list(common)
        if gap > apart:
            said.insert(0, f"the condition is of {period}, the counts of {when}: {gap:g} years apart")
        elif np.isnan(gap):
            said.insert(0, "how many years lie between the condition and the counts is not known")
        if cells:
            said.append(f"values are of hidden cells ({cells:g}) in the middle of their intervals")
        if values:
            said.append(f"hidden or rounded values of the condition ({values:g}) stand as printed, or in the middle")
        if undefined:
            said.append("in some tables within the hidden cells a group is absent, and they are left out")
        if together:
            said.append("both groups live in the same places, so there is no contrast")
        out.append("; ".join(said) or None)
    return np.array(out, dtype=object)


def whose_are_worse(columns: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Name the group whose places are worse, where nothing that is hidden or drawn leaves it open."""
    gap, size = columns["gap"], np.maximum(np.abs(columns["focal_mean"]), np.abs(columns["against_mean"]))
    # A difference in the last digits of the means is none.
    gap = np.where(np.abs(gap) > 1e-12 * size, gap, 0.0) * np.where(columns["higher_is"] == "worse", 1.0, -1.0)
    with np.errstate(invalid="ignore"):
        open_ = (columns["lower"] <= 0) & (columns["upper"] >= 0)
    none = np.full(len(gap), None, dtype=object)
    found = np.where(gap > 0, columns["focal"], np.where(gap < 0, columns["against"], none))
    return np.where(open_ | np.isnan(columns["gap"]), none, found)
