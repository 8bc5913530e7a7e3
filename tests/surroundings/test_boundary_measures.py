"""D less what differs between neighbours, and the overlap of surfaces: by hand, written out, and limits."""

from __future__ import annotations

from collections import deque
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import placemix as pm
from placemix import errors, indices, surroundings

TOYVILLE = np.array([[80.0, 20.0], [20.0, 80.0], [0.0, 100.0], [20.0, 80.0]])
CHAIN = np.array([0, 1, 1, 2, 2, 3]), np.array([1, 0, 2, 1, 3, 2]), np.ones(6)
D = 25 / 42  # half of |80/120 - 20/280| + 2 |20/120 - 80/280| + 100/280

FORMS = ["morrill", "morrill(order=2)", "morrill(order=3, reciprocal=True)", "wong_boundary", "wong_shape",
         "wong_shape(perimeter='interior')"]  # fmt: skip


def areas(people: dict[str, Any], shapes: Any, crs: Any = 27700, **more: Any) -> pm.Counts:
    frame = gpd.GeoDataFrame({**people, **more}, geometry=list(shapes), crs=crs)
    frame["id"] = [f"u{place:03d}" for place in range(len(frame))]
    return pm.from_wide(frame, groups=list(people), unit="id", strata=tuple(more), geometry="geometry")


def squares(people: np.ndarray, side: float = 1000) -> pm.Counts:
    """A square grid of square units."""
    size = len(people)
    cells = [
        shapely.box(side * x, side * y, side * x + side, side * y + side) for y in range(size) for x in range(size)
    ]
    return areas({"x": people.ravel(), "y": 100 - people.ravel()}, cells)


# -- by hand ---------------------------------------------------------------------------------------


def test_toyville():
    # Shares .8, .2, 0, .2 along a road: neighbours differ by .6, .2, .2, units two apart by .8 and 0, three by .6.
    assert indices.morrill(TOYVILLE, pairs=CHAIN).item() == pytest.approx(0.2619048, abs=5.01e-8)
    steps = [1 / 3, 0.4, 0.6]
    for order in (1, 2, 3, 4):
        usual = D - sum(np.exp(1.0 - k) * steps[k - 1] for k in range(1, min(order, 3) + 1))
        slower = D - sum(steps[k - 1] / k for k in range(1, min(order, 3) + 1))
        assert indices.morrill(TOYVILLE, pairs=CHAIN, order=order).item() == pytest.approx(usual, abs=1e-14)
        value = indices.morrill(TOYVILLE, pairs=CHAIN, order=order, reciprocal=True).item()
        assert value == pytest.approx(slower, abs=1e-14)
    # Borders of 1, 1 and 2 km; perimeters 4, 4, 6, 8 km and areas 1, 1, 2, 4 km², so P/A is 4, 4, 3, 2.
    borders = (*CHAIN[:2], np.array([1.0, 1, 1, 1, 2, 2]))
    assert indices.wong_boundary(TOYVILLE, pairs=borders).item() == pytest.approx(D - (0.6 + 0.2 + 0.4) / 4)
    ground = {"outline": [4, 4, 6, 8], "area": [1, 1, 2, 4]}
    shape = (0.6 * 1 + 0.2 * 3.5 / 4 + 0.4 * 2.5 / 4) / 4
    assert indices.wong_shape(TOYVILLE, pairs=borders, **ground).item() == pytest.approx(D - shape)
    # Interior borders only: 1, 2, 3, 2 km, over the areas 1, 2, 1.5, 0.5.
    inside = (0.6 * 1.5 / 2 + 0.2 * 1.75 / 2 + 0.4 * 1 / 2) / 4
    value = indices.wong_shape(TOYVILLE, pairs=borders, **ground, perimeter="interior").item()
    assert value == pytest.approx(D - inside)


@pytest.mark.data
def test_grenoble(oracle_root):
    # Households of one or two people against the others, in the 53 areas of Grenoble.
    frame = gpd.read_parquet(oracle_root / "grenoble_hh_size.parquet")
    homes = pm.from_wide(frame, groups=["small", "medium", "big"], unit="code", geometry="geometry")
    near = surroundings.shared_boundary(homes)
    found = pm.measure(homes, ["wong_boundary", "wong_shape"], focal="small", around=near)["value"]
    assert found.tolist() == pytest.approx([0.0873290, 0.1154389], abs=5.01e-8)


