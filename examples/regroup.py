"""Two tables with different groups: the finest that they share, and what that merges."""

from __future__ import annotations

import pandas as pd

import placemix as pm
from placemix import harmonise

# Invented numbers under published labels: a school file and a census table.
roll = pd.DataFrame(
    {"urn": ["1", "2"], "WBRI": [80, 10], "WROM": [2, 4], "APKN": [15, 90], "OOTH": [1, 6], "NOBT": [1, 3]}
)
pupils = pm.from_wide(
    roll,
    groups=list(roll.columns[1:]),
    unit="urn",
    about={"scheme": "dfe18", "universe": "pupils", "period": "2022/23"},
)
homes = pd.DataFrame({"area": ["A", "B"], "white_british": [700, 300], "white_gypsy_traveller": [3, 5],
                      "white_roma": [0, 9], "pakistani": [90, 400], "arab": [4, 12], "other": [6, 8]})  # fmt: skip
homes = pm.from_wide(
    homes, groups=list(homes.columns[1:]), unit="area", about={"scheme": "eth19_2021", "universe": "usual residents"}
)

common = harmonise.finest_common(pupils, homes)
print(common)
schools = harmonise.regroup(pupils, common.first, unstated="residual")
areas = harmonise.regroup(homes, common.second)
for counts in (schools, areas):
    print(counts.about.universe, pm.estimate(counts, "dissimilarity", focal="pakistani").explain())

# Shares can be compared side by side; pupils are not divided by residents.
try:
    harmonise.guard(schools, areas)
except pm.errors.DenominatorMismatch as error:
    print(error)
