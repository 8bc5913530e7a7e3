"""How separate people are by bands that have an order, and by incomes of a survey with weights."""

from __future__ import annotations

import numpy as np
import pandas as pd

import placemix as pm

BANDS = ["two rooms short", "one room short", "just enough", "one to spare", "two or more to spare"]

draw = np.random.default_rng(2)
spare = draw.normal(2.2, 0.7, size=(30, 1))
rows = np.clip(np.rint(draw.normal(spare, 1.0, size=(30, 300))), 0, 4).astype(int)
table = pd.DataFrame([np.bincount(row, minlength=5) for row in rows], columns=BANDS)
table["area"] = [f"area {place}" for place in range(30)]
table["town"] = np.where(np.arange(30) < 15, "North", "South")
homes = pm.from_wide(table, groups=BANDS, unit="area", strata=["town"])

measures = ["ordinal_information", "ordinal_variation", "rank_order_information(degree=3)"]
result = pm.measure(homes, measures, by="town", order=BANDS)
print(result[["town", "measure", "value", "people"]].round(3).to_string(index=False))
print(result.explain())

sample = pd.DataFrame({"area": np.repeat(table["area"], 20), "weight": draw.choice([0.8, 1.0, 1.5], 600)})
sample["income"] = np.exp(9.5 + 0.3 * np.repeat(spare.ravel(), 20) + draw.normal(0, 0.4, 600)).round()
asked = {"value": "income", "unit": "area", "weight": "weight"}
for measured in (pm.continuous.rank_order, pm.continuous.sorting_index, pm.continuous.centile_gap):
    print(measured(sample, **asked).explain())

# Twenty households an area look sorted by chance alone: how much of it is that?
print(pm.inference.sorting(sample, "sorting_index", **asked, draws=99).explain())
