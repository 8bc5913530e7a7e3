"""Births and sudden infant deaths in North Carolina's counties, which libpysal carries."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np

from placemix.errors import MissingExtra, UnreadableFile

#: Columns of the file for each period; the first of each five years names it.
_PERIODS = {"1974": "74", "1979": "79"}

#: EPSG:4267 with the shift of EPSG:1173 spelt out: by its code alone, a machine that has a
#: datum grid would use it and another would not.
_NAD27 = "+proj=longlat +ellps=clrk66 +towgs84=-8,160,176,0,0,0,0 +no_defs"


def nc_births() -> Any:  # noqa: ANN401
    """Return births by race in North Carolina's 100 counties at two dates.

    Live births to white and non-white mothers, as registered, in the periods 1974-78 and
    1979-84, with all sudden infant deaths of the same periods. Read from the example
    ``sids2`` inside the installed libpysal; nothing is downloaded.

    Returns
    -------
    counties
        GeoDataFrame, one row a county, columns

        * county, fips: name, and code of state and county as text;
        * white_1974, nonwhite_1974, births_1974: live births of the first period, ``BIR74 -
          NWBIR74``, ``NWBIR74`` and ``BIR74`` of the file; whole numbers;
        * sids_1974: sudden infant deaths, of all infants: **they have no group**;
        * the same four for the second period, ending in 1979;
        * geometry: polygons in metres of EPSG:32119 (NAD83 / North Carolina).

    Raises
    ------
    MissingExtra
        libpysal is not installed.
    UnreadableFile
        The installed libpysal does not carry the file.

    Notes
    -----
    The file states no coordinate system, and its own documentation only that it is
    unprojected; published copies of the same map name NAD27 (EPSG:4267). It is projected to
    EPSG:32119 by the three-parameter shift of EPSG:1173, **with no datum grid**, on every
    machine alike; the map is therefore off as a whole by up to tens of metres.

    The file's documentation gives the periods in years alone. 329,962 and 422,392 births fit
    about four and five years of one level, so compare shares and rates, not numbers. In the
    file every part is at most its total; nothing is negative or missing, and deaths are whole
    numbers from 0 to 57 a county and period.

    References
    ----------
    Cressie, N. (1993). *Statistics for Spatial Data*. Wiley, pp. 386-389.

    Examples
    --------
    >>> counties = nc_births()
    >>> len(counties), int(counties["births_1974"].sum()), int(counties["nonwhite_1974"].sum())
    (100, 329962, 105081)
    >>> counties.crs.to_epsg()
    32119
    """
    import geopandas as gpd

    table = gpd.read_file(_example("sids2.shp"))
    columns: dict[str, Any] = {"county": table["NAME"].astype(str), "fips": table["FIPS"].astype(str)}
    for year, short in _PERIODS.items():
        births = table[f"BIR{short}"].to_numpy().astype(np.int64)
        nonwhite = table[f"NWBIR{short}"].to_numpy().astype(np.int64)
        columns[f"white_{year}"] = births - nonwhite
        columns[f"nonwhite_{year}"] = nonwhite
        columns[f"births_{year}"] = births
        columns[f"sids_{year}"] = table[f"SID{short}"].to_numpy().astype(np.int64)
    frame = gpd.GeoDataFrame(columns, geometry=table.geometry.set_crs(_NAD27, allow_override=True))
    frame = frame.to_crs("EPSG:32119")
    frame.attrs["source"] = "libpysal example sids2, after Cressie (1993), pp. 386-389"
    frame.attrs["source_crs"] = "EPSG:4267 (NAD27), not stated in the file; no datum grid used"
    return frame


def _example(name: str) -> Path:
    """Find a file of libpysal's example without importing libpysal, which takes seconds."""
    found = importlib.util.find_spec("libpysal")
    if found is None or found.origin is None:
        message = "The births of North Carolina come with libpysal, which is not installed."
        raise MissingExtra(message, remedy="pip install libpysal")
    path = Path(found.origin).parent / "examples" / "sids2" / name
    if not path.is_file():
        message = f"The installed libpysal carries no example sids2: {path} is not there."
        raise UnreadableFile(message, remedy="Reinstall libpysal 4.12.1 or newer.")
    return path
