"""How separate schools are: by phase and authority, between kinds of school, school by school."""

from placemix.schools.standing.designations import between
from placemix.schools.standing.reporting import segregation
from placemix.schools.standing.shares_of_schools import contributions

__all__ = ["between", "contributions", "segregation"]
