"""A scheme checked before it is built: evidence on the town, what would change, the page and the record."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
from shapely import Point

import placemix as pm

town = pm.datasets.town()
homes = town.tenure()
homes = homes.take(homes.geometry.notna().to_numpy())  # one unit has no shape
schools = town.schools.drop(columns="places").rename(columns={"roll": "pupils", "capacity": "places"})
mix = pd.DataFrame({"tenure": ["owner_occupied", "social_rent"], "bedrooms": [3, 2], "share": [0.7, 0.3]})
columns = {"min_dwellings": "dwellings_min", "max_dwellings": "dwellings_max", "year": "completed_year"}
register = pm.scenarios.schemes_from_register(town.sites, reference="site", columns=columns, areas=homes)

known = pm.scenarios.evidence(
    "The town",
    homes,
    census=2021,
    district="district",
    focal="social_rent",
    occupancy=town.occupancy,
    occupancy_source="people by tenure and bedrooms in the town",
    mix=mix,
    mix_source="an assumption for illustration",
    yields={"primary": 0.2, "secondary": 0.15},
    yield_source="for illustration",
    pupils={"schools": schools, "unknown": "refuse", "rolls_year": 2022, "places_year": 2022},
    services=town.services,
    meeting=["library", "park"],
    others=[one for one in register if one.site is not None and one.reference not in {"R008", "R027", "R060"}],
)
scheme = pm.scenarios.scheme(
    "24/0001",
    name="Mill Lane",
    status="proposed",
    as_of="2026-04-01",
    homes=[
        {"tenure": "owner_occupied", "bedrooms": 3, "count": 60},
        {"tenure": "social_rent", "bedrooms": 2, "count": 40},
    ],
    services=[{"kind": "library", "name": "Mill Lane Library", "year": 2028}],
    year=2028,
    site=Point(497600, 20300),
    crs="EPSG:32631",
)
found = pm.scenarios.check(scheme, known, unknown="exclude")
print(found, "\n")
print(found["schools"][["phase", "planning_area", "left_without", "left_with"]].round(0).to_string(index=False), "\n")
gained = found["gained"]
print(gained.loc[gained["group"] == "everyone", "sentence"].iloc[0], "\n")

plans = [one for one in known.others if one.status == "proposed"]
ranked = pm.scenarios.rank(
    plans, known, {"left_primary": "more", "way_gp": "less"}, unknown="exclude", year=2031, least={"way_gp": 50}
)
print(ranked[["reference", "homes", "left_primary", "way_gp", "front"]].head(5).round(0).to_string(index=False))

with tempfile.TemporaryDirectory() as folder:
    pm.report.of_check(found, out=Path(folder) / "mill-lane.html")
    pm.report.of_check(found, out=Path(folder) / "mill-lane.docx")
    kept = found.record(as_of="2026-11-28", stage="design", alternatives={"sites": ranked})
    kept.save(Path(folder) / "mill-lane.json")
    print("\n", sorted(path.name for path in Path(folder).iterdir()), sep="")
