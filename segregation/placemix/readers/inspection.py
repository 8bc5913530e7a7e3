"""What a file is: its format, whom it counts, when and where, its traps, and the lines that read it."""

from __future__ import annotations

import json
import re
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from placemix.about import About
from placemix.counts import Counts, group_text
from placemix.errors import PlacemixError, PlacemixWarning, UnreadableFile, listed, plural
from placemix.flows import Flows
from placemix.frames import Frame
from placemix.rates import Rates
from placemix.readers import formats
from placemix.readers.census.census_tables import nomis
from placemix.readers.census.small_area_tables import data_zones
from placemix.readers.files import SHAPES, existing, has_shapes, layers, read_areas, read_table
from placemix.readers.geography.boundary_files import ons_boundaries
from placemix.readers.geography.lookup_files import ons_lookup
from placemix.readers.guessing import Guess, guess
from placemix.readers.land.land_registers import brownfield
from placemix.readers.outcomes.deprivation import indices_of_deprivation
from placemix.readers.outcomes.health_profiles import fingertips
from placemix.readers.outcomes.rate_tables import rates
from placemix.readers.raw import digest, raw_table, top
from placemix.readers.schools.establishment_links import gias_links
from placemix.readers.schools.establishments import gias
from placemix.readers.schools.pupil_yields import pupil_yield
from placemix.readers.schools.school_groups import spc
from placemix.readers.services.police_searches import stop_search
from placemix.readers.services.practice_lists import gp_patients
from placemix.readers.united_states.community_survey import acs
from placemix.readers.united_states.redistricting import pl94
from placemix.readers.united_states.school_membership import nces
from placemix.readers.united_states.us_areas import us_table

