"""Homes that come without a scheme: completed since the census, under construction, committed; each listed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.errors import InvalidParameter, PlacemixError, UnmatchedUnit, did_you_mean, plural, together
from placemix.results import Call, Result, remember
from placemix.scenarios.schemes import recalling
from placemix.scenarios.schemes.proposals import Scheme, Schemes

Policy: TypeAlias = Literal["exclude", "include", "refuse"]
#: What to do about schemes that a policy refuses, word by word, since the command line says it in its own.
_FIND_OUT = {
    "unknown": "Find out, or pass unknown='exclude' or 'include' and see what hangs on it.",
    "allocated": "Find out, or pass allocated='exclude' or 'include' and see what hangs on it.",
}
_POLICIES = ("exclude", "include", "refuse")


class _Found(NamedTuple):
    """What is made of a scheme.

    Attributes
    ----------
    role
        What it is to the baseline.
    counted
        Whether its homes are in it; None where a policy decides.
    reason
        Why, in words.
    """

    role: str
    counted: bool | None
    reason: str


def without(
    schemes: Schemes | Scheme | Sequence[Scheme] | pd.DataFrame,
    *,
    census: int | str,
    year: int,
    unknown: Policy,
    allocated: Policy = "exclude",
    proposal: Sequence[str] = (),
) -> Result:
    """List which homes would be there in a year without a proposal, scheme by scheme.

    The effect of a proposal is the place with it less the place without it in the same year, and the place without it
    is not the place that the census counted.

    Parameters
    ----------
    schemes
        What is known of the district: completions, sites under construction, permissions, allocations.
    census
        Date of the counts, such as ``"2021-03-21"``, or their year. Homes completed until the end of that year are
        taken to be counted.
    year
        Year of the comparison.
    unknown
        Schemes whose status is not known: ``"exclude"``, ``"include"`` or ``"refuse"`` them. So too completed ones
        without a year, and those whose status is from before the census, which may be built and counted since. There is
        no default.
    allocated
        Allocations of a plan without permission, likewise.
    proposal
        References of what is proposed; it is never counted.

    Returns
    -------
    result
        One row for each scheme. Columns: `reference`, `name`, `status`, `as_of`; `role` (``"completed before"``,
        ``"completed since"``, ``"under construction"``, ``"committed"``, ``"allocated"``, ``"proposed"``,
        ``"proposal"``, ``"unknown"``); `counted`; `reason`; `share` of its homes that come between the census and the
        end of the year, `homes_low`, `homes_high` (net; 0 where it is not counted); `year`, `note`, `source`,
        `version`.

    Raises
    ------
    InvalidParameter
        A policy is none, the year is before the census, or schemes are refused by a policy; all are listed.
    UnmatchedUnit
        The proposal is not among the schemes.

    Notes
    -----
    A scheme without a year that is under construction or permitted is taken to be complete by then, and its reason says
    so. Not every permission is built: counting all of them is the most that may come.

    Examples
    --------
    >>> import placemix as pm
    >>> plan = [
    ...     pm.scenarios.scheme("a", dwellings=40, status="completed", year=2023, as_of="2025-01-01"),
    ...     pm.scenarios.scheme("b", dwellings=30, status="permissioned", year=2031, as_of="2025-01-01"),
    ...     pm.scenarios.scheme("c", dwellings=20, as_of="2025-01-01"),
    ... ]
    >>> found = pm.scenarios.without(plan, census=2021, year=2030, unknown="exclude")
    >>> found[["reference", "role", "counted", "homes_high"]]
      reference             role  counted  homes_high
    0         a  completed since     True        40.0
    1         b        committed     True         0.0
    2         c          unknown    False         0.0
    """
    known = recalling.known(schemes)
    counted_in = census_day(census)
    faults = _asked(known, counted_in, year, {"unknown": unknown, "allocated": allocated}, proposal)
    if faults:
        raise together(faults)
    found = [_found(one, counted_in, year, tuple(proposal)) for one in known]
    for policy, name in ((unknown, "unknown"), (allocated, "allocated")):
        open_ = [one.reference for one, what in zip(known, found, strict=True) if _policy_of(what) == name]
        if policy == "refuse" and open_:
            many = plural(len(open_), "scheme is", "schemes are")
            message = f"{many} refused, whose status is {name} or may be out of date."
            faults.append(InvalidParameter(message, units=open_, remedy=_FIND_OUT[name]))
    if faults:
        raise together(faults)
    policies = {"unknown": unknown, "allocated": allocated}
    counted = np.array(
        [policies[_policy_of(what)] == "include" if what.counted is None else what.counted for what in found]
    )
    share = np.array([_share(one, counted_in.year, year) for one in known]) * counted
    reasons = [_reason(one, what, policies, year) for one, what in zip(known, found, strict=True)]
    ends = np.array([one.net for one in known])
    frame = pd.DataFrame(
        {
            "reference": [one.reference for one in known],
            "name": pd.Series([one.name for one in known], dtype=object),
            "status": [one.status for one in known],
            "as_of": pd.Series([one.as_of for one in known], dtype=object),
            "role": [what.role for what in found],
            "counted": counted,
            "reason": reasons,
            "share": share,
            # A scheme that is not counted adds no homes, also where nobody knows how many it has.
            "homes_low": np.where(counted, ends[:, 0] * share, 0.0),
            "homes_high": np.where(counted, ends[:, 1] * share, 0.0),
        }
    )
    frame["year"] = year
    lost = [one.reference for one, yes in zip(known, counted, strict=True) if yes and np.isnan(one.net[0])]
    frame["note"] = (
        f"{plural(len(lost), 'scheme')} counted without a number of homes: {', '.join(lost)}." if lost else None
    )
    table = recalling.tabled(known)
    frame["source"], frame["version"] = fingerprint(table)[:12], __version__
    arguments = {
        "census": census, "year": year, "unknown": unknown, "allocated": allocated, "proposal": list(proposal),
    }  # fmt: skip
    return remember(frame, Call("scenarios.without", {"schemes": table}, arguments))


def census_day(census: int | str) -> dt.date:
    """Return the day of the counts, of a year its last.

    Raises
    ------
    InvalidParameter
        It is neither a date nor a year.
    """
    try:
        if isinstance(census, str) and not census.isdigit():
            return dt.date.fromisoformat(census)
        return dt.date(int(census), 12, 31)
    except (TypeError, ValueError) as error:
        message = f"census is a date such as '2021-03-21' or a year, not {census!r}."
        raise InvalidParameter(message) from error


def _asked(
    schemes: tuple[Scheme, ...], census: dt.date, year: int, policies: dict[str, str], proposal: Sequence[str]
) -> list[PlacemixError]:
    faults: list[PlacemixError] = []
    for name, policy in policies.items():
        if policy not in _POLICIES:
            message = f"{name} is 'exclude', 'include' or 'refuse', not {policy!r}."
            faults.append(InvalidParameter(message, remedy=did_you_mean(policy, _POLICIES)))
    whole = isinstance(year, int | np.integer) and not isinstance(year, bool)
    if not whole:
        faults.append(InvalidParameter(f"year is a whole year, not {year!r}.", remedy="Write 2030."))
    elif year < census.year:
        message = f"The year {year} is before the census of {census.year}."
        faults.append(InvalidParameter(message, remedy="Compare in a later year."))
    names = [one.reference for one in schemes]
    lost = [name for name in proposal if name not in names]
    if lost:
        message = "The proposal is not among the schemes."
        faults.append(UnmatchedUnit(message, units=lost, remedy=did_you_mean(lost[0], names)))
    return faults


def _found(one: Scheme, census: dt.date, year: int, proposal: tuple[str, ...]) -> _Found:
    years = sorted(int(when) for when in one.phasing.index)
    when = "" if years else f", without a year: taken to be complete by {year}"
    when += "" if one.as_of else ", as of no stated date"
    since = "" if one.as_of is None else f" as of {one.as_of}"
    done, last = one.status == "completed", years[-1] if years else None
    stale = one.as_of is not None and one.as_of < census.isoformat()
    told = f"{one.status} as of {one.as_of}, before the census: it may be built and counted since"
    building = one.status == "under construction"
    cases: tuple[tuple[bool, tuple[str, bool | None, str]], ...] = (
        (one.reference in proposal, ("proposal", False, "it is what is compared")),
        (done and last is None, ("unknown", None, "completed in a year that is not known, perhaps before the census")),
        (done and (last or 0) <= census.year, ("completed before", False, "its people are in the counts")),
        (done, ("completed since", True, "completed after the census")),
        (one.status == "unknown", ("unknown", None, "its status is not known")),
        (one.status == "proposed", ("proposed", False, f"nobody was committed to it{since}")),
        (stale, ("unknown", None, told)),
        (one.status == "allocated", ("allocated", None, f"allocated without permission{when}")),
    )
    otherwise = ("under construction" if building else "committed", True, f"{one.status}{when}")
    return _Found(*next((what for holds, what in cases if holds), otherwise))


def _policy_of(what: _Found) -> str:
    return "" if what.counted is not None else "allocated" if what.role == "allocated" else "unknown"


def _reason(one: Scheme, what: _Found, policies: dict[str, Policy], year: int) -> str:
    if what.counted is not None:
        return what.reason
    policy = policies[_policy_of(what)]
    # Which year a scheme without one is taken for matters where it is counted, and some reasons say it already.
    undated = policy == "include" and not len(one.phasing) and what.role == "unknown" and one.status != "completed"
    return f"{what.reason}: {policy}d{f', and taken to be complete by {year}' if undated else ''}"


def _share(one: Scheme, census: int, year: int) -> float:
    """Share of the homes that come after the census and until the end of the year."""
    if not len(one.phasing):
        return float(year > census)
    if one.phasing.index.min() > census and one.phasing.index.max() <= year:
        return 1.0
    inside = (one.phasing.index > census) & (one.phasing.index <= year)
    return float(one.phasing[inside].sum())
