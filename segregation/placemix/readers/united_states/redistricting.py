"""Redistricting data of the United States: table P2 of Public Law 94-171."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.counts import Counts
from placemix.errors import (
    InvalidTable,
    OverlappingGroups,
    PlacemixError,
    SmallNumbers,
    WrongFormat,
    plural,
    together,
)
from placemix.readers import formats
from placemix.readers.cells import only_numbers
from placemix.readers.united_states.us_areas import areas_of, overlapping_tables, unit_frame, us_table
from placemix.tables import from_wide

NAME = "pl94"
NOT_HISPANIC = "Not Hispanic or Latino: "
#: Lines of table P2 that count everybody once, and the groups they count.
LINES = {
    2: "Hispanic or Latino", 5: f"{NOT_HISPANIC}White alone", 6: f"{NOT_HISPANIC}Black or African American alone",
    7: f"{NOT_HISPANIC}American Indian and Alaska Native alone", 8: f"{NOT_HISPANIC}Asian alone",
    9: f"{NOT_HISPANIC}Native Hawaiian and Other Pacific Islander alone", 10: f"{NOT_HISPANIC}Some Other Race alone",
    11: f"{NOT_HISPANIC}Population of two or more races",
}  # fmt: skip
_PRIVACY = (
    "2020: noise was added to the counts of every area below the state by design (differential privacy), and they "
    "were made to add up afterwards."
)


def pl94(path: str | Path, *, encoding: str | None = None, member: str | None = None) -> Counts:
    r"""Read Hispanic origin by race from the redistricting data of 2020 or 2010 (table P2).

    Parameters
    ----------
    path
        An answer of the Census Bureau's interface (JSON, a list of lists), an export of
        data.census.gov, or a table of tidycensus, wide or long.
    encoding, member
        As in `placemix.read_table`; the file inside an archive.

    Returns
    -------
    counts
        Residents of eight groups that count everybody once: Hispanic or Latino of any race, and
        seven of everyone else; units are GEOIDs as text, with leading zeros. Strata: `state` and
        `county`, codes. `about.scheme` is ``"us_p2"``.

    Raises
    ------
    WrongFormat
        Lines of P2 are missing, as in the table of that name of another product.
    OverlappingGroups
        The groups sum to more than the total by even one person, race alone stands beside Hispanic origin, or areas
        of several kinds stand in one file.
    InvalidTable
        Ids or counts are none; the error lists every fault.

    Warns
    -----
    SmallNumbers
        Units are blocks of 2020, whose noise is as large as their counts.

    Notes
    -----
    P2_003N and P2_004N are subtotals, P2_012N and later are parts of P2_011N: none is a group.

    Examples
    --------
    >>> import tempfile, pathlib, json
    >>> names = [f"P2_{line:03}N" for line in (1, *LINES)]
    >>> rows = [[*names, "state", "county", "tract"], [*map(str, (36, 1, 2, 3, 4, 5, 6, 7, 8)), "06", "001", "400100"]]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "p2.json"
    ...     _ = file.write_text(json.dumps(rows))
    ...     homes = pl94(file)
    >>> homes.units.tolist(), homes.total.tolist(), homes.about.geography
    (['06001400100'], [36.0], 'tract')
    """
    raw = us_table(path, encoding=encoding, member=member)
    wanted = {"total": _spellings(1)} | {group: _spellings(line) for line, group in LINES.items()}
    try:
        own = formats.columns(raw, NAME, wanted)
    except WrongFormat as error:
        raise overlapping_tables(error, raw, ours="p2", race="p1_") from error
    areas = areas_of(raw)
    columns, faults = {}, list[PlacemixError]()
    for key, column in own.items():
        columns[key], wrong = only_numbers(raw.table[column], column, areas.ids)
        faults += wrong
    faults = faults or list(_unequal(columns, areas.ids))
    if faults:
        raise together(faults)
    year = "2020" if own["total"].casefold().startswith("p2") else "2010"
    about = formats.provenance(
        raw, NAME, geography=areas.kind, vintage=year, period=year, scheme="us_p2", table="P2",
        suppression=_PRIVACY if year == "2020" else None, perturbed=year == "2020",
    )  # fmt: skip
    if year == "2020" and areas.kind == "block":
        message = "Counts of blocks carry noise as large as themselves: indices of blocks measure the noise."
        warnings.warn(SmallNumbers(f"{message} Use tracts, or pool blocks first."), stacklevel=2)
    frame = unit_frame(areas, columns)
    return from_wide(
        frame, groups=list(LINES.values()), unit="unit", total="total", strata=list(areas.strata().columns),
        about=about.noting(*areas.notes),
    )  # fmt: skip


def _unequal(columns: dict[str, FloatArray], ids: pd.Series) -> Iterator[PlacemixError]:
    """Find areas whose groups are not their total: noise was added before the tables were made to add up."""
    over = np.sum([columns[group] for group in LINES.values()], axis=0) - columns["total"]
    for kind, wrong, word in (
        (OverlappingGroups, over > 0, "more than the total"),
        (InvalidTable, over < 0, "less than the total"),
    ):
        if wrong.any():
            where = plural(int(wrong.sum()), "area")
            message = f"The eight groups sum to {word} in {where}, by {np.abs(over[wrong]).sum():,.0f} people."
            yield kind(message, units=ids[wrong], remedy="Table P2 adds up to the person: ask for it again.")


def _spellings(line: int) -> tuple[str, ...]:
    """Names of a line in 2020, and in two forms of 2010."""
    return (f"P2_{line:03}N", f"P002{line:03}", f"P002{line:04}")
