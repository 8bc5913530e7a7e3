"""Which planning areas run short of school places, when, and how sure that is."""

from __future__ import annotations

import pandas as pd

import placemix as pm

town = pm.datasets.town()
homes = pd.DataFrame(
    {
        "primary_area": ["D3A", "D6A"], "secondary_area": ["S1", "S1"], "year": [2023, 2024], "dwellings": [120, 300],
        "status": ["committed", "proposed"],
    }
)  # fmt: skip
forecast = pm.schools.places(
    town.rolls, town.schools, town.births, homes, beyond="hold", too_few="phases",
    yields={"primary": 0.28, "secondary": 0.2}, yield_source="made up for this example",
)  # fmt: skip
print(forecast["note"].iloc[0], "\n")

mix = pm.schools.place_mix(town.rolls, of=["free_meals", "blue"])
short = pm.schools.shortfalls(forecast, mix=mix)
tight = short[short["first_below_margin"].notna()]
columns = ["planning_area", "year_group", "first_short", "earliest", "latest", "free_meals_share", "blue_share"]
print(tight[columns].round(3).to_string(index=False, na_rep="-"), "\n")
print("\n".join(tight["sentence"]))
