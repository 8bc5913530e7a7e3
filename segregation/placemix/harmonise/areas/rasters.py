"""Amounts in zones from the cells of a raster, read window by window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.errors import CRSMismatch, InvalidParameter, InvalidTable, MissingExtra, UnreadableFile, did_you_mean
from placemix.harmonise.areas.clipping import areas_in_boxes
from placemix.harmonise.areas.outlines import sound

#: How cells are shared out: by the ground they share with a zone, or whole to where their centre lies.
Coverage: TypeAlias = Literal["exact", "centre"]
#: Cells read at a time.
WINDOW = 1 << 20


def amounts_in_zones(
    raster: Any,  # noqa: ANN401
    zones: Any,  # noqa: ANN401
    *,
    band: int = 1,
    coverage: Coverage = "exact",
) -> FloatArray:
    """Add up a raster's amounts within zones, such as people in each cell of a population grid.

    Parameters
    ----------
    raster
        Path of a file that rasterio reads, or an open dataset. Cells hold amounts, not densities;
        cells without data hold none.
    zones
        GeoSeries of areas that do not overlap. They are brought to the raster's coordinate
        reference system, never the raster to theirs.
    band
        Which band of the file.
    coverage
        ``"exact"`` shares a cell out by the ground that each zone has in it, so that a zone smaller
        than a cell keeps its part. ``"centre"`` gives a cell whole to the zone around its centre:
        quicker where cells are much smaller than zones, and nothing for a zone without a centre.

    Returns
    -------
    amounts
        Shape (zones,).

    Raises
    ------
    CRSMismatch
        The raster or the zones have no coordinate reference system.
    InvalidParameter
        There is no such band or coverage, or the raster's rows do not run along the axes.
    InvalidTable
        Cells hold amounts below 0, or infinite ones.
    UnreadableFile
        There is no such file, or rasterio cannot read it.
    """
    if coverage not in {"exact", "centre"}:
        message = f"coverage is 'exact' or 'centre', not {coverage!r}."
        raise InvalidParameter(message, remedy=did_you_mean(coverage, ["exact", "centre"]))
    with ExitStack() as stack:
        source = opened(raster, stack)
        checked(source, zones, band)
        # Corners that move to another map by their last digits may make a narrow zone cross itself.
        shapes = sound(np.asarray(zones.to_crs(source.crs).array, dtype=object))
        amounts = np.zeros(len(shapes))
        for values, left, top, step in _windows(source, shapes, band):
            add = _by_ground if coverage == "exact" else _by_centre
            add(amounts, shapes, values, (left, top), step)
    return amounts


def sticking_out(raster: Any, zones: Any) -> BoolArray:  # noqa: ANN401
    """Tell which zones lie in part or whole outside a raster, which says nothing of the ground there."""
    import shapely

    with ExitStack() as stack:
        source = opened(raster, stack)
        transform = source.transform
        west, north, wide, high = transform.c, transform.f, transform.a, -transform.e
        east, south = west + wide * source.width, north - high * source.height
        frames = shapely.bounds(np.asarray(zones.to_crs(source.crs).array, dtype=object))
    beyond = np.column_stack([west - frames[:, 0], south - frames[:, 1], frames[:, 2] - east, frames[:, 3] - north])
    slack = 1e-6 * np.array([wide, high, wide, high])
    out: BoolArray = np.asarray((beyond > slack).any(axis=1), dtype=bool)
    return out


def opened(
    raster: Any,  # noqa: ANN401
    stack: ExitStack,
    *,
    remedy: str = "by= takes 'area', the path of a raster, or points or areas with amounts.",
) -> Any:  # noqa: ANN401
    """Open a raster, to be closed with the stack; an open one is returned as it is.

    Raises
    ------
    UnreadableFile
        There is no such file, or rasterio cannot read it.
    MissingExtra
        rasterio is not installed.
    """
    if hasattr(raster, "transform") and hasattr(raster, "read"):
        return raster
    try:
        import rasterio
    except ImportError as error:  # pragma: no cover (the extra is installed where this is tested)
        message = "Reading rasters needs rasterio."
        raise MissingExtra(message, remedy="pip install 'placemix[raster]'") from error
    file = Path(raster)
    if not file.is_file():
        message = f"There is no raster {file.name!r} in {str(file.parent)!r}."
        raise UnreadableFile(message, remedy=remedy)
    try:
        return stack.enter_context(rasterio.open(file))
    except rasterio.errors.RasterioIOError as error:
        message = f"{file.name!r} is no raster that can be read."
        raise UnreadableFile(message, remedy="GeoTIFF is read everywhere.") from error


def checked(source: Any, zones: Any, band: int) -> None:  # noqa: ANN401
    """Refuse a raster whose cells have no place on a map, or that lacks the band.

    Raises
    ------
    CRSMismatch
        The raster or the zones have no coordinate reference system.
    InvalidParameter
        There is no such band, or the raster's rows do not run along the axes.
    """
    name = Path(str(source.name)).name
    if source.crs is None:
        message = f"The raster {name!r} has no coordinate reference system, so nobody knows where its cells lie."
        raise CRSMismatch(message, remedy="Write it into the file first, for example with gdal_edit.py -a_srs.")
    if zones.crs is None:
        message = "The zones have no coordinate reference system, and the raster does."
        raise CRSMismatch(message, remedy="Say which it is: shapes.set_crs('EPSG:27700').")
    if band not in source.indexes:
        message = f"The raster {name!r} has bands {list(source.indexes)}, not {band!r}."
        raise InvalidParameter(message)
    transform = source.transform
    if transform.b or transform.d or transform.e >= 0 or transform.a <= 0:
        message = f"The rows of the raster {name!r} do not run from west to east, north to south."
        raise InvalidParameter(message, remedy="Warp it to an upright grid first, for example with gdalwarp.")


def _windows(
    source: Any,  # noqa: ANN401
    shapes: Any,  # noqa: ANN401
    band: int,
) -> Iterator[tuple[FloatArray, float, float, tuple[float, float]]]:
    """Yield the amounts of a block of rows, its corner, and the sides of a cell."""
    import shapely
    from rasterio.windows import Window

    transform = source.transform
    wide, high = transform.a, -transform.e
    west, south, east, north = shapely.total_bounds(shapes)
    if np.isnan(west):
        return
    first_column = max(int((west - transform.c) // wide), 0)
    last_column = min(int((east - transform.c) // wide) + 1, source.width)
    first_row = max(int((transform.f - north) // high), 0)
    last_row = min(int((transform.f - south) // high) + 1, source.height)
    if first_column >= last_column or first_row >= last_row:
        return
    height = max(WINDOW // (last_column - first_column), 1)
    for row in range(first_row, last_row, height):
        rows = min(height, last_row - row)
        window = Window(first_column, row, last_column - first_column, rows)
        masked = source.read(band, window=window, masked=True)
        values = np.ma.filled(masked.astype(np.float64), 0.0)
        # No data is no people as far as weights go; a source without any falls back to its area.
        values = np.where(np.isnan(values), 0.0, values)
        if np.isinf(values).any():
            message = f"{np.isinf(values).sum():,} cells hold infinite amounts."
            raise InvalidTable(message, remedy="Say which value means no data, in the file's own nodata field.")
        if (values < 0).any():
            message = f"{(values < 0).sum():,} cells hold amounts below 0; the least is {values.min():g}."
            raise InvalidTable(message, remedy="Say which value means no data, in the file's own nodata field.")
        yield values, transform.c + first_column * wide, transform.f - row * high, (wide, high)


def _by_centre(
    amounts: FloatArray,
    shapes: Any,  # noqa: ANN401
    values: FloatArray,
    corner: tuple[float, float],
    step: tuple[float, float],
) -> None:
    import shapely

    row, column = np.nonzero(values)
    centres = shapely.points(corner[0] + (column + 0.5) * step[0], corner[1] - (row + 0.5) * step[1])
    point, zone = shapely.STRtree(shapes).query(centres, predicate="intersects")
    order = np.lexsort((zone, point))
    # A centre on a border between two zones counts in the first of them.
    point, first = np.unique(point[order], return_index=True)
    np.add.at(amounts, zone[order][first], values[row[point], column[point]])


def _by_ground(
    amounts: FloatArray,
    shapes: Any,  # noqa: ANN401
    values: FloatArray,
    corner: tuple[float, float],
    step: tuple[float, float],
) -> None:
    import shapely

    zone, row, column = _meeting(shapely.bounds(shapes), values, corner, step)
    west, north = corner[0] + column * step[0], corner[1] - row * step[1]
    inside = areas_in_boxes(shapes, zone, np.column_stack([west, north - step[1], west + step[0], north]))
    amounts += np.bincount(zone, values[row, column] * inside / (step[0] * step[1]), minlength=len(shapes))


def _meeting(
    bounds: FloatArray, values: FloatArray, corner: tuple[float, float], step: tuple[float, float]
) -> tuple[IntArray, IntArray, IntArray]:
    """List zones with the cells that hold something and that their frames touch."""
    rows, columns = values.shape
    known = np.flatnonzero(~np.isnan(bounds[:, 0]))
    west, south, east, north = bounds[known].T
    first = np.clip(((west - corner[0]) // step[0]).astype(np.int64), 0, columns)
    last = np.clip(((east - corner[0]) // step[0]).astype(np.int64) + 1, 0, columns)
    top = np.clip(((corner[1] - north) // step[1]).astype(np.int64), 0, rows)
    end = np.clip(((corner[1] - south) // step[1]).astype(np.int64) + 1, 0, rows)
    wide, high = np.maximum(last - first, 0), np.maximum(end - top, 0)
    count = wide * high
    zone = np.repeat(np.arange(len(known)), count)
    place = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    row, column = top[zone] + place // np.maximum(wide[zone], 1), first[zone] + place % np.maximum(wide[zone], 1)
    full = values[row, column] > 0
    return known[zone[full]], row[full], column[full]
