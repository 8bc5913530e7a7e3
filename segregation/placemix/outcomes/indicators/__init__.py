"""The framework as data: 46 aims and indicators, what computes each, and what is known of them."""

from placemix.outcomes.indicators.asking import estimate_indicator
from placemix.outcomes.indicators.evidence import Evidence
from placemix.outcomes.indicators.listing import framework

__all__ = ["Evidence", "estimate_indicator", "framework"]
