"""Maps of schools: points in colours, and lines between twins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from placemix.report import mapping, theme
from placemix.report.mapping import Drawn

#: Below its neighbours' share, above it, and alike.
CONTRASTS: Mapping[str, str] = {"low": "#b8741a", "high": "#43197f", "similar": "#dfe2e4"}


def points(
    places: Any,  # noqa: ANN401
    colour: pd.Series,
    legend: Sequence[tuple[str, str]],
    *,
    outlines: Any = None,  # noqa: ANN401
) -> Drawn:
    """Draw each school in its colour; those that come first in the legend lie on top.

    Parameters
    ----------
    places
        GeoDataFrame or GeoSeries of points on a projected map, by school id.
    colour
        Colour of each school.
    legend
        Colours and their labels.
    outlines
        GeoDataFrame of areas drawn under the schools, with a column `name`.
    """
    order = {hue: place for place, (hue, _) in enumerate(reversed(legend))}
    with theme.drawing(*_size(places, outlines)) as (figure, axes):
        _ground(axes, outlines)
        shown = colour.dropna()
        shown = shown.loc[shown.map(order).sort_values(kind="stable").index]
        at = places.geometry.loc[shown.index]
        axes.scatter(
            at.x, at.y, s=17, c=shown.tolist(), edgecolor=theme.INK, linewidth=0.35, zorder=3,
        )  # fmt: skip
        _finish(axes, places, outlines)
        return Drawn(theme.png(figure, dpi=150), tuple(legend))


def pairs(
    places: Any,  # noqa: ANN401
    ends: Sequence[tuple[str, str]],
    share: pd.Series,
    *,
    outlines: Any = None,  # noqa: ANN401
    label: str = "",
) -> Drawn:
    """Draw lines between schools, numbered, the schools coloured by a share from pale to dark.

    Parameters
    ----------
    places
        GeoDataFrame or GeoSeries of points on a projected map, by school id.
    ends
        Ids of the two schools of each pair, in the order of their numbers.
    share
        A share of each school that is in a pair.
    outlines
        As in `points`.
    label
        What the share is.
    """
    bounds = [0.1, 0.25, 0.5, 0.75]
    ramp = [theme.SEQUENTIAL[place] for place in (0, 1, 3, 4, 6)]
    with theme.drawing(*_size(places, outlines)) as (figure, axes):
        from matplotlib import patheffects

        halo = [patheffects.withStroke(linewidth=2.4, foreground=theme.PAPER)]
        _ground(axes, outlines)
        away = places.geometry
        axes.scatter(away.x, away.y, s=2, color=theme.LINE, zorder=1)
        for number, (one, other) in enumerate(ends, 1):
            first, second = places.geometry.loc[one], places.geometry.loc[other]
            axes.plot([first.x, second.x], [first.y, second.y], color=theme.HUES[1], linewidth=1.5, zorder=2)
            axes.annotate(
                str(number), ((first.x + second.x) / 2, (first.y + second.y) / 2), xytext=(4, 4),
                textcoords="offset points", fontsize=8.5, color=theme.INK, zorder=6, path_effects=halo,
            )  # fmt: skip
        ids = list(dict.fromkeys(name for pair in ends for name in pair))
        at, codes = places.geometry.loc[ids], np.digitize(share.loc[ids].to_numpy(dtype=np.float64), bounds)
        axes.scatter(
            at.x, at.y, s=30, c=[ramp[code] for code in codes], edgecolor=theme.INK, linewidth=0.6, zorder=4,
        )  # fmt: skip
        _finish(axes, places, outlines)
        image = theme.png(figure, dpi=150)
    texts = mapping.ranges([f"{100 * bound:g} %" for bound in bounds])
    return Drawn(image, tuple((hue, f"{label} {text}".strip()) for hue, text in zip(ramp, texts, strict=True)))


def _size(places: Any, outlines: Any) -> tuple[float, float]:  # noqa: ANN401
    x0, y0, x1, y1 = (places if outlines is None else outlines).total_bounds
    width = 7.4
    return width, min(max(width * (y1 - y0) / max(x1 - x0, 1e-9), 2.5), 8.0)


def _ground(axes: Any, outlines: Any) -> None:  # noqa: ANN401
    axes.set_aspect("equal")
    if outlines is not None:
        mapping.simplified(outlines.geometry).boundary.plot(ax=axes, color=theme.FAINT, linewidth=0.8, zorder=1)


def _finish(axes: Any, places: Any, outlines: Any) -> None:  # noqa: ANN401
    if outlines is not None:
        mapping.write_names(axes, outlines)
    mapping.scale_bar(axes, places if outlines is None else outlines)
    axes.set_axis_off()
