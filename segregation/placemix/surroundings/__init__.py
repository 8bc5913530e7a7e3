"""Surroundings: who is around each unit, by distance, by people, by borders or by journeys."""

import importlib
from typing import TYPE_CHECKING

from placemix.surroundings.around import Surroundings
from placemix.surroundings.distance.bounds import truncation_bound
from placemix.surroundings.distance.distances import kernel, proximity, within
from placemix.surroundings.neighbours.adjacency import contiguity, perimeters, shared_boundary
from placemix.surroundings.neighbours.given import from_graph, from_matrix
from placemix.surroundings.people.nearest import nearest_people, nearest_places
from placemix.surroundings.people.walks import trajectories
from placemix.surroundings.travel.barriers import with_barriers
from placemix.surroundings.travel.journeys import travel_time
from placemix.surroundings.travel.networks import network

if TYPE_CHECKING:
    from placemix.surroundings.grid.rasters import raster

__all__ = [
    "Surroundings",
    "contiguity",
    "from_graph",
    "from_matrix",
    "kernel",
    "nearest_people",
    "nearest_places",
    "network",
    "perimeters",
    "proximity",
    "raster",
    "shared_boundary",
    "trajectories",
    "travel_time",
    "truncation_bound",
    "with_barriers",
    "within",
]


def __getattr__(name: str) -> object:
    # Rasters need the room of harmonising, which nothing else here does: measuring must start quickly.
    if name == "raster":
        return importlib.import_module("placemix.surroundings.grid.rasters").raster
    message = f"module 'placemix.surroundings' has no attribute {name!r}"
    raise AttributeError(message)
