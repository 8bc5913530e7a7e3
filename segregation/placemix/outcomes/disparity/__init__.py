"""What happens to groups of people, compared: shares, rates, odds, events, and chains of stages."""

from placemix.outcomes.disparity.comparing import compare_groups
from placemix.outcomes.disparity.disproportions import disproportionality
from placemix.outcomes.disparity.event_rates import rate, rate_difference, rate_ratio
from placemix.outcomes.disparity.repeats import event_frequencies
from placemix.outcomes.disparity.shares import odds_ratio, proportion, risk_difference, risk_ratio
from placemix.outcomes.disparity.stages import relative_rates

__all__ = [
    "compare_groups",
    "disproportionality",
    "event_frequencies",
    "odds_ratio",
    "proportion",
    "rate",
    "rate_difference",
    "rate_ratio",
    "relative_rates",
    "risk_difference",
    "risk_ratio",
]
