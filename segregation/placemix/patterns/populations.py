"""People of zones in the cells of a raster, nobody lost: what patterns are drawn from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from placemix._typing import FloatArray
from placemix.counts import Counts, checked
from placemix.errors import InvalidParameter, MissingExtra, plural
from placemix.results import group_names
from placemix.surroundings.grid.populations import settled

#: Numbers that a raster in memory may hold: 2 GiB.
_MOST = 2**28


@dataclass(frozen=True, eq=False, repr=False)
class Population:
    """People of each group in the cells of a raster, the northernmost row first.

    Attributes
    ----------
    values
        People, shape (groups, rows, columns); NaN on nobody's ground.
    groups
        Names of the groups.
    transform
        Where cells lie on the map, as rasterio holds it.
    crs
        Coordinate reference system, or None.
    text
        How people were put into cells, in words.
    notes
        What else a reader must know.
    """

    values: FloatArray
    groups: tuple[str, ...]
    transform: Any
    crs: Any
    text: str
    notes: tuple[str, ...] = field(default=())

    def __repr__(self) -> str:
        _, rows, columns = self.values.shape
        return (
            f"<Population: {np.nansum(self.values):,.0f} people of {plural(len(self.groups), 'group')} "
            f"in {rows:,} × {columns:,} cells; {self.text}>"
        )


def population(
    counts: Counts,
    *,
    cell: float | str,
    ancillary: Any = None,  # noqa: ANN401
    band: int = 1,
    reproject: bool = False,
) -> Population:
    """Put the people of zones into the cells of a raster; nobody is lost, however small their zone.

    Parameters
    ----------
    counts
        Counts with areas on a projected map. People in none of the groups are left out.
    cell
        Side of a cell: a number of metres or text with a unit; on a plane of no named unit a bare number.
    ancillary, band, reproject
        Raster of where people live; see `placemix.surroundings.raster`. Default: evenly on their zone.

    Returns
    -------
    population
        For `realisations` and `landscape`.

    Raises
    ------
    NoPlace, CRSMismatch, GeographicCRS, InvalidTable, UnreadableFile
        As for `placemix.surroundings.raster`.
    InvalidParameter
        The cell is not above 0, or so small that the raster does not fit into memory.
    SuppressedValue
        Cells of the counts are known only as an interval.
    MissingExtra
        rasterio is not installed.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town().residents("before")
    >>> people = pm.patterns.population(town, cell="250 m")
    >>> people
    <Population: 387,926 people of 5 groups in 63 × 91 cells; cells of 250 m, people by ground>
    """
    counts = checked(counts)
    found = settled(counts, cell=cell, ancillary=ancillary, band=band, reproject=reproject)
    rows, columns = found.shape
    groups = group_names(counts)
    if rows * columns * len(groups) > _MOST:
        message = f"cell={cell!r} makes a raster of {rows:,} × {columns:,} cells and {len(groups)} groups."
        raise InvalidParameter(message, remedy="That does not fit into memory: take larger cells.")
    place = (rows - 1 - found.row.astype(np.int64)) * columns + found.column
    values = np.full((len(groups), rows * columns), np.nan)
    values[:, np.unique(place)] = 0.0
    for number in range(len(groups)):
        there = np.bincount(place, found.share * counts.values[found.unit, number], minlength=rows * columns)
        values[number] += there
    try:
        from rasterio import Affine
    except ImportError as error:  # pragma: no cover (the extra is installed where this is tested)
        message = "Rasters need rasterio."
        raise MissingExtra(message, remedy="pip install 'placemix[raster]'") from error
    north = found.corner[1] + rows * found.side
    transform = Affine(found.side, 0.0, found.corner[0], 0.0, -found.side, north)
    people = values.reshape(len(groups), rows, columns)
    return Population(people, tuple(groups), transform, counts.geometry.crs, found.text, found.notes)
