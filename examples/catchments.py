"""What other catchments would change: zones without one of the schools, and zones redrawn within limits."""

from __future__ import annotations

import placemix as pm

town = pm.datasets.town()
places = town.units_after[town.units_after["district"] == "D2"].dropna(subset=["geometry"])
homes = places[["unit", "geometry"]].merge(town.ages[town.ages["age"] == "4-10"], on="unit")
homes = pm.from_wide(homes, groups=list(town.groups), unit="unit")
now = town.units_after.set_index("unit")["primary_catchment"].reindex(homes.units)
rolls = town.rolls_latest()
rolls = rolls.take(rolls.units.isin(now))

capacity = town.schools.set_index("school")["capacity"]
closed = pm.schools.nearest_catchments(homes, rolls.take(rolls.units != rolls.units[0]))
told = pm.schools.evaluate_catchments(homes, closed, rolls, before=now, capacity=capacity, focal="blue")
columns = ["statistic", "of", "before", "after", "change"]
print(told[told["scope"].isin(["intakes", "everyone"])][columns].round(3).to_string(index=False), "\n")

new = pm.schools.redraw(homes, rolls, now, focal="blue", near="500 m", effort=20)
first = new.iloc[0]
print(f"{first['status']}: D {first['value_before']:.3f} to {first['value']:.3f}, at least {first['bound']:.3f}")
print(first["note"], "\n")

for share in (1.0, 0.5):
    told = pm.schools.evaluate_catchments(
        homes, new, rolls, before=now, focal="blue", measures="dissimilarity", take_up=share
    )
    print(f"take-up {share:.0%}:", told[["before", "after", "change"]].iloc[0].round(3).to_dict())
