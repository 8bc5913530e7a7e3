"""Read a census table and its districts: totals are checked and left out. All numbers are made up."""

from __future__ import annotations

import tempfile
from pathlib import Path

import placemix as pm

HEADER = (
    "date,geography,geography code,Ethnic group: Total: All usual residents,Ethnic group: Asian,"
    "Ethnic group: Asian: Indian,Ethnic group: Asian: Pakistani,Ethnic group: White\n"
)

with tempfile.TemporaryDirectory() as folder:
    table = Path(folder) / "census2021-ts021-lsoa.csv"
    table.write_text(
        HEADER + "2021,Made-up 001A,E01999901,100,60,10,50,40\n2021,Made-up 001B,E01999902,90,20,10,10,70\n"
        "2021,Made-up 002A,E01999903,120,30,20,10,90\n2021,Made-up 002B,E01999904,80,40,5,35,40\n",
        encoding="utf-8",
    )
    pairs = Path(folder) / "lookup.csv"
    pairs.write_text(
        "LSOA21CD,LAD22CD,LAD22NM\nE01999901,E08999901,North\nE01999902,E08999901,North\n"
        "E01999903,E08999902,South\nE01999904,E08999902,South\n",
        encoding="utf-8",
    )
    lookup = pm.readers.ons_lookup(pairs)
    print(lookup.attrs["kind"], lookup.attrs["vintages"])
    homes = pm.readers.nomis(table, lookup=lookup)
    print(homes)
    print(homes.about.geography, homes.about.vintage, homes.about.suppression)
    print(pm.measure(homes, "dissimilarity", focal="Asian: Pakistani", by="district")[["district", "value"]])
    # A total that is not the sum of its parts does not pass.
    table.write_text(table.read_text(encoding="utf-8").replace(",100,60,", ",200,60,"), encoding="utf-8")
    try:
        pm.readers.nomis(table)
    except pm.errors.InvalidTable as error:
        print(error)
