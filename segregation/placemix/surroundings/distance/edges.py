"""How much of a kernel lies outside the study area, where nobody was counted.

The mass of a kernel φ inside an outline is a line integral round it: with Φ(r) = ∫₀ʳ φ(s) s ds and
the border seen from the unit under the angle θ, ∫φ = ∮Φ(r) dθ. Border farther than the kernel's
reach adds the same for every angle, so only the pieces nearby are summed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from placemix._compiled import jit
from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.counts import Counts
from placemix.errors import CRSMismatch, InvalidParameter, NoPlace
from placemix.surroundings.distance import _cells
from placemix.surroundings.points import shaped

#: Bandwidths beyond which nothing of a kernel without a cut-off is left (1e-9 of its mass).
_REACH = {"gaussian": 6.5, "exponential": 24.0}
#: Nodes of the rule by which a piece of border is integrated, a quarter of the reach at most.
_NODES = 12
#: Pieces that borders are cut into everywhere; where more are needed, only near units.
_PIECES = 2**20
#: Pieces into which a piece that is near a unit and too long is cut at once.
_AGAIN = 8
#: Share of the reach within which a unit is on the border itself, which then is seen under no angle.
_NEAR = 1e-9


@dataclass(frozen=True, eq=False)
class Outlines:
    """Outline of the study area.

    Attributes
    ----------
    shapes
        Shape of each unit, whose union it is, or None.
    whole
        Outline that the caller gave, or None.
    """

    shapes: Any = None
    whole: Any = None

    @cached_property
    def united(self) -> dict[bytes, list[Any]]:
        """Outlines of strata, each list made once: kernels of several sizes share them."""
        return {}


def study_area_of(counts: Counts, given: Any) -> Outlines | None:  # noqa: ANN401
    """Return the outline of the study area: the one given, else the union of the units, else None.

    Raises
    ------
    InvalidParameter
        What was given is no outline.
    NoPlace
        The outline is an invalid shape.
    CRSMismatch
        The outline has another coordinate reference system than the units.
    """
    import shapely

    shapes = shaped(counts)
    areal = bool(np.isin(shapely.get_type_id(shapes), (3, 6)).all())
    if given is None:
        return Outlines(shapes=shapes) if areal else None
    crs = getattr(given, "crs", None)
    if crs is not None and counts.geometry.crs is not None and not crs.equals(counts.geometry.crs):
        message = f"study_area has the coordinate reference system {crs.name}, the units {counts.geometry.crs.name}."
        raise CRSMismatch(message, remedy="Bring it into theirs with to_crs.")
    whole = given.union_all() if hasattr(given, "union_all") else given
    if not (isinstance(whole, shapely.Geometry) and whole.area > 0):
        message = "study_area is the outline of an area: a shapely polygon or a GeoSeries of polygons."
        raise InvalidParameter(message)
    if not whole.is_valid:  # shares are asked for later, in the middle of a call
        message = f"study_area is an invalid shape: {shapely.is_valid_reason(whole)}."
        raise NoPlace(message, remedy="Repair it first: shapely.make_valid.")
    return Outlines(shapes=shapes if areal else None, whole=whole)


@dataclass(frozen=True, eq=False)
class Edge:
    """Edge shares of a kernel of distance.

    Attributes
    ----------
    xy
        Points of the units in the map's own unit, shape (units, 2).
    area
        Outline of the study area.
    shape, bandwidth, cutoff
        The kernel, in the map's own unit.
    """

    xy: FloatArray
    area: Outlines
    shape: str
    bandwidth: float
    cutoff: float

    def shares(self, codes: IntArray | None) -> FloatArray:
        """Share of each unit's kernel that lies outside the study area, or outside the unit's stratum."""
        import shapely

        count = len(self.xy)
        if codes is not None and self.area.shapes is None:
            return np.full(count, np.nan)
        code = np.zeros(count, dtype=np.int64) if codes is None else np.unique(codes, return_inverse=True)[1]
        regions = self._regions(None if codes is None else code)
        reach = min(self.cutoff, _REACH.get(self.shape, 1.0) * self.bandwidth)
        kind, b = _cells.SHAPES.index(self.shape), self.bandwidth
        full = float(_mass(kind, b, reach))
        length = sum(float(shapely.length(region)) for region in regions)
        starts, ends, owner = _borders(regions, max(reach / 4, length / _PIECES))
        starts, ends, owner = _refined(starts, ends, owner, self.xy, code, reach)
        order, first, last = _cells.runs((starts + ends) / 2, owner, self.xy, code, reach * 1.125)
        starts, ends = starts[order], ends[order]
        nodes, weights = np.polynomial.legendre.leggauss(_NODES)
        border, upon = np.zeros(count), np.zeros(count, dtype=bool)
        kernel = kind, b, reach, _NEAR * reach, full

        def work(block: tuple[int, int]) -> None:
            _along(self.xy, starts, ends, first, last, *block, *kernel, nodes, weights, border, upon)

        step = 4096
        _cells.shared(work, [(low, min(low + step, count)) for low in range(0, count, step)])
        inside = 2 * np.pi * full * self._inside(regions, code, upon, reach) + border
        # Rounding of the sums round the border is no share below 0.
        return np.clip(1 - inside / (2 * np.pi * full), 0.0, 1.0)

    def _regions(self, code: IntArray | None) -> list[Any]:
        key = b"" if code is None else code.tobytes()
        if key not in self.area.united:
            self.area.united[key] = self._united(code)
        return self.area.united[key]

    def _united(self, code: IntArray | None) -> list[Any]:
        import shapely

        if code is None:
            return [shapely.union_all(self.area.shapes) if self.area.whole is None else self.area.whole]
        order = np.argsort(code, kind="stable")
        cuts = np.cumsum(np.bincount(code))[:-1]
        regions = [shapely.union_all(self.area.shapes[part]) for part in np.split(order, cuts)]
        if self.area.whole is not None:
            regions = [shapely.intersection(region, self.area.whole) for region in regions]
        return regions

    def _inside(self, regions: list[Any], code: IntArray, upon: BoolArray, reach: float) -> FloatArray:
        """Share of all directions that lead into the region: 0, 1, or less where a unit is on the border."""
        import shapely

        out = np.zeros(len(self.xy))
        order = np.argsort(code, kind="stable")
        for region, part in zip(regions, np.split(order, np.cumsum(np.bincount(code))[:-1]), strict=True):
            shapely.prepare(region)
            out[part] = shapely.contains_xy(region, self.xy[part, 0], self.xy[part, 1])
            if upon[part].any():
                here = part[upon[part]]
                discs = shapely.buffer(shapely.points(self.xy[here]), _NEAR * 1e3 * reach, quad_segs=64)
                out[here] = shapely.area(shapely.intersection(discs, region)) / shapely.area(discs)
        return out

    def take(self, places: IntArray) -> Edge:
        """Keep some units; the study area shrinks with them unless it was given."""
        shapes = None if self.area.shapes is None else self.area.shapes[places]
        return replace(self, xy=self.xy[places], area=replace(self.area, shapes=shapes))


def _borders(regions: list[Any], longest: float) -> tuple[FloatArray, FloatArray, IntArray]:
    """Cut the borders of regions into pieces, the region always on their left."""
    import shapely

    starts, ends, owner = [np.empty((0, 2))], [np.empty((0, 2))], [np.empty(0, dtype=np.int64)]
    for number, region in enumerate(regions):
        for part in shapely.get_parts(region):
            if part.geom_type != "Polygon" or part.is_empty:
                continue
            for hole, ring in enumerate(shapely.get_rings(part)):
                line = shapely.get_coordinates(shapely.segmentize(ring, longest))
                if shapely.is_ccw(ring) != (hole == 0):
                    line = line[::-1]
                starts.append(line[:-1])
                ends.append(line[1:])
                owner.append(np.full(len(line) - 1, number))
    return np.concatenate(starts), np.concatenate(ends), np.concatenate(owner)


def _refined(
    starts: FloatArray, ends: FloatArray, owner: IntArray, xy: FloatArray, code: IntArray, reach: float
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Cut pieces down to a quarter of the reach; where it is tiny, only those near a unit, or memory would not do."""
    while True:
        length = np.hypot(*(ends - starts).T)
        # Cutting a piece in equal parts may miss a quarter by a rounding.
        if length.max(initial=0.0) <= reach / 4 * (1 + 1e-9):
            return starts, ends, owner
        order, first, last = _cells.runs((starts + ends) / 2, owner, xy, code, reach + length.max() / 2)
        runs = np.bincount(first.ravel(), minlength=len(order) + 1) - np.bincount(
            last.ravel(), minlength=len(order) + 1
        )
        near = order[np.cumsum(runs)[:-1] > 0]
        starts, ends, owner, length = starts[near], ends[near], owner[near], length[near]
        parts = np.clip(np.ceil(length * 4 / reach), 1, _AGAIN).astype(np.int64)
        piece = np.repeat(np.arange(len(parts)), parts)
        part = np.arange(len(piece)) - np.repeat(np.cumsum(parts) - parts, parts)
        along = (ends - starts)[piece] / parts[piece, np.newaxis]
        begin = starts[piece]
        starts, ends, owner = (
            begin + along * part[:, np.newaxis],
            begin + along * (part + 1)[:, np.newaxis],
            owner[piece],
        )


