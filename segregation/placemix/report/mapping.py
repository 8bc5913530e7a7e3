"""Choropleth maps: shares, location quotients, other local values and conditions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from placemix.errors import GeographicCRS, UnmatchedUnit
from placemix.lengths import metres_per_unit, written
from placemix.report import rounding, theme
from placemix.report.grounds import fill

#: Class bounds of a group's share; those above the highest share found are left out.
SHARES: tuple[float, ...] = (0.02, 0.05, 0.1, 0.25, 0.5, 0.75)
#: The same for a group that is the majority of most units.
MAJORITY: tuple[float, ...] = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
#: Class bounds of location quotients.
QUOTIENTS: tuple[float, ...] = (0.25, 0.5, 1.0, 2.0, 4.0)
#: Shares of units under each class bound of a condition.
TENTHS: tuple[float, ...] = (0.1, 0.3, 0.5, 0.7, 0.9)

#: Above this many outlines their names would cover the map.
NAMED = 40
_POINTS = {"Point", "MultiPoint"}
_EDGE = "#7b858c"


class Drawn(NamedTuple):
    """A map and the meaning of its colours.

    Attributes
    ----------
    image
        Bytes of a PNG.
    legend
        Colours and labels; ``"hatched"`` where nobody is.
    """

    image: bytes
    legend: tuple[tuple[str, str], ...]


def matched(areas: Any, ids: Sequence[str], column: str) -> Any:  # noqa: ANN401
    """Give the shapes by unit id, simplified for a page.

    Parameters
    ----------
    areas
        GeoDataFrame.
    ids
        Ids of the frame's units.
    column
        Column of `areas` with those ids; ``""`` for its index.

    Raises
    ------
    UnmatchedUnit
        No unit of the frame has a shape.
    GeographicCRS
        The shapes are in degrees, which would distort them.
    """
    if areas.crs is not None and areas.crs.is_geographic:
        message = "The areas to map are in degrees."
        raise GeographicCRS(message, remedy="Project them first: areas.to_crs(a projected CRS).")
    keyed = areas.set_index(areas[column].astype(str)) if column else areas.set_axis(areas.index.astype(str))
    if not keyed.index.isin([str(item) for item in ids]).any():
        message = "No unit of the result has a shape in the areas given."
        raise UnmatchedUnit(message, units=list(ids)[:5], remedy="Check that both are of one vintage.")
    shapes = keyed.geometry[~keyed.index.duplicated()]
    return simplified(shapes[shapes.notna() & ~shapes.is_empty])


def shares(shapes: Any, values: pd.Series, *, outlines: Any = None) -> Drawn:  # noqa: ANN401
    """Draw a group's share in fixed classes, so that maps of several dates compare."""
    bounds = [bound for bound in share_bounds(values) if bound < values.max()]
    return _classes(shapes, values, bounds, [f"{100 * bound:g} %" for bound in bounds], outlines)


def conditions(shapes: Any, values: pd.Series, *, outlines: Any = None, percent: bool = True) -> Drawn:  # noqa: ANN401
    """Draw a condition in classes of units, a tenth at either end."""
    found = np.nanquantile(values.to_numpy(dtype=np.float64), TENTHS)
    bounds = np.unique(np.round(found, 2) if percent else found)
    texts = [f"{100 * bound:.0f} %" if percent else rounding.quantity(bound) for bound in bounds]
    return _classes(shapes, values, bounds.tolist(), texts, outlines, theme.CONDITION)


def quotients(shapes: Any, frame: pd.DataFrame, *, outlines: Any = None) -> Drawn:  # noqa: ANN401
    """Draw location quotients; units that chance alone could explain stay pale.

    `frame` has columns value, lower and upper, by unit id.
    """
    value, lower, upper = (frame[name].to_numpy(dtype=np.float64) for name in ("value", "lower", "upper"))
    hues = [*theme.BELOW, theme.MIDDLE, *theme.ABOVE]
    codes = np.select(
        [(lower <= 1) & (upper >= 1), *(value < bound for bound in QUOTIENTS)], [3, 0, 1, 2, 4, 5], default=6
    )
    labels = ["under ¼", "¼ to ½", "½ to 1", "chance alone could explain it", "1 to 2", "2 to 4", "4 or more"]
    colour = pd.Series([hues[code] for code in codes], index=frame.index).where(~np.isnan(value))
    present = sorted(set(codes[~np.isnan(value)].tolist()))
    return _draw(shapes, colour, [(hues[code], labels[code]) for code in present], outlines)


