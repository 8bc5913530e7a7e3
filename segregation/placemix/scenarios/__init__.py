"""What a plan would do: who would live where, how sure that is, and what it changes."""

from placemix.scenarios.composition import calibrate, expected_mix
from placemix.scenarios.effects import index_effects
from placemix.scenarios.neighbourhood import neighbourhood_effects
from placemix.scenarios.people import added_by_unit, scheme_people
from placemix.scenarios.schemes import Scheme, Schemes, placed, read_scheme, scheme, schemes_from_register

__all__ = [
    "Scheme",
    "Schemes",
    "added_by_unit",
    "calibrate",
    "expected_mix",
    "index_effects",
    "neighbourhood_effects",
    "placed",
    "read_scheme",
    "scheme",
    "scheme_people",
    "schemes_from_register",
]
