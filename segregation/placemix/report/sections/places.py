"""Maps of shares, of location quotients and of a condition."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from placemix.report import mapping, rounding
from placemix.report.items import Figure, Item, Section
from placemix.report.tabling import table


def maps(
    quotients: pd.DataFrame,
    areas: Any,  # noqa: ANN401
    *,
    focal: str,
    unit: str = "",
    outlines: Any = None,  # noqa: ANN401
    member: str = "member",
    period: str = "",
    source: str = "",
) -> Section:
    """Draw a group's share and its location quotient in each unit.

    Parameters
    ----------
    quotients
        What ``placemix.local(counts, "location_quotient", focal=…)`` gave.
    areas
        GeoDataFrame with a shape for each unit of the frame, projected.
    focal
        Group to map.
    unit
        Column of `areas` with the units' ids. Default: its index.
    outlines
        GeoDataFrame of larger areas drawn over the map, with a column `name`.
    member
        What one of the people is called.
    period
        Date of the counts.
    source
        Line printed under each map.
    """
    frame = pd.DataFrame(quotients)
    frame = frame[(frame["measure"].astype(str) == "location_quotient") & (frame["focal"].astype(str) == focal)]
    frame = frame.set_index(frame["unit"].astype(str))
    shapes = mapping.matched(areas, frame.index.tolist(), unit)
    share = (frame["numerator"] / frame["people"]).where(frame["people"] > 0)
    when = f", {period}" if period else ""
    overall = frame["numerator"].sum() / frame["people"].sum()
    empty = int((frame["people"] <= 0).sum())
    missing = int((~frame.index.isin(shapes.index)).sum())
    highest = share.idxmax()
    drawn = mapping.shares(shapes, share, outlines=outlines)
    first = Figure(
        image=drawn.image,
        legend=drawn.legend,
        kind="image/png",
        alt=(
            f"Choropleth map of the {focal} share of each unit, pale where low and dark where high. The "
            "share of the whole is "
            f"{rounding.share(overall)}; the highest in one unit is {rounding.share(float(share.max()))}, "
            f"in {highest}."
        ),
        caption=(
            f"{focal} share of all {member}s{when}. Of the whole it is {rounding.share(overall)}; half of "
            "the units are under "
            f"{rounding.share(float(share.median()))}, and the highest is "
            f"{rounding.share(float(share.max()))}. {source}"
        ).strip(),
        table=_table(_shares(share, frame), f"Units and {focal} {member}s by {focal} share"),
        wide=True,
    )
    value = frame["value"]
    above = (frame["lower"] > 1).sum()
    below = (frame["upper"] < 1).sum()
    drawn = mapping.quotients(shapes, frame, outlines=outlines)
    second = Figure(
        image=drawn.image,
        legend=drawn.legend,
        kind="image/png",
        alt=(
            f"Choropleth map of location quotients of {focal} {member}s: sand where its share is below that of the "
            "whole, purple where above, "
            f"pale where chance alone could explain the difference. {rounding.count(above)} units are "
            f"above and {rounding.count(below)} below."
        ),
        caption=(
            f"Location quotient of {focal} {member}s{when}: how many times its overall share "
            f"({rounding.share(overall)}) the group has in each unit. "
            f"Beyond what chance alone explains it is above in {rounding.count(above)} units and below in "
            f"{rounding.count(below)}; in the other {rounding.count(len(frame) - empty - above - below)} the 95 % "
            f"range that chance alone would give includes the overall share. {source}"
        ).strip(),
        table=_tested(_quotients(value, frame), f"Units by location quotient of {focal}"),
        wide=True,
    )
    told = [
        f"Units where nobody lives are hatched and count nowhere ({empty})." if empty else "",
        _undrawn(missing),
    ]
    items: list[Item] = [first, second, *filter(None, told)]
    return Section(f"Maps: {focal}{when}", items)


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


def _shares(share: pd.Series, frame: pd.DataFrame) -> list[tuple[str, int, float]]:
    bounds = [0.0, *mapping.share_bounds(share), 1.0]
    out = []
    for low, high in pairwise(bounds):
        inside = (share >= low) & ((share < high) | ((high == 1) & (share <= 1)))
        out.append(
            (f"{100 * low:g} to {100 * high:g} %", int(inside.sum()), float(frame.loc[inside, "numerator"].sum()))
        )
    return out


def _quotients(value: pd.Series, frame: pd.DataFrame) -> list[tuple[str, int, int, float]]:
    bounds = [0.0, *mapping.QUOTIENTS, np.inf]
    out = []
    for low, high in pairwise(bounds):
        inside = (value >= low) & (value < high)
        label = f"{low:g} to {high:g}" if np.isfinite(high) else f"{low:g} or more"
        beyond = inside & ((frame["lower"] > 1) | (frame["upper"] < 1))
        out.append((label, int(inside.sum()), int(beyond.sum()), float(frame.loc[inside, "numerator"].sum())))
    return out


def _tested(rows: list[tuple[str, int, int, float]], caption: str) -> Any:  # noqa: ANN401
    rows = [*rows, ("all", sum(row[1] for row in rows), sum(row[2] for row in rows), sum(row[3] for row in rows))]
    return table(
        caption,
        {
            "Class": [row[0] for row in rows],
            "Units": [rounding.count(row[1]) for row in rows],
            "of them beyond chance": [rounding.count(row[2]) for row in rows],
            "Members of the group": [rounding.count(row[3]) for row in rows],
        },
        strong=frozenset((len(rows) - 1, column) for column in range(1, 4)),
    )


def _table(rows: list[tuple[str, int, float]], caption: str) -> Any:  # noqa: ANN401
    return table(
        caption,
        {
            "Class": [row[0] for row in rows],
            "Units": [rounding.count(row[1]) for row in rows],
            "Members of the group": [rounding.count(row[2]) for row in rows],
        },
    )
