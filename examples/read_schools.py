"""Read the school census, the list of schools and who followed whom. The files are made up here, and tiny."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import pandas as pd

import placemix as pm
from placemix.readers.schools.school_groups import ETHNIC

with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "spc_school_level_underlying_data.csv"
    table = pd.DataFrame({"time_period": "202223", "urn": ["100001", "100002", "100003"]})
    table["phase_type_grouping"] = ["State-funded primary", "State-funded primary", "Independent school"]
    for place, group in enumerate(ETHNIC):
        table[f"number of pupils classified as {group} ethnic origin"] = [90 if place == 0 else 1, 5 + place, "z"]
    table["number of pupils unclassified"] = [3, 7, "z"]
    table["headcount of pupils"] = [110, 250, 410]
    table.to_csv(file, index=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pm.errors.UnitsLeftOut)  # said in the notes too
        pupils = pm.readers.spc(file)
    print(pupils)
    print(*pupils.about.notes, sep="\n")
    print(round(pm.estimate(pupils, "dissimilarity", focal="white British").value, 4))

    file = Path(folder) / "links_edubasealldata20240101.csv"
    file.write_text(
        "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n100000,100001,Mill Academy,Successor,01-09-2019\n",
        encoding="cp1252",
    )
    now = pm.readers.succession(pm.readers.gias_links(file), schools=["100000", *pupils.units])
    print(now.to_frame()[["source", "target"]])
