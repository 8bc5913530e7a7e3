"""People of units in the cells of a grid: by the ground that each cell shares with them, or by a raster of people."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts
from placemix.errors import CRSMismatch, InvalidParameter, InvalidTable, NoPlace, listed, plural
from placemix.harmonise.areas.ancillaries import is_raster
from placemix.harmonise.areas.outlines import named
from placemix.harmonise.areas.rasters import checked, opened
from placemix.surroundings.grid import coverages
from placemix.surroundings.points import Places, locate, shaped

#: Cells that hold people, of one unit each, that fit into memory: about 2 GiB.
MOST_CELLS = 2**26


@dataclass(frozen=True, eq=False)
class Settled:
    """Where in a grid the people of units live. Rows count from the south, columns from the west.

    Attributes
    ----------
    row, column, unit
        Each cell that a unit has ground or people in, shape (entries,).
    share
        Share of the unit's people who live there; a unit's shares sum to 1.
    ground
        Share of the cell's ground that is the unit's.
    shape
        Rows and columns of the grid.
    corner
        West and south end of the grid, in the map's units.
    side
        Side of a cell in the map's units.
    places
        The units' map.
    text
        How people were put into cells, in words.
    notes
        What else a reader must know.
    """

    row: IntArray
    column: IntArray
    unit: IntArray
    share: FloatArray
    ground: FloatArray
    shape: tuple[int, int]
    corner: tuple[float, float]
    side: float
    places: Places
    text: str
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Blocks:
    """Parts of units in cells, block after block: as `Settled`, with amounts of an ancillary instead of shares."""

    row: IntArray
    column: IntArray
    unit: IntArray
    amount: FloatArray
    ground: FloatArray
    bare: FloatArray


def settled(
    counts: Counts,
    *,
    cell: float | str,
    ancillary: Any = None,  # noqa: ANN401
    band: int = 1,
    reproject: bool = False,
) -> Settled:
    """Put the people of units into the cells of a grid; nobody is lost.

    Parameters
    ----------
    counts
        Counts with shapes on a projected map.
    cell
        Side of a cell: a number of metres or text with a unit; on a plane of no named unit a bare
        number. Lines of the grid lie at multiples of it, whatever the units are.
    ancillary
        Path of a raster of people, or an open one, on the units' map. Default: people live evenly on
        their unit's ground.
    band
        Band of the raster.
    reproject
        Bring a raster of another coordinate reference system to the units' map, each cell's people
        shared out by ground.

    Raises
    ------
    NoPlace
        Units have no usable shape, or are points.
    InvalidParameter
        The cell is not above 0, or so small that the cells do not fit into memory.
    CRSMismatch
        The raster, or the shapes, have no coordinate reference system, or they have two.
    InvalidTable
        Cells hold people below 0, or infinitely many.
    UnreadableFile
        There is no such raster.
    """
    import geopandas as gpd
    import shapely

    shapes = shaped(counts)
    points = ~np.isin(shapely.get_type_id(shapes), (3, 6))
    if points.any():
        message = f"{plural(int(points.sum()), 'unit is a point or line', 'units are points or lines')}, not an area."
        remedy = "Build the counts from areas, or use surroundings.kernel, which takes points."
        raise NoPlace(message, units=counts.units[points], remedy=remedy)
    places = locate(counts)
    side = places.length(cell, "cell") / places.factor
    west, south, east, north = (float(end) for end in shapely.total_bounds(shapes))
    corner = (np.floor(west / side) * side, np.floor(south / side) * side)
    many = shapely.area(shapes).sum() / side**2
    if many > MOST_CELLS:
        message = f"cell={cell!r} makes about {many:,.0f} cells, more than the {MOST_CELLS:,} that fit into memory."
        raise InvalidParameter(message, remedy="Take a larger cell; a tenth of the bandwidth is fine enough.")
    xs, ys = (
        low + side * np.arange(max(np.ceil((high - low) / side), 1) + 1)
        for low, high in zip(corner, (east, north), strict=True)
    )
    with ExitStack() as stack:
        source = None
        if ancillary is not None:
            grid = (xs, ys) if reproject else None
            source = _source(ancillary, counts, band, grid, stack)
        near = np.argsort(gpd.GeoSeries(shapes).hilbert_distance().to_numpy(), kind="stable")
        edges = shapely.get_num_coordinates(shapes)[near]
        parts = [
            _part(shapes[near[block]], near[block], xs, ys, source, band)
            for block in coverages.blocks(shapely.bounds(shapes)[near], xs, ys, edges)
        ]
        name = "" if source is None else _name(ancillary)
        way = f"raster {name}" if name else "ground"
        if source is not None and hasattr(source, "src_crs"):
            way += f" brought from {named(_known(source.src_crs))}"
    found = _Blocks(*(np.concatenate([getattr(part, key) for part in parts]) for key in _Blocks.__dataclass_fields__))
    found = _with_dust(found, shapes, corner, side, len(counts))
    share, notes = _shares(found, counts, name)
    text = f"cells of {places.written(side * places.factor)}, people by {way}"
    shape = (len(ys) - 1, len(xs) - 1)
    return Settled(
        found.row, found.column, found.unit, share, found.ground, shape, corner, side, places, text, tuple(notes)
    )


def _source(
    ancillary: Any,  # noqa: ANN401
    counts: Counts,
    band: int,
    grid: tuple[FloatArray, FloatArray] | None,
    stack: ExitStack,
) -> Any:  # noqa: ANN401
    """Open a raster of people on the units' map; brought there where that is asked for."""
    if not is_raster(ancillary):
        message = f"ancillary is the path of a raster of people, or an open one, not a {type(ancillary).__name__}."
        raise InvalidParameter(message, remedy="Leave it out for people who live evenly on their unit's ground.")
    source = opened(ancillary, stack, remedy="ancillary= takes the path of a raster of people, or an open one.")
    checked(source, counts.geometry, band)
    theirs, ours = _known(source.crs), counts.geometry.crs
    if theirs.equals(ours, ignore_axis_order=True) or (theirs.to_epsg() or -1) == ours.to_epsg():
        return source
    if grid is None:
        message = f"The raster {_name(ancillary)!r} is in {named(theirs)}, the units are in {named(ours)}."
        remedy = (
            f"Warp it first (gdalwarp -t_srs {named(ours)} -r sum), or pass reproject=True, which shares out each "
            "cell's people by ground."
        )
        raise CRSMismatch(message, remedy=remedy)
    from rasterio import Affine
    from rasterio.enums import Resampling
    from rasterio.vrt import WarpedVRT

    xs, ys = grid
    side = xs[1] - xs[0]
    # With the usual tolerance a cell's people would depend on which window it is read in.
    warped = WarpedVRT(
        source, crs=ours.to_wkt(), transform=Affine(side, 0.0, xs[0], 0.0, -side, ys[-1]), width=len(xs) - 1,
        height=len(ys) - 1, resampling=Resampling.sum, tolerance=1e-3,
    )  # fmt: skip
    return stack.enter_context(warped)


