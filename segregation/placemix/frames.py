"""Frame: the units of a published list, with their shapes, names and parents, but no counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.about import About
from placemix.errors import (
    DuplicateUnit,
    InvalidParameter,
    InvalidTable,
    PlacemixError,
    UnknownColumn,
    did_you_mean,
    listed,
    plural,
    together,
)


@dataclass(frozen=True, eq=False, repr=False)
class Frame:
    """Units, one row each: areas, schools, sites or events, as a publisher lists them.

    Attributes
    ----------
    units
        Unique id of each unit, as text.
    table
        What the list says of each unit, one column each, in the order of `units`.
    geometry
        Shape or point of each unit as a GeoSeries, or None. Single ones may be missing.
    area_km2
        Land area in square kilometres, or None.
    parents
        Columns of `table` that hold the ids of larger areas the unit lies in.
    about
        What is listed and where it comes from.
    left_out
        Ids of rows that the reader left out, with the reason.

    Raises
    ------
    DuplicateUnit
        An id stands twice, or is missing.
    InvalidTable
        The table, shapes or land areas are not one for each unit, or an area is negative.
    UnknownColumn
        A parent is no column of the table.
    """

    units: pd.Index
    table: pd.DataFrame
    geometry: Any = None
    area_km2: FloatArray | None = None
    parents: tuple[str, ...] = ()
    about: About = field(default_factory=About)
    left_out: pd.Series | None = None

    def __post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise together(faults)
        object.__setattr__(self, "units", pd.Index(self.units.astype(str), name="unit"))
        object.__setattr__(self, "table", self.table.reset_index(drop=True))
        if self.area_km2 is not None:
            own = np.array(self.area_km2, dtype=np.float64)
            own.flags.writeable = False
            object.__setattr__(self, "area_km2", own)

    def _faults(self) -> Iterator[PlacemixError]:
        blank = np.asarray(self.units.isna())
        if blank.any():
            message = f"{plural(int(blank.sum()), 'unit has', 'units have')} no id."
            rows = [f"row {row}" for row in np.flatnonzero(blank) + 1]
            yield DuplicateUnit(message, units=rows, remedy="Give every unit one, or leave the row out and list it.")
        twice = np.asarray(self.units.astype(str).duplicated()) & ~blank
        if twice.any():
            message = f"{plural(int(twice.sum()), 'row repeats', 'rows repeat')} the id of a unit above."
            units = pd.unique(self.units[twice].astype(str))
            yield DuplicateUnit(message, units=units, remedy="Keep one row of each.")
        lengths = {"a table": self.table, "shapes": self.geometry, "land areas": self.area_km2}
        for what, given in lengths.items():
            if given is not None and len(given) != len(self.units):
                yield InvalidTable(f"{len(self.units):,} ids do not fit {what} of {len(given):,} rows.")
        if self.area_km2 is not None and (np.asarray(self.area_km2) < 0).any():
            yield InvalidTable("A land area is negative.", remedy="Give square kilometres of land.")
        absent = [name for name in self.parents if name not in self.table.columns]
        if absent:
            message = f"The table has no column {listed([repr(name) for name in absent])}."
            yield UnknownColumn(message, remedy=did_you_mean(absent[0], self.table.columns))

    def __repr__(self) -> str:
        kind = " ".join(str(part) for part in (self.about.geography or "unit", self.about.vintage) if part)
        shapes = "" if self.geometry is None else f", {self.geometry.notna().sum():,} with shapes"
        return f"<Frame: {len(self):,} × {kind}{shapes}; columns: {listed(list(self.table.columns))}>"

    def __len__(self) -> int:
        return len(self.units)

    def column(self, name: str) -> pd.Series:
        """Return a column by unit id.

        Raises
        ------
        UnknownColumn
            There is no such column; the message proposes the nearest.
        """
        if name not in self.table.columns:
            message = f"The list has no column {name!r}; it has {listed(list(self.table.columns), shown=40)}."
            raise UnknownColumn(message, remedy=did_you_mean(name, self.table.columns))
        return self.table[name].set_axis(self.units)

    def take(self, which: IntArray | BoolArray) -> Frame:
        """Keep some units, by position or by a mask.

        Raises
        ------
        InvalidParameter
            The mask is not one truth value for each unit.
        """
        chosen = np.asarray(which)
        if chosen.dtype == bool and chosen.shape != (len(self),):
            message = f"A mask of shape {chosen.shape} does not fit {len(self):,} units."
            raise InvalidParameter(message, remedy="Give one truth value for each unit, in their order.")
        places = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
        return replace(
            self,
            units=self.units.take(places),
            table=self.table.iloc[places].reset_index(drop=True),
            geometry=None if self.geometry is None else self.geometry.iloc[places].reset_index(drop=True),
            area_km2=None if self.area_km2 is None else self.area_km2[places],
        )

    def to_frame(self) -> Any:  # noqa: ANN401
        """Return a table with one row a unit: `unit`, the columns, and `geometry` where there is one."""
        frame = self.table.reset_index(drop=True)
        frame.insert(0, "unit", np.asarray(self.units, dtype=object))
        if self.geometry is None:
            return frame
        import geopandas as gpd

        return gpd.GeoDataFrame(frame, geometry=self.geometry.reset_index(drop=True))
