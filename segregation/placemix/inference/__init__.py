"""How far numbers may be off, and what chance alone would give."""

from placemix.inference.chances import expected, table
from placemix.inference.smoothing import smoothing_bias

__all__ = ["expected", "smoothing_bias", "table"]
