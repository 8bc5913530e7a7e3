"""Rows of disproportionality: pooled ratios, strata, and between which ends they lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.errors import plural
from placemix.outcomes.disparity.cells import Cell, Keyed
from placemix.outcomes.disparity.pairing import hidden_of
from placemix.outcomes.disparity.pairs import Pair, Texts, log_limits, quotient
from placemix.outcomes.disparity.pooling import POOLED, Strata, pooled
from placemix.outcomes.disparity.rows import Told, rows_of
from placemix.outcomes.disparity.telling import pooled_sentence, records, sentence
from placemix.outcomes.disparity.unstated import ends, unstated_events
from placemix.outcomes.disparity.who import Axes
from placemix.rates.scales import years
from placemix.results import first_reason

#: A larger share of events without a stated group is said first.
MUCH = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Denominator:
    """Whom the denominators count, when, and how many years from the events, by pool."""

    kind: str
    period: str | None
    gap: FloatArray

    @classmethod
    def of(cls, pools: pd.DataFrame, kind: str, period: str | None) -> Denominator:
        """Compare the period of people with that of the events of each pool."""
        theirs = None if period is None else years(period)
        gaps = []
        for text in pools["period"]:
            ours = years(text)
            known = ours is not None and theirs is not None
            gaps.append(max(0, ours[0] - theirs[1], theirs[0] - ours[1]) if known else np.nan)  # type: ignore[index]
        return cls(kind=kind, period=period, gap=np.array(gaps, dtype=np.float64))

    def columns(self) -> dict[str, Any]:
        """Columns of the result, by pool."""
        size = len(self.gap)
        return {
            "denominator_kind": np.full(size, self.kind, dtype=object),
            "denominator_period": np.full(size, self.period, dtype=object),
            "year_gap": self.gap,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Numbers of both groups in each stratum, and what is not known of them.

    Attributes
    ----------
    strata
        The numbers.
    names, pools
        What each stratum and each pool is called.
    low, high
        Events of both groups at their ends, hidden ones anywhere in their bounds.
    hidden
        Why a stratum has no value, or None.
    small
        Whether a stratum holds numbers too small to be shown.
    without, whole
        Events without a stated group, and all events; NaN where nobody says.
    notes
        What was left out.
    """

    strata: Strata
    names: pd.DataFrame
    pools: pd.DataFrame
    low: tuple[FloatArray, FloatArray]
    high: tuple[FloatArray, FloatArray]
    hidden: Texts
    small: BoolArray
    without: FloatArray
    whole: FloatArray
    notes: tuple[str, ...]


def gathered(table: Keyed, groups: tuple[Axes, Axes | None], by: Sequence[str], unknown: Sequence[str]) -> Gathered:
    """Sum the units of each stratum in which the table has both groups."""
    ours, theirs = table.cell(groups[0]), table.cell(groups[1] or {})
    both = (ours.rows > 0) & (theirs.rows > 0)
    keys = table.keys
    names, code = _coded(keys, list(dict.fromkeys(["indicator", "period", *by])))
    pools, pool = _coded(names, ["indicator", "period"])
    size = len(names)

    def summed(values: FloatArray | BoolArray, where: BoolArray = both) -> FloatArray:
        return np.bincount(code[where], np.asarray(values, dtype=np.float64)[where], size).astype(np.float64)

    def variance(cell: Cell) -> FloatArray:
        return summed(cell.numerator if table.squares is None else cell.squares)

    strata = Strata(
        a=summed(ours.numerator), n=summed(ours.denominator), b=summed(theirs.numerator),
        m=summed(theirs.denominator), va=variance(ours), vb=variance(theirs), pool=pool, pools=len(pools),
    )  # fmt: skip
    reasons = hidden_of(ours, theirs)
    there = np.bincount(code[both], minlength=size) > 0
    held = summed(reasons == np.array("suppressed")) > 0
    printed = summed(reasons == np.array("standardised")) > 0
    hidden = first_reason({"no_row_for_both": ~there, "suppressed": held, "standardised": printed})
    without, whole = unstated_events(table, unknown)
    lost = int((~both & ((ours.rows > 0) | (theirs.rows > 0))).sum())
    notes = [f"{plural(lost, 'unit')} with a row of one of the two groups only left out."] if lost else []
    over = int(((strata.a > strata.n) | (strata.b > strata.m)).sum())
    if over:
        where = plural(over, "stratum has", "strata have")
        notes.append(f"{where} more events than people: those who live there are not those to whom they happen.")
    return Gathered(
        strata=strata,
        names=names,
        pools=pools,
        low=(summed(ours.low), summed(theirs.high)),
        high=(summed(ours.high), summed(theirs.low)),
        hidden=np.asarray(hidden, dtype=object),
        small=summed(ours.small | theirs.small) > 0,
        without=summed(without, both | (without > 0)),
        whole=summed(whole, np.ones(len(code), dtype=bool)),
        notes=tuple(notes),
    )


