"""Local values: one a unit; and how many people live above a threshold."""

from placemix.units.thresholds import concentration_profile
from placemix.units.values import local

__all__ = ["concentration_profile", "local"]
