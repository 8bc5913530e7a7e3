"""Separate x contrast = unequal, as an exact identity, in a synthetic town."""

from __future__ import annotations

import placemix as pm

town = pm.datasets.town()
now = town.outcomes[town.outcomes["date"] == "after"]
condition = now.set_index("unit")["income_deprivation"]

gaps = pm.place_gap(town.residents(), condition, focal="blue", against="amber", by="district")
shown = ["district", "focal_mean", "against_mean", "gap", "separation", "contrast", "units_dropped"]
print(gaps[shown].round(4).to_string(index=False))
print("gap = separation x contrast:", bool(((gaps["gap"] - gaps["separation"] * gaps["contrast"]).abs() < 1e-12).all()))

# Two dates: how much of the change came from living apart, how much from the places.
then = town.outcomes[town.outcomes["date"] == "before"].set_index("unit")["income_deprivation"]
before = pm.place_gap(town.residents("before"), then, focal="blue", against="amber", by="district")
change = pm.compare_gaps(before, gaps)
print(change[["district", "change", "from_separation", "from_contrast"]].round(4).to_string(index=False))
