"""Estimates of the American Community Survey, with their standard errors. The figures are made up."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import placemix as pm

LINES = ("001", "003", "004", "005", "006", "007", "008", "009", "012")
NAMES = [f"B03002_{line}{end}" for line in LINES for end in "EM"]
# As the Census Bureau's interface answers: a list of lists of text, header first.
TRACTS = {
    "010800": (5193, 332, 661, 81, 1324, 204, 20, 25, 1214, 123, 0, 12, 36, 37, 302, 55, 1636, 216),
    "010900": (2692, 265, 920, 170, 247, 56, -666666666, -222222222, 602, 132, 0, 12, 14, 13, 103, 60, 800, 192),
}
answer = [[*NAMES, "state", "county", "tract"]]
answer += [[*map(str, cells), "22", "071", tract] for tract, cells in TRACTS.items()]

with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "b03002.json"
    file.write_text(json.dumps(answer), encoding="utf-8")
    homes = pm.readers.acs(file, period="2016-2020")

print(homes)
black = "Not Hispanic or Latino: Black or African American alone"
place = homes.position(black)
for row, unit in enumerate(homes.units):
    print(f"{unit}: {homes.values[row, place]:,.0f} ± {1.645 * homes.error[row, place]:,.0f} at 90 %")
native = "Not Hispanic or Latino: American Indian and Alaska Native alone"
hidden = homes.position(native)
print("Not shown, so between", homes.low[1, hidden], "and", homes.high[1, hidden])
for how in ("low", "middle", "high"):
    print(how, round(pm.estimate(homes.fill(how), "dissimilarity", focal=native).value, 4))
