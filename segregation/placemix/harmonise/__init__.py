"""One geography, one classification and one date for tables that differ in them."""

from placemix.harmonise.areas import common_areas

__all__ = ["common_areas"]