def _known(crs: Any) -> Any:  # noqa: ANN401
    """Return a raster's coordinate reference system as GeoPandas holds it."""
    import geopandas as gpd

    return gpd.GeoSeries(crs=crs).crs


def _name(ancillary: Any) -> str:  # noqa: ANN401
    return Path(str(ancillary if isinstance(ancillary, (str, Path)) else ancillary.name)).name


def _part(
    shapes: Any,  # noqa: ANN401
    unit: IntArray,
    xs: FloatArray,
    ys: FloatArray,
    source: Any,  # noqa: ANN401
    band: int,
) -> _Blocks:
    """Cells of a block of units, with the ground and the ancillary's people in each."""
    if source is None:
        found = coverages.pieces(shapes, xs, ys)
        bare = np.zeros(len(found.share))
        return _Blocks(
            found.row.astype(np.int32), found.column.astype(np.int32), unit[found.shape].astype(np.int32),
            found.share, found.share, bare,
        )  # fmt: skip
    people, west, north, wide, high = _read(source, shapes, band)
    # Cut by both grids at once, so that a cell's people stay on the part of it where the raster has them.
    theirs_x, theirs_y = west + wide * np.arange(people.shape[1] + 1), north - high * np.arange(people.shape[0], -1, -1)
    both_x, both_y = np.union1d(xs, theirs_x), np.union1d(ys, theirs_y)
    found = coverages.pieces(shapes, both_x, both_y)
    x, y = (both_x[:-1] + both_x[1:]) / 2, (both_y[:-1] + both_y[1:]) / 2
    area = found.share * np.diff(both_x)[found.column] * np.diff(both_y)[found.row]
    across = np.searchsorted(theirs_x, x, side="right")[found.column] - 1
    up = np.searchsorted(theirs_y, y, side="right")[found.row] - 1
    inside = (across >= 0) & (across < people.shape[1]) & (up >= 0) & (up < people.shape[0])
    amount = np.full(len(area), np.nan)
    amount[inside] = people[people.shape[0] - 1 - up[inside], across[inside]] * area[inside] / (wide * high)
    unknown = np.isnan(amount)
    amount[unknown] = 0.0
    row, column = np.searchsorted(ys, y, side="right") - 1, np.searchsorted(xs, x, side="right") - 1
    key = (found.shape * len(ys) + row[found.row]) * len(xs) + column[found.column]
    cells, place = np.unique(key, return_inverse=True)
    rest, column = np.divmod(cells, len(xs))
    shape, row = np.divmod(rest, len(ys))

    def summed(part: FloatArray) -> FloatArray:
        return np.asarray(np.bincount(place, part, minlength=len(cells)), dtype=np.float64)

    ground = area / ((xs[1] - xs[0]) * (ys[1] - ys[0]))
    return _Blocks(
        row.astype(np.int32), column.astype(np.int32), unit[shape].astype(np.int32),
        summed(amount), summed(ground), summed(np.where(unknown, ground, 0.0)),
    )  # fmt: skip


