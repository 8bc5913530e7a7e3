"""What a council plans by: places of a large council, simulated forms, access, federations, indices beside chance."""

from __future__ import annotations

import calls
import geopandas as gpd
import numpy as np
import pandas as pd
from peaks import measured
from timing import Line

import placemix as pm

NAME = "school plans"
AREAS, PER_AREA, YEARS = 40, 9, 7


def case(*, full: bool, peer: calls.Peer | None) -> list[Line]:  # noqa: ARG001
    """Time each on made-up tables of the size of a large council or of a city of three million."""
    return [
        line(f"places of {AREAS} planning areas, {YEARS} years of rolls, with back-casts", council()),
        line("forms of 30,000 pupils for 300 schools, six preferences, from a stated model", wishes()),
        line("schools within 3 km of 1,702 areas of five groups, 173 schools", reached()),
        line("federations of up to three of 1,258 schools within 1 km", together()),
        line("D, GS, S, H, xPx and V of 1,258 schools in ten authorities beside 199 draws", indices()),
    ]


def line(what: str, call) -> Line:
    call()  # compiled and imported before it is timed
    found = measured(call)
    return Line(NAME, what, found["seconds"], note=f"peak {found['on_top'] / 1e6:.0f} MB on top")


def council():
    rng = np.random.default_rng(0)
    schools = [f"s{place:03d}" for place in range(AREAS * PER_AREA)]
    rows = [
        (school, "primary", f"a{place // PER_AREA:02d}", year, grade, int(rng.normal(55, 6)))
        for place, school in enumerate(schools)
        for year in range(2015, 2015 + YEARS)
        for grade in range(7)
    ]
    rolls = pd.DataFrame(rows, columns=["school", "phase", "planning_area", "year", "year_group", "pupils"])
    capacity = pd.DataFrame({"school": schools, "phase": "primary", "places": 60})
    capacity["planning_area"] = [f"a{place // PER_AREA:02d}" for place in range(len(schools))]
    born = [(f"a{area:02d}", year, int(rng.normal(560, 30))) for area in range(AREAS) for year in range(2015, 2027)]
    births = pd.DataFrame(born, columns=["planning_area", "intake_year", "registered"])
    return lambda: pm.schools.shortfalls(pm.schools.places(rolls, capacity, births))


def wishes():
    rng = np.random.default_rng(1)
    pupils = pd.DataFrame({"pupil": [f"p{place:05d}" for place in range(30_000)]})
    pupils["group"] = rng.choice(["x", "y"], len(pupils))
    schools = pd.DataFrame({"school": [f"s{place:03d}" for place in range(300)]})
    for table in (pupils, schools):
        table["x"], table["y"] = rng.random((2, len(table))) * 30_000
    model = {"distance_km": -0.9}
    return lambda: pm.schools.simulate_preferences(
        pupils, schools, group="group", coefficients=model, xy=("x", "y"), choices=6
    )


def made_up(count: int, seed: int, groups: int = 2) -> pm.Counts:
    rng = np.random.default_rng(seed)
    names = [f"g{place}" for place in range(groups)]
    table = pd.DataFrame(rng.integers(5, 400, (count, groups)), columns=names)
    table["id"] = [f"u{place:04d}" for place in range(count)]
    table["authority"] = [f"a{place % 10}" for place in range(count)]
    points = gpd.points_from_xy(rng.random(count) * 40_000, rng.random(count) * 30_000)
    shapes = gpd.GeoDataFrame(table, geometry=points, crs=27700)
    return pm.from_wide(shapes, groups=names, unit="id", strata=["authority"])


def reached():
    children, schools = made_up(1_702, 2, groups=5), made_up(173, 3)
    return lambda: pm.schools.access(children, schools, within="3 km")


def together():
    rolls = made_up(1_258, 4)
    return lambda: pm.schools.federate(rolls, focal="g0", contact=0.1, within="1 km", size=3)


def indices():
    rolls = made_up(1_258, 5)
    return lambda: pm.schools.segregation(rolls, focal="g0", by="authority")
