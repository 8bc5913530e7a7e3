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
#: How kinds of school are drawn, in words and as markers.
SHAPES: Mapping[str, str] = {"are circles": "o", "are squares": "s", "are triangles": "^", "are diamonds": "D"}


def points(
    places: Any,  # noqa: ANN401
    colour: pd.Series,
    legend: Sequence[tuple[str, str]],
    *,
    outlines: Any = None,  # noqa: ANN401
    kinds: pd.Series | None = None,
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
    kinds
        Kind of each school, such as its phase; each has a shape of its own, in the order of `SHAPES`.
    """
    order = {hue: place for place, (hue, _) in enumerate(reversed(legend))}
    with theme.drawing(*_size(places, outlines)) as (figure, axes):
        _ground(axes, outlines)
        shown = colour.dropna()
        shown = shown.loc[shown.map(order).sort_values(kind="stable").index]
        marks = list(SHAPES.values())
        kind = pd.Series("", index=shown.index) if kinds is None else kinds.reindex(shown.index).astype(str)
        for number, (_, part) in enumerate(shown.groupby(kind, sort=False)):
            at = places.geometry.loc[part.index]
            axes.scatter(
                at.x, at.y, s=16 if number == 0 else 26, c=part.tolist(), marker=marks[number % len(marks)],
                edgecolor=theme.INK, linewidth=0.35, zorder=3 + number,
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
        middles = []
        for one, other in ends:
            first, second = places.geometry.loc[one], places.geometry.loc[other]
            axes.plot([first.x, second.x], [first.y, second.y], color=theme.HUES[1], linewidth=1.5, zorder=2)
            middles.append(((first.x + second.x) / 2, (first.y + second.y) / 2))
        x0, y0, x1, y1 = (places if outlines is None else outlines).total_bounds
        for number, (middle, spot) in enumerate(zip(middles, apart(middles, max(x1 - x0, y1 - y0)), strict=True), 1):
            axes.annotate(
                str(number), middle, xytext=spot, fontsize=8.5, color=theme.INK, zorder=6, path_effects=halo,
                ha="center", va="center", arrowprops={"arrowstyle": "-", "color": theme.FAINT, "linewidth": 0.5},
            )  # fmt: skip
        ids = list(dict.fromkeys(name for pair in ends for name in pair))
        at, codes = places.geometry.loc[ids], np.digitize(share.loc[ids].to_numpy(dtype=np.float64), bounds)
        axes.scatter(
            at.x, at.y, s=30, c=[ramp[code] for code in codes], edgecolor=theme.INK, linewidth=0.6, zorder=4,
        )  # fmt: skip
        # Names of areas would cover the numbers.
        mapping.scale_bar(axes, places if outlines is None else outlines)
        axes.set_axis_off()
        image = theme.png(figure, dpi=150)
    texts = mapping.ranges([f"{100 * bound:g} %" for bound in bounds])
    return Drawn(image, tuple((hue, f"{label} {text}".strip()) for hue, text in zip(ramp, texts, strict=True)))


def apart(middles: Sequence[tuple[float, float]], width: float) -> list[tuple[float, float]]:
    """Find a spot near each point where its number covers neither another number nor another point.

    Examples
    --------
    >>> spots = apart([(0, 0), (1, 0)], 100)
    >>> bool(max(abs(spots[0][0] - spots[1][0]), abs(spots[0][1] - spots[1][1])) > 3)
    True
    """
    wide, tall = 0.036 * width, 0.030 * width
    taken: list[tuple[float, float]] = []
    for x, y in middles:
        tried = [
            (x + far * wide * np.cos(turn), y + far * wide * np.sin(turn))
            for far in (0.9, 1.5, 2.2, 3.0, 4.0)
            for turn in np.arange(8) * np.pi / 4 + np.pi / 4
        ]

        def crowd(spot: tuple[float, float]) -> int:
            numbers = sum(abs(spot[0] - a) < wide and abs(spot[1] - b) < tall for a, b in taken)
            points = sum(abs(spot[0] - a) < 0.7 * wide and abs(spot[1] - b) < 0.7 * tall for a, b in middles)
            return 2 * numbers + points

        taken.append(min(tried, key=crowd))
    return taken


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
