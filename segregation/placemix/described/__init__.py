"""Tables that a configuration file describes: what may be said of them, and how they are read."""

from placemix.described.keys import COUNTS, FILE, LOOKUP, counts_faults
from placemix.described.tables import VARIABLE, Described, expanded, opened

__all__ = ["COUNTS", "FILE", "LOOKUP", "VARIABLE", "Described", "counts_faults", "expanded", "opened"]
