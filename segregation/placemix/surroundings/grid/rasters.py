"""Surroundings on a grid: people spread over their unit's ground, or over a raster of where people live."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np

from placemix.counts import Counts
from placemix.errors import InvalidParameter, did_you_mean
from placemix.surroundings.around import Surroundings
from placemix.surroundings.distance.nearby import Shape
from placemix.surroundings.grid.gridded import Coast, Gridded
from placemix.surroundings.grid.populations import settled
from placemix.surroundings.grid.stencils import Stencil, refuse_endless


def raster(
    counts: Counts,
    *,
    cell: float | str,
    bandwidth: float | str,
    shape: Shape = "biweight",
    cutoff: float | str | None = None,
    ancillary: Any = None,  # noqa: ANN401
    band: int = 1,
    reproject: bool = False,
) -> Surroundings:
    """People around each unit on a grid: spread over their unit's ground, not gathered in its centre.

    Each unit's people are put into the cells of a grid, by ground or by a raster of where people
    live; a kernel of the distance between the centres of cells weighs them; and each unit sees what
    its own people see on average. The weight of two units is the mean kernel between a person of one
    and a person of the other, so that large units are as far from themselves as their people are
    from each other.

    Parameters
    ----------
    counts
        Counts with areas on a projected map.
    cell
        Side of a cell: a number of metres, or text such as ``"100 m"``; on a plane of no named unit a
        bare number. A tenth of the bandwidth is fine enough.
    bandwidth, shape, cutoff
        The kernel; see `kernel`.
    ancillary
        Path of a raster of people, such as WorldPop, or an open one, with amounts and no densities in
        its cells. Default: people live evenly on their unit's ground. Cells without data hold nobody,
        and units that reach over them are listed in the notes. A unit without anybody in the raster
        goes by ground, and is listed.
    band
        Band of the raster.
    reproject
        Bring a raster of another coordinate reference system to the units' map, each cell's people
        shared out by ground. By default it is refused.

    Returns
    -------
    surroundings
        For ``around=`` of `placemix.measure`, or ``surroundings @ counts``. A unit smaller than a
        cell keeps its people. Edge shares are known to the size of a cell.

    Raises
    ------
    NoPlace
        Units have no usable shape, or are points.
    InvalidParameter
        A length is not above 0, there are more cells than memory holds, or the kernel has no cut-off
        on a grid too large for that.
    CRSMismatch, GeographicCRS
        The raster or the shapes have no coordinate reference system, they have two, or degrees.
    InvalidTable
        Cells of the raster hold people below 0, or infinitely many.
    UnreadableFile
        There is no such raster, or it cannot be read.

    Notes
    -----
    With P the share of each unit's people in each cell (columns sum to 1: nobody is lost) and K the
    kernel between cells, the weights are PᵀKP. K is done by fast Fourier transforms on parts of the
    grid, so that memory grows with the cells that units cover, not with their square.

    References
    ----------
    Reardon and O'Sullivan 2004.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town().residents("before")
    >>> near = pm.surroundings.raster(town, cell="100 m", bandwidth="1 km")
    >>> near
    <Surroundings of 2,400 units: cells of 100 m, people by ground, biweight kernel, bandwidth 1000 m>
    """
    if shape not in get_args(Shape):
        message = f"shape is one of {', '.join(get_args(Shape))}, not {shape!r}."
        raise InvalidParameter(message, remedy=did_you_mean(shape, get_args(Shape)))
    ends = shape in {"uniform", "triangular", "biweight"}
    if cutoff is not None and ends:
        message = f"A {shape} kernel ends at its bandwidth, so a cut-off means nothing."
        raise InvalidParameter(message, remedy="Leave out cutoff=.")
    found = settled(counts, cell=cell, ancillary=ancillary, band=band, reproject=reproject)
    places = found.places
    b = places.length(bandwidth, "bandwidth")
    cut = b if ends else np.inf if cutoff is None else places.length(cutoff, "cutoff")
    stencil = Stencil(shape, b, cut, found.side * places.factor)
    refuse_endless(stencil, found.shape)
    operator = Gridded.over((found.row, found.column, found.unit, found.share, found.ground), len(counts), stencil)
    texts = [found.text, f"{shape} kernel, bandwidth {places.written(b)}"]
    if not ends:
        texts.append("no cut-off" if np.isinf(cut) else f"cut off at {places.written(cut)}")
    notes = found.notes
    if stencil.cell > b:
        notes = (*notes, "cells wider than the bandwidth, so that only people in the same cell count")
    elif stencil.cell > b / 4:
        notes = (*notes, "cells wider than a quarter of the bandwidth, whose kernel they show coarsely")
    return Surroundings(
        units=counts.units, operator=operator, text=", ".join(texts), outside=Coast(operator), notes=notes
    )
