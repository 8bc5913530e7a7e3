"""The equality annex of a scheme: a range learnt from places that grew, or the reason why there is none."""

from __future__ import annotations

import pandas as pd

import placemix as pm

town = pm.datasets.town()
parts = pm.harmonise.common_areas(town.lookup, source="unit_before", target="unit_after")
then, now = (
    town.residents(date).merge_units(
        parts[parts["vintage"] == f"unit_{date}"].set_index("unit")["area"], straddling="largest"
    )
    for date in ("before", "after")
)
learnt = pm.scenarios.calibrate(then, now, district="district", bands=[0, 0.1, 0.3])

rows = [{"tenure": "owner_occupied", "bedrooms": 3, "count": 70}, {"tenure": "social_rent", "bedrooms": 2, "count": 50}]
people = pm.scenarios.people_by_tenure(pm.scenarios.scheme("24/0001", homes=rows, year=2028), town.occupancy)
where = pd.DataFrame({"reference": ["24/0001"], "unit": ["Z00204"], "share": [1.0]})
# Made up: the town has no table of tenure by group. For a real place take RM134, with pm.scenarios.tenure_profile.
groups = ["amber", "blue", "green", "red", "violet"]
households = [(2400, 180, 1200, 420, 310), (500, 190, 480, 260, 120)]
profile = pd.DataFrame(households, columns=groups).assign(tenure=["owner_occupied", "social_rent"])

same = {"where": where, "residents": town.residents(), "district": "district", "tenure_groups_source": "made up"}
found = pm.scenarios.equality_annex(people, {"district": profile}, calibration=learnt, tenure_groups_of="D1", **same)
print(*found["printed_central"], found["what_this_is_not"].iloc[0], sep="\n")
print(pm.scenarios.equality_annex(people, profile, **same)["printed"].iloc[0])
