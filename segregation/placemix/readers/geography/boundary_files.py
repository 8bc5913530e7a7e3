"""Boundaries of statistical and administrative areas, as the Open Geography Portal publishes them."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError
from pyproj.transformer import TransformerGroup

from placemix._typing import FloatArray
from placemix.errors import (
    AssumedReading,
    CRSMismatch,
    DuplicateUnit,
    EmptyTable,
    InvalidParameter,
    PlacemixError,
    UnknownColumn,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.frames import Frame
from placemix.readers.files import existing, read_areas
from placemix.readers.formats import form
from placemix.readers.geography.area_columns import CodeColumn, code_columns, kind_in, lost, wrong_codes
from placemix.readers.raw import digest

if TYPE_CHECKING:
    import geopandas as gpd

#: British National Grid, and the grid for Northern Ireland.
GRID, IRISH = "EPSG:27700", "EPSG:2157"
#: Degrees within which the United Kingdom lies: west, south, east, north.
UNITED_KINGDOM = (-14.0, 49.0, 3.0, 62.0)
#: How boundaries are drawn, by the letters in the names of layers and files.
DRAWN = {
    "BFC": "in full resolution, clipped to the coast",
    "BFE": "in full resolution, to the extent of the realm: areas include sea to low water",
    "BGC": "generalised to 20 m, clipped to the coast",
    "BGE": "generalised to 20 m, to the extent of the realm: areas include sea to low water",
    "BSC": "super-generalised to 200 m, clipped to the coast",
    "BUC": "ultra-generalised to 500 m, clipped to the coast",
}
#: Most records that one request to the service is given.
PAGE = 2_000
#: Published and drawn area may differ by this share.
NEAR = 0.01
_SUFFIX = re.compile(rf"(?<![A-Z])({'|'.join(DRAWN)})(?![A-Z])")
_CUT = re.compile(rb'"exceededTransferLimit"\s*:\s*true', re.IGNORECASE)


def ons_boundaries(
    path: str | Path,
    *,
    unit: str | None = None,
    layer: str | None = None,
    crs: Any = None,  # noqa: ANN401
    repair: bool = True,
) -> Frame:
    r"""Read boundaries, or points, of census areas, wards or districts of any vintage.

    Parameters
    ----------
    path
        GeoPackage, GeoJSON, Shapefile (also zipped) or GeoParquet.
    unit
        Column with the codes. Default: the column named like ``LSOA21CD`` whose every code is
        different; of several, the first.
    layer
        Layer of a file with several.
    crs
        Coordinate reference system, where the file states none or a wrong one. It is never guessed.
    repair
        Make invalid shapes valid; their codes are noted. Otherwise they are only noted.

    Returns
    -------
    areas
        One unit a row, in the order of the file. `table` has all other columns; `parents` those
        with codes of larger areas. Shapes are on the British National Grid (EPSG:27700), in Northern
        Ireland on the Irish one (EPSG:2157): degrees and Web Mercator are reprojected, with a note
        of the accuracy; other projected systems are kept.
        `area_km2` is that of the shapes; of units without one, the published ``Shape__Area``; None
        for points. The notes say how the boundaries are drawn (BFC, BGC, …): measures of
        concentration need BFC.

    Raises
    ------
    WrongFormat
        No column holds codes, or one holds those of other areas.
    CRSMismatch
        The file states no coordinate reference system, or its coordinates do not fit it.
    DuplicateUnit
        A code stands on several rows, or is missing.
    VintageMismatch
        Codes of LSOAs exist only in another vintage than the column's name says.
    UnreadableFile
        There is no such file or layer. With `InvalidTable` and others the error lists every fault.

    Warns
    -----
    AssumedReading
        The file is one page of several: it says so, or has exactly as many records as one request
        is given.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / "LSOA_2021_EW_BFC_V10.geojson"
    ...     _ = file.write_text(
    ...         '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": '
    ...         '{"LSOA21CD": "E01999901", "LSOA21NM": "Made-up 001A"}, "geometry": {"type": "Polygon", "coordinates": '
    ...         '[[[-2.15, 53.5], [-2.14, 53.5], [-2.14, 53.51], [-2.15, 53.51], [-2.15, 53.5]]]}}]}')
    ...     areas = ons_boundaries(file)
    >>> areas
    <Frame: 1 × LSOA 2021, 1 with shapes; columns: LSOA21NM>
    >>> areas.area_km2.round(2).tolist()
    [0.74]
    """
    file = existing(path)
    areas = read_areas(file, layer=layer).reset_index(drop=True)
    table = pd.DataFrame(areas.drop(columns=areas.geometry.name))
    for name in table.columns:
        if pd.api.types.is_object_dtype(table[name].dtype):  # GeoJSON may hold lists and objects
            table[name] = table[name].map(lambda item: str(item) if isinstance(item, (dict, list)) else item)
    if not len(areas):
        raise EmptyTable(f"{file.name!r} holds no areas.", remedy="Fetch it again.")
    column, faults = _unit(table, unit)
    irish = column is not None and table[column.name].astype(str).str.startswith("N").all()
    shapes, notes, wrong = _projected(areas, crs, IRISH if irish else GRID)
    faults += wrong
    if column is None or shapes is None:
        raise together(faults)
    codes = table[column.name].astype("str")
    faults += _codes(column, table[column.name])
    shapes, mended = _valid(shapes, codes, repair=repair)
    if faults:
        raise together(faults)
    area, measured = _areas(shapes, table, codes)
    others = table.drop(columns=column.name)
    row = form("ons_boundaries")
    about = Frame(codes, others).about.noting(
        _drawn(file, layer),
        *notes,
        *mended,
        *measured,
        geography=kind_in(codes, column),
        vintage=column.vintage or None,
        source=row.publisher,
        licence=row.licence,
        file=file.name,
        sha256=digest(file),
    )
    cut = _cut(file, len(areas))
    if cut:
        warnings.warn(AssumedReading(cut), stacklevel=2)
    return Frame(
        units=pd.Index(codes, dtype=str),
        table=others,
        geometry=shapes,
        area_km2=area,
        parents=tuple(found.name for found in code_columns(others.columns)),
        about=about,
    )


def _unit(table: pd.DataFrame, unit: str | None) -> tuple[CodeColumn | None, list[PlacemixError]]:
    """Column that identifies the areas."""
    known = code_columns(table.columns)
    if unit is not None:
        if unit not in table.columns:
            message = f"The file has no column {unit!r}; it has {listed(list(table.columns), shown=40)}."
            return None, [UnknownColumn(message, remedy=did_you_mean(unit, table.columns))]
        return next((column for column in known if column.name == unit), CodeColumn(unit, "area", "")), []
    faults = lost(list(table.columns), "boundaries")
    if not known:
        return None, faults
    unique = [column for column in known if table[column.name].is_unique]
    # A district's name may stand beside its own code alone; parents have codes too.
    return (unique or known)[0], faults


def _codes(column: CodeColumn, codes: pd.Series) -> list[PlacemixError]:
    faults: list[PlacemixError] = []
    blank = (codes.isna() | (codes.astype(str).str.strip() == "")).to_numpy()
    if blank.any():
        rows = [f"row {row}" for row in np.flatnonzero(blank) + 1]
        faults.append(DuplicateUnit(f"{plural(int(blank.sum()), 'area has', 'areas have')} no code.", units=rows))
    twice = codes.duplicated(keep=False).to_numpy() & ~blank
    if twice.any():
        message = f"{plural(codes[twice].nunique(), 'code')} stand on several rows."
        remedy = "Dissolve the parts of an area first, or take out pages that were added twice."
        faults.append(DuplicateUnit(message, units=pd.unique(codes[twice]), remedy=remedy))
    return faults + (wrong_codes(column, codes) if column.vintage else [])


def _projected(
    areas: gpd.GeoDataFrame,
    crs: Any,  # noqa: ANN401
    grid: str,
) -> tuple[Any, list[str], list[PlacemixError]]:
    """Shapes in a projected system, what was done, and what is wrong."""
    try:
        shapes = areas.geometry if crs is None else areas.geometry.set_crs(crs, allow_override=True)
    except CRSError as error:
        raise InvalidParameter(f"There is no coordinate reference system {crs!r}.") from error
    stated = shapes.crs
    if stated is None:
        message = "The file states no coordinate reference system."
        remedy = f"Find out which it is, and say so: crs={GRID!r} for the British National Grid."
        return None, [], [CRSMismatch(message, remedy=remedy)]
    bounds = shapes.total_bounds
    misplaced = _misplaced(stated, bounds) if np.isfinite(bounds).all() else None
    if misplaced is not None:
        return None, [], [misplaced]
    if not stated.is_geographic and stated.to_epsg() not in (3857, 102100):
        same = stated.to_epsg() == 27700
        return shapes, [] if same else [f"Shapes are in {stated.to_string()}, as in the file."], []
    moved = shapes.to_crs(grid)
    lost_now = ~np.isfinite(moved.bounds.to_numpy()).all(axis=1) & shapes.notna().to_numpy() & ~shapes.is_empty
    if lost_now.any():
        message = f"{plural(int(lost_now.sum()), 'shape')} cannot be placed in {grid}."
        return None, [], [CRSMismatch(message, units=[f"row {row}" for row in np.flatnonzero(lost_now) + 1])]
    return moved, [f"Reprojected from {stated.to_string()} to {grid}{_accuracy(stated, grid)}."], []


def _misplaced(stated: Any, bounds: FloatArray) -> CRSMismatch | None:  # noqa: ANN401
    """Say why coordinates do not fit their system."""
    if not stated.is_geographic:
        if stated.to_epsg() != 27700 or not _within(bounds):
            return None
        message = "The coordinates are degrees of the United Kingdom, under a label of metres."
        return CRSMismatch(message, remedy="If they are in degrees, say crs='EPSG:4326'.")
    if (np.abs(bounds) > [180, 90, 180, 90]).any():
        message = (
            f"The coordinates go from {bounds[0]:,.0f}, {bounds[1]:,.0f} to {bounds[2]:,.0f}, {bounds[3]:,.0f}, which "
            f"are no degrees, and {stated.to_string()} is in degrees: they lie outside the coordinate reference system."
        )
        remedy = f"A GeoJSON file that names no system is in degrees by rule. If it is in metres, say crs={GRID!r}."
        return CRSMismatch(message, remedy=remedy)
    if _within(bounds):
        return None
    message = (
        f"The coordinates go from {bounds[0]:,.2f}, {bounds[1]:,.2f} to {bounds[2]:,.2f}, {bounds[3]:,.2f} degrees, "
        "which is not in the United Kingdom."
    )
    return CRSMismatch(message, remedy="Latitude and longitude may have changed places: fetch the file again.")


def _within(bounds: FloatArray) -> bool:
    """Whether degrees lie in the United Kingdom."""
    west, south, east, north = UNITED_KINGDOM
    return bool(bounds[0] > west and bounds[1] > south and bounds[2] < east and bounds[3] < north)


def _accuracy(stated: Any, grid: str) -> str:  # noqa: ANN401
    """How well the change of datum is known on this machine."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the lack of the best grid is told in the note
        group = TransformerGroup(CRS(stated), CRS(grid), always_xy=True)
    accuracy = group.transformers[0].accuracy if group.transformers else -1
    if accuracy is None or accuracy < 0:
        return ", of unknown accuracy"
    within = f"accurate to {accuracy:g} m" if accuracy else "exact"
    return f", {within}{'' if group.best_available else '; the OSTN15 grid, which is better, is not installed'}"


