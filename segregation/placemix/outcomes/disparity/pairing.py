"""Two groups' numbers as a pair: what is known of both, what is hidden, and between which ends it lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from placemix._typing import BoolArray, FloatArray
from placemix.outcomes.disparity.cells import Cell
from placemix.outcomes.disparity.measures import MEASURES
from placemix.outcomes.disparity.numbers import WITHOUT
from placemix.outcomes.disparity.pairs import Pair, Texts, quotient
from placemix.results import first_reason


@dataclass(frozen=True, slots=True)
class Sampling:
    """How numbers came about.

    Attributes
    ----------
    effects
        Effects of a survey's design on both groups, or None.
    weighted
        Whether numbers are sums of weights.
    """

    effects: tuple[float, float] | None
    weighted: bool


def paired(ours: Cell, theirs: Cell, sampling: Sampling, *, people: bool, repeated: bool = False) -> tuple[Pair, Texts]:
    """Bring two cells into a pair, and say where there can be no interval; repeated events need their squares."""
    fractions = any(_fractions(cell, people=people) for cell in (ours, theirs))
    unsure = sampling.effects is None and (sampling.weighted or fractions)
    effects = sampling.effects or (1.0, 1.0)
    known = np.nan if unsure else 1.0
    shares, events, sizes, variances = [], [], [], []
    for cell, effect in zip((ours, theirs), effects, strict=True):
        share = np.where(np.isnan(cell.share), quotient(cell.numerator, cell.denominator), cell.share)
        # Of events the number itself is needed, and a printed rate gives it.
        count = np.where(np.isnan(cell.share) | people, cell.numerator, cell.share * cell.denominator)
        asked = np.where(np.isnan(cell.respondents), cell.denominator, cell.respondents)
        shares.append(share)
        events.append(count)
        sizes.append(known * asked / effect)
        variances.append(known * (cell.squares if repeated else count * effect))
    pair = Pair(
        events=events[0], people=ours.denominator, against_events=events[1], against_people=theirs.denominator,
        share=shares[0], against_share=shares[1], sized=sizes[0], against_sized=sizes[1], variance=variances[0],
        against_variance=variances[1],
    )  # fmt: skip
    lacking = np.isnan(ours.denominator) | np.isnan(theirs.denominator)
    alone = repeated & (np.isnan(ours.squares) | np.isnan(theirs.squares))
    without = first_reason({"no_denominator": lacking, WITHOUT: np.full(len(lacking), unsure), "no_squares": alone})
    return pair, np.asarray(without, dtype=object)


def _fractions(cell: Cell, *, people: bool) -> bool:
    """Whether numbers are no whole ones, as sums of weights are."""
    numbers = [cell.numerator, *([cell.denominator] if people else [])]
    return any(bool((np.abs(values - np.rint(values)) > 1e-9).any()) for values in numbers)


def hidden_of(ours: Cell, theirs: Cell) -> Texts:
    """Say why rows have no value before anything is computed, or None."""
    both = (ours, theirs)
    reasons = {
        "no_row_for_focal": ours.rows == 0,
        "no_row_against": theirs.rows == 0,
        "suppressed": np.any([cell.small | cell.held for cell in both], axis=0),
        "whole_below_part": np.any([cell.astray for cell in both], axis=0),
        "standardised": np.any([cell.adjusted for cell in both], axis=0),
    }
    return np.asarray(first_reason(reasons), dtype=object)


def bounds_of(measure: str, ours: Cell, theirs: Cell, joint: BoolArray | None) -> tuple[FloatArray, FloatArray]:
    """Between which ends a value lies where the publisher hides numbers within bounds; NaN elsewhere.

    Parameters
    ----------
    measure
        Name of the measure.
    ours, theirs
        Numbers of both groups.
    joint
        Where the other group is the whole less the first, so that who is hidden in one is not in the other.
    """
    alone = not MEASURES[measure].compares
    together = np.zeros(len(ours.rows), dtype=bool) if joint is None else joint
    n, m = (np.where(cell.denominator > 0, cell.denominator, np.nan) for cell in (ours, theirs))
    least = _value(measure, ours.low / n, np.where(together, theirs.low, theirs.high) / m)
    most = _value(measure, ours.high / n, np.where(together, theirs.high, theirs.low) / m)
    open_ = (ours.low != ours.high) | ((theirs.low != theirs.high) & (not alone))
    there = open_ & ~ours.small & ~(theirs.small & (not alone))
    return np.where(there, least, np.nan), np.where(there, most, np.nan)


def _value(measure: str, p: FloatArray, q: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        if measure in {"proportion", "rate"}:
            return p
        if measure in {"risk_difference", "rate_difference"}:
            return p - q
        return p / q if measure in {"risk_ratio", "rate_ratio"} else p * (1 - q) / ((1 - p) * q)