def _read(source: Any, shapes: Any, band: int) -> tuple[FloatArray, float, float, float, float]:  # noqa: ANN401
    """Read the window of a raster around shapes: people (NaN without data), its west and north end, a cell's sides."""
    import shapely
    from rasterio.windows import Window

    transform = source.transform
    wide, high = transform.a, -transform.e
    west, south, east, north = shapely.total_bounds(shapes)
    first = int(np.clip((west - transform.c) // wide, 0, source.width))
    last = int(np.clip((east - transform.c) // wide + 1, first, source.width))
    top = int(np.clip((transform.f - north) // high, 0, source.height))
    end = int(np.clip((transform.f - south) // high + 1, top, source.height))
    people = np.empty((end - top, last - first))
    if people.size:
        window = Window(first, top, last - first, end - top)
        people = np.ma.filled(source.read(band, window=window, masked=True).astype(np.float64), np.nan)
    for wrong, what in ((np.isinf(people), "infinitely many people"), (people < 0, "people below 0")):
        if wrong.any():
            message = f"{plural(int(wrong.sum()), 'cell')} of the raster {_name(source)!r} hold {what}."
            raise InvalidTable(message, remedy="Say which value means no data, in the file's own nodata field.")
    return people, transform.c + first * wide, transform.f - top * high, wide, high


def _with_dust(found: _Blocks, shapes: Any, corner: tuple[float, float], side: float, units: int) -> _Blocks:  # noqa: ANN401
    """Give a unit too small for any share of a cell the cell that it lies in."""
    import shapely

    lost = np.flatnonzero(np.bincount(found.unit, minlength=units) == 0)
    if not len(lost):
        return found
    at = shapely.get_coordinates(shapely.point_on_surface(shapes[lost]))
    column, row = ((at - corner) // side).astype(np.int32).T
    ground = shapely.area(shapes[lost]) / side**2
    more = _Blocks(row, column, lost.astype(np.int32), np.zeros(len(lost)), ground, np.zeros(len(lost)))
    return _Blocks(*(np.concatenate([getattr(found, key), getattr(more, key)]) for key in _Blocks.__dataclass_fields__))


def _shares(found: _Blocks, counts: Counts, name: str) -> tuple[FloatArray, list[str]]:
    """Share of a unit's people in each of its cells, and what was assumed."""
    units = len(counts)
    ground = np.bincount(found.unit, found.ground, minlength=units)
    if not name:
        return found.ground / ground[found.unit], []
    people = np.bincount(found.unit, found.amount, minlength=units)
    bare = np.bincount(found.unit, found.bare, minlength=units) > 1e-6 * ground
    none = people <= 0
    amount = np.where(none[found.unit], found.ground / ground[found.unit], found.amount)
    share = amount / np.where(none, 1.0, people)[found.unit]
    notes = []
    if none.any():
        which = listed(list(counts.units[none]))
        have = plural(int(none.sum()), "unit has", "units have")
        notes.append(f"{have} nobody in {name} and went by ground ({which})")
    partly = bare & ~none
    if partly.any():
        which = listed(list(counts.units[partly]))
        reach = plural(int(partly.sum()), "unit reaches", "units reach")
        notes.append(f"{reach} over ground without data in {name}, where nobody was taken to live ({which})")
    return share, notes
