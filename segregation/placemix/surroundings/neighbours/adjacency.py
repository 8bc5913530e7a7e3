"""Surroundings by borders: who is next door, and how much of the border is shared."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np

from placemix._typing import FloatArray, IntArray
from placemix.counts import Counts
from placemix.errors import InvalidParameter, NoPlace, did_you_mean, listed, plural
from placemix.surroundings.around import Surroundings
from placemix.surroundings.distance import _cells
from placemix.surroundings.matrices import Cut, Sparse, sparse, with_own
from placemix.surroundings.neighbours.given import own_weight
from placemix.surroundings.points import locate, shaped

#: Which units are next door: those that share a point, or a stretch of border.
Rule: TypeAlias = Literal["queen", "rook"]

#: Coordinates that differ by less than this share of the largest one differ by rounding.
_ROUNDING = 1e-11
#: Pairs of borders that one task intersects.
_TASK = 4096


def contiguity(
    counts: Counts,
    *,
    rule: Rule = "queen",
    order: int = 1,
    exact: bool = False,
    own: float | None = None,
) -> Surroundings:
    """Units that border on each unit, each counted fully.

    Parameters
    ----------
    counts
        Counts with areas. Degrees will do: no length is measured.
    rule
        ``"queen"``: units are neighbours that share at least one point. ``"rook"``: units that
        share a stretch of border, longer than rounding of the coordinates.
    order
        How many steps from neighbour to neighbour are taken. Steps may pass through any unit of
        the counts, also through one in another stratum or without people.
    exact
        Take units that are reached in `order` steps and not in fewer, instead of 1 to `order`.
    own
        Weight of each unit in its own surroundings. Default: 1, as much as a neighbour. 0 leaves its
        own people out, where `kernel` counts them fully with ``own=0``: there it is a distance.

    Returns
    -------
    surroundings
        For ``around=`` of `placemix.measure`. Units without neighbours are in `isolates`, and
        listed in `notes`.

    Raises
    ------
    NoPlace
        Units have no usable shape, or are points.
    InvalidParameter
        The rule is unknown, the order not a whole number from 1 on, or the own weight below 0.
    CRSMismatch
        The shapes have no coordinate reference system.

    Notes
    -----
    Shapes that overlap share points, so they are neighbours by the queen's rule, where rules
    that compare vertices or ask for shapes to touch may miss them; by the rook's rule only if a
    stretch of their borders coincides. Points and borders coincide that do so to eleven digits of
    the coordinates, some micrometres on a national grid. Across a wider gap nobody is a
    neighbour: close gaps between areas that were drawn apart first.

    Examples
    --------
    >>> import placemix as pm
    >>> town = pm.datasets.town().residents("before").take(range(1200))
    >>> pm.surroundings.contiguity(town, rule="rook", order=2)
    <Surroundings of 1,200 units: rook contiguity in 1 to 2 steps, own weight 1>
    """
    if rule not in ("queen", "rook"):
        message = f"rule is 'queen' or 'rook', not {rule!r}."
        raise InvalidParameter(message, remedy=did_you_mean(rule, ["queen", "rook"]))
    if isinstance(order, bool) or not isinstance(order, int | np.integer) or order < 1:
        message = f"order is a whole number of steps from 1 on, not {order!r}."
        raise InvalidParameter(message)
    weight = own_weight(own, otherwise=1.0)
    shapes = _areas(counts)
    if rule == "rook":
        i, j, length = _borders(shapes)
        shared = length > 4 * _grid(shapes)
        i, j = i[shared], j[shared]
    else:
        i, j = _touching(shapes)
    neighbours = sparse([*i, *j], [*j, *i], np.ones(2 * len(i)), len(counts))
    steps = "contiguity"
    if order > 1:
        neighbours = _reached(neighbours, int(order), exact=exact)
        steps = f"contiguity in {'exactly' if exact else '1 to'} {order} steps"
    operator = Sparse(with_own(neighbours, weight))
    return Surroundings(
        units=counts.units,
        operator=operator,
        text=f"{rule} {steps}, own weight {weight:.10g}",
        outside=Cut(operator),
        own_stated=own is not None,
        notes=_without(counts, neighbours),
    )


def shared_boundary(counts: Counts, *, own: float = 0.0) -> Surroundings:
    """Units that border on each unit, weighted by the length of the border that they share.

    Parameters
    ----------
    counts
        Counts with areas on a projected map.
    own
        Weight of each unit in its own surroundings, as a length in metres. Default: 0, as measures
        that compare neighbours want it (Wong 1993).

    Returns
    -------
    surroundings
        For ``around=`` of `placemix.measure`. Weights are metres, or units of a plane that has no
        named one. A unit without neighbours experiences itself.

    Raises
    ------
    NoPlace
        Units have no usable shape, or are points.
    InvalidParameter
        The own weight is below 0.
    CRSMismatch, GeographicCRS
        The shapes have no coordinate reference system, or one in degrees.

    Notes
    -----
    The lengths that a unit shares add up to its perimeter or less, unless shapes overlap, which
    is noted. Borders count as shared where they coincide to eleven digits of the coordinates,
    some micrometres on a national grid: enough for borders of which only one has a vertex at
    some bend or junction, not for borders that were drawn twice. Where there are such gaps,
    `perimeters` with and without ``interior=True`` shows what was not found.

    References
    ----------
    Wong 1993.

    Examples
    --------
    >>> import geopandas as gpd, placemix as pm, shapely
    >>> strip = gpd.GeoDataFrame({"id": ["a", "b"], "x": [1, 2], "y": [3, 2]},
    ...                          geometry=[shapely.box(0, 0, 4, 3), shapely.box(4, 1, 6, 9)])
    >>> strip = pm.from_wide(strip, groups=["x", "y"], unit="id", crs="planar")
    >>> [weight.tolist() for _, _, weight in pm.surroundings.shared_boundary(strip).pairs()]
    [[2.0, 2.0]]
    """
    weight = own_weight(own, otherwise=0.0)
    places = locate(counts)
    shapes = _areas(counts)
    i, j, length = _borders(shapes)
    shared = length > 0
    i, j, length = i[shared], j[shared], length[shared] * places.factor
    matrix = sparse([*i, *j], [*j, *i], [*length, *length], len(counts))
    operator = Sparse(with_own(matrix, weight))
    return Surroundings(
        units=counts.units,
        operator=operator,
        text=f"length of shared border in {places.unit}, own weight {weight:.10g}",
        outside=Cut(operator),
        notes=(*_without(counts, matrix), *_overlapping(counts, shapes, matrix, places.factor)),
    )


def perimeters(counts: Counts, *, interior: bool = False) -> FloatArray:
    """Length of each unit's border.

    Parameters
    ----------
    counts
        Counts with areas on a projected map.
    interior
        Only the parts that border on other units of the counts.

    Returns
    -------
    perimeter
        Metres, or units of a plane that has no named one, shape (units,). Borders of holes count.

    Raises
    ------
    NoPlace, CRSMismatch, GeographicCRS
        As for `shared_boundary`.

    Examples
    --------
    >>> import geopandas as gpd, placemix as pm, shapely
    >>> strip = gpd.GeoDataFrame({"id": ["a", "b"], "x": [1, 2], "y": [3, 2]},
    ...                          geometry=[shapely.box(0, 0, 4, 3), shapely.box(4, 1, 6, 9)])
    >>> strip = pm.from_wide(strip, groups=["x", "y"], unit="id", crs="planar")
    >>> perimeters(strip).tolist(), perimeters(strip, interior=True).tolist()
    ([14.0, 20.0], [2.0, 2.0])
    """
    import shapely

    factor = locate(counts).factor
    shapes = _areas(counts)
    if not interior:
        return np.asarray(shapely.length(shapes) * factor)
    i, j, length = _borders(shapes)
    both = np.bincount(i, length, len(counts)) + np.bincount(j, length, len(counts))
    return np.asarray(both * factor)


def _areas(counts: Counts) -> Any:  # noqa: ANN401
    """Return the shapes of units, all of them polygons."""
    import shapely

    shapes = shaped(counts)
    other = ~np.isin(shapely.get_type_id(shapes), (3, 6))
    if other.any():
        message = f"{plural(int(other.sum()), 'unit is no area', 'units are no areas')}, so they have no borders."
        remedy = "For points use nearest_places, or draw areas around them first: shapely.voronoi_polygons."
        raise NoPlace(message, units=counts.units[other], remedy=remedy)
    return shapes


def _touching(shapes: Any) -> tuple[IntArray, IntArray]:  # noqa: ANN401
    """Pairs of shapes that share at least one point, but for rounding, each pair once."""
    import shapely

    rounding = _grid(shapes)
    low, high = np.split(shapely.bounds(shapes), 2, axis=1)
    boxes = shapely.box(*(low - rounding).T, *(high + rounding).T)
    i, j = shapely.STRtree(shapes).query(boxes)
    once = i < j
    i, j = i[once], j[once]
    near = shapely.dwithin(shapes[i], shapes[j], rounding)
    return i[near], j[near]


def _grid(shapes: Any) -> float:  # noqa: ANN401
    """Width of the grid to which coordinates are rounded; a power of 2, which leaves whole numbers as they are."""
    import shapely

    largest = np.abs(shapely.get_coordinates(shapes)).max(initial=0.0)
    return float(2.0 ** np.floor(np.log2(_ROUNDING * max(float(largest), 1e-200))))


def _borders(shapes: Any) -> tuple[IntArray, IntArray, FloatArray]:  # noqa: ANN401
    """Pairs of shapes that share at least one point, each once, with the length of border they share."""
    import shapely

    i, j = _touching(shapes)
    borders = shapely.boundary(shapes)
    shapely.bounds(borders)  # kept inside the shapes when first asked for, so not by two threads at once
    length = _common(borders, i, j, 0.0)
    whole = shapely.length(borders)
    found = np.bincount(i, length, len(shapes)) + np.bincount(j, length, len(shapes))
    # Where a vertex stands on a slanted border that has none there, the two coincide but for rounding.
    # Units whose whole border was found cannot share more.
    open_ended = found < whole * (1 - 1e-9)
    again = np.flatnonzero(open_ended[i] & open_ended[j])
    if len(again):
        rounded = _common(borders, i[again], j[again], _grid(shapes))
        more = rounded > length[again] * (1 + 1e-6) + 4 * _grid(shapes)
        length[again[more]] = rounded[more]
    return i, j, length


def _common(borders: Any, i: IntArray, j: IntArray, grid: float) -> FloatArray:  # noqa: ANN401
    """Length that pairs of borders have in common."""
    import shapely

    out = np.zeros(len(i))

    def work(block: tuple[int, int]) -> None:
        low, high = block
        both = shapely.intersection(borders[i[low:high]], borders[j[low:high]], grid_size=grid or None)
        out[low:high] = shapely.length(both)

    _cells.shared(work, [(low, min(low + _TASK, len(i))) for low in range(0, len(i), _TASK)])
    return out


def _reached(neighbours: Any, order: int, *, exact: bool) -> Any:  # noqa: ANN401
    """Units reached in 1 to `order` steps, or in no fewer than that."""
    from scipy.sparse import eye_array

    start = eye_array(neighbours.shape[0], format="csr")
    fewer, reached = start, start
    for _ in range(order):
        fewer, reached = reached, ((reached @ neighbours + reached) > 0).astype(np.float64)
    kept = reached - (fewer if exact else start)
    kept.eliminate_zeros()
    return kept


def _without(counts: Counts, neighbours: Any) -> tuple[str, ...]:  # noqa: ANN401
    """Say which units have no neighbours."""
    alone = counts.units[np.diff(neighbours.indptr) == 0]
    return (f"{plural(len(alone), 'unit')} without neighbours: {listed(alone)}",) if len(alone) else ()


def _overlapping(counts: Counts, shapes: Any, matrix: Any, factor: float) -> tuple[str, ...]:  # noqa: ANN401
    """Say which units share more border than they have."""
    import shapely

    over = np.asarray(matrix.sum(axis=1)).reshape(-1) > shapely.length(shapes) * factor * (1 + 1e-9)
    if not over.any():
        return ()
    several = f"{plural(int(over.sum()), 'unit shares', 'units share')} more border than they have, as shapes overlap"
    return (f"{several}: {listed(counts.units[over])}",)
