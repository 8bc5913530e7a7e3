"""What cells of counts may be where some are hidden, and the ends that gaps and shares can have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from placemix._typing import BoolArray, FloatArray
from placemix.counts import Counts
from placemix.errors import InvalidCounts, PlacemixError, plural
from placemix.inference.hidden_cells import BOUND, EXACT
from placemix.measuring.plan import REST
from placemix.outcomes.bridging.reading import Aligned
from placemix.outcomes.bridging.spans import Cells, gap_span, mean_span
from placemix.strata import Strata

_METHODS = {
    EXACT: "bounds:exact over all tables within the hidden cells and values",
    BOUND: "bounds:no table within the hidden cells and values lies beyond",
}
_ENDS = ("worst_focal_lower", "worst_focal_upper", "worst_against_lower", "worst_against_upper")


@dataclass(frozen=True, eq=False, slots=True)
class Hiding:
    """What every cell may be.

    Attributes
    ----------
    counts
        Counts of which cells may be hidden.
    low, high
        Least and most of each cell, given everyone in its unit where that is published.
    people_fixed, places_fixed
        Whether it is known how many people are in each unit, and whether there are any, so that it is certain which
        places are the worst part of all people, or of all places.
    both_errors
        Whether the cells have standard errors too.
    """

    counts: Counts
    low: FloatArray
    high: FloatArray
    people_fixed: bool
    places_fixed: bool
    both_errors: bool

    @classmethod
    def of(cls, counts: Counts, faults: list[PlacemixError]) -> Hiding:
        """Read the bounds of counts; `faults` takes cells that cannot be what they are said to be."""
        if counts.low is None or counts.high is None:
            return cls(counts, counts.values, counts.values, people_fixed=True, places_fixed=True, both_errors=False)
        low, high = counts.low, counts.high
        if counts.stated:
            left = counts.total - low.sum(axis=1)
            short: BoolArray = np.asarray(left < -1e-9 * np.maximum(counts.total, 1))
            if short.any():
                many = plural(int(short.sum()), "unit has", "units have")
                message = f"{many} fewer people than their cells hold at least."
                remedy = "Widen the bounds in suppressed=, or mend the totals."
                faults.append(InvalidCounts(message, units=counts.units[short], remedy=remedy))
            high = np.minimum(high, low + np.maximum(left, 0.0)[:, np.newaxis])
        hidden = bool(counts.hidden.any())
        both = counts.error is not None and hidden
        sure = counts.stated or not hidden
        lived = bool(((low.sum(axis=1) > 0) | (high.sum(axis=1) <= 0)).all())
        return cls(counts, low, high, people_fixed=sure, places_fixed=sure or lived, both_errors=both)

    def spans(self, strata: Strata, one: Aligned, pair: tuple[int, int], part: FloatArray | None) -> dict[str, Any]:
        """Find the ends of the gap and of the shares in the worst places, shape (strata,) each.

        Parameters
        ----------
        strata
            Which units belong together.
        one
            The condition.
        pair
            Positions of the groups compared.
        part
            Which part of each unit is among the worst places, or None where that is not asked for or not certain.
        """
        many = len(strata)
        out: dict[str, Any] = {name: np.full(many, np.nan) for name in ("lower", "upper", *_ENDS)}
        out |= {name: np.full(many, None, dtype=object) for name in ("lower_by", "upper_by")}
        out |= {name: np.zeros(many) for name in ("hidden_cells", "hidden_values")}
        out["undefined"] = np.zeros(many, dtype=bool)
        out["interval_method"] = np.full(many, "none:complete_count", dtype=object)
        open_ = self._open(pair)
        known: BoolArray = ~np.isnan(one.value)
        if not ((open_ > 0) | one.hidden)[known].any():
            return out
        for number in range(many):
            here = strata.order[strata.bounds[number] : strata.bounds[number + 1]]
            here = here[known[here]]
            hidden = float(open_[here].sum())
            out["hidden_cells"][number], out["hidden_values"][number] = hidden, float(one.hidden[here].sum())
            if not len(here) or not (hidden or one.hidden[here].any()):
                continue
            cells = self._cells(here, pair)
            span = gap_span(cells, one.low[here], one.high[here])
            out["lower"][number], out["upper"][number] = span.lower, span.upper
            out["undefined"][number] = span.undefined
            if np.isnan(span.lower):
                out["interval_method"][number] = "none:undefined"
                continue
            out["lower_by"][number], out["upper_by"][number] = span.lower_by, span.upper_by
            out["interval_method"][number] = _METHODS[BOUND if BOUND in {span.lower_by, span.upper_by} else EXACT]
            if part is not None and hidden and not one.hidden.any():
                ends = (*mean_span(cells.focal_low, cells.focal_high, part[here]),
                        *mean_span(cells.against_low, cells.against_high, part[here]))  # fmt: skip
                for name, end in zip(_ENDS, ends, strict=True):
                    out[name][number] = end
        return out

    def _open(self, pair: tuple[int, int]) -> FloatArray:
        """How many hidden cells of each unit bear on a pair of groups."""
        open_ = self.low < self.high
        # Of a published total the rest is what the group leaves; without one it is the sum of all others.
        rest = [pair[0]] if self.counts.stated else list(range(open_.shape[1]))
        columns = rest if pair[1] == REST else list(pair)
        return open_[:, columns].sum(axis=1).astype(np.float64)

    def _cells(self, here: Any, pair: tuple[int, int]) -> Cells:  # noqa: ANN401
        one, other = pair
        low, high, total = self.low[here], self.high[here], self.counts.total[here]
        x = low[:, one], high[:, one]
        free = np.full(len(here), np.inf)
        if other != REST:
            room = free
            if self.counts.stated:
                others = low.sum(axis=1) - low[:, one] - low[:, other]
                room = total - others
            return Cells(*x, low[:, other], high[:, other], room, None)
        if self.counts.stated:
            return Cells(*x, total - x[1], total - x[0], total, total)
        rest = [column for column in range(low.shape[1]) if column != one]
        return Cells(*x, low[:, rest].sum(axis=1), high[:, rest].sum(axis=1), free, None)