@jit
def _mass(kind, b, r):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Φ(r) = ∫ φ(s) s ds from 0 to r."""
    if kind == 0:
        return r * r / 2
    if kind == 1:
        return r * r / 2 - r * r * r / (3 * b)
    if kind == 2:
        rest = 1 - r * r / (b * b)
        return b * b / 6 * (1 - rest * rest * rest)
    if kind == 3:
        return b * b * (1 - np.exp(-r * r / (2 * b * b)))
    return b * b * (1 - (1 + r / b) * np.exp(-r / b))


@jit
def _along(xy, starts, ends, first, last, low, high, kind, b, reach, touch, full, nodes, weights, out, upon):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901, PLR0912
    for i in range(low, high):
        total = 0.0
        for run in range(first.shape[1]):
            for e in range(first[i, run], last[i, run]):
                ax = starts[e, 0] - xy[i, 0]
                ay = starts[e, 1] - xy[i, 1]
                ux = ends[e, 0] - starts[e, 0]
                uy = ends[e, 1] - starts[e, 1]
                length = np.sqrt(ux * ux + uy * uy)
                if length == 0:
                    continue
                ux /= length
                uy /= length
                h = ax * uy - ay * ux  # distance to the line; positive where the unit is on its left
                span = reach * reach - h * h
                if span <= 0:
                    continue
                span = np.sqrt(span)
                near = max(ax * ux + ay * uy, -span)
                far = min(ax * ux + ay * uy + length, span)
                if near >= far:
                    continue
                if abs(h) <= touch and near <= touch and far >= -touch:
                    upon[i] = True
                    continue
                if h == 0:
                    continue
                side = abs(h)
                piece = 0.0
                # s = h sinh u makes the view of the border smooth; its sharp middle ends two halves.
                for part in range(2):
                    here = max(near, 0.0) if part else near
                    there = far if part else min(far, 0.0)
                    if here >= there:
                        continue
                    u = np.arcsinh(here / side)
                    half = (np.arcsinh(there / side) - u) / 2
                    for node in range(len(nodes)):
                        stretch = np.cosh(u + half * (nodes[node] + 1))
                        r = side * stretch
                        if kind == 0:
                            mass = r * r / 2
                        elif kind == 1:
                            mass = r * r / 2 - r * r * r / (3 * b)
                        elif kind == 2:
                            rest = 1 - r * r / (b * b)
                            mass = b * b / 6 * (1 - rest * rest * rest)
                        elif kind == 3:
                            mass = b * b * (1 - np.exp(-r * r / (2 * b * b)))
                        else:
                            mass = b * b * (1 - (1 + r / b) * np.exp(-r / b))
                        piece += half * weights[node] * (mass - full) / stretch
                total += piece * (1.0 if h > 0 else -1.0)
        out[i] = total
