"""Frame: the units of a published list, with their shapes, names and parents, but no counts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import BoolArray, FloatArray, IntArray
from placemix.about import About
from placemix.errors import InvalidTable, UnknownColumn, did_you_mean, listed


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
    """

    units: pd.Index
    table: pd.DataFrame
    geometry: Any = None
    area_km2: FloatArray | None = None
    parents: tuple[str, ...] = ()
    about: About = field(default_factory=About)
    left_out: pd.Series | None = None

    def __post_init__(self) -> None:
        if len(self.units) != len(self.table):
            message = f"{len(self.units):,} ids do not fit a table of {len(self.table):,} rows."
            raise InvalidTable(message)
        absent = [name for name in self.parents if name not in self.table.columns]
        if absent:
            message = f"The table has no column {listed([repr(name) for name in absent])}."
            raise UnknownColumn(message, remedy=did_you_mean(absent[0], self.table.columns))

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
        """Keep some units, by position or by a mask."""
        places = np.flatnonzero(which) if np.asarray(which).dtype == bool else np.asarray(which)
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
