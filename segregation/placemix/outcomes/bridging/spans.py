"""The lowest and highest gap that hidden cells and hidden values allow, over all tables that they could be."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from placemix._typing import FloatArray
from placemix.inference.hidden_cells import BOUND, EXACT


class Cells(NamedTuple):
    """What the cells of one pair of groups may be in one stratum, shape (units,) each.

    Attributes
    ----------
    focal_low, focal_high, against_low, against_high
        Bounds of the members of both groups.
    room
        Most that both may be together, infinite where nothing is published of it.
    total
        Everyone in each unit where the second group is all who are not in the first and that is published, else None:
        what one cell gains the other loses.
    """

    focal_low: FloatArray
    focal_high: FloatArray
    against_low: FloatArray
    against_high: FloatArray
    room: FloatArray
    total: FloatArray | None


class Span(NamedTuple):
    """Ends of what a number may be; NaN where every table leaves a group absent.

    Attributes
    ----------
    lower, upper
        Both ends.
    lower_by, upper_by
        ``exact`` (some table has it, and none lies beyond) or ``bound`` (none lies beyond).
    undefined
        Whether some tables leave a group absent; they are left out.
    """

    lower: float
    upper: float
    lower_by: str
    upper_by: str
    undefined: bool


def gap_span(cells: Cells, low: FloatArray, high: FloatArray) -> Span:
    """Find the ends of the gap.

    Parameters
    ----------
    cells
        What the cells may be.
    low, high
        What the condition may be, shape (units,).

    Notes
    -----
    A mean over members, Σ x y / Σ x, is a quotient of sums that are linear in each cell, so that it is highest with
    every cell at an end: the units of high y full and the others empty, up to one place in the order of y. Where cells
    of both groups are tied to one published total, the group's size is gone through instead: given it, the units of
    high y are full, and between two corners the gap is c / X - e / (T - X), which has one turning point. With known
    cells the gap is linear in y.

    Examples
    --------
    >>> cells = Cells(np.array([1.0, 5]), np.array([4.0, 5]), np.array([10.0, 10]), np.array([10.0, 10]),
    ...               np.array([np.inf, np.inf]), None)
    >>> span = gap_span(cells, np.array([1.0, 0]), np.array([1.0, 0]))
    >>> round(span.lower, 4), round(span.upper, 4), span.upper_by
    (-0.3333, -0.0556, 'exact')
    """
    known_cells = (cells.focal_low == cells.focal_high).all() and (cells.against_low == cells.against_high).all()
    empty = cells.focal_low.sum() <= 0 or cells.against_low.sum() <= 0
    if cells.focal_high.sum() <= 0 or cells.against_high.sum() <= 0:
        return Span(np.nan, np.nan, EXACT, EXACT, undefined=True)
    if known_cells:
        difference = cells.focal_low / cells.focal_low.sum() - cells.against_low / cells.against_low.sum()
        ends = np.sort(np.stack([difference * low, difference * high]), axis=0).sum(axis=1)
        return Span(float(ends[0]), float(ends[1]), EXACT, EXACT, undefined=False)
    certain = bool((low == high).all())
    if cells.total is not None and certain:
        upper = _highest_of_whole(cells.focal_low, cells.focal_high, cells.total, low)
        lower = -_highest_of_whole(cells.focal_low, cells.focal_high, cells.total, -low)
        gone = bool(cells.focal_low.sum() <= 0 or (cells.total - cells.focal_high).sum() <= 0)
        return Span(lower, upper, EXACT, EXACT, undefined=gone)
    ends_, told = [], []
    for sign, first, second in ((-1.0, low, high), (1.0, high, low)):
        ours, x = highest_mean(cells.focal_low, cells.focal_high, sign * first)
        theirs, w = highest_mean(cells.against_low, cells.against_high, -sign * second)
        ends_.append(sign * (ours + theirs))
        # Both solutions together are a table only where they leave each other room, and share one value a unit.
        fits = certain and bool((x + w <= cells.room + 1e-9).all()) and cells.total is None
        told.append(EXACT if fits else BOUND)
    return Span(ends_[0], ends_[1], told[0], told[1], undefined=bool(empty))


def mean_span(low: FloatArray, high: FloatArray, part: FloatArray) -> tuple[float, float]:
    """Find both ends of the share of a group that lives in a part of the units, shape (units,) each."""
    return -highest_mean(low, high, -part)[0], highest_mean(low, high, part)[0]


def highest_mean(low: FloatArray, high: FloatArray, y: FloatArray) -> tuple[float, FloatArray]:
    """Find the highest mean of y over members, and cells that have it.

    Examples
    --------
    >>> highest_mean(np.array([1.0, 1.0]), np.array([3.0, 2.0]), np.array([0.0, 1.0]))
    (0.6666666666666666, array([1., 2.]))
    """
    order = np.argsort(-y, kind="stable")
    gain, score = (high - low)[order], y[order]
    size = low.sum() + np.append(0.0, np.cumsum(gain))
    worth = (low * y).sum() + np.append(0.0, np.cumsum(gain * score))
    mean = np.divide(worth, size, out=np.full(len(size), -np.inf), where=size > 0)
    place = int(mean.argmax())
    cells = low.copy()
    cells[order[:place]] = high[order[:place]]
    return (float(mean[place]) if np.isfinite(mean[place]) else np.nan), cells


def _highest_of_whole(low: FloatArray, high: FloatArray, total: FloatArray, y: FloatArray) -> float:
    """Highest gap between a group and everyone else where everyone in each unit is published."""
    order = np.argsort(-y, kind="stable")
    gain, score = (high - low)[order], y[order]
    size = low.sum() + np.append(0.0, np.cumsum(gain))
    worth = (low * y).sum() + np.append(0.0, np.cumsum(gain * score))
    everyone, every = float(total.sum()), float((total * y).sum())
    corners = _gap(size, worth, everyone, every)
    # Along a segment the gap is c / X - e / (T - X).
    c = worth[:-1] - score * size[:-1]
    e = every - c - score * everyone
    with np.errstate(divide="ignore", invalid="ignore"):
        turning = everyone / (1 + np.sqrt(-e / c))
    whole = all(bool((part == np.rint(part)).all()) for part in (low, high, total))
    best = np.nanmax(corners) if np.isfinite(corners).any() else np.nan
    # One person beside a corner at which a group is absent may be the highest; without whole people that is a limit.
    beside = (size[:-1] + 1, size[1:] - 1) if whole else ()
    for at in (np.floor(turning), np.ceil(turning), *beside) if whole else (turning,):
        inside = np.isfinite(at) & (at > size[:-1]) & (at < size[1:])
        if inside.any():
            found = _gap(at[inside], worth[:-1][inside] + score[inside] * (at - size[:-1])[inside], everyone, every)
            best = np.fmax(best, np.nanmax(found)) if np.isfinite(found).any() else best
    if not whole and size[0] <= 0 and (gain > 0).any():
        best = np.fmax(best, score[gain > 0][0] - every / everyone)
    if not whole and size[-1] >= everyone and (gain > 0).any():
        best = np.fmax(best, every / everyone - score[gain > 0][-1])
    return float(best)


def _gap(size: FloatArray, worth: FloatArray, everyone: float, every: float) -> FloatArray:
    fine = (size > 0) & (size < everyone)
    inner = np.where(fine, size, np.nan)
    found: FloatArray = worth / inner - (every - worth) / (everyone - inner)
    return found
