"""Published tables: fetched, or placed by hand, checked, and brought together for one district."""

from placemix.fetching.harvests import Harvest, get

__all__ = ["Harvest", "get"]
