"""What a planner hands in: schemes from files, from registers and from Python, and where they lie."""

from placemix.scenarios.schemes.building import scheme
from placemix.scenarios.schemes.files import read_scheme
from placemix.scenarios.schemes.laying import placed
from placemix.scenarios.schemes.proposals import Scheme, Schemes
from placemix.scenarios.schemes.registers import schemes_from_register

__all__ = ["Scheme", "Schemes", "placed", "read_scheme", "scheme", "schemes_from_register"]
