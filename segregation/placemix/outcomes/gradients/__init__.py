"""Gradients over ranked classes: slope and relative index, concentration, one end beside the other."""

from placemix.outcomes.gradients.quantiles import quantile_ratio
from placemix.outcomes.gradients.ranking import inequality

__all__ = ["inequality", "quantile_ratio"]
