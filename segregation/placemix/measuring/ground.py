"""What measures need to know of the ground that units cover: its size, and the length of its border."""

from __future__ import annotations

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts
from placemix.errors import InvalidArea, NoPlace, PlacemixError, plural, together
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
        message = "Units are points or lines, or some are, and this measure needs the areas of all."
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


def land_of(counts: Counts) -> FloatArray:
    """Land of each unit: as stated when the counts were built, else the area of its shape, shape (units,).

    Raises
    ------
    InvalidArea
        Areas are not above 0; all units are listed.
    NoPlace, CRSMismatch, GeographicCRS
        No areas were stated, and the units have no shapes, or none whose area is known.
    """
    if counts.area is None and (counts.geometry is None or counts.geometry.isna().any()):
        _lacking(counts)
    area = counts.area if counts.area is not None else area_of(counts)
    faults: list[PlacemixError] = []
    for wrong, has, have in (
        (area < 0, "has an area below 0", "have areas below 0"),
        (area == 0, "has an area of 0", "have areas of 0"),
        (~np.isfinite(area), "has no area", "have no areas"),
    ):
        if wrong.any():
            message = f"{plural(int(wrong.sum()), f'unit {has}', f'units {have}')}."
            remedy = "Give each unit the land it has, above 0, or leave it out with counts.take."
            faults.append(InvalidArea(message, units=counts.units[wrong], remedy=remedy))
    if faults:
        raise together(faults)
    return area


def _lacking(counts: Counts) -> None:
    """Say that the land of units is not known."""
    remedy = "Build the counts with area= a column of land, or geometry= shapes."
    if counts.geometry is None:
        raise NoPlace(
            "The counts have no shapes and no areas, so nobody knows how much land units have.", remedy=remedy
        )
    absent = counts.geometry.isna().to_numpy()
    message = f"{plural(int(absent.sum()), 'unit has', 'units have')} neither an area nor a shape."
    raise NoPlace(message, units=counts.units[absent], remedy=f"Leave them out with counts.take. {remedy}")


def land_text(counts: Counts) -> str:
    """Say in which unit land is measured, and where the areas come from."""
    if counts.area is not None:
        return "areas as stated"
    return f"areas of the shapes in {locate(counts).unit}²".replace("units²", "square units")


#: What measures of concentration need, by the catalogue's name.
LAND = {"area": land_of}

#: What the catalogue calls each.
GROUND = {"area": area_of, "outline": perimeters}
