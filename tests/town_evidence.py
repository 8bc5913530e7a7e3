"""The synthetic town as files that a council would have, and what is known of it as a file of evidence."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd

import placemix as pm

GROUPS = ["amber", "blue", "green", "red", "violet"]
TENURES = ["owner_occupied", "shared_ownership", "social_rent", "private_rent"]

EVIDENCE = """
name = "The town"
census = 2021
district = "district"
focal = "social_rent"
meeting = ["library"]
sources = ["The town is invented."]

[areas]
file = "homes.gpkg"
unit = "unit"
name = "place"

[homes]
file = "homes.gpkg"
unit = "unit"
groups = ["owner_occupied", "shared_ownership", "social_rent", "private_rent"]
strata.district = "district"
about.universe = "households"
about.period = "2021"
about.source = "the synthetic town, tenure"
about.licence = "none: it is invented"
about.synthetic = true

[[dimensions]]
name = "Age"
file = "ages.csv"
unit = "unit"
groups = ["0-3", "4-10", "11-15", "16+"]
strata.district = "district"
about.universe = "residents"
about.source = "the synthetic town, age"
about.synthetic = true

[[dimensions]]
name = "Overcrowding"
file = "rooms_after.csv"
unit = "unit"
groups = { "Overcrowded" = "overcrowded" }
total = "households"
rest = "Not overcrowded"
where = { drawn = "yes" }
strata.district = { file = "districts.csv", unit = "unit", column = "district" }
about.universe = "households"
about.source = "the synthetic town, rooms"
about.synthetic = true

[residents]
file = "groups_after.csv"
unit = "unit"
groups = ["amber", "blue", "green", "red", "violet"]
strata.district = "district"
about.universe = "usual residents"
about.source = "the synthetic town, groups"
about.synthetic = true

[occupancy]
file = "occupancy.csv"
source = "people by tenure and bedrooms in the town"

[mix]
source = "for illustration"
homes = [
  { tenure = "owner_occupied", bedrooms = 3, share = 0.7 },
  { tenure = "social_rent", bedrooms = 2, share = 0.3 },
]

[yields]
source = "a county's figures per 100 homes, for illustration"
rates = { primary = 0.20, secondary = 0.15 }

[[calibrations]]
of = "Overcrowding"
bands = [0, 0.1, 0.3]
level = 0.8
[calibrations.before]
file = "rooms_before.csv"
unit = "unit"
groups = { "Overcrowded" = "overcrowded", "Not overcrowded" = "not_overcrowded" }
strata.district = "district"
about.universe = "households"
[calibrations.after]
file = "rooms_after.csv"
unit = "unit"
groups = { "Overcrowded" = "overcrowded" }
total = "households"
rest = "Not overcrowded"
strata.district = { file = "districts.csv", unit = "unit", column = "district" }
about.universe = "households"
[calibrations.lookup]
file = "lookup.csv"
source = "unit_before"
target = "unit_after"

[[calibrations]]
of = "residents"
file = "learnt.csv"

[schools]
file = "schools.gpkg"
where = { phase = ["P", "S"] }
columns = { pupils = "roll" }
phases = { P = "primary", S = "secondary" }
places = { file = "capacity.csv", unit = "school", column = "capacity", key = "school" }
[schools.options]
unknown = "leave out"
rolls_year = 2022
places_year = 2022

[[services]]
kind = "GP"
file = "services.gpkg"
name = "service"
where = { kind = "gp" }

[[services]]
kind = "library"
file = "services.gpkg"
name = "service"
where = { kind = ["library"] }

[condition]
file = "rooms_after.csv"
unit = "unit"
column = "income_deprivation"
words = "the share of people on a low income"

[[others]]
file = "sites.gpkg"
reference = "site"
columns = { min_dwellings = "dwellings_min", max_dwellings = "dwellings_max", year = "completed_year" }

