"""The published tables of a district: what to download, from where, and where to put it. Nothing is fetched here."""

from __future__ import annotations

import tempfile
from pathlib import Path

import placemix as pm

with tempfile.TemporaryDirectory() as folder:
    # Leave offline=True out to fetch the files, and run it again once those that have no address are there.
    harvest = pm.get(
        district="Oldham",
        tables=["ethnicity", "tenure", "deprivation", "schools"],
        dates=[2011, 2021],
        folder=folder,
        offline=True,
    )
    print(harvest)
    for missing in harvest.missing:
        recipe = missing.recipe
        print(f"{missing.folder.relative_to(Path(folder))}/{missing.file}, about {recipe.megabytes:g} MB")
        print(f"   {recipe.title}: {recipe.page}")
    for line in harvest.plan.left_out:
        print(line)
    try:
        pm.get(district="Oldham", tables=["ethnicty"], dates=[1997], folder=folder)
    except pm.errors.InvalidParameter as error:
        print(error)
