"""Two dates of a bridge: how much of the change of a gap is separation, and how much contrast."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.errors import BreakInSeries, InvalidTable, PlacemixError, listed, together
from placemix.gaps import compare_gaps
from placemix.outcomes.bridging.telling import change_sentence
from placemix.results import Call, Result, remember

_NEEDED = (
    "focal", "against", "condition", "domain", "higher_is", "gap", "lower", "upper", "separation", "contrast",
    "definition", "period", "counts_period", "interval_method", "reason",
)  # fmt: skip


def bridge_change(before: pd.DataFrame, after: pd.DataFrame) -> Result:
    """Split the change of each gap between two dates into separation and contrast, exactly.

    Δgap = ΔD x mean contrast + mean D x Δcontrast.

    Parameters
    ----------
    before, after
        What `bridge` gave at two dates, for the same strata, groups and conditions.

    Returns
    -------
    result
        One row for each row both have. Columns: the strata; `focal`, `against`, `condition`, `domain`, `higher_is`;
        `gap_before`, `gap_after`, `change`, `from_separation`, `from_contrast`; `separation_before`,
        `separation_after`, `separation_change`; `contrast_before`, `contrast_after`, `contrast_change`;
        `change_lower`, `change_upper` and `interval_method` (see Notes); `period_before`, `period_after`,
        `counts_period_before`, `counts_period_after`; `scale_break` (whether the condition's `definition` differs),
        `reason`, `note`, `sentence`, `source_before`, `source`, `version`.

    Raises
    ------
    InvalidTable
        A table lacks columns of `bridge`.
    VintageMismatch
        The two do not have the same strata, groups and conditions.

    Warns
    -----
    BreakInSeries
        A condition was defined otherwise at the two dates, so that its contrast changes with its scale.

    Notes
    -----
    The split is that of `placemix.compare_gaps`. Ends of the change follow from those of the gaps: where cells are
    hidden they are the lowest and highest difference, and no pair of tables lies beyond; where gaps have drawn
    intervals the two are taken as independent (Zou and Donner 2008). The condition and the groups change together, and
    no part of the split says why either did.

    References
    ----------
    Zou and Donner 2008; the split is the symmetric one of a product.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> air = pd.Series({"A": 20.0, "B": 14.0, "C": 11.0, "D": 14.0})
    >>> facts = {"air": {"domain": "environment", "higher_is": "worse", "describes": "places"}}
    >>> dates = [
    ...     pm.outcomes.bridge(pm.from_wide(table, groups=["asian", "white"], unit="area"), {"air": level},
    ...                        facts=facts, focal="asian")
    ...     for table, level in ((homes, air), (homes.assign(asian=[80, 40, 20, 20]), air - 3))
    ... ]
    >>> found = pm.outcomes.bridge_change(*dates)
    >>> found[["gap_before", "gap_after", "change", "from_separation", "from_contrast"]].round(3)
       gap_before  gap_after  change  from_separation  from_contrast
    0       4.643      3.268  -1.375           -1.285          -0.09
    """
    faults: list[PlacemixError] = []
    for words, frame in (("earlier", before), ("later", after)):
        lacking = [name for name in _NEEDED if name not in frame.columns]
        if lacking:
            message = f"The {words} table lacks {listed(lacking)}."
            faults.append(InvalidTable(message, remedy="Pass what outcomes.bridge gave, with all its columns."))
    if faults:
        raise together(faults)
    table = compare_gaps(before, after).reset_index(drop=True)
    by = list(before.columns[: list(before.columns).index("focal")])
    one, other = _beside(before, after, by)
    frame = table[[*by, "focal", "against", "condition"]].copy()
    for name in ("domain", "higher_is"):
        frame[name] = one[name]
    for name in ("gap_before", "gap_after", "change", "from_separation", "from_contrast"):
        frame[name] = table[name]
    # Where both groups are in the same places there is no gap and no contrast: the parts have no value, the change has.
    for name in ("separation", "contrast"):
        frame[f"{name}_before"], frame[f"{name}_after"] = one[name], other[name]
        frame[f"{name}_change"] = table[f"{name}_change"]
    frame["change_lower"], frame["change_upper"], frame["interval_method"] = _ends(one, other)
    for name in ("period", "counts_period"):
        frame[f"{name}_before"], frame[f"{name}_after"] = one[name], other[name]
    texts = [side["definition"].astype(object).where(side["definition"].notna(), None) for side in (one, other)]
    frame["scale_break"] = [first != second for first, second in zip(*texts, strict=True)]
    frame["reason"] = one["reason"].astype(object).where(one["reason"].notna(), other["reason"])
    frame["note"] = [
        f"the condition is {first or 'not defined'} at the earlier date and {second or 'not defined'} at the later"
        if broken
        else None
        for first, second, broken in zip(*texts, frame["scale_break"], strict=True)
    ]
    frame["sentence"] = [change_sentence(row, by) for row in frame.to_dict("records")]
    frame["source_before"], frame["source"] = (fingerprint(pd.DataFrame(side))[:12] for side in (before, after))
    frame["version"] = __version__
    broken = list(dict.fromkeys(frame.loc[frame["scale_break"], "condition"]))
    if broken:
        message = (
            f"{listed([repr(name) for name in broken])} was defined otherwise at the two dates: what goes with "
            "contrast holds the change of scale."
        )
        warnings.warn(BreakInSeries(message), stacklevel=2)
    inputs: dict[str, Any] = {"before": pd.DataFrame(before), "after": pd.DataFrame(after)}
    result = remember(frame, Call("outcomes.bridge_change", inputs, {}))
    result.attrs["cites"] = ("logan_2011", "duncan_1955", "zou_2008")
    return result


def _beside(before: pd.DataFrame, after: pd.DataFrame, by: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of both dates in the order of the earlier, which `compare_gaps` keeps."""
    one, other = (pd.DataFrame(side).reset_index(drop=True) for side in (before, after))
    renamed = one["condition"].nunique() == other["condition"].nunique() == 1
    keys = [*by, "focal", "against", *([] if renamed else ["condition"])]
    ours, theirs = (pd.MultiIndex.from_frame(side[keys].astype(str)) for side in (one, other))
    return one, other.iloc[theirs.get_indexer(ours)].reset_index(drop=True)


def _ends(one: pd.DataFrame, other: pd.DataFrame) -> tuple[Any, Any, Any]:
    """Ends of the difference of two gaps, and how they are known."""
    kinds = [side["interval_method"].astype(str).str.partition(":")[0] for side in (one, other)]
    # A gap that is known is its own interval, where the other one is a bound.
    sure = [(kind == "none") & side["gap"].notna() for kind, side in zip(kinds, (one, other), strict=True)]
    sides = list(zip((one, other), sure, strict=True))
    low, high = (
        [side[end].where(~known, side["gap"]).to_numpy(dtype=np.float64) for side, known in sides]
        for end in ("lower", "upper")
    )
    gap = [side["gap"].to_numpy(dtype=np.float64) for side in (one, other)]
    fixed = [((kind == "bounds") | known).to_numpy() for kind, known in zip(kinds, sure, strict=True)]
    drawn = [((kind == "moe") | known).to_numpy() for kind, known in zip(kinds, sure, strict=True)]
    both = (sure[0] & sure[1]).to_numpy()
    bounds, moe = fixed[0] & fixed[1] & ~both, drawn[0] & drawn[1] & ~both
    change = gap[1] - gap[0]
    lower, upper = np.where(bounds, low[1] - high[0], np.nan), np.where(bounds, high[1] - low[0], np.nan)
    lower = np.where(moe, change - np.hypot(gap[1] - low[1], high[0] - gap[0]), lower)
    upper = np.where(moe, change + np.hypot(high[1] - gap[1], gap[0] - low[0]), upper)
    words = np.full(len(change), "none:the gaps have intervals of different kinds", dtype=object)
    words[both] = "none:complete_count"
    words[bounds] = "bounds:no pair of tables within the hidden cells and values lies beyond"
    words[moe] = "moe:square-and-add of both intervals, taken as independent"
    words[~np.isfinite(change)] = "none:undefined"
    return lower, upper, words
