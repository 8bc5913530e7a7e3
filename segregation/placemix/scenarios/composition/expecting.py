"""The mix of a place with newcomers: a central forecast, and a range where one was learnt."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.checks import id_text
from placemix.counts import Counts, checked
from placemix.errors import (
    InvalidCounts,
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnknownGroup,
    UnmatchedUnit,
    listed,
    together,
)
from placemix.results import Call, Result, group_names, remember
from placemix.scenarios.composition.growing import district_mix, grown, logit, share_of

_NEEDED = ("group", "growth_from", "growth_to", "growth_largest", "lower", "upper", "level", "coverage")
#: Why a mix has no range.
_WHY = {
    "no_calibration": "not predictable from these data: nothing was learnt from places that grew",
    "too_few_areas": "not predictable from these data: too few places grew by as much",
    "beyond": "not predictable from these data: no place that was learnt from grew by as much",
    "no_people": "nobody lives there now, and no such place was learnt from",
    "shrinks": "fewer people: no such place was learnt from",
}


def expected_mix(counts: Counts, added: pd.Series, *, district: str, calibration: pd.DataFrame | None = None) -> Result:
    """Say what the mix of places would be with newcomers, and how sure that is.

    Parameters
    ----------
    counts
        People of each group in each unit, as they would be without the newcomers.
    added
        Net newcomers of the units that have any, by unit id.
    district
        Strata column of the districts whose mix newcomers are taken to have.
    calibration
        What `calibrate` learnt, for the same groups. Without it there is a central forecast and no range.

    Returns
    -------
    result
        One row for each unit of `added` and each group. Columns: `unit`, `district`, `group`, `people_now`, `added`,
        `growth` (newcomers over those there), `share_now`, `share_central` (who is there stays, newcomers have the
        district's mix), `people_central`; `lower`, `upper` (of the share), `level`, `coverage` (how often such ranges
        held where places grew), `mean_error`, `mean_error_no_change` (of such places), `reason` (why there is no range,
        in words), `note`, `source`, `version`.

    Raises
    ------
    UnmatchedUnit
        `added` names units that are not in the counts, or one twice.
    InvalidCounts, InvalidTable
        Newcomers are missing, more leave than are there, or they are no column by unit id.
    UnknownGroup
        Nothing was learnt about a group.

    Notes
    -----
    The range is of the share of a whole unit, and includes what may happen to it for other reasons while it grows.
    It is no statement about whom homes should be let or sold to.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> homes = pd.DataFrame({"area": list("AB"), "x": [80, 20], "y": [20, 80], "district": "d"})
    >>> homes = pm.from_wide(homes, groups=["x", "y"], unit="area", strata=["district"])
    >>> found = pm.scenarios.expected_mix(homes, pd.Series({"A": 100}), district="district")
    >>> found[["unit", "group", "share_now", "share_central", "lower"]]
      unit group  share_now  share_central  lower
    0    A     x        0.8           0.65    NaN
    1    A     y        0.2           0.35    NaN
    >>> found["reason"].iloc[0]
    'not predictable from these data: nothing was learnt from places that grew'
    """
    counts = checked(counts)
    if not isinstance(added, pd.Series):
        message = f"Newcomers must be a column by unit id, not a {type(added).__name__}."
        raise InvalidTable(message, remedy="Pass a Series on the ids of units.")
    names = counts.arranged(district).labels[district].astype(str)
    ids = pd.Index([id_text(item) for item in added.index])
    where = counts.units.get_indexer(ids)
    people = pd.to_numeric(added, errors="coerce").to_numpy(dtype=np.float64)
    learnt = _learnt(calibration, counts)
    faults = list(_faults(ids, where, people, counts))
    if faults:
        raise together(faults)
    code, _ = pd.factorize(counts.strata[district].astype(str))
    mix = district_mix(counts.values, code.astype(np.int64), len(names))[where]
    now = counts.values[where]
    then = grown(now, people, mix)
    total, sums = now.sum(axis=1), then.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        growth, before, after = people / total, now / total[:, np.newaxis], then / sums
    groups = group_names(counts)
    columns = _ranges(learnt, groups, growth, then)
    many = len(groups)
    frame = pd.DataFrame(
        {
            "unit": np.repeat(np.asarray(counts.units, dtype=object)[where], many),
            "district": np.repeat(counts.strata[district].astype(str).to_numpy(dtype=object)[where], many),
            "group": np.tile(np.array(groups, dtype=object), len(where)),
            "people_now": now.ravel(),
            "added": np.repeat(people, many),
            "growth": np.repeat(growth, many),
            "share_now": before.ravel(),
            "share_central": after.ravel(),
            "people_central": then.ravel(),
            **columns,
        }
    )
    left = float(counts.residual[where].sum())
    frame["note"] = f"{left:,.0f} people in none of the groups are in no share." if left else None
    frame["source"], frame["version"] = counts.source, __version__
    inputs = {"counts": counts, "added": added} | ({} if calibration is None else {"calibration": calibration})
    return remember(frame, Call("scenarios.expected_mix", inputs, {"district": district}))


def _learnt(calibration: pd.DataFrame | None, counts: Counts) -> pd.DataFrame | None:
    if calibration is None:
        return None
    lacking = [name for name in _NEEDED if name not in calibration.columns]
    if lacking:
        message = f"This is no calibration: it lacks {listed(lacking)}."
        raise InvalidParameter(message, remedy="Pass what placemix.scenarios.calibrate gave.")
    unknown = [name for name in group_names(counts) if name not in set(calibration["group"].astype(str))]
    if unknown:
        message = f"Nothing was learnt about the group {listed(unknown)}."
        raise UnknownGroup(message, remedy="Calibrate on tables of the same groups.")
    return pd.DataFrame(calibration)


def _faults(ids: pd.Index, where: IntArray, people: FloatArray, counts: Counts) -> Iterator[PlacemixError]:
    if (where < 0).any():
        message = f"{(where < 0).sum():,} places with newcomers are not among the units."
        yield UnmatchedUnit(message, units=ids[where < 0], remedy="Give newcomers by unit id.")
    if ids.has_duplicates:
        message = "Newcomers of a unit stand on two rows."
        yield UnmatchedUnit(message, units=ids[ids.duplicated()], remedy="Add them up first.")
    if not np.isfinite(people).all():
        message = "Newcomers are missing or infinite."
        yield InvalidCounts(message, units=ids[~np.isfinite(people)], remedy="Missing is not 0: leave the unit out.")
    known = where >= 0
    gone = known & (people < -counts.values.sum(axis=1)[np.maximum(where, 0)])
    if gone.any():
        message = "More people would leave than are there."
        yield InvalidCounts(message, units=ids[gone], remedy="Net newcomers are at least minus those there.")


def _ranges(learnt: pd.DataFrame | None, groups: list[str], growth: FloatArray, then: FloatArray) -> dict[str, object]:
    """Ranges of the shares, shape (units × groups,), and why there is none."""
    shape = then.shape
    found = {
        name: np.full(shape, np.nan)
        for name in ("lower", "upper", "level", "coverage", "mean_error", "mean_error_no_change")
    }
    reason: FloatArray | np.ndarray = np.full(shape, _WHY["no_calibration"], dtype=object)
    if learnt is not None:
        reason[:] = _WHY["too_few_areas"]
        odds, people = logit(then), then.sum(axis=1, keepdims=True)
        for column, group in enumerate(groups):
            for row in learnt[learnt["group"].astype(str) == group].to_dict("records"):
                inside = (growth >= row["growth_from"]) & (growth < row["growth_to"])
                if pd.isna(row["lower"]) or not inside.any():
                    continue
                beyond = inside & (growth > row["growth_largest"]) & np.isinf(row["growth_to"])
                reason[beyond, column] = _WHY["beyond"]
                inside &= ~beyond
                for name in ("lower", "upper"):
                    ends = share_of(odds[inside, column, np.newaxis] + row[name], people[inside])
                    found[name][inside, column] = ends[:, 0]
                for name in ("level", "coverage", "mean_error", "mean_error_no_change"):
                    found[name][inside, column] = row.get(name, np.nan)
                reason[inside, column] = None
        reason[~np.isfinite(growth)] = _WHY["no_people"]
        reason[growth < 0] = _WHY["shrinks"]
    return {**{name: values.ravel() for name, values in found.items()}, "reason": reason.ravel()}
