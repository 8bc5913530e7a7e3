"""A scheme checked before it is built: evidence on the town, what would change, the page and the record."""

from __future__ import annotations

import tempfile
from pathlib import Path

from shapely import Point

import placemix as pm

town = pm.datasets.town()
homes = town.tenure()
homes = homes.take(homes.geometry.notna().to_numpy())  # one unit has no shape
schools = town.schools.drop(columns="places").rename(columns={"roll": "pupils", "capacity": "places"})
known = pm.scenarios.evidence(
    "The town", homes, census=2021, district="district", focal="social_rent", occupancy=town.occupancy,
    occupancy_source="people by tenure and bedrooms in the town", yields={"primary": 0.2}, yield_source="illustration",
    pupils={"schools": schools, "unknown": "refuse", "rolls_year": 2022, "places_year": 2022},
    services=town.services, meeting=["library", "park"],
)  # fmt: skip
kinds = {"24/0001": "owner_occupied", "24/0002": "social_rent"}
plans = [
    pm.scenarios.scheme(
        name, homes=[{"tenure": tenure, "bedrooms": 2, "count": 60}], services=[{"kind": "library"}], year=2028,
        site=Point(497600, 20300), crs="EPSG:32631",
    )
    for name, tenure in kinds.items()
]  # fmt: skip
found = pm.scenarios.check(plans[0], known, unknown="exclude")
print(found, found["schools"]["sentence"].iloc[0], found["gained"]["sentence"].iloc[0], sep="\n\n")
ranked = pm.scenarios.rank(plans, known, {"from_district_1 km": "less", "left_primary": "more"}, unknown="exclude")
print(
    "\n", ranked[["reference", "from_district_1 km", "left_primary", "front"]].round(3).to_string(index=False), sep=""
)
with tempfile.TemporaryDirectory() as folder:
    pm.report.of_check(found, out=Path(folder) / "scheme.html")
    kept = found.record(as_of="2026-11-28", stage="design", alternatives={"sites": ranked})
    print("\n", pm.scenarios.read_record(kept.save(Path(folder) / "scheme.json")), sep="")
