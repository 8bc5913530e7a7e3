"""What changed between two dates: the size of a group, or how it is sorted into places."""

from __future__ import annotations

import placemix as pm

# Real: births in North Carolina's counties, whose borders did not change.
births = pm.datasets.nc_births()
then, now = (
    pm.from_wide(births, groups={"white": f"white_{year}", "nonwhite": f"nonwhite_{year}"}, unit="county")
    for year in (1974, 1979)
)
change = pm.compare_dates(then, now, focal="nonwhite")
print(change.explain())

# Synthetic: a town whose units were split and merged, brought onto the areas both dates share.
town = pm.datasets.town()
areas = pm.common_areas(town.lookup, source="unit_before", target="unit_after")
dates = {"unit_before": town.residents("before"), "unit_after": town.residents("after")}
merged = [
    counts.merge_units(areas[areas["vintage"] == vintage].set_index("unit")["area"])
    for vintage, counts in dates.items()
]
print([len(counts) for counts in (*dates.values(), *merged)], "units before and after merging")
change = pm.compare_dates(*merged, focal="blue", against=["rest", "amber"], by="district")
shown = ["district", "against", "isolation_change", "composition", "structure", "sorting"]
print(change[shown].round(4).to_string(index=False))
