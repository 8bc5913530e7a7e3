"""Draws the synthetic town, subject by subject, each from its own stream of random numbers."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from placemix._typing import FloatArray
from placemix.about import About
from placemix.datasets import synthetic_areas as areas
from placemix.datasets import synthetic_homes as dwellings
from placemix.datasets import synthetic_outcomes as outcomes
from placemix.datasets import synthetic_people as people
from placemix.datasets import synthetic_rolls as keeping
from placemix.datasets import synthetic_schools as schooling
from placemix.datasets import synthetic_sites as sites
from placemix.datasets.synthetic_admissions import applications
from placemix.datasets.synthetic_map import CENTRE, CRS, RADIUS, town_ground
from placemix.datasets.synthetic_town import PERIODS, Town
from placemix.errors import InvalidParameter

#: What has a stream of its own.
SUBJECTS: tuple[str, ...] = (
    "map", "people", "ages", "tenure", "published", "schools", "rolls", "admissions", "services", "sites",
    "outcomes",
)  # fmt: skip


def town(seed: int = 1) -> Town:
    """Draw a synthetic town.

    About 2,400 units (a Voronoi map of a clustered point process) lie in neighbourhoods,
    wards and districts. Between two dates 40 units split, 20 pairs merge and 5 are redrawn.
    Of five groups one lives in clusters (blue), one around the centre (green), one is
    scattered (red), one nearly even (violet), one in the suburbs (amber). People, homes,
    pupils and places agree across tables.

    Parameters
    ----------
    seed
        Seed of the random numbers. The same seed gives the same town under one version of
        NumPy; NumPy promises no stable stream across versions.

    Returns
    -------
    town
        Tables and counts, all marked synthetic.

    Raises
    ------
    InvalidParameter
        The seed is not a whole number of at least 0.

    Examples
    --------
    >>> place = town(seed=1)
    >>> place.lookup["change"].value_counts().to_dict()
    {'U': 2310, 'S': 85, 'M': 40, 'X': 20}
    >>> int(place.flows["pupils"].sum()) == int(place.schools["roll"].sum())
    True
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        message = f"A seed is a whole number of at least 0, not {seed!r}."
        raise InvalidParameter(message)
    # Drawing a town takes a second, copying one some milliseconds; each caller has tables of their own.
    drawn = _drawn(int(seed))
    return replace(drawn, **{name: frame.copy() for name, frame in drawn.frames().items()})


@lru_cache(maxsize=2)
def _drawn(seed: int) -> Town:
    # One stream a subject: a change to the sites leaves the people as they are.
    draw = dict(zip(SUBJECTS, np.random.default_rng(seed).spawn(len(SUBJECTS)), strict=True))
    ground = town_ground(draw["map"])
    settled = people.settle(ground, draw["people"])
    early = areas.added_up(ground, settled, late=False)
    late = areas.added_up(ground, settled, late=True)
    ages = people.by_age(late.residents, late.away, draw["ages"])
    households = dwellings.by_tenure(ages[..., -1], late.hardship, late.away, draw["tenure"])

    homes = schooling.Homes(late.code, late.point, late.area, late.hardship, ages[..., 1:3])
    schools = schooling.place_schools(homes, draw["schools"])
    taught = schools.loc[schools["phase"] == "primary", "place"].to_numpy()
    planned = areas.planning_areas(late, ages[..., 1].sum(1), taught, draw["schools"])
    catchment = {phase: areas.catchments(late, schools, phase) for phase in schooling.YEAR_GROUPS}
    pupils = schooling.send_to_school(homes, schools, draw["schools"])
    poor = outcomes.poverty(late.hardship)
    applicants, preferences = applications(homes, pupils, catchment["secondary"], poor, draw["admissions"])
    _plan(schools, pupils, planned, draw["schools"])
    rolls = keeping.roll_table(pupils, _poverty_of_schools(pupils, poor), draw["rolls"])

    changed = np.isin(late.code, ground.after[ground.change != "U"])
    whole = np.flatnonzero(~changed & (late.residents.sum(1) > 0))
    missing = int(draw["published"].choice(whole))
    units_after = areas.unit_table(
        late,
        missing=missing,
        primary_area=planned[0],
        secondary_area=planned[1],
        primary_catchment=schools["school"].to_numpy()[catchment["primary"]],
        secondary_catchment=schools["school"].to_numpy()[catchment["secondary"]],
    )
    lives = late.residents.sum(1).astype(float)
    young = ages[..., 0].sum(1), ages[..., 1].sum(1)
    services = sites.service_table(late.code, late.geometry, lives, draw["services"])
    grown = np.unique(late.position[ground.change == "S"])
    conditions = _outcomes(early, late, households, pupils, services, rng=draw["outcomes"])
    return Town(
        seed=seed,
        about=About(
            geography="synthetic unit",
            vintage="after",
            period=PERIODS["after"],
            scheme="five invented groups",
            source=f"placemix.datasets.town(seed={seed})",
            licence="BSD-3-Clause",
            synthetic=True,
        ),
        groups=people.GROUPS,
        tenures=dwellings.TENURES,
        units_before=areas.unit_table(early),
        units_after=units_after,
        lookup=areas.lookup_table(ground),
        pieces=areas.piece_table(ground, settled),
        published=people.as_published(units_after, draw["published"]),
        ages=people.long_table(ages, late.code, "age", people.AGES),
        households=people.long_table(households, late.code, "tenure", dwellings.TENURES),
        occupancy=dwellings.occupancy_table(households, ages, draw["tenure"]),
        schools=_school_table(schools, late, rolls),
        rolls=rolls,
        flows=schooling.flow_table(homes, pupils),
        births=keeping.birth_table(rolls, planned[0], *young, rng=draw["rolls"]),
        applicants=applicants,
        preferences=preferences,
        services=services,
        sites=sites.site_table(late.code, late.geometry, grown, draw["sites"]),
        outcomes=conditions[0],
        outcomes_by_group=conditions[1],
    )


