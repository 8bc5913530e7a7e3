"""The type of each place, how sure it is, and how many people one strong characteristic defines."""

from __future__ import annotations

import placemix as pm

town = pm.datasets.town()
homes = town.residents("before")

types = pm.typology.classify(homes, scheme="PJF2001", reference="amber", city="district")
print(types.groupby(["type", "label"], observed=True)["people"].agg(["size", "sum"]).to_string(), "\n")

sure = pm.typology.uncertainty(homes, scheme="PJF2001", reference="amber", error="perturbation", draws=49)
edge = sure[sure["probability"] < 0.9].sort_values("probability")
print(edge[["unit", "type", "may_be", "nearest_threshold", "margin"]].head(3).to_string(index=False), "\n")

both = ["PJF2001", "PJF2007-reconstructed"]
pairs = pm.typology.compare_schemes(homes, schemes=both, reference="amber", city="district")
print(f"The two schemes differ for {pairs.loc[~pairs['agree'], 'people'].sum():,.0f} people.\n")

print(pm.typology.objective({"residents": town.residents("after"), "tenure": town.tenure()}).explain())
