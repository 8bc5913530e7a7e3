"""Columns of a caller's table: found, named once, and taken out without touching the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from placemix._typing import GroupName, Table
from placemix.about import About
from placemix.counts import group_text
from placemix.errors import (
    CRSMismatch,
    InvalidParameter,
    InvalidTable,
    NotNumbers,
    PlacemixError,
    RepeatedColumn,
    UnknownColumn,
    did_you_mean,
    listed,
)
from placemix.strata import clashes

#: Columns of groups: a list, or a mapping from a group to its column or columns.
Groups = Sequence[str] | Mapping[GroupName, str | Sequence[str]]


def native(frame: Table) -> nw.DataFrame[Any]:
    """Return any kind of table under one interface, or say why it is none."""
    if isinstance(frame, pd.DataFrame):
        if not all(isinstance(name, str) for name in frame.columns):
            frame = frame.rename(columns=str)
        if frame.columns.has_duplicates:
            raise _repeated([str(name) for name in frame.columns])
    try:
        return nw.from_native(frame, eager_only=True)
    except TypeError as error:
        message = f"A {type(frame).__name__} is not a table that can be read."
        remedy = "Pass a pandas, GeoPandas, polars or pyarrow table; collect a lazy one first."
        raise NotNumbers(message, remedy=remedy) from error
    except nw.exceptions.DuplicateError as error:  # pyarrow tables may repeat a name
        raise _repeated([str(name) for name in frame.column_names]) from error


def taken(table: nw.DataFrame[Any], name: str) -> pd.Series:
    """Return a column as pandas holds it."""
    column = table[name]
    if column.dtype == nw.Unknown:
        # What narwhals does not know it hands on as plain numbers: the months of a period, as counts.
        native = column.to_native()
        return native if isinstance(native, pd.Series) else native.to_pandas()
    return column.to_pandas()


def _repeated(names: Sequence[str]) -> RepeatedColumn:
    twice = list(dict.fromkeys(name for name in names if names.count(name) > 1))
    message = f"The table has columns of the same name: {listed([repr(name) for name in twice])}."
    return RepeatedColumn(message, remedy="Rename or drop the repeated ones.")


def one_name(role: str, name: object) -> str:
    """Read an argument that names one column; whole numbers name columns of such a name."""
    if isinstance(name, str) or (isinstance(name, int) and not isinstance(name, bool)):
        return str(name)
    message = f"{role} is the name of a column, not {name!r}."
    raise InvalidParameter(message)


def optional_name(role: str, name: object) -> str | None:
    """Read an argument that may name one column."""
    return None if name is None else one_name(role, name)


def several_names(role: str, names: object) -> tuple[str, ...]:
    """Read an argument that names columns: one or several."""
    if names is None:
        return ()
    if isinstance(names, str) or not isinstance(names, Iterable):
        return (one_name(role, names),)
    return tuple(one_name(role, name) for name in names)


def group_columns(groups: Groups) -> dict[GroupName, list[str]]:
    """Read the columns of each group."""
    if isinstance(groups, str) or not isinstance(groups, Iterable):
        message = f"groups is a list of columns, not {groups!r}."
        raise InvalidParameter(message, remedy="Write groups=['asian', 'white'], or a mapping from names to columns.")
    if isinstance(groups, Mapping):
        named = {name: several_names("a group", parts) for name, parts in groups.items()}
        return {name if isinstance(name, tuple) else str(name): list(parts) for name, parts in named.items()}
    wanted: dict[GroupName, list[str]] = {}
    for name in several_names("a group", groups):
        # A group named twice is a fault that _columns reports, so both are kept here.
        wanted.setdefault(name, []).append(name)
    return wanted


def ordered(wanted: Mapping[GroupName, Sequence[str]]) -> list[str]:
    """List every column of the groups once."""
    return list(dict.fromkeys(column for columns in wanted.values() for column in columns))


def column_faults(
    table: nw.DataFrame[Any], wanted: Mapping[GroupName, Sequence[str]], others: Iterable[str], strata: Iterable[str]
) -> list[PlacemixError]:
    """Find columns that are not there or are named twice."""
    faults: list[PlacemixError] = []
    asked = [column for columns in wanted.values() for column in columns]
    others, strata = list(others), list(strata)
    faults += clashes(map(group_text, wanted), strata)
    others += strata
    empty = [group_text(name) for name, columns in wanted.items() if not columns]
    if empty:
        faults.append(InvalidTable(f"Groups without a column: {listed(empty)}.", remedy="Name at least one each."))
    twice = list(dict.fromkeys(column for column in asked if asked.count(column) > 1))
    if twice:
        message = f"Group columns are named more than once: {listed([repr(name) for name in twice])}."
        faults.append(RepeatedColumn(message, remedy="Nobody may count twice; name each column once."))
    roles = [name for name in others if name in asked]
    if roles:
        message = f"Columns are both a group and something else: {listed([repr(name) for name in roles])}."
        faults.append(RepeatedColumn(message, remedy="Leave the unit, the strata and the total out of the groups."))
    unknown = [name for name in dict.fromkeys([*asked, *others]) if name not in table.columns]
    if unknown:
        hints = [hint for name in unknown if (hint := did_you_mean(name, table.columns))]
        message = f"The table has no column {listed([repr(name) for name in unknown])}."
        remedy = f"{' '.join(hints)} It has: {listed(table.columns, shown=40)}."
        faults.append(UnknownColumn(message, remedy=remedy.strip()))
    return faults


def read_about(about: object) -> About:
    """Read what is counted and where it comes from."""
    if isinstance(about, About):
        return about
    known = list(About.__dataclass_fields__)
    if not isinstance(about, Mapping) and about is not None:
        message = f"about is a mapping or an About, not {about!r}."
        raise InvalidParameter(message, remedy=f"Its fields are {', '.join(known)}.")
    try:
        return About(**(about or {}))
    except TypeError as error:
        wrong = [name for name in (about or {}) if name not in known]
        message = f"about has no field {listed([repr(name) for name in wrong])}; it has {', '.join(known)}."
        raise InvalidParameter(message, remedy=did_you_mean(wrong[0], known) if wrong else "") from error


def shapes(frame: Table, column: str | None, crs: Any) -> Any:  # noqa: ANN401
    """Shapes of the units, or None; a GeoDataFrame's active ones unless another column is named."""
    if column is None:
        active = getattr(frame, "active_geometry_name", None)
        if active is None:
            return None
        column = active
    import geopandas as gpd

    try:
        shapes = gpd.GeoSeries(frame[column].array if hasattr(frame[column], "array") else list(frame[column]))
    except TypeError as error:
        message = f"Column {column!r} holds no shapes."
        raise InvalidTable(message, remedy="Make them with geopandas.GeoSeries.from_wkt or from_wkb first.") from error
    planar = isinstance(crs, str) and crs == "planar"
    if planar and shapes.crs is not None:
        message = f"The shapes have the coordinate reference system {shapes.crs.name}, so they are on no bare plane."
        raise CRSMismatch(message, remedy="Leave out crs='planar'.")
    if crs is not None and not planar and shapes.crs is None:
        try:
            shapes = shapes.set_crs(crs)
        except RuntimeError as error:  # pyproj's own is one
            message = f"There is no coordinate reference system {crs!r}."
            raise CRSMismatch(message, remedy="Give one as 'EPSG:27700', or 'planar'.") from error
    return shapes
