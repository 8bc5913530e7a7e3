"""Maps of shares, of location quotients, of other local values and of a condition."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from placemix.report import mapping, rounding
from placemix.report.items import Figure, Item, Section
from placemix.report.sections.unit_maps import around_of, notes, of_group, value_maps
from placemix.report.tabling import table


def maps(
    values: pd.DataFrame,
    areas: Any,  # noqa: ANN401
    *,
    focal: str | None = None,
    unit: str = "",
    outlines: Any = None,  # noqa: ANN401
    member: str = "member",
    period: str = "",
    source: str = "",
) -> Section:
    """Draw local values: a group's share and location quotient, local clusters, or any other value of each unit.

    Parameters
    ----------
    values
        What ``placemix.local(counts, …)`` gave. Location quotients make two maps, of the share and of the
        quotient; local clusters are drawn by their flag; everything else in classes of its value.
    areas
        GeoDataFrame with a shape for each unit of the frame, projected.
    focal
        Group to map. Default: the only one in the frame.
    unit
        Column of `areas` with the units' ids. Default: its index.
    outlines
        GeoDataFrame of larger areas drawn over the map, with a column `name`.
    member
        What one of the people is called.
    period
        Date of the counts.
    source
        Line printed under each map. Default: the hash of the counts.

    Raises
    ------
    InvalidParameter
        The frame holds no local values, none of the group, or several groups and none was named.
    UnmatchedUnit
        No unit of the frame has a shape.
    GeographicCRS
        The shapes are in degrees.

    Examples
    --------
    >>> import geopandas as gpd, placemix as pm
    >>> homes = pm.datasets.town().residents("before")
    >>> shapes = gpd.GeoDataFrame(geometry=homes.geometry.set_axis(homes.units))
    >>> found = pm.local(homes, ["location_quotient", "simpson"], focal="blue")
    >>> section = pm.report.sections.maps(found, shapes, focal="blue")
    >>> [item.kind for item in section.items if isinstance(item, pm.report.Figure)]
    ['image/png', 'image/png', 'image/png']
    """
    frame = of_group(values, focal)
    groups = frame["focal"].astype(object).dropna()
    shown = str(groups.iloc[0]) if len(groups) else "all groups"
    when = f", {period}" if period else ""
    source = source or f"Source: counts {frame['source'].iloc[0]}."
    quotients = frame["measure"].astype(str) == "location_quotient"
    figures: list[Figure] = []
    if quotients.any():
        figures += _quotient_maps(
            frame[quotients], areas, focal=shown, unit=unit, outlines=outlines, member=member, when=when, source=source
        )
    figures += value_maps(
        frame[~quotients], areas, unit=unit, outlines=outlines, member=member, when=when, source=source
    )
    ids = frame["unit"].astype(str)
    missing = int((~ids.drop_duplicates().isin(mapping.matched(areas, ids.tolist(), unit).index)).sum())
    empty = int(ids[frame["people"] <= 0].nunique())
    told = [
        f"Units where nobody lives are hatched and count nowhere ({empty})." if empty else "",
        _undrawn(missing),
    ]
    items: list[Item] = [*figures, *filter(None, told)]
    return Section(f"Maps: {shown}{when}", items)


def _quotient_maps(
    frame: pd.DataFrame,
    areas: Any,  # noqa: ANN401
    *,
    focal: str,
    unit: str,
    outlines: Any,  # noqa: ANN401
    member: str,
    when: str,
    source: str,
) -> list[Figure]:
    """Draw a group's share and its location quotient, of the units themselves or of what is around them."""
    by = [str(name) for name in frame.columns[1 : list(frame.columns).index("measure")]]
    frame = frame.set_index(frame["unit"].astype(str))
    shapes = mapping.matched(areas, frame.index.tolist(), unit)
    share = (frame["numerator"] / frame["people"]).where(frame["people"] > 0)
    # What quotients are of: members expected at the overall share, so that surroundings do not change it.
    overall = rounding.share(float(frame["denominator"].sum() / frame["people"].sum()))
    around = around_of(frame)
    near = around != "own unit"
    who = "of the people around each unit" if near else f"of all {member}s"
    made = f" ({around})" if near else ""
    known = share.dropna()
    highest = f"{rounding.share(float(known.max()))}" if len(known) else rounding.ABSENT
    drawn = mapping.shares(shapes, share, outlines=outlines)
    first = Figure(
        image=drawn.image,
        legend=drawn.legend,
        kind="image/png",
        alt=(
            f"Choropleth map of the {focal} share {'around' if near else 'of'} each unit, pale where low and dark "
            f"where high. The share of the whole is {overall}; the highest in one unit is {highest}"
            f"{f', in {known.idxmax()}' if len(known) else ''}."
        ),
        caption=(
            f"{focal} share {who}{when}{made}. Of the whole it is {overall}; half of the units are under "
            f"{rounding.share(float(share.median()))}, and the highest is {highest}. {source}"
        ).strip(),
        table=_table(_shares(share, frame, near=near), f"Units and {focal} {member}s by {focal} share", near=near),
        wide=True,
    )
    drawn = mapping.quotients(shapes, frame, outlines=outlines)
    than = f"its share of the unit's {' and '.join(by)}" if by else f"its overall share ({overall})"
    limits = bool(frame["lower"].notna().any())
    second = Figure(
        image=drawn.image,
        legend=drawn.legend,
        kind="image/png",
        alt=(
            f"Choropleth map of location quotients of {focal} {member}s: sand where its share is below "
            f"{'that of the whole' if not by else than}, purple where above"
            f"{', pale where chance alone could explain the difference' if limits else ''}. "
            f"{_beyond(frame, limits=limits)}"
        ),
        caption=(
            f"Location quotient of {focal} {member}s{when}: how many times {than} the group has "
            f"{'around' if near else 'in'} each unit{made}. {_beyond(frame, limits=limits)}{notes(frame)} {source}"
        ).strip(),
        table=_tested(
            _quotients(frame["value"], frame, near=near),
            f"Units by location quotient of {focal}",
            limits=limits,
            near=near,
        ),
        wide=True,
    )
    return [first, second]


