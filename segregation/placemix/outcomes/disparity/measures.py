"""The measures by name: what they compare, of what, with which intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from placemix.outcomes.disparity import contrasts
from placemix.outcomes.disparity.pairs import Compared

Counted: TypeAlias = Literal["people", "events"]


@dataclass(frozen=True, slots=True)
class Definition:
    """One measure of what happens to groups.

    Attributes
    ----------
    function
        Its kernel.
    counted
        Whether it is of people who have the outcome or not, or of events, of which one person may have several.
    measured_in
        What its number is.
    intervals
        Names of its intervals, the default first, with the keys of their sources.
    """

    function: Callable[..., Compared]
    counted: Counted
    measured_in: str
    intervals: dict[str, tuple[str, ...]]

    @property
    def compares(self) -> bool:
        """Whether another group stands in it."""
        return self.measured_in not in {"share", "rate"}


MEASURES: dict[str, Definition] = {
    "proportion": Definition(
        contrasts.proportion, "people", "share",
        {"wilson_1927": ("wilson_1927",), "clopper_pearson_1934": ("clopper_1934",)},
    ),
    "risk_difference": Definition(
        contrasts.risk_difference, "people", "difference of shares", {"newcombe_1998_10": ("newcombe_1998",)}
    ),
    "risk_ratio": Definition(
        contrasts.risk_ratio, "people", "ratio of shares", {"katz_1978": ("katz_1978", "clopper_1934")}
    ),
    "odds_ratio": Definition(
        contrasts.odds_ratio, "people", "ratio of odds",
        {"woolf_1955": ("woolf_1955", "clopper_1934"), "exact_conditional_fisher": ()},
    ),
    "rate": Definition(
        contrasts.rate, "events", "rate",
        {
            "byar_or_exact": ("breslow_1987", "garwood_1936"),
            "byar_1987": ("breslow_1987",),
            "garwood_1936": ("garwood_1936",),
        },
    ),
    "rate_difference": Definition(
        contrasts.rate_difference, "events", "difference of rates", {"zou_donner_2008": ("zou_donner_2008",)}
    ),
    "rate_ratio": Definition(
        contrasts.rate_ratio, "events", "ratio of rates",
        {"wald_log": ("breslow_1987",), "exact_conditional_1940": ("przyborowski_1940", "clopper_1934")},
    ),
}  # fmt: skip

#: Why a comparison has no value, in words.
REASONS: dict[str, str] = {
    "suppressed": "a number behind it is hidden",
    "nobody_in_focal": "nobody is in the group",
    "nobody_against": "nobody is in the group compared with",
    "not_known": "a number behind it is missing",
    "no_row_for_focal": "the table has no row for the group",
    "no_row_against": "the table has no row for those compared with",
    "whole_below_part": "the numbers of everyone are less than those of a part, so that there is no rest",
    "standardised": "the printed rate is not events over people (leave the rate out to compare the numbers)",
    "none_against": "none of those compared with had the outcome, and no number can be divided by 0",
    "none_in_either": "neither group had a case",
    "no_row_for_both": "the table has no row for both groups",
    "nobody_in_both": "no stratum has people of both groups",
    "nobody_in_one_of_four": "nobody is in one of the four groups compared",
    "not_a_cohort": "the stages are not of the same people, so that their ratios have no product",
    "no_contrast": "everybody or nobody had the outcome in both groups",
    "no_odds": "everybody in the group or nobody in the other had the outcome, and no number can be divided by 0",
}
