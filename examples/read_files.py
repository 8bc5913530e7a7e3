"""Read tables and areas from files; codes stay text, and faults come together."""

from __future__ import annotations

import tempfile
from pathlib import Path

import placemix as pm

with tempfile.TemporaryDirectory() as folder:
    table = Path(folder) / "wards.csv"
    table.write_text("code,white,asian,all\n007,80,20,100\n008,30,x,90\n009,60,30,90\n", encoding="utf-8")
    frame = pm.read_table(table)
    print(frame)
    try:
        pm.from_wide(frame, groups=["white", "asian", "all"], unit="cod")
    except pm.errors.InvalidTable as error:
        print(error)
    # Say what the symbol means; then choose a value, and compare.
    counts = pm.from_wide(frame, groups=["white", "asian"], unit="code", suppressed={"x": (1, 4)})
    for end in ("low", "high"):
        print(end, round(pm.estimate(counts.fill(end), "dissimilarity", focal="asian").value, 4))

    areas = Path(folder) / "counties.gpkg"
    pm.datasets.nc_births().to_file(areas)
    counties = pm.read_areas(areas)
    print(len(counties), "counties in", counties.crs.name)
