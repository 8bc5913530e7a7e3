"""Who gains access to what from a scheme: what is near its site, what its services bring, where people meet."""

from placemix.scenarios.access.gaining import access_gained
from placemix.scenarios.access.having import access_of
from placemix.scenarios.access.meeting import meeting_places

__all__ = ["access_gained", "access_of", "meeting_places"]
