"""Centralisation: how near the centre of a place the members of a group live.

What counts is the order of units from the centre outward, not how far they are. Units equally far stand
together as one ring, so that no value depends on the order of the rows. With several centres a unit is as far
as the nearest of them. The constrained forms look only at units under the influence of a centre: those nearest to
it, or within a distance.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Literal

import numpy as np

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.errors import InvalidParameter
from placemix.indices._parts import defined, ratio, total, total_groups, two_groups, where_defined
from placemix.indices._ranked import Rings, lengths, rings_of
from placemix.indices.concentrations import land_of

#: A unit is within a radius that it exceeds by no more than this part of it.
_EDGE = 1e-9


def proportion_central(
    counts: Any,  # noqa: ANN401
    *,
    distance: Any,  # noqa: ANN401
    radius: float = 0.0,
    starts: IntArray | None = None,
) -> FloatArray:
    """PCC: share of a group that lives in the centre.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    distance
        Of each unit from the centre, shape (units,); 0 for units inside a centre that is an area.
    radius
        Units no farther than this are in the centre, in the unit of `distance`.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), from 0 to 1. NaN where undefined.

    Raises
    ------
    InvalidParameter
        A distance or the radius is below 0, or not finite.

    References
    ----------
    Massey and Denton 1988.

    Examples
    --------
    >>> town = [[80, 20], [20, 80], [0, 100], [20, 80]]
    >>> proportion_central(town, distance=[0.5, 1.5, 3, 6], radius=2).round(7).item()
    0.8333333
    """
    if not 0 <= radius < np.inf:
        message = f"radius is a finite number of at least 0, not {radius}."
        raise InvalidParameter(message)
    values = two_groups(counts)
    far = lengths(distance, values.shape[-2])
    central = far <= radius * (1 + _EDGE)
    sums = total_groups(values, starts)
    value = ratio(total(values[..., 0] * central, starts), sums[..., 0])
    return where_defined(value, defined(sums, values.sum(axis=-1), starts))


def relative_centralisation(
    counts: Any,  # noqa: ANN401
    *,
    distance: Any,  # noqa: ANN401
    nearest: int | Literal[False] = False,
    within: float | Literal[False] = False,
    starts: IntArray | None = None,
) -> FloatArray:
    """Duncan's RCE: share of a group that would have to move to be as central as another.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    distance
        Of each unit from the centre, shape (units,).
    nearest
        A whole number: only so many units nearest to a centre count, and those as far as the last of them. False: all.
    within
        Only units no farther than this count, in the unit of `distance`. False: all.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), from -1 (all members farther out than all others) to 1 (all nearer the centre). NaN where
        undefined.

    Raises
    ------
    InvalidParameter
        A distance is below 0 or not finite, `nearest` no whole number of at least 1, or `within` below 0 or not finite.

    References
    ----------
    Duncan and Duncan 1955; Massey and Denton 1988. The constrained forms are those that Tivadar 2019 names.

    Examples
    --------
    >>> town = [[80, 20], [20, 80], [0, 100], [20, 80]]
    >>> relative_centralisation(town, distance=[0.5, 1.5, 3, 6]).round(7).item()
    0.5952381

    Of the two units nearest, members have 4/5 and 1/5, the others 1/5 and 4/5: 4/5 · 4/5 - 1/5 · 1/5.

    >>> relative_centralisation(town, distance=[0.5, 1.5, 3, 6], nearest=2).round(7).item()
    0.6
    """
    values = two_groups(counts)
    far = lengths(distance, values.shape[-2])
    values = values * near_centre(far, starts, nearest=nearest, within=within)[:, np.newaxis]
    rings = rings_of(far, starts)
    sums = total_groups(values, starts)
    x, y = (_share(rings.summed(values[..., group]), rings) for group in (0, 1))
    return where_defined(_outward(x, y, rings), defined(sums, values.sum(axis=-1), starts))


def absolute_centralisation(
    counts: Any,  # noqa: ANN401
    *,
    distance: Any,  # noqa: ANN401
    area: Any,  # noqa: ANN401
    land: str = "inhabited",
    nearest: int | Literal[False] = False,
    within: float | Literal[False] = False,
    starts: IntArray | None = None,
) -> FloatArray:
    """ACE: share of a group that would have to move to be spread over the land alike at any distance.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (..., units, 2).
    distance
        Of each unit from the centre, shape (units,).
    area
        Land of each unit, shape (units,), in any one unit of area, above 0.
    land
        ``"inhabited"``: that of units with people. ``"all"``: with that of empty units too.
    nearest
        A whole number: only so many units nearest to a centre count, and those as far as the last of them. False: all.
    within
        Only units no farther than this count, in the unit of `distance`. False: all.
    starts
        First unit of each stratum. Default: one stratum.

    Returns
    -------
    value
        Shape (..., strata), above -1 (farther out than the land) and below 1 (nearer the centre). NaN where undefined.

    Raises
    ------
    InvalidArea
        An area is not above 0.
    InvalidParameter
        A distance is below 0 or not finite, `land` is neither, `nearest` is no whole number of at least 1, or `within`
        below 0 or not finite.

    References
    ----------
    Massey and Denton 1988. The constrained forms are those that Tivadar 2019 names.

    Examples
    --------
    >>> town = [[80, 20], [20, 80], [0, 100], [20, 80]]
    >>> absolute_centralisation(town, distance=[0.5, 1.5, 3, 6], area=[1, 1, 2, 4]).round(7).item()
    0.6041667
    """
    values = two_groups(counts)
    far = lengths(distance, values.shape[-2])
    near, rings = near_centre(far, starts, nearest=nearest, within=within), rings_of(far, starts)
    values = values * near[:, np.newaxis]
    x = _share(rings.summed(values[..., 0]), rings)
    ground = _share(rings.summed(land_of(values, area, land, starts) * near), rings)
    sums = total_groups(values, starts)
    return where_defined(_outward(x, ground, rings), defined(sums, values.sum(axis=-1), starts))


def local_relative_centralisation(
    counts: Any,  # noqa: ANN401
    *,
    places: tuple[FloatArray, IntArray],
    neighbours: int = 5,
    starts: IntArray | None = None,
) -> FloatArray:
    """Folch's and Rey's local index: RCE around each unit, among it and the units nearest to it.

    Parameters
    ----------
    counts
        People of the focal group and of the others in each unit, shape (units, 2).
    places
        Points of the units, shape (units, 2), and the rank of each, which is not used: those equally far all count.
    neighbours
        How many of the nearest units with people of either group count, and those as far as the last of them.
    starts
        First unit of each stratum, in which neighbours are looked for. Default: one stratum.

    Returns
    -------
    value
        Shape (units,), from -1 (of the people around, members live farther from the unit than the others) to 1
        (nearer). NaN where the unit has no people, or one of the groups nobody around.

    Raises
    ------
    InvalidParameter
        `neighbours` is no whole number of at least 1.

    References
    ----------
    Folch and Rey 2016.

    Examples
    --------
    >>> road = np.array([[0.5, 0], [1.5, 0], [3, 0], [6, 0]]), np.arange(4)
    >>> town = [[80, 20], [20, 80], [0, 100], [20, 80]]
    >>> local_relative_centralisation(town, places=road, neighbours=2).round(4)
    array([ 0.8,  0.2, -0.8,  0. ])
    """
    if not float(neighbours).is_integer() or neighbours < 1:
        message = f"neighbours is a whole number of at least 1, not {neighbours}."
        raise InvalidParameter(message)
    values = two_groups(counts)
    xy = np.asarray(places[0], dtype=np.float64)
    bounds = np.append(0 if starts is None else starts, len(values)).astype(np.int64)
    found = np.full(len(values), np.nan)
    for low, high in pairwise(bounds.tolist()):
        lived_in = low + np.flatnonzero(values[low:high].sum(axis=1) > 0)
        if len(lived_in):
            found[lived_in] = _around(values[lived_in], xy[lived_in], int(neighbours))
    return found


def near_centre(
    distance: FloatArray,
    starts: IntArray | None = None,
    *,
    nearest: int | Literal[False] = False,
    within: float | Literal[False] = False,
) -> BoolArray:
    """Find the units under the influence of a centre.

    Parameters
    ----------
    distance
        Of each unit from the nearest centre, shape (units,).
    starts
        First unit of each stratum, in which the nearest are counted. Default: one stratum.
    nearest, within
        As in `relative_centralisation`; both together count units that meet both.

    Returns
    -------
    near
        Shape (units,).

    Raises
    ------
    InvalidParameter
        `nearest` is no whole number of at least 1, or `within` is below 0 or not finite.
    """
    near = np.ones(len(distance), dtype=bool)
    if within is not False:
        if not 0 <= within < np.inf:
            message = f"within is a finite number of at least 0, not {within}."
            raise InvalidParameter(message)
        near &= distance <= within * (1 + _EDGE)
    if nearest is not False:
        if not float(nearest).is_integer() or nearest < 1:
            message = f"nearest is a whole number of at least 1, not {nearest}."
            raise InvalidParameter(message)
        bounds = np.append(0 if starts is None else starts, len(distance)).astype(np.int64)
        for low, high in pairwise(bounds.tolist()):
            here = distance[low:high]
            if nearest < len(here):
                near[low:high] &= here <= np.partition(here, int(nearest) - 1)[int(nearest) - 1] * (1 + _EDGE)
    return near


def _around(values: FloatArray, xy: FloatArray, neighbours: int) -> FloatArray:
    """RCE around each unit of one stratum."""
    from scipy.spatial import KDTree

    tree, count = KDTree(xy), min(neighbours + 1, len(xy))
    reach = np.asarray(tree.query(xy, k=[count])[0])[:, 0]
    # Units as far as the last of the neighbours are not told apart by rounding.
    balls = tree.query_ball_point(xy, reach * (1 + _EDGE) + _EDGE * 1e-3 * np.ptp(xy))
    many = np.array([len(ball) for ball in balls])
    unit = np.repeat(np.arange(len(xy)), many)
    near = np.concatenate([np.asarray(ball, dtype=np.int64) for ball in balls])
    distance = np.hypot(*(xy[near] - xy[unit]).T)
    first = np.cumsum(many) - many
    return relative_centralisation(values[near], distance=distance, starts=first)


def _share(values: FloatArray, rings: Rings) -> FloatArray:
    """Share of each ring in its stratum; zero where there is nobody."""
    whole = rings.of(rings.total(values))
    return np.divide(values, whole, out=np.zeros_like(values), where=whole > 0)


def _outward(x: FloatArray, y: FloatArray, rings: Rings) -> FloatArray:
    """Sum over rings of what has been passed of the first times the second, less the other way round."""
    return rings.total((rings.within(x) - x) * y - x * (rings.within(y) - y))
