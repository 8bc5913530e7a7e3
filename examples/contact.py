"""Who is friends with whom in three made-up schools: what schools offer, and what becomes of it inside them."""

from __future__ import annotations

import numpy as np
import pandas as pd

import placemix as pm

rng = np.random.default_rng(1)
shares = {"Elm": [0.8, 0.2], "Oak": [0.5, 0.5], "Ash": [0.2, 0.8]}
people = pd.DataFrame({"person": range(360), "school": np.repeat(list(shares), 120)})
people["group"] = np.concatenate([rng.choice(["amber", "blue"], 120, p=share) for share in shares.values()])
# Each names four of the school; one of the same group is three times as likely to be named.
named = []
for _, school in people.groupby("school"):
    for one in school.itertuples():
        others = school[school["person"] != one.person]
        weight = np.where(others["group"] == one.group, 3.0, 1.0)
        friends = rng.choice(others["person"], 4, replace=False, p=weight / weight.sum())
        named += [(one.person, friend) for friend in friends]
edges = pd.DataFrame(named, columns=["ego", "alter"])
ties = pm.outcomes.Ties.from_edges(edges, people, directed=True, group="group", within="school")

print(pm.outcomes.homophily(ties)[["group", "ties", "e_i", "expected_e_i", "coleman"]].round(3).to_string(index=False))
met = pm.outcomes.contact_to_opportunity(ties)
met = met[met["met"] == "others"]
print(met[["group", "observed", "opportunity", "ratio", "opportunity_ratio"]].round(3).to_string(index=False), "\n")
for within in (False, True):
    found = pm.outcomes.contact_test(ties, within=within, draws=199).iloc[0]
    print(f"{found['null']}: E-I {found['value']:.3f}, by chance {found['expected']:.3f}, p {found['p_value']:.3f}")
