"""Census tables of England and Wales, as Nomis and the Office for National Statistics publish them."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from placemix.about import About
from placemix.checks import Suppression
from placemix.counts import Counts
from placemix.errors import (
    AssumedReading,
    EmptyTable,
    InvalidParameter,
    PlacemixError,
    UnreadableFile,
    VintageMismatch,
    listed,
    plural,
)
from placemix.readers.census.area_levels import districts, kind_named, one_kind
from placemix.readers.census.census_layouts import Found, is_header, layout
from placemix.readers.census.census_schemes import Classified, classified, universe_of
from placemix.readers.census.grids import Grid
from placemix.readers.census.partitions import Level, counted
from placemix.readers.files import existing
from placemix.readers.formats import provenance
from placemix.readers.geography.lsoa_vintages import telling
from placemix.readers.raw import Raw, raw_table

#: How each census protects privacy.
SUPPRESSION = {
    "2011": "Records swapped between areas; cells neither rounded nor hidden.",
    "2021": "Records swapped between areas and cells perturbed; none hidden. The same total differs between tables.",
}
#: How bulk archives of 2021 name the geography of a file.
MEMBERS = {"OA": "oa", "LSOA": "lsoa", "MSOA": "msoa", "district": "ltla", "upper tier": "utla", "region": "rgn",
           "nation": "ctry"}  # fmt: skip
#: Districts that came to be in 2023.
_IN_2023 = {"E06000063", "E06000064", "E06000065", "E06000066"}
_TABLE = re.compile(r"(?<![a-z])((?:ts|rm)\d{3}[a-z]?|(?:ks|qs|lc|dc|ct)\d{3,4}ew[a-z]?)(?![a-z0-9])", re.IGNORECASE)


def nomis(
    path: str | Path,
    *,
    geography: str | None = None,
    level: Level = "leaves",
    axis: str | None = None,
    lookup: Mapping[str, str] | pd.Series | pd.DataFrame | None = None,
    meta: str | Path | None = None,
    census: str | None = None,
    universe: str | None = None,
    table: str | None = None,
    member: str | None = None,
    suppressed: Suppression | None = None,
    encoding: str | None = None,
) -> Counts:
    r"""Read a table of the census of 2011 or 2021 for England and Wales.

    The bulk files of 2021, the exports and bulk files of 2011, tables from the interface (API) with
    all columns or some, and custom tables of the Office for National Statistics. Totals and broad
    groups stand beside their parts in all of them; only the parts become groups, after each total
    was compared with their sum: exactly for 2011; for 2021, whose cells are perturbed, within what
    that can do, 3 √(parts + 1) people: 5 for two parts, 13 for nineteen.

    Parameters
    ----------
    path
        CSV file, or the zip archive of a bulk download.
    geography
        Kind of area to take where the file has several: ``"OA"``, ``"LSOA"``, ``"MSOA"``,
        ``"ward"``, ``"district"``, …; also picks the file of an archive.
    level
        ``"leaves"``: the finest categories. ``"broad"``: those of the first level.
    axis
        Variable of a cross-table to take alone, such as ``"Ethnic group"``. Default: every variable;
        group names are then tuples.
    lookup
        District of each area, which becomes a stratum: a mapping or Series by code, or a table of
        `ons_lookup`, whose district names are taken.
    meta
        File that names the columns of a bulk file of 2011 (``KS201EWDESC0.CSV``). Default: found
        beside it or in the same archive.
    census
        Year of the census, where the file does not say.
    universe
        Whom the table counts, where the file does not say or says it less exactly.
    table
        Id of the table, such as ``"TS021"``, where neither the file nor its name says.
    member
        File in an archive.
    suppressed
        What symbols mean, as in `placemix.from_wide`. The censuses hide no cells.
    encoding
        Encoding of the file. Default: UTF-8, or Windows-1252 where it is none.

    Returns
    -------
    counts
        One unit an area, in the order of the file; groups as published, without the variable;
        the published total. `about` has geography, vintage, universe, scheme, table, licence and notes
        of everything that was left out.

    Raises
    ------
    WrongFormat
        Columns are missing, or nothing names them.
    InvalidTable
        The file holds several kinds of areas, dates, or an area twice; codes are no codes; cells are
        missing; a total is not the sum of its parts; values and percentages cannot be told apart
        (`DuplicateUnit`). The error lists every fault.
    CountRateMix
        The file holds percentages.
    VintageMismatch
        Codes exist only in the other census.
    UnmatchedUnit
        The lookup lacks areas.

    Warns
    -----
    AssumedReading
        The file may be one page of several: it has exactly as many rows as one request is given, or
        fewer than it says that there are.

    Notes
    -----
    Headers of 2021 (bulk, API, custom) and of the exports of 2011 were seen in public copies. The
    districts and wards of the tables of 2021 are those of 2022.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "census2021-ts021-lsoa.csv"
    ...     _ = file.write_text(
    ...         "date,geography,geography code,Ethnic group: Total: All usual residents,Ethnic group: White,"
    ...         "Ethnic group: White: Irish,Ethnic group: White: Roma,Ethnic group: Arab\n"
    ...         "2021,Made-up 001A,E01999901,100,90,60,30,10\n2021,Made-up 001B,E01999902,80,50,45,5,30\n")
    ...     homes = nomis(file)
    >>> homes.to_frame()
            unit  White: Irish  White: Roma  Arab  total
    0  E01999901          60.0         30.0  10.0  100.0
    1  E01999902          45.0          5.0  30.0   80.0
    >>> homes.about.geography, homes.about.vintage, homes.about.universe
    ('LSOA', '2021', 'residents')
    """
    file = existing(path)
    wanted = None if geography is None else kind_named(geography)
    raw = raw_table(file, encoding=encoding, member=_member(file, wanted, member), is_header=is_header)
    if not len(raw.table):
        raise EmptyTable(f"{raw.file!r} has a header and no rows.", remedy="Fetch it again.")
    found = layout(raw, file, meta)
    year = _census(census, found)
    grid, kind, faults = one_kind(found.grid, wanted)
    faults += _vintages(grid.codes, year)
    name = table or found.table or _named(raw.file)
    about = _about(raw, grid, kind, year, name, universe or universe_of(grid, found.population, name))
    if axis is not None:
        grid = grid.along(axis)
    schemes = _schemes(grid.without_margins(), year, level, name)
    strata, missing = districts(lookup, grid.codes)
    counts = counted(
        grid,
        about=about.noting(scheme=_scheme(schemes, grid.without_margins().axes, name)),
        level=level,
        strata=strata,
        suppressed=suppressed,
        lacking=[text for one in schemes for text in one.lacking],
        faults=[*faults, *missing],
    )
    if found.cut:
        warnings.warn(AssumedReading(f"{found.cut} Fetch the rest with RecordOffset."), stacklevel=2)
    return counts


def _about(raw: Raw, grid: Grid, kind: str | None, year: str, table: str | None, universe: str | None) -> About:
    vintage, notes = year, []
    if year == "2021" and kind in ("district", "ward"):
        vintage = "2023" if set(grid.codes) & _IN_2023 else "2022"
        notes.append(f"The census is of 2021; its {kind}s are those of {vintage}.")
    if universe == "households" and any("ethnic" in axis.casefold() for axis in grid.axes):
        notes.append("A household's ethnic group is that of its reference person.")
    if universe is None:
        notes.append("Neither the file nor its name says whom it counts; say so with universe=.")
    about = provenance(
        raw,
        "nomis",
        geography=kind,
        vintage=vintage,
        universe=universe,
        period=year,
        table=table,
        suppression=SUPPRESSION[year],
        perturbed=year == "2021",
    )
    return about.noting(*notes)


def _census(stated: str | None, found: Found) -> str:
    year = str(stated) if stated is not None else found.census
    if year not in SUPPRESSION:
        message = f"The file is of the census of {year}." if year else "The file does not say of which census it is."
        raise InvalidParameter(message, remedy="Say census='2011' or census='2021'; others are not read.")
    if found.census is not None and stated is not None and found.census != year:
        message = f"The file says that it is of {found.census}, not of {year}."
        raise InvalidParameter(message, remedy="Leave census= out.")
    return year


def _member(file: Path, kind: str | None, member: str | None) -> str | None:
    """File to take from an archive: that of the geography, or the one table that is no list of names."""
    if member is not None or file.suffix.casefold() != ".zip":
        return member
    try:
        with zipfile.ZipFile(file) as archive:
            tables = [name for name in archive.namelist() if name.casefold().endswith(".csv")]
    except zipfile.BadZipFile:
        return None  # reading it says what is wrong
    data = [name for name in tables if not re.search(r"(desc|meta)\d*\.csv$", name, re.IGNORECASE)]
    ending = MEMBERS.get(kind or "")
    chosen = [name for name in data if ending and name.casefold().endswith(f"-{ending}.csv")] or data
    if len(chosen) == 1:
        return chosen[0]
    message = f"{file.name!r} holds {plural(len(data), 'table')}: {listed(data, shown=12)}."
    raise UnreadableFile(message, remedy=f"Choose one, geography={'LSOA'!r}, or name it with member=.")


def _vintages(codes: pd.Index, year: str) -> list[PlacemixError]:
    if not codes.str.startswith(("E01", "W01")).any():
        return []
    old, new = telling(pd.Series(codes, dtype=object))
    foreign, other = (new, "2021") if year == "2011" else (old, "2011")
    if not foreign.any():
        return []
    several = plural(int(foreign.sum()), "LSOA code exists", "LSOA codes exist")
    message = f"{several} in {other} alone, and the table is of {year}."
    remedy = "Codes of two censuses stand in one file: fetch the table again."
    return [VintageMismatch(message, units=codes[foreign], remedy=remedy)]


def _named(file: str) -> str | None:
    found = _TABLE.search(file.replace("_", "-"))
    return found.group(1).upper() if found else None


def _scheme(schemes: Sequence[Classified], axes: Sequence[str], table: str | None) -> str | None:
    """Name what is classified: the scheme of ethnic groups where there is one, else the table."""
    if len(schemes) > 1 and any(one.scheme not in (None, table) for one in schemes):
        return " × ".join(axis if one.scheme in (None, table) else one.scheme
                          for one, axis in zip(schemes, axes, strict=True))  # fmt: skip
    return next((one.scheme for one in schemes if one.scheme), table if len(schemes) > 1 else None)


def _schemes(grid: Grid, year: str, level: Level, table: str | None) -> list[Classified]:
    return [
        classified(axis, leaves, year, broad=level == "broad", table=table)
        for axis, leaves in zip(grid.axes, grid.leaves, strict=True)
    ]
