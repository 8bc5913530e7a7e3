"""Which mix of tenures at a site, and where would it do most? Alternatives of a synthetic town, without a score."""

from __future__ import annotations

import placemix as pm

town = pm.datasets.town()
homes = town.tenure()
homes = homes.take(homes.geometry.notna().to_numpy())
affordable = {"owner_occupied": 0, "shared_ownership": 1, "social_rent": 1, "private_rent": 0}

mixes = pm.scenarios.best_mixes(
    homes,
    "Z01993",
    120,
    step=10,
    district="district",
    sums={"affordable": ["social_rent", "shared_ownership"]},
    least={"affordable": 40},
    per_home={"affordable": affordable},
    objectives={"from_district_unit": "less", "from_district_1 km": "less", "affordable": "more"},
)
front = mixes[mixes["front"]]
print(f"{len(mixes)} mixes, {len(front)} that no other is better than; one for each number of affordable homes:")
columns = ["mix", "from_district_unit", "from_district_1 km", "affordable"]
print(front[columns].drop_duplicates("affordable").round(3).to_string(index=False))
print(mixes["note"].iloc[0], "\n")

sites = town.sites.loc[town.sites["unit"].isin(homes.units), ["site", "unit", "dwellings_max"]]
mix = {"owner_occupied": 0.5, "shared_ownership": 0.1, "social_rent": 0.3, "private_rent": 0.1}
objectives = {"from_district_unit_change": "less", "from_district_1 km_change": "less", "ceases_defined": "more"}
found = pm.scenarios.best_sites(homes, mix, sites, number="dwellings_max", district="district", objectives=objectives)
print(found[["site", "homes", *objectives, "front", "better"]].head(8).round(3).to_string(index=False))
