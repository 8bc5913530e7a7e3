"""Segregation joined with outcomes of places: the join with its checks, associations, and local distributions."""

from placemix.outcomes.joining.associating import association
from placemix.outcomes.joining.distributing import local_distribution
from placemix.outcomes.joining.linking import link

__all__ = ["association", "link", "local_distribution"]
