"""Tables with one row a person, or one row a unit and group."""

from __future__ import annotations

import pandas as pd

import placemix as pm

pupils = pd.DataFrame(
    {
        "school": ["Ash", "Ash", "Ash", "Birch", "Birch", "Birch", "Birch"],
        "meals": ["free", "free", "paid", "paid", "paid", "paid", "free"],
    }
)
rolls = pm.from_long(pupils, unit="school", group="meals")
print(rolls.to_frame())
print(pm.measure(rolls, ["dissimilarity", "gorard"], focal="free").explain())

# One row a unit, group and number: pupil flows of a synthetic town, counted at school.
flows = pm.datasets.town().flows
at_school = pm.from_long(flows, unit="school", group="group", count="pupils", strata="phase")
print(at_school)
print(pm.measure(at_school, "information_theory", by="phase")[["phase", "value", "units"]].round(3))
