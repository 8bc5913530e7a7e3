"""Differences and ratios of two groups' shares, rates and odds, with their intervals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from placemix._typing import BoolArray, FloatArray
from placemix.outcomes.disparity.conditional import conditional_limits
from placemix.outcomes.disparity.limits import count_limits, exact_binomial, share_limits
from placemix.outcomes.disparity.pairs import Compared, Pair, Texts, log_limits, mover, quotient
from placemix.results import first_reason


def proportion(pair: Pair, level: float, how: str, *, haldane: bool) -> Compared:
    """Share of a group."""
    del haldane
    events, people, *_ = pair.effective
    lower, upper = share_limits(events, people, level, how)
    return Compared(pair.share, lower, upper, _named(how, lower), _absent(pair, both=False))


def rate(pair: Pair, level: float, how: str, *, haldane: bool) -> Compared:
    """Events of a group per person."""
    del haldane
    lower, upper, names = count_limits(pair.events, pair.variance, level, how)
    return Compared(
        pair.share, quotient(lower, pair.people), quotient(upper, pair.people), names, _absent(pair, both=False)
    )


def risk_difference(pair: Pair, level: float, how: str, *, haldane: bool) -> Compared:
    """Difference of shares, with Newcombe's hybrid of two Wilson intervals (his method 10)."""
    del haldane
    events, people, others, all_others = pair.effective
    ours, theirs = share_limits(events, people, level), share_limits(others, all_others, level)
    value = pair.share - pair.against_share
    lower, upper = mover(value, [(pair.share, *ours)], [(pair.against_share, *theirs)])
    return Compared(value, lower, upper, _named(how, lower), _absent(pair))


def rate_difference(pair: Pair, level: float, how: str, *, haldane: bool) -> Compared:
    """Difference of rates, from the intervals of both counts."""
    del haldane
    ours = count_limits(pair.events, pair.variance, level)[:2]
    theirs = count_limits(pair.against_events, pair.against_variance, level)[:2]
    value = pair.share - pair.against_share
    lower, upper = mover(
        value,
        [(pair.share, *(quotient(end, pair.people) for end in ours))],
        [(pair.against_share, *(quotient(end, pair.against_people) for end in theirs))],
    )
    return Compared(value, lower, upper, _named(how, lower), _absent(pair))


def risk_ratio(pair: Pair, level: float, how: str, *, haldane: bool) -> Compared:
    """Ratio of shares, with the limits of Katz and others; one exact bound where a group has no case."""
    pair, mended = _halved(pair, (pair.share == 0) | (pair.against_share == 0)) if haldane else _as_is(pair)
    a, n, b, m = pair.effective
    value = quotient(pair.share, pair.against_share)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower, upper = log_limits(value, 1 / a - 1 / n + 1 / b - 1 / m, level)
    none, none_else = pair.share == 0, pair.against_share == 0
    names = np.where(mended, f"{how}+haldane", how).astype(object)
    # Each of two exact limits fails in half of what may fail, so that both hold together.
    ours, theirs = exact_binomial(a, n, level), exact_binomial(b, m, level)
    lower = np.where(none, 0.0, np.where(none_else, quotient(ours[0], theirs[1]), lower))
    upper = np.where(none_else, np.inf, np.where(none, quotient(ours[1], theirs[0]), upper))
    names = np.where(none | none_else, "exact_one_sided", names)
    # Where everybody in both has the outcome, the formula says that the ratio is known for certain.
    all_ = (pair.share == 1) & (pair.against_share == 1)
    ours, theirs = (exact_binomial(*given, (1 + level) / 2) for given in ((a, n), (b, m)))
    lower = np.where(all_, quotient(ours[0], theirs[1]), lower)
    upper = np.where(all_, quotient(ours[1], theirs[0]), upper)
    names = np.where(all_, "exact_bonferroni", names)
    return _ratio(pair, value, lower, upper, names, known=~np.isnan(a + b))


def rate_ratio(pair: Pair, level: float, how: str, *, haldane: bool) -> Compared:
    """Ratio of rates: normal on the logarithm, or exact given the sum of both counts; one bound where one is 0."""
    pair, mended = _halved_counts(pair) if haldane else _as_is(pair)
    value = quotient(pair.share, pair.against_share)
    counts = [
        quotient(count**2, variance)
        for count, variance in ((pair.events, pair.variance), (pair.against_events, pair.against_variance))
    ]
    none, none_else = pair.events == 0, pair.against_events == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        # A count of 0 has no variance of its own, and stays 0.
        a, b = (np.where(zero, 0.0, count) for zero, count in zip((none, none_else), counts, strict=True))
        lower, upper = log_limits(value, 1 / a + 1 / b, level)
    exposure = quotient(pair.against_people, pair.people)
    # Fewer independent events stand for the same exposure: that of each is larger in proportion.
    stretch = quotient(quotient(pair.against_variance, pair.against_events), quotient(pair.variance, pair.events))
    exposure = exposure * np.where(none | none_else, 1.0, 1 / np.where(np.isnan(stretch), 1.0, stretch))
    names = np.where(mended, f"{how}+haldane", how).astype(object)
    with np.errstate(invalid="ignore"):
        if how == "exact_conditional_1940":
            low, high = exact_binomial(a, a + b, level)
            lower, upper = _odds(low) * exposure, _odds(high) * exposure
        single = exact_binomial(a, a + b, 2 * level - 1)
        least, most = _odds(single[0]) * exposure, _odds(single[1]) * exposure
    lower = np.where(none, 0.0, np.where(none_else, least, lower))
    upper = np.where(none_else, np.inf, np.where(none, most, upper))
    names = np.where(none | none_else, "exact_one_sided", names)
    return _ratio(pair, value, lower, upper, names, known=~np.isnan(a + b))


