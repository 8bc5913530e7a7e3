"""Curves of segregation: their points, which of two lies inside the other, and who stands higher."""

from placemix.curves.dominating import lorenz_dominance
from placemix.curves.points import segregation_curve
from placemix.curves.statuses import vertical_segregation

__all__ = ["lorenz_dominance", "segregation_curve", "vertical_segregation"]
