"""Where two layers of areas share ground, and how much: the operator behind every interpolation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.errors import InvalidTable, TotalsNotConserved, UnmatchedUnit, listed, plural
from placemix.harmonise.areas.clipping import areas_in_boxes
from placemix.harmonise.areas.outlines import Outlines

#: A shape of four corners is a rectangle when it misses its frame's area by this share.
ROUNDING = 1e-12
#: Grid that corners are snapped to where an intersection is in doubt, as a share of the largest coordinate.
GRID = 1e-12
#: Ground shared is nothing below this share of the smaller area: digits, not land.
DUST = 1e-9
#: A source counts as covered when no more than this share of it lies outside every target.
COVERED = 1e-6
#: Pairs of shapes intersected at a time, so that memory does not grow with the layers.
BLOCK = 8192
#: Targets may overlap one another by this share of a source, as separately generalised borders do.
OVERLAPPING = 1e-3


@dataclass(frozen=True, eq=False)
class Overlay:
    """Pairs of a source and a target that share ground.

    Attributes
    ----------
    source, target
        Positions of each pair, shape (pairs,), ordered by source and then by target.
    area
        Ground that each pair shares, in the square of the map's unit.
    covered
        Share of each source that lies in the targets, slivers included, shape (sources,).
    """

    source: IntArray
    target: IntArray
    area: FloatArray
    covered: FloatArray

    @property
    def several(self) -> BoolArray:
        """Which pairs are of a source that shares ground with several targets, shape (pairs,)."""
        several: BoolArray = np.bincount(self.source, minlength=len(self.covered))[self.source] > 1
        return several


def overlay(sources: Outlines, targets: Outlines, *, slivers: float = 0.0) -> Overlay:
    """Find the ground that sources and targets share.

    Parameters
    ----------
    sources, targets
        Areas on one projected map.
    slivers
        Leave out pairs that share less than this part of both their areas: borders of two editions
        that were drawn anew without moving.
    """
    import shapely

    old, new = sources.shapes, targets.shapes
    size, room = (np.nan_to_num(shapely.area(shapes)) for shapes in (old, new))
    one, two = shapely.STRtree(new).query(old, predicate="intersects") if _complex(old, new) else _boxes(old, new)
    order = np.lexsort((two, one))
    one, two = one[order], two[order]
    area = shared_areas(old, new, one, two)
    smaller = np.minimum(size[one], room[two])
    inside = np.bincount(one, area, minlength=len(old))
    # Borders that all but coincide can make an intersection collapse; snapped to a fine grid it does not.
    doubtful = (np.abs(inside - size) > DUST * size)[one]
    again = np.flatnonzero(doubtful & ~rectangles(old)[one] & ~rectangles(new)[two])
    if len(again):
        area[again] = _snapped(old[one[again]], new[two[again]])
        inside = np.bincount(one, area, minlength=len(old))
    covered = np.divide(inside, size, out=np.zeros(len(old)), where=size > 0)
    keep = area > DUST * smaller
    if slivers:
        narrow = (area < slivers * size[one]) & (area < slivers * room[two])
        keep &= ~narrow
    return Overlay(one[keep], two[keep], area[keep], covered)


def _shared(old: Any, new: Any, area: FloatArray) -> Any:  # noqa: ANN401
    """Return the ground that pairs of shapes share, of the areas already found."""
    import shapely

    shapes = shapely.intersection(old, new)
    collapsed = np.abs(shapely.area(shapes) - area) > COVERED * area
    if collapsed.any():
        far = float(np.abs(np.concatenate([shapely.bounds(old), shapely.bounds(new)])).max())
        shapes[collapsed] = shapely.intersection(old[collapsed], new[collapsed], grid_size=GRID * far)
    return shapes


def _snapped(old: Any, new: Any) -> FloatArray:  # noqa: ANN401
    """Return the area that pairs of shapes share, with corners snapped to a grid far below any survey's accuracy."""
    import shapely

    far = float(np.abs(np.concatenate([shapely.bounds(old), shapely.bounds(new)])).max())
    area = np.zeros(len(old))
    for start in range(0, len(old), BLOCK):
        part = slice(start, start + BLOCK)
        area[part] = shapely.area(shapely.intersection(old[part], new[part], grid_size=GRID * far))
    return area


