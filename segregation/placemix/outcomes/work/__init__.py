"""What work pays and where people come from: pay gaps, what accounts for them, and mobility between classes."""

from placemix.outcomes.work.accounting import oaxaca_blinder
from placemix.outcomes.work.gaps import pay_gap
from placemix.outcomes.work.moves import mobility, mobility_odds
from placemix.outcomes.work.moves_over_time import mobility_change
from placemix.outcomes.work.summaries import pay_summary

__all__ = ["mobility", "mobility_change", "mobility_odds", "oaxaca_blinder", "pay_gap", "pay_summary"]
