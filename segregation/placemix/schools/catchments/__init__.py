"""Catchments: drawn, given, judged, redrawn."""

from placemix.schools.catchments.balancing import balanced_catchments
from placemix.schools.catchments.drawing import given_catchments, nearest_catchments
from placemix.schools.catchments.evaluating import evaluate_catchments
from placemix.schools.catchments.redrawing import redraw

__all__ = ["balanced_catchments", "evaluate_catchments", "given_catchments", "nearest_catchments", "redraw"]