def odds_ratio(pair: Pair, level: float, how: str, *, haldane: bool) -> Compared:
    """Ratio of odds: Woolf's limits, or exact given all margins; one exact bound where a cell is 0."""
    odd = np.isin(pair.share, (0, 1)) | np.isin(pair.against_share, (0, 1))
    pair, mended = _halved(pair, odd) if haldane else _as_is(pair)
    a, n, b, m = pair.effective
    p, q = pair.share, pair.against_share
    value = quotient(p * (1 - q), (1 - p) * q)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower, upper = log_limits(value, 1 / a + 1 / (n - a) + 1 / b + 1 / (m - b), level)
    names = np.where(mended, f"{how}+haldane", how).astype(object)
    no_top, no_bottom = p * (1 - q) == 0, (1 - p) * q == 0
    ours, theirs = exact_binomial(a, n, level), exact_binomial(b, m, level)
    lower = np.where(no_top, 0.0, np.where(no_bottom, quotient(_odds(ours[0]), _odds(theirs[1])), lower))
    upper = np.where(no_bottom, np.inf, np.where(no_top, quotient(_odds(ours[1]), _odds(theirs[0])), upper))
    known = ~np.isnan(a + b)
    if how == "exact_conditional_fisher":
        for row in np.flatnonzero(known & ~mended & ~(no_top & no_bottom)):
            ours_in, ours_out, theirs_in, theirs_out = np.rint([a[row], n[row] - a[row], b[row], m[row] - b[row]])
            lower[row], upper[row] = conditional_limits(ours_in, ours_out, theirs_in, theirs_out, level)
    names = np.where(no_top | no_bottom, "exact_one_sided", names)
    gone = (no_top & no_bottom) | ~known
    reason = _absent(pair, no_contrast=no_top & no_bottom, no_odds=no_bottom)
    return Compared(value, np.where(gone, np.nan, lower), np.where(gone, np.nan, upper), names, reason)


def _odds(share: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore"):
        return share / (1 - share)


def _ratio(
    pair: Pair, value: FloatArray, lower: FloatArray, upper: FloatArray, names: Texts, *, known: BoolArray
) -> Compared:
    """Say why a ratio has no value: nobody compared with has the outcome."""
    none, none_else = pair.share == 0, pair.against_share == 0
    gone = ~known | (none & none_else)
    reason = _absent(pair, none_in_either=none & none_else, none_against=none_else)
    return Compared(value, np.where(gone, np.nan, lower), np.where(gone, np.nan, upper), names, reason)


def _absent(pair: Pair, *, both: bool = True, **others: BoolArray) -> Texts:
    """Why there is no value: what holds for every measure first."""
    tests = {"nobody_in_focal": pair.people == 0}
    if both:
        tests["nobody_against"] = pair.against_people == 0
    tests["not_known"] = np.isnan(pair.share) | (both & np.isnan(pair.against_share))
    return np.asarray(first_reason({**tests, **others}), dtype=object)


def _named(how: str, limits: FloatArray) -> Texts:
    return np.full(limits.shape, how, dtype=object)


def _as_is(pair: Pair) -> tuple[Pair, BoolArray]:
    return pair, np.zeros(len(pair.share), dtype=bool)


def _halved(pair: Pair, zero: BoolArray) -> tuple[Pair, BoolArray]:
    """Add one half to each cell of the fourfold tables that have a cell of 0 (Haldane)."""
    zero = zero & ~np.isnan(pair.sized + pair.against_sized)
    a, n, b, m = pair.effective
    share = np.where(zero, (a + 0.5) / (n + 1), pair.share)
    other = np.where(zero, (b + 0.5) / (m + 1), pair.against_share)
    return replace(
        pair, share=share, against_share=other, sized=n + zero.astype(float), against_sized=m + zero.astype(float)
    ), zero


def _halved_counts(pair: Pair) -> tuple[Pair, BoolArray]:
    """Add one half to both counts of events where one is 0."""
    zero = ((pair.events == 0) | (pair.against_events == 0)) & (pair.people > 0) & (pair.against_people > 0)
    half = 0.5 * zero
    events, others = pair.events + half, pair.against_events + half
    return replace(
        pair,
        events=events,
        against_events=others,
        share=np.where(zero, quotient(events, pair.people), pair.share),
        against_share=np.where(zero, quotient(others, pair.against_people), pair.against_share),
        variance=pair.variance + half,
        against_variance=pair.against_variance + half,
    ), zero
