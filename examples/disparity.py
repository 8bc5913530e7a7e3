"""Do groups fare alike? Attainment and stops of a synthetic town, by group, intersection and district."""

from __future__ import annotations

import warnings

import placemix as pm

town = pm.datasets.town()
table = town.outcomes_by_group.rename(columns={"district": "unit"})
passed = table[table["indicator"] == "attainment"]

found = pm.outcomes.compare_groups(
    passed, focal={"group": "green", "sex": "female"}, against={"group": "amber", "sex": "male"}
)
print(found[["unit", "measure", "value", "lower", "upper", "reason"]].round(3).to_string(index=False))
print(found["note"].iloc[0], "\n")

stops = table[table["indicator"] == "stops"].groupby(["unit", "group"], sort=False)[["numerator", "denominator"]]
stops = stops.sum(min_count=1).reset_index()
with warnings.catch_warnings():
    warnings.simplefilter("ignore", pm.errors.EventsNotPeople)  # nobody knows who was stopped how often
    ratios = pm.outcomes.disproportionality(
        stops, focal="green", against="amber", denominator_kind="residents", not_stated="not stated"
    )
print(ratios[ratios["scope"] == "all"].explain(), "\n")

print(pm.outcomes.rate_ratio(20, 1000, 10, 2000, interval="exact_conditional_1940").explain())
