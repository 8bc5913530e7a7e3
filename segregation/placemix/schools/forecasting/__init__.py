"""School places: what a council plans by."""

from placemix.schools.forecasting.mixing import place_mix
from placemix.schools.forecasting.planning import places
from placemix.schools.forecasting.shortages import shortfalls

__all__ = ["place_mix", "places", "shortfalls"]
