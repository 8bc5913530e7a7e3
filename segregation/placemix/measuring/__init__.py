"""Measuring: from counts and the names of measures to a tidy result."""

from placemix.measuring.squares import matrix
from placemix.measuring.verbs import catalogue, estimate, measure, pairwise

__all__ = ["catalogue", "estimate", "matrix", "measure", "pairwise"]