#: Codes of areas as the Open Geography Portal names them, with two digits of the vintage.
_BOUNDARIES = re.compile(r"(OA|LSOA|MSOA|LAD|WD|LTLA|UTLA|RGN|CTRY)\d\dCD", re.IGNORECASE)
#: A file that has at least this share of an edition's telling names is read as it.
SURE = 0.99
#: Fewer groups are compared with nobody.
MIN_GROUPS = 2
#: Groups named before the rest are counted.
MOST = 24
_READERS: dict[str, Callable[[str | Path], Any]] = {
    row.__name__: row
    for row in (
        acs, brownfield, data_zones, fingertips, gias, gias_links, gp_patients, indices_of_deprivation, nces, nomis,
        ons_boundaries, ons_lookup, pl94, pupil_yield, rates, spc, stop_search,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What a file is, and how to read it.

    Attributes
    ----------
    file, size, sha256
        Name, bytes and fingerprint.
    format, label, edition
        Reader's name, what people call such files, and which header it has; None if unknown.
    kind
        What the reader returns.
    about
        Geography, vintage, universe, period, publisher, licence.
    units, total
        Number of units, and everyone in them.
    groups
        Names of the groups or indicators.
    left_out
        Units that the reader leaves out.
    traps
        What goes wrong when it is read as any other table.
    faults
        Why it cannot be read as it is, or None.
    code
        The lines that read it.
    """

    file: str
    size: int
    sha256: str
    format: str | None
    label: str
    edition: str | None
    kind: str | None
    about: About
    units: int | None = None
    total: float | None = None
    groups: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    traps: tuple[str, ...] = ()
    faults: str | None = None
    code: str = ""

    def __str__(self) -> str:
        about = self.about
        units = None if self.units is None else f"{self.units:,}" + (f" × {about.geography}" if about.geography else "")
        rows = {
            "File": f"{self.file}, {self.size:,} bytes, SHA-256 {self.sha256[:12]}…",
            "Format": self.label + (f", {self.edition}" if self.edition else ""),
            "Counts": about.universe,
            "Period": about.period,
            "Units": units,
            "Vintage": about.vintage,
            "Groups": _named(self.groups),
            "In all": None if self.total is None else f"{self.total:,.0f}",
            "Left out": f"{len(self.left_out):,}: {listed(self.left_out)}" if self.left_out else None,
            "Publisher": about.source,
            "Licence": about.licence,
            "Privacy": about.suppression,
        }
        lines = [f"{name + ':':<11}{value}" for name, value in rows.items() if value]
        lines += [f"{'Mind:':<11}{text}" for text in (*self.traps, *about.notes)]
        if self.faults:
            lines += ["", f"It cannot be read as it is. {self.faults}"]
        return "\n".join([*lines, "", *self.code.splitlines()])

    def to_dict(self) -> dict[str, Any]:
        """Return every field, for JSON."""
        return asdict(replace(self, about=About())) | {"about": self.about.to_dict()}


def inspect(path: str | Path) -> Inspection:
    r"""Say what a file is: format, vintage, universe, groups, totals and traps, and how to read it.

    Parameters
    ----------
    path
        A published file of a known format, or any table or file of areas.

    Returns
    -------
    inspection
        Prints as a page of text, whose last lines are the code that reads the file.

    Raises
    ------
    UnreadableFile
        There is no such file, or it is no table at all.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = pathlib.Path(folder.name) / "wards.csv"
    >>> _ = file.write_text("code,white,asian\nE05000001,90,10\nE05000002,70,30\n")
    >>> found = inspect(file)
    >>> found.label, found.about.geography, found.groups
    ('a table of no known format', 'ward', ('white', 'asian'))
    >>> folder.cleanup()
    """
    file = existing(path)
    kind = file.suffix.casefold()
    if kind in SHAPES and kind not in {".zip", ".json"}:
        return _areas(file)
    if kind in {".parquet", ".pq"}:
        return _areas(file) if has_shapes(file) else _unknown(file, read_table(file), "read_table")
    headers = [] if kind == ".zip" and _zipped_shapes(file) else _headers(file)
    return _areas(file) if kind in SHAPES and not headers else _told(file, headers)


def _zipped_shapes(file: Path) -> bool:
    """Whether an archive holds shapes, whatever notes lie beside them."""
    try:
        with zipfile.ZipFile(file) as archive:
            # Notes of a download are often JSON, and no shapes.
            kinds = set(SHAPES) - {".json", ".zip"}
            return any(Path(name).suffix.casefold() in kinds for name in archive.namelist())
    except zipfile.BadZipFile:
        return False  # reading it says what is wrong


def _told(file: Path, headers: list[str]) -> Inspection:
    """Tell a table's format by its headers."""
    score, row, edition = formats.likely(headers)[0] if headers else (0.0, *formats.likely([""])[0][1:])
    if score >= SURE:
        return _published(file, row, edition)
    found = _unknown(file, _plain(file), "read_table")
    if score < formats.NEAR:
        return found
    tried = _published(file, row, edition)
    if tried.faults is None:
        return tried
    # Near a known format, but not of it: a newer edition, or a file that was changed.
    return replace(found, traps=(*found.traps, f"It looks like {row.label} ({edition.name}). {tried.faults}"))


def read(path: str | Path) -> Any:  # noqa: ANN401
    """Read a file of any known format by its own reader.

    Raises
    ------
    UnreadableFile
        The file is of no known format; the message proposes how to read it.
    """
    found = inspect(path)
    if found.format is None:
        message = f"{found.file!r} is of no known format."
        raise UnreadableFile(message, remedy=f"Read it with:\n{found.code}")
    return reader(found.format)(path)


def reader(name: str) -> Any:  # noqa: ANN401
    """Return the reader of a format."""
    return _READERS[name]


def _headers(file: Path) -> list[str]:
    """Headers of a published file: those of the line, among the first, that is most like one."""
    rows = _json_rows(file)[:1] if file.suffix.casefold() == ".json" else top(file)
    filled = [[cell for cell in row if cell.strip()] for row in rows]
    return max((row for row in filled if row), key=lambda row: formats.likely(row)[0][0], default=[])


def _json_rows(file: Path) -> list[list[str]]:
    """Rows of a table as the Census Bureau's interface writes it, or nothing."""
    with file.open("rb") as stream:
        if not stream.read(64).lstrip().startswith(b"[["):
            return []
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return []
    return [["" if cell is None else str(cell) for cell in row] for row in rows if isinstance(row, list)]


def _plain(file: Path) -> pd.DataFrame:
    if file.suffix.casefold() == ".json":
        return us_table(file).table
    return raw_table(file, repeated=True).table


def _published(file: Path, row: formats.Format, edition: formats.Edition) -> Inspection:
    code = f"import placemix as pm\n\ndata = {row.call.format(path=repr(str(file)))}"
    about = About(source=row.publisher, licence=row.licence, universe=row.universe)
    found = Inspection(
        file=file.name, size=file.stat().st_size, sha256=digest(file), format=row.name, label=row.label,
        edition=edition.name, kind=row.kind, about=about, traps=row.traps, code=code,
    )  # fmt: skip
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", PlacemixWarning)
        try:
            data = reader(row.name)(file)
        except PlacemixError as error:
            return replace(found, faults=str(error))
    said = tuple(dict.fromkeys(str(item.message) for item in caught))
    return replace(found, **_described(data), traps=(*row.traps, *said))


def _described(data: Any) -> dict[str, Any]:  # noqa: ANN401
    if isinstance(data, Counts):
        return {
            "kind": "Counts", "about": data.about, "units": len(data), "total": float(data.total.sum()),
            "groups": tuple(map(group_text, data.groups)), "left_out": data.left_out,
        }  # fmt: skip
    if isinstance(data, Flows):
        return {
            "kind": "Flows", "about": data.about, "units": len(data.destinations), "total": float(data.values.sum()),
            "groups": tuple(map(group_text, data.groups)),
        }  # fmt: skip
    if isinstance(data, Rates):
        return {
            "kind": "Rates", "about": data.about, "units": int(data.table["unit"].nunique()),
            "groups": tuple(data.table["indicator"].dropna().astype(str).unique()),
            "left_out": _ids(data.left_out),
        }  # fmt: skip
    if isinstance(data, Frame):
        return {"kind": "Frame", "about": data.about, "units": len(data), "left_out": _ids(data.left_out)}
    return {"kind": "table", "units": len(data), "groups": tuple(map(str, getattr(data, "columns", ())))}


def _ids(left_out: pd.Series | None) -> tuple[str, ...]:
    return () if left_out is None else tuple(map(str, left_out.index))


def _named(groups: tuple[str, ...]) -> str | None:
    """Write the groups; published labels hold commas."""
    more = len(groups) - MOST
    return "; ".join(groups[:MOST]) + (f"; and {more:,} more" if more > 0 else "") or None


def _areas(file: Path) -> Inspection:
    try:
        areas = read_areas(file)
    except UnreadableFile as error:
        if "several layers" not in str(error):
            raise
        first = layers(file)[0]
        code = f"import placemix as pm\n\nareas = pm.read_areas({str(file)!r}, layer={first!r})"
        return Inspection(
            file=file.name, size=file.stat().st_size, sha256=digest(file), format=None, edition=None, kind="table",
            label="areas, in several layers", about=About(), traps=(error.message,), code=code,
        )  # fmt: skip
    if any(_BOUNDARIES.fullmatch(str(name)) for name in areas.columns):
        row = formats.form("ons_boundaries")
        return _published(file, row, max(row.editions, key=lambda edition: formats.fits(areas.columns, edition)))
    crs = areas.crs
    traps = []
    if crs is None:
        traps.append("It states no coordinate reference system: give one, and never guess it from the numbers.")
    elif crs.is_geographic:
        traps.append(f"Its coordinates are degrees ({crs.to_string()}): project it before lengths or areas are asked.")
    empty = int((areas.geometry.isna() | areas.geometry.is_empty).sum())
    if empty:
        traps.append(f"{plural(empty, 'unit has', 'units have')} no shape.")
    invalid = int((~areas.geometry.is_valid & areas.geometry.notna()).sum())
    if invalid:
        traps.append(f"{plural(invalid, 'shape is', 'shapes are')} invalid, such as a line that crosses itself.")
    found = _unknown(file, pd.DataFrame(areas.drop(columns=areas.geometry.name)), "read_areas")
    kinds = listed(sorted(set(areas.geometry.geom_type.dropna())))
    return replace(found, label=f"areas or points ({kinds})", traps=(*traps, *found.traps))


def _unknown(file: Path, table: pd.DataFrame, by: str) -> Inspection:
    found = guess(table)
    total = None
    if found.total or found.groups:
        block = table[[found.total] if found.total else list(found.groups)].apply(pd.to_numeric, errors="coerce")
        total = float(np.nansum(block.to_numpy(dtype=np.float64, na_value=np.nan)))
    return Inspection(
        file=file.name, size=file.stat().st_size, sha256=digest(file), format=None, label="a table of no known format",
        edition=None, kind="table", about=About(geography=found.kind), units=len(table), total=total,
        groups=found.groups, traps=found.traps, code=_lines(_call(file, by, table), by, found),
    )  # fmt: skip


def _lines(call: str, by: str, found: Guess) -> str:
    start = f"import placemix as pm\n\n{'areas' if by == 'read_areas' else 'table'} = {call}"
    # One group alone is compared with nobody, and without ids nothing can be counted.
    if len(found.groups) < MIN_GROUPS or found.unit is None:
        return start
    options = [f"groups={list(found.groups)!r}", f"unit={found.unit!r}"]
    options += [f"strata={list(found.strata)!r}"] if found.strata else []
    options += [f"total={found.total!r}"] if found.total else []
    # Of hidden cells only the total says how large they can be; without one the reader has to.
    meaning = "'unknown'" if found.total else "..."
    marks = ", ".join(f"{mark!r}: {meaning}" for mark in found.symbols)
    options += [f"suppressed={{{marks}}}"] if marks else []
    return f"{start.replace('areas = ', 'table = ')}\ncounts = pm.from_wide(table, {', '.join(options)})"


def _call(file: Path, by: str, table: pd.DataFrame) -> str:
    """Write the call that gives the table as it was looked at, with the names and rows that it has."""
    if by == "read_areas":
        return f"pm.read_areas({str(file)!r})"
    if file.suffix.casefold() == ".json":
        return f"pm.readers.united_states.us_areas.us_table({str(file)!r}).table"
    for option, encoding in (("", "utf-8"), (", encoding='cp1252'", "cp1252")):
        try:
            read = read_table(file, encoding=encoding)
        except PlacemixError:
            continue
        if list(read.columns) == list(table.columns) and len(read) == len(table):
            return f"pm.read_table({str(file)!r}{option})"
    # Lines above or below, names broken over lines or written twice, archives.
    return f"pm.readers.raw.raw_table({str(file)!r}, repeated=True).table"
