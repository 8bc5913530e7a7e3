"""Groups compared in what happens to them: differences, ratios, and what intersections add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from placemix.carried import fingerprint
from placemix.errors import InvalidParameter, together
from placemix.outcomes.disparity import asking
from placemix.outcomes.disparity.cells import Keyed
from placemix.outcomes.disparity.interactions import interactions
from placemix.outcomes.disparity.keying import keyed, plain_table, used_columns
from placemix.outcomes.disparity.measures import MEASURES, Counted
from placemix.outcomes.disparity.numbers import WITHOUT, effects_of
from placemix.outcomes.disparity.pairing import Sampling, bounds_of, hidden_of, paired
from placemix.outcomes.disparity.rows import Told, rows_of
from placemix.outcomes.disparity.telling import records, sentence
from placemix.outcomes.disparity.who import REST, Axes, Who, axes_of, label
from placemix.rates import Rates
from placemix.results import Call, Result, first_reason, remember


def compare_groups(
    rates: Rates | pd.DataFrame,
    measures: str | Sequence[str] | None = None,
    *,
    focal: Who,
    against: Who = REST,
    by: str | Sequence[str] = (),
    counted: Counted | None = None,
    not_stated: str | Sequence[str] = (),
    per: float = 1000,
    level: float = 0.95,
    intervals: Mapping[str, str] | None = None,
    haldane: bool = False,
    deff: float | tuple[float, float] | None = None,
    weighted: bool = False,
    respondents: str | None = None,
    squares: str | None = None,
    least: float | None = None,
    events_classed: str | None = None,
    people_classed: str | None = None,
    dimensions: Sequence[str] = (),
    tenet: str = "equality",
    kind: str = "outcome",
) -> Result:
    """Compare what happens to a group of people with what happens to another, area by area.

    Parameters
    ----------
    rates
        `Rates`, or a table with `numerator` and `denominator` (or `rate` and `measured_in`), `group` or other columns
        of groups, and as far as it has them `indicator`, `unit`, `period`. Of groups of people, never of areas: a
        condition of places is compared by `placemix.place_gap`.
    measures
        ``"proportion"``, ``"risk_difference"``, ``"risk_ratio"``, ``"odds_ratio"`` of people; ``"rate"``,
        ``"rate_difference"``, ``"rate_ratio"`` of events. Default: difference and ratio, so that the contrast is shown
        on both scales.
    focal
        A value of column `group`, several to be taken together as a list, or an intersection: values by column, such
        as ``{"ethnic": "pakistani", "sex": "female"}``. ``"each"`` stands for every group of column `group`.
    against
        Likewise, or ``"rest"``: everyone else. It may not hold members of the focal group. The rest is the row of
        everyone less the group where there is such a row, else the sum of the other groups.
    by
        More columns that tell rows of the result apart.
    counted
        ``"people"``, or ``"events"``, of which one person may have several. Default: people, unless the rates say that
        events were counted.
    not_stated
        Names of rows of people whose group is not known; they are in no rest that is a sum.
    per
        How many people a rate of events is for.
    level
        Confidence level.
    intervals
        Names of intervals by measure, where not the default: ``{"rate_ratio": "exact_conditional_1940"}``.
    haldane
        Whether one half is added to cells where one is 0; never by itself.
    deff
        Effect of a survey's design, one number or one for each of the two groups.
    weighted
        Whether numbers are sums of weights. They have no interval without `deff`.
    respondents
        Column of the people who were asked, where the denominators are not those.
    squares
        Column of sums of squared events of each person (`event_frequencies`), for the variance of events.
    least
        Numbers of people or events from 1 to below this, or of people without the outcome, are hidden before anything
        is computed; with ``focal="each"`` also every sum that they are in. Default: 10 for intersections, else 0. Pass
        0 where the publisher has already protected the table. Two calls can give away what each hides.
    events_classed, people_classed
        How the groups of events and of people were found, such as ``"officer-defined"`` and ``"self-defined"``.
    dimensions
        Columns that tell rows of a table apart, for those that are not named elsewhere.
    tenet, kind
        What the numbers are about (``"equality"``, ``"interaction"``, ``"participation"``, ``"safety"``) and what they
        are (``"outcome"``, ``"perception"``, ``"input"``).

    Returns
    -------
    result
        One row for each indicator, unit, period, further columns of `by`, focal group and measure. Columns: these,
        then those of `outcomes.proportion`. Where the publisher hides numbers within bounds, the value is NaN and
        `lower` to `upper` hold every value that it can have (``bounds:suppressed``). An intersection of two axes has
        two more rows: ``"interaction_additive"`` (p11 − p10 − p01 + p00) and ``"interaction_multiplicative"``
        (p11 p00 / (p10 p01)), 0 and 1 where belonging to both adds or multiplies nothing beyond each alone; the group
        compared with differs on both axes then, or is everyone else.

    Raises
    ------
    OverlappingGroups
        The group compared with holds members of the focal group, as a whole does of its part.
    UnknownGroup, UnknownColumn, InvalidParameter, InvalidTable, DuplicateUnit, NotNumbers
        Groups or columns are not there, areas stand where groups should, the table has faults, or an option is out of
        range. All faults of one kind of input come in one error.

    Warns
    -----
    EventsNotPeople
        Events are counted without `squares`, so that intervals are too narrow.
    NoDesignEffect
        Numbers are weighted, or no whole numbers, and `deff` is not given.
    ClassifiedApart
        Events and people were put into groups in different ways.

    Notes
    -----
    A difference between groups says nothing about why there is one. Differences of shares are percentage points when
    multiplied by 100; a ratio of odds is no ratio of shares.

    References
    ----------
    Newcombe 1998; Katz and others 1978; Zou 2008 for interaction on the additive scale.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"group": ["x", "y", "all"], "numerator": [56, 48, 130], "denominator": [70, 80, 190]})
    >>> found = compare_groups(table, focal="x", against="y")
    >>> found[["measure", "value", "lower", "upper"]].round(4)
               measure   value   lower   upper
    0  risk_difference  0.2000  0.0524  0.3339
    1       risk_ratio  1.3333  1.0766  1.6512
    >>> print(compare_groups(table, "risk_ratio", focal="x").explain())
    80.0 % of the x group against 61.7 % of everyone else, 1.30 times the share (95 % interval 1.08 to 1.56).
    """
    by = [by] if isinstance(by, str) else list(by)
    unknown = [not_stated] if isinstance(not_stated, str) else list(not_stated)
    counted = counted or asking.counted_in(rates)
    told = Told(level=level, per=per, haldane=haldane, tenet=tenet, kind=kind, intervals=dict(intervals or {}))
    faults = [*told.faults(), *asking.least_faults(least), *asking.reserved_faults(by)]
    names = asking.measures_of(measures, counted, faults)
    effects = effects_of(deff, faults)
    if squares is not None and (deff is not None or counted == "people"):
        message = "squares are of events, and widen the interval by themselves."
        faults.append(InvalidParameter(message, remedy="Leave out deff=, and pass counted='events'."))
    sides = [axes_of(who, word, faults) for word, who in (("focal", focal), ("against", against)) if who != REST]
    if faults:
        raise together(faults)
    axes = list(dict.fromkeys(name for side in sides for name in side))
    groups = asking.groups_of(plain_table(rates), focal, against, unknown)
    few = asking.least_of(least, axes)
    table = keyed(
        rates, axes=axes, by=by, dimensions=dimensions, least=few, people=counted == "people", squares=squares,
        respondents=respondents,
    )  # fmt: skip
    asking.refuse_wholes(table, groups)
    sampling = Sampling(effects=effects, weighted=weighted)
    many = len(groups) > 1
    blocks = [_block(table, part, other, names, told, sampling, unknown, several=many) for part, other in groups]
    frame = pd.concat(blocks, ignore_index=True)
    order = np.argsort(np.tile(np.arange(len(table.keys)), len(frame) // len(table.keys)), kind="stable")
    frame = frame.iloc[order].reset_index(drop=True)
    unsure = bool((frame["interval_method"] == f"none:{WITHOUT}").any())
    classed = (events_classed, people_classed)
    asking.warn(counted == "events" and squares is None, unsure=unsure, classed=classed)
    used = used_columns(rates, [*axes, *by, *dimensions, respondents, squares])
    frame["source"] = fingerprint(used)[:12]
    frame["note"] = asking.joined(frame["note"], asking.notes(table, effects, classed))
    frame["sentence"] = [sentence(row, list(table.keys.columns), per=told.per) for row in records(frame)]
    arguments = {
        "measures": list(names), "focal": asking.plain(focal), "against": asking.plain(against), "by": by,
        "counted": counted, "not_stated": unknown, "per": per, "level": level, "intervals": told.intervals,
        "haldane": haldane, "deff": list(deff) if isinstance(deff, tuple) else deff, "weighted": weighted,
        "respondents": respondents, "squares": squares, "least": few, "events_classed": events_classed,
        "people_classed": people_classed, "tenet": tenet, "kind": kind,
        "dimensions": list(rates.dimensions) if isinstance(rates, Rates) else list(dimensions),
    }  # fmt: skip
    result = remember(frame, Call("outcomes.compare_groups", {"rates": used}, arguments))
    cites = [key for name in names for key in MEASURES[name].intervals[told.how(name)]]
    result.attrs["cites"] = tuple(dict.fromkeys([*cites, *(["zou_2008"] if len(axes) > 1 else [])]))
    return result


def _block(
    table: Keyed, part: Axes, against: Axes | None, names: Sequence[str], told: Told, sampling: Sampling,
    unknown: Sequence[str], *, several: bool,
) -> pd.DataFrame:  # fmt: skip
    """All measures of one focal group, one after the other."""
    ours = table.cell(part)
    theirs, joint = table.rest(part, unknown, several=several) if against is None else (table.cell(against), None)
    pair, without = paired(ours, theirs, sampling, people=table.people, repeated=table.squares is not None)
    hidden = hidden_of(ours, theirs)
    words = {"focal": label(part), "against": REST if against is None else label(against)}
    rows = []
    for name in names:
        shown = hidden if MEASURES[name].compares else hidden_of(ours, ours)
        bounds = bounds_of(name, ours, theirs, joint)
        rows.append(rows_of(name, pair, told, **words, hidden=shown, without=without, bounds=bounds))
    if len(part) == 2 and (against is None or _apart(part, against)):
        rows += interactions(table, part, against, told, sampling, unknown)
    for block in rows:
        # What is hidden is hidden in every column; the four numbers of an interaction are hidden together.
        four = block["measure"].iloc[0].startswith("interaction") & (block["reason"] == "suppressed").to_numpy()
        for name in ("numerator", "denominator", "rate"):
            block[name] = np.where(four | ours.small, np.nan, block[name])
            block[f"against_{name}"] = np.where(four | theirs.small, np.nan, block[f"against_{name}"])
        if joint is not None:
            block["note"] = first_reason({"The rest is everyone less the group.": joint})
    ahead = pd.concat([table.keys] * len(rows), ignore_index=True)
    return pd.concat([ahead, pd.concat(rows, ignore_index=True)], axis=1)


def _apart(part: Axes, other: Axes) -> bool:
    """Whether two intersections differ on each of the same axes."""
    return set(part) == set(other) and not any(set(part[name]) & set(other[name]) for name in part)
