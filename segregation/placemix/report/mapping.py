"""Choropleth maps: shares, location quotients and conditions; the bytes of a PNG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix._typing import FloatArray
from placemix.errors import GeographicCRS, UnmatchedUnit
from placemix.report import theme

#: Class bounds of shares; those above the highest share found are left out.
SHARES: tuple[float, ...] = (0.02, 0.05, 0.1, 0.25, 0.5, 0.75)
MAJORITY: tuple[float, ...] = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
#: Class bounds of quotients on either side of the overall share.
QUOTIENTS: tuple[float, ...] = (0.25, 0.5, 1.0, 2.0, 4.0)


def matched(areas: Any, ids: Sequence[str], column: str) -> Any:  # noqa: ANN401
    """Give the shapes in the order of the ids, simplified for a page.

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
    if set(shapes.geom_type.dropna()) & {"Point", "MultiPoint"}:
        return shapes
    x0, y0, x1, y1 = shapes.total_bounds
    return shapes.simplify(max(x1 - x0, y1 - y0) / 2500, preserve_topology=False)


def shares(shapes: Any, values: pd.Series, *, outlines: Any = None, unit: str = "share") -> bytes:  # noqa: ANN401
    """Draw shares, or another condition, in classes from pale to dark."""
    found = values.to_numpy(dtype=np.float64)
    if unit == "share":
        bounds = np.array(MAJORITY if np.nanmedian(found) > 0.5 else SHARES)
        bounds = bounds[bounds < np.nanmax(found)]
        texts = [f"{100 * bound:g} %" for bound in bounds]
    else:
        bounds = np.unique(np.nanquantile(found, [0.1, 0.3, 0.5, 0.7, 0.9]))
        texts = [f"{bound:.3g}" for bound in bounds]
    codes = np.digitize(found, bounds)
    pick = np.linspace(0, len(theme.SEQUENTIAL) - 1, len(bounds) + 1).round().astype(int)
    hues = [theme.SEQUENTIAL[place] for place in pick]
    labels = _ranges(texts)
    colour = pd.Series([hues[code] for code in codes], index=values.index).where(~np.isnan(found))
    return _draw(shapes, colour, list(zip(hues, labels, strict=True)), outlines)


def quotients(shapes: Any, frame: pd.DataFrame, *, outlines: Any = None) -> bytes:  # noqa: ANN401
    """Draw location quotients; units that chance alone could explain stay neutral.

    `frame` has columns value, lower and upper, by unit id.
    """
    value, lower, upper = (frame[name].to_numpy(dtype=np.float64) for name in ("value", "lower", "upper"))
    hues = [*theme.BELOW, theme.MIDDLE, *theme.ABOVE]
    codes = np.select(
        [(lower <= 1) & (upper >= 1), value < QUOTIENTS[0], value < QUOTIENTS[1], value < 1, value < 2, value < 4],
        [3, 0, 1, 2, 4, 5],
        default=6,
    )
    labels = ["under ¼", "¼ to ½", "½ to 1", "could be chance", "1 to 2", "2 to 4", "4 or more"]
    colour = pd.Series([hues[code] for code in codes], index=frame.index).where(~np.isnan(value))
    present = sorted(set(codes[~np.isnan(value)]))
    return _draw(shapes, colour, [(hues[code], labels[code]) for code in present], outlines)


def _ranges(texts: list[str]) -> list[str]:
    if not texts:
        return ["all"]
    middle = [f"{low.replace(' %', '')} to {high}" for low, high in zip(texts[:-1], texts[1:], strict=True)]
    return [f"under {texts[0]}", *middle, f"{texts[-1]} or more"]


def _draw(shapes: Any, colour: pd.Series, legend: list[tuple[str, str]], outlines: Any) -> bytes:  # noqa: ANN401
    from matplotlib.patches import Patch

    wanted = colour.reindex(shapes.index)
    x0, y0, x1, y1 = shapes.total_bounds
    width = 6.6
    height = min(max(width * (y1 - y0) / max(x1 - x0, 1e-9), 3.0), 7.5)
    points = bool(set(shapes.geom_type.dropna()) & {"Point", "MultiPoint"})
    with theme.drawing(width, height) as (figure, axes):
        empty = shapes[wanted.isna()]
        options: dict[str, Any] = {"markersize": 14} if points else {"linewidth": 0.12, "edgecolor": "#ffffff"}
        shapes[wanted.notna()].plot(ax=axes, color=wanted.dropna().tolist(), aspect="equal", **options)
        if len(empty) and not points:
            empty.plot(ax=axes, facecolor=theme.NOBODY, edgecolor="#7b858c", hatch="//////", linewidth=0.3, aspect="equal")
        if outlines is not None:
            outlines.geometry.boundary.plot(ax=axes, color=theme.INK, linewidth=0.9)
            _names(axes, outlines)
        axes.set_axis_off()
        handles = [Patch(facecolor=hue, edgecolor="#9aa3a9", linewidth=0.5, label=label) for hue, label in legend]
        if len(empty) and not points:
            handles.append(
                Patch(facecolor=theme.NOBODY, edgecolor="#7b858c", hatch="//////", linewidth=0.5, label="no residents or no data")
            )
        axes.legend(
            handles=handles,
            loc="upper center",
            bbox_to_anchor=(0.5, 0.01),
            ncol=4,
            handlelength=1.5,
            columnspacing=1.3,
            fontsize=9.5,
        )
        return theme.png(figure)


def _names(axes: Any, outlines: Any) -> None:  # noqa: ANN401
    from matplotlib import patheffects

    if "name" not in outlines.columns:
        return
    halo = [patheffects.withStroke(linewidth=2.6, foreground=theme.PAPER)]
    for point, name in zip(outlines.geometry.representative_point(), outlines["name"], strict=True):
        axes.text(point.x, point.y, str(name), fontsize=9, ha="center", va="center", path_effects=halo)


def cumulated(focal: FloatArray, other: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the cumulative shares of two groups over units, from the least focal share to the most.

    Examples
    --------
    >>> x, y = cumulated(np.array([80.0, 20.0]), np.array([20.0, 80.0]))
    >>> x.round(2).tolist(), y.round(2).tolist()
    ([0.0, 0.8, 1.0], [0.0, 0.2, 1.0])
    """
    people = focal + other
    order = np.argsort(np.divide(focal, people, out=np.zeros_like(focal), where=people > 0), kind="stable")
    order = order[people[order] > 0]
    x = np.concatenate([[0.0], np.cumsum(other[order])])
    y = np.concatenate([[0.0], np.cumsum(focal[order])])
    return x / x[-1], y / y[-1]
