"""What a pack holds of an input: counts, flows, series and tables as one frame each, with a hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from placemix.about import About
from placemix.counts import Counts
from placemix.errors import InvalidPack, listed
from placemix.flows import Flows

#: Column of the places of counts.
_PLACES = "places"
#: Rooms whose verbs ask where units are: their packs hold it.
MAPPED = ("schools.", "scenarios.")

#: What a pack can hold and make again.
Input: TypeAlias = Counts | Flows | pd.Series | pd.DataFrame


def describe(value: Input, *, places: bool = False) -> tuple[dict[str, Any], pd.DataFrame]:
    """Say what a pack must hold of an input: plain values with its hash, and one table.

    Parameters
    ----------
    value
        Counts, flows, a series or a table.
    places
        Whether where the units of counts are is held too, as well-known binary with a hash of its own.

    Raises
    ------
    InvalidPack
        A table holds what a file cannot.
    """
    if isinstance(value, Counts):
        return _counts(value, places=places)
    if isinstance(value, Flows):
        return _flows(value)
    if isinstance(value, pd.DataFrame):
        return _frame(value)
    frame = pd.DataFrame({"unit": value.index.astype(str), "value": value.to_numpy()})
    about = {"kind": "series", "name": None if value.name is None else str(value.name), "hash": _series_hash(frame)}
    return about, frame


def restore(about: Mapping[str, Any], frame: pd.DataFrame) -> Input:
    """Rebuild an input from a pack and check it against its hash.

    Raises
    ------
    InvalidPack
        The input does not have the hash recorded.
    """
    made = {"series": _as_series, "frame": _as_frame, "flows": _as_flows, "counts": _as_counts}
    rebuilt = made[about["kind"]](about, frame)
    # Packs written before places were held have none to compare.
    moved = "places" in about and _digest(frame[["unit", _PLACES]], [str(about["crs"])]) != about["places"]
    if moved or fingerprint(rebuilt) != about["hash"]:
        message = "An input of the pack does not have the hash recorded beside it."
        raise InvalidPack(message, remedy="The file was changed after it was saved; ask for the original.")
    return rebuilt


def fingerprint(value: Input) -> str:
    """Return the hash by which a pack knows an input."""
    return str(describe(value)[0]["hash"])


def _counts(value: Counts, *, places: bool) -> tuple[dict[str, Any], pd.DataFrame]:
    about = {
        "kind": "counts",
        "hash": value.hash,
        "groups": _names(value.groups),
        "strata": list(value.strata.columns),
        "about": value.about.to_dict(),
        "axes": list(value.axes),
        "stated": value.stated,
    }
    frame = pd.DataFrame(value.values, columns=[f"group {place}" for place in range(len(value.groups))])
    frame.insert(0, "unit", np.asarray(value.units, dtype=object))
    frame["total"] = value.total
    for name in ("error", "low", "high"):
        array = getattr(value, name)
        if array is not None:
            for place in range(len(value.groups)):
                frame[f"{name} {place}"] = array[:, place]
    for name in value.strata.columns:
        frame[f"stratum {name}"] = value.strata[name].astype(str).to_numpy(dtype=object)
    if places and value.geometry is not None:
        import shapely

        about["crs"] = None if value.geometry.crs is None else value.geometry.crs.to_wkt()
        about["planar"] = value.planar
        frame[_PLACES] = shapely.to_wkb(np.asarray(value.geometry.array, dtype=object))
        about["places"] = _digest(frame[["unit", _PLACES]], [str(about["crs"])])
    return about, frame


def _as_counts(about: Mapping[str, Any], frame: pd.DataFrame) -> Counts:
    groups = _groups(about["groups"])
    beside = {
        name: frame[[f"{name} {place}" for place in range(len(groups))]].to_numpy()
        if f"{name} 0" in frame.columns
        else None
        for name in ("error", "low", "high")
    }
    strata = {
        name: pd.Categorical(frame[f"stratum {name}"], categories=pd.unique(frame[f"stratum {name}"]))
        for name in about["strata"]
    }
    geometry = None
    if "places" in about:
        import geopandas as gpd

        geometry = gpd.GeoSeries.from_wkb(frame[_PLACES], crs=about["crs"])
    return Counts(
        values=frame[[f"group {place}" for place in range(len(groups))]].to_numpy(),
        groups=groups,
        units=pd.Index(frame["unit"], dtype=str, name="unit"),
        total=frame["total"].to_numpy(),
        strata=pd.DataFrame(strata, index=range(len(frame))),
        about=About(**about["about"]),
        axes=tuple(about["axes"]),
        stated=bool(about.get("stated", False)),
        error=beside["error"],
        low=beside["low"],
        high=beside["high"],
        geometry=geometry,
        planar=bool(about.get("planar", False)),
    )


def _flows(value: Flows) -> tuple[dict[str, Any], pd.DataFrame]:
    frame = pd.DataFrame(value.values, columns=[f"group {place}" for place in range(len(value.groups))])
    frame.insert(0, "destination", value.destinations.to_numpy(dtype=object)[value.destination])
    frame.insert(0, "origin", value.origins.to_numpy(dtype=object)[value.origin])
    lost = value.left_out
    about = {
        "kind": "flows",
        "groups": _names(value.groups),
        "origins": list(map(str, value.origins)),
        "destinations": list(map(str, value.destinations)),
        "about": value.about.to_dict(),
        "left_out": None if lost is None else {str(name): float(count) for name, count in lost.items()},
        "hash": _digest(frame, [*map(str, value.origins), "", *map(str, value.destinations)]),
    }
    return about, frame


def _as_flows(about: Mapping[str, Any], frame: pd.DataFrame) -> Flows:
    ends = [pd.Index(about[name], dtype=str) for name in ("origins", "destinations")]
    positions = [
        ids.get_indexer(frame[name].astype(str)) for ids, name in zip(ends, ("origin", "destination"), strict=True)
    ]
    lost = about["left_out"]
    return Flows(
        ends[0], ends[1], positions[0], positions[1],
        values=frame[[f"group {place}" for place in range(len(about["groups"]))]].to_numpy(),
        groups=_groups(about["groups"]),
        about=About(**about["about"]),
        left_out=None if lost is None else pd.Series(lost, dtype=np.float64),
    )  # fmt: skip


def _frame(value: pd.DataFrame) -> tuple[dict[str, Any], pd.DataFrame]:
    """A table of numbers, texts, truths and dates; shapes are held as well-known binary."""
    frame = pd.DataFrame(value).reset_index(drop=True)
    frame.columns = pd.Index([str(name) for name in frame.columns])
    if frame.columns.has_duplicates:
        message = f"A table has the column {listed(list(frame.columns[frame.columns.duplicated()]))} twice."
        raise InvalidPack(message, remedy="Name each column once before you save.")
    shapes: dict[str, str | None] = {}
    for name in frame.columns:
        column = frame[name]
        if str(column.dtype) == "geometry":
            import shapely

            shapes[name] = None if column.array.crs is None else column.array.crs.to_wkt()
            frame[name] = shapely.to_wkb(np.asarray(column.array, dtype=object))
        elif isinstance(column.dtype, pd.CategoricalDtype) or column.dtype == object:
            frame[name] = _cells(name, column)
    return {"kind": "frame", "shapes": shapes, "hash": _digest(frame, list(frame.columns))}, frame


def _cells(name: str, column: pd.Series) -> pd.Series:
    """Cells of one kind, as a file needs them."""
    cells = column.astype(object).where(column.notna(), None)
    kinds = set(cells.dropna().map(type))
    if any(not issubclass(kind, str | bool | int | float | np.generic) for kind in kinds):
        message = f"Column {name!r} holds what is neither number nor text."
        raise InvalidPack(message, remedy="Leave the column out before you call.")
    if kinds <= {bool, np.bool_} or all(issubclass(kind, str) for kind in kinds):
        return cells
    if any(issubclass(kind, str | bool | np.bool_) for kind in kinds):
        # No file holds several kinds in a column; as texts they are the ids that they are compared as.
        return cells.map(str, na_action="ignore")
    return cells.astype(np.float64)


def _as_frame(about: Mapping[str, Any], frame: pd.DataFrame) -> pd.DataFrame:
    shapes: Mapping[str, str | None] = about["shapes"]
    if not shapes:
        return frame
    import geopandas as gpd

    made = {name: gpd.GeoSeries.from_wkb(frame[name], crs=crs) for name, crs in shapes.items()}
    return gpd.GeoDataFrame(frame.assign(**made), geometry=next(iter(shapes)))


def _as_series(about: Mapping[str, Any], frame: pd.DataFrame) -> pd.Series:
    return pd.Series(frame["value"].to_numpy(), index=pd.Index(frame["unit"], dtype=str), name=about["name"])


def _series_hash(frame: pd.DataFrame) -> str:
    ordered = frame.sort_values("unit", kind="stable")
    digest = hashlib.sha256("\x1f".join(ordered["unit"].astype(str)).encode())
    if pd.api.types.is_numeric_dtype(ordered["value"]):
        digest.update(ordered["value"].to_numpy(dtype="<f8").tobytes())
    else:
        digest.update("\x1f".join(_texts(ordered["value"])).encode())
    return digest.hexdigest()


def _digest(frame: pd.DataFrame, names: list[str]) -> str:
    """The same for any order of the rows, and for whole numbers that a file gives back as others."""
    columns = [_texts(frame[name]) for name in frame.columns]
    rows = sorted("\x1f".join(row) for row in zip(*columns, strict=True))
    return hashlib.sha256("\x1e".join(["\x1f".join(names), *rows]).encode()).hexdigest()


def _texts(column: pd.Series) -> list[str]:
    missing = column.isna().to_numpy()
    if pd.api.types.is_bool_dtype(column.dtype):
        cells = column.astype(object).map(str).tolist()
    elif pd.api.types.is_numeric_dtype(column.dtype):
        cells = list(map(repr, column.to_numpy(dtype=np.float64, na_value=np.nan).tolist()))
    else:
        cells = [cell.hex() if isinstance(cell, bytes) else str(cell) for cell in column.astype(object)]
    return ["" if lost else cell for lost, cell in zip(missing.tolist(), cells, strict=True)]


def _names(groups: tuple[Any, ...]) -> list[Any]:
    return [list(group) if isinstance(group, tuple) else group for group in groups]


def _groups(names: list[Any]) -> tuple[Any, ...]:
    return tuple(tuple(group) if isinstance(group, list) else group for group in names)
