"""School places with and without a development: a forecast, today's rolls, and what comes anyway."""

from __future__ import annotations

import shapely

import placemix as pm

town = pm.datasets.town()
scheme = pm.scenarios.scheme(
    "24/0001", status="proposed", dwellings=(300, 400), phasing={2023: 150, 2024: 250},
    site=shapely.Point(496_600, 15_400), crs="EPSG:32631",
)  # fmt: skip
yields = {"yields": {"primary": 0.20, "secondary": 0.15}, "yield_source": "a county's figures, for illustration"}
people = pm.scenarios.scheme_people(scheme, town.occupancy, years=[2024, 2025], **yields)

forecast = pm.schools.places(town.rolls, town.schools, town.births, years=4, too_few="phases", capacity_year=2021)
found = pm.scenarios.school_places(people, scheme, forecast=forecast, schools=town.schools)
columns = ["phase", "planning_area", "year", "case", "pupils_scheme", "left_without", "left_with", "short"]
print(found[columns].round(1).to_string(index=False), "\n")
print(found["sentence"].iloc[0], "\n")

register = {"min_dwellings": "dwellings_min", "max_dwellings": "dwellings_max", "year": "completed_year"}
plan = pm.scenarios.schemes_from_register(town.sites, reference="site", columns=register)
anyway = pm.scenarios.without(plan, census=2021, year=2025, unknown="exclude")
coming = [plan[name] for name in anyway.loc[anyway["counted"], "reference"]]
theirs = pm.scenarios.scheme_people(coming, town.occupancy, years=[2024, 2025], not_phased=2025, **yields)
today = pm.scenarios.school_places(
    people, [scheme, *coming], schools=town.schools, within={"primary": "2 miles", "secondary": "3 miles"},
    committed=theirs, rolls_year=2021, places_year=2021, columns={"pupils": "roll", "places": "capacity"},
)  # fmt: skip
print("\n".join(today.loc[today["year"] == 2025, "sentence"]))
