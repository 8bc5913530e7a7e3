"""Along which axis a number is drawn, and how it is written there and in tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.report import rounding

Scale: TypeAlias = Literal["ratio", "points", "pay", "share", "plain"]
#: Where groups are alike, by scale.
ALIKE: Mapping[str, float] = {"ratio": 1.0, "points": 0.0, "pay": 0.0}
#: What stands under the axis.
WORDS: Mapping[str, str] = {
    "ratio": "times those compared with", "points": "percentage points more or less",
    "pay": "% of the pay of those compared with, less", "share": "share", "plain": "",
}  # fmt: skip


def scale_of(measured_in: object) -> Scale:
    """Choose the axis of a number by its unit.

    Examples
    --------
    >>> [scale_of(text) for text in ("ratio of shares", "difference of shares", "probability", "index from -1 to 1")]
    ['ratio', 'points', 'share', 'plain']
    """
    text = str(measured_in).casefold()
    if "ratio" in text or "times" in text:
        return "ratio"
    if "of the median of" in text or "of the pay of" in text:
        return "pay"
    if "difference" in text or "points" in text:
        return "points"
    if text == "%" or "share" in text or "probability" in text or "proportion" in text:
        return "share"
    return "plain"


def written(value: float, scale: Scale) -> str:
    """Write a number as it stands in figures and tables.

    Examples
    --------
    >>> written(0.8331, "ratio"), written(-0.129, "points"), written(0.456, "share"), written(0.25, "plain")
    ('0.83 times', '−12.9 points', '45.6 %', '0.25')
    >>> written(0.149, "pay"), written(-0.02, "pay")
    ('14.9 % less', '2.0 % more')
    """
    if pd.isna(value):
        return rounding.ABSENT
    if scale == "ratio":
        return (
            "no upper end"
            if np.isinf(value)
            else f"{rounding.quantity(value)} times"
            if value >= 10
            else f"{value:.2f} times"
        )
    if scale == "points":
        return f"{rounding.points(value)} points"
    if scale == "pay":
        return f"{rounding.share(abs(value))} {'less' if value >= 0 else 'more'}"
    return rounding.share(value) if scale == "share" else rounding.quantity(value)


def ends(numbers: FloatArray, scale: Scale) -> tuple[float, float]:
    """From where to where the axis goes: all numbers, their ranges, and where groups are alike.

    Examples
    --------
    >>> ends(np.array([0.2, 0.5, np.nan]), "share")
    (0.0, 0.56)
    """
    found = numbers[np.isfinite(numbers)]
    if scale in ALIKE:
        found = np.append(found, ALIKE[scale])
    low, high = float(found.min()), float(found.max())
    if on_logs(numbers, scale):
        first, last = np.log(low), np.log(high)
        pad = max(0.1 * (last - first), 0.08)
        return float(np.exp(first - pad)), float(np.exp(last + pad))
    if scale == "share":
        return min(0.0, low), round(min(1.0, high * 1.12), 12) if high > 0 else 1.0
    pad = max(0.1 * (high - low), 0.01)
    return low - pad, high + pad


def on_logs(numbers: FloatArray, scale: Scale) -> bool:
    """Whether the axis is of logarithms, on which half and twice are equally far from 1."""
    return scale == "ratio" and bool((numbers[np.isfinite(numbers)] > 0).all())


def lines(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a scorecard as mappings; far sooner than pandas does for so many columns of texts."""
    columns = {str(name): frame[name].tolist() for name in frame.columns}
    return [dict(zip(columns, line, strict=True)) for line in zip(*columns.values(), strict=True)]


def ticks(low: float, high: float, *, logs: bool) -> list[float]:
    """Choose three or four round numbers for the axis."""
    if logs:
        known = [base * 10.0**power for power in range(-3, 4) for base in (1, 2, 5)]
        inside = [one for one in known if low <= one <= high]
        if len(inside) >= 2:
            return inside[:: max(1, -(-len(inside) // 4))] if len(inside) > 4 else inside
    from matplotlib.ticker import MaxNLocator

    found = MaxNLocator(nbins=4, steps=[1, 2, 5, 10]).tick_values(low, high)
    return [float(one) for one in found if low <= one <= high]


def tick_text(value: float, scale: Scale) -> str:
    """Write a number under the axis."""
    text = {
        "ratio": f"{value:g}",
        "points": f"{100 * value:+g}",
        "pay": f"{100 * value:g}",
        "share": f"{100 * value:g} %",
    }.get(scale, f"{value:g}")
    return ("0" if scale in {"points", "pay"} and abs(value) < 1e-12 else text).replace("-", "−")


def doubt(row: Mapping[str, Any]) -> str:
    """Say in a table what kind of doubt the range shows."""
    if row["uncertainty"] in (None, "none") or pd.isna(row["uncertainty"]):
        return "none given"
    level = "" if pd.isna(row["level"]) else f", {row['level']:.0%}".replace("%", " %")
    return f"{row['uncertainty']}{level}"