def _boxes(old: Any, new: Any) -> tuple[IntArray, IntArray]:  # noqa: ANN401
    import shapely

    pairs: tuple[IntArray, IntArray] = shapely.STRtree(new).query(old)
    return pairs


def _complex(old: Any, new: Any) -> bool:  # noqa: ANN401
    """Whether neither layer is of rectangles, so that asking which shapes meet saves intersections."""
    return not (rectangles(old).mean() > 0.5 or rectangles(new).mean() > 0.5)


def rectangles(shapes: Any) -> BoolArray:  # noqa: ANN401
    """Tell which shapes are rectangles along the axes, such as the cells of a grid."""
    import shapely

    few = shapely.get_num_coordinates(shapes) == 5
    found: BoolArray = np.zeros(len(shapes), dtype=bool)
    if few.any():
        corners = shapely.bounds(shapes[few])
        whole = (corners[:, 2] - corners[:, 0]) * (corners[:, 3] - corners[:, 1])
        gap = np.abs(shapely.area(shapes[few]) - whole)
        found[few] = (gap <= ROUNDING * whole) & (whole > 0) & (shapely.get_type_id(shapes[few]) == 3)
    return found


def shared_areas(old: Any, new: Any, one: IntArray, two: IntArray) -> FloatArray:  # noqa: ANN401
    """Return the area that each pair of shapes shares, shape (pairs,).

    Areas within rectangles follow from the edges, which is many times quicker than an intersection.
    """
    import shapely

    area = np.zeros(len(one))
    by_new, by_old = rectangles(new)[two], rectangles(old)[one]
    both = by_new & by_old
    if both.any():
        area[both] = _of_boxes(shapely.bounds(old[one[both]]), shapely.bounds(new[two[both]]))
    for mine, (shape, box), boxes in (
        (np.flatnonzero(by_new & ~both), (one, two), new),
        (np.flatnonzero(by_old & ~both), (two, one), old),
    ):
        others = old if boxes is new else new
        area[mine] = _within(others, boxes, shape[mine], box[mine])
    rest = np.flatnonzero(~by_new & ~by_old)
    for start in range(0, len(rest), BLOCK):
        part = rest[start : start + BLOCK]
        area[part] = shapely.area(shapely.intersection(old[one[part]], new[two[part]]))
    return area


def _of_boxes(one: FloatArray, two: FloatArray) -> FloatArray:
    low, high = np.maximum(one[:, :2], two[:, :2]), np.minimum(one[:, 2:], two[:, 2:])
    sides: FloatArray = np.maximum(high - low, 0.0)
    return sides[:, 0] * sides[:, 1]


def _within(shapes: Any, boxes: Any, shape: IntArray, box: IntArray) -> FloatArray:  # noqa: ANN401
    """Return the area that shapes have within rectangles, for pairs of positions."""
    import shapely

    frames, bounds = shapely.bounds(shapes)[shape], shapely.bounds(boxes)[box]
    whole = (frames[:, :2] >= bounds[:, :2]).all(axis=1) & (frames[:, 2:] <= bounds[:, 2:]).all(axis=1)
    area = np.where(whole, shapely.area(shapes)[shape], 0.0)
    area[~whole] = areas_in_boxes(shapes, shape[~whole], bounds[~whole])
    return area


def shared_ground(sources: Outlines, targets: Outlines, found: Overlay, which: BoolArray) -> Any:  # noqa: ANN401
    """Return the ground that some pairs share, as shapes."""
    return _shared(sources.shapes[found.source[which]], targets.shapes[found.target[which]], found.area[which])


