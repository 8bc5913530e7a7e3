"""How many schools each group's children can reach, and what two school buses would change (synthetic town)."""

from __future__ import annotations

import pandas as pd

import placemix as pm

town = pm.datasets.town()
secondary = town.schools[town.schools["phase"] == "secondary"]
children = town.children()
children = children.take(children.geometry.notna().to_numpy())

reach = pm.schools.access(children, secondary, within="2 km", places="places")
shown = reach[reach["statistic"].isin(["schools within reach", "places within reach"])]
print(shown[["statistic", "group", "value", "difference", "ratio"]].round(2).to_string(index=False), "\n")

stops = pd.DataFrame(
    {"route": ["6", "2", "2"], "school": ["S06", "S02", "S02"], "unit": ["Z01276", "Z02382", "Z02255"], "minutes": 15}
)
walking = {"longest": 60, "speed": 4.8, "detour": 1.3}
today = pm.schools.travel_times(children, secondary, **walking)
buses = pm.schools.travel_times(children, secondary, **walking, buses=stops, walk="800 m")
before, after = (pm.schools.access(children, secondary, minutes=30, times=times) for times in (today, buses))
change = pm.schools.compare_access(before, after)
shown = change[(change["statistic"] == "share with a choice") & (change["rank"] == 1)]
print(shown[["group", "before", "after", "change", "gap_before", "gap_after"]].round(3).to_string(index=False))
