"""How placemix computes what PySAL computed of walks outward over people, row by row.

PySAL adds the divergence up over the units that are passed, however many people live in each, and
divides by the most that it found on some maps; the divergence itself, at the border of each unit,
is the same number. Adapters as in `peers`.
"""

from __future__ import annotations

import functools
import json

import near
import numpy as np
import pandas as pd
import peers
import shapely

import placemix as pm
from placemix.indices import trajectories

CONSTANT = "distortion_normalization_constant"


def curve(rows: pd.DataFrame) -> peers.Ours:
    """Divergence of so many people around a unit."""
    values = []
    for row in rows.itertuples():
        counts = near.people(row.dataset, row.groups)
        people = min(json.loads(row.parameters)["population_covered"], float(counts.values.sum()))
        values.append(pm.surroundings.trajectories(counts, [row.region], people=people)["divergence"].item())
    return _ours(values)


@functools.cache
def sums(dataset: str, groups: str) -> pd.Series:
    """Divergence at every border that each unit's walk passes, added up."""
    counts = near.people(dataset, groups)
    xy = shapely.get_coordinates(shapely.centroid(counts.geometry.array))
    found = {}
    for unit, here in zip(counts.units, xy, strict=True):
        order = np.argsort(np.hypot(*(xy - here).T), kind="stable")
        borders = np.minimum(np.cumsum(counts.total[order]), counts.values.sum())
        found[unit] = pm.surroundings.trajectories(counts, [unit], people=borders)["divergence"].sum()
    return pd.Series(found)


def over_units(rows: pd.DataFrame) -> peers.Ours:
    """Sums over units, of one unit or as a mean over people; divided by PySAL's constant where that was asked for."""
    first = rows.iloc[0]
    counts, every = near.people(first.dataset, first.groups), peers.reference()
    scale = 1.0
    if json.loads(first.parameters)["normalize"]:
        scale = every.loc[(every.measure == CONSTANT) & (every.dataset == first.dataset), "value"].item()
    found = sums(first.dataset, first.groups)
    if first.measure == "GlobalDistortion":
        return _ours([np.average(found, weights=counts.total) / scale] * len(rows))
    return _ours(found.loc[rows.region] / scale)


def distorted(rows: pd.DataFrame) -> peers.Ours:
    """Distortion as placemix defines it, of one unit or of all; its greatest area for PySAL's constant."""
    first = rows.iloc[0]
    counts = near.people(first.dataset, first.groups)
    if first.measure == CONSTANT:
        return _ours([trajectories.greatest_area(counts.values.sum(axis=0))] * len(rows))
    xy = shapely.get_coordinates(shapely.centroid(counts.geometry.array))
    places = xy, np.argsort(np.argsort(counts.units.to_numpy(dtype=object)))
    if first.measure == "GlobalDistortion":
        return _ours(trajectories.distortion(counts.values, places=places))
    local = pd.Series(trajectories.local_distortion(counts.values, places=places), index=counts.units)
    return _ours(local.loc[rows.region])


def _ours(values: object) -> peers.Ours:
    found = np.asarray(values, dtype=float)
    return peers.Ours(found, [""] * len(found), [""] * len(found))
