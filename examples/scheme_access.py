"""Who gains access to what from a scheme with a library, and who would share the places near it?"""

from __future__ import annotations

import pandas as pd
from shapely import Point

import placemix as pm

town = pm.datasets.town()
homes = town.tenure()
homes = homes.take(homes.geometry.notna().to_numpy())
services = town.services[town.services["open_after"]]
scheme = pm.scenarios.scheme(
    "24/0001", name="Mill Lane", dwellings=100, services=[{"kind": "library", "year": 2029}], site=Point(497600, 20300),
    crs="EPSG:32631",
)  # fmt: skip
print(scheme, "\n")

near = pm.scenarios.access_of(scheme, services, homes, reach="800 m", district="district")
print(near[near["group"] == "everyone"].explain(), "\n")

newcomers = pd.DataFrame({"owner_occupied": [58], "social_rent": [39]})
gained = pm.scenarios.access_gained(
    scheme, services, homes, reach="800 m", newcomers=newcomers, district="district", year=2030
)
columns = ["population", "group", "gained", "shorter", "mean_before", "mean_after"]
print(gained[columns].round(1).to_string(index=False), "\n")

places = pm.scenarios.meeting_places(
    scheme, services, homes, by="nearest people", number=2000, reach="1.2 km", kinds=["library", "park"],
    newcomers=newcomers, district="district", neighbourhood="neighbourhood",
)  # fmt: skip
print(places.explain())
