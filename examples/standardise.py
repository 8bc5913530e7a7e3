"""Rates at the same ages, and a gradient over tenths of areas. The figures are made up."""

from __future__ import annotations

import pandas as pd

import placemix as pm

BANDS = ["0-14", "15-44", "45-64", "65-74", "75 and over"]
EVENTS = {"north": [4, 20, 60, 70, 90], "south": [6, 40, 90, 40, 20]}
PEOPLE = {"north": [900, 2400, 2100, 1100, 800], "south": [2200, 5200, 2400, 500, 150]}
table = pd.concat(
    [
        pd.DataFrame({"group": group, "age": BANDS, "numerator": EVENTS[group], "denominator": PEOPLE[group]})
        for group in EVENTS
    ]
)
rates = pm.outcomes.standardise(table, per=1000)
print(rates[["focal", "rate", "value", "lower", "upper"]].round(1).to_string(index=False))
print(pm.outcomes.compare_standardised(rates, focal="south", against="north").explain(), "\n")

ratios = pm.outcomes.standardise(table, method="indirect", reference="north")
print(ratios[["focal", "value", "lower", "upper", "expected"]].round(1).to_string(index=False), "\n")

shares = pm.outcomes.proportion([90, 80, 72, 66, 60, 55, 52, 45, 41, 38], 400)
tenths = shares[["value", "lower", "upper", "denominator"]].assign(tenth=range(1, 11))
names = ["slope_index", "relative_index", "concentration_index"]
found = pm.outcomes.inequality(
    tenths, names, of="areas", order="tenth", value="value", lower="lower", upper="upper", rii_definition="phe"
)
print(found.explain())
