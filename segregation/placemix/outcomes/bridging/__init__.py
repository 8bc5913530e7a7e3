"""The bridge: how separate x how different the places = how unequal, for many conditions, dates and units at once."""

from placemix.outcomes.bridging.bridges import bridge
from placemix.outcomes.bridging.conditions import Condition
from placemix.outcomes.bridging.terms import bridge_terms
from placemix.outcomes.bridging.two_dates import bridge_change

__all__ = ["Condition", "bridge", "bridge_change", "bridge_terms"]
