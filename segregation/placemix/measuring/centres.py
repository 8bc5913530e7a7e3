"""Centres of places, the same for all units or one for each stratum, and how far units are from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from placemix._typing import FloatArray
from placemix.counts import Counts
from placemix.errors import CRSMismatch, InvalidParameter, PlacemixError, listed, together
from placemix.surroundings.points import Places, locate, shaped

#: A shapely shape, an (x, y) pair, a text of well-known form, several of these, or one of these for each stratum.
Centre: TypeAlias = Any

#: How a centre is given.
_REMEDY = "Give a point, an (x, y) pair in the coordinates of the map, a shape, or a list of these."
#: Between the names of a stratum of several columns.
_AND = " | "


class Centres(NamedTuple):
    """How far units are from the centres of their place.

    Attributes
    ----------
    distance
        From the nearest centre, in metres or in the unit of a plane of no named unit, shape (units,). 0 inside a
        centre that is an area.
    texts
        What to say of the centres of each stratum.
    inside
        Whether every centre is an area, so that units may lie in it.
    """

    distance: FloatArray
    texts: tuple[str, ...]
    inside: bool


def centres_of(counts: Counts, centre: Centre, by: str | Sequence[str] = ()) -> Centres:
    """Read the centres of a call and measure how far the units are from them.

    Raises
    ------
    InvalidParameter
        What was given is no centre, or a stratum has none; all faults are listed.
    NoPlace, CRSMismatch, GeographicCRS
        Nobody knows where the units are, or the centre is of another coordinate reference system, which is also said
        of one whose numbers can be degrees and which lies farther from the map than the map is long.
    """
    import shapely

    places, strata = locate(counts), counts.arranged(by)
    names = [_AND.join(map(str, row)) for row in strata.labels.itertuples(index=False, name=None)]
    several = _by_stratum(centre, names, places)
    bounds = [strata.order[low:high] for low, high in pairwise(strata.bounds)]
    points, extents = shapely.points(places.xy), shapely.bounds(shaped(counts)) * places.factor
    distance = np.full(len(counts), np.inf)
    texts = []
    for shapes, here in zip(several, bounds, strict=True):
        for shape in shapes:
            distance[here] = np.minimum(distance[here], shapely.distance(points[here], shape))
        low, high = extents[here, :2].min(axis=0), extents[here, 2:].max(axis=0)
        texts.append(_text(shapes, shapely.box(*low, *high), places))
    _in_degrees([shape for shapes in several for shape in shapes], extents, places)
    inside = all(shape.area > 0 for shapes in several for shape in shapes)
    return Centres(distance, tuple(texts), inside)


def _in_degrees(shapes: list[Any], extents: FloatArray, places: Places) -> None:
    """Refuse centres that can only be longitude and latitude, on a map in metres or feet."""
    import shapely

    low, high = extents[:, :2].min(axis=0), extents[:, 2:].max(axis=0)
    around, far = shapely.box(*low, *high), float(np.hypot(*(high - low)))
    bounds = [np.abs(np.array(shape.bounds) / places.factor) for shape in shapes]
    wrong = [
        f"({shape.centroid.x / places.factor:.10g}, {shape.centroid.y / places.factor:.10g})"
        for shape, (x, y, last_x, last_y) in zip(shapes, bounds, strict=True)
        if places.crs is not None and max(x, last_x) <= 180 and max(y, last_y) <= 90 and shape.distance(around) > far
    ]
    if wrong:
        km = f"{min(shape.distance(around) for shape in shapes) / 1000:,.0f} km"
        message = f"The centre {listed(wrong)} lies {km} from the map, and its numbers look like degrees."
        remedy = f"Give it in the coordinates of the map ({places.crs.name}), such as an address projected with to_crs."
        raise CRSMismatch(message, remedy=remedy)


def plain_centre(centre: Centre) -> Any:  # noqa: ANN401
    """Return a centre as plain numbers and texts, from which it is read again."""
    if isinstance(centre, Mapping):
        return {_key(name): plain_centre(one) for name, one in centre.items()}
    if hasattr(centre, "crs"):
        return [plain_centre(shape) for shape in centre.geometry]
    if hasattr(centre, "geom_type"):
        return [float(centre.x), float(centre.y)] if centre.geom_type == "Point" else centre.wkt
    if isinstance(centre, str):
        return centre
    if _is_pair(centre):
        return [float(centre[0]), float(centre[1])]
    return [plain_centre(one) for one in centre]


def _key(name: object) -> str:
    return _AND.join(map(str, name)) if isinstance(name, tuple) else str(name)


def _by_stratum(centre: Centre, names: list[str], places: Places) -> list[list[Any]]:
    """Shapes of the centres of each stratum, in metres."""
    if not isinstance(centre, Mapping):
        return [_shapes(centre, places)] * len(names)
    if not names or names == [""]:
        message = "centre gives one for each stratum, and the call has none."
        raise InvalidParameter(message, remedy="Pass by= the column of the strata, or one centre for the whole table.")
    held = {_key(name): one for name, one in centre.items()}
    faults: list[PlacemixError] = []
    lacking = [name for name in names if name not in held]
    if lacking:
        message = f"centre gives none for {listed(lacking, shown=20)}."
        faults.append(InvalidParameter(message, remedy="Give each stratum one, or one for all."))
    unknown = [name for name in held if name not in names]
    if unknown:
        message = f"centre names {listed(unknown, shown=20)}, which are no strata; they are {listed(names, shown=20)}."
        faults.append(InvalidParameter(message, remedy="Leave them out, or write them as the counts do."))
    if faults:
        raise together(faults)
    found: list[list[Any]] = []
    for name in names:
        try:
            found.append(_shapes(held[name], places))
        except PlacemixError as fault:
            faults.append(fault)
    if faults:
        raise together(faults)
    return found


def _shapes(centre: Centre, places: Places) -> list[Any]:
    """Read one centre or several as shapes, in metres."""
    import shapely

    if hasattr(centre, "crs"):
        if centre.crs is None or places.crs is None or centre.crs != places.crs:
            ours = "none" if places.crs is None else places.crs.name
            message = f"The centre is in {'no system' if centre.crs is None else centre.crs.name}, the map in {ours}."
            raise CRSMismatch(message, remedy="Project it first: centre.to_crs(…) with the system of the map.")
        shapes = list(centre.geometry)
    else:
        shapes, wrong = _read(_several(centre) or [centre])
        if wrong:
            raise together(wrong)
    faults: list[PlacemixError] = [
        InvalidParameter(f"{shape} is no centre: it has no place.", remedy=_REMEDY)
        for shape in shapes
        if shape is None or shape.is_empty or not shape.is_valid or not np.isfinite(shape.bounds).all()
    ]
    if not shapes:
        faults.append(InvalidParameter("centre is an empty list.", remedy=_REMEDY))
    if faults:
        raise together(faults)
    return list(shapely.transform(np.array(shapes, dtype=object), lambda xy: xy * places.factor))


def _is_pair(centre: Centre) -> bool:
    return (
        isinstance(centre, Sequence | np.ndarray)
        and not isinstance(centre, str)
        and len(centre) == 2
        and all(isinstance(one, int | float | np.number) and not isinstance(one, bool) for one in centre)
    )


def _several(centre: Centre) -> list[Centre]:
    if isinstance(centre, Sequence | np.ndarray) and not isinstance(centre, str) and not _is_pair(centre):
        if not len(centre):
            raise InvalidParameter("centre is an empty list.", remedy=_REMEDY)
        return list(centre)
    return []


def _read(several: Sequence[Centre]) -> tuple[list[Any], list[PlacemixError]]:
    """Read centres as shapes, and say of each that is none why."""
    shapes: list[Any] = []
    faults: list[PlacemixError] = []
    for one in several:
        try:
            shapes.append(_shape(one))
        except PlacemixError as fault:
            faults.append(fault)
    return shapes, faults


def _shape(one: Any) -> Any:  # noqa: ANN401
    import shapely

    if hasattr(one, "geom_type"):
        return one
    if _is_pair(one):
        if not np.isfinite(np.asarray(one, dtype=np.float64)).all():
            message = f"{one!r} is no centre: its coordinates are not finite."
            raise InvalidParameter(message, remedy=_REMEDY)
        return shapely.Point(float(one[0]), float(one[1]))
    if isinstance(one, str):
        try:
            return shapely.from_wkt(one)
        except shapely.errors.GEOSException as error:
            message = f"{one!r} is no centre."
            raise InvalidParameter(message, remedy=f"{_REMEDY} Text is of the form 'POINT (3 4)'.") from error
    message = f"{one!r} is no centre."
    raise InvalidParameter(message, remedy=_REMEDY)


def _text(shapes: list[Any], extent: Any, places: Places) -> str:  # noqa: ANN401
    """Say from where distances are counted, and whether that lies outside the map."""
    said = []
    for shape in shapes:
        x, y = (float(value) / places.factor for value in (shape.centroid.x, shape.centroid.y))
        what = f"({x:.10g}, {y:.10g})"
        said.append(what if shape.geom_type == "Point" else f"a given {_KINDS.get(shape.geom_type, 'shape')} at {what}")
    outside = sum(not extent.intersects(shape) for shape in shapes)
    text = f"outward from {said[0]}" if len(said) == 1 else f"outward from {len(said)} centres: {', '.join(said)}"
    away = ""
    if outside:
        away = "outside the map" if len(said) == 1 else f"{outside} of them outside the map"
    unit = f"distances in {places.unit}"
    return "; ".join(filter(None, [text, away, unit]))


_KINDS = {"Polygon": "area", "MultiPolygon": "area", "LineString": "line", "MultiLineString": "line"}