def _coded(frame: pd.DataFrame, names: list[str]) -> tuple[pd.DataFrame, IntArray]:
    part = frame[names]
    code = part.groupby(names, sort=False, dropna=False).ngroup().to_numpy()
    return part.drop_duplicates().reset_index(drop=True), code


def pooled_rows(found: Gathered, told: Told, focal: str, against: str) -> pd.DataFrame:
    """Rows of the ratios pooled over strata, with their ends where something is not known."""
    strata = found.strata
    held = _any(found, found.hidden == np.array("suppressed"))
    small = _any(found, found.small)
    known = found.hidden != np.array("no_row_for_both")
    count, dropped = (strata.summed((known & use).astype(np.float64)) for use in (strata.usable, ~strata.usable))
    before = {
        "suppressed": held | small,
        "standardised": _any(found, found.hidden == np.array("standardised")),
        "no_row_for_both": count + dropped == 0,
    }
    pair = _pair(*(strata.summed(getattr(strata, name)) for name in ("a", "n", "b", "m", "va", "vb")))
    blocks = []
    for name, weighed in POOLED.items():
        value, variance, rate, other = pooled(name, strata)
        hidden = first_reason(before)
        base = rows_of("rate_ratio", pair, told, focal=focal, against=against, hidden=hidden, without=None)
        if name != "crude_ratio":
            own = {
                "nobody_in_both": count == 0,
                "none_in_either": (rate == 0) & (other == 0),
                "none_against": other == 0,
                "not_known": np.isnan(value),
            }
            reason = np.asarray(first_reason(before | own), dtype=object)
            _replace(base, value, log_limits(value, variance, told.level), reason, told.level, _method(name, strata))
        base["rate"], base["against_rate"] = told.per * rate, told.per * other
        base["measure"], base["method"] = name, f"{name}/1"
        base["note"] = f"{weighed[0].upper()}{weighed[1:]}."
        base["not_stated"] = strata.summed(found.without)
        base["not_stated_share"] = quotient(strata.summed(found.without), strata.summed(found.whole))
        base["strata"], base["strata_dropped"] = count.astype(np.int64), dropped.astype(np.int64)
        base["pool"], base["scope"] = np.arange(strata.pools), "all"
        base.loc[small, _NUMBERS] = np.nan
        blocks += [base, _bounded(base, ends(name, strata, *_extremes(found)), held, small)]
    frame = pd.concat(blocks, ignore_index=True)
    keys = found.pools.iloc[frame["pool"]].reset_index(drop=True)
    for name in found.names.columns:
        frame[name] = keys.get(name)
    frame["sentence"] = [
        pooled_sentence(row, list(keys.columns), POOLED[row["measure"]], per=told.per, much=MUCH)
        for row in records(frame)
    ]
    return frame