def test_a_checkerboard_scores_less_than_two_halves():
    row, column = np.mgrid[:6, :6]
    halves, board = (squares(np.where(mask, 90, 10)) for mask in (column < 3, (row + column) % 2 == 0))
    for name in FORMS:
        value = {}
        for town in (halves, board):
            near = surroundings.contiguity(town, rule="rook")
            if name.startswith("wong"):
                near = surroundings.shared_boundary(town)
            value[town is halves] = pm.estimate(town, name, focal="x", around=near).value
        assert value[False] < value[True]
    # On the checkerboard every neighbour differs by 0.8, which is D: nothing is left.
    assert pm.estimate(board, "morrill", focal="x", around=surroundings.contiguity(board, rule="rook")).value == (
        pytest.approx(0, abs=1e-12)
    )


# -- written out ------------------------------------------------------------------------------------


def random_town(seed: int) -> tuple[pm.Counts, np.ndarray, list[Any], np.ndarray]:
    """A jagged map with an island, a hole that is a unit, empty units, and two districts."""
    draw = np.random.default_rng(seed)
    size = 7
    corners = draw.uniform(-0.3, 0.3, size=(size + 1, size + 1, 2)) + np.stack(
        np.meshgrid(np.arange(size + 1), np.arange(size + 1)), axis=2
    )
    corners = np.round(corners * 1000 + 1e6, 3)
    shapes = [
        shapely.Polygon([corners[r, c], corners[r, c + 1], corners[r + 1, c + 1], corners[r + 1, c]])
        for r in range(size)
        for c in range(size)
    ]
    middle = shapely.box(*(shapes[24].centroid.coords[0] - np.array([100.0, 100.0])),
                         *(shapes[24].centroid.coords[0] + np.array([100.0, 100.0])))  # fmt: skip
    shapes[24] = shapes[24].difference(middle)
    shapes += [middle, shapely.box(0, 0, 500, 300)]
    people = draw.integers(0, 40, size=(len(shapes), 2)).astype(float)
    people[draw.random(len(shapes)) < 0.12] = 0
    district = np.array(["east" if place % size < 4 else "west" for place in range(size**2)] + ["east", "west"])
    town = areas(dict(zip("xy", people.T, strict=True)), shapes, district=district)
    return town, people, shapes, district


def expected(people: np.ndarray, shapes: list[Any], name: str) -> float:
    """The measure from all pairs of units with people, with borders by intersection and steps by walking."""
    lived_in = np.flatnonzero(people.sum(axis=1) > 0)
    people, shapes = people[lived_in], [shapes[place] for place in lived_in]
    count = len(shapes)
    share, (x, y) = people[:, 0] / people.sum(axis=1), people.sum(axis=0)
    uneven = sum(abs(a / x - b / y) for a, b in people) / 2
    border = np.zeros((count, count))
    for i in range(count):
        border[i] = shapely.length(shapely.intersection(shapes[i].boundary, [shape.boundary for shape in shapes]))
    np.fill_diagonal(border, 0)
    gap = np.abs(share[:, np.newaxis] - share)
    if name.startswith("wong"):
        factor = np.ones((count, count))
        if name != "wong_boundary":
            length = border.sum(axis=1) if "interior" in name else np.array([shape.length for shape in shapes])
            ragged = length / np.array([shape.area for shape in shapes])
            factor = (ragged[:, np.newaxis] + ragged) / 2 / ragged.max()
        return uneven - (border * gap * factor).sum() / border.sum()
    steps = walked(border > 1e-3)
    order = {"morrill": 1, "morrill(order=2)": 2}.get(name, 3)
    weight = [1 / k if "reciprocal" in name else np.exp(1.0 - k) for k in range(1, order + 1)]
    return uneven - sum(weight[k - 1] * gap[steps == k].mean() for k in range(1, order + 1) if (steps == k).any())


