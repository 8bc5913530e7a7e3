"""Many measures, groups and strata in one call: a synthetic town's districts."""

from __future__ import annotations

import placemix as pm

homes = pm.datasets.town().residents()
result = pm.measure(
    homes,
    ["dissimilarity", "isolation", "information_theory"],
    focal=["blue", "red"],
    against="rest",
    by="district",
    chance="binomial",
)
print(homes)
print(result[["district", "measure", "focal", "value", "expected", "people", "units"]].round(3).to_string(index=False))

# Without a focal group the multigroup form is meant, over all five groups at once.
print(pm.measure(homes, "information_theory", by="district")[["district", "value", "groups"]].round(3).to_string())
