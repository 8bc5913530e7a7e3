"""Areas where what people say and what is counted are at opposite ends."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.errors import InvalidParameter, InvalidTable, PlacemixError, plural, together
from placemix.outcomes.perception.series import Better, matched, sign
from placemix.results import Call, Result, remember

#: Areas that a comparison of ranks needs.
ENOUGH = 4
#: Shares of areas closer than this are the same.
ROUNDING = 1e-12


def divergence_by_area(
    perception: pd.Series,
    outcome: pd.Series,
    *,
    perception_better: Better,
    outcome_better: Better,
    tail: float = 0.2,
) -> Result:
    """List the areas where what people say is among the best and what is counted among the worst, or the reverse.

    Parameters
    ----------
    perception, outcome
        Values of each area, by its id. Areas that only one has are left out and counted.
    perception_better, outcome_better
        Whether ``"higher"`` or ``"lower"`` values are better.
    tail
        Which part of the areas is an end, above 0 and at most a half.

    Returns
    -------
    result
        One row for each area, in the order of `perception`. Columns: `unit`, `perception`, `outcome`;
        `perception_rank`, `outcome_rank` (share of areas that are worse, half of those alike counted: 0 to 1, 1 is the
        best); `gap` (the one less the other); `discord` (``"said better"``, ``"said worse"``, or missing); `spearman`
        (correlation of both ranks, in every row), `units`, `reason` (why there is no correlation), `note`, `source`,
        `version`.

    Raises
    ------
    InvalidParameter, InvalidTable, NotNumbers, DuplicateUnit
        A direction is missing, the tail is out of range, or a series has faults; all are listed.

    Notes
    -----
    The list is of areas, not of people: that an area feels safe and has much crime does not say that those who feel
    safe are its victims. Some areas are at opposite ends by chance alone, most where samples are small.

    References
    ----------
    Spearman 1904, American Journal of Psychology 15, 72-101.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> safe = pd.Series({"A": 0.9, "B": 0.8, "C": 0.7, "D": 0.6, "E": 0.5})
    >>> crime = pd.Series({"A": 90, "B": 20, "C": 30, "D": 40, "E": 50})
    >>> found = pm.outcomes.divergence_by_area(safe, crime, perception_better="higher", outcome_better="lower")
    >>> found[["unit", "perception_rank", "outcome_rank", "discord", "spearman"]]
      unit  perception_rank  outcome_rank      discord  spearman
    0    A              0.9           0.1  said better       0.0
    1    B              0.7           0.9          NaN       0.0
    2    C              0.5           0.7          NaN       0.0
    3    D              0.3           0.5          NaN       0.0
    4    E              0.1           0.3          NaN       0.0
    """
    faults: list[PlacemixError] = []
    turns = [sign("perception_better", perception_better, faults), sign("outcome_better", outcome_better, faults)]
    if not 0 < tail <= 0.5:
        faults.append(InvalidParameter(f"tail lies above 0 and is at most 0.5, not {tail!r}."))
    pair = matched(perception, outcome, faults)
    if not faults and not len(pair.keys):
        faults.append(InvalidTable("The two series have no area in common.", remedy="Use the same ids in both."))
    if faults:
        raise together(faults)
    order = [_ranks(pair.perception * turns[0]), _ranks(pair.outcome * turns[1])]
    ours, theirs = ((rank - 0.5) / len(rank) for rank in order)
    best = [rank >= 1 - tail - ROUNDING for rank in (ours, theirs)]
    worst = [rank <= tail + ROUNDING for rank in (ours, theirs)]
    discord = np.full(len(ours), None, dtype=object)
    discord[best[0] & worst[1]], discord[worst[0] & best[1]] = "said better", "said worse"
    value, reason = _correlation(*order)
    frame = pd.DataFrame(
        {
            "unit": pair.keys.to_numpy(dtype=object),
            "perception": pair.perception,
            "outcome": pair.outcome,
            "perception_rank": ours,
            "outcome_rank": theirs,
            "gap": ours - theirs,
            "discord": discord,
            "spearman": value,
            "units": len(ours),
            "reason": reason,
        }
    )
    frame["note"] = "Areas where both differ, not people for whom they do." + (
        f" {plural(pair.alone, 'area')} that only one series has left out." if pair.alone else ""
    )
    kept = [one.astype(np.float64).rename(name) for name, one in (("perception", perception), ("outcome", outcome))]
    frame["source"], frame["version"] = f"{fingerprint(kept[0])[:6]}{fingerprint(kept[1])[:6]}", __version__
    arguments = {"perception_better": perception_better, "outcome_better": outcome_better, "tail": float(tail)}
    inputs = {"perception": kept[0], "outcome": kept[1]}
    result = remember(frame, Call("outcomes.divergence_by_area", inputs, arguments))
    result.attrs["cites"] = ("spearman_1904",)
    return result


def _ranks(values: FloatArray) -> FloatArray:
    """Ranks from 1, those alike with the mean of theirs."""
    return pd.Series(values).rank(method="average").to_numpy()


def _correlation(ours: FloatArray, theirs: FloatArray) -> tuple[float, str | None]:
    if len(ours) < ENOUGH:
        return math.nan, "too_few_areas"
    middle = (len(ours) + 1) / 2
    one, other = ours - middle, theirs - middle
    spread = math.sqrt(float((one**2).sum()) * float((other**2).sum()))
    return (float((one * other).sum()) / spread, None) if spread else (math.nan, "no_difference")
