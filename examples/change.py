"""What changed between two dates: by which part, in which units, beyond chance; and why two places differ."""

from __future__ import annotations

import placemix as pm

town = pm.datasets.town()
areas = pm.common_areas(town.lookup, source="unit_before", target="unit_after")
before, after = (
    town.residents(date).merge_units(areas[areas["vintage"] == f"unit_{date}"].set_index("unit")["area"])
    for date in ("before", "after")
)

for method in ("shapley", "karmel_maclachlan", "mrc"):
    parts = pm.decompose.change([before, after], method=method).iloc[0]
    print(method, parts[["change", "group_marginal", "unit_marginal", "structural"]].astype(float).round(4).to_dict())

units = pm.decompose.change_by_unit([before, after])
largest = units.reindex(units["structural"].abs().sort_values(ascending=False).index)
print(largest[["unit", "status", "change", "structural", "people_after"]].head(3).to_string(index=False), "\n")

expected = pm.decompose.expected_change(before, after, ["dissimilarity", "isolation"], focal="blue", draws=99)
print(expected.explain(), "\n")

sorting = pm.decompose.sorting_beyond_chance(before, after, focal="blue", by="district", draws=199)
print("\n".join(sorting["sentence"].head(2)), "\n")

first, second = (part for label, part in before.split("district") if label[0] in {"D1", "D2"})
apart = pm.decompose.compare_places(first, second, ["dissimilarity", "isolation"], focal="blue")
shown = ["measure", "value_first", "value_second", "difference", "spatial", "attribute"]
print(apart[shown].round(3).to_string(index=False))
print(pm.decompose.counterfactual(first, second, focal="blue").about.notes[-1])
