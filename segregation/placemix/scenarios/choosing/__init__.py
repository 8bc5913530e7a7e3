"""Mixes of homes for a site, and sites for a mix of homes, beside each other over objectives that are named."""

from placemix.scenarios.choosing.alternatives import objectives_of
from placemix.scenarios.choosing.mixes import best_mixes
from placemix.scenarios.choosing.sites import best_sites
from placemix.scenarios.choosing.slopes import index_gradients

__all__ = ["best_mixes", "best_sites", "index_gradients", "objectives_of"]
