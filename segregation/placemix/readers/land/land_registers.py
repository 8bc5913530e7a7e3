"""Brownfield land registers: sites for homes, where they are and what is allowed there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from placemix.about import About
from placemix.errors import (
    CRSMismatch,
    DuplicateUnit,
    EmptyTable,
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.frames import Frame
from placemix.readers.formats import provenance
from placemix.readers.land import site_points
from placemix.readers.land.register_headers import found_columns, joined
from placemix.readers.land.register_values import Problems, values
from placemix.readers.raw import Raw, raw_table

#: A site is where its map link says if both are at most this far apart, in metres.
NEAR = 100.0


def brownfield(
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    crs: str | Mapping[str, str] | None = None,
    boundary: Any = None,  # noqa: ANN401
    organisation: str | None = None,
    near: float = NEAR,
    keep: Sequence[str] = (),
    encoding: str | None = None,
    sheet: str | int = 0,
) -> Frame:
    r"""Read a brownfield land register, or the list of planning.data.gov.uk.

    Parameters
    ----------
    path
        CSV or workbook. A header on two lines is joined: ``COORDINATES`` above ``EAST/WEST`` is
        ``"COORDINATES: EAST/WEST"``.
    columns
        The file's own name of each column that is not named as in the standard of 2017, such as
        ``{"reference": "LA SITE REF", "x": "COORDINATES: EAST/WEST"}``. Keys are those listed below,
        and `x`, `y`, `crs`, `point`, `link`.
    crs
        One coordinate reference system for all rows, ``"OSGB36"``, ``"WGS84"`` or ``"ETRS89"``, where
        the file has no column of it; or what its names mean, ``{"local grid": "OSGB36"}``.
    boundary
        `Frame` with shapes, or GeoDataFrame, of the authority: sites outside are reported.
    organisation
        Read only the rows of this organisation, as the file writes it.
    near
        Metres that a site may be away from the place its own map link shows.
    keep
        Further columns of the file to keep, under their own names.
    encoding, sheet
        Encoding of a text file, sheet of a workbook.

    Returns
    -------
    frame
        One unit a site, by reference, with a point in EPSG:27700 or none. Columns: `name`,
        `hectares`, `min_dwellings`, `max_dwellings`, `range_from`, `range_to` (net dwellings; blank
        is unknown, not 0), `status` (``"permissioned"``, ``"not permissioned"``,
        ``"pending decision"``, or the file's own word), `permission_type`, `permission_date`,
        `ownership`, `deliverable` (``"yes"``, ``"no"`` or missing), `hazardous`, `first_added`,
        `last_updated`, and as far as the file has them `organisation`, `entity`, `part_of`,
        `history`, `in_principle`, `description`, `other_development`, `part2`, `information`,
        `notes`; `crs` as printed; `link` and `link_distance`, metres from the point to the place the
        link shows, where it tells one; and `problems`, what is wrong with the row, empty if nothing.
        Rows with an end date are in `left_out`.

    Raises
    ------
    WrongFormat
        Columns are missing; the message lists all of them.
    CRSMismatch
        A coordinate reference system is of an unknown name, or the boundary has none.
    DuplicateUnit
        References repeat, or are blank.
    InvalidParameter, UnknownColumn
        An argument names what is not there.
    EmptyTable
        No site is left.

    Notes
    -----
    Nothing is repaired: a row whose coordinates are swapped, or in metres under a label of degrees,
    has no point and says why in `problems`; so does a minimum above its maximum, a date or number
    that is none, a map link that shows another place, and a point outside the boundary, whose rows
    keep what the register says. `about.notes` lists the sites of each problem.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = pathlib.Path(folder.name) / "register.csv"
    >>> _ = file.write_text(
    ...     "SiteReference,SiteNameAddress,CoordinateReferenceSystem,GeoX,GeoY,Hectares,PlanningStatus,"
    ...     "MinNetDwellings\n"
    ...     "EX/1,Mill Lane,OSGB36,390000,412000,1.25,Not permissioned,30\n"
    ...     "EX/2,Hill Street,WGS84,53.614341,-2.160190,0.4,permissioned,\n"
    ... )
    >>> sites = brownfield(file)
    >>> sites.column("min_dwellings").to_dict(), sites.column("problems").to_dict()
    ({'EX/1': 30.0, 'EX/2': nan}, {'EX/1': '', 'EX/2': 'longitude and latitude swapped'})
    >>> folder.cleanup()
    """
    raw = joined(raw_table(path, encoding=encoding, sheet=sheet))
    stated = crs if isinstance(crs, str) else None
    names = found_columns(raw, columns, stated=stated is not None)
    cells = pd.DataFrame({key: raw.table[own] for key, own in names.items()})
    absent = [name for name in keep if name not in raw.headers]
    if absent:
        message = f"{raw.file!r} has no column {listed([*map(repr, absent)])}."
        raise UnknownColumn(message, remedy=did_you_mean(absent[0], raw.headers))
    cells = cells.assign(**{f"kept {name}": raw.table[name] for name in keep})
    if organisation is not None:
        cells = _of(cells, organisation)
    problems = Problems(len(cells))
    table = values(cells, names, problems)
    ended = table["end_date"].notna().to_numpy() if "end_date" in table else np.zeros(len(cells), dtype=bool)
    left_out = pd.Series(
        ("ended " + table["end_date"][ended].dt.strftime("%Y-%m-%d")).to_numpy(dtype=object) if ended.any() else [],
        index=pd.Index(cells["reference"][ended], dtype=str), name="reason", dtype=object,
    )  # fmt: skip
    wrong = _references(cells["reference"][~ended])
    x, y = site_points.from_text(cells["point"]) if "point" in cells else (cells["x"], cells["y"])
    words = cells["crs"] if "crs" in cells else pd.Series(stated or "WGS84", index=cells.index)
    of, said = site_points.systems(words, crs if isinstance(crs, Mapping) else {}, pd.Index(cells["reference"]))
    if wrong + said:
        raise together(wrong + said)
    points, reasons = site_points.placed(x, y, of)
    problems.add_texts(reasons)
    if "link" in cells:
        shown = site_points.linked(cells["link"])
        table["link_distance"] = points.distance(shown, align=False).to_numpy()
        far = (table["link_distance"] > near).to_numpy()
        problems.add(far, "its map link shows another place", table["link_distance"].map("{:,.0f} m away".format))
    if boundary is not None:
        away = _outside(points, boundary)
        problems.add(away > 0, "outside the boundary", map("{:,.0f} m".format, away))
    table["problems"] = problems.texts()
    return _frame(raw, table, points, cells["reference"], ~ended, left_out, problems)


def _of(cells: pd.DataFrame, organisation: str) -> pd.DataFrame:
    if "organisation" not in cells:
        message = "The file has no column of organisations to choose by."
        raise InvalidParameter(message, remedy="Leave organisation= out.")
    mine = (cells["organisation"] == organisation).to_numpy()
    if not mine.any():
        there = pd.unique(cells["organisation"])
        message = f"There is no organisation {organisation!r}; there are {listed([*there], shown=10)}."
        raise InvalidParameter(message, remedy=did_you_mean(organisation, there))
    return cells[mine].reset_index(drop=True)


def _references(column: pd.Series) -> list[PlacemixError]:
    said: list[PlacemixError] = []
    none = (column == "").to_numpy()
    if none.any():
        rows = [f"row {row + 1}" for row in column.index[none]]
        message = f"{plural(int(none.sum()), 'site has', 'sites have')} no reference."
        said.append(DuplicateUnit(message, units=rows, remedy="Give every site one."))
    twice = column.duplicated().to_numpy() & ~none
    if twice.any():
        message = f"{plural(int(twice.sum()), 'row repeats', 'rows repeat')} the reference of a site above."
        remedy = "Keep one row of each; of several authorities in one file, choose one with organisation=."
        said.append(DuplicateUnit(message, units=pd.unique(column[twice]), remedy=remedy))
    if not len(column):
        said.append(EmptyTable("There is no site that has not ended.", remedy="Check the file."))
    return said


def _outside(points: Any, boundary: Any) -> np.ndarray:  # noqa: ANN401
    """Metres from each point to the boundary, 0 inside and where there is no point."""
    shapes = getattr(boundary, "geometry", None)
    if shapes is None or getattr(shapes, "crs", None) is None:
        message = "The boundary has no shapes, or they have no coordinate reference system."
        raise CRSMismatch(message, remedy="Read it with placemix.read_areas.")
    whole = shapes.to_crs(site_points.GRID).union_all()
    if whole.is_empty:
        message = "The boundary is empty."
        raise InvalidTable(message)
    return np.nan_to_num(points.distance(whole).to_numpy(dtype=np.float64))


def _frame(
    raw: Raw,
    table: pd.DataFrame,
    points: Any,  # noqa: ANN401
    references: pd.Series,
    kept: np.ndarray,
    left_out: pd.Series,
    problems: Problems,
) -> Frame:
    ids = pd.Index(references, dtype=str)
    notes = []
    for kind, sites in problems.by_kind(ids, kept).items():
        notes.append(f"{plural(len(sites), 'site')}: {kind}: {listed(sites, shown=10)}.")
    if len(left_out):
        notes.append(f"{plural(len(left_out), 'row')} with an end date left out.")
    unknown = int(table["min_dwellings"][kept].isna().sum())
    if unknown:
        notes.append(
            f"{plural(unknown, 'site states', 'sites state')} no smallest number of dwellings: unknown, not 0."
        )
    updated = table["last_updated"][kept].max() if "last_updated" in table else pd.NaT
    period = None if pd.isna(updated) else f"{updated:%Y-%m-%d}"
    about: About = provenance(raw, "brownfield", geography="site", table="brownfield land register", period=period)
    return Frame(
        units=ids[kept].rename("unit"),
        table=table[kept].drop(columns="end_date", errors="ignore").reset_index(drop=True),
        geometry=points[kept].reset_index(drop=True),
        about=about.noting(*notes),
        left_out=left_out if len(left_out) else None,
    )
