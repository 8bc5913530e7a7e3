"""At which scale are two groups apart, and in which wards?"""

from __future__ import annotations

import placemix as pm

homes = pm.datasets.town().residents("before")

levels = pm.decompose.multilevel_dissimilarity(homes, ["district", "ward"], focal="blue")
print(f"D is {levels['dissimilarity'].iloc[0]:.3f}. Where it lies, net of the other levels:")
print(levels[["level", "areas", "share", "holdback"]].round(3).to_string(index=False), "\n")

wards = pm.decompose.impacts(homes, "ward", focal="blue")
print("Wards that carry more of D than as many units do on average, and D if each were left out:")
print(wards.head(3)[["ward", "share", "impact", "difference", "left_out"]].round(3).to_string(index=False), "\n")

without = pm.decompose.multilevel_dissimilarity(
    homes, ["district", "ward"], focal="blue", omit={"ward": [wards["ward"].iloc[0]]}
)
print(f"Without {wards['ward'].iloc[0]} D is {without['dissimilarity'].iloc[0]:.3f}, and the shares of the levels are:")
print(without[["level", "share"]].round(3).to_string(index=False))
