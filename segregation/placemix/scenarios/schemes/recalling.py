"""Schemes as a table of texts, which a pack can hold, and back again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from placemix.errors import DuplicateUnit, EmptyTable, InvalidTable
from placemix.scenarios.schemes.proposals import Scheme, homes_table, services_table

#: Column of the table that holds a scheme as JSON.
RECORD = "scheme"


def known(schemes: Any) -> tuple[Scheme, ...]:  # noqa: ANN401
    """Return schemes, one or many or as a table that `tabled` made, with references that differ.

    Raises
    ------
    InvalidTable
        They are no schemes.
    EmptyTable
        There are none.
    DuplicateUnit
        References repeat.
    """
    if isinstance(schemes, Scheme):
        found: tuple[Any, ...] = (schemes,)
    elif isinstance(schemes, pd.DataFrame):
        found = _restored(schemes)
    else:
        found = tuple(schemes) if isinstance(schemes, Iterable) and not isinstance(schemes, str) else (schemes,)
    odd = [type(one).__name__ for one in found if not isinstance(one, Scheme)]
    if odd:
        message = f"Schemes are needed, not {odd[0]}."
        raise InvalidTable(message, remedy="Make them with scheme, read_scheme or schemes_from_register.")
    if not found:
        message = "There are no schemes."
        raise EmptyTable(message, remedy="Give at least one.")
    names = pd.Index([one.reference for one in found])
    if names.has_duplicates:
        message = "Several schemes have the same reference."
        raise DuplicateUnit(message, units=names[names.duplicated()].unique(), remedy="Give each its own.")
    return found


def tabled(schemes: Iterable[Scheme]) -> pd.DataFrame:
    """Return a table with one row a scheme: its reference and everything else as JSON."""
    rows = [(one.reference, json.dumps(record(one), ensure_ascii=False)) for one in schemes]
    return pd.DataFrame(rows, columns=["reference", RECORD])


def record(one: Scheme) -> dict[str, Any]:
    """Return a scheme as plain values; shapes as well-known text."""
    import shapely

    services = [[None if pd.isna(cell) else cell for cell in row] for row in _rows(one.services)]
    return {
        "reference": one.reference,
        "name": one.name,
        "status": one.status,
        "as_of": one.as_of,
        "homes": [list(row) for row in _rows(one.homes)],
        "dwellings": None if one.dwellings is None else list(one.dwellings),
        "phasing": {str(year): float(share) for year, share in one.phasing.items()},
        "site": None if one.site is None else shapely.to_wkt(one.site, rounding_precision=-1),
        "crs": one.crs,
        "vacancy": one.vacancy,
        "internal": one.internal,
        "assumptions": dict(one.assumptions),
        "file": one.file,
        "notes": list(one.notes),
        # A scheme without services is written as it was before there were any, and so is its hash.
        **({"services": services} if services else {}),
    }


def _rows(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Rows as plain values; most schemes of a register have none."""
    return list(table.astype(object).itertuples(index=False, name=None)) if len(table) else []


def _restored(table: pd.DataFrame) -> tuple[Scheme, ...]:
    if RECORD not in table.columns:
        message = "This table holds no schemes."
        raise InvalidTable(message, remedy="Make schemes of its rows with schemes_from_register.")
    return tuple(_scheme(json.loads(text)) for text in table[RECORD])


def _scheme(given: dict[str, Any]) -> Scheme:
    import shapely

    homes = homes_table([tuple(row) for row in given.pop("homes")])
    services = services_table([tuple(row) for row in given.pop("services", [])])
    phasing = given.pop("phasing")
    site, dwellings = given.pop("site"), given.pop("dwellings")
    return Scheme(
        **given | {"notes": tuple(given["notes"])},
        homes=homes,
        services=services,
        dwellings=None if dwellings is None else (float(dwellings[0]), float(dwellings[1])),
        phasing=pd.Series({int(year): share for year, share in phasing.items()}, dtype=np.float64),
        site=None if site is None else shapely.from_wkt(site),
    )
