"""Between and after censuses: estimates by a series, with the error they had before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.counts import Counts, checked, group_text
from placemix.errors import InvalidParameter, VintageMismatch, listed, plural
from placemix.harmonise.dates.nowcasts import ERRORS, Backcast, Method, Nowcast, Series, told
from placemix.harmonise.dates.periods import period, when
from placemix.harmonise.dates.projecting import composition, fitted, pooled, replaced, tilted
from placemix.harmonise.dates.spans import Period
from placemix.harmonise.dates.tasks import Task, members_of, people_of

#: Members of the series that every unit borrows from the whole area's change.
BORROW = 300.0
#: Years that may lie between the series and the date estimated.
TOLERANCE = 2.0


def nowcast(
    counts: Counts,
    series: Series,
    *,
    at: str | Period,
    method: Method,
    totals: Series | None = None,
    weight: float | Mapping[str, float] | None = None,
    borrow: float = BORROW,
    tolerance: float = TOLERANCE,
    backcast: Backcast | None = None,
) -> Nowcast:
    """Estimate counts after a census from a series that goes on: schools, doctors' lists, mid-year totals.

    Parameters
    ----------
    counts
        The last count, whose `about.period` says when.
    series
        For ``"totals"``: people by unit id at the date, such as mid-year estimates; or by period at
        both dates, such as doctors' lists, of which only the ratio is used. For ``"cohort"``: Counts
        of the same groups at the date, such as pupils by where they live or learn. For ``"share"``:
        such Counts by period, at both dates.
    at
        Date to estimate, after the count.
    method
        ``"totals"``: units get the series' people, composition stays.
        ``"cohort"``: a share w of the people is replaced by others who are composed as the series
        is, p = (1 - w) p_before + w q.
        ``"share"``: p ∝ p_before (q_now / q_then)^w.
    totals
        With ``"cohort"`` and ``"share"``: people by unit id, as for ``"totals"``. Default: units keep
        theirs.
    weight
        w, for all groups or by group. Default for ``"cohort"``: fitted on the back-cast, and adjusted
        to the number of years; for ``"share"``: 1.
    borrow
        How many members of the series every unit borrows from the change of the whole area.
    tolerance
        Years that may lie between the series and the date; of two series or totals, between the earlier
        and the count too.
    backcast
        Where the truth is known: the error of the method there, fitted without the units it is held
        against.

    Returns
    -------
    nowcast
        Counts of the same units and groups, with the error by group and every assumption.

    Raises
    ------
    InvalidParameter
        The date is not after the count; the method lacks what it needs.
    DenominatorMismatch
        The series has other groups, records another variable, or is too far from the date.
    UnmatchedUnit
        The series has none of the units, or people are missing for some.
    VintageMismatch
        The back-cast's two counts do not have the same units and groups.

    Notes
    -----
    A nowcast is no count: `about.estimated` is set, `about.period` says so, and results carry both.
    Its error is that of the back-cast, over its own years and places; nothing says that the next
    years are like them. People are fractions, because rounding would invent where they live.

    Examples
    --------
    >>> import pandas as pd, placemix as pm
    >>> def read(x, y, when): return pm.from_wide(pd.DataFrame({"id": list("ab"), "x": x, "y": y}),
    ...                                           groups=["x", "y"], unit="id", about={"period": when})
    >>> census, schools = read([20, 10], [80, 90], "census day 2021"), read([60, 30], [40, 70], "2023/24")
    >>> made = nowcast(census, schools, at="mid-2024", method="cohort", weight=0.25, borrow=0)
    >>> made.counts, made.counts.values.tolist()
    (<Counts (estimated): 200 people, 2 units, 2 groups: x, y>, [[30.0, 70.0], [15.0, 85.0]])
    """
    counts, date = checked(counts), period(at)
    if method not in get_args(Method):
        message = f"method is one of {', '.join(map(repr, get_args(Method)))}, not {method!r}."
        raise InvalidParameter(message)
    if not 0 <= borrow < np.inf:
        message = f"borrow is a number of members from 0, not {borrow!r}."
        raise InvalidParameter(message)
    start = when(counts, "table")
    if not date.middle > start.middle:
        message = f"{date.text} is not after {start.text}."
        raise InvalidParameter(message, remedy="Between two counts use interpolate_between.")
    task = Task(counts, series, totals, date, method, borrow, tolerance)
    assumptions = [f"Estimated for {date.text} from {start.text} by {method}: nobody was counted then."]
    if backcast is not None:
        fit, error, said = _held_against(backcast, task, weight)
    else:
        fit, error, said = None, pd.DataFrame(columns=list(ERRORS)), ["Its error is not known: no back-cast was given."]
    weights, how = _weights(task, weight, fit, date.middle - start.middle)
    values, total, notes = _estimated(task, weights)
    assumptions += [*how, *notes, *said]
    about = counts.about.noting(*assumptions, *told(error), period=f"nowcast {date.text}", estimated=True)
    made = replace(counts, values=values, total=total, low=None, high=None, error=None, about=about)
    names = [group_text(name) for name in counts.groups]
    return Nowcast(made, error, method, pd.Series(weights, index=names, name="weight"), tuple(assumptions))


@dataclass(frozen=True, slots=True)
class _Fit:
    """Weights found on a back-cast, and the years they stand for."""

    weights: FloatArray
    years: float


def _weights(
    task: Task, given: float | Mapping[str, float] | None, fit: _Fit | None, years: float
) -> tuple[FloatArray, list[str]]:
    """Weight of the series for each group, and how it was found."""
    names = [group_text(name) for name in task.counts.groups]
    if task.method == "totals":
        return np.zeros(len(names)), []
    if given is not None:
        weights = _as_array(given, names)
        return weights, [f"Weight of the series as given: {_listed(names, weights)}."]
    if task.method == "share":
        return np.ones(len(names)), ["Groups move in the ratio in which the series moved."]
    if fit is None:
        message = "How many people were replaced by others is not known."
        remedy = "Give a back-cast to fit it on: backcast=Backcast(before, after, series); or say it with weight=."
        raise InvalidParameter(message, remedy=remedy)
    weights = 1 - (1 - fit.weights) ** (years / fit.years)
    told = f"Share of people replaced, fitted on the back-cast ({fit.years:.0f} years) and brought to {years:.1f}: "
    return weights, [f"{told}{_listed(names, weights)}."]


def _as_array(given: float | Mapping[str, float], names: list[str]) -> FloatArray:
    weights = [given[name] for name in names] if isinstance(given, Mapping) and set(names) <= set(given) else given
    if isinstance(weights, Mapping):
        message = f"weight lacks {listed([name for name in names if name not in weights])}."
        raise InvalidParameter(message, remedy="Give one for every group, or one number for all.")
    found = np.broadcast_to(np.asarray(weights, dtype=np.float64), (len(names),)).copy()
    if not ((found >= 0) & (found <= 1)).all():
        message = f"weight is between 0 and 1, not {given}."
        raise InvalidParameter(message)
    return found


def _estimated(task: Task, weights: FloatArray) -> tuple[FloatArray, FloatArray, list[str]]:
    """People of each group and everyone at the date, shapes (units, groups) and (units,), and what to say."""
    counts = task.counts
    shares, notes = _composed(task, weights)
    source = task.series if task.method == "totals" else task.totals
    total, said = (counts.total, ["Units keep their number of people."]) if source is None else people_of(task, source)
    grouped = np.divide(counts.values.sum(axis=1), counts.total, out=np.ones(len(counts)), where=counts.total > 0)
    new = int(((shares.sum(axis=1) <= 0) & (total > 0)).sum())
    if new:
        said.append(f"{plural(new, 'unit was', 'units were')} empty when counted: their people are in no group.")
    return shares * (total * grouped)[:, np.newaxis], total, [*notes, *said]


def _composed(task: Task, weights: FloatArray) -> tuple[FloatArray, list[str]]:
    """Composition at the date, shape (units, groups)."""
    counts = task.counts
    before = composition(counts.values)
    if task.method == "totals":
        return before, ["The composition of every unit stays as it was counted."]
    dates, notes = members_of(task)
    now = pooled(dates[-1], counts.values, task.borrow)
    if task.method == "cohort":
        return replaced(before, now, weights), notes
    # Both dates borrow alike, so that a series that did not change moves nobody.
    then = composition(dates[0] + task.borrow * composition(dates[0].sum(axis=0, keepdims=True)))
    now = composition(dates[1] + task.borrow * composition(dates[1].sum(axis=0, keepdims=True)))
    return tilted(before, then, now, weights), notes


def _held_against(
    backcast: Backcast, task: Task, weight: float | Mapping[str, float] | None
) -> tuple[_Fit | None, pd.DataFrame, list[str]]:
    """Weights and errors where the truth is known."""
    before, after = checked(backcast.before), checked(backcast.after)
    first, last = when(before, "earlier table of the back-cast"), when(after, "later table of the back-cast")
    odd = before.units.symmetric_difference(after.units)
    if len(odd) or set(before.groups) != set(after.groups) or set(before.groups) != set(task.counts.groups):
        message = "The two counts of the back-cast, and the table, do not have the same groups, or not the same units."
        remedy = "Bring the two to common areas, and all three to one classification."
        raise VintageMismatch(message, units=odd, remedy=remedy)
    past = Task(before, backcast.series, backcast.totals, last, task.method, task.borrow, task.tolerance)
    after = after.take(after.units.get_indexer(before.units))
    columns = [after.groups.index(name) for name in before.groups]
    truth = replace(after, values=after.values[:, columns], groups=before.groups)
    fit, told = None, []
    if task.method == "cohort" and weight is None:
        folds = np.arange(len(before))
        if backcast.hold_out is not None:
            labels = before.arranged(backcast.hold_out)
            folds[labels.order] = np.repeat(np.arange(len(labels)), np.diff(labels.bounds))
        members, notes = members_of(past)
        arriving = pooled(members[-1], before.values, task.borrow)
        sums = before.values.sum(axis=1)
        found = fitted(composition(before.values), arriving, composition(truth.values), sums, folds)
        order = [before.groups.index(name) for name in task.counts.groups]
        fit = _Fit(found.overall[order], last.middle - first.middle)
        values, total, notes = _estimated(past, found.held_out)
        told += [f"Back-cast: {note}" for note in notes]
        bound = [group_text(name) for name, out in zip(before.groups, found.bound, strict=True) if out]
        told += [f"The fitted weight of {listed(bound)} lay outside 0 to 1; the nearer end is used."] if bound else []
    else:
        values, total, notes = _estimated(past, _weights(past, weight, None, 1.0)[0])
        told += [f"Back-cast: {note}" for note in notes]
    held = f"each {backcast.hold_out}" if backcast.hold_out else "each unit"
    apart = f", weights fitted without {held} in turn" if fit else ""
    told.append(f"Its error is that of a back-cast from {first.text} to {last.text}{apart}; other years may differ.")
    return fit, _errors(before, truth, values, total), told


def _errors(before: Counts, truth: Counts, made: FloatArray, total: FloatArray) -> pd.DataFrame:
    """Errors of the shares and of the people by group, over units with people at both dates."""
    there = (truth.values.sum(axis=1) > 0) & (before.values.sum(axis=1) > 0)
    real = composition(truth.values)[there]
    off, still = composition(made)[there] - real, composition(before.values)[there] - real
    people, same = ((table - truth.values)[there] for table in (made, before.values))
    everyone, nobody_new = ((table - truth.total)[there] for table in (total, before.total))
    blank = [np.nan]
    frame = pd.DataFrame(
        {
            "group": [*(group_text(name) for name in before.groups), "everyone"],
            "units": int(there.sum()),
            "share_error": [*np.abs(off).mean(axis=0), *blank],
            "lowest": [*off.min(axis=0), *blank],
            "highest": [*off.max(axis=0), *blank],
            "no_change": [*np.abs(still).mean(axis=0), *blank],
            "people_error": [*np.abs(people).mean(axis=0), np.abs(everyone).mean()],
            "people_no_change": [*np.abs(same).mean(axis=0), np.abs(nobody_new).mean()],
        }
    )
    # Digits that arithmetic leaves are no improvement.
    frame["better"] = frame["share_error"] < frame["no_change"] * (1 - 1e-9)
    frame["people_better"] = frame["people_error"] < frame["people_no_change"] * (1 - 1e-9)
    return frame[list(ERRORS)]


def _listed(names: list[str], weights: FloatArray) -> str:
    return ", ".join(f"{name} {value:.2f}" for name, value in zip(names, weights, strict=True))
