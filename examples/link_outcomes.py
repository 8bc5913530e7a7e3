"""Segregation of a synthetic town joined with low incomes: what the join covers, areas where, and the figure of all."""

from __future__ import annotations

import warnings

import pandas as pd

import placemix as pm

town = pm.datasets.town()
homes = town.residents()
now = town.outcomes[town.outcomes["date"] == "after"].set_index("unit")
income = now["income_deprivation"].rename("low incomes")
facts = {"low incomes": {"period": "2021", "vintage": "after", "measured_in": "share", "higher_is": "worse"}}

# Every area beside its share of low incomes. What one side lacks has a row, and the sentence says so.
linked = pm.outcomes.link(homes, income, focal="blue", facts=facts)
print(linked["sentence"].iloc[0], "\n")

# By district the shares go by the people of their areas, beside how separate the groups of each district are.
separate = pm.measure(homes, "dissimilarity", focal="blue", against="amber", by="district")
districts = pm.outcomes.link(separate, income, along="unit", weigh="people", facts=facts)
print(districts[["place", "value", "outcome_value", "match"]].round(3).to_string(index=False), "\n")

# The warning comes with every association: areas are compared, not the people in them.
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    found = pm.outcomes.association(linked, "share of blue", "low incomes", weight="people", levels="district")
print(found[["model", "term", "value", "lower", "upper"]].round(3).to_string(index=False))
print(found["sentence"].iloc[0])
print(caught[0].message, "\n")

# One figure of all, and how the areas lie around it.
district = pd.Series(homes.strata["district"].astype(str).to_numpy(), index=homes.units)
spread = pm.outcomes.local_distribution(linked, within=district)
print(spread["sentence"].iloc[0])
