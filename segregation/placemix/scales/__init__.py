"""Scales: the same measure at many radii, levels of area and zonings, because one choice of them is no fact."""

from placemix.scales.levels import table
from placemix.scales.profiles import macro_micro, profile
from placemix.scales.zonings import zoning

__all__ = ["macro_micro", "profile", "table", "zoning"]