def _plan(
    schools: pd.DataFrame,
    pupils: schooling.Schooling,
    planned: tuple[NDArray[np.str_], NDArray[np.str_]],
    rng: np.random.Generator,
) -> None:
    """Add planning area, places and capacity to the schools."""
    place = schools["place"].to_numpy()
    primary = (schools["phase"] == "primary").to_numpy()
    schools["planning_area"] = np.where(primary, planned[0][place], planned[1][place]).astype(str)
    schools["places"] = keeping.capacities(pupils, rng)
    first, last = keeping.year_groups(schools)
    schools["capacity"] = schools["places"] * (last - first + 1)


def _poverty_of_schools(pupils: schooling.Schooling, poor: FloatArray) -> FloatArray:
    """Return the mean poverty of the pupils' home units, by school."""
    number = len(pupils.schools)
    weight = pupils.pupils.sum(1)
    roll = np.bincount(pupils.school, weight, number)
    poverty = np.bincount(pupils.school, weight * poor[pupils.unit], number) / np.maximum(roll, 1)
    return np.minimum(1.15 * poverty, 1)


def _school_table(schools: pd.DataFrame, late: areas.Units, rolls: pd.DataFrame) -> areas.GeoTable:
    import geopandas as gpd

    place = schools["place"].to_numpy()
    latest = rolls[rolls["year"] == keeping.YEARS[-1]].groupby("school")[["pupils", "free_meals"]].sum()
    frame = schools.drop(columns="place")
    frame.insert(2, "unit", late.code[place].astype(str))
    frame.insert(3, "district", late.levels["district"].to_numpy()[place])
    frame["roll"] = latest["pupils"].reindex(frame["school"]).to_numpy()
    frame["free_meals"] = latest["free_meals"].reindex(frame["school"]).to_numpy()
    columns = [name for name in frame.columns if name != "planning_area"]
    columns.insert(4, "planning_area")
    return gpd.GeoDataFrame(frame[columns], geometry=gpd.points_from_xy(*late.point[place].T), crs=CRS)


def _outcomes(
    early: areas.Units,
    late: areas.Units,
    households: NDArray[np.int64],
    pupils: schooling.Schooling,
    services: areas.GeoTable,
    *,
    rng: np.random.Generator,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the tables of outcomes by area and by group."""
    bearing = rng.uniform(0, np.pi)
    line = RADIUS * np.array([np.cos(bearing), np.sin(bearing)])
    road = np.stack([CENTRE + 0.1 * line[::-1] - line, CENTRE + 0.1 * line[::-1] + line])
    then = outcomes.Places(
        early.code,
        early.point,
        early.hardship,
        early.residents,
        rng.binomial(early.residents, people.AGE_PROFILE[:, -1] * dwellings.HEADSHIP),
    )
    now = outcomes.Places(late.code, late.point, late.hardship, late.residents, households.sum(-1))
    parts = []
    for date, places, worse in (("before", then, 0.15), ("after", now, 0.0)):
        drawn = outcomes.draw_conditions(places, rng, worse=worse)
        open_then = services[(services["kind"] == "gp") & services[f"open_{date}"]]
        surgeries = np.stack([open_then.geometry.x, open_then.geometry.y], axis=1)
        parts.append(outcomes.area_table(date, places, drawn, surgeries, rng, road=road))
    leavers = np.zeros_like(late.residents)
    np.add.at(leavers, (pupils.unit, pupils.group), pupils.pupils[:, -1])
    district = late.levels["district"].to_numpy().astype(str)
    by_group = outcomes.group_table(district, now, drawn, leavers, rng)
    return pd.concat(parts, ignore_index=True), by_group
