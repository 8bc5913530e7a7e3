"""Surroundings by distance on the ground: everyone within a radius, or weighted by a kernel."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.counts import Counts
from placemix.errors import InvalidParameter, NoPlace, did_you_mean, plural
from placemix.surroundings.around import Outside, Surroundings
from placemix.surroundings.distance import _cells
from placemix.surroundings.distance.edges import Edge, study_area_of
from placemix.surroundings.distance.nearby import ENDING, Nearby, Shape
from placemix.surroundings.points import Places, Point, coincident, locate

#: How far a unit is from itself: nothing, or the mean distance that a paper gives for its area.
Own: TypeAlias = Literal[0, "disc", "square", "massey_denton", "white"]
#: What happens at the edge of the study area.
EdgePolicy: TypeAlias = Literal["none", "renormalise"]

#: Distance of a unit of area a from itself: how it is written, and as a multiple of √a.
_OWN: dict[Own, tuple[str, float]] = {
    0: ("0", 0.0),
    "disc": ("0.511√a", 0.511),
    "square": ("0.521√a", 0.521),
    "massey_denton": ("√(0.6a)", 0.6**0.5),
    "white": ("0.6√a", 0.6),
}


def within(
    counts: Counts,
    *,
    radius: float | str,
    own: Own | None = None,
    edge: EdgePolicy = "none",
    point: Point = "centroid",
    study_area: Any = None,  # noqa: ANN401
) -> Surroundings:
    """Everyone nearer than a radius, each counted fully.

    Parameters
    ----------
    counts
        Counts with shapes or points on a projected map.
    radius
        A number of metres, or text such as ``"1 mile"``; on a plane of no named unit a bare number.
    own
        How far a unit is from itself; see `kernel`.
    edge
        What to do at the edge of the study area; see `kernel`.
    point
        Which point stands for a shape.
    study_area
        Outline of the study area; see `kernel`.

    Returns
    -------
    surroundings
        For ``around=`` of `placemix.measure`, or ``surroundings @ counts``.

    Raises
    ------
    InvalidParameter, NoPlace, CRSMismatch, GeographicCRS
        As for `kernel`.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town().residents("before")
    >>> near = pm.surroundings.within(town, radius="1 km")
    >>> near
    <Surroundings of 2,400 units: within 1000 m>
    """
    return _kernel(counts, radius, "uniform", None, own, edge, point, study_area, within_radius=True)


def kernel(
    counts: Counts,
    *,
    bandwidth: float | str,
    shape: Shape = "biweight",
    cutoff: float | str | None = None,
    own: Own | None = None,
    edge: EdgePolicy = "none",
    point: Point = "centroid",
    study_area: Any = None,  # noqa: ANN401
) -> Surroundings:
    """People around each unit, weighted by a kernel of their distance d.

    Parameters
    ----------
    counts
        Counts with shapes or points on a projected map.
    bandwidth
        The kernel's b: a number of metres, or text such as ``"1 mile"``; on a plane of no named
        unit a bare number.
    shape
        ``"uniform"``: 1 below b; ``"triangular"``: 1 - d/b; ``"biweight"``: (1 - (d/b)²)²;
        ``"gaussian"``: exp(-d²/2b²); ``"exponential"``: exp(-d/b). The first three end at b.
    cutoff
        Length from which on weights are zero, for Gaussian and exponential kernels. Default: none,
        so that all pairs are summed, which takes time in proportion to the units' square.
    own
        How far a unit of area a is from itself, a distance and not a weight: 0, ``"disc"`` (0.511√a,
        the mean distance in a disc), ``"square"`` (0.521√a), ``"massey_denton"`` (√(0.6a)), ``"white"``
        (0.6√a). Default: 0, where its own people count fully. (In `contiguity` and others ``own=`` is a
        weight, and 0 leaves them out.) Measures of clustering ask that it be said.
    edge
        ``"none"``, or ``"renormalise"``: divide by the share of the kernel that lies inside the study
        area. This changes sums and densities, and no shares.
    point
        Which point stands for a shape.
    study_area
        Outline of the study area, as a shapely shape or a GeoSeries, for edge shares. Default: the
        union of the units' shapes; where units are points nobody knows it.

    Returns
    -------
    surroundings
        For ``around=`` of `placemix.measure`, or ``surroundings @ counts``.

    Raises
    ------
    InvalidParameter
        A length is not above 0, a shape is unknown, or a cut-off goes with a kernel that ends by itself.
    NoPlace
        Units have no usable shape, or no area where their distance from themselves needs one.
    CRSMismatch, GeographicCRS
        The shapes have no coordinate reference system, or one in degrees.

    References
    ----------
    Reardon and O'Sullivan 2004; Massey and Denton 1988; White 1983.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town().residents("before")
    >>> near = pm.surroundings.kernel(town, bandwidth="1 km")
    >>> float(pm.measure(town, "dissimilarity", around=near)["value"].iloc[0]) < 1
    True
    """
    return _kernel(counts, bandwidth, shape, cutoff, own, edge, point, study_area, within_radius=False)


def proximity(
    counts: Counts,
    *,
    decay_length: float | str,
    own: Own = "massey_denton",
    cutoff: float | str | None = None,
    point: Point = "centroid",
) -> Surroundings:
    """Proximity c = exp(-d / decay length) of every pair of units, for measures of clustering.

    Massey and Denton's exp(-d) depends on the unit of length: with ``decay_length="1 mile"`` it is
    theirs. A unit's distance from itself is √(0.6a), as they have it, unless another is chosen.

    Parameters
    ----------
    counts
        Counts with shapes on a projected map.
    decay_length
        Distance at which proximity falls to 1/e.
    own
        How far a unit is from itself, as in `kernel`: a distance, so that 0 is the greatest proximity.
    cutoff
        Length from which on proximity is taken as zero. Default: none.
    point
        Which point stands for a shape.

    Returns
    -------
    surroundings
        For ``around=`` of `placemix.measure`.

    Raises
    ------
    InvalidParameter, NoPlace, CRSMismatch, GeographicCRS
        As for `kernel`.

    References
    ----------
    White 1983; Massey and Denton 1988.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town().residents("before")
    >>> pm.surroundings.proximity(town, decay_length="1 mile", cutoff="10 km")
    <Surroundings of 2,400 units: exponential kernel, bandwidth 1609.344 m, cut off at 10000 m, own distance √(0.6a)>
    """
    return _kernel(counts, decay_length, "exponential", cutoff, own, "none", point, None, within_radius=False)


def _kernel(
    counts: Counts,
    bandwidth: float | str,
    shape: Shape,
    cutoff: float | str | None,
    own: Own | None,
    edge: EdgePolicy,
    point: Point,
    study_area: Any,  # noqa: ANN401
    *,
    within_radius: bool,
) -> Surroundings:
    _known(shape, own, edge)
    places = locate(counts, point=point)
    b = places.length(bandwidth, "radius" if within_radius else "bandwidth")
    ends = shape in ENDING
    if cutoff is not None and ends:
        message = f"A {shape} kernel ends at its bandwidth, so a cut-off means nothing."
        raise InvalidParameter(message, remedy="Leave out cutoff=.")
    cut = b if ends else np.inf if cutoff is None else places.length(cutoff, "cutoff")
    distance = _own_distance(counts, places, own or 0)
    operator = Nearby(places.xy, shape, b, cut, distance, unit=places.unit)
    texts = [f"within {places.written(b)}" if within_radius else operator.text]
    if own is not None:
        texts.append(f"own distance {_OWN[own][0]}")
    if edge == "renormalise":
        texts.append("renormalised at the edge")
    twins = coincident(places.xy)
    notes = (f"{plural(twins, 'unit')} at the same point as another, at distance 0",) if twins else ()
    outside: Outside | None = None
    area = study_area_of(counts, study_area)
    if area is not None:
        outside = Edge(places.xy / places.factor, area, shape, b / places.factor, cut / places.factor)
    if edge == "renormalise" and outside is None:
        odd = _no_areas(counts)
        message = f"{_are_points(odd, counts)}, so nobody knows how much of a kernel lies inside the study area."
        raise NoPlace(message, units=odd, remedy="Give its outline as study_area=, or edge='none'.")
    return Surroundings(
        units=counts.units,
        operator=operator,
        text=", ".join(texts),
        outside=outside,
        own_stated=own is not None,
        renormalised=edge == "renormalise",
        notes=notes,
    )


def _known(shape: str, own: object, edge: str) -> None:
    if shape not in _cells.SHAPES:
        message = f"shape is one of {', '.join(_cells.SHAPES)}, not {shape!r}."
        raise InvalidParameter(message, remedy=did_you_mean(shape, _cells.SHAPES))
    if own is not None and (own not in tuple(_OWN) or isinstance(own, bool)):
        message = f"own is one of {', '.join(map(repr, _OWN))}, not {own!r}."
        raise InvalidParameter(message, remedy=did_you_mean(own, _OWN))
    if edge not in ("none", "renormalise"):
        message = f"edge is 'none' or 'renormalise', not {edge!r}."
        raise InvalidParameter(message, remedy=did_you_mean(edge, ["none", "renormalise"]))


def _own_distance(counts: Counts, places: Places, own: Own) -> FloatArray:
    if own == 0:
        return np.zeros(len(counts))
    if places.area is None:
        odd = _no_areas(counts)
        message = f"own={own!r} needs the area of every unit, and {_are_points(odd, counts).lower()}."
        raise NoPlace(
            message, units=odd, remedy="Build the counts from shapes, or with area= a column in square map units."
        )
    return _OWN[own][1] * np.sqrt(places.area)


def _no_areas(counts: Counts) -> pd.Index:
    """Units that are points or lines."""
    import shapely

    return counts.units[~np.isin(shapely.get_type_id(np.asarray(counts.geometry.array, dtype=object)), (3, 6))]


def _are_points(odd: pd.Index, counts: Counts) -> str:
    if len(odd) == len(counts):
        return "The units are points"
    return plural(len(odd), "unit is no area", "units are no areas")
