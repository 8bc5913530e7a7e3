"""The ground of the synthetic town: its outline, cells, nested levels and two dates of boundaries.

The coordinates are metres of EPSG:32631 (UTM zone 31 north) around 500,000 east and
20,000 north, a spot in the open sea of the Gulf of Guinea: lengths and areas are those of
any projected map, and nobody can mistake the place for one that exists.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.datasets.synthetic_changes import Shape, redrawn
from placemix.datasets.synthetic_parts import clusters, equal_parts

#: Coordinate reference system of every map of the town, in metres.
CRS = "EPSG:32631"
#: Where the town's centre lies in that system.
CENTRE = np.array([500_000.0, 20_000.0])
#: Distance from the centre to an average point of the outline, in metres.
RADIUS = 9_000.0

UNITS, EMPTY = 2_400, 3
DISTRICTS, WARDS, NEIGHBOURHOODS = 6, 8, 6  # wards in a district, neighbourhoods in a ward
SPLITS, TRIPLES, MERGES, IRREGULAR = 40, 5, 20, 5  # TRIPLES of the SPLITS are cut in three


@dataclass(frozen=True)
class Ground:
    """Boundaries of the town at two dates, held as the pieces that both dates share.

    A piece lies in one unit at each date, so whatever is counted by piece adds up to the
    units of either date. `cell` numbers the cells of the first date's map, which are its
    units; `before` and `after` hold the unit codes of the pieces.
    """

    outline: Shape
    geometry: NDArray[np.object_]
    point: FloatArray
    area: FloatArray
    cell: IntArray
    before: NDArray[np.str_]
    after: NDArray[np.str_]
    change: NDArray[np.str_]
    empty: BoolArray
    district: NDArray[np.str_]
    ward: NDArray[np.str_]
    neighbourhood: NDArray[np.str_]


def distance_from_centre(point: FloatArray) -> FloatArray:
    """Return how far points lie from the centre, as a multiple of the town's radius.

    Examples
    --------
    >>> distance_from_centre(CENTRE + [[0.0, 4_500.0]]).tolist()
    [0.5]
    """
    distance: FloatArray = np.hypot(*(point - CENTRE).T) / RADIUS
    return distance


def smooth_noise(point: FloatArray, rng: np.random.Generator, *, width: float) -> FloatArray:
    """Return a smooth random surface at points, with mean 0 and standard deviation 1.

    Parameters
    ----------
    point
        Coordinates in metres, shape (points, 2).
    rng
        Source of randomness.
    width
        Reach of one hill or hollow, in metres.

    Examples
    --------
    >>> smooth_noise(np.zeros((2, 2)), np.random.default_rng(1), width=500.0).shape
    (2,)
    """
    hills = CENTRE + rng.uniform(-1.2 * RADIUS, 1.2 * RADIUS, (60, 2))
    height = rng.normal(size=60)
    square = ((point[:, None] - hills) ** 2).sum(-1)
    surface = np.exp(-square / (2 * width**2)) @ height
    spread = surface.std()
    noise: FloatArray = (surface - surface.mean()) / (spread if spread > 0 else 1.0)
    return noise


def town_ground(rng: np.random.Generator) -> Ground:
    """Draw the outline, the cells of a clustered point process, the levels and the changes.

    Examples
    --------
    >>> ground = town_ground(np.random.default_rng(1))
    >>> len(np.unique(ground.before)), len(ground.geometry) > 2_400
    (2400, True)
    """
    outline = _outline(rng)
    seed, empty = _seeds(outline, rng)
    cells = _cells(seed, outline)
    for _ in range(2):  # two steps towards the cells' middles take out the worst slivers
        middle = _middles(cells)
        seed = seed + 0.6 * (middle - seed)
        cells = _cells(seed, outline)
    middle = _middles(cells)
    district, ward, neighbourhood = _levels(middle, rng)
    order = np.lexsort((rng.random(len(cells)), neighbourhood))
    cells, empty, middle = cells[order], empty[order], middle[order]
    district, ward, neighbourhood = district[order], ward[order], neighbourhood[order]
    pieces = redrawn(
        cells,
        outline,
        neighbourhood,
        empty,
        rng,
        splits=(SPLITS, TRIPLES),
        merges=MERGES,
        irregular=IRREGULAR,
    )
    cell = pieces.cell
    return Ground(
        outline=outline,
        geometry=pieces.geometry,
        point=_middles(pieces.geometry),
        area=_areas(pieces.geometry),
        cell=cell,
        before=_codes(cell),
        after=_codes(pieces.after),
        change=pieces.change,
        empty=empty[cell],
        district=district[cell],
        ward=ward[cell],
        neighbourhood=neighbourhood[cell],
    )


def _codes(number: IntArray) -> NDArray[np.str_]:
    return np.array([f"Z{value + 1:05d}" for value in number])


def _middles(polygons: NDArray[np.object_]) -> FloatArray:
    import shapely

    middles: FloatArray = shapely.get_coordinates(shapely.centroid(polygons))
    return middles


def _areas(polygons: NDArray[np.object_]) -> FloatArray:
    import shapely

    areas: FloatArray = shapely.area(polygons)
    return areas


def _outline(rng: np.random.Generator) -> Shape:
    import shapely

    angle = np.linspace(0, 2 * np.pi, 181)[:-1]
    wave = np.arange(2, 8)
    size = 0.22 / wave * rng.uniform(0.5, 1.5, len(wave))
    reach = 1 + (size * np.cos(angle[:, None] * wave + rng.uniform(0, 2 * np.pi, len(wave)))).sum(1)
    reach += rng.normal(0, 0.012, len(angle))
    edge = RADIUS * reach[:, None] * np.stack([1.12 * np.cos(angle), 0.9 * np.sin(angle)], axis=1)
    return shapely.Polygon((CENTRE + edge).round(1))


def _seeds(outline: Shape, rng: np.random.Generator) -> tuple[FloatArray, BoolArray]:
    """Return one point for each cell: a dense centre, smaller centres, farms between them."""
    import shapely

    bearing = rng.uniform(0, 2 * np.pi, 18)
    away = RADIUS * rng.uniform(0.28, 0.95, 18)
    middle = CENTRE + away[:, None] * np.stack([1.1 * np.cos(bearing), 0.9 * np.sin(bearing)], axis=1)
    many = 4 * UNITS
    near_centre = CENTRE + rng.normal(0, 0.2 * RADIUS, (many, 2)) * [1.15, 0.9]
    which = rng.integers(18, size=many)
    near_middle = middle[which] + rng.normal(size=(many, 2)) * rng.uniform(350, 1_150, 18)[which, None]
    anywhere = CENTRE + rng.uniform(-1.4 * RADIUS, 1.4 * RADIUS, (many, 2))
    kind = rng.choice(3, size=many, p=[0.36, 0.36, 0.28])[:, None]
    point = np.where(kind == 0, near_centre, np.where(kind == 1, near_middle, anywhere))
    point = point[shapely.contains_xy(outline.buffer(-60), *point.T)]
    # Nobody lives in a park, a reservoir and a works: one wide cell each.
    bare = CENTRE + RADIUS * np.array([[-0.18, 0.12], [0.42, 0.25], [0.1, -0.5]])
    bare = bare + rng.uniform(-400, 400, bare.shape)
    clear = np.array([330.0, 480.0, 420.0])
    far = (np.hypot(*(point[:, None] - bare).transpose(2, 0, 1)) > clear).all(1)
    point = np.vstack([bare, point[far][: UNITS - EMPTY]])
    return point, np.arange(UNITS) < EMPTY


def _cells(seed: FloatArray, outline: Shape) -> NDArray[np.object_]:
    """Return the Voronoi cell of each seed inside the outline, in the order of the seeds."""
    import shapely

    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seed), extend_to=outline))
    at, which = shapely.STRtree(cells).query(shapely.points(seed), predicate="intersects")
    ordered = cells[which[np.argsort(at, kind="stable")]]
    across = ~shapely.contains_properly(outline, ordered)
    ordered[across] = shapely.intersection(ordered[across], outline)
    rounded: NDArray[np.object_] = shapely.transform(ordered, lambda xy: xy.round(2))
    return rounded


def _levels(point: FloatArray, rng: np.random.Generator) -> tuple[NDArray[np.str_], NDArray[np.str_], NDArray[np.str_]]:
    """Return the codes of district, ward and neighbourhood, each written inside the next."""

    def outward(label: IntArray, point: FloatArray) -> IntArray:
        """Number parts from 1, from the town's centre outwards."""
        code = np.unique(label, return_inverse=True)[1]
        centre = np.stack([np.bincount(code, axis) / np.bincount(code) for axis in point.T], axis=1)
        rank: IntArray = np.argsort(np.argsort(distance_from_centre(centre)))
        return rank[code] + 1

    district = outward(clusters(point, DISTRICTS, rng)[0], point)
    ward, neighbourhood = np.zeros_like(district), np.zeros_like(district)
    for one in np.unique(district):
        inside = np.flatnonzero(district == one)
        ward[inside] = outward(equal_parts(point[inside], WARDS, rng), point[inside])
        for other in np.unique(ward[inside]):
            within = inside[ward[inside] == other]
            neighbourhood[within] = outward(equal_parts(point[within], NEIGHBOURHOODS, rng), point[within])
    named = [f"D{one}" for one in district]
    wards = [f"{name}W{one}" for name, one in zip(named, ward, strict=True)]
    parts = [f"{name}N{one}" for name, one in zip(wards, neighbourhood, strict=True)]
    return np.array(named), np.array(wards), np.array(parts)
