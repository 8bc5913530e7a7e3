"""Ways of measuring patterns, the sums of windows, and how results are laid out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS

from placemix._typing import FloatArray, IntArray
from placemix._version import __version__
from placemix.errors import InvalidParameter, did_you_mean
from placemix.lengths import in_map_units, metres_per_unit
from placemix.patterns.counting import FUNS, Fun, Windows, tables
from placemix.patterns.sources import Source
from placemix.results import first_reason

#: The measures, in the order of the rows.
MEASURES = ("entropy", "joint_entropy", "conditional_entropy", "mutual_information")
#: Columns of results.
COLUMNS = (
    "row", "column", "measure", "value", "categories", "cells", "missing", "pairs", "west", "south", "east", "north",
    "reason", "note", "method", "version",
)  # fmt: skip
#: Most windows of one result.
_MOST = 2**22


@dataclass(frozen=True)
class Way:
    """How patterns are measured, checked.

    Attributes
    ----------
    window, step
        Side of windows and how far the next one is, in cells, or None.
    queen
        Whether cells that touch at a corner are neighbours too.
    fun
        How weights make that of a pair.
    base
        Base of the logarithm.
    most_missing
        Share of cells without data up to which a window is measured.
    """

    window: int | None
    step: int | None
    queen: bool
    fun: Fun
    base: float
    most_missing: float

    @classmethod
    def checked(
        cls, window: int | None, step: int | None, neighbourhood: int, fun: Fun, base: float, most_missing: float | None
    ) -> Way:
        """Refuse what means nothing.

        Raises
        ------
        InvalidParameter
            Something does.
        """
        for name, value in (("window", window), ("step", step)):
            if value is not None and (isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1):
                message = f"{name} is a whole number of cells from 1, not {value!r}."
                raise InvalidParameter(message)
        if step is not None and window is None:
            message = "step= says how far windows are apart, and there are none."
            raise InvalidParameter(message, remedy="Give window= too.")
        if neighbourhood not in {4, 8} or isinstance(neighbourhood, bool):
            message = f"neighbourhood is 4 or 8, not {neighbourhood!r}."
            raise InvalidParameter(message)
        one_of("fun", fun, FUNS)
        if isinstance(base, bool) or not isinstance(base, int | float) or not (base > 1 and math.isfinite(base)):
            message = f"base is a number above 1, such as 2 or math.e, not {base!r}."
            raise InvalidParameter(message)
        most = (1.0 if window is None else 0.5) if most_missing is None else most_missing
        if isinstance(most, bool) or not isinstance(most, int | float) or not 0 <= most <= 1:
            message = f"most_missing is a share from 0 to 1, not {most_missing!r}."
            raise InvalidParameter(message)
        return cls(window, step, neighbourhood == 8, fun, float(base), float(most))

    def windows(self, shape: tuple[int, int]) -> Windows:
        """Lay windows over a raster.

        Raises
        ------
        InvalidParameter
            There would be far too many.
        """
        windows = Windows.over(shape, self.window, self.step)
        if len(windows) > _MOST:
            message = f"There would be {len(windows):,} windows, more than the {_MOST:,} that one result holds."
            raise InvalidParameter(message, remedy="Take larger windows or steps, or parts of the raster.")
        return windows


@dataclass(frozen=True, eq=False)
class Sums:
    """What was found in each window.

    Attributes
    ----------
    values
        The four measures, shape (windows, 4).
    categories, cells, missing, pairs
        Categories present in pairs; cells, those without data, and pairs, shape (windows,).
    reason
        Why values are missing, or None, shape (windows,).
    """

    values: FloatArray
    categories: IntArray
    cells: IntArray
    missing: IntArray
    pairs: IntArray
    reason: Any

    @classmethod
    def of(cls, source: Source, windows: Windows, how: Way) -> Sums:
        """Count and sum up all windows, a few at a time."""
        count = len(windows)
        values = np.empty((count, len(MEASURES)))
        numbers = np.zeros((4, count), dtype=np.int64)
        reason = np.full(count, None, dtype=object)
        for part in tables(source, windows, queen=how.queen, fun=how.fun):
            at = part.window
            there = (part.table != 0).any(axis=1).sum(axis=1)
            values[at] = entropies(part.table, how.base)
            numbers[:, at] = there, part.cells, part.missing, part.pairs
            reason[at] = first_reason(
                {
                    "too_much_missing": part.missing > how.most_missing * part.cells,
                    "missing_weights": np.isnan(part.table).any(axis=(1, 2)),
                    "no_pairs": (part.table == 0).all(axis=(1, 2)),
                }
            )
            values[at[pd.notna(reason[at])]] = np.nan
        categories, cells, missing, pairs = numbers
        return cls(values, categories, cells, missing, pairs, reason)


def entropies(table: FloatArray, base: float) -> FloatArray:
    """Return the four measures of tables of pairs.

    Parameters
    ----------
    table
        Pairs by category of a cell and of its neighbour, shape (..., categories, categories).
    base
        Base of the logarithm.

    Returns
    -------
    values
        Entropy, joint entropy, conditional entropy and mutual information, shape (..., 4).
    """
    whole = table.sum(axis=(-2, -1))
    share = np.divide(table, whole[..., np.newaxis, np.newaxis], out=np.zeros_like(table), where=table != 0)

    def entropy(p: FloatArray, axis: tuple[int, ...]) -> FloatArray:
        logs = np.log(p, out=np.zeros_like(p), where=p > 0)
        return np.asarray(0.0 - (p * logs).sum(axis=axis)) / math.log(base)

    alone, joint = entropy(share.sum(axis=-2), (-1,)), entropy(share, (-2, -1))
    return np.stack([alone, joint, joint - alone, 2 * alone - joint], axis=-1)


def framed(
    found: Sums,
    windows: Windows,
    shape: tuple[int, int],
    transform: Any,  # noqa: ANN401
    note: str,
    more: Mapping[str, FloatArray | IntArray] | None = None,
) -> pd.DataFrame:
    """Lay out what was found as a tidy frame.

    Parameters
    ----------
    found
        What was found.
    windows, shape, transform
        Where windows lie: in cells, and on the map, or None.
    note
        What else a reader must know.
    more
        Further columns to stand after `value`, shape (windows, 4).
    """
    count, kinds = len(windows), len(MEASURES)
    row, column = np.divmod(np.arange(count), windows.shape[1])
    edges = np.full((count, 4), np.nan)
    if transform is not None:
        top, left = row * windows.step, column * windows.step
        size = windows.size or max(shape)
        bottom, right = np.minimum(top + size, shape[0]), np.minimum(left + size, shape[1])
        x, y = transform.c + transform.a * np.stack([left, right]), transform.f + transform.e * np.stack([top, bottom])
        edges = np.column_stack([x.min(axis=0), y.min(axis=0), x.max(axis=0), y.max(axis=0)])
    columns: dict[str, Any] = {
        "row": row, "column": column, "categories": found.categories, "cells": found.cells, "missing": found.missing,
        "pairs": found.pairs, **dict(zip(("west", "south", "east", "north"), edges.T, strict=True)),
        "reason": found.reason,
    }  # fmt: skip
    frame = pd.DataFrame({name: np.repeat(values, kinds) for name, values in columns.items()})
    frame["measure"] = pd.Categorical.from_codes(np.tile(np.arange(kinds), count), categories=list(MEASURES))
    frame["value"] = found.values.ravel()
    methods = [f"raster_{name}/1" for name in MEASURES]
    frame["method"] = pd.Categorical.from_codes(np.tile(np.arange(kinds), count), categories=methods)
    frame["reason"] = frame["reason"].astype("category")
    for name, text in (("note", note or None), ("version", __version__)):
        frame[name] = pd.Categorical([text] * len(frame))
    names = list(COLUMNS)
    for place, (name, values) in enumerate((more or {}).items(), names.index("value") + 1):
        frame[name] = values.ravel()
        names.insert(place, name)
    return frame[names]


def transform_of(dataset: Any) -> Any:  # noqa: ANN401
    """Return where a file's cells lie, or None where nobody knows or rows do not run along the axes."""
    if dataset is None or dataset.crs is None or dataset.transform.b or dataset.transform.d:
        return None
    return dataset.transform


