"""Estimate a town after its last census from its pupils, with the error that this had before."""

from __future__ import annotations

import placemix as pm
from placemix import harmonise

# Synthetic: a town that does not exist, counted in 2011 and 2021 and now known by its pupils alone.
town = pm.datasets.town()
ward = {date: town.units(date).set_index("unit")["ward"] for date in ("before", "after")}
then, now = (town.residents(date).merge_units(ward[date], straddling="largest") for date in ("before", "after"))
pupils = pm.from_long(
    town.flows.assign(ward=town.flows["unit"].map(ward["after"])),
    unit="ward",
    group="group",
    count="pupils",
    about={"period": "2020/21", "universe": "pupils", "source": "the town's schools"},
)

made = harmonise.nowcast(now, pupils, at="mid-2022", method="cohort", backcast=harmonise.Backcast(then, now, pupils))
print(made.counts)
print(made.error[["group", "share_error", "no_change", "better", "people_better"]].round(4).to_string(index=False))
result = pm.measure(made.counts, ["dissimilarity", "isolation"], focal="blue")
print(result.explain())
