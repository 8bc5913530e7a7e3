"""What was foretold beside what came."""

from __future__ import annotations

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.counts import Counts, checked
from placemix.errors import InvalidParameter, UnknownGroup, UnmatchedUnit, listed
from placemix.results import Result, group_names
from placemix.scenarios.records.keeping import Record

_NEEDED = ("unit", "group", "share_now", "share_central", "lower", "upper", "level")


def evaluate(kept: Record, observed: Counts, *, result: str | None = None) -> Result:
    """Hold the mix that was foretold of places against the one that came.

    Parameters
    ----------
    kept
        A record, from `record` or `read_record`.
    observed
        People of each group in the same units, as they were counted.
    result
        Name of the result of `expected_mix` in the record. Default: the only one.

    Returns
    -------
    result
        One row for each unit and group that was foretold. Columns: `reference`, `as_of`, `unit`, `group`, `share_now`
        (then), `share_central`, `lower`, `upper`, `level`, `share_observed`, `people_observed`, `error` (observed less
        central), `error_no_change` (observed less then), `inside` (missing where there was no range), `sentence`,
        `source`, `version`.

    Raises
    ------
    InvalidParameter
        The record holds no such result, or one of another kind, or several and none was named.
    UnmatchedUnit, UnknownGroup
        Places or groups that were foretold were not observed.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> def homes(x, y):
    ...     table = pd.DataFrame({"area": list("AB"), "x": [x, 20], "y": [y, 80], "district": "d"})
    ...     return pm.from_wide(table, groups=["x", "y"], unit="area", strata=["district"])
    >>> mix = pm.scenarios.expected_mix(homes(80, 20), pd.Series({"A": 100}), district="district")
    >>> kept = pm.scenarios.record("26/00412", {"mix": mix}, as_of="2026-11-28")
    >>> found = pm.scenarios.evaluate(kept, homes(120, 80))
    >>> found[["unit", "group", "share_central", "share_observed", "error"]].round(2)
      unit group  share_central  share_observed  error
    0    A     x           0.65             0.6  -0.05
    1    A     y           0.35             0.4   0.05
    """
    observed = checked(observed)
    result = _only(kept) if result is None else result
    told = kept.table(result)
    lacking = [name for name in _NEEDED if name not in told.columns]
    if lacking:
        message = f"{result!r} in the record holds no mix that was foretold: it lacks {listed(lacking)}."
        names = _forecasts(kept)
        raise InvalidParameter(
            message, remedy=f"Name a forecast: {listed(names)}." if names else "It holds no forecast."
        )
    where = observed.units.get_indexer(told["unit"].astype(str))
    if (where < 0).any():
        message = "Places that were foretold were not observed."
        raise UnmatchedUnit(
            message, units=told.loc[where < 0, "unit"].unique(), remedy="Bring both onto one geography."
        )
    groups = group_names(observed)
    unknown = sorted(set(told["group"].astype(str)) - set(groups))
    if unknown:
        message = f"Groups that were foretold were not observed: {listed(unknown)}."
        raise UnknownGroup(message, remedy="Count the same groups.")
    column = np.array([groups.index(str(name)) for name in told["group"]])
    people = observed.values[where, column]
    everyone = observed.values.sum(axis=1)[where]
    share = np.divide(people, everyone, out=np.full(len(told), np.nan), where=everyone > 0)
    frame = told[list(_NEEDED)].astype(dict.fromkeys(_NEEDED[2:], np.float64))
    frame.insert(0, "reference", kept.content["reference"])
    frame.insert(1, "as_of", kept.content["as_of"])
    frame["share_observed"], frame["people_observed"] = share, people
    frame["error"], frame["error_no_change"] = share - frame["share_central"], share - frame["share_now"]
    inside = ((share >= frame["lower"]) & (share <= frame["upper"])).astype(object)
    frame["inside"] = inside.where(frame["lower"].notna() & ~np.isnan(share), None)
    frame["sentence"] = _sentence(frame)
    frame["source"], frame["version"] = observed.source, __version__
    return Result(frame)


def _forecasts(kept: Record) -> list[str]:
    """Names of the results that foretell a mix."""
    return [name for name in kept.content["results"] if set(_NEEDED) <= set(kept.table(name).columns)]


def _only(kept: Record) -> str:
    names = _forecasts(kept)
    if len(names) == 1:
        return names[0]
    message = "The record holds no mix that was foretold." if not names else f"The record holds {len(names)} forecasts."
    raise InvalidParameter(message, remedy=f"Name one with result=: {listed(names)}." if names else "")


def _sentence(frame: pd.DataFrame) -> str:
    known = frame["inside"].dropna()
    error, none = frame["error"].abs().mean(), frame["error_no_change"].abs().mean()
    text = (
        f"Shares were off by {100 * error:.1f} points in the mean of {len(frame)}; to say that nothing changes would "
        f"have been off by {100 * none:.1f}."
    )
    if not len(known):
        return f"{text} No range was foretold."
    level = frame["level"].dropna().iloc[0]
    return f"{text} {int(known.sum())} of {len(known)} lay in their range of {100 * level:g} %."