def in_cells(size: int | str | None, name: str, dataset: Any) -> int | None:  # noqa: ANN401
    """Turn a length into cells of a raster; numbers of cells are left as they are.

    Raises
    ------
    InvalidParameter
        It is no length, no whole number of cells, or the raster has no place on a map.
    GeographicCRS
        Cells are measured in degrees.
    """
    if not isinstance(size, str):
        return size
    transform = transform_of(dataset)
    if transform is None:
        message = f"{name}={size!r} is a length, and nobody knows how long the cells of this raster are."
        raise InvalidParameter(message, remedy=f"Give a number of cells, such as {name}=10.")
    crs = CRS.from_user_input(dataset.crs)
    length, side, factor = in_map_units(size, crs, name=name), abs(transform.a), metres_per_unit(crs)
    if not math.isclose(side, abs(transform.e), rel_tol=1e-6):
        message = f"{name}={size!r} is a length, and the cells of this raster are not square."
        raise InvalidParameter(message, remedy=f"Give a number of cells, such as {name}=10.")
    cells = length / side
    if round(cells) < 1 or abs(cells - round(cells)) > 1e-6 * cells:
        low = max(1, math.floor(cells))
        wide = [f"{count} ({count * side * factor:.6g} m)" for count in (low, low + 1)]
        message = f"{name}={size!r} is {cells:.4g} cells of {side * factor:.6g} m, and windows are of whole cells."
        raise InvalidParameter(message, remedy=f"Give a number of cells: {' or '.join(wide)}.")
    return round(cells)


def note_of(dataset: Any) -> str:  # noqa: ANN401
    """Say what a reader must know of where cells lie."""
    if dataset is None or dataset.crs is not None or not hasattr(dataset, "name"):
        return ""
    name = Path(str(dataset.name)).name
    return f"{name} has no coordinate reference system: windows are in cells, and have no place on a map"


def one_of(name: str, value: object, known: Sequence[str]) -> None:
    """Refuse a word that is none of those known.

    Raises
    ------
    InvalidParameter
        It is not.
    """
    if value not in known:
        message = f"{name} is one of {', '.join(map(repr, known))}, not {value!r}."
        raise InvalidParameter(message, remedy=did_you_mean(value, known))