def _valid(shapes: Any, codes: pd.Series, *, repair: bool) -> tuple[Any, list[str]]:  # noqa: ANN401
    """Repair invalid shapes, and say which."""
    notes = []
    none = (shapes.isna() | shapes.is_empty).to_numpy()
    if none.any():
        notes.append(f"{plural(int(none.sum()), 'unit has', 'units have')} no shape: {listed(list(codes[none]))}.")
    bad = ~shapes.is_valid.to_numpy() & ~none
    if bad.any():
        done = "made valid" if repair else "left as they are"
        notes.append(f"{plural(int(bad.sum()), 'invalid shape')} {done}: {listed(list(codes[bad]), shown=20)}.")
        if repair:
            shapes = shapes.copy()
            shapes[bad] = [_polygons(shape) for shape in shapes[bad].make_valid()]
    return shapes, notes


def _polygons(shape: Any) -> Any:  # noqa: ANN401
    """Polygons of a shape alone: repairing may leave lines and points behind, which cover no ground."""
    import shapely

    if shape.geom_type != "GeometryCollection":
        return shape
    return shapely.union_all([part for part in shape.geoms if part.geom_type in ("Polygon", "MultiPolygon")])


def _areas(shapes: Any, table: pd.DataFrame, codes: pd.Series) -> tuple[FloatArray | None, list[str]]:  # noqa: ANN401
    """Areas in square kilometres, and where they come from."""
    kinds = set(shapes.geom_type.dropna())
    if kinds <= {"Point", "MultiPoint"} and kinds:
        return None, ["Points, which have no area."]
    unit = shapes.crs.axis_info[0].unit_conversion_factor
    area: FloatArray = shapes.area.to_numpy(dtype=np.float64) * unit**2 / 1e6
    area[(shapes.isna() | shapes.is_empty).to_numpy()] = np.nan
    name = next(
        (own for own in table.columns if own.casefold() in ("shape__area", "shape_area", "st_area(shape)")), None
    )
    if name is None:
        return area, ["Areas are those of the shapes."]
    published = pd.to_numeric(table[name], errors="coerce").to_numpy(dtype=np.float64) / 1e6
    taken = np.isnan(area) & ~np.isnan(published)
    off = np.abs(area - published) > NEAR * published
    notes = [
        f"Areas are those of the shapes{f'; of {int(taken.sum())} without one, the published' if taken.any() else ''}."
    ]
    if off.any():
        notes.append(
            f"In {plural(int(off.sum()), 'unit')} the area of the shape differs by more than {NEAR:.0%} from {name!r}: "
            f"{listed(list(codes[off]))}. That column may come from boundaries drawn otherwise."
        )
    return np.where(taken, published, area), notes


def _drawn(file: Path, layer: str | None) -> str:
    """How the boundaries are drawn, as the names of layer and file tell."""
    names = [layer or "", file.stem]
    if file.suffix.casefold() in {".gpkg", ".geojson", ".json", ".gml"}:
        import pyogrio

        names += [str(name) for name, _ in pyogrio.list_layers(file)]
    found = next((match.group(1) for name in names if (match := _SUFFIX.search(name.upper().replace("_", " ")))), None)
    if found is None:
        return "Neither layer nor file name says how the boundaries are drawn (BFC, BGC, …); areas may be generalised."
    fit = "" if found == "BFC" else " Measures that use area, such as concentration, need BFC."
    return f"Boundaries are drawn {DRAWN[found]} ({found}).{fit}"


def _cut(file: Path, rows: int) -> str:
    """Why areas may be missing, or nothing."""
    if file.suffix.casefold() in {".geojson", ".json"} and _CUT.search(file.read_bytes()):
        return f"The file is one page of several, as it says itself (exceededTransferLimit): it has {rows:,} areas."
    if rows % PAGE == 0:
        return f"The file has exactly {rows:,} areas; the service gives {PAGE:,} a request, so others may be missing."
    return ""
