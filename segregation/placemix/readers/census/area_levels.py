"""Kinds of areas in a census table: one at a time, as areas of several kinds count everyone several times."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from placemix.errors import (
    DuplicateUnit,
    EmptyTable,
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnmatchedUnit,
    listed,
    plural,
    together,
)
from placemix.readers.census.grids import Grid
from placemix.readers.codes import KINDS

#: Other words for kinds of areas.
SYNONYMS = {"ltla": "district", "lad": "district", "local authority": "district", "country": "nation",
            "utla": "upper tier", "rgn": "region", "ctry": "nation"}  # fmt: skip
_CODE = re.compile(r"[A-Z]\d{8}")
_DISTRICT = r"(LAD|LTLA|LA)\d\d"


def kind_named(geography: str) -> str:
    """Return the kind of area that a caller names.

    Raises
    ------
    InvalidParameter
        There is no such kind.

    Examples
    --------
    >>> kind_named("LTLA"), kind_named("lsoa")
    ('district', 'LSOA')
    """
    known = {name.casefold(): name for name in (*KINDS.values(), "upper tier")}
    name = SYNONYMS.get(geography.casefold(), geography)
    if name.casefold() not in known:
        message = f"There is no kind of area {geography!r}; there are {', '.join(dict.fromkeys(known.values()))}."
        raise InvalidParameter(message)
    return known[name.casefold()]


def one_kind(grid: Grid, wanted: str | None) -> tuple[Grid, str | None, list[PlacemixError]]:
    """Keep one kind of area, and say which; areas of several kinds would count people several times.

    Raises
    ------
    InvalidTable
        There are several kinds and none was named, or none of the kind that was.
    """
    codes = grid.codes
    odd = ~np.asarray(codes.str.fullmatch(_CODE), dtype=bool)
    faults: list[PlacemixError] = []
    if odd.any():
        message = f"{plural(int(odd.sum()), 'area has', 'areas have')} no code of a letter and eight digits."
        remedy = "Codes stay text: read the file as published. Rows below the table are no areas."
        faults.append(InvalidTable(message, units=[repr(code) for code in codes[odd]], remedy=remedy))
    stems = codes.str[:3]
    kinds = pd.Series(stems.map({stem: KINDS.get(stem, f"{stem} codes") for stem in stems.unique()}), dtype=object)
    kinds[odd] = None
    if kinds.isna().all():
        raise together(faults or [EmptyTable("The table has no rows.", remedy="Fetch it again.")])
    levels = _levels(kinds.dropna(), set(codes))
    if levels is not None and wanted in (None, levels):
        return grid, levels, faults
    counts = kinds.value_counts()
    said = ", ".join(f"{name} ({count:,})" for name, count in counts.items())
    if wanted is None:
        message = f"The file holds areas of several kinds, in which everyone counts several times: {said}."
        raise together([*faults, InvalidTable(message, remedy=f"Take one, geography={counts.index[0]!r}.")])
    kept = (kinds == wanted).to_numpy()
    if not kept.any():
        message = f"The file holds no areas of the kind {wanted!r}, only {said}."
        raise together([*faults, InvalidTable(message, remedy="Leave geography= out, or take one of these.")])
    others = ", ".join(f"{name} ({count:,})" for name, count in counts.items() if name != wanted)
    note = f"Rows of other areas than {wanted} left out: {others}."
    # A torn code may be that of an area asked for, whose people would be lost without a word.
    return grid.take(kept).noting(note), wanted, faults


def _levels(kinds: pd.Series, codes: set[str]) -> str | None:
    """Name the one kind of all areas; regions with Wales, and counties with unitary districts, are one."""
    found = set(kinds)
    if len(found) == 1:
        return str(found.pop())
    if found == {"district", "county"} and not any(code.startswith("E07") for code in codes):
        return "upper tier"
    if found == {"region", "nation"} and {code for code in codes if KINDS.get(code[:3]) == "nation"} == {"W92000004"}:
        return "region"
    return None


def districts(
    lookup: Mapping[str, str] | pd.Series | pd.DataFrame | None, codes: pd.Index
) -> tuple[dict[str, pd.Series], list[PlacemixError]]:
    """Return the district of each area, as a stratum, and what is wrong with the lookup.

    Raises
    ------
    InvalidParameter
        A table was given that has no districts.
    """
    if lookup is None:
        return {}, []
    if isinstance(lookup, pd.DataFrame):
        if not len(lookup.columns):
            raise InvalidParameter("The lookup has no columns.", remedy="Give a mapping from code to district instead.")
        area = max(lookup.columns, key=lambda name: lookup[name].astype(str).isin(codes).sum())
        endings = [re.compile(f"{_DISTRICT}{ending}", re.IGNORECASE) for ending in ("NM", "CD")]
        names = [name for ending in endings for name in lookup.columns if ending.fullmatch(str(name))]
        if not names:
            message = f"The lookup has no column of districts, such as LAD22NM; it has {listed(list(lookup.columns))}."
            raise InvalidParameter(message, remedy="Give a mapping from code to district instead.")
        column = lookup.set_index(area)[names[0]]
    else:
        column = lookup if isinstance(lookup, pd.Series) else pd.Series(dict(lookup), dtype=object)
    column = pd.Series(column.to_numpy(dtype=object), index=column.index.astype(str))
    column = column[column.index.isin(codes)]
    column = column[~pd.DataFrame({"area": column.index, "district": column.to_numpy()}).duplicated().to_numpy()]
    several = column.index.duplicated(keep=False)
    if several.any():
        units = column.index[several].unique()
        message = f"{plural(len(units), 'area has', 'areas have')} several districts in the lookup."
        return {}, [DuplicateUnit(message, units=units, remedy="Give each area one.")]
    missing = ~codes.isin(column.index)
    if missing.any():
        message = f"{plural(int(missing.sum()), 'area has', 'areas have')} no district in the lookup."
        fault = UnmatchedUnit(message, units=codes[missing], remedy="Check that both are of one vintage.")
        return {}, [fault]
    return {"district": column}, []
