"""In which areas D arises, and what it would be without them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.counts import Counts, checked, group_text
from placemix.decompose._pairs import Omitted, left_of, pair, undefined
from placemix.decompose.levels import _are_levels, _codes
from placemix.measuring.plan import Which
from placemix.results import Call, Result, remember


def impacts(counts: Counts, level: str, *, focal: Which, against: Which = "rest", omit: Omitted = None) -> Result:
    """Say in which areas D arises, and what it would be without each of them.

    Parameters
    ----------
    counts
        People of each group in each unit, with a column of strata for the level.
    level
        A column of strata.
    focal, against
        A group and what it is compared with.
    omit
        Areas to leave out before anything is computed, by level: ``{"district": ["Barking"]}``.

    Returns
    -------
    result
        One row an area, by falling `impact`. Columns: the level, `focal`, `against`, `contribution`
        (half the sum of |xᵢ/X − yᵢ/Y| of its units; they sum to D), `share` of D, `units_share`
        (its share of all units), `impact` (100 × `share` / `units_share`, as published: above 100 the
        area's units carry more of D than as many units do on average), `people_share` (its share of
        the people compared), `impact_by_people` (100 × `share` / `people_share`), `difference` (the
        area's share of the focal group less its share of the other), `evened_inside` (D if
        each of its units had the area's own mix), `left_out` (D of all other units alone; NaN where a group lives
        nowhere else), `dissimilarity` (D), `units`, `people`, `residual`, `units_dropped`,
        `units_omitted`, `reason`, `method`, `source`, `version`.

    Raises
    ------
    UnknownColumn
        The level is no column of strata.
    InvalidParameter
        A name to omit is unknown.

    Notes
    -----
    An impact is of the area with all that is inside and around it. What a level does net of the others
    is `multilevel_dissimilarity`.

    References
    ----------
    Harris and Owen 2018.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "side": list("wwee"), "asian": [80, 20, 0, 20],
    ...                       "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area", strata=["side"])
    >>> pm.decompose.impacts(homes, "side", focal="asian")[["side", "contribution", "impact", "evened_inside"]].round(3)
      side  contribution  impact  evened_inside
    0    w         0.357   120.0          0.476
    1    e         0.238    80.0          0.595
    """
    counts = checked(counts)
    _are_levels(counts, [level])
    left, omitted, without = left_of(counts, omit)
    everybody, groups = pair(left, focal, against)
    lived_in = np.flatnonzero(left.total > 0)
    x, y = everybody[lived_in].T
    (_, code, _), labels = _codes(left, [level], lived_in)
    many = len(labels[1])
    reason = undefined(x, y)
    frame = pd.DataFrame({level: labels[1][level].astype(str).to_numpy(dtype=object)})
    frame["focal"], frame["against"] = (group_text(name) for name in groups)
    gap = np.full(len(x), np.nan) if reason else x / x.sum() - y / y.sum()
    whole = np.abs(gap).sum() / 2
    frame["units"] = np.bincount(code, minlength=many)
    frame["people"] = np.bincount(code, x + y, minlength=many)
    frame["contribution"] = np.bincount(code, np.abs(gap) / 2, minlength=many)
    frame["difference"] = np.bincount(code, gap, minlength=many)
    with np.errstate(divide="ignore", invalid="ignore"):
        frame["share"] = frame["contribution"] / whole if whole > 0 else np.nan
        frame["units_share"] = frame["units"] / len(x)
        frame["people_share"] = frame["people"] / frame["people"].sum()
        frame["impact"] = 100 * frame["share"] / frame["units_share"]
        frame["impact_by_people"] = (100 * frame["share"] / frame["people_share"]).where(frame["people"] > 0)
    frame["evened_inside"] = whole - frame["contribution"] + frame["difference"].abs() / 2
    frame["left_out"] = np.nan if reason else _without(x, y, code, many)
    frame["dissimilarity"] = whole
    frame["residual"] = float(left.total.sum() - everybody.sum())
    frame["units_dropped"], frame["units_omitted"] = len(left) - len(lived_in), omitted
    if not reason and not whole > 0:
        reason = "undefined"
    frame["reason"] = pd.Series([reason or None] * len(frame), dtype=object)
    frame["method"], frame["source"], frame["version"] = "MLID_IMPACTS", counts.source, __version__
    ordered = [
        level, "focal", "against", "contribution", "share", "units_share", "impact", "people_share",
        "impact_by_people", "difference", "evened_inside", "left_out", "dissimilarity", "units", "people", "residual",
        "units_dropped", "units_omitted", "reason", "method", "source", "version",
    ]  # fmt: skip
    frame = frame.sort_values("impact", ascending=False, kind="stable", ignore_index=True)
    arguments: dict[str, Any] = {"level": level, "focal": focal, "against": against, "omit": without}
    result = remember(frame[ordered], Call("decompose.impacts", {"counts": counts}, arguments))
    result.attrs["cites"] = ("harris_owen_2018", "duncan_1955")
    return result


def _without(x: FloatArray, y: FloatArray, code: IntArray, many: int) -> FloatArray:
    """D without each area, from units sorted by x/(x + y) once; NaN where a group lives nowhere else."""
    left_x, left_y = (part.sum() - np.bincount(code, part, minlength=many) for part in (x, y))
    some = (x + y) > 0
    x, y, code = x[some], y[some], code[some]
    share = x / (x + y)
    order = np.argsort(share, kind="stable")
    below_x, below_y = (np.concatenate([[0.0], np.cumsum(part[order])]) for part in (x, y))
    with np.errstate(divide="ignore", invalid="ignore"):
        # Units whose share is below the others' have x/X < y/Y: their sum of y/Y − x/X is D.
        mark = left_x / (left_x + left_y)
        place = np.searchsorted(share[order], mark, side="left")
        own = share < mark[code]
        own_x, own_y = (np.bincount(code, np.where(own, part, 0.0), minlength=many) for part in (x, y))
        value = (below_y[place] - own_y) / left_y - (below_x[place] - own_x) / left_x
    # What is left of a group after subtraction may be a rounding rather than a person.
    nobody = (left_x <= 1e-9 * x.sum()) | (left_y <= 1e-9 * y.sum())
    return np.asarray(np.where(nobody, np.nan, value))
