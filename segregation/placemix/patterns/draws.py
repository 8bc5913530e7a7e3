"""One group a cell, drawn by chance from the people in it, and how dense that group is around."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.counts import Counts
from placemix.errors import InvalidParameter, InvalidTable, plural
from placemix.harmonise.areas.ancillaries import is_raster
from placemix.patterns.populations import Population
from placemix.patterns.sources import MISSING, Span, opened_lean, tile_of
from placemix.patterns.summing import in_cells


@dataclass(frozen=True, eq=False)
class People:
    """People of each group in the cells of a raster, in memory or in a file.

    Attributes
    ----------
    array
        Shape (groups, rows, columns), or None.
    dataset
        Open rasterio dataset with a band a group, or None.
    """

    array: Any
    dataset: Any

    @property
    def groups(self) -> int:
        """Number of groups."""
        return int(self.array.shape[0] if self.dataset is None else self.dataset.count)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        if self.dataset is None:
            return self.array.shape[1], self.array.shape[2]
        return self.dataset.height, self.dataset.width

    @property
    def tile(self) -> tuple[int, int]:
        """Rows and columns that are stored together."""
        return (1, self.shape[1]) if self.dataset is None else tile_of(self.dataset, 1)

    def read(self, rows: Span, columns: Span) -> FloatArray:
        """Return people of a rectangle of cells, NaN where there are no data, shape (groups, rows, columns).

        Raises
        ------
        InvalidTable
            Cells hold people below 0, or infinitely many.
        """
        if self.dataset is None:
            part = self.array[:, rows[0] : rows[1], columns[0] : columns[1]]
        else:
            part = self.dataset.read(window=(rows, columns), masked=True)
        people = np.ma.filled(np.ma.asarray(part).astype(np.float64), np.nan)
        wrong = (people < 0) | np.isinf(people)
        if wrong.any():
            message = f"{plural(int(wrong.sum()), 'cell holds', 'cells hold')} people below 0 or infinitely many."
            raise InvalidTable(message, remedy="Say which value means no data, in the file's own nodata field.")
        return people


def people_of(people: Any, stack: ExitStack) -> People:  # noqa: ANN401
    """Take people in cells as they are given: a population, an array, the path of a file, or an open one.

    Raises
    ------
    InvalidParameter
        There are not three dimensions, or not two groups.
    UnreadableFile
        There is no such file, or it cannot be read.
    """
    if isinstance(people, Population):
        return People(people.values, None)
    if isinstance(people, Counts):
        message = "Counts are of the people of zones, and patterns are of the cells of a raster."
        raise InvalidParameter(message, remedy="Put them into cells first: patterns.population(counts, cell='100 m').")
    if is_raster(people):
        remedy = "people is an array of groups, rows and columns, or the path of a raster."
        found = People(None, opened_lean(people, stack, remedy))
    else:
        array = people if np.ma.isMaskedArray(people) else np.asarray(people)
        if array.ndim != 3 or array.dtype.kind not in "buif":
            message = f"people is an array of groups, rows and columns, not of shape {array.shape}."
            raise InvalidParameter(message, remedy="Stack the rasters of the groups: np.stack([one, two, …]).")
        found = People(array, None)
    if found.groups < 2 or not np.prod(found.shape):
        message = f"people has {plural(found.groups, 'group')} in {found.shape[0]:,} × {found.shape[1]:,} cells."
        raise InvalidParameter(message, remedy="Patterns are of two groups or more: one band of the raster each.")
    return found


@dataclass(frozen=True, eq=False)
class Drawn:
    """One draw of a raster of people, made where it is read.

    Attributes
    ----------
    people
        The people.
    seed
        Seed of all draws.
    number
        Which draw, from 0.
    window
        Side of the square windows of local densities, in cells; 0 for no weights.
    """

    people: People
    seed: int
    number: int
    window: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.people.shape

    @property
    def categories(self) -> IntArray:
        """Groups by their place, from 0."""
        return np.arange(self.people.groups)

    @property
    def weighted(self) -> bool:
        """Whether cells have weights."""
        return self.window > 0

    @property
    def tile(self) -> tuple[int, int]:
        """Rows and columns that are made together."""
        rows, columns = self.people.tile
        step = max(self.window, 1)
        return min(-(-rows // step) * step, self.shape[0]), min(-(-columns // step) * step, self.shape[1])

    @cached_property
    def _key(self) -> IntArray:
        return np.random.SeedSequence(self.seed).generate_state(2, np.uint64)  # type: ignore[return-value]

    def read(self, rows: Span, columns: Span) -> tuple[IntArray, FloatArray | None]:
        """Draw the groups of a rectangle of cells, with their local densities."""
        if not self.window:
            return self.drawn(self.people.read(rows, columns), rows[0], columns[0]), None
        # Windows of local densities begin at the raster's first row and column, wherever is read.
        high, wide = (self._whole(*span) for span in zip((rows, columns), self.shape, strict=True))
        people = self.people.read(high, wide)
        code = self.drawn(people, high[0], wide[0])
        weight = local(code, people, self.window)
        cut = tuple(slice(part[0] - whole[0], part[1] - whole[0]) for part, whole in ((rows, high), (columns, wide)))
        return code[cut], weight[cut]

    def _whole(self, span: Span, extent: int) -> Span:
        return span[0] // self.window * self.window, min(-(-span[1] // self.window) * self.window, extent)

    def drawn(self, people: FloatArray, row: int, column: int) -> IntArray:
        """Draw a group for each cell, with a probability in proportion to its people.

        Parameters
        ----------
        people
            Shape (groups, rows, columns).
        row, column
            Where in the raster they lie.
        """
        below = np.cumsum(people, axis=0)
        everyone = below[-1]
        at = self._random(row, column, everyone.shape) * everyone
        code = np.zeros(everyone.shape, dtype=np.int16)
        for share in below[:-1]:
            code += at >= share
        code[~(everyone > 0)] = MISSING
        return code

    def _random(self, row: int, column: int, shape: tuple[int, int]) -> FloatArray:
        """Return the cells' own random numbers: a stream for each draw and row, so that no cut changes a digit."""
        out = np.empty(shape)
        for up in range(shape[0]):
            counter = np.array([column // 4, 0, row + up, self.number], dtype=np.uint64)
            stream = np.random.Generator(np.random.Philox(key=self._key, counter=counter))
            out[up] = stream.random(column % 4 + shape[1])[column % 4 :]
        return out


def local(code: IntArray, people: FloatArray, window: int) -> FloatArray:
    """Local density of each cell's group: its people in the cell's window, over the window's cells of it.

    People of groups that no cell of the window drew are shared out among the others, in proportion.

    Parameters
    ----------
    code
        Group of each cell, or -1, shape (rows, columns).
    people
        Shape (groups, rows, columns).
    window
        Side of windows, in cells.
    """
    groups = people.shape[0]
    starts = [np.arange(0, extent, window) for extent in code.shape]

    def summed(values: Any) -> FloatArray:  # noqa: ANN401
        return np.asarray(np.add.reduceat(np.add.reduceat(values, starts[0], axis=-2), starts[1], axis=-1))

    inside = summed(np.nan_to_num(people, copy=True))
    cells = np.stack([summed((code == group).astype(np.int64)) for group in range(groups)])
    left = np.where(cells == 0, inside, 0.0).sum(axis=0)
    inside = np.where(cells == 0, 0.0, inside)
    here = inside.sum(axis=0)
    inside += left * np.divide(inside, here, out=np.zeros_like(inside), where=here > 0)
    density = np.divide(inside, cells, out=np.zeros_like(inside), where=cells > 0)
    up, across = (np.arange(extent) // window for extent in code.shape)
    weight = density[np.maximum(code, 0), up[:, np.newaxis], across]
    weight[code < 0] = np.nan
    return np.asarray(weight)


def realisations(people: Any, *, draws: int, seed: int = 0) -> Any:  # noqa: ANN401
    """Draw one group for each cell, by chance, in proportion to the people there.

    Parameters
    ----------
    people
        People of each group in each cell: a `Population`, an array of groups, rows and columns (NaN or
        masked where there are no data), or the path of a raster with a band a group.
    draws
        How many.
    seed
        A whole number; the same seed gives the same draws, whatever they are cut into.

    Returns
    -------
    drawn
        Place of the group drawn, counted from 0: a masked array of shape (draws, rows, columns), masked
        where nobody lives.

    Raises
    ------
    InvalidParameter
        There are not three dimensions, not two groups, not one draw, or the seed is no whole number.
    InvalidTable
        Cells hold people below 0, or infinitely many.
    UnreadableFile
        There is no such raster, or it cannot be read.

    References
    ----------
    Dmowska, Stepinski and Nowosad 2020.

    Examples
    --------
    >>> import numpy as np
    >>> people = np.array([[[9.0, 0.0, 0.0]], [[0.0, 2.0, 0.0]]])  # two groups in one row of three cells
    >>> realisations(people, draws=2, seed=1).tolist()
    [[[0, 1, None]], [[0, 1, None]]]
    """
    numbers = checked_draws(draws, seed)
    with ExitStack() as stack:
        found = people_of(people, stack)
        rows, columns = found.shape
        held = found.read((0, rows), (0, columns))
        codes = np.stack([Drawn(found, seed, number, 0).drawn(held, 0, 0) for number in numbers])
    return np.ma.masked_equal(codes, MISSING, copy=False)


def densities(drawn: Any, people: Any, *, window: int | str = 10) -> FloatArray:  # noqa: ANN401
    """Local density of the group drawn in each cell: people of it in a window, over the window's cells of it.

    People of groups that no cell of the window drew are shared out among the others in proportion, so
    that nobody is lost.

    Parameters
    ----------
    drawn
        What `realisations` gave, or one of them.
    people
        The people that it was drawn from.
    window
        Side of the square windows, which begin at the first row and column: cells, or on a map a length
        such as ``"1 km"``.

    Returns
    -------
    density
        In the shape of `drawn`; NaN where nobody lives.

    Raises
    ------
    InvalidParameter
        The window is no whole number from 1, or the cells are others.
    InvalidTable, UnreadableFile
        As for `realisations`.

    Examples
    --------
    >>> import numpy as np
    >>> people = np.array([[[3.0, 1.0]], [[1.0, 1.0]]])
    >>> densities(np.array([[0, 1]]), people, window=2).tolist()
    [[4.0, 2.0]]
    """
    codes = np.ma.filled(np.ma.asarray(drawn), MISSING)
    with ExitStack() as stack:
        found = people_of(people, stack)
        side = checked_window(in_cells(window, "window", people if isinstance(people, Population) else found.dataset))
        if codes.ndim not in {2, 3} or codes.shape[-2:] != found.shape or codes.dtype.kind not in "iu":
            message = f"drawn has the shape {codes.shape}, the people are in {found.shape[0]:,} × {found.shape[1]:,}."
            raise InvalidParameter(message, remedy="Give what realisations() drew from the same people.")
        rows, columns = found.shape
        held = found.read((0, rows), (0, columns))
    _drawn_there(codes, held)
    whole = codes.reshape(-1, *found.shape)
    return np.stack([local(code, held, side) for code in whole]).reshape(codes.shape)


def _drawn_there(codes: IntArray, people: FloatArray) -> None:
    if codes.max(initial=MISSING) >= len(people) or codes.min(initial=0) < MISSING:
        message = f"drawn has groups from {codes.min()} to {codes.max()}, and there are {len(people)}, from 0."
        raise InvalidParameter(message, remedy="Give what realisations() drew from the same people.")
    there: BoolArray = np.nansum(people, axis=0) > 0
    if ((codes >= 0) & ~there).any():
        message = "Groups were drawn in cells where nobody lives."
        raise InvalidParameter(message, remedy="Give what realisations() drew from the same people.")


def checked_draws(draws: object, seed: object) -> range:
    """Refuse numbers of draws and seeds that are none."""
    for name, value, least in (("draws", draws, 1), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            message = f"{name} is a whole number from {least}, not {value!r}."
            raise InvalidParameter(message)
    return range(int(draws))  # type: ignore[call-overload]


def checked_window(window: object) -> int:
    """Refuse sides of windows that are none."""
    if isinstance(window, bool) or not isinstance(window, int | np.integer) or window < 1:
        message = f"The window of local densities is a whole number of cells from 1, not {window!r}."
        raise InvalidParameter(message)
    return int(window)
