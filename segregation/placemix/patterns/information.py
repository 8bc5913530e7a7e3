"""Entropies of the pairs of neighbouring cells, for a whole raster or window by window."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, Literal, TypeAlias

import pandas as pd

from placemix.patterns.counting import Fun, Windows, tables
from placemix.patterns.sources import Stored, categorical
from placemix.patterns.summing import Sums, Way, framed, in_cells, note_of, one_of, transform_of

#: What happens where a cell has a category but no weight.
Unweighted: TypeAlias = Literal["omit", "zero", "keep"]


def measures(
    raster: Any,  # noqa: ANN401
    *,
    window: int | str | None = None,
    step: int | str | None = None,
    neighbourhood: Literal[4, 8] = 4,
    weights: Any = None,  # noqa: ANN401
    fun: Fun = "mean",
    unweighted: Unweighted = "omit",
    most_missing: float | None = None,
    base: float = 2,
    categories: Sequence[int] | None = None,
    band: int = 1,
) -> pd.DataFrame:
    """Measure the pattern of a categorical raster: how diverse it is, and how much like cells lie together.

    With p(y) the share of category y among neighbours and p(x, y) the share of pairs of a cell of x and
    a neighbour of y: entropy H(y) = -Σp(y) log p(y); joint entropy H(x, y) = -ΣΣp(x, y) log p(x, y);
    conditional entropy H(x, y) - H(y); mutual information 2H(y) - H(x, y), which is
    H(x) + H(y) - H(x, y) wherever weights are the same both ways. Entropy is read as diversity, mutual
    information as segregation: how much one cell tells of the next.

    Parameters
    ----------
    raster
        An array of rows and columns (masked, or with NaN, where there are no data), the path of a file
        that rasterio reads, or an open one. Categories are whole numbers. Files are read in blocks, never
        whole.
    window
        Side of square windows: a number of cells, or for a raster on a map a length of whole cells, such
        as ``"2 km"``. Default: the whole raster.
    step
        How many cells, or what length, the next window is away. Default: `window`; less makes windows overlap. Windows
        begin at the first row and column; the last ones may be cut off, as `cells` tells.
    neighbourhood
        4 for cells that share a side, 8 for those that touch at a corner too. A pair counts both ways;
        one with a cell outside the window does not count.
    weights
        Density of each cell, as an array or a file of the same cells; pairs are weighted by it.
    fun
        Weight of a pair: ``"mean"`` or ``"geometric_mean"`` of both cells, or ``"focal"``, that of the cell
        itself. With ``"focal"`` the table of pairs is not symmetric, and the formulas are kept as published.
    unweighted
        A cell with a category but no weight: ``"omit"`` leaves it out, ``"zero"`` takes 0, ``"keep"`` makes
        the value of its window missing.
    most_missing
        Share of cells without data up to which a window is measured. Default: 0.5 for windows, 1 for the
        whole raster, which may have any outline.
    base
        Base of the logarithm: 2 for bits, `math.e` for nats, 10.
    categories
        The categories, for files that would otherwise be read twice; others are then refused.
    band
        Band of the file.

    Returns
    -------
    frame
        One row for each window and measure: `row` and `column` of the window, counted from 0 at the north
        west; `value`; `categories` present; `cells`, those `missing`, and `pairs` both ways; the window's
        edges on the map, where the raster has one; and a `reason` where the value is missing:
        ``too_much_missing``, ``no_pairs`` or ``missing_weights``.

    Raises
    ------
    InvalidParameter
        An option is none of those above, or weights are of other cells.
    InvalidTable
        The raster has no data, numbers that are not whole, more than 1,000 categories or some that
        `categories` does not name; weights below 0.
    CRSMismatch
        Raster and weights are files that lie on two grids.
    UnreadableFile
        There is no such file, or it cannot be read.

    Notes
    -----
    Formulas from the source of the R packages raceland and comat (MIT), which this agrees with. A raster
    without a coordinate reference system is measured all the same, for only which cells touch matters;
    the note says so.

    References
    ----------
    Nowosad and Stepinski 2019; Dmowska, Stepinski and Nowosad 2020.

    Examples
    --------
    >>> halves = [[1, 1, 2, 2]] * 4
    >>> board = [[1, 2, 1, 2], [2, 1, 2, 1]] * 2
    >>> for raster in (halves, board):
    ...     print(measures(raster)["value"].round(4).tolist())
    [1.0, 1.65, 0.65, 0.35]
    [1.0, 1.0, 0.0, 1.0]
    """
    one_of("unweighted", unweighted, ("omit", "zero", "keep"))
    with ExitStack() as stack:
        source = categorical(raster, weights, categories, band=band, unweighted=unweighted, stack=stack)
        dataset = source.cells.dataset if isinstance(source.cells, Stored) else None
        window, step = in_cells(window, "window", dataset), in_cells(step, "step", dataset)
        how = Way.checked(window, step, neighbourhood, fun, base, most_missing)
        windows = how.windows(source.shape)
        found = Sums.of(source, windows, how)
        return framed(found, windows, source.shape, transform_of(dataset), note_of(dataset))


def cooccurrence(
    raster: Any,  # noqa: ANN401
    *,
    neighbourhood: Literal[4, 8] = 4,
    weights: Any = None,  # noqa: ANN401
    fun: Fun = "mean",
    unweighted: Unweighted = "omit",
    categories: Sequence[int] | None = None,
    band: int = 1,
) -> pd.DataFrame:
    """Count pairs of neighbouring cells by their categories, both ways.

    Parameters
    ----------
    raster, neighbourhood, weights, fun, unweighted, categories, band
        As for `measures`.

    Returns
    -------
    table
        Pairs by the category of a cell (rows) and that of its neighbour (columns); weights where there
        are any.

    Raises
    ------
    InvalidParameter, InvalidTable, CRSMismatch, UnreadableFile
        As for `measures`.

    Examples
    --------
    >>> cooccurrence([[1, 1, 2], [1, 2, 2]]).astype(int).values.tolist()
    [[4, 3], [3, 4]]
    """
    how = Way.checked(None, None, neighbourhood, fun, 2, None)
    one_of("unweighted", unweighted, ("omit", "zero", "keep"))
    with ExitStack() as stack:
        source = categorical(raster, weights, categories, band=band, unweighted=unweighted, stack=stack)
        (found,) = tables(source, Windows.over(source.shape, None, None), queen=how.queen, fun=fun)
    names = pd.Index(source.categories, name="category")
    return pd.DataFrame(found.table[0], index=names, columns=names.rename("neighbour"))
