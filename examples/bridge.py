"""Separate x contrast = unequal in conditions of a synthetic town: gaps, worst places, and where they are made."""

from __future__ import annotations

import warnings

import placemix as pm

town = pm.datasets.town()
homes = town.residents()
tables = {date: rows.set_index("unit") for date, rows in town.outcomes.groupby("date")}

# What a number is, and whom it describes, is stated once for each condition.
facts = {
    "income_deprivation": {"domain": "living standards", "describes": "people", "measured_in": "share"},
    "gp_minutes": {"domain": "health", "describes": "places", "measured_in": "minutes"},
    "no2": {"domain": "environment", "describes": "places", "measured_in": "µg/m³"},
}
years = {"before": "2011", "after": "2021"}
asked = {"focal": "blue", "against": "amber", "by": "district"}
with warnings.catch_warnings():
    # One of the conditions is a share of people: its gap is between areas, not between the groups' people.
    warnings.simplefilter("ignore", pm.errors.EcologicalFallacyWarning)
    before, found = (
        pm.outcomes.bridge(
            town.residents(date), tables[date], **asked,
            facts={name: one | {"higher_is": "worse", "period": year} for name, one in facts.items()},
        )
        for date, year in years.items()
    )  # fmt: skip
whole = found[found["district"] == "whole"]
shown = ["condition", "gap", "separation", "contrast", "worse_for", "worst_focal", "worst_against"]
print(whole[shown].round(3).to_string(index=False))
print(whole["sentence"].iloc[-1], "\n")
change = pm.outcomes.bridge_change(before, found)
columns = ["condition", "change", "from_separation", "from_contrast"]
print(change[change["district"] == "whole"][columns].round(3).to_string(index=False))
