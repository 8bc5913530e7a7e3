"""Events of groups beside the people who could have them: crude, within places, and as far as groups are known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from placemix.carried import fingerprint
from placemix.errors import DenominatorMismatch, InvalidParameter, UnknownGroup, did_you_mean, listed, together
from placemix.outcomes.disparity import asking
from placemix.outcomes.disparity.cells import Keyed
from placemix.outcomes.disparity.disproportion_rows import Denominator, Gathered, gathered, pooled_rows, stratum_rows
from placemix.outcomes.disparity.keying import keyed, plain_table, used_columns
from placemix.outcomes.disparity.rows import COLUMNS, Told
from placemix.outcomes.disparity.who import Who, axes_of, label
from placemix.rates import Rates
from placemix.results import Call, Result, remember

_KEYS = ("indicator", "period")


def disproportionality(
    rates: Rates | pd.DataFrame,
    *,
    focal: Who,
    against: Who,
    denominator_kind: str,
    by: str | Sequence[str] = "unit",
    denominator_period: str | None = None,
    not_stated: str | Sequence[str] = (),
    squares: str | None = None,
    per: float = 1000,
    level: float = 0.95,
    least: float | None = None,
    events_classed: str | None = None,
    people_classed: str | None = None,
    dimensions: Sequence[str] = (),
    tenet: str = "equality",
    kind: str = "outcome",
) -> Result:
    """Compare the rate of events of two groups over several places: crude, and within places.

    A group that lives where everybody is searched often has a higher rate in the whole country even if it has the same
    rate as its neighbours everywhere. The crude ratio holds that; the standardised ones do not. Neither is the right
    one for every question, so both are always given.

    Parameters
    ----------
    rates
        `Rates`, or a table with `numerator` (events), `denominator` (people), columns of groups, `unit`, and as far as
        it has them `indicator` and `period`.
    focal, against
        As of `compare_groups`, without ``"rest"`` and ``"each"``.
    denominator_kind
        Whom the denominators count: ``"residents"``, ``"people available in the street"``, ``"arrests"``. Printed
        beside every number: no denominator is neutral.
    by
        Column or columns of the strata, such as the police force; units of a stratum are summed.
    denominator_period
        When the people were counted; `year_gap` is the years between it and the period of the events.
    not_stated
        Values of a column of groups that say that the group of an event is not known. Their rows need no denominator.
    squares
        Column of Σ f² of events (`event_frequencies`); without it intervals take events as independent.
    per
        How many people the rates are for.
    level
        Confidence level.
    least
        Numbers from 1 to below this are hidden, and every sum that they are in. Default: 10 for intersections, else 0.
    events_classed, people_classed, dimensions, tenet, kind
        As of `compare_groups`.

    Returns
    -------
    result
        For each indicator and period, the pooled ratios (`scope` is ``"all"``), then one row for each stratum
        (``"stratum"``). Measures: ``"crude_ratio"``; ``"standardised_ratio"`` (direct: strata weighted by the people
        compared with), ``"indirect_ratio"`` (by the people of the group), ``"mantel_haenszel_ratio"``; and
        ``"rate_ratio"`` of a stratum. Where events lack a group, each has a second row whose `lower` to `upper` is not
        a confidence interval: it runs from all of those events being of the group compared with to all being of the
        focal group (``bounds:not_stated``; ``bounds:suppressed`` for numbers that the publisher hides within bounds).
        Columns: indicator, period, strata, `scope`, those of `outcomes.proportion`, and `not_stated` (events),
        `not_stated_share` (of all events), `strata`, `strata_dropped` (in which a group has nobody: in the crude ratio
        only), `denominator_kind`, `denominator_period`, `year_gap`.

    Raises
    ------
    DenominatorMismatch
        It is not said whom the denominators count.
    OverlappingGroups, UnknownGroup, UnknownColumn, InvalidParameter, InvalidTable, DuplicateUnit, NotNumbers
        As of `compare_groups`.

    Warns
    -----
    EventsNotPeople
        There are no `squares`, so that intervals are too narrow.
    ClassifiedApart
        Events and people were put into groups in different ways.

    References
    ----------
    Mantel and Haenszel 1959; Greenland and Robins 1985; Breslow and Day 1987.

    Examples
    --------
    Two forces, each with twice the rate for one group, that lives where everyone is searched more often:

    >>> import pandas as pd, warnings
    >>> table = pd.DataFrame({
    ...     "unit": ["A", "A", "B", "B"], "group": ["black", "white"] * 2,
    ...     "numerator": [6000, 3000, 50, 2475], "denominator": [100_000, 100_000, 5_000, 495_000],
    ... })
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     found = disproportionality(table, focal="black", against="white", denominator_kind="residents")
    >>> found[["unit", "measure", "value"]].round(2)
        unit                measure  value
    0   None            crude_ratio   6.26
    1   None     standardised_ratio   2.00
    2   None         indirect_ratio   2.00
    3   None  mantel_haenszel_ratio   2.00
    4      A             rate_ratio   2.00
    5      B             rate_ratio   2.00
    """
    by = [by] if isinstance(by, str) else list(by)
    unknown = [not_stated] if isinstance(not_stated, str) else list(not_stated)
    told = Told(level=level, per=per, tenet=tenet, kind=kind, intervals={})
    faults = [*told.faults(), *asking.least_faults(least), *asking.reserved_faults(by)]
    sides = [axes_of(who, word, faults) for word, who in (("focal", focal), ("against", against))]
    if not isinstance(denominator_kind, str) or not denominator_kind.strip():
        message = "It is not said whom the denominators count."
        remedy = "Write denominator_kind='residents', 'arrests' or what they are; no denominator is neutral."
        faults.append(DenominatorMismatch(message, remedy=remedy))
    for word, who in (("focal", focal), ("against", against)):
        if isinstance(who, str) and who in {"rest", "each"}:
            message = f"{word}={who!r} is no group of people with events and a denominator of its own."
            faults.append(InvalidParameter(message, remedy="Name a group, or several as a list."))
    if faults:
        raise together(faults)
    groups = asking.groups_of(plain_table(rates), focal, against, unknown)
    axes = list(dict.fromkeys(name for side in sides for name in side))
    few = asking.least_of(least, axes)
    table = keyed(
        rates, axes=axes, by=by, dimensions=dimensions, keys=(*_KEYS, "unit"), least=few, people=False, squares=squares
    )
    asking.refuse_wholes(table, groups)
    _known(table, unknown)
    found = gathered(table, groups[0], by, unknown)
    about = Denominator.of(found.pools, denominator_kind, denominator_period)
    frame = _rows(found, told, label(sides[0]), label(sides[1]), about)
    classed = (events_classed, people_classed)
    asking.warn(squares is None, classed=classed)
    used = used_columns(rates, [*axes, *by, *dimensions, squares])
    frame["source"] = fingerprint(used)[:12]
    frame["note"] = asking.joined(frame["note"], [*found.notes, *asking.notes(table, None, classed)])
    arguments = {
        "focal": asking.plain(focal), "against": asking.plain(against), "denominator_kind": denominator_kind, "by": by,
        "denominator_period": denominator_period, "not_stated": unknown, "squares": squares, "per": per,
        "level": level, "least": few, "events_classed": events_classed, "people_classed": people_classed,
        "dimensions": list(rates.dimensions) if isinstance(rates, Rates) else list(dimensions), "tenet": tenet,
        "kind": kind,
    }  # fmt: skip
    result = remember(frame, Call("outcomes.disproportionality", {"rates": used}, arguments))
    result.attrs["cites"] = ("mantel_1959", "greenland_1985", "breslow_1987")
    return result


def _known(table: Keyed, unknown: Sequence[str]) -> None:
    there = {str(value) for column in table.texts.values() for value in column}
    absent = [name for name in unknown if name not in there]
    if absent:
        message = f"No row is of {listed([repr(name) for name in absent])}."
        raise UnknownGroup(message, remedy=did_you_mean(absent[0], there) or "Leave not_stated= out.")


def _rows(found: Gathered, told: Told, focal: str, against: str, about: Denominator) -> pd.DataFrame:
    """Pooled rows and then those of strata, of each indicator and period in turn."""
    rows = [make(found, told, focal, against) for make in (pooled_rows, stratum_rows)]
    frame = pd.concat(rows, ignore_index=True)
    order = np.argsort(frame["pool"].to_numpy(), kind="stable")
    frame = frame.iloc[order].reset_index(drop=True)
    pool = frame.pop("pool").to_numpy()
    for name, values in about.columns().items():
        frame[name] = values[pool]
    extra = [
        "not_stated", "not_stated_share", "strata", "strata_dropped", "denominator_kind", "denominator_period",
        "year_gap",
    ]  # fmt: skip
    place = COLUMNS.index("comparator")
    return frame[[*found.names.columns, "scope", *COLUMNS[:place], *extra, *COLUMNS[place:]]]
