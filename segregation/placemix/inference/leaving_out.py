"""Each unit left out in turn: which units a value hangs on, and how sure it is if units are a sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix._typing import Across, BoolArray, FloatArray
from placemix._version import __version__
from placemix.counts import Counts, checked
from placemix.errors import InvalidParameter
from placemix.inference import drawing
from placemix.inference._columns import beside
from placemix.inference.asking import question
from placemix.measuring.centres import Centre
from placemix.measuring.given import Order, arguments_of
from placemix.measuring.inputs import described
from placemix.measuring.plan import Row, Which
from placemix.measuring.stacked import Versions, evaluate
from placemix.measuring.vicinity import Vicinity
from placemix.results import Call, Result, remember
from placemix.strata import Strata
from placemix.surroundings import Surroundings

#: Most tables that are evaluated anew.
_MOST = 5_000


class LeftOut(NamedTuple):
    """Values without each unit.

    Attributes
    ----------
    values
        Value of the unit's own stratum without it, shape (units, rows); NaN where undefined.
    stratum
        Number of each unit's stratum, shape (units,).
    there
        Whether anybody is in the unit, shape (units,).
    """

    values: FloatArray
    stratum: Any
    there: BoolArray


def values_without(
    plan: Sequence[Row], counts: Counts, strata: Strata, nearby: Vicinity | None, *, progress: drawing.Progress = None
) -> LeftOut:
    """Evaluate the rows of a call without each unit.

    Strata know nothing of each other, so that one unit of each is left out at once; where surroundings
    reach over borders, one of all.

    Raises
    ------
    InvalidParameter
        More than 5,000 tables would be evaluated.
    """
    units = len(counts)
    stratum = np.empty(units, dtype=np.int64)
    stratum[strata.order] = np.repeat(np.arange(len(strata)), np.diff(strata.bounds))
    there = counts.total > 0
    turn = np.full(units, -1, dtype=np.int64)
    if nearby is None:
        for low, high in zip(strata.bounds[:-1], strata.bounds[1:], strict=True):
            here = strata.order[low:high][there[strata.order[low:high]]]
            turn[here] = np.arange(len(here))
    else:
        turn[there] = np.arange(int(there.sum()))
    turns = int(turn.max(initial=-1)) + 1
    if turns > _MOST:
        where = "one stratum" if nearby is None else "the table"
        message = (
            f"Each of {turns:,} units of {where} would be left out in turn, and more than {_MOST:,} take too long."
        )
        remedy = "Pass by= smaller strata, merge units, or call inference.intervals with resample='units'."
        raise InvalidParameter(message, remedy=remedy)
    found = np.full((units, len(plan)), np.nan)
    many = max(1, drawing.CHUNK // max(counts.values.size, 1))
    for first in range(0, turns, many):
        several = np.arange(first, min(first + many, turns))
        out = turn == several[:, np.newaxis]
        values = np.where(out[..., np.newaxis], 0.0, counts.values)
        got = evaluate(plan, counts, strata, nearby, Versions(values, np.where(out, 0.0, counts.total)))
        version, unit = np.nonzero(out)
        found[unit] = got[version, :, stratum[unit]]
        if progress is not None:
            progress(int(several[-1]) + 1, turns)
    return LeftOut(found, stratum, there)


def jackknife(
    counts: Counts,
    measures: str | Sequence[str],
    *,
    focal: Which = None,
    against: Which = "rest",
    by: str | Sequence[str] = (),
    around: Surroundings | None = None,
    across: Across | None = None,
    centre: Centre = None,
    order: Order = None,
    level: float = 0.95,
    progress: drawing.Progress = None,
) -> Result:
    """Put an interval around every value from leaving out each unit in turn.

    It suits units that are a sample of more, such as some of a city's schools. Nothing is drawn, so that
    there is no seed. For all units of a place it says how much a value hangs on single units, and
    `placemix.inference.influence` on which.

    Parameters
    ----------
    counts, measures, focal, against, by, around, across, centre, order
        As in `placemix.measure`.
    level
        Probability of the interval.
    progress
        Called with the tables done and all of them.

    Returns
    -------
    result
        The columns of `placemix.measure`, of which `lower`, `upper` and `level` are an interval of Student's
        t around the corrected value; after `flag`: `corrected` (n v less (n - 1) times the mean without
        a unit), `bias` (v less that), `sd` (standard error), `left_out` (units n with people),
        `interval_reason` (why there is none). `interval_method` is ``resampled:jackknife…``.

    Raises
    ------
    InvalidParameter
        The level is none, or a stratum has more than 5,000 units, each of which would be left out.
    ReservedName
        A stratum has the name of a column of the result.

    Notes
    -----
    The correction takes off bias that falls with the number of units, not that of small units, which
    stays as it is when one is left out: see `placemix.inference.corrected`. An interval may reach beyond
    the measure's range; nothing is clipped. Measures that look at single people in order, such as
    shares above a threshold, jump when a unit leaves, and their interval means little.

    References
    ----------
    Miller 1974.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> found = pm.inference.jackknife(homes, "isolation", focal="asian")
    >>> found[["value", "corrected", "sd", "left_out"]].round(4)
       value  corrected      sd  left_out
    0    0.6       0.78  0.3447         4
    """
    counts = checked(counts)
    drawing.known_level(level)
    names, frame, plan, strata, nearby = question(
        counts, measures, focal, against, by, around, across, centre=centre, order=order
    )
    left = values_without(plan, counts, strata, nearby, progress=progress)
    frame = _beside(frame, left, len(strata), level)
    frame["interval_method"] = "resampled:jackknife, each unit left out in turn; Student's t"
    inputs = {"counts": counts} if around is None else {"counts": counts, "around": around}
    arguments: dict[str, Any] = {
        "measures": [measures] if isinstance(measures, str) else list(measures), "focal": focal, "against": against,
        "by": names, "across": across, **arguments_of(centre, order),
        "level": level,
    }  # fmt: skip
    result = remember(frame, Call("inference.jackknife", inputs, arguments, described))
    result.attrs["cites"] = ("miller_1974",)
    return result


def influence(
    counts: Counts,
    measures: str | Sequence[str],
    *,
    focal: Which = None,
    against: Which = "rest",
    by: str | Sequence[str] = (),
    around: Surroundings | None = None,
    across: Across | None = None,
    centre: Centre = None,
    order: Order = None,
    progress: drawing.Progress = None,
) -> Result:
    """Say how far each unit moves a value by being there, for any measure.

    Parameters
    ----------
    counts, measures, focal, against, by, around, across, centre, order
        As in `placemix.measure`.
    progress
        Called with the tables done and all of them.

    Returns
    -------
    result
        One row for each unit with people and each value of its stratum, those that move it most first:
        the strata, `unit`, `measure`, `focal`, `against`, `value`, `without` (the value without the
        unit), `influence` (their difference), `people`, `reason` (why it is undefined), `around`,
        `method`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        A stratum has more than 5,000 units, each of which would be left out.
    ReservedName
        A stratum has the name of a column of the result.

    See Also
    --------
    placemix.decompose.contributions : Parts that sum to the value, for measures that are sums over units.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("ABCD"), "asian": [80, 20, 0, 20], "white": [20, 80, 100, 80]})
    >>> homes = pm.from_wide(homes, groups=["asian", "white"], unit="area")
    >>> found = pm.inference.influence(homes, "dissimilarity", focal="asian")
    >>> found[["unit", "value", "without", "influence"]].round(4)
      unit   value  without  influence
    0    A  0.5952   0.3846     0.2106
    1    B  0.5952   0.7000    -0.1048
    2    D  0.5952   0.7000    -0.1048
    3    C  0.5952   0.5556     0.0397
    """
    counts = checked(counts)
    names, whole, plan, strata, nearby = question(
        counts, measures, focal, against, by, around, across, centre=centre, order=order
    )
    left = values_without(plan, counts, strata, nearby, progress=progress)
    units = np.flatnonzero(left.there)
    at = (left.stratum[units, np.newaxis] * len(plan) + np.arange(len(plan))).ravel()
    shown = [*names, "measure", "focal", "against", "value", "reason", "around", "method", "source"]
    frame = whole[shown].iloc[at].reset_index(drop=True)
    frame.insert(len(names), "unit", counts.units.to_numpy(dtype=object)[np.repeat(units, len(plan))])
    without = left.values[units].ravel()
    columns = {
        "without": without, "influence": frame["value"].to_numpy() - without,
        "people": np.repeat(counts.total[units], len(plan)),
    }  # fmt: skip
    frame = beside(frame, "value", columns)
    alone = frame["reason"].isna() & ~np.isfinite(without)
    frame["reason"] = frame["reason"].astype(object).mask(alone, "undefined")
    frame["version"] = __version__
    size = np.nan_to_num(np.abs(frame["influence"].to_numpy()), nan=-1.0).round(15)
    ranked = np.lexsort((np.arange(len(frame)), -size, np.tile(np.arange(len(plan)), len(units)), at // len(plan)))
    frame = frame.iloc[ranked].reset_index(drop=True)
    inputs = {"counts": counts} if around is None else {"counts": counts, "around": around}
    arguments: dict[str, Any] = {
        "measures": [measures] if isinstance(measures, str) else list(measures), "focal": focal, "against": against,
        "by": names, "across": across, **arguments_of(centre, order),
    }  # fmt: skip
    result = remember(frame, Call("inference.influence", inputs, arguments, described))
    result.attrs["cites"] = ("miller_1974",)
    return result


def _beside(frame: pd.DataFrame, left: LeftOut, strata: int, level: float) -> pd.DataFrame:
    """Fill the columns of the interval; rows of the frame are strata, then rows of the call."""
    from scipy.special import stdtrit

    plan = left.values.shape[1]
    value = frame["value"].to_numpy().reshape(strata, plan)
    inside = left.there & np.isfinite(value).any(axis=1)[left.stratum]
    many = np.bincount(left.stratum[left.there], minlength=strata)[:, np.newaxis]
    lost = np.zeros((strata, plan))
    np.add.at(lost, left.stratum[inside], ~np.isfinite(left.values[inside]))
    known = np.isfinite(value) & (lost == 0) & (many > 1)
    held = np.where(np.isfinite(left.values) & left.there[:, np.newaxis], left.values, 0.0)
    mean = np.zeros((strata, plan))
    np.add.at(mean, left.stratum, held)
    mean /= np.maximum(many, 1)
    square = np.zeros((strata, plan))
    np.add.at(square, left.stratum[left.there], (held - mean[left.stratum])[left.there] ** 2)
    sd = np.where(known, np.sqrt(square * (many - 1) / np.maximum(many, 1)), np.nan)
    corrected = np.where(known, many * value - (many - 1) * mean, np.nan)
    reach = stdtrit(np.maximum(many - 1, 1), (1 + level) / 2) * sd
    frame = frame.copy()
    frame["lower"], frame["upper"] = (corrected - reach).ravel(), (corrected + reach).ravel()
    frame["level"] = np.where(known, level, np.nan).ravel()
    why = [
        None if not np.isfinite(one) or ok else f"undefined without {int(gone):,} of {int(n):,} units"
        for one, ok, gone, n in zip(
            value.ravel(), known.ravel(), lost.ravel(), np.repeat(many, plan), strict=True
        )
    ]  # fmt: skip
    columns: dict[str, Any] = {
        "corrected": corrected.ravel(), "bias": (value - corrected).ravel(), "sd": sd.ravel(),
        "left_out": np.repeat(many, plan), "interval_reason": np.array(why, dtype=object),
    }  # fmt: skip
    return beside(frame, "flag", columns)
