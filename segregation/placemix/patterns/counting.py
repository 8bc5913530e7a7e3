"""Pairs of neighbouring cells, counted window by window, both ways as they are published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from placemix._compiled import jit
from placemix._typing import FloatArray, IntArray
from placemix.patterns.sources import CELLS, Source, Span, blocks

#: How the weights of two cells make that of their pair.
Fun: TypeAlias = Literal["mean", "geometric_mean", "focal"]
FUNS: tuple[Fun, ...] = ("mean", "geometric_mean", "focal")
#: Numbers in the tables of the windows that are held at once.
_TABLES = 2**22


class Windows(NamedTuple):
    """Square windows over a raster.

    Attributes
    ----------
    size, step
        Side of a window, and how far the next one is, in cells; sizes of 0 mean the whole raster.
    shape
        Rows and columns of windows.
    """

    size: int
    step: int
    shape: tuple[int, int]

    @classmethod
    def over(cls, raster: tuple[int, int], size: int | None, step: int | None) -> Windows:
        """Lay windows over a raster from its first row and column; the last ones may be cut off."""
        if size is None:
            return cls(0, 0, (1, 1))
        step = step or size
        return cls(size, step, (-(-raster[0] // step), -(-raster[1] // step)))

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def span(self, place: int, extent: int) -> Span:
        """Rows or columns of a window, of so many in the raster."""
        return (place * self.step, min(place * self.step + self.size, extent)) if self.size else (0, extent)


@dataclass(frozen=True, eq=False)
class Tables:
    """Pairs in some windows.

    Attributes
    ----------
    window
        Number of each window, row by row, shape (windows,).
    table
        Pairs by the category of a cell and that of its neighbour, weighted, shape (windows, categories, categories).
    cells, missing, pairs
        Cells of each window, those without data, and pairs both ways.
    """

    window: IntArray
    table: FloatArray
    cells: IntArray
    missing: IntArray
    pairs: IntArray


def tables(source: Source, windows: Windows, *, queen: bool, fun: Fun) -> Iterator[Tables]:
    """Count the pairs of neighbouring cells in each window, a few windows at a time.

    Parameters
    ----------
    source
        The cells.
    windows
        The windows; pairs of cells on both sides of a window's border are in no table of it.
    queen
        Whether cells that touch at a corner are neighbours too.
    fun
        How weights make that of a pair.
    """
    kinds = len(source.categories)
    rows, columns = source.shape
    small = 0 < windows.size**2 <= CELLS
    for up in range(windows.shape[0]):
        high = windows.span(up, rows)
        # As many windows of a row as fit; a large one alone, in blocks.
        wide = windows.size * max(windows.size, windows.step)
        room = max(1, min(CELLS // wide, _TABLES // kinds**2)) if small else 1
        for left in range(0, windows.shape[1], room):
            across = range(left, min(left + room, windows.shape[1]))
            spans = [windows.span(place, columns) for place in across]
            counts = np.zeros((len(spans), 3), dtype=np.int64)
            table = np.zeros((len(spans), kinds, kinds))
            for core, read in [(high, (spans[0][0], spans[-1][1]))] if small else _parts(high, spans[0], source.tile):
                inside = [(*core, max(span[0], read[0]), min(span[1], read[1])) for span in spans]
                around = [(*high, *span) for span in spans]
                _count(source, inside, around, table, counts, queen=queen, fun=fun)
            number = up * windows.shape[1] + np.array(across, dtype=np.int64)
            yield Tables(number, table, counts[:, 0], counts[:, 1], counts[:, 2])


def _parts(rows: Span, columns: Span, tile: tuple[int, int]) -> Iterator[tuple[Span, Span]]:
    """Cut one large window into blocks."""
    for high, wide in blocks((rows[1] - rows[0], columns[1] - columns[0]), tile):
        yield (rows[0] + high[0], rows[0] + high[1]), (columns[0] + wide[0], columns[0] + wide[1])


def _count(
    source: Source,
    inside: list[tuple[int, int, int, int]],
    around: list[tuple[int, int, int, int]],
    table: FloatArray,
    counts: IntArray,
    *,
    queen: bool,
    fun: Fun,
) -> None:
    """Add the pairs of a block: its cells with their neighbours east and south, which may lie a cell beyond it."""
    core, limit = np.array(inside), np.array(around)
    rows = int(core[:, 0].min()), min(int(core[:, 1].max()) + 1, int(limit[:, 1].max()))
    columns = (
        max(int(core[:, 2].min()) - 1, int(limit[:, 2].min())),
        min(int(core[:, 3].max()) + 1, int(limit[:, 3].max())),
    )
    code, weight = source.read(rows, columns)
    shift = np.array([rows[0], rows[0], columns[0], columns[0]])
    _add(
        code, np.ones((1, 1)) if weight is None else weight, weight is not None, FUNS.index(fun), 4 if queen else 2,
        core - shift, limit - shift, table, counts,
    )  # fmt: skip


@jit
def _add(code, weight, weighted, fun, ways, core, limit, table, counts):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901
    for g in range(core.shape[0]):
        top, bottom, west, east = limit[g, 0], limit[g, 1], limit[g, 2], limit[g, 3]
        missing = 0
        pairs = 0
        for r in range(core[g, 0], core[g, 1]):
            for c in range(core[g, 2], core[g, 3]):
                x = code[r, c]
                if x < 0:
                    if x == -1:
                        missing += 1
                    continue
                for way in range(ways):
                    # East, south, south-east, south-west: each pair from one of its cells.
                    rr = r if way == 0 else r + 1
                    cc = c + 1 if way == 0 or way == 2 else (c if way == 1 else c - 1)  # noqa: PLR1714
                    if rr >= bottom or rr < top or cc < west or cc >= east:
                        continue
                    y = code[rr, cc]
                    if y < 0:
                        continue
                    one = 1.0
                    other = 1.0
                    if weighted:
                        one = weight[r, c]
                        other = weight[rr, cc]
                        if fun == 0:
                            one = (one + other) / 2.0
                            other = one
                        elif fun == 1:
                            one = np.sqrt(one * other)
                            other = one
                    table[g, x, y] += one
                    table[g, y, x] += other
                    pairs += 2
        counts[g, 0] += (core[g, 1] - core[g, 0]) * (core[g, 3] - core[g, 2])
        counts[g, 1] += missing
        counts[g, 2] += pairs
