"""A quarter or one lone unit? Types with their neighbours, and as polygons for a GIS."""

from __future__ import annotations

import tempfile
from pathlib import Path

import placemix as pm

homes = pm.datasets.town().residents("before")
near = pm.surroundings.contiguity(homes)
rules = {"scheme": "PJF2001", "reference": "amber"}
types = ["III", "IV", "V", "VI"]

found = pm.typology.type_clusters(homes, types=types, focal=["blue", "green"], around=near, **rules)
table = found.groupby("situation", observed=False).agg(units=("unit", "size"), people=("people", "sum"))
print(table.to_string(), "\n")

patches = pm.typology.patches(homes, types=types, **rules)
print(patches[["patch", "type", "units", "people", "area_km2"]].head().round(2).to_string(index=False))

with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "patches.gpkg"
    patches.to_file(file)
    print(f"{len(patches)} patches, {file.stat().st_size // 1024} kB for a GIS")
