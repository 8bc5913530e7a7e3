"""Where could a new doctors' practice stand, and who would it be near to? Candidates of a synthetic town."""

from __future__ import annotations

import placemix as pm

town = pm.datasets.town()
homes = town.residents()
homes = homes.take(homes.geometry.notna().to_numpy())
practices = town.services[town.services["kind"] == "gp"].rename(columns={"service": "site"})
sites = town.sites.head(20)

found = pm.scenarios.compare_sites(
    homes, sites, by="nearest people", number=5000, within="1 km", existing=practices, focal="amber"
)
front = found[found["front"].fillna(value=False)]
print(front[["site", "mix", "gap_with", "mean_with", "covered_with", "worst_with"]].round(3).to_string(index=False))
print(found["objectives"].iloc[0], "\n")

users = pm.scenarios.service_users(homes, sites, by="huff", beta=2, existing=practices)
first = users[users["site"] == front["site"].iloc[0]]
print(first[["site", "group", "users", "share", "share_of_all", "way"]].round(2).to_string(index=False), "\n")

rules = {"gp": {"by": "nearest people", "number": 5000}, "library": {"by": "radius", "within": "1.5 km"}}
roof = pm.scenarios.co_locate(homes, sites[sites["site"].isin(front["site"])], rules)
print(roof.loc[roof["service"] == "two or more", ["site", "users", "share_of_any"]].round(2).to_string(index=False))
