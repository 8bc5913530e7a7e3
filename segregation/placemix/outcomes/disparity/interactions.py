"""What belonging to two groups at once goes with, beyond what each goes with alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix._version import __version__
from placemix.outcomes.disparity.cells import Cell, Keyed
from placemix.outcomes.disparity.limits import count_limits, share_limits
from placemix.outcomes.disparity.pairing import Sampling, hidden_of, paired
from placemix.outcomes.disparity.pairs import Pair, Texts, log_limits, mover, quotient
from placemix.outcomes.disparity.rows import Told
from placemix.outcomes.disparity.who import REST, Axes, label
from placemix.results import first_reason

_Limits = tuple[FloatArray, FloatArray]


def interactions(
    table: Keyed, focal: Axes, against: Axes | None, told: Told, sampling: Sampling, unknown: Sequence[str]
) -> list[pd.DataFrame]:
    """Compute the interaction contrast of an intersection of two axes on both scales.

    Parameters
    ----------
    table
        The table.
    focal, against
        The intersection and the one compared with; None is everyone else, on each axis.
    told, sampling
        Level, words, and how the numbers came about.
    unknown
        Values that say that a group is not known.
    """
    first, second = focal
    both, only_first, only_second, neither = _four(table, focal, against, unknown)
    # p11 and p00 stand on one side of either contrast, p10 and p01 on the other.
    plus, without = paired(both, neither, sampling, people=table.people, repeated=table.squares is not None)
    minus, without_too = paired(
        only_first, only_second, sampling, people=table.people, repeated=table.squares is not None
    )
    hidden = np.where(
        hidden_of(both, neither) == np.array(None), hidden_of(only_first, only_second), hidden_of(both, neither)
    )
    without = np.where(without == np.array(None), without_too, without)
    p11, p00, p10, p01 = plus.share, plus.against_share, minus.share, minus.against_share
    limits = [ends for pair in (plus, minus) for ends in _limits(pair, told, people=table.people)]
    sum_ = p11 - p10 - p01 + p00
    ends = mover(sum_, [(p11, *limits[0]), (p00, *limits[1])], [(p10, *limits[2]), (p01, *limits[3])])
    product = quotient(p11 * p00, p10 * p01)
    spread = _spread(plus, people=table.people) + _spread(minus, people=table.people)
    of = 1.0 if table.people else told.per
    words = "shares" if table.people else f"rates per {told.per:,.12g}"
    no_ratio = {"none_against": (p10 == 0) | (p01 == 0)}
    made: tuple[tuple[str, FloatArray, Sequence[FloatArray], str, str, dict[str, BoolArray]], ...] = (
        ("interaction_additive", of * sum_, [of * end for end in ends], f"difference of {words}", "zou_2008", {}),
        ("interaction_multiplicative", product, log_limits(product, spread, told.level), "ratio of ratios",
         "wald_log", no_ratio),
    )  # fmt: skip
    rows = []
    for name, value, (lower, upper), measured_in, method, more in made:
        reason = np.where(hidden != np.array(None), hidden, _reason(plus, minus, more))
        gone = reason != np.array(None)
        found = [np.where(gone, np.nan, end) for end in (value, lower, upper)]
        there = ~np.isnan(found[1])
        why = np.where(gone, "no_value", np.where(without == np.array(None), "undefined", without))
        rows.append(
            pd.DataFrame(
                {
                    "measure": name,
                    "focal": label(focal),
                    "against": REST if against is None else label(against),
                    "value": found[0],
                    "lower": found[1],
                    "upper": found[2],
                    "level": np.where(there, told.level, np.nan),
                    "numerator": plus.events,
                    "denominator": plus.people,
                    "against_numerator": plus.against_events,
                    "against_denominator": plus.against_people,
                    "rate": of * p11,
                    "against_rate": of * p00,
                    "comparator": f"{label({first: focal[first]})} alone and {label({second: focal[second]})} alone",
                    "measured_in": measured_in,
                    "tenet": told.tenet,
                    "kind": told.kind,
                    "reason": reason,
                    "note": None,
                    "method": f"{name}/1",
                    "interval_method": np.where(there, f"sampling:{method}", "none:" + why.astype(object)),
                    "sentence": None,
                    "source": "",
                    "version": __version__,
                }
            )
        )
    return rows


def _four(table: Keyed, focal: Axes, against: Axes | None, unknown: Sequence[str]) -> tuple[Cell, Cell, Cell, Cell]:
    """Those of both groups, of the first alone, of the second alone, and of neither."""
    first, second = focal
    both = table.cell(focal)
    if against is not None:
        only_first = table.cell({first: focal[first], second: against[second]})
        only_second = table.cell({first: against[first], second: focal[second]})
        return both, only_first, only_second, table.cell(against)
    # Everyone else on an axis is the whole of it less the group.
    all_first, all_second = (table.cell({name: focal[name]}, unknown) for name in (first, second))
    only_second = table.less(all_second, both)
    neither = table.less(table.less(table.cell({}, unknown), all_first), only_second)
    return both, table.less(all_first, both), only_second, neither


def _limits(pair: Pair, told: Told, *, people: bool) -> tuple[_Limits, _Limits]:
    if people:
        a, n, b, m = pair.effective
        return share_limits(a, n, told.level), share_limits(b, m, told.level)
    ours = count_limits(pair.events, pair.variance, told.level)[:2]
    theirs = count_limits(pair.against_events, pair.against_variance, told.level)[:2]
    return (
        (quotient(ours[0], pair.people), quotient(ours[1], pair.people)),
        (quotient(theirs[0], pair.against_people), quotient(theirs[1], pair.against_people)),
    )


def _spread(pair: Pair, *, people: bool) -> FloatArray:
    """Variance of the logarithm of the product of both shares or rates."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if people:
            a, n, b, m = pair.effective
            spread = 1 / a - 1 / n + 1 / b - 1 / m
        else:
            spread = pair.variance / pair.events**2 + pair.against_variance / pair.against_events**2
    return np.where(np.isinf(spread), np.nan, spread)


def _reason(plus: Pair, minus: Pair, more: dict[str, BoolArray]) -> Texts:
    shares = [plus.share, plus.against_share, minus.share, minus.against_share]
    people = [plus.people, plus.against_people, minus.people, minus.against_people]
    tests = {
        "nobody_in_one_of_four": np.any([number == 0 for number in people], axis=0),
        "not_known": np.any([np.isnan(share) for share in shares], axis=0),
        **more,
    }
    return np.asarray(first_reason(tests), dtype=object)