def walked(linked: np.ndarray) -> np.ndarray:
    """Fewest steps from unit to unit; 0 to itself and to where no way leads."""
    steps = np.zeros(linked.shape, dtype=int)
    for start in range(len(linked)):
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            for there in np.flatnonzero(linked[here]):
                if there != start and not steps[start, there]:
                    steps[start, there] = steps[start, here] + 1
                    waiting.append(there)
    return steps


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_measures_are_what_their_formulas_say(seed):
    town, people, shapes, district = random_town(seed)
    touching, sharing = surroundings.contiguity(town, rule="rook"), surroundings.shared_boundary(town)
    for name in FORMS:
        near = sharing if name.startswith("wong") else touching
        whole = pm.estimate(town, name, focal="x", around=near).value
        assert whole == pytest.approx(expected(people, shapes, name), abs=1e-9), name
        apart = pm.measure(town, name, focal="x", by="district", around=near).set_index("district")["value"]
        for place in ("east", "west"):
            inside = np.flatnonzero(district == place)
            alone = expected(people[inside], [shapes[at] for at in inside], name)
            assert apart[place] == pytest.approx(alone, abs=1e-9), (name, place)


@settings(max_examples=20)
@given(st.integers(0, 10**6), st.integers(3, 12))
def test_bounds_and_what_changes_nothing(seed, units):
    draw = np.random.default_rng(seed)
    people = draw.integers(0, 9, size=(units, 2)).astype(float)
    people[0], people[1] = (3, 1), (1, 5)
    linked = draw.random((units, units)) < 0.4
    linked[0, 1] = True
    linked = (linked | linked.T) & ~np.eye(units, dtype=bool)
    i, j = np.nonzero(linked)
    length = draw.uniform(0.5, 3, size=(units, units))
    pairs = i, j, (length + length.T)[i, j]
    ground = {"outline": draw.uniform(1, 9, size=units), "area": draw.uniform(0.1, 4, size=units)}
    d = indices.dissimilarity(people).item()
    one = indices.wong_boundary(people, pairs=pairs).item()
    shape = indices.wong_shape(people, pairs=pairs, **ground).item()
    assert -1 <= one <= shape + 1e-12 <= d + 2e-12
    orders = [indices.morrill(people, pairs=(i, j, np.ones(len(i))), order=k).item() for k in (1, 2, 3)]
    assert orders == sorted(orders, reverse=True)
    # Another unit of length, and each border told once more, in another order.
    longer = {"outline": ground["outline"] * 0.3048, "area": ground["area"] * 0.3048**2}
    turned = draw.permutation(len(i))
    again = i[turned], j[turned], pairs[2][turned] * 0.3048
    assert indices.wong_shape(people, pairs=again, **longer).item() == pytest.approx(shape, abs=1e-12)
    assert indices.wong_boundary(people, pairs=again).item() == pytest.approx(one, abs=1e-12)
    even = np.outer(people.sum(axis=1), [0.25, 0.75])
    assert indices.wong_boundary(even, pairs=pairs).item() == pytest.approx(0, abs=1e-12)


def test_units_without_people_are_no_neighbours():
    # The empty unit in the middle would stand for a share of 0.
    with_gap = np.insert(TOYVILLE, 2, 0.0, axis=0)
    pairs = np.array([0, 1, 1, 2, 2, 3, 3, 4]), np.array([1, 0, 2, 1, 3, 2, 4, 3]), np.ones(8)
    assert indices.morrill(with_gap, pairs=pairs).item() == pytest.approx(D - (0.6 + 0.2) / 2)
    # Nor does a way lead through it.
    assert indices.morrill(with_gap, pairs=pairs, order=9).item() == pytest.approx(D - (0.6 + 0.2) / 2)


def test_undefined_has_a_reason():
    shapes = [shapely.box(2000 * place, 0, 2000 * place + 1000, 1000) for place in range(4)]
    islands = areas({"x": [5, 3, 0, 2], "y": [1, 9, 4, 0]}, shapes)
    for name in FORMS:
        near = (surroundings.shared_boundary if name.startswith("wong") else surroundings.contiguity)(islands)
        row = pm.measure(islands, name, focal="x", around=near).iloc[0]
        assert np.isnan(row["value"])
        assert row["reason"] == "no_neighbours"
    absent = areas({"x": [0, 0], "y": [1, 9]}, [shapely.box(place, 0, place + 1, 1) for place in range(2)])
    row = pm.measure(absent, "morrill", focal="x", around=surroundings.contiguity(absent)).iloc[0]
    assert (np.isnan(row["value"]), row["reason"]) == (True, "group_absent")


