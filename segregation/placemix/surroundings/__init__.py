"""Surroundings: who is around each unit, by distance, by people, by borders or by journeys."""

from placemix.surroundings.around import Surroundings
from placemix.surroundings.distances import kernel, proximity, within

__all__ = ["Surroundings", "kernel", "proximity", "within"]
