"""Where cells come from: an array, or a file that is read block by block and never whole."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.errors import CRSMismatch, InvalidParameter, InvalidTable, listed, plural
from placemix.harmonise.areas.ancillaries import is_raster
from placemix.harmonise.areas.rasters import opened

#: Code of a cell without data, and of one with a category but no weight.
MISSING, UNWEIGHTED = -1, -2
#: Most categories that a raster may have; each window has a table of their pairs.
MOST_CATEGORIES = 1000
#: Cells read at a time.
CELLS = 2**19
#: Bytes of a file's blocks that are kept for the next reading.
CACHE = 2**26

#: First row or column, and the one after the last.
Span = tuple[int, int]


class Source(Protocol):
    """Cells with a category each, and perhaps a weight."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""

    @property
    def categories(self) -> Any:  # noqa: ANN401
        """The categories, in the order of their codes."""

    @property
    def weighted(self) -> bool:
        """Whether cells have weights."""

    @property
    def tile(self) -> tuple[int, int]:
        """Rows and columns that are stored together."""

    def read(self, rows: Span, columns: Span) -> tuple[IntArray, FloatArray | None]:
        """Return the codes of a rectangle of cells, and their weights."""


class Cells(Protocol):
    """Values of one raster."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""

    @property
    def tile(self) -> tuple[int, int]:
        """Rows and columns that are stored together."""

    def values(self, rows: Span, columns: Span) -> Any:  # noqa: ANN401
        """Return a rectangle of values, masked where there is no data."""


@dataclass(frozen=True, eq=False)
class Held:
    """Values in memory.

    Attributes
    ----------
    array
        Shape (rows, columns); a masked array, or one whose NaN are no data.
    """

    array: Any

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.array.shape[0], self.array.shape[1]

    @property
    def tile(self) -> tuple[int, int]:
        """A row."""
        return 1, self.shape[1]

    def values(self, rows: Span, columns: Span) -> Any:  # noqa: ANN401
        """Return a rectangle of values, masked where there is no data."""
        part = self.array[rows[0] : rows[1], columns[0] : columns[1]]
        return _with_nan(np.ma.asarray(part))


@dataclass(frozen=True, eq=False)
class Stored:
    """Values in a file.

    Attributes
    ----------
    dataset
        Open rasterio dataset.
    band
        Which of its bands.
    """

    dataset: Any
    band: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.dataset.height, self.dataset.width

    @property
    def tile(self) -> tuple[int, int]:
        """Rows and columns that are stored together."""
        return tile_of(self.dataset, self.band)

    def values(self, rows: Span, columns: Span) -> Any:  # noqa: ANN401
        """Return a rectangle of values, masked where there is no data."""
        return _with_nan(self.dataset.read(self.band, window=(rows, columns), masked=True))


def tile_of(dataset: Any, band: int) -> tuple[int, int]:  # noqa: ANN401
    """Return how many rows and columns of a band are stored together."""
    rows, columns = dataset.block_shapes[band - 1]
    return int(min(rows, dataset.height)), int(min(columns, dataset.width))


def _with_nan(values: Any) -> Any:  # noqa: ANN401
    """Mask what is no number, as no data."""
    if values.dtype.kind != "f":
        return values
    data = np.ma.getdata(values)
    return np.ma.array(data, mask=np.ma.getmaskarray(values) | np.isnan(data), copy=False)


def cells_of(raster: Any, name: str, band: int, stack: ExitStack) -> Cells:  # noqa: ANN401
    """Take a raster as it is given: an array, the path of a file, or an open one.

    Raises
    ------
    InvalidParameter
        It is none of these, has not two dimensions, or lacks the band.
    InvalidTable
        It has no cells, or no numbers.
    UnreadableFile
        There is no such file, or it cannot be read.
    """
    if is_raster(raster):
        return Stored(*_band(raster, name, band, stack))
    array = raster if np.ma.isMaskedArray(raster) else np.asarray(raster)
    if array.ndim != 2:
        message = f"{name} has {plural(array.ndim, 'dimension')}, not two."
        raise InvalidParameter(message, remedy="Give one raster: rows and columns of cells, or the path of a file.")
    if array.dtype.kind not in "buif":
        message = f"{name} holds {array.dtype}, not numbers."
        raise InvalidTable(message, remedy="Give each category a whole number.")
    return Held(array.astype(np.uint8) if array.dtype.kind == "b" else array)


def _band(raster: Any, name: str, band: int, stack: ExitStack) -> tuple[Any, int]:  # noqa: ANN401
    dataset = opened_lean(raster, stack, f"{name} is an array of rows and columns, or the path of a raster.")
    if band not in dataset.indexes:
        message = f"{name} has bands {list(dataset.indexes)}, not {band!r}."
        raise InvalidParameter(message)
    return dataset, band


def opened_lean(raster: Any, stack: ExitStack, remedy: str) -> Any:  # noqa: ANN401
    """Open a raster for reading block by block, without a cache that would fill memory."""
    dataset = opened(raster, stack, remedy=remedy)
    import rasterio

    stack.enter_context(rasterio.Env(GDAL_CACHEMAX=CACHE))
    return dataset


def blocks(shape: tuple[int, int], tile: tuple[int, int]) -> list[tuple[Span, Span]]:
    """Cut a raster into blocks that are read at a time.

    Parameters
    ----------
    shape
        Rows and columns.
    tile
        Rows and columns that are stored together, of which a block has whole ones where it can.
    """
    wide = min(shape[1], max(CELLS // (tile[0] * tile[1]), 1) * tile[1])
    high = min(shape[0], max(CELLS // wide // tile[0] * tile[0], 1))
    return [
        ((top, min(top + high, shape[0])), (left, min(left + wide, shape[1])))
        for top in range(0, shape[0], high)
        for left in range(0, shape[1], wide)
    ]


def categories_in(cells: Cells, name: str) -> IntArray:
    """Read through a raster once and list its categories.

    Raises
    ------
    InvalidTable
        There are no data, numbers that are not whole, or far too many of them.
    """
    found: set[int] = set()
    for rows, columns in blocks(cells.shape, cells.tile):
        values = _whole(cells.values(rows, columns).compressed(), name)
        found.update(_distinct(values))
        if len(found) > MOST_CATEGORIES:
            message = f"{name} has more than {MOST_CATEGORIES:,} different values, such as {listed(sorted(found))}."
            raise InvalidTable(message, remedy="Patterns are of categories: class the values first.")
    if not found:
        message = f"{name} has no cell with data."
        raise InvalidTable(message, remedy="Look at its nodata value, or at the mask.")
    return np.array(sorted(found), dtype=np.int64)


def _distinct(values: Any) -> Sequence[int]:  # noqa: ANN401
    if values.size and values.min() >= 0 and values.max() < 2**16:
        there: list[int] = np.flatnonzero(np.bincount(values)).tolist()
        return there
    out: list[int] = np.unique(values).tolist()
    return out


def _whole(values: Any, name: str) -> Any:  # noqa: ANN401
    """Return whole numbers as integers."""
    if values.dtype.kind != "f":
        return values
    parts = values[~np.isfinite(values) | (values != np.floor(values))]
    if parts.size:
        message = f"{name} holds numbers that are not whole, such as {listed([f'{part:g}' for part in parts[:3]])}."
        raise InvalidTable(message, remedy="Patterns are of categories: class the values first.")
    return values.astype(np.int64)


@dataclass(frozen=True, eq=False)
class Categorical:
    """A raster of categories, with weights or without.

    Attributes
    ----------
    cells
        The raster.
    categories
        Its categories, rising.
    weights
        Weight of each cell, or None.
    unweighted
        What happens where a cell has a category but no weight: ``"omit"``, ``"zero"`` or ``"keep"``.
    """

    cells: Cells
    categories: IntArray
    weights: Cells | None = None
    unweighted: str = "omit"

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.cells.shape

    @property
    def weighted(self) -> bool:
        """Whether cells have weights."""
        return self.weights is not None

    @property
    def tile(self) -> tuple[int, int]:
        """Rows and columns that are stored together."""
        return self.cells.tile

    def read(self, rows: Span, columns: Span) -> tuple[IntArray, FloatArray | None]:
        """Return the codes of a rectangle of cells, and their weights."""
        values = self.cells.values(rows, columns)
        there = ~np.ma.getmaskarray(values)
        code = np.full(values.shape, MISSING, dtype=np.int16)
        known = _whole(np.ma.getdata(values)[there], "raster")
        place = np.searchsorted(self.categories, known)
        found = self.categories[np.minimum(place, len(self.categories) - 1)] == known
        if not found.all():
            others = sorted(set(np.unique(known[~found]).tolist()))
            message = f"The raster has {plural(len(others), 'value')} that categories= does not name: {listed(others)}."
            raise InvalidTable(message, remedy="Name them too, or mask them as no data.")
        code[there] = place
        if self.weights is None:
            return code, None
        weight = np.ma.filled(self.weights.values(rows, columns).astype(np.float64), np.nan)
        wrong = (weight < 0) | np.isinf(weight)
        if wrong.any():
            message = f"{plural(int(wrong.sum()), 'weight is', 'weights are')} below 0 or infinite."
            raise InvalidTable(message, remedy="Weights are densities; look at the raster's nodata value.")
        bare = np.isnan(weight)
        if self.unweighted == "omit":
            code[bare & there] = UNWEIGHTED
        elif self.unweighted == "zero":
            weight[bare] = 0.0
        return code, weight


def categorical(
    raster: Any,  # noqa: ANN401
    weights: Any,  # noqa: ANN401
    categories: Sequence[int] | None,
    *,
    band: int,
    unweighted: str,
    stack: ExitStack,
) -> Categorical:
    """Take a raster of categories and its weights, and find the categories where nobody names them.

    Raises
    ------
    InvalidParameter, InvalidTable, UnreadableFile
        As for `cells_of` and `categories_in`; the weights are of other cells; categories repeat.
    CRSMismatch
        Both are files, on two maps.
    """
    cells = cells_of(raster, "raster", band, stack)
    if not cells.shape[0] * cells.shape[1]:
        message = "The raster has no cells."
        raise InvalidTable(message)
    heavy = None if weights is None else cells_of(weights, "weights", 1, stack)
    if heavy is not None and heavy.shape != cells.shape:
        sizes = [f"{shape[0]:,} × {shape[1]:,}" for shape in (heavy.shape, cells.shape)]
        message = f"The weights have {sizes[0]} cells, the raster {sizes[1]}."
        raise InvalidParameter(message, remedy="Give one weight for each cell.")
    if isinstance(heavy, Stored) and isinstance(cells, Stored):
        _same_map(cells.dataset, heavy.dataset)
    if categories is None:
        return Categorical(cells, categories_in(cells, "raster"), heavy, unweighted)
    named = np.array(sorted(set(categories)), dtype=np.int64)
    if len(named) < len(categories) or not len(named):
        message = "categories= names none, or one twice."
        raise InvalidParameter(message)
    return Categorical(cells, named, heavy, unweighted)


def _same_map(one: Any, other: Any) -> None:  # noqa: ANN401
    if one.crs != other.crs or not one.transform.almost_equals(other.transform, precision=1e-6):
        names = [Path(str(dataset.name)).name for dataset in (one, other)]
        message = f"The cells of {names[1]!r} do not lie where those of {names[0]!r} do."
        raise CRSMismatch(message, remedy="Warp one onto the grid of the other first.")
