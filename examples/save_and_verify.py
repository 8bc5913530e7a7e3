"""Save a result as a pack and recompute it, here or on another machine."""

from __future__ import annotations

import tempfile
from pathlib import Path

import placemix as pm

counties = pm.from_wide(
    pm.datasets.nc_births(), groups={"white": "white_1974", "nonwhite": "nonwhite_1974"}, unit="county"
)
result = pm.measure(counties, ["dissimilarity", "isolation"], focal="nonwhite")

with tempfile.TemporaryDirectory() as folder:
    whole = result.save(Path(folder) / "births.zip")
    print(pm.verify(whole))

    # Without the inputs the pack holds only their hash, for counts that may not be passed on.
    private = result.save(Path(folder) / "births-private.zip", inputs=False)
    print(pm.verify(private, counts=counties))
    try:
        pm.verify(private)
    except pm.errors.InvalidPack as error:
        print(error)
