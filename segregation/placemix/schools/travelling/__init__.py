"""Who can reach which schools."""

from placemix.schools.travelling.before_after import compare_access
from placemix.schools.travelling.journeys import travel_times
from placemix.schools.travelling.reaching import access

__all__ = ["access", "compare_access", "travel_times"]