[annex]
file = "tenure_groups.csv"
source = "the town's households by tenure and group"
universe = "households"
"""

SCHEME = """
reference = "24/0001"
name = "Mill Lane"
status = "proposed"
as_of = 2026-04-01
site = { x = 497600, y = 20300, crs = "EPSG:32631" }
phasing = { 2027 = 40, 2028 = 60 }
homes = [
  { tenure = "owner_occupied", bedrooms = 3, count = 60 },
  { tenure = "social_rent", bedrooms = 2, count = 40 },
]
assumptions = { vacancy = 0.03, internal = 0.5 }
"""
PROVIDED = """
[[services]]
kind = "library"
name = "Mill Library"
year = 2028
[[services]]
kind = "primary school"
name = "Mill School"
places = 30
year = 2028
"""


@cache
def _tables() -> Path:
    """Folder of the tables, written once and copied from then on."""
    folder = Path(tempfile.mkdtemp(prefix="placemix-tables-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _written(folder)
    return folder


def write_town(folder: Path, *, evidence: str = EVIDENCE, scheme: str = SCHEME) -> Path:
    """Write every table of the town, a file of evidence and a scheme into a folder.

    Parameters
    ----------
    folder
        Where the files go.
    evidence, scheme
        What ``town.toml`` and ``mill-lane.toml`` say.

    Returns
    -------
    evidence
        Path of ``town.toml``.
    """
    shutil.copytree(_tables(), folder, dirs_exist_ok=True)
    (folder / "mill-lane.toml").write_text(scheme, encoding="utf-8")
    known = folder / "town.toml"
    known.write_text(evidence, encoding="utf-8")
    return known


def _written(folder: Path) -> None:
    """Write every table of the town."""
    town = pm.datasets.town()
    homes = town.tenure()
    homes = homes.take(homes.geometry.notna().to_numpy())  # one unit has no shape
    here = homes.units
    table = pd.DataFrame(homes.values.astype(int), columns=TENURES).assign(
        unit=here, district=homes.strata["district"].to_numpy()
    )
    table["place"] = "Unit " + table["unit"].str.removeprefix("Z0")
    gpd.GeoDataFrame(table, geometry=list(homes.geometry), crs=homes.geometry.crs).to_file(folder / "homes.gpkg")
    districts = pd.DataFrame(town.units_after[["unit", "district"]])
    districts.to_csv(folder / "districts.csv", index=False)
    ages = town.ages.assign(people=town.ages[GROUPS].sum(axis=1))
    ages = ages[ages["unit"].isin(here)].pivot_table(index="unit", columns="age", values="people").reset_index()
    ages.merge(districts).to_csv(folder / "ages.csv", index=False)
    _of_dates(town, here, folder)
    town.occupancy.to_csv(folder / "occupancy.csv", index=False)
    schools = town.schools.assign(phase=town.schools["phase"].map({"primary": "P", "secondary": "S"}))
    schools.drop(columns="capacity").to_file(folder / "schools.gpkg")
    # What nobody knows: the capacity of one school.
    town.schools[["school", "capacity"]].iloc[1:].to_csv(folder / "capacity.csv", index=False)
    town.services.to_file(folder / "services.gpkg")
    sited = town.sites[~town.sites.geometry.is_empty & town.sites.geometry.notna()]
    sited.to_file(folder / "sites.gpkg")
    town.households.groupby("tenure", as_index=False)[GROUPS].sum().to_csv(folder / "tenure_groups.csv", index=False)


def _of_dates(town: pm.datasets.Town, here: pd.Index, folder: Path) -> None:
    """Write what was counted at both dates, and what was learnt of the residents between them."""
    rooms = town.outcomes.assign(not_overcrowded=town.outcomes["households"] - town.outcomes["overcrowded"])
    then, now = (rooms[rooms["date"] == date] for date in ("before", "after"))
    then.merge(pd.DataFrame(town.units_before[["unit", "district"]])).to_csv(folder / "rooms_before.csv", index=False)
    drawn = now["unit"].isin(here).map({True: "yes", False: "no"})
    now.assign(drawn=drawn).to_csv(folder / "rooms_after.csv", index=False)
    counts = {date: town.residents(date) for date in ("before", "after")}
    after = counts["after"]
    table = pd.DataFrame(after.values.astype(int), columns=GROUPS).assign(
        unit=after.units, district=after.strata["district"].to_numpy()
    )
    table[table["unit"].isin(here)].to_csv(folder / "groups_after.csv", index=False)
    lookup = town.lookup[["unit_before", "unit_after"]].dropna()
    lookup.to_csv(folder / "lookup.csv", index=False)
    areas = pm.harmonise.common_areas(lookup, source="unit_before", target="unit_after")
    then, now = (
        one.merge_units(areas[areas["vintage"] == f"unit_{date}"].set_index("unit")["area"], straddling="largest")
        for date, one in counts.items()
    )
    learnt = pm.scenarios.calibrate(then, now, district="district", bands=[0, 0.1, 0.3])
    pd.DataFrame(learnt).to_csv(folder / "learnt.csv", index=False)
