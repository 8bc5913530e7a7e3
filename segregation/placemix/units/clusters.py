"""Local clusters: Getis and Ord's Gi* and local Moran, with p-values by conditional permutation."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.indices.neighbours import standardised
from placemix.measuring.plan import Row
from placemix.measuring.vicinity import Neighbours, Vicinity
from placemix.results import first_reason
from placemix.units.permuting import pseudo_values
from placemix.units.unitwise import Setting, framed

#: What a flag says of a unit, by the signs of its own distance from the mean and its neighbours'.
_FLAGS = {
    (1, 1): "cluster of high share",
    (-1, -1): "cluster of low share",
    (1, -1): "high among low",
    (-1, 1): "low among high",
}
_NOTHING = "not distinguishable"
#: What is said where surroundings give a unit no weight for itself, and Gi* counts it.
_OWN = "own weight the largest of the neighbours'"
_LENT = "own weight 0 taken as the largest of the neighbours', as Gi* counts the unit itself"


def block(row: Row, setting: Setting, *, permutations: int, seed: int) -> pd.DataFrame:
    """Statistic, p-values and flags of one group for every unit, in the order of the counts."""
    if not isinstance(setting.nearby, Vicinity) or row.focal is None:
        message = "Local clusters are of one group and have surroundings."
        raise TypeError(message)
    counts, strata, place = setting.counts, setting.strata, setting.place
    moran = row.asked.row.name == "local_moran"
    pair = setting.everyone.pair(row.focal, -1)
    near = setting.nearby.neighbours(row)
    options: dict[str, Any] = dict(row.asked.values)
    lent = np.zeros(len(counts), dtype=bool)
    if "own" in row.asked.row.needs:
        options["own"], lent = _itself(near, setting.nearby.own())
    value = row.asked.row.function(pair, pairs=near, starts=setting.everyone.starts, **options)
    p, adjusted, expected, compared = (np.full(len(counts), np.nan) for _ in range(4))
    too_few = np.full(len(counts), "", dtype=object)
    flag = np.full(len(counts), None, dtype=object)
    units = counts.units.to_numpy(dtype=object)[strata.order]
    for number in range(len(strata)):
        low, high = strata.bounds[number : number + 2]
        known = np.flatnonzero(~np.isnan(value[low:high])) + low
        if not len(known):
            continue
        # Sorted by id, so that random numbers meet the same units in any order of the rows.
        here = np.flatnonzero(pair[low:high].sum(axis=1) > 0) + low
        here = here[np.argsort(units[here], kind="stable")]
        i, j, weight = _within(near, here, low, high, shares=moran)
        z = standardised(pair[here], str(row.asked.values["rates"]))
        z = z - z.mean()
        label = "\x1f".join(str(text) for text in strata.labels.iloc[number])
        found = pseudo_values(z, i, j, weight, permutations=permutations, seed=seed, label=label)
        if moran:
            found[z == 0] = 1.0  # a value of 0, whatever the neighbours are
        around = np.bincount(i, weights=weight * z[j], minlength=len(here))
        p[here], adjusted[here], compared[low:high] = found, _adjusted(found), len(here)
        too_few[known] = _too_few(found, adjusted[here], 1 - setting.level, permutations)
        flag[here] = _flags(z, around) if moran else _flags(value[here], value[here])
        flag[known[adjusted[known] > 1 - setting.level]] = _NOTHING
        expected[known] = -1 / (len(here) - 1) if moran else 0.0
    undefined = np.isnan(value)
    flag[undefined], p[undefined], adjusted[undefined] = None, np.nan, np.nan
    people = counts.total
    joined = np.zeros(len(counts), dtype=bool)
    joined[near[0]] = True
    members = np.add.reduceat(pair[:, 0], setting.everyone.starts)
    others = np.add.reduceat(pair[:, 1], setting.everyone.starts)
    absent = ((members <= 0) | (others <= 0))[setting.stratum]
    reason = first_reason({
        "no_people": people <= 0,
        "group_absent": absent,
        "no_neighbours": ~joined[place],
        "undefined": undefined[place],
    })  # fmt: skip
    lent = (lent & ~undefined)[place]
    notes = ["; ".join(filter(None, pieces)) for pieces in zip(np.where(lent, _LENT, ""), too_few[place], strict=True)]
    return framed(
        row,
        setting,
        value=value[place],
        numerator=np.full(len(counts), np.nan),
        denominator=compared[place],
        people=people,
        notes=notes,
        around=_with_itself(setting.around(row), lent),
        reason=np.where(undefined[place], reason, None),
        expected=expected[place],
        level=setting.level,
        interval_method=f"null:conditional_permutation(permutations={permutations}, seed={seed})",
        flag=flag[place],
        p_value=p[place],
        p_adjusted=adjusted[place],
    )


def _within(near: Neighbours, here: IntArray, low: int, high: int, *, shares: bool) -> Neighbours:
    """Pairs of one stratum by the number of their units in `here`; weights as the statistic takes them."""
    number = np.full(high - low, -1)
    number[here - low] = np.arange(len(here))
    inside = (near[0] >= low) & (near[0] < high) & (near[2] > 0)
    i, j, weight = number[near[0][inside] - low], number[near[1][inside] - low], near[2][inside]
    if shares:
        weight = weight / np.bincount(i, weights=weight, minlength=len(here))[i]
    return i, j, weight


def _itself(near: Neighbours, own: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Weight of each unit for itself, and where it is lent one: the largest of its neighbours', as `esda` does."""
    largest = np.zeros(len(own))
    np.maximum.at(largest, near[0], near[2])
    lent = (own <= 0) & (largest > 0)
    return np.where(lent, largest, own), lent


def _with_itself(texts: Any, lent: BoolArray) -> Any:  # noqa: ANN401
    """Take back what the `around` column says of own weights that were replaced."""
    if not lent.any():
        return texts
    kinds, codes = np.unique(texts[lent].astype(str), return_inverse=True)
    said = np.array([re.sub(r"own weight 0(?=[,;]|$)", _OWN, text) for text in kinds], dtype=object)
    out = texts.copy()
    out[lent] = said[codes.reshape(-1)]
    return out


def _too_few(p: FloatArray, adjusted: FloatArray, most: float, permutations: int) -> str:
    """Say where the p-values are as small as they can be, and all of them too large after the adjustment."""
    tested, least = int(np.isfinite(p).sum()), 2 / (permutations + 1)
    at_least = int((p <= least * (1 + 1e-9)).sum())
    if not at_least or (adjusted <= most).any():
        return ""
    needed = 10 ** math.ceil(math.log10(2 * tested / (most * at_least))) - 1
    return (
        f"no unit can pass: with {permutations:,} permutations p is {least:.2g} or more, in {at_least:,} of {tested:,} "
        f"units as small as that; take permutations={needed}"
    )


def _adjusted(p: FloatArray) -> FloatArray:
    """Benjamini and Hochberg's adjustment over the units that have a p-value."""
    from scipy.stats import false_discovery_control

    out, known = np.full(len(p), np.nan), ~np.isnan(p)
    if known.any():
        out[known] = false_discovery_control(p[known], method="bh")
    return out


def _flags(own: Any, around: Any) -> Any:  # noqa: ANN401
    signs = np.column_stack([np.where(own > 0, 1, -1), np.where(around > 0, 1, -1)])
    return np.array([_FLAGS[int(a), int(b)] for a, b in signs], dtype=object)
