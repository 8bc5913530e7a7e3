"""Maps drawn cell by cell on squared paper, whose borders can be counted, and points drawn at random."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import strategies as st

import placemix as pm

#: Metres in a unit of the maps used: the British grid, New York in US feet, UTM.
FACTORS = {27700: 1.0, 2263: 1200 / 3937, 32633: 1.0}


def counts_of(shapes: Any, crs: Any = 27700, *, seed: int = 0, **strata: Any) -> pm.Counts:
    """Counts of three groups in units named u000, u001, …; nobody lives in every seventh."""
    generator = np.random.default_rng(seed)
    people = generator.integers(0, 90, (len(shapes), 3))
    people[3::7] = 0
    people[0] += 1
    frame = gpd.GeoDataFrame(people, columns=["x", "y", "z"], geometry=list(shapes))
    frame["id"] = [f"u{place:03d}" for place in range(len(frame))]
    for name, values in strata.items():
        frame[name] = np.asarray(values).astype(str)
    return pm.from_wide(frame, groups=["x", "y", "z"], unit="id", strata=tuple(strata), crs=crs)


def labelled(most: int = 6) -> st.SearchStrategy[np.ndarray]:
    """Squared paper on which each cell belongs to one unit, or to none (-1): scattered parts, holes, islands."""

    @st.composite
    def drawn(draw: Any) -> np.ndarray:
        rows, columns = draw(st.integers(2, most)), draw(st.integers(2, most))
        generator = np.random.default_rng(draw(st.integers(0, 2**32)))
        units = draw(st.integers(2, 9))
        paper = generator.integers(-1 if draw(st.booleans()) else 0, units, (rows, columns))
        paper[0, 0] = max(paper[0, 0], 0)
        used = np.unique(paper[paper >= 0])
        numbers = np.full(units, -1)
        numbers[used] = np.arange(len(used))
        return np.where(paper >= 0, numbers[paper], -1)

    return drawn()


def outlines(paper: np.ndarray, *, side: float = 1.0, turn: float = 0.0, corner: tuple[float, float] = (0, 0)) -> list:
    """Shape of each unit, with vertices at its own corners only."""
    rows, columns = np.indices(paper.shape)
    cells = shapely.box(columns, rows, columns + 1, rows + 1)
    cos, sin = np.cos(turn) * side, np.sin(turn) * side
    shapes = []
    for unit in range(paper.max() + 1):
        whole = shapely.simplify(shapely.union_all(cells[paper == unit]), 0)
        shapes.append(shapely.transform(whole, lambda xy: xy @ np.array([[cos, sin], [-sin, cos]]) + corner))
    return shapes


def counted(paper: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sides shared by pairs of units, pairs that share a corner, and sides of each unit; all counted."""
    wide = np.pad(paper, 1, constant_values=-1)
    units = paper.max() + 1
    shared, corners, sides = np.zeros((units, units)), np.zeros((units, units), dtype=bool), np.zeros(units)
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        there = np.roll(wide, (-down, -right), (0, 1))
        for a, b in zip(wide.ravel(), there.ravel(), strict=True):
            if a == b:
                continue
            if a >= 0 and b >= 0:
                corners[a, b] = corners[b, a] = True
            if down + right == 1 and down * right == 0:
                for unit in {a, b} - {-1}:
                    sides[unit] += 1
                if a >= 0 and b >= 0:
                    shared[a, b] += 1
                    shared[b, a] += 1
    return shared, corners, sides


def matrix_of(surroundings: pm.surroundings.Surroundings) -> np.ndarray:
    """All weights as a square array: what a product with single people gives."""
    return np.asarray(surroundings @ np.eye(len(surroundings)))


def pairs_of(surroundings: pm.surroundings.Surroundings) -> np.ndarray:
    """Weights of pairs of different units as a square array, each pair given once at most."""
    out = np.zeros((len(surroundings), len(surroundings)))
    for i, j, weight in surroundings.pairs():
        assert (i != j).all()
        assert (weight >= 0).all()
        assert (out[i, j] == 0).all()
        out[i, j] = weight
    return out
