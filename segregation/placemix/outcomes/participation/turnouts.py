"""Turnout of a group beside everyone else's: how much of the gap is registration, and how much voting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix._version import __version__
from placemix.carried import fingerprint
from placemix.errors import (
    DuplicateUnit,
    InvalidCounts,
    NotNumbers,
    PlacemixError,
    UnknownColumn,
    UnknownGroup,
    did_you_mean,
    listed,
    together,
)
from placemix.indices._parts import ratio
from placemix.results import Call, Result, first_reason, remember

_NUMBERS = ("adults", "registered", "voted")


def turnout_gaps(
    table: pd.DataFrame,
    *,
    self_report: bool,
    focal: str | Sequence[str] | None = None,
    everyone: str | None = None,
) -> Result:
    """Compare each group's turnout with everyone else's, and divide the gap between registration and voting.

    Of all adults, turnout is the share registered × the share of those registered who vote. The logarithm of a ratio of
    such products is the sum of two logarithms.

    Parameters
    ----------
    table
        One row for each group: `group`, `adults` (who may register), `registered`, `voted`.
    self_report
        Whether people were asked if they voted, rather than marked registers counted. More people say so than do.
    focal
        Group or groups. Default: each.
    everyone
        Name of the row of everyone, if there is one: the rest is that row less the group. Otherwise the rest are all
        other rows.

    Returns
    -------
    result
        One row for each group. Columns: `group`; `adults`, `registered`, `voted`; `registration` (of adults),
        `turnout_registered`, `turnout` (of adults), and the same of the rest, `…_rest`; `gap` (turnout less that of the
        rest; 0.1 is ten percentage points) and its parts `gap_registration` and `gap_voting`; `ratio`, `odds_ratio`;
        `log_ratio` and its parts `log_registration` and `log_voting`; `gap_whole` (against everyone, the group among
        them); `self_report`; `reason` (why a ratio is missing), `note`, `interval_method`, `source`, `version`.

    Raises
    ------
    UnknownColumn, NotNumbers, InvalidCounts, DuplicateUnit, UnknownGroup
        The table has faults, or there is no such group; all are listed.

    Notes
    -----
    The parts of the gap in points are Kitagawa's: the change of one rate, weighted by the mean of the other. Both pairs
    of parts sum up exactly. They divide a number; they do not say what would happen if registration alone were changed.

    References
    ----------
    Kitagawa 1955, Journal of the American Statistical Association 50(272), 1168-1194.

    Examples
    --------
    Half of group x is registered and 60 % of those vote; of the others 80 % and 75 %:

    >>> import pandas as pd, placemix as pm
    >>> table = pd.DataFrame(
    ...     {"group": ["x", "rest"], "adults": [100, 900], "registered": [50, 720], "voted": [30, 540]}
    ... )
    >>> found = pm.outcomes.turnout_gaps(table, self_report=False, focal="x")
    >>> found[["turnout", "turnout_rest", "gap", "gap_registration", "gap_voting"]].round(4)
       turnout  turnout_rest  gap  gap_registration  gap_voting
    0      0.3           0.6 -0.3           -0.2025     -0.0975
    >>> found[["ratio", "log_ratio", "log_registration", "log_voting"]].round(3)
       ratio  log_ratio  log_registration  log_voting
    0    0.5     -0.693             -0.47      -0.223
    """
    names, counted = _read(table)
    wanted = [focal] if isinstance(focal, str) else [name for name in names if name != everyone]
    wanted = list(focal) if focal is not None and not isinstance(focal, str) else wanted
    _known(names, [*wanted, *([] if everyone is None else [everyone])])
    place = [names.index(name) for name in wanted]
    ours = counted[place]
    whole = counted.sum(axis=0) if everyone is None else counted[names.index(everyone)]
    rest = whole - ours
    _left(wanted, rest, everyone)
    mine, theirs, all_ = (_rates(values) for values in (ours, rest, np.broadcast_to(whole, ours.shape)))
    nobody, silent = (ours[:, 0] == 0) | (rest[:, 0] == 0), (ours[:, 2] == 0) | (rest[:, 2] == 0)
    steps = np.log(ratio(mine[:, :2], theirs[:, :2]), where=~silent[:, np.newaxis], out=np.full((len(ours), 2), np.nan))
    change, middle = mine[:, :2] - theirs[:, :2], (mine[:, :2] + theirs[:, :2]) / 2
    frame = pd.DataFrame({"group": np.array(wanted, dtype=object)})
    for at, name in enumerate(_NUMBERS):
        frame[name] = ours[:, at]
    for end, values in (("", mine), ("_rest", theirs)):
        for at, name in enumerate(("registration", "turnout_registered", "turnout")):
            frame[f"{name}{end}"] = values[:, at]
    frame["gap"] = mine[:, 2] - theirs[:, 2]
    frame["gap_registration"] = change[:, 0] * middle[:, 1]
    frame["gap_voting"] = change[:, 1] * middle[:, 0]
    frame["ratio"] = ratio(mine[:, 2], theirs[:, 2])
    frame["odds_ratio"] = ratio(mine[:, 2] * (1 - theirs[:, 2]), theirs[:, 2] * (1 - mine[:, 2]))
    frame["log_ratio"] = steps.sum(axis=1)
    frame["log_registration"], frame["log_voting"] = steps[:, 0], steps[:, 1]
    frame["gap_whole"] = mine[:, 2] - all_[:, 2]
    frame["self_report"] = bool(self_report)
    frame["reason"] = first_reason({"no_people": nobody, "nobody_voted": silent, "everyone_voted": mine[:, 2] == 1})
    over = [name for name, row in zip(names, counted, strict=True) if row[1] > row[0]]
    said = ["Turnout is what people said; more say that they voted than did."] if self_report else []
    said += [f"More are registered than there are adults: {listed(over)}."] if over else []
    frame["note"] = " ".join(said) or None
    frame["interval_method"] = "none:survey_without_design" if self_report else "none:complete_count"
    kept = pd.DataFrame({"group": names} | {name: counted[:, at] for at, name in enumerate(_NUMBERS)})
    frame["source"], frame["version"] = fingerprint(kept)[:12], __version__
    arguments = {"self_report": bool(self_report), "focal": wanted, "everyone": everyone}
    result = remember(frame, Call("outcomes.turnout_gaps", {"table": kept}, arguments))
    result.attrs["cites"] = ("kitagawa_1955",)
    return result


def _rates(values: FloatArray) -> FloatArray:
    """Registered of adults, voted of those registered, voted of adults."""
    return np.column_stack(
        [ratio(values[:, 1], values[:, 0]), ratio(values[:, 2], values[:, 1]), ratio(values[:, 2], values[:, 0])]
    )


def _read(table: pd.DataFrame) -> tuple[list[str], FloatArray]:
    faults: list[PlacemixError] = []
    absent = [name for name in ("group", *_NUMBERS) if name not in table.columns]
    if absent:
        hints = " ".join(filter(None, (did_you_mean(name, table.columns) for name in absent)))
        message = f"The table has no column {listed([repr(name) for name in absent])}."
        raise UnknownColumn(message, remedy=hints or f"It has {listed(list(table.columns), shown=20)}.")
    names = [str(name) for name in table["group"]]
    numbers = table[list(_NUMBERS)].apply(pd.to_numeric, errors="coerce")
    values = numbers.to_numpy(dtype=np.float64)
    unknown = np.isnan(values) & table[list(_NUMBERS)].notna().to_numpy()
    if unknown.any():
        at = [name for name, row in zip(names, unknown, strict=True) if row.any()]
        faults.append(NotNumbers("Some counts are text.", units=at, remedy="Give numbers; hidden ones cannot be used."))
    tests = {
        "missing, below 0 or infinite": ~(np.isfinite(values) & (values >= 0)).all(axis=1) & ~unknown.any(axis=1),
        "more voters than people registered": values[:, 2] > values[:, 1],
    }
    for what, wrong in tests.items():
        if wrong.any():
            at = [name for name, bad in zip(names, wrong, strict=True) if bad]
            faults.append(
                InvalidCounts(f"Groups have counts that are wrong: {what}.", units=at, remedy="Mend the table.")
            )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        faults.append(DuplicateUnit("A group has several rows.", units=twice, remedy="Sum them, or compare one place."))
    if len(names) < 2:
        faults.append(InvalidCounts("There is nobody to compare with.", remedy="Give a row for the others too."))
    if faults:
        raise together(faults)
    return names, values


def _known(names: list[str], wanted: Sequence[str]) -> None:
    odd = [name for name in wanted if name not in names]
    if odd:
        message = f"There is no group {odd[0]!r}; the groups are {listed(names, shown=20)}."
        raise UnknownGroup(message, remedy=did_you_mean(odd[0], names))


def _left(wanted: list[str], rest: FloatArray, everyone: str | None) -> None:
    wrong = (rest < 0).any(axis=1) | (rest[:, 2] > rest[:, 1])
    if wrong.any():
        at = [name for name, bad in zip(wanted, wrong, strict=True) if bad]
        message = f"{everyone!r} is less than a group in it, or leaves more voters than people registered."
        raise InvalidCounts(message, units=at, remedy="Check that all rows are of one election and one place.")
