"""At which scale are the groups of a town apart: by distance, by people, by level of area, by chance of zoning?"""

from __future__ import annotations

import placemix as pm

homes = pm.datasets.town().residents("before")

profile = pm.scales.profile(homes, "information_theory", radii=[250, 500, 1000, 2000, 4000], aspatial=True)
print(profile[["radius", "value", "edge_share"]].round(3).to_string(index=False))
ratio = pm.scales.macro_micro(profile)["ratio"].iloc[0]
print(f"H at 4 km is {ratio:.0%} of H at 500 m.\n")

people = pm.scales.profile(homes, "isolation", focal="blue", people=[200, 800, 3200])
print(people[["nearest", "value"]].round(3).to_string(index=False), "\n")

levels = pm.scales.table(homes, ["neighbourhood", "ward", "district"], "information_theory")
print(levels[["scale", "units", "value"]].round(3).to_string(index=False), "\n")

zoned = pm.scales.zoning(homes, "information_theory", zones="ward", draws=20)
print(zoned[["value", "lower", "upper", "flag"]].round(3).to_string(index=False))