def stratum_rows(found: Gathered, told: Told, focal: str, against: str) -> pd.DataFrame:
    """Rows of each stratum, with their ends where something is not known."""
    strata = found.strata
    pair = _pair(strata.a, strata.n, strata.b, strata.m, strata.va, strata.vb)
    hidden = np.where(found.small, np.array("suppressed", dtype=object), found.hidden)
    base = rows_of("rate_ratio", pair, told, focal=focal, against=against, hidden=hidden, without=None)
    base.loc[found.small, _NUMBERS] = np.nan
    base["not_stated"], base["not_stated_share"] = found.without, quotient(found.without, found.whole)
    base["strata"], base["strata_dropped"] = 1, 0
    base["pool"], base["scope"] = strata.pool, "stratum"
    for name in found.names.columns:
        base[name] = found.names[name].to_numpy()
    (a_low, b_high), (a_high, b_low) = _extremes(found)
    with np.errstate(divide="ignore", invalid="ignore"):
        limits = [(a / strata.n) / (b / strata.m) for a, b in ((a_low, b_high), (a_high, b_low))]
    more = _bounded(base, (limits[0], limits[1]), found.hidden == np.array("suppressed"), found.small)
    order = np.argsort(np.concatenate([base.index, more.index]), kind="stable")
    frame = pd.concat([base, more]).iloc[order].reset_index(drop=True)
    frame["sentence"] = [sentence(row, list(found.names.columns), per=told.per) for row in records(frame)]
    return frame


_NUMBERS = ["numerator", "denominator", "against_numerator", "against_denominator", "rate", "against_rate"]


def _any(found: Gathered, marks: BoolArray) -> BoolArray:
    """Pools with a stratum that is marked."""
    some: BoolArray = found.strata.summed(marks.astype(np.float64)) > 0
    return some


def _pair(a: FloatArray, n: FloatArray, b: FloatArray, m: FloatArray, va: FloatArray, vb: FloatArray) -> Pair:
    return Pair(
        events=a, people=n, against_events=b, against_people=m, share=quotient(a, n), against_share=quotient(b, m),
        sized=n, against_sized=m, variance=va, against_variance=vb,
    )  # fmt: skip


def _method(name: str, strata: Strata) -> str:
    independent = bool((strata.va == strata.a).all() and (strata.vb == strata.b).all())
    return "greenland_robins_1985" if name == "mantel_haenszel_ratio" and independent else "log_delta"


def _replace(
    base: pd.DataFrame, value: FloatArray, limits: tuple[FloatArray, FloatArray], reason: Texts, level: float,
    method: str,
) -> None:  # fmt: skip
    """Put a standardised ratio in place of the crude one."""
    gone = np.asarray(reason != np.array(None))
    there = ~gone & ~np.isnan(limits[0]) & (value > 0)
    base["value"], base["reason"] = np.where(gone, np.nan, value), reason
    base["lower"], base["upper"] = (np.where(there, end, np.nan) for end in limits)
    base["interval_method"] = np.where(there, f"sampling:{method}", "none:no_value")
    base["level"] = np.where(there, level, np.nan)


def _extremes(found: Gathered) -> tuple[tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]:
    """Events of both groups where the ratio is least and where it is largest."""
    return (found.low[0], found.low[1] + found.without), (found.high[0] + found.without, found.high[1])


def _bounded(
    base: pd.DataFrame, limits: tuple[FloatArray, FloatArray], held: BoolArray, small: BoolArray
) -> pd.DataFrame:
    """Second rows, whose ends are no confidence limits, where something is not known."""
    unstated = base["not_stated"].to_numpy() > 0
    here = (unstated | held) & ~small & ~np.isnan(limits[0])
    frame = base[here].copy()
    frame["lower"], frame["upper"], frame["level"] = limits[0][here], limits[1][here], np.nan
    names = np.where(unstated & held, "not_stated_and_suppressed", np.where(held, "suppressed", "not_stated"))
    frame["interval_method"] = "bounds:" + names[here].astype(object)
    return frame
