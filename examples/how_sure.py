"""Numbers that say how sure they are: rankings without noise, corrections, units left out, hidden cells."""

from __future__ import annotations

import pandas as pd

import placemix as pm

town = pm.datasets.town()
homes = town.residents("before")

try:
    pm.inference.ranking(homes, "dissimilarity", focal="blue", by="district", draws=29)
except pm.errors.RankedNoise as refused:
    print(refused, "\n")
ranked = pm.inference.ranking(homes, "dissimilarity", focal="blue", by="district", draws=29, allow_noise=True)
print(ranked[["district", "value", "expected", "rank", "rank_low", "rank_high"]].round(3).to_string(index=False))

print("\nD of small units, plain and corrected")
for method in ("carrington_troske", "unbiased", "beta_mixture"):
    found = pm.inference.corrected(homes, "dissimilarity", focal="violet", method=method, draws=29)
    print(f"  {method:18} {found.value:.3f}  {found.note}")

print("\nUnits left out in turn")
left = pm.inference.jackknife(homes, "dissimilarity", focal="blue", by="district")
print(left[["district", "value", "corrected", "sd", "lower", "upper"]].round(3).to_string(index=False))
first = pm.inference.influence(homes, "dissimilarity", focal="blue", by="district")
print(first[["district", "unit", "value", "without", "influence"]].head(3).round(4).to_string(index=False))

print("\nCells that the publisher hides")
table = pd.DataFrame({"school": list("ABCD"), "meals": ["c", "20", "8", "c"], "pupils": [50, 60, 70, 40]})
table["others"] = ["x", "40", "62", "y"]
hidden = {"c": (1, 4), "x": (46, 49), "y": (36, 39)}
schools = pm.from_wide(table, groups=["meals", "others"], unit="school", total="pupils", suppressed=hidden)
ends = pm.inference.hidden_bounds(schools, ["dissimilarity", "isolation", "gini"], focal="meals")
print(ends[["measure", "value", "lower", "upper", "lower_by", "upper_by"]].round(3).to_string(index=False))
