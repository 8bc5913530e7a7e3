"""How many places changed type between two dates, with how many people, and which ways they went."""

from __future__ import annotations

import placemix as pm

town = pm.datasets.town()
then, now = town.residents("before"), town.residents("after")
rules = {"scheme": "PJF2001", "reference": "amber"}

areas = pm.harmonise.align(then, now, lookup=town.lookup, source="unit_before", target="unit_after")
found = pm.typology.transitions(areas.before, areas.after, focal="blue", **rules)
for value in ("units", "people_after", "focal_after"):
    table = found.pivot_table(
        index="type_before", columns="type_after", values=value, aggfunc="sum", observed=True
    ).astype(int)
    print(f"{value}\n{table.to_string()}\n")

print(pm.typology.mobility(areas.before, areas.after, **rules).explain(), "\n")

ways = pm.typology.sequence_table({"before": areas.before, "after": areas.after}, **rules)
print(ways[["sequence", "units", "people_before", "people_after"]].head(5).to_string(index=False))
