"""Fewer units that say nearly as much: which may be merged, and what is lost."""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts, checked
from placemix.decompose._merging import merged_all
from placemix.decompose.information import behind, plogp
from placemix.errors import InvalidParameter
from placemix.measuring.inputs import described
from placemix.results import Call, Result, remember
from placemix.surroundings import Surroundings

#: Most units of which any two may merge: time grows with their square.
_MOST = 20_000


def compress(counts: Counts, *, neighbours: Surroundings | None = None) -> Result:
    """Merge units one pair at a time, always the pair that tells least apart, and say what is lost.

    Two units of the same mix can be one without any loss of M. The steps show how few units say nearly
    as much: a way to see what a map or a list of schools is made of, and to make one of fewer parts.

    Parameters
    ----------
    counts
        People of each group in each unit.
    neighbours
        Units that may merge, such as `placemix.surroundings.contiguity`; the merged ones then form
        connected areas, as many as the map has parts at the end. Default: any two.

    Returns
    -------
    result
        One row a step: `step`, `units` (left after it), `first` (unit that takes in), `second` (unit
        taken in), `lost` (of M, in nats), `value` (M of what is left), `kept` (share of the M of all
        units), `residual` (people in none of the groups, left out), `units_dropped`, `method`, `source`,
        `version`. `merged_units` makes a lookup of it.

    Raises
    ------
    InvalidParameter
        There are fewer than two units with people; or more than 20,000, and no neighbours were given.

    References
    ----------
    Elbers 2021; Slonim and Tishby 1999.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> pm.decompose.compress(homes)[["units", "first", "second", "kept"]].round(3)
       units first second   kept
    0      3     B      D  1.000
    1      2     B      C  0.812
    2      1     A      B  0.000
    """
    counts = checked(counts)
    lived_in = np.flatnonzero(counts.values.sum(axis=1) > 0)
    people = counts.values[lived_in]
    if len(people) < 2:
        message = "Fewer than two units have people."
        raise InvalidParameter(message, remedy="There is nothing to merge.")
    if neighbours is None:
        if len(people) > _MOST:
            message = f"Any two of {len(people):,} units may merge, and more than {_MOST:,} take too long."
            raise InvalidParameter(message, remedy="Pass neighbours=surroundings.contiguity(counts).")
        first, second, lost = merged_all(people)
    else:
        first, second, lost = _merged_near(people, _pairs(counts, neighbours, lived_in))
    everyone = people.sum()
    whole = float(plogp(people).sum() - plogp(people.sum(axis=1)).sum() - plogp(people.sum(axis=0)).sum())
    m = (whole + plogp(np.array(everyone)).item()) / everyone
    # What is left is at least 0; sums of thousands of losses miss it by rounding.
    value = np.maximum(m - np.cumsum(lost) / everyone, 0.0)
    names = counts.units[lived_in]
    frame = pd.DataFrame({
        "step": np.arange(1, len(first) + 1), "units": len(people) - np.arange(1, len(first) + 1),
        "first": names[first], "second": names[second], "lost": lost / everyone, "value": value,
        "kept": value / m if m > 0 else np.nan,
    })  # fmt: skip
    frame = behind(frame, counts, "mutual_information", counts.values)
    inputs: dict[str, Any] = {"counts": counts} if neighbours is None else {"counts": counts, "neighbours": neighbours}
    return remember(frame, Call("decompose.compress", inputs, {}, described))


def merged_units(steps: pd.DataFrame, *, units: int | None = None, kept: float | None = None) -> pd.Series:
    """Look up which merged unit each unit belongs to, at some step.

    Parameters
    ----------
    steps
        What `compress` gave.
    units
        How many units are left.
    kept
        Or the share of M that must be kept at least, with as few units as that allows.

    Returns
    -------
    lookup
        Name of the merged unit, that of the one that took the others in, by unit; what
        `Counts.merge_units` takes.

    Raises
    ------
    InvalidParameter
        Neither or both are given, or there is no such step.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> lookup = merged_units(pm.decompose.compress(homes), kept=0.9)
    >>> lookup.to_dict()
    {'A': 'A', 'B': 'B', 'C': 'C', 'D': 'B'}
    """
    if (units is None) == (kept is None):
        message = "Say how many units are left, or what share of M is kept."
        raise InvalidParameter(message, remedy="Pass units= or kept=.")
    if units is not None:
        wanted = steps["units"].to_numpy() >= units
        fewest = int(steps["units"].iloc[-1])
        if not fewest <= units <= len(steps) + fewest:
            message = f"From {len(steps) + fewest:,} units to {fewest:,} there is no step with {units!r}."
            raise InvalidParameter(message)
    else:
        share = float(kept or 0)
        if not 0 <= share <= 1:
            message = f"kept is a share between 0 and 1, not {kept!r}."
            raise InvalidParameter(message)
        wanted = (steps["kept"] >= share - 1e-12).to_numpy()
    taken = steps[np.logical_and.accumulate(wanted)]
    names = sorted({*steps["first"], *steps["second"]}, key=str)
    into = dict(zip(taken["second"], taken["first"], strict=True))

    def root(name: Any) -> Any:  # noqa: ANN401
        while name in into:
            name = into[name]
        return name

    return pd.Series({name: root(name) for name in names}, name="merged")


def _pairs(counts: Counts, neighbours: Surroundings, lived_in: IntArray) -> set[tuple[int, int]]:
    place = np.full(len(counts), -1)
    place[lived_in] = np.arange(len(lived_in))
    found: set[tuple[int, int]] = set()
    for i, j, _ in neighbours.on(counts).pairs():
        one, other = place[i], place[j]
        known = (one >= 0) & (other >= 0) & (one != other)
        low, high = np.minimum(one, other)[known], np.maximum(one, other)[known]
        found |= set(zip(low.tolist(), high.tolist(), strict=True))
    return found


def _merged_near(people: FloatArray, pairs: set[tuple[int, int]]) -> tuple[IntArray, IntArray, FloatArray]:
    """Merge neighbours only: a heap of what each pair loses, entries of changed units passed over."""
    values = np.array(people, dtype=np.float64)
    version = np.zeros(len(values), dtype=np.int64)
    near: list[set[int]] = [set() for _ in values]
    for i, j in pairs:
        near[i].add(j)
        near[j].add(i)

    def own(mix: FloatArray) -> FloatArray:
        return np.asarray(plogp(mix).sum(axis=-1) - plogp(mix.sum(axis=-1)))

    logs = own(values)

    def entry(i: int, j: int) -> tuple[float, int, int, int, int]:
        loss = float(logs[i] + logs[j] - own(values[i] + values[j]))
        return loss, i, j, int(version[i]), int(version[j])

    heap = [entry(i, j) for i, j in sorted(pairs)]
    heapq.heapify(heap)
    steps: list[tuple[int, int, float]] = []
    while heap:
        loss, i, j, known_i, known_j = heapq.heappop(heap)
        if version[i] != known_i or version[j] != known_j:
            continue
        steps.append((i, j, max(loss, 0.0)))
        values[i] += values[j]
        logs[i] = own(values[i])
        version[i] += 1
        version[j] = -1
        near[i] = (near[i] | near[j]) - {i, j}
        for other in near[i]:
            near[other].discard(j)
            near[other].add(i)
            heapq.heappush(heap, entry(min(i, other), max(i, other)))
    first, second, lost = (np.array(column) for column in zip(*steps, strict=True)) if steps else ([], [], [])
    return np.asarray(first, dtype=np.int64), np.asarray(second, dtype=np.int64), np.asarray(lost, dtype=np.float64)
