"""Rates: outcomes of areas and groups, each with what it is a share of."""

from placemix.rates.outcomes import Rates, warn_national
from placemix.rates.plausibility import plausible
from placemix.rates.rows import COLUMNS

__all__ = ["COLUMNS", "Rates", "plausible", "warn_national"]