def flags(shapes: Any, flag: pd.Series, *, outlines: Any = None, absent: str = "") -> Drawn:  # noqa: ANN401
    """Draw local clusters by their flag; `absent` says why units have none."""
    colour = flag.astype(object).map(theme.CLUSTERS)
    present = [(hue, label) for label, hue in theme.CLUSTERS.items() if (colour == hue).any()]
    return _draw(shapes, colour, present, outlines, absent)


def categories(
    shapes: Any,  # noqa: ANN401
    colour: pd.Series,
    legend: list[tuple[str, str]],
    *,
    outlines: Any = None,  # noqa: ANN401
    absent: str = "",
    dpi: int = 170,
) -> Drawn:
    """Draw each unit in the colour given; units without one are hatched."""
    return _draw(shapes, colour, legend, outlines, absent, dpi)


def values(
    shapes: Any,  # noqa: ANN401
    found: pd.Series,
    bounds: list[float],
    texts: list[str],
    *,
    outlines: Any = None,  # noqa: ANN401
    absent: str = "",
) -> Drawn:
    """Draw values in classes from pale to dark; `bounds` and their `texts` as `bounds_of` gives them."""
    return _classes(shapes, found, bounds, texts, outlines, absent=absent)


def bounds_of(found: pd.Series, *, share: bool) -> tuple[list[float], list[str]]:
    """Return class bounds and their texts: fixed for shares, else quantiles of the units."""
    known = found.dropna()
    if known.empty:
        return [], []
    if share:
        bounds = [bound for bound in share_bounds(known) if known.min() < bound <= known.max()]
        return bounds, [f"{100 * bound:g} %" for bound in bounds]
    bounds = np.unique([float(f"{bound:.3g}") for bound in np.quantile(known, TENTHS)]).tolist()
    bounds = [bound for bound in bounds if known.min() < bound <= known.max()]
    return bounds, [rounding.quantity(bound) for bound in bounds]


def share_bounds(values: pd.Series) -> tuple[float, ...]:
    """Return the class bounds that suit a group of this size."""
    return MAJORITY if values.median() > 0.5 else SHARES


def simplified(shapes: Any) -> Any:  # noqa: ANN401
    """Drop detail finer than a pixel of the page."""
    if set(shapes.geom_type) & _POINTS:
        return shapes
    x0, y0, x1, y1 = shapes.total_bounds
    return shapes.simplify(max(x1 - x0, y1 - y0) / 2500, preserve_topology=False)


def _classes(
    shapes: Any,  # noqa: ANN401
    values: pd.Series,
    bounds: list[float],
    texts: list[str],
    outlines: Any,  # noqa: ANN401
    ramp: Sequence[str] = theme.SEQUENTIAL,
    absent: str = "",
) -> Drawn:
    found = values.to_numpy(dtype=np.float64)
    codes = np.digitize(found, bounds)
    pick = np.linspace(0, len(ramp) - 1, len(bounds) + 1).round().astype(int)
    hues = [ramp[place] for place in pick]
    colour = pd.Series([hues[code] for code in codes], index=values.index).where(~np.isnan(found))
    return _draw(shapes, colour, list(zip(hues, ranges(texts), strict=True)), outlines, absent)


def ranges(texts: list[str]) -> list[str]:
    """Name the classes between bounds.

    Examples
    --------
    >>> ranges(["2 %", "5 %"])
    ['under 2 %', '2 to 5 %', '5 % or more']
    """
    if not texts:
        return ["all"]
    middle = [f"{low.removesuffix(' %')} to {high}" for low, high in pairwise(texts)]
    return [f"under {texts[0]}", *middle, f"{texts[-1]} or more"]


