"""A development as a file: where it lies, who would live there, and what a register of sites adds up to."""

from __future__ import annotations

import tempfile
from pathlib import Path

import placemix as pm

TEXT = """
reference = "24/0001"
status = "proposed"
homes = [
  { tenure = "owner_occupied", bedrooms = 3, count = 60 },
  { tenure = "social_rent", bedrooms = 2, count = 40 },
]
site = { x = 497600, y = 20300, crs = "EPSG:32631" }
phasing = { 2027 = 40, 2028 = 60 }
assumptions = { vacancy = 0.03, internal = 0.5 }
"""
town = pm.datasets.town()
with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "mill-lane.toml"
    file.write_text(TEXT, encoding="utf-8")
    scheme = pm.scenarios.read_scheme(file, tenures=town.tenures)
print(scheme, "\n")

homes = town.residents()
where = pm.scenarios.placed(scheme, homes)
people = pm.scenarios.scheme_people(scheme, town.occupancy, yields={"primary": 0.2}, yield_source="for illustration")
print(people[["year", "homes", "people", "children", "pupils_primary"]].round(1).to_string(index=False), "\n")
added = pm.scenarios.added_by_unit(people, where, year=2028, origins=homes.totals)
print(added.nlargest(1, "added")[["unit", "arriving", "leaving"]].round(1).to_string(index=False), "\n")

columns = {"min_dwellings": "dwellings_min", "max_dwellings": "dwellings_max", "year": "completed_year"}
plan = pm.scenarios.schemes_from_register(town.sites, reference="site", columns=columns, areas=homes)
print(plan, *plan.notes, sep="\n")