def test_what_is_refused():
    town = squares(np.array([[90, 10], [20, 70]]))
    near = surroundings.contiguity(town)
    for name in FORMS:
        with pytest.raises(errors.SurroundingsNeeded):
            pm.measure(town, name, focal="x")
    for wrong in ("morrill(order=0)", "morrill(order=1.5)"):
        with pytest.raises(errors.InvalidParameter, match="whole number of at least 1"):
            pm.measure(town, wrong, focal="x", around=near)
    with pytest.raises(errors.InvalidParameter, match="perimeter is 'full' or 'interior'"):
        pm.measure(town, "wong_shape(perimeter='inner')", focal="x", around=surroundings.shared_boundary(town))
    with pytest.raises(errors.InvalidParameter, match="nothing crosses its border"):
        pm.measure(town, "morrill", focal="x", around=near, across="keep")
    with pytest.raises(errors.InvalidParameter, match="no area"):
        indices.wong_shape(TOYVILLE, pairs=CHAIN, outline=[1, 1, 1, 1], area=[1, 0, 1, 1])


# -- surfaces ----------------------------------------------------------------------------------------


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=12))
def test_separation_of_units_is_that_of_dissimilarity(rows):
    people = np.array(rows, dtype=float)
    d, s = indices.dissimilarity(people), indices.surface_separation(people)
    np.testing.assert_allclose(s, 2 * d / (1 + d), atol=1e-12)
    scaled = indices.surface_separation(people * [7.0, 0.25])
    np.testing.assert_allclose(scaled, s, atol=1e-12)


def test_separation_of_surfaces():
    town = squares(np.array([[90, 80, 30], [60, 40, 20], [10, 0, 5]]))
    alone = pm.estimate(town, "surface_separation", focal="x").value
    d = pm.estimate(town, "dissimilarity", focal="x").value
    assert alone == pytest.approx(2 * d / (1 + d), abs=1e-12)
    smooth = [
        pm.estimate(
            town, "surface_separation", focal="x", around=surroundings.kernel(town, bandwidth=b, shape="gaussian")
        ).value
        for b in ("50 m", "500 m", "1 km", "2 km", "2000 km")
    ]
    # A kernel so narrow that nobody's reaches another's leaves the units' own spreads; one without end, nothing.
    assert smooth[0] == pytest.approx(alone, abs=1e-9)
    assert smooth == sorted(smooth, reverse=True)
    assert smooth[-1] == pytest.approx(0, abs=1e-3)
    # Written out at 1 km, on cells of 50 m: densities around each cell, over their sums.
    points = np.array([shape.centroid.coords[0] for shape in town.geometry])
    east, north = np.meshgrid(np.arange(-6000, 9000, 50) + 25.0, np.arange(-6000, 9000, 50) + 25.0)
    cells = np.column_stack([east.ravel(), north.ravel()])
    near = np.exp(-(np.linalg.norm(cells[:, np.newaxis] - points, axis=2) ** 2) / 2 / 1000**2)
    form = near @ town.values / (near @ town.values).sum(axis=0)
    expected = 1 - form.min(axis=1).sum() / form.max(axis=1).sum()
    assert smooth[2] == pytest.approx(expected, rel=0.005)


def test_surfaces_do_not_depend_on_how_units_are_cut():
    # A square in four pieces holds as much of a surface as one in one piece, once a kernel is wider than it.
    whole = areas({"x": [40, 10], "y": [10, 40]}, [shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2)])
    pieces = [shapely.box(x, y, x + 1, y + 1) for x in (0, 1) for y in (0, 1)]
    cut = areas({"x": [10, 10, 10, 10, 10], "y": [2.5, 2.5, 2.5, 2.5, 40]}, [*pieces, shapely.box(2, 0, 4, 2)])
    values = [
        pm.estimate(
            town, "surface_separation", focal="x", around=surroundings.kernel(town, bandwidth=10, shape="gaussian")
        ).value
        for town in (whole, cut)
    ]
    assert values[1] == pytest.approx(values[0], rel=0.02)
