"""Rates brought to the same ages: direct rates, indirect ratios, and what may be compared."""

from placemix.outcomes.standards.ratios import compare_standardised
from placemix.outcomes.standards.standardising import standardise

__all__ = ["compare_standardised", "standardise"]
