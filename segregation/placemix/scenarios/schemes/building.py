"""A scheme from what is said of it: checked whole, and then built."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from placemix._keys import date_text
from placemix._typing import Table
from placemix.columns import native
from placemix.errors import CRSMismatch, PlacemixError
from placemix.scenarios.schemes import sites
from placemix.scenarios.schemes.keys import ASSUMED, SCHEMA, Faults
from placemix.scenarios.schemes.parts import (
    assumptions_of,
    check_tenures,
    counted,
    dwellings_of,
    phasing_of,
    services_of,
    site_of,
)
from placemix.scenarios.schemes.proposals import Scheme, homes_table, services_table


def scheme(
    reference: str,
    *,
    name: str | None = None,
    status: str = "unknown",
    as_of: str | dt.date | None = None,
    homes: Table | Sequence[Mapping[str, Any]] | None = None,
    demolished: Table | Sequence[Mapping[str, Any]] | None = None,
    dwellings: tuple[int, int] | int | None = None,
    phasing: Mapping[int, int] | pd.Series | None = None,
    year: int | None = None,
    services: Table | Sequence[Mapping[str, Any]] | None = None,
    site: Any = None,  # noqa: ANN401
    crs: str | None = None,
    vacancy: float = 0.0,
    internal: float = 0.0,
    assumptions: Mapping[str, str] | None = None,
    tenures: Iterable[str] | None = None,
) -> Scheme:
    """Describe a development in Python, with the checks of `read_scheme`.

    Parameters
    ----------
    reference, name
        What the authority calls it, and its name.
    status
        ``"proposed"``, ``"permissioned"``, ``"under construction"``, ``"completed"``, ``"allocated"`` or ``"unknown"``.
    as_of
        Date of what is said of it.
    homes, demolished
        Homes that would be built and pulled down: a table or rows with `tenure`, `bedrooms`, `count`, and if need be
        `kind` (house, flat).
    dwellings
        Fewest and most net homes where the mix is not known, or one number for both.
    phasing
        Net homes completed in each year, by year; they sum to the net homes, or to `dwellings`' larger number.
    year
        Year in which all are completed. Instead of `phasing`.
    services
        Services that it provides at its site: a table or rows with `kind`, and if need be `name`, `places` and the
        `year` in which it opens. A scheme may provide services and have no homes.
    site, crs
        Point or ground as a Shapely geometry, and its coordinate reference system.
    vacancy
        Share of homes that stand empty.
    internal
        Share of the new residents who come from within the district.
    assumptions
        What else is assumed, in words.
    tenures
        Names of tenures that are known; others are refused.

    Returns
    -------
    scheme
        Frozen. `repr` says how many net homes there are, and when.

    Raises
    ------
    InvalidConfig
        Something is missing, unknown or of the wrong kind. All faults come in one error, also as `InvalidCounts`
        (negative homes), `CRSMismatch` (coordinates that do not fit their system) and `NoPlace` (a shape that is none).

    Examples
    --------
    >>> scheme(
    ...     "24/0001", status="proposed", year=2028,
    ...     homes=[{"tenure": "social_rent", "bedrooms": 2, "count": 30}],
    ...     demolished=[{"tenure": "social_rent", "bedrooms": 1, "count": 4}],
    ... )
    <Scheme 24/0001: 26 net homes, proposed, 2028>
    >>> scheme("24/0002", services=[{"kind": "primary school", "places": 210, "year": 2030}])
    <Scheme 24/0002: no homes, 1 service, unknown, 2030>
    """
    given: dict[str, Any] = {"reference": reference, "status": status}
    given |= {key: value for key, value in (("name", name), ("as_of", as_of), ("year", year)) if value is not None}
    for key, rows, read in (
        ("homes", homes, _typed),
        ("demolished", demolished, _typed),
        ("services", services, _stated),
    ):
        if rows is not None:
            given[key] = [read(row) for row in _rows(rows)]
    faults = Faults()
    if dwellings is not None:
        given["dwellings"] = _ends(dwellings, faults)
    if phasing is not None:
        given["phasing"] = dict(phasing) if isinstance(phasing, Mapping | pd.Series) else phasing
    own = {} if assumptions is None else assumptions
    for key in ASSUMED:
        if isinstance(own, Mapping) and key in own:
            faults.add(("assumptions", key), f"{key!r} stands in assumptions.", f"Pass it by itself: {key}=….")
    given["assumptions"] = {**own, "vacancy": vacancy, "internal": internal} if isinstance(own, Mapping) else own
    place = sites.Site(None, None)
    if site is not None:
        try:
            place = sites.of_shape(site, crs)
        except PlacemixError as error:
            faults.pass_on(("site",), error)
    elif crs is not None:
        faults.add(("crs",), "a coordinate reference system is given without a site.", kind=CRSMismatch)
    return built(given, faults, place=place, tenures=tenures, what=f"The scheme {reference!r}")


def _ends(dwellings: Any, faults: Faults) -> dict[str, Any] | None:  # noqa: ANN401
    ends = list(dwellings) if isinstance(dwellings, Sequence | np.ndarray) else [dwellings, dwellings]
    if len(ends) == 2 and not isinstance(dwellings, str):
        return {"min": ends[0], "max": ends[1]}
    faults.add(("dwellings",), f"dwellings are the fewest and the most, not {dwellings!r}.")
    return None


def _rows(rows: Any) -> list[Any]:  # noqa: ANN401
    table = rows if isinstance(rows, list | tuple | pd.DataFrame) else native(rows).to_pandas()
    return table.to_dict("records") if isinstance(table, pd.DataFrame) else list(table)


def _typed(row: Any) -> Any:  # noqa: ANN401
    """Name the kind of a home as a file does, where it is stated; a row that is none is a fault that is listed."""
    if not isinstance(row, Mapping):
        return row
    named = {"type" if key == "kind" else key: value for key, value in row.items()}
    return {key: value for key, value in named.items() if not (key == "type" and _empty(value))}


def _stated(row: Any) -> Any:  # noqa: ANN401
    # A table has a cell for every row; an empty one says as little as a key that is not there.
    return {key: value for key, value in row.items() if not _empty(value)} if isinstance(row, Mapping) else row


def _empty(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def built(
    given: Mapping[str, Any],
    faults: Faults,
    *,
    place: sites.Site | None = None,
    folder: Path | None = None,
    tenures: Iterable[str] | None = None,
    what: str,
    file: str | None = None,
) -> Scheme:
    """Check what is said of a scheme, and build it.

    Parameters
    ----------
    given
        What is said, under the keys of a file.
    faults
        Faults so far, to which others are added.
    place
        Its site, where it is known already.
    folder
        Folder that names of files start from.
    tenures
        Names of tenures that are known.
    what
        What a message calls the scheme.
    file
        Name of its file.

    Raises
    ------
    InvalidConfig, InvalidCounts, CRSMismatch, NoPlace
        All faults, in one error.
    """
    faults.keys(given, SCHEMA)
    site = given.get("site")
    if place is None and isinstance(site, Mapping):
        place = site_of(site, faults, folder or Path())
    place = place or sites.Site(None, None)
    check_tenures(given, faults, tenures)
    assumed = assumptions_of(given.get("assumptions"), faults)
    homes = homes_table([*counted(given, "homes", sign=1), *counted(given, "demolished", sign=-1)])
    dwellings = dwellings_of(given, faults, place, homes)
    phasing = phasing_of(given, faults, dwellings, homes)
    faults.refuse(what)
    notes = list(place.notes)
    if len(homes) and place.dwellings is not None and dwellings is None:
        net = homes["built"].sum() - homes["demolished"].sum()
        low, high = place.dwellings
        if not low <= net <= high:
            number = f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"
            notes.append(f"The register states {number} net homes, and the scheme {net:,.0f}.")
    date = given.get("as_of")
    return Scheme(
        reference=given["reference"].strip(),
        name=given.get("name"),
        status=given.get("status", "unknown"),
        as_of=None if date is None else date_text(date),
        homes=homes,
        dwellings=dwellings,
        phasing=phasing,
        services=services_table(services_of(given)),
        site=place.shape,
        crs=place.crs,
        vacancy=float(assumed.get("vacancy", 0.0)),
        internal=float(assumed.get("internal", 0.0)),
        assumptions={key: value for key, value in assumed.items() if key not in ASSUMED},
        file=file,
        notes=tuple(notes),
    )
