"""Rates from published files: deprivation as a condition, and a group against the rest. The figures are made up."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import placemix as pm

INDICES = """LSOA code (2021),Income Score (rate),Income Rank (where 1 is most deprived),Total population: mid 2022
E01999001,0.40,2000,1500
E01999002,0.10,25000,1600
"""
PASSES = """indicator,area_code,period,group,numerator,denominator,rate,unit
passed,E07999001,2021/22,All pupils,640,1000,64.0,%
passed,E07999001,2021/22,Pakistani,150,250,60.0,%
passed,E07999001,2021/22,Black Caribbean,c,c,c,%
"""
HOMES = "lsoa,asian,white\nE01999001,900,600\nE01999002,100,1500\n"

with tempfile.TemporaryDirectory() as folder:
    for name, text in (("indices.csv", INDICES), ("passes.csv", PASSES), ("homes.csv", HOMES)):
        (Path(folder) / name).write_text(text, encoding="utf-8")
    indices = pm.readers.indices_of_deprivation(Path(folder) / "indices.csv")
    passes = pm.readers.rates(Path(folder) / "passes.csv", suppressed={"c": (1, 9)})
    homes = pm.from_wide(pm.read_table(Path(folder) / "homes.csv"), groups=["asian", "white"], unit="lsoa")

gap = pm.place_gap(homes, indices.condition("income"), focal="asian", against="white")
print(gap[["condition", "focal_mean", "against_mean", "gap"]].round(3).to_string(index=False))
print("A hidden numerator is an interval:", passes.cell(2))
with warnings.catch_warnings():
    warnings.simplefilter("ignore", pm.errors.PartWholeComparison)  # the file's "All pupils" includes the group
    print(passes.against_rest("Pakistani")[["rate", "rate_whole", "rate_rest"]].round(2).to_string(index=False))
