"""Who gets a school place, what a ballot would change, which schools contrast, and which would make good twins."""

from __future__ import annotations

import placemix as pm

town = pm.datasets.town()
secondary = town.schools[town.schools["phase"] == "secondary"]
market = pm.schools.market(
    town.applicants, secondary, town.preferences, group="group", distance="distance",
    criteria=["looked_after", "sibling", "catchment"],
)  # fmt: skip
print(market)

places = pm.schools.admit(market, tie_break="distance")
print(places["how"].value_counts().to_string(), "\n")

rules = {"distance": "distance", "ballot": "single lottery"}
found = pm.schools.lotteries(market, tie_breaks=rules, measures="dissimilarity", focal="blue", draws=100)
shown = found[(found["rule"] == "ballot") & found["focal"].isin(["blue", "everyone"])]
print(shown[["statistic", "focal", "value", "difference"]].round(3).to_string(index=False), "\n")

rolls = town.rolls_latest()
print(pm.schools.contrast(rolls, focal="blue", phase="phase")["contrast"].value_counts().to_string(), "\n")
twins = pm.schools.twin(rolls, focal="blue", contact=0.1, within="3 km", phase="phase")
print(twins[["first", "second", "distance", "gain"]].head(3).round(3).to_string(index=False))
