"""Layers of the file that is written: a table each, with what is needed to make counts of it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.about import About
from placemix.counts import Counts, group_text
from placemix.errors import UnmatchedUnit
from placemix.rates import Rates
from placemix.strata import categorical

#: Columns that a group may not be written as; a GeoPackage does not tell upper from lower case.
TAKEN = ("unit", "name", "district", "area", "total", "fid", "geom", "geometry", "x", "y")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Layer:
    """One layer.

    Attributes
    ----------
    name
        What it is called in the file: ``"ethnicity-2021"``.
    kind
        ``"counts"``, ``"areas"``, ``"rates"``.
    frame
        Its rows, with shapes where there are any.
    table, date
        What a request calls it: ``"ethnicity"`` and 2021, or 2019 for an edition.
    common
        Whether its units are the common areas of two dates.
    groups
        For counts: the column of each group.
    strata
        For counts: columns that are strata.
    about
        For counts: what is counted and where it comes from.
    hash
        For counts: their fingerprint.
    """

    name: str
    kind: str
    frame: Any
    table: str = ""
    date: int = 0
    common: bool = False
    groups: Mapping[str, str] = field(default_factory=dict)
    strata: tuple[str, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)
    hash: str = ""

    def to_dict(self) -> dict[str, Any]:
        """What the manifest says of it."""
        said: dict[str, Any] = {"name": self.name, "kind": self.kind, "rows": len(self.frame)}
        said |= {"table": self.table, "date": self.date} if self.table else {}
        if self.kind == "counts":
            said |= {
                "common_areas": self.common,
                "people": float(self.frame["total"].sum()),
                "groups": dict(self.groups),
                "strata": list(self.strata),
                "about": dict(self.about),
                "counts_sha256": self.hash,
            }
        return said


def of_counts(
    counts: Counts,
    *,
    name: str,
    table: str,
    date: int,
    shapes: Any,  # noqa: ANN401
    further: pd.DataFrame | None = None,
    common: bool = False,
) -> Layer:
    """Write counts as a layer.

    Parameters
    ----------
    counts
        The counts, in any order of units.
    name, table, date, common
        See `Layer`.
    shapes
        GeoSeries by unit id.
    further
        More columns, by unit id, that are no strata.
    """
    strata = [str(column) for column in counts.strata.columns]
    columns = _columns(
        [group_text(group) for group in counts.groups], [*strata, *(further if further is not None else ())]
    )
    frame = pd.DataFrame({"unit": np.asarray(counts.units, dtype=object)})
    for column in strata:
        frame[column] = counts.strata[column].astype(object).to_numpy()
    if further is not None:
        for column in further.columns:
            frame[column] = further[column].reindex(counts.units).to_numpy()
    for place, column in enumerate(columns.values()):
        frame[column] = counts.values[:, place]
    frame["total"] = counts.total
    if counts.low is not None and counts.high is not None and not np.array_equal(counts.low, counts.high):
        for bound, values in (("low", counts.low), ("high", counts.high)):
            for place, column in enumerate(columns.values()):
                frame[f"{column} ({bound})"] = values[:, place]
    return Layer(
        name=name,
        kind="counts",
        frame=_shaped(frame, shapes),
        table=table,
        date=date,
        common=common,
        groups=columns,
        strata=tuple(strata),
        about=counts.about.to_dict(),
        hash=counts.hash,
    )


def to_counts(frame: Any, said: Mapping[str, Any]) -> Counts:  # noqa: ANN401
    """Make counts of a layer again, as the manifest describes it."""
    columns = list(said["groups"].values())
    values = frame[columns].to_numpy(dtype=np.float64)
    strata = {name: categorical(frame[name].to_numpy(dtype=object)) for name in said["strata"]}
    return Counts(
        values=values,
        groups=tuple(said["groups"]),
        units=pd.Index(frame["unit"].astype(str), dtype=str, name=None),
        total=frame["total"].to_numpy(dtype=np.float64),
        strata=pd.DataFrame(strata, index=range(len(frame))),
        geometry=frame.geometry.reset_index(drop=True) if hasattr(frame, "geometry") else None,
        about=About(**said["about"]),
        low=_bound(frame, columns, "low"),
        high=_bound(frame, columns, "high"),
        # The layer keeps the printed totals, which filling hidden cells must not change.
        stated=True,
    )


def _bound(frame: Any, columns: Sequence[str], bound: str) -> FloatArray | None:  # noqa: ANN401
    names = [f"{column} ({bound})" for column in columns]
    return frame[names].to_numpy(dtype=np.float64) if names[0] in frame.columns else None


def of_rates(rates: Rates, *, name: str, table: str, date: int, units: Sequence[str], shapes: Any) -> Layer:  # noqa: ANN401
    """Write the scores, ranks and deciles of some units as a layer, one row a unit."""
    rows = rates.table[rates.table["unit"].isin(units)]
    frame = pd.DataFrame({"unit": list(units)})
    for indicator, part in rows.groupby("indicator", sort=False):
        own = part.set_index("unit").reindex(units)
        frame[f"{indicator} score"] = own["rate"].to_numpy()
        for kind in ("rank", "decile"):
            if kind in own.columns:
                frame[f"{indicator} {kind}"] = own[kind].to_numpy()
    if "residents" in rows.columns:
        frame["residents"] = rows.drop_duplicates("unit").set_index("unit")["residents"].reindex(units).to_numpy()
    return Layer(name=name, kind="rates", frame=_shaped(frame, shapes), table=table, date=date)


def of_areas(frame: pd.DataFrame, shapes: Any, *, name: str, unit: str = "unit") -> Layer:  # noqa: ANN401
    """Write areas as a layer; `unit` is the column with their ids."""
    return Layer(name=name, kind="areas", frame=_shaped(frame, shapes, unit=unit))


def _columns(groups: Sequence[str], others: Sequence[str]) -> dict[str, str]:
    """Name a column for each group, apart from every other column whatever the case of its letters."""
    used = {name.casefold() for name in [*TAKEN, *map(str, others)]}
    columns: dict[str, str] = {}
    for group in groups:
        column, number = group, 2
        while column.casefold() in used:
            column, number = f"{group} (group{'' if number == 2 else f' {number}'})", number + 1
        used.add(column.casefold())
        columns[group] = column
    return columns


def _shaped(frame: pd.DataFrame, shapes: Any, *, unit: str = "unit") -> Any:  # noqa: ANN401
    import geopandas as gpd

    own = shapes.reindex(frame[unit])
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(own.to_numpy(), crs=shapes.crs))


def need_shapes(units: Sequence[str], shapes: Any, file: str) -> None:  # noqa: ANN401
    """Refuse units that have no shape.

    Raises
    ------
    UnmatchedUnit
        Some have none.
    """
    lacking = [unit for unit in units if unit not in shapes.index]
    if lacking:
        message = f"{len(lacking):,} of {len(units):,} units of the district are not in {file!r}."
        raise UnmatchedUnit(message, units=lacking, remedy="It may be of another vintage, or cut to another place.")
