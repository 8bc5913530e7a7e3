"""Measuring: from counts and the names of measures to a tidy result."""

from placemix.measuring.verbs import catalogue, estimate, measure, pairwise

__all__ = ["catalogue", "estimate", "measure", "pairwise"]
