"""The indices of a gradient: slope, relative index, concentration."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from placemix.outcomes.gradients.fitting import Classes, back, fieller

#: What a relative index is: height at one end over that at the other, or slope over mean.
DEFINITIONS = ("phe", "mackenbach")


class Index(NamedTuple):
    """One index with its interval, and the name of the interval's method."""

    value: float
    lower: float
    upper: float
    method: str


def slope_index(classes: Classes, z: float, bounds: tuple[float, float]) -> Index:
    """Difference between both ends of the fitted line, the least disadvantaged less the most."""
    del bounds
    bottom, top = classes.ends()
    heights = [float(weights @ classes.fitted) for weights in (bottom, top)]
    (low, moves_low), (high, moves_high) = (back(height, classes.transform) for height in heights)
    # Exact for untransformed values, to first order otherwise.
    weights = moves_high * top - moves_low * bottom
    reach = z * math.sqrt(float(weights**2 @ classes.error_transformed**2))
    method = "normal" if classes.transform == "none" else f"delta_{classes.transform}"
    return Index(high - low, high - low - reach, high - low + reach, method)


def relative_index_phe(classes: Classes, z: float, bounds: tuple[float, float]) -> Index:
    """Height of the fitted line at the least disadvantaged end over that at the most."""
    del bounds
    bottom, top = classes.ends()
    heights = [float(weights @ classes.fitted) for weights in (bottom, top)]
    (low, moves_low), (high, moves_high) = (back(height, classes.transform) for height in heights)
    if not low > 0 or not high > 0:
        return Index(math.nan, math.nan, math.nan, "none")
    if classes.transform == "none":
        return Index(high / low, *fieller(top, bottom, classes, z), "fieller_1954")
    weights = moves_high / high * top - moves_low / low * bottom
    reach = math.exp(z * math.sqrt(float(weights**2 @ classes.error_transformed**2)))
    method = "normal_log" if classes.transform == "log" else "delta_logit"
    return Index(high / low, high / low / reach, high / low * reach, method)


def relative_index_mackenbach(classes: Classes, z: float, bounds: tuple[float, float]) -> Index:
    """Slope of the fitted line over the mean."""
    del bounds
    mean = float(classes.share @ classes.value)
    if not mean > 0:
        return Index(math.nan, math.nan, math.nan, "none")
    value = float(classes.slope @ classes.value) / mean
    return Index(value, *fieller(classes.slope, classes.share, classes, z), "fieller_1954")


def concentration_index(classes: Classes, z: float, bounds: tuple[float, float]) -> Index:
    """Twice the covariance of values and ranks, over the mean."""
    del bounds
    mean = float(classes.share @ classes.value)
    if not mean > 0:
        return Index(math.nan, math.nan, math.nan, "none")
    value = float(classes.lean @ classes.value) / mean
    return Index(value, *fieller(classes.lean, classes.share, classes, z), "fieller_1954")


def concentration_wagstaff(classes: Classes, z: float, bounds: tuple[float, float]) -> Index:
    """Concentration index of a bounded value, over the largest that its mean allows."""
    low, high = bounds
    mean, lean = float(classes.share @ classes.value), float(classes.lean @ classes.value)
    room = (high - mean) * (mean - low)
    if not room > 0:
        return Index(math.nan, math.nan, math.nan, "none")
    value = lean * (high - low) / room
    moves = (high - low) * (classes.lean / room - lean * (high + low - 2 * mean) * classes.share / room**2)
    reach = z * math.sqrt(float(moves**2 @ classes.error**2))
    return Index(value, value - reach, value + reach, "delta")


def concentration_erreygers(classes: Classes, z: float, bounds: tuple[float, float]) -> Index:
    """Four times the covariance of values and ranks, twice, over the width of their bounds."""
    width = bounds[1] - bounds[0]
    value = 4 * float(classes.lean @ classes.value) / width
    reach = z * 4 / width * math.sqrt(float(classes.lean**2 @ classes.error**2))
    return Index(value, value - reach, value + reach, "normal")


class Kind(NamedTuple):
    """An index by name: its kernel, what it is measured in, the keys of its sources, and whether it needs bounds."""

    function: Callable[[Classes, float, tuple[float, float]], Index]
    measured_in: str
    cites: tuple[str, ...]
    bounded: bool = False


INDICES: dict[str, Kind] = {
    "slope_index": Kind(slope_index, "difference between both ends", ("mackenbach_1997",)),
    "relative_index": Kind(relative_index_phe, "ratio of both ends", ("mackenbach_1997", "fieller_1954")),
    "concentration_index": Kind(concentration_index, "from -1 to 1", ("wagstaff_1991", "fieller_1954")),
    "concentration_wagstaff": Kind(concentration_wagstaff, "from -1 to 1", ("wagstaff_2005",), bounded=True),
    "concentration_erreygers": Kind(concentration_erreygers, "from -1 to 1", ("erreygers_2009",), bounded=True),
}
