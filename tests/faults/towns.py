"""Small towns that checks look at."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

import placemix as pm

TOYVILLE = np.array([[80.0, 20.0], [20.0, 80.0], [0.0, 100.0], [20.0, 80.0]])
KILOMETRES = np.array([0.5, 1.5, 3.0, 6.0])
APART = np.abs(KILOMETRES[:, np.newaxis] - KILOMETRES)
#: Proximities of which no two rows have the same sum; units are a little away from themselves.
NEAR = np.exp(-np.where(np.eye(4) > 0, [0.3, 0.5, 0.7, 0.9], APART))
#: Units along a road, each a neighbour of the next, in both directions.
CHAIN = np.array([0, 1, 1, 2, 2, 3]), np.array([1, 0, 2, 1, 3, 2])
#: D of Toyville: half of |80/120 - 20/280| + 2 |20/120 - 80/280| + 100/280.
D = 25 / 42
#: Towns of units of three sizes and groups, some of which nobody of a group lives in.
TOWN = np.array([[9.0, 1.0, 4.0], [2.0, 30.0, 0.0], [5.0, 5.0, 5.0], [0.0, 12.0, 7.0]])


def counts_of(people: np.ndarray, names: tuple[str, ...] = ("x", "y"), shapes=None, crs: int = 27700) -> pm.Counts:
    frame = pd.DataFrame(people, columns=list(names)).assign(id=[f"u{place:03d}" for place in range(len(people))])
    if shapes is None:
        return pm.from_wide(frame, groups=list(names), unit="id")
    frame = gpd.GeoDataFrame(frame, geometry=list(shapes), crs=crs)
    return pm.from_wide(frame, groups=list(names), unit="id", geometry="geometry")


ROW, COLUMN = np.mgrid[:6, :6]
GRID = np.stack([COLUMN.ravel(), ROW.ravel()], axis=1).astype(float)
STEPS = np.linalg.norm(GRID[:, np.newaxis] - GRID, axis=2)


def on_a_grid(members: np.ndarray) -> np.ndarray:
    return np.column_stack([members.ravel(), 100 - members.ravel()])
