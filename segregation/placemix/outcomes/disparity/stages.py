"""Chains of stages: at which one a group's chance of going on differs from another's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix.carried import fingerprint
from placemix.columns import several_names
from placemix.errors import (
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    UnknownGroup,
    did_you_mean,
    listed,
    together,
)
from placemix.outcomes.disparity import asking
from placemix.outcomes.disparity.cells import Cell, Keyed, few
from placemix.outcomes.disparity.keying import keyed
from placemix.outcomes.disparity.pairing import hidden_of
from placemix.outcomes.disparity.pairs import Pair, Texts, log_limits, quotient
from placemix.outcomes.disparity.rows import COLUMNS, Told, rows_of
from placemix.outcomes.disparity.telling import records, sentence
from placemix.outcomes.disparity.who import REST, Axes, Who, axes_of, label
from placemix.results import Call, Result, remember

COHORT = "relative rate index"
NO_COHORT = "stage ratios (not a cohort)"


def relative_rates(
    counts: pd.DataFrame,
    *,
    stages: Sequence[str],
    focal: Who,
    against: Who,
    same_cohort: bool,
    stage: str = "stage",
    count: str = "count",
    by: str | Sequence[str] = (),
    level: float = 0.95,
    least: float | None = None,
    tenet: str = "equality",
    kind: str = "outcome",
) -> Result:
    """Follow two groups through stages, and compare the share of each that goes on at every one.

    Parameters
    ----------
    counts
        One row for each stage and group: columns `stage`, `group` (or others named in `focal` and `against`), `count`.
    stages
        The stages in order, such as ``["searched", "arrested", "charged"]``.
    focal, against
        As of `compare_groups`.
    same_cohort
        Whether the same people stand in all stages, so that those of a stage are among those of the one before. There
        is no default: tables of different publications are no cohort, and their rows are titled "stage ratios (not a
        cohort)".
    stage, count
        Names of these columns.
    by
        Columns that tell chains apart, such as the area or the year.
    level
        Confidence level.
    least
        Numbers of people from 1 to below this are hidden, and what is computed from them; in a cohort also those of
        people who do not go on. Default: 10 for intersections, else 0.
    tenet, kind
        As of `compare_groups`.

    Returns
    -------
    result
        One row for each chain and stage after the first (``"relative_rate"``), and one of the whole chain
        (``"cumulative_relative_rate"``), which is the product of the others in a cohort and undefined without
        (reason ``"not_a_cohort"``). Columns: those of `by`, `title`, `stage`, `previous`, then those of
        `outcomes.proportion`.

    Raises
    ------
    InvalidTable
        In a cohort, a stage has more people than the one before.
    UnknownGroup, UnknownColumn, InvalidParameter, OverlappingGroups, DuplicateUnit
        As of `compare_groups`; a stage is not there or named twice.

    Notes
    -----
    Who reaches a stage differs between groups in more than the stage before: nothing here is adjusted for it, and a
    ratio says nothing of why.

    References
    ----------
    Uhrig 2016; Katz and others 1978 for the interval in a cohort.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "stage": ["searched", "arrested", "charged", "custody"] * 2, "group": ["white"] * 4 + ["black"] * 4,
    ...     "count": [10_000, 1_000, 500, 300, 1_000, 300, 165, 90],
    ... })
    >>> chain = ["searched", "arrested", "charged", "custody"]
    >>> found = relative_rates(table, stages=chain, focal="black", against="white", same_cohort=True)
    >>> found[["stage", "measure", "value"]].round(3)
          stage                   measure  value
    0  arrested             relative_rate  3.000
    1   charged             relative_rate  1.100
    2   custody             relative_rate  0.909
    3   custody  cumulative_relative_rate  3.000
    """
    by, chain = list(several_names("by", by)), [str(one) for one in stages]
    told = Told(level=level, tenet=tenet, kind=kind, intervals={})
    faults = [*told.faults(), *asking.least_faults(least), *asking.reserved_faults(by)]
    faults += _faults(counts, chain, [stage, count, *by], count, same_cohort)
    sides = [axes_of(who, word, faults) for word, who in (("focal", focal), ("against", against)) if who != REST]
    if faults:
        raise together(faults)
    counts = counts.reset_index(drop=True)
    part, other = asking.groups_of(counts, focal, against, ())[0]
    axes = list(dict.fromkeys(name for side in sides for name in side))
    smallest = asking.least_of(least, axes)
    used = counts[list(dict.fromkeys([*by, stage, *axes, count]))]
    table = keyed(
        counts[counts[stage].astype(str).isin(chain)].assign(
            numerator=counts[count], denominator=np.nan, indicator=None, unit=None, period=None, rate=np.nan
        ),
        axes=axes, by=[*by, stage], keys=(), least=smallest, people=False,
    )  # fmt: skip
    asking.refuse_wholes(table, [(part, other)])
    ours = table.cell(part)
    theirs = table.rest(part)[0] if other is None else table.cell(other)
    frame = _rows(table, ours, theirs, chain, stage, by, told, part, other, cohort=same_cohort)
    frame["source"] = fingerprint(used)[:12]
    note = "" if same_cohort else "The stages are not of the same people: a ratio can be of who is in them."
    said = [note, f"Numbers from 1 to {smallest - 1:g} are hidden." if smallest else ""]
    frame["note"] = " ".join(filter(None, said)) or None
    arguments = {
        "stages": chain, "focal": asking.plain(focal), "against": asking.plain(against), "same_cohort": same_cohort,
        "stage": stage, "count": count, "by": by, "level": level, "least": smallest, "tenet": tenet, "kind": kind,
    }  # fmt: skip
    result = remember(frame, Call("outcomes.relative_rates", {"counts": used}, arguments))
    result.attrs["cites"] = ("uhrig_2016", "katz_1978")
    return result


def _faults(
    counts: pd.DataFrame, chain: Sequence[str], columns: Sequence[str], count: str, same_cohort: object
) -> list[PlacemixError]:
    stage = columns[0]
    if not isinstance(counts, pd.DataFrame):
        return [InvalidTable(f"A pandas table of counts is needed, not a {type(counts).__name__}.")]
    faults: list[PlacemixError] = [
        UnknownColumn(f"The table has no column {name!r}.", remedy=did_you_mean(name, counts.columns))
        for name in dict.fromkeys(columns)
        if name not in counts.columns
    ]
    if not isinstance(same_cohort, bool):
        message = f"same_cohort is True or False, not {same_cohort!r}."
        faults.append(InvalidParameter(message, remedy="True only where the same people stand in all stages."))
    if len(chain) < 2 or len(set(chain)) < len(chain):
        faults.append(InvalidParameter("A chain has two stages at least, each named once."))
    if stage in counts.columns:
        there = [str(one) for one in counts[stage].dropna().unique()]
        absent = [one for one in chain if one not in there]
        if absent:
            message = f"No row is of the stage {listed([repr(one) for one in absent])}; there are {listed(there)}."
            faults.append(UnknownGroup(message, remedy=did_you_mean(absent[0], there)))
    if count in counts.columns:
        numbers = pd.to_numeric(counts[count], errors="coerce").to_numpy(dtype=np.float64)
        odd = (np.isnan(numbers) & counts[count].notna().to_numpy()) | (numbers < 0) | np.isinf(numbers)
        if odd.any():
            message = f"{odd.sum():,} counts are no numbers from 0."
            faults.append(InvalidTable(message, units=np.flatnonzero(odd), remedy="Give NaN where one is hidden."))
    return faults


def _rows(
    table: Keyed, ours: Cell, theirs: Cell, chain: Sequence[str], stage: str, by: list[str], told: Told, part: Axes,
    other: Axes | None, *, cohort: bool,
) -> pd.DataFrame:  # fmt: skip
    """Rows of each stage, chain after chain, and of the whole chain after its stages."""
    keys = table.keys
    code = keys.groupby(by, sort=False, dropna=False).ngroup().to_numpy() if by else np.zeros(len(keys), dtype=int)
    place = np.full((int(code.max()) + 1, len(chain)), -1)
    place[code, [chain.index(str(one)) for one in keys[stage]]] = np.arange(len(keys))
    names = keys[by].iloc[np.unique(code, return_index=True)[1]].reset_index(drop=True)
    hidden = np.append(hidden_of(ours, theirs), np.array(["no_row_for_both"], dtype=object))
    # A missing count is hidden where the table gives none, whatever stands beside it.
    counted = [np.append(cell.numerator, np.nan) for cell in (ours, theirs)]
    hidden = np.where((hidden == np.array(None)) & np.isnan(counted[0] + counted[1]), "suppressed", hidden)
    blocks: list[pd.DataFrame] = []
    steps = [(number - 1, number) for number in range(1, len(chain))]
    for before, after in [*steps, (0, len(chain) - 1)]:
        last = len(blocks) == len(steps)
        first, then = place[:, before], place[:, after]
        reason = np.where(hidden[then] == np.array(None), hidden[first], hidden[then])
        four = [numbers[which] for numbers in counted for which in (then, first)]
        block = _step(four, reason, told, label(part), REST if other is None else label(other), table.least, cohort)
        if last:
            block["measure"], block["method"] = "cumulative_relative_rate", "cumulative_relative_rate/1"
            if not cohort:
                block[["value", "lower", "upper", "level"]] = np.nan
                block["reason"], block["interval_method"] = "not_a_cohort", "none:no_value"
        head = names.assign(title=COHORT if cohort else NO_COHORT, stage=chain[after], previous=chain[before])
        blocks.append(pd.concat([head, block], axis=1))
    frame = pd.concat(blocks, ignore_index=True)
    order = np.argsort(np.tile(np.arange(len(names)), len(blocks)), kind="stable")
    frame = frame.iloc[order].reset_index(drop=True)
    frame["sentence"] = [
        sentence({**row, "step": f"{row['stage']} of {row['previous']}"}, [*by, "step"]) for row in records(frame)
    ]
    return frame[[*by, "title", "stage", "previous", *COLUMNS]]


def _step(
    four: list[FloatArray],
    reason: Texts,
    told: Told,
    focal: str,
    against: str,
    least: float,
    cohort: bool,  # noqa: FBT001
) -> pd.DataFrame:
    """Compare who goes on from one stage to another."""
    a, n, b, m = four
    small: BoolArray = few(a, n, least, people=cohort) | few(b, m, least, people=cohort)
    over = (a > n) | (b > m)
    if cohort and over.any():
        message = "A stage has more people than the one before, so that they are not the same people."
        raise InvalidTable(message, remedy="Pass same_cohort=False, or mend the counts.")
    reason = np.where(small, np.array("suppressed", dtype=object), reason)
    pair = Pair(
        events=a, people=n, against_events=b, against_people=m, share=quotient(a, n), against_share=quotient(b, m),
        sized=n, against_sized=m, variance=a, against_variance=b,
    )  # fmt: skip
    block = rows_of(
        "risk_ratio" if cohort else "rate_ratio", pair, told, focal=focal, against=against, hidden=reason, without=None
    )
    if not cohort:
        # Both stages are numbers of their own, each with its chance.
        with np.errstate(divide="ignore"):
            spread = 1 / a + 1 / n + 1 / b + 1 / m
        lower, upper = log_limits(block["value"].to_numpy(), np.where(np.isinf(spread), np.nan, spread), told.level)
        there = ~np.isnan(lower)
        block["lower"], block["upper"], block["level"] = lower, upper, np.where(there, told.level, np.nan)
        block["interval_method"] = np.where(there, "sampling:wald_log_four_counts", "none:no_value")
    block["measure"], block["method"] = "relative_rate", "relative_rate/1"
    numbers = ["numerator", "denominator", "against_numerator", "against_denominator", "rate", "against_rate"]
    block.loc[small, numbers] = np.nan
    return block
