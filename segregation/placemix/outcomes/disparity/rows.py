"""Rows of results: a value with its interval, its numbers, what it compares and how it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix._version import __version__
from placemix.errors import InvalidParameter, PlacemixError, did_you_mean
from placemix.outcomes.disparity.measures import MEASURES
from placemix.outcomes.disparity.pairs import Compared, Pair

#: Columns of every comparison, after those that say what the row is about.
COLUMNS = (
    "measure", "focal", "against", "value", "lower", "upper", "level", "numerator", "denominator",
    "against_numerator", "against_denominator", "rate", "against_rate", "comparator", "measured_in", "tenet", "kind",
    "reason", "note", "method", "interval_method", "sentence", "source", "version",
)  # fmt: skip
#: Which part of integration a number is about, and what kind of number it is.
TENETS = ("equality", "interaction", "participation", "safety")
KINDS = ("outcome", "perception", "input")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What rows say beside their numbers.

    Attributes
    ----------
    level
        Confidence level.
    per
        How many people a rate is for.
    haldane
        Whether one half is added to cells where one is 0.
    tenet, kind
        Part of integration, and kind of number.
    intervals
        Names of intervals by measure, where not the default.
    """

    level: float
    per: float = 1.0
    haldane: bool = False
    tenet: str = "equality"
    kind: str = "outcome"
    intervals: dict[str, str]

    def faults(self) -> list[PlacemixError]:
        """Return what is wrong with the options."""
        found: list[PlacemixError] = []
        if not isinstance(self.level, float | int) or isinstance(self.level, bool) or not 0 < self.level < 1:
            remedy = "Write 95 % as 0.95."
            found.append(InvalidParameter(f"level lies above 0 and below 1, not at {self.level!r}.", remedy=remedy))
        if not isinstance(self.per, float | int) or isinstance(self.per, bool) or not 0 < self.per < np.inf:
            found.append(InvalidParameter(f"per is how many people a rate is for, such as 1000, not {self.per!r}."))
        for word, value, known in (("tenet", self.tenet, TENETS), ("kind", self.kind, KINDS)):
            if value not in known:
                message = f"{word} is one of {', '.join(known)}, not {value!r}."
                found.append(InvalidParameter(message, remedy=did_you_mean(value, known)))
        for measure, how in self.intervals.items():
            if measure not in MEASURES:
                message = f"There is no measure {measure!r}; there are {', '.join(MEASURES)}."
                found.append(InvalidParameter(message, remedy=did_you_mean(measure, MEASURES)))
            elif how not in MEASURES[measure].intervals:
                names = list(MEASURES[measure].intervals)
                message = f"{measure} has the intervals {', '.join(names)}, not {how!r}."
                found.append(InvalidParameter(message, remedy=did_you_mean(how, names)))
        return found

    def how(self, measure: str) -> str:
        """Name of the interval of a measure."""
        return self.intervals.get(measure) or next(iter(MEASURES[measure].intervals))


def rows_of(
    measure: str,
    pair: Pair,
    told: Told,
    *,
    focal: str,
    against: str,
    hidden: Any,  # noqa: ANN401
    without: Any,  # noqa: ANN401
    bounds: tuple[FloatArray, FloatArray] | None = None,
) -> pd.DataFrame:
    """Compute one measure for each row of a pair.

    Parameters
    ----------
    measure
        Its name.
    pair
        Numbers of both groups.
    told
        Level and words.
    focal, against
        Names of both groups.
    hidden
        Why a row has no value although its numbers are known, or None.
    without
        Why a row has no interval, or None.
    bounds
        Between which ends the value lies where numbers are hidden; NaN elsewhere.
    """
    known = MEASURES[measure]
    found = known.function(pair, told.level, told.how(measure), haldane=told.haldane)
    scale = told.per if measure in {"rate", "rate_difference"} else 1.0
    value, lower, upper = (scale * end for end in found[:3])
    hidden = np.broadcast_to(np.asarray(hidden, dtype=object), value.shape)
    gone = hidden != np.array(None)
    value, lower, upper = (np.where(gone, np.nan, end) for end in (value, lower, upper))
    method = _method(Compared(value, lower, upper, found.interval, found.reason), without)
    if bounds is not None:
        within = ~np.isnan(bounds[0]) & gone
        lower, upper = (np.where(within, scale * new, old) for new, old in zip(bounds, (lower, upper), strict=True))
        method = np.where(within, "bounds:suppressed", method)
    of = told.per if known.counted == "events" else 1.0
    blank = np.full(value.shape, np.nan)
    measured_in = known.measured_in
    if known.counted == "events" and measure != "rate_ratio":
        measured_in = f"{measured_in} per {told.per:,.12g}" if told.per != 1 else f"{measured_in} per person"
    return pd.DataFrame(
        {
            "measure": measure,
            "focal": focal,
            "against": against if known.compares else None,
            "value": value,
            "lower": lower,
            "upper": upper,
            "level": np.where(np.char.startswith(method.astype(str), "sampling"), told.level, np.nan),
            "numerator": pair.events,
            "denominator": pair.people,
            "against_numerator": pair.against_events if known.compares else blank,
            "against_denominator": pair.against_people if known.compares else blank,
            "rate": of * pair.share,
            "against_rate": of * pair.against_share if known.compares else blank,
            "comparator": against if known.compares else "none: the share or rate of one group",
            "measured_in": measured_in,
            "tenet": told.tenet,
            "kind": told.kind,
            "reason": np.where(gone, hidden, found.reason),
            "note": None,
            "method": f"{measure}/1",
            "interval_method": method,
            "sentence": None,
            "source": "",
            "version": __version__,
        }
    )


def _method(found: Compared, without: Any) -> Any:  # noqa: ANN401
    """Kind and name of each interval, or why there is none."""
    there = ~np.isnan(found.lower) & ~np.isnan(found.upper)
    why = np.broadcast_to(np.asarray(without, dtype=object), found.value.shape)
    lacking = np.where(why == np.array(None), np.where(np.isnan(found.value), "no_value", "undefined"), why)
    names = "sampling:" + found.interval.astype(object)
    return np.where(there, names, "none:" + lacking.astype(object))
