"""Tables of the synthetic town's units: pieces added up, planning areas, catchments, the lookup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placemix._typing import FloatArray, IntArray
from placemix.datasets.synthetic_map import CRS, Ground, distance_from_centre
from placemix.datasets.synthetic_parts import clusters
from placemix.datasets.synthetic_people import GROUPS, People
from placemix.datasets.synthetic_schools import distances

GeoTable: TypeAlias = Any  # a GeoDataFrame, which is imported only to make one

LEVELS: tuple[str, ...] = ("neighbourhood", "ward", "district")


@dataclass(frozen=True)
class Units:
    """Units of one date in the order of their codes, added up from pieces.

    Attributes
    ----------
    code, position
        Unit codes, shape (units,), and the position of each piece's unit, shape (pieces,).
    geometry, area, point
        Polygons, square metres, and centroids in metres.
    residents
        People by group, shape (units, groups).
    hardship
        Mean over the pieces.
    away
        Distance from the centre in radii of the town.
    levels
        Neighbourhood, ward and district of each unit.
    """

    code: NDArray[np.str_]
    position: IntArray
    geometry: NDArray[np.object_]
    area: FloatArray
    point: FloatArray
    residents: NDArray[np.int64]
    hardship: FloatArray
    away: FloatArray
    levels: pd.DataFrame


def added_up(ground: Ground, people: People, *, late: bool) -> Units:
    """Add pieces up to the units of either date.

    Parameters
    ----------
    ground, people
        Pieces and who lives in them.
    late
        Whether for the second date.
    """
    import shapely

    code, first, position = np.unique(ground.after if late else ground.before, return_index=True, return_inverse=True)
    geometry = ground.geometry[first]
    for unit in np.flatnonzero(np.bincount(position) > 1):
        geometry[unit] = shapely.union_all(ground.geometry[position == unit])
    residents = np.zeros((len(code), len(GROUPS)), dtype=np.int64)
    np.add.at(residents, position, people.after if late else people.before)
    point = shapely.get_coordinates(shapely.centroid(geometry))
    hardship = np.bincount(position, people.hardship) / np.bincount(position)
    levels = pd.DataFrame({name: getattr(ground, name)[first].astype(str) for name in LEVELS})
    return Units(
        code=code,
        position=position,
        geometry=geometry,
        area=shapely.area(geometry),
        point=point,
        residents=residents,
        hardship=hardship,
        away=distance_from_centre(point),
        levels=levels,
    )


def unit_table(units: Units, *, missing: int | None = None, **columns: NDArray[np.str_]) -> GeoTable:
    """Write units as a GeoDataFrame, one of them without geometry on request."""
    import geopandas as gpd

    frame = units.levels.copy()
    frame.insert(0, "unit", units.code.astype(str))
    for name, values in columns.items():
        frame[name] = values.astype(str)
    frame["hectares"] = (units.area / 10_000).round(3)
    frame["residents"] = units.residents.sum(1)
    frame[list(GROUPS)] = units.residents
    geometry = units.geometry.copy()
    if missing is not None:
        geometry[missing] = None
    return gpd.GeoDataFrame(frame, geometry=list(geometry), crs=CRS)


def piece_table(ground: Ground, people: People) -> GeoTable:
    """Write the pieces that both dates share, with the true people of both."""
    import geopandas as gpd

    frame = pd.DataFrame({"unit_before": ground.before.astype(str), "unit_after": ground.after.astype(str)})
    frame.insert(0, "piece", [f"K{place + 1:05d}" for place in range(len(frame))])
    for date, counts in (("before", people.before), ("after", people.after)):
        frame[[f"{group}_{date}" for group in GROUPS]] = counts
    return gpd.GeoDataFrame(frame, geometry=list(ground.geometry), crs=CRS)


def lookup_table(ground: Ground) -> pd.DataFrame:
    """Return each pair of units of the two dates that share ground, with the kind of change."""
    frame = pd.DataFrame(
        {
            "unit_before": ground.before.astype(str),
            "unit_after": ground.after.astype(str),
            "change": pd.Categorical(ground.change, categories=list("USMX")),
            **{name: getattr(ground, name).astype(str) for name in LEVELS},
        }
    )
    pairs = frame.drop_duplicates(["unit_before", "unit_after"])
    return pairs.sort_values(["unit_before", "unit_after"], ignore_index=True)


def planning_areas(
    units: Units, children: NDArray[np.int64], school: IntArray, rng: np.random.Generator
) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Return the planning area of each unit for primary and for secondary schools.

    Primary areas are halves of districts, made of whole wards, where both halves have a
    school. Secondary areas are three pairs of districts that lie side by side.

    Parameters
    ----------
    units
        Units of the second date.
    children
        Children of primary age in each unit, shape (units,).
    school
        Position of the unit of each primary school.
    rng
        Source of randomness.
    """
    wards, ward = np.unique(units.levels["ward"].to_numpy().astype(str), return_inverse=True)
    weight = (np.bincount(ward, children) + 1e-9).astype(np.float64)
    number = np.bincount(ward)
    middle: FloatArray = np.stack([np.bincount(ward, axis) / number for axis in units.point.T], axis=1)
    district = units.levels["district"].to_numpy().astype(str)
    owner = np.array([name.partition("W")[0] for name in wards])
    names = np.unique(owner)
    taught = np.isin(np.arange(len(wards)), ward[school])
    area = np.zeros(len(wards), dtype=np.intp)
    for place, name in enumerate(names):
        inside = np.flatnonzero(owner == name)
        half, _ = clusters(middle[inside], 2, rng, weight=weight[inside])
        if len(np.unique(half[taught[inside]])) < 2:
            half[:] = 0
        area[inside] = 2 * place + half
    # A district without any school is planned with the nearest ward that has one.
    untaught = ~np.isin(area, area[taught])
    nearest = distances(middle[untaught], middle[taught]).argmin(1)
    area[untaught] = area[taught][nearest]
    labels = np.array([f"{name}{half}" for name in names for half in "AB"])
    primary = labels[area[ward]]

    centre = np.stack([units.point[district == name].mean(0) for name in names])
    offset = centre - centre.mean(0)
    around = np.argsort(np.arctan2(offset[:, 1], offset[:, 0]), kind="stable")
    pair = np.empty(len(names), dtype=np.intp)
    pair[around] = np.arange(len(names)) // 2
    secondary = np.array([f"S{pair[place] + 1}" for place in np.searchsorted(names, district)])
    return primary, secondary


def catchments(units: Units, schools: pd.DataFrame, phase: str) -> IntArray:
    """Return the position of the nearest school of a phase that has no faith, for each unit.

    Faith schools have no catchments. Each unit lies in one catchment of each phase.
    """
    open_to_all = np.flatnonzero((schools["phase"] == phase).to_numpy() & ~schools["faith"].to_numpy())
    away = distances(units.point, units.point[schools["place"].to_numpy()[open_to_all]])
    nearest: IntArray = open_to_all[away.argmin(1)]
    return nearest