def _refuse_hidden(sources: Outlines, targets: Outlines, found: Overlay, out: BoolArray) -> None:
    """Refuse targets that overlap within sources that stick out of them, whose sum of parts does not show it."""
    import shapely

    pairs = np.flatnonzero(out[found.source] & found.several)
    if not len(pairs):
        return
    own, first = np.unique(found.source[pairs], return_index=True)
    parts = _shared(sources.shapes[found.source[pairs]], targets.shapes[found.target[pairs]], found.area[pairs])
    whole = np.array([shapely.area(shapely.union_all(part)) for part in np.split(parts, first[1:])])
    sums = np.add.reduceat(shapely.area(parts), first)
    twice = sums - whole > OVERLAPPING * shapely.area(sources.shapes[own])
    if twice.any():
        message = f"Targets overlap: they hold parts of {plural(twice.sum(), 'source')} more than once."
        ids = sources.ids[own[twice]]
        raise InvalidTable(message, units=ids, remedy="Give targets that do not overlap one another.")


def check_cover(
    sources: Outlines, targets: Outlines, found: Overlay, people: FloatArray | None, *, rescale: bool
) -> tuple[tuple[str, ...], BoolArray]:
    """Check that the targets hold every source that matters, and do not overlap one another.

    Parameters
    ----------
    sources, targets, found
        The two layers, and what they share.
    people
        Everyone in each source; a source without people may lie anywhere. None: all matter.
    rescale
        Whether the people of a source that sticks out are moved into the targets that hold the rest.

    Returns
    -------
    notes
        What was rescaled.
    nowhere
        Sources that share no ground with any target, shape (sources,).

    Raises
    ------
    UnmatchedUnit
        Sources with people have no shape.
    InvalidTable
        Targets overlap.
    TotalsNotConserved
        Sources with people stick out of all targets, or of all of them together.
    """
    matter = np.ones(len(sources), dtype=bool) if people is None else people > 0
    shapeless = sources.missing & matter
    if shapeless.any():
        who = "" if people is None else f" with {people[shapeless].sum():,.0f} people"
        message = f"{plural(shapeless.sum(), 'source')}{who} without a shape: nobody knows where to move them."
        remedy = "Give every unit with people a shape, or leave those units out and say so."
        raise UnmatchedUnit(message, units=sources.ids[shapeless], remedy=remedy)
    covered = found.covered
    twice = covered > 1 + OVERLAPPING
    if twice.any():
        message = f"Targets overlap: they hold {plural(twice.sum(), 'source')} more than once."
        raise InvalidTable(message, units=sources.ids[twice], remedy="Give targets that do not overlap one another.")
    nowhere = covered <= 0
    notes = []
    if (covered > 1 + COVERED).any():
        number = plural(int((covered > 1 + COVERED).sum()), "source")
        notes.append(f"Targets overlap by up to {covered.max() - 1:.3%} of {number}, whose shares were scaled to 1.")
    out = (covered < 1 - COVERED) & matter
    if not out.any():
        return tuple(notes), nowhere
    lost = nowhere & matter
    if lost.any() or not rescale:
        worst = lost if rescale else out
        share = 1 - covered[worst]
        what = f"{plural(worst.sum(), 'source sticks', 'sources stick')} out of all targets"
        outside = "" if people is None else f"; {(share * people[worst]).sum():,.1f} people would be lost"
        remedy = "Leave those units out, and say so."
        if not rescale:
            remedy = (
                "Give targets that cover all sources; or pass outside='rescale', which counts those people with the "
                "rest of their unit. Borders that were generalised apart differ by a few per cent at most."
            )
        if targets.missing.any():
            bare = listed(list(targets.ids[targets.missing]))
            outside += f"; {plural(int(targets.missing.sum()), 'target has', 'targets have')} no shape: {bare}"
        order = np.argsort(-share, kind="stable")
        raise TotalsNotConserved(
            f"{what}, by {share.max():.2%} at most{outside}.", units=sources.ids[worst][order], remedy=remedy
        )
    _refuse_hidden(sources, targets, found, out)
    share = 1 - covered[out]
    moved = "" if people is None else f" with {(share * people[out]).sum():,.1f} people"
    notes.append(
        f"{plural(int(out.sum()), 'source')} stuck out of all targets, by {share.max():.2%} at most; the parts outside"
        f"{moved} were counted with the rest of their unit."
    )
    return tuple(notes), nowhere
