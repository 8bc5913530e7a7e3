"""Taking part in elections: turnout beside everyone else's, and what a vote weighs where seats are drawn."""

from placemix.outcomes.participation.rests import gap_to_rest
from placemix.outcomes.participation.turnouts import turnout_gaps
from placemix.outcomes.participation.weights import electoral_weight

__all__ = ["electoral_weight", "gap_to_rest", "turnout_gaps"]
