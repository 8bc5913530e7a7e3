"""What measures need to know of the ground that units cover: its size, and the length of its border."""

from __future__ import annotations

from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts
from placemix.errors import NoPlace
from placemix.surroundings import perimeters
from placemix.surroundings.people.nearest import ranks
from placemix.surroundings.points import locate


def area_of(counts: Counts) -> FloatArray:
    """Ground of each unit in square metres, or in the square of the plane's own unit, shape (units,).

    Raises
    ------
    NoPlace, CRSMismatch, GeographicCRS
        The units have no shapes, or none whose area is known.
    """
    area = locate(counts).area
    if area is None:
        message = "The units are points, and this measure needs their areas."
        raise NoPlace(message, remedy="Build the counts from shapes, or with area= a column in square map units.")
    return area


def places_of(counts: Counts) -> tuple[FloatArray, IntArray]:
    """Where units are, shape (units, 2), and the rank of their ids as text, for those equally far.

    Raises
    ------
    NoPlace, CRSMismatch, GeographicCRS
        The units have no shapes or points.
    """
    return locate(counts).xy, ranks(counts)


#: What the catalogue calls each.
GROUND = {"area": area_of, "outline": perimeters}
