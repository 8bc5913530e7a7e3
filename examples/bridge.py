"""Separate x contrast = unequal in every condition of a synthetic town: gaps, worst places, where they are made."""

from __future__ import annotations

import warnings

import geopandas as gpd

import placemix as pm

town = pm.datasets.town()
homes = town.residents()
now = town.outcomes[town.outcomes["date"] == "after"].set_index("unit")
then = town.outcomes[town.outcomes["date"] == "before"].set_index("unit")

# What a number is, and whom it describes, is stated once for each condition.
facts = {
    "income_deprivation": {"domain": "living standards", "describes": "people", "measured_in": "share"},
    "overcrowding": {"domain": "housing", "describes": "people", "measured_in": "%"},
    "gp_minutes": {"domain": "health", "describes": "places", "measured_in": "minutes"},
    "no2": {"domain": "environment", "describes": "places", "measured_in": "µg/m³"},
}
facts = {name: {**one, "higher_is": "worse", "period": "2021"} for name, one in facts.items()}

with warnings.catch_warnings():
    # Two of the conditions are shares of people: their gaps are between areas, not between the groups' people.
    warnings.simplefilter("ignore", pm.errors.EcologicalFallacyWarning)
    found = pm.outcomes.bridge(homes, now, facts=facts, focal="blue", against="amber", by="district")
    earlier = {name: {**one, "period": "2011"} for name, one in facts.items()}
    before = pm.outcomes.bridge(
        town.residents("before"), then, facts=earlier, focal="blue", against="amber", by="district"
    )

whole = found[found["district"] == "whole"]
shown = ["condition", "gap", "separation", "contrast", "worse_for", "worst_focal", "worst_against"]
print(whole[shown].round(3).to_string(index=False))
print(
    "gap = separation x contrast:", bool(((found["gap"] - found["separation"] * found["contrast"]).abs() < 1e-12).all())
)
print(whole["sentence"].iloc[-1], "\n")

change = pm.outcomes.bridge_change(before, found)
columns = ["condition", "change", "from_separation", "from_contrast"]
print(change[change["district"] == "whole"][columns].round(3).to_string(index=False), "\n")

# Where it is made: terms that sum to the gap, and the places that make half of it.
terms = pm.outcomes.bridge_terms(homes, now, facts={"no2": facts["no2"]}, focal="blue", against="amber")
print(terms.groupby("meets")["term"].agg(["size", "sum"]).round(3))
shapes = gpd.GeoDataFrame(geometry=homes.geometry.set_axis(homes.units))
section = pm.report.sections.gap_by_place(terms, shapes, units="areas", place="the town")
print(section.items[1].caption)
