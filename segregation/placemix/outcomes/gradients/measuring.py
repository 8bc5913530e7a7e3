"""One gradient: its classes, its line, and the rows of its indices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.outcomes.gradients.fitting import Classes, Transform, back
from placemix.outcomes.gradients.indices import INDICES, Index, relative_index_mackenbach

#: A line is fitted to so many classes at least and at most, as in the public health profiles of England.
FEWEST, MOST = 5, 100
_LINES = ("slope_index", "relative_index")
_NOTHING = Index(math.nan, math.nan, math.nan, "none")


class Columns(NamedTuple):
    """Columns of the values, people, and errors or limits of the values at a level."""

    value: str
    people: str
    error: str | None
    lower: str | None
    upper: str | None
    table_level: float


def gradient(
    rows: pd.DataFrame,
    columns: Columns,
    names: Sequence[str],
    level: float,
    transform: Transform,
    bounds: tuple[float, float] | None,
    definition: str | None,
) -> list[dict[str, Any]]:
    """Compute the indices of one gradient.

    Parameters
    ----------
    rows
        Its classes in order, with a column `held` where numbers are hidden.
    columns
        Names of columns.
    names
        Names of the indices.
    level
        Confidence level.
    transform, bounds, definition
        As of `inequality`.
    """
    from scipy.special import ndtri

    z = float(ndtri((1 + level) / 2))
    value, people = rows[columns.value].to_numpy(), rows[columns.people].to_numpy()
    classes, why = _classes(value, people, rows, columns, transform, bounds)
    out = []
    for name in names:
        kind = INDICES[name]
        reason = why or _own(name, rows, transform, value)
        mackenbach = name == "relative_index" and definition == "mackenbach"
        function = relative_index_mackenbach if mackenbach else kind.function
        found = _NOTHING if reason or classes is None else function(classes, z, bounds or (-math.inf, math.inf))
        if not reason and math.isnan(found.value):
            reason = "line_reaches_0" if name == "relative_index" and not mackenbach else "mean_at_an_end"
        there = not math.isnan(found.lower)
        ends = (math.nan, math.nan)
        if classes is not None and not (why or _own("slope_index", rows, transform, value)):
            low, high = classes.ends()
            ends = (back(float(low @ classes.fitted), transform)[0], back(float(high @ classes.fitted), transform)[0])
        method = f"relative_index_{definition}/1" if name == "relative_index" else f"{name}/1"
        lacking = "no_value" if reason else _lacking(columns)
        out.append(
            {
                "measure": name,
                "value": found.value,
                "lower": found.lower if there else math.nan,
                "upper": found.upper if there else math.nan,
                "level": level if there else math.nan,
                "denominator": float(people.sum()),
                "classes": len(rows),
                "mean": math.nan if classes is None else float(classes.share @ classes.value),
                "most_disadvantaged": ends[0],
                "least_disadvantaged": ends[1],
                "definition": definition if name == "relative_index" else None,
                "transform": transform if name in _LINES else "none",
                "measured_in": "slope over mean" if mackenbach else kind.measured_in,
                "reason": reason,
                "method": method,
                "interval_method": f"sampling:{found.method}" if there else f"none:{lacking}",
            }
        )
    return out


def _lacking(columns: Columns) -> str:
    return "no_errors" if columns.error is None and columns.lower is None else "undefined"


def _classes(
    value: FloatArray, people: FloatArray, rows: pd.DataFrame, columns: Columns, transform: Transform,
    bounds: tuple[float, float] | None,
) -> tuple[Classes | None, str | None]:  # fmt: skip
    """The classes, or why there are none to compute with."""
    tests = {
        "suppressed": bool(rows["held"].any()),
        "not_known": bool(np.isnan(value + people).any()),
        "no_people": not people.sum() > 0,
        "one_class": int((people > 0).sum()) < 2,
        "outside_bounds": bounds is not None and bool(((value < bounds[0]) | (value > bounds[1])).any()),
    }
    reason = next((name for name, holds in tests.items() if holds), None)
    if reason:
        return None, reason
    error, moved = _errors(value, rows, columns, transform)
    return Classes(value, people / people.sum(), error, moved, transform), None


def _errors(
    value: FloatArray, rows: pd.DataFrame, columns: Columns, transform: Transform
) -> tuple[FloatArray, FloatArray]:
    """Standard errors of values and of transformed values."""
    from scipy.special import ndtri

    with np.errstate(divide="ignore", invalid="ignore"):
        steep = {"log": 1 / value, "logit": 1 / (value * (1 - value))}.get(transform, np.ones(len(value)))
        if columns.error is not None:
            error = rows[columns.error].to_numpy()
            return error, error * steep
        if columns.lower is None or columns.upper is None:
            blank = np.full(len(value), np.nan)
            return blank, blank
        twice = 2 * float(ndtri((1 + columns.table_level) / 2))
        low, high = rows[columns.lower].to_numpy(), rows[columns.upper].to_numpy()
        error = (high - low) / twice
        if transform == "log":
            return error, (np.log(high) - np.log(low)) / twice
        if transform == "logit":
            return error, (np.log(high / (1 - high)) - np.log(low / (1 - low))) / twice
        return error, error


def _own(name: str, rows: pd.DataFrame, transform: Transform, value: FloatArray) -> str | None:
    """Why one index cannot be had although there are classes."""
    if name not in _LINES:
        return None
    if not FEWEST <= len(rows) <= MOST:
        return "too_few_or_many_classes"
    if transform == "log" and not (value > 0).all():
        return "outside_transform"
    if transform == "logit" and not ((value > 0) & (value < 1)).all():
        return "outside_transform"
    return None
