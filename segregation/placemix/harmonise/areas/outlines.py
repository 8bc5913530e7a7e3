"""Shapes as every function here takes them: from counts, lists or tables, checked once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray
from placemix.checks import id_text
from placemix.columns import native, taken
from placemix.counts import Counts
from placemix.errors import (
    CRSMismatch,
    DuplicateUnit,
    GeographicCRS,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    did_you_mean,
    listed,
    plural,
    together,
)
from placemix.frames import Frame
from placemix.readers.codes import kind_of


@dataclass(frozen=True, eq=False)
class Outlines:
    """Ids and shapes, side by side.

    Attributes
    ----------
    ids
        Unique ids, as text.
    shapes
        Shapely geometries, shape (units,); None where there is none.
    crs
        Coordinate reference system, or None for a plane of no named unit.
    table
        What else is known of each unit: the columns of its table.
    notes
        What was repaired.
    """

    ids: pd.Index
    shapes: Any
    crs: Any
    table: pd.DataFrame
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def missing(self) -> BoolArray:
        """Which units have no shape, or an empty one."""
        import shapely

        absent: BoolArray = shapely.is_missing(self.shapes) | shapely.is_empty(self.shapes)
        return absent

    def series(self) -> Any:  # noqa: ANN401
        """Return the shapes as a GeoSeries, numbered from 0."""
        import geopandas as gpd

        return gpd.GeoSeries(self.shapes, crs=self.crs)


def outlines(thing: Any, role: str, *, unit: str | None = None) -> Outlines:  # noqa: ANN401
    """Read ids and shapes from whatever holds both.

    Parameters
    ----------
    thing
        `Counts`, a `Frame`, a GeoDataFrame (ids in its column `unit`, in the column named, or in an
        index that was set) or a GeoSeries (ids in its index).
    role
        What it is, for messages.
    unit
        Column of a table with the ids.

    Raises
    ------
    InvalidTable
        It holds no shapes.
    DuplicateUnit
        Ids repeat or are missing.
    UnknownColumn
        There is no such column.
    """
    if isinstance(thing, (Counts, Frame)):
        if thing.geometry is None:
            message = f"{role.capitalize()}: {plural(len(thing), 'unit')} without shapes."
            raise InvalidTable(message, remedy="Pass geometry= when reading the table, or a GeoDataFrame.")
        table = thing.table if isinstance(thing, Frame) else thing.strata
        return Outlines(thing.units, _array(thing.geometry), thing.geometry.crs, table.reset_index(drop=True))
    geometry = getattr(thing, "geometry", None)
    if geometry is None or not hasattr(geometry, "crs"):
        message = f"{role.capitalize()}: a {type(thing).__name__} holds no shapes."
        raise InvalidTable(message, remedy="Give Counts or a Frame with geometry, a GeoDataFrame or a GeoSeries.")
    if isinstance(thing, pd.DataFrame):
        name = _id_column(thing, role, unit)
        ids = list(thing.index if name is None else thing[name])
        known = [thing.geometry.name, *([] if name is None else [name])]
        table = pd.DataFrame(thing.drop(columns=known)).reset_index(drop=True)
    else:
        table = pd.DataFrame(index=range(len(thing)))
        ids = list(thing.index)
    texts = [id_text(item) for item in ids]
    index = pd.Index(texts, dtype=str, name="unit")
    faults: list[PlacemixError] = []
    blank = pd.isna(pd.Index(ids)) | (index.str.strip() == "")
    if blank.any():
        rows = [f"row {row}" for row in np.flatnonzero(blank) + 1]
        faults.append(DuplicateUnit(f"{role.capitalize()}: {plural(blank.sum(), 'row has', 'rows have')} no id.",
                                    units=rows, remedy="Give every unit one."))  # fmt: skip
    twice = index.duplicated() & ~blank
    if twice.any():
        message = f"{role.capitalize()}: {plural(twice.sum(), 'row repeats', 'rows repeat')} the id of a row above."
        faults.append(DuplicateUnit(message, units=index[twice].unique(), remedy="Keep one row each, or dissolve."))
    if faults:
        raise together(faults)
    return Outlines(index, _array(geometry), geometry.crs, table)


def _id_column(thing: Any, role: str, unit: str | None) -> str | None:  # noqa: ANN401
    """Return the column with the ids, or None where they are in the index."""
    name = unit or ("unit" if "unit" in thing.columns else None)
    if name is not None and name not in thing.columns:
        message = f"{role.capitalize()}: there is no column {name!r}."
        raise UnknownColumn(message, remedy=did_you_mean(name, thing.columns))
    if name is None and isinstance(thing.index, pd.RangeIndex):
        message = f"{role.capitalize()}: no column says which row is which unit."
        codes = [str(column) for column in thing.columns if column != thing.geometry.name and thing[column].is_unique]
        likely = next((column for column in codes if kind_of(thing[column].astype(str).head(100))), None)
        shown = f"such as {role}.set_index({likely!r})" if likely else f"{role}.set_index(…)"
        remedy = f"Set the index, {shown}. The columns are {listed(list(thing.columns), shown=20)}."
        raise InvalidTable(message, remedy=remedy)
    return name


def _array(geometry: Any) -> Any:  # noqa: ANN401
    shapes = np.empty(len(geometry), dtype=object)
    shapes[:] = np.asarray(geometry.array, dtype=object)
    return shapes


def polygons(found: Outlines, role: str) -> Outlines:
    """Keep areas alone, repaired where they cross themselves.

    A repair changes no area that was ever well defined; what it did is noted.

    Raises
    ------
    InvalidTable
        Some shapes are points or lines.
    """
    import shapely

    kinds = shapely.get_type_id(found.shapes)
    there = ~found.missing
    flat = there & ~np.isin(kinds, (3, 6, 7))
    if flat.any():
        message = f"{role.capitalize()}: {plural(flat.sum(), 'shape is', 'shapes are')} no areas but points or lines."
        raise InvalidTable(message, units=found.ids[flat], remedy="Areas are needed here; points can be ancillary.")
    wrong = there & ~shapely.is_valid(found.shapes)
    if not wrong.any():
        return found
    shapes = sound(found.shapes)
    lost = wrong & (shapely.area(shapes) <= 0)
    if lost.any():
        message = f"{role.capitalize()}: {plural(lost.sum(), 'shape encloses', 'shapes enclose')} no area."
        raise InvalidTable(message, units=found.ids[lost], remedy="Get those boundaries anew, or leave the units out.")
    note = (
        f"{plural(int(wrong.sum()), 'shape')} of the {role} crossed themselves and were repaired: "
        f"{listed(list(found.ids[wrong]))}."
    )
    return replace(found, shapes=shapes, notes=(*found.notes, note))


def sound(shapes: Any) -> Any:  # noqa: ANN401
    """Return shapes that do not cross themselves; what a repair shrinks to a line is dropped."""
    import shapely

    wrong = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    if not wrong.any():
        return shapes
    mended = shapes.copy()
    mended[wrong] = shapely.make_valid(shapes[wrong], method="structure", keep_collapsed=False)
    return mended


def one_map(one: Outlines, other: Outlines, roles: tuple[str, str], *, measured: bool = True) -> None:
    """Check that two layers lie on one map, and a projected one where areas or lengths are measured.

    Two layers without any coordinate reference system are taken to share a plane.

    Raises
    ------
    CRSMismatch
        The systems differ, or one is missing.
    GeographicCRS
        The coordinates are degrees, and areas or lengths are asked of them.
    """
    if (one.crs is None) != (other.crs is None):
        which = roles[0] if one.crs is None else roles[1]
        message = f"The {which} have no coordinate reference system, and the others do."
        raise CRSMismatch(message, remedy="Say which it is: shapes.set_crs('EPSG:27700').")
    if one.crs is not None and one.crs != other.crs:
        message = f"The {roles[0]} are in {named(one.crs)}, the {roles[1]} in {named(other.crs)}."
        raise CRSMismatch(message, remedy="Bring one to the other: shapes.to_crs(other.crs).")
    if measured and one.crs is not None and one.crs.is_geographic:
        message = f"The shapes are in degrees ({named(one.crs)}), where areas and lengths mean nothing."
        raise GeographicCRS(message, remedy="Project both first: shapes.to_crs('EPSG:27700'), or another grid or UTM.")


def named(crs: Any) -> str:  # noqa: ANN401
    """Return a short name of a coordinate reference system."""
    code = crs.to_authority()
    return ":".join(code) if code else str(crs.name)


def amounts_of(found: Outlines, weight: str | None, role: str) -> FloatArray:
    """Return how much each row stands for: a column, or 1 each.

    Raises
    ------
    UnknownColumn
        There is no such column.
    InvalidTable
        Amounts are missing, negative or infinite.
    """
    if weight is None:
        return np.ones(len(found))
    if weight not in found.table.columns:
        message = f"{role.capitalize()}: there is no column {weight!r}."
        remedy = f"{did_you_mean(weight, found.table.columns)} It has: {listed(list(found.table.columns), shown=40)}."
        raise UnknownColumn(message, remedy=remedy.strip())
    column = pd.to_numeric(taken(native(found.table), weight), errors="coerce")
    amounts: FloatArray = column.to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = ~(amounts >= 0) | np.isinf(amounts)
    if wrong.any():
        message = f"{role.capitalize()}: {plural(wrong.sum(), 'weight is', 'weights are')} no numbers from 0."
        raise InvalidTable(message, units=found.ids[wrong], remedy="Weights start at 0; missing is not 0.")
    return amounts
