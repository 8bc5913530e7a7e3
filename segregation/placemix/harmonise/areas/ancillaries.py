"""What tells where in a unit its people live: rasters, addresses, counts of smaller areas."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray, GroupName, IntArray
from placemix.counts import Counts, checked
from placemix.errors import InvalidParameter, InvalidTable, plural
from placemix.harmonise.areas.outlines import Outlines, amounts_of, one_map, outlines, polygons
from placemix.harmonise.areas.overlays import overlay
from placemix.harmonise.areas.rasters import Coverage, amounts_in_zones


@dataclass(frozen=True, eq=False)
class Ground:
    """The ground that each pair of a source and a target shares, for pairs where it matters.

    Attributes
    ----------
    shapes
        Areas, shape (pairs,).
    targets
        Id of each pair's target, shape (pairs,).
    crs
        Coordinate reference system, or None.
    """

    shapes: Any
    targets: pd.Index
    crs: Any

    def outlines(self) -> Outlines:
        """Return the pairs as areas, numbered from 0."""
        count = len(self.shapes)
        return Outlines(pd.RangeIndex(count), self.shapes, self.crs, pd.DataFrame(index=range(count)))


@dataclass(frozen=True, slots=True)
class Reading:
    """How an ancillary is to be read.

    Attributes
    ----------
    weight
        Column with how much a point or area stands for; None for 1 each.
    band, coverage
        Band of a raster, and how its cells are shared out.
    """

    weight: str | None = None
    band: int = 1
    coverage: Coverage = "exact"


@dataclass(frozen=True, eq=False)
class Amounts:
    """How much of an ancillary lies on the ground of each pair.

    Attributes
    ----------
    everyone
        All of it, shape (pairs,).
    groups
        Of each group of ancillary counts, by name; empty for other ancillaries.
    """

    everyone: FloatArray
    groups: dict[GroupName, FloatArray]


def amounts_on(ground: Ground, ancillary: Any, reading: Reading) -> Amounts:  # noqa: ANN401
    """Return how much of an ancillary lies on the ground of each pair.

    Parameters
    ----------
    ground
        The ground of each pair.
    ancillary
        Path of a raster or an open one; points or areas with amounts, as Counts, a Frame, a
        GeoDataFrame or a GeoSeries.
    reading
        How to read it.

    Raises
    ------
    InvalidTable
        Amounts are missing or below 0, or what has amounts has no location.
    CRSMismatch, GeographicCRS
        The ancillary lies on another map.
    """
    if is_raster(ancillary):
        zones = ground.outlines().series()
        return Amounts(amounts_in_zones(ancillary, zones, band=reading.band, coverage=reading.coverage), {})
    found = outlines(ancillary, "ancillary")
    counts = checked(ancillary) if isinstance(ancillary, Counts) else None
    everyone = counts.total if counts is not None else amounts_of(found, reading.weight, "ancillary")
    lost = found.missing & (everyone > 0)
    if lost.any():
        message = f"Ancillary: {plural(lost.sum(), 'row')} with {everyone[lost].sum():,.0f} in all have no location."
        raise InvalidTable(message, units=found.ids[lost], remedy="Leave those rows out first, and say so.")
    points = _all_points(found)
    one_map(found, ground.outlines(), ("ancillary", "areas"), measured=not points)
    row, pair, share = _of_points(found, ground) if points else _of_areas(found, ground)

    def summed(amounts: FloatArray) -> FloatArray:
        return np.asarray(np.bincount(pair, amounts[row] * share, minlength=len(ground.shapes)), dtype=np.float64)

    groups = {} if counts is None else {name: summed(counts.values[:, at]) for at, name in enumerate(counts.groups)}
    return Amounts(summed(everyone), groups)


def _all_points(found: Outlines) -> bool:
    import shapely

    kinds = shapely.get_type_id(found.shapes[~found.missing])
    points = kinds == 0
    if points.any() and not points.all():
        message = "Ancillary: some shapes are points and others are not."
        raise InvalidTable(message, units=found.ids[~found.missing][points], remedy="Give all as points, or as areas.")
    return bool(points.all())


def _of_areas(found: Outlines, ground: Ground) -> tuple[IntArray, IntArray, FloatArray]:
    """Pairs of an ancillary area and the ground that it lies on, with the part of it that does."""
    import shapely

    flat = polygons(found, "ancillary")
    shared = overlay(flat, ground.outlines())
    return shared.source, shared.target, shared.area / shapely.area(flat.shapes)[shared.source]


def _of_points(found: Outlines, ground: Ground) -> tuple[IntArray, IntArray, FloatArray]:
    """Pairs of a point and the ground that it lies on; on a border, with the target whose id comes first."""
    import shapely

    point, pair = shapely.STRtree(ground.shapes).query(found.shapes, predicate="intersects")
    rank = np.argsort(np.argsort(ground.targets.to_numpy(dtype=object), kind="stable"), kind="stable")
    order = np.lexsort((rank[pair], point))
    point, first = np.unique(point[order], return_index=True)
    return point, pair[order][first], np.ones(len(point))


def is_raster(ancillary: Any) -> bool:  # noqa: ANN401
    """Whether an ancillary is the path of a raster, or an open one."""
    return isinstance(ancillary, (str, Path)) or (hasattr(ancillary, "transform") and hasattr(ancillary, "read"))


def described(ancillary: Any, reading: Reading, *, group: GroupName | None = None) -> str:  # noqa: ANN401
    """Say in a few words what an ancillary is."""
    if is_raster(ancillary):
        name = ancillary if isinstance(ancillary, (str, Path)) else ancillary.name
        return f"raster {Path(str(name)).name}"
    if isinstance(ancillary, Counts):
        about = ancillary.about
        what = "the same group" if group is not None else about.universe or "people"
        where = " ".join(text for text in (about.geography, about.vintage) if text) or "smaller areas"
        return f"{what} of {plural(len(ancillary), f'unit ({where})', f'units ({where})')}"
    kind = "points" if _all_points(outlines(ancillary, "ancillary")) else "areas"
    return f"{reading.weight or 'number'} of {len(ancillary):,} {kind}"


def refuse_unknown(ancillary: Any) -> None:  # noqa: ANN401
    """Refuse what is no ancillary at all, before anything is computed."""
    if is_raster(ancillary) or hasattr(ancillary, "geometry"):
        return
    message = f"by is 'area', a raster, points or areas with amounts, or a mapping by group; not {ancillary!r}."
    raise InvalidParameter(message)
