"""Whether pupils and schools are on one map, and how long its units are."""

from __future__ import annotations

import pandas as pd

from placemix.errors import CRSMismatch
from placemix.lengths import metres_per_unit


def metres_of_map(pupils: pd.DataFrame, schools: pd.DataFrame, xy: tuple[str, str]) -> float:
    """Return how many metres a unit of the coordinates is; 1 where neither table has a map.

    Raises
    ------
    CRSMismatch
        The tables are on two maps.
    GeographicCRS
        Their geometry is in degrees, and no columns `xy` stand beside it.
    """
    maps = []
    for table in (pupils, schools):
        crs = getattr(table, "crs", None)
        # Columns of projected coordinates may stand beside a geometry in degrees, which is then not looked at.
        if crs is not None and not (crs.is_geographic and set(xy) <= set(table.columns)):
            maps.append(crs)
    if len(maps) == 2 and maps[0] != maps[1]:
        message = "Pupils and schools are not on one map."
        raise CRSMismatch(message, remedy="Project both to one coordinate reference system with to_crs.")
    return metres_per_unit(maps[0]) if maps else 1.0
