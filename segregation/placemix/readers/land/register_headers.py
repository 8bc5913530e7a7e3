"""Headers of brownfield registers: the standard of 2017, its misspellings, and headers on two lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from placemix.errors import InvalidParameter, did_you_mean, listed
from placemix.readers.formats import columns
from placemix.readers.headers import normalise
from placemix.readers.raw import Raw

#: What the reader knows each column by, and how registers and planning.data.gov.uk spell it.
SPELLINGS: dict[str, tuple[str, ...]] = {
    "reference": ("SiteReference", "Site Reference", "reference"),
    "name": ("SiteNameAddress", "Site Name Address", "site-address", "name"),
    "organisation": ("OrganisationLabel", "organisation-entity", "organisation", "OrganisationURI"),
    "entity": ("entity",),
    "part_of": ("PreviouslyPartOf",),
    "link": ("SiteplanURL", "Siteplan URL", "site-plan-url"),
    "crs": ("CoordinateReferenceSystem", "Coordinate Reference System"),
    "x": ("GeoX",),
    "y": ("GeoY",),
    "point": ("point",),
    "hectares": ("Hectares",),
    "ownership": ("OwnershipStatus", "ownership-status"),
    "deliverable": ("Deliverable",),
    "status": ("PlanningStatus", "planning-permission-status"),
    "permission_type": ("PermissionType", "planning-permission-type"),
    "permission_date": ("PermissionDate", "planning-permission-date"),
    "history": ("PlanningHistory", "planning-permission-history"),
    "in_principle": ("ProposedForPIP",),
    "min_dwellings": ("MinNetDwellings", "minimum-net-dwellings"),
    "max_dwellings": ("MaxNetDwellings", "maximum-net-dwellings"),
    "range_from": ("NetDwellingsRangeFrom", "NetwellingsRangeFrom", "Net Dwellings Range From"),
    "range_to": ("NetDwellingsRangeTo", "NetwellingsRangeTo", "Net Dwellings Range To"),
    "description": ("DevelopmentDescription",),
    "other_development": ("NonHousingDevelopment",),
    "part2": ("Part2",),
    "hazardous": ("HazardousSubstances", "hazardous-substances"),
    "information": ("SiteInformation",),
    "notes": ("Notes",),
    "first_added": ("FirstAddedDate", "start-date"),
    "last_updated": ("LastUpdatedDate", "entry-date"),
    "end_date": ("EndDate", "end-date"),
}
REGISTER = ("reference", "name", "crs", "x", "y", "hectares", "status")
NATIONAL = ("reference", "point", "hectares", "status")


def found_columns(raw: Raw, given: Mapping[str, str] | None, *, stated: bool) -> dict[str, str]:
    """Find the columns of a register, by the caller's names before the standard's.

    Parameters
    ----------
    raw
        The file, its headers joined.
    given
        The file's own name for each key of `SPELLINGS` that differs from the standard.
    stated
        Whether the caller states one coordinate reference system for all rows.

    Raises
    ------
    WrongFormat
        Columns are missing; the message lists their names in the standard, or the caller's.
    InvalidParameter
        The caller names what is no column of a register.
    """
    given = dict(given or {})
    unknown = [key for key in given if key not in SPELLINGS]
    if unknown:
        message = f"columns= names what is no part of a register: {listed([*map(repr, unknown)])}."
        remedy = did_you_mean(unknown[0], SPELLINGS) or f"It may name {', '.join(SPELLINGS)}."
        raise InvalidParameter(message, remedy=remedy)
    there = {normalise(name) for name in raw.headers}
    national = "point" in given or ("point" in there and normalise("GeoX") not in there and "x" not in given)
    needed = list(NATIONAL if national else REGISTER)
    if given:
        # Who maps the columns says which there are; a place and an id there must be.
        needed = ["reference", *(["point"] if national else ["x", "y", "crs"]), *given]
    if stated and "crs" in needed and "crs" not in given:
        needed.remove("crs")
    wanted = {key: (given[key],) if key in given else names for key, names in SPELLINGS.items()}
    return columns(raw, "brownfield", wanted, optional=[key for key in SPELLINGS if key not in needed])


def joined(raw: Raw) -> Raw:
    """Join a header that runs over two lines: ``COORDINATES`` above ``EAST/WEST`` is ``COORDINATES: EAST/WEST``."""
    names = raw.headers
    bare = [name == f"column {place}" for place, name in enumerate(names, 1)]
    if not any(bare) or not len(raw.table):
        return raw
    second = [str(cell) for cell in raw.table.iloc[0]]
    filled = [place for place, cell in enumerate(second) if cell]
    beside = [bare[place] or (place + 1 < len(bare) and bare[place + 1]) for place in filled]
    words = not any(any(sign.isdigit() for sign in second[place]) for place in filled)
    if not (filled and words and all(beside) and any(bare[place] for place in filled)):
        return raw
    above, whole = "", []
    for name, own, cell in zip(names, bare, second, strict=True):
        above = above if own else name
        whole.append(f"{above}: {cell}" if cell else name)
    table = raw.table.iloc[1:].set_axis(whole, axis=1)
    return replace(raw, table=table.set_axis(np.arange(len(table)), axis=0))
