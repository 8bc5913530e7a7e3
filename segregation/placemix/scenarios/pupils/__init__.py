"""School places with and without new homes, by planning area and year."""

from placemix.scenarios.pupils.balancing import school_places

__all__ = ["school_places"]
