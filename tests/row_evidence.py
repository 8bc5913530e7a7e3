"""Six squares in a row as files that a council would have, and what is known of them as a file of evidence."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely import Point, box

TENURES, UNITS = ["own", "social", "private"], [f"u{n}" for n in range(6)]
SHAPES = [box(400_000 + n * 1000, 400_000, 401_000 + n * 1000, 401_000) for n in range(6)]
DISTRICTS = ["north"] * 4 + ["south"] * 2
HOMES = pd.DataFrame(
    [[80, 10, 10], [20, 60, 20], [40, 30, 30], [50, 40, 10], [30, 30, 40], [25, 25, 50]], columns=TENURES
).assign(unit=UNITS, district=DISTRICTS, label=[f"Area {n}" for n in range(6)])
PEOPLE = pd.DataFrame({"kids": [30, 60, 40, 50, 45, 55], "adults": [150, 90, 120, 110, 100, 95]}).assign(
    old=[20, 50, 40, 40, 55, 50], code=UNITS, district=DISTRICTS
)
POOR = pd.DataFrame({"poor": [20, 60, 30, 50, 40, 70], "all": [100.0] * 6}).assign(code=UNITS, use="yes")
OCCUPANCY = pd.DataFrame({
    "tenure": ["own", "own", "social", "private"], "bedrooms": [3, 2, 2, 2], "households": [100, 50, 80, 60],
    "0-15": [60, 10, 60, 20], "16+": [200, 80, 120, 100],
})  # fmt: skip
SCHOOLS = gpd.GeoDataFrame(
    {
        "id": ["A", "B", "C", "S"], "stage": ["P", "P", "P", "S"], "area": ["North", "North", "South", "All"],
        "roll": [90, 100, 80, 200], "kind": ["state", "state", "state", "state"],
    },
    geometry=[Point(400_500, 400_500), Point(402_500, 400_500), Point(405_500, 400_500), Point(403_500, 400_500)],
    crs=27700,
)  # fmt: skip
CAPACITY = pd.DataFrame({"id": ["A", "C", "S"], "net": [120, 100, 260]})  # nobody knows that of B
SERVICES = gpd.GeoDataFrame(
    {"what": ["gp", "gp", "library"], "title": ["East", "East", "Central"]},
    geometry=[Point(400_500, 400_900), Point(404_500, 400_500), Point(402_500, 400_500)], crs=27700,
)  # fmt: skip
SITES = gpd.GeoDataFrame(
    {
        "ref": ["s1", "s2", "s3"], "low": [10, 20, 30], "high": [10, 25, 30],
        "state": ["under construction", "not permissioned", "on hold"],
    },
    geometry=[Point(401_200, 400_500), Point(402_200, 400_500), Point(405_200, 400_500)], crs=27700,
)  # fmt: skip
REGISTER = (
    "SiteReference,SiteNameAddress,CoordinateReferenceSystem,GeoX,GeoY,Hectares,PlanningStatus,MinNetDwellings,"
    "MaxNetDwellings,LastUpdatedDate\n"
    "B/1,Mill Lane,OSGB36,401300,400400,1.2,permissioned,30,40,2020-01-01\n"
    "B/2,Caf\xe9 Yard,OSGB36,403300,400400,0.4,not permissioned,12,12,2020-01-01\n"
)
GROUPS = pd.DataFrame({"x": [90, 40, 60, 80, 50, 30], "y": [110, 160, 140, 120, 150, 170]}).assign(
    code=UNITS, district=DISTRICTS
)

LEAST = """
name = "The row"
census = 2021
[areas]
file = "homes.gpkg"
unit = "unit"
[homes]
file = "homes.gpkg"
unit = "unit"
groups = ["own", "social", "private"]
about.universe = "households"
"""
#: Everything that a file can say, but for a calibration and yields by file, of which there is one a file.
EVERYTHING = """
name = "The row"
census = 2021-03-21
district = "district"
focal = "private"
meeting = ["library"]
sources = ["Drawn for a test."]
[areas]
file = "homes.gpkg"
layer = "homes"
unit = "unit"
name = "label"
published = "https://example.org/areas"
[homes]
file = "homes.gpkg"
unit = "unit"
groups = { own = "own", social = "social", private = "private" }
strata.district = "district"
about.universe = "households"
about.source = "made up"
[[dimensions]]
name = "Age"
file = "people.csv"
unit = "code"
groups = { "0-15" = "kids", "16+" = ["adults", "old"] }
strata.district = "district"
about.universe = "residents"
[[dimensions]]
name = "Poverty"
file = "poor.csv"
unit = "code"
groups = { Poor = "poor" }
total = "all"
rest = "Not poor"
where = { use = "yes" }
strata.district = { file = "districts.csv", unit = "id", column = "lad" }
about.universe = "households"
[residents]
file = "groups.csv"
unit = "code"
groups = ["x", "y"]
strata.district = "district"
about.universe = "usual residents"
[occupancy]
file = "occupancy.csv"
source = "made up"
or_more = 3
fill = "tenure"
[mix]
source = "for a test"
homes = [ { tenure = "own", bedrooms = 3, share = 0.5 }, { tenure = "social", bedrooms = 2, share = 0.5 } ]
[yields]
source = "a county"
rates = { primary = 0.2, secondary = 0.1 }
[[calibrations]]
of = "Poverty"
bands = [0, 0.2]
level = 0.5
[calibrations.before]
file = "poor_before.csv"
unit = "code"
groups = { Poor = "poor" }
total = "all"
rest = "Not poor"
strata.district = "district"
about.universe = "households"
[calibrations.after]
file = "poor.csv"
unit = "code"
where = { use = "yes" }
groups = { Poor = "poor" }
total = "all"
rest = "Not poor"
strata.district = { file = "districts.csv", unit = "id", column = "lad" }
about.universe = "households"
[calibrations.lookup]
file = "lookup.csv"
source = "old"
target = "new"
[schools]
file = "schools.gpkg"
where = { kind = "state" }
columns = { school = "id", phase = "stage", planning_area = "area", pupils = "roll" }
phases = { P = "primary", S = "secondary" }
places = { file = "capacity.csv", unit = "id", column = "net", key = "id" }
[schools.options]
unknown = "leave out"
rolls_year = "2022/23"
places_year = 2021
[[services]]
kind = "GP"
file = "services.gpkg"
name = "title"
where = { what = ["gp"] }
[[services]]
kind = "library"
file = "services.gpkg"
where = { what = "library" }
[condition]
file = "poor.csv"
unit = "code"
column = "poor"
words = "poverty"
[[others]]
file = "sites.gpkg"
reference = "ref"
columns = { status = "state", min_dwellings = "low", max_dwellings = "high" }
statuses = { "on hold" = "allocated" }
as_of = 2026-04-01
year = 2027
[[others]]
brownfield = true
file = "register.csv"
encoding = "cp1252"
columns = { last_updated = "LastUpdatedDate" }
[annex]
file = "profile.csv"
source = "made up"
of = "north"
universe = "people"
"""


@cache
def tables():
    """Every table as a file, written once."""
    folder = Path(tempfile.mkdtemp(prefix="placemix-evidence-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    gpd.GeoDataFrame(HOMES, geometry=SHAPES, crs=27700).to_file(folder / "homes.gpkg", layer="homes")
    PEOPLE.to_csv(folder / "people.csv", index=False)
    more = pd.DataFrame({"poor": [5.0], "all": [9.0], "code": ["elsewhere"], "use": ["no"]})
    pd.concat([POOR, more]).to_csv(folder / "poor.csv", index=False)
    POOR.assign(poor=POOR["poor"] // 2, code=[f"v{n}" for n in range(6)], district=DISTRICTS).to_csv(
        folder / "poor_before.csv", index=False
    )
    pd.DataFrame({"old": [f"v{n}" for n in range(6)], "new": UNITS}).to_csv(folder / "lookup.csv", index=False)
    pd.DataFrame({"id": [*UNITS, "elsewhere"], "lad": [*DISTRICTS, "far"]}).to_csv(
        folder / "districts.csv", index=False
    )
    GROUPS.to_csv(folder / "groups.csv", index=False)
    OCCUPANCY.to_csv(folder / "occupancy.csv", index=False)
    SCHOOLS.to_file(folder / "schools.gpkg")
    CAPACITY.to_csv(folder / "capacity.csv", index=False)
    SERVICES.to_file(folder / "services.gpkg")
    SITES.to_file(folder / "sites.gpkg")
    (folder / "register.csv").write_text(REGISTER, encoding="cp1252")
    profile = pd.DataFrame({"tenure": TENURES, "x": [50, 60, 70], "y": [80, 30, 20]})
    profile.to_csv(folder / "profile.csv", index=False)
    return folder


def write(folder, text=EVERYTHING):
    """Every table as a file, and what is known of them."""
    shutil.copytree(tables(), folder, dirs_exist_ok=True)
    path = folder / "row.toml"
    path.write_text(text, encoding="utf-8")
    return path