def _draw(
    shapes: Any,  # noqa: ANN401
    colour: pd.Series,
    legend: list[tuple[str, str]],
    outlines: Any,  # noqa: ANN401
    absent: str = "",
    dpi: int = 170,
) -> Drawn:
    wanted = colour.reindex(shapes.index)
    x0, y0, x1, y1 = shapes.total_bounds
    width = 7.4
    height = min(max(width * (y1 - y0) / max(x1 - x0, 1e-9), 2.5), 8.0)
    points = bool(set(shapes.geom_type) & _POINTS)
    empty = shapes[wanted.isna()] if not points else shapes.iloc[:0]
    with theme.drawing(width, height) as (figure, axes):
        filled = shapes[wanted.notna()]
        colours = wanted.dropna().tolist()
        if points:
            filled.plot(
                ax=axes, color=colours, aspect="equal", markersize=16, edgecolor=theme.INK, linewidth=0.3
            )  # fmt: skip
        else:
            fill(axes, filled, colours, linewidth=0.12, edgecolor="#ffffff")
        if len(empty):
            fill(axes, empty, theme.PAPER, edgecolor=_EDGE, hatch="//////", linewidth=0.3)
        if outlines is not None:
            simplified(outlines.geometry).boundary.plot(ax=axes, color=theme.INK, linewidth=0.9)
            write_names(axes, outlines)
        else:
            filled.boundary.plot(ax=axes, color="#c9cfd3", linewidth=0.12) if not points else None
        scale_bar(axes, shapes)
        axes.set_axis_off()
        image = theme.png(figure, dpi=dpi)
    hatched = [("hatched", absent or "no residents, or no data")] if len(empty) else []
    return Drawn(image, (*legend, *hatched))


def scale_bar(axes: Any, shapes: Any) -> None:  # noqa: ANN401
    """Draw a scale bar below the map, a round length of at most a quarter of its width."""
    if shapes.crs is None or not shapes.crs.is_projected:
        return
    x0, y0, x1, y1 = shapes.total_bounds
    unit = metres_per_unit(shapes.crs)
    widest = (x1 - x0) * unit / 4
    if not widest > 0:
        return
    power = 10.0 ** np.floor(np.log10(widest))
    length = max(step * power for step in (1, 2, 5) if step * power <= widest)
    y, end = y0 - 0.04 * (y1 - y0), x0 + length / unit
    axes.plot([x0, end], [y, y], color=theme.FAINT, linewidth=2.2, solid_capstyle="butt")
    axes.text(end + 0.01 * (x1 - x0), y, written(length), color=theme.FAINT, fontsize=9, va="center")


def write_names(axes: Any, outlines: Any) -> None:  # noqa: ANN401
    """Write the names of larger areas on a map, unless there are too many."""
    from matplotlib import patheffects

    if "name" not in outlines.columns or len(outlines) > NAMED:
        return
    halo = [patheffects.withStroke(linewidth=2.8, foreground=theme.PAPER)]
    points = outlines.geometry.representative_point()
    names = [str(name) for name in outlines["name"]]
    x0, _, x1, _ = outlines.total_bounds
    for place in _apart(points.x.tolist(), points.y.tolist(), names, outlines.area.tolist(), x1 - x0):
        point, name = points.iloc[place], names[place]
        axes.text(point.x, point.y, name, fontsize=10, ha="center", va="center", path_effects=halo, zorder=9)


def _apart(
    x: Sequence[float], y: Sequence[float], names: Sequence[str], sizes: Sequence[float], width: float
) -> list[int]:
    """Say which names can be written without covering each other; of two that touch, that of the larger area.

    Examples
    --------
    >>> _apart([0, 1, 50], [0, 1, 0], ["Bury", "Bolton", "Oldham"], [1, 2, 1], 100)
    [1, 2]
    """
    letter, tall = 0.0155 * width, 0.036 * width
    kept: list[int] = []
    for place in sorted(range(len(names)), key=lambda number: (-sizes[number], number)):
        free = all(
            abs(x[place] - x[other]) > letter * (len(names[place]) + len(names[other])) / 2
            or abs(y[place] - y[other]) > tall
            for other in kept
        )
        if free:
            kept.append(place)
    return sorted(kept)
