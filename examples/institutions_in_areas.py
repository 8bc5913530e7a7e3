"""Schools and surgeries in the areas around them: placed, near enough, or listed as out of the frame."""

from __future__ import annotations

import placemix as pm

# Synthetic: a town with schools, doctors, and a register of sites some of whose coordinates are wrong.
town = pm.datasets.town()
for name, id_column in (("schools", "school"), ("services", "service"), ("sites", "site")):
    points = getattr(town, name).drop(columns="unit")
    found = pm.harmonise.locate(points, town.units_after, unit=id_column, tolerance="30 m")
    print(f"{name}: {found.about.notes[-1]}")
    if found.left_out is not None:
        print(found.left_out.to_string(), end="\n\n")

# Each school with the deprivation of the unit that it stands in.
schools = pm.harmonise.locate(town.schools.drop(columns="unit"), town.units_after, unit="school").to_frame()
after = town.outcomes[town.outcomes["date"] == "after"].set_index("unit")
schools["income_deprivation"] = schools["area_id"].map(after["income_deprivation"])
print(schools.groupby("phase")["income_deprivation"].describe()[["count", "mean", "max"]].round(3))