def _beyond(frame: pd.DataFrame, *, limits: bool) -> str:
    """Say how many units are above and below, and of how many chance alone could say it."""
    if not limits:
        above, below = int((frame["value"] > 1).sum()), int((frame["value"] < 1).sum())
        return (
            f"It is above 1 in {rounding.count(above)} units and below 1 in {rounding.count(below)}; what chance alone "
            "would give is not known here, so the map has no limits."
        )
    above, below = int((frame["lower"] > 1).sum()), int((frame["upper"] < 1).sum())
    level = 100 * float(frame["level"].dropna().iloc[0])
    rest = int(frame["value"].notna().sum()) - above - below
    return (
        f"Beyond what chance alone explains it is above in {rounding.count(above)} units and below in "
        f"{rounding.count(below)}; in the other {rounding.count(rest)} the {level:g} % range that chance alone would "
        "give includes that share."
    )


def map_of_condition(
    condition: pd.Series,
    areas: Any,  # noqa: ANN401
    *,
    words: str,
    unit: str = "",
    outlines: Any = None,  # noqa: ANN401
    shares: bool = True,
    source: str = "",
) -> Figure:
    """Draw the condition of places that `unequal` compares.

    Parameters
    ----------
    condition
        A value for each unit, by unit id.
    areas, unit, outlines, source
        See `maps`.
    words
        The condition in words.
    shares
        Whether it is a share.
    """
    values = condition.set_axis(condition.index.astype(str))
    shapes = mapping.matched(areas, values.index.tolist(), unit)
    write = rounding.share if shares else rounding.quantity
    tenths = values.quantile([0.1, 0.25, 0.5, 0.75, 0.9])
    caption = (
        f"{words[:1].upper()}{words[1:]}. Half of the units are under {write(float(tenths[0.5]))}, a tenth "
        f"under {write(float(tenths[0.1]))} and "
        f"a tenth over {write(float(tenths[0.9]))}. {source}"
    ).strip()
    drawn = mapping.conditions(shapes, values, outlines=outlines, percent=shares)
    return Figure(
        image=drawn.image,
        legend=drawn.legend,
        kind="image/png",
        alt=f"Choropleth map, pale where low and dark where high. {caption}",
        caption=caption,
        table=table(
            f"Quantiles over the units: {words}",
            {
                "Share of units below": [f"{100 * level:g} %" for level in tenths.index],
                "Value": [write(v) for v in tenths],
            },
        ),
        wide=True,
    )


def _undrawn(missing: int) -> str:
    if missing == 1:
        return "One unit has no shape and is not drawn; it counts in every table."
    return f"{missing} units have no shape and are not drawn; they count in every table." if missing else ""


def _shares(share: pd.Series, frame: pd.DataFrame, *, near: bool) -> list[tuple[str, int, float]]:
    whom = "people" if near else "numerator"
    bounds = [0.0, *mapping.share_bounds(share), 1.0]
    out = []
    for low, high in pairwise(bounds):
        inside = (share >= low) & ((share < high) | ((high == 1) & (share <= 1)))
        out.append((f"{100 * low:g} to {100 * high:g} %", int(inside.sum()), float(frame.loc[inside, whom].sum())))
    return out


def _quotients(value: pd.Series, frame: pd.DataFrame, *, near: bool) -> list[tuple[str, int, int, float]]:
    whom = "people" if near else "numerator"
    bounds = [0.0, *mapping.QUOTIENTS, np.inf]
    out = []
    for low, high in pairwise(bounds):
        inside = (value >= low) & (value < high)
        label = f"{low:g} to {high:g}" if np.isfinite(high) else f"{low:g} or more"
        beyond = inside & ((frame["lower"] > 1) | (frame["upper"] < 1))
        out.append((label, int(inside.sum()), int(beyond.sum()), float(frame.loc[inside, whom].sum())))
    return out


#: Heading of the last column. What quotients of surroundings are of is no number of members of a unit.
_MEMBERS = {False: "Members of the group", True: "Residents"}


def _tested(rows: list[tuple[str, int, int, float]], caption: str, *, limits: bool, near: bool) -> Any:  # noqa: ANN401
    rows = [*rows, ("all", sum(row[1] for row in rows), sum(row[2] for row in rows), sum(row[3] for row in rows))]
    columns = {"Class": [row[0] for row in rows], "Units": [rounding.count(row[1]) for row in rows]}
    if limits:
        columns["of them beyond chance"] = [rounding.count(row[2]) for row in rows]
    columns[_MEMBERS[near]] = [rounding.count(row[3]) for row in rows]
    strong = frozenset((len(rows) - 1, column) for column in range(1, len(columns)))
    return table(caption, columns, strong=strong)


def _table(rows: list[tuple[str, int, float]], caption: str, *, near: bool) -> Any:  # noqa: ANN401
    return table(
        caption,
        {
            "Class": [row[0] for row in rows],
            "Units": [rounding.count(row[1]) for row in rows],
            _MEMBERS[near]: [rounding.count(row[2]) for row in rows],
        },
    )
