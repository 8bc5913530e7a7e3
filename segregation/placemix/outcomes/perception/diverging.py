"""What people say beside what is counted: level, trend, and whether one follows the other by some years."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.errors import InvalidParameter, InvalidTable, PlacemixError, together
from placemix.outcomes.perception.series import Better, Pair, dates, kendall, matched, sign
from placemix.results import Call, Result, remember

#: Dates that a trend needs, and that a search over lags needs.
TREND, SCAN = 4, 8
#: Label of a difference between answers to different questions.
NOT_A_CHANGE = "not_a_change_score"
_COLUMNS = ("statistic", "date", "lag", "value", "perception", "outcome", "pairs", "label", "reason")


def divergence(
    perception: pd.Series,
    outcome: pd.Series,
    *,
    perception_better: Better,
    outcome_better: Better,
    perception_scale: str,
    outcome_scale: str,
    same_question: bool,
    lags: int = 3,
) -> Result:
    """Put what people say beside what is counted, over time.

    Neither is netted off against the other: opinion may follow what happens by years, or have another cause.

    Parameters
    ----------
    perception
        Answers by date, such as the share that says it feels safe: a series whose index names a year, one value a year.
        A period such as ``"2015/16"`` counts as the year in which it ends.
    outcome
        What is counted, likewise.
    perception_better, outcome_better
        Whether ``"higher"`` or ``"lower"`` values are better.
    perception_scale, outcome_scale
        What each is measured in, such as ``"share of adults"``. Levels are compared only where both are the same text.
    same_question
        Whether both answer one question. If not, a difference of levels is labelled ``"not_a_change_score"``.
    lags
        How many years the search goes back and forth.

    Returns
    -------
    result
        Columns: `statistic`, `date`, `lag`, `value`, `perception`, `outcome`, `pairs`, `label`, `reason`, `note`,
        `source`, `version`. Rows of ``"level"``, one for each common date: perception less outcome. One of ``"trend"``:
        Kendall's τ-b over the common dates, each series turned so that better is higher: 1 if both get better and worse
        together, -1 if against each other. Rows of ``"lag"``: τ-b of the perception with the outcome so many years
        earlier; at a positive lag opinion follows.

    Raises
    ------
    InvalidParameter, InvalidTable, NotNumbers, DuplicateUnit
        A direction or scale is missing, dates name no year or the same, or a series has faults; all are listed.

    Notes
    -----
    A trend needs 4 common dates, the search over lags 8, and each lag 4 pairs of dates; otherwise the row is undefined
    and says so. No probability is given: values of successive years are not independent, and the largest of several
    lags is large by chance alone more often than one.

    References
    ----------
    Kendall 1938, Biometrika 30, 81-93; 1945, Biometrika 33, 239-251 (ties).

    Examples
    --------
    81 % are satisfied with their own services, and 41 % approve of how services are run: other questions, one scale.

    >>> import pandas as pd, placemix as pm
    >>> found = pm.outcomes.divergence(
    ...     pd.Series({2009: 0.81}), pd.Series({2009: 0.41}), perception_better="higher", outcome_better="higher",
    ...     perception_scale="share of adults", outcome_scale="share of adults", same_question=False,
    ... )
    >>> found.loc[found["statistic"] == "level", ["date", "value", "label"]].round(2)
       date  value               label
    0  2009    0.4  not_a_change_score
    """
    faults: list[PlacemixError] = []
    turns = [sign("perception_better", perception_better, faults), sign("outcome_better", outcome_better, faults)]
    for name, scale in (("perception_scale", perception_scale), ("outcome_scale", outcome_scale)):
        if not isinstance(scale, str) or not scale.strip():
            message = f"{name} says what the numbers are, such as 'share of adults', not {scale!r}."
            faults.append(InvalidParameter(message))
    if isinstance(lags, bool) or not isinstance(lags, int) or not 0 <= lags <= 20:
        faults.append(InvalidParameter(f"lags is a whole number of years from 0 to 20, not {lags!r}."))
    pair = matched(perception, outcome, faults)
    if not faults and not len(pair.keys):
        message = "The two series have no date in common."
        faults.append(InvalidTable(message, remedy="Write dates alike in both, such as 2015 or '2015/16'."))
    at = dates("the common dates", pair.keys, faults)
    if faults:
        raise together(faults)
    order = np.argsort(at, kind="stable")
    pair, at = Pair(pair.keys[order], pair.perception[order], pair.outcome[order], pair.alone), at[order]
    alike = perception_scale.strip() == outcome_scale.strip()
    rows = [
        *_levels(pair, alike=alike, turned=turns[0] != turns[1], label=None if same_question else NOT_A_CHANGE),
        _trend(pair.perception * turns[0], pair.outcome * turns[1]),
        *_lags(at, pair.perception * turns[0], pair.outcome * turns[1], lags),
    ]
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    frame["lag"] = frame["lag"].astype("Int64")
    frame["pairs"] = frame["pairs"].astype("Int64")
    left = "" if not pair.alone else f" {pair.alone} values of dates that only one series has are left out."
    frame["note"] = (
        f"Better is {perception_better} in the perception and {outcome_better} in the outcome. That two series move "
        f"together says nothing of why.{left}"
    )
    ours, theirs = (_kept(name, one) for name, one in (("perception", perception), ("outcome", outcome)))
    frame["source"], frame["version"] = f"{fingerprint(ours)[:6]}{fingerprint(theirs)[:6]}", __version__
    arguments = {
        "perception_better": perception_better, "outcome_better": outcome_better, "perception_scale": perception_scale,
        "outcome_scale": outcome_scale, "same_question": bool(same_question), "lags": lags,
    }  # fmt: skip
    result = remember(frame, Call("outcomes.divergence", {"perception": ours, "outcome": theirs}, arguments))
    result.attrs["cites"] = ("kendall_1938",)
    return result


def _kept(name: str, series: pd.Series) -> pd.Series:
    return pd.to_numeric(series).astype(np.float64).rename(name)


def _levels(pair: Pair, *, alike: bool, turned: bool, label: str | None) -> list[dict[str, Any]]:
    reason = "scales_differ" if not alike else "directions_differ" if turned else None
    rows = []
    for key, said, counted in zip(pair.keys, pair.perception, pair.outcome, strict=True):
        value = math.nan if reason else float(said - counted)
        rows.append(
            {
                "statistic": "level", "date": str(key), "value": value, "perception": float(said),
                "outcome": float(counted), "pairs": 1, "label": label, "reason": reason,
            }
        )  # fmt: skip
    return rows


def _trend(ours: FloatArray, theirs: FloatArray) -> dict[str, Any]:
    value, reason = _agreement(ours, theirs)
    return {"statistic": "trend", "value": value, "pairs": len(ours), "reason": reason}


def _lags(at: FloatArray, ours: FloatArray, theirs: FloatArray, lags: int) -> list[dict[str, Any]]:
    """Agreement of the perception with the outcome some years earlier; dates without a partner are left out."""
    rows = []
    for lag in range(-lags, lags + 1):
        _, said, counted = np.intersect1d(at - lag, at, assume_unique=True, return_indices=True)
        value, reason = _agreement(ours[said], theirs[counted])
        if len(at) < SCAN:
            value, reason = math.nan, "too_few_dates"
        rows.append({"statistic": "lag", "lag": lag, "value": value, "pairs": len(said), "reason": reason})
    return rows


def _agreement(ours: FloatArray, theirs: FloatArray) -> tuple[float, str | None]:
    if len(ours) < TREND:
        return math.nan, "too_few_dates"
    value = kendall(ours, theirs)
    return value, "no_change" if math.isnan(value) else None
