"""Catchments before and after: what was asked, what was reached, and which areas change school."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from placemix.lengths import written
from placemix.report import mapping, rounding, theme
from placemix.report.items import Figure, Heading, Item, Section, Table
from placemix.report.tabling import table

#: Colours of areas that keep their school and of those that change it.
_KEPT, _MOVED = theme.SEQUENTIAL[1], theme.HUES[1]


def catchment_change(
    told: pd.DataFrame,
    zones: pd.DataFrame,
    areas: Any = None,  # noqa: ANN401
    *,
    unit: str = "",
    names: Mapping[str, str] | None = None,
    member: str = "children",
) -> Section:
    """Show what other catchments would mean, and where they differ from those of now.

    Parameters
    ----------
    told
        What `placemix.schools.evaluate_catchments` found, with the assignment before.
    zones
        What `placemix.schools.redraw` gave.
    areas
        GeoDataFrame of the areas, on a projected map; None: no map.
    unit
        Its column of the ids of `zones`; ``""`` for its index.
    names
        Names of the schools by id. Default: their ids.
    member
        Whom the areas hold: children, or residents who stand in for them.
    """
    told, zones = pd.DataFrame(told), pd.DataFrame(zones)
    items: list[Item] = [_reached(zones, member), str(told["note"].iloc[0])]
    if areas is not None:
        items.append(_map(zones, areas, unit, names or {}, member))
    items += [Heading("Before and after"), _whole(told)]
    groups = told[(told["scope"] == "group") & (told["statistic"] != "unreachable")]
    items.append(_table(groups, "By group", [f"{row.statistic}, {row.of}" for row in groups.itertuples()]))
    items += [Heading("What these zones rest on"), str(zones["note"].iloc[0])]
    return Section("Other catchments", items)


def _reached(zones: pd.DataFrame, member: str) -> str:
    first = zones.iloc[0]
    moved = zones["children"][zones["changed"]].sum() / max(zones["children"].sum(), 1)
    value = rounding.index if first["objective"] == "dissimilarity" else rounding.quantity
    what = "Dissimilarity of the intakes" if first["objective"] == "dissimilarity" else "Travel in all"
    said = (
        f"{what} would go from {value(first['value_before'])} to {value(first['value'])}, with "
        f"{rounding.share(moved)} of {member} zoned to another school."
    )
    if first["status"] == "optimal":
        return f"{said} No zones within the limits asked for do better."
    if pd.isna(first["bound"]):
        return f"{said} Whether others do better is not known."
    return f"{said} No zones within the limits asked for are below {value(first['bound'])}."


def _whole(told: pd.DataFrame) -> Table:
    rows = told[told["scope"].isin(["intakes", "everyone"])]
    rows = rows[(rows["statistic"] != "unreachable") | (rows["after"] > 0)]
    names = [str(name) for name in rows["statistic"]]
    return _table(rows, "Everyone", [name.replace("_", " ").capitalize() for name in names])


def _table(rows: pd.DataFrame, caption: str, names: list[str]) -> Table:
    columns = {"": names}
    for heading, column in (("Before", "before"), ("After", "after"), ("Change", "change")):
        pairs = zip(rows[column], rows["unit"], strict=True)
        columns[heading] = [_value(value, str(kind), change=column == "change") for value, kind in pairs]
    return table(f"{caption}: before and after", columns, note="Changes are computed before rounding.")


def _value(value: float, kind: str, *, change: bool) -> str:
    if pd.isna(value):
        return "–"
    if kind == "share":
        return f"{rounding.points(value)} points" if change else rounding.share(value)
    if kind in {"metres", "minutes"}:
        text = written(abs(value)) if kind == "metres" else f"{abs(value):.1f} min"
        sign = "−" if value < 0 else "+" if change and value > 0 else ""
        return f"{sign}{text}"
    if kind in {"children", "schools"}:
        return f"{value:+,.0f}".replace("-", "−").replace("+0", "0") if change else rounding.count(value)
    return rounding.change(value) if change else rounding.index(value)


def _map(zones: pd.DataFrame, areas: Any, unit: str, names: Mapping[str, str], member: str) -> Figure:  # noqa: ANN401
    import geopandas as gpd

    one = zones.set_index(zones["unit"].astype(str))
    shapes = mapping.matched(areas, one.index.tolist(), unit)
    changed = one["changed"].astype(bool)
    colour = pd.Series(np.where(changed, _MOVED, _KEPT), index=one.index)
    legend = [(_KEPT, "keeps its school"), (_MOVED, "another school")]
    here = gpd.GeoDataFrame({"name": one["school"].reindex(shapes.index)}, geometry=shapes.to_numpy(), crs=shapes.crs)
    lines = here.dropna().dissolve("name").reset_index()
    lines["name"] = [names.get(str(name), str(name)) for name in lines["name"]]
    drawn = mapping.categories(shapes, colour, legend, outlines=lines)
    many, people = int(changed.sum()), float(one["children"][changed].sum())
    caption = (
        f"Areas whose school changes: {rounding.count(many)} of {rounding.count(len(one))}, with "
        f"{rounding.count(people)} of {rounding.count(float(one['children'].sum()))} {member}. Lines: the new zones."
    )
    taken = one[changed].groupby(["school_before", "school"], sort=True)["children"].agg(["size", "sum"]).reset_index()
    return Figure(
        image=drawn.image,
        legend=drawn.legend,
        kind="image/png",
        alt=f"Map of catchments. {caption}",
        caption=caption,
        table=table(
            f"Areas and {member} by school before and after",
            {
                "Before": [names.get(str(name), str(name)) for name in taken["school_before"]],
                "After": [names.get(str(name), str(name)) for name in taken["school"]],
                "Areas": [rounding.count(value) for value in taken["size"]],
                member.capitalize(): [rounding.count(value) for value in taken["sum"]],
            },
            text=["After"],
        ),
        wide=True,
    )
