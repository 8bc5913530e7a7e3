"""How long until a group's share of posts meets a target, and how many recruits that would take."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.errors import InvalidParameter, PlacemixError, together
from placemix.outcomes.seats.flows import Stock
from placemix.results import Call, Result, remember

#: A share, or one for each year from now, such as ``{0: 0.07, 10: 0.09}``, in straight lines between them.
Target: TypeAlias = float | Mapping[float, float] | pd.Series
#: By how much the turnover of the other rows is lower and higher.
STEP = 0.01


def time_to_parity(
    now: float, target: Target, turnover: float, recruited: float, *, exit_gap: float = 0.0, step: float = STEP
) -> Result:
    """Say in how many years a group's share of posts meets a target, at given turnover and recruitment.

    Each year a share λ of all posts is left and filled again, by recruits of whom the group is a share q:
    p' = p + λ (q − p − d).

    Parameters
    ----------
    now
        Share of the group in the posts, p₀.
    target
        Share to be met, π. A target that moves is given by years from now, ``{0: 0.07, 10: 0.09}``.
    turnover
        Share of all posts that are left and filled again in a year, λ: from 0 and below 1.
    recruited
        Share of the group among those who join, q.
    exit_gap
        Share of the group among those who leave, less its share of the posts, d; held constant.
    step
        By how much turnover is lower and higher in the second and third row.

    Returns
    -------
    result
        Three rows: as given, with lower, and with higher turnover. Columns: `case`, `now`, `target` (when it is met;
        else the last one), `turnover`, `recruited`, `exit_gap`; `years` (∞ if never, 0 if the target is met now);
        `first_year` (by how much the share changes in the first year), `limit` (what it tends to); `reason` (why there
        is no number of years), `note`, `sentence`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        A share is out of range, or the years of a target do not rise from 0. All faults are listed.

    Notes
    -----
    Shares do not move in a straight line: the nearer the stock is to its recruits, the less a year changes. T = ln((q −
    p₀)/(q − π)) / −ln(1 − λ), which in whole years is what the recursion gives; it is ∞ where q − d is not above π,
    whatever the turnover. This is arithmetic of flows: whether recruitment is fair it does not say.

    Examples
    --------
    3.5 % now, 7 % as the target, 5 % of posts filled each year: the 17 years once printed need 9.5 % of recruits.

    >>> import placemix as pm
    >>> pm.outcomes.time_to_parity(0.035, 0.07, 0.05, 0.0951499)[["case", "turnover", "years"]].round(2)
                  case  turnover  years
    0         as given      0.05  17.00
    1   lower turnover      0.04  21.36
    2  higher turnover      0.06  14.09
    >>> pm.outcomes.time_to_parity(0.035, 0.07, 0.05, 0.07)["years"].tolist()
    [inf, inf, inf]
    """
    faults: list[PlacemixError] = []
    _shares(faults, now=now, recruited=recruited)
    moving = _target(target, faults)
    _rest(faults, now, turnover, exit_gap, step)
    if not faults and not 0 <= recruited - exit_gap <= 1:
        message = f"With these recruits and leavers the share would tend to {recruited - exit_gap:g}."
        faults.append(InvalidParameter(message, remedy="Give an exit_gap that can last."))
    if faults:
        raise together(faults)

    def row(rate: float) -> dict[str, Any]:
        stock = Stock(now, rate, recruited, exit_gap)
        if isinstance(target, Mapping | pd.Series):
            found = stock.first_meeting(*moving)
        else:
            found = stock.years_to(float(target))
        met = float(np.interp(moving[0][-1] if math.isnan(found) else found, *moving))
        return {
            "now": now,
            "target": met,
            "turnover": rate,
            "recruited": recruited,
            "exit_gap": exit_gap,
            "years": found,
            "first_year": rate * (stock.limit - now),
            "limit": stock.limit if rate else now,
            "reason": _why(found, stock, met),
        }

    empty = {"now": now, "target": math.nan, "recruited": recruited, "exit_gap": exit_gap, "years": math.nan}
    arguments = {"recruited": recruited, "exit_gap": exit_gap}
    return _three("time_to_parity", row, empty, now, turnover, step, target, arguments)


def recruitment_for_parity(
    now: float, target: Target, turnover: float, years: float, *, exit_gap: float = 0.0, step: float = STEP
) -> Result:
    """Say which share of recruits would bring a group's share of posts to a target within given years.

    Parameters
    ----------
    now, target, turnover, exit_gap, step
        As in `time_to_parity`. Of a target that moves the one at the end of these years counts.
    years
        In how many years, above 0.

    Returns
    -------
    result
        Three rows, as in `time_to_parity`. Columns: `case`, `now`, `target`, `turnover`, `exit_gap`, `years`;
        `recruited` (the share among all recruits of these years; above 1 and below 0 where no recruitment does it),
        `reason`, `note`, `sentence`, `source`, `version`.

    Raises
    ------
    InvalidParameter
        An argument is out of range, or a target that moves ends before these years. All faults are listed.

    Examples
    --------
    >>> import placemix as pm
    >>> pm.outcomes.recruitment_for_parity(0.035, 0.07, 0.05, 17)["recruited"].round(5).tolist()
    [0.09515, 0.10494, 0.08879]
    """
    faults: list[PlacemixError] = []
    _shares(faults, now=now)
    moving = _target(target, faults)
    _rest(faults, now, turnover, exit_gap, step)
    if not _number(years) or not 0 < years < math.inf:
        faults.append(InvalidParameter(f"years is a number above 0, not {years!r}."))
    elif isinstance(target, Mapping | pd.Series) and not faults and years > moving[0][-1]:
        message = f"The target is given for {moving[0][-1]:g} years, and {years:g} are asked about."
        faults.append(InvalidParameter(message, remedy="Give the target of that year too; none is assumed."))
    if faults:
        raise together(faults)
    aim = float(np.interp(years, *moving))

    def row(rate: float) -> dict[str, Any]:
        kept = (1 - rate) ** years
        needed = (aim - now * kept) / (1 - kept) + exit_gap if rate else math.nan
        why = (
            "nobody_leaves"
            if not rate
            else "more_than_all_recruits"
            if needed > 1
            else "met_without_recruits"
            if needed < 0
            else None
        )
        return {
            "now": now,
            "target": aim,
            "turnover": rate,
            "exit_gap": exit_gap,
            "years": years,
            "recruited": needed,
            "reason": why,
        }

    empty = {"now": now, "target": aim, "exit_gap": exit_gap, "years": years, "recruited": math.nan}
    arguments = {"years": years, "exit_gap": exit_gap}
    return _three("recruitment_for_parity", row, empty, now, turnover, step, target, arguments)


def _three(
    verb: str,
    row: Callable[[float], dict[str, Any]],
    empty: dict[str, Any],
    now: float,
    turnover: float,
    step: float,
    target: Target,
    arguments: dict[str, Any],
) -> Result:
    """Rows of turnover as given, lower and higher."""
    rows = []
    for case, rate in (
        ("as given", turnover),
        ("lower turnover", round(turnover - step, 12)),
        ("higher turnover", round(turnover + step, 12)),
    ):
        fine = 0 <= rate < 1
        values = row(rate) if fine else {**empty, "turnover": rate, "reason": "turnover_out_of_range"}
        rows.append({"case": case, **values})
    frame = pd.DataFrame(rows)
    frame["note"] = (
        "Turnover and the mix of recruits and leavers are taken to stay as they are; the target is as given."
    )
    frame["sentence"] = [_sentence(row) for row in frame.to_dict("records")]
    moves = isinstance(target, Mapping | pd.Series)
    given = pd.Series(target, dtype=np.float64, name="target") if moves else pd.Series([target], name="target")
    frame["source"], frame["version"] = fingerprint(given)[:12], __version__
    inputs = {"target": given} if moves else {}
    plain = arguments | {"now": now, "turnover": turnover, "step": step} | ({} if moves else {"target": target})
    return remember(frame, Call(f"outcomes.{verb}", inputs, plain))


def _why(found: float, stock: Stock, target: float) -> str | None:
    if math.isnan(found):
        return "not_within_years_given"
    if found == 0:
        return "target_met_now"
    if found < math.inf:
        return None
    return "nobody_leaves" if stock.turnover == 0 else "recruits_not_above_target" if stock.limit <= target else None


def _number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _shares(faults: list[PlacemixError], **given: object) -> None:
    for name, value in given.items():
        if not _number(value) or not 0 <= float(value) <= 1:  # type: ignore[arg-type]
            faults.append(
                InvalidParameter(f"{name} is a share from 0 to 1, not {value!r}.", remedy="Write 7 % as 0.07.")
            )


def _rest(faults: list[PlacemixError], now: object, turnover: object, exit_gap: object, step: object) -> None:
    if not _number(turnover) or not 0 <= float(turnover) < 1:  # type: ignore[arg-type]
        message = f"turnover is a share of all posts from 0 and below 1, not {turnover!r}."
        faults.append(InvalidParameter(message, remedy="Write 5 % a year as 0.05."))
    if not _number(step) or not 0 < float(step) < 1:  # type: ignore[arg-type]
        faults.append(InvalidParameter(f"step lies above 0 and below 1, not at {step!r}."))
    fine = _number(exit_gap) and _number(now)
    if not fine or not 0 <= float(now) + float(exit_gap) <= 1:  # type: ignore[arg-type]
        message = f"exit_gap is {exit_gap!r}: the group's share among leavers less its share of the posts."
        faults.append(InvalidParameter(message, remedy="Together with now it lies from 0 to 1."))


def _target(target: Target, faults: list[PlacemixError]) -> tuple[FloatArray, FloatArray]:
    """Years and shares of the target; a constant one is a line without an end."""
    if not isinstance(target, Mapping | pd.Series):
        _shares(faults, target=target)
        return np.array([0.0]), np.array([math.nan if not _number(target) else float(target)])
    pairs = [(year, share) for year, share in target.items()]
    years = np.array([_real(year) for year, _ in pairs])
    shares = np.array([_real(share) for _, share in pairs])
    if len(pairs) < 2 or years[0] != 0 or not (np.diff(years) > 0).all():
        message = "A target that moves is given by years from now, at least two, which begin with 0 and rise."
        faults.append(InvalidParameter(message, remedy="Write {0: 0.07, 10: 0.09}."))
    if not ((shares >= 0) & (shares <= 1)).all():
        message = "A target is a share from 0 to 1 in every year."
        faults.append(InvalidParameter(message, remedy="Write 7 % as 0.07."))
    return years, shares


def _real(value: object) -> float:
    """A number, of texts too: in a saved result years are texts."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return math.nan


def _sentence(row: Mapping[str, Any]) -> str:
    lead = f"At a turnover of {_percent(row['turnover'])} a year"
    years, needed = row["years"], row["recruited"]
    if row["reason"] == "turnover_out_of_range":
        return f"{lead} nothing can be said."
    if row["reason"] == "target_met_now":
        return f"The target of {_percent(row['target'])} is met now."
    if math.isnan(needed):
        return f"{lead} no recruitment changes anything."
    who = f"{lead} with {_percent(needed)} of recruits"
    if math.isnan(years):
        return f"{who} the target is not met within the years it is given for."
    if years == math.inf:
        return f"{who} the target of {_percent(row['target'])} is never met."
    impossible = ", which no recruitment is" if row["reason"] else ""
    way = f"the share goes from {_percent(row['now'])} to {_percent(row['target'])}"
    return f"{who}{impossible}, {way} in {years:.3g} {'year' if years == 1 else 'years'}."


def _percent(share: float) -> str:
    return f"{100 * share:,.2f}".rstrip("0").rstrip(".") + " %"
